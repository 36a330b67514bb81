"""The grammar of formulas: what is read, how it binds, and that everything else is refused with FormulaError."""

from __future__ import annotations

import string
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.models.packs.material import modest
from vetdesk.models.packs import formula
from vetdesk.models.packs.formula import (
    Aggregate,
    Among,
    Binary,
    Choice,
    Column,
    Extreme,
    FormulaError,
    Name,
    Node,
    Number,
    Previous,
    Text,
    Truth,
    Unary,
    check_size,
    columns,
    digits,
    last_year,
    magnitude,
    names,
    parse,
    parts,
    previous,
    substitute,
    subtracted,
    tables,
    walk,
)

A, B, C = Name("a"), Name("b"), Name("c")


def num(value: str | int) -> Number:
    return Number(Fraction(value))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12.50", num("12.5")),
        ("0.000000000001", num("0.000000000001")),
        ('"72"', Text("72")),
        ('""', Text("")),
        ('"艺术 类"', Text("艺术 类")),
        ("true", Truth(True)),
        ("false", Truth(False)),
        ("a", A),
        ("prev(a)", Previous("a")),
        ("min(a, b)", Extreme("min", (A, B))),
        ("max(a, b, 3)", Extreme("max", (A, B, num(3)))),
        ("abs(a)", Unary("abs", A)),
        ("round(a / b)", Unary("round", Binary("/", A, B))),
        ("a if true else b", Choice(Truth(True), A, B)),
        ('t in ("a")', Among(Name("t"), (Text("a"),))),
        ('t in ("a", "b")', Among(Name("t"), (Text("a"), Text("b")))),
        ("a in (1, 2.5)", Among(A, (num(1), num("2.5")))),
        ('t not in ("a", "b")', Unary("not", Among(Name("t"), (Text("a"), Text("b"))))),
        ('not t in ("a")', Unary("not", Among(Name("t"), (Text("a"),)))),
        ("a + 1 in (2)", Among(Binary("+", A, num(1)), (num(2),))),
        ("a in ((1), 2)", Among(A, (num(1), num(2)))),
        ("count(m.x)", Aggregate("count", "m", Column("m", "x"), None)),
        ("min(m.x by m.g)", Aggregate("min", "m", Column("m", "x"), None, Column("m", "g"))),
        ("max(m.x by (m.g))", Aggregate("max", "m", Column("m", "x"), None, Column("m", "g"))),
        (
            "max(m.x * a by m.g where m.x > 0)",
            Aggregate(
                "max", "m", Binary("*", Column("m", "x"), A), Binary(">", Column("m", "x"), num(0)), Column("m", "g")
            ),
        ),
        (
            'count(m.x where m.g in ("7", "8"))',
            Aggregate("count", "m", Column("m", "x"), Among(Column("m", "g"), (Text("7"), Text("8")))),
        ),
        (
            "count(m.x if a in (1, 2) else 0)",
            Aggregate("count", "m", Choice(Among(A, (num(1), num(2))), Column("m", "x"), num(0)), None),
        ),
        ("sum(m.x where m.g == a)", Aggregate("sum", "m", Column("m", "x"), Binary("==", Column("m", "g"), A))),
        ("min(m.x)", Aggregate("min", "m", Column("m", "x"), None)),
        ("max(abs(m.x))", Aggregate("max", "m", Unary("abs", Column("m", "x")), None)),
        ("sum(min(m.x, 2))", Aggregate("sum", "m", Extreme("min", (Column("m", "x"), num(2))), None)),
        ("sum((m.x))", Aggregate("sum", "m", Column("m", "x"), None)),
        ("min(sum(m.x), 5)", Extreme("min", (Aggregate("sum", "m", Column("m", "x"), None), num(5)))),
        ("min(5, sum(m.x))", Extreme("min", (num(5), Aggregate("sum", "m", Column("m", "x"), None)))),
    ],
)
def test_each_construct_gives_its_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("a / b * c", "(a / b) * c"),
        ("-a * b", "(-a) * b"),
        ("- - a", "a"),
        ("---a", "-a"),
        ("a - -b", "a - (-b)"),
        ("a + b < c * 2", "(a + b) < (c * 2)"),
        ("not a < b", "not (a < b)"),
        ("not not a < b", "not (not (a < b))"),
        ("a < b or b < c and c < a", "(a < b) or ((b < c) and (c < a))"),
        ("not a < b and b < c", "(not (a < b)) and (b < c)"),
        ("a or b or c", "(a or b) or c"),
        ("a and b and c", "(a and b) and c"),
        ("a if a < b else b if b < c else c", "a if (a < b) else (b if (b < c) else c)"),
        ("a + 1 if a < b or b < c else b", "(a + 1) if ((a < b) or (b < c)) else b"),
        ("a in (1) and b not in (2) or c in (3)", "((a in (1)) and (not (b in (2)))) or (c in (3))"),
        ("not a not in (1)", "not (not (a in (1)))"),
        ("a - b in (1)", "(a - b) in (1)"),
    ],
)
def test_operators_bind_as_in_arithmetic(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_spaces_and_line_breaks_do_not_matter() -> None:
    assert parse(" \n a\t+\r\n 1 \f\v ") == parse("a+1")


def test_keywords_may_begin_longer_names() -> None:
    assert names(parse("iffy + nothing + order + android + trueish + inn + bye + wherever")) == {
        "iffy", "nothing", "order", "android", "trueish", "inn", "bye", "wherever",
    }  # fmt: skip


HOSTILE = [
    "", " ", "()", "(", ")", "a b", "1 2", "a +", "* a", "a..b", ".5", "5.", "1.2.3", "1e5", "1_000", "0x10", "1,000",
    "a ** b", "a ^ b", "a // b", "a % b", "a & b", "a | b", "~a", "a << 2", "a = 1", "a := 1", "a === b", "a <> b",
    "a < b < c", "a == b == c", "a; b", "a\nb", "a # comment", "a[0]", "{a}", "[a for a in b]", "lambda: 1",
    "lambda x: x", "a.b", "a.b.c", "majors.x + 1", "sum(m.x + n.x)", "sum(m.x, m.y)", "sum(sum(m.x))", "sum(a)",
    "count(m)", "count()", "min(sum(m.x))", "count(m.x", "sum(m.x where)", "sum(m.x) where a", "where", "if", "else",
    "a if b", "if a else b", "not", "and a", "or", "min()", "min(a)", "max(a,)", "abs(a, b)", "round(a, 2)", "abs()",
    "min(" + "a," * 20 + "a)", "prev()", "prev(1)", "prev(a.b)", "prev(prev(a))", "prev(if)", "prev(a, b)",
    "prev(a",
    "a in", "a in 1", "a in ()", "a in (1", "a in (1,)", "a in (,1)", "a in (b)", "a in (1 + 2)", "a in (-1)", "in (1)",
    "a in (true)", "a in (1, prev(b))", "a in (1) in (2)", "a in (1) == true", "a not (1)", "a not", "not in (1)",
    "a not not in (1)", "a in m", "a in m.x", "in", "by", "by(a)", "in(a)", "where(a)", "prev(in)", "prev(by)", "a by b",
    "sum(m.x by m.g)", "count(m.x by m.g)", "min(m.x by)", "min(m.x by g)", 'min(m.x by "g")', "min(m.x by n.g)",
    "min(m.x by m.g by m.g)", "min(m.x where a by m.g)", "min(m.x by m.g, 5)", "min(m.x by m.g + 1)",
    "min(m.x by -m.g)", "abs(m.x by m.g)", "m.x by m.g", "min(m.x by m.g where)", "min(m.x by 5)",
    "eval(a)", "exec(a)", "open(a)", "__import__(a)", "print(a)", "sqrt(a)", "true(a)", "min.max(a, b)",
    "__class__", "_a", "a.prev(b)", "().__class__", "a.__class__", "a.__class__.__mro__", '"".__class__', "a.b()",
    "getattr(a, b)",    "__builtins__", "a__.__b", '__import__("os").system("ls")',
    "'a'", '"a', '"a\nb"', '"a\\"b"', '"' + "x" * 101 + '"', 'f"{a}"', 'b"a"', '"""a"""',
    "A", "Abc", "é", "а", "名字", "a名", "a\u200bb", "１２", "٣", "²", "a×b", "a÷b", "a−b", "a≥b", "（a）", "a，b", "∞",
    "a\u3000+ b", "a\u00a0+ b", "a\x00", "\ufeffa", "nan(1)", "🙂",
    "1" * 31, "9" * 1999, "0." + "1" * 29, "a" * 2001, "(" * 60 + "a" + ")" * 60, "(" * 1000, ")" * 1000, "[" * 1000,
    "-" * 1999, "not " * 499, "not " * 250 + "a", "+".join("a" * 900), "*".join("a" * 300), "a<b or " * 250 + "a<b",
    "abs(" * 60 + "a" + ")" * 60, "min(a," * 60 + "a" + ")" * 60, "a if b else " * 60 + "c", "a if (" * 60,
    "((((((((((" * 5 + "a" + "))))))))))" * 4,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=r"\S"):
        parse(text)


def tree_or_refusal(text: str) -> Node | str:
    """The tree, or the sentence of the refusal; any other exception goes through."""
    try:
        return parse(text)
    except FormulaError as error:
        return str(error)


@given(st.text(max_size=60))
@example("\x1c1")
@modest(300)
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    node = tree_or_refusal(text)
    assert node
    assert isinstance(node, str) or len(list(walk(node))) <= len(text)


PIECES = ["in", "by", "m.g",
          "a", "b", "1", "2.5", '"t"', "m.x", "+", "-", "*", "/", "<", "==", "(", ")", ",", "if", "else", "and", "or",
          "not", "where", "true", "min", "max", "sum", "count", "abs", "round", "prev", "=", "!", ".", "_", "\\"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
@modest(500)
def test_any_row_of_words_is_read_or_refused_and_never_breaks(text: str) -> None:
    assert tree_or_refusal(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [("a + $", "第 5 个字符“$”"), ("a +  + b", "第 6 个字符处的“+”"), ("a\u3000+ b", "第 2 个字符“U+3000”"),
     ("  foo(a)", "第 3 个字符处的“foo”"), ("m.x", "第 1 个字符处的“m.x”"), ("1 + " + "1" * 31, "第 5 个字符处的数字")],
)  # fmt: skip
def test_a_refusal_names_the_place(text: str, place: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert place in str(caught.value)


def test_an_unfinished_formula_is_called_unfinished() -> None:
    with pytest.raises(FormulaError, match="没有写完"):
        parse("a + ")


@pytest.mark.parametrize(
    "text",
    ["(" * 49 + "a" + ")" * 49, "+".join("a" * 200), "not " * 198 + "a", "a" * 2000, "1" * 30,
     "min(" + "a," * 19 + "a)", '"' + "x" * 100 + '"'],
)  # fmt: skip
def test_what_lies_just_inside_the_limits_is_read(text: str) -> None:
    parse(text)


@pytest.mark.parametrize("text", ["(" * 50 + "a" + ")" * 50, "+".join("a" * 201), "not " * 200 + "a"])
def test_what_lies_just_outside_the_limits_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="最多"):
        parse(text)


def test_shared_parts_cannot_blow_a_tree_up() -> None:
    node: Node = A
    for _each in range(60):
        node = Binary("+", node, node)
    with pytest.raises(FormulaError, match="太大"):
        check_size(node)


def test_the_limit_on_nodes_is_exact() -> None:
    fits = Extreme("min", tuple(A for _each in range(formula.MAX_NODES - 1)))
    check_size(fits)
    with pytest.raises(FormulaError, match="2000"):
        check_size(Unary("-", fits))


def test_walk_visits_every_part_once_from_the_top() -> None:
    node = parse("-a + min(b, 2) if sum(m.x where m.y > 0) > 1 else prev(c)")
    assert next(iter(walk(node))) == node
    assert len(list(walk(node))) == 15
    assert parts(A) == ()
    assert parts(parse("sum(m.x)")) == (Column("m", "x"),)
    assert parts(parse("min(m.x by m.g)")) == (Column("m", "x"), Column("m", "g"))
    assert parts(parse("min(m.x by m.g where true)")) == (Column("m", "x"), Truth(True), Column("m", "g"))
    assert parts(parse("a in (1, 2)")) == (A,)


def test_what_is_taken_off_is_known() -> None:
    assert subtracted(parse("a + k * b - c - (d - e)")) == {"c", "d", "e"}
    assert subtracted(parse("a * b + 1")) == frozenset()


def test_names_are_those_of_this_year_and_previous_those_of_last() -> None:
    node = parse("a + prev(b) * sum(m.x where m.y == c) - min(n.x by n.g where d in (1, 2))")
    assert names(node) == {"a", "c", "d"}
    assert previous(node) == {"b"}
    assert tables(node) == {"m", "n"}
    assert columns(node) == {("m", "x"), ("m", "y"), ("n", "x"), ("n", "g")}
    assert tables(A) == columns(A) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "1 + z"),
        ("b", "b"),
        ("-a", "-(1 + z)"),
        ("min(a, b)", "min(1 + z, b)"),
        ("b if a > 0 else a", "b if (1 + z) > 0 else (1 + z)"),
        ("sum(m.x + a)", "sum(m.x + (1 + z))"),
        ("sum(m.x where m.y > a)", "sum(m.x where m.y > (1 + z))"),
        ('"a" == "a"', '"a" == "a"'),
        ("prev(a)", "1 + prev(z)"),
        ("prev(b)", "prev(b)"),
        ("a in (1, 2)", "(1 + z) in (1, 2)"),
        ("b not in (1, 2)", "b not in (1, 2)"),
        ("min(m.x + a by m.g)", "min(m.x + (1 + z) by m.g)"),
        ("max(m.x by m.g where m.x > a)", "max(m.x by m.g where m.x > (1 + z))"),
        ("abs(a)", "abs(1 + z)"),
        ("a and true", "(1 + z) and true"),
    ],
)
def test_substitute_puts_formulas_in_for_names(text: str, expected: str) -> None:
    assert substitute(parse(text), {"a": parse("1 + z")}) == parse(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("b - off * a", "b"), ("b + a * off", "b"), ("off * a / b", "0 / b"), ("on * a", "a"), ("a * on", "a"),
     ("b - on * a", "b - a"), ("b + off", "b"), ("b - off", "b"), ("off + b", "0 + b"), ("a * 1", "a * 1"),
     ("a * 0", "a * 0"), ("a + 0", "a + 0"), ("0 * b + off * a", "0 * b"),
     ("a / on", "a / 1"), ("off * prev(a)", "0")],
)  # fmt: skip
def test_a_switch_that_is_off_makes_its_fact_unneeded(text: str, expected: str) -> None:
    assert substitute(parse(text), {"off": num(0), "on": num(1)}) == parse(expected)


