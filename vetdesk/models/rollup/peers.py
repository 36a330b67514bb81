"""Where similar schools lie, as quantiles that name nobody: sent with a task file, used at a school without a network.

A group of fewer than `FEWEST` schools is never given, so that no value can be traced back to a school.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import _
from vetdesk.models.rollup.outliers import FEWEST, fences_between

SHARES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
"""The quantiles given: a tenth, a quarter, the middle, three quarters, nine tenths."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The quantiles of an indicator among `count` schools of a type ('' for all), in the unit of the indicator."""

    indicator: str
    run_type: str
    count: int
    quantiles: tuple[Fraction, ...]

    @property
    def middle(self) -> Fraction:
        """The value in the middle."""
        return self.quantiles[2]

    def far(self, value: Fraction) -> str:
        """`▲` for a value far above those of similar schools, `▼` for one far below, else ''."""
        around = fences_between(self.quantiles[1], self.quantiles[3], self.count)
        if around is None or around.low <= value <= around.high:
            return ""
        return "▲" if value > around.high else "▼"

    def sentence(self, value: Fraction) -> str:
        """Where a value lies among similar schools: `与同类 12 所相比偏高：中间一半在 20 到 31 之间`."""
        side = {"▲": _("明显偏高"), "▼": _("明显偏低")}.get(self.far(value), "")
        return _("与同类 {count} 所学校相比{side}：中间一半在 {low} 到 {high} 之间，中位数 {middle}").format(
            count=self.count, side=side, low=shown(self.quantiles[1]), high=shown(self.quantiles[3]),
            middle=shown(self.middle),
        )  # fmt: skip


def peers(values: Iterable[tuple[str, str, Fraction]]) -> list[Peers]:
    """Groups from `(indicator, type, value)` of single schools: all of them, and each type.

    Those too small are left out; so are all schools together where the rest beside the given types would be too small:
    it could be worked out from the difference.
    """
    by_type: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for indicator, run_type, value in values:
        by_type[indicator][run_type].append(value)
    found = []
    for indicator, types in sorted(by_type.items()):
        given = {name: group for name, group in sorted(types.items()) if name and len(group) >= FEWEST}
        rest = sum(len(group) for name, group in types.items() if name not in given)
        every = [value for group in types.values() for value in group]
        if len(every) >= FEWEST and (not given or not 0 < rest < FEWEST):
            given = {"": every, **given}
        found += [
            Peers(indicator, name, len(group), tuple(_blurred(_around(sorted(group), share)) for share in SHARES))
            for name, group in given.items()
        ]
    return found


def _around(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The mean of the three values around a place: a quantile that is no school's own figure."""
    first = min(max(int(share * (len(ordered) - 1)) - 1, 0), len(ordered) - 3)
    return sum(ordered[first : first + 3], Fraction(0)) / 3


def _blurred(value: Fraction) -> Fraction:
    """To three digits: no school's own figure is in the file."""
    if not value:
        return value
    size = Fraction(1)
    while abs(value) >= 1000 * size:
        size *= 10
    while abs(value) < 100 * size and size > Fraction(1, 10**9):
        size /= 10
    return round(value / size) * size


def closest(groups: Iterable[Peers], run_type: str) -> dict[str, Peers]:
    """For each indicator the group of the school's own type, else that of all schools."""
    found: dict[str, Peers] = {}
    for each in groups:
        if each.run_type == run_type or (not each.run_type and each.indicator not in found):
            found[each.indicator] = each
    return found
