"""Attaches an evidence file to an indicator."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync.limits import LABEL


def attach(workspace: Workspace, path: Path, *, indicator: str) -> tuple[str, Changes]:
    """Copy a file into the workspace and attach it. Returns its SHA-256.

    Raises KnownError for an unknown indicator and for files that cannot be evidence.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace)
    known = [name for pack in found.packs for name in pack.indicators]
    if indicator not in known:
        raise KnownError(
            _("没有指标“{id}”，没有添加。可用的指标：{known}。").format(id=indicator, known=_("、").join(known)),
            code="unknown_indicator",
        )
    sha256, size, mime = evidence.store_file(workspace, path)
    unit = own_unit(workspace).code
    with workspace.atomic():
        evidence.record(workspace, sha256, size, mime)
        evidence.use(workspace, found.round.id, unit, sha256, indicator=indicator, label=clean_label(path.name))
    return sha256, Changes(evidence=True, units=frozenset({unit}))


def detach(workspace: Workspace, each: Evidence) -> Changes:
    """Take an evidence file off an indicator; its content stays on disk."""
    found = desk(workspace)
    unit = own_unit(workspace).code
    with workspace.atomic():
        evidence.drop(workspace, found.round.id, unit, each)
    return Changes(evidence=True, units=frozenset({unit}))


def clean_label(name: str) -> str:
    """A file name as a label: normalised, direction marks and control characters shown, length limited."""
    import unicodedata

    plain = unicodedata.normalize("NFC", name)
    shown = "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in plain
    )
    return shown[:LABEL]
