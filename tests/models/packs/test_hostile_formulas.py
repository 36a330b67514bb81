"""Hostile formulas: each is refused when a pack with it is built, with one sentence, and nothing of it is ever run."""

from __future__ import annotations

import ast
import builtins
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import gcd, prod
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.models.packs.material import Plain, bar, fact, figures, indicator, small_pack, small_plain, table
from vetdesk.models import packs
from vetdesk.models.packs.build import build, try_build
from vetdesk.models.packs.evaluate import Data, Row, prepare, value
from vetdesk.models.packs.formula import parse
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import PackError
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.tables import MOST_ROWS

FACTS = [
    fact("a", kind="int", unit=""),
    fact("b", unit=""),
    fact("t", kind="text"),
    table("m", x="", y="", g=None),
    table("n", x=""),
]

HOSTILE: dict[str, str] = {
    # reaching into Python
    "attribute": "a.real",
    "attribute-of-a-number": "1.real",
    "attribute-chain": "a.b.c",
    "class": "a.__class__",
    "mro": "a.__class__.__mro__",
    "subclasses": "().__class__.__bases__[0].__subclasses__()",
    "text-class": '"".__class__',
    "text-format": '"{0.__class__}".format(a)',
    "dunder": "__class__",
    "dunder-import": '__import__("os").system("touch hostile")',
    "dunder-builtins": "__builtins__",
    "dunder-dict": "a.__dict__",
    "dunder-globals": "prev.__globals__",
    "dunder-inside-a-name": "a.__b",
    "leading-underscore": "_a",
    "subscript": "a[0]",
    "subscript-of-a-table": 'm["x"]',
    "slice": "a[::-1]",
    # calls
    "eval": "eval(a)",
    "eval-of-a-text": 'eval("1")',
    "exec": 'exec("import os")',
    "compile": 'compile("1", "x", "eval")',
    "open": 'open("/etc/passwd")',
    "print": "print(a)",
    "input": "input()",
    "getattr": 'getattr(a, "real")',
    "globals": "globals()",
    "breakpoint": "breakpoint()",
    "exit": "exit()",
    "int": 'int("9")',
    "pow": "pow(9, 9)",
    "range": "sum(range(9))",
    "call-of-a-fact": "a()",
    "call-of-a-number": "1(2)",
    "call-of-a-call": "abs(a)(b)",
    "call-of-a-bracket": "(a)(b)",
    "call-of-a-method": "a.bit_length()",
    "call-of-true": "true(a)",
    "call-of-a-keyword": "if(a, b)",
    "keyword-argument": "max(a, b, key=a)",
    "star-argument": "max(*a)",
    # Python's own constructs
    "lambda": "lambda: 1",
    "lambda-with-an-argument": "(lambda x: x)(a)",
    "list": "[a, b]",
    "list-comprehension": "[x for x in m]",
    "generator": "sum(x for x in m)",
    "set": "{a}",
    "dictionary": "{a: b}",
    "tuple": "(a, b)",
    "empty-tuple": "()",
    "f-string": 'f"{a}"',
    "bytes": 'b"a"',
    "raw-string": 'r"a"',
    "walrus": "(c := a)",
    "assignment": "a = 1",
    "augmented-assignment": "a += 1",
    "import": "import os",
    "from-import": "from os import system",
    "statement-after-another": "a; b",
    "two-lines": "a\nb",
    "return": "return a",
    "yield": "yield a",
    "await": "await a",
    "while": "while true: a",
    "del": "del a",
    "global": "global a",
    "assert": "assert a",
    "raise": "raise a",
    "decorator": "@a",
    "annotation": "a: b",
    "ellipsis": "...",
    "none": "None",
    "capital-true": "True",
    "is": "a is b",
    # operators that are none of ours
    "power": "a ** b",
    "power-tower": "9 ** 9 ** 9 ** 9",
    "caret": "a ^ 2",
    "modulo": "a % b",
    "floor-division": "a // b",
    "shift": "1 << 999999999",
    "bitwise-and": "a & b",
    "bitwise-or": "a | b",
    "complement": "~a",
    "matrix-product": "a @ b",
    "factorial": "a!",
    "question-mark": "a ? b : 1",
    "double-ampersand": "a && b",
    "triple-equals": "a === b",
    "unlike": "a <> b",
    "chained-comparison": "1 < a < 2",
    "unary-plus": "+a",
    "increment": "a++",
    "trailing-operator": "a *",
    "leading-operator": "/ a",
    "doubled-operator": "a * / b",
    # numbers
    "exponent": "1e9",
    "huge-exponent": "1e999999999",
    "hexadecimal": "0xff",
    "octal": "0o7",
    "digit-separators": "1_000",
    "thousands": "1,000",
    "imaginary": "1j",
    "infinity": "inf",
    "not-a-number": "nan",
    "number-without-a-whole": ".5",
    "number-without-decimals": "5.",
    "two-points": "1.2.3",
    "two-numbers": "1 2",
    "31-digits": "1" * 31,
    "1999-digits": "9" * 1999,
    "long-decimals": "0." + "3" * 40,
    # results that explode
    "product-of-700-facts": "*".join(["(" + "*".join("a" * 100) + ")"] * 7),
    "product-of-65-facts": "*".join("a" * 65),
    "product-of-58-sums": "*".join(["sum(m.x)"] * 58),
    "sum-of-three-sums-of-quotients": "sum(m.x / m.y) + sum(m.y / m.x) + sum(m.x / m.y)",
    "product-of-33-products-in-a-sum": "sum(" + "*".join(["m.x"] * 40) + ")*sum(" + "*".join(["m.x"] * 40) + ")",
    "product-of-long-numbers": "*".join(["(" + "*".join(["9" * 3] * 90) + ")"] * 5 + ["(" + "*".join("a" * 98) + ")"] * 7),
    # depth and length
    "brackets-51-deep": "(" * 51 + "a" + ")" * 51,
    "brackets-900-deep": "(" * 900 + "a" + ")" * 900,
    "brackets-never-closed": "(" * 1999,
    "brackets-never-opened": ")" * 1999,
    "abs-60-deep": "abs(" * 60 + "a" + ")" * 60,
    "min-60-deep": "min(1, " * 60 + "a" + ")" * 60,
    "conditions-60-deep": "a if a > 0 else " * 60 + "b",
    "minus-1999-times": "-" * 1999,
    "not-499-times": "not " * 499 + "a",
    "sum-of-900": "+".join("a" * 900),
    "and-of-250": " and ".join(["a > 1"] * 250),
    "2001-characters": "a" + " " * 1999 + "b",
    "million-characters": "a+" * 500_000 + "a",
    "name-of-90-letters": "a" * 90,
    "too-many-items": "min(" + "a, " * 20 + "a)",
    # brackets, quotes, comments, backslashes
    "nothing": "",
    "only-spaces": " \t ",
    "unclosed-bracket": "(a",
    "unopened-bracket": "a)",
    "crossed-brackets": "(a]",
    "single-quotes": "t == 'x'",
    "unclosed-quote": 't == "x',
    "escaped-quote": 't == "x\\"y"',
    "tripled-quotes": '"""a"""',
    "joined-texts": '"a" "b"',
    "line-break-in-a-text": '"a\nb" == t',
    "text-of-101": '"' + "x" * 101 + '" == t',
    "curly-quotes": "t == “x”",
    "backtick": "`a`",
    "comment": "a # + b",
    "c-comment": "a /* b */",
    "sql-comment": "a -- b' ; drop table facts",
    "backslash": "a \\ b",
    "line-continuation": "a + \\\n b",
    "escape": "\\x61",
    "template": "${a}",
    "percent-format": '"%s" % a',
    "html": "<script>a</script>",
    "spreadsheet": "=a+1",
    # characters that look like ours
    "cyrillic-a": "\u0430",
    "greek-question-mark": "a\u037e",
    "full-width-letter": "ａ",
    "full-width-plus": "a ＋ b",
    "full-width-brackets": "（a）",
    "full-width-comma": "min(a，b)",
    "full-width-digit": "１",
    "full-width-less": "1 if a ＜ b else 2",
    "arabic-digit": "a + ٣",
    "superscript": "a²",
    "times-sign": "a × b",
    "division-sign": "a ÷ b",
    "minus-sign": "a − b",
    "at-least-sign": "1 if a ≥ b else 2",
    "fraction-sign": "½",
    "capital-letter": "A",
    "chinese-name": "在校生",
    "accented-name": "é",
    "null-byte": "a\x00",
    "null-byte-inside": "a\x00+ b",
    "zero-width-space": "a\u200b+ b",
    "zero-width-joiner": "a\u200db",
    "no-break-space": "a\u00a0+ b",
    "ideographic-space": "a\u3000+ b",
    "byte-order-mark": "\ufeffa",
    "right-to-left-override": "a \u202e+ b",
    "line-separator": "a\u2028+ b",
    "lone-surrogate": "a\ud800",
    "escape-code": "\x1b[31ma",
    "emoji": "a + 🙂",
    # names outside the pack
    "unknown-fact": "nosuch",
    "unknown-fact-in-a-sum": "a + nosuch",
    "unknown-fact-of-last-year": "prev(nosuch)",
    "unknown-table": "sum(nosuch.x)",
    "unknown-column": "sum(m.nosuch)",
    "unknown-group": "min(m.x by m.nosuch)",
    "unknown-fact-in-a-condition": "a if nosuch > 1 else b",
    "unknown-fact-among": "1 if nosuch in (1) else 2",
    "unknown-fact-for-every-row": "sum(m.x * nosuch)",
    "unknown-fact-in-a-where": "sum(m.x where m.y > nosuch)",
    "count-of-a-conclusion": "met + unmet",
    "table-of-another-pack": "sum(majors.students)",
    "last-year-of-last-year": "prev(prev(a))",
    "last-year-of-a-number": "prev(1)",
    "last-year-of-a-column": "sum(prev(m.x))",
    "last-year-of-a-keyword": "prev(if)",
    # tables and aggregates
    "table-as-a-number": "m",
    "table-in-a-sum": "a + m",
    "table-in-brackets": "sum(m)",
    "table-of-last-year": "prev(m)",
    "column-without-a-sum": "m.x",
    "column-beside-a-sum": "sum(m.x) + m.y",
    "sum-within-a-sum": "sum(sum(m.x))",
    "max-within-a-where": "sum(m.x where m.y > max(m.y))",
    "sum-over-two-tables": "sum(m.x + n.x)",
    "where-over-another-table": "sum(m.x where n.x > 1)",
    "sum-of-nothing": "sum()",
    "sum-of-a-fact": "sum(a)",
    "sum-of-two-columns": "sum(m.x, m.y)",
    "sum-of-a-text-column": "sum(m.g)",
    "where-without-a-condition": "sum(m.x where)",
    "where-of-a-number": "sum(m.x where m.y)",
    "where-twice": "sum(m.x where m.y > 1 where m.y < 5)",
    "where-outside": "a where b > 1",
    "average": "avg(m.x)",
    # by and in
    "sum-by": "sum(m.x by m.g)",
    "count-by": "count(m.x by m.g)",
    "by-a-number-column": "min(m.x by m.y)",
    "by-nothing": "min(m.x by)",
    "by-a-fact": "min(m.x by t)",
    "by-a-text": 'min(m.x by "g")',
    "by-another-table": "min(m.x by n.x)",
    "by-twice": "min(m.x by m.g by m.g)",
    "by-after-where": "min(m.x where m.y > 1 by m.g)",
    "by-a-sum": "min(m.x by m.g + m.g)",
    "by-outside": "a by t",
    "in-nothing": "1 if a in () else 2",
    "in-a-number": "1 if a in 5 else 2",
    "in-a-fact": "1 if a in b else 2",
    "in-a-table": "1 if a in m else 2",
    "in-a-text": '1 if t in "abc" else 2',
    "in-facts": "1 if a in (a, b) else 2",
    "in-a-sum": "1 if a in (1 + 1) else 2",
    "in-mixed": '1 if a in (1, "x") else 2',
    "in-texts-of-a-number": '1 if a in ("1") else 2',
    "in-without-a-left": "1 if in (1) else 2",
    "in-twice": "1 if a in (1) in (2) else 2",
    "in-with-a-comma-too-many": "1 if a in (1,) else 2",
    "not-without-in": "1 if a not (1) else 2",
    "for-in": "a for a in (1)",
    # kinds
    "condition-as-a-number": "a > 1",
    "truth-as-a-number": "true",
    "text-as-a-number": '"1"',
    "text-fact-as-a-number": "t",
    "text-plus-a-number": "t + 1",
    "text-times-a-number": '"x" * 1000000000',
    "number-as-a-condition": "1 if a else 2",
    "two-kinds-of-outcome": '1 if a > 1 else "x"',
    "text-compared-by-size": '1 if t < "x" else 2',
    "number-and-number": "a and b",
    "bare-keyword": "else",
    "half-a-condition": "a if b > 1",
    "condition-without-a-then": "if a > 1 else 2",
}  # fmt: skip

