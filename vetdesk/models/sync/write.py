"""Writes a package: content hashed, manifest signed, file finished, verified again, then renamed into place."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vetdesk import __version__
from vetdesk.models.records.errors import BugError, ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store.outputs import put_in_place
from vetdesk.models.store.workspace import sync_file, sync_folder
from vetdesk.models.sync import limits, manifest, sign
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.digests import digests, pieces
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.refusals import RefusedError


@dataclass(frozen=True, slots=True)
class Blob:
    """A file to carry: where it lies, its name for people, and the SHA-256 it must have ('' for any)."""

    path: Path
    label: str
    expected: str = ""


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
    absent: tuple[str, ...] = ()


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

    Raises KnownError where the place cannot be written, a carried file cannot be read or changed meanwhile, or
    has another hash than expected, or the whole is beyond the limits; nothing is then left at `target` that was not there before.
    """
    entries, contents = _gathered(data, blobs, loose)
    body = manifest.encode(_manifest(head, keys, entries))
    _check_limits(target, entries, body)
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        _write(part, body, sign.signature_member(keys.signing, body), entries, contents)
        with ThreadPoolExecutor(max_workers=1) as other:  # the disk writes while the file is read back
            durable = other.submit(sync_file, part)
            _self_check(part, hashlib.sha256(body).hexdigest())
            durable.result()
        put_in_place(part, target)
    except RefusedError as error:
        raise _altered(blobs) or KnownError(
            _(
                "“{file}”没有生成：写完后检查，内容与原来不一致。"
                "可能是佐证材料刚才被改动，或磁盘有问题。请再试一次，或换一个位置。"
            ).format(file=target.name),
            code="changed",
        ) from error
    except OSError as error:
        raise KnownError(
            _("“{file}”写不进去（{detail}），没有生成。请检查磁盘空间和文件夹权限。").format(
                file=target, detail=error.strerror or error
            ),
            status=ExitStatus.STORAGE,
            code="storage",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
    with suppress(OSError):  # some USB sticks cannot
        sync_folder(target.parent)
    return hashlib.sha256(body).hexdigest()


def _gathered(
    data: bytes, blobs: Sequence[Blob], loose: Sequence[bytes]
) -> tuple[list[manifest.FileEntry], list[Path | bytes]]:
    """The file list and where each content comes from; the same content is carried once."""
    entries = [_entry(manifest.DATA_NAME, data, "")]
    contents: list[Path | bytes] = [data]
    seen: set[str] = set()
    found: list[tuple[manifest.FileEntry, Path | bytes]] = [(_file_entry(blob), blob.path) for blob in blobs]
    found += [(_entry("", content, ""), content) for content in loose]
    for entry, source in found:
        if entry.sha256 not in seen:
            seen.add(entry.sha256)
            entries.append(entry)
            contents.append(source)
    return entries, contents


def _check_limits(target: Path, entries: list[manifest.FileEntry], body: bytes) -> None:
    sizes = [each.size for each in entries]
    if (
        sizes[0] > limits.DATA
        or max(sizes) > limits.ONE_FILE
        or sum(sizes) > limits.PACKAGE - limits.MIB - 2 * len(body)  # headers and directory are shorter than this
        or len(entries) > limits.FILES
        or len(body) > limits.MANIFEST
    ):
        raise KnownError(
            _(
                "“{file}”没有生成：内容超过上限（最多 {files} 个文件，单个 {one} MB，合计 {all} MB）。"
                "请减少或压缩佐证材料后再试。"
            ).format(
                file=target.name,
                files=limits.FILES,
                one=limits.ONE_FILE // limits.MIB,
                all=limits.PACKAGE // limits.MIB,
            ),
            code="too_large",
        )


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
        absent=list(head.absent),
    )


def _entry(name: str, content: bytes, label: str) -> manifest.FileEntry:
    sha256 = hashlib.sha256(content).hexdigest()
    return manifest.FileEntry(
        name or f"blobs/{sha256}", len(content), sha256, zlib.crc32(content), label[: limits.LABEL]
    )


def _file_entry(blob: Blob) -> manifest.FileEntry:
    try:
        with blob.path.open("rb", buffering=0) as stream:
            blocks = pieces(stream, limits.ONE_FILE + 1)
            if blob.expected:  # whether that is so is checked in the finished file
                sha256, (crc, size) = blob.expected, _crc(blocks)
            else:
                sha256, crc, size = digests(blocks)
    except OSError as error:
        raise KnownError(
            _("佐证材料“{label}”读不出来，没有生成。请重新添加这份材料，或从备份恢复。").format(label=blob.label),
            status=ExitStatus.STORAGE,
            code="no_file",
        ) from error
    return manifest.FileEntry(f"blobs/{sha256}", size, sha256, crc, blob.label[: limits.LABEL])


def _crc(blocks: Iterator[memoryview]) -> tuple[int, int]:
    crc = size = 0
    for block in blocks:
        crc, size = zlib.crc32(block, crc), size + len(block)
    return crc, size


def _altered(blobs: Sequence[Blob]) -> KnownError | None:
    """Which content is no longer what it was; None where they all are."""
    for blob in blobs:
        with suppress(OSError):
            if blob.expected:
                with blob.path.open("rb") as stream:
                    found = hashlib.file_digest(stream, "sha256").hexdigest()
                if found != blob.expected:
                    return KnownError(
                        _("佐证材料“{label}”在磁盘上被改动过，没有生成。请重新添加这个文件，或从备份恢复。").format(
                            label=blob.label
                        ),
                        code="evidence_altered",
                    )
    return None


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
            with source.open("rb", buffering=0) as stream:
                for block in pieces(stream, entry.size + 1):
                    target.write(block)
        target.write(closing(members))


def _self_check(part: Path, expected: str) -> None:
    from vetdesk.models.sync.read import verify

    if verify(part).hash != expected:
        raise BugError("a package differs from what was written")
