"""The frame of every page: a title, one line that says where the person stands, meters, at most two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vetdesk.ui.widgets.parts import Meter, column, label


class Page(QWidget):
    """A page. Subclasses fill `body` and say `show_view` for what they draw."""

    def __init__(self, title: str, *, scroll: bool = True) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setMinimumSize(640, 440)
        self._title = label(title, "title", wrap=False)
        self._line = label("", "muted")
        self._side = QHBoxLayout()
        self._side.setSpacing(12)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addLayout(column(self._title, self._line, spacing=2), 1)
        head.addLayout(self._side)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 14, 20, 12)
        outer.setSpacing(12)
        outer.addLayout(head)
        if scroll:
            inside = QWidget()
            inside.setObjectName("scrollBody")
            self.body.setContentsMargins(0, 0, 8, 0)
            inside.setLayout(self.body)
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            area.setWidget(inside)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            outer.addWidget(area, 1)
        else:
            self.body.setContentsMargins(0, 0, 0, 0)
            outer.addLayout(self.body, 1)

    def say_title(self, text: str) -> None:
        """Change the title."""
        self._title.setText(text)

    def say_line(self, text: str) -> None:
        """Where the person stands."""
        self._line.setText(text)

    def put_meter(self, meter: Meter) -> None:
        """Put a meter at the top."""
        self._side.addWidget(meter)

    def put_button(self, button: QPushButton) -> None:
        """Put one of the (at most two) buttons at the top."""
        self._side.addWidget(button)

    def entered(self) -> None:
        """The person came to this page; where the keyboard should be."""
