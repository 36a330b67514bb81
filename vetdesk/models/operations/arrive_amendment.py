"""A changed round at a school: deadline, standards, register. What the school typed stays; an older file is refused."""

from __future__ import annotations

from vetdesk.models.operations import arrive_standard
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import deadline_for, read_packs
from vetdesk.models.operations.publish_round import unit_record
from vetdesk.models.operations.receive import Arrival, check_from_bureau
from vetdesk.models.operations.send_standard import scans
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import journal, register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a change comes from the round's bureau, and what it changes for this school.

    Raises RefusedError for another signer or round, and for standards the round does not go by.
    """
    head = verified.manifest
    found = desk(workspace)
    if head.issuer.role != "bureau":
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    body = bodies.decode(verified.data(), bodies.Amendment, file=file)
    adopts = check_from_bureau(workspace, verified, file, body.trust)
    if head.cycle != found.round.id or body.round.id != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    packs = read_packs(body.packs, file)
    if {each.id for each in packs} != {each.id for each in found.packs} or len(packs) != len(found.packs):
        raise RefusedError(Refusal.MALFORMED, file)
    known = {fingerprint(each) for each in found.packs}
    changed = [each for each in packs if fingerprint(each) not in known]
    wanted = {sha256 for pack in packs for sha256, _label in scans(pack)}
    there = {sha256 for sha256 in wanted if f"blobs/{sha256}" in verified.places}
    return Arrival(
        unit="",
        who=found.round.bureau_name,
        sentence=_sentence(workspace, body, changed),
        apply=_Apply(verified, body, packs, frozenset(there)),
        blobs=tuple(sorted(there)),
        adopts=adopts,
    )


def _sentence(workspace: Workspace, body: bodies.Amendment, changed: list[Pack]) -> str:
    found = desk(workspace)
    parts = []
    before, after = found.round.deadline, _deadline(workspace, body)
    if before != after:
        parts.append(_("截止日期 {before} → {after}").format(before=before, after=after))
    own = next((each for each in body.units if each.code == workspace.owner), None)
    here = next((each for each in register.units(workspace) if each.code == workspace.owner), None)
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


def _deadline(workspace: Workspace, body: bodies.Amendment) -> str:
    """The deadline that counts for this school."""
    return deadline_for(body, workspace.owner)


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
        after = _deadline(workspace, body)
        if after != found.round.deadline:
            register.set_round_deadline(workspace, found.round.id, after)
            journal.write(
                workspace,
                [journal.Note("deadline", workspace.owner, "deadline.round", found.round.deadline, after,
                              round=found.round.id)],
            )  # fmt: skip
        own = next((each for each in body.units if each.code == workspace.owner), None)
        if own is not None:
            from dataclasses import replace

            here = next((each for each in register.units(workspace) if each.code == workspace.owner), None)
            fresh = unit_record(own)
            if here is not None:
                fresh = replace(fresh, contact_name=here.contact_name, contact_phone=here.contact_phone)
            register.put_units(workspace, [fresh])
        changes = arrive_standard.take_packs(workspace, self._verified, self._packs, self._blobs)
        return changes | Changes(rounds=True, units=frozenset({workspace.owner}))
