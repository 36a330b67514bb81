"""Evidence: what is needed is said, a screenshot is pasted, the next indicator without any is found."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from tests.factory import City, pdf
from tests.journeys.person import Person
from vetdesk.ui.pages.school.combine_dialog import CombineDialog
from vetdesk.ui.pages.school.evidence import EvidencePage
from vetdesk.ui.pages.school.evidence_dialog import EvidenceDialog
from vetdesk.ui.widgets.page_view import PageView
from vetdesk.ui.widgets.picture import small_picture


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


def test_the_chosen_picture_is_seen_and_other_files_are_said_to_have_none(
    person: Person, city: City, tmp_path: Path
) -> None:
    picture = QImage(800, 400, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    assert picture.save(str(tmp_path / "照片.png"))
    page = opened(person, city)
    page.take_files([tmp_path / "照片.png", pdf(tmp_path, "土地证.pdf")])
    person.wait()
    names = [page.table.rows.item(at, 0).text for at in range(2)]
    page.table.choose(names.index("照片.png"))
    person.wait()
    assert page.preview.isVisible()
    shown = page.preview.pixmap()
    assert max(shown.width(), shown.height()) <= page.preview_side()
    assert shown.width() == 2 * shown.height()
    page.table.choose(names.index("土地证.pdf"))
    person.wait()
    assert page.preview.text() == "没有预览，双击打开"


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (25_000, 1), (0, 10)])
def test_a_picture_that_claims_to_be_huge_is_not_decoded(tmp_path: Path, width: int, height: int) -> None:
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    chunk = b"IHDR" + head
    content = b"\x89PNG\r\n\x1a\n" + len(head).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    (tmp_path / "大.png").write_bytes(content)
    assert small_picture(tmp_path / "大.png", 240) is None


def test_what_is_no_picture_has_none(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8\xff" + bytes(50))
    assert small_picture(tmp_path / "x.jpg", 240) is None
    assert small_picture(tmp_path / "nothing.jpg", 240) is None


def drag(view: PageView, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw a box with the mouse."""
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(*start))
    QTest.mouseMove(view, QPoint(*end))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(*end))


def test_photographs_become_one_document_and_a_figure_is_marked_on_its_second_page(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(person, city)
    for name, colour in (("1.jpg", "white"), ("2.jpg", "yellow")):
        picture = QImage(300, 400, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        assert picture.save(str(tmp_path / name))
    combine = CombineDialog([tmp_path / "2.jpg", tmp_path / "1.jpg"], None)
    combine.list.setCurrentRow(1)
    combine._move(-1)
    assert [each.name for each in combine.order()] == ["1.jpg", "2.jpg"]
    page.combine_requested.emit(combine.order(), "土地证")
    person.wait()
    assert page.table.rows.item(0, 0).text == "土地证.pdf"
    page.table.choose(0)
    person.press("材料信息…")
    person.wait()
    dialog = next(each for each in person.window.findChildren(EvidenceDialog) if each.isVisible())
    assert (dialog.page.maximum(), dialog.pages.value()) == (2, 2)
    dialog.page.setValue(2)
    person.wait()
    dialog.fact.setCurrentIndex(dialog.fact.findData("land_owned"))
    dialog.note.setText("60 000 ㎡")
    drag(dialog.view, (100, 100), (300, 200))
    drag(dialog.view, (100, 100), (102, 101))
    assert dialog.pins.rows.rowCount() == 1, "a slip of the hand marks nothing"
    dialog.dated.setText("2019-5-6")
    dialog.expires.setText("2020-01-01")
    dialog.buttons.button(QDialogButtonBox.StandardButton.Save).click()
    person.wait()
    assert "不是日期" in dialog.wrong.text() or "有一项不对" in dialog.wrong.text()
    dialog.dated.setText("2019-05-06")
    dialog.buttons.button(QDialogButtonBox.StandardButton.Save).click()
    person.wait()
    assert page.table.rows.item(0, 2).text == "2019-05-06"
    assert page.table.rows.item(0, 3).text == "✗ 已过期 2020-01-01"
    [each] = person.window.desk.view.evidence  # type: ignore[union-attr]
    [pin] = each.about.pins
    assert (pin.page, pin.fact, pin.note) == (2, "land_owned", "60 000 ㎡")
    assert 0 < pin.area[0] < pin.area[2] < 1000
    assert 0 < pin.area[1] < pin.area[3] < 1000
    target = tmp_path / "目录.xlsx"
    monkeypatch.setattr("vetdesk.ui.pages.school.evidence.ask_save", lambda *_args: target)
    person.press("导出目录…")
    person.wait()
    assert target.is_file()


def test_pictures_of_what_is_on_the_screen_are_read_and_chosen_like_rows(
    person: Person, city: City, tmp_path: Path
) -> None:
    for at in range(8):
        picture = QImage(300, 200, QImage.Format.Format_RGB32)
        picture.fill(QColor(20 * at, 100, 100))
        assert picture.save(str(tmp_path / f"{at}.png"))
    page = opened(person, city)
    page.take_files([*(tmp_path / f"{at}.png" for at in range(8)), pdf(tmp_path, "土地证.pdf")])
    person.wait()
    person.press("缩略图")
    shown = page.thumbnails
    assert (shown.isVisible(), page.table.isVisible(), shown.count()) == (True, False, 9)
    QTest.qWait(200)
    person.wait()
    assert len(shown._icons) == 8, "the empty document keeps the sign of its kind"
    at = next(at for at in range(9) if shown.item(at).text() == "3.png")
    middle = shown.item(at).icon().pixmap(132, 132).toImage().pixelColor(66, 66)
    assert (middle.red(), middle.green()) == (60, 100)
    shown.setCurrentRow(at)
    person.wait()
    assert page.preview.isVisible()
    assert page._view is not None
    label = page._view.evidence[at].label
    person.press("移除")
    person.wait()
    assert shown.count() == 8
    assert label not in [shown.item(each).text() for each in range(8)]
    person.press("缩略图")
    assert (shown.isVisible(), page.table.isVisible()) == (False, True)
