"""Going to another version of a standard: first a report of what would change, then one act, which can be taken back.

Nothing is deleted: what a new version no longer asks for stays stored and readable, and figures under ids that were
renamed stand under both. An assessment stays with its version until this is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.compare import Comparison, Flip, carried, compare, flips, moved, renames
from vetdesk.models.packs.compare import plain as comparison_plain
from vetdesk.models.packs.conclude import conclude
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import exchange, figures, journal, register
from vetdesk.models.store.register import PackSwitch, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role

_YEARS = (figures.THIS, figures.LAST)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What the new version changes for one unit: verdicts, and what all of them together say before and after."""

    unit: str
    name: str
    flips: tuple[Flip, ...]
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What going from one version to another would do. Nothing is stored yet."""

    old: Pack
    new: Pack
    comparison: Comparison
    units: tuple[UnitChange, ...]

    @property
    def flipped(self) -> int:
        """How many verdicts change."""
        return sum(len(each.flips) for each in self.units)

    def plain(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "pack": self.new.id,
            "from": {"version": self.old.version, "sha256": fingerprint(self.old)},
            "to": {"version": self.new.version, "sha256": fingerprint(self.new)},
            **comparison_plain(self.comparison),
            "units": [
                {
                    "unit": each.unit,
                    "was": each.was,
                    "now": each.now,
                    "flips": [
                        {
                            "indicator": one.indicator,
                            "was": one.was.value if one.was else None,
                            "now": one.now.value if one.now else None,
                        }
                        for one in each.flips
                    ],
                }
                for each in self.units
                if each.flips
            ],
        }


def plan(workspace: Workspace, new: Pack) -> UpgradePlan:
    """What the newest round would become with another version of one of its standards: for every school it concerns.

    Raises KnownError where the round does not go by that standard, or goes by this very version already.
    """
    found = desk(workspace)
    old = _current(found, new)
    date = found.round.reference_date
    dated = as_of(new, date)
    units = tuple(
        _change(found, old, dated, unit, entries)
        for unit, entries in _declared(workspace, found)
        if old in found.seen_by(unit).packs
    )
    return UpgradePlan(old, new, compare(old, new), units)


def _current(found: Desk, new: Pack) -> Pack:
    old = next((each for each in found.every if each.id == new.id), None)
    if old is None:
        raise KnownError(_("本次任务没有用到标准“{pack}”，没有升级。").format(pack=new.id), code="not_in_round")
    if fingerprint(old) == fingerprint(new):
        raise KnownError(_("标准“{pack}”已经是这个版本，没有改动。").format(pack=new.id), code="same_version")
    others = {name for each in found.every if each is not old for name in each.indicators}
    clash = sorted((new.indicators.keys() & others) - old.indicators.keys())
    if clash:
        raise KnownError(
            _("指标编号“{indicator}”在本次任务的另一份标准里已经有了，没有升级。请给它换编号。").format(
                indicator=clash[0]
            ),
            code="same_ids",
        )
    for name in old.fields.keys() & new.fields.keys():
        was, now = old.fields[name], new.fields[name]
        if (was.unit, was.kind == "table", was.number) != (now.unit, now.kind == "table", now.number):
            raise KnownError(
                _(
                    "数据项“{name}”在新版本里换了单位或类型，编号却没有变，没有升级。请给它一个新编号，并在沿革里写明。"
                ).format(name=pick(now.text)),
                code="other_kind",
            )
    return old


def _declared(workspace: Workspace, found: Desk) -> list[tuple[UnitRecord, Mapping[str, Entry]]]:
    """The declared figures of every unit of the workspace."""
    units = register.units(workspace)
    if workspace.role == "bureau":
        held = exchange.current_submissions(workspace, found.round.id)
        return [(each, declared(held[each.code])) for each in units if each.code in held]
    return [(each, figures.read(workspace, found.round.id, each.code)) for each in units]


def _change(found: Desk, old: Pack, new: Pack, unit: UnitRecord, entries: Mapping[str, Entry]) -> UnitChange:
    known = {**entries, **identity_facts(unit)}
    before = data_of(old, carried(known, found.every))
    after = data_of(new, carried(carried(known, found.every), (new,), old.fields))
    first, second = judge(old, before), judge(new, after)
    return UnitChange(
        unit.code,
        unit.name,
        flips(old, new, first, second),
        conclude(old, first, before).outcome.word,
        conclude(new, second, after).outcome.word,
    )


def upgrade(workspace: Workspace, packs: list[Pack], *, why: str = "", act: str | None = None) -> Changes:
    """Let the newest round go by other versions of its standards, in one act.

    Raises KnownError as `plan` does; nothing is then changed.
    """
    found = desk(workspace)
    pairs = [(_current(found, new), new) for new in packs]
    act = act or journal.new_act()
    round_id = found.round.id
    with workspace.atomic():
        for old, new in pairs:
            old_hash, new_hash = fingerprint(old), register.put_pack(workspace, new)
            register.switch_pack(workspace, round_id, old_hash, new_hash, act=act)
            journal.write(
                workspace,
                [
                    journal.Note(
                        "upgrade_pack", field=f"pack.{new.id}", old=old_hash, new=new_hash, why=why, round=round_id
                    )
                ],
                act=act,
            )
            if workspace.role == "school":
                _carry(workspace, round_id, old, new, act)
    return Changes(rounds=True, units=frozenset({workspace.owner}) if workspace.role == "school" else frozenset())


def _carry(workspace: Workspace, round_id: str, old: Pack, new: Pack, act: str) -> None:
    """Put figures whose ids were renamed under the other version's ids as well; those they had stay.

    What was typed last is what stands under the ids of the version that counted until now.
    """
    ways = [*renames(new), *((after, before) for before, after in renames(old))]
    for year in _YEARS:
        entries = figures.read(workspace, round_id, workspace.owner, year=year)
        fresh = {
            target: moved(entries[source], old.fields[source], new.fields[target])
            for source, target in ways
            if source in old.fields and target in new.fields and target not in old.fields
            and entries.get(source, UNFILLED) != UNFILLED
        }  # fmt: skip
        fresh = {name: each for name, each in fresh.items() if entries.get(name, UNFILLED) != each != UNFILLED}
        figures.write(workspace, round_id, workspace.owner, fresh, year=year, action="upgrade_figure", act=act)


def downgrade(workspace: Workspace) -> tuple[str, Changes]:
    """Take back the last change of standards of the newest round. Returns a sentence saying what was done.

    Figures that were carried over go back to what they were; what was typed since under a new id is carried back to
    the old one and kept under both.
    Raises KnownError where there is nothing to take back.
    """
    found = desk(workspace)
    done = [each for each in register.switches(workspace, found.round.id) if not each.undone]
    if not done:
        raise KnownError(_("没有可以撤销的标准更新。"), code="nothing_to_undo")
    last = [each for each in done if each.act == done[-1].act]
    act = journal.new_act()
    names = []
    with workspace.atomic():
        for each in reversed(last):
            new = register.pack_of(workspace, each.new)
            assert new is not None
            names.append(f"《{pick(new.text)}》")
            old = register.pack_of(workspace, each.old)
            if workspace.role == "school" and old is not None:
                _carry_back(workspace, each, old, new, act)
            register.switch_back(workspace, each)
            journal.write(
                workspace,
                [
                    journal.Note(
                        "downgrade_pack", field=f"pack.{new.id}", old=each.new, new=each.old, why=each.act,
                        round=each.round,
                    )
                ],
                act=act,
            )  # fmt: skip
        for sha256 in {str(row["why"]) for row in journal.of_act(workspace, last[0].act) if row["why"]}:
            brought = exchange.package(workspace, sha256)
            if brought is not None and brought.direction == "in" and brought.kind == "standard":
                exchange.set_package_state(workspace, sha256, "undone")  # it may be received again
    text = _("已回到原来的版本：{names}。数据没有丢失。").format(names="".join(reversed(names)))
    return text, Changes(rounds=True, units=frozenset({workspace.owner}) if workspace.role == "school" else frozenset())


def _carry_back(workspace: Workspace, switch: PackSwitch, old: Pack, new: Pack, act: str) -> None:
    """What was carried over goes back to what it was, unless it was typed anew: then it stands under both ids."""
    ways = [*renames(new), *((after, before) for before, after in renames(old))]
    rows = journal.of_act(workspace, switch.act)
    was = {row["field"]: row for row in rows if row["action"] == "upgrade_figure"}
    at = max(row["seq"] for row in rows)
    for year in _YEARS:
        entries = figures.read(workspace, switch.round, workspace.owner, year=year)
        back: dict[str, Entry] = {}
        for source, target in ways:
            now = entries.get(target, UNFILLED)
            field = f"{Stage.DECLARED}.{year}.{target}"
            row, last = was.get(field), journal.of_field(workspace, workspace.owner, field, limit=1)
            if row is not None and now == figures.from_plain(row["new"]):
                back[target] = figures.from_plain(row["old"])
            elif last and last[0]["seq"] > at and source in old.fields and target in new.fields:
                back[source] = moved(now, new.fields[target], old.fields[source])
        figures.write(workspace, switch.round, workspace.owner, back, year=year, action="downgrade_figure", act=act)


@dataclass(frozen=True, slots=True)
class Archived:
    """A figure that is stored although no standard of the round asks for it any more."""

    fact: str
    name: str
    text: str


def archived(workspace: Workspace) -> tuple[Archived, ...]:
    """The figures of a school that only earlier versions asked for, with the names they had there.

    Raises KnownError in a workspace of another role.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace)
    known = found.fields
    older = register.known_fields(workspace, found.round.id)
    return tuple(
        Archived(name, pick(older[name].text), entry_text(older[name], entry) or entry.state.word)
        for name, entry in figures.read(workspace, found.round.id, workspace.owner).items()
        if name not in known and name in older and entry.state is not State.UNFILLED
    )


