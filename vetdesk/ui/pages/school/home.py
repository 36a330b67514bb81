"""A school's home (S3): the verdict sentence, every unmet indicator with its exact shortage, what to do next."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from vetdesk.models.operations.home_summary import GapLine, HomeSummary
from vetdesk.models.records.words import _
from vetdesk.ui.files import copy_text
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, Meter, button, card, clear, column, hairline, label, row

if TYPE_CHECKING:
    from vetdesk.models.operations.views import SchoolView


def deadline_line(deadline: str, today: dt.date | None = None) -> str:
    """`离截止还有 12 天` or `已过截止 3 天`."""
    today = today or dt.datetime.now(dt.UTC).astimezone().date()
    try:
        left = (dt.date.fromisoformat(deadline) - today).days
    except ValueError:
        return ""
    if left > 0:
        return _("离截止还有 {days} 天").format(days=left)
    return _("今天截止") if left == 0 else _("已过截止 {days} 天，仍可上报").format(days=-left)


class SchoolHome(Page):
    """Where a school sees how it stands."""

    field_requested = Signal(str)
    page_requested = Signal(str)
    files_dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("首页"))
        self.setMinimumWidth(820)
        self._filled = Meter(_("已填"))
        self._met = Meter(_("达标"), role="met")
        self.put_meter(self._filled)
        self.put_meter(self._met)
        self.put_button(button(_("从报表取数…"), partial(self.page_requested.emit, "import")))
        self.first = button(_("继续填报"), partial(self.page_requested.emit, "fill"), kind="primary")
        self.put_button(self.first)
        self.sentence = label("", "verdict", selectable=True)
        self._standard = label("", "muted")
        self._copy = button(_("复制一段话"), self._copy_sentence, kind="link")
        copies = row(self._copy)
        copies.addStretch(1)
        self._banner_text = label("")
        line = row(self._banner_text, button(_("去看看"), partial(self.page_requested.emit, "findings")))
        line.setStretch(0, 1)
        self._banner = card(line, kind="banner")
        self._verdict = card(column(self._standard, self.sentence, copies, spacing=6))
        self._gaps = QVBoxLayout()
        self._next = QVBoxLayout()
        self._others = QVBoxLayout()
        self._fold = button("", self._toggle_others, kind="link")
        self._others_card = card(self._others)
        self._others_card.hide()
        drop = DropArea(_("把主管部门发来的回执、反馈意见拖到这里"))
        drop.files_dropped.connect(self.files_dropped)
        gaps = card(column(label(_("还差什么"), "heading"), self._gaps, spacing=6))
        todo = card(column(label(_("接下来做什么"), "heading"), self._next, drop, spacing=8))
        todo.setMinimumWidth(280)
        both = row(spacing=12)
        both.addWidget(gaps, 3)
        both.addWidget(todo, 2)
        self.body.addWidget(self._banner)
        self.body.addWidget(self._verdict)
        self.body.addLayout(both)
        self.body.addWidget(self._fold)
        self.body.addWidget(self._others_card)
        self.body.addStretch(1)
        self._shown: HomeSummary | None = None

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        from vetdesk.models.operations.home_text import summarise

        self.show_summary(summarise(view))

    def show_summary(self, said: HomeSummary) -> None:
        """Draw what is said; what is shown already is left alone."""
        if said == self._shown:
            return
        self._shown = said
        self.say_title(said["school"])
        self.say_line(said["round_line"].replace("{left}", deadline_line(said["deadline"])))
        self._filled.show_count(*said["filled"])
        self._met.show_count(*said["met"])
        self._standard.setText(said["standard"])
        self.sentence.setText(said["sentence"])
        self._banner_text.setText(said["banner"])
        self._banner.setVisible(bool(said["banner"]))
        self._show_gaps(said)
        self._show_next(said)
        self._show_others(said)

    def _show_gaps(self, said: HomeSummary) -> None:
        clear(self._gaps)
        if not said["gaps"]:
            self._gaps.addWidget(label(said["no_gap"], "muted"))
        for each in said["gaps"]:
            self._gaps.addLayout(self._gap_row(each))
            self._gaps.addWidget(hairline())
        if said["open_line"]:
            self._gaps.addWidget(label(said["open_line"], "muted"))
        self._gaps.addStretch(1)

    def _gap_row(self, each: GapLine) -> QVBoxLayout:
        head = row(Badge(each["badge"], each["role"]), label(each["name"], wrap=False), spacing=10)
        head.addStretch(1)
        head.addWidget(button(_("去填报"), partial(self.field_requested.emit, each["fact"]), kind="link"))
        made = column(head, label(each["numbers"], "small"), spacing=2)
        if each["gap"]:
            made.addWidget(label(each["gap"], "strong", selectable=True))
        return made

    def _show_next(self, said: HomeSummary) -> None:
        clear(self._next)
        for each in said["todo"]:
            slot = (
                partial(self.field_requested.emit, each["fact"])
                if each["fact"]
                else partial(self.page_requested.emit, each["page"])
            )
            self._next.addWidget(button(f"›  {each['text']}", slot, kind="row"))
        if said["sent"]:
            line = row(label(said["sent"], "muted", wrap=False), Badge(said["sent_badge"], said["sent_role"]))
            line.addStretch(1)
            self._next.addLayout(line)
        self._next.addStretch(1)

    def _show_others(self, said: HomeSummary) -> None:
        clear(self._others)
        self._fold.setVisible(bool(said["others"]))
        self._fold.setText(_("参考标准 {count} 个 ▾").format(count=len(said["others"])))
        for title, sentence in said["others"]:
            self._others.addWidget(label(title, "muted"))
            self._others.addWidget(label(sentence, selectable=True))

    def _toggle_others(self) -> None:
        self._others_card.setVisible(not self._others_card.isVisible())

    def _copy_sentence(self) -> None:
        if self._shown is not None:
            copy_text(self._shown["copied"])
            self._copy.setText(_("已复制"))

    def entered(self) -> None:
        self.first.setFocus()
        self._copy.setText(_("复制一段话"))
