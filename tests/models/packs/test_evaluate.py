"""Evaluation: exact, unknown propagates and is never 0, a zero divisor is an outcome of its own."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.models.packs import oracle
from tests.models.packs.material import figures, modest, value_of
from vetdesk.models.packs.evaluate import ZERO_DIVISOR, Data, KindError, Missing, Row, ZeroDivisor, prepare, worst
from vetdesk.models.packs.formula import MAX_LENGTH, Column, Name, Number, Unary, parse, substitute

ROWS: list[Row] = [
    {"x": Fraction(3), "y": Fraction(1), "g": "72"},
    {"x": Fraction(5), "y": Fraction(0), "g": "61"},
    {"x": Fraction(7), "y": Fraction(2), "g": "72"},
]


def missing(*names: str) -> Missing:
    return Missing(frozenset(names))


def result(value: object) -> object:
    """A value of the product in the words of the oracle."""
    if isinstance(value, Missing):
        return value.names
    return oracle.ZERO if isinstance(value, ZeroDivisor) else value


@given(oracle.trees(), oracle.facts(), oracle.facts(), oracle.rows())
@modest(400)
def test_random_formulas_agree_with_the_oracle(
    tree: oracle.Tree, now: oracle.Facts, last: oracle.Facts, table: oracle.Rows
) -> None:
    text = oracle.written(tree)
    assume(len(text) <= MAX_LENGTH)
    expected = oracle.Oracle(now, last, table).value(tree)
    got = result(value_of(text, now, previous=last, tables={"m": table}))
    assert (type(got), got) == (type(expected), expected), text


@given(oracle.plain_trees(), oracle.facts())
@modest(300)
def test_unknown_propagates_and_is_never_zero(tree: oracle.Tree, now: oracle.Facts) -> None:
    lacking = {name for name in oracle.facts_of(tree) if now[name] is None}
    got = value_of(oracle.written(tree), now)
    assert isinstance(got, Missing) == bool(lacking)
    assert not isinstance(got, Missing) or got.names == lacking


@given(oracle.plain_trees(), oracle.facts())
@modest(150)
def test_putting_a_number_in_for_a_name_changes_no_value(tree: oracle.Tree, now: oracle.Facts) -> None:
    number = now["a"]
    if number is None or number < 0:
        return
    node = parse(oracle.written(tree))
    before = prepare(node)(Data(now), None)
    after = prepare(substitute(node, {"a": Number(number)}))(Data(now), None)
    assert before == after or (number == 0 and not isinstance(before, Fraction))


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
@modest(150)
def test_round_goes_to_the_nearest_whole_number(above: int, below: int) -> None:
    value = Fraction(above, below)
    got = value_of("round(x)", {"x": value})
    assert isinstance(got, Fraction)
    assert got.denominator == 1
    assert abs(got - value) <= Fraction(1, 2)
    assert value < 0 or got == oracle.half_up(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1 / 3 * 3", Fraction(1)),
        ("2000 / 3 * 60", Fraction(40000)),
        ("round(2.5)", Fraction(3)),
        ("round(2.499999999999)", Fraction(2)),
        ("abs(2 - 5)", Fraction(3)),
        ("-2 * -3", Fraction(6)),
        ("min(3, 1, 2)", Fraction(1)),
        ("max(3, 1, 2)", Fraction(3)),
        ('"72" == "72"', True),
        ('"72" != "72"', False),
        ("(1 < 2) == (2 < 3)", True),
        ("1 if 2 > 1 else 1 / 0", Fraction(1)),
        ("1 / 0 if 2 < 1 else 3", Fraction(3)),
    ],
)
def test_constants_are_exact(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("text", ["1 / 0", "a / (a - a)", "0 / 0", "-(1 / 0)", "1 / 0 + 1", "min(1 / 0, 1)",
                                  "1 / 0 > 1", "not (1 / 0 > 1)", "1 if 1 / 0 > 1 else 2", "1 / 0 > 1 and true",
                                  "min(m.x where m.x > 99)", "max(m.x where false)", "count(m.x where 1 / m.y > 0)",
                                  "sum(m.x / m.y)"])  # fmt: skip
def test_a_zero_divisor_is_its_own_outcome(text: str) -> None:
    assert value_of(text, figures(a=1), tables={"m": ROWS}) == ZERO_DIVISOR


@pytest.mark.parametrize(
    "text",
    ["a", "a + 1 / 0", "1 / 0 + a", "min(1 / 0, a)", "a / 0", "1 if a > 1 else 1", "not a > 1", "a > 1 and 1 / 0 > 1",
     "0 * a", "a - a", "abs(a)", "sum(m.x * a)", "count(m.x where a > m.y)", "count(m.x where m.x / m.y > a)",
     "sum(a / m.y + m.x)", "max(m.x where m.x / m.y > 0 or a > 0)"],
)  # fmt: skip
def test_what_is_missing_goes_before_a_zero_divisor(text: str) -> None:
    assert value_of(text, figures(a=None), tables={"m": ROWS}) == missing("a")


def test_every_missing_fact_is_named() -> None:
    assert value_of("a + b * prev(c) + prev(d)", figures(a=None, d=1)) == missing("a", "b", "prev(c)", "prev(d)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a > 0 or true", True), ("true or a > 0", True), ("a > 0 and false", False), ("false and a > 0", False),
     ("1 / 0 > 0 or true", True), ("1 / 0 > 0 and false", False), ("true and true", True), ("false or false", False)],
)  # fmt: skip
def test_a_side_that_decides_needs_no_other(text: str, expected: bool) -> None:
    assert value_of(text, figures(a=None)) is expected


def test_last_year_is_read_apart_from_this_year() -> None:
    assert value_of("a - prev(a)", figures(a=5), previous=figures(a=2)) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("sum(m.x)", 15), ('sum(m.x where m.g == "72")', 10), ("min(m.x)", 3), ("max(m.x where m.y > 0)", 7),
     ("count(m.x)", 3), ('count(m.x where m.g != "72")', 1), ("sum(m.x where false)", 0), ("count(m.x where false)", 0),
     ("sum(m.x * m.y)", 17), ("min(sum(m.x), 5)", 5)],
)  # fmt: skip
def test_aggregates_run_over_the_rows_that_hold(text: str, expected: int) -> None:
    assert value_of(text, tables={"m": ROWS}) == expected


def test_a_table_that_was_not_given_is_missing_and_not_empty() -> None:
    assert value_of("sum(m.x)") == missing("m")
    assert value_of("sum(m.x)", tables={"m": []}) == 0


def test_a_cell_that_was_not_given_is_missing() -> None:
    rows: list[Row] = [{"x": Fraction(1)}, {"x": None}]
    assert value_of("sum(m.x)", tables={"m": rows}) == missing("m.x")
    assert value_of("count(m.x)", tables={"m": rows}) == 2


def test_a_column_outside_a_table_is_missing() -> None:
    assert prepare(Column("m", "x"))(Data(), None) == missing("m.x")


@pytest.mark.parametrize(
    "text",
    ['"x" + 1', '1 < "x"', '"x" < "y"', '1 == "x"', "not 1", "1 and true", "(1 and 1) or false", "-true", 'abs("x")',
     "1 if 1 else 2", 'min("x", 1)', "min(1, true)", "true + true", "sum(m.g)", "count(m.x where m.x)", "false or 1"],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_a_kind_error(text: str) -> None:
    with pytest.raises(KindError):
        value_of(text, tables={"m": ROWS})


def test_worst_of_nothing_wrong_is_none() -> None:
    assert worst(Fraction(1), True, "x") is None
    assert worst() is None


def test_a_negative_fact_keeps_its_sign() -> None:
    assert prepare(Unary("-", Name("a")))(Data({"a": Fraction(-3)}), None) == 3
