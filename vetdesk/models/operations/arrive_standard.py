"""An update of standards at a school: what would change is said first; then the round goes by it, in one act."""

from __future__ import annotations

from collections.abc import Iterable

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import read_packs
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.operations.send_standard import scans
from vetdesk.models.operations.upgrade_pack import plan, upgrade
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import evidence
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether an update comes from the round's bureau, and what it changes.

    Raises RefusedError for another signer or round, and for standards the round does not go by.
    """
    body, adopts = decoded_from_bureau(workspace, verified, bodies.StandardUpdate, file)
    packs, there = carried_packs(workspace, verified, body.packs, file)
    bureau = desk(workspace).round.bureau_name
    return Arrival(
        unit="",
        who=bureau,
        sentence=sentence(workspace, changed_of(workspace, packs), bureau) + note_of(body.note),
        apply=_Apply(verified, packs, there),
        blobs=tuple(sorted(there)),
        adopts=adopts,
    )


def carried_packs(
    workspace: Workspace, verified: Verified, texts: list[str], file: str
) -> tuple[tuple[Pack, ...], frozenset[str]]:
    """The standards a package carries, and the page scans of theirs (SHA-256) that come with it.

    Raises RefusedError where they are not versions of those the round goes by.
    """
    packs, known = read_packs(texts, file), desk(workspace).every
    if {each.id for each in packs} != {each.id for each in known} or len(packs) != len(known):
        raise RefusedError(Refusal.MALFORMED, file)
    wanted = {sha256 for pack in packs for sha256, _label in scans(pack)}
    return packs, frozenset(sha256 for sha256 in wanted if f"blobs/{sha256}" in verified.places)


def changed_of(workspace: Workspace, packs: Iterable[Pack]) -> list[Pack]:
    """Those that are other versions than the round goes by here."""
    known = {fingerprint(each) for each in desk(workspace).every}
    return [each for each in packs if fingerprint(each) not in known]


def note_of(text: str) -> str:
    """What the bureau says to a change, as it is shown behind it."""
    plain = " ".join(text.split())[:200]
    return _("（主管部门说明：{note}）").format(note=plain) if plain else ""


def sentence(workspace: Workspace, changed: list[Pack], bureau: str) -> str:
    """What changed standards mean for this school."""
    if not changed:
        return _("{bureau}：标准没有变化").format(bureau=bureau)
    said = []
    for pack in changed:
        found = plan(workspace, pack)
        said.append(
            _("《{pack}》更新为 {version}：{changes} 处变化，结论变化 {flips} 项").format(
                pack=pick(pack.text), version=pack.version, changes=len(found.comparison.differing),
                flips=found.flipped,
            )
        )  # fmt: skip
    return _("{bureau}：{said}").format(bureau=bureau, said=_("；").join(said))


class _Apply:
    """Stores a considered update, inside the caller's transaction."""

    def __init__(self, verified: Verified, packs: tuple[Pack, ...], blobs: frozenset[str]) -> None:
        self._verified = verified
        self._packs = packs
        self._blobs = blobs

    def __call__(self, workspace: Workspace) -> Changes:
        return take_packs(workspace, self._verified, self._packs, self._blobs)


def take_packs(workspace: Workspace, verified: Verified, packs: tuple[Pack, ...], blobs: frozenset[str]) -> Changes:
    """Let the round go by these versions, in the caller's transaction; scans of confirmed pages are kept."""
    for each in verified.manifest.files:
        if each.sha256 in blobs:
            evidence.record(workspace, each.sha256, each.size, "")
    changed = changed_of(workspace, packs)
    return upgrade(workspace, changed, why=verified.hash) if changed else Changes()
