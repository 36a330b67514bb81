"""Rows of a table pasted from a spreadsheet: what is taken is said, and what is not."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from vetdesk.models.packs import source
from vetdesk.models.records.tables import MOST_ROWS
from vetdesk.ui.pages.school.rows_dialog import RowsDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> RowsDialog:
    """The majors, empty."""
    made = RowsDialog(source.load("cn_zz_2010").fields["majors"], [], None)
    qtbot.addWidget(made)
    made.show()
    return made


def paste(dialog: RowsDialog, text: str) -> str:
    """Paste; gives what is said of it."""
    QGuiApplication.clipboard().setText(text)
    dialog.table.setCurrentCell(0, 0)
    dialog._paste()
    return dialog.note.text()


def cell(dialog: RowsDialog, row: int, column: str) -> str:
    """What stands in a cell."""
    at = [each.id for each in dialog._columns].index(column)
    item = dialog.table.item(row, at)
    return item.text() if item is not None else ""


def heads(dialog: RowsDialog, *names: str) -> str:
    """Headings of columns as a spreadsheet has them."""
    return "\t".join(each.text["zh"] for each in dialog._columns if each.id in names)


def test_columns_are_found_by_their_headings_and_others_are_named(dialog: RowsDialog) -> None:
    name = next(each for each in dialog._columns if each.kind == "text")
    number = next(each for each in dialog._columns if each.number)
    said = paste(dialog, f"{number.text['zh']}\t备注\t{name.text['zh']}\n120\t好\t数控\n80\t\t会计\n")
    assert said == "粘贴了 2 行；没有这些列，没有取：备注"
    assert (cell(dialog, 0, name.id), cell(dialog, 0, number.id), cell(dialog, 1, number.id)) == ("数控", "120", "80")


def test_a_cell_with_a_line_break_is_one_cell(dialog: RowsDialog) -> None:
    assert paste(dialog, '"数控\n技术"\n会计\n').startswith("粘贴了 2 行")


def test_rows_beyond_the_limit_and_cells_beyond_the_edge_are_told(dialog: RowsDialog) -> None:
    wide = "\t".join(["1"] * (len(dialog._columns) + 2))
    said = paste(dialog, "\n".join([wide] * 5000))
    assert f"粘贴了 {MOST_ROWS} 行" in said
    assert f"多出的 {5000 - MOST_ROWS} 行没有取" in said
    assert f"右边多出的 {2 * MOST_ROWS} 格没有取" in said
    assert dialog.table.rowCount() <= MOST_ROWS


def test_text_formulas_and_dates_among_numbers_are_marked(dialog: RowsDialog) -> None:
    number = next(each for each in dialog._columns if each.number)
    paste(dialog, f"{number.text['zh']}\n=SUM(A1:A3)\n2026/9/1\n很多\n12\n")
    assert "第 1 行" in dialog.wrong.text()
    at = dialog._columns.index(number)
    items = [dialog.table.item(row, at) for row in range(4)]
    marked = [bool(each and each.toolTip()) for each in items]
    assert marked == [True, True, True, False]


def test_an_empty_clipboard_says_nothing(dialog: RowsDialog) -> None:
    assert paste(dialog, " \n\t\n") == ""


def test_arithmetic_in_a_cell_is_worked_out(dialog: RowsDialog) -> None:
    paste(dialog, heads(dialog, "major_name", "students", "enrol") + "\n机电（虚构）\t200+150\t10/0")
    assert cell(dialog, 0, "students") == "350"
    assert cell(dialog, 0, "enrol") == "10/0"
    assert dialog.wrong.text()
    names = [each.id for each in dialog._columns]
    item = dialog.table.item(0, names.index("enrol"))
    assert item is not None
    item.setText("(20+5)*2")
    assert cell(dialog, 0, "enrol") == "50"
    assert dialog.wrong.text() == ""
