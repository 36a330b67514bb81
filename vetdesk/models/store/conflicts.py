"""Places where two copies of a school's work differ: kept until a person decides, and after."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from vetdesk.models.store.workspace import Workspace, now


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the texts a place was changed to ('' where it was taken away), by whom and when."""

    text: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """A conflict: its place, what it was, the texts, and (once `state` is `decided`) what counts and why."""

    id: str
    round: str
    unit: str
    place: tuple[str, ...]
    base: str
    variants: tuple[Variant, ...]
    state: str
    chosen: str
    reason: str
    who: str
    at: str


def _stored(row: Any) -> StoredConflict:
    return StoredConflict(
        row["id"], row["round"], row["unit"], tuple(json.loads(row["place"])), row["base"] or "",
        tuple(Variant(*each) for each in json.loads(row["variants"])), row["state"], row["chosen"] or "",
        row["reason"] or "", row["who"] or "", row["at"] or "",
    )  # fmt: skip


def conflicts(workspace: Workspace, round_id: str, unit: str, *, state: str = "") -> list[StoredConflict]:
    """The conflicts of a unit (in one state), in the order they came up."""
    return [
        _stored(row)
        for row in workspace.rows(
            "SELECT * FROM conflict WHERE round = ? AND unit = ? AND (? = '' OR state = ?) ORDER BY position",
            (round_id, unit, state, state),
        )
    ]


def conflict(workspace: Workspace, id_: str) -> StoredConflict | None:
    """The conflict of an id."""
    row = workspace.row("SELECT * FROM conflict WHERE id = ?", (id_,))
    return _stored(row) if row else None


def put_conflict(
    workspace: Workspace, round_id: str, unit: str, place: tuple[str, ...], base: str, variants: tuple[Variant, ...]
) -> str:
    """Keep a conflict, in the caller's transaction; an open one of the same place takes the new texts in."""
    text = json.dumps(place, ensure_ascii=False)
    row = workspace.row(
        "SELECT * FROM conflict WHERE round = ? AND unit = ? AND place = ? AND state = 'open'", (round_id, unit, text)
    )
    if row is not None:
        there = _stored(row)
        known = {each.text for each in there.variants}
        every = (*there.variants, *(each for each in variants if each.text not in known))
        workspace.db.table("conflict").update(there.id, {"variants": _plain(every)})
        return there.id
    count = workspace.row("SELECT COALESCE(MAX(position), 0) AS n FROM conflict")
    id_ = uuid.uuid4().hex
    workspace.db.table("conflict").insert(
        {
            "id": id_, "round": round_id, "unit": unit, "place": text, "base": base, "variants": _plain(variants),
            "state": "open", "chosen": "", "reason": "", "who": "", "at": "",
            "position": int(count["n"]) + 1 if count else 1,
        }
    )  # fmt: skip
    return id_


def settle(workspace: Workspace, id_: str, *, chosen: str, reason: str, who: str, at: str = "") -> None:
    """Note what counts, in the caller's transaction; a conflict that is gone stays gone."""
    if conflict(workspace, id_) is None:
        return
    workspace.db.table("conflict").update(
        id_, {"state": "decided", "chosen": chosen, "reason": reason, "who": who, "at": at or now()}
    )


def reopen(workspace: Workspace, id_: str) -> None:
    """Let a decided conflict wait for a decision again, in the caller's transaction; one that is gone stays gone."""
    if conflict(workspace, id_) is None:
        return
    workspace.db.table("conflict").update(id_, {"state": "open", "chosen": "", "reason": "", "who": "", "at": ""})


def drop(workspace: Workspace, id_: str) -> None:
    """Forget a conflict whose import was taken back, in the caller's transaction."""
    workspace.db.table("conflict").delete(id_)


def _plain(variants: tuple[Variant, ...]) -> str:
    return json.dumps([[each.text, each.who, each.at] for each in variants], ensure_ascii=False)
