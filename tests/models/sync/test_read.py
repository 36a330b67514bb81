"""The reader: whatever was done to a package, RefusedError with its own reason comes out, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PosixPath
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.sync import parcels
from tests.models.sync.parcels import (
    BLOB,
    DATA,
    assembled,
    carrying,
    keys,
    letterhead,
    package,
    refusal,
    resigned,
    signed,
    taken_apart,
    written,
)
from vetdesk.models.sync import limits, sign
from vetdesk.models.sync.codes import fingerprint
from vetdesk.models.sync.container import Member, local_header
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.manifest import decode
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.seal import sealed
from vetdesk.models.sync.sealed_file import FORMAT, Note, seal_file
from vetdesk.models.sync.write import write_package

BLOB_HASH = hashlib.sha256(BLOB).hexdigest()
BLOB_NAME = f"blobs/{BLOB_HASH}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A small real package."""
    return package(tmp_path)


def changed(path: Path, data: bytes, name: str = "改动.vdpkg") -> Path:
    """A file with other bytes beside the real one."""
    target = path.with_name(name)
    target.write_bytes(data)
    return target


# What is right


def test_a_whole_package_is_read(path: Path) -> None:
    found = verify(path)
    assert found.manifest == decode(taken_apart(path).body)
    assert found.hash == hashlib.sha256(taken_apart(path).body).hexdigest()
    assert found.public == keys().public
    assert found.fingerprint == fingerprint(keys().public)
    assert found.data() == DATA
    assert found.blob(BLOB_HASH) == BLOB
    assert found.blob("0" * 64) is None
    assert set(found.places) == {"data.json", BLOB_NAME}


def test_a_package_without_blobs_and_one_with_empty_data_are_read(tmp_path: Path) -> None:
    assert verify(package(tmp_path, blobs=[])).data() == DATA
    empty = verify(package(tmp_path, "空.vdpkg", data=b"", blobs=[]))
    assert empty.data() == b""


