"""The database's own checks say what is wrong."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from vetdesk.models.store.health import database_problem
from vetdesk.models.store.workspace import DATABASE, Workspace, open_workspace


def test_a_whole_database_has_no_problem(workspace: Workspace) -> None:
    assert database_problem(workspace) == ""


def test_an_index_out_of_step_is_named(workspace: Workspace) -> None:
    folder = workspace.folder
    workspace.close()
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        other.execute("PRAGMA writable_schema=ON")
        other.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '\"act\"', '\"who\"') WHERE name = 'idx_journal_act'"
        )
        other.execute("UPDATE sqlite_master SET sql = replace(sql, '[act]', '[who]') WHERE name = 'idx_journal_act'")
        other.execute("INSERT INTO journal VALUES (1, 'a', 'edit', '', '', 'x', 'x', '{}', 'h')")
        other.commit()
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        other.execute("INSERT INTO journal VALUES (2, 'b', 'edit', '', '', 'y', 'y', '{}', 'h')")
        other.commit()
    with open_workspace(folder) as again:
        assert "idx_journal_act" in database_problem(again)


def test_an_orphan_is_named_with_its_table(workspace: Workspace) -> None:
    workspace.connection.execute("PRAGMA foreign_keys=OFF")
    workspace.connection.execute("INSERT INTO evidence_use (round, unit, sha256, indicator) VALUES ('r', 'u', 'x', '')")
    assert database_problem(workspace) == "foreign key in evidence_use"
