"""Last year's figures that the bureau hands down with a task file, and what a school says against them.

The bureau's stand as accepted figures of last year, the school's own beside them: at first they are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.fill import LAST_YEAR, entry_or_refusal, field_of, put_entries
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import figures, register
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies


@dataclass(frozen=True, slots=True)
class Dispute:
    """A figure of last year that a school holds otherwise than the bureau, with its reason ('' for none yet)."""

    field: Field
    handed: Entry
    own: Entry
    reason: str

    @property
    def sentence(self) -> str:
        """`设备值：去年 800，学校认为 820：…`"""
        return _("{name}：主管部门给的去年数 {handed}，学校认为 {own}。{reason}").format(
            name=pick(self.field.text), handed=value_text(self.field, self.handed), own=value_text(self.field, self.own),
            reason=self.reason or _("没有写原因"),
        )  # fmt: skip


def value_text(field: Field, entry: Entry) -> str:
    """A figure with its unit, or the word of its state."""
    if entry.state is not State.GIVEN:
        return entry.state.word
    return f"{entry_text(field, entry)} {'' if entry.unit else field.unit}".strip()


def is_filled(field: Field) -> bool:
    """Whether a figure is a number that people fill in."""
    return field.number and not field.derived and not field.registered


def hand_down(workspace: Workspace, round_id: str, given: Mapping[str, Mapping[str, Entry]]) -> None:
    """Keep at the bureau what goes out with the task file, in the caller's transaction."""
    for code, entries in given.items():
        figures.write(workspace, round_id, code, entries, stage=Stage.ACCEPTED, year=figures.LAST, action="hand_down")


def travelling(workspace: Workspace, round_id: str, fields: Mapping[str, Field]) -> dict[str, dict[str, bodies.Figure]]:
    """What was handed down in a round, as it travels, by school."""
    return {
        code: bodies.figures(entries, fields)
        for code, entries in figures.read_all(workspace, round_id, stage=Stage.ACCEPTED, year=figures.LAST).items()
    }


def take(workspace: Workspace, round_id: str, unit: str, given: Mapping[str, bodies.Figure]) -> frozenset[str]:
    """Keep at the school what the bureau hands down, in the caller's transaction; says which figures that changed.

    What the school said against an older one stays; where it said nothing its own figure follows.
    """
    fields = register.known_fields(workspace, round_id)
    fresh = {
        name: each
        for name, each in bodies.entries(given, {}).items()
        if name in fields and is_filled(fields[name]) and each.state is State.GIVEN
    }
    before = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    own = figures.read(workspace, round_id, unit, year=figures.LAST)
    follow = {
        name: each
        for name, each in fresh.items()
        if own.get(name, UNFILLED).state is State.UNFILLED or own.get(name) == before.get(name)
    }
    gone = {name: UNFILLED for name in before if name not in fresh}
    figures.write(
        workspace, round_id, unit, {**fresh, **gone}, stage=Stage.ACCEPTED, year=figures.LAST, action="hand_down"
    )
    _act, changed = figures.write(
        workspace, round_id, unit, follow, year=figures.LAST, action="hand_down",
        sources=dict.fromkeys(follow, _("主管部门给的去年数据")),
    )  # fmt: skip
    return changed


def disputes(
    fields: Mapping[str, Field], handed: Mapping[str, Entry], own: Mapping[str, Entry], said: Mapping[str, str]
) -> tuple[Dispute, ...]:
    """Where a school's figures of last year are not those handed down, in the order of the figures."""
    return tuple(
        Dispute(fields[name], each, own.get(name, UNFILLED), said.get(LAST_YEAR + name, "").strip())
        for name, each in handed.items()
        if each.state is State.GIVEN and name in fields and not _same(fields[name], each, own.get(name, UNFILLED))
    )


def _same(field: Field, handed: Entry, own: Entry) -> bool:
    return own.state is State.GIVEN and handed.value(field.unit) == own.value(field.unit)


def dispute(workspace: Workspace, fact: str, text: str, reason: str) -> Changes:
    """Say that a figure of last year which was handed down is another one, and why, in one act.

    Raises KnownError for a figure that was not handed down, a value that cannot be taken, and without a reason.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    round_id, unit, field = desk(workspace).round.id, own_unit(workspace).code, field_of(workspace, fact)
    handed = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    if handed.get(field.id, UNFILLED).state is not State.GIVEN:
        raise KnownError(
            _("主管部门没有给“{name}”的去年数，没有改动。去年的数可以直接填。").format(name=pick(field.text)),
            code="not_handed_down",
        )
    if not reason.strip():
        raise KnownError(_("没有写原因，没有改动。"), code="no_reason")
    entry = entry_or_refusal(field, text)
    with workspace.atomic():
        act, _changed = figures.write(workspace, round_id, unit, {field.id: entry}, year=figures.LAST)
        figures.explain(workspace, round_id, unit, LAST_YEAR + field.id, reason.strip()[:5000], act=act or None)
    return Changes(facts=frozenset({field.id}), units=frozenset({unit}))


def withdraw(workspace: Workspace, fact: str) -> Changes:
    """Let a figure of last year be again what the bureau gave, in one act."""
    round_id, unit = desk(workspace).round.id, own_unit(workspace).code
    handed = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    return put_entries(workspace, {fact: handed[fact]} if fact in handed else {}, year=figures.LAST)
