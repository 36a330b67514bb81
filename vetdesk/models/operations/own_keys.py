"""The keys a workspace signs with. A bureau's are never made a second time: the schools know the first ones."""

from __future__ import annotations

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.keys import Keys, has_keys, keys_of, new_desk_keys, replace_keys

WITHDRAWN = "withdrawn"
"""Where a school notes keys of its own (hex) that the bureau withdrew."""


def own_keys(workspace: Workspace) -> Keys:
    """The workspace's keys on this computer; a school's or inspector's are made silently where there are none.

    A school whose key the bureau withdrew goes on with a new one.

    Raises KnownError (storage) for a bureau's workspace whose keys lie on another computer.
    """
    if workspace.role == "bureau" and not has_keys(workspace.id):
        raise KnownError(
            _(
                "这台电脑上没有本单位的身份文件，各校不会认可新签发的文件，这一步没有做。"
                "请用备份和打印的恢复单恢复，或从原来的电脑复制“{file}”到“{folder}”，再试一次。"
            ).format(file=f"{workspace.id}.json", folder=user_data() / "keys"),
            status=ExitStatus.STORAGE,
            code="no_keys",
        )
    found = keys_of(workspace.id, owner=workspace.owner if workspace.role == "school" else "")
    if workspace.role == "school" and found.public.hex() in workspace.meta(WITHDRAWN).split():
        found = replace_keys(workspace.id, new_desk_keys(found))  # the bureau compares the new digits
    return found


def own_identities(workspace: Workspace) -> tuple[str, ...]:
    """The age identities on this computer that open what was sealed to this workspace; none where there are no keys."""
    return keys_of(workspace.id).identities if has_keys(workspace.id) else ()
