"""A standard as a folder of TOML: read with the file named where it is wrong, and written back byte for byte."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.factory import NINE
from tests.models.packs.material import Plain, bar, indicator
from vetdesk.models.packs.folder import EXAMPLES, FILE, read_folder, texts, write_folder
from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.schema import BARS, INDICATORS, LISTS, PACK, SHEETS, get, is_default, put, tidy
from vetdesk.models.packs.source import SHIPPED, load, shipped_ids


def least(**more: Any) -> Plain:
    """A source form with every part that is always there."""
    own: Plain = {
        "id": "own", "version": "1", "zh": "自有", "en": "Own", "issuer": {"zh": "局", "en": "bureau"}, "document": "无",
        "groups": [{"id": "all", "zh": "全部", "en": "all"}],
        "indicators": [{**indicator("teachers_ft"), "unit": "人"}],
    }  # fmt: skip
    return tidy({**own, **more})


@pytest.mark.parametrize("name", shipped_ids())
def test_a_shipped_standard_is_written_as_it_stands_byte_for_byte(name: str) -> None:
    folder = SHIPPED / name
    written = texts(read_folder(folder))
    assert written.keys() == {path.name for path in folder.iterdir()} == {FILE, EXAMPLES}
    for file, text in written.items():
        assert text.encode("utf-8") == (folder / file).read_bytes(), file


@pytest.mark.parametrize("name", shipped_ids())
def test_a_source_form_survives_being_written_and_read(name: str, tmp_path: Path) -> None:
    source = read_folder(SHIPPED / name)
    write_folder(source, tmp_path / "new")
    assert read_folder(tmp_path / "new") == source
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [EXAMPLES, FILE]


def test_a_standard_without_examples_has_one_file(tmp_path: Path) -> None:
    assert texts(least()).keys() == {FILE}
    write_folder(least(base_facts={"teachers_ft": "1"}), tmp_path)
    assert (tmp_path / EXAMPLES).is_file()
    write_folder(least(), tmp_path)
    assert not (tmp_path / EXAMPLES).exists()
    assert read_folder(tmp_path) == least()


def test_writing_leaves_the_source_form_as_it_was() -> None:
    source = least(base_facts={"teachers_ft": "1"})
    before = repr(source)
    texts(source)
    assert repr(source) == before


def test_files_end_their_lines_the_same_way_everywhere(tmp_path: Path) -> None:
    write_folder(least(), tmp_path)
    assert b"\r" not in (tmp_path / FILE).read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_a_standard_that_keeps_only_what_it_inherits_has_an_empty_part_for_groups(tmp_path: Path) -> None:
    source = least(groups=[], indicators=[], base=NINE, inherit={"from": "db22_", "to": "own_"})
    write_folder(source, tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8").endswith("[groups]\n")
    assert read_folder(tmp_path) == source
    assert next(iter(load(str(tmp_path)).indicators)) == "own_land"


# what is wrong is told with its file


def write(folder: Path, text: str, *, examples: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    if examples is not None:
        (folder / EXAMPLES).write_text(examples, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(PackError) as caught:
        read_folder(folder)
    return caught.value.sentence


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert f"{tmp_path / FILE} 读不出来" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"id = ", b"x = " + b"[" * 5000, b"\x00"])
def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert f"{FILE} 读不出来" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[base_facts", b"\x00"])
def test_examples_that_cannot_be_read_are_told_by_their_name(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, 'id = "own"')
    (tmp_path / EXAMPLES).write_bytes(content)
    assert f"{EXAMPLES} 读不出来" in refused(tmp_path)


@pytest.mark.parametrize("key", ["threshold", "Indicators", "indicator", "base_facts", "layer", "sections", "zh_"])
def test_a_key_that_nobody_knows_is_refused_by_its_name(tmp_path: Path, key: str) -> None:
    said = refused(write(tmp_path, f'id = "own"\n{key} = "1"'))
    assert said == f"{tmp_path / FILE} 里的“{key}”不认识，标准没有装入。请检查拼写。"


def test_a_long_unknown_key_is_cut(tmp_path: Path) -> None:
    said = refused(write(tmp_path, f'id = "own"\n{"k" * 500} = "1"'))
    assert "k" * 40 in said
    assert "k" * 41 not in said


@pytest.mark.parametrize("key", ["cases", "indicators", "id"])
def test_examples_hold_nothing_else(tmp_path: Path, key: str) -> None:
    assert f"“{key}”不认识" in refused(write(tmp_path, 'id = "own"', examples=f'{key} = "1"'))


@pytest.mark.parametrize(
    "text",
    ['groups = "all"', "groups = 5", "[groups]\nall = 5", "indicators = 5", 'indicators = "abc"',
     '[[indicators]]\nid = "a"\nbars = 5', "[[groups.all]]"],
)  # fmt: skip
def test_parts_of_another_shape_are_refused_with_the_file(tmp_path: Path, text: str) -> None:
    said = refused(write(tmp_path, text))
    assert FILE in said
    assert "格式不对" in said


@pytest.mark.parametrize("text", ['rules = "abc"', '[[indicators]]\nid = "a"\nbars = "abc"'])
def test_a_word_is_no_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackError):
        read_folder(write(tmp_path, text))


# the one shape of a source form


def test_what_says_nothing_is_not_written() -> None:
    plain = tidy({
        **least(), "about": {"zh": "", "en": ""}, "applies": "", "also": [], "inherit": {"open": False},
        "indicators": [{**indicator("a"), "key": True, "veto": False, "note": {}, "evidence": [], "unit": ""}],
    })  # fmt: skip
    assert not {"about", "applies", "also", "inherit"} & plain.keys()
    assert plain["indicators"] == [
        {"id": "one", "group": "all", "zh": "one指标", "en": "one", "formula": "a", "cmp": ">=", "bars": [bar()]}
    ]


def test_what_says_something_stays() -> None:
    row = {**indicator("a"), "key": False, "veto": True, "scoring": {"method": "ratio", "points": "5"}}
    found = tidy({**least(), "indicators": [row]})["indicators"][0]
    assert (found["key"], found["veto"], found["scoring"]) == (False, True, {"method": "ratio", "points": "5"})


def test_keys_stand_in_the_order_of_the_schema() -> None:
    source = read_folder(SHIPPED / NINE)
    backwards: dict[str, Any] = dict(reversed(source.items()))
    backwards["indicators"] = [dict(reversed(each.items())) for each in source["indicators"]]
    assert repr(tidy(backwards)) == repr(source)


def test_a_source_form_in_shape_stays_as_it_is() -> None:
    for name in shipped_ids():
        source = read_folder(SHIPPED / name)
        assert repr(tidy(source)) == repr(source)


def test_dotted_keys_are_read_and_set() -> None:
    row: Plain = {}
    put(row, "issuer.zh", "局")
    put(row, "issuer.en", "bureau")
    put(row, "id", "own")
    assert row == {"issuer": {"zh": "局", "en": "bureau"}, "id": "own"}
    assert [get(row, key) for key in ("issuer.zh", "issuer.xx", "id.zh", "nosuch", "id")] == [
        "局",
        None,
        None,
        None,
        "own",
    ]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("key", True, True), ("key", False, False), ("key", None, True), ("veto", False, True), ("veto", True, False),
     ("unit", "", True), ("unit", "人", False), ("evidence", [], True), ("note.zh", None, True)],
)  # fmt: skip
def test_a_value_that_an_absent_one_means_is_a_default(key: str, value: Any, expected: bool) -> None:
    assert is_default(INDICATORS.column(key), value) is expected


def test_every_part_of_the_workbook_has_names_and_columns_of_its_own() -> None:
    assert len({each.key for each in SHEETS}) == len({each.name for each in SHEETS}) == len(SHEETS)
    assert set(LISTS) < set(SHEETS)
    assert BARS.parent == "indicators"
    for sheet in SHEETS:
        assert len({each.key for each in sheet.columns}) == len(sheet.columns)
        assert len({each.heading for each in sheet.columns}) == len(sheet.columns)


def test_every_key_of_the_shipped_files_is_one_of_the_schema() -> None:
    heads = {each.key.partition(".")[0] for each in PACK.columns}
    for name in shipped_ids():
        content = tomllib.loads((SHIPPED / name / FILE).read_text(encoding="utf-8"))
        assert content.keys() <= heads | {each.key for each in LISTS}
        for sheet in LISTS:
            rows = content.get(sheet.key, ())
            allowed = {each.key.partition(".")[0] for each in sheet.columns} | {"bars"}
            for row in rows.values() if isinstance(rows, dict) else rows:
                assert row.keys() <= allowed