SWALLOWED = {
    "unknown-fact-times-nought": "a + 0 * nosuch",
    "unknown-column-times-nought": "sum(m.x + 0 * m.nosuch)",
    "table-times-nought": "a + 0 * m",
    "text-times-nought": "a + 0 * t",
    "last-year-of-a-table-times-nought": "a + prev(m) * 0",
}


def plain_with(formula: str) -> Plain:
    """A small pack whose one indicator has the formula."""
    return small_plain(indicator(formula, unit=""), facts=FACTS)


@contextmanager
def nothing_runs() -> Iterator[None]:
    """Whatever could run a text as a program, or reach outside, fails the test in here."""

    def ran(*_args: Any, **_more: Any) -> NoReturn:
        raise AssertionError("a formula was run")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "system", ran)
        patch.setattr(subprocess, "Popen", ran)
        for name in ("eval", "exec", "compile", "open", "print", "input", "breakpoint", "globals", "__import__"):
            patch.setattr(builtins, name, ran)
        yield


def refusal(plain: Plain) -> str:
    """The sentence with which a pack is refused."""
    with pytest.raises(PackError) as caught, nothing_runs():
        build(plain)
    return caught.value.sentence


def test_there_are_more_than_a_hundred_and_no_two_are_alike() -> None:
    assert len(HOSTILE) >= 100
    assert len(set(HOSTILE.values())) == len(HOSTILE)
    assert not set(HOSTILE.values()) & set(SWALLOWED.values())


