"""What an operation touched: changes add up, and progress that nobody watches does nothing."""

from __future__ import annotations

from dataclasses import fields

import pytest

from vetdesk.models.records.changes import Changes, silent


def test_changes_add_up() -> None:
    both = Changes(frozenset({"a"}), frozenset({"u"}), packages=True) | Changes(frozenset({"b"}), rounds=True)
    assert both == Changes(frozenset({"a", "b"}), frozenset({"u"}), packages=True, rounds=True)


@pytest.mark.parametrize("name", ["packages", "evidence", "findings", "register", "rounds"])
def test_each_part_is_kept_by_a_sum_from_either_side(name: str) -> None:
    one = Changes(**{name: True})  # type: ignore[arg-type]
    assert (one | Changes()) == (Changes() | one) == one
    assert [each.name for each in fields(Changes) if getattr(one, each.name)] == [name]


def test_unwatched_progress_does_nothing() -> None:
    silent(1, 2, "读取")
