"""Figures in their stages and years: kept exactly, noted once, and left alone where nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from vetdesk.models.records.facts import Entry, Stage, State, given
from vetdesk.models.store import figures, journal
from vetdesk.models.store.workspace import Workspace

NOTHING = Entry(State.NOT_APPLICABLE, "", "", "没有")


def rows(workspace: Workspace) -> int:
    """How many rows the journal has."""
    return int(workspace.rows("SELECT COUNT(*) AS n FROM journal")[0]["n"])


def put(workspace: Workspace, entries: dict[str, Entry], *, unit: str = "u") -> frozenset[str]:
    """Write entries in an act of their own. Returns what changed."""
    with workspace.atomic():
        return figures.write(workspace, "r", unit, entries)[1]


def test_every_state_comes_back_as_it_was(workspace: Workspace) -> None:
    entries = {"a": given("1500", "人"), "b": NOTHING, "c": Entry(State.UNKNOWN), "d": Entry()}
    assert put(workspace, entries) == {"a", "b", "c"}  # d was not filled before either
    assert figures.read(workspace, "r", "u") == {name: each for name, each in entries.items() if name != "d"}
    assert figures.read(workspace, "r", "other") == figures.read(workspace, "other", "u") == {}


@pytest.mark.parametrize(
    "text", ["0", "1.50", "999999999999999999", "0.000000000001", "100000000000000000.123456789012"]
)
def test_a_number_stays_the_text_it_was(workspace: Workspace, text: str) -> None:
    put(workspace, {"a": given(text)})
    assert figures.read(workspace, "r", "u")["a"].text == text
    assert workspace.rows("SELECT typeof(text) AS t FROM fact")[0]["t"] == "text"


def test_equal_entries_write_no_journal_row(workspace: Workspace) -> None:
    put(workspace, {"a": given("1"), "b": NOTHING})
    before, head = rows(workspace), journal.head(workspace)
    with workspace.atomic():
        act, changed = figures.write(
            workspace, "r", "u", {"a": given("1"), "b": NOTHING, "c": Entry()}, act="given-act"
        )
    assert (act, changed) == ("given-act", frozenset())
    with workspace.atomic():
        assert figures.write(workspace, "r", "u", {}) == ("", frozenset())
    assert (rows(workspace), journal.head(workspace)) == (before, head)


def test_only_what_changed_is_noted(workspace: Workspace) -> None:
    put(workspace, {"a": given("1"), "b": given("2")})
    assert put(workspace, {"a": given("1"), "b": given("3"), "c": given("4")}) == {"b", "c"}
    assert rows(workspace) == 4
    (row, *_older) = journal.of_field(workspace, "u", "declared.this.b")
    assert (row["old"], row["new"]) == (["given", "2", "", ""], ["given", "3", "", ""])


@pytest.mark.parametrize(
    "other", [given("1", "亩"), given("1.0"), Entry(State.GIVEN, "1", "", "因为"), Entry(State.UNKNOWN), Entry()]
)
def test_every_part_of_an_entry_counts_as_a_change(workspace: Workspace, other: Entry) -> None:
    put(workspace, {"a": given("1")})
    assert put(workspace, {"a": other}) == {"a"}
    assert figures.read(workspace, "r", "u")["a"] == other


def test_a_figure_taken_out_is_not_filled_again(workspace: Workspace) -> None:
    put(workspace, {"a": given("1")})
    put(workspace, {"a": Entry()})
    assert figures.read(workspace, "r", "u").get("a", Entry()) == Entry()
    assert put(workspace, {"a": Entry()}) == frozenset()


def test_stages_and_years_do_not_touch_each_other(workspace: Workspace) -> None:
    with workspace.atomic():
        for number, stage in enumerate(Stage):
            figures.write(workspace, "r", "u", {"a": given(str(number))}, stage=stage)
        figures.write(workspace, "r", "u", {"a": given("9")}, year=figures.LAST)
        figures.write(workspace, "r2", "u", {"a": given("8")})
    for number, stage in enumerate(Stage):
        assert figures.read(workspace, "r", "u", stage=stage) == {"a": given(str(number))}
    assert figures.read(workspace, "r", "u", year=figures.LAST) == {"a": given("9")}
    assert figures.read(workspace, "r2", "u") == {"a": given("8")}
    assert len(journal.of_field(workspace, "u", "verified.this.a")) == 1
    assert len(journal.of_field(workspace, "u", "declared.last.a")) == 1


def test_all_units_of_a_round_are_read_at_once(workspace: Workspace) -> None:
    put(workspace, {"a": given("1"), "b": given("2")}, unit="u1")
    put(workspace, {"a": given("3")}, unit="u2")
    with workspace.atomic():
        figures.write(workspace, "r", "u3", {"a": given("4")}, year=figures.LAST)
    assert figures.read_all(workspace, "r", stage=Stage.DECLARED) == {
        "u1": {"a": given("1"), "b": given("2")},
        "u2": {"a": given("3")},
    }
    assert figures.read_all(workspace, "r", stage=Stage.ACCEPTED) == {}


def test_where_a_figure_came_from_is_kept_and_noted_as_the_reason(workspace: Workspace) -> None:
    with workspace.atomic():
        figures.write(
            workspace, "r", "u", {"a": given("1"), "b": given("2")},
            sources={"a": "表.xlsx › 表1 › B3"}, action="import", why="导入",
        )  # fmt: skip
    assert figures.sources(workspace, "r", "u") == {"a": "表.xlsx › 表1 › B3"}
    assert figures.sources(workspace, "r", "u", year=figures.LAST) == {}
    assert journal.of_field(workspace, "u", "declared.this.a")[0]["why"] == "表.xlsx › 表1 › B3"
    assert journal.of_field(workspace, "u", "declared.this.b")[0]["why"] == "导入"
    put(workspace, {"a": given("5")})
    assert figures.sources(workspace, "r", "u") == {}  # typed over


def test_several_writes_can_be_one_act(workspace: Workspace) -> None:
    with workspace.atomic():
        act, _changed = figures.write(workspace, "r", "u", {"a": given("1")})
        again, _changed = figures.write(workspace, "r", "u", {"b": given("1")}, year=figures.LAST, act=act)
    assert act == again
    assert [row["field"] for row in journal.of_act(workspace, act)] == ["declared.this.a", "declared.last.b"]


def test_the_journal_gives_back_every_entry() -> None:
    for entry in (given("1.5", "亩"), NOTHING, Entry(State.UNKNOWN), Entry()):
        assert figures.from_plain(figures.plain(entry)) == entry


def test_an_explanation_is_kept_with_its_row(workspace: Workspace) -> None:
    with workspace.atomic():
        figures.explain(workspace, "r", "u", "L01", "因为搬迁")
        figures.explain(workspace, "r", "u", "L02", "另一条")
        figures.explain(workspace, "r", "u", "L01", "因为合并")
    assert figures.explanations(workspace, "r", "u") == {"L01": "因为合并", "L02": "另一条"}
    assert figures.explanations(workspace, "r", "v") == {}
    newest, oldest = journal.of_field(workspace, "u", "rule.L01")
    assert (oldest["old"], oldest["new"]) == ("", "因为搬迁")
    assert (newest["old"], newest["new"], newest["action"]) == ("因为搬迁", "因为合并", "explain")


def test_two_thousand_figures_are_one_act(workspace: Workspace) -> None:
    entries = {f"f{at}": given(str(at)) for at in range(2000)}
    assert len(put(workspace, entries)) == 2000
    assert figures.read(workspace, "r", "u") == entries
    assert journal.broken_at(workspace) is None


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis_given(st.dictionaries(TEXT, st.builds(Entry, st.sampled_from(State), TEXT, TEXT, TEXT), max_size=5), TEXT)
def test_any_text_comes_back_exactly(workspace: Workspace, entries: dict[str, Entry], unit: str) -> None:
    put(workspace, entries, unit=unit)
    found = figures.read(workspace, "r", unit)
    assert {name: found.get(name, Entry()) for name in entries} == entries
    assert journal.broken_at(workspace) is None
