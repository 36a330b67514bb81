"""Backs a workspace up into one file, and restores it into a new folder; what is there is never overwritten."""

from __future__ import annotations

import lzma
import os
import struct
import tempfile
import time
import uuid
import zipfile
import zlib
from pathlib import Path

from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.outputs import put_in_place
from vetdesk.models.store.workspace import DATABASE, FOLDERS, Workspace, open_workspace, storage_trouble
from vetdesk.models.sync.codes import only_digits
from vetdesk.models.sync.keys import (
    Keys,
    as_text,
    from_text,
    has_keys,
    keys_of,
    new_desk_keys,
    replace_keys,
    with_sheet,
)

_LIMIT = 8 * 1024**3
_LONGEST_KEYS = 64 * 1024
KEYS = "keys.age"


def backup(workspace: Workspace, target: Path, *, progress: Progress = silent) -> int:
    """Write database, evidence and archived packages into one file. Returns the number of files in it.

    Raises KnownError where the place cannot be written or is inside the workspace.
    """
    if target.resolve().is_relative_to(workspace.folder.resolve()):
        raise KnownError(_("备份不能放在工作台自己的文件夹里，没有备份。请换一个位置。"), code="inside")
    keys = _protected_keys(workspace)
    copy = workspace.restore_point("backup")
    members = [(copy, DATABASE)]
    for folder in ("evidence", "outbox", "inbox"):
        members += [
            (path, path.relative_to(workspace.folder).as_posix())
            for path in sorted((workspace.folder / folder).rglob("*"))
            if path.is_file() and path.suffix != ".part"
        ]
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            for at, (path, name) in enumerate(members):
                progress(at, len(members), name)
                archive.write(path, name)
            if keys:
                archive.writestr(KEYS, keys)
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        with zipfile.ZipFile(part) as archive:
            damaged = archive.testzip()
        if damaged:
            raise OSError(damaged)
        put_in_place(part, target)
    except OSError as error:
        raise storage_trouble(target, error) from error
    finally:
        part.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    return len(members)


def _protected_keys(workspace: Workspace) -> bytes:
    """A bureau's keys, openable with the digits of its printed recovery sheet only; nothing for anyone else."""
    if workspace.role != "bureau" or not has_keys(workspace.id):
        return b""
    keys = with_sheet(workspace.id)
    import pyrage

    return bytes(pyrage.passphrase.encrypt(as_text(keys).encode("ascii"), keys.sheet))


def restore(source: Path, folder: Path, *, sheet: str = "", progress: Progress = silent) -> Workspace:
    """Make a workspace from a backup in a new or empty folder and return it open.

    `sheet` are the 40 digits of a bureau's recovery sheet: with them its keys come back too, where this computer has
    none. Raises KnownError where the file is no backup, the folder is in use, or the digits are wrong.
    """
    keys = _opened_keys(source, sheet) if sheet else None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KnownError(
            _("“{folder}”里已经有文件，没有恢复。请换一个空文件夹。").format(folder=folder), code="not_empty"
        )
    if not source.is_file():
        raise KnownError(
            _("读不到备份文件“{file}”，没有恢复。请检查文件名和位置。").format(file=source), code="no_file"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restoring-") as place:
        made = Path(place) / "workspace"
        _unpack(source, made, progress)
        for each in FOLDERS:
            (made / each).mkdir(exist_ok=True)
        open_workspace(made).close()
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
    opened = open_workspace(folder)
    if opened.role == "bureau" and has_keys(opened.id):
        keys = keys_of(opened.id)
    if keys is not None:
        _go_on(opened, keys)
    return opened


_JUMP = 1000
"""More lists of keys than a bureau makes between two backups."""


def _go_on(workspace: Workspace, keys: Keys) -> None:
    """Sign with a new key from now on: schools may have seen more than this backup knows, and follow without asking.

    The new list's version is above all that were made, also where the same backup was restored before.
    """
    version = max(int(workspace.meta("trust_version") or 1) + _JUMP, int(time.time()) // 60)
    with workspace.atomic():
        workspace.set_meta({"trust_version": str(version)})
        journal.write(workspace, [journal.Note("new_key", field="key.desk", old=keys.fingerprint, why="restore")])
    replace_keys(workspace.id, new_desk_keys(keys))


def _opened_keys(source: Path, sheet: str) -> Keys:
    import pyrage

    digits = only_digits(sheet)
    try:
        with zipfile.ZipFile(source) as archive:
            if archive.getinfo(KEYS).file_size > _LONGEST_KEYS:
                raise ValueError(KEYS)
            content = archive.read(KEYS)
        return from_text(bytes(pyrage.passphrase.decrypt(content, digits)).decode("ascii"))
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError, struct.error,
        zlib.error, lzma.LZMAError, KeyError, pyrage.DecryptError,
    ) as error:  # fmt: skip
        raise KnownError(
            _("恢复单上的数字打不开“{file}”里的身份，没有恢复。请核对 40 位数字，或换一份备份。").format(
                file=source.name
            ),
            code="wrong_sheet",
        ) from error


def _unpack(source: Path, made: Path, progress: Progress) -> None:
    not_a_backup = KnownError(
        _("“{file}”不是职教达标的备份或已损坏，没有恢复。请换一份备份。").format(file=source.name),
        code="not_a_backup",
    )
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            names = [each.filename for each in members]
            total = sum(each.file_size for each in members)
            if DATABASE not in names or len(set(names)) != len(names) or total > _LIMIT:
                raise not_a_backup
            for at, each in enumerate(members):
                progress(at, len(members), each.filename)
                if each.filename == KEYS:  # opened with the recovery sheet only, never unpacked
                    continue
                target = _safe_place(made, each)
                if target is None:
                    raise not_a_backup
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(each) as stream, target.open("wb") as out:
                    while block := stream.read(1024 * 1024):
                        out.write(block)
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError, struct.error,
        zlib.error, lzma.LZMAError,
    ) as error:  # fmt: skip
        raise not_a_backup from error


def _safe_place(made: Path, member: zipfile.ZipInfo) -> Path | None:
    """Where a member may go: the database, or one of the known folders; nowhere else."""
    name = member.filename
    parts = name.split("/")
    if name == DATABASE:
        return made / DATABASE
    known = parts[0] in ("evidence", "outbox", "inbox") and 2 <= len(parts) <= 3
    if not known or member.is_dir() or any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
        return None
    return made.joinpath(*parts)
