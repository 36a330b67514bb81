"""Sealed files: opened by a recipient, the escrow or the password; damage of every kind is refused, never followed."""

from __future__ import annotations

import base64
import errno
import hashlib
import hmac
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tests.models.sync.parcels import DATA, assembled, package, refusal
from vetdesk.models.records.errors import BugError
from vetdesk.models.sync import limits
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.sealed_file import FORMAT, KEY, NOTE, PACKAGE, Note, new_password, peek, seal_file, unseal

READER, ESCROW, STRANGER = (pyrage.x25519.Identity.generate() for _each in range(3))
PASSWORD = "0123 4567 8901"


def note(*, password: bool = False) -> Note:
    """An open note."""
    return Note(FORMAT, 1, "inspection", "测试市教育局（虚构）", ["核查专家 1", "测试市教育局（虚构）"], password)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package, shared."""
    return package(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="module")
def shared(original: Path) -> Path:
    """That package sealed to a reader and the escrow, shared; tests write beside it."""
    target = original.with_name("密.vdpkg")
    seal_file(original, target, note(), [str(READER.to_public()), str(ESCROW.to_public())])
    return target


@pytest.fixture
def path(shared: Path, tmp_path: Path) -> Path:
    """A sealed file of the test's own."""
    target = tmp_path / "密.vdpkg"
    target.write_bytes(shared.read_bytes())
    return target


def parts(path: Path) -> list[tuple[str, bytes]]:
    """The members of a sealed file."""
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def made(path: Path, members: Sequence[tuple[str, bytes]], **sizes: int) -> Path:
    """A file with these members, as the writer would lay them out."""
    target = path.with_name("made.vdpkg")
    target.write_bytes(assembled(members, sizes={name.replace("_", "."): size for name, size in sizes.items()}))
    return target


def with_note(path: Path, content: bytes) -> Path:
    """The sealed file with another note."""
    return made(path, [(NOTE, content), *parts(path)[1:]])


def with_key(path: Path, key: bytes) -> Path:
    """The sealed file with a password member."""
    return made(path, [(NOTE, as_json(password=True)), (KEY, key), *parts(path)[1:]])


def as_json(**changes: Any) -> bytes:
    """The note as JSON, with changes."""
    plain = {
        "format": FORMAT, "v": 1, "kind": "copy", "sender": "甲校（虚构）", "readers": ["乙"], "password": False, **changes
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False).encode()


def refused(path: Path) -> Refusal:
    """Why `peek` refuses a file; its name is told."""
    with pytest.raises(RefusedError) as caught:
        peek(path)
    assert path.name in caught.value.sentence
    return caught.value.reason


def opened(path: Path, *identities: str, password: str = "") -> bytes | None:
    """What unsealing gives; afterwards only the target may have come."""
    found = peek(path)
    assert found is not None
    target = path.parent / "opened" / "plain.vdpkg"
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    fits = unseal(found, target, identities, password=password)
    assert sorted(each.name for each in target.parent.iterdir()) == (["plain.vdpkg"] if fits else [])
    return target.read_bytes() if fits else None


def quick_key(secret: bytes, password: str) -> bytes:
    """`secret` as an age file that a password opens, with almost no work: the age format by hand."""
    salt, file_key, nonce = b"s" * 16, b"f" * 16, b"n" * 16
    wrap = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=16, r=8, p=1).derive(password.encode())
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = f"age-encryption.org/v1\n-> scrypt {_base64(salt)} 4\n{_base64(body)}\n---".encode()
    mark = hmac.new(_derived(file_key, b"", b"header"), head, hashlib.sha256).digest()
    sealed = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", secret, None)
    return head + f" {_base64(mark)}\n".encode() + nonce + sealed


def _base64(content: bytes) -> str:
    return base64.b64encode(content).rstrip(b"=").decode()


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(key)


# Who opens it


@pytest.mark.parametrize("identity", [READER, ESCROW])
def test_each_recipient_opens_it(path: Path, original: Path, identity: pyrage.x25519.Identity) -> None:
    assert opened(path, str(STRANGER), str(identity)) == original.read_bytes()


def test_nobody_else_opens_it(path: Path) -> None:
    assert opened(path, str(STRANGER)) is None
    assert opened(path) is None
    assert opened(path, password=PASSWORD) is None


