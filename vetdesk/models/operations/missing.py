"""Evidence that a submission names and that has not come yet."""

from __future__ import annotations

from vetdesk.models.operations.desk import desk
from vetdesk.models.store import evidence, exchange
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies


def missing_of(workspace: Workspace, unit: str) -> list[tuple[str, str]]:
    """`(SHA-256, label)` of what the submission that counts still lacks, each once; empty where nothing came."""
    current = exchange.current_submission(workspace, desk(workspace).round.id, unit)
    return missing_in(workspace, current) if current else []


def missing_in(workspace: Workspace, each: Submission) -> list[tuple[str, str]]:
    """`(SHA-256, label)` of what one submission still lacks."""
    body = bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=each.unit)
    lacking = {
        one.sha256: one.label
        for one in body.evidence
        if not evidence.path_of(workspace, one.sha256).is_file()
    }  # fmt: skip
    return list(lacking.items())


def note_evidence(workspace: Workspace, body: bodies.SubmissionBody) -> None:
    """Note the contents a submission or copy names that are here, in the caller's transaction; others are only claimed."""
    there = {
        (each.sha256, each.size, each.mime): None
        for each in body.evidence
        if evidence.size_here(workspace, each.sha256) == each.size
    }
    evidence.record_all(workspace, list(there))


def held_of(workspace: Workspace, unit: str) -> list[str]:
    """Contents of every submission of a unit that are here: what it need not send again."""
    found: dict[str, None] = {}
    for each in exchange.submissions(workspace, desk(workspace).round.id, unit=unit):
        body = bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=each.unit)
        for one in body.evidence:
            if evidence.path_of(workspace, one.sha256).is_file():
                found[one.sha256] = None
    return list(found)[:5000]
