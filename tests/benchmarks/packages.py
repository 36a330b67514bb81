"""Speed of packages, as ratios against a baseline measured in the same run: both sides interleaved, medians.

    python tests/benchmarks/packages.py [merging|build|memory|receive|growth|stalls]… [--full]

`merging` takes copies of 210 records, `build` and `memory` a package of 200 files of 1 MB, `receive` 1,000
submissions, `growth` 3,000 (10,000 with `--full`), `stalls` previews and takes 1,000 in the real window. A figure
counts only where the two halves of the baseline agree within 15 %.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
import openpyxl

from tests.benchmarks.run import Ratio, compare, timed
from tests.factory import City, pdf
from vetdesk.models.operations import copies, publish_round
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.fill import put_entries
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.receive import receive as receive_files
from vetdesk.models.packs import source
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.records.facts import Entry
from vetdesk.models.store import driver, evidence, figures, journal, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync import bodies, manifest, sign
from vetdesk.models.sync.codes import sha256_hex
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.manifest import FileEntry, Manifest, Party
from vetdesk.models.sync.merge import Copy, Place, merge
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.sealed_file import FORMAT, Note, seal_file
from vetdesk.models.sync.write import Blob, Letterhead, write_package

ROOT = Path(__file__).resolve().parents[2]
FILES, SIZE = 200, 1_000_000
PACKS = ("ha_zz_2021_468", "cn_db_2022_zz", "cn_zz_2010")
EVIDENCE = 20
KIB = 1024


# --- building and verifying ------------------------------------------------------------------------------------------


def _letterhead() -> Letterhead:
    return Letterhead(
        kind="submission", issuer=Party("school", "3641990001"), audience=Party("bureau", "411400"), cycle="round-1",
        seq=1, prev="", audit_head="0" * 64, created="2026-11-23T10:00:00+08:00",
    )  # fmt: skip


def _keys() -> Keys:
    import pyrage

    return Keys("replica", bytes([1]) * 32, str(pyrage.x25519.Identity.generate()), b"")


def _contents(folder: Path, *, files: int = FILES) -> list[Path]:
    """Files of 1 MB that no compression makes smaller."""
    folder.mkdir()
    chance = random.Random(1)
    made = []
    for at in range(files):
        made.append(folder / f"{at:04d}.pdf")
        made[-1].write_bytes(chance.randbytes(SIZE))
    return made


def _data() -> bytes:
    """A body of 72 KB."""
    return json.dumps({"facts": {f"fact_{at}": str(at) * 4 for at in range(3500)}}).encode("ascii")


def build(folder: Path, *, full: bool) -> list[Ratio]:
    """G10, G11 and G13: writing and verifying 200 MB, and encrypting it on top."""
    contents, keys, data = _contents(folder / "contents"), _keys(), _data()
    blobs = [Blob(each, each.name, evidence.sha256_of(each)) for each in contents]  # as evidence is kept
    target, copy, encrypted = folder / "包.vdpkg", folder / "copy", folder / "密.vdpkg"
    note = Note(FORMAT, 1, "submission", "甲校", ["教育局"], password=False)

    def written() -> float:
        os.sync()  # else it waits for what the other side left to be written
        return timed(lambda: write_package(target, _letterhead(), data, keys, blobs=blobs))

    def copied() -> float:
        shutil.rmtree(copy, ignore_errors=True)
        os.sync()
        return timed(lambda: subprocess.run(["cp", "-r", contents[0].parent, copy], check=True))

    def kept() -> float:
        shutil.rmtree(copy, ignore_errors=True)
        os.sync()

        def copy_and_sync() -> None:
            subprocess.run(["cp", "-r", contents[0].parent, copy], check=True)
            os.sync()

        return timed(copy_and_sync)

    def digested() -> float:
        words = ["openssl", "dgst", "-sha256", *map(str, contents)]
        return timed(lambda: subprocess.run(words, check=True, capture_output=True))

    def sealed() -> float:
        def both() -> None:
            write_package(target, _letterhead(), data, keys, blobs=blobs)
            seal_file(target, encrypted, note, [keys.recipient])

        os.sync()
        return timed(both)

    written()
    rounds = 9 if full else 5
    return [
        compare("G10 building 200 MB ÷ cp -r", 1.8, copied, written, rounds=rounds),
        compare("building 200 MB ÷ cp -r and sync, as safe on the disk", 1.8, kept, written, rounds=rounds),
        compare(
            "G11 verifying 200 MB ÷ openssl dgst", 1.1, digested, partial(timed, lambda: verify(target)), rounds=rounds
        ),
        compare("G13 building and encrypting ÷ building", 1.25, written, sealed, rounds=rounds),
    ]


MEMORY = """
import resource, sys
from pathlib import Path
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.write import Blob, Letterhead, write_package
what, folder, target = sys.argv[1:]
if what == "build":
    head = Letterhead("submission", Party("school", "1"), Party("bureau", "1"), "round", 1, "", "0" * 64, "")
    blobs = [Blob(each, each.name) for each in sorted(Path(folder).iterdir())]
    write_package(Path(target), head, b"{}", Keys("replica", bytes([1]) * 32, "", b""), blobs=blobs)
