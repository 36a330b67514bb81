"""A county's or the city's own figure of an indicator: sums over sums of its schools, never a mean of their ratios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, prepare, value
from vetdesk.models.packs.formula import Binary
from vetdesk.models.packs.judge import applies
from vetdesk.models.packs.pack import Indicator, Pack


@dataclass(frozen=True, slots=True)
class Together:
    """One indicator over some schools: the sums, how many schools are in them, how many lack a figure."""

    indicator: str
    above: Fraction
    below: Fraction | None
    schools: int
    missing: int

    @property
    def value(self) -> Fraction | None:
        """Sum over sum, or the sum itself where the indicator is no ratio; None where nothing is known."""
        if not self.schools or self.below == 0:
            return None
        return self.above if self.below is None else self.above / self.below


def together(pack: Pack, indicator: Indicator, every: Iterable[Data]) -> Together:
    """An indicator over the data of schools. A school that lacks one of its facts is counted as missing, in no sum.

    Schools that the pack does not apply to are left out.
    """
    ratio = isinstance(indicator.node, Binary) and indicator.node.op == "/"
    parts = [indicator.node.left, indicator.node.right] if ratio else [indicator.node]  # type: ignore[union-attr]
    codes = [prepare(each, pack.derived_codes) for each in parts]
    sums, schools, missing = [Fraction(0)] * len(codes), 0, 0
    for data in every:
        if not applies(pack, data):
            continue
        found = [value(each, data) for each in codes]
        if not all(isinstance(each, Fraction) for each in found):
            missing += 1
            continue
        sums = [total + each for total, each in zip(sums, found, strict=True) if isinstance(each, Fraction)]
        schools += 1
    return Together(indicator.id, sums[0], sums[1] if ratio else None, schools, missing)
