"""Kinds: a formula that mixes numbers, texts and conditions is refused before it meets any data."""

from __future__ import annotations

import pytest

from tests.models.packs.material import indicator, small_plain
from vetdesk.models.packs.formula import FormulaError, parse
from vetdesk.models.packs.kinds import Kind, check_kind
from vetdesk.models.packs.pack import PackError, build

TEXTS = {"t", "u"}


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
        ("t", Kind.TEXT),
        ('"x" if true else t', Kind.TEXT),
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
     "sum(t + m.x)", "sum(m.x where a)", "sum(m.x where m.y + 1)", "sum(m.x == 1)", "count(m.x where t)", "(a == b) == a"],
)  # fmt: skip
def test_a_mixed_formula_is_refused(text: str) -> None:
    for kind in Kind:
        with pytest.raises(FormulaError, match="需要"):
            check_kind(parse(text), kind, TEXTS)


@pytest.mark.parametrize("changes", [{"formula": "t + 1"}, {"formula": "a > 1"}, {"formula": "t"}, {"value": "a > 1"}])
def test_a_pack_with_a_mixed_indicator_is_refused_by_name(changes: dict[str, str]) -> None:
    item = indicator(changes.get("formula", "a"), value=changes.get("value", "10"))
    with pytest.raises(PackError, match=r"small.*one.*需要数字"):
        build(small_plain(item))


def test_a_scope_and_a_rule_must_be_conditions() -> None:
    with pytest.raises(PackError, match=r"applies.*需要条件的地方用了数字"):
        build(small_plain(indicator("a"), applies="a + 1"))
    rule = {"id": "r1", "severity": "block", "when": "a", "zh": "错", "en": "wrong"}
    with pytest.raises(PackError, match=r"r1.*需要条件的地方用了数字"):
        build(small_plain(indicator("a"), rules=[rule]))


def test_every_kind_has_a_word() -> None:
    assert len({each.word for each in Kind}) == len(Kind)
