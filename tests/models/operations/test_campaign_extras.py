"""What rides along with a task file and steers it: gate, stages, last year's figures, quantiles of similar schools."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.factory import FIRST, GOOD, NINE, SECOND, SETUP, City
from vetdesk.models.operations import fill, handed_down, peer_groups, receive, round_plan, undo
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.decide import accept, confirm_identity, digits_of
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.explanation_review import review
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.trend import trend
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace

PLAN = RoundPlan((NINE, SETUP), "2026", "2099-12-31")


def table(folder: Path, *rows: tuple[object, ...]) -> Path:
    """A workbook with these rows."""
    book = Workbook()
    for each in rows:
        book.active.append(list(each))  # type: ignore[union-attr]
    path = folder / "去年.xlsx"
    book.save(path)
    return path


def opened(city: City, plan: RoundPlan, name: str = "甲", code: str = FIRST) -> Workspace:
    """A school's workspace from a task file published by this plan."""
    task = city.folder / f"{name}.vdpkg"
    publish(city.bureau, plan, task)
    return open_campaign(city.folder / name, read_campaign(task), unit=code)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A bureau with two schools that has published nothing."""
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home"))
    return City(tmp_path / "city")


def test_last_years_figures_ride_along_and_can_be_disputed(fresh: City, tmp_path: Path) -> None:
    given = table(
        tmp_path,
        ("学校", "students_ft", "图书", "teachers_ft"),
        ("乙　校（虚构）", 900, 9000, 60),
        (FIRST, 1400, None, 98),
    )
    with opened(fresh, RoundPlan(PLAN.packs, "2026", "2099-12-31", last_year=given)) as school:
        found = standing(school)
        assert found.assessment.last_value("students_ft") == 1400
        assert found.assessment.last_value("books_print") is None, "an empty cell is nothing"
        assert found.disputes() == ()
        with pytest.raises(KnownError, match="没有给"):
            handed_down.dispute(school, "books_print", "8000", "漏了")
        with pytest.raises(KnownError, match="没有写原因"):
            handed_down.dispute(school, "students_ft", "1420", " ")
        with pytest.raises(KnownError, match="不是数字"):
            handed_down.dispute(school, "students_ft", "很多", "漏报")
        handed_down.dispute(school, "students_ft", "1420", "去年漏报一个班 20 人")
        [against] = standing(school).disputes()
        assert (against.handed.text, against.own.text) == ("1400", "1420")
        assert against.sentence.endswith("去年漏报一个班 20 人")
        undo.undo(school)
        assert standing(school).disputes() == ()
        handed_down.dispute(school, "students_ft", "1420", "去年漏报一个班 20 人")
        fill.set_figures(school, GOOD)
        posted, _changes = submit(school, tmp_path / "上报.vdpkg", with_errors="测试")
    [offer] = receive.receive(fresh.bureau, [posted.path], dry_run=True).offers
    assert any("去年漏报一个班" in line for line in offer.changes)
    assert receive.receive(fresh.bureau, [posted.path]).taken == 1
    [told] = school_file(fresh.bureau, FIRST).disputes
    assert (told.field.id, told.own.text, told.reason) == ("students_ft", "1420", "去年漏报一个班 20 人")


def test_another_figure_of_last_year_needs_a_reason_before_it_is_sent(fresh: City, tmp_path: Path) -> None:
    given = table(tmp_path, ("unit", "students_ft"), (FIRST, "1400"))
    with opened(fresh, RoundPlan((NINE, SETUP), "2026", "2099-12-31", last_year=given)) as school:
        fill.set_figures(school, GOOD)
        submit(school, tmp_path / "一.vdpkg", with_errors="测试")
        fill.set_figures(school, {"students_ft": "1390"}, year=figures.LAST)
        with pytest.raises(KnownError, match="去年的数有 1 项"):
            submit(school, tmp_path / "二.vdpkg", with_errors="测试")
        handed_down.give_reason(school, "students_ft", "学籍核对后")
        submit(school, tmp_path / "二.vdpkg", with_errors="测试")
        handed_down.withdraw(school, "students_ft")
        assert standing(school).disputes() == ()
        assert standing(school).assessment.last_value("students_ft") == 1400
        fill.set_figures(school, {"students_ft": "1380"}, year=figures.LAST)
        with pytest.raises(KnownError, match="去年的数有 1 项"):
            submit(school, tmp_path / "三.vdpkg", with_errors="测试")  # the reason was for another figure
        for fact, reason in (("nonsense", "x"), ("students_ft", " "), ("students_ft", "字" * 501)):
            with pytest.raises(KnownError):
                handed_down.give_reason(school, fact, reason)
        with pytest.raises(KnownError, match="没有给"):
            handed_down.withdraw(school, "books_print")


def test_undo_brings_back_figure_and_reason_together(fresh: City, tmp_path: Path) -> None:
    given = table(tmp_path, ("标识码", "students_ft"), (FIRST, "1400"))
    with opened(fresh, RoundPlan((NINE,), "2026", "2099-12-31", last_year=given)) as school:
        handed_down.dispute(school, "students_ft", "1300", "原因甲")
        handed_down.dispute(school, "students_ft", "1350", "原因乙\x1b[31m")
        undo.undo(school)
        [each] = standing(school).disputes()
        assert (each.own.text, each.reason) == ("1300", "原因甲")
        handed_down.dispute(school, "students_ft", "1300", "原因丙")
        undo.undo(school)
        assert standing(school).disputes()[0].reason == "原因甲"
        undo.undo(school)
        assert standing(school).disputes() == ()
        fill.take_over(school, ["students_ft"])
        assert figures.read(school, desk(school).round.id, FIRST)["students_ft"].reason == ""


def test_a_reason_that_was_returned_needs_another(fresh: City, tmp_path: Path) -> None:
    given = table(tmp_path, ("学校标识码", "students_ft"), (FIRST, "1400"))
    with opened(fresh, RoundPlan((NINE, SETUP), "2026", "2099-12-31", last_year=given)) as school:
        fill.set_figures(school, GOOD)
        handed_down.dispute(school, "students_ft", "1420", "漏报一个班")
        posted, _changes = submit(school, tmp_path / "一.vdpkg")
        receive.receive(fresh.bureau, [posted.path])
        [held] = exchange.submissions(fresh.bureau, desk(fresh.bureau).round.id)
        confirm_identity(fresh.bureau, FIRST, who="经办", digits=digits_of(fresh.bureau, held.key))
        review(fresh.bureau, FIRST, "last.students_ft", accepted=False, note="请附名册")
        with pytest.raises(KnownError, match="说明退回了"):
            accept(fresh.bureau, FIRST)
        with pytest.raises(KnownError, match="没有对校验"):
            review(fresh.bureau, FIRST, "last.books_print", accepted=True)
        answer, _changes = reply(fresh.bureau, tmp_path / "回执.vdpkg")
        receive.receive(school, [answer.path])
        assert standing(school).returned("last.students_ft") == "请附名册"
        with pytest.raises(KnownError, match="去年的数有 1 项"):
            submit(school, tmp_path / "二.vdpkg")
        handed_down.give_reason(school, "students_ft", "漏报一个班，名册已附")
        posted, _changes = submit(school, tmp_path / "二.vdpkg")
    receive.receive(fresh.bureau, [posted.path])
    accept(fresh.bureau, FIRST)


def test_a_table_without_a_school_is_refused(fresh: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE,), "2026", "2099-12-31", last_year=table(tmp_path, ("unit", "students_ft")))
    with pytest.raises(KnownError, match="没有一所学校的数据"):
        publish(fresh.bureau, plan, tmp_path / "x.vdpkg")


def test_a_unit_typed_otherwise_is_no_dispute(fresh: City, tmp_path: Path) -> None:
    given = table(tmp_path, ("unit", "land_owned"), (FIRST, "20000"))
    with opened(fresh, RoundPlan((NINE,), "2026", "2099-12-31", last_year=given)) as school:
        fill.set_figures(school, {"land_owned": "31亩"}, year=figures.LAST)
        assert len(standing(school).disputes()) == 1
        fill.set_figures(school, {"land_owned": "20000平方米"}, year=figures.LAST)
        assert standing(school).disputes() == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("unit", "students_ft"), ("丁校", 5)], "丁校.*名录里没有"),
        ([("unit", "students_ft"), (FIRST, 5), ("甲校（虚构）", 6)], "有两行"),
        ([("unit", "students_ft"), (FIRST, "约五百")], "B2"),
        ([("unit", "nonsense"), (FIRST, 5)], "nonsense"),
        ([("unit", "has_key_zz"), (FIRST, "是")], "不是这次任务要填的数字"),
        ([("学生", "students_ft"), (FIRST, 5)], "unit"),
    ],
)
def test_a_table_that_cannot_be_taken_is_told_and_nothing_is_published(
    fresh: City, tmp_path: Path, rows: list[tuple[object, ...]], said: str
) -> None:
    plan = RoundPlan((NINE,), "2026", "2099-12-31", last_year=table(tmp_path, *rows))
    with pytest.raises(KnownError, match=said):
        publish(fresh.bureau, plan, tmp_path / "任务.vdpkg")
    assert not (tmp_path / "任务.vdpkg").exists()
    assert register.rounds(fresh.bureau) == []


def test_what_was_accepted_rides_along_into_the_next_round(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="上一次任务没有收到"):
        publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31", last_round=True), tmp_path / "x.vdpkg")
    city.received()
    city.received(SECOND)
    [held] = [each for each in exchange.submissions(city.bureau, desk(city.bureau).round.id) if each.unit == FIRST]
    confirm_identity(city.bureau, FIRST, who="经办", digits=digits_of(city.bureau, held.key))
    figures_before = desk(city.bureau).round.id
    with city.bureau.atomic():
        figures.write(
            city.bureau, figures_before, FIRST, {"students_ft": Entry(State.GIVEN, "1480")}, stage=Stage.VERIFIED
        )
    accept(city.bureau, FIRST)
    plan = RoundPlan((NINE,), "2027", "2099-12-31", last_round=True)
    with opened(city, plan, "明年甲") as school:
        assert standing(school).assessment.last_value("students_ft") == 1480, "the accepted one"
    task = city.folder / "明年甲.vdpkg"
    with open_campaign(city.folder / "明年乙", read_campaign(task), unit=SECOND) as other:
        assert standing(other).assessment.last_value("students_ft") == 1500, "the declared one"


def test_an_amendment_hands_down_corrected_figures(fresh: City, tmp_path: Path) -> None:
    given = table(tmp_path, ("unit", "students_ft", "teachers_ft"), (FIRST, "1400", "90"))
    with opened(fresh, RoundPlan((NINE,), "2026", "2099-12-31", last_year=given)) as school:
        handed_down.dispute(school, "teachers_ft", "95", "漏了五人")
        with fresh.bureau.atomic():
            better = {"students_ft": Entry(State.GIVEN, "1410"), "teachers_ft": Entry(State.GIVEN, "94")}
            handed_down.hand_down(fresh.bureau, desk(fresh.bureau).round.id, {FIRST: better})
        posted, _changes = amend(fresh.bureau, tmp_path / "调整.vdpkg")
        seen = receive.receive(school, [posted.path])
        assert "去年的数据 2 项有更新" in seen.offers[0].sentence
        found = standing(school)
        assert found.assessment.last_value("students_ft") == 1410, "nothing was said against it"
        assert [each.own.text for each in found.disputes()] == ["95"], "what the school said stays"


def test_gates_say_what_the_checks_let_through(fresh: City, tmp_path: Path) -> None:
    wrong = {**GOOD, "students_ft": "1600"}  # more than there are in all: blocked
    with opened(fresh, RoundPlan((NINE, SETUP), "2026", "2099-12-31", gate="strict")) as school:
        fill.set_figures(school, wrong)
        assert standing(school).blocking()
        with pytest.raises(KnownError, match="不接受带错上报"):
            submit(school, tmp_path / "一.vdpkg", with_errors="没有办法")
        round_plan.change_plan(fresh.bureau, gate="lenient")
        posted, _changes = amend(fresh.bureau, tmp_path / "调整.vdpkg")
        assert "从宽" in receive.receive(school, [posted.path]).offers[0].sentence
        assert standing(school).blocking() == standing(school).unexplained() == []
        assert standing(school).assessment.rules(), "they are still told"
        submit(school, tmp_path / "一.vdpkg")


def test_stages_are_read_moved_on_and_told_to_schools(fresh: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE,), "2026", "2099-12-31", stages=("市级复核", "self=2026-10-31", "published"))
    with opened(fresh, plan) as school:
        assert round_plan.stages_line(desk(school).round) == "【学校自评（至 2026-10-31）】 → 市级复核 → 公示"
        with pytest.raises(KnownError, match="没有阶段"):
            round_plan.change_plan(fresh.bureau, now="recheck")
        with pytest.raises(KnownError, match="与现在一样"):
            round_plan.change_plan(fresh.bureau, now="self")
        with pytest.raises(KnownError, match="不是一种关口"):
            round_plan.change_plan(fresh.bureau, gate="open")
        changed, _changes = round_plan.change_plan(fresh.bureau, now="市级复核")
        assert changed.stage is not None
        assert changed.stage.name == "city"
        posted, _changes = amend(fresh.bureau, tmp_path / "调整.vdpkg")
        assert "进入“市级复核”阶段" in receive.receive(school, [posted.path]).offers[0].sentence
        assert desk(school).round.stage == register.RoundStage("city", "", now=True)
        round_plan.change_plan(fresh.bureau, stages=("self", "city", "recognised"))
        assert desk(fresh.bureau).round.stage == register.RoundStage("city", "", now=True), "it stays where it is"
        posted, _changes = amend(fresh.bureau, tmp_path / "调整二.vdpkg")
        assert "阶段安排有变化" in receive.receive(school, [posted.path]).offers[0].sentence


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        (("自评估",), "不是阶段"),
        (("self", "学校自评"), "两次"),
        (("self=十月",), "不是日期"),
        (("self=2026-10-31", "city=2026-10-01"), "还早"),
    ],
)
def test_stages_that_cannot_be(fresh: City, tmp_path: Path, stages: tuple[str, ...], said: str) -> None:
    with pytest.raises(KnownError, match=said):
        publish(fresh.bureau, RoundPlan((NINE,), "2026", "2099-12-31", stages=stages), tmp_path / "x.vdpkg")
    assert register.rounds(fresh.bureau) == []


def test_a_gate_nobody_knows(fresh: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="不是一种关口"):
        publish(fresh.bureau, RoundPlan((NINE,), "2026", "2099-12-31", gate="open"), tmp_path / "x.vdpkg")


def test_quantiles_of_similar_schools_reach_a_school(fresh: City, tmp_path: Path) -> None:
    """Nine schools submit; the next year's task file tells where they lie, but of no group smaller than eight."""
    codes = [f"36419901{at:02}" for at in range(9)]
    with fresh.bureau.atomic():
        register.put_units(
            fresh.bureau, [UnitRecord(each, f"校{each}（虚构）", "school", "411402", "365" if at < 8 else "345", "", "1990")
                           for at, each in enumerate(codes)],
        )  # fmt: skip
    task = tmp_path / "今年.vdpkg"
    publish(fresh.bureau, RoundPlan((NINE,), "2026", "2099-12-31"), task)
    for at, code in enumerate(codes):
        with open_campaign(tmp_path / code, read_campaign(task), unit=code) as school:
            fill.set_figures(school, {"students_ft": "1000", "books_print": str(30000 + 1000 * at)})
            posted, _changes = submit(school, tmp_path / f"{code}.vdpkg", with_errors="测试")
        receive.receive(fresh.bureau, [posted.path])
        [held] = exchange.submissions(fresh.bureau, desk(fresh.bureau).round.id, unit=code)
        confirm_identity(fresh.bureau, code, who="经办", digits=digits_of(fresh.bureau, held.key))
    with opened(fresh, RoundPlan((NINE,), "2027", "2099-12-31"), "明年", codes[0]) as school:
        around = peer_groups.beside(school, desk(school).round.id, "365")
        assert set(around) == {"db22_books_ps"}
        assert (around["db22_books_ps"].count, around["db22_books_ps"].middle) == (8, 33)
        assert peer_groups.beside(school, desk(school).round.id, "345") == {}, "the one school could be worked out"
        fill.set_figures(school, {"students_ft": "1000", "books_print": "34000"})
        assert peer_groups.hints(standing(school).assessment, around) == []
        fill.set_figures(school, {"books_print": "340000"})
        [(name, sentence)] = peer_groups.hints(standing(school).assessment, around)
        assert name == "db22_books_ps"
        assert "8 所学校相比明显偏高" in sentence
        fill.set_figures(school, {"books_print": "340"})
        assert "明显偏低" in peer_groups.hints(standing(school).assessment, around)[0][1]
    with opened(fresh, RoundPlan((NINE,), "2028", "2099-12-31", peers=False), "后年", codes[0]) as school:
        assert peer_groups.beside(school, desk(school).round.id, "365") == {}


