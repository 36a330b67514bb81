"""Labels, cards, buttons, badges and meters: the words of our visual language. All text is shown as plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vetdesk.models.records.verdicts import Severity, Verdict
from vetdesk.ui.theme import SEVERITY_ROLES, VERDICT_ROLES, look

if TYPE_CHECKING:
    from vetdesk.models.packs.judge import Judgement

Box = TypeVar("Box", QVBoxLayout, QHBoxLayout)


def label(text: str = "", kind: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """Plain text; never rich text, whatever it holds."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def button(text: str, pressed: Callable[[], object] | None = None, *, kind: str = "") -> QPushButton:
    """A button; `kind`: primary, link, row, choice."""
    made = QPushButton(text.replace("&", "&&"))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        made.setProperty("kind", kind)
    if pressed is not None:
        made.clicked.connect(_Press(made, pressed))
    return made


class _Press:
    """Calls a slot without Qt's `checked` argument; kept alive by its button."""

    def __init__(self, owner: QPushButton, slot: Callable[[], object]) -> None:
        self._slot = slot
        owner._press = self  # type: ignore[attr-defined]

    def __call__(self, _checked: bool = False) -> None:
        self._slot()


def card(layout: QLayout | None = None, *, kind: str = "card") -> QFrame:
    """A white card; `kind`: card, banner, hint, quiet."""
    made = QFrame()
    made.setProperty("kind", kind)
    if layout is not None:
        layout.setContentsMargins(16, 12, 16, 12)
        made.setLayout(layout)
    return made


def hairline() -> QFrame:
    """A thin line between rows."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def column(*items: QWidget | QLayout, spacing: int = 8) -> QVBoxLayout:
    """Things below each other."""
    return _filled(QVBoxLayout(), items, spacing)


def row(*items: QWidget | QLayout, spacing: int = 8) -> QHBoxLayout:
    """Things beside each other."""
    return _filled(QHBoxLayout(), items, spacing)


def _filled(made: Box, items: tuple[QWidget | QLayout, ...], spacing: int) -> Box:
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for each in items:
        if isinstance(each, QWidget):
            made.addWidget(each)
        else:
            made.addLayout(each)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item: Any = layout.takeAt(0)  # Qt gives None for what an item is not, its stubs do not say so
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


class Badge(QWidget):
    """Icon + word + colour: a verdict, everywhere the same."""

    def __init__(self, text: str = "", role: str = "unknown") -> None:
        super().__init__()
        self._text = text
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def show_text(self, text: str, role: str) -> None:
        """Change what it says."""
        if (text, role) == (self._text, self._role):
            return
        self._text, self._role = text, role
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def show_verdict(self, verdict: Verdict, *, text: str = "") -> None:
        """Say a verdict."""
        self.show_text(f"{verdict.sign} {text or verdict.word}", VERDICT_ROLES[verdict])

    def sizeHint(self) -> QSize:
        if not self._text:
            return QSize(0, 24)
        font = self.font()
        font.setBold(True)
        from PySide6.QtGui import QFontMetrics

        return QSize(QFontMetrics(font).horizontalAdvance(self._text) + 18, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._text:
            return
        text, ground = look.pair(self._role)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(self.rect(), 4, 4)
        font = self.font()
        font.setBold(True)
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(QColor(text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


def verdict_badge(judged: Judgement) -> Badge:
    """The badge of a judgement."""
    made = Badge()
    made.show_verdict(judged.verdict)
    return made


def severity_badge(severity: Severity) -> Badge:
    """The badge of a fired rule."""
    sign = {Severity.BLOCK: "✗", Severity.MUST_EXPLAIN: "!", Severity.NOTICE: "i"}[severity]
    return Badge(f"{sign} {severity.word}", SEVERITY_ROLES[severity])


class Meter(QWidget):
    """A named bar: `已填 82%` or `达标 6/9`. Filled and met are never mixed."""

    def __init__(self, name: str, *, role: str = "") -> None:
        super().__init__()
        self._name = name
        self._label = label(name, "small", wrap=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(150)
        if role:
            self._bar.setProperty("role", role)
        self.setLayout(column(self._label, self._bar, spacing=4))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, done: int, total: int) -> None:
        """Show `done` of `total`."""
        text = f"{self._name} {done}/{total}"
        if text == self.text:
            return
        self._label.setText(text)
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._bar.setAccessibleName(text)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()
