"""Where things lie: the shipped data, and the folders of the person at the keyboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[3])) / "resources"


def user_data() -> Path:
    """The user's own data folder: keys, recent workspaces. `VETDESK_HOME` replaces it."""
    chosen = os.environ.get("VETDESK_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("vetdesk", appauthor=False)
