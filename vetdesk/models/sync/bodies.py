"""What each kind of package carries in `data.json`, as strict types. Figures travel as text matched by a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import is_stored_form
from vetdesk.models.records.about_evidence import About
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.sync import limits
from vetdesk.models.sync.manifest import Count, Hex64, Short
from vetdesk.models.sync.refusals import Refusal, RefusedError

Text = Annotated[str, Meta(max_length=limits.TEXT)]
Id = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}\\Z")]
Code = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{1,40}\\Z")]
DecimalText = Annotated[str, Meta(pattern="^((0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?)?\\Z")]
PeerText = Annotated[str, Meta(pattern="^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?\\Z")]
MarkText = Annotated[str, Meta(pattern="^((0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?|yes|partly|no)?\\Z")]
Recipient = Annotated[str, Meta(pattern="^age1[0-9a-z]{58}\\Z")]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """No key more, no key less. What comes from JSON holds no cycles, so nothing is to be collected."""


def _check_recipient(recipient: str) -> None:
    """Raises ValueError for a key nobody could encrypt to: it would stop the reply to every other school."""
    from vetdesk.models.sync.seal import usable

    if not usable(recipient):
        raise ValueError("age recipient")


class Figure(_Strict, frozen=True):
    """One figure: its state and, where given, its decimal text and the unit it was typed in."""

    state: Annotated[str, Meta(pattern="^(given|not_applicable|unknown)\\Z")]
    text: DecimalText
    unit: Annotated[str, Meta(max_length=10)]
    reason: Text


class Word(_Strict, frozen=True):
    """One figure that is no number: an answer, a yes or no, a word, or the rows of a table as one text."""

    state: Annotated[str, Meta(pattern="^(given|not_applicable|unknown)\\Z")]
    text: Annotated[str, Meta(max_length=limits.TABLE)]
    reason: Text


class Predecessor(_Strict, frozen=True):
    """What a school came from: `whole` where all of it went into the school, not where it was split."""

    code: Code
    name: Short
    whole: bool


class Unit(_Strict, frozen=True, omit_defaults=True):
    """A reporting unit of the register; `predecessors` is left out where it came from no other."""

    code: Code
    name: Short
    kind: Short
    district: Short
    run_type: Short
    ownership: Short
    founded_year: Short
    predecessors: Annotated[list[Predecessor], Meta(max_length=50)] = []


class StageBody(_Strict, frozen=True, omit_defaults=True):
    """A stage of a round; `until` (its last day) and `now` are left out where it has none, or is not the one."""

    name: Annotated[str, Meta(pattern="^(self|county|city|province|published|recognised|recheck)\\Z")]
    until: Annotated[str, Meta(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?\\Z")] = ""
    now: bool = False


class RoundBody(_Strict, frozen=True, omit_defaults=True):
    """The round everything belongs to.

    `stamp` (how the stamped sheet is asked for), `gate` (what the checks let through), `stages`, `deciding` (for a
    type of school or the code of one the standard that decides about it, where that is not the first) and `references`
    (those of them that are reckoned beside for all others) are left out where they are not said.
    """

    id: Short
    title: Short
    period: Short
    deadline: Short
    reference_date: Short
    stamp: Annotated[str, Meta(pattern="^(scan|original|none)?\\Z")] = ""
    gate: Annotated[str, Meta(pattern="^(strict|lenient)?\\Z")] = ""
    stages: Annotated[list[StageBody], Meta(max_length=7)] = []
    deciding: Annotated[dict[Short, Id], Meta(max_length=2_000)] = {}
    references: Annotated[list[Id], Meta(max_length=20)] = []

    def __post_init__(self) -> None:
        """Raises ValueError for a stage said twice, and for two at once."""
        if len({each.name for each in self.stages}) < len(self.stages) or sum(each.now for each in self.stages) > 1:
            raise ValueError("stages")


class Trust(_Strict, frozen=True):
    """A bureau's keys, signed by its root: `signature` is over the JSON of `list` with the trust type.

    `former` are the same signatures by the roots before, one after the other; else empty.
    """

    list: Annotated[str, Meta(max_length=limits.TRUST)]
    signature: Annotated[str, Meta(pattern="^[0-9a-f]{128}\\Z")]
    former: Annotated[str, Meta(pattern="^([0-9a-f]{128}){0,20}\\Z")] = ""


class TrustedKey(_Strict, frozen=True):
    """A key of a school or inspector: confirmed, or revoked (`after`: the last number of its that still counts)."""

    role: Annotated[str, Meta(pattern="^(school|inspector|bureau)\\Z")]
    owner: Short
    public: Hex64
    state: Annotated[str, Meta(pattern="^(confirmed|revoked)\\Z")]
    after: Count


class TrustList(_Strict, frozen=True):
    """Root and desk signing keys, the desk's age recipient, and the keys the bureau vouches for or withdrew."""

    version: Annotated[int, Meta(ge=1, le=2**31)]
    root: Hex64
    desk: Hex64
    age: Recipient
    keys: Annotated[list[TrustedKey], Meta(max_length=20_000)] = []

    def __post_init__(self) -> None:
        _check_recipient(self.age)


