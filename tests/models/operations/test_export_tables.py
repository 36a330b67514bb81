"""The exported tables alone are enough to work out every figure of the roll-up, with nothing of this program."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, DemoCity
from vetdesk.models.operations import receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.export_tables import COLUMNS, export_tables
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store.tasks import task_notes
from vetdesk.models.store.workspace import Workspace, open_workspace

Row = dict[str, str]
BARS = {
    "db22_land": 40000, "db22_land_ps": 33, "db22_bldg": 24000, "db22_bldg_ps": 20, "db22_teachers": 60, "db22_str": 20,
    "db22_equip": 300, "db22_equip_ps": 2500, "db22_books_ps": 30,
}  # fmt: skip
"""The nine key indicators and what they require (domain 2.1)."""


@pytest.fixture
def bureau(demo: DemoCity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("VETDESK_HOME", str(demo.home))
    with open_workspace(demo.folder / "bureau") as opened:
        yield opened


def read(folder: Path, name: str) -> list[Row]:
    """A table as any program reads it."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def figures(folder: Path, stage: str = "declared") -> dict[str, dict[str, Fraction]]:
    """This year's numbers of every school, of a stage."""
    found: dict[str, dict[str, Fraction]] = {row["unit"]: {} for row in read(folder, "schools")}
    for row in read(folder, "facts"):
        if (row["stage"], row["year"]) == (stage, "this") and row["value"]:
            found[row["unit"]][row["fact"]] = Fraction(row["value"])
    return found


def nine(facts: dict[str, Fraction]) -> dict[str, bool | None]:
    """Whether a school meets each of the nine; None where a figure lacks. Written by hand from the circular."""

    def of(*names: str) -> list[Fraction] | None:
        return [facts[name] for name in names] if all(name in facts for name in names) else None

    land = of("land_owned", "land_excl_use", "land_staff_housing", "land_affiliated")
    building = of("bldg_owned", "bldg_excl_use", "bldg_staff_house", "bldg_affiliated", "bldg_lent_out")
    area = land[0] + land[1] - land[2] - land[3] if land else None
    floor = building[0] + building[1] - building[2] - building[3] - building[4] if building else None
    students, teachers = facts.get("students_ft"), facts.get("teachers_ft")
    equipment, books = facts.get("equip_teaching_wan"), facts.get("books_print")

    def over(top: Fraction | None, bottom: Fraction | None) -> Fraction | None:
        return top / bottom if top is not None and bottom else None

    values = {
        "db22_land": area, "db22_land_ps": over(area, students), "db22_bldg": floor, "db22_bldg_ps": over(floor, students),
        "db22_teachers": teachers, "db22_str": over(students, teachers), "db22_equip": equipment,
        "db22_equip_ps": over(equipment * 10000 if equipment is not None else None, students),
        "db22_books_ps": over(books, students),
    }  # fmt: skip
    return {
        name: None if value is None else (value <= BARS[name] if name == "db22_str" else value >= BARS[name])
        for name, value in values.items()
    }


def test_every_verdict_and_rate_is_worked_out_again_from_the_tables(bureau: Workspace, tmp_path: Path) -> None:
    export_tables(bureau, tmp_path / "out")
    ours = board(bureau)
    said = {
        (row["unit"], row["indicator"]): row["verdict"]
        for row in read(tmp_path / "out", "verdicts")
        if row["stage"] == "declared" and row["pack"] == "cn_db_2022_zz"
    }
    found = figures(tmp_path / "out")
    assert len(found) == len(ours.lines) >= 10
    words = {True: "met", False: "unmet", None: "incomplete"}
    for unit, facts in found.items():
        for name, holds in nine(facts).items():
            assert said[unit, name] == words[holds], (unit, name)
    met = [unit for unit, facts in found.items() if all(nine(facts).values())]
    ends = {row["unit"]: row["outcome"] for row in read(tmp_path / "out", "conclusions") if row["stage"] == "declared"}
    assert sorted(met) == sorted(unit for unit, outcome in ends.items() if outcome == "met")
    scope = [unit for unit, outcome in ends.items() if outcome != "not_applicable"]
    assert Fraction(len(met), len(scope)) == ours.rate()
    totals: dict[str, Fraction] = {}
    for row in (each for each in read(tmp_path / "out", "shortages") if each["stage"] == "declared"):
        totals[row["fact"]] = totals.get(row["fact"], Fraction(0)) + Fraction(row["amount"])
    assert totals == {fact: amount for fact, amount, _count in ours.shortages()}


