"""Quantiles of similar schools: blurred, in groups that are large enough, the own type first."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vetdesk.models.rollup.peers import SHARES, Peers, closest, peers


def groups(*sizes: int) -> list[tuple[str, int]]:
    """Type and size of what is given for types of these sizes."""
    values = [("a", str(361 + at), Fraction(each)) for at, size in enumerate(sizes) for each in range(size)]
    return [(each.run_type, each.count) for each in peers(values)]


def test_small_groups_are_not_given_nor_can_be_worked_out() -> None:
    assert groups(7) == []
    assert groups(8) == [("", 8), ("361", 8)]
    assert groups(8, 7) == [("361", 8)], "all fifteen together would give the seven away"
    assert groups(8, 4, 4) == [("", 16), ("361", 8)], "eight others are no one of them"
    assert groups(4, 4) == [("", 8)]
    assert groups(8, 9) == [("", 17), ("361", 8), ("362", 9)]


@pytest.mark.parametrize("size", [8, 9, 11, 20])
def test_no_quantile_is_a_school_s_own_figure(size: int) -> None:
    values = [Fraction(at * at * 7 + 61) for at in range(size)]
    [group, _same] = peers([("a", "361", each) for each in values])
    exact = {sum(values[at : at + 3], Fraction(0)) / 3 for at in range(size - 2)}
    for given, share in zip(group.quantiles, SHARES, strict=True):
        assert any(abs(given - each) <= each / 200 + 1 for each in exact), share
    assert list(group.quantiles) == sorted(group.quantiles)


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
