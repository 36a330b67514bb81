"""What packages carry: exact types, one byte form, figures as decimal text and nothing that only looks like it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factory import WORDS
from tests.models.sync.parcels import keys
from tests.models.sync.test_seal import bech32
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.source import load
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.records.facts import given as given_entry
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.sync import bodies, limits
from vetdesk.models.sync.refusals import Refusal, RefusedError

HASH = "ab" * 32
AGE = keys().recipient
UNIT = bodies.Unit("3641990001", "甲校（虚构）", "school", "411402", "365", "", "1990")
ROUND = bodies.RoundBody("r-1", "2026 年度达标自评", "2026", "2026-12-31", "2026-09-01")
TRUST = bodies.Trust("{}", "cd" * 64)
FIGURES = {
    "students_ft": bodies.Figure("given", "1500", "人", ""),
    "land_owned": bodies.Figure("given", "90.5", "亩", ""),
    "edu_phd": bodies.Figure("not_applicable", "", "", "没有博士"),
    "track_length_m": bodies.Figure("unknown", "", "", ""),
}
WORDED = {
    "majors": bodies.Word("given", WORDS["majors"], ""),
    "zz10_q_plan": bodies.Word("given", "partly", ""),
    "zz10_q_sport": bodies.Word("not_applicable", "", "不适用"),
    "pack_class": bodies.Word("given", "一般类", ""),
    "enrol_right": bodies.Word("unknown", "", "在查"),
}
EVIDENCE = bodies.EvidenceEntry(HASH, 10, "application/pdf", "db22_land", "土地证.pdf")
FINDING = bodies.FindingEntry(
    "f-1",
    "3641990001",
    "db22_land",
    "land_owned",
    "少 2 亩",
    "教发〔2022〕5 号",
    "补办",
    "2026-12-01",
    "not_started",
    "",
    "i",
)
BODIES: tuple[Any, ...] = (
    bodies.Campaign(ROUND, "测试市教育局（虚构）", "411400", TRUST, ["{}"], [UNIT]),
    bodies.SubmissionBody(
        "r-1", "3641990001", "甲校（虚构）", "张三", "0370-1", AGE, FIGURES, WORDED, {}, {}, {"L01": "因为"},
        [EVIDENCE], [bodies.Reply("f-1", "in_progress", "在办")], "",
    ),
    bodies.ReplyBody("r-1", [bodies.ReplyPart("3641990001", HASH)]),
    bodies.SchoolPart(
        "3641990001", [bodies.ReceiptEntry(HASH, 1, "2026-11-23")], "returned", HASH, "",
        [bodies.CommentEntry("land_owned", "请核对", "2026-12-01")], [FINDING], FIGURES, WORDED,
    ),
    bodies.Inspection(
        ROUND, "测试市教育局（虚构）", "411400", TRUST, ["{}"], "a-1", "1", HASH,
        [bodies.InspectedSchool(UNIT, HASH, 3, FIGURES, WORDED, [EVIDENCE], [FINDING])],
    ),
    bodies.Review(
        "r-1", "a-1", "1", HASH, AGE,
        [bodies.MarkEntry("3641990001", "land_owned", "differ", "88.5", "亩", "measure", "量过")], [FINDING],
    ),
    bodies.TrustList(1, HASH, HASH, AGE),
    bodies.StandardUpdate("r-1", ["{}", "{}"], "部里发布了新值"),
)  # fmt: skip
NAMES = [type(each).__name__ for each in BODIES]


def decoded(data: bytes, like: Any) -> Any:
    """What the bytes are, as the type of a sample."""
    return bodies.decode(data, type(like), file="x.vdpkg")


def malformed(data: bytes, like: Any) -> bool:
    """Whether the bytes are refused as malformed; anything else raised fails the test."""
    try:
        decoded(data, like)
    except RefusedError as error:
        return error.reason is Refusal.MALFORMED and "x.vdpkg" in error.sentence
    return False


def plain(body: Any) -> dict[str, Any]:
    """A body as JSON values that a test may change."""
    return dict(json.loads(bodies.encode(body)))


def text_of(values: dict[str, Any]) -> bytes:
    """Changed values, spelled as our writer spells."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def holders(value: Any) -> list[dict[str, Any]]:
    """All objects inside a JSON value, the outermost first."""
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in holders(each))]
    return [found for each in value for found in holders(each)] if isinstance(value, list) else []


