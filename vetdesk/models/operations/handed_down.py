"""Last year's figures that the bureau hands down with a task file, and what a school says against them.

The bureau's stand as accepted figures of last year, the school's own beside them: at first they are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.fill import entry_or_refusal, field_of, put_entries
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.words import _, one_line, pick
from vetdesk.models.store import figures, register
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies

_LONGEST = 500


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


def disputes(fields: Mapping[str, Field], handed: Mapping[str, Entry], own: Mapping[str, Entry]) -> tuple[Dispute, ...]:
    """Where a school's figures of last year are not those handed down, in the order of the figures."""
    return tuple(
        Dispute(fields[name], each, own.get(name, UNFILLED), own.get(name, UNFILLED).reason.strip())
        for name, each in handed.items()
        if each.state is State.GIVEN and name in fields and not _same(fields[name], each, own.get(name, UNFILLED))
    )


def _same(field: Field, handed: Entry, own: Entry) -> bool:
    return own.state is State.GIVEN and handed.value(field.unit) == own.value(field.unit)


def dispute(workspace: Workspace, fact: str, text: str, reason: str) -> Changes:
    """Say that a figure of last year which was handed down is another one, and why, in one act.

    The reason stays with the figure: another figure needs one of its own. Raises KnownError for a figure that was not
    handed down, a value that cannot be taken, and without a reason.
    """
    round_id, unit, field = desk(workspace).round.id, _school(workspace), field_of(workspace, fact)
    handed = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    if handed.get(field.id, UNFILLED).state is not State.GIVEN:
        raise KnownError(
            _("主管部门没有给“{name}”的去年数，没有改动。去年的数可以直接填。").format(name=pick(field.text)),
            code="not_handed_down",
        )
    if not text.strip():
        raise KnownError(_("“{name}”没有写值，没有改动。").format(name=pick(field.text)), code="no_value")
    entry = entry_or_refusal(field, text)
    return put_entries(workspace, {field.id: replace(entry, reason=_reason(reason))}, year=figures.LAST)


def give_reason(workspace: Workspace, fact: str, reason: str) -> Changes:
    """Say why a figure of last year is not the one handed down, in one act; an equal reason is left alone.

    Raises KnownError where it is not disputed, and without a reason.
    """
    own = figures.read(workspace, desk(workspace).round.id, _school(workspace), year=figures.LAST)
    if fact not in own:
        raise KnownError(_("没有数据项“{fact}”，没有改动。").format(fact=fact[:40]), code="unknown_fact")
    return put_entries(workspace, {fact: replace(own[fact], reason=_reason(reason))}, year=figures.LAST)


def _school(workspace: Workspace) -> str:
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    return own_unit(workspace).code


def _reason(text: str) -> str:
    """A reason on one line.

    Raises KnownError for none, and for one that is too long.
    """
    reason = one_line(text).strip()
    if not reason:
        raise KnownError(_("没有写原因，没有改动。"), code="no_reason")
    if len(reason) > _LONGEST:
        raise KnownError(_("原因太长（最多 {limit} 个字），没有改动。").format(limit=_LONGEST), code="too_long")
    return reason


def withdraw(workspace: Workspace, fact: str) -> Changes:
    """Let a figure of last year be again what the bureau gave, in one act.

    Raises KnownError where the bureau gave none.
    """
    round_id, unit = desk(workspace).round.id, _school(workspace)
    handed = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    if handed.get(fact, UNFILLED).state is not State.GIVEN:
        raise KnownError(
            _("主管部门没有给“{name}”的去年数，没有改动。去年的数可以直接填。").format(name=fact[:40]),
            code="not_handed_down",
        )
    return put_entries(workspace, {fact: handed[fact]}, year=figures.LAST)
