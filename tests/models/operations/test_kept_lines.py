"""Judgements kept between openings are those worked out anew, and count only while all they rest on is the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, DemoCity
from vetdesk.models.operations import decide, kept_lines, roll_up, school_lines
from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.rollup.board import Board, Said, nothing_known
from vetdesk.models.rollup.board import board as judge_all
from vetdesk.models.store import derived, exchange, figures, register
from vetdesk.models.store.workspace import Workspace, open_workspace


def reopened(city: City) -> Workspace:
    """The bureau, opened anew."""
    city.close()
    return City(city.folder).bureau


def judged_anew(workspace: Workspace) -> Board:
    """The board with nothing kept."""
    derived.drop(workspace)
    workspace.built.clear()
    return roll_up.board(workspace)


def test_every_line_of_the_demo_comes_back_as_it_was(demo: DemoCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETDESK_HOME", str(demo.home))
    with open_workspace(demo.folder / "bureau") as bureau:
        fresh = judged_anew(bureau)
    with open_workspace(demo.folder / "bureau") as bureau, monkeypatch.context() as patch:
        patch.setattr(school_lines, "judge_all", None)
        assert roll_up.board(bureau) == fresh


def test_what_a_verdict_rests_on_is_judged_anew_and_nothing_else(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.received()
    bureau = city.bureau
    one = desk(bureau).round.id
    before = roll_up.board(bureau)
    judged: list[str] = []
    really = judge_all

    def noting(packs: object, units: list[object], **more: object) -> Board:
        judged.extend(each.unit.code for each in units)  # type: ignore[attr-defined]
        return really(packs, units, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(school_lines, "judge_all", noting)

    def look() -> list[str]:
        """The board of a fresh opening is what it would be without anything kept; says who was judged for it."""
        opened = reopened(city)
        judged.clear()
        found = roll_up.board(opened)
        who = list(judged)
        assert found == judged_anew(opened)
        opened.close()
        return who

    assert look() == []
    assert before.lines[0].conclusion == roll_up.board(City(city.folder).bureau).lines[0].conclusion
    with City(city.folder).bureau as opened, opened.atomic():
        figures.write(opened, one, FIRST, {"books_print": Entry(State.GIVEN, "100")}, stage=Stage.VERIFIED)
    assert look() == [FIRST]
    with City(city.folder).bureau as opened, opened.atomic():
        unit = register.unit(opened, SECOND)
        assert unit is not None
        register.put_units(opened, [replace(unit, founded_year="2023")])
    assert look() == [SECOND], "the scope asks when it was founded"
    again = City(city.folder)
    set_figures(again.school(), {"books_print": "59000"})
    again.received()
    again.close()
    assert look() == [FIRST]
    monkeypatch.setattr(kept_lines, "engine", lambda: b"another program")
    assert look() == [FIRST, SECOND]


def test_accepting_changes_the_accepted_stage_of_one_school(city: City) -> None:
    city.received()
    roll_up.board(city.bureau)
    held = exchange.current_submission(city.bureau, desk(city.bureau).round.id, FIRST)
    assert held is not None
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=decide.digits_of(city.bureau, held.key))
    decide.accept(city.bureau, FIRST)
    opened = reopened(city)
    found = roll_up.board(opened)
    assert found.lines[0].judged[Stage.ACCEPTED]["db22_books_ps"].verdict.value == "met"
    assert found == judged_anew(opened)


@pytest.mark.parametrize("how", ["no database", "cut short", "no table", "another line", "altered", "a folder"])
def test_a_file_that_is_damaged_or_forged_counts_for_nothing(city: City, how: str) -> None:
    city.received()
    fresh = roll_up.board(city.bureau)
    folder = city.bureau.folder
    city.close()
    path = folder / "derived" / "board.sqlite"
    if how == "no database":
        path.write_bytes(b"nothing of the kind" * 100)
    elif how == "cut short":
        path.write_bytes(path.read_bytes()[:1500])
    elif how == "a folder":
        path.unlink()
        path.mkdir()
    else:
        opened = sqlite3.connect(path)
        if how == "no table":
            opened.execute("DROP TABLE line")
        elif how == "another line":
            opened.execute(
                "UPDATE line SET line = (SELECT line FROM line WHERE unit = ?) WHERE unit = ?", (FIRST, SECOND)
            )
        else:
            opened.execute("UPDATE line SET line = replace(line, 'unmet', 'met')")
        opened.commit()
        opened.close()
    assert roll_up.board(City(city.folder).bureau) == fresh


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff"])
def test_bytes_that_are_no_line_are_none(city: City, data: bytes) -> None:
    found = desk(city.bureau)
    unit = register.units(city.bureau)[0]
    assert kept_lines.from_bytes(data, unit, found.packs, lambda _own: nothing_known(found.packs, {}, {})) is None


def test_a_line_of_other_standards_is_none(city: City) -> None:
    city.received()
    line = roll_up.board(city.bureau).lines[0]
    packs = desk(city.bureau).packs

    def nothing(own: Mapping[str, Entry]) -> Said:
        return nothing_known(packs, {**own, **identity_facts(line.unit)}, {})

    data = kept_lines.to_bytes(line)
    assert kept_lines.from_bytes(data, line.unit, packs[:1], nothing) is None
    back = kept_lines.from_bytes(data, line.unit, packs, nothing)
    assert back is not None
    assert (back.judged, back.concluded, back.figured, back.classed) == (
        line.judged, line.concluded, line.figured, line.classed,
    )  # fmt: skip


def test_nothing_kept_goes_into_a_backup(city: City, tmp_path: Path) -> None:
    from vetdesk.models.operations.backup import backup, restore

    city.received()
    fresh = roll_up.board(city.bureau)
    assert (city.bureau.folder / "derived" / "board.sqlite").is_file()
    backup(city.bureau, tmp_path / "备份.vdbak")
    with restore(tmp_path / "备份.vdbak", tmp_path / "回来") as back:
        assert not (back.folder / "derived").exists()
        assert roll_up.board(back) == fresh
