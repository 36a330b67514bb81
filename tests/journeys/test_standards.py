"""Standards through the real window: a draft is edited, tried, undone and finished; a value is confirmed and sent out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QPlainTextEdit

from tests.factory import FIRST, SETUP, City
from tests.journeys.person import Person
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import receive
from vetdesk.ui.pages.bureau.confirm_dialog import ConfirmDialog
from vetdesk.ui.pages.bureau.standards import StandardsPage
from vetdesk.ui.widgets.parts import Badge


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """A published round with one filled school whose submission the bureau holds."""
    made = City(tmp_path / "city")
    made.received()
    made.close()
    yield made
    made.close()


def at_the_standards(person: Person, city: City) -> StandardsPage:
    """The bureau's page of standards, showing the standard on setting schools up."""
    person.window.opening.open_folder(city.folder / "bureau")
    person.wait()
    person.go("标准")
    page = person.shown(StandardsPage)
    page.choose(SETUP, draft=False)
    person.wait()
    return page


def choose_indicator(person: Person, page: StandardsPage, name: str) -> None:
    person.type(name, into=page.search)
    found = [each for each in page._items() if name in each.text(0) and not each.isHidden()]
    page.tree.setCurrentItem(found[0])
    page.search.clear()
    person.wait()


def required_value(page: StandardsPage) -> QPlainTextEdit:
    """The field that holds the required value of the indicator shown."""
    (bars,) = [form for path, form in page._shown if "bars" in path]
    field = bars.field("value")._edit
    assert isinstance(field, QPlainTextEdit)
    return field


def retype(person: Person, page: StandardsPage, text: str) -> None:
    field = required_value(page)
    field.setFocus()
    field.selectAll()
    person.type(text, into=field)
    page.tree.setFocus()
    person.wait()


def test_a_standard_is_edited_tried_undone_and_finished(
    person: Person, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at_the_standards(person, city)
    assert "检查通过" in person.reads()
    person.press("编辑")
    assert page.standard.currentText().startswith("草稿")
    choose_indicator(person, page, "校园占地面积")
    assert required_value(page).toPlainText() == "40000"
    assert "达标" in [each.text.split()[-1] for each in page.side.findChildren(Badge) if each.isVisible()]

    retype(person, page, "nobody / 2")
    assert "处要改" in person.reads()
    assert "“nobody”不是本标准的数据项" in person.reads()
    assert required_value(page).toPlainText() == "nobody / 2"

    person.press("撤销")
    assert required_value(page).toPlainText() == "40000"
    assert "检查通过" in person.reads()

    retype(person, page, "50000")
    assert "处要改" in person.reads()  # a worked example of the document is not met any more
    person.press("撤销")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("1.1", True))
    retype(person, page, "40000.0")
    person.press("完成这一版")
    assert page.standard.currentText() == "中等职业学校设置标准　1.1"
    assert (city.folder / "bureau" / "standards" / f"{SETUP}-1.1" / "pack.toml").is_file()


def test_a_value_is_confirmed_after_a_look_at_what_changes_and_reaches_the_school(person: Person, city: City) -> None:
    page = at_the_standards(person, city)
    choose_indicator(person, page, "兼职教师")
    seen: list[str] = []

    def confirm() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ConfirmDialog)
        assert not dialog.sure.isEnabled()
        person.press("看看会改变什么", inside=dialog)
        assert not dialog.sure.isEnabled()  # no document was named
        person.type("豫教职〔2026〕1号", into=dialog.document)
        person.press("看看会改变什么", inside=dialog)
        report = dialog.findChild(QPlainTextEdit)
        assert isinstance(report, QPlainTextEdit)
        seen.append(report.toPlainText())
        person.press("确认", inside=dialog)

    QTimer.singleShot(300, confirm)
    person.press("确认达标值")
    while not seen:
        person.wait()
    person.wait()
    assert "1+1" in seen[0]
    target = person.will_save_as(city.folder / "标准更新.vdpkg")
    person.press("发标准更新")
    assert target.is_file()

    school = city.school(FIRST)
    before = desk(school).packs[1]
    assert before.indicators["zz10_pt_pct"].threshold.first.confidence == "UNSURE"
    assert receive(school, [target]).taken == 1
    after = desk(school).packs[1].indicators["zz10_pt_pct"].threshold.first
    assert (after.confidence, after.document) == ("CONFIRMED", "豫教职〔2026〕1号")
    assert after.confirmed_by["person"]
