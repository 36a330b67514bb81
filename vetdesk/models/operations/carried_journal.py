"""The journal that travels: every row of the sender, checked link by link, so that a gap or an edit shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies, limits
from vetdesk.models.sync.codes import sha256_hex
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError


@dataclass(frozen=True)
class CarriedJournal:
    """Rows of a journal as they were hashed, the oldest first, each a JSON text in UTF-8."""

    lines: tuple[bytes, ...]

    @cached_property
    def hashes(self) -> list[str]:
        """The chain hash after each row."""
        return journal.hashes(self.lines)

    @cached_property
    def rows(self) -> list[Mapping[str, Any]]:
        """The rows as plain values."""
        return [msgspec.json.decode(each) for each in self.lines]

    def common(self, other: CarriedJournal) -> int:
        """How many rows at the start are the same in both."""
        count = 0
        for mine, theirs in zip(self.hashes, other.hashes, strict=False):
            if mine != theirs:
                break
            count += 1
        return count

    def last_of(self, unit: str, field: str) -> tuple[str, str]:
        """Who touched a field last, and when; empty texts where nobody did."""
        for row in reversed(self.rows):
            if row["unit"] == unit and row["field"] == field:
                return str(row["who"]), str(row["at"])
        return "", ""


def own_journal(workspace: Workspace) -> CarriedJournal:
    """The journal of this workspace."""
    return CarriedJournal(tuple(each.encode("utf-8") for each in journal.texts(workspace)))


def as_blob(found: CarriedJournal) -> tuple[bytes, bodies.JournalEntry]:
    """The journal as a file of a package, one row a line, and the entry that names it."""
    content = b"\n".join(found.lines)
    return content, bodies.JournalEntry(sha256_hex(content), len(found.lines))


class _Row(msgspec.Struct):
    """What every row says."""

    seq: int
    act: str
    at: str
    who: str
    action: str
    round: str
    unit: str
    field: str


_ROWS = msgspec.json.Decoder(list[_Row])
_RAW_ROWS = msgspec.json.Decoder(list[msgspec.Raw])


def read_journal(
    verified: Verified, entry: bodies.JournalEntry, file: str, *, for_merging: bool = False
) -> CarriedJournal:
    """The journal a package carries; an empty one where it carries none. Its `rows` are read whole only `for_merging`.

    Raises RefusedError where its rows do not follow from each other up to the head the manifest names.
    """
    if not entry.sha256:
        return CarriedJournal(())
    size = verified.places.get(f"blobs/{entry.sha256}", (0, limits.JOURNAL + 1))[1]
    content = verified.blob(entry.sha256) if size <= limits.JOURNAL else None
    if content is None:
        raise RefusedError(Refusal.MALFORMED, file)
    try:
        content.decode("utf-8")
        found = CarriedJournal(tuple(content.split(b"\n")) if content else ())
        together = b"[" + content.replace(b"\n", b",") + b"]"  # one look at all rows is much faster than one at each
        numbers = [each.seq for each in _ROWS.decode(together)]
        if [bytes(each) for each in _RAW_ROWS.decode(together)] != list(found.lines):
            raise RefusedError(Refusal.MALFORMED, file)  # a line that is not just one row
        if for_merging:
            assert len(found.rows) == len(numbers)
    except msgspec.ValidationError as error:
        raise RefusedError(Refusal.JOURNAL, file) from error
    except (ValueError, RecursionError) as error:
        raise RefusedError(Refusal.MALFORMED, file) from error
    if len(numbers) != entry.rows or numbers != list(range(1, len(numbers) + 1)):
        raise RefusedError(Refusal.JOURNAL, file)
    if not found.hashes or found.hashes[-1] != verified.manifest.audit_head:
        raise RefusedError(Refusal.JOURNAL, file)
    return found


def broken_promise(workspace: Workspace, verified: Verified, found: CarriedJournal, round_id: str, unit: str) -> str:
    """What is to be said where this journal does not go on from that of the submission before; '' where all is well."""
    before = verified.manifest.prev
    if not found.lines or not before:
        return ""
    heads = {each.head for each in exchange.submissions(workspace, round_id, unit=unit) if each.hash == before}
    if heads - {""} <= set(found.hashes):
        return ""
    return _("修改记录与上次收到的接不上，可能恢复过旧备份或改动过记录，请向学校核实")
