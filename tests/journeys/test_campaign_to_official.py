"""A round with stages and last year's figures, a dispute, an explanation returned, an accepted value corrected."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit

from tests.factory import FIRST, GOOD, City
from tests.journeys.person import Person
from vetdesk.models.operations import decide, fill, receive
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import exchange, figures
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.desks.bureau_tools import BureauTools
from vetdesk.ui.pages.bureau import publish
from vetdesk.ui.pages.bureau.publish import PublishPage
from vetdesk.ui.pages.bureau.school import BureauSchoolPage
from vetdesk.ui.pages.bureau.school_dialog import RULES, SchoolDialog
from vetdesk.ui.pages.school.checks import ChecksPage
from vetdesk.ui.pages.school.dispute_dialog import DisputeDialog
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.pages.school.findings import FindingsPage


def dialog_of(person: Person, kind: type[QDialog]) -> QDialog:
    """The dialog of this kind that is seen."""
    found: list[QDialog] = person.window.findChildren(kind)
    return next(each for each in found if each.isVisible())


def test_a_school_disputes_last_year_and_sees_what_was_decided(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(tmp_path / "city")
    bureau = city.bureau.folder
    city.close()
    book = Workbook()
    book.active.append(["unit", "students_ft", "students_total"])  # type: ignore[union-attr]
    book.active.append([FIRST, 1100, 1100])  # type: ignore[union-attr]
    book.save(tmp_path / "去年.xlsx")
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("年度任务")
    page = person.shown(PublishPage)
    monkeypatch.setattr(publish, "ask_open", lambda *_details: [])
    page.last_year.setCurrentIndex(page.last_year.findData("table"))
    page.last_year.activated.emit(0)
    assert page.last_year.currentData() == "", "nothing was chosen"
    monkeypatch.setattr(publish, "ask_open", lambda *_details: [tmp_path / "去年.xlsx"])
    page.last_year.setCurrentIndex(page.last_year.findData("table"))
    page.last_year.activated.emit(0)
    assert "去年.xlsx" in page.last_year.currentText()
    for key in ("self", "city"):
        page.stages[key][0].setChecked(True)
    task = person.will_save_as(tmp_path / "任务包.vdpkg")
    person.press("生成任务包")
    assert "已生成" in person.reads()
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_details, **_more: ("市级复核", True))
    assert person.window.desk is not None
    BureauTools(person.window.desk).ask_stage()
    person.wait()
    person.window.leave_workspace()
    person.wait()

    with open_campaign(tmp_path / "甲校", read_campaign(task), unit=FIRST, filler="王老师") as school:
        fill.set_figures(school, GOOD)
        with open_workspace(bureau) as here:
            posted, _changes = amend(here, tmp_path / "调整.vdpkg")
        receive.receive(school, [posted.path])
    home = person.open_school(tmp_path / "甲校")
    assert "【市级复核" in person.reads()
    assert home is not None
    person.go("填报")
    fill_page = person.shown(FillPage)
    fill_page.go_to("students_ft")
    person.wait()
    person.press("去年的数不对…")
    dialog = dialog_of(person, DisputeDialog)
    assert isinstance(dialog, DisputeDialog)
    dialog.sure.click()
    assert "请写出应该是多少" in dialog.wrong.text()
    dialog.value.setText("很多")
    dialog.reason.setText("去年漏报一个班")
    dialog.sure.click()
    person.wait()
    assert "不是数字" in dialog.wrong.text()
    dialog.value.setText("1120")
    dialog.sure.click()
    person.wait()
    person.go("校验")
    checks = person.shown(ChecksPage)
    assert "学校认为 1,120 人。去年漏报一个班" in person.reads()
    for edit in checks.findChildren(QLineEdit):
        if not edit.text():
            QTest.keyClicks(edit, "x")
            edit.setText("扩招")
            edit.setModified(True)
            edit.editingFinished.emit()
            person.wait()
            break
    person.window.leave_workspace()
    person.wait()

    with open_workspace(tmp_path / "甲校") as school:
        from vetdesk.models.operations.assess import standing

        for each in standing(school).unexplained():
            fill.explain(school, each.rule.id, "扩招了两个专业")
        assert figures.read(school, desk(school).round.id, FIRST, year=figures.LAST)["students_ft"].text == "1120"
        posted, _changes = submit(school, tmp_path / "上报.vdpkg")
    with open_workspace(bureau) as here:
        receive.receive(here, [posted.path])
        held = exchange.current_submission(here, desk(here).round.id, FIRST)
        assert held is not None
        decide.confirm_identity(here, FIRST, who="经办", digits=decide.digits_of(here, held.key))

    person.window.opening.open_folder(bureau)
    person.wait()
    person.window.desk.show_school(FIRST)  # type: ignore[attr-defined]
    person.wait()
    school_page = person.shown(BureauSchoolPage)
    assert "去年漏报一个班" in person.reads()
    person.press("校验与说明")
    behind = dialog_of(person, SchoolDialog)
    assert isinstance(behind, SchoolDialog)
    assert behind.tabs.currentIndex() == RULES
    behind._review(True)
    assert "请先选中" in behind.wrong.text()
    behind.rules.choose(next(at for at, (_fired, said) in enumerate(behind._file.fired) if said))
    behind._review(False)
    person.wait()
    assert "还缺什么" in behind.wrong.text()
    behind.note.setText("请附批文")
    behind._review(False)
    person.wait()
    texts = [behind.rules.rows.item(at, 3).text for at in range(behind.rules.rows.rowCount())]
    assert "✗ 已退回：请附批文" in texts
    behind._review(True)
    person.wait()
    at = next(at for at in range(behind.rules.rows.rowCount()) if "去年的数" in behind.rules.rows.item(at, 1).text)
    behind.rules.choose(at)
    behind._review(True)
    person.wait()
    assert behind.rules.rows.item(at, 3).text == "✓ 已认可"
    assert "✓ 已认可" in [behind.rules.rows.item(at, 3).text for at in range(behind.rules.rows.rowCount())]
    behind.reject()
    assert not school_page.correct.isVisible()
    person.press("通过")
    person.wait()
    assert school_page.correct.isVisible()
    names = [school_page.table.rows.item(at, 0).text for at in range(school_page.table.rows.rowCount())]
    school_page.table.choose(names.index("纸质图书"))
    answers = iter([("59000", True), ("核对账册", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_details, **_more: next(answers))
    person.press("更正审定值…")
    person.wait()
    assert "已更正" in person.window.strip.text
    person.window.leave_workspace()
    person.wait()
    with open_workspace(bureau) as here:
        answer, _changes = reply(here, tmp_path / "回执.vdpkg")
    with open_workspace(tmp_path / "甲校") as school:
        receive.receive(school, [answer.path])
    person.open_school(tmp_path / "甲校")
    person.go("整改")
    person.shown(FindingsPage)
    assert "本校填 60,000 册，审定 59,000 册　核对账册" in person.reads()
    person.press("我看过了")
    assert "✓ 已看过" in person.reads()
