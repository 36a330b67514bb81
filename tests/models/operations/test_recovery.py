"""Going on after a loss: everything the school had said is there again, and a bureau from an older backup is believed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import keys, resealed
from vetdesk.models.operations import decide, inspect, receive, recovery, recovery_sheet
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.backup import backup, restore
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures, set_state
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.submit import plan, submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State
from vetdesk.models.store import evidence, exchange, figures, inspection, journal
from vetdesk.models.store.workspace import Workspace, create
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.refusals import Refusal, RefusedError


def said(school: Workspace) -> tuple[object, ...]:
    """Everything a school says and was told."""
    round_id = desk(school).round.id
    years = [figures.read(school, round_id, FIRST, year=year) for year in (figures.THIS, figures.LAST)]
    used = [(each.sha256, each.indicator, each.label) for each in evidence.used(school, round_id, FIRST)]
    return (
        years, figures.explanations(school, round_id, FIRST), sorted(used), inspection.findings(school, round_id),
        inspection.comments(school, round_id, FIRST), school.meta("phone"), desk(school).round,
    )  # fmt: skip


def confirm(city: City) -> None:
    """Compare the digits of the first school's computer."""
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)


def busy(city: City, folder: Path) -> None:
    """The first school with all it may say, a finding and a remark; all known on both sides."""
    school = city.school()
    set_figures(school, {"students_ft": "1490"}, year=figures.LAST)
    set_state(school, "periodical_kinds", State.UNKNOWN, "在清点")
    explain(school, "U07", "图书已清点")
    attach(school, pdf(folder), indicator="db22_land")
    attach(school, pdf(folder), indicator="db22_bldg")
    city.received()
    inspector = city.inspector()
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    inspect.note_finding(inspector, FIRST, problem="证书不全", fact="teachers_ft")
    inspect.hand_back(inspector, folder / "核查结果.vdpkg")
    receive.receive(city.bureau, [folder / "核查结果.vdpkg"])
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"}, due="2099-10-01")
    receive.receive(school, [city.reply()])


def handed_back(city: City, folder: Path) -> Path:
    """The recovery package of the first school, not encrypted."""
    return recovery.hand_back(city.bureau, FIRST, folder / "恢复包.vdpkg", encrypt=False)[0].path


