"""An inspector's result at the bureau: only for schools of the assignment it answers."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import is_stored_form
from vetdesk.models.records.answers import ANSWERS
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, figures, inspection, register
from vetdesk.models.store.exchange import KnownKey
from vetdesk.models.store.inspection import Assignment, Finding, Mark
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a result answers one of our assignments and stays inside it.

    Raises RefusedError otherwise.
    """
    head = verified.manifest
    body = bodies.decode(verified.data(), bodies.Review, file=file)
    found = desk(workspace)
    if head.audience.role != "bureau" or head.audience.id != workspace.owner:
        raise RefusedError(Refusal.NOT_FOR_US, file)
    if head.cycle != found.round.id or body.round != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    assignment = next((each for each in inspection.assignments(workspace) if each.id == body.assignment), None)
    if (
        assignment is None
        or (head.issuer.role, head.issuer.id) != ("inspector", assignment.inspector)
        or head.answers != assignment.package
        or body.inspector != assignment.inspector
        or not hmac.compare_digest(body.token, assignment.token)
    ):
        raise RefusedError(Refusal.NO_ASSIGNMENT, file)
    if assignment.key and assignment.key != verified.fingerprint:
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    key = exchange.key(workspace, verified.fingerprint)
    if key is not None and key.state == "revoked" and head.seq > int(key.revoked_after or 0):
        raise RefusedError(Refusal.LATE_KEY, file, last=key.revoked_after or "0")
    scope = set(assignment.units)
    if not {each.unit for each in body.marks} | {each.unit for each in body.findings} <= scope:
        raise RefusedError(Refusal.OUTSIDE_SCOPE, file)
    fields = register.known_fields(workspace, found.round.id)
    if not all(_fits(each, fields.get(each.fact)) for each in body.marks):
        raise RefusedError(Refusal.MALFORMED, file)
    schools = len({each.unit for each in body.marks})
    return Arrival(
        unit="",
        who=_("核查专家 {number}").format(number=body.inspector),
        sentence=_("核查专家 {number}：{schools} 所学校，核实 {marks} 项，问题 {findings} 个").format(
            number=body.inspector, schools=schools, marks=len(body.marks), findings=len(body.findings)
        ),
        apply=_Apply(verified, body, assignment, _inspected(workspace, assignment)),
    )


def _fits(mark: bodies.MarkEntry, field: Field | None) -> bool:
    """Whether a mark is about a figure that is typed, with a value of its kind."""
    if field is None or field.derived:
        return False
    if not mark.text:
        return True
    return mark.text not in ANSWERS if field.number else is_stored_form(field, mark.text)


def _inspected(workspace: Workspace, assignment: Assignment) -> dict[str, dict[str, Entry]]:
    """The figures by unit that the inspector was given, from the archived inspection package.

    Raises KnownError where the archive is damaged.
    """
    sent = exchange.package(workspace, assignment.package)
    path = workspace.folder / (sent.path if sent else "outbox")
    try:
        body = bodies.decode(verify(path).data(), bodies.Inspection, file=path.name)
    except RefusedError as error:
        raise KnownError(
            _("这份结果依据的核查任务包“{file}”在存档里找不到或已损坏，没有接收。请先从备份恢复。").format(
                file=path.name
            ),
            code="archive_damaged",
        ) from error
    return {school.unit.code: bodies.entries(school.facts, school.words) for school in body.schools}


class _Apply:
    """Stores a considered result, inside the caller's transaction."""

    def __init__(
        self,
        verified: Verified,
        body: bodies.Review,
        assignment: Assignment,
        inspected: Mapping[str, Mapping[str, Entry]],
    ) -> None:
        self._verified = verified
        self._body = body
        self._assignment = assignment
        self._inspected = inspected

    def __call__(self, workspace: Workspace) -> Changes:
        from dataclasses import replace

        body, assignment = self._body, self._assignment
        exchange.put_key(
            workspace,
            KnownKey(
                fingerprint=self._verified.fingerprint, role="inspector", owner=body.inspector,
                public=self._verified.public.hex(), age=body.age, state="confirmed",
                confirmed_by="assignment",
            ),
        )  # fmt: skip
        inspection.put_marks(
            workspace,
            [
                Mark(
                    assignment.id, body.round, each.unit, each.fact, each.mark, each.text, each.typed_unit,
                    each.method, each.note,
                )
                for each in body.marks
            ],
        )  # fmt: skip
        for unit, entries in self._verified_entries().items():
            figures.write(workspace, body.round, unit, entries, stage=Stage.VERIFIED, action="verify")
        for item in body.findings:
            old = inspection.finding(workspace, item.id)
            own = f"inspector {body.inspector}"
            if old and (old.unit != item.unit or old.state != "not_started" or old.origin != own):
                continue
            inspection.put_finding(
                workspace,
                Finding(
                    id=item.id, round=body.round, unit=item.unit, indicator=item.indicator, fact=item.fact,
                    problem=item.problem, basis=item.basis, advice=item.advice, due=item.due,
                    state="not_started", origin=f"inspector {body.inspector}",
                ),
            )  # fmt: skip
        inspection.put_assignment(workspace, replace(assignment, state="returned", key=self._verified.fingerprint))
        return Changes(units=frozenset(assignment.units), findings=bool(body.findings))

    def _verified_entries(self) -> dict[str, dict[str, Entry]]:
        """Verified values by unit: agreed ones take the declared figure that was inspected."""
        found: dict[str, dict[str, Entry]] = {}
        for each in self._body.marks:
            entry = Entry()
            if each.mark == "differ" and each.text:
                entry = Entry(State.GIVEN, each.text, each.typed_unit)
            elif each.mark == "agree":
                entry = self._inspected.get(each.unit, {}).get(each.fact, Entry())
            found.setdefault(each.unit, {})[each.fact] = entry
        return found
