"""A demo city of two years, one merger, one split: every figure of its roll-up is that of its source data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scale.independent import check
from vetdesk.charts.draw import to_png
from vetdesk.models.operations import demo, demo_city, demo_second_round
from vetdesk.models.operations.desk import desk
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.store import figures, register
from vetdesk.models.store.workspace import open_workspace


def test_two_years_equal_an_independent_calculation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home"))
    made = demo.build(tmp_path / "city", schools=12, seed=3, rounds=2, draw=to_png)
    assert "两校合并，一校拆分" in made.summary
    with open_workspace(tmp_path / "city" / "bureau") as bureau:
        assert check(bureau, schools=12, seed=3, tables=tmp_path / "tables") > 900
        with pytest.raises(AssertionError):  # a second opinion: with another seed nothing fits
            check(bureau, schools=12, seed=4, tables=tmp_path / "other")
        last = register.unit(bureau, "3641995001")
        assert last is not None
        assert last.predecessors
        told = desk(bureau).round
        assert told.stage is not None
        assert told.period == "2027"
    with open_workspace(tmp_path / "city" / "schools" / "3641990002-2027") as school:
        first = demo_city.schools(12, 3)[1]
        handed = figures.read(school, told.id, "3641990002", year=figures.LAST)
        assert handed["students_ft"] == Entry(State.GIVEN, first.facts["students_ft"]), "what was accepted last year"


def test_a_city_too_small_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="至少要 12 所"):
        demo.build(tmp_path / "city", schools=11, seed=1, rounds=2, draw=to_png)
    assert not (tmp_path / "city").exists()


def test_halves_and_sums_of_a_school_are_its_own() -> None:
    made = demo_city.schools(12, 3)
    year = demo_second_round.second_year(made, 3)
    by_code = {each.code: each for each in year.schools}
    joined = by_code["3641995001"].facts
    for name in ("students_ft", "land_owned", "books_print"):
        assert int(joined[name]) == int(made[0].facts[name]) + int(made[9].facts[name])
        halves = [int(by_code[code].facts[name]) for code in ("3641995002", "3641995003")]
        assert sum(halves) == int(made[5].facts[name])
    assert {each.code for each in made} - set(by_code) == {made[0].code, made[9].code, made[5].code}
