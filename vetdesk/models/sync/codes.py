"""Codes that people read to each other: digits only, because digits survive dialects."""

from __future__ import annotations

import hashlib


def short_code(manifest_hash: str) -> str:
    """12 digits of a package, `4821 0937 6615` (WORDS no. 33)."""
    number = int.from_bytes(hashlib.sha256(b"vetdesk-code-v1" + bytes.fromhex(manifest_hash)).digest(), "big")
    return _grouped(str(number % 10**12).rjust(12, "0"), 4)


def key_digits(public: bytes) -> str:
    """30 digits of a public key in six groups of five (reliability 3.4)."""
    number = int.from_bytes(hashlib.sha256(b"vetdesk-key-v1" + public).digest()[:13], "big") >> 4
    return _grouped(str(number % 10**30).rjust(30, "0"), 5)


def fingerprint(public: bytes) -> str:
    """The full name of a key: SHA-256 of its raw bytes, as hex."""
    return hashlib.sha256(public).hexdigest()


def sha256_hex(content: bytes) -> str:
    """SHA-256 of some bytes, as hex."""
    return hashlib.sha256(content).hexdigest()


def content_code(content: bytes) -> str:
    """12 digits of what a sheet of paper says, grouped like those of a file, and never the same as a file's."""
    return short_code(hashlib.sha256(b"vetdesk-content-v1" + content).hexdigest())


def only_digits(text: str) -> str:
    """The digits of what somebody typed, with spaces or without, full width (as Chinese input writes them) or not."""
    return "".join(str(int(each)) for each in text if each.isdecimal())


def _grouped(digits: str, size: int) -> str:
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))
