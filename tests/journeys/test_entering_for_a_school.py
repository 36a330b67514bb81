"""The officer enters a school's figures from its workbook, and goes on in its workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog

from tests.factory import FIRST, City
from tests.journeys.person import Person
from vetdesk.models.operations import demo_city
from vetdesk.ui.desks import bureau_tools
from vetdesk.ui.desks.bureau_tools import BureauTools
from vetdesk.ui.pages.school.home import SchoolHome


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
