"""The bureau's board from stored data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.operations.round_units import units_of_round
from vetdesk.models.operations.school_lines import SchoolLines
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.rollup.board import Board, UnitState
from vetdesk.models.store import exchange, inspection, register
from vetdesk.models.store.workspace import Workspace, wrong_role

_STEP = 100
"""After so many schools progress is told."""


def board(
    workspace: Workspace, *, of: Desk | None = None, today: dt.date | None = None, progress: Progress = silent
) -> Board:
    """Every school a round asked (the newest, else that of a desk) under its packs.

    A school that its deciding pack does not apply to is never late. Raises KnownError where there is no round or the
    workspace is not a bureau's; Cancelled from `progress`.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = of or desk(workspace)
    round_id = found.round.id
    held = {each.unit: each for each in exchange.heads(workspace, round_id) if each.current}
    inspected = {
        code for each in inspection.assignments(workspace, round_id) if each.state == "assigned" for code in each.units
    }
    rectifying = {each.unit for each in inspection.findings(workspace, round_id) if each.state != "closed"}
    day = (today or dt.datetime.now(dt.UTC).astimezone().date()).isoformat()
    deadlines = register.deadline_finder(workspace, found.round)
    known = SchoolLines(workspace, found)
    lines = []
    units = units_of_round(workspace, found.round)
    for at, unit in enumerate(units):
        if at % _STEP == 0:
            progress(at, len(units), unit.name)
        submission = held.get(unit.code)
        line = known.of(unit, submission.hash if submission else "")
        if submission is None:
            late = line.applies and day > deadlines(unit)
            state = UnitState.OVERDUE if late else UnitState.NOT_RECEIVED
        else:
            state = state_of(
                UnitState(submission.state), rectifying=unit.code in rectifying, inspected=unit.code in inspected
            )
        lines.append(replace(line, state=state, seq=submission.seq if submission else 0))
    known.keep()
    return Board(found.packs, tuple(lines), county=county_of(workspace))


def county_of(workspace: Workspace) -> str:
    """The county of a county's bureau; '' of a city's."""
    return "" if workspace.owner.endswith("00") else workspace.owner


def state_of(state: UnitState, *, rectifying: bool, inspected: bool) -> UnitState:
    """What is said of a school by the state of its submission, of its findings and of inspections."""
    if state is UnitState.RETURNED:
        return state
    if rectifying:
        return UnitState.RECTIFYING
    return UnitState.UNDER_INSPECTION if inspected else state
