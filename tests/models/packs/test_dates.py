"""A pack as of a date: each required value counts from its first day to its last, and no clock is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.packs.material import bar, figures, indicator, small_pack
from vetdesk.models.packs.conclude import Outcome, conclude, sentence
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.verdicts import Verdict


def dated(value: str, start: str = "", end: str = "", **more: Any) -> dict[str, Any]:
    """A required value from a day until a day."""
    days = {"from": start, "until": end}
    return bar(value, **{name: day for name, day in days.items() if day}, **more)


CHANGED = small_pack(indicator("a", bars=[dated("10", end="2024-12-31"), dated("20", "2025-01-01")]))
"""Ten until the end of 2024, twenty afterwards."""


def verdict(pack: Pack, date: str, **now: int | None) -> Verdict:
    return judge(as_of(pack, date), Data(figures(**now)))["one"].verdict


@pytest.mark.parametrize(
    ("date", "needed", "expected"),
    [
        ("2024-12-31", 10, Verdict.MET),
        ("2025-01-01", 20, Verdict.UNMET),
        ("2000-01-01", 10, Verdict.MET),
        ("2099-12-31", 20, Verdict.UNMET),
        ("", 20, Verdict.UNMET),
    ],
)
def test_a_changed_value_counts_from_its_day_on(date: str, needed: int, expected: Verdict) -> None:
    found = judge(as_of(CHANGED, date), Data(figures(a=15)))["one"]
    assert (found.threshold, found.verdict, found.bar) == (needed, expected, 0)


def test_a_pack_as_built_goes_by_the_values_without_an_end() -> None:
    assert judge(CHANGED, Data(figures(a=15)))["one"].threshold == 20
    assert CHANGED.indicators["one"].threshold.text == "20"


@pytest.mark.parametrize(
    ("end", "next_day"), [("2024-12-31", "2025-01-01"), ("2030-06-30", "2030-07-01"), ("2024-02-29", "2024-03-01")]
)
def test_the_last_day_still_counts_and_the_next_no_more(end: str, next_day: str) -> None:
    pack = small_pack(indicator("a", bars=[dated("10", end=end)]))
    assert verdict(pack, end, a=10) is Verdict.MET
    assert verdict(pack, next_day, a=10) is Verdict.NOT_APPLICABLE


def test_the_first_day_counts_and_the_one_before_does_not() -> None:
    pack = small_pack(indicator("a", bars=[dated("10", "2025-03-01")]))
    assert verdict(pack, "2025-03-01", a=10) is Verdict.MET
    assert verdict(pack, "2025-02-28", a=10) is Verdict.NOT_APPLICABLE


def test_an_open_start_reaches_back_and_an_open_end_forward_without_limit() -> None:
    pack = small_pack(indicator("a", bars=[dated("10", end="2024-12-31"), dated("20", "2025-01-01")]))
    assert verdict(pack, "0001-01-01", a=10) is Verdict.MET
    assert verdict(pack, "9999-12-31", a=20) is Verdict.MET


def test_between_two_values_that_leave_a_gap_the_indicator_does_not_apply() -> None:
    pack = small_pack(indicator("a", bars=[dated("10", end="2023-12-31"), dated("20", "2025-01-01")]))
    assert verdict(pack, "2024-06-30", a=99) is Verdict.NOT_APPLICABLE
    assert verdict(pack, "2024-06-30", a=None) is Verdict.NOT_APPLICABLE


def test_an_indicator_whose_values_have_all_ended_does_not_apply_today_and_is_still_shown() -> None:
    pack = small_pack(indicator("a", bars=[dated("10", end="2023-12-31")]), indicator("b", name="two"))
    found = judge(pack, Data(figures(a=1, b=10)))
    assert found["one"].verdict is Verdict.NOT_APPLICABLE
    assert pack.indicators["one"].threshold.bars == ()
    assert pack.indicators["one"].threshold.text == "10"
    assert pack.indicators["one"].bar(found["one"].bar).end == "2023-12-31"


def test_a_value_in_force_between_two_days_only() -> None:
    pack = small_pack(indicator("a", bars=[dated("10", "2023-01-01", "2024-12-31"), dated("20", "2025-01-01")]))
    assert [verdict(pack, date, a=15) for date in ("2022-12-31", "2023-01-01", "2024-12-31", "2025-01-01")] == [
        Verdict.NOT_APPLICABLE,
        Verdict.MET,
        Verdict.MET,
        Verdict.UNMET,
    ]


def test_of_several_values_in_force_the_first_whose_condition_holds_counts() -> None:
    bars = [dated("5", end="2024-12-31", when="b > 1"), dated("10", end="2024-12-31"), dated("20", "2025-01-01")]
    pack = small_pack(indicator("a", bars=bars))
    assert verdict(pack, "2024-01-01", a=7, b=2) is Verdict.MET
    assert verdict(pack, "2024-01-01", a=7, b=1) is Verdict.UNMET
    assert verdict(pack, "2025-01-01", a=19, b=2) is Verdict.UNMET


def test_an_indicator_without_dates_is_left_as_it_is() -> None:
    pack = small_pack(indicator("a"))
    assert as_of(pack, "2024-01-01").indicators["one"] is pack.indicators["one"]


def test_a_pack_as_of_its_own_date_is_the_same_pack() -> None:
    assert as_of(CHANGED, "") is CHANGED
    old = as_of(CHANGED, "2024-01-01")
    assert old.as_of == "2024-01-01"
    assert as_of(old, "2024-01-01") is old


def test_a_pack_can_be_taken_to_another_date_and_back() -> None:
    old = as_of(CHANGED, "2024-01-01")
    assert [verdict(old, date, a=15) for date in ("2025-01-01", "2024-01-01", "")] == [
        Verdict.UNMET,
        Verdict.MET,
        Verdict.UNMET,
    ]
    assert old.plain is CHANGED.plain


def test_a_conclusion_goes_by_the_date_too() -> None:
    data = Data(figures(a=15))
    said = [
        conclude(pack, judge(pack, data), data)
        for date in ("2024-12-31", "2025-01-01")
        for pack in [as_of(CHANGED, date)]
    ]
    assert [each.outcome for each in said] == [Outcome.MET, Outcome.UNMET]
    assert sentence(CHANGED, said[1]) == "未达标：1 项中 0 项达标，1 项未达标。还差：a 5 个。"


def test_a_pack_none_of_whose_values_is_in_force_does_not_apply() -> None:
    pack = as_of(small_pack(indicator("a", bars=[dated("10", "2025-01-01")])), "2024-01-01")
    data = Data(figures(a=15))
    assert conclude(pack, judge(pack, data), data).outcome is Outcome.NOT_APPLICABLE


def test_only_the_values_in_force_must_be_confirmed() -> None:
    pack = small_pack(
        indicator("a", bars=[dated("10", end="2024-12-31", confidence="UNSURE"), dated("20", "2025-01-01")])
    )
    assert pack.indicators["one"].threshold.confirmed
    assert not as_of(pack, "2024-01-01").indicators["one"].threshold.confirmed
    assert verdict(pack, "2024-01-01", a=10) is Verdict.UNVERIFIED
