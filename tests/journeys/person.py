"""A person at the window: finds things by the words on them, types, clicks, and waits until work is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLabel, QPushButton, QWidget

from vetdesk.ui.main_window import MainWindow
from vetdesk.ui.pages.school.home import SchoolHome

PATIENCE = 30.0
W = TypeVar("W", bound=QWidget)


class Person:
    """Drives one main window."""

    def __init__(self, window: MainWindow, patch: pytest.MonkeyPatch) -> None:
        self.window = window
        self._patch = patch

    def wait(self) -> None:
        """Until no work is under way and everything is drawn."""
        until = time.monotonic() + PATIENCE
        calm = 0
        while calm < 3:
            QApplication.processEvents()
            time.sleep(0.005)
            desk = self.window.desk
            reading = desk is not None and desk.view is None
            calm = 0 if self.window.work.busy or reading else calm + 1
            assert time.monotonic() < until, "the window is busy for too long"

    @property
    def page(self) -> QWidget:
        """The page shown."""
        return self.window.pages.currentWidget()

    def shown(self, kind: type[W]) -> W:
        """The page shown, which must be of this kind."""
        assert isinstance(self.page, kind), f"{type(self.page).__name__} is shown"
        return self.page

    def open_school(self, folder: Path) -> SchoolHome:
        """Open a school's folder."""
        self.window.opening.open_folder(folder)
        self.wait()
        return self.shown(SchoolHome)

    def go(self, title: str) -> None:
        """Choose a page by its title in the side."""
        side = self.window.side
        for at in range(side.count()):
            if side.item(at).text() == title:
                side.setCurrentRow(at)
                self.wait()
                return
        raise AssertionError(f"no page “{title}”")

    def press(self, text: str, *, inside: QWidget | None = None) -> None:
        """Press the button with this text (or beginning with it)."""
        found = [
            each
            for each in (inside or self.page).findChildren(QPushButton)
            if each.isVisible() and (each.text() == text or each.text().startswith(text))
        ]
        assert found, f"no button “{text}” on {type(self.page).__name__}"
        assert found[0].isEnabled(), f"“{text}” cannot be pressed now"
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
        self.wait()

    def type(self, text: str, *, into: QWidget | None = None, then: Qt.Key | None = None) -> None:
        """Type on the keyboard, into what has it or `into`; `then` presses one more key."""
        target = into or QApplication.focusWidget() or self.window.focusWidget()
        assert target is not None, "nothing has the keyboard"
        if into is not None:
            into.setFocus()
        for char in text:
            if char.isascii():
                QTest.keyClicks(target, char)
            else:  # an input method commits what has no key of its own
                commit = QInputMethodEvent()
                commit.setCommitString(char)
                QApplication.sendEvent(target, commit)
        if then is not None:
            QTest.keyClick(target, then)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window.focusWidget() or self.window, key, modifier)
        self.wait()

    def will_type(self, text: str) -> None:
        """What is typed into the next question that asks for a line."""
        self._patch.setattr(QInputDialog, "getText", lambda *_details, **_more: (text, True))

    def will_save_as(self, path: Path) -> Path:
        """The next question where to save is answered with `path`."""

        def answer(*_details: object, **_more: object) -> tuple[str, str]:
            return str(path), ""

        self._patch.setattr(QFileDialog, "getSaveFileName", answer)
        return path

    def reads(self) -> str:
        """All words on the page that can be seen, and the sentence across the top."""
        return "\n".join([self.window.strip.text, *self._texts()])

    def _texts(self) -> Iterator[str]:
        for each in self.page.findChildren(QLabel):
            if each.isVisible():
                yield each.text()
