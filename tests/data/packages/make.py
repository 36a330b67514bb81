"""Makes the packages of this folder, good and damaged, always the same bytes. `README.md` says what they are for.

    python tests/data/packages/make.py

It shares no code with the program, so that both can be wrong only in the same way by having read the same page.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).resolve().parent
CASES = "cases.json"
MIB = 2**20
ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
TYPE = b"application/vnd.vetdesk.package.v1+json"


class Case(NamedTuple):
    """A file, what a reader says of it (`ok` or the code of the refusal), and what is the matter with it."""

    file: str
    verdict: str
    note: str
    data: bytes


# Keys and signatures


def seed(number: int) -> bytes:
    """A private key. Everybody may know it, so it is good for nothing else."""
    return hashlib.sha256(b"vetdesk test vector key %d" % number).digest()


def public(private: bytes) -> bytes:
    """The raw public key of a private one."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


OWN, STRANGER = seed(1), seed(2)


def pae(body: bytes, kind: bytes = TYPE, length: int = -1) -> bytes:
    """What is signed: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body) if length < 0 else length, body)


def signature(message: bytes, private: bytes = OWN) -> bytes:
    """64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def mark(key: bytes, signed: bytes, head: bytes = b"VDS\x01") -> bytes:
    """The content of `manifest.sig`."""
    return head + hashlib.sha256(key).digest() + signed


def clamped(private: bytes) -> int:
    """The secret scalar of a private key."""
    value = int.from_bytes(hashlib.sha512(private).digest()[:32], "little")
    return value & ~7 & (2**254 - 1) | 2**254


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    """The scalar that binds a signature to key and message."""
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER


def moved_signature(message: bytes) -> bytes:
    """One that only the equation times 8 accepts: the point of order 2 was added to R, so (x, y) is (-x, -y)."""
    nonce = seed(99)
    value = int.from_bytes(public(nonce), "little")
    y, odd = value % 2**255, value >> 255
    r = ((P - y) | (1 - odd) << 255).to_bytes(32, "little")
    s = (clamped(nonce) + challenge(r, public(OWN), message) * clamped(OWN)) % ORDER
    return r + s.to_bytes(32, "little")


def second_form(signed: bytes) -> bytes:
    """The same signature with S + order for S."""
    return signed[:32] + (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")


IDENTITY = (1).to_bytes(32, "little")
FREE_SIGNATURE = IDENTITY + bytes(32)
"""R is the neutral element, S is 0: good under a key of small order whenever the challenge is a multiple of it."""
SMALL_KEYS = {
    "identity": (IDENTITY, 1),
    "order-2": ((P - 1).to_bytes(32, "little"), 2),
    "order-4": (bytes(32), 4),
    "order-8": (bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), 8),
    "identity-beyond-p": ((P + 1).to_bytes(32, "little"), 1),
    "identity-negative": ((1 | 1 << 255).to_bytes(32, "little"), 1),
}


# Container


class Member(NamedTuple):
    """A file inside, and everything its headers say, so that each can be wrong."""

    name: str
    content: bytes
    crc: int | None = None
    version: int = 10
    flags: int = 0x0800
    method: int = 0
    time: int = 0
    date: int = 0x0021
    extra: bytes = b""
    size: int | None = None
    packed: bytes | None = None
    after: bytes = b""

    def sums(self, *, real: bool) -> bytes:
        """Checksum and both sizes; zeros where a descriptor after the content says them."""
        if self.flags & 8 and not real:
            return bytes(12)
        stored = self.content if self.packed is None else self.packed
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        size = len(self.content) if self.size is None else self.size
        return struct.pack("<III", crc, len(stored) if self.size is None else self.size, size)

    def local(self, *, real: bool = False) -> bytes:
        """Header and content."""
        name = self.name.encode()
        head = struct.pack("<IHHHHH", 0x04034B50, self.version, self.flags, self.method, self.time, self.date)
        lengths = struct.pack("<HH", len(name), len(self.extra))
        stored = self.content if self.packed is None else self.packed
        return head + self.sums(real=real) + lengths + name + self.extra + stored + self.after

    def central(self, offset: int, comment: bytes = b"", attributes: int = 0, made: int = 10) -> bytes:
        """The entry in the directory."""
        name = self.name.encode()
        head = struct.pack("<IHHHHHH", 0x02014B50, made, self.version, self.flags, self.method, self.time, self.date)
        rest = struct.pack("<HHHHHII", len(name), len(self.extra), len(comment), 0, 0, attributes, offset)
        return head + self.sums(real=True) + rest + name + self.extra + comment


def end(count: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    """The end record."""
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, offset, len(comment)) + comment


def container(
    members: Sequence[Member],
    named: Sequence[Member] | None = None,
    *,
    before: bytes = b"",
    remark: bytes = b"",
    shift: int = 0,
    **entry: Any,
) -> bytes:
    """A ZIP of these members. `named` are those in its directory; `entry` goes to each entry, `shift` to offsets."""
    data, offsets = bytearray(before), {}
    for member in members:
        offsets[member.name] = len(data) + shift
        data += member.local()
    wanted = members if named is None else named
    directory = b"".join(each.central(offsets.get(each.name, 0), **entry) for each in wanted)
    return bytes(data) + directory + end(len(wanted), len(directory), len(data), remark)


# Packages

