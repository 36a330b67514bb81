"""Cells of a standard's workbook: what was written is read back, and what cannot be read says how it should be written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import modest
from vetdesk.models.packs.cells import rows_of, text_of, texts_cells, texts_value, value_of
from vetdesk.models.packs.pack import COMPARISONS
from vetdesk.models.packs.schema import SHEETS, Column

KINDS = ("text", "flag", "words", "pairs", "texts", "cmp", "bands", "related", "json")
LETTERS = st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"))
LINES = st.text(LETTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
TOKENS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=12)
KEYS = LINES.map(lambda text: text.replace("=", "").strip()).filter(bool)
NUMBERS = st.decimals(min_value=0, max_value=10**6, places=3).map(lambda number: format(number, "f"))
ROWS = st.lists(st.dictionaries(LINES, LINES, min_size=1, max_size=3), min_size=1, max_size=3)
FIGURES = st.one_of(LINES.filter(lambda text: not text.startswith("[{")), st.just(""), NUMBERS, ROWS)
PAIRS = st.dictionaries(KEYS, FIGURES, min_size=1, max_size=5)
BANDS = st.fixed_dictionaries({"grade": TOKENS, "at": NUMBERS}, optional={"share": NUMBERS})
RELATED = st.fixed_dictionaries({"pack": TOKENS, "indicator": TOKENS, "relation": TOKENS})
JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-(10**9), 10**9), LINES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(LINES, inner, max_size=3)),
    max_leaves=8,
)


def column(kind: str) -> Column:
    return Column("any", "任一", kind)


def back(kind: str, value: Any) -> Any:
    """A value after it was written in a cell."""
    return value_of(column(kind), text_of(column(kind), value))


def wrong(kind: str, text: str) -> str:
    """The sentence with which a cell is refused."""
    with pytest.raises(ValueError, match=r"\S") as caught:
        value_of(column(kind), text)
    return str(caught.value)


def test_these_are_all_kinds_of_the_schema() -> None:
    assert {each.kind for sheet in SHEETS for each in sheet.columns} == set(KINDS)


# what was written is read back


@modest()
@given(LINES)
def test_a_text_comes_back(text: str) -> None:
    assert back("text", text) == text


@modest()
@given(st.lists(LINES, min_size=2, max_size=5).map("\n".join))
def test_a_text_of_several_lines_comes_back(text: str) -> None:
    assert back("text", text) == text


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_come_back(value: bool) -> None:
    assert back("flag", value) is value


@modest()
@given(st.lists(LINES, min_size=1, max_size=6))
def test_words_come_back(value: list[str]) -> None:
    assert back("words", value) == value


@modest(200)
@given(PAIRS)
def test_pairs_come_back_in_order(value: dict[str, Any]) -> None:
    found = back("pairs", value)
    assert found == value
    assert list(found) == list(value)


@pytest.mark.parametrize("value", COMPARISONS)
def test_every_comparison_comes_back(value: str) -> None:
    assert back("cmp", value) == value


@modest()
@given(st.lists(BANDS, min_size=1, max_size=5))
def test_bands_come_back(value: list[dict[str, str]]) -> None:
    assert back("bands", value) == value


@modest()
@given(st.lists(RELATED, min_size=1, max_size=5))
def test_relations_come_back(value: list[dict[str, str]]) -> None:
    assert back("related", value) == value


@modest()
@given(JSON)
def test_json_comes_back(value: Any) -> None:
    assert back("json", value) == value


@modest()
@given(st.lists(st.fixed_dictionaries({"zh": LINES, "en": LINES}), min_size=1, max_size=5))
def test_texts_in_both_languages_come_back(value: list[dict[str, str]]) -> None:
    assert texts_value(*texts_cells(value)) == value


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_an_empty_cell_and_an_empty_cell_is_nothing(kind: str) -> None:
    assert text_of(column(kind), None) == ""
    for empty in ("", " ", "\n", "\t", "\u3000", " \n "):
        assert value_of(column(kind), empty) is None


def test_no_texts_are_empty_cells() -> None:
    assert texts_cells(None) == texts_cells([]) == ("", "")
    assert texts_value("", "") is None
    assert texts_value(" \n ", "\n") is None


@modest(200)
@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_any_text_is_read_or_refused_with_one_sentence(kind: str, text: str) -> None:
    try:
        value_of(column(kind), text)
    except ValueError as error:
        assert re.search(r"[\u4e00-\u9fff]", str(error))  # noqa: PT017 - either is right
        assert len(str(error)) < 200  # noqa: PT017 - either is right


@modest(200)
@given(st.sampled_from(["flag", "words", "cmp", "bands", "related"]), st.text(max_size=60))
def test_what_was_read_is_read_the_same_after_it_was_written(kind: str, text: str) -> None:
    try:
        value = value_of(column(kind), text)
    except ValueError:
        return
    assert back(kind, value) == (value or None if value is not False else False)


# spellings


@pytest.mark.parametrize("text", ["是", "yes", "Yes", "TRUE", "1", "✓", " 是\n"])
def test_yes_has_spellings(text: str) -> None:
    assert value_of(column("flag"), text) is True


@pytest.mark.parametrize("text", ["否", "no", "NO", "false", "0", " 否 "])
def test_no_has_spellings(text: str) -> None:
    assert value_of(column("flag"), text) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥", ">="), ("≤", "<="), (">", ">"), ("<", "<"), ("=", "=="), ("≈", "~"), (">=", ">="), ("<=", "<="),
        ("==", "=="), ("~", "~"), ("不低于", ">="), ("不少于", ">="), ("以上", ">="), ("不高于", "<="),
        ("不超过", "<="), ("超过", ">"), ("大于", ">"), ("小于", "<"), ("等于", "=="), ("左右", "~"), ("＝", "=="),
        ("＞", ">"), ("＜", "<"), (" ≥\n", ">="),
    ],
)  # fmt: skip
def test_comparisons_have_spellings(text: str, expected: str) -> None:
    assert value_of(column("cmp"), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", {"a": "1"}),
        ("a = 1", {"a": "1"}),
        ("  a\t=\t1", {"a": "1"}),
        ("a=1\n\n b=2\n", {"a": "1", "b": "2"}),
        ("a=1\r\nb=2", {"a": "1", "b": "2"}),
        ("a=", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("prev(a)=1", {"prev(a)": "1"}),
        ('a=[{"x": "1"}]', {"a": [{"x": "1"}]}),
        ('a=[{"x": 1, "y": 2.50}]', {"a": [{"x": "1", "y": "2.50"}]}),
        ("a=[1]", {"a": "[1]"}),
    ],
)
def test_pairs_are_read_as_people_write_them(text: str, expected: dict[str, Any]) -> None:
    assert value_of(column("pairs"), text) == expected


def test_a_blank_behind_a_value_is_nothing() -> None:
    assert value_of(column("pairs"), "a=met \nb=1\u3000") == {"a": "met", "b": "1"}


def test_a_table_without_rows_comes_back() -> None:
    assert back("pairs", {"majors": []}) == {"majors": []}


@pytest.mark.parametrize("mark", ["\x85", "\u2028"])
def test_a_strange_line_end_inside_a_row_comes_back(mark: str) -> None:
    value = {"majors": [{"major_name": f"机{mark}电"}]}
    assert back("pairs", value) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A 95 1", [{"grade": "A", "at": "95", "share": "1"}]),
        ("A 95", [{"grade": "A", "at": "95"}]),
        ("  A   95\t0.8 \n\nB 80", [{"grade": "A", "at": "95", "share": "0.8"}, {"grade": "B", "at": "80"}]),
        ("优秀\u300095", [{"grade": "优秀", "at": "95"}]),
    ],
)
def test_bands_are_read_as_people_write_them(text: str, expected: list[dict[str, str]]) -> None:
    assert value_of(column("bands"), text) == expected


def test_lines_of_words_are_read_without_blanks_and_empty_lines() -> None:
    assert value_of(column("words"), " a \r\n\n b c\n") == ["a", "b c"]


def test_lines_of_texts_are_joined_one_by_one() -> None:
    assert texts_value("甲\n\n 乙", "a\nb \n") == [{"zh": "甲", "en": "a"}, {"zh": "乙", "en": "b"}]


def test_numbers_of_a_table_stay_as_they_were_typed() -> None:
    assert rows_of('[{"a": 1.10, "b": 100000000000000000000, "c": true}]') == [
        {"a": "1.10", "b": "100000000000000000000", "c": True}
    ]


# what cannot be read


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("flag", "也许", "“也许”应写“是”或“否”"),
        ("flag", "2", "“2”应写“是”或“否”"),
        ("flag", "不" * 90, f"“{'不' * 40}”应写“是”或“否”"),
        ("cmp", "约", "“约”不是比较方式，应写 ≥ ≤ > < = ≈ 之一"),
        ("cmp", " => ", "“=>”不是比较方式，应写 ≥ ≤ > < = ≈ 之一"),
        ("cmp", "x" * 50, f"“{'x' * 20}”不是比较方式，应写 ≥ ≤ > < = ≈ 之一"),
        ("pairs", "a", "“a”应写成“编号=值”，每行一个"),
        ("pairs", "a=1\n b：2 ", "“b：2”应写成“编号=值”，每行一个"),
        ("pairs", "=1", "“=1”应写成“编号=值”，每行一个"),
        ("pairs", "a＝1", "“a＝1”应写成“编号=值”，每行一个"),
        ("pairs", "a=1\na=2", "“a”写了两次"),
        ("bands", "A", "“A”应写成“等级 分界值 得分比例”，例如 A 95 1"),
        ("bands", "A 95 1 1", "“A 95 1 1”应写成“等级 分界值 得分比例”，例如 A 95 1"),
        ("bands", "A 95 1\nB", "“B”应写成“等级 分界值 得分比例”，例如 A 95 1"),
        ("related", "a b", "“a b”应写成“标准编号 指标编号 关系”"),
        ("related", "a b c d", "“a b c d”应写成“标准编号 指标编号 关系”"),
        ("json", "{", "应是 JSON"),
        ("json", "[" * 10_000, "应是 JSON"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(kind: str, text: str, sentence: str) -> None:
    assert wrong(kind, text) == sentence


@pytest.mark.parametrize("text", ['a=[{"x"', "a=[{x: 1}]", "a=[{" + "[" * 10_000])
def test_rows_that_are_no_json_are_refused(text: str) -> None:
    assert wrong("pairs", text).startswith("表格的各行应是 JSON，例如 ")


def test_rows_that_are_no_json_are_shown_how_to_write_them() -> None:
    assert wrong("pairs", 'a=[{"x"') == '表格的各行应是 JSON，例如 [{"列": "值"}]'


@pytest.mark.parametrize(("zh", "en"), [("甲\n乙", "a"), ("甲", ""), ("", "a"), ("甲\n\n乙\n", "a\nb\nc")])
def test_texts_of_unlike_length_are_refused_with_both_lengths(zh: str, en: str) -> None:
    lines = [len([each for each in text.splitlines() if each.strip()]) for text in (zh, en)]
    with pytest.raises(ValueError, match="应逐行对应") as caught:
        texts_value(zh, en)
    assert str(caught.value) == f"中文有 {lines[0]} 行，英文有 {lines[1]} 行，应逐行对应"
