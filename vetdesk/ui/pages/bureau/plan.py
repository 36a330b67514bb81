"""Goals of the city, supervision of counties, and the tasks of the plan with what offices say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QTabWidget, QWidget

from vetdesk.models.operations.plan_report import forecast_text, state_text
from vetdesk.models.operations.region import Goal
from vetdesk.models.operations.task_ledger import TaskLine, half_text
from vetdesk.models.operations.views import BureauView
from vetdesk.models.packs import trace
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import _, pick
from vetdesk.ui.files import ask_folder, ask_open, ask_save, workbooks_filter
from vetdesk.ui.theme import VERDICT_ROLES
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table

_STATE_ROLES = {"done": "met", "stuck": "unmet", "in_progress": "warn"}
_YEARS = 3


class PlanPage(Page):
    """Tells which half-year is looked at (`half_chosen`), and what is to be written, read or typed."""

    half_chosen = Signal(str)
    figure_requested = Signal(str, str)
    note_requested = Signal(str, str)
    sheets_requested = Signal(str, Path)
    read_requested = Signal(list)
    report_requested = Signal(str, str, Path)
    briefing_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("目标与任务"), scroll=False)
        self.setMinimumWidth(900)
        self.put_button(button(_("复制简报"), self.briefing_requested.emit))
        self.put_button(button(_("简报…"), self._ask_briefing))
        self.put_button(button(_("会议材料…"), self._ask_report, kind="primary"))
        self.goals = Table(_("目标和督导"))
        self.goals.row_opened.connect(self._open_goal)
        self.place = QComboBox()
        self.place.setAccessibleName(_("范围"))
        self.place.currentIndexChanged.connect(self._fill_goals)
        head = row(label(_("范围："), wrap=False), self.place)
        head.addStretch(1)
        head.addWidget(button(_("填写数据…"), self._open_chosen_goal))
        hint = label(_("学校报了的由各校合计得出，其余手工填写并注明出处。双击一行填写它的数据。"), "small")
        self.tasks = Table(_("重点任务"))
        self.tasks.row_opened.connect(self._open_task)
        self.tasks.row_chosen.connect(self._show_notes)
        self.half = QComboBox()
        self.half.setAccessibleName(_("半年"))
        today = dt.datetime.now(dt.UTC).astimezone().date()
        for year in range(today.year, today.year - _YEARS, -1):
            for number in ("2", "1"):
                self.half.addItem(half_text(f"{year}-{number}"), f"{year}-{number}")
        self.half.setCurrentIndex(0 if today.month > 6 else 1)
        self.half.activated.connect(self._half_chosen)
        top = row(self.half)
        top.addStretch(1)
        for each in (
            button(_("生成各单位填报表…"), self._ask_sheets),
            button(_("收回填报表…"), self._ask_read),
            button(_("记一条进展…"), self._open_chosen_task),
        ):
            top.addWidget(each)
        self.notes = label("", "muted", selectable=True)
        self.tabs = QTabWidget()
        self.tabs.addTab(_holding(column(head, self.goals, hint, spacing=8)), _("目标和督导"))
        self.tabs.addTab(_holding(column(top, self.tasks, self.notes, spacing=8)), _("20 项任务"))
        self.body.addWidget(self.tabs, 1)
        self._goals: Sequence[Goal] = ()
        self._seen: list[Goal] = []
        self._lines: Sequence[TaskLine] = ()

    @property
    def chosen_half(self) -> str:
        """The half-year looked at."""
        return str(self.half.currentData())

    def show_view(self, view: BureauView) -> None:
        """Ask for what the snapshot does not hold."""
        if view.desk is None:
            self.say_line(_("还没有发布年度任务。目标和督导按最近一次任务计算。"))
            return
        self.say_line(view.desk.round.title)
        self.half_chosen.emit(self.chosen_half)

    def _half_chosen(self, *_at: object) -> None:
        self.half_chosen.emit(self.chosen_half)

    def show_plan(self, goals: Sequence[Goal], lines: Sequence[TaskLine]) -> None:
        """Show goals and tasks."""
        self._goals, self._lines = goals, lines
        places = list(dict.fromkeys((each.district, each.place) for each in goals))
        if [self.place.itemData(at) for at in range(self.place.count())] != [code for code, _name in places]:
            self.place.blockSignals(True)
            self.place.clear()
            for code, name in places:
                self.place.addItem(name, code)
            self.place.blockSignals(False)
        self._fill_goals()
        self.tasks.fill(
            (_("任务"), _("名称"), _("状态"), _("已反馈"), _("牵头单位")),
            [
                (
                    Item(line.task.number, number=True, key=int(line.task.number) if line.task.number.isdigit() else 0),
                    Item(line.task.name),
                    Item(state_text(line), role=_STATE_ROLES.get(line.state, "unknown")),
                    Item(f"{len(line.notes)}/{len(line.task.offices)}", number=True, key=len(line.notes)),
                    Item(_("、").join(line.task.lead), tip=_("、").join(line.task.offices)),
                )
                for line in lines
            ],
            stretch=1,
        )
        self.notes.setText("")

    def _fill_goals(self, *_at: object) -> None:
        code = self.place.currentData()
        self._seen = [each for each in self._goals if each.district == code]
        self.goals.fill(
            (_("指标"), _("目标"), _("现值"), _("结论"), _("还差"), _("趋势"), _("数据来源")),
            [
                (
                    Item(pick(each.indicator.text), tip=pick(each.pack.text)),
                    Item(trace.required(each.indicator, each.judged), number=True),
                    Item(
                        shown(each.judged.value, against=each.judged.threshold) if each.judged.value is not None else "—",
                        number=True, key=each.judged.value if each.judged.value is not None else -1,
                    ),
                    Item(f"{each.judged.verdict.sign} {each.judged.verdict.word}", role=VERDICT_ROLES[each.judged.verdict]),
                    Item(each.gap or "—", tip=each.gap),
                    Item(forecast_text(each) or "—", tip=forecast_text(each)),
                    Item(_("；").join(each.sources) or "—", tip="\n".join(each.sources)),
                )
                for each in self._seen
            ],
            stretch=0,
        )  # fmt: skip

    def _show_notes(self, at: int) -> None:
        line = self._lines[at]
        said = [
            f"{each.office}：{each.text}" + (f"（{each.document}）" if each.document else "") for each in line.notes
        ]
        if line.silent:
            said.append(_("没有反馈：{offices}").format(offices=_("、").join(line.silent)))
        self.notes.setText("\n".join(said))

    def _open_goal(self, at: int) -> None:
        each = self._seen[at]
        self.figure_requested.emit(each.district, f"{each.pack.id} {each.indicator.id}")

    def _open_chosen_goal(self) -> None:
        at = self.goals.chosen()
        if at:
            self._open_goal(at[0])
        elif self._seen:
            self._open_goal(0)

    def _open_task(self, at: int) -> None:
        self.note_requested.emit(self._lines[at].task.number, self.chosen_half)

    def _open_chosen_task(self) -> None:
        at = self.tasks.chosen()
        if at:
            self._open_task(at[0])
        elif self._lines:
            self._open_task(0)

    def _ask_sheets(self) -> None:
        folder = ask_folder(self, _("表放在哪个文件夹"), Path.home())
        if folder is not None:
            self.sheets_requested.emit(self.chosen_half, folder)

    def _ask_read(self) -> None:
        files = ask_open(self, _("选择各单位交回的表"), workbooks_filter())
        if files:
            self.read_requested.emit(files)

    def _ask_report(self) -> None:
        name = _("{half}推进情况.docx").format(half=half_text(self.chosen_half))
        path = ask_save(self, _("会议材料"), name, _documents())
        if path is not None:
            self.report_requested.emit("plan", self.chosen_half, path)

    def _ask_briefing(self) -> None:
        path = ask_save(self, _("简报"), _("情况简报.docx"), _documents())
        if path is not None:
            self.report_requested.emit("briefing", "", path)


def _documents() -> str:
    return _("Word 文档 (*.docx);;Excel 工作簿 (*.xlsx)")


def _holding(layout: object) -> QWidget:
    made = QWidget()
    layout.setContentsMargins(8, 8, 8, 8)  # type: ignore[attr-defined]
    made.setLayout(layout)  # type: ignore[arg-type]
    return made
