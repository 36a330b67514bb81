"""Rows of a workbook that were not recognised: a person says which figure each is, and that is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from vetdesk.models.operations.harvest import OpenLabel
from vetdesk.models.operations.label_memory import Label, likely
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.words import _, pick
from vetdesk.ui.widgets.field_search import FieldSearch
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class LabelsDialog(QDialog):
    """A list of labels; the one that is chosen is placed with a search, or with one press where a figure looks alike."""

    def __init__(self, labels: Sequence[OpenLabel], form: Sequence[Field], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("没有认出的项目"))
        self.resize(900, 560)
        self._labels = labels
        self._fields = {each.id: each for each in form if each.number}
        self._placed = {(each.form, each.key): each.fact for each in labels}
        self.table = Table(_("没有认出的项目"))
        self.table.row_chosen.connect(self._show)
        self.search = FieldSearch()
        self.search.offer(list(self._fields.values()))
        self.search.chosen.connect(self.place)
        self._named = label("", "heading")
        self._guesses = row(spacing=4)
        self.none = button(_("不取用"), lambda: self.place(""), kind="link")
        self.none.setAutoDefault(False)
        line = row(label(_("它是："), wrap=False), self.search, self._guesses, self.none, spacing=8)
        line.addStretch(1)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.sure = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.sure.setText(_("记住"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("返回"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        hint = label(
            _("选中一行，说明它是哪个数据项。程序按报表和项目名称记住，下次、明年都照此取用；不用的行不用管。"), "muted"
        )
        outer = column(hint, self.table, self._named, line, buttons, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
        self._fill()
        if labels:
            self.table.choose(0)
        self.search.setFocus()

    @classmethod
    def ask(cls, parent: QWidget, labels: Sequence[OpenLabel], form: Sequence[Field]) -> dict[Label, str] | None:
        """What was said anew ('' forgets); None where the person went back."""
        dialog = cls(labels, form, parent)
        sure = dialog.exec()
        found = dialog.said()
        dialog.deleteLater()
        return found if sure else None

    def said(self) -> dict[Label, str]:
        """The labels whose figure is now another than before."""
        before = {(each.form, each.key): each.fact for each in self._labels}
        return {at: fact for at, fact in self._placed.items() if before[at] != fact}

    def place(self, fact: str) -> None:
        """The chosen row is this figure ('' for none); goes on to the next row."""
        chosen = self.table.chosen()
        if not chosen:
            return
        at = chosen[0]
        self._placed[self._labels[at].form, self._labels[at].key] = fact
        self._fill()
        self.table.choose(min(at + 1, len(self._labels) - 1) if fact else at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the search places a figure and does not end the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() is self.search:
            return
        super().keyPressEvent(event)

    def _fill(self) -> None:
        self.table.fill(
            (_("报表里的名称"), _("内容"), _("位置"), _("数据项")),
            [self._row(each, self._placed) for each in self._labels],
            stretch=3,
        )

    def _row(self, each: OpenLabel, placed: Mapping[Label, str]) -> tuple[Item, ...]:
        fact = self._fields.get(placed[each.form, each.key])
        return (
            Item(each.label),
            Item(each.value, number=True),
            Item(each.place),
            Item(pick(fact.text) if fact else "—", role="met" if fact else ""),
        )

    def _show(self, at: int) -> None:
        each = self._labels[at]
        self._named.setText(_("“{label}”（{value}）").format(label=each.label, value=each.value))
        while item := self._guesses.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for field in likely(each.key, list(self._fields.values())):
            guess = button(pick(field.text), partial(self.place, field.id))
            guess.setAutoDefault(False)
            self._guesses.addWidget(guess)
        self.none.setEnabled(bool(self._placed[each.form, each.key]))
