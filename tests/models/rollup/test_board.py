"""The board: counts over counts, judged stage by stage, on figures given directly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tests.factory import NINE, SETUP, school_facts
from vetdesk.models.packs import source
from vetdesk.models.records.facts import Entry, Stage, given
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState, board
from vetdesk.models.store.register import UnitRecord

PACKS = (source.load(NINE), source.load(SETUP))


def nothing(_unit: UnitRecord) -> Mapping[str, Entry]:
    """A register that knows no more than the name."""
    return {}


def figures(code: str, *, seq: int = 1, state: UnitState = UnitState.RECEIVED, **changes: str) -> UnitFigures:
    """A school with declared figures: the good ones with some changed."""
    declared = {fact: given(text) for fact, text in school_facts(**changes).items()} if seq else {}
    return UnitFigures(UnitRecord(code, f"校{code}", district="411402"), state, seq, {Stage.DECLARED: declared})


def made(*schools: UnitFigures) -> Board:
    """The board of these schools."""
    return board(PACKS, list(schools), identity=nothing)


def test_an_empty_city_has_no_rate() -> None:
    empty = made()
    assert (empty.rate(), empty.met, empty.received, empty.shortages()) == (None, 0, 0, [])


def test_the_rate_is_counts_over_counts_with_the_unsubmitted_in_it() -> None:
    found = made(figures("1"), figures("2", land_owned="1"), figures("3", books_print=""), figures("4", seq=0))
    assert (found.received, found.met, found.rate()) == (3, 1, Fraction(1, 4))
    assert found.counts("db22_land") == {
        **dict.fromkeys(Verdict, 0), Verdict.MET: 2, Verdict.UNMET: 1, Verdict.INCOMPLETE: 1
    }  # fmt: skip


def test_shortages_are_summed_over_the_schools_that_miss_them_in_the_order_of_the_forms() -> None:
    found = made(
        figures("1", books_print="44000", teachers_ft="70"),
        figures("2", books_print="43999"),
        figures("3", land_owned="40000"),
    )
    assert found.shortages() == [("teachers_ft", 5, 1), ("land_owned", 9500, 1), ("books_print", 2001, 2)]


def test_a_combined_shortage_is_asked_for_once() -> None:
    only = made(figures("1", teachers_ft="50")).lines[0]
    assert [(gap.fact, gap.change) for gap in only.conclusion.shortages] == [("teachers_ft", 25)]


def test_equal_stages_are_judged_alike_and_different_ones_apart() -> None:
    good = {fact: given(text) for fact, text in school_facts().items()}
    each = UnitFigures(
        UnitRecord("1", "校"),
        UnitState.ACCEPTED,
        1,
        {Stage.DECLARED: good, Stage.VERIFIED: {**good, "books_print": given("1")}, Stage.ACCEPTED: dict(good)},
    )
    judged = made(each).lines[0].judged
    assert judged[Stage.DECLARED] == judged[Stage.ACCEPTED]
    assert judged[Stage.VERIFIED]["db22_books_ps"].verdict is Verdict.UNMET
    assert set(judged[Stage.VERIFIED]) == {*PACKS[0].indicators, *PACKS[1].indicators}


def test_units_of_measure_are_converted_exactly() -> None:
    each = figures("1")
    mu = {**each.entries[Stage.DECLARED], "land_owned": given("60", "亩")}
    found = board(PACKS, [UnitFigures(each.unit, each.state, 1, {Stage.DECLARED: mu})], identity=nothing)
    assert found.lines[0].judged[Stage.DECLARED]["db22_land"].value == 40000


def test_every_state_has_a_word_of_its_own() -> None:
    assert len({each.word for each in UnitState}) == len(UnitState)
