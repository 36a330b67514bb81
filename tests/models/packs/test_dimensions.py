"""Units of formulas: what may be added, compared and divided, and which conversion a refusal names."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import BOTH, bar, fact, indicator, modest, small_plain, table
from vetdesk.models.packs.build import build, try_build
from vetdesk.models.packs.dimensions import PLAIN, Measure, check_unit, check_units_inside, measure_of
from vetdesk.models.packs.formula import FormulaError, parse
from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.source import load
from vetdesk.models.records.units import UNITS, convert

FACTS = {
    "land": "㎡", "lent": "㎡", "mu": "亩", "students": "人", "teachers": "人", "wan": "万元", "yuan": "元", "yi": "亿元",
    "books": "册", "pcs": "台", "seats": "座", "rooms": "间", "track": "m", "km": "km", "net": "Mbps", "visits": "人次",
    "share": "%", "ratio": ":1", "year": "", "rate": "元/生", "majors.students": "人", "majors.wan": "万元",
    "majors.group": "",
}  # fmt: skip


def fits(text: str, unit: str, *, carry: bool = False) -> str:
    """'' where a formula gives a number in the unit, else the refusal."""
    try:
        check_unit(parse(text), unit, FACTS, constants_carry=carry)
    except FormulaError as error:
        return str(error)
    return ""


def inside(text: str) -> str:
    """'' where a condition keeps to its units, else the refusal."""
    try:
        check_units_inside(parse(text), FACTS)
    except FormulaError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("unit", "kinds", "scale"),
    [
        ("", (), 1),
        (":1", (), 1),
        ("%", (), Fraction(1, 100)),
        ("㎡", (("area", 1),), 1),
        ("亩", (("area", 1),), Fraction(2000, 3)),
        ("㎡/生", (("area", 1), ("person", -1)), 1),
        ("㎡/人", (("area", 1), ("person", -1)), 1),
        ("万元", (("money", 1),), 10000),
        ("元/生", (("money", 1), ("person", -1)), 1),
        ("元/生·年", (("money", 1), ("person", -1)), 1),
        ("万元/年", (("money", 1),), 10000),
        ("台/百生", (("machine", 1), ("person", -1)), Fraction(1, 100)),
        ("册/生·间", (("book", 1), ("person", -1), ("room", -1)), 1),
        ("人/人", (), 1),
    ],
)
def test_a_unit_is_read_as_kinds_and_a_size(unit: str, kinds: tuple[tuple[str, int], ...], scale: int) -> None:
    assert measure_of(unit) == Measure(kinds, Fraction(scale))


@pytest.mark.parametrize(
    "unit",
    ["斤", "m2", "平方米", "/生", "/", "㎡/斤", "㎡/生·斤", "斤/生", "㎡/生/年", "生", "百生", "㎡ ", "㎡·生", "%%"],
)
def test_a_unit_nobody_knows_is_none(unit: str) -> None:
    assert measure_of(unit) is None
    assert fits("land / students", unit) == f"不认识的计量单位“{unit}”"


@pytest.mark.parametrize("unit", ["㎡/", "㎡/生·", "㎡/·生"])
def test_a_unit_with_nothing_below_the_line_is_none(unit: str) -> None:
    assert measure_of(unit) is None


def test_a_long_unit_is_not_repeated_in_full() -> None:
    assert fits("land", "斤" * 500) == f"不认识的计量单位“{'斤' * 20}”"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("land", "㎡"),
        ("land - lent", "㎡"),
        ("land / students", "㎡/生"),
        ("(land - lent) / students", "㎡/生"),
        ("land / (students + teachers)", "㎡/人"),
        ("prev(land) / prev(students)", "㎡/生"),
        ("abs(land - prev(land))", "㎡"),
        ("-land", "㎡"),
        ("round(land)", "㎡"),
        ("min(land, lent, 5)", "㎡"),
        ("max(0, land - lent)", "㎡"),
        ("land if students > 10 else lent", "㎡"),
        ("0 if students > 10 else lent", "㎡"),
        ("students / teachers", ":1"),
        ("students / teachers", ""),
        ("students / teachers * 100", "%"),
        ("100 * students / teachers", "%"),
        ("seats / students * 100", "%"),
        ("pcs / students * 100", "台/百生"),
        ("pcs * 100 / students", "台/百生"),
        ("pcs / (students / 100)", "台/百生"),
        ("wan", "万元"),
        ("wan * 10000", "元"),
        ("10000 * wan", "元"),
        ("wan * 10000 / students", "元/生"),
        ("wan * 10000 / students", "元/生·年"),
        ("wan / students * 10000", "元/生"),
        ("yuan / 10000", "万元"),
        ("yi * 10000", "万元"),
        ("yi * 100000000", "元"),
        ("wan + yuan / 10000", "万元"),
        ("yuan + wan * 10000", "元"),
        ("land * 3 / 2000", "亩"),
        ("land / 2000 * 3", "亩"),
        ("land / (2000 / 3)", "亩"),
        ("mu * 2000 / 3", "㎡"),
        ("mu * 2000 / 3 + land", "㎡"),
        ("mu * 2000 / 3 / students", "㎡/生"),
        ("km * 1000", "m"),
        ("land * 2", "㎡"),
        ("land * 0.5 + lent * 0.25", "㎡"),
        ("students * 1.5 + teachers * 0.3", "人"),
        ("rate * students", "元"),
        ("rate * students / 10000", "万元"),
        ("share", "%"),
        ("share + 5", "%"),
        ("ratio * teachers", "人"),
        ("land * share / 100", "㎡"),
        ("sum(majors.students)", "人"),
        ("min(majors.students by majors.group)", "人"),
        ("sum(majors.wan) * 10000 / students", "元/生"),
        ('sum(majors.students where majors.group in ("62")) / students * 100', "%"),
        ("count(majors.students where majors.students > 10)", ""),
        ("count(majors.students) * 2", ""),
        ("land * land / land", "㎡"),
        ("year - 2020", ""),
        ("12", "㎡/生"),
        ("2 * 3 + 1", "%"),
        ("0", "元"),
        ("net", "Mbps"),
    ],
)
def test_a_formula_in_its_unit_passes(text: str, unit: str) -> None:
    assert fits(text, unit) == ""


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("land", "人", "㎡"),
        ("land", "㎡/生", "㎡"),
        ("land / students", "㎡", "㎡/人"),
        ("students / land", "㎡/生", "人/㎡"),
        ("1 / students", "人", "1/人"),
        ("land * land", "㎡", "㎡"),
        ("wan * 10000", "㎡", "元"),
        ("students / teachers", "人", "没有单位的数"),
        ("count(majors.students)", "人", "没有单位的数"),
        ("students", "元", "人"),
        ("books / students", "台/百生", "册/人"),
        ("land", "%", "㎡"),
        ("land / students", "", "㎡/人"),
        ("wan / students", ":1", "元/人"),
        ("visits", "人", "人次"),
        ("sum(majors.wan)", "人", "元"),
        ("track", "㎡", "m"),
        ("land * track", "㎡", "㎡·m"),
        ("year", "人", "没有单位的数"),
        ("1 - students / teachers", "人", "没有单位的数"),
    ],
)
def test_another_quantity_than_the_declared_is_refused_by_name(text: str, unit: str, found: str) -> None:
    assert fits(text, unit) == f"算出来的是{found}，与单位“{unit}”不是一种量"


@pytest.mark.parametrize(
    ("text", "unit", "ratio"),
    [
        ("wan", "元", "10000"),
        ("yuan", "万元", "1/10000"),
        ("yuan * 10000", "万元", "1/100000000"),
        ("wan * 1000", "元", "10"),
        ("wan * 10000 * 10000", "元", "1/10000"),
        ("wan / students", "元/生", "10000"),
        ("wan / 10000 / students", "元/生", "100000000"),
        ("land", "亩", "3/2000"),
        ("mu", "㎡", "2000/3"),
        ("mu * 666.67", "㎡", "200000/200001"),
        ("km", "m", "1000"),
        ("land * share", "㎡", "1/100"),
        ("students / teachers", "%", "100"),
        ("students / teachers * 1000", "%", "1/10"),
        ("pcs / students", "台/百生", "100"),
        ("pcs / students / 100", "台/百生", "10000"),
        ("share", ":1", "1/100"),
    ],
)
def test_a_wrong_factor_is_refused_and_the_ratio_is_named(text: str, unit: str, ratio: str) -> None:
    assert (
        fits(text, unit) == f"算出来的数与单位“{unit}”差 {ratio} 倍，请检查换算（1 万元 = 10000 元，1 亩 = 2000/3 ㎡）"
    )


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("land + students", "㎡", "人"),
        ("students - land", "人", "㎡"),
        ("yuan > students", "元", "人"),
        ("yuan == students", "元", "人"),
        ("wan != land", "元", "㎡"),
        ("land / students >= yuan / students", "㎡/人", "元/人"),
        ("min(land, students)", "㎡", "人"),
        ("max(1, land, 2, students)", "㎡", "人"),
        ("land if year > 1 else students", "㎡", "人"),
        ("land if yuan > students else lent", "元", "人"),
        ("sum(majors.students + majors.wan)", "人", "元"),
        ("sum(majors.students where majors.wan > majors.students)", "元", "人"),
        ("abs(land - students)", "㎡", "人"),
        ("1 if not land > students else 2", "㎡", "人"),
        ("1 if land > lent and land > students else 2", "㎡", "人"),
        ("1 if land - students in (1, 2) else 2", "㎡", "人"),
        ("students / teachers + students", "没有单位的数", "人"),
        ("prev(land) - prev(students)", "㎡", "人"),
        ("count(majors.wan) + students", "没有单位的数", "人"),
        ("1 / students + students", "1/人", "人"),
    ],
)
def test_unlike_quantities_are_neither_added_nor_compared(text: str, first: str, second: str) -> None:
    expected = f"{first}与{second}不是一种量，不能相加或比较"
    assert fits(text, "㎡") == expected
    assert inside(text) == expected


@pytest.mark.parametrize("text", ["wan + yuan", "wan > yuan", "min(land, mu)", "land - mu * 3", "wan * 1000 + yuan",
                                  "track if year > 1 else km", "share + ratio"])  # fmt: skip
def test_like_quantities_in_different_units_are_converted_first(text: str) -> None:
    assert "请先换算成同一个单位" in fits(text, "元")
    assert "请先换算成同一个单位" in inside(text)


@pytest.mark.parametrize(
    "text",
    ["land > 3000", "yuan / students < 2500.5", "land > lent * 2", "0 < wan", "wan * 10000 > yuan", "yuan < wan * 10000",
     "students in (1, 2)", "year >= 2022 and not students > 100", "1 > 2", "true", "land / students > 33 or year == 1"],
)  # fmt: skip
def test_constants_take_the_unit_of_what_they_stand_beside(text: str) -> None:
    assert inside(text) == ""


@pytest.mark.parametrize("text", ["20", "3000 * 2", "min(10, 20)", "33 if students > 100 else 40", "-5", "1 / 3"])
@pytest.mark.parametrize("unit", ["㎡/生", "元", "%", "", "台/百生"])
def test_a_constant_may_be_in_any_unit(text: str, unit: str) -> None:
    assert fits(text, unit) == ""
    assert fits(text, unit, carry=True) == ""


WEIGHTED = 'sum(majors.students * (3000 if majors.group in ("62", "72") else 2500)) / students'


def test_a_constant_in_a_threshold_by_class_may_carry_a_unit_of_its_own() -> None:
    assert fits(WEIGHTED, "元/生", carry=True) == ""
    assert fits(WEIGHTED, "元/生") == "算出来的是没有单位的数，与单位“元/生”不是一种量"
    assert fits("students * 2500", "元", carry=True) == ""
    assert fits("students * 2500", "元") == "算出来的是人，与单位“元”不是一种量"


def test_where_constants_carry_units_facts_still_keep_to_theirs() -> None:
    assert fits("students", "元", carry=True) == "算出来的是人，与单位“元”不是一种量"
    assert "不能相加或比较" in fits("land + students", "元", carry=True)
    assert "差 10000 倍" in fits("wan", "元", carry=True)


def test_a_factor_of_nought_is_no_conversion() -> None:
    assert fits("land * 0", "㎡") == ""
    assert "不是一种量" in fits("land * 0", "元")


def test_what_is_counted_in_pieces_may_be_a_share_of_people() -> None:
    assert fits("rooms / students * 100", "%") == ""
    assert fits("seats", "") == ""
    assert fits("land / students * 100", "%") == "算出来的是㎡/人，与单位“%”不是一种量"
    assert fits("seats / students", "座/人") == ""


def test_a_share_of_seats_without_its_hundred_is_told_the_factor() -> None:
    assert "差 100 倍" in fits("seats / students", "%")


@pytest.mark.parametrize(
    ("text", "unit"),
    [("wan * 10000 + yuan", "万元"), ("max(wan * 10000, yuan)", "万元"), ("mu * 2000 / 3 + land", "亩"),
     ("wan * 10000 if year > 1 else yuan", "万元")],
)  # fmt: skip
def test_what_was_converted_to_be_added_is_in_the_unit_it_was_converted_to(text: str, unit: str) -> None:
    assert "倍" in fits(text, unit)


MONEY = ("元", "万元", "亿元")
AREA = ("㎡", "亩", "公顷", "万㎡")


@pytest.mark.parametrize("units", [MONEY, AREA, ("m", "km"), ("人", "万人"), ("册", "万册"), ("人次", "万人次")])
@given(data=st.data())
@modest(40)
def test_the_factor_that_fits_is_the_one_figures_are_converted_with(
    units: tuple[str, ...], data: st.DataObject
) -> None:
    source, target = data.draw(st.sampled_from(units)), data.draw(st.sampled_from(units))
    ratio = convert(Fraction(1), source=source, target=target)
    assert ratio is not None
    text = f"x * {ratio.numerator} / {ratio.denominator}"
    check_unit(parse(text), target, {"x": source})
    wrong = f"x * {ratio.numerator * 7} / {ratio.denominator}"
    if ratio != 1:
        with pytest.raises(FormulaError, match="差 1/7 倍"):
            check_unit(parse(wrong), target, {"x": source})


@pytest.mark.parametrize("unit", sorted(set(UNITS) - {"", "%"}))
def test_every_unit_of_figures_is_a_unit_of_formulas(unit: str) -> None:
    check_unit(parse("x"), unit, {"x": unit})
    check_unit(parse("x / s"), f"{unit}/生", {"x": unit, "s": "人"})
    assert measure_of(unit) != PLAIN


PACK_FACTS = [
    fact("land", unit="㎡"), fact("wan", unit="万元"), fact("students", kind="int", unit="人"),
    table("majors", students="人", group=None),
]  # fmt: skip


def refusal(**changes: object) -> str:
    """The reason a pack over land, money and students is refused."""
    pack, problems = try_build(small_plain(indicator("land", unit="㎡"), **{"facts": PACK_FACTS, **changes}))  # type: ignore[arg-type]
    assert pack is None
    assert len(problems) == 1
    return problems[0].reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicators": [indicator("wan", unit="元")]},
        {"indicators": [indicator("wan * 10000", unit="元", value="wan")]},
        {"indicators": [indicator("wan * 10000", unit="元", bars=[bar(floor="wan")])]},
        {"facts": [*PACK_FACTS, fact("yuan", unit="元", formula="wan")]},
    ],
)
def test_a_pack_with_a_forgotten_conversion_is_refused(wrong: dict[str, object]) -> None:
    assert "差 10000 倍" in refusal(**wrong)


RULE = {"id": "r1", "zh": "错", "en": "wrong", "when": "land > students"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicators": [indicator("land", unit="㎡", applies="land > students")]},
        {"indicators": [indicator("land", unit="㎡", bars=[bar(when="land > students"), bar()])]},
        {"rules": [{**RULE, "severity": "block"}]},
        {"grades": [RULE]},
        {"applies": "land > students"},
        {"facts": [*PACK_FACTS, fact("sum1", unit="㎡", formula="land + students")]},
    ],
)
def test_every_condition_of_a_pack_keeps_to_its_units(wrong: dict[str, object]) -> None:
    assert refusal(**wrong) == "㎡与人不是一种量，不能相加或比较"


def test_the_refusal_of_a_pack_names_pack_place_and_units() -> None:
    with pytest.raises(PackError) as caught:
        build(small_plain(indicator("land / students", unit="㎡"), facts=PACK_FACTS))
    assert caught.value.sentence == (
        "标准“small”中的“one”有误：算出来的是㎡/人，与单位“㎡”不是一种量。没有装入，请改正后再试。"
    )


def test_a_pack_may_weight_its_threshold_by_class() -> None:
    value = 'sum(majors.students * (3000 if majors.group in ("62") else 2500)) / students'
    pack = build(small_plain(indicator("wan * 10000 / students", unit="元/生", value=value), facts=PACK_FACTS))
    assert pack.indicators["one"].threshold.text == value


def test_a_derived_fact_and_last_year_of_it_have_the_declared_unit() -> None:
    facts = [
        *PACK_FACTS,
        fact("yuan", unit="元", formula="wan * 10000"),
        fact("mu", unit="亩", formula="land * 3 / 2000"),
    ]
    build(small_plain(indicator("yuan - prev(yuan)", unit="元"), facts=facts))
    build(small_plain(indicator("mu / prev(mu) * 100", unit="%"), facts=facts))
    assert "不能相加或比较" in refusal(indicators=[indicator("yuan - prev(mu)", unit="元")], facts=facts)
    assert "不能相加或比较" in refusal(indicators=[indicator("yuan - mu", unit="元")], facts=facts)


@pytest.mark.parametrize("name", BOTH)
def test_every_indicator_of_the_shipped_packs_declares_a_known_unit(name: str) -> None:
    assert all(measure_of(each.unit) is not None for each in load(name).indicators.values())