@pytest.mark.parametrize("formula", HOSTILE.values(), ids=HOSTILE)
def test_a_pack_with_a_hostile_formula_is_refused_with_one_sentence(formula: str) -> None:
    sentence = refusal(plain_with(formula))
    assert sentence.startswith("标准“small”中的“one”有误：")
    assert sentence.endswith("。没有装入，请改正后再试。")
    assert "另有" not in sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize("formula", HOSTILE.values(), ids=HOSTILE)
def test_the_one_problem_names_the_formula(formula: str) -> None:
    with nothing_runs():
        pack, problems = try_build(plain_with(formula))
    assert pack is None
    assert [problem.path for problem in problems] == [("indicators", 0, "formula")]


@pytest.mark.parametrize("formula", ["a" * 1900, "a" * 1900 + "(1)", "b " + "a" * 1900, "a." + "a" * 1900])
def test_a_refusal_stays_short_however_long_a_name_is(formula: str) -> None:
    assert len(refusal(plain_with(formula))) < 200


@pytest.mark.parametrize(
    "name", ["null-byte", "escape-code", "right-to-left-override", "line-separator", "lone-surrogate"]
)
def test_a_refusal_can_be_printed_whatever_character_is_wrong(name: str) -> None:
    assert refusal(plain_with(HOSTILE[name])).isprintable()


