"""Where files may be written for people: never into a workspace or over keys, and over a file of the same sort only.

A wrong name after `-o` must not cost a database, an identity, or somebody else's package.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import is_workspace, sync_file

PRINTED = "print"
"""The folder of a workspace that pages to print go to."""
_HEAD = 4096
_ISSUER = re.compile(rb'"issuer":\{[^{}]*\}')
_ZIP, _NAME = b"PK\x03\x04", 30
_SEALED = b"who.json"


def check_target(target: Path) -> None:
    """Refuse a folder, and places that hold what this program keeps.

    Raises KnownError (is_folder, own_files).
    """
    if _is_folder(target):
        raise KnownError(
            _("“{place}”是文件夹，没有生成。请写上文件名，例如 {place}/文件名。").format(place=target),
            code="is_folder",
        )
    whole = target.resolve()
    kept = user_data().resolve() / "keys"
    inside = next((each for each in whole.parents if is_workspace(each)), None)
    if whole.is_relative_to(kept) or (inside is not None and whole.relative_to(inside).parts[:-1] != (PRINTED,)):
        raise KnownError(
            _("“{file}”在工作台自己的文件夹里，写进去会损坏数据，没有生成。请换一个位置。").format(file=target),
            code="own_files",
        )


def _is_there(target: Path) -> bool:
    try:
        return target.exists()
    except OSError:
        return False


def _is_folder(target: Path) -> bool:
    try:
        return target.is_dir()
    except OSError:  # a name no disk takes: writing it says so
        return False


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name. A file of another sort, or another sender's package, is not written over.

    Raises KnownError (other_file) and like `check_target`, OSError where the disk refuses.
    """
    check_target(target)
    if _is_there(target) and not _same_sort(target, part):
        raise KnownError(
            _("“{file}”已经有了，而且是另一种（或别的单位的）文件，没有覆盖。请换一个文件名。").format(file=target),
            code="other_file",
        )
    part.replace(target)


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """The name to write a file under, beside its target; when all went well it is on the disk and has the target's name.

    Raises like `put_in_place`; what was at the target is then still there, and nothing is left beside it.
    """
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        sync_file(part)
        put_in_place(part, target)
    finally:
        with suppress(OSError):
            part.unlink()


def _same_sort(one: Path, other: Path) -> bool:
    first, second = _sort(one), _sort(other)
    return first == second or {first[0], second[0]} == {b"sealed", b"package"}  # written plain, then sealed


def _sort(path: Path) -> tuple[bytes, ...]:
    """What a file is, by its first bytes; of a package also whose."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        name = head[_NAME:]
        if name.startswith(b"manifest.json"):
            return (b"package", *_ISSUER.findall(head)[:1])
        return (b"sealed",) if name.startswith(_SEALED) else (b"archive",)
    if head.startswith((b"\x89PNG", b"%PDF", b"\xff\xd8", b"\xd0\xcf\x11\xe0", b"SQLite format")):
        return (head[:4],)
    return (b"page" if head.lstrip()[:1] == b"<" else b"text",)
