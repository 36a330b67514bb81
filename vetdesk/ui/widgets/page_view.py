"""A page of a document with what is marked on it; a new mark is drawn with the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from vetdesk.models.records.about_evidence import PARTS
from vetdesk.models.records.words import _
from vetdesk.ui.theme import look

_LEAST = 6
"""Pixels that a rectangle must be wide and high; less is a slip of the hand."""


class PageView(QWidget):
    """Shows a picture as large as it fits; `area_drawn` tells a rectangle (left, top, right, bottom in thousandths)."""

    area_drawn = Signal(list)

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.setFixedSize(size)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("页面"))
        self._picture = QPixmap()
        self._marks: list[tuple[int, list[int]]] = []
        self._start: QPoint | None = None
        self._end = QPoint()
        self.note = _("正在打开…")

    def side(self) -> int:
        """Pixels of the screen that the longer side takes."""
        return int(max(self.width(), self.height()) * self.devicePixelRatioF())

    def show_picture(self, picture: QImage | None) -> None:
        """Show a page, or say that there is none to see."""
        self._picture = QPixmap.fromImage(picture) if picture is not None else QPixmap()
        self.note = "" if picture is not None else _("没有预览")
        self.setCursor(Qt.CursorShape.CrossCursor if picture is not None else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_marks(self, marks: Sequence[tuple[int, list[int]]]) -> None:
        """Show numbered rectangles of this page."""
        self._marks = list(marks)
        self.update()

    def _place(self) -> QRect:
        """Where the picture lies."""
        if self._picture.isNull():
            return QRect()
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPoint((self.width() - size.width()) // 2, 0), size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        if place.isNull():
            painter.setPen(QColor(look.colours.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.note)
            return
        painter.drawPixmap(place, self._picture)
        painter.setPen(QPen(QColor(look.colours.accent), 2))
        for number, area in self._marks:
            left, top, right, bottom = area
            box = QRect(
                QPoint(place.x() + left * place.width() // PARTS, place.y() + top * place.height() // PARTS),
                QPoint(place.x() + right * place.width() // PARTS, place.y() + bottom * place.height() // PARTS),
            )
            painter.drawRect(box)
            painter.drawText(box.topLeft() + QPoint(4, 16), str(number))
        if self._start is not None:
            painter.setPen(QPen(QColor(look.colours.accent), 1, Qt.PenStyle.DashLine))
            painter.drawRect(QRect(self._start, self._end).normalized())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._place().contains(event.position().toPoint()):
            self._start = self._end = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._end = event.position().toPoint()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            return
        place = self._place()
        box = QRect(self._start, event.position().toPoint()).normalized().intersected(place)
        self._start = None
        self.update()
        if box.width() < _LEAST or box.height() < _LEAST:
            return
        area = [
            (box.left() - place.x()) * PARTS // place.width(), (box.top() - place.y()) * PARTS // place.height(),
            (box.right() - place.x()) * PARTS // place.width(), (box.bottom() - place.y()) * PARTS // place.height(),
        ]  # fmt: skip
        self.area_drawn.emit([min(max(each, 0), PARTS) for each in area])
