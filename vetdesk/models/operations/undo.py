"""Takes back, or does again, the last act on figures; also after a restart, because the journal is the source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vetdesk.models.operations.desk import Desk, desk, own_unit
from vetdesk.models.packs.compare import moved, renames
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import conflicts, figures, journal, register
from vetdesk.models.store.workspace import Workspace, wrong_role

_EDITS = ("edit", "import", "merge", "undo", "redo")


@dataclass(frozen=True, slots=True)
class History:
    """Acts that can be taken back, and those taken back that can be done again; newest last."""

    undoable: tuple[str, ...]
    redoable: tuple[str, ...]


def history(workspace: Workspace) -> History:
    """The two stacks, replayed from the journal."""
    return stacks(journal.acts(workspace, _EDITS), undo="undo", redo="redo")


def stacks(acts: Iterable[tuple[str, str, str]], *, undo: str, redo: str) -> History:
    """The two stacks over `(act, action, why)`, oldest first; `undo` and `redo` are the actions that replay others."""
    undoable: list[str] = []
    redoable: list[str] = []
    for act, action, why in acts:
        if action == undo:
            if why in undoable:
                undoable.remove(why)
            redoable.append(why)
        elif action == redo:
            if why in redoable:
                redoable.remove(why)
            undoable.append(why)
        else:
            undoable.append(act)
            redoable.clear()
    return History(tuple(undoable), tuple(redoable))


def undo(workspace: Workspace) -> tuple[str, Changes]:
    """Take back the last act on figures. Returns a sentence saying what was done.

    Raises KnownError where there is nothing to take back.
    """
    return _replay(workspace, "undo")


def redo(workspace: Workspace) -> tuple[str, Changes]:
    """Do again what was taken back last.

    Raises KnownError where nothing was taken back.
    """
    return _replay(workspace, "redo")


def _replay(workspace: Workspace, action: str) -> tuple[str, Changes]:
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    stacks = history(workspace)
    stack = stacks.undoable if action == "undo" else stacks.redoable
    if not stack:
        sentence = _("没有可以撤销的修改。") if action == "undo" else _("没有可以重做的修改。")
        raise KnownError(sentence, code="nothing_to_undo")
    every = journal.of_act(workspace, stack[-1])
    rows = [row for row in every if str(row["field"]).startswith("declared.")]
    side = "old" if action == "undo" else "new"
    by_year: dict[str, dict[str, Any]] = {}
    found = desk(workspace)
    round_id, names = found.round.id, _names(workspace, found)
    for row in rows:
        _stage, year, fact = row["field"].split(".", 2)
        entry = figures.from_plain(row[side])
        by_year.setdefault(year, {})[fact] = entry
        shown = names.get(fact, fact)
        if shown != fact:
            former = register.known_fields(workspace, round_id)
            by_year[year][shown] = moved(entry, former.get(fact), found.fields[shown])
    changed: frozenset[str] = frozenset()
    act = journal.new_act()
    with workspace.atomic():
        for year, entries in by_year.items():
            _act, touched = figures.write(
                workspace, round_id, own_unit(workspace).code, entries,
                stage=Stage.DECLARED, year=year, action=action, why=stack[-1], act=act,
            )  # fmt: skip
            changed |= touched
        for row in every:
            if row["action"] == "decide_conflict":
                _decide_again(workspace, row, action)
    return _sentence(workspace, rows, action), Changes(facts=changed, units=frozenset({workspace.owner}))


def _decide_again(workspace: Workspace, row: Mapping[str, Any], action: str) -> None:
    """A conflict waits again where its decision is taken back, and is decided again where that is done again."""
    id_ = str(row["field"]).partition(".")[2]
    if action == "undo":
        conflicts.reopen(workspace, id_)
    else:
        conflicts.settle(workspace, id_, chosen=str(row["new"]), reason=str(row["why"]), who=str(row["who"]))


def _names(workspace: Workspace, found: Desk) -> dict[str, str]:
    """The id that stands on the form now, of figures that another version of a standard calls otherwise."""
    ways = [way for pack in register.round_packs(workspace, found.round.id) for way in renames(pack)]
    both = [*ways, *((after, before) for before, after in ways)]
    return {name: other for name, other in both if name not in found.fields and other in found.fields}


def _sentence(workspace: Workspace, rows: list[Mapping[str, Any]], action: str) -> str:
    found = desk(workspace)
    shown, fields = _names(workspace, found), register.known_fields(workspace, found.round.id)
    names = []
    for row in rows:
        fact = row["field"].split(".", 2)[2]
        field = fields.get(shown.get(fact, fact))
        names.append(pick(field.text) if field else fact)
    what = names[0] if len(names) == 1 else _("{first}等 {count} 项").format(first=names[0], count=len(names))
    return (_("已撤销：{what}") if action == "undo" else _("已重做：{what}")).format(what=what)
