"""Two computers of one school: hand the work over, merge it, and decide where both differ (原来 / 甲 / 乙)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame

from vetdesk.models.operations.conflict_cards import Card
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_folder, ask_save, documents, packages_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, button, card, clear, column, label, row

LETTERS = "甲乙丙丁戊己庚辛"


class MergePage(Page):
    """Tells where a copy is to be written, which files came, and what was decided."""

    copy_requested = Signal(Path)
    files_dropped = Signal(list)
    decided = Signal(str, int, str)
    sheets_requested = Signal(Path)

    def __init__(self) -> None:
        super().__init__(_("合并"))
        self.export = button(_("导出工作副本…"), self._ask_copy)
        self.sheets = button(_("生成分工表…"), self._ask_sheets)
        self.put_button(self.sheets)
        self.put_button(self.export)
        drop = DropArea(_("把另一台电脑的工作副本、同事填好的分工表拖到这里，逐项合并"))
        drop.files_dropped.connect(self.files_dropped)
        self.body.addWidget(drop)
        self._cards = column(spacing=12)
        self.body.addLayout(self._cards)
        self.body.addStretch(1)
        self._name = ""

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        waiting = [each for each in view.conflicts if each.state == "open"]
        done = [each for each in view.conflicts if each.state != "open"]
        self._name = _("{period}达标自评_工作副本_{school}.vdpkg").format(
            period=view.standing.desk.round.period, school=view.standing.unit.name
        )
        self.say_line(_("两边填得不一样的 {count} 处，由您决定采用哪一个").format(count=len(waiting)))
        clear(self._cards)
        if not view.conflicts:
            self._cards.addWidget(
                card(
                    column(
                        label(
                            _(
                                "没有不一致。几个人分在两台电脑上填时，在一台上导出工作副本，到另一台上拖进来："
                                "一样的合并，只有一边填的采用，两边不一样的列在这里。"
                            ),
                            "muted",
                        )
                    )
                )
            )
        for each in waiting:
            self._cards.addWidget(self._conflict(each))
        if done:
            self._cards.addWidget(label(_("已经决定的"), "heading"))
        for each in done:
            said = _("{name}：采用“{chosen}”　{who}：{reason}").format(
                name=each.name, chosen=each.chosen, who=each.who, reason=each.reason
            )
            self._cards.addWidget(card(column(label(said, "muted", selectable=True)), kind="quiet"))

    def _conflict(self, each: Card) -> QFrame:
        head = row(Badge(_("! 两边不一样"), "warn"), label(each.name, "heading"))
        head.setStretch(1, 1)
        made = column(head, label(_("原来：{text}").format(text=each.base), "muted", selectable=True), spacing=8)
        reason = QComboBox()
        reason.setEditable(True)
        reason.addItems([_("已核对原件"), _("以归口部门填的为准"), _("以最近填的为准")])
        reason.setAccessibleName(_("为什么采用"))
        for at, (text, who, when) in enumerate(each.variants, start=1):
            letter = LETTERS[at - 1] if at <= len(LETTERS) else str(at)
            by = "　".join(filter(None, (who or _("没有记录"), when[:16].replace("T", " "))))
            choose = button(_("采用{letter}").format(letter=letter), partial(self._decide, each.id, at, reason))
            choose.setAccessibleName(_("采用{letter}：{text}").format(letter=letter, text=text))
            line = row(label(f"{letter}　{text}", selectable=True), label(by, "muted", wrap=False), choose, spacing=12)
            line.setStretch(0, 1)
            made.addLayout(line)
        why = row(label(_("理由"), "muted", wrap=False), reason)
        why.setStretch(1, 1)
        made.addLayout(why)
        return card(made)

    def _decide(self, id_: str, number: int, reason: QComboBox) -> None:
        text = reason.currentText().strip()
        if not text:
            reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.decided.emit(id_, number, text)

    def _ask_sheets(self) -> None:
        folder = ask_folder(self, _("分工表放到哪个文件夹"), documents())
        if folder is not None:
            self.sheets_requested.emit(folder)

    def _ask_copy(self) -> None:
        path = ask_save(self, _("导出工作副本"), self._name, packages_filter())
        if path is not None:
            self.copy_requested.emit(path)
