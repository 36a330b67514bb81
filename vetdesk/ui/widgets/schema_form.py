"""A form drawn from the schema of a standard's source form: one field for each column, told when it is left."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from vetdesk.models.packs.cells import text_of, texts_cells, texts_value, value_of
from vetdesk.models.packs.schema import Column, Sheet, get
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import label

_LINES = ("words", "pairs", "bands", "related", "json")
_LONG = ("formula", "when", "applies", "value")
_SIGNS = ("≥", "≤", ">", "<", "=", "≈")


class SchemaForm(QWidget):
    """Fields of one row. Tells `changed` with key and value when a field is left with another value than it had."""

    changed = Signal(str, object)

    def __init__(self, sheet: Sheet, *, only: frozenset[str] | None = None) -> None:
        super().__init__()
        self._sheet = sheet
        self._row: Mapping[str, Any] = {}
        self._fields: dict[str, _Field] = {}
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for column in sheet.columns:
            if only is not None and column.key not in only:
                continue
            for part in ("zh", "en") if column.kind == "texts" else ("",):
                made = _Field(column, part)
                made.left.connect(partial(self._left, column, part))
                self._fields[f"{column.key}|{part}"] = made
                name = label(made.name, "small")
                name.setToolTip(_(column.hint) if column.hint else "")
                name.setFixedWidth(104)
                form.addRow(name, made)
        self.setLayout(form)

    def show_row(self, row: Mapping[str, Any], *, editable: bool) -> None:
        """Show a row's values."""
        self._row = row
        for made in self._fields.values():
            made.show_value(get(row, made.column.key))
            made.setEnabled(editable)

    def say_wrong(self, key: str, why: str) -> None:
        """Mark the field of a key; '' for none takes all marks away."""
        for made in self._fields.values():
            hit = bool(key) and made.column.key.startswith(key)
            made.say_wrong(why if hit else "")

    def field(self, key: str, part: str = "") -> _Field:
        """The field of a key."""
        return self._fields[f"{key}|{part}"]

    def _left(self, column: Column, part: str) -> None:
        made = self._fields[f"{column.key}|{part}"]
        try:
            if part:
                value: Any = texts_value(*(self._fields[f"{column.key}|{each}"].text() for each in ("zh", "en")))
            else:
                value = value_of(column, made.text())
        except ValueError as error:
            made.say_wrong(str(error))
            return
        made.say_wrong("")
        before = get(self._row, column.key)
        if column.kind == "flag":
            before, value = bool(column.default if before is None else before), bool(value)
        if (before or None) != (value or None) or (column.kind == "flag" and before != value):
            self.changed.emit(column.key, value)


class _Field(QWidget):
    """One field with the reason why its text cannot be taken."""

    left = Signal()

    def __init__(self, column: Column, part: str) -> None:
        super().__init__()
        self.column = column
        self._part = part
        self.name = _(column.heading) + (_("（英文）") if part == "en" else "")
        self._edit = self._made()
        self._edit.setAccessibleName(self.name)
        self._wrong = label("", "error")
        self._wrong.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._edit)
        box.addWidget(self._wrong)

    def _made(self) -> QWidget:
        if self.column.kind == "flag":
            check = QCheckBox()
            check.clicked.connect(self._leave)
            return check
        if self.column.kind == "cmp":
            combo = QComboBox()
            combo.addItems(_SIGNS)
            combo.activated.connect(self._leave)
            return combo
        if self.column.kind in (*_LINES, "texts") or self.column.key in _LONG:
            return _Lines(self._leave, rows=3 if self.column.kind in (*_LINES, "texts") else 2)
        line = QLineEdit()
        line.setPlaceholderText(_(self.column.hint) if self.column.hint else "")
        line.editingFinished.connect(self._leave)
        return line

    def _leave(self, *_args: object) -> None:
        self.left.emit()

    def text(self) -> str:
        """What stands in the field, as a cell would hold it."""
        match self._edit:
            case QCheckBox():
                return "是" if self._edit.isChecked() else "否"
            case QComboBox():
                return self._edit.currentText()
            case QPlainTextEdit():
                return self._edit.toPlainText()
            case QLineEdit():
                return self._edit.text()
        raise AssertionError

    def type_text(self, text: str) -> None:
        """Put a text in as if typed, and leave the field."""
        self._put(text)
        self.left.emit()

    def show_value(self, value: Any) -> None:
        """Show a value; a field that is being typed in keeps what is typed."""
        if self._edit.hasFocus() and not isinstance(self._edit, QCheckBox | QComboBox):
            return
        if self._part:
            self._put(texts_cells(value)[self._part == "en"])
        elif self.column.kind == "flag":
            self._put("是" if (self.column.default if value is None else value) else "否")
        else:
            self._put(text_of(self.column, value))

    def _put(self, text: str) -> None:
        match self._edit:
            case QCheckBox():
                self._edit.setChecked(text == "是")
            case QComboBox():
                self._edit.setCurrentText(text)
            case QPlainTextEdit():
                if self._edit.toPlainText() != text:
                    self._edit.setPlainText(text)
            case QLineEdit():
                if self._edit.text() != text:
                    self._edit.setText(text)
                    self._edit.setCursorPosition(0)

    def say_wrong(self, why: str) -> None:
        """Say why the text cannot be taken; '' where it can."""
        self._wrong.setText(why)
        self._wrong.setVisible(bool(why))


class _Lines(QPlainTextEdit):
    """A few lines; Tab goes on, leaving tells."""

    def __init__(self, leave: Any, *, rows: int) -> None:
        super().__init__()
        self._leave = leave
        self.setTabChangesFocus(True)
        self.setFixedHeight(rows * 20 + 14)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._leave()
            return
        super().keyPressEvent(event)
