"""The taking of a package is taken back, also after later ones; or the exact reason why not is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, City
from tests.models.operations.forge import keys
from vetdesk.models.operations import copies, decide, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.undo_import import imports, undo_import
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, journal
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.read import verify


def counting(city: City) -> list[tuple[int, str]]:
    """Number and state of the submission that counts."""
    held = exchange.submissions(city.bureau, desk(city.bureau).round.id)
    return [(each.seq, each.state) for each in held if each.current]


def refusal(city: City, code: str = "") -> str:
    """Why an import cannot be taken back."""
    with pytest.raises(KnownError) as caught:
        undo_import(city.bureau, code)
    assert caught.value.code == "cannot_undo"
    return caught.value.sentence


def test_the_version_before_counts_again_and_the_file_can_come_again(city: City) -> None:
    city.received()
    file = city.submission()
    receive.receive(city.bureau, [file])
    assert counting(city) == [(2, "unconfirmed")]
    sentence, changes = undo_import(city.bureau)
    assert "第 2 版（甲校（虚构））" in sentence
    assert changes.units == {FIRST}
    assert counting(city) == [(1, "unconfirmed")]
    assert receive.receive(city.bureau, [file]).taken == 1
    assert counting(city) == [(2, "unconfirmed")]
    assert journal.broken_at(city.bureau) is None


def test_an_earlier_one_is_taken_back_after_a_later_one(city: City) -> None:
    first = city.submission()
    receive.receive(city.bureau, [first])
    city.received()
    undo_import(city.bureau, short_code(verify(first).hash))
    assert counting(city) == [(2, "unconfirmed")]
    held = exchange.submissions(city.bureau, desk(city.bureau).round.id)
    assert [each.seq for each in held] == [2]
    undo_import(city.bureau)
    assert counting(city) == []


def test_what_others_know_of_stays(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"})
    assert "已经退回学校" in refusal(city)


def test_what_was_accepted_stays(city: City) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    assert "已经审核通过" in refusal(city)


def test_what_a_receipt_went_out_for_stays(city: City) -> None:
    city.received()
    city.reply()
    assert "已经给学校发过包含这一版的回执" in refusal(city)
    later = city.submission()
    receive.receive(city.bureau, [later])
    undo_import(city.bureau, verify(later).hash)
    assert counting(city) == [(1, "unconfirmed")]


def test_what_an_inspector_was_sent_stays(city: City) -> None:
    city.received()
    city.inspector()
    assert "核查任务（专家 1）是按这一版派出的" in refusal(city)


def test_a_merge_is_taken_back_until_something_of_it_was_edited(city: City, tmp_path: Path) -> None:
    school = city.school()
    copies.export_copy(school, tmp_path / "a.vdpkg")
    set_figures(school, {"books_print": "61000"})
    copies.export_copy(school, tmp_path / "b.vdpkg")
    with pytest.raises(KnownError) as caught:
        undo_import(school, "nothing")
    assert caught.value.code == "no_import"
    assert [each.why_not != "" for each in imports(school)] == [True]


def test_there_may_be_nothing_to_take_back(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        undo_import(city.bureau)
    assert caught.value.code == "no_import"
