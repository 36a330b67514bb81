"""A new clerk, without a mouse: from the task file to a signed package, on Tab, Enter, Space, arrows and Ctrl."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget

from tests.factory import FIRST, GOOD, City, pdf
from tests.journeys.person import Person
from tests.journeys.test_the_loop import MAJORS, type_the_form
from vetdesk.models.sync.bodies import SubmissionBody, decode
from vetdesk.models.sync.read import verify
from vetdesk.ui.pages.school.choose_school import ChooseSchoolPage
from vetdesk.ui.pages.school.evidence import EvidencePage
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.pages.school.home import SchoolHome
from vetdesk.ui.pages.school.rows_dialog import RowsDialog
from vetdesk.ui.pages.school.submit import SubmitPage

CTRL = Qt.KeyboardModifier.ControlModifier
FIGURES = {**GOOD, "students_ft": "1400", "students_total": "1400"}


@pytest.fixture(autouse=True)
def no_mouse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is clicked."""

    def click(*_details: object, **_more: object) -> None:
        raise AssertionError("a mouse was used")

    monkeypatch.setattr(QTest, "mouseClick", click)


def words_of(widget: QWidget | None) -> str:
    """What a screen reader calls what has the keyboard."""
    if widget is None:
        return ""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else "")


def tab_to(person: Person, words: str) -> QWidget:
    """Press Tab until what is called so has the keyboard."""
    for _step in range(80):
        held = QApplication.focusWidget()
        if held is not None and words_of(held).startswith(words):
            return held
        QTest.keyClick(held or person.window, Qt.Key.Key_Tab)
        QApplication.processEvents()
    raise AssertionError(f"Tab never reaches “{words}” on {type(person.page).__name__}")


def fill_the_form(person: Person, fill: FillPage) -> None:
    """Every figure and answer, Enter after each, section after section; the rows of a table from a spreadsheet."""
    assert fill._fact == fill._seen.form()[0].id, "the first field has the keyboard"
    type_the_form(person, fill, FIGURES, paste=lambda: paste_rows(person))


def paste_rows(person: Person) -> None:
    """Space opens the table, Ctrl+V pastes, Enter agrees."""

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RowsDialog)
        try:
            QGuiApplication.clipboard().setText(MAJORS)
            QTest.keyClick(dialog.table, Qt.Key.Key_V, CTRL)
            QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, fill)
    person.key(Qt.Key.Key_Space)
    person.window.activateWindow()
    person.wait()


def test_from_task_file_to_package_without_a_mouse(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = city.campaign
    city.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_details, **_more: ([str(campaign)], ""))
    while person.window._menu is None:  # it comes after the first paint
        QTest.qWait(20)
    person.key(Qt.Key.Key_O, CTRL)
    person.wait()
    person.shown(ChooseSchoolPage)
    person.type(FIRST)
    tab_to(person, "填报人")
    person.type("王丽")
    tab_to(person, "开始填报")
    person.key(Qt.Key.Key_Space)
    person.shown(SchoolHome)
    person.key(Qt.Key.Key_2, CTRL)
    fill = person.shown(FillPage)
    fill_the_form(person, fill)
    assert person.window.strip.text == ""
    person.key(Qt.Key.Key_F, CTRL)
    person.type("纸质图书", then=Qt.Key.Key_Return)
    assert fill._fact == "books_print"
    person.type("1", then=Qt.Key.Key_Return)
    person.wait()
    person.key(Qt.Key.Key_F, CTRL)
    person.type("纸质图书", then=Qt.Key.Key_Return)
    person.key(Qt.Key.Key_E, CTRL)
    assert words_of(QApplication.focusWidget()) == "说明"
    person.type("图书正在搬迁")
    person.key(Qt.Key.Key_E, CTRL)
    assert QApplication.focusWidget() is fill._rows["books_print"].edit, "and back"
    person.key(Qt.Key.Key_F, CTRL)
    person.type("学校产权占地", then=Qt.Key.Key_Return)
    assert fill._fact == "land_owned"
    person.type("90万元", then=Qt.Key.Key_Return)
    assert "不能用在" in fill._rows["land_owned"].wrong.text(), (
        "a unit that measures something else is said at the field"
    )
    person.type("90亩", then=Qt.Key.Key_Return)
    person.wait()
    person.key(Qt.Key.Key_6, CTRL)
    evidence = person.shown(EvidencePage)
    for name in ("土地证.pdf", "房产证.pdf"):
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(pdf(tmp_path, name, content=name.encode())))])
        QGuiApplication.clipboard().setMimeData(content)
        evidence.setFocus()
        person.key(Qt.Key.Key_V, CTRL)
        person.wait()
    assert evidence.table.rows.rowCount() == 2
    person.key(Qt.Key.Key_8, CTRL)
    person.shown(SubmitPage)
    target = person.will_save_as(tmp_path / "上报包.vdpkg")
    tab_to(person, "生成上报包")
    person.key(Qt.Key.Key_Space)
    person.wait()
    body = decode(verify(target).data(), SubmissionBody, file="x")
    assert (body.filler, body.facts["land_owned"].text, body.facts["land_owned"].unit) == ("王丽", "90", "亩")
    assert body.explanations["U07"] == "图书正在搬迁"
    assert {each.label for each in body.evidence} == {"土地证.pdf", "房产证.pdf"}
