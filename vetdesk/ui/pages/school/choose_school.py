"""Which school is this? (S2): the task file's register, searched by name or pinyin initials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_folder, desk_folder
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row

if TYPE_CHECKING:
    from vetdesk.models.operations.open_campaign import Campaign


def initials(name: str) -> str:
    """The pinyin initials of a name, lower case: `示例县第一职专` → `slxdyzz`."""
    from pypinyin import Style, lazy_pinyin

    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


class ChooseSchoolPage(Page):
    """Tells `chosen` with code, person, telephone and folder."""

    chosen = Signal(str, str, str, Path)
    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("这是哪所学校？"), scroll=False)
        self.put_button(button(_("返回"), self.back_requested.emit))
        self.go = button(_("开始填报"), self._go, kind="primary")
        self.put_button(self.go)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("输入校名、标识码或拼音首字母"))
        self.search.setAccessibleName(_("找学校"))
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setProperty("kind", "plain")
        self.list.setAccessibleName(_("学校名录"))
        self.list.currentRowChanged.connect(self._show_folder)
        self.list.itemActivated.connect(self._activated)
        self.person = QLineEdit()
        self.person.setPlaceholderText(_("填报人姓名"))
        self.person.setAccessibleName(_("填报人姓名"))
        self.phone = QLineEdit()
        self.phone.setPlaceholderText(_("电话"))
        self.phone.setAccessibleName(_("电话"))
        self._where = label("", "muted")
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, 1)
        change = row(self._where, button(_("更改…"), self._change, kind="link"))
        change.setStretch(0, 1)
        self.body.addWidget(
            card(
                column(
                    row(self.person, self.phone),
                    change,
                    label(_("请不要放在重启后会还原的磁盘（还原卡、冰点还原）。"), "small"),
                    spacing=8,
                )
            )
        )
        self._campaign: Campaign | None = None
        self._parent_folder = desk_folder()
        self._keys: list[str] = []

    def show_campaign(self, campaign: Campaign) -> None:
        """Show the register of a task file."""
        self._campaign = campaign
        self.say_line(
            _("{bureau}　{title}　截止 {deadline}").format(
                bureau=campaign.body.bureau_name, title=campaign.body.round.title, deadline=campaign.body.round.deadline
            )
        )
        self.list.clear()
        self._keys = []
        for each in campaign.units:
            item = QListWidgetItem(f"{each.name}　{DISTRICTS.get(each.district, '')}　{each.code}")
            item.setData(Qt.ItemDataRole.UserRole, each.code)
            self.list.addItem(item)
            self._keys.append(f"{each.name.lower()} {each.code} {initials(each.name)}")
        self._filter("")

    def entered(self) -> None:
        self.search.setFocus()

    def _filter(self, text: str) -> None:
        wanted = text.strip().lower()
        first = -1
        for at, key in enumerate(self._keys):
            fits = wanted in key
            item = self.list.item(at)
            if item is not None:
                item.setHidden(not fits)
            if fits and first < 0:
                first = at
        self.list.setCurrentRow(first if wanted or len(self._keys) == 1 else -1)
        self._show_folder()

    def _code(self) -> str:
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None and not item.isHidden() else ""

    def _folder(self) -> Path:
        assert self._campaign is not None
        code = self._code()
        name = next((each.name for each in self._campaign.units if each.code == code), code)
        period = self._campaign.body.round.period
        clean = "".join(char for char in f"{name}_{period}" if char.isalnum() or char in "_-（）()")
        return self._parent_folder / clean

    def _show_folder(self) -> None:
        self.go.setEnabled(bool(self._code()))
        self._where.setText(
            _("数据放在：{folder}").format(folder=self._folder() if self._code() else self._parent_folder)
        )

    def _change(self) -> None:
        folder = ask_folder(self, _("数据放在哪里"), self._parent_folder)
        if folder is not None:
            self._parent_folder = folder
            self._show_folder()

    def _activated(self, _item: QListWidgetItem) -> None:
        self._go()

    def _go(self) -> None:
        if self._code():
            self.chosen.emit(self._code(), self.person.text().strip(), self.phone.text().strip(), self._folder())
