"""Confirming on the computer, one after the other: filler, heads of sections, principal (optional; off unless used).

Every confirmation names the 12 digits of the 定稿 it was given for and is a row of the journal, which travels in every
package, hash-chained and signed. Editing a figure makes the digits others, and with them every confirmation past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.finalise import SealState, seal_now
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace

ACTION = "confirm"
_LONGEST = 40


class Role(StrEnum):
    """Who confirms, in this order."""

    FILLER = "filler"
    HEAD = "head"
    PRINCIPAL = "principal"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_WORDS[self])


_WORDS = {Role.FILLER: mark("填报人"), Role.HEAD: mark("栏目负责人"), Role.PRINCIPAL: mark("校长")}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed what (a section of the form, for a head), when, for which digits; whether those still stand."""

    role: Role
    section: str
    name: str
    at: str
    code: str
    holds: bool

    def line(self, sections: Mapping[str, str]) -> str:
        """For a reader."""
        what = f"{self.role.word}（{sections.get(self.section, self.section)}）" if self.section else self.role.word
        said = _("{who} {name}　{at}").format(who=what, name=self.name, at=self.at[:16].replace("T", " "))
        return said if self.holds else f"{said}　{_('此后改过数据，已失效')}"


def sections(workspace: Workspace) -> dict[str, str]:
    """The sections of the round's form, with their names, in its order."""
    form = standing(workspace).assessment.form()
    names = desk(workspace).sections
    return {each.section: names.get(each.section, each.section) for each in form}


def confirmations(workspace: Workspace) -> list[Confirmation]:
    """The last word of everyone who confirmed in this round, filler first, principal last.

    Raises KnownError where the workspace is not a school's.
    """
    held = seal_now(workspace)
    valid = held.code if held.state is SealState.SEALED else ""
    return read(journal.of_action(workspace, ACTION), desk(workspace).round.id, valid)


def read(rows: Iterable[Mapping[str, Any]], round_id: str, code: str) -> list[Confirmation]:
    """The confirmations of a round among journal rows; those hold that were given for this code.

    Rows of others are not trusted to be of any form: what is none is passed over.
    """
    last: dict[tuple[Role, str], Confirmation | None] = {}
    for row in rows:
        words, said = str(row.get("field", "")).split(".", 2), row.get("new")
        if row.get("action") != ACTION or row.get("round") != round_id or len(words) != 3 or words[1] not in set(Role):
            continue
        place = (Role(words[1]), words[2][:_LONGEST])
        last.pop(place, None)
        if not isinstance(said, list) or len(said) != 2:
            continue
        if all(isinstance(each, str) and each.isprintable() for each in (*said, words[2], row.get("at"))):
            given = said[0]
            last[place] = Confirmation(
                *place, name=said[1][:_LONGEST], at=str(row.get("at", ""))[:40], code=given[:20],
                holds=bool(code) and given == code,
            )  # fmt: skip
    order = list(Role)
    return sorted((each for each in last.values() if each), key=lambda each: order.index(each.role))


def confirm(workspace: Workspace, role: Role, name: str, *, section: str = "") -> Changes:
    """Confirm what was put as final.

    Raises KnownError before 定稿 or after a figure was edited, for an unknown section, no name, and out of turn: heads
    and principal come after the filler, the principal after every head who had confirmed before.
    """
    held, plain = seal_now(workspace), " ".join(name.split())
    if held.state is not SealState.SEALED:
        raise KnownError(_("还没有定稿，或定稿以后又改过数据，没有确认。请先定稿。"), code="not_sealed")
    if not plain or len(plain) > _LONGEST:
        raise KnownError(_("请填姓名（最多 {limit} 个字），没有改动。").format(limit=_LONGEST), code="bad_name")
    known = sections(workspace)
    if (role is Role.HEAD) != bool(section) or (section and section not in known):
        raise KnownError(
            _("没有栏目“{section}”，没有确认。可选：{known}。").format(
                section=section[:40], known=_("、").join(f"{key} {text}" for key, text in known.items())
            ),
            code="no_section",
        )
    there = confirmations(workspace)
    if role is not Role.FILLER and not any(each.role is Role.FILLER and each.holds for each in there):
        raise KnownError(_("填报人还没有确认，没有改动。请填报人先确认。"), code="out_of_turn")
    late = [known.get(each.section, each.section) for each in there if each.role is Role.HEAD and not each.holds]
    if role is Role.PRINCIPAL and late:
        raise KnownError(
            _("这些栏目的负责人要重新确认：{names}。没有改动。").format(names=_("、").join(late)), code="out_of_turn"
        )
    return _write(workspace, role, section, [held.code, plain])


def withdraw(workspace: Workspace, role: Role, *, section: str = "") -> Changes:
    """Take a confirmation back. Raises KnownError where there is none."""
    if not any((each.role, each.section) == (role, section) for each in confirmations(workspace)):
        raise KnownError(_("没有这一条确认，没有改动。"), code="no_confirmation")
    return _write(workspace, role, section, None)


def _write(workspace: Workspace, role: Role, section: str, said: list[str] | None) -> Changes:
    note = journal.Note(
        ACTION, workspace.owner, f"confirm.{role.value}.{section}", new=said, round=desk(workspace).round.id
    )
    with workspace.atomic():
        journal.write(workspace, [note])
    return Changes(units=frozenset({workspace.owner}))
