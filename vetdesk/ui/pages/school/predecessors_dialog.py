"""The last figures of the schools this one was merged from, side by side, and the sums that are offered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from vetdesk.models.operations.predecessors import Together
from vetdesk.models.packs.typed import grouped
from vetdesk.models.records.facts import UNFILLED
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class PredecessorsDialog(QDialog):
    """Tells which sums are to be put in as last year's figures (`wanted`: ids)."""

    wanted = Signal(list)

    def __init__(self, found: Together, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("合并前各校去年的数"))
        self.resize(860, 560)
        self._found = found
        self.table = Table(_("合并前各校去年的数"))
        self.table.fill(
            (_("数据项"), _("单位"), *found.schools, _("合计"), _("现在的去年数")),
            [
                (
                    Item(each.name), Item(each.unit), *(Item(part, number=True) for part in each.parts),
                    Item(grouped(each.total.text) if each.total else "—", number=True, role="met" if each.total else ""),
                    Item(grouped(each.now.text) if each.now != UNFILLED else "—", number=True),
                )
                for each in found.figures
            ],
            stretch=0,
        )  # fmt: skip
        said = _("只有人数、面积、册数、金额这样的数有合计，而且各校都填了才有。选中几行就只填这几项，不选就填全部。")
        if found.missing:
            said = _("还缺 {names} 的文件夹，没有合计。").format(names=_("、").join(found.missing))
        self.take = button(_("填入去年的数"), self._take, kind="primary")
        self.take.setEnabled(any(each.total for each in found.figures))
        foot = row(self.take, button(_("返回"), self.reject), spacing=8)
        foot.insertStretch(0, 1)
        outer = column(label(said, "muted"), self.table, foot, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)

    def _take(self) -> None:
        rows = self.table.chosen()
        every = range(len(self._found.figures))
        chosen = [self._found.figures[at] for at in (rows if len(rows) > 1 else every)]
        self.wanted.emit([each.fact for each in chosen if each.total])
        self.accept()
