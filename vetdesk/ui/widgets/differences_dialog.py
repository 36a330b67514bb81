"""A list of places that differ between two versions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from vetdesk.models.operations.compare_revisions import Difference
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class DifferencesDialog(QDialog):
    """What differs, side by side."""

    def __init__(self, names: tuple[str, str], found: Sequence[Difference], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("版本比较"))
        self.resize(760, 480)
        said = _("不一样的 {count} 处").format(count=len(found)) if found else _("两版完全一样。")
        self.table = Table(_("版本比较"))
        self.table.fill(
            (_("数据项"), *names), [(Item(each.name), Item(each.before), Item(each.after)) for each in found], stretch=0
        )
        self.table.setVisible(bool(found))
        close = row(button(_("返回"), self.accept))
        close.insertStretch(0, 1)
        outer = column(label(said, "heading"), self.table, close, spacing=10)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
