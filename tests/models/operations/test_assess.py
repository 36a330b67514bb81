"""How a school stands: judged again only where a figure matters, always equal to judging afresh."""

from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

from tests.factory import NINE, QUESTIONS, SETUP, UNCONFIRMED, WORDS, City, school_words
from vetdesk.models.operations.assess import Assessment, identity_facts, standing
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.packs import source
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, State, given
from vetdesk.models.records.verdicts import Severity, Verdict
from vetdesk.models.store.register import UnitRecord

PACKS = (source.load(NINE), source.load(SETUP))


def assessed(**changes: str) -> Assessment:
    """The good school with some figures changed."""
    return Assessment(PACKS, {fact: given(text) for fact, text in school_words(**changes).items()}, {})


def test_the_good_school_meets_everything() -> None:
    found = assessed()
    assert {each.verdict for each in found.judged[NINE].values()} == {Verdict.MET}
    assert {name: each.verdict for name, each in found.judged[SETUP].items()} == {
        name: Verdict.UNVERIFIED if name in UNCONFIRMED else Verdict.MET for name in PACKS[1].indicators
    }
    assert found.sentence() == "已达标：9 项全部达标。"
    assert found.full_sentence().startswith("按《职业学校办学条件达标工程（一般类中职）》（主标准）：")
    assert (found.filled(), found.rules()) == ((13, 15), [])
    found.change("pack_class", given("一般类"))
    found.change("enrol_right", given("1"))
    assert found.filled() == (15, 15), "whether the standard is this school's at all is asked of it too"
    assert {each.verdict for each in found.judged[NINE].values()} == {Verdict.MET}


def test_a_change_judges_only_what_depends_on_the_figure() -> None:
    found = assessed()
    assert found.change("books_print", given("1")) == {"db22_books_ps", "zz10_books_ps"}
    assert found.change("track_length_m", given("1")) == {"zz10_track"}
    assert found.change("founded_year", given("2023")) == set(PACKS[0].indicators)
    assert {each.verdict for each in found.judged[NINE].values()} == {Verdict.NOT_APPLICABLE}
    assert found.judged[SETUP]["zz10_track"].verdict is Verdict.UNMET


def test_an_answer_judges_its_condition_and_the_majors_what_is_asked_of_them() -> None:
    found = assessed()
    assert found.change("zz10_q_plan", given("partly")) == {"zz10_q_plan"}
    assert found.judged[SETUP]["zz10_q_plan"].verdict is Verdict.UNMET
    rows = [{"group_code": "66", "students": "1500", "teachers_mid_up": "1"}]
    assert found.change("majors", given(json.dumps(rows))) == {"zz10_major_mid", "zz10_equip_ps"}
    judged = found.judged[SETUP]
    assert (judged["zz10_major_mid"].value, judged["zz10_major_mid"].verdict) == (1, Verdict.UNMET)
    assert judged["zz10_equip_ps"].threshold == 3000
    assert found.change("majors", UNFILLED) == {"zz10_major_mid", "zz10_equip_ps"}
    assert {found.judged[SETUP][name].verdict for name in ("zz10_major_mid", "zz10_equip_ps")} == {Verdict.INCOMPLETE}


def likely(chance: random.Random, fact: str) -> list[Entry]:
    """Two entries that a fact may have."""
    if fact in QUESTIONS:
        return [Entry(State.NOT_APPLICABLE), given(chance.choice(["yes", "partly", "no"]))]
    if fact == "majors":
        rows = [
            {
                "group_code": str(chance.randrange(61, 80)),
                "students": str(chance.randrange(900)),
                "teachers_mid_up": "2",
            }
            for _each in range(chance.randrange(4))
        ]
        return [given("[]"), given(json.dumps(rows))]
    return [given("0"), given(str(chance.randrange(100_000)))]


def test_changing_step_by_step_equals_judging_afresh() -> None:
    chance = random.Random(5)
    found = assessed()
    facts = {fact: given(text) for fact, text in school_words().items()}
    for _each in range(300):
        fact = chance.choice(sorted(facts))
        entry = chance.choice([UNFILLED, *likely(chance, fact)])
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
    school = {"unit_kind": given("school")}
    assert identity_facts(unit) == {**school, "run_type": given("368"), "founded_year": given("1990")}
    assert identity_facts(UnitRecord("1", "甲", founded_year="一九九〇")) == school
    assert identity_facts(UnitRecord("1", "甲", kind="county", district="411421")) == {
        "unit_kind": given("county"), "district_code": given("411421"),
    }  # fmt: skip
    attached = Assessment(PACKS, {}, {}, unit)
    assert {each.verdict for each in attached.judged[NINE].values()} == {Verdict.NOT_APPLICABLE}


def test_the_form_lists_each_raw_figure_once_in_the_order_of_the_paper_forms() -> None:
    found = assessed()
    form = [each.id for each in found.form()]
    assert len(set(form)) == len(form) == 58
    assert set(form) == {each.id for pack in PACKS for each in pack.form()}
    assert not any(each.derived or each.registered for each in found.form())
    assert form == [*(name for name in dictionary().facts if name in form), *QUESTIONS]
    assert list(dict.fromkeys(each.section for each in found.form())) == [
        "students", "majors", "teachers", "campus", "equipment", "identity", "checklist",
    ]  # fmt: skip


def test_what_neither_scope_nor_indicator_reads_is_optional_on_the_form() -> None:
    found = assessed()
    optional = {each.id for each in found.form() if found.is_optional(each.id)}
    assert optional - PACKS[0].applies_facts == {
        "students_pt_nonft", "students_female", "students_registered", "staff_total", "title_mid", "title_junior",
        "title_none", "edu_college", "edu_below", "land_total", "land_shared", "bldg_total", "bldg_shared", "books_new",
        "assets_fixed_wan", "equip_new_wan", "computers_teaching",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read"), [("公办", "公办"), ("民办学校", "民办"), ("其他公办", "公办"), ("部门", "部门"), ("", None)]
)
def test_the_ownership_of_the_register_is_public_or_private(written: str, read: str | None) -> None:
    found = identity_facts(UnitRecord("1", "甲", ownership=written)).get("ownership")
    assert (found and found.text) == read


def test_rules_sort_the_gravest_first_and_ask_for_explanations(city: City) -> None:
    set_figures(city.school(), {"students_ft": "1501", "land_owned": "2000", "land_excl_use": "90"})
    found = standing(city.school())
    fired = [(each.rule.id, each.severity) for each in found.assessment.rules()]
    assert fired[0] == ("L02b", Severity.BLOCK)
    assert [each.rule.id for each in found.blocking()] == ["L02b"]
    assert {each.rule.id for each in found.unexplained()} == {"L15", "U01", "U04"}
    assert fired[-1] == ("N01", Severity.NOTICE)


def test_values_are_exact_in_the_fields_own_unit() -> None:
    found = Assessment(
        PACKS, {**{name: given(text) for name, text in WORDS.items()}, "land_owned": given("60", "亩")}, {}
    )
    assert found.value("land_owned") == Fraction(40000)
    assert found.value("books_print") is None
    assert found.last_value("land_owned") is None
    assert (found.value("majors"), found.value("zz10_q_plan"), found.value("pack_class")) == (None, None, None)
    assert found.value("nonsense") is None


def test_only_a_school_stands_somewhere(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        standing(city.bureau)
    assert caught.value.code == "wrong_role"
