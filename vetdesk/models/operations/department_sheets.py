"""The form by department: a workbook colleagues fill in WPS or Excel, and its way back, merged field by field.

What a cell asks for is told by hidden marks beside it (`vd:…`), not by where it stands: renamed files, inserted rows
and columns, and saving as .xls do no harm. Figures are compared with what they were when the sheet was made.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vetdesk.models.operations.carried_journal import own_journal
from vetdesk.models.operations.conflict_cards import FACT, place_name, place_text
from vetdesk.models.operations.copies import entry_places, is_split_table, journal_field, own_copy
from vetdesk.models.operations.desk import Desk, desk, own_unit
from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text, typed_entry
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.numbers import from_cell
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.to_excel import put_text, save
from vetdesk.models.store import department, figures, journal
from vetdesk.models.store.department import DepartmentSheet
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync.merge import Merged, Place, merge

_MARK = "vd:"
_VALUE = "vd:value"
_NAME = re.compile(r"vd:sheet:([0-9a-f]{32})")
_ROWS = 200


def sections(workspace: Workspace) -> list[tuple[str, str, int]]:
    """`(id, name, how many figures)` of the sections of the form, in order."""
    found = desk(workspace)
    names = found.sections
    counts: dict[str, int] = {}
    for field in _form(found):
        counts[field.section] = counts.get(field.section, 0) + 1
    return [(key, names.get(key, key), count) for key, count in counts.items()]


def _form(found: Desk) -> list[Field]:
    return list({field.id: field for pack in found.packs for field in pack.form()}.values())


def make_sheet(workspace: Workspace, target: Path, *, only: Sequence[str] = (), name: str = "") -> Changes:
    """Write the workbook of some sections (all without any), filled with what is known, for a department.

    Raises KnownError for a section that is not there, or a place that cannot be written.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found, unit = desk(workspace), own_unit(workspace)
    known = {key: title for key, title, _count in sections(workspace)}
    for each in only:
        if each not in known:
            raise KnownError(
                _("没有“{section}”这一部分，没有生成。可选：{known}。").format(
                    section=each, known=_("、").join(f"{key} {title}" for key, title in known.items())
                ),
                code="no_section",
            )
    fields = [each for each in _form(found) if not only or each.section in only]
    title = name.strip() or _("、").join(known[each] for each in only) or _("全校")
    now = figures.read(workspace, found.round.id, unit.code)
    last = figures.read(workspace, found.round.id, unit.code, year=figures.LAST)
    id_ = uuid.uuid4().hex
    _write_book(target, id_, f"{unit.name}　{title}", fields, now, last)
    wanted = {each.id for each in fields}
    base = {place: text for place, text in _ours(workspace).items() if place[2] in wanted}
    with workspace.atomic():
        department.put_sheet(workspace, id_, found.round.id, unit.code, title, tuple(each.id for each in fields), base)
        journal.write(
            workspace, [journal.Note("make_sheet", unit.code, f"sheet.{id_}", new=title, round=found.round.id)]
        )
    return Changes(packages=True)


def _write_book(
    target: Path, id_: str, title: str, fields: Sequence[Field], now: dict[str, Entry], last: dict[str, Entry]
) -> None:
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "填报"
    put_text(page.cell(1, 1), f"vd:sheet:{id_}")
    put_text(page.cell(1, 4), _VALUE)
    page.row_dimensions[1].hidden = True
    put_text(page.cell(2, 1), title).font = Font(bold=True, size=14)
    put_text(page.cell(3, 1), "只填黄色的格子；没有数据就空着。填好保存，发回给学校填报人。")
    for at, head in enumerate(("数据项", "单位", "上年", "今年", "口径"), start=1):
        put_text(page.cell(4, at), head).font = Font(bold=True)
    open_, yellow = Protection(locked=False), PatternFill("solid", fgColor="FFF8DC")
    at = 5
    for field in fields:
        if field.kind == "table":
            _write_table(book, field, now.get(field.id, UNFILLED))
            continue
        entry = now.get(field.id, UNFILLED)
        put_text(page.cell(at, 1), field.text["zh"])
        put_text(page.cell(at, 2), field.unit)
        put_text(page.cell(at, 3), entry_text(field, last.get(field.id, UNFILLED)))
        value = page.cell(at, 4)
        _put_value(value, field, entry)
        value.protection, value.fill = open_, yellow
        put_text(page.cell(at, 5), field.about.get("zh", "")).alignment = Alignment(wrap_text=True)
        put_text(page.cell(at, 6), _MARK + field.id)
        words = {"answer": ("符合", "基本符合", "不符合", "不适用"), "bool": ("是", "否")}.get(
            field.kind, field.choices
        )
        if words and all("," not in each for each in words):
            choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            page.add_data_validation(choice)
            choice.add(value)
        at += 1
    for letter, width in (("A", 34), ("B", 8), ("C", 14), ("D", 18), ("E", 60)):
        page.column_dimensions[letter].width = width
    page.column_dimensions["F"].hidden = True
    page.freeze_panes = "A5"
    _protect(page)
    save(book, target)


