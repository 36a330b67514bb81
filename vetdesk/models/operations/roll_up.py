"""The bureau's board from stored data."""

from __future__ import annotations

import datetime as dt

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.records.facts import Stage
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import exchange, figures, inspection, register
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
    held = exchange.current_submissions(workspace, round_id)
    verified = figures.read_all(workspace, round_id, stage=Stage.VERIFIED)
    accepted = figures.read_all(workspace, round_id, stage=Stage.ACCEPTED)
    inspected = {
        code for each in inspection.assignments(workspace, round_id) if each.state == "assigned" for code in each.units
    }
    rectifying = {each.unit for each in inspection.findings(workspace, round_id) if each.state != "closed"}
    day = (today or dt.datetime.now(dt.UTC).astimezone().date()).isoformat()
    deadlines = register.deadline_finder(workspace, found.round)
    lines = []
    for unit in register.units(workspace):
        submission = held.get(unit.code)
        if submission is None:
            late = day > deadlines(unit)
            state = UnitState.OVERDUE if late else UnitState.NOT_RECEIVED
        elif submission.state == "returned":
            state = UnitState.RETURNED
        elif unit.code in rectifying:
            state = UnitState.RECTIFYING
        elif unit.code in inspected:
            state = UnitState.UNDER_INSPECTION
        else:
            state = UnitState(submission.state)
        lines.append(
            UnitFigures(
                unit=unit,
                state=state,
                seq=submission.seq if submission else 0,
                entries={
                    Stage.DECLARED: carried(declared(submission), found.packs, former) if submission else {},
                    Stage.VERIFIED: carried(verified.get(unit.code, {}), found.packs, former),
                    Stage.ACCEPTED: carried(accepted.get(unit.code, {}), found.packs, former),
                },
            )
        )
    return judge_all(found.packs, lines, identity=identity_facts)
