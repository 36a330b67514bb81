"""A table over plain rows: right-aligned numbers, verdicts as icon + word + colour, keyboard and screen readers.

Only what is shown is asked for; columns are sized from headings and the first rows, never from all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QMessageBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from vetdesk.models.records.words import _
from vetdesk.ui.theme import look

Index = QModelIndex | QPersistentModelIndex
_MEASURED = 24
"""Rows that say how wide columns are: a screen full."""
_EXCEL_ROLES = {"met": "met", "unmet": "unmet"}
_REMEMBERED = 20_000
"""Shortened texts that are kept."""


@dataclass(frozen=True, slots=True)
class Item:
    """A cell: its text, colour role (a verdict's), whether it is a number, a tooltip, and what it sorts by."""

    text: str
    role: str = ""
    number: bool = False
    tip: str = ""
    key: Any = None


class LazyRows(Sequence[Sequence[Item]]):
    """Rows that are made when they are looked at, each once: of a thousand schools a screen shows twenty."""

    def __init__(self, count: int, make: Callable[[int], Sequence[Item]]) -> None:
        self._count = count
        self._make = make
        self._made: dict[int, Sequence[Item]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Sequence[Item]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[Item]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Item] | Sequence[Sequence[Item]]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._count))]
        if not 0 <= at < self._count:
            raise IndexError(at)
        if at not in self._made:
            self._made[at] = self._make(at)
        return self._made[at]


