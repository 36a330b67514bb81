"""What was worked out from stored data and may be thrown away at any time, in a file of its own beside the database.

Nothing here is a source: a row counts only where its key says that it was made of exactly what is stored now, and where
its bytes are whole. A file that cannot be used is deleted and made again. It is in no backup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from vetdesk.models.store import driver
from vetdesk.models.store.workspace import Workspace

_FOLDER, _FILE = "derived", "board.sqlite"
_WHOLE = 16
_DAMAGED = (driver.DatabaseError, OSError, UnicodeDecodeError)
"""What reading a damaged file may end in: SQLite quotes its bytes in what it says."""


def _path(workspace: Workspace) -> Path:
    return workspace.folder / _FOLDER / _FILE


def _open(path: Path) -> driver.Connection:
    """A connection to the file; a new one gets pages that hold several rows, they are read all at once."""
    opened = driver.connect(path)
    for setting in ("PRAGMA page_size=16384", "PRAGMA synchronous=OFF"):  # it may be lost
        opened.execute(setting).fetchall()
    return opened


def _mark(unit: str, key: bytes, line: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join((unit.encode("utf-8"), key, line)), digest_size=_WHOLE).digest()


def read_lines(workspace: Workspace, round_id: str) -> dict[str, tuple[bytes, bytes]]:
    """`(key, line)` of every unit of a round whose bytes are whole; nothing where the file cannot be read."""
    path = _path(workspace)
    if not path.is_file():
        return {}
    try:
        with closing(_open(path)) as opened:
            rows = opened.execute("SELECT unit, key, line, mark FROM line WHERE round = ?", (round_id,)).fetchall()
            return {
                row["unit"]: (row["key"], row["line"])
                for row in rows
                if isinstance(row["key"], bytes)
                and isinstance(row["line"], bytes)
                and row["mark"] == _mark(row["unit"], row["key"], row["line"])
            }
    except (*_DAMAGED, TypeError, AttributeError):
        drop(workspace)
        return {}


def write_lines(workspace: Workspace, round_id: str, lines: Iterable[tuple[str, bytes, bytes]]) -> None:
    """Keep `(unit, key, line)` of a round in one transaction; a disk that refuses is no trouble, they are made again."""
    path = _path(workspace)
    try:
        path.parent.mkdir(exist_ok=True)
        with closing(_open(path)) as opened:
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
    except _DAMAGED:
        drop(workspace)


class LostError(Exception):
    """The file cannot be used; it was thrown away, what it held is made again."""


class SumsFile:
    """What schools add to the sums of a round, as rows (`rollup.packed_sums`), with a head that says what they rest on.

    Every method raises LostError for what is not of its kind.
    """

    def __init__(self, connection: driver.Connection) -> None:
        self._connection = connection

    def head(self, round_id: str) -> bytes:
        """The head of a round; empty where there is none."""
        row = self._connection.execute("SELECT head FROM sums_head WHERE round = ?", (round_id,)).fetchone()
        return _bytes(row["head"]) if row is not None else b""

    def rows(self, round_id: str, pack: str) -> list[bytes]:
        """The rows of the schools that a pack decides about."""
        asked = self._connection.cursor()
        asked.row_factory = None  # plain values, there may be thousands
        every = asked.execute("SELECT sums FROM sums WHERE round = ? AND pack = ?", (round_id, pack)).fetchall()
        found = [row[0] for row in every]
        if not {*map(type, found)} <= {bytes}:
            raise LostError
        return found

    def beside(self, round_id: str, pack: str) -> list[tuple[bytes, str]]:
        """`(row, what does not fit into it)` of the schools that have such."""
        found = self._connection.execute(
            "SELECT sums, beside FROM sums WHERE round = ? AND pack = ? AND beside <> ''", (round_id, pack)
        )
        return [(_bytes(row[0]), _text(row[1])) for row in found.fetchall()]

    def row(self, round_id: str, unit: str) -> tuple[str, bytes, str] | None:
        """`(pack, row, beside)` of a school."""
        row = self._connection.execute(
            "SELECT pack, sums, beside FROM sums WHERE round = ? AND unit = ?", (round_id, unit)
        ).fetchone()
        return (_text(row[0]), _bytes(row[1]), _text(row[2])) if row is not None else None

    def write(
        self,
        round_id: str,
        head: bytes,
        rows: Iterable[tuple[str, str, bytes, str]],
        *,
        gone: Iterable[str] = (),
        anew: bool = False,
    ) -> None:
        """Keep `(unit, pack, row, beside)` and the head in one transaction, without the schools `gone`, or without all others."""
        ask = self._connection.execute
        ask("BEGIN")
        if anew:
            ask("DELETE FROM sums WHERE round = ?", (round_id,))
        self._connection.executemany(
            "DELETE FROM sums WHERE round = ? AND unit = ?", ((round_id, unit) for unit in gone)
        )
        self._connection.executemany(
            "INSERT INTO sums (round, unit, pack, sums, beside) VALUES (?, ?, ?, ?, ?) ON CONFLICT (round, unit)"
            " DO UPDATE SET pack = excluded.pack, sums = excluded.sums, beside = excluded.beside",
            ((round_id, *each) for each in rows),
        )
        ask("INSERT OR REPLACE INTO sums_head (round, head) VALUES (?, ?)", (round_id, head))
        ask("COMMIT")


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise LostError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise LostError
    return value


@contextmanager
def sums_file(workspace: Workspace) -> Iterator[SumsFile]:
    """The file with its tables. Raises LostError where it cannot be used; it is thrown away then."""
    path = _path(workspace)
    try:
        path.parent.mkdir(exist_ok=True)
        with closing(_open(path)) as opened:
            opened.execute(
                "CREATE TABLE IF NOT EXISTS sums (round TEXT, unit TEXT, pack TEXT, sums BLOB, beside TEXT,"
                " PRIMARY KEY (round, unit))"
            )
            opened.execute("CREATE TABLE IF NOT EXISTS sums_head (round TEXT PRIMARY KEY, head BLOB)")
            yield SumsFile(opened)
    except (LostError, *_DAMAGED) as error:
        drop(workspace)
        raise LostError from error


def drop(workspace: Workspace) -> None:
    """Throw it away."""
    path = _path(workspace)
    for each in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)
