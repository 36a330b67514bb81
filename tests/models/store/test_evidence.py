"""Evidence by content: whole and durable before any row names it, and only what its name says it is."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any, BinaryIO

import pytest

from tests.factory import pdf
from vetdesk.models.records.errors import BugError, ExitStatus, KnownError
from vetdesk.models.store import evidence, journal
from vetdesk.models.store.evidence import MAX_FILE, Evidence
from vetdesk.models.store.workspace import Workspace

EXE = b"MZ\x90\x00" + bytes(100)
KINDS = {
    "证.pdf": (b"%PDF-1.7\n", "application/pdf"),
    "证.PDF": (b"%PDF-1.7\n", "application/pdf"),
    "照.jpg": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "照.jpeg": (b"\xff\xd8\xff\xe1", "image/jpeg"),
    "图.png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "图.gif": (b"GIF89a", "image/gif"),
    "图.bmp": (b"BM\x00\x00", "image/bmp"),
    "扫.tif": (b"II*\x00", "image/tiff"),
    "扫.tiff": (b"MM\x00*", "image/tiff"),
    "表.xlsx": (b"PK\x03\x04", "application/zip"),
    "文.docx": (b"PK\x03\x04", "application/zip"),
    "文.ofd": (b"PK\x03\x04", "application/zip"),
    "文.doc": (b"\xd0\xcf\x11\xe0", "application/x-ole"),
    "文.wps": (b"\xd0\xcf\x11\xe0", "application/x-ole"),
}


def kept(workspace: Workspace) -> list[Path]:
    """All files in the content store."""
    return sorted(each for each in (workspace.folder / "evidence").rglob("*") if each.is_file())


def refused(workspace: Workspace, source: Path) -> KnownError:
    """The plain error of a file that is no evidence; nothing is kept."""
    before = kept(workspace)
    with pytest.raises(KnownError) as caught:
        evidence.store_file(workspace, source)
    assert kept(workspace) == before
    return caught.value


# Taking files in


@pytest.mark.parametrize("name", KINDS)
def test_files_of_the_listed_kinds_are_taken(workspace: Workspace, tmp_path: Path, name: str) -> None:
    head, mime = KINDS[name]
    source = tmp_path / name
    source.write_bytes(head + b"content")
    digest = hashlib.sha256(head + b"content").hexdigest()
    assert evidence.store_file(workspace, source) == (digest, len(head) + 7, mime)
    assert kept(workspace) == [workspace.folder / "evidence" / digest[:2] / digest]
    assert kept(workspace)[0].read_bytes() == head + b"content"
    assert source.read_bytes() == head + b"content"


@pytest.mark.parametrize("name", [*KINDS, "病毒.exe", "脚本.sh", "页.html", "无后缀"])
def test_a_program_under_any_name_is_refused(workspace: Workspace, tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(EXE)
    error = refused(workspace, source)
    assert (error.code, error.status) == ("wrong_kind", ExitStatus.REFUSED)
    assert name in error.sentence


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("证.jpg", b"%PDF-1.7"),
        ("证.pdf", b"\xff\xd8\xff\xe0"),
        ("证.pdf", b"x%PDF-1.7"),
        ("证.pdf", b"%PDF"),
        ("证.pdf.exe", b"%PDF-1.7"),
        ("证", b"%PDF-1.7"),
        ("表.xlsm", b"PK\x03\x04"),
        ("包.apk", b"PK\x03\x04"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("文.txt", b"text"),
    ],
)
def test_what_its_name_does_not_say_is_refused(workspace: Workspace, tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    assert refused(workspace, source).code == "wrong_kind"


def test_an_empty_a_missing_and_no_file_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "空.pdf").write_bytes(b"")
    (tmp_path / "夹.pdf").mkdir()
    assert refused(workspace, tmp_path / "空.pdf").code == "not_a_file"
    assert refused(workspace, tmp_path / "夹.pdf").code == "not_a_file"
    assert refused(workspace, tmp_path / "没有.pdf").code == "no_file"
    assert refused(workspace, tmp_path / ("长" * 200 + ".pdf")).code == "no_file"


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
def test_a_pipe_a_device_and_a_link_are_refused_at_once(workspace: Workspace, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管.pdf")
    (tmp_path / "链.pdf").symlink_to(pdf(tmp_path))
    (tmp_path / "断.pdf").symlink_to(tmp_path / "nothing")
    for name in ("管.pdf", "链.pdf", "断.pdf"):
        assert refused(workspace, tmp_path / name).code == "not_a_file"
    assert refused(workspace, Path("/dev/zero")).code == "not_a_file"


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(workspace: Workspace, tmp_path: Path) -> None:
    source = pdf(tmp_path)
    with source.open("r+b") as stream:
        stream.truncate(MAX_FILE + 1)
    error = refused(workspace, source)
    assert error.code == "too_large"
    assert "200 MB" in error.sentence


class _Locked(PosixPath):
    """A file another program holds: it is there, and cannot be opened."""

    __slots__ = ("times",)
    times: int

    def open(self, *args: Any, **options: Any) -> BinaryIO:  # type: ignore[override]
        self.times -= 1
        if self.times < 0:
            raise PermissionError(13, "Permission denied", str(self))
        return Path(self).open("rb")


@pytest.mark.skipif(os.name != "posix", reason="paths of this system")
@pytest.mark.parametrize("times", [0, 1])
def test_a_file_that_cannot_be_opened_is_a_plain_error(workspace: Workspace, tmp_path: Path, times: int) -> None:
    source = _Locked(pdf(tmp_path))
    source.times = times
    assert refused(workspace, source).code == "no_file"


# Keeping


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_what_is_kept_is_read_only(workspace: Workspace, tmp_path: Path) -> None:
    evidence.store_file(workspace, pdf(tmp_path))
    assert stat.S_IMODE(kept(workspace)[0].stat().st_mode) == 0o444


def test_the_same_content_is_kept_once(workspace: Workspace, tmp_path: Path) -> None:
    first = evidence.store_file(workspace, pdf(tmp_path, "甲.pdf"))
    (path,) = kept(workspace)
    moment = path.stat().st_mtime_ns
    assert evidence.store_file(workspace, pdf(tmp_path, "乙.pdf")) == first
    assert kept(workspace) == [path]
    assert path.stat().st_mtime_ns == moment


@pytest.mark.parametrize("damage", [lambda data: data[:-1] + b"?", lambda data: data[:-1], lambda _data: b""])
def test_adding_a_file_again_mends_damaged_content(
    workspace: Workspace, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """`doctor` tells people to add the file again; that must help, also where the size is right."""
    source = pdf(tmp_path)
    sha256, _size, _mime = evidence.store_file(workspace, source)
    (path,) = kept(workspace)
    for mend in (
        lambda: evidence.store_file(workspace, source),
        lambda: evidence.store_blocks(workspace, [source.read_bytes()], expected=sha256),
    ):
        path.chmod(0o644)
        path.write_bytes(damage(source.read_bytes()))
        mend()
        assert path.read_bytes() == source.read_bytes()
        assert kept(workspace) == [path]


def test_content_that_arrives_is_kept_under_its_hash(workspace: Workspace) -> None:
    content = [b"one", b"two"]
    digest = hashlib.sha256(b"onetwo").hexdigest()
    evidence.store_blocks(workspace, content, expected=digest)
    assert evidence.path_of(workspace, digest).read_bytes() == b"onetwo"
    assert evidence.sha256_of(evidence.path_of(workspace, digest)) == digest


def test_content_that_is_here_is_not_read_again(workspace: Workspace) -> None:
    digest = hashlib.sha256(b"one").hexdigest()
    evidence.store_blocks(workspace, [b"one"], expected=digest)
    blocks = iter([b"one"])
    evidence.store_blocks(workspace, blocks, expected=digest)
    assert next(blocks) == b"one"


def test_content_of_another_hash_is_our_fault_and_never_stands_under_that_hash(workspace: Workspace) -> None:
    with pytest.raises(BugError):
        evidence.store_blocks(workspace, [b"other"], expected="0" * 64)
    assert not evidence.path_of(workspace, "0" * 64).exists()


@pytest.mark.parametrize("error", [OSError, RuntimeError, KeyboardInterrupt])
def test_a_source_that_breaks_off_leaves_nothing(workspace: Workspace, error: type[BaseException]) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise error("pulled out")

    expected = KnownError if error is OSError else error
    with pytest.raises(expected, match="pulled out"):
        evidence.store_blocks(workspace, broken(), expected="0" * 64)
    assert kept(workspace) == []


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
def test_a_full_disk_keeps_nothing_half(workspace: Workspace, tmp_path: Path) -> None:
    source = pdf(tmp_path, content=bytes(100_000))
    with full_disk(50_000):
        assert refused(workspace, source).status is ExitStatus.STORAGE
    evidence.store_file(workspace, source)
    assert kept(workspace)[0].read_bytes() == source.read_bytes()


def test_a_store_that_went_missing_is_a_storage_error(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.folder / "evidence").rmdir()
    assert refused(workspace, pdf(tmp_path)).status is ExitStatus.STORAGE


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="names of open files")
def test_content_and_its_name_are_on_disk_before_the_row(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        real_sync(handle)
        name = Path(f"/proc/self/fd/{handle}").readlink()
        events.append(f"sync {name.suffix or name.name}")

    def replace(source: Any, target: Any, **options: Any) -> None:
        real_replace(source, target, **options)
        events.append("rename")

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    sha256, size, mime = evidence.store_file(workspace, pdf(tmp_path))
    workspace.connection.set_trace_callback(lambda sql: events.append(sql.split()[0]))
    with workspace.atomic():
        evidence.record(workspace, sha256, size, mime)
    workspace.connection.set_trace_callback(None)
    assert events[:4] == ["sync .part", "rename", f"sync {sha256[:2]}", "sync evidence"]
    assert events[4] == "BEGIN"
    assert {"INSERT", "COMMIT"} <= set(events[4:])


# Rows


def attached(workspace: Workspace, tmp_path: Path, name: str, indicator: str) -> str:
    """Store and attach a file. Returns its hash."""
    sha256, size, mime = evidence.store_file(workspace, pdf(tmp_path, name, content=name.encode()))
    with workspace.atomic():
        evidence.record(workspace, sha256, size, mime)
        evidence.use(workspace, "r", "u", sha256, indicator=indicator, label=name)
    return sha256


def test_one_content_can_prove_several_indicators(workspace: Workspace, tmp_path: Path) -> None:
    sha256 = attached(workspace, tmp_path, "证.pdf", "db22_land")
    assert attached(workspace, tmp_path, "证.pdf", "db22_bldg") == sha256
    found = evidence.used(workspace, "r", "u")
    assert {each.indicator for each in found} == {"db22_land", "db22_bldg"}
    assert {(each.sha256, each.mime, each.label) for each in found} == {(sha256, "application/pdf", "证.pdf")}
    assert evidence.used(workspace, "r", "v") == evidence.used(workspace, "r2", "u") == []


def test_attaching_and_detaching_are_noted_and_the_content_stays(workspace: Workspace, tmp_path: Path) -> None:
    sha256 = attached(workspace, tmp_path, "证.pdf", "db22_land")
    (each,) = evidence.used(workspace, "r", "u")
    assert isinstance(each, Evidence)
    with workspace.atomic():
        evidence.drop(workspace, "r", "u", each)
    assert evidence.used(workspace, "r", "u") == []
    assert [row["action"] for row in journal.of_field(workspace, "u", f"evidence.{sha256}")] == ["detach", "attach"]
    assert evidence.path_of(workspace, sha256).is_file()
    assert evidence.missing_files(workspace) == []


def test_a_row_cannot_name_content_that_was_never_recorded(workspace: Workspace) -> None:
    def attach() -> None:
        with workspace.atomic():
            evidence.use(workspace, "r", "u", "0" * 64, indicator="", label="x")

    with pytest.raises(KnownError):
        attach()
    assert evidence.used(workspace, "r", "u") == []
    assert journal.head(workspace) == "0" * 64


def test_missing_and_cut_contents_are_named(workspace: Workspace, tmp_path: Path) -> None:
    gone, cut, whole = (attached(workspace, tmp_path, f"{name}.pdf", "i") for name in ("a", "b", "c"))
    evidence.path_of(workspace, gone).unlink()
    evidence.path_of(workspace, cut).chmod(0o644)
    evidence.path_of(workspace, cut).write_bytes(b"%PDF-")
    assert set(evidence.missing_files(workspace)) == {gone, cut}
    assert whole not in evidence.missing_files(workspace)


def test_recording_twice_is_once(workspace: Workspace) -> None:
    with workspace.atomic():
        evidence.record(workspace, "a" * 64, 5, "application/pdf")
        evidence.record(workspace, "a" * 64, 9, "image/png")
    (row,) = workspace.rows("SELECT size, mime FROM evidence")
    assert tuple(row) == (5, "application/pdf")
