"""Saves what an office program will open: whole or not at all, with the usual reason why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store.outputs import written_whole


def save_whole(save: Callable[[str], object], target: Path) -> None:
    """Let `save` write beside the target, then put that in its place.

    Raises KnownError (storage) where the place cannot be written.
    """
    try:
        with written_whole(target) as part:
            save(str(part))
    except OSError as error:
        raise KnownError(
            _("“{file}”写不进去（{detail}），没有生成。如果它正在 WPS 或 Excel 里打开，请先关闭。").format(
                file=target, detail=error.strerror or error
            ),
            status=ExitStatus.STORAGE,
            code="storage",
        ) from error
