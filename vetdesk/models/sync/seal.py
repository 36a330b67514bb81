"""Encryption to one recipient (age format), outside or beside the signature: age proves no sender."""

from __future__ import annotations

import pyrage
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_ANY = X25519PrivateKey.generate()  # with a point of small order every key agrees on zero


def sealed(data: bytes, recipients: list[str]) -> bytes:
    """`data` that only the holders of these recipients' keys can open."""
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(each) for each in recipients]))


def usable(recipient: str) -> bool:
    """Whether a recipient is a real key. pyrage panics on a point of small order, whose shared secret is zero."""
    try:
        pyrage.x25519.Recipient.from_str(recipient)
        number = 0
        for each in recipient[4:56]:
            number = number << 5 | _BECH32.index(each)
        point = X25519PublicKey.from_public_bytes((number >> 4).to_bytes(32, "big"))
        _ANY.exchange(point)
    except (pyrage.RecipientError, ValueError):
        return False
    return True


def opened(data: bytes, identity: str) -> bytes | None:
    """The content, or None where it is not for this identity or damaged."""
    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        return None
