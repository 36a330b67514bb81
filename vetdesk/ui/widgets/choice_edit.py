"""A field for one of a few words (an answer, yes or no, a class): speaks like `NumberEdit`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from vetdesk.ui.widgets.number_edit import step_of

_MOVES = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip


class ChoiceEdit(QComboBox):
    """`typed` and `settled` when the person chooses; the first, empty choice means not filled."""

    typed = Signal(str)
    settled = Signal(str)
    focused = Signal()
    next_requested = Signal(int)

    def __init__(self, name: str, choices: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItem("", "")
        for each in choices:
            self.addItem(each, each)
        self._kept = ""
        self.activated.connect(self._chosen)

    def text(self) -> str:
        """The word chosen; '' for none."""
        return str(self.currentData() or "")

    def setText(self, text: str) -> None:
        """Choose a word without telling it."""
        at = self.findData(text)
        if at < 0 and text:
            self.addItem(text, text)
            at = self.count() - 1
        self.setCurrentIndex(max(at, 0))

    def setPlaceholderText(self, text: str) -> None:
        self.setItemText(0, text)

    def isModified(self) -> bool:
        """Whether something was chosen that is not stored."""
        return self.text() != self._kept

    def show_kept(self, text: str) -> None:
        """Show what is stored."""
        self._kept = text
        self.setText(text)

    def settle(self) -> None:
        """Tell what was chosen, if it differs from what is stored."""
        if self.isModified():
            self._kept = self.text()
            self.settled.emit(self._kept)

    def say_wrong(self, *, wrong: bool) -> None:
        """Mark the field as not acceptable."""
        self.setProperty("wrong", wrong)

    def _chosen(self, _at: int) -> None:
        self.typed.emit(self.text())
        self.settle()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from field to field and never change an answer; 1 to 9 choose, Delete clears, Space opens."""
        key = event.key()
        number = key - Qt.Key.Key_0
        if step_of(event):
            self.settle()
            self.next_requested.emit(step_of(event))
        elif 1 <= number < min(self.count(), 10) or key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.setCurrentIndex(max(number, 0) if number < 10 else 0)
            self._chosen(self.currentIndex())
        elif key in _MOVES:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change an answer
