"""The school register from a workbook: previewed, every doubtful row named, then taken in one act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.districts import district_code, tidy
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace

_HEADS = {
    "code": ("学校标识码", "学校(机构)标识码", "标识码", "学校代码", "code"),
    "name": ("学校名称", "学校(机构)名称", "名称", "学校", "name"),
    "district": ("县(市、区)", "所在县(市、区)", "县区", "县(市区)", "行政区划", "行政区划代码", "district"),
    "run_type": ("办学类型", "办学类型代码", "run_type"),
    "ownership": ("举办者性质", "举办者", "ownership"),
    "founded_year": ("建校年", "建校年份", "founded_year"),
    "contact_name": ("联系人", "填表人", "contact_name"),
    "contact_phone": ("联系电话", "电话", "contact_phone"),
}  # fmt: skip
SCHOOL_CODE = re.compile(r"[0-9]{10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that was not taken: where it is and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class RegisterOffer:
    """What a register workbook holds: rows that can be taken, those to look at, and for what it has columns."""

    units: tuple[UnitRecord, ...]
    doubts: tuple[Doubt, ...]
    columns: frozenset[str] = frozenset()


def look(path: Path) -> RegisterOffer:
    """Read a register without storing anything.

    Raises KnownError where the file or its heading row cannot be read.
    """
    for sheet in read_sheets(path):
        found = _heading(sheet)
        if found:
            return _rows(sheet, *found)
    raise KnownError(
        _("“{file}”里没有找到表头（要有“学校标识码”和“学校名称”两列），没有导入。").format(file=path.name),
        code="no_heading",
    )


def take(workspace: Workspace, offer: RegisterOffer) -> tuple[int, int, Changes]:
    """Store the rows of an offer in one act. Returns how many were new and how many changed."""
    before = {each.code: each for each in register.every_unit(workspace)}
    former: dict[str, set[str]] = {}
    for change in register.lineages(workspace):
        for one in () if change.undone else change.before:
            former.setdefault(one.code, set()).add(one.name)
    units = [
        _with_former(each, before.get(each.code), offer.columns, former.get(each.code, set())) for each in offer.units
    ]
    with workspace.atomic():
        fresh, changed = register.put_units(workspace, units)
    return fresh, changed, Changes(register=True, units=frozenset(each.code for each in offer.units))


def _with_former(
    each: UnitRecord, before: UnitRecord | None, columns: frozenset[str], names: Collection[str]
) -> UnitRecord:
    """A row of the workbook; what it has no column for stays as it was, and an old list brings no former name back."""
    if before is None:
        return each
    former = asdict(before)
    if each.name in names:
        each = replace(each, name=before.name)
    kept = ("closed", "predecessors", *(name for name in _HEADS if columns and name not in columns))
    return replace(each, **{name: former[name] for name in kept})


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(sheet.rows[:20]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            text = tidy(str(cell)).lower() if cell is not None else ""
            for field, heads in _HEADS.items():
                if text in {tidy(each).lower() for each in heads} and field not in columns:
                    columns[field] = column
        if "code" in columns and "name" in columns:
            return at, columns
    return None


def _rows(sheet: Sheet, heading: int, columns: dict[str, int]) -> RegisterOffer:
    units: list[UnitRecord] = []
    doubts: list[Doubt] = []
    seen: dict[str, int] = {}
    for at, row in enumerate(sheet.rows[heading + 1 :], start=heading + 2):
        values = {field: _text(row, column) for field, column in columns.items()}
        values["name"] = as_written(row, columns["name"])
        if not values["code"] and not values["name"]:
            continue
        reason = _doubt(values, seen)
        if reason:
            place = _("工作表“{sheet}”第 {row} 行（{cell}）").format(
                sheet=sheet.name, row=at, cell=cell_name(at, columns["code"] + 1)
            )
            doubts.append(Doubt(place, reason))
            continue
        seen[values["code"]] = at
        values |= {
            field: read(values[field])
            for field, read in (("run_type", _run_type), ("founded_year", _year))
            if values.get(field)
        }
        district = (district_code(values["district"]) or "") if values.get("district") else ""
        units.append(UnitRecord(**{**values, "kind": "school", "district": district}))
    return RegisterOffer(tuple(units), tuple(doubts), frozenset(columns))


RUN_TYPES = {
    "调整后中等职业学校": "361", "中等技术学校": "362", "中等师范学校": "363", "成人中等专业学校": "364",
    "职业高中学校": "365", "技工学校": "366", "附设中职班": "368", "其他中职机构": "369",
}  # fmt: skip
"""Codes of types of school by their names (domain.md 7.1)."""
_YEAR = re.compile(r"(1[89][0-9]{2}|20[0-9]{2})(?:年?|[年./-].*)", re.ASCII | re.DOTALL)


def _run_type(text: str) -> str:
    """The code of a type that is named; what is no known name stays as it is written."""
    return RUN_TYPES.get(text, text)


def _year(text: str) -> str:
    """The year of a date or of a year with 年; '' where there is none."""
    found = _YEAR.fullmatch(text)
    return found[1] if found else ""


def _text(row: Sequence[object], column: int) -> str:
    cell = row[column] if column < len(row) else None
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return tidy(str(cell))[:100]


def as_written(row: Sequence[object], column: int) -> str:
    """A name as on the seal: only spaces and invisible marks are taken out, brackets keep their width."""
    cell = row[column] if column < len(row) else None
    text = "" if cell is None else unicodedata.normalize("NFC", str(cell))
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))[:100]


def _doubt(values: dict[str, str], seen: dict[str, int]) -> str:
    code = values["code"]
    if not values["name"]:
        return _("没有学校名称")
    if not SCHOOL_CODE.fullmatch(code):
        return _("学校标识码“{code}”应为 10 位数字，现有 {count} 位").format(code=code, count=len(code))
    if code in seen:
        return _("学校标识码“{code}”与第 {row} 行重复").format(code=code, row=seen[code])
    district = values.get("district", "")
    if district and district_code(district) is None:
        return _("没有“{district}”这个县（市、区）").format(district=district)
    if values.get("founded_year") and not _year(values["founded_year"]):
        return _("建校年“{year}”不是年份，请写成 1998 这样").format(year=values["founded_year"][:20])
    return ""
