"""Typing what the plan needs: figures of the city or a county with their document, and what an office says of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from vetdesk.models.operations.task_ledger import STATE_WORDS
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, label, row


class _Asking(QDialog):
    """A form with a sentence for what is wrong, and save and cancel."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self.form = QFormLayout()
        self.wrong = label("", "error")
        self.sure = button(_("保存"), self._save, kind="primary")
        self.sure.setDefault(True)
        foot = row(button(_("取消"), self.reject))
        foot.insertStretch(0, 1)
        foot.addWidget(self.sure)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 12)
        outer.addLayout(self.form)
        outer.addWidget(self.wrong)
        outer.addLayout(foot)

    def show_wrong(self, sentence: str) -> None:
        """What could not be taken."""
        self.wrong.setText(sentence)

    def _save(self) -> None:
        raise NotImplementedError


class RegionDialog(_Asking):
    """Tells the figures and the document (`given`)."""

    given = Signal(object, str)

    def __init__(
        self, place: str, figures: Mapping[str, tuple[str, str]], document: str, parent: QWidget | None
    ) -> None:
        """`figures` are the name (with unit) and the present text of each, by id."""
        super().__init__(_("{place}的数据").format(place=place), parent)
        self.edits: dict[str, QLineEdit] = {}
        self._before = {fact: text for fact, (_name, text) in figures.items()}
        for fact, (name, text) in figures.items():
            edit = QLineEdit(text)
            edit.setAccessibleName(name)
            edit.setMaxLength(60)
            edit.setMinimumWidth(220)
            self.edits[fact] = edit
            self.form.addRow(name, edit)
        self.document = QLineEdit(document)
        self.document.setMaxLength(500)
        self.document.setAccessibleName(_("出自哪份文件"))
        self.form.addRow(_("出自哪份文件"), self.document)

    def _save(self) -> None:
        changed = {fact: edit.text() for fact, edit in self.edits.items() if edit.text() != self._before[fact]}
        if not changed:
            self.reject()
            return
        self.given.emit(changed, self.document.text())


class TaskDialog(_Asking):
    """Tells office, state, text and document of a note (`noted`)."""

    noted = Signal(str, str, str, str)

    def __init__(self, title: str, offices: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(title, parent)
        self.office, self.state = QComboBox(), QComboBox()
        self.office.addItems(list(offices))
        for key, word in STATE_WORDS.items():
            self.state.addItem(_(word), key)
        self.state.setCurrentIndex(1)
        self.text, self.document = QPlainTextEdit(), QLineEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(96)
        self.document.setMaxLength(500)
        for name, widget in (
            (_("单位"), self.office), (_("状态"), self.state), (_("进展"), self.text), (_("依据文件"), self.document)
        ):  # fmt: skip
            widget.setAccessibleName(name)
            self.form.addRow(name, widget)

    def _save(self) -> None:
        self.noted.emit(
            self.office.currentText(), str(self.state.currentData()), self.text.toPlainText(), self.document.text()
        )
