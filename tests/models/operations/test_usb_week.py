"""A week of USB sticks: five versions of twenty schools arrive shuffled, twice, cut, renamed, zipped, from clones.

The bureau must end where another ends that gets everything whole and in order; each oddity has its one plain line.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.factory import GOOD, NINE, NINE_FACTS, City, pdf
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import Campaign, open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.receive import Offer, Outcome, receive
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import exchange, journal, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.read import verify

SCHOOLS, VERSIONS, BATCHES = 20, 5, 6
CODES = tuple(f"36419910{at:02d}" for at in range(SCHOOLS))
CLONED, FORKED = CODES[0], CODES[1]

TWICE, CUT, LATE = "已经接收过", "不完整", "晚到"
CLONE, FORK = "由另一台电脑生成", "同一个工作台在两台电脑上各填各的"
PROMISE = "修改记录与上次收到的接不上"
ODDITIES = (TWICE, CUT, LATE, CLONE, FORK, PROMISE)


@dataclass(frozen=True, slots=True)
class Sent:
    """A package on its way: its school and number, its file, the name it arrives under, what is odd about it."""

    code: str
    seq: int
    path: Path
    odd: str = ""
    archive: str = ""

    @property
    def name(self) -> str:
        """The name it is shown by."""
        return f"{self.archive} › {self.path.name}" if self.archive else self.path.name


@dataclass(frozen=True, slots=True)
class State:
    """What a bureau holds: what counts (hash, number, state) by school, every package, every evidence content."""

    current: dict[str, tuple[str, int, str]]
    history: dict[str, frozenset[str]]
    evidence: dict[str, str]
    archive: dict[str, str]


def state_of(bureau: Workspace) -> State:
    """The state of a bureau; contents are read from the disk."""
    held = exchange.submissions(bureau, desk(bureau).round.id)
    return State(
        {each.unit: (each.hash, each.seq, each.state) for each in held if each.current},
        {code: frozenset(each.hash for each in held if each.unit == code) for code in CODES},
        _hashes(bureau.folder / "evidence"),
        _hashes(bureau.folder / "inbox"),
    )


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def published(city: City) -> Campaign:
    """A round of the nine key indicators for twenty schools."""
    with city.bureau.atomic():
        register.put_units(city.bureau, [UnitRecord(code, f"第{code[-2:]}校（虚构）") for code in CODES])
    publish(city.bureau, RoundPlan((NINE,), "2026", "2099-12-31"), city.folder / "任务.vdpkg")
    return read_campaign(city.folder / "任务.vdpkg")


def version(school: Workspace, folder: Path, number: int, *, mark: str = "") -> Sent:
    """The next version of a school: another figure, sometimes more evidence."""
    figures = {name: GOOD[name] for name in NINE_FACTS} if number == 1 else {}
    set_figures(school, {**figures, "books_print": str(60000 + 100 * number + len(mark))})
    if number in (2, 4):
        content = f"{school.owner} {number} {mark}".encode() if number == 2 else b"the same everywhere"
        attach(school, pdf(folder, f"证{number}.pdf", content=content), indicator="db22_land")
    path = folder / f"上报包-{school.owner}-{number}{mark}.vdpkg"
    submit(school, path)
    return Sent(school.owner, number, path)


@contextmanager
def copied(school: Path, to: Path) -> Iterator[Workspace]:
    """A workspace's folder, copied and opened elsewhere."""
    shutil.copytree(school, to)
    with open_workspace(to) as copy:
        yield copy


def all_sent(city: City, folder: Path, home: Path) -> tuple[list[Sent], list[Sent]]:
    """Every package of the week in its order, and those of the copied workspaces."""
    campaign = published(city)
    plain: list[Sent] = []
    others: list[Sent] = []
    for code in CODES:
        place = folder / code
        with open_campaign(place, campaign, unit=code, filler="填报") as school:
            plain += [version(school, folder, number) for number in range(1, 4)]
        if code == CLONED:
            with pytest.MonkeyPatch.context() as elsewhere, copied(place, folder / "clone") as clone:
                elsewhere.setenv("VETDESK_HOME", str(home))
                others += [replace(version(clone, folder, number, mark="乙"), odd=CLONE) for number in (4, 5)]
        if code == FORKED:
            with copied(place, folder / "fork") as fork:
                others.append(replace(version(fork, folder, 4, mark="叉"), odd=FORK))
        with open_workspace(place) as school:
            plain += [version(school, folder, number) for number in range(4, VERSIONS + 1)]
    return plain, others


def planned(chance: random.Random, plain: Sequence[Sent], others: Sequence[Sent], folder: Path) -> list[list[Sent]]:
    """The batches as they arrive. A copied workspace's packages come after the version they fork from."""
    batches: list[list[Sent]] = [[] for _each in range(BATCHES)]
    for each in plain:
        first = each.code in (CLONED, FORKED) and each.seq in (1, 4)
        at = 0 if first else chance.randrange(BATCHES - 1)
        match chance.randrange(5):
            case 0:
                batches[at].append(cut(chance, each, folder))
                at = chance.randrange(at + 1, BATCHES) if not first else at
            case 1:
                batches[chance.randrange(at, BATCHES)].append(replace(renamed(chance, each, folder), odd=TWICE))
        batches[at].append(renamed(chance, each, folder) if chance.random() < 0.2 else each)
    for each in others:
        batches[chance.randrange(1, BATCHES)].append(each)
    for batch in batches:
        chance.shuffle(batch)
    return [marked(batch, before) for batch, before in zip(batches, so_far(batches), strict=True)]