class PeerGroup(_Strict, frozen=True):
    """Where the values of an indicator lie among `count` schools of a type ('' for all): five quantiles, no values.

    They are those at 10, 25, 50, 75 and 90 of a hundred, in the unit of the indicator.
    """

    indicator: Id
    run_type: Short
    count: Annotated[int, Meta(ge=8, le=20_000)]
    quantiles: Annotated[list[PeerText], Meta(min_length=5, max_length=5)]


class Campaign(_Strict, frozen=True, omit_defaults=True):
    """Bureau → all schools: round, packs (their byte form), register, trust.

    `previous` (last year's figures by school) and `peers` are left out where there are none.
    """

    round: RoundBody
    bureau_name: Short
    bureau_district: Short
    trust: Trust
    packs: Annotated[list[str], Meta(min_length=1, max_length=20)]
    units: Annotated[list[Unit], Meta(max_length=20_000)]
    previous: Annotated[dict[Code, dict[Id, Figure]], Meta(max_length=20_000)] = {}
    peers: Annotated[list[PeerGroup], Meta(max_length=2_000)] = []


class StandardUpdate(_Strict, frozen=True):
    """Bureau → all schools: the standards the round goes by now, all of them, the deciding one first."""

    round: Short
    packs: Annotated[list[str], Meta(min_length=1, max_length=20)]
    note: Text
    trust: Trust | None = None


class DeadlineEntry(_Strict, frozen=True):
    """Another deadline for the city, a county or one school; `id` is an administrative or school code."""

    scope: Annotated[str, Meta(pattern="^(city|county|school)\\Z")]
    id: Code
    date: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}\\Z")]


class Amendment(_Strict, frozen=True, omit_defaults=True):
    """Bureau → all schools: the whole round as it stands now: deadlines, standards, register. Newest wins.

    `previous` and `peers` as in a Campaign: a school that was added later starts with this file.
    """

    round: RoundBody
    bureau_name: Short
    bureau_district: Short
    deadlines: Annotated[list[DeadlineEntry], Meta(max_length=20_000)]
    packs: Annotated[list[str], Meta(min_length=1, max_length=20)]
    units: Annotated[list[Unit], Meta(max_length=20_000)]
    note: Text
    trust: Trust
    previous: Annotated[dict[Code, dict[Id, Figure]], Meta(max_length=20_000)] = {}
    peers: Annotated[list[PeerGroup], Meta(max_length=2_000)] = []


class TrustBody(_Strict, frozen=True):
    """Bureau → everyone: its keys, where nothing else is to be said."""

    round: Short
    trust: Trust


class RegisterBody(_Strict, frozen=True):
    """Bureau → counties and schools: the register as it stands, where nothing else is to be said.

    `after` is the number of the newest standard or amendment before it (0 for none): what it says is newer than that.
    """

    round: Short
    after: Count
    units: Annotated[list[Unit], Meta(max_length=20_000)]
    trust: Trust


class BundleItem(_Strict, frozen=True):
    """A package inside a bundle: the hash of its manifest, its school, its kind."""

    hash: Hex64
    unit: Code
    kind: Short


class Bundle(_Strict, frozen=True):
    """County bureau → city: packages of its schools as they came, each a file of this package."""

    round: Short
    items: Annotated[list[BundleItem], Meta(min_length=1, max_length=limits.FILES)]


class EvidenceVolume(_Strict, frozen=True):
    """School → bureau: evidence only, of a submission too large for one file. `number` of `count` such files."""

    round: Short
    unit: Code
    number: Annotated[int, Meta(ge=1, le=1000)]
    count: Annotated[int, Meta(ge=1, le=1000)]


class EvidenceEntry(_Strict, frozen=True, omit_defaults=True):
    """One use of an evidence file; `about` is left out where nothing more is known of it."""

    sha256: Hex64
    size: Annotated[int, Meta(ge=1, le=limits.ONE_FILE)]
    mime: Short
    indicator: Short
    label: Annotated[str, Meta(max_length=limits.LABEL)]
    about: About | None = None


class Reply(_Strict, frozen=True, omit_defaults=True):
    """A school's answer to a finding; `person` (who answers for it) is left out where nobody was named."""

    finding: Short
    state: Annotated[str, Meta(pattern="^(not_started|in_progress|claimed_fixed)\\Z")]
    measure: Text
    person: Annotated[str, Meta(max_length=50)] = ""