def test_large_members_come_in_blocks(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(2 * limits.BLOCK + 17)
    found = verify(package(tmp_path, blobs=[content]))
    blocks = list(found.blocks(f"blobs/{hashlib.sha256(content).hexdigest()}"))
    assert [len(each) for each in blocks] == [limits.BLOCK, limits.BLOCK, 17]
    assert b"".join(blocks) == content


def test_another_signer_reads_as_another_fingerprint(path: Path) -> None:
    """Anybody can sign; whom to trust is decided by the fingerprint, not here."""
    parts = taken_apart(path)
    stranger = keys(2)
    body = written({**parts.manifest, "key": stranger.public.hex()})
    target = changed(path, signed(body, parts.files, key=stranger.signing))
    assert verify(target).fingerprint == fingerprint(stranger.public) != verify(path).fingerprint


# Damage of every kind


def test_a_flipped_bit_anywhere_is_refused(path: Path) -> None:
    data = path.read_bytes()
    target = path.with_name("bit.vdpkg")
    for at in range(len(data)):
        other = bytearray(data)
        other[at] ^= 1 << at % 8
        target.write_bytes(other)
        try:
            verify(target)
        except RefusedError:
            continue
        pytest.fail(f"byte {at} was taken")


def test_a_cut_anywhere_is_refused_as_incomplete(path: Path) -> None:
    data = path.read_bytes()
    target = path.with_name("cut.vdpkg")
    for size in range(len(data)):
        target.write_bytes(data[:size])
        assert refusal(target) is (Refusal.TRUNCATED if size >= 4 else Refusal.NOT_OURS), size


def test_a_cut_says_how_much_is_missing(tmp_path: Path) -> None:
    path = package(tmp_path, blobs=[bytes(3_000_000)])
    data = path.read_bytes()
    target = changed(path, data[: len(data) - 2_500_000])
    with pytest.raises(RefusedError, match=r"缺 2\.5 MB"):
        verify(target)


@pytest.mark.parametrize("tail", [b"\0", b"\n", b"\r\n", b"PK\x05\x06" + bytes(18), bytes(100_000)])
def test_bytes_after_the_end_are_refused(path: Path, tail: bytes) -> None:
    assert refusal(changed(path, path.read_bytes() + tail)) is Refusal.ALTERED


@pytest.mark.parametrize("head", [b"\0", b"\xef\xbb\xbf", b"MZ\x90\x00", b"#!/bin/sh\n", bytes(100_000)])
def test_bytes_before_the_start_are_refused(path: Path, head: bytes) -> None:
    assert refusal(changed(path, head + path.read_bytes())) is Refusal.NOT_OURS


def test_two_packages_in_one_file_are_refused(path: Path, tmp_path: Path) -> None:
    other = package(tmp_path, "第二个.vdpkg", data=b'{"round":"other"}')
    assert refusal(changed(path, path.read_bytes() + other.read_bytes())) is Refusal.ALTERED
    assert refusal(changed(path, path.read_bytes() * 2)) is Refusal.ALTERED


def test_changed_line_ends_are_refused(tmp_path: Path) -> None:
    path = package(tmp_path, blobs=[b"%PDF-\nline\nline\n"])
    refusal(changed(path, path.read_bytes().replace(b"\n", b"\r\n")))


@pytest.mark.parametrize("name", [b"manifest.json", b"manifest.sig", b"data.json", BLOB_NAME.encode()])
def test_a_renamed_member_is_refused(path: Path, name: bytes) -> None:
    data = path.read_bytes()
    other = name[:-1] + b"x"
    headers = [at for at in range(len(data)) if data.startswith(name, at) and data[at - 30 : at - 26] == b"PK\x03\x04"]
    assert len(headers) == 1
    local = data[: headers[0]] + other + data[headers[0] + len(name) :]
    assert refusal(changed(path, local)) in (Refusal.ALTERED, Refusal.NOT_OURS)
    directory = data.rindex(name)
    central = data[:directory] + other + data[directory + len(name) :]
    assert refusal(changed(path, central)) is Refusal.ALTERED
    both = central[: headers[0]] + other + central[headers[0] + len(name) :]
    assert refusal(changed(path, both)) in (Refusal.ALTERED, Refusal.NOT_OURS)


def members(path: Path) -> list[tuple[str, bytes]]:
    """All four members of the package."""
    parts = taken_apart(path)
    return [("manifest.json", parts.body), ("manifest.sig", parts.mark), *parts.files]


def test_taking_apart_and_assembling_is_exact(path: Path) -> None:
    assert assembled(members(path)) == path.read_bytes()


EXTRA = [
    ("data.json", DATA),
    ("data.json", b"{}"),
    ("blobs/" + "0" * 64, b"x"),
    ("../../home/x", b"x"),
    ("/etc/cron.d/x", b"x"),
    ("..\\x", b"x"),
    ("CON", b"x"),
    ("manifest.json", b"{}"),
    ("run.sh", b"#!/bin/sh"),
]


@pytest.mark.parametrize("extra", EXTRA)
@pytest.mark.parametrize("at", [0, 1, 2, 3, 4])
def test_a_member_more_is_refused_at_every_place(path: Path, extra: tuple[str, bytes], at: int) -> None:
    found = members(path)
    found.insert(at, extra)
    expected = {Refusal.ALTERED, Refusal.NOT_OURS} if at < 2 else {Refusal.ALTERED}
    assert refusal(changed(path, assembled(found))) in expected


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_member_less_is_refused(path: Path, at: int) -> None:
    found = members(path)
    del found[at]
    assert refusal(changed(path, assembled(found))) in (Refusal.ALTERED, Refusal.NOT_OURS, Refusal.TRUNCATED)


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2), (3, 2, 1, 0)])
def test_another_order_is_refused(path: Path, order: tuple[int, ...]) -> None:
    found = members(path)
    assert refusal(changed(path, assembled([found[at] for at in order]))) in (Refusal.ALTERED, Refusal.NOT_OURS)


@pytest.mark.parametrize("name", ["data.json", BLOB_NAME])
@pytest.mark.parametrize("longer", [False, True])
def test_other_content_with_right_checksums_is_refused(path: Path, name: str, longer: bool) -> None:
    found = [
        (each, (content[:-1] + b"!!"[: 1 + longer]) if each == name else content) for each, content in members(path)
    ]
    assert refusal(changed(path, assembled(found))) is Refusal.ALTERED