KINDS = {
    "campaign": ("bureau", "round"),
    "amendment": ("bureau", "round"),
    "submission": ("school", "bureau"),
    "evidence": ("school", "bureau"),
    "copy": ("school", "school"),
    "receipt": ("bureau", "round"),
    "feedback": ("bureau", "round"),
    "inspection": ("bureau", "inspector"),
    "review": ("inspector", "bureau"),
    "rectification": ("school", "bureau"),
    "standard": ("bureau", "round"),
    "trust": ("bureau", "round"),
    "register": ("bureau", "round"),
    "recovery": ("bureau", "school"),
    "bundle": ("bureau", "bureau"),
}
IDS = {"bureau": "364199", "school": "3641990001", "inspector": "0007", "round": "2026-self-check"}
BODY = '{"note":"测试"}'.encode()
BLOBS = (("厂房 照片.jpg", b"\xff\xd8\xff first"), ("b.pdf", b"%PDF-1.7 second"))
Blobs = Sequence[tuple[str, bytes]]


def sha256(content: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def listed(name: str, content: bytes, label: str = "") -> dict[str, Any]:
    """An entry of `files`."""
    return {
        "name": name, "size": len(content), "sha256": sha256(content), "crc": zlib.crc32(content), "label": label,
    }  # fmt: skip


def manifest(kind: str = "submission", *, data: bytes = BODY, blobs: Blobs = BLOBS, **changes: Any) -> dict[str, Any]:
    """The values of a good manifest."""
    issuer, audience = KINDS.get(kind, ("school", "bureau"))
    return {
        "format": "vetdesk-package",
        "v": 1,
        "key": public(OWN).hex(),
        "min_reader": 1,
        "kind": kind,
        "id": "00000000-0000-4000-8000-000000000001",
        "issuer": {"role": issuer, "id": IDS[issuer]},
        "audience": {"role": audience, "id": IDS[audience]},
        "cycle": IDS["round"],
        "seq": 1,
        "prev": "",
        "replica": "00000000-0000-4000-8000-000000000002",
        "answers": "",
        "standard": [sha256(b"standard")],
        "trust_version": 1,
        "audit_head": sha256(b"journal"),
        "created": "2026-03-02T09:30:00+08:00",
        "app": "1.0.0",
        "files": [listed("data.json", data), *(listed(f"blobs/{sha256(each)}", each, name) for name, each in blobs)],
        "absent": [],
    } | changes


def written(values: object) -> bytes:
    """The one byte form."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def members(body: bytes, signed: bytes, contents: Sequence[tuple[str, bytes]]) -> list[Member]:
    """The members of a package."""
    return [Member(name, each) for name, each in (("manifest.json", body), ("manifest.sig", signed), *contents)]


def contents(*, data: bytes = BODY, blobs: Blobs = BLOBS) -> list[tuple[str, bytes]]:
    """The members after the signature."""
    return [("data.json", data), *((f"blobs/{sha256(each)}", each) for _label, each in blobs)]


def signed(body: bytes, files: Sequence[tuple[str, bytes]] | None = None, key: bytes = OWN) -> bytes:
    """A package with these bytes for its manifest, rightly signed."""
    signature_member = mark(public(key), signature(pae(body), key))
    return container(members(body, signature_member, contents() if files is None else files))


def good(kind: str, *, data: bytes = BODY, blobs: Blobs = BLOBS, **changes: Any) -> bytes:
    """A package with nothing wrong."""
    return signed(written(manifest(kind, data=data, blobs=blobs, **changes)), contents(data=data, blobs=blobs))


Table = dict[str, tuple[str, bytes]]


def cases(prefix: str, verdict: str, table: Table) -> Iterator[Case]:
    """Cases with one verdict, from their names to what is the matter and the bytes."""
    for name, (note, data) in table.items():
        yield Case(f"{prefix}-{name}.vdpkg", verdict, note, data)


WHOLE = manifest()
WHOLE_BODY = written(WHOLE)
PARTS = members(WHOLE_BODY, mark(public(OWN), signature(pae(WHOLE_BODY))), contents())
PACKAGE = container(PARTS)


def good_cases() -> Iterator[Case]:
    """What every reader takes."""
    chain: dict[str, Any] = {"seq": 2**53, "prev": sha256(b"before"), "answers": sha256(b"inspection")}
    escapes = '"quoted" back\\slash /slash \b\t\n\f\r \x00\x01\x0b\x0e\x1f \x7f\x80 \u2028 \ufeff \U0001f600'
    three = (("校门口.jpg", b"one"), ("Ж é ü.pdf", b"two"), ("", b"three"))
    sealed = (("", b"age-encryption.org/v1\n\x00 sealed"),)
    fifty = [sha256(b"standard %d" % each) for each in range(50)]
    wide = "\U0001f3eb" * 200
    blank: dict[str, Any] = {"id": "", "cycle": "", "replica": "", "created": "", "app": ""}
    own: Table = {
        "campaign": ("no blobs", good("campaign", blobs=())),
        "submission": ("three blobs, labels in several scripts and none", good("submission", blobs=three)),
        "receipt": ("one blob, no standards", good("receipt", blobs=sealed, standard=[])),
        "feedback": ("an empty blob", good("feedback", blobs=(("empty", b""),), standard=[])),
        "inspection": (
            "a label with every escape and with what is not escaped; the highest number",
            good("inspection", blobs=((escapes, b"escaped"),), trust_version=2**53),
        ),
        "review": ("the highest `seq`, with `prev` and `answers`", good("review", blobs=(), standard=[], **chain)),
        "standard": ("fifty standards, `min_reader` 0", good("standard", standard=fifty, min_reader=0)),
        "longest-texts": (
            "200 characters beyond U+FFFF in two places: code points count, not bytes or UTF-16 units",
            good("submission", blobs=((wide, b"wide"),), replica=wide),
        ),
        "empty-texts": ("empty where a short text may be", good("submission", blobs=(), **blank)),
        "empty-data": (
            "data.json of no bytes: whole and signed; it fails later, as a body",
            good("submission", data=b"", blobs=()),
        ),
        "data-is-also-a-blob": ("the same content under two names", good("submission", blobs=(("copy", BODY),))),
    }
    others: Table = {kind: ("two blobs", good(kind)) for kind in KINDS if kind not in own}
    yield from cases("ok", "ok", own | others)


def cut_cases() -> Iterator[Case]:
    """Less or more than the file."""
    starts = [PACKAGE.index(each.name.encode()) - 30 for each in PARTS]
    directory = PACKAGE.index(b"PK\x01\x02")
    cuts = {
        "in-the-first-header": 20,
        "in-the-first-name": 36,
        "in-the-manifest": 500,
        "before-the-signature": starts[1],
        "in-the-signature": starts[1] + 90,
        "in-the-data": starts[2] + 42,
        "before-the-last-blob": starts[4],
        "in-the-last-blob": directory - 1,
        "before-the-directory": directory,
        "before-the-end-record": len(PACKAGE) - 22,
        "by-one-byte": len(PACKAGE) - 1,
    }
    yield from cases("cut", "not_ours", {"to-3-bytes": ("the first 3 bytes", PACKAGE[:3])})
    made: Table = {name: (f"the first {size} of {len(PACKAGE)} bytes", PACKAGE[:size]) for name, size in cuts.items()}
    yield from cases("cut", "truncated", made)
    tails = {
        "a-zero": b"\0",
        "a-line-break": b"\n",
        "an-end-record": end(0, 0, 0),
        "itself": PACKAGE,
        "a-script": b"<script>alert(1)</script>",
    }
    after: Table = {name: ("bytes after the end", PACKAGE + tail) for name, tail in tails.items()}
    yield from cases("appended", "altered", after)
    heads = {"a-zero": b"\0", "a-byte-order-mark": b"\xef\xbb\xbf", "a-script": b"#!/bin/sh\nexit\n"}
    before: Table = {name: ("bytes before the start", head + PACKAGE) for name, head in heads.items()}
    before["a-program"] = (
        "bytes before the start and all offsets put right: a good ZIP",
        container(PARTS, before=b"MZ\x90\x00 program"),
    )
    yield from cases("prepended", "not_ours", before)


def member_cases() -> Iterator[Case]:
    """A right manifest and signature among wrong members. All of them are good ZIP files."""
    first, second, data, one, two = PARTS
    stranger, folder, outside = Member("run.sh", b"#!/bin/sh"), Member("blobs/", b""), Member("../x", b"x")
    other_data, other_manifest = Member("data.json", b"{}"), Member("manifest.json", b"{}")
    altered = {
        "data-before-signature": ("data.json before manifest.sig", (first, data, second, one, two)),
        "blobs-exchanged": ("blobs not in the order of the manifest", (first, second, data, two, one)),
        "blob-before-data": ("a blob before data.json", (first, second, one, data, two)),
        "no-signature": ("manifest.sig left out", (first, data, one, two)),
        "extra-at-the-end": ("a member that is not listed, at the end", (*PARTS, stranger)),
        "extra-inside": ("a member that is not listed, before data.json", (first, second, stranger, data, one, two)),
        "extra-folder": ("an entry for the folder of the blobs", (first, second, data, folder, one, two)),
        "extra-path-out": ("a member named ../x that is not listed", (*PARTS, outside)),
        "repeated-data": ("data.json twice, the second with other content", (*PARTS, other_data)),
        "repeated-manifest": ("manifest.json twice", (*PARTS, other_manifest)),
    }
    yield from cases("members", "altered", {name: (note, container(each)) for name, (note, each) in altered.items()})
    hidden = ("a member that the directory does not list", container([*PARTS, stranger], PARTS))
    yield from cases("members", "altered", {"hidden": hidden})
    not_ours = {
        "signature-first": ("manifest.sig before manifest.json", (second, first, data, one, two)),
        "data-first": ("data.json at the start", (data, first, second, one, two)),
        "extra-first": ("a member before manifest.json", (stranger, *PARTS)),
    }
    yield from cases("members", "not_ours", {name: (note, container(each)) for name, (note, each) in not_ours.items()})
    less = {
        "no-data": ("data.json left out: shorter than the list", (first, second, one, two)),
        "no-blob": ("a blob left out: shorter than the list", (first, second, data, one)),
    }
    yield from cases("members", "truncated", {name: (note, container(each)) for name, (note, each) in less.items()})


def with_member(at: int, **changes: Any) -> list[Member]:
    """The members of the package, one of them changed."""
    return [*PARTS[:at], PARTS[at]._replace(**changes), *PARTS[at + 1 :]]


def header_cases() -> Iterator[Case]:
    """A right manifest and signature; a member with another header or content."""
    size, crc = len(BODY), zlib.crc32(BODY)
    deflated = b"\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + BODY
    zip64 = struct.pack("<HHQQ", 1, 16, size, size)
    descriptor = struct.pack("<IIII", 0x08074B50, crc, size, size)
    long = len(WHOLE_BODY)
    first_descriptor = struct.pack("<IIII", 0x08074B50, zlib.crc32(WHOLE_BODY), long, long)
    reversed_blob = PARTS[4].content[::-1]
    changes: dict[str, tuple[str, int, dict[str, Any]]] = {
        "descriptor": ("sizes of data.json in a descriptor behind it", 2, {"flags": 0x0808, "after": descriptor}),
        "descriptor-first": ("the same of manifest.json", 0, {"flags": 0x0808, "after": first_descriptor}),
        "deflated": ("data.json compressed", 2, {"method": 8, "packed": deflated}),
        "encrypted": ("data.json flagged as encrypted", 2, {"flags": 0x0801}),
        "no-utf8": ("data.json without the flag for UTF-8 names", 2, {"flags": 0}),
        "date-of-manifest": ("manifest.json dated 2026", 0, {"date": 0x5C62}),
        "date-of-signature": ("manifest.sig dated 2026", 1, {"date": 0x5C62}),
        "date-of-data": ("data.json dated 2026", 2, {"date": 0x5C62}),
        "time": ("a blob with a time", 3, {"time": 0x4BC0}),
        "version": ("data.json says it needs version 2.0", 2, {"version": 20}),
        "zip64": ("sizes of data.json in a ZIP64 field", 2, {"version": 45, "extra": zip64, "size": 0xFFFFFFFF}),
        "extra-field": ("an extra field at data.json", 2, {"extra": b"\xfe\xca\0\0"}),
        "checksum-of-manifest": ("another CRC-32 of manifest.json in both headers", 0, {"crc": 1}),
        "checksum-of-signature": ("another CRC-32 of manifest.sig in both headers", 1, {"crc": 1}),
        "checksum-of-data": ("another CRC-32 of data.json in both headers", 2, {"crc": 1}),
        "content-of-data": ("other bytes in data.json, checksum put right", 2, {"content": b"{}".ljust(size)}),
        "content-of-blob": ("other bytes in a blob, checksum put right", 4, {"content": reversed_blob}),
        "content-longer": ("a byte more in a blob, checksum put right", 4, {"content": PARTS[4].content + b"!"}),
        "name-in-capitals": ("data.json named DATA.JSON", 2, {"name": "DATA.JSON"}),
        "name-of-blob": ("a blob named by another hash", 3, {"name": "blobs/" + "0" * 64}),
    }
    made = {name: (note, container(with_member(at, **each))) for name, (note, at, each) in changes.items()}
    yield from cases("header", "altered", made)
    for at, name in enumerate(("manifest", "signature", "data", "blob")):
        wrong = with_member(at, crc=1)
        local = (f"another CRC-32 of {PARTS[at].name[:13]} in its local header only", container(wrong, PARTS))
        central = (f"another CRC-32 of {PARTS[at].name[:13]} in the directory only", container(PARTS, wrong))
        yield from cases("header", "altered", {f"checksum-local-{name}": local, f"checksum-central-{name}": central})
    flipped = PACKAGE.replace(b"PDF-1.7", b"PDF-1.6")
    yield from cases("header", "altered", {"content-bit": ("a changed byte in a blob, nothing put right", flipped)})


def directory_cases() -> Iterator[Case]:
    """All members right; another directory or end."""
    first, second, data, one, two = PARTS
    at = PACKAGE.index(b"PK\x01\x02")
    table = {
        "remark": ("a comment of the whole ZIP", container(PARTS, remark=b"hello")),
        "comment": ("comments at the entries", container(PARTS, comment=b"x")),
        "executable": ("external attributes of a program", container(PARTS, attributes=0o755 << 16)),
        "made-by": ("made by another system", container(PARTS, made=0x031E)),
        "offsets": ("offsets of the members one too high", container(PARTS, shift=1)),
        "order": ("entries in another order", container(PARTS, [first, second, data, two, one])),
        "name": ("another name of data.json", container(PARTS, with_member(2, name="date.json"))),
        "twice": ("an entry twice", container(PARTS, [*PARTS, two])),
        "gap": ("a byte before the directory", PACKAGE[:at] + b"\0" + PACKAGE[at:]),
        "disk": ("another number of the disk", PACKAGE[:-18] + b"\1" + PACKAGE[-17:]),
        "count": ("another count in the end record", PACKAGE[:-12] + b"\6" + PACKAGE[-11:]),
        "size": ("another size of the directory", PACKAGE[:-10] + b"\0" + PACKAGE[-9:]),
        "offset": ("another offset of the directory", PACKAGE[:-6] + b"\0" + PACKAGE[-5:]),
        "remark-length": ("a comment length without a comment", PACKAGE[:-2] + b"\1\0"),
    }
    yield from cases("directory", "altered", table)
    less = {
        "one-less": ("no entry for the last blob: shorter than it must be", container(PARTS, PARTS[:4])),
        "empty": ("no entries: shorter than it must be", container(PARTS, [])),
    }
    yield from cases("directory", "truncated", less)


def under_small_key(key: bytes, order: int) -> bytes:
    """A package whose signature nobody had to make, because the key is a point of small order."""
    for attempt in range(10_000):
        body = written(manifest(key=key.hex(), app=f"1.0.{attempt}"))
        if challenge(IDENTITY, key, pae(body)) % order == 0:
            return container(members(body, mark(key, FREE_SIGNATURE), contents()))
    raise AssertionError(order)


def signature_cases() -> Iterator[Case]:
    """A whole container in which signature, key and manifest do not belong together."""
    own, strange = public(OWN), public(STRANGER)
    right = signature(pae(WHOLE_BODY))
    by_stranger = signature(pae(WHOLE_BODY), STRANGER)
    other = written(manifest(seq=2))
    renamed = written(manifest(issuer={"role": "school", "id": "3641990002"}))
    to_other = written(manifest(audience={"role": "bureau", "id": "364100"}))
    exchanged = written(manifest(data=b"{}"))
    stolen = written(manifest(key=strange.hex()))
    no_point = (2).to_bytes(32, "little")
    nowhere = written(manifest(key=no_point.hex()))
    trust = b"application/vnd.vetdesk.trust.v1+json"
    in_characters = pae(WHOLE_BODY, length=len(WHOLE_BODY.decode()))
    data_only = [("data.json", b"{}"), *contents()[1:]]

    def package(member: bytes, body: bytes = WHOLE_BODY) -> bytes:
        return container(members(body, member, contents()))

    table = {
        "issuer-edited": ("the issuer edited after signing, checksums put right", package(mark(own, right), renamed)),
        "audience-edited": ("the audience edited after signing", package(mark(own, right), to_other)),
        "data-exchanged": (
            "other data, listed rightly in the manifest, under the old signature",
            container(members(exchanged, mark(own, right), data_only)),
        ),
        "of-another-package": ("one of the same key over another manifest", package(mark(own, right), other)),
        "by-another-key": ("one by another key, and its hash", package(mark(strange, by_stranger))),
        "by-another-key-own-hash": ("one by another key, the right hash", package(mark(own, by_stranger))),
        "hash-of-another-key": ("the right one, the hash of another key", package(mark(strange, right))),
        "key-replaced": ("another key in the manifest, old signature", package(mark(own, right), stolen)),
        "key-and-hash-replaced": ("the same, and its hash put right", package(mark(strange, right), stolen)),
        "algorithm-0": ("algorithm 0", package(mark(own, right, b"VDS\x00"))),
        "algorithm-2": ("algorithm 2, which is kept and not built", package(mark(own, right, b"VDS\x02"))),
        "magic": ("another beginning than VDS", package(mark(own, right, b"VDT\x01"))),
        "short": ("99 bytes", package(mark(own, right)[:-1])),
        "empty": ("no bytes", package(b"")),
        "zeros": ("64 zeros for the signature", package(mark(own, bytes(64)))),
        "s-zero": ("S is 0", package(mark(own, right[:32] + bytes(32)))),
        "s-not-reduced": ("S plus the group order: a second form", package(mark(own, second_form(right)))),
        "s-high-bit": ("the highest bit of S set", package(mark(own, right[:63] + bytes([right[63] | 0x80])))),
        "r-moved": (
            "R with a part of small order: good only where both sides are multiplied by 8",
            package(mark(own, moved_signature(pae(WHOLE_BODY)))),
        ),
        "r-other": ("one bit of R", package(mark(own, bytes([right[0] ^ 1]) + right[1:]))),
        "plain": (
            "over the manifest without the pre-authentication encoding",
            package(mark(own, signature(WHOLE_BODY))),
        ),
        "trust-type": ("made for a trust list", package(mark(own, signature(pae(WHOLE_BODY, trust))))),
        "in-characters": ("length counted in characters, not bytes", package(mark(own, signature(in_characters)))),
        "key-no-point": ("a key that is no point of the curve", package(mark(no_point, right), nowhere)),
    }
    for name, (key, order) in SMALL_KEYS.items():
        table[f"small-key-{name}"] = (
            "a key of small order, under which nobody has to sign",
            under_small_key(key, order),
        )
    yield from cases("signature", "bad_signature", table)
    long = {"long": ("101 bytes, more than the member may have", package(mark(own, right) + b"\0"))}
    yield from cases("signature", "altered", long)


def form_cases() -> Iterator[Case]:
    """Rightly signed manifests that are not in the one byte form."""

    def edited(old: str, new: str | bytes) -> bytes:
        assert WHOLE_BODY.count(old.encode()) == 1, old
        return signed(WHOLE_BODY.replace(old.encode(), new if isinstance(new, bytes) else new.encode()))

    party = '"issuer":{"role":"school","id":"3641990001"}'
    label = "厂房 照片.jpg"
    upper = public(OWN).hex().upper()
    first_hash = WHOLE["files"][0]["sha256"]
    swapped = dict(sorted(WHOLE.items(), key=lambda each: (each[0] == "seq", 0)))
    sorted_keys = {"format": WHOLE["format"], "v": 1, "key": WHOLE["key"], **dict(sorted(WHOLE.items()))}
    table = {
        "space-after-colon": ("a space after a colon", edited('"seq":1', '"seq": 1')),
        "space-after-comma": ("a space after a comma", edited(',"seq":1', ', "seq":1')),
        "line-break-at-the-end": ("a line break behind it", signed(WHOLE_BODY + b"\n")),
        "zero-at-the-end": ("a zero byte behind it", signed(WHOLE_BODY + b"\0")),
        "object-at-the-end": ("a second object behind it", signed(WHOLE_BODY + b"{}")),
        "indented": ("white space as people like it", signed(WHOLE_BODY[:-1] + b"\n}")),
        "key-twice": ("a key twice with the same value", edited('"seq":1', '"seq":1,"seq":1')),
        "key-twice-at-the-end": ("a key twice with another value", signed(WHOLE_BODY[:-1] + b',"seq":2}')),
        "key-twice-in-a-party": ("a key of a party twice", edited(party, party[:-1] + ',"id":"3641990001"}')),
        "keys-in-another-order": ("`seq` at the end", signed(written(swapped))),
        "keys-sorted": ("keys in alphabetical order", signed(written(sorted_keys))),
        "keys-of-a-party-exchanged": (
            "keys of a party in another order",
            edited(party, '"issuer":{"id":"3641990001","role":"school"}'),
        ),
        "unknown-key": ("a key more", edited('"seq":1', '"seq":1,"extra":1')),
        "unknown-key-at-the-end": ("a key more at the end", signed(WHOLE_BODY[:-1] + b',"extra":1}')),
        "unknown-key-in-a-party": ("a key more in a party", edited(party, party[:-1] + ',"name":"x"}')),
        "unknown-key-in-a-file": (
            "a key more in an entry",
            edited(f'"label":"{label}"', f'"label":"{label}","mode":1'),
        ),
        "missing-key": ("no `seq`", edited('"seq":1,', "")),
        "missing-key-at-the-end": ("no `absent`", edited(',"absent":[]', "")),
        "missing-label": ("an entry without `label`", edited(f',"label":"{label}"', "")),
        "key-escaped": ("a letter of a key escaped", edited('"seq"', '"s\\u0065q"')),
        "number-with-fraction": ("1.0 for 1", edited('"seq":1', '"seq":1.0')),
        "number-with-exponent": ("1e0 for 1", edited('"seq":1', '"seq":1e0')),
        "number-with-leading-zero": ("01 for 1", edited('"seq":1', '"seq":01')),
        "number-with-plus": ("+1 for 1", edited('"seq":1', '"seq":+1')),
        "number-minus-zero": ("-0 for 0", edited('"trust_version":1', '"trust_version":-0')),
        "number-nan": ("NaN", edited('"seq":1', '"seq":NaN')),
        "number-infinity": ("Infinity", edited('"seq":1', '"seq":Infinity')),
        "number-as-text": ('"1" for 1', edited('"seq":1', '"seq":"1"')),
        "number-true": ("true for 1", edited('"seq":1', '"seq":true')),
        "number-null": ("null for 1", edited('"seq":1', '"seq":null')),
        "number-of-5000-digits": ("5000 digits", edited('"seq":1', '"seq":' + "9" * 5000)),
        "null-for-text": ("null for an empty text", edited('"prev":""', '"prev":null')),
        "number-for-text": ("1 for a text", edited('"cycle":"2026-self-check"', '"cycle":2026')),
        "object-for-list": ("{} for []", edited('"absent":[]', '"absent":{}')),
        "comma-in-empty-list": ("a comma too much", edited('"absent":[]', '"absent":[,]')),
        "comma-behind-list": ("a comma too much", edited('"absent":[]}', '"absent":[],}')),
        "deep-lists": ("2000 lists inside each other", edited('"absent":[]', '"absent":' + "[" * 2000 + "]" * 2000)),
        "deep-lists-open": ("3000 lists begun", edited('"absent":[]}', '"absent":' + "[" * 3000)),
        "escaped-letter": ("\\u0061 for a", edited(label, "\\u0061")),
        "escaped-chinese": ("\\u escapes for what is written as UTF-8", edited(label, json.dumps(label)[1:-1])),
        "escaped-emoji": ("a pair of surrogate escapes for what is written as UTF-8", edited(label, "\\ud83d\\ude00")),
        "escaped-slash": ("\\/ for /", edited(label, "a\\/b")),
        "escaped-delete": ("\\u007f, which is not escaped", edited(label, "\\u007f")),
        "long-escape": ("\\u000a for \\n", edited(label, "\\u000a")),
        "long-escape-quote": ("\\u0022 for an escaped quotation mark", edited(label, "\\u0022")),
        "escape-in-capitals": ("\\u001F for \\u001f", edited(label, "\\u001F")),
        "lone-surrogate": ("an escape for half a character", edited(label, "\\ud800")),
        "unknown-escape": ("\\x41", edited(label, "\\x41")),
        "raw-line-break": ("a line break inside a text", edited(label, "a\nb")),
        "raw-zero": ("a zero byte inside a text", edited(label, "a\0b")),
        "not-utf-8": ("bytes that are no UTF-8", edited(label, b"\xff\xfe")),
        "gbk": ("a label in GBK", edited(label, label.encode("gbk"))),
        "overlong-utf-8": ("a slash in two bytes", edited(label, b"\xc0\xaf")),
        "surrogates-in-utf-8": ("half a character in three bytes", edited(label, b"\xed\xa0\x80")),
        "utf-8-cut": ("half a character at the end of a text", edited(label, label.encode()[:2])),
        "hash-in-capitals": (
            "upper-case hex digits",
            edited(f'"sha256":"{first_hash}', f'"sha256":"{first_hash.upper()}'),
        ),
        "key-in-capitals": ("the key in upper-case digits", edited(f'"key":"{public(OWN).hex()}"', f'"key":"{upper}"')),
        "key-no-hex": ("the key has other letters than hex digits", edited(public(OWN).hex(), "zz" * 32)),
        "key-one-digit-more": ("65 digits of the key", edited(public(OWN).hex(), public(OWN).hex() + "0")),
    }
    yield from cases("form", "malformed", table)
    other_start = {
        "byte-order-mark": ("a byte order mark", signed(b"\xef\xbb\xbf" + WHOLE_BODY)),
        "utf-16": ("in UTF-16", signed(WHOLE_BODY.decode().encode("utf-16-le"))),
        "space-first": ("a space before it", signed(b" " + WHOLE_BODY)),
        "key-first": ("`key` before `format`", signed(written({"key": WHOLE["key"], **WHOLE}))),
        "empty": ("an empty manifest", signed(b"")),
        "empty-object": ("{}", signed(b"{}")),
        "other-format": ("the manifest of another format", signed(written(manifest(format="other-package")))),
    }
    yield from cases("form", "not_ours", other_start)


def with_files(*entries: dict[str, Any], **changes: Any) -> bytes:
    """A signed manifest with these entries and the contents of the package."""
    return signed(written(manifest(files=list(entries), **changes)))


def value_cases() -> Iterator[Case]:
    """Rightly signed manifests in the right form that say something impossible."""

    def made(**changes: Any) -> bytes:
        return signed(written(WHOLE | changes))

    def hashes(count: int) -> list[str]:
        return [sha256(b"%d" % each) for each in range(count)]

    table = {
        "seq-0": ("`seq` 0", made(seq=0)),
        "seq-negative": ("`seq` -1", made(seq=-1)),
        "seq-too-high": ("`seq` 2^53 + 1", made(seq=2**53 + 1)),
        "trust-version-negative": ("`trust_version` -1", made(trust_version=-1)),
        "role": ("a role that does not exist", made(issuer={"role": "admin", "id": "1"})),
        "role-with-line-break": ("a line break after a role", made(issuer={"role": "school\n", "id": "1"})),
        "party-as-text": ("text for a party", made(issuer="school")),
        "prev-short": ("63 digits in `prev`", made(prev="0" * 63)),
        "prev-with-line-break": ("a line break after `prev`", made(prev="0" * 64 + "\n")),
        "answers-word": ("a word in `answers`", made(answers="none")),
        "audit-head-empty": ("no `audit_head`", made(audit_head="")),
        "standards-51": ("51 standards", made(standard=hashes(51))),
        "standard-short": ("a standard with 63 digits", made(standard=["0" * 63])),
        "absent-word": ("a word in `absent`", made(absent=["none"])),
        "short-201": ("a text of 201 characters", made(cycle="a" * 201)),
        "short-201-escapes": ("a text of 201 escaped characters", made(app="\n" * 201)),
    }
    yield from cases("value", "malformed", table)
    newer = {
        "v-2": ("version 2", made(v=2)),
        "v-2-new-keys": ("version 2, with keys that version 1 does not know", made(v=2, more={"key": 1})),
        "v-10": ("version 10", made(v=10)),
        "min-reader-2": ("`min_reader` 2", made(min_reader=2)),
        "unknown-kind": ("a kind of later versions", made(kind="transcript")),
        "kind-in-capitals": ("a kind is its exact letters", made(kind="Submission")),
        "kind-empty": ("no kind", made(kind="")),
    }
    yield from cases("value", "newer", newer)


def file_cases() -> Iterator[Case]:
    """Rightly signed lists of files that are wrong; the container follows the list wherever it can."""
    data, one, two = WHOLE["files"]
    files = contents()
    blob = files[1][1]

    def named(name: str) -> bytes:
        """A package in which list and container give a blob this name."""
        body = written(manifest(files=[data, one | {"name": name}]))
        return signed(body, [files[0], (name, blob)])

    digits = sha256(blob)
    names = {
        "path-up": f"blobs/../{digits}",
        "path-out": "../../x",
        "path-absolute": "/etc/passwd",
        "path-of-windows": "C:\\x",
        "backslash": f"blobs\\{digits}",
        "device": "CON",
        "device-in-folder": "blobs/NUL",
        "empty": "",
        "in-capitals": f"blobs/{digits.upper()}",
        "with-ending": f"blobs/{digits}.exe",
        "with-line-break": f"blobs/{digits}\n",
        "with-dot-and-slash": f"./blobs/{digits}",
        "with-stream": f"blobs/{digits}:x",
        "one-digit-less": f"blobs/{digits[:-1]}",
        "without-folder": digits,
        "manifest": "manifest.json",
        "not-its-hash": "blobs/" + "0" * 64,
        "data-with-space": "data.json ",
    }
    table = {f"name-{key}": (f"a file named {json.dumps(name)}", named(name)) for key, name in names.items()}
    table |= {
        "none": ("no files", signed(written(manifest(files=[])), [])),
        "no-data": ("the first file is a blob", signed(written(manifest(files=[one])), files[1:2])),
        "data-last": (
            "data.json is the last",
            signed(written(manifest(files=[one, two, data])), [*files[1:], files[0]]),
        ),
        "data-twice": ("data.json twice", signed(written(manifest(files=[data, data])), [files[0], files[0]])),
        "blob-twice": (
            "a blob twice",
            signed(written(manifest(files=[data, one, one])), [files[0], files[1], files[1]]),
        ),
        "data-named-as-blob": (
            "data.json under the name of a blob",
            signed(
                written(manifest(files=[data | {"name": f"blobs/{data['sha256']}"}])),
                [(f"blobs/{data['sha256']}", BODY)],
            ),
        ),
        "label-201": ("a label of 201 characters", with_files(data, one | {"label": "字" * 201}, two)),
        "size-negative": ("a negative size", with_files(data, one | {"size": -1}, two)),
        "size-as-text": ("a size as text", with_files(data, one | {"size": str(one["size"])}, two)),
        "checksum-too-high": ("`crc` 2^32", with_files(data, one | {"crc": 2**32}, two)),
        "checksum-negative": ("`crc` -1", with_files(data, one | {"crc": -1}, two)),
    }
    yield from cases("files", "malformed", table)
    wrong = "0" * 64
    lies = {
        "size-lower": ("a size one too low", with_files(data, one, two | {"size": two["size"] - 1})),
        "sizes-shifted": (
            "sizes of two blobs one too low and one too high: the sum is right",
            with_files(data, one | {"size": one["size"] - 1}, two | {"size": two["size"] + 1}),
        ),
        "hash-of-data": ("another hash of data.json", with_files(data | {"sha256": wrong}, one, two)),
        "hash-of-blob": (
            "a blob under another hash, in list and container",
            signed(
                written(manifest(files=[data, one | {"name": f"blobs/{wrong}", "sha256": wrong}])),
                [files[0], (f"blobs/{wrong}", blob)],
            ),
        ),
        "checksum": ("another `crc` in the list than in the headers", with_files(data, one | {"crc": 1}, two)),
        "checksum-everywhere": (
            "another `crc`, the same in list and headers",
            container(_with_crc(written(manifest(files=[data, one | {"crc": 1}, two])), 3, 1)),
        ),
        "order": ("blobs in another order than in the container", with_files(data, two, one)),
        "less": ("a member that is in the container only", with_files(data, one)),
    }
    yield from cases("files", "altered", lies)
    more = {
        "size-higher": ("a size one too high", with_files(data, one, two | {"size": two["size"] + 1})),
        "size-within-limits": ("a size of 200 MiB that is not there", with_files(data, one | {"size": 200 * MIB}, two)),
        "more": ("a listed file that is not there", with_files(data, one, two, listed(f"blobs/{sha256(b'')}", b""))),
    }
    yield from cases("files", "truncated", more)
    many = [one | {"name": f"blobs/{each:064x}", "sha256": f"{each:064x}", "size": 200 * MIB} for each in range(8)]
    beyond = {
        "data-beyond": ("data.json of 32 MiB and a byte", with_files(data | {"size": 32 * MIB + 1}, one, two)),
        "blob-beyond": ("a blob of 200 MiB and a byte", with_files(data, one | {"size": 200 * MIB + 1}, two)),
        "blob-of-4-gib": ("a blob of 4 GiB", with_files(data, one | {"size": 2**32}, two)),
        "blob-of-2-to-the-53": ("a blob of 2^53 bytes", with_files(data, one | {"size": 2**53}, two)),
        "sum-beyond": ("1600 MiB in eight files", with_files(data, *many)),
    }
    yield from cases("files", "too_large", beyond)
    claims = {
        "manifest-beyond": ("manifest.json says it has 4 MiB and a byte", _claims(0, 4 * MIB + 1)),
        "manifest-of-4-gib": ("manifest.json says it has 4 GiB", _claims(0, 2**32 - 1)),
        "signature-beyond": ("manifest.sig says it has 4 GiB", _claims(1, 2**32 - 1)),
    }
    yield from cases("files", "altered", claims)


def _with_crc(body: bytes, at: int, crc: int) -> list[Member]:
    found = members(body, mark(public(OWN), signature(pae(body))), contents())
    found[at] = found[at]._replace(crc=crc)
    return found


def _claims(at: int, size: int) -> bytes:
    """The package with another size in a local header."""
    start = PACKAGE.index(PARTS[at].name.encode()) - 12
    return PACKAGE[:start] + struct.pack("<II", size, size) + PACKAGE[start + 8 :]


def foreign_cases() -> Iterator[Case]:
    """Files that are something else."""
    other = [Member("a.txt", b"text", date=0x5C62, flags=0), Member("b.txt", b"text", date=0x5C62, flags=0)]
    office = [Member("[Content_Types].xml", b"<Types/>", flags=0), Member("xl/workbook.xml", b"<workbook/>", flags=0)]
    found = {
        "other.zip": ("archive", "a ZIP by its name and content", container(other)),
        "packed.zip": ("archive", "a package inside a ZIP", container([Member("a.vdpkg", PACKAGE, date=0x5C62)])),
        "other-zip.vdpkg": ("not_ours", "a ZIP with another name", container(other)),
        "office.vdpkg": ("not_ours", "an Office document", container(office)),
        "empty-zip.vdpkg": ("not_ours", "a ZIP of no members", end(0, 0, 0)),
        "rar-4.vdpkg": ("archive", "RAR, version 4", b"Rar!\x1a\x07\x00" + bytes(60)),
        "rar-5.vdpkg": ("archive", "RAR, version 5", b"Rar!\x1a\x07\x01\x00" + bytes(60)),
        "7z.vdpkg": ("archive", "7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60)),
        "gzip.vdpkg": ("archive", "gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00" + bytes(8)),
        "age.vdpkg": ("encrypted", "an age file", b"age-encryption.org/v1\n-> X25519 x\n--- x\n" + bytes(40)),
        "empty.vdpkg": ("not_ours", "no bytes", b""),
        "one-byte.vdpkg": ("not_ours", "one byte", b"P"),
        "zeros.vdpkg": ("not_ours", "zeros", bytes(500)),
        "text.vdpkg": ("not_ours", "text", "学校达标自评".encode()),
        "manifest-only.vdpkg": ("not_ours", "a manifest without a container", WHOLE_BODY),
        "pdf.vdpkg": ("not_ours", "a PDF", b"%PDF-1.7\n\x00"),
        "picture.vdpkg": ("not_ours", "a picture", b"\xff\xd8\xff\xe0" + bytes(60)),
        "database.vdpkg": ("not_ours", "a database", b"SQLite format 3\x00" + bytes(60)),
    }
    for name, (verdict, note, data) in found.items():
        yield Case(f"foreign-{name}", verdict, note, data)


GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    good_cases,
    cut_cases,
    member_cases,
    header_cases,
    directory_cases,
    signature_cases,
    form_cases,
    value_cases,
    file_cases,
    foreign_cases,
)


def all_cases() -> list[Case]:
    """Every file of this folder that is no text about it."""
    return [case for group in GROUPS for case in group()]


def table_of(found: Sequence[Case]) -> str:
    """The text of `cases.json`, a line a file."""
    rows = [{"file": each.file, "verdict": each.verdict, "note": each.note} for each in found]
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows) + "\n]\n"


def main() -> None:
    """Write everything anew."""
    table = HERE / CASES
    for each in json.loads(table.read_text(encoding="utf-8")) if table.is_file() else []:
        (HERE / Path(each["file"]).name).unlink(missing_ok=True)
    found = all_cases()
    for case in found:
        (HERE / case.file).write_bytes(case.data)
    table.write_text(table_of(found), encoding="utf-8", newline="\n")
    print(f"{len(found)} files, {sum(len(each.data) for each in found)} bytes")


if __name__ == "__main__":
    main()
