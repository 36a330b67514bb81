"""What people type for a fact of any kind: taken, or refused with one sentence; stored, and shown again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import modest
from vetdesk.models.packs.fields import Field, field_from
from vetdesk.models.packs.typed import (
    column_of,
    entry_text,
    grouped,
    is_stored_form,
    number_entry,
    plain_value,
    same_value,
    typed_entry,
)
from vetdesk.models.records.answers import ANSWERS
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.facts import given as given_entry
from vetdesk.models.records.numbers import Amount
from vetdesk.models.records.tables import MOST_ROWS, read_rows, rows_text
from vetdesk.models.records.words import speech


def field(kind: str, unit: str = "", **more: Any) -> Field:
    return field_from({"id": "f", "zh": "数", "en": "figure", "section": "s", "kind": kind, "unit": unit, **more})


COUNT = field("int", "人")
AREA = field("dec", "㎡")
MONEY = field("dec", "万元")
SHARE = field("dec", "%")
WORD = field("text")
CHOICE = field("text", choices=["甲", "乙"])
YES_NO = field("bool")
ANSWER = field("answer")
MAJORS = field(
    "table",
    columns=[
        {"id": "code", "zh": "代码", "en": "code", "kind": "text"},
        {
            "id": "students",
            "zh": "在校生",
            "en": "students",
            "kind": "int",
            "unit": "人",
            "aliases": ["在校生数", "人数"],
        },
        {"id": "area", "zh": "面积", "en": "area", "kind": "dec", "unit": "㎡"},
        {"id": "key", "zh": "骨干", "en": "key", "kind": "bool"},
    ],
)
KINDS = (COUNT, AREA, WORD, CHOICE, YES_NO, ANSWER)


def stored(where: Field, typed: Any) -> str:
    """The text that is stored."""
    entry = typed_entry(where, typed)
    assert entry.state is State.GIVEN
    return entry.text


def refused(where: Field, typed: Any) -> str:
    """Why something is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        typed_entry(where, typed)
    return str(caught.value)


@pytest.mark.parametrize("where", KINDS)
@pytest.mark.parametrize("typed", ["", "  ", "\t\n"])
def test_nothing_typed_is_not_filled(where: Field, typed: str) -> None:
    assert typed_entry(where, typed) == UNFILLED


@pytest.mark.parametrize(
    ("where", "typed", "text", "unit"),
    [
        (COUNT, "1500", "1500", ""),
        (COUNT, " 1,500 ", "1500", ""),
        (COUNT, "１５００", "1500", ""),
        (COUNT, "0", "0", ""),
        (COUNT, "1500人", "1500", ""),
        (COUNT, "0.15万人", "0.15", "万人"),
        (COUNT, "12.0", "12", ""),
        (COUNT, 12, "12", ""),
        (AREA, "60亩", "60", "亩"),
        (AREA, "4 万㎡", "4", "万㎡"),
        (AREA, "39999.99㎡", "39999.99", ""),
        (MONEY, "300", "300", ""),
        (MONEY, "3000000元", "3000000", "元"),
        (SHARE, "100", "100", ""),
        (SHARE, "99.5%", "99.5", ""),
    ],
)
def test_a_number_is_taken_with_its_unit(where: Field, typed: Any, text: str, unit: str) -> None:
    assert typed_entry(where, typed) == given_entry(text, unit)


@pytest.mark.parametrize(
    ("where", "typed", "why"),
    [
        (COUNT, "1500.5", "“数”应为整数"),
        (COUNT, "0.00015万人", "“数”应为整数"),
        (AREA, "60 万元", "单位“万元”不能用在“数”（应为㎡）"),
        (COUNT, "5 km", "单位“km”不能用在“数”（应为人）"),
        (SHARE, "100.01", "百分比不能超过 100"),
        (SHARE, "5 人", "单位“人”不能用在“数”（应为%）"),
        (COUNT, "-3", "不能是负数"),
        (COUNT, "abc", "不是数字"),
        (COUNT, "1e5", "单位"),
        (COUNT, "1_000", "单位"),
        (COUNT, "12,34", "逗号"),
        (AREA, "约 60", "不是数字"),
        (AREA, "1 2", "空格"),
        (AREA, "10㎡²", "上标"),
        (AREA, "1" * 19, "太长"),
    ],
)
def test_what_is_no_such_number_is_refused_with_the_reason(where: Field, typed: str, why: str) -> None:
    assert why in refused(where, typed)


