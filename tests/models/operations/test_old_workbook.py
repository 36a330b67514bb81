"""How far an old workbook reaches, read from its record heads before anybody reserves memory for it."""

from __future__ import annotations

import struct

import pytest

from tests.models.operations.workbooks import old_workbook
from vetdesk.models.operations.old_workbook import reach

NEAR = struct.pack("<HHHH", 0x0203, 14, 0, 1)


def moved(row: int, column: int) -> bytes:
    """A workbook whose only number lies elsewhere."""
    whole = old_workbook({"表": [["专任教师", 60]]})
    assert whole.count(NEAR) == 1
    return whole.replace(NEAR, struct.pack("<HHHH", 0x0203, 14, row, column))


@pytest.mark.parametrize("small", [False, True])
def test_the_last_row_and_column_of_any_sheet(small: bool) -> None:
    sheets: dict[str, list[list[object]]] = {"一": [["a", 1, 2]], "二": [["b"], ["c"], ["d", 1]], "空": []}
    assert reach(old_workbook(sheets, small=small)) == (3, 3)


@pytest.mark.parametrize("corner", [(0, 300), (300, 0), (65535, 65535), (19999, 65535)])
def test_a_cell_far_away_counts(corner: tuple[int, int]) -> None:
    row, column = corner
    assert reach(moved(row, column)) == (row + 1, max(column + 1, 1))


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (struct.pack("<HHIIHH", 0x0200, 14, 0, 70_000, 0, 9), (70_000, 9)),
        (struct.pack("<HHHHHHHH", 0x00BE, 12, 4, 1, 0, 0, 0, 77), (5, 78)),
        (struct.pack("<HHHHH", 0x0201, 6, 8, 9, 0), (9, 10)),
    ],
    ids=["claimed", "run", "blank"],
)  # fmt: skip
def test_claims_and_runs_of_blanks_count_too(record: bytes, wanted: tuple[int, int]) -> None:
    whole = old_workbook({"表": [["a" * 60]]})
    at = whole.index(struct.pack("<H", 0x0204) + struct.pack("<H", 9 + 120))
    rows, columns = reach(whole[:at] + record + whole[at + len(record) :])
    assert (rows, columns) >= wanted
    assert columns >= wanted[1]


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" * 200, bytes(3000), old_workbook({"表": [[1]]})[:700]])
def test_what_is_damaged_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        reach(content)
