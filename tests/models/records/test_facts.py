"""One figure: four states that never mix, and exact values in the unit asked for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State, given


def test_a_given_figure_is_exact_in_the_unit_of_its_field() -> None:
    assert given("60", "亩").value("㎡") == 40000
    assert given("0.1").value("㎡") == Fraction(1, 10)
    assert given("0").value("人") == 0


def test_a_figure_that_measures_something_else_has_no_value() -> None:
    assert given("60", "亩").value("人") is None


@pytest.mark.parametrize("state", [State.UNFILLED, State.NOT_APPLICABLE, State.UNKNOWN])
def test_what_is_not_given_has_no_value_whatever_text_is_left(state: State) -> None:
    assert Entry(state).value("㎡") is None
    assert Entry(state, "5").value("㎡") is None


def test_a_new_field_is_not_filled_and_not_zero() -> None:
    assert Entry() == UNFILLED
    assert UNFILLED.state is State.UNFILLED
    assert given("0") != UNFILLED


def test_an_entry_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        UNFILLED.text = "5"  # type: ignore[misc]


def test_states_and_stages_have_the_names_they_are_stored_by() -> None:
    assert [each.value for each in State] == ["given", "unfilled", "not_applicable", "unknown"]
    assert [each.value for each in Stage] == ["declared", "verified", "accepted"]


def test_every_state_and_stage_has_its_own_word() -> None:
    assert [each.word for each in State] == ["已填", "未填", "不适用", "不清楚"]
    assert [each.word for each in Stage] == ["申报值", "核实值", "审定值"]
