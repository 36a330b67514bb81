"""Taking figures from statistical workbooks (S4): this year's or last year's, seen before they are taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.facts import UNFILLED
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.figures import LAST, THIS
from vetdesk.ui.files import ask_open, workbooks_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table

if TYPE_CHECKING:
    from vetdesk.models.operations.harvest import Harvest
    from vetdesk.models.packs.fields import Field


class ImportPage(Page):
    """Tells which files to look at, and which figures to take."""

    look_requested = Signal(list, str)
    take_requested = Signal(object, str, object)
    labels_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("从报表取数"), scroll=False)
        self.say_line(_("把教基报表拖进来，可以一次拖多个（.xlsx、.xls、.csv）。只看内容，不改您的文件。"))
        self.put_button(button(_("选择文件…"), self._choose))
        self.take = button(_("取用"), self._take, kind="primary")
        self.put_button(self.take)
        self._this = QRadioButton(_("今年的数"))
        self._last = QRadioButton(_("去年的数"))
        self._this.setChecked(True)
        years = QButtonGroup(self)
        years.addButton(self._this)
        years.addButton(self._last)
        years.buttonClicked.connect(self._year_changed)
        drop = DropArea(_("把报表拖到这里"))
        drop.files_dropped.connect(self.take_files)
        line = row(label(_("这些数是："), wrap=False), self._this, self._last, spacing=16)
        line.addStretch(1)
        self.body.addWidget(card(column(line, drop, spacing=8)))
        self._said = label("", "heading")
        self.labels = button("", self._place_labels, kind="link")
        line = row(self._said, self.labels, spacing=12)
        line.addStretch(1)
        self.body.addLayout(line)
        self.table = Table(_("可以取用的数"))
        self.rejected = Table(_("没有取用的格子"))
        self.rejected_said = label("", "heading")
        self.body.addWidget(self.table, 3)
        self.body.addWidget(self.rejected_said)
        self.body.addWidget(self.rejected, 2)
        self._view: SchoolView | None = None
        self._files: list[Path] = []
        self._harvest: Harvest | None = None
        self._show_empty()

    @property
    def year(self) -> str:
        """`this` or `last`."""
        return LAST if self._last.isChecked() else THIS

    def show_view(self, view: SchoolView) -> None:
        """Keep a snapshot, for names of figures."""
        self._view = view

    def form(self) -> list[Field]:
        """The figures of the round."""
        assert self._view is not None
        return self._view.assessment.form()

    def _choose(self) -> None:
        paths = ask_open(self, _("选择报表"), workbooks_filter())
        if paths:
            self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Look at workbooks."""
        self._files = paths
        self.look_requested.emit(paths, self.year)

    def _year_changed(self) -> None:
        if self._files:
            self.look_requested.emit(self._files, self.year)

    def _show_empty(self) -> None:
        self._said.setText("")
        self.rejected_said.setText("")
        self.take.setEnabled(False)
        self.take.setText(_("取用"))
        self.labels.hide()
        self.table.hide()
        self.rejected.hide()
        self._harvest = None

    def show_harvest(self, harvest: Harvest) -> None:
        """Show what workbooks offer."""
        assert self._view is not None
        self._harvest = harvest
        fields = {each.id: each for each in self.form()}
        changed = [each for each in harvest.taken if each.now != each.entry]
        self._said.setText(
            _("可以取用 {count} 项，其中与现有不同 {changed} 项").format(count=len(harvest.taken), changed=len(changed))
        )
        self.table.show()
        self.table.fill(
            (_("数据项"), _("现在"), _("取用"), _("单位"), _("来源")),
            [
                (
                    Item(pick(fields[each.fact].text)),
                    Item(entry_text(fields[each.fact], each.now) if each.now != UNFILLED else "—", number=True),
                    Item(
                        entry_text(fields[each.fact], each.entry),
                        role="warn" if each.now not in (UNFILLED, each.entry) else "",
                        number=True,
                    ),
                    Item(each.entry.unit or fields[each.fact].unit),
                    Item(each.place),
                )
                for each in harvest.taken
            ],
            stretch=4,
        )
        self.rejected_said.setText(
            _("请您看一眼 {count} 项").format(count=len(harvest.rejected)) if harvest.rejected else ""
        )
        self.rejected.setVisible(bool(harvest.rejected))
        self.rejected.fill(
            (_("位置"), _("数据项"), _("内容"), _("原因")),
            [(Item(each.place), Item(each.label), Item(each.value), Item(each.reason)) for each in harvest.rejected],
            stretch=3,
        )
        self.labels.setVisible(bool(harvest.open_labels))
        self.labels.setText(_("没有认出的项目（{count}）…").format(count=len(harvest.open_labels)))
        self.take.setEnabled(bool(harvest.taken))
        self.take.setText(_("取用 {count} 项").format(count=len(harvest.taken)))

    def _place_labels(self) -> None:
        if self._harvest is not None:
            self.labels_requested.emit(self._harvest.open_labels)

    def look_again(self) -> None:
        """Look at the same workbooks once more: something else is known now."""
        self.look_requested.emit(self._files, self.year)

    def _take(self) -> None:
        if self._harvest is None:
            return
        rows = self.table.chosen()
        only = frozenset(self._harvest.taken[at].fact for at in rows) if len(rows) > 1 else None
        self.take_requested.emit(self._harvest, self.year, only)

    def taken(self) -> None:
        """The figures were stored."""
        self._files = []
        self._show_empty()
        self._said.setText(_("已取用。可以继续拖入其他报表。"))
