"""A round in which one class of schools goes by another deciding standard than the rest."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.factory import FIRST, GOOD, NINE, SECOND, SETUP, City
from tests.models.operations.forge import resealed
from vetdesk.charts.draw import to_png
from vetdesk.models.operations import receive, recovery
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.export_tables import export_tables
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.proxy import opened_proxy
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.region import region_figures
from vetdesk.models.operations.report import chart, write
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.trend import trend
from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.packs.folder import read_folder, write_folder
from vetdesk.models.packs.source import SHIPPED
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.reports.briefing import briefing
from vetdesk.models.reports.city_rollup import standards_text
from vetdesk.models.rollup.charts import by_indicator, heat, spec
from vetdesk.models.rollup.groups import By, groups
from vetdesk.models.store import register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.refusals import Refusal, RefusedError

JG = "cn_db_2022_jg"
PLAN = RoundPlan((NINE, SETUP), "2026", "2099-12-31", deciding=(("366", JG),))


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A bureau whose second school is a 技工学校; the round lets those go by their own standard."""
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home"))
    city = City(tmp_path / "city")
    with city.bureau.atomic():
        register.put_units(
            city.bureau, [UnitRecord(SECOND, "乙技工学校（虚构）", "school", "411403", "366", "", "1991")]
        )
    publish(city.bureau, PLAN, city.folder / "任务包.vdpkg")
    return city


def sent(city: City, code: str, **changes: str) -> Workspace:
    """A school that filled in the good figures (some changed) and submitted."""
    school = open_campaign(city.folder / code, read_campaign(city.campaign), unit=code)
    set_figures(school, {**GOOD, **changes})
    posted, _changes = submit(school, city.folder / f"{code}.vdpkg", with_errors="试")
    receive.receive(city.bureau, [posted.path])
    return school


def test_each_class_is_concluded_by_its_own_standard(mixed: City) -> None:
    """The figures are the same: one class meets its standard, the other one does not."""
    with sent(mixed, FIRST) as first, sent(mixed, SECOND, pack_class="高级技工") as second:
        assert [pack.id for pack in standing(first).assessment.packs] == [NINE, SETUP]
        assert [pack.id for pack in standing(second).assessment.packs] == [JG, SETUP], "asked nothing for others"
        ends = [standing(each).assessment.conclusion() for each in (first, second)]
        titles = [standing(each).assessment.full_sentence() for each in (first, second)]
    found = board(mixed.bureau)
    assert [line.conclusion for line in found.lines] == ends, "the bureau concludes as the schools do"
    assert [line.deciding.id for line in found.lines] == [NINE, JG]
    assert ends[0].outcome is Outcome.MET
    assert ends[1].outcome is not Outcome.MET
    assert "技工" in titles[1]
    assert "技工" not in titles[0]
    assert (found.met, len(found.in_scope)) == (1, 2)
    assert [pack.id for pack in found.deciders] == [NINE, JG]
    assert set(found.indicators) == {name for pack in found.deciders for name in pack.indicators}


