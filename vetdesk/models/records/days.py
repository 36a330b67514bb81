"""Days as they are written and kept: `YYYY-MM-DD`."""

from __future__ import annotations

import datetime as dt


def is_day(text: str) -> bool:
    """Whether a text is a day in that one form."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
