"""Receiving files: staged, verified, previewed; then taken in one act, or refused with its own sentence.

`look` stores nothing. `take` makes one restore point and one transaction for the whole batch, with a savepoint
for each package: one bad file never stops the others.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from vetdesk.models.operations import bureau_trust, root_above
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.gather import Found, check_no_backup, gather
from vetdesk.models.operations.open_campaign import archive_of, arrived, file_in
from vetdesk.models.operations.own_keys import own_identities
from vetdesk.models.operations.post import chain_of, last_of
from vetdesk.models.records.changes import Changes, Progress, silent
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import evidence, exchange, journal, register
from vetdesk.models.store.workspace import Workspace, sync_files
from vetdesk.models.sync import bodies, limits, trust
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.keys import has_keys, keys_of
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError, wrong_kind


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
    """A verified package that fits this workspace, ready to be stored by `apply` (inside a transaction).

    `lacks` are contents it names that are not here yet. `adopts` is a newer list of the bureau's keys it carries.
    `any_order` says that it is kept, as history or beside what counts, whatever came before: order is then for
    `apply` to judge. `remarks` are plain lines on what is odd or
    missing; `preview` says in lines what changes (it reads the workspace and takes its time).
    """

    unit: str
    who: str
    sentence: str
    apply: Callable[[Workspace], Changes]
    blobs: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()
    unconfirmed: bool = False
    adopts: bodies.TrustList | None = None
    any_order: bool = False
    remarks: tuple[str, ...] = ()
    preview: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, slots=True)
class Offer:
    """One file and what can be done with it. `file` is the name as it came."""

    file: str
    outcome: Outcome
    sentence: str
    reason: str = ""
    verified: Verified | None = None
    arrival: Arrival | None = None
    changes: tuple[str, ...] = ()

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
            "remarks": list(self.arrival.remarks) if self.arrival else [],
            "changes": list(self.changes),
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


FromBureau = TypeVar(
    "FromBureau", bodies.ReplyBody, bodies.StandardUpdate, bodies.Amendment, bodies.TrustBody, bodies.RegisterBody
)
Consider = Callable[[Workspace, Verified, str], Arrival]


def _doors() -> Mapping[tuple[str, str], Consider]:
    """Which kinds each role takes, and by whom they are read."""
    from vetdesk.models.operations import (
        arrive_amendment,
        arrive_bundle,
        arrive_copy,
        arrive_evidence,
        arrive_register,
        arrive_reply,
        arrive_review,
        arrive_standard,
        arrive_submission,
        arrive_trust,
    )

    return {
        ("bureau", "submission"): arrive_submission.consider,
        ("bureau", "evidence"): arrive_evidence.consider,
        ("bureau", "bundle"): arrive_bundle.consider,
        ("bureau", "review"): arrive_review.consider,
        ("county", "standard"): arrive_standard.consider,
        ("county", "amendment"): arrive_amendment.consider,
        ("county", "trust"): arrive_trust.consider,
        ("county", "register"): arrive_register.consider,
        ("school", "copy"): arrive_copy.consider,
        ("school", "submission"): arrive_copy.consider,
        ("school", "receipt"): arrive_reply.consider,
        ("school", "feedback"): arrive_reply.consider,
        ("school", "standard"): arrive_standard.consider,
        ("school", "amendment"): arrive_amendment.consider,
        ("school", "trust"): arrive_trust.consider,
        ("school", "register"): arrive_register.consider,
    }


def _door(workspace: Workspace, kind: str) -> Consider | None:
    """By whom a kind is read here; None where it has no business here. A county takes from the city too."""
    doors, role = _doors(), workspace.role
    found = doors.get((role, kind))
    return doors.get(("county", kind)) if found is None and role == "bureau" and workspace.meta("above") else found


@contextmanager
def staged(
    workspace: Workspace, paths: Sequence[Path], *, password: str = "", progress: Progress = silent
) -> Iterator[list[Found]]:
    """Private copies of the files, so that what was verified is what is stored; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vetdesk-") as place:
        yield gather(paths, Path(place), own_identities(workspace), password=password, progress=progress)


def check_from_bureau(
    workspace: Workspace, verified: Verified, file: str, carried: bodies.Trust | None = None
) -> bodies.TrustList | None:
    """Whether a package was signed by the round's bureau. Returns the newer list of its keys that it carries.

    A list that is no newer than the one known is not gone by; the signer must then be a key known already.
    Raises RefusedError for any other signer, and for one that was withdrawn.
    """
    issuer, key = verified.manifest.issuer, exchange.key(workspace, verified.fingerprint)
    from_county = _is_own_county(workspace, verified)
    if issuer.role != "bureau" or (issuer.id != desk(workspace).round.bureau_district and not from_county):
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    if carried is not None and not from_county:  # a county's own list is nobody's to follow
        found = trust.read_list(carried, file=file)
        newer = found.version > root_above.version(workspace)
        follows = trust.follows(carried, found, root_above.root(workspace))
        if not follows and (newer or key is None):  # a list from before the root was replaced is not gone by
            raise RefusedError(Refusal.UNKNOWN_SENDER, file)
        if newer:
            if found.desk != verified.public.hex():
                raise RefusedError(Refusal.UNKNOWN_SENDER, file)
            return found
    if key is None or key.role != "bureau" or key.owner != issuer.id:
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    if key.state == "revoked":
        raise RefusedError(Refusal.REVOKED, file)
    return None


