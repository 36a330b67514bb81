"""Finds a figure of the form by its name, an alias, its id or the pinyin initials of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from vetdesk.models.packs.fields import Field
from vetdesk.models.records.words import _, pick

_KEYS = Qt.ItemDataRole.UserRole + 1
_FACT = Qt.ItemDataRole.UserRole + 2


class FieldSearch(QLineEdit):
    """Offers what fits while somebody types; tells the figure that was chosen. Names are read at the first use."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(_("找数据项"))
        self.setToolTip(_("名称或拼音首字母（Ctrl+F）"))
        self.setAccessibleName(_("找数据项"))
        self.setFixedWidth(176)
        self._fields: Sequence[Field] = ()
        self._model = QStandardItemModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionRole(_KEYS)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        completer.popup().setMinimumWidth(260)
        completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]
        self.setCompleter(completer)
        self.textEdited.connect(self._read)
        self.returnPressed.connect(self._take_first)

    def offer(self, fields: Sequence[Field]) -> None:
        """What can be found from now on."""
        self._fields = fields
        self._model.clear()

    def _read(self, _text: str) -> None:
        if self._model.rowCount() or not self._fields:
            return
        from vetdesk.ui.pages.school.choose_school import initials

        for field in self._fields:
            name = pick(field.text)
            item = QStandardItem(name)
            item.setData(" ".join((name, initials(field.text["zh"]), field.id, *field.aliases)), _KEYS)
            item.setData(field.id, _FACT)
            self._model.appendRow(item)
        self.completer().setCompletionPrefix(self.text())

    def _activated(self, index: QModelIndex) -> None:
        self._choose(str(index.data(_FACT)))

    def _take_first(self) -> None:
        """Enter without a choice takes the first that fits."""
        completer = self.completer()
        if self.text().strip() and completer.setCurrentRow(0):
            self._choose(str(completer.currentIndex().data(_FACT)))

    def _choose(self, fact: str) -> None:
        self.clear()
        self.chosen.emit(fact)
