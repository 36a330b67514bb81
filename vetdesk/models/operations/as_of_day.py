"""How a round stood at the end of a day: what had come in and counted then, verified and accepted by then.

The standards are those the round goes by now: what is asked is how the data stood, not which rule held.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Any

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.city_figures import sums_of
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.operations.roll_up import county_of, state_of
from vetdesk.models.operations.round_units import units_of_round
from vetdesk.models.packs.compare import carried
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.words import _
from vetdesk.models.reports.city_rollup import city_rollup
from vetdesk.models.reports.content import Document
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState, classed
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import exchange, figures, journal, register
from vetdesk.models.store.exchange import KnownKey, Submission
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role


def board_of_day(workspace: Workspace, day: str, *, of: Desk | None = None) -> Board:
    """The board of the newest round (else that of a desk) as of the end of a day (`YYYY-MM-DD`).

    Raises KnownError for what is no day or lies ahead, where there is no round, and in another role.
    """
    return _then(workspace, of or desk(workspace), day)[0]


def rollup_of_day(workspace: Workspace, day: str, *, of: Desk | None = None, stage: Stage = Stage.DECLARED) -> Document:
    """The roll-up of that day as a document, by the figures of a stage. Raises like `board_of_day`."""
    found = of or desk(workspace)
    board, entries = _then(workspace, found, day)
    sums = sums_of(
        found,
        {
            unit: {**classed(found.seen_by(unit).packs, each[Stage.DECLARED]), **each[stage]}
            for unit, each in entries.items()
        },
    )
    made = city_rollup(board.by(stage), found.round, sums)
    return Document(made.title, (_("截至 {day}").format(day=day), *made.paragraphs), made.tables)


def _then(
    workspace: Workspace, found: Desk, day: str
) -> tuple[Board, dict[UnitRecord, Mapping[Stage, Mapping[str, Entry]]]]:
    """The board of a day, and the figures of each school by stage."""
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    if not is_day(day) or day > dt.datetime.now(dt.UTC).astimezone().date().isoformat():
        raise KnownError(
            _("“{day}”不是今天以前的日期，没有计算。请写成 2026-09-30 这样。").format(day=day[:20]), code="date"
        )
    one = found.round.id
    since = next((str(row["at"])[:10] for row in journal.of_action(workspace, "round") if row["round"] == one), "")
    if day < since:
        raise KnownError(
            _("{day} 还没有发布“{title}”（{since} 发布），没有计算。").format(
                day=day, title=found.round.title, since=since
            ),
            code="before_round",
        )
    former = register.known_fields(workspace, one)
    counted = _counted(workspace, one, day)
    states = _States(workspace, one, day)
    later = {
        stage: figures.read_all_by(workspace, one, stage=stage, day=day) for stage in (Stage.VERIFIED, Stage.ACCEPTED)
    }
    deadlines = register.deadline_finder(workspace, found.round)
    units = []
    known: dict[UnitRecord, Mapping[Stage, Mapping[str, Entry]]] = {}
    for unit in _units(workspace, found, day):
        held = counted.get(unit.code)
        entries: dict[Stage, Mapping[str, Entry]] = {
            stage: carried(each.get(unit.code, {}), found.packs, former) for stage, each in later.items()
        }
        entries[Stage.DECLARED] = carried(declared(held), found.packs, former) if held else {}
        state = UnitState.OVERDUE if day > deadlines(unit) else UnitState.NOT_RECEIVED
        if held:
            state = states.of(held)
        units.append(UnitFigures(unit, state, held.seq if held else 0, entries))
        known[unit] = entries
    made = judge_all(found.packs, units, identity=identity_facts, concerning=lambda unit: found.seen_by(unit).packs)
    lines = tuple(
        replace(each, state=UnitState.NOT_RECEIVED)
        if each.state is UnitState.OVERDUE and not each.applies
        else each
        for each in made.lines
    )  # fmt: skip
    return Board(made.packs, lines, county=county_of(workspace)), known


def _units(workspace: Workspace, found: Desk, day: str) -> list[UnitRecord]:
    """The schools that went on then, as the register had them: changes of schools since are taken back, and those that were
    not in the register yet are left out."""
    if found.round.id != register.newest_round(workspace):
        return units_of_round(workspace, found.round)
    units = {each.code: each for each in register.every_unit(workspace)}
    came: dict[str, str] = {}
    for row in journal.of_action(workspace, "register"):
        if row["old"] is None:
            came.setdefault(str(row["unit"]), str(row["at"])[:10])
    acts = [act for act in register.lineages(workspace) if not act.undone]  # the newest first
    for act in acts:
        if act.day <= day:
            continue
        for code in set(act.targets) - {one.code for one in act.before}:
            units.pop(code, None)
        for one in act.before:
            if one.code in units:  # what was corrected in the register since holds for then too
                here = units[one.code]
                units[one.code] = replace(here, name=one.name, district=one.district, closed=one.closed)
    made = {
        code: act.day for act in acts for code in act.targets
    }  # a change counts from its day, whenever it was noted
    return [
        each
        for code, each in units.items()
        if not each.closed and min(came.get(code, ""), made.get(code, "9")) <= day and found.round.asks(each)
    ]


def _counted(workspace: Workspace, round_id: str, day: str) -> dict[str, Submission]:
    """The submission of each school that counted at the end of a day.

    One that replaced another at once counts from the day it was received, also where an officer said another day; one
    that waited counts from when it was chosen.
    """
    every = {each.hash: each for each in exchange.submissions(workspace, round_id)}
    if day >= dt.datetime.now(dt.UTC).astimezone().date().isoformat():
        return {each.unit: each for each in every.values() if each.current}
    taken: dict[str, int] = {}
    for row in journal.of_action(workspace, "receive"):
        if row["round"] == round_id:
            hash_ = str(row["field"]).removeprefix("package.")
            taken[hash_] = max(taken.get(hash_, 0), int(row["seq"]))
    sent: dict[str, list[Submission]] = {}
    for each in every.values():
        sent.setdefault(each.unit, []).append(each)
    undone: dict[str, int] = {}
    for row in journal.of_action(workspace, "undo_receive"):
        undone[str(row["field"]).removeprefix("package.")] = int(row["seq"])
    replaced: dict[str, list[tuple[str, str, str]]] = {}
    for row in journal.of_action(workspace, "supersede"):
        new, old = str(row["new"]), str(row["field"]).removeprefix("package.")
        taken_back = int(row["seq"]) < max(undone.get(new, 0), undone.get(old, 0))
        if row["round"] == round_id and new in every and not taken_back:
            at_once = int(row["seq"]) < taken.get(new, 0)
            since = every[new].received[:10] if at_once else str(row["at"])[:10]
            replaced.setdefault(str(row["unit"]), []).append((since, old, new))
    found: dict[str, Submission] = {}
    for unit, held in sent.items():
        acts = replaced.get(unit, [])
        first = acts[0][1] if acts else next((each.hash for each in held if each.current), "")
        counts = every.get(first)
        if counts is not None and counts.received[:10] > day:
            counts = None
        for since, _old, new in acts:
            if since <= day:
                counts = every[new]
        if counts is not None:
            found[unit] = counts
    return found


_NEVER = "9999-12-31"


class _States:
    """What had been decided on submissions by the end of a day, whose identity was compared, who was inspected then."""

    def __init__(self, workspace: Workspace, round_id: str, day: str) -> None:
        def until(action: str) -> Iterator[Mapping[str, Any]]:
            rows = journal.of_action(workspace, action)
            return (row for row in rows if row["round"] == round_id and str(row["at"])[:10] <= day)

        events = [
            (int(row["seq"]), str(row["field"]).removeprefix("package."), state)
            for action, state in (("return", UnitState.RETURNED), ("accept_submission", UnitState.ACCEPTED))
            for row in until(action)
        ]
        self._decided = {hash_: state for _seq, hash_, state in sorted(events, key=itemgetter(0))}
        tasks = {str(row["field"]): row["new"] for row in until("assign")}
        self._inspected = {
            code for each in tasks.values() if each["state"] == "assigned" for code in json.loads(each["units"])
        }
        rows = [row for row in journal.of_action(workspace, "finding") if str(row["at"])[:10] <= day]
        own = {str(row["field"]) for row in rows if row["round"] == round_id}  # those that went on in a later round too
        found = {str(row["field"]): row["new"] for row in rows if str(row["field"]) in own}
        self._rectifying = {each["unit"] for each in found.values() if each["state"] != "closed"}
        self._confirmed = {
            each.fingerprint for each in exchange.keys_of(workspace, "school") if self._known(workspace, each) <= day
        }

    @staticmethod
    def _known(workspace: Workspace, each: KnownKey) -> str:
        """The day from which a computer was known: its digits were compared, it was the bureau's own, or it was vouched
        for when it came; far ahead for none of these. A key that is withdrawn later was known all the same."""
        acts = journal.of_field(workspace, each.owner, f"key.{each.fingerprint}", limit=100)
        days = [str(row["at"])[:10] for row in acts if row["action"] in ("confirm_identity", "proxy")]
        if days:
            return min(days)
        was = next((row["old"] for row in reversed(acts) if row["action"] == "withdraw_key"), each.state)
        if was != "confirmed":
            return _NEVER
        return each.confirmed_at[:10] if each.state == "confirmed" else ""

    def of(self, held: Submission) -> UnitState:
        """Where a school stood whose submission counted."""
        plain = UnitState.RECEIVED if held.key in self._confirmed else UnitState.UNCONFIRMED
        return state_of(
            self._decided.get(held.hash, plain),
            rectifying=held.unit in self._rectifying,
            inspected=held.unit in self._inspected,
        )
