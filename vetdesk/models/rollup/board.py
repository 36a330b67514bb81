"""The city at a glance: every school, every indicator, in the three stages; states, rates and shortages.

Rates are counts over counts (met ÷ schools in scope), never a mean of percentages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.packs.conclude import Conclusion, Outcome, conclude
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.judge import Judgement, data_of, judge
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.store.register import UnitRecord


class UnitState(StrEnum):
    """A school as the bureau can know it without a network (WORDS, fixed sets)."""

    NOT_RECEIVED = "not_received"
    OVERDUE = "overdue"
    UNCONFIRMED = "unconfirmed"
    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    UNDER_INSPECTION = "under_inspection"
    RECTIFYING = "rectifying"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_STATE_WORDS[self])


_STATE_WORDS = {
    UnitState.NOT_RECEIVED: mark("未上报"),
    UnitState.OVERDUE: mark("逾期未报"),
    UnitState.UNCONFIRMED: mark("待核对身份"),
    UnitState.RECEIVED: mark("已接收"),
    UnitState.RETURNED: mark("已退回"),
    UnitState.ACCEPTED: mark("审核通过"),
    UnitState.UNDER_INSPECTION: mark("核查中"),
    UnitState.RECTIFYING: mark("整改中"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What figures give: the judgements under all packs that concern a school, and what the first of them concludes."""

    judged: Mapping[str, Judgement]
    conclusion: Conclusion


