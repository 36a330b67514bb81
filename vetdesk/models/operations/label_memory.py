"""What a person said a label of a workbook means: remembered by form and label, used by every later import."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence

from vetdesk.models.operations.assess import standing
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace

KEY = "workbook_labels"
MOST = 2000
Label = tuple[str, str]
"""Number of the form ('' where a sheet names none) and the compared form of the label."""


def remembered(workspace: Workspace) -> dict[Label, str]:
    """The fact of every label a person has placed."""
    found = json.loads(workspace.meta(KEY) or "[]")
    return {(form, key): fact for form, key, fact in found}


def learn(workspace: Workspace, choices: Mapping[Label, str]) -> Changes:
    """Remember which fact each label is ('' forgets it), in one act.

    Raises KnownError for a fact that is no number of this round's form, and for more labels than are kept.
    """
    check(workspace, choices)
    before = remembered(workspace)
    after = {label: fact for label, fact in {**before, **choices}.items() if fact}
    if len(after) > MOST:
        raise KnownError(_("记住的对应关系太多（最多 {limit} 条），没有改动。").format(limit=MOST), code="too_many")
    _store(workspace, before, after)
    return Changes()


def check(workspace: Workspace, choices: Mapping[Label, str]) -> None:
    """Raises KnownError for a fact that is no number of this round's form."""
    numbers = {"", *(each.id for each in standing(workspace).assessment.form() if each.number)}
    for fact in choices.values():
        if fact not in numbers:
            raise KnownError(
                _("“{fact}”不是本次任务要填的数，没有记住。请从数据项清单里选。").format(fact=fact[:40]),
                code="no_fact",
            )


def carry_over(workspace: Workspace, old: Mapping[Label, str]) -> None:
    """Take what was remembered in the round before; what was said here stays. In the caller's transaction."""
    before = remembered(workspace)
    _store(workspace, before, {**old, **before})


def _store(workspace: Workspace, before: Mapping[Label, str], after: Mapping[Label, str]) -> None:
    if after == before:
        return
    changed = sorted(label for label in {*before, *after} if before.get(label) != after.get(label))
    rows = [[form, key, fact] for (form, key), fact in sorted(after.items())]
    with workspace.atomic():
        workspace.set_meta({KEY: json.dumps(rows, ensure_ascii=False)})
        journal.write(
            workspace,
            [
                journal.Note("label", workspace.owner, f"label.{form}.{key}", before.get((form, key)), after.get((form, key)))
                for form, key in changed
            ],
        )  # fmt: skip


def likely(label: str, fields: Sequence[Field], *, most: int = 3) -> list[Field]:
    """Figures whose names or aliases look most like a label, the likeliest first; it is for a person to choose."""
    scored = []
    for at, each in enumerate(fields):
        names = (each.text["zh"], *each.aliases)
        score = max(difflib.SequenceMatcher(None, label, name.replace("_", "")).ratio() for name in names)
        scored.append((-score, at, each))
    return [each for score, _at, each in sorted(scored, key=lambda one: one[:2])[:most] if score <= -0.5]
