"""Packs on the disk: found by id or folder, joined with the dictionary, and one byte form wherever they travel."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.factory import NINE, SETUP
from tests.models.packs.material import Plain, bar, copied, fact, indicator, question, small_pack, table
from vetdesk.models.packs.build import QUESTIONS, Problem, build
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.packs.examples import example_entries, run_examples
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.folder import read_folder, write_folder
from vetdesk.models.packs.formula import names, parse
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.schema import tidy
from vetdesk.models.packs.source import (
    SHIPPED,
    checked,
    folder_of,
    inspect,
    load,
    shipped_ids,
    to_plain,
    with_base,
)
from vetdesk.models.records.facts import State

EXTRA = """
[[indicators]]
id = "extra"
group = "campus"
zh = "另一指标"
en = "Extra"
unit = "{unit}"
formula = "{formula}"
cmp = ">="
bars = [{{ value = "{value}", article = "一", confidence = "FOUND" }}]
"""


def with_extra(folder: Path, formula: str, value: str = "1", *, unit: str) -> Path:
    """A copy of the nine indicators with one more."""
    return copied(folder, lambda text: text + EXTRA.format(formula=formula, value=value, unit=unit))


SHIPPED_IDS = [
    "cn_db_2022_art", "cn_db_2022_jg", "cn_db_2022_remote", "cn_db_2022_zz", "cn_he_2004", "cn_he_setup_2000",
    "cn_vb_2021", "cn_zz_2010", "ha_zz_2021_468", "sq_2025", "sq_supervision",
]  # fmt: skip


def test_eleven_standards_are_shipped() -> None:
    assert shipped_ids() == SHIPPED_IDS


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_a_pack_is_found_by_id_and_by_folder(name: str) -> None:
    assert load(name).id == name
    assert load(str(SHIPPED / name)) is load(name)


@pytest.mark.parametrize(
    "name",
    ["nosuch", "", ".", "..", "/", "a" * 300, "a" * 5000, "a\x00b", "cn_db_2022_zz/", "\\\\host\\share", "名" * 200],
)
def test_an_unknown_name_is_refused_and_the_known_ones_are_told(name: str) -> None:
    if name == "cn_db_2022_zz/":
        name = "nosuch/cn_db_2022_zz/"
    with pytest.raises(PackError, match="可用的有：" + "、".join(SHIPPED_IDS)) as caught:
        load(name)
    assert len(caught.value.sentence) < 350


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", b"x = " + b"[" * 5000, b"id = ", b"\x00"):
        folder = tmp_path / str(len(content))
        folder.mkdir()
        (folder / "pack.toml").write_bytes(content)
        with pytest.raises(PackError, match=r"pack\.toml 读不出来"):
            load(str(folder))


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_a_pack_survives_its_byte_form(name: str) -> None:
    pack = load(name)
    again = checked(build(json.loads(encode(pack.plain))))
    assert fingerprint(again) == fingerprint(pack)
    assert encode(again.plain) == encode(pack.plain)
    assert list(again.indicators) == list(pack.indicators)
    assert list(again.fields) == list(pack.fields)


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_the_order_of_keys_does_not_change_the_bytes(name: str) -> None:
    plain = load(name).plain
    assert encode(dict(reversed(list(plain.items())))) == encode(plain)


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_the_plain_form_of_a_source_form_is_always_the_same(name: str) -> None:
    source = read_folder(SHIPPED / name)
    assert encode(to_plain(dict(reversed(source.items())))) == encode(to_plain(source)) == encode(load(name).plain)


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_a_plain_form_says_nothing_of_how_it_was_laid_together(name: str) -> None:
    for each in load(name).plain["indicators"]:
        assert not {"stands_for", "relation"} & each.keys()


def test_a_changed_threshold_changes_the_fingerprint(tmp_path: Path) -> None:
    folder = copied(tmp_path, lambda text: text.replace('value = "300"', 'value = "299"'))
    (folder / "examples.toml").unlink()
    assert fingerprint(load(str(folder))) != fingerprint(load(NINE))


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_worked_examples_of_shipped_packs_pass_and_touch_every_indicator(name: str) -> None:
    pack = load(name)
    assert run_examples(pack) == []
    for each in pack.indicators.values():
        expected = {"met", "unmet"} if each.threshold.confirmed else {"unverified"}
        assert {example.expect.get(each.id) for example in pack.examples} >= expected, each.id


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_worked_examples_reach_every_grade_and_every_confirmed_required_value(name: str) -> None:
    pack = load(name)
    assert {each.id for each in pack.grades} <= {example.grade for example in pack.examples}
    for each in pack.indicators.values():
        values = {value for example in pack.examples for value in [example.expect.get(each.id)] if value}
        assert values or not each.key


def test_an_example_takes_the_base_with_its_own_changes() -> None:
    pack = load(NINE)
    example = next(each for each in pack.examples if each.name == "an area not filled leaves the indicator open")
    assert (example.facts["land_affiliated"], example.facts["land_owned"]) == ("", "60000")


def test_an_empty_example_figure_is_not_filled_and_a_unit_is_kept() -> None:
    entries = example_entries(load(NINE), {"land_owned": "60亩", "students_ft": "", "run_type": "365"})
    assert entries.keys() == {"land_owned", "run_type"}
    assert (entries["land_owned"].text, entries["land_owned"].unit) == ("60", "亩")
    assert (entries["run_type"].state, entries["run_type"].text) == (State.GIVEN, "365")


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"nosuch": "1"}, "nosuch"), ({"land_counted": "1"}, "land_counted"), ({"land_owned": "x"}, "数字")],
)
def test_an_example_figure_that_cannot_be_is_refused(facts: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        example_entries(load(NINE), facts)


def test_an_example_with_a_value_where_there_is_none_fails() -> None:
    example = {"name": "leer", "facts": {}, "expect": {"one": "incomplete"}, "values": {"one": "1"}}
    pack = small_pack(indicator("a"), examples=[example])
    assert run_examples(pack) == ["样例“leer”的值应为 1，得到 "]
    with pytest.raises(PackError, match=r"small.*leer.*共 1 处"):
        checked(pack)


def test_a_pack_carries_only_what_its_formulas_reach(tmp_path: Path) -> None:
    assert "periodical_kinds" not in load(NINE).fields
    assert "library" not in load(NINE).sections
    more = load(str(with_extra(tmp_path, "periodical_kinds", unit="种")))
    assert "periodical_kinds" in more.fields


def test_a_fact_read_only_of_last_year_is_carried_too(tmp_path: Path) -> None:
    pack = load(str(with_extra(tmp_path, "land_total - prev(land_green)", "prev(land_sport)", unit="㎡")))
    assert {"land_total", "land_green", "land_sport"} <= pack.fields.keys()


def test_a_fact_behind_a_switch_that_is_off_is_carried_where_it_is_read_openly(tmp_path: Path) -> None:
    assert "bldg_staff_single" not in load(NINE).fields
    pack = load(str(with_extra(tmp_path, "bldg_staff_single / students_ft", unit="㎡/生")))
    assert "bldg_staff_single" in pack.fields
    assert "bldg_staff_single" not in pack.indicators["db22_bldg"].facts


def test_switches_travel_with_the_pack_even_when_off() -> None:
    assert {name: data["value"] for name, data in load(NINE).switches.items()} == {
        "k1": "1", "k2": "0", "k3": "1", "k5": "0", "k6": "0",
    }  # fmt: skip
    assert all(data["confidence"] == "UNSURE" for data in load(NINE).switches.values())


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_sections_are_those_of_the_facts_and_questions_carried(name: str) -> None:
    pack = load(name)
    assert {each.section for each in pack.fields.values()} == set(pack.sections)
    assert (QUESTIONS in pack.sections) == any(each.question for each in pack.indicators.values())


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_a_pack_carries_every_rule_of_the_dictionary_that_its_facts_allow(name: str) -> None:
    pack = load(name)
    carried = {rule.id: rule for rule in pack.rules}
    assert carried.keys() <= {str(rule["id"]) for rule in dictionary().rules}
    assert all(set(rule.facts) <= pack.fields.keys() for rule in pack.rules)
    assert all(
        str(rule["id"]) in carried
        for rule in dictionary().rules
        if "." not in rule["when"] and names(parse(rule["when"])) <= pack.fields.keys() and "prev" not in rule["when"]
    )


def test_the_plain_form_of_a_base_is_hashed_into_what_is_laid_over_it() -> None:
    assert load("ha_zz_2021_468").plain["layer"]["sha256"] == fingerprint(load(SETUP))
    assert load("cn_db_2022_art").plain["layer"]["sha256"] == fingerprint(load(NINE))


# the source form of a pack of one's own


def source(**more: object) -> Plain:
    """A small standard as people write it, over figures of the dictionary."""
    own: Plain = {
        "id": "own", "version": "1", "zh": "自有标准", "en": "Own", "issuer": {"zh": "局", "en": "bureau"},
        "document": "无", "groups": [{"id": "all", "zh": "全部", "en": "all"}],
        "indicators": [{**indicator("teachers_ft"), "unit": "人"}], "base_facts": {"teachers_ft": "12"},
        "examples": [{"name": "good", "facts": {}, "expect": {"one": "met"}}],
    }  # fmt: skip
    return {**own, **more}


def test_a_source_form_becomes_a_pack_with_the_facts_it_reads() -> None:
    pack = checked(build(to_plain(source())))
    assert list(pack.fields) == ["teachers_ft"]
    assert pack.examples[0].facts == {"teachers_ft": "12"}
    assert pack.groups["all"]["zh"] == "全部"


def test_facts_asked_for_besides_are_carried_with_the_rules_they_allow() -> None:
    pack = build(to_plain(source(also=["staff_total"])))
    assert list(pack.fields) == ["staff_total", "teachers_ft"]
    assert [rule.id for rule in pack.rules] == ["L05c", "Y01b"]
    assert [each.id for each in pack.needed()] == ["teachers_ft"]


def test_facts_of_ones_own_stand_behind_those_of_the_dictionary_and_in_a_section_of_their_own() -> None:
    own = fact("huts", unit="间", section="小屋")
    more = {**indicator("huts + rooms"), "unit": "间", "id": "two"}
    pack = build(
        to_plain(source(facts=[own, fact("rooms", unit="间", section="teachers")],
                        indicators=[*source()["indicators"], more]))
    )  # fmt: skip
    assert list(pack.fields) == ["teachers_ft", "huts", "rooms"]
    assert pack.sections == {"teachers": dictionary().sections["teachers"], "小屋": {"zh": "小屋", "en": "小屋"}}


def test_a_fact_of_ones_own_takes_the_place_of_that_of_the_dictionary() -> None:
    pack = build(to_plain(source(facts=[fact("teachers_ft", unit="人", section="teachers")])))
    assert pack.fields["teachers_ft"].text["zh"] == "teachers_ft数"


def test_a_derived_fact_of_ones_own_brings_what_it_reads() -> None:
    own = fact("all_staff", unit="人", section="teachers", formula="teachers_ft + teachers_parttime", adjust=False)
    pack = build(to_plain(source(facts=[own], indicators=[{**indicator("all_staff"), "unit": "人"}])))
    assert pack.fields.keys() == {"teachers_ft", "teachers_parttime", "all_staff"}


def test_rules_of_ones_own_stand_behind_those_of_the_dictionary_and_bring_their_facts() -> None:
    own = {"id": "R1", "severity": "notice", "when": "teachers_ft > staff_quota", "zh": "多", "en": "many"}
    pack = build(to_plain(source(rules=[own])))
    assert [rule.id for rule in pack.rules] == ["Y01b", "R1"]
    assert "staff_quota" in pack.fields


def test_every_place_of_a_source_form_that_holds_a_formula_brings_its_facts() -> None:
    bars = [
        bar("staff_quota", when="title_mid > 1", floor="title_junior"),
        {**bar("10"), "when": "teachers_basic > 1"},
    ]
    pack = build(
        to_plain(
            source(
                applies='run_type == "365"',
                indicators=[{**indicator("teachers_ft", bars=bars), "unit": "人", "applies": "edu_phd > 1"}],
                items=[question(applies="edu_master > 1")],
                grades=[{"id": "ok", "zh": "好", "en": "good", "when": "edu_bachelor > 1"}],
            )
        )
    )
    assert {
        "staff_quota", "title_mid", "title_junior", "teachers_basic", "run_type", "edu_phd", "edu_master",
        "edu_bachelor",
    } <= pack.fields.keys()  # fmt: skip


def test_a_table_of_the_dictionary_is_brought_by_any_of_its_columns() -> None:
    pack = build(to_plain(source(indicators=[{**indicator("min(majors.teachers_ft)"), "unit": "人"}])))
    assert list(pack.fields) == ["majors"]
    assert "majors" in pack.sections


def test_rules_over_columns_are_carried_only_where_the_table_has_them() -> None:
    def carried(column: str) -> set[str]:
        plain = to_plain(
            source(
                facts=[
                    {**table("majors", **{"teachers_ft": "人", column: "人", "students": "人"}), "section": "teachers"}
                ],
                indicators=[{**indicator("min(majors.teachers_ft)"), "unit": "人"}],
            )
        )
        return {rule["id"] for rule in plain["rules"]}

    assert "L28" in carried("teachers_dual")
    assert "L28" not in carried("grads")


def test_what_only_a_switch_that_is_off_would_read_is_not_asked() -> None:
    plain = to_plain(source(indicators=[{**indicator("bldg_counted"), "unit": "㎡"}]))
    facts = {each["id"] for each in plain["facts"]}
    assert "bldg_staff_single" not in facts
    assert [each["id"] for each in plain["switches"]] == ["k1", "k2", "k3"]


# what is wrong with a source form


def test_a_good_source_form_has_no_problems() -> None:
    pack, problems = inspect(source())
    assert pack is not None
    assert (pack.id, problems) == ("own", [])


def test_what_cannot_be_read_at_all_is_one_problem() -> None:
    pack, problems = inspect(source(indicators=5))
    assert pack is None
    assert [(each.path, each.place) for each in problems] == [((), "own")]
    assert "内容不完整或格式不对" in problems[0].reason


def test_what_cannot_be_built_is_told_with_its_places() -> None:
    wrong = [{**indicator("nosuch"), "unit": "人"}, {**indicator("teachers_ft +", name="two"), "unit": "人"}]
    pack, problems = inspect(source(indicators=wrong))
    assert pack is None
    assert [each.path for each in problems] == [("indicators", 0, "formula"), ("indicators", 1, "formula")]


def test_missed_examples_come_with_the_pack() -> None:
    examples = [
        {"name": "good", "facts": {}, "expect": {"one": "met"}},
        {"name": "bad", "facts": {"teachers_ft": "9"}, "expect": {"one": "met"}},
    ]
    pack, problems = inspect(source(examples=examples))
    assert pack is not None
    assert problems == [Problem(("examples", 1), "bad", "样例“bad”应为 met，得到 unmet")]


def test_a_missed_example_is_pointed_at_whatever_the_others_are_called() -> None:
    examples = [
        {"name": "two", "facts": {}, "expect": {"one": "met"}},
        {"name": "bad", "facts": {}, "expect": {"two": "met"}},
    ]
    _pack, [problem] = inspect(source(examples=examples))
    assert (problem.path, problem.place) == (("examples", 1), "bad")


def test_a_base_that_cannot_be_had_is_a_problem() -> None:
    pack, problems = inspect(source(base="nosuch"))
    assert pack is None
    assert "没有名为“nosuch”的标准" in problems[0].reason


def test_a_standard_laid_over_itself_is_refused() -> None:
    with pytest.raises(PackError, match="不能叠加在自己上面"):
        to_plain(source(base="own"))


def test_a_source_form_without_a_base_stays_as_it_is() -> None:
    assert with_base(source()) == source()


@pytest.mark.parametrize(("first", "second"), [("one", "one"), ("two", "one")])
def test_standards_laid_over_each_other_are_refused_and_told_so(tmp_path: Path, first: str, second: str) -> None:
    for name, base in (("one", first), ("two", second)):
        write_folder(tidy(source(id=name, base=str(tmp_path / base))), tmp_path / name)
    with pytest.raises(PackError, match="叠加"):
        load(str(tmp_path / "one"))


def test_an_unknown_folder_has_no_folder(tmp_path: Path) -> None:
    assert folder_of(NINE) == SHIPPED / NINE
    with pytest.raises(PackError, match="可用的有"):
        folder_of(str(tmp_path))


def test_a_standard_of_ones_own_is_found_by_its_folder(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / NINE, tmp_path / "copy")
    assert fingerprint(load(str(tmp_path / "copy"))) == fingerprint(load(NINE))


# worked examples


def test_an_example_over_last_year_reads_last_years_figures() -> None:
    example = {
        "name": "growth",
        "facts": {"a": "12", "prev(a)": "2"},
        "expect": {"one": "met"},
        "values": {"one": "10"},
    }
    assert run_examples(small_pack(indicator("a - prev(a)"), examples=[example])) == []


def test_an_example_over_rows_reads_them() -> None:
    example = {"name": "rows", "facts": {"m": [{"n": "4"}, {"n列": "6"}]}, "expect": {"one": "met"}}
    assert run_examples(small_pack(indicator("sum(m.n)"), facts=[table("m", n="个")], examples=[example])) == []


def test_an_example_as_of_a_date_goes_by_what_was_in_force() -> None:
    bars = [bar("10", until="2024-12-31"), bar("20", **{"from": "2025-01-01"})]
    examples = [
        {"name": "old", "facts": {"a": "10"}, "expect": {"one": "met"}, "as_of": "2024-12-31"},
        {"name": "new", "facts": {"a": "10"}, "expect": {"one": "unmet"}, "as_of": "2025-01-01"},
        {"name": "now", "facts": {"a": "10"}, "expect": {"one": "unmet"}},
    ]
    assert run_examples(small_pack(indicator("a", bars=bars), examples=examples)) == []


def test_an_example_must_give_its_grade() -> None:
    def example(name: str, a: str, grade: str) -> Plain:
        return {"name": name, "facts": {"a": a}, "expect": {}, "grade": grade}

    grades = [{"id": "ok", "zh": "好", "en": "good", "when": "unmet == 0"}]
    examples = [example("right", "10", "ok"), example("none", "9", ""), example("wrong", "9", "ok"),
                example("other", "10", "")]  # fmt: skip
    assert run_examples(small_pack(indicator("a"), grades=grades, examples=examples)) == [
        "样例“wrong”的结论应为“ok”，得到“”",
        "样例“other”的结论应为“”，得到“ok”",
    ]


def test_an_example_that_cannot_be_read_says_why() -> None:
    examples = [{"name": "x", "facts": {"a": "9.5"}, "expect": {"one": "met"}}]
    assert run_examples(small_pack(indicator("a"), examples=examples)) == ["样例“x”的数据读不出来：“a数”应为整数"]


def test_an_example_with_another_verdict_and_value_fails_twice() -> None:
    examples = [{"name": "x", "facts": {"a": "9"}, "expect": {"one": "met", "two": "met"}, "values": {"one": "8"}}]
    assert run_examples(small_pack(indicator("a"), examples=examples)) == [
        "样例“x”应为 met，得到 unmet",
        "样例“x”的值应为 8，得到 9",
        "样例“x”提到的“two”不是指标",
    ]


def _counted(**more: object) -> Plain:
    """A standard over the buildings counted."""
    return source(
        indicators=[{**indicator("bldg_counted", value="100", name="area"), "unit": "㎡"}],
        examples=[],
        base_facts={},
        **more,
    )


def test_a_standard_settles_what_counts_without_a_line_of_code() -> None:
    """Single staff dormitories are taken off where the document says so, and are then asked for (domain 2.4)."""
    plain = {
        "bldg_owned": "120",
        "bldg_excl_use": "0",
        "bldg_staff_house": "0",
        "bldg_affiliated": "0",
        "bldg_lent_out": "0",
    }
    usual = build(to_plain(_counted()))
    settled = build(
        to_plain(_counted(switches=[{"id": "k2", "value": "1", "confidence": "FOUND", "document": "释义"}]))
    )
    assert "bldg_staff_single" not in usual.fields
    assert "bldg_staff_single" in settled.fields
    assert (settled.switches["k2"]["value"], settled.switches["k2"]["confidence"]) == ("1", "FOUND")
    assert settled.switches["k1"] == usual.switches["k1"], "the others stay"
    seen = [
        judge(pack, data_of(pack, example_entries(pack, facts)))["area"].verdict.value
        for pack, facts in ((usual, plain), (settled, plain), (settled, {**plain, "bldg_staff_single": "30"}))
    ]
    assert seen == ["met", "incomplete", "unmet"]


def test_an_addition_has_the_rules_of_counting_of_its_base_unless_it_says_otherwise(tmp_path: Path) -> None:
    said = {"id": "k2", "value": "1", "confidence": "FOUND", "document": "释义"}
    write_folder(tidy({**_counted(switches=[said]), "id": "under"}), tmp_path / "under")
    over = {"base": str(tmp_path / "under"), "basis": "文", "inherit": {"rest": True}, "indicators": []}
    local = {key: value for key, value in source(**over).items() if key not in ("examples", "base_facts")}
    assert build(to_plain(local)).switches["k2"]["value"] == "1"
    other = {**local, "switches": [{**said, "value": "0"}]}
    assert build(to_plain(other)).switches["k2"]["value"] == "0"
