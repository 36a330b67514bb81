"""Rows of a workbook the program does not know: placed once in the window, then taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.factory import City
from tests.journeys.person import Person
from tests.models.operations.workbooks import form, workbook
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.label_memory import remembered
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.pages.school.import_figures import ImportPage
from vetdesk.ui.pages.school.labels_dialog import LabelsDialog


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A form with two labels of its own."""
    rows = [("指标", "计量单位", "代码", "数量"), ("纸质图书总数", "册", 1, 51234), ("校门高度", "米", 2, 5)]
    return workbook(tmp_path / "报表.xlsx", {"表": form("教基9999", *rows)})


@pytest.fixture
def folder(city: City) -> Path:
    """A school's folder, closed."""
    found = city.school().folder
    city.close()
    return found


def test_a_row_is_placed_with_one_press_and_taken(person: Person, folder: Path, book: Path) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LabelsDialog)
        assert dialog.table.rows.rowCount() == 2
        person.press("纸质图书", inside=dialog)
        assert dialog.table.chosen() == [1], "on to the next row"
        dialog.place("land_owned")
        dialog.none.click()
        assert dialog.said() == {("教基9999", "纸质图书总数"): "books_print"}
        dialog.sure.click()

    person.open_school(folder)
    person.window.open_files([book])
    person.wait()
    page = person.shown(ImportPage)
    QTimer.singleShot(0, answer)
    person.press("没有认出的项目（2）…")
    person.wait()
    assert page.table.rows.rowCount() == 1
    assert page.table.rows.item(0, 2).text == "51,234"
    person.press("取用 1 项")
    person.window.close()
    with open_workspace(folder) as school:
        assert standing(school).assessment.entries["books_print"].text == "51234"


def test_enter_in_the_search_places_the_first_that_fits(person: Person, folder: Path, book: Path) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LabelsDialog)
        person.type("zzts", into=dialog.search, then=Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert dialog.said() == {("教基9999", "纸质图书总数"): "books_print"}
        dialog.reject()

    person.open_school(folder)
    person.window.open_files([book])
    person.wait()
    QTimer.singleShot(0, answer)
    person.press("没有认出的项目（2）…")
    person.wait()
    person.window.close()
    with open_workspace(folder) as school:
        assert remembered(school) == {}, "went back"
