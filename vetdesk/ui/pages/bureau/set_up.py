"""Setting a bureau up (B1)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit

from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_folder, desk_folder
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row


class SetUpPage(Page):
    """Tells `made` with name, district, officer, telephone and folder."""

    made = Signal(str, str, str, str, Path)
    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("建立主管部门工作台"))
        self.put_button(button(_("返回"), self.back_requested.emit))
        self.go = button(_("建立"), self._go, kind="primary")
        self.put_button(self.go)
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("例如：示例市教育体育局"))
        self.name.textChanged.connect(self._changed)
        self.district = QComboBox()
        for code, text in DISTRICTS.items():
            self.district.addItem(f"{text}（{code}）", code)
        self.officer = QLineEdit()
        self.phone = QLineEdit()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, widget in (
            (_("单位名称"), self.name),
            (_("行政区划"), self.district),
            (_("经办人"), self.officer),
            (_("电话"), self.phone),
        ):
            widget.setAccessibleName(title)
            widget.setMaximumWidth(420)
            form.addRow(title, widget)
        self._where = label("", "muted")
        place = row(self._where, button(_("更改…"), self._change, kind="link"))
        place.setStretch(0, 1)
        holder = column(form, place, spacing=12)
        self.body.addWidget(card(holder))
        self.body.addStretch(1)
        self._parent_folder = desk_folder()
        self._changed()

    def _folder(self) -> Path:
        clean = "".join(char for char in self.name.text().strip() if char.isalnum() or char in "_-（）()")
        return self._parent_folder / (clean or _("主管部门"))

    def _changed(self, *_text: object) -> None:
        self.go.setEnabled(bool(self.name.text().strip()))
        self._where.setText(_("数据放在：{folder}").format(folder=self._folder()))

    def _change(self) -> None:
        folder = ask_folder(self, _("数据放在哪里"), self._parent_folder)
        if folder is not None:
            self._parent_folder = folder
            self._changed()

    def _go(self) -> None:
        self.made.emit(
            self.name.text().strip(), str(self.district.currentData()), self.officer.text().strip(),
            self.phone.text().strip(), self._folder(),
        )  # fmt: skip

    def entered(self) -> None:
        self.name.setFocus()
