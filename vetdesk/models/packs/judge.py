"""The verdict on one unit: exact, unrounded, one outcome per indicator (DESIGN sections 5 and 9)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, Missing, Value, ZeroDivisor
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.records.facts import UNFILLED, Entry
from vetdesk.models.records.verdicts import Verdict

_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "~": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Outcome of one indicator. `value` and `threshold` are exact, in the indicator's unit; None if there is none."""

    indicator: str
    verdict: Verdict
    value: Fraction | None = None
    threshold: Fraction | None = None
    missing: frozenset[str] = frozenset()


def data_of(pack: Pack, entries: Mapping[str, Entry], *, previous: Mapping[str, Entry] | None = None) -> Data:
    """What formulas read of stored entries: exact numbers in each fact's own unit, texts as they are."""
    return Data(facts=_values(pack, entries), previous=_values(pack, previous or {}))


def _values(pack: Pack, entries: Mapping[str, Entry]) -> dict[str, Fraction | str | None]:
    values: dict[str, Fraction | str | None] = {}
    for name, field in pack.fields.items():
        entry = entries.get(name, UNFILLED)
        values[name] = (entry.text or None) if field.kind == "text" else entry.value(field.unit)
    return values


def applies(pack: Pack, data: Data) -> bool:
    """Whether the pack speaks of this unit at all. Unknown counts as applicable."""
    return pack.applies is None or pack.applies(data, None) is not False


def judge(pack: Pack, data: Data, *, only: Iterable[str] | None = None) -> dict[str, Judgement]:
    """One judgement per indicator of the pack (or of `only`), in the pack's order."""
    wanted = pack.indicators if only is None else only
    in_scope = applies(pack, data)
    return {
        name: judge_indicator(pack.indicators[name], data) if in_scope else Judgement(name, Verdict.NOT_APPLICABLE)
        for name in wanted
    }


def judge_indicator(indicator: Indicator, data: Data) -> Judgement:
    """The judgement on one applicable indicator.

    Precedence: incomplete, incomputable, unverified, then met or unmet.
    """
    value = indicator.code(data, None)
    threshold = _threshold(indicator, data)
    exact = value if isinstance(value, Fraction) else None
    needed = threshold if isinstance(threshold, Fraction) else None
    lacking = _lacking(value) | _lacking(threshold)
    verdict = _verdict(indicator, exact, needed, lacking, zero=_zero(value, threshold))
    return Judgement(indicator.id, verdict, exact, needed, lacking)


def _verdict(
    indicator: Indicator,
    value: Fraction | None,
    threshold: Fraction | None,
    lacking: frozenset[str],
    *,
    zero: bool,
) -> Verdict:
    if lacking:
        return Verdict.INCOMPLETE
    if zero:
        return Verdict.INCOMPUTABLE
    if not indicator.threshold.confirmed or value is None or threshold is None:
        return Verdict.UNVERIFIED
    return Verdict.MET if _COMPARE[indicator.cmp](value, threshold) else Verdict.UNMET


def holds(indicator: Indicator, data: Data) -> bool:
    """Whether value and threshold compare as required, whatever the confidence of the threshold."""
    value, threshold = indicator.code(data, None), _threshold(indicator, data)
    return isinstance(value, Fraction) and isinstance(threshold, Fraction) and _COMPARE[indicator.cmp](value, threshold)


def _threshold(indicator: Indicator, data: Data) -> Value | None:
    code = indicator.threshold.code
    return None if code is None else code(data, None)


def _lacking(value: Value | None) -> frozenset[str]:
    return value.names if isinstance(value, Missing) else frozenset()


def _zero(*values: Value | None) -> bool:
    return any(isinstance(each, ZeroDivisor) for each in values)