def is_struct(holder: dict[str, Any]) -> bool:
    """Whether an object has fixed keys (not a map by fact or rule)."""
    return not set(holder) <= {*FIGURES, *WORDED} and "L01" not in holder


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_decoding_gives_back_what_was_encoded(body: Any) -> None:
    data = bodies.encode(body)
    assert decoded(data, body) == body
    assert bodies.encode(decoded(data, body)) == data
    assert text_of(plain(body)) == data


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_every_missing_key_is_refused(body: Any) -> None:
    count = len(holders(plain(body)))
    for at in range(count):
        for key in holders(plain(body))[at]:
            values = plain(body)
            holder = holders(values)[at]
            if not is_struct(holder):
                continue
            del holder[key]
            assert malformed(text_of(values), body), key


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_every_unknown_key_is_refused(body: Any) -> None:
    for at in range(len(holders(plain(body)))):
        values = plain(body)
        if is_struct(holders(values)[at]):
            holders(values)[at]["zzz"] = ""
            assert malformed(text_of(values), body), at


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, -1, 2**70, "\n", "\ud800"])
def test_a_value_of_another_kind_is_refused_or_read_exactly(body: Any, value: object) -> None:
    for at in range(len(holders(plain(body)))):
        for key in holders(plain(body))[at]:
            values = plain(body)
            holders(values)[at][key] = value
            data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            if not malformed(data, body):
                assert bodies.encode(decoded(data, body)) == data


@pytest.mark.parametrize("body", BODIES, ids=NAMES)
def test_another_spelling_of_the_same_is_refused(body: Any) -> None:
    data = bodies.encode(body)
    values = plain(body)
    first = next(iter(values))
    assert malformed(data.replace(b":", b": ", 1), body)
    assert malformed(data + b"\n", body)
    assert malformed(b" " + data, body)
    assert malformed(b"\xef\xbb\xbf" + data, body)
    assert malformed(json.dumps(values, indent=1, ensure_ascii=False).encode(), body)
    assert malformed(text_of(dict(reversed(values.items()))), body)
    assert malformed(data[:-1] + b"," + text_of({first: values[first]})[1:], body)
    assert malformed(data.replace(b'"', b'"\\u0072', 1).replace(b"\\u0072r", b"\\u0072", 1), body)
    assert malformed(data[:-1], body)


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"NaN", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"round":' + b"[" * 50_000],
)
def test_what_is_no_body_is_refused(data: bytes) -> None:
    for body in BODIES:
        assert malformed(data, body)


def test_deep_nesting_in_an_unknown_place_is_refused() -> None:
    body = BODIES[1]
    deep = b"[" * 100_000 + b"]" * 100_000
    assert malformed(bodies.encode(body)[:-1] + b',"x":' + deep + b"}", body)


# Figures


GOOD = ["", "0", "7", "1500", "0.5", "90.25", "999999999999999999", "0.000000000001", "1.50", "0.0"]
BAD = [
    "NaN", "nan", "Infinity", "-1", "+1", "１", "１２", "٣", "1_000", "1e5", "1E5", "1,000", "1.", ".5", "01", "00", " 1",
    "1 ", "1\n", "\n", "1\n1", "1.5.5", "0x10", "1" * 19, "0." + "1" * 13, "一", "null", "1\0", "1\u200b", "½", "²",
]  # fmt: skip


def with_figure(text: str) -> bytes:
    """A submission with one figure."""
    body = msgspec.structs.replace(BODIES[1], facts={"students_ft": bodies.Figure("given", text, "", "")})
    return bodies.encode(body)


@pytest.mark.parametrize("text", GOOD)
def test_decimal_text_is_a_figure(text: str) -> None:
    assert decoded(with_figure(text), BODIES[1]).facts["students_ft"].text == text


