"""The register (B3): imported from a workbook, every doubtful row named before anything is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.words import _
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
        self.body.addWidget(self.doubts, 1)
        self.table = Table(_("学校名录"))
        self.body.addWidget(self.table, 3)
        self._offer: RegisterOffer | None = None
        self._codes: list[str] = []

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self._codes = [each.code for each in view.units]
        self.say_line(_("共 {count} 所").format(count=len(view.units)))
        self.table.fill(
            (_("学校标识码"), _("学校"), _("县（市、区）"), _("办学类型"), _("联系人"), _("电话")),
            [
                (
                    Item(each.code), Item(each.name), Item(DISTRICTS.get(each.district, "—"), key=each.district),
                    Item(each.run_type), Item(each.contact_name), Item(each.contact_phone),
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
            _("{total} 所：可以导入 {good} 所，请您看一眼 {doubts} 所").format(
                total=len(offer.units) + len(offer.doubts), good=len(offer.units), doubts=len(offer.doubts)
            )
        )
        self.doubts.setVisible(bool(offer.doubts))
        self.doubts.fill(
            (_("位置"), _("原因")), [(Item(each.place), Item(each.reason)) for each in offer.doubts], stretch=1
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
