"""A bad pack is refused with one sentence naming the pack and the place; a good one keeps what it says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import NINE, NINE_FACTS, SETUP
from tests.models.packs.material import (
    BOTH,
    Plain,
    bar,
    copied,
    fact,
    figures,
    indicator,
    modest,
    question,
    small_pack,
    small_plain,
    table,
)
from vetdesk.models.packs.build import build
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import COMPARISONS, PackError
from vetdesk.models.packs.source import checked, load, shipped_ids
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.verdicts import Severity

THRESHOLDS = {
    NINE: {
        "db22_land": (">=", "40000", "㎡"), "db22_land_ps": (">=", "33", "㎡/生"), "db22_bldg": (">=", "24000", "㎡"),
        "db22_bldg_ps": (">=", "20", "㎡/生"), "db22_teachers": (">=", "60", "人"), "db22_str": ("<=", "20", ":1"),
        "db22_equip": (">=", "300", "万元"), "db22_equip_ps": (">=", "2500", "元/生"),
        "db22_books_ps": (">=", "30", "册/生"),
    },
    SETUP: {
        "zz10_students": (">=", "1200", "人"), "zz10_ft_teachers": (">=", "60", "人"), "zz10_str": ("<=", "20", ":1"),
        "zz10_degree_pct": ("==", "100", "%"), "zz10_senior_pct": (">=", "20", "%"), "zz10_prof_pct": (">=", "50", "%"),
        "zz10_dual_pct": (">=", "30", "%"), "zz10_major_mid": (">=", "2", "人"), "zz10_pt_pct": ("~", "20", "%"),
        "zz10_land": (">=", "40000", "㎡"), "zz10_land_ps": (">=", "33", "㎡/生"), "zz10_bldg": (">=", "24000", "㎡"),
        "zz10_bldg_ps": (">=", "20", "㎡/生"), "zz10_track": (">=", "200", "m"), "zz10_books_ps": (">=", "30", "册/生"),
        "zz10_periodicals": (">=", "80", "种"), "zz10_seat_t": (">=", "20", "%"), "zz10_seat_s": (">=", "10", "%"),
        "zz10_equip_ps": (">=", "by major", "元/生"), "zz10_pc_per100": (">=", "15", "台/百生"),
    },
}  # fmt: skip
"""Comparison, threshold and unit of every measured indicator of two packs, written out a second time."""

QUESTIONS = ("plan", "legal", "charter", "sport", "train", "it", "head", "org", "major", "fund", "local")
"""The questions of the set-up standard, each `zz10_q_` and one of these."""

BY_MAJOR = (
    'sum(majors.students * (3000 if majors.group_code in ("62", "63", "64", "65", "66", "67", "68", "70", "71", "72")'
    " else 2500)) / sum(majors.students)"
)
"""3,000 yuan for engineering and medical majors, 2,500 for others, weighted by their students."""


@pytest.mark.parametrize("name", BOTH)
def test_thresholds_are_those_of_the_documents(name: str) -> None:
    pack = load(name)
    measured = [each for each in pack.indicators.values() if not each.question]
    texts = {BY_MAJOR: "by major"}
    found = {each.id: (each.cmp, texts.get(each.threshold.text, each.threshold.text), each.unit) for each in measured}
    assert found == THRESHOLDS[name]
    assert list(found) == list(THRESHOLDS[name])


def test_the_set_up_standard_asks_eleven_questions() -> None:
    asked = [each for each in load(SETUP).indicators.values() if each.question]
    assert [each.id for each in asked] == [f"zz10_q_{name}" for name in QUESTIONS]
    assert {(each.cmp, each.threshold.text, each.unit) for each in asked} == {(">=", "1", "")}
    assert not [each for each in load(NINE).indicators.values() if each.question]


KNOWN = {
    "zz10_degree_pct", "zz10_pc_per100", "zz10_equip_ps", "zz10_q_train", "zz10_q_it", "zz10_q_head", "zz10_q_org", "zz10_q_fund",
}  # fmt: skip
UNSURE = {"zz10_pt_pct", "zz10_q_major", "zz10_q_local"}


@pytest.mark.parametrize("name", BOTH)
def test_every_threshold_says_how_sure_it_is_and_cites_its_source(name: str) -> None:
    pack = load(name)
    for each in pack.indicators.values():
        assert each.key == (each.id not in {"zz10_pt_pct", "zz10_q_local"})
        assert each.threshold.confirmed == (each.id not in UNSURE)
        expected = "UNSURE" if each.id in UNSURE else "KNOWN" if each.id in KNOWN else "FOUND"
        assert each.threshold.confidence == expected
        assert each.threshold.article
        assert each.threshold.document == pack.document
        assert each.threshold.soft == (each.id == "zz10_ft_teachers")


@pytest.mark.parametrize("name", shipped_ids())
def test_every_required_value_of_a_shipped_pack_cites_its_document_and_every_confirmed_one_its_clause(
    name: str,
) -> None:
    for each in load(name).indicators.values():
        for one in each.threshold.every:
            assert one.document
            assert one.article or not one.confirmed


def test_the_nine_stand_in_the_official_order() -> None:
    assert list(load(NINE).indicators) == list(THRESHOLDS[NINE])


@pytest.mark.parametrize("name", shipped_ids())
def test_a_shipped_pack_speaks_chinese_and_english(name: str) -> None:
    pack = load(name)
    texts: list[Mapping[str, str]] = [pack.text, pack.issuer, *pack.groups.values(), *pack.sections.values()]
    texts += [each.text for each in pack.indicators.values()] + [each.text for each in pack.fields.values()]
    texts += [each.text for each in pack.rules] + [each.text for each in pack.grades]
    for one in pack.indicators.values():
        texts += [*one.evidence, *one.prompts, *([one.note] if one.note else [])]
        texts += [bar.note for bar in one.threshold.every if bar.note]
    assert all(text["zh"].strip() and text["en"].strip() for text in texts)
    assert not any("\u4e00" <= char <= "\u9fff" for text in texts for char in text["en"])


def test_the_form_asks_for_raw_facts_only() -> None:
    asked = [each.id for each in load(NINE).form()]
    assert sorted(asked) == sorted([*NINE_FACTS, "pack_class", "enrol_right"])


def test_the_form_shows_what_only_rules_read_and_does_not_need_it() -> None:
    pack = load(SETUP)
    assert {"students_female", "land_total", "title_mid"} <= {each.id for each in pack.form()}
    assert not {"students_female", "land_total", "title_mid"} & {each.id for each in pack.needed()}
    assert {each.id for each in pack.needed()} == set().union(*(each.facts for each in pack.indicators.values()))


def test_the_form_needs_the_figures_of_the_grades() -> None:
    pack = load("cn_he_2004")
    assert "yellow_card_years" in {each.id for each in pack.form()}
    assert "yellow_card_years" in {each.id for each in pack.needed()}


def test_dependents_are_the_indicators_that_read_a_fact() -> None:
    dependents = load(NINE).dependents
    assert dependents["land_owned"] == ("db22_land", "db22_land_ps")
    assert set(dependents["students_ft"]) == {
        "db22_land_ps",
        "db22_bldg_ps",
        "db22_str",
        "db22_equip_ps",
        "db22_books_ps",
    }
    assert "land_counted" not in dependents


def test_a_table_has_the_indicators_that_read_any_of_its_columns() -> None:
    assert load(SETUP).dependents["majors"] == ("zz10_major_mid", "zz10_equip_ps")


def test_an_indicator_needs_the_facts_of_its_formula_and_of_its_threshold() -> None:
    pack = small_pack(indicator("a", value="b * 2"))
    assert pack.indicators["one"].facts == {"a", "b"}
    assert pack.dependents == {"a": ("one",), "b": ("one",)}


def test_an_indicator_needs_the_facts_of_its_conditions_and_of_every_required_value() -> None:
    pack = small_pack(indicator("a", bars=[bar("b", when="x > 1"), bar("2")], applies="y > 1"))
    assert pack.indicators["one"].facts == {"a", "b", "x", "y"}
    assert pack.indicators["one"].applies_facts == {"y"}


def test_applicability_reads_its_own_facts() -> None:
    assert load(NINE).applies_facts == {"run_type", "founded_year", "pack_class", "enrol_right"}
    assert load(SETUP).applies_facts == frozenset()


def refused(plain: Any, *words: str) -> None:
    """The pack is refused with a sentence holding all the words."""
    with pytest.raises(PackError) as caught:
        build(plain)
    sentence = caught.value.sentence
    assert all(word in sentence for word in words), sentence
    assert (caught.value.status, caught.value.code) == (ExitStatus.REFUSED, "pack")
    assert "没有装入" in sentence


RULE = {"id": "r1", "severity": "block", "when": "a > 1", "zh": "错", "en": "wrong"}
ONE = indicator("a")


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (small_plain(ONE, indicator("b")), ["small", "one", "重复"]),
        (small_plain(ONE, facts=[fact("a"), fact("a")]), ["small", "“a”", "重复"]),
        (small_plain(ONE, rules=[RULE, RULE]), ["small", "r1", "重复"]),
        (small_plain(ONE, switches=[{"id": "k", "value": "1"}] * 2), ["small", "“k”", "重复"]),
        (small_plain(indicator("a + nosuch")), ["small", "one", "nosuch"]),
        (small_plain(indicator("prev(nosuch)")), ["small", "one", "nosuch"]),
        (small_plain(indicator("a", value="nosuch * 2")), ["small", "one", "nosuch"]),
        (small_plain(ONE, applies="nosuch > 1"), ["small", "适用范围", "nosuch"]),
        (small_plain(ONE, rules=[{**RULE, "when": "nosuch > 1"}]), ["small", "r1", "nosuch"]),
        (small_plain(ONE, facts=[fact("a"), fact("z", formula="a + nosuch")]), ["small", "z", "nosuch"]),
        (small_plain(ONE, facts=[fact("a", formula="a + 1")]), ["small", "a", "绕成了圈"]),
        (small_plain(ONE, facts=[fact("a", formula="b"), fact("b", formula="a")]), ["small", "a", "绕成了圈"]),
        (small_plain(ONE, facts=[fact("a"), fact("p", formula="prev(q)"), fact("q", formula="p")]), ["p", "绕成了圈"]),
        (small_plain(indicator("a", "=>")), ["small", "one", "=>"]),
        (small_plain(indicator("a", "in")), ["small", "one", "in"]),
        (small_plain({**ONE, "group": "nosuch"}), ["small", "one", "nosuch"]),
        (small_plain(indicator("a +")), ["small", "one", "没有写完"]),
        (small_plain(indicator("a.b")), ["small", "one", "a.b"]),
        (small_plain(indicator("a", value="1e5")), ["small", "one", "e5"]),
        (small_plain(indicator("__import__(a)")), ["small", "one", "第 1 个字符"]),
        (small_plain(ONE, applies="a >"), ["small", "适用范围", "没有写完"]),
        (small_plain(ONE, rules=[{**RULE, "when": "a ="}]), ["small", "r1"]),
        (small_plain(ONE, rules=[{**RULE, "severity": "fatal"}]), ["small", "r1", "fatal"]),
        (small_plain(ONE, switches=[{"id": "k", "value": "1/0"}]), ["small", "k", "1/0"]),
        (small_plain(ONE, switches=[{"id": "k", "value": "1e999999999"}]), ["small", "k", "1e999999999"]),
        (small_plain(ONE, switches=[{"id": "k", "value": "nan"}]), ["small", "k", "nan"]),
        (small_plain(indicator("a", name="One")), ["small", "One", "编号"]),
        (small_plain(indicator("a", name="指标")), ["small", "指标", "编号"]),
        (small_plain(indicator("a", name="x" * 41)), ["small", "编号"]),
        (small_plain(ONE, facts=[fact("a"), fact("b-c")]), ["small", "b-c", "编号"]),
        (small_plain(ONE, id="../evil"), ["../evil", "编号"]),
        (small_plain(ONE, id=""), ["编号"]),
        (small_plain(ONE, facts=[{"zh": "a"}]), ["small", "id"]),
        (small_plain(ONE, facts=[]), ["small", "one", "a"]),
        (small_plain(ONE, examples=[{"name": "x"}]), ["small", "facts"]),
        (small_plain(ONE, indicators="none"), ["small"]),
        (small_plain(ONE, indicators=[1]), ["small"]),
        (small_plain({**ONE, "bars": "10"}), ["small", "one", "格式不对"]),
        (small_plain({**ONE, "bars": 10}), ["small", "one", "格式不对"]),
        (small_plain(ONE, facts=None, issuer=5), ["small"]),
        (small_plain(ONE, switches=[{"id": "k"}]), ["small", "value"]),
        ({}, ["?"]),
        ({"id": 5}, ["5"]),
    ],
)  # fmt: skip
def test_a_bad_pack_is_refused_naming_pack_and_place(plain: Plain, words: list[str]) -> None:
    refused(plain, *words)


@pytest.mark.parametrize("key", ["group", "zh", "en", "formula", "cmp"])
def test_an_indicator_that_lacks_a_key_is_refused(key: str) -> None:
    refused(small_plain({name: value for name, value in ONE.items() if name != key}), "small", "one", f"缺少“{key}”")


def test_an_indicator_without_an_id_is_refused() -> None:
    refused(small_plain({name: value for name, value in ONE.items() if name != "id"}), "small", "“?”", "编号")


def test_an_indicator_without_required_values_is_refused_and_told_how_to_leave_one_open() -> None:
    for one in ({name: value for name, value in ONE.items() if name != "bars"}, {**ONE, "bars": []}):
        refused(small_plain(one), "small", "one", "没有写达标值", "UNSURE")


def test_an_indicator_without_a_unit_counts_in_plain_numbers() -> None:
    pack = small_pack({name: value for name, value in indicator("x / y").items() if name != "unit"})
    assert pack.indicators["one"].unit == ""


@pytest.mark.parametrize("key", ["severity", "when", "zh", "en"])
def test_a_rule_that_lacks_a_key_is_refused(key: str) -> None:
    rule = {name: value for name, value in RULE.items() if name != key}
    refused(small_plain(ONE, rules=[rule]), "small", "r1", f"缺少“{key}”")


@pytest.mark.parametrize("key", ["facts", "version", "zh", "en", "issuer", "document", "groups", "sections"])
def test_a_pack_that_lacks_a_key_is_refused(key: str) -> None:
    refused({name: value for name, value in small_plain(ONE).items() if name != key}, "small", key)


def test_a_pack_without_indicators_is_refused() -> None:
    refused({name: value for name, value in small_plain(ONE).items() if name != "indicators"}, "没有一项指标")
    refused(small_plain(), "small", "没有一项指标")


def test_a_rule_without_an_id_is_refused() -> None:
    refused(small_plain(ONE, rules=[{name: value for name, value in RULE.items() if name != "id"}]), "small", "id")


def test_derived_facts_cannot_blow_a_formula_up() -> None:
    doubled = [fact("d0", formula="a + a"), *(fact(f"d{n}", formula=f"d{n - 1} + d{n - 1}") for n in range(1, 40))]
    refused(small_plain(indicator("d39"), facts=[fact("a"), *doubled]), "small", "“d9”", "太大")


def test_derived_facts_cannot_be_stacked_without_end() -> None:
    chain = [fact(f"d{n}", formula=f"d{n + 1}") for n in range(2000)]
    refused(small_plain(indicator("d0"), facts=[*chain, fact("d2000")]), "small", "层")


def test_derived_facts_may_build_on_each_other() -> None:
    facts = [fact("a"), fact("p", formula="q * 2"), fact("q", formula="a + 1"), fact("g", formula="q - prev(q)")]
    pack = small_pack(indicator("p"), indicator("g", name="two"), facts=facts)
    results = judge(pack, Data(figures(a=9), figures(a=4)))
    assert [each.value for each in results.values()] == [20, 5]
    assert pack.indicators["one"].facts == {"a"}


def test_a_switch_that_is_off_frees_its_fact() -> None:
    facts = [fact("a"), fact("b"), fact("z", formula="a + k * b")]
    off = small_pack(indicator("z"), facts=facts, switches=[{"id": "k", "value": "0"}])
    half = small_pack(indicator("z"), facts=facts, switches=[{"id": "k", "value": "0.5"}])
    assert judge(off, Data(figures(a=10)))["one"].value == 10
    assert judge(half, Data(figures(a=10)))["one"].missing == {"b"}
    assert judge(half, Data(figures(a=10, b=4)))["one"].value == 12


def test_a_pack_without_the_optional_parts_is_whole() -> None:
    pack = small_pack(ONE)
    assert (pack.applies, pack.rules, pack.examples, dict(pack.switches)) == (None, (), (), {})
    assert pack.indicators["one"].key
    assert [each.id for each in pack.form()] == ["a", "b", "x", "y", "t"]


def test_every_comparison_may_be_used() -> None:
    pack = small_pack(*(indicator("a", cmp, name=f"i{at}") for at, cmp in enumerate(COMPARISONS)))
    assert [each.cmp for each in pack.indicators.values()] == list(COMPARISONS)


def test_a_rule_carries_its_severity() -> None:
    pack = small_pack(ONE, rules=[{**RULE, "id": each.value, "severity": each.value} for each in Severity])
    assert [rule.severity for rule in pack.rules] == list(Severity)


Edit = Callable[[str], str]


def swap(old: str, new: str, *, times: int = 1) -> Edit:
    return lambda text: text.replace(old, new, times)


LAND = 'formula = "land_counted"\n'
BARS = 'bars = [\n    { value = "40000", article = "附件1 一般类中职", confidence = "FOUND" },\n]'


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (swap('id = "db22_land_ps"', 'id = "db22_land"'), ["cn_db_2022_zz", "db22_land", "重复"]),
        (swap('formula = "land_counted"', 'formula = "land_cuonted"'), ["cn_db_2022_zz", "db22_land", "land_cuonted"]),
        (swap('cmp = ">="', 'cmp = "≥"'), ["cn_db_2022_zz", "db22_land", "≥"]),
        (swap('group = "campus"', 'group = "camp"'), ["cn_db_2022_zz", "db22_land", "没有“camp”这一类"]),
        (swap('formula = "land_counted"', 'formula = "land_counted +"'), ["cn_db_2022_zz", "db22_land", "没有写完"]),
        (swap('cmp = ">="\n', ""), ["cn_db_2022_zz", "db22_land", "缺少“cmp”"]),
        (swap('unit = "㎡"\n', ""), ["cn_db_2022_zz", "db22_land", "㎡", "不是一种量"]),
        (swap('unit = "㎡"\n', 'unit = "亩"\n'), ["cn_db_2022_zz", "db22_land", "亩", "倍"]),
        (swap(LAND, ""), ["cn_db_2022_zz", "db22_land", "缺少“formula”"]),
        (swap("[issuer]", "[issuers]"), ["pack.toml", "issuers", "不认识"]),
        (swap("[[indicators]]", "[[conditions]]", times=99), ["pack.toml", "conditions", "不认识"]),
        (swap('version = "1"\n', ""), ["cn_db_2022_zz", "version"]),
        (swap('applies = "not', 'applies = "nor'), ["cn_db_2022_zz", "适用范围", "nor"]),
        (swap('effective_from = "2022-11-01"', "effective_from = 2022-11-01"), ["cn_db_2022_zz", "格式不对"]),
        (
            swap('effective_from = "2022-11-01"', 'effective_from = "2022-11-31"'),
            ["cn_db_2022_zz", "2022-11-31", "日期"],
        ),
        (swap('value = "40000"', 'value = "40001"'), ["cn_db_2022_zz", "db22_land exactly at the line", "unmet"]),
        (swap('cmp = "<="', 'cmp = ">="'), ["cn_db_2022_zz", "样例", "没有通过"]),
        (swap(BARS, "bars = 40000"), ["pack.toml", "格式不对"]),
        (swap(BARS, "bars = []"), ["cn_db_2022_zz", "db22_land", "没有写达标值"]),
        (swap(BARS, ""), ["cn_db_2022_zz", "db22_land", "没有写达标值"]),
        (swap('confidence = "FOUND"', 'confidence = "SURE"'), ["cn_db_2022_zz", "db22_land", "不认识“SURE”"]),
        (swap("[[indicators]]", "[[indicators]"), ["pack.toml", "读不出来"]),
    ],
)
def test_an_edited_copy_of_a_shipped_pack_is_refused(tmp_path: Path, edit: Edit, words: list[str]) -> None:
    with pytest.raises(PackError) as caught:
        load(str(copied(tmp_path, edit)))
    assert all(word in caught.value.sentence for word in words), caught.value.sentence


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (swap('db22_land = "met"', 'db22_land = "unmet"'), ["db22_land exactly", "unmet", "met", "没有通过"]),
        (swap('db22_land = "40000"', 'db22_land = "40001"'), ["40001", "40000"]),
        (swap("db22_land =", "db22_lend ="), ["db22_lend", "不是指标"]),
        (swap("land_owned =", "land_ownde ="), ["land_ownde"]),
        (swap('land_owned = "60000"', 'land_owned = "6e4"'), ["e4"]),
        (swap("[examples.facts]", "[examples.figures]"), ["“figures”不认识"]),
        (swap("[examples.expect]", "[examples.expected]"), ["“expected”不认识"]),
        (swap("[base_facts]", "[base]"), ["“base”不认识"]),
        (swap("[base_facts]", "[[base_facts]]"), ["内容格式不对", "没有装入"]),
        (swap("[base_facts]", "[base_facts"), ["examples.toml", "读不出来"]),
    ],
)
def test_a_pack_whose_examples_fail_is_refused(tmp_path: Path, edit: Edit, words: list[str]) -> None:
    with pytest.raises(PackError) as caught:
        load(str(copied(tmp_path, edit, file="examples.toml")))
    assert all(word in caught.value.sentence for word in words), caught.value.sentence


@pytest.mark.parametrize(
    "edit",
    [
        swap('value = "40000"', 'valeu = "40000"'),
        swap('confidence = "FOUND" }', 'confidence = "FOUND", sotf = true }'),
        swap('formula = "land_counted"', 'formula = "land_counted"\nvetto = true'),
        swap('zh = "校园建设"', 'zh = "校园建设"\nprompt = "看"'),
        swap(BARS, 'bars = ["40000"]'),
    ],
)
def test_a_misspelled_key_anywhere_is_refused(tmp_path: Path, edit: Edit) -> None:
    folder = copied(tmp_path, edit)
    (folder / "examples.toml").unlink()
    with pytest.raises(PackError):
        load(str(folder))


@pytest.mark.parametrize("edit", [swap("[base_facts]", "[base]"), swap("[base_facts]", "[[base_facts]]")])
def test_what_is_wrong_in_the_examples_is_looked_for_in_their_file(tmp_path: Path, edit: Edit) -> None:
    with pytest.raises(PackError, match=r"examples\.toml"):
        load(str(copied(tmp_path, edit, file="examples.toml")))


def test_an_edited_threshold_needs_no_code(tmp_path: Path) -> None:
    copy_of = copied(tmp_path, swap('value = "300"', 'value = "301"'))
    (copy_of / "examples.toml").unlink()
    assert load(str(copy_of)).indicators["db22_equip"].threshold.text == "301"


PAIR = {"zh": "字", "en": "word"}
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=3), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
SCORED = {**ONE, "scoring": {"method": "grade", "points": "4", "bands": [{"grade": "A", "at": "1", "share": "1"}]}}
WHOLE = small_plain(
    {**SCORED, "bars": [bar("b", when="x > 1", floor="1"), bar("10", until="2030-12-31")], "evidence": [PAIR],
     "related": [{"pack": "p", "indicator": "i", "relation": "equal"}], "note": PAIR,
     "origin": {"relation": "tighten", "indicator": "i", "basis": "b", "was": [{"value": "1"}]}},
    facts=[fact("a"), fact("b"), fact("x"), table("rows", n="个", word=None), fact("z", formula="a + b")],
    items=[question(applies="a > 1")], rules=[RULE], grades=[{"id": "ok", "when": "met > 0", **PAIR}],
    switches=[{"id": "k", "value": "1"}], applies="a > 1", pass_mark="3", effective_from="2020-01-01",
    lineage=[{"what": "fact", "relation": "retired", "old": ["o"]}], tasks=[{"no": "1", **PAIR}],
    layer={"id": "base", "version": "1", "sha256": "0", "basis": "b", "dropped": [], **PAIR},
    examples=[{"name": "x", "facts": {"a": "1", "rows": [{"n": "1"}]}, "expect": {"one": "not_applicable"}}],
)  # fmt: skip


def places(plain: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a plain form."""
    inner = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [place for key, value in inner for place in [(*path, key), *places(value, (*path, key))]]


@given(st.sampled_from(places(WHOLE)), JUNK)
@modest(300)
def test_junk_anywhere_in_a_pack_is_taken_or_refused_and_never_breaks(place: tuple[Any, ...], junk: Any) -> None:
    plain = copy.deepcopy(WHOLE)
    target: Any = plain
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    try:
        checked(build(plain))
        said = "taken"
    except KnownError as error:
        said = error.sentence
    assert said