def test_a_number_read_elsewhere_is_checked_the_same_way() -> None:
    assert number_entry(AREA, Amount("60", "亩")) == given_entry("60", "亩")
    with pytest.raises(ValueError, match="应为整数"):
        number_entry(COUNT, Amount("0.5"))


@pytest.mark.parametrize(
    ("typed", "text"),
    [("符合", "yes"), ("基本符合", "partly"), ("不符合", "no"), ("是", "yes"), ("否", "no"), ("部分符合", "partly"),
     ("YES", "yes"), ("Partly", "partly"), ("no", "no"), ("1", "yes"), ("0.5", "partly"), ("0", "no"), (" 符合 ", "yes")],
)  # fmt: skip
def test_an_answer_is_taken_as_people_write_it(typed: str, text: str) -> None:
    assert stored(ANSWER, typed) == text


@pytest.mark.parametrize("typed", ["不适用", "na", "N/A", "NA", " not_applicable "])
def test_an_answer_that_does_not_apply_is_a_state_of_its_own(typed: str) -> None:
    assert typed_entry(ANSWER, typed) == Entry(State.NOT_APPLICABLE, reason="不适用")


@pytest.mark.parametrize("typed", ["大概", "2", "0.50", "符合。", "yes!"])
def test_what_is_no_answer_is_refused(typed: str) -> None:
    assert refused(ANSWER, typed) == "不是“符合、基本符合、不符合、不适用”之一"


@pytest.mark.parametrize(
    ("typed", "text"),
    [("是", "1"), ("有", "1"), ("yes", "1"), ("TRUE", "1"), ("y", "1"), ("1", "1"), (1, "1"), (True, "1"), ("否", "0"),
     ("无", "0"), ("没有", "0"), ("No", "0"), ("false", "0"), ("N", "0"), ("0", "0"), (False, "0")],
)  # fmt: skip
def test_a_yes_or_no_is_taken_as_people_write_it(typed: Any, text: str) -> None:
    assert stored(YES_NO, typed) == text


@pytest.mark.parametrize("typed", ["不", "2", "是的", "符合"])
def test_what_is_neither_yes_nor_no_is_refused(typed: str) -> None:
    assert refused(YES_NO, typed) == "不是“是”或“否”"


def test_a_text_is_kept_without_the_blanks_around_it() -> None:
    assert stored(WORD, "  商丘 一职 ") == "商丘 一职"
    assert stored(WORD, "字" * 200) == "字" * 200
    assert refused(WORD, "字" * 201) == "文字太长（最多 200 个字符）"


def test_a_text_that_must_be_one_of_a_few_is_one_of_them() -> None:
    assert stored(CHOICE, " 甲 ") == "甲"
    assert refused(CHOICE, "丙") == "只能是：甲、乙"


# tables


def test_rows_are_taken_by_ids_names_and_other_names_of_columns() -> None:
    typed = [
        {"code": "66", "students": "600", "area": "10.5", "key": "是"},
        {"代码": "73", "在校生": 900, "骨干": None, "面积": ""},
        {"人数": "1,000"},
    ]
    assert read_rows(stored(MAJORS, typed)) == [
        {"area": "10.5", "code": "66", "key": "1", "students": "600"},
        {"code": "73", "students": "900"},
        {"students": "1000"},
    ]


def test_empty_rows_are_left_out_and_a_table_without_rows_is_still_given() -> None:
    assert stored(MAJORS, [{}, {"code": " "}, {"code": "66"}, {"students": None}]) == '[{"code":"66"}]'
    assert typed_entry(MAJORS, []) == Entry(State.GIVEN, "[]")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("66,600", "是表格，应给出各行"),
        (5, "是表格，应给出各行"),
        (None, "是表格，应给出各行"),
        ({"code": "66"}, "是表格，应给出各行"),
        ([{"code": "66"}, "73"], "第 2 行不是“列: 值”的形式"),
        ([["66", "600"]], "第 1 行不是“列: 值”的形式"),
        ([{"code": "66", "nosuch": "1"}], "第 1 行有不认识的列“nosuch”"),
        ([{"n" * 60: "1"}], "第 1 行有不认识的列“" + "n" * 40 + "”"),
        ([{"code": "66"}, {"students": "x"}], "第 2 行“在校生”的“x”不是数字"),
        ([{"students": "1.5"}], "第 1 行“在校生”的“1.5”“在校生”应为整数"),
        ([{"students": "0.1万人"}], "第 1 行“在校生”请直接用人为单位"),
        ([{"area": "3亩"}], "第 1 行“面积”请直接用㎡为单位"),
        ([{"key": "也许"}], "第 1 行“骨干”的“也许”不是“是”或“否”"),
        ([{}] * (MOST_ROWS + 1), "行数太多（最多 500 行）"),
    ],
)
def test_rows_that_cannot_be_are_refused_by_row_and_column(typed: Any, why: str) -> None:
    assert refused(MAJORS, typed) == why


