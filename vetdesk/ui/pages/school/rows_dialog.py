"""Editing the rows of a table (majors, age bands): typed or pasted from Excel and WPS, each wrong cell named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTableWidget, QTableWidgetItem, QWidget

from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.reckon import is_sum, reckon
from vetdesk.models.packs.typed import column_of, entry_text, typed_entry
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.records.tables import MOST_ROWS, rows_text
from vetdesk.models.records.words import _, pick
from vetdesk.ui.theme import look
from vetdesk.ui.widgets.parts import button, column, label, row


class RowsDialog(QDialog):
    """The dialog; `ask` gives the stored text of the rows, or None where the person went back."""

    def __init__(self, field: Field, rows: Sequence[dict[str, str]], parent: QWidget | None) -> None:
        super().__init__(parent)
        self._field = field
        self._columns = list(field.columns.values())
        self.setWindowTitle(pick(field.text))
        self.resize(960, 520)
        self.table = _Grid(pick(field.text), len(self._columns))
        self.table.setHorizontalHeaderLabels(
            [f"{pick(each.text)}（{each.unit}）" if each.unit else pick(each.text) for each in self._columns]
        )
        self.table.pasted.append(self._paste)
        self.wrong = label("", "error")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(_("确定"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("返回"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        tools = row(button(_("添加一行"), self._add), button(_("删除选中的行"), self._remove, kind="link"))
        tools.addStretch(1)
        hint = label(_("可以从 Excel 或 WPS 复制后按 Ctrl+V 粘贴；第一行是列名时按列名对应。"), "muted")
        self.note = label("", "muted")
        self.note.hide()
        outer = column(hint, self.table, tools, self.note, self.wrong, self.buttons, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
        for each in rows:
            self._append([self._shown(name, each.get(name.id, "")) for name in self._columns])
        self._add()
        self.table.itemChanged.connect(self._check)
        self._check()

    @classmethod
    def ask(cls, parent: QWidget, field: Field, rows: Sequence[dict[str, str]]) -> str | None:
        """Ask for the rows."""
        dialog = cls(field, rows, parent)
        return dialog.text() if dialog.exec() == QDialog.DialogCode.Accepted else None

    def text(self) -> str:
        """The stored text of the rows."""
        return rows_text([each for each in self._read() if each])

    @staticmethod
    def _shown(field: Field, text: str) -> str:
        return entry_text(field, Entry(State.GIVEN, text)).replace(",", "") if text else ""

    def _append(self, texts: Sequence[str]) -> None:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for column_at, text in enumerate(texts):
            self.table.setItem(at, column_at, QTableWidgetItem(text))

    def _add(self) -> None:
        if self.table.rowCount() < MOST_ROWS:
            self._append([""] * len(self._columns))

    def _remove(self) -> None:
        for at in sorted({each.row() for each in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(at)
        if not self.table.rowCount():
            self._add()
        self._check()

    def _read(self) -> list[dict[str, str]]:
        rows = []
        for at in range(self.table.rowCount()):
            found = {}
            for number, field in enumerate(self._columns):
                item = self.table.item(at, number)
                text = item.text().strip() if item is not None else ""
                if text:
                    found[field.id] = typed_entry(field, text).text
            rows.append(found)
        return rows

    def _check(self, *_changed: object) -> None:
        """Mark every cell that cannot be taken, and say why for the first."""
        wrong = ""
        self.table.blockSignals(True)
        self._work_out()
        for at in range(self.table.rowCount()):
            for number, field in enumerate(self._columns):
                item = self.table.item(at, number)
                if item is None:
                    continue
                why = self._why(field, item.text())
                item.setToolTip(why)
                item.setBackground(QColor(look.colours.unmet_soft) if why else QColor(look.colours.surface))
                if why and not wrong:
                    wrong = _("第 {row} 行“{column}”：{why}").format(row=at + 1, column=pick(field.text), why=why)
        self.table.blockSignals(False)
        self.wrong.setText(wrong)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not wrong)

    def _work_out(self) -> None:
        """Put the result in place of arithmetic typed into a number's cell (`200+150`)."""
        for at in range(self.table.rowCount()):
            for number, field in enumerate(self._columns):
                item = self.table.item(at, number)
                if item is None or not field.number or not is_sum(item.text()):
                    continue
                with suppress(ValueError):  # what cannot be worked out is said like any wrong cell
                    item.setText(reckon(item.text()))

    @staticmethod
    def _why(field: Field, text: str) -> str:
        try:
            entry = typed_entry(field, text)
        except ValueError as error:
            return str(error)
        return _("请直接用{unit}为单位").format(unit=field.unit) if entry.unit else ""

    def _paste(self) -> None:
        """Put the clipboard's cells in at the current one; a first line of headings says which columns they are."""
        cells = csv.reader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t")
        lines = [line for line in cells if any(text.strip() for text in line)]
        if not lines:
            return
        heads = [column_of(self._field, each.strip().partition("（")[0]) for each in lines[0]]
        by_name = any(heads) and len([each for each in heads if each]) * 2 >= len(heads)
        if by_name:
            places = [self._columns.index(each) if each else -1 for each in heads]
            unknown = [text.strip() for text, head in zip(lines[0], heads, strict=True) if text.strip() and not head]
            lines = lines[1:]
        else:
            start = max(self.table.currentColumn(), 0)
            places, unknown = list(range(start, start + max(map(len, lines)))), []
        first = max(self.table.currentRow(), 0)
        taken, beyond = lines[: MOST_ROWS - first], 0
        self.table.blockSignals(True)
        for at, line in enumerate(taken, start=first):
            while self.table.rowCount() <= at:
                self._append([""] * len(self._columns))
            for place, text in zip(places, line, strict=False):
                if 0 <= place < len(self._columns):
                    self.table.setItem(at, place, QTableWidgetItem(text.strip()))
                elif not by_name and text.strip():
                    beyond += 1
        self.table.blockSignals(False)
        self._check()
        said = [_("粘贴了 {count} 行").format(count=len(taken))]
        if len(lines) > len(taken):
            said.append(
                _("多出的 {count} 行没有取（最多 {limit} 行）").format(count=len(lines) - len(taken), limit=MOST_ROWS)
            )
        if unknown:
            said.append(_("没有这些列，没有取：{names}").format(names=_("、").join(unknown[:6])))
        if beyond:
            said.append(_("右边多出的 {count} 格没有取").format(count=beyond))
        self.note.setText(_("；").join(said))
        self.note.show()


class _Grid(QTableWidget):
    """Cells; Ctrl+V and Delete do what they do in a spreadsheet."""

    def __init__(self, name: str, columns: int) -> None:
        super().__init__(0, columns)
        self.setAccessibleName(name)
        self.pasted: list[Callable[[], None]] = []
        self.horizontalHeader().setDefaultSectionSize(120)
        self.verticalHeader().setDefaultSectionSize(32)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            for each in self.pasted:
                each()
            return
        if event.key() == Qt.Key.Key_Delete:
            for index in self.selectedIndexes():
                item = self.item(index.row(), index.column())
                if item is not None:
                    item.setText("")
            return
        super().keyPressEvent(event)
