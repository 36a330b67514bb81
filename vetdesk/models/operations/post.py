"""Sending any package: numbers it in its chain, writes, archives and notes it. One way out for all kinds."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange, journal
from vetdesk.models.store.exchange import PackageRecord
from vetdesk.models.store.outputs import check_target
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.refusals import RefusedError
from vetdesk.models.sync.write import Blob, Letterhead, write_package


@dataclass(frozen=True, slots=True)
class Posted:
    """A package that was written and verified: the file, its manifest's hash, number, 12-digit code, size in bytes.

    `rest` are further files that belong to it, `password` opens it where it is encrypted for someone without a key.
    """

    path: Path
    hash: str
    seq: int
    code: str
    size: int
    rest: tuple[Path, ...] = ()
    password: str = ""


_CHAINS = (("receipt", "feedback"), ("standard", "amendment"))


def chain_of(kind: str) -> tuple[str, ...]:
    """The kinds that are counted together: each says the whole, and an old one must not undo a new one."""
    return next((each for each in _CHAINS if kind in each), (kind,))


def last_of(workspace: Workspace, key: str, kind: str, cycle: str) -> PackageRecord | None:
    """The package with the highest number in the chain of a key and round that a kind belongs to.

    Receipts and feedback are one chain, standards and amendments another, see `chain_of`.
    """
    found = [exchange.last_of(workspace, key, each, cycle) for each in chain_of(kind)]
    return max((each for each in found if each), key=lambda each: each.seq, default=None)


def post(
    workspace: Workspace,
    target: Path,
    kind: str,
    body: bodies.Body,
    *,
    audience: Party,
    cycle: str,
    unit: str = "",
    answers: str = "",
    standard: tuple[str, ...] = (),
    blobs: Sequence[Blob] = (),
    loose: Sequence[bytes] = (),
    absent: Sequence[str] = (),
) -> Posted:
    """Write a package to `target`, keep a copy in the outbox, note it with its journal row.

    Raises KnownError where the place cannot be written, or a text is too long to be read again; nothing is then
    noted.
    """
    check_target(target)
    data = _readable(body, target)
    keys = own_keys(workspace)
    last = last_of(workspace, keys.fingerprint, kind, cycle)
    seq = last.seq + 1 if last else 1
    head = Letterhead(
        kind=kind,
        issuer=Party(workspace.role, workspace.owner),
        audience=audience,
        cycle=cycle,
        seq=seq,
        prev=last.hash if last else "",
        audit_head=journal.head(workspace),
        created=now(),
        answers=answers,
        standard=standard,
        trust_version=int(workspace.meta("trust_version") or 1),
        absent=tuple(absent),
    )
    outbox = workspace.folder / "outbox"
    outbox.mkdir(exist_ok=True)
    hash_ = write_package(target, head, data, keys, blobs=blobs, loose=loose)
    archived = outbox / f"{kind}-{seq}-{hash_[:8]}-{target.name}"
    if target.resolve() != archived.resolve():
        shutil.copyfile(target, archived)
    with workspace.atomic():
        exchange.put_package(
            workspace,
            PackageRecord(
                hash=hash_, kind=kind, direction="out", issuer_role=workspace.role,
                issuer_id=workspace.owner, key=keys.fingerprint, cycle=cycle, seq=seq, prev=head.prev,
                unit=unit, at=now(), path=f"outbox/{archived.name}", state="exported", answers=answers,
            ),
        )  # fmt: skip
        journal.write(workspace, [journal.Note("export", unit, f"package.{hash_}", new=[kind, seq], round=cycle)])
    return Posted(target, hash_, seq, short_code(hash_), target.stat().st_size)


def _readable(body: bodies.Body, target: Path) -> bytes:
    """The bytes of a body, after reading them as the receiver will."""
    data = bodies.encode(body)
    try:
        bodies.decode(data, type(body), file=target.name)
    except RefusedError as error:
        raise KnownError(
            _("“{file}”没有生成：有一处名称超过 200 字，或内容太多，对方会打不开。请改短后再试。").format(
                file=target.name
            ),
            code="unreadable",
        ) from error
    return data


def blobs_of(workspace: Workspace, items: Iterable[tuple[str, str]]) -> list[Blob]:
    """Evidence to carry, from `(SHA-256, label)`.

    Raises KnownError where a content is gone from the disk; one that was altered is found while it is read.
    """
    blobs = []
    for sha256, label in items:
        path = evidence.path_of(workspace, sha256)
        if not path.is_file():
            raise KnownError(
                _("佐证材料“{label}”在磁盘上找不到了，没有生成。请重新添加这个文件。").format(label=label),
                code="evidence_gone",
            )
        blobs.append(Blob(path, label, sha256))
    return blobs
