"""The bureau sends the standards the round goes by now to all schools, in one signed file."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.desk import desk, issued_here
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.packs.byte_form import encode
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import Party


def send_standard(workspace: Workspace, target: Path, *, note: str = "") -> tuple[Posted, Changes]:
    """Write the update with the scans of confirmed pages.

    Raises KnownError where nothing changed since the round was published, or a scan is gone.
    """
    found = issued_here(workspace)
    if not register.switches(workspace, found.round.id):
        raise KnownError(_("标准从发布任务以来没有变过，没有生成更新。"), code="nothing_changed")
    body = bodies.StandardUpdate(
        round=found.round.id, packs=pack_texts(workspace), note=note.strip()[:5000], trust=trust_now(workspace)
    )
    return post_packs(workspace, target, "standard", body), Changes(packages=True)


def pack_texts(workspace: Workspace) -> list[str]:
    """The standards the round goes by now, as they travel."""
    return [encode(each.plain).decode("utf-8") for each in register.packs(workspace, desk(workspace).round.id)]


def post_packs(workspace: Workspace, target: Path, kind: str, body: bodies.StandardUpdate | bodies.Amendment) -> Posted:
    """Write what carries the round's standards to all schools, with the scans of confirmed pages.

    Raises KnownError where a scan is gone or the place cannot be written.
    """
    round_ = desk(workspace).round
    packs = register.packs(workspace, round_.id)
    return post(
        workspace, target, kind, body, audience=Party("round", round_.id), cycle=round_.id, standard=round_.packs,
        blobs=blobs_of(workspace, [(sha256, label) for pack in packs for sha256, label in scans(pack)]),
    )  # fmt: skip


def scans(pack: Pack) -> list[tuple[str, str]]:
    """`(SHA-256, label)` of the page scans a pack's confirmed values name, each once."""
    found = {
        bar.confirmed_by["scan"]: f"{bar.document} {bar.article}".strip()[:100]
        for each in pack.indicators.values()
        for bar in each.threshold.every
        if bar.confirmed_by.get("scan")
    }
    return list(found.items())
