"""A changed round at a school or county: deadline, standards, register. What was typed stays; an older file is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vetdesk.models.operations import arrive_standard, handed_down, peer_groups
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import deadline_for
from vetdesk.models.operations.publish_round import stages_of, unit_record
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.operations.round_plan import GATE_WORDS, STAGE_WORDS
from vetdesk.models.operations.round_units import ended
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.facts import UNFILLED, Stage
from vetdesk.models.records.words import _
from vetdesk.models.store import figures, journal, register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import Verified


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a change comes from the round's bureau, and what it changes for this school.

    Raises RefusedError for another signer or round, and for standards the round does not go by.
    """
    body, adopts = decoded_from_bureau(workspace, verified, bodies.Amendment, file)
    packs, there = arrive_standard.carried_packs(workspace, verified, body.packs, file)
    return Arrival(
        unit="",
        who=desk(workspace).round.bureau_name,
        sentence=_sentence(workspace, body, arrive_standard.changed_of(workspace, packs)),
        apply=_Apply(verified, body, packs, there),
        blobs=tuple(sorted(there)),
        adopts=adopts,
    )


def _sentence(workspace: Workspace, body: bodies.Amendment, changed: list[Pack]) -> str:
    found = desk(workspace)
    parts = []
    before, after = found.round.deadline, _deadline(workspace, body)
    if before != after:
        parts.append(_("截止日期 {before} → {after}").format(before=before, after=after))
    own = own_units(workspace, body.units)
    here = {each.code: each for each in register.every_unit(workspace)}
    if workspace.role == "bureau":
        fresh = sum(each.code not in here for each in own)
        differing = sum(
            each.code in here and plain_unit(unit_record(each)) != plain_unit(here[each.code]) for each in own
        )
        if fresh or differing:
            parts.append(_("名录新增 {fresh} 所，更新 {differing} 所").format(fresh=fresh, differing=differing))
    elif not own:
        parts.append(_("名录里不再有本校，请向主管部门核实"))
    elif workspace.owner in here and plain_unit(unit_record(own[0])) != plain_unit(here[workspace.owner]):
        parts.append(_("名录里本校的信息有更新"))
    fresh_plan = replace(found.round, gate=body.round.gate, stages=stages_of(body.round))
    if fresh_plan.stage != found.round.stage and fresh_plan.stage is not None:
        parts.append(_("进入“{stage}”阶段").format(stage=_(STAGE_WORDS[fresh_plan.stage.name])))
    elif fresh_plan.stages != found.round.stages:
        parts.append(_("阶段安排有变化"))
    if fresh_plan.gate != found.round.gate:
        parts.append(_("上报关口改为{gate}").format(gate=_(GATE_WORDS[fresh_plan.gate])))
    if changed:
        parts.append(arrive_standard.sentence(workspace, changed, found.round.bureau_name))
    count = _differing_last_year(workspace, body)
    if count:
        parts.append(_("去年的数据 {count} 项有更新").format(count=count))
    if not parts:
        parts.append(_("没有变化") if workspace.role == "bureau" else _("对本校没有变化"))
    return f"{found.round.bureau_name}：{_('；').join(parts)}" + arrive_standard.note_of(body.note)


def _differing_last_year(workspace: Workspace, body: bodies.Amendment) -> int:
    """How many figures of last year this school is handed down otherwise than before."""
    if workspace.role != "school":
        return 0
    held = figures.read(workspace, body.round.id, workspace.owner, stage=Stage.ACCEPTED, year=figures.LAST)
    fresh = bodies.entries(body.previous.get(workspace.owner, {}), {})
    return sum(fresh.get(name, UNFILLED) != held.get(name, UNFILLED) for name in {*fresh, *held})


def plain_unit(each: register.UnitRecord) -> tuple[str, ...]:
    """What travels of a unit besides what it came from."""
    return (each.code, each.name, each.kind, each.district, each.run_type, each.ownership, each.founded_year)


def own_units(workspace: Workspace, units: Sequence[bodies.Unit]) -> list[bodies.Unit]:
    """This school, or this county's schools, as a register has them; none where they are no longer there."""
    if workspace.role == "bureau":
        return [each for each in units if each.district == workspace.owner]
    return [each for each in units if each.code == workspace.owner]


def _deadline(workspace: Workspace, body: bodies.Amendment) -> str:
    """The deadline that counts here: this school's, or this county's."""
    return deadline_for(body, workspace.owner, county=workspace.owner if workspace.role == "bureau" else "")


class _Apply:
    """Stores a considered change, inside the caller's transaction."""

    def __init__(
        self, verified: Verified, body: bodies.Amendment, packs: tuple[Pack, ...], blobs: frozenset[str]
    ) -> None:
        self._verified = verified
        self._body = body
        self._packs = packs
        self._blobs = blobs

    def __call__(self, workspace: Workspace) -> Changes:
        body, found = self._body, desk(workspace)
        after = _deadline(workspace, body)
        if after != found.round.deadline:
            register.set_round_deadline(workspace, found.round.id, after)
            journal.write(
                workspace,
                [journal.Note("deadline", workspace.owner, "deadline.round", found.round.deadline, after,
                              round=found.round.id)],
            )  # fmt: skip
        register.set_round_plan(workspace, replace(found.round, gate=body.round.gate, stages=stages_of(body.round)))
        touched: frozenset[str] = frozenset()
        if workspace.role == "school":
            peer_groups.keep(workspace, found.round.id, body.peers)
            touched = handed_down.take(
                workspace, found.round.id, workspace.owner, body.previous.get(workspace.owner, {})
            )
        own = own_units(workspace, body.units)
        here = {each.code: each for each in register.every_unit(workspace)}
        if int(workspace.meta(f"register_after.{found.round.id}") or -1) >= self._verified.manifest.seq:
            own = [each for each in own if each.code not in here]  # a register that came since is newer
        register.put_units(workspace, [with_contact(unit_record(each), here.get(each.code)) for each in own])
        register.put_units(workspace, ended(workspace, body.units))
        if workspace.role == "bureau":
            for each in body.deadlines:
                if each.scope == "school" and any(one.code == each.id for one in own):
                    register.put_deadline(workspace, found.round.id, each.scope, each.id, each.date)
        changes = arrive_standard.take_packs(workspace, self._verified, self._packs, self._blobs)
        return changes | Changes(rounds=True, facts=touched, units=frozenset(each.code for each in own))


def with_contact(fresh: register.UnitRecord, here: register.UnitRecord | None) -> register.UnitRecord:
    """The contacts stay as they are known here: the register that travels has none. What it lists goes on."""
    if here is None:
        return fresh
    kept: dict[str, str] = {name: getattr(here, name) for name in register.CONTACT_FIELDS}
    return replace(fresh, **kept)
