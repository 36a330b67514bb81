"""How schools change: merged, split, renamed, moved, given a new code, closed; with day and document, previewed, reversible.

What a school held stays under its old code; the school that follows knows its predecessors, and figures are summed only
by the school itself, in an act of its own (`predecessors`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vetdesk.models.operations.publish_round import predecessors_of, predecessors_text
from vetdesk.models.operations.read_register import SCHOOL_CODE
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.districts import DISTRICTS, district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import exchange, register
from vetdesk.models.store.register import CONTACT_FIELDS, Lineage, UnitRecord
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies

_LONGEST = 100


class Kind(StrEnum):
    """What happens to schools."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    MOVE = "move"
    RECODE = "recode"
    CLOSE = "close"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_WORDS[self])


_WORDS = {
    Kind.MERGE: mark("合并"), Kind.SPLIT: mark("拆分"), Kind.RENAME: mark("更名"), Kind.MOVE: mark("划到别的县（市、区）"),
    Kind.RECODE: mark("换标识码"), Kind.CLOSE: mark("终止办学"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A school there is afterwards: its code, and what is new about it ('' for as before)."""

    code: str
    name: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What is to be recorded: codes before, schools after, the day it counts from (`YYYY-MM-DD`), the document."""

    kind: Kind
    sources: tuple[str, ...]
    targets: tuple[Target, ...]
    day: str
    document: str = ""


def preview(workspace: Workspace, change: RegisterChange) -> tuple[str, ...]:
    """What would change, in lines. Raises KnownError for what cannot be."""
    lines = []
    for old, new in _planned(workspace, change):
        if old is None:
            lines.append(_("新增 {name}（{code}）").format(name=new.name, code=new.code))
        elif new.closed and not old.closed:
            lines.append(_("{name}（{code}）不再列入，历年材料保留").format(name=new.name, code=new.code))
        if old is not None and new.name != old.name:
            lines.append(_("{old} 更名为 {new}").format(old=old.name, new=new.name))
        if old is not None and new.district != old.district:
            places = [DISTRICTS.get(each, each) or "—" for each in (old.district, new.district)]
            lines.append(_("{name} 从 {old} 划到 {new}").format(name=new.name, old=places[0], new=places[1]))
        if old is None or new.predecessors != old.predecessors:
            names = _("、").join(each.name for each in predecessors_of(new))
            if names:
                lines.append(_("{name} 的前身：{names}").format(name=new.name, names=names))
    return (*lines, *_what_was_sent(workspace, change))


def _what_was_sent(workspace: Workspace, change: RegisterChange) -> Iterator[str]:
    """What becomes of submissions of this round."""
    round_id = register.newest_round(workspace)
    after = {each.code for each in change.targets}
    if not round_id or change.kind in (Kind.RENAME, Kind.MOVE):
        return
    for code in dict.fromkeys(change.sources):
        if exchange.current_submission(workspace, round_id, code) is None:
            continue
        unit = register.unit(workspace, code)
        name = unit.name if unit else code
        if code in after:
            yield _("{name} 这次已经上报：那是变更以前的数，请它重新上报").format(name=name)
        else:
            yield _("{name} 这次已经上报：留档，从现在起不再计入").format(name=name)


def record(workspace: Workspace, change: RegisterChange) -> Changes:
    """Change the register, in one act. Raises KnownError for what cannot be; then nothing is changed."""
    planned = _planned(workspace, change)
    fresh = [new for _old, new in planned]
    each = Lineage(
        id=uuid.uuid4().hex, kind=change.kind.value, day=change.day, document=change.document.strip()[:_LONGEST],
        sources=change.sources, targets=tuple(target.code for target in change.targets),
        before=tuple(old for old, _new in planned if old is not None),
    )  # fmt: skip
    with workspace.atomic():
        register.put_units(workspace, fresh)
        register.put_lineage(workspace, each)
    return Changes(register=True, units=frozenset(one.code for one in fresh))


def take_back(workspace: Workspace, begins: str) -> Changes:
    """Undo such an act (the beginning of its id).

    Raises KnownError where that is none, where a school changed since, or where a new school already sent something.
    """
    every = register.lineages(workspace)
    found = [each for each in every if begins and each.id.startswith(begins)]
    if len(found) != 1 or found[0].undone:
        raise KnownError(
            _("没有（或不止一条）以“{id}”开头的变更，没有改动。").format(id=begins[:20]), code="no_lineage"
        )
    [each] = found
    if any(_codes(one) & _codes(each) and not one.undone for one in every[: every.index(each)]):
        raise KnownError(_("这些学校后来又有变更，没有撤销。请先撤销后来的。"), code="changed_since")
    old = {one.code: one for one in each.before}
    new = [one for one in register.every_unit(workspace) if one.code in set(each.targets) - set(old)]
    if any(exchange.sent_anything(workspace, one.code) for one in new):
        raise KnownError(_("新学校已经交来过文件，没有撤销。请另外记一次变更。"), code="has_packages")
    with workspace.atomic():
        here = {one.code: one for one in register.every_unit(workspace)}
        register.put_units(workspace, [_as_before(here[one.code], one) for one in each.before])
        for one in new:
            register.drop_unit(workspace, one)
        register.undo_lineage(workspace, each)
    return Changes(register=True, units=frozenset(_codes(each)))


def line(workspace: Workspace, each: Lineage) -> str:
    """An act for a reader: day, what, schools before and after, document.

    Names are those of then: of a school after the act the one it had until a later act changed it.
    """
    before = _("、").join(_told(each, {one.code: one for one in each.before}, code) for code in each.sources)
    after = _("、").join(code for code in each.targets if code not in each.sources)
    if not each.undone:  # what it was called after an act that was taken back is not kept
        then = _just_after(workspace, each)
        after = _("、").join(_told(each, then, code) for code in each.targets)
    said = _("{day} {kind}：{before}").format(day=each.day, kind=Kind(each.kind).word, before=before)
    if after:
        said += f" → {after}"
    if each.document:
        said += _("（{document}）").format(document=each.document)
    return said + (_("（已撤销）") if each.undone else "")


def _just_after(workspace: Workspace, each: Lineage) -> dict[str, UnitRecord]:
    """The units as they stood after an act: as the next act that concerned them found them, else as they are now."""
    found = {one.code: one for one in register.every_unit(workspace)}
    for later in register.lineages(workspace):  # the newest first
        if later.id == each.id:
            break
        if not later.undone:
            found.update({one.code: one for one in later.before})
    return found


def _told(each: Lineage, units: Mapping[str, UnitRecord], code: str) -> str:
    """A school as an act tells it: a new code with it, a move with the county."""
    unit = units.get(code)
    if unit is None:
        return code
    if each.kind == Kind.RECODE:
        return f"{unit.name} {code}"
    if each.kind == Kind.MOVE:
        return f"{unit.name}（{DISTRICTS.get(unit.district, unit.district) or '—'}）"
    return unit.name


def of_unit(workspace: Workspace, code: str) -> list[str]:
    """What happened to a school and to those it came from, the newest first."""
    known, found = {code}, []
    for each in register.lineages(workspace):  # newest first: what a predecessor went through comes after
        if not each.undone and known & _codes(each):
            found.append(line(workspace, each))
            if known & set(each.targets):
                known |= set(each.sources)
    return found


def _codes(each: Lineage) -> set[str]:
    return {*each.sources, *each.targets}


def _as_before(here: UnitRecord, before: UnitRecord) -> UnitRecord:
    """What the act changed as it was; the contact as it is now."""
    return replace(
        here, name=before.name, district=before.district, closed=before.closed, predecessors=before.predecessors
    )


def _planned(workspace: Workspace, change: RegisterChange) -> list[tuple[UnitRecord | None, UnitRecord]]:
    """Every unit the act touches: as it is (None for a new one), as it will be."""
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    _check_day(change.day)
    here = {each.code: each for each in register.every_unit(workspace)}
    sources = [_open(here, code) for code in dict.fromkeys(change.sources)]
    targets = [_target(here, each, change, sources[0] if sources else None) for each in change.targets]
    _check_numbers(change, sources, targets)
    after = {each.code: each for each in targets}
    stays = change.kind in (Kind.RENAME, Kind.MOVE)
    for each in sources:
        if each.code not in after:
            after[each.code] = replace(each, closed=change.day)
    if not stays:
        for each in targets:
            came = [one for one in sources if one.code != each.code]
            known = predecessors_of(each)
            fresh = [
                bodies.Predecessor(one.code, one.name, change.kind is not Kind.SPLIT)
                for one in came
                if one.code not in {each.code for each in known}
            ]
            after[each.code] = replace(each, predecessors=predecessors_text([*known, *fresh]))
    return [(here.get(code), each) for code, each in after.items()]


def _open(here: dict[str, UnitRecord], code: str) -> UnitRecord:
    found = here.get(code)
    if found is None or found.closed:
        raise KnownError(
            _("学校名录里没有标识码为“{code}”而且还在办的学校，没有改动。").format(code=code[:20]), code="no_unit"
        )
    return found


def _target(here: dict[str, UnitRecord], each: Target, change: RegisterChange, first: UnitRecord | None) -> UnitRecord:
    """A school there is afterwards; a new one is like the first of those before, but for what is said of it."""
    name, district = "".join(each.name.split())[:_LONGEST], each.district.strip()
    if district:
        found = district_code(district)
        if found is None:
            raise KnownError(
                _("没有“{district}”这个县（市、区），没有改动。").format(district=district[:20]), code="district"
            )
        district = found
    old = here.get(each.code)
    if old is not None:
        if old.closed or each.code not in change.sources:
            raise KnownError(
                _("标识码“{code}”已经在名录里（{name}），没有改动。新学校请用新的标识码。").format(
                    code=each.code, name=old.name
                ),
                code="code_taken",
            )
        return replace(old, name=name or old.name, district=district or old.district)
    if not SCHOOL_CODE.fullmatch(each.code):
        raise KnownError(_("学校标识码“{code}”应为 10 位数字，没有改动。").format(code=each.code[:20]), code="bad_code")
    if first is None or (not name and change.kind is not Kind.RECODE):
        raise KnownError(_("新学校（{code}）没有名称，没有改动。").format(code=each.code), code="no_name")
    return replace(
        first, code=each.code, name=name or first.name, district=district or first.district,
        **({} if change.kind is Kind.RECODE else dict.fromkeys(CONTACT_FIELDS, "")),
        closed="", predecessors="", founded_year=first.founded_year if change.kind is Kind.RECODE else "",
    )  # fmt: skip


def _check_numbers(change: RegisterChange, sources: Sequence[UnitRecord], targets: Sequence[UnitRecord]) -> None:
    """How many schools there are before and after, and that something changes."""
    one, before, after = len({each.code for each in targets}), len(sources), len(targets)
    same = {each.code for each in sources} == {each.code for each in targets}
    changed = [each for each in targets if each not in sources]
    fits = {
        Kind.MERGE: before >= 2 and after == 1,
        Kind.SPLIT: before == 1 and after >= 2,
        Kind.RENAME: before == 1 and same and any(each.name != sources[0].name for each in changed),
        Kind.MOVE: before == 1 and same and any(each.district != sources[0].district for each in changed),
        Kind.RECODE: before == 1 and after == 1 and not same,
        Kind.CLOSE: before >= 1 and after == 0,
    }[change.kind]
    if not fits or one != after:
        rule = {
            Kind.MERGE: _("合并要有至少两所原来的学校和一所合并后的学校"),
            Kind.SPLIT: _("拆分要有一所原来的学校和至少两所拆分后的学校"),
            Kind.RENAME: _("更名要有一所学校和一个不同的名称"),
            Kind.MOVE: _("要有一所学校和另一个县（市、区）"),
            Kind.RECODE: _("换标识码要有一所学校和一个新的标识码"),
            Kind.CLOSE: _("终止办学只写终止办学的学校"),
        }[change.kind]
        raise KnownError(_("{rule}，没有改动。").format(rule=rule), code="numbers")


def _check_day(day: str) -> None:
    if not is_day(day):
        raise KnownError(_("“{day}”不是日期，没有改动。请写成 2026-08-31 这样。").format(day=day[:20]), code="date")
    if day > dt.datetime.now(dt.UTC).astimezone().date().isoformat():
        raise KnownError(_("“{day}”还没有到，没有改动：变更记下就生效，请到那天再记。").format(day=day), code="future")
