"""File sizes for people."""

from __future__ import annotations


def size_text(size: int) -> str:
    """A size in bytes for people: `3.2 MB`, `14 KB`, `7 B`."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1000:.0f} KB" if size >= 1000 else f"{size} B"