def _is_own_county(workspace: Workspace, verified: Verified) -> bool:
    """Whether a reply comes from the county this school belongs to, between it and the city."""
    own = register.unit(workspace, workspace.owner) if workspace.role == "school" else None
    head = verified.manifest
    return own is not None and head.kind in ("receipt", "feedback") and head.issuer.id == own.district


def decoded_from_bureau(
    workspace: Workspace, verified: Verified, kind: type[FromBureau], file: str
) -> tuple[FromBureau, bodies.TrustList | None]:
    """The body of a package of the round's bureau, and the newer list of its keys that it carries.

    Raises RefusedError for another signer or round.
    """
    head, round_id = verified.manifest, desk(workspace).round.id
    if head.issuer.role != "bureau":
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    body = bodies.decode(verified.data(), kind, file=file)
    adopts = check_from_bureau(workspace, verified, file, body.trust)
    named = body.round.id if isinstance(body, bodies.Amendment) else body.round
    if head.cycle != round_id or named != round_id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    return body, adopts


def receive(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    password: str = "",
    progress: Progress = silent,
) -> Received:
    """Take files, or (dry run) only say what would happen.

    Raises KnownError only for trouble with the workspace itself; each file's refusal is in its offer.
    """
    with staged(workspace, paths, password=password) as copies:
        offers = look(workspace, copies, progress=progress)
        if dry_run:
            return Received(
                tuple(replace(each, changes=each.arrival.preview()) if each.arrival else each for each in offers)
            )
        return take(workspace, offers, progress=progress)


def look(workspace: Workspace, copies: Sequence[Found], *, progress: Progress = silent) -> list[Offer]:
    """Verify staged files and say what can be done with each; nothing is stored."""
    offers = []
    for at, copy in enumerate(copies):
        progress(at, len(copies), copy.name)
        offers.append(_offer(workspace, copy.copy, copy.name))
    progress(len(copies), len(copies), "")
    return _with_twins(offers)


def _with_twins(offers: list[Offer]) -> list[Offer]:
    """Says beforehand that two files of one batch claim the same number of one chain."""
    seen: dict[tuple[str, str, str, int], str] = {}
    found = []
    for each in offers:
        if each.outcome is Outcome.CAN_TAKE and each.verified is not None:
            head = each.verified.manifest
            place = (each.verified.fingerprint, head.kind, head.cycle, head.seq)
            if seen.setdefault(place, each.verified.hash) != each.verified.hash:
                twin = _("这一批里还有另一份第 {seq} 版，内容不同：两台电脑各填各的，后一份先等候").format(seq=head.seq)
                found.append(replace(each, sentence=_("；").join((each.sentence, twin))))
                continue
        found.append(each)
    return found


def _offer(workspace: Workspace, copy: Path, name: str) -> Offer:
    verified = None
    try:
        check_no_backup(copy, name)
        verified = verify(copy, shown_as=name)
        if _is_known(workspace, verified.hash):
            return _known_already(name, verified)
        door = _door(workspace, verified.manifest.kind)
        if door is None:
            raise wrong_kind(verified.manifest.kind, name)
        if exchange.package(workspace, verified.hash, direction="out"):
            sentence = _("“{file}”是这台电脑自己生成的，不用接收。").format(file=name)
            return Offer(name, Outcome.KNOWN, sentence, "own", verified)
        arrival = _noting_withdrawal(workspace, door(workspace, verified, name))
        check_order(workspace, verified, name, any_order=arrival.any_order)
        return Offer(name, Outcome.CAN_TAKE, _with_remarks(arrival), "", verified, arrival)
    except KnownError as error:
        return Offer(name, Outcome.REFUSED, error.sentence, error.code, verified)


def _noting_withdrawal(workspace: Workspace, arrival: Arrival) -> Arrival:
    """Says so where a newer list withdraws the key of this very computer."""
    if arrival.adopts is None or workspace.role != "school" or not has_keys(workspace.id):
        return arrival
    own = keys_of(workspace.id).public.hex()
    if not any(each.public == own and each.state == "revoked" for each in arrival.adopts.keys):
        return arrival
    said = _("主管部门停用了这台电脑原来的身份：下次上报会用新的身份，请主管部门重新核对身份码")
    return replace(arrival, remarks=(*arrival.remarks, said))


def _with_remarks(arrival: Arrival) -> str:
    return _("；").join((arrival.sentence, *arrival.remarks))


def _is_known(workspace: Workspace, hash_: str) -> bool:
    """Whether a package was taken (or made here) and its taking was not taken back."""
    known = exchange.package(workspace, hash_)
    return known is not None and known.direction == "in" and known.state != "undone"


def _known_already(name: str, verified: Verified) -> Offer:
    sentence = _("“{file}”已经接收过（第 {seq} 版），没有重复接收。").format(file=name, seq=verified.manifest.seq)
    return Offer(name, Outcome.KNOWN, sentence, "known", verified)


