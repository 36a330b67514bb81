"""The evidence of a school, by indicator."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from vetdesk.models.operations.views import SchoolView
from vetdesk.models.records.sizes import size_text
from vetdesk.models.records.words import _, pick
from vetdesk.ui.files import ask_open, evidence_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class EvidencePage(Page):
    """Tells which files to attach to which indicator, which to open, which to take off."""

    attach_requested = Signal(list, str)
    detach_requested = Signal(object)
    open_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("佐证材料"), scroll=False)
        self.put_button(button(_("添加文件…"), self._choose, kind="primary"))
        self._indicator = QComboBox()
        self._indicator.setAccessibleName(_("证明哪项指标"))
        self._indicator.setMinimumWidth(260)
        drop = DropArea(_("把证件、照片、台账拖到这里（PDF、图片、Word、Excel）"))
        drop.files_dropped.connect(self.take_files)
        line = row(label(_("证明哪项指标："), wrap=False), self._indicator)
        line.addStretch(1)
        self.body.addWidget(card(column(line, drop, spacing=8)))
        self.table = Table(_("佐证材料"))
        self.table.row_opened.connect(self._open)
        self.body.addWidget(self.table, 1)
        self._empty = label(_("还没有佐证材料。先选指标，再把文件拖进来。"), "muted")
        self.body.addWidget(self._empty)
        foot = row(
            button(_("打开"), self._open_chosen, kind="link"), button(_("移除"), self._detach_chosen, kind="link")
        )
        foot.addStretch(1)
        self.body.addLayout(foot)
        self._view: SchoolView | None = None

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        self._view = view
        names = {name: pick(each.text) for pack in view.assessment.packs for name, each in pack.indicators.items()}
        if self._indicator.count() != len(names):
            self._indicator.clear()
            for pack in view.assessment.packs:
                for name, each in pack.indicators.items():
                    self._indicator.addItem(f"{pick(each.text)}（{pick(pack.text)}）", name)
        have = {each.indicator for each in view.evidence}
        keys = list(view.assessment.deciding.indicators)
        self.say_line(
            _("共 {count} 件；主标准的 {total} 项指标中 {done} 项已有材料").format(
                count=len(view.evidence), total=len(keys), done=sum(name in have for name in keys)
            )
        )
        self._empty.setVisible(not view.evidence)
        self.table.setVisible(bool(view.evidence))
        self.table.fill(
            (_("名称"), _("证明的指标"), _("大小"), _("添加时间")),
            [
                (
                    Item(each.label),
                    Item(names.get(each.indicator, each.indicator)),
                    Item(size_text(each.size), number=True, key=each.size),
                    Item(each.added[:16].replace("T", " ")),
                )
                for each in view.evidence
            ],
            stretch=0,
        )

    def _choose(self) -> None:
        paths = ask_open(self, _("添加佐证材料"), evidence_filter())
        if paths:
            self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Attach files to the indicator chosen."""
        self.attach_requested.emit(paths, str(self._indicator.currentData()))

    def _open(self, at: int) -> None:
        if self._view is not None:
            self.open_requested.emit(self._view.evidence[at])

    def _open_chosen(self) -> None:
        for at in self.table.chosen()[:3]:
            self._open(at)

    def _detach_chosen(self) -> None:
        if self._view is not None:
            for each in [self._view.evidence[at] for at in self.table.chosen()]:
                self.detach_requested.emit(each)