def test_a_password_adds_a_member_and_hinders_no_recipient(original: Path, tmp_path: Path) -> None:
    """Opening by a password means real work; other tests here spare themselves that."""
    target = tmp_path / "口令.vdpkg"
    seal_file(original, target, note(password=True), [str(ESCROW.to_public())], password=PASSWORD)
    assert [name for name, _content in parts(target)] == [NOTE, KEY, PACKAGE]
    assert parts(target)[1][1].startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert opened(target, str(ESCROW)) == original.read_bytes()
    assert opened(target, str(STRANGER)) is None


def test_a_wrong_password_opens_nothing_and_a_right_one_beside_a_strange_key_does(path: Path) -> None:
    once = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(DATA, [once.to_public()])
    key = quick_key(str(once).encode(), "012345678901")
    target = made(path, [(NOTE, as_json(password=True)), (KEY, key), (PACKAGE, sealed)])
    assert opened(target, str(STRANGER), password=" 0123-4567-8901") == DATA
    for wrong in ("1123 4567 8901", "01234567890", "abc", " ", ""):
        assert opened(target, password=wrong) is None
        assert opened(target, str(STRANGER), password=wrong) is None


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"junk",
        quick_key(b"no identity", "1"),
        quick_key("钥匙".encode(), "1"),
        quick_key(str(STRANGER).encode(), "1"),
    ],
    ids=["empty", "no age file", "no identity", "no text", "another's identity"],
)
def test_a_password_that_leads_to_nothing_opens_nothing_and_hinders_no_recipient(
    path: Path, original: Path, key: bytes
) -> None:
    target = with_key(path, key)
    assert opened(target, password="1") is None
    assert opened(target, str(READER), password="1") == original.read_bytes()


def test_a_file_that_asks_for_years_of_work_is_not_given_them(path: Path) -> None:
    heavy = quick_key(str(STRANGER).encode(), "1").replace(b" 4\n", b" 40\n", 1)
    assert opened(with_key(path, heavy), password="1") is None


def test_passwords_are_twelve_digits_and_not_the_same() -> None:
    found = {new_password() for _each in range(50)}
    assert len(found) == 50
    for each in found:
        assert [len(group) for group in each.split(" ")] == [4, 4, 4]
        assert each.replace(" ", "").isascii()
        assert each.replace(" ", "").isdigit()


# What it is


def test_the_note_tells_for_whom_and_any_tool_opens_the_rest(path: Path, original: Path) -> None:
    found = peek(path)
    assert found is not None
    assert (found.note, list(found.places)) == (note(), [NOTE, PACKAGE])
    assert [name for name, _content in parts(path)] == [NOTE, PACKAGE]
    assert pyrage.decrypt(parts(path)[1][1], [READER]) == original.read_bytes()
    assert b"teachers" not in path.read_bytes()


def test_large_content_goes_through_in_blocks(tmp_path: Path) -> None:
    content = random.Random(3).randbytes(2 * limits.BLOCK + 11)
    (tmp_path / "plain").write_bytes(content)
    seal_file(tmp_path / "plain", tmp_path / "密.vdpkg", note(), [str(READER.to_public())])
    assert opened(tmp_path / "密.vdpkg", str(READER)) == content
    assert {each.name for each in tmp_path.iterdir()} == {"plain", "密.vdpkg", "opened"}


