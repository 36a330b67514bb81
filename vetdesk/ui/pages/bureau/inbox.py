"""Receiving (B6): every file previewed before anything changes, taken in one act, identities compared, one reply."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea

from vetdesk.models.operations.post import Posted
from vetdesk.models.operations.receive import Offer, Outcome, Received
from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.words import _
from vetdesk.models.rollup.reminders import reply_message
from vetdesk.models.store.exchange import PackageRecord
from vetdesk.models.sync.refusals import kind_word
from vetdesk.ui.files import ask_folder, ask_open, ask_save, copy_file, copy_text, packages_filter
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.preview_dialog import ROLES
from vetdesk.ui.widgets.table import Item, LazyRows, Table
from vetdesk.ui.widgets.watched_folder import Mark, WatchedFolder, remember_watched, watched_before


class InboxPage(Page):
    """Tells which files to look at, which to take, and where the reply is to be written."""

    look_requested = Signal(list)
    take_requested = Signal(list)
    reply_requested = Signal(Path)
    undo_requested = Signal(str)
    log_requested = Signal(Path)

    def __init__(self) -> None:
        super().__init__(_("收件"), scroll=False)
        self._reply = button(_("生成回执…"), self._ask_reply)
        self.take = button(_("接收"), self._take, kind="primary")
        self.put_button(self._reply)
        self.put_button(self.take)
        self.take.setEnabled(False)
        drop = DropArea(_("把收到的文件拖进来，多个、文件夹都行"))
        drop.files_dropped.connect(self.take_files)
        self.body.addWidget(drop)
        self.said = label("", "heading")
        self.watched = WatchedFolder(self)
        self.watched.found.connect(self._say_new)
        self._new: list[Path] = []
        self.news = button("", self._look_at_new, kind="link")
        self.news.hide()
        self._watching = button(_("盯着一个文件夹…"), self._ask_watched, kind="link")
        choose = row(self.said, self.news, self._watching, button(_("选择文件…"), self.choose, kind="link"))
        choose.setStretch(0, 1)
        self.body.addLayout(choose)
        self.table = Table(_("收到的文件"))
        self.table.hide()
        self.table.row_chosen.connect(self._show_changes)
        self.body.addWidget(self.table, 3)
        self.changes = label("", selectable=True)
        self._preview = QScrollArea()
        self._preview.setWidgetResizable(True)
        self._preview.setWidget(card(column(self.changes), kind="quiet"))
        self._preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._preview.setMaximumHeight(150)
        self._preview.hide()
        self.body.addWidget(self._preview)
        self.made = label("", "muted", selectable=True)
        self._copy = button(_("复制文件"), self._copy_file, kind="link")
        self._copy.hide()
        self._copy_words = button(_("复制通知文字"), self._copy_text, kind="link")
        self._copy_words.hide()
        line = row(self.made, self._copy, self._copy_words)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.undo = button(_("撤销这次接收…"), self._undo, kind="link")
        self._log = button(_("打印接收记录…"), self._ask_log, kind="link")
        self._log.hide()
        recent = row(label(_("最近接收"), "heading"), self._log, self.undo)
        recent.setStretch(0, 1)
        self.body.addLayout(recent)
        self.history = Table(_("最近接收"))
        self.body.addWidget(self.history, 2)
        self._files: list[Path] = []
        self._offers: tuple[Offer, ...] = ()
        self._received: list[str] = []
        self._posted: Posted | None = None
        self._period = ""
        self._place = ""
        self._view: BureauView | None = None

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self._view = view
        if self._place != view.folder:
            self._place = view.folder
            self._watch(*watched_before(view.folder))
        self._period = view.desk.round.period if view.desk else ""
        self._reply.setEnabled(bool(view.submissions))
        names = view.names
        self.say_line(_("已接收 {count} 个文件").format(count=len(view.received)))
        self._received = [each.hash for each in view.received[:200]]
        self.undo.setEnabled(bool(self._received))
        self.history.fill(
            (_("时间"), _("种类"), _("来自"), _("版次")),
            LazyRows(len(self._received), lambda at: _history_row(view.received[at], names)),
            stretch=2,
        )

    def _ask_watched(self) -> None:
        """Watch a folder for files that come in; once more to watch none."""
        if self.watched.folder is not None:
            self._watch(None, [])
            remember_watched(self._place, None, [])
            return
        folder = ask_folder(self, _("盯着哪个文件夹"), Path(self._place).parent)
        if folder is not None:
            remember_watched(self._place, folder, [])
            self._watch(folder, [])

    def _watch(self, folder: Path | None, seen: list[Mark]) -> None:
        self.watched.watch(folder, seen)
        self.news.hide()
        self._watching.setText(
            _("盯着一个文件夹…") if folder is None else _("不再盯着“{folder}”").format(folder=folder.name)
        )

    def _say_new(self, paths: list[Path]) -> None:
        self._new = paths
        self.news.setText(_("收件文件夹里有 {count} 个新文件，看看").format(count=len(paths)))
        self.news.setVisible(bool(paths))

    def _look_at_new(self) -> None:
        """Preview what is new in the watched folder; nothing is taken before the officer says so."""
        self.news.hide()
        remember_watched(self._place, self.watched.folder, self.watched.look_done())
        self.take_files(self._new)

    def choose(self) -> None:
        """Ask for files."""
        paths = ask_open(self, _("选择收到的文件"), packages_filter())
        if paths:
            self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Look at files."""
        self._files = paths
        self.look_requested.emit(paths)

    def _take(self) -> None:
        self.take_requested.emit(self._files)

    def show_offers(self, result: Received) -> None:
        """Show what can be done with each file, or what was done."""
        counts = {outcome: sum(each.outcome is outcome for each in result.offers) for outcome in Outcome}
        waiting = sum(bool(each.arrival and each.arrival.unconfirmed) for each in result.offers)
        can = counts[Outcome.CAN_TAKE]
        self.take.setEnabled(bool(can))
        self.take.setText(_("接收 {count} 个").format(count=can) if can else _("接收"))
        parts = []
        if can:
            parts.append(_("可以接收 {count} 个").format(count=can))
        if counts[Outcome.TAKEN]:
            parts.append(_("已接收 {count} 个").format(count=counts[Outcome.TAKEN]))
        if waiting:
            parts.append(_("待核对身份 {count} 个（先接收，以后核对）").format(count=waiting))
        if counts[Outcome.KNOWN]:
            parts.append(_("已经接收过 {count} 个").format(count=counts[Outcome.KNOWN]))
        if counts[Outcome.REFUSED]:
            parts.append(_("没有接收 {count} 个").format(count=counts[Outcome.REFUSED]))
        self.said.setText("　".join(parts))
        self._offers = result.offers
        self._preview.hide()
        self._log.setVisible(bool(result.taken))
        self.table.show()
        self.table.fill((_("结果"), _("文件"), _("说明")), LazyRows(len(result.offers), self._offer_row), stretch=2)

    def _offer_row(self, at: int) -> tuple[Item, ...]:
        each = self._offers[at]
        return (
            Item(each.outcome.word, role=ROLES[each.outcome], key=list(Outcome).index(each.outcome)),
            Item(each.file),
            Item(each.sentence, tip=each.sentence),
        )

    def _show_changes(self, number: int) -> None:
        """What the chosen file would change."""
        lines = self._offers[number].changes if 0 <= number < len(self._offers) else ()
        self.changes.setText("\n".join(lines))
        self._preview.setVisible(bool(lines))

    def _undo(self) -> None:
        """The chosen import, else the last one."""
        chosen = self.history.chosen()
        at = chosen[0] if chosen else 0
        if at < len(self._received):
            self.undo_requested.emit(self._received[at])

    def _ask_log(self) -> None:
        path = ask_save(self, _("打印接收记录"), _("接收记录.html"), _("网页 (*.html)"))
        if path is not None:
            self.log_requested.emit(path)

    def _ask_reply(self) -> None:
        name = _("{period}达标自评_回复.vdpkg").format(period=self._period)
        path = ask_save(self, _("生成回执"), name, packages_filter())
        if path is not None:
            self.reply_requested.emit(path)

    def show_posted(self, posted: Posted) -> None:
        """The reply was written."""
        self._posted = posted
        self.made.setText(
            _("已生成一个文件，发到工作群即可，各校只能打开自己的部分：{file}　核对码 {code}").format(
                file=posted.path.name, code=posted.code
            )
        )
        self._copy.show()
        self._copy_words.show()

    def _copy_text(self) -> None:
        """What to write beside the reply."""
        if self._posted is not None and self._view is not None and self._view.board is not None and self._view.desk:
            title = self._view.desk.round.title
            copy_text(reply_message(self._view.board, title=title, file=self._posted.path.name, code=self._posted.code))

    def _copy_file(self) -> None:
        if self._posted is not None:
            copy_file(self._posted.path)


def _history_row(each: PackageRecord, names: Mapping[str, str]) -> tuple[Item, ...]:
    return (
        Item(each.at[:16].replace("T", " ")),
        Item(kind_word(each.kind)),
        Item(names.get(each.issuer_id, each.issuer_id)),
        Item(_("第 {seq} 版").format(seq=each.seq)),
    )
