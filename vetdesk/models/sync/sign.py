"""Ed25519 over the exact manifest bytes, with DSSE's pre-authentication encoding."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PACKAGE_TYPE = b"application/vnd.vetdesk.package.v1+json"
TRUST_TYPE = b"application/vnd.vetdesk.trust.v1+json"
KEY_TYPE = b"application/vnd.vetdesk.key.v1"
_P = 2**255 - 19
_EIGHTH = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
_SMALL = frozenset({0, 1, _P - 1, _EIGHTH % 2**255, _P - _EIGHTH % 2**255})
"""y of the eight points of small order (RFC 8032, 5.1): under them a signature is good that nobody had to make."""

MAGIC = b"VDS"
ED25519 = b"\x01"  # 02 is kept for a certified SM2-with-SM3 module


def encoding(kind: bytes, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is really signed."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def signature(private: bytes, body: bytes, *, kind: bytes = PACKAGE_TYPE) -> bytes:
    """64 bytes over `body` of a kind, by a raw 32-byte private key."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(encoding(kind, body))


def good(public: bytes, body: bytes, mark: bytes, *, kind: bytes = PACKAGE_TYPE) -> bool:
    """Whether `mark` is the signature of `body` by the raw public key.

    Keys of small order and other spellings of a key are refused; OpenSSL takes both.
    """
    y = int.from_bytes(public, "little") % 2**255
    if y in _SMALL or y >= _P:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(mark, encoding(kind, body))
    except (InvalidSignature, ValueError):
        return False
    return True


def signature_member(private: bytes, body: bytes) -> bytes:
    """The 100 bytes of `manifest.sig`: magic, algorithm, SHA-256 of the public key, signature."""
    public = public_of(private)
    return MAGIC + ED25519 + hashlib.sha256(public).digest() + signature(private, body)


def member_good(member: bytes, public: bytes, body: bytes) -> bool:
    """Whether the 100 bytes are those of this key over this body."""
    head = MAGIC + ED25519 + hashlib.sha256(public).digest()
    return len(member) == 100 and member[:36] == head and good(public, body, member[36:])


def new_private() -> bytes:
    """A new raw private key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The raw public key of a raw private key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
