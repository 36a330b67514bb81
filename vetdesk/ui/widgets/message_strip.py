"""One sentence across the top of the page: what was done, or what could not be and what to do. Never a pop-up."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame

from vetdesk.models.records.words import _
from vetdesk.ui.theme import look
from vetdesk.ui.widgets.parts import button, label, row

GOOD_MILLISECONDS = 8000


class MessageStrip(QFrame):
    """Good news goes away by itself, a refusal stays until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self._text = label("", selectable=True)
        line = row(self._text, button(_("知道了"), self.hide, kind="link"))
        line.setStretch(0, 1)
        line.setContentsMargins(20, 8, 12, 8)
        self.setLayout(line)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown; '' where none is."""
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, role: str) -> None:
        """Show a sentence in a verdict's colours."""
        colour, ground = look.pair(role)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(ground))
        self.setPalette(palette)
        self._text.setStyleSheet(f"color: {colour}; font-weight: 600")
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self._timer.stop()
        if role == "met":
            self._timer.start(GOOD_MILLISECONDS)
