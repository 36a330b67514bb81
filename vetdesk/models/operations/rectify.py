"""Rectification: the school answers findings; the bureau closes them after it agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from vetdesk.models.operations.desk import desk
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import inspection, register
from vetdesk.models.store.inspection import Finding
from vetdesk.models.store.register import Round
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies

STATE_WORDS = {
    "not_started": mark("未启动"),
    "in_progress": mark("整改中"),
    "claimed_fixed": mark("已完成待核"),
    "closed": mark("已销号"),
}


def days_late(each: Finding, today: dt.date) -> int:
    """Days since a finding was due that the school has not answered as fixed; 0 where there is still time, or no date."""
    if each.state in ("claimed_fixed", "closed"):
        return 0
    try:
        return max((today - dt.date.fromisoformat(each.due)).days, 0)
    except ValueError:
        return 0


def finding_of(workspace: Workspace, id_: str) -> Finding:
    """A finding by its id or an unmistakable beginning of it.

    Raises KnownError where there is none or several.
    """
    hits = [each for each in inspection.findings(workspace, desk(workspace).round.id) if each.id.startswith(id_)]
    if len(hits) != 1 or not id_:
        raise KnownError(_("没有（或不止一个）编号以“{id}”开头的问题，没有改动。").format(id=id_), code="no_finding")
    return hits[0]


def answer(workspace: Workspace, id_: str, *, measure: str, done: bool, person: str = "") -> Changes:
    """The school's measure for a finding and who answers for it; `done` claims that it is fixed.

    Raises KnownError for no measure, or a finding that is closed.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = finding_of(workspace, id_)
    if not measure.strip():
        raise KnownError(_("请写明整改措施，没有改动。"), code="no_measure")
    if found.state == "closed":
        raise KnownError(_("这个问题已经销号，没有改动。"), code="closed")
    state = "claimed_fixed" if done else "in_progress"
    with workspace.atomic():
        inspection.put_finding(
            workspace, replace(found, state=state, measure=measure.strip()[:5000], person=person.strip()[:50])
        )
    return Changes(findings=True, units=frozenset({found.unit}))


def take_replies(workspace: Workspace, unit: str, replies: Iterable[bodies.Reply]) -> None:
    """Note what a school answered to its findings that are not closed, in the caller's transaction."""
    for reply in replies:
        found = inspection.finding(workspace, reply.finding)
        if found and found.unit == unit and found.state != "closed":
            inspection.put_finding(
                workspace, replace(found, state=reply.state, measure=reply.measure, person=reply.person)
            )


def carry_over(workspace: Workspace, each: Round) -> None:
    """Let findings that are not closed go on in a round that begins, in the caller's transaction: at the school that one
    was merged into or that has its new code. Those of schools that the round does not ask stay where they are.
    """
    became = {
        code: act.targets[0]
        for act in reversed(register.lineages(workspace))
        if not act.undone and act.kind in ("merge", "recode")
        for code in act.sources
    }
    for finding in inspection.open_findings(workspace):
        code, seen = finding.unit, set[str]()
        unit = register.unit(workspace, code)
        while unit is not None and unit.closed and code in became and code not in seen:
            seen.add(code)
            code = became[code]
            unit = register.unit(workspace, code)
        if unit is not None and not unit.closed and each.asks(unit) and finding.round != each.id:
            since = finding.since or finding.round
            inspection.put_finding(workspace, replace(finding, round=each.id, unit=code, since=since))


def close(workspace: Workspace, id_: str) -> Changes:
    """The bureau agrees that a finding is fixed.

    Raises KnownError where the school has not claimed so.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = finding_of(workspace, id_)
    if found.state != "claimed_fixed":
        raise KnownError(
            _("学校还没有报告整改完成（现为：{state}），没有销号。").format(state=_(STATE_WORDS[found.state])),
            code="not_claimed",
        )
    with workspace.atomic():
        inspection.put_finding(workspace, replace(found, state="closed"))
    return Changes(findings=True, units=frozenset({found.unit}))
