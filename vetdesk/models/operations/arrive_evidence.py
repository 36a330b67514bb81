"""Evidence that was too large for its submission's file, at the bureau: kept as soon as it is whole, in any order."""

from __future__ import annotations

from vetdesk.models.operations.arrive_submission import check_key, unit_of_sender
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.missing import missing_of
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import DATA_NAME
from vetdesk.models.sync.read import Verified


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a volume of evidence belongs to a school of this round, and what is still missing after it.

    Raises RefusedError for another round, an unknown school, and another school's key.
    """
    head = verified.manifest
    body = bodies.decode(verified.data(), bodies.EvidenceVolume, file=file)
    unit = unit_of_sender(workspace, verified, body, file)
    check_key(workspace, verified, body.unit, file)
    carried = [each for each in head.files if each.name != DATA_NAME]
    still = [each for each in missing_of(workspace, body.unit) if each[0] not in {one.sha256 for one in carried}]
    remarks: tuple[str, ...] = ()
    if still:
        remarks = (_("还缺 {count} 个：{names}").format(count=len(still), names=named(still)),)
    return Arrival(
        unit=body.unit,
        who=unit.name,
        sentence=_("{school} 佐证材料第 {number}/{count} 个文件：{files} 件").format(
            school=unit.name, number=body.number, count=body.count, files=len(carried)
        ),
        apply=_Apply(verified),
        blobs=tuple(each.sha256 for each in carried),
        any_order=True,
        remarks=remarks,
    )


def named(items: list[tuple[str, str]]) -> str:
    """The first names of what is missing."""
    names = _("、").join(label for _sha, label in items[:3])
    return names if len(items) <= 3 else _("{names}等").format(names=names)


class _Apply:
    """Notes the contents, inside the caller's transaction."""

    def __init__(self, verified: Verified) -> None:
        self._verified = verified

    def __call__(self, workspace: Workspace) -> Changes:
        kinds = _kinds(workspace, self._verified.manifest.issuer.id)
        for each in self._verified.manifest.files:
            if each.name != DATA_NAME:
                evidence.record(workspace, each.sha256, each.size, kinds.get(each.sha256, ""))
        return Changes(units=frozenset({self._verified.manifest.issuer.id}), packages=True)


def _kinds(workspace: Workspace, unit: str) -> dict[str, str]:
    """What kind of file each content is, as the submissions that came say."""
    found: dict[str, str] = {}
    for each in exchange.submissions(workspace, desk(workspace).round.id, unit=unit):
        body = bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=unit)
        found.update({one.sha256: one.mime for one in body.evidence})
    return found
