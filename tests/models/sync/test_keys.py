"""A workspace's keys: made once, for this person's eyes, outside every workspace."""

from __future__ import annotations

import json
import os
import re
import stat
import uuid
from pathlib import Path

import pytest

from tests.factory import City
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.sync import sign
from vetdesk.models.sync.codes import fingerprint
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.seal import opened, sealed, usable

ID = "0b0f7f2e-5c1e-4d0b-8a43-7c7f0b4f9d11"


def file_of(home: Path, workspace: str = ID) -> Path:
    """Where the keys of a workspace lie."""
    return home / "keys" / f"{workspace}.json"


def test_keys_are_made_once_and_stay_the_same(own_home: Path) -> None:
    first = keys_of(ID)
    before = file_of(own_home).read_bytes()
    assert keys_of(ID) == first
    assert file_of(own_home).read_bytes() == before
    assert [each.name for each in (own_home / "keys").iterdir()] == [f"{ID}.json"]


def test_every_workspace_has_keys_of_its_own() -> None:
    first, second = keys_of(ID), keys_of(str(uuid.uuid4()))
    assert len({first.replica, second.replica, first.signing, second.signing, first.age, second.age}) == 6


def test_the_keys_work() -> None:
    found = keys_of(ID)
    assert sign.member_good(sign.signature_member(found.signing, b"x"), found.public, b"x")
    assert opened(sealed(b"x", [found.recipient]), found.age) == b"x"
    assert usable(found.recipient)
    assert found.fingerprint == fingerprint(found.public)
    assert re.fullmatch(r"([0-9]{5} ){5}[0-9]{5}", found.digits)
    assert uuid.UUID(found.replica)


def test_only_a_bureau_has_a_root_key() -> None:
    assert keys_of(ID).root == b""
    assert len(keys_of("bureau", bureau=True).root) == 32


def test_a_bureau_whose_keys_were_made_without_a_root_gets_one_and_keeps_the_rest() -> None:
    """A bureau restored on another PC may first be asked for its desk key."""
    first = keys_of(ID)
    second = keys_of(ID, bureau=True)
    assert len(second.root) == 32
    assert (second.signing, second.age, second.replica) == (first.signing, first.age, first.replica)
    assert keys_of(ID, bureau=True) == keys_of(ID) == second


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_nobody_else_may_read_them(own_home: Path) -> None:
    old = os.umask(0)
    try:
        keys_of(ID)
    finally:
        os.umask(old)
    assert stat.S_IMODE(file_of(own_home).stat().st_mode) == 0o600
    assert stat.S_IMODE((own_home / "keys").stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_part_left_open_by_a_crash_does_not_open_the_keys(own_home: Path) -> None:
    part = file_of(own_home).with_suffix(".part")
    part.parent.mkdir(parents=True)
    part.write_text("half")
    part.chmod(0o644)
    keys_of(ID)
    assert stat.S_IMODE(file_of(own_home).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "1", '"x"', "{}", '{"replica": "r"}', "[" * 100_000, "\ufeff{}", '{"a": NaN}'],
)
def test_a_damaged_key_file_is_a_plain_error_and_is_left_alone(own_home: Path, content: str) -> None:
    keys_of(ID)
    file_of(own_home).write_text(content, encoding="utf-8")
    with pytest.raises(KnownError, match="身份文件") as caught:
        keys_of(ID)
    assert (caught.value.status, caught.value.code) == (ExitStatus.STORAGE, "keys")
    assert file_of(own_home).read_text(encoding="utf-8") == content


@pytest.mark.parametrize("name", ["replica", "signing", "age", "root"])
@pytest.mark.parametrize("value", [None, 5, [], "zz", "00" * 31, "甲"])
def test_a_damaged_value_is_a_plain_error(own_home: Path, name: str, value: object) -> None:
    keys_of(ID, bureau=True)
    found = json.loads(file_of(own_home).read_text())
    if name in ("replica", "age") and isinstance(value, str):
        value = ""
    found[name] = value
    if name == "root" and not isinstance(value, str):
        del found[name]
        found["signing"] = ""
    file_of(own_home).write_text(json.dumps(found))
    with pytest.raises(KnownError, match="身份文件"):
        keys_of(ID)


def test_bytes_that_are_no_text_are_a_plain_error(own_home: Path) -> None:
    keys_of(ID)
    file_of(own_home).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnownError, match="身份文件"):
        keys_of(ID)


def test_a_place_that_cannot_be_written_is_a_plain_error(own_home: Path) -> None:
    (own_home / "keys").write_text("a file")
    with pytest.raises(KnownError, match="身份文件") as caught:
        keys_of(ID)
    assert caught.value.status is ExitStatus.STORAGE


@pytest.mark.parametrize("workspace", ["", "../evil", "..", "a/b", "a\\b", "/etc/x", "x" * 65, "甲", "a\n", "a\0"])
def test_a_workspace_id_is_never_a_path(own_home: Path, workspace: str) -> None:
    """The id stands in a database that may come from a backup of someone else."""
    with pytest.raises(KnownError):
        keys_of(workspace)
    assert not list(own_home.iterdir())
    assert not list(own_home.parent.glob("*.json"))


def test_no_private_key_lies_in_any_workspace_or_package(city: City, own_home: Path) -> None:
    city.received()
    city.school().restore_point("test")
    city.reply()
    city.inspector()
    files = [each for each in city.folder.rglob("*") if each.is_file()]
    assert {each.name for each in files} >= {"vetdesk.db", "任务包.vdpkg"}
    found = list((own_home / "keys").glob("*.json"))
    assert len(found) == 3
    secrets: list[bytes] = []
    for path in found:
        values = json.loads(path.read_text())
        secrets += [values["age"].encode(), values["signing"].encode(), bytes.fromhex(values["signing"])]
        if values["root"]:
            secrets += [values["root"].encode(), bytes.fromhex(values["root"])]
    for each in files:
        content = each.read_bytes()
        assert not any(secret in content for secret in secrets), each


def test_the_keys_never_lie_in_a_workspace(city: City, own_home: Path) -> None:
    assert city.school().folder not in file_of(own_home, city.school().id).parents
    assert file_of(own_home, city.school().id).is_file()