@pytest.mark.parametrize("text", BAD)
def test_what_only_looks_like_a_number_is_no_figure(text: str) -> None:
    assert malformed(with_figure(text), BODIES[1])
    mark = bodies.MarkEntry("3641990001", "land_owned", "differ", text, "", "", "")
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[5], marks=[mark])), BODIES[5])


@pytest.mark.parametrize("text", ["yes", "partly", "no", "", "88.5"])
def test_an_inspector_may_find_another_number_or_another_answer(text: str) -> None:
    mark = bodies.MarkEntry("3641990001", "zz10_q_plan", "differ", text, "", "", "")
    body = msgspec.structs.replace(BODIES[5], marks=[mark])
    assert decoded(bodies.encode(body), body) == body


@pytest.mark.parametrize("text", ["YES", "yes\n", "maybe", "符合", "yesno", " no", "yes5"])
def test_what_is_neither_number_nor_answer_is_found_by_no_inspector(text: str) -> None:
    mark = bodies.MarkEntry("3641990001", "zz10_q_plan", "differ", text, "", "", "")
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[5], marks=[mark])), BODIES[5])


@pytest.mark.parametrize("number", [b"5", b"5.0", b"1e5", b"NaN", b"null", b"true", b"[5]"])
def test_a_json_number_is_no_figure(number: bytes) -> None:
    assert malformed(with_figure("5").replace(b'"text":"5"', b'"text":' + number), BODIES[1])


@settings(max_examples=150, deadline=None, database=None)
@given(st.one_of(st.text(max_size=8), st.text("0123456789.,+-eE_ １\n", max_size=24), st.from_regex(DECIMAL)))
def test_a_figure_is_what_the_number_pattern_says(text: str) -> None:
    fits = text == "" or DECIMAL.fullmatch(text) is not None
    assert malformed(with_figure(text), BODIES[1]) != fits


@pytest.mark.parametrize("state", ["unfilled", "given\n", "GIVEN", "", "zero"])
def test_a_figure_has_one_of_three_states(state: str) -> None:
    body = msgspec.structs.replace(BODIES[1], facts={"a": bodies.Figure(state, "1", "", "")})
    assert malformed(bodies.encode(body), BODIES[1])
    body = msgspec.structs.replace(BODIES[1], words={"a": bodies.Word(state, "yes", "")})
    assert malformed(bodies.encode(body), BODIES[1])


@pytest.mark.parametrize("name", ["", "A", "1a", "a" * 41, "a-b", "a\n", "a b", "学生", "__proto__", "a.b", "../a"])
def test_a_fact_is_named_as_in_the_dictionary(name: str) -> None:
    body = msgspec.structs.replace(BODIES[1], facts={name: bodies.Figure("given", "1", "", "")})
    assert malformed(bodies.encode(body), BODIES[1])
    for key in ("words", "previous_words"):
        body = msgspec.structs.replace(BODIES[1], **{key: {name: bodies.Word("given", "yes", "")}})
        assert malformed(bodies.encode(body), BODIES[1])


def test_a_fact_given_twice_is_refused() -> None:
    data = with_figure("5")
    twice = data.replace(b'"facts":{', b'"facts":{"students_ft":{"state":"given","text":"6","unit":"","reason":""},')
    assert twice != data
    assert malformed(twice, BODIES[1])
    data = bodies.encode(BODIES[1])
    twice = data.replace(b'"words":{', b'"words":{"enrol_right":{"state":"given","text":"1","reason":""},')
    assert twice != data
    assert malformed(twice, BODIES[1])


@pytest.mark.parametrize("code", ["", "3641990001\n", "a/b", "../x", "x" * 41, "校", "a b"])
def test_a_unit_code_is_plain(code: str) -> None:
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[1], unit=code)), BODIES[1])


@pytest.mark.parametrize("hash_", ["", "AB" * 32, "ab" * 31, HASH + "\n", "../" + "a" * 61])
def test_a_hash_is_64_small_hex_digits(hash_: str) -> None:
    entry = msgspec.structs.replace(EVIDENCE, sha256=hash_)
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[1], evidence=[entry])), BODIES[1])


@pytest.mark.parametrize("size", [0, -1, limits.ONE_FILE + 1])
def test_evidence_has_a_size_within_the_limit(size: int) -> None:
    entry = msgspec.structs.replace(EVIDENCE, size=size)
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[1], evidence=[entry])), BODIES[1])


