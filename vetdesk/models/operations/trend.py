"""How a city did round by round: each judged by its own standards, as of its own date, on what was declared then.

Rates are counts over counts. Rounds may go by different standards: an indicator is compared only with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.operations.desk import Desk, desk_of
from vetdesk.models.operations.roll_up import board
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.rollup.board import Board
from vetdesk.models.store import register
from vetdesk.models.store.register import Round
from vetdesk.models.store.workspace import Workspace, wrong_role


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round: the standards that decided, that of most schools first; schools they apply to, how many of them submitted
    and met theirs by what they declared; and for each of their indicators how many met it, of how many with a verdict.

    `stages` says the same by verified and accepted figures: of how many schools any is known, and how many met.
    """

    round: Round
    deciders: tuple[Pack, ...]
    scope: int
    received: int
    met: int
    indicators: dict[str, tuple[int, int]]
    stages: Mapping[Stage, tuple[int, int]]

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
    seen = board(workspace, of=found)
    by_stage = [(stage, seen.tally(stage)) for stage in Stage if stage is not Stage.DECLARED]
    return RoundResult(
        found.round, seen.deciders, len(seen.in_scope), seen.received, seen.met,
        {name: _counted(seen, name) for name in seen.indicators},
        {stage: (each.known, each.met) for stage, each in by_stage},
    )  # fmt: skip


def _counted(board: Board, indicator: str) -> tuple[int, int]:
    counts = board.counts(indicator, decided=True)
    return counts[Verdict.MET], counts[Verdict.MET] + counts[Verdict.UNMET]
