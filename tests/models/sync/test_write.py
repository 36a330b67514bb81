"""The writer: a whole, verified package or a plain sentence, and never a half file under the target's name."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any, BinaryIO

import pytest

from tests.models.sync.parcels import BLOB, DATA, keys, letterhead, package, taken_apart
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.sync import limits
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError
from vetdesk.models.sync.write import Blob, write_package


def test_the_hash_returned_is_that_of_the_manifest(tmp_path: Path) -> None:
    target = tmp_path / "包.vdpkg"
    hash_ = write_package(target, letterhead(), DATA, keys())
    assert hash_ == hashlib.sha256(taken_apart(target).body).hexdigest() == verify(target).hash


def test_the_heading_and_the_keys_stand_in_the_manifest(tmp_path: Path) -> None:
    target = tmp_path / "包.vdpkg"
    head = dataclasses.replace(
        letterhead(kind="feedback", seq=9, prev="b" * 64), answers="c" * 64, standard=("d" * 64,), trust_version=3
    )
    write_package(target, head, DATA, keys(2))
    found = verify(target).manifest
    assert (found.kind, found.seq, found.prev) == ("feedback", 9, "b" * 64)
    assert (found.answers, found.standard, found.trust_version) == ("c" * 64, ["d" * 64], 3)
    assert (found.replica, found.key) == ("replica-2", keys(2).public.hex())
    assert (found.issuer.role, found.issuer.id) == ("school", "3641990001")
    assert (found.audience.role, found.audience.id) == ("bureau", "411400")


def test_two_packages_of_the_same_content_have_different_ids(tmp_path: Path) -> None:
    ids = {verify(package(tmp_path, f"{at}.vdpkg")).manifest.id for at in range(5)}
    assert len(ids) == 5


def test_the_same_content_is_carried_once_under_its_first_label(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(BLOB)
    second.write_bytes(BLOB)
    target = tmp_path / "包.vdpkg"
    write_package(
        target, letterhead(), DATA, keys(), blobs=[Blob(first, "甲"), Blob(second, "乙")], loose=[BLOB, b"x", b"x"]
    )
    found = verify(target)
    assert [each.label for each in found.manifest.files] == ["", "甲", ""]
    assert found.blob(hashlib.sha256(b"x").hexdigest()) == b"x"


def test_a_long_label_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(BLOB)
    target = tmp_path / "包.vdpkg"
    write_package(target, letterhead(), DATA, keys(), blobs=[Blob(path, "长" * 500)])
    assert verify(target).manifest.files[1].label == "长" * limits.LABEL


def test_nothing_but_the_package_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "新" / "文件夹"
    write_package(folder / "包.vdpkg", letterhead(), DATA, keys())
    assert [each.name for each in folder.iterdir()] == ["包.vdpkg"]


def test_a_package_written_again_replaces_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "包.vdpkg"
    write_package(target, letterhead(), DATA, keys())
    write_package(target, letterhead(seq=2), DATA, keys())
    assert verify(target).manifest.seq == 2
    assert len(list(tmp_path.iterdir())) == 1


def refused(target: Path, *, blobs: list[Blob] | None = None, loose: list[bytes] | None = None) -> KnownError:
    """The plain error of a package that cannot be written; nothing half done is left in the folder."""
    before = sorted(each.name for each in target.parent.iterdir()) if target.parent.is_dir() else None
    with pytest.raises(KnownError) as caught:
        write_package(target, letterhead(), DATA, keys(), blobs=blobs or [], loose=loose or [])
    assert not isinstance(caught.value, RefusedError)  # its sentences speak of receiving
    assert "没有生成" in caught.value.sentence
    assert ".part" not in caught.value.sentence
    if before is not None:
        assert sorted(each.name for each in target.parent.iterdir()) == before
    return caught.value


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.vdpkg").mkdir()
    for target in (tmp_path / "file" / "包.vdpkg", tmp_path / "folder.vdpkg", tmp_path / ("长" * 84 + ".vdpkg")):
        assert refused(target).code == ("is_folder" if target.name == "folder.vdpkg" else "storage")


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process may grow beyond a size, as if the disk were full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
@pytest.mark.parametrize("room", [0, 10, 500, 1000, 100_000])
def test_a_full_disk_keeps_the_package_that_was_there(tmp_path: Path, room: int) -> None:
    large = tmp_path / "大.pdf"
    large.write_bytes(b"%PDF-" + bytes(300_000))
    target = tmp_path / "包.vdpkg"
    write_package(target, letterhead(), DATA, keys())
    before = target.read_bytes()
    with full_disk(room):
        error = refused(target, blobs=[Blob(large, "大")])
    assert error.status is ExitStatus.STORAGE
    assert target.read_bytes() == before
    write_package(target, letterhead(), DATA, keys(), blobs=[Blob(large, "大")])
    assert verify(target).data() == DATA


def test_a_missing_or_unreadable_file_is_named_by_its_label(tmp_path: Path) -> None:
    error = refused(tmp_path / "包.vdpkg", blobs=[Blob(tmp_path / "gone", "土地证.pdf")])
    assert error.status is ExitStatus.STORAGE
    assert "土地证.pdf" in error.sentence
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / "包.vdpkg", blobs=[Blob(tmp_path / "folder", "x")]).code == "no_file"


class _Made(PosixPath):
    """A file that reads as `contents[0]` at its first opening, `contents[1]` at the second, and so on."""

    __slots__ = ("contents",)
    contents: list[bytes]

    def open(self, *_args: Any, **_options: Any) -> BinaryIO:  # type: ignore[override]
        return io.BytesIO(self.contents.pop(0))


def made(*contents: bytes) -> _Made:
    """A path with these contents, one for each opening."""
    found = _Made("made")
    found.contents = list(contents)
    return found


@pytest.mark.skipif(os.name != "posix", reason="paths of this system")
@pytest.mark.parametrize("second", [b"%PDF-2", b"%PDF", b"%PDF-1 and more", b""])
def test_a_file_that_changes_while_it_is_packed_is_noticed(tmp_path: Path, second: bytes) -> None:
    whole = made(b"%PDF-1", b"%PDF-1")
    write_package(tmp_path / "好.vdpkg", letterhead(), DATA, keys(), blobs=[Blob(whole, "x")])
    error = refused(tmp_path / "包.vdpkg", blobs=[Blob(made(b"%PDF-1", second), "x")])
    assert error.code == "changed"


def test_a_file_beyond_the_limit_is_refused_before_writing(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(limits.ONE_FILE + 1)
    error = refused(tmp_path / "包.vdpkg", blobs=[Blob(huge, "大")])
    assert (error.code, error.status) == ("too_large", ExitStatus.REFUSED)


def test_data_beyond_its_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="超过上限"):
        write_package(tmp_path / "包.vdpkg", letterhead(), bytes(limits.DATA + 1), keys())
    assert not list(tmp_path.iterdir())


def test_too_many_files_are_refused_and_as_many_as_allowed_are_read(tmp_path: Path) -> None:
    many = [at.to_bytes(2, "big") for at in range(limits.FILES)]
    assert refused(tmp_path / "包.vdpkg", loose=many).code == "too_large"
    write_package(tmp_path / "包.vdpkg", letterhead(), DATA, keys(), loose=many[1:])
    assert len(verify(tmp_path / "包.vdpkg").manifest.files) == limits.FILES


@pytest.mark.skipif(os.name != "posix", reason="paths of this system")
def test_labels_that_make_the_manifest_too_long_are_refused(tmp_path: Path) -> None:
    blobs = [Blob(made(at.to_bytes(2, "big")), "𠮷" * limits.LABEL) for at in range(limits.FILES - 1)]
    assert refused(tmp_path / "out.vdpkg", blobs=blobs).code == "too_large"
