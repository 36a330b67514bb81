"""A second opinion on a demo city of two years: every figure of its roll-up, worked out from the demo's source by hand.

Nothing of the engine is used here: the nine key indicators are written out from the circular (domain.md 2.1, 2.2).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vetdesk.models.operations import demo_city, demo_second_round
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.demo_city import DemoSchool
from vetdesk.models.operations.export_tables import export_tables
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.trend import trend
from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store.workspace import Workspace

Facts = Mapping[str, Fraction]
BARS = {
    "db22_land": 40000, "db22_land_ps": 33, "db22_bldg": 24000, "db22_bldg_ps": 20, "db22_teachers": 60, "db22_str": 20,
    "db22_equip": 300, "db22_equip_ps": 2500, "db22_books_ps": 30,
}  # fmt: skip
RATIOS = ("db22_land_ps", "db22_bldg_ps", "db22_str", "db22_equip_ps", "db22_books_ps")


def parts(facts: Facts) -> dict[str, tuple[Fraction, Fraction] | None]:
    """What stands above and below the line of each of the nine (1 below a plain figure); None where a figure lacks."""

    def total(plus: Iterable[str], minus: Iterable[str] = ()) -> Fraction | None:
        names = (*plus, *minus)
        if any(name not in facts for name in names):
            return None
        return sum((facts[name] for name in plus), Fraction(0)) - sum((facts[name] for name in minus), Fraction(0))

    land = total(("land_owned", "land_excl_use"), ("land_staff_housing", "land_affiliated"))
    buildings = total(("bldg_owned", "bldg_excl_use"), ("bldg_staff_house", "bldg_affiliated", "bldg_lent_out"))
    students, teachers = facts.get("students_ft"), facts.get("teachers_ft")
    books, equipment = facts.get("books_print"), facts.get("equip_teaching_wan")
    one = Fraction(1)
    yuan = None if equipment is None else equipment * 10000
    found = {
        "db22_land": (land, one), "db22_land_ps": (land, students), "db22_bldg": (buildings, one),
        "db22_bldg_ps": (buildings, students), "db22_teachers": (teachers, one), "db22_str": (students, teachers),
        "db22_equip": (equipment, one), "db22_equip_ps": (yuan, students), "db22_books_ps": (books, students),
    }  # fmt: skip
    return {name: None if above is None or below is None else (above, below) for name, (above, below) in found.items()}


def verdict(name: str, pair: tuple[Fraction, Fraction] | None) -> Verdict:
    """Compared without dividing: 生师比 passes where it is small, the others where they are large."""
    if pair is None:
        return Verdict.INCOMPLETE
    above, below = pair
    needed = BARS[name] * below
    return Verdict.MET if (above <= needed if name == "db22_str" else above >= needed) else Verdict.UNMET


@dataclass(frozen=True, slots=True)
class Year:
    """One year by hand: what every school that has to report declared (empty for one that did not)."""

    declared: dict[str, Facts]
    districts: dict[str, str]

    @property
    def met(self) -> int:
        """Schools that meet all nine."""
        return sum(
            all(verdict(name, pair) is Verdict.MET for name, pair in parts(facts).items())
            for facts in self.declared.values()
        )

    @property
    def received(self) -> int:
        """Schools that sent something."""
        return sum(bool(each) for each in self.declared.values())

    def counts(self, name: str) -> tuple[int, int]:
        """How many schools meet one indicator, of how many with a verdict."""
        found = [verdict(name, parts(facts)[name]) for facts in self.declared.values()]
        return found.count(Verdict.MET), found.count(Verdict.MET) + found.count(Verdict.UNMET)


def year_of(schools: Iterable[DemoSchool], final: Mapping[str, Mapping[str, str]]) -> Year:
    """A year from the demo's schools; `final` are figures declared in the end, where they are not the true ones."""
    every = list(schools)
    return Year(
        {
            each.code: {
                name: Fraction(text)
                for name, text in (final.get(each.code, each.facts) if each.kind != "silent" else {}).items()
            }
            for each in every
        },
        {each.code: each.district for each in every},
    )


