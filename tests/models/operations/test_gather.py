"""Gathering: what is dropped is found by its content; folders, archives and names from outside are never believed."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyrage
import pytest

from tests.factory import City
from tests.models.sync.parcels import package
from vetdesk.models.operations import gather as gathering
from vetdesk.models.operations import receive
from vetdesk.models.operations.gather import Found, gather
from vetdesk.models.operations.receive import Outcome
from vetdesk.models.records.changes import Cancelled
from vetdesk.models.records.errors import KnownError
from vetdesk.models.sync import limits
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.sealed_file import FORMAT, Note, seal_file

READER = pyrage.x25519.Identity.generate()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where private copies go."""
    made = tmp_path / "private"
    made.mkdir()
    return made


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """A folder to drop."""
    made = tmp_path / "U盘"
    made.mkdir()
    return made


def names(found: list[Found]) -> list[str]:
    """What is shown."""
    return [each.name for each in found]


def outcome(found: Found) -> str:
    """`taken`, or why a file is refused."""
    said: list[RefusedError] = []
    try:
        verify(found.copy, shown_as=found.name)
    except RefusedError as error:
        said.append(error)
    assert all(found.name in each.sentence for each in said)
    return said[0].reason.value if said else "taken"


class _Raw(zipfile.ZipInfo):
    """A member whose name is written as given, in an encoding it does not name."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - its name in zipfile
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def archive(
    path: Path, members: Mapping[str, bytes], *, encoding: str = "", method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """A ZIP with these members; with an encoding, their names do not say that they are Unicode."""
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members.items():
            info = _Raw(name) if encoding else zipfile.ZipInfo(name)
            info.compress_type = method
            if isinstance(info, _Raw):
                info.encoding = encoding
            made.writestr(info, content)
    return path


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a small package."""
    return package(tmp_path_factory.mktemp("parcel")).read_bytes()


# Folders


def test_a_folder_is_searched_to_its_bottom_in_order(dropped: Path, place: Path, parcel: bytes) -> None:
    for name in ("乙县/二校.vdpkg", "乙县/一校.vdpkg", "甲县/深/更深/三校.vdpkg", "四校.vdpkg"):
        (dropped / name).parent.mkdir(parents=True, exist_ok=True)
        (dropped / name).write_bytes(parcel)
    found = gather([dropped], place, ())
    assert names(found) == ["四校.vdpkg", "一校.vdpkg", "二校.vdpkg", "三校.vdpkg"]
    assert [outcome(each) for each in found] == ["taken"] * 4
    assert len({each.copy for each in found}) == 4


def test_what_systems_leave_lying_is_passed_over(dropped: Path, place: Path, parcel: bytes) -> None:
    for name in (
        ".DS_Store", "._上报包.vdpkg", "~$说明.docx", "Thumbs.db", "desktop.ini", "DESKTOP.INI", ".Trash/上报包.vdpkg",
        ".git/objects/x",
    ):  # fmt: skip
        (dropped / name).parent.mkdir(parents=True, exist_ok=True)
        (dropped / name).write_bytes(parcel)
    (dropped / "上报包.vdpkg").write_bytes(parcel)
    assert names(gather([dropped], place, ())) == ["上报包.vdpkg"]


def test_a_hidden_file_dropped_by_itself_is_taken(dropped: Path, place: Path, parcel: bytes) -> None:
    (dropped / ".上报包").write_bytes(parcel)
    assert [outcome(each) for each in gather([dropped / ".上报包"], place, ())] == ["taken"]


