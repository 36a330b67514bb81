"""What lies on the desk of a workspace: its round, the packs that judge it, the unit it speaks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import register
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role


@dataclass(frozen=True, slots=True)
class Desk:
    """The newest round with the packs that lie here, the one that decides first, and `every` pack of the round.

    Before a bureau or an inspector lie all of them, before a school only those that concern it (`seen_by`).
    """

    round: Round
    packs: tuple[Pack, ...]
    every: tuple[Pack, ...]

    @property
    def deciding(self) -> Pack:
        """The pack that “达标” refers to: for a school its own, else that of all schools the round names no other for."""
        return self.packs[0]

    @property
    def deciders(self) -> tuple[Pack, ...]:
        """All packs that “达标” refers to for some school, that of most schools first."""
        named = {pack for _who, pack in self.round.deciders}
        return (self.every[0], *(each for each in self.every[1:] if each.id in named))

    def decider(self, unit: UnitRecord) -> Pack:
        """The pack that “达标” refers to for a school."""
        named = self.round.decider(unit)
        return next((each for each in self.every if each.id == named), self.every[0])

    def seen_by(self, unit: UnitRecord) -> Desk:
        """The desk as it lies before a school: the pack that decides about it, and those reckoned beside.

        Those are the ones that decide about no other school, or that the round names as references for all.
        """
        own = self.decider(unit)
        others = {each.id for each in self.deciders}.difference(self.round.references)
        return replace(self, packs=(own, *(each for each in self.every if each is not own and each.id not in others)))

    @property
    def fields(self) -> dict[str, Field]:
        """The facts of every pack of the round, by id: what arrives may speak of any."""
        return {name: field for pack in self.every for name, field in pack.fields.items()}

    @property
    def sections(self) -> dict[str, str]:
        """The names of the sections of all packs, by id."""
        return {key: pick(text) for pack in self.every for key, text in pack.sections.items()}


def desk(workspace: Workspace) -> Desk:
    """The desk of the newest round; a school's own, with the pack that decides about it first.

    Raises KnownError where there is no round yet.
    """
    found = workspace.kept("desk", lambda: _desk(workspace))
    if found is None:
        raise KnownError(_("还没有年度任务。主管部门请先发布任务，学校请先打开任务包。"), code="no_round")
    return found


def _desk(workspace: Workspace) -> Desk | None:
    rounds = register.rounds(workspace)
    if not rounds:
        return None
    found = desk_of(workspace, rounds[0])
    own = register.unit(workspace, workspace.owner) if workspace.role == "school" else None
    return found.seen_by(own) if own is not None else found


def desk_of(workspace: Workspace, each: Round) -> Desk:
    """The desk of a round, also of one before: its standards as of its own reference date."""
    packs = tuple(_dated(workspace, pack, each.reference_date) for pack in register.packs(workspace, each.id))
    return Desk(each, packs, packs)


def desk_of_round(workspace: Workspace, said: str) -> Desk:
    """The desk of a bureau's round by its period (the newest of that year), id, or title; of the newest for ''.

    Raises KnownError where there is none, naming those there are.
    """
    if not said:
        return desk(workspace)
    rounds = register.rounds(workspace)
    found = next((each for each in rounds if said in (each.id, each.period, each.title)), None)
    if found is None:
        raise KnownError(
            _("没有“{round}”这次任务，没有计算。有：{known}。").format(
                round=said[:40], known=_("、").join(f"{each.period}（{each.title}）" for each in rounds) or "—"
            ),
            code="no_such_round",
        )
    return desk_of(workspace, found)


def _dated(workspace: Workspace, pack: Pack, date: str) -> Pack:
    """The pack as of a date, made once."""
    key = f"{id(pack)} {date}"  # the pack itself is kept with it, so that its id stays its own
    found = workspace.built.get(key)
    if not isinstance(found, _Dated) or found.source is not pack:
        found = workspace.built[key] = _Dated(pack, as_of(pack, date))
    return found.pack


@dataclass(frozen=True, slots=True)
class _Dated:
    source: Pack
    pack: Pack


def issued_here(workspace: Workspace) -> Desk:
    """The desk of a bureau whose round is its own.

    Raises KnownError in a workspace of another role, and at a county that takes part in the city's round: what it
    signs for that round nobody would take.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    found = desk(workspace)
    if found.round.bureau_district != workspace.owner:
        raise KnownError(
            _("这次任务是{bureau}发布的，这一步只能由它来做，没有改动。请把文件转报上去，请它处理。").format(
                bureau=found.round.bureau_name
            ),
            code="not_our_round",
        )
    return found


def own_unit(workspace: Workspace) -> UnitRecord:
    """The school that a school's workspace belongs to."""
    return unit_of(workspace, workspace.owner)


def unit_of(workspace: Workspace, code: str) -> UnitRecord:
    """A unit of the register.

    Raises KnownError where there is none of that code.
    """
    found = register.unit(workspace, code)
    if found is not None:
        return found
    raise KnownError(
        _("名录里没有标识码为“{code}”的学校。请核对标识码，或先导入学校名录。").format(code=code),
        code="no_unit",
    )
