"""The city at a glance (B7): what arrived, who meets the standard, what is short, schools × indicators, one chart."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLabel, QLineEdit

from vetdesk.models.operations.views import BureauView
from vetdesk.models.packs.conclude import Outcome, shortages_text
from vetdesk.models.packs.pack import Indicator
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.city_rollup import percent, shortage_line, standards_text
from vetdesk.models.rollup.board import Board, Line, UnitState
from vetdesk.models.rollup.outliers import Fences, outliers
from vetdesk.models.rollup.reminders import Choice, chosen, one_short, reminder
from vetdesk.ui.files import copy_text
from vetdesk.ui.pages.school.home import deadline_line
from vetdesk.ui.theme import VERDICT_ROLES
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, LazyRows, Table

_CHART_MS = 250
_OUTCOME_ROLES = {Outcome.MET: "met", Outcome.UNMET: "unmet"}
_STATE_ROLES = {
    UnitState.OVERDUE: "unmet",
    UnitState.RETURNED: "unmet",
    UnitState.UNCONFIRMED: "warn",
    UnitState.RECTIFYING: "warn",
    UnitState.ACCEPTED: "met",
}


class OverviewPage(Page):
    """Tells which school is wanted, and that a chart is needed (it is drawn by the store thread)."""

    school_requested = Signal(str)
    receive_requested = Signal()
    export_requested = Signal()
    chart_requested = Signal(str, str)
    publish_requested = Signal()
    copied = Signal(int)
    initials_requested = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("总览"), scroll=False)
        self.setMinimumWidth(1000)
        self.put_button(button(_("导出 Excel…"), self.export_requested.emit))
        self.put_button(button(_("导入收到的文件…"), self.receive_requested.emit, kind="primary"))
        self._cards = [_Count(_("已收到")), _Count(_("达标学校")), _Count(_("只差一项")), _Count(_("整改未销号"))]
        self.body.addLayout(row(*self._cards, spacing=12))
        self._short = label("", "muted", selectable=True)
        self.body.addWidget(self._short)
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("找学校：校名、标识码或拼音首字母"))
        self._search.setAccessibleName(_("找学校"))
        self._search.setMinimumWidth(200)
        self._search.textChanged.connect(self._fill)
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("看哪些学校"))
        for one in Choice:
            self.choice.addItem(one.word, one)
        self.choice.currentIndexChanged.connect(self._fill)
        self.standard = QComboBox()
        self.standard.setAccessibleName(_("看按哪份标准的学校"))
        self.standard.setMaximumWidth(190)
        self.standard.hide()
        self.standard.currentIndexChanged.connect(self._fill)
        self.standard.currentIndexChanged.connect(self._want_chart)
        self.remind = button(_("复制名单"), self._copy_names, kind="link")
        self._values = button(_("数值"), kind="choice")
        self._gaps = button(_("还差多少"), kind="choice")
        switch = QButtonGroup(self)
        for each in (self._values, self._gaps):
            each.setCheckable(True)
            switch.addButton(each)
        self._values.setChecked(True)
        switch.buttonClicked.connect(self._fill)
        line = row(self._search, self.choice, self.standard, self.remind, spacing=8)
        line.addStretch(1)
        line.addWidget(self._values)
        line.addWidget(self._gaps)
        self.table = Table(_("学校与指标"))
        self.table.fold_headings(first_column=176)
        self.table.row_opened.connect(self._opened)
        legend = label(_("✓ 达标　✗ 未达标　? 数据不全或待核　双击或按回车打开学校"), "small")
        left = column(line, self.table, legend, spacing=8)
        self._kind = QComboBox()
        self._kind.addItem(_("各指标达标学校数"), "indicators")
        self._kind.addItem(_("各县（市、区）达标学校数"), "counties")
        self._kind.setAccessibleName(_("图"))
        self._kind.currentIndexChanged.connect(self._want_chart)
        self.chart = _Picture()
        side = card(column(self._kind, self.chart, spacing=8))
        side.setFixedWidth(276)
        both = row(spacing=12)
        both.addLayout(left, 1)
        both.addWidget(side)
        self.body.addLayout(both, 1)
        self._chart_soon = QTimer(self)  # drawn where it is seen, once the page itself stands
        self._chart_soon.setSingleShot(True)
        self._chart_soon.setInterval(_CHART_MS)
        self._chart_soon.timeout.connect(self._ask_chart)
        self._stale = False
        self._view: BureauView | None = None
        self._lines: list[Line] = []
        self._far: dict[tuple[str, str], Fences] = {}
        self._initials: dict[str, str] = {}
        self._asked: dict[str, str] = {}

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        self._view = view
        board = view.board
        if board is None or view.desk is None:
            self.say_line(_("还没有发布年度任务。先导入学校名录，再发布任务。"))
            return
        each = view.desk.round
        self.say_line(
            _("{title}　截止 {date}（{left}）　主标准：{pack}").format(
                title=each.title, date=each.deadline, left=deadline_line(each.deadline), pack=standards_text(board)
            )
        )
        unknown = [
            (line.unit.code, line.unit.name)
            for line in board.lines
            if self._asked.get(line.unit.code) != line.unit.name
        ]
        if unknown:
            self._asked.update(unknown)
            self.initials_requested.emit(unknown)
        self._show_cards(view, board)
        self._short.setText(shortage_line(board))
        self._offer_standards(board)
        self._fill()
        self._want_chart()

    def _offer_standards(self, board: Board) -> None:
        """Where schools go by several standards: all of them, or those of one."""
        offered = [("", _("全部标准")), *((each.id, f"《{pick(each.text)}》") for each in board.deciders)]
        known = [str(self.standard.itemData(at)) for at in range(self.standard.count())]
        if known != [name for name, _text in offered]:
            with QSignalBlocker(self.standard):
                self.standard.clear()
                for name, text in offered:
                    self.standard.addItem(text, name)
        self.standard.setVisible(len(board.deciders) > 1)

    def _show_cards(self, view: BureauView, board: Board) -> None:
        rate = board.rate()
        received, met, one, left = self._cards
        late = (
            _("{count} 所逾期").format(count=board.overdue)
            if board.overdue
            else _("未报 {count} 所").format(count=len(board.lines) - board.received)
        )
        received.say(
            str(board.received),
            f"/ {len(board.lines)}",
            late,
        )
        met.say(
            str(board.met),
            f"/ {len(board.in_scope)}",
            (f"{percent(rate)}%" if rate is not None else "—")
            + _("　已报学校中 {met}/{received}").format(met=board.met, received=board.received),
        )
        single = sum(one_short(line) for line in board.in_scope)
        one.say(str(single), _("所"), _("补上一项就达标"))
        opened = [each for each in view.findings if each.state != "closed"]
        waiting = sum(each.state == "claimed_fixed" for each in opened)
        left.say(str(len(opened)), _("个"), _("待销号 {count} 个").format(count=waiting))

    def _fill(self, *_changed: object) -> None:
        if self._view is None or self._view.board is None:
            return
        board = self._view.board.part(str(self.standard.currentData() or ""))
        wanted = self._search.text().strip().lower()
        choice = Choice(self.choice.currentData())  # Qt hands a plain text back
        self._far = outliers(board) if choice is Choice.FAR else {}
        some = chosen(board, choice, far={unit for unit, _indicator in self._far})
        self._lines = [line for line in some if not wanted or wanted in self._key(line)]
        indicators = board.indicators
        headings = (
            _("学校"), _("状态"), _("结论"),
            *board.labels.values(), _("合计还差"), _("县（市、区）"),
        )  # fmt: skip
        lines = self._lines
        self.table.fill(headings, LazyRows(len(lines), lambda at: self._row(lines[at], indicators)))

    def _key(self, line: Line) -> str:
        """What a search looks through: name, code, and the initials once they were worked out beside the window."""
        code = line.unit.code
        return f"{line.unit.name.lower()} {code} {self._initials.get(code, '')}"

    def take_initials(self, found: dict[str, str]) -> None:
        """The initials of schools' names, by code."""
        self._initials.update(found)
        if self._search.text().strip():
            self._fill()

    def _row(self, line: Line, indicators: Mapping[str, Indicator]) -> list[Item]:
        judged = line.judged[Stage.DECLARED]
        gaps = {gap.fact: gap for gap in line.conclusion.shortages}
        cells = []
        for name, indicator in indicators.items():
            if name not in line.deciding.indicators:
                cells.append(
                    Item("—", VERDICT_ROLES[Verdict.NOT_APPLICABLE], number=True, tip=self._other(line), key=-1)
                )
                continue
            each = judged[name]
            if each.value is None:
                text = each.verdict.sign + (
                    " " + each.verdict.word if each.verdict is not Verdict.INCOMPLETE else " " + _("缺")
                )
            elif self._gaps.isChecked():
                fact = next((f for f in indicator.facts if f in gaps), None)
                short = each.verdict is Verdict.UNMET and fact is not None
                text = f"{each.verdict.sign} {shown(gaps[fact].change)}" if short and fact else each.verdict.sign
            else:
                text = f"{each.verdict.sign} {shown(each.value, against=each.threshold)}"
            tip, around = each.verdict.word, self._far.get((line.unit.code, name))
            if around is not None and each.value is not None:
                text = f"{text} {'▲' if each.value > around.high else '▼'}"
                tip = _("与同类 {count} 所相比{side}，一般在 {low} 到 {high} 之间").format(
                    count=around.peers, side=_("偏高") if each.value > around.high else _("偏低"),
                    low=shown(max(around.low, Fraction(0))), high=shown(around.high),
                )  # fmt: skip
            cells.append(
                Item(
                    text,
                    VERDICT_ROLES[each.verdict],
                    number=True,
                    tip=tip,
                    key=each.value if each.value is not None else -1,
                )
            )
        outcome = line.conclusion.outcome
        return [
            Item(line.unit.name),
            Item(line.state.word, role=_STATE_ROLES.get(line.state, ""), key=list(UnitState).index(line.state)),
            Item(outcome.word, role=_OUTCOME_ROLES.get(outcome, "unknown"), key=list(Outcome).index(outcome)),
            *cells,
            Item(shortages_text(line.deciding, line.conclusion.shortages)),
            Item(DISTRICTS.get(line.unit.district, "—"), key=line.unit.district),
        ]

    def _other(self, line: Line) -> str:
        return _("这所学校按《{pack}》").format(pack=pick(line.deciding.text))

    def _copy_names(self) -> None:
        """The schools shown, with whom to call, as a message."""
        if self._view is None or self._view.desk is None:
            return
        each = self._view.desk.round
        copy_text(reminder(self._lines, title=each.title, deadline=each.deadline))
        self.copied.emit(len(self._lines))

    def _opened(self, at: int) -> None:
        self.school_requested.emit(self._lines[at].unit.code)

    def _want_chart(self, *_changed: object) -> None:
        self._stale = True
        if self.isVisible():
            self._chart_soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._chart_soon.start()

    def _ask_chart(self) -> None:
        if self.isVisible() and self._view is not None and self._view.board is not None:
            self._stale = False
            self.chart_requested.emit(str(self._kind.currentData()), str(self.standard.currentData() or ""))

    def show_chart(self, png: bytes) -> None:
        """Show a drawn chart."""
        picture = QPixmap()
        picture.loadFromData(png)
        self.chart.show_picture(picture, self._kind.currentText())

    def entered(self) -> None:
        self.table.setFocus()


class _Count(QFrame):
    """A card with one large number."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._number = label("—", "number", wrap=False)
        self._of = label("", "muted", wrap=False)
        self._more = label("", "small", wrap=False)
        line = row(self._number, self._of, spacing=6)
        line.addStretch(1)
        made = column(label(name, "muted", wrap=False), line, self._more, spacing=0)
        made.setContentsMargins(16, 8, 12, 8)
        self.setLayout(made)

    def say(self, number: str, of: str, more: str) -> None:
        """Show what is counted."""
        self._number.setText(number)
        self._of.setText(of)
        self._more.setText(more)


class _Picture(QLabel):
    """A picture that keeps its shape."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.setMinimumSize(200, 200)

    def show_picture(self, picture: QPixmap, name: str) -> None:
        """Show a picture under its name."""
        self._picture = picture
        self.setAccessibleName(name)
        self._fit()

    def _fit(self) -> None:
        if not self._picture.isNull():
            ratio = self.devicePixelRatioF()
            scaled = self._picture.scaledToWidth(int(self.width() * ratio), Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(ratio)
            self.setPixmap(scaled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
