"""The SQLite driver and the connection settings that make a saved edit survive a power cut (reliability section 4)."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        sqlite3 = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        sqlite3 = importlib.import_module("sqlite3")

Connection = sqlite3.Connection
Row = sqlite3.Row
DatabaseError = sqlite3.Error

APPLICATION_ID = 0x56445357  # "VDSW"

_SETTINGS = (
    "PRAGMA busy_timeout=2000",
    "PRAGMA locking_mode=EXCLUSIVE",
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
)


def connect(path: Path) -> Connection:
    """A connection with the write discipline of the product; used by one thread only."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        for setting in _SETTINGS:
            connection.execute(setting).fetchall()
    except DatabaseError:
        connection.close()
        raise
    return connection


def header_numbers(path: Path) -> tuple[int, int] | None:
    """`(application_id, user_version)` read from the file's first bytes, nothing opened or written.

    None for a file that is no SQLite database (an empty one included).
    """
    with path.open("rb") as stream:
        head = stream.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        return None
    return int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")


def plain_copy(connection: Connection, target: Path) -> None:
    """A consistent copy of the open database, made by SQLite's own backup and checked.

    Raises DatabaseError where it cannot be made or is damaged.
    """
    copy: Any = sqlite3.connect(str(target))
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
        if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the copy is damaged")
    finally:
        copy.close()
