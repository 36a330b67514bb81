"""Submitting: the gate reads stored data; what leaves is whole, numbered and says everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, NINE, City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations import receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures, set_state
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State
from vetdesk.models.store import evidence, exchange, figures, journal
from vetdesk.models.sync.read import verify


def refused(city: City, target: Path, **options: Any) -> KnownError:
    """The refusal of a submission, after checking that it changed nothing."""
    school = city.school()
    rows, files = rows_of(school), content_of(school.folder)
    with pytest.raises(KnownError) as caught:
        submit(school, target, **options)
    assert "\n" not in caught.value.sentence
    assert (rows_of(school), content_of(school.folder)) == (rows, files)
    assert not target.exists()
    assert list(target.parent.glob("*.part")) == []
    return caught.value


def body(path: Path) -> dict[str, Any]:
    """The data of a package."""
    return dict(json.loads(verify(path).data()))


def test_a_submission_carries_the_whole_state(city: City, tmp_path: Path) -> None:
    school = city.school()
    set_figures(school, {"land_owned": "90亩"})
    set_figures(school, {"students_ft": "1490"}, year=figures.LAST)
    set_figures(school, {"seats_teacher": ""})
    set_state(school, "periodical_kinds", State.UNKNOWN, "在清点")
    explain(school, "U07", "说明文字")
    proof = pdf(tmp_path)
    sha256, _changes = attach(school, proof, indicator="db22_land")
    posted, changes = submit(school, tmp_path / "上报包.vdpkg")
    found = body(posted.path)
    assert found["facts"]["land_owned"] == {"state": "given", "text": "90", "unit": "亩", "reason": ""}
    assert found["facts"]["periodical_kinds"] == {"state": "unknown", "text": "", "unit": "", "reason": "在清点"}
    assert "seats_teacher" not in found["facts"]
    assert found["previous"] == {"students_ft": {"state": "given", "text": "1490", "unit": "", "reason": ""}}
    assert (found["explanations"], found["filler"], found["with_errors"]) == ({"U07": "说明文字"}, "填报", "")
    assert [(each["sha256"], each["indicator"], each["label"]) for each in found["evidence"]] == [
        (sha256, "db22_land", "证.pdf")
    ]
    assert verify(posted.path).blob(sha256) == proof.read_bytes()
    assert changes.packages


def test_versions_are_numbered_and_chained_and_archived(city: City, tmp_path: Path) -> None:
    first, _changes = submit(city.school(), tmp_path / "1.vdpkg")
    second, _changes = submit(city.school(), tmp_path / "2.vdpkg")
    assert (first.seq, second.seq) == (1, 2)
    assert verify(second.path).manifest.prev == first.hash
    assert first.code != second.code
    assert second.size == second.path.stat().st_size
    sent = exchange.packages(city.school(), kind="submission", direction="out")
    assert [(each.hash, each.state) for each in sent] == [(second.hash, "exported"), (first.hash, "exported")]
    for each in sent:
        assert verify(city.school().folder / each.path).hash == each.hash


def test_a_blocking_rule_refuses(city: City, tmp_path: Path) -> None:
    set_figures(city.school(), {"students_ft": "1501"})
    error = refused(city, tmp_path / "x.vdpkg")
    assert (error.code, "[L02b]" in error.sentence) == ("blocked", True)
    assert refused(city, tmp_path / "x.vdpkg", with_errors="  ").code == "blocked"


def test_with_errors_passes_and_is_recorded_on_both_sides(city: City, tmp_path: Path) -> None:
    set_figures(city.school(), {"students_ft": "1501"})
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg", with_errors="学籍系统正在更正")
    assert body(posted.path)["with_errors"] == "学籍系统正在更正"
    own = journal.of_field(city.school(), FIRST, f"package.{posted.hash}")
    assert next((row["action"], row["why"]) for row in own) == ("with_errors", "学籍系统正在更正")
    assert receive.receive(city.bureau, [posted.path]).taken == 1
    theirs = journal.of_field(city.bureau, FIRST, f"package.{posted.hash}")
    assert ("with_errors", "学籍系统正在更正") in [(row["action"], row["why"]) for row in theirs]


def test_what_must_be_explained_refuses_until_it_is_also_with_errors(city: City, tmp_path: Path) -> None:
    set_figures(city.school(), {"books_print": "1"})
    for options in ({}, {"with_errors": "急"}):
        error = refused(city, tmp_path / "x.vdpkg", **options)
        assert (error.code, "[U07]" in error.sentence) == ("unexplained", True)
    explain(city.school(), "U07", "   ")
    refused(city, tmp_path / "x.vdpkg")
    explain(city.school(), "U07", "图书正在搬迁")
    assert submit(city.school(), tmp_path / "x.vdpkg")[0].seq == 1


def test_a_notice_and_missing_figures_do_not_prevent(city: City, tmp_path: Path) -> None:
    set_figures(city.school(), {"land_excl_use": "10", "books_print": ""})
    assert submit(city.school(), tmp_path / "x.vdpkg")[0].seq == 1


def test_a_passed_deadline_does_not_prevent(city: City, tmp_path: Path) -> None:
    publish(city.bureau, RoundPlan((NINE,), "2025", "2020-01-01"), tmp_path / "旧.vdpkg")
    with open_campaign(tmp_path / "late", read_campaign(tmp_path / "旧.vdpkg"), unit=FIRST) as school:
        set_figures(school, {"teachers_ft": "60"})
        submit(school, tmp_path / "late.vdpkg")
    result = receive.receive(city.bureau, [tmp_path / "late.vdpkg"])
    assert [each.outcome for each in result.offers] == [receive.Outcome.TAKEN]


def kept(city: City, folder: Path) -> Path:
    """Where the content of an attached file lies."""
    sha256, _changes = attach(city.school(), pdf(folder), indicator="db22_land")
    return evidence.path_of(city.school(), sha256)


def test_evidence_removed_from_the_disk_refuses(city: City, tmp_path: Path) -> None:
    kept(city, tmp_path).unlink()
    error = refused(city, tmp_path / "x.vdpkg")
    assert (error.code, "证.pdf" in error.sentence) == ("evidence_gone", True)


@pytest.mark.parametrize("keep_size", [True, False])
def test_evidence_altered_on_the_disk_refuses_instead_of_sending_what_nobody_can_take(
    city: City, tmp_path: Path, keep_size: bool
) -> None:
    path = kept(city, tmp_path)
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"invented", b"altered!") if keep_size else content + b"!")
    assert "证.pdf" in refused(city, tmp_path / "x.vdpkg").sentence


def test_a_place_that_cannot_be_written_is_disk_trouble(city: City, tmp_path: Path) -> None:
    school = city.school()
    rows = rows_of(school)
    (tmp_path / "ordner.vdpkg").mkdir()
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    for target in (tmp_path / "ordner.vdpkg", tmp_path / "datei" / "x.vdpkg"):
        with pytest.raises(KnownError) as caught:
            submit(school, target)
        assert caught.value.code == ("is_folder" if target.is_dir() else "storage")
        assert rows_of(school) == rows
    assert submit(school, tmp_path / "neu" / "ordner" / "x.vdpkg")[0].seq == 1


def test_only_a_school_submits(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        submit(city.bureau, tmp_path / "x.vdpkg")
    assert caught.value.code == "wrong_role"


def test_the_round_of_the_submission_is_the_one_opened(city: City, tmp_path: Path) -> None:
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg")
    head = verify(posted.path).manifest
    found = desk(city.school()).round
    assert (head.cycle, head.audience.role, head.audience.id) == (found.id, "bureau", "411400")
    assert tuple(head.standard) == found.packs