def so_far(batches: Sequence[Sequence[Sent]]) -> Iterator[dict[str, int]]:
    """The highest number of each school that came whole in the batches before each."""
    highest: dict[str, int] = {}
    for batch in batches:
        yield dict(highest)
        for each in batch:
            if each.odd in ("", TWICE):
                highest[each.code] = max(each.seq, highest.get(each.code, 0))


def marked(batch: Sequence[Sent], before: dict[str, int]) -> list[Sent]:
    """The batch with what is late marked so, and of two equal packages the second one."""
    found: list[Sent] = []
    for each in sorted(batch, key=lambda each: each.odd == TWICE):
        late = each.odd == "" and each.seq < before.get(each.code, 0)
        found.append(replace(each, odd=LATE) if late else each)
    return found


def cut(chance: random.Random, each: Sent, folder: Path) -> Sent:
    """The file as a stick leaves it that was pulled too early."""
    path = folder / f"断-{each.name}"
    content = each.path.read_bytes()
    path.write_bytes(content[: chance.randrange(200, len(content))])
    return replace(each, path=path, odd=CUT)


def renamed(chance: random.Random, each: Sent, folder: Path) -> Sent:
    """The same content under a name that browsers, chats and people make of it."""
    place = folder / "renamed"
    place.mkdir(exist_ok=True)
    stem = each.path.stem
    name = chance.choice((f"{stem}(1).vdpkg", f"{stem} - 副本.vdpkg", f"{stem}.vdpkg.zip", f"{stem}.zip", stem))
    return replace(each, path=Path(shutil.copy(each.path, place / name)))


class _GbkName(zipfile.ZipInfo):
    """A member named as Chinese Windows does: GBK, and not saying so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - its name in zipfile
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zipped(batch: Sequence[Sent], path: Path) -> Path:
    """A ZIP of packages."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in batch:
            archive.writestr(_GbkName(f"上报/{each.name}"), each.path.read_bytes())
    return path


def expected(each: Sent) -> Outcome:
    """What becomes of a file."""
    return {TWICE: Outcome.KNOWN, CUT: Outcome.REFUSED}.get(each.odd, Outcome.TAKEN)


def wrong_lines(sent: Sequence[Sent], offers: Sequence[Offer]) -> list[str]:
    """Where a file's outcome is not one plain line that says what is odd about it, and nothing else."""
    found = []
    for each, offer in zip(sent, offers, strict=True):
        said = [odd for odd in ODDITIES if offer.sentence.count(odd)]
        wanted = [each.odd] if each.odd else []
        plain = offer.sentence.isprintable() and offer.sentence.count(each.odd or offer.sentence) == 1
        if (offer.file, offer.outcome, said, plain) != (each.name, expected(each), wanted, True):
            found.append(f"{each.name} ({each.odd or 'plain'}) → {offer.outcome} {offer.sentence!r}")
    return found


def test_a_shuffled_week_ends_like_an_orderly_one(tmp_path: Path, own_home: Path) -> None:
    city, folder = City(tmp_path), tmp_path / "sticks"
    folder.mkdir()
    plain, others = all_sent(city, folder, tmp_path / "other-home")
    city.close()
    shutil.copytree(city.folder / "bureau", tmp_path / "orderly")
    chance = random.Random(7)
    batches = planned(chance, plain, others, folder)
    assert {each.odd for batch in batches for each in batch} == {"", TWICE, CUT, LATE, CLONE, FORK}

    for number, batch in enumerate(batches):
        inside = len(batch) // 3
        files = [zipped(batch[:inside], folder / f"第{number + 1}天.zip"), *(each.path for each in batch[inside:])]
        result = receive(city.bureau, files)
        shown = [replace(each, archive=f"第{number + 1}天.zip") for each in batch[:inside]]
        assert wrong_lines([*shown, *batch[inside:]], result.offers) == []

    with open_workspace(tmp_path / "orderly") as orderly:
        for number in range(1, VERSIONS + 1):
            assert receive(orderly, [each.path for each in plain if each.seq == number]).taken == SCHOOLS
        assert receive(orderly, [each.path for each in others]).taken == len(others)
        state = state_of(city.bureau)
        assert state == state_of(orderly)
        assert journal.broken_at(city.bureau) is None
    newest = {each.code: verify(each.path).hash for each in plain if each.seq == VERSIONS}
    assert state.current == {code: (newest[code], VERSIONS, "unconfirmed") for code in CODES}
    assert sum(map(len, state.history.values())) == SCHOOLS * VERSIONS + len(others)
    assert len(state.evidence) == SCHOOLS + 1
    city.close()
