"""Receiving files: staged, verified, previewed; then taken in one act, or refused with its own sentence.

`look` stores nothing. `take` makes one restore point and one transaction for the whole batch, with a savepoint
for each package: one bad file never stops the others.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from vetdesk.models.operations.open_campaign import archive_of, arrived, file_in
from vetdesk.models.operations.post import last_of
from vetdesk.models.records.changes import Changes, Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import evidence, exchange, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import limits
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError, kind_word

_LONGEST_NAME = 240  # bytes; disks take 255


class Outcome(StrEnum):
    """What became (or would become) of a file."""

    CAN_TAKE = "can_take"
    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_OUTCOME_WORDS[self])


_OUTCOME_WORDS = {
    Outcome.CAN_TAKE: mark("可以接收"),
    Outcome.TAKEN: mark("已接收"),
    Outcome.KNOWN: mark("已经接收过"),
    Outcome.REFUSED: mark("没有接收"),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified package that fits this workspace, ready to be stored by `apply` (inside a transaction)."""

    unit: str
    who: str
    sentence: str
    apply: Callable[[Workspace], Changes]
    blobs: tuple[str, ...] = ()
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One file and what can be done with it. `file` is the name as it came."""

    file: str
    outcome: Outcome
    sentence: str
    reason: str = ""
    verified: Verified | None = None
    arrival: Arrival | None = None

    def plain(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        found = self.verified
        return {
            "file": self.file,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "sentence": self.sentence,
            "kind": found.manifest.kind if found else None,
            "sender": found.manifest.issuer.id if found else None,
            "sequence": found.manifest.seq if found else None,
            "code": short_code(found.hash) if found else None,
        }


@dataclass(frozen=True, slots=True)
class Received:
    """The outcome of every file, and what changed."""

    offers: tuple[Offer, ...]
    changes: Changes = field(default_factory=Changes)

    @property
    def taken(self) -> int:
        """How many were taken."""
        return sum(each.outcome is Outcome.TAKEN for each in self.offers)

    @property
    def settled(self) -> int:
        """How many were taken or known already."""
        return sum(each.outcome in (Outcome.TAKEN, Outcome.KNOWN) for each in self.offers)


Consider = Callable[[Workspace, Verified, str], Arrival]


def _doors() -> Mapping[tuple[str, str], Consider]:
    """Which kinds each role takes, and by whom they are read."""
    from vetdesk.models.operations import arrive_reply, arrive_review, arrive_standard, arrive_submission

    return {
        ("bureau", "submission"): arrive_submission.consider,
        ("bureau", "review"): arrive_review.consider,
        ("school", "receipt"): arrive_reply.consider,
        ("school", "feedback"): arrive_reply.consider,
        ("school", "standard"): arrive_standard.consider,
    }


@contextmanager
def staged(workspace: Workspace, paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Private copies of the files, so that what was verified is what is stored; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vetdesk-") as place:
        copies = []
        for at, path in enumerate(paths):
            folder = Path(place) / str(at)
            folder.mkdir()
            copies.append(_copied(path, folder / (_short(path.name) or "_")))
        yield copies


def _short(name: str) -> str:
    """A file name that every disk takes."""
    return name if len(os.fsencode(name)) <= _LONGEST_NAME else name[-60:]


def _copied(path: Path, copy: Path) -> Path:
    """A private copy; where the file cannot be read there is none, and `verify` then says so."""
    try:
        if path.is_file() and path.stat().st_size > limits.PACKAGE:
            with copy.open("wb") as stream:
                stream.truncate(limits.PACKAGE + 1)  # only its size counts: `verify` refuses it by that
        elif path.is_file():
            shutil.copyfile(path, copy)
    except OSError:
        copy.unlink(missing_ok=True)
    return copy


def check_from_bureau(workspace: Workspace, verified: Verified, file: str) -> None:
    """Whether a package was signed by the bureau it names, whose key is known here as a bureau's.

    Raises RefusedError for any other signer.
    """
    issuer, key = verified.manifest.issuer, exchange.key(workspace, verified.fingerprint)
    if key is None or key.role != "bureau" or issuer.role != "bureau" or key.owner != issuer.id:
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)


def receive(
    workspace: Workspace, paths: Sequence[Path], *, dry_run: bool = False, progress: Progress = silent
) -> Received:
    """Take files, or (dry run) only say what would happen.

    Raises KnownError only for trouble with the workspace itself; each file's refusal is in its offer.
    """
    with staged(workspace, paths) as copies:
        offers = look(workspace, copies, progress=progress)
        return Received(tuple(offers)) if dry_run else take(workspace, offers, progress=progress)


def look(workspace: Workspace, copies: Sequence[Path], *, progress: Progress = silent) -> list[Offer]:
    """Verify staged files and say what can be done with each; nothing is stored."""
    offers = []
    for at, copy in enumerate(copies):
        progress(at, len(copies), copy.name)
        offers.append(_offer(workspace, copy))
    progress(len(copies), len(copies), "")
    return offers


def _offer(workspace: Workspace, copy: Path) -> Offer:
    verified = None
    try:
        verified = verify(copy)
        known = exchange.package(workspace, verified.hash)
        if known and known.direction == "in":
            sentence = _("“{file}”已经接收过（第 {seq} 版），没有重复接收。").format(
                file=copy.name, seq=verified.manifest.seq
            )
            return Offer(copy.name, Outcome.KNOWN, sentence, "known", verified)
        door = _doors().get((workspace.role, verified.manifest.kind))
        if door is None:
            raise RefusedError(Refusal.WRONG_KIND, copy.name, kind=kind_word(verified.manifest.kind))
        arrival = door(workspace, verified, copy.name)
        check_order(workspace, verified, copy.name)
        return Offer(copy.name, Outcome.CAN_TAKE, arrival.sentence, "", verified, arrival)
    except KnownError as error:
        return Offer(copy.name, Outcome.REFUSED, error.sentence, error.code, verified)


def check_order(workspace: Workspace, verified: Verified, file: str) -> None:
    """Refuse replays, forks and absurd jumps: by number and previous hash, never by a clock (reliability 3.3)."""
    head = verified.manifest
    last = last_of(workspace, verified.fingerprint, head.kind, head.cycle)
    number = last.seq if last else 0
    if head.seq <= number:
        raise RefusedError(Refusal.OLDER, file, seq=head.seq, last=number)
    if head.seq > number + limits.SEQUENCE_JUMP:
        raise RefusedError(Refusal.JUMP, file, seq=head.seq)
    if head.seq == number + 1 and head.prev != (last.hash if last else ""):
        raise RefusedError(Refusal.FORK, file)


def take(workspace: Workspace, offers: Sequence[Offer], *, progress: Progress = silent) -> Received:
    """Store what can be taken, in one act behind one restore point.

    Raises Cancelled from `progress` before anything is stored, KnownError for trouble with the workspace.
    """
    ready = [each for each in offers if each.outcome is Outcome.CAN_TAKE]
    if not ready:
        return Received(tuple(offers))
    restore_point = workspace.restore_point("before-receive")
    done: dict[int, Offer] = {}
    changes = Changes(packages=True)
    with _Archive(workspace) as archive:
        for at, each in enumerate(ready):
            progress(at, len(ready), each.file)
            archive.put(each)
        with workspace.atomic():
            for each in ready:
                done[id(each)], more = _take_one(workspace, each, restore_point.name)
                changes |= more
        archive.keep([each for each in ready if done[id(each)].outcome is Outcome.TAKEN])
    return Received(tuple(done.get(id(each), each) for each in offers), changes)


class _Archive:
    """Puts packages and evidence on disk before the rows that name them; what was not kept is gone at the end."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._fresh: set[Path] = set()

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_details: object) -> None:
        for path in self._fresh:
            if path.exists():
                path.chmod(0o600)
                path.unlink()

    def put(self, each: Offer) -> None:
        """Put the package and its evidence on disk."""
        assert each.verified is not None
        assert each.arrival is not None
        self._fresh.update(path for path in self._places(each) if not path.exists())
        for sha256 in each.arrival.blobs:
            evidence.store_blocks(self._workspace, each.verified.blocks(f"blobs/{sha256}"), expected=sha256)
        file_in(self._workspace, each.verified)

    def keep(self, taken: Sequence[Offer]) -> None:
        """Keep what these packages brought."""
        for each in taken:
            self._fresh -= self._places(each)

    def _places(self, each: Offer) -> set[Path]:
        assert each.verified is not None
        assert each.arrival is not None
        contents = {evidence.path_of(self._workspace, sha256) for sha256 in each.arrival.blobs}
        return contents | {archive_of(self._workspace, each.verified)}