Blank = dict[tuple[tuple[str, str], ...], Said]
"""What schools give without any figure, by the packs that concern them and what the register says of them."""


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What is known of one unit: its state and its entries per stage."""

    unit: UnitRecord
    state: UnitState
    seq: int
    entries: Mapping[Stage, Mapping[str, Entry]]


@dataclass(frozen=True, slots=True)
class Line:
    """One school of the board under the packs that concern it, the one that decides first: judgements per stage, and what
    that one concludes. `stage` is the one the line speaks of, `figured` are those of which any figure is known, `classed` is
    what the school declared itself to be."""

    unit: UnitRecord
    state: UnitState
    seq: int
    judged: Mapping[Stage, Mapping[str, Judgement]]
    concluded: Mapping[Stage, Conclusion]
    packs: tuple[Pack, ...]
    figured: frozenset[Stage] = frozenset()
    classed: Mapping[str, Entry] = field(default_factory=dict)
    stage: Stage = Stage.DECLARED

    @property
    def conclusion(self) -> Conclusion:
        """What the deciding pack concludes on the figures of the stage."""
        return self.concluded[self.stage]

    @property
    def known(self) -> bool:
        """Whether any figure of the stage is known."""
        return self.stage in self.figured

    @property
    def deciding(self) -> Pack:
        """The pack that “达标” refers to for this school."""
        return self.packs[0]

    @property
    def applies(self) -> bool:
        """Whether the deciding pack applies to the school, by the figures of the stage."""
        return self.applies_by(self.stage)

    def applies_by(self, stage: Stage) -> bool:
        """Whether the deciding pack applies to the school, by the figures of a stage."""
        return self.concluded[stage].outcome is not Outcome.NOT_APPLICABLE

    def verdict(self, indicator: str, stage: Stage) -> Verdict:
        """The verdict on an indicator; 不适用 for one of a standard that does not concern the school."""
        found = self.judged[stage].get(indicator)
        return found.verdict if found is not None else Verdict.NOT_APPLICABLE

    def asked(self, indicator: str) -> Verdict:
        """The verdict on an indicator by the figures of the stage; 不适用 where another standard decides about the school."""
        if indicator not in self.deciding.indicators:
            return Verdict.NOT_APPLICABLE
        return self.verdict(indicator, self.stage)


@dataclass(frozen=True, slots=True)
class Tally:
    """By the figures of one stage: schools the deciding pack applies to, of how many of them any figure is known, how many
    meet it."""

    scope: int
    known: int
    met: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole city, by the figures of one stage. `received` counts schools with a submission; `met` those whose deciding
    pack is met."""

    packs: tuple[Pack, ...]
    lines: tuple[Line, ...]
    stage: Stage = Stage.DECLARED
    county: str = ""
    """The code of the county whose schools these are; '' for a city's."""

    def by(self, stage: Stage) -> Board:
        """The same schools by the figures of another stage."""
        if stage is self.stage:
            return self
        return replace(self, lines=tuple(replace(each, stage=stage) for each in self.lines), stage=stage)

    @property
    def place(self) -> str:
        """What the whole of these schools is called."""
        return DISTRICTS.get(self.county, self.county) if self.county else _("全市")

    @property
    def deciding(self) -> Pack:
        """The pack that “达标” refers to, for every school the round names no other for."""
        return self.packs[0]

    @property
    def deciders(self) -> tuple[Pack, ...]:
        """All packs that “达标” refers to for some school, that of most schools first."""
        named = {each.deciding.id for each in self.lines}
        return (self.deciding, *(each for each in self.packs[1:] if each.id in named))

    @property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators of the packs that decide, by id. A school is asked those of the pack that decides about it."""
        return {name: each for pack in self.deciders for name, each in pack.indicators.items()}

    @property
    def labels(self) -> dict[str, str]:
        """What the indicators of the packs that decide are called, by id; one of another standard than the first says so
        where two are called the same."""
        found: dict[str, str] = {}
        for pack in self.deciders:
            for name, each in pack.indicators.items():
                text = pick(each.text)
                found[name] = full_name(text, pack) if text in found.values() else text
        return found

    def part(self, pack_id: str) -> Board:
        """The schools that a pack decides about, with that pack first; this board where none of that id decides."""
        own = next((each for each in self.deciders if each.id == pack_id), None)
        if own is None:
            return self
        return replace(
            self,
            packs=(own, *(each for each in self.packs if each is not own)),
            lines=tuple(each for each in self.lines if each.deciding.id == pack_id),
        )

    @property
    def fields(self) -> dict[str, Field]:
        """The facts of the packs that decide, by id."""
        return {name: each for pack in reversed(self.deciders) for name, each in pack.fields.items()}

    @property
    def in_scope(self) -> list[Line]:
        """The schools the deciding pack applies to."""
        return [each for each in self.lines if each.applies]

    @property
    def outside(self) -> int:
        """How many schools the deciding pack does not apply to."""
        return sum(not each.applies for each in self.lines)

    @property
    def received(self) -> int:
        """How many schools in scope have submitted."""
        return sum(each.seq > 0 for each in self.in_scope)

    @property
    def known(self) -> int:
        """Of how many schools in scope any figure of the stage is known."""
        return sum(each.known for each in self.in_scope)

    def tally(self, stage: Stage) -> Tally:
        """What the figures of a stage give, whichever stage the board speaks of."""
        scope = [each for each in self.lines if each.applies_by(stage)]
        return Tally(
            len(scope), sum(stage in each.figured for each in scope),
            sum(each.concluded[stage].outcome is Outcome.MET for each in scope),
        )  # fmt: skip

    @property
    def overdue(self) -> int:
        """How many schools in scope are late."""
        return sum(each.state is UnitState.OVERDUE for each in self.in_scope)

    @property
    def met(self) -> int:
        """How many schools meet the deciding pack by the figures of the stage."""
        return sum(each.conclusion.outcome is Outcome.MET for each in self.in_scope)

    def rate(self) -> Fraction | None:
        """Share of schools in scope that meet the deciding pack, the unsubmitted included; None without schools."""
        found = self.tally(self.stage)
        return Fraction(found.met, found.scope) if found.scope else None

    def shortages(self) -> list[tuple[str, Fraction, int]]:
        """`(fact, amount, schools)` summed over schools that miss it."""
        totals: dict[str, tuple[Fraction, int]] = {}
        for line in self.in_scope:
            for gap in line.conclusion.shortages:
                amount, count = totals.get(gap.fact, (Fraction(0), 0))
                totals[gap.fact] = (amount + gap.change, count + 1)
        order = self.order()
        return [(fact, *totals[fact]) for fact in sorted(totals, key=order.index)]

    def order(self) -> list[str]:
        """The facts of the packs that decide in the order of their forms, those of the first pack first."""
        return list(dict.fromkeys(name for pack in self.deciders for name in pack.fields))

    def counts(self, indicator: str, *, stage: Stage | None = None, decided: bool = False) -> dict[Verdict, int]:
        """How many schools have which verdict on an indicator, by the figures of a stage (else that of the board); with
        `decided` only of those it decides about."""
        found = dict.fromkeys(Verdict, 0)
        for line in self.lines:
            if not decided or indicator in line.deciding.indicators:
                found[line.verdict(indicator, stage or self.stage)] += 1
        return found


def full_name(indicator: str, pack: Pack) -> str:
    """An indicator with the standard it is of."""
    return _("{indicator}（{standard}）").format(indicator=indicator, standard=pick(pack.text))


def board(
    packs: tuple[Pack, ...],
    figures: list[UnitFigures],
    *,
    identity: Callable[[UnitRecord], Mapping[str, Entry]],
    blank: Blank | None = None,
    concerning: Callable[[UnitRecord], tuple[Pack, ...]] | None = None,
) -> Board:
    """Judge every unit in every stage under the packs that concern it (else all), and conclude by the first of them.

    `blank` remembers what schools alike give without any figure, for callers that judge them one by one.
    """
    known: Blank = {} if blank is None else blank
    return Board(
        packs,
        tuple(
            _line(concerning(each.unit) if concerning else packs, each, identity(each.unit), known) for each in figures
        ),
    )


def nothing_known(packs: tuple[Pack, ...], identity: Mapping[str, Entry], blank: Blank) -> Said:
    """What a school gives of which only the register knows something; worked out once for schools alike."""
    alike = (*(("", pack.id) for pack in packs), *((name, f"{one.state} {one.text}") for name, one in identity.items()))
    if alike not in blank:
        blank[alike] = _said(packs, identity)
    return blank[alike]


def classed(packs: Iterable[Pack], declared: Mapping[str, Entry]) -> dict[str, Entry]:
    """What a school declares itself to be, by the packs that concern it: it holds in every stage until that stage says
    otherwise. Inspectors verify figures, not of which kind a school is."""
    return {name: declared[name] for pack in packs for name in sorted(pack.class_facts) if name in declared}


def _line(packs: tuple[Pack, ...], each: UnitFigures, identity: Mapping[str, Entry], blank: Blank) -> Line:
    said: dict[Stage, Said] = {}
    seen: list[tuple[Mapping[str, Entry], Said]] = []
    own = classed(packs, each.entries.get(Stage.DECLARED, {}))
    for stage in Stage:
        given = each.entries.get(stage, {})
        entries = {**own, **given}
        same = next((found for known, found in seen if known == entries), None)
        if same is None:
            same = _said(packs, {**entries, **identity}) if given else nothing_known(packs, {**own, **identity}, blank)
            seen.append((entries, same))
        said[stage] = same
    return Line(
        each.unit, each.state, each.seq,
        {stage: found.judged for stage, found in said.items()},
        {stage: found.conclusion for stage, found in said.items()},
        packs,
        frozenset(stage for stage in Stage if each.entries.get(stage)),
        own,
    )  # fmt: skip


def _said(packs: tuple[Pack, ...], entries: Mapping[str, Entry]) -> Said:
    judged: dict[str, Judgement] = {}
    ends: list[Conclusion] = []
    for pack in packs:
        data = data_of(pack, entries)
        judged.update(judge(pack, data))
        if not ends:
            ends.append(conclude(pack, judged, data))
    return Said(judged, ends[0])
