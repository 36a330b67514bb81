"""Publishes a round: one signed task file for all schools."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vetdesk.models.operations import handed_down
from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.desk import Desk
from vetdesk.models.operations.freeze_units import freeze_units
from vetdesk.models.operations.post import Posted, post
from vetdesk.models.operations.rectify import carry_over
from vetdesk.models.operations.round_plan import GATE_WORDS, read_stages
from vetdesk.models.packs import byte_form, source
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.districts import district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import register
from vetdesk.models.store.register import Round, RoundStage, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import Party

STAMP_WORDS = {
    "scan": mark("盖章件：交扫描件或照片"),
    "original": mark("盖章件：送交纸质原件"),
    "none": mark("盖章件：不要求"),
}
"""How a round may ask for the signed and stamped sheet."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What the officer decides: pack ids or folders (the deciding one first), period, deadline `YYYY-MM-DD`."""

    packs: tuple[str, ...]
    period: str
    deadline: str
    title: str = ""
    reference_date: str = ""
    stamp: str = ""
    """How the stamped sheet is asked for: `scan`, `original`, `none`, or '' where the school may choose."""
    gate: str = ""
    """What the checks let through: '' as usual, `strict`, `lenient`."""
    stages: tuple[str, ...] = ()
    """The stages, each with its last day or without: `self=2026-10-31`, `city`."""
    last_year: Path | None = None
    """A table of last year's figures that ride along."""
    last_round: bool = False
    """Whether those the bureau accepted in the round before ride along instead."""
    scope: tuple[str, ...] = ()
    """Who is asked: counties (name or code), types of school, codes of schools; all where nothing is said."""
    deciding: tuple[tuple[str, str], ...] = ()
    """Who goes by another deciding standard: a type of school or a school (code or name), and a pack id or folder."""
    peers: bool = True
    """Whether quantiles of similar schools ride along, from the round before."""


def publish(workspace: Workspace, plan: RoundPlan, target: Path) -> tuple[Posted, Changes]:
    """Make the round and write its task file.

    Raises KnownError for a wrong date or year, an unknown pack, an empty register or a round already made this period.
    """
    from vetdesk.models.operations import peer_groups
    from vetdesk.models.operations.last_year_table import of_round_before, read_last_year

    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    if not re.match(r"[0-9]{4}(?![0-9])", plan.period, re.ASCII):
        raise KnownError(
            _("年度“{period}”没有以四位数的年份开头，没有发布。请写成 2026 这样。").format(period=plan.period),
            code="period",
        )
    _check_date(plan.deadline, _("截止日期"))
    if plan.reference_date:
        _check_date(plan.reference_date, _("数据时点"))
    units = register.units(workspace)
    if not units:
        raise KnownError(_("学校名录还是空的，没有发布。请先导入学校名录。"), code="no_units")
    if not plan.packs:
        raise KnownError(_("没有选标准，没有发布。请至少选一个主标准。"), code="no_pack")
    if any(each.period == plan.period for each in register.rounds(workspace)):
        raise KnownError(
            _("{period} 年度的任务已经发布过，没有重复发布。请换一个年度。").format(period=plan.period),
            code="round_exists",
        )
    if plan.gate not in GATE_WORDS:
        raise KnownError(_("“{gate}”不是一种关口，没有发布。").format(gate=plan.gate[:40]), code="gate")
    stages = read_stages(plan.stages)
    scope = _scope(plan.scope, units)
    deciding = _deciding(plan.deciding, units)
    packs = _packs((*plan.packs, *deciding.values()))
    beside = {source.load(each).id for each in plan.packs[1:]}
    given: dict[str, dict[str, Entry]] = {}
    if plan.last_year is not None:
        given = read_last_year(plan.last_year, packs, units)
    elif plan.last_round:
        given = of_round_before(workspace, packs, units)
    each = Round(
        id=str(uuid.uuid4()),
        title=plan.title or _("{period} 年度达标自评").format(period=plan.period),
        period=plan.period,
        deadline=plan.deadline,
        reference_date=plan.reference_date or f"{plan.period[:4]}-09-01",
        bureau_name=workspace.meta("name"),
        bureau_district=workspace.owner,
        packs=tuple(byte_form.fingerprint(pack) for pack in packs),
        stamp=plan.stamp,
        gate=plan.gate,
        stages=stages,
        scope=scope,
        deciders=tuple((who, source.load(pack).id) for who, pack in deciding.items()),
        references=tuple(each.id for each in packs if each.id in beside) if deciding else (),
    )
    judged_by = Desk(each, tuple(packs), tuple(packs)).decider
    groups = peer_groups.travelling(peer_groups.of_round_before(workspace, judged_by)) if plan.peers else []
    units = [unit for unit in units if each.asks(unit)]
    fields = {name: field for pack in packs for name, field in pack.fields.items()}
    body = bodies.Campaign(
        round=round_body(each),
        bureau_name=each.bureau_name,
        bureau_district=each.bureau_district,
        trust=trust_now(workspace),
        packs=[byte_form.encode(pack.plain).decode("utf-8") for pack in packs],
        units=[unit_body(unit) for unit in units],
        previous={code: bodies.figures(entries, fields) for code, entries in given.items()},
        peers=groups,
    )
    posted = post(
        workspace, target, "campaign", body,
        audience=Party("round", each.id), cycle=each.id, standard=each.packs,
    )  # fmt: skip
    with workspace.atomic():
        for pack in packs:
            register.put_pack(workspace, pack)
        freeze_units(workspace)
        register.put_round(workspace, each)
        handed_down.hand_down(workspace, each.id, given)
        peer_groups.keep(workspace, each.id, groups)
        carry_over(workspace, each)
    return posted, Changes(rounds=True, packages=True)


