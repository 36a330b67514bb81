"""A school's home (S3): the verdict sentence, every unmet indicator with its exact shortage, what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs import trace
from vetdesk.models.packs.conclude import full_sentence
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.facts import UNFILLED, State
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.ui.files import copy_text
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, Meter, button, card, clear, column, hairline, label, row, verdict_badge


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
    fill_requested = Signal()
    import_requested = Signal()
    checks_requested = Signal()
    findings_requested = Signal()
    submit_requested = Signal()
    files_dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("首页"))
        self._filled = Meter(_("已填"))
        self._met = Meter(_("达标"), role="met")
        self.put_meter(self._filled)
        self.put_meter(self._met)
        self.put_button(button(_("从报表取数…"), self.import_requested.emit))
        self.first = button(_("继续填报"), self.fill_requested.emit, kind="primary")
        self.put_button(self.first)
        self.sentence = label("", "verdict", selectable=True)
        self._standard = label("", "muted")
        self._copy = button(_("复制一段话"), self._copy_sentence, kind="link")
        self._banner_text = label("")
        self._banner = card(row(self._banner_text, button(_("去看看"), self.findings_requested.emit)), kind="banner")
        self._verdict = card(column(self._standard, self.sentence, row(self._copy), spacing=6))
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
        self._text = ""

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        seen, each = view.assessment, view.standing.desk.round
        said = seen.conclusion()
        self.say_title(view.standing.unit.name)
        self.say_line(
            _("{title}　截止 {date}，{left}　数据时点 {point}").format(
                title=each.title, date=each.deadline, left=deadline_line(each.deadline), point=each.reference_date
            )
        )
        self._filled.show_count(*seen.filled())
        self._met.show_count(said.met, said.total)
        self._standard.setText(_("按《{pack}》（主标准）").format(pack=pick(seen.deciding.text)))
        self.sentence.setText(seen.sentence())
        self._text = full_sentence(seen.deciding, said).replace(
            _("（主标准）："), _("（主标准），{school}").format(school=view.standing.unit.name), 1
        )
        self._show_banner(view)
        self._show_gaps(view)
        self._show_next(view)
        self._show_others(view)

    def _show_banner(self, view: SchoolView) -> None:
        texts = []
        if view.comments:
            due = next((each.due for each in view.comments if each.due), "")
            texts.append(
                _("主管部门退回了 {count} 项，请于 {due} 前改好。").format(count=len(view.comments), due=due)
                if due
                else _("主管部门退回了 {count} 项，请改好后重新上报。").format(count=len(view.comments))
            )
        if view.open_findings:
            texts.append(_("有 {count} 个核查问题未销号。").format(count=len(view.open_findings)))
        self._banner_text.setText("".join(texts))
        self._banner.setVisible(bool(texts))

    def _show_gaps(self, view: SchoolView) -> None:
        clear(self._gaps)
        seen = view.assessment
        pack = seen.deciding
        unmet = [each for each in seen.judged[pack.id].values() if each.verdict is Verdict.UNMET]
        opened = [
            each
            for each in seen.judged[pack.id].values()
            if each.verdict in (Verdict.INCOMPLETE, Verdict.INCOMPUTABLE, Verdict.UNVERIFIED)
        ]
        if not unmet:
            self._gaps.addWidget(
                label(
                    _("已填的指标都达标。")
                    if opened
                    else _("{count} 项全部达标，没有缺口。").format(count=len(pack.indicators)),
                    "muted",
                )
            )
        for judged in unmet:
            self._gaps.addLayout(self._gap_row(view, pack, judged.indicator))
            self._gaps.addWidget(hairline())
        if opened:
            self._gaps.addWidget(
                label(
                    _("另有 {count} 项还不能判断：{names}").format(
                        count=len(opened),
                        names=_("、").join(pick(pack.indicators[each.indicator].text) for each in opened),
                    ),
                    "muted",
                )
            )
        self._gaps.addStretch(1)

    def _gap_row(self, view: SchoolView, pack: Pack, name: str) -> QVBoxLayout:
        seen = view.assessment
        indicator, judged = pack.indicators[name], seen.judged[pack.id][name]
        gap = seen.gap_sentence(pack, name)
        found = seen.gaps(pack, name)
        fact = found[0].fact if found else next(iter(sorted(indicator.facts)))
        head = row(verdict_badge(judged), label(pick(indicator.text), wrap=False), spacing=10)
        head.addStretch(1)
        head.addWidget(button(_("去填报"), partial(self.field_requested.emit, fact), kind="link"))
        numbers = label(
            f"{seen.spelled(pack, name)}　{trace.required(indicator, judged)}　"
            f"{indicator.threshold.document} {indicator.threshold.article}",
            "small",
        )
        made = column(head, numbers, spacing=2)
        if gap:
            short = label(gap, selectable=True)
            short.setStyleSheet("font-weight: 600")
            made.addWidget(short)
        return made

    def _show_next(self, view: SchoolView) -> None:
        clear(self._next)
        seen = view.assessment
        todo: list[tuple[str, Callable[[], object]]] = []
        done, total = seen.filled()
        form = seen.deciding.form()
        if done < total:
            empty = next(
                each.id
                for each in form
                if seen.entries.get(each.id, UNFILLED).state not in (State.GIVEN, State.NOT_APPLICABLE)
            )
            todo.append(
                (_("还有 {count} 项没填").format(count=total - done), partial(self.field_requested.emit, empty))
            )
        waiting = len(view.standing.unexplained()) + len(view.standing.blocking())
        if waiting:
            todo.append((_("校验有 {count} 项要处理").format(count=waiting), self.checks_requested.emit))
        if view.comments or view.open_findings:
            todo.append((_("处理退回的数据和核查问题"), self.findings_requested.emit))
        if not view.evidence:
            todo.append((_("添加佐证材料"), self.submit_requested.emit))
        if done == total and not waiting:
            todo.append((_("生成上报包，发给主管部门"), self.submit_requested.emit))
        for text, slot in todo[:3]:
            self._next.addWidget(button(f"›  {text}", slot, kind="row"))
        states = {
            "exported": _("已生成，待回执"),
            "received": _("已接收，核对码一致"),
            "returned": _("已退回"),
            "accepted": _("审核通过"),
        }
        if view.sent:
            last = view.sent[0]
            line = row(
                label(_("第 {seq} 版").format(seq=last.seq), "muted", wrap=False),
                Badge(
                    states.get(last.state, last.state),
                    {"accepted": "met", "received": "met", "returned": "unmet"}.get(last.state, "warn"),
                ),
            )
            line.addStretch(1)
            self._next.addLayout(line)

    def _show_others(self, view: SchoolView) -> None:
        clear(self._others)
        seen = view.assessment
        others = seen.packs[1:]
        self._fold.setVisible(bool(others))
        self._fold.setText(_("参考标准 {count} 个 ▾").format(count=len(others)))
        for pack in others:
            self._others.addWidget(label(f"《{pick(pack.text)}》　{pack.document}", "muted"))
            self._others.addWidget(label(seen.sentence(pack), selectable=True))

    def _toggle_others(self) -> None:
        self._others_card.setVisible(not self._others_card.isVisible())

    def _copy_sentence(self) -> None:
        copy_text(self._text)
        self._copy.setText(_("已复制"))

    def entered(self) -> None:
        self.first.setFocus()
        self._copy.setText(_("复制一段话"))
