"""Whose list of keys a workspace follows: a school's and an inspector's is the bureau's, a county's the city's.

A county has keys and a list of its own as well, so what it knows of the city's is kept beside them.
"""

from __future__ import annotations

from vetdesk.models.operations.own_keys import WITHDRAWN
from vetdesk.models.store import exchange
from vetdesk.models.store.exchange import KnownKey
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import fingerprint


def _name(workspace: Workspace, what: str) -> str:
    return f"above_{what}" if workspace.role == "bureau" else what


def root(workspace: Workspace) -> str:
    """The root key (hex) whose lists are followed; '' where nobody's are."""
    return workspace.meta(_name(workspace, "root"))


def version(workspace: Workspace) -> int:
    """The version of the list that is gone by."""
    return int(workspace.meta(_name(workspace, "trust_version")) or 1)


def follow(workspace: Workspace, found: bodies.TrustList, *, bureau: str, district: str) -> None:
    """Go by a list, in the caller's transaction: its desk may sign, and the counties it vouches for."""
    desk = bytes.fromhex(found.desk)
    exchange.put_key(
        workspace,
        KnownKey(
            fingerprint=fingerprint(desk), role="bureau", owner=district, public=desk.hex(), age=found.age,
            state="confirmed", confirmed_by=bureau, confirmed_at=now(),
        ),
    )  # fmt: skip
    workspace.set_meta(
        {
            _name(workspace, "root"): found.root,
            _name(workspace, "bureau_age"): found.age,
            _name(workspace, "trust_version"): str(found.version),
        }
    )
    if workspace.role == "school":
        withdrawn = [each.public for each in found.keys if (each.owner, each.state) == (workspace.owner, "revoked")]
        workspace.set_meta({WITHDRAWN: " ".join(withdrawn)})
        _note_counties(workspace, found, bureau=bureau, district=district)


def _note_counties(workspace: Workspace, found: bodies.TrustList, *, bureau: str, district: str) -> None:
    """Counties that the list vouches for answer their schools; those it withdrew no longer do."""
    vouched = {each.public: each for each in found.keys if each.role == "bureau" and each.owner != district}
    for each in vouched.values():
        mark = fingerprint(bytes.fromhex(each.public))
        known = exchange.key(workspace, mark)
        if known is not None and (known.role, known.owner) != ("bureau", each.owner):
            continue
        exchange.put_key(
            workspace,
            KnownKey(
                fingerprint=mark, role="bureau", owner=each.owner, public=each.public, age="", state=each.state,
                confirmed_by=bureau, confirmed_at=now(),
            ),
        )  # fmt: skip
        if each.state == "revoked" and known is not None and known.state != "revoked":
            exchange.revoke_key(workspace, mark, after=0, reason=str(found.version), who="")
