"""Assignments, marks, findings and comments, each change with its journal row and none where nothing changed."""

from __future__ import annotations

from dataclasses import replace

from vetdesk.models.store import inspection, journal
from vetdesk.models.store.inspection import Assignment, Comment, Finding, Mark
from vetdesk.models.store.workspace import Workspace

ASSIGNMENT = Assignment("a-1", "r", "1", ("u1", "u2"), "t" * 64, "assigned", "p" * 64)
MARK = Mark("a-1", "r", "u1", "land_owned", "differ", "88.5", "亩", "measure", "量过")
FINDING = Finding(
    "f-1", "r", "u1", "db22_land", "land_owned", "少 2 亩", "文件第 5 条", "补办", "2026-12-01", "not_started"
)


def rows(workspace: Workspace) -> int:
    """How many rows the journal has."""
    return int(workspace.rows("SELECT COUNT(*) AS n FROM journal")[0]["n"])


def test_an_assignment_comes_back_whole_and_changes_in_place(workspace: Workspace) -> None:
    other = replace(ASSIGNMENT, id="a-2", round="r2", units=())
    with workspace.atomic():
        inspection.put_assignment(workspace, ASSIGNMENT)
        inspection.put_assignment(workspace, other)
    assert inspection.assignments(workspace) == [ASSIGNMENT, other]
    assert inspection.assignments(workspace, "r2") == [other]
    assert inspection.assignments(workspace, "r3") == []
    returned = replace(ASSIGNMENT, state="returned", key="k" * 64)
    with workspace.atomic():
        inspection.put_assignment(workspace, returned)
    assert inspection.assignments(workspace) == [returned, other]
    assert len(journal.of_field(workspace, "", "assignment.a-1")) == 2


def test_marks_are_kept_by_assignment_unit_and_fact(workspace: Workspace) -> None:
    others = [
        replace(MARK, fact="bldg_owned"),
        replace(MARK, unit="u2"),
        replace(MARK, assignment="a-2"),
        replace(MARK, assignment="a-3", round="r2"),
    ]
    with workspace.atomic():
        inspection.put_marks(workspace, [MARK, *others])
    assert inspection.marks(workspace, "r") == [MARK, *others[:3]]
    assert inspection.marks(workspace, "r", unit="u2") == [others[1]]
    assert inspection.marks(workspace, "r", fact="bldg_owned") == [others[0]]
    assert inspection.marks(workspace, "r", by="a-2") == [others[2]]
    assert inspection.marks(workspace, "r", unit="u1", fact="land_owned", by="a-1") == [MARK]
    assert inspection.marks(workspace, "r2") == [others[3]]


def test_an_equal_mark_writes_nothing_and_another_one_replaces_it(workspace: Workspace) -> None:
    with workspace.atomic():
        inspection.put_marks(workspace, [MARK])
    before = rows(workspace)
    with workspace.atomic():
        inspection.put_marks(workspace, [MARK])
        inspection.put_marks(workspace, [])
    assert rows(workspace) == before == 1
    agreed = replace(MARK, mark="agree", text="", note="")
    with workspace.atomic():
        inspection.put_marks(workspace, [agreed])
    assert inspection.marks(workspace, "r") == [agreed]
    newest, oldest = journal.of_field(workspace, "u1", "mark.land_owned")
    assert (oldest["old"], newest["old"]["mark"], newest["new"]["mark"]) == (None, "differ", "agree")


def test_findings_are_oldest_first_and_change_in_place(workspace: Workspace) -> None:
    second, third = replace(FINDING, id="f-0", unit="u2"), replace(FINDING, id="f-2", round="r2")
    with workspace.atomic():
        for each in (FINDING, second, third):
            inspection.put_finding(workspace, each)
    assert inspection.findings(workspace, "r") == [FINDING, second]
    assert inspection.findings(workspace, "r", unit="u2") == [second]
    assert inspection.finding(workspace, "f-2") == third
    assert inspection.finding(workspace, "none") is None
    closed = replace(FINDING, state="closed", measure="已补")
    with workspace.atomic():
        inspection.put_finding(workspace, closed)
    assert inspection.findings(workspace, "r") == [closed, second]


def test_an_equal_finding_writes_nothing(workspace: Workspace) -> None:
    for _turn in range(2):
        with workspace.atomic():
            inspection.put_finding(workspace, FINDING)
    assert rows(workspace) == 1
    (row,) = journal.of_field(workspace, "u1", "finding.f-1")
    assert (row["old"], row["new"]["problem"]) == (None, "少 2 亩")


def test_comments_are_replaced_together(workspace: Workspace) -> None:
    first, second = Comment("r", "u1", "b", "请核对", "2026-12-01"), Comment("r", "u1", "a", "请补证", "")
    other = Comment("r", "u2", "a", "另一所", "")
    with workspace.atomic():
        inspection.set_comments(workspace, "r", "u1", [first, second])
        inspection.set_comments(workspace, "r", "u2", [other])
    assert inspection.comments(workspace, "r", "u1") == [first, second]
    before = rows(workspace)
    with workspace.atomic():
        inspection.set_comments(workspace, "r", "u1", [first, second])
        inspection.set_comments(workspace, "r", "u3", [])
    assert rows(workspace) == before
    with workspace.atomic():
        inspection.set_comments(workspace, "r", "u1", [second])
        inspection.set_comments(workspace, "r", "u2", [])
    assert inspection.comments(workspace, "r", "u1") == [second]
    assert inspection.comments(workspace, "r", "u2") == []
    assert len(journal.of_field(workspace, "u1", "comment")) == 2
    assert journal.broken_at(workspace) is None
