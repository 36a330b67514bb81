"""The one byte form of a pack: what is hashed, stored and sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from vetdesk.models.packs.pack import Pack


def encode(plain: Mapping[str, Any]) -> bytes:
    """The bytes of a pack's plain form."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def plain_hash(plain: Mapping[str, Any]) -> str:
    """SHA-256 of a plain form's bytes."""
    return hashlib.sha256(encode(plain)).hexdigest()


def fingerprint(pack: Pack) -> str:
    """SHA-256 of the pack's byte form: what an assessment is pinned to."""
    return plain_hash(pack.plain)
