"""A figure of last year that the bureau gave is wrong: what it is, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row


class DisputeDialog(QDialog):
    """Tells the value and the reason (`disputed`)."""

    disputed = Signal(str, str)

    def __init__(self, name: str, handed: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("去年的数不对"))
        self.setMinimumWidth(460)
        self.value, self.reason = QLineEdit(), QLineEdit()
        self.value.setMaxLength(60)
        self.reason.setMaxLength(2000)
        form = QFormLayout()
        for text, edit in ((_("应该是"), self.value), (_("原因"), self.reason)):
            edit.setAccessibleName(text)
            form.addRow(text, edit)
        self.wrong = label("", "error")
        self.sure = button(_("保存"), self._save, kind="primary")
        self.sure.setDefault(True)
        foot = row(button(_("取消"), self.reject))
        foot.insertStretch(0, 1)
        foot.addWidget(self.sure)
        given = label(_("{name}：主管部门给的去年数是 {handed}。").format(name=name, handed=handed))
        hint = label(_("今年的数照常填。主管部门会看到您写的数和原因。"), "muted")
        outer = column(given, form, hint, self.wrong, foot, spacing=10)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)

    def _save(self) -> None:
        if not self.value.text().strip() or not self.reason.text().strip():
            self.wrong.setText(_("请写出应该是多少，以及原因。"))
            return
        self.disputed.emit(self.value.text(), self.reason.text())

    def show_wrong(self, sentence: str) -> None:
        """What could not be taken."""
        self.wrong.setText(sentence)
