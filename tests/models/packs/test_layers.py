"""A local addition over a standard: what it tightens, relaxes, replaces, adds, inherits and drops, and where from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factory import NINE, SETUP, school_facts
from tests.models.packs.material import Plain, bar, fact, indicator, school
from vetdesk.models.packs.build import build
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.folder import write_folder
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.layers import lay
from vetdesk.models.packs.pack import Pack, PackError
from vetdesk.models.packs.schema import tidy
from vetdesk.models.packs.source import checked, load, to_plain
from vetdesk.models.records.verdicts import Verdict

HENAN = "ha_zz_2021_468"


def base(**more: Any) -> Plain:
    """A standard of three indicators over teachers, to be laid on."""
    own: Plain = {
        "id": "country", "version": "3", "zh": "国标", "en": "National", "issuer": {"zh": "部", "en": "ministry"},
        "document": "国发", "groups": [{"id": "staff", "zh": "教师", "en": "Staff"}, {"id": "rest", "zh": "其他", "en": "Rest"}],
        "indicators": [
            {**indicator("teachers_ft", value="60", name="n_ft"), "unit": "人", "group": "staff"},
            {**indicator("teachers_prof", value="30", name="n_prof"), "unit": "人", "group": "staff"},
            {**indicator("books_print", value="900", name="n_books"), "unit": "册", "group": "rest"},
        ],
    }  # fmt: skip
    return {**own, **more}


def local(*indicators: Plain, **more: Any) -> Plain:
    """An addition of a city."""
    own: Plain = {
        "id": "city", "version": "1", "zh": "市标", "en": "City", "issuer": {"zh": "市", "en": "city"},
        "document": "市发", "basis": "市发 3 号", "groups": [{"id": "staff", "zh": "队伍", "en": "Teachers"}],
        "indicators": list(indicators),
    }  # fmt: skip
    return {**own, **more}


def own(name: str, stands_for: str = "", relation: str = "", *, value: str = "80") -> Plain:
    """An indicator of the addition."""
    links = {"stands_for": stands_for, "relation": relation}
    return {
        **indicator("teachers_ft", value=value, name=name), "unit": "人", "group": "staff",
        **{key: word for key, word in links.items() if word},
    }  # fmt: skip


def laid(source: Plain, under: Plain | None = None) -> Plain:
    return lay(source, base() if under is None else under, "0" * 64)


def by_id(form: Plain) -> dict[str, Plain]:
    return {each["id"]: each for each in form["indicators"]}


@pytest.mark.parametrize("relation", ["same", "tighten", "relax", "replace"])
def test_an_indicator_that_stands_for_one_of_the_base_says_what_it_did_with_it(relation: str) -> None:
    found = by_id(laid(local(own("c_ft", "n_ft", relation))))
    assert list(found) == ["c_ft"]
    assert found["c_ft"]["bars"] == [bar("80")]
    assert found["c_ft"]["origin"] == {
        "relation": relation, "basis": "市发 3 号", "indicator": "n_ft", "was": [bar("60")], "unit": "人", "cmp": ">=",
    }  # fmt: skip


def test_an_indicator_that_stands_for_one_replaces_it_unless_it_says_otherwise() -> None:
    assert by_id(laid(local(own("c_ft", "n_ft"))))["c_ft"]["origin"]["relation"] == "replace"


def test_an_indicator_that_stands_for_none_is_added() -> None:
    assert by_id(laid(local(own("c_new"))))["c_new"]["origin"] == {"relation": "add", "basis": "市发 3 号"}


def test_without_a_basis_the_document_is_it() -> None:
    source = local(own("c_new"))
    del source["basis"]
    form = laid(source)
    assert form["indicators"][0]["origin"]["basis"] == form["layer"]["basis"] == "市发"


@pytest.mark.parametrize(
    "source",
    [
        local(own("c_ft", "nosuch")),
        local(own("c_ft"), dropped=[{"indicator": "nosuch", "why": {"zh": "无", "en": "none"}}]),
    ],
)
def test_an_indicator_of_which_the_base_knows_nothing_is_refused_by_name(source: Plain) -> None:
    with pytest.raises(PackError) as caught:
        laid(source)
    assert caught.value.sentence == "标准“city”提到的“nosuch”不在基础标准“country”里。没有装入，请检查编号。"


def test_what_is_not_inherited_is_told_as_dropped_with_what_it_asked() -> None:
    form = laid(local(own("c_ft", "n_ft")))
    assert list(by_id(form)) == ["c_ft"]
    assert form["layer"]["dropped"] == [
        {"indicator": "n_prof", "zh": "n_prof指标", "en": "n_prof", "why": {"zh": "", "en": ""}, "was": [bar("30")],
         "cmp": ">=", "unit": "人"},
        {"indicator": "n_books", "zh": "n_books指标", "en": "n_books", "why": {"zh": "", "en": ""}, "was": [bar("900")],
         "cmp": ">=", "unit": "册"},
    ]  # fmt: skip


def test_what_is_dropped_on_purpose_says_why_and_is_not_inherited() -> None:
    why = {"zh": "本市另有规定", "en": "The city has its own"}
    form = laid(local(own("c_ft", "n_ft"), inherit={}, dropped=[{"indicator": "n_prof", "why": why}]))
    assert list(by_id(form)) == ["c_ft", "n_books"]
    assert form["layer"]["dropped"] == [
        {"indicator": "n_prof", "zh": "n_prof指标", "en": "n_prof", "why": why, "was": [bar("30")], "cmp": ">=",
         "unit": "人"},
    ]  # fmt: skip


def test_what_is_inherited_stays_as_it_was_and_stands_behind_ones_own() -> None:
    form = laid(local(own("c_ft", "n_ft"), inherit={}))
    assert list(by_id(form)) == ["c_ft", "n_prof", "n_books"]
    old = base()["indicators"][1]
    assert by_id(form)["n_prof"] == {
        **old, "bars": [bar("30", document="国发")],
        "origin": {
            "relation": "inherit", "indicator": "n_prof", "basis": "市发 3 号", "was": old["bars"], "unit": "人",
            "cmp": ">=",
        },
    }  # fmt: skip
    assert form["layer"]["dropped"] == []


def test_inherited_ids_take_the_prefix_of_the_addition() -> None:
    form = laid(local(inherit={"from": "n_", "to": "city_"}))
    assert list(by_id(form)) == ["city_ft", "city_prof", "city_books"]
    assert by_id(form)["city_ft"]["origin"]["indicator"] == "n_ft"


@pytest.mark.parametrize("inherit", [{"from": "x_", "to": "city_"}, {"to": "city_"}])
def test_ids_with_another_start_are_left(inherit: Plain) -> None:
    assert list(by_id(laid(local(inherit=inherit)))) == ["n_ft", "n_prof", "n_books"]


def test_inherited_values_may_be_marked_as_unsure_and_noted() -> None:
    note = {"zh": "沿用", "en": "inherited"}
    form = laid(local(inherit={"confidence": "UNSURE", "note": note}))
    for each in form["indicators"]:
        assert [(one["confidence"], one["note"]) for one in each["bars"]] == [("UNSURE", note)]
        assert [one["confidence"] for one in each["origin"]["was"]] == ["FOUND"]
    assert base()["indicators"][0]["bars"] == [bar("60")]


def test_open_values_are_left_out_and_cite_the_addition() -> None:
    form = laid(local(inherit={"open": True, "note": {"zh": "待定", "en": "open"}}))
    assert by_id(form)["n_ft"]["bars"] == [
        {"document": "市发", "confidence": "UNSURE", "note": {"zh": "待定", "en": "open"}}
    ]
    assert by_id(form)["n_ft"]["origin"]["was"] == [bar("60")]


def test_inherited_indicators_may_move_to_other_groups() -> None:
    form = laid(local(inherit={"groups": {"n_books": "staff"}}))
    assert [each["group"] for each in form["indicators"]] == ["staff", "staff", "staff"]
    assert [each["id"] for each in form["groups"]] == ["staff"]


def test_groups_of_the_base_are_brought_where_they_are_needed_and_ones_own_go_before() -> None:
    form = laid(local(inherit={}))
    assert [(each["id"], each["zh"]) for each in form["groups"]] == [("staff", "队伍"), ("rest", "其他")]
    assert [each["id"] for each in laid(local(own("c_ft")))["groups"]] == ["staff"]


def test_an_addition_keeps_its_own_head_and_names_its_base() -> None:
    form = laid(local(inherit={}))
    assert (form["id"], form["version"], form["document"]) == ("city", "1", "市发")
    layer = form["layer"]
    assert (layer["id"], layer["version"], layer["zh"], layer["en"]) == ("country", "3", "国标", "National")
    assert (layer["sha256"], layer["basis"]) == ("0" * 64, "市发 3 号")


# whole packs


def test_a_chain_of_additions_keeps_the_values_of_the_first(tmp_path: Path) -> None:
    write_folder(tidy(base()), tmp_path / "country")
    province = local(own("p_ft", "n_ft", "tighten"), id="province", inherit={"from": "n_", "to": "p_"})
    write_folder(tidy({**province, "base": str(tmp_path / "country")}), tmp_path / "province")
    city = local(own("c_ft", "p_ft", "relax", value="70"), inherit={"from": "p_", "to": "c_"})
    pack = checked(build(to_plain(tidy({**city, "base": str(tmp_path / "province")}))))
    assert {name: each.threshold.text for name, each in pack.indicators.items()} == {
        "c_ft": "70",
        "c_prof": "30",
        "c_books": "900",
    }
    origins = {name: each.origin for name, each in pack.indicators.items()}
    assert origins["c_ft"] is not None
    assert origins["c_ft"].was == (bar("80"),)
    assert origins["c_prof"] is not None
    assert (origins["c_prof"].relation, origins["c_prof"].indicator) == ("inherit", "p_prof")
    assert pack.layer is not None
    assert pack.layer.sha256 == fingerprint(load(str(tmp_path / "province")))


def test_a_changed_base_changes_what_is_laid_over_it(tmp_path: Path) -> None:
    prints = []
    for at, value in enumerate(("60", "61")):
        under = base()
        under["indicators"][0]["bars"] = [bar(value)]
        write_folder(tidy(under), tmp_path / str(at))
        prints.append(fingerprint(build(to_plain(tidy(local(own("c_ft", "n_ft"), base=str(tmp_path / str(at))))))))
    assert prints[0] != prints[1]


def test_the_bytes_of_an_addition_pin_the_base_even_where_it_keeps_nothing_of_it(tmp_path: Path) -> None:
    write_folder(tidy(base()), tmp_path / "country")
    write_folder(tidy(base(version="4")), tmp_path / "newer")
    old, new = (build(to_plain(tidy(local(own("c_new"), base=str(tmp_path / name))))) for name in ("country", "newer"))
    assert old.layer is not None
    assert new.layer is not None
    assert old.layer.sha256 != new.layer.sha256
    assert fingerprint(old) != fingerprint(new)


def test_an_inherited_indicator_brings_the_facts_its_base_defines(tmp_path: Path) -> None:
    hut = {**indicator("huts", name="n_huts"), "group": "rest"}
    write_folder(tidy(base(indicators=[hut], facts=[fact("huts", section="campus")])), tmp_path / "country")
    assert "huts" in load(str(tmp_path / "country")).fields
    source = local(inherit={"from": "n_", "to": "c_"}, base=str(tmp_path / "country"))
    pack = build(to_plain(tidy(source)))
    assert "huts" in pack.fields


def test_inheriting_everything_as_it_is_can_be_written_down(tmp_path: Path) -> None:
    write_folder(tidy(base()), tmp_path / "country")
    source = local(own("c_ft", "n_ft"), inherit={}, base=str(tmp_path / "country"))
    write_folder(tidy(source), tmp_path / "city")
    assert list(load(str(tmp_path / "city")).indicators) == ["c_ft", "n_prof", "n_books"]


def relations(pack: Pack) -> dict[str, set[str]]:
    """The measured indicators of an addition by what it did with them."""
    found: dict[str, set[str]] = {}
    for each in pack.indicators.values():
        if each.origin is not None:
            found.setdefault(each.origin.relation, set()).add(each.id)
    return found


def test_the_provincial_standard_tightens_keeps_adds_and_inherits() -> None:
    assert relations(load(HENAN)) == {
        "tighten": {"ha_students", "ha_land", "ha_prof_pct", "ha_dual_pct"},
        "same": {"ha_land_ps", "ha_track", "ha_str", "ha_pt_pct"},
        "add": {"ha_group", "ha_employ"},
        "inherit": {
            "ha_ft_teachers", "ha_degree_pct", "ha_senior_pct", "ha_major_mid", "ha_bldg", "ha_bldg_ps",
            "ha_books_ps", "ha_periodicals", "ha_seat_t", "ha_seat_s", "ha_equip_ps", "ha_pc_per100",
        },
    }  # fmt: skip


def test_the_provincial_standard_takes_every_indicator_of_the_national_one() -> None:
    pack = load(HENAN)
    taken = {each.origin.indicator for each in pack.indicators.values() if each.origin} - {""}
    assert taken == {each.id for each in load(SETUP).indicators.values() if not each.question}
    assert pack.layer is not None
    assert (pack.layer.id, pack.layer.sha256) == (SETUP, fingerprint(load(SETUP)))
    asked = [each.id for each in load(SETUP).indicators.values() if each.question]
    assert [each["indicator"] for each in pack.layer.dropped] == asked, "its checklist is not asked, and says why"
    assert all(each["why"]["zh"] and each["why"]["en"] for each in pack.layer.dropped)


def test_what_the_province_tightens_is_more_than_the_nation_asks() -> None:
    pack, nation = load(HENAN), load(SETUP)
    for name in relations(pack)["tighten"]:
        each = pack.indicators[name]
        assert each.origin is not None
        assert float(each.threshold.text) > float(nation.indicators[each.origin.indicator].threshold.text)
    for name in relations(pack)["same"]:
        each = pack.indicators[name]
        assert each.origin is not None
        assert each.threshold.text == nation.indicators[each.origin.indicator].threshold.text


def test_what_the_province_inherits_is_unconfirmed_and_says_so() -> None:
    pack = load(HENAN)
    for name in relations(pack)["inherit"]:
        each = pack.indicators[name]
        assert not each.threshold.confirmed
        assert [one.note["zh"] for one in each.threshold.bars] == ["沿用国标，待核"] * len(each.threshold.bars)
    assert {pack.indicators[name].group for name in ("ha_bldg", "ha_bldg_ps")} == {"buildings"}
    assert pack.indicators["ha_pc_per100"].group == "it"


def test_a_school_judged_by_both_fails_the_province_alone() -> None:
    nation, province = load(SETUP), load(HENAN)
    facts = school_facts(land_owned="45000")

    def verdict(pack: Pack, name: str) -> Verdict:
        entries = example_entries(pack, {key: text for key, text in facts.items() if key in pack.fields})
        return judge(pack, data_of(pack, entries), only=[name])[name].verdict

    assert verdict(nation, "zz10_land") is Verdict.MET
    assert verdict(province, "ha_land") is Verdict.UNMET
    assert verdict(province, "ha_bldg") is Verdict.UNVERIFIED


@pytest.mark.parametrize(("name", "prefix"), [("cn_db_2022_art", "db22a_"), ("cn_db_2022_remote", "db22r_")])
def test_a_class_whose_values_the_province_sets_has_the_nine_indicators_without_values(name: str, prefix: str) -> None:
    pack = load(name)
    assert list(pack.indicators) == [prefix + each.removeprefix("db22_") for each in load(NINE).indicators]
    for each in pack.indicators.values():
        assert (each.threshold.text, each.threshold.confirmed) == ("", False)
        assert each.origin is not None
        assert each.origin.was == tuple(load(NINE).plain["indicators"][list(pack.indicators).index(each.id)]["bars"])
    found = judge(pack, school(pack))
    assert {one.verdict for one in found.values()} == {Verdict.UNVERIFIED}


def test_checklist_items_of_the_base_are_not_asked_and_that_is_said() -> None:
    question = {"id": "n_plan", "group": "rest", "zh": "有规划", "en": "A plan"}
    said = {"indicator": "n_plan", "why": {"zh": "另有办法", "en": "elsewhere"}}
    found = laid(local(own("c_ft", "n_ft"), inherit={}, dropped=[said]), base(items=[question], also=["staff_total"]))
    [only] = found["layer"]["dropped"]
    assert (only["indicator"], only["why"]["zh"], only["was"]) == ("n_plan", "另有办法", [])
    assert found["also"] == ["staff_total"], "what the base asks besides is asked, so that its sanity rules can speak"
    unsaid = laid(local(own("c_ft", "n_ft"), inherit={}), base(items=[question]))
    assert [each["why"] for each in unsaid["layer"]["dropped"]] == [{"zh": "", "en": ""}]
    mine = laid(local(own("c_ft", "n_ft"), inherit={}, items=[question]), base(items=[question]))
    assert mine["layer"]["dropped"] == []
    assert "also" not in [key for key, value in laid(local(own("c_ft", "n_ft"))).items() if value]
