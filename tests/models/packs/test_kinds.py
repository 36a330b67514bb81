"""Kinds: a formula that mixes numbers, texts and conditions is refused before it meets any data."""

from __future__ import annotations

import pytest

from tests.models.packs.material import bar, fact, indicator, small_plain, table
from vetdesk.models.packs.build import build, try_build
from vetdesk.models.packs.formula import FormulaError, parse
from vetdesk.models.packs.kinds import Kind, check_kind
from vetdesk.models.packs.pack import PackError

TEXTS = {"t", "u", "m.g", "m.h"}
FACTS = [fact("a"), fact("b"), fact("t", kind="text"), table("m", x="个", g=None)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", Kind.NUMBER),
        ("a", Kind.NUMBER),
        ("prev(a)", Kind.NUMBER),
        ("-a + abs(b) * round(2)", Kind.NUMBER),
        ("min(a, max(b, 1))", Kind.NUMBER),
        ("a if a > 1 and not b < 2 else 0", Kind.NUMBER),
        ('a if t == "x" else b', Kind.NUMBER),
        ("sum(m.x)", Kind.NUMBER),
        ('sum(m.x where m.g == "72" and m.y > 0)', Kind.NUMBER),
        ("min(m.x * m.y)", Kind.NUMBER),
        ("count(m.g where t == m.g)", Kind.NUMBER),
        ('count(m.x if m.g == "7" else m.y)', Kind.NUMBER),
        ("min(m.x by m.g)", Kind.NUMBER),
        ('max(m.x * a by m.h where m.g in ("62", "72"))', Kind.NUMBER),
        ('sum(m.x * (3000 if m.g in ("62") else 2500))', Kind.NUMBER),
        ("t", Kind.TEXT),
        ('"x" if true else t', Kind.TEXT),
        ('t in ("x", "y")', Kind.TRUTH),
        ('prev(t) not in ("x")', Kind.TRUTH),
        ('"x" in ("x", "y")', Kind.TRUTH),
        ("a + b in (1, 2)", Kind.TRUTH),
        ("round(a) not in (1, 2.5) or false", Kind.TRUTH),
        ("t == u", Kind.TRUTH),
        ("prev(t) != t", Kind.TRUTH),
        ("a == 1 or true", Kind.TRUTH),
        ("(a < b) == (b < a)", Kind.TRUTH),
        ('not (t == "368") and a < 2022', Kind.TRUTH),
    ],
)
def test_a_formula_of_one_kind_passes(text: str, kind: Kind) -> None:
    check_kind(parse(text), kind, TEXTS)
    for other in {Kind.NUMBER, Kind.TEXT, Kind.TRUTH} - {kind}:
        with pytest.raises(FormulaError):
            check_kind(parse(text), other, TEXTS)


@pytest.mark.parametrize(
    "text",
    ["t + 1", "1 + t", '-"x"', 'abs("x")', "round(true)", "a < t", "t < u", "t == 1", 'a == "1"', "a and b", "a or true",
     "not a", "1 if a else 2", '1 if true else "x"', "min(a, t)", "max(true, a)", "(a < b) + 1", "prev(t) * 2",
     "sum(t + m.x)", "sum(m.x where a)", "sum(m.x where m.y + 1)", "sum(m.x == 1)", "count(m.x where t)", "(a == b) == a",
     't in (1, 2)', 'a in ("x")', 'a in (1, "x")', 't in ("x", 1)', 't not in (1)', '(a > b) in (1, 0)', "true in (1)",
     "(a in (1)) + 1", "not (a in (1)) + 1", "min(m.x by m.y)", "min(m.x > 1 by m.g)", "min(m.g by m.h)",
     "max(m.x by m.g where m.h)", "sum(m.g)", "count(m.x where m.x)", "sum(m.g + 1 if true else 2)", '"x" + 1', '1 < "x"',
     '"x" < "y"', '1 == "x"', "not 1", "1 and true", "(1 and 1) or false", "-true", "1 if 1 else 2", 'min("x", 1)',
     "min(1, true)", "true + true", "false or 1", "abs(t)", "abs(a > b)", "round(t)", "t / t", "-t", "t if t else t"],
)  # fmt: skip
def test_a_mixed_formula_is_refused(text: str) -> None:
    for kind in Kind:
        with pytest.raises(FormulaError, match="需要"):
            check_kind(parse(text), kind, TEXTS)


@pytest.mark.parametrize("formula", ["t + 1", "a > 1", "t", "sum(m.g)", "t in (1, 2)", "min(m.x by m.x)"])
def test_a_pack_with_a_mixed_indicator_is_refused_by_name(formula: str) -> None:
    with pytest.raises(PackError, match=r"“small”.*“one”.*需要"):
        build(small_plain(indicator(formula), facts=FACTS))


@pytest.mark.parametrize("wrong", [bar("a > 1"), bar("t"), bar("10", floor="t"), bar("10", floor="true")])
def test_a_required_value_and_its_floor_must_be_numbers(wrong: dict[str, str]) -> None:
    with pytest.raises(PackError, match=r"“small”.*“one”.*需要数字"):
        build(small_plain(indicator("a", bars=[wrong]), facts=FACTS))


@pytest.mark.parametrize("when", ["a", "t", "a + 1", '"x"', "sum(m.x)"])
def test_a_scope_a_case_a_rule_and_a_conclusion_must_be_conditions(when: str) -> None:
    texts = {"id": "r1", "zh": "错", "en": "wrong", "when": when}
    places = {
        "适用范围": small_plain(indicator("a"), facts=FACTS, applies=when),
        "one": small_plain(indicator("a", applies=when), facts=FACTS),
        "two": small_plain(indicator("a", name="two", bars=[bar("5", when=when), bar("10")]), facts=FACTS),
        "r1": small_plain(indicator("a"), facts=FACTS, rules=[{**texts, "severity": "block"}]),
        "g1": small_plain(indicator("a"), facts=FACTS, grades=[{**texts, "id": "g1"}]),
    }
    for place, plain in places.items():
        with pytest.raises(PackError, match=rf"“{place}”.*需要条件的地方用了"):
            build(plain)


def test_a_derived_fact_must_be_a_number() -> None:
    for formula in ("t", "a > 1"):
        with pytest.raises(PackError, match=r"“z”.*需要数字的地方用了"):
            build(small_plain(indicator("a"), facts=[*FACTS, fact("z", formula=formula)]))


@pytest.mark.parametrize("formula", ["a + 0 * t", '0 * "x"', "(a > 1) * 0", "a if t * 1 == t else b"])
def test_a_mixed_product_with_nought_or_one_is_refused_too(formula: str) -> None:
    pack, problems = try_build(small_plain(indicator(formula), facts=FACTS))
    assert pack is None
    assert "需要" in problems[0].reason


def test_every_kind_has_a_word() -> None:
    assert len({each.word for each in Kind}) == len(Kind)
