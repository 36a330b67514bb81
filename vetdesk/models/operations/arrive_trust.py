"""The bureau's keys changed: the receiver goes by the newer list, nothing else happens."""

from __future__ import annotations

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a list of keys comes from the round's bureau.

    Raises RefusedError for another signer or round.
    """
    _body, adopts = decoded_from_bureau(workspace, verified, bodies.TrustBody, file)
    bureau = desk(workspace).round.bureau_name
    return Arrival(
        unit="",
        who=bureau,
        sentence=_("{bureau}：更换了签发用的身份，已跟着更新").format(bureau=bureau),
        apply=lambda _workspace: Changes(),
        adopts=adopts,
    )
