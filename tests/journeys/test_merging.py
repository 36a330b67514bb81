"""Two people fill one school on two computers, merge, and decide; a colleague's sheet comes back; the bureau sees a fork."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.factory import FIRST, City
from tests.journeys.person import Person
from vetdesk.models.operations import copies, department_sheets
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.submit import submit
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.desks.school_desk import SchoolDesk
from vetdesk.ui.pages.bureau.inbox import InboxPage
from vetdesk.ui.pages.bureau.school import BureauSchoolPage
from vetdesk.ui.pages.school.merge import MergePage
from vetdesk.ui.widgets.preview_dialog import PreviewDialog


def two_computers(city: City) -> tuple[Path, Path]:
    """The school's folder and a copy of it on another computer, each filled further."""
    folder = city.school().folder
    city.close()
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    for place, who, books, seats in ((folder, "王丽", "61200", ""), (other, "李强", "63000", "220")):
        with open_workspace(place) as opened:
            opened.actor.name = who
            set_figures(opened, {"books_print": books, **({"seats_student": seats} if seats else {})})
    return folder, other


def preview(person: Person) -> PreviewDialog:
    """The preview that is open."""
    person.wait()
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, PreviewDialog) and each.isVisible()]
    assert len(found) == 1
    return found[0]


def desk_of(person: Person) -> SchoolDesk:
    """The school's desk."""
    assert isinstance(person.window.desk, SchoolDesk)
    return person.window.desk


def test_two_copies_become_one(person: Person, city: City, tmp_path: Path) -> None:
    folder, other = two_computers(city)
    with open_workspace(other) as opened:
        copies.export_copy(opened, tmp_path / "副本.vdpkg")
    person.open_school(folder)
    desk_of(person).take_files([tmp_path / "副本.vdpkg"])
    dialog = preview(person)
    assert "两边不一样 1 处" in "\n".join(each.text() for each in dialog.findChildren(type(person.window._side_name)))
    person.press("接收 1 个", inside=dialog)
    person.go("合并")
    page = person.shown(MergePage)
    assert "原来：60000 册" in person.reads()
    assert {"甲　61200 册", "乙　63000 册"} <= set(person.reads().split("\n"))
    person.press("采用乙", inside=page)
    assert "采用“63000 册”" in person.reads()
    with_copy = person.will_save_as(tmp_path / "回去.vdpkg")
    person.press("导出工作副本")
    person.window.opening.open_folder(other)
    person.wait()
    desk_of(person).take_files([with_copy])
    person.press("接收 1 个", inside=preview(person))
    person.go("合并")
    assert "两边填得不一样的 0 处" in person.reads()


def test_a_merge_is_taken_back_with_the_keyboard(person: Person, city: City, tmp_path: Path) -> None:
    folder, other = two_computers(city)
    with open_workspace(other) as opened:
        copies.export_copy(opened, tmp_path / "副本.vdpkg")
    person.window.opening.open_folder(folder)
    person.wait()
    desk_of(person).take_files([tmp_path / "副本.vdpkg"])
    person.press("接收 1 个", inside=preview(person))
    assert desk_of(person).view.assessment.entries["seats_student"].text == "220"
    desk_of(person).undo()
    person.wait()
    assert "已撤销" in person.window.strip.text
    assert desk_of(person).view.assessment.entries["seats_student"].text == "200"


def test_a_colleagues_sheet_comes_back_through_the_same_door(person: Person, city: City, tmp_path: Path) -> None:
    school = city.school()
    department_sheets.make_sheet(school, tmp_path / "人事.xlsx", only=["teachers"], name="人事")
    folder = school.folder
    city.close()
    book = openpyxl.load_workbook(tmp_path / "人事.xlsx")
    for row in book.worksheets[0].iter_rows(min_row=5):
        if row[5].value == "vd:teachers_ft":
            row[3].value = 111
    book.save(tmp_path / "回来的.xlsx")
    person.window.opening.open_folder(folder)
    person.wait()
    desk_of(person).take_files([tmp_path / "回来的.xlsx"])
    person.press("接收 1 个", inside=preview(person))
    assert "已收回 1 张分工表" in person.window.strip.text
    assert desk_of(person).view.assessment.entries["teachers_ft"].text == "111"


def test_the_bureau_sees_both_copies_and_chooses(person: Person, city: City, tmp_path: Path) -> None:
    city.received()
    bureau = city.bureau.folder
    folder, other = two_computers(city)
    files = []
    for number, place in enumerate((folder, other), start=1):
        with open_workspace(place) as opened:
            submit(opened, tmp_path / f"{number}.vdpkg")
        files.append(tmp_path / f"{number}.vdpkg")
    person.window.opening.open_folder(bureau)
    person.wait()
    assert person.window.desk is not None
    person.window.desk.take_files(files)
    person.wait()
    page = person.shown(InboxPage)
    page.table.setFocus()
    page.table.choose(1)
    person.wait()
    assert "纸质图书：60,000 册 → 63,000 册" in page.changes.text()
    person.press("接收 2 个")
    person.go("总览")
    overview = person.page
    overview.table.row_opened.emit(0)  # type: ignore[attr-defined]
    person.wait()
    person.shown(BureauSchoolPage)
    assert "第 2 版在等候" in person.reads()
    person.will_type("学校电话确认以总务处的为准")
    person.press("采用这一版")
    assert "已采用这一版" in person.window.strip.text
    assert city.folder.is_dir()
    assert FIRST in person.reads()
    person.key(Qt.Key.Key_Escape)
