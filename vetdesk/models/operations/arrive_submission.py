"""A school's submission at the bureau.

Everything that is whole and comes from a school of the register is kept: what counts, what waits for the officer
(another computer, two copies that both went on, a submission under review), and what came too late to count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vetdesk.models.operations.carried_journal import CarriedJournal, broken_promise, read_journal
from vetdesk.models.operations.confirmations import read
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.operations.finalise import code_of
from vetdesk.models.operations.missing import note_evidence
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.operations.rectify import take_replies
from vetdesk.models.operations.submission_preview import preview
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange, inspection, journal, register
from vetdesk.models.store.exchange import KnownKey, Submission
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync import bodies, sign
from vetdesk.models.sync.codes import fingerprint
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a submission may be stored, and how.

    Raises RefusedError for another round, an unknown school, another school's key, a withdrawn key, evidence it
    neither carries nor calls absent, and a journal with a gap.
    """
    head = verified.manifest
    body = bodies.decode(verified.data(), bodies.SubmissionBody, file=file)
    found, unit = desk(workspace), unit_of_sender(workspace, verified, body, file)
    check_facts(body, register.known_fields(workspace, found.round.id), file)
    key = check_key(workspace, verified, body.unit, file)
    carried_journal = read_journal(verified, body.journal, file)
    missing = missing_evidence(workspace, verified, body, file)
    confirmed = (key is not None and key.state == "confirmed") or succeeds(workspace, verified, body)
    remarks = []
    if not confirmed:
        remarks.append(_("待核对身份"))
    if unit.closed:
        remarks.append(_("这所学校 {day} 起已终止或并入别校：收下留档，不计入应报").format(day=unit.closed))
    if not unit.closed and not found.round.asks(unit):
        remarks.append(_("这所学校不在本次任务的范围里：收下留档，不计入"))
    if key is not None and exchange.is_proxy(workspace, key.fingerprint):  # a batch of first files asks for none
        remarks.append(_("主管部门代录"))
    if missing:
        remarks.append(_("还缺 {count} 个佐证材料文件，收到后自动补齐").format(count=len(missing)))
    if note := _place(workspace, verified, body).note:
        remarks.append(note)
    if said := broken_promise(workspace, verified, carried_journal, found.round.id, body.unit):
        remarks.append(said)
    return Arrival(
        unit=body.unit,
        who=unit.name,
        sentence=_("{school} 第 {seq} 版：{facts} 项数据，{files} 件佐证材料").format(
            school=unit.name, seq=head.seq, facts=len(body.facts) + len(body.words), files=len(body.evidence)
        ),
        apply=_Apply(verified, body, carried_journal),
        blobs=tuple({each.sha256 for each in body.evidence if f"blobs/{each.sha256}" in verified.places}),
        lacks=missing,
        unconfirmed=not confirmed,
        any_order=True,
        remarks=tuple(remarks),
        preview=lambda: (*preview(workspace, found, unit, body), *_confirmed(carried_journal, found, body)),
    )


def _confirmed(carried: CarriedJournal, found: Desk, body: bodies.SubmissionBody) -> Iterator[str]:
    """Who confirmed this state on the school's computer, as its journal says."""
    rows = (json.loads(each) for each in carried.lines if b'"action":"confirm"' in each)
    given = [
        each
        for each in read((row for row in rows if isinstance(row, dict)), found.round.id, code_of(body))
        if each.holds
    ]
    if given:
        yield _("电脑上的确认：{names}").format(names=_("；").join(each.line(found.sections) for each in given))


def unit_of_sender(
    workspace: Workspace, verified: Verified, body: bodies.SubmissionBody | bodies.EvidenceVolume, file: str
) -> UnitRecord:
    """The school that sent what is for this bureau and round.

    Raises RefusedError for a body of another school than the issuer, another addressee or round, an unknown school.
    """
    head, round_ = verified.manifest, desk(workspace).round
    if head.issuer.role != "school" or body.unit != head.issuer.id:
        raise RefusedError(Refusal.MALFORMED, file)
    if head.audience.role != "bureau" or head.audience.id not in (workspace.owner, round_.bureau_district):
        raise RefusedError(Refusal.NOT_FOR_US, file)
    if head.cycle != round_.id or body.round != round_.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    unit = register.unit(workspace, body.unit)
    if unit is None:
        raise RefusedError(Refusal.UNKNOWN_UNIT, file)
    return unit


