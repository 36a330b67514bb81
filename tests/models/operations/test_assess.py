"""How a school stands: judged again only where a figure matters, always equal to judging afresh."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from tests.factory import NINE, SETUP, City, school_facts
from vetdesk.models.operations.assess import Assessment, identity_facts, standing
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.packs import source
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, given
from vetdesk.models.records.verdicts import Severity, Verdict
from vetdesk.models.store.register import UnitRecord

PACKS = (source.load(NINE), source.load(SETUP))


def assessed(**changes: str) -> Assessment:
    """The good school with some figures changed."""
    return Assessment(PACKS, {fact: given(text) for fact, text in school_facts(**changes).items()}, {})


def test_the_good_school_meets_everything() -> None:
    found = assessed()
    assert {each.verdict for judged in found.judged.values() for each in judged.values()} == {Verdict.MET}
    assert found.sentence() == "已达标：9 项全部达标。"
    assert found.full_sentence().startswith("按《职业学校办学条件达标工程（一般类中职）》（主标准）：")
    assert (found.filled(), found.rules()) == ((13, 13), [])


def test_a_change_judges_only_what_depends_on_the_figure() -> None:
    found = assessed()
    assert found.change("books_print", given("1")) == {"db22_books_ps", "zz10_books_ps"}
    assert found.change("track_length_m", given("1")) == {"zz10_track"}
    assert found.change("founded_year", given("2023")) == set(PACKS[0].indicators)
    assert {each.verdict for each in found.judged[NINE].values()} == {Verdict.NOT_APPLICABLE}
    assert found.judged[SETUP]["zz10_track"].verdict is Verdict.UNMET


def test_changing_step_by_step_equals_judging_afresh() -> None:
    chance = random.Random(5)
    found = assessed()
    facts = {fact: given(text) for fact, text in school_facts().items()}
    for _each in range(300):
        fact = chance.choice(sorted(facts))
        entry = chance.choice([UNFILLED, given("0"), given(str(chance.randrange(100_000)))])
        facts[fact] = entry
        found.change(fact, entry)
    assert found.judged == Assessment(PACKS, facts, {}).judged


def test_the_combined_shortage_is_the_larger_demand_and_says_the_unit() -> None:
    found = assessed(teachers_ft="50", land_owned="30000")
    text = found.sentence()
    assert text == "未达标：9 项中 5 项达标，4 项未达标。还差：用地 19,500 ㎡、专任教师 25 人。"
    assert found.gap_sentence(PACKS[0], "db22_str") == "还差专任教师 25 人，或全日制在校生不超过 1,000 人"
    assert found.gap_sentence(PACKS[0], "db22_books_ps") == ""


def test_one_unmet_indicator_decides_although_figures_are_missing() -> None:
    assert assessed(land_owned="1", books_print="").sentence().startswith("未达标（还有 1 项没填）：")
    assert assessed(books_print="").sentence() == "数据不全，还不能下结论：1 项没填，已填的 8 项都达标。"


def test_the_formula_is_spelled_with_the_schools_numbers() -> None:
    assert assessed(students_ft="1310", bldg_owned="24000").spelled(PACKS[0], "db22_bldg_ps") == (
        "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生"
    )
    assert "20.0001" in assessed(students_ft="200001", teachers_ft="10000").spelled(PACKS[0], "db22_str")


def test_the_register_gives_what_a_scope_may_ask() -> None:
    assert identity_facts(None) == {}
    unit = UnitRecord("1", "甲", run_type="368", founded_year="1990")
    assert identity_facts(unit) == {"run_type": given("368"), "founded_year": given("1990")}
    assert identity_facts(UnitRecord("1", "甲", founded_year="一九九〇")) == {}
    attached = Assessment(PACKS, {}, {}, unit)
    assert {each.verdict for each in attached.judged[NINE].values()} == {Verdict.NOT_APPLICABLE}


def test_the_form_lists_each_raw_figure_once_in_the_order_of_the_paper_forms() -> None:
    form = assessed().form()
    assert len({each.id for each in form}) == len(form) == 26
    assert not any(each.derived or each.section == "identity" for each in form)
    assert [each.section for each in form] == sorted((each.section for each in form), key=list(PACKS[1].sections).index)


def test_rules_sort_the_gravest_first_and_ask_for_explanations(city: City) -> None:
    set_figures(city.school(), {"students_ft": "1501", "land_owned": "2000", "land_excl_use": "90000"})
    found = standing(city.school())
    fired = [(each.rule.id, each.severity) for each in found.assessment.rules()]
    assert fired[0] == ("L02b", Severity.BLOCK)
    assert [each.rule.id for each in found.blocking()] == ["L02b"]
    assert {each.rule.id for each in found.unexplained()} == {"L15", "U01"}
    assert fired[-1] == ("N01", Severity.NOTICE)


def test_values_are_exact_in_the_fields_own_unit() -> None:
    found = Assessment(PACKS, {"land_owned": Entry(text="60", unit="亩", state=given("1").state)}, {})
    assert found.value("land_owned") == Fraction(40000)
    assert found.value("books_print") is None
    assert found.value("nonsense") is None


def test_only_a_school_stands_somewhere(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        standing(city.bureau)
    assert caught.value.code == "wrong_role"
