"""Packages sent and received, submissions, and the keys known of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """A package that was sent (`out`) or taken (`in`); `hash` is that of its manifest, `path` its archived file."""

    hash: str
    kind: str
    direction: str
    issuer_role: str
    issuer_id: str
    key: str
    cycle: str
    seq: int
    prev: str
    unit: str
    at: str
    path: str
    state: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A school's submission as the bureau (or an inspector) holds it; `body` is its data as received."""

    hash: str
    round: str
    unit: str
    seq: int
    key: str
    state: str
    body: str
    received: str
    current: bool
    note: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key of someone else. `state`: `unconfirmed`, `confirmed` or `revoked`.

    Of a revoked key, packages up to the number `revoked_after` still count ('' for none).
    """

    fingerprint: str
    role: str
    owner: str
    public: str
    age: str
    state: str
    confirmed_by: str = ""
    confirmed_at: str = ""
    revoked_after: str = ""
    reason: str = ""


def _columns(each: PackageRecord | Submission | KnownKey) -> dict[str, Any]:
    """The fields of a record by name."""
    return {name: getattr(each, name) for name in each.__dataclass_fields__}


def _package(row: Any) -> PackageRecord:
    return PackageRecord(
        row["hash"], row["kind"], row["direction"], row["issuer_role"], row["issuer_id"], row["key"],
        row["cycle"], row["seq"], row["prev"], row["unit"], row["at"], row["path"], row["state"], row["answers"],
    )  # fmt: skip


def put_package(workspace: Workspace, each: PackageRecord) -> None:
    """Note a package, in the caller's transaction."""
    count = workspace.row("SELECT COALESCE(MAX(position), 0) AS n FROM package")
    position = int(count["n"]) + 1 if count else 1
    workspace.db.execute("DELETE FROM package WHERE hash = ? AND state = 'undone'", (each.hash,))  # taken once more
    workspace.db.execute(
        "INSERT INTO package (hash, kind, direction, issuer_role, issuer_id, key, cycle, seq, prev, unit, at, path, state,"
        " answers, position) VALUES (:hash, :kind, :direction, :issuer_role, :issuer_id, :key, :cycle, :seq, :prev, :unit,"
        " :at, :path, :state, :answers, :position)",
        {**_columns(each), "position": position},
    )


def set_package_state(workspace: Workspace, hash_: str, state: str) -> None:
    """Change what is known about a sent package, in the caller's transaction."""
    workspace.db.table("package").update(hash_, {"state": state})


def package(workspace: Workspace, hash_: str, *, direction: str = "") -> PackageRecord | None:
    """The package of a manifest hash (sent or taken, where asked)."""
    row = workspace.row(
        "SELECT * FROM package WHERE hash = ? AND (? = '' OR direction = ?)", (hash_, direction, direction)
    )
    return _package(row) if row else None


def packages(workspace: Workspace, *, kind: str = "", direction: str = "") -> list[PackageRecord]:
    """Packages, the newest first, of a kind and direction where asked."""
    return [
        _package(row)
        for row in workspace.rows(
            "SELECT * FROM package WHERE (? = '' OR kind = ?) AND (? = '' OR direction = ?) ORDER BY position DESC",
            (kind, kind, direction, direction),
        )
    ]


def last_of(workspace: Workspace, key: str, kind: str, cycle: str) -> PackageRecord | None:
    """The package with the highest number of one key, kind and round."""
    row = workspace.row(
        "SELECT * FROM package WHERE key = ? AND kind = ? AND cycle = ? AND state != 'undone'"
        " ORDER BY seq DESC LIMIT 1",
        (key, kind, cycle),
    )
    return _package(row) if row else None


def siblings(workspace: Workspace, key: str, kind: str, cycle: str) -> list[PackageRecord]:
    """Every package of one key, kind and round whose taking was not taken back, by number."""
    return [
        _package(row)
        for row in workspace.rows(
            "SELECT * FROM package WHERE key = ? AND kind = ? AND cycle = ? AND state != 'undone' ORDER BY seq",
            (key, kind, cycle),
        )
    ]


def last_number(workspace: Workspace, key: str, cycle: str) -> int:
    """The highest number of the submissions or results of a key in a round; 0 for none."""
    row = workspace.row(
        "SELECT COALESCE(MAX(seq), 0) AS n FROM package"
        " WHERE key = ? AND cycle = ? AND kind IN ('submission', 'review') AND state != 'undone'",
        (key, cycle),
    )
    return int(row["n"]) if row else 0


