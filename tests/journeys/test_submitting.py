"""At the page for submitting: versions compared, size and files said before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog

from tests.factory import City, pdf
from tests.journeys.person import Person
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.fill import set_figures
from vetdesk.ui.pages.school.submit import SubmitPage
from vetdesk.ui.widgets.differences_dialog import DifferencesDialog


def test_a_version_is_compared_with_now_and_two_with_each_other(person: Person, city: City) -> None:
    school = city.school()
    city.submission()
    set_figures(school, {"books_print": "61234"})
    city.submission()
    set_figures(school, {"books_print": "62345"})
    folder = school.folder
    city.close()
    person.open_school(folder)
    person.go("上报")
    page = person.shown(SubmitPage)
    page.table.choose(0)
    person.press("与现在比较…")
    person.wait()
    dialog = _dialog(person)
    assert [dialog.table.rows.item(0, at).text for at in (1, 2)] == ["61234 册", "62345 册"]
    dialog.close()
    page.table.selectAll()
    person.press("与现在比较…")
    person.wait()
    dialog = [each for each in _dialogs(person) if each.isVisible()][-1]
    assert dialog.table.rows.item(0, 2).text == "61234 册"
    dialog.close()


def test_size_and_number_of_files_are_said_before(person: Person, city: City, tmp_path: Path) -> None:
    school = city.school()
    for at in range(3):
        attach(school, pdf(tmp_path, f"证{at}.pdf", content=bytes([65 + at]) * 9_000_000), indicator="db22_land")
    folder = school.folder
    city.close()
    person.open_school(folder)
    person.go("上报")
    page = person.shown(SubmitPage)
    assert "佐证材料约 27.0 MB" in person.reads()
    assert "分成" not in page._plan.text()
    page.volume.setCurrentIndex(1)
    person.wait()
    assert page._plan.text() == "佐证材料约 27.0 MB，分成 3 个文件"


def _dialogs(person: Person) -> list[DifferencesDialog]:
    return [each for each in person.window.findChildren(QDialog) if isinstance(each, DifferencesDialog)]


def _dialog(person: Person) -> DifferencesDialog:
    [found] = [each for each in _dialogs(person) if each.isVisible()]
    return found
