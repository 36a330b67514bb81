"""Values far from those of similar schools: fences exact, too few are never far, a hint and no verdict."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.factory import NINE
from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.packs import source
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.facts import given as entry
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState, board
from vetdesk.models.rollup.outliers import FEWEST, Fences, fences, outliers
from vetdesk.models.rollup.reminders import Choice, chosen
from vetdesk.models.store.register import UnitRecord


def city_of(books: list[str], *, types: tuple[str, ...] = ("365",)) -> Board:
    """A board of schools that differ in their books alone (1,000 pupils each)."""
    pack = source.load(NINE)
    figures = [
        UnitFigures(
            UnitRecord(f"{at:010d}", f"第{at}校（虚构）", run_type=types[at % len(types)]),
            UnitState.RECEIVED,
            1,
            {Stage.DECLARED: {"students_ft": entry("1000"), "books_print": entry(each)} if each else {}},
        )
        for at, each in enumerate(books)
    ]
    return board((pack,), figures, identity=identity_facts)


def test_the_fences_are_those_of_a_textbook() -> None:
    values = [Fraction(each) for each in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    assert fences(values) == Fences(Fraction(3) - 6, Fraction(7) + 6, 9)
    assert fences(values[:7]) is None
    assert fences([Fraction(5)] * 20) is None, "where all are the same nothing is far"
    assert fences([Fraction(each) for each in (1, 2, 3, 4, 5, 6, 7, 8)]) == Fences(
        Fraction(11, 4) - Fraction(21, 4), Fraction(25, 4) + Fraction(21, 4), 8
    )


@given(st.lists(st.fractions(min_value=0, max_value=10**6), min_size=FEWEST, max_size=40), st.fractions(0, 1000))
def test_fences_move_with_the_values_and_hold_their_middle(values: list[Fraction], step: Fraction) -> None:
    found, moved = fences(values), fences([each + step for each in values])
    if found is None:
        assert moved is None
        return
    assert moved == Fences(found.low + step, found.high + step, len(values))
    assert found.low < sorted(values)[len(values) // 2] < found.high or found.low < found.high
    assert fences(values[::-1]) == found


def test_the_school_far_from_the_others_is_chosen() -> None:
    found = city_of([str(30_000 + 500 * at) for at in range(9)] + ["90000", ""])
    far = outliers(found)
    assert set(far) == {("0000000009", "db22_books_ps")}
    around = far["0000000009", "db22_books_ps"]
    assert (around.peers, around.low < 30 < around.high < 90) == (10, True)
    assert [line.unit.code for line in chosen(found, Choice.FAR)] == ["0000000009"]


def test_similar_are_schools_of_the_same_type_or_all_where_those_are_few() -> None:
    values = [str(30_000 + 10_000 * (at % 2) + 100 * at) for at in range(20)]
    values[2] = "39000"  # usual for the other type, far for its own
    two = city_of(values, types=("365", "361"))
    assert {unit for unit, _name in outliers(two)} == {"0000000002"}
    assert outliers(city_of(values)) == {}
    few = city_of(values[:7], types=("365", "361"))
    assert outliers(few) == {}
