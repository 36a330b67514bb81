"""What people drop: files, folders and ZIP archives; read by content, whatever they are called."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.factory import SECOND, City
from vetdesk.models.operations import gather, receive
from vetdesk.models.records.errors import KnownError


def outcomes(city: City, *paths: Path) -> dict[str, str]:
    """What becomes of every file there is, by name."""
    return {each.file: each.reason or each.outcome.value for each in receive.receive(city.bureau, list(paths)).offers}


@pytest.mark.parametrize("name", ["上报包(1).vdpkg", "上报包.zip", "上报包", "上报包.vdpkg.download", "a" * 200 + ".x"])
def test_a_file_counts_by_its_content(city: City, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copy(city.submission(), tmp_path / name))
    copy.chmod(0o400)
    assert outcomes(city, copy) == {name: "taken"}


def test_a_folder_with_photos_gives_each_file_its_line(city: City, tmp_path: Path) -> None:
    inside = tmp_path / "桌面" / "里面"
    inside.mkdir(parents=True)
    shutil.copy(city.submission(), inside / "甲.vdpkg")
    shutil.copy(city.submission(SECOND), tmp_path / "桌面" / "乙.vdpkg")
    (inside / "照片.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5000))
    (inside / ".隐藏").write_text("x")
    (inside / "Thumbs.db").write_text("x")
    assert outcomes(city, tmp_path / "桌面") == {"甲.vdpkg": "taken", "乙.vdpkg": "taken", "照片.jpg": "not_ours"}


def archive(path: Path, members: dict[str, bytes], *, gbk: bool = False) -> Path:
    """A ZIP; with names in GBK that does not say so, as Chinese Windows makes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            info = zipfile.ZipInfo("x" * len(name.encode("gbk")) if gbk else name)
            out.writestr(info, content)
    if gbk:
        data = path.read_bytes()
        for name in members:
            data = data.replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
        path.write_bytes(data)
    return path


@pytest.mark.parametrize("gbk", [False, True])
def test_an_archive_is_looked_into_and_its_names_are_read(city: City, tmp_path: Path, gbk: bool) -> None:
    path = archive(tmp_path / "全部.zip", {"甲校上报包.vdpkg": city.submission().read_bytes()}, gbk=gbk)
    assert outcomes(city, path) == {"全部.zip › 甲校上报包.vdpkg": "taken"}


def test_names_inside_an_archive_are_labels(city: City, tmp_path: Path) -> None:
    content = city.submission().read_bytes()
    names = {"../../../evil.vdpkg": content, "/etc/evil2.vdpkg": b"x", "C:\\evil3.vdpkg": b"y", "a:b?.vdpkg": b"z"}
    path = archive(tmp_path / "x.zip", names)
    assert set(outcomes(city, path)) == {f"x.zip › {each}.vdpkg" for each in ("evil", "evil2", "evil3", "ab")}
    assert not list(tmp_path.parent.glob("evil*"))


def test_a_damaged_or_encrypted_archive_is_one_refused_file(city: City, tmp_path: Path) -> None:
    whole = archive(tmp_path / "a.zip", {"甲.vdpkg": city.submission().read_bytes()}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-60])
    flagged = bytearray(whole)
    flagged[6] |= 1
    flagged[whole.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(flagged))
    assert set(outcomes(city, tmp_path / "cut.zip", tmp_path / "locked.zip")) == {"cut.zip", "locked.zip"}
    assert "taken" not in outcomes(city, tmp_path / "cut.zip", tmp_path / "locked.zip").values()


def test_an_archive_beyond_the_limits_is_not_unpacked(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.zip", {"甲.vdpkg": bytes(100_000)})
    monkeypatch.setattr(gather, "MOST_UNPACKED", 50_000)
    assert list(outcomes(city, path)) == ["a.zip"]


def test_a_huge_folder_is_looked_at_up_to_a_limit(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text("x")
    monkeypatch.setattr(gather, "MOST_FILES", 10)
    with pytest.raises(KnownError) as caught:
        outcomes(city, folder)
    assert caught.value.code == "too_many_files"


def test_of_what_is_no_package_only_the_beginning_is_copied(tmp_path: Path) -> None:
    big = tmp_path / "disk.img"
    with big.open("wb") as stream:
        stream.truncate(500_000_000)
    place = tmp_path / "place"
    place.mkdir()
    [found] = gather.gather([big], place, [])
    assert found.copy.stat().st_size <= 4096
