"""The round as it stood at the end of a day: what had come in, what counted, what was verified, accepted and returned by then."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import arrive_submission, decide, lineage, report
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.rollup.board import UnitState
from vetdesk.models.store import exchange, figures, journal


@pytest.fixture
def lived(city: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """A round that went on for days of 2020: the first school submits, is verified, returned, submits again, is accepted."""

    def on(day: str) -> None:
        for module in (journal, arrive_submission):
            monkeypatch.setattr(module, "now", lambda: f"{day}T10:00:00+08:00")

    on("2020-10-01")
    assert city.campaign.is_file()
    bureau = city.bureau
    on("2020-10-02")
    city.received()
    held = exchange.current_submission(bureau, desk(bureau).round.id, FIRST)
    assert held is not None
    decide.confirm_identity(bureau, FIRST, who="经办", digits=decide.digits_of(bureau, held.key))
    on("2020-10-03")
    decide.return_figures(bureau, FIRST, {"books_print": "请核对"})
    on("2020-10-05")
    set_figures(city.school(), {"books_print": "41000"})
    from vetdesk.models.operations.assess import standing
    from vetdesk.models.operations.fill import explain

    for rule in standing(city.school()).unexplained():
        explain(city.school(), rule.rule.id, "已核对")
    city.received()
    on("2020-10-06")
    with bureau.atomic():
        figures.write(
            bureau, desk(bureau).round.id, FIRST, {"books_print": Entry(State.GIVEN, "46000")}, stage=Stage.VERIFIED
        )
    on("2020-10-07")
    decide.accept(bureau, FIRST)
    on("2020-10-08")
    city.received(SECOND)
    return city


def seen(city: City, day: str) -> tuple[object, ...]:
    """Of the first school: state, number, books a student declared, verified, accepted; schools received; schools that meet."""
    found = board_of_day(city.bureau, day)
    line = found.lines[0]
    values = [line.judged[stage]["db22_books_ps"].value for stage in Stage]
    return (
        line.state,
        line.seq,
        *(None if each is None else round(float(each), 2) for each in values),
        found.received,
        found.met,
    )


def test_each_day_is_as_it_was(lived: City) -> None:
    none = None
    assert seen(lived, "2020-10-01") == (UnitState.NOT_RECEIVED, 0, none, none, none, 0, 0)
    assert seen(lived, "2020-10-02") == (UnitState.RECEIVED, 1, 40.0, none, none, 1, 1)
    assert seen(lived, "2020-10-04") == (UnitState.RETURNED, 1, 40.0, none, none, 1, 1)
    assert seen(lived, "2020-10-05") == (UnitState.RECEIVED, 2, 27.33, none, none, 1, 0)
    assert seen(lived, "2020-10-06") == (UnitState.RECEIVED, 2, 27.33, none, none, 1, 0)
    assert seen(lived, "2020-10-07") == (UnitState.ACCEPTED, 2, 27.33, none, 30.67, 1, 0)
    verified = board_of_day(lived.bureau, "2020-10-06").lines[0].judged[Stage.VERIFIED]["db22_books_ps"]
    assert verified.missing == {"students_ft"}, "the books were verified, the students were not"
    assert seen(lived, "2020-10-08")[-2:] == (2, 1)
    now, then = board(lived.bureau), board_of_day(lived.bureau, "2020-10-08")
    assert [(each.judged, each.conclusion) for each in then.lines] == [
        (each.judged, each.conclusion) for each in now.lines
    ]


def test_schools_that_ended_later_still_counted(lived: City, tmp_path: Path) -> None:
    change = lineage.RegisterChange(
        lineage.Kind.MERGE, (FIRST, SECOND), (lineage.Target("3641990099", "丙校（虚构）"),), "2020-11-01"
    )
    lineage.record(lived.bureau, change)
    assert [each.unit.code for each in board_of_day(lived.bureau, "2020-10-31").lines] == [FIRST, SECOND]
    assert [each.unit.code for each in board_of_day(lived.bureau, "2020-11-01").lines] == ["3641990099"]
    report.write(lived.bureau, "rollup", tmp_path / "那天.xlsx", day="2020-10-31")
    book = openpyxl.load_workbook(tmp_path / "那天.xlsx")
    assert [book["说明"].cell(at, 1).value for at in (2, 3)] == [
        "截至 2020-10-31", "应报 2 所，已报 2 所，未报 0 所。达标 1 所，达标率 50.00%（1/2）。"
    ]  # fmt: skip
    sums = {row[1]: row[3] for row in book["全市和各县"].iter_rows(min_row=5, values_only=True) if row[0] == "全市"}
    assert sums["生均图书"] == "33.67", "(41,000 + 60,000) ÷ 3,000"
    report.write(lived.bureau, "briefing", tmp_path / "那天.docx", day="2020-10-31")


@pytest.mark.parametrize("day", ["", "明天", "2999-01-01", "2020-13-01"])
def test_what_is_no_day_before_today_is_refused(city: City, day: str) -> None:
    with pytest.raises(KnownError, match="不是今天以前的日期"):
        board_of_day(city.bureau, day)


def test_only_a_bureau_has_one(city: City) -> None:
    with pytest.raises(KnownError):
        board_of_day(city.school(), "2020-10-01")