else:
    verify(Path(target))
status = Path("/proc/self/status")  # getrusage counts what the parent had before this program began
peak = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
print(peak[0] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory(folder: Path, *, full: bool) -> list[Ratio]:
    """G10: peak memory of a process that builds or verifies a package of 200 MB (1 GB with `full`), in shares of 64 MB."""
    _contents(folder / "contents", files=5 * FILES if full else FILES)
    found = []
    for what in ("build", "verify"):
        words = [sys.executable, "-c", MEMORY, what, str(folder / "contents"), str(folder / "包.vdpkg")]
        done = subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True)
        peak = int(done.stdout) / KIB
        print(f"peak memory, {what}: {peak:.0f} MB", flush=True)
        found.append(Ratio(f"G10 peak memory, {what} ÷ 64 MB", peak / 64, 1.0, steady=True))
    return found


# --- receiving -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sticks:
    """A bureau's folder (closed) and the submissions of all its schools."""

    bureau: Path
    files: list[Path]


def _sticks(folder: Path, count: int) -> Sticks:
    """A bureau of `count` schools, and one submission of each: two years of figures, evidence that the bureau has."""
    folder.mkdir()
    city = City(folder / "city")
    codes = [f"36{at:08d}" for at in range(count)]
    city.folder.mkdir()
    with city.bureau.atomic():
        register.put_units(city.bureau, [UnitRecord(code, f"第{code[-5:]}校（虚构）") for code in codes])
    task = city.folder / "任务.vdpkg"
    publish_round.publish(city.bureau, publish_round.RoundPlan(PACKS, "2026", "2099-12-31"), task)
    proofs = [pdf(folder, f"证{at}.pdf", content=str(at).encode()) for at in range(EVIDENCE)]
    with open_campaign(city.folder / "school", read_campaign(task), unit=codes[0], filler="填报") as school:
        for year in (figures.THIS, figures.LAST):
            put_entries(school, _filled(), year=year)
        for each in proofs:
            sha256, _changes = attach(school, each, indicator="db22_land")
            evidence.store_blocks(city.bureau, [each.read_bytes()], expected=sha256)
        body, content = copies.whole_body(school)
    made = _Press(city.bureau, bodies.encode(body), content, codes[0])
    place = folder / "files"
    place.mkdir()
    files = [made.written(place, code) for code in codes]
    city.close()
    return Sticks(city.folder / "bureau", files)


def _filled() -> dict[str, Entry]:
    """Every figure of the standards that can be typed."""
    found: dict[str, Entry] = {}
    for pack in map(source.load, PACKS):
        answers = {name: "符合" for name, each in pack.indicators.items() if each.question}
        entries = example_entries(pack, {**pack.examples[0].facts, **answers})
        found.update({name: each for name, each in entries.items() if not pack.fields[name].registered})
    return found


