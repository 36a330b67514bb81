"""The manifest: what a package says of itself, under the signature. Strictly parsed after it was verified."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from vetdesk.models.sync import limits

FORMAT = "vetdesk-package"
VERSION = 1
PREFIX = b'{"format":"vetdesk-package","v":1,"key":"'
"""Every manifest starts so; the 64 hex digits after it are the signer's public key, read before any parsing."""

# Patterns end in \Z: `$` would also let a line break at the end through.
Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
Short = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
KINDS = (
    "campaign", "amendment", "submission", "evidence", "copy", "receipt", "feedback", "inspection", "review",
    "rectification", "standard", "trust", "register", "recovery", "bundle",
)  # fmt: skip
DATA_NAME = "data.json"


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A role (`bureau`, `school`, `inspector`, `round`) and who holds it."""

    role: Annotated[str, Meta(pattern="^(bureau|school|inspector|round)\\Z")]
    id: Short


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A member after the signature. `label` is a name for people, never a path."""

    name: Annotated[str, Meta(pattern="^(data\\.json|blobs/[0-9a-f]{64})\\Z")]
    size: Count
    sha256: Hex64
    crc: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    label: Annotated[str, Meta(max_length=limits.LABEL)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """See `resources/help/package-format.md` for every field."""

    format: Annotated[str, Meta(pattern="^vetdesk-package\\Z")]
    v: Annotated[int, Meta(ge=1, le=1)]
    key: Hex64
    min_reader: Count
    kind: Short
    id: Short
    issuer: Party
    audience: Party
    cycle: Short
    seq: Annotated[int, Meta(ge=1, le=2**53)]
    prev: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    replica: Short
    answers: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    standard: Annotated[list[Hex64], Meta(max_length=50)]
    trust_version: Count
    audit_head: Hex64
    created: Short
    app: Short
    files: Annotated[list[FileEntry], Meta(min_length=1, max_length=limits.FILES)]
    absent: Annotated[list[Hex64], Meta(max_length=limits.FILES)]


_DECODER = msgspec.json.Decoder(Manifest)


def encode(manifest: Manifest) -> bytes:
    """The one byte form of a manifest."""
    return msgspec.json.encode(manifest)


def decode(data: bytes) -> Manifest:
    """The manifest of verified bytes.

    Raises ValueError for anything that is not exactly what `encode` writes: duplicate, unknown or missing
    keys, other spacing, floats; and for file lists whose first is not `data.json`, or with a name twice.
    """
    manifest = _DECODER.decode(data)
    if encode(manifest) != data:
        raise ValueError("manifest is not in canonical form")
    names = [each.name for each in manifest.files]
    if names[0] != DATA_NAME or len(set(names)) != len(names):
        raise ValueError("file list")
    for each in manifest.files[1:]:
        if each.name != f"blobs/{each.sha256}":
            raise ValueError("blob name")
    return manifest
