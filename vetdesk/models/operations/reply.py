"""One reply bundle for all schools: receipts and each school's decision, remarks and findings, sealed to it."""

from __future__ import annotations

from pathlib import Path

from msgspec import UNSET

from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.missing import held_of
from vetdesk.models.operations.post import Posted, post
from vetdesk.models.operations.roll_up import board
from vetdesk.models.packs.compare import carried
from vetdesk.models.records.changes import Changes, Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.words import _
from vetdesk.models.rollup.reminders import reply_message
from vetdesk.models.store import exchange, figures, inspection, register
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.inspection import Finding
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import sha256_hex
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.seal import sealed


def reply(workspace: Workspace, target: Path, *, progress: Progress = silent) -> tuple[Posted, Changes]:
    """Write the bundle. It is a `feedback` where any school has a decision or finding, else a `receipt`.

    Raises KnownError where no school has submitted yet.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    round_id = desk(workspace).round.id
    by_unit: dict[str, list[Submission]] = {}
    for each in exchange.submissions(workspace, round_id):
        by_unit.setdefault(each.unit, []).append(each)
    if not by_unit:
        raise KnownError(_("还没有学校上报，没有可以回复的内容。"), code="nothing_received")
    parts, contents = [], []
    kind = "receipt"
    for at, (unit, held) in enumerate(sorted(by_unit.items())):
        progress(at, len(by_unit), unit)
        recipients = _recipients(workspace, unit, held)
        if not recipients:  # its keys were withdrawn: nobody there could open it
            continue
        part = part_of(workspace, round_id, unit, held)
        if part.decision or part.findings or part.explained:
            kind = "feedback"
        content = sealed(bodies.encode(part), recipients)
        contents.append(content)
        parts.append((unit, content))
    body = bodies.ReplyBody(
        round_id, [bodies.ReplyPart(unit, sha256_hex(content)) for unit, content in parts], trust_now(workspace)
    )
    posted = post(workspace, target, kind, body, audience=Party("round", round_id), cycle=round_id, loose=contents)
    progress(len(by_unit), len(by_unit), "")
    return posted, Changes(packages=True)


def message(workspace: Workspace, posted: Posted) -> str:
    """What to write beside a reply: which file to open, and which schools have something to mend."""
    title = desk(workspace).round.title
    return reply_message(board(workspace), title=title, file=posted.path.name, code=posted.code)


def _recipients(workspace: Workspace, unit: str, held: list[Submission]) -> list[str]:
    """Who can open a school's part: its confirmed keys; while there is none, the key of what counts now."""
    keys = [each for each in exchange.keys_of(workspace, "school", unit) if each.age and each.state != "revoked"]
    confirmed = [each.age for each in keys if each.state == "confirmed"]
    counts = {each.key for each in held if each.current}
    return confirmed or [each.age for each in keys if each.fingerprint in counts]


def part_of(workspace: Workspace, round_id: str, unit: str, held: list[Submission]) -> bodies.SchoolPart:
    """What the bureau says to one school, from the submissions it holds of it (the newest first)."""
    current = next((each for each in held if each.current), None)
    state = current.state if current else ""
    found = desk(workspace)
    fields = register.known_fields(workspace, round_id)  # the school may not go by the newest version yet
    stored = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED)
    accepted = carried(stored, found.packs, fields)
    why = figures.sources(workspace, round_id, unit, stage=Stage.ACCEPTED) if state == "accepted" else {}
    return bodies.SchoolPart(
        unit=unit,
        receipts=[bodies.ReceiptEntry(each.hash, each.seq, each.received) for each in reversed(held)],
        decision=state if state in ("returned", "accepted") else "",
        decided=current.hash if current else "",
        note="",
        comments=[
            bodies.CommentEntry(each.fact, each.text, each.due)
            for each in inspection.comments(workspace, round_id, unit)
            if state == "returned"  # what was remarked on an earlier version is answered by the newer one
        ],
        findings=[finding_entry(each) for each in inspection.findings(workspace, round_id, unit=unit)],
        accepted=bodies.figures(accepted, fields) if state == "accepted" else {},
        accepted_words=bodies.words(accepted, fields) if state == "accepted" else {},
        held=held_of(workspace, unit),
        copies=[_forked(workspace, each) for each in held if each.state == "fork"][:100],
        explained=[
            bodies.ExplanationEntry(each.rule, each.state, each.said, each.note, each.due)
            for each in inspection.explanation_reviews(workspace, round_id, unit).values()
        ]
        or UNSET,
        reasons={name: text for name, text in why.items() if name in accepted} or UNSET,
    )


def _forked(workspace: Workspace, each: Submission) -> bodies.ForkedCopy:
    sent = exchange.package(workspace, each.hash)
    body = bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=each.unit)
    return bodies.ForkedCopy(each.hash, sent.prev if sent else "", body)


def finding_entry(each: Finding) -> bodies.FindingEntry:
    """A finding as it travels."""
    return bodies.FindingEntry(
        each.id, each.unit, each.indicator, each.fact, each.problem, each.basis, each.advice, each.due,
        each.state, each.measure, each.origin,
    )  # fmt: skip
