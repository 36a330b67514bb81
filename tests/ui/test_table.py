"""Tables: what is painted, copied as a spreadsheet pastes it, and written to a workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from vetdesk.ui.theme import look
from vetdesk.ui.widgets.table import Item, Table

ROWS = [
    (Item("乙校"), Item("✗ 12", role="unmet", number=True, key=12)),
    (Item("甲校\t（虚构）"), Item("✓ 30", role="met", number=True, key=30)),
    (Item("=丙校"), Item("—", number=True, key=-1)),
]


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    made = Table("学校")
    qtbot.addWidget(made)
    made.fill(("名称", "值"), ROWS, stretch=0)
    made.resize(400, 200)
    made.show()
    return made


def test_what_is_chosen_is_copied_with_headings_in_the_order_shown(table: Table) -> None:
    table.rows.arrange(1, descending=True)
    table.copy_rows()
    assert QGuiApplication.clipboard().text() == "名称\t值\n甲校 （虚构）\t✓ 30\n乙校\t✗ 12\n=丙校\t—"
    table.choose(0)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "名称\t值\n乙校\t✗ 12"


def test_all_rows_go_to_a_workbook_and_stay_text(table: Table, tmp_path: Path) -> None:
    table.rows.arrange(1, descending=False)
    table.write(tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[-1]
    found = [[cell.value for cell in row[:2]] for row in sheet.iter_rows()]
    assert found[-3:] == [["=丙校", "—"], ["乙校", "✗ 12"], ["甲校\t（虚构）", "✓ 30"]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_a_place_that_cannot_be_written_is_said(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("vetdesk.ui.widgets.table.QMessageBox.warning", lambda _parent, _title, text: said.append(text))
    table.write(tmp_path)
    assert len(said) == 1
    assert "是文件夹" in said[0]


def test_verdicts_are_painted_on_their_colour_and_what_is_chosen_on_another(table: Table, qtbot: QtBot) -> None:
    table.choose(1)
    qtbot.waitExposed(table)

    def at(row: int, column: int) -> QColor:
        area = table.visualRect(table.rows.index(row, column))
        picture = table.viewport().grab().toImage()
        ratio = picture.devicePixelRatio()
        return picture.pixelColor(int((area.right() - 4) * ratio), int((area.top() + 4) * ratio))

    assert at(0, 1) == QColor(look.colours.unmet_soft)
    assert at(1, 1) == QColor(look.colours.met_soft)
    assert at(1, 0) == QColor(look.colours.accent_soft)
    assert at(2, 0) == QColor(look.colours.surface)


def test_a_text_too_long_for_its_column_is_shortened(table: Table) -> None:
    long = "很长的名称" * 20
    shown = table._painter._fitting(long, 80, False)
    assert shown.endswith("…")
    assert table._painter._fitting("短", 80, False) == "短"
