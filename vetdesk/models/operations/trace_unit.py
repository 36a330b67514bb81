"""How one verdict comes about for a unit of a table, step by step, without a workspace."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.evaluate_table import read_units
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.trace import Step, explain
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _


def trace(pack: Pack, indicator: str, path: Path, *, unit: str = "") -> tuple[Step, ...]:
    """The steps of one indicator for a unit of a file (the first one where none is named).

    Raises KnownError for an unknown indicator or unit, and for a file that cannot be read.
    """
    if indicator not in pack.indicators:
        raise KnownError(
            _("标准“{pack}”里没有指标“{indicator}”。可用的见 pack to-excel。").format(
                pack=pack.id, indicator=indicator[:40]
            ),
            code="no_indicator",
        )
    units = read_units(pack, path)
    if not units:
        raise KnownError(
            _("“{file}”里没有一个单位，没有计算。请至少写一个单位和它的数据。").format(file=path.name), code="no_unit"
        )
    name = unit or next(iter(units))
    if name not in units:
        raise KnownError(_("“{file}”里没有单位“{unit}”。").format(file=path.name, unit=name[:40]), code="no_unit")
    data = data_of(pack, units[name])
    judged = judge(pack, data, only=[indicator])[indicator]
    return explain(pack, pack.indicators[indicator], data, judged)
