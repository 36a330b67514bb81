"""How a formula becomes what is added above and below the line, and that no share is ever added up."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factory import school_words
from vetdesk.models.packs.judge import data_of
from vetdesk.models.packs.source import load, shipped_ids
from vetdesk.models.packs.typed import typed_entry
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.rollup.together import Adder, above_and_below


def entries(pack_id: str, **facts: str) -> dict[str, Entry]:
    """Figures of a school as stored."""
    pack = load(pack_id)
    return {name: typed_entry(pack.fields[name], text) for name, text in facts.items()}


def test_a_percentage_of_two_schools_is_no_sum_and_no_mean() -> None:
    """90 of 100 and 0 of 10 are 81.82 %, neither 90 % (the sum) nor 45 % (the mean)."""
    pack = load("cn_zz_2010")
    adder = Adder(pack)
    parts = [
        adder.parts(data_of(pack, entries("cn_zz_2010", teachers_ft=whole, teachers_prof=part)))
        for whole, part in (("100", "90"), ("10", "0"))
    ]
    [found] = [each for each in adder.together(parts) if each.indicator == "zz10_prof_pct"]
    assert (found.above, found.below, found.value) == (9000, 110, Fraction(9000, 110))
    assert (found.schools, found.missing) == (2, 0)


@pytest.mark.parametrize("pack_id", shipped_ids())
def test_the_parts_of_one_school_are_its_own_value(pack_id: str) -> None:
    """What is added, divided, gives back what the indicator is for that school: nothing is taken apart wrongly."""
    from vetdesk.models.packs.judge import judge

    pack = load(pack_id)
    words = {name: text for name, text in school_words().items() if name in pack.fields}
    numbers = {each.id: "7" for each in pack.form() if each.number and each.id not in words}
    given = {
        name: Entry(State.GIVEN, text) if pack.fields[name].kind == "table" else typed_entry(pack.fields[name], text)
        for name, text in {**numbers, **words}.items()
    }
    data = data_of(pack, given)
    adder = Adder(pack)
    parts = adder.parts(data)
    judged = judge(pack, data)
    compared = 0
    for name, part in zip(adder.ratios, parts or [], strict=parts is not None):
        if part is None or judged[name].value is None or (part[1] is not None and not part[1]):
            continue
        assert judged[name].value == (part[0] if part[1] is None else part[0] / part[1]), name
        compared += 1
    assert compared or parts is None or not adder.ratios


@pytest.mark.parametrize(
    ("pack_id", "indicator"),
    [
        ("cn_zz_2010", "zz10_major_mid"), ("cn_zz_2010", "zz10_track"), ("cn_zz_2010", "zz10_q_plan"),
        ("ha_zz_2021_468", "ha_group"), ("cn_he_setup_2000", "hs_lab_open_pct"), ("cn_he_setup_2000", "hs_course_mid"),
    ],
)  # fmt: skip
def test_least_values_shares_lengths_and_answers_are_no_sums(pack_id: str, indicator: str) -> None:
    assert indicator not in Adder(load(pack_id)).ratios


@pytest.mark.parametrize(
    ("formula", "ratio"),
    [
        ("students_ft / teachers_ft", True),
        ("students_ft / teachers_ft * 100", True),
        ("100 * students_ft / teachers_ft", True),
        ("100 * (students_ft / teachers_ft)", True),
        ("students_ft / (teachers_ft / 2)", True),
        ("students_ft / teachers_ft / 2", True),
        ("students_ft / 2", False),
        ("students_ft * 3 / 2000", False),
        ("students_ft - teachers_ft", False),
        ("max(students_ft, teachers_ft)", False),
        ("land_counted", False),
        ("students_ft / teachers_ft + 1", None),
        ("1 - students_ft / teachers_ft", None),
        ("min(students_ft / teachers_ft, 1)", None),
        ("(students_ft / teachers_ft if students_ft > 0 else 0) * 2", None),
        ("students_ft / (land_owned / teachers_ft + 1)", None),
        ("students_ft * practice_hours_pct", None),
        ("students_ft * teachers_ft", None),
        ("students_ft / teachers_ft / land_owned", None),
        ("(students_ft / teachers_ft) * (land_owned / students_ft)", None),
        ("students_ft * 2 / (teachers_ft * 3) * 2", True),
        ("prev(students_ft) / students_ft", True),
    ],
)
def test_what_can_be_added(formula: str, ratio: bool | None) -> None:
    from dataclasses import replace

    from vetdesk.models.packs.evaluate import prepare, value
    from vetdesk.models.packs.fields import dictionary
    from vetdesk.models.packs.formula import parse

    pack = load("cn_db_2022_zz")
    pack = replace(pack, fields={**dictionary().fields(), **pack.fields})
    found = above_and_below(parse(formula), pack)
    if ratio is None:
        assert found is None
        return
    assert found is not None
    above, below = found
    assert (below is not None) is ratio
    facts = {"students_ft": "1350", "teachers_ft": "90", "land_owned": "61000", "land_excl_use": "5", "land_staff_housing": "0",
             "land_affiliated": "1"}  # fmt: skip
    given = entries("cn_db_2022_zz", **facts)
    data = data_of(pack, given, previous=given)
    whole = value(prepare(parse(formula), pack.derived_codes), data)
    upper = value(prepare(above, pack.derived_codes), data)
    under = value(prepare(below, pack.derived_codes), data) if below is not None else Fraction(1)
    assert isinstance(upper, Fraction)
    assert isinstance(under, Fraction)
    assert whole == upper / under
