"""Recording that schools merge, split, are renamed or moved: said first, then done in one act, and reversible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from vetdesk.models.operations.lineage import Kind, RegisterChange, Target
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.words import _
from vetdesk.models.store.register import Lineage, UnitRecord
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table

_TARGETS = 4


class LineageDialog(QDialog):
    """Tells what is to be previewed, recorded, or taken back."""

    preview_requested = Signal(object)
    record_requested = Signal(object)
    undo_requested = Signal(str)

    def __init__(self, units: Sequence[UnitRecord], chosen: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("学校变更"))
        self.resize(860, 640)
        self._ids: list[str] = []
        self.kind = QComboBox()
        self.kind.setAccessibleName(_("变更"))
        for each in Kind:
            self.kind.addItem(each.word, each)
        self.sources = QListWidget()
        self.sources.setProperty("kind", "plain")
        self.sources.setAccessibleName(_("原来的学校"))
        self.targets = QTableWidget(_TARGETS, 2)
        self.targets.setAccessibleName(_("以后的学校"))
        self.targets.setHorizontalHeaderLabels([_("学校标识码"), _("学校名称")])
        self.targets.horizontalHeader().setStretchLastSection(True)
        self.targets.verticalHeader().hide()
        self.targets.setColumnWidth(0, 130)
        self.targets.setMaximumHeight(170)
        self.county = QComboBox()
        self.county.setAccessibleName(_("县（市、区）"))
        self.county.addItem(_("不变"), "")
        for code, text in DISTRICTS.items():
            self.county.addItem(text, code)
        self.day = QLineEdit(dt.datetime.now(dt.UTC).astimezone().date().isoformat())
        self.day.setAccessibleName(_("从哪天起"))
        self.document = QLineEdit()
        self.document.setAccessibleName(_("文件（文号）"))
        form = QFormLayout()
        form.addRow(_("变更"), self.kind)
        form.addRow(_("以后的学校"), self.targets)
        form.addRow(_("县（市、区）"), self.county)
        form.addRow(_("从哪天起"), self.day)
        form.addRow(_("文件（文号）"), self.document)
        self.look = button(_("看看会怎样"), lambda: self.preview_requested.emit(self.said()))
        self.sure = button(_("记下这次变更"), lambda: self.record_requested.emit(self.said()), kind="primary")
        self.sure.setEnabled(False)
        self.lines = label("")
        self.wrong = label("", "error")
        self.history = Table(_("变更记录"))
        self.back = button(_("撤销选中的变更"), self._undo, kind="link")
        close = button(_("关闭"), self.accept)
        left = column(label(_("原来的学校（勾选）"), wrap=False), self.sources, spacing=6)
        both = row(left, form, spacing=16)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        acts = row(self.look, self.sure, spacing=8)
        acts.addStretch(1)
        foot = row(self.back)
        foot.addStretch(1)
        foot.addWidget(close)
        hint = label(
            _(
                "历年上报的材料留在原来的标识码下。新学校马上列入应报：本次任务就要它报的，请生成任务调整发给它；"
                "数据由它自己核对后合并。"
            ),
            "muted",
        )
        outer = column(hint, both, acts, self.lines, self.wrong, self.history, foot, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
        self.show_units(units, chosen)
        for edit in (self.day, self.document):
            edit.textEdited.connect(self._stale)
        self.kind.currentIndexChanged.connect(self._stale)
        self.county.currentIndexChanged.connect(self._stale)
        self.sources.itemChanged.connect(self._stale)
        self.targets.itemChanged.connect(self._stale)

    def show_units(self, units: Sequence[UnitRecord], chosen: Sequence[str] = ()) -> None:
        """Show the schools there are; what was typed of those after is gone."""
        self.sources.clear()
        for unit in units:
            item = QListWidgetItem(f"{unit.code}　{unit.name}")
            item.setData(Qt.ItemDataRole.UserRole, unit.code)
            item.setCheckState(Qt.CheckState.Checked if unit.code in chosen else Qt.CheckState.Unchecked)
            self.sources.addItem(item)
        self.targets.clearContents()
        self._stale()

    def said(self) -> RegisterChange:
        """What was typed."""
        items = [self.sources.item(at) for at in range(self.sources.count())]
        sources = [
            str(each.data(Qt.ItemDataRole.UserRole)) for each in items if each.checkState() is Qt.CheckState.Checked
        ]
        rows = [[self._cell(at, column_at) for column_at in range(2)] for at in range(self.targets.rowCount())]
        kind = Kind(self.kind.currentData())
        if kind in (Kind.RENAME, Kind.MOVE):  # the school keeps its code: it need not be typed again
            rows = [[code or sources[0], name] for code, name in rows[:1]] if sources else []
        county = str(self.county.currentData())
        targets = tuple(Target(code, name, county) for code, name in rows if code or name)
        return RegisterChange(kind, tuple(sources), targets, self.day.text().strip(), self.document.text())

    def _cell(self, at: int, column_at: int) -> str:
        item = self.targets.item(at, column_at)
        return item.text().strip() if item is not None else ""

    def type_target(self, at: int, code: str, name: str) -> None:
        """Fill in a school there is afterwards."""
        for column_at, text in enumerate((code, name)):
            self.targets.setItem(at, column_at, QTableWidgetItem(text))

    def _stale(self, *_changed: object) -> None:
        self.sure.setEnabled(False)
        self.lines.setText("")
        self.wrong.setText("")

    def show_preview(self, lines: Sequence[str]) -> None:
        """Say what would change."""
        self.wrong.setText("")
        self.lines.setText("\n".join(f"· {each}" for each in lines))
        self.sure.setEnabled(bool(lines))

    def show_wrong(self, sentence: str) -> None:
        """Say why it cannot be."""
        self.lines.setText("")
        self.wrong.setText(sentence)
        self.sure.setEnabled(False)

    def show_history(self, found: Sequence[tuple[Lineage, str]]) -> None:
        """Show how schools changed before."""
        self._ids = [each.id for each, _text in found]
        self.history.fill(
            (_("变更"), _("谁记的"), _("时间")),
            [
                (Item(text), Item(each.who or "—"), Item(each.at[:16].replace("T", " ")))
                for each, text in found
            ],
            stretch=0,
        )  # fmt: skip
        self.back.setEnabled(bool(found))

    def _undo(self) -> None:
        for at in self.history.chosen()[:1]:
            self.undo_requested.emit(self._ids[at])