def test_texts_and_lists_have_an_end() -> None:
    body = BODIES[1]
    assert not malformed(bodies.encode(msgspec.structs.replace(body, with_errors="字" * limits.TEXT)), body)
    assert malformed(bodies.encode(msgspec.structs.replace(body, with_errors="字" * (limits.TEXT + 1))), body)
    assert malformed(bodies.encode(msgspec.structs.replace(body, evidence=[EVIDENCE] * (limits.FILES + 1))), body)
    assert malformed(bodies.encode(msgspec.structs.replace(body, name="字" * 201)), body)
    for length, refused in ((limits.TABLE, False), (limits.TABLE + 1, True)):
        words = {"majors": bodies.Word("given", "字" * length, "")}
        assert malformed(bodies.encode(msgspec.structs.replace(body, words=words)), body) is refused


@pytest.mark.parametrize(("count", "refused"), [(0, True), (1, False), (20, False), (21, True)])
def test_an_update_of_standards_carries_one_to_twenty(count: int, refused: bool) -> None:
    body = msgspec.structs.replace(BODIES[7], packs=["{}"] * count)
    assert malformed(bodies.encode(body), BODIES[7]) is refused


def test_numbers_fit_the_database() -> None:
    receipt = bodies.ReceiptEntry(HASH, 2**53 + 1, "")
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[3], receipts=[receipt])), BODIES[3])
    school = msgspec.structs.replace(BODIES[4].schools[0], seq=2**63)
    assert malformed(bodies.encode(msgspec.structs.replace(BODIES[4], schools=[school])), BODIES[4])


# Keys of others


BAD_AGE = ["", "age1", AGE + "\n", AGE.upper(), "age1" + "q" * 58, "age1" + "1" * 58, AGE[:-1] + "b", bech32(bytes(32))]


@pytest.mark.parametrize(
    "body", [each for each in BODIES if hasattr(each, "age")], ids=lambda each: type(each).__name__
)
@pytest.mark.parametrize("age", BAD_AGE)
def test_a_key_nobody_can_encrypt_to_is_refused_when_it_arrives(body: Any, age: str) -> None:
    """Else one school could stop the reply bundle for all the others."""
    data = bodies.encode(body)
    assert data.count(AGE.encode()) == 1
    assert not malformed(data, body)
    assert malformed(data.replace(AGE.encode(), age.replace("\n", "\\n").encode()), body)


def test_we_send_no_such_key_ourselves() -> None:
    with pytest.raises(ValueError, match="age"):
        bodies.TrustList(1, HASH, HASH, "age1")


# Entries


FIELDS = {name: each for pack in ("cn_db_2022_zz", "cn_zz_2010") for name, each in load(pack).fields.items()}


def test_entries_travel_and_come_back() -> None:
    entries = {
        "students_ft": given_entry("1500", "人"),
        "edu_phd": Entry(State.NOT_APPLICABLE, "", "", "没有"),
        "land_owned": Entry(State.UNKNOWN),
        "books_print": Entry(),
        "majors": given_entry(WORDS["majors"]),
        "zz10_q_plan": given_entry("partly"),
        "zz10_q_sport": Entry(State.NOT_APPLICABLE, reason="不适用"),
        "enrol_right": Entry(State.UNKNOWN, reason="在查"),
        "pack_class": given_entry("一般类"),
        "zz10_q_legal": Entry(),
        "no_longer_asked": given_entry("5"),
    }
    numbers, texts = bodies.figures(entries, FIELDS), bodies.words(entries, FIELDS)
    assert set(numbers) == {"students_ft", "edu_phd", "land_owned"}
    assert set(texts) == {"majors", "zz10_q_plan", "zz10_q_sport", "enrol_right", "pack_class"}
    sent = {name: each for name, each in entries.items() if name in {*numbers, *texts}}
    assert bodies.entries(numbers, texts) == sent


