"""Points an indicator earns, by each method met in practice (domain 8.1). Exact fractions, never rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Indicator, Method, Pack, Scoring
from vetdesk.models.records.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned `of` how many; `grade` where the method gives one. `points` is None while the value is unknown."""

    points: Fraction | None
    of: Fraction
    grade: str = ""


def score(indicator: Indicator, judged: Judgement) -> Score | None:
    """The points of one indicator; None where it earns none or does not apply.

    They are unknown while the value is, and while the required value is not confirmed.
    """
    how = indicator.scoring
    if how is None or how.method is Method.ALL_PASS or judged.verdict is Verdict.NOT_APPLICABLE:
        return None
    if judged.verdict is Verdict.MET and judged.needed is None:  # met because the document waives the requirement
        return Score(how.points, how.points)
    value = judged.value
    if value is None or judged.verdict is Verdict.UNVERIFIED:
        return Score(None, how.points)
    match how.method:
        case Method.RATIO:
            return Score(_ratio(how, indicator.cmp, value, judged.threshold), how.points)
        case Method.GRADE:
            return _graded(how, indicator.cmp, value)
        case Method.COUNT:
            return Score(max(min(value, how.points), Fraction(0)), how.points)
        case _:
            assert how.each is not None
            lost = max(how.each * value, Fraction(0))
            lost = lost if how.limit is None else min(lost, how.limit)
            return Score(max(how.points - lost, Fraction(0)), how.points)


def _ratio(how: Scoring, cmp: str, value: Fraction, needed: Fraction | None) -> Fraction | None:
    """Full at the required value; nothing beyond the floor; between them in proportion (of positive values)."""
    if needed is None:
        return None
    small_is_good = cmp in ("<", "<=")
    if (value <= needed) if small_is_good else (value >= needed):
        return how.points
    if how.floor is not None and ((value > how.floor) if small_is_good else (value < how.floor)):
        return Fraction(0)
    if value <= 0 or needed <= 0:
        return Fraction(0)
    return how.points * (needed / value if small_is_good else value / needed)


def _graded(how: Scoring, cmp: str, value: Fraction) -> Score:
    for band in how.bands:
        if (value <= band.at) if cmp in ("<", "<=") else (value >= band.at):
            return Score(how.points * band.share, how.points, band.grade)
    return Score(Fraction(0), how.points)


def total(pack: Pack, judged: Mapping[str, Judgement]) -> Score | None:
    """The points over all indicators that earn any; None for a pack without points."""
    each = [
        found for name, indicator in pack.indicators.items() if (found := score(indicator, judged[name])) is not None
    ]
    if not each:
        return None
    points = [one.points for one in each]
    known = [one for one in points if one is not None]
    return Score(
        sum(known, Fraction(0)) if len(known) == len(points) else None, sum((one.of for one in each), Fraction(0))
    )
