"""Judges units of a table without a workspace (DESIGN sections 7 and 9): one result per unit and indicator, always."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from vetdesk.models.operations.sheets import cell_name, read_sheets
from vetdesk.models.packs.build import QUESTIONS
from vetdesk.models.packs.dates import as_of as dated
from vetdesk.models.packs.fields import Field, dictionary
from vetdesk.models.packs.folder import read_folder
from vetdesk.models.packs.gap import gaps
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import SHIPPED, shipped_ids
from vetdesk.models.packs.typed import number_entry, typed_entry
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry
from vetdesk.models.records.numbers import decimal_text, from_cell
from vetdesk.models.records.words import _

_TITLE_ROWS = 10
"""So many rows are looked through for the one that names the columns."""
_UNIT_HEADS = (
    "unit",
    "单位",
    "学校",
    "学校名称",
    "校名",
    "标识码",
    "学校标识码",
    "学校(机构)标识码",
    "学校（机构）标识码",
)
_MAX_JSON = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """One unit, one indicator, as `evaluate --json` prints it."""

    unit: str
    indicator: str
    value: str | None
    threshold: str | None
    verdict: str
    gaps: tuple[tuple[str, str, str], ...]
    as_of: str = ""
    provisional: tuple[tuple[str, str, str], ...] = ()
    """What is short of a required value that is not confirmed."""

    def plain(self) -> dict[str, Any]:
        """The result as plain JSON values; the date only where one was asked for."""
        return {
            **({"as_of": self.as_of} if self.as_of else {}),
            "unit": self.unit,
            "indicator": self.indicator,
            "value": self.value,
            "threshold": self.threshold,
            "verdict": self.verdict,
            "gaps": [{"fact": f, "change": c, "unit": u} for f, c, u in self.gaps],
        }


def evaluate(pack: Pack, path: Path, *, dates: Sequence[str] = ("",)) -> list[Result]:
    """Results for every unit of a .csv, .xlsx or .json file, by the values in force on each date (`YYYY-MM-DD`).

    Raises KnownError naming the column, cell or key that cannot be read; no result is then given.
    """
    units = read_units(pack, path)
    return [each for date in dates for each in judge_units(dated(pack, date), units)]


def read_units(pack: Pack, path: Path, *others: Pack) -> dict[str, dict[str, Entry]]:
    """The entries of every unit of a file; columns may be any fact of the dictionary or of the packs.

    Rows above the one that names the columns (a title) are passed over.

    Raises KnownError naming the column, cell or key that cannot be read.
    """
    columns = _Columns(pack, *others)
    return _read_json(columns, path) if path.suffix.lower() == ".json" else _read_table(columns, path)


def judge_units(pack: Pack, units: Mapping[str, Mapping[str, Entry]]) -> Iterator[Result]:
    """One result per unit and indicator, in order."""
    for unit, entries in units.items():
        data = data_of(pack, entries)
        for name, each in judge(pack, data).items():
            open_or_short = each.verdict.value in ("unmet", "unverified")
            found = gaps(pack, pack.indicators[name], data) if open_or_short else ()
            plain = tuple((gap.fact, decimal_text(gap.change), gap.unit) for gap in found)
            short = each.verdict.value == "unmet"
            value, threshold = each.value, each.threshold
            yield Result(
                unit, name,
                None if value is None else decimal_text(value),
                None if threshold is None else decimal_text(threshold),
                each.verdict.value,
                plain if short else (),
                pack.as_of,
                () if short else plain,
            )  # fmt: skip


@cache
def _questions() -> dict[str, Field]:
    """The checklist items of all shipped standards: a file made for several may hold answers to each."""
    return {
        str(item["id"]): Field(str(item["id"]), {"zh": item["zh"], "en": item["en"]}, "", "answer", QUESTIONS)
        for name in shipped_ids()
        for item in read_folder(SHIPPED / name).get("items", ())
    }


class _Columns:
    """Which fact a heading means: an id, or exactly one field's label or alias."""

    def __init__(self, *packs: Pack) -> None:
        self._fields = {**dictionary().fields(), **{name: each for pack in packs for name, each in pack.fields.items()}}
        self._labels: dict[str, list[Field]] = {}
        for field in self._fields.values():
            for label in {field.text["zh"], *field.aliases}:
                self._labels.setdefault(label, []).append(field)

    def find(self, heading: str, place: str) -> Field:
        """The field of a heading.

        Raises KnownError for an unknown or computed one.
        """
        field = self._fields.get(heading) or _questions().get(heading)
        if field is None:
            hits = self._labels.get(heading, [])
            raw = [each for each in hits if not each.derived] or hits
            field = raw[0] if len(raw) == 1 else None
        if field is None:
            raise KnownError(
                _("{place}的“{heading}”不是数据项的编号或名称，没有采用。请改正列名或删去这一列。").format(
                    place=place, heading=heading[:40]
                ),
                code="unknown_column",
            )
        if field.derived:
            raise KnownError(
                _("{place}的“{heading}”由程序计算，不能直接给出，没有采用。请改为给出原始数据项。").format(
                    place=place, heading=heading
                ),
                code="derived_column",
            )
        return field


def _entry(field: Field, cell: object, place: str) -> Entry | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        if field.number:
            return number_entry(field, from_cell(cell))
        if field.kind == "table":
            return typed_entry(field, cell)
        plain = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        return typed_entry(field, plain)
    except ValueError as error:
        remedy = _("请改成不小于 0 的数字，没有数据就留空。") if field.number else _("请改正，没有数据就留空。")
        raise KnownError(
            _("{place}（{fact}）的“{value}”{why}，没有采用。{remedy}").format(
                place=place, fact=field.id, value=str(cell)[:40], why=error, remedy=remedy
            ),
            code="bad_cell",
        ) from error


