"""SHA-256 and CRC-32 of the same bytes at once: both let other threads run, so large contents use two cores."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import BinaryIO

from vetdesk.models.sync import limits

_WORTH_A_THREAD = 256 * 1024


@cache
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="crc")


def pieces(stream: BinaryIO, left: int) -> Iterator[memoryview]:
    """The next `left` bytes of a stream in one buffer that is used again and again; fewer where it ends before."""
    buffer = memoryview(bytearray(min(left, limits.BLOCK) or 1))
    while left:
        count = stream.readinto(buffer[: min(left, len(buffer))])  # type: ignore[attr-defined]
        if not count:
            return
        left -= count
        yield buffer[:count]


def digests(blocks: Iterator[bytes | memoryview]) -> tuple[str, int, int]:
    """`(SHA-256 as hex, CRC-32, size in bytes)` of all blocks."""
    digest, crc, size = hashlib.sha256(), 0, 0
    for block in blocks:
        size += len(block)
        if len(block) < _WORTH_A_THREAD:
            digest.update(block)
            crc = zlib.crc32(block, crc)
            continue
        other = _helper().submit(zlib.crc32, block, crc)
        digest.update(block)
        crc = other.result()
    return digest.hexdigest(), crc, size
