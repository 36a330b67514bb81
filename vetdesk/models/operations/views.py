"""Immutable snapshots of a workspace: all that a role's pages draw from, read in one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetdesk.models.operations.assess import Assessment, Standing, standing
from vetdesk.models.operations.desk import Desk, desk, desk_of_round
from vetdesk.models.operations.official import Correction, acknowledged, corrections
from vetdesk.models.operations.undo import History, history
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.store import evidence, exchange, figures, inspection, register
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.exchange import PackageRecord, Submission
from vetdesk.models.store.inspection import Assignment, Comment, Finding, Mark
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace

if TYPE_CHECKING:
    from vetdesk.models.operations.conflict_cards import Card
    from vetdesk.models.rollup.board import Board
    from vetdesk.models.rollup.peers import Peers


@dataclass(frozen=True, slots=True)
class SchoolView:
    """Everything a school's pages show."""

    folder: str
    person: str
    standing: Standing
    evidence: tuple[Evidence, ...]
    sent: tuple[PackageRecord, ...]
    findings: tuple[Finding, ...]
    comments: tuple[Comment, ...]
    history: History
    conflicts: tuple[Card, ...] = ()
    peers: Mapping[str, Peers] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    acknowledged: bool = True

    @property
    def assessment(self) -> Assessment:
        """The school's assessment."""
        return self.standing.assessment

    @property
    def open_findings(self) -> list[Finding]:
        """Findings that are not closed."""
        return [each for each in self.findings if each.state != "closed"]

    @property
    def role(self) -> str:
        """Whose snapshot this is."""
        return "school"


def school_view(workspace: Workspace) -> SchoolView:
    """The snapshot of a school's workspace."""
    from vetdesk.models.operations import peer_groups
    from vetdesk.models.operations.conflict_cards import cards

    found, official = standing(workspace), corrections(workspace)
    round_id, unit = found.desk.round.id, found.unit.code
    return SchoolView(
        folder=str(workspace.folder),
        person=workspace.meta("person"),
        standing=found,
        evidence=tuple(evidence.used(workspace, round_id, unit)),
        sent=tuple(exchange.packages(workspace, kind="submission", direction="out")),
        findings=tuple(inspection.findings(workspace, round_id, unit=unit)),
        comments=tuple(inspection.comments(workspace, round_id, unit)),
        history=history(workspace),
        conflicts=cards(workspace),
        peers=peer_groups.beside(workspace, round_id, found.unit.run_type),
        corrections=official,
        acknowledged=not official or acknowledged(workspace, official),
    )


@dataclass(frozen=True, slots=True)
class BureauView:
    """Everything a bureau's pages show. `board` and `desk` are None until a round is published.

    `submissions` come without their bodies: a page reads the one it shows.
    """

    folder: str
    name: str
    person: str
    units: tuple[UnitRecord, ...]
    names: Mapping[str, str]
    rounds: tuple[Round, ...]
    desk: Desk | None
    board: Board | None
    submissions: tuple[Submission, ...]
    received: tuple[PackageRecord, ...]
    assignments: tuple[Assignment, ...]
    findings: tuple[Finding, ...]
    deadlines: Mapping[str, str] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()

    @property
    def role(self) -> str:
        """Whose snapshot this is."""
        return "bureau"

    @property
    def earlier(self) -> bool:
        """Whether it shows a round before the newest, which can only be looked at."""
        return self.desk is not None and self.desk.round.id != self.rounds[0].id


def bureau_view(workspace: Workspace, *, of: str = "", progress: Progress = silent) -> BureauView:
    """The snapshot of a bureau's workspace, with its newest round or that of an id.

    `deadlines` are those of schools that have another than the round's, `entered` the schools whose figures were entered here.
    """
    from vetdesk.models.operations.roll_up import board

    rounds = tuple(register.rounds(workspace))
    found = desk_of_round(workspace, of) if rounds else None
    round_id = found.round.id if found else ""
    seen, deadlines = None, dict[str, str]()
    if found:
        seen, until = board(workspace, of=found, progress=progress), register.deadline_finder(workspace, found.round)
        every = {line.unit.code: until(line.unit) for line in seen.lines}
        deadlines = {code: day for code, day in every.items() if day != found.round.deadline}
    heads = tuple(exchange.heads(workspace, round_id)) if found else ()
    ours = exchange.proxies(workspace)
    return BureauView(
        folder=str(workspace.folder),
        name=workspace.meta("name"),
        person=workspace.meta("person"),
        units=tuple(register.units(workspace)),
        names={each.code: each.name for each in register.every_unit(workspace)},
        rounds=rounds,
        desk=found,
        board=seen,
        submissions=heads,
        entered=frozenset(each.unit for each in heads if each.current and each.key in ours),
        received=tuple(exchange.packages(workspace, direction="in")),
        assignments=tuple(inspection.assignments(workspace, round_id)) if found else (),
        findings=tuple(inspection.findings(workspace, round_id)) if found else (),
        deadlines=deadlines,
    )


@dataclass(frozen=True, slots=True)
class InspectedView:
    """One school of an inspector: declared figures, marks so far, evidence, findings."""

    unit: UnitRecord
    declared: Mapping[str, Entry]
    verified: Mapping[str, Entry]
    marks: Mapping[str, Mark]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class InspectorView:
    """Everything an inspector's pages show."""

    folder: str
    person: str
    desk: Desk
    assignment: Assignment
    schools: tuple[InspectedView, ...]
    sent: tuple[PackageRecord, ...]

    @property
    def role(self) -> str:
        """Whose snapshot this is."""
        return "inspector"


def inspector_view(workspace: Workspace) -> InspectorView:
    """The snapshot of an inspector's workspace."""
    from vetdesk.models.operations.inspect import assignment

    own = assignment(workspace)
    found = desk(workspace)
    schools = []
    for unit in register.units(workspace):
        marks = inspection.marks(workspace, own.round, unit=unit.code, by=own.id)
        schools.append(
            InspectedView(
                unit=unit,
                declared=figures.read(workspace, own.round, unit.code),
                verified=figures.read(workspace, own.round, unit.code, stage=Stage.VERIFIED),
                marks={each.fact: each for each in marks},
                evidence=tuple(evidence.used(workspace, own.round, unit.code)),
                findings=tuple(inspection.findings(workspace, own.round, unit=unit.code)),
            )
        )
    return InspectorView(
        folder=str(workspace.folder),
        person=workspace.meta("person"),
        desk=found,
        assignment=own,
        schools=tuple(schools),
        sent=tuple(exchange.packages(workspace, kind="review", direction="out")),
    )


View = SchoolView | BureauView | InspectorView


def view(workspace: Workspace, *, progress: Progress = silent) -> View:
    """The snapshot of a workspace, by its role.

    Raises KnownError for a role this version does not know.
    """
    match workspace.role:
        case "school":
            return school_view(workspace)
        case "bureau":
            return bureau_view(workspace, progress=progress)
        case "inspector":
            return inspector_view(workspace)
    raise KnownError(workspace.role, code="role")
