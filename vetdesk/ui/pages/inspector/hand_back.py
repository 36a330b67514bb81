"""Handing back (I8): what is not yet checked, one file for the bureau."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from vetdesk.models.operations.views import InspectorView
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_save, copy_file, packages_filter, show_folder
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted


class HandBackPage(Page):
    """Tells where the result is to be written."""

    hand_back_requested = Signal(Path)

    def __init__(self) -> None:
        super().__init__(_("签字交回"))
        self.make = button(_("生成核查结果包"), self._choose, kind="primary")
        self.put_button(self.make)
        self._left = label("", "heading")
        self.body.addWidget(card(column(self._left)))
        self.table = Table(_("我的学校"))
        self.table.setMinimumHeight(220)
        self.body.addWidget(self.table)
        self._made = label("", "heading", selectable=True)
        self._code = label("", "code", selectable=True)
        line = row(button(_("复制文件"), self._copy_file), button(_("打开所在文件夹"), self._show_folder, kind="link"))
        line.addStretch(1)
        self._result = card(
            column(self._made, self._code, label(_("收到派出单位回执前，请保留本机数据。"), "muted"), line, spacing=6)
        )
        self._result.hide()
        self.body.addWidget(self._result)
        self.body.addStretch(1)
        self._view: InspectorView | None = None
        self._posted: Posted | None = None

    def show_view(self, view: InspectorView) -> None:
        """Draw a snapshot."""
        self._view = view
        total = sum(len(each.declared) for each in view.schools)
        done = sum(len(each.marks) for each in view.schools)
        self.say_line(
            _("核查专家 {number}　{count} 所学校").format(number=view.assignment.inspector, count=len(view.schools))
        )
        self._left.setText(
            _("全部核完。")
            if done >= total
            else _("还有 {left} 项未核。可以先交回，之后再补。").format(left=total - done)
        )
        self.make.setEnabled(done > 0)
        self.table.fill(
            (_("学校"), _("已核"), _("不一致"), _("问题")),
            [
                (
                    Item(each.unit.name),
                    Item(f"{len(each.marks)}/{len(each.declared)}", number=True),
                    Item(str(sum(m.mark == "differ" for m in each.marks.values())), number=True),
                    Item(str(len(each.findings)), number=True),
                )
                for each in view.schools
            ],
            stretch=0,
        )

    def _choose(self) -> None:
        assert self._view is not None
        name = _("{period}达标自评_核查结果包_第{number}组.vdpkg").format(
            period=self._view.desk.round.period, number=self._view.assignment.inspector
        )
        path = ask_save(self, _("生成核查结果包"), name, packages_filter())
        if path is not None:
            self.hand_back_requested.emit(path)

    def show_posted(self, posted: Posted) -> None:
        """The file was written and verified."""
        self._posted = posted
        self._made.setText(_("已生成，检查无误：{file}").format(file=posted.path.name))
        self._code.setText(_("核对码 {code}").format(code=posted.code))
        self._result.show()

    def _copy_file(self) -> None:
        if self._posted is not None:
            copy_file(self._posted.path)

    def _show_folder(self) -> None:
        if self._posted is not None:
            show_folder(self._posted.path)
