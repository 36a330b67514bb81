"""The bureau's signed list of its keys, as everything it sends carries it: versioned, newest wins, never back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vetdesk.models.sync import sign
from vetdesk.models.sync.bodies import Trust, TrustedKey, TrustList, decode
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.refusals import Refusal, RefusedError


def trust_of(keys: Keys, *, version: int = 1, known: Sequence[TrustedKey] = ()) -> Trust:
    """The list of a bureau's keys, signed by its root, and by the root before where there was one."""
    body = msgspec.json.encode(
        TrustList(
            version=version,
            root=sign.public_of(keys.root).hex(),
            desk=keys.public.hex(),
            age=keys.recipient,
            keys=list(known),
        )
    )
    mark = sign.signature(keys.root, body, kind=sign.TRUST_TYPE)
    roots = (keys.former_root[at : at + 32] for at in range(0, len(keys.former_root), 32))
    former = "".join(sign.signature(each, body, kind=sign.TRUST_TYPE).hex() for each in roots)
    return Trust(body.decode("utf-8"), mark.hex(), former)


def read_list(trust: Trust, *, file: str) -> TrustList:
    """The list, where the root it names signed it.

    Raises RefusedError otherwise.
    """
    body = trust.list.encode("utf-8")
    found = decode(body, TrustList, file=file)
    if not sign.good(bytes.fromhex(found.root), body, bytes.fromhex(trust.signature), kind=sign.TRUST_TYPE):
        raise RefusedError(Refusal.BAD_SIGNATURE, file)
    return found


def checked(trust: Trust, *, signer: bytes, file: str) -> TrustList:
    """The list, where its root signed it and the package's signer is the desk it names.

    Raises RefusedError otherwise.
    """
    found = read_list(trust, file=file)
    if found.desk != signer.hex():
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    return found


def follows(trust: Trust, found: TrustList, root: str) -> bool:
    """Whether a list comes from the root that is known: signed by it, or by it and the new one that replaces it."""
    if found.root == root:
        return True
    marks, body = bytes.fromhex(trust.former), trust.list.encode("utf-8")
    every = (marks[at : at + 64] for at in range(0, len(marks), 64))
    return any(sign.good(bytes.fromhex(root), body, each, kind=sign.TRUST_TYPE) for each in every)
