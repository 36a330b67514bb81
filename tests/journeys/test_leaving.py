"""A desk that is left while it works."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.factory import FIRST, GOOD, SECOND, City
from tests.journeys.person import Person
from vetdesk.models.operations.fill import set_figures
from vetdesk.ui.desks.role_desk import RoleDesk
from vetdesk.ui.desks.school_desk import SchoolDesk


def test_leaving_while_a_job_is_under_way(person: Person, city: City) -> None:
    folder: Path = city.school().folder
    city.close()
    window = person.window
    met: list[object] = []
    window.work.error_met.connect(met.append)
    window.opening.open_folder(folder)
    person.wait()
    window.go_to("fill")
    person.wait()
    assert window.desk is not None
    window.desk.act(lambda _workspace, _progress: time.sleep(0.3))
    window.leave_workspace()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # as the event loop does
    person.wait()
    assert met == []


def test_what_comes_late_never_reaches_the_next_workspace(person: Person, city: City) -> None:
    """An edit that a page sends after another workspace was opened is not written there."""
    first, second = city.school(FIRST).folder, city.school(SECOND).folder
    city.close()
    person.open_school(first)
    old = person.window.desk
    assert isinstance(old, SchoolDesk)
    person.window.opening.open_folder(second)
    RoleDesk.act(old, lambda workspace, _progress: set_figures(workspace, {"books_print": "1"}))
    person.wait()
    person.wait()
    with_second = person.window.desk
    assert with_second is not None
    assert with_second.view.standing.unit.code == SECOND
    assert with_second.view.assessment.entries["books_print"].text == GOOD["books_print"]
