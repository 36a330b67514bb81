"""What a standard pack consists of, once loaded and checked. Made by `build`, judged by `judge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from vetdesk.models.packs.evaluate import Code, Pair
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.formula import Node
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.verdicts import Severity

CONFIRMED = frozenset({"FOUND", "KNOWN", "SEED", "CONFIRMED"})
CONFIDENCES = ("FOUND", "KNOWN", "SEED", "CONFIRMED", "UNSURE")
COMPARISONS = (">=", "<=", ">", "<", "==", "~")
Texts = Mapping[str, str]


class PackError(KnownError):
    """A pack that cannot be loaded; the sentence names the pack, the place in it and the reason."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="pack")


@dataclass(frozen=True, slots=True)
class Bar:
    """One required value, as an expression, with its source, and the condition under which it is the one that counts.

    `waives`: where the condition holds the indicator is met whatever its value (domain 4.1, exemptions).
    `floor` is a second value of the same indicator (domain 4.1: below it enrolment is restricted). `start` and `end`
    (`YYYY-MM-DD`, '' is open) say from when until when it is in force. `skip_unknown`: where the condition cannot be
    decided for lack of a figure, the next bar is asked instead of leaving the indicator incomplete.
    """

    text: str
    node: Node | None
    code: Code | None
    fixed: Pair | None
    article: str
    document: str
    confidence: str
    soft: bool
    when: str = ""
    applies: Code | None = None
    skip_unknown: bool = False
    waives: bool = False
    floor_text: str = ""
    floor: Code | None = None
    floor_confirmed: bool = False
    start: str = ""
    end: str = ""
    note: Texts = field(default_factory=dict)
    confirmed_by: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = field(init=False)
    """A value that may yield met or unmet (domain 0.1)."""

    def __post_init__(self) -> None:
        sure = (self.code is not None or self.waives) and self.confidence in CONFIRMED
        object.__setattr__(self, "confirmed", sure)


@dataclass(frozen=True, slots=True)
class Threshold:
    """The required values of an indicator: the first whose condition holds counts. `every` holds those not in force."""

    bars: tuple[Bar, ...]
    every: tuple[Bar, ...]

    @property
    def first(self) -> Bar:
        """The bar to show where no unit is judged: the last one, which holds where no special case does."""
        return self.bars[-1] if self.bars else self.every[-1]

    @property
    def text(self) -> str:
        """The required value as written."""
        return self.first.text

    @property
    def node(self) -> Node | None:
        """The required value as a tree; None where there is none."""
        return self.first.node

    @property
    def article(self) -> str:
        """The clause."""
        return self.first.article

    @property
    def document(self) -> str:
        """The document."""
        return self.first.document

    @property
    def confidence(self) -> str:
        """How sure the value is (domain 0.1)."""
        return self.first.confidence

    @property
    def confirmed(self) -> bool:
        """Whether every value in force may yield met or unmet."""
        return all(each.confirmed for each in self.bars)

    @property
    def soft(self) -> bool:
        """Said as a principle (一般, 原则上)."""
        return self.first.soft


class Method(StrEnum):
    """How an indicator earns points (domain 8.1)."""

    ALL_PASS = "all_pass"  # noqa: S105 - a method, no password
    RATIO = "ratio"
    GRADE = "grade"
    COUNT = "count"
    DEDUCT = "deduct"


@dataclass(frozen=True, slots=True)
class Band:
    """A grade of an indicator: reached at `at`, worth `share` of the points."""

    grade: str
    at: Fraction
    share: Fraction


