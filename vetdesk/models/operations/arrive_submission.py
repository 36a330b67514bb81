"""A school's submission at the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange, inspection, journal, register
from vetdesk.models.store.exchange import KnownKey, Submission
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a submission may be stored, and how.

    Raises RefusedError for another round, an unknown school, another school's key, missing evidence.
    """
    head = verified.manifest
    body = bodies.decode(verified.data(), bodies.SubmissionBody, file=file)
    found = desk(workspace)
    if head.issuer.role != "school" or body.unit != head.issuer.id:
        raise RefusedError(Refusal.MALFORMED, file)
    if head.audience.role != "bureau" or head.audience.id != workspace.owner:
        raise RefusedError(Refusal.NOT_FOR_US, file)
    if head.cycle != found.round.id or body.round != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    unit = next((each for each in register.units(workspace) if each.code == body.unit), None)
    if unit is None:
        raise RefusedError(Refusal.UNKNOWN_UNIT, file)
    _check_facts(body, register.known_fields(workspace, found.round.id), file)
    key = _check_key(workspace, verified, body, file)
    _check_evidence(workspace, verified, body, file)
    current = exchange.current_key(workspace, found.round.id, body.unit)
    confirmed = key is not None and key.state == "confirmed"
    sentence = _("{school} 第 {seq} 版：{facts} 项数据，{files} 件佐证材料").format(
        school=unit.name, seq=head.seq, facts=len(body.facts) + len(body.words), files=len(body.evidence)
    )
    if not confirmed:
        sentence += _("；待核对身份")
    return Arrival(
        unit=body.unit,
        who=unit.name,
        sentence=sentence,
        apply=_Apply(verified, body, waits=current is not None and current != verified.fingerprint),
        blobs=tuple({each.sha256 for each in body.evidence if f"blobs/{each.sha256}" in verified.places}),
        unconfirmed=not confirmed,
    )


def _check_facts(body: bodies.SubmissionBody, fields: Mapping[str, Field], file: str) -> None:
    if any(fields[name].registered for name in (*body.facts, *body.words) if name in fields):
        raise RefusedError(Refusal.MALFORMED, file)
    this = bodies.fits(body.facts, body.words, fields)
    if not this or not bodies.fits(body.previous, body.previous_words, fields):
        raise RefusedError(Refusal.MALFORMED, file)


def _check_key(workspace: Workspace, verified: Verified, body: bodies.SubmissionBody, file: str) -> KnownKey | None:
    key = exchange.key(workspace, verified.fingerprint)
    if key is None:
        return None
    if key.role != "school" or key.owner != body.unit:
        raise RefusedError(Refusal.OTHER_SCHOOLS_KEY, file)
    if key.state == "revoked":
        raise RefusedError(Refusal.REVOKED, file)
    return key


def _check_evidence(workspace: Workspace, verified: Verified, body: bodies.SubmissionBody, file: str) -> None:
    sizes = {each.name: each.size for each in verified.manifest.files}
    missing = 0
    for each in body.evidence:
        name = f"blobs/{each.sha256}"
        if name in sizes:
            if sizes[name] != each.size:
                raise RefusedError(Refusal.MALFORMED, file)
        elif not evidence.path_of(workspace, each.sha256).is_file():
            missing += 1
    if missing:
        raise RefusedError(Refusal.MISSING_EVIDENCE, file, count=missing)


class _Apply:
    """Stores a considered submission, inside the caller's transaction."""

    def __init__(self, verified: Verified, body: bodies.SubmissionBody, *, waits: bool) -> None:
        self._verified = verified
        self._body = body
        self._waits = waits

    def __call__(self, workspace: Workspace) -> Changes:
        verified, body = self._verified, self._body
        exchange.put_key(
            workspace,
            KnownKey(
                fingerprint=verified.fingerprint, role="school", owner=body.unit,
                public=verified.public.hex(), age=body.age, state="unconfirmed",
            ),
        )  # fmt: skip
        known = exchange.key(workspace, verified.fingerprint)
        confirmed = known is not None and known.state == "confirmed"
        exchange.put_submission(
            workspace,
            Submission(
                hash=verified.hash, round=body.round, unit=body.unit, seq=verified.manifest.seq,
                key=verified.fingerprint, state="received" if confirmed else "unconfirmed",
                body=verified.data().decode("utf-8"), received=now(), current=not self._waits,
            ),
        )  # fmt: skip
        for each in body.evidence:
            evidence.record(workspace, each.sha256, each.size, each.mime)
        for reply in body.replies if not self._waits else ():
            found = inspection.finding(workspace, reply.finding)
            if found and found.unit == body.unit and found.state != "closed":
                inspection.put_finding(workspace, replace(found, state=reply.state, measure=reply.measure))
        if body.with_errors:
            journal.write(
                workspace,
                [
                    journal.Note(
                        "with_errors",
                        body.unit,
                        f"package.{verified.hash}",
                        why=body.with_errors,
                        round=body.round,
                    )
                ],
            )
        return Changes(units=frozenset({body.unit}), findings=bool(body.replies))
