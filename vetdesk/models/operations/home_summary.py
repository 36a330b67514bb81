"""What a school's home says, kept ready as plain text so that the window need not judge before its first paint.

A summary is only shown where the journal's head, the language and the program are those it was made for; it is
derived from stored data, decides nothing, and is replaced by the full snapshot as soon as that is read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

from vetdesk import __version__
from vetdesk.models.records.words import speech

if TYPE_CHECKING:
    from vetdesk.models.store.workspace import Workspace

_KEY = "home_summary"


class GapLine(TypedDict):
    """One unmet indicator: badge text and role, its name, the numbers, the shortage, the figure to change."""

    badge: str
    role: str
    name: str
    numbers: str
    gap: str
    fact: str


class TodoLine(TypedDict):
    """One thing to do: its text, the page that does it, the figure it is about ('' for none)."""

    text: str
    page: str
    fact: str


class HomeSummary(TypedDict):
    """Everything a school's home and its side show."""

    folder: str
    school: str
    side_line: str
    notes: dict[str, str]
    round_line: str
    deadline: str
    filled: list[int]
    met: list[int]
    standard: str
    sentence: str
    copied: str
    banner: str
    gaps: list[GapLine]
    no_gap: str
    open_line: str
    todo: list[TodoLine]
    sent: str
    sent_badge: str
    sent_role: str
    others: list[list[str]]


def _stamp(workspace: Workspace) -> str:
    from vetdesk.models.store import journal

    return f"{__version__} {speech.language} {journal.head(workspace)}"


def read(workspace: Workspace) -> HomeSummary | None:
    """The summary of a school's workspace, where it is still true; None otherwise."""
    text = workspace.meta(_KEY)
    if not text or workspace.role != "school":
        return None
    found = json.loads(text)
    if found.get("stamp") != _stamp(workspace):
        return None
    summary: HomeSummary = found["summary"]
    return {**summary, "folder": str(workspace.folder)}


def keep(workspace: Workspace, summary: HomeSummary) -> None:
    """Keep a summary for the next start, in its own act; nothing else is touched."""
    text = json.dumps({"stamp": _stamp(workspace), "summary": summary}, ensure_ascii=False)
    if workspace.meta(_KEY) != text:
        with workspace.atomic():
            workspace.set_meta({_KEY: text})