def check(bureau: Workspace, *, schools: int, seed: int, tables: Path) -> int:
    """Compare every figure of the roll-up of a demo of two years with its source; returns how many were compared.

    Raises AssertionError naming the first that differs.
    """
    made = demo_city.schools(schools, seed)
    second = demo_second_round.second_year(made, seed)
    inspected = [each for each in made if each.overstated and each.kind != "silent"][: max(2, schools // 3)]
    corrected = {each.code for each in inspected}
    first = year_of(
        made, {each.code: {**each.facts, **({} if each.code in corrected else each.overstated)} for each in made}
    )
    now = year_of(second.schools, {})
    compared = 0
    for found, year in zip(trend(bureau), (first, now), strict=True):
        assert (found.scope, found.received, found.met) == (len(year.declared), year.received, year.met)
        assert found.rate == Fraction(year.met, len(year.declared))
        for name in BARS:
            assert found.indicators[name] == year.counts(name), (found.round.period, name)
        compared += 4 + 2 * len(BARS)
    seen = board(bureau)
    assert (len(seen.in_scope), seen.received, seen.met) == (len(now.declared), now.received, now.met)
    compared += 3
    for line in seen.lines:
        by_hand = parts(now.declared[line.unit.code])
        assert line.unit.district == now.districts[line.unit.code]
        for name, pair in by_hand.items():
            for stage in (Stage.DECLARED, Stage.ACCEPTED):
                judged = line.judged[stage][name]
                assert judged.verdict is verdict(name, pair), (line.unit.code, name, stage)
                assert judged.value == (None if pair is None else pair[0] / pair[1]), (line.unit.code, name, stage)
                compared += 2
        unmet = [verdict(name, pair) for name, pair in by_hand.items()]
        expected = (
            Outcome.MET if set(unmet) == {Verdict.MET} else Outcome.UNMET if Verdict.UNMET in unmet else Outcome.OPEN
        )
        assert line.conclusion.outcome is expected, line.unit.code
        compared += 1
    compared += _check_sums(bureau, now)
    return compared + _check_tables(bureau, now, tables)


def _check_sums(bureau: Workspace, year: Year) -> int:
    """City and counties: Σ above the line ÷ Σ below it, schools in the sums and schools that lack a figure."""
    compared = 0
    for district, figures in city_figures(bureau):
        inside = [facts for code, facts in year.declared.items() if district in ("", year.districts[code])]
        for each in figures:
            pairs = [parts(facts)[each.indicator] for facts in inside]
            given = [pair for pair in pairs if pair is not None]
            above, below = (sum((pair[at] for pair in given), Fraction(0)) for at in (0, 1))
            assert (each.schools, each.missing) == (len(given), len(pairs) - len(given)), (district, each.indicator)
            expected = None if not given else above / below if each.indicator in RATIOS else above
            assert each.value == expected, (district, each.indicator)
            compared += 3
    return compared


def _check_tables(bureau: Workspace, year: Year, folder: Path) -> int:
    """The exported facts and verdicts are the demo's; schools that ended are in the lineage."""
    export_tables(bureau, folder)

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    compared = 0
    for row in rows("facts"):
        if (row["stage"], row["year"]) == ("declared", "this") and row["fact"] in year.declared[row["unit"]]:
            assert Fraction(row["value"]) == year.declared[row["unit"]][row["fact"]], (row["unit"], row["fact"])
            compared += 1
    for row in rows("verdicts"):
        if row["stage"] == "declared" and row["indicator"] in BARS:
            by_hand = verdict(row["indicator"], parts(year.declared[row["unit"]])[row["indicator"]])
            assert row["verdict"] == by_hand.value, (row["unit"], row["indicator"])
            compared += 1
    assert sorted({row["kind"] for row in rows("lineage")}) == ["merge", "split"]
    return compared
