"""Encryption to a recipient: only the holder opens it, damage opens nothing, and no key can crash the library."""

from __future__ import annotations

import pyrage
import pytest

from tests.models.sync.parcels import AGE, keys
from vetdesk.models.sync.seal import opened, sealed, usable

OTHER = str(pyrage.x25519.Identity.generate())
CONTENT = "只给一所学校看".encode()


def recipient(identity: str) -> str:
    """The public key of an identity."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def bech32(raw: bytes) -> str:
    """A recipient's text from its point, checksum and all (BIP 173), as an attacker makes it."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{each:08b}" for each in raw)
    bits += "0" * (-len(bits) % 5)
    digits = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    check = 1
    for each in [3, 3, 3, 0, 1, 7, 5, *digits, 0, 0, 0, 0, 0, 0]:  # "age", spread out
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ each
        for at, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> at & 1 else 0
    check ^= 1
    return "age1" + "".join(alphabet[each] for each in [*digits, *(check >> 5 * (5 - at) & 31 for at in range(6))])


def test_only_the_recipient_opens_it() -> None:
    data = sealed(CONTENT, [recipient(AGE)])
    assert CONTENT not in data
    assert opened(data, AGE) == CONTENT
    assert opened(data, OTHER) is None


def test_several_recipients_each_open_it() -> None:
    data = sealed(CONTENT, [recipient(AGE), recipient(OTHER)])
    assert opened(data, AGE) == opened(data, OTHER) == CONTENT


def test_nothing_and_much_come_back() -> None:
    for content in (b"", bytes(200_000)):
        assert opened(sealed(content, [recipient(AGE)]), AGE) == content


def test_damage_anywhere_opens_nothing() -> None:
    data = sealed(CONTENT, [recipient(AGE)])
    for at in range(len(data)):
        other = bytearray(data)
        other[at] ^= 1
        assert opened(bytes(other), AGE) is None, at
        assert opened(data[:at], AGE) is None, at
    assert opened(data + b"x", AGE) is None


@pytest.mark.parametrize("data", [b"", b"text", b"age-encryption.org/v1\n", bytes(1000)])
def test_what_is_not_sealed_opens_nothing(data: bytes) -> None:
    assert opened(data, AGE) is None


def test_a_made_key_is_usable() -> None:
    assert usable(keys().recipient)
    raw = bytes(range(32))
    assert usable(bech32(raw))
    assert opened(sealed(CONTENT, [recipient(AGE), bech32(raw)]), AGE) == CONTENT


@pytest.mark.parametrize(
    "text", ["", "age1", "age1" + "q" * 58, "ssh-ed25519 AAAA", AGE, keys().recipient[:-1] + "b", "甲"]
)
def test_what_is_no_key_is_not_usable(text: str) -> None:
    assert not usable(text)


SMALL_ORDER = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
]
"""The points of X25519 whose shared secret is zero; the library panics when it encrypts to one."""


@pytest.mark.parametrize("point", SMALL_ORDER, ids=range(len(SMALL_ORDER)))
def test_a_point_of_small_order_is_not_usable(point: bytes) -> None:
    text = bech32(point)
    assert str(pyrage.x25519.Recipient.from_str(text)) == text  # the library itself takes it
    assert not usable(text)
