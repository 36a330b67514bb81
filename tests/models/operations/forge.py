"""Packages that differ from what the program would write, signed all the same; and files seen as bytes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import sign
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.keys import Keys, keys_of
from vetdesk.models.sync.manifest import FileEntry
from vetdesk.models.sync.read import verify


def forged(
    source: Path,
    target: Path,
    keys: Keys,
    *,
    edit: Callable[[dict[str, Any]], None] | None = None,
    data: bytes | None = None,
    blobs: Sequence[bytes] | None = None,
    **head: object,
) -> Path:
    """`source` with its data edited, its blobs replaced and its manifest changed, signed by `keys`."""
    found = verify(source)
    if data is None:
        content = json.loads(found.data())
        if edit:
            edit(content)
        data = msgspec.json.encode(content)
    names = [each.name for each in found.manifest.files[1:]]
    if blobs is None:
        blobs = [b"".join(found.blocks(name)) for name in names]
    else:  # the journal goes along whatever else is carried
        journal = f"blobs/{_journal_of(found.data())}"
        blobs = [*blobs, *(b"".join(found.blocks(name)) for name in names if name == journal)]
    contents = {"data.json": data, **{f"blobs/{hashlib.sha256(each).hexdigest()}": each for each in blobs}}
    files = [
        FileEntry(name, len(each), hashlib.sha256(each).hexdigest(), zlib.crc32(each), "")
        for name, each in contents.items()
    ]
    changes: dict[str, Any] = {"key": keys.public.hex(), "replica": keys.replica, "files": files, **head}
    body = msgspec.json.encode(msgspec.structs.replace(found.manifest, **changes))
    parts = {"manifest.json": body, "manifest.sig": sign.signature_member(keys.signing, body), **contents}
    members = [Member(name, len(each), zlib.crc32(each)) for name, each in parts.items()]
    whole = b"".join(local_header(member) + each for member, each in zip(members, parts.values(), strict=True))
    target.write_bytes(whole + closing(members))
    return target


def _journal_of(data: bytes) -> str:
    content = json.loads(data)
    return str(content.get("journal", {}).get("sha256", "")) if isinstance(content, dict) else ""


def keys(workspace: Workspace) -> Keys:
    """The keys of a workspace."""
    return keys_of(workspace.id)


def resealed(source: Path, target: Path, workspace: Workspace, **changes: Any) -> Path:
    """`source` changed like `forged` does, signed by the workspace that made it."""
    return forged(source, target, keys(workspace), **changes)


def content_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, except the lock and the note of who has it open."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (".lock", "opened.json", "vetdesk.db-journal")
    }


def rows_of(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = [row["name"] for row in workspace.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: [tuple(row) for row in workspace.rows(f'SELECT * FROM "{name}"')] for name in names}
