"""Writing a standard in the window: a draft kept in the bureau's workspace, every change durable and undoable."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.operations.undo import stacks
from vetdesk.models.packs import source as sources
from vetdesk.models.packs.build import Problem
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.folder import FILE, read_folder, write_folder
from vetdesk.models.packs.judge import Judgement, data_of, judge
from vetdesk.models.packs.pack import Pack, PackError
from vetdesk.models.packs.schema import Source, get, put, tidy, unknown
from vetdesk.models.packs.trace import Step, explain
from vetdesk.models.packs.typed import typed_entry
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry
from vetdesk.models.records.words import _
from vetdesk.models.store import journal, register
from vetdesk.models.store.workspace import Workspace, storage_trouble, wrong_role

FOLDER = "standards"
_EDITS = ("edit_standard", "undo_standard", "redo_standard")
_BREAKS = ("start_standard", "finish_standard", "discard_standard")


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard that can be looked at, edited or published. `place` is an id or a folder for `source.load`."""

    id: str
    version: str
    text: Mapping[str, str]
    place: str
    draft: bool = False


def standards(workspace: Workspace) -> list[Standard]:
    """Drafts first, then what was finished in this workspace, then what comes with the product."""
    found = []
    for pack_id, text in register.drafts(workspace):
        source = json.loads(text)
        found.append(_standard(source, pack_id, draft=True))
    folder = workspace.folder / FOLDER
    for path in sorted(folder.glob(f"*/{FILE}")) if folder.is_dir() else []:
        try:
            found.append(_standard(read_folder(path.parent), str(path.parent)))
        except PackError:
            name = path.parent.name
            damaged = {"id": name, "version": "?", "zh": _("{name}（文件损坏）").format(name=name), "en": name}
            found.append(_standard(damaged, str(path.parent)))
    for name in sources.shipped_ids():
        found.append(_standard(read_folder(sources.SHIPPED / name), name))
    return found


def _standard(source: Mapping[str, Any], place: str, *, draft: bool = False) -> Standard:
    return Standard(
        str(source.get("id", "")),
        str(source.get("version", "")),
        {"zh": str(source.get("zh", "")), "en": str(source.get("en", ""))},
        place,
        draft,
    )


def start(workspace: Workspace, place: str) -> str:
    """Begin (or go on with) a draft of a standard. Returns its id.

    Raises PackError where there is none, KnownError in a workspace of another role.
    """
    _check_role(workspace)
    source = read_folder(sources.folder_of(place))
    name = str(source["id"])
    if register.draft(workspace, name) is None:
        with workspace.atomic():
            register.put_draft(workspace, name, _text(source), made_from=place)
            journal.write(workspace, [journal.Note("start_standard", field=f"draft.{name}", new=place)])
    return name


def take_source(workspace: Workspace, source: Source) -> str:
    """Make a draft of a source form (a workbook that was read); one that is there is replaced, and can be undone to.

    Raises KnownError in a workspace of another role.
    """
    _check_role(workspace)
    name = str(source["id"])
    before = register.draft(workspace, name)
    action = "edit_standard" if before else "start_standard"
    with workspace.atomic():
        register.put_draft(workspace, name, _text(source))
        journal.write(workspace, [journal.Note(action, field=f"draft.{name}", old=before or "", new=_text(source))])
    return name


def draft_of(workspace: Workspace, name: str) -> Source:
    """The source form of a draft.

    Raises KnownError where there is none.
    """
    text = register.draft(workspace, name)
    if text is None:
        raise KnownError(_("没有名为“{name}”的草稿。").format(name=name[:40]), code="no_draft")
    found: Source = json.loads(text)
    return found


def change(workspace: Workspace, name: str, path: tuple[str | int, ...], value: Any) -> Changes:
    """Set one value of a draft: `("indicators", 3, "formula")`, `("indicators", 3, "bars", 0, "value")`, `("zh",)`.

    Raises KnownError where there is no such draft or part.
    """

    def edit(row: Any, last: Any) -> None:
        if isinstance(last, int):
            row[last] = value
        elif value in (None, "", [], {}):
            _take_out(row, last)
        else:
            put(row, last, value)

    return _edited(workspace, name, path, edit)


