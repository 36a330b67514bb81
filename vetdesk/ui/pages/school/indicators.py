"""Every indicator of a standard: value, required value, shortage, clause, last year; drill to the formula."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs import trace
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.ui.theme import VERDICT_ROLES
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, label, row
from vetdesk.ui.widgets.table import Item, Table


class IndicatorsPage(Page):
    """Tells `field_requested` to go to a figure an indicator rests on."""

    field_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("指标"), scroll=False)
        self._choice = QComboBox()
        self._choice.setAccessibleName(_("标准"))
        self._choice.currentIndexChanged.connect(self._fill)
        line = row(label(_("标准："), wrap=False), self._choice)
        line.addStretch(1)
        self.body.addLayout(line)
        self.table = Table(_("指标"))
        self.table.row_opened.connect(self._open)
        self.body.addWidget(self.table, 1)
        foot = row(
            button(_("怎么算的…"), self._open_chosen, kind="link"),
            button(_("去填报"), self._go_to_figure, kind="link"),
            label(_("双击或按回车，看公式、代入的数和依据"), "small"),
        )
        foot.addStretch(1)
        self.body.addLayout(foot)
        self._view: SchoolView | None = None
        self._names: list[str] = []

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        self._view = view
        packs = view.assessment.packs
        names = [pick(each.text) + (_("（主标准）") if at == 0 else "") for at, each in enumerate(packs)]
        if [self._choice.itemText(at) for at in range(self._choice.count())] != names:
            with QSignalBlocker(self._choice):
                self._choice.clear()
                self._choice.addItems(names)
        self._fill()

    def _fill(self, *_changed: object) -> None:
        if self._view is None:
            return
        seen, pack = self._view.assessment, self._pack
        said = seen.conclusion(pack)
        self.say_line(_("共 {total} 项，达标 {met} 项").format(total=said.total, met=said.met))
        before = seen.judged_last_year(pack)
        self._names = list(pack.indicators)
        headings = (
            _("指标"), _("结论"), _("数值"), _("达标值"), _("还差"), _("去年"), _("依据"),
        )  # fmt: skip
        rows = [self._row(seen, pack, name, before[name]) for name in self._names]
        self.table.fill(headings, rows, stretch=4)

    def _row(self, seen: Assessment, pack: Pack, name: str, before: Judgement) -> tuple[Item, ...]:
        indicator, judged = pack.indicators[name], seen.judged[pack.id][name]
        bar = indicator.bar(judged.bar)
        gap = seen.gap_sentence(pack, name) if judged.verdict in (Verdict.UNMET, Verdict.UNVERIFIED) else ""
        value = (
            trace.answer_of(indicator, seen.data[pack.id]) if indicator.question else _number(judged, indicator.unit)
        )
        last = "" if indicator.question else _number(before, indicator.unit)
        arrow = _arrow(judged, before)
        return (
            Item(pick(indicator.text)),
            Item(
                f"{judged.verdict.sign} {judged.verdict.word}", role=VERDICT_ROLES[judged.verdict],
                key=list(Verdict).index(judged.verdict),
            ),
            Item(value or "—", number=True, key=judged.value if judged.value is not None else -1),
            Item(trace.required(indicator, judged), number=True),
            Item(gap, tip=gap),
            Item(f"{last} {arrow}".strip() or "—", number=True),
            Item(f"{bar.document} {bar.article}".strip(), tip=bar.document),
        )  # fmt: skip

    @property
    def _pack(self) -> Pack:
        assert self._view is not None
        return self._view.assessment.packs[max(self._choice.currentIndex(), 0)]

    def _open_chosen(self) -> None:
        for at in self.table.chosen()[:1]:
            self._open(at)

    def _open(self, at: int) -> None:
        if self._view is None:
            return
        from vetdesk.ui.widgets.trace_dialog import TraceDialog

        seen, pack, name = self._view.assessment, self._pack, self._names[at]
        TraceDialog(pack, pack.indicators[name], seen.judged[pack.id][name], seen.explained(pack, name), self).open()

    def _go_to_figure(self) -> None:
        for at in self.table.chosen()[:1]:
            facts = self._pack.indicators[self._names[at]].facts
            first = next((each.id for each in self._pack.needed() if each.id in facts), None)
            if first is not None:
                self.field_requested.emit(first)

    def entered(self) -> None:
        self.table.setFocus()


def _number(judged: Judgement, unit: str) -> str:
    return f"{shown(judged.value, against=judged.threshold)} {unit}".strip() if judged.value is not None else ""


def _arrow(judged: Judgement, before: Judgement) -> str:
    if judged.value is None or before.value is None:
        return ""
    return "→" if judged.value == before.value else ("↑" if judged.value > before.value else "↓")
