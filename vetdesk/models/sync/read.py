"""Reads a package: verifies every byte first, parses after, and never trusts a name, a size or a key inside.

Order (reliability 3.1): first header derived and compared · signature header · signature over the exact manifest
bytes · strict parse · total size · each file's header, hash and checksum · central directory and end, byte for byte.
A good signature proves that the file is whole and who signed it, not that the signer is trusted: `receive` decides.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vetdesk.models.records.sizes import size_text
from vetdesk.models.records.words import _
from vetdesk.models.sync import limits, sign
from vetdesk.models.sync.codes import fingerprint
from vetdesk.models.sync.container import Member, closing, local_header, read_local, total_size
from vetdesk.models.sync.digests import digests, pieces
from vetdesk.models.sync.manifest import DATA_NAME, KINDS, PREFIX, FileEntry, Manifest, decode
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.sealed_file import peek

_HEADER = 30
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_AGE = b"age-encryption.org/v1"


@dataclass(frozen=True, slots=True)
class Verified:
    """A package whose every byte was checked. `hash` is that of the manifest, `fingerprint` that of the signer."""

    path: Path
    manifest: Manifest
    hash: str
    public: bytes
    places: dict[str, tuple[int, int]]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signer's public key, hex."""
        return fingerprint(self.public)

    def data(self) -> bytes:
        """The bytes of `data.json`.

        Raises RefusedError where the file is no longer the one that was verified.
        """
        return self._whole(DATA_NAME, self.manifest.files[0].sha256)

    def blob(self, sha256: str) -> bytes | None:
        """The bytes of a small blob, or None where the package does not carry it. Raises like `data`."""
        name = f"blobs/{sha256}"
        return self._whole(name, sha256) if name in self.places else None

    def _whole(self, name: str, sha256: str) -> bytes:
        content = b"".join(self.blocks(name))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise RefusedError(Refusal.ALTERED, self.path.name)
        return content

    def blocks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, in blocks. The file must be the private copy that was verified.

        Raises RefusedError where it can no longer be read.
        """
        start, size = self.places[name]
        try:
            with self.path.open("rb") as stream:
                stream.seek(start)
                while size:
                    block = stream.read(min(size, limits.BLOCK))
                    if not block:
                        raise RefusedError(Refusal.UNREADABLE, self.path.name)
                    size -= len(block)
                    yield block
        except OSError as error:
            raise RefusedError(Refusal.UNREADABLE, self.path.name) from error


def verify(path: Path, *, shown_as: str = "") -> Verified:
    """Check every byte of a package.

    Raises RefusedError with its own reason for every way a file can be wrong; never anything else.
    """
    name = shown_as or path.name
    try:
        if not path.is_file():  # a pipe or device would never end
            raise RefusedError(Refusal.UNREADABLE, name)
        with path.open("rb") as stream:
            return _Checker(stream, path, name).run()
    except OSError as error:
        raise RefusedError(Refusal.UNREADABLE, name) from error


class _Checker:
    def __init__(self, stream: BinaryIO, path: Path, name: str) -> None:
        self._stream = stream
        self._path = path
        self._name = name
        self._size = stream.seek(0, 2)
        stream.seek(0)

    def _refuse(self, reason: Refusal, **details: object) -> RefusedError:
        return RefusedError(reason, self._name, **details)

    def _cut(self, expected: int, *, at_least: bool = False) -> RefusedError:
        lost = size_text(max(expected - self._size, 1))
        return self._refuse(Refusal.TRUNCATED, lost=_("至少 {size}").format(size=lost) if at_least else lost)

    def run(self) -> Verified:
        if self._size > limits.PACKAGE:
            raise self._refuse(Refusal.TOO_LARGE)
        first, body = self._member("manifest.json", most=limits.MANIFEST)
        second, mark = self._member("manifest.sig", most=limits.SIGNATURE)
        public = self._key(body)
        if not sign.member_good(mark, public, body):
            raise self._refuse(Refusal.BAD_SIGNATURE)
        manifest = self._parse(body)
        members = [first, second, *(Member(each.name, each.size, each.crc) for each in manifest.files)]
        self._check_limits(manifest.files)
        self._check_size(total_size(members))
        places = {each.name: self._content(each) for each in manifest.files}
        tail = closing(members)
        if self._stream.read(len(tail) + 1) != tail:
            raise self._refuse(Refusal.ALTERED)
        return Verified(self._path, manifest, hashlib.sha256(body).hexdigest(), public, places)

    def _member(self, name: str, *, most: int) -> tuple[Member, bytes]:
        """One of the first two members: its header must be what we would write for its content."""
        head = self._stream.read(_HEADER)
        claimed = read_local(head)
        if claimed is None:
            raise self._foreign(head, at_start=name == "manifest.json")
        crc, size = claimed
        member = Member(name, size, crc)
        wanted = local_header(member)
        head += self._stream.read(len(wanted) - _HEADER)
        if len(head) < len(wanted):
            raise self._cut(self._stream.tell() + size, at_least=True)
        if head != wanted:
            raise self._other_zip(head, name)
        if size > most:
            raise self._refuse(Refusal.ALTERED)
        content = self._stream.read(size)
        if len(content) < size:
            raise self._cut(self._stream.tell() - len(content) + size, at_least=True)
        if zlib.crc32(content) != crc:
            raise self._refuse(Refusal.ALTERED)
        return member, content

    def _foreign(self, head: bytes, *, at_start: bool) -> RefusedError:
        if not at_start:
            return self._cut(self._size + 1, at_least=True) if len(head) < _HEADER else self._refuse(Refusal.ALTERED)
        if head.startswith(_ARCHIVES):
            return self._refuse(Refusal.ARCHIVE)
        if head.startswith(_AGE):
            return self._refuse(Refusal.ENCRYPTED, who=_("收件单位"))
        if head.startswith(b"PK\x03\x04"):
            return self._cut(self._size + 1, at_least=True)
        return self._refuse(Refusal.NOT_OURS)

    def _other_zip(self, head: bytes, name: str) -> RefusedError:
        """A ZIP with another first member: made by someone else, or ours and damaged."""
        if head[_HEADER:].startswith(name.encode("ascii")) or name != "manifest.json":
            return self._refuse(Refusal.ALTERED)
        if sealed := peek(self._path, shown_as=self._name):
            return self._refuse(Refusal.ENCRYPTED, who=_("、").join(sealed.note.readers))
        return self._refuse(Refusal.ARCHIVE if self._name.lower().endswith(".zip") else Refusal.NOT_OURS)

    def _key(self, body: bytes) -> bytes:
        """The public key the manifest names, at its fixed place; nothing is parsed yet."""
        digits = body[len(PREFIX) : len(PREFIX) + 64]
        if not body.startswith(PREFIX):
            newer = body.startswith(b'{"format":"vetdesk-package","v":')
            raise self._refuse(Refusal.NEWER if newer else Refusal.NOT_OURS)
        try:
            return bytes.fromhex(digits.decode("ascii"))
        except (ValueError, UnicodeDecodeError) as error:
            raise self._refuse(Refusal.MALFORMED) from error

    def _parse(self, body: bytes) -> Manifest:
        try:
            manifest = decode(body)
        except (ValueError, RecursionError) as error:
            raise self._refuse(Refusal.MALFORMED) from error
        if manifest.min_reader > 1 or manifest.kind not in KINDS:
            raise self._refuse(Refusal.NEWER)
        return manifest

    def _check_limits(self, files: list[FileEntry]) -> None:
        """Before any header is derived: what is beyond them does not fit into one."""
        sizes = [each.size for each in files]
        if sizes[0] > limits.DATA or max(sizes) > limits.ONE_FILE or sum(sizes) > limits.PACKAGE:
            raise self._refuse(Refusal.TOO_LARGE)

    def _check_size(self, expected: int) -> None:
        if self._size < expected:
            raise self._cut(expected)
        if self._size > expected:
            raise self._refuse(Refusal.ALTERED)

    def _content(self, entry: FileEntry) -> tuple[int, int]:
        head = local_header(Member(entry.name, entry.size, entry.crc))
        if self._stream.read(len(head)) != head:
            raise self._refuse(Refusal.ALTERED)
        start = self._stream.tell()
        sha256, crc, size = digests(pieces(self._stream, entry.size))
        if size < entry.size:
            raise self._cut(self._size + entry.size - size)
        if sha256 != entry.sha256 or crc != entry.crc:
            raise self._refuse(Refusal.ALTERED)
        return start, entry.size
