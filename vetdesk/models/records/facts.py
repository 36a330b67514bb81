"""One figure of a school: its four states, as stored and as sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.records.units import convert
from vetdesk.models.records.words import _, mark


class State(StrEnum):
    """The four distinct states of a figure. Unknown never counts as 0."""

    GIVEN = "given"
    UNFILLED = "unfilled"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_STATE_WORDS[self])


_STATE_WORDS = {
    State.GIVEN: mark("已填"),
    State.UNFILLED: mark("未填"),
    State.NOT_APPLICABLE: mark("不适用"),
    State.UNKNOWN: mark("不清楚"),
}


class Stage(StrEnum):
    """The three values of a figure: declared by the school, verified on site, accepted by the bureau."""

    DECLARED = "declared"
    VERIFIED = "verified"
    ACCEPTED = "accepted"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_STAGE_WORDS[self])


_STAGE_WORDS = {
    Stage.DECLARED: mark("申报值"),
    Stage.VERIFIED: mark("核实值"),
    Stage.ACCEPTED: mark("审定值"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one field: decimal text as typed with its unit, or why there is none."""

    state: State = State.UNFILLED
    text: str = ""
    unit: str = ""
    reason: str = ""

    def value(self, unit: str) -> Fraction | None:
        """The exact number in `unit`; None unless the figure is given (and measures the same thing)."""
        if self.state is not State.GIVEN:
            return None
        return convert(Fraction(self.text), source=self.unit or unit, target=unit)


UNFILLED = Entry()


def given(text: str, unit: str = "") -> Entry:
    """A given figure from canonical decimal text."""
    return Entry(State.GIVEN, text, unit)
