"""Gap arithmetic: a stated change closes the gap exactly, and one step less does not."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import NINE
from tests.models.packs.material import BOTH, fact, figures, indicator, modest, school, small_pack
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.gap import Gap, combined, gaps
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
    pack = small_pack(indicator(formula, cmp, value))
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


def schools() -> st.SearchStrategy[dict[str, str]]:
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
            "computers_total": count(900),
        }
    )  # fmt: skip


def read(pack: Pack, facts: Mapping[str, str]) -> Data:
    return data_of(pack, example_entries(pack, {name: text for name, text in facts.items() if name in pack.fields}))


@pytest.mark.parametrize("name", BOTH)
@given(facts=schools())
@modest(150)
def test_a_stated_change_meets_the_indicator_and_one_step_less_does_not(name: str, facts: dict[str, str]) -> None:
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
def test_every_unmet_indicator_of_the_nine_says_what_more_would_do(facts: dict[str, str]) -> None:
    pack = load(NINE)
    data = read(pack, facts)
    for each in judge(pack, data).values():
        if each.verdict is Verdict.UNMET:
            assert any(gap.change > 0 for gap in gaps(pack, pack.indicators[each.indicator], data))


@given(facts=schools())
@modest(100)
def test_the_combined_shortage_meets_all_nine_at_once(facts: dict[str, str]) -> None:
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
    facts = [fact("a", kind="int"), fact("b", kind="int"), fact("x"), fact("t0", kind="int", adjust=False)]
    pack = small_pack(indicator(formula, cmp, value), facts=facts)
    found = gaps(pack, pack.indicators["one"], Data(figures(**now)))
    assert {gap.fact: gap.change for gap in found} == expected


def test_a_formula_over_last_year_is_searched() -> None:
    pack = small_pack(indicator("a / prev(a)", ">=", "1.2"))
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
    pack = small_pack(indicator(formula, cmp, f"{line.numerator} / {line.denominator}"))
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
