"""The trace: the formula with the school's own numbers, so that anybody can do the sum again."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factory import NINE
from tests.models.packs.material import fact, figures, indicator, school, small_pack
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.source import load
from vetdesk.models.packs.trace import SYMBOLS, derived_value, required, spelled


def nine(name: str, **changes: str) -> str:
    pack = load(NINE)
    data = school(pack, **changes)
    return spelled(pack, pack.indicators[name], data, judge(pack, data)[name])


def small(formula: str, **now: int | str | None) -> str:
    pack = small_pack(indicator(formula))
    data = Data(figures(**now))
    return spelled(pack, pack.indicators["one"], data, judge(pack, data)["one"])


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [
        ("db22_land", {}, "60,000 ㎡"),
        ("db22_land", {"land_owned": "39999.999"}, "39,999.999 ㎡"),
        ("db22_land_ps", {}, "60,000 ㎡ ÷ 1,500 人 = 40 ㎡/生"),
        ("db22_bldg_ps", {"bldg_owned": "24000", "students_ft": "1310"}, "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生"),
        ("db22_str", {"students_ft": "200001", "teachers_ft": "10000"}, "200,001 人 ÷ 10,000 人 = 20.0001 :1"),
        ("db22_equip_ps", {}, "600 万元 × 10,000 ÷ 1,500 人 = 4,000 元/生"),
        ("db22_books_ps", {"books_print": ""}, "达标图书（未填） ÷ 1,500 人"),
        ("db22_land", {"land_affiliated": ""}, "达标占地面积（未填）"),
        ("db22_land_ps", {"students_ft": "0"}, "60,000 ㎡ ÷ 0 人"),
    ],
)
def test_the_sum_is_spelled_out(name: str, changes: dict[str, str], text: str) -> None:
    assert nine(name, **changes) == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("a * 2 + b", "12 个 × 2 + 3 个"),
        ("(a + b) / 5", "(12 个 + 3 个) ÷ 5"),
        ("a - (b - 2)", "12 个 − (3 个 − 2)"),
        ("a / b / 2", "12 个 ÷ 3 个 ÷ 2"),
        ("a / (b * 2)", "12 个 ÷ (3 个 × 2)"),
        ("a / (b / 2)", "12 个 ÷ (3 个 ÷ 2)"),
        ("a * (b / 2)", "12 个 × (3 个 ÷ 2)"),
        ("a * -b", "12 个 × −3 个"),
        ("-(a + b)", "−(12 个 + 3 个)"),
        ("abs(a - b)", "abs(12 个 − 3 个)"),
        ("round(a)", "round(12 个)"),
        ("a - prev(b)", "12 个 − 去年的b数"),
        ("a * k9", "12 个 × k9"),
        ("min(a, b)", "…"),
        ("a + 0.5", "12 个 + 0.50"),
    ],
)
def test_each_construct_keeps_its_meaning(formula: str, text: str) -> None:
    pack = small_pack(indicator(formula), switches=[{"id": "k9", "value": "1"}])
    data = Data(figures(a=12, b=3), figures(b=1))
    shown = spelled(pack, pack.indicators["one"], data, judge(pack, data)["one"])
    assert shown.partition(" = ")[0] == text


def test_a_single_fact_is_its_own_trace() -> None:
    assert small("a", a=12) == "12 个"
    assert small("a", a=None) == "a数（未填）"


def test_a_derived_fact_is_worked_out_or_not_at_all() -> None:
    pack = load(NINE)
    assert derived_value(pack, "land_counted", school(pack, land_affiliated="1000")) == 59000
    assert derived_value(pack, "land_counted", school(pack, land_affiliated="")) is None


@pytest.mark.parametrize(
    ("cmp", "value", "confidence", "text"),
    [(">=", "40000", "FOUND", "≥ 40,000 个"), ("<=", "20.5", "FOUND", "≤ 20.50 个"), ("==", "100", "UNSURE", "= 100 个"),
     ("~", "20", "FOUND", "≈ 20 个"), (">=", "", "FOUND", "≥ — 个"), (">", "a", "FOUND", "> 7 个")],
)  # fmt: skip
def test_the_required_value_is_shown_with_its_side_and_unit(cmp: str, value: str, confidence: str, text: str) -> None:
    pack = small_pack(indicator("a", cmp, value, confidence=confidence))
    got = judge(pack, Data(figures(a=7)))["one"]
    assert required(pack.indicators["one"], got) == text


def test_the_required_value_of_an_indicator_out_of_scope_is_still_shown() -> None:
    pack = load(NINE)
    got = judge(pack, school(pack, run_type="368"))["db22_land"]
    assert required(pack.indicators["db22_land"], got) == "≥ 40,000 ㎡"
    pack = small_pack(indicator("a", value="b * 2"), applies="false")
    assert required(pack.indicators["one"], judge(pack, Data())["one"]) == "≥ — 个"


def test_every_comparison_has_its_sign() -> None:
    assert [SYMBOLS[each] for each in (">=", "<=", ">", "<", "==", "~")] == ["≥", "≤", ">", "<", "=", "≈"]


def test_a_value_of_many_digits_is_grouped() -> None:
    pack = small_pack(indicator("x"), facts=[fact("x")])
    data = Data({"x": Fraction("1234567.891")})
    assert spelled(pack, pack.indicators["one"], data, judge(pack, data)["one"]) == "1,234,567.89 个"
