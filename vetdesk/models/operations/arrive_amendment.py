"""A changed round at a school: deadline, standards, register. What the school typed stays; an older file is refused."""

from __future__ import annotations

from dataclasses import replace

from vetdesk.models.operations import arrive_standard
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import deadline_for
from vetdesk.models.operations.publish_round import unit_record
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import journal, register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a change comes from the round's bureau, and what it changes for this school.

    Raises RefusedError for another signer or round, and for standards the round does not go by.
    """
    body, adopts = decoded_from_bureau(workspace, verified, bodies.Amendment, file)
    packs, there = arrive_standard.carried_packs(workspace, verified, body.packs, file)
    return Arrival(
        unit="",
        who=desk(workspace).round.bureau_name,
        sentence=_sentence(workspace, body, arrive_standard.changed_of(workspace, packs)),
        apply=_Apply(verified, body, packs, there),
        blobs=tuple(sorted(there)),
        adopts=adopts,
    )


def _sentence(workspace: Workspace, body: bodies.Amendment, changed: list[Pack]) -> str:
    found = desk(workspace)
    parts = []
    before, after = found.round.deadline, deadline_for(body, workspace.owner)
    if before != after:
        parts.append(_("截止日期 {before} → {after}").format(before=before, after=after))
    own = _own(workspace, body)
    here = register.unit(workspace, workspace.owner)
    if own is None:
        parts.append(_("名录里不再有本校，请向主管部门核实"))
    elif here is not None and _plain(unit_record(own)) != _plain(here):
        parts.append(_("名录里本校的信息有更新"))
    if changed:
        parts.append(arrive_standard.sentence(workspace, changed, found.round.bureau_name))
    if not parts:
        parts.append(_("对本校没有变化"))
    return f"{found.round.bureau_name}：{_('；').join(parts)}" + arrive_standard.note_of(body.note)


def _plain(each: register.UnitRecord) -> tuple[str, ...]:
    return (each.code, each.name, each.kind, each.district, each.run_type, each.ownership, each.founded_year)


def _own(workspace: Workspace, body: bodies.Amendment) -> bodies.Unit | None:
    """This school as the register has it now; None where it is no longer there."""
    return next((each for each in body.units if each.code == workspace.owner), None)


class _Apply:
    """Stores a considered change, inside the caller's transaction."""

    def __init__(
        self, verified: Verified, body: bodies.Amendment, packs: tuple[Pack, ...], blobs: frozenset[str]
    ) -> None:
        self._verified = verified
        self._body = body
        self._packs = packs
        self._blobs = blobs

    def __call__(self, workspace: Workspace) -> Changes:
        body, found = self._body, desk(workspace)
        after = deadline_for(body, workspace.owner)
        if after != found.round.deadline:
            register.set_round_deadline(workspace, found.round.id, after)
            journal.write(
                workspace,
                [journal.Note("deadline", workspace.owner, "deadline.round", found.round.deadline, after,
                              round=found.round.id)],
            )  # fmt: skip
        own = _own(workspace, body)
        if own is not None:
            here = register.unit(workspace, workspace.owner)
            fresh = unit_record(own)
            if here is not None:
                fresh = replace(fresh, contact_name=here.contact_name, contact_phone=here.contact_phone)
            register.put_units(workspace, [fresh])
        changes = arrive_standard.take_packs(workspace, self._verified, self._packs, self._blobs)
        return changes | Changes(rounds=True, units=frozenset({workspace.owner}))
