"""Backup and restore: the whole workspace comes back, and a hostile file writes nothing anywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.factory import City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.backup import backup, restore
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.store.workspace import DATABASE


@pytest.fixture
def saved(city: City, tmp_path: Path) -> Path:
    """A backup of a school with evidence and a submission."""
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.submission()
    backup(city.school(), tmp_path / "备份.zip")
    return tmp_path / "备份.zip"


def kept(folder: Path) -> dict[str, str]:
    """Evidence and archived packages by content."""
    return {
        name: sha for name, sha in content_of(folder).items() if name.startswith(("evidence/", "outbox/", "inbox/"))
    }


def test_everything_comes_back_and_goes_on(city: City, saved: Path, tmp_path: Path) -> None:
    rows, files = rows_of(city.school()), kept(city.school().folder)
    with restore(saved, tmp_path / "neu") as again:
        assert (rows_of(again), kept(again.folder)) == (rows, files)
        assert all(each.well for each in examine(again))
        set_figures(again, {"teachers_ft": "101"})
        undo(again)
        assert submit(again, tmp_path / "x.vdpkg")[0].seq == 2
    assert rows_of(city.school()) == rows


def test_a_backup_leaves_the_workspace_as_it_was(city: City, tmp_path: Path) -> None:
    before = rows_of(city.school()), content_of(city.school().folder)
    count = backup(city.school(), tmp_path / "neu" / "b.zip")
    assert (rows_of(city.school()), content_of(city.school().folder)) == before
    with zipfile.ZipFile(tmp_path / "neu" / "b.zip") as archive:
        assert len(archive.namelist()) == count
        assert DATABASE in archive.namelist()


def test_no_private_key_is_in_a_backup(city: City, saved: Path) -> None:
    from tests.models.operations.forge import keys

    own = keys(city.school())
    content = saved.read_bytes()
    assert own.signing.hex().encode() not in content
    assert own.age.encode() not in content


def test_a_backup_inside_the_workspace_or_onto_a_folder_is_refused(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        backup(city.school(), city.school().folder / "b.zip")
    assert caught.value.code == "inside"
    (tmp_path / "ordner").mkdir()
    with pytest.raises(KnownError) as caught:
        backup(city.school(), tmp_path / "ordner")
    assert caught.value.code == "is_folder"
    assert list(tmp_path.glob("*.part")) == []


def refused(source: Path, folder: Path) -> KnownError:
    """The refusal of a backup, after checking that nothing was written beside it."""
    before = sorted(path for path in source.parent.rglob("*") if "city" not in path.parts)
    with pytest.raises(KnownError) as caught:
        restore(source, folder)
    assert sorted(path for path in source.parent.rglob("*") if "city" not in path.parts) == before
    assert "\n" not in caught.value.sentence
    return caught.value


def hostile(saved: Path, name: str, members: Mapping[str, bytes]) -> Path:
    """The backup with more members."""
    target = saved.with_name(name)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.infolist():
            new.writestr(each, old.read(each))
        for member, content in members.items():
            new.writestr(member, content)
    return target


@pytest.mark.parametrize(
    "member",
    [
        "../böse.txt",
        "evidence/../../böse.txt",
        "evidence/../böse.txt",
        "outbox/..",
        "/tmp/böse.txt",
        "evidence//x",
        "evidence/./x",
        "evidence/aa/bb/cc/dd",
        "evidence\\..\\x",
        "C:/x",
        "evidence/C:x/y",
        "opened.json",
        ".lock",
        "restore-points/x.db",
        "vetdesk.db-journal",
        "x/vetdesk.db",
        "autorun.inf",
        "evidence/",
    ],
)
def test_a_member_that_belongs_nowhere_refuses_the_whole(saved: Path, tmp_path: Path, member: str) -> None:
    path = hostile(saved, "b.zip", {member: b"evil"})
    assert refused(path, tmp_path / "neu").code == "not_a_backup"
    assert not Path("/tmp/böse.txt").exists()


def test_a_member_twice_refuses(saved: Path, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = hostile(saved, "b.zip", {DATABASE: b"another"})
    assert refused(path, tmp_path / "neu").code == "not_a_backup"


def test_what_is_no_backup_is_refused(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "neu"
    for name, content in {
        "leer.zip": b"",
        "text.zip": b"text",
        "halb.zip": saved.read_bytes()[: saved.stat().st_size // 2],
    }.items():
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name, target).code == "not_a_backup"
    with zipfile.ZipFile(tmp_path / "ohne.zip", "w") as archive:
        archive.writestr("evidence/aa/x", b"x")
    assert refused(tmp_path / "ohne.zip", target).code == "not_a_backup"
    assert refused(tmp_path / "fehlt.zip", target).code in ("not_a_backup", "no_file")


def test_a_damaged_member_is_refused(saved: Path, tmp_path: Path) -> None:
    whole = bytearray(saved.read_bytes())
    hurt = tmp_path / "b.zip"
    for at in range(100, len(whole), len(whole) // 40):
        damaged = whole.copy()
        damaged[at] ^= 0xFF
        hurt.write_bytes(damaged)
        try:
            restore(hurt, tmp_path / "neu").close()
        except KnownError as error:
            assert error.status in (ExitStatus.REFUSED, ExitStatus.STORAGE)  # noqa: PT017 - an unread byte may differ
            assert not (tmp_path / "neu").exists()
        else:
            import shutil

            shutil.rmtree(tmp_path / "neu")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_compression_is_refused(saved: Path, tmp_path: Path, method: int) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", method) as archive, zipfile.ZipFile(saved) as old:
        archive.writestr(DATABASE, old.read(DATABASE))
    whole = bytearray(path.read_bytes())
    for at in range(60, 90):
        whole[at] ^= 0xFF
    path.write_bytes(whole)
    assert refused(path, tmp_path / "neu").code == "not_a_backup"


def test_a_database_that_is_none_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(DATABASE, b"not a database")
    assert refused(tmp_path / "b.zip", tmp_path / "neu").status is ExitStatus.STORAGE
    assert not (tmp_path / "neu").exists()


def test_a_folder_in_use_is_never_overwritten(city: City, saved: Path) -> None:
    rows = rows_of(city.school())
    assert refused(saved, city.school().folder).code == "not_empty"
    assert rows_of(city.school()) == rows


def test_an_empty_folder_may_be_restored_into(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    with restore(saved, tmp_path / "leer") as again:
        assert again.role == "school"
    assert not list(tmp_path.glob(".restoring-*"))
