"""The manifest is read in its one byte form only, whoever signed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.sync.parcels import keys, package, taken_apart, written
from vetdesk.models.sync import limits, manifest, refusals
from vetdesk.models.sync.manifest import PREFIX, decode, encode


@pytest.fixture
def body(tmp_path: Path) -> dict[str, Any]:
    """A real manifest as plain values."""
    return taken_apart(package(tmp_path)).manifest


def test_decoding_gives_back_what_was_encoded(tmp_path: Path) -> None:
    data = taken_apart(package(tmp_path)).body
    assert encode(decode(data)) == data


def test_every_manifest_starts_with_format_version_and_key(tmp_path: Path) -> None:
    data = taken_apart(package(tmp_path)).body
    assert data.startswith(PREFIX + keys().public.hex().encode("ascii") + b'"')
    assert json.loads(data)["format"] == manifest.FORMAT
    assert json.loads(data)["v"] == manifest.VERSION


def test_pythons_own_json_gives_the_same_bytes(tmp_path: Path) -> None:
    parts = taken_apart(package(tmp_path))
    assert written(parts.manifest) == parts.body


def test_every_kind_has_a_word() -> None:
    assert set(manifest.KINDS) == set(refusals.KINDS)


def refused(data: bytes) -> bool:
    """Whether `decode` says ValueError (and nothing else)."""
    try:
        decode(data)
    except ValueError:
        return True
    return False


def test_the_helper_can_fail(body: dict[str, Any]) -> None:
    assert not refused(written(body))


@pytest.mark.parametrize("key", sorted(manifest.Manifest.__struct_fields__))
def test_a_missing_key_is_refused(body: dict[str, Any], key: str) -> None:
    del body[key]
    assert refused(written(body))


@pytest.mark.parametrize("place", [(), ("issuer",), ("audience",), ("files", 0), ("files", 1)])
def test_an_unknown_key_is_refused(body: dict[str, Any], place: tuple[str | int, ...]) -> None:
    target: Any = body
    for step in place:
        target = target[step]
    target["extra"] = 1
    assert refused(written(body))


def test_a_duplicate_key_is_refused(body: dict[str, Any]) -> None:
    data = written(body)
    assert refused(data[:-1] + b',"seq":1}')
    assert refused(data.replace(b'"seq":1', b'"seq":1,"seq":1'))
    assert refused(data.replace(b'"seq":1', b'"seq":2,"seq":1'))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":1', b'"seq": 1'),
        (b'"seq":1', b'\n"seq":1'),
        (b'"seq":1', b'"seq":1.0'),
        (b'"seq":1', b'"seq":1e0'),
        (b'"seq":1', b'"seq":01'),
        (b'"seq":1', b'"seq":NaN'),
        (b'"seq":1', b'"seq":Infinity'),
        (b'"seq":1', b'"seq":true'),
        (b'"seq":1', b'"seq":null'),
        (b'"seq":1', b'"seq":"1"'),
        (b'"seq":1', b'"seq":0'),
        (b'"seq":1', b'"seq":-1'),
        (b'"seq":1', b'"seq":9007199254740993'),
        (b'"seq":1', b'"seq":' + b"9" * 5000),
        (b'"min_reader":1', b'"min_reader":-0'),
        (b'"kind":"submission"', b'"kind":"\\u0073ubmission"'),
        (b'"kind":"submission"', b'"kind":"\xff"'),
        (b'"kind":"submission"', b'"kind":"\\ud800"'),
        (b'"kind":"submission"', b'"kind":["submission"]'),
        (b'"role":"school"', b'"role":"root"'),
        (b'"role":"school"', b'"role":"school\\n"'),
        (b'"prev":""', b'"prev":"abc"'),
        (b'"prev":""', b'"prev":"' + b"A" * 64 + b'"'),
        (b'"absent":[]', b'"absent":["x"]'),
        (b'"absent":[]', b'"absent":[ ]'),
        (b'"standard":[]', b'"standard":["' + b"0" * 64 + b'\\n"]'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":0'),
    ],
)
def test_another_spelling_is_refused(body: dict[str, Any], old: bytes, new: bytes) -> None:
    data = written(body)
    assert data.count(old) == 1
    assert refused(data.replace(old, new))


@pytest.mark.parametrize("field", ["audit_head", "key", "prev", "answers"])
def test_a_hash_ends_where_its_digits_end(body: dict[str, Any], field: str) -> None:
    body[field] = "0" * 64
    assert not refused(written(body))
    body[field] = "0" * 64 + "\n"
    assert refused(written(body))


def test_keys_in_another_order_are_refused(body: dict[str, Any]) -> None:
    assert refused(written(dict(reversed(body.items()))))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"1", b"\xef\xbb\xbf{}", b"{" * 50, b"\x00"])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    assert refused(data)


def test_a_byte_order_mark_or_trailing_bytes_are_refused(body: dict[str, Any]) -> None:
    data = written(body)
    assert refused(b"\xef\xbb\xbf" + data)
    assert refused(data + b"\n")
    assert refused(data + b"{}")


def test_deep_nesting_is_refused_without_a_crash(body: dict[str, Any]) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    data = written(body).replace(b'"absent":[]', b'"absent":' + deep)
    assert refused(data)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["blobs"],
        ["blobs", "data"],
        ["data", "data"],
        ["data", "blobs", "blobs"],
    ],
)
def test_the_file_list_starts_with_the_data_and_names_each_once(body: dict[str, Any], names: list[str]) -> None:
    data, blob = body["files"]
    body["files"] = [data if name == "data" else blob for name in names]
    assert refused(written(body))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "blobs/../data.json",
        "/etc/passwd",
        "C:\\x",
        "blobs/" + "A" * 64,
        "blobs/" + "0" * 63,
        "blobs/" + "0" * 65,
        "blobs/" + "0" * 64 + "\n",
        "blobs/" + "0" * 64 + "/x",
        "blobs\\" + "0" * 64,
        "manifest.json",
        "data.json\n",
        "DATA.JSON",
        "",
    ],
)
def test_only_two_forms_of_names_exist(body: dict[str, Any], name: str) -> None:
    body["files"][1]["name"] = name
    assert refused(written(body))


def test_a_blob_is_named_by_its_hash(body: dict[str, Any]) -> None:
    body["files"][1]["name"] = "blobs/" + "0" * 64
    assert refused(written(body))


def test_labels_and_texts_have_an_end(body: dict[str, Any]) -> None:
    body["files"][1]["label"] = "字" * limits.LABEL
    body["replica"] = "字" * 200
    assert not refused(written(body))
    body["files"][1]["label"] += "字"
    assert refused(written(body))
    body["files"][1]["label"] = ""
    body["replica"] += "字"
    assert refused(written(body))


@pytest.mark.parametrize(("field", "value"), [("size", 2**53 + 1), ("size", -1), ("crc", 2**32), ("crc", -1)])
def test_numbers_of_a_file_have_bounds(body: dict[str, Any], field: str, value: int) -> None:
    body["files"][1][field] = value
    assert refused(written(body))


def test_the_number_of_files_has_an_end(body: dict[str, Any]) -> None:
    data, blob = body["files"]
    blobs = [{**blob, "name": f"blobs/{at:064x}", "sha256": f"{at:064x}"} for at in range(limits.FILES)]
    body["files"] = [data, *blobs[1:]]
    assert not refused(written(body))
    body["files"] = [data, *blobs]
    assert refused(written(body))
