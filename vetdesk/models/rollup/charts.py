"""Specs of charts: what a chart says, without saying how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _
from vetdesk.models.rollup.board import Board


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar: its word, colour role (`met`, `unmet`, `unknown`) and value per label."""

    name: str
    role: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Bars of whole schools, one per label, stacked by outcome."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Schools × indicators: colour role and short text per cell."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    roles: tuple[tuple[str, ...], ...]
    texts: tuple[tuple[str, ...], ...]


ChartSpec = StackedBars | HeatMap
KINDS = ("indicators", "counties", "heat")

_ROLES = {Verdict.MET: "met", Verdict.UNMET: "unmet"}


def spec(board: Board, kind: str, *, standard: str = "") -> ChartSpec:
    """The spec of a kind: `indicators` (schools per indicator), `counties` (schools met per county), `heat`.

    Where several standards decide, indicators are those of one of them (of an id, else the first), over its own schools.
    """
    if standard or kind != "counties":
        board = board.part(standard or board.deciding.id)
    if kind == "counties":
        return by_county(board)
    return heat(board) if kind == "heat" else by_indicator(board)


def by_indicator(board: Board) -> StackedBars:
    """How many schools meet, miss or leave open each indicator of the packs that decide."""
    indicators = board.indicators
    counted = [board.counts(name, decided=True) for name in indicators]
    return StackedBars(
        title=_("各指标达标学校数"),
        labels=tuple(board.labels.values()),
        series=(
            Series(_("达标"), "met", tuple(each[Verdict.MET] for each in counted)),
            Series(_("未达标"), "unmet", tuple(each[Verdict.UNMET] for each in counted)),
            Series(
                _("数据不全或未上报"),
                "unknown",
                tuple(
                    each[Verdict.INCOMPLETE] + each[Verdict.INCOMPUTABLE] + each[Verdict.UNVERIFIED] for each in counted
                ),
            ),
        ),
        unit=_("所"),
    )


def by_county(board: Board) -> StackedBars:
    """How many schools of each county meet the deciding pack."""
    codes = [code for code in DISTRICTS if any(each.unit.district == code for each in board.in_scope)]
    outcomes: dict[str, list[Outcome]] = {code: [] for code in codes}
    for line in board.in_scope:
        outcomes.setdefault(line.unit.district, []).append(line.conclusion.outcome)
    labels = tuple(outcomes)

    def count(*wanted: Outcome) -> tuple[int, ...]:
        return tuple(sum(each in wanted for each in outcomes[code]) for code in labels)

    return StackedBars(
        title=_("各县（市、区）达标学校数"),
        labels=tuple(DISTRICTS.get(code, _("未填县区")) for code in labels),
        series=(
            Series(_("已达标"), "met", count(Outcome.MET)),
            Series(_("未达标"), "unmet", count(Outcome.UNMET)),
            Series(_("还不能下结论"), "unknown", count(Outcome.OPEN, Outcome.UNVERIFIED)),
        ),
        unit=_("所"),
    )


def heat(board: Board) -> HeatMap:
    """Every school × every indicator of the packs that decide."""
    indicators = board.indicators
    cells = [[line.asked(name) for name in indicators] for line in board.lines]
    return HeatMap(
        title=_("学校 × 指标"),
        rows=tuple(line.unit.name for line in board.lines),
        columns=tuple(board.labels.values()),
        roles=tuple(tuple(_ROLES.get(verdict, "unknown") for verdict in row) for row in cells),
        texts=tuple(tuple(verdict.sign for verdict in row) for row in cells),
    )
