"""The city at a glance (B7): what arrived, who meets the standard, what is short, schools × indicators, one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLabel, QLineEdit, QSizePolicy

from vetdesk.models.operations.views import BureauView
from vetdesk.models.packs.conclude import Outcome, shortages_text
from vetdesk.models.packs.pack import Indicator
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.school_types import type_text
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.city_rollup import percent, shortage_line, stages_line, standards_text
from vetdesk.models.rollup.board import Board, Line, UnitState
from vetdesk.models.rollup.outliers import Fences, outliers
from vetdesk.models.rollup.reminders import Choice, chosen, contact_word, one_short, reminder
from vetdesk.models.store.register import CONTACTS
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
    chart_requested = Signal(object, str, str)
    publish_requested = Signal()
    copied = Signal(int)
    initials_requested = Signal(list)
    round_requested = Signal(str)

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
        self._search.setPlaceholderText(_("找学校：校名、标识码、县名或拼音首字母"))
        self._search.setAccessibleName(_("找学校"))
        self._search.setMinimumWidth(200)
        self._search.textChanged.connect(self._fill)
        self.choice = self._combo(_("看哪些学校"), 170)
        for one in Choice:
            self.choice.addItem(one.word, one)
        self.choice.currentIndexChanged.connect(self._fill)
        self.county = self._combo(_("看哪个县（市、区）"), 150)
        self.county.currentIndexChanged.connect(self._fill)
        self.kind = self._combo(_("看哪类学校"), 190)
        self.kind.currentIndexChanged.connect(self._fill)
        self.standard = self._combo(_("看按哪份标准的学校"), 190)
        self.standard.hide()
        self.standard.currentIndexChanged.connect(self._fill)
        self.standard.currentIndexChanged.connect(self._want_chart)
        self.round = self._combo(_("看哪次任务"), 190)
        self.round.hide()
        self.round.activated.connect(self._ask_round)
        self.stage = self._combo(_("按哪种数计算"), 150)
        for stage in Stage:
            self.stage.addItem(_("按{stage}").format(stage=stage.word), stage)
        self.stage.currentIndexChanged.connect(self._stage_chosen)
        self.remind = button(_("复制名单"), self._copy_names, kind="link")
        self.role = self._combo(_("名单里写谁的电话"), 130)
        for name in CONTACTS:
            self.role.addItem(contact_word(name), name)
        self._values = button(_("数值"), kind="choice")
        self._gaps = button(_("还差多少"), kind="choice")
        switch = QButtonGroup(self)
        for each in (self._values, self._gaps):
            each.setCheckable(True)
            switch.addButton(each)
        self._values.setChecked(True)
        switch.buttonClicked.connect(self._fill)
        line = row(self._search, self.choice, self.county, self.kind, self.standard, spacing=8)
        line.setStretch(0, 1)
        below = row(self.round, self.stage, self.remind, self.role, spacing=8)
        below.addStretch(1)
        below.addWidget(self._values)
        below.addWidget(self._gaps)
        self.table = Table(_("学校与指标"))
        self.table.fold_headings(first_column=176)
        self.table.row_opened.connect(self._opened)
        legend = label(_("✓ 达标　✗ 未达标　? 数据不全或待核　双击或按回车打开学校"), "small")
        left = column(line, below, self.table, legend, spacing=6)
        self._kind = self._combo(_("图"), 0)
        self._kind.addItem(_("各指标达标学校数"), "indicators")
        self._kind.addItem(_("各县（市、区）达标学校数"), "counties")
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
        self._newest: BureauView | None = None
        self._board: Board | None = None
        self._lines: list[Line] = []
        self._far: dict[tuple[str, str], Fences] = {}
        self._initials: dict[str, str] = {}
        self._asked: dict[str, str] = {}

    def _combo(self, name: str, width: int) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        if width:
            made.setMaximumWidth(width)
        return made

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot of the newest round; while an earlier one is looked at, keep that."""
        self._newest = view
        self._offer_rounds(view)
        if self.round.currentIndex() <= 0:
            self._show(view)

    def show_earlier(self, view: BureauView) -> None:
        """Draw an earlier round, where it is still the one that is wanted."""
        if view.desk is not None and view.desk.round.id == self.round.currentData():
            self._show(view)

    @property
    def shown(self) -> BureauView | None:
        """What is drawn: the newest round, or an earlier one."""
        return self._view

    @property
    def counted_by(self) -> Stage:
        """Whether declared, verified or accepted figures are counted."""
        return Stage(self.stage.currentData())

    def _offer_rounds(self, view: BureauView) -> None:
        """The rounds there were, where there were several."""
        offered, newest = [(each.id, each.title) for each in view.rounds], self.round.currentIndex() <= 0
        _offer(self.round, offered)
        if newest:  # whoever looked at the newest goes on to do so when another begins
            with QSignalBlocker(self.round):
                self.round.setCurrentIndex(0)
        self.round.setVisible(len(offered) > 1)

    def _ask_round(self, at: int) -> None:
        if at > 0:
            self.round_requested.emit(str(self.round.itemData(at)))
        elif self._newest is not None:
            self._show(self._newest)

    def _show(self, view: BureauView) -> None:
        self._view = view
        board = view.board
        if board is None or view.desk is None:
            self.say_line(_("还没有发布年度任务。先导入学校名录，再发布任务。"))
            return
        each = view.desk.round
        said = _("{title}　截止 {date}（{left}）　主标准：{pack}").format(
            title=each.title, date=each.deadline, left=deadline_line(each.deadline), pack=standards_text(board)
        )
        self.say_line(said if not view.earlier else _("{title}　以前的任务，只能看").format(title=each.title))
        unknown = [
            (line.unit.code, line.unit.name)
            for line in board.lines
            if self._asked.get(line.unit.code) != line.unit.name
        ]
        if unknown:
            self._asked.update(unknown)
            self.initials_requested.emit(unknown)
        self._offer_standards(board)
        self._offer_groups(board)
        self._stage_chosen()

    def _stage_chosen(self, *_changed: object) -> None:
        """Count by the declared, verified or accepted figures."""
        if self._view is None or self._view.board is None:
            return
        board = self._board = self._view.board.by(self.counted_by)
        self._show_cards(self._view, board)
        self._short.setText("　".join(filter(None, (stages_line(board), shortage_line(board)))))
        self._fill()
        self._want_chart()

    def _offer_groups(self, board: Board) -> None:
        """The counties, types and natures there are among the schools."""
        counties = sorted({line.unit.district for line in board.lines if line.unit.district})
        types = sorted({line.unit.run_type for line in board.lines if line.unit.run_type})
        natures = sorted({line.unit.ownership for line in board.lines if line.unit.ownership})
        _offer(
            self.county,
            [("", _("全部县（市、区）")), *((code, DISTRICTS.get(code, code)) for code in counties)],
        )
        _offer(
            self.kind,
            [
                ("", _("全部类型")),
                *((f"type {each}", type_text(each)) for each in types),
                *((f"nature {each}", each) for each in natures),
            ],
        )

    def _offer_standards(self, board: Board) -> None:
        """Where schools go by several standards: all of them, or those of one."""
        offered = [("", _("全部标准")), *((each.id, f"《{pick(each.text)}》") for each in board.deciders)]
        _offer(self.standard, offered)
        self.standard.setVisible(len(board.deciders) > 1)

    def _show_cards(self, view: BureauView, board: Board) -> None:
        rate = board.rate()
        received, met, one, left = self._cards
        late = (
            _("{count} 所逾期").format(count=board.overdue)
            if board.overdue
            else _("未报 {count} 所").format(count=len(board.in_scope) - board.received)
        )
        if board.outside:
            late += _("　不适用 {count} 所").format(count=board.outside)
        received.say(str(board.received), f"/ {len(board.in_scope)}", late)
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
        if self._view is None or self._view.board is None or self._board is None:
            return
        board = self._board.part(str(self.standard.currentData() or ""))
        wanted = self._search.text().strip().lower()
        choice = Choice(self.choice.currentData())  # Qt hands a plain text back
        self._far = outliers(board) if choice is Choice.FAR else {}
        some = chosen(board, choice, far={unit for unit, _indicator in self._far})
        self._lines = [line for line in some if (not wanted or wanted in self._key(line)) and self._grouped(line)]
        indicators = board.indicators
        headings = (
            _("学校"), _("状态"), _("结论"),
            *board.labels.values(), _("合计还差"), _("县（市、区）"), _("截止"),
        )  # fmt: skip
        lines = self._lines
        self.table.fill(headings, LazyRows(len(lines), lambda at: self._row(lines[at], indicators)))

    def _key(self, line: Line) -> str:
        """What a search looks through: name, code, and the initials once they were worked out beside the window."""
        code = line.unit.code
        county = DISTRICTS.get(line.unit.district, "")
        return f"{line.unit.name.lower()} {code} {county} {self._initials.get(code, '')}"

    def _grouped(self, line: Line) -> bool:
        """Whether a school is of the county, type or nature that is chosen."""
        county, kind = str(self.county.currentData() or ""), str(self.kind.currentData() or "")
        named = ("", f"type {line.unit.run_type}", f"nature {line.unit.ownership}")
        return county in ("", line.unit.district) and kind in named

    def take_initials(self, found: dict[str, str]) -> None:
        """The initials of schools' names, by code."""
        self._initials.update(found)
        if self._search.text().strip():
            self._fill()

    def _row(self, line: Line, indicators: Mapping[str, Indicator]) -> list[Item]:
        judged = line.judged[line.stage]
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
            Item(self._state_text(line), role=_STATE_ROLES.get(line.state, ""), key=list(UnitState).index(line.state)),
            Item(outcome.word, role=_OUTCOME_ROLES.get(outcome, "unknown"), key=list(Outcome).index(outcome)),
            *cells,
            Item(shortages_text(line.deciding, line.conclusion.shortages)),
            Item(DISTRICTS.get(line.unit.district, "—"), key=line.unit.district),
            self._deadline(line),
        ]

    def _state_text(self, line: Line) -> str:
        entered = self._view is not None and line.unit.code in self._view.entered
        return line.state.word + (_("（代录）") if entered else "")

    def _deadline(self, line: Line) -> Item:
        """The day by which the school reports; its own is marked."""
        assert self._view is not None
        assert self._view.desk is not None
        own = self._view.deadlines.get(line.unit.code)
        day = own or self._view.desk.round.deadline
        return Item(f"{day} *" if own else day, tip=_("这所学校另定的截止日期") if own else "", key=day)

    def _other(self, line: Line) -> str:
        return _("这所学校按《{pack}》").format(pack=pick(line.deciding.text))

    def _copy_names(self) -> None:
        """The schools shown, with whom to call, as a message."""
        if self._view is None or self._view.desk is None:
            return
        each = self._view.desk.round
        copy_text(
            reminder(
                self._lines,
                title=each.title,
                deadline=each.deadline,
                role=str(self.role.currentData()),
            )
        )
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
        if self.isVisible() and self._board is not None:
            self._stale = False
            self.chart_requested.emit(
                self._board, str(self._kind.currentData()), str(self.standard.currentData() or "")
            )

    def show_chart(self, png: bytes) -> None:
        """Show a drawn chart."""
        picture = QPixmap()
        picture.loadFromData(png)
        self.chart.show_picture(picture, self._kind.currentText())

    def entered(self) -> None:
        self.table.setFocus()


def _offer(combo: QComboBox, offered: Sequence[tuple[str, str]]) -> None:
    """Offer names and texts, where they are others than before; what was chosen stays chosen where it is still there."""
    if [(str(combo.itemData(at)), combo.itemText(at)) for at in range(combo.count())] == list(offered):
        return
    chosen = combo.currentData()
    with QSignalBlocker(combo):
        combo.clear()
        for name, text in offered:
            combo.addItem(text, name)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))


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
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # the picture follows the place

    def show_picture(self, picture: QPixmap, name: str) -> None:
        """Show a picture under its name."""
        self._picture = picture
        self.setAccessibleName(name)
        self._fit()

    def _fit(self) -> None:
        if not self._picture.isNull():
            ratio = self.devicePixelRatioF()
            scaled = self._picture.scaled(
                self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            scaled.setDevicePixelRatio(ratio)
            self.setPixmap(scaled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