def _protect(page: Any) -> None:
    """Labels are locked, without a password: rows and columns may still be inserted and sized."""
    page.protection.sheet = True
    for each in ("formatColumns", "formatRows", "insertRows", "insertColumns", "sort", "autoFilter"):
        setattr(page.protection, each, False)


def _put_value(cell: Any, field: Field, entry: Entry) -> None:
    if entry.state is not State.GIVEN:
        return
    if field.number and not entry.unit:
        number = float(entry.text)
        if field.whole or from_cell(number).text == entry.text:
            cell.value = int(number) if number.is_integer() else number
            return
    put_text(cell, entry_text(field, entry) if not field.number else f"{entry.text}{entry.unit}")


def _write_table(book: Any, field: Field, entry: Entry) -> None:
    import json

    from openpyxl.styles import Font, PatternFill, Protection

    page = book.create_sheet(field.text["zh"][:31])
    put_text(page.cell(2, 1), field.text["zh"]).font = Font(bold=True, size=14)
    rows = json.loads(entry.text) if entry.state is State.GIVEN and entry.text.startswith("[") else []
    yellow, open_ = PatternFill("solid", fgColor="FFF8DC"), Protection(locked=False)
    for number, (name, column) in enumerate(field.columns.items(), start=1):
        put_text(page.cell(1, number), f"{_MARK}{field.id}.{name}")
        unit = f"（{column.unit}）" if column.unit else ""
        put_text(page.cell(3, number), column.text["zh"] + unit).font = Font(bold=True)
        page.column_dimensions[page.cell(1, number).column_letter].width = 20
        for at in range(_ROWS):
            cell = page.cell(4 + at, number)
            cell.protection, cell.fill = open_, yellow
            if at < len(rows) and rows[at].get(name):
                put_text(cell, str(rows[at][name]))
    page.row_dimensions[1].hidden = True
    page.freeze_panes = "A4"
    _protect(page)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that cannot be taken: where, what it says, why."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetOffer:
    """A sheet that came back: what it changes, where it differs from what was filled here meanwhile, what is doubtful."""

    file: str
    sheet: DepartmentSheet
    theirs: dict[Place, str]
    merged: Merged
    doubts: tuple[Doubt, ...]
    sources: dict[str, str]
    lines: tuple[str, ...]
    differing: tuple[str, ...] = ()


def is_sheet(path: Path) -> bool:
    """Whether a workbook is a department's sheet.

    Raises KnownError for what is no workbook at all.
    """
    return any(_name_of(each) for each in read_sheets(path))


def _name_of(page: Sheet) -> str:
    for row in page.rows[:20]:
        for cell in row:
            hit = _NAME.fullmatch(str(cell).strip()) if isinstance(cell, str) else None
            if hit:
                return hit[1]
    return ""


