"""How a city did round by round: each judged by its own standards, as of its own date, on what was declared then.

Rates are counts over counts. Rounds may go by different standards: an indicator is compared only with itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from vetdesk.models.operations.desk import Desk, desk_of
from vetdesk.models.operations.publish_round import unit_record
from vetdesk.models.operations.school_lines import SchoolLines
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.rollup.board import Board
from vetdesk.models.store import exchange, register
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round: the standards that decided, that of most schools first; schools they apply to, how many of them submitted
    and met theirs; and for each of their indicators how many met it, of how many with a verdict."""

    round: Round
    deciders: tuple[Pack, ...]
    scope: int
    received: int
    met: int
    indicators: dict[str, tuple[int, int]]

    @property
    def rate(self) -> Fraction | None:
        """Met ÷ schools in scope, the unsubmitted included; None without schools."""
        return Fraction(self.met, self.scope) if self.scope else None


def trend(workspace: Workspace) -> list[RoundResult]:
    """Every round of a bureau, the oldest first.

    Raises KnownError in another role.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    return [_result(workspace, desk_of(workspace, each)) for each in reversed(register.rounds(workspace))]


def _result(workspace: Workspace, found: Desk) -> RoundResult:
    held = {each.unit: each for each in exchange.heads(workspace, found.round.id) if each.current}
    units = {each.code: each for each in asked_then(workspace, found.round)}
    newest = found.round.id == register.newest_round(workspace)
    for code in () if newest else held:  # whoever submitted then was asked
        known = units.get(code) or register.unit(workspace, code)
        if known is not None:
            units[code] = known
    lines = SchoolLines(workspace, found)
    board = Board(
        found.packs,
        tuple(
            replace(lines.of(each, held[each.code].hash), seq=held[each.code].seq)
            if each.code in held
            else lines.of(each, "")
            for each in units.values()
        ),
    )
    lines.keep()
    return RoundResult(
        found.round, board.deciders, len(board.in_scope), sum(each.seq > 0 for each in board.in_scope), board.met,
        {name: _counted(board, name) for name in board.indicators},
    )  # fmt: skip


def _counted(board: Board, indicator: str) -> tuple[int, int]:
    counts = board.counts(indicator, decided=True)
    return counts[Verdict.MET], counts[Verdict.MET] + counts[Verdict.UNMET]


def asked_then(workspace: Workspace, each: Round) -> list[UnitRecord]:
    """The schools a round asked: those of the newest register that went out for it; of the newest round, those of today."""
    if each.id == register.newest_round(workspace):
        return register.asked(workspace, each)
    for package in exchange.packages(workspace, direction="out"):
        if package.cycle != each.id or package.kind not in ("campaign", "amendment"):
            continue
        try:
            data = verify(workspace.folder / package.path).data()
            if package.kind == "campaign":
                asked = bodies.decode(data, bodies.Campaign, file=package.path).units
            else:
                asked = bodies.decode(data, bodies.Amendment, file=package.path).units
            return [unit_record(one) for one in asked]
        except RefusedError:
            continue  # an older one may still be whole
    return []
