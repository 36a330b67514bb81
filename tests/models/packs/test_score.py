"""Points by every method: exact, capped, none while the value is unknown; their total, and a pass mark over it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import Plain, bar, figures, indicator, modest, question, small_pack
from vetdesk.models.packs.conclude import Conclusion, Outcome, conclude, sentence
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.score import Score, score, total
from vetdesk.models.records.verdicts import Verdict

BANDS = [{"grade": "A", "at": "95"}, {"grade": "B", "at": "85"}, {"grade": "C", "at": "75"}, {"grade": "D", "at": "60"}]


def measured(how: Plain, cmp: str = ">=", needed: str = "10", **more: Any) -> Plain:
    """An indicator over `x` that earns points."""
    return {**indicator("x", cmp, needed), "scoring": how, **more}


def earned(how: Plain, value: str | int | None, cmp: str = ">=", needed: str = "10") -> Score | None:
    """The points of a value."""
    pack = small_pack(measured(how, cmp, needed))
    return score(pack.indicators["one"], judge(pack, Data(figures(x=value)))["one"])


def points(how: Plain, value: str | int, cmp: str = ">=", needed: str = "10") -> Fraction:
    """The points of a value for which there are some."""
    found = earned(how, value, cmp, needed)
    assert found is not None
    assert found.points is not None
    return found.points


def test_an_indicator_that_only_must_be_met_earns_no_points() -> None:
    assert earned({"method": "all_pass"}, 12) is None
    assert earned({"method": "all_pass", "points": "5"}, 12) is None
    pack = small_pack(indicator("x"))
    assert score(pack.indicators["one"], judge(pack, Data(figures(x=12)))["one"]) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("10", "6"), ("11", "6"), ("1000", "6"), ("5", "3"), ("9.99", "5.994"), ("0", "0")],
)
def test_a_ratio_earns_in_proportion_and_never_more_than_all(value: str, expected: str) -> None:
    assert points({"method": "ratio", "points": "6"}, value) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("10", "6"), ("8", "4.8"), ("5", "3"), ("4.999999", "0"), ("0", "0"), ("12", "6")]
)
def test_a_ratio_below_its_floor_earns_nothing(value: str, expected: str) -> None:
    assert points({"method": "ratio", "points": "6", "floor": "5"}, value) == Fraction(expected)


@pytest.mark.parametrize(
    ("cmp", "value", "expected"),
    [("<=", "10", "6"), ("<=", "0", "6"), ("<=", "12", "5"), ("<=", "60", "1"), ("<", "9", "6"), ("<", "12", "5")],
)
def test_a_ratio_where_less_is_better_runs_the_other_way(cmp: str, value: str, expected: str) -> None:
    assert points({"method": "ratio", "points": "6"}, value, cmp) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("10", "6"), ("12", "5"), ("15", "4"), ("15.000001", "0"), ("90", "0")]
)
def test_a_ratio_where_less_is_better_earns_nothing_beyond_its_floor(value: str, expected: str) -> None:
    assert points({"method": "ratio", "points": "6", "floor": "15"}, value, "<=") == Fraction(expected)


def test_a_ratio_is_never_rounded() -> None:
    assert points({"method": "ratio", "points": "1"}, "1", needed="3") == Fraction(1, 3)
    assert points({"method": "ratio", "points": "1"}, "7", "<=", needed="3") == Fraction(3, 7)


def test_a_ratio_without_a_required_value_is_unknown() -> None:
    pack = small_pack(measured({"method": "ratio", "points": "6"}, bars=[bar("", confidence="UNSURE")]))
    assert score(pack.indicators["one"], judge(pack, Data(figures(x=12)))["one"]) == Score(None, Fraction(6))


@pytest.mark.parametrize(
    ("worth", "expected"), [("4", ["4", "3.2", "2.6", "2", "0"]), ("6", ["6", "4.8", "3.9", "3", "0"])]
)
def test_grades_are_worth_all_four_fifths_65_percent_and_half(worth: str, expected: list[str]) -> None:
    how = {"method": "grade", "points": worth, "bands": BANDS}
    assert [points(how, value) for value in (95, 85, 75, 60, 59)] == [Fraction(each) for each in expected]


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ("100", "A"),
        ("95", "A"),
        ("94.999", "B"),
        ("85", "B"),
        ("84.999", "C"),
        ("75", "C"),
        ("60", "D"),
        ("59.999", ""),
    ],
)
def test_a_grade_is_that_of_the_first_line_reached(value: str, grade: str) -> None:
    found = earned({"method": "grade", "points": "4", "bands": BANDS}, value)
    assert found is not None
    assert found.grade == grade


def test_grades_may_have_shares_of_their_own() -> None:
    bands = [{"grade": "优", "at": "90", "share": "0.9"}, {"grade": "良", "at": "70", "share": "0.25"}]
    how = {"method": "grade", "points": "8", "bands": bands}
    assert earned(how, 90) == Score(Fraction("7.2"), Fraction(8), "优")
    assert earned(how, 70) == Score(Fraction(2), Fraction(8), "良")


def test_grades_after_the_fourth_are_worth_half() -> None:
    how = {"method": "grade", "points": "4", "bands": [*BANDS, {"grade": "E", "at": "50"}]}
    assert earned(how, 50) == Score(Fraction(2), Fraction(4), "E")


@pytest.mark.parametrize(("value", "grade"), [("0", "A"), ("5", "A"), ("5.1", "B"), ("10", "B"), ("10.1", "")])
def test_grades_run_downwards_where_less_is_better(value: str, grade: str) -> None:
    bands = [{"grade": "A", "at": "5"}, {"grade": "B", "at": "10"}]
    found = earned({"method": "grade", "points": "4", "bands": bands}, value, "<=")
    assert found is not None
    assert found.grade == grade


@pytest.mark.parametrize(("value", "expected"), [("0", "0"), ("3", "3"), ("5", "5"), ("6", "5"), ("99", "5")])
def test_a_count_earns_a_point_each_up_to_its_cap(value: str, expected: str) -> None:
    assert points({"method": "count", "points": "5"}, value) == Fraction(expected)


@pytest.mark.parametrize(("value", "expected"), [("0", "10"), ("1", "8"), ("3", "4"), ("4", "4"), ("99", "4")])
def test_a_deduction_stops_at_its_limit(value: str, expected: str) -> None:
    assert points({"method": "deduct", "points": "10", "each": "2", "limit": "6"}, value, "<=") == Fraction(expected)


@pytest.mark.parametrize(("value", "expected"), [("0", "10"), ("4", "2"), ("5", "0"), ("6", "0")])
def test_a_deduction_without_a_limit_takes_all_and_no_more(value: str, expected: str) -> None:
    assert points({"method": "deduct", "points": "10", "each": "2"}, value, "<=") == Fraction(expected)


METHODS: list[Plain] = [
    {"method": "ratio", "points": "6"},
    {"method": "grade", "points": "6", "bands": BANDS},
    {"method": "count", "points": "6"},
    {"method": "deduct", "points": "6", "each": "1"},
]


@pytest.mark.parametrize("how", METHODS)
def test_points_of_an_unknown_value_are_unknown_and_still_count_in_the_full_score(how: Plain) -> None:
    assert earned(how, None) == Score(None, Fraction(6))


def test_a_waived_indicator_leaves_the_total_to_the_others_or_earns_all() -> None:
    bars = [bar("", when="a > 1", waives=True), bar("10")]
    pack = small_pack(measured({"method": "ratio", "points": "6"}, bars=bars))
    found = score(pack.indicators["one"], judge(pack, Data(figures(a=2, x=3)))["one"])
    assert found in (None, Score(Fraction(6), Fraction(6)))


@pytest.mark.parametrize("how", METHODS)
def test_an_indicator_that_does_not_apply_earns_no_points(how: Plain) -> None:
    pack = small_pack(measured(how, applies="a > 1"))
    assert score(pack.indicators["one"], judge(pack, Data(figures(a=1, x=12)))["one"]) is None


@pytest.mark.parametrize("how", METHODS)
@given(value=st.decimals("0", "300", places=2), needed=st.integers(1, 50), cmp=st.sampled_from([">=", ">", "<=", "<"]))
@modest(60)
def test_points_lie_between_none_and_all(how: Plain, value: object, needed: int, cmp: str) -> None:
    bands = list(how.get("bands", ()))
    if cmp in ("<", "<="):
        bands = [{**each, "at": other["at"]} for each, other in zip(bands, reversed(bands), strict=True)]
    how = {**how, "bands": bands} if bands else how
    assert 0 <= points(how, str(value), cmp, str(needed)) <= 6


@pytest.mark.parametrize(
    ("formula", "cmp", "value", "how"),
    [
        ("a - b", ">=", "0", METHODS[0]),
        ("a - b", ">=", "b - 5", METHODS[0]),
        ("a", "<=", "b - 5", METHODS[0]),
        ("a - b", ">=", "10", METHODS[2]),
        ("a - b", "<=", "10", METHODS[3]),
    ],
)
def test_points_lie_between_none_and_all_for_negative_values_too(
    formula: str, cmp: str, value: str, how: Plain
) -> None:
    pack = small_pack({**indicator(formula, cmp, value), "scoring": how})
    found = score(pack.indicators["one"], judge(pack, Data(figures(a=1, b=4)))["one"])
    assert found is not None
    assert found.points is not None
    assert 0 <= found.points <= 6


@pytest.mark.parametrize(("answer", "expected"), [("1", "3"), ("0.5", "1.5"), ("0", "0")])
def test_an_answer_earns_all_half_or_nothing(answer: str, expected: str) -> None:
    pack = small_pack(items=[question(scoring={"method": "ratio", "points": "3"})])
    found = score(pack.indicators["q"], judge(pack, Data(figures(q=answer)))["q"])
    assert found == Score(Fraction(expected), Fraction(3))


def test_a_question_that_does_not_apply_earns_no_points() -> None:
    pack = small_pack(items=[question(scoring={"method": "ratio", "points": "3"})])
    assert score(pack.indicators["q"], judge(pack, Data(inapplicable=frozenset({"q"})))["q"]) is None


# totals and the pass mark


def two(**more: Any) -> Pack:
    """A pack of two indicators worth 6 and 4 points, with a third that earns none."""
    return small_pack(
        {**indicator("a", name="six"), "scoring": {"method": "ratio", "points": "6"}},
        {**indicator("b", name="four"), "scoring": {"method": "ratio", "points": "4"}, "applies": "y != 1"},
        indicator("x", name="none", key=False),
        **more,
    )


def summed(pack: Pack, **now: str | int | None) -> Score | None:
    return total(pack, judge(pack, Data(figures(**now))))


def said(pack: Pack, **now: str | int | None) -> Conclusion:
    data = Data(figures(**now))
    return conclude(pack, judge(pack, data), data)


def test_the_total_adds_the_points_of_all_that_earn_any() -> None:
    assert summed(two(), a=10, b=5, x=1, y=0) == Score(Fraction(8), Fraction(10))


def test_one_unknown_value_leaves_the_total_unknown() -> None:
    assert summed(two(), a=10, b=None, x=1, y=0) == Score(None, Fraction(10))


def test_what_does_not_apply_counts_neither_in_the_total_nor_in_the_full_score() -> None:
    assert summed(two(), a=5, b=5, x=1, y=1) == Score(Fraction(3), Fraction(6))


def test_a_pack_without_points_has_no_total() -> None:
    assert summed(small_pack(indicator("a")), a=10) is None
    assert summed(two(applies="a > 99"), a=1, b=1, x=1, y=0) is None


@pytest.mark.parametrize(
    ("a", "outcome"), [("5", Outcome.MET), ("4.999999", Outcome.UNMET), ("10", Outcome.MET), (None, Outcome.OPEN)]
)
def test_a_pass_mark_decides_by_the_total(a: str | None, outcome: Outcome) -> None:
    assert said(two(pass_mark="7"), a=a, b=10, x=1, y=0).outcome is outcome


def test_a_pass_mark_is_compared_with_the_exact_total() -> None:
    third = {**indicator("a", value="3"), "scoring": {"method": "ratio", "points": "1"}}
    assert said(small_pack(third, pass_mark="0.333333333333"), a=1).outcome is Outcome.MET
    assert said(small_pack(third, pass_mark="0.333333333334"), a=1).outcome is Outcome.UNMET


def test_without_a_pass_mark_points_are_told_and_do_not_decide() -> None:
    found = said(two(), a=10, b=5, x=1, y=0)
    assert (found.outcome, found.points, found.full) == (Outcome.UNMET, 8, 10)
    assert sentence(two(), found).endswith("得分 8（满分 10）。")


def test_without_points_a_pass_mark_leaves_the_indicators_to_decide() -> None:
    pack = small_pack(indicator("a"), pass_mark="7")
    assert said(pack, a=10).outcome is Outcome.MET
    assert said(pack, a=9).outcome is Outcome.UNMET


def test_an_unknown_total_is_not_told() -> None:
    found = said(two(), a=10, b=None, x=1, y=0)
    assert (found.points, found.full) == (None, 10)
    assert "得分" not in sentence(two(), found)


def test_a_veto_decides_whatever_the_total_is() -> None:
    pack = two(pass_mark="1", items=[question(veto=True)])
    assert said(pack, a=10, b=10, x=1, y=0, q=1).outcome is Outcome.MET
    found = said(pack, a=10, b=10, x=1, y=0, q=0)
    assert (found.outcome, found.vetoed, found.points) == (Outcome.UNMET, ("q",), 10)


def test_out_of_scope_no_total_decides() -> None:
    found = said(two(pass_mark="1", applies="a > 99"), a=1, b=1, x=1, y=0)
    assert (found.outcome, found.points, found.full) == (Outcome.NOT_APPLICABLE, None, None)


def test_a_school_that_passes_by_points_is_not_said_to_meet_everything() -> None:
    pack = two(pass_mark="7")
    found = said(pack, a=10, b=5, x=1, y=0)
    assert (found.outcome, found.met, found.total) == (Outcome.MET, 1, 2)
    assert "全部达标" not in sentence(pack, found)


def test_a_total_that_lacks_a_figure_is_not_blamed_on_a_zero_divisor() -> None:
    scored = {**indicator("x", name="side", key=False), "scoring": {"method": "ratio", "points": "4"}}
    pack = small_pack(indicator("a"), scored, pass_mark="3")
    found = said(pack, a=10, x=None)
    assert found.outcome is Outcome.OPEN
    assert "除数为 0" not in sentence(pack, found)


def test_an_unconfirmed_required_value_gives_no_pass() -> None:
    scored = {**indicator("a", confidence="UNSURE"), "scoring": {"method": "ratio", "points": "4"}}
    pack = small_pack(scored, pass_mark="3")
    assert judge(pack, Data(figures(a=10)))["one"].verdict is Verdict.UNVERIFIED
    assert said(pack, a=10).outcome is not Outcome.MET
