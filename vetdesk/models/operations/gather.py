"""Finds the files to receive in what was dropped: files, folders, and ZIP archives as mail programs make them.

Everything is copied to a private place first; names from outside are labels, never paths. A file counts by its
content: `(1)`, `.zip` or no ending at all change nothing.
"""

from __future__ import annotations

import lzma
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from vetdesk.models.operations.county import inner_packages
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import DATABASE
from vetdesk.models.sync import limits
from vetdesk.models.sync.container import read_local
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.sealed_file import NOTE, peek, unseal

MOST_FILES = 5000
MOST_UNPACKED = 4 * 1024 * limits.MIB
_HEAD = 4096
_NO_ARCHIVES = {"[Content_Types].xml", "mimetype", DATABASE}  # a workbook, a document, a backup
_ZIP = b"PK\x03\x04"
_OURS = (b"manifest.json", NOTE.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Found:
    """A private copy and the name it is shown by."""

    copy: Path
    name: str


def gather(
    paths: Sequence[Path], place: Path, identities: Sequence[str], *, password: str = "", progress: Progress = silent
) -> list[Found]:
    """Private copies in `place` of every file there is, encrypted ones opened where these identities can.

    What cannot be read has no copy, so that verifying it says so. Raises KnownError for more files than are taken at
    once, Cancelled from `progress`.
    """
    found: list[Found] = []
    sources = list(islice(_files(paths), MOST_FILES + 1))
    if len(sources) > MOST_FILES:
        raise KnownError(
            _("一次最多接收 {limit} 个文件，这里更多，没有改动。请分几次接收。").format(limit=MOST_FILES),
            code="too_many_files",
        )
    for at, (path, name) in enumerate(sources):
        progress(at, len(sources), name)
        copy = place / str(at)  # a name of ours: systems keep some names for devices
        head = _copied(path, copy)
        inside = _unpacked(copy, name) if _is_archive(head) else []
        for each, start in inside or [(Found(copy, name), head)]:
            opened = _opened(each, start, identities, password)
            found += [opened, *_handed_on(opened, start if opened is each else _head_of(opened.copy))]
    return found


def _head_of(copy: Path) -> bytes:
    with copy.open("rb") as stream:
        return stream.read(_HEAD)


def _beside(copy: Path, what: str) -> Path:
    return copy.with_name(f"{copy.name}-{what}")


def _handed_on(each: Found, head: bytes) -> Iterator[Found]:
    """The packages inside a county's bundle, received like any others. Its kind stands near its beginning."""
    if b'"kind":"bundle"' in head:
        for copy, label in inner_packages(each.copy, _beside(each.copy, "handed-on")):
            yield Found(copy, f"{each.name} › {label}")


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file with its name; hidden ones and what systems leave lying in folders are passed over."""
    for path in paths:
        if not _is_folder(path):
            yield path, path.name
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for name in sorted(names):
                if not name.startswith((".", "~$")) and name.lower() not in ("thumbs.db", "desktop.ini"):
                    yield Path(folder) / name, name


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name no disk takes
        return False


def _copied(path: Path, copy: Path) -> bytes:
    """Make a private copy and return its beginning; where the file cannot be read there is none.

    Of what cannot be a package (a photo, a disk image) only the beginning is copied: it is refused by that.
    """
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as source, copy.open("wb") as target:
            head = source.read(_HEAD)
            if os.fstat(source.fileno()).st_size > limits.PACKAGE + limits.MIB:
                target.truncate(limits.PACKAGE + 1)  # only its size counts: `verify` refuses it by that
                return b""
            target.write(head)
            if head.startswith(_ZIP):
                shutil.copyfileobj(source, target, limits.BLOCK)
    except OSError:
        copy.unlink(missing_ok=True)
        return b""
    return head


def check_no_backup(copy: Path, shown_as: str) -> None:
    """Raises RefusedError for a backup of a workspace: it is restored, not received."""
    if copy.is_file() and _head_of(copy).startswith(_ZIP) and _head_of(copy)[30:].startswith(DATABASE.encode("ascii")):
        raise RefusedError(Refusal.BACKUP, shown_as)


def _is_archive(head: bytes) -> bool:
    """A ZIP that is neither a package nor a sealed one."""
    return head.startswith(_ZIP) and not (read_local(head) and head[30:].startswith(_OURS))


def _unpacked(archive: Path, shown_as: str) -> list[tuple[Found, bytes]]:
    """The files of a ZIP archive, beside it, with their beginnings; none where it is damaged, encrypted or too large."""
    found: list[tuple[Found, bytes]] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [each for each in opened.infolist() if each.filename and not each.filename.endswith("/")]
            if {each.filename for each in members} & _NO_ARCHIVES:
                return []
            if not members or min(each.header_offset for each in members):
                return []  # what is cut may end in the directory of a file inside it
            if len(members) > MOST_FILES or sum(each.file_size for each in members) > MOST_UNPACKED:
                return []
            for member in members:
                name = _label(member)
                target = _beside(archive, str(len(found)))
                with opened.open(member) as stream, target.open("wb") as out:
                    _limited(stream, out, member.file_size)
                found.append((Found(target, f"{shown_as} › {name}"), _head_of(target)))
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError, struct.error,
        zlib.error, lzma.LZMAError,
    ):  # fmt: skip
        return []
    return found


def _limited(stream: IO[bytes], out: IO[bytes], size: int) -> None:
    left = size
    while block := stream.read(limits.BLOCK):
        left -= len(block)
        if left < 0:
            raise ValueError("more than the archive says")
        out.write(block)


def _label(member: zipfile.ZipInfo) -> str:
    """The name people know: Chinese Windows writes names in GBK without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = member.filename.encode("cp437").decode(encoding)
                break
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    plain = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(each for each in plain if each.isprintable() and each not in ':*?"<>|')
    return name if name.strip(". ") else "_"


def _opened(each: Found, head: bytes, identities: Sequence[str], password: str) -> Found:
    """The package inside a sealed file, where it can be opened here; else the file as it is."""
    if not head[30:].startswith(NOTE.encode("ascii")):
        return each
    try:
        sealed = peek(each.copy)
        inner = _beside(each.copy, "opened")
        if sealed is not None and unseal(sealed, inner, identities, password=password):
            return Found(inner, each.name)
    except (OSError, RefusedError):
        pass
    return each
