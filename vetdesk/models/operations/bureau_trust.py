"""A bureau's keys over the years: the list it signs, new keys, withdrawn ones. Receivers follow without doing anything."""

from __future__ import annotations

from vetdesk.models.operations import root_above
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, journal, register
from vetdesk.models.store.exchange import KnownKey
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies, trust
from vetdesk.models.sync.codes import fingerprint, key_digits, only_digits
from vetdesk.models.sync.keys import new_desk_keys, new_root, replace_keys


def trust_now(workspace: Workspace) -> bodies.Trust:
    """The signed list as it stands; its version grows whenever it says something new."""
    keys = own_keys(workspace)
    known = [
        bodies.TrustedKey(each.role, each.owner, each.public, each.state, int(each.revoked_after or 0))
        for role in ("school", "inspector", "bureau")
        for each in exchange.keys_of(workspace, role)
        if each.state in ("confirmed", "revoked") and (role != "bureau" or each.owner != workspace.meta("above"))
    ]
    version = int(workspace.meta("trust_version") or 1)
    found = trust.trust_of(keys, version=version, known=known)
    before = workspace.meta("trust_list")
    if found.list != before:
        if before:
            version += 1
            found = trust.trust_of(keys, version=version, known=known)
        with workspace.atomic():
            workspace.set_meta({"trust_version": str(version), "trust_list": found.list})
    return found


def new_desk_key(workspace: Workspace, *, reason: str) -> Changes:
    """Sign with a new key from now on (a clerk left, a laptop is gone); the next file tells everyone.

    Raises KnownError without a reason, or where the keys are not on this computer.
    """
    _check(workspace, reason)
    old = own_keys(workspace)
    with workspace.atomic():
        journal.write(workspace, [journal.Note("new_key", field="key.desk", old=old.fingerprint, why=reason.strip())])
    replace_keys(workspace.id, new_desk_keys(old))
    return Changes(packages=True)


def new_root_key(workspace: Workspace, *, reason: str) -> Changes:
    """Replace the root: the list is signed by the old and the new one from now on. Raises like `new_desk_key`."""
    _check(workspace, reason)
    old = own_keys(workspace)
    with workspace.atomic():
        journal.write(
            workspace, [journal.Note("new_key", field="key.root", old=fingerprint(old.root), why=reason.strip())]
        )
    replace_keys(workspace.id, new_root(old))
    return Changes(packages=True)


def withdraw(workspace: Workspace, owner: str, *, reason: str, digits: str = "") -> Changes:
    """Withdraw the keys of a school, inspector or county (the one of these digits, else all): what came so far stays.

    Raises KnownError without a reason, and where there is no such key.
    """
    _check(workspace, reason)
    given = only_digits(digits)
    keys = [
        each
        for role in ("school", "inspector", *(("bureau",) if owner != workspace.meta("above") else ()))
        for each in exchange.keys_of(workspace, role, owner)
        if each.state != "revoked" and (not given or digits_of(each) == given)
    ]
    if not keys:
        raise KnownError(
            _("“{owner}”没有可以停用的身份，没有改动。请核对标识码或身份码。").format(owner=owner), code="no_key"
        )
    with workspace.atomic():
        for each in keys:
            exchange.revoke_key(
                workspace, each.fingerprint,
                after=exchange.last_number(workspace, each.fingerprint, register.newest_round(workspace)),
                reason=reason.strip()[:500], who=workspace.actor.name,
            )  # fmt: skip
            journal.write(
                workspace,
                [
                    journal.Note(
                        "withdraw_key", owner, f"key.{each.fingerprint}", old=each.state, why=reason.strip()[:500]
                    )
                ],
            )  # fmt: skip
    return Changes(units=frozenset({owner}))


def digits_of(each: KnownKey) -> str:
    """The 30 digits of a key, without spaces."""
    return only_digits(key_digits(bytes.fromhex(each.public)))


def _check(workspace: Workspace, reason: str) -> None:
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    if not reason.strip():
        raise KnownError(_("请写明原因，没有改动。"), code="no_reason")


def adopt(workspace: Workspace, found: bodies.TrustList, district: str) -> None:
    """Go by a newer list of the bureau, in the caller's transaction: its desk signs, the desks before no longer do."""
    for each in exchange.keys_of(workspace, "bureau", district):
        if each.public != found.desk and each.state == "confirmed":
            exchange.revoke_key(
                workspace, each.fingerprint, after=0, reason=str(found.version), who="",
            )  # fmt: skip
    bureau = next((each.bureau_name for each in register.rounds(workspace)), "")
    root_above.follow(workspace, found, bureau=bureau, district=district)
    journal.write(workspace, [journal.Note("trust", field="trust", new=found.version)])
