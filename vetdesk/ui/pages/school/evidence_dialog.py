"""What is known of one piece of evidence: its days, where it comes from, and where on which page a figure stands."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from vetdesk.models.records.about_evidence import About, Pin, kind_word
from vetdesk.models.records.words import _
from vetdesk.models.store.evidence import Evidence
from vetdesk.ui.widgets.page_view import PageView
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class EvidenceDialog(QDialog):
    """Tells which page is to be shown, and what was said (`told` with the label and an `About`)."""

    page_requested = Signal(int, int)
    told = Signal(str, object)

    def __init__(self, each: Evidence, facts: Mapping[str, str], parent: QWidget | None) -> None:
        super().__init__(parent)
        self._facts = dict(facts)
        self._about = each.about
        self._pins = list(each.about.pins)
        self.setWindowTitle(_("材料信息"))
        self.resize(1040, 620)
        self.view = PageView(QSize(420, 500))
        self.view.area_drawn.connect(self._pin)
        self.page = QSpinBox()
        self.page.setRange(1, 1)
        self.page.setAccessibleName(_("页码"))
        self.page.valueChanged.connect(self._turned)
        hint = label(_("在页面上拖出一个框，标出数字在哪里"), "small")
        turning = row(label(_("页码"), wrap=False), self.page, hint)
        turning.addStretch(1)
        about = each.about
        self.name = QLineEdit(each.label)
        self.dated, self.begins, self.ends, self.expires = (
            _day(text) for text in (about.dated, about.begins, about.ends, about.expires)
        )
        self.department, self.person = QLineEdit(about.department), QLineEdit(about.person)
        self.department.setPlaceholderText(_("例如：总务处"))
        self.kind = QComboBox()
        for key in ("", "original", "copy"):
            self.kind.addItem(kind_word(key) or _("没有说明"), key)
        self.kind.setCurrentIndex(max(self.kind.findData(about.kind), 0))
        self.pages = QSpinBox()
        self.pages.setRange(0, 10_000)
        self.pages.setSpecialValueText(_("没有说明"))
        self.pages.setValue(about.pages)
        self.personal = QCheckBox(_("含个人信息（身份证号、电话等），请遮住再交"))
        self.personal.setChecked(about.personal)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        named: list[tuple[str, QWidget]] = [
            (_("名称"), self.name), (_("文件日期"), self.dated), (_("所属期从"), self.begins), (_("所属期到"), self.ends),
            (_("有效期至"), self.expires), (_("来源部门"), self.department), (_("责任人"), self.person),
            (_("原件/复印件"), self.kind), (_("页数"), self.pages), (self.personal.text(), self.personal),
        ]  # fmt: skip
        for text, widget in named:
            widget.setAccessibleName(text)
        form.addRow(_("名称"), self.name)
        form.addRow(_("文件日期"), self.dated)
        form.addRow(_("所属期"), row(self.begins, label(_("至"), wrap=False), self.ends, spacing=6))
        form.addRow(_("有效期至"), self.expires)
        form.addRow(_("来源部门"), row(self.department, label(_("责任人"), wrap=False), self.person, spacing=6))
        form.addRow(_("原件/复印件"), row(self.kind, label(_("页数"), wrap=False), self.pages, spacing=6))
        form.addRow("", self.personal)
        self.fact = QComboBox()
        self.fact.setAccessibleName(_("标注证明的数据项"))
        self.fact.addItem(_("（不对应数据项）"), "")
        for key, text in facts.items():
            self.fact.addItem(text, key)
        self.fact.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fact.setMinimumContentsLength(14)
        self.note = QLineEdit()
        self.note.setPlaceholderText(_("写着的数，例如 24 000 ㎡"))
        self.note.setAccessibleName(_("写着的数"))
        self.pins = Table(_("标注"))
        self.pins.setMinimumHeight(130)
        self.pins.row_opened.connect(self._go_to)
        adding = row(self.fact, self.note, button(_("标注整页"), self._pin_page), spacing=6)
        adding.setStretch(1, 1)
        self.wrong = label("", "error")
        self.buttons = buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Save).setText(_("保存"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("返回"))
        buttons.accepted.connect(self._tell)
        buttons.rejected.connect(self.reject)
        right = column(
            form, label(_("标注"), "heading"), adding, self.pins,
            row(button(_("移除选中的标注"), self._unpin, kind="link")), self.wrong, spacing=8,
        )  # fmt: skip
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(column(self.view, turning, spacing=6))
        both.addLayout(right, 1)
        outer = column(both, buttons, spacing=10)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
        self._show_pins()

    def ask_page(self) -> None:
        """Ask for the page chosen."""
        self.page_requested.emit(self.page.value(), self.view.side())

    def show_page(self, _sha256: str, picture: QImage | None, count: int) -> None:
        """Show a page of so many."""
        self.view.show_picture(picture)
        self.page.setRange(1, max(count, 1))
        self.page.setSuffix(f" / {max(count, 1)}")
        self.page.setEnabled(count > 1)
        if not self.pages.value() and count > 1:
            self.pages.setValue(count)
        self._show_pins()

    def _turned(self, _number: int) -> None:
        self.ask_page()
        self._show_pins()

    def _pin(self, area: list[int]) -> None:
        self._pins.append(Pin(self.page.value(), area, str(self.fact.currentData()), self.note.text().strip()[:200]))
        self.note.clear()
        self._show_pins()

    def _pin_page(self) -> None:
        self._pin([])

    def _unpin(self) -> None:
        for at in reversed(self.pins.chosen()):
            del self._pins[at]
        self._show_pins()

    def _go_to(self, at: int) -> None:
        self.page.setValue(self._pins[at].page)

    def _show_pins(self) -> None:
        self.pins.fill(
            (_("序号"), _("页码"), _("数据项"), _("写着的数")),
            [
                (
                    Item(str(at), number=True),
                    Item(str(each.page), number=True),
                    Item(self._facts.get(each.fact, each.fact) or "—"),
                    Item(each.note or "—"),
                )
                for at, each in enumerate(self._pins, start=1)
            ],
            stretch=2,
        )
        here = self.page.value()
        marks = [(at, each.area) for at, each in enumerate(self._pins, start=1) if each.area and each.page == here]
        self.view.show_marks(marks)

    def said(self) -> About:
        """What was typed."""
        return msgspec.structs.replace(
            self._about,
            dated=self.dated.text().strip(),
            begins=self.begins.text().strip(),
            ends=self.ends.text().strip(),
            expires=self.expires.text().strip(),
            department=self.department.text().strip()[:100],
            kind=str(self.kind.currentData()),
            pages=self.pages.value(),
            person=self.person.text().strip()[:50],
            personal=self.personal.isChecked(),
            pins=self._pins,
        )

    def _tell(self) -> None:
        self.told.emit(self.name.text(), self.said())

    def show_wrong(self, sentence: str) -> None:
        """Say why it cannot be kept so; what was typed stays."""
        self.wrong.setText(sentence)


def _day(text: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setPlaceholderText(_("例如 2026-09-30"))
    return made
