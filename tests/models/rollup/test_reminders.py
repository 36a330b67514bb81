"""Which schools are shown, and the message that reminds them."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import decide
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.rollup.reminders import Choice, chosen, reminder
from vetdesk.models.store import register
from vetdesk.models.store.register import UnitRecord


def codes(city: City, choice: Choice, *, today: str = "2026-11-26") -> list[str]:
    return [each.unit.code for each in chosen(board(city.bureau, today=dt.date.fromisoformat(today)), choice)]


def test_every_choice_shows_its_schools(city: City) -> None:
    set_figures(city.school(), {"books_print": "30000"})
    city.received()
    assert codes(city, Choice.ALL) == [FIRST, SECOND]
    assert codes(city, Choice.NOT_SENT) == [SECOND]
    assert codes(city, Choice.OVERDUE) == []
    assert codes(city, Choice.OVERDUE, today="2100-01-01") == [SECOND]
    assert codes(city, Choice.UNCONFIRMED) == [FIRST]
    assert codes(city, Choice.UNMET) == codes(city, Choice.ONE_SHORT) == [FIRST]
    assert codes(city, Choice.MET) == codes(city, Choice.INCOMPLETE) == codes(city, Choice.RETURNED) == []
    decide.return_figures(city.bureau, FIRST, {"books_print": "请核对"})
    assert codes(city, Choice.RETURNED) == [FIRST]
    set_figures(city.school(), {"books_print": "30000", "land_owned": "20000"})
    for rule in ("L15", "U01", "U04"):
        explain(city.school(), rule, "说明")
    city.received()
    assert codes(city, Choice.UNMET) == [FIRST]
    assert codes(city, Choice.ONE_SHORT) == []
    set_figures(city.school(), {"books_print": "60000", "land_owned": "60000"})
    city.received()
    assert codes(city, Choice.MET) == [FIRST]
    set_figures(city.school(), {"books_print": ""})
    city.received()
    assert codes(city, Choice.INCOMPLETE) == [FIRST]


def test_the_message_names_each_with_whom_to_call(city: City) -> None:
    with city.bureau.atomic():
        register.put_units(
            city.bureau,
            [UnitRecord(SECOND, "乙校（虚构）", "school", "411403", "365", "", "1991", "王老师", "000-0000")],
        )
    assert city.campaign.is_file()
    lines = chosen(board(city.bureau), Choice.NOT_SENT)
    assert reminder(lines, title="2026 年度", deadline="2099-12-31").split("\n") == [
        "【2026 年度】截止 2099-12-31，以下 2 所学校请抓紧：",
        "1. 甲校（虚构） 未上报",
        "2. 乙校（虚构） 未上报 王老师 000-0000",
    ]


@pytest.mark.parametrize("choice", Choice)
def test_every_choice_has_a_word(choice: Choice) -> None:
    assert choice.word
