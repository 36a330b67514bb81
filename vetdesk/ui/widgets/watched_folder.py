"""A folder that is watched: tells which files are new in it, once they are no longer being written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from vetdesk.models.records.places import user_data
from vetdesk.ui.recent import load, save

WAIT_MILLISECONDS = 1500
"""A file counts once it has kept its size for so long: a stick is slow."""
MOST = 5000
Mark = tuple[str, int, int]
"""Name, bytes, time of the last change in nanoseconds."""


class WatchedFolder(QObject):
    """Tells `found` with every file nobody has looked at yet, whenever that changes."""

    found = Signal(list)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self._seen: set[Mark] = set()
        self._there: set[Mark] = set()
        self._told: set[Mark] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WAIT_MILLISECONDS)
        self._soon.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _path: self._soon.start())

    def watch(self, folder: Path | None, seen: Iterable[Mark] = ()) -> None:
        """Watch a folder (none at all with None); files that were looked at before are not new."""
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._soon.stop()
        self.folder, self._seen, self._there, self._told = folder, set(seen), set(), set()
        if folder is not None:
            self._watcher.addPath(str(folder))
            self._soon.start()

    def look_done(self) -> list[Mark]:
        """Everything that is there now was looked at. Returns what is to be remembered."""
        self._seen = self._marks()
        self._told = set()
        return sorted(self._seen)[:MOST]

    def _look(self) -> None:
        now = self._marks()
        growing = now - self._there
        self._there = now
        if growing:  # look once more whether they stay as they are
            self._soon.start()
            return
        new = now - self._seen
        if new != self._told and self.folder is not None:
            self._told = new
            self.found.emit([self.folder / name for name, _size, _time in sorted(new)])

    def _marks(self) -> set[Mark]:
        if self.folder is None:
            return set()
        marks = set()
        try:
            with os.scandir(self.folder) as entries:
                for each in entries:
                    if each.name.startswith((".", "~$")) or each.name.lower() in ("thumbs.db", "desktop.ini"):
                        continue
                    if each.is_file(follow_symlinks=False):
                        about = each.stat(follow_symlinks=False)
                        marks.add((each.name, about.st_size, about.st_mtime_ns))
        except OSError:  # a stick that was pulled out
            return set()
        return marks


def _path() -> Path:
    return user_data() / "watched.json"


def watched_before(workspace: str) -> tuple[Path | None, list[Mark]]:
    """The folder that is watched for a workspace, and what was looked at in it; None where none is, or it is gone."""
    try:
        kept = load(_path())[workspace]
        folder = Path(kept["folder"])
        seen = [(str(name), int(size), int(time)) for name, size, time in kept["seen"]]
    except (KeyError, TypeError, ValueError):
        return None, []
    return (folder, seen) if folder.is_dir() else (None, [])


def remember_watched(workspace: str, folder: Path | None, seen: list[Mark]) -> None:
    """Keep which folder is watched for a workspace. Comfort only: nothing depends on it."""
    values = load(_path())
    values.pop(workspace, None)
    if folder is not None:
        values[workspace] = {"folder": str(folder), "seen": seen}
    save(_path(), values)