def test_what_another_standard_decides_is_left_out(mixed: City) -> None:
    """Where a figure of a class is counted, schools of another class are neither met nor missing."""
    sent(mixed, FIRST).close()
    sent(mixed, SECOND, pack_class="高级技工").close()
    found = board(mixed.bureau)
    first, second = found.lines
    assert first.asked("db22_land") is Verdict.MET
    assert second.asked("db22_land") is Verdict.NOT_APPLICABLE
    assert sum(found.counts("db22_land", decided=True).values()) == 1
    assert sum(found.counts("db22_land").values()) == 2
    bars = by_indicator(found)
    assert len({*bars.labels}) == len(found.indicators), "the same names are told apart"
    for one, count in (("", 9), (NINE, 9), (JG, len(found.deciders[1].indicators))):
        assert len(spec(found, "indicators", standard=one).labels) == count  # type: ignore[union-attr]
    assert spec(found, "heat", standard=JG).rows == ("乙技工学校（虚构）",)  # type: ignore[union-attr]
    with pytest.raises(KnownError, match="不是主标准") as caught:
        chart(mixed.bureau, "heat", mixed.folder / "x.png", draw=to_png, standard=SETUP)
    assert caught.value.code == "not_deciding"
    chart(mixed.bureau, "indicators", mixed.folder / "x.png", draw=to_png, standard=JG)
    assert (mixed.folder / "x.png").is_file()
    assert all(sum(each) <= 1 for each in zip(*(one.values for one in bars.series), strict=True))
    assert len(heat(found).columns) == len(found.indicators)
    by_standard = [(each.scope, each.received, each.met) for each in groups(found, By.STANDARD)]
    assert by_standard in ([(1, 1, 1), (1, 1, 0)], [(1, 1, 0), (1, 1, 1)])
    for district, figures in city_figures(mixed.bureau):
        names = {each.indicator for each in figures}
        assert all(each.schools + each.missing <= 1 for each in figures), "one school of each class"
        if district == "411402":
            assert names == set(found.packs[0].indicators)
        elif district == "411403":
            assert names == set(found.deciders[1].indicators)
        else:
            assert names == set(found.indicators)
    [only] = trend(mixed.bureau)
    assert [pack.id for pack in only.deciders] == [NINE, JG]
    assert (only.scope, only.met) == (2, 1)
    assert only.indicators["db22_land"] == (1, 1)


def test_reports_and_tables_name_the_standard_of_each_school(mixed: City, tmp_path: Path) -> None:
    sent(mixed, FIRST).close()
    sent(mixed, SECOND, pack_class="高级技工").close()
    found = board(mixed.bureau)
    assert "（另 1 所按《" in standards_text(found)
    assert any(standards_text(found) in each for each in briefing(found, desk(mixed.bureau).round).paragraphs)
    write(mixed.bureau, "rollup", tmp_path / "汇总.xlsx")
    [sheet] = [each for each in load_workbook(tmp_path / "汇总.xlsx") if each.title == "达标情况"]
    first, second = (
        row for row in sheet.iter_rows(values_only=True) if {"甲校（虚构）", "乙技工学校（虚构）"} & {*map(str, row)}
    )
    assert {str(each) for each in first} >= {"甲校（虚构）", "不适用"}
    assert {str(each) for each in second} >= {"乙技工学校（虚构）", "不适用"}
    export_tables(mixed.bureau, tmp_path / "tables")
    with (tmp_path / "tables" / "conclusions.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["pack"] for row in rows if row["stage"] == "declared"] == [NINE, JG]


def test_the_line_kept_between_two_openings_is_that_of_its_standard(mixed: City) -> None:
    sent(mixed, SECOND, pack_class="高级技工").close()
    before = board(mixed.bureau)
    mixed.close()
    with open_workspace(mixed.folder / "bureau") as again:
        assert board(again).lines == before.lines
        assert (
            board_of_day(again, dt.datetime.now(dt.UTC).astimezone().date().isoformat()).lines[1].conclusion
            == before.lines[1].conclusion
        )


def test_what_travels_says_it_again(mixed: City, tmp_path: Path) -> None:
    """An inspector, a school that starts from an amendment, and a school that lost its computer go by it too."""
    sent(mixed, SECOND, pack_class="高级技工").close()
    with mixed.inspector(units=(SECOND,)) as inspector:
        unit = register.unit(inspector, SECOND)
        assert unit is not None
        assert desk(inspector).decider(unit).id == JG
        assert desk(inspector).seen_by(unit).packs[0].id == JG
    posted, _changes = amend(mixed.bureau, tmp_path / "调整.vdpkg")
    with open_campaign(tmp_path / "晚来", read_campaign(posted.path), unit=SECOND) as late:
        assert desk(late).deciding.id == JG
    made, _changes = recovery.hand_back(mixed.bureau, SECOND, tmp_path / "恢复.vdpkg", encrypt=False)
    with recovery.recover(tmp_path / "回来", recovery.read_recovery(made.path)) as back:
        assert desk(back).deciding.id == JG


def test_a_single_school_goes_before_its_type_and_may_be_named(mixed: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("365", SETUP), ("甲校（虚构）", JG), (SECOND, NINE)))
    publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
    found = desk(mixed.bureau)
    assert found.round.deciders == (("365", SETUP), (FIRST, JG), (SECOND, NINE))
    assert [pack.id for pack in found.packs] == [NINE, SETUP, JG]
    assert [line.deciding.id for line in board(mixed.bureau).lines] == [JG, NINE]
    assert [pack.id for pack in found.deciders] == [NINE, SETUP, JG]