@pytest.mark.parametrize("formula", SWALLOWED.values(), ids=SWALLOWED)
def test_nothing_hides_behind_a_product_with_nought(formula: str) -> None:
    assert "“one”有误" in refusal(plain_with(formula))


def in_place(place: str, formula: str) -> tuple[str, Plain]:
    """What a refusal calls the place, and a pack with the formula there."""
    rule = {"id": "r1", "zh": "错", "en": "wrong", "when": formula}
    good = indicator("a", unit="")
    packs: dict[str, tuple[str, Plain]] = {
        "value": ("one", small_plain(indicator("a", unit="", bars=[bar(formula)]), facts=FACTS)),
        "floor": ("one", small_plain(indicator("a", unit="", bars=[bar(floor=formula)]), facts=FACTS)),
        "case": ("one", small_plain(indicator("a", unit="", bars=[bar(when=formula), bar()]), facts=FACTS)),
        "condition": ("one", small_plain(indicator("a", unit="", applies=formula), facts=FACTS)),
        "question": ("q", small_plain(good, facts=FACTS, items=[
            {"id": "q", "group": "all", "zh": "问", "en": "ask", "confidence": "FOUND", "applies": formula}])),
        "scope": ("适用范围", small_plain(good, facts=FACTS, applies=formula)),
        "derived": ("z", small_plain(good, facts=[*FACTS, fact("z", unit="", formula=formula)])),
        "rule": ("r1", small_plain(good, facts=FACTS, rules=[{**rule, "severity": "block"}])),
        "conclusion": ("r1", small_plain(good, facts=FACTS, grades=[rule])),
    }  # fmt: skip
    return packs[place]


