"""Figures far from those of similar schools: a hint where to look, no verdict.

A value is far where it lies outside the fences of Tukey: one and a half times the middle half's width below or above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.rollup.board import Board, Line

FEWEST = 8
"""So many similar schools are needed before one of them can be said to be far from the others."""
_REACH = Fraction(3, 2)


@dataclass(frozen=True, slots=True)
class Fences:
    """Between which values of an indicator similar schools lie (in its unit), and how many of them there are."""

    low: Fraction
    high: Fraction
    peers: int


def fences(values: Sequence[Fraction]) -> Fences | None:
    """The fences of these values; None for too few, and where the middle half is all the same."""
    if len(values) < FEWEST:
        return None
    ordered = sorted(values)
    return fences_between(quantile(ordered, Fraction(1, 4)), quantile(ordered, Fraction(3, 4)), len(ordered))


def fences_between(lower: Fraction, upper: Fraction, peers: int) -> Fences | None:
    """The fences of values whose middle half lies between two; None where that half is all the same."""
    width = upper - lower
    return Fences(lower - _REACH * width, upper + _REACH * width, peers) if width else None


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """Between the two values beside a place, in proportion."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def outliers(board: Board) -> dict[tuple[str, str], Fences]:
    """`(school, indicator)` of the deciding standard whose value is far from those of similar schools.

    Similar are schools of the same type; where those are too few, all schools.
    """
    found: dict[tuple[str, str], Fences] = {}
    for name in board.indicators:
        values = [
            (line, value)
            for line in board.lines
            if name in line.deciding.indicators and (value := _value(line, name)) is not None
        ]
        by_type: dict[str, list[Fraction]] = defaultdict(list)
        for line, value in values:
            by_type[line.unit.run_type].append(value)
        every = fences([value for _line, value in values])
        alike = {kind: fences(group) if len(group) >= FEWEST else every for kind, group in by_type.items()}
        for line, value in values:
            around = alike[line.unit.run_type]
            if around is not None and not around.low <= value <= around.high:
                found[line.unit.code, name] = around
    return found


def _value(line: Line, indicator: str) -> Fraction | None:
    return line.judged[line.stage][indicator].value