def test_everything_the_school_said_and_was_told_is_there_again(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(city, tmp_path)
    before = said(city.school())
    path = handed_back(city, tmp_path)
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
    with recovery.recover(tmp_path / "new", recovery.read_recovery(path), filler="新来的") as school:
        assert said(school) == before
        assert (school.meta("person"), school.meta("name")) == ("新来的", "甲校（虚构）")
        assert len(plan(school).held) == 1
        assert journal.broken_at(school) is None
        assert keys_of(school.id).public != b""


def test_the_recovered_school_is_answered_once_it_is_confirmed(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    city.received()
    confirm(city)
    path = handed_back(city, tmp_path)
    home = tmp_path / "home-B"
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("VETDESK_HOME", str(home))
        school = recovery.recover(tmp_path / "new", recovery.read_recovery(path))
        set_figures(school, {"books_print": "61200"})
        sent = submit(school, tmp_path / "x.vdpkg")[0]
        digits = keys_of(school.id).digits
    assert receive.receive(city.bureau, [sent.path]).taken == 1
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    decide.accept(city.bureau, FIRST)
    bundle = city.reply()
    with monkeypatch.context() as elsewhere, school:
        elsewhere.setenv("VETDESK_HOME", str(home))
        assert receive.receive(school, [bundle]).taken == 1
        [out] = exchange.packages(school, kind="submission", direction="out")
        assert (out.hash, out.state) == (sent.hash, "accepted")


def test_on_the_same_computer_no_digits_are_needed(city: City, tmp_path: Path) -> None:
    """The folder is gone, the keys are not."""
    city.received()
    confirm(city)
    path = handed_back(city, tmp_path)
    place = city.school().folder
    city.close()
    shutil.rmtree(place)
    with recovery.recover(tmp_path / "new", recovery.read_recovery(path)) as school:
        sent = submit(school, tmp_path / "x.vdpkg")[0]
        [offer] = receive.receive(city.bureau, [sent.path]).offers
        key = exchange.key(city.bureau, keys_of(school.id).fingerprint)
    assert (key.state if key else "", "待核对身份" in offer.sentence) == ("confirmed", False)
    assert [each.hash for each in decide.waiting(city.bureau, FIRST)] == [sent.hash]


def test_a_recovery_package_is_whole_and_for_its_school(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    path = handed_back(city, tmp_path)
    for reason, changes in (
        (Refusal.MISSING_EVIDENCE, {"blobs": []}),
        (Refusal.MALFORMED, {"cycle": "another"}),
        (Refusal.MALFORMED, {"edit": lambda body: body["body"].update(unit=SECOND)}),
        (Refusal.MALFORMED, {"edit": lambda body: body["body"]["facts"].update(nonsense=body["body"]["facts"]["land_owned"])}),
        (Refusal.WRONG_KIND, {"kind": "campaign"}),
    ):  # fmt: skip
        forged = resealed(path, tmp_path / "x.vdpkg", city.bureau, **changes)
        with pytest.raises(RefusedError) as caught:
            recovery.read_recovery(forged)
        assert caught.value.reason is reason
    stranger = resealed(path, tmp_path / "y.vdpkg", city.school(SECOND))
    with pytest.raises(RefusedError) as caught:
        recovery.read_recovery(stranger)
    assert caught.value.reason is Refusal.UNKNOWN_SENDER
    assert receive.receive(city.school(), [path]).offers[0].reason == "wrong_kind"


def test_a_folder_in_use_is_left_alone(city: City, tmp_path: Path) -> None:
    city.received()
    found = recovery.read_recovery(handed_back(city, tmp_path))
    create(tmp_path / "used", role="school", owner=FIRST, name="x").close()
    before = sorted(each.name for each in (tmp_path / "used").iterdir())
    with pytest.raises(KnownError):
        recovery.recover(tmp_path / "used", found)
    assert sorted(each.name for each in (tmp_path / "used").iterdir()) == before


def test_evidence_that_never_came_is_left_out_and_named(city: City, tmp_path: Path) -> None:
    for letter in "ab":
        attach(city.school(), pdf(tmp_path, f"{letter}.pdf", content=letter.encode() * 900), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg", volume=1000)
    receive.receive(city.bureau, [posted.path])
    receive.receive(city.bureau, posted.rest[:1])
    path = handed_back(city, tmp_path)
    with recovery.opened_recovery(path) as found:
        assert (found.lost, [each.label for each in found.evidence]) == (["b.pdf"], ["a.pdf"])
        with recovery.recover(tmp_path / "again", found) as again:
            assert [each.label for each in evidence.used(again, found.body.round.id, FIRST)] == ["a.pdf"]
            attach(again, tmp_path / "b.pdf", indicator="db22_land")
            assert submit(again, tmp_path / "new.vdpkg")[0].seq == 1
    receive.receive(city.bureau, [tmp_path / "new.vdpkg"])
    assert evidence.missing_files(city.bureau) == []


def test_a_bureau_from_a_backup_older_than_its_last_replies_is_believed(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    """Backups are made now and then; schools have seen what came after. Nobody may have to do anything."""
    city.received()
    receive.receive(city.school(), [city.reply()])
    sheet = recovery_sheet.digits(city.bureau)
    backup(city.bureau, tmp_path / "备份.vdbackup")
    confirm(city)
    receive.receive(city.school(), [city.reply(), city.reply()])
    again = city.submission()
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
    with restore(tmp_path / "备份.vdbackup", tmp_path / "restored", sheet=sheet) as bureau:
        assert receive.receive(bureau, [again]).taken == 1
        decide.return_figures(bureau, FIRST, {"teachers_ft": "请核实"})
        bundles = [reply(bureau, tmp_path / f"{number}.vdpkg")[0].path for number in range(2)]
    monkeypatch.setenv("VETDESK_HOME", str(own_home))
    outcomes = [receive.receive(city.school(), [each]).offers[0].outcome.value for each in bundles]
    assert outcomes == ["taken", "taken"]
    assert [each.text for each in inspection.comments(city.school(), desk(city.school()).round.id, FIRST)] == ["请核实"]
