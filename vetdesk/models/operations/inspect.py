"""The inspection: the bureau assigns schools, the inspector opens, marks, notes findings and hands back."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vetdesk.models.operations.attach import use_sent
from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.decide import body_of, check_due
from vetdesk.models.operations.desk import desk, issued_here, unit_of
from vetdesk.models.operations.missing import missing_in
from vetdesk.models.operations.open_campaign import file_in, note_issuer, read_packs, take_round
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.operations.publish_round import round_body, unit_body, unit_record
from vetdesk.models.operations.reply import finding_entry
from vetdesk.models.operations.seal_for import seal_posted, unsealed
from vetdesk.models.packs.byte_form import encode
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.typed import how_to_fill, typed_entry
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import evidence, exchange, figures, inspection, journal, register
from vetdesk.models.store.inspection import Assignment, Finding, Mark
from vetdesk.models.store.workspace import Workspace, create, wrong_role
from vetdesk.models.sync import bodies, trust
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError, wrong_kind

MARKS = ("agree", "differ", "cannot_verify")
METHODS = ("count", "measure", "register_check", "interview")


def assign(
    workspace: Workspace, target: Path, *, inspector: str, units: list[str], encrypt: bool = True
) -> tuple[Posted, Changes]:
    """Write the inspection package of one inspector: figures and evidence of the schools named.

    It is encrypted to the bureau itself (so that it can always be opened again) and to the one-time password in the
    result, unless told otherwise. Raises KnownError for a school that is unknown, has not submitted, or is listed
    twice, and where evidence is gone or altered.
    """
    found = issued_here(workspace)
    if not units or len(set(units)) != len(units) or not inspector.strip():
        raise KnownError(_("请给出核查专家编号，以及至少一所、不重复的学校，没有派出。"), code="no_units")
    held = exchange.current_submissions(workspace, found.round.id)
    former, fields = register.known_fields(workspace, found.round.id), found.fields
    schools, blobs = [], []
    for code in units:
        record = unit_of(workspace, code)
        if code not in held:
            raise KnownError(
                _("{school} 还没有上报，没有派出。请先接收它的上报包。").format(school=record.name),
                code="not_received",
            )
        lacking = missing_in(workspace, held[code])
        if lacking:
            raise KnownError(
                _("{school} 还缺 {count} 个佐证材料文件（{first}…），没有派出。请先收齐。").format(
                    school=record.name, count=len(lacking), first=lacking[0][1]
                ),
                code="missing_evidence",
            )
        body = body_of(held[code])
        entries = carried(bodies.entries(body.facts, body.words), found.packs, former)
        schools.append(
            bodies.InspectedSchool(
                unit=unit_body(record), submission=held[code].hash, seq=held[code].seq,
                facts=bodies.figures(entries, fields), words=bodies.words(entries, fields), evidence=body.evidence,
                findings=[finding_entry(each) for each in inspection.findings(workspace, found.round.id, unit=code)],
            )
        )  # fmt: skip
        blobs += blobs_of(workspace, [(each.sha256, each.label) for each in body.evidence])
    assignment_id = str(uuid.uuid4())
    token = secrets.token_hex(32)
    package = bodies.Inspection(
        round=round_body(found.round), bureau_name=found.round.bureau_name,
        bureau_district=found.round.bureau_district, trust=trust_now(workspace),
        packs=[encode(pack.plain).decode("utf-8") for pack in found.packs],
        assignment=assignment_id, inspector=inspector.strip(), token=token, schools=schools,
    )  # fmt: skip
    posted = post(
        workspace, target, "inspection", package,
        audience=Party("inspector", inspector.strip()), cycle=found.round.id, standard=found.round.packs,
        blobs=blobs,
    )  # fmt: skip
    if encrypt:
        posted = seal_posted(
            workspace, posted, "inspection", [_("核查专家 {number}").format(number=inspector.strip()),
                                              found.round.bureau_name],
        )  # fmt: skip
    with workspace.atomic():
        inspection.put_assignment(
            workspace,
            Assignment(assignment_id, found.round.id, inspector.strip(), tuple(units), token, "assigned", posted.hash),
        )
    return posted, Changes(units=frozenset(units), packages=True)


@dataclass(frozen=True, slots=True)
class Task:
    """An inspection package that was verified and read."""

    verified: Verified
    body: bodies.Inspection
    trust: bodies.TrustList


@contextmanager
def opened_task(path: Path, *, password: str = "") -> Iterator[Task]:
    """An inspection package, decrypted into a private place that is gone afterwards.

    Raises RefusedError; for an encrypted one also without the right password.
    """
    with unsealed(path, password=password) as plain:
        yield read_task(plain)


def read_task(path: Path) -> Task:
    """Verify and read an inspection package that is not encrypted; nothing is stored.

    Raises RefusedError.
    """
    verified = verify(path)
    if verified.manifest.kind != "inspection":
        raise wrong_kind(verified.manifest.kind, path.name)
    body = bodies.decode(verified.data(), bodies.Inspection, file=path.name)
    if verified.manifest.cycle != body.round.id or verified.manifest.issuer.id != body.bureau_district:
        raise RefusedError(Refusal.MALFORMED, path.name)
    for school in body.schools:
        for each in school.evidence:
            if f"blobs/{each.sha256}" not in verified.places:
                raise RefusedError(Refusal.MISSING_EVIDENCE, path.name, count=1)
    return Task(verified, body, trust.checked(body.trust, signer=verified.public, file=path.name))


def open_task(folder: Path, task: Task, *, name: str = "") -> Workspace:
    """Make the inspector's workspace from a package and return it open.

    Raises KnownError for a folder in use.
    """
    body = task.body
    packs = read_packs(body.packs, task.verified.path.name, deciding=body.round.deciding.values())
    fields = {name: field for pack in packs for name, field in pack.fields.items()}
    if not all(bodies.fits(each.facts, each.words, fields) for each in body.schools):
        raise RefusedError(Refusal.MALFORMED, task.verified.path.name)
    workspace = create(folder, role="inspector", owner=body.inspector, name=name or body.inspector)
    try:
        keys_of(workspace.id)
        workspace.actor.name = name
        for sha256 in {each.sha256 for school in body.schools for each in school.evidence}:
            evidence.store_blocks(workspace, task.verified.blocks(f"blobs/{sha256}"), expected=sha256)
        file_in(workspace, task.verified)
        with workspace.atomic():
            workspace.set_meta({"person": name})
            register.put_units(workspace, [unit_record(each.unit) for each in body.schools])
            note_issuer(workspace, task.verified, body, task.trust)
            take_round(workspace, body, packs)
            for school in body.schools:
                _take_school(workspace, body.round.id, school)
            inspection.put_assignment(
                workspace,
                Assignment(
                    body.assignment, body.round.id, body.inspector,
                    tuple(each.unit.code for each in body.schools), body.token, "open", task.verified.hash,
                ),
            )  # fmt: skip
    except BaseException:
        workspace.close()
        raise
    return workspace


def _take_school(workspace: Workspace, round_id: str, school: bodies.InspectedSchool) -> None:
    unit = school.unit.code
    figures.write(workspace, round_id, unit, bodies.entries(school.facts, school.words), action="inspection")
    use_sent(workspace, round_id, unit, school.evidence)
    for item in school.findings:
        inspection.put_finding(
            workspace,
            Finding(
                item.id, round_id, item.unit, item.indicator, item.fact, item.problem, item.basis,
                item.advice, item.due, item.state, item.measure, item.origin,
            ),
        )  # fmt: skip


def assignment(workspace: Workspace) -> Assignment:
    """The inspector's own assignment.

    Raises KnownError in a workspace of another role.
    """
    if workspace.role != "inspector":
        raise wrong_role(workspace.role, "inspector")
    return inspection.assignments(workspace)[-1]


def mark(
    workspace: Workspace,
    unit: str,
    fact: str,
    *,
    found: str,
    value: str = "",
    method: str = "",
    note: str = "",
) -> Changes:
    """Record what was found for one figure: `agree`, `differ` (then `value` is the verified one), `cannot_verify`.

    Raises KnownError for a school outside the assignment, an unknown figure, or no plain number.
    """
    own = assignment(workspace)
    if unit not in own.units:
        raise KnownError(_("学校“{unit}”不在本次核查任务内，没有记录。").format(unit=unit), code="outside_scope")
    fields = {name: field for pack in desk(workspace).packs for name, field in pack.fields.items()}
    field = fields.get(fact)
    if field is None or field.derived:
        raise KnownError(_("没有可核实的数据项“{fact}”，没有记录。").format(fact=fact), code="unknown_fact")
    if found not in MARKS or (method and method not in METHODS):
        raise KnownError(_("核查结果只能是 agree、differ、cannot_verify，没有记录。"), code="bad_mark")
    text = typed_unit = ""
    if found == "differ":
        if field.kind in ("text", "table"):
            raise KnownError(
                _("{name}不能在核查时改写，没有记录。请记为无法核实并写明情况。").format(name=pick(field.text)),
                code="bad_number",
            )
        try:
            entry = typed_entry(field, value)
            if entry.state is not State.GIVEN:
                raise ValueError(_("没有填"))
        except ValueError as error:
            raise KnownError(
                _("{name}的核实值“{value}”{why}，没有记录。{remedy}").format(
                    name=pick(field.text), value=value[:40], why=error, remedy=how_to_fill(field)
                ),
                code="bad_number",
            ) from error
        text, typed_unit = entry.text, entry.unit
    with workspace.atomic():
        inspection.put_marks(
            workspace,
            [Mark(own.id, own.round, unit, fact, found, text, typed_unit, method, note.strip()[:5000])],
        )
        declared = figures.read(workspace, own.round, unit).get(fact)
        verified = {"differ": None, "agree": declared}.get(found)
        entry = Entry(State.GIVEN, text, typed_unit) if found == "differ" else verified or Entry()
        figures.write(workspace, own.round, unit, {fact: entry}, stage=Stage.VERIFIED, action="verify")
    return Changes(units=frozenset({unit}), facts=frozenset({fact}))


def note_finding(
    workspace: Workspace,
    unit: str,
    *,
    problem: str,
    indicator: str = "",
    fact: str = "",
    advice: str = "",
    due: str = "",
) -> tuple[Finding, Changes]:
    """Record a problem at a school; the basis is the indicator's clause.

    Raises KnownError for no text, an unknown indicator, or a school outside the assignment.
    """
    own = assignment(workspace)
    if unit not in own.units:
        raise KnownError(_("学校“{unit}”不在本次核查任务内，没有记录。").format(unit=unit), code="outside_scope")
    if not problem.strip():
        raise KnownError(_("请写明问题，没有记录。"), code="no_text")
    check_due(due)
    basis = ""
    if indicator:
        pack = next((each for each in desk(workspace).packs if indicator in each.indicators), None)
        if pack is None:
            raise KnownError(_("没有指标“{id}”，没有记录。").format(id=indicator), code="unknown_indicator")
        threshold = pack.indicators[indicator].threshold
        basis = f"{threshold.document} {threshold.article}".strip()
    made = Finding(
        str(uuid.uuid4()), own.round, unit, indicator, fact, problem.strip()[:5000], basis,
        advice.strip()[:5000], due, "not_started", origin=f"inspector {own.inspector}",
    )  # fmt: skip
    with workspace.atomic():
        inspection.put_finding(workspace, made)
    return made, Changes(findings=True, units=frozenset({unit}))


def hand_back(workspace: Workspace, target: Path) -> tuple[Posted, Changes]:
    """Write the inspector's result.

    Raises KnownError where nothing was marked yet.
    """
    own = assignment(workspace)
    found = desk(workspace)
    marks = inspection.marks(workspace, own.round, by=own.id)
    if not marks:
        raise KnownError(_("还没有核实任何数据，没有生成。请先在“现场核查”里记录结果。"), code="nothing_marked")
    body = bodies.Review(
        round=own.round,
        assignment=own.id,
        inspector=own.inspector,
        token=own.token,
        age=keys_of(workspace.id).recipient,
        marks=[bodies.MarkEntry(m.unit, m.fact, m.mark, m.text, m.typed_unit, m.method, m.note) for m in marks],
        findings=[
            finding_entry(each)
            for each in inspection.findings(workspace, own.round)
            if each.origin == f"inspector {own.inspector}"
        ],
    )
    posted = post(
        workspace, target, "review", body,
        audience=Party("bureau", found.round.bureau_district), cycle=own.round, answers=own.package,
    )  # fmt: skip
    with workspace.atomic():
        journal.write(workspace, [journal.Note("hand_back", field=f"assignment.{own.id}", round=own.round)])
    return posted, Changes(packages=True)