class _Press:
    """Prints the submission of one school for others, each signed by a key of its own."""

    def __init__(self, bureau: Workspace, body: bytes, content: bytes, code: str) -> None:
        round_ = register.rounds(bureau)[0]
        self._body, self._content, self._code = body, content, code.encode("ascii")
        self._head: dict[str, Any] = {
            "format": manifest.FORMAT, "v": 1, "min_reader": 1, "kind": "submission", "audience": Party("bureau", bureau.owner),
            "cycle": round_.id, "seq": 1, "prev": "", "replica": "replica", "answers": "", "standard": list(round_.packs),
            "trust_version": 1, "created": "2026-11-23T10:00:00+08:00", "app": "0.1.0",
        }  # fmt: skip

    def written(self, folder: Path, code: str) -> Path:
        """The submission of a school."""
        import pyrage

        old, new = self._code, code.encode("ascii")
        rows = self._content.replace(old, new)
        plain = json.loads(self._body.replace(old, new))
        plain["age"] = str(pyrage.x25519.Identity.generate().to_public())
        plain["journal"]["sha256"] = sha256_hex(rows)
        data, private = msgspec.json.encode(plain), sign.new_private()
        contents = {"data.json": data, f"blobs/{sha256_hex(rows)}": rows}
        head = Manifest(
            **self._head,
            key=sign.public_of(private).hex(),
            id=f"package-{code}",
            issuer=Party("school", code),
            audit_head=journal.hashes(rows.split(b"\n"))[-1],
            files=[
                FileEntry(name, len(each), sha256_hex(each), zlib.crc32(each), "") for name, each in contents.items()
            ],
            absent=[each["sha256"] for each in plain["evidence"]],
        )
        body = manifest.encode(head)
        parts = {"manifest.json": body, "manifest.sig": sign.signature_member(private, body), **contents}
        members = [Member(name, len(each), zlib.crc32(each)) for name, each in parts.items()]
        path = folder / f"{code}.vdpkg"
        whole = b"".join(local_header(one) + each for one, each in zip(members, parts.values(), strict=True))
        path.write_bytes(whole + closing(members))
        return path


class _Bare(bodies.SubmissionBody, frozen=True):
    """The body without the check that its recipient can be encrypted to."""

    def __post_init__(self) -> None:
        pass


def _floor(files: Sequence[Path], place: Path) -> None:
    """The least there is to do: read, verify signature and hashes, parse with types, keep the body."""
    connection = driver.connect(place)
    connection.execute("CREATE TABLE body (hash TEXT PRIMARY KEY, body TEXT)")
    connection.execute("BEGIN")
    decoder = msgspec.json.Decoder(_Bare)
    for path in files:
        content = path.read_bytes()
        parts, at = [], 0
        while content[at : at + 4] == b"PK\3\4":
            size = int.from_bytes(content[at + 18 : at + 22], "little")
            start = at + 30 + int.from_bytes(content[at + 26 : at + 28], "little")
            parts.append(content[start : start + size])
            at = start + size
        head = manifest.decode(parts[0])
        assert sign.good(bytes.fromhex(head.key), parts[0], parts[1][36:])
        for entry, part in zip(head.files, parts[2:], strict=True):
            assert sha256_hex(part) == entry.sha256
        decoder.decode(parts[2])
        connection.execute("INSERT INTO body VALUES (?, ?)", (sha256_hex(parts[0]), parts[2].decode("utf-8")))
    connection.execute("COMMIT")
    connection.close()


@contextmanager
def _fresh(sticks: Sticks, folder: Path) -> Iterator[Workspace]:
    """The bureau as it was before anything came."""
    place = folder / "fresh"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(sticks.bureau, place)
    with open_workspace(place) as opened:
        yield opened


def _received(sticks: Sticks, folder: Path) -> float:
    """Seconds to take everything, a thousand files at a time."""
    spent = 0.0
    with _fresh(sticks, folder) as bureau:
        for at in range(0, len(sticks.files), 1000):
            batch = sticks.files[at : at + 1000]
            start = time.perf_counter()
            result = receive_files(bureau, batch)
            spent += time.perf_counter() - start
            assert result.taken == len(batch), result.offers[0].sentence
    return spent


def _workbooks(folder: Path, count: int, sticks: Sticks) -> list[Path]:
    """The figures and evidence lists of some submissions as workbooks."""
    made = []
    for path in sticks.files[:count]:
        body = bodies.decode(verify(path).data(), bodies.SubmissionBody, file=path.name)
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["数据项", "本年", "单位", "上年", "说明"])
        last = bodies.entries(body.previous, body.previous_words)
        for name, entry in bodies.entries(body.facts, body.words).items():
            sheet.append([name, entry.text, entry.unit, last[name].text if name in last else "", entry.reason])
        more = book.create_sheet("佐证材料")
        for each in body.evidence:
            more.append([each.sha256, each.size, each.mime, each.indicator, each.label])
        made.append(folder / f"{path.stem}.xlsx")
        book.save(made[-1])
    return made


