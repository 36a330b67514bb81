"""Where last year's figures for a task file come from: a table, or what the bureau accepted in the round before."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.evaluate_table import read_units
from vetdesk.models.operations.handed_down import is_filled
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace


def read_last_year(path: Path, packs: Sequence[Pack], units: list[UnitRecord]) -> dict[str, dict[str, Entry]]:
    """Last year's figures by school from a table: schools (code or name) in the first column, a column a figure.

    Raises KnownError naming the column, cell or school that cannot be taken; nothing is then taken.
    """
    codes = {each.code: each.code for each in units} | {_key(each.name): each.code for each in units}
    known = {name: field for pack in packs for name, field in pack.fields.items()}
    found: dict[str, dict[str, Entry]] = {}
    for name, entries in read_units(packs[0], path, *packs[1:]).items():
        code = codes.get(name) or codes.get(_key(name))
        if code is None or code in found:
            reason = _("名录里没有这所学校") if code is None else _("这所学校有两行")
            raise KnownError(
                _("“{file}”里的“{name}”：{reason}，没有采用。").format(file=path.name, name=name[:40], reason=reason),
                code="no_unit",
            )
        wrong = next((each for each in entries if each not in known or not is_filled(known[each])), None)
        if wrong is not None:
            raise KnownError(
                _("“{file}”里的“{fact}”不是这次任务要填的数字，没有采用。请删去这一列。").format(
                    file=path.name, fact=wrong
                ),
                code="unknown_fact",
            )
        found[code] = entries
    if not any(found.values()):
        raise KnownError(
            _("“{file}”里没有一所学校的数据，没有采用。第一行是列名，以后一行一所学校。").format(file=path.name),
            code="empty",
        )
    return found


def _key(name: str) -> str:
    """A name without what is not seen: spaces of any width, invisible characters."""
    plain = unicodedata.normalize("NFKC", name)
    return "".join(each for each in plain if not each.isspace() and unicodedata.category(each) != "Cf")


def of_round_before(
    workspace: Workspace, packs: Sequence[Pack], units: list[UnitRecord]
) -> dict[str, dict[str, Entry]]:
    """What this bureau accepted in its newest round (where it accepted nothing: what was declared), by school.

    Raises KnownError where there is no round before, or nothing came in.
    """
    rounds = register.rounds(workspace)
    known = {name: field for pack in packs for name, field in pack.fields.items()}
    found: dict[str, dict[str, Entry]] = {}
    if rounds:
        accepted = figures.read_all(workspace, rounds[0].id, stage=Stage.ACCEPTED)
        sent = exchange.current_submissions(workspace, rounds[0].id)
        for each in units:
            held = accepted.get(each.code) or (declared(sent[each.code]) if each.code in sent else {})
            kept = {
                name: entry
                for name, entry in held.items()
                if name in known and is_filled(known[name]) and entry.state is State.GIVEN
            }
            if kept:
                found[each.code] = kept
    if not found:
        raise KnownError(_("上一次任务没有收到数据，没有可以下发的去年数据。"), code="no_last_round")
    return found
