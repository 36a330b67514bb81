"""The evidence as small pictures; only those on the screen are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem

from vetdesk.models.records.words import _
from vetdesk.models.store.evidence import Evidence
from vetdesk.ui.theme import look

SIDE = 132
"""Width and height of a picture, in points."""
_SHA = Qt.ItemDataRole.UserRole
_WAIT_MILLISECONDS = 80


class EvidenceThumbnails(QListWidget):
    """Tells which pictures it wants (contents by SHA-256), which piece was chosen and which is to be opened."""

    pictures_wanted = Signal(list)
    row_chosen = Signal(int)
    row_opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("佐证材料缩略图"))
        self.setProperty("kind", "plain")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 28, SIDE + 56))
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._icons: dict[str, QIcon] = {}
        self._asked: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MILLISECONDS)
        self._soon.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())
        self.currentRowChanged.connect(lambda at: self.row_chosen.emit(at) if at >= 0 else None)
        self.itemActivated.connect(lambda item: self.row_opened.emit(self.row(item)))

    def fill(self, pieces: Sequence[Evidence]) -> None:
        """Show these pieces; pictures that were read are kept."""
        chosen = self.currentRow()
        self.blockSignals(True)
        self.clear()
        for each in pieces:
            item = QListWidgetItem(
                self._icons.get(each.sha256) or _by_name(each.label, self.devicePixelRatioF()), each.label
            )
            item.setData(_SHA, each.sha256)
            item.setToolTip("\n".join((each.label, *each.about.lines())))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            self.addItem(item)
        self.setCurrentRow(min(chosen, self.count() - 1))
        self.blockSignals(False)
        if self.isVisible():
            self._soon.start()

    def side(self) -> int:
        """Pixels of the screen that a picture takes."""
        return int(SIDE * self.devicePixelRatioF())

    def chosen(self) -> list[int]:
        """Numbers of the pieces that are selected."""
        return sorted(self.row(each) for each in self.selectedItems())

    def wake(self) -> None:
        """Ask for what is on the screen: it is shown now."""
        self._soon.start()

    def _ask(self) -> None:
        seen = self.viewport().rect()
        wanted = [
            str(item.data(_SHA))
            for item in map(self.item, range(self.count()))
            if seen.intersects(self.visualItemRect(item)) and item.data(_SHA) not in self._asked
        ]
        if wanted:
            self._asked.update(wanted)
            self.pictures_wanted.emit(list(dict.fromkeys(wanted)))

    def show_pictures(self, found: Mapping[str, QImage | None]) -> None:
        """Put pictures into their places; a piece without one keeps the sign of its kind."""
        for sha256, picture in found.items():
            if picture is not None:
                self._icons[sha256] = _icon(_framed(picture, self.devicePixelRatioF()))
        for item in map(self.item, range(self.count())):
            icon = self._icons.get(str(item.data(_SHA)))
            if icon is not None and item.data(_SHA) in found:
                item.setIcon(icon)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()


def _icon(picture: QPixmap) -> QIcon:
    """An icon that is not tinted when it is selected."""
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made


def _blank(ratio: float) -> QPixmap:
    made = QPixmap(int(SIDE * ratio), int(SIDE * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


def _framed(picture: QImage, ratio: float) -> QPixmap:
    """A picture in the middle of a square, so that names stand in lines."""
    made = _blank(ratio)
    painter = QPainter(made)
    width, height = picture.width() / ratio, picture.height() / ratio
    small = QPixmap.fromImage(picture)
    small.setDevicePixelRatio(ratio)
    painter.drawPixmap(int((SIDE - width) / 2), int((SIDE - height) / 2), small)
    painter.end()
    return made


def _by_name(label: str, ratio: float) -> QIcon:
    """A sheet with the ending of the name, where there is no picture."""
    made = _blank(ratio)
    text, ground = look.pair("unknown")
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(24, 8, SIDE - 48, SIDE - 16, 6, 6)
    painter.setPen(QColor(text))
    font = QFont()
    font.setBold(True)
    font.setPixelSize(18)
    painter.setFont(font)
    ending = PurePath(label).suffix[1:6].upper() or "?"
    painter.drawText(24, 8, SIDE - 48, SIDE - 16, int(Qt.AlignmentFlag.AlignCenter), ending)
    painter.end()
    return _icon(made)
