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

    Where a school that ended had submitted, and none that came of it had, the round asked the one that ended (and those
    that became the same with it): what was reported counts, and nobody twice.
    """
    rounds = register.rounds(workspace)
    if not rounds:
        return
    sent = {each.unit for each in exchange.heads(workspace, rounds[0].id) if each.current}
    every = {each.code: each for each in register.every_unit(workspace)}
    ended = {code for code, each in every.items() if each.closed and rounds[0].asks(each)}
    before = {
        code: {str(one["code"]) for one in json.loads(each.predecessors or "[]")} & ended
        for code, each in every.items()
    }  # fmt: skip
    followed = {code for code in ended if not _came_of(code, before) & sent}
    before = {code: found & followed for code, found in before.items()}
    codes: dict[str, None] = {}
    for unit in register.asked(workspace, rounds[0]):
        codes.update(dict.fromkeys(sorted(_who(unit.code, sent, before))))
    nobody: Mapping[str, str] = dict.fromkeys(CONTACT_FIELDS, "")
    register.put_asked(workspace, rounds[0].id, [replace(every[code], closed="", **nobody) for code in codes])


def _came_of(code: str, before: Mapping[str, set[str]]) -> set[str]:
    """All schools that came of one that ended."""
    found, ahead = set[str](), [code]
    while ahead:
        one = ahead.pop()
        more = {each for each, came in before.items() if one in came} - found
        found |= more
        ahead += more
    return found


def _who(code: str, sent: set[str], before: Mapping[str, set[str]]) -> set[str]:
    """The schools that stand for one: itself, or those it came from where any of them submitted and it did not."""
    if code in sent:
        return {code}
    found = set[str]().union(*(_who(each, sent, before) for each in before.get(code, ())))
    return found if found & sent else {code}
