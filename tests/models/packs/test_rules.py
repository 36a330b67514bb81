"""Sanity rules: each fires on its own mistake, stays silent where a figure is missing, and is told once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.factory import NINE, SETUP, school_facts
from tests.models.packs.material import BOTH, Plain, fact, figures, indicator, school, small_pack
from vetdesk.models.packs.build import build
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.formula import columns, names, parse, previous
from vetdesk.models.packs.judge import data_of
from vetdesk.models.packs.pack import Lacking, Pack
from vetdesk.models.packs.rules import fired
from vetdesk.models.packs.source import load
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import speech


def ids(packs: list[Pack], data: dict[str, Data]) -> list[str]:
    return [each.rule.id for each in fired(packs, data)]


def of_school(changes: Mapping[str, str] | None = None, *, last: Mapping[str, str] | None = None) -> set[str]:
    """Ids of the rules that fire for the good school, with changes."""
    loaded = [load(name) for name in BOTH]
    data = {}
    for pack in loaded:
        facts = {name: text for name, text in school_facts(**(changes or {})).items() if name in pack.fields}
        before = {name: text for name, text in (last or {}).items() if name in pack.fields}
        data[pack.id] = data_of(pack, example_entries(pack, facts), previous=example_entries(pack, before))
    return set(ids(loaded, data))


def test_the_good_school_fires_nothing() -> None:
    assert of_school() == set()
    assert of_school(last=school_facts()) == set()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("L02b", {"students_ft": "1501"}),
        ("L05", {"teachers_prof": "101", "teachers_dual": "30"}),
        ("L05b", {"teachers_dual": "61"}),
        ("L07b", {"title_senior_full": "76"}),
        ("L08b", {"edu_bachelor": "81"}),
        ("L15", {"land_owned": "19999.99"}),
        ("U01", {"land_owned": "2999.99", "bldg_owned": "5000", "students_ft": "590", "teachers_ft": "100"}),
        ("U04", {"land_owned": "7499.99", "bldg_owned": "5000"}),
        ("U04b", {"bldg_owned": "120000.01", "land_owned": "70000"}),
        ("U04b", {"bldg_owned": "4499.99"}),
        ("U05", {"equip_teaching_wan": "30000.01"}),
        ("U06", {"equip_teaching_wan": "14.99"}),
        ("U07", {"books_print": "1499"}),
        ("U07", {"books_print": "450001"}),
        ("U09", {"teachers_ft": "376", "edu_bachelor": "80"}),
        ("U09", {"teachers_ft": "24", "teachers_prof": "20", "teachers_dual": "20", "title_senior_full": "0",
                 "title_senior_assoc": "20", "edu_bachelor": "4"}),
        ("N01", {"land_excl_use": "0.01"}),
    ],
)  # fmt: skip
def test_a_rule_fires_on_its_mistake_alone(rule: str, changes: dict[str, str]) -> None:
    assert of_school(changes) == {rule}


@pytest.mark.parametrize(
    "changes",
    [{"students_ft": "1500"}, {"teachers_prof": "100"}, {"teachers_dual": "60"}, {"bldg_owned": "120000"},
     {"land_owned": "20000"}, {"bldg_owned": "4500"}, {"land_owned": "7500", "bldg_owned": "5000"},
     {"land_owned": "3000", "bldg_owned": "5000", "students_ft": "600"}, {"equip_teaching_wan": "30000"},
     {"equip_teaching_wan": "15"}, {"books_print": "1500"}, {"books_print": "450000"}, {"teachers_ft": "375"}],
)  # fmt: skip
def test_a_figure_on_the_line_fires_nothing(changes: dict[str, str]) -> None:
    assert of_school(changes) == set()


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        ("Y01", {"students_ft": "1249"}),
        ("Y01", {"students_ft": "1876"}),
        ("Y01b", {"teachers_ft": "83"}),
        ("Y02", {"land_owned": "60000.01"}),
        ("Y02b", {"bldg_owned": "40000.01"}),
    ],
)
def test_a_jump_against_last_year_asks_for_an_explanation(rule: str, last: dict[str, str]) -> None:
    assert of_school(last=last) == {rule}


@pytest.mark.parametrize("last", [{"students_ft": "1250"}, {"students_ft": "1875"}, {"land_owned": "60000"}])
def test_a_change_of_exactly_a_fifth_asks_for_none(last: dict[str, str]) -> None:
    assert of_school(last=last) == set()


def test_a_rule_that_lacks_a_figure_stays_silent() -> None:
    pack = load(SETUP)
    assert ids([pack], {pack.id: Data()}) == []
    assert of_school({"teachers_dual": "61", "teachers_prof": ""}) == set()


def test_the_same_rule_of_two_packs_is_told_once() -> None:
    packs = [load(name) for name in BOTH]
    data = {pack.id: school(pack, land_excl_use="5") for pack in packs}
    assert [each.rule.id for each in fired(packs, data)] == ["N01"]
    assert ids(packs[:1], data) == ids(packs[1:], data) == ["N01"]


def test_the_gravest_rule_comes_first_and_equal_ones_by_id() -> None:
    def rule(name: str, severity: str) -> dict[str, str]:
        return {"id": name, "severity": severity, "when": "a > 1", "zh": name, "en": name}

    rules = [rule("n", "notice"), rule("w2", "must_explain"), rule("w1", "must_explain"), rule("e", "block"),
             {**rule("quiet", "block"), "when": "a > 2"}]  # fmt: skip
    pack = small_pack(indicator("a"), rules=rules)
    found = fired([pack], {"small": Data(figures(a=2))})
    assert [each.rule.id for each in found] == ["e", "w1", "w2", "n"]
    assert [each.severity for each in found] == [Severity.BLOCK, *[Severity.MUST_EXPLAIN] * 2, Severity.NOTICE]


def test_a_rule_knows_its_facts_in_the_order_of_the_form() -> None:
    rule = next(each for each in load(SETUP).rules if each.id == "L08")
    assert rule.facts == ("teachers_ft", "edu_phd", "edu_master", "edu_bachelor", "edu_college", "edu_below")
    rule = next(each for each in whole().rules if each.id == "L28b")
    assert rule.facts == ("majors", "teachers_dual")


SEVERITIES = {"L": "block", "Y": "must_explain", "U": "must_explain", "N": "notice"}
WARNINGS_AMONG_L = {"L04", "L06", "L09", "L10", "L14", "L15", "L20", "L27", "L28"}


def test_severities_are_those_of_the_domain() -> None:
    for rule in dictionary().rules:
        expected = "must_explain" if rule["id"][:3] in WARNINGS_AMONG_L else SEVERITIES[rule["id"][0]]
        assert rule["severity"] == expected, rule["id"]


def test_every_rule_of_the_dictionary_reads_known_facts_and_has_both_texts() -> None:
    known = dictionary()
    for rule in known.rules:
        node = parse(rule["when"])
        assert names(node) | previous(node) <= known.facts.keys()
        for table, column in columns(node):
            assert column in {each["id"] for each in known.facts[table]["columns"]}
        assert rule["zh"].endswith("。") or rule["zh"].endswith("？")
        assert rule["en"]
    assert len({rule["id"] for rule in known.rules}) == len(known.rules)


def test_a_pack_carries_only_the_rules_it_has_the_facts_for() -> None:
    assert "L08" not in {rule.id for rule in load(NINE).rules}
    assert {"L08", "L28", "L28b"} <= {rule.id for rule in load(SETUP).rules}
    assert {"Y01", "U01"} <= {rule.id for rule in load(NINE).rules}


# every rule of the dictionary


@cache
def whole() -> Pack:
    """A pack that carries every fact and every rule of the dictionary."""
    known = dictionary()
    return build(
        {
            "id": "whole", "version": "1", "zh": "全", "en": "all", "issuer": {"zh": "无", "en": "none"},
            "document": "无", "groups": {"all": {"zh": "全", "en": "all"}}, "sections": dict(known.sections),
            "facts": list(known.facts.values()), "switches": list(known.switches.values()), "rules": list(known.rules),
            "indicators": [{**indicator("students_ft"), "unit": "人"}],
        }
    )  # fmt: skip


def of_facts(facts: Plain) -> set[str]:
    """Ids of the rules that fire where only these figures are known (`prev(fact)` is last year's)."""
    pack = whole()
    data = data_of(pack, example_entries(pack, facts), previous=example_entries(pack, facts, last_year=True))
    return {each.rule.id for each in fired([pack], {pack.id: data})}


def rows(column: str, *values: str) -> list[Plain]:
    """Rows of a table with one column filled."""
    return [{column: value} for value in values]


AREA = {"land_excl_use": "0", "students_ft": "1500"}
BUILT = {"bldg_excl_use": "0", "students_ft": "1500"}
FUNDS = {"fiscal_special_wan": "0", "students_ft": "1500"}

CASES: list[tuple[str, Plain, Plain]] = [
    ("L01", {"students_total": "1500", "students_female": "1501"}, {"students_female": "1500"}),
    ("L02", {"students_total": "1500", "students_ft": "1400", "students_pt_nonft": "99"}, {"students_pt_nonft": "100"}),
    ("L02", {"students_total": "1500", "students_ft": "1400", "students_pt_nonft": "101"}, {"students_ft": "1399"}),
    ("L02b", {"students_total": "1500", "students_ft": "1501"}, {"students_ft": "1500"}),
    ("L03", {"students_by_grade": rows("students", "500", "401"), "students_total": "900"}, {"students_total": "901"}),
    ("L03b", {"majors": rows("students", "600", "299"), "students_total": "900"}, {"students_total": "899"}),
    ("L05", {"teachers_ft": "100", "teachers_prof": "101"}, {"teachers_prof": "100"}),
    ("L05b", {"teachers_prof": "60", "teachers_dual": "61"}, {"teachers_dual": "60"}),
    ("L05c", {"staff_total": "100", "teachers_ft": "101"}, {"teachers_ft": "100"}),
    ("L06", {"teachers_ft": "100", "teachers_basic": "30", "teachers_prof": "60", "teachers_not_teaching": "9"},
     {"teachers_not_teaching": "10"}),
    ("L07", {"teachers_ft": "100", "title_senior_full": "5", "title_senior_assoc": "20", "title_mid": "30",
             "title_junior": "40", "title_none": "4"}, {"title_none": "5"}),
    ("L07b", {"teachers_ft": "100", "title_senior_full": "76", "title_senior_assoc": "25"}, {"title_senior_full": "75"}),
    ("L07b", {"teachers_ft": "100", "title_senior_full": "101"}, {"title_senior_full": "100"}),
    ("L08", {"teachers_ft": "100", "edu_phd": "0", "edu_master": "20", "edu_bachelor": "70", "edu_college": "8",
             "edu_below": "1"}, {"edu_below": "2"}),
    ("L08b", {"teachers_ft": "100", "edu_phd": "0", "edu_master": "21", "edu_bachelor": "80"}, {"edu_master": "20"}),
    ("L08b", {"teachers_ft": "100", "edu_master": "21", "edu_bachelor": "80"}, {"edu_bachelor": "79"}),
    ("L09", {"teachers_ft": "100", "age_bands": rows("teachers", "60", "39")}, {"teachers_ft": "99"}),
    ("L10", {"staff_quota": "100", "staff_in_post": "101"}, {"staff_in_post": "100"}),
    ("L11", {"land_total": "60001", "land_owned": "50000", "land_excl_use": "0", "land_shared": "10000"},
     {"land_total": "60000"}),
    ("L11b", {"bldg_total": "30000", "bldg_owned": "30000", "bldg_excl_use": "0", "bldg_shared": "0.01"},
     {"bldg_shared": "0"}),
    ("L12", {"bldg_total": "20501", "bldg_teach": "10000", "bldg_admin": "2000", "bldg_life": "8000",
             "bldg_staff_house": "0", "bldg_other": "500"}, {"bldg_total": "20500"}),
    ("L13", {"bldg_teach": "10000", "bldg_classroom": "5000", "bldg_library": "1000", "bldg_lab": "3000",
             "bldg_gym": "500", "bldg_hall": "501"}, {"bldg_hall": "500"}),
    ("L13", {"bldg_teach": "10000", "bldg_lab": "10000.01"}, {"bldg_lab": "10000"}),
    ("L13b", {"bldg_life": "7000", "bldg_dorm": "5000", "bldg_canteen_s": "1000", "bldg_staff_single": "500",
              "bldg_canteen_t": "200", "bldg_life_other": "301"}, {"bldg_life_other": "300"}),
    ("L13b", {"bldg_life": "7000", "bldg_dorm": "6900", "bldg_canteen_s": "101"}, {"bldg_canteen_s": "100"}),
    ("L14", {"land_total": "60000", "land_green": "30000", "land_sport": "30001"}, {"land_sport": "30000"}),
    ("L15", {"land_owned": "10000", "bldg_owned": "20000.01"}, {"bldg_owned": "20000"}),
    ("L15b", {"land_total": "10000", "bldg_total": "20000.01"}, {"bldg_total": "20000"}),
    ("L16", {"equip_teaching_wan": "600", "equip_new_wan": "600.01"}, {"equip_new_wan": "600"}),
    ("L16b", {"assets_fixed_wan": "600", "equip_teaching_wan": "600.01"}, {"equip_teaching_wan": "600"}),
    ("L17", {"computers_total": "300", "computers_teaching": "301"}, {"computers_teaching": "300"}),
    ("L18", {"books_print": "60000", "books_new": "60001"}, {"books_new": "60000"}),
    ("L19", {"grads_total": "100", "grads_placed": "101"}, {"grads_placed": "100"}),
    ("L19b", {"grads_placed": "100", "grads_employed": "50", "grads_further": "40", "grads_army": "5",
              "grads_startup": "6"}, {"grads_startup": "5"}),
    ("L19b", {"grads_placed": "100", "grads_employed": "61", "grads_further": "40"}, {"grads_further": "39"}),
    ("L20", {"grads_total": "100", "grads_cert": "101"}, {"grads_cert": "100"}),
    ("L22", {"surtax_edu_total_wan": "90", "surtax_edu_to_voc_wan": "90.01"}, {"surtax_edu_to_voc_wan": "90"}),
    ("L22b", {"surtax_local_total_wan": "90", "surtax_local_to_voc_wan": "90.01"}, {"surtax_local_to_voc_wan": "90"}),
    ("L28", {"majors": [{"teachers_ft": "9", "teachers_dual": "9"}, {"teachers_ft": "4", "teachers_dual": "5"}]},
     {"majors": [{"teachers_ft": "9", "teachers_dual": "9"}, {"teachers_ft": "5", "teachers_dual": "5"}]}),
    ("L28b", {"teachers_dual": "12", "majors": rows("teachers_dual", "5", "6")}, {"teachers_dual": "11"}),
    ("Y01", {"students_ft": "1501", "prev(students_ft)": "1250"}, {"students_ft": "1500"}),
    ("Y01", {"students_ft": "999", "prev(students_ft)": "1250"}, {"students_ft": "1000"}),
    ("Y01b", {"teachers_ft": "121", "prev(teachers_ft)": "100"}, {"teachers_ft": "120"}),
    ("Y01c", {"land_owned": "60000.01", "prev(land_owned)": "50000"}, {"land_owned": "60000"}),
    ("Y01d", {"bldg_owned": "60000.01", "prev(bldg_owned)": "50000"}, {"bldg_owned": "60000"}),
    ("Y01e", {"equip_teaching_wan": "720.01", "prev(equip_teaching_wan)": "600"}, {"equip_teaching_wan": "720"}),
    ("Y01f", {"books_print": "60001", "prev(books_print)": "50000"}, {"books_print": "60000"}),
    ("Y02", {"land_owned": "49999.99", "prev(land_owned)": "50000"}, {"land_owned": "50000"}),
    ("Y02b", {"bldg_owned": "49999.99", "prev(bldg_owned)": "50000"}, {"bldg_owned": "50000"}),
    ("Y03", {"equip_teaching_wan": "539.99", "prev(equip_teaching_wan)": "600"}, {"equip_teaching_wan": "540"}),
    ("Y04", {"teachers_dual": "46", "teachers_prof": "100", "prev(teachers_dual)": "30", "prev(teachers_prof)": "100"},
     {"teachers_dual": "45"}),
    ("Y04", {"teachers_dual": "14", "teachers_prof": "100", "prev(teachers_dual)": "30", "prev(teachers_prof)": "100"},
     {"teachers_dual": "15"}),
    ("U01", {"land_owned": "2999.99", "land_excl_use": "0", "students_ft": "301"}, {"land_owned": "3000"}),
    ("U01", {"land_owned": "2999.99", "land_excl_use": "0", "students_ft": "301"}, {"students_ft": "300"}),
    ("U02", {"land_owned": "2000000.01", "land_excl_use": "0"}, {"land_owned": "2000000"}),
    ("U03", {"bldg_owned": "99.99", "bldg_excl_use": "0"}, {"bldg_owned": "100"}),
    ("U04", {**AREA, "land_owned": "7499.99"}, {"land_owned": "7500"}),
    ("U04", {**AREA, "land_owned": "450000.01"}, {"land_owned": "450000"}),
    ("U04b", {**BUILT, "bldg_owned": "4499.99"}, {"bldg_owned": "4500"}),
    ("U04b", {**BUILT, "bldg_owned": "120000.01"}, {"bldg_owned": "120000"}),
    ("U05", {"students_ft": "1500", "equip_teaching_wan": "30000.01"}, {"equip_teaching_wan": "30000"}),
    ("U06", {"students_ft": "1500", "equip_teaching_wan": "14.99"}, {"equip_teaching_wan": "15"}),
    ("U07", {"students_ft": "1500", "books_print": "1499"}, {"books_print": "1500"}),
    ("U07", {"students_ft": "1500", "books_print": "450001"}, {"books_print": "450000"}),
    ("U08", {"students_ft": "1500", "computers_total": "2251"}, {"computers_total": "2250"}),
    ("U09", {"teachers_ft": "100", "students_ft": "399"}, {"students_ft": "400"}),
    ("U09", {"teachers_ft": "100", "students_ft": "6001"}, {"students_ft": "6000"}),
    ("U10", {**FUNDS, "fiscal_regular_wan": "149.99"}, {"fiscal_regular_wan": "150"}),
    ("U10", {**FUNDS, "fiscal_regular_wan": "15000.01"}, {"fiscal_regular_wan": "15000"}),
    ("N01", {"land_excl_use": "0.01"}, {"land_excl_use": "0"}),
    ("N02", {"students_registered": "1499", "students_ft": "1500"}, {"students_registered": "1500"}),
]  # fmt: skip
"""A rule, figures on which it alone fires, and what to change in them so that nothing fires."""


@pytest.mark.parametrize(("rule", "wrong", "mended"), CASES)
def test_every_rule_fires_alone_on_its_mistake_and_is_silent_beside_it(rule: str, wrong: Plain, mended: Plain) -> None:
    assert mended.keys() <= wrong.keys()
    assert of_facts(wrong) == {rule}
    assert of_facts({**wrong, **mended}) == set()


def test_no_rule_of_the_dictionary_is_left_without_a_case() -> None:
    assert [str(rule["id"]) for rule in dictionary().rules] == list(dict.fromkeys(rule for rule, _w, _m in CASES))


@pytest.mark.parametrize(("rule", "wrong", "mended"), CASES)
def test_without_the_figure_that_is_wrong_no_rule_speaks(rule: str, wrong: Plain, mended: Plain) -> None:
    assert rule not in of_facts({name: text for name, text in wrong.items() if name not in mended})


def test_known_parts_are_checked_only_where_more_of_them_makes_it_worse() -> None:
    known_parts = {rule.id: rule.parts for rule in whole().rules if rule.lacking is Lacking.KNOWN_PARTS}
    assert known_parts.keys() == {"L07b", "L08b", "L13", "L13b", "L14", "L19b"}
    assert known_parts["L14"] == {"land_green", "land_sport"}
    assert not any(rule.lacking is Lacking.ASK for rule in whole().rules)


# what a rule does where a figure is missing


def one_rule(when: str, lacking: str = "silent", severity: str = "block", **more: Any) -> Pack:
    rule = {"id": "r", "severity": severity, "when": when, "lacking": lacking, "zh": "错了。", "en": "Wrong."}
    return small_pack(indicator("a"), rules=[rule], **more)


def told(pack: Pack, **now: str | int | None) -> list[tuple[Severity, str, frozenset[str]]]:
    found = fired([pack], {pack.id: Data(figures(**now))})
    return [(each.severity, each.sentence, each.lacking) for each in found]


def test_a_silent_rule_says_nothing_without_its_figures() -> None:
    assert told(one_rule("a > b"), a=2) == []
    assert told(one_rule("a > b"), a=2, b=1) == [(Severity.BLOCK, "错了。", frozenset())]


def test_an_asking_rule_says_what_it_lacks_and_only_as_a_notice() -> None:
    pack = one_rule("a > b + x", "ask")
    assert told(pack, a=2) == [(Severity.NOTICE, "还不能校验（有数据没填）：错了。", frozenset({"b", "x"}))]
    assert told(pack, a=2, b=1, x=0) == [(Severity.BLOCK, "错了。", frozenset())]
    assert told(pack, a=2, b=2, x=0) == []


def test_an_asking_rule_speaks_english_too() -> None:
    speech.choose("en")
    [(_severity, text, _lacking)] = told(one_rule("a > b", "ask"), a=2)
    assert "Wrong." in text
    assert "错了" not in text


def test_a_zero_divisor_is_nothing_a_rule_could_ask_for() -> None:
    assert told(one_rule("a / b > 1", "ask"), a=2, b=0) == []


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        ({"a": 3, "b": 3, "x": 5}, True),
        ({"a": 3, "b": 2, "x": 5}, False),
        ({"a": 6, "b": None, "x": 5}, True),
        ({"a": None, "b": 6, "x": 5}, True),
        ({"a": 5, "b": None, "x": 5}, False),
        ({"a": None, "b": None, "x": 0}, False),
        ({"a": 6, "b": 6, "x": None}, False),
        ({"a": 6, "b": None, "x": None}, False),
    ],
)
def test_known_parts_are_enough_where_they_exceed_the_whole(now: dict[str, int | None], fires: bool) -> None:
    assert bool(told(one_rule("a + b > x", "known_parts"), **now)) is fires


