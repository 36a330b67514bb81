"""Checks vetdesk packages (`.vdpkg`) without vetdesk: this one file, Python 3.9 or newer, nothing else.

    python3 verify_package.py [--key KEY] FILE [FILE ...]

It says whether a file is whole, in the one form the format allows, and which key signed it: sections 1 to 5, steps
1 to 10, of `package-format.md`, from which it was written. Whether that key is the right one you decide by its 30
digits, or by `--key` (64 hex digits of the public key, or those 30 digits). What the body means is not checked.

Prints `OK FILE` and what the package says of itself, or `REFUSED CODE FILE` and why. Ends with 0 where every file is
good, with 1 where one was refused, with 2 where it was called wrongly.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any, BinaryIO

PACKAGE, MANIFEST, SIGNATURE, DATA, ONE_FILE = 1536 << 20, 4 << 20, 100, 32 << 20, 200 << 20
KINDS = (
    "campaign", "amendment", "submission", "evidence", "copy", "receipt", "feedback", "inspection", "review",
    "rectification", "standard", "trust", "register", "recovery", "bundle",
)  # fmt: skip
TYPE = b"application/vnd.vetdesk.package.v1+json"
SENTENCES = {
    "unreadable": "The file cannot be read, or is no regular file.",
    "not_ours": "This is not a vetdesk package.",
    "archive": "This is another kind of archive; unpack it and check what is inside.",
    "encrypted": "The file is encrypted; only its receiver can open it.",
    "truncated": "The end of the file is missing.",
    "too_large": "The file, or a file listed in it, is beyond the limits of the format.",
    "altered": "The file is not, byte for byte, the one that was made.",
    "bad_signature": "The signature is not one of the key that the package names.",
    "malformed": "The manifest is not in the one form that the format allows.",
    "newer": "The package needs a newer version of the format than version 1.",
    "unknown_sender": "The package is whole, but was signed with another key than the one asked for.",
}


class RefusedError(Exception):
    """A file that is not a good package. Its text is a code of `SENTENCES`."""


def need(fact: object, code: str) -> None:
    """Refuse the file where something is not so."""
    if not fact:
        raise RefusedError(code)


# Ed25519, RFC 8032: points in extended coordinates

Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ZERO: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points, equal or not."""
    low, high = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    cross, unit = 2 * D * a[3] * b[3] % P, 2 * a[2] * b[2]
    e, f, g, h = (high - low) % P, (unit - cross) % P, (unit + cross) % P, (high + low) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def decoded(raw: bytes) -> Point | None:
    """The point of 32 bytes, or None where they are not the one encoding of a point."""
    value = int.from_bytes(raw, "little")
    sign, y = value >> 255, value % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (sign and not x):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def encoded(a: Point) -> bytes:
    """The 32 bytes of a point."""
    x, y = (a[at] * pow(a[2], -1, P) % P for at in (0, 1))
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_signature(signature: bytes, public: bytes, message: bytes) -> bool:
    """Whether it is one: S below the order, the key of no small order, R equal byte for byte (no cofactor)."""
    scalar = int.from_bytes(signature[32:], "little")
    key, base = decoded(public), decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if key is None or base is None or scalar >= ORDER:
        return False
    fourfold = add(add(key, key), add(key, key))
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])
    table = (ZERO, base, minus, add(base, minus))
    total = ZERO  # becomes scalar * base - challenge * key
    for bit in range(252, -1, -1):
        which = (scalar >> bit & 1) + 2 * (challenge >> bit & 1)
        total = add(add(total, total), table[which])
    return encoded(total) == signature[:32] and encoded(add(fourfold, fourfold)) != encoded(ZERO)


# The manifest: what these patterns match is in its one byte form, so any JSON reader may read it then


def keys(**forms: str) -> str:
    """The pattern of keys in this order, each with the form of its value."""
    return ",".join(f'"{name}":{form}' for name, form in forms.items())


