"""The verdict sentence: what all indicators of a pack together say about a unit (WORDS 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.gap import Gap, combined, gaps
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, mark, pick


class Outcome(StrEnum):
    """What can be said of a unit under a pack whose key indicators must all be met (domain 2.1)."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"
    UNVERIFIED = "unverified"
    NOT_APPLICABLE = "not_applicable"

    @property
    def word(self) -> str:
        """One word for tables."""
        return _(_WORDS[self])


_WORDS = {
    Outcome.MET: mark("已达标"),
    Outcome.UNMET: mark("未达标"),
    Outcome.OPEN: mark("数据不全"),
    Outcome.UNVERIFIED: mark("标准待核"),
    Outcome.NOT_APPLICABLE: mark("不适用"),
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Counts over the key indicators, the facts still missing, and the combined shortages."""

    outcome: Outcome
    total: int
    met: int
    unmet: int
    open: int
    unverified: int
    missing: frozenset[str]
    shortages: tuple[Gap, ...]


def conclude(pack: Pack, judged: Mapping[str, Judgement], data: Data) -> Conclusion:
    """The conclusion over the pack's key indicators.

    One unmet key indicator decides; without one, missing figures and unconfirmed thresholds leave it open.
    """
    keys = [judged[name] for name, each in pack.indicators.items() if each.key]
    counted = [each for each in keys if each.verdict is not Verdict.NOT_APPLICABLE]
    unmet = [each for each in counted if each.verdict is Verdict.UNMET]
    opened = [each for each in counted if each.verdict in (Verdict.INCOMPLETE, Verdict.INCOMPUTABLE)]
    unverified = [each for each in counted if each.verdict is Verdict.UNVERIFIED]
    if not counted:
        outcome = Outcome.NOT_APPLICABLE
    elif unmet:
        outcome = Outcome.UNMET
    elif opened:
        outcome = Outcome.OPEN
    else:
        outcome = Outcome.UNVERIFIED if unverified else Outcome.MET
    return Conclusion(
        outcome=outcome,
        total=len(counted),
        met=sum(each.verdict is Verdict.MET for each in counted),
        unmet=len(unmet),
        open=len(opened),
        unverified=len(unverified),
        missing=frozenset[str]().union(*(each.missing for each in opened)),
        shortages=combined({each.indicator: gaps(pack, pack.indicators[each.indicator], data) for each in unmet}),
    )


def sentence(pack: Pack, said: Conclusion) -> str:
    """The verdict sentence, without the name of the standard."""
    lacking = len(said.missing)
    match said.outcome:
        case Outcome.NOT_APPLICABLE:
            return _("本标准不适用于本单位。")
        case Outcome.MET:
            return _("已达标：{total} 项全部达标。").format(total=said.total)
        case Outcome.UNMET:
            start = _("未达标（还有 {lacking} 项没填）：") if lacking else _("未达标：")
            counts = _("{total} 项中 {met} 项达标，{unmet} 项未达标。").format(
                total=said.total, met=said.met, unmet=said.unmet
            )
            short = shortages_text(pack, said.shortages)
            return start.format(lacking=lacking) + counts + (_("还差：{short}。").format(short=short) if short else "")
        case Outcome.OPEN:
            if not lacking:
                return _("还不能下结论：{open} 项无法计算（除数为 0），其余 {met} 项都达标。").format(
                    open=said.open, met=said.met
                )
            if not said.met:
                return _("数据不全，还不能下结论：{lacking} 项没填。").format(lacking=lacking)
            return _("数据不全，还不能下结论：{lacking} 项没填，已填的 {met} 项都达标。").format(
                lacking=lacking, met=said.met
            )
        case Outcome.UNVERIFIED:
            return _("还不能下结论：{unverified} 项的达标值待核，其余 {met} 项都达标。").format(
                unverified=said.unverified, met=said.met
            )


def full_sentence(pack: Pack, said: Conclusion) -> str:
    """The verdict sentence, preceded by the standard it goes by."""
    return _("按《{pack}》（主标准）：{sentence}").format(pack=pick(pack.text), sentence=sentence(pack, said))


def shortages_text(pack: Pack, shortages: tuple[Gap, ...]) -> str:
    """`用地 1,903.30 ㎡、校舍 2,200 ㎡`."""
    return _("、").join(shortage_text(pack, each) for each in shortages)


def shortage_text(pack: Pack, gap: Gap) -> str:
    """`用地 1,903.30 ㎡`: what is short and by how much."""
    field = pack.fields[gap.fact]
    return f"{pick(field.short) or pick(field.text)} {_in_full(abs(gap.change))} {gap.unit}"


def _in_full(amount: Fraction) -> str:
    """An amount with all its decimals, at least two: a shortage rounded down would not be closed."""
    _whole, _dot, part = decimal_text(amount).partition(".")
    return shown(amount, places=max(2, len(part)))


def gap_sentence(pack: Pack, found: tuple[Gap, ...], data: Data) -> str:
    """`还差 2,200 ㎡，或在校生不超过 1,200 人`: the shortage of one indicator and another way out."""
    said = []
    for gap in found:
        field = pack.fields[gap.fact]
        if gap.change > 0:
            said.append(
                _("还差{what} {amount} {unit}").format(
                    what=pick(field.short), amount=_in_full(gap.change), unit=gap.unit
                )
            )
        else:
            now = data.facts[gap.fact]
            assert not isinstance(now, str)
            assert now is not None
            said.append(
                _("{what}不超过 {amount} {unit}").format(
                    what=pick(field.short), amount=_in_full(now + gap.change), unit=gap.unit
                )
            )
    return _("，或").join(said)
