"""Gap arithmetic: the exact change of each adjustable fact that turns an indicator to met.

The formula is followed as a fraction of two straight lines in the one fact that changes; where it is not one
(minimum, conditions, products of the fact with itself) the smallest sufficient step is searched on the fact's
grid. Every answer is checked by judging again: with the change met, one step less not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import Data, Env
from vetdesk.models.packs.judge import holds, judge_indicator
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.records.verdicts import Verdict

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
    return tuple(sorted(_gaps(pack, indicator, data), key=lambda gap: gap.change < 0))


def _gaps(pack: Pack, indicator: Indicator, data: Data) -> Iterator[Gap]:
    env = Env(data)
    if indicator.cmp == "~" or holds(indicator, env):
        return
    for name, field in pack.fields.items():
        if name in indicator.facts and field.adjust and isinstance(data.facts.get(name), Fraction):
            change = _Search(indicator, data, env, name, whole=field.whole).change()
            if change is not None:
                yield Gap(name, change, field.unit)


class _Search:
    """Looks for the smallest change of one fact that meets one indicator."""

    def __init__(self, indicator: Indicator, data: Data, env: Env, name: str, *, whole: bool) -> None:
        now = data.facts[name]
        assert isinstance(now, Fraction)
        self._indicator, self._data, self._env, self._name = indicator, data, env, name
        self._now = now
        self._step = Fraction(1) if whole else _GRID
        self._whole = whole

    def change(self) -> Fraction | None:
        """The change; None where there is none."""
        candidates: list[Fraction] = []
        for root in self.roots():
            candidates += _around(root, self._now, self._step, whole=self._whole)
        if not candidates or len(self._indicator.threshold.bars) > 1:
            candidates += [each for each in (self._steps(up=True), self._steps(up=False)) if each]
        fitting = [each for each in candidates if each and self._now + each >= 0 and self.enough(self._now + each)]
        return min(fitting, key=abs, default=None)

    def enough(self, value: Fraction) -> bool:
        """Whether the indicator is met with this value of the fact."""
        return holds(self._indicator, self._env.with_fact(self._name, value))

    def roots(self) -> Iterator[Fraction]:
        """Where value equals a required value, if both are fractions of straight lines; for each of several values."""
        value = _line(self._indicator.node, self._data, self._name)
        for bar in self._indicator.threshold.bars:
            threshold = _line(bar.node, self._data, self._name) if bar.node else None
            if value is None or threshold is None or threshold.c or not threshold.d:
                continue
            a, b = threshold.a / threshold.d, threshold.b / threshold.d
            if a and value.c:
                continue
            slope = value.a - a * value.d - b * value.c
            if slope:
                yield -(value.b - b * value.d) / slope

    def _steps(self, *, up: bool) -> Fraction | None:
        """A number of steps in one direction that suffices while one less does not, found by doubling and halving.

        Where nothing is left of the fact the formula may divide by zero: the step before is tried then.
        """
        sign = 1 if up else -1
        most = int((_LARGEST if up else self._now) / self._step)

        def enough(steps: int) -> bool:
            return self.enough(self._now + sign * steps * self._step)

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
        return sign * reach * self._step


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


def by_hiring(pack: Pack, indicator: Indicator, data: Data) -> tuple[Gap, ...]:
    """Shortages closed by newcomers, who count in the larger fact as well: `(专业教师, +n)` while 专任教师 grows by n.

    Re-assigning people asks for fewer (`gaps`), hiring them for more: ⌈(t·total − part) ÷ (1 − t)⌉ (domain 9.5).
    """
    env = Env(data)
    if indicator.cmp == "~" or holds(indicator, env):
        return ()
    found = []
    for name, field in pack.fields.items():
        now = data.facts.get(name)
        if name not in indicator.facts or field.part_of not in indicator.facts or not isinstance(now, Fraction):
            continue
        whole = data.facts.get(field.part_of)
        if isinstance(whole, Fraction):
            count = _newcomers(indicator, env, (name, now), (field.part_of, whole))
            if count is not None:
                found.append(Gap(name, Fraction(count), field.unit))
    return tuple(found)


def _newcomers(indicator: Indicator, env: Env, part: tuple[str, Fraction], whole: tuple[str, Fraction]) -> int | None:
    def enough(count: int) -> bool:
        more = env.with_fact(part[0], part[1] + count).with_fact(whole[0], whole[1] + count)
        return holds(indicator, more)

    low, reach = 0, 1
    while not enough(reach):
        if reach > 10**9:
            return None
        low, reach = reach, 2 * reach
    while reach - low > 1:
        middle = (low + reach) // 2
        low, reach = (low, middle) if enough(middle) else (middle, reach)
    return reach


def capacity(pack: Pack, data: Data, fact: str = "students_ft") -> Fraction | None:
    """The most of a fact (students) that the present conditions carry under all key indicators (domain 9.5).

    Only indicators count that more of it makes harder; None where there is none, or one of them cannot be computed.
    """
    env = Env(data)
    limits = []
    for each in pack.indicators.values():
        if not each.key or fact not in each.facts or each.cmp == "~":
            continue
        found = judge_indicator(each, env.with_fact(fact, Fraction(1)))
        if found.verdict is Verdict.NOT_APPLICABLE or each.bar(found.bar).waives or not each.bar(found.bar).text:
            continue
        if found.verdict is Verdict.INCOMPLETE or found.needed is None:
            return None
        most = _most(each, env, fact)
        if most is not None:
            limits.append(most)
    return min(limits, default=None)


def _most(indicator: Indicator, env: Env, fact: str) -> Fraction | None:
    """The most of a fact under which an indicator still holds; 0 for none at all, None where more never harms."""

    def enough(count: int) -> bool:
        return holds(indicator, env.with_fact(fact, Fraction(count)))

    low, high = 0, int(_LARGEST)
    if enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return Fraction(low)
