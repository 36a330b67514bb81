"""Encryption to one recipient (age format), outside or beside the signature: age proves no sender."""

from __future__ import annotations

import pyrage


def sealed(data: bytes, recipients: list[str]) -> bytes:
    """`data` that only the holders of these recipients' keys can open."""
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(each) for each in recipients]))


def opened(data: bytes, identity: str) -> bytes | None:
    """The content, or None where it is not for this identity or damaged."""
    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        return None
