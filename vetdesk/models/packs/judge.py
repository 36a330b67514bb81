"""The verdict on one unit: exact, unrounded, one outcome per indicator (DESIGN sections 5 and 9)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from vetdesk.models.packs.evaluate import Data, Env, Inapplicable, Missing, Pair, Result
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.pack import Bar, Indicator, Pack
from vetdesk.models.records.answers import ANSWERS
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.tables import read_rows
from vetdesk.models.records.verdicts import Verdict

_NOTHING = frozenset[str]()
_TESTS: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq, "~": operator.eq,
}  # fmt: skip
_made = tuple.__new__
"""Makes a judgement of a tuple without looking at its parts again."""


class Judgement(NamedTuple):
    """Outcome of one indicator. `bar` is the number of the required value that counted, -1 for none.

    `ratio` and `needed` are value and threshold as whole numbers over each other; `value` and `threshold` give them
    as exact fractions, in the indicator's unit; None if there is none.
    """

    indicator: str
    verdict: Verdict
    ratio: Pair | None = None
    needed: Pair | None = None
    missing: frozenset[str] = _NOTHING
    bar: int = -1

    @property
    def value(self) -> Fraction | None:
        """The exact value."""
        return None if self.ratio is None else Fraction(*self.ratio)

    @property
    def threshold(self) -> Fraction | None:
        """The exact required value."""
        return None if self.needed is None else Fraction(*self.needed)


def data_of(pack: Pack, entries: Mapping[str, Entry], *, previous: Mapping[str, Entry] | None = None) -> Data:
    """What formulas read of stored entries: exact numbers in each fact's own unit, texts and rows as they are."""
    tables = {}
    for name, field in pack.fields.items():
        if field.kind == "table" and entries.get(name, UNFILLED).state is State.GIVEN:
            tables[name] = [_row(field, row) for row in read_rows(entries[name].text)]
    return Data(
        facts=_values(pack, entries),
        previous=_values(pack, previous or {}),
        tables=tables,
        inapplicable=frozenset(
            name
            for name, field in pack.fields.items()
            if field.kind == "answer" and entries.get(name, UNFILLED).state is State.NOT_APPLICABLE
        ),
    )


def _values(pack: Pack, entries: Mapping[str, Entry]) -> dict[str, Fraction | str | None]:
    return {
        name: fact_value(field, entries.get(name, UNFILLED))
        for name, field in pack.fields.items()
        if field.kind != "table" and not field.derived
    }


def fact_value(field: Field, entry: Entry) -> Fraction | str | None:
    """What a formula reads of one entry; None unless it is given."""
    if entry.state is not State.GIVEN:
        return None
    if field.kind == "text":
        return entry.text or None
    if field.kind == "answer":
        return ANSWERS.get(entry.text)
    if field.kind == "bool":
        return Fraction(entry.text == "1") if entry.text in ("0", "1") else None
    return entry.value(field.unit)


def _row(field: Field, row: Mapping[str, str]) -> dict[str, Fraction | str | None]:
    return {
        name: fact_value(column, Entry(State.GIVEN, row[name])) if row.get(name) else None
        for name, column in field.columns.items()
    }


def applies(pack: Pack, data: Data | Env) -> bool:
    """Whether the pack speaks of this unit at all. Unknown counts as applicable."""
    return pack.applies is None or pack.applies(_env(data)) is not False


def _env(data: Data | Env) -> Env:
    return data if isinstance(data, Env) else Env(data)


def judge(pack: Pack, data: Data, *, only: Iterable[str] | None = None) -> dict[str, Judgement]:
    """One judgement per indicator of the pack (or of `only`), in the pack's order."""
    wanted = pack.indicators if only is None else only
    env = Env(data)
    if not applies(pack, env):
        return {name: Judgement(name, Verdict.NOT_APPLICABLE) for name in wanted}
    return {name: _judged(pack.indicators[name], env) for name in wanted}