NUMBER_PLACES = ("value", "floor", "derived")
CONDITION_PLACES = ("case", "condition", "question", "scope", "rule", "conclusion")
EMPTY = ("nothing",)
"""Where a formula may be left out, an empty one says nothing and is none."""
CONDITIONS = ("condition-as-a-number", "truth-as-a-number", "count-of-a-conclusion")
"""What is no number may well be a condition; conclusions may count."""


@pytest.mark.parametrize("place", NUMBER_PLACES)
def test_no_number_of_a_pack_takes_a_hostile_formula(place: str) -> None:
    for name, formula in HOSTILE.items():
        if name not in EMPTY:
            called, plain = in_place(place, formula)
            assert f"“{called}”有误" in refusal(plain), name


@pytest.mark.parametrize("place", CONDITION_PLACES)
def test_no_condition_of_a_pack_takes_a_hostile_formula(place: str) -> None:
    for name, formula in HOSTILE.items():
        if name not in EMPTY + CONDITIONS:
            called, plain = in_place(place, formula)
            assert f"“{called}”有误" in refusal(plain), name


@pytest.mark.parametrize(("op", "first", "why"), [("*", "d6", "太大的数"), ("+", "d9", "公式太大")])
def test_derived_facts_cannot_explode_behind_a_short_formula(op: str, first: str, why: str) -> None:
    doubled = [fact("d0", unit="", formula=f"a {op} a"), *(
        fact(f"d{at}", unit="", formula=f"d{at - 1} {op} d{at - 1}") for at in range(1, 40)
    )]  # fmt: skip
    sentence = refusal(small_plain(indicator("d39", unit=""), facts=[*FACTS, *doubled]))
    assert f"“{first}”有误" in sentence
    assert why in sentence


def test_last_year_cannot_explode_behind_a_short_formula() -> None:
    facts = [*FACTS, fact("d", unit="", formula="+".join("a" * 190))]
    sentence = refusal(small_plain(indicator("+".join(["prev(d)"] * 20), unit=""), facts=facts))
    assert "“one”有误" in sentence
    assert "太大" in sentence


