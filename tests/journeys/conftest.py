"""A window for journeys, and a documents folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.journeys.person import Person
from vetdesk.ui import files, theme
from vetdesk.ui.main_window import MainWindow


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """A person before the start page."""

    def documents() -> Path:
        return tmp_path / "documents"

    monkeypatch.setattr(files, "documents", documents)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dress(app, dark=False)
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_start()
    window.show()

    with qtbot.waitActive(window, timeout=5000):
        window.activateWindow()
    made = Person(window, monkeypatch)
    made.wait()
    yield made
    made.wait()
    window.close()
