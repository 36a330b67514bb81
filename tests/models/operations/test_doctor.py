"""The doctor: finds what was edited, lost or damaged, names it, and changes nothing."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.factory import City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.doctor import examine
from vetdesk.models.store import evidence
from vetdesk.models.store.workspace import Workspace


def note(seen: list[int], done: int, _total: int, _text: str) -> None:
    """Progress that is kept."""
    seen.append(done)


def sick(workspace: Workspace) -> dict[str, str]:
    """What is not well, with its sentence."""
    return {each.name: each.sentence for each in examine(workspace) if not each.well}


@pytest.fixture
def school(city: City, tmp_path: Path) -> Workspace:
    """A school with evidence and a submission."""
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.submission()
    return city.school()


def test_all_is_well_and_nothing_is_changed(city: City, school: Workspace) -> None:
    city.received()
    for workspace in (school, city.bureau, city.inspector()):
        before = rows_of(workspace), content_of(workspace.folder)
        seen: list[int] = []
        checks = examine(workspace, progress=partial(note, seen))
        assert {each.name for each in checks} == {"database", "journal", "evidence", "packages", "keys", "space"}
        assert sick(workspace) == {}
        assert seen == list(range(len(checks) + 1))
        assert (rows_of(workspace), content_of(workspace.folder)) == before


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE journal SET bytes = replace(bytes, '\"100\"', '\"160\"') WHERE field = 'declared.this.teachers_ft'",
        "UPDATE journal SET who = '别人' WHERE seq = 5",
        "UPDATE journal SET hash = hex(zeroblob(32)) WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 1",
        "UPDATE journal SET bytes = 'not json' WHERE seq = 5",
        "UPDATE journal SET bytes = '[]' WHERE seq = 5",
        "UPDATE journal SET bytes = '{}' WHERE seq = 5",
        "UPDATE journal SET bytes = x'ff00' WHERE seq = 5",
        "UPDATE journal SET seq = 9999 WHERE seq = 5",
    ],
)
def test_an_edited_journal_is_found(school: Workspace, edit: str) -> None:
    school.db.execute(edit)
    assert set(sick(school)) == {"journal"}


def test_missing_edited_and_foreign_evidence_is_found(school: Workspace) -> None:
    only = next(path for path in (school.folder / "evidence").rglob("*") if path.is_file())
    content = only.read_bytes()
    only.chmod(0o644)
    only.write_bytes(content.replace(b"invented", b"altered!"))
    assert "1" in sick(school)["evidence"]
    only.write_bytes(content + b"x")
    assert set(sick(school)) == {"evidence"}
    only.unlink()
    assert set(sick(school)) == {"evidence"}
    only.write_bytes(content)
    assert sick(school) == {}
    stray = evidence.path_of(school, "ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"not what its name says")
    assert set(sick(school)) == {"evidence"}


@pytest.mark.parametrize("folder", ["outbox", "inbox"])
def test_a_damaged_or_missing_archived_file_is_found(school: Workspace, folder: str) -> None:
    only = next((school.folder / folder).iterdir())
    content = only.read_bytes()
    only.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert only.name in sick(school)["packages"]
    only.unlink()
    assert only.name in sick(school)["packages"]


def test_an_archived_file_exchanged_for_another_whole_one_is_found(city: City, school: Workspace) -> None:
    city.submission()
    first, second = sorted((school.folder / "outbox").iterdir())
    first.write_bytes(second.read_bytes())
    assert set(sick(school)) == {"packages"}


def test_an_unreadable_key_file_is_found(school: Workspace, own_home: Path) -> None:
    path = own_home / "keys" / f"{school.id}.json"
    for content in ("", "{}", json.dumps({"replica": 1}), "null"):
        path.write_text(content, encoding="utf-8")
        assert set(sick(school)) == {"keys"}


def test_a_row_that_points_nowhere_is_found(school: Workspace) -> None:
    school.db.execute("PRAGMA foreign_keys=OFF")
    school.db.execute("DELETE FROM pack")
    assert "round_pack" in sick(school)["database"]
