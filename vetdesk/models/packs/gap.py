"""Gap arithmetic: the exact change of each adjustable fact that turns an indicator to met.

The formula is followed as a fraction of two straight lines in the one fact that changes; where it is not one
(minimum, conditions, products of the fact with itself) the smallest sufficient step is searched on the fact's
grid. Every answer is checked by judging again: with the change met, one step less not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import holds
from vetdesk.models.packs.pack import Indicator, Pack

_GRID = Fraction(1, 100)
_LARGEST = Fraction(10) ** 12


@dataclass(frozen=True, slots=True)
class Gap:
    """Change `fact` by `change` (signed, in `unit`) and the indicator is met."""

    fact: str
    change: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class _Line:
    """(a·x + b) / (c·x + d)."""

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction


def gaps(pack: Pack, indicator: Indicator, data: Data) -> tuple[Gap, ...]:
    """The changes that would meet the indicator, one per adjustable fact it uses; what is short first.

    Empty where the indicator is met already, lacks figures, or no change of a single fact can meet it.
    """
    if holds(indicator, data):
        return ()
    found = []
    for name in pack.fields:
        field = pack.fields[name]
        if name not in indicator.facts or not field.adjust or not isinstance(data.facts.get(name), Fraction):
            continue
        change = _change(indicator, data, name, whole=field.whole)
        if change is not None:
            found.append(Gap(name, change, field.unit))
    return tuple(sorted(found, key=lambda gap: gap.change < 0))


def _with(data: Data, name: str, value: Fraction) -> Data:
    return replace(data, facts={**data.facts, name: value})


def _change(indicator: Indicator, data: Data, name: str, *, whole: bool) -> Fraction | None:
    now = data.facts[name]
    assert isinstance(now, Fraction)
    step = Fraction(1) if whole else _GRID
    candidates = []
    root = _root(indicator, data, name)
    if root is not None:
        candidates += _around(root, now, step, whole=whole)
    else:
        candidates += [each for each in (_search(indicator, data, name, step, up) for up in (True, False)) if each]
    fitting = [
        change
        for change in candidates
        if change and now + change >= 0 and holds(indicator, _with(data, name, now + change))
    ]
    return min(fitting, key=abs, default=None)


def _around(root: Fraction, now: Fraction, step: Fraction, *, whole: bool) -> list[Fraction]:
    """Changes to try: the exact boundary, or the grid points just beyond it on either side."""
    change = root - now
    tries = [] if whole or not _short(change) else [change]
    units = change / step
    below = Fraction(units.numerator // units.denominator) * step
    return [*tries, below, below + step, below - step, below + 2 * step]


def _short(value: Fraction) -> bool:
    """Whether the value is a decimal of at most 12 places, so that it can be written down exactly."""
    return (value * 10**12).denominator == 1


def _root(indicator: Indicator, data: Data, name: str) -> Fraction | None:
    """The value of the fact at which value equals threshold, if both are fractions of straight lines."""
    value = _line(indicator.node, data, name)
    threshold = _line(indicator.threshold.node, data, name) if indicator.threshold.node else None
    if value is None or threshold is None or threshold.c or not threshold.d:
        return None
    a, b = threshold.a / threshold.d, threshold.b / threshold.d
    if a and value.c:
        return None
    slope = value.a - a * value.d - b * value.c
    start = value.b - b * value.d
    return -start / slope if slope else None


def _line(node: formula.Node, data: Data, name: str) -> _Line | None:
    zero, one = Fraction(0), Fraction(1)
    match node:
        case formula.Number(value=value):
            return _Line(zero, value, zero, one)
        case formula.Name(name=used):
            if used == name:
                return _Line(one, zero, zero, one)
            known = data.facts.get(used)
            return _Line(zero, known, zero, one) if isinstance(known, Fraction) else None
        case formula.Unary(op="-", item=item):
            line = _line(item, data, name)
            return line and _Line(-line.a, -line.b, line.c, line.d)
        case formula.Binary(op=op, left=left, right=right) if op in "+-*/":
            first, second = _line(left, data, name), _line(right, data, name)
            return _joined(op, first, second) if first and second else None
        case _:
            return None


def _joined(op: str, p: _Line, q: _Line) -> _Line | None:
    if op in "+-":
        sign = 1 if op == "+" else -1
        if p.c or q.c:
            return None
        return _Line(p.a * q.d + sign * q.a * p.d, p.b * q.d + sign * q.b * p.d, Fraction(0), p.d * q.d)
    if op == "/":
        q = _Line(q.c, q.d, q.a, q.b)
    if (p.a and q.a) or (p.c and q.c):
        return None
    return _Line(p.a * q.b + p.b * q.a, p.b * q.b, p.c * q.d + p.d * q.c, p.d * q.d)


def _search(indicator: Indicator, data: Data, name: str, step: Fraction, up: bool) -> Fraction | None:
    """A number of steps in one direction that suffices while one less does not, found by doubling and halving.

    Where nothing is left of the fact the formula may divide by zero: the step before is tried then.
    """
    now = data.facts[name]
    assert isinstance(now, Fraction)
    sign = 1 if up else -1
    most = int((_LARGEST if up else now) / step)

    def enough(steps: int) -> bool:
        return holds(indicator, _with(data, name, now + sign * steps * step))

    low, reach = 0, 1
    while reach < most and not enough(reach):
        low, reach = reach, 2 * reach
    reach = min(reach, most)
    if not enough(reach):
        reach -= 1
    if reach <= low or not enough(reach):
        return None
    while reach - low > 1:
        middle = (low + reach) // 2
        low, reach = (low, middle) if enough(middle) else (middle, reach)
    return sign * reach * step


def combined(found: Mapping[str, tuple[Gap, ...]]) -> tuple[Gap, ...]:
    """The shortage over several indicators together: per fact the largest (domain 9.5).

    Absolute and per-student conditions ask for the same land or teachers once: the larger amount meets both.
    Of each indicator the first gap that asks for more of something is taken.
    """
    needed: dict[str, Gap] = {}
    for each in found.values():
        more = next((gap for gap in each if gap.change > 0), None)
        if more and (more.fact not in needed or needed[more.fact].change < more.change):
            needed[more.fact] = more
    return tuple(needed.values())
