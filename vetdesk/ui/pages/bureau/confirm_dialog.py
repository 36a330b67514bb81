"""Confirming a required value (value, document, page, name): first what would change, then one act."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from vetdesk.models.operations.confirm_threshold import Confirmation
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.trace import source_line
from vetdesk.models.records.words import _, pick
from vetdesk.ui.files import ask_open
from vetdesk.ui.widgets.parts import button, column, label, row

_SIGNS = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "=="}


class ConfirmDialog(QDialog):
    """Tells `preview_requested` and `confirmed` with a `Confirmation`; the desk answers with `show_report`."""

    preview_requested = Signal(object)
    confirmed = Signal(object)

    def __init__(self, pack: Pack, indicator: str, person: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._pack, self._indicator = pack, pack.indicators[indicator]
        self.setWindowTitle(_("确认达标值"))
        self.resize(620, 560)
        self._scan: Path | None = None
        self.bar = QComboBox()
        for each in self._indicator.threshold.every:
            when = f"（{each.when}）" if each.when else ""
            self.bar.addItem(f"{each.text or '—'} {self._indicator.unit}{when}　{source_line(each)}")
        self.bar.currentIndexChanged.connect(self._bar_chosen)
        self.cmp = QComboBox()
        self.cmp.addItems(list(_SIGNS))
        self.value, self.document, self.article = QLineEdit(), QLineEdit(), QLineEdit()
        self.person = QLineEdit(person)
        self._scan_name = label(_("还没有选"), "muted")
        form = QFormLayout()
        form.setVerticalSpacing(8)
        rows: list[tuple[str, QWidget]] = [(_("哪一档"), self.bar)]
        if not self._indicator.question:
            rows += [(_("比较"), self.cmp), (_("达标值"), self.value)]
        rows += [(_("文件文号"), self.document), (_("条款"), self.article), (_("确认人"), self.person)]
        for name, widget in rows:
            widget.setAccessibleName(name)
            form.addRow(name, widget)
        scan = row(button(_("选扫描件…"), self._choose_scan, kind="link"), self._scan_name)
        scan.addStretch(1)
        form.addRow(_("原文页扫描件"), scan)
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("会改变什么"))
        self.report.setPlaceholderText(_("先按“看看会改变什么”。"))
        self._wrong = label("", "error")
        self.sure = button(_("确认"), self._confirm, kind="primary")
        self.sure.setEnabled(False)
        buttons = row(
            button(_("看看会改变什么"), self._preview), self.sure, button(_("返回"), self.reject, kind="link")
        )
        buttons.addStretch(1)
        outer = column(label(pick(self._indicator.text), "heading"), form, self.report, self._wrong, buttons, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
        for edit in (self.value, self.document, self.article, self.person):
            edit.textEdited.connect(self._changed)
        self.cmp.activated.connect(self._changed)
        self._bar_chosen(0)

    def _bar_chosen(self, at: int) -> None:
        bar = self._indicator.threshold.every[at]
        self.value.setText(bar.text)
        sign = next((sign for sign, cmp in _SIGNS.items() if cmp == self._indicator.cmp), "≥")
        self.cmp.setCurrentText(sign)
        self._changed()

    def _changed(self, *_args: object) -> None:
        self.sure.setEnabled(False)
        self.report.clear()

    def _choose_scan(self) -> None:
        paths = ask_open(self, _("选扫描件"), _("图片或 PDF (*.pdf *.jpg *.jpeg *.png)"))
        if paths:
            self._scan = paths[0]
            self._scan_name.setText(paths[0].name)

    def said(self) -> Confirmation:
        """What was typed."""
        cmp = _SIGNS[self.cmp.currentText()]
        return Confirmation(
            pack=self._pack.id,
            indicator=self._indicator.id,
            document=self.document.text(),
            person=self.person.text(),
            value="" if self._indicator.question else self.value.text(),
            article=self.article.text(),
            bar=self.bar.currentIndex(),
            cmp="" if self._indicator.question or cmp == self._indicator.cmp else cmp,
            scan=self._scan,
        )

    def _preview(self) -> None:
        self.preview_requested.emit(self.said())

    def _confirm(self) -> None:
        self.confirmed.emit(self.said())

    def show_report(self, lines: list[str]) -> None:
        """Show what would change; confirming is open now."""
        self._wrong.setText("")
        self.report.setPlainText("\n".join(lines))
        self.sure.setEnabled(True)

    def show_wrong(self, sentence: str) -> None:
        """Show why it cannot be confirmed so."""
        self._wrong.setText(sentence)
        self.sure.setEnabled(False)
