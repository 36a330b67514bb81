"""What differs between two standards, which verdicts that changes, and which figures come along under a new id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.factory import NINE, SETUP
from tests.models.packs.material import Plain, bar, fact, indicator, question, school, small_pack
from vetdesk.models.packs.compare import Change, Comparison, Fate, Flip, carried, compare, flips, plain, required_text
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import load, shipped_ids
from vetdesk.models.records.facts import UNFILLED, Entry, State, given
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import speech

HENAN = "ha_zz_2021_468"
FACTS = [fact("a"), fact("b"), fact("c")]


def line(relation: str, old: list[str], new: list[str], *, what: str = "indicator") -> Plain:
    """A line of lineage."""
    return {"what": what, "relation": relation, "old": old, "new": new}


def pack(*names: str, lineage: list[Plain] | None = None, facts: list[Plain] | None = None) -> Pack:
    """A standard of indicators over one figure."""
    rows = [indicator("a", name=each) for each in names]
    return small_pack(*rows, facts=FACTS if facts is None else facts, lineage=lineage or [])


def only(changes: tuple[Change, ...]) -> Change:
    [change] = changes
    return change


def fates(found: Comparison) -> list[tuple[Fate, tuple[str, ...], tuple[str, ...]]]:
    return [(each.fate, each.old, each.new) for each in found.indicators]


def one(**more: Any) -> Pack:
    """A standard of one indicator, with something said of it."""
    return small_pack(indicator("a", **more), facts=FACTS)


# indicators by their ids


@pytest.mark.parametrize("name", shipped_ids())
def test_a_standard_does_not_differ_from_itself(name: str) -> None:
    found = compare(load(name), load(name))
    assert found.differing == []
    assert [each.new[0] for each in found.indicators] == list(load(name).indicators)
    assert [each.new[0] for each in found.facts] == [each.id for each in load(name).form()]


def test_an_indicator_may_be_kept_new_or_retired() -> None:
    found = compare(pack("x", "y"), pack("z", "y"))
    assert fates(found) == [
        (Fate.NEW, (), ("z",)), (Fate.KEPT, ("y",), ("y",)), (Fate.RETIRED, ("x",), ()),
    ]  # fmt: skip
    assert [each.text for each in found.indicators] == ["z指标", "y指标", "x指标"]
    assert [each.fate for each in found.differing] == [Fate.NEW, Fate.RETIRED]


@pytest.mark.parametrize(
    ("was", "now", "name", "texts"),
    [
        ({}, {"zh": "别名"}, "名称", ("one指标", "别名")),
        ({}, {"value": "12"}, "达标值", ("≥ 10 个", "≥ 12 个")),
        ({}, {"cmp": ">"}, "达标值", ("≥ 10 个", "> 10 个")),
        ({}, {"value": ""}, "达标值", ("≥ 10 个", "≥ — 个")),
        ({}, {"bars": [bar(floor="5")]}, "达标值", ("≥ 10 个", "≥ 10 个，限制线 5")),
        ({}, {"bars": [bar("5", when="b > 1"), bar()]}, "达标值", ("≥ 10 个", "≥ 5 个（b > 1）；≥ 10 个")),
        ({}, {"bars": [bar(until="2026-12-31")]}, "达标值", ("≥ 10 个", "≥ 10 个（…–2026-12-31）")),
        ({"bars": [bar(**{"from": "2022-01-01"})]}, {}, "达标值", ("≥ 10 个（2022-01-01–…）", "≥ 10 个")),
        ({}, {"bars": [bar(article="第八条")]}, "依据", ("无", "无 第八条")),
        ({}, {"bars": [bar(document="某号")]}, "依据", ("无", "某号")),
        ({}, {"confidence": "SEED"}, "可信度", ("FOUND", "SEED")),
        ({}, {"applies": "b > 1"}, "适用条件", ("", "b > 1")),
        ({}, {"key": False}, "关键指标", ("是", "否")),
        ({}, {"veto": True}, "一票否决", ("否", "是")),
        ({}, {"formula": "a + b"}, "公式", ("a", "a + b")),
    ],
)
def test_each_aspect_of_an_indicator_that_differs_is_named(
    was: Plain, now: Plain, name: str, texts: tuple[str, str]
) -> None:
    pair = []
    for each in (was, now):
        more = dict(each)
        pair.append(
            small_pack(
                indicator(more.pop("formula", "a"), more.pop("cmp", ">="), more.pop("value", "10"), **more), facts=FACTS
            )
        )
    change = only(compare(*pair).indicators)
    assert (change.fate, change.old, change.new) == (Fate.CHANGED, ("one",), ("one",))
    assert [(each.name, (each.was, each.now)) for each in change.aspects] == [(name, texts)]


def test_a_unit_that_differs_is_named_with_the_threshold_it_stands_in() -> None:
    metres = small_pack(indicator("a", unit="m"), facts=[fact("a", unit="m")])
    kilometres = small_pack(indicator("a", unit="km"), facts=[fact("a", unit="km")])
    found = compare(metres, kilometres)
    assert [each.name for each in only(found.indicators).aspects] == ["单位", "达标值"]
    assert [(each.name, each.was, each.now) for each in only(found.facts).aspects] == [("单位", "m", "km")]


def test_several_aspects_are_named_at_once() -> None:
    found = only(compare(one(), one(zh="别名", value="12", key=False)).indicators)
    assert [each.name for each in found.aspects] == ["名称", "达标值", "关键指标"]


def questions(**more: Any) -> Pack:
    return small_pack(facts=FACTS, items=[question("q", **more)])


def test_a_question_has_no_formula_to_differ() -> None:
    renamed = small_pack(facts=FACTS, items=[question("r")], lineage=[line("renamed", ["q"], ["r"])])
    assert [each.name for each in only(compare(questions(), renamed).indicators).aspects] == ["名称"]


def test_a_question_may_differ_as_well() -> None:
    found = only(compare(questions(), questions(enough="partly", confidence="UNSURE")).indicators)
    assert [each.name for each in found.aspects] == ["达标值", "可信度"]


def test_what_a_question_asks_for_is_said_in_words() -> None:
    found = only(compare(questions(), questions(enough="partly")).indicators)
    assert [(each.was, each.now) for each in found.aspects] == [("符合", "基本符合")]


@pytest.mark.parametrize(
    "now",
    [
        {"scoring": {"method": "ratio", "points": "5"}},
        {"bars": [bar(soft=True)]},
        {"bars": [bar("5", when="b > 1", unknown="skip"), bar()]},
    ],
    ids=["points", "principle", "unknown"],
)
def test_whatever_may_change_a_result_is_a_change(now: Plain) -> None:
    before = one(bars=[bar("5", when="b > 1"), bar()]) if len(now.get("bars", ())) > 1 else one()
    assert only(compare(before, one(**now)).indicators).fate is Fate.CHANGED


def test_a_waiver_is_told_from_an_unknown_value() -> None:
    known = one(bars=[{"when": "b > 1", "waives": True, "confidence": "FOUND"}, bar()])
    unknown = one(bars=[{"when": "b > 1", "confidence": "UNSURE"}, bar()])
    assert only(compare(known, unknown).indicators).fate is Fate.CHANGED


def test_required_values_are_said_in_one_line() -> None:
    bars = [bar("5", when="b > 1"), bar("8", **{"from": "2022-01-01", "until": "2025-12-31"}), bar(floor="6")]
    bars[2]["from"] = "2026-01-01"
    assert required_text(one(bars=bars).indicators["one"]) == (
        "≥ 5 个（b > 1）；≥ 8 个（2022-01-01–2025-12-31）；≥ 10 个，限制线 6（2026-01-01–…）"
    )


# indicators by lineage


def test_a_renamed_indicator_is_followed_and_its_aspects_are_named() -> None:
    new = small_pack(indicator("a", value="12", name="y"), facts=FACTS, lineage=[line("renamed", ["x"], ["y"])])
    change = only(compare(pack("x"), new).indicators)
    assert (change.fate, change.old, change.new) == (Fate.RENAMED, ("x",), ("y",))
    assert [each.name for each in change.aspects] == ["名称", "达标值"]


def test_a_split_indicator_leads_to_each_of_its_parts() -> None:
    found = compare(pack("x"), pack("y", "z", lineage=[line("split", ["x"], ["y", "z"])]))
    assert fates(found) == [(Fate.SPLIT, ("x",), ("y", "z"))] * 2
    assert [each.text for each in found.indicators] == ["y指标", "z指标"]
    assert not any(each.aspects for each in found.indicators)


def test_merged_indicators_lead_to_the_one() -> None:
    found = compare(pack("x", "y"), pack("z", lineage=[line("merged", ["x", "y"], ["z"])]))
    assert fates(found) == [(Fate.MERGED, ("x", "y"), ("z",))]


def test_a_retired_indicator_is_retired_with_or_without_a_lineage() -> None:
    plainly = compare(pack("x", "y"), pack("y"))
    said = compare(pack("x", "y"), pack("y", lineage=[line("retired", ["x"], [])]))
    assert fates(plainly) == fates(said) == [(Fate.KEPT, ("y",), ("y",)), (Fate.RETIRED, ("x",), ())]


def test_a_lineage_from_ids_that_the_old_standard_lacks_is_not_followed() -> None:
    found = compare(pack("y"), pack("z", lineage=[line("renamed", ["x"], ["z"])]))
    assert fates(found) == [(Fate.NEW, (), ("z",)), (Fate.RETIRED, ("y",), ())]


def test_a_lineage_of_merged_ids_of_which_one_is_lacking_is_not_followed() -> None:
    found = compare(pack("x"), pack("z", lineage=[line("merged", ["x", "y"], ["z"])]))
    assert fates(found) == [(Fate.NEW, (), ("z",)), (Fate.RETIRED, ("x",), ())]


def test_a_part_may_keep_the_id_of_the_whole() -> None:
    found = compare(pack("x"), pack("x", "y", lineage=[line("split", ["x"], ["x", "y"])]))
    assert fates(found) == [(Fate.SPLIT, ("x",), ("x", "y"))] * 2


def test_a_lineage_of_figures_says_nothing_of_indicators() -> None:
    new = small_pack(indicator("y", name="y"), facts=[fact("y")], lineage=[line("renamed", ["x"], ["y"], what="fact")])
    found = compare(small_pack(indicator("x", name="x"), facts=[fact("x")]), new)
    assert fates(found) == [(Fate.NEW, (), ("y",)), (Fate.RETIRED, ("x",), ())]
    assert [each.fate for each in found.facts] == [Fate.RENAMED]


# figures


def figures_of(*names: str, lineage: list[Plain] | None = None, **more: Any) -> Pack:
    """A standard that asks for these figures."""
    rows = [fact(each, **more) for each in names]
    return small_pack(indicator(names[0]), facts=rows, lineage=lineage or [])


def by_fate(found: Comparison) -> list[tuple[Fate, tuple[str, ...], tuple[str, ...]]]:
    return [(each.fate, each.old, each.new) for each in found.facts]


def test_a_figure_may_be_kept_new_or_retired() -> None:
    found = compare(figures_of("a", "b"), figures_of("a", "c"))
    assert by_fate(found) == [(Fate.KEPT, ("a",), ("a",)), (Fate.NEW, (), ("c",)), (Fate.RETIRED, ("b",), ())]


@pytest.mark.parametrize(
    ("relation", "old", "new", "fate"),
    [
        ("renamed", ["b"], ["c"], Fate.RENAMED),
        ("split", ["b"], ["c", "d"], Fate.SPLIT),
        ("merged", ["b", "e"], ["c"], Fate.MERGED),
    ],
)
def test_a_figure_is_followed_by_its_lineage(relation: str, old: list[str], new: list[str], fate: Fate) -> None:
    lineage = [line(relation, old, new, what="fact")]
    found = compare(figures_of("a", *old), figures_of("a", *new, lineage=lineage))
    assert by_fate(found) == [(Fate.KEPT, ("a",), ("a",)), *[(fate, tuple(old), tuple(new))] * len(new)]


def test_a_retired_figure_is_retired() -> None:
    lineage = [line("retired", ["b"], [], what="fact")]
    found = compare(figures_of("a", "b"), figures_of("a", lineage=lineage))
    assert by_fate(found) == [(Fate.KEPT, ("a",), ("a",)), (Fate.RETIRED, ("b",), ())]


@pytest.mark.parametrize(
    ("more", "name", "texts"),
    [
        ({"zh": "别名"}, "名称", ("a数", "别名")),
        ({"about": {"zh": "只算在校的", "en": "present ones"}}, "口径", ("", "只算在校的")),
    ],
)
def test_each_aspect_of_a_figure_that_differs_is_named(more: Plain, name: str, texts: tuple[str, str]) -> None:
    change = only(compare(figures_of("a"), figures_of("a", **more)).facts)
    assert change.fate is Fate.CHANGED
    assert [(each.name, (each.was, each.now)) for each in change.aspects] == [(name, texts)]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"kind": "dec"}, {"kind": "int"}),
        ({"kind": "text", "unit": ""}, {"kind": "text", "unit": "", "choices": ["甲", "乙"]}),
    ],
    ids=["kind", "choices"],
)
def test_a_figure_of_another_kind_is_a_change(was: Plain, now: Plain) -> None:
    old, new = (small_pack(indicator("a"), facts=[fact("a"), {**fact("b"), **each}]) for each in (was, now))
    assert compare(old, new).facts[1].fate is Fate.CHANGED


def test_figures_that_are_computed_or_registered_are_none_of_the_form() -> None:
    rows = [fact("a"), fact("b", formula="a"), fact("school_name", kind="text")]
    assert by_fate(compare(pack("x"), small_pack(indicator("b"), facts=rows)))[0] == (Fate.KEPT, ("a",), ("a",))
    found = compare(pack("x", facts=[fact("a")]), small_pack(indicator("b"), facts=rows))
    assert [each.new for each in found.facts] == [("a",)]


# a local addition against its base


def test_an_addition_is_compared_with_its_base_indicator_by_indicator() -> None:
    base, local = load(SETUP), load(HENAN)
    found = {each.new[0]: each for each in compare(base, local).indicators if each.new}
    for name, each in local.indicators.items():
        origin = each.origin.indicator if each.origin else ""
        assert found[name].old == ((origin,) if origin else ())
        assert found[name].fate is (Fate.NEW if not origin else found[name].fate)
        assert found[name].fate in (Fate.NEW, Fate.KEPT, Fate.CHANGED)


@pytest.mark.parametrize(
    ("name", "old", "aspect", "was", "now"),
    [
        ("ha_students", "zz10_students", "达标值", "≥ 1200 人", "≥ — 人（ownership == \"民办\"）；≥ 1500 人"),
        ("ha_students", "zz10_students", "公式", "students_total", "students_ft"),
        ("ha_land", "zz10_land", "达标值", "≥ 40000 ㎡", "≥ 50000 ㎡"),
        ("ha_land_ps", "zz10_land_ps", "名称", "生均用地面积", "生均占地面积"),
        ("ha_prof_pct", "zz10_prof_pct", "达标值", "≥ 50 %", "≥ 60 %"),
        ("ha_bldg", "zz10_bldg", "可信度", "FOUND", "UNSURE"),
    ],
)  # fmt: skip
def test_what_an_addition_does_with_its_base_is_named(name: str, old: str, aspect: str, was: str, now: str) -> None:
    change = next(each for each in compare(load(SETUP), load(HENAN)).indicators if each.new == (name,))
    assert (change.fate, change.old) == (Fate.CHANGED, (old,))
    assert (aspect, was, now) in [(each.name, each.was, each.now) for each in change.aspects]


def test_what_an_addition_adds_is_new_and_the_questions_of_its_base_are_retired() -> None:
    found = compare(load(SETUP), load(HENAN)).indicators
    new = {each.new[0] for each in found if each.fate is Fate.NEW}
    retired = {each.old[0] for each in found if each.fate is Fate.RETIRED}
    assert {"ha_group", "ha_employ", "ha_q_party"} <= new
    assert retired == {name for name, each in load(SETUP).indicators.items() if each.question}


def test_an_addition_against_another_standard_is_compared_by_id() -> None:
    found = compare(load(NINE), load(HENAN)).indicators
    assert {each.fate for each in found} == {Fate.NEW, Fate.RETIRED}


# verdicts that change


def data(**facts: int) -> Data:
    return Data({name: Fraction(value) for name, value in facts.items()}, {}, {})


def flipped(old: Pack, new: Pack, **facts: int) -> list[tuple[str, Verdict | None, Verdict | None]]:
    found = flips(old, new, judge(old, data(**facts)), judge(new, data(**facts)))
    return [(each.indicator, each.was, each.now) for each in found]


def test_only_verdicts_that_change_are_told() -> None:
    assert flipped(one(), one(value="12"), a=11) == [("one", Verdict.MET, Verdict.UNMET)]
    assert flipped(one(), one(value="12"), a=13) == []
    assert flipped(one(), one(zh="别名"), a=11) == []


def test_a_value_that_is_no_longer_confirmed_changes_the_verdict() -> None:
    assert flipped(one(), one(confidence="UNSURE"), a=11) == [("one", Verdict.MET, Verdict.UNVERIFIED)]


def test_new_and_retired_indicators_had_or_have_no_verdict() -> None:
    assert flipped(pack("x"), pack("y"), a=11) == [("y", None, Verdict.MET), ("x", Verdict.MET, None)]


def test_a_renamed_indicator_is_compared_with_what_it_was() -> None:
    new = small_pack(indicator("a", value="12", name="y"), facts=FACTS, lineage=[line("renamed", ["x"], ["y"])])
    assert flipped(pack("x"), new, a=11) == [("y", Verdict.MET, Verdict.UNMET)]
    assert flipped(pack("x"), new, a=13) == []


def test_a_merged_indicator_had_no_one_verdict() -> None:
    new = pack("z", lineage=[line("merged", ["x", "y"], ["z"])])
    assert flipped(pack("x", "y"), new, a=11) == [("z", None, Verdict.MET)]


def test_each_part_of_a_split_indicator_is_told_once() -> None:
    rows = [indicator("a", value="12", name=each) for each in ("y", "z")]
    new = small_pack(*rows, facts=FACTS, lineage=[line("split", ["x"], ["y", "z"])])
    assert flipped(pack("x"), new, a=11) == [("y", Verdict.MET, Verdict.UNMET), ("z", Verdict.MET, Verdict.UNMET)]


def test_each_part_of_a_split_indicator_is_told_by_its_own_name() -> None:
    rows = [indicator("a", value="12", name=each) for each in ("y", "z")]
    old, new = pack("x"), small_pack(*rows, facts=FACTS, lineage=[line("split", ["x"], ["y", "z"])])
    found = flips(old, new, judge(old, data(a=11)), judge(new, data(a=11)))
    assert {(each.indicator, each.text) for each in found} == {("y", "y指标"), ("z", "z指标")}


def test_the_province_changes_what_the_good_school_meets() -> None:
    old, new = load(SETUP), load(HENAN)
    before = judge(old, school(old, land_owned="45000"))
    after = judge(new, school(new, land_owned="45000"))
    found = {each.indicator: each for each in flips(old, new, before, after)}
    assert found["ha_land"] == Flip("ha_land", new.indicators["ha_land"].text["zh"], Verdict.MET, Verdict.UNMET)
    assert "ha_land_ps" not in found or found["ha_land_ps"].was is not found["ha_land_ps"].now
    assert (found["ha_bldg"].was, found["ha_bldg"].now) == (Verdict.MET, Verdict.UNVERIFIED)
    assert (found["zz10_q_plan"].was, found["zz10_q_plan"].now) == (Verdict.MET, None)


# figures that come along


def heir(*lineage: Plain) -> Pack:
    """A standard over the figures `a` and `c`, with an indicator `x`, that knows where they come from."""
    return pack("x", lineage=list(lineage), facts=[fact("a"), fact("c")])


def moved(*lineage: Plain, **entries: Entry) -> Mapping[str, Entry]:
    return carried(entries, (heir(*lineage),))


RENAMED = line("renamed", ["b"], ["a"], what="fact")


def test_a_renamed_figure_comes_along_under_its_new_id_too() -> None:
    assert moved(RENAMED, b=given("7")) == {"a": given("7"), "b": given("7")}


def test_a_figure_that_stands_under_its_new_id_already_stays() -> None:
    assert moved(RENAMED, a=given("8"), b=given("7")) == {"a": given("8"), "b": given("7")}


@pytest.mark.parametrize("state", [State.UNKNOWN, State.NOT_APPLICABLE])
def test_what_is_unknown_or_does_not_apply_comes_along_as_well(state: State) -> None:
    entry = Entry(state)
    assert moved(RENAMED, b=entry)["a"] == entry


@pytest.mark.parametrize("entry", [UNFILLED, given("8")])
def test_a_figure_that_was_not_filled_does_not_come_along(entry: Entry) -> None:
    assert moved(RENAMED, a=entry, b=UNFILLED) == {"a": entry, "b": UNFILLED}
    assert moved(RENAMED) == {}


def test_an_empty_figure_under_the_new_id_is_filled() -> None:
    assert moved(RENAMED, a=UNFILLED, b=given("7"))["a"] == given("7")


@pytest.mark.parametrize(
    "lineage",
    [
        line("split", ["b"], ["a", "c"], what="fact"),
        line("merged", ["b", "d"], ["a"], what="fact"),
        line("retired", ["b"], [], what="fact"),
        line("renamed", ["b"], ["x"]),
    ],
    ids=["split", "merged", "retired", "indicator"],
)
def test_nothing_else_comes_along(lineage: Plain) -> None:
    assert moved(lineage, b=given("7")) == {"b": given("7")}


def test_a_figure_renamed_twice_comes_along_all_the_way() -> None:
    first = small_pack(indicator("b"), facts=[fact("b")], lineage=[line("renamed", ["a"], ["b"], what="fact")])
    second = small_pack(indicator("c"), facts=[fact("c")], lineage=[line("renamed", ["b"], ["c"], what="fact")])
    assert carried({"a": given("7")}, (first, second))["c"] == given("7")


def test_the_entries_themselves_are_left_alone() -> None:
    entries = {"b": given("7")}
    carried(entries, (heir(RENAMED),))
    assert entries == {"b": given("7")}


# as it is shown


def test_every_fate_has_a_word_in_both_languages() -> None:
    chinese = [each.word for each in Fate]
    assert len(set(chinese)) == len(Fate)
    speech.choose("en")
    assert not set(chinese) & {each.word for each in Fate}


def test_a_comparison_is_plain_values() -> None:
    found = plain(compare(pack("x"), one(value="12")))
    assert found["indicators"][0] == {"fate": "new", "old": [], "new": ["one"], "text": "one指标", "aspects": []}
    changed = plain(compare(one(), one(value="12")))["indicators"]
    assert changed[0]["aspects"] == [{"name": "达标值", "was": "≥ 10 个", "now": "≥ 12 个"}]
    assert [each["fate"] for each in found["facts"]] == ["kept"] * 3


def test_another_version_is_compared_like_any_other_standard() -> None:
    old = load(NINE)
    assert compare(old, replace(old, version="2")).differing == []