def test_facts_that_name_each_other_in_a_ring_are_refused() -> None:
    ring = [fact(f"r{at}", unit="", formula=f"r{(at + 1) % 5} + prev(r{(at + 2) % 5})") for at in range(5)]
    assert "绕成了圈" in refusal(small_plain(indicator("r0", unit=""), facts=[*FACTS, *ring]))


@pytest.mark.parametrize("switch", ["__import__(1)", "a", "1 + 1", "1e9", "-1", "1/0", "", "nan", "１", "9" * 19])
def test_a_switch_is_a_plain_number(switch: str) -> None:
    sentence = refusal(small_plain(indicator("a * k", unit=""), facts=FACTS, switches=[{"id": "k", "value": switch}]))
    assert "“k”有误" in sentence


BIGGEST = "*".join("a" * 64)


def test_the_largest_formula_that_loads_is_computed_exactly() -> None:
    number = 10**17 + 1
    assert value(prepare(parse(BIGGEST)), Data(figures(a=number))) == Fraction(number) ** 64


@pytest.mark.parametrize("number", [Fraction(10**17 + 1), Fraction(10**30 - 1, 10**12), Fraction(1, 10**12)])
def test_the_largest_result_that_loads_can_be_shown(number: Fraction) -> None:
    pack = small_pack(indicator(BIGGEST, unit=""), facts=FACTS)
    got = judge(pack, Data({"a": number}))["one"].value
    assert got == number**64
    assert abs(Fraction(decimal_text(got)) - got) <= Fraction(1, 2 * 10**12)
    assert shown(got, against=Fraction(10))


def test_the_longest_result_that_loads_can_be_shown() -> None:
    pack = small_pack(indicator("sum(m.y / m.x)", unit=""), facts=FACTS)
    rows: list[Row] = [{"x": Fraction(10**17 + at), "y": Fraction(10**18 - at)} for at in range(MOST_ROWS)]
    got = judge(pack, Data(tables={"m": rows}))["one"].value
    assert got == sum(Fraction(10**18 - at, 10**17 + at) for at in range(MOST_ROWS))
    assert got.denominator > 10**5000
    assert decimal_text(got) == "4999.999999999986"
    assert shown(got, against=Fraction(5000)) == "4,999.99999999999"


def test_a_quotient_of_what_nearly_cancels_out_can_be_shown() -> None:
    pack = small_pack(indicator("1 / (sum(m.y / m.x) - b)", unit=""), facts=FACTS)
    below: list[int] = []
    for each in range(10**17, 10**17 + 10**4):
        if len(below) < 300 and all(gcd(each, other) == 1 for other in below):
            below.append(each)
    whole = prod(below)
    above = [pow(whole // each, -1, each) for each in below]
    rows: list[Row] = [{"x": Fraction(x), "y": Fraction(y)} for x, y in zip(below, above, strict=True)]
    total = sum(Fraction(y, x) for x, y in zip(below, above, strict=True))
    got = judge(pack, Data({"b": Fraction(int(total))}, tables={"m": rows}))["one"].value
    assert got == whole
    assert decimal_text(got)


def test_no_module_of_the_packs_can_run_a_text() -> None:
    folder = Path(str(packs.__file__)).parent
    forbidden = {"eval", "exec", "compile", "__import__", "getattr", "setattr", "globals", "locals", "vars"}
    called = {
        node.func.id
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & forbidden
    assert not {"pickle", "subprocess", "importlib"} & {
        alias.name.partition(".")[0]
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    }


def test_refusing_leaves_no_deep_call_behind() -> None:
    limit = sys.getrecursionlimit()
    for formula in ("(" * 1999, "-" * 1999 + "a", "not " * 400 + "a > 1", "abs(" * 499):
        try_build(plain_with(formula))
    assert sys.getrecursionlimit() == limit