def note_arrival(workspace: Workspace, hash_: str, unit: str) -> None:
    """Note that a unit says it has a package that was sent from here, in the caller's transaction."""
    workspace.db.execute("INSERT OR IGNORE INTO arrival (hash, unit, at) VALUES (?, ?, ?)", (hash_, unit, now()))


def arrivals(workspace: Workspace, hash_: str) -> list[str]:
    """The units that said they have a package that was sent from here."""
    return [
        str(row["unit"]) for row in workspace.rows("SELECT unit FROM arrival WHERE hash = ? ORDER BY unit", (hash_,))
    ]


def remark_of(workspace: Workspace, hash_: str) -> str:
    """What was odd about a submission when it was taken; '' for nothing."""
    row = workspace.row("SELECT note FROM submission WHERE hash = ?", (hash_,))
    return str(row["note"] or "") if row else ""


def _submission(row: Any) -> Submission:
    return Submission(
        row["hash"], row["round"], row["unit"], row["seq"], row["key"], row["state"], row["body"],
        row["received"], bool(row["current"]), row["note"] or "", row["head"] or "",
    )  # fmt: skip


WAITING = ("fork", "waiting", "unconfirmed")
"""States of submissions that are kept beside the one that counts, for the officer to choose."""


def put_submission(workspace: Workspace, each: Submission) -> None:
    """Keep a submission, in the caller's transaction; a current one replaces the current one before."""
    if each.current:
        _supersede(workspace, each.round, each.unit)
    count = workspace.row("SELECT COALESCE(MAX(position), 0) AS n FROM submission")
    position = int(count["n"]) + 1 if count else 1
    workspace.db.execute(
        "INSERT INTO submission (hash, round, unit, seq, key, state, body, received, current, note, head, position)"
        " VALUES (:hash, :round, :unit, :seq, :key, :state, :body, :received, :current, :note, :head, :position)",
        {**_columns(each), "current": int(each.current), "position": position},
    )


def set_submission_state(workspace: Workspace, hash_: str, state: str) -> None:
    """Change the state of a submission, in the caller's transaction."""
    workspace.db.table("submission").update(hash_, {"state": state})


def set_received(workspace: Workspace, each: Submission, day: str, *, why: str) -> None:
    """Let a submission count as received on another day, with its journal row, in the caller's transaction."""
    workspace.db.table("submission").update(each.hash, {"received": day})
    note = journal.Note("received", each.unit, f"package.{each.hash}", each.received, day, why, each.round)
    journal.write(workspace, [note])


def make_current(workspace: Workspace, each: Submission, state: str) -> None:
    """Let a waiting submission take the place of the current one, in the caller's transaction."""
    _supersede(workspace, each.round, each.unit)
    workspace.db.table("submission").update(each.hash, {"current": 1, "state": state, "note": ""})


def _supersede(workspace: Workspace, round_id: str, unit: str) -> None:
    workspace.db.execute(
        "UPDATE submission SET current = 0, state = 'superseded' WHERE round = ? AND unit = ? AND current = 1",
        (round_id, unit),
    )


def drop_submission(workspace: Workspace, hash_: str) -> None:
    """Forget a submission whose taking is taken back, in the caller's transaction; its file stays archived."""
    workspace.db.table("submission").delete(hash_)
    workspace.db.table("package").update(hash_, {"state": "undone"})


def set_current(workspace: Workspace, hash_: str, state: str) -> None:
    """Let a submission count again as it did, in the caller's transaction."""
    workspace.db.table("submission").update(hash_, {"current": 1, "state": state})


def submissions(workspace: Workspace, round_id: str, *, unit: str = "") -> list[Submission]:
    """All submissions of a round (of one unit), the newest first."""
    if unit:
        rows = workspace.rows(
            "SELECT * FROM submission WHERE round = ? AND unit = ? ORDER BY position DESC", (round_id, unit)
        )
    else:
        rows = workspace.rows("SELECT * FROM submission WHERE round = ? ORDER BY position DESC", (round_id,))
    return [_submission(row) for row in rows]


