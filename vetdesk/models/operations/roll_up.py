"""The bureau's board from stored data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.school_lines import SchoolLines
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.rollup.board import Board, UnitState
from vetdesk.models.store import exchange, inspection, register
from vetdesk.models.store.workspace import Workspace, wrong_role

_STEP = 100
"""After so many schools progress is told."""


def board(workspace: Workspace, *, today: dt.date | None = None, progress: Progress = silent) -> Board:
    """Every school of the register under the packs of the newest round.

    Raises KnownError where there is no round or the workspace is not a bureau's; Cancelled from `progress`.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = desk(workspace)
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
    units = register.asked(workspace, found.round)
    for at, unit in enumerate(units):
        if at % _STEP == 0:
            progress(at, len(units), unit.name)
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
        line = known.of(unit, submission.hash if submission else "")
        lines.append(replace(line, state=state, seq=submission.seq if submission else 0))
    known.keep()
    return Board(found.packs, tuple(lines))
