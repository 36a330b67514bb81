"""Packs on the disk: found by id or folder, joined with the dictionary, and one byte form wherever they travel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factory import NINE
from tests.models.packs.material import BOTH, copied, indicator, small_pack
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.packs.examples import example_entries, run_examples
from vetdesk.models.packs.pack import PackError, build
from vetdesk.models.packs.source import SHIPPED, checked, load, read_folder, shipped_ids
from vetdesk.models.records.facts import State

EXTRA = """
[[indicators]]
id = "extra"
group = "campus"
zh = "另一指标"
en = "Extra"
unit = "㎡/生"
formula = "{formula}"
cmp = ">="
threshold = {{ value = "{value}", confidence = "FOUND" }}
"""


def with_extra(folder: Path, formula: str, value: str = "1") -> Path:
    """A copy of the nine indicators with one more."""
    return copied(folder, lambda text: text + EXTRA.format(formula=formula, value=value))


def test_both_standards_are_shipped() -> None:
    assert shipped_ids() == sorted(BOTH)


@pytest.mark.parametrize("name", BOTH)
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
    with pytest.raises(PackError, match="可用的有：cn_db_2022_zz、cn_zz_2010") as caught:
        load(name)
    assert len(caught.value.sentence) < 250


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", b"x = " + b"[" * 5000, b"id = ", b"\x00"):
        folder = tmp_path / str(len(content))
        folder.mkdir()
        (folder / "pack.toml").write_bytes(content)
        with pytest.raises(PackError, match=r"pack\.toml 读不出来"):
            load(str(folder))


@pytest.mark.parametrize("name", BOTH)
def test_a_pack_survives_its_byte_form(name: str) -> None:
    pack = load(name)
    again = checked(build(json.loads(encode(pack.plain))))
    assert fingerprint(again) == fingerprint(pack)
    assert encode(again.plain) == encode(pack.plain)
    assert list(again.indicators) == list(pack.indicators)
    assert list(again.fields) == list(pack.fields)


@pytest.mark.parametrize("name", BOTH)
def test_the_order_in_which_files_are_read_does_not_change_the_bytes(name: str) -> None:
    plain = read_folder(SHIPPED / name)
    assert encode(dict(reversed(plain.items()))) == encode(plain)


def test_a_changed_threshold_changes_the_fingerprint(tmp_path: Path) -> None:
    folder = copied(tmp_path, lambda text: text.replace('value = "300"', 'value = "299"'))
    (folder / "examples.toml").unlink()
    assert fingerprint(load(str(folder))) != fingerprint(load(NINE))


@pytest.mark.parametrize("name", BOTH)
def test_worked_examples_of_shipped_packs_pass_and_touch_every_indicator(name: str) -> None:
    pack = load(name)
    assert run_examples(pack) == []
    for each in pack.indicators:
        assert {example.expect.get(each) for example in pack.examples} >= {"met", "unmet"}


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
    more = load(str(with_extra(tmp_path, "periodical_kinds / students_ft")))
    assert "periodical_kinds" in more.fields


def test_a_fact_read_only_of_last_year_is_carried_too(tmp_path: Path) -> None:
    pack = load(str(with_extra(tmp_path, "computers_total - prev(bandwidth_out_mbps)", "prev(land_counted)")))
    assert {"computers_total", "bandwidth_out_mbps"} <= pack.fields.keys()


def test_a_fact_behind_a_switch_that_is_off_is_carried_where_it_is_read_openly(tmp_path: Path) -> None:
    assert "bldg_staff_single" not in load(NINE).fields
    pack = load(str(with_extra(tmp_path, "bldg_staff_single / students_ft")))
    assert "bldg_staff_single" in pack.fields
    assert "bldg_staff_single" not in pack.indicators["db22_bldg"].facts


def test_switches_travel_with_the_pack_even_when_off() -> None:
    assert {name: data["value"] for name, data in load(NINE).switches.items()} == {"k1": "1", "k2": "0", "k3": "1"}
    assert all(data["confidence"] == "UNSURE" for data in load(NINE).switches.values())


def test_sections_are_those_of_the_facts_carried() -> None:
    for name in BOTH:
        pack = load(name)
        assert {each.section for each in pack.fields.values()} == set(pack.sections)
