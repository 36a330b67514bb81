"""Figures of a unit in a round: this year's and last year's, in their three stages; and explanations."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace

THIS, LAST = "this", "last"


def read(
    workspace: Workspace, round_id: str, unit: str, *, stage: Stage = Stage.DECLARED, year: str = THIS
) -> dict[str, Entry]:
    """The entries of a unit; a figure that is not there is not yet filled."""
    return {
        row["fact"]: Entry(State(row["state"]), row["text"], row["typed_unit"], row["reason"])
        for row in workspace.rows(
            "SELECT fact, state, text, typed_unit, reason FROM fact"
            " WHERE round = ? AND unit = ? AND stage = ? AND year = ?",
            (round_id, unit, stage.value, year),
        )
    }


def read_all(workspace: Workspace, round_id: str, *, stage: Stage, year: str = THIS) -> dict[str, dict[str, Entry]]:
    """The entries of every unit of a round, by unit."""
    found: dict[str, dict[str, Entry]] = {}
    for row in workspace.rows(
        "SELECT unit, fact, state, text, typed_unit, reason FROM fact WHERE round = ? AND stage = ? AND year = ?",
        (round_id, stage.value, year),
    ):
        found.setdefault(row["unit"], {})[row["fact"]] = Entry(
            State(row["state"]), row["text"], row["typed_unit"], row["reason"]
        )
    return found


def read_all_by(workspace: Workspace, round_id: str, *, stage: Stage, day: str) -> dict[str, dict[str, Entry]]:
    """This year's entries of every unit as they stood at the end of a day, from the journal."""
    found: dict[str, dict[str, Entry]] = {}
    begins = f"{stage.value}.{THIS}."
    for row in workspace.rows(
        "SELECT bytes FROM journal WHERE field >= ? AND field < ? AND at < ? ORDER BY seq",
        (begins, begins + "\uffff", f"{day}T99"),
    ):
        said = json.loads(row["bytes"])
        if said["round"] == round_id:
            found.setdefault(str(said["unit"]), {})[str(said["field"]).removeprefix(begins)] = from_plain(said["new"])
    return {unit: {name: each for name, each in entries.items() if each != UNFILLED} for unit, entries in found.items()}


def sources(
    workspace: Workspace, round_id: str, unit: str, *, year: str = THIS, stage: Stage = Stage.DECLARED
) -> dict[str, str]:
    """Where each figure came from (`file › sheet › cell`) where it was not typed; why an accepted one was corrected."""
    return {
        row["fact"]: row["source"]
        for row in workspace.rows(
            "SELECT fact, source FROM fact WHERE round = ? AND unit = ? AND stage = ? AND year = ? AND source != ''",
            (round_id, unit, stage.value, year),
        )
    }


def write(
    workspace: Workspace,
    round_id: str,
    unit: str,
    entries: Mapping[str, Entry],
    *,
    stage: Stage = Stage.DECLARED,
    year: str = THIS,
    sources: Mapping[str, str] | None = None,
    action: str = "edit",
    why: str = "",
    act: str | None = None,
) -> tuple[str, frozenset[str]]:
    """Store entries with their journal rows, in the caller's transaction; equal ones are left alone.

    Returns the act's id and the facts that changed.
    """
    before = read(workspace, round_id, unit, stage=stage, year=year)
    changed = {name: entry for name, entry in entries.items() if before.get(name, UNFILLED) != entry}
    if not changed:
        return act or "", frozenset()
    workspace.db.table("fact").upsert_all(
        [
            {
                "round": round_id, "unit": unit, "stage": stage.value, "year": year, "fact": name,
                "state": entry.state.value, "text": entry.text, "typed_unit": entry.unit,
                "reason": entry.reason, "source": (sources or {}).get(name, ""),
            }
            for name, entry in changed.items()
        ],
        pk=("round", "unit", "stage", "year", "fact"),
    )  # fmt: skip
    notes = [
        journal.Note(
            action=action,
            unit=unit,
            field=f"{stage.value}.{year}.{name}",
            old=plain(before.get(name, UNFILLED)),
            new=plain(entry),
            why=(sources or {}).get(name, why) or why,
            round=round_id,
        )
        for name, entry in changed.items()
    ]
    return journal.write(workspace, notes, act=act), frozenset(changed)


def plain(entry: Entry) -> list[str]:
    """An entry as the journal keeps it."""
    return [entry.state.value, entry.text, entry.unit, entry.reason]


def from_plain(values: list[str]) -> Entry:
    """An entry as the journal kept it."""
    return Entry(State(values[0]), values[1], values[2], values[3])


def explanations(workspace: Workspace, round_id: str, unit: str) -> dict[str, str]:
    """The school's explanations, by rule."""
    return {
        row["rule"]: row["text"]
        for row in workspace.rows("SELECT rule, text FROM explanation WHERE round = ? AND unit = ?", (round_id, unit))
    }


def explain(workspace: Workspace, round_id: str, unit: str, rule: str, text: str, *, act: str | None = None) -> None:
    """Store the explanation of a fired rule with its journal row, in the caller's transaction."""
    old = explanations(workspace, round_id, unit).get(rule, "")
    workspace.db.table("explanation").upsert(
        {"round": round_id, "unit": unit, "rule": rule, "text": text}, pk=("round", "unit", "rule")
    )
    journal.write(workspace, [journal.Note("explain", unit, f"rule.{rule}", old, text, round=round_id)], act=act)
