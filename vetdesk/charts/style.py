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
    found = _present() or _installed_since()
    return (found, "DejaVu Sans") if found else ("DejaVu Sans",)


def _present() -> str | None:
    known = {each.name for each in font_manager.fontManager.ttflist}
    return next((each for each in _FAMILIES if each in known), None)


def _installed_since() -> str | None:
    """A family that was installed after matplotlib wrote its list of fonts."""
    known = {each.fname for each in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):
                continue
    return _present()


def plain(text: str) -> str:
    """Text as it is: `$` starts no formula in a label."""
    return text.replace("$", r"\$")
