"""The meeting report on the city's plan: goals with target, value and gap, and the tasks with what each office says."""

from __future__ import annotations

from collections.abc import Sequence

from vetdesk.models.operations.region import Goal
from vetdesk.models.operations.task_ledger import STATE_WORDS, TaskLine, half_text
from vetdesk.models.packs import trace
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.content import Cell, Document, Table, text

_ROLES = {Verdict.MET: "met", Verdict.UNMET: "unmet"}


def forecast_text(each: Goal) -> str:
    """Where a goal goes if it goes on as since the last round; '' where nothing can be said."""
    if each.forecast is None or each.forecast_met is None:
        return ""
    word = _("达到") if each.forecast_met else _("达不到")
    return _("照上一次以来的变化，下一次 {value}，{word}").format(value=shown(each.forecast), word=word)


def state_text(line: TaskLine) -> str:
    """How a task stands, as a word."""
    return _(STATE_WORDS[line.state]) if line.state else _("没有反馈")


def meeting_report(lines: Sequence[TaskLine], goals: Sequence[Goal], half: str, plan: str) -> Document:
    """The report as content: how far the tasks are, what is stuck, who has said nothing, and every goal."""
    counts = {key: sum(line.state == key for line in lines) for key in STATE_WORDS}
    silent = sum(not line.state for line in lines)
    said = _("{count} 项任务：").format(count=len(lines)) + _("、").join(
        f"{_(word)} {counts[key]}" for key, word in STATE_WORDS.items()
    )
    paragraphs = [_("一、总体进展"), said + _("、没有反馈 {count}。").format(count=silent)]
    stuck = [(line.task, note) for line in lines for note in line.notes if note.state == "stuck"]
    if stuck:
        paragraphs.append(_("二、困难和需要协调的事项"))
        paragraphs += [
            _("任务{no}（{name}）　{office}：{text}").format(no=task.number, name=task.name, office=note.office, text=note.text)
            for task, note in stuck
        ]  # fmt: skip
    met = sum(each.judged.verdict is Verdict.MET for each in goals)
    judged = sum(each.judged.verdict in (Verdict.MET, Verdict.UNMET) for each in goals)
    paragraphs.append(_("目标和督导指标 {count} 项，能判断 {judged} 项，达到 {met} 项。").format(
        count=len(goals), judged=judged, met=met
    ))  # fmt: skip
    told = [each for each in goals if each.judged.value is not None or each.sources]
    if len(told) < len(goals):
        paragraphs.append(_("还有 {count} 项没有数据，没有列出。").format(count=len(goals) - len(told)))
    return Document(
        _("《{plan}》{half}推进情况").format(plan=plan, half=half_text(half)),
        tuple(paragraphs),
        (_tasks(lines), goal_table(told)),
    )


def _tasks(lines: Sequence[TaskLine]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        said = "\n".join(
            _("{office}（{state}）：{text}").format(
                office=each.office, state=_(STATE_WORDS[each.state]), text=each.text
            )
            + (_("　依据：{document}").format(document=each.document) if each.document else "")
            for each in line.notes
        )
        rows.append(
            (
                text(line.task.number), text(line.task.name), text(_("、").join(line.task.lead)),
                text(state_text(line)), text(said or "—"), text(_("、").join(line.silent) or "—"),
            )
        )  # fmt: skip
    return Table(
        name=_("任务"), title=_("重点任务进展"), left="", right="",
        headings=(_("任务"), _("名称"), _("牵头单位"), _("状态"), _("进展"), _("没有反馈的单位")), rows=rows,
    )  # fmt: skip


def goal_table(goals: Sequence[Goal]) -> Table:
    """Goals and supervision: place, indicator, target, value, verdict, gap, forecast, sources."""

    def basis(each: Goal) -> str:
        bar = each.indicator.bar(each.judged.bar)
        return f"{bar.document} {bar.article}".strip()

    rows: list[tuple[Cell, ...]] = [
        (
            text(each.place), text(pick(each.indicator.text)), text(trace.required(each.indicator, each.judged)),
            text(shown(each.judged.value, against=each.judged.threshold) if each.judged.value is not None else "—"),
            text(each.judged.verdict.word, _ROLES.get(each.judged.verdict, "unknown")), text(each.gap or "—"),
            text(forecast_text(each) or "—"), text(_("；").join(each.sources) or "—"),
            text(basis(each)),
        )
        for each in goals
    ]  # fmt: skip
    return Table(
        name=_("目标和督导"), title=_("目标和督导指标"), left="", right="",
        headings=(
            _("范围"), _("指标"), _("目标"), _("现值"), _("结论"), _("还差"), _("趋势"), _("数据来源"), _("依据"),
        ), rows=rows,
    )  # fmt: skip
