"""The schema steps: numbered, complete, applied after a copy, and all or nothing."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.store import driver, migrations, workspace
from vetdesk.models.store.health import database_problem
from vetdesk.models.store.workspace import DATABASE, FOLDERS, Workspace, create, open_workspace

NAMES = [each.name for each in migrations.steps.pending(Database(memory=True))]


def old_database(folder: Path, version: int, *, also: str = "") -> Path:
    """A workspace as a version with only the first steps left it; `also` is run as SQL."""
    folder.mkdir()
    for each in FOLDERS:
        (folder / each).mkdir()
    connection = driver.connect(folder / DATABASE)
    db = Database(connection)
    with db.atomic():
        migrations.steps.apply(db, stop_before=NAMES[version] if version < len(NAMES) else None)
        for key, value in {"role": "school", "owner": "3641990001", "name": "甲校", "workspace": "w-1"}.items():
            db.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))
        if also:
            db.execute(also)
        db.execute(f"PRAGMA application_id = {driver.APPLICATION_ID:d}")
        db.execute(f"PRAGMA user_version = {version:d}")
    connection.close()
    return folder


def schema(opened: Workspace) -> dict[str, str]:
    """All tables and indexes with their SQL."""
    rows = opened.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {row["name"]: row["sql"] for row in rows}


def read_only(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a database file, read by Python's own SQLite."""
    other = sqlite3.connect(path)
    try:
        return other.execute(sql).fetchall()
    finally:
        other.close()


def test_the_numbers_of_the_schema_agree() -> None:
    assert migrations.VERSION == workspace.SCHEMA == len(NAMES)


def test_steps_are_numbered_without_a_gap_and_explained() -> None:
    assert [int(re.match(r"m([0-9]{3})_[a-z_]+$", name)[1]) for name in NAMES] == list(range(1, len(NAMES) + 1))  # type: ignore[index]
    for name in NAMES:
        assert getattr(migrations, name).__doc__


def test_a_new_workspace_has_every_step(workspace: Workspace) -> None:
    applied = [each.name for each in migrations.steps.applied(workspace.db)]
    assert applied == NAMES
    assert migrations.steps.pending(workspace.db) == []
    assert database_problem(workspace) == ""


@pytest.mark.parametrize("version", range(1, len(NAMES)))
def test_an_older_database_is_copied_and_then_brought_up(tmp_path: Path, version: int) -> None:
    folder = old_database(tmp_path / "alt", version)
    before = read_only(folder / DATABASE, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with (
        open_workspace(folder, role="school") as opened,
        create(tmp_path / "neu", role="school", owner="x", name="x") as fresh,
    ):
        assert schema(opened) == schema(fresh)
        assert (opened.owner, opened.id) == ("3641990001", "w-1")
        assert database_problem(opened) == ""
        assert driver.header_numbers(folder / DATABASE) == (driver.APPLICATION_ID, workspace.SCHEMA)
    (copy,) = (folder / "restore-points").iterdir()
    assert copy.name.endswith(f"-before-schema-{workspace.SCHEMA}.db")
    assert driver.header_numbers(copy) == (driver.APPLICATION_ID, version)
    assert read_only(copy, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
    assert read_only(copy, "SELECT value FROM meta WHERE key = 'owner'") == [("3641990001",)]


def test_a_current_database_is_opened_without_a_copy(tmp_path: Path) -> None:
    folder = old_database(tmp_path / "alt", len(NAMES))
    open_workspace(folder).close()
    open_workspace(folder).close()
    assert not list((folder / "restore-points").iterdir())


IN_THE_WAY = ("CREATE TABLE sheet (mine)", "DROP TABLE sheet")
HAS_SHEETS = 7
OF_THE_LAST = ("ALTER TABLE round ADD COLUMN units TEXT", "ALTER TABLE round DROP COLUMN units")


@pytest.mark.parametrize("version", range(1, len(NAMES)))
def test_a_step_that_fails_leaves_the_old_version_whole(tmp_path: Path, version: int) -> None:
    """Something of a late step is there already, so that all steps before it succeed and it fails."""
    made, taken_away = OF_THE_LAST if version >= HAS_SHEETS else IN_THE_WAY
    folder = old_database(tmp_path / "alt", version, also=made)
    before = read_only(folder / DATABASE, "SELECT name, sql FROM sqlite_master ORDER BY name")
    for _turn in range(2):
        with pytest.raises(KnownError) as caught:
            open_workspace(folder)
        assert caught.value.status is ExitStatus.STORAGE
        assert driver.header_numbers(folder / DATABASE) == (driver.APPLICATION_ID, version)
        assert read_only(folder / DATABASE, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
        assert read_only(folder / DATABASE, "PRAGMA integrity_check") == [("ok",)]
        assert not (folder / "opened.json").exists()
    assert len(list((folder / "restore-points").glob("*.db"))) == 2
    repaired = sqlite3.connect(folder / DATABASE)
    repaired.execute(taken_away)
    repaired.commit()
    repaired.close()
    with open_workspace(folder) as opened:
        assert driver.header_numbers(folder / DATABASE) == (driver.APPLICATION_ID, workspace.SCHEMA)
        assert opened.owner == "3641990001"


def test_no_room_for_the_copy_means_no_migration(tmp_path: Path) -> None:
    folder = old_database(tmp_path / "alt", 1)
    before = (folder / DATABASE).read_bytes()
    (folder / "restore-points").rmdir()
    (folder / "restore-points").write_text("in the way")
    with pytest.raises(KnownError) as caught:
        open_workspace(folder)
    assert caught.value.status is ExitStatus.STORAGE
    assert (folder / DATABASE).read_bytes() == before


def test_orphans_do_not_survive_a_migration(tmp_path: Path) -> None:
    """Rows that point nowhere would be refused by every later write: the old version stays, and we are told."""
    from vetdesk.models.records.errors import BugError

    folder = old_database(tmp_path / "alt", 4)
    other = sqlite3.connect(folder / DATABASE)
    other.execute("INSERT INTO evidence_use (round, unit, sha256, indicator) VALUES ('r', 'u', 'nowhere', '')")
    other.commit()
    other.close()
    with pytest.raises(BugError, match="evidence_use"):
        open_workspace(folder)
    assert driver.header_numbers(folder / DATABASE) == (driver.APPLICATION_ID, 4)
