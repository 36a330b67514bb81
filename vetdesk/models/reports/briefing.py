"""The briefing on a round: who was to report, who did, who meets the standard, what is short, the counties in order."""

from __future__ import annotations

from fractions import Fraction

from vetdesk.models.records.words import _
from vetdesk.models.reports.city_rollup import percent, reported_line, shortage_line, stages_line, standards_text
from vetdesk.models.reports.content import Document, Table, number, text
from vetdesk.models.rollup.board import Board, UnitState
from vetdesk.models.rollup.groups import By, Group, groups
from vetdesk.models.rollup.reminders import one_short
from vetdesk.models.store.register import Round


def counties(board: Board) -> list[Group]:
    """Every county that has schools in scope, the highest share first; equal ones by how many reported, then by code."""
    return sorted(
        groups(board, By.COUNTY), key=lambda each: (-each.rate, -Fraction(each.received, each.scope), each.key)
    )


def briefing(board: Board, each: Round) -> Document:
    """The briefing as content; its paragraphs are also what goes to the clipboard."""
    rate = board.rate()
    reported = reported_line(board)
    if board.overdue:
        reported += _("其中逾期 {overdue} 所。").format(overdue=board.overdue)
    met = _("按{standards}，达标 {met} 所，达标率 {rate}%（{met}/{scope}，未报的也在分母里）；只差一项的 {one} 所。").format(
        standards=standards_text(board), met=board.met, rate=percent(rate) if rate is not None else "—",
        scope=len(board.in_scope), one=sum(one_short(line) for line in board.in_scope),
    )  # fmt: skip
    late = [line.unit.name for line in board.in_scope if line.state in (UnitState.OVERDUE, UnitState.NOT_RECEIVED)]
    nothing = _("没有缺口。") if board.known else _("还没有{stage}。").format(stage=board.stage.word)
    paragraphs = [
        _("一、上报情况"), reported,
        *([_("未报学校：{names}。").format(names=_("、").join(late))] if late else []),
        _("二、达标情况"), met, *filter(None, [stages_line(board)]),
        _("三、缺口"), shortage_line(board) or nothing,
        _("四、各县（市、区）"),
        _("；").join(
            _("{county} {met}/{scope} 所，{rate}%").format(
                county=one.name, met=one.met, scope=one.scope, rate=percent(one.rate)
            )
            for one in counties(board)
        ) + _("。"),
    ]  # fmt: skip
    return Document(_("{title}情况简报").format(title=each.title), tuple(paragraphs), (_county_table(board, each),))


def plain(document: Document) -> str:
    """Title and paragraphs, for the clipboard."""
    return "\n".join((document.title, *document.paragraphs))


def _county_table(board: Board, each: Round) -> Table:
    rows = [
        (
            number(at), text(one.name), number(one.scope), number(one.received),
            number(one.met), number(one.rate * 100, places=2),
        )
        for at, one in enumerate(counties(board), start=1)
    ]  # fmt: skip
    return Table(
        name=_("各县（市、区）"), title=_("各县（市、区）达标情况"), left=_("按达标率排序"),
        right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(_("序号"), _("县（市、区）"), _("应报（所）"), _("已报（所）"), _("达标（所）"), _("达标率（%）")), rows=rows,
    )  # fmt: skip
