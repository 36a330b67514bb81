"""The conflict inbox of a school: two texts of one place, a person says which counts and why; can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vetdesk.models.operations.copies import entries_of, is_whole_table, own_copy
from vetdesk.models.operations.desk import desk
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED
from vetdesk.models.records.words import _
from vetdesk.models.store import conflicts, figures, journal
from vetdesk.models.store.conflicts import StoredConflict
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync.merge import ROW, Place


def decide(workspace: Workspace, id_: str, number: int, *, reason: str) -> Changes:
    """Let the text with this number (from 1) count; the others are kept with the conflict.

    Raises KnownError for an unknown or decided conflict, a number that is none of it, or no reason.
    """
    each = _open(workspace, id_)
    if not 1 <= number <= len(each.variants):
        raise KnownError(
            _("这一处有 {count} 种填法，没有第 {number} 种，没有改动。").format(
                count=len(each.variants), number=number
            ),
            code="no_variant",
        )
    if not reason.strip():
        raise KnownError(_("请写明为什么采用这一种，没有改动。"), code="no_reason")
    if not row_fits(own_copy(workspace), each.place):
        raise KnownError(
            _("表里现在有没写名称或重名的行，分不清这一处是哪一行，没有改动。请先在“填报”页把各行写全，再来决定。"),
            code="rows_alike",
        )
    chosen = each.variants[number - 1].text
    with workspace.atomic():
        act = journal.new_act()
        put_text(workspace, each.place, chosen, act=act, why=reason.strip()[:500])
        conflicts.settle(workspace, each.id, chosen=chosen, reason=reason.strip()[:500], who=workspace.actor.name)
        journal.write(
            workspace,
            [
                journal.Note(
                    "decide_conflict", workspace.owner, f"conflict.{each.id}", old=list(each.place), new=chosen,
                    why=reason.strip()[:500], round=each.round,
                )
            ],
            act=act,
        )  # fmt: skip
    fact = frozenset({each.place[2]}) if each.place[0] == "fact" else frozenset[str]()
    return Changes(facts=fact, units=frozenset({workspace.owner}))


def _open(workspace: Workspace, id_: str) -> StoredConflict:
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    items = conflicts.conflicts(workspace, desk(workspace).round.id, workspace.owner, state="open")
    hits = [each for each in items if id_ and each.id.startswith(id_)]
    if len(hits) != 1:
        raise KnownError(
            _("没有（或不止一个）编号以“{id}”开头、还没处理的不一致，没有改动。").format(id=id_), code="no_conflict"
        )
    return hits[0]


def row_fits(now: Mapping[Place, str], place: Place) -> bool:
    """Whether a place that is a row can be told from the others of its table as that stands now."""
    return ROW not in place or not is_whole_table(now.get(place[:3], ""))


def put_text(workspace: Workspace, place: Place, text: str, *, act: str, why: str) -> None:
    """Write one text of a place, in the caller's transaction; a row goes into the table as it stands now."""
    from vetdesk.models.operations.arrive_copy import put_other

    found = desk(workspace)
    if place[0] != "fact":
        put_other(workspace, place, text, act=act)
        return
    now = own_copy(workspace)
    if ROW not in place:  # a whole table takes the place of its rows
        now = {each: one for each, one in now.items() if each[:3] != place}
    if text:
        now[place] = text
        now.setdefault(place[:3], json.dumps(["given", "[]", "", ""]))
    else:
        now.pop(place, None)
    entry = entries_of(now)[place[1]].get(place[2], UNFILLED)
    figures.write(
        workspace, found.round.id, workspace.owner, {place[2]: entry}, year=place[1], action="merge", why=why, act=act
    )
