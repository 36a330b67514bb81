"""The city by the figures of each stage, of the newest round and of those before; whom a standard is not about."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.factory import FIRST, GOOD, NINE, SECOND, City
from vetdesk.charts.draw import to_png
from vetdesk.models.operations import amend, decide, lineage, receive, report
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.city_figures import figures_of
from vetdesk.models.operations.county import join_round
from vetdesk.models.operations.desk import desk, desk_of_round
from vetdesk.models.operations.export_tables import export_tables
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.lineage import Kind, RegisterChange, Target
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.region import region_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.trend import trend
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.reports.briefing import plain
from vetdesk.models.reports.city_rollup import stages_line
from vetdesk.models.rollup.board import UnitState
from vetdesk.models.rollup.reminders import Choice, chosen
from vetdesk.models.store import figures, register
from vetdesk.models.store.register import UnitRecord

TODAY = dt.datetime.now(dt.UTC).astimezone().date().isoformat()


@pytest.fixture
def accepted(city: City) -> City:
    """Both schools declared enough; at the first an inspector found fewer books, which was accepted."""
    bureau = city.bureau
    for code in (FIRST, SECOND):
        city.received(code)
        digits = decide.digits_of(bureau, decide.current(bureau, code).key)
        decide.confirm_identity(bureau, code, who="经办", digits=digits)
    with bureau.atomic():
        found = {"books_print": Entry(State.GIVEN, "100")}
        figures.write(bureau, desk(bureau).round.id, FIRST, found, stage=Stage.VERIFIED)
    decide.accept(bureau, FIRST)
    return city


def test_a_rate_by_the_figures_of_each_stage(accepted: City) -> None:
    seen = {stage: board(accepted.bureau).by(stage) for stage in Stage}
    assert [(each.met, each.known, len(each.in_scope)) for each in seen.values()] == [(2, 2, 2), (0, 1, 2), (0, 1, 2)]
    assert [each.rate() for each in seen.values()] == [1, 0, 0]
    assert seen[Stage.DECLARED].shortages() == []
    assert [fact for fact, _amount, _count in seen[Stage.ACCEPTED].shortages()] == ["books_print"]
    assert stages_line(seen[Stage.ACCEPTED]) == (
        "以上按审定值计算。按申报值达标 2 所（有申报值的 2 所），按核实值达标 0 所（有核实值的 1 所），"
        "按审定值达标 0 所（有审定值的 1 所）。"
    )
    [result] = trend(accepted.bureau)
    assert (result.met, result.stages) == (2, {Stage.VERIFIED: (1, 0), Stage.ACCEPTED: (1, 0)})


def test_nothing_is_said_of_stages_before_there_are_any(city: City) -> None:
    city.received()
    assert stages_line(board(city.bureau)) == ""
    assert "以上按核实值计算" in stages_line(board(city.bureau).by(Stage.VERIFIED))


def test_sums_and_reports_by_accepted_figures(accepted: City, tmp_path: Path) -> None:
    bureau = accepted.bureau
    report.write(bureau, "rollup", tmp_path / "审定.xlsx", report.Asked(stage=Stage.ACCEPTED))
    book = openpyxl.load_workbook(tmp_path / "审定.xlsx")
    assert "达标 0 所，达标率 0.00%（0/2）" in str(book["说明"].cell(2, 1).value)
    rows = [row for row in book["全市和各县"].iter_rows(values_only=True) if row[0] == "全市" and row[1] == "生均图书"]
    students = int(accepted_figure(accepted, "students_ft"))
    assert [(row[4], row[5], row[6], row[7]) for row in rows] == [("100", f"{students:,}", 1, 1)]
    [(_city, every), *_counties] = figures_of(bureau, desk(bureau), Stage.VERIFIED)
    assert {(each.schools, each.missing) for each in every if each.indicator == "db22_books_ps"} == {(0, 2)}
    told = plain(report.document(bureau, "briefing", report.Asked(stage=Stage.ACCEPTED)))
    assert "达标 0 所，达标率 0.00%（0/2" in told
    assert "以上按审定值计算" in told
    assert "按申报值达标 2 所" in plain(report.document(bureau, "briefing"))


def accepted_figure(city: City, fact: str) -> str:
    """An accepted figure of the first school."""
    return figures.read(city.bureau, desk(city.bureau).round.id, FIRST, stage=Stage.ACCEPTED)[fact].text


def test_goals_count_a_school_by_its_accepted_figures_where_there_are_any(accepted: City) -> None:
    found = region_figures(accepted.bureau, "411400")
    assert (found["schools_in_scope"].entry.text, found["schools_pass"].entry.text) == ("2", "1")


def test_an_earlier_round_is_looked_at_as_it_was(accepted: City, tmp_path: Path) -> None:
    bureau = accepted.bureau
    before = board(bureau)
    publish(bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    assert [line.seq for line in board(bureau).lines] == [0, 0]
    for said in ("2026", "2026 年度达标自评"):
        again = board(bureau, of=desk_of_round(bureau, said))
        assert [(each.unit.code, each.state, each.seq, each.judged, each.concluded) for each in again.lines] == [
            (each.unit.code, each.state, each.seq, each.judged, each.concluded) for each in before.lines
        ]
    report.write(bureau, "rollup", tmp_path / "去年.xlsx", report.Asked(round="2026"))
    book = openpyxl.load_workbook(tmp_path / "去年.xlsx")
    assert str(book["说明"].cell(2, 1).value).startswith("应报 2 所，已报 2 所，未报 0 所。达标 2 所")
    report.chart(bureau, "heat", tmp_path / "去年.png", draw=to_png, asked=report.Asked(round="2026"))
    export_tables(bureau, tmp_path / "表", of="2026")
    with (tmp_path / "表" / "submissions.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["unit"] for row in csv.DictReader(stream)} == {FIRST, SECOND}
    today = report.document(bureau, "rollup", report.Asked(round="2026", day=TODAY))
    assert today.paragraphs[1].startswith("应报 2 所，已报 2 所")
    with pytest.raises(KnownError, match=r"没有“2020”这次任务.*2027（.*2026（"):
        desk_of_round(bureau, "2020")
    with pytest.raises(KnownError, match="没有“x”这次任务"):
        report.write(bureau, "rollup", tmp_path / "x.xlsx", report.Asked(round="x"))
    assert not (tmp_path / "x.xlsx").exists()


def test_a_school_the_standard_is_not_about_is_not_awaited(city: City) -> None:
    """附设中职班 (368) is not judged by the key indicators: nobody waits for it, nor calls it late."""
    bureau = city.bureau
    city.received()
    own = [each for each in register.units(bureau) if each.code == SECOND]
    with bureau.atomic():
        register.put_units(
            bureau, [UnitRecord("3641990077", "附设班（虚构）", district=own[0].district, run_type="368")]
        )
        register.set_round_deadline(bureau, desk(bureau).round.id, "2020-01-01")
    found = board(bureau)
    states = {line.unit.code: line.state for line in found.lines}
    assert states == {FIRST: UnitState.UNCONFIRMED, SECOND: UnitState.OVERDUE, "3641990077": UnitState.NOT_RECEIVED}
    assert (found.outside, found.overdue, found.received, len(found.in_scope)) == (1, 1, 1, 2)
    assert [line.unit.code for line in chosen(found, Choice.NOT_SENT)] == [SECOND]
    assert [line.unit.code for line in chosen(found, Choice.OUTSIDE)] == ["3641990077"]
    told = plain(report.document(bureau, "briefing"))
    assert "应报 2 所，已报 1 所，未报 1 所。另有 1 所不适用标准，不在应报里。其中逾期 1 所。" in told
    assert "附设班" not in told
    then = board_of_day(bureau, TODAY)
    assert {line.unit.code: line.state for line in then.lines} == states


def rows(city: City, said: str = "") -> list[tuple[str, str, str, UnitState, int, str]]:
    """Every school of a round as the roll-up has it."""
    return [
        (each.unit.code, each.unit.name, each.unit.district, each.state, each.seq, each.conclusion.outcome.value)
        for each in board(city.bureau, of=desk_of_round(city.bureau, said)).lines
    ]


def test_a_round_stays_as_it_was_when_the_next_one_began(city: City, tmp_path: Path) -> None:
    """The register was put right without telling the schools, and changes later: last year's figures stay."""
    bureau = city.bureau
    city.received()
    old = {each.code: each for each in register.units(bureau)}
    with bureau.atomic():
        register.put_units(bureau, [replace(old[FIRST], founded_year="2023"), replace(old[SECOND], name="乙校新名")])
        register.put_units(bureau, [UnitRecord("3641990077", "丙校（虚构）", district="411422", head_phone="0370-1")])
    before, total = rows(city), trend(bureau)[0]
    assert before[0][5] == "not_applicable"
    publish(bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    assert rows(city, "2026") == before
    change = RegisterChange(Kind.MOVE, (SECOND,), (Target(SECOND, "", "永城市"),), "2026-10-01")
    lineage.record(bureau, change)
    lineage.record(bureau, RegisterChange(Kind.CLOSE, ("3641990077",), (), "2026-10-01"))
    assert rows(city, "2026") == before
    assert trend(bureau)[0] == total
    [kept] = bureau.rows("SELECT units FROM round WHERE period = '2026'")
    assert "0370-1" not in kept["units"], "no contacts"


def test_who_reported_and_ended_counts_once(city: City, tmp_path: Path) -> None:
    """Both that were merged had reported, the one they became had not: the round asked the two."""
    city.received()
    merged = RegisterChange(Kind.MERGE, (FIRST, SECOND), (Target("3641990099", "丁校（虚构）"),), "2026-10-01")
    lineage.record(city.bureau, merged)
    assert [code for code, *_more in rows(city)] == ["3641990099"]
    publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    assert [(code, seq) for code, _name, _county, _state, seq, _end in rows(city, "2026")] == [(FIRST, 1), (SECOND, 0)]
    assert [code for code, *_more in rows(city)] == ["3641990099"]


def test_a_county_keeps_its_schools_of_a_round_too(city: City, tmp_path: Path) -> None:
    county_home = set_up_bureau(tmp_path / "县", name="梁园区教体局（虚构）", district="411402")
    with county_home as county:
        assert city.campaign.is_file()
        join_round(county, read_campaign(city.campaign))
        with county.atomic():
            register.put_units(county, [UnitRecord("3641990077", "丙校（虚构）", district="411402")])
        before = [line.unit.code for line in board(county).lines]
        assert before == [FIRST, "3641990077"]
        publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
        join_round(county, read_campaign(tmp_path / "下一年.vdpkg"))
        found = board(county, of=desk_of_round(county, "2026"))
        assert [line.unit.code for line in found.lines] == before
        assert found.place == "梁园区"


def test_a_school_of_another_kind_is_outside_in_every_stage(city: City, tmp_path: Path) -> None:
    """Inspectors verify figures, not of which kind a school is: what it declared itself to be holds."""
    bureau = city.bureau
    set_figures(city.school(SECOND), {"pack_class": "艺术"})
    for rule in standing(city.school(SECOND)).unexplained():
        explain(city.school(SECOND), rule.rule.id, "已核对")
    city.received()
    city.received(SECOND)
    found = {name: Entry(State.GIVEN, text) for name, text in {**GOOD, "books_print": "100"}.items()}
    found.pop("pack_class", None)
    found.pop("enrol_right", None)
    with bureau.atomic():
        for code in (FIRST, SECOND):
            figures.write(bureau, desk(bureau).round.id, code, found, stage=Stage.VERIFIED)
    fresh = board(bureau)
    for seen in (fresh.by(stage) for stage in Stage):
        assert (len(seen.in_scope), seen.outside) == (1, 1)
        assert {line.conclusion.outcome.value for line in seen.lines if line.unit.code == SECOND} == {"not_applicable"}
        assert sum(seen.counts("db22_books_ps", decided=True).values()) - seen.counts("db22_books_ps")[
            Verdict.NOT_APPLICABLE
        ] == 1  # fmt: skip
        [(_city, every), *_counties] = figures_of(bureau, desk(bureau), seen.stage)
        assert {each.schools + each.missing for each in every} == {1}
        assert SECOND not in {line.unit.code for each in Choice for line in chosen(seen, each) if each in _JUDGED}
    assert [line.unit.code for line in chosen(fresh.by(Stage.VERIFIED), Choice.UNMET)] == [FIRST]
    export_tables(bureau, tmp_path / "表")
    with (tmp_path / "表" / "together.csv").open(encoding="utf-8-sig", newline="") as stream:
        counted = {int(row["schools"]) + int(row["missing"]) for row in csv.DictReader(stream) if not row["district"]}
    assert counted == {1}
    then = report.document(bureau, "rollup", report.Asked(day=TODAY, stage=Stage.VERIFIED))
    now = report.document(bureau, "rollup", report.Asked(stage=Stage.VERIFIED))
    assert then.tables == now.tables
    city.close()
    assert board(City(city.folder).bureau) == fresh, "kept between two openings"


_JUDGED = (Choice.UNMET, Choice.WORST, Choice.ONE_SHORT, Choice.MET, Choice.NOT_SENT, Choice.OVERDUE)


def test_a_briefing_of_figures_that_nobody_has_says_so(city: City) -> None:
    city.received()
    told = plain(report.document(city.bureau, "briefing", report.Asked(stage=Stage.VERIFIED)))
    assert "还没有核实值。" in told
    assert "没有缺口" not in told


@pytest.mark.parametrize("how", ["split away", "split, one reported", "split and go on", "merged outside the scope"])
def test_the_schools_kept_are_those_of_just_before(city: City, tmp_path: Path, how: str) -> None:
    bureau = city.bureau
    new = (Target("3641990078", "甲东（虚构）"), Target("3641990077", "甲西（虚构）"))
    if how == "merged outside the scope":
        publish(bureau, RoundPlan((NINE,), "2026 补", "2099-12-31", scope=("411402",)), tmp_path / "任务.vdpkg")
        change = RegisterChange(Kind.MERGE, (FIRST, SECOND), (Target("3641990099", "丁校", "梁园区"),), "2026-10-01")
        with open_campaign(tmp_path / "甲", read_campaign(tmp_path / "任务.vdpkg"), unit=FIRST) as school:
            fields = {field.id for pack in desk(school).packs for field in pack.form()}
            set_figures(school, {name: text for name, text in GOOD.items() if name in fields})
            posted, _changes = submit(school, tmp_path / "上报.vdpkg", with_errors="试")
        assert receive.receive(bureau, [posted.path]).taken == 1
    else:
        city.received()
        after_it = (Target(FIRST, "甲本部"), new[1]) if how == "split and go on" else new
        change = RegisterChange(Kind.SPLIT, (FIRST,), after_it, "2026-10-01")
    lineage.record(bureau, change)
    if how == "split, one reported":  # as if its file had come from it
        bureau.db.execute("UPDATE submission SET unit = '3641990078'")
    before = rows(city)
    publish(bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    after = rows(city, "2026 补" if how == "merged outside the scope" else "2026")
    if how == "merged outside the scope":
        assert [code for code, *_more in before] == ["3641990099"]
        assert [(code, seq) for code, _name, _county, _state, seq, _end in after] == [(FIRST, 1)], (
            "the other was not asked"
        )
    elif how == "split away":
        assert [(code, seq) for code, _name, _county, _state, seq, _end in after] == [(SECOND, 0), (FIRST, 1)], "once"
    else:
        assert after == before


@pytest.mark.parametrize("how", ["amendment", "register", "next round"])
def test_a_county_counts_a_merged_school_once(city: City, tmp_path: Path, how: str) -> None:
    with set_up_bureau(tmp_path / "县", name="梁园区教体局（虚构）", district="411402") as county:
        assert city.campaign.is_file()
        with city.bureau.atomic():
            register.put_units(city.bureau, [UnitRecord("3641990077", "丙校（虚构）", district="411402")])
        amend.amend(city.bureau, tmp_path / "一.vdpkg")
        join_round(county, read_campaign(city.campaign))
        assert receive.receive(county, [tmp_path / "一.vdpkg"]).taken == 1
        assert [line.unit.code for line in board(county).lines] == [FIRST, "3641990077"]
        merged = RegisterChange(
            Kind.MERGE, (FIRST, "3641990077"), (Target("3641990099", "丁校", "梁园区"),), "2026-10-01"
        )
        lineage.record(city.bureau, merged)
        if how == "next round":
            publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "二.vdpkg")
            join_round(county, read_campaign(tmp_path / "二.vdpkg"))
        else:
            write = amend.amend if how == "amendment" else amend.send_register
            write(city.bureau, tmp_path / "二.vdpkg")
            assert receive.receive(county, [tmp_path / "二.vdpkg"]).taken == 1
        assert [line.unit.code for line in board(county).lines] == ["3641990099"]
        if how == "register":
            lineage.take_back(city.bureau, register.lineages(city.bureau)[0].id)
            amend.send_register(city.bureau, tmp_path / "三.vdpkg")
            assert receive.receive(county, [tmp_path / "三.vdpkg"]).taken == 1
            assert [line.unit.code for line in board(county).lines][:2] == [FIRST, "3641990077"], "they go on"