def test_known_parts_that_are_derived_count_by_what_they_are_made_of() -> None:
    facts = [fact("a"), fact("b"), fact("x"), fact("ab", formula="a + b", adjust=False)]
    pack = one_rule("ab > x", "known_parts", facts=facts)
    assert pack.rules[0].parts == {"a", "b"}
    assert [bool(told(pack, a=a, x=5)) for a in (6, 5)] == [True, False]


@pytest.mark.parametrize(("severity", "expected"), [(each.value, each) for each in Severity])
def test_a_fired_rule_asks_for_as_much_as_it_says(severity: str, expected: Severity) -> None:
    assert [each[0] for each in told(one_rule("a > 1", severity=severity), a=2)] == [expected]


# once over several packs


def both(first: Mapping[str, int | None], second: Mapping[str, int | None], lacking: str) -> list[bool]:
    """What one rule of two packs says, each knowing other figures: for each time it is told, whether it is lacking."""
    packs = [one_rule("a > b", lacking, id=name) for name in ("p1", "p2")]
    data = {"p1": Data(figures(**first)), "p2": Data(figures(**second))}
    return [bool(each.lacking) for each in fired(packs, data)]


WRONG = {"a": 2, "b": 1}
RIGHT = {"a": 1, "b": 2}
LITTLE = {"a": 2, "b": None}


