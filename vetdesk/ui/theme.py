"""The look: Fusion with our own light and dark colours, one accent, hairlines, 8-pixel rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from vetdesk.models.records.places import RESOURCES
from vetdesk.models.records.verdicts import Severity, Verdict


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours; every pair of text and ground reaches a contrast of 4.5."""

    ground: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    accent_text: str
    accent_soft: str
    met: str
    met_soft: str
    unmet: str
    unmet_soft: str
    warn: str
    warn_soft: str
    unknown: str
    unknown_soft: str


LIGHT = Colours(
    ground="#f4f6f8", surface="#ffffff", raised="#fafbfc", line="#dfe3e8", text="#1c2430", muted="#5b6675",
    accent="#1f5fbf", accent_text="#ffffff", accent_soft="#e8f0fc", met="#1b7a43", met_soft="#e6f4ea",
    unmet="#b3341f", unmet_soft="#fdece8", warn="#8a5a00", warn_soft="#fff4dc", unknown="#5b6675",
    unknown_soft="#eef1f4",
)  # fmt: skip
DARK = Colours(
    ground="#14181d", surface="#1d232a", raised="#232a32", line="#343d47", text="#e6eaef", muted="#9eabb9",
    accent="#6aa5f5", accent_text="#0d1a2b", accent_soft="#23344d", met="#6fce93", met_soft="#1c3527",
    unmet="#f59a86", unmet_soft="#44241d", warn="#f0c060", warn_soft="#3c3118", unknown="#a5b1be",
    unknown_soft="#2a323b",
)  # fmt: skip

VERDICT_ROLES = {
    Verdict.MET: "met",
    Verdict.UNMET: "unmet",
    Verdict.INCOMPLETE: "unknown",
    Verdict.INCOMPUTABLE: "unknown",
    Verdict.NOT_APPLICABLE: "unknown",
    Verdict.UNVERIFIED: "unknown",
}
SEVERITY_ROLES = {Severity.BLOCK: "unmet", Severity.MUST_EXPLAIN: "warn", Severity.NOTICE: "unknown"}
FAMILIES = ["Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Source Han Sans SC"]


class Look:
    """The theme now shown."""

    def __init__(self) -> None:
        self.colours = LIGHT

    def choose(self, dark: bool | None = None) -> None:
        """Light or dark; None follows the desktop."""
        if dark is None:
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.colours = DARK if dark else LIGHT

    def pair(self, role: str) -> tuple[str, str]:
        """`(text, ground)` of a verdict's role."""
        return getattr(self.colours, role), getattr(self.colours, f"{role}_soft")


look = Look()


def dress(app: QApplication, *, dark: bool | None = None) -> None:
    """Give the whole application our look."""
    look.choose(dark)
    app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(14)
    app.setFont(font)
    app.setPalette(_palette(look.colours))
    app.setStyleSheet(_sheet(look.colours))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, colours.ground),
        (QPalette.ColorRole.WindowText, colours.text),
        (QPalette.ColorRole.Base, colours.surface),
        (QPalette.ColorRole.AlternateBase, colours.raised),
        (QPalette.ColorRole.Text, colours.text),
        (QPalette.ColorRole.Button, colours.surface),
        (QPalette.ColorRole.ButtonText, colours.text),
        (QPalette.ColorRole.ToolTipBase, colours.surface),
        (QPalette.ColorRole.ToolTipText, colours.text),
        (QPalette.ColorRole.Highlight, colours.accent),
        (QPalette.ColorRole.HighlightedText, colours.accent_text),
        (QPalette.ColorRole.Link, colours.accent),
        (QPalette.ColorRole.PlaceholderText, colours.muted),
    ):
        palette.setColor(role, QColor(colour))
    return palette


def _sheet(colours: Colours) -> str:
    """The style sheet of `resources/themes/desk.qss` with this theme's colours put in."""
    text = (Path(RESOURCES) / "themes" / "desk.qss").read_text(encoding="utf-8")
    text = text.replace("@icons@", (Path(RESOURCES) / "icons").as_posix())
    text = text.replace("@shade@", "dark" if colours is DARK else "light")
    for name in Colours.__dataclass_fields__:
        text = text.replace(f"@{name}@", getattr(colours, name))
    return text
