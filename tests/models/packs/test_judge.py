"""Verdicts: the lines of both shipped packs, and which outcome goes before which."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import GOOD, NINE, SETUP
from tests.models.packs.material import (
    BOTH,
    figures,
    indicator,
    judged,
    modest,
    school,
    small_pack,
)
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import Judgement, applies, data_of, holds, judge, judge_indicator
from vetdesk.models.packs.source import load
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.records.facts import given as entered
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.verdicts import Verdict

LINES = [
    ("db22_land", {"land_owned": "40000"}, {"land_owned": "39999.99"}),
    ("db22_land_ps", {"land_owned": "49500"}, {"land_owned": "49499.99"}),
    ("db22_bldg", {"bldg_owned": "24000"}, {"bldg_owned": "23999.99"}),
    ("db22_bldg_ps", {"bldg_owned": "30000"}, {"bldg_owned": "29999.99"}),
    ("db22_teachers", {"teachers_ft": "60"}, {"teachers_ft": "59"}),
    ("db22_str", {"students_ft": "2000"}, {"students_ft": "2001"}),
    ("db22_equip", {"equip_teaching_wan": "300"}, {"equip_teaching_wan": "299.99"}),
    ("db22_equip_ps", {"equip_teaching_wan": "375"}, {"equip_teaching_wan": "374.99"}),
    ("db22_books_ps", {"books_print": "45000"}, {"books_print": "44999"}),
    ("zz10_students", {"students_total": "1200"}, {"students_total": "1199"}),
    ("zz10_ft_teachers", {"teachers_ft": "60"}, {"teachers_ft": "59"}),
    ("zz10_str", {"students_ft": "2000"}, {"students_ft": "2001"}),
    ("zz10_degree_pct", {"edu_bachelor": "80"}, {"edu_bachelor": "79"}),
    ("zz10_senior_pct", {"title_senior_assoc": "15"}, {"title_senior_assoc": "14"}),
    ("zz10_prof_pct", {"teachers_prof": "50"}, {"teachers_prof": "49"}),
    ("zz10_dual_pct", {"teachers_dual": "18"}, {"teachers_dual": "17"}),
    ("zz10_land", {"land_owned": "40000"}, {"land_owned": "39999.99"}),
    ("zz10_land_ps", {"land_owned": "49500"}, {"land_owned": "49499.99"}),
    ("zz10_bldg", {"bldg_owned": "24000"}, {"bldg_owned": "23999.99"}),
    ("zz10_bldg_ps", {"bldg_owned": "30000"}, {"bldg_owned": "29999.99"}),
    ("zz10_track", {"track_length_m": "200"}, {"track_length_m": "199.99"}),
    ("zz10_books_ps", {"books_print": "45000"}, {"books_print": "44999"}),
    ("zz10_periodicals", {"periodical_kinds": "80"}, {"periodical_kinds": "79"}),
    ("zz10_seat_t", {"seats_teacher": "20"}, {"seats_teacher": "19"}),
    ("zz10_seat_s", {"seats_student": "150"}, {"seats_student": "149"}),
    ("zz10_pc_per100", {"computers_total": "225"}, {"computers_total": "224"}),
]
PER_STUDENT = ("db22_land_ps", "db22_bldg_ps", "db22_equip_ps", "db22_books_ps", "zz10_land_ps", "zz10_bldg_ps",
               "zz10_books_ps", "zz10_seat_s", "zz10_pc_per100")  # fmt: skip
PER_TEACHER = ("db22_str", "zz10_str", "zz10_degree_pct", "zz10_senior_pct", "zz10_prof_pct", "zz10_seat_t")


def verdict(name: str, **changes: str) -> Verdict:
    return judged(name, **changes).verdict


@pytest.mark.parametrize(("name", "at", "below"), LINES)
def test_at_the_line_is_met_and_the_next_figure_is_not(name: str, at: dict[str, str], below: dict[str, str]) -> None:
    assert verdict(name, **at) is Verdict.MET
    assert verdict(name, **below) is Verdict.UNMET


def test_every_indicator_of_the_shipped_packs_has_its_line_tested() -> None:
    assert sorted(name for name, _at, _below in LINES) == sorted(
        name for pack in BOTH for name in load(pack).indicators
    )


@pytest.mark.parametrize("pack", BOTH)
def test_the_good_school_meets_everything(pack: str) -> None:
    results = judge(load(pack), school(load(pack)))
    assert list(results) == list(load(pack).indicators)
    assert {each.verdict for each in results.values()} == {Verdict.MET}


@pytest.mark.parametrize("name", ["db22_land", "zz10_land"])
def test_sixty_mu_is_exactly_forty_thousand(name: str) -> None:
    got = judged(name, land_owned="60亩")
    assert (got.verdict, got.value, got.threshold) == (Verdict.MET, Fraction(40000), Fraction(40000))


@pytest.mark.parametrize("name", ["db22_str", "zz10_str"])
def test_a_ratio_of_just_over_twenty_is_unmet_and_never_shown_as_twenty(name: str) -> None:
    got = judged(name, students_ft="200001", teachers_ft="10000")
    assert got.value == Fraction("20.0001")
    assert got.verdict is Verdict.UNMET
    assert shown(got.value, against=got.threshold) == "20.0001"


@pytest.mark.parametrize(
    ("students", "value"), [("1500", Fraction(15)), ("1999", Fraction("19.99")), ("0", Fraction(0))]
)
@pytest.mark.parametrize("name", ["db22_str", "zz10_str"])
def test_a_small_ratio_is_met(name: str, students: str, value: Fraction) -> None:
    got = judged(name, students_ft=students)
    assert (got.verdict, got.value) == (Verdict.MET, value)


@pytest.mark.parametrize("name", [*PER_STUDENT, "db22_str", "zz10_str"])
def test_without_the_number_of_students_an_indicator_is_incomplete(name: str) -> None:
    got = judged(name, students_ft="")
    assert (got.verdict, got.value, got.missing) == (Verdict.INCOMPLETE, None, frozenset({"students_ft"}))


@pytest.mark.parametrize("name", PER_STUDENT)
def test_without_students_nothing_per_student_can_be_computed(name: str) -> None:
    assert verdict(name, students_ft="0") is Verdict.INCOMPUTABLE


@pytest.mark.parametrize("name", PER_TEACHER)
def test_without_teachers_nothing_per_teacher_can_be_computed(name: str) -> None:
    got = judged(name, teachers_ft="0")
    assert (got.verdict, got.value, got.missing) == (Verdict.INCOMPUTABLE, None, frozenset())


@pytest.mark.parametrize(
    ("name", "changes"),
    [("db22_land_ps", {"students_ft": "0", "land_affiliated": ""}), ("db22_str", {"students_ft": "", "teachers_ft": "0"}),
     ("zz10_senior_pct", {"teachers_ft": "0", "title_senior_full": ""})],
)  # fmt: skip
def test_incomplete_goes_before_incomputable(name: str, changes: dict[str, str]) -> None:
    assert verdict(name, **changes) is Verdict.INCOMPLETE


COUNTED = {
    "land": ("land_owned", "land_excl_use", "land_staff_housing", "land_affiliated"),
    "bldg": ("bldg_owned", "bldg_excl_use", "bldg_staff_house", "bldg_affiliated", "bldg_lent_out"),
}


@pytest.mark.parametrize(("what", "term"), [(what, term) for what, terms in COUNTED.items() for term in terms])
def test_any_missing_term_of_a_counted_area_makes_it_incomplete(what: str, term: str) -> None:
    for name in (f"db22_{what}", f"db22_{what}_ps", f"zz10_{what}", f"zz10_{what}_ps"):
        got = judged(name, **{term: ""})
        assert (got.verdict, got.missing) == (Verdict.INCOMPLETE, frozenset({term}))


@pytest.mark.parametrize(
    ("name", "figures_of_areas", "value"),
    [
        ("db22_land", ("10000", "20000", "3000", "400"), 26600),
        ("db22_bldg", ("10000", "20000", "3000", "400", "50"), 26550),
    ],
)
def test_counted_areas_follow_the_default_switches(name: str, figures_of_areas: tuple[str, ...], value: int) -> None:
    terms = COUNTED[name.removeprefix("db22_")]
    assert judged(name, **dict(zip(terms, figures_of_areas, strict=True))).value == value


def test_a_dormitory_behind_a_switch_that_is_off_is_not_asked_for() -> None:
    assert "bldg_staff_single" not in load(NINE).fields
    assert verdict("db22_bldg") is Verdict.MET


def test_percentages_are_percents() -> None:
    assert judged("zz10_senior_pct").value == 30
    assert judged("zz10_dual_pct").value == 50


def test_more_degrees_than_teachers_is_not_the_required_hundred_percent() -> None:
    assert verdict("zz10_degree_pct", edu_bachelor="81") is Verdict.UNMET


@pytest.mark.parametrize(
    ("run_type", "founded", "inside"),
    [
        ("368", "1990", False), ("365", "2022", False), ("365", "2023", False), ("368", "2022", False),
        ("368", "", False), ("", "2022", False), ("365", "2021", True), ("365", "", True), ("", "2021", True),
        ("", "", True),
    ],
)  # fmt: skip
def test_scope_of_the_programme(run_type: str, founded: str, inside: bool) -> None:
    pack = load(NINE)
    data = school(pack, run_type=run_type, founded_year=founded)
    assert applies(pack, data) is inside
    found = {each.verdict for each in judge(pack, data).values()}
    assert found == ({Verdict.MET} if inside else {Verdict.NOT_APPLICABLE})


def test_the_set_up_standard_applies_to_everybody() -> None:
    pack = load(SETUP)
    assert pack.applies is None
    assert applies(pack, Data())


def test_out_of_scope_goes_before_missing_figures() -> None:
    assert judged("db22_land", run_type="368", land_owned="") == Judgement("db22_land", Verdict.NOT_APPLICABLE)


def test_only_the_wanted_indicators_are_judged_in_the_wanted_order() -> None:
    pack = load(NINE)
    assert list(judge(pack, school(pack), only=["db22_str", "db22_land"])) == ["db22_str", "db22_land"]


def alone(cmp: str, value: str = "10", confidence: str = "FOUND", *, a: str | None, formula: str = "a") -> Judgement:
    pack = small_pack(indicator(formula, cmp, value, confidence=confidence))
    return judge_indicator(pack.indicators["one"], Data(figures(a=a)))


@pytest.mark.parametrize(
    ("cmp", "met"),
    [(">=", {"10", "11"}), (">", {"11"}), ("<=", {"9", "10"}), ("<", {"9"}), ("==", {"10"})],
)
def test_each_comparison_takes_its_own_side(cmp: str, met: set[str]) -> None:
    assert {a for a in ("9", "10", "11") if alone(cmp, a=a).verdict is Verdict.MET} == met
    assert {a for a in ("9", "10", "11") if alone(cmp, a=a).verdict is Verdict.UNMET} == {"9", "10", "11"} - met


@pytest.mark.parametrize("confidence", ["FOUND", "KNOWN", "SEED", "CONFIRMED"])
def test_a_confirmed_threshold_judges(confidence: str) -> None:
    assert alone(">=", confidence=confidence, a="9").verdict is Verdict.UNMET


@pytest.mark.parametrize("a", ["0", "9", "10", "11"])
@pytest.mark.parametrize(
    ("cmp", "value", "confidence"),
    [(">=", "10", "UNSURE"), (">=", "10", "found"), (">=", "10", ""), (">=", "", "FOUND"), ("~", "10", "FOUND")],
)
def test_an_unconfirmed_threshold_is_unverified_whatever_the_value(
    a: str, cmp: str, value: str, confidence: str
) -> None:
    got = alone(cmp, value, confidence, a=a)
    assert got.verdict is Verdict.UNVERIFIED
    assert got.value == Fraction(a)


def test_a_threshold_without_a_mark_is_unverified() -> None:
    item = indicator("a")
    del item["threshold"]["confidence"]
    pack = small_pack(item)
    assert judge(pack, Data(figures(a=99)))["one"].verdict is Verdict.UNVERIFIED


@pytest.mark.parametrize("confidence", ["FOUND", "UNSURE"])
def test_missing_and_incomputable_go_before_unverified(confidence: str) -> None:
    assert alone("~", confidence=confidence, a=None).verdict is Verdict.INCOMPLETE
    assert alone(">=", confidence=confidence, a="0", formula="1 / a").verdict is Verdict.INCOMPUTABLE
    assert alone(">=", "", confidence, a=None).verdict is Verdict.INCOMPLETE


def test_a_threshold_may_depend_on_figures() -> None:
    pack = small_pack(indicator("a", ">=", "b * 2"))
    one = pack.indicators["one"]
    met = judge_indicator(one, Data(figures(a=10, b=5)))
    assert (met.verdict, met.threshold) == (Verdict.MET, Fraction(10))
    assert judge_indicator(one, Data(figures(a=10, b=6))).verdict is Verdict.UNMET
    lacking = judge_indicator(one, Data(figures(a=None)))
    assert (lacking.verdict, lacking.missing) == (Verdict.INCOMPLETE, frozenset({"a", "b"}))


def test_a_threshold_that_cannot_be_computed_makes_the_indicator_incomputable() -> None:
    pack = small_pack(indicator("a", ">=", "10 / b"))
    assert judge(pack, Data(figures(a=1, b=0)))["one"].verdict is Verdict.INCOMPUTABLE


def test_holds_compares_whatever_the_confidence() -> None:
    pack = small_pack(indicator("a", "~", "10"), indicator("a", value="", name="two"))
    assert holds(pack.indicators["one"], Data(figures(a=10)))
    assert not holds(pack.indicators["one"], Data(figures(a=11)))
    assert not holds(pack.indicators["one"], Data())
    assert not holds(pack.indicators["two"], Data(figures(a=10)))


def test_entries_become_exact_numbers_in_the_unit_of_the_field() -> None:
    pack = load(NINE)
    data = data_of(
        pack,
        {
            "land_owned": entered("60", "亩"),
            "equip_teaching_wan": entered("0.03", "亿元"),
            "students_ft": Entry(State.UNKNOWN, reason="不清楚"),
            "teachers_ft": Entry(State.NOT_APPLICABLE, reason="没有"),
            "books_print": entered("5", "亩"),
            "run_type": Entry(State.GIVEN, "365"),
            "not_a_fact": entered("1"),
        },
        previous={"land_owned": entered("1.5", "公顷")},
    )
    assert [data.facts[name] for name in ("land_owned", "equip_teaching_wan")] == [40000, 300]
    assert [data.facts[name] for name in ("students_ft", "teachers_ft", "books_print", "bldg_owned")] == [None] * 4
    assert data.facts["run_type"] == "365"
    assert "not_a_fact" not in data.facts
    assert data.previous["land_owned"] == 15000
    assert data.previous["students_ft"] is None


@pytest.mark.parametrize("state", [State.UNFILLED, State.UNKNOWN, State.NOT_APPLICABLE])
def test_a_figure_that_is_not_given_never_counts_as_zero(state: State) -> None:
    pack = load(NINE)
    for name in pack.fields:
        if name not in GOOD:
            continue
        entries = {each: entered(text) for each, text in GOOD.items() if each != name}
        results = judge(pack, data_of(pack, {**entries, name: Entry(state)}))
        touched = {each for each in results if name in pack.indicators[each].facts}
        assert touched
        assert {each for each in results if results[each].verdict is Verdict.INCOMPLETE} == touched


@given(st.integers(1, 10**7), st.integers(1, 10**5), st.fractions(0, 100, max_denominator=1000))
@modest(150)
def test_comparison_is_exact_and_unrounded(students: int, teachers: int, line: Fraction) -> None:
    text = f"{line.numerator} / {line.denominator}"
    pack = small_pack(indicator("a / b", "<=", text))
    got = judge(pack, Data(figures(a=students, b=teachers)))["one"]
    assert (got.verdict is Verdict.MET) == (students * line.denominator <= line.numerator * teachers)
    assert got.value == Fraction(students, teachers)