def _read_by_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    cells = sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    book.close()
    return cells


def receive(folder: Path, *, full: bool) -> list[Ratio]:
    """G6 and G7: taking 1,000 submissions, against the bare floor and against reading as many workbooks."""
    sticks = _sticks(folder / "sticks", 1000)
    count = len(sticks.files)
    books = _workbooks(folder, 40, sticks)
    print(f"one submission: {sticks.files[0].stat().st_size / 1000:.0f} KB", flush=True)

    def floor() -> float:
        place = folder / "floor.db"
        place.unlink(missing_ok=True)
        return timed(lambda: _floor(sticks.files, place)) / count

    def openpyxl_each() -> float:
        return timed(lambda: [_read_by_openpyxl(each) for each in books]) / len(books)

    bare, read, taken = [], [], []
    for _round in range(5 if full else 3):
        bare.append(floor())
        read.append(openpyxl_each())
        taken.append(_received(sticks, folder) / count)
    print(
        f"one submission, ms: {statistics.median(taken) * 1000:.2f} taken, {statistics.median(bare) * 1000:.2f} bare floor, "
        f"{statistics.median(read) * 1000:.2f} read by openpyxl",
        flush=True,
    )
    return [
        _ratio("G6 taking 1,000 submissions ÷ bare floor", 2.0, bare, taken),
        _ratio("G7 taking 1,000 submissions ÷ openpyxl reading 1,000 workbooks", 1 / 12, read, taken),
    ]


def _ratio(name: str, goal: float, base: Sequence[float], ours: Sequence[float]) -> Ratio:
    """The ratio of the medians; steady where no round of the baseline is far from its median."""
    middle = statistics.median(base)
    steady = max(base) <= 1.15 * middle and min(base) >= middle / 1.15
    return Ratio(name, statistics.median(ours) / middle, goal, steady)


def growth(folder: Path, *, full: bool) -> list[Ratio]:
    """G6: the cost of one of many submissions, the register as large as their number."""
    each: dict[int, float] = {}
    for count in (1000, 3000, 10_000) if full else (1000, 3000):
        place = folder / str(count)
        sticks = _sticks(place, count)
        each[count] = _received(sticks, folder) / count
        print(f"taking one of {count:,}: {each[count] * 1000:.2f} ms", flush=True)
        shutil.rmtree(place)
    return [
        Ratio(f"G6 one submission of {count:,} ÷ one of 1,000", spent / each[1000], 1.3, steady=True)
        for count, spent in each.items()
        if count > 1000
    ]


# --- the window meanwhile ---------------------------------------------------------------------------------------------


