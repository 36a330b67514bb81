"""How a school stands: judgements, conclusion and fired rules over its figures. Read by window and command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from vetdesk.models.operations.desk import Desk, desk, own_unit
from vetdesk.models.operations.fill import LAST_YEAR
from vetdesk.models.operations.handed_down import Dispute, disputes
from vetdesk.models.packs import trace
from vetdesk.models.packs.conclude import Conclusion, conclude, full_sentence, gap_sentence, sentence
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.fields import Field, dictionary
from vetdesk.models.packs.formula import subtracted
from vetdesk.models.packs.gap import Gap, gaps
from vetdesk.models.packs.judge import Judgement, data_of, fact_value, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.rules import Fired, fired
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _
from vetdesk.models.store import conflicts, figures, inspection
from vetdesk.models.store.inspection import ExplanationReview
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace


class Assessment:
    """One unit under the packs of a round, kept current edit by edit: only dependents of a fact are judged again."""

    def __init__(
        self,
        packs: tuple[Pack, ...],
        entries: Mapping[str, Entry],
        previous: Mapping[str, Entry],
        unit: UnitRecord | None = None,
    ) -> None:
        self.packs = packs
        self.entries = {**entries, **identity_facts(unit)}
        self.previous = dict(previous)
        self.data: dict[str, Data] = {pack.id: data_of(pack, self.entries, previous=self.previous) for pack in packs}
        self._fired: list[Fired] | None = None
        self._gaps: dict[tuple[str, str], tuple[Gap, ...]] = {}
        self.judged: dict[str, dict[str, Judgement]] = {pack.id: judge(pack, self.data[pack.id]) for pack in packs}

    @property
    def deciding(self) -> Pack:
        """The pack that “达标” refers to."""
        return self.packs[0]

    def change(self, fact: str, entry: Entry) -> set[str]:
        """Put in one figure. Returns the ids of the indicators judged again."""
        self.entries[fact] = entry
        self._fired = None
        self._gaps = {}
        touched: set[str] = set()
        for pack in self.packs:
            if fact not in pack.fields:
                continue
            self.data[pack.id] = self._changed(pack, fact, entry)
            only = pack.indicators if fact in pack.applies_facts else pack.dependents.get(fact, ())
            self.judged[pack.id].update(judge(pack, self.data[pack.id], only=only))
            touched.update(only)
        return touched

    def _changed(self, pack: Pack, fact: str, entry: Entry) -> Data:
        field, before = pack.fields[fact], self.data[pack.id]
        if field.kind in ("table", "answer"):
            return data_of(pack, self.entries, previous=self.previous)
        return replace(before, facts={**before.facts, fact: fact_value(field, entry)})

    def form(self) -> list[Field]:
        """The facts to fill over all packs, in the order of the paper forms."""
        seen: dict[str, Field] = {}
        for pack in self.packs:
            for field in pack.form():
                seen.setdefault(field.id, field)
        order = {name: at for at, name in enumerate(dictionary().facts)}
        return sorted(seen.values(), key=lambda each: order.get(each.id, len(order)))

    def is_optional(self, fact: str) -> bool:
        """Whether no indicator of any pack reads a fact: it only serves the sanity rules."""
        return all(fact in pack.optional for pack in self.packs if fact in pack.fields)

    def is_taken_off(self, fact: str) -> bool:
        """Whether a fact is only taken off others (staff housing): where there is none, one has to say so."""
        return fact in self._taken_off

    @cached_property
    def _taken_off(self) -> frozenset[str]:
        return frozenset(name for pack in self.packs for node in pack.derived.values() for name in subtracted(node))

    def filled(self) -> tuple[int, int]:
        """`(given, all)` figures of the deciding pack's form; what is not given leaves an indicator open."""
        form = self.deciding.needed()
        return sum(self.entries.get(each.id, UNFILLED).state is State.GIVEN for each in form), len(form)

    def conclusion(self, pack: Pack | None = None) -> Conclusion:
        """What a pack (the deciding one) concludes."""
        pack = pack or self.deciding
        return conclude(pack, self.judged[pack.id], self.data[pack.id])

    def sentence(self, pack: Pack | None = None) -> str:
        """The verdict sentence of a pack, without its name."""
        pack = pack or self.deciding
        return sentence(pack, self.conclusion(pack))

    def full_sentence(self) -> str:
        """The verdict sentence of the deciding pack, preceded by the standard."""
        return full_sentence(self.deciding, self.conclusion())

    def gaps(self, pack: Pack, indicator: str) -> tuple[Gap, ...]:
        """What would meet an indicator; each field that feeds it asks for it."""
        place = (pack.id, indicator)
        if place not in self._gaps:
            self._gaps[place] = gaps(pack, pack.indicators[indicator], self.data[pack.id])
        return self._gaps[place]

    def gap_sentence(self, pack: Pack, indicator: str) -> str:
        """The shortage of an indicator in words; '' where it is not unmet or nothing can be said."""
        found = self.gaps(pack, indicator)
        return gap_sentence(pack, found, self.data[pack.id]) if found else ""

    def spelled(self, pack: Pack, indicator: str) -> str:
        """The formula with the school's own numbers."""
        return trace.spelled(pack, pack.indicators[indicator], self.data[pack.id], self.judged[pack.id][indicator])

    def explained(self, pack: Pack, indicator: str) -> tuple[trace.Step, ...]:
        """How the verdict on an indicator came about, step by step."""
        return trace.explain(pack, pack.indicators[indicator], self.data[pack.id], self.judged[pack.id][indicator])

    def judged_last_year(self, pack: Pack) -> dict[str, Judgement]:
        """How last year's figures would stand under a pack."""
        identity = {
            name: each for name, each in self.entries.items() if name in pack.fields and pack.fields[name].registered
        }
        return judge(pack, data_of(pack, {**self.previous, **identity}))

    def rules(self) -> list[Fired]:
        """The sanity rules that fire, the gravest first; several pages ask for them."""
        if self._fired is None:
            self._fired = fired(list(self.packs), self.data)
        return list(self._fired)

    def value(self, fact: str) -> Fraction | None:
        """This year's number of a fact in its own unit."""
        return _number(self.packs, fact, self.entries)

    def last_value(self, fact: str) -> Fraction | None:
        """Last year's number of a fact in its own unit."""
        return _number(self.packs, fact, self.previous)