def report_lines(found: UpgradePlan) -> list[str]:
    """The plan for a reader: what is kept, changed, renamed, split, merged, new, retired; which verdicts flip."""
    lines = [
        _("《{pack}》{old} → {new}").format(pack=pick(found.new.text), old=found.old.version, new=found.new.version)
    ]
    for what, changes in ((_("指标"), found.comparison.indicators), (_("数据项"), found.comparison.facts)):
        counts: dict[str, int] = {}
        for each in changes:
            counts[each.fate.word] = counts.get(each.fate.word, 0) + 1
        lines.append(
            _("{what}：{counts}").format(
                what=what, counts=_("，").join(f"{word} {count}" for word, count in counts.items())
            )
        )
    for each in found.comparison.differing:
        ids = " → ".join(filter(None, ("、".join(each.old), "、".join(each.new if each.new != each.old else ()))))
        lines.append(f"  {each.fate.word}　{each.text}（{ids}）")
        lines += [f"    {one.name}：{one.was or '—'} → {one.now or '—'}" for one in each.aspects]
    lines.append(_("结论会变的：{count} 项").format(count=found.flipped))
    for unit in found.units:
        lines += [
            f"  {unit.name}　{one.text}：{one.was.word if one.was else '—'} → {one.now.word if one.now else '—'}"
            for one in unit.flips
        ]
        if unit.was != unit.now:
            lines.append(_("  {unit}　整体结论：{was} → {now}").format(unit=unit.name, was=unit.was, now=unit.now))
    return lines
