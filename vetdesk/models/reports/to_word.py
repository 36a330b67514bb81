"""Writes a document to Word by the conventions of official documents (GB/T 9704-2012, domain.md 8.4)."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.reports.content import Cell, Document, Table
from vetdesk.models.reports.save_whole import save_whole

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_TITLE, _BODY, _HEADING, _TABLE = 22, 16, 16, 10.5  # points: 2号, 3号, 3号, 五号
_LINE = 28
_WIDE = 6
"""With so many columns a table stands on a page turned on its side."""
_UPRIGHT, _SIDEWAYS = 156.0, 225.0
"""Millimetres between the margins."""
_MOST = 24
"""So many characters of a cell stand beside each other at most."""


def write(document: Document, target: Path) -> None:
    """Write `document` to a .docx file, whole or not at all.

    Raises KnownError (storage) where the place cannot be written.
    """
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    made = docx.Document()
    _page(made)
    _run(made.add_paragraph(), document.title, _TITLE, "方正小标宋简体", align=WD_ALIGN_PARAGRAPH.CENTER)
    for paragraph in document.paragraphs:
        if paragraph.strip():
            _text(made, paragraph)
    turned = False
    for table in document.tables:
        wide = len(table.headings) >= _WIDE
        if wide != turned:
            section = made.add_section()
            section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = section.page_height, section.page_width
            turned = wide
        _table(made, table)
    made.core_properties.author = ""
    made.core_properties.title = _clean(document.title)
    save_whole(made.save, target)


def _page(made: WordDocument) -> None:
    """A4 with the margins of official documents, and the page number between dashes."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(foot.add_run("— "), 14, "宋体")
    number = foot.add_run()
    _font(number, 14, "宋体")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        number._r.append(part)
    _font(foot.add_run(" —"), 14, "宋体")


def _text(made: WordDocument, text: str) -> None:
    """A paragraph of the body; a line that begins `一、` is a heading."""
    from docx.shared import Pt

    heading = text[:1] in "一二三四五六七八九十" and text[1:2] == "、"
    for line in text.splitlines():
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(2 * _BODY)
        _run(paragraph, line, _HEADING if heading else _BODY, "黑体" if heading else "仿宋_GB2312")


def _run(paragraph: Any, text: str, size: float, font: str, *, align: Any = None) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(max(_LINE, size * 1.4))
    if align is not None:
        paragraph.alignment = align
    _font(paragraph.add_run(_clean(text)), size, font)


def _font(run: Any, size: float, font: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(made: WordDocument, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    _run(made.add_paragraph(), table.title, _HEADING, "黑体", align=WD_ALIGN_PARAGRAPH.CENTER)
    notes = "　　".join(each for each in (table.left, table.right) if each)
    if notes:
        _plain(made.add_paragraph(), notes)
    grid = made.add_table(rows=1, cols=len(table.headings), style="Table Grid")
    for cell, heading in zip(grid.rows[0].cells, table.headings, strict=True):
        _plain(cell.paragraphs[0], heading, font="黑体")
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    grid.autofit = False
    widths = _widths(table, _SIDEWAYS if len(table.headings) >= _WIDE else _UPRIGHT)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(grid.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    for row in table.rows:
        for cell, each in zip(grid.add_row().cells, row, strict=True):
            _plain(cell.paragraphs[0], _shown(each), right=each.number is not None)
        for cell, width in zip(grid.rows[-1].cells, widths, strict=True):
            cell.width = Mm(width)
    if table.foot:
        _plain(made.add_paragraph(), table.foot)


def _widths(table: Table, room: float) -> list[float]:
    """How wide each column is, in millimetres: by what stands in it, none too narrow for its heading nor wider than half."""
    wanted = []
    for at, heading in enumerate(table.headings):
        lengths = sorted(len(_shown(row[at])) for row in table.rows)
        usual = lengths[len(lengths) * 9 // 10] if lengths else 0
        wanted.append(max(min(len(heading), 6), min(usual, _MOST), 3) + 1)
    return [room * each / sum(wanted) for each in wanted]


def _plain(paragraph: Any, text: str, *, font: str = "宋体", right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _font(paragraph.add_run(_clean(text)), _TABLE, font)


def _shown(cell: Cell) -> str:
    if cell.number is not None:
        whole, _dot, part = decimal_text(cell.number, places=cell.places).partition(".")
        return f"{whole}.{part.ljust(cell.places, '0')}" if cell.places else whole
    return cell.text or "—"


def _clean(text: str) -> str:
    """The text without characters that no XML can hold."""
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs", "Cn"))
