"""Copies a file to a stick and reads it back: a stick that lies is found out before it is carried away."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store.evidence import sha256_of
from vetdesk.models.store.workspace import storage_trouble, sync_folder

_BLOCK = 1024 * 1024


def copy_checked(source: Path, target: Path) -> None:
    """Copy, sync, read back and compare; a file that is there is replaced at the end only.

    Raises KnownError (storage) where the place cannot be written or gives back something else.
    """
    part = target.with_name(f"{target.name}.part")
    digest = hashlib.sha256()
    try:
        with source.open("rb") as stream, part.open("wb") as out:
            while block := stream.read(_BLOCK):
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if sha256_of(part) != digest.hexdigest():
            raise KnownError(
                _("写到“{place}”后读回来不一样，这个 U 盘可能坏了，请换一个。").format(place=target.parent),
                status=ExitStatus.STORAGE,
                code="bad_copy",
            )
        part.replace(target)
        with suppress(OSError):  # some sticks cannot
            sync_folder(target.parent)
    except OSError as error:
        raise storage_trouble(target.parent, error) from error
    finally:
        with suppress(OSError):
            part.unlink()