class JournalEntry(_Strict, frozen=True):
    """The sender's journal: the blob that holds its rows (one JSON text a line), and how many they are."""

    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    rows: Count


class Succession(_Strict, frozen=True):
    """The school's key before, and its signature over the raw new one (type `KEY_TYPE`); both empty for none."""

    key: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    mark: Annotated[str, Meta(pattern="^([0-9a-f]{128})?\\Z")]


class ConflictDecision(_Strict, frozen=True):
    """What a person decided where two copies differed: the place, what counts, why, who and when."""

    place: Annotated[list[Short], Meta(min_length=1, max_length=8)]
    chosen: Annotated[str, Meta(max_length=limits.TABLE)]
    reason: Text
    who: Short
    at: Short
    weighed: Annotated[list[Annotated[str, Meta(max_length=limits.TABLE)]], Meta(max_length=100)] = []


class SubmissionBody(_Strict, frozen=True):
    """School → bureau: the complete state of the declaration. A working copy (school → school) is the same."""

    round: Short
    unit: Code
    name: Short
    filler: Short
    phone: Short
    age: Recipient
    facts: dict[Id, Figure]
    words: dict[Id, Word]
    previous: dict[Id, Figure]
    previous_words: dict[Id, Word]
    explanations: dict[Short, Text]
    evidence: Annotated[list[EvidenceEntry], Meta(max_length=limits.FILES)]
    replies: Annotated[list[Reply], Meta(max_length=limits.FILES)]
    with_errors: Text
    journal: JournalEntry = JournalEntry("", 0)
    known: Annotated[list[Hex64], Meta(max_length=limits.FILES)] = []
    decisions: Annotated[list[ConflictDecision], Meta(max_length=limits.FILES)] = []
    succeeds: Succession = Succession("", "")

    def __post_init__(self) -> None:
        _check_recipient(self.age)


class ReplyPart(_Strict, frozen=True):
    """Where one school's part of a reply bundle lies."""

    unit: Code
    sha256: Hex64


class ReplyBody(_Strict, frozen=True):
    """Bureau → the round: one encrypted part per school."""

    round: Short
    parts: Annotated[list[ReplyPart], Meta(max_length=20_000)]
    trust: Trust | None = None


class ReceiptEntry(_Strict, frozen=True):
    """A submission that arrived: its manifest hash, its number, when."""

    hash: Hex64
    seq: Annotated[int, Meta(ge=1, le=2**53)]
    received: Short


class CommentEntry(_Strict, frozen=True):
    """A remark on a returned figure."""

    fact: Id
    text: Text
    due: Short


class FindingEntry(_Strict, frozen=True):
    """A finding as it travels."""

    id: Short
    unit: Code
    indicator: Short
    fact: Short
    problem: Text
    basis: Text
    advice: Text
    due: Short
    state: Annotated[str, Meta(pattern="^(not_started|in_progress|claimed_fixed|closed)\\Z")]
    measure: Text
    origin: Short


class ExplanationEntry(_Strict, frozen=True, omit_defaults=True):
    """What the bureau said to the explanation of a rule, for the text `said`; a note and a day where it is returned."""

    rule: Short
    state: Annotated[str, Meta(pattern="^(accepted|returned)\\Z")]
    said: Text
    note: Text = ""
    due: Short = ""


class ForkedCopy(_Strict, frozen=True):
    """What another computer of the school sent and does not go on from what counts: for the school to merge."""

    hash: Hex64
    prev: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    body: SubmissionBody


class SchoolPart(_Strict, frozen=True):
    """What one school reads of a reply bundle.

    `explained` (what was said to single explanations) and `reasons` (why accepted figures were corrected) are left out
    where there is nothing to say.
    """

    unit: Code
    receipts: Annotated[list[ReceiptEntry], Meta(max_length=limits.FILES)]
    decision: Annotated[str, Meta(pattern="^(|returned|accepted)\\Z")]
    decided: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    note: Text
    comments: Annotated[list[CommentEntry], Meta(max_length=limits.FILES)]
    findings: Annotated[list[FindingEntry], Meta(max_length=limits.FILES)]
    accepted: dict[Id, Figure]
    accepted_words: dict[Id, Word]
    held: Annotated[list[Hex64], Meta(max_length=limits.FILES)] = []
    copies: Annotated[list[ForkedCopy], Meta(max_length=100)] = []
    explained: Annotated[list[ExplanationEntry], Meta(max_length=limits.FILES)] | UnsetType = UNSET
    reasons: dict[Id, Text] | UnsetType = UNSET


