"""Inspections at the bureau: schools given to inspectors, and what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_save, copy_file, packages_filter
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted


class InspectionsPage(Page):
    """Tells whom to give which schools."""

    assign_requested = Signal(str, list, Path)

    def __init__(self) -> None:
        super().__init__(_("核查"), scroll=False)
        self.make = button(_("生成核查任务包…"), self._make, kind="primary")
        self.put_button(self.make)
        self.inspector = QLineEdit()
        self.inspector.setPlaceholderText(_("核查专家或小组的编号，例如 1"))
        self.inspector.setAccessibleName(_("核查专家"))
        self.inspector.setMaximumWidth(320)
        line = row(label(_("派给："), wrap=False), self.inspector)
        line.addStretch(1)
        self._made = label("", "muted", selectable=True)
        self._copy = button(_("复制文件"), self._copy_file, kind="link")
        self._copy.hide()
        made = row(self._made, self._copy)
        made.setStretch(0, 1)
        self.body.addWidget(
            card(
                column(
                    label(_("在下面选中要核查的学校（可多选），填上专家编号，生成一个文件交给专家。"), "muted"),
                    line,
                    made,
                    spacing=8,
                )
            )
        )
        self.table = Table(_("可以核查的学校"))
        self.body.addWidget(self.table, 3)
        self.body.addWidget(label(_("已派出"), "heading"))
        self.sent = Table(_("已派出"))
        self.body.addWidget(self.sent, 2)
        self._units: list[str] = []
        self._posted: Posted | None = None
        self._view: BureauView | None = None

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self._view = view
        lines = [each for each in view.board.lines if each.seq] if view.board else []
        self._units = [each.unit.code for each in lines]
        self.say_line(_("已上报 {count} 所，已派出 {sent} 组").format(count=len(lines), sent=len(view.assignments)))
        self.make.setEnabled(bool(lines))
        self.table.fill(
            (_("学校"), _("状态"), _("结论"), _("版次")),
            [
                (
                    Item(each.unit.name),
                    Item(each.state.word),
                    Item(each.conclusion.outcome.word),
                    Item(_("第 {seq} 版").format(seq=each.seq)),
                )
                for each in lines
            ],
            stretch=0,
        )
        names = view.names
        self.sent.fill(
            (_("专家"), _("学校"), _("状态")),
            [
                (
                    Item(each.inspector),
                    Item(_("、").join(names.get(code, code) for code in each.units)),
                    Item(
                        _("已交回") if each.state == "returned" else _("核查中"),
                        role="met" if each.state == "returned" else "warn",
                    ),
                )
                for each in view.assignments
            ],
            stretch=1,
        )

    def _make(self) -> None:
        units = [self._units[at] for at in self.table.chosen()]
        number = self.inspector.text().strip()
        if not units or not number:
            self._made.setText(_("请先选中学校，并填写核查专家编号。"))
            return
        period = self._view.desk.round.period if self._view and self._view.desk else ""
        name = _("{period}达标自评_核查任务包_第{number}组.vdpkg").format(period=period, number=number)
        path = ask_save(self, _("生成核查任务包"), name, packages_filter())
        if path is not None:
            self.assign_requested.emit(number, units, path)

    def show_posted(self, posted: Posted) -> None:
        """The package was written."""
        self._posted = posted
        said = _("已生成：{file}　核对码 {code}").format(file=posted.path.name, code=posted.code)
        if posted.password:
            said += "\n" + _("打开口令 {password}：请用电话告诉专家，不要和文件一起发；只显示这一次。").format(
                password=posted.password
            )
        self._made.setText(said)
        self._copy.show()

    def _copy_file(self) -> None:
        if self._posted is not None:
            copy_file(self._posted.path)
