"""Writes a package: content hashed, manifest signed, file finished, verified again, then renamed into place."""

from __future__ import annotations

import hashlib
import os
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vetdesk import __version__
from vetdesk.models.records.errors import BugError, ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.sync import limits, manifest, sign
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.keys import Keys


@dataclass(frozen=True, slots=True)
class Blob:
    """A file to carry: where it lies, and its name for people."""

    path: Path
    label: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Everything the manifest says besides the files."""

    kind: str
    issuer: manifest.Party
    audience: manifest.Party
    cycle: str
    seq: int
    prev: str
    audit_head: str
    created: str
    answers: str = ""
    standard: tuple[str, ...] = ()
    trust_version: int = 1


def write_package(
    target: Path,
    head: Letterhead,
    data: bytes,
    keys: Keys,
    *,
    blobs: Sequence[Blob] = (),
    loose: Sequence[bytes] = (),
) -> str:
    """Write and verify a package. `loose` are contents that lie in no file. Returns the manifest's hash.

    Raises KnownError where the place cannot be written or a carried file changed meanwhile.
    """
    entries = [_entry(manifest.DATA_NAME, data, "")]
    contents: list[Path | bytes] = [data]
    seen: set[str] = set()
    for blob in blobs:
        entry = _file_entry(blob)
        if entry.sha256 not in seen:
            seen.add(entry.sha256)
            entries.append(entry)
            contents.append(blob.path)
    for content in loose:
        entry = _entry("", content, "")
        if entry.sha256 not in seen:
            seen.add(entry.sha256)
            entries.append(entry)
            contents.append(content)
    body = manifest.encode(_manifest(head, keys, entries))
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        _write(part, body, sign.signature_member(keys.signing, body), entries, contents)
        _self_check(part, hashlib.sha256(body).hexdigest())
        part.replace(target)
    except OSError as error:
        raise KnownError(
            _("“{file}”写不进去（{detail}），没有生成。请检查磁盘空间和文件夹权限。").format(
                file=target, detail=error.strerror or error
            ),
            status=ExitStatus.STORAGE,
            code="storage",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(body).hexdigest()


def _manifest(head: Letterhead, keys: Keys, entries: list[manifest.FileEntry]) -> manifest.Manifest:
    return manifest.Manifest(
        format=manifest.FORMAT,
        v=manifest.VERSION,
        key=keys.public.hex(),
        min_reader=1,
        kind=head.kind,
        id=str(uuid.uuid4()),
        issuer=head.issuer,
        audience=head.audience,
        cycle=head.cycle,
        seq=head.seq,
        prev=head.prev,
        replica=keys.replica,
        answers=head.answers,
        standard=list(head.standard),
        trust_version=head.trust_version,
        audit_head=head.audit_head,
        created=head.created,
        app=__version__,
        files=entries,
        absent=[],
    )


def _entry(name: str, content: bytes, label: str) -> manifest.FileEntry:
    sha256 = hashlib.sha256(content).hexdigest()
    return manifest.FileEntry(
        name or f"blobs/{sha256}", len(content), sha256, zlib.crc32(content), label[: limits.LABEL]
    )


def _file_entry(blob: Blob) -> manifest.FileEntry:
    digest, crc, size = hashlib.sha256(), 0, 0
    with blob.path.open("rb") as stream:
        while block := stream.read(limits.BLOCK):
            digest.update(block)
            crc = zlib.crc32(block, crc)
            size += len(block)
    sha256 = digest.hexdigest()
    return manifest.FileEntry(f"blobs/{sha256}", size, sha256, crc, blob.label[: limits.LABEL])


def _write(
    part: Path,
    body: bytes,
    signature: bytes,
    entries: list[manifest.FileEntry],
    contents: list[Path | bytes],
) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    first = [
        (Member("manifest.json", len(body), zlib.crc32(body)), body),
        (Member("manifest.sig", len(signature), zlib.crc32(signature)), signature),
    ]
    members = [member for member, _content in first]
    with part.open("wb") as target:
        for member, content in first:
            target.write(local_header(member) + content)
        for entry, source in zip(entries, contents, strict=True):
            member = Member(entry.name, entry.size, entry.crc)
            members.append(member)
            target.write(local_header(member))
            if isinstance(source, bytes):
                target.write(source)
                continue
            with source.open("rb") as stream:
                while block := stream.read(limits.BLOCK):
                    target.write(block)
        target.write(closing(members))
        target.flush()
        os.fsync(target.fileno())


def _self_check(part: Path, expected: str) -> None:
    from vetdesk.models.sync.read import verify

    if verify(part).hash != expected:
        raise BugError("a package differs from what was written")