def test_a_given_figure_without_anything_counts_as_not_filled() -> None:
    numbers = {"a": bodies.Figure("given", "", "人", "x"), "b": bodies.Figure("unknown", "", "", "")}
    found = bodies.entries(numbers, {"c": bodies.Word("given", "", "x"), "d": bodies.Word("unknown", "", "")})
    assert (found["a"], found["c"]) == (Entry(), Entry())
    assert (found["b"].state, found["d"].state) == (State.UNKNOWN, State.UNKNOWN)


def filled(field: Field) -> st.SearchStrategy[Entry]:
    """Any filled entry of a fact."""
    reasons = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    states = [st.builds(Entry, st.just(State.NOT_APPLICABLE), reason=reasons), st.just(Entry(State.UNKNOWN))]
    if field.number:
        units = st.sampled_from(["", "㎡", "亩", "人", "万元"])
        return st.one_of(st.builds(given_entry, st.from_regex(DECIMAL, fullmatch=True), units), *states)
    texts = {"answer": ["yes", "partly", "no"], "bool": ["0", "1"], "table": ["[]", WORDS["majors"]]}
    return st.one_of(st.sampled_from(texts.get(field.kind, ["一般类", "技工"])).map(given_entry), *states)


ASKED = {name: each for name, each in FIELDS.items() if not each.derived}


@settings(max_examples=100, deadline=None, database=None)
@given(st.fixed_dictionaries({}, optional={name: filled(each) for name, each in ASKED.items()}))
def test_any_filled_entries_come_back_exactly_and_fit(entries: dict[str, Entry]) -> None:
    numbers, texts = bodies.figures(entries, FIELDS), bodies.words(entries, FIELDS)
    body = msgspec.structs.replace(BODIES[1], facts=numbers, words=texts, previous=numbers, previous_words=texts)
    found = decoded(bodies.encode(body), body)
    assert found == body
    assert bodies.entries(found.facts, found.words) == entries
    assert bodies.entries(found.previous, found.previous_words) == entries
    asked = {name: each for name, each in entries.items() if FIELDS[name].kind != "text" or FIELDS[name].choices}
    assert bodies.fits(bodies.figures(asked, FIELDS), bodies.words(asked, FIELDS), FIELDS)


# What the standards ask for


NUMBER = bodies.Figure("given", "1", "", "")


@pytest.mark.parametrize("name", ["nonsense", "land_counted", "majors", "zz10_q_plan", "enrol_right", "pack_class"])
def test_a_number_fits_only_where_the_standards_ask_for_one(name: str) -> None:
    assert bodies.fits({"students_ft": NUMBER}, {}, FIELDS)
    assert not bodies.fits({"students_ft": NUMBER, name: NUMBER}, {}, FIELDS)


@pytest.mark.parametrize("name", ["nonsense", "land_counted", "students_ft"])
@pytest.mark.parametrize("state", ["given", "unknown", "not_applicable"])
def test_a_word_fits_only_where_the_standards_ask_for_one(name: str, state: str) -> None:
    assert bodies.fits({}, WORDED, FIELDS)
    assert not bodies.fits({}, {**WORDED, name: bodies.Word(state, "yes" if state == "given" else "", "")}, FIELDS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zz10_q_plan", "符合"),
        ("zz10_q_plan", "1"),
        ("zz10_q_plan", "YES"),
        ("zz10_q_plan", ""),
        ("enrol_right", "yes"),
        ("enrol_right", "2"),
        ("pack_class", "别的"),
        ("pack_class", " 一般类"),
        ("majors", ""),
        ("majors", "x"),
        ("majors", "{}"),
        ("majors", "[5]"),
        ("majors", '[{"students":5}]'),
        ("majors", '[{"students":"-5"}]'),
        ("majors", '[{"students":"5"} ]'),
        ("majors", '[{"nonsense":"5"}]'),
        ("majors", '[{"students":"5","group_code":"66"}]'),
        ("majors", "[" * 100_000),
    ],
)
def test_a_word_that_is_not_in_its_stored_form_does_not_fit(name: str, text: str) -> None:
    assert not bodies.fits({}, {name: bodies.Word("given", text, "")}, FIELDS)


def test_plain_is_the_body_as_builtins() -> None:
    for body in BODIES:
        assert bodies.plain(body) == plain(body)
