"""Evidence files by content hash: durable on disk before the row that names them."""

from __future__ import annotations

import hashlib
import os
import stat
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vetdesk.models.records.about_evidence import NOTHING, About, as_text, from_text
from vetdesk.models.records.errors import BugError, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now, storage_trouble, sync_folder

MAX_FILE = 200 * 1024 * 1024
BLOCK = 1024 * 1024
STAMPED = "stamped_copy"
"""What stands for an indicator where a file is the scan of the signed and stamped sheet."""
_MAGIC = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"GIF8", "image/gif", (".gif",)),
    (b"BM", "image/bmp", (".bmp",)),
    (b"II*\x00", "image/tiff", (".tif", ".tiff")),
    (b"MM\x00*", "image/tiff", (".tif", ".tiff")),
    (b"PK\x03\x04", "application/zip", (".xlsx", ".docx", ".ofd", ".zip", ".pptx")),
    (b"\xd0\xcf\x11\xe0", "application/x-ole", (".xls", ".doc", ".wps", ".et", ".ppt")),
)


_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One evidence file in use: its content hash, the indicator it proves ('' for none), its shown name."""

    sha256: str
    size: int
    mime: str
    indicator: str
    label: str
    added: str
    about: About = NOTHING


def path_of(workspace: Workspace, sha256: str) -> Path:
    """Where the content of a hash lies."""
    return workspace.folder / "evidence" / sha256[:2] / sha256


def size_here(workspace: Workspace, sha256: str) -> int | None:
    """Bytes of a content that is on disk; None where it is not."""
    try:
        found = os.stat(f"{workspace.folder}/evidence/{sha256[:2]}/{sha256}")  # noqa: PTH116 - asked for every content of a batch
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def store_file(workspace: Workspace, source: Path) -> tuple[str, int, str]:
    """Copy a file into the content store. Returns its SHA-256, size in bytes and kind.

    Raises KnownError for what is no regular file, empty, too large, or other than its name says.
    """
    try:
        return _store_source(workspace, source)
    except OSError as error:
        raise KnownError(
            _("读不到文件“{file}”，没有添加。请检查文件是否还在。").format(file=source.name), code="no_file"
        ) from error


def _store_source(workspace: Workspace, source: Path) -> tuple[str, int, str]:
    found = source.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
        raise KnownError(_("“{file}”是空的或不是普通文件，没有添加。").format(file=source.name), code="not_a_file")
    if found.st_size > MAX_FILE:
        raise KnownError(
            _("“{file}”有 {size} MB，超过单个文件 200 MB 的上限，没有添加。请压缩或拆分后再试。").format(
                file=source.name, size=found.st_size // (1024 * 1024)
            ),
            code="too_large",
        )
    mime = kind_of(source)
    if not mime:
        raise KnownError(
            _(
                "“{file}”的内容与文件类型不符或不能作为佐证材料，没有添加。请使用 PDF、图片、Word 或 Excel 文件。"
            ).format(file=source.name),
            code="wrong_kind",
        )
    with source.open("rb") as stream:
        sha256, size = _store(workspace, iter(lambda: stream.read(BLOCK), b""))
    return sha256, size, mime


def ending_of(content: Path, label: str) -> str:
    """The ending a content is opened by: that of its label, or of its kind where the label is another's (an original)."""
    wanted = Path(label).suffix.lower()
    with content.open("rb") as stream:
        head = stream.read(16)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return ".heic"
    endings = next(
        (endings for magic, mime, endings in _MAGIC if mime.startswith("image/") and head.startswith(magic)), ()
    )
    return endings[0] if endings and wanted not in endings else wanted


def kind_of(source: Path) -> str:
    """The kind of a file, where its first bytes fit its name; '' otherwise."""
    with source.open("rb") as stream:
        head = stream.read(16)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "image/heic" if source.suffix.lower() in (".heic", ".heif") else ""
    for magic, mime, endings in _MAGIC:
        if head.startswith(magic):
            return mime if source.suffix.lower() in endings else ""
    return ""


def store_blocks(workspace: Workspace, blocks: Iterable[bytes], *, expected: str) -> None:
    """Keep content that arrived, whose SHA-256 is known; content that is here already is not written again."""
    if _holds(path_of(workspace, expected), expected):
        return
    sha256, _size = _store(workspace, blocks)
    if sha256 != expected:
        raise BugError("evidence differs from what was verified")


