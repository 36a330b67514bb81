"""What differs between two standards (or two versions of one), and which verdicts that changes. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Indicator, Lineage, Pack, Scoring
from vetdesk.models.packs.trace import SYMBOLS
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, mark, pick


class Fate(StrEnum):
    """What became of an indicator or a figure."""

    KEPT = "kept"
    CHANGED = "changed"
    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    RETIRED = "retired"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_FATES[self])


_FATES = {
    Fate.KEPT: mark("不变"),
    Fate.CHANGED: mark("有变化"),
    Fate.RENAMED: mark("改名"),
    Fate.SPLIT: mark("拆分"),
    Fate.MERGED: mark("合并"),
    Fate.NEW: mark("新增"),
    Fate.RETIRED: mark("停用"),
}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that differs: its name, and what it was and is."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator or figure of either standard: its ids before and now, what became of it, and how it differs."""

    fate: Fate
    old: tuple[str, ...]
    new: tuple[str, ...]
    text: str
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes of indicators, figures, rules and of the standard as a whole, in the new order, retired ones last."""

    indicators: tuple[Change, ...]
    facts: tuple[Change, ...]
    rules: tuple[Change, ...] = ()
    whole: tuple[Change, ...] = ()

    @property
    def differing(self) -> list[Change]:
        """The changes that are none of `kept`."""
        every = (*self.whole, *self.indicators, *self.facts, *self.rules)
        return [each for each in every if each.fate is not Fate.KEPT]


def compare(old: Pack, new: Pack) -> Comparison:
    """The changes from one standard to another: by id, by the new one's lineage, or by the base it is laid over."""
    whole = _whole(old, new) if old.id == new.id else ()
    return Comparison(tuple(_indicators(old, new)), tuple(_facts(old, new)), tuple(_rules(old, new)), whole)


_FATE_OF = {"renamed": Fate.RENAMED, "split": Fate.SPLIT, "merged": Fate.MERGED}


def _lineage(new: Pack, what: str) -> dict[str, Lineage]:
    return {name: each for each in new.lineage if each.what == what for name in each.new}


def _indicators(old: Pack, new: Pack) -> Iterator[Change]:
    known = _lineage(new, "indicator")
    over_base = new.layer is not None and new.layer.id == old.id
    used = set[str]()
    for name, each in new.indicators.items():
        came = known.get(name)
        origin = each.origin.indicator if over_base and each.origin is not None else ""
        before = origin or name
        text = pick(each.text)
        if came is not None and set(came.old) <= old.indicators.keys():
            used |= set(came.old)
            aspects = _aspects(old.indicators[came.old[0]], each) if came.relation == "renamed" else ()
            yield Change(_FATE_OF[came.relation], came.old, came.new, text, aspects)
        elif before in old.indicators:
            used.add(before)
            aspects = _aspects(old.indicators[before], each)
            yield Change(Fate.CHANGED if aspects else Fate.KEPT, (before,), (name,), text, aspects)
        else:
            yield Change(Fate.NEW, (), (name,), text)
    why = {str(each["indicator"]): pick(each["why"]) for each in new.layer.dropped} if new.layer else {}
    for name, each in old.indicators.items():
        if name not in used:
            reason = why.get(name, "")
            yield Change(Fate.RETIRED, (name,), (), f"{pick(each.text)}：{reason}" if reason else pick(each.text))


def _facts(old: Pack, new: Pack) -> Iterator[Change]:
    known = _lineage(new, "fact")
    used = set[str]()
    before = {each.id: each for each in old.form()}
    for field in new.form():
        came = known.get(field.id)
        text = pick(field.text)
        if came is not None and set(came.old) <= before.keys():
            used |= set(came.old)
            yield Change(_FATE_OF[came.relation], came.old, came.new, text)
        elif field.id in before:
            used.add(field.id)
            was = before[field.id]
            aspects = tuple(
                Aspect(name, a, b)
                for name, a, b in (
                    (_("名称"), pick(was.text), text),
                    (_("单位"), was.unit, field.unit),
                    (_("口径"), pick(was.about), pick(field.about)),
                    (_("类型"), was.kind, field.kind),
                    (_("可选值"), _("、").join(was.choices), _("、").join(field.choices)),
                    (_("表格的列"), _columns(was), _columns(field)),
                )
                if a != b
            )
            yield Change(Fate.CHANGED if aspects else Fate.KEPT, (field.id,), (field.id,), text, aspects)
        else:
            yield Change(Fate.NEW, (), (field.id,), text)
    for name, field in before.items():
        if name not in used:
            yield Change(Fate.RETIRED, (name,), (), pick(field.text))


