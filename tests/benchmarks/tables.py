"""G17 and G18: a page of 10,000 rows × 80 columns scrolled against Qt's own C++ model, sorted and filtered
against Qt's proxy over a model in Python.

    python tests/benchmarks/tables.py

Ratios against a baseline in the same run, both sides interleaved; a figure counts only where the baseline held still.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from tests.benchmarks.run import Ratio, compare, timed
from vetdesk.ui import app as program
from vetdesk.ui.widgets.table import Item, LazyRows, Table

Index = QModelIndex | QPersistentModelIndex
ROWS, COLUMNS, ROUNDS = 10_000, 80, 9
PAGES = 20


def _figures() -> list[list[int]]:
    chance = random.Random(1)
    return [[chance.randrange(100_000) for _column in range(COLUMNS)] for _row in range(ROWS)]


def _qt_model(figures: list[list[int]]) -> QStandardItemModel:
    """The same cells as items of Qt, aligned like ours."""
    model = QStandardItemModel(len(figures), COLUMNS)
    side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for row, line in enumerate(figures):
        for column, value in enumerate(line):
            item = QStandardItem()
            item.setData(f"{value:,}", Qt.ItemDataRole.DisplayRole)
            item.setData(side, Qt.ItemDataRole.TextAlignmentRole)
            model.setItem(row, column, item)
    return model


class _Plain(QAbstractTableModel):
    """The same cells as a program in Python has them behind Qt's proxy."""

    def __init__(self, figures: list[list[int]]) -> None:
        super().__init__()
        self._figures = figures

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._figures)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else COLUMNS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._figures[index.row()][index.column()]:,}"
        return None


def _scrolled(view: QTableView) -> float:
    """Seconds to show some pages, one after another."""
    bar = view.verticalScrollBar()
    step = bar.maximum() // PAGES

    def pages() -> None:
        for page in range(PAGES):
            bar.setValue(page * step)
            view.viewport().repaint()

    return timed(pages)


def main() -> int:
    """Measure. 1 where a goal is missed."""
    application = program.make_app(["vetdesk"])
    figures = _figures()
    rows = [[Item(f"{value:,}", number=True, key=value) for value in line] for line in figures]
    ours = Table("x")
    ours.fill([f"{at}" for at in range(COLUMNS)], LazyRows(ROWS, lambda at: rows[at]))
    theirs = QTableView()
    theirs.setShowGrid(False)
    theirs.verticalHeader().hide()
    theirs.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    theirs.verticalHeader().setDefaultSectionSize(34)
    model = _qt_model(figures)
    theirs.setModel(model)
    for view in (ours, theirs):
        view.resize(1280, 800)
        view.show()
        for column in range(COLUMNS):
            view.setColumnWidth(column, 80)
    QApplication.processEvents()
    proxied = QTableView()
    proxied.resize(1280, 800)
    proxy = QSortFilterProxyModel()
    plain = _Plain(figures)
    proxy.setSourceModel(plain)
    proxy.setFilterKeyColumn(-1)
    proxied.setModel(proxy)
    proxied.show()
    QApplication.processEvents()
    turns = dict.fromkeys(("our sort", "their sort", "our filter", "their filter"), 0)

    def turn(who: str) -> int:
        turns[who] += 1
        return turns[who]

    def sorted_by_us() -> float:
        down = turn("our sort") % 2 == 0

        def act() -> None:
            ours.rows.arrange(3, descending=down)
            ours.viewport().repaint()

        return timed(act)

    def sorted_by_qt() -> float:
        down = turn("their sort") % 2 == 0

        def act() -> None:
            order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            proxy.sort(3, order)
            proxied.viewport().repaint()

        return timed(act)

    keys = [" ".join(item.text for item in line) for line in rows]

    def filtered_by_us() -> float:
        """As the overview does: the rows whose text holds what is typed, then the table anew."""
        digit = turn("our filter") % 10
        wanted = f"{digit},{digit}"

        def act() -> None:
            some = [at for at, text in enumerate(keys) if wanted in text]
            ours.fill([f"{at}" for at in range(COLUMNS)], LazyRows(len(some), lambda at: rows[some[at]]))
            ours.viewport().repaint()

        return timed(act)

    def filtered_by_qt() -> float:
        digit = turn("their filter") % 10
        wanted = f"{digit},{digit}"

        def act() -> None:
            proxy.setFilterFixedString(wanted)
            proxied.viewport().repaint()

        return timed(act)

    found: list[Ratio] = [
        compare(
            "G17 scrolling ÷ QStandardItemModel", 1.3, lambda: _scrolled(theirs), lambda: _scrolled(ours), rounds=ROUNDS
        ),
        compare("G18 sorting ÷ QSortFilterProxyModel", 1 / 20, sorted_by_qt, sorted_by_us, rounds=ROUNDS),
        compare("G18 filtering ÷ QSortFilterProxyModel", 1 / 100, filtered_by_qt, filtered_by_us, rounds=4),
    ]
    for each in found:
        print(each.line(), flush=True)
    application.processEvents()
    return 1 if any(each.value > each.goal for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
