"""The verdict sentence: what all indicators of a pack together say about a unit (WORDS 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, Env
from vetdesk.models.packs.gap import Gap, combined, gaps
from vetdesk.models.packs.judge import Judgement, below_floor
from vetdesk.models.packs.pack import Grade, Pack
from vetdesk.models.packs.score import total
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
    """Counts over the key indicators, the facts still missing, and the combined shortages.

    `vetoed`: veto items that were hit. `soft`: unmet ones that the document says only as a principle. `below_floor`:
    indicators beyond their second value. `points` of `full`: the score, where the pack gives points. `grade`: what the
    pack itself calls this outcome.
    """

    outcome: Outcome
    total: int
    met: int
    unmet: int
    open: int
    unverified: int
    missing: frozenset[str]
    shortages: tuple[Gap, ...]
    vetoed: tuple[str, ...] = ()
    soft: int = 0
    below_floor: int = 0
    points: Fraction | None = None
    full: Fraction | None = None
    grade: Grade | None = None


def conclude(pack: Pack, judged: Mapping[str, Judgement], data: Data) -> Conclusion:
    """The conclusion over the pack's key indicators.

    One unmet key indicator decides; without one, missing figures and unconfirmed thresholds leave it open. A pack with
    a pass mark goes by its points instead; a veto decides in any case.
    """
    keys = [(pack.indicators[name], judged[name]) for name, each in pack.indicators.items() if each.key]
    counted = [(each, one) for each, one in keys if one.verdict is not Verdict.NOT_APPLICABLE]
    unmet = [(each, one) for each, one in counted if one.verdict is Verdict.UNMET]
    opened = [one for _each, one in counted if one.verdict in (Verdict.INCOMPLETE, Verdict.INCOMPUTABLE)]
    unverified = [one for _each, one in counted if one.verdict is Verdict.UNVERIFIED]
    vetoed = tuple(each.id for each, _one in unmet if each.veto)
    points = total(pack, judged)
    if not counted:
        outcome = Outcome.NOT_APPLICABLE
    elif vetoed:
        outcome = Outcome.UNMET
    elif pack.pass_mark is not None and points is not None:
        outcome = _by_points(points.points, pack.pass_mark)
    elif unmet:
        outcome = Outcome.UNMET
    elif opened:
        outcome = Outcome.OPEN
    else:
        outcome = Outcome.UNVERIFIED if unverified else Outcome.MET
    env = Env(data)
    said = Conclusion(
        outcome=outcome,
        total=len(counted),
        met=sum(one.verdict is Verdict.MET for _each, one in counted),
        unmet=len(unmet),
        open=len(opened),
        unverified=len(unverified),
        missing=frozenset[str]().union(*(one.missing for one in opened)),
        shortages=combined({each.id: gaps(pack, each, data) for each, _one in unmet}),
        vetoed=vetoed,
        soft=sum(each.bar(one.bar).soft for each, one in unmet),
        below_floor=sum(below_floor(each, env) is True for each, _one in counted) if pack.grades else 0,
        points=points.points if points else None,
        full=points.of if points else None,
    )
    return replace(said, grade=_grade(pack, said, data)) if pack.grades else said


def _by_points(points: Fraction | None, mark_: Fraction) -> Outcome:
    if points is None:
        return Outcome.OPEN
    return Outcome.MET if points >= mark_ else Outcome.UNMET


def _grade(pack: Pack, said: Conclusion, data: Data) -> Grade | None:
    """The first of the pack's own outcomes whose condition holds, as far as the figures known allow to say it.

    None as soon as one stands in the way that cannot be decided.
    """
    counts = {
        "total": said.total, "met": said.met, "unmet": said.unmet, "open": said.open, "unverified": said.unverified,
        "below_floor": said.below_floor, "soft_unmet": said.soft, "vetoed": len(said.vetoed),
    }  # fmt: skip
    facts = {**data.facts, **{name: Fraction(count) for name, count in counts.items()}, "points": said.points}
    env = Env(replace(data, facts=facts))
    if said.outcome is Outcome.NOT_APPLICABLE:
        return None
    whole = not said.open and not said.unverified
    for each in pack.grades:
        found = each.code(env)
        if found is True and (whole or each.certain):
            return each
        if found is not False and (whole or each.certain):
            return None
    return None


def sentence(pack: Pack, said: Conclusion) -> str:
    """The verdict sentence, without the name of the standard; what the pack itself calls the outcome stands behind."""
    text = _sentence(pack, said)
    if said.vetoed:
        names = _("、").join(pick(pack.indicators[name].text) for name in said.vetoed)
        text = _("一票否决：{names}。").format(names=names) + text
    if said.points is not None and said.full is not None:
        text += _("得分 {points}（满分 {full}）。").format(points=shown(said.points), full=shown(said.full))
    if said.grade is not None:
        text += _("按本标准：{grade}。").format(grade=pick(said.grade.text))
    return text


def _sentence(pack: Pack, said: Conclusion) -> str:
    lacking = len(said.missing)
    match said.outcome:
        case Outcome.NOT_APPLICABLE:
            return _("本标准不适用于本单位。")
        case Outcome.MET if said.met < said.total:
            return _("已达标（按总分）：{total} 项中 {met} 项达标，{unmet} 项未达标。").format(
                total=said.total, met=said.met, unmet=said.unmet
            )
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
            return _open_sentence(said)
        case Outcome.UNVERIFIED:
            return _("还不能下结论：{unverified} 项的达标值待核，其余 {met} 项都达标。").format(
                unverified=said.unverified, met=said.met
            )


def _open_sentence(said: Conclusion) -> str:
    """Why nothing can be concluded yet."""
    lacking = len(said.missing)
    if lacking and not said.met:
        return _("数据不全，还不能下结论：{lacking} 项没填。").format(lacking=lacking)
    if not lacking and not said.open:
        return _("还不能下结论：有计分的指标还算不出得分。")
    parts = [_("{lacking} 项没填").format(lacking=lacking)] if lacking else []
    if not lacking:
        parts.append(_("{open} 项无法计算（除数为 0）").format(open=said.open))
    if said.unverified:
        parts.append(_("{unverified} 项的达标值待核").format(unverified=said.unverified))
    if not said.unmet:
        rest = _("已填的 {met} 项都达标") if lacking and not said.unverified else _("其余 {met} 项都达标")
        parts.append(rest.format(met=said.met))
    start = _("数据不全，还不能下结论：{parts}。") if lacking else _("还不能下结论：{parts}。")
    return start.format(parts=_("，").join(parts))


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
