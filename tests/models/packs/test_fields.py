"""The dictionary of figures: every fact of the domain basis, one label each, known units."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from vetdesk.models.packs.build import QUESTIONS
from vetdesk.models.packs.fields import KINDS, REGISTERED, Field, dictionary, field_from
from vetdesk.models.packs.formula import columns, names, parse
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
hired_prof_exp3 teachers_counted teachers_equiv course_mid_min cycle_year""")
CAMPUS = ids("""land_total land_owned land_excl_use land_shared land_staff_housing land_affiliated land_green land_sport
track_length_m track_ok bldg_total bldg_owned bldg_excl_use bldg_shared bldg_lent_out bldg_building bldg_danger bldg_new
bldg_teach bldg_classroom bldg_library bldg_lab bldg_gym bldg_hall bldg_admin bldg_life bldg_dorm bldg_canteen_s
bldg_staff_single bldg_canteen_t bldg_life_other bldg_staff_house bldg_affiliated bldg_other land_counted
bldg_counted""")
EQUIPMENT = ids("""books_print books_e books_new books_counted periodical_kinds seats_teacher seats_student seats_e
assets_fixed_wan equip_teaching_wan equip_train_wan equip_new_wan equip_it_wan computers_total computers_teaching
multimedia_rooms multimedia_seats bandwidth_out_mbps bandwidth_core_mbps bases_in bases_in_area train_seats bases_out
bases_sim wifi_full practice_hours_pct lab_open_pct""")
HIGHER = ids("""he_undergrad he_junior he_master he_phd he_intl he_prep he_further he_adult_ft he_evening he_corr
students_equiv students_ft_he""")
TABLES = ids("majors students_by_grade age_bands training_by_group")
MONEY = ids("""fiscal_regular_wan fiscal_special_wan income_total_wan spend_total_wan spend_teach_wan
spend_teacher_train_wan debt_wan tuition_wan pay_parttime_wan fund_ps_yuan""")
SERVICE = ids("""training_persons training_hours training_income_wan training_public firms_total majors_with_firm
order_class_students apprentice_students internship_days_per_student equip_from_firms_wan groups_lead groups_member
awards_national awards_provincial satisfaction_student_pct satisfaction_grad_pct satisfaction_staff_pct
satisfaction_employer_pct satisfaction_parent_pct""")
REGION = ids("""enrol_zz enrol_pg students_zz students_pg students_gz students_bk schools_zz schools_in_scope schools_pass
fiscal_zz_wan fiscal_pg_wan fiscal_gz_wan students_zz_public students_pg_public surtax_edu_total_wan
surtax_edu_to_voc_wan surtax_local_total_wan surtax_local_to_voc_wan has_key_zz has_exp_center has_shared_base
has_community_college has_elder_center meetings_year studios_year voc_groups key_majors pi_schools pi_firms rural_bases
rural_majors training_total""")
GOALS = ids("""hi_zz_count hi_zz_group_count hi_jg_group_count up_zk_count open_univ_done hi_gz_count accepted6_count
hi_school_count hi_group_count report_done""")
IDENTITY = ids("""school_name school_code district_code unit_kind run_type ownership founded_year pack_class he_type
enrol_right group_id uscc head_name contact_name contact_phone yellow_card_years""")
LISTED = {
    "students": STUDENTS, "majors": [*TABLES, "major_groups"], "higher": HIGHER, "teachers": STAFF, "campus": CAMPUS,
    "equipment": EQUIPMENT, "money": MONEY, "service": SERVICE, "region": REGION, "goals": GOALS, QUESTIONS: [],
    "identity": IDENTITY,
}  # fmt: skip
"""Facts of domain section 10, by section."""

BASE_UNITS = {
    "人", "人次", "㎡", "m", "册", "种", "座", "万元", "台", "间", "个", "课时", "天", "次", "所", "家", "项", "Mbps", "%", "",
}  # fmt: skip


