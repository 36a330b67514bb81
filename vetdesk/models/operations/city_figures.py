"""The figures of the city and of each county by the deciding standard, from what its schools declared."""

from __future__ import annotations

from collections.abc import Mapping

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import data_of
from vetdesk.models.packs.pack import Pack
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
    data = {
        unit: data_of(
            found.deciding,
            {
                **(carried(declared(held[unit.code]), found.packs, former) if unit.code in held else {}),
                **identity_facts(unit),
            },
        )
        for unit in register.asked(workspace, found.round)
    }
    return sums_of(found.deciding, data)


def sums_of(pack: Pack, data: Mapping[UnitRecord, Data]) -> list[tuple[str, tuple[Together, ...]]]:
    """That of the data of schools."""
    by_county: dict[str, list[Data]] = {}
    for unit, each in data.items():
        by_county.setdefault(unit.district, []).append(each)
    every = [each for group in by_county.values() for each in group]
    return [
        (district, tuple(together(pack, indicator, group) for indicator in pack.indicators.values()))
        for district, group in (("", every), *by_county.items())
    ]
