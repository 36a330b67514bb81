"""Writes a document to Excel. Text stays text: nothing that a school typed can become a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vetdesk.models.records.words import _
from vetdesk.models.reports.content import Cell, Document, Table
from vetdesk.models.reports.save_whole import save_whole

_FILLS = {"met": "E6F4EA", "unmet": "FDECE8", "unknown": "EEF1F4"}
_DANGEROUS = ("=", "+", "-", "@", "\t")
_LONGEST = 32_000  # characters; a cell takes 32,767


def write(document: Document, target: Path) -> None:
    """Write `document` to an .xlsx file, whole or not at all.

    Raises KnownError (storage) where the place cannot be written.
    """
    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = _("说明")
    for at, paragraph in enumerate((document.title, *document.paragraphs), start=1):
        put_text(first.cell(at, 1), paragraph)
    first.column_dimensions["A"].width = 100
    for table in document.tables:
        _sheet(book.create_sheet(table.name[:31]), table)
    book.active = 1 if document.tables else 0
    save(book, target)


def save(book: Any, target: Path) -> None:
    """Save a workbook, whole or not at all.

    Raises KnownError (storage) where the place cannot be written.
    """
    save_whole(book.save, target)


def safe(text: str) -> str:
    """Text without the characters a workbook cannot hold, and no longer than a cell takes."""
    return "".join(char for char in text[:_LONGEST] if char in "\n\t" or _fits(ord(char)))


def _fits(number: int) -> bool:
    """Whether a character may stand in XML: no control, no half of a pair, no non-character."""
    return number >= 32 and not 0xD800 <= number < 0xE000 and number not in (0xFFFE, 0xFFFF)


def put_text(cell: Any, text: str) -> Any:
    """Write text that stays text, whatever it begins with."""
    plain = safe(text)
    cell.value = plain or None
    if plain:
        cell.data_type = "s"
        if plain.startswith(_DANGEROUS):
            cell.quotePrefix = True
    return cell


def _sheet(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    width = len(table.headings)
    side = Side(style="thin", color="DFE3E8")
    line = Border(left=side, right=side, top=side, bottom=side)
    put_text(sheet.cell(1, 1), table.title).font = Font(size=16, bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    put_text(sheet.cell(2, 1), table.left)
    put_text(sheet.cell(2, width), table.right).alignment = Alignment(horizontal="right")
    fills = {role: PatternFill("solid", fgColor=colour) for role, colour in _FILLS.items()}
    for column, heading in enumerate(table.headings, start=1):
        cell = put_text(sheet.cell(3, column), heading)
        cell.font = Font(bold=True)
        cell.border = line
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = _width(table, column - 1)
    for at, row in enumerate(table.rows, start=4):
        for column, content in enumerate(row, start=1):
            cell = sheet.cell(at, column)
            _fill(cell, content)
            cell.border = line
            if content.role in fills:
                cell.fill = fills[content.role]
    if table.foot:
        put_text(sheet.cell(len(table.rows) + 5, 1), table.foot)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _fill(cell: Any, content: Cell) -> None:
    if content.number is not None:
        exact = content.number
        cell.value = int(exact) if exact.denominator == 1 else float(exact)
        cell.number_format = "#,##0" + ("." + "0" * content.places if content.places else "")
        return
    put_text(cell, content.text or "—")


def _width(table: Table, column: int) -> float:
    texts = [table.headings[column], *(row[column].text for row in table.rows[:200])]
    longest = max(sum(2 if ord(char) > 255 else 1 for char in each) for each in texts)
    return float(min(max(longest + 2, 8), 46))