def raw() -> list[Field]:
    return [each for each in dictionary().fields().values() if not each.derived]


@pytest.mark.parametrize("section", list(LISTED))
def test_every_fact_of_the_domain_basis_is_in_its_section(section: str) -> None:
    have = {each.id for each in dictionary().fields().values() if each.section == section}
    assert have == set(LISTED[section])


COLUMNS = {
    "majors": """major_code major_name group_code is_key_group students enrol grads teachers_ft teachers_mid_up
        teachers_senior teachers_dual teachers_dual_mid equip_wan train_seats firms bases_out modern_apprentice""",
    "students_by_grade": "grade students",
    "age_bands": "band teachers",
    "training_by_group": "group persons",
}


def test_every_table_has_the_columns_of_the_domain_basis() -> None:
    tables = {each.id: " ".join(each.columns) for each in dictionary().fields().values() if each.kind == "table"}
    assert tables == {name: " ".join(ids(text)) for name, text in COLUMNS.items()}
    assert not any(each.columns for each in dictionary().fields().values() if each.kind != "table")


def test_columns_have_both_labels_known_units_and_kinds_and_no_formula() -> None:
    for table in TABLES:
        for name, each in dictionary().fields()[table].columns.items():
            assert each.id == name
            assert each.text["zh"].strip()
            assert each.text["en"].isascii()
            assert each.text["en"]
            assert each.unit in BASE_UNITS
            assert each.kind in ("int", "dec", "text", "bool")
            assert (each.unit == "") == (each.kind in ("text", "bool"))
            assert not each.derived


@pytest.mark.parametrize("table", TABLES)
def test_headings_of_a_table_name_one_column_each(table: str) -> None:
    found = dictionary().fields()[table].columns.values()
    counted = Counter(word for each in found for word in (each.id, each.text["zh"], *each.aliases))
    assert [word for word, times in counted.items() if times > 1] == []


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


def test_no_alias_is_shared_by_two_raw_facts() -> None:
    counted = Counter(alias for each in raw() for alias in each.aliases)
    assert [alias for alias, times in counted.items() if times > 1] == []


def test_units_and_kinds_are_known() -> None:
    for each in dictionary().fields().values():
        assert each.kind in KINDS
        assert each.kind != "answer"
        assert each.whole == (each.kind == "int")
        assert each.number == (each.kind in ("int", "dec"))
        assert each.number or not each.unit
        if not each.derived:
            assert each.unit in UNITS
            assert each.unit in BASE_UNITS
    assert {each.unit for each in raw() if each.id.endswith("_wan")} == {"万元"}
    assert {each.unit for each in raw() if each.id.endswith("_pct")} == {"%"}
    assert {each.kind for each in raw() if each.unit in ("㎡", "m", "万元", "%")} == {"dec"}
    assert {each.id: each.unit for each in dictionary().fields().values() if each.unit not in UNITS} == {
        "fund_ps_yuan": "元/生"
    }


YES_OR_NO = ids("""track_ok wifi_full has_key_zz has_exp_center has_shared_base has_community_college has_elder_center
open_univ_done report_done enrol_right""")
CHOICES = {
    "unit_kind": "school college county city",
    "ownership": "公办 民办",
    "pack_class": "一般类 技工 高级技工 技师学院 艺术 体育 特教 边远 高职",
    "he_type": "综合师范民族 工农林 医学 语文财经政法 体育 艺术",
}


def test_what_is_answered_with_yes_or_no() -> None:
    assert [each.id for each in raw() if each.kind == "bool"] == YES_OR_NO


def test_texts_that_choose_among_a_few() -> None:
    assert {each.id: " ".join(each.choices) for each in raw() if each.choices} == CHOICES
    assert {each.kind for each in raw() if each.choices} == {"text"}


def test_what_the_register_knows_is_not_typed() -> None:
    fields = dictionary().fields()
    assert {each.id for each in fields.values() if each.registered} == REGISTERED
    assert {fields[name].section for name in REGISTERED} == {"identity"}
    assert not any(fields[name].derived or fields[name].adjust for name in REGISTERED)


