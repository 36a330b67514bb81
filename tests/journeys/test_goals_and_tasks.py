"""The officer fills goals, sends sheets to offices, takes them back, and writes briefing and meeting report."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from PySide6.QtGui import QGuiApplication

from tests.factory import City
from tests.journeys.person import Person
from vetdesk.models.store.tasks import task_notes
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui import files
from vetdesk.ui.pages.bureau import plan as plan_page
from vetdesk.ui.pages.bureau.plan import PlanPage
from vetdesk.ui.pages.bureau.plan_dialogs import RegionDialog, TaskDialog


def test_from_an_empty_plan_to_the_meeting_report(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.received()
    bureau = city.bureau.folder
    city.close()
    monkeypatch.setattr(files, "show_folder", lambda _folder: None)
    monkeypatch.setattr(files, "open_outside", lambda _path: None)
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("目标与任务")
    page = person.shown(PlanPage)
    names = [page.goals.rows.item(at, 0).text for at in range(page.goals.rows.rowCount())]
    page.goals.choose(names.index("中职在校生规模"))
    person.press("填写数据…")
    dialog = next(each for each in person.window.findChildren(RegionDialog) if each.isVisible())
    dialog.edits["students_zz"].setText("很多")
    dialog.sure.click()
    person.wait()
    assert "不是数字" in dialog.wrong.text()
    dialog.edits["students_zz"].setText("68000")
    dialog.sure.click()
    person.wait()
    assert "出自哪份文件" in dialog.wrong.text()
    dialog.document.setText("教育统计年报")
    dialog.sure.click()
    person.wait()
    at = names.index("中职在校生规模")
    assert page.goals.rows.item(at, 2).text == "68,000"
    assert page.goals.rows.item(at, 4).text == "还差中职在校生 2,000 人"
    page.tabs.setCurrentIndex(1)
    assert page.tasks.rows.rowCount() == 20
    page.tasks.choose(18)
    person.press("记一条进展…")
    note = next(each for each in person.window.findChildren(TaskDialog) if each.isVisible())
    note.sure.click()
    person.wait()
    assert "没有写进展" in note.wrong.text()
    note.text.setPlainText("附加安排比例 31%")
    note.document.setText("商财〔2026〕5号")
    note.sure.click()
    person.wait()
    assert page.tasks.rows.item(18, 2).text == "推进中"
    monkeypatch.setattr(plan_page, "ask_folder", lambda *_details: tmp_path / "表")
    person.press("生成各单位填报表…")
    made = sorted((tmp_path / "表").glob("*市财政局.xlsx"))
    book = openpyxl.load_workbook(made[0])
    assert book.active is not None
    book.active.cell(5, 4).value, book.active.cell(5, 5).value = "有困难", "缺口三百万"
    book.save(made[0])
    monkeypatch.setattr(plan_page, "ask_open", lambda *_details: made[:1])
    person.press("收回填报表…")
    assert "收下 1 份表，改动 1 条进展" in person.window.strip.text
    page.tasks.choose(0)
    person.wait()
    assert "市财政局：缺口三百万" in page.notes.text()
    assert page.tasks.rows.item(0, 2).text == "有困难"
    target = person.will_save_as(tmp_path / "会议.docx")
    person.press("会议材料…")
    said = "\n".join(each.text for each in docx.Document(str(target)).paragraphs)
    assert "市财政局：缺口三百万" in said
    target = person.will_save_as(tmp_path / "简报.docx")
    person.press("简报…")
    assert docx.Document(str(target)).paragraphs[0].text == "2026 年度达标自评情况简报"
    person.press("复制简报")
    assert "应报 2 所，已报 1 所" in QGuiApplication.clipboard().text()
    person.window.close()
    with open_workspace(bureau) as here:
        assert len(task_notes(here)) == 2