@pytest.mark.parametrize(("first", "second"), [(WRONG, WRONG), (WRONG, LITTLE), (LITTLE, WRONG)])
def test_a_rule_that_fires_in_one_pack_is_told_once(first: dict[str, int], second: dict[str, int]) -> None:
    assert both(first, second, "ask") == [False]


@pytest.mark.parametrize(("first", "second"), [(RIGHT, LITTLE), (LITTLE, RIGHT)])
def test_a_rule_that_one_pack_can_check_is_not_asked_by_another(first: dict[str, int], second: dict[str, int]) -> None:
    assert both(first, second, "ask") == []


def test_a_rule_that_no_pack_can_check_is_asked_once() -> None:
    assert both(LITTLE, LITTLE, "ask") == [True]


def test_a_rule_that_fires_in_the_first_pack_is_told_whatever_the_second_lacks() -> None:
    assert both(WRONG, LITTLE, "silent") == [False]


def test_a_rule_silent_for_lack_of_a_figure_is_checked_by_the_next_pack() -> None:
    assert both(LITTLE, WRONG, "silent") == [False]


def test_what_is_only_asked_stands_behind_what_fires() -> None:
    rules = [
        {"id": "asked", "severity": "block", "when": "a > b", "lacking": "ask", "zh": "甲", "en": "A"},
        {"id": "fires", "severity": "must_explain", "when": "a > 1", "zh": "乙", "en": "B"},
    ]
    pack = small_pack(indicator("a"), rules=rules)
    assert ids([pack], {"small": Data(figures(a=2))}) == ["fires", "asked"]
