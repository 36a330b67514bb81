"""What a school's figures are compared with those of the round before: the largest changes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import same_value
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another than in the round before.

    `share` is the change over the former value (1 is 100 %); None where that was 0 or the figure is no number.
    """

    fact: str
    before: Entry
    now: Entry
    amount: Fraction | None = None
    share: Fraction | None = None

    @property
    def text(self) -> str:
        """`▲ 12.5%`, `▼ 30`, or that it is another."""
        if self.amount is None:
            return _("改了") if self.now.state is State.GIVEN else _("现在没有")
        arrow = "▲" if self.amount > 0 else "▼"
        return (
            f"{arrow} {shown(abs(self.amount))}" if self.share is None else f"{arrow} {shown(abs(self.share) * 100)}%"
        )


def figures_before(workspace: Workspace, found: Desk, unit: str) -> dict[str, Entry]:
    """What the bureau holds of a school from the round before, under the ids of this round: accepted figures, else what was
    declared then; nothing where there was no round before, or the school was not in it."""
    before = register.rounds_before(workspace, found.round.id)
    if not before:
        return {}
    one = before[0].id
    known: Mapping[str, Entry] = figures.read(workspace, one, unit, stage=Stage.ACCEPTED)
    held = exchange.current_submission(workspace, one, unit)
    if not known and held is not None:
        known = declared(held)
    return carried(known, found.packs, register.known_fields(workspace, one))


def changes(fields: Mapping[str, Field], before: Mapping[str, Entry], now: Mapping[str, Entry]) -> list[Change]:
    """The figures that were known before and are others now, the largest change first; those of equal size in the order of
    the form. A figure that nobody asked before is none."""
    found = []
    for name, field in fields.items():
        old, new = before.get(name, UNFILLED), now.get(name, UNFILLED)
        if old.state is not State.GIVEN or same_value(field, old, new):
            continue
        found.append(_change(field, old, new))
    return sorted(found, key=_size, reverse=True)


def _change(field: Field, old: Entry, new: Entry) -> Change:
    if not field.number or new.state is not State.GIVEN:
        return Change(field.id, old, new)
    was, now = old.value(field.unit), new.value(field.unit)
    if was is None or now is None:
        return Change(field.id, old, new)
    return Change(field.id, old, new, now - was, (now - was) / abs(was) if was else None)


def _size(each: Change) -> tuple[int, Fraction]:
    """Figures that are gone or came out of nothing first, then numbers by their share, then words."""
    if each.amount is None:
        return (2, Fraction(0)) if each.now.state is not State.GIVEN else (0, Fraction(0))
    return (2, Fraction(0)) if each.share is None else (1, abs(each.share))
