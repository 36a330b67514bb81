"""What somebody typed (or a file holds) for a fact of any kind, as the entry that is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from vetdesk.models.packs.fields import Field
from vetdesk.models.records.answers import ANSWERS, INAPPLICABLE, answer_word, flag_word, read_answer, read_flag
from vetdesk.models.records.facts import UNFILLED, Entry, State, given
from vetdesk.models.records.numbers import Amount, decimal_text, read_amount
from vetdesk.models.records.tables import MOST_ROWS, read_rows, rows_text
from vetdesk.models.records.units import convert
from vetdesk.models.records.words import _, pick

_LONGEST_WORD = 200
_PLAIN_COUNT = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def typed_entry(field: Field, typed: Any) -> Entry:
    """The entry of a text, or of the rows of a table; an empty one is not filled.

    Raises ValueError with one sentence saying why it cannot be that.
    """
    if field.kind == "table":
        return _rows_entry(field, typed)
    text = str(typed).strip()
    if not text:
        return UNFILLED
    match field.kind:
        case "answer":
            if text.lower() in INAPPLICABLE:
                return Entry(State.NOT_APPLICABLE, reason=_("不适用"))
            found = read_answer(text)
            if found is None:
                raise ValueError(_("不是“符合、基本符合、不符合、不适用”之一"))
            return Entry(State.GIVEN, found)
        case "bool":
            found = read_flag(text)
            if found is None:
                raise ValueError(_("不是“是”或“否”"))
            return Entry(State.GIVEN, found)
        case "text":
            if field.choices and text not in field.choices:
                text = _as_chosen(field.choices, text)
            if field.choices and text not in field.choices:
                raise ValueError(_("只能是：{choices}").format(choices=_("、").join(field.choices)))
            if len(text) > _LONGEST_WORD:
                raise ValueError(_("文字太长（最多 {limit} 个字符）").format(limit=_LONGEST_WORD))
            return Entry(State.GIVEN, text)
        case _:
            return number_entry(field, read_amount(text))


def _as_chosen(choices: Sequence[str], text: str) -> str:
    """The choice that a text means apart from width, spaces and the `.0` a spreadsheet puts behind a code; else the text."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return next((each for each in choices if each in (plain, plain.removesuffix(".0"))), text)


def how_to_fill(field: Field) -> str:
    """What to type there, as the remedy of a refusal."""
    match field.kind:
        case "answer":
            return _("请填“符合”“基本符合”“不符合”或“不适用”。")
        case "bool":
            return _("请填“是”或“否”。")
        case "table":
            return _("请给出各行，每行是“列: 值”。")
        case "text":
            known = _("、").join(field.choices)
            return _("请从这些里选：{choices}。").format(choices=known) if known else _("请填一句短文字。")
        case _:
            return _("请填{unit}为单位的数字，例如 1200。").format(unit=field.unit or _("个"))


def number_entry(field: Field, amount: Amount) -> Entry:
    """The entry of a number that was read.

    Raises ValueError where the unit measures something else, a count is no whole number, or a share exceeds 100 %.
    """
    unit = "" if amount.unit == field.unit else amount.unit
    value = convert(amount.value, source=unit or field.unit, target=field.unit)
    if value is None:
        raise ValueError(
            _("单位“{unit}”不能用在“{name}”（应为{right}）").format(unit=unit, name=pick(field.text), right=field.unit)
        )
    if field.whole and value.denominator != 1:
        raise ValueError(_("“{name}”应为整数").format(name=pick(field.text)))
    if field.unit == "%" and value > 100:
        raise ValueError(_("百分比不能超过 100"))
    return given(amount.text, unit)


def _rows_entry(field: Field, typed: Any) -> Entry:
    if isinstance(typed, str) or not isinstance(typed, Sequence):
        raise ValueError(_("是表格，应给出各行"))
    if len(typed) > MOST_ROWS:
        raise ValueError(_("行数太多（最多 {limit} 行）").format(limit=MOST_ROWS))
    rows = [row for at, each in enumerate(typed, start=1) if (row := _row(field, each, at))]
    return Entry(State.GIVEN, rows_text(rows))


