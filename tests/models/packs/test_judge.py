"""Verdicts: the lines of both shipped packs, and which outcome goes before which."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import GOOD, NINE, SETUP
from tests.models.packs.material import (
    BOTH,
    QUESTIONS,
    REST,
    bar,
    fact,
    figures,
    indicator,
    judged,
    modest,
    question,
    school,
    small_pack,
    small_plain,
    table,
)
from vetdesk.models.packs.build import build
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.evaluate import ZERO_DIVISOR, Data, Env, Missing, prepare
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.formula import parse
from vetdesk.models.packs.judge import (
    Judgement,
    applies,
    below_floor,
    choose,
    compares,
    data_of,
    fact_value,
    holds,
    judge,
    judge_indicator,
)
from vetdesk.models.packs.pack import COMPARISONS, PackError
from vetdesk.models.packs.source import load
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.records.facts import given as entered
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.tables import rows_text
from vetdesk.models.records.verdicts import Verdict


def majors(mid_up: str = "2", *, engineers: str = "600", others: str = "900") -> dict[str, Any]:
    """Two majors, one of engineering, as a school types them."""
    return {
        "majors": [
            {"group_code": "66", "students": engineers, "teachers_mid_up": "6"},
            {"group_code": "73", "students": others, "teachers_mid_up": mid_up},
        ]
    }


LINES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
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
    ("zz10_major_mid", majors("2"), majors("1")),
    ("zz10_equip_ps", {"equip_teaching_wan": "405"}, {"equip_teaching_wan": "404.99"}),
    *((name, {name: "yes"}, {name: "partly"}) for name in QUESTIONS if name not in ("zz10_q_major", "zz10_q_local")),
]
OPEN = {"zz10_pt_pct", "zz10_q_major", "zz10_q_local"}
"""What the set-up standard asks without a confirmed value."""
PER_STUDENT = ("db22_land_ps", "db22_bldg_ps", "db22_equip_ps", "db22_books_ps", "zz10_land_ps", "zz10_bldg_ps",
               "zz10_books_ps", "zz10_seat_s", "zz10_pc_per100")  # fmt: skip
PER_TEACHER = ("db22_str", "zz10_str", "zz10_degree_pct", "zz10_senior_pct", "zz10_prof_pct", "zz10_seat_t")


def verdict(name: str, **changes: Any) -> Verdict:
    return judged(name, **changes).verdict


@pytest.mark.parametrize(("name", "at", "below"), LINES)
def test_at_the_line_is_met_and_the_next_figure_is_not(name: str, at: dict[str, Any], below: dict[str, Any]) -> None:
    assert verdict(name, **at) is Verdict.MET
    assert verdict(name, **below) is Verdict.UNMET


def test_every_indicator_of_the_shipped_packs_has_its_line_tested() -> None:
    assert sorted([name for name, _at, _below in LINES] + sorted(OPEN)) == sorted(
        name for pack in BOTH for name in load(pack).indicators
    )


@pytest.mark.parametrize("pack", BOTH)
def test_the_good_school_meets_everything(pack: str) -> None:
    results = judge(load(pack), school(load(pack)))
    assert list(results) == list(load(pack).indicators)
    assert {name for name, each in results.items() if each.verdict is not Verdict.MET} == OPEN & results.keys()
    assert {each.verdict for name, each in results.items() if name in OPEN} <= {Verdict.UNVERIFIED}


@pytest.mark.parametrize(
    ("engineers", "line", "below"), [("0", "375", "374.99"), ("1", "375.05", "375.04"), ("1500", "450", "449.99")]
)
def test_the_equipment_asked_for_follows_the_majors(engineers: str, line: str, below: str) -> None:
    mix = majors(engineers=engineers, others=str(1500 - int(engineers)))
    got = judged("zz10_equip_ps", equip_teaching_wan=line, **mix)
    assert (got.verdict, got.threshold) == (Verdict.MET, Fraction(line) * 10000 / 1500)
    assert verdict("zz10_equip_ps", equip_teaching_wan=below, **mix) is Verdict.UNMET


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
    pack = small_pack(indicator(formula, cmp, value, confidence=confidence, unit=""))
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
    [(">=", "10", "UNSURE"), (">=", "", "UNSURE"), (">=", "", "FOUND"), ("~", "10", "FOUND"), ("~", "", "UNSURE")],
)
def test_an_unconfirmed_threshold_is_unverified_whatever_the_value(
    a: str, cmp: str, value: str, confidence: str
) -> None:
    got = alone(cmp, value, confidence, a=a)
    assert got.verdict is Verdict.UNVERIFIED
    assert got.value == Fraction(a)
    assert got.threshold == (Fraction(value) if value else None)


@pytest.mark.parametrize("confidence", ["found", "", "SURE", "FOUND "])
def test_a_mark_nobody_knows_is_refused_at_load(confidence: str) -> None:
    with pytest.raises(PackError, match="FOUND、KNOWN、SEED、CONFIRMED、UNSURE"):
        small_pack(indicator("a", confidence=confidence))


def test_a_threshold_without_a_mark_is_unverified() -> None:
    item = indicator("a")
    del item["bars"][0]["confidence"]
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
    pack = small_pack(indicator("a", ">=", "10 / b", unit=""))
    got = judge(pack, Data(figures(a=1, b=0)))["one"]
    assert got == Judgement("one", Verdict.INCOMPUTABLE, (1, 1), None, frozenset(), 0)


@pytest.mark.parametrize("confidence", ["FOUND", "UNSURE"])
def test_a_threshold_that_lacks_figures_or_divides_by_zero_goes_before_its_confidence(confidence: str) -> None:
    pack = small_pack(indicator("a", ">=", "10 / b", confidence=confidence, unit=""))
    lacking = judge(pack, Data(figures(a=1)))["one"]
    assert lacking == Judgement("one", Verdict.INCOMPLETE, (1, 1), None, frozenset({"b"}), 0)
    assert judge(pack, Data(figures(a=1, b=0)))["one"].verdict is Verdict.INCOMPUTABLE
    assert judge(pack, Data(figures(a=None, b=0)))["one"].missing == {"a"}


@pytest.mark.parametrize("text", ['"12"', "true"])
def test_what_is_no_number_neither_meets_nor_misses(text: str) -> None:
    item = replace(small_pack(indicator("a")).indicators["one"], code=prepare(parse(text)))
    assert judge_indicator(item, Data()).verdict is Verdict.INCOMPUTABLE
    assert not holds(item, Data())


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
@pytest.mark.parametrize("name", BOTH)
def test_a_figure_that_is_not_given_never_counts_as_zero(name: str, state: State) -> None:
    pack = load(name)
    given_facts = {each: text for each, text in {**REST, **GOOD}.items() if each in pack.fields}
    good = example_entries(pack, given_facts)
    assert {each for item in pack.indicators.values() for each in item.facts} <= good.keys()
    for lost in good:
        results = judge(pack, data_of(pack, {**good, lost: Entry(state)}))
        touched = {each for each in results if lost in pack.indicators[each].facts}
        asked = pack.fields[lost].kind == "answer" and state is State.NOT_APPLICABLE
        left_out = {each for each in results if results[each].verdict is Verdict.NOT_APPLICABLE}
        assert left_out == (touched if asked else set())
        assert {each for each in results if results[each].verdict is Verdict.INCOMPLETE} == touched - left_out


@given(st.integers(1, 10**7), st.integers(1, 10**5), st.fractions(0, 100, max_denominator=1000))
@modest(150)
def test_comparison_is_exact_and_unrounded(students: int, teachers: int, line: Fraction) -> None:
    text = f"{line.numerator} / {line.denominator}"
    pack = small_pack(indicator("a / b", "<=", text, unit=""))
    got = judge(pack, Data(figures(a=students, b=teachers)))["one"]
    assert (got.verdict is Verdict.MET) == (students * line.denominator <= line.numerator * teachers)
    assert got.value == Fraction(students, teachers)


@pytest.mark.parametrize("cmp", COMPARISONS)
@given(st.tuples(*[st.fractions(-50, 50, max_denominator=12)] * 2))
@modest(60)
def test_comparing_pairs_agrees_with_comparing_fractions(cmp: str, both: tuple[Fraction, Fraction]) -> None:
    value, needed = both
    pair = (value.numerator * 6, value.denominator * 6)
    expected = {">=": value >= needed, "<=": value <= needed, ">": value > needed, "<": value < needed}
    assert compares(cmp, pair, (needed.numerator, needed.denominator)) is expected.get(cmp, value == needed)


def cases(*bars: dict[str, Any], **now: int | str | None) -> Judgement:
    """The judgement on `x >= …` with several required values."""
    pack = small_pack(indicator("x", bars=list(bars)))
    return judge(pack, Data(figures(**now)))["one"]


BY_SIZE = (bar("10", when="a > 1000"), bar("7", when="a > 500"), bar("5"))


@pytest.mark.parametrize(
    ("a", "at", "needed"), [(1001, 0, 10), (1000, 1, 7), (501, 1, 7), (500, 2, 5), (0, 2, 5), (-1, 2, 5)]
)
def test_the_first_required_value_whose_condition_holds_counts(a: int, at: int, needed: int) -> None:
    for x, expected in ((needed, Verdict.MET), (needed - 1, Verdict.UNMET)):
        got = cases(*BY_SIZE, a=a, x=x)
        assert (got.verdict, got.bar, got.threshold) == (expected, at, Fraction(needed))


def test_where_the_case_cannot_be_told_the_indicator_is_incomplete() -> None:
    got = cases(*BY_SIZE, a=None, x=99)
    assert got == Judgement("one", Verdict.INCOMPLETE, (99, 1), None, frozenset({"a"}), -1)
    assert cases(*BY_SIZE, a=None, x=None).missing == {"a", "x"}


def test_a_case_that_may_be_skipped_leaves_it_to_the_next() -> None:
    skip = (bar("10", when="a > 1000", unknown="skip"), bar("7", when="b > 1", unknown="ask"), bar("5"))
    assert cases(*skip, a=None, b=1, x=6) == Judgement("one", Verdict.MET, (6, 1), (5, 1), frozenset(), 2)
    assert cases(*skip, a=None, b=2, x=6).bar == 1
    assert cases(*skip, a=None, b=None, x=6).missing == {"b"}
    assert cases(*skip, a=2000, b=None, x=6).bar == 0


def test_where_no_case_holds_the_indicator_does_not_apply() -> None:
    got = cases(*BY_SIZE[:2], a=1, x=99)
    assert got == Judgement("one", Verdict.NOT_APPLICABLE, (99, 1))
    assert cases(*BY_SIZE[:2], a=1, x=None).verdict is Verdict.NOT_APPLICABLE


def test_a_case_that_cannot_be_computed_is_not_a_case_that_does_not_hold() -> None:
    by_ratio = bar("5", when="a / b > 1")
    assert cases(by_ratio, bar("10"), a=1, b=0, x=7).verdict is Verdict.INCOMPUTABLE
    assert cases(by_ratio, a=1, b=0, x=7).verdict is Verdict.INCOMPUTABLE


def test_each_case_has_its_own_confidence() -> None:
    bars = (bar("10", when="a > 5"), bar("", confidence="UNSURE", when="a > 3"), bar("5", confidence="UNSURE"))
    assert [cases(*bars, a=a, x=7).verdict for a in (6, 4, 1)] == [
        Verdict.UNMET,
        Verdict.UNVERIFIED,
        Verdict.UNVERIFIED,
    ]
    assert [cases(*bars, a=a, x=7).threshold for a in (6, 4, 1)] == [10, None, 5]


def test_choosing_names_the_number_of_the_case_or_why_none_can_be_told() -> None:
    bars = small_pack(indicator("x", bars=list(BY_SIZE))).indicators["one"].threshold.bars
    assert choose(bars, Env(Data(figures(a=600)))) == (1, bars[1], None)
    assert choose(bars, Env(Data())) == (-1, None, Missing(frozenset({"a"})))
    assert choose((), Env(Data())) == (-1, None, None)
    by_ratio = small_pack(indicator("x", bars=[bar("5", when="a / b > 1"), bar("10")])).indicators["one"].threshold.bars
    assert choose(by_ratio, Env(Data(figures(a=1, b=0)))) == (-1, None, ZERO_DIVISOR)


EXEMPT = (bar("", when="b > 5", waives=True), bar("10"))


@pytest.mark.parametrize("x", [0, 9, 10, 99])
def test_who_is_exempt_meets_the_indicator_whatever_the_value(x: int) -> None:
    assert cases(*EXEMPT, b=6, x=x) == Judgement("one", Verdict.MET, (x, 1), None, frozenset(), 0)
    assert cases(*EXEMPT, b=5, x=x).verdict is (Verdict.MET if x >= 10 else Verdict.UNMET)


def test_who_is_exempt_needs_no_value() -> None:
    assert cases(*EXEMPT, b=6, x=None) == Judgement("one", Verdict.MET, None, None, frozenset(), 0)
    assert cases(*EXEMPT, b=5, x=None).verdict is Verdict.INCOMPLETE
    assert cases(*EXEMPT, b=None, x=99).missing == {"b"}


def test_an_exemption_without_a_confirmed_source_is_unverified() -> None:
    unsure = (bar("", when="b > 5", waives=True, confidence="UNSURE"), bar("10"))
    assert cases(*unsure, b=6, x=99) == Judgement("one", Verdict.UNVERIFIED, (99, 1), None, frozenset(), 0)
    assert cases(*unsure, b=6, x=None).verdict is Verdict.INCOMPLETE


def test_an_exemption_holds_whatever_the_value() -> None:
    item = small_pack(indicator("x", bars=list(EXEMPT))).indicators["one"]
    assert holds(item, Data(figures(b=6, x=0)))
    assert holds(item, Data(figures(b=6)))
    assert not holds(item, Data(figures(b=5, x=9)))


@pytest.mark.parametrize("wrong", [bar("", waives=True), bar("10", waives=True, when="b > 5")])
def test_an_exemption_has_a_case_and_no_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="免除要写明适用情形"):
        small_pack(indicator("x", bars=[wrong, bar("10")]))


def test_an_indicator_speaks_only_where_its_condition_holds() -> None:
    item = small_pack(indicator("x", applies="a > 5")).indicators["one"]
    assert judge_indicator(item, Data(figures(a=5, x=99))) == Judgement("one", Verdict.NOT_APPLICABLE)
    assert judge_indicator(item, Data(figures(a=6, x=99))).verdict is Verdict.MET
    assert judge_indicator(item, Data(figures(a=None, x=9))).verdict is Verdict.UNMET


@pytest.mark.parametrize(
    ("date", "needed"), [("", 12), ("2021-12-31", 8), ("2022-01-01", 10), ("2023-12-31", 10), ("2024-01-01", 12)]
)
def test_the_required_value_in_force_on_the_day_counts(date: str, needed: int) -> None:
    bars = [bar("8", until="2021-12-31"), bar("10", **{"from": "2022-01-01", "until": "2023-12-31"}),
            bar("12", **{"from": "2024-01-01"})]  # fmt: skip
    pack = as_of(small_pack(indicator("x", bars=bars)), date)
    got = judge(pack, Data(figures(x=needed)))["one"]
    assert (got.verdict, got.threshold, got.bar) == (Verdict.MET, Fraction(needed), 0)
    assert judge(pack, Data(figures(x=needed - 1)))["one"].verdict is Verdict.UNMET


def test_on_a_day_without_a_required_value_the_indicator_does_not_apply() -> None:
    pack = as_of(small_pack(indicator("x", bars=[bar("8", until="2021-12-31")])), "2022-01-01")
    assert judge(pack, Data(figures(x=1)))["one"] == Judgement("one", Verdict.NOT_APPLICABLE, (1, 1))


def floored(cmp: str, value: str, floor: str, *, x: str | None, b: int = 3, **more: Any) -> bool | None:
    """Whether `x` is below the floor of an indicator."""
    bars = [bar(value, floor=floor, **{"floor_confidence": "FOUND", **more})]
    pack = small_pack(indicator("x", cmp, bars=bars, unit=""))
    return below_floor(pack.indicators["one"], Data(figures(x=x, b=b)))


@pytest.mark.parametrize(
    ("cmp", "value", "floor", "below", "above"),
    [(">=", "10", "6", "5.99", "6"), (">", "10", "6", "6", "6.01"), ("<=", "20", "25", "25.01", "25"),
     ("<", "20", "25", "25", "24.99"), (">=", "10", "b * 2", "5", "6"), (">=", "10", "18 / b", "5", "6")],
)  # fmt: skip
def test_the_floor_is_a_line_of_its_own(cmp: str, value: str, floor: str, below: str, above: str) -> None:
    assert floored(cmp, value, floor, x=below) is True
    assert floored(cmp, value, floor, x=above) is False


def test_nothing_is_said_of_a_floor_that_is_unknown_unconfirmed_or_not_computable() -> None:
    assert floored(">=", "10", "6", x=None) is None
    assert floored(">=", "10", "6", x="1", floor_confidence="UNSURE") is None
    assert floored(">=", "10", "", x="1") is None
    assert floored(">=", "10", "6 / b", x="1", b=0) is None
    assert floored(">=", "10", "6", x="1", when="b > 100") is None


def test_an_unconfirmed_value_may_have_a_confirmed_floor() -> None:
    assert floored(">=", "10", "6", x="1", confidence="UNSURE") is True


@pytest.mark.parametrize(
    ("enough", "answer", "expected"),
    [("yes", "yes", Verdict.MET), ("yes", "partly", Verdict.UNMET), ("yes", "no", Verdict.UNMET),
     ("partly", "yes", Verdict.MET), ("partly", "partly", Verdict.MET), ("partly", "no", Verdict.UNMET)],
)  # fmt: skip
def test_an_answer_is_compared_with_what_is_enough(enough: str, answer: str, expected: Verdict) -> None:
    pack = small_pack(items=[question(enough=enough)])
    data = data_of(pack, {"q": Entry(State.GIVEN, answer)})
    got = judge(pack, data)["q"]
    assert got.verdict is expected
    assert got.value == {"yes": 1, "partly": Fraction(1, 2), "no": 0}[answer]
    assert got.threshold == {"yes": 1, "partly": Fraction(1, 2)}[enough]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [(Entry(State.NOT_APPLICABLE, reason="没有"), Verdict.NOT_APPLICABLE), (Entry(State.UNKNOWN), Verdict.INCOMPLETE),
     (Entry(), Verdict.INCOMPLETE), (Entry(State.GIVEN, "maybe"), Verdict.INCOMPLETE)],
)  # fmt: skip
def test_a_question_without_an_answer(entry: Entry, expected: Verdict) -> None:
    pack = small_pack(items=[question()])
    got = judge(pack, data_of(pack, {"q": entry}))["q"]
    assert (got.verdict, got.value) == (expected, None)
    assert got.missing == ({"q"} if expected is Verdict.INCOMPLETE else set())


@pytest.mark.parametrize("answer", ["yes", "partly", "no"])
def test_a_question_without_a_confirmed_source_is_unverified(answer: str) -> None:
    pack = small_pack(items=[question(confidence="UNSURE")])
    assert judge(pack, data_of(pack, {"q": Entry(State.GIVEN, answer)}))["q"].verdict is Verdict.UNVERIFIED


def test_a_question_may_ask_only_some_schools() -> None:
    pack = small_pack(items=[question(applies="a > 5")])
    data = data_of(pack, {"q": Entry(State.GIVEN, "no"), "a": entered("5")})
    assert judge(pack, data)["q"].verdict is Verdict.NOT_APPLICABLE


def test_a_formula_that_reads_a_question_that_does_not_apply_lacks_it() -> None:
    pack = build(small_plain(indicator("q * 10", unit=""), items=[question()]))
    entries = {"q": Entry(State.NOT_APPLICABLE, reason="没有")}
    assert judge(pack, data_of(pack, entries))["one"].missing == {"q"}
    assert judge(pack, data_of(pack, {"q": Entry(State.GIVEN, "yes")}))["one"].verdict is Verdict.MET


KINDS = [fact("n", kind="int"), fact("w", unit="万元"), fact("f", kind="bool"), fact("t", kind="text")]


@pytest.mark.parametrize(
    ("name", "entry", "expected"),
    [("n", entered("12"), Fraction(12)), ("w", entered("25000", "元"), Fraction("2.5")), ("w", entered("5", "亩"), None),
     ("f", entered("1"), Fraction(1)), ("f", entered("0"), Fraction(0)), ("f", Entry(State.GIVEN, "2"), None),
     ("f", Entry(State.GIVEN, ""), None), ("t", Entry(State.GIVEN, "理工"), "理工"), ("t", Entry(State.GIVEN, ""), None),
     *((name, Entry(state), None) for name in "nwft" for state in State if state is not State.GIVEN)],
)  # fmt: skip
def test_what_a_formula_reads_of_one_entry(name: str, entry: Entry, expected: Fraction | str | None) -> None:
    pack = small_pack(indicator("n"), facts=KINDS)
    assert fact_value(pack.fields[name], entry) == expected
    assert data_of(pack, {name: entry}).facts == {**dict.fromkeys("nwft"), name: expected}


def test_rows_are_read_cell_by_cell_and_an_empty_cell_is_missing() -> None:
    pack = small_pack(indicator("sum(m.x)"), facts=[fact("a"), table("m", x="个", g=None)])
    rows = rows_text([{"x": "2.5", "g": "72"}, {"g": "61"}, {"x": "4", "other": "9"}])
    data = data_of(pack, {"m": Entry(State.GIVEN, rows)})
    assert data.tables == {
        "m": [{"x": Fraction("2.5"), "g": "72"}, {"x": None, "g": "61"}, {"x": Fraction(4), "g": None}]
    }
    assert "m" not in data.facts
    assert data_of(pack, {"m": Entry(State.GIVEN, "[]")}).tables == {"m": []}


@pytest.mark.parametrize("state", [each for each in State if each is not State.GIVEN])
def test_a_table_that_is_not_given_is_missing(state: State) -> None:
    pack = small_pack(indicator("sum(m.x)"), facts=[fact("a"), table("m", x="个", g=None)])
    data = data_of(pack, {"m": Entry(state)})
    assert data.tables == {}
    assert judge(pack, data)["one"] == Judgement("one", Verdict.INCOMPLETE, None, (10, 1), frozenset({"m"}), 0)


def test_derived_facts_are_computed_and_never_read() -> None:
    pack = small_pack(indicator("d"), facts=[fact("a"), fact("d", formula="a * 2")])
    data = data_of(pack, {"a": entered("6"), "d": entered("1")}, previous={"a": entered("3")})
    assert data.facts == {"a": Fraction(6)}
    assert data.previous == {"a": Fraction(3)}
    assert judge(pack, data)["one"].value == 12


def test_only_questions_can_be_inapplicable() -> None:
    pack = small_pack(indicator("a"), items=[question("q"), question("p")])
    entries = {name: Entry(State.NOT_APPLICABLE) for name in ("a", "q")}
    assert data_of(pack, entries).inapplicable == {"q"}
    assert isinstance(pack.fields["p"], Field)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.sampled_from([">=", "<=", ">", "<", "=="]))
@modest(100)
def test_a_judgement_is_met_exactly_if_value_and_threshold_compare(a: int, b: int, line: int, cmp: str) -> None:
    pack = small_pack(indicator("a / b", cmp, str(line), unit=""))
    got = judge(pack, Data(figures(a=a, b=b)))["one"]
    if got.value is None or got.threshold is None:
        assert (b, got.verdict) == (0, Verdict.INCOMPUTABLE)
        return
    met = {">=": a >= line * b, "<=": a <= line * b, ">": a > line * b, "<": a < line * b, "==": a == line * b}[cmp]
    assert got.verdict is (Verdict.MET if met else Verdict.UNMET)
    assert holds(pack.indicators["one"], Data(figures(a=a, b=b))) is met
    assert (got.value, got.threshold) == (Fraction(a, b), line)
