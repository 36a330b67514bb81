"""The figures of the city and of each county by the standards that decide, from what the schools they decide about declared."""

from __future__ import annotations

from collections.abc import Mapping

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import data_of
from vetdesk.models.records.facts import Entry
from vetdesk.models.rollup.together import Together, together
from vetdesk.models.store import exchange, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace


def city_figures(workspace: Workspace) -> list[tuple[str, tuple[Together, ...]]]:
    """`(district, figures)` of the whole city ('') and of every county that has schools, in the order of the register.

    A school that has not submitted counts as missing.
    """
    found = desk(workspace)
    former = register.known_fields(workspace, found.round.id)
    held = exchange.current_submissions(workspace, found.round.id)
    return sums_of(
        found,
        {
            unit: carried(declared(held[unit.code]), found.packs, former) if unit.code in held else {}
            for unit in register.asked(workspace, found.round)
        },
    )


def sums_of(found: Desk, entries: Mapping[UnitRecord, Mapping[str, Entry]]) -> list[tuple[str, tuple[Together, ...]]]:
    """That of the figures of schools, each under the standard that decides about it."""
    by_county: dict[str, dict[str, list[Data]]] = {"": {}}
    for unit, each in entries.items():
        pack = found.decider(unit)
        data = data_of(pack, {**each, **identity_facts(unit)})
        for district in ("", unit.district) if unit.district else ("",):
            by_county.setdefault(district, {}).setdefault(pack.id, []).append(data)
    return [
        (
            district,
            tuple(
                together(pack, indicator, groups[pack.id])
                for pack in found.deciders
                if pack.id in groups
                for indicator in pack.indicators.values()
            ),
        )
        for district, groups in by_county.items()
    ]