class RowsModel(QAbstractTableModel):
    """Rows of items under headings."""

    def __init__(self) -> None:
        super().__init__()
        self._headings: tuple[str, ...] = ()
        self._rows: Sequence[Sequence[Item]] = ()
        self._order: list[int] = []

    def fill(self, headings: Sequence[str], rows: Sequence[Sequence[Item]]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._headings = tuple(headings)
        self._rows = rows
        self._order = list(range(len(rows)))
        self.endResetModel()

    def original(self, row: int) -> int:
        """The number of a shown row in the rows that were given."""
        return self._order[row]

    def shown(self, original: int) -> int:
        """The shown place of a given row."""
        return self._order.index(original)

    def item(self, row: int, column: int) -> Item:
        """The item shown at a place."""
        return self._rows[self._order[row]][column]

    def arrange(self, column: int, *, descending: bool) -> None:
        """Sort by a column, stably, without asking the view."""
        self.layoutAboutToBeChanged.emit()

        items = [row[column] for row in self._rows]
        keys: list[Any] = [each.key for each in items]
        if None in keys:  # what has no key comes after, by its text
            keys = [(1, each.text) if each.key is None else (0, each.key) for each in items]
        self._order.sort(key=keys.__getitem__, reverse=descending)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item(index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if item.number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_INSET = 9
"""Pixels between a column's edge and its text, as in the headings."""


class _Painter(QStyledItemDelegate):
    """Paints cells straight from their items, verdicts on their soft colour.

    Asking the model for each role of each cell costs three times as much, and every call back into Python waits
    where another thread is at work.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table
        self._colours: object = None
        self._pens: dict[str, tuple[QPen, QBrush]] = {}
        self._shortened: dict[tuple[str, int, bool], str] = {}
        self._chosen = QBrush()
        self._font = QFont()
        self._bold = QFont()
        self._measures = (QFontMetrics(self._font), QFontMetrics(self._bold))

    def dress(self, font: QFont) -> None:
        """Paint in this font and the colours of now."""
        self._font, self._bold = QFont(font), QFont(font)
        self._bold.setBold(True)
        self._measures = (QFontMetrics(self._font), QFontMetrics(self._bold))
        self._colours = look.colours
        self._chosen = QBrush(QColor(look.colours.accent_soft))
        self._pens = {}
        self._shortened = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = self._table.rows.item(index.row(), index.column())
        if self._colours is not look.colours:
            self.dress(self._table.font())
        role, area, state = item.role, option.rect, option.state.value  # type: ignore[attr-defined]
        pen, ground = self._pens.get(role) or self._mixed(role)
        if state & _SELECTED:
            painter.fillRect(area, self._chosen)
        words = area.adjusted(_INSET, 0, -_INSET, 0)
        text = self._fitting(item.text, words.width(), bool(role))
        painter.setPen(pen)
        if role:
            painter.fillRect(area.adjusted(2, 2, -2, -2), ground)
            painter.setFont(self._bold)
            painter.drawText(words, _RIGHT if item.number else _MIDDLE, text)
            painter.setFont(self._font)  # the view paints with this one all along
        else:
            painter.drawText(words, _RIGHT if item.number else _LEFT, text)
        if state & _FOCUSED:
            painter.setPen(QColor(look.colours.accent))
            painter.drawRect(area.adjusted(2, 2, -3, -3))

    def _mixed(self, role: str) -> tuple[QPen, QBrush]:
        text, ground = look.pair(role) if role else (self._table.palette().text().color(), "")
        self._pens[role] = QPen(QColor(text)), QBrush(QColor(ground))
        return self._pens[role]

    def _fitting(self, text: str, width: int, bold: bool) -> str:
        """The text, shortened with an ellipsis where a column is too narrow."""
        found = self._shortened.get((text, width, bold))
        if found is None:
            if len(self._shortened) > _REMEMBERED:
                self._shortened = {}
            found = self._measures[bold].elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._shortened[text, width, bold] = found
        return found


class Table(QTableView):
    """The table. `row_opened` tells the given row's number (Enter or double click), `row_chosen` the current one."""

    row_opened = Signal(int)
    row_chosen = Signal(int)
    cell_opened = Signal(int, int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.rows = RowsModel()
        self.setModel(self.rows)
        self._painter = _Painter(self)
        self.setItemDelegate(self._painter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(34)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag(int(Qt.TextFlag.TextWordWrap))
        )
        head.sectionClicked.connect(self._sort)
        self._sorted: tuple[int, bool] | None = None
        self._stretch = -1
        self._folded = False
        self._widest = 420
        self.doubleClicked.connect(self._opened)

    def fold_headings(self, *, first_column: int) -> None:
        """Headings in two lines, for tables of many columns; the first column at most so wide (pixels)."""
        self._folded = True
        font = self.font()
        font.setPixelSize(13)
        self.setFont(font)
        self._widest = first_column
        self.horizontalHeader().setFixedHeight(50)

    def fill(self, headings: Sequence[str], rows: Sequence[Sequence[Item]], *, stretch: int = -1) -> None:
        """Show rows; column `stretch` takes the width that is left."""
        self._stretch = stretch
        self._sorted = None
        self.rows.fill(headings, rows)
        self.horizontalHeader().setSortIndicatorShown(False)
        self._fit(headings, rows)
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._chosen, Qt.ConnectionType.UniqueConnection)

    def chosen(self) -> list[int]:
        """Numbers of the given rows that are selected, in their given order."""
        return sorted(self.rows.original(each.row()) for each in self.selectionModel().selectedRows())

    def choose(self, original: int) -> None:
        """Select a given row."""
        self.selectRow(self.rows.shown(original))

    def _fit(self, headings: Sequence[str], rows: Sequence[Sequence[Item]]) -> None:
        font = self.font()
        font.setBold(True)
        measure, first = QFontMetrics(font), rows[:_MEASURED]
        for column, heading in enumerate(headings):
            cells = max((measure.horizontalAdvance(row[column].text) for row in first), default=0)
            words = measure.horizontalAdvance(heading)
            folded = words // 2 + measure.averageCharWidth() * 2 if self._folded else words
            widest = self._widest if column == 0 else 420
            self.setColumnWidth(column, min(max(cells + 22, folded + 16, 56), widest))
        head = self.horizontalHeader()
        for column in range(len(headings)):
            stretched = column == self._stretch
            head.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Interactive
            )

    def _sort(self, column: int) -> None:
        descending = self._sorted == (column, False)
        self._sorted = (column, descending)
        self.rows.arrange(column, descending=descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, order)
        self.horizontalHeader().setSortIndicatorShown(True)

    def _opened(self, index: QModelIndex) -> None:
        if index.isValid():
            original = self.rows.original(index.row())
            self.row_opened.emit(original)
            self.cell_opened.emit(original, index.column())

    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(self.rows.original(current.row()))

    def content(self, rows: Sequence[int]) -> tuple[list[str], list[list[Item]]]:
        """Headings and items of shown rows."""
        columns = range(self.rows.columnCount())
        heads = [str(self.rows.headerData(each, Qt.Orientation.Horizontal)) for each in columns]
        return heads, [[self.rows.item(row, column) for column in columns] for row in rows]

    def copy_rows(self) -> None:
        """Copy the chosen rows (all where none is) with their headings, as a spreadsheet pastes them."""
        chosen = sorted({each.row() for each in self.selectionModel().selectedRows()})
        heads, items = self.content(chosen or range(self.rows.rowCount()))
        lines = [heads, *([each.text.replace("\t", " ").replace("\n", " ") for each in line] for line in items)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(each) for each in lines))

    def export(self) -> None:
        """Ask where to, and write all rows as they are sorted to a workbook."""
        from vetdesk.ui.files import ask_save

        name = self.accessibleName()
        path = ask_save(self, _("导出 Excel"), f"{name}.xlsx", _("Excel 工作簿 (*.xlsx)"))
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write all rows as they are sorted to a workbook; what cannot be written is said."""
        from vetdesk.models.records.errors import KnownError
        from vetdesk.models.reports import content as document
        from vetdesk.models.reports import to_excel

        heads, items = self.content(range(self.rows.rowCount()))
        name = self.accessibleName()
        rows = [
            tuple(document.text(each.text, role=_EXCEL_ROLES.get(each.role, "")) for each in line) for line in items
        ]
        table = document.Table(name=name, title=name, left="", right="", headings=tuple(heads), rows=rows)
        try:
            to_excel.write(document.Document(title=name, paragraphs=(), tables=(table,)), path)
        except KnownError as error:
            QMessageBox.warning(self, _("导出 Excel"), error.sentence)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(_("复制选中的行"), self.copy_rows)
        menu.addAction(_("导出 Excel…"), self.export)
        menu.exec(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._painter.dress(self.font())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._opened(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            return
        super().keyPressEvent(event)