def test_two_blobs_cannot_change_places(tmp_path: Path) -> None:
    path = package(tmp_path, blobs=[b"%PDF-one", b"%PDF-two"])
    found = members(path)
    found[2:] = [found[2], (found[3][0], found[4][1]), (found[4][0], found[3][1])]
    assert refusal(changed(path, assembled(found))) is Refusal.ALTERED


@pytest.mark.parametrize(("at", "what"), [(4, "version"), (6, "flags"), (8, "method"), (10, "time"), (28, "extra")])
@pytest.mark.parametrize("member", [0, 1, 2, 3])
def test_every_field_of_a_header_is_compared(path: Path, member: int, at: int, what: str) -> None:
    data = bytearray(path.read_bytes())
    starts = [each for each in range(len(data)) if data[each : each + 4] == b"PK\x03\x04"]
    data[starts[member] + at] ^= 1
    assert refusal(changed(path, bytes(data))) in (Refusal.ALTERED, Refusal.NOT_OURS, Refusal.TRUNCATED), what


def with_checksum(data: bytes, content: bytes, checksum: int) -> bytes:
    """A container whose header and directory both give one content another checksum."""
    old, new = (each.to_bytes(4, "little") for each in (zlib.crc32(content), checksum))
    assert data.count(old) >= 2
    return data.replace(old, new)


@pytest.mark.parametrize("member", [0, 1])
def test_a_wrong_checksum_of_the_first_two_members_is_refused(path: Path, member: int) -> None:
    """Nothing in the manifest names them; they must still be the ones other readers compute."""
    content = members(path)[member][1]
    data = with_checksum(path.read_bytes(), content, zlib.crc32(content) ^ 1)
    assert refusal(changed(path, data)) is Refusal.ALTERED


# Signatures


def test_an_edited_manifest_with_right_checksums_is_not_signed(path: Path) -> None:
    parts = taken_apart(path)
    body = parts.body.replace(b"3641990001", b"3641990002")
    assert body != parts.body
    edited = assembled([("manifest.json", body), ("manifest.sig", parts.mark), *parts.files])
    assert refusal(changed(path, edited)) is Refusal.BAD_SIGNATURE


def test_new_data_listed_in_the_manifest_is_not_signed(path: Path) -> None:
    parts = taken_apart(path)
    body = taken_apart(carrying(path, [("data.json", b"{}")])).body
    forged = assembled([("manifest.json", body), ("manifest.sig", parts.mark), ("data.json", b"{}")])
    assert refusal(changed(path, forged)) is Refusal.BAD_SIGNATURE


def test_a_signature_of_another_key_is_refused(path: Path) -> None:
    parts = taken_apart(path)
    stranger = sign.signature_member(keys(2).signing, parts.body)
    for mark in (stranger, parts.mark[:36] + stranger[36:], stranger[:36] + parts.mark[36:]):
        forged = assembled([("manifest.json", parts.body), ("manifest.sig", mark), *parts.files])
        assert refusal(changed(path, forged)) is Refusal.BAD_SIGNATURE


def test_a_signature_of_another_package_is_refused(path: Path, tmp_path: Path) -> None:
    other = taken_apart(package(tmp_path, "第二个.vdpkg"))
    parts = taken_apart(path)
    forged = assembled([("manifest.json", parts.body), ("manifest.sig", other.mark), *parts.files])
    assert refusal(changed(path, forged)) is Refusal.BAD_SIGNATURE


def test_a_signature_for_a_trust_list_is_not_one_for_a_package(path: Path) -> None:
    parts = taken_apart(path)
    mark = parts.mark[:36] + sign.signature(keys().signing, parts.body, kind=sign.TRUST_TYPE)
    forged = assembled([("manifest.json", parts.body), ("manifest.sig", mark), *parts.files])
    assert refusal(changed(path, forged)) is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", [0, 2, 255])
