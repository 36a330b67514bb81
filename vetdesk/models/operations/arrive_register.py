"""The register of the round's bureau at a county or a school: what is known of its schools is brought up to date."""

from __future__ import annotations

from vetdesk.models.operations.arrive_amendment import own_units, plain_unit, with_contact
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.post import last_of
from vetdesk.models.operations.publish_round import unit_record
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.operations.round_units import ended
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a register comes from the round's bureau, and what it changes here.

    Raises RefusedError for another signer or round, and where a newer amendment was taken.
    """
    body, adopts = decoded_from_bureau(workspace, verified, bodies.RegisterBody, file)
    last = last_of(workspace, verified.fingerprint, "amendment", body.round)
    if last is not None and last.seq > body.after:
        raise RefusedError(Refusal.OLDER, file, seq=body.after, last=last.seq)
    bureau, own = desk(workspace).round.bureau_name, own_units(workspace, body.units)
    here = {each.code: each for each in register.every_unit(workspace)}
    fresh = sum(each.code not in here for each in own)
    differing = sum(each.code in here and plain_unit(unit_record(each)) != plain_unit(here[each.code]) for each in own)
    said = _("名录新增 {fresh} 所，更新 {differing} 所").format(fresh=fresh, differing=differing)
    if workspace.role == "school" and not own:
        said = _("名录里不再有本校，请向主管部门核实")
    elif not fresh and not differing:
        said = _("名录没有变化")

    def apply(into: Workspace) -> Changes:
        known = {each.code: each for each in register.every_unit(into)}
        into.set_meta({f"register_after.{body.round}": str(body.after)})
        register.put_units(into, [with_contact(unit_record(each), known.get(each.code)) for each in own])
        register.put_units(into, ended(into, body.units))
        return Changes(register=True, units=frozenset(each.code for each in own))

    return Arrival(unit="", who=bureau, sentence=f"{bureau}：{said}", apply=apply, adopts=adopts)