def _take_one(workspace: Workspace, each: Offer, restore_point: str) -> tuple[Offer, Changes]:
    assert each.verified is not None
    assert each.arrival is not None
    try:
        if exchange.package(workspace, each.verified.hash):  # twice in one batch
            sentence = _("“{file}”已经接收过（第 {seq} 版），没有重复接收。").format(
                file=each.file, seq=each.verified.manifest.seq
            )
            return Offer(each.file, Outcome.KNOWN, sentence, "known", each.verified), Changes()
        check_order(workspace, each.verified, each.file)
        with workspace.db.atomic():
            exchange.put_package(workspace, arrived(each.verified, state="taken", unit=each.arrival.unit))
            changes = each.arrival.apply(workspace)
            journal.write(
                workspace,
                [
                    journal.Note(
                        "receive", each.arrival.unit, f"package.{each.verified.hash}",
                        new=[each.verified.manifest.kind, each.verified.manifest.seq], why=restore_point,
                        round=each.verified.manifest.cycle,
                    )
                ],
            )  # fmt: skip
    except RefusedError as error:
        return Offer(each.file, Outcome.REFUSED, error.sentence, error.code, each.verified), Changes()
    return (
        Offer(each.file, Outcome.TAKEN, each.arrival.sentence, "", each.verified, each.arrival),
        changes,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What a file says of itself, read without a workspace."""

    file: str
    verified: Verified

    def plain(self) -> dict[str, Any]:
        """As plain JSON values. `verified` means: whole and signed by the key named; not: by someone trusted."""
        head = self.verified.manifest
        return {
            "file": self.file,
            "kind": head.kind,
            "sender": head.issuer.id,
            "sender_role": head.issuer.role,
            "sequence": head.seq,
            "verified": True,
            "audience": head.audience.id,
            "cycle": head.cycle,
            "created": head.created,
            "app": head.app,
            "hash": self.verified.hash,
            "code": short_code(self.verified.hash),
            "files": len(head.files),
            "size": sum(each.size for each in head.files),
        }


def look_alone(path: Path) -> Look:
    """Verify a file without any workspace.

    Raises RefusedError.
    """
    return Look(path.name, verify(path))
