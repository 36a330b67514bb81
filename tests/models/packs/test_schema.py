"""How people write a standard, said once: the one shape of a source form, and that files, hints and schema agree."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factory import NINE, SETUP
from tests.models.packs.material import Plain, copied, modest
from vetdesk.models.packs.fields import KINDS
from vetdesk.models.packs.folder import EXAMPLES, FILE, read_folder
from vetdesk.models.packs.pack import CONFIDENCES, LAYER_RELATIONS, RELATIONS, Lacking, Method, PackError
from vetdesk.models.packs.schema import (
    BARS,
    BASE,
    FACTS,
    INDICATORS,
    ITEMS,
    LINEAGE,
    LISTS,
    PACK,
    RULES,
    SHEETS,
    Column,
    Sheet,
    get,
    is_default,
    put,
    tidy,
)
from vetdesk.models.packs.source import SHIPPED, shipped_ids
from vetdesk.models.records.verdicts import Severity

UNUSED: dict[str, dict[str, str]] = {
    "pack": {
        "effective_until": "every shipped standard is in force",
        "pass_mark": "none of them concludes from a sum of points",
        "inherit.rest": "the shipped additions change what they take over",
        "inherit.open": "only for additions whose values a city sets itself",
    },
    "switches": dict.fromkeys(
        ("id", "value", "confidence", "document"), "what counts is not settled by any document that was read"
    ),
    "indicators": {
        "veto": "the shipped vetoes are questions",
        "prompts": "prompts stand at the groups",
        **dict.fromkeys(
            (f"scoring.{each}" for each in ("method", "points", "floor", "each", "limit", "bands")),
            "no shipped document gives points that were read",
        ),
    },
    "bars": {
        "from": "no value of a shipped document changes by date",
        "until": "no value of a shipped document changes by date",
        "confirmed": "written by the program where a bureau confirms a value",
    },
    "items": {
        "confirmed": "written by the program where a bureau confirms a value",
        "enough": "every shipped question asks for yes",
        "soft": "no shipped question is said as a principle",
        "prompts": "prompts stand at the groups",
        "note.zh": "no shipped question has a note",
        "note.en": "no shipped question has a note",
        "related": "questions are not compared between standards",
        **dict.fromkeys(
            ("scoring.method", "scoring.points", "scoring.bands"), "no shipped document gives points that were read"
        ),
    },
    "facts": dict.fromkeys(
        (each.key for each in FACTS.columns), "the figures of shipped standards stand in the dictionary"
    ),
    "rules": dict.fromkeys(
        (each.key for each in RULES.columns), "the rules of shipped figures stand in the dictionary"
    ),
    "dropped": dict.fromkeys(
        ("indicator", "why.zh", "why.en"), "the one shipped addition keeps all it does not replace"
    ),
    "lineage": dict.fromkeys(("what", "relation", "old", "new"), "every shipped standard is a first version"),
    "examples": {"as_of": "no value of a shipped document changes by date"},
}
"""Columns that no shipped standard uses, and why."""


def rows_of(sheet: Sheet, source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a part."""
    if sheet is PACK:
        return [source]
    if sheet is BASE:
        return [{"fact": fact, "value": value} for fact, value in source.get("base_facts", {}).items()]
    if sheet is BARS:
        return [bar for each in source.get("indicators", ()) for bar in each.get("bars", ())]
    return list(source.get(sheet.key, ()))


def keys_of(row: Mapping[str, Any], known: frozenset[str], before: str = "") -> Iterator[str]:
    """The dotted keys of a row of a file, down to what one column holds."""
    for key, value in row.items():
        dotted = before + key
        if dotted not in known and isinstance(value, dict) and any(each.startswith(f"{dotted}.") for each in known):
            yield from keys_of(value, known, f"{dotted}.")
        else:
            yield dotted


def columns_of(sheet: Sheet) -> frozenset[str]:
    return frozenset(each.key for each in sheet.columns)


# the shipped files and the schema


def test_every_column_is_used_by_a_shipped_standard_or_has_a_reason_not_to_be() -> None:
    sources = [read_folder(SHIPPED / name) for name in shipped_ids()]
    unused = {
        (sheet.key, column.key)
        for sheet in SHEETS
        for column in sheet.columns
        if all(get(row, column.key) is None for source in sources for row in rows_of(sheet, source))
    }
    assert unused <= {(sheet, key) for sheet, keys in UNUSED.items() for key in keys}


def test_what_has_a_reason_to_be_unused_is_a_column() -> None:
    by_key = {each.key: each for each in SHEETS}
    for sheet, keys in UNUSED.items():
        assert keys.keys() <= columns_of(by_key[sheet])
        assert all(keys.values())


