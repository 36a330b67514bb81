"""The bureau sends the standards the round goes by now to all schools, in one signed file."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.packs.byte_form import encode
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import register
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import Party


def send_standard(workspace: Workspace, target: Path, *, note: str = "") -> tuple[Posted, Changes]:
    """Write the update with the scans of confirmed pages.

    Raises KnownError where nothing changed since the round was published, or a scan is gone.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = desk(workspace)
    if not register.switches(workspace, found.round.id):
        raise KnownError(_("标准从发布任务以来没有变过，没有生成更新。"), code="nothing_changed")
    packs = register.packs(workspace, found.round.id)
    body = bodies.StandardUpdate(
        round=found.round.id,
        packs=[encode(pack.plain).decode("utf-8") for pack in packs],
        note=note.strip()[:5000],
        trust=trust_now(workspace),
    )
    posted = post(
        workspace, target, "standard", body,
        audience=Party("round", found.round.id), cycle=found.round.id, standard=found.round.packs,
        blobs=blobs_of(workspace, [(sha256, label) for pack in packs for sha256, label in scans(pack)]),
    )  # fmt: skip
    return posted, Changes(packages=True)


def scans(pack: Pack) -> list[tuple[str, str]]:
    """`(SHA-256, label)` of the page scans a pack's confirmed values name, each once."""
    found = {
        bar.confirmed_by["scan"]: f"{bar.document} {bar.article}".strip()[:100]
        for each in pack.indicators.values()
        for bar in each.threshold.every
        if bar.confirmed_by.get("scan")
    }
    return list(found.items())
