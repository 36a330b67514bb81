"""The round as it stood at the end of a day: what had come in, what counted, what was verified, accepted and returned by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import arrive_submission, bureau_trust, decide, inspect, lineage, receive, report
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.rollup.board import UnitState
from vetdesk.models.store import exchange, figures, journal, register


@pytest.fixture
def new(own_home: Path, tmp_path: Path) -> Iterator[City]:
    """A city whose round was not issued yet."""
    assert own_home
    made = City(tmp_path / "city")
    yield made
    made.close()


def on_days(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets it be a day."""

    def on(day: str) -> None:
        for module in (journal, arrive_submission, exchange):
            monkeypatch.setattr(module, "now", lambda: f"{day}T10:00:00+08:00")

    return on


@pytest.fixture
def lived(new: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """A round that went on for days of 2020: the first school submits, is verified, returned, submits again, is accepted."""
    city, on = new, on_days(monkeypatch)
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


def test_where_a_school_stood_is_what_the_overview_said_that_day(
    new: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not compared yet, compared, out with an inspector, with findings: each from its day on."""
    city, on = new, on_days(monkeypatch)
    on("2020-10-01")
    assert city.campaign.is_file()
    on("2020-10-02")
    city.received()
    said = [board(city.bureau).lines[0].state]
    on("2020-10-03")
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=decide.digits_of(city.bureau, current(city).key))
    said.append(board(city.bureau).lines[0].state)
    on("2020-10-04")
    inspector = city.inspector()
    said.append(board(city.bureau).lines[0].state)
    on("2020-10-05")
    inspect.mark(inspector, FIRST, "land_owned", found="agree", method="measure")
    inspect.note_finding(inspector, FIRST, problem="地证不符", indicator="db22_land", due="2099-01-01")
    inspect.hand_back(inspector, tmp_path / "结果.vdpkg")
    assert receive.receive(city.bureau, [tmp_path / "结果.vdpkg"]).taken == 1
    said.append(board(city.bureau).lines[0].state)
    wanted = [UnitState.UNCONFIRMED, UnitState.RECEIVED, UnitState.UNDER_INSPECTION, UnitState.RECTIFYING]
    assert said == wanted
    days = ("2020-10-02", "2020-10-03", "2020-10-04", "2020-10-05")
    assert [board_of_day(city.bureau, day).lines[0].state for day in days] == wanted


def current(city: City) -> exchange.Submission:
    """The submission of the first school that counts."""
    found = exchange.current_submission(city.bureau, desk(city.bureau).round.id, FIRST)
    assert found is not None
    return found


def test_another_day_of_receipt_is_followed_where_an_earlier_version_had_come(lived: City) -> None:
    """The second version lay on a stick since the fourth: from then on it is what counted."""
    with lived.bureau.atomic():
        exchange.set_received(lived.bureau, current(lived), "2020-10-04", why="U 盘节前送到")
    assert seen(lived, "2020-10-03")[:2] == (UnitState.RETURNED, 1)
    assert seen(lived, "2020-10-04")[:2] == (UnitState.RECEIVED, 2)
    with lived.bureau.atomic():
        exchange.set_received(lived.bureau, current(lived), "2020-10-01", why="更早")
    assert seen(lived, "2020-10-01")[:2] == (UnitState.UNCONFIRMED, 2), "earlier than the first, which it replaced"
    assert seen(lived, "2020-10-03")[:2] == (UnitState.RECEIVED, 2)


def test_one_that_waited_counts_from_when_it_was_chosen(
    lived: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    on = on_days(monkeypatch)
    on("2020-10-09")
    set_figures(lived.school(), {"books_print": "47000"})
    lived.received()
    [waiting] = decide.waiting(lived.bureau, FIRST)
    on("2020-10-11")
    decide.adopt(lived.bureau, FIRST, waiting.hash, reason="学校更正")
    assert [seen(lived, f"2020-10-{day}")[1] for day in ("09", "10", "11")] == [2, 2, 3]


def test_an_identity_compared_again_or_withdrawn_was_known_before(new: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city, on = new, on_days(monkeypatch)
    on("2020-10-01")
    assert city.campaign.is_file()
    city.received()
    city.received(SECOND)
    on("2020-10-03")
    digits = decide.digits_of(city.bureau, current(city).key)
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    on("2020-10-06")
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    on("2020-10-08")
    for code in (FIRST, SECOND):
        bureau_trust.withdraw(city.bureau, code, reason="电脑丢失")
    states = {
        day: [line.state for line in board_of_day(city.bureau, f"2020-10-{day}").lines]
        for day in ("02", "03", "05", "08")
    }
    known, unknown = UnitState.RECEIVED, UnitState.UNCONFIRMED
    assert states == {"02": [unknown] * 2, "03": [known, unknown], "05": [known, unknown], "08": [known, unknown]}
    assert [line.state for line in board(city.bureau).lines] == states["08"]


def test_what_was_decided_within_one_second_stands_in_its_order(lived: City, monkeypatch: pytest.MonkeyPatch) -> None:
    on_days(monkeypatch)("2020-10-09")
    held = exchange.current_submission(lived.bureau, desk(lived.bureau).round.id, SECOND)
    assert held is not None
    decide.confirm_identity(lived.bureau, SECOND, who="经办", digits=decide.digits_of(lived.bureau, held.key))
    decide.return_figures(lived.bureau, SECOND, {"books_print": "请核对"})
    decide.accept(lived.bureau, SECOND, withdraw=True)
    assert [line.state for line in board_of_day(lived.bureau, "2020-10-09").lines] == [
        line.state for line in board(lived.bureau).lines
    ]


def test_names_counties_and_the_register_are_those_of_the_day(lived: City, monkeypatch: pytest.MonkeyPatch) -> None:
    on_days(monkeypatch)("2020-11-03")
    kind = lineage.Kind
    for change in (
        lineage.RegisterChange(kind.RENAME, (FIRST,), (lineage.Target(FIRST, "甲校新名"),), "2020-11-01"),
        lineage.RegisterChange(kind.MOVE, (FIRST,), (lineage.Target(FIRST, "", "永城市"),), "2020-11-02"),
    ):
        lineage.record(lived.bureau, change)
    with lived.bureau.atomic():
        register.put_units(lived.bureau, [register.UnitRecord("3641990077", "丙校（虚构）", district="411422")])

    def told(day: str) -> list[tuple[str, str]]:
        return [(line.unit.name, line.unit.district) for line in board_of_day(lived.bureau, day).lines]

    second = ("乙校（虚构）", "411403")
    assert told("2020-10-31") == [("甲校（虚构）", "411402"), second]
    assert told("2020-11-01") == [("甲校新名", "411402"), second]
    assert told("2020-11-02") == [("甲校新名", "411481"), second]
    assert told("2020-11-03") == [("甲校新名", "411481"), second, ("丙校（虚构）", "411422")]


def test_before_it_was_issued_there_was_no_round(lived: City) -> None:
    with pytest.raises(KnownError, match=r"2020-09-30 还没有发布“2026 年度达标自评”（2020-10-01 发布），没有计算"):
        board_of_day(lived.bureau, "2020-09-30")


def test_schools_that_ended_later_still_counted(lived: City, tmp_path: Path) -> None:
    change = lineage.RegisterChange(
        lineage.Kind.MERGE, (FIRST, SECOND), (lineage.Target("3641990099", "丙校（虚构）"),), "2020-11-01"
    )
    lineage.record(lived.bureau, change)
    assert [each.unit.code for each in board_of_day(lived.bureau, "2020-10-31").lines] == [FIRST, SECOND]
    assert [each.unit.code for each in board_of_day(lived.bureau, "2020-11-01").lines] == ["3641990099"]
    report.write(lived.bureau, "rollup", tmp_path / "那天.xlsx", report.Asked(day="2020-10-31"))
    book = openpyxl.load_workbook(tmp_path / "那天.xlsx")
    assert [book["说明"].cell(at, 1).value for at in (2, 3)] == [
        "截至 2020-10-31", "应报 2 所，已报 2 所，未报 0 所。达标 1 所，达标率 50.00%（1/2）。"
    ]  # fmt: skip
    sums = {row[1]: row[3] for row in book["全市和各县"].iter_rows(min_row=5, values_only=True) if row[0] == "全市"}
    assert sums["生均图书"] == "33.67", "(41,000 + 60,000) ÷ 3,000"
    report.write(lived.bureau, "briefing", tmp_path / "那天.docx", report.Asked(day="2020-10-31"))


@pytest.mark.parametrize("day", ["", "明天", "2999-01-01", "2020-13-01"])
def test_what_is_no_day_before_today_is_refused(city: City, day: str) -> None:
    with pytest.raises(KnownError, match="不是今天以前的日期"):
        board_of_day(city.bureau, day)


def test_only_a_bureau_has_one(city: City) -> None:
    with pytest.raises(KnownError):
        board_of_day(city.school(), "2020-10-01")


def test_what_was_taken_back_twice_is_forgotten(city: City, tmp_path: Path) -> None:
    """A third version counts after the first two were taken back: today is what stands today."""
    from vetdesk.models.operations.undo_import import undo_import

    first = city.submission()
    set_figures(city.school(), {"books_print": "61000"})
    second = city.submission()
    for path in (first, second):
        assert receive.receive(city.bureau, [path]).taken == 1
    undo_import(city.bureau)
    undo_import(city.bureau)
    set_figures(city.school(), {"books_print": "62000"})
    assert receive.receive(city.bureau, [city.submission()]).taken == 1
    now = board(city.bureau).lines[0]
    then = board_of_day(city.bureau, dt.datetime.now(dt.UTC).astimezone().date().isoformat()).lines[0]
    assert (then.state, then.seq, then.judged) == (now.state, now.seq, now.judged)
