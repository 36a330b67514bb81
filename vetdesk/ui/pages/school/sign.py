"""Signing on paper (S7): draft, 定稿 with its 12 digits, sign sheet and pledge, and the scan of the stamped sheet."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton

from vetdesk.models.operations.publish_round import STAMP_WORDS
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.records.words import _, mark
from vetdesk.ui.files import ask_open, evidence_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, button, card, column, label, row

if TYPE_CHECKING:
    from vetdesk.models.operations.finalise import Seal


_MISSING = {
    "": mark("还没有放入盖章件。主管部门要纸质原件的，请直接送交，不用扫描。"),
    "scan": mark("还没有放入盖章件。主管部门要求随上报包交扫描件或照片。"),
    "original": mark("主管部门要求送交纸质原件，不用扫描；放入扫描件也可以。"),
    "none": mark("主管部门这次不要求盖章件。"),
}


class SignPage(Page):
    """Asks how far signing has come whenever it is seen; tells what is to be sealed, printed and put in."""

    standing_requested = Signal()
    seal_requested = Signal()
    unseal_requested = Signal()
    print_requested = Signal(str)
    stamped_chosen = Signal(Path)
    confirm_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("签字盖章"))
        self.put = button(_("放入盖章件…"), self._choose)
        self.seal = button(_("定稿并打印签字表"), self.seal_requested.emit, kind="primary")
        self.put_button(self.put)
        self.put_button(self.seal)
        draft = button(_("打印校核稿"), partial(self.print_requested.emit, "draft"), kind="link")
        self.body.addWidget(self._step(_("① 打印校核稿，请领导看"), _("数据还可以改，不用签字。"), draft))
        self._badge = Badge()
        self._code = label("", "number", wrap=False, selectable=True)
        self._said = label("", "muted")
        self._again = button(_("再打印签字表"), partial(self.print_requested.emit, "sign"), kind="link")
        self._pledge = button(_("打印承诺书"), partial(self.print_requested.emit, "pledge"), kind="link")
        self._changes = button(_("打印更正表"), partial(self.print_requested.emit, "corrections"), kind="link")
        self._back = button(_("撤销定稿"), self.unseal_requested.emit, kind="link")
        self._confirm = button(_("在电脑上逐级确认…"), self.confirm_requested.emit, kind="link")
        links = row(self._again, self._pledge, self._changes, self._confirm, self._back, spacing=4)
        links.addStretch(1)
        head = row(label(_("② 定稿，打印签字表，校长签字、盖公章"), "heading", wrap=False), self._badge)
        head.addStretch(1)
        self.body.addWidget(card(column(head, self._code, self._said, links, spacing=6)))
        drop = DropArea(_("③ 签字盖章后拍照或扫描，拖到这里"))
        drop.files_dropped.connect(self._dropped)
        self._stamped = label("", "muted")
        self.body.addWidget(card(column(drop, self._stamped, spacing=6)))
        note = _("再改数字，核对码会变，要重新打印。放入盖章件不会改变核对码。")
        self.body.addWidget(label(note, "small"))
        self.body.addStretch(1)
        self._links = (self._again, self._pledge, self._confirm, self._back)
        self._wanted = ""

    def _step(self, title: str, text: str, act: QPushButton) -> QFrame:
        line = row(act)
        line.addStretch(1)
        return card(column(label(title, "heading"), label(text, "muted"), line, spacing=4))

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot: what it means for the sheet is asked for."""
        each = view.standing.desk.round
        self._wanted = each.stamp
        asked = _(STAMP_WORDS[each.stamp]) if each.stamp else ""
        self.say_line(
            _("{title}　截止 {date}").format(title=each.title, date=each.deadline) + (f"　{asked}" if asked else "")
        )
        if self.isVisible():
            self.standing_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.standing_requested.emit()

    def show_seal(self, held: Seal) -> None:
        """How far signing has come."""
        sealed, outdated = held.state == "sealed", held.state == "outdated"
        words = {"open": _("还没有定稿"), "sealed": _("已定稿"), "outdated": _("定稿后改过数据")}
        self._badge.show_text(words[held.state], {"sealed": "met", "outdated": "unmet"}.get(held.state, "unknown"))
        self._code.setText(held.code if sealed else "")
        self._code.setVisible(sealed)
        when = held.at[:16].replace("T", " ")
        if sealed:
            said = _("{at} {who}定稿。签字表上印着这个核对码，主管部门打开上报包看到的是同一个。").format(
                at=when, who=held.who
            )
        elif outdated:
            said = _("{at} 的签字表（核对码 {code}）已经与现在的数据不一样：请重新定稿、打印、签字盖章。").format(
                at=when, code=held.code
            )
        else:
            said = _("定稿以后数据仍可更正，但要重新定稿、打印。")
        self._said.setText(said)
        for each in self._links:
            each.setVisible(sealed)
        self._changes.setVisible(sealed and held.before)
        self._back.setVisible(held.state != "open")
        self.put.setEnabled(sealed)
        self.seal.setText(_("定稿并打印签字表") if not outdated else _("重新定稿并打印签字表"))
        self._stamped.setText(
            _("已放入盖章件 {count} 件，随下一版上报包交给主管部门。").format(count=held.stamped)
            if held.stamped
            else _(_MISSING[self._wanted])
        )

    def _choose(self) -> None:
        self._dropped(ask_open(self, _("放入盖章件"), evidence_filter()))

    def _dropped(self, paths: list[Path]) -> None:
        for each in paths:
            self.stamped_chosen.emit(each)
