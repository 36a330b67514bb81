"""A field for a figure: tells every keystroke, and that the person has finished with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

IDLE_MILLISECONDS = 800


_STEPS = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


def step_of(event: QKeyEvent) -> int:
    """1 for a key that goes on to the next field, -1 for one that goes back, 0 for any other."""
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return _STEPS.get(Qt.Key(event.key()), 0) if plain else 0


class NumberEdit(QLineEdit):
    """`typed` at every keystroke, `settled` when the field is left or 800 ms pass; only if the text changed."""

    typed = Signal(str)
    settled = Signal(str)
    focused = Signal()
    next_requested = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMaxLength(60)
        self._kept = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MILLISECONDS)
        self._idle.timeout.connect(self.settle)
        self.textEdited.connect(self._typed)

    def show_kept(self, text: str) -> None:
        """Show what is stored; it does not count as typed."""
        self._kept = text
        self._idle.stop()
        if self.text() != text:
            self.setText(text)

    def settle(self) -> None:
        """Tell what was typed, if it differs from what is stored."""
        self._idle.stop()
        if self.text() != self._kept:
            self._kept = self.text()
            self.settled.emit(self._kept)

    def say_wrong(self, *, wrong: bool) -> None:
        """Mark the field as not acceptable."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def _typed(self, text: str) -> None:
        self._idle.start()
        self.typed.emit(text)

    def event(self, event: QEvent) -> bool:
        # Ctrl+Z goes to the page's undo once the field has nothing of its own to take back.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
            and self.text() == self._kept
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.settle()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step:
            self.settle()
            if self.property("wrong") and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.selectAll()  # what is typed next replaces what cannot be taken; arrows and Tab go on
                return
            self.next_requested.emit(step)
            return
        super().keyPressEvent(event)
