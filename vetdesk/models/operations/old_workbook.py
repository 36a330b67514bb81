"""Looks into an old workbook (.xls, an OLE file) before a reader reserves memory for it.

The reader of old workbooks makes room for every cell between the first and the last one, and stops the whole
program where that does not fit. So the reach of a sheet is read here first, from the record heads alone.
"""

from __future__ import annotations

import struct

_END = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free, table
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_RUNS = frozenset({0x00BD, 0x00BE})
_DIMENSIONS = 0x0200
_NAMES = ("Workbook", "Book")


def reach(data: bytes) -> tuple[int, int]:
    """`(rows, columns)` that the sheets of an old workbook reach or claim to reach.

    Raises ValueError where the file is damaged or holds no workbook.
    """
    try:
        return _reach(_workbook(data))
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error


def _reach(stream: bytes) -> tuple[int, int]:
    rows = columns = at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if kind in _RUNS and size >= 6:
                column = max(column, struct.unpack_from("<H", stream, at + 2 + size)[0])
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _DIMENSIONS and size >= 12:
            _first, last, _left, right = struct.unpack_from("<IIHH", stream, at + 4)
            rows, columns = max(rows, last), max(columns, right)
        at += 4 + size
    return rows, columns


def _workbook(data: bytes) -> bytes:
    """The stream that holds the workbook."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or small_shift != 6 or (len(data) >> shift) < 2:
        raise ValueError("sectors")
    sector = 1 << shift
    first_entry, _sign, least, small_start, _count, more, _tables = struct.unpack_from("<IIIIIII", data, 48)
    tables = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while more < _END and seen <= len(data) >> shift:
        part = struct.unpack_from(f"<{sector // 4}I", data, (more + 1) * sector)
        tables += part[:-1]
        more, seen = part[-1], seen + 1
    chains: list[int] = []
    for each in tables:
        if each < _END:
            chains += struct.unpack_from(f"<{sector // 4}I", data, (each + 1) * sector)

    def stream(start: int) -> bytes:
        return b"".join(data[(at + 1) * sector : (at + 2) * sector] for at in _chain(chains, start))

    entries = stream(first_entry)
    root = struct.unpack_from("<I", entries, 116)[0]
    for at in range(128, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        if entries[at : at + max(length - 2, 0)].decode("utf-16-le", errors="replace") in _NAMES:
            start, size = struct.unpack_from("<II", entries, at + 116)
            if size >= least:
                return stream(start)[:size]
            small = stream(root)
            links = struct.iter_unpack("<I", stream(small_start))
            pieces = _chain([each for (each,) in links], start)
            return b"".join(small[piece * 64 : piece * 64 + 64] for piece in pieces)[:size]
    raise ValueError("no workbook")


def _chain(links: list[int], start: int) -> list[int]:
    """The sectors of a chain, in order. Raises ValueError for one that never ends."""
    found: list[int] = []
    while start < _END:
        found.append(start)
        if len(found) > len(links):
            raise ValueError("endless chain")
        start = links[start]
    return found
