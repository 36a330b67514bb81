"""The city's roll-up: one row a school, and actual value, required value and verdict side by side (domain 8.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from vetdesk.models.packs import trace
from vetdesk.models.packs.conclude import Outcome, shortages_text
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.content import Cell, Document, Table, number, text
from vetdesk.models.rollup.board import Board, full_name
from vetdesk.models.rollup.groups import By, county_shortages, groups
from vetdesk.models.rollup.together import Together
from vetdesk.models.store.register import Round

_ROLES = {Verdict.MET: "met", Verdict.UNMET: "unmet"}


def city_rollup(board: Board, each: Round, sums: Sequence[tuple[str, Sequence[Together]]]) -> Document:
    """The roll-up as content: a summary, verdicts, the figures of city and counties, and every value with its threshold."""
    rate = board.rate()
    said = reported_line(board)
    if rate is not None:
        said += _("达标 {met} 所，达标率 {rate}%（{met}/{scope}）。").format(
            met=board.met, rate=percent(rate), scope=len(board.in_scope)
        )
    return Document(
        title=_("{title}汇总").format(title=each.title),
        paragraphs=tuple(filter(None, (said, stages_line(board), shortage_line(board)))),
        tables=(
            _schools(board, each),
            *(_values(board, pack, each) for pack in board.packs),
            _sums(board, each, sums),
            _groups(board, each),
            _stages(board, each),
            _county_shortages(board, each),
        ),
    )


def reported_line(board: Board) -> str:
    """`应报 12 所，已报 10 所…`; schools the standard does not apply to are told apart."""
    scope = len(board.in_scope)
    said = _("应报 {total} 所，已报 {received} 所，未报 {left} 所。").format(
        total=scope, received=board.received, left=scope - board.received
    )
    if board.outside:
        said += _("另有 {count} 所不适用标准，不在应报里。").format(count=board.outside)
    return said


def stages_line(board: Board) -> str:
    """By which figures is counted, and what the others say; '' while nothing is verified or accepted."""
    every = {stage: board.tally(stage) for stage in Stage}
    if board.stage is Stage.DECLARED and not any(every[stage].known for stage in Stage if stage is not Stage.DECLARED):
        return ""
    parts = [
        _("按{stage}达标 {met} 所（有{stage}的 {known} 所）").format(stage=stage.word, met=each.met, known=each.known)
        for stage, each in every.items()
    ]
    return _("以上按{stage}计算。{parts}。").format(stage=board.stage.word, parts=_("，").join(parts))


def percent(share: Fraction) -> str:
    """A share as a percentage with two decimals, half up."""
    whole, _dot, part = decimal_text(share * 100, places=2).partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def standards_text(board: Board) -> str:
    """`《…》`, and where others decide about some schools `《…》（另 6 所按《…》）`."""
    counts = Counter(line.deciding.id for line in board.lines)
    others = [
        _("另 {count} 所按《{pack}》").format(count=counts[each.id], pack=pick(each.text))
        for each in board.deciders[1:]
    ]
    main = f"《{pick(board.deciding.text)}》"
    return main + (_("（{others}）").format(others=_("，").join(others)) if others else "")


def shortage_line(board: Board) -> str:
    """`全市还差：校舍 48,200 ㎡（5 所）…`, or of a county; '' where nothing is short."""
    fields = board.fields
    parts = [
        f"{pick(fields[fact].short)} {shown(amount)} {fields[fact].unit}" + _("（{count} 所）").format(count=count)
        for fact, amount, count in board.shortages()
    ]
    return _("{place}还差：{parts}。").format(place=board.place, parts=_("、").join(parts)) if parts else ""


def _schools(board: Board, each: Round) -> Table:
    indicators = board.indicators
    rows: list[tuple[Cell, ...]] = []
    for at, line in enumerate(board.lines, start=1):
        rows.append(
            (
                number(at),
                text(line.unit.code),
                text(line.unit.name),
                text(DISTRICTS.get(line.unit.district, "")),
                text(line.state.word),
                text(line.conclusion.outcome.word),
                *(text(found.word, _ROLES.get(found, "unknown")) for found in map(line.asked, indicators)),
                text(shortages_text(line.deciding, line.conclusion.shortages)),
            )
        )
    return Table(
        name=_("达标情况"),
        title=_("{title}达标情况汇总表").format(title=each.title),
        left=_("填报单位（盖章）：{name}").format(name=each.bureau_name),
        right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(
            _("序号"), _("学校标识码"), _("学校"), _("县（市、区）"), _("状态"), _("结论"),
            *board.labels.values(), _("还差"),
        ),
        rows=rows,
        foot=_("单位负责人：　　　统计负责人：　　　填表人：　　　联系电话：　　　填表日期：　　年　月　日"),
    )  # fmt: skip


def _sums(board: Board, each: Round, sums: Sequence[tuple[str, Sequence[Together]]]) -> Table:
    several = len(board.deciders) > 1
    packs = {name: pack for pack in board.deciders for name in pack.indicators}
    rows: list[tuple[Cell, ...]] = []
    for district, figures in sums:
        for found in figures:
            pack = packs[found.indicator]
            indicator = pack.indicators[found.indicator]
            name = pick(indicator.text)
            rows.append(
                (
                    text(DISTRICTS.get(district, district) if district else board.place),
                    text(full_name(name, pack) if several else name),
                    text(indicator.unit),
                    text(shown(found.value) if found.value is not None else "—"),
                    text(shown(found.above) if found.schools else "—"),
                    text(shown(found.below) if found.schools and found.below is not None else "—"),
                    number(found.schools),
                    number(found.missing),
                )
            )
    return Table(
        name=_("全市和各县"),
        title=_("{title}全市和各县（市、区）数据").format(title=each.title),
        left=_("比值＝各校分子之和÷各校分母之和，不是各校比值的平均；百分数的分子已乘 100。按{stage}").format(
            stage=board.stage.word
        ),
        right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(
            _("范围"), _("指标"), _("计量单位"), _("数值"), _("分子合计"), _("分母合计"), _("计入学校"), _("缺数学校"),
        ),
        rows=rows,
    )  # fmt: skip


def _values(board: Board, pack: Pack, each: Round) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for line in board.lines:
        for name, indicator in pack.indicators.items() if pack in line.packs else ():
            found = {stage: line.judged[stage][name] for stage in Stage}
            declared = found[Stage.DECLARED]
            rows.append(
                (
                    text(line.unit.code),
                    text(line.unit.name),
                    text(name),
                    text(pick(indicator.text)),
                    text(indicator.unit),
                    _value(declared),
                    text(trace.required(indicator, declared)),
                    *(_value(found[stage]) for stage in (Stage.VERIFIED, Stage.ACCEPTED)),
                    *(text(found[stage].verdict.word, _ROLES.get(found[stage].verdict, "unknown")) for stage in Stage),
                )
            )
    return Table(
        name=pack.id,
        title=pick(pack.text),
        left=pack.document,
        right=each.title,
        headings=(
            _("学校标识码"), _("学校"), _("指标编号"), _("指标"), _("计量单位"), _("实际值（申报）"), _("达标值"),
            _("实际值（核实）"), _("实际值（审定）"),
            _("申报值结论"), _("核实值结论"), _("审定值结论"),
        ),
        rows=rows,
    )  # fmt: skip


def _value(judged: Judgement) -> Cell:
    return text("" if judged.value is None else shown(judged.value, against=judged.threshold))


def _groups(board: Board, each: Round) -> Table:
    """Shares by county, type and ownership; how many meet by the figures of each stage."""
    stages = [board.by(stage) for stage in Stage]
    every = [{(by, one.key): one.met for by in By for one in groups(seen, by)} for seen in stages]
    rows: list[tuple[Cell, ...]] = [
        (
            text(found.by.word), text(found.name), number(found.scope), number(found.received), number(found.met),
            number(found.rate * 100, places=2), *(number(met.get((by, found.key), 0)) for met in every),
        )
        for by in By
        for found in groups(board, by)
    ]  # fmt: skip
    return Table(
        name=_("分类达标率"), title=_("{title}分类达标率").format(title=each.title),
        left=_("达标率＝达标学校÷范围内学校，未报的也在分母里；按{stage}").format(stage=board.stage.word),
        right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(
            _("按什么分"), _("类别"), _("应报（所）"), _("已报（所）"), _("达标（所）"), _("达标率（%）"),
            _("申报达标"), _("核实达标"), _("审定达标"),
        ), rows=rows,
    )  # fmt: skip


def _stages(board: Board, each: Round) -> Table:
    """How many schools meet the standard and each indicator by their declared, verified and accepted figures."""
    rows: list[tuple[Cell, ...]] = []
    stages = [board.by(stage) for stage in Stage]
    for pack in board.deciders:
        ends = [[line.conclusion.outcome for line in seen.part(pack.id).in_scope] for seen in stages]
        cells = (number(found.count(end)) for found in ends for end in (Outcome.MET, Outcome.UNMET))
        rows.append((text(pick(pack.text)), text(_("全部指标（结论）")), *cells))
    for pack in board.packs:
        for name, indicator in pack.indicators.items():
            counts = [board.counts(name, stage=stage) for stage in Stage]
            cells = (number(found[verdict]) for found in counts for verdict in (Verdict.MET, Verdict.UNMET))
            rows.append((text(pick(pack.text)), text(pick(indicator.text)), *cells))
    return Table(
        name=_("申报核实审定"), title=_("{title}各指标达标学校数").format(title=each.title),
        left=_("没有结论的学校（缺数、待核、不适用）不在其中"), right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(
            _("标准"), _("指标"), _("申报达标"), _("申报未达标"), _("核实达标"), _("核实未达标"), _("审定达标"), _("审定未达标"),
        ), rows=rows,
    )  # fmt: skip


def _county_shortages(board: Board, each: Round) -> Table:
    """What the schools of each county lack together."""
    fields = board.fields
    rows: list[tuple[Cell, ...]] = [
        (
            text(DISTRICTS.get(county, county) or _("未登记")), text(pick(fields[fact].short)), text(shown(amount)),
            text(fields[fact].unit), number(count),
        )
        for county, fact, amount, count in county_shortages(board)
    ]  # fmt: skip
    return Table(
        name=_("各县还差"), title=_("{title}各县（市、区）还差").format(title=each.title),
        left=_("各校还差之和"),
        right=_("统计时点：{date}").format(date=each.reference_date),
        headings=(_("县（市、区）"), _("项目"), _("还差"), _("计量单位"), _("学校（所）")), rows=rows,
    )  # fmt: skip
