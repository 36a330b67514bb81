"""What packages carry: exact types, one byte form, figures as decimal text and nothing that only looks like it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.sync.parcels import keys
from tests.models.sync.test_seal import bech32
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
        "r-1", "3641990001", "甲校（虚构）", "张三", "0370-1", AGE, FIGURES, {}, {"L01": "因为"},
        [EVIDENCE], [bodies.Reply("f-1", "in_progress", "在办")], "",
    ),
    bodies.ReplyBody("r-1", [bodies.ReplyPart("3641990001", HASH)]),
    bodies.SchoolPart(
        "3641990001", [bodies.ReceiptEntry(HASH, 1, "2026-11-23")], "returned", HASH, "",
        [bodies.CommentEntry("land_owned", "请核对", "2026-12-01")], [FINDING], FIGURES,
    ),
    bodies.Inspection(
        ROUND, "测试市教育局（虚构）", "411400", TRUST, ["{}"], "a-1", "1", HASH,
        [bodies.InspectedSchool(UNIT, HASH, 3, FIGURES, [EVIDENCE], [FINDING])],
    ),
    bodies.Review(
        "r-1", "a-1", "1", HASH, AGE,
        [bodies.MarkEntry("3641990001", "land_owned", "differ", "88.5", "亩", "measure", "量过")], [FINDING],
    ),
    bodies.TrustList(1, HASH, HASH, AGE),
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
    return not set(holder) <= set(FIGURES) and "L01" not in holder


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


@pytest.mark.parametrize("name", ["", "A", "1a", "a" * 41, "a-b", "a\n", "a b", "学生", "__proto__", "a.b", "../a"])
def test_a_fact_is_named_as_in_the_dictionary(name: str) -> None:
    body = msgspec.structs.replace(BODIES[1], facts={name: bodies.Figure("given", "1", "", "")})
    assert malformed(bodies.encode(body), BODIES[1])


def test_a_fact_given_twice_is_refused() -> None:
    data = with_figure("5")
    twice = data.replace(b'"facts":{', b'"facts":{"students_ft":{"state":"given","text":"6","unit":"","reason":""},')
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


def test_entries_travel_and_come_back() -> None:
    entries = {
        "a": given_entry("1500", "人"),
        "b": Entry(State.NOT_APPLICABLE, "", "", "没有"),
        "c": Entry(State.UNKNOWN),
        "d": Entry(),
    }
    sent = bodies.figures(entries)
    assert set(sent) == {"a", "b", "c"}  # what is not filled is not sent
    assert bodies.entries(sent) == {name: each for name, each in entries.items() if name != "d"}


def test_a_given_figure_without_a_number_counts_as_not_filled() -> None:
    assert bodies.entry(bodies.Figure("given", "", "人", "x")) == Entry()
    assert bodies.entry(bodies.Figure("unknown", "", "", "")).state is State.UNKNOWN


ENTRY = st.one_of(
    st.builds(given_entry, st.from_regex(DECIMAL, fullmatch=True), st.sampled_from(["", "㎡", "亩", "人", "万元"])),
    st.builds(
        Entry, st.just(State.NOT_APPLICABLE), reason=st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    ),
    st.just(Entry(State.UNKNOWN)),
)


@settings(max_examples=100, deadline=None, database=None)
@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), ENTRY, max_size=8))
def test_any_filled_entries_come_back_exactly(entries: dict[str, Entry]) -> None:
    body = msgspec.structs.replace(BODIES[1], facts=bodies.figures(entries))
    found = decoded(bodies.encode(body), body)
    assert found == body
    assert bodies.entries(found.facts) == entries


def test_plain_is_the_body_as_builtins() -> None:
    for body in BODIES:
        assert bodies.plain(body) == plain(body)
