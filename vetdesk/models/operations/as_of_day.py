"""How the newest round stood at the end of a day: what had come in and counted then, verified and accepted by then.

The standards are those the round goes by now: what is asked is how the data stood, not which rule held.
"""

from __future__ import annotations

import datetime as dt

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.city_figures import sums_of
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.words import _
from vetdesk.models.reports.city_rollup import city_rollup
from vetdesk.models.reports.content import Document
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import exchange, figures, journal, register
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role


def board_of_day(workspace: Workspace, day: str) -> Board:
    """The board as of the end of a day (`YYYY-MM-DD`).

    Raises KnownError for what is no day or lies ahead, where there is no round, and in another role.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    if not is_day(day) or day > dt.datetime.now(dt.UTC).astimezone().date().isoformat():
        raise KnownError(
            _("“{day}”不是今天以前的日期，没有计算。请写成 2026-09-30 这样。").format(day=day[:20]), code="date"
        )
    found = desk(workspace)
    one = found.round.id
    former = register.known_fields(workspace, one)
    counted = _counted(workspace, one, day)
    decided = _decided(workspace, one, day)
    later = {
        stage: figures.read_all_by(workspace, one, stage=stage, day=day) for stage in (Stage.VERIFIED, Stage.ACCEPTED)
    }
    deadlines = register.deadline_finder(workspace, found.round)
    units = []
    for unit in _units(workspace, day):
        held = counted.get(unit.code)
        entries: dict[Stage, dict[str, Entry]] = {
            stage: carried(each.get(unit.code, {}), found.packs, former) for stage, each in later.items()
        }
        entries[Stage.DECLARED] = carried(declared(held), found.packs, former) if held else {}
        state = UnitState.OVERDUE if day > deadlines(unit) else UnitState.NOT_RECEIVED
        if held:
            state = decided.get(held.hash, UnitState.RECEIVED)
        units.append(UnitFigures(unit, state, held.seq if held else 0, entries))
    return judge_all(found.packs, units, identity=identity_facts, concerning=lambda unit: found.seen_by(unit).packs)


def rollup_of_day(workspace: Workspace, day: str) -> Document:
    """The roll-up of that day as a document."""
    board, found = board_of_day(workspace, day), desk(workspace)
    counted = _counted(workspace, found.round.id, day)
    former = register.known_fields(workspace, found.round.id)
    entries = {
        line.unit: carried(declared(counted[line.unit.code]), found.packs, former) if line.seq else {}
        for line in board.lines
    }
    made = city_rollup(board, found.round, sums_of(found, entries))
    return Document(made.title, (_("截至 {day}").format(day=day), *made.paragraphs), made.tables)


def _units(workspace: Workspace, day: str) -> list[UnitRecord]:
    """The schools that went on then: without those that came later by a merger or the like."""
    came = {
        code: each.day
        for each in register.lineages(workspace)
        if not each.undone
        for code in each.targets
        if code not in {one.code for one in each.before}
    }
    return [
        each
        for each in register.every_unit(workspace)
        if (not each.closed or each.closed > day)
        and came.get(each.code, "") <= day
        and desk(workspace).round.asks(each)
    ]


def _counted(workspace: Workspace, round_id: str, day: str) -> dict[str, Submission]:
    """The submission of each school that counted at the end of a day."""
    every = {each.hash: each for each in exchange.submissions(workspace, round_id)}
    sent: dict[str, list[Submission]] = {}
    for each in every.values():
        sent.setdefault(each.unit, []).append(each)
    replaced: dict[str, list[tuple[str, str, str]]] = {}
    for row in journal.of_action(workspace, "supersede"):
        if row["round"] == round_id:
            replaced.setdefault(str(row["unit"]), []).append(
                (str(row["at"])[:10], str(row["field"]).removeprefix("package."), str(row["new"]))
            )
    found: dict[str, Submission] = {}
    for unit, held in sent.items():
        acts = replaced.get(unit, [])
        first = acts[0][1] if acts else next((each.hash for each in held if each.current), "")
        counts = every.get(first)
        if counts is None or counts.received[:10] > day:
            continue
        for at, _old, new in acts:
            if at <= day and new in every:
                counts = every[new]
        found[unit] = counts
    return found


def _decided(workspace: Workspace, round_id: str, day: str) -> dict[str, UnitState]:
    """What had been decided on submissions by the end of a day, by their hash."""
    events = [
        (str(row["at"]), str(row["field"]).removeprefix("package."), state)
        for action, state in (("return", UnitState.RETURNED), ("accept_submission", UnitState.ACCEPTED))
        for row in journal.of_action(workspace, action)
        if row["round"] == round_id and str(row["at"])[:10] <= day
    ]
    return {hash_: state for _at, hash_, state in sorted(events)}