def test_another_algorithm_byte_is_refused(path: Path, algorithm: int) -> None:
    parts = taken_apart(path)
    mark = parts.mark[:3] + bytes([algorithm]) + parts.mark[4:]
    forged = assembled([("manifest.json", parts.body), ("manifest.sig", mark), *parts.files])
    assert refusal(changed(path, forged)) is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("mark", "reason"),
    [(b"", Refusal.BAD_SIGNATURE), (bytes(99), Refusal.BAD_SIGNATURE), (bytes(101), Refusal.ALTERED)],
)
def test_a_signature_of_another_length_is_refused(path: Path, mark: bytes, reason: Refusal) -> None:
    parts = taken_apart(path)
    forged = assembled([("manifest.json", parts.body), ("manifest.sig", mark), *parts.files])
    assert refusal(changed(path, forged)) is reason


def test_a_manifest_naming_another_key_is_refused(path: Path) -> None:
    """The key is the one the manifest names; one's own name over another's key does not verify."""
    assert refusal(resigned(path, lambda body: body.update(key=keys(2).public.hex()))) is Refusal.BAD_SIGNATURE


# An insider who holds a key


def insider(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """The manifest's bytes edited, properly signed again."""
    parts = taken_apart(path)
    body = edit(parts.body)
    assert body != parts.body
    return changed(path, signed(body, parts.files), "insider.vdpkg")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":1', b'"seq":1,"seq":1'),
        (b'"seq":1', b'"seq": 1'),
        (b'"seq":1', b'"seq":1,"extra":1'),
        (b'"seq":1', b'"seq":1.0'),
        (b'"seq":1', b'"seq":1e0'),
        (b'"seq":1', b'"seq":NaN'),
        (b'"seq":1', b'"seq":-Infinity'),
        (b'"seq":1', b'"seq":0'),
        (b'"seq":1', b'"seq":' + b"9" * 5000),
        (b'"seq":1,', b""),
        (b'"cycle":"round-1"', b'"cycle":"\xff\xfe"'),
        (b'"cycle":"round-1"', b'"cycle":"\\ud800"'),
        (b'"absent":[]', b'"absent":' + b"[" * 50_000 + b"]" * 50_000),
        (b'"absent":[]', b'"absent":' + b"[" * 50_000),
        (b'"audit_head":"0', b'"audit_head":"\\n0'),
    ],
)
def test_a_signed_manifest_in_another_form_is_malformed(path: Path, old: bytes, new: bytes) -> None:
    assert refusal(insider(path, lambda body: body.replace(old, new, 1))) is Refusal.MALFORMED


@pytest.mark.parametrize("tail", [b" ", b"\n", b"{}", b"\0"])
def test_a_signed_manifest_with_more_behind_it_is_malformed(path: Path, tail: bytes) -> None:
    assert refusal(insider(path, lambda body: body + tail)) is Refusal.MALFORMED


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "C:\\x", "blobs/../../x", "run.exe", BLOB_NAME + "\n"])
def test_a_signed_path_that_leads_out_is_malformed(path: Path, name: str) -> None:
    forged = carrying(path, [("data.json", DATA), (name, BLOB)])
    assert refusal(forged) is Refusal.MALFORMED
    assert not list(path.parent.parent.glob("x"))


def test_signed_duplicates_and_foreign_blob_names_are_malformed(path: Path) -> None:
    assert refusal(carrying(path, [("data.json", DATA), ("data.json", DATA)])) is Refusal.MALFORMED
    assert refusal(carrying(path, [("data.json", DATA), ("blobs/" + "0" * 64, BLOB)])) is Refusal.MALFORMED
    assert refusal(carrying(path, [(BLOB_NAME, BLOB)])) is Refusal.MALFORMED
    assert refusal(carrying(path, [])) is Refusal.MALFORMED