def check_facts(body: bodies.SubmissionBody, fields: Mapping[str, Field], file: str) -> None:
    """Refuse figures that the round does not ask for, and those of another kind."""
    if any(fields[name].registered for name in (*body.facts, *body.words) if name in fields):
        raise RefusedError(Refusal.MALFORMED, file)
    this = bodies.fits(body.facts, body.words, fields)
    if not this or not bodies.fits(body.previous, body.previous_words, fields):
        raise RefusedError(Refusal.MALFORMED, file)


def check_key(workspace: Workspace, verified: Verified, unit: str, file: str) -> KnownKey | None:
    """The key that signed, where it is known.

    Raises RefusedError for a key of someone else, and for one that was withdrawn before this number.
    """
    key = exchange.key(workspace, verified.fingerprint)
    if key is None:
        return None
    if key.role != "school" or key.owner != unit:
        raise RefusedError(Refusal.OTHER_SCHOOLS_KEY, file)
    if key.state == "revoked":
        if not key.revoked_after:
            raise RefusedError(Refusal.REVOKED, file)
        head = verified.manifest
        if head.seq > min(int(key.revoked_after), exchange.last_number(workspace, key.fingerprint, head.cycle)):
            raise RefusedError(Refusal.LATE_KEY, file, last=key.revoked_after)
    return key


def succeeds(workspace: Workspace, verified: Verified, body: bodies.SubmissionBody) -> bool:
    """Whether a confirmed key of the same school vouches for the one that signed."""
    old = exchange.key(workspace, fingerprint(bytes.fromhex(body.succeeds.key))) if body.succeeds.key else None
    return (
        old is not None
        and old.state == "confirmed"
        and (old.role, old.owner) == ("school", body.unit)
        and exchange.key(workspace, verified.fingerprint) is None
        and sign.good(bytes.fromhex(old.public), verified.public, bytes.fromhex(body.succeeds.mark), kind=sign.KEY_TYPE)
    )