def test_a_folder_with_photos_costs_little_room_and_each_is_refused(dropped: Path, place: Path, parcel: bytes) -> None:
    for at in range(20):
        (dropped / f"IMG_{at:04d}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300_000))
    (dropped / "上报包.vdpkg").write_bytes(parcel)
    found = gather([dropped], place, ())
    assert [outcome(each) for each in found] == ["not_ours"] * 20 + ["taken"]
    assert sum(each.copy.stat().st_size for each in found[:-1]) < 100_000


def test_an_empty_folder_holds_nothing(dropped: Path, place: Path) -> None:
    (dropped / "leer").mkdir()
    assert gather([dropped], place, ()) == []
    assert gather([], place, ()) == []


def test_more_files_than_are_taken_at_once_are_refused(
    dropped: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_FILES", 7)
    for at in range(7):
        (dropped / f"{at:02d}.txt").write_bytes(b"x")
    calls: list[tuple[int, int]] = []
    found = gather([dropped], place, (), progress=lambda done, total, _text: calls.append((done, total)))
    assert names(found) == [f"{at:02d}.txt" for at in range(7)]
    assert calls == [(at, 7) for at in range(7)]
    (dropped / "07.txt").write_bytes(b"x")
    (place / "again").mkdir()
    with pytest.raises(KnownError) as caught:
        gather([dropped], place / "again", ())
    assert caught.value.code == "too_many_files"
    assert not list((place / "again").iterdir())


def test_the_walk_itself_ends_where_enough_is_found(
    dropped: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else dropping a whole disk would read all of it first."""
    monkeypatch.setattr(gathering, "MOST_FILES", 2)
    walked: list[str] = []
    real = os.walk

    def walk(path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        for each in real(path):
            walked.append(each[0])
            yield each

    monkeypatch.setattr(os, "walk", walk)
    for at in range(10):
        (dropped / f"{at}").mkdir()
        (dropped / f"{at}" / "x.txt").write_bytes(b"x")
    with pytest.raises(KnownError):
        gather([dropped], place, ())
    assert len(walked) == 4


def test_a_circle_of_links_ends(dropped: Path, place: Path, parcel: bytes) -> None:
    (dropped / "x.vdpkg").write_bytes(parcel)
    (dropped / "again").symlink_to(dropped, target_is_directory=True)
    (dropped / "loop").symlink_to(dropped / "loop")
    found = gather([dropped], place, ())
    assert names(found) == ["loop", "x.vdpkg"]
    assert [outcome(each) for each in found] == ["unreadable", "taken"]


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_pipes_and_missing_files_are_said_not_to_be_readable(dropped: Path, place: Path) -> None:
    os.mkfifo(dropped / "rohr.vdpkg")
    found = gather([dropped, dropped / "weg.vdpkg", Path("a" * 300), Path("x/" * 40)], place, ())
    assert [outcome(each) for each in found] == ["unreadable"] * 4


def test_cancelling_comes_through(dropped: Path, place: Path) -> None:
    (dropped / "x").write_bytes(b"x")

    def progress(_done: int, _total: int, _text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gather([dropped], place, (), progress=progress)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "上报包.zip",
        "上报包(1).vdpkg",
        "上报包 - 副本.vdpkg.zip",
        "上报包",
        "上报包.docx",
        "x.tmp",
        "上报包.VDPKG",
        "-rf",
    ],
)
def test_a_package_is_known_by_its_content(dropped: Path, place: Path, parcel: bytes, name: str) -> None:
    (dropped / name).write_bytes(parcel)
    for at, way in enumerate((dropped, dropped / name)):
        (place / str(at)).mkdir()
        [found] = gather([way], place / str(at), ())
        assert (found.name, outcome(found)) == (name, "taken")


@pytest.mark.parametrize("name", ["我" * 80 + ".vdpkg", "😀" * 60 + ".vdpkg", "x" * 251 + ".zip"])
def test_the_longest_names_a_disk_takes_are_shown_whole(dropped: Path, place: Path, parcel: bytes, name: str) -> None:
    (dropped / name).write_bytes(parcel)
    [found] = gather([dropped], place, ())
    assert (found.name, outcome(found)) == (name, "taken")
    assert found.copy.name.isdigit(), "no name from outside becomes a path"


def test_a_package_under_any_name_is_received(city: City, tmp_path: Path) -> None:
    copy = shutil.copy(city.submission(), tmp_path / "x.zip")
    [offer] = receive.receive(city.bureau, [Path(copy)]).offers
    assert (offer.file, offer.outcome) == ("x.zip", Outcome.TAKEN)


# Archives


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_is_opened(dropped: Path, place: Path, parcel: bytes, method: int) -> None:
    path = archive(dropped / "全县.zip", {"县/一校.vdpkg": parcel, "县/": b"", "说明.txt": b"x"}, method=method)
    found = gather([path], place, ())
    assert names(found) == ["全县.zip › 一校.vdpkg", "全县.zip › 说明.txt"]
    assert [outcome(each) for each in found] == ["taken", "not_ours"]
    assert found[0].copy.read_bytes() == parcel


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "ascii"])
def test_names_are_read_as_their_system_wrote_them(dropped: Path, place: Path, parcel: bytes, encoding: str) -> None:
    name = "plain.vdpkg" if encoding == "ascii" else "睢县/职教中心上报包.vdpkg"
    path = archive(dropped / "x.zip", {name: parcel}, encoding=encoding)
    assert names(gather([path], place, ())) == [f"x.zip › {name.rpartition('/')[2]}"]


def test_names_that_say_they_are_unicode_are_taken_so(dropped: Path, place: Path, parcel: bytes) -> None:
    path = archive(dropped / "x.zip", {"瑪丽亚–é.vdpkg": parcel})
    assert names(gather([path], place, ())) == ["x.zip › 瑪丽亚–é.vdpkg"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.vdpkg", "x.vdpkg"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\x.vdpkg", "x.vdpkg"),
        ("..", "_"),
        ("甲/.", "_"),
        ("CON", "CON"),
        ("aux.vdpkg", "aux.vdpkg"),
        ("x:y*?.vdpkg", "xy.vdpkg"),
        ("行\n二\t.vdpkg", "行二.vdpkg"),
        ("\u202egkpdv.x", "gkpdv.x"),
        ("***", "_"),
        ("n" * 300 + ".vdpkg", "n" * 300 + ".vdpkg"),
        ("我" * 200, "我" * 200),
    ],
)
def test_names_from_outside_are_labels_and_lead_nowhere(
    dropped: Path, place: Path, parcel: bytes, name: str, shown: str
) -> None:
    path = archive(dropped / "x.zip", {name: parcel, "gut.vdpkg": parcel})
    before = {each for each in dropped.parent.rglob("*") if not each.is_relative_to(place)}
    found = gather([path], place, ())
    assert names(found) == [f"x.zip › {shown}", "x.zip › gut.vdpkg"]
    assert [outcome(each) for each in found] == ["taken", "taken"]
    assert all(each.copy.resolve().is_relative_to(place) for each in found)
    assert {each for each in dropped.parent.rglob("*") if not each.is_relative_to(place)} == before


def test_the_same_name_twice_is_two_files(dropped: Path, place: Path, parcel: bytes) -> None:
    path = archive(dropped / "x.zip", {"甲/上报包.vdpkg": parcel, "乙/上报包.vdpkg": b"other"})
    found = gather([path], place, ())
    assert names(found) == ["x.zip › 上报包.vdpkg"] * 2
    assert [outcome(each) for each in found] == ["taken", "not_ours"]


def test_an_archive_inside_an_archive_is_not_opened(dropped: Path, place: Path, parcel: bytes) -> None:
    inner = archive(dropped / "inner.zip", {"x.vdpkg": parcel}).read_bytes()
    found = gather([archive(dropped / "outer.zip", {"inner.zip": inner, "gut.vdpkg": parcel})], place, ())
    assert [(each.name, outcome(each)) for each in found] == [
        ("outer.zip › inner.zip", "archive"),
        ("outer.zip › gut.vdpkg", "taken"),
    ]


def test_an_archive_without_files_is_said_to_be_one(dropped: Path, place: Path) -> None:
    path = archive(dropped / "leer.zip", {"leer/": b""})
    assert [(each.name, outcome(each)) for each in gather([path], place, ())] == [("leer.zip", "archive")]


def with_password(path: Path) -> Path:
    """An archive whose member says that it is encrypted."""
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def test_an_encrypted_archive_is_said_to_be_one(dropped: Path, place: Path, parcel: bytes) -> None:
    path = with_password(archive(dropped / "x.zip", {"x.vdpkg": parcel}))
    assert [(each.name, outcome(each)) for each in gather([path], place, ())] == [("x.zip", "archive")]


def test_a_corrupt_archive_gives_nothing_and_stops_nothing(dropped: Path, place: Path, parcel: bytes) -> None:
    whole = archive(dropped / "x.zip", {"a.vdpkg": parcel, "b.vdpkg": parcel}).read_bytes()
    for at in range(0, len(whole), 41):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            (dropped / "x.zip").write_bytes(damaged)
            private = place / f"{at}-{len(damaged)}"
            private.mkdir()
            found = gather([dropped / "x.zip"], private, ())
            assert found
            for each in found:
                assert outcome(each) != "taken" or each.copy.read_bytes() == parcel


def test_a_member_that_is_not_what_it_says_spoils_the_archive(dropped: Path, place: Path, parcel: bytes) -> None:
    path = archive(dropped / "x.zip", {"a.vdpkg": parcel}, method=zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(parcel[-40:-30], bytes(10), 1))
    assert [(each.name, outcome(each)) for each in gather([path], place, ())] == [("x.zip", "archive")]


def test_more_than_the_limits_is_not_unpacked(
    dropped: Path, place: Path, parcel: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {f"{at}.vdpkg": parcel for at in range(4)}
    path = archive(dropped / "x.zip", members)
    for name, most, fits in (
        ("MOST_FILES", 4, True), ("MOST_FILES", 3, False),
        ("MOST_UNPACKED", 4 * len(parcel), True), ("MOST_UNPACKED", 4 * len(parcel) - 1, False),
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(gathering, name, most)
            private = place / f"{name}-{most}"
            private.mkdir()
            found = gather([path], private, ())
            assert names(found) == ([f"x.zip › {each}" for each in members] if fits else ["x.zip"])
            assert sum(1 for each in private.rglob("*") if each.is_file()) == (5 if fits else 1)


def test_a_bomb_is_not_unpacked(dropped: Path, place: Path) -> None:
    """42 kB that would be 5 GB."""
    zeros = bytes(8 * limits.MIB)
    path = archive(dropped / "bombe.zip", {"0": zeros})
    content = path.read_bytes()
    entry = content.index(b"PK\x01\x02")
    size = (5 * 1024 * limits.MIB // 2).to_bytes(4, "little")
    lying = content[:22] + size + content[26 : entry + 24] + size + content[entry + 28 :]
    two = lying[:entry] + 2 * lying[entry : content.index(b"PK\x05\x06")] + lying[content.index(b"PK\x05\x06") :]
    end = two.rindex(b"PK\x05\x06")
    length = 2 * (content.index(b"PK\x05\x06") - entry)
    path.write_bytes(two[: end + 8] + b"\2\0\2\0" + length.to_bytes(4, "little") + two[end + 16 :])
    with zipfile.ZipFile(path) as opened:
        assert sum(each.file_size for each in opened.infolist()) == 5 * 1024 * limits.MIB
    found = gather([path], place, ())
    assert names(found) == ["bombe.zip"]
    assert sum(each.stat().st_size for each in place.rglob("*") if each.is_file()) < 100_000


def test_a_bomb_that_lies_about_its_size_stops_there(dropped: Path, place: Path) -> None:
    path = archive(dropped / "lüge.zip", {"0": bytes(8 * limits.MIB)})
    content = path.read_bytes()
    entry = content.index(b"PK\x01\x02")
    path.write_bytes(content[:22] + b"\x10\0\0\0" + content[26 : entry + 24] + b"\x10\0\0\0" + content[entry + 28 :])
    assert names(gather([path], place, ())) == ["lüge.zip"]
    assert sum(each.stat().st_size for each in place.rglob("*") if each.is_file()) < 1_000_000


def test_a_huge_file_is_refused_by_its_size_alone(dropped: Path, place: Path) -> None:
    with (dropped / "scheibe.zip").open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(20 * 1024**3)
    [found] = gather([dropped], place, ())
    assert outcome(found) == "too_large"
    assert found.copy.stat().st_blocks * 512 < limits.MIB


@pytest.mark.parametrize("name", ["说明.docx", "名录.xlsx", "汇报.pptx", "说明.odt", "说明.wps"])
def test_an_office_document_is_one_refusal_under_its_own_name(
    dropped: Path, place: Path, parcel: bytes, name: str
) -> None:
    """Office files are ZIP archives inside; nobody knows the parts by name."""
    parts = {"mimetype": b"x", "META-INF/manifest.xml": b"<x/>"} if name.endswith("odt") else {
        "[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<x/>", "word/document.xml": b"<x/>",
    }  # fmt: skip
    archive(dropped / name, parts)
    (dropped / "上报包.vdpkg").write_bytes(parcel)
    assert {(each.name, outcome(each)) for each in gather([dropped], place, ())} == {
        (name, "not_ours"), ("上报包.vdpkg", "taken")
    }  # fmt: skip


# Sealed files


@pytest.fixture
def sealed(dropped: Path, parcel: bytes) -> Path:
    """A package sealed to the reader."""
    (dropped.parent / "plain").write_bytes(parcel)
    note = Note(FORMAT, 1, "submission", "甲校", ["乙局"], False)
    seal_file(dropped.parent / "plain", dropped / "密.vdpkg", note, [str(READER.to_public())])
    return dropped / "密.vdpkg"


def test_a_sealed_package_is_opened_where_it_can_be(sealed: Path, place: Path, parcel: bytes) -> None:
    [found] = gather([sealed], place, [str(READER)])
    assert (found.name, outcome(found), found.copy.read_bytes()) == ("密.vdpkg", "taken", parcel)
    (place / "strange").mkdir()
    [closed] = gather([sealed], place / "strange", [str(pyrage.x25519.Identity.generate())])
    assert (closed.name, outcome(closed)) == ("密.vdpkg", "encrypted")


def test_a_sealed_package_in_an_archive_under_another_name_is_opened(
    sealed: Path, dropped: Path, place: Path, parcel: bytes
) -> None:
    path = archive(dropped / "x.zip", {"密(1).zip": sealed.read_bytes(), "gut.vdpkg": parcel})
    found = gather([path], place, [str(READER)])
    assert [(each.name, outcome(each)) for each in found] == [
        ("x.zip › 密(1).zip", "taken"),
        ("x.zip › gut.vdpkg", "taken"),
    ]


def test_a_damaged_sealed_package_is_refused_as_such(sealed: Path, place: Path) -> None:
    whole = sealed.read_bytes()
    for at, (content, reason) in enumerate(
        [(whole + b"\0", Refusal.ALTERED), (whole[:-300], Refusal.TRUNCATED), (whole[:20], Refusal.TRUNCATED)]
    ):
        sealed.write_bytes(content)
        (place / str(at)).mkdir()
        [found] = gather([sealed], place / str(at), [str(READER)])
        assert outcome(found) == reason.value