def judge_indicator(indicator: Indicator, data: Data | Env) -> Judgement:
    """The judgement on one indicator of an applicable pack.

    Precedence: not applicable, incomplete, incomputable, unverified, then met or unmet.
    """
    return _judged(indicator, data if isinstance(data, Env) else Env(data))


def _judged(indicator: Indicator, env: Env) -> Judgement:
    if indicator.applies is not None and indicator.applies(env) is False:
        return Judgement(indicator.id, Verdict.NOT_APPLICABLE)
    value = indicator.code(env)
    bars = indicator.threshold.bars
    at, bar, undecided = (0, bars[0], None) if bars and bars[0].applies is None else choose(bars, env)
    needed: Result | None = None
    if bar is not None:
        if bar.waives and bar.confirmed:
            exact = value if isinstance(value, tuple) else None
            return Judgement(indicator.id, Verdict.MET, exact, None, _NOTHING, at)
        needed = bar.fixed or (bar.code(env) if bar.code is not None else None)
        if value.__class__ is tuple:
            if not bar.confirmed:
                if needed is None or needed.__class__ is tuple:
                    return _made(Judgement, (indicator.id, Verdict.UNVERIFIED, value, needed, _NOTHING, at))
            elif needed.__class__ is tuple:
                holds_ = _TESTS[indicator.cmp](value[0] * needed[1], needed[0] * value[1])
                verdict = Verdict.MET if holds_ else Verdict.UNMET
                return _made(Judgement, (indicator.id, verdict, value, needed, _NOTHING, at))
    return _without_verdict(indicator, value, undecided or needed, at)


def choose(bars: Sequence[Bar], env: Env) -> tuple[int, Bar | None, Result | None]:
    """The first required value whose condition holds: its number, itself; or why that cannot be told."""
    for at, bar in enumerate(bars):
        if bar.applies is None:
            return at, bar, None
        found = bar.applies(env)
        if found is True:
            return at, bar, None
        if found is not False and not bar.skip_unknown:
            return -1, None, found
    return -1, None, None


def compares(cmp: str, value: Pair, needed: Pair) -> bool:
    """Whether an exact value compares with the required one as it must."""
    return _TESTS[cmp](value[0] * needed[1], needed[0] * value[1])


def _without_verdict(indicator: Indicator, value: Result, needed: Result | None, at: int) -> Judgement:
    exact = value if isinstance(value, tuple) else None
    required = needed if isinstance(needed, tuple) else None
    if isinstance(value, Inapplicable) or (at < 0 and needed is None):
        return Judgement(indicator.id, Verdict.NOT_APPLICABLE, exact)
    missing = _lacking(value) | _lacking(needed)
    verdict = Verdict.INCOMPLETE if missing else Verdict.INCOMPUTABLE
    return Judgement(indicator.id, verdict, exact, required, missing, at)


def holds(indicator: Indicator, data: Data | Env) -> bool:
    """Whether value and threshold compare as required, whatever the confidence of the threshold."""
    env = _env(data)
    value = indicator.code(env)
    _at, bar, _why = choose(indicator.threshold.bars, env)
    if bar is not None and bar.waives:
        return True
    needed = None if bar is None or bar.code is None else bar.code(env)
    return isinstance(value, tuple) and isinstance(needed, tuple) and compares(indicator.cmp, value, needed)


def below_floor(indicator: Indicator, data: Data | Env) -> bool | None:
    """Whether the value is beyond the second, weaker value (domain 4.1); None where that cannot be said."""
    env = _env(data)
    value = indicator.code(env)
    _at, bar, _why = choose(indicator.threshold.bars, env)
    floor = bar.floor(env) if bar is not None and bar.floor is not None and bar.floor_confirmed else None
    if not isinstance(value, tuple) or not isinstance(floor, tuple):
        return None
    return not compares(indicator.cmp, value, floor)


def _lacking(value: Result | None) -> frozenset[str]:
    return value.names if isinstance(value, Missing) else _NOTHING
