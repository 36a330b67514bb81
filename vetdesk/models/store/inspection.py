"""Assignments, inspectors' marks on figures, findings, and the bureau's comments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Assignment:
    """Schools given to one inspector; `token` comes back with the result and proves that it answers this."""

    id: str
    round: str
    inspector: str
    units: tuple[str, ...]
    token: str
    state: str
    package: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an inspector found for one figure: `agree`, `differ` (with the verified value) or `cannot_verify`."""

    assignment: str
    round: str
    unit: str
    fact: str
    mark: str
    text: str = ""
    typed_unit: str = ""
    method: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at a school. `state`: `not_started`, `in_progress`, `claimed_fixed`, `closed` (domain 8.3)."""

    id: str
    round: str
    unit: str
    indicator: str
    fact: str
    problem: str
    basis: str
    advice: str
    due: str
    state: str
    measure: str = ""
    origin: str = ""
    person: str = ""
    since: str = ""
    """The round in which it was found, where it went on in a later one."""


@dataclass(frozen=True, slots=True)
class Comment:
    """The bureau's remark on one returned figure."""

    round: str
    unit: str
    fact: str
    text: str
    due: str


@dataclass(frozen=True, slots=True)
class ExplanationReview:
    """What the bureau said to a school's explanation of a rule: `accepted` or `returned`, of the text `said`."""

    round: str
    unit: str
    rule: str
    state: str
    said: str
    note: str = ""
    due: str = ""


def _plain(row: Any) -> dict[str, Any]:
    return {name: "" if row[name] is None else row[name] for name in row.keys()}  # noqa: SIM118


def put_assignment(workspace: Workspace, each: Assignment) -> None:
    """Keep an assignment with its journal row, in the caller's transaction."""
    row = {**asdict(each), "units": json.dumps(each.units)}
    workspace.db.table("assignment").upsert(row, pk="id")
    journal.write(workspace, [journal.Note("assign", field=f"assignment.{each.id}", new=row, round=each.round)])


def assignments(workspace: Workspace, round_id: str = "") -> list[Assignment]:
    """All assignments (of a round)."""
    found = []
    for row in workspace.rows(
        "SELECT * FROM assignment WHERE (? = '' OR round = ?) ORDER BY rowid", (round_id, round_id)
    ):
        values = _plain(row)
        found.append(Assignment(**{**values, "units": tuple(json.loads(values["units"]))}))
    return found


def put_marks(workspace: Workspace, items: Iterable[Mark]) -> None:
    """Keep marks with their journal rows, in the caller's transaction; equal ones are left alone."""
    notes = []
    for each in items:
        old = next(iter(marks(workspace, each.round, unit=each.unit, fact=each.fact, by=each.assignment)), None)
        if old == each:
            continue
        workspace.db.table("mark").upsert(asdict(each), pk=("assignment", "unit", "fact"))
        notes.append(
            journal.Note(
                "mark", each.unit, f"mark.{each.fact}", asdict(old) if old else None, asdict(each),
                round=each.round,
            )
        )  # fmt: skip
    if notes:
        journal.write(workspace, notes)


def marks(workspace: Workspace, round_id: str, *, unit: str = "", fact: str = "", by: str = "") -> list[Mark]:
    """Marks of a round, of one unit, fact or assignment where asked."""
    return [
        Mark(**_plain(row))
        for row in workspace.rows(
            "SELECT * FROM mark WHERE round = ? AND (? = '' OR unit = ?) AND (? = '' OR fact = ?)"
            " AND (? = '' OR assignment = ?) ORDER BY rowid",
            (round_id, unit, unit, fact, fact, by, by),
        )
    ]


def put_finding(workspace: Workspace, each: Finding, *, act: str | None = None) -> None:
    """Keep a finding (new or changed) with its journal row, in the caller's transaction."""
    old = finding(workspace, each.id)
    if old == each:
        return
    if old is None:
        count = workspace.row("SELECT COALESCE(MAX(position), 0) AS n FROM finding")
        position = int(count["n"]) + 1 if count else 1
        workspace.db.table("finding").insert({**asdict(each), "position": position})
    else:
        workspace.db.table("finding").update(each.id, asdict(each))
    journal.write(
        workspace,
        [
            journal.Note(
                "finding", each.unit, f"finding.{each.id}", asdict(old) if old else None, asdict(each),
                round=each.round,
            )
        ],
        act=act,
    )  # fmt: skip


_FINDING = (
    "SELECT id, round, unit, indicator, fact, problem, basis, advice, due, state, measure, origin, person, since"
    " FROM finding"
)


def finding(workspace: Workspace, id_: str) -> Finding | None:
    """The finding of an id."""
    row = workspace.row(_FINDING + " WHERE id = ?", (id_,))
    return Finding(**_plain(row)) if row else None


def findings(workspace: Workspace, round_id: str, *, unit: str = "") -> list[Finding]:
    """Findings of a round (of a unit), those that went on in a later one too, the oldest first."""
    return [
        Finding(**_plain(row))
        for row in workspace.rows(
            _FINDING + " WHERE (round = ? OR since = ?) AND (? = '' OR unit = ?) ORDER BY position",
            (round_id, round_id, unit, unit),
        )
    ]


def open_findings(workspace: Workspace) -> list[Finding]:
    """Findings of any round that are not closed, the oldest first."""
    return [Finding(**_plain(row)) for row in workspace.rows(_FINDING + " WHERE state != 'closed' ORDER BY position")]


def set_comments(workspace: Workspace, round_id: str, unit: str, items: list[Comment]) -> None:
    """Replace the remarks on a unit's figures with journal rows, in the caller's transaction."""
    old = comments(workspace, round_id, unit)
    if old == items:
        return
    workspace.db.execute("DELETE FROM comment WHERE round = ? AND unit = ?", (round_id, unit))
    if items:
        workspace.db.table("comment").insert_all([asdict(each) for each in items])
    journal.write(
        workspace,
        [
            journal.Note(
                "comment", unit, "comment", [asdict(each) for each in old],
                [asdict(each) for each in items], round=round_id,
            )
        ],
    )  # fmt: skip


def comments(workspace: Workspace, round_id: str, unit: str) -> list[Comment]:
    """The remarks on a unit's figures."""
    return [
        Comment(**_plain(row))
        for row in workspace.rows(
            "SELECT round, unit, fact, text, due FROM comment WHERE round = ? AND unit = ? ORDER BY rowid",
            (round_id, unit),
        )
    ]


def put_explanation_reviews(workspace: Workspace, items: Iterable[ExplanationReview]) -> None:
    """Keep what was said to explanations with journal rows, in the caller's transaction; equal ones are left alone."""
    notes = []
    for each in items:
        old = explanation_reviews(workspace, each.round, each.unit).get(each.rule)
        if old == each:
            continue
        workspace.db.table("explanation_review").upsert(asdict(each), pk=("round", "unit", "rule"))
        notes.append(
            journal.Note(
                "explanation_review", each.unit, f"explanation.{each.rule}", asdict(old) if old else None, asdict(each),
                why=each.note, round=each.round,
            )
        )  # fmt: skip
    if notes:
        journal.write(workspace, notes)


def explanation_reviews(workspace: Workspace, round_id: str, unit: str) -> dict[str, ExplanationReview]:
    """What was said to the explanations of a school, by rule."""
    return {
        row["rule"]: ExplanationReview(**_plain(row))
        for row in workspace.rows(
            "SELECT round, unit, rule, state, said, note, due FROM explanation_review WHERE round = ? AND unit = ?",
            (round_id, unit),
        )
    }
