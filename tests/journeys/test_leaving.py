"""A desk that is left while it works."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.factory import City
from tests.journeys.person import Person


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
