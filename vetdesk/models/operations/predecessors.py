"""A merged school starts from its predecessors: their last figures side by side, sums offered figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.fill import put_entries
from vetdesk.models.operations.publish_round import predecessors_of
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, State, given
from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.records.words import _, pick
from vetdesk.models.rollup.together import adds_up
from vetdesk.models.store import figures
from vetdesk.models.store.workspace import Workspace, open_workspace, wrong_role


@dataclass(frozen=True, slots=True)
class Joined:
    """One figure: what each predecessor had (in their order, '—' for nothing), their sum where there is one, and now."""

    fact: str
    name: str
    unit: str
    parts: tuple[str, ...]
    total: Entry | None
    now: Entry


@dataclass(frozen=True, slots=True)
class Together:
    """The predecessors whose folders were given, those that lack, and every figure one of them had."""

    schools: tuple[str, ...]
    missing: tuple[str, ...]
    figures: tuple[Joined, ...]


def look(workspace: Workspace, folders: Sequence[Path]) -> Together:
    """Read the last figures of the predecessors from their folders, which stay as they are.

    Sums are offered where every predecessor was merged whole, is there, and gave the figure: unknown is never zero.
    Raises KnownError for a folder of a school that is none, and where the school came from no other.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    expected = {each.code: each for each in predecessors_of(own_unit(workspace))}
    if not expected:
        raise KnownError(_("名录里本校没有前身（没有合并、换标识码），不用合并去年的数。"), code="no_predecessor")
    held: dict[str, dict[str, Entry]] = {}
    for folder in folders:
        with open_workspace(folder, role="school") as old:
            if old.owner not in expected:
                raise KnownError(
                    _("“{folder}”是 {school} 的，不是本校的前身，没有取用。").format(
                        folder=folder.name, school=old.meta("name")
                    ),
                    code="not_a_predecessor",
                )
            held[old.owner] = figures.read(old, desk(old).round.id, old.owner)
    found = standing(workspace)
    present = [each for code, each in expected.items() if code in held]
    whole = len(present) == len(expected) and all(each.whole for each in present)
    rows = []
    for field in found.assessment.form():
        entries = [held[each.code].get(field.id, UNFILLED) for each in present]
        if all(each.state is State.UNFILLED for each in entries):
            continue
        rows.append(
            Joined(
                field.id, pick(field.text), field.unit,
                tuple(entry_text(field, each) or "—" for each in entries),
                _sum(field, entries) if whole else None,
                found.assessment.previous.get(field.id, UNFILLED),
            )
        )  # fmt: skip
    lacking = tuple(each.name for code, each in expected.items() if code not in held)
    return Together(tuple(each.name for each in present), lacking, tuple(rows))


def _sum(field: Field, entries: Sequence[Entry]) -> Entry | None:
    """What the parts come to; None where that is no amount, or one of them is not known."""
    if len(entries) == 1 and entries[0].state is State.GIVEN:
        return entries[0]
    if not adds_up(field):
        return None
    values = [each.value(field.unit) if each.state is State.GIVEN else None for each in entries]
    if any(each is None for each in values):
        return None
    return given(decimal_text(sum((each for each in values if each is not None), start=Fraction(0))))


def take(workspace: Workspace, found: Together, *, only: frozenset[str] | None = None) -> Changes:
    """Put the sums (or `only` some of them) in as last year's figures, in one act; each says what it is the sum of."""
    chosen = {
        each.fact: each for each in found.figures if each.total is not None and (only is None or each.fact in only)
    }
    return put_entries(
        workspace,
        {fact: each.total for fact, each in chosen.items() if each.total is not None},
        year=figures.LAST,
        sources={fact: _source(found.schools, each) for fact, each in chosen.items()},
        action="import",
    )


def _source(schools: Sequence[str], each: Joined) -> str:
    return " + ".join(f"{name} {part}" for name, part in zip(schools, each.parts, strict=True))
