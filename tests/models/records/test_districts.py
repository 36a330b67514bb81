"""Districts of Shangqiu, by code or by any spelling of their names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetdesk.models.records.districts import DISTRICTS, district_code, tidy

CODES = {
    "411400": "商丘市", "411402": "梁园区", "411403": "睢阳区", "411421": "民权县", "411422": "睢县", "411423": "宁陵县",
    "411424": "柘城县", "411425": "虞城县", "411426": "夏邑县", "411481": "永城市",
}  # fmt: skip


def test_the_codes_are_those_of_the_national_list() -> None:
    assert {code: name for code, name in DISTRICTS.items() if code.isdigit()} == CODES


def test_the_demonstration_zone_has_a_code_outside_the_six_digits() -> None:
    assert [code for code, name in DISTRICTS.items() if name == "城乡一体化示范区"] == ["4114SF"]


@pytest.mark.parametrize("code", list(DISTRICTS))
def test_a_code_and_a_name_lead_to_the_code(code: str) -> None:
    assert district_code(code) == code
    assert district_code(DISTRICTS[code]) == code
    assert district_code("商丘市" + DISTRICTS[code].removeprefix("商丘市")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("睢　县", "411422"),
        (" 睢 县\n", "411422"),
        ("睢\u200b县", "411422"),
        ("\ufeff睢县", "411422"),
        ("粱园区", "411402"),
        ("商丘市粱园区", "411402"),
        ("４１１４２２", "411422"),
        ("411 422", "411422"),
        ("示范区", "4114SF"),
        ("商丘市示范区", "4114SF"),
        ("市城乡一体化示范区", "4114SF"),
        ("商丘市城乡一体化示范区", "4114SF"),
        ("商丘市", "411400"),
    ],
)
def test_miswritten_names_are_understood(text: str, code: str) -> None:
    assert district_code(text) == code


@pytest.mark.parametrize(
    "text", ["商丘", "郑州市", "410100", "411401", "4114", "县", "睢阳", "4114220", "商丘市郑州市"]
)
def test_other_places_are_not_guessed(text: str) -> None:
    assert district_code(text) is None


def test_two_similar_names_stay_apart() -> None:
    assert district_code("睢县") != district_code("睢阳区")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("甲　校（虚构）", "甲校(虚构)"),
        ("ＡＢ１", "AB1"),
        ("a\u202eb", "ab"),
        ("\x00a\tb", "ab"),
        ("ﬁ", "fi"),
        ("", ""),
    ],
)
def test_a_name_is_tidied_of_hidden_traps(text: str, plain: str) -> None:
    assert tidy(text) == plain


@given(st.text(max_size=20))
@settings(max_examples=150, deadline=None, database=None)
def test_a_tidy_name_holds_no_space_and_no_control_sign(text: str) -> None:
    plain = tidy(text)
    assert not any(char.isspace() for char in plain)
    assert not set(plain) & set("\u200b\u200e\u202e\ufeff\x00")