def test_a_column_is_named_in_the_language_that_is_spoken() -> None:
    speech.choose("en")
    assert "students" in refused(MAJORS, [{"students": "x"}])


def test_as_many_rows_as_are_allowed_are_taken() -> None:
    assert len(read_rows(stored(MAJORS, [{"code": "66"}] * MOST_ROWS))) == MOST_ROWS


def test_a_row_that_names_a_column_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="在校生"):
        typed_entry(MAJORS, [{"students": "600", "人数": "700"}])


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("students", "students"),
        ("在校生", "students"),
        ("人数", "students"),
        ("面积", "area"),
        ("nosuch", None),
        ("", None),
    ],
)
def test_a_column_is_found_by_any_of_its_names(heading: str, name: str | None) -> None:
    found = column_of(MAJORS, heading)
    assert (found.id if found else None) == name


# the form in which texts are stored


@pytest.mark.parametrize(
    ("where", "text", "right"),
    [
        (ANSWER, "yes", True),
        (ANSWER, "partly", True),
        (ANSWER, "no", True),
        (ANSWER, "符合", False),
        (ANSWER, "", False),
        (ANSWER, "not_applicable", False),
        (YES_NO, "1", True),
        (YES_NO, "0", True),
        (YES_NO, "是", False),
        (YES_NO, "", False),
        (WORD, "商丘", True),
        (WORD, "字" * 200, True),
        (WORD, "字" * 201, False),
        (WORD, "", False),
        (CHOICE, "甲", True),
        (CHOICE, "丙", False),
        (MAJORS, "[]", True),
        (MAJORS, '[{"code":"66","students":"600"}]', True),
        (MAJORS, '[{"students":"600","code":"66"}]', False),
        (MAJORS, '[{"code": "66"}]', False),
        (MAJORS, '[{"在校生":"600"}]', False),
        (MAJORS, '[{"students":"1,000"}]', False),
        (MAJORS, '[{"students":600}]', False),
        (MAJORS, '[{"students":"x"}]', False),
        (MAJORS, '[{"nosuch":"1"}]', False),
        (MAJORS, "[{}]", False),
        (MAJORS, "{}", False),
        (MAJORS, "[", False),
        (MAJORS, "", False),
        (MAJORS, "[" * 100_000, False),
    ],
)
def test_a_stored_text_stands_exactly_as_it_is_stored(where: Field, text: str, right: bool) -> None:
    assert is_stored_form(where, text) is right


@pytest.mark.parametrize("text", [" 商丘", "商丘 ", " "])
def test_a_text_with_blanks_around_it_is_not_as_it_is_stored(text: str) -> None:
    assert not is_stored_form(WORD, text)


@pytest.mark.parametrize(
    ("where", "typed"),
    [(ANSWER, "基本符合"), (YES_NO, "有"), (WORD, " 商丘 "), (CHOICE, "乙"), (MAJORS, [{"人数": "1,000"}])],
)
def test_what_is_typed_is_stored_in_that_form(where: Field, typed: Any) -> None:
    assert is_stored_form(where, stored(where, typed))


ROW = st.fixed_dictionaries(
    {}, optional={"code": st.text("abc67", max_size=4), "students": st.integers(0, 10**6).map(str),
                  "area": st.decimals(0, 10**6, places=2).map(str), "key": st.sampled_from(["是", "否", "1", ""])},
)  # fmt: skip


@given(st.lists(ROW, max_size=5))
@modest(60)
def test_rows_stored_and_typed_again_stay_the_same(rows: list[dict[str, str]]) -> None:
    text = stored(MAJORS, rows)
    assert is_stored_form(MAJORS, text)
    assert stored(MAJORS, read_rows(text)) == text
    assert rows_text(read_rows(text)) == text


# what a reader sees


