"""The dictionary of figures: every fact of the domain basis, one label each, known units."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from vetdesk.models.packs.fields import Field, dictionary, field_from
from vetdesk.models.packs.formula import names, parse
from vetdesk.models.records.places import RESOURCES
from vetdesk.models.records.units import UNITS


def ids(text: str) -> list[str]:
    return text.split()


STUDENTS = ids("""students_total students_ft students_pt_nonft students_female students_registered students_boarding enrol_new
grads_total grads_placed grads_employed grads_further grads_army grads_startup grads_match grads_cert retention_pct
fitness_pass_pct""")
STAFF = ids("""staff_total staff_quota staff_in_post teachers_ft teachers_basic teachers_prof teachers_not_teaching
teachers_dual title_senior_full title_senior_assoc title_mid title_junior title_none edu_phd edu_master edu_bachelor
edu_college edu_below degree_master_up teachers_ft_bachelor_up teachers_parttime parttime_hours prof_hours
teachers_external teachers_practice_ok teachers_practice_5y_ok teachers_trained_cycle hired_prof_new
hired_prof_exp3""")
CAMPUS = ids("""land_total land_owned land_excl_use land_shared land_staff_housing land_affiliated land_green land_sport
track_length_m bldg_total bldg_owned bldg_excl_use bldg_shared bldg_lent_out bldg_building bldg_danger bldg_new
bldg_teach bldg_classroom bldg_library bldg_lab bldg_gym bldg_hall bldg_admin bldg_life bldg_dorm bldg_canteen_s
bldg_staff_single bldg_canteen_t bldg_life_other bldg_staff_house bldg_affiliated bldg_other land_counted
bldg_counted""")
EQUIPMENT = ids("""books_print books_e books_new books_counted periodical_kinds seats_teacher seats_student seats_e
assets_fixed_wan equip_teaching_wan equip_train_wan equip_new_wan equip_it_wan computers_total computers_teaching
multimedia_rooms multimedia_seats bandwidth_out_mbps bandwidth_core_mbps bases_in bases_in_area train_seats bases_out
bases_sim""")
LISTED = {"students": STUDENTS, "teachers": STAFF, "campus": CAMPUS, "equipment": EQUIPMENT}
"""Facts of domain sections 10.2, 10.4, 10.5 and 10.6."""

NOT_CARRIED = {
    "students_by_grade", "age_bands",  # lists
    "track_ok", "wifi_full",  # yes or no
    "students_equiv", "students_ft_he", "he_undergrad", "he_junior", "he_master", "he_phd", "he_intl", "he_prep",
    "he_further", "he_adult_ft", "he_evening", "he_corr",  # higher education
}  # fmt: skip
"""Facts of the same sections that no shipped pack could read: no list, no yes-or-no, no higher education yet."""

BASE_UNITS = {"人", "㎡", "m", "册", "种", "座", "万元", "台", "间", "个", "课时", "Mbps", "%", ""}


def raw() -> list[Field]:
    return [each for each in dictionary().fields().values() if not each.derived]


@pytest.mark.parametrize("section", list(LISTED))
def test_every_fact_of_the_domain_basis_is_in_its_section(section: str) -> None:
    have = {each.id for each in dictionary().fields().values() if each.section == section}
    assert have - {"teachers_counted"} == set(LISTED[section])


def test_what_is_not_carried_is_known() -> None:
    assert not NOT_CARRIED & dictionary().facts.keys()


def test_every_fact_has_exactly_one_label_in_each_language() -> None:
    for each in dictionary().fields().values():
        assert each.text.keys() == {"zh", "en"}
        assert each.text["zh"].strip() == each.text["zh"] != ""
        assert each.text["en"].strip() == each.text["en"] != ""
        assert each.text["en"].isascii()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_of_raw_facts_are_unique(language: str) -> None:
    counted = Counter(each.text[language] for each in raw())
    assert [label for label, times in counted.items() if times > 1] == []


def test_no_alias_is_the_label_of_another_raw_fact() -> None:
    labels = {each.text["zh"]: each.id for each in raw()}
    for each in raw():
        for alias in each.aliases:
            assert labels.get(alias, each.id) == each.id, alias


def test_no_label_is_the_id_of_a_fact() -> None:
    ids = dictionary().facts.keys()
    assert not ids & {word for each in raw() for word in (*each.text.values(), *each.aliases)}


def test_no_fact_stands_in_two_files() -> None:
    found = [
        name
        for path in (RESOURCES / "fields").glob("*.toml")
        for name in tomllib.loads(path.read_text(encoding="utf-8")).get("facts", {})
    ]
    assert sorted(found) == sorted(dictionary().facts)


def test_units_and_kinds_are_known() -> None:
    for each in dictionary().fields().values():
        assert each.unit in UNITS
        assert each.unit in BASE_UNITS
        assert each.kind in ("int", "dec", "text")
        assert each.whole == (each.kind == "int")
    assert {each.unit for each in raw() if each.id.endswith("_wan")} == {"万元"}
    assert {each.unit for each in raw() if each.id.endswith("_pct")} == {"%"}
    assert {each.kind for each in raw() if each.unit in ("㎡", "m", "万元", "%")} == {"dec"}


def test_an_adjustable_fact_has_a_word_for_shortages_and_is_typed() -> None:
    for each in dictionary().fields().values():
        assert not each.adjust or (each.short.keys() == {"zh", "en"} and not each.derived)


DERIVED = {
    "land_counted": "land_owned + k1 * land_excl_use - land_staff_housing - land_affiliated",
    "bldg_counted": "bldg_owned + k1 * bldg_excl_use - bldg_staff_house - k2 * bldg_staff_single - bldg_affiliated"
    " - k3 * bldg_lent_out",
    "books_counted": "books_print",
    "teachers_counted": "teachers_ft",
    "teachers_ft_bachelor_up": "edu_phd + edu_master + edu_bachelor",
}


def test_derived_facts_follow_the_domain_basis() -> None:
    assert {each.id: each.formula for each in dictionary().fields().values() if each.derived} == DERIVED


def test_switches_stand_at_their_defaults() -> None:
    switches = dictionary().switches
    assert {name: data["value"] for name, data in switches.items()} == {"k1": "1", "k2": "0", "k3": "1"}
    for name, data in switches.items():
        assert data["id"] == name
        assert data["zh"]
        assert data["en"]


def test_derived_formulas_read_known_names() -> None:
    known = dictionary()
    for text in DERIVED.values():
        assert names(parse(text)) <= known.facts.keys() | known.switches.keys()


def test_shared_areas_are_never_counted() -> None:
    used = {name for text in DERIVED.values() for name in names(parse(text))}
    assert not used & {"land_shared", "bldg_shared", "bldg_building"}


def test_every_section_has_a_heading_in_both_languages() -> None:
    known = dictionary()
    assert list(known.sections) == ["students", "teachers", "campus", "equipment", "identity"]
    assert all(text["zh"] and text["en"] for text in known.sections.values())
    assert {str(data["section"]) for data in known.facts.values()} == set(known.sections)


def test_a_field_from_the_least_it_needs() -> None:
    made = field_from({"id": "a", "zh": "甲", "en": "A", "section": "s"})
    assert made == Field("a", {"zh": "甲", "en": "A"}, "", "dec", "s")
    assert not made.whole
    assert not made.derived
    assert not made.adjust


@pytest.mark.parametrize("key", ["id", "zh", "en", "section"])
def test_a_field_without_what_it_needs_is_a_key_error(key: str) -> None:
    whole = {"id": "a", "zh": "甲", "en": "A", "section": "s"}
    with pytest.raises(KeyError):
        field_from({name: value for name, value in whole.items() if name != key})
