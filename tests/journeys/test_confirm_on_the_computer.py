"""Confirming on the computer in the window: the filler, out of turn, taking it back."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.factory import City
from tests.journeys.person import Person
from vetdesk.models.operations.finalise import seal
from vetdesk.ui.pages.school.confirm_dialog import ConfirmDialog


def test_the_dialog_says_who_confirmed_and_why_somebody_cannot_yet(person: Person, city: City) -> None:
    seal(city.school())
    folder = city.school().folder
    city.close()
    person.open_school(folder)
    person.go("签字盖章")
    person.wait()
    person.press("在电脑上逐级确认…")
    person.wait()
    QTest.qWait(50)
    [dialog] = [each for each in QApplication.topLevelWidgets() if isinstance(each, ConfirmDialog) and each.isVisible()]
    dialog.who.setCurrentIndex(dialog.who.count() - 1)
    dialog.name.setText("张校长")
    person.press("确认", inside=dialog)
    person.wait()
    assert "填报人先确认" in dialog.wrong.text()
    dialog.who.setCurrentIndex(0)
    dialog.name.setText("王丽")
    person.press("确认", inside=dialog)
    person.wait()
    assert (dialog.table.rows.rowCount(), dialog.wrong.text()) == (1, "")
    assert dialog.table.rows.item(0, 1).text == "王丽"
    dialog.table.choose(0)
    person.press("撤回选中的确认", inside=dialog)
    person.wait()
    assert dialog.table.rows.rowCount() == 0
    dialog.accept()
