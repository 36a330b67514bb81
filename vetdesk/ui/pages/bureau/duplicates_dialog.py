"""Evidence that is the same, or looks the same, at two schools: the pairs, and both pictures of the one chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from vetdesk.models.operations.duplicates import Kind, Pair
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table

SIDE = 300
"""Width and height of a picture, in points."""


class DuplicatesDialog(QDialog):
    """Tells which two contents are to be shown (SHA-256 both, pixels)."""

    pictures_requested = Signal(str, str, int)

    def __init__(self, pairs: Sequence[Pair], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("佐证材料查重"))
        self.resize(1060, 640)
        self._pairs = pairs
        self.table = Table(_("佐证材料查重"))
        self.table.row_chosen.connect(self._chosen)
        roles = {Kind.SAME: "unmet", Kind.ALIKE: "warn", Kind.AGAIN: ""}
        self.table.fill(
            (_("哪一种"), _("学校"), _("材料"), _("另一处"), _("材料"), _("任务")),
            [
                (
                    Item(each.kind.word, role=roles[each.kind]), Item(each.first.school, tip=each.first.proves),
                    Item(each.first.label), Item(each.second.school, tip=each.second.proves),
                    Item(each.second.label), Item(each.second.round),
                )
                for each in pairs
            ],
            stretch=2,
        )  # fmt: skip
        self.pictures = (QLabel(), QLabel())
        for each in self.pictures:
            each.setFixedHeight(SIDE)
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        both = row(*self.pictures, spacing=12)
        said = (
            _("共 {count} 对。同一份材料不一定有问题：请看一眼再下结论。").format(count=len(pairs))
            if pairs
            else _("没有两校相同或看着一样的材料，也没有往年交过的。")
        )
        export = button(_("导出 Excel…"), self.table.export)
        export.setEnabled(bool(pairs))
        foot = row(export, button(_("关闭"), self.accept), spacing=8)
        foot.insertStretch(0, 1)
        outer = column(label(said, "muted"), self.table, both, foot, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)

    def _chosen(self, at: int) -> None:
        pair = self._pairs[at]
        side = int(SIDE * self.devicePixelRatioF())
        self.pictures_requested.emit(pair.first.sha256, pair.second.sha256, side)

    def show_pictures(self, found: Sequence[QImage | None]) -> None:
        """Show both pictures of the pair chosen."""
        for where, picture in zip(self.pictures, found, strict=True):
            if picture is None:
                where.setPixmap(QPixmap())
                where.setText(_("没有预览"))
                continue
            shown = QPixmap.fromImage(picture)
            shown.setDevicePixelRatio(self.devicePixelRatioF())
            where.setPixmap(shown)