@pytest.mark.parametrize(
    "deciding",
    [(("399", JG),), (("366", JG), ("366", NINE)), ((SECOND, JG), ("乙技工学校（虚构）", NINE)), (("", JG),)],
)
def test_who_is_not_in_the_register_or_said_twice(
    mixed: City, tmp_path: Path, deciding: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(KnownError, match="另按的主标准") as caught:
        publish(mixed.bureau, RoundPlan((NINE,), "2027", "2099-12-31", deciding=deciding), tmp_path / "x.vdpkg")
    assert caught.value.code == "deciding"
    assert len(register.rounds(mixed.bureau)) == 1


def test_a_task_file_that_names_a_standard_it_does_not_carry(mixed: City, tmp_path: Path) -> None:
    """Even signed: a school would silently be concluded by the main standard."""

    def other(content: dict[str, Any]) -> None:
        assert content["round"]["deciding"] == {"366": JG}
        content["round"]["deciding"] = {"366": "cn_he_2004"}

    wrong = resealed(mixed.campaign, tmp_path / "x.vdpkg", mixed.bureau, edit=other)
    with pytest.raises(RefusedError) as caught:
        read_campaign(wrong)
    assert caught.value.reason is Refusal.MALFORMED


def copied(folder: Path, **changes: object) -> str:
    """The nine key indicators under another id or version, in a folder."""
    source = {**read_folder(SHIPPED / NINE), **changes}
    source.pop("examples", None)
    write_folder({**source, "examples": [], "base_facts": {}}, folder)
    return str(folder)


def test_two_standards_with_the_same_indicators_are_refused(mixed: City, tmp_path: Path) -> None:
    """Figures of one could not be told from those of the other; a reference standard is no exception."""
    local = copied(tmp_path / "local", id="sq_local")
    for plan in (
        RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("366", local),)),
        RoundPlan((NINE, local), "2027", "2099-12-31"),
    ):
        with pytest.raises(KnownError, match="同一个指标编号") as caught:
            publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
        assert caught.value.code == "same_ids"


def test_two_versions_of_one_standard_are_refused(mixed: City, tmp_path: Path) -> None:
    """The second one would silently decide about the whole city."""
    later = copied(tmp_path / "later", version="2-local")
    with pytest.raises(KnownError, match="两个不同的版本") as caught:
        publish(
            mixed.bureau, RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("366", later),)), tmp_path / "x.vdpkg"
        )
    assert caught.value.code == "two_versions"
    plan = RoundPlan(
        (NINE, str(SHIPPED / NINE)), "2027", "2099-12-31", deciding=(("366", str(SHIPPED / JG)), (FIRST, JG))
    )
    publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
    assert [pack.id for pack in desk(mixed.bureau).packs] == [NINE, JG], "one and the same by id and by folder"


def test_a_new_version_may_not_take_an_id_of_another_standard(mixed: City) -> None:
    from vetdesk.models.operations.upgrade_pack import plan
    from vetdesk.models.packs.source import load

    main, other = load(NINE), load(JG)
    clash = replace(main, version="2", indicators={**main.indicators, "jg_land": other.indicators["jg_land"]},
                    plain={**main.plain, "version": "2"})  # fmt: skip
    with pytest.raises(KnownError, match="jg_land") as caught:
        plan(mixed.bureau, clash)
    assert caught.value.code == "same_ids"


