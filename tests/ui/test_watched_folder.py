"""A watched folder: what is new in it is told once it is whole, and not again after somebody looked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from vetdesk.ui.widgets import watched_folder
from vetdesk.ui.widgets.watched_folder import WatchedFolder, remember_watched, watched_before


@pytest.fixture
def told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[WatchedFolder, list[list[str]]]]:
    """A watch on `in`, and what it told, quick enough for a test."""
    assert qtbot is not None
    monkeypatch.setattr(watched_folder, "WAIT_MILLISECONDS", 20)
    (tmp_path / "in").mkdir()
    parent = QObject()
    watch = WatchedFolder(parent)
    found: list[list[str]] = []
    watch.found.connect(lambda paths: found.append([each.name for each in paths]))
    watch.watch(tmp_path / "in")
    yield watch, found
    parent.deleteLater()


def settle() -> None:
    """Longer than two looks."""
    QTest.qWait(150)


def test_new_files_are_told_until_somebody_looked(told: tuple[WatchedFolder, list[list[str]]], tmp_path: Path) -> None:
    watch, found = told
    settle()
    assert found == []
    (tmp_path / "in" / "a.vdpkg").write_bytes(b"1")
    (tmp_path / "in" / "~$b.xlsx").write_bytes(b"1")
    (tmp_path / "in" / "folder").mkdir()
    settle()
    assert found[-1] == ["a.vdpkg"]
    (tmp_path / "in" / "b.vdpkg").write_bytes(b"2")
    settle()
    assert found[-1] == ["a.vdpkg", "b.vdpkg"]
    marks = watch.look_done()
    assert [name for name, _size, _time in marks] == ["a.vdpkg", "b.vdpkg"]
    count = len(found)
    settle()
    assert len(found) == count
    (tmp_path / "in" / "a.vdpkg").write_bytes(b"another")
    (tmp_path / "in" / "b.vdpkg").touch()
    settle()
    assert "a.vdpkg" in found[-1]


def test_a_folder_that_is_gone_is_quiet(told: tuple[WatchedFolder, list[list[str]]], tmp_path: Path) -> None:
    watch, found = told
    (tmp_path / "in").rmdir()
    settle()
    assert (found, watch.look_done()) == ([], [])
    watch.watch(None)
    settle()
    assert found == []


def test_what_was_looked_at_is_remembered_for_each_workspace(own_home: Path, tmp_path: Path) -> None:
    assert own_home
    assert watched_before("here") == (None, [])
    remember_watched("here", tmp_path, [("a", 1, 2)])
    remember_watched("there", tmp_path / "gone", [])
    assert watched_before("here") == (tmp_path, [("a", 1, 2)])
    assert watched_before("there") == (None, [])
    remember_watched("here", None, [])
    assert watched_before("here") == (None, [])
    watched_folder._path().write_text('{"here": {"folder": 5, "seen": [[1]]}}', encoding="utf-8")
    assert watched_before("here") == (None, [])
