"""Saves what an office program will open: whole or not at all, with the usual reason why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store.outputs import put_in_place


def save_whole(save: Callable[[str], object], target: Path) -> None:
    """Let `save` write beside the target, then put that in its place.

    Raises KnownError (storage) where the place cannot be written.
    """
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        save(str(part))
        put_in_place(part, target)
    except OSError as error:
        raise KnownError(
            _("“{file}”写不进去（{detail}），没有生成。如果它正在 WPS 或 Excel 里打开，请先关闭。").format(
                file=target, detail=error.strerror or error
            ),
            status=ExitStatus.STORAGE,
            code="storage",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
