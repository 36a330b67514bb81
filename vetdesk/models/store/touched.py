"""Which schools' registration or submissions changed since a place in time, as the database itself noted it."""

from __future__ import annotations

from dataclasses import dataclass

from vetdesk.models.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of changes: its number, and the mark that tells it from that number in another copy."""

    position: int
    mark: str


def now_at(workspace: Workspace) -> Place:
    """The newest place."""
    row = workspace.row("SELECT position, hex(mark) AS mark FROM touched ORDER BY position DESC LIMIT 1")
    assert row is not None, "the table is made with its first row"
    return Place(int(row["position"]), str(row["mark"]))


def since(workspace: Workspace, place: Place) -> list[str] | None:
    """The codes of the schools that changed after a place; None where this database has never been there."""
    there = workspace.row("SELECT hex(mark) AS mark FROM touched WHERE position = ?", (place.position,))
    if there is None or there["mark"] != place.mark:
        return None
    return [
        str(row["unit"])
        for row in workspace.rows("SELECT DISTINCT unit FROM touched WHERE position > ?", (place.position,))
    ]
