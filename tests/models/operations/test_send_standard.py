"""The bureau's update of standards: everything the round goes by now, with the pages that were confirmed, once each."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.factory import NINE, SETUP, City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations.confirm_threshold import Confirmation, confirm
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.upgrade_pack import downgrade
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.read import verify

ABOUT = Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", article="第三条", cmp="<=")


def body_of(path: Path) -> dict[str, Any]:
    """What an update says."""
    return dict(json.loads(verify(path).data()))


def refused(workspace: Workspace, target: Path) -> KnownError:
    """The refusal to send, after checking that nothing was written or noted."""
    before = rows_of(workspace), content_of(workspace.folder)
    with pytest.raises(KnownError) as caught:
        send_standard(workspace, target)
    assert (rows_of(workspace), content_of(workspace.folder)) == before
    assert not target.exists()
    assert "\n" not in caught.value.sentence
    return caught.value


def test_an_update_carries_every_standard_the_round_goes_by_in_its_order(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, ABOUT)
    target = tmp_path / "标准更新.vdpkg"
    posted, changes = send_standard(city.bureau, target, note=" 请尽快更新 ")
    body = body_of(target)
    assert body["packs"] == [encode(each.plain).decode("utf-8") for each in desk(city.bureau).packs]
    assert [json.loads(each)["id"] for each in body["packs"]] == [NINE, SETUP]
    assert (body["round"], body["note"]) == (desk(city.bureau).round.id, "请尽快更新")
    assert (posted.seq, posted.path, changes.packages) == (1, target, True)


def test_its_heading_says_for_which_round_and_standards_it_is(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, ABOUT)
    send_standard(city.bureau, tmp_path / "x.vdpkg")
    head = verify(tmp_path / "x.vdpkg").manifest
    found = desk(city.bureau)
    assert (head.kind, head.cycle, head.audience.id) == ("standard", found.round.id, found.round.id)
    assert tuple(head.standard) == tuple(fingerprint(each) for each in found.packs)


def test_it_is_noted_and_kept_in_the_outbox(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, ABOUT)
    posted, _changes = send_standard(city.bureau, tmp_path / "x.vdpkg")
    record = exchange.package(city.bureau, posted.hash)
    assert record is not None
    assert (record.kind, record.direction, record.state) == ("standard", "out", "exported")
    assert verify(city.bureau.folder / record.path).hash == posted.hash
    assert journal.broken_at(city.bureau) is None


def test_updates_are_counted(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, ABOUT)
    first, _changes = send_standard(city.bureau, tmp_path / "1.vdpkg")
    confirm(city.bureau, replace(ABOUT, value="25"))
    second, _changes = send_standard(city.bureau, tmp_path / "2.vdpkg")
    assert (first.seq, second.seq) == (1, 2)
    assert verify(tmp_path / "2.vdpkg").manifest.prev == first.hash


def test_confirmed_pages_travel_once_each(city: City, tmp_path: Path) -> None:
    page, other = pdf(tmp_path, "1.pdf", content=b"one"), pdf(tmp_path, "2.pdf", content=b"two")
    confirm(city.bureau, replace(ABOUT, scan=page))
    confirm(city.bureau, Confirmation(SETUP, "zz10_land", "新文件", "王丽", scan=page))
    confirm(city.bureau, Confirmation(NINE, "db22_land", "新文件", "王丽", scan=page))
    confirm(city.bureau, Confirmation(SETUP, "zz10_bldg", "新文件", "王丽", scan=other))
    send_standard(city.bureau, tmp_path / "x.vdpkg")
    found = verify(tmp_path / "x.vdpkg")
    blobs = sorted(name for name in found.places if name.startswith("blobs/"))
    assert blobs == sorted(f"blobs/{evidence.sha256_of(each)}" for each in (page, other))


def test_a_page_of_a_confirmation_that_was_taken_back_stays_at_the_bureau(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, replace(ABOUT, scan=pdf(tmp_path)))
    downgrade(city.bureau)
    confirm(city.bureau, replace(ABOUT, value="25"))
    send_standard(city.bureau, tmp_path / "x.vdpkg")
    assert not [name for name in verify(tmp_path / "x.vdpkg").places if name.startswith("blobs/")]


def test_without_a_change_there_is_nothing_to_send(city: City, tmp_path: Path) -> None:
    assert refused(city.bureau, tmp_path / "x.vdpkg").code == "nothing_changed"


def test_a_change_that_was_taken_back_can_be_sent_so_that_schools_go_back_too(city: City, tmp_path: Path) -> None:
    before = [encode(each.plain).decode("utf-8") for each in desk(city.bureau).packs]
    confirm(city.bureau, ABOUT)
    downgrade(city.bureau)
    send_standard(city.bureau, tmp_path / "x.vdpkg")
    assert body_of(tmp_path / "x.vdpkg")["packs"] == before


def test_a_page_that_is_gone_or_altered_is_refused(city: City, tmp_path: Path) -> None:
    page = pdf(tmp_path)
    confirm(city.bureau, replace(ABOUT, scan=page))
    kept = evidence.path_of(city.bureau, evidence.sha256_of(page))
    kept.chmod(0o600)
    kept.write_bytes(b"%PDF-1.4\nother")
    assert refused(city.bureau, tmp_path / "x.vdpkg").code == "evidence_altered"
    kept.unlink()
    assert refused(city.bureau, tmp_path / "x.vdpkg").code == "evidence_gone"


def test_only_a_bureau_sends_standards(city: City, tmp_path: Path) -> None:
    assert refused(city.school(), tmp_path / "x.vdpkg").code == "wrong_role"


def test_before_a_round_there_is_nothing_to_send(tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "b", name="局", district="411400") as empty:
        assert refused(empty, tmp_path / "x.vdpkg").code == "no_round"


def test_a_place_that_cannot_be_written_is_refused(city: City, tmp_path: Path) -> None:
    confirm(city.bureau, ABOUT)
    (tmp_path / "datei").write_text("no folder", encoding="utf-8")
    with pytest.raises(KnownError):
        send_standard(city.bureau, tmp_path / "datei" / "x.vdpkg")
    assert exchange.packages(city.bureau, kind="standard") == []
