"""The bureau's keys changed: the receiver goes by the newer list, nothing else happens."""

from __future__ import annotations

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival, check_from_bureau
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a list of keys comes from the round's bureau.

    Raises RefusedError for another signer or round.
    """
    found = desk(workspace)
    if verified.manifest.issuer.role != "bureau":
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    body = bodies.decode(verified.data(), bodies.TrustBody, file=file)
    adopts = check_from_bureau(workspace, verified, file, body.trust)
    if verified.manifest.cycle != found.round.id or body.round != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    return Arrival(
        unit="",
        who=found.round.bureau_name,
        sentence=_("{bureau}：更换了签发用的身份，已跟着更新").format(bureau=found.round.bureau_name),
        apply=lambda _workspace: Changes(),
        adopts=adopts,
    )
