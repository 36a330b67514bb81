"""Rows of whole numbers added at once are exactly what exact fractions added one by one are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from vetdesk.models.rollup import packed_sums
from vetdesk.models.rollup.packed_sums import Row, Sums
from vetdesk.models.rollup.together import SCALE, Part, Together

WIDTH = 3
RATIOS = {"land": False, "each": True, "share": True}
AMOUNTS = st.one_of(
    st.integers(-(10**6), 10**9).map(Fraction),
    st.fractions(min_value=-1000, max_value=10**7, max_denominator=10**6),
    st.sampled_from(
        [Fraction(10**13), Fraction(2**62), Fraction(2**80), Fraction(1, 3), Fraction(0), Fraction(-1, 10**6)]
    ),
)
SCHOOLS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.none() | st.tuples(*[st.none() | st.tuples(AMOUNTS, AMOUNTS) for _each in range(WIDTH)]),
    ),
    max_size=25,
)
School = tuple[int, tuple[Part | None, ...] | None]


def exact(schools: Sequence[School], county: int) -> tuple[Together, ...]:
    """The sums of a county, added one by one."""
    inside = [parts for of, parts in schools if of == county and parts is not None]
    found = []
    for at, (name, ratio) in enumerate(RATIOS.items()):
        known = [parts[at] for parts in inside if parts[at] is not None]
        above, below = (sum((part[side] or Fraction(0) for part in known if part), Fraction(0)) for side in (0, 1))
        found.append(
            Together(name, above * SCALE, below * SCALE if ratio else None, len(known), len(inside) - len(known))
        )
    return tuple(found)


def rows_of(schools: Sequence[School]) -> list[Row]:
    """Their rows."""
    return [packed_sums.packed(str(at), parts, county, WIDTH) for at, (county, parts) in enumerate(schools)]


def read(rows: Sequence[Row]) -> dict[int, Sums]:
    """The sums read all at once, with what stands beside them."""
    found = packed_sums.read([each.sums for each in rows], WIDTH)
    assert found is not None
    assert found.checks == {each.unit: each.check for each in rows}
    assert found.beside == sum(bool(each.beside) for each in rows)
    for each in rows:
        found.counties[each.county].take_beside(each)
    return found.counties


@given(SCHOOLS)
def test_read_at_once_and_taken_one_by_one_are_exact(schools: list[School]) -> None:
    rows = rows_of(schools)
    assert all(each.whole(WIDTH) for each in rows)
    at_once, one_by_one = read(rows), dict[int, Sums]()
    for each in rows:
        one_by_one.setdefault(each.county, Sums.nothing(WIDTH)).take(each)
    assert at_once.keys() == one_by_one.keys() == {county for county, _parts in schools}
    for county, sums in at_once.items():
        assert sums.together(RATIOS) == one_by_one[county].together(RATIOS) == exact(schools, county)
        assert sums.rows == one_by_one[county].rows == sum(of == county for of, _parts in schools)


@given(SCHOOLS, st.randoms(use_true_random=False))
def test_a_school_taken_away_leaves_no_trace(schools: list[School], chance: random.Random) -> None:
    rows = rows_of(schools)
    total = Sums.nothing(WIDTH)
    for each in rows:
        total.take(each)
    gone = [each for each in rows if chance.random() < 0.5]
    kept = Sums.nothing(WIDTH)
    for each in rows:
        if each not in gone:
            kept.take(each)
    for each in [row for row in rows if row in gone]:
        total.take(each, sign=-1)
    assert total.together(RATIOS) == kept.together(RATIOS)
    assert total.rows == kept.rows


@given(SCHOOLS.filter(bool), st.data())
def test_a_changed_byte_is_found(schools: list[School], data: st.DataObject) -> None:
    rows = rows_of(schools)
    at = data.draw(st.integers(0, len(rows) - 1))
    byte = data.draw(st.integers(0, len(rows[at].sums) - 1))
    bit = data.draw(st.integers(0, 7))
    broken = bytearray(rows[at].sums)
    broken[byte] ^= 1 << bit
    other = Row(bytes(broken), rows[at].beside)
    assert not other.whole(WIDTH)
    assert (
        packed_sums.read(
            [*(each.sums for each in rows[:at]), other.sums, *(each.sums for each in rows[at + 1 :])], WIDTH
        )
        is None
    )
    if rows[at].beside:
        assert not Row(rows[at].sums, rows[at].beside + " ").whole(WIDTH)
        assert not Row(rows[at].sums).whole(WIDTH)


def test_rows_of_another_width_are_none_of_ours() -> None:
    row = packed_sums.packed("甲", (None,) * WIDTH, 0, WIDTH)
    assert packed_sums.read([row.sums], WIDTH + 1) is None
    assert packed_sums.read([row.sums[:-8]], WIDTH) is None
    assert not row.whole(WIDTH + 1)
    nothing = packed_sums.read([], WIDTH)
    assert nothing is not None
    assert nothing.counties == {}


def test_a_school_that_stands_twice_is_found() -> None:
    row = packed_sums.packed("甲", (None,) * WIDTH, 0, WIDTH)
    assert packed_sums.read([row.sums, row.sums], WIDTH) is None


def test_a_standard_without_anything_to_add() -> None:
    """A mere checklist: schools are counted, nothing is added."""
    rows = [packed_sums.packed(str(at), [] if at else None, 3, 0) for at in range(3)]
    found = packed_sums.read([each.sums for each in rows], 0)
    assert found is not None
    assert found.counties[3].together({}) == ()
    assert found.counties[3].rows == 3


def test_sums_beyond_64_bits_are_exact() -> None:
    """Each fits, their sum does not."""
    one: tuple[Part | None, ...] = ((Fraction(4 * 10**12), Fraction(4 * 10**12, 10**6)), None, None)
    rows = [packed_sums.packed(str(at), one, 0, WIDTH) for at in range(1000)]
    assert not any(each.beside for each in rows)
    [land, *_others] = read(rows)[0].together(RATIOS)
    assert land.above == 4 * 10**15
    minus: tuple[Part | None, ...] = ((-Fraction(4 * 10**12), Fraction(-1)), None, None)
    [land, *_others] = read([packed_sums.packed(str(at), minus, 0, WIDTH) for at in range(1000)])[0].together(RATIOS)
    assert land.above == -4 * 10**15
