"""Who is at the keyboard: a name, no log-in. It is noted with every edit; everyone who ever wrote is offered."""

from __future__ import annotations

from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace

_LONGEST = 40


def people(workspace: Workspace) -> list[str]:
    """Names that were at the keyboard, the present one first, then as they came up last."""
    now = workspace.meta("person")
    return list(dict.fromkeys(each for each in (now, *journal.writers(workspace)) if each))


def change_person(workspace: Workspace, name: str) -> Changes:
    """Somebody else goes on: what is done from now on is noted under this name.

    Raises KnownError for a name that is empty or too long.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST:
        raise KnownError(_("请填姓名（最多 {limit} 个字），没有改动。").format(limit=_LONGEST), code="bad_name")
    before = workspace.meta("person")
    if plain == before:
        return Changes()
    with workspace.atomic():
        workspace.set_meta({"person": plain})
        journal.write(workspace, [journal.Note("person", workspace.owner, "person", before, plain)])
    workspace.actor.name = plain
    return Changes(units=frozenset({workspace.owner}))
