"""The officer enters a school's figures from its workbook, and goes on in its workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from tests.factory import FIRST, City
from tests.journeys.person import Person
from vetdesk.models.operations import demo_city
from vetdesk.ui.desks import bureau_tools
from vetdesk.ui.desks.bureau_tools import BureauTools
from vetdesk.ui.pages.bureau import inbox
from vetdesk.ui.pages.bureau.inbox import InboxPage
from vetdesk.ui.pages.school.home import SchoolHome
from vetdesk.ui.widgets import watched_folder


def test_figures_are_entered_and_completed_in_the_school_s_workspace(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = demo_city.schools(1, 5)[0]
    book = tmp_path / "表.xlsx"
    demo_city.write_workbook(made, made.facts, book)
    assert city.campaign.is_file()
    folder = city.bureau.folder
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    answers = iter([[book], []])
    monkeypatch.setattr(bureau_tools, "ask_open", lambda *_details: next(answers))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_details, **_more: (f"{FIRST}　甲校（虚构）", True))
    assert person.window.desk is not None
    tools = BureauTools(person.window.desk)
    tools.ask_proxy()
    person.wait()
    assert "已代录 27 项" in person.window.strip.text
    tools.ask_proxy_workspace()
    person.wait()
    person.wait()
    assert person.shown(SchoolHome).sentence.text() == "已达标：9 项全部达标。"


def test_new_files_in_a_watched_folder_are_previewed_with_one_press(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_folder, "WAIT_MILLISECONDS", 20)
    mail = tmp_path / "微信"
    mail.mkdir()
    sent = city.submission()
    folder = city.bureau.folder
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    person.go("收件")
    page = person.shown(InboxPage)
    monkeypatch.setattr(inbox, "ask_folder", lambda *_details: mail)
    person.press("盯着一个文件夹…")
    sent.replace(mail / "上报包(1).vdpkg")
    QTest.qWait(200)
    person.press("收件文件夹里有 1 个新文件，看看")
    person.wait()
    assert "可以接收 1 个" in page.said.text()
    QTest.qWait(100)
    assert page.news.isHidden()
    person.window.leave_workspace()
    person.wait()
    person.window.opening.open_folder(folder)
    person.wait()
    person.go("收件")
    page = person.shown(InboxPage)
    QTest.qWait(100)
    assert (page.watched.folder, page.news.isHidden()) == (mail, True), "it is watched on, and nothing is new"
    person.press("不再盯着“微信”")
    assert page.watched.folder is None
