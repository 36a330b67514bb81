"""What offices reported on the tasks of a plan, by half-year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now


@dataclass(frozen=True, slots=True)
class TaskNote:
    """Progress of one task in a half-year (`2026-1`, `2026-2`) as an office tells it.

    `state`: `not_started`, `in_progress`, `done`, `stuck`. `document` names what proves it.
    """

    pack: str
    task: str
    half: str
    office: str
    state: str
    text: str
    document: str = ""
    at: str = ""
    who: str = ""


def put_notes(workspace: Workspace, notes: Iterable[TaskNote]) -> int:
    """Keep notes with journal rows, in the caller's transaction; equal ones are left alone. Returns how many changed."""
    before = {(each.pack, each.task, each.half, each.office): each for each in task_notes(workspace)}
    rows = []
    for each in notes:
        old = before.get((each.pack, each.task, each.half, each.office))
        if old is not None and (old.state, old.text, old.document) == (each.state, each.text, each.document):
            continue
        row = {**asdict(each), "at": now(), "who": workspace.actor.name}
        workspace.db.table("task_note").upsert(row, pk=("pack", "task", "half", "office"))
        rows.append(
            journal.Note("task", field=f"task.{each.task}.{each.half}", old=asdict(old) if old else None, new=row)
        )
    if rows:
        journal.write(workspace, rows)
    return len(rows)


def task_notes(workspace: Workspace, *, half: str = "") -> list[TaskNote]:
    """All notes (of a half-year), in the order in which they were written."""
    return [
        TaskNote(**{name: row[name] or "" for name in row.keys()})  # noqa: SIM118 - a Row, not a dict
        for row in workspace.rows(
            "SELECT pack, task, half, office, state, text, document, at, who FROM task_note"
            " WHERE (? = '' OR half = ?) ORDER BY rowid",
            (half, half),
        )
    ]
