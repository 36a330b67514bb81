"""Fonts and colours of all charts, resolved once: a family that is missing costs time at every draw."""

from __future__ import annotations

from functools import cache

from matplotlib import font_manager

COLOURS = {
    "met": "#1b7a43",
    "unmet": "#b3341f",
    "unknown": "#c3cad3",
    "text": "#1c2430",
    "muted": "#5b6675",
    "line": "#dfe3e8",
}
SOFT = {"met": "#e6f4ea", "unmet": "#fdece8", "unknown": "#eef1f4"}
_FAMILIES = ("Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Source Han Sans SC", "SimHei")


@cache
def families() -> tuple[str, ...]:
    """The first Chinese family that is here, then the one that always is."""
    for fresh in (False, True):
        if fresh:
            font_manager.fontManager = font_manager._load_fontmanager(try_read_cache=False)
        known = {each.name for each in font_manager.fontManager.ttflist}
        found = next((each for each in _FAMILIES if each in known), None)
        if found:
            return (found, "DejaVu Sans")
    return ("DejaVu Sans",)


def plain(text: str) -> str:
    """Text as it is: `$` starts no formula in a label."""
    return text.replace("\\", "\\\\").replace("$", r"\$")