def _row(field: Field, each: Any, at: int) -> dict[str, str]:
    if not isinstance(each, Mapping):
        raise ValueError(_("第 {row} 行不是“列: 值”的形式").format(row=at))
    row: dict[str, str] = {}
    seen = set[str]()
    for name, cell in each.items():
        column = column_of(field, str(name))
        if column is None:
            raise ValueError(_("第 {row} 行有不认识的列“{column}”").format(row=at, column=str(name)[:40]))
        try:
            entry = typed_entry(column, "" if cell is None else cell)
        except ValueError as error:
            raise ValueError(
                _("第 {row} 行“{column}”的“{value}”{why}").format(
                    row=at, column=pick(column.text), value=str(cell)[:40], why=error
                )
            ) from error
        if entry.unit:
            raise ValueError(
                _("第 {row} 行“{column}”请直接用{unit}为单位").format(
                    row=at, column=pick(column.text), unit=column.unit
                )
            )
        if column.id in seen:
            raise ValueError(_("第 {row} 行“{column}”写了两次").format(row=at, column=pick(column.text)))
        seen.add(column.id)
        if entry.state is State.GIVEN:
            row[column.id] = entry.text
    return row


def column_of(field: Field, heading: str) -> Field | None:
    """The column of a heading: its id, its name, or one of its aliases."""
    if heading in field.columns:
        return field.columns[heading]
    return next((each for each in field.columns.values() if heading in (each.text["zh"], *each.aliases)), None)


def is_stored_form(field: Field, text: str) -> bool:
    """Whether a text that is no number stands exactly as this program stores it."""
    match field.kind:
        case "answer":
            return text in ANSWERS
        case "bool":
            return text in ("0", "1")
        case "table":
            return _rows_in_form(field, text)
        case _:
            known = not field.choices or text in field.choices
            return 0 < len(text) <= _LONGEST_WORD and text == text.strip() and known


def _rows_in_form(field: Field, text: str) -> bool:
    try:
        rows = read_rows(text)
        return rows_text(rows) == text and all(
            row and all(_cell_in_form(field.columns.get(name), cell) for name, cell in row.items()) for row in rows
        )
    except (ValueError, RecursionError):
        return False


def _cell_in_form(column: Field | None, text: str) -> bool:
    if column is None or not column.number:
        return column is not None and is_stored_form(column, text)
    if _PLAIN_COUNT.fullmatch(text) and column.unit != "%":  # most are; batches hold thousands of rows
        return True
    entry = typed_entry(column, text)
    return entry.text == text and not entry.unit


def entry_text(field: Field, entry: Entry) -> str:
    """What a reader sees of an entry: a number as it was typed with separators, a word, how many rows; '' for none."""
    if entry.state is not State.GIVEN:
        return ""
    match field.kind:
        case "answer":
            return answer_word(entry.text)
        case "bool":
            return flag_word(entry.text)
        case "table":
            return _("{count} 行").format(count=len(read_rows(entry.text)))
        case "text":
            return entry.text
        case _:
            return f"{grouped(entry.text)} {entry.unit}" if entry.unit else grouped(entry.text)


def grouped(text: str) -> str:
    """Decimal text with thousands separators."""
    whole, dot, part = text.partition(".")
    return f"{int(whole):,}{dot}{part}" if whole.isdigit() else text


def same_value(field: Field, one: Entry, other: Entry) -> bool:
    """Whether two entries say the same: numbers by their value, in whatever unit; anything else by its text."""
    if field.number and one.state is other.state is State.GIVEN:
        return one.value(field.unit) == other.value(field.unit)
    return (one.state, one.text) == (other.state, other.text)


def plain_value(field: Field, entry: Entry) -> Any:
    """A given entry as `evaluate` reads it from JSON: text, or the rows of a table; None where there is none."""
    if entry.state is State.NOT_APPLICABLE and field.kind == "answer":
        return "不适用"
    if entry.state is not State.GIVEN:
        return None
    if field.kind == "table":
        return read_rows(entry.text)
    value = entry.value(field.unit) if field.number else None
    if value is None:
        return entry.text
    return decimal_text(value) if (value * 10**12).denominator == 1 else f"{entry.text}{entry.unit}"