@pytest.mark.parametrize("stage", list(Stage))
def test_the_rate_by_the_figures_of_each_stage(bureau: Workspace, tmp_path: Path, stage: Stage) -> None:
    """Who meets the nine by verified and by accepted figures is worked out by hand as well."""
    export_tables(bureau, tmp_path / "out")
    found, ours = figures(tmp_path / "out", stage.value), board(bureau).by(stage)
    met = [unit for unit, facts in found.items() if all(nine(facts).values())]
    rows = [row for row in read(tmp_path / "out", "conclusions") if row["stage"] == stage.value]
    assert sorted(met) == sorted(row["unit"] for row in rows if row["outcome"] == "met")
    assert (len(met), ours.known) == (ours.met, sum(int(row["known"]) for row in rows))
    assert ours.known == sum(bool(each) for each in found.values())
    assert ours.rate() == Fraction(len(met), len(ours.in_scope))
    assert len(ours.in_scope) == len(board(bureau).in_scope), "the same schools, whichever figures are counted by"


@pytest.mark.parametrize("stage", [each.value for each in Stage])
def test_the_citys_and_counties_figures_are_sums_over_sums(bureau: Workspace, tmp_path: Path, stage: str) -> None:
    export_tables(bureau, tmp_path / "out")
    districts = {row["unit"]: row["district"] for row in read(tmp_path / "out", "schools")}
    found = figures(tmp_path / "out", stage)
    for row in read(tmp_path / "out", "together"):
        if (row["indicator"], row["stage"]) != ("db22_books_ps", stage):
            continue
        facts = [each for unit, each in found.items() if row["district"] in ("", districts[unit])]
        known = [each for each in facts if {"books_print", "students_ft"} <= set(each)]
        assert (int(row["schools"]), int(row["missing"])) == (len(known), len(facts) - len(known))
        if not known:
            assert row["value"] == ""
            continue
        books, students = (sum((each[name] for each in known), Fraction(0)) for name in ("books_print", "students_ft"))
        assert Fraction(row["value"]) == books / students


def test_a_mean_of_ratios_would_give_another_verdict(city: City) -> None:
    """100 pupils with 60 books each and 3,000 with 29: the city has 30 a head only by a mean of its schools' ratios."""
    for code, students, books in ((FIRST, "100", "6000"), (SECOND, "3000", "87000")):
        set_figures(city.school(code), {"students_ft": students, "students_total": students, "books_print": books})
        for rule in [each.rule.id for each in standing(city.school(code)).unexplained()]:
            explain(city.school(code), rule, "说明")
        submit(city.school(code), city.folder / f"{code}.vdpkg", with_errors="测试")
        receive.receive(city.bureau, [city.folder / f"{code}.vdpkg"])
    [(_city, every), *_counties] = city_figures(city.bureau)
    [books_each] = [each for each in every if each.indicator == "db22_books_ps"]
    mean = (Fraction(60) + Fraction(29)) / 2
    assert books_each.value == Fraction(93000, 3100) == 30
    assert mean > 30
    set_figures(city.school(SECOND), {"books_print": "86999"})
    submit(city.school(SECOND), city.folder / "again.vdpkg", with_errors="测试")
    receive.receive(city.bureau, [city.folder / "again.vdpkg"])
    [(_city, every), *counties] = city_figures(city.bureau)
    [books_each] = [each for each in every if each.indicator == "db22_books_ps"]
    assert books_each.value is not None
    assert books_each.value < 30 < mean, "one book short, whatever the mean says"
    assert (books_each.schools, books_each.missing) == (2, 0)
    assert [name for name, _every in counties] == ["411402", "411403"]


def test_a_school_that_sent_nothing_is_missing_and_in_no_sum(city: City) -> None:
    city.received()
    [(_city, every), *_counties] = city_figures(city.bureau)
    assert {(each.schools, each.missing) for each in every} == {(1, 1)}
    [land] = [each for each in every if each.indicator == "db22_land"]
    assert (land.value, land.below) == (60000, None)


