"""A computer is lost: a school goes on from the bureau's archive, a bureau from its backup and recovery sheet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.factory import FIRST, City, pdf
from tests.models.operations.forge import keys
from vetdesk.models.operations import decide, receive, recovery, recovery_sheet
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.backup import KEYS, backup, restore
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange, figures
from vetdesk.models.store.workspace import open_workspace
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError


def test_a_school_goes_on_anywhere_with_a_new_key(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    sha256, _changes = attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    before = figures.read(city.school(), desk(city.school()).round.id, FIRST)
    lost = keys(city.school()).fingerprint
    posted, _changes2 = recovery.hand_back(city.bureau, FIRST, tmp_path / "恢复包.vdpkg")
    assert len(posted.password.replace(" ", "")) == 12
    shutil.rmtree(city.school().folder, ignore_errors=True)
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "another-home"))
    with (
        recovery.opened_recovery(posted.path, password=posted.password) as found,
        recovery.recover(tmp_path / "new", found, filler="新来的") as school,
    ):
        assert figures.read(school, desk(school).round.id, FIRST) == before
        assert evidence.path_of(school, sha256).is_file()
        assert keys_of(school.id).fingerprint != lost
        file, _changes3 = submit(school, tmp_path / "再报.vdpkg")
        digits = keys_of(school.id).digits
    monkeypatch.setenv("VETDESK_HOME", str(own_home))
    [offer] = receive.receive(city.bureau, [file.path]).offers
    assert offer.outcome is receive.Outcome.TAKEN
    assert "另一台电脑" in offer.sentence
    assert len(verify(file.path).manifest.absent) == 1, "the bureau has the evidence already"
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    decide.accept(city.bureau, FIRST)
    [counts] = [each for each in exchange.submissions(city.bureau, desk(city.bureau).round.id) if each.current]
    assert (counts.hash, counts.state) == (file.hash, "accepted")


@pytest.mark.parametrize("password", ["", "0000 0000 0000", "abc"])
def test_without_the_password_nothing_opens(city: City, tmp_path: Path, password: str) -> None:
    city.received()
    posted, _changes = recovery.hand_back(city.bureau, FIRST, tmp_path / "恢复包.vdpkg")
    with pytest.raises(RefusedError) as caught, recovery.opened_recovery(posted.path, password=password):
        pass
    assert caught.value.reason is (Refusal.WRONG_PASSWORD if password else Refusal.NO_PASSWORD)
    assert "甲校" in caught.value.sentence or "测试市" in caught.value.sentence


def test_only_what_was_received_can_be_handed_back(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        recovery.hand_back(city.bureau, FIRST, tmp_path / "x.vdpkg")
    assert caught.value.code == "not_received"
    with pytest.raises(RefusedError) as refused:
        recovery.read_recovery(city.campaign)
    assert refused.value.reason is Refusal.WRONG_KIND


def test_a_bureau_comes_back_with_backup_and_sheet(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    city.received()
    receive.receive(city.school(), [city.reply()])
    digits = recovery_sheet.digits(city.bureau)
    assert len(digits.replace(" ", "")) == 40
    backup(city.bureau, tmp_path / "备份.vdbackup")
    own = keys(city.bureau)
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "another-home"))
    with pytest.raises(KnownError) as caught:
        restore(tmp_path / "备份.vdbackup", tmp_path / "wrong", sheet="1" * 40)
    assert caught.value.code == "wrong_sheet"
    assert not (tmp_path / "wrong").exists()
    with restore(tmp_path / "备份.vdbackup", tmp_path / "without") as bare:
        with pytest.raises(KnownError) as caught:
            own_keys(bare)
        assert caught.value.code == "no_keys"
    with restore(tmp_path / "备份.vdbackup", tmp_path / "new", sheet=digits) as bureau:
        assert (own_keys(bureau).root, own_keys(bureau).sheet) == (own.root, own.sheet)
        assert own_keys(bureau).public != own.public, "what the backup does not know was signed with the key before"
        assert not (bureau.folder / KEYS).exists()
        posted, _changes = reply(bureau, tmp_path / "回复.vdpkg")
    monkeypatch.setenv("VETDESK_HOME", str(own_home))
    assert receive.receive(city.school(), [posted.path]).taken == 1


def test_the_sheet_is_a_page_with_the_digits_and_only_a_bureau_has_one(city: City, tmp_path: Path) -> None:
    recovery_sheet.write_sheet(city.bureau, tmp_path / "恢复单.html")
    page = (tmp_path / "恢复单.html").read_text(encoding="utf-8")
    assert all(f"<span>{each}</span>" in page for each in recovery_sheet.digits(city.bureau).split())
    with pytest.raises(KnownError) as caught:
        recovery_sheet.digits(city.school())
    assert caught.value.code == "wrong_role"


def test_a_schools_backup_holds_no_keys(city: City, tmp_path: Path) -> None:
    backup(city.school(), tmp_path / "b.vdbackup")
    assert KEYS.encode() not in (tmp_path / "b.vdbackup").read_bytes()
    with pytest.raises(KnownError) as caught:
        restore(tmp_path / "b.vdbackup", tmp_path / "x", sheet="1" * 40)
    assert caught.value.code == "wrong_sheet"
    with restore(tmp_path / "b.vdbackup", tmp_path / "y"):
        pass
    open_workspace(tmp_path / "y").close()
