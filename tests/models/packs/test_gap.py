"""Gap arithmetic: a stated change closes the gap exactly, and one step less does not."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import NINE, SETUP
from tests.models.packs.material import (
    BOTH,
    QUESTIONS,
    bar,
    fact,
    figures,
    indicator,
    modest,
    school,
    small_pack,
    table,
)
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.gap import Gap, by_hiring, capacity, combined, gaps
from vetdesk.models.packs.judge import data_of, judge, judge_indicator
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.packs.source import load
from vetdesk.models.records.verdicts import Verdict

CENT = Fraction(1, 100)
COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}


def after(data: Data, gap: Gap, *, less: Fraction = Fraction(0)) -> Data:
    """The figures after a change was made, but for `less` of it."""
    now = data.facts[gap.fact]
    assert isinstance(now, Fraction)
    change = gap.change - less if gap.change > 0 else gap.change + less
    return replace(data, facts={**data.facts, gap.fact: now + change})


def verdict(item: Indicator, data: Data) -> Verdict:
    return judge_indicator(item, data).verdict


def of(formula: str, cmp: str = ">=", value: str = "10", **now: int | str) -> dict[str, Fraction]:
    """The gaps of one small indicator."""
    pack = small_pack(indicator(formula, cmp, value, unit=""))
    found = gaps(pack, pack.indicators["one"], Data(figures(**now)))
    return {gap.fact: gap.change for gap in found}


def area() -> st.SearchStrategy[str]:
    """An area as typed: whole, with two decimals or three, or in 亩."""
    square = st.integers(0, 10**7).map(lambda n: f"{n // 100}.{n % 100:02}")
    return st.one_of(
        square,
        st.integers(0, 99999).map(str),
        square.map(lambda text: text + "5"),
        st.integers(1, 150).map("{}亩".format),
    )


def count(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(str)


def schools() -> st.SearchStrategy[dict[str, Any]]:
    """Random figures of a school; areas that are taken off are small."""
    few = st.sampled_from(["0", "0", "12.5", "800", "3亩"])
    return st.fixed_dictionaries(
        {
            "students_total": count(5000), "students_ft": count(5000), "teachers_ft": count(400),
            "teachers_prof": count(250), "teachers_dual": count(150), "title_senior_full": count(20),
            "title_senior_assoc": count(80), "edu_phd": count(5), "edu_master": count(50), "edu_bachelor": count(300),
            "land_owned": area(), "land_excl_use": few, "land_staff_housing": few, "land_affiliated": few,
            "bldg_owned": area(), "bldg_excl_use": few, "bldg_staff_house": few, "bldg_affiliated": few,
            "bldg_lent_out": few, "track_length_m": count(400), "books_print": count(200000),
            "periodical_kinds": count(200), "seats_teacher": count(60), "seats_student": count(400),
            "equip_teaching_wan": st.one_of(count(2000), st.integers(0, 99999999).map("{}元".format)),
            "computers_total": count(900), "teachers_parttime": count(90), "majors": majors(),
            **dict.fromkeys(QUESTIONS, st.sampled_from(["yes", "partly", "no", "na"])),
        }
    )  # fmt: skip


def read(pack: Pack, facts: Mapping[str, Any]) -> Data:
    return data_of(pack, example_entries(pack, {name: text for name, text in facts.items() if name in pack.fields}))


def majors() -> st.SearchStrategy[list[dict[str, str]]]:
    """Majors of a school, engineering and others."""
    row = st.fixed_dictionaries(
        {"group_code": st.sampled_from(["62", "66", "72", "73"]), "students": count(900), "teachers_mid_up": count(4)}
    )
    return st.lists(row, min_size=1, max_size=4)


@pytest.mark.parametrize("name", BOTH)
@given(facts=schools())
@modest(150)
def test_a_stated_change_meets_the_indicator_and_one_step_less_does_not(name: str, facts: dict[str, Any]) -> None:
    pack = load(name)
    data = read(pack, facts)
    for each in judge(pack, data).values():
        item = pack.indicators[each.indicator]
        if each.verdict is not Verdict.UNMET:
            continue
        found = gaps(pack, item, data)
        assert {gap.fact for gap in found} <= {fact for fact in item.facts if pack.fields[fact].adjust}
        for gap in found:
            whole = pack.fields[gap.fact].whole
            assert gap.change
            assert not whole or gap.change.denominator == 1
            assert verdict(item, after(data, gap)) is Verdict.MET
            assert verdict(item, after(data, gap, less=Fraction(1) if whole else CENT)) is Verdict.UNMET
            assert after(data, gap).facts[gap.fact] >= 0  # type: ignore[operator]


@given(facts=schools())
@modest(100)
def test_every_unmet_indicator_of_the_nine_says_what_more_would_do(facts: dict[str, Any]) -> None:
    pack = load(NINE)
    data = read(pack, facts)
    for each in judge(pack, data).values():
        if each.verdict is Verdict.UNMET:
            assert any(gap.change > 0 for gap in gaps(pack, pack.indicators[each.indicator], data))


@given(facts=schools())
@modest(100)
def test_the_combined_shortage_meets_all_nine_at_once(facts: dict[str, Any]) -> None:
    pack = load(NINE)
    data = read(pack, {**facts, "students_ft": facts["students_ft"] or "1"})
    unmet = [name for name, each in judge(pack, data).items() if each.verdict is Verdict.UNMET]
    for gap in combined({name: gaps(pack, pack.indicators[name], data) for name in unmet}):
        data = after(data, gap)
    assert all(judge(pack, data)[name].verdict is Verdict.MET for name in unmet)


def shortage(**changes: str) -> dict[str, Fraction]:
    """The combined shortage of the good school, with changes, under the nine indicators."""
    pack = load(NINE)
    data = school(pack, **changes)
    unmet = [name for name, each in judge(pack, data).items() if each.verdict is Verdict.UNMET]
    return {gap.fact: gap.change for gap in combined({name: gaps(pack, pack.indicators[name], data) for name in unmet})}


def test_fifteen_hundred_students_need_seventy_five_teachers_and_not_sixty() -> None:
    assert shortage(teachers_ft="55") == {"teachers_ft": 20}


def test_a_school_of_1500_needs_the_larger_of_floor_and_share_everywhere() -> None:
    assert shortage(land_owned="0", bldg_owned="0", teachers_ft="1", equip_teaching_wan="0", books_print="0") == {
        "land_owned": 49500,
        "bldg_owned": 30000,
        "teachers_ft": 74,
        "equip_teaching_wan": 375,
        "books_print": 45000,
    }


def test_a_small_school_needs_the_floor() -> None:
    assert shortage(students_ft="900", teachers_ft="50", land_owned="35000") == {"teachers_ft": 10, "land_owned": 5000}


def test_the_example_of_the_design_is_stated_exactly() -> None:
    pack = load(NINE)
    data = school(pack, bldg_owned="24000", students_ft="1310", teachers_ft="80")
    found = gaps(pack, pack.indicators["db22_bldg_ps"], data)
    assert found == (Gap("bldg_owned", Fraction(2200), "㎡"), Gap("students_ft", Fraction(-110), "人"))


@pytest.mark.parametrize("students", [1, 39, 1481, 1499, 1500, 1501, 2019, 4999])
def test_teachers_needed_are_rounded_up_to_whole_people(students: int) -> None:
    found = shortage(
        students_ft=str(students), teachers_ft="1", land_owned="999999", bldg_owned="999999", books_print="999999",
        equip_teaching_wan="99999",
    )  # fmt: skip
    assert found == {"teachers_ft": max(60, (students + 19) // 20) - 1}


def test_land_in_mu_is_closed_on_the_hundredth_of_a_square_metre() -> None:
    assert shortage(land_owned="74亩") == {"land_owned": Fraction("166.67")}


def test_an_exact_decimal_shortage_is_stated_with_all_its_decimals() -> None:
    assert shortage(land_owned="49499.9995") == {"land_owned": Fraction("0.0005")}


def test_what_is_met_has_no_gap() -> None:
    assert of("a", a=10) == {}


def test_what_lacks_figures_has_no_gap() -> None:
    assert of("a / b", a=5) == {}
    assert of("a + b", a=5) == {}


def test_a_figure_no_school_can_change_is_no_way_out() -> None:
    pack = small_pack(indicator("a + b"), facts=[fact("a", kind="int", adjust=False), fact("b", kind="int")])
    found = gaps(pack, pack.indicators["one"], Data(figures(a=1, b=2)))
    assert found == (Gap("b", Fraction(7), "个"),)


def test_what_is_short_comes_before_what_is_too_much() -> None:
    assert list(of("b / a", "<=", "2", a=3, b=10)) == ["a", "b"]


@pytest.mark.parametrize(
    ("formula", "cmp", "value", "now", "expected"),
    [
        ("a", ">", "10", {"a": 10}, {"a": 1}),
        ("a", "<", "10", {"a": 10}, {"a": -1}),
        ("a", "==", "10", {"a": 12}, {"a": -2}),
        ("a * 100 / b", "==", "100", {"a": 79, "b": 100}, {"a": 21, "b": -21}),
        ("a * 3", "==", "10", {"a": 1}, {}),
        ("x * 3", "==", "9", {"x": 1}, {"x": 2}),
        ("x", ">", "10", {"x": 10}, {"x": CENT}),
        ("-a", ">=", "-5", {"a": 8}, {"a": -3}),
        ("a - b", ">=", "10", {"a": 5, "b": 2}, {"a": 7}),
        ("a - b", ">=", "10", {"a": 14, "b": 9}, {"a": 5, "b": -5}),
        ("a", ">=", "b * 2", {"a": 5, "b": 4}, {"a": 3, "b": -2}),
        ("a", ">=", "a / 2 + b", {"a": 5, "b": 4}, {"a": 3, "b": -2}),
        ("a / (a + b)", ">=", "1 / 2", {"a": 3, "b": 10}, {"a": 7, "b": -7}),
        ("(a + b) / (b * 2)", ">=", "2", {"a": 3, "b": 4}, {"a": 9, "b": -3}),
        ("a / (1 / b)", ">=", "10", {"a": 2, "b": 3}, {"a": 2, "b": 2}),
        ("a / b / 2", ">=", "1", {"a": 2, "b": 3}, {"a": 4, "b": -2}),
        ("b / a", ">=", "1", {"a": 4, "b": 3}, {"a": -1, "b": 1}),
        ("a - a", ">=", "1", {"a": 4}, {}),
        ("min(a, 5)", ">=", "10", {"a": 4}, {}),
        ("min(a, b)", ">=", "10", {"a": 4, "b": 12}, {"a": 6}),
        ("min(a, b)", ">=", "10", {"a": 4, "b": 4}, {}),
        ("max(a, b)", "<=", "10", {"a": 14, "b": 4}, {"a": -4}),
        ("a / 2 + b / 3", ">=", "5", {"a": 1, "b": 3}, {"a": 7, "b": 11}),
        ("a / 2 - b / 3", ">=", "5", {"a": 8, "b": 3}, {"a": 4}),
        ("a / 2 * (b / 3)", ">=", "5", {"a": 8, "b": 3}, {"a": 2, "b": 1}),
        ("a * a", ">=", "10", {"a": 1}, {"a": 3}),
        ("(a + 1) * (a + 1)", ">=", "10", {"a": 0}, {"a": 3}),
        ("1 / (a + 1) / (a + 1)", ">=", "0.1", {"a": 5}, {"a": -3}),
        ("1 / (a + 1) * (1 / (a + 1))", ">=", "0.1", {"a": 5}, {"a": -3}),
        ("x * x", ">=", "2", {"x": 1}, {"x": Fraction("0.42")}),
        ("x * x", "<=", "2", {"x": 3}, {"x": Fraction("-1.59")}),
        ("a if a > 7 else 0", ">=", "3", {"a": 4}, {"a": 4}),
        ("abs(a - 20)", "<=", "3", {"a": 4}, {"a": 13}),
        ("abs(20 - a)", ">=", "10", {"a": 18}, {"a": -8}),
        ("a + 1 / a", ">=", "10", {"a": 4}, {"a": 6}),
        ("a", ">=", "min(b, 8)", {"a": 4, "b": 6}, {"a": 2, "b": -2}),
        ("a", ">=", "1 / (b - b)", {"a": 4, "b": 6}, {}),
        ("1 / a", ">=", "1 / a + 1", {"a": 4}, {}),
        ("1 / a", ">=", "a", {"a": 4}, {"a": -3}),
        ("round(x)", ">=", "10", {"x": 9}, {"x": Fraction("0.5")}),
        ("a", ">=", "-1", {"a": 4}, {}),
        ("a - 9", "<=", "-12", {"a": 4}, {}),
        ("a + t0", ">=", "10", {"a": 4, "t0": 2}, {"a": 4}),
    ],
)  # fmt: skip
def test_gaps_of_small_formulas(
    formula: str, cmp: str, value: str, now: dict[str, int], expected: dict[str, Any]
) -> None:
    kinds = {"a": "int", "b": "int", "x": "dec", "t0": "int"}
    facts = [fact(name, kind=kind, unit="", adjust=name != "t0") for name, kind in kinds.items()]
    pack = small_pack(indicator(formula, cmp, value, unit=""), facts=facts)
    found = gaps(pack, pack.indicators["one"], Data(figures(**now)))
    assert {gap.fact: gap.change for gap in found} == expected


def test_a_formula_over_last_year_is_searched() -> None:
    pack = small_pack(indicator("a / prev(a)", ">=", "1.2", unit=""))
    found = gaps(pack, pack.indicators["one"], Data(figures(a=101), figures(a=100)))
    assert found == (Gap("a", Fraction(19), "个"),)


@given(
    st.tuples(*[st.integers(0, 9)] * 4),
    st.integers(0, 60),
    st.sampled_from([">=", "<=", ">", "<", "=="]),
    st.fractions(0, 12, max_denominator=6),
)
@modest(150)
def test_whole_number_gaps_agree_with_trying_every_number(
    factors: tuple[int, ...], now: int, cmp: str, line: Fraction
) -> None:
    p, q, r, s = factors
    formula = f"({p} * a + {q}) / ({r} * a + {s})"
    pack = small_pack(indicator(formula, cmp, f"{line.numerator} / {line.denominator}", unit=""))
    item = pack.indicators["one"]
    if verdict(item, Data(figures(a=now))) is not Verdict.UNMET:
        return
    fitting = [abs(n - now) for n in range(700) if r * n + s and COMPARE[cmp](p * n + q, line * (r * n + s))]
    found = gaps(pack, item, Data(figures(a=now)))
    assert [abs(gap.change) for gap in found] == ([min(fitting)] if fitting else [])


def test_of_several_ways_out_the_combined_shortage_takes_more_of_something() -> None:
    less, more = Gap("students_ft", Fraction(-5), "人"), Gap("teachers_ft", Fraction(3), "人")
    larger, land = Gap("teachers_ft", Fraction(8), "人"), Gap("land_owned", Fraction(1), "㎡")
    assert combined({"one": (more, less), "two": (larger,), "three": (more,), "four": (less,), "five": (land,)}) == (
        larger,
        land,
    )
    assert combined({}) == ()


@given(
    students=st.integers(1, 5000), teachers=st.integers(1, 400), books=st.integers(0, 200_000),
    land=st.integers(0, 10**7), equip=st.integers(0, 10**5),
)  # fmt: skip
@modest(120)
def test_the_nine_ask_for_the_larger_of_floor_and_share_rounded_to_the_safe_side(
    students: int, teachers: int, books: int, land: int, equip: int
) -> None:
    area, worth = Fraction(land, 100), Fraction(equip, 100)
    needed = {
        "land_owned": math.ceil((max(Fraction(40000), 33 * Fraction(students)) - area) * 100) / Fraction(100),
        "teachers_ft": Fraction(max(60, math.ceil(Fraction(students, 20))) - teachers),
        "equip_teaching_wan": max(Fraction(300), Fraction(students, 4)) - worth,
        "books_print": Fraction(30 * students - books),
    }
    found = shortage(
        students_ft=str(students), teachers_ft=str(teachers), books_print=str(books), bldg_owned="999999",
        land_owned=f"{land // 100}.{land % 100:02}", equip_teaching_wan=f"{equip // 100}.{equip % 100:02}",
    )  # fmt: skip
    assert found == {name: change for name, change in needed.items() if change > 0}


@given(students=st.integers(1, 5000), teachers=st.integers(1, 200))
@modest(100)
def test_too_many_students_are_stated_down_to_the_last_whole_one(students: int, teachers: int) -> None:
    pack = load(NINE)
    data = school(pack, students_ft=str(students), teachers_ft=str(teachers))
    found = {gap.fact: gap.change for gap in gaps(pack, pack.indicators["db22_str"], data)}
    expected = {"teachers_ft": -(-students // 20) - teachers, "students_ft": 20 * teachers - students}
    assert found == (expected if students > 20 * teachers else {})


def test_land_that_is_just_enough_for_fifteen_hundred_leaves_no_gap_and_one_student_more_does() -> None:
    pack = load(NINE)
    item = pack.indicators["db22_land_ps"]
    assert gaps(pack, item, school(pack, land_owned="49500")) == ()
    one_more = school(pack, land_owned="49500", students_ft="1501")
    assert gaps(pack, item, one_more) == (Gap("land_owned", Fraction(33), "㎡"), Gap("students_ft", Fraction(-1), "人"))


@pytest.mark.parametrize(
    ("engineers", "others", "needed"), [("0", "1500", 375), ("600", "900", 405), ("1500", "0", 450)]
)
def test_equipment_is_short_of_what_the_majors_ask_for(engineers: str, others: str, needed: int) -> None:
    pack = load(SETUP)
    rows = [{"group_code": "66", "students": engineers}, {"group_code": "73", "students": others}]
    found = gaps(pack, pack.indicators["zz10_equip_ps"], school(pack, equip_teaching_wan="300", majors=rows))
    fewer = math.floor(Fraction(3_000_000 * 1500, needed * 10000)) - 1500
    assert found == (
        Gap("equip_teaching_wan", Fraction(needed - 300), "万元"),
        Gap("students_ft", Fraction(fewer), "人"),
    )


@pytest.mark.parametrize("name", ["zz10_q_plan", "zz10_pt_pct", "zz10_major_mid"])
def test_what_no_single_figure_closes_has_no_gap(name: str) -> None:
    pack = load(SETUP)
    rows = [{"group_code": "66", "students": "1500", "teachers_mid_up": "1"}]
    data = school(pack, zz10_q_plan="no", teachers_parttime="1", majors=rows)
    assert gaps(pack, pack.indicators[name], data) == ()


CASES = [bar("40", when="b > 1000"), bar("30", when="b > 100"), bar("b / 10 + 5")]


def by_cases(*bars: dict[str, Any], formula: str = "x / a") -> Pack:
    """A small indicator with several required values; `b` decides which, and nobody can change it."""
    facts = [fact("a", kind="int", unit=""), fact("b", kind="int", unit="", adjust=False), fact("x", unit="")]
    return small_pack(indicator(formula, bars=list(bars), unit=""), facts=facts)


@given(st.integers(1, 3000), st.integers(0, 2000), st.integers(0, 10**7))
@modest(150)
def test_with_several_required_values_a_gap_closes_the_one_that_counts(a: int, b: int, cents: int) -> None:
    pack = by_cases(*CASES)
    item, data = pack.indicators["one"], Data(figures(a=a, b=b, x=Fraction(cents, 100)))
    needed = Fraction(40 if b > 1000 else 30) if b > 100 else Fraction(b, 10) + 5
    found = gaps(pack, item, data)
    if Fraction(cents, 100) >= a * needed:
        assert found == ()
        return
    assert found[0] == Gap("x", a * needed - Fraction(cents, 100), "")
    for gap in found:
        step = Fraction(1) if gap.fact == "a" else CENT
        assert verdict(item, after(data, gap)) is Verdict.MET
        assert verdict(item, after(data, gap, less=step)) is Verdict.UNMET
    assert [gap.fact for gap in found] == (["x", "a"] if cents >= 100 * needed else ["x"])


def test_a_case_that_cannot_be_told_has_no_gap() -> None:
    pack = by_cases(*CASES)
    assert gaps(pack, pack.indicators["one"], Data(figures(a=1, b=None, x=1))) == ()
    skipping = by_cases(bar("40", when="b > 1000", unknown="skip"), bar("30"))
    assert gaps(skipping, skipping.indicators["one"], Data(figures(a=1, b=None, x=1))) == (Gap("x", Fraction(29), ""),)


def test_where_no_case_holds_there_is_no_gap() -> None:
    pack = by_cases(*CASES[:2])
    assert gaps(pack, pack.indicators["one"], Data(figures(a=1, b=5, x=1))) == ()


def test_a_case_without_a_value_has_no_gap() -> None:
    pack = by_cases(bar("", confidence="UNSURE", when="b > 100"), bar("10"))
    assert gaps(pack, pack.indicators["one"], Data(figures(a=1, b=500, x=1))) == ()
    assert gaps(pack, pack.indicators["one"], Data(figures(a=1, b=5, x=1))) == (Gap("x", Fraction(9), ""),)


BY_STUDENTS = [bar("40", when="a > 1000"), bar("30")]


def test_a_change_that_leads_into_another_case_is_the_smallest_that_does() -> None:
    pack = by_cases(*BY_STUDENTS)
    item, data = pack.indicators["one"], Data(figures(a=1100, b=0, x=35000))
    gap = next(gap for gap in gaps(pack, item, data) if gap.fact == "a")
    assert verdict(item, after(data, gap)) is Verdict.MET
    assert verdict(item, after(data, gap, less=Fraction(1))) is Verdict.UNMET
    assert gap.change == -100


def test_a_change_that_leads_into_a_stricter_case_goes_all_the_way() -> None:
    pack = by_cases(bar("20", when="a >= 10"), bar("15"), formula="a")
    found = gaps(pack, pack.indicators["one"], Data(figures(a=5, b=0, x=0)))
    assert found == (Gap("a", Fraction(15), ""),)


SHARES = {
    "zz10_prof_pct": ("teachers_prof", "teachers_ft", Fraction(1, 2)),
    "zz10_dual_pct": ("teachers_dual", "teachers_prof", Fraction(3, 10)),
    "zz10_senior_pct": ("title_senior_assoc", "teachers_ft", Fraction(1, 5)),
}


@pytest.mark.parametrize("name", SHARES)
@given(total=st.integers(1, 500), part=st.integers(0, 500), full=st.integers(0, 20))
@modest(80)
def test_newcomers_are_counted_in_the_whole_as_well(name: str, total: int, part: int, full: int) -> None:
    pack = load(SETUP)
    item = pack.indicators[name]
    fact_name, whole, share = SHARES[name]
    data = school(pack, **{"title_senior_full": str(full), whole: str(total), fact_name: str(part)})
    have = part + full if name == "zz10_senior_pct" else part
    needed = math.ceil((share * total - have) / (1 - share))
    found = by_hiring(pack, item, data)
    assert found == ((Gap(fact_name, Fraction(needed), "人"),) if needed > 0 else ())
    for gap in found:
        for newcomers, expected in ((gap.change, Verdict.MET), (gap.change - 1, Verdict.UNMET)):
            hired = {fact_name: part + newcomers, whole: total + newcomers}
            assert verdict(item, replace(data, facts={**data.facts, **hired})) is expected


@pytest.mark.parametrize("name", SHARES)
@given(total=st.integers(1, 500), part=st.integers(0, 500))
@modest(60)
def test_hiring_asks_for_at_least_as_many_as_re_assigning(name: str, total: int, part: int) -> None:
    pack = load(SETUP)
    fact_name, whole, _share = SHARES[name]
    data = school(pack, **{"title_senior_full": "0", whole: str(total), fact_name: str(part)})
    moved = {gap.fact: gap.change for gap in gaps(pack, pack.indicators[name], data)}
    for gap in by_hiring(pack, pack.indicators[name], data):
        assert gap.change >= moved[gap.fact] > 0


def test_fifty_subject_teachers_by_hiring_are_twenty_five_by_re_assigning() -> None:
    pack = load(SETUP)
    item, data = pack.indicators["zz10_prof_pct"], school(pack, teachers_ft="100", teachers_prof="25")
    assert gaps(pack, item, data)[0] == Gap("teachers_prof", Fraction(25), "人")
    assert by_hiring(pack, item, data) == (Gap("teachers_prof", Fraction(50), "人"),)


@pytest.mark.parametrize(
    "changes",
    [{"teachers_prof": ""}, {"teachers_ft": ""}, {"teachers_prof": "50"}, {"teachers_prof": "", "teachers_ft": ""}],
)
def test_nobody_is_hired_where_nothing_is_short_or_known(changes: dict[str, str]) -> None:
    pack = load(SETUP)
    assert by_hiring(pack, pack.indicators["zz10_prof_pct"], school(pack, **changes)) == ()


@pytest.mark.parametrize("name", ["zz10_degree_pct", "zz10_pt_pct", "zz10_land", "zz10_ft_teachers", "zz10_q_head"])
def test_hiring_closes_no_other_gap(name: str) -> None:
    pack = load(SETUP)
    data = school(pack, edu_bachelor="60", teachers_parttime="1", land_owned="1", teachers_ft="50", zz10_q_head="no")
    assert by_hiring(pack, pack.indicators[name], data) == ()


@pytest.mark.parametrize(("cmp", "needed"), [(">=", 50), (">", 51)])
def test_more_than_a_share_asks_for_one_more_than_at_least(cmp: str, needed: int) -> None:
    facts = [fact("a", kind="int", part_of="b"), fact("b", kind="int")]
    pack = small_pack(indicator("a / b * 100", cmp, "50", unit="%"), facts=facts)
    found = by_hiring(pack, pack.indicators["one"], Data(figures(a=25, b=100)))
    assert found == (Gap("a", Fraction(needed), "个"),)


def carried(land: Fraction, bldg: Fraction, teachers: int, equip: Fraction, books: int) -> int:
    """The most students by the table of domain 9.5, worked out without the product."""
    return math.floor(min(land / 33, bldg / 20, Fraction(teachers * 20), equip * 10000 / 2500, Fraction(books, 30)))


@given(
    land=st.integers(33, 99999), bldg=st.integers(20, 99999), teachers=st.integers(1, 400),
    equip=st.integers(25, 99999), books=st.integers(30, 300_000), now=st.integers(0, 5000),
)  # fmt: skip
@modest(120)
def test_capacity_is_the_most_students_that_the_conditions_carry(
    land: int, bldg: int, teachers: int, equip: int, books: int, now: int
) -> None:
    pack = load(NINE)
    data = school(
        pack, land_owned=str(land), bldg_owned=str(bldg), teachers_ft=str(teachers), books_print=str(books),
        equip_teaching_wan=f"{equip // 100}.{equip % 100:02}", students_ft=str(now),
    )  # fmt: skip
    most = capacity(pack, data)
    assert most == carried(Fraction(land), Fraction(bldg), teachers, Fraction(equip, 100), books)
    per_student = [name for name, item in pack.indicators.items() if "students_ft" in item.facts]
    for students, whole in ((most, True), (most + 1, False)):
        there = replace(data, facts={**data.facts, "students_ft": students})
        assert all(verdict(pack.indicators[name], there) is Verdict.MET for name in per_student) is whole


def test_land_for_fifteen_hundred_carries_fifteen_hundred() -> None:
    pack = load(NINE)
    assert capacity(pack, school(pack, land_owned="49500")) == 1500
    assert capacity(pack, school(pack, land_owned="49499.99")) == 1499
    assert capacity(pack, school(pack, land_owned="49532.99")) == 1500
    assert capacity(pack, school(pack, land_owned="49533")) == 1501


@pytest.mark.parametrize(
    ("changes", "most"),
    [({}, 1818), ({"bldg_owned": "30000"}, 1500), ({"teachers_ft": "75"}, 1500), ({"teachers_ft": "60"}, 1200),
     ({"equip_teaching_wan": "375"}, 1500), ({"books_print": "45000"}, 1500), ({"books_print": "45029"}, 1500),
     ({"land_affiliated": "10500"}, 1500)],
)  # fmt: skip
def test_each_condition_limits_the_capacity_of_the_nine(changes: dict[str, str], most: int) -> None:
    pack = load(NINE)
    assert capacity(pack, school(pack, **changes)) == most


@pytest.mark.parametrize(
    ("changes", "most"),
    [({"seats_student": "150"}, 1500), ({"computers_total": "225"}, 1500), ({"computers_total": "224"}, 1493),
     ({"teachers_ft": "60"}, 1200), ({"land_owned": "33"}, 1)],
)  # fmt: skip
def test_each_condition_limits_the_capacity_of_the_set_up_standard(changes: dict[str, str], most: int) -> None:
    pack = load(SETUP)
    assert capacity(pack, school(pack, **changes)) == most


@pytest.mark.parametrize("students", ["", "0", "1", "99999"])
@pytest.mark.parametrize("name", BOTH)
def test_how_many_students_there_are_does_not_change_the_capacity(name: str, students: str) -> None:
    pack = load(name)
    assert capacity(pack, school(pack, students_ft=students)) == 1818


def test_capacity_says_nothing_where_more_is_better_or_nothing_asks() -> None:
    pack = load(SETUP)
    assert capacity(pack, school(pack), "students_total") is None
    assert capacity(pack, school(pack), "majors") is None
    assert capacity(pack, school(pack), "no_fact") is None


def test_only_key_indicators_limit_the_capacity() -> None:
    facts = [fact("a", kind="int"), fact("b", kind="int"), fact("x")]
    pack = small_pack(
        indicator("a / b", "<=", "20", unit=""), indicator("a / x", "<=", "1", name="two", unit="", key=False),
        indicator("a / x", "~", "1", name="three", unit=""), facts=facts,
    )  # fmt: skip
    assert capacity(pack, Data(figures(a=5, b=3, x=1)), "a") == 60


@pytest.mark.parametrize("lost", ["land_owned", "bldg_owned", "teachers_ft", "equip_teaching_wan", "books_print"])
def test_capacity_is_unknown_where_a_condition_is(lost: str) -> None:
    pack = load(NINE)
    assert capacity(pack, school(pack, **{lost: ""})) is None


@pytest.mark.parametrize("changes", [{"land_owned": "0"}, {"books_print": "29"}, {"land_affiliated": "60001"}])
def test_a_school_without_land_carries_nobody(changes: dict[str, str]) -> None:
    pack = load(NINE)
    assert capacity(pack, school(pack, **changes)) == 0


def test_equipment_weighted_by_majors_limits_the_capacity_too() -> None:
    pack = load(SETUP)
    assert capacity(pack, school(pack, equip_teaching_wan="405")) == 1500


def test_a_condition_with_a_minimum_limits_the_capacity_too() -> None:
    pack = small_pack(indicator("a", "<=", "min(b, 50)"), indicator("a", "<=", "b * 10", name="two"))
    assert capacity(pack, Data(figures(a=5, b=30)), "a") == 30


def test_fewer_than_twenty_to_a_teacher_carry_one_student_less() -> None:
    pack = small_pack(indicator("a / b", "<", "20", unit=""))
    assert capacity(pack, Data(figures(a=5, b=3)), "a") == 59


def test_capacity_is_unknown_where_a_required_value_cannot_be_computed() -> None:
    pack = small_pack(indicator("a", "<=", "30 / b"), indicator("a", "<=", "50", name="two"))
    assert capacity(pack, Data(figures(a=5, b=1)), "a") == 30
    assert capacity(pack, Data(figures(a=5, b=0)), "a") is None


def test_the_combined_shortage_of_fifteen_hundred_students_is_the_larger_one_for_every_fact() -> None:
    pack = load(NINE)
    data = school(pack, teachers_ft="1", land_owned="0", bldg_owned="0")
    found = {name: gaps(pack, item, data) for name, item in pack.indicators.items()}
    single = {name: found[name][0].change for name in ("db22_teachers", "db22_str", "db22_bldg", "db22_bldg_ps")}
    assert single == {"db22_teachers": 59, "db22_str": 74, "db22_bldg": 24000, "db22_bldg_ps": 30000}
    assert combined(found) == (
        Gap("land_owned", Fraction(49500), "㎡"),
        Gap("bldg_owned", Fraction(30000), "㎡"),
        Gap("teachers_ft", Fraction(74), "人"),
    )


@given(st.dictionaries(st.text("pqrs", min_size=1), st.tuples(st.sampled_from("ab"), st.integers(1, 9)), max_size=6))
@modest(80)
def test_combined_takes_the_largest_of_each_fact(wanted: dict[str, tuple[str, int]]) -> None:
    found = combined({name: (Gap(each, Fraction(change), ""),) for name, (each, change) in wanted.items()})
    expected = {
        each: max(change for other, change in wanted.values() if other == each) for each, _change in wanted.values()
    }
    assert {gap.fact: gap.change for gap in found} == expected


@pytest.mark.parametrize("name", BOTH)
@given(facts=schools())
@modest(60)
def test_hiring_as_stated_meets_the_indicator_and_one_less_does_not(name: str, facts: dict[str, Any]) -> None:
    pack = load(name)
    data = read(pack, facts)
    for each in judge(pack, data).values():
        item = pack.indicators[each.indicator]
        for gap in by_hiring(pack, item, data):
            for count_hired, expected in ((gap.change, True), (gap.change - 1, False)):
                part = pack.fields[gap.fact]
                grown = {one: data.facts[one] + count_hired for one in (part.id, part.part_of)}  # type: ignore[operator]
                there = verdict(item, replace(data, facts={**data.facts, **grown}))
                assert (there is Verdict.MET) is expected


def test_a_gap_over_rows_moves_only_what_is_no_table() -> None:
    pack = small_pack(indicator("a - sum(m.x)"), facts=[fact("a", kind="int"), table("m", x="个")])
    data = Data(figures(a=12), {}, {"m": [{"x": Fraction(5, 2)}, {"x": Fraction(3)}]})
    assert gaps(pack, pack.indicators["one"], data) == (Gap("a", Fraction(4), "个"),)