def test_a_round_may_ask_some_schools_only(fresh: City, tmp_path: Path) -> None:
    task = tmp_path / "任务.vdpkg"
    publish(fresh.bureau, RoundPlan((NINE, SETUP), "2026", "2099-12-31", scope=("梁园区",)), task)
    assert [each.code for each in read_campaign(task).units] == [FIRST]
    with pytest.raises(KnownError, match="名录里没有"):
        open_campaign(tmp_path / "乙", read_campaign(task), unit=SECOND)
    with open_campaign(tmp_path / "甲", read_campaign(task), unit=FIRST) as school:
        fill.set_figures(school, GOOD)
        posted, _changes = submit(school, tmp_path / "上报.vdpkg")
        wider, _changes = amend(fresh.bureau, tmp_path / "调整.vdpkg")
        assert "没有变化" in receive.receive(school, [wider.path]).offers[0].sentence
    receive.receive(fresh.bureau, [posted.path])
    found = board(fresh.bureau)
    assert [each.unit.code for each in found.lines] == [FIRST]
    assert found.rate() == 1, "who was not asked is not in the denominator"
    [only] = trend(fresh.bureau)
    assert (only.scope, only.received, only.met) == (1, 1, 1)
    assert [district for district, _sums in city_figures(fresh.bureau)] == ["", "411402"]


@pytest.mark.parametrize("scope", ["北京市", "362", "3641990009", ""])
def test_a_scope_that_is_no_school_of_the_register(fresh: City, tmp_path: Path, scope: str) -> None:
    with pytest.raises(KnownError, match="范围里的"):
        publish(fresh.bureau, RoundPlan((NINE,), "2026", "2099-12-31", scope=(scope,)), tmp_path / "x.vdpkg")
    assert register.rounds(fresh.bureau) == []


def test_types_and_codes_are_a_scope_too(fresh: City, tmp_path: Path) -> None:
    publish(fresh.bureau, RoundPlan((NINE,), "2026", "2099-12-31", scope=("365", SECOND)), tmp_path / "x.vdpkg")
    assert desk(fresh.bureau).round.scope == ("365", SECOND)
    assert len(read_campaign(tmp_path / "x.vdpkg").units) == 2
