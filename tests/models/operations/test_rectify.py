"""Findings: answered by the school, closed by the bureau, and by nobody else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, NINE, SECOND, SETUP, City
from tests.models.operations.forge import rows_of
from vetdesk.models.operations import inspect, lineage, receive, rectify
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.desk import desk, desk_of_round
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.lineage import Kind, RegisterChange, Target
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.rectify import STATE_WORDS, days_late, finding_of
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.rollup.board import UnitState
from vetdesk.models.store import inspection
from vetdesk.models.store.inspection import Finding

TODAY = dt.datetime.now(dt.UTC).astimezone().date().isoformat()


@pytest.fixture
def finding(city: City, tmp_path: Path) -> str:
    """The id of a finding that bureau and school know."""
    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="agree")
    made, _changes = inspect.note_finding(city.inspector(), FIRST, problem="缺证", indicator="db22_land")
    inspect.note_finding(city.inspector(), FIRST, problem="另一个")
    inspect.hand_back(city.inspector(), tmp_path / "x.vdpkg")
    receive.receive(city.bureau, [tmp_path / "x.vdpkg"])
    receive.receive(city.school(), [city.reply()])
    return made.id


def state(city: City, id_: str, *, at_school: bool = False) -> str:
    """The state of a finding at the bureau (or the school)."""
    found = inspection.finding(city.school() if at_school else city.bureau, id_)
    assert found is not None
    return found.state


def test_a_finding_goes_from_not_started_to_closed(city: City, finding: str) -> None:
    assert state(city, finding) == "not_started"
    rectify.answer(city.school(), finding, measure=" 正在补办 ", done=False)
    assert state(city, finding, at_school=True) == "in_progress"
    city.received()
    assert state(city, finding) == "in_progress"
    rectify.answer(city.school(), finding, measure="已补办", done=True)
    city.received()
    assert state(city, finding) == "claimed_fixed"
    assert rectify.close(city.bureau, finding).findings
    receive.receive(city.school(), [city.reply()])
    assert (state(city, finding), state(city, finding, at_school=True)) == ("closed", "closed")
    with pytest.raises(KnownError) as caught:
        rectify.answer(city.school(), finding, measure="又", done=False)
    assert caught.value.code == "closed"


def test_closing_needs_the_schools_claim(city: City, finding: str) -> None:
    before = rows_of(city.bureau)
    with pytest.raises(KnownError) as caught:
        rectify.close(city.bureau, finding)
    assert (caught.value.code, "未启动" in caught.value.sentence) == ("not_claimed", True)
    assert rows_of(city.bureau) == before
    rectify.answer(city.school(), finding, measure="正在补办", done=False)
    city.received()
    with pytest.raises(KnownError, match="整改中"):
        rectify.close(city.bureau, finding)


def test_an_answer_needs_a_measure(city: City, finding: str) -> None:
    for measure in ("", " \n"):
        with pytest.raises(KnownError) as caught:
            rectify.answer(city.school(), finding, measure=measure, done=True)
        assert caught.value.code == "no_measure"
    assert state(city, finding, at_school=True) == "not_started"


def test_the_beginning_of_an_id_is_enough_where_it_is_unmistakable(city: City, finding: str) -> None:
    assert finding_of(city.school(), finding[:8]).id == finding
    for unknown in ("", "zzzz", finding + "x"):
        with pytest.raises(KnownError) as caught:
            finding_of(city.school(), unknown)
        assert caught.value.code == "no_finding"


def test_school_and_bureau_do_not_change_places(city: City, finding: str) -> None:
    with pytest.raises(KnownError) as caught:
        rectify.answer(city.bureau, finding, measure="x", done=True)
    assert caught.value.code == "wrong_role"
    with pytest.raises(KnownError) as caught:
        rectify.close(city.school(), finding)
    assert caught.value.code == "wrong_role"


def test_every_state_has_a_word(finding: str) -> None:
    assert set(STATE_WORDS) == {"not_started", "in_progress", "claimed_fixed", "closed"}
    assert finding


@pytest.mark.parametrize(
    ("due", "state", "late"),
    [
        ("2026-09-30", "not_started", 2), ("2026-09-30", "in_progress", 2), ("2026-09-30", "claimed_fixed", 0),
        ("2026-09-30", "closed", 0), ("2026-10-02", "not_started", 0), ("2026-12-01", "not_started", 0),
        ("", "not_started", 0), ("尽快", "not_started", 0),
    ],
)  # fmt: skip
def test_how_late_a_finding_is(due: str, state: str, late: int) -> None:
    each = Finding("a", "r", FIRST, "", "", "问题", "", "", due, state)
    assert days_late(each, dt.date(2026, 10, 2)) == late


def test_who_answers_for_a_finding_travels_and_stays_through_the_reply(city: City, finding: str) -> None:
    rectify.answer(city.school(), finding, measure="已购书", done=True, person="王丽")
    city.received()
    there = finding_of(city.bureau, finding)
    assert (there.measure, there.person, there.state) == ("已购书", "王丽", "claimed_fixed")
    rectify.close(city.bureau, finding)
    receive.receive(city.school(), [city.reply()])
    here = finding_of(city.school(), finding)
    assert (here.state, here.person) == ("closed", "王丽")


def test_what_is_not_closed_goes_on_in_the_next_round(city: City, finding: str, tmp_path: Path) -> None:
    """Nothing that was found gets lost because a new year began: it is answered and closed there."""
    rectify.answer(city.school(), finding, measure="已补办", done=True)
    city.received()
    rectify.close(city.bureau, finding)
    old = desk(city.bureau).round.id
    [left] = [each for each in inspection.findings(city.bureau, old) if each.state != "closed"]
    task = tmp_path / "下一年.vdpkg"
    publish(city.bureau, RoundPlan((NINE, SETUP), "2027", "2099-12-31"), task)
    new = desk(city.bureau).round.id
    assert [each.id for each in inspection.findings(city.bureau, new)] == [left.id]
    assert [each.id for each in inspection.findings(city.bureau, old)] == [finding, left.id], "it was found there"
    earlier = desk_of_round(city.bureau, "2026")
    assert board(city.bureau, of=earlier).lines[0].state is UnitState.RECTIFYING
    assert board_of_day(city.bureau, TODAY, of=earlier).lines[0].state is UnitState.RECTIFYING
    assert inspection.findings(city.bureau, new)[0].since == old
    assert {each.unit for each in inspection.findings(city.bureau, old)} == {FIRST}
    with open_campaign(tmp_path / "甲校", read_campaign(task), unit=FIRST) as school:
        set_figures(school, GOOD)
        first, _changes = submit(school, tmp_path / "一.vdpkg", with_errors="测试")
        assert receive.receive(city.bureau, [first.path]).taken == 1
        assert receive.receive(school, [city.reply()]).taken == 1
        rectify.answer(school, left.id, measure="改好了", done=True)
        second, _changes = submit(school, tmp_path / "二.vdpkg", with_errors="测试")
        assert receive.receive(city.bureau, [second.path]).taken == 1
        assert state(city, left.id) == "claimed_fixed"
        rectify.close(city.bureau, left.id)
        assert receive.receive(school, [city.reply()]).taken == 1
        closed = inspection.finding(school, left.id)
        assert closed is not None
        assert closed.state == "closed"
    assert board(city.bureau, of=earlier).lines[0].state is UnitState.UNCONFIRMED
    assert board_of_day(city.bureau, TODAY, of=earlier).lines[0].state is UnitState.UNCONFIRMED
    publish(city.bureau, RoundPlan((NINE, SETUP), "2028", "2099-12-31"), tmp_path / "再下一年.vdpkg")
    assert inspection.findings(city.bureau, desk(city.bureau).round.id) == []


def test_a_finding_follows_the_school_into_the_one_it_was_merged_into(city: City, finding: str, tmp_path: Path) -> None:
    merged = RegisterChange(Kind.MERGE, (FIRST, SECOND), (Target("3641990099", "丁校（虚构）"),), "2026-10-01")
    lineage.record(city.bureau, merged)
    publish(city.bureau, RoundPlan((NINE, SETUP), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    now = inspection.findings(city.bureau, desk(city.bureau).round.id)
    assert {each.unit for each in now} == {"3641990099"}
    assert finding in {each.id for each in now}


def test_a_finding_of_a_school_that_is_not_asked_stays_where_it_was(city: City, finding: str, tmp_path: Path) -> None:
    old = desk(city.bureau).round.id
    publish(city.bureau, RoundPlan((NINE, SETUP), "2027", "2099-12-31", scope=("411403",)), tmp_path / "下一年.vdpkg")
    assert inspection.findings(city.bureau, desk(city.bureau).round.id) == []
    assert finding in {each.id for each in inspection.findings(city.bureau, old)}
    publish(city.bureau, RoundPlan((NINE, SETUP), "2028", "2099-12-31"), tmp_path / "再下一年.vdpkg")
    assert finding in {each.id for each in inspection.findings(city.bureau, desk(city.bureau).round.id)}
