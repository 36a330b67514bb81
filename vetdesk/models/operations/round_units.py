"""The schools a round asked: of the newest round those of the register today, of one before those it asked then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vetdesk.models.operations.publish_round import unit_record
from vetdesk.models.store import exchange, register
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError


def units_of_round(workspace: Workspace, each: Round) -> list[UnitRecord]:
    """The schools a round asked: of one before the newest those that were kept when the next one began.

    In a workspace that kept none they are those of the newest register that went out for it, and whoever submitted.
    """
    if each.id == register.newest_round(workspace):
        return register.asked(workspace, each)
    kept = register.asked_then(workspace, each.id)
    if kept is not None:
        return kept
    found = {unit.code: unit for unit in _sent_then(workspace, each)}
    for head in exchange.heads(workspace, each.id):
        known = found.get(head.unit) or register.unit(workspace, head.unit)
        if head.current and known is not None:
            found[head.unit] = known
    return list(found.values())


def _sent_then(workspace: Workspace, each: Round) -> list[UnitRecord]:
    """Those of the newest register that went out for a round."""
    for package in exchange.packages(workspace, direction="out"):
        if package.cycle != each.id or package.kind not in ("campaign", "amendment"):
            continue
        try:
            data = verify(workspace.folder / package.path).data()
            if package.kind == "campaign":
                asked = bodies.decode(data, bodies.Campaign, file=package.path).units
            else:
                asked = bodies.decode(data, bodies.Amendment, file=package.path).units
            return [unit_record(one) for one in asked]
        except RefusedError:
            continue  # an older one may still be whole
    return []


def ended(workspace: Workspace, listed: Sequence[bodies.Unit]) -> list[UnitRecord]:
    """Schools of a county that all went into another one, and that a register lists no longer: they end today here."""
    if workspace.role != "bureau":
        return []
    gone = {one.code for each in listed for one in each.predecessors if one.whole} - {each.code for each in listed}
    day = now()[:10]
    return [
        replace(each, closed=day) for each in register.every_unit(workspace) if each.code in gone and not each.closed
    ]