def stalls(folder: Path, *, full: bool) -> list[Ratio]:
    """G2: the longest time in which the window takes no event while it previews and takes 1,000 submissions."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer

    from vetdesk.ui import app as program
    from vetdesk.ui.main_window import MainWindow

    sticks = _sticks(folder / "sticks", 1000)
    application = program.make_app(["vetdesk"])
    window = MainWindow()
    window.show()

    def until(done: Callable[[], bool]) -> None:
        """Let the window run as it does for a user: it sleeps between events, and so leaves the other thread alone."""
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(lambda: loop.quit() if done() else None)
        look.start(20)
        loop.exec()
        look.stop()

    def until_calm() -> None:
        end = time.perf_counter() + 1.5
        until(
            lambda: (
                time.perf_counter() > end
                and not window.work.busy
                and window.desk is not None
                and window.desk.view is not None
            )
        )

    window.opening.open_folder(sticks.bureau)
    program.warm()
    until_calm()
    gaps: list[tuple[float, str]] = []
    last = time.perf_counter()
    doing = ""

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last, doing))
        last = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(1)
    until_calm()
    resting = max(gaps[len(gaps) // 2 :])[0]
    gaps.clear()
    assert window.desk is not None
    spent = {}
    for doing, act in (("preview", "look_at_files"), ("take", "receive")):
        start = time.perf_counter()
        getattr(window.desk, act)(sticks.files)
        until(lambda: not window.work.busy)
        spent[doing] = time.perf_counter() - start
        until_calm()
    for each, seconds in spent.items():
        longest = max(gap for gap, what in gaps if what == each)
        print(
            f"{each}: {seconds:.1f} s, longest gap {longest * 1000:.0f} ms (at rest {resting * 1000:.0f})",
            flush=True,
        )
    worst = max(gaps)[0]
    window.close()
    application.processEvents()
    return [
        Ratio("G2 longest gap ÷ 50 ms", worst / 0.05, 1.0, steady=True),
        Ratio("G2 longest gap ÷ the work", worst / min(spent.values()), 0.1, steady=True),
    ]


# --- merging -----------------------------------------------------------------------------------------------------------

RECORDS = 210


def _three(seed: int) -> tuple[dict[Place, str], dict[Place, str], dict[Place, str]]:
    """A base of 210 records and two copies of it, each with 5 % of the records changed, some by both."""
    chance = random.Random(seed)
    base: dict[Place, str] = {("fact", "this", f"f{at}"): str(chance.randrange(10**6)) for at in range(RECORDS)}
    copies = []
    for mark in ("1", "2"):
        copies.append(dict(base))
        for place in chance.sample(list(base), RECORDS // 20):
            copies[-1][place] += mark
    return base, copies[0], copies[1]


def _as_database(path: Path, records: Copy) -> None:
    """The same records as a table, which is what GeoDiff merges."""
    connection = driver.connect(path)
    connection.execute("CREATE TABLE fact (id INTEGER PRIMARY KEY, value TEXT)")
    connection.executemany("INSERT INTO fact VALUES (?, ?)", enumerate(records.values()))
    connection.commit()
    connection.close()


def merging(folder: Path, *, full: bool) -> list[Ratio]:
    """G8 and G9: merging copies of 210 records, against GeoDiff where it is installed, and a second delivery."""
    triples = [_three(seed) for seed in range(200)]
    per_record = 1 / (len(triples) * RECORDS)

    def ours() -> float:
        return timed(lambda: [merge(*each) for each in triples]) * per_record

    found = []
    try:
        pygeodiff = importlib.import_module("pygeodiff")  # a peer to compare with, not something we depend on
    except ImportError:
        print("G8: pygeodiff is not installed, nothing to compare with", flush=True)
    else:
        for name, records in zip(("base", "ours", "theirs"), triples[0], strict=True):
            _as_database(folder / f"{name}.db", records)
        peer = pygeodiff.GeoDiff()

        def theirs() -> float:
            spent = 0.0
            for _each in range(20):
                for name in ("ours", "theirs"):
                    shutil.copy(folder / f"{name}.db", folder / f"{name}-now.db")
                place = [str(folder / each) for each in ("base.db", "ours-now.db", "theirs-now.db", "conflicts.json")]
                spent += timed(partial(peer.rebase, place[0], place[2], place[1], place[3]))
            return spent / (20 * RECORDS)

        found.append(compare("G8 merging one record ÷ GeoDiff", 1 / 2, theirs, ours, rounds=9))

    connection = driver.connect(folder / "second.db")
    connection.execute("CREATE TABLE fact (unit INTEGER, id TEXT, value TEXT, PRIMARY KEY (unit, id))")
    connection.execute("CREATE TABLE body (unit INTEGER PRIMARY KEY, body TEXT)")

    def blind() -> float:
        rows = [(at, each[-1], text) for at, (_b, _o, new) in enumerate(triples) for each, text in new.items()]
        return timed(lambda: _stored(connection, "INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", rows))

    def merged() -> float:
        def both() -> None:
            bodies_ = [json.dumps(list(merge(*each).copy.values())) for each in triples]
            _stored(connection, "INSERT OR REPLACE INTO body VALUES (?, ?)", list(enumerate(bodies_)))

        return timed(both)

    blind(), merged()
    found.append(
        compare("G9 second delivery, merged and stored ÷ blind upsert of its rows", 0.5, blind, merged, rounds=9)
    )
    connection.close()
    return found


def _stored(connection: Any, sql: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute("BEGIN")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")


RUNS = {"merging": merging, "build": build, "memory": memory, "receive": receive, "growth": growth, "stalls": stalls}


def main(words: Sequence[str]) -> int:
    """Measure what is named (everything without a name). 1 where a goal is missed."""
    full = "--full" in words
    missed = False
    for name in [each for each in words if each != "--full"] or list(RUNS):
        with tempfile.TemporaryDirectory() as place:
            os.environ["VETDESK_HOME"] = str(Path(place) / "home")
            for ratio in RUNS[name](Path(place), full=full):
                print(ratio.line(), flush=True)
                missed = missed or ratio.value > ratio.goal
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
