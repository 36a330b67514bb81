"""Checks the units of a formula: ㎡ ÷ 人 gives ㎡/生, 万元 × 10000 gives 元, areas are not added to people.

A plain number multiplied in may be a factor (twice the land) or a conversion (10,000 元 to the 万元): the declared
unit decides which, and one of both must fit exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.formula import (
    Aggregate,
    Among,
    Binary,
    Choice,
    Column,
    Extreme,
    FormulaError,
    Name,
    Node,
    Number,
    Previous,
    Unary,
)
from vetdesk.models.records.units import UNITS
from vetdesk.models.records.words import _

_PER = {"生": ("人", Fraction(1)), "百生": ("人", Fraction(100)), "年": ("", Fraction(1))}
"""What may stand below the line of a unit besides units themselves: people who learn, a hundred of them, a year."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number measures: exponents of kinds of quantity, base units in one of it, and plain factors put in.

    `free` is a constant, which takes the unit it is compared with or added to.
    """

    kinds: tuple[tuple[str, int], ...]
    scale: Fraction
    factor: Fraction = Fraction(1)
    free: bool = False


PLAIN = Measure((), Fraction(1))


def measure_of(unit: str) -> Measure | None:
    """The measure of a unit text (`㎡/生`, `:1`, `%`, `台/百生`); None for one that is not known."""
    if unit in ("", ":1"):
        return PLAIN
    if unit == "%":
        return Measure((), Fraction(1, 100))
    above, slash, below = unit.partition("/")
    top = _simple(above)
    if top is None or not slash:
        return top
    for part in below.split("·"):
        if not part:
            return None
        per = _PER.get(part)
        name, count = per or (part, Fraction(1))
        bottom = _simple(name) if name else PLAIN
        if bottom is None or top is None:
            return None
        top = _product(top, Measure(bottom.kinds, bottom.scale * count), -1)
    return top


def _simple(name: str) -> Measure | None:
    known = UNITS.get(name)
    if known is None or not name:
        return None
    return Measure(((known.kind, 1),), known.factor)


def check_unit(node: Node, unit: str, units: Mapping[str, str], *, constants_carry: bool = False) -> None:
    """Passes a formula that gives a number in `unit`; `units` are those of facts and columns (`table.column`).

    `constants_carry`: a constant may carry a unit of its own, as 3000 元/生 does in a threshold by class.
    Raises FormulaError saying what is added, compared or declared wrongly, and by which factor.
    """
    declared = measure_of(unit)
    if declared is None:
        raise FormulaError(_("不认识的计量单位“{unit}”").format(unit=unit[:20]))
    found = _Reader(units, constants_carry).measure(node)
    if not _fits(found, declared):
        raise FormulaError(_misfit(found, declared, unit))


def check_units_inside(node: Node, units: Mapping[str, str]) -> None:
    """Passes a condition whose sums and comparisons stay within one unit each.

    Raises FormulaError.
    """
    _Reader(units, constants_carry=False).measure(node)


def _fits(found: Measure, declared: Measure) -> bool:
    if found.free:
        return True
    counts = not declared.kinds and all(kind in _COUNTED for kind, _power in found.kinds)
    return (counts or found.kinds == declared.kinds) and declared.scale in (found.scale, found.scale / found.factor)


_COUNTED = frozenset({"person", "seat", "machine", "piece", "room", "school", "item", "firm", "visit", "kind", "time"})
"""What is counted in pieces: seats for people may be said as a share (座位比 20%)."""


def _misfit(found: Measure, declared: Measure, unit: str) -> str:
    counts = not declared.kinds and all(kind in _COUNTED for kind, _power in found.kinds)
    if found.kinds != declared.kinds and not counts:
        return _("算出来的是{found}，与单位“{unit}”不是一种量").format(found=_spelled(found), unit=unit)
    ratio = found.scale / found.factor / declared.scale
    return _("算出来的数与单位“{unit}”差 {ratio} 倍，请检查换算（1 万元 = 10000 元，1 亩 = 2000/3 ㎡）").format(
        unit=unit, ratio=ratio
    )


_KIND_NAMES = {
    "area": "㎡", "money": "元", "length": "m", "person": "人", "visit": "人次", "book": "册", "kind": "种",
    "machine": "台", "piece": "个", "seat": "座", "room": "间", "lesson": "课时", "day": "天", "bandwidth": "Mbps",
    "time": "次", "school": "所", "item": "项", "firm": "家",
}  # fmt: skip


def _spelled(found: Measure) -> str:
    if not found.kinds:
        return _("没有单位的数")
    above = "·".join(_KIND_NAMES.get(kind, kind) for kind, power in found.kinds if power > 0) or "1"
    below = "·".join(_KIND_NAMES.get(kind, kind) for kind, power in found.kinds if power < 0)
    return f"{above}/{below}" if below else above


def _product(a: Measure, b: Measure, sign: int) -> Measure:
    powers = dict(a.kinds)
    for kind, power in b.kinds:
        powers[kind] = powers.get(kind, 0) + sign * power
    kinds = tuple(sorted((kind, power) for kind, power in powers.items() if power))
    if sign > 0:
        return Measure(kinds, a.scale * b.scale, a.factor * b.factor)
    return Measure(kinds, a.scale / b.scale, a.factor / b.factor)


class _Reader:
    """What each part of a formula measures."""

    def __init__(self, units: Mapping[str, str], constants_carry: bool) -> None:
        self._units = units
        self._carry = constants_carry

    def measure(self, node: Node) -> Measure:
        match node:
            case Number(value=number):
                return Measure((), Fraction(1), number or Fraction(1), free=True)
            case Name(name=name) | Previous(name=name):
                return self._known(name)
            case Column(table=table, column=column):
                return self._known(f"{table}.{column}")
            case Unary(item=item):
                return self.measure(item)
            case Binary(op=op, left=left, right=right):
                return self._binary(op, self.measure(left), self.measure(right))
            case Extreme(items=items):
                return self._all_alike(items)
            case Aggregate(op=op, item=item, where=where):
                if where is not None:
                    self.measure(where)
                return PLAIN if op == "count" else self.measure(item)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                self.measure(condition)
                return self._all_alike((then, otherwise))
            case Among(item=item):
                self.measure(item)
                return PLAIN
            case _:
                return PLAIN

    def _known(self, name: str) -> Measure:
        return measure_of(self._units.get(name, "")) or PLAIN

    def _all_alike(self, items: tuple[Node, ...]) -> Measure:
        shared = self.measure(items[0])
        for each in items[1:]:
            shared = _alike(shared, self.measure(each))
        return shared

    def _binary(self, op: str, a: Measure, b: Measure) -> Measure:
        if op in ("and", "or"):
            return PLAIN
        if op in ("*", "/"):
            found = _product(a, b, 1 if op == "*" else -1)
            free = (a.free or b.free) if self._carry else (a.free and b.free)
            return Measure(found.kinds, found.scale, found.factor, free)
        shared = _alike(a, b)
        return shared if op in ("+", "-") else PLAIN


def _alike(a: Measure, b: Measure) -> Measure:
    """What two things that are added or compared measure.

    Raises FormulaError where they are different quantities, or the same in different units.
    """
    if a.free:
        return b
    if b.free:
        return a
    if a.kinds != b.kinds:
        raise FormulaError(
            _("{first}与{second}不是一种量，不能相加或比较").format(first=_spelled(a), second=_spelled(b))
        )
    shared = {a.scale, a.scale / a.factor} & {b.scale, b.scale / b.factor}
    if not shared:
        raise FormulaError(_("{first}的两个数单位大小不同，请先换算成同一个单位").format(first=_spelled(a)))
    return a if len(shared) > 1 else Measure(a.kinds, shared.pop())