@pytest.mark.parametrize(
    "content", [b"", b"P", b"PK\x03\x04", b"text", b"PK\x05\x06" + bytes(18), bytes(1000)], ids=repr
)
def test_other_files_are_no_sealed_ones(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert peek(tmp_path / "x") is None


def test_packages_and_archives_are_no_sealed_files(original: Path, tmp_path: Path) -> None:
    assert peek(original) is None
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x" + NOTE, b"{}")
        archive.writestr(NOTE, b"{}")
    assert peek(tmp_path / "a.zip") is None
    with pytest.raises(FileNotFoundError):
        peek(tmp_path / "missing")


# Damage


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The smallest sealed file, for what is done to every byte."""
    (tmp_path / "plain").write_bytes(b"x")
    seal_file(
        tmp_path / "plain", tmp_path / "小.vdpkg", Note(FORMAT, 1, "", "", ["乙"], False), [str(READER.to_public())]
    )
    return tmp_path / "小.vdpkg"


def test_a_cut_anywhere_is_refused(tiny: Path) -> None:
    path = tiny
    data = path.read_bytes()
    target = path.with_name("cut.vdpkg")
    last_content = data.index(PACKAGE.encode()) + len(PACKAGE)
    for size in range(30 + len(NOTE), len(data)):
        target.write_bytes(data[:size])
        reason = refused(target)
        inside = last_content < size < last_content + len(parts(path)[1][1])
        assert reason is Refusal.TRUNCATED if inside else reason in (Refusal.TRUNCATED, Refusal.ALTERED), size
        if size % 7 == 0:
            assert refusal(target) is reason
    for size in range(30 + len(NOTE)):
        target.write_bytes(data[:size])
        assert peek(target) is None
        assert refusal(target) in (Refusal.TRUNCATED, Refusal.NOT_OURS)


def test_a_cut_says_how_much_is_missing_as_people_say_it(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(bytes(3_000_000))
    target = tmp_path / "密.vdpkg"
    seal_file(tmp_path / "plain", target, note(), [str(READER.to_public())])
    target.write_bytes(target.read_bytes()[:-2_500_000])
    with pytest.raises(RefusedError, match=r"缺 2\.5 MB"):
        verify(target)


def test_a_flipped_bit_anywhere_is_refused_or_makes_it_another_kind_of_file(tiny: Path) -> None:
    path = tiny
    data = path.read_bytes()
    target = path.with_name("bit.vdpkg")
    names = range(30 + len(NOTE))
    for at in range(len(data)):
        other = bytearray(data)
        other[at] ^= 1 << at % 8
        target.write_bytes(other)
        try:
            assert peek(target) is None, f"byte {at} was taken"
        except RefusedError:
            continue
        assert at in names, f"byte {at} was passed over"
        refusal(target)


def test_the_wrong_checksum_of_any_member_is_refused(path: Path) -> None:
    members = parts(path)
    whole = path.read_bytes()
    for name, content in members:
        at = whole.index(zlib.crc32(content).to_bytes(4, "little"))
        target = path.with_name("crc.vdpkg")
        target.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert refused(target) is Refusal.ALTERED, name


@pytest.mark.parametrize("tail", [b"\0", b"\n", bytes(100_000), b"PK\x05\x06" + bytes(18)], ids=len)
def test_bytes_after_the_end_are_refused(path: Path, tail: bytes) -> None:
    path.write_bytes(path.read_bytes() + tail)
    assert refused(path) is Refusal.ALTERED
    assert refusal(path) is Refusal.ALTERED


def test_bytes_before_the_beginning_make_it_no_sealed_file(path: Path) -> None:
    path.write_bytes(b"\0" + path.read_bytes())
    assert peek(path) is None
    assert refusal(path) is Refusal.NOT_OURS


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members[:1],
        lambda members: [*members, *members],
        lambda members: [members[0], (KEY, b"k"), members[1]],
        lambda members: [members[0], ("other.age", members[1][1])],
        lambda members: [*members, ("extra", b"x")],
    ],
    ids=["only the note", "twice", "a key nobody speaks of", "another name", "one more"],
)
def test_other_members_are_refused(
    path: Path, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]
) -> None:
    assert refused(made(path, change(parts(path)))) is Refusal.ALTERED


def test_a_note_that_promises_a_password_needs_its_member(path: Path) -> None:
    assert refused(with_note(path, as_json(password=True))) is Refusal.ALTERED


def test_sizes_beyond_the_limits_are_not_read(path: Path) -> None:
    members = parts(path)
    assert refused(with_key(path, bytes(64 * 1024 + 1))) is Refusal.ALTERED
    assert peek(with_key(path, bytes(64 * 1024))) is not None
    assert refused(made(path, members, package_age=limits.PACKAGE + limits.MIB + 1)) is Refusal.ALTERED
    assert refused(made(path, members, package_age=limits.PACKAGE)) is Refusal.TRUNCATED
    assert refused(made(path, members, who_json=2**31)) is Refusal.ALTERED


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"not JSON", b"[" * 60_000, as_json(more=1), as_json(v=2), as_json(v="1"),
        as_json(format="vetdesk-package"), as_json(format=f"{FORMAT}\n"), as_json(readers=[]), as_json(readers="乙"),
        as_json(readers=["乙"] * 11), as_json(readers=[1]), as_json(sender=None), as_json(sender="x" * 201),
        as_json(password=1), as_json()[:-1], as_json() + b"{}",
    ],
    ids=lambda content: content[:30].decode("utf-8", "replace"),
)  # fmt: skip
def test_a_hostile_note_is_refused(path: Path, content: bytes) -> None:
    target = with_note(path, content)
    assert refused(target) is Refusal.MALFORMED
    assert refusal(target) is Refusal.MALFORMED


def test_a_huge_note_is_refused_unread(path: Path) -> None:
    assert refused(with_note(path, as_json() + b" " * 64 * 1024)) is Refusal.ALTERED
    assert peek(with_note(path, as_json() + b" " * 60_000)) is not None


@pytest.mark.parametrize("reader", ["乙\n已接收", "乙\r", "\x1b[2J", "\u202eexe.gpkdv"], ids=repr)
def test_a_reader_never_breaks_the_line_that_names_it(path: Path, reader: str) -> None:
    """The note is signed by nobody."""
    target = with_note(path, as_json(readers=[reader]))
    with pytest.raises(RefusedError) as caught:
        verify(target)
    assert caught.value.sentence.isprintable()


def test_what_is_refused_is_called_by_its_own_name(path: Path) -> None:
    """A private copy may lie under another name."""
    path.write_bytes(path.read_bytes() + b"\0")
    assert refusal(path, shown_as="原名.vdpkg") is Refusal.ALTERED


def altered_inside(path: Path) -> Path:
    """The sealed file with its last encrypted byte changed, all checksums right."""
    members = parts(path)
    content = members[1][1]
    return made(path, [members[0], (PACKAGE, content[:-1] + bytes([content[-1] ^ 1]))])


@pytest.mark.parametrize(
    "edit",
    [lambda content: content[:-1], lambda content: content + b"\0", lambda _content: b"", lambda _content: b"junk"],
    ids=["cut", "longer", "empty", "junk"],
)
def test_encrypted_content_that_is_none_is_refused(path: Path, edit: Callable[[bytes], bytes]) -> None:
    members = parts(path)
    target = made(path, [members[0], (PACKAGE, edit(members[1][1]))])
    with pytest.raises(RefusedError) as caught:
        opened(target, str(READER))
    assert caught.value.reason is Refusal.ALTERED


def test_altered_encrypted_content_is_refused_and_leaves_nothing(path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        opened(altered_inside(path), str(READER))
    assert caught.value.reason is Refusal.ALTERED
    assert list((path.parent / "opened").iterdir()) == []


def test_places_that_cannot_be_written_are_disk_trouble(path: Path, original: Path, tmp_path: Path) -> None:
    found = peek(path)
    assert found is not None
    with pytest.raises(OSError, match="No such file"):
        unseal(found, tmp_path / "none" / "x", [str(READER)])
    with pytest.raises(OSError, match="No such file"):
        seal_file(original, tmp_path / "none" / "x", note(), [str(READER.to_public())])
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        seal_file(original, tmp_path / "folder", note(), [str(READER.to_public())])
    assert {each.name for each in tmp_path.iterdir()} == {path.name, "folder"}


def test_a_file_that_shrinks_while_it_is_read_gives_nothing(path: Path) -> None:
    found = peek(path)
    assert found is not None
    path.write_bytes(path.read_bytes()[: found.places[PACKAGE][0] + 5])
    target = path.with_name("plain")
    with pytest.raises(BugError):
        unseal(found, target, [str(READER)])
    assert not target.exists()
    assert not target.with_name("plain.age").exists()


# What `verify` says of them


def test_a_sealed_file_names_its_readers_and_a_bare_age_file_only_says_so(path: Path) -> None:
    with pytest.raises(RefusedError, match="核查专家 1、测试市教育局（虚构）") as caught:
        verify(path)
    assert caught.value.reason is Refusal.ENCRYPTED
    bare = path.with_name("x.age")
    bare.write_bytes(parts(path)[1][1])
    with pytest.raises(RefusedError, match="收件单位") as caught:
        verify(bare)
    assert caught.value.reason is Refusal.ENCRYPTED


@pytest.mark.parametrize(
    ("name", "reason"), [("a.zip", Refusal.ARCHIVE), ("A.ZIP", Refusal.ARCHIVE), ("a", Refusal.NOT_OURS)]
)
def test_another_zip_is_an_archive_by_its_name(tmp_path: Path, name: str, reason: Refusal) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", b"x" * 100)
    (tmp_path / name).write_bytes(stream.getvalue())
    assert refusal(tmp_path / name) is reason


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_with_its_number(tmp_path: Path) -> None:
    """What the disk answered reaches the caller, not what the encryption made of it."""
    (tmp_path / "large").write_bytes(b"x" * 1_000_000)
    with pytest.raises(OSError, match="No space left") as caught:
        seal_file(tmp_path / "large", Path("/dev/full"), note(), [str(READER.to_public())])
    assert caught.value.errno == errno.ENOSPC
