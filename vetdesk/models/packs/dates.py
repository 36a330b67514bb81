"""A pack as of a date: which required values are in force then. No clock is asked; the date is always given."""

from __future__ import annotations

from dataclasses import replace

from vetdesk.models.packs.pack import Bar, Indicator, Pack, Threshold


def as_of(pack: Pack, date: str) -> Pack:
    """The pack with the required values in force on a date `YYYY-MM-DD`; for '' those without an end.

    An indicator none of whose values is in force does not apply on that date.
    """
    if pack.as_of == date:
        return pack
    return replace(pack, as_of=date, indicators={name: _dated(each, date) for name, each in pack.indicators.items()})


def _dated(indicator: Indicator, date: str) -> Indicator:
    every = indicator.threshold.every
    if not any(each.start or each.end for each in every):
        return indicator
    return replace(indicator, threshold=Threshold(tuple(each for each in every if _in_force(each, date)), every))


def _in_force(bar: Bar, date: str) -> bool:
    if not date:
        return not bar.end
    return (not bar.start or bar.start <= date) and (not bar.end or date <= bar.end)