@pytest.mark.parametrize("field", ["sha256", "crc", "size"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_signed_list_that_lies_about_a_file_is_refused(path: Path, field: str, at: int) -> None:
    def edit(body: dict[str, Any]) -> None:
        each = body["files"][at]
        each[field] = "0" * 64 if field == "sha256" else each[field] - 1
        if at and field == "sha256":
            each["name"] = "blobs/" + "0" * 64

    assert refusal(resigned(path, edit)) is Refusal.ALTERED


def test_a_listed_hash_that_is_not_the_contents_is_refused_with_right_headers(path: Path) -> None:
    """The container agrees with the manifest in everything; only the content has another hash."""
    parts = taken_apart(path)
    manifest = parts.manifest
    manifest["files"][0]["sha256"] = "0" * 64
    assert refusal(changed(path, signed(written(manifest), parts.files))) is Refusal.ALTERED


@pytest.mark.parametrize("at", [0, 1])
def test_a_wrong_checksum_is_refused_though_it_is_signed_and_everywhere_the_same(path: Path, at: int) -> None:
    """Else other programs would call the file damaged that we took."""
    parts = taken_apart(path)
    manifest = parts.manifest
    content = parts.files[at][1]
    wrong = zlib.crc32(content) ^ 1
    manifest["files"][at]["crc"] = wrong
    data = with_checksum(signed(written(manifest), parts.files), content, wrong)
    assert refusal(changed(path, data)) is Refusal.ALTERED


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("zz" * 32, Refusal.MALFORMED),
        ("é" * 32, Refusal.MALFORMED),
        ("AA" * 32, Refusal.BAD_SIGNATURE),
        ("  " * 32, Refusal.BAD_SIGNATURE),
        ("", Refusal.MALFORMED),
    ],
)
def test_a_key_that_is_none_is_refused(path: Path, digits: str, reason: Refusal) -> None:
    parts = taken_apart(path)
    body = parts.body.replace(keys().public.hex().encode(), digits.encode())
    assert refusal(changed(path, signed(body, parts.files))) is reason


def test_a_key_in_capitals_is_malformed(path: Path) -> None:
    forged = insider(
        path, lambda body: body.replace(keys().public.hex().encode(), keys().public.hex().upper().encode())
    )
    assert refusal(forged) is Refusal.MALFORMED


@pytest.mark.parametrize(
    "sizes",
    [
        (limits.DATA + 1, 10),
        (10, limits.ONE_FILE + 1),
        (2**32 - 1, 10),
        (2**32, 10),
        (10, 2**32),
        (10, 2**53),
        (2**53, 2**53),
    ],
)
def test_signed_sizes_beyond_the_limits_are_too_large(path: Path, sizes: tuple[int, int]) -> None:
    def edit(body: dict[str, Any]) -> None:
        for each, size in zip(body["files"], sizes, strict=True):
            each["size"] = size

    assert refusal(resigned(path, edit)) is Refusal.TOO_LARGE


def test_many_signed_files_within_the_limit_each_are_too_large_together(path: Path) -> None:
    def edit(body: dict[str, Any]) -> None:
        blob = body["files"][1]
        body["files"][1:] = [
            {**blob, "name": f"blobs/{at:064x}", "sha256": f"{at:064x}", "size": limits.ONE_FILE} for at in range(60)
        ]

    assert refusal(resigned(path, edit)) is Refusal.TOO_LARGE


def test_sizes_inside_the_limits_that_are_not_there_are_missing(path: Path) -> None:
    assert refusal(resigned(path, lambda body: body["files"][1].update(size=limits.ONE_FILE))) is Refusal.TRUNCATED


# Newer versions


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: body.update(v=2),
        lambda body: body.update(min_reader=2),
        lambda body: body.update(kind="gossip"),
        lambda body: body.update(v=10, new_key=1),
    ],
)
def test_a_newer_package_says_so_with_its_own_status(path: Path, edit: parcels.Edit) -> None:
    assert refusal(resigned(path, edit)) is Refusal.NEWER


def test_another_format_is_not_ours(path: Path) -> None:
    assert refusal(resigned(path, lambda body: body.update(format="other-package"))) is Refusal.NOT_OURS


# Files that are something else


