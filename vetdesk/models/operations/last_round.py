"""A school goes on from the round before: evidence that still holds, with its pins, and explanations, in one act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from vetdesk.models.operations import label_memory
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.publish_round import predecessors_of
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, figures, journal
from vetdesk.models.store.evidence import STAMPED, Evidence
from vetdesk.models.store.workspace import Workspace, open_workspace, wrong_role


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Labels of evidence taken over, expired (not taken), no longer asked for; how many explanations came along."""

    taken: tuple[str, ...]
    expired: tuple[str, ...]
    unasked: tuple[str, ...]
    explanations: int


def take_over_round(workspace: Workspace, folder: Path, *, today: dt.date | None = None) -> tuple[TakenOver, Changes]:
    """Take evidence and explanations of the round before from its workspace, which stays as it is.

    Expired evidence, stamped sheets and what proves an indicator that is no longer asked stay behind. An explanation
    comes along where the same rule fires again and nothing was written yet. Raises KnownError for a workspace of
    another school (but for one it was merged from), this one itself, and one that cannot be opened.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    if folder.resolve() == workspace.folder.resolve():
        raise KnownError(_("这就是现在打开的工作台，没有沿用。请选上一次任务的文件夹。"), code="same_workspace")
    found, unit = desk(workspace), own_unit(workspace).code
    ours = {unit, *(each.code for each in predecessors_of(own_unit(workspace)))}
    day = today or dt.datetime.now(dt.UTC).astimezone().date()
    known = {name for pack in found.packs for name in pack.indicators}
    have = {(each.sha256, each.indicator) for each in evidence.used(workspace, found.round.id, unit)}
    with open_workspace(folder, role="school") as old:
        if old.owner not in ours:
            raise KnownError(
                _("“{folder}”是另一所学校的，没有沿用。").format(folder=folder.name), code="not_our_school"
            )
        theirs = old.owner
        before, labels = desk(old).round.id, label_memory.remembered(old)
        every = [each for each in evidence.used(old, before, theirs) if each.indicator != STAMPED]
        said = figures.explanations(old, before, theirs) if theirs == unit else {}
        fresh = [each for each in every if (each.sha256, each.indicator) not in have]
        expired = [each for each in fresh if each.about.expired(day)]
        unasked = [each for each in fresh if each not in expired and each.indicator not in known]
        taken = [each for each in fresh if each not in expired and each not in unasked]
        for each in taken:
            _copy(workspace, old, each)
    fired = {each.rule.id for each in standing(workspace).unexplained()}
    again = {rule: text for rule, text in said.items() if rule in fired}
    act = journal.new_act()
    with workspace.atomic():
        label_memory.carry_over(workspace, labels)
        for each in taken:
            evidence.record(workspace, each.sha256, each.size, each.mime)
            evidence.use(
                workspace, found.round.id, unit, each.sha256,
                indicator=each.indicator, label=each.label, about=each.about, act=act,
            )  # fmt: skip
        for rule, text in again.items():
            figures.explain(workspace, found.round.id, unit, rule, text, act=act)
    result = TakenOver(_labels(taken), _labels(expired), _labels(unasked), len(again))
    return result, Changes(evidence=True, units=frozenset({unit}))


def _labels(every: list[Evidence]) -> tuple[str, ...]:
    return tuple(each.label for each in every)


def _copy(workspace: Workspace, old: Workspace, each: Evidence) -> None:
    """The content, whose hash is checked on the way.

    Raises KnownError where the file is gone or damaged there.
    """
    source = evidence.path_of(old, each.sha256)
    if not source.is_file() or evidence.sha256_of(source) != each.sha256:
        raise KnownError(
            _("佐证材料“{label}”在那里丢失或损坏了，没有沿用。请先用“检查”看看那份数据。").format(label=each.label),
            code="missing_evidence",
        )
    with source.open("rb") as stream:
        evidence.store_blocks(workspace, iter(lambda: stream.read(evidence.BLOCK), b""), expected=each.sha256)
