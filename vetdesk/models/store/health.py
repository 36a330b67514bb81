"""The database's own checks."""

from __future__ import annotations

from vetdesk.models.store.workspace import Workspace


def database_problem(workspace: Workspace) -> str:
    """What SQLite's full check and the foreign keys find wrong; '' where all is well."""
    found = workspace.rows("PRAGMA integrity_check(1)")
    if not found or found[0][0] != "ok":
        return str(found[0][0]) if found else "?"
    orphan = workspace.row("PRAGMA foreign_key_check")
    return f"foreign key in {orphan[0]}" if orphan else ""