def sent_anything(workspace: Workspace, unit: str) -> bool:
    """Whether a school ever sent a submission, in any round."""
    return workspace.row("SELECT 1 FROM submission WHERE unit = ? LIMIT 1", (unit,)) is not None


def current_submissions(workspace: Workspace, round_id: str) -> dict[str, Submission]:
    """The submission that counts for each unit."""
    return {
        row["unit"]: _submission(row)
        for row in workspace.rows("SELECT * FROM submission WHERE round = ? AND current = 1", (round_id,))
    }


def current_submission(workspace: Workspace, round_id: str, unit: str) -> Submission | None:
    """The submission that counts for one unit."""
    row = workspace.row("SELECT * FROM submission WHERE round = ? AND unit = ? AND current = 1", (round_id, unit))
    return _submission(row) if row else None


def heads(workspace: Workspace, round_id: str) -> list[Submission]:
    """All submissions of a round without their bodies (there may be thousands), the newest first."""
    return [
        _submission(row)
        for row in workspace.rows(
            "SELECT hash, round, unit, seq, key, state, '' AS body, received, current, note, head FROM submission"
            " WHERE round = ? ORDER BY position DESC",
            (round_id,),
        )
    ]


def submission(workspace: Workspace, hash_: str) -> Submission | None:
    """The submission of a hash."""
    row = workspace.row("SELECT * FROM submission WHERE hash = ?", (hash_,))
    return _submission(row) if row else None


def put_key(workspace: Workspace, each: KnownKey) -> None:
    """Remember a key of someone else, in the caller's transaction; a known one is left as it is."""
    workspace.db.execute(
        "INSERT OR IGNORE INTO known_key (fingerprint, role, owner, public, age, state, confirmed_by, confirmed_at,"
        " revoked_after, reason) VALUES (:fingerprint, :role, :owner, :public, :age, :state, :confirmed_by,"
        " :confirmed_at, :revoked_after, :reason)",
        _columns(each),
    )


def confirm_key(workspace: Workspace, fingerprint: str, *, who: str) -> None:
    """Note that two people compared the digits of a key, in the caller's transaction."""
    workspace.db.table("known_key").update(
        fingerprint, {"state": "confirmed", "confirmed_by": who, "confirmed_at": now()}
    )


def revoke_key(workspace: Workspace, fingerprint: str, *, after: int, reason: str, who: str) -> None:
    """Withdraw a key, in the caller's transaction; packages up to the number `after` still count."""
    workspace.db.table("known_key").update(
        fingerprint,
        {
            "state": "revoked", "revoked_after": str(after), "reason": reason, "confirmed_by": who,
            "confirmed_at": now(),
        },
    )  # fmt: skip


def key(workspace: Workspace, fingerprint: str) -> KnownKey | None:
    """The known key of a fingerprint."""
    row = workspace.row("SELECT * FROM known_key WHERE fingerprint = ?", (fingerprint,))
    return KnownKey(**{name: row[name] or "" for name in row.keys()}) if row else None  # noqa: SIM118


_PROXIES = "proxy_keys"


def is_proxy(workspace: Workspace, fingerprint: str) -> bool:
    """Whether a key is one by which this bureau enters figures for a school."""
    return bool(fingerprint) and fingerprint in proxies(workspace)


def proxies(workspace: Workspace) -> frozenset[str]:
    """The keys by which this bureau enters figures for schools."""
    return frozenset(workspace.meta(_PROXIES).split())


def note_proxy(workspace: Workspace, each: KnownKey) -> None:
    """Keep a key as one of the bureau's own for a school, with its journal row, in the caller's transaction."""
    put_key(workspace, each)
    workspace.set_meta({_PROXIES: f"{workspace.meta(_PROXIES)} {each.fingerprint}".strip()})
    journal.write(workspace, [journal.Note("proxy", each.owner, f"key.{each.fingerprint}", new=each.confirmed_by)])


def keys_of(workspace: Workspace, role: str, owner: str = "") -> list[KnownKey]:
    """The keys known of a role (of one owner), in the order they came."""
    return [
        KnownKey(**{name: row[name] or "" for name in row.keys()})  # noqa: SIM118
        for row in workspace.rows(
            "SELECT * FROM known_key WHERE role = ? AND (? = '' OR owner = ?) ORDER BY rowid", (role, owner, owner)
        )
    ]
