"""The canonical stored-only ZIP: every byte that is not content, derived from names, sizes and checksums.

Members are stored, flagged UTF-8, dated 1980-01-01, without extra fields, comments, descriptors or zip64. The
writer writes these bytes; the reader compares with them and never asks `zipfile` (reliability 3.1).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_VERSION = 10
_UTF8 = 0x0800
_DATE = 0x0021


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside: name (ASCII), size in bytes, CRC-32."""

    name: str
    size: int
    crc: int


def local_header(member: Member) -> bytes:
    """The bytes before a member's content."""
    name = member.name.encode("ascii")
    return (
        _LOCAL.pack(
            0x04034B50, _VERSION, _UTF8, 0, 0, _DATE, member.crc, member.size, member.size, len(name), 0
        )
        + name
    )  # fmt: skip


def closing(members: Sequence[Member]) -> bytes:
    """The central directory and end record of a package with these members."""
    offset = 0
    entries = []
    for member in members:
        name = member.name.encode("ascii")
        entries.append(
            _CENTRAL.pack(
                0x02014B50, _VERSION, _VERSION, _UTF8, 0, 0, _DATE, member.crc, member.size, member.size,
                len(name), 0, 0, 0, 0, 0, offset,
            )
            + name
        )  # fmt: skip
        offset += len(local_header(member)) + member.size
    central = b"".join(entries)
    count = len(members)
    return central + _END.pack(0x06054B50, 0, 0, count, count, len(central), offset, 0)


def total_size(members: Sequence[Member]) -> int:
    """Size in bytes of the whole package."""
    return sum(len(local_header(each)) + each.size for each in members) + len(closing(members))


def read_local(head: bytes) -> tuple[int, int] | None:
    """`(crc, size)` claimed by a local header's first 30 bytes, or None where it is not one of ours.

    What it claims is believed by nobody: the reader derives the header from it and compares.
    """
    if len(head) < _LOCAL.size:
        return None
    fields = _LOCAL.unpack(head[: _LOCAL.size])
    if fields[0] != 0x04034B50:
        return None
    return fields[6], fields[7]
