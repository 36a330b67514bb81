"""A bureau merges two schools in the window, and the merged school takes the sums."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from tests.factory import FIRST, SECOND, City
from tests.journeys.person import Person
from vetdesk.models.operations import lineage
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.store import figures, register
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.desks import school_desk
from vetdesk.ui.pages.bureau.lineage_dialog import LineageDialog
from vetdesk.ui.pages.bureau.register import RegisterPage
from vetdesk.ui.pages.school.predecessors_dialog import PredecessorsDialog

NEW = "3641990099"


def dialog_of(kind: type[QDialog]) -> QDialog:
    """The dialog that is open."""
    [found] = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
    return found


def test_two_schools_are_merged_and_it_is_taken_back(person: Person, city: City) -> None:
    folder = city.bureau.folder
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    person.go("学校名录")
    page = person.shown(RegisterPage)
    page.table.selectAll()
    person.press("学校变更…")
    person.wait()
    dialog = dialog_of(LineageDialog)
    assert isinstance(dialog, LineageDialog)
    person.press("看看会怎样", inside=dialog)
    person.wait()
    assert "合并要有" in dialog.wrong.text()
    assert not dialog.sure.isEnabled()
    dialog.type_target(0, NEW, "丙校（虚构）")
    dialog.day.setText("2026-08-31")
    person.press("看看会怎样", inside=dialog)
    person.wait()
    assert "新增 丙校（虚构）" in dialog.lines.text()
    person.press("记下这次变更", inside=dialog)
    person.wait()
    assert dialog.history.rows.rowCount() == 1
    assert [page.table.rows.item(at, 0).text for at in range(page.table.rows.rowCount())] == [NEW]
    assert not dialog.sure.isEnabled(), "it is not recorded twice"
    dialog.history.choose(0)
    person.press("撤销选中的变更", inside=dialog)
    person.wait()
    assert "已撤销" in dialog.history.rows.item(0, 0).text
    assert page.table.rows.rowCount() == 2
    dialog.accept()


def test_a_merged_school_puts_the_sums_in(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [city.school().folder, city.school(SECOND).folder]
    change = lineage.RegisterChange(
        lineage.Kind.MERGE, (FIRST, SECOND), (lineage.Target(NEW, "丙校（虚构）"),), "2026-08-31"
    )
    lineage.record(city.bureau, change)
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), tmp_path / "任务.vdpkg")
    city.close()
    open_campaign(tmp_path / "丙校", read_campaign(tmp_path / "任务.vdpkg"), unit=NEW).close()
    person.open_school(tmp_path / "丙校")
    answers = iter([*folders, None])
    monkeypatch.setattr(school_desk, "ask_folder", lambda *_details: next(answers))
    desk = person.window.desk
    assert isinstance(desk, school_desk.SchoolDesk)
    desk.ask_predecessors()
    person.wait()
    dialog = dialog_of(PredecessorsDialog)
    assert isinstance(dialog, PredecessorsDialog)
    assert dialog.table.rows.rowCount() > 5
    person.press("填入去年的数", inside=dialog)
    person.wait()
    person.window.close()
    with open_workspace(tmp_path / "丙校") as school:
        last = figures.read(school, register.newest_round(school), NEW, year=figures.LAST)
    assert last["students_ft"].text == "3000"