@pytest.mark.parametrize("name", shipped_ids())
def test_every_key_of_a_shipped_file_is_in_the_schema_however_deep(name: str) -> None:
    content = tomllib.loads((SHIPPED / name / FILE).read_text(encoding="utf-8"))
    cases = tomllib.loads((SHIPPED / name / EXAMPLES).read_text(encoding="utf-8"))
    parts = {each.key for each in LISTS}
    head = {key: value for key, value in content.items() if key not in parts}
    assert set(keys_of(head, columns_of(PACK))) <= columns_of(PACK)
    assert cases.keys() <= {"base_facts", "examples"}
    for sheet in LISTS:
        rows = {**content, **cases}.get(sheet.key, ())
        for row in rows.values() if isinstance(rows, dict) else rows:
            bars = {"bars"} if sheet is INDICATORS else set()
            assert set(keys_of(row, columns_of(sheet))) <= columns_of(sheet) | bars
            for bar in row.get("bars", ()) if bars else ():
                assert set(keys_of(bar, columns_of(BARS))) <= columns_of(BARS)


@pytest.mark.parametrize("name", shipped_ids())
def test_nothing_of_a_shipped_file_is_lost_in_the_source_form(name: str) -> None:
    content = tomllib.loads((SHIPPED / name / FILE).read_text(encoding="utf-8"))
    content["groups"] = [{"id": each, **data} for each, data in content["groups"].items()]
    source = read_folder(SHIPPED / name)
    cases = tomllib.loads((SHIPPED / name / EXAMPLES).read_text(encoding="utf-8"))
    assert source == {key: value for key, value in {**content, **cases}.items() if value not in ([], {})}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('\nconfidence = "FOUND"', '\nconfidence = "FOUND"\nsotf = true'),
        ('\nunit = "㎡"', '\nunit = "㎡"\naplies = "students_ft > 1"'),
        ("[issuer]", '[issuer]\nabout = "x"'),
        ("[groups.campus]", '[groups.campus]\nprompt = "x"'),
    ],
)
def test_a_key_that_nobody_knows_is_refused_wherever_it_stands(old: str, new: str, tmp_path: Path) -> None:
    folder = copied(tmp_path, lambda text: text.replace(old, new, 1), pack=SETUP)
    with pytest.raises(PackError):
        read_folder(folder)


# what hints offer


@pytest.mark.parametrize(
    ("sheet", "key", "words"),
    [
        (BARS, "confidence", CONFIDENCES),
        (BARS, "floor_confidence", CONFIDENCES),
        (ITEMS, "confidence", CONFIDENCES),
        (PACK, "inherit.confidence", CONFIDENCES),
        (INDICATORS, "relation", [each for each in LAYER_RELATIONS if each != "inherit"]),
        (INDICATORS, "related", RELATIONS),
        (ITEMS, "related", RELATIONS),
        (INDICATORS, "scoring.method", list(Method)),
        (FACTS, "kind", [each for each in KINDS if each != "answer"]),
        (RULES, "severity", list(Severity)),
        (RULES, "lacking", list(Lacking)),
        (LINEAGE, "what", ["fact", "indicator"]),
        (LINEAGE, "relation", ["renamed", "split", "merged", "retired"]),
        (ITEMS, "enough", ["yes", "partly"]),
        (BARS, "unknown", ["skip"]),
    ],
)
def test_a_hint_names_every_word_that_may_be_written(sheet: Sheet, key: str, words: list[str]) -> None:
    named = set(re.findall(r"[a-zA-Z_]+", sheet.column(key).hint))
    assert set(map(str, words)) <= named


def test_hints_of_the_first_column_tell_how_ids_look() -> None:
    for sheet in LISTS:
        if sheet.columns[0].key == "id" and sheet.key != "switches":  # those have the ids of the dictionary
            assert "小写字母" in sheet.columns[0].hint


def test_names_of_parts_fit_a_workbook() -> None:
    for sheet in SHEETS:
        assert 0 < len(sheet.name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", sheet.name)


def test_a_text_in_two_languages_has_a_column_for_each() -> None:
    for sheet in SHEETS:
        keys = columns_of(sheet)
        for key in keys:
            if key.rpartition(".")[2] == "zh":
                assert f"{key.removesuffix('zh')}en" in keys


def test_a_part_without_such_a_column_says_so() -> None:
    with pytest.raises(StopIteration):
        PACK.column("nosuch")


# the one shape


LINES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
PAIR = st.fixed_dictionaries({"zh": LINES, "en": LINES})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.one_of(LINES, st.just(" \n "), st.integers(0, 99)),
    "flag": st.booleans(),
    "words": st.lists(LINES, max_size=3),
    "pairs": st.dictionaries(LINES, LINES, max_size=3),
    "texts": st.lists(PAIR, max_size=2),
    "cmp": st.sampled_from([">=", "<=", "~"]),
    "bands": st.lists(st.fixed_dictionaries({"grade": LINES, "at": LINES}), max_size=2),
    "related": st.lists(st.fixed_dictionaries({"pack": LINES, "indicator": LINES, "relation": LINES}), max_size=2),
    "json": st.lists(st.dictionaries(LINES, LINES, max_size=2), max_size=2),
}


