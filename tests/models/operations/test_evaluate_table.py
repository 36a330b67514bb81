"""Judging a table without a workspace: exact values, every verdict, and files that are refused by name."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from tests.factory import GOOD, NINE, NINE_FACTS, SETUP
from vetdesk.models.operations.evaluate_table import Result, evaluate, read_units
from vetdesk.models.packs import source
from vetdesk.models.records.errors import KnownError

BASE = {fact: GOOD[fact] for fact in NINE_FACTS}
PER_STUDENT = ("db22_land_ps", "db22_bldg_ps", "db22_equip_ps", "db22_books_ps")


def table(path: Path, rows: Sequence[Sequence[object]], *, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def book(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def units_json(path: Path, units: Mapping[str, Mapping[str, object]]) -> Path:
    """A JSON file of units."""
    path.write_text(json.dumps(units, ensure_ascii=False), encoding="utf-8")
    return path


def rows(**units: Mapping[str, str]) -> list[list[str]]:
    """A heading row of fact ids and one row a unit."""
    heads = list(dict.fromkeys(fact for facts in units.values() for fact in facts))
    return [["unit", *heads], *([name, *(facts.get(head, "") for head in heads)] for name, facts in units.items())]


def judged(path: Path, pack: str = NINE) -> dict[str, Result]:
    """The results of the only unit, by indicator."""
    found = evaluate(source.load(pack), path)
    assert len({each.unit for each in found}) == 1
    return {each.indicator: each for each in found}


def one(folder: Path, pack: str = NINE, **changes: str) -> dict[str, Result]:
    """The results of the good school with some figures changed; an empty text leaves a cell empty."""
    return judged(table(folder / "u.csv", rows(甲校={**BASE, **changes})), pack)


def refusal(path: Path, pack: str = NINE) -> KnownError:
    """The refusal of a file."""
    with pytest.raises(KnownError) as caught:
        evaluate(source.load(pack), path)
    assert "\n" not in caught.value.sentence
    return caught.value


# --- the formats say the same -------------------------------------------------------------------------------------

UNITS = {
    "甲校（虚构）": {**BASE, "land_owned": "39999.99", "equip_teaching_wan": "300.05"},
    "乙校": {**BASE, "students_ft": ""},
    "0012": {**BASE, "teachers_ft": "74"},
}


def test_csv_in_three_encodings_and_json_give_identical_results(tmp_path: Path) -> None:
    content = rows(**UNITS)
    found = [
        evaluate(source.load(NINE), table(tmp_path / f"{name}.csv", content, encoding=name))
        for name in ("utf-8", "utf-8-sig", "gb18030")
    ]
    found.append(evaluate(source.load(NINE), units_json(tmp_path / "u.json", UNITS)))
    assert len(found[0]) == 3 * 9
    assert found[1:] == [found[0]] * 3


def test_a_workbook_of_numbers_gives_what_the_csv_gives(tmp_path: Path) -> None:
    content = rows(**UNITS)
    numbers: list[list[object]] = [list(content[0])]
    for name, *cells in content[1:]:
        typed: list[object] = [float(cell) if "." in cell else int(cell) if cell else None for cell in cells]
        numbers.append([name, *typed])
    from_book = evaluate(source.load(NINE), book(tmp_path / "u.xlsx", numbers))
    assert from_book == evaluate(source.load(NINE), table(tmp_path / "u.csv", content))


def test_a_number_in_the_unit_column_of_a_workbook_is_a_name(tmp_path: Path) -> None:
    content: list[list[object]] = [["unit", *BASE], [3641990001, *BASE.values()]]
    assert {each.unit for each in evaluate(source.load(NINE), book(tmp_path / "u.xlsx", content))} == {"3641990001"}


def test_chinese_labels_and_aliases_are_headings(tmp_path: Path) -> None:
    fields = source.load(NINE).fields
    labels = [fields[fact].text["zh"] for fact in BASE]
    path = table(tmp_path / "u.csv", [["单位", *labels], ["甲校", *BASE.values()]])
    assert judged(path) == one(tmp_path)
    aliased = [["unit", *("专任教师数" if fact == "teachers_ft" else fact for fact in BASE)], ["甲校", *BASE.values()]]
    assert judged(table(tmp_path / "a.csv", aliased)) == one(tmp_path)


def test_one_result_per_unit_and_indicator_in_the_order_of_file_and_pack(tmp_path: Path) -> None:
    pack = source.load(SETUP)
    found = evaluate(pack, table(tmp_path / "u.csv", rows(b=GOOD, a={"students_total": "1"}, c={})))
    assert [(each.unit, each.indicator) for each in found] == [(u, i) for u in ("b", "a", "c") for i in pack.indicators]
    assert {each.verdict for each in found if each.unit == "c"} == {"incomplete"}


def test_a_table_without_units_has_no_results(tmp_path: Path) -> None:
    assert evaluate(source.load(NINE), table(tmp_path / "u.csv", [["unit", *BASE]])) == []
    assert evaluate(source.load(NINE), units_json(tmp_path / "u.json", {})) == []


def test_columns_of_facts_the_pack_does_not_read_are_let_be(tmp_path: Path) -> None:
    assert one(tmp_path, bldg_staff_single="9000", school_name="甲", students_female="700") == one(tmp_path)


# --- boundaries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "changes", "value", "verdict"),
    [
        ("db22_land", {"land_owned": "40000"}, "40000", "met"),
        ("db22_land", {"land_owned": "39999.99"}, "39999.99", "unmet"),
        ("db22_land", {"land_owned": "40000.000000000001"}, "40000.000000000001", "met"),
        ("db22_land", {"land_owned": "39999.999999999999"}, "39999.999999999999", "unmet"),
        ("db22_land", {"land_owned": "60亩"}, "40000", "met"),
        ("db22_land", {"land_owned": "59.99 亩"}, "39993.333333333333", "unmet"),
        ("db22_land", {"land_owned": "42000", "land_staff_housing": "1500", "land_affiliated": "500"}, "40000", "met"),
        ("db22_land", {"land_owned": "39000", "land_excl_use": "1000"}, "40000", "met"),
        ("db22_land", {"land_owned": "0", "land_staff_housing": "10"}, "-10", "unmet"),
        ("db22_land_ps", {"land_owned": "49500"}, "33", "met"),
        ("db22_land_ps", {"land_owned": "49499.99"}, "32.999993333333", "unmet"),
        ("db22_bldg", {"bldg_owned": "24000"}, "24000", "met"),
        ("db22_bldg", {"bldg_owned": "24000", "bldg_lent_out": "0.01"}, "23999.99", "unmet"),
        ("db22_bldg_ps", {"bldg_owned": "30000"}, "20", "met"),
        ("db22_teachers", {"teachers_ft": "60"}, "60", "met"),
        ("db22_teachers", {"teachers_ft": "59"}, "59", "unmet"),
        ("db22_str", {"teachers_ft": "75"}, "20", "met"),
        ("db22_str", {"teachers_ft": "10000", "students_ft": "200001"}, "20.0001", "unmet"),
        ("db22_str", {"teachers_ft": "10000", "students_ft": "199999"}, "19.9999", "met"),
        ("db22_equip", {"equip_teaching_wan": "300"}, "300", "met"),
        ("db22_equip", {"equip_teaching_wan": "299.99"}, "299.99", "unmet"),
        ("db22_equip", {"equip_teaching_wan": "3000000元"}, "300", "met"),
        ("db22_equip_ps", {"equip_teaching_wan": "375"}, "2500", "met"),
        ("db22_equip_ps", {"equip_teaching_wan": "374.99"}, "2499.933333333333", "unmet"),
        ("db22_books_ps", {"books_print": "45000"}, "30", "met"),
        ("db22_books_ps", {"books_print": "4.5万册"}, "30", "met"),
        ("db22_books_ps", {"books_print": "44999"}, "29.999333333333", "unmet"),
    ],
)
def test_boundaries(tmp_path: Path, indicator: str, changes: dict[str, str], value: str, verdict: str) -> None:
    found = one(tmp_path, **changes)[indicator]
    assert (found.value, found.verdict) == (value, verdict)


@pytest.mark.parametrize(
    ("students", "books", "value"),
    [
        ("3", "2", "0.666666666667"),
        ("3", "1", "0.333333333333"),
        ("8192", "1", "0.000122070313"),  # ...3125: a tie at the thirteenth decimal goes up
        ("4096", "1", "0.000244140625"),  # twelve decimals are exact
        ("8", "1", "0.125"),
        ("1500", "60000", "40"),
    ],
)
def test_values_are_exact_to_twelve_decimals_then_half_up(
    tmp_path: Path, students: str, books: str, value: str
) -> None:
    assert one(tmp_path, students_ft=students, books_print=books)["db22_books_ps"].value == value


def test_missing_students_leave_what_needs_them_incomplete_and_nothing_else(tmp_path: Path) -> None:
    found = one(tmp_path, students_ft="")
    needing = {*PER_STUDENT, "db22_str"}
    assert {name for name, each in found.items() if each.verdict == "incomplete"} == needing
    assert {found[name].value for name in needing} == {None}
    assert {found[name].gaps for name in needing} == {()}
    assert {each.verdict for name, each in found.items() if name not in needing} == {"met"}
    assert found["db22_str"].threshold == "20"


def test_zero_students_make_per_student_values_incomputable_but_the_ratio_zero_and_met(tmp_path: Path) -> None:
    found = one(tmp_path, students_ft="0")
    assert {found[name].verdict for name in PER_STUDENT} == {"incomputable"}
    assert {found[name].value for name in PER_STUDENT} == {None}
    assert (found["db22_str"].value, found["db22_str"].verdict) == ("0", "met")


def test_zero_teachers_make_the_ratio_incomputable(tmp_path: Path) -> None:
    found = one(tmp_path, teachers_ft="0")
    assert found["db22_str"].verdict == "incomputable"
    assert (found["db22_teachers"].value, found["db22_teachers"].verdict) == ("0", "unmet")


def test_a_missing_figure_goes_before_a_zero_divisor(tmp_path: Path) -> None:
    assert one(tmp_path, students_ft="0", books_print="")["db22_books_ps"].verdict == "incomplete"


def test_any_missing_term_of_a_derived_fact_leaves_it_incomplete(tmp_path: Path) -> None:
    for fact in ("land_owned", "land_excl_use", "land_staff_housing", "land_affiliated"):
        assert one(tmp_path, **{fact: ""})["db22_land"].verdict == "incomplete"
    for fact in ("bldg_owned", "bldg_excl_use", "bldg_staff_house", "bldg_affiliated", "bldg_lent_out"):
        assert one(tmp_path, **{fact: ""})["db22_bldg"].verdict == "incomplete"


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({"run_type": "368"}, {"not_applicable"}),
        ({"founded_year": "2022"}, {"not_applicable"}),
        ({"founded_year": "2021", "run_type": "365"}, {"met"}),
        ({"run_type": "368", "students_ft": ""}, {"not_applicable"}),
        ({"founded_year": ""}, {"met"}),
    ],
)
def test_scope_comes_before_everything_and_unknown_scope_counts_as_inside(
    tmp_path: Path, changes: dict[str, str], verdicts: set[str]
) -> None:
    found = one(tmp_path, **changes)
    assert {each.verdict for each in found.values()} == verdicts
    if verdicts == {"not_applicable"}:
        assert {each.value for each in found.values()} == {None}


def test_every_teacher_must_have_the_degree_and_shares_are_percent(tmp_path: Path) -> None:
    found = judged(units_json(tmp_path / "u.json", {"甲": GOOD}), SETUP)
    assert (found["zz10_degree_pct"].value, found["zz10_degree_pct"].verdict) == ("100", "met")
    assert (found["zz10_senior_pct"].value, found["zz10_prof_pct"].value) == ("30", "60")
    short = judged(units_json(tmp_path / "v.json", {"甲": {**GOOD, "edu_bachelor": "79"}}), SETUP)
    assert (short["zz10_degree_pct"].value, short["zz10_degree_pct"].verdict) == ("99", "unmet")


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_gaps_are_signed_and_carry_unit_and_exact_amount(tmp_path: Path) -> None:
    found = one(tmp_path, land_owned="39999.99", teachers_ft="74", books_print="44999")
    assert found["db22_land"].gaps == (("land_owned", "0.01", "㎡"),)
    assert found["db22_str"].gaps == (("teachers_ft", "1", "人"), ("students_ft", "-20", "人"))
    assert found["db22_books_ps"].gaps == (("books_print", "1", "册"), ("students_ft", "-1", "人"))
    assert found["db22_bldg"].gaps == ()


def independent(facts: Mapping[str, str]) -> dict[str, tuple[Fraction | None, str]]:
    """Value and verdict of the nine indicators from whole facts, written down once more."""
    number = {fact: Fraction(text) for fact, text in facts.items()}
    land = number["land_owned"] + number["land_excl_use"] - number["land_staff_housing"] - number["land_affiliated"]
    bldg = (
        number["bldg_owned"] + number["bldg_excl_use"] - number["bldg_staff_house"]
        - number["bldg_affiliated"] - number["bldg_lent_out"]
    )  # fmt: skip
    students, teachers = number["students_ft"], number["teachers_ft"]
    pairs = {
        "db22_land": (land, Fraction(1), 40000), "db22_land_ps": (land, students, 33),
        "db22_bldg": (bldg, Fraction(1), 24000), "db22_bldg_ps": (bldg, students, 20),
        "db22_teachers": (teachers, Fraction(1), 60), "db22_equip": (number["equip_teaching_wan"], Fraction(1), 300),
        "db22_equip_ps": (number["equip_teaching_wan"] * 10000, students, 2500),
        "db22_books_ps": (number["books_print"], students, 30),
    }  # fmt: skip
    found: dict[str, tuple[Fraction | None, str]] = {}
    for name, (above, below, least) in pairs.items():
        value = above / below if below else None
        found[name] = (value, "incomputable" if value is None else "met" if value >= least else "unmet")
    ratio = students / teachers if teachers else None
    found["db22_str"] = (ratio, "incomputable" if ratio is None else "met" if ratio <= 20 else "unmet")
    return found


def random_school(chance: random.Random) -> dict[str, str]:
    """Figures close to the thresholds on either side."""
    students = chance.choice([0, 1, chance.randrange(2, 4000)])
    near = {
        "students_ft": students, "teachers_ft": max(0, students // 20 + chance.randrange(-2, 60)),
        "land_owned": students * 33 + chance.randrange(-3, 4), "bldg_owned": students * 20 + chance.randrange(-3, 4),
        "books_print": students * 30 + chance.randrange(-3, 4), "land_excl_use": chance.choice([0, 40000]),
        "land_staff_housing": chance.choice([0, 1]), "land_affiliated": chance.choice([0, 2]),
        "bldg_excl_use": chance.choice([0, 24000]), "bldg_lent_out": chance.choice([0, 1]), "bldg_staff_house": 0,
        "bldg_affiliated": 0,
    }  # fmt: skip
    facts = {fact: str(max(0, number)) for fact, number in near.items()}
    facts["equip_teaching_wan"] = f"{max(0, students // 4 + chance.randrange(-2, 3))}.{chance.randrange(100):02d}"
    return facts


def test_random_schools_are_judged_as_an_independent_calculation_says_and_gaps_close_exactly(tmp_path: Path) -> None:
    chance = random.Random(20260901)
    units = {f"u{number}": random_school(chance) for number in range(300)}
    tried: dict[str, dict[str, str]] = {}
    wanted: dict[str, tuple[str, str]] = {}
    for each in evaluate(source.load(NINE), units_json(tmp_path / "u.json", units)):
        value, verdict = independent(units[each.unit])[each.indicator]
        assert (each.verdict, each.value is None) == (verdict, value is None)
        if value is not None:
            assert each.value is not None
            assert abs(Fraction(each.value) - value) <= Fraction(1, 2 * 10**12)
        assert bool(each.gaps) <= (each.verdict == "unmet")
        for fact, change, _unit in each.gaps:
            whole = fact not in ("land_owned", "bldg_owned", "equip_teaching_wan")
            step = Fraction(1) if whole else Fraction(1, 100)
            less = Fraction(change) - step if Fraction(change) > 0 else Fraction(change) + step
            for outcome, amount in (("met", Fraction(change)), ("unmet", less)):
                key = f"{each.unit} {each.indicator} {fact} {outcome}"
                tried[key] = {**units[each.unit], fact: str(float(Fraction(units[each.unit][fact]) + amount))}
                wanted[key] = (each.indicator, outcome)
    assert len(tried) > 500
    for key, facts in tried.items():
        indicator, outcome = wanted[key]
        assert independent(facts)[indicator][1] == outcome, key


# --- tables that are refused --------------------------------------------------------------------------------------


def test_an_unknown_column_is_refused_by_name_and_cell(tmp_path: Path) -> None:
    error = refusal(table(tmp_path / "u.csv", [["unit", "teachers_ft", "宿舍床位"], ["甲", "1", "2"]]))
    assert error.code == "unknown_column"
    assert "宿舍床位" in error.sentence
    assert "C1" in error.sentence


@pytest.mark.parametrize("column", ["land_counted", "达标占地面积", "teachers_counted"])
def test_a_derived_column_is_refused(tmp_path: Path, column: str) -> None:
    error = refusal(table(tmp_path / "u.csv", [["unit", column], ["甲", "1"]]))
    assert error.code == "derived_column"
    assert column in error.sentence


def test_the_same_fact_twice_is_refused(tmp_path: Path) -> None:
    error = refusal(table(tmp_path / "u.csv", [["unit", "teachers_ft", "专任教师"], ["甲", "1", "2"]]))
    assert (error.code, "C1" in error.sentence) == ("duplicate_column", True)


def test_figures_without_a_heading_are_refused(tmp_path: Path) -> None:
    assert refusal(table(tmp_path / "u.csv", [["unit", "", "teachers_ft"], ["甲", "5", "1"]])).code == "unknown_column"
    assert refusal(table(tmp_path / "v.csv", [["unit", "teachers_ft"], ["甲", "1", "2"]])).code == "too_many_cells"
    empty = table(tmp_path / "w.csv", [["unit", "", "teachers_ft"], ["甲", "", "1"]])
    assert judged(empty)["db22_teachers"].value == "1"


def test_the_first_heading_must_be_the_unit(tmp_path: Path) -> None:
    assert refusal(table(tmp_path / "u.csv", [["teachers_ft"], ["1"]])).code == "no_unit_column"
    late = [["标题"]] * 10 + [["unit", "teachers_ft"], ["甲", "1"]]
    assert refusal(table(tmp_path / "v.csv", late)).code == "no_unit_column"


def test_a_title_above_the_columns_is_passed_over(tmp_path: Path) -> None:
    rows = [["2025 年数据（虚构）", ""], ["", ""], ["unit", "teachers_ft"], ["甲", "100"], ["乙", "很多"]]
    path = table(tmp_path / "u.csv", rows[:4])
    assert read_units(source.load(NINE), path)["甲"]["teachers_ft"].text == "100"
    assert "B5" in str(refusal(table(tmp_path / "v.csv", rows)))


def test_a_unit_twice_or_without_a_name_is_refused(tmp_path: Path) -> None:
    twice = refusal(table(tmp_path / "u.csv", [["unit", "teachers_ft"], ["甲", "1"], ["甲", "2"]]))
    assert (twice.code, "甲" in twice.sentence) == ("bad_unit", True)
    nameless = refusal(table(tmp_path / "v.csv", [["unit", "teachers_ft"], ["", "2"]]))
    assert (nameless.code, "2" in nameless.sentence) == ("bad_unit", True)


BAD_TEXTS = ("很多", "-1", "−5", "NaN", "inf", "-inf", "Infinity", "1e5", "1E5", "0x10", "1_000", "12,34", "1.2.3",
             "2026-09-30", "TRUE", "是", "40000人", "=1+1", "1/2", "--", "∞", "１ｅ５")  # fmt: skip


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_a_cell_that_is_no_number_refuses_the_csv_naming_the_cell(tmp_path: Path, text: str) -> None:
    error = refusal(
        table(tmp_path / "u.csv", [["unit", "teachers_ft", "land_owned"], ["甲", "1", "2"], ["乙", "3", text]])
    )
    assert error.code == "bad_cell"
    assert "C3" in error.sentence
    assert "乙" in error.sentence
    assert text in error.sentence


@pytest.mark.parametrize("text", ["100.5", "0.1"])
def test_decimals_for_a_count_are_refused(tmp_path: Path, text: str) -> None:
    assert "B2" in refusal(table(tmp_path / "u.csv", [["unit", "teachers_ft"], ["甲", text]])).sentence


@pytest.mark.parametrize("cell", [-1, -0.5, True, False, dt.date(2026, 9, 1), dt.time(8, 30), "#DIV/0!", "文字"])
def test_a_cell_that_is_no_number_refuses_the_workbook_naming_the_cell(tmp_path: Path, cell: object) -> None:
    error = refusal(book(tmp_path / "u.xlsx", [["unit", "land_owned"], ["甲", cell]]))
    assert (error.code, "B2" in error.sentence) == ("bad_cell", True)


@pytest.mark.parametrize("literal", ["-1", "NaN", "Infinity", "-Infinity", '"1e5"', '"文字"', "-1e-30", "1e400000"])
def test_a_value_that_is_no_number_refuses_the_json_naming_unit_and_fact(tmp_path: Path, literal: str) -> None:
    path = tmp_path / "u.json"
    path.write_text(f'{{"甲校": {{"land_owned": {literal}}}}}', encoding="utf-8")
    error = refusal(path)
    assert error.code == "bad_cell"
    assert "甲校" in error.sentence
    assert "land_owned" in error.sentence


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "1",
        "null",
        '"text"',
        "{",
        '{"甲": []}',
        '{"甲": null}',
        '{"甲": 5}',
        '{"": {"teachers_ft": 1}}',
        '{"甲": {"teachers_ft": [1]}}',
        '{"甲": {"teachers_ft": {"a": 1}}}',
        '{"甲": {"teachers_ft": true}}',
        '{"甲": {"teachers_ft": 1, "teachers_ft": 2}}',
        '{"甲": {"teachers_ft": 1}, "甲": {"teachers_ft": 2}}',
        '{"甲": {"teachers_ft": 1e99999999999999999999}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"甲": {"majors": ' + "[" * 100_000 + "]" * 100_000 + "}}",
    ],
    ids=lambda text: text[:40],
)
def test_hostile_json_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "u.json"
    path.write_text(content, encoding="utf-8")
    assert refusal(path).code == "bad_json"


def test_bytes_that_are_no_text_are_no_json(tmp_path: Path) -> None:
    path = tmp_path / "u.json"
    path.write_bytes('{"甲校": {}}'.encode("gb18030"))
    assert refusal(path).code == "bad_json"


@pytest.mark.parametrize("digits", ["9" * 19, "9" * 5000, "1" + "0" * 10_000])
def test_numbers_of_absurd_length_are_refused_not_computed(tmp_path: Path, digits: str) -> None:
    path = tmp_path / "u.json"
    path.write_text(f'{{"甲校": {{"teachers_ft": {digits}}}}}', encoding="utf-8")
    assert refusal(path).code == "bad_cell"
    assert len(refusal(table(tmp_path / "u.csv", [["unit", "teachers_ft"], ["甲", digits]])).sentence) < 300


def test_json_numbers_are_decimals_and_rows_of_majors_may_come_along(tmp_path: Path) -> None:
    path = tmp_path / "u.json"
    facts = ", ".join(f'"{fact}": {text}' for fact, text in BASE.items() if fact != "land_owned")
    path.write_text(f'{{"甲": {{{facts}, "land_owned": 39999.99, "majors": [{{"students": 3}}]}}}}', encoding="utf-8")
    assert judged(path)["db22_land"].value == "39999.99"
    path.write_text(
        f'{{"甲": {{{facts}, "land_owned": 4E4, "books_print": null}}}}'.replace('"books_print": 60000, ', "")
    )
    assert judged(path)["db22_land"].value == "40000"
    assert judged(path)["db22_books_ps"].verdict == "incomplete"


def test_json_may_use_labels_but_not_both_names_of_one_fact(tmp_path: Path) -> None:
    assert judged(units_json(tmp_path / "u.json", {"甲": {"专任教师": 7}}))["db22_teachers"].value == "7"
    refusal(units_json(tmp_path / "v.json", {"甲": {"专任教师": 7, "teachers_ft": 8}}))


def test_a_json_derived_or_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    assert refusal(units_json(tmp_path / "u.json", {"甲": {"land_counted": 7}})).code == "derived_column"
    error = refusal(units_json(tmp_path / "v.json", {"甲": {"landd": 7}}))
    assert (error.code, "landd" in error.sentence) == ("unknown_column", True)


@pytest.mark.parametrize("name", ["缺.csv", "缺.xlsx", "缺.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    error = refusal(tmp_path / name)
    assert (error.code, name in error.sentence) == ("no_file", True)


@pytest.mark.parametrize("name", ["空.csv", "空.xlsx", "空.json", "空.txt"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["夹.csv", "夹.xlsx", "夹.json"])
def test_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name).code == "no_file"


def test_a_workbook_whose_numbers_were_computed_in_binary_reads_what_the_sheet_shows(tmp_path: Path) -> None:
    cells = [0.1 + 0.2, 1.1 * 3, 1 / 3]
    assert repr(cells[1]) == "3.3000000000000003"
    found = evaluate(
        source.load(NINE),
        book(
            tmp_path / "u.xlsx", [["unit", "equip_teaching_wan"], *([f"u{at}", each] for at, each in enumerate(cells))]
        ),
    )
    values = [each.value for each in found if each.indicator == "db22_equip"]
    assert values == ["0.3", "3.3", "0.333333333333"]


def test_a_workbook_of_charts_only_is_refused(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.create_chartsheet("图")
    sheet = made.active
    assert sheet is not None
    made.remove(sheet)
    made.save(tmp_path / "u.xlsx")
    refusal(tmp_path / "u.xlsx")


def test_tab_separated_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_text("unit\tteachers_ft\n甲\t1,200\n", encoding="utf-8")
    assert judged(path)["db22_teachers"].value == "1200"
