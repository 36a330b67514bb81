"""The school register from a workbook: previewed, every doubtful row named, then taken in one act."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.records import school_types
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
    "contact_phone": ("联系电话", "电话", "联系人电话", "填表人电话", "contact_phone"),
    "head_name": ("校长", "负责人", "学校负责人", "head_name"),
    "head_phone": ("校长电话", "负责人电话", "学校负责人电话", "head_phone"),
    "deputy_name": ("分管校长", "分管副校长", "分管负责人", "deputy_name"),
    "deputy_phone": ("分管校长电话", "分管副校长电话", "分管负责人电话", "deputy_phone"),
}  # fmt: skip
_ANY_PHONE = ("联系电话", "电话")
_LONGEST_NAME = 100
_NO_NAME = re.compile(r"#[A-Z/0!?]+|TRUE|FALSE|[0-9.]+", re.ASCII | re.IGNORECASE)
_ERROR = re.compile(r"#[A-Z/0!?]+", re.ASCII | re.IGNORECASE)
SCHOOL_CODE = re.compile(r"[0-9]{10}", re.ASCII)
_CODE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that is not taken, or taken with something to look at: where it is and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class RegisterOffer:
    """What a register workbook holds: rows that can be taken, those that are not, and for what it has columns.

    `notes` are about rows that are taken as they are written: what is there may be meant, and may be a slip.
    """

    units: tuple[UnitRecord, ...]
    doubts: tuple[Doubt, ...]
    columns: frozenset[str] = frozenset()
    notes: tuple[Doubt, ...] = ()


def look(path: Path, known: Iterable[UnitRecord] = ()) -> RegisterOffer:
    """Read a register without storing anything; `known` are the schools of the register as it stands.

    Raises KnownError where the file or its heading row cannot be read.
    """
    for sheet in read_sheets(path):
        found = _heading(sheet)
        if found:
            return _rows(sheet, *found, known)
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
    """A row of the workbook; what it has no column for, or an empty cell, stays as it was, and an old list brings no former
    name back."""
    if before is None:
        return each
    former = asdict(before)
    if each.name in names:
        each = replace(each, name=before.name)
    empty = [name for name in _HEADS if columns and (name not in columns or not getattr(each, name))]
    for role in register.CONTACTS:  # somebody else has not the telephone of who was there before
        name = getattr(each, f"{role}_name")
        if name and name != former[f"{role}_name"] and f"{role}_phone" in empty:
            empty.remove(f"{role}_phone")
    kept = ("closed", "predecessors", *empty)
    return replace(each, **{name: former[name] for name in kept})


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(sheet.rows[:20]):
        columns: dict[str, int] = {}
        guessed: set[str] = set()
        last = ""
        for column, cell in enumerate(row):
            text = tidy(str(cell)).lower() if cell is not None else ""
            field = next((name for name, heads in _HEADS.items() if text in {tidy(each).lower() for each in heads}), "")
            if field == "contact_phone" and last.endswith("_name") and text in _ANY_PHONE:
                field = last.replace("_name", "_phone")  # a telephone is that of whom it stands behind
                guessed |= {field} - columns.keys()
            elif field in guessed:
                guessed.discard(field)  # one that says whose it is counts before
                del columns[field]
            if field and field not in columns:
                columns[field] = column
            last = field
        if "code" in columns and "name" in columns:
            return at, columns
    return None


def _rows(sheet: Sheet, heading: int, columns: dict[str, int], known: Iterable[UnitRecord]) -> RegisterOffer:
    units: list[UnitRecord] = []
    doubts: list[Doubt] = []
    notes: list[Doubt] = []
    seen: dict[str, int] = {}
    named = {(tidy(each.name), each.district): each.code for each in known if not each.closed}
    for at, row in enumerate(sheet.rows[heading + 1 :], start=heading + 2):
        values = {field: _text(row, column) for field, column in columns.items()}
        values["name"] = as_written(row, columns["name"])
        if not values["code"] and not values["name"]:
            continue
        field, reason = _doubt(values, seen)
        if reason:
            doubts.append(Doubt(_place(sheet, at, columns[field]), reason))
            continue
        seen[values["code"]] = at
        values |= {
            field: read(values[field])
            for field, read in (("run_type", school_types.run_type), ("founded_year", _year))
            if values.get(field)
        }
        district = (district_code(values["district"]) or "") if values.get("district") else ""
        unit = UnitRecord(**{**values, "kind": "school", "district": district})
        units.append(unit)
        notes += [
            Doubt(_place(sheet, at, columns[field]), f"{unit.name}：{text}") for field, text in _notes(unit, named)
        ]
        named[tidy(unit.name), unit.district] = unit.code
    return RegisterOffer(tuple(units), tuple(doubts), frozenset(columns), tuple(notes))


def _place(sheet: Sheet, row: int, column: int) -> str:
    return _("工作表“{sheet}”第 {row} 行（{cell}）").format(sheet=sheet.name, row=row, cell=cell_name(row, column + 1))


_USUAL_CODES = re.compile(r"3641[0-9]{6}|41410[0-9]{5}", re.ASCII)
"""Codes of secondary vocational schools and of universities of the province (domain.md 7.1)."""
_YEAR = re.compile(r"(1[89][0-9]{2}|20[0-9]{2})(?:年?|[年./-].*)", re.ASCII | re.DOTALL)


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
    text = tidy(str(cell))
    return "" if _ERROR.fullmatch(text) else text[:100]


def as_written(row: Sequence[object], column: int) -> str:
    """A name as on the seal: only spaces and invisible marks are taken out, brackets keep their width."""
    cell = row[column] if column < len(row) else None
    text = "" if cell is None else unicodedata.normalize("NFC", str(cell))
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def _doubt(values: dict[str, str], seen: dict[str, int]) -> tuple[str, str]:
    """Why a row is not taken, and the column that says so; `("", "")` where it is."""
    code = values["code"]
    if not values["name"]:
        return "name", _("没有学校名称")
    if len(values["name"]) > _LONGEST_NAME or _NO_NAME.fullmatch(values["name"]):
        return "name", _("“{name}”不像学校名称").format(name=values["name"][:20])
    if not SCHOOL_CODE.fullmatch(code):
        if len(code) == _CODE_DIGITS:
            return "code", _("学校标识码“{code}”应为 10 位数字，里面有不是数字的字符").format(code=code)
        return "code", _("学校标识码“{code}”应为 10 位数字，现有 {count} 位").format(code=code, count=len(code))
    if code in seen:
        return "code", _("学校标识码“{code}”与第 {row} 行重复").format(code=code, row=seen[code])
    district = values.get("district", "")
    if district and district_code(district) is None:
        return "district", _("没有“{district}”这个县（市、区）").format(district=district)
    founded = values.get("founded_year", "")
    if founded and not _year(founded):
        return "founded_year", _("建校年“{year}”不是年份，请写成 1998 这样").format(year=founded[:20])
    if founded and int(_year(founded)) > dt.datetime.now(dt.UTC).astimezone().year:
        return "founded_year", _("建校年“{year}”还没有到，请核对").format(year=founded[:20])
    return "", ""


def _notes(unit: UnitRecord, named: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """What is to be looked at in a row that is taken, with the column it stands in."""
    if not _USUAL_CODES.fullmatch(unit.code):
        yield (
            "code",
            _("标识码“{code}”不是常见的样子（中职 3641 开头，高校 41410 开头），请核对").format(code=unit.code),
        )
    if unit.run_type and not school_types.known_type(unit.run_type):
        yield (
            "run_type",
            _("没有“{type}”这种办学类型，会按普通学校判断；请写代码或名称：{known}").format(
                type=unit.run_type[:20], known=_("、").join(map(school_types.type_text, school_types.RUN_TYPES))
            ),
        )
    if unit.ownership and not school_types.known_ownership(unit.ownership):
        yield (
            "ownership",
            _("举办者性质“{ownership}”不认识，请写：{known}").format(
                ownership=unit.ownership[:20], known=_("、").join(school_types.OWNERSHIP)
            ),
        )
    other = named.get((tidy(unit.name), unit.district))
    if other is not None and other != unit.code:
        yield (
            "name",
            _("同一个县里已有一所同名的学校，标识码 {code}；换了标识码的请用“学校变更”，不要再导入一所").format(
                code=other
            ),
        )
