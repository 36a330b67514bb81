"""Makes a school's submission: the gate reads stored data, then everything travels in one signed file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vetdesk.models.operations.assess import Standing, standing
from vetdesk.models.operations.copies import whole_body
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.records.changes import Changes, Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import evidence, journal
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.outputs import check_target
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import Party


def gate(found: Standing, *, with_errors: str = "") -> None:
    """Refuse a submission that rules block or whose explanations are missing.

    Raises KnownError naming the rules; `with_errors` is the reason for submitting in spite of blocking ones.
    """
    blocking = found.blocking()
    if blocking and found.desk.round.gate == "strict":
        raise KnownError(
            _("有 {count} 项不能上报：{rules} 没有生成。本次任务不接受带错上报，请先改正。").format(
                count=len(blocking),
                rules=" ".join(f"[{each.rule.id}] {pick(each.rule.text)}" for each in blocking),
            ),
            code="blocked",
        )
    if blocking and not with_errors.strip():
        raise KnownError(
            _("有 {count} 项不能上报：{rules} 没有生成。请改正，或写明原因带错上报。").format(
                count=len(blocking),
                rules=" ".join(f"[{each.rule.id}] {pick(each.rule.text)}" for each in blocking),
            ),
            code="blocked",
        )
    if found.differing and not with_errors.strip():
        raise KnownError(
            _("有 {count} 处两边填得不一样还没有决定，没有生成。请先在“合并”里决定，或写明原因带错上报。").format(
                count=found.differing
            ),
            code="conflicts",
        )
    silent = found.silent_disputes()
    if silent:
        raise KnownError(
            _(
                "去年的数有 {count} 项与主管部门给的不一样（{names}），没有生成。请在“校验”里写明原因，或改回来。"
            ).format(count=len(silent), names=_("、").join(pick(each.field.text) for each in silent[:5])),
            code="unexplained",
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


@dataclass(frozen=True, slots=True)
class Plan:
    """How a submission will travel: what the bureau has already, and which evidence goes into which file after it."""

    held: tuple[Evidence, ...]
    first: tuple[Evidence, ...]
    volumes: tuple[tuple[Evidence, ...], ...]

    @property
    def files(self) -> int:
        """How many files there will be."""
        return 1 + len(self.volumes)

    @property
    def size(self) -> int:
        """Bytes of evidence that travel; figures add little."""
        return sum(each.size for items in (self.first, *self.volumes) for each in items)


def plan(workspace: Workspace, *, volume: int = 0, whole: bool = False) -> Plan:
    """Which evidence travels: only what the bureau has not confirmed, unless the `whole` is asked for.

    `volume` is the most bytes of evidence in one file; 0 puts all into the first.
    """
    found, unit = desk(workspace), own_unit(workspace)
    known = set() if whole else set(workspace.meta(f"held.{found.round.id}").split())
    each_once = {each.sha256: each for each in evidence.used(workspace, found.round.id, unit.code)}
    held = tuple(each for each in each_once.values() if each.sha256 in known)
    fresh = [each for each in each_once.values() if each.sha256 not in known]
    if not volume or sum(each.size for each in fresh) <= volume:
        return Plan(held, tuple(fresh), ())
    volumes: list[list[Evidence]] = [[]]
    for each in fresh:
        if volumes[-1] and sum(one.size for one in volumes[-1]) + each.size > volume:
            volumes.append([])
        volumes[-1].append(each)
    return Plan(held, (), tuple(tuple(each) for each in volumes))


def submit(
    workspace: Workspace,
    target: Path,
    *,
    with_errors: str = "",
    volume: int = 0,
    whole: bool = False,
    progress: Progress = silent,
) -> tuple[Posted, Changes]:
    """Write the submission of the workspace's school, in several files where `volume` bytes of evidence are passed.

    Raises KnownError where the gate is shut, evidence files are gone or altered, or the place cannot be written;
    Cancelled from `progress`.
    """
    found = standing(workspace)
    gate(found, with_errors=with_errors)
    round_id, unit = found.desk.round.id, found.unit.code
    bureau = found.desk.round.bureau_district
    check_target(target)
    way = plan(workspace, volume=volume, whole=whole)
    rest: list[Path] = []
    for number, items in enumerate(way.volumes, 2):
        progress(number - 2, way.files, _("佐证材料第 {number} 个文件").format(number=number))
        name = target.with_name(
            _("{name}（第{number}个，共{count}个）{ending}").format(
                name=target.stem, number=number, count=way.files, ending=target.suffix
            )
        )
        part = post(
            workspace, name, "evidence", bodies.EvidenceVolume(round_id, unit, number, way.files),
            audience=Party("bureau", bureau), cycle=round_id, unit=unit,
            blobs=blobs_of(workspace, [(each.sha256, each.label) for each in items]),
        )  # fmt: skip
        rest.append(part.path)
    progress(len(way.volumes), way.files, target.name)
    body, content = whole_body(workspace, with_errors=with_errors)
    later = (each.sha256 for items in way.volumes for each in items)
    posted = post(
        workspace, target, "submission", body,
        audience=Party("bureau", bureau), cycle=round_id, unit=unit, standard=found.desk.round.packs,
        blobs=blobs_of(workspace, [(each.sha256, each.label) for each in way.first]), loose=[content],
        absent=[*(each.sha256 for each in way.held), *later],
    )  # fmt: skip
    progress(way.files, way.files, "")
    if with_errors.strip():
        with workspace.atomic():
            journal.write(
                workspace,
                [journal.Note("with_errors", unit, f"package.{posted.hash}", why=with_errors, round=round_id)],
            )
    return replace(posted, rest=tuple(rest)), Changes(packages=True)
