"""The bureau's board from stored data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.rollup.board import Board, Line, UnitFigures, UnitState
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import exchange, figures, inspection, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role


def board(workspace: Workspace, *, today: dt.date | None = None) -> Board:
    """Every school of the register under the packs of the newest round.

    Raises KnownError where there is no round or the workspace is not a bureau's.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = desk(workspace)
    round_id = found.round.id
    former = register.known_fields(workspace, round_id)
    held = {each.unit: each for each in exchange.heads(workspace, round_id) if each.current}
    verified = figures.read_all(workspace, round_id, stage=Stage.VERIFIED)
    accepted = figures.read_all(workspace, round_id, stage=Stage.ACCEPTED)
    inspected = {
        code for each in inspection.assignments(workspace, round_id) if each.state == "assigned" for code in each.units
    }
    rectifying = {each.unit for each in inspection.findings(workspace, round_id) if each.state != "closed"}
    day = (today or dt.datetime.now(dt.UTC).astimezone().date()).isoformat()
    deadlines = register.deadline_finder(workspace, found.round)
    standards = " ".join((found.round.reference_date, *found.round.packs))
    lines = []
    for unit in register.units(workspace):
        submission = held.get(unit.code)
        if submission is None:
            state = UnitState.OVERDUE if day > deadlines(unit) else UnitState.NOT_RECEIVED
        elif submission.state == "returned":
            state = UnitState.RETURNED
        elif unit.code in rectifying:
            state = UnitState.RECTIFYING
        elif unit.code in inspected:
            state = UnitState.UNDER_INSPECTION
        else:
            state = UnitState(submission.state)
        found_there = _Found(
            standards,
            unit,
            submission.hash if submission else "",
            verified.get(unit.code, {}),
            accepted.get(unit.code, {}),
        )
        line = _judged(workspace, found, former, found_there)
        lines.append(replace(line, state=state, seq=submission.seq if submission else 0))
    return Board(found.packs, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Found:
    """All that the judgements of a school rest on."""

    standards: str
    unit: UnitRecord
    submission: str
    verified: Mapping[str, Entry]
    accepted: Mapping[str, Entry]


def _judged(workspace: Workspace, found: Desk, former: Mapping[str, Field], there: _Found) -> Line:
    """The judgements of a school, worked out again only where something they rest on changed: the rest of a city stays."""
    key = f"line {there.unit.code}"
    known = workspace.built.get(key)
    if isinstance(known, _Kept) and known.there == there:
        return known.line
    submission = exchange.submission(workspace, there.submission) if there.submission else None
    entries = {
        Stage.DECLARED: carried(declared(submission), found.packs, former) if submission else {},
        Stage.VERIFIED: carried(there.verified, found.packs, former),
        Stage.ACCEPTED: carried(there.accepted, found.packs, former),
    }
    each = UnitFigures(there.unit, UnitState.NOT_RECEIVED, 0, entries)
    [line] = judge_all(found.packs, [each], identity=identity_facts).lines
    workspace.built[key] = _Kept(there, line)
    return line


@dataclass(frozen=True, slots=True)
class _Kept:
    there: _Found
    line: Line