def _rules(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = ({each.id: each for each in pack.rules} for pack in (old, new))
    for name, rule in after.items():
        text = f"[{name}] {pick(rule.text)}"
        if name not in before:
            yield Change(Fate.NEW, (), (name,), text)
            continue
        was = before[name]
        aspects = _differing(
            (_("名称"), pick(was.text), pick(rule.text)),
            (_("何时触发"), was.when, rule.when),
            (_("轻重"), was.severity.word, rule.severity.word),
            (_("缺数据时"), was.lacking.value, rule.lacking.value),
        )
        yield Change(Fate.CHANGED if aspects else Fate.KEPT, (name,), (name,), text, aspects)
    for name, rule in before.items():
        if name not in after:
            yield Change(Fate.RETIRED, (name,), (), f"[{name}] {pick(rule.text)}")


def _whole(old: Pack, new: Pack) -> tuple[Change, ...]:
    """What two versions say of themselves."""

    def conclusions(pack: Pack) -> str:
        return _("；").join(f"{pick(each.text)}：{each.when}" for each in pack.grades)

    aspects = _differing(
        (_("名称"), pick(old.text), pick(new.text)),
        (_("文号"), old.document, new.document),
        (_("施行日期"), old.start, new.start),
        (_("失效日期"), old.end, new.end),
        (_("适用范围"), str(old.plain.get("applies", "")), str(new.plain.get("applies", ""))),
        (_("结论"), conclusions(old), conclusions(new)),
        (_("合格分"), _mark(old), _mark(new)),
    )
    return (Change(Fate.CHANGED, (old.id,), (new.id,), _("标准本身"), aspects),) if aspects else ()


def _mark(pack: Pack) -> str:
    return "" if pack.pass_mark is None else decimal_text(pack.pass_mark)


def _differing(*pairs: tuple[str, str, str]) -> tuple[Aspect, ...]:
    return tuple(Aspect(name, a, b) for name, a, b in pairs if a != b)


def _aspects(was: Indicator, now: Indicator) -> tuple[Aspect, ...]:
    pairs = (
        (_("名称"), pick(was.text), pick(now.text)),
        (_("单位"), was.unit, now.unit),
        (_("公式"), "" if was.question else was.formula, "" if now.question else now.formula),
        (_("达标值"), required_text(was), required_text(now)),
        (_("依据"), _sources(was), _sources(now)),
        (_("可信度"), _confidences(was), _confidences(now)),
        (_("适用条件"), was.when, now.when),
        (_("关键指标"), _yes(was.key), _yes(now.key)),
        (_("一票否决"), _yes(was.veto), _yes(now.veto)),
        (_("原则性要求"), _soft(was), _soft(now)),
        (_("情形不明时"), _undecided(was), _undecided(now)),
        (_("计分"), _scoring(was.scoring), _scoring(now.scoring)),
    )
    return tuple(Aspect(name, a, b) for name, a, b in pairs if a != b)


def required_text(indicator: Indicator) -> str:
    """All required values of an indicator in one line, with the condition of each."""
    if indicator.question:
        return _each(_("符合") if bar.text == "1" else _("基本符合") for bar in indicator.threshold.every)
    parts = []
    for bar in indicator.threshold.every:
        text = f"{SYMBOLS[indicator.cmp]} {bar.text or '—'} {indicator.unit}".strip()
        when = f"（{bar.when}）" if bar.when else ""
        dates = f"（{bar.start or '…'}–{bar.end or '…'}）" if bar.start or bar.end else ""
        floor = _("，限制线 {floor}").format(floor=bar.floor_text) if bar.floor_text else ""
        parts.append(f"{text}{floor}{when}{dates}")
    return _("；").join(parts)


def _sources(indicator: Indicator) -> str:
    return _each(f"{bar.document} {bar.article}".strip() for bar in indicator.threshold.every)


def _confidences(indicator: Indicator) -> str:
    return _each(bar.confidence for bar in indicator.threshold.every)


def _soft(indicator: Indicator) -> str:
    return _each(_yes(bar.soft) for bar in indicator.threshold.every)


def _undecided(indicator: Indicator) -> str:
    return _each(_("看下一档") if bar.skip_unknown else _("等数据") for bar in indicator.threshold.every)


def _each(texts: Iterable[str]) -> str:
    """The different ones of some texts."""
    return _("；").join(dict.fromkeys(texts))


def _columns(field: Field) -> str:
    return _("、").join(f"{each.id} {each.kind} {each.unit}".strip() for each in field.columns.values())


def _scoring(scoring: Scoring | None) -> str:
    """How points are earned in one line, '' for none."""
    if scoring is None:
        return ""
    parts = [_("{method}，{points} 分").format(method=scoring.method.value, points=decimal_text(scoring.points))]
    named = ((_("零分线"), scoring.floor), (_("每例扣分"), scoring.each), (_("最多扣分"), scoring.limit))
    parts += [f"{name} {decimal_text(value)}" for name, value in named if value is not None]
    parts += [f"{band.grade} {decimal_text(band.at)} {decimal_text(band.share)}" for band in scoring.bands]
    return _("；").join(parts)


def _yes(value: bool) -> str:
    return _("是") if value else _("否")


@dataclass(frozen=True, slots=True)
class Flip:
    """A verdict that changes: of which indicator (its id now), from what to what; None where it is not judged."""

    indicator: str
    text: str
    was: Verdict | None
    now: Verdict | None


def flips(old: Pack, new: Pack, before: Mapping[str, Judgement], after: Mapping[str, Judgement]) -> tuple[Flip, ...]:
    """The verdicts that differ between two judgements of one unit, under the old and the new standard."""
    found: dict[str, Flip] = {}
    for each in compare(old, new).indicators:
        was = before[each.old[0]].verdict if len(each.old) == 1 else None
        for name in each.new:
            if was is not after[name].verdict:
                found.setdefault(name, Flip(name, pick(new.indicators[name].text), was, after[name].verdict))
        if not each.new and was is not None:
            found[f"- {each.old[0]}"] = Flip(each.old[0], each.text, was, None)
    return tuple(found.values())


def renames(pack: Pack) -> list[tuple[str, str]]:
    """`(old id, new id)` of the figures a version renamed. What was split or merged is never guessed."""
    return [(each.old[0], each.new[0]) for each in pack.lineage if each.what == "fact" and each.relation == "renamed"]


def carried(
    entries: Mapping[str, Entry], packs: tuple[Pack, ...], former: Mapping[str, Field] | None = None
) -> dict[str, Entry]:
    """Entries under the ids of the standards: a renamed figure that stands only under its old id gets the new one too.

    `former` are the facts of earlier versions: a figure whose unit changed keeps the one it was typed in.
    """
    found = dict(entries)
    for pack in packs:
        for old, new in renames(pack):
            if found.get(new, UNFILLED) == UNFILLED and found.get(old, UNFILLED) != UNFILLED:
                found[new] = moved(found[old], (former or {}).get(old), pack.fields[new])
    return found


def moved(entry: Entry, source: Field | None, target: Field) -> Entry:
    """An entry under another id: in the unit it was typed in; unfilled where it cannot be that figure's."""
    if entry.state is not State.GIVEN or source is None or (source.kind, source.unit) == (target.kind, target.unit):
        return entry
    if not source.number or not target.number:
        return UNFILLED
    typed = entry if entry.unit else replace(entry, unit=source.unit)
    return UNFILLED if typed.value(target.unit) is None else typed


def plain(found: Comparison) -> dict[str, Any]:
    """A comparison as plain JSON values."""

    def rows(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
        return [
            {
                "fate": each.fate.value, "old": list(each.old), "new": list(each.new), "text": each.text,
                "aspects": [{"name": one.name, "was": one.was, "now": one.now} for one in each.aspects],
            }
            for each in changes
        ]  # fmt: skip

    return {
        "indicators": rows(found.indicators), "facts": rows(found.facts), "rules": rows(found.rules),
        "whole": rows(found.whole),
    }  # fmt: skip