def _store(workspace: Workspace, blocks: Iterable[bytes]) -> tuple[str, int]:
    folder = workspace.folder / "evidence"
    part = folder / f"{uuid.uuid4().hex}.part"
    digest = hashlib.sha256()
    size = 0
    try:
        with part.open("wb") as target:
            for block in blocks:
                digest.update(block)
                size += len(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        keep(workspace, part, sha256)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return sha256, size


def keep(workspace: Workspace, part: Path, sha256: str) -> None:
    """Move a finished, synced file to its place by hash; whole content that is there already stays."""
    target = path_of(workspace, sha256)
    if _holds(target, sha256):
        part.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.chmod(0o644)  # damaged; Windows replaces no read-only file
    part.replace(target)
    target.chmod(0o444)
    sync_folder(target.parent)
    sync_folder(target.parent.parent)


def _holds(path: Path, sha256: str) -> bool:
    """Whether a content is on disk, undamaged."""
    return path.is_file() and sha256_of(path) == sha256


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def record(workspace: Workspace, sha256: str, size: int, mime: str) -> None:
    """Note that a content is here, in the caller's transaction."""
    record_all(workspace, [(sha256, size, mime)])


def record_all(workspace: Workspace, contents: Sequence[tuple[str, int, str]]) -> None:
    """Note that contents (SHA-256, bytes, kind) are here, in the caller's transaction."""
    workspace.connection.executemany(
        "INSERT INTO evidence (sha256, size, mime) VALUES (?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET mime = excluded.mime WHERE evidence.mime = ''",
        contents,
    )


def use(
    workspace: Workspace,
    round_id: str,
    unit: str,
    sha256: str,
    *,
    indicator: str,
    label: str,
    about: About | None = None,
    act: str | None = None,
) -> None:
    """Attach a content to a unit and indicator, or say something else of it; without `about` what was known stays known.

    With its journal row, in the caller's transaction.
    """
    before = workspace.row(
        "SELECT label, about, added FROM evidence_use WHERE round = ? AND unit = ? AND sha256 = ? AND indicator = ?",
        (round_id, unit, sha256, indicator),
    )
    known = (before["about"] if before else "") or ""
    text = known if about is None else as_text(about)
    workspace.db.table("evidence_use").upsert(
        {
            "round": round_id, "unit": unit, "sha256": sha256, "indicator": indicator, "label": label,
            "about": text, "added": before["added"] if before else now(),
        },
        pk=("round", "unit", "sha256", "indicator"),
    )  # fmt: skip
    journal.write(
        workspace,
        [
            journal.Note(
                "attach",
                unit,
                f"evidence.{sha256}",
                _noted(indicator, before["label"], known) if before else None,
                _noted(indicator, label, text),
                round=round_id,
            )
        ],
        act=act,
    )


def drop(workspace: Workspace, round_id: str, unit: str, each: Evidence, *, act: str | None = None) -> None:
    """Detach, with its journal row, in the caller's transaction; the content stays on disk."""
    workspace.db.table("evidence_use").delete((round_id, unit, each.sha256, each.indicator))
    journal.write(
        workspace,
        [
            journal.Note(
                "detach",
                unit,
                f"evidence.{each.sha256}",
                _noted(each.indicator, each.label, as_text(each.about)),
                None,
                round=round_id,
            )
        ],
        act=act,
    )


def _noted(indicator: str, label: str, about: str) -> list[str]:
    """A use of evidence as the journal has it."""
    return [indicator, label, about] if about else [indicator, label]


def used(workspace: Workspace, round_id: str, unit: str) -> list[Evidence]:
    """The evidence of a unit, in the order it was added."""
    return [
        Evidence(
            row["sha256"],
            row["size"],
            row["mime"],
            row["indicator"],
            row["label"],
            row["added"],
            from_text(row["about"] or ""),
        )
        for row in workspace.rows(
            "SELECT sha256, size, mime, indicator, label, added, about FROM evidence_use JOIN evidence USING (sha256)"
            " WHERE round = ? AND unit = ? ORDER BY added, label",
            (round_id, unit),
        )
    ]


def picture_marks(workspace: Workspace) -> dict[str, str]:
    """How the pictures look that were looked at before: a mark by SHA-256, '' for what has no picture."""
    return {row["sha256"]: row["mark"] for row in workspace.rows("SELECT sha256, mark FROM picture_mark")}


def put_picture_marks(workspace: Workspace, marks: Sequence[tuple[str, str]]) -> None:
    """Keep `(SHA-256, mark)`, in the caller's transaction."""
    workspace.connection.executemany("INSERT OR REPLACE INTO picture_mark (sha256, mark) VALUES (?, ?)", marks)


def missing_files(workspace: Workspace) -> list[str]:
    """Hashes of recorded contents that are not on disk with their size."""
    gone = []
    for row in workspace.rows("SELECT sha256, size FROM evidence"):
        path = path_of(workspace, row["sha256"])
        if not path.is_file() or path.stat().st_size != row["size"]:
            gone.append(str(row["sha256"]))
    return gone