NUMBER = "(?:0|[1-9][0-9]{0,15})"
HASH, HASH_OR_NOTHING = '"[0-9a-f]{64}"', '"(?:[0-9a-f]{64})?"'
HASHES = rf"\[(?:{HASH}(?:,{HASH}){{0,%d}})?\]"
SHORT = r'"(?:[^"\\\x00-\x1f\ud800-\udfff]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f])){0,200}"'
PARTY = r"\{" + keys(role='"(?:bureau|school|inspector|round)"', id=SHORT) + r"\}"
NAME = '"(?:data[.]json|blobs/[0-9a-f]{64})"'
BEFORE_FILES = re.compile(
    r"\{" + keys(
        format='"vetdesk-package"', v="1", key=HASH, min_reader=NUMBER, kind=SHORT, id=SHORT, issuer=PARTY,
        audience=PARTY, cycle=SHORT, seq=NUMBER, prev=HASH_OR_NOTHING, replica=SHORT, answers=HASH_OR_NOTHING,
        standard=HASHES % 49, trust_version=NUMBER, audit_head=HASH, created=SHORT, app=SHORT, files=r"\[",
    )
)  # fmt: skip
FILE = re.compile(r"\{" + keys(name=NAME, size=NUMBER, sha256=HASH, crc=NUMBER, label=SHORT) + r"\}[],]")
AFTER_FILES = re.compile("," + keys(absent=HASHES % 4999) + r"\}")


def manifest_of(body: bytes) -> dict[str, Any]:
    """The values of a manifest whose signature is good."""
    text = body.decode("utf-8", "surrogateescape")  # what is no UTF-8 becomes a surrogate, which no pattern takes
    files: list[dict[str, Any]] = []
    found = BEFORE_FILES.match(text)
    before = found[0] if found else ""
    while found and found[0][-1] != "]" and len(files) < 5000:
        found = FILE.match(text, found.end())
        files += [json.loads(found[0][:-1])] if found else []
    need(found and found[0][-1] == "]" and AFTER_FILES.fullmatch(text, found.end()), "malformed")
    manifest: dict[str, Any] = {**json.loads(before + "]}"), "files": files}
    names = [each["name"] for each in files]
    need(names == ["data.json"] + [f"blobs/{each['sha256']}" for each in files[1:]], "malformed")
    need(len(set(names)) == len(names) and max(each["crc"] for each in files) < 2**32, "malformed")
    numbers = [manifest["min_reader"], manifest["seq"], manifest["trust_version"], *(each["size"] for each in files)]
    need(max(numbers) <= 2**53 and manifest["seq"] > 0, "malformed")
    need(manifest["min_reader"] <= 1 and manifest["kind"] in KINDS, "newer")
    return manifest


# The container

Member = tuple[str, int, int]  # name, size, CRC-32: everything else follows


def local(name: str, size: int, crc: int) -> bytes:
    """The bytes before the content of a member."""
    return struct.pack("<I5H3I2H", 0x04034B50, 10, 0x0800, 0, 0, 0x21, crc, size, size, len(name), 0) + name.encode()


def closing(members: list[Member]) -> tuple[int, bytes]:
    """Where the contents end, and the bytes after them."""
    directory, offset, count = bytearray(), 0, len(members)
    for name, size, crc in members:
        rest = (crc, size, size, len(name), 0, 0, 0, 0, 0, offset)
        directory += struct.pack("<I6H3I5H2I", 0x02014B50, 10, 10, 0x0800, 0, 0, 0x21, *rest) + name.encode()
        offset += len(local(name, size, crc)) + size
    directory += struct.pack("<I4H2IH", 0x06054B50, 0, 0, count, count, len(directory), offset, 0)
    return offset, bytes(directory)


