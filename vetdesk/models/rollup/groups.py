"""Schools counted by county, type and ownership: in scope, received, met; and what each county lacks. Counts over counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.school_types import type_text
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.rollup.board import Board, Line


class By(StrEnum):
    """What schools are grouped by."""

    COUNTY = "county"
    RUN_TYPE = "run_type"
    OWNERSHIP = "ownership"
    STANDARD = "standard"

    @property
    def word(self) -> str:
        """What a table calls it."""
        return _(_WORDS[self])


_WORDS = {
    By.COUNTY: mark("县（市、区）"), By.RUN_TYPE: mark("办学类型"), By.OWNERSHIP: mark("举办者性质"),
    By.STANDARD: mark("主标准"),
}  # fmt: skip
_READ: Mapping[By, Callable[[Line], str]] = {
    By.COUNTY: lambda line: line.unit.district,
    By.RUN_TYPE: lambda line: line.unit.run_type,
    By.OWNERSHIP: lambda line: line.unit.ownership,
    By.STANDARD: lambda line: pick(line.deciding.text),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Schools of one kind: in scope, received, and how many meet the standard that decides about them.

    `key` is '' where not registered.
    """

    by: By
    key: str
    scope: int
    received: int
    met: int

    @property
    def rate(self) -> Fraction:
        """Met ÷ schools in scope, the unsubmitted included."""
        return Fraction(self.met, self.scope)

    @property
    def name(self) -> str:
        """What a table calls it."""
        texts = {By.COUNTY: lambda key: DISTRICTS.get(key, key), By.RUN_TYPE: type_text}
        return texts.get(self.by, str)(self.key) or _("未登记")


def groups(board: Board, by: By) -> list[Group]:
    """The groups of schools in scope, in the order of their keys."""
    found: dict[str, list[Line]] = {}
    for line in board.in_scope:
        found.setdefault(_READ[by](line), []).append(line)
    return [
        Group(
            by, key, len(lines), sum(each.seq > 0 for each in lines),
            sum(each.conclusion.outcome is Outcome.MET for each in lines),
        )
        for key, lines in sorted(found.items())
    ]  # fmt: skip


def county_shortages(board: Board) -> list[tuple[str, str, Fraction, int]]:
    """`(county, fact, amount, schools)` summed over the schools of a county that miss it, in the order of the form."""
    totals: dict[tuple[str, str], tuple[Fraction, int]] = {}
    for line in board.in_scope:
        for gap in line.conclusion.shortages:
            amount, count = totals.get((line.unit.district, gap.fact), (Fraction(0), 0))
            totals[line.unit.district, gap.fact] = (amount + gap.change, count + 1)
    order = board.order()
    return [
        (county, fact, *totals[county, fact])
        for county, fact in sorted(totals, key=lambda at: (at[0], order.index(at[1])))
    ]
