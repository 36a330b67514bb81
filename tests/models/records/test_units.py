"""Units: exact ratios, and no conversion between different things."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetdesk.models.records.units import SPELLINGS, UNITS, convert, known_unit


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (60, "亩", "㎡", 40000),
        (75, "亩", "㎡", 50000),
        (1, "亩", "㎡", Fraction(2000, 3)),
        (15, "亩", "公顷", 1),
        (1, "公顷", "㎡", 10000),
        (4, "万㎡", "亩", 60),
        (40000, "㎡", "亩", 60),
        (3000000, "元", "万元", 300),
        (Fraction("0.03"), "亿元", "万元", 300),
        (1, "万元", "元", 10000),
        (Fraction("0.15"), "万人", "人", 1500),
        (2, "万人次", "人次", 20000),
        (4, "万册", "册", 40000),
        (Fraction("0.3"), "km", "m", 300),
        (5, "人", "人", 5),
        (5, "nosuch", "nosuch", 5),
    ],
)
def test_conversion_is_exact(value: int | Fraction, source: str, target: str, expected: int | Fraction) -> None:
    assert convert(Fraction(value), source=source, target=target) == expected


@pytest.mark.parametrize(
    ("source", "target"),
    [("亩", "万元"), ("人", "人次"), ("册", "种"), ("", "㎡"), ("㎡", ""), ("%", ""), ("nosuch", "㎡"), ("㎡", "nosuch"),
     ("个", "台"), ("m", "㎡")],
)  # fmt: skip
def test_different_things_are_not_converted(source: str, target: str) -> None:
    assert convert(Fraction(1), source=source, target=target) is None


PAIRS = [(a, b) for a in UNITS for b in UNITS if UNITS[a].kind == UNITS[b].kind]


@given(st.sampled_from(PAIRS), st.fractions(0, 10**9))
@settings(max_examples=150, deadline=None, database=None)
def test_there_and_back_is_the_same_number(pair: tuple[str, str], value: Fraction) -> None:
    source, target = pair
    there = convert(value, source=source, target=target)
    assert there is not None
    assert convert(there, source=target, target=source) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [("亩", "亩"), ("m2", "㎡"), ("平米", "㎡"), (" 平方米 ", "㎡"), ("M", "m"), ("KM", "km"), ("HA", "公顷"), ("mbps", "Mbps"),
     ("Mbps", "Mbps"), ("MBPS", "Mbps"), ("兆", "Mbps"), ("学时", "课时"), ("个座位", "座"), ("部", "台"), ("", ""), ("%", "%")],
)  # fmt: skip
def test_other_spellings_are_known(text: str, unit: str) -> None:
    assert known_unit(text) == unit


@pytest.mark.parametrize("text", ["acre", "千", "万", "亿", "m3", "平", "亩地", "元/生", "‰", "人民币"])
def test_other_words_are_no_units(text: str) -> None:
    assert known_unit(text) is None


def test_every_spelling_leads_to_a_unit_and_can_be_reached() -> None:
    for spelling, unit in SPELLINGS.items():
        assert unit in UNITS
        assert known_unit(unicodedata.normalize("NFKC", spelling)) == unit
    for unit in UNITS:
        assert known_unit(unicodedata.normalize("NFKC", unit)) == unit