def missing_evidence(
    workspace: Workspace, verified: Verified, body: bodies.SubmissionBody, file: str
) -> frozenset[str]:
    """Contents a submission or copy calls absent that are not here either.

    Raises RefusedError for contents it names and neither carries nor calls absent, and for wrong sizes.
    """
    sizes = {each.name: each.size for each in verified.manifest.files}
    absent = set(verified.manifest.absent)
    nowhere, missing = 0, set()
    for each in body.evidence:
        name = f"blobs/{each.sha256}"
        there = evidence.size_here(workspace, each.sha256)
        if sizes.get(name, each.size) != each.size or (there is not None and there != each.size):
            raise RefusedError(Refusal.MALFORMED, file)
        if name not in sizes and there is None:
            if each.sha256 in absent:
                missing.add(each.sha256)
            else:
                nowhere += 1
    if nowhere:
        raise RefusedError(Refusal.MISSING_EVIDENCE, file, count=nowhere)
    return frozenset(missing)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a submission stands among those of its school: its state, whether it counts, what is to be said."""

    state: str
    counts: bool
    note: str = ""


def _place(workspace: Workspace, verified: Verified, body: bodies.SubmissionBody) -> _Place:
    head = verified.manifest
    key = exchange.key(workspace, verified.fingerprint)
    confirmed = key is not None and key.state == "confirmed"
    plain = "received" if confirmed else "unconfirmed"
    held = exchange.submissions(workspace, body.round, unit=body.unit)
    current = next((each for each in held if each.current), None)
    if current is None:
        return _Place(plain, counts=True)
    if current.key != verified.fingerprint:
        said = _("由另一台电脑生成，与现在采用的第 {seq} 版不是同一台")
        if exchange.is_proxy(workspace, current.key):
            said = _("现在采用的第 {seq} 版是主管部门代录的，学校自己报的先等候，请核对后采用")
        return _Place("waiting" if confirmed else plain, counts=False, note=said.format(seq=current.seq))
    chain = exchange.siblings(workspace, verified.fingerprint, head.kind, head.cycle)
    merged = current.hash in body.known  # the school had both before it when it submitted this
    if not merged and _forks(verified, chain, {each.hash: each.state for each in held}):
        return _Place(
            "fork", counts=False,
            note=_("与已收到的版本接不上：同一个工作台在两台电脑上各填各的，请学校合并后再报"),
        )  # fmt: skip
    if not merged and head.seq < current.seq:
        return _Place("late", counts=False, note=_("晚到：已采用更新的第 {seq} 版，只存入历史").format(seq=current.seq))
    if _under_review(workspace, body, current):
        return _Place(
            "waiting", counts=False, note=_("第 {seq} 版正在审核，新版先等候，没有替换").format(seq=current.seq)
        )
    return _Place(plain, counts=True)


def _forks(verified: Verified, chain: list[exchange.PackageRecord], states: Mapping[str, str]) -> bool:
    """Whether the chain of this key has gone two ways here."""
    head = verified.manifest
    others = [each for each in chain if each.hash != verified.hash]
    before = [each.hash for each in others if each.seq == head.seq - 1]
    return (
        any(each.seq == head.seq for each in others)
        or (head.seq > 1 and bool(before) and head.prev not in before)
        or any(each.seq == head.seq + 1 and each.prev != verified.hash for each in others)
        or states.get(head.prev) == "fork"
    )


def _under_review(workspace: Workspace, body: bodies.SubmissionBody, current: Submission) -> bool:
    """Whether someone is at work on the submission that counts: accepted, or out with an inspector."""
    out = any(
        each.state == "assigned" and body.unit in each.units for each in inspection.assignments(workspace, body.round)
    )
    return current.state == "accepted" or (out and current.state != "returned")


class _Apply:
    """Stores a considered submission, inside the caller's transaction."""

    def __init__(self, verified: Verified, body: bodies.SubmissionBody, carried: CarriedJournal) -> None:
        self._verified = verified
        self._body = body
        self._carried = carried

    def __call__(self, workspace: Workspace) -> Changes:
        verified, body = self._verified, self._body
        follows = succeeds(workspace, verified, body)
        exchange.put_key(
            workspace,
            KnownKey(
                fingerprint=verified.fingerprint, role="school", owner=body.unit,
                public=verified.public.hex(), age=body.age, state="confirmed" if follows else "unconfirmed",
                confirmed_by=_("沿用该校已核对的身份") if follows else "", confirmed_at=now() if follows else "",
            ),
        )  # fmt: skip
        place = _place(workspace, verified, body)
        promise = broken_promise(workspace, verified, self._carried, body.round, body.unit)
        before = next(
            (each for each in exchange.submissions(workspace, body.round, unit=body.unit) if each.current), None
        )
        exchange.put_submission(
            workspace,
            Submission(
                hash=verified.hash, round=body.round, unit=body.unit, seq=verified.manifest.seq,
                key=verified.fingerprint, state=place.state, body=verified.data().decode("utf-8"), received=now(),
                current=place.counts, note=_("；").join(each for each in (place.note, promise) if each),
                head=verified.manifest.audit_head if body.journal.sha256 else "",
            ),
        )  # fmt: skip
        if place.counts and before is not None:
            journal.write(
                workspace,
                [
                    journal.Note(
                        "supersede", body.unit, f"package.{before.hash}", old=before.state, new=verified.hash,
                        round=body.round,
                    )
                ],
            )  # fmt: skip
        note_evidence(workspace, body)
        if place.counts:
            take_replies(workspace, body.unit, body.replies)
        for hash_ in body.known:
            sent = exchange.package(workspace, hash_)
            if sent is not None and sent.direction == "out":
                exchange.note_arrival(workspace, hash_, body.unit)
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
