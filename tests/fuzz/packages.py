"""Packages, mutated: nothing unsigned is taken, nothing but a plain refusal happens, a refusal changes nothing.

    python tests/fuzz/packages.py [--count 10000] [--seconds 600] [--seed 1] [--failures FOLDER]

Ends after `count` mutants or `seconds`, whichever comes first. A small city makes one package of every kind; each
mutant goes to the receiver of its kind for real. One line a kind is printed; exit status 1 where a promise broke.
Failing mutants are kept in `failures` with a note of what was done to them and what happened.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import shutil
import struct
import sys
import tempfile
import time
import traceback
import uuid
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from tests.factory import FIRST, MAJORS, SECOND, City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations import amend, copies, decide, inspect, recovery, submit
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.conflict_cards import cards
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.receive import Outcome, receive
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import speech
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync import manifest, sign
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.keys import Keys, keys_of
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.seal import opened, sealed
from vetdesk.models.sync.sealed_file import FORMAT as SEALED_FORMAT
from vetdesk.models.sync.sealed_file import KEY, NOTE, PACKAGE

FULL_COMPARE = 50
"""Every so many mutants all rows and bytes are compared; in between the database's bytes and the names of files."""
PROBE = 4
"""After every so many packages of insiders the receiver's own views are made."""
LOOK_FIRST = 4
"""Every so many mutants of a kind are looked at before they are taken."""
LONGEST = 30.0
"""Seconds after which a mutant counts as a hang."""
MOST_KEPT = 40
PASSWORD_EVERY = 400
"""Every so many encrypted files are opened with the password, which is slow on purpose."""

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """A package taken apart: the manifest, the body's bytes, and the other contents in their order."""

    head: Plain
    data: bytes
    contents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """Changed bytes, what was done, and who signed them once more (`right`, `known`, `stranger` or nobody).

    `package` is the signed package where `content` is an encrypted one around it.
    """

    content: bytes
    how: str
    signed: str = ""
    package: bytes = b""


@dataclass(frozen=True, slots=True)
class Taken:
    """A package that was taken: its archived bytes, and who issued it."""

    content: bytes
    issuer: Party


@dataclass(slots=True)
class Tally:
    """What became of the mutants of one kind."""

    total: int = 0
    refused: int = 0
    same: int = 0
    insiders: int = 0
    broken: Counter[str] = field(default_factory=Counter)

    def line(self, kind: str) -> str:
        """The counts for a reader."""
        said = ", ".join(f"{count} × {what}" for what, count in sorted(self.broken.items())) or "nothing broken"
        return (
            f"{kind}: {self.total} mutants, {self.refused} refused, {self.same} identical, "
            f"{self.insiders} of insiders taken; {said}"
        )


class BrokenError(Exception):
    """A promise that broke: a word for the count, and the details."""

    def __init__(self, what: str, details: str = "") -> None:
        super().__init__(f"{what}\n{details}")
        self.what = what


def apart(package: bytes) -> Parts:
    """A good package taken apart."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = archive.namelist()
        head = json.loads(archive.read(names[0]))
        return Parts(head, archive.read(names[2]), tuple(archive.read(each) for each in names[3:]))


def listed(parts: Parts) -> Plain:
    """The manifest with the file list that fits the contents."""
    before = {each["name"]: each["label"] for each in parts.head["files"]}
    files = []
    for at, content in enumerate((parts.data, *parts.contents)):
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"blobs/{sha256}" if at else "data.json"
        files.append(
            {
                "name": name, "size": len(content), "sha256": sha256, "crc": zlib.crc32(content),
                "label": before.get(name, ""),
            }
        )  # fmt: skip
    return {**parts.head, "files": files}


def container(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A canonical container of these members."""
    heads = [Member(name, len(content), zlib.crc32(content)) for name, content in members]
    whole = b"".join(local_header(head) + content for head, (_name, content) in zip(heads, members, strict=True))
    return whole + closing(heads)


def together(body: bytes, mark: bytes, parts: Parts) -> bytes:
    """A package of manifest bytes, signature bytes and contents; names of the contents are true."""
    names = ["data.json", *(f"blobs/{hashlib.sha256(each).hexdigest()}" for each in parts.contents)]
    return container(
        [
            ("manifest.json", body),
            ("manifest.sig", mark),
            *zip(names, (parts.data, *parts.contents), strict=True),
        ]
    )


def encoded(value: object, raw: Mapping[str, bytes]) -> bytes:
    """JSON in the byte form of packages, with some texts replaced by bytes that no encoder writes."""
    data = msgspec.json.encode(value)
    for name, content in raw.items():
        data = data.replace(b'"%b"' % name.encode("ascii"), content)
    return data


class Receiver:
    """A workspace that is as new again after every package it took."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._template = template
        self._folder = folder
        self._built: dict[str, object] = {}
        self.workspace = self._fresh()
        self.rows = rows_of(self.workspace)
        self._content = self._files()
        self._mark = self._cheap()

    def _fresh(self) -> Workspace:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._template, self._folder)
        made = open_workspace(self._folder)
        made.built = self._built
        return made

    def reset(self) -> None:
        """Start again from the template."""
        self.workspace.close()
        self.workspace = self._fresh()
        self._mark = self._cheap()

    def close(self) -> None:
        """Close the workspace."""
        self.workspace.close()

    def _cheap(self) -> tuple[bytes, tuple[tuple[str, int, int], ...]]:
        """The database's bytes, and name, size and time of every other file but restore points."""
        database = hashlib.sha256((self._folder / "vetdesk.db").read_bytes()).digest()
        return database, tuple(sorted(_scanned(self._folder, "")))

    def _files(self) -> dict[str, str]:
        found = content_of(self._folder)
        return {name: sha for name, sha in found.items() if not name.startswith(("restore-points/", "vetdesk.db"))}

    def check_untouched(self, *, thorough: bool) -> None:
        """Raises BrokenError where anything changed since the last reset."""
        if self.workspace.connection.in_transaction:
            raise BrokenError("transaction left open")
        if self._cheap() != self._mark:
            raise BrokenError("changed on refusal", _difference(self.rows, rows_of(self.workspace)))
        if thorough and (rows_of(self.workspace) != self.rows or self._files() != self._content):
            raise BrokenError("changed on refusal", "full comparison")

    def changed(self) -> dict[str, list[Plain]]:
        """Rows by table that are there now and were not before, or the other way round."""
        found: dict[str, list[Plain]] = {}
        for table, rows in rows_of(self.workspace).items():
            before, after = Counter(self.rows.get(table, [])), Counter(rows)
            differing = list((before - after).elements()) + list((after - before).elements())
            names = [row["name"] for row in self.workspace.rows(f'PRAGMA table_info("{table}")')]
            if differing:
                found[table] = [dict(zip(names, row, strict=True)) for row in differing]
        return found


