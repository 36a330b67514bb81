"""The figures of the city and of each county by the deciding standard, from what its schools declared."""

from __future__ import annotations

from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import desk
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.judge import data_of
from vetdesk.models.rollup.together import Together, together
from vetdesk.models.store import exchange, register
from vetdesk.models.store.workspace import Workspace


def city_figures(workspace: Workspace) -> list[tuple[str, tuple[Together, ...]]]:
    """`(district, figures)` of the whole city ('') and of every county that has schools, in the order of the register.

    A school that has not submitted counts as missing.
    """
    found = desk(workspace)
    former = register.known_fields(workspace, found.round.id)
    by_county: dict[str, list[Data]] = {}
    for unit in register.units(workspace):
        held = exchange.current_submission(workspace, found.round.id, unit.code)
        entries = carried(declared(held), found.packs, former) if held else {}
        data = data_of(found.deciding, {**entries, **identity_facts(unit)})
        by_county.setdefault(unit.district, []).append(data)
    every = [each for group in by_county.values() for each in group]
    pack = found.deciding
    return [
        (district, tuple(together(pack, indicator, group) for indicator in pack.indicators.values()))
        for district, group in (("", every), *by_county.items())
    ]
