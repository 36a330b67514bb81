"""Submitting (S8): what stands in the way, one file, and what became of the files sent before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox

from vetdesk.models.operations.copy_checked import copy_checked
from vetdesk.models.operations.home_text import SENT_ROLES, sent_line
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.sizes import size_text
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.limits import MIB
from vetdesk.ui.files import ask_folder, ask_save, copy_files, copy_text, packages_filter, show_folder
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted
    from vetdesk.models.operations.submit import Plan


class SubmitPage(Page):
    """Tells where the submission is to be written."""

    submit_requested = Signal(Path, str, int)
    with_errors_requested = Signal()
    checks_requested = Signal()
    comparison_requested = Signal(int, int)
    plan_requested = Signal(int)
    files_dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("上报"))
        self.copy = button(_("复制文件"), self._copy_file)
        self.make = button(_("生成上报包"), self._choose, kind="primary")
        self.put_button(self.copy)
        self.put_button(self.make)
        self.copy.hide()
        self._counts = label("", "heading")
        self._hint = label("", "muted")
        self._checks = button(_("去校验"), self.checks_requested.emit, kind="link")
        self._errors = button(_("带错上报…"), self.with_errors_requested.emit, kind="link")
        self.volume = QComboBox()
        self.volume.setAccessibleName(_("一个文件最大"))
        for text, size in ((_("不分文件"), 0), (_("20 MB（邮箱）"), 20), (_("95 MB（微信）"), 95), (_("500 MB"), 500)):
            self.volume.addItem(text, size * MIB)
        self.volume.setCurrentIndex(2)
        links = row(self._checks, self._errors)
        links.addStretch(1)
        links.addWidget(label(_("一个文件最大"), "muted", wrap=False))
        links.addWidget(self.volume)
        self.volume.currentIndexChanged.connect(self._ask_plan)
        self._plan = label("", "muted")
        self.body.addWidget(card(column(self._counts, self._hint, self._plan, links, spacing=6)))
        self._made = label("", "heading")
        self._code = label("", "code", selectable=True)
        self._digits = label("", "muted", selectable=True)
        after = row(
            button(_("打开所在文件夹"), self._show_folder, kind="link"),
            button(_("复制一段话"), self._copy_text, kind="link"),
            button(_("写入 U 盘…"), self._write_to, kind="link"),
        )
        after.addStretch(1)
        self._result = card(
            column(
                self._made,
                self._code,
                self._digits,
                label(_("还没有收到回执。主管部门发来回执后，拖进来即可。"), "muted"),
                after,
                spacing=6,
            )
        )
        self._result.hide()
        self.body.addWidget(self._result)
        drop = DropArea(_("把回执、反馈意见拖到这里"))
        drop.files_dropped.connect(self.files_dropped)
        self.body.addWidget(drop)
        self._compare = button(_("与现在比较…"), self._ask_comparison, kind="link")
        self._compare.setToolTip(_("选一版与现在比，选两版互相比"))
        line = row(label(_("上报记录"), "heading", wrap=False), self._compare)
        line.insertStretch(1, 1)
        self.body.addLayout(line)
        self.table = Table(_("上报记录"))
        self.table.setMinimumHeight(160)
        self.body.addWidget(self.table, 1)
        self._none = label(_("还没有上报过。"), "muted")
        self.body.addWidget(self._none)
        self._view: SchoolView | None = None
        self._posted: Posted | None = None

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        self._view = view
        each = view.standing.desk.round
        fired = view.assessment.rules()
        block = len(view.standing.blocking())
        explain = len(view.standing.unexplained()) + len(view.standing.silent_disputes())
        notice = sum(one.severity is Severity.NOTICE for one in fired)
        self.say_line(_("{title}　截止 {date}").format(title=each.title, date=each.deadline))
        self._counts.setText(
            _("不能上报 {block} 项　需说明 {explain} 项　提醒 {notice} 项").format(
                block=block, explain=explain, notice=notice
            )
        )
        done, total = view.assessment.filled()
        self._hint.setText(
            _("已填 {done}/{total}，佐证材料 {files} 件。").format(done=done, total=total, files=len(view.evidence))
        )
        self._checks.setVisible(bool(block or explain))
        self._errors.setVisible(bool(block) and each.gate != "strict")
        self.make.setEnabled(not block and not explain)
        self.table.setVisible(bool(view.sent))
        self._none.setVisible(not view.sent)
        self._compare.setVisible(bool(view.sent))
        if self.isVisible():
            self._ask_plan()
        self.table.fill(
            (_("版次"), _("生成时间"), _("核对码"), _("到哪一步了")),
            [
                (
                    Item(_("第 {seq} 版").format(seq=one.seq)),
                    Item(one.at[:16].replace("T", " ")),
                    Item(short_code(one.hash)),
                    Item(
                        sent_line(one, dt.datetime.now(dt.UTC).astimezone().date()),
                        role=SENT_ROLES.get(one.state, "warn"),
                    ),
                )
                for one in view.sent
            ],
            stretch=1,
        )

    def _ask_plan(self, *_changed: object) -> None:
        if self._view is not None and self._view.evidence:
            self.plan_requested.emit(int(self.volume.currentData()))
        else:
            self._plan.hide()

    def show_plan(self, way: Plan) -> None:
        """How large it will be, in how many files, and what is left out."""
        said = [_("佐证材料约 {size}").format(size=size_text(way.size))] if way.size or not way.held else []
        if way.files > 1:
            said.append(_("分成 {count} 个文件").format(count=way.files))
        if way.held:
            said.append(_("主管部门已经有的 {count} 件不再带").format(count=len(way.held)))
        self._plan.setText(_("，").join(said))
        self._plan.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_plan()

    def _ask_comparison(self) -> None:
        """The versions chosen, at most two; the newest where none is."""
        assert self._view is not None
        chosen = self.table.chosen()[:2] or [0]
        seqs = sorted(self._view.sent[at].seq for at in chosen)
        self.comparison_requested.emit(seqs[0], seqs[1] if len(seqs) > 1 else 0)

    def suggested_name(self) -> str:
        """The name offered for the next file (WORDS 2.3)."""
        assert self._view is not None
        period = self._view.standing.desk.round.period
        seq = (self._view.sent[0].seq if self._view.sent else 0) + 1
        return _("{period}达标自评_上报包_{school}_第{seq}版.vdpkg").format(
            period=period, school=self._view.standing.unit.name, seq=seq
        )

    def _choose(self) -> None:
        self.ask_and_submit("")

    def ask_and_submit(self, with_errors: str) -> None:
        """Ask where to write, then tell."""
        path = ask_save(self, _("生成上报包"), self.suggested_name(), packages_filter())
        if path is not None:
            self.submit_requested.emit(path, with_errors, int(self.volume.currentData()))

    def show_posted(self, made: tuple[Posted, str]) -> None:
        """The file was written and verified; the 30 digits are for the bureau's first comparison."""
        posted, digits = made
        self._posted = posted
        self._digits.setText(_("身份码（主管部门第一次核对身份时用）：{digits}").format(digits=digits))
        self._made.setText(
            _("已生成，检查无误（{size}）。{file}").format(size=size_text(posted.size), file=posted.path.name)
        )
        code = _("核对码 {code}").format(code=posted.code)
        if posted.rest:
            code += _("　分成 {count} 个文件，请全部发送").format(count=1 + len(posted.rest))
        self._code.setText(code)
        self._result.show()
        self.copy.show()

    def _copy_file(self) -> None:
        if self._posted is not None:
            copy_files([self._posted.path, *self._posted.rest])
            self.copy.setText(_("已复制，可以粘贴到微信"))

    def _copy_text(self) -> None:
        if self._posted is not None and self._view is not None:
            copy_text(
                _("【达标自评】{school}第 {seq} 版已上报，文件“{file}”，核对码 {code}，请查收。").format(
                    school=self._view.standing.unit.name,
                    seq=self._posted.seq,
                    file=self._posted.path.name,
                    code=self._posted.code,
                )
            )

    def _write_to(self) -> None:
        """Copy to a stick and compare what arrived there with what was written."""
        if self._posted is None:
            return
        folder = ask_folder(self, _("写入 U 盘"), Path.home())
        if folder is None:
            return
        try:
            for each in (self._posted.path, *self._posted.rest):
                copy_checked(each, folder / each.name)
        except KnownError as error:
            self._made.setText(error.sentence)
            return
        self._made.setText(_("已写入并读回核对无误：{folder}。现在可以安全弹出 U 盘。").format(folder=folder))

    def _show_folder(self) -> None:
        if self._posted is not None:
            show_folder(self._posted.path)
