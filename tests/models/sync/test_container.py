"""The derived bytes of the container, against bytes written by hand and against other people's ZIP readers."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.models.sync.parcels import BLOB, DATA, package, taken_apart
from vetdesk.models.sync.container import Member, closing, local_header, read_local, total_size

ABC = Member("data.json", 3, 0x352441C2)  # CRC-32 of b"abc"


def test_a_local_header_is_these_bytes() -> None:
    assert local_header(ABC) == bytes.fromhex(
        "504b0304"  # signature
        "0a00 0008 0000"  # version 1.0, UTF-8 flag, stored
        "0000 2100"  # 00:00, 1980-01-01
        "c2412435 03000000 03000000"  # checksum, both sizes
        "0900 0000"  # length of name, no extra field
        "646174612e6a736f6e"  # data.json
    )


def test_the_closing_is_these_bytes() -> None:
    assert closing([ABC]) == bytes.fromhex(
        "504b0102 0a00 0a00 0008 0000 0000 2100 c2412435 03000000 03000000"
        "0900 0000 0000 0000 0000 00000000 00000000"
        "646174612e6a736f6e"
        "504b0506 0000 0000 0100 0100 37000000 2a000000 0000"
    )


def test_offsets_count_headers_names_and_contents() -> None:
    members = [Member("a", 10, 1), Member("bb", 20, 2), Member("ccc", 0, 3)]
    tail = closing(members)
    found = []
    at = 0
    for member in members:
        found.append(int.from_bytes(tail[at + 42 : at + 46], "little"))
        at += 46 + len(member.name)
    assert found == [0, 31 + 10, 31 + 10 + 32 + 20]
    assert int.from_bytes(tail[at + 16 : at + 20], "little") == 31 + 10 + 32 + 20 + 33
    assert total_size(members) == 31 + 10 + 32 + 20 + 33 + len(tail)


def test_an_empty_package_closes_with_an_end_record_alone() -> None:
    assert closing([]) == b"PK\x05\x06" + bytes(18)
    assert total_size([]) == 22


def test_a_claim_is_read_back() -> None:
    assert read_local(local_header(ABC)) == (0x352441C2, 3)
    assert read_local(local_header(ABC)[:30]) == (0x352441C2, 3)


@pytest.mark.parametrize("head", [b"", b"PK\x03\x04", local_header(ABC)[:29], b"Rar!" + bytes(40), bytes(30)])
def test_other_bytes_claim_nothing(head: bytes) -> None:
    assert read_local(head) is None


def test_names_are_ascii_only() -> None:
    with pytest.raises(UnicodeEncodeError):
        local_header(Member("数据.json", 0, 0))


def test_pythons_zipfile_opens_a_package_with_the_same_contents(tmp_path: Path) -> None:
    path = package(tmp_path)
    parts = taken_apart(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.comment == b""
        names = ["manifest.json", "manifest.sig", "data.json", f"blobs/{hashlib.sha256(BLOB).hexdigest()}"]
        assert archive.namelist() == names
        assert [archive.read(name) for name in names] == [parts.body, parts.mark, DATA, BLOB]
        for each in archive.infolist():
            assert each.compress_type == zipfile.ZIP_STORED
            assert each.date_time == (1980, 1, 1, 0, 0, 0)
            assert each.flag_bits == 0x800
            assert (each.extra, each.comment) == (b"", b"")
            assert (each.external_attr, each.internal_attr, each.create_system) == (0, 0, 0)
            assert zlib.crc32(archive.read(each)) == each.CRC


def test_our_size_is_the_file_size(tmp_path: Path) -> None:
    path = package(tmp_path, blobs=[BLOB, BLOB * 100, b"%PDF-"])
    with zipfile.ZipFile(path) as archive:
        members = [Member(each.filename, each.file_size, each.CRC) for each in archive.infolist()]
    assert total_size(members) == path.stat().st_size


@pytest.mark.skipif(shutil.which("unzip") is None, reason="no unzip on this computer")
def test_the_systems_unzip_opens_a_package(tmp_path: Path) -> None:
    path = package(tmp_path)
    target = tmp_path / "unpacked"
    subprocess.run(["unzip", "-q", str(path), "-d", str(target)], check=True, capture_output=True)
    tested = subprocess.run(["unzip", "-tq", str(path)], check=True, capture_output=True, text=True)
    assert "No errors" in tested.stdout
    assert (target / "data.json").read_bytes() == DATA
    assert (target / "blobs" / hashlib.sha256(BLOB).hexdigest()).read_bytes() == BLOB
    assert (target / "manifest.json").read_bytes() == taken_apart(path).body
    assert sorted(each.name for each in target.iterdir()) == ["blobs", "data.json", "manifest.json", "manifest.sig"]


def test_a_zip_made_by_python_is_not_ours() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("data.json", b"abc")
    assert not made.getvalue().startswith(local_header(ABC))