def add_row(workspace: Workspace, name: str, path: tuple[str | int, ...], row: Mapping[str, Any]) -> Changes:
    """Add a row to a list of a draft (`("indicators",)`, `("indicators", 3, "bars")`).

    Raises KnownError where there is no such draft or part.
    """
    return _edited(workspace, name, path, lambda place, last: place.setdefault(last, []).append(dict(row)))


def remove_row(workspace: Workspace, name: str, path: tuple[str | int, ...]) -> Changes:
    """Take a row out of a list of a draft (`("indicators", 3)`).

    Raises KnownError where there is no such draft or part.
    """
    return _edited(workspace, name, path, lambda place, last: place.__delitem__(last))


def _edited(workspace: Workspace, name: str, path: tuple[str | int, ...], edit: Callable[[Any, Any], None]) -> Changes:
    """Let `edit` change the part that holds the last step of a path, and keep what came of it."""
    _check_role(workspace)
    source = draft_of(workspace, name)
    after = copy.deepcopy(source)
    try:
        place: Any = after
        for step in path[:-1]:
            place = place[step]
        edit(place, path[-1])
        if unknown(after):
            raise KeyError(path[-1])
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise KnownError(_("草稿里没有这一处，没有改动。"), code="no_place") from error
    return _keep(workspace, name, source, after)


def _take_out(row: dict[str, Any], key: str) -> None:
    *outer, last = key.split(".")
    for part in outer:
        row = row.get(part, {})
    row.pop(last, None)


def _keep(
    workspace: Workspace, name: str, before: Source, after: Source, *, action: str = "edit_standard", why: str = ""
) -> Changes:
    old, new = _text(before), _text(after)
    if old == new:
        return Changes()
    with workspace.atomic():
        register.put_draft(workspace, name, new)
        journal.write(workspace, [journal.Note(action, field=f"draft.{name}", old=old, new=new, why=why)])
    return Changes(rounds=True)


def _text(source: Mapping[str, Any]) -> str:
    return json.dumps(tidy(source), ensure_ascii=False)


def undo(workspace: Workspace, name: str) -> Changes:
    """Take back the last change of a draft.

    Raises KnownError where there is none.
    """
    return _replay(workspace, name, "undo")


def redo(workspace: Workspace, name: str) -> Changes:
    """Do again what was taken back last.

    Raises KnownError where there is none.
    """
    return _replay(workspace, name, "redo")


