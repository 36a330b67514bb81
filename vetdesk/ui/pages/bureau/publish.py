"""Publishing a round (B4, B5): the deciding standard, reference standards, dates; one file for all schools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QFormLayout, QGridLayout, QLineEdit, QVBoxLayout

from vetdesk.models.operations.publish_round import STAMP_WORDS, RoundPlan
from vetdesk.models.operations.round_plan import GATE_WORDS, STAGE_WORDS
from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.words import _
from vetdesk.models.rollup.outliers import FEWEST
from vetdesk.ui.files import ask_open, ask_save, copy_file, copy_text, packages_filter, workbooks_filter
from vetdesk.ui.pages.bureau.deciders import Deciders
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted


USUAL = ("cn_db_2022_zz", "cn_zz_2010")
"""The standards chosen at first: the national key indicators decide, the set-up standard is computed beside them."""


class PublishPage(Page):
    """Tells the plan and where the task file is to be written."""

    publish_requested = Signal(object, Path)

    def __init__(self) -> None:
        super().__init__(_("年度任务"))
        self.make = button(_("生成任务包"), self._make, kind="primary")
        self.put_button(self.make)
        today = QDate.currentDate()
        self.title = QLineEdit()
        self.period = QLineEdit(str(today.year()))
        self.deadline = QDateEdit(today.addDays(30))
        self.point = QDateEdit(QDate(today.year(), 9, 1))
        for each in (self.deadline, self.point):
            each.setCalendarPopup(True)
            each.setDisplayFormat("yyyy-MM-dd")
        self.deciding = QComboBox()
        self.stamp = QComboBox()
        self.stamp.addItem(_("由学校选择"), "")
        for key, word in STAMP_WORDS.items():
            self.stamp.addItem(_(word), key)
        self.scope = QLineEdit()
        self.scope.setPlaceholderText(_("空着就是名录里全部学校；也可写县名、办学类型代码、标识码，用空格隔开"))
        self.gate = QComboBox()
        for key, word in GATE_WORDS.items():
            self.gate.addItem(_(word), key)
        self.last_year = QComboBox()
        self.last_year.addItem(_("不带"), "")
        self.last_year.addItem(_("从 Excel 表带入…"), "table")
        self.last_year.activated.connect(self._choose_last_year)
        self.title.setPlaceholderText(_("例如：2026 年度达标自评"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for name, widget in (
            (_("任务名称"), self.title),
            (_("年度"), self.period),
            (_("截止日期"), self.deadline),
            (_("数据时点"), self.point),
            (_("任务范围"), self.scope),
            (_("盖章件"), self.stamp),
            (_("上报关口"), self.gate),
            (_("去年的数据"), self.last_year),
            (_("主标准：说“达标”只按它"), self.deciding),
        ):
            widget.setAccessibleName(name)
            widget.setMaximumWidth(420)
            form.addRow(name, widget)
        self.deciders = Deciders()
        form.addRow(_("别的主标准：只管这些学校"), self.deciders)
        form.addRow(_("阶段：勾选并填截止日期"), self._stage_lines())
        self.peers = QCheckBox(_("附上同类学校的分布（只有分位数，不足 {count} 所的不给）").format(count=FEWEST))
        self.peers.setChecked(True)
        form.addRow("", self.peers)
        self._others = QVBoxLayout()
        form.addRow(_("参考标准：一并算出，不影响结论"), self._others)
        self.body.addWidget(card(form))
        self._made = label("", "heading", selectable=True)
        self._copies = row(
            button(_("复制文件"), self._copy_file), button(_("复制通知文字"), self._copy_text, kind="link")
        )
        self._copies.addStretch(1)
        self._result = card(
            column(self._made, label(_("一个文件发给所有学校，可以直接发到工作群。"), "muted"), self._copies, spacing=8)
        )
        self._result.hide()
        self.body.addWidget(self._result)
        self._rounds = label("", "muted")
        self.body.addWidget(self._rounds)
        self.body.addStretch(1)
        self._checks: dict[str, QCheckBox] = {}
        self._posted: Posted | None = None
        self._plan: RoundPlan | None = None
        self._table: Path | None = None

    def _stage_lines(self) -> QGridLayout:
        """For each stage: whether the round has it, and its last day."""
        self.stages: dict[str, tuple[QCheckBox, QDateEdit]] = {}
        lines = QGridLayout()
        lines.setVerticalSpacing(4)
        lines.setColumnMinimumWidth(2, 24)
        lines.setColumnStretch(5, 1)
        for at, (key, word) in enumerate(STAGE_WORDS.items()):
            check, until = QCheckBox(_(word)), QDateEdit(QDate.currentDate().addDays(30 * (at + 1)))
            check.setMinimumWidth(110)
            until.setCalendarPopup(True)
            until.setDisplayFormat("yyyy-MM-dd")
            until.setAccessibleName(_("{stage}的截止日期").format(stage=_(word)))
            until.setEnabled(False)
            check.toggled.connect(until.setEnabled)
            self.stages[key] = check, until
            half = (len(STAGE_WORDS) + 1) // 2
            lines.addWidget(check, at % half, 3 * (at // half))
            lines.addWidget(until, at % half, 3 * (at // half) + 1)
        return lines

    def _choose_last_year(self, *_at: object) -> None:
        self._table = None
        if self.last_year.currentData() == "table":
            found = ask_open(self, _("选择去年数据的表"), workbooks_filter())
            self._table = found[0] if found else None
            if not found:
                self.last_year.setCurrentIndex(0)
        at = self.last_year.findData("table")
        name = _("从 Excel 表带入：{file}").format(file=self._table.name) if self._table else _("从 Excel 表带入…")
        self.last_year.setItemText(at, name)

    def show_packs(self, packs: list[tuple[str, str]]) -> None:
        """Show the standards that can be chosen, as `(id, title)`."""
        fresh = [(name, title) for name, title in packs if name not in self._checks]
        for name, title in fresh:
            self.deciding.addItem(f"《{title}》", name)
            check = QCheckBox(f"《{title}》")
            check.setChecked(name in USUAL)
            self._others.addWidget(check)
            self._checks[name] = check
        self.deciders.show_packs(fresh)
        if self._checks and len(fresh) == len(self._checks):
            usual = self.deciding.findData(USUAL[0])
            self.deciding.setCurrentIndex(max(usual, 0))
            self.deciding.currentIndexChanged.connect(self._deciding_changed)
        self._deciding_changed()

    def _deciding_changed(self, *_at: object) -> None:
        for name, check in self._checks.items():
            check.setVisible(name != self.deciding.currentData())

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self.say_line(_("名录 {count} 所学校").format(count=len(view.units)))
        self.make.setEnabled(bool(view.units))
        self.deciders.show_units(view.units)
        if view.rounds and self.last_year.findData("round") < 0:
            self.last_year.addItem(_("上一次任务审定的数"), "round")
        self.peers.setVisible(bool(view.rounds))
        lines = [f"{each.title}　{_('截止 {date}').format(date=each.deadline)}" for each in view.rounds]
        self._rounds.setText(_("已发布：{rounds}").format(rounds=_("；").join(lines)) if lines else "")

    def _make(self) -> None:
        deciding = str(self.deciding.currentData())
        others = [name for name, check in self._checks.items() if name != deciding and check.isChecked()]
        period = self.period.text().strip()
        self._plan = RoundPlan(
            packs=(deciding, *others),
            deciding=self.deciders.said(),
            period=period,
            deadline=self.deadline.date().toString("yyyy-MM-dd"),
            title=self.title.text().strip() or _("{period} 年度达标自评").format(period=period),
            reference_date=self.point.date().toString("yyyy-MM-dd"),
            stamp=str(self.stamp.currentData()),
            gate=str(self.gate.currentData()),
            stages=tuple(
                f"{key}={until.date().toString('yyyy-MM-dd')}"
                for key, (check, until) in self.stages.items()
                if check.isChecked()
            ),
            last_year=self._table,
            scope=tuple(self.scope.text().replace("、", " ").replace("，", " ").split()),
            last_round=self.last_year.currentData() == "round",
            peers=self.peers.isChecked(),
        )
        name = _("{period}达标自评_任务包.vdpkg").format(period=period)
        path = ask_save(self, _("生成任务包"), name, packages_filter())
        if path is not None:
            self.publish_requested.emit(self._plan, path)

    def show_posted(self, posted: Posted) -> None:
        """The task file was written."""
        self._posted = posted
        self._made.setText(_("已生成：{file}　核对码 {code}").format(file=posted.path.name, code=posted.code))
        self._result.show()

    def _copy_file(self) -> None:
        if self._posted is not None:
            copy_file(self._posted.path)

    def _copy_text(self) -> None:
        if self._posted is not None and self._plan is not None:
            copy_text(
                _("【{title}】请各校用“职教达标”打开文件“{file}”填报，{deadline} 前上报。核对码 {code}。").format(
                    title=self._plan.title,
                    file=self._posted.path.name,
                    deadline=self._plan.deadline,
                    code=self._posted.code,
                )
            )
