"""A standard as a workbook that people edit in Excel or WPS: written from its source form, read back with every mistake located.

The workbook is Chinese whatever language the program speaks, because it is handed on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vetdesk.models.operations import sheets
from vetdesk.models.operations.sheets import cell_name, read_sheets
from vetdesk.models.packs import source as sources
from vetdesk.models.packs.build import Problem
from vetdesk.models.packs.build_parts import choice_of
from vetdesk.models.packs.cells import figure_of, text_of, texts_cells, texts_value, value_of
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.fields import KINDS
from vetdesk.models.packs.folder import FILE, read_folder, write_folder
from vetdesk.models.packs.pack import Pack, PackError
from vetdesk.models.packs.schema import (
    BARS,
    BASE,
    DROPPED,
    FACTS,
    GROUPS,
    INDICATORS,
    ITEMS,
    PACK,
    SHEETS,
    SWITCHES,
    Column,
    Sheet,
    Source,
    get,
    is_default,
    put,
    tidy,
)
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.numbers import from_cell
from vetdesk.models.records.words import _
from vetdesk.models.reports.to_excel import put_text, save

_EN = "（英文）"
_OWNER = "指标"
_MOST_SHOWN = 5
_LONGEST = 32_000  # characters; `put_text` would cut what is longer
_WEIGHTY = {
    INDICATORS.key: ("key",), ITEMS.key: ("key",),
    BARS.key: ("value", "confidence", "document", "article", "soft", "when", "from", "until"),
}  # fmt: skip
_DATES = frozenset({"effective_from", "effective_until", "from", "until", "as_of"})


# writing


def to_excel(pack: str, target: Path) -> None:
    """Write the workbook of a shipped standard or a folder.

    Raises PackError where there is none, KnownError where a text is too long for a cell or the place cannot be written.
    """
    if target.suffix.lower() != ".xlsx":
        raise KnownError(
            _("“{file}”不是以 .xlsx 结尾的文件名，没有生成。请改用 .xlsx。").format(file=target.name), code="not_xlsx"
        )
    write(read_folder(sources.folder_of(pack)), target)


def write(source: Source, target: Path) -> None:
    """Write the workbook of a source form.

    Raises KnownError where a text is too long for a cell, or (storage) the place cannot be written.
    """
    import openpyxl

    plain = tidy(source)
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for sheet in SHEETS:
        page = first if sheet is PACK else book.create_sheet()
        page.title = sheet.name
        if sheet is PACK:
            _write_head(page, plain)
        else:
            _write_rows(page, sheet, _rows(sheet, plain))
    save(book, target)


def _rows(sheet: Sheet, plain: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Rows of a part, each with the id of the indicator it belongs to ('' for parts of their own)."""
    if sheet is BASE:
        return [("", {"fact": fact, "value": value}) for fact, value in plain.get("base_facts", {}).items()]
    if sheet is BARS:
        return [(each["id"], bar) for each in plain.get("indicators", ()) for bar in each.get("bars", ())]
    return [("", row) for row in plain.get(sheet.key, ())]


def _write_head(page: Any, plain: Mapping[str, Any]) -> None:
    from openpyxl.styles import Alignment, Font

    for at, column in enumerate(PACK.columns, start=1):
        put_text(page.cell(at, 1), column.heading).font = Font(bold=True)
        _fill(page, at, 2, column, text_of(column, get(plain, column.key))).alignment = Alignment(wrap_text=True)
        put_text(page.cell(at, 3), column.hint).font = Font(color="808080", italic=True)
    for letter, width in (("A", 20), ("B", 70), ("C", 50)):
        page.column_dimensions[letter].width = width


def _fill(page: Any, row: int, number: int, column: Column | None, text: str) -> Any:
    """Write a value; as text, so that 60% or 1-2 typed over it stays what was typed.

    Raises KnownError where it is too long for a cell.
    """
    if len(text) > _LONGEST:
        raise KnownError(
            _(
                "工作表“{sheet}”的 {cell} 放不下：内容有 {count} 个字符，一格最多 {limit} 个。没有生成。"
                "请缩短这一项，或直接改 pack.toml 和 examples.toml。"
            ).format(sheet=page.title, cell=cell_name(row, number), count=len(text), limit=_LONGEST),
            code="too_long",
        )
    cell = put_text(page.cell(row, number), text)
    if column is None or column.key not in _DATES:
        cell.number_format = "@"
    return cell


