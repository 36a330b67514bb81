"""Evidence: what is needed is said, a screenshot is pasted, the next indicator without any is found."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage

from tests.factory import City, pdf
from tests.journeys.person import Person
from vetdesk.ui.pages.school.evidence import EvidencePage


def opened(person: Person, city: City) -> EvidencePage:
    """The page of a school without evidence."""
    folder = city.school().folder
    city.close()
    person.open_school(folder)
    person.go("佐证材料")
    return person.shown(EvidencePage)


def test_a_screenshot_is_pasted_and_proves_the_indicator_chosen(person: Person, city: City) -> None:
    page = opened(person, city)
    assert "要准备：" in page.duties.text()
    assert "已有 0 件" in page.duties.text()
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    QGuiApplication.clipboard().setImage(picture)
    page.setFocus()
    person.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    person.wait()
    assert page.table.rows.rowCount() == 1
    assert page.table.rows.item(0, 0).text.startswith("截图_")
    assert "已有 1 件" in page.duties.text()


def test_files_are_pasted_and_the_next_without_any_is_found(person: Person, city: City, tmp_path: Path) -> None:
    page = opened(person, city)
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(pdf(tmp_path, "土地证.pdf")))])
    QGuiApplication.clipboard().setMimeData(content)
    page.paste()
    person.wait()
    assert page.table.rows.item(0, 0).text == "土地证.pdf"
    before = page._indicator.currentIndex()
    person.press("下一项没有材料的")
    assert page._indicator.currentIndex() == before + 1


def test_an_empty_clipboard_changes_nothing(person: Person, city: City) -> None:
    page = opened(person, city)
    QGuiApplication.clipboard().setText("只是文字")
    page.paste()
    person.wait()
    assert page.table.rows.rowCount() == 0
