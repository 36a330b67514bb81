"""The closed loop through the real window: publish → fill → submit → receive → inspect → review → feedback."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.factory import FIRST, GOOD, NINE_FACTS, QUESTIONS, pdf
from tests.journeys.person import Person
from vetdesk.models.records.verdicts import Verdict
from vetdesk.ui.pages.bureau.inbox import InboxPage
from vetdesk.ui.pages.bureau.inspections import InspectionsPage
from vetdesk.ui.pages.bureau.overview import OverviewPage
from vetdesk.ui.pages.bureau.publish import PublishPage
from vetdesk.ui.pages.bureau.register import RegisterPage
from vetdesk.ui.pages.bureau.school import BureauSchoolPage
from vetdesk.ui.pages.bureau.set_up import SetUpPage
from vetdesk.ui.pages.inspector.hand_back import HandBackPage
from vetdesk.ui.pages.inspector.review import ReviewPage
from vetdesk.ui.pages.school.choose_school import ChooseSchoolPage
from vetdesk.ui.pages.school.evidence import EvidencePage
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.pages.school.findings import FindingsPage
from vetdesk.ui.pages.school.home import SchoolHome
from vetdesk.ui.pages.school.rows_dialog import RowsDialog
from vetdesk.ui.pages.school.submit import SubmitPage
from vetdesk.ui.pages.start import StartPage
from vetdesk.ui.widgets.choice_edit import ChoiceEdit
from vetdesk.ui.widgets.parts import Badge
from vetdesk.ui.widgets.rows_edit import RowsEdit

CHOICES = {**dict.fromkeys(QUESTIONS, "符合"), "pack_class": "一般类", "enrol_right": "是"}
MAJORS = "专业名称\t专业大类代码\t在校生\t相关专业中级以上专任教师\n机电技术应用\t66\t600\t6\n会计事务\t73\t800\t8\n"


def register_workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["学校标识码", "学校名称", "县（市、区）"])
    sheet.append([FIRST, "甲县第一职专（虚构）", "睢　县"])
    sheet.append(["364199000", "少一位（虚构）", "睢县"])
    path = folder / "名录.xlsx"
    book.save(path)
    return path


def test_a_city_goes_through_the_loop(person: Person, tmp_path: Path) -> None:
    campaign = publish_a_round(person, tmp_path)
    submission, school = fill_and_submit(person, tmp_path, campaign)
    receive_and_confirm(person, tmp_path, submission)
    task = assign_an_inspection(person, tmp_path)
    review = inspect_on_site(person, tmp_path, task)
    reply = receive_the_review_and_reply(person, tmp_path, review)
    see_the_finding(person, school, reply)


def publish_a_round(person: Person, folder: Path) -> Path:
    person.press("我是主管部门")
    page = person.shown(SetUpPage)
    person.type("测试市教体局（虚构）", into=page.name)
    person.type("张经办", into=page.officer)
    person.press("建立")
    person.shown(OverviewPage)
    person.go("学校名录")
    register = person.shown(RegisterPage)
    register.take_files([register_workbook(folder)])
    person.wait()
    assert "可以导入 1 所，不能导入 1 所" in register.said.text()
    assert "9 位" in register.doubts.rows.item(0, 2).text
    person.press("导入 1 所")
    person.go("年度任务")
    publish = person.shown(PublishPage)
    assert publish.deciding.currentData() == "cn_db_2022_zz"
    target = person.will_save_as(folder / "任务包.vdpkg")
    person.press("生成任务包")
    assert "已生成" in person.reads()
    assert target.is_file()
    person.window.leave_workspace()
    person.wait()
    return target


def fill_and_submit(person: Person, folder: Path, campaign: Path) -> tuple[Path, Path]:
    person.shown(StartPage)
    person.window.open_files([campaign])
    person.wait()
    choose = person.shown(ChooseSchoolPage)
    person.type("jxdyzz", into=choose.search)
    assert choose.go.isEnabled()
    person.type("王丽", into=choose.person)
    person.press("开始填报")
    home = person.shown(SchoolHome)
    assert home.sentence.text() == "数据不全，还不能下结论：13 项没填。"
    person.press("继续填报")
    fill = person.shown(FillPage)
    type_the_form(person, fill, {**GOOD, "land_owned": "70亩", "students_ft": "1,400", "students_total": "1400"})
    assert person.window.strip.text == ""
    person.go("首页")
    assert home.sentence.text() == "已达标：9 项全部达标。"
    person.go("填报")
    fill.go_to("land_owned")
    person.type("60亩", then=Qt.Key.Key_Return)
    person.wait()
    person.go("首页")
    assert "还差：用地 6,200 ㎡" in home.sentence.text()
    assert "或全日制在校生不超过 1,212 人" in person.reads()
    person.go("佐证材料")
    evidence = person.shown(EvidencePage)
    evidence.take_files([pdf(folder, "不动产权证.pdf")])
    person.wait()
    assert evidence.table.rows.item(0, 0).text == "不动产权证.pdf"
    person.go("上报")
    submit = person.shown(SubmitPage)
    target = person.will_save_as(folder / "上报包.vdpkg")
    person.press("生成上报包")
    assert "已生成，检查无误" in person.reads()
    assert submit.table.rows.item(0, 3).text == "已生成，待回执"
    desk = person.window.desk
    assert desk is not None
    school = Path(desk.view.folder)
    person.window.leave_workspace()
    person.wait()
    return target, school


def type_the_form(
    person: Person, fill: FillPage, facts: dict[str, str], *, paste: Callable[[], None] | None = None
) -> None:
    """Every figure and answer by keyboard, Enter after each, section after section; the majors come from a sheet.

    `paste` puts them in otherwise than by `paste_rows`.
    """
    form = [each.id for each in fill._seen.form()]
    fill.go_to(form[0])
    sections = {each.id: each.section for each in fill._seen.form()}
    order = sorted(form, key=lambda name: list(dict.fromkeys(sections.values())).index(sections[name]))
    for name in order:
        assert fill._fact == name
        edit = fill._rows[name].edit
        if isinstance(edit, RowsEdit):
            if paste is None:
                paste_rows(person, MAJORS)
            else:
                paste()
            assert edit.text() == "2 行"
        elif isinstance(edit, ChoiceEdit):
            choose(person, edit, CHOICES[name])
        else:
            person.type(facts.get(name, ""))
        person.key(Qt.Key.Key_Return)


def choose(person: Person, edit: ChoiceEdit, word: str) -> None:
    """Press the number of the word wanted."""
    at = next(at for at in range(edit.count()) if edit.itemText(at) == word)
    person.key(Qt.Key(Qt.Key.Key_0 + at))
    assert edit.text() == word


def paste_rows(person: Person, cells: str) -> None:
    """Open the table that has the keyboard, paste cells of a spreadsheet, and agree."""
    told: list[str] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RowsDialog)
        try:
            QApplication.clipboard().setText(cells)
            QTest.keyClick(dialog.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            told.append(dialog.wrong.text())
            person.press("确定", inside=dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, fill)
    person.key(Qt.Key.Key_Space)
    assert told == [""]
    person.window.activateWindow()
    person.wait()


def receive_and_confirm(person: Person, folder: Path, submission: Path) -> None:
    person.window.opening.open_folder(folder / "documents" / "职教达标数据" / "测试市教体局（虚构）")
    person.wait()
    damaged = folder / "坏了.vdpkg"
    content = bytearray(submission.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    person.window.open_files([submission, damaged])
    person.wait()
    inbox = person.shown(InboxPage)
    assert inbox.said.text() == "可以接收 1 个　待核对身份 1 个（先接收，以后核对）　没有接收 1 个"
    person.press("接收 1 个")
    assert "已接收 1 个" in inbox.said.text()
    person.go("总览")
    overview = person.shown(OverviewPage)
    assert overview.table.rows.item(0, 1).text == "待核对身份"
    assert overview.table.rows.item(0, 2).text == "未达标"
    overview.table.row_opened.emit(0)
    person.wait()
    school = person.shown(BureauSchoolPage)
    assert len(school.digits.text().replace(" ", "")) == 30
    assert "签字表核对码" in person.reads()
    assert "盖章件：没有扫描件" in person.reads()
    person.press("通过")
    assert "身份还没有核对" in person.window.strip.text
    person.press("一样")
    assert "已核对身份" in person.window.strip.text


def assign_an_inspection(person: Person, folder: Path) -> Path:
    person.go("核查")
    page = person.shown(InspectionsPage)
    page.table.selectRow(0)
    person.type("1", into=page.inspector)
    target = person.will_save_as(folder / "核查任务包.vdpkg")
    person.press("生成核查任务包")
    said = re.search(r"打开口令 ([0-9 ]{14})", person.reads())
    assert said is not None
    person.will_type(said[1])
    person.window.leave_workspace()
    person.wait()
    return target


def inspect_on_site(person: Person, folder: Path, task: Path) -> Path:
    person.window.open_files([task])
    person.wait()
    page = person.shown(ReviewPage)
    place = [page.list.item(at).text() for at in range(page.list.count())].index("· 学校产权占地面积　未核")
    page.list.setCurrentRow(place)
    person.wait()
    person.press("不一致")
    assert "没有填数字" in person.reads() or "请先填写核实值" in person.reads()
    person.type("39000", into=page.value, then=Qt.Key.Key_Return)
    person.wait()
    assert page.list.item(place).text() == "✗ 学校产权占地面积　不一致"
    assert f"{Verdict.UNMET.sign} {Verdict.UNMET.word}" in [each.text for each in badges(page)]
    person.type("实测 39000 ㎡，与申报不一致", into=page.problem, then=Qt.Key.Key_Return)
    person.wait()
    person.press("下一项")
    person.press("一致")
    person.go("签字交回")
    person.shown(HandBackPage)
    target = person.will_save_as(folder / "核查结果包.vdpkg")
    person.press("生成核查结果包")
    assert "已生成，检查无误" in person.reads()
    person.window.leave_workspace()
    person.wait()
    return target


def badges(page: ReviewPage) -> list[Badge]:

    return [each for each in page.findChildren(Badge) if each.isVisible()]


def receive_the_review_and_reply(person: Person, folder: Path, review: Path) -> Path:
    person.window.opening.open_folder(folder / "documents" / "职教达标数据" / "测试市教体局（虚构）")
    person.wait()
    person.window.open_files([review])
    person.wait()
    person.press("接收 1 个")
    person.go("总览")
    assert person.shown(OverviewPage).table.rows.item(0, 1).text == "整改中"
    person.go("整改台账")
    person.go("收件")
    target = person.will_save_as(folder / "回复.vdpkg")
    person.press("生成回执")
    assert target.is_file()
    person.window.leave_workspace()
    person.wait()
    return target


def see_the_finding(person: Person, school: Path, reply: Path) -> None:
    person.window.opening.open_folder(school)
    person.wait()
    person.window.open_files([reply])
    person.wait()
    assert "问题 1 个" in person.window.strip.text
    person.go("首页")
    assert "有 1 个核查问题未销号。" in person.reads()
    person.go("上报")
    assert person.shown(SubmitPage).table.rows.item(0, 3).text == "已接收，核对码一致"
    person.go("整改")
    person.shown(FindingsPage)
    assert "实测 39000 ㎡，与申报不一致" in person.reads()
    assert "依据：教职成〔2022〕5号" in person.reads()


def test_every_fact_of_the_nine_is_on_the_form() -> None:
    from vetdesk.models.packs import source

    pack = source.load("cn_db_2022_zz")
    assert {each.id for each in pack.needed()} == {*NINE_FACTS, "pack_class", "enrol_right"}
    assert {each.id for each in pack.form()} == {*NINE_FACTS, "pack_class", "enrol_right"}