def test_what_belongs_together_is_found_together(bureau: Workspace, tmp_path: Path) -> None:
    export_tables(bureau, tmp_path / "out")
    tables = {name: read(tmp_path / "out", name) for name in COLUMNS}
    for name, columns in COLUMNS.items():
        assert not tables[name] or tuple(tables[name][0]) == columns
    units = {row["unit"] for row in tables["schools"]}
    for name in ("facts", "verdicts", "submissions", "evidence", "findings"):
        assert tables[name]
        assert {row["unit"] for row in tables[name]} <= units
    assert {row["fact"] for row in tables["facts"]} <= {row["fact"] for row in tables["fields"]}
    counts = [row for row in tables["submissions"] if row["counts"] == "1"]
    assert len(counts) == len({row["unit"] for row in counts}) == board(bureau).received
    hashes = {row["hash"] for row in tables["submissions"]}
    assert all(row["previous"] in hashes | {""} for row in tables["submissions"])
    explained = {(row["table"], row["column"]): row["meaning"] for row in tables["dictionary"]}
    assert explained.keys() == {(name, column) for name, columns in COLUMNS.items() for column in columns}
    assert not [at for at, said in explained.items() if said.replace(" ", "_") == at[1] or not said]
    assert "school" not in explained["indicators", "unit"] + explained["fields", "unit"]
    assert {"day" in explained["submissions", "received"], "time" in explained["submissions", "taken_at"]} == {True}
    stages = {row["stage"] for row in tables["verdicts"]}
    assert stages == {each.value for each in Stage}


def test_only_an_empty_folder_or_tables_written_before_are_written_over(bureau: Workspace, tmp_path: Path) -> None:
    export_tables(bureau, tmp_path / "out")
    first = {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()}
    export_tables(bureau, tmp_path / "out")
    assert {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()} == first
    (tmp_path / "out" / "mine.txt").write_text("x", encoding="utf-8")
    for place in (tmp_path / "out", tmp_path / "out" / "mine.txt", bureau.folder / "out"):
        with pytest.raises(KnownError) as caught:
            export_tables(bureau, place)
        assert caught.value.code in ("not_empty", "own_files")
    with pytest.raises(KnownError) as caught:
        export_tables(bureau, tmp_path / "out" / "mine.txt" / "deeper")
    assert caught.value.code == "storage"


def test_pandas_works_out_the_roll_up_from_the_tables_alone(bureau: Workspace, tmp_path: Path) -> None:
    """As another office would: facts to columns, schools grouped by county, sums over sums, shares of schools that meet."""
    import pandas as pd

    export_tables(bureau, tmp_path / "out")
    tables = {
        name: pd.read_csv(tmp_path / "out" / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for name in ("facts", "schools", "together", "verdicts", "conclusions")
    }
    facts = tables["facts"].query("stage == 'declared' and year == 'this' and value != ''")
    facts = facts[facts["fact"].isin(["books_print", "students_ft"])]
    numbers = facts.assign(value=facts["value"].map(lambda text: float(Fraction(text))))
    wide = numbers.pivot(index="unit", columns="fact", values="value").dropna()
    schools = tables["schools"].set_index("unit")
    sums = wide.join(schools["district"]).groupby("district").sum(numeric_only=True)
    ours = tables["together"].query("indicator == 'db22_books_ps' and stage == 'declared'").set_index("district")
    assert set(sums.index) == {county for county in ours.index if county and ours.loc[county, "value"]}
    for county, row in sums.iterrows():
        assert float(Fraction(ours.loc[county, "value"])) == pytest.approx(row["books_print"] / row["students_ft"])
    met = len(tables["conclusions"].query("outcome == 'met' and stage == 'declared'"))
    found = board(bureau)
    assert met == found.met
    verdicts = tables["verdicts"].query("stage == 'declared' and indicator == 'db22_land' and verdict == 'met'")
    assert len(verdicts) == found.counts("db22_land")[Verdict.MET]


def test_goals_and_what_offices_said_of_tasks_are_told(bureau: Workspace, tmp_path: Path) -> None:
    """Each goal with the exact value, the required one, and where its figures are from."""
    from vetdesk.models.operations.region import goals

    export_tables(bureau, tmp_path / "out")
    rows = read(tmp_path / "out", "goals")
    every = goals(bureau)
    assert len(rows) == len(every) > 20
    for row, goal in zip(rows, every, strict=True):
        assert (row["district"], row["indicator"], row["verdict"]) == (
            goal.district, goal.indicator.id, goal.judged.verdict.value,
        )  # fmt: skip
        assert row["value"] == (
            "" if goal.judged.value is None else f"{goal.judged.value.numerator}/{goal.judged.value.denominator}"
        )
    known = {row["indicator"] for row in read(tmp_path / "out", "indicators")}
    assert known >= {row["indicator"] for row in rows}
    assert any("总览" in row["sources"] for row in rows)
    assert [row["task"] for row in read(tmp_path / "out", "tasks")] == [each.task for each in task_notes(bureau)]
