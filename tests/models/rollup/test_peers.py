"""Quantiles of similar schools: blurred, in groups that are large enough, the own type first."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vetdesk.models.rollup.peers import Peers, closest, peers


def test_small_groups_are_not_given() -> None:
    values = [("a", "365", Fraction(at)) for at in range(8)] + [("a", "345", Fraction(at)) for at in range(7)]
    assert [(each.run_type, each.count) for each in peers(values)] == [("", 15), ("365", 8)]
    assert peers(values[:7]) == []


@pytest.mark.parametrize(
    ("value", "given"),
    [("12345.678", "12300"), ("0.0123456", "0.0123"), ("0", "0"), ("999.6", "1000"), ("-15.55", "-15.6")],
)
def test_values_are_blurred_to_three_digits(value: str, given: str) -> None:
    [group] = peers([("a", "", Fraction(value))] * 8)
    assert set(group.quantiles) == {Fraction(given)}


def test_what_is_far_is_so_by_the_middle_half() -> None:
    group = Peers("a", "365", 12, tuple(Fraction(each) for each in (8, 10, 12, 14, 16)))
    assert [group.far(Fraction(each)) for each in (3, 4, 12, 20, 21)] == ["▼", "", "", "", "▲"]
    assert Peers("a", "", 9, (Fraction(5),) * 5).far(Fraction(50)) == "", "all the same says nothing"
    assert "中间一半在 10 到 14 之间，中位数 12" in group.sentence(Fraction(12))


def test_the_own_type_comes_before_all_schools() -> None:
    own, every = (Peers("a", kind, 9, (Fraction(1),) * 5) for kind in ("365", ""))
    assert closest([every, own], "365") == {"a": own}
    assert closest([own, every], "365") == {"a": own}
    assert closest([own, every], "345") == {"a": every}
