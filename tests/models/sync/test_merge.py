"""Merging two copies: nothing lost, equal edits never conflict, edit against delete always does, order is no matter."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.packs.material import modest
from vetdesk.models.sync.merge import ROW, Conflict, Copy, Place, join_rows, merge, merge_all, split_rows

PLACES: list[Place] = [("fact", "this", name) for name in "abcd"]
COPIES: st.SearchStrategy[Copy] = st.dictionaries(st.sampled_from(PLACES), st.sampled_from("123"), max_size=4)


def changes(base: Copy, copy: Copy) -> dict[Place, str]:
    """What a copy changed: the place and its text now, '' where it was taken away."""
    return {
        place: copy.get(place, "") for place in {*base, *copy} if copy.get(place, "") != base.get(place, "")
    }  # fmt: skip


@modest(300)
@given(COPIES, COPIES, COPIES)
def test_nothing_that_either_side_changed_is_lost(base: Copy, ours: Copy, theirs: Copy) -> None:
    merged = merge(base, ours, theirs)
    for side in (ours, theirs):
        for place, text in changes(base, side).items():
            kept = merged.copy.get(place, "") == text
            waits = place in merged.conflicts and text in merged.conflicts[place].variants
            assert kept or waits


@modest(300)
@given(COPIES, COPIES, COPIES)
def test_a_place_is_in_conflict_exactly_where_both_changed_it_differently(base: Copy, ours: Copy, theirs: Copy) -> None:
    mine, other = changes(base, ours), changes(base, theirs)
    both = {place for place in mine.keys() & other.keys() if mine[place] != other[place]}
    merged = merge(base, ours, theirs)
    assert merged.conflicts.keys() == both
    for place, each in merged.conflicts.items():
        assert each == Conflict(place, base.get(place, ""), frozenset((mine[place], other[place])))
        assert merged.copy.get(place, "") == ours.get(place, "")
    assert merged.taken == {place for place in other if place not in mine}


@modest(200)
@given(COPIES, COPIES)
def test_a_copy_that_changed_nothing_changes_nothing(base: Copy, ours: Copy) -> None:
    assert merge(base, ours, base).copy == dict(ours)
    assert merge(base, base, ours).copy == dict(ours)
    assert merge(base, ours, ours).conflicts == {}
    once = merge(base, ours, ours).copy
    assert merge(base, once, ours).copy == once


@modest(200)
@given(COPIES, st.lists(COPIES, min_size=2, max_size=4))
def test_the_order_of_arrival_does_not_matter(base: Copy, copies: list[Copy]) -> None:
    first = merge_all(base, copies)
    for order in itertools.permutations(copies):
        other = merge_all(base, order)
        assert (other.copy, other.conflicts, other.taken) == (first.copy, first.conflicts, first.taken)


@modest(200)
@given(COPIES, COPIES, COPIES, COPIES)
def test_one_after_the_other_says_the_same_in_any_order(base: Copy, ours: Copy, one: Copy, two: Copy) -> None:
    """Pairwise, on one desk: the same places wait, and where nothing waits the same texts stand."""

    def both(first: Copy, second: Copy) -> tuple[dict[Place, str], set[Place]]:
        early = merge(base, ours, first)
        late = merge(base, early.copy, second)
        return late.copy, {*early.conflicts, *late.conflicts}

    there, waiting = both(one, two)
    here, also = both(two, one)
    assert waiting == also == merge_all(base, [ours, one, two]).conflicts.keys()
    agreed = [{place: text for place, text in each.items() if place not in waiting} for each in (there, here)]
    assert agreed[0] == agreed[1]


@pytest.mark.parametrize(("ours", "theirs"), [("1", ""), ("", "1")])
def test_an_edit_against_a_deletion_is_always_a_conflict(ours: str, theirs: str) -> None:
    place = PLACES[0]
    copies = [{place: text} if text else {} for text in (ours, theirs)]
    merged = merge({place: "0"}, *copies)
    assert merged.conflicts[place].variants == {"1", ""}
    assert merge_all({place: "0"}, copies).conflicts[place].variants == {"1", ""}
    assert merge_all({place: "0"}, copies).copy == {place: "0"}


def test_what_both_took_away_is_gone() -> None:
    place = PLACES[0]
    assert merge({place: "0"}, {}, {}).copy == {}
    assert merge_all({place: "0"}, [{}, {}]).copy == {}


def test_several_copies_are_merged_at_once() -> None:
    base = {PLACES[0]: "1", PLACES[1]: "1"}
    changed: Copy = {**base, PLACES[0]: "2", PLACES[2]: "3"}
    merged = merge_all(base, [base, changed, changed])
    assert merged.copy == changed
    assert merged.taken == {PLACES[0], PLACES[2]}


MAJORS: Place = ("fact", "this", "majors")
KEYS = ("code", "name")


def row(code: str, name: str, **more: str) -> dict[str, str]:
    """A row of the table."""
    return {"code": code, "name": name, **more}


def table(*rows: dict[str, str]) -> str:
    """A table as it is stored."""
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@modest(200)
@given(st.lists(st.builds(row, st.sampled_from("123"), st.sampled_from("甲乙"), n=st.sampled_from("78")), max_size=5))
def test_a_table_comes_back_from_its_rows(rows: list[dict[str, str]]) -> None:
    text = table(*rows)
    found = split_rows(MAJORS, text, KEYS)
    names = [(each["code"], each["name"]) for each in rows]
    if len(set(names)) < len(names):
        assert found is None
        return
    assert found is not None
    assert join_rows({**found, ("x",): "y"}) == ({("x",): "y"}, {MAJORS: text} if rows else {})


@pytest.mark.parametrize(
    "rows",
    [[row("1", "甲"), row("1", "甲")], [{"n": "5"}], [row("", "", n="5")]],
    ids=["twice", "no keys", "empty keys"],
)
def test_rows_that_cannot_be_told_apart_stay_one_table(rows: list[dict[str, str]]) -> None:
    assert split_rows(MAJORS, table(*rows), KEYS) is None


def merged_rows(base: str, ours: str, theirs: str) -> tuple[set[str], int]:
    """The rows of a merged table, and how many wait."""
    split: Callable[[str], Copy] = lambda text: split_rows(MAJORS, text, KEYS) or {}  # noqa: E731
    merged = merge(split(base), split(ours), split(theirs))
    _plain, tables = join_rows(merged.copy)
    return {json.dumps(each, ensure_ascii=False, sort_keys=True) for each in json.loads(tables.get(MAJORS, "[]"))}, len(
        merged.conflicts
    )


def test_rows_are_merged_one_by_one() -> None:
    base = table(row("1", "甲", n="5"), row("2", "乙", n="6"))
    ours = table(row("1", "甲", n="7"), row("2", "乙", n="6"), row("3", "丙"))
    theirs = table(row("1", "甲", n="5"), row("4", "丁"))
    found, waiting = merged_rows(base, ours, theirs)
    expected = (row("1", "甲", n="7"), row("3", "丙"), row("4", "丁"))
    assert found == {json.dumps(each, ensure_ascii=False, sort_keys=True) for each in expected}
    assert waiting == 0
    assert merged_rows(base, table(row("1", "甲", n="9")), table(row("2", "乙", n="6")))[1] == 1


def test_the_name_of_a_row_is_below_its_table() -> None:
    found = split_rows(MAJORS, table(row("1", "甲")), KEYS)
    assert found is not None
    assert list(found) == [(*MAJORS, ROW, "1", "甲")]
    assert join_rows({**found, ("x",): "y"}) == ({("x",): "y"}, {MAJORS: table(row("1", "甲"))})