def _number(packs: Iterable[Pack], fact: str, entries: Mapping[str, Entry]) -> Fraction | None:
    for pack in packs:
        if fact in pack.fields and pack.fields[fact].number:
            return entries.get(fact, UNFILLED).value(pack.fields[fact].unit)
    return None


def identity_facts(unit: UnitRecord | None) -> dict[str, Entry]:
    """What the register says of a unit, as facts that a standard's scope may ask about."""
    if unit is None:
        return {}
    known = {
        "run_type": unit.run_type, "founded_year": unit.founded_year, "ownership": _ownership(unit.ownership),
        "district_code": unit.district, "unit_kind": unit.kind,
    }  # fmt: skip
    return {
        name: Entry(State.GIVEN, text)
        for name, text in known.items()
        if text and (name != "founded_year" or (text.isascii() and text.isdigit()))
    }


def _ownership(text: str) -> str:
    """公办 or 民办 where the register says so, else what it says."""
    return next((word for word in ("民办", "公办") if word in text), text)


@dataclass(frozen=True, slots=True)
class Standing:
    """A school's own desk with its assessment and explanations: everything its pages show."""

    desk: Desk
    unit: UnitRecord
    assessment: Assessment
    explanations: Mapping[str, str]
    sources: Mapping[str, str]
    differing: int = 0
    handed: Mapping[str, Entry] = dataclasses.field(default_factory=dict)

    reviews: Mapping[str, ExplanationReview] = dataclasses.field(default_factory=dict)

    def said(self, rule: str) -> str:
        """The school's words on a rule, or (`last.FACT`) on a figure of last year that it disputes."""
        if rule.startswith(LAST_YEAR):
            return self.assessment.previous.get(rule.removeprefix(LAST_YEAR), UNFILLED).reason.strip()
        return self.explanations.get(rule, "").strip()

    def returned(self, rule: str) -> str:
        """What the bureau misses in the explanation of a rule as it stands now; '' where it returned nothing."""
        each = self.reviews.get(rule)
        if each is None or each.state != "returned" or each.said != self.said(rule):
            return ""
        return each.note + (_("（请于 {due} 前改好）").format(due=each.due) if each.due else "")

    def disputes(self) -> tuple[Dispute, ...]:
        """Figures of last year that the school holds otherwise than the bureau that handed them down."""
        return disputes(self.desk.fields, self.handed, self.assessment.previous)

    @property
    def lenient(self) -> bool:
        """Whether the round lets everything through: the checks only remind."""
        return self.desk.round.gate == "lenient"

    def silent_disputes(self) -> list[Dispute]:
        """Those that still ask for a reason."""
        return [
            each
            for each in self.disputes()
            if not self.lenient and (not each.reason or self.returned(LAST_YEAR + each.field.id))
        ]

    def unexplained(self) -> list[Fired]:
        """Fired rules that still ask for an explanation before a submission."""
        if self.lenient:
            return []
        return [
            each
            for each in self.assessment.rules()
            if each.severity is Severity.MUST_EXPLAIN
            and (not self.explanations.get(each.rule.id, "").strip() or self.returned(each.rule.id))
        ]

    def blocking(self) -> list[Fired]:
        """Fired rules that block a submission."""
        if self.lenient:
            return []
        return [each for each in self.assessment.rules() if each.severity is Severity.BLOCK]


def standing(workspace: Workspace) -> Standing:
    """How the workspace's own school stands, from stored data.

    Raises KnownError where there is no round or the workspace is not a school's.
    """
    from vetdesk.models.store.workspace import wrong_role

    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace)
    unit = own_unit(workspace)
    return Standing(
        desk=found,
        unit=unit,
        assessment=Assessment(
            found.packs,
            figures.read(workspace, found.round.id, unit.code),
            figures.read(workspace, found.round.id, unit.code, year=figures.LAST),
            unit,
        ),
        explanations=figures.explanations(workspace, found.round.id, unit.code),
        sources=figures.sources(workspace, found.round.id, unit.code),
        differing=len(conflicts.conflicts(workspace, found.round.id, unit.code, state="open")),
        reviews=inspection.explanation_reviews(workspace, found.round.id, unit.code),
        handed=figures.read(workspace, found.round.id, unit.code, stage=Stage.ACCEPTED, year=figures.LAST),
    )