def _scope(texts: tuple[str, ...], units: Sequence[UnitRecord]) -> tuple[str, ...]:
    """Codes of counties and schools, and types, that schools of the register have.

    Raises KnownError for what no school of the register is.
    """
    known = {text for unit in units for text in (unit.code, unit.district, unit.run_type) if text}
    found = []
    for text in texts:
        code = text.strip() if text.strip() in known else district_code(text.strip())
        if code not in known:
            raise KnownError(
                _("范围里的“{text}”不是名录里的县（市、区）、办学类型或学校标识码，没有发布。").format(text=text[:40]),
                code="scope",
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def _packs(named: Sequence[str]) -> list[Pack]:
    """The packs of these ids or folders, each once.

    Raises KnownError where two of them are versions of one standard, or give the same id to an indicator.
    """
    packs: dict[str, Pack] = {}
    for name in dict.fromkeys(named):
        pack = source.load(name)
        if byte_form.fingerprint(packs.setdefault(pack.id, pack)) != byte_form.fingerprint(pack):
            raise KnownError(
                _("标准“{pack}”选了两个不同的版本，没有发布。请只选一个，或给其中一个换编号。").format(pack=pack.id),
                code="two_versions",
            )
    check_ids(packs.values())
    return list(packs.values())


def check_ids(packs: Iterable[Pack]) -> None:
    """Raises KnownError where two standards give the same id to an indicator: figures could not be told apart."""
    seen: dict[str, Pack] = {}
    for pack in packs:
        for name in pack.indicators:
            other = seen.setdefault(name, pack)
            if other is not pack:
                raise KnownError(
                    _(
                        "标准“{first}”和“{second}”有同一个指标编号“{indicator}”，没有采用。请给其中一份的指标换编号。"
                    ).format(first=other.id, second=pack.id, indicator=name),
                    code="same_ids",
                )


def _deciding(said: Sequence[tuple[str, str]], units: Sequence[UnitRecord]) -> dict[str, str]:
    """Packs by type of school or code, of what the officer wrote (a school may be named).

    Raises KnownError for who is not in the register, named twice, or one of several of a name.
    """
    types = {unit.run_type for unit in units if unit.run_type}
    found: dict[str, str] = {}
    for who, pack in said:
        name = who.strip()
        codes = [unit.code for unit in units if name and name in (unit.code, unit.name)]
        key = name if name in types else codes[0] if len(codes) == 1 else ""
        if not key or key in found:
            reason = _("写了两次") if key else _("名录里没有这类学校，也没有这所学校")
            if len(codes) > 1:
                reason = _("名录里有 {count} 所学校叫这个名字").format(count=len(codes))
            raise KnownError(
                _("“{who}”另按的主标准：{reason}，没有发布。请写办学类型，或学校的标识码。").format(
                    who=name[:40], reason=reason
                ),
                code="deciding",
            )
        found[key] = pack
    return found


def round_body(each: Round) -> bodies.RoundBody:
    """A round as it travels."""
    stages = [bodies.StageBody(stage.name, stage.until, stage.now) for stage in each.stages]
    return bodies.RoundBody(
        each.id, each.title, each.period, each.deadline, each.reference_date, each.stamp, each.gate, stages,
        dict(each.deciders), list(each.references),
    )  # fmt: skip


def stages_of(body: bodies.RoundBody) -> tuple[RoundStage, ...]:
    """The stages of a round that arrived."""
    return tuple(RoundStage(each.name, each.until, each.now) for each in body.stages)


def unit_body(each: UnitRecord) -> bodies.Unit:
    """A unit as it travels; contacts stay at the bureau."""
    return bodies.Unit(
        each.code, each.name, each.kind, each.district, each.run_type, each.ownership, each.founded_year,
        predecessors_of(each),
    )  # fmt: skip


def unit_record(each: bodies.Unit) -> UnitRecord:
    """A unit that arrived."""
    return UnitRecord(
        each.code, each.name, each.kind, each.district, each.run_type, each.ownership, each.founded_year,
        predecessors=predecessors_text(each.predecessors),
    )  # fmt: skip


def predecessors_of(each: UnitRecord) -> list[bodies.Predecessor]:
    """What a school came from."""
    return msgspec.json.decode(each.predecessors, type=list[bodies.Predecessor]) if each.predecessors else []


def predecessors_text(found: Sequence[bodies.Predecessor]) -> str:
    """That as the register keeps it."""
    return msgspec.json.encode(found).decode("utf-8") if found else ""


def _check_date(text: str, what: str) -> None:
    if not is_day(text):
        raise KnownError(
            _("{what}“{text}”不是日期，没有发布。请写成 2026-09-30 这样。").format(what=what, text=text),
            code="date",
        )