@dataclass(frozen=True, slots=True)
class Scoring:
    """How many points an indicator earns. `each` and `limit` belong to deductions, `floor` to ratios."""

    method: Method
    points: Fraction
    floor: Fraction | None = None
    each: Fraction | None = None
    limit: Fraction | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an indicator of an overlay comes from: that of the base it stands for, and what was done with it.

    `relation`: `inherit`, `same`, `tighten`, `relax`, `replace`, `add`. `was` are the base's bars in plain form.
    """

    relation: str
    indicator: str = ""
    basis: str = ""
    was: tuple[Mapping[str, Any], ...] = ()
    unit: str = ""
    cmp: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """What an indicator has to do with one of another standard. A verdict is never carried over."""

    pack: str
    indicator: str
    relation: str


RELATIONS = ("equal", "stricter", "looser", "overlaps", "other_base")
LAYER_RELATIONS = ("inherit", "same", "tighten", "relax", "replace", "add")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One condition: a formula over facts, compared with a threshold. `facts` are the raw facts it needs.

    `question` marks a checklist item, whose value is its answer: 1 yes, 1/2 partly, 0 no.
    """

    id: str
    group: str
    text: Texts
    unit: str
    formula: str
    node: Node
    code: Code
    cmp: str
    key: bool
    threshold: Threshold
    facts: frozenset[str]
    question: bool = False
    veto: bool = False
    when: str = ""
    applies: Code | None = None
    applies_facts: frozenset[str] = frozenset()
    scoring: Scoring | None = None
    evidence: tuple[Texts, ...] = ()
    prompts: tuple[Texts, ...] = ()
    note: Texts = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    origin: Origin | None = None

    def bar(self, at: int) -> Bar:
        """The bar a judgement went by; the one to show where it went by none."""
        bars = self.threshold.bars
        return bars[at] if 0 <= at < len(bars) else self.threshold.first


class Lacking(StrEnum):
    """What a rule does where a figure is missing."""

    SILENT = "silent"
    ASK = "ask"
    KNOWN_PARTS = "known_parts"


@dataclass(frozen=True, slots=True)
class Rule:
    """A sanity rule: it fires where `code` is true.

    `lacking`: silent where a figure is missing; or says that it cannot be checked; or checks the parts that are known
    (only where more parts could but make it worse).
    """

    id: str
    severity: Severity
    code: Code
    facts: tuple[str, ...]
    text: Texts
    when: str
    lacking: Lacking = Lacking.SILENT
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grade:
    """What a pack calls a certain outcome (基本达标, 黄牌): a condition over the counts of verdicts.

    `certain`: may be said while figures are missing, because more of them could not undo it.
    """

    id: str
    text: Texts
    code: Code
    when: str
    certain: bool
    good: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: facts as typed, and the verdicts (and values) they must give."""

    name: str
    facts: Mapping[str, Any]
    expect: Mapping[str, str]
    values: Mapping[str, str]
    as_of: str = ""
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """What became of ids of the version before: `renamed`, `split`, `merged` or `retired`."""

    what: str
    relation: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """The base an overlay was laid on."""

    id: str
    version: str
    sha256: str
    text: Texts
    basis: str
    dropped: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A loaded standard. `plain` is the form that is hashed, stored and sent."""

    id: str
    version: str
    text: Texts
    issuer: Texts
    document: str
    groups: Mapping[str, Mapping[str, Any]]
    sections: Mapping[str, Texts]
    fields: Mapping[str, Field]
    switches: Mapping[str, Mapping[str, Any]]
    applies: Code | None
    applies_facts: frozenset[str]
    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    derived: Mapping[str, Node]
    derived_codes: Mapping[str, Code]
    plain: Mapping[str, Any]
    dependents: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    grades: tuple[Grade, ...] = ()
    pass_mark: Fraction | None = None
    lineage: tuple[Lineage, ...] = ()
    layer: Layer | None = None
    tasks: tuple[Mapping[str, Any], ...] = ()
    start: str = ""
    end: str = ""
    as_of: str = ""
    class_facts: frozenset[str] = frozenset()
    """What says of which kind a school is (`pack_class`, `enrol_right`): choices and yes-or-no that decide whether the pack,
    an indicator or a required value is about it, and that no indicator counts."""

    def in_force(self, date: str) -> bool:
        """Whether the standard itself is in force on a date `YYYY-MM-DD`, as far as it says."""
        return (not self.start or date >= self.start) and (not self.end or date <= self.end)

    def form(self) -> list[Field]:
        """The facts a school fills for this pack, in the order of the paper forms."""
        return [each for each in self.fields.values() if not each.derived and not each.registered]

    def needed(self) -> list[Field]:
        """The facts of the form that its indicators read; the others only serve the sanity rules."""
        return [each for each in self.form() if each.id not in self.optional]