@st.composite
def written_row(draw: st.DrawFn, sheet: Sheet) -> Plain:
    """A row as somebody may write it: any columns, in any order, and keys nobody knows."""
    row: Plain = {}
    for column in draw(st.lists(st.sampled_from(sheet.columns), unique=True, max_size=8)):
        put(row, column.key, draw(st.one_of(st.none(), VALUES[column.kind])))
    if draw(st.booleans()):
        row["nobody_knows"] = "x"
    return row


@st.composite
def written_source(draw: st.DrawFn) -> Plain:
    source: Plain = draw(written_row(PACK))
    for sheet in draw(st.lists(st.sampled_from(LISTS), unique=True, max_size=4)):
        rows = draw(st.lists(written_row(sheet), max_size=2))
        if sheet is INDICATORS:
            for row in rows:
                if draw(st.booleans()):
                    row["bars"] = draw(st.lists(written_row(BARS), max_size=2))
        source[sheet.key] = rows
    if draw(st.booleans()):
        source["base_facts"] = draw(st.dictionaries(LINES, LINES, max_size=3))
    return source


@modest(200)
@given(written_source())
def test_tidying_twice_is_tidying_once(source: Plain) -> None:
    once = tidy(source)
    assert repr(tidy(once)) == repr(once)


@modest(200)
@given(written_source())
def test_a_tidy_form_holds_only_what_says_something(source: Plain) -> None:
    found = tidy(source)
    assert found.keys() <= {each.key.partition(".")[0] for each in PACK.columns} | {each.key for each in LISTS} | {
        "base_facts"
    }
    assert all(found[sheet.key] for sheet in LISTS if sheet.key in found)
    for sheet in SHEETS:
        if sheet is BASE:
            continue
        for row in rows_of(sheet, found):
            rest = {each.key for each in LISTS} | {"base_facts"} if sheet is PACK else {"bars"}
            own = {key: value for key, value in row.items() if key not in rest}
            for key in keys_of(own, columns_of(sheet)):
                assert not is_default(sheet.column(key), get(row, key))


@modest(200)
@given(written_source())
def test_tidying_keeps_what_says_something(source: Plain) -> None:
    found = tidy(source)
    for sheet in SHEETS:
        if sheet is BASE:
            continue
        before, after = rows_of(sheet, source), rows_of(sheet, found)
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            for column in sheet.columns:
                was, now = get(old, column.key), get(new, column.key)
                number = isinstance(was, int | float) and not isinstance(was, bool)
                assert (
                    str(was).strip() if column.kind == "text" and (number or isinstance(was, str)) else was
                ) == now or (now is None and (is_default(column, was) or not str(was).strip()))


@modest()
@given(written_source())
def test_tidying_leaves_the_form_it_was_given_alone(source: Plain) -> None:
    before = repr(source)
    tidy(source)
    assert repr(source) == before


def test_a_text_loses_the_blanks_around_it() -> None:
    assert tidy({"zh": "  标准\n", "about": {"zh": "\u3000"}}) == {"zh": "标准"}


def test_a_flag_that_is_what_an_absent_one_means_is_left_out() -> None:
    assert is_default(Column("a", "甲", "flag"), False)
    assert not is_default(Column("a", "甲", "flag"), True)
    assert is_default(Column("a", "甲", "flag", default=True), True)
    assert not is_default(Column("a", "甲", "flag", default=True), False)


def test_an_indicator_always_has_a_list_of_thresholds() -> None:
    assert tidy({"indicators": [{"id": "a"}]}) == {"indicators": [{"id": "a", "bars": []}]}


KEYS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3).map(".".join)


@modest()
@given(KEYS, LINES)
def test_what_is_put_is_got(key: str, value: str) -> None:
    row: Plain = {}
    put(row, key, value)
    assert get(row, key) == value


def test_a_shipped_standard_is_in_shape() -> None:
    source = read_folder(SHIPPED / NINE)
    assert tidy({**source, "nobody_knows": 1}) == source
