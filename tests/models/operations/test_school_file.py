"""What a bureau holds of one school: evidence with its marks, rules with the school's words, versions, history."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from vetdesk.models.operations import attach as attaching
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.compare_revisions import compare_submissions
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.about_evidence import About, Pin
from vetdesk.models.records.errors import KnownError
from vetdesk.models.rollup.board import UnitState
from vetdesk.models.sync.read import verify

DEED = About(expires="2026-01-01", pins=[Pin(1, [1, 2, 3, 4], "land_owned", "60 000 ㎡")])


def test_evidence_comes_with_its_marks_and_what_never_arrived_is_said(city: City, tmp_path: Path) -> None:
    sha256, _changes = attaching.attach(
        city.school(), pdf(tmp_path, "一.pdf", content=b"1" * 900), indicator="db22_land"
    )
    attaching.describe(city.school(), attaching.one_of(city.school(), sha256), DEED)
    attaching.attach(city.school(), pdf(tmp_path, "二.pdf", content=b"2" * 900), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg", volume=1000)
    first = next(each for each in posted.rest if verify(each).manifest.files[1].sha256 == sha256)
    receive.receive(city.bureau, [posted.path, first])
    found = school_file(city.bureau, FIRST, today=dt.date(2026, 11, 26))
    said = {each.entry.label: (each.here, each.expired, each.entry.about) for each in found.proofs}
    assert said == {"一.pdf": (True, True, DEED), "二.pdf": (False, False, None)}
    assert found.proofs[0].proves == "校园占地面积"


def test_rules_come_with_the_schools_words_and_digits_until_they_were_compared(city: City) -> None:
    set_figures(city.school(), {"books_print": "1"})
    explain(city.school(), "U07", "图书正在搬迁")
    city.received()
    found = school_file(city.bureau, FIRST)
    assert {each.rule.id: said for each, said in found.fired}["U07"] == "图书正在搬迁"
    assert len(found.digits.replace(" ", "")) == 30
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=found.digits)
    decide.return_figures(city.bureau, FIRST, {"books_print": "请核对"})
    found = school_file(city.bureau, FIRST)
    assert found.digits == ""
    what = [text for _at, _who, text in found.history]
    assert what[:2] == ["退回修改", "退回意见"]
    assert "核对身份" in what
    assert what[-2:] == ["接收文件", "录入名录"]


def test_any_two_versions_are_compared(city: City) -> None:
    first = verify(_sent(city)).hash
    set_figures(city.school(), {"books_print": "61000"})
    second = verify(_sent(city)).hash
    found = school_file(city.bureau, FIRST)
    assert [(each.seq, each.current, each.body) for each in found.versions] == [(2, True, ""), (1, False, "")]
    [only] = compare_submissions(city.bureau, first, second)
    assert (only.before, only.after) == ("60000 册", "61000 册")
    assert compare_submissions(city.bureau, first, first) == []
    with pytest.raises(KnownError) as caught:
        compare_submissions(city.bureau, first, "0" * 64)
    assert caught.value.code == "no_version"


def _sent(city: City) -> Path:
    path = city.submission()
    receive.receive(city.bureau, [path])
    return path


def test_a_school_that_sent_nothing_has_an_empty_file_and_an_unknown_one_none(city: City) -> None:
    assert city.campaign.is_file()
    found = school_file(city.bureau, SECOND)
    assert (found.body, found.proofs, found.fired, found.versions) == (None, (), (), ())
    with pytest.raises(KnownError):
        school_file(city.bureau, "3640000000")


def test_only_what_changed_is_judged_again_and_nothing_old_is_shown(city: City) -> None:
    city.received()
    city.received(SECOND)
    before = board(city.bureau).lines
    assert all(one.judged is other.judged for one, other in zip(before, board(city.bureau).lines, strict=True))
    set_figures(city.school(), {"books_print": "61234"})
    city.received()
    after = board(city.bureau).lines
    assert after[0].judged is not before[0].judged
    assert after[1].judged is before[1].judged
    assert after[0].seq == 2
    decide.return_figures(city.bureau, FIRST, {"books_print": "请核对"})
    assert board(city.bureau).lines[0].state is UnitState.RETURNED
