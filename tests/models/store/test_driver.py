"""The connection settings are really in force, and a file is judged by its first bytes before SQLite sees it."""

from __future__ import annotations

import platform
import sqlite3
from pathlib import Path

import pytest

from vetdesk.models.store import driver
from vetdesk.models.store.workspace import SCHEMA, Workspace, open_workspace

WANTED = {
    "journal_mode": "truncate",
    "synchronous": 2,
    "locking_mode": "exclusive",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "busy_timeout": 2000,
}


def in_force(connection: driver.Connection) -> dict[str, object]:
    """The settings as SQLite reports them."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in WANTED}


def test_the_settings_are_in_force_in_a_new_and_in_an_opened_workspace(workspace: Workspace) -> None:
    assert in_force(workspace.connection) == WANTED
    folder = workspace.folder
    workspace.close()
    with open_workspace(folder) as again:
        assert in_force(again.connection) == WANTED


def test_the_journal_is_truncated_after_a_commit_and_not_deleted(workspace: Workspace) -> None:
    """DELETE + FULL lost acknowledged saves in the simulated power cuts, TRUNCATE + FULL none."""
    with workspace.atomic():
        workspace.set_meta({"a": "b"})
    journal = workspace.folder / "vetdesk.db-journal"
    assert journal.stat().st_size == 0
    assert not list(workspace.folder.glob("*-wal"))


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="pysqlite3 has no wheel here")
def test_the_library_is_one_without_the_wal_reset_bug(workspace: Workspace) -> None:
    version = workspace.rows("SELECT sqlite_version()")[0][0]
    assert tuple(int(part) for part in version.split(".")) >= (3, 51, 3)


def test_foreign_keys_are_enforced(workspace: Workspace) -> None:
    with pytest.raises(driver.DatabaseError, match="FOREIGN KEY"):
        workspace.connection.execute(
            "INSERT INTO evidence_use (round, unit, sha256, indicator) VALUES ('r', 'u', 'none', '')"
        )


def test_the_header_of_a_workspace_names_program_and_schema(workspace: Workspace) -> None:
    assert driver.header_numbers(workspace.folder / "vetdesk.db") == (driver.APPLICATION_ID, SCHEMA)
    assert int.from_bytes(b"VDSW", "big") == driver.APPLICATION_ID


@pytest.mark.parametrize(
    "content", [b"", b"x", b"SQLite format 3\x00", b"SQLite format 3\x00" + bytes(83), bytes(4096)]
)
def test_what_is_no_database_has_no_numbers(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    assert driver.header_numbers(path) is None


def test_numbers_are_read_from_a_database_of_others(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (a)")
        made.execute("PRAGMA user_version=77")
    made.close()
    assert driver.header_numbers(path) == (0, 77)


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + b"\xff" * 4080])
def test_connecting_to_what_is_no_database_leaves_it_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(driver.DatabaseError):
        driver.connect(path)
    assert path.read_bytes() == content


def test_a_plain_copy_is_whole_and_any_sqlite_opens_it(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.atomic():
        workspace.set_meta({"a": "中文"})
    copy = tmp_path / "copy.db"
    driver.plain_copy(workspace.connection, copy)
    assert driver.header_numbers(copy) == (driver.APPLICATION_ID, SCHEMA)
    other = sqlite3.connect(copy)
    try:
        assert other.execute("SELECT value FROM meta WHERE key = 'a'").fetchone() == ("中文",)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        other.close()
    assert [each.name for each in tmp_path.glob("copy*")] == ["copy.db"]


def test_a_copy_of_a_damaged_database_is_not_taken_for_good(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    made = driver.connect(path)
    made.execute("CREATE TABLE t (a TEXT)")
    made.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 200)
    made.close()
    with path.open("r+b") as stream:
        stream.seek(4096 * 5)
        stream.write(b"\xff" * 4096)
    damaged = driver.connect(path)
    try:
        with pytest.raises(driver.DatabaseError):
            driver.plain_copy(damaged, tmp_path / "copy.db")
    finally:
        damaged.close()
