"""A county's bundle at the city. What is inside is received like any other file; this notes who handed it on."""

from __future__ import annotations

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, register
from vetdesk.models.store.exchange import KnownKey
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a bundle comes from a county whose schools these are.

    Raises RefusedError for another round or addressee, schools of other counties, and a key of someone else.
    """
    head, found = verified.manifest, desk(workspace)
    body = bodies.decode(verified.data(), bodies.Bundle, file=file)
    if head.issuer.role != "bureau" or head.issuer.id == workspace.owner:
        raise RefusedError(Refusal.MALFORMED, file)
    if head.audience.role != "bureau" or head.audience.id != workspace.owner:
        raise RefusedError(Refusal.NOT_FOR_US, file)
    if head.cycle != found.round.id or body.round != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    districts = {each.code: each.district for each in register.every_unit(workspace)}
    if any(districts.get(each.unit) != head.issuer.id for each in body.items):
        raise RefusedError(Refusal.OUTSIDE_SCOPE, file)
    key = exchange.key(workspace, verified.fingerprint)
    if key is not None and (key.role, key.owner) != ("bureau", head.issuer.id):
        raise RefusedError(Refusal.OTHER_SCHOOLS_KEY, file)
    if key is not None and key.state == "revoked":
        raise RefusedError(Refusal.REVOKED, file)
    name = DISTRICTS.get(head.issuer.id, head.issuer.id)
    return Arrival(
        unit="",
        who=name,
        sentence=_("{county}转报 {count} 个文件，逐个接收，各校的签名都在").format(county=name, count=len(body.items)),
        apply=_Apply(verified),
        any_order=True,
    )


class _Apply:
    """Notes the county's key, inside the caller's transaction."""

    def __init__(self, verified: Verified) -> None:
        self._verified = verified

    def __call__(self, workspace: Workspace) -> Changes:
        exchange.put_key(
            workspace,
            KnownKey(
                fingerprint=self._verified.fingerprint, role="bureau", owner=self._verified.manifest.issuer.id,
                public=self._verified.public.hex(), age="", state="unconfirmed",
            ),
        )  # fmt: skip
        return Changes(packages=True)
