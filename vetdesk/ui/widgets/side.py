"""The entries of the side: a title, and at its right a count; a count that asks for action stands in a red pill."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from vetdesk.ui.theme import look

NOTE = int(Qt.ItemDataRole.UserRole) + 1
ALERT = "● "


class SideDelegate(QStyledItemDelegate):
    """Draws the count beside the title."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        note = str(index.data(NOTE) or "")
        if not note:
            return
        area: QRect = option.rect.adjusted(0, 0, -10, 0)  # type: ignore[attr-defined]
        painter.save()
        font = option.font  # type: ignore[attr-defined]
        font.setPixelSize(12)
        painter.setFont(font)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if note.startswith(ALERT):
            text = note.removeprefix(ALERT)
            width = painter.fontMetrics().horizontalAdvance(text) + 14
            pill = QRect(area.right() - width, area.center().y() - 9, width, 19)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.colours.unmet))
            painter.drawRoundedRect(pill, 9, 9)
            painter.setPen(QColor(look.colours.surface))
            painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
        else:
            painter.setPen(QColor(look.colours.muted))
            painter.drawText(area, right, note)
        painter.restore()
