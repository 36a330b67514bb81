"""The bureau says to a school's explanation of a rule: accepted, or returned with what is missing."""

from __future__ import annotations

from vetdesk.models.operations import decide
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import LAST_YEAR
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, inspection, journal
from vetdesk.models.store.inspection import ExplanationReview
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies


def review(workspace: Workspace, unit: str, rule: str, *, accepted: bool, note: str = "", due: str = "") -> Changes:
    """Accept the explanation of a rule, or return it with a note; returning returns the submission.

    Raises KnownError where the school explained no such rule, and for a return without a note.
    """
    found = decide.current(workspace, unit)
    said = _said(decide.body_of(found), rule)
    if not said:
        raise KnownError(_("学校没有对校验“{rule}”写说明，没有改动。").format(rule=rule[:40]), code="not_explained")
    decide.check_due(due)
    if not accepted and not note.strip():
        raise KnownError(_("请写明说明里还缺什么，没有退回。"), code="no_remark")
    round_id = desk(workspace).round.id
    with workspace.atomic():
        state = "accepted" if accepted else "returned"
        inspection.put_explanation_reviews(
            workspace, [ExplanationReview(round_id, unit, rule, state, said, note.strip()[:5000], due)]
        )
        if not accepted and found.state != "returned":
            exchange.set_submission_state(workspace, found.hash, "returned")
            journal.write(
                workspace, [journal.Note("return", unit, f"package.{found.hash}", new={rule: note}, round=round_id)]
            )
    return Changes(units=frozenset({unit}))


def _said(body: bodies.SubmissionBody, rule: str) -> str:
    """The school's words on a rule, or (`last.FACT`) on a figure of last year that it disputes."""
    if rule.startswith(LAST_YEAR):
        figure = body.previous.get(rule.removeprefix(LAST_YEAR))
        return figure.reason.strip() if figure is not None else ""
    return body.explanations.get(rule, "").strip()


def returned_now(workspace: Workspace, unit: str, body: bodies.SubmissionBody) -> list[str]:
    """Rules whose words, as this submission has them, were returned."""
    round_id = desk(workspace).round.id
    return [
        rule
        for rule, each in inspection.explanation_reviews(workspace, round_id, unit).items()
        if each.state == "returned" and each.said == _said(body, rule)
    ]