def _replay(workspace: Workspace, name: str, action: str) -> Changes:
    _check_role(workspace)
    acts = [
        each
        for each in journal.acts(workspace, (*_EDITS, *_BREAKS))
        if any(row["field"] == f"draft.{name}" for row in journal.of_act(workspace, each[0]))
    ]
    last = max((at for at, (_act, done, _why) in enumerate(acts) if done in _BREAKS), default=-1)
    acts = acts[last + 1 :]
    history = stacks(acts, undo="undo_standard", redo="redo_standard")
    stack = history.undoable if action == "undo" else history.redoable
    if not stack:
        sentence = _("没有可以撤销的修改。") if action == "undo" else _("没有可以重做的修改。")
        raise KnownError(sentence, code="nothing_to_undo")
    row = journal.of_act(workspace, stack[-1])[0]
    target = json.loads(row["old"] if action == "undo" else row["new"])
    return _keep(workspace, name, draft_of(workspace, name), target, action=f"{action}_standard", why=stack[-1])


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as it stands: its source form, the standard it makes (None while it is wrong), and what is wrong."""

    source: Source
    pack: Pack | None
    problems: tuple[Problem, ...]
    base: Pack | None


def look(workspace: Workspace, name: str) -> Look:
    """Check a draft completely; nothing is stored."""
    return look_at(draft_of(workspace, name))


def look_at_place(workspace: Workspace, place: str) -> Look:
    """Check a draft (`draft:ID`), or a standard by its id or folder.

    Raises KnownError where there is none.
    """
    kind, colon, name = place.partition(":")
    if kind == "draft" and colon:
        return look(workspace, name)
    return look_at(read_folder(sources.folder_of(place)))


def look_at(source: Source) -> Look:
    """Check a source form completely."""
    pack, problems = sources.inspect(source)
    base = None
    if source.get("base"):
        try:
            base = sources.load(str(source["base"]))
        except PackError:
            base = None  # already among the problems
    return Look(source, pack, tuple(problems), base)


@dataclass(frozen=True, slots=True)
class Trial:
    """One indicator tried on a sample: the judgement, and how it came about."""

    judged: Judgement
    steps: tuple[Step, ...]


def sample_of(pack: Pack) -> dict[str, str]:
    """The figures of the first worked example as texts; tables are left out of what can be typed."""
    if not pack.examples:
        return {}
    return {name: text for name, text in pack.examples[0].facts.items() if isinstance(text, str)}


def attempt(pack: Pack, indicator: str, sample: Mapping[str, str]) -> Trial:
    """Judge one indicator on a sample; what cannot be read counts as not filled.

    Tables come from the first worked example.
    """
    tables = {
        name: rows for name, rows in (pack.examples[0].facts.items() if pack.examples else ()) if isinstance(rows, list)
    }
    entries: dict[str, Entry] = {**example_entries(pack, {k: v for k, v in tables.items() if k in pack.fields})}
    for fact, text in sample.items():
        field = pack.fields.get(fact)
        if field is None or field.derived or field.kind == "table":
            continue
        try:
            entries[fact] = typed_entry(field, text)
        except ValueError:
            continue
    data = data_of(pack, entries)
    judged = judge(pack, data, only=[indicator])[indicator]
    return Trial(judged, explain(pack, pack.indicators[indicator], data, judged))


def finish(workspace: Workspace, name: str, *, version: str) -> tuple[Path, Changes]:
    """Make a draft a standard of this workspace that rounds can be published with.

    Raises KnownError while it is wrong, or where that version is there already.
    """
    _check_role(workspace)
    source = draft_of(workspace, name)
    source["version"] = version.strip()
    found = look_at(source)
    if found.problems:
        first = found.problems[0]
        raise KnownError(
            _("标准还有 {count} 处要改，没有完成。{place}：{reason}").format(
                count=len(found.problems), place=first.place, reason=first.reason
            ),
            code="wrong_standard",
        )
    safe = "".join(char if char.isalnum() or char in "._" else "_" for char in version.strip())
    folder = workspace.folder / FOLDER / f"{name}-{safe}"
    if not safe or folder.exists() or _is_shipped(name, version.strip()):
        raise KnownError(
            _("版本“{version}”已经有了，没有完成。请换一个版本号。").format(version=version[:20]), code="version_exists"
        )
    try:
        write_folder(source, folder)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    with workspace.atomic():
        register.drop_draft(workspace, name)
        journal.write(workspace, [journal.Note("finish_standard", field=f"draft.{name}", new=version)])
    return folder, Changes(rounds=True)


def _is_shipped(name: str, version: str) -> bool:
    """Whether the program comes with that version: another standard must not be called so."""
    return name in sources.shipped_ids() and sources.load(name).version == version


def discard(workspace: Workspace, name: str) -> Changes:
    """Put a draft away. The standard it was made from stays."""
    _check_role(workspace)
    old = draft_of(workspace, name)
    with workspace.atomic():
        register.drop_draft(workspace, name)
        journal.write(workspace, [journal.Note("discard_standard", field=f"draft.{name}", old=_text(old))])
    return Changes(rounds=True)


def value_at(source: Mapping[str, Any], path: tuple[str | int, ...]) -> Any:
    """The value at a path; None where there is none."""
    found: Any = source
    for step in path[:-1]:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    last = path[-1]
    if isinstance(last, int):
        return found[last] if isinstance(found, list) and last < len(found) else None
    return get(found, last) if isinstance(found, Mapping) else None


def _check_role(workspace: Workspace) -> None:
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
