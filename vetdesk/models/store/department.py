"""Sheets that were handed to departments: what the figures were when each was made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from vetdesk.models.store.workspace import Workspace, now


@dataclass(frozen=True, slots=True)
class DepartmentSheet:
    """A sheet: its id, for whom, the places it asks for with the texts they had, when it was made and last taken."""

    id: str
    round: str
    unit: str
    department: str
    facts: tuple[str, ...]
    base: tuple[tuple[tuple[str, ...], str], ...]
    made: str
    taken: str


def put_sheet(
    workspace: Workspace,
    id_: str,
    round_id: str,
    unit: str,
    department: str,
    facts: tuple[str, ...],
    base: dict[tuple[str, ...], str],
) -> None:
    """Keep what a sheet starts from, in the caller's transaction."""
    content = {"facts": list(facts), "base": [[list(place), text] for place, text in base.items()]}
    count = workspace.row("SELECT COALESCE(MAX(position), 0) AS n FROM sheet")
    workspace.db.table("sheet").insert(
        {
            "id": id_, "round": round_id, "unit": unit, "department": department,
            "base": json.dumps(content, ensure_ascii=False), "made": now(), "taken": "",
            "position": int(count["n"]) + 1 if count else 1,
        }
    )  # fmt: skip


def _stored(row: Any) -> DepartmentSheet:
    content = json.loads(row["base"])
    return DepartmentSheet(
        row["id"], row["round"], row["unit"], row["department"], tuple(content["facts"]),
        tuple((tuple(place), text) for place, text in content["base"]), row["made"] or "", row["taken"] or "",
    )  # fmt: skip


def sheet(workspace: Workspace, id_: str) -> DepartmentSheet | None:
    """The sheet of an id."""
    row = workspace.row("SELECT * FROM sheet WHERE id = ?", (id_,))
    return _stored(row) if row else None


def sheets(workspace: Workspace, round_id: str) -> list[DepartmentSheet]:
    """Every sheet of a round, the newest first."""
    rows = workspace.rows("SELECT * FROM sheet WHERE round = ? ORDER BY position DESC", (round_id,))
    return [_stored(row) for row in rows]


def note_taken(workspace: Workspace, id_: str) -> None:
    """Note that a sheet came back, in the caller's transaction."""
    workspace.db.table("sheet").update(id_, {"taken": now()})