class Recovery(_Strict, frozen=True):
    """Bureau → one school: the last state it sent, so that it goes on from there on any computer with a new key."""

    round: RoundBody
    bureau_name: Short
    bureau_district: Short
    trust: Trust
    packs: Annotated[list[str], Meta(min_length=1, max_length=20)]
    unit: Unit
    submission: Hex64
    seq: Annotated[int, Meta(ge=1, le=2**53)]
    body: SubmissionBody
    part: SchoolPart


class InspectedSchool(_Strict, frozen=True):
    """A school in an inspection package, as of one submission."""

    unit: Unit
    submission: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")]
    seq: Count
    facts: dict[Id, Figure]
    words: dict[Id, Word]
    evidence: Annotated[list[EvidenceEntry], Meta(max_length=limits.FILES)]
    findings: Annotated[list[FindingEntry], Meta(max_length=limits.FILES)]


class Inspection(_Strict, frozen=True):
    """Bureau → inspector: the assignment with figures and evidence."""

    round: RoundBody
    bureau_name: Short
    bureau_district: Short
    trust: Trust
    packs: Annotated[list[str], Meta(min_length=1, max_length=20)]
    assignment: Short
    inspector: Short
    token: Hex64
    schools: Annotated[list[InspectedSchool], Meta(max_length=1000)]


class MarkEntry(_Strict, frozen=True):
    """What the inspector found for one figure."""

    unit: Code
    fact: Id
    mark: Annotated[str, Meta(pattern="^(agree|differ|cannot_verify)\\Z")]
    text: MarkText
    typed_unit: Annotated[str, Meta(max_length=10)]
    method: Annotated[str, Meta(pattern="^(|count|measure|register_check|interview)\\Z")]
    note: Text


class Review(_Strict, frozen=True):
    """Inspector → bureau: marks and findings, with the assignment's token."""

    round: Short
    assignment: Short
    inspector: Short
    token: Hex64
    age: Recipient
    marks: Annotated[list[MarkEntry], Meta(max_length=20_000)]
    findings: Annotated[list[FindingEntry], Meta(max_length=limits.FILES)]

    def __post_init__(self) -> None:
        _check_recipient(self.age)


Body = TypeVar("Body", bound=_Strict)


def encode(body: msgspec.Struct) -> bytes:
    """The one byte form of a body."""
    return msgspec.json.encode(body)


def decode(data: bytes, kind: type[Body], *, file: str) -> Body:
    """The body of verified bytes.

    Raises RefusedError (malformed) for anything that is not exactly what `encode` writes.
    """
    try:
        body = msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:
        raise RefusedError(Refusal.MALFORMED, file) from error
    if encode(body) != data:
        raise RefusedError(Refusal.MALFORMED, file)
    return body


def figures(entries: Mapping[str, Entry], fields: Mapping[str, Field]) -> dict[str, Figure]:
    """The filled numbers as they travel; what is not filled, or no longer asked for, is not sent."""
    return {
        name: Figure(each.state.value, each.text, each.unit, each.reason)
        for name, each in entries.items()
        if each.state is not State.UNFILLED and name in fields and fields[name].number
    }


def words(entries: Mapping[str, Entry], fields: Mapping[str, Field]) -> dict[str, Word]:
    """The filled answers, words and tables as they travel."""
    return {
        name: Word(each.state.value, each.text, each.reason)
        for name, each in entries.items()
        if each.state is not State.UNFILLED and name in fields and not fields[name].number
    }


def entries(numbers: Mapping[str, Figure], texts: Mapping[str, Word]) -> dict[str, Entry]:
    """Figures that arrived, by fact. A given one without anything counts as not filled."""
    found = {name: _entry(each.state, each.text, each.unit, each.reason) for name, each in numbers.items()}
    found.update({name: _entry(each.state, each.text, "", each.reason) for name, each in texts.items()})
    return found


def _entry(state: str, text: str, unit: str, reason: str) -> Entry:
    if state == State.GIVEN and not text:
        return Entry()
    return Entry(State(state), text, unit, reason)


def fits(numbers: Mapping[str, Figure], texts: Mapping[str, Word], fields: Mapping[str, Field]) -> bool:
    """Whether figures that arrived are those of the standards: known, not computed, each of its own kind."""
    for name in numbers:
        if name not in fields or fields[name].derived or not fields[name].number:
            return False
    for name, each in texts.items():
        field = fields.get(name)
        if field is None or field.number or field.derived:
            return False
        if each.state == State.GIVEN and not is_stored_form(field, each.text):
            return False
    return True


def plain(body: msgspec.Struct) -> dict[str, Any]:
    """A body as plain values."""
    return dict(msgspec.to_builtins(body))