def test_last_year_may_have_formulas_of_its_own() -> None:
    node = parse("a + prev(a) + prev(b)")
    assert substitute(node, {"k": num(2)}, {"a": parse("c + 1")}) == parse("a + (prev(c) + 1) + prev(b)")
    assert substitute(node, {"a": num(2)}, {}) == parse("2 + prev(a) + prev(b)")


def test_a_calculation_of_last_year_reads_the_facts_of_last_year() -> None:
    assert last_year(parse("a / (b + 1) if a in (1, 2) else 0")) == parse(
        "prev(a) / (prev(b) + 1) if prev(a) in (1, 2) else 0"
    )
    assert last_year(num(3)) == num(3)


@pytest.mark.parametrize("text", ["sum(m.x)", "a + count(m.x where m.x > a)", "min(m.x by m.g)"])
def test_a_sum_over_a_table_has_no_value_of_last_year(text: str) -> None:
    with pytest.raises(FormulaError, match="去年的表格"):
        substitute(parse("prev(d)"), {"d": parse(text)})


@pytest.mark.parametrize(
    ("text", "most"),
    [("12.5", 3), ("a", 43), ("prev(a)", 43), ("a + b", 70), ("a * b / c", 129), ("-a", 43), ("a < b", 43),
     ("a if b > 0 else c * c", 86), ("min(a, b * c)", 86), ("a in (1, 2)", 43), ('"x"', 2), ("true", 2),
     ("sum(m.x)", 47), ("sum(m.x * m.y)", 90), ("sum(m.x / m.y)", 1000 * 43 + 47), ("sum(m.x where 1 / m.y > 0)", 47)],
)  # fmt: skip
def test_digits_are_counted_from_what_a_result_is_made_of(text: str, most: int) -> None:
    assert digits(parse(text)) == most


