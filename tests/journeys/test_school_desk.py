"""A school at its desk: a workbook, a wrong figure, an explanation, undo; and what cannot be opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit

from tests.factory import FIRST, GOOD, City
from tests.journeys.person import Person
from vetdesk.models.operations import decide, demo_city, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.words import speech
from vetdesk.models.store import workspace as workspaces
from vetdesk.ui.pages.school.checks import ChecksPage
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.pages.school.home import SchoolHome
from vetdesk.ui.pages.school.import_figures import ImportPage
from vetdesk.ui.pages.start import StartPage


@pytest.fixture
def school_folder(city: City) -> Path:
    """A filled school, closed."""
    folder = city.school().folder
    city.close()
    return folder


def test_figures_come_out_of_a_workbook(person: Person, city: City, tmp_path: Path) -> None:
    folder = city.school(filled=False).folder
    city.close()
    made = demo_city.schools(1, 5)[0]
    assert made.code == FIRST
    book = tmp_path / "报表.xlsx"
    demo_city.write_workbook(made, made.facts, book)
    person.open_school(folder)
    person.window.open_files([book])
    person.wait()
    page = person.shown(ImportPage)
    assert page.table.rows.rowCount() == len(made.facts) == 27
    person.press("取用 27 项")
    assert "已取用，改动 27 项" in person.window.strip.text
    person.go("首页")
    assert person.shown(SchoolHome).sentence.text() == "已达标：9 项全部达标。"


def test_a_wrong_figure_is_told_beside_the_field_and_not_stored(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("teachers_ft")
    person.type("很多", then=Qt.Key.Key_Return)
    person.wait()
    assert "不是数字" in person.reads()
    assert page._fact == "teachers_ft", "Enter does not go on from what cannot be taken"
    person.key(Qt.Key.Key_Down)
    assert page._fact != "teachers_ft"
    with_stored = page._view
    assert with_stored is not None
    assert with_stored.standing.assessment.entries["teachers_ft"].text == GOOD["teachers_ft"]


def test_enter_goes_on_from_a_table(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("majors")
    assert page._fact == "majors"
    person.key(Qt.Key.Key_Return)
    assert page._fact == "staff_total"
    person.key(Qt.Key.Key_Up)
    assert page._fact == "majors"


def test_arrows_never_change_an_answer(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("pack_class")
    edit = page._rows["pack_class"].edit
    person.key(Qt.Key.Key_1)
    assert edit.text() == "一般类"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_End):
        person.key(key)
    assert edit.text() == "一般类"
    person.key(Qt.Key.Key_Down)
    assert (edit.text(), page._fact != "pack_class") == ("一般类", True)
    page.go_to("pack_class")
    person.key(Qt.Key.Key_Delete)
    assert edit.text() == ""


def test_an_edit_is_taken_back_with_the_keyboard_after_a_restart(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("land_owned")
    person.type("39999.99", then=Qt.Key.Key_Return)
    person.wait()
    person.window.leave_workspace()
    person.wait()
    person.open_school(school_folder)
    assert "未达标" in person.shown(SchoolHome).sentence.text()
    assert "用地 9,500.01 ㎡" in person.shown(SchoolHome).sentence.text()
    desk = person.window.desk
    assert desk is not None
    person.window._replay("undo")
    person.wait()
    assert "已撤销：学校产权占地面积" in person.window.strip.text
    assert person.shown(SchoolHome).sentence.text() == "已达标：9 项全部达标。"


def test_an_explanation_opens_the_way_to_submit(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    person.shown(FillPage).go_to("books_print")
    person.type("1200", then=Qt.Key.Key_Return)
    person.wait()
    person.go("上报")
    assert "需说明 1 项" in person.reads()
    person.press("去校验")
    page = person.shown(ChecksPage)
    from PySide6.QtWidgets import QLineEdit

    field = page.findChildren(QLineEdit)[0]
    person.type("books were moved", into=field, then=Qt.Key.Key_Return)
    person.wait()
    person.go("上报")
    assert "需说明 0 项" in person.reads()


def test_a_workspace_open_elsewhere_is_refused_in_one_sentence(person: Person, city: City) -> None:
    folder = city.school().folder
    person.window.opening.open_folder(folder)
    person.wait()
    person.shown(StartPage)
    assert "正在被" in person.window.strip.text


def test_a_workspace_of_a_newer_version_is_refused_untouched(person: Person, school_folder: Path) -> None:
    database = school_folder / workspaces.DATABASE
    content = bytearray(database.read_bytes())
    content[60:64] = (workspaces.SCHEMA + 1).to_bytes(4, "big")
    database.write_bytes(content)
    person.window.opening.open_folder(school_folder)
    person.wait()
    assert "由新版程序建立" in person.window.strip.text
    assert database.read_bytes() == bytes(content)


def test_a_file_that_is_no_package_is_refused_on_the_start_page(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "照片.vdpkg"
    file.write_bytes(b"\xff\xd8\xff holiday")
    person.window.open_files([file])
    person.wait()
    person.shown(StartPage)
    assert "不是职教达标生成的文件" in person.window.strip.text


def test_the_window_speaks_english(person: Person, school_folder: Path) -> None:
    speech.choose("en")
    person.open_school(school_folder)
    home = person.shown(SchoolHome)
    assert home.sentence.text().startswith("Met")
    desk = person.window.desk
    assert desk is not None
    for entry in desk.entries():
        person.window.go_to(entry.key)
        person.wait()
        assert entry.title.isascii(), entry.title


def test_a_field_is_found_by_initials_and_arithmetic_is_worked_out(person: Person, school_folder: Path) -> None:
    person.open_school(school_folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.search.setFocus()
    person.type("zrjs", then=Qt.Key.Key_Return)
    person.wait()
    assert page._fact == "teachers_ft"
    person.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    person.type("60+")
    assert "看不懂" not in person.reads()
    person.type("25")
    assert "= 85" in person.reads()
    person.key(Qt.Key.Key_Return)
    person.wait()
    assert page._seen.entries["teachers_ft"].text == "85"


def test_one_press_says_there_is_none(person: Person, city: City) -> None:
    folder = city.school(filled=False).folder
    city.close()
    person.open_school(folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("land_staff_housing")
    person.wait()
    person.press("没有（0）")
    person.wait()
    assert page._seen.entries["land_staff_housing"].text == "0"
    assert "没有（0）" not in person.reads()
    page.go_to("land_owned")
    person.wait()
    assert "没有（0）" not in person.reads()


def test_a_section_takes_over_last_year(person: Person, city: City) -> None:
    school = city.school(filled=False)
    set_figures(school, {"teachers_ft": "60", "staff_total": "70"}, year="last")
    folder = school.folder
    city.close()
    person.open_school(folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("students_ft")
    assert not page.take_over.isVisible()
    page.go_to("teachers_ft")
    person.press("本栏沿用去年")
    person.wait()
    assert "已沿用去年 2 项" in person.window.strip.text
    assert page._seen.entries["staff_total"].text == "70"
    assert not page.take_over.isVisible()
    assert "取自 去年数据" in person.reads()


def test_an_explanation_is_written_beside_the_field(person: Person, city: City) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "30"}, year="last")
    rules = [each.rule for each in standing(school).unexplained() if "teachers_ft" in each.rule.facts]
    folder = school.folder
    city.close()
    person.open_school(folder)
    person.go("填报")
    page = person.shown(FillPage)
    page.go_to("teachers_ft")
    person.wait()
    [edit] = [each for each in page.findChildren(QLineEdit) if each.accessibleName() == "说明" and each.isVisible()][:1]
    edit.setFocus()
    person.type("合并了一所学校", then=Qt.Key.Key_Tab)
    person.wait()
    assert page._view is not None
    assert page._view.standing.explanations[rules[0].id] == "合并了一所学校"


def test_what_was_returned_stands_at_its_field(person: Person, city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "与教师名册不一致"}, due="2026-09-25")
    receive.receive(city.school(), [city.reply()])
    folder = city.school().folder
    city.close()
    person.open_school(folder)
    person.go("填报")
    page = person.shown(FillPage)
    marked = [page.sections.item(at).text() for at in range(page.sections.count())]
    assert [each for each in marked if "退回" in each] == [each for each in marked if each.startswith("教师")]
    page.go_to("teachers_ft")
    person.wait()
    assert "主管部门退回：与教师名册不一致（2026-09-25 前改好）" in person.reads()


def test_somebody_else_goes_on(person: Person, school_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person.open_school(school_folder)
    asked: list[list[str]] = []

    def answer(_parent: object, _title: str, _text: str, names: list[str], *_more: object) -> tuple[str, bool]:
        asked.append(names)
        return "王丽", True

    monkeypatch.setattr(QInputDialog, "getItem", answer)
    desk = person.window.desk
    assert desk is not None
    dict(desk.tools())["换填报人…"]()
    person.wait()
    assert asked == [["填报"]]
    assert "现在的填报人：王丽" in person.window.strip.text
    assert "填报人：王丽" in desk.names()[1]