def zipped(*names: str) -> bytes:
    """A ZIP as other programs make it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"content " * 20)
    return made.getvalue()


FOREIGN = {
    "上报.rar": (b"Rar!\x1a\x07\x01\x00" + bytes(100), Refusal.ARCHIVE),
    "旧上报.rar": (b"Rar!\x1a\x07\x00" + bytes(100), Refusal.ARCHIVE),
    "上报.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(100), Refusal.ARCHIVE),
    "上报.tar.gz": (gzip.compress(b"x" * 100, mtime=0), Refusal.ARCHIVE),
    "上报.zip": (zipped("上报包.vdpkg"), Refusal.ARCHIVE),
    "上报包.ZIP": (zipped("a.vdpkg", "b.vdpkg"), Refusal.ARCHIVE),
    "台账.xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), Refusal.NOT_OURS),
    "别的.vdpkg": (zipped("a.txt"), Refusal.NOT_OURS),
    "空的.zip": (b"PK\x05\x06" + bytes(18), Refusal.NOT_OURS),
    "空.vdpkg": (b"", Refusal.NOT_OURS),
    "文字.vdpkg": ("学校达标自评".encode() * 10, Refusal.NOT_OURS),
    "网页.vdpkg": (b"<!DOCTYPE html><html></html>", Refusal.NOT_OURS),
    "零.vdpkg": (bytes(10_000), Refusal.NOT_OURS),
    "图.vdpkg": (b"\xff\xd8\xff\xe0" + bytes(1000), Refusal.NOT_OURS),
    "库.vdpkg": (b"SQLite format 3\x00" + bytes(1000), Refusal.NOT_OURS),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_others_are_refused_with_their_own_reason(tmp_path: Path, name: str) -> None:
    content, reason = FOREIGN[name]
    target = tmp_path / name
    target.write_bytes(content)
    assert refusal(target) is reason
    assert target.read_bytes() == content


def test_a_package_zipped_again_is_an_archive_and_an_unpacked_one_altered(path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "上报包.vdpkg")
    assert refusal(changed(path, made.getvalue(), "上报包.zip")) is Refusal.ARCHIVE
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members(path):
            archive.writestr(name, content)
    assert refusal(changed(path, again.getvalue())) is Refusal.ALTERED


def test_an_encrypted_file_is_named_so(path: Path) -> None:
    target = changed(path, sealed(path.read_bytes(), [keys().recipient]))
    assert refusal(target) is Refusal.ENCRYPTED


def test_a_sealed_package_says_who_can_open_it(path: Path, tmp_path: Path) -> None:
    note = Note(FORMAT, 1, "inspection", "测试市教育局（虚构）", ["核查专家 1", "测试市教育局（虚构）"], password=False)
    target = tmp_path / "sealed.vdpkg"
    seal_file(path, target, note, [keys_of("w").recipient])
    with pytest.raises(RefusedError, match="核查专家 1、测试市教育局（虚构）") as caught:
        verify(target)
    assert caught.value.reason is Refusal.ENCRYPTED


def test_a_folder_a_missing_file_and_a_pipe_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(tmp_path) is Refusal.UNREADABLE
    assert refusal(tmp_path / "没有.vdpkg") is Refusal.UNREADABLE
    assert refusal(tmp_path / ("长" * 300)) is Refusal.UNREADABLE
    assert refusal(tmp_path / "a\0b") is Refusal.UNREADABLE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_and_a_device_never_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.vdpkg")
    assert refusal(tmp_path / "pipe.vdpkg") is Refusal.UNREADABLE
    assert refusal(Path("/dev/zero")) is Refusal.UNREADABLE


def test_a_file_beyond_the_limit_is_refused_at_once(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.truncate(limits.PACKAGE + 1)
    start = time.perf_counter()
    assert refusal(path) is Refusal.TOO_LARGE
    assert time.perf_counter() - start < 0.5


def test_a_manifest_that_claims_to_be_huge_costs_nothing(path: Path) -> None:
    target = changed(path, local_header(Member("manifest.json", 2**32 - 1, 0)))
    with target.open("r+b") as stream:
        stream.truncate(limits.PACKAGE)
    tracemalloc.start()
    assert refusal(target) is Refusal.ALTERED
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_manifest_of_more_than_its_limit_is_refused(path: Path) -> None:
    parts = taken_apart(path)
    body = parts.body + b" " * (limits.MANIFEST - len(parts.body))
    assert refusal(changed(path, signed(body, parts.files))) is Refusal.MALFORMED
    assert refusal(changed(path, signed(body + b" ", parts.files))) is Refusal.ALTERED


def test_reading_a_large_blob_needs_little_memory(tmp_path: Path) -> None:
    path = package(tmp_path, blobs=[bytes(20_000_000)])
    tracemalloc.start()
    verify(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


def test_the_name_shown_is_the_one_given_and_never_a_pattern(tmp_path: Path) -> None:
    target = tmp_path / "{0}{lost}.vdpkg"
    target.write_bytes(b"text")
    with pytest.raises(RefusedError) as caught:
        verify(target)
    assert "“{0}{lost}.vdpkg”" in caught.value.sentence
    assert refusal(target, shown_as="原名.vdpkg") is Refusal.NOT_OURS


# Files that change or vanish while they are read


class _Stick(io.BufferedReader):
    """A stream whose file is cut, or stops answering, at the n-th read."""

    def __init__(self, path: Path, *, at: int, fault: bool) -> None:
        super().__init__(io.FileIO(path), buffer_size=1)
        self._place = path
        self._left = at
        self._fault = fault

    def read(self, size: int | None = -1, /) -> bytes:
        self._pulled()
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self._pulled()
        return super().readinto(buffer)

    def _pulled(self) -> None:
        self._left -= 1
        if self._left == 0:
            if self._fault:
                raise OSError(5, "Input/output error")
            os.truncate(self._place, self.tell() + 1)


class _OnStick(PosixPath):
    """A file on a stick that is pulled at the n-th read."""

    __slots__ = ("at", "fault")
    at: int
    fault: bool

    def open(self, *_args: Any, **_options: Any) -> BinaryIO:  # type: ignore[override]
        return _Stick(Path(self), at=self.at, fault=self.fault)


def on_stick(path: Path, *, at: int, fault: bool) -> _OnStick:
    """The path of a file that fails at the n-th read."""
    found = _OnStick(path)
    found.at, found.fault = at, fault
    return found


@pytest.mark.skipif(os.name != "posix", reason="cuts an open file")
@pytest.mark.parametrize("fault", [False, True])
def test_a_stick_pulled_at_any_read_is_refused(tmp_path: Path, fault: bool) -> None:
    path = package(tmp_path, blobs=[bytes(limits.BLOCK + 10)])
    whole = path.read_bytes()
    reasons: list[Refusal] = []
    while True:
        path.write_bytes(whole)
        try:
            verify(on_stick(path, at=len(reasons) + 1, fault=fault))
        except RefusedError as error:
            reasons.append(error.reason)
        else:
            break
    assert all((each is Refusal.UNREADABLE) == fault for each in reasons)
    assert len(reasons) >= 11  # three for each of the first two, then head and blocks of each file, and the end


def test_content_changed_after_verifying_is_not_handed_out(path: Path) -> None:
    found = verify(path)
    data = path.read_bytes()
    at = data.index(DATA)
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(RefusedError) as caught:
        found.data()
    assert caught.value.reason is Refusal.ALTERED
    at = data.index(BLOB)
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert found.data() == DATA
    with pytest.raises(RefusedError) as caught:
        found.blob(BLOB_HASH)
    assert caught.value.reason is Refusal.ALTERED


def test_content_cut_or_gone_after_verifying_is_unreadable(path: Path) -> None:
    found = verify(path)
    path.write_bytes(path.read_bytes()[: found.places[BLOB_NAME][0] + 3])
    with pytest.raises(RefusedError) as caught:
        found.blob(BLOB_HASH)
    assert caught.value.reason is Refusal.UNREADABLE
    path.unlink()
    with pytest.raises(RefusedError) as caught:
        list(found.blocks("data.json"))
    assert caught.value.reason is Refusal.UNREADABLE


# Random damage


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package shared by the random tests; they write beside it."""
    return package(tmp_path_factory.mktemp("sample"))


