"""What was worked out from stored data and may be thrown away at any time, in a file of its own beside the database.

Nothing here is a source: a row counts only where its key says that it was made of exactly what is stored now, and where
its bytes are whole. A file that cannot be used is deleted and made again. It is in no backup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from vetdesk.models.store import driver
from vetdesk.models.store.workspace import Workspace

_FOLDER, _FILE = "derived", "board.sqlite"
_WHOLE = 16


def _path(workspace: Workspace) -> Path:
    return workspace.folder / _FOLDER / _FILE


def _mark(unit: str, key: bytes, line: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join((unit.encode("utf-8"), key, line)), digest_size=_WHOLE).digest()


def read_lines(workspace: Workspace, round_id: str) -> dict[str, tuple[bytes, bytes]]:
    """`(key, line)` of every unit of a round whose bytes are whole; nothing where the file cannot be read."""
    path = _path(workspace)
    if not path.is_file():
        return {}
    try:
        with closing(driver.connect(path)) as opened:
            rows = opened.execute("SELECT unit, key, line, mark FROM line WHERE round = ?", (round_id,)).fetchall()
            return {
                row["unit"]: (row["key"], row["line"])
                for row in rows
                if isinstance(row["key"], bytes)
                and isinstance(row["line"], bytes)
                and row["mark"] == _mark(row["unit"], row["key"], row["line"])
            }
    except (driver.DatabaseError, OSError, TypeError, AttributeError):
        drop(workspace)
        return {}


def write_lines(workspace: Workspace, round_id: str, lines: Iterable[tuple[str, bytes, bytes]]) -> None:
    """Keep `(unit, key, line)` of a round in one transaction; a disk that refuses is no trouble, they are made again."""
    path = _path(workspace)
    try:
        path.parent.mkdir(exist_ok=True)
        with closing(driver.connect(path)) as opened:
            opened.execute("PRAGMA synchronous=OFF").fetchall()  # it may be lost
            opened.execute("BEGIN")
            opened.execute(
                "CREATE TABLE IF NOT EXISTS line (round TEXT, unit TEXT, key BLOB, line BLOB, mark BLOB,"
                " PRIMARY KEY (round, unit)) WITHOUT ROWID"
            )
            opened.executemany(
                "INSERT OR REPLACE INTO line (round, unit, key, line, mark) VALUES (?, ?, ?, ?, ?)",
                ((round_id, unit, key, line, _mark(unit, key, line)) for unit, key, line in lines),
            )
            opened.execute("COMMIT")
    except (driver.DatabaseError, OSError):
        drop(workspace)


def drop(workspace: Workspace) -> None:
    """Throw it away."""
    path = _path(workspace)
    for each in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)