def look(workspace: Workspace, path: Path) -> SheetOffer:
    """Read a sheet that came back; nothing is stored.

    Raises KnownError for a workbook that is none of this school's sheets of this round.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    pages = read_sheets(path)
    found = desk(workspace)
    id_ = next(filter(None, map(_name_of, pages)), "")
    made = department.sheet(workspace, id_) if id_ else None
    if made is None and id_:
        raise KnownError(
            _(
                "“{file}”是另一台电脑（或另一所学校）生成的分工表，没有收回。请在生成它的那台电脑上收回，再合并两台电脑。"
            ).format(file=path.name),
            code="not_our_sheet",
        )
    if made is None or made.round != found.round.id:
        raise KnownError(
            _("“{file}”不是本校这次任务生成的分工表，没有收回。请用“生成分工表”得到的文件。").format(file=path.name),
            code="not_our_sheet",
        )
    fields = {name: found.fields[name] for name in made.facts if name in found.fields}
    theirs, doubts, sources = _read(pages, fields, path.name)
    missing = [name for name in fields if name not in sources and name not in {each.text for each in doubts}]
    doubts += [
        Doubt(
            path.name,
            name,
            _("{name}：找不到这一行的标记，没有取（隐藏的编号可能被删改）").format(name=pick(fields[name].text)),
        )
        for name in missing
    ]
    base = dict(made.base)
    doubtful = {each.text for each in doubts}
    ours = {place: text for place, text in _ours(workspace).items() if place[2] in fields}
    for place, text in base.items():  # what could not be read, or is no longer asked for, counts as unchanged
        if place[2] not in fields or place[2] in doubtful or place[2] not in sources:
            theirs.setdefault(place, text)
    merged = merge(base, ours, theirs)
    lines = tuple(
        _("{name}：{text}").format(
            name=place_name(found, place), text=place_text(found, place, merged.copy.get(place, ""))
        )
        for place in merged.taken
        if not is_split_table(merged.copy.get(place, ""))
    )
    differing = tuple(
        _("{name}：这里是 {ours}，表里是 {theirs}").format(
            name=place_name(found, place),
            ours=place_text(found, place, ours.get(place, "")),
            theirs=place_text(found, place, theirs.get(place, "")),
        )
        for place in merged.conflicts
        if not is_split_table(ours.get(place, "") or theirs.get(place, ""))
    )
    return SheetOffer(path.name, made, theirs, merged, tuple(doubts), sources, lines, differing)


def _ours(workspace: Workspace) -> dict[Place, str]:
    return {place: text for place, text in own_copy(workspace).items() if place[:2] == (FACT, figures.THIS)}


def _read(
    pages: Sequence[Sheet], fields: dict[str, Field], file: str
) -> tuple[dict[Place, str], list[Doubt], dict[str, str]]:
    theirs: dict[Place, str] = {}
    doubts: list[Doubt] = []
    sources: dict[str, str] = {}
    for page in pages:
        for name, cell, where in _cells(page):
            field = fields.get(name)
            if field is None or field.kind == "table":
                continue
            source = f"{file} › {page.name} › {where}"
            try:
                entry = _entry(field, cell)
            except ValueError as error:
                doubts.append(Doubt(source, name, f"{pick(field.text)}：{str(cell)[:40]} {error}"))
                continue
            sources[name] = source
            theirs.update(entry_places((FACT, figures.THIS, name), entry, field))
        for name, rows in _tables(page, fields).items():
            source = f"{file} › {page.name}"
            try:
                entry = typed_entry(fields[name], rows) if rows else UNFILLED
            except ValueError as error:
                doubts.append(Doubt(source, name, f"{pick(fields[name].text)}：{error}"))
                continue
            sources[name] = source
            theirs.update(entry_places((FACT, figures.THIS, name), entry, fields[name]))
    return theirs, doubts, sources


def _entry(field: Field, cell: object) -> Entry:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return UNFILLED
    if field.number and not isinstance(cell, str):
        return typed_entry(field, from_cell(cell).text)
    plain = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return typed_entry(field, plain)


def _cells(page: Sheet) -> list[tuple[str, object, str]]:
    """`(figure, cell, its place)` of every row that carries a mark, from the column that carries the mark of values."""
    column = next((number for row in page.rows for number, cell in enumerate(row) if str(cell).strip() == _VALUE), None)
    if column is None:
        return []
    found = []
    for at, row in enumerate(page.rows, start=1):
        for cell in row:
            text = str(cell).strip() if isinstance(cell, str) else ""
            if text.startswith(_MARK) and text != _VALUE and not text.startswith("vd:sheet:") and "." not in text:
                value = row[column] if column < len(row) else None
                found.append((text.removeprefix(_MARK), value, cell_name(at, column + 1)))
    return found


def _tables(page: Sheet, fields: dict[str, Field]) -> dict[str, list[dict[str, str]]]:
    """The rows of each table of a page, below the line of its headings."""
    for at, row in enumerate(page.rows):
        marks = {
            number: str(cell).strip().removeprefix(_MARK).partition(".")
            for number, cell in enumerate(row)
            if isinstance(cell, str) and cell.strip().startswith(_MARK) and "." in cell
        }
        names = {each[0] for each in marks.values()}
        if not marks or len(names) != 1 or not names <= fields.keys():
            continue
        [name] = names
        known = {number: each[2] for number, each in marks.items() if each[2] in fields[name].columns}
        heads = {column.text["zh"] for column in fields[name].columns.values()}
        rows: list[dict[str, str]] = []
        below = False
        for cells in page.rows[at + 1 :]:
            texts = {key: _plain(cells[number]) for number, key in known.items() if number < len(cells)}
            if not below:  # title and headings stand between the marks and the first row
                below = any(text.partition("（")[0] in heads for text in texts.values())
                continue
            if any(texts.values()):
                rows.append({key: text for key, text in texts.items() if text})
        return {name: rows}
    return {}


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def again(workspace: Workspace, offer: SheetOffer) -> SheetOffer:
    """The offer against what is filled now: sheets before it in the same act may have changed that."""
    wanted = set(offer.sheet.facts)
    ours = {place: text for place, text in _ours(workspace).items() if place[2] in wanted}
    return replace(offer, merged=merge(dict(offer.sheet.base), ours, offer.theirs))


def take(workspace: Workspace, offer: SheetOffer, *, person: str = "") -> Changes:
    """Merge a sheet that came back, in one act that can be taken back; its author is the department (or person).

    Raises KnownError for trouble with the workspace.
    """
    from vetdesk.models.operations.arrive_copy import apply_copy, put_conflicts

    who = person.strip() or offer.sheet.department
    own = own_journal(workspace)
    keeper, workspace.actor.name = workspace.actor.name, who
    try:
        with workspace.atomic():
            act = journal.new_act()
            changed = apply_copy(workspace, offer.merged, act=act, why=f"sheet {offer.sheet.id}", sources=offer.sources)
            ours = _ours(workspace)

            def said(place: Place, text: str) -> tuple[str, str]:
                mine = text == ours.get(place, "")
                return own.last_of(workspace.owner, journal_field(place)) if mine else (who, "")

            put_conflicts(workspace, offer.merged, said)
            department.note_taken(workspace, offer.sheet.id)
    finally:
        workspace.actor.name = keeper
    return Changes(facts=changed, units=frozenset({workspace.owner}))