BOUNDED = settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SPAN = st.tuples(st.integers(0, 3000), st.integers(0, 400))


@st.composite
def mutation(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Overwrites, inserts, deletes, doubles or moves a piece."""
    kind = draw(st.sampled_from(["overwrite", "insert", "delete", "double", "move"]))
    start, length = draw(SPAN)
    more = draw(st.one_of(st.binary(min_size=1, max_size=8), st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b'"'])))
    other = draw(st.integers(0, 3000))

    def change(data: bytes) -> bytes:
        at = start % (len(data) + 1)
        piece = data[at : at + length]
        if kind == "overwrite":
            return data[:at] + more + data[at + len(more) :]
        if kind == "insert":
            return data[:at] + more + data[at:]
        rest = data[:at] + data[at + length :]
        if kind == "delete":
            return rest
        to = other % (len(rest) + 1)
        return data[:at] + piece + data[at:] if kind == "double" else rest[:to] + piece + rest[to:]

    return change


@BOUNDED
@given(st.lists(mutation(), min_size=1, max_size=4))
def test_a_mutated_package_is_never_taken(sample: Path, changes: list[Callable[[bytes], bytes]]) -> None:
    data = whole = sample.read_bytes()
    for change in changes:
        data = change(data)
    target = changed(sample, data)
    if data == whole:
        assert verify(target).data() == DATA
    else:
        refusal(target)


@BOUNDED
@given(st.integers(0, 3), st.lists(mutation(), min_size=1, max_size=3))
def test_a_mutated_member_is_never_taken_though_the_container_fits(
    sample: Path, which: int, changes: list[Callable[[bytes], bytes]]
) -> None:
    found = members(sample)
    name, content = found[which]
    for change in changes:
        content = change(content)
    data = assembled([*found[:which], (name, content), *found[which + 1 :]])
    target = changed(sample, data)
    if content == found[which][1]:
        assert verify(target).data() == DATA
    else:
        assert refusal(target) in (
            Refusal.ALTERED,
            Refusal.BAD_SIGNATURE,
            Refusal.NEWER,
            Refusal.NOT_OURS,
            Refusal.MALFORMED,
            Refusal.TRUNCATED,
        )


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["../x", "data.json", "0" * 64, "0" * 64 + "\n", "\ud800", "school", "\0"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5) | st.sampled_from(["name", "id"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@BOUNDED
@given(st.integers(0, 40), JSON)
def test_whatever_an_insider_signs_is_refused_or_read_exactly(sample: Path, place: int, value: object) -> None:
    parts = taken_apart(sample)
    manifest = parts.manifest
    places: list[tuple[Any, Any]] = [(manifest, key) for key in manifest]
    places += [(manifest["issuer"], key) for key in manifest["issuer"]]
    places += [(entry, key) for entry in manifest["files"] for key in entry]
    holder, key = places[place % len(places)]
    holder[key] = value
    body = json.dumps(manifest, separators=(",", ":")).encode("utf-8", "surrogatepass")
    for each in (
        body,
        json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"),
    ):
        target = changed(sample, signed(each, parts.files))
        try:
            found = verify(target)
        except RefusedError:
            continue
        assert decode(each) == found.manifest
        assert found.data() == DATA
        assert found.blob(BLOB_HASH) == BLOB


# Everything a manifest can say


def test_what_was_written_with_every_setting_is_read(tmp_path: Path) -> None:
    for kind in ("campaign", "submission", "receipt", "feedback", "inspection", "review"):
        target = tmp_path / f"{kind}.vdpkg"
        hash_ = write_package(target, letterhead(kind=kind, seq=7, prev="a" * 64), DATA, keys(), loose=[b"one", b"two"])
        found = verify(target)
        assert (found.hash, found.manifest.kind, found.manifest.seq, found.manifest.prev) == (hash_, kind, 7, "a" * 64)
        assert found.blob(hashlib.sha256(b"two").hexdigest()) == b"two"


def test_the_checksum_in_a_header_is_that_of_the_content(path: Path) -> None:
    data = path.read_bytes()
    assert zlib.crc32(taken_apart(path).body) == int.from_bytes(data[14:18], "little")
