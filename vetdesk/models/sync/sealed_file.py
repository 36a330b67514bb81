"""A package encrypted for someone (age format), outside the signature, with an open note that says for whom.

The file is a canonical stored ZIP like a package: `who.json` (the note), `key.age` where a one-time password opens
it, `package.age`. Any unzip tool and any age tool open it. The note is for people and proves nothing; age proves no
sender: what comes out is verified like any other package. It is decrypted whole into a private place first.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta

from vetdesk.models.records.errors import BugError
from vetdesk.models.records.sizes import size_text
from vetdesk.models.sync import limits
from vetdesk.models.sync.codes import only_digits
from vetdesk.models.sync.container import Member, closing, local_header, read_local, total_size
from vetdesk.models.sync.manifest import Short
from vetdesk.models.sync.refusals import Refusal, RefusedError

NOTE, KEY, PACKAGE = "who.json", "key.age", "package.age"
FORMAT = "vetdesk-sealed"
_HEADER = 30


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who made the file, what it holds, who can open it, and whether a password does."""

    format: Annotated[str, Meta(pattern="^vetdesk-sealed\\Z")]
    v: Annotated[int, Meta(ge=1, le=1)]
    kind: Short
    sender: Short
    readers: Annotated[list[Short], Meta(min_length=1, max_length=10)]
    password: bool

    def __post_init__(self) -> None:
        if not all(each.isprintable() for each in (self.kind, self.sender, *self.readers)):
            raise ValueError("names")  # they are shown as they are


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file that is whole by its checksums: its note, and where its members lie (offset, size)."""

    path: Path
    note: Note
    places: dict[str, tuple[int, int]]


def new_password() -> str:
    """12 digits to read to each other, as 4-4-4."""
    digits = f"{secrets.randbelow(10**12):012d}"
    return " ".join(digits[at : at + 4] for at in range(0, 12, 4))


def seal_file(source: Path, target: Path, note: Note, recipients: Sequence[str], *, password: str = "") -> None:
    """Encrypt a package to age recipients and, where given, a password. `target` is replaced; raises OSError."""
    import pyrage

    to = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    parts: list[tuple[str, bytes]] = [(NOTE, msgspec.json.encode(note))]
    if password:
        once = pyrage.x25519.Identity.generate()
        to.append(once.to_public())
        parts.append((KEY, pyrage.passphrase.encrypt(str(once).encode("ascii"), only_digits(password))))
    with source.open("rb") as stream, target.open("wb") as out:
        members = []
        for name, content in parts:
            members.append(Member(name, len(content), zlib.crc32(content)))
            out.write(local_header(members[-1]) + content)
        start = out.tell()
        out.write(local_header(Member(PACKAGE, 0, 0)))  # its size and checksum are known at the end
        counted = _Counted(out)
        try:
            pyrage.encrypt_io(stream, counted, to)
        except pyrage.EncryptError as error:  # it hides what the disk said
            raise (counted.trouble or OSError(str(error))) from error
        members.append(Member(PACKAGE, counted.size, counted.crc))
        out.write(closing(members))
        out.seek(start)
        out.write(local_header(members[-1]))


class _Counted:
    """Passes on what is written, with its size, its checksum, and the error that stopped it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.crc = self.size = 0
        self.trouble: OSError | None = None

    def write(self, block: bytes) -> int:
        try:
            self._out.write(block)
        except OSError as error:
            self.trouble = error
            raise
        self.crc, self.size = zlib.crc32(block, self.crc), self.size + len(block)
        return len(block)

    def flush(self) -> None:
        """Nothing to do: the file is flushed when it is closed."""


def peek(path: Path, *, shown_as: str = "") -> Sealed | None:
    """The sealed file at a path, or None where it is none. Refusals call it `shown_as`.

    Raises RefusedError for one that is cut or altered, OSError where it cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEADER + len(NOTE))
        if read_local(head) is None or head[_HEADER:] != NOTE.encode("ascii"):
            return None
        stream.seek(0)
        return _Reader(stream, path, shown_as or path.name).run()


class _Reader:
    def __init__(self, stream: BinaryIO, path: Path, name: str) -> None:
        self._stream = stream
        self._path = path
        self._name = name
        self._members: list[Member] = []
        self._places: dict[str, tuple[int, int]] = {}

    def run(self) -> Sealed:
        content = self._member(NOTE, most=64 * 1024, keep=True)
        try:
            note = msgspec.json.decode(content, type=Note)
        except (ValueError, RecursionError) as error:
            raise RefusedError(Refusal.MALFORMED, self._name) from error
        if note.password:
            self._member(KEY, most=64 * 1024)
        self._member(PACKAGE, most=limits.PACKAGE + limits.MIB)
        tail = closing(self._members)
        if self._stream.read(len(tail) + 1) != tail or self._size() != total_size(self._members):
            raise RefusedError(Refusal.ALTERED, self._name)
        return Sealed(self._path, note, self._places)

    def _size(self) -> int:
        return self._path.stat().st_size

    def _member(self, name: str, *, most: int, keep: bool = False) -> bytes:
        head = self._stream.read(_HEADER + len(name))
        claimed = read_local(head)
        if claimed is None or claimed[1] > most or head != local_header(Member(name, claimed[1], claimed[0])):
            raise RefusedError(Refusal.ALTERED, self._name)
        member = Member(name, claimed[1], claimed[0])
        self._places[name] = (self._stream.tell(), member.size)
        self._members.append(member)
        crc, left, kept = 0, member.size, b""
        while left:
            block = self._stream.read(min(left, limits.BLOCK))
            if not block:
                raise RefusedError(Refusal.TRUNCATED, self._name, lost=size_text(left))
            crc, left = zlib.crc32(block, crc), left - len(block)
            kept += block if keep else b""
        if crc != member.crc:
            raise RefusedError(Refusal.ALTERED, self._name)
        return kept


def unseal(found: Sealed, target: Path, identities: Sequence[str], *, password: str = "") -> bool:
    """Decrypt into `target`; False where neither these identities nor the password open it.

    Raises RefusedError where the encrypted content was altered, OSError where it cannot be written.
    """
    import pyrage

    keys = [pyrage.x25519.Identity.from_str(each) for each in identities]
    if password and found.note.password:
        try:
            once = pyrage.passphrase.decrypt(_read(found, KEY), only_digits(password))
            keys.append(pyrage.x25519.Identity.from_str(bytes(once).decode("ascii")))
        except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
            pass
    if not keys:
        return False
    inner = target.with_name(f"{target.name}.age")
    try:
        _copy(found, PACKAGE, inner)
        pyrage.decrypt_file(str(inner), str(target), keys)
    except (pyrage.DecryptError, OSError) as error:
        with suppress(OSError):
            target.unlink()  # never act on what a stream gave before it failed
        if "matching keys" in str(error).lower():
            return False
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise RefusedError(Refusal.ALTERED, found.path.name) from error  # age reports altered blocks without a number
    finally:
        with suppress(OSError):
            inner.unlink()
    return True


def _read(found: Sealed, name: str) -> bytes:
    start, size = found.places[name]
    with found.path.open("rb") as stream:
        stream.seek(start)
        return stream.read(size)


def _copy(found: Sealed, name: str, target: Path) -> None:
    start, left = found.places[name]
    with found.path.open("rb") as stream, target.open("wb") as out:
        stream.seek(start)
        while left:
            block = stream.read(min(left, limits.BLOCK))
            if not block:
                raise BugError("the sealed file shrank while it was read")
            out.write(block)
            left -= len(block)
