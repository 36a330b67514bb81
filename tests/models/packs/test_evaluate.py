"""Evaluation: exact, unknown propagates and is never 0, a zero divisor is an outcome of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.models.packs import oracle
from tests.models.packs.material import figures, modest, value_of
from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import (
    INAPPLICABLE,
    ZERO_DIVISOR,
    Code,
    Data,
    Env,
    Inapplicable,
    Missing,
    Row,
    ZeroDivisor,
    answer,
    prepare,
    value,
    worst,
)
from vetdesk.models.packs.formula import (
    MAX_DIGITS,
    MAX_LENGTH,
    MAX_SHOWN,
    Column,
    FormulaError,
    Name,
    Node,
    Number,
    Unary,
    digits,
    magnitude,
    parse,
    substitute,
)

ROWS: list[Row] = [
    {"x": Fraction(3), "y": Fraction(1), "g": "72"},
    {"x": Fraction(5), "y": Fraction(0), "g": "61"},
    {"x": Fraction(7), "y": Fraction(2), "g": "72"},
]


def missing(*names: str) -> Missing:
    return Missing(frozenset(names))


def result(got: object) -> object:
    """A value of the product in the words of the oracle."""
    if isinstance(got, Missing):
        return got.names
    return oracle.ZERO if isinstance(got, ZeroDivisor) else got


def node_of(tree: oracle.Tree) -> Node:
    """The tree as the product reads it, whatever the number of digits its result may have."""
    text = oracle.written(tree)
    assume(len(text) <= MAX_LENGTH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formula, "MAX_DIGITS", 10**9)
        patch.setattr(formula, "MAX_SHOWN", 10**9)
        return parse(text)


@given(oracle.trees(), oracle.facts(), oracle.facts(), oracle.rows())
@modest(400)
def test_random_formulas_agree_with_the_oracle(
    tree: oracle.Tree, now: oracle.Facts, last: oracle.Facts, table: oracle.Rows
) -> None:
    expected = oracle.Oracle(now, last, table).value(tree)
    got = result(value(prepare(node_of(tree)), Data(now, last, {"m": table})))
    assert (type(got), got) == (type(expected), expected), oracle.written(tree)


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
    if not isinstance(number, Fraction) or number < 0:
        return
    node = parse(oracle.written(tree))
    before = value(prepare(node), Data(now))
    after = value(prepare(substitute(node, {"a": Number(number)})), Data(now))
    assert before == after or (number == 0 and not isinstance(before, Fraction))


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
@modest(150)
def test_round_goes_to_the_nearest_whole_number(above: int, below: int) -> None:
    exact = Fraction(above, below)
    got = value_of("round(x)", {"x": exact})
    assert isinstance(got, Fraction)
    assert got.denominator == 1
    assert abs(got - exact) <= Fraction(1, 2)
    assert got == oracle.half_up(exact)


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
        ("1 / -3 * 3", Fraction(-1)),
        ("-1 / -3", Fraction(1, 3)),
        ("round(-2.5)", Fraction(-2)),
        ('"72" in ("61", "72")', True),
        ('"72" not in ("61", "72")', False),
        ('"72" in ("7", "2")', False),
        ("0.5 + 0.5 in (1, 2)", True),
        ("1 / 3 in (0.333, 0.334)", False),
        ("3 not in (1, 2)", True),
        ("1 / 3 == 2 / 6", True),
        ("1 / 3 != 2 / 6", False),
        ("1 / 3 == 0.3333", False),
    ],
)
def test_constants_are_exact(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("text", ["1 / 0", "a / (a - a)", "0 / 0", "-(1 / 0)", "1 / 0 + 1", "min(1 / 0, 1)",
                                  "1 / 0 > 1", "not (1 / 0 > 1)", "1 if 1 / 0 > 1 else 2", "1 / 0 > 1 and true",
                                  "min(m.x where m.x > 99)", "max(m.x where false)", "count(m.x where 1 / m.y > 0)",
                                  "sum(m.x / m.y)", "min(m.x by m.g where false)", "1 / 0 in (1, 2)", "1 / 0 not in (1, 2)",
                                  "max(m.x / m.y by m.g)", "abs(1 / 0)", "round(1 / 0)", "1 / 0 == 1",
                                  "1 - 1 / 0", "1 / 0 * 1", "1 / (1 / 0)"])  # fmt: skip
def test_a_zero_divisor_is_its_own_outcome(text: str) -> None:
    assert value_of(text, figures(a=1), tables={"m": ROWS}) == ZERO_DIVISOR


@pytest.mark.parametrize(
    "text",
    ["a", "a + 1 / 0", "1 / 0 + a", "min(1 / 0, a)", "a / 0", "1 if a > 1 else 1", "not a > 1", "a > 1 and 1 / 0 > 1",
     "0 * a", "a - a", "abs(a)", "sum(m.x * a)", "count(m.x where a > m.y)", "count(m.x where m.x / m.y > a)",
     "sum(a / m.y + 1)", "max(m.x where m.x / m.y > 0 or a > 0)",
     "a in (1, 2)", "a not in (1, 2)", "round(a)", "-a", "a == 1 / 0", "1 / 0 - a", "min(m.x * a by m.g)",
     "min(m.x / m.y by m.g where m.x > a)"],
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
    [("min(m.x by m.g)", 5), ("max(m.x by m.g)", 10), ("max(m.x * 2 by m.g where m.y > 0)", 20),
     ("min(m.x by m.g where m.x > 3)", 5), ("max(m.x by m.g where m.x > 3 and m.y > 0)", 7),
     ('sum(m.x where m.g in ("61", "66"))', 5), ('count(m.x where m.g not in ("61", "66"))', 2),
     ("sum(m.x where m.x in (3, 7))", 10), ("min(min(m.x by m.g), 4)", 4),
     ("sum(m.x)", 15), ('sum(m.x where m.g == "72")', 10), ("min(m.x)", 3), ("max(m.x where m.y > 0)", 7),
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
    assert value(prepare(Column("m", "x")), Data()) == missing("m.x")


def test_a_row_of_no_group_is_missing_only_if_it_counts() -> None:
    rows: list[Row] = [{"x": Fraction(1), "g": "72"}, {"x": Fraction(9), "g": None}]
    assert value_of("min(m.x by m.g)", tables={"m": rows}) == missing("m.g")
    assert value_of("min(m.x by m.g where m.x < 5)", tables={"m": rows}) == 1


def test_a_condition_that_cannot_be_told_for_one_row_leaves_the_whole_open() -> None:
    rows: list[Row] = [{"x": Fraction(1), "y": Fraction(1)}, {"x": Fraction(2)}]
    for text in ("sum(m.x where m.y > 0)", "count(m.x where m.y > 0)", "max(m.x where m.y > 0)"):
        assert value_of(text, tables={"m": rows}) == missing("m.y")


def test_worst_of_nothing_wrong_is_none() -> None:
    assert worst((1, 1), True, "x") is None
    assert worst() is None
    assert worst((1, 1), ZERO_DIVISOR, missing("a"), missing("b")) == missing("a", "b")
    assert worst((1, 1), ZERO_DIVISOR) is ZERO_DIVISOR


def test_a_negative_fact_keeps_its_sign() -> None:
    assert value(prepare(Unary("-", Name("a"))), Data({"a": Fraction(-3)})) == 3


def test_the_answer_to_a_question_is_a_number_or_missing_or_does_not_apply() -> None:
    read = answer("q")
    assert value(read, Data({"q": Fraction(1, 2)})) == Fraction(1, 2)
    assert value(read, Data({"q": None})) == missing("q")
    assert value(read, Data({"q": None}, inapplicable=frozenset({"q"}))) is INAPPLICABLE
    assert value(read, Data({}, inapplicable=frozenset({"p"}))) == missing("q")
    assert isinstance(INAPPLICABLE, Inapplicable)


def test_a_derived_fact_is_worked_out_once_for_a_unit() -> None:
    ran: list[Env] = []

    def inner(env: Env) -> tuple[int, int]:
        ran.append(env)
        return 4, 1

    code = prepare(parse("d + d * d"), {"d": inner})
    env = Env(Data())
    assert value(code, env) == 20
    assert value(code, env) == 20
    assert ran == [env]


def test_another_figure_is_another_unit_with_the_same_tables_and_nothing_remembered() -> None:
    derived: dict[str, Code] = {"d": prepare(parse("a * 2"))}
    code = prepare(parse("d + sum(m.x) + prev(a)"), derived)
    env = Env(Data(figures(a=1), figures(a=100), {"m": ROWS}, frozenset({"q"})))
    assert value(code, env) == 117
    other = env.with_fact("a", Fraction(7, 2))
    assert value(code, other) == 122
    assert value(code, env) == 117
    assert value(answer("q"), other) is INAPPLICABLE
    assert other.table("m") is env.table("m")


@given(st.sampled_from(oracle.FACTS), oracle.numbers(), oracle.trees(), oracle.facts(), oracle.rows())
@modest(150)
def test_changing_one_figure_gives_what_other_data_would(
    name: str, number: Fraction, tree: oracle.Tree, now: oracle.Facts, table: oracle.Rows
) -> None:
    code = prepare(node_of(tree))
    other = Env(Data(now, {}, {"m": table})).with_fact(name, number)
    assert value(code, other) == value(code, Data({**now, name: number}, {}, {"m": table}))


@given(oracle.trees(), oracle.facts(), oracle.rows())
@modest(200)
def test_no_result_has_more_digits_than_were_counted_at_load(
    tree: oracle.Tree, now: oracle.Facts, table: oracle.Rows
) -> None:
    node = node_of(tree)
    got = value(prepare(node), Data(now, now, {"m": table}))
    if isinstance(got, Fraction):
        assert len(str(abs(got.numerator))) + len(str(got.denominator)) <= digits(node)
        assert len(str(int(abs(got)))) <= magnitude(node)


@given(st.lists(st.fractions(-(10**6), 10**6, max_denominator=10**6), min_size=2, max_size=60))
@modest(60)
def test_a_long_sum_of_unlike_fractions_stays_exact(numbers: list[Fraction]) -> None:
    rows: list[Row] = [{"x": each} for each in numbers]
    facts = {f"f{at}": each for at, each in enumerate(numbers)}
    assert value_of("sum(m.x)", tables={"m": rows}) == sum(numbers)
    assert value_of(" + ".join(facts), facts) == sum(numbers)
    assert value_of(" - ".join(facts), facts) == 2 * numbers[0] - sum(numbers)


def test_sums_and_products_over_very_long_denominators_are_brought_to_lowest_terms() -> None:
    primes = [Fraction(1, each) for each in (10**30 - 11, 10**29 + 27, 10**28 - 3, 10**27 + 7, 10**26 + 3)]
    facts: dict[str, Fraction | str | None] = dict(zip("abcde", primes, strict=True))
    assert value_of("a * b * c * d * e * (1 / a / b / c / d / e)", facts) == 1
    assert prepare(parse("a * b * c * d * (1 / a / b / c / d)"))(Env(Data(facts))) == (1, 1)
    assert value_of("a + b + c + d + e - e - d - c - b - a", facts) == 0


def test_a_derived_sum_may_be_used_for_every_row() -> None:
    code = prepare(parse("sum(total * m.x)"), {"total": prepare(parse("sum(m.x)"))})
    assert value(code, Data(tables={"m": ROWS})) == 15 * 15


def test_a_sum_over_the_longest_table_has_no_more_digits_than_were_counted() -> None:
    rows: list[Row] = [{"x": Fraction(10**17 + at)} for at in range(500)]
    got = value_of("sum(1 / m.x)", tables={"m": rows})
    assert isinstance(got, Fraction)
    assert got.denominator < 10 ** digits(parse("sum(1 / m.x)"))


@pytest.mark.parametrize("text", ["a", "1 / a", "a * b", "sum(1 / m.x)"])
def test_the_longest_figures_have_no_more_digits_than_were_counted(text: str) -> None:
    longest = [Fraction(10**30 - 2 * at - 1, 10**12) for at in range(500)]
    rows: list[Row] = [{"x": each} for each in longest]
    got = value_of(text, {"a": longest[0], "b": longest[1]}, tables={"m": rows})
    assert isinstance(got, Fraction)
    assert got.numerator * got.denominator < 10 ** digits(parse(text))


def test_what_is_no_part_of_a_formula_has_no_code() -> None:
    assert prepare(cast(Any, "a")) is None


@pytest.mark.parametrize(("part", "fits", "limit"), [("sum(m.x)", 57, MAX_SHOWN), ("sum(m.x / m.y)", 2, MAX_DIGITS)])
def test_huge_results_are_refused_before_anything_runs(part: str, fits: int, limit: int) -> None:
    parse(" * ".join([part] * fits))
    with pytest.raises(FormulaError, match=f"{limit} 位"):
        parse(" * ".join([part] * (fits + 1)))
