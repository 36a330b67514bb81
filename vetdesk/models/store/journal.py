"""The journal: every act, hash-chained from its first row (reliability 3.7). Source of undo, history and audit.

`hash = SHA-256(previous hash ‖ length of bytes, 8 bytes big-endian ‖ bytes)`, where `bytes` is the exact JSON text
of the row; the first row's previous hash is 32 zero bytes.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vetdesk.models.store.workspace import Workspace, now

_START = bytes(32)


@dataclass(frozen=True, slots=True)
class Note:
    """One row to write: what was done to which field. `old` and `new` are plain JSON values."""

    action: str
    unit: str = ""
    field: str = ""
    old: Any = None
    new: Any = None
    why: str = ""
    round: str = ""


def new_act() -> str:
    """An id for one user action; its rows are undone together."""
    return uuid.uuid4().hex


def write(workspace: Workspace, notes: list[Note], *, act: str | None = None) -> str:
    """Append rows for one act, inside the caller's transaction. Returns the act's id."""
    act = act or new_act()
    last = workspace.row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    seq, previous = (int(last["seq"]), bytes.fromhex(last["hash"])) if last else (0, _START)
    rows = []
    at = now()
    for note in notes:
        seq += 1
        text = json.dumps(
            {
                "seq": seq, "act": act, "at": at, "who": workspace.actor.name,
                "session": workspace.actor.session, "action": note.action, "round": note.round,
                "unit": note.unit, "field": note.field, "old": note.old, "new": note.new, "why": note.why,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )  # fmt: skip
        previous = link(previous, text)
        rows.append(
            {
                "seq": seq, "act": act, "action": note.action, "unit": note.unit, "field": note.field,
                "at": at, "who": workspace.actor.name, "bytes": text, "hash": previous.hex(),
            }
        )  # fmt: skip
    workspace.connection.executemany(
        "INSERT INTO journal (seq, act, action, unit, field, at, who, bytes, hash)"
        " VALUES (:seq, :act, :action, :unit, :field, :at, :who, :bytes, :hash)",
        rows,
    )
    return act


def link(previous: bytes, text: str) -> bytes:
    """The hash of a row after `previous`."""
    data = text.encode("utf-8")
    return hashlib.sha256(previous + len(data).to_bytes(8, "big") + data).digest()


def texts(workspace: Workspace) -> list[str]:
    """Every row as it was hashed, the oldest first."""
    return [str(row["bytes"]) for row in workspace.rows("SELECT bytes FROM journal ORDER BY seq")]


def hashes(rows: Iterable[bytes]) -> list[str]:
    """The chain hash after each of these rows (UTF-8), which start a journal."""
    previous, found, digest = _START, [], hashlib.sha256
    for each in rows:  # `link`, spelled out: a batch holds a hundred thousand rows
        previous = digest(previous + len(each).to_bytes(8, "big") + each).digest()
        found.append(previous)
    return [each.hex() for each in found]


def head(workspace: Workspace) -> str:
    """Hash of the last row; 64 zeros for an empty journal."""
    last = workspace.row("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
    return str(last["hash"]) if last else _START.hex()


def broken_at(workspace: Workspace) -> int | None:
    """The number of the first row that does not follow from the one before; None where the chain is whole."""
    previous = _START
    expected = 1
    for row in workspace.rows("SELECT seq, act, action, unit, field, at, who, bytes, hash FROM journal ORDER BY seq"):
        if row["seq"] != expected or not _says(row):
            return int(row["seq"])
        previous = link(previous, row["bytes"])
        if previous.hex() != row["hash"]:
            return int(row["seq"])
        expected += 1
    return None


def _says(row: Any) -> bool:
    """Whether the columns of a row are those of its hashed text."""
    try:
        content = json.loads(row["bytes"])
    except (ValueError, RecursionError):
        return False
    columns = ("seq", "act", "action", "unit", "field", "at", "who")
    return isinstance(content, dict) and all(content.get(name) == row[name] for name in columns)


def of_field(workspace: Workspace, unit: str, field: str, *, limit: int = 20) -> list[Mapping[str, Any]]:
    """The rows that touched one field, newest first."""
    return [
        json.loads(row["bytes"])
        for row in workspace.rows(
            "SELECT bytes FROM journal WHERE unit = ? AND field = ? ORDER BY seq DESC LIMIT ?",
            (unit, field, limit),
        )
    ]


def of_unit(workspace: Workspace, unit: str, *, limit: int = 200) -> list[Mapping[str, Any]]:
    """The rows about one unit, newest first."""
    return [
        json.loads(row["bytes"])
        for row in workspace.rows("SELECT bytes FROM journal WHERE unit = ? ORDER BY seq DESC LIMIT ?", (unit, limit))
    ]


def of_act(workspace: Workspace, act: str) -> list[Mapping[str, Any]]:
    """The rows of one act, in order."""
    return [
        json.loads(row["bytes"])
        for row in workspace.rows("SELECT bytes FROM journal WHERE act = ? ORDER BY seq", (act,))
    ]


def acts(workspace: Workspace, actions: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """`(act, action, why)` of the acts with one of six actions at most, oldest first, each act once."""
    padded = (*actions, *(("",) * (6 - len(actions))))
    return [
        (row["act"], row["action"], json.loads(row["bytes"])["why"])
        for row in workspace.rows(
            "SELECT act, action, bytes, MIN(seq) AS first FROM journal WHERE action IN (?, ?, ?, ?, ?, ?)"
            " GROUP BY act ORDER BY first",
            padded,
        )
    ]


def acts_because(workspace: Workspace, action: str, why: str) -> list[str]:
    """The acts with an action that were done for one reason, oldest first."""
    found: dict[str, None] = {}
    for row in workspace.rows("SELECT act, bytes FROM journal WHERE action = ? ORDER BY seq", (action,)):
        if json.loads(row["bytes"])["why"] == why:
            found[row["act"]] = None
    return list(found)


def with_new(workspace: Workspace, action: str, new: str) -> list[tuple[str, str]]:
    """`(field, old)` of the rows with an action that led to `new`, the newest first."""
    rows = workspace.rows("SELECT bytes FROM journal WHERE action = ? ORDER BY seq DESC", (action,))
    found = [json.loads(row["bytes"]) for row in rows]
    return [(str(each["field"]), str(each["old"])) for each in found if each["new"] == new]


def writers(workspace: Workspace) -> list[str]:
    """Everyone who wrote, who wrote last first."""
    return [
        str(row["who"])
        for row in workspace.rows("SELECT who, MAX(seq) AS last FROM journal GROUP BY who ORDER BY last DESC")
    ]


def of_action(workspace: Workspace, action: str) -> list[Mapping[str, Any]]:
    """The rows with an action, the oldest first."""
    return [
        json.loads(row["bytes"])
        for row in workspace.rows("SELECT bytes FROM journal WHERE action = ? ORDER BY seq", (action,))
    ]
