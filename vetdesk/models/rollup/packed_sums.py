"""What schools add to the sums of a county, as rows of whole numbers that are added at once; exact to the last digit.

A row holds, in 64 bits each: a checksum, whose it is (twice 64), the number of the county, a checksum of what stands beside it
(0: nothing does), and for every indicator what the school adds above and below the line in millionths. What does not fit is
written out beside it.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any

import msgspec

from vetdesk.models.rollup.together import SCALE, Part, Together

_LEAST = -(2**63)
_MISSING, _ELSEWHERE, _LEFT_OUT, _BEYOND = _LEAST, _LEAST + 1, _LEAST + 2, _LEAST + 3
"""In the place of what a school adds above the line: it lacks a fact; it stands beside the row; the pack does not apply to the
school; figures lie from the last one on."""
_MOST = 2**62
_HEAD = 5
_COUNTY, _BESIDE = 3, 4
_ODD_NUMBER = 0x9E3779B97F4A7C15
_WORD = 2**64


@dataclass(frozen=True, slots=True)
class Row:
    """A school as a row: the bytes, and what does not fit into them."""

    sums: bytes
    beside: str = ""

    @property
    def check(self) -> int:
        """Its checksum."""
        return int.from_bytes(self.sums[:8], "little")

    def whole(self, indicators: int) -> bool:
        """Whether it is as it was written, for a pack of so many indicators."""
        if len(self.sums) != 8 * (_HEAD + 2 * indicators):
            return False
        words = struct.unpack(f"<{len(self.sums) // 8 - 1}q", self.sums[8:])
        beside = _check_beside(self.beside.encode("utf-8", "surrogatepass"))
        return self.check == _check(words) and words[_BESIDE - 1] == beside

    @property
    def unit(self) -> bytes:
        """Whose it is, as `unit_key` says."""
        return self.sums[8 : 8 * _COUNTY]

    @property
    def county(self) -> int:
        """The number of its county."""
        return int.from_bytes(self.sums[8 * _COUNTY : 8 * _BESIDE], "little")


def unit_key(unit: str) -> bytes:
    """What stands for a school in its row."""
    return hashlib.blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def packed(unit: str, parts: Sequence[Part | None] | None, county: int, indicators: int) -> Row:
    """The row of a school of a county (by its number) from what it adds to each indicator (as `Adder.parts` says)."""
    numbers: list[int] = []
    beside: dict[int, tuple[str, str]] = {}
    for at, part in enumerate(parts or ()):
        if part is None:
            numbers += (_MISSING, 0)
            continue
        above, below = _millionths(part[0]), _millionths(part[1])
        if above is not None and below is not None:
            numbers += (above, below)
        else:
            numbers += (_ELSEWHERE, 0)
            beside[at] = str(part[0]), str(part[1] or 0)
    if parts is None:
        numbers = [_LEFT_OUT, 0] * indicators
    more = msgspec.json.encode(beside) if beside else b""
    words = [*struct.unpack("<2q", unit_key(unit)), county, _check_beside(more), *numbers]
    return Row(_check(words).to_bytes(8, "little") + struct.pack(f"<{len(words)}q", *words), more.decode("utf-8"))


def _millionths(value: Fraction | None) -> int | None:
    """A figure in millionths; None where it needs finer parts, or more than 64 bits."""
    if value is None:
        return 0
    parts, rest = divmod(SCALE, value.denominator)
    found = value.numerator * parts
    return None if rest or abs(found) >= _MOST else found


def _check_beside(beside: bytes) -> int:
    return zlib.crc32(beside) + 1 if beside else 0


def _check(words: Sequence[int]) -> int:
    return sum((each % _WORD) * _weight(at) for at, each in enumerate(words)) % _WORD


def _weight(at: int) -> int:
    return (2 * at + 1) * _ODD_NUMBER % _WORD


@dataclass(slots=True)
class Sums:
    """The sums of one county and pack: per indicator above and below the line (in millionths, or exact), schools in them,
    schools that lack a figure."""

    above: list[Fraction | int]
    below: list[Fraction | int]
    schools: list[int]
    missing: list[int]
    rows: int = 0

    @classmethod
    def nothing(cls, indicators: int) -> Sums:
        """No school yet."""
        return cls([0] * indicators, [0] * indicators, [0] * indicators, [0] * indicators)

    def take(self, row: Row, *, sign: int = 1) -> None:
        """Add a school, or take one away (`sign` -1)."""
        self.rows += sign
        numbers = struct.unpack(f"<{len(row.sums) // 8 - 1}q", row.sums[8:])[_HEAD - 1 :]
        beside = _beside(row)
        for at, (above, below) in enumerate(zip(numbers[::2], numbers[1::2], strict=True)):
            if above in (_MISSING, _LEFT_OUT):
                self.missing[at] += sign * (above == _MISSING)
                continue
            more = beside[at] if above == _ELSEWHERE else (above, below)
            self.above[at] += sign * more[0]
            self.below[at] += sign * more[1]
            self.schools[at] += sign

    def take_beside(self, row: Row) -> None:
        """Add only what stands beside a row."""
        for at, (above, below) in _beside(row).items():
            self.above[at] += above
            self.below[at] += below
            self.schools[at] += 1

    def take_all(self, other: Sums) -> None:
        """Add the schools of another county."""
        self.rows += other.rows
        for own, more in (
            (self.above, other.above), (self.below, other.below), (self.schools, other.schools),
            (self.missing, other.missing),
        ):  # fmt: skip
            own[:] = [first + second for first, second in zip(own, more, strict=True)]  # type: ignore[misc]

    def together(self, ratios: dict[str, bool]) -> tuple[Together, ...]:
        """The sums as figures of the indicators."""
        return tuple(
            Together(
                name, self.above[at], self.below[at] if ratio else None,
                self.schools[at], self.missing[at],
            )
            for at, (name, ratio) in enumerate(ratios.items())
        )  # fmt: skip


def _beside(row: Row) -> dict[int, tuple[Fraction, Fraction]]:
    if not row.beside:
        return {}
    found = msgspec.json.decode(row.beside, type=dict[int, tuple[str, str]])
    return {at: (Fraction(above) * SCALE, Fraction(below) * SCALE) for at, (above, below) in found.items()}


@dataclass(slots=True)
class Read:
    """Rows of one pack added by county, without what stands beside them; whose they are with their checksums; of how
    many rows something stands beside."""

    counties: dict[int, Sums] = field(default_factory=dict)
    checks: dict[bytes, int] = field(default_factory=dict)
    beside: int = 0


def read(rows: Sequence[bytes], indicators: int) -> Read | None:
    """Rows of one pack added by county; None where one of them is not as it was written."""
    width = _HEAD + 2 * indicators
    if not {*map(len, rows)} <= {8 * width}:
        return None
    found = _read(rows, width, shift=0)
    return _read(rows, width, shift=_SHIFT) if found is _TOO_LARGE else found


_SHIFT = 32
_TOO_LARGE = Read(beside=-1)
_AT_ONCE = 1024
"""So many rows are added at a time: what is worked on stays small, nothing is moved about in memory."""


def _read(rows: Sequence[bytes], width: int, *, shift: int) -> Read | None:
    """That; `_TOO_LARGE` where sums might need more than 64 bits: then halves of `shift` bits are added for themselves."""
    import numpy as np

    weights = np.array([_weight(at) for at in range(width - 1)], "<u8").view("<i8")
    found, room = Read(), (2**63 - 1) // max(len(rows), 1)
    totals: dict[int, tuple[Any, int]] = {}
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        table = np.frombuffer(b"".join(some), "<i8").reshape(-1, width)
        checks = table[:, 0].view("<u8")
        if not np.array_equal((table[:, 1:] @ weights).view("<u8"), checks):
            return None
        whose = np.ascontiguousarray(table[:, 1:_COUNTY]).view("V16").ravel().tolist()
        found.checks.update(zip(whose, checks.tolist(), strict=True))
        found.beside += int(np.count_nonzero(table[:, _BESIDE]))
        table = table[np.argsort(table[:, _COUNTY], kind="stable")]
        counties, figures = table[:, _COUNTY], table[:, _HEAD:]
        above = figures[:, ::2]
        known, missing = above >= _BEYOND, above == _MISSING
        if not known.all():
            above[~known] = 0
        if not shift and max(int(figures.max(initial=0)), -int(figures.min(initial=0))) > room:
            return _TOO_LARGE
        halves = (figures,) if not shift else (figures >> shift, figures & (2**shift - 1))
        starts = [*np.flatnonzero(np.diff(counties, prepend=counties[0] - 1)).tolist(), len(some)]
        for start, end in pairwise(starts):
            part = np.concatenate([each[start:end].sum(axis=0) for each in (*halves, known, missing)])
            county = int(counties[start])
            before, count = totals.get(county, (0, 0))
            totals[county] = before + part, count + end - start
    for county, (total, count) in totals.items():
        found.counties[county] = _sums(total.tolist(), (width - _HEAD) // 2, count, shift)
    return found if len(found.checks) == len(rows) else None  # each school once


def _sums(total: list[int], indicators: int, rows: int, shift: int) -> Sums:
    """Sums of a county from columns: figures (with `shift` their high halves, then their low ones), known, missing."""
    if not indicators:
        return Sums([], [], [], [], rows)
    figures, (*low, known, missing) = total[: 2 * indicators], _cut(total[2 * indicators :], indicators)
    if shift:
        figures = [(high << shift) + under for high, under in zip(figures, chain(*low), strict=True)]
    return Sums([*figures[::2]], [*figures[1::2]], known, missing, rows)


def _cut(columns: list[int], width: int) -> list[list[int]]:
    return [columns[at : at + width] for at in range(0, len(columns), width)]
