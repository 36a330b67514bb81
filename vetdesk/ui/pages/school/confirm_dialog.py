"""Confirming on the computer: who confirmed, and the next who does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QWidget

from vetdesk.models.operations.confirmations import Confirmation, Role
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class ConfirmDialog(QDialog):
    """Tells who confirms (`confirmed`: role, section, name) and which confirmation is taken back (`withdrawn`)."""

    confirmed = Signal(str, str, str)
    withdrawn = Signal(str, str)

    def __init__(self, sections: Mapping[str, str], name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("在电脑上逐级确认"))
        self.resize(680, 420)
        self._sections = dict(sections)
        self._there: Sequence[Confirmation] = ()
        self.table = Table(_("已经确认的"))
        self.who = QComboBox()
        self.who.setAccessibleName(_("谁确认"))
        self.who.addItem(Role.FILLER.word, (Role.FILLER, ""))
        for key, text in sections.items():
            self.who.addItem(f"{Role.HEAD.word}　{text}", (Role.HEAD, key))
        self.who.addItem(Role.PRINCIPAL.word, (Role.PRINCIPAL, ""))
        self.name = QLineEdit(name)
        self.name.setAccessibleName(_("姓名"))
        self.name.setPlaceholderText(_("姓名"))
        self.name.setMaxLength(40)
        self.sure = button(_("确认"), self._confirm, kind="primary")
        self.back = button(_("撤回选中的确认"), self._withdraw, kind="link")
        self.wrong = label("", "error")
        close = button(_("关闭"), self.accept)
        hint = label(
            _(
                "可以不用。按填报人、栏目负责人、校长的先后确认同一个核对码；以后改了数据，确认就失效。签字盖章以纸质为准。"
            ),
            "muted",
        )
        foot = row(self.back)
        foot.addStretch(1)
        foot.addWidget(close)
        outer = column(hint, self.table, row(self.who, self.name, self.sure), self.wrong, foot, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)

    def show_confirmations(self, there: Sequence[Confirmation]) -> None:
        """Show who confirmed so far."""
        self._there = there
        self.wrong.setText("")
        self.table.fill(
            (_("谁确认"), _("姓名"), _("时间"), _("核对码")),
            [
                (
                    Item("　".join(filter(None, (each.role.word, self._sections.get(each.section, each.section))))),
                    Item(each.name),
                    Item(each.at[:16].replace("T", " ")),
                    Item(each.code if each.holds else _("此后改过数据，已失效"), role="met" if each.holds else "unmet"),
                )
                for each in there
            ],
            stretch=3,
        )
        self.back.setEnabled(bool(there))

    def show_wrong(self, sentence: str) -> None:
        """Say why it cannot be confirmed."""
        self.wrong.setText(sentence)

    def _confirm(self) -> None:
        role, section = self.who.currentData()
        self.confirmed.emit(str(role), section, self.name.text())

    def _withdraw(self) -> None:
        for at in self.table.chosen():
            self.withdrawn.emit(self._there[at].role.value, self._there[at].section)
