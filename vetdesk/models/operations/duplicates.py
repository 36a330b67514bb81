"""Evidence that is the same, or looks the same, at two schools, or was sent in an earlier round already.

It accuses nobody: two campuses share a map, a certificate holds for years. It says where an officer should look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from vetdesk.models.operations.decide import body_of
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.pictures import likeness
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.reports import to_excel
from vetdesk.models.reports.content import Document, Table, text
from vetdesk.models.store import evidence, exchange, register
from vetdesk.models.store.evidence import STAMPED
from vetdesk.models.store.workspace import Workspace, wrong_role

ALIKE = 10
"""So many of 256 bits may differ where two pictures look the same: scanned again, saved again, made smaller."""
_BITS, _BANDS = 256, 16
_BAND = _BITS // _BANDS


class Kind(StrEnum):
    """How two pieces are the same."""

    SAME = "same"
    ALIKE = "alike"
    AGAIN = "again"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_WORDS[self])


_WORDS = {Kind.SAME: mark("两校同一份"), Kind.ALIKE: mark("两校看着一样"), Kind.AGAIN: mark("往年交过同一份")}


@dataclass(frozen=True, slots=True)
class Use:
    """A piece of evidence of a school in a round: what it is called and what it proves."""

    sha256: str
    unit: str
    school: str
    round: str
    label: str
    proves: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two uses that are the same somehow; `bits` of 256 differ where they only look so."""

    kind: Kind
    first: Use
    second: Use
    bits: int = 0


def find(workspace: Workspace, *, progress: Progress = silent) -> list[Pair]:
    """Every pair, the same content first; pictures that were looked at before are not decoded again.

    Raises Cancelled from `progress` (what was looked at until then is kept), KnownError in another role.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    now, earlier = _uses(workspace)
    same = [*_same(now), *_again(now, earlier)]
    marks = _marks(workspace, {each.sha256 for each in now}, progress)
    return same + sorted(_alike(now, marks), key=lambda each: each.bits)


def twins(workspace: Workspace, fresh: Collection[str], *, progress: Progress = silent) -> list[Pair]:
    """Pieces of a school's own evidence that look the same as one of the contents added just now (by SHA-256).

    The same content under several indicators is no twin. Raises Cancelled from `progress`, KnownError in another role.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace).round
    uses = {
        each.sha256: Use(each.sha256, each.sha256, "", found.title, each.label, each.indicator)
        for each in evidence.used(workspace, found.id, workspace.owner)
        if each.indicator != STAMPED
    }
    pairs = _alike(list(uses.values()), _marks(workspace, set(uses), progress))
    return [each for each in pairs if each.first.sha256 in fresh or each.second.sha256 in fresh]


def twins_text(pairs: Sequence[Pair]) -> str:
    """That in a sentence; '' where there are none."""
    if not pairs:
        return ""
    names = [_("“{one}”和“{other}”").format(one=each.first.label, other=each.second.label) for each in pairs[:3]]
    more = "…" if len(pairs) > len(names) else ""
    return _("看着一样：{names}，请看一眼是不是重复。").format(names=_("、").join(names) + more)


def _uses(workspace: Workspace) -> tuple[list[Use], list[Use]]:
    """Evidence of the submissions that count: of this round, and of those before."""
    found = desk(workspace)
    names = {each.code: each.name for each in register.every_unit(workspace)}
    proved = {name: pick(each.text) for pack in found.packs for name, each in pack.indicators.items()}
    now: list[Use] = []
    earlier: list[Use] = []
    for each in register.rounds(workspace):
        for unit, held in exchange.current_submissions(workspace, each.id).items():
            uses: dict[str, Use] = {}
            for one in body_of(held).evidence:
                if one.indicator != STAMPED:
                    label, proves = one.label, proved.get(one.indicator, one.indicator)
                    uses.setdefault(one.sha256, Use(one.sha256, unit, names.get(unit, unit), each.title, label, proves))
            (now if each.id == found.round.id else earlier).extend(uses.values())
    return now, earlier


def _same(uses: Iterable[Use]) -> Iterator[Pair]:
    by_content: dict[str, list[Use]] = defaultdict(list)
    for each in uses:
        by_content[each.sha256].append(each)
    for group in by_content.values():
        yield from (Pair(Kind.SAME, group[0], each) for each in group[1:])


def _again(now: Iterable[Use], earlier: Iterable[Use]) -> Iterator[Pair]:
    before: dict[str, Use] = {}
    for each in earlier:  # the newest round first
        before.setdefault(each.sha256, each)
    for each in now:
        if each.sha256 in before:
            yield Pair(Kind.AGAIN, each, before[each.sha256])


def _marks(workspace: Workspace, wanted: set[str], progress: Progress) -> dict[str, int]:
    """How the pictures look, by content; only those that are here and have one."""
    known = evidence.picture_marks(workspace)
    fresh: list[tuple[str, str]] = []
    todo = sorted(each for each in wanted if each not in known)
    try:
        for at, sha256 in enumerate(todo):
            progress(at, len(todo), "")
            path = evidence.path_of(workspace, sha256)
            if path.is_file():
                fresh.append((sha256, likeness(path)))
        progress(len(todo), len(todo), "")
    finally:
        with workspace.atomic():
            evidence.put_picture_marks(workspace, fresh)
    every = {**known, **dict(fresh)}
    return {sha256: int(every[sha256], 16) for sha256 in wanted if every.get(sha256)}


def _alike(uses: Sequence[Use], marks: dict[str, int]) -> Iterator[Pair]:
    """Pictures of different schools that look the same: at most `ALIKE` bits apart, so at least one band is equal."""
    first: dict[str, Use] = {}
    schools: dict[str, set[str]] = defaultdict(set)
    for each in uses:
        if each.sha256 in marks:
            first.setdefault(each.sha256, each)
            schools[each.sha256].add(each.unit)
    bands: dict[tuple[int, int], list[str]] = defaultdict(list)
    for sha256 in first:
        for band in range(_BANDS):
            spots = marks[sha256] >> (band * _BAND) & ((1 << _BAND) - 1)
            if spots:  # an empty margin is like every other
                bands[band, spots].append(sha256)
    seen: set[tuple[str, str]] = set()
    for group in bands.values():
        for one, other in combinations(group, 2):
            if (one, other) in seen or schools[one] == schools[other]:
                continue
            bits = (marks[one] ^ marks[other]).bit_count()
            if bits <= ALIKE:
                seen.add((one, other))
                yield Pair(Kind.ALIKE, first[one], first[other], bits)


def write(pairs: Sequence[Pair], target: Path) -> None:
    """The pairs as a workbook. Raises KnownError where the place cannot be written."""
    rows = [
        tuple(
            text(each)
            for each in (
                one.kind.word, one.first.school, one.first.label, one.first.proves,
                one.second.school, one.second.label, one.second.proves, one.second.round,
            )
        )
        for one in pairs
    ]  # fmt: skip
    heads = (
        _("哪一种"), _("学校"), _("材料"), _("证明的指标"), _("另一处"), _("材料"), _("证明的指标"), _("任务"),
    )  # fmt: skip
    title = _("佐证材料查重")
    table = Table(name=title, title=title, left="", right="", headings=heads, rows=rows)
    said = _("共 {count} 对。同一份材料不一定有问题：请看一眼再下结论。").format(count=len(pairs))
    to_excel.write(Document(title=title, paragraphs=(said,), tables=(table,)), target)
