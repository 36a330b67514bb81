"""Makes a school's submission: the gate reads stored data, then everything travels in one signed file."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.assess import Standing, standing
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import evidence, figures, inspection, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.manifest import Party


def gate(found: Standing, *, with_errors: str = "") -> None:
    """Refuse a submission that rules block or whose explanations are missing.

    Raises KnownError naming the rules; `with_errors` is the reason for submitting in spite of blocking ones.
    """
    blocking = found.blocking()
    if blocking and not with_errors.strip():
        raise KnownError(
            _("有 {count} 项不能上报：{rules} 没有生成。请改正，或写明原因带错上报。").format(
                count=len(blocking),
                rules=" ".join(f"[{each.rule.id}] {pick(each.rule.text)}" for each in blocking),
            ),
            code="blocked",
        )
    waiting = found.unexplained()
    if waiting:
        raise KnownError(
            _("有 {count} 项需说明：{rules} 没有生成。请先在“校验”里写明情况。").format(
                count=len(waiting),
                rules=" ".join(f"[{each.rule.id}] {pick(each.rule.text)}" for each in waiting),
            ),
            code="unexplained",
        )


def submit(workspace: Workspace, target: Path, *, with_errors: str = "") -> tuple[Posted, Changes]:
    """Write the submission of the workspace's school.

    Raises KnownError where the gate is shut, evidence files are gone or altered, or the place cannot be written.
    """
    found = standing(workspace)
    gate(found, with_errors=with_errors)
    round_id, unit = found.desk.round.id, found.unit.code
    items = evidence.used(workspace, round_id, unit)
    blobs = blobs_of(workspace, [(each.sha256, each.label) for each in items])
    bureau = found.desk.round.bureau_district
    fields = found.desk.fields
    this, last = (figures.read(workspace, round_id, unit, year=year) for year in (figures.THIS, figures.LAST))
    body = bodies.SubmissionBody(
        round=round_id,
        unit=unit,
        name=found.unit.name,
        filler=workspace.meta("person"),
        phone=workspace.meta("phone"),
        age=keys_of(workspace.id).recipient,
        facts=bodies.figures(this, fields),
        words=bodies.words(this, fields),
        previous=bodies.figures(last, fields),
        previous_words=bodies.words(last, fields),
        explanations=dict(found.explanations),
        evidence=[
            bodies.EvidenceEntry(each.sha256, each.size, each.mime, each.indicator, each.label) for each in items
        ],
        replies=[
            bodies.Reply(each.id, each.state, each.measure)
            for each in inspection.findings(workspace, round_id, unit=unit)
            if each.state in ("in_progress", "claimed_fixed")
        ],
        with_errors=with_errors.strip()[:5000],
    )
    posted = post(
        workspace, target, "submission", body,
        audience=Party("bureau", bureau), cycle=round_id, unit=unit, standard=found.desk.round.packs,
        blobs=blobs,
    )  # fmt: skip
    if with_errors.strip():
        with workspace.atomic():
            journal.write(
                workspace,
                [journal.Note("with_errors", unit, f"package.{posted.hash}", why=with_errors, round=round_id)],
            )
    return posted, Changes(packages=True)