def _scanned(folder: Path, below: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for each in entries:
            name = f"{below}{each.name}"
            if each.is_dir():
                if name != "restore-points":
                    yield from _scanned(Path(each.path), f"{name}/")
            elif name not in (".lock", "opened.json", "vetdesk.db", "vetdesk.db-journal"):
                found = each.stat()
                yield name, found.st_size, found.st_mtime_ns


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    return "tables that differ: " + ", ".join(name for name in after if before.get(name) != after[name])


@dataclass(slots=True)
class Target:
    """A kind of package: a good one, who signs it, and where it goes.

    `heavy` kinds are slow once their signature is good; they get fewer of those. `recipients` are those a sealed kind
    is encrypted to; `source` is then the package inside and `content` the sealed file.
    """

    kind: str
    content: bytes
    source: bytes
    keys: Keys
    deliver: Callable[[Path, int], list[Taken]]
    receiver: Receiver | None = None
    heavy: bool = False
    recipients: tuple[str, ...] = ()
    part_identity: str = ""
    part_recipient: str = ""
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = apart(self.source)


def to_workspace(receiver: Receiver) -> Callable[[Path, int], list[Taken]]:
    """Receives into a workspace, for good; some are looked at first, as the window does."""

    def deliver(path: Path, number: int) -> list[Taken]:
        if number % LOOK_FIRST == 0:
            for each in receive(receiver.workspace, [path], dry_run=True).offers:
                check_sentence(each.sentence)
        result = receive(receiver.workspace, [path])
        for each in result.offers:
            check_sentence(each.sentence)
        inbox = receiver.workspace.folder / "inbox"
        return [
            Taken((inbox / f"{each.verified.hash}.vdpkg").read_bytes(), each.verified.manifest.issuer)
            for each in result.offers
            if each.outcome is Outcome.TAKEN and each.verified is not None
        ]

    return deliver


def check_sentence(sentence: str) -> None:
    """Raises BrokenError for anything but one line of plain text."""
    if not sentence.strip() or any(each in sentence for each in "\n\r\u2028\0"):
        raise BrokenError("sentence of several lines", repr(sentence))


def campaign_of(path: Path, _number: int) -> list[Taken]:
    """Reads a task file as a school does."""
    found = read_campaign(path)
    return [Taken(path.read_bytes(), found.verified.manifest.issuer)]


def task_of(path: Path, _number: int) -> list[Taken]:
    """Reads an inspection package as an inspector does."""
    with inspect.opened_task(path) as found:
        return [Taken(found.verified.path.read_bytes(), found.verified.manifest.issuer)]


def recovery_of(path: Path, _number: int) -> list[Taken]:
    """Reads what a bureau hands back, as a school does on a new computer."""
    with recovery.opened_recovery(path) as found:
        return [Taken(found.verified.path.read_bytes(), found.verified.manifest.issuer)]


def encrypted_task_of(bureau: Receiver, password: str) -> Callable[[Path, int], list[Taken]]:
    """Opens an encrypted inspection package: without the password, at the bureau (escrow), rarely with it (slow)."""
    at_bureau = to_workspace(bureau)

    def deliver(path: Path, number: int) -> list[Taken]:
        if number % 2:
            return at_bureau(path, number)
        with inspect.opened_task(path, password="" if number % PASSWORD_EVERY else password) as found:
            return [Taken(found.verified.path.read_bytes(), found.verified.manifest.issuer)]

    return deliver


class World:
    """A city with one package of every kind, and the receivers they go to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._receivers: list[Receiver] = []
        self.targets: list[Target] = []
        self.known: Keys
        self.stranger: Keys = replace(keys_of("stranger"), root=sign.new_private())
        city = City(folder / "city")
        city.folder.mkdir(parents=True)
        self._build(city)

    def close(self) -> None:
        """Close every workspace."""
        for each in self._receivers:
            each.close()

    def _receiver(self, city: City, name: str) -> Receiver:
        """A receiver like a workspace of the city is now."""
        city.close()
        template = self._folder / f"template-{len(self._receivers)}"
        shutil.copytree(city.folder / name, template, ignore=shutil.ignore_patterns("restore-points"))
        (template / "restore-points").mkdir()
        made = Receiver(template, self._folder / f"receiver-{len(self._receivers)}")
        self._receivers.append(made)
        return made

    def _build(self, city: City) -> None:
        folder = self._folder
        own = keys_of(city.school(FIRST).id)
        self.known = keys_of(city.school(SECOND).id)
        attach(city.school(SECOND), pdf(folder, "乙.pdf", content=b"second"), indicator="db22_land")
        receive(city.bureau, [city.submission(FIRST), city.submission(SECOND)])
        self._second_computer(city)
        majors = json.dumps(MAJORS, ensure_ascii=False)
        set_figures(city.school(), {"books_print": "61000", "majors": majors, "zz10_q_plan": "yes"})
        attach(city.school(), pdf(folder), indicator="db22_land")
        bureau = self._receiver(city, "bureau")
        submission = city.submission().read_bytes()
        at_bureau = to_workspace(bureau)
        self._add("submission", submission, own, at_bureau, bureau)
        recipient = keys_of(bureau.workspace.id).recipient
        whole = sealed_file(submission, [recipient])
        self._add("sealed submission", whole, own, at_bureau, bureau, source=submission, recipients=(recipient,))
        attach(city.school(), pdf(folder, "二.pdf", content=b"x" * 3000), indicator="db22_books_ps")
        posted, _changes = submit.submit(city.school(), folder / "分.vdpkg", volume=3000, whole=True)
        self._add("evidence", posted.rest[0].read_bytes(), own, at_bureau, bureau)
        self._bureau_kinds(city, bureau)
        self._school_kinds(city, own)
        city.close()

    def _second_computer(self, city: City) -> None:
        """Another computer of the first school: its copy and its own figures."""
        other = open_campaign(city.folder / "other", read_campaign(city.campaign), unit=FIRST, filler="另一位")
        majors = json.dumps(MAJORS[:1], ensure_ascii=False)
        set_figures(other, {"books_print": "1234", "teachers_dual": "31", "majors": majors, "zz10_q_plan": "partly"})
        explain(other, "U07", "说明")
        attach(other, pdf(self._folder, "另.pdf", content=b"other"), indicator="db22_books_ps")
        copies.export_copy(other, self._folder / "副本.vdpkg")
        self._other = keys_of(other.id)
        other.close()

    def _bureau_kinds(self, city: City, bureau: Receiver) -> None:
        folder, desk = self._folder, keys_of(city.bureau.id)
        self._add("campaign", city.campaign.read_bytes(), desk, campaign_of, heavy=True)
        inspector = city.inspector(units=(FIRST, SECOND))
        task = (city.folder / "核查任务包-1.vdpkg").read_bytes()
        self._add("inspection", task, desk, task_of)
        for code in (FIRST, SECOND):
            inspect.mark(inspector, code, "teachers_ft", found="agree")
        inspect.mark(inspector, FIRST, "land_owned", found="differ", value="90亩", method="measure", note="量过")
        inspect.note_finding(
            inspector, FIRST, problem="图书不够", indicator="db22_books_ps", advice="补", due="2026-12-01"
        )
        inspect.hand_back(inspector, folder / "核查结果.vdpkg")
        review, by = (folder / "核查结果.vdpkg").read_bytes(), keys_of(inspector.id)
        posted, _changes = inspect.assign(city.bureau, folder / "密.vdpkg", inspector="2", units=[FIRST])
        inner = next((city.bureau.folder / "outbox").glob("inspection-2-*")).read_bytes()
        opener = encrypted_task_of(bureau, posted.password)
        self._add("encrypted inspection", posted.path.read_bytes(), desk, opener, bureau, source=inner)
        inspecting = self._receiver(city, "bureau")
        self._add("review", review, by, to_workspace(inspecting), inspecting)
        receive(city.bureau, [folder / "核查结果.vdpkg"])
        decide.return_figures(city.bureau, FIRST, {"books_print": "请核实"}, due="2026-11-01")
        recovery.hand_back(city.bureau, SECOND, folder / "恢复.vdpkg", encrypt=False)
        self._add("recovery", (folder / "恢复.vdpkg").read_bytes(), desk, recovery_of, heavy=True)

    def _school_kinds(self, city: City, own: Keys) -> None:
        folder, desk = self._folder, keys_of(city.bureau.id)
        reply(city.bureau, folder / "回复.vdpkg")
        amend.set_deadline(city.bureau, "2099-11-30")
        amend.amend(city.bureau, folder / "调整.vdpkg", note="延期")
        amend.send_trust(city.bureau, folder / "身份.vdpkg")
        school = self._receiver(city, f"school-{FIRST}")
        at_school = to_workspace(school)
        self._add("reply", (folder / "回复.vdpkg").read_bytes(), desk, at_school, school)
        self.targets[-1].part_identity, self.targets[-1].part_recipient = own.age, own.recipient
        self._add("amendment", (folder / "调整.vdpkg").read_bytes(), desk, at_school, school, heavy=True)
        self._add("trust", (folder / "身份.vdpkg").read_bytes(), desk, at_school, school)
        self._add("copy", (folder / "副本.vdpkg").read_bytes(), self._other, at_school, school)

    def _add(
        self,
        kind: str,
        content: bytes,
        keys: Keys,
        deliver: Callable[[Path, int], list[Taken]],
        receiver: Receiver | None = None,
        *,
        source: bytes = b"",
        heavy: bool = False,
        recipients: tuple[str, ...] = (),
    ) -> None:
        self.targets.append(Target(kind, content, source or content, keys, deliver, receiver, heavy, recipients))


def sealed_file(package: bytes, recipients: Sequence[str], *, note: bytes = b"", key: bytes | None = None) -> bytes:
    """A package encrypted to recipients, with its open note."""
    plain = {"format": SEALED_FORMAT, "v": 1, "kind": "submission", "sender": "甲校", "readers": ["教育局"],
             "password": key is not None}  # fmt: skip
    members = [(NOTE, note or msgspec.json.encode(plain))]
    if key is not None:
        members.append((KEY, key))
    return container([*members, (PACKAGE, sealed(package, list(recipients)))])


# --- what is done to bytes -------------------------------------------------------------------------------------------

Way = Callable[[random.Random, bytes, bytes], bytes]


def _junk(chance: random.Random, most: int = 64) -> bytes:
    return chance.randbytes(chance.randint(1, most))


def _at(chance: random.Random, content: bytes) -> int:
    """Somewhere; often near an end, where the structure is."""
    edge = min(len(content), 700)
    return chance.choice(
        (chance.randrange(len(content)), chance.randrange(edge), len(content) - 1 - chance.randrange(edge))
    )


def flip(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """A few bits flipped."""
    changed = bytearray(content)
    for _each in range(chance.choice((1, 1, 1, 2, 8, 64))):
        changed[_at(chance, content)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def insert(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """Bytes inserted."""
    at = _at(chance, content)
    return content[:at] + _junk(chance) + content[at:]


def delete(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """Bytes left out."""
    at = _at(chance, content)
    return content[:at] + content[at + chance.choice((1, 1, 2, 7, 30, 1000)) :]


def double(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """A stretch repeated."""
    at, size = _at(chance, content), chance.choice((1, 4, 30, 500, len(content)))
    return content[: at + size] + content[at : at + size] + content[at + size :]


def swap(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """Two blocks in each other's place."""
    size = chance.choice((1, 16, 256, 4096))
    one, two = sorted((_at(chance, content), _at(chance, content)))
    size = min(size, two - one)
    return content[:one] + content[two : two + size] + content[one + size : two] + content[one : one + size] + (
        content[two + size :]
    )  # fmt: skip


def cut(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """Truncated."""
    return content[: _at(chance, content)]


def blank(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """A stretch of zeros, as a bad stick leaves it."""
    at, size = _at(chance, content), chance.choice((1, 16, 512, 4096))
    size = min(size, len(content) - at)
    return content[:at] + bytes(size) + content[at + size :]


def longer(chance: random.Random, content: bytes, other: bytes) -> bytes:
    """Something before or behind."""
    more = chance.choice((b"\0", b"\r\n", _junk(chance, 2000), other, content))
    return content + more if chance.random() < 0.6 else more + content


def splice(chance: random.Random, content: bytes, other: bytes) -> bytes:
    """The beginning of one and the end of another package."""
    if chance.random() < 0.5:
        at = _at(chance, content)
        return content[:at] + other[at:]
    return content[: _at(chance, content)] + other[_at(chance, other) :]


def lines(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """Line ends changed, as mail programs do."""
    one, two = chance.choice(((b"\n", b"\r\n"), (b"\r\n", b"\n"), (b"\0", b""), (b'"', b'\\"')))
    return content.replace(one, two)


def headers(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    """A field of a local header, of the directory or of the end record set to something else."""
    marks = [(b"PK\x03\x04", 26), (b"PK\x01\x02", 42), (b"PK\x05\x06", 18)]
    mark, size = chance.choice(marks)
    places = []
    at = content.find(mark)
    while at >= 0:
        places.append(at)
        at = content.find(mark, at + 1)
    if not places:
        return content + b"\0"
    place = chance.choice(places) + 4 + 2 * chance.randrange(size // 2)
    value = chance.choice(
        (struct.pack("<H", chance.randrange(65536)), b"\0\0", b"\1\0", b"\x08\0", b"\xff\xff", b"\xff\xff\xff\xff",
         b"\0\0\0\x80", b"\0\0\0\0")
    )  # fmt: skip
    return content[:place] + value + content[place + len(value) :]


def rezipped(chance: random.Random, content: bytes, other: bytes) -> bytes:
    """Written again by an ordinary ZIP tool, with something done differently."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(each, archive.read(each)) for each in archive.namelist()]
    with zipfile.ZipFile(io.BytesIO(other)) as archive:
        more = [(each, archive.read(each)) for each in archive.namelist()]
    method, dated, comment, extra = zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), b"", b""
    match chance.randrange(12):
        case 0:
            method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        case 1:
            dated = (chance.randint(1980, 2100), 5, 6, 7, 8, 10)
        case 2:
            chance.shuffle(members)
        case 3:
            comment = _junk(chance)
        case 4:
            extra = struct.pack("<HH", 0x7075, 4) + b"abcd"
        case 5:
            name = chance.choice(("../x", "a/b", "x.txt", "blobs/" + "0" * 64, "manifest.json", "data.json", "甲.txt"))
            members.insert(chance.randrange(len(members) + 1), (name, _junk(chance)))
        case 6:
            members.append(chance.choice(members))
        case 7:
            members.remove(chance.choice(members))
        case 8:
            at = chance.randrange(len(members))
            members[at] = (members[at][0], chance.choice(more)[1])
        case 9:
            at = chance.randrange(len(members))
            members[at] = (chance.choice((members[at][0].upper(), "x" + members[at][0], "..", "\0")), members[at][1])
        case 10:
            members = [(chance.choice(("包.vdpkg", "包(1).zip", "..", "a/../b")), flip(chance, content, other))]
        case _:
            members += more
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, _quiet():
        archive.comment = comment
        for name, data in members:
            info = zipfile.ZipInfo(name, dated)
            info.compress_type, info.extra = method, extra
            archive.writestr(info, data)
    return out.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """`zipfile` warns of names that come twice."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def canonical(chance: random.Random, content: bytes, other: bytes) -> bytes:
    """The members of one package, some of another, in a container that is all right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(each, archive.read(each)) for each in archive.namelist()]
    with zipfile.ZipFile(io.BytesIO(other)) as archive:
        more = [(each, archive.read(each)) for each in archive.namelist()]
    at = chance.randrange(len(members))
    name, data = members[at]
    match chance.randrange(6):
        case 0:
            members[at] = (name, flip(chance, data, other) if data else b"x")
        case 1:
            members[at] = (name, chance.choice(more)[1])
        case 2:
            members[at] = chance.choice(more)
        case 3:
            members.insert(at, chance.choice((*members, *more, ("blobs/" + "0" * 64, b""))))
        case 4:
            del members[at]
        case _:
            two = chance.randrange(len(members))
            members[at], members[two] = members[two], members[at]
    return container(members)


BYTES: tuple[Way, ...] = (flip, flip, insert, delete, double, swap, cut, blank, longer, splice, lines)
ARCHIVE: tuple[Way, ...] = (headers, headers, rezipped, canonical, canonical)


# --- what an insider writes ------------------------------------------------------------------------------------------

RAW: Mapping[str, bytes] = {
    "@nan": b"NaN",
    "@infinite": b"1e999",
    "@digits": b"1" + b"0" * 5000,
    "@minus": b"-0",
    "@float": b"1.0",
    "@half": b'"\\ud800"',
    "@invalid": b'"\xff\xfe"',
    "@deep": b"[" * 3000 + b"]" * 3000,
    "@deeper": b"[" * 200_000,
    "@objects": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "@escaped": b'"\\u0041"',
    "@space": b' "x"',
    "@comment": b"/**/1",
    "@twice": b'"a","a":"b"',
}
"""Bytes in the place of a value that the encoder of packages never writes."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**64, -(2**63), 10**30, 0.5,
    "", " ", "0", "1", "-1", "NaN", "Infinity", "1e5", "1e999", "1_000", "１２", "01", "1.", ".5", "9" * 18, "9" * 19,
    "0." + "9" * 13, "999999999999999999.999999999999", "x" * 201, "x" * 20_001, "字" * 5000, "x" * 250_000,
    "\n", "a\nb", "\u202e", "\u0000", "../../x", "{file}", "{", "%s", "<b>x</b>", "😀", "\u2028",
    "yes", "no", "partly", "given", "unknown", "not_applicable", "unfilled", "revoked", "closed", "claimed_fixed",
    "differ", "agree", "[", "[]", "[1]", "[[]]", "[{}]", '[{"a":1}]', '[{"major_name":"x"}]',
    '[{"major_name":"x","students":"NaN"}]', "{}", "null", "[" * 2000, FIRST, SECOND, "3641999999", "411400", "000000",
    "2026-13-45", "2026-12-31", "yesterday", "0" * 64, "f" * 64, "F" * 64, "0" * 63, "age1" + "q" * 58,
    [], {}, [[]], [{}], {"a": "b"}, [None], ["x"] * 6000, {str(each): "x" for each in range(3000)},
    "teachers_ft", "land_counted", "majors", "zz10_q_plan", "db22_land", "school", "bureau", "inspector", "round",
    *RAW,
)  # fmt: skip
"""What is put in the place of values."""

Place = tuple[str | int, ...]


def places(value: object, at: Place = ()) -> Iterator[Place]:
    """The place of every value inside another."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield (*at, name)
            yield from places(each, (*at, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield (*at, number)
            yield from places(each, (*at, number))


def _inside(value: Any, at: Place) -> Any:
    for each in at:
        value = value[each]
    return value


def edit(chance: random.Random, plain: Any, *, count: int = 1) -> str:
    """Change a few values of plain JSON in place. Returns what was done."""
    said = []
    for _each in range(count):
        found = list(places(plain))
        if not found:
            break
        # one of the upper places as often as one of the many below
        at = chance.choice(found if chance.random() < 0.5 else [each for each in found if len(each) <= 2])
        holder, key = _inside(plain, at[:-1]), at[-1]
        said.append(f"{'.'.join(map(str, at))}: {_change(chance, holder, key, plain, found)}")
    return "; ".join(said)


def _change(chance: random.Random, holder: Any, key: str | int, plain: Any, found: Sequence[Place]) -> str:
    value = holder[key]
    match chance.randrange(10):
        case 0:
            del holder[key]
            return "gone"
        case 1 if isinstance(holder, dict):
            holder[chance.choice(("extra", "", "x" * 300, "__class__", "名", "teachers_ft", "a.b"))] = value
            return "once more"
        case 1:
            holder.insert(int(key), value)
            return "once more"
        case 2:
            other = _inside(plain, chance.choice(found))
            holder[key] = json.loads(json.dumps(other))
            return "another value of the same body"
        case 3 if isinstance(value, str) and value:
            holder[key] = chance.choice((value + "x", value[:-1], value * 2, value.upper(), value[::-1], f" {value}"))
            return "text changed"
        case 3 | 4 if isinstance(value, int) and not isinstance(value, bool):
            holder[key] = chance.choice((value + 1, value - 1, value * 1000, -value, value + 999, value + 1001))
            return "number changed"
        case 5 if isinstance(value, list) and value:
            holder[key] = chance.choice((value * 2, value[::-1], value[:-1], []))
            return "list changed"
    holder[key] = chance.choice(VALUES)
    return f"set to {str(holder[key])[:40]!r}"


def _signer(chance: random.Random, world: World, target: Target) -> tuple[str, Keys | None]:
    """Who signs what was changed: mostly the one who may."""
    share = chance.random() * (8 if target.heavy else 1)
    if share < 0.6:
        return "right", target.keys
    if share < 0.75:
        return "known", world.known
    if share < 0.85:
        return "stranger", world.stranger
    return "", None


def _signed(target: Target, parts: Parts, body: bytes, who: str, keys: Keys | None, how: str) -> Mutant:
    """A package of changed parts, signed or under the old signature; sealed where the kind is."""
    if keys is None:
        mark = sign.signature_member(target.keys.signing, msgspec.json.encode(target.parts.head))
    else:
        mark = sign.signature_member(keys.signing, body)
    package = together(body, mark, parts)
    content = sealed_file(package, target.recipients) if target.recipients else package
    return Mutant(content, how, who, package)


def edited_head(chance: random.Random, world: World, target: Target) -> Mutant:
    """The manifest changed."""
    who, keys = _signer(chance, world, target)
    head = json.loads(json.dumps(target.parts.head))
    if keys is not None and chance.random() < 0.9:
        head["key"] = keys.public.hex()
    match chance.randrange(8):
        case 0:
            how = _set(head, "kind", chance.choice(manifest.KINDS))
        case 1:
            how = _set(head, "seq", chance.choice((1, head["seq"] + 1, head["seq"] + 1000, head["seq"] + 2000, 2**53)))
        case 2:
            party = chance.choice(("issuer", "audience"))
            role = chance.choice(("school", "bureau", "inspector", "round"))
            how = _set(head, party, {"role": role, "id": chance.choice((FIRST, SECOND, "411400", "1"))})
        case 3:
            name = chance.choice(("id", "created", "app", "replica", "answers", "prev", "audit_head"))
            how = _set(head, name, chance.choice(("", "x", "0" * 64, str(uuid.UUID(int=7)), head["prev"])))
        case 4:
            at = chance.choice(head["files"])
            how = _set(
                at, chance.choice(("size", "crc")), chance.choice((0, 1, at["size"] + 1, 2**32 - 1, 2**32, 2**53))
            )
        case 5:
            chance.shuffle(head["files"])
            how = "files shuffled"
        case _:
            how = edit(chance, head, count=chance.choice((1, 1, 2)))
    return _signed(target, target.parts, encoded(head, RAW), who, keys, f"manifest, {how}")


def _set(holder: Plain, name: str, value: object) -> str:
    holder[name] = value
    return f"{name} = {str(value)[:60]}"


def edited_data(chance: random.Random, world: World, target: Target) -> Mutant:
    """The body changed, and the manifest with it."""
    who, keys = _signer(chance, world, target)
    plain = json.loads(target.parts.data)
    parts = target.parts
    if chance.random() < 0.35:
        how, parts = _meant(chance, target, plain)
        data = encoded(plain, RAW)
    elif chance.random() < 0.1:
        data = chance.choice((b"", b"null", b"[]", b"{}", b"[" * 200_000, parts.data + b"\n", b"\xef\xbb\xbf" + parts.data,
                              parts.data.replace(b",", b", ", 1), parts.data[:-1] + b',"round":"x"}',
                              json.dumps(plain).encode("ascii")))  # fmt: skip
        how = f"body = {data[:30]!r}"
    else:
        how = edit(chance, plain, count=chance.choice((1, 1, 1, 3)))
        data = encoded(plain, RAW)
    parts = replace(parts, data=data)
    head = {**listed(parts), **({"key": keys.public.hex()} if keys else {})}
    if chance.random() < 0.05:
        head["created"] = "x"
    return _signed(target, parts, msgspec.json.encode(head), who, keys, f"body, {how}")


def _meant(chance: random.Random, target: Target, plain: Plain) -> tuple[str, Parts]:
    """A change that somebody would make on purpose, for kinds that have such a thing."""
    if "facts" in plain and "journal" in plain:
        return _school_says(chance, target, plain)
    if "marks" in plain:
        return _inspector_says(chance, plain), target.parts
    if "packs" in plain and chance.random() < 0.7:
        at = chance.randrange(len(plain["packs"]))
        pack = json.loads(plain["packs"][at])
        how = edit(chance, pack)
        text = json.dumps(pack, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        plain["packs"][at] = text.replace('"@', '"') if "@" in text else text
        return f"standard, {how}", target.parts
    if "parts" in plain and target.part_identity:
        return _bureau_says(chance, target, plain)
    return edit(chance, plain), target.parts


def _school_says(chance: random.Random, target: Target, plain: Plain) -> tuple[str, Parts]:
    facts, words = plain["facts"], plain["words"]
    some = chance.choice(list(facts))
    match chance.randrange(9):
        case 0:
            return _journal(chance, target, plain)
        case 1:
            facts[some]["text"] = chance.choice(("9" * 18 + ".999999999999", "0", "", "0.000000000001"))
            return f"facts.{some} huge", target.parts
        case 2:
            state = chance.choice(("unknown", "not_applicable", "given"))
            text = chance.choice([each for each in VALUES if isinstance(each, str) and not each.startswith("@")])
            words["majors"] = {"state": state, "text": text, "reason": ""}
            return f"majors {state} {text[:30]!r}", target.parts
        case 3:
            word = chance.choice(list(words))
            state = chance.choice(("unknown", "not_applicable", "given"))
            words[word] = {"state": state, "text": chance.choice(("", "yes", "x", "[")), "reason": "原因"}
            return f"words.{word}", target.parts
        case 4:
            plain["unit"] = SECOND
            return "unit", target.parts
        case 5:
            each = chance.choice(("0" * 64, hashlib.sha256(b"%PDF-1.4\nsecond").hexdigest()))
            plain["evidence"].append(
                {
                    "sha256": each,
                    "size": chance.choice((1, 15, 10**6)),
                    "mime": "x",
                    "indicator": "",
                    "label": "\n\u202e",
                }
            )
            return "evidence of someone else", target.parts
        case 6:
            plain["replies"].append({"finding": str(uuid.UUID(int=1)), "state": "claimed_fixed", "measure": "x"})
            plain["explanations"]["U99"] = "\ufffd\n"
            return "replies and explanations", target.parts
        case 7:
            kind = chance.choice(
                (["fact", "this", "books_print"], ["fact"], ["x"], ["fact", "this", "majors", "row", "66"])
            )
            plain["decisions"].append({"place": kind, "chosen": "[", "reason": "", "who": "x", "at": "x"})
            return "decisions", target.parts
    plain["succeeds"] = {"key": "ab" * 32, "mark": "cd" * 64}
    return "succeeds", target.parts


def _journal(chance: random.Random, target: Target, plain: Plain) -> tuple[str, Parts]:
    """A journal that is something else, with a head that fits or not."""
    own = plain["journal"]["sha256"]
    at = next(number for number, each in enumerate(target.parts.contents) if hashlib.sha256(each).hexdigest() == own)
    content = target.parts.contents[at]
    rows = content.decode("utf-8").split("\n")
    some = chance.randrange(len(rows))
    row = json.loads(rows[some])
    how = chance.choice(("row", "who", "raw", "cut", "bytes", "swapped", "long", "empty"))
    match how:
        case "row":
            how = f"row, {edit(chance, row)}"
            rows[some] = encoded(row, RAW).decode("utf-8", "replace")
        case "who":
            strange = chance.choice(("\ud800", "x\ny", "\u202e", "\0", "x" * 5000, ""))
            rows = [json.dumps({**json.loads(each), "who": strange, "at": strange}) for each in rows]
        case "raw":
            rows[some] = chance.choice(("", "null", "[]", "{}", "NaN", "[" * 5000, '{"seq":1}', '"', "1" * 5000))
        case "cut":
            rows = rows[: some + 1]
        case "swapped":
            other = chance.randrange(len(rows))
            rows[some], rows[other] = rows[other], rows[some]
        case "long":
            rows = rows + [json.dumps({**row, "seq": len(rows) + 1 + more}) for more in range(2000)]
        case "bytes" | "empty":
            rows = []
    changed = "\n".join(rows).encode("utf-8") if how != "bytes" else chance.randbytes(3000)
    contents = (*target.parts.contents[:at], changed, *target.parts.contents[at + 1 :])
    plain["journal"] = {
        "sha256": hashlib.sha256(changed).hexdigest(),
        "rows": len(rows) if chance.random() < 0.9 else plain["journal"]["rows"],
    }
    head = target.parts.head
    if chance.random() < 0.9:
        head = {**head, "audit_head": _head_of(rows)}
    return f"journal, {how}", replace(target.parts, contents=contents, head=head)


def _head_of(rows: Sequence[str]) -> str:
    previous = bytes(32)
    for each in rows:
        data = each.encode("utf-8")
        previous = hashlib.sha256(previous + len(data).to_bytes(8, "big") + data).digest()
    return previous.hex()


def _inspector_says(chance: random.Random, plain: Plain) -> str:
    each = chance.choice(plain["marks"])
    match chance.randrange(6):
        case 0:
            each["unit"] = chance.choice((SECOND, FIRST, "3641999999"))
        case 1:
            each["fact"] = chance.choice(("majors", "zz10_q_plan", "land_counted", "books_print", "x"))
        case 2:
            each.update(mark="differ", text=chance.choice(("yes", "9" * 18, "0", "no")))
        case 3:
            each["typed_unit"] = chance.choice(("亩", "万元", "x", ""))
        case 4:
            plain["marks"] = plain["marks"] * 3
        case _:
            plain["token"] = "0" * 64
    return "mark changed"


def _bureau_says(chance: random.Random, target: Target, plain: Plain) -> tuple[str, Parts]:
    """A school's sealed part changed: its content, or the encrypted bytes."""
    unit = chance.choice((FIRST, FIRST, FIRST, SECOND))
    entry = next(each for each in plain["parts"] if each["unit"] == unit)
    at = next(n for n, each in enumerate(target.parts.contents) if hashlib.sha256(each).hexdigest() == entry["sha256"])
    content = target.parts.contents[at]
    inner = opened(content, target.part_identity)
    if inner is None or chance.random() < 0.3:
        way = chance.choice(BYTES)
        changed, how = way(chance, content, target.parts.contents[0]), f"part encrypted, {way.__name__}"
    else:
        part = json.loads(inner)
        how = f"part, {edit(chance, part, count=chance.choice((1, 1, 2)))}"
        changed = sealed(encoded(part, RAW), [target.part_recipient])
    entry["sha256"] = hashlib.sha256(changed).hexdigest()
    return how, replace(
        target.parts, contents=(*target.parts.contents[:at], changed, *target.parts.contents[at + 1 :])
    )  # fmt: skip


def edited_seal(chance: random.Random, _world: World, target: Target) -> Mutant:
    """The open note of a sealed file changed, or one of its members."""
    with zipfile.ZipFile(io.BytesIO(target.content)) as archive:
        members = [(each, archive.read(each)) for each in archive.namelist()]
    note = json.loads(members[0][1])
    if chance.random() < 0.6:
        how = edit(chance, note, count=chance.choice((1, 2)))
        members[0] = (NOTE, encoded(note, RAW))
    else:
        at = chance.randrange(len(members))
        way = chance.choice(BYTES)
        how = f"{members[at][0]}, {way.__name__}"
        members[at] = (members[at][0], way(chance, members[at][1], members[0][1]))
    return Mutant(container(members), f"seal, {how}")


def mutant(chance: random.Random, world: World, target: Target) -> Mutant:
    """A mutant of a kind's package."""
    share = chance.random()
    encrypted = target.content != target.source
    if encrypted and share < 0.25:
        return edited_seal(chance, world, target)
    if share < 0.58 or (encrypted and not target.recipients):
        way = chance.choice(BYTES if share < 0.4 else ARCHIVE)
        other = chance.choice([each for each in world.targets if each is not target])
        changed = way(chance, target.content, other.content)
        if changed == target.content and chance.random() < 0.9:
            way, changed = flip, flip(chance, target.content, other.content)
        return Mutant(changed, way.__name__)
    return (edited_head if share < 0.7 else edited_data)(chance, world, target)


# --- the judgement ---------------------------------------------------------------------------------------------------


class Fuzz:
    """One run: makes mutants, hands them over, judges what happened."""

    def __init__(self, world: World, folder: Path, *, seed: int, failures: Path) -> None:
        self._world = world
        self._folder = folder
        self._staging = Path(tempfile.gettempdir())
        self._seed = seed
        self._failures = failures
        self._kept = 0
        self._good = {each.source for each in world.targets}
        self.tallies = {each.kind: Tally() for each in world.targets}

    def run(self, count: int, seconds: float) -> None:
        """Go on until `count` mutants were judged or `seconds` have passed."""
        end = time.monotonic() + seconds
        for number in range(count):
            if time.monotonic() > end:
                break
            self.one(number)

    def one(self, number: int) -> None:
        """Make and judge one mutant."""
        target = self._world.targets[number % len(self._world.targets)]
        chance = random.Random(f"{self._seed} {number}")
        made = mutant(chance, self._world, target)
        tally = self.tallies[target.kind]
        tally.total += 1
        path = self._folder / f"{target.kind}-{number}.vdpkg"
        path.write_bytes(made.content)
        start = time.monotonic()
        try:
            self._judge(target, made, path, tally)
            if time.monotonic() - start > LONGEST:
                raise BrokenError("hang", f"{time.monotonic() - start:.1f} s")
        except BrokenError as error:
            tally.broken[error.what] += 1
            self._keep(target, made, number, str(error) + "\n" + traceback.format_exc())
            if target.receiver is not None:
                target.receiver.reset()
        finally:
            path.unlink()

    def _judge(self, target: Target, made: Mutant, path: Path, tally: Tally) -> None:
        taken = self._delivered(target, path, tally.total)
        if any(self._staging.iterdir()):
            for each in self._staging.iterdir():
                shutil.rmtree(each, ignore_errors=True)
            raise BrokenError("temporary files left")
        receiver = target.receiver
        if not taken:
            if receiver is not None:
                receiver.check_untouched(thorough=tally.total % FULL_COMPARE == 0)
            tally.refused += 1
            return
        identical = all(each.content in self._good for each in taken)
        ours = made.package or made.content
        if not identical and not (made.signed and all(each.content in (*self._good, ours) for each in taken)):
            raise BrokenError("taken without a signature", made.how)
        tally.same += identical
        tally.insiders += not identical
        if receiver is not None:
            if not identical:
                check_scope(target, made, taken[0], receiver)
                if tally.insiders % PROBE == 0:
                    self._probe(receiver.workspace)
            receiver.reset()

    def _delivered(self, target: Target, path: Path, number: int) -> list[Taken]:
        """What was taken; nothing where it was refused plainly."""
        try:
            return target.deliver(path, number)
        except BrokenError:
            raise
        except KnownError as error:
            if target.receiver is not None and not target.kind.startswith("encrypted"):
                raise BrokenError("the whole batch stopped", traceback.format_exc()) from error
            check_sentence(error.sentence)
            return []
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a fault of any kind is what is looked for, panics too
            raise BrokenError(f"fault {type(error).__name__}", traceback.format_exc()) from error

    def _probe(self, workspace: Workspace) -> None:
        """What an insider sent must not spoil the views and files of the one who took it."""
        try:
            if workspace.role == "bureau":
                board(workspace)
                reply(workspace, self._folder / "probe.vdpkg")
            else:
                standing(workspace)
                cards(workspace)
                copies.export_copy(workspace, self._folder / "probe.vdpkg")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise BrokenError(f"afterwards {type(error).__name__}", traceback.format_exc()) from error
        finally:
            with suppress(OSError):
                (self._folder / "probe.vdpkg").unlink()

    def _keep(self, target: Target, made: Mutant, number: int, text: str) -> None:
        self._kept += 1
        if self._kept > MOST_KEPT:
            return
        self._failures.mkdir(parents=True, exist_ok=True)
        name = f"{target.kind.replace(' ', '-')}-{self._seed}-{number}"
        (self._failures / f"{name}.vdpkg").write_bytes(made.content)
        said = f"seed {self._seed}, number {number}\n{made.how}\nsigned: {made.signed or 'not again'}\n{text}\n"
        (self._failures / f"{name}.txt").write_text(said, encoding="utf-8", errors="backslashreplace")


OWNERS: Mapping[str, str] = {
    "package": "unit", "submission": "unit", "known_key": "owner", "finding": "unit", "arrival": "unit", "journal": "unit",
    "comment": "unit", "fact": "unit", "mark": "unit", "explanation": "unit", "evidence_use": "unit", "conflict": "unit",
    "sheet": "unit", "unit": "code", "touched": "unit",
}  # fmt: skip
"""The column that says whose a row is."""


def check_scope(target: Target, made: Mutant, taken: Taken, receiver: Receiver) -> None:
    """What an insider's package may change: rows of its own school, and what belongs to its kind.

    Raises BrokenError where it changed more, or where its signer may not sign that.
    """
    at_bureau = receiver.workspace.role == "bureau"
    changed = receiver.changed()
    if at_bureau and taken.issuer.role == "inspector":
        allowed = {FIRST, SECOND, taken.issuer.id, ""}
        tables = {"package", "known_key", "mark", "fact", "finding", "journal", "assignment"}
    elif at_bureau:
        allowed = {taken.issuer.id}
        tables = {
            "package",
            "submission",
            "known_key",
            "finding",
            "arrival",
            "journal",
            "evidence",
            "touched",
            "sqlite_sequence",
        }
    else:
        allowed = {FIRST, "", "411400"}
        tables = set(changed) - {"draft", "assignment", "mark"}
    for table, rows in changed.items():
        owner = OWNERS.get(table)
        if table not in tables or (owner and not {str(row[owner] or "") for row in rows} <= allowed):
            raise BrokenError("rows of others changed", f"{made.how}\n{table}: {str(rows)[:3000]}")
    if at_bureau and any(row["mime"] for row in _replaced(changed.get("evidence", []))):
        raise BrokenError("rows of others changed", f"{made.how}\nevidence")
    _check_signer(target, made, taken, changed, at_bureau=at_bureau)


def _replaced(rows: Sequence[Plain]) -> list[Plain]:
    """Rows that were there and are no more, or changed: their hash is among the rows twice."""
    count = Counter(row["sha256"] for row in rows)
    return [row for at, row in enumerate(rows) if count[row["sha256"]] > 1 and at < len(rows) / 2]


def _check_signer(
    target: Target, made: Mutant, taken: Taken, changed: Mapping[str, list[Plain]], *, at_bureau: bool
) -> None:
    if made.signed == "right":
        return
    if not at_bureau and taken.issuer.role == "bureau":
        raise BrokenError("taken from a stranger", made.how)
    if at_bureau and taken.issuer.role == "school":
        if made.signed == "known" and taken.issuer.id != SECOND:
            raise BrokenError("taken under another school's key", made.how)
        if made.signed == "stranger" and any(row["current"] for row in changed.get("submission", [])):
            raise BrokenError("a stranger's submission counts", f"{target.kind}, {made.how}")


def main(words: Sequence[str] | None = None) -> int:
    """Run; 1 where a promise broke."""
    parser = argparse.ArgumentParser(description="Mutated packages against their receivers.")
    parser.add_argument("--count", type=int, default=10_000, help="mutants at most")
    parser.add_argument("--seconds", type=float, default=600, help="seconds at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=Path, default=Path(__file__).with_name("failures"))
    given = parser.parse_args(words)
    speech.choose("zh")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder = Path(place)
        os.environ["VETDESK_HOME"] = str(folder / "home")
        world = World(folder / "world")
        (folder / "staging").mkdir()
        (folder / "mutants").mkdir()
        tempfile.tempdir = str(folder / "staging")
        try:
            fuzz = Fuzz(world, folder / "mutants", seed=given.seed, failures=given.failures)
            start = time.monotonic()
            fuzz.run(given.count, given.seconds)
            spent = time.monotonic() - start
        finally:
            tempfile.tempdir = None
            world.close()
    for kind, tally in fuzz.tallies.items():
        print(tally.line(kind), flush=True)
    total = sum(each.total for each in fuzz.tallies.values())
    broken = sum(sum(each.broken.values()) for each in fuzz.tallies.values())
    print(f"seed {given.seed}: {total} mutants in {spent:.1f} s ({total / max(spent, 0.001):.0f}/s), {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