def _headings(sheet: Sheet) -> list[tuple[str, Column | None, str]]:
    """Heading, column and language part of each column of a page; the first one of bars names their indicator."""
    found: list[tuple[str, Column | None, str]] = [(_OWNER, None, "")] if sheet.parent else []
    for column in sheet.columns:
        if column.kind == "texts":
            found += [(column.heading, column, "zh"), (column.heading + _EN, column, "en")]
        else:
            found.append((column.heading, column, ""))
    return found


def _write_rows(page: Any, sheet: Sheet, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, (heading, column, part) in enumerate(_headings(sheet), start=1):
        cell = put_text(page.cell(1, at), heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FC")
        hint = column.hint if column is not None and part != "en" else ""
        put_text(page.cell(2, at), hint).font = Font(color="808080", italic=True)
        page.cell(2, at).alignment = Alignment(wrap_text=True, vertical="top")
        whole = page.column_dimensions[get_column_letter(at)]
        whole.width = column.wide if column is not None else 20
        if column is None or column.key not in _DATES:
            whole.number_format = "@"
        for number, (owner, row) in enumerate(rows, start=3):
            cell = _fill(page, number, at, column, _cell_text(sheet, column, part, owner, row))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "B3"


def _cell_text(sheet: Sheet, column: Column | None, part: str, owner: str, row: Mapping[str, Any]) -> str:
    if column is None:
        return owner
    value = get(row, column.key)
    if part:
        return texts_cells(value)[part == "en"]
    if sheet is BASE and column.key == "value" and isinstance(value, list):
        return text_of(Column("", "", "json"), value)
    if column.kind == "flag" and value is None and column.default:
        value = True
    return text_of(column, value)


# reading


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong where: the page, its row (from 1; 0 for the whole page), the column's heading, and why."""

    sheet: str
    row: int
    column: str
    cell: str
    reason: str

    @property
    def sentence(self) -> str:
        """Where and why."""
        if not self.sheet:
            return self.reason
        if not self.row:
            return _("工作表“{sheet}”：{reason}").format(sheet=self.sheet, reason=self.reason)
        return _("工作表“{sheet}”第 {row} 行“{column}”（{cell}）：{reason}").format(
            sheet=self.sheet, row=self.row, column=self.column, cell=self.cell, reason=self.reason
        )


@dataclass(slots=True)
class Reading:
    """A workbook as read: the source form, where each part of it stands, and what is wrong."""

    source: Source
    mistakes: list[Mistake] = field(default_factory=list)
    rows: dict[tuple[str, int | str], tuple[Sheet, int]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    head: dict[str, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def problems(self) -> list[Mistake]:
        """Everything that is wrong with the standard that was read, located.

        What is wrong in the figures of all examples is told once, instead of at every example.
        """
        pack, problems = sources.inspect(self.source)
        if pack is None:
            return self._of_base(problems) or [self.located(each) for each in problems]
        also = [
            self.in_head("also", _("没有数据项“{name}”").format(name=name[:40]))
            for name in self.source.get("also", ())
            if name not in pack.fields
        ]
        base = list(self._of_figures(pack)) if problems else []
        return also + (base or [self.located(each) for each in problems])

    def _of_figures(self, pack: Pack) -> Iterator[Mistake]:
        for fact, value in self.source.get("base_facts", {}).items():
            try:
                for last_year in (False, True):
                    example_entries(pack, {fact: value}, last_year=last_year)
            except ValueError as error:
                _sheet, row = self.rows[BASE.key, fact]
                plain = fact.removeprefix("prev(").removesuffix(")")
                known = plain in pack.fields and not pack.fields[plain].derived
                yield self._at(BASE, row, "value" if known else "fact", str(error))

    def _of_base(self, problems: Sequence[Problem]) -> list[Mistake]:
        """What keeps the standard from being laid over its base; nothing where that is not the trouble."""
        name = str(self.source.get("base", ""))
        if not name or any(each.path for each in problems):
            return []
        try:
            base = sources.with_base(read_folder(sources.folder_of(name)))
            known = {str(each["id"]) for each in base.get("indicators", ())}
            asked = {str(each["id"]) for each in base.get("items", ())}
            found = [
                self._at(sheet, self.rows[sheet.key, at][1], key, _("基础标准里没有“{id}”").format(id=row[key][:40]))
                for sheet, key in ((INDICATORS, "stands_for"), (DROPPED, "indicator"))
                for at, row in enumerate(self.source.get(sheet.key, ()))
                if row.get(key) and row[key] not in (known if sheet is INDICATORS else known | asked)
            ]
            if not found:
                sources.with_base(self.source)
        except PackError as error:
            return [self.in_head("base", error.sentence)]
        except (KeyError, TypeError, AttributeError, ValueError):
            return []  # something else is wrong, and told as such
        return found

    def located(self, problem: Problem) -> Mistake:
        """A problem of the standard, at the cell it comes from."""
        path = list(problem.path)
        if len(path) < 2:
            return self.in_head(str(path[0]) if path else "", problem.reason)
        part, index = str(path[0]), path[1]
        key = ".".join(str(each) for each in path[2:] if not isinstance(each, int))
        if part in ("facts", "rules", "switches"):
            index = problem.place  # the dictionary's own stand before those of the standard
        if key.startswith("bars"):
            numbers = [each for each in path[2:] if isinstance(each, int)]
            part, index = "bars", f"{index}/{numbers[0]}" if numbers else str(index)
            key = key.removeprefix("bars").strip(".")
        found = self.rows.get((part, index))
        if found is None and part == BARS.key:
            found, key = self.rows.get((str(path[0]), path[1])), ""
        if found is None:
            head = self.in_head(f"{path[0]}.{key}", problem.reason)
            return head if head.row else Mistake("", 0, "", "", f"{problem.place}：{problem.reason}")
        sheet, row = found
        return self._at(sheet, row, key, problem.reason)

    def _at(self, sheet: Sheet, row: int, key: str, reason: str) -> Mistake:
        column = _column(sheet, key) or sheet.columns[0]
        number = self.columns.get(sheet.key, {}).get(column.key, 1)
        return Mistake(sheet.name, row, column.heading, cell_name(row, number), reason)

    def in_head(self, key: str, reason: str) -> Mistake:
        """What is wrong with a value of the pack itself, or with a whole part."""
        column = _column(PACK, key)
        if column is not None:
            row = self.head.get(column.key, 0)
            return Mistake(PACK.name, row, column.heading, cell_name(row, 2) if row else "", reason)
        name = next((each.name for each in SHEETS if each.key == key), "")
        return Mistake(name, 0, "", "", reason)


def _column(sheet: Sheet, key: str) -> Column | None:
    """The column that holds a key of the source form, or the first one inside it."""
    fits = [each for each in sheet.columns if each.key == key or key.startswith(f"{each.key}.")]
    inside = [each for each in sheet.columns if each.key.startswith(f"{key}.")]
    return next(iter(fits + inside), None) if key else None


def from_excel(path: Path, folder: Path) -> list[str]:
    """Make a standard's folder from a workbook; returns the names of the files written.

    Raises KnownError naming sheet, row, column, why and the fix; nothing is then written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / FILE).is_file())):
        raise KnownError(
            _("“{folder}”里已经有别的文件，没有写入。请换一个空文件夹。").format(folder=folder), code="not_empty"
        )
    reading = checked(read(path), path.name)
    check_same(folder, str(reading.source.get("id", "")))
    try:
        write_folder(reading.source, folder)
    except OSError as error:
        from vetdesk.models.store.workspace import storage_trouble

        raise storage_trouble(folder, error) from error
    return sorted(each.name for each in folder.iterdir())


def check_same(folder: Path, name: str) -> None:
    """Refuse to write a standard over another one.

    Raises KnownError.
    """
    if (folder / FILE).is_file():
        there = str(read_folder(folder).get("id", ""))
        if there != name:
            raise KnownError(
                _("“{folder}”里是另一个标准“{there}”，没有写入“{name}”。请换一个空文件夹。").format(
                    folder=folder, there=there[:40], name=name[:40]
                ),
                code="other_standard",
            )


def checked(reading: Reading, file: str) -> Reading:
    """The reading, after the standard it holds passed every check and its examples.

    Raises KnownError naming every place that is wrong (the first five in full).
    """
    mistakes = reading.mistakes or reading.problems()
    if mistakes:
        raise refusal(file, mistakes)
    return reading


def refusal(file: str, mistakes: Sequence[Mistake]) -> KnownError:
    """The refusal of a workbook with mistakes."""
    said = "；".join(each.sentence.rstrip("。") for each in mistakes[:_MOST_SHOWN])
    more = _("；另有 {count} 处").format(count=len(mistakes) - _MOST_SHOWN) if len(mistakes) > _MOST_SHOWN else ""
    return KnownError(
        _("“{file}”有 {count} 处要改，没有写入。{said}{more}。").format(
            file=file, count=len(mistakes), said=said, more=more
        ),
        code="pack_workbook",
    )


def read(path: Path) -> Reading:
    """The source form of a workbook with everything that cannot be read.

    Raises KnownError for what is no workbook at all.
    """
    pages: dict[str, sheets.Sheet] = {}
    reading = Reading({})
    for each in read_sheets(path):
        name = each.name.strip()
        if name in pages:
            why = _("有两张工作表叫这个名字（只差空格），请删去一张")
            reading.mistakes.append(Mistake(name, 0, "", "", why))
        pages.setdefault(name, each)
    if PACK.name not in pages or INDICATORS.name not in pages:
        wanted = PACK.name if PACK.name not in pages else INDICATORS.name
        reading.mistakes.append(
            Mistake(wanted, 0, "", "", _("没有这张工作表。请用“导出 Excel”得到的样式，不要改工作表的名字"))
        )
        return reading
    known = {each.name for each in SHEETS}
    for name, page in pages.items():
        if name not in known and any(cell is not None for row in page.rows for cell in row):
            reading.mistakes.append(
                Mistake(
                    name,
                    0,
                    "",
                    "",
                    _("不认识这张工作表，请删去，或把名字改回：{known}").format(known="、".join(sorted(known))),
                )
            )
    _read_head(reading, pages[PACK.name])
    for sheet in SHEETS:
        if sheet is not PACK and sheet.name in pages:
            _Page(reading, sheet, pages[sheet.name]).read()
    reading.source = tidy(reading.source)
    return reading


def _plain(cell: object) -> str:
    """A cell as text: numbers without an exponent, dates as YYYY-MM-DD, yes and no."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()[:10]
    if isinstance(cell, int | float):
        try:
            return from_cell(cell).text
        except ValueError:
            return str(cell)
    return cell if isinstance(cell, sheets.Unsolved) else str(cell)


def _read_head(reading: Reading, page: sheets.Sheet) -> None:
    headings = {each.heading: each for each in PACK.columns}
    seen = set[str]()
    for at, row in enumerate(page.rows, start=1):
        heading = _plain(row[0] if row else None).strip()
        text = _plain(row[1] if len(row) > 1 else None)
        if not heading:
            if text.strip():
                why = _("这一行没有名称，但有内容；请写上名称或删去这一行")
                reading.mistakes.append(Mistake(PACK.name, at, "", cell_name(at, 1), why))
            continue
        column = headings.get(heading)
        if column is None or column.key in seen:
            why = _("不认识这一项，请改回原来的名称或删去") if column is None else _("写了两次，请删去一个")
            reading.mistakes.append(Mistake(PACK.name, at, heading[:20], cell_name(at, 1), why))
            continue
        seen.add(column.key)
        reading.head[column.key] = at
        try:
            value = value_of(column, text)
        except ValueError as error:
            reading.mistakes.append(Mistake(PACK.name, at, heading, cell_name(at, 2), str(error)))
            continue
        if value is None and column.required:
            reading.mistakes.append(Mistake(PACK.name, at, heading, cell_name(at, 2), _("没有填，请填写")))
        if not is_default(column, value):
            put(reading.source, column.key, value)
    for column in PACK.columns:
        if column.required and column.key not in seen:
            reading.mistakes.append(
                Mistake(PACK.name, 0, "", "", _("缺少“{heading}”这一行，请补上").format(heading=column.heading))
            )


class _Page:
    """Reads the rows of one page."""

    def __init__(self, reading: Reading, sheet: Sheet, page: sheets.Sheet) -> None:
        self._reading = reading
        self._sheet = sheet
        self._rows = page.rows
        self._places: list[tuple[int, Column | None, str]] = []
        self._half = set[str]()
        hints = next((at for at, row in enumerate(page.rows[1:], start=1) if _filled(row)), 0)
        self._hints = hints if hints and self._is_hints(page.rows[hints]) else 0

    def _wrong(self, row: int, number: int, heading: str, reason: str) -> None:
        self._reading.mistakes.append(Mistake(self._sheet.name, row, heading, cell_name(max(row, 1), number), reason))

    def read(self) -> None:
        """Put the rows into the source form."""
        if not self._rows:
            return
        if not self._find_columns():
            self._reading.unread.add(self._sheet.key)
            return
        owners: dict[str, int] = {}
        for number, each in enumerate(self._reading.source.get("indicators", ())):
            owners.setdefault(str(each.get("id", "")), number)
        for at, cells in enumerate(self._rows[1:], start=2):
            if at - 1 == self._hints or not _filled(cells):
                continue
            owner, row = self._row(at, [_plain(cell) for cell in cells])
            if self._sheet is BASE:
                self._add_base(at, row)
            elif self._sheet.parent:
                self._add_bar(at, owner, row, owners)
            else:
                rows = self._reading.source.setdefault(self._sheet.key, [])
                self._note_place(at, len(rows), row)
                rows.append(row)

    def _note_place(self, at: int, index: int, row: Mapping[str, Any]) -> None:
        places, name = self._reading.rows, str(row.get("id", ""))
        places[self._sheet.key, index] = (self._sheet, at)
        if self._sheet in (GROUPS, FACTS, SWITCHES) and name and (self._sheet.key, name) in places:
            why = _("编号“{id}”与第 {row} 行重复").format(id=name[:40], row=places[self._sheet.key, name][1])
            self._wrong(at, self._reading.columns[self._sheet.key]["id"], self._sheet.column("id").heading, why)
        places.setdefault((self._sheet.key, name), (self._sheet, at))

    def _find_columns(self) -> bool:
        known = {heading: (column, part) for heading, column, part in _headings(self._sheet)}
        seen: dict[str, int] = {}
        fine = True
        for number in range(1, max(map(len, self._rows)) + 1):
            heading = self._text(0, number)
            if not heading:
                if any(self._text(at, number) for at in range(1, len(self._rows)) if at != self._hints):
                    self._wrong(1, number, "", _("这一列没有列名，但有内容；请写上列名或删去这一列"))
                    fine = False
                continue
            if heading not in known or heading in seen:
                why = (
                    _("列名重复，请删去一列") if heading in seen else _("不认识这个列名，请改回原来的列名或删去这一列")
                )
                self._wrong(1, number, heading[:20], why)
                fine = False
                continue
            seen[heading] = number
            column, part = known[heading]
            self._places.append((number, column, part))
            if column is not None and part != "en":
                self._reading.columns.setdefault(self._sheet.key, {})[column.key] = number
        for heading, (column, part) in known.items():
            if heading not in seen and (column is None or column.required or _needed(self._sheet, column, part)):
                self._wrong(1, 1, heading, _("缺少“{heading}”这一列，请补上").format(heading=heading))
                fine = False
        return fine

    def _text(self, at: int, number: int) -> str:
        """A cell of the page; '' beyond its end."""
        row = self._rows[at]
        return _plain(row[number - 1]).strip() if number <= len(row) else ""

    def _is_hints(self, row: Sequence[object]) -> bool:
        """Whether a row holds nothing but our hints (a person may have changed some, or deleted the row)."""
        hints = {
            heading: column.hint.strip()
            for heading, column, part in _headings(self._sheet)
            if column is not None and column.hint and part != "en"
        }
        same = changed = 0
        for number, cell in enumerate(row, start=1):
            text = _plain(cell).strip()
            if text in hints.values():
                same += 1
            elif text:
                if self._text(0, number) not in hints:
                    return False
                changed += 1
        return same > changed

    def _row(self, at: int, texts: Sequence[str]) -> tuple[str, dict[str, Any]]:
        row: dict[str, Any] = {}
        owner = ""
        pairs: dict[str, dict[str, tuple[int, str]]] = {}
        for number, column, part in self._places:
            text = texts[number - 1] if number <= len(texts) else ""
            if isinstance(text, sheets.Unsolved):
                why = _("这一格是 Excel 公式，没有存下结果；请改成结果本身")
                self._wrong(at, number, column.heading if column else _OWNER, why)
            elif column is None:
                owner = text.strip()
            elif part:
                pairs.setdefault(column.key, {})[part] = (number, text)
            else:
                self._put(at, number, column, text, row)
        for key, found in pairs.items():
            column = self._sheet.column(key)
            if len(found) < 2:
                self._tell_half(at, column, found)
                continue
            try:
                value = texts_value(*(found.get(part, (0, ""))[1] for part in ("zh", "en")))
            except ValueError as error:
                self._wrong(at, found["zh"][0], column.heading, str(error))
                continue
            if value:
                put(row, key, value)
        return owner, row

    def _tell_half(self, at: int, column: Column, found: Mapping[str, tuple[int, str]]) -> None:
        """Tells once that texts in one language stand without the column of the other."""
        [(part, (number, text))] = found.items()
        here, other = column.heading, column.heading + _EN
        if part == "en":
            here, other = other, here
        if text.strip() and column.key not in self._half:
            self._half.add(column.key)
            self._wrong(at, number, here, _("缺少“{heading}”这一列，请补上").format(heading=other))

    def _put(self, at: int, number: int, column: Column, text: str, row: dict[str, Any]) -> None:
        kept = text if column.kind != "text" or "\n" in text else text.strip()
        try:
            if self._sheet is BASE and column.key == "value":
                row[column.key] = figure_of(kept.strip())
                return
            value = value_of(column, kept)
            _check(self._sheet, column, value)
        except ValueError as error:
            self._wrong(at, number, column.heading, str(error))
            return
        if value is None and column.required:
            self._wrong(at, number, column.heading, _("没有填，请填写"))
        if not is_default(column, value):
            put(row, column.key, value)

    def _add_base(self, at: int, row: Mapping[str, Any]) -> None:
        facts = self._reading.source.setdefault("base_facts", {})
        fact = str(row.get("fact", ""))
        if fact in facts:
            self._wrong(at, 1, BASE.columns[0].heading, _("“{fact}”写了两次，请删去一行").format(fact=fact[:40]))
        facts[fact] = row.get("value", "")
        self._reading.rows[BASE.key, fact] = (BASE, at)

    def _add_bar(self, at: int, owner: str, row: dict[str, Any], owners: Mapping[str, int]) -> None:
        if INDICATORS.key in self._reading.unread:
            return
        if not owner or owner not in owners:
            why = (
                _("“指标”工作表里没有“{owner}”，请改正编号").format(owner=owner[:40])
                if owner
                else _("没有填，请写指标编号")
            )
            self._wrong(at, next(number for number, column, _part in self._places if column is None), _OWNER, why)
            return
        bars = self._reading.source["indicators"][owners[owner]].setdefault("bars", [])
        self._reading.rows[BARS.key, f"{owners[owner]}/{len(bars)}"] = (BARS, at)
        bars.append(row)


def _needed(sheet: Sheet, column: Column, part: str) -> bool:
    """Whether leaving a column out would quietly weaken the standard instead of leaving something unused out."""
    return part != "en" and column.key in _WEIGHTY.get(sheet.key, ())


def _filled(row: Sequence[object]) -> bool:
    return any(_plain(cell).strip() for cell in row)


def _check(sheet: Sheet, column: Column, value: Any) -> None:
    """Refuses what reads well but is no kind of figure, and no columns of a table.

    Raises ValueError.
    """
    if sheet is FACTS and column.key == "kind" and value is not None:
        choice_of({"kind": value}, "kind", KINDS, "")
    if column.kind == "json" and value is not None:
        rows = value if isinstance(value, list) else [None]
        if not all(isinstance(each, dict) and {"id", "zh", "en"} <= each.keys() for each in rows):
            raise ValueError(
                _('表格的列应写成 [{{"id": "编号", "zh": "名称", "en": "英文名称", "kind": "int"}}] 这样').format()
            )


def mistakes_of(path: Path) -> Iterator[Mistake]:
    """Everything that is wrong in a workbook, located.

    Raises KnownError for what is no workbook at all.
    """
    reading = read(path)
    yield from reading.mistakes or reading.problems()
