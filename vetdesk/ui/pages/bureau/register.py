"""The register (B3): imported from a workbook, every doubtful row named before anything is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.school_types import type_text
from vetdesk.models.records.words import _
from vetdesk.models.rollup.reminders import contact_word
from vetdesk.models.store.register import CONTACTS
from vetdesk.ui.files import ask_open, workbooks_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, label
from vetdesk.ui.widgets.table import Item, Table

if TYPE_CHECKING:
    from vetdesk.models.operations.read_register import RegisterOffer


class RegisterPage(Page):
    """Tells which workbook to look at, and that its rows are to be taken."""

    look_requested = Signal(Path)
    take_requested = Signal(object)
    change_requested = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("学校名录"), scroll=False)
        self.put_button(button(_("学校变更…"), self._change))
        self.put_button(button(_("选择名录文件…"), self._choose))
        self.take = button(_("导入"), self._take, kind="primary")
        self.take.setEnabled(False)
        self.put_button(self.take)
        drop = DropArea(_("把名录表格拖到这里（要有“学校标识码”和“学校名称”两列）"))
        drop.files_dropped.connect(self.take_files)
        self.body.addWidget(drop)
        self.said = label("", "heading")
        self.body.addWidget(self.said)
        self.doubts = Table(_("请您看一眼"))
        self.doubts.hide()
        self.body.addWidget(self.doubts, 2)
        self.table = Table(_("学校名录"))
        self.body.addWidget(self.table, 3)
        self._offer: RegisterOffer | None = None
        self._codes: list[str] = []

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self._codes = [each.code for each in view.units]
        self.say_line(_("共 {count} 所").format(count=len(view.units)))
        self.table.fill(
            (
                _("学校标识码"), _("学校"), _("县（市、区）"), _("办学类型"), _("举办者性质"),
                *(contact_word(role) for role in CONTACTS),
            ),
            [
                (
                    Item(each.code), Item(each.name), Item(DISTRICTS.get(each.district, "—"), key=each.district),
                    Item(type_text(each.run_type)), Item(each.ownership),
                    *(Item(" ".join(filter(None, each.own_contact(role)))) for role in CONTACTS),
                )
                for each in view.units
            ],
            stretch=1,
        )  # fmt: skip

    def _change(self) -> None:
        """Merge, split, rename: the schools chosen in the table are those before."""
        self.change_requested.emit([self._codes[at] for at in self.table.chosen()])

    def _choose(self) -> None:
        paths = ask_open(self, _("选择名录"), workbooks_filter())
        if paths:
            self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Look at the first file."""
        self.look_requested.emit(paths[0])

    def show_offer(self, offer: RegisterOffer) -> None:
        """Show what a workbook holds."""
        self._offer = offer
        self.said.setText(
            _("{total} 所：可以导入 {good} 所，不能导入 {doubts} 所，请您看一眼 {notes} 处").format(
                total=len(offer.units) + len(offer.doubts), good=len(offer.units), doubts=len(offer.doubts),
                notes=len(offer.notes),
            )
        )  # fmt: skip
        self.doubts.setVisible(bool(offer.doubts or offer.notes))
        told = [(each, _("不导入"), "unmet") for each in offer.doubts]
        told += [(each, _("导入，请核对"), "unknown") for each in offer.notes]
        self.doubts.fill(
            (_("位置"), _("怎么办"), _("原因")),
            [(Item(each.place), Item(word, role=role), Item(each.reason)) for each, word, role in told],
            stretch=2,
        )
        self.take.setEnabled(bool(offer.units))
        self.take.setText(_("导入 {count} 所").format(count=len(offer.units)))

    def _take(self) -> None:
        if self._offer is not None:
            self.take_requested.emit(self._offer)

    def taken(self, fresh: int, changed: int) -> None:
        """The rows were stored."""
        self._offer = None
        self.take.setEnabled(False)
        self.take.setText(_("导入"))
        self.doubts.hide()
        self.said.setText(_("已导入：新增 {fresh} 所，更新 {changed} 所。").format(fresh=fresh, changed=changed))