@pytest.mark.parametrize(
    ("text", "most"),
    [("12.5", 3), ("a", 31), ("a + b", 35), ("a * b / c", 93), ("-a", 35), ("a if b > 0 else c * c", 66),
     ("sum(m.x / m.y)", 66)],
)  # fmt: skip
def test_the_size_of_a_number_grows_with_products_and_hardly_with_sums(text: str, most: int) -> None:
    assert magnitude(parse(text)) == most


def test_a_product_over_the_limit_of_what_can_be_shown_is_refused() -> None:
    product = "*".join("a" * 64)
    assert magnitude(parse(f"{product} * {'1' * 15}")) == formula.MAX_SHOWN
    with pytest.raises(FormulaError, match=r"太大的数（最多 2000 位）"):
        parse(f"{product} * {'1' * 16}")


def test_a_sum_of_quotients_over_the_limit_of_digits_is_refused() -> None:
    quotients = "sum(m.x / m.y)"
    check_size(parse("sum(m.x * m.y / m.z)"))
    check_size(parse(f"{quotients} + {quotients}"))
    with pytest.raises(FormulaError, match=r"太大的数（最多 100000 位）"):
        parse(f"{quotients} + {quotients} + {quotients}")


def test_there_is_no_year_before_last_year() -> None:
    with pytest.raises(FormulaError, match="前年"):
        substitute(parse("prev(a)"), {"a": parse("b - prev(b)")})


@given(st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=12))
@modest(100)
def test_a_name_is_a_small_letter_followed_by_letters_digits_and_underscores(text: str) -> None:
    allowed = text[0] in string.ascii_lowercase and text not in formula.KEYWORDS
    try:
        assert (parse(text) == Name(text)) is (allowed and text not in ("true", "false"))
    except FormulaError:
        assert not allowed
    else:
        assert allowed or text in ("true", "false") or text.isdigit()
