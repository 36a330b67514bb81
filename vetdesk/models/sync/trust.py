"""The bureau's signed list of its keys, as a campaign or inspection package carries it."""

from __future__ import annotations

import msgspec

from vetdesk.models.sync import sign
from vetdesk.models.sync.bodies import Trust, TrustList, decode
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.refusals import Refusal, RefusedError


def trust_of(keys: Keys, *, version: int = 1) -> Trust:
    """The list of a bureau's keys, signed by its root."""
    body = msgspec.json.encode(
        TrustList(
            version=version,
            root=sign.public_of(keys.root).hex(),
            desk=keys.public.hex(),
            age=keys.recipient,
        )
    )
    mark = sign.signature(keys.root, body, kind=sign.TRUST_TYPE)
    return Trust(body.decode("ascii"), mark.hex())


def checked(trust: Trust, *, signer: bytes, file: str) -> TrustList:
    """The list, where its root signed it and the package's signer is the desk it names.

    Raises RefusedError otherwise.
    """
    body = trust.list.encode("utf-8")
    found = decode(body, TrustList, file=file)
    root = bytes.fromhex(found.root)
    if not sign.good(root, body, bytes.fromhex(trust.signature), kind=sign.TRUST_TYPE):
        raise RefusedError(Refusal.BAD_SIGNATURE, file)
    if found.desk != signer.hex():
        raise RefusedError(Refusal.UNKNOWN_SENDER, file)
    return found
