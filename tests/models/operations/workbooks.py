"""Workbooks for tests: forms in the shape of the national statistics, and files that only pretend to be workbooks."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from tests.factory import FIRST

Rows = Sequence[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    made.remove(first)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def form(number: str, *rows: Sequence[object], code: str = FIRST, unit: str = "") -> list[Sequence[object]]:
    """A form with the head every national form has."""
    return [
        [f"{number}的表名"],
        ["表号：", number, "", "制定机关：教育部"],
        ["学校（机构）名称：甲校（虚构）", "", "", f"学校（机构）标识码：{code}"],
        [f"计量单位：{unit}" if unit else "", "", "", "统计时点：9月1日"],
        *rows,
    ]


def with_member(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A workbook with one member replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return target


def member(source: Path, name: str) -> bytes:
    """The content of a member."""
    with zipfile.ZipFile(source) as archive:
        return archive.read(name)


def bomb() -> bytes:
    """A workbook that unpacks to 60 MB from a few KB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return target.getvalue()


def protected() -> bytes:
    """The first bytes and the one stream name by which a password-protected workbook is known."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1024)


def old_workbook(sheets: Mapping[str, Rows], *, small: bool = False) -> bytes:
    """A workbook as Excel 97 to 2003 wrote it (.xls), with texts and numbers only; `small` ones in short sectors."""
    return _small_compound("Workbook", _biff(sheets)) if small else _compound("Workbook", _biff(sheets))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff(sheets: Mapping[str, Rows]) -> bytes:
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x00E0, bytes(20))
    bodies = {name: _biff_sheet(rows) for name, rows in sheets.items()}
    offset = len(start) + sum(12 + 2 * len(name) for name in sheets) + 4
    names = b""
    for name, body in bodies.items():
        named = struct.pack("<IBBBB", offset, 0, 0, len(name), 1) + name.encode("utf-16-le")
        names += _record(0x0085, named)
        offset += len(body)
    return start + names + _record(0x000A) + b"".join(bodies.values())


def _biff_sheet(rows: Rows) -> bytes:
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                head = struct.pack("<HHHHB", at, column, 0, len(cell), 1)
                out += _record(0x0204, head + cell.encode("utf-16-le"))
            elif isinstance(cell, int | float):
                out += _record(0x0203, struct.pack("<HHHd", at, column, 0, cell))
    return out + _record(0x000A)


def _compound(name: str, stream: bytes) -> bytes:
    """An OLE file of one stream: sector 0 is the FAT, sector 1 the directory, the rest the stream."""
    count = max(8, -(-len(stream) // 512))
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, 2, count * 512)
    return _ole_head(0xFFFFFFFE, 0) + _sector(fat) + directory.ljust(512, b"\0") + stream.ljust(count * 512, b"\0")


def _small_compound(name: str, stream: bytes) -> bytes:
    """The same with the stream in short sectors of 64 bytes: 2 is their table, from 3 on lies what they hold."""
    pieces = -(-len(stream) // 64)
    count = -(-pieces // 8)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *range(4, count + 3), 0xFFFFFFFE]
    directory = _entry("Root Entry", 5, 1, 3, count * 512) + _entry(name, 2, 0xFFFFFFFF, 0, len(stream))
    small = _sector([*range(1, pieces), 0xFFFFFFFE])
    return _ole_head(2, 1) + _sector(fat) + directory.ljust(512, b"\0") + small + stream.ljust(count * 512, b"\0")


def _ole_head(small_table: int, small_count: int) -> bytes:
    numbers = (0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, small_table, small_count, 0xFFFFFFFE, 0)
    first = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", *numbers)
    return first + _sector([0])[: 109 * 4]


def _sector(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers).ljust(512, b"\xff")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    named = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return named + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", start, size)
