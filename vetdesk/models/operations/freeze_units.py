"""Keeps which schools a round asked when the next one begins: what is changed in the register later is not told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from vetdesk.models.store import exchange, register
from vetdesk.models.store.register import CONTACT_FIELDS
from vetdesk.models.store.workspace import Workspace


def freeze_units(workspace: Workspace) -> None:
    """Keep the schools of the newest round as the register has them, in the caller's transaction; nothing before the first.

    Where a school that was merged or got a new code had submitted, and the one it became had not, the round asked the ones
    before: what was reported counts, and nobody twice.
    """
    rounds = register.rounds(workspace)
    if not rounds:
        return
    sent = {each.unit for each in exchange.heads(workspace, rounds[0].id) if each.current}
    every = {each.code: each for each in register.every_unit(workspace)}
    before = {
        each.code: {
            str(one["code"])
            for one in json.loads(each.predecessors or "[]")
            if one["whole"] and one["code"] in every
            and every[one["code"]].closed and rounds[0].asks(every[one["code"]])
        }
        for each in every.values()
    }  # fmt: skip
    codes: dict[str, None] = {}
    for unit in register.asked(workspace, rounds[0]):
        codes.update(dict.fromkeys(sorted(_who(unit.code, sent, before))))
    nobody: Mapping[str, str] = dict.fromkeys(CONTACT_FIELDS, "")
    register.put_asked(
        workspace, rounds[0].id, [replace(every[code], closed="", **nobody) for code in codes if code in every]
    )


def _who(code: str, sent: set[str], before: Mapping[str, set[str]]) -> set[str]:
    """The schools that stand for one: itself, or those it came from where any of them submitted and it did not."""
    if code in sent:
        return {code}
    found = set[str]().union(*(_who(each, sent, before) for each in before.get(code, ())))
    return found if found & sent else {code}
