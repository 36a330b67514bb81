"""Encrypting a finished package for someone, and opening one: the signature stays inside."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.post import Posted
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace, storage_trouble, sync_file
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.sealed_file import FORMAT, Note, Sealed, new_password, peek, seal_file, unseal


def seal_posted(workspace: Workspace, posted: Posted, kind: str, readers: Sequence[str]) -> Posted:
    """Replace a package's file by the encrypted one: for this workspace itself (escrow) and a one-time password.

    The archived copy in the outbox stays as it is. Raises KnownError where the place cannot be written.
    """
    password = new_password()
    note = Note(FORMAT, 1, kind, workspace.meta("name")[:200], [each[:200] for each in readers], password=True)
    part = posted.path.with_name(f"{posted.path.name}.sealed.part")
    try:
        seal_file(posted.path, part, note, [own_keys(workspace).recipient], password=password)
        sync_file(part)
        part.replace(posted.path)
    except OSError as error:
        raise storage_trouble(posted.path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return replace(posted, size=posted.path.stat().st_size, password=password)


def sealed_at(path: Path) -> Sealed | None:
    """What an encrypted file says of itself; None for any other file.

    Raises RefusedError for one that is cut, altered or cannot be read.
    """
    try:
        return peek(path) if path.is_file() else None
    except OSError as error:
        raise RefusedError(Refusal.UNREADABLE, path.name) from error


@contextmanager
def unsealed(path: Path, *, password: str = "", identities: Sequence[str] = ()) -> Iterator[Path]:
    """The package inside a sealed file, in a private place that is gone afterwards; any other file as it is.

    Raises RefusedError where neither these identities nor the password open it.
    """
    found = sealed_at(path)
    if found is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="vetdesk-") as place:
        plain = Path(place) / path.name
        try:
            fits = unseal(found, plain, identities, password=password)
        except OSError as error:
            raise storage_trouble(Path(place), error) from error
        if not fits and password:
            raise RefusedError(Refusal.WRONG_PASSWORD, path.name, sender=found.note.sender)
        if not fits and found.note.password:
            raise RefusedError(Refusal.NO_PASSWORD, path.name, sender=found.note.sender)
        if not fits:
            raise RefusedError(Refusal.ENCRYPTED, path.name, who=_("、").join(found.note.readers))
        yield plain