def _is_unit_head(row: Sequence[object]) -> bool:
    return bool(row) and str(row[0] or "").strip().lower() in _UNIT_HEADS


def _read_table(columns: _Columns, path: Path) -> dict[str, dict[str, Entry]]:
    sheet = read_sheets(path)[0]
    top = next((at for at, row in enumerate(sheet.rows[:_TITLE_ROWS]) if _is_unit_head(row)), 0)
    heads = [str(cell).strip() if cell is not None else "" for cell in (sheet.rows[top] if sheet.rows else [])]
    if not heads or heads[0].lower() not in _UNIT_HEADS:
        raise KnownError(
            _("“{file}”的第一格应为“unit”，没有采用。第一行是列名，第一列是单位。").format(file=path.name),
            code="no_unit_column",
        )
    fields: dict[int, Field] = {}
    for at, head in enumerate(heads[1:], start=1):
        if not head:
            if any(at < len(row) and row[at] is not None for row in sheet.rows[top + 1 :]):
                raise KnownError(
                    _("第 {cell} 格没有列名，但这一列有数据，没有采用。").format(cell=cell_name(top + 1, at + 1)),
                    code="unknown_column",
                )
            continue
        field = columns.find(head, _("第 {cell} 格").format(cell=cell_name(top + 1, at + 1)))
        if field.id in {each.id for each in fields.values()}:
            raise KnownError(
                _("第 {cell} 格的“{heading}”与前面的列重复，没有采用。").format(
                    cell=cell_name(top + 1, at + 1), heading=head
                ),
                code="duplicate_column",
            )
        fields[at] = field
    units: dict[str, dict[str, Entry]] = {}
    for number, row in enumerate(sheet.rows[top + 1 :], start=top + 2):
        if all(cell is None for cell in row):
            continue
        name = _unit_name(row[0], path, number, units)
        if len(row) > len(heads) and any(cell is not None for cell in row[len(heads) :]):
            raise KnownError(
                _("第 {row} 行的数据比列名多，没有采用。数字里有逗号时请加引号。").format(row=number),
                code="too_many_cells",
            )
        units[name] = {}
        for at, field in fields.items():
            cell = row[at] if at < len(row) else None
            entry = _entry(field, cell, _("{unit}的第 {cell} 格").format(unit=name, cell=cell_name(number, at + 1)))
            if entry:
                units[name][field.id] = entry
    return units


def _unit_name(cell: object, path: Path, row: int, seen: Mapping[str, object]) -> str:
    name = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "").strip()
    broken = "\n" in name or "\r" in name
    if not name or broken or name in seen:
        reason = _("没有单位名") if not name else _("单位“{name}”重复").format(name=name)
        if broken:
            reason = _("的单位名里有换行，可能少了一个引号")
        raise KnownError(
            _("“{file}”第 {row} 行{reason}，没有采用。").format(file=path.name, row=row, reason=reason),
            code="bad_unit",
        )
    return name


def _read_json(columns: _Columns, path: Path) -> dict[str, dict[str, Entry]]:
    content = _load_json(path)
    if not isinstance(content, dict):
        raise _bad_json(path)
    units: dict[str, dict[str, Entry]] = {}
    for unit, facts in content.items():
        if not isinstance(facts, dict) or not unit.strip():
            raise _bad_json(path)
        units[unit] = {}
        for heading, value in facts.items():
            field = columns.find(heading, unit)
            if field.id in units[unit]:
                raise _bad_json(path)
            entry = _entry(field, _json_cell(field, value, path), unit)
            if entry:
                units[unit][field.id] = entry
    return units


def _json_cell(field: Field, value: object, path: Path) -> object:
    """A JSON value as a cell of its field.

    Raises KnownError for lists and tables, yes and no where they do not belong.
    """
    if field.kind == "table" and isinstance(value, list):
        return [_plain_row(row) for row in value]
    if isinstance(value, dict | list) or (isinstance(value, bool) and field.kind != "bool"):
        raise _bad_json(path)
    return str(int(value)) if isinstance(value, bool) else _plain(value)


def _plain_row(row: object) -> object:
    """A row with its numbers as texts; what is none of a row's values stays and is refused with its place."""
    if not isinstance(row, dict):
        return row
    return {name: _plain(cell) if not isinstance(cell, bool) else str(int(cell)) for name, cell in row.items()}


def _plain(value: object) -> object:
    """A JSON number as decimal text without an exponent, where it has one of sensible size."""
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 40 else str(value)
    return value


def _bad_json(path: Path) -> KnownError:
    return KnownError(
        _("“{file}”不是 {{单位: {{数据项: 值}}}} 形式的 JSON，没有采用。").format(file=path.name),
        code="bad_json",
    )


def _load_json(path: Path) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _value in pairs}) != len(pairs):
            raise ValueError("duplicate key")
        return dict(pairs)

    try:
        if path.stat().st_size > _MAX_JSON:
            raise ValueError("size")
        return json.loads(
            path.read_text(encoding="utf-8-sig"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=unique,
        )
    except OSError as error:
        raise KnownError(_("读不到文件“{file}”。请检查文件名。").format(file=path), code="no_file") from error
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise _bad_json(path) from error
