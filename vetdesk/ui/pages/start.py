"""The first page: open a file, go on with a recent workspace, or set a bureau up (S1)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui import recent
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.parts import button, card, clear, column, label, row


class StartPage(QWidget):
    """Tells what the person wants; does nothing itself."""

    file_requested = Signal()
    files_dropped = Signal(list)
    demo_requested = Signal()
    bureau_requested = Signal()
    workspace_requested = Signal(Path)
    folder_requested = Signal()
    restore_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        drop = DropArea(_("也可以把文件拖到这里，微信、QQ、U 盘里的都行"))
        drop.files_dropped.connect(self.files_dropped)
        self._first = button(_("打开任务包…"), self.file_requested.emit, kind="primary")
        welcome = card(
            column(
                label(_("欢迎使用职教达标"), "title"),
                label(_("请打开主管部门发来的任务包。不用注册，不用联网，数据只在这台电脑上。"), "muted"),
                drop,
                _left(self._first, button(_("先看演示学校"), self.demo_requested.emit)),
                _left(
                    button(_("从备份恢复"), self.restore_requested.emit, kind="link"),
                    button(_("打开已有的数据文件夹"), self.folder_requested.emit, kind="link"),
                    button(_("我是主管部门"), self.bureau_requested.emit, kind="link"),
                    button(_("我是核查专家"), self.file_requested.emit, kind="link"),
                ),
                spacing=12,
            )
        )
        self._recent_card = card(column(label(_("最近使用"), "heading"), self._recent, spacing=8))
        middle = column(welcome, self._recent_card, spacing=16)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        line = row()
        line.addStretch(1)
        holder = QWidget()
        holder.setLayout(middle)
        holder.setMinimumWidth(560)
        holder.setMaximumWidth(680)
        line.addWidget(holder, 6)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(2)

    def entered(self) -> None:
        """Show the recent workspaces anew."""
        clear(self._recent)
        words = {"school": _("学校"), "bureau": _("主管部门"), "inspector": _("核查专家")}
        found = recent.workspaces()
        self._recent_card.setVisible(bool(found))
        for each in found[:6]:
            item = button(
                f"{each.name}　{words.get(each.role, each.role)}　{each.folder}", _Open(self, each.folder), kind="row"
            )
            item.setToolTip(str(each.folder))
            self._recent.addWidget(item)
        self._first.setFocus(Qt.FocusReason.OtherFocusReason)


class _Open:
    """Asks for one recent workspace."""

    def __init__(self, page: StartPage, folder: Path) -> None:
        self._page = page
        self._folder = folder

    def __call__(self) -> None:
        self._page.workspace_requested.emit(self._folder)


def _left(*items: QWidget) -> QVBoxLayout:
    line = row(*items, spacing=10)
    line.addStretch(1)
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.addLayout(line)
    return made
