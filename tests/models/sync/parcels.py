"""Small packages for tests: written by our writer, or put together by hand as an insider with a key could."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vetdesk.models.records.errors import ExitStatus
from vetdesk.models.sync import sign
from vetdesk.models.sync.container import Member, closing, local_header
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.write import Blob, Letterhead, write_package

AGE = "AGE-SECRET-KEY-16HV7J9EZZW654A6EQVARN9Y0U3JVYEAFDPWEYN3X8DRS4PT0CY5SDS8JQK"
DATA = '{"round":"r","texts":["甲","乙"]}'.encode()
BLOB = b"%PDF-1.4\ninvented"

Edit = Callable[[dict[str, Any]], object]


def keys(number: int = 1) -> Keys:
    """Keys that are always the same for a number."""
    return Keys(f"replica-{number}", bytes([number]) * 32, AGE, bytes([number + 100]) * 32)


def letterhead(*, kind: str = "submission", seq: int = 1, prev: str = "") -> Letterhead:
    """A heading from a school to its bureau."""
    return Letterhead(
        kind=kind,
        issuer=Party("school", "3641990001"),
        audience=Party("bureau", "411400"),
        cycle="round-1",
        seq=seq,
        prev=prev,
        audit_head="0" * 64,
        created="2026-11-23T10:00:00+08:00",
    )


def package(folder: Path, name: str = "上报包.vdpkg", *, data: bytes = DATA, blobs: Sequence[bytes] = (BLOB,)) -> Path:
    """A small signed package with one blob, as our writer makes it."""
    carried = []
    for at, content in enumerate(blobs):
        path = folder / f"blob-{at}.pdf"
        path.write_bytes(content)
        carried.append(Blob(path, f"证明{at}.pdf"))
    target = folder / name
    write_package(target, letterhead(), data, keys(), blobs=carried)
    return target


@dataclass(frozen=True, slots=True)
class Parts:
    """A package taken apart: manifest and signature bytes, then the files in their order."""

    body: bytes
    mark: bytes
    files: tuple[tuple[str, bytes], ...]

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as plain values."""
        return dict(json.loads(self.body))


def taken_apart(path: Path) -> Parts:
    """The parts of one of our packages, found by their sizes alone."""
    data = path.read_bytes()
    at, members = 0, []
    while data[at : at + 4] == b"PK\x03\x04":
        size = int.from_bytes(data[at + 18 : at + 22], "little")
        length = int.from_bytes(data[at + 26 : at + 28], "little")
        name = data[at + 30 : at + 30 + length].decode("ascii")
        start = at + 30 + length
        members.append((name, data[start : start + size]))
        at = start + size
    return Parts(members[0][1], members[1][1], tuple(members[2:]))


def assembled(members: Sequence[tuple[str, bytes]], *, sizes: dict[str, int] | None = None) -> bytes:
    """The canonical container of these members; `sizes` lets a header lie."""
    found = [Member(name, (sizes or {}).get(name, len(each)), zlib.crc32(each)) for name, each in members]
    inside = [local_header(member) + content for member, (_name, content) in zip(found, members, strict=True)]
    return b"".join(inside) + closing(found)


def written(body: dict[str, Any]) -> bytes:
    """A manifest's bytes as our writer would put them."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def signed(body: bytes, files: Sequence[tuple[str, bytes]], *, key: bytes | None = None) -> bytes:
    """A package with any manifest bytes, properly signed."""
    mark = sign.signature_member(key or keys().signing, body)
    return assembled([("manifest.json", body), ("manifest.sig", mark), *files])


def resigned(path: Path, edit: Edit, *, target: Path | None = None) -> Path:
    """The package with its manifest edited and signed again with the same key; the files stay."""
    parts = taken_apart(path)
    manifest = parts.manifest
    edit(manifest)
    target = target or path.with_name("insider.vdpkg")
    target.write_bytes(signed(written(manifest), parts.files))
    return target


def carrying(path: Path, files: Sequence[tuple[str, bytes]], *, labels: Sequence[str] = ()) -> Path:
    """The package with other files, listed as they are and signed again."""

    def edit(manifest: dict[str, Any]) -> None:
        manifest["files"] = [
            {
                "name": name,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "crc": zlib.crc32(content),
                "label": labels[at] if labels else "",
            }
            for at, (name, content) in enumerate(files)
        ]

    manifest = taken_apart(path).manifest
    edit(manifest)
    target = path.with_name("insider.vdpkg")
    target.write_bytes(signed(written(manifest), files))
    return target


def refusal(path: Path, *, shown_as: str = "") -> Refusal:
    """Why a file is refused. Fails where it is taken, or where anything but RefusedError comes out."""
    with pytest.raises(RefusedError) as caught:
        verify(path, shown_as=shown_as)
    error = caught.value
    assert (shown_as or path.name) in error.sentence
    assert "{" not in error.sentence.replace(shown_as or path.name, "")
    assert error.code == error.reason.value
    assert error.status is (ExitStatus.NEWER if error.reason is Refusal.NEWER else ExitStatus.REFUSED)
    return error.reason
