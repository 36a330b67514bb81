"""Official values: a bureau corrects accepted figures, the school sees where they differ from its own and acknowledges."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from vetdesk.models.operations import decide
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.fill import entry_or_refusal, field_of
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import same_value
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import figures, journal
from vetdesk.models.store.workspace import Workspace, wrong_role


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that the bureau accepted otherwise than it was declared; `reason` is '' where an inspector found it."""

    field: Field
    declared: Entry
    official: Entry
    reason: str


def correct(workspace: Workspace, unit: str, values: Mapping[str, str], *, reason: str) -> Changes:
    """Correct accepted figures of a school in one act; the next reply hands them down.

    Raises KnownError where its submission is not accepted, for values that cannot be taken, and without a reason.
    """
    found = decide.current(workspace, unit)
    if found.state != "accepted":
        raise KnownError(
            _("审核通过以后才能更正审定值，没有改动。还没通过的，请退回学校改，或派人核查。"), code="not_accepted"
        )
    if not reason.strip():
        raise KnownError(_("没有写原因，没有改动。"), code="no_reason")
    entries: dict[str, Entry] = {}
    for fact, text in values.items():
        field = field_of(workspace, fact)
        entries[field.id] = entry_or_refusal(field, text)
        if entries[field.id].state is not State.GIVEN:
            raise KnownError(_("“{name}”没有写值，没有改动。").format(name=pick(field.text)), code="no_value")
    said = reason.strip()[:2000]
    with workspace.atomic():
        _act, changed = figures.write(
            workspace, desk(workspace).round.id, unit, entries, stage=Stage.ACCEPTED,
            sources=dict.fromkeys(entries, said), action="correct", why=said,
        )  # fmt: skip
        if not changed:
            raise KnownError(_("与现在的审定值一样，没有改动。"), code="unchanged")
    return Changes(units=frozenset({unit}))


def corrections(workspace: Workspace) -> tuple[Correction, ...]:
    """Where the accepted figures at a school differ from its own, in the order of the form."""
    round_id, unit = desk(workspace).round.id, own_unit(workspace).code
    official = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED)
    if not official:
        return ()
    own = figures.read(workspace, round_id, unit)
    why = figures.sources(workspace, round_id, unit, stage=Stage.ACCEPTED)
    return tuple(
        Correction(field, own.get(name, UNFILLED), official[name], why.get(name, ""))
        for name, field in desk(workspace).fields.items()
        if name in official
        and official[name].state is not State.UNFILLED
        and not same_value(field, official[name], own.get(name, UNFILLED))
    )


def acknowledge(workspace: Workspace) -> Changes:
    """Note that the school has seen the official values that differ from its own; the journal carries it to the bureau.

    Raises KnownError where none differ, or these were acknowledged already.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = corrections(workspace)
    if not found or acknowledged(workspace, found):
        raise KnownError(_("没有要确认的审定值，没有改动。"), code="nothing_new")
    round_id = desk(workspace).round.id
    with workspace.atomic():
        workspace.set_meta({f"acknowledged.{round_id}": _digest(found)})
        journal.write(
            workspace,
            [
                journal.Note(
                    "acknowledge", workspace.owner, "official",
                    new={each.field.id: figures.plain(each.official) for each in found}, round=round_id,
                )
            ],
        )  # fmt: skip
    return Changes(units=frozenset({workspace.owner}))


def acknowledged(workspace: Workspace, found: tuple[Correction, ...]) -> bool:
    """Whether exactly these were acknowledged."""
    return workspace.meta(f"acknowledged.{desk(workspace).round.id}") == _digest(found)


def _digest(found: tuple[Correction, ...]) -> str:
    plain = [[each.field.id, *figures.plain(each.official)] for each in found]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode("utf-8")).hexdigest()
