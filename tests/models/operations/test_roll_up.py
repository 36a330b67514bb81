"""The bureau's board from stored data: states, three stages, and nothing that was not received."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import keys
from vetdesk.models.operations import decide, inspect, receive, rectify
from vetdesk.models.operations.amend import set_deadline
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.rollup.board import Board, UnitState
from vetdesk.models.store import register


def states(city: City) -> list[UnitState]:
    """The state of both schools."""
    return [line.state for line in board(city.bureau).lines]


def verdict(found: Board, stage: Stage, indicator: str = "db22_books_ps") -> str:
    """The first school's verdict."""
    return found.lines[0].judged[stage][indicator].verdict.value


def test_a_school_goes_through_its_states(city: City, tmp_path: Path) -> None:
    assert states(city) == [UnitState.NOT_RECEIVED, UnitState.NOT_RECEIVED]
    city.received()
    assert states(city)[0] is UnitState.UNCONFIRMED
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    assert states(city)[0] is UnitState.RECEIVED
    inspector = city.inspector()
    assert states(city)[0] is UnitState.UNDER_INSPECTION
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    made, _changes = inspect.note_finding(inspector, FIRST, problem="缺证")
    inspect.hand_back(inspector, tmp_path / "x.vdpkg")
    receive.receive(city.bureau, [tmp_path / "x.vdpkg"])
    assert states(city)[0] is UnitState.RECTIFYING
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "x"})
    assert states(city)[0] is UnitState.RETURNED
    receive.receive(city.school(), [city.reply()])
    rectify.answer(city.school(), made.id, measure="已补", done=True)
    city.received()
    rectify.close(city.bureau, made.id)
    decide.accept(city.bureau, FIRST)
    assert states(city) == [UnitState.ACCEPTED, UnitState.NOT_RECEIVED]


def test_who_is_late_is_seen_the_day_after_the_deadline(city: City) -> None:
    city.received()
    on_time = board(city.bureau, today=dt.date(2099, 12, 31))
    late = board(city.bureau, today=dt.date(2100, 1, 1))
    assert [line.state for line in on_time.lines] == [UnitState.UNCONFIRMED, UnitState.NOT_RECEIVED]
    assert [line.state for line in late.lines] == [UnitState.UNCONFIRMED, UnitState.OVERDUE]
    assert (on_time.overdue, late.overdue) == (0, 1)


def test_the_three_stages_are_judged_apart(city: City, tmp_path: Path) -> None:
    city.received()
    found = board(city.bureau)
    assert [verdict(found, stage) for stage in Stage] == ["met", "incomplete", "incomplete"]
    inspect.mark(city.inspector(), FIRST, "books_print", found="differ", value="44999")
    inspect.mark(city.inspector(), FIRST, "students_ft", found="agree")
    inspect.hand_back(city.inspector(), tmp_path / "x.vdpkg")
    receive.receive(city.bureau, [tmp_path / "x.vdpkg"])
    found = board(city.bureau)
    assert [verdict(found, stage) for stage in Stage] == ["met", "unmet", "incomplete"]
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    found = board(city.bureau)
    assert [verdict(found, stage) for stage in Stage] == ["met", "unmet", "unmet"]
    assert verdict(found, Stage.ACCEPTED, "db22_land") == "met"


def test_what_is_not_received_is_incomplete_and_counts_in_the_rate(city: City) -> None:
    city.received()
    found = board(city.bureau)
    assert {each.verdict.value for each in found.lines[1].judged[Stage.DECLARED].values()} == {"incomplete"}
    assert (found.received, found.met, len(found.in_scope), found.rate()) == (1, 1, 2, 0.5)


def test_a_school_out_of_scope_does_not_count(city: City) -> None:
    city.received()
    with city.bureau.atomic():
        unit = register.units(city.bureau)[1]
        register.put_units(city.bureau, [register.UnitRecord(unit.code, unit.name, run_type="368")])
    found = board(city.bureau)
    assert {each.verdict.value for name, each in found.lines[1].judged[Stage.DECLARED].items() if "db22" in name} == {
        "not_applicable"
    }
    assert (len(found.in_scope), found.rate()) == (1, 1)


def test_the_newest_version_counts(city: City) -> None:
    city.received(SECOND)
    city.received()
    set_figures(city.school(), {"books_print": "44999"})
    city.received()
    found = board(city.bureau)
    assert (verdict(found, Stage.DECLARED), found.lines[0].seq) == ("unmet", 2)
    assert found.shortages() == [("books_print", 1, 1)]


def test_only_a_bureau_has_a_board(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        board(city.school())
    assert caught.value.code == "wrong_role"


def test_a_school_is_late_by_the_deadline_that_is_its_own(city: City) -> None:
    assert city.campaign.is_file()
    set_deadline(city.bureau, "2026-06-30", scope="city")
    set_deadline(city.bureau, "2026-07-10", scope="county", id_="411402")
    set_deadline(city.bureau, "2026-06-10", scope="school", id_=SECOND)

    def late(day: str) -> list[str]:
        found = board(city.bureau, today=dt.date.fromisoformat(day))
        return [each.unit.code for each in found.lines if each.state is UnitState.OVERDUE]

    assert late("2026-06-10") == []
    assert late("2026-06-11") == [SECOND]
    assert late("2026-07-10") == [SECOND]
    assert late("2026-07-11") == [FIRST, SECOND]
    assert desk(city.bureau).round.deadline == "2026-06-30"