@pytest.mark.parametrize(
    ("where", "entry", "text"),
    [
        (COUNT, given_entry("1500"), "1,500"),
        (AREA, given_entry("1234567.89"), "1,234,567.89"),
        (AREA, given_entry("60", "亩"), "60 亩"),
        (AREA, given_entry("1000", "亩"), "1,000 亩"),
        (ANSWER, given_entry("yes"), "符合"),
        (ANSWER, given_entry("partly"), "基本符合"),
        (ANSWER, given_entry("nosuch"), ""),
        (YES_NO, given_entry("1"), "是"),
        (YES_NO, given_entry("0"), "否"),
        (YES_NO, given_entry("x"), ""),
        (WORD, given_entry("商丘"), "商丘"),
        (MAJORS, given_entry('[{"code":"66"},{"code":"73"}]'), "2 行"),
        (MAJORS, given_entry("[]"), "0 行"),
    ],
)
def test_an_entry_is_shown_in_words(where: Field, entry: Entry, text: str) -> None:
    assert entry_text(where, entry) == text


@pytest.mark.parametrize("state", [each for each in State if each is not State.GIVEN])
@pytest.mark.parametrize("where", [*KINDS, MAJORS])
def test_what_is_not_given_shows_nothing(where: Field, state: State) -> None:
    assert entry_text(where, Entry(state)) == ""


def test_answers_are_shown_in_english_too() -> None:
    speech.choose("en")
    shown = [entry_text(ANSWER, given_entry(word)) for word in ANSWERS]
    assert len(set(shown)) == len(ANSWERS)


@pytest.mark.parametrize(
    ("text", "shown"), [("0", "0"), ("999", "999"), ("1000", "1,000"), ("1000.5", "1,000.5"), ("x", "x"), ("", "")]
)
def test_digits_are_grouped_by_thousands(text: str, shown: str) -> None:
    assert grouped(text) == shown


NOT_APPLICABLE = Entry(State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("where", "one", "other", "same"),
    [
        (AREA, given_entry("2000"), given_entry("3", "亩"), True),
        (AREA, given_entry("2000"), given_entry("2000.01"), False),
        (AREA, given_entry("0"), UNFILLED, False),
        (AREA, UNFILLED, UNFILLED, True),
        (AREA, UNFILLED, NOT_APPLICABLE, False),
        (WORD, given_entry("1"), given_entry("1.0"), False),
        (WORD, given_entry("甲"), given_entry("甲"), True),
        (ANSWER, given_entry("yes"), given_entry("no"), False),
        (ANSWER, NOT_APPLICABLE, Entry(State.NOT_APPLICABLE, reason="不适用"), True),
    ],
)
def test_two_entries_say_the_same_by_value_or_by_text(where: Field, one: Entry, other: Entry, same: bool) -> None:
    assert same_value(where, one, other) is same
    assert same_value(where, other, one) is same


@pytest.mark.parametrize(
    ("where", "entry", "plain"),
    [
        (COUNT, given_entry("1500"), "1500"),
        (AREA, given_entry("3", "亩"), "2000"),
        (AREA, given_entry("1", "亩"), "1亩"),
        (MONEY, given_entry("15000", "元"), "1.5"),
        (WORD, given_entry("甲"), "甲"),
        (ANSWER, given_entry("partly"), "partly"),
        (ANSWER, NOT_APPLICABLE, "不适用"),
        (YES_NO, given_entry("1"), "1"),
        (COUNT, NOT_APPLICABLE, None),
        (COUNT, Entry(State.UNKNOWN), None),
        (ANSWER, UNFILLED, None),
        (MAJORS, given_entry('[{"code":"66"}]'), [{"code": "66"}]),
    ],
)
def test_an_entry_in_plain_values_can_be_typed_again(where: Field, entry: Entry, plain: Any) -> None:
    assert plain_value(where, entry) == plain
    if plain is not None:
        assert same_value(where, typed_entry(where, plain), entry)


@pytest.mark.parametrize("typed", ["66", " 66 ", "６６", "66.0"])
def test_a_code_among_choices_is_read_as_a_spreadsheet_may_hold_it(typed: str) -> None:
    field = Field("group", {"zh": "大类", "en": "Group"}, "", "text", "s", choices=("66", "73"))
    assert typed_entry(field, typed).text == "66"


@pytest.mark.parametrize("typed", ["6601", "装备制造", "66.5", "6"])
def test_what_is_no_choice_is_refused_with_the_choices(typed: str) -> None:
    field = Field("group", {"zh": "大类", "en": "Group"}, "", "text", "s", choices=("66", "73"))
    with pytest.raises(ValueError, match="只能是：66、73"):
        typed_entry(field, typed)
