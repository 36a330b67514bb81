"""Arithmetic typed into a field: exact, or refused with a sentence; nothing else is worked out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import modest
from vetdesk.models.packs.reckon import is_sum, reckon


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ("12000+3400", "15400"),
        ("１２０００＋３４００", "15400"),
        ("12,000 + 3,400", "15400"),
        ("(3+4)×2", "14"),
        ("10÷4", "2.5"),
        ("0.1+0.2", "0.3"),
        ("8－5", "3"),
        ("2*3-6", "0"),
        ("1/3*3", "1"),
        ("100 - (20 - -5)", "75"),
    ],
)
def test_it_is_worked_out_exactly(typed: str, result: str) -> None:
    assert is_sum(typed)
    assert reckon(typed) == result


@pytest.mark.parametrize("typed", ["5", "-5", "1,200", "60亩", "1200 人", "", "+7", "61 000.5", "很多"])
def test_what_is_no_arithmetic_is_left_to_others(typed: str) -> None:
    assert not is_sum(typed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("1/3", "除不尽"),
        ("2026-9-1", "像是日期"),
        ("2026/09/01", "像是日期"),
        ("5-8", "负数"),
        ("1/0", "除以零"),
        ("1+", "看不懂"),
        ("1,2+3", "看不懂"),
        ("3**9", "看不懂"),
        ("1+min(1,2)", "只能有"),
        ("1+students_ft", "只能有"),
        ("1+prev(students_ft)", "只能有"),
        ("1+1 == 2", "只能有"),
        ("999999999999999999*10", "太长"),
        ("1+" * 500 + "1", "看不懂"),
        ("(" * 300 + "1+1" + ")" * 300, "看不懂"),
        ("9" * 40 + "+1", "看不懂"),
    ],
)
def test_anything_else_is_refused(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        reckon(typed)


@modest(100)
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=6), st.data())
def test_it_is_what_fractions_say(numbers: list[int], data: st.DataObject) -> None:
    signs = [data.draw(st.sampled_from("+-*")) for _each in numbers[1:]]
    typed = str(numbers[0]) + "".join(f"{sign}{number}" for sign, number in zip(signs, numbers[1:], strict=True))
    expected = eval(typed)
    if 0 <= expected < 10**18:
        assert Fraction(reckon(typed)) == expected
    else:
        with pytest.raises(ValueError, match=r"负数|太长|看不懂"):
            reckon(typed)
