"""Sanity rules: each fires on its own mistake, stays silent where a figure is missing, and is told once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.factory import NINE, SETUP, school_facts
from tests.models.packs.material import BOTH, figures, indicator, school, small_pack
from vetdesk.models.packs.evaluate import Data, prepare
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.formula import names, parse, previous
from vetdesk.models.packs.judge import data_of
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.rules import fired
from vetdesk.models.packs.source import load
from vetdesk.models.records.verdicts import Severity


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
        ("L07", {"title_senior_full": "76"}),
        ("L08", {"edu_bachelor": "81"}),
        ("L15", {"bldg_owned": "120000.01"}),
        ("U01", {"land_owned": "2999.99", "bldg_owned": "5000"}),
        ("U03", {"bldg_owned": "99.99"}),
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
    ("changes"),
    [{"students_ft": "1500"}, {"teachers_prof": "100"}, {"teachers_dual": "60"}, {"bldg_owned": "120000"},
     {"bldg_owned": "100"}, {"land_owned": "3000", "bldg_owned": "5000"}, {"equip_teaching_wan": "30000"},
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
    assert rule.facts == ("teachers_ft", "edu_phd", "edu_master", "edu_bachelor")


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
        assert rule["zh"].endswith("。") or rule["zh"].endswith("？")
        assert rule["en"]
    assert len({rule["id"] for rule in known.rules}) == len(known.rules)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [("L01", {"students_female": 1501, "students_total": 1500}),
     ("L02", {"students_ft": 1400, "students_pt_nonft": 99, "students_total": 1500}),
     ("L05c", {"teachers_ft": 101, "staff_total": 100})],
)  # fmt: skip
def test_rules_over_facts_of_no_shipped_pack_fire_too(rule: str, facts: dict[str, int]) -> None:
    when = next(each["when"] for each in dictionary().rules if each["id"] == rule)
    code = prepare(parse(when))
    assert code(Data(figures(**facts)), None) is True
    first = next(iter(facts))
    assert code(Data(figures(**{**facts, first: facts[first] - 1 if rule != "L02" else 1401})), None) is False


def test_a_pack_carries_only_the_rules_it_has_the_facts_for() -> None:
    assert "L08" not in {rule.id for rule in load(NINE).rules}
    assert "L08" in {rule.id for rule in load(SETUP).rules}
    assert {"Y01", "U01"} <= {rule.id for rule in load(NINE).rules}
