"""Codes that people read aloud: digits only, in groups, always the same for the same thing."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetdesk.models.sync.codes import fingerprint, key_digits, only_digits, short_code

QUICK = settings(max_examples=100, deadline=None, database=None)


def test_codes_never_change_between_versions() -> None:
    """People have them on paper."""
    assert short_code("00" * 32) == "5898 9301 3708"
    assert key_digits(bytes(32)) == "26326 68723 08532 09710 66315 00871"
    assert fingerprint(bytes(32)) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"


@QUICK
@given(st.binary(min_size=32, max_size=32))
def test_a_code_has_twelve_digits_in_three_groups(digest: bytes) -> None:
    assert re.fullmatch(r"[0-9]{4} [0-9]{4} [0-9]{4}", short_code(digest.hex()))


@QUICK
@given(st.binary(min_size=32, max_size=32))
def test_a_key_has_thirty_digits_in_six_groups(public: bytes) -> None:
    digits = key_digits(public)
    assert re.fullmatch(r"([0-9]{5} ){5}[0-9]{5}", digits)
    number = int.from_bytes(hashlib.sha256(b"vetdesk-key-v1" + public).digest(), "big") >> 156
    assert int(digits.replace(" ", "")) == number % 10**30


@QUICK
@given(st.binary(min_size=32, max_size=32), st.integers(0, 255))
def test_one_bit_gives_another_code(public: bytes, bit: int) -> None:
    other = bytearray(public)
    other[bit // 8] ^= 1 << bit % 8
    assert key_digits(bytes(other)) != key_digits(public)
    assert short_code(other.hex()) != short_code(public.hex())
    assert fingerprint(bytes(other)) != fingerprint(public)


def test_leading_zeros_stay() -> None:
    found = next(code for code in (short_code(f"{at:064x}") for at in range(1000)) if code.startswith("0"))
    assert len(found) == 14


def test_the_codes_of_a_package_and_of_a_key_are_unrelated() -> None:
    assert short_code("11" * 32).replace(" ", "") not in key_digits(bytes.fromhex("11" * 32)).replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "expected"), [("4821 0937-6615", "482109376615"), ("４８２１　0937", "48210937"), ("²③a", ""), ("", "")]
)
def test_digits_are_read_as_people_type_them(typed: str, expected: str) -> None:
    assert only_digits(typed) == expected