def test_a_part_counts_in_a_known_fact_of_the_same_unit() -> None:
    fields = dictionary().fields()
    parts = {each.id: each.part_of for each in fields.values() if each.part_of}
    assert parts == {
        "teachers_prof": "teachers_ft", "teachers_dual": "teachers_prof", "title_senior_assoc": "teachers_ft",
        "edu_bachelor": "teachers_ft",
    }  # fmt: skip
    assert all(fields[name].unit == fields[whole].unit for name, whole in parts.items())


def test_an_adjustable_fact_has_a_word_for_shortages_and_is_typed() -> None:
    for each in dictionary().fields().values():
        assert not each.adjust or (each.short.keys() == {"zh", "en"} and not each.derived)


DERIVED = {
    "land_counted": "land_owned + k1 * land_excl_use - land_staff_housing - land_affiliated",
    "bldg_counted": "bldg_owned + k1 * bldg_excl_use - bldg_staff_house - k2 * bldg_staff_single - bldg_affiliated"
    " - k3 * bldg_lent_out",
    "books_counted": "books_print + k5 * books_e",
    "teachers_counted": "teachers_ft + k6 * teachers_parttime",
    "teachers_ft_bachelor_up": "edu_phd + edu_master + edu_bachelor",
    "students_equiv": "he_undergrad + he_junior + he_master * 1.5 + he_phd * 2 + he_intl * 3 + he_prep + he_further"
    " + he_adult_ft + he_evening * 0.3 + he_corr * 0.1",
    "students_ft_he": "he_undergrad + he_junior + he_master + he_phd + he_intl + he_prep + he_further + he_adult_ft",
    "teachers_equiv": "teachers_ft + min(teachers_external * 0.5, teachers_ft / 4)",
    "fund_ps_yuan": "(fiscal_regular_wan + k4 * fiscal_special_wan) * 10000 / students_ft",
}


def test_derived_facts_follow_the_domain_basis() -> None:
    assert {each.id: each.formula for each in dictionary().fields().values() if each.derived} == DERIVED


def test_switches_stand_at_their_defaults() -> None:
    switches = dictionary().switches
    assert {name: data["value"] for name, data in switches.items()} == {
        "k1": "1",
        "k2": "0",
        "k3": "1",
        "k4": "1",
        "k5": "0",
        "k6": "0",
    }
    for name, data in switches.items():
        assert data["id"] == name
        assert data["confidence"] == "UNSURE"
        assert data["zh"]
        assert data["en"]


def test_derived_formulas_read_known_names() -> None:
    known = dictionary()
    for text in DERIVED.values():
        assert names(parse(text)) <= known.facts.keys() | known.switches.keys()
        assert not columns(parse(text))


def test_shared_areas_are_never_counted() -> None:
    used = {name for text in DERIVED.values() for name in names(parse(text))}
    assert not used & {"land_shared", "bldg_shared", "bldg_building"}


def test_every_section_has_a_heading_in_both_languages() -> None:
    known = dictionary()
    assert list(known.sections) == list(LISTED)
    assert all(text["zh"] and text["en"].isascii() for text in known.sections.values())
    assert {str(data["section"]) for data in known.facts.values()} == set(known.sections) - {QUESTIONS}


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


def test_a_field_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind whole"):
        field_from({"id": "a", "zh": "甲", "en": "A", "section": "s", "kind": "whole"})


def test_columns_of_a_table_are_fields_of_the_same_section() -> None:
    made = field_from(
        {"id": "m", "zh": "甲", "en": "A", "section": "s", "kind": "table",
         "columns": [{"id": "n", "zh": "乙", "en": "B", "kind": "int", "unit": "人"}]}
    )  # fmt: skip
    assert made.columns == {"n": Field("n", {"zh": "乙", "en": "B"}, "人", "int", "s")}
