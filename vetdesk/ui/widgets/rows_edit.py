"""A field for the rows of a table: says how many there are, and opens them; speaks like `NumberEdit`."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton

from vetdesk.models.records.words import _
from vetdesk.ui.widgets.number_edit import step_of


class RowsEdit(QPushButton):
    """`open_requested` when pressed; what was edited comes back by `take`, which tells it as `settled`."""

    typed = Signal(str)
    settled = Signal(str)
    focused = Signal()
    next_requested = Signal(int)
    open_requested = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._text = ""
        self._hint = _("未填")
        self.clicked.connect(self._pressed)

    def _pressed(self, _checked: bool = False) -> None:
        self.open_requested.emit()

    def text(self) -> str:
        """How many rows, as shown."""
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        super().setText(f"{text or self._hint}…")

    def setPlaceholderText(self, text: str) -> None:
        """What stands there while nothing is filled."""
        self._hint = text
        self.setText(self._text)

    def isModified(self) -> bool:
        """Nothing is typed here."""
        return False

    def show_kept(self, text: str) -> None:
        """Show what is stored."""
        self.setText(text)

    def settle(self) -> None:
        """Nothing waits here."""

    def take(self, text: str) -> None:
        """Tell the rows that were edited, as their stored text."""
        self.settled.emit(text)

    def say_wrong(self, *, wrong: bool) -> None:
        """Mark the field as not acceptable."""
        self.setProperty("wrong", wrong)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space opens the rows; Enter and arrows go from field to field."""
        if step_of(event):
            self.next_requested.emit(step_of(event))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