def test_schools_of_one_name_are_told_apart_by_code(mixed: City, tmp_path: Path) -> None:
    with mixed.bureau.atomic():
        register.put_units(mixed.bureau, [UnitRecord("3641990078", "甲校（虚构）", "school", "411481", "365")])
    with pytest.raises(KnownError, match="2 所学校叫这个名字"):
        publish(
            mixed.bureau,
            RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("甲校（虚构）", JG),)),
            tmp_path / "x.vdpkg",
        )


def test_a_type_may_be_a_word(mixed: City, tmp_path: Path) -> None:
    with mixed.bureau.atomic():
        register.put_units(mixed.bureau, [UnitRecord(SECOND, "乙技工学校（虚构）", "school", "411403", "技工学校")])
    plan = RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("技工学校", JG),))
    publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
    with open_campaign(tmp_path / "乙", read_campaign(tmp_path / "x.vdpkg"), unit=SECOND) as school:
        assert desk(school).deciding.id == JG


def test_a_decider_that_was_ticked_as_reference_stays_one_for_all_others(mixed: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE, SETUP), "2027", "2099-12-31", deciding=(("366", SETUP),))
    publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
    seen = []
    for code in (FIRST, SECOND):
        with open_campaign(tmp_path / code, read_campaign(tmp_path / "x.vdpkg"), unit=code) as school:
            seen.append([pack.id for pack in desk(school).packs])
    assert seen == [[NINE, SETUP], [SETUP]]
    assert [[pack.id for pack in line.packs] for line in board(mixed.bureau).lines] == seen


def test_rows_of_the_city_say_whose_they_are(mixed: City, tmp_path: Path) -> None:
    """Two standards both have 校园占地面积: a row that says the whole city must say by which standard."""
    sent(mixed, FIRST).close()
    sent(mixed, SECOND, pack_class="高级技工").close()
    write(mixed.bureau, "rollup", tmp_path / "汇总.xlsx")
    [sheet] = [each for each in load_workbook(tmp_path / "汇总.xlsx") if each.title == "全市和各县"]
    names = [row[1] for row in sheet.iter_rows(values_only=True) if row[0] == "全市"]
    assert len(names) == len(set(names)) == len(board(mixed.bureau).indicators)
    export_tables(mixed.bureau, tmp_path / "tables")
    with (tmp_path / "tables" / "together.csv").open(encoding="utf-8-sig", newline="") as stream:
        keys = [(row["district"], row["stage"], row["pack"], row["indicator"]) for row in csv.DictReader(stream)]
    assert {pack for _district, _stage, pack, _name in keys} == {NINE, JG}
    assert len(keys) == len(set(keys))


def test_goals_miss_no_figure_of_who_was_never_asked_it(mixed: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE,), "2027", "2099-12-31", deciding=(("366", SETUP),))
    publish(mixed.bureau, plan, tmp_path / "x.vdpkg")
    for code in (FIRST, SECOND):
        with open_campaign(tmp_path / code, read_campaign(tmp_path / "x.vdpkg"), unit=code) as school:
            known = desk(school).fields if code == SECOND else desk(school).deciding.fields
            set_figures(school, {name: text for name, text in GOOD.items() if name in known})
            posted, _changes = submit(school, tmp_path / f"{code}.vdpkg", with_errors="试")
        receive.receive(mixed.bureau, [posted.path])
    found = region_figures(mixed.bureau, "411400")
    assert (found["teachers_dual"].schools, found["teachers_dual"].missing) == (1, 0)


def test_figures_entered_for_a_school_follow_its_type(mixed: City) -> None:
    with opened_proxy(mixed.bureau, FIRST) as entered:
        assert desk(entered).deciding.id == NINE
    unit = register.unit(mixed.bureau, FIRST)
    assert unit is not None
    with mixed.bureau.atomic():
        register.put_units(mixed.bureau, [replace(unit, run_type="366")])
    for _each in range(2):
        with opened_proxy(mixed.bureau, FIRST) as entered:
            assert desk(entered).deciding.id == JG