def check_order(workspace: Workspace, verified: Verified, file: str, *, any_order: bool = False) -> None:
    """Refuse replays, forks and absurd jumps: by number and previous hash, never by a clock (reliability 3.3).

    `any_order` leaves replays and forks to whoever keeps them beside what counts.
    """
    head = verified.manifest
    last = last_of(workspace, verified.fingerprint, head.kind, head.cycle)
    number = last.seq if last else 0
    if head.seq > number + limits.SEQUENCE_JUMP:
        raise RefusedError(Refusal.JUMP, file, seq=head.seq)
    if any_order:
        return
    if head.seq <= number:
        raise RefusedError(Refusal.OLDER, file, seq=head.seq, last=number)
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
        archive.settle()
        with workspace.atomic():
            files = Counter(each.arrival.unit for each in ready if each.arrival)
            brought = {blob for each in ready if each.arrival for blob in each.arrival.blobs}
            for each in sorted(ready, key=_turns(ready)):
                arrival = each.arrival
                again = arrival is not None and (files[arrival.unit] > 1 or not brought.isdisjoint(arrival.lacks))
                done[id(each)], more = _take_one(workspace, each, restore_point.name, again=again)
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
        file_in(self._workspace, each.verified, private=True)

    def settle(self) -> None:
        """Wait until all of it is on the disk: rows that name it come next."""
        sync_files(sorted(path for path in self._fresh if path.exists()))

    def keep(self, taken: Sequence[Offer]) -> None:
        """Keep what these packages brought."""
        for each in taken:
            self._fresh -= self._places(each)

    def _places(self, each: Offer) -> set[Path]:
        assert each.verified is not None
        assert each.arrival is not None
        contents = {evidence.path_of(self._workspace, sha256) for sha256 in each.arrival.blobs}
        return contents | {archive_of(self._workspace, each.verified)}


def _turns(ready: Sequence[Offer]) -> Callable[[Offer], tuple[str, int, str, int, int]]:
    """A batch is taken in the order it was sent, however it was dropped; evidence before what rests on it.

    Of two computers of one school the one whose file comes first in the batch comes first.
    """
    first: dict[str, int] = {}
    for at, each in enumerate(ready):
        assert each.verified is not None
        first.setdefault(each.verified.fingerprint, at)

    def turn(each: Offer) -> tuple[str, int, str, int, int]:
        assert each.verified is not None
        head = each.verified.manifest
        version = head.trust_version if head.issuer.role == "bureau" else 0  # keys follow each other by it
        return (head.issuer.id, version, chain_of(head.kind)[0], first[each.verified.fingerprint], head.seq)

    return turn


def _still_newer(workspace: Workspace, verified: Verified, arrival: Arrival, file: str) -> bodies.TrustList | None:
    """The list to adopt, where no file before it in this batch brought a newer one.

    Raises RefusedError where the signer is no longer the bureau's desk because of that.
    """
    adopts = arrival.adopts
    if adopts is not None and adopts.version > root_above.version(workspace):
        return adopts
    signer = exchange.key(workspace, verified.fingerprint)
    gone = signer is not None and signer.role == "bureau" and signer.state == "revoked"
    if gone or (adopts is not None and signer is None):
        raise RefusedError(Refusal.REVOKED, file)
    return None


def _take_one(workspace: Workspace, each: Offer, restore_point: str, *, again: bool) -> tuple[Offer, Changes]:
    assert each.verified is not None
    assert each.arrival is not None
    verified, arrival = each.verified, each.arrival
    head = verified.manifest
    try:
        if _is_known(workspace, verified.hash):  # twice in one batch
            return _known_already(each.file, verified), Changes()
        if again:  # other files in this batch change what counts and what lacks
            door = _door(workspace, head.kind)
            assert door is not None
            arrival = replace(door(workspace, verified, each.file), adopts=arrival.adopts)
        check_order(workspace, verified, each.file, any_order=arrival.any_order)
        adopts = _still_newer(workspace, verified, arrival, each.file)
        with workspace.db.atomic():
            act = journal.new_act()
            exchange.put_package(workspace, arrived(verified, state="taken", unit=arrival.unit))
            if adopts is not None:
                bureau_trust.adopt(workspace, adopts, head.issuer.id)
            changes = arrival.apply(workspace)
            journal.write(
                workspace,
                [
                    journal.Note(
                        "receive", arrival.unit, f"package.{verified.hash}",
                        new=[head.kind, head.seq], why=restore_point, round=head.cycle,
                    )
                ],
                act=act,
            )  # fmt: skip
    except KnownError as error:
        if error.status in (ExitStatus.STORAGE, ExitStatus.BUSY):  # the workspace is in trouble, not this file
            raise
        return Offer(each.file, Outcome.REFUSED, error.sentence, error.code, verified), Changes()
    said = _with_remarks(arrival)
    remark = exchange.remark_of(workspace, verified.hash)
    if remark and remark not in said:
        said = _("；").join((said, remark))
    return Offer(each.file, Outcome.TAKEN, said, "", verified, arrival), changes


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
