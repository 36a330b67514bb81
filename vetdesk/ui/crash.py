"""What happens after an error of ours: a file for the developers, never a traceback on the screen."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from vetdesk import __version__
from vetdesk.models.records.places import user_data


def note_crash(error: BaseException) -> Path:
    """Write the report and return where it lies. It holds program lines, no figures of a school."""
    folder = user_data() / "crashes"
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(traceback.format_exception(error))
        path.write_text(
            f"vetdesk {__version__} · Python {platform.python_version()} · {platform.platform()}\n\n{lines}",
            encoding="utf-8",
        )
    except OSError:
        return Path("-")
    return path
