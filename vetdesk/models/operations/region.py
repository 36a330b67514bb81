"""City goals and county supervision: figures from the schools' submissions where they report them, else by hand with a source.

Clauses of the plan that contradict each other stay apart: each is an indicator of its own (domain.md 6.3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk, desk_of
from vetdesk.models.operations.fill import entry_or_refusal
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.round_units import units_of_round
from vetdesk.models.packs import source
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.conclude import Outcome, gap_sentence
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.gap import gaps
from vetdesk.models.packs.judge import Judgement, data_of, judge
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.districts import DISTRICTS, district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State, given
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.rollup.board import Line
from vetdesk.models.rollup.together import adds_up
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role

PACKS = ("sq_2025", "sq_supervision")
"""The goals of the city's plan, and what counties are supervised by (domain.md 6.1, 6.2)."""


_FROM_OVERVIEW = frozenset({"schools_in_scope", "schools_pass"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the city or a county: by hand (`source` is the document), or summed over its schools.

    `schools` are in the sum, `missing` have not reported it: while any has not, the sum is told but not judged.
    """

    entry: Entry
    source: str = ""
    schools: int = 0
    missing: int = 0
    so_far: Entry | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the city or of a county: judged, with what is short, where its figures come from, and where it goes.

    `before` is its value a round earlier, `forecast` what it would be a round later if it went on like that.
    """

    district: str
    pack: Pack
    indicator: Indicator
    judged: Judgement
    gap: str
    sources: tuple[str, ...]
    before: Fraction | None
    forecast: Fraction | None
    forecast_met: bool | None

    @property
    def place(self) -> str:
        """The city or the county."""
        return DISTRICTS.get(self.district, self.district)


def districts(workspace: Workspace) -> list[str]:
    """The bureau's own district, and the counties inside it."""
    own = workspace.owner
    inside = [code for code in DISTRICTS if code != own and code.startswith(own.rstrip("0")) and own.endswith("00")]
    return [own, *inside]


def region_fields(*kinds: str) -> dict[str, Field]:
    """Every figure that goals and supervision ask of the city or a county (or only one of the two `kinds`)."""
    found: dict[str, Field] = {}
    for name in PACKS:
        pack = source.load(name)
        for each in pack.indicators.values():
            if any(kind in each.when for kind in kinds or ("city", "county")):
                found.update({fact: pack.fields[fact] for fact in sorted(each.facts) if fact in pack.fields})
    return {name: field for name, field in found.items() if not field.derived and not field.registered}


def _kind(district: str) -> str:
    return "city" if district.endswith("00") else "county"


def set_figures(workspace: Workspace, district: str, values: Mapping[str, str], *, document: str) -> Changes:
    """Keep figures of the city or a county with the document they are from, in one act; an empty text takes one back.

    Raises KnownError for a district that is not the bureau's, an unknown figure, what is no such value, and without a
    document.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    code = district_code(district) or district.strip() or workspace.owner
    if code not in districts(workspace):
        raise KnownError(
            _("“{district}”不是本单位或所辖的县（市、区），没有改动。").format(district=district[:40]), code="district"
        )
    fields = region_fields(_kind(code))
    entries: dict[str, Entry] = {}
    for name, text in values.items():
        field = fields.get(name) or next((each for each in fields.values() if name == each.text["zh"]), None)
        if field is None:
            raise KnownError(
                _("{place}的目标和督导里没有数据项“{fact}”，没有改动。可以写编号或名称，见“目标与任务”页。").format(
                    place=DISTRICTS.get(code, code), fact=name[:60]
                ),
                code="unknown_fact",
            )
        if field.id in _FROM_OVERVIEW:
            raise KnownError(
                _("“{name}”由总览得出，不能手工填写，没有改动。").format(name=pick(field.text)), code="derived"
            )
        if field.id in entries:
            raise KnownError(
                _("“{name}”给了两次，没有改动。每个数据项请只写一次。").format(name=pick(field.text)), code="twice"
            )
        entries[field.id] = entry_or_refusal(field, text)
    if not document.strip():
        raise KnownError(_("没有写数据出自哪份文件，没有改动。"), code="no_document")
    said = document.strip()[:500]
    _check_shares(workspace, code, entries)
    with workspace.atomic():
        _act, changed = figures.write(
            workspace, desk(workspace).round.id, code, entries, sources=dict.fromkeys(entries, said),
            action="region", why=said,
        )  # fmt: skip
    return Changes(facts=changed, rounds=True)


def _check_shares(workspace: Workspace, district: str, entries: Mapping[str, Entry]) -> None:
    """Refuse figures by which a part would be more than its whole.

    Raises KnownError naming the share and what it would be.
    """
    held = {name: each.entry for name, each in region_figures(workspace, district).items()} | dict(entries)
    kind = {"unit_kind": Entry(State.GIVEN, _kind(district))}
    for name in PACKS:
        pack = source.load(name)
        for each in judge(pack, data_of(pack, {**held, **kind})).values():
            indicator = pack.indicators[each.indicator]
            if (
                indicator.unit == "%"
                and each.value is not None
                and each.value > 100
                and indicator.facts & entries.keys()
            ):
                raise KnownError(
                    _("这样“{indicator}”会是 {value} %，部分多于总数，没有改动。请核对两个数和单位。").format(
                        indicator=pick(indicator.text), value=shown(each.value)
                    ),
                    code="over_100",
                )


def goals(workspace: Workspace) -> tuple[Goal, ...]:
    """Every goal of the city and of each county in the newest round, in the order of the plan.

    Raises KnownError where there is no round, or in another role.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    every = register.rounds(workspace)
    now = desk(workspace).round
    before = next((each for each in every if each.id != now.id), None)
    found = []
    sent_now = _reported(workspace, now)
    sent_before = _reported(workspace, before) if before is not None else _Reported()
    for code in districts(workspace):
        held = _figures(workspace, now, code, sent_now)
        earlier = _figures(workspace, before, code, sent_before) if before is not None else {}
        for name in PACKS:
            found += _goals(source.load(name), code, held, earlier)
    return tuple(found)


def _goals(pack: Pack, district: str, held: Mapping[str, Figure], earlier: Mapping[str, Figure]) -> list[Goal]:
    kind = {"unit_kind": Entry(State.GIVEN, _kind(district)), "district_code": Entry(State.GIVEN, district)}
    data = data_of(pack, {**{name: each.entry for name, each in held.items()}, **kind})
    judged = judge(pack, data)
    last = judge(pack, data_of(pack, {**{name: each.entry for name, each in earlier.items()}, **kind}))
    found = []
    for name, each in judged.items():
        indicator = pack.indicators[name]
        if each.verdict is Verdict.NOT_APPLICABLE or indicator.question:
            continue
        short = gaps(pack, indicator, data) if each.verdict in (Verdict.UNMET, Verdict.UNVERIFIED) else ()
        value, before = each.value, last[name].value
        ahead = value + (value - before) if value is not None and before is not None else None
        found.append(
            Goal(
                district, pack, indicator, each, gap_sentence(pack, short, data) if short else "",
                tuple(_source(pack.fields[fact], held[fact]) for fact in sorted(indicator.facts) if fact in held),
                before, ahead, _would_meet(indicator, each, ahead),
            )
        )  # fmt: skip
    return found


def _would_meet(indicator: Indicator, each: Judgement, ahead: Fraction | None) -> bool | None:
    if ahead is None or each.threshold is None or indicator.cmp == "~":
        return None
    return {
        ">=": ahead >= each.threshold, ">": ahead > each.threshold, "<=": ahead <= each.threshold,
        "<": ahead < each.threshold, "==": ahead == each.threshold,
    }[indicator.cmp]  # fmt: skip


def _source(field: Field, each: Figure) -> str:
    name = pick(field.text)
    if each.source:
        return f"{name}：{each.source}"
    if each.missing and each.so_far is not None:
        return _("{name}：各校合计 {sum}，计入 {schools} 所，还缺 {missing} 所").format(
            name=name, sum=each.so_far.text, schools=each.schools, missing=each.missing
        )
    return _("{name}：{schools} 所学校上报合计").format(name=name, schools=each.schools)


@dataclass(frozen=True, slots=True)
class _Reported:
    """The schools a round asked, the amounts each of them reported, which figures each was asked, and where each stands.

    Where they stand is known for the newest round only.
    """

    asked: tuple[UnitRecord, ...] = ()
    amounts: Mapping[str, Mapping[str, Fraction]] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    decider: Callable[[UnitRecord], str] = str
    standing: Sequence[Line] | None = None

    def asks(self, unit: UnitRecord, fact: str) -> bool:
        """Whether a school was asked a figure, by a standard that concerns it."""
        return fact in self.facts.get(self.decider(unit), ())


def region_figures(workspace: Workspace, district: str) -> dict[str, Figure]:
    """The figures of the city or a county in the newest round: by hand first, else from its schools."""
    now = desk(workspace).round
    return _figures(workspace, now, district, _reported(workspace, now))


def _figures(workspace: Workspace, each: Round, district: str, reported: _Reported) -> dict[str, Figure]:
    held = figures.read(workspace, each.id, district)
    why = figures.sources(workspace, each.id, district)
    by_hand = {
        name: Figure(entry, why.get(name, "")) for name, entry in held.items() if entry.state is not State.UNFILLED
    }
    return {**_from_schools(workspace.owner, district, reported), **by_hand}


def _from_schools(owner: str, district: str, reported: _Reported) -> dict[str, Figure]:
    """Sums of what schools of a district report under the same id; schools in scope, and those that meet the standard."""
    found = dict[str, Figure]()
    units = [unit for unit in reported.asked if district in (owner, unit.district)]
    if not units:
        return found
    for name in _summed_fields():
        asked = [unit for unit in units if reported.asks(unit, name)]
        amounts = [reported.amounts.get(unit.code, {}).get(name) for unit in asked]
        sums = [one for one in amounts if one is not None]
        if sums:
            total = given(decimal_text(sum(sums, start=Fraction(0))))
            missing = len(asked) - len(sums)
            found[name] = Figure(Entry() if missing else total, "", len(sums), missing, total)
    if reported.standing is not None:
        found.update(_standing([line for line in reported.standing if district in (owner, line.unit.district)]))
    return found


def _standing(lines: Sequence[Line]) -> dict[str, Figure]:
    """By accepted figures where a school has any, else by what it declared: as its amounts are added."""
    said = [line.concluded[Stage.ACCEPTED if Stage.ACCEPTED in line.figured else Stage.DECLARED] for line in lines]
    scope = sum(each.outcome is not Outcome.NOT_APPLICABLE for each in said)
    met = sum(each.outcome is Outcome.MET for each in said)
    return {
        "schools_in_scope": Figure(given(str(scope)), _("由总览得出，审定过的学校按审定值"), scope),
        "schools_pass": Figure(given(str(met)), _("由总览得出，审定过的学校按审定值"), scope),
    }


def _one_of_each(units: Iterable[UnitRecord], found: Desk) -> list[UnitRecord]:
    """A school for every standard that decides."""
    return list({found.decider(unit).id: unit for unit in units}.values())


def _summed_fields() -> dict[str, Field]:
    return {name: field for name, field in region_fields().items() if adds_up(field)}


def _amounts(entries: Mapping[str, Entry], fields: Mapping[str, Field]) -> dict[str, Fraction]:
    """The figures that are added up, in their own units."""
    found = {}
    for name, field in fields.items():
        each = entries.get(name)
        amount = each.value(field.unit) if each is not None and each.state is State.GIVEN else None
        if amount is not None:
            found[name] = amount
    return found


def _facts(seen: Desk) -> frozenset[str]:
    return frozenset(name for pack in seen.packs for name in pack.fields)


def _reported(workspace: Workspace, each: Round) -> _Reported:
    """The schools of a round then, with what they reported: accepted figures where there are any, else what was declared."""
    return workspace.kept(f"reported {each.id}", lambda: _read(workspace, each))


def _read(workspace: Workspace, each: Round) -> _Reported:
    found = desk_of(workspace, each)
    newest = each.id == register.newest_round(workspace)
    former = register.known_fields(workspace, each.id)
    accepted = figures.read_all(workspace, each.id, stage=Stage.ACCEPTED)
    held = exchange.current_submissions(workspace, each.id)
    asked = {unit.code: unit for unit in units_of_round(workspace, each)}
    fields = _summed_fields()
    return _Reported(
        tuple(asked.values()),
        {
            code: _amounts(carried(accepted.get(code) or declared(sent), found.packs, former), fields)
            for code, sent in held.items()
            if code in asked
        },
        {found.decider(unit).id: _facts(found.seen_by(unit)) for unit in _one_of_each(asked.values(), found)},
        lambda unit: found.decider(unit).id,
        board(workspace).lines if newest else None,
    )
