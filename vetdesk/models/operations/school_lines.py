"""The judgements of every school of a round, worked out once and kept while all they rest on is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vetdesk.models.operations import kept_lines
from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.rollup.board import Blank, Line, Said, UnitFigures, UnitState, nothing_known
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import derived, exchange, figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Found:
    """All that the judgements of a school rest on."""

    standards: str
    unit: UnitRecord
    submission: str
    verified: Mapping[str, Entry]
    accepted: Mapping[str, Entry]


class SchoolLines:
    """The judgements of schools, worked out again only where something they rest on changed: the rest of a city stays.

    They stay in the open workspace, and between two openings in a file that may be lost (`kept_lines`).
    """

    def __init__(self, workspace: Workspace, found: Desk) -> None:
        self._workspace = workspace
        self._found = found
        round_id = found.round.id
        self._former = register.known_fields(workspace, round_id)
        self._verified = figures.read_all(workspace, round_id, stage=Stage.VERIFIED)
        self._accepted = figures.read_all(workspace, round_id, stage=Stage.ACCEPTED)
        self._standards = " ".join((found.round.reference_date, *found.round.packs))
        self._stored: dict[str, tuple[bytes, bytes]] | None = None
        self._fresh: list[tuple[str, bytes, bytes]] = []
        self._blank: Blank = {}

    def of(self, unit: UnitRecord, submission: str) -> Line:
        """The line of a school by the submission of this hash ('' for none); its state and number are not set."""
        verified, accepted = (each.get(unit.code, {}) for each in (self._verified, self._accepted))
        standards = f"{self._standards} {self._found.decider(unit).id}"
        there = _Found(standards, unit, submission, verified, accepted)
        name = f"line {self._found.round.id} {unit.code}"
        known = self._workspace.built.get(name)
        if isinstance(known, _Kept) and known.there == there:
            return known.line
        line = self._read(there)
        self._workspace.built[name] = _Kept(there, line)
        return line

    def _read(self, there: _Found) -> Line:
        key = kept_lines.key_of(there.standards, there.unit, there.submission, there.verified, there.accepted)
        if self._stored is None:
            self._stored = derived.read_lines(self._workspace, self._found.round.id)
        stored = self._stored.get(there.unit.code)
        if stored is not None and stored[0] == key:
            line = kept_lines.from_bytes(
                stored[1],
                there.unit,
                self._found.seen_by(there.unit).packs,
                lambda own: self._nothing(there.unit, own),
            )
            if line is not None:
                return line
        line = self._judged(there)
        self._fresh.append((there.unit.code, key, kept_lines.to_bytes(line)))
        return line

    def _nothing(self, unit: UnitRecord, own: Mapping[str, Entry]) -> Said:
        """What a school gives of which nothing is known but of which kind it is."""
        return nothing_known(self._found.seen_by(unit).packs, {**own, **identity_facts(unit)}, self._blank)

    def _judged(self, there: _Found) -> Line:
        found = self._found
        submission = exchange.submission(self._workspace, there.submission) if there.submission else None
        entries = {
            Stage.DECLARED: carried(declared(submission), found.packs, self._former) if submission else {},
            Stage.VERIFIED: carried(there.verified, found.packs, self._former),
            Stage.ACCEPTED: carried(there.accepted, found.packs, self._former),
        }
        each = UnitFigures(there.unit, UnitState.NOT_RECEIVED, 0, entries)
        packs = found.seen_by(there.unit).packs
        [line] = judge_all(packs, [each], identity=identity_facts, blank=self._blank).lines
        return line

    def keep(self) -> None:
        """Keep what was worked out for the next opening."""
        if self._fresh:
            derived.write_lines(self._workspace, self._found.round.id, self._fresh)
            self._fresh = []


@dataclass(frozen=True, slots=True)
class _Kept:
    there: _Found
    line: Line
