"""Numbers as people type them: read without guessing, exact, and never shown so that a miss looks met."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vetdesk.models.records.numbers import DECIMAL, Amount, decimal_text, from_cell, read_amount, shown

modest = settings(max_examples=200, deadline=None, database=None)


@pytest.mark.parametrize(
    ("typed", "text", "unit"),
    [
        ("0", "0", ""),
        ("1500", "1500", ""),
        (" 1500\n", "1500", ""),
        ("+3", "3", ""),
        ("007", "7", ""),
        ("0.50", "0.5", ""),
        (".5", "0.5", ""),
        ("12.000", "12", ""),
        ("1,234", "1234", ""),
        ("1,234,567.80", "1234567.8", ""),
        ("1 234", "1234", ""),
        ("1\u00a0234\u00a0567.5 ㎡", "1234567.5", "㎡"),
        ("1\u2009234", "1234", ""),
        ("１２３．４５", "123.45", ""),
        ("１，２３４", "1234", ""),
        ("＋５", "5", ""),
        ("\ufeff12\u200b3", "123", ""),
        ("60亩", "60", "亩"),
        ("60 亩", "60", "亩"),
        ("６０亩", "60", "亩"),
        ("60市亩", "60", "亩"),
        ("3.5公顷", "3.5", "公顷"),
        ("2万㎡", "2", "万㎡"),
        ("2万平方米", "2", "万㎡"),
        ("40000㎡", "40000", "㎡"),
        ("40000平方米", "40000", "㎡"),
        ("40000 m2", "40000", "㎡"),
        ("40000m²", "40000", "㎡"),
        ("40000M²", "40000", "㎡"),
        ("40000m^2", "40000", "㎡"),
        ("300万元", "300", "万元"),
        ("3,000,000元", "3000000", "元"),
        ("0.03亿元", "0.03", "亿元"),
        ("1500人", "1500", "人"),
        ("1500名", "1500", "人"),
        ("0.15万人", "0.15", "万人"),
        ("4.5万册", "4.5", "万册"),
        ("45000本", "45000", "册"),
        ("300米", "300", "m"),
        ("0.3km", "0.3", "km"),
        ("35%", "35", "%"),
        ("35％", "35", "%"),
        ("100Mbps", "100", "Mbps"),
        ("100 MBPS", "100", "Mbps"),
        ("999999999999999999.999999999999", "999999999999999999.999999999999", ""),
    ],
)
def test_a_plain_number_is_read(typed: str, text: str, unit: str) -> None:
    assert read_amount(typed) == Amount(text, unit)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\n\t", "\u200b", "\ufeff", "\u3000", "12,34", "1,23", "1,2345", ",123", "123,", "0,123", "1,234,56",
     "1.234,5", "1,,234", "1e5", "1E5", "1e+5", "2e", "0x10", "0b1", "1_000", "NaN", "nan", "inf", "Infinity", "-inf",
     "-3", "−3", "－３", "- 3", "-0", "-0.0", "-60亩", "--3", "+-3", "++3", "+", "-", ".", ",", "5.", "1..2", "1.2.3",
     "1:20", "1/2", "½", "2½", "1+1", "=1", "3*4", "1;2", "12 34", "1 2", "1 23", "12 3456", "1 234 5", "1 234.5 6",
     "12\n34", "12\t34", "1\n234", "3. 5", "1 ,234", "٣", "٣٤", "१२", "三", "三百", "十", "〇", "一百二十",
     "10²", "10³", "10⁴", "①", "②③", "H₂O", "5₁", "❶", "㊿", "²", "m²", "5m2m2", "约300", "300左右", "300以上", "≥300",
     "<5", "¥300", "$5", "300万", "3千", "60亩地", "60 acres", "5 foo", "5人人", "60亩亩", "1500人。", "abc", "None",
     "true", "是", "—", "/", "无", "#REF!", "#DIV/0!", "60‰", "5m3", "🙂", "1\x00", "9" * 19, "9" * 4000,
     "0.0000000000001", "1." + "1" * 13],
)  # fmt: skip
def test_what_is_not_plainly_one_number_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_amount(typed)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("-3", "负数"), ("－３", "负数"), ("", "没有填"), ("12,34", "逗号"), ("1e5", "“e5”"), ("5.", "完整"), ("abc", "不是数字"),
     ("9" * 19, "太长"), ("12\n34", "空格"), ("10²", "上标"), ("5" + "里" * 50, "“" + "里" * 12 + "”")],
)  # fmt: skip
def test_a_refusal_says_why(typed: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_amount(typed)


def test_the_value_of_an_amount_is_exact() -> None:
    assert Amount("0.1").value + Amount("0.2").value == Fraction(3, 10)


def assert_sentence(refusal: str) -> None:
    assert any("\u4e00" <= char <= "\u9fff" for char in refusal)


@given(st.text(max_size=30))
@example("1\u3000234")
@example("㍘")
@modest
def test_any_text_is_a_canonical_number_or_a_sentence(typed: str) -> None:
    try:
        text = read_amount(typed).text
    except ValueError as error:
        refusal = str(error)
        assert_sentence(refusal)
    else:
        assert DECIMAL.fullmatch(text)


@given(st.text("0123456789.,+- eE_亩元㎡²１٣", max_size=12))
@modest
def test_what_looks_like_a_number_is_never_read_as_another_one(typed: str) -> None:
    try:
        amount = read_amount(typed)
    except ValueError:
        return
    digits = "".join(char for char in typed.replace("１", "1") if char in "0123456789.")
    assert Fraction("0" + digits) == amount.value


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**12 - 1))
@modest
def test_every_decimal_within_the_limits_is_read_exactly(whole: int, part: int) -> None:
    value = whole + Fraction(part, 10**12)
    amount = read_amount(f"{whole}.{part:012}")
    assert amount.value == value
    assert read_amount(f"{whole:,}.{part:012}") == amount
    assert decimal_text(value) == amount.text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5, "5"),
        (0, "0"),
        (10**17, "1" + "0" * 17),
        (5.0, "5"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (39999.99, "39999.99"),
        (13333.33 + 13333.33 + 13333.34, "40000"),
        (24333.300000000003, "24333.3"),
        (1e16, "1" + "0" * 16),
        (1.5e16, "15" + "0" * 15),
        (1.23456789012345e17, "123456789012345000"),
        (1e-07, "0.0000001"),
        (1.5e-7, "0.00000015"),
        (0.00012, "0.00012"),
        (1 / 3, "0.333333333333"),
        (200 / 3, "66.666666666667"),
        (0.1 + 0.2 - 0.3, "0"),
        (0.3 - 0.2 - 0.1, "0"),
        ("60亩", "60"),
        (" 1,234 ", "1234"),
    ],
)
def test_a_cell_of_a_spreadsheet_is_read(cell: object, text: str) -> None:
    assert from_cell(cell).text == text


def test_a_unit_in_a_cell_is_kept() -> None:
    assert from_cell("60亩") == Amount("60", "亩")


@pytest.mark.parametrize(
    "cell",
    [True, False, None, -1, -0.5, math.nan, math.inf, -math.inf, 1e18, 1e300, -0.01, 10**18, "x", "", "1" * 201,
     datetime.date(2026, 9, 1), datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC), datetime.time(1), b"5", [5], 5j],
)  # fmt: skip
def test_a_cell_that_is_no_number_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        from_cell(cell)


@given(st.decimals(0, 10**9, places=2))
@modest
def test_a_figure_with_two_decimals_survives_a_spreadsheet(value: object) -> None:
    assert from_cell(float(str(value))).value == Fraction(str(value))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(20), 12, "20"),
        (Fraction(1, 3), 12, "0.333333333333"),
        (Fraction(2, 3), 12, "0.666666666667"),
        (Fraction(-2, 3), 12, "-0.666666666667"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-5, 2), 0, "-3"),
        (Fraction(1, 1000), 2, "0"),
        (Fraction(-1, 1000), 2, "0"),
        (Fraction(0), 0, "0"),
        (Fraction(100), 0, "100"),
        (Fraction(100), 2, "100"),
        (Fraction("99.999"), 2, "100"),
        (Fraction(1, 10**12), 12, "0.000000000001"),
    ],
)
def test_decimal_text_is_exact_or_rounded_half_up(value: Fraction, places: int, text: str) -> None:
    assert decimal_text(value, places=places) == text


@given(st.fractions(), st.integers(0, 15))
@modest
def test_decimal_text_is_the_nearest_decimal_without_idle_zeros(value: Fraction, places: int) -> None:
    text = decimal_text(value, places=places)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places)
    assert "e" not in text
    assert text == "0" or not text.startswith("-0") or text.startswith("-0.")
    whole, dot, part = text.partition(".")
    assert len(part) <= places
    assert bool(dot) == bool(part)
    assert not part.endswith("0")
    assert Fraction(text) != 0 or text == "0"
    assert int(whole) * value >= 0


@pytest.mark.parametrize(
    ("value", "against", "text"),
    [
        ("20", None, "20"),
        ("20", "20", "20"),
        ("1234567", None, "1,234,567"),
        ("1903.3", None, "1,903.30"),
        ("18.3206", None, "18.32"),
        ("-1903.3", None, "-1,903.30"),
        ("-2200", None, "-2,200"),
        ("0.001", None, "0.00"),
        ("20.004", "20", "20.004"),
        ("20.0001", "20", "20.0001"),
        ("19.9999", "20", "19.9999"),
        ("39999.99", "40000", "39,999.99"),
        ("39999.999", "40000", "39,999.999"),
        ("20.1", "20", "20.10"),
        ("20.00000000000001", "20", "20.00000000000001"),
        ("0.0005", "0", "0.001"),
    ],
)
def test_shown_has_two_decimals_and_more_where_rounding_would_hide_a_miss(
    value: str, against: str | None, text: str
) -> None:
    assert shown(Fraction(value), against=None if against is None else Fraction(against)) == text


def test_more_places_can_be_asked_for() -> None:
    assert shown(Fraction("1903.3045"), places=4) == "1,903.3045"


@given(st.fractions(-(10**9), 10**9), st.fractions(-100, 100, max_denominator=10**6), st.integers(0, 20))
@modest
def test_two_different_numbers_never_look_alike(against: Fraction, distance: Fraction, smaller: int) -> None:
    assume(distance)
    value = against + distance / 10**smaller
    text = shown(value, against=against).replace(",", "")
    places = len(text.partition(".")[2])
    assert Fraction(text) != Fraction(decimal_text(against, places=max(places, 2)))
    assert (Fraction(text) > against) == (value > against)


@given(st.integers(1, 10**6), st.integers(1, 10**5))
@modest
def test_a_missed_ratio_is_never_shown_as_twenty(students: int, teachers: int) -> None:
    value = Fraction(students, teachers)
    text = Fraction(shown(value, against=Fraction(20)).replace(",", ""))
    assert (text > 20, text == 20) == (value > 20, value == 20)


@given(st.fractions(0, 10**12))
@modest
def test_what_is_shown_lies_within_half_a_hundredth(value: Fraction) -> None:
    text = shown(value)
    whole, _dot, part = text.partition(".")
    assert abs(Fraction(text.replace(",", "")) - value) <= Fraction(1, 200)
    assert (part == "") == (value.denominator == 1)
    assert len(part) in (0, 2)
    assert f"{int(whole.replace(',', '')):,}" == whole