def opening(stream: BinaryIO, name: str, most: int, path: str) -> tuple[Member, bytes]:
    """One of the first two members: its own header alone says its size and checksum."""
    head = stream.read(30 + len(name))
    if name == "manifest.json":
        need(not head.startswith((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")), "archive")
        need(not head.startswith(b"age-encryption.org/v1"), "encrypted")
        need(head[30:38] != b"who.json", "encrypted")
        need(head.startswith(b"PK\x03\x04"), "not_ours")
        zipped = "archive" if path.lower().endswith(".zip") else "not_ours"
        need(len(head) < 43 or head.endswith(b"manifest.json"), zipped)
    need(len(head) == 30 + len(name), "truncated")
    crc, size = struct.unpack_from("<2I", head, 14)
    need(head == local(name, size, crc) and size <= most, "altered")
    content = stream.read(size)
    need(len(content) == size, "truncated")
    need(zlib.crc32(content) == crc, "altered")
    return (name, size, crc), content


def check_content(stream: BinaryIO, member: Member, sha256: str) -> None:
    """One of the listed members: header, hash and checksum."""
    head, digest, crc, left = local(*member), hashlib.sha256(), 0, member[1]
    need(stream.read(len(head)) == head, "altered")
    while left:
        block = stream.read(min(left, 1 << 20))
        need(block, "truncated")
        digest.update(block)
        crc = zlib.crc32(block, crc)
        left -= len(block)
    need(digest.hexdigest() == sha256 and crc == member[2], "altered")


def check_signature(body: bytes, mark: bytes) -> None:
    """The signature over the bytes of the manifest, by the key they begin with; nothing is parsed yet."""
    start = b'{"format":"vetdesk-package","v":1,"key":"'
    need(body.startswith(start), "newer" if body.startswith(start[:32]) else "not_ours")
    written = body[len(start) : len(start) + 64]
    need(re.fullmatch(b"[0-9a-f]{64}", written), "malformed")
    public = bytes.fromhex(written.decode())
    message = b"DSSEv1 %d %b %d %b" % (len(TYPE), TYPE, len(body), body)
    need(len(mark) == SIGNATURE and mark[:36] == b"VDS\x01" + hashlib.sha256(public).digest(), "bad_signature")
    need(is_signature(mark[36:], public, message), "bad_signature")


def read(stream: BinaryIO, path: str) -> tuple[dict[str, Any], bytes, int]:
    """The values and hash of the manifest, and the size, of a package whose every byte was checked (section 5)."""
    whole = stream.seek(0, 2)
    stream.seek(0)
    need(whole <= PACKAGE, "too_large")
    first, body = opening(stream, "manifest.json", MANIFEST, path)
    second, mark = opening(stream, "manifest.sig", SIGNATURE, path)
    check_signature(body, mark)
    manifest = manifest_of(body)
    listed = [(each["name"], each["size"], each["crc"]) for each in manifest["files"]]
    sizes = [each["size"] for each in manifest["files"]]
    need(sizes[0] <= DATA and max(sizes) <= ONE_FILE and sum(sizes) <= PACKAGE, "too_large")
    offset, end = closing([first, second, *listed])
    need(whole >= offset + len(end), "truncated")
    need(whole == offset + len(end), "altered")
    for member, each in zip(listed, manifest["files"]):  # noqa: B905 - Python 3.9
        check_content(stream, member, each["sha256"])
    need(stream.read(len(end) + 1) == end, "altered")
    return manifest, hashlib.sha256(body).digest(), whole


# What is printed


def digits(number: int, length: int, group: int) -> str:
    """Digits that people read aloud."""
    shown = str(number % 10**length).zfill(length)
    return " ".join(shown[at : at + group] for at in range(0, length, group))


def plain(words: str) -> str:
    """Words of others, without what a terminal would obey."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in words)


def report(path: str, wanted: str | None) -> str:
    """What to print of a file; it begins with OK where the file is good."""
    try:
        need(Path(path).is_file(), "unreadable")  # a pipe or a device might never end
        with Path(path).open("rb") as stream:
            manifest, own_hash, size = read(stream, path)
        named = hashlib.sha256(b"vetdesk-key-v1" + bytes.fromhex(manifest["key"])).digest()
        key = digits(int.from_bytes(named[:13], "big") >> 4, 30, 5)
        need(wanted in {None, manifest["key"], key.replace(" ", "")}, "unknown_sender")
    except (OSError, RefusedError) as error:
        code = str(error) if isinstance(error, RefusedError) else "unreadable"
        return f"REFUSED {code} {plain(path)}\n    {SENTENCES[code]}"
    check = int.from_bytes(hashlib.sha256(b"vetdesk-code-v1" + own_hash).digest(), "big")
    return f"""OK {plain(path)}
    kind      {manifest["kind"]}
    issuer    {manifest["issuer"]["role"]} {plain(manifest["issuer"]["id"])}
    sequence  {manifest["seq"]}
    code      {digits(check, 12, 4)}
    key       {key}
    files     {len(manifest["files"])}
    size      {size} bytes"""


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description="Checks vetdesk packages: whole, in form, and signed by which key.")
    parser.add_argument("--key", help="require this signer: the 64 hex digits of its public key, or its 30 digits")
    parser.add_argument("files", nargs="+", metavar="FILE")
    asked = parser.parse_args()
    wanted = None if asked.key is None else re.sub("[ -]", "", asked.key).lower()
    if wanted is not None and not re.fullmatch("[0-9a-f]{64}|[0-9]{30}", wanted):
        parser.error("a key has 64 hex digits or 30 digits")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    good = True
    for path in asked.files:
        words = report(path, wanted)
        good = good and words.startswith("OK ")
        print(words, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
