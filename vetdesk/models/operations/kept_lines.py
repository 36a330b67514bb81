"""A school's judgements kept between two openings: found again only where all they rest on, the program included, is the same.

Opening a bureau of thousands of schools then judges nobody anew. The figures are written exactly; what cannot be read
as it was written counts as not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from functools import cache
from pathlib import Path

import msgspec

from vetdesk import __version__
from vetdesk.models.packs.conclude import Conclusion, Outcome
from vetdesk.models.packs.gap import Gap
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.rollup.board import Line, Said, UnitState
from vetdesk.models.store.register import UnitRecord

_Judged = tuple[str, str, str, str, list[str], int]
_Shortage = tuple[str, str, str]
_VERDICTS = {each.value: each for each in Verdict}
_UNIT = tuple(each.name for each in fields(UnitRecord))
_NOTHING: frozenset[str] = frozenset()
_ENGINE = (
    "packs/*.py", "rollup/*.py", "records/*.py", "operations/assess.py", "operations/city_figures.py",
    "operations/decide.py", "operations/desk.py", "operations/school_lines.py",
)  # fmt: skip


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A line as bytes: what each stage says that differs, which stage says which (-1: nothing known), and what the school
    declared itself to be (name, state, text, reason)."""

    said: list[_KeptSaid]
    stages: dict[str, int]
    classed: list[tuple[str, str, str, str]]


class _KeptSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Judgements and a conclusion as bytes. Exact figures are texts `numerator/denominator`, '' for none."""

    judged: list[_Judged]
    outcome: str
    counts: tuple[int, int, int, int, int, int, int]
    missing: list[str]
    shortages: list[_Shortage]
    vetoed: list[str]
    points: str
    full: str
    grade: str


@cache
def engine() -> bytes:
    """What the judging parts of this program are: their sources, so that no line outlives the program that made it."""
    digest = hashlib.blake2b(__version__.encode("utf-8"), digest_size=32)
    models = Path(__file__).resolve().parents[1]
    for part in _ENGINE:
        for path in sorted(models.glob(part)):
            digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes())
    return digest.digest()


def key_of(
    standards: str, unit: UnitRecord, submission: str, verified: Mapping[str, Entry], accepted: Mapping[str, Entry]
) -> bytes:
    """The digest of all that a school's judgements rest on: the program, standards, register, submission, later stages."""
    digest = hashlib.blake2b(engine(), digest_size=32)
    parts = [standards, submission, *(str(getattr(unit, name)) for name in _UNIT)]
    for entries in (verified, accepted):
        parts.append("")
        for name in sorted(entries):
            each = entries[name]
            parts += [name, each.state.value, each.text, each.unit, each.reason]
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.digest()


def to_bytes(line: Line) -> bytes:
    """The judgements and conclusions of a line; those of a stage of which nothing is known are not written."""
    distinct: list[Mapping[str, Judgement]] = []
    kept: list[_KeptSaid] = []
    stages = {}
    for stage, judged in line.judged.items():
        if stage not in line.figured:
            stages[stage.value] = -1
            continue
        at = next((at for at, each in enumerate(distinct) if each is judged), None)
        if at is None:
            at = len(distinct)
            distinct.append(judged)
            kept.append(_kept(judged, line.concluded[stage]))
        stages[stage.value] = at
    return msgspec.json.encode(
        _Kept(kept, stages, [(name, each.state.value, each.text, each.reason) for name, each in line.classed.items()])
    )


def _kept(judged: Mapping[str, Judgement], said: Conclusion) -> _KeptSaid:
    return _KeptSaid(
        [
            (name, each.verdict.value, _pair(each.ratio), _pair(each.needed), sorted(each.missing), each.bar)
            for name, each in judged.items()
        ],
        said.outcome.value,
        (said.total, said.met, said.unmet, said.open, said.unverified, said.soft, said.below_floor),
        sorted(said.missing),
        [(gap.fact, _ratio(gap.change), gap.unit) for gap in said.shortages],
        list(said.vetoed),
        _ratio(said.points),
        _ratio(said.full),
        said.grade.id if said.grade is not None else "",
    )


def from_bytes(
    data: bytes, unit: UnitRecord, packs: tuple[Pack, ...], blank: Callable[[Mapping[str, Entry]], Said]
) -> Line | None:
    """The line of a unit, of whose standards the first decides; None for anything that is not exactly what they give.

    `blank` says what is said of a school of which nothing is known but of which kind it is.
    """
    try:
        kept = _decoder.decode(data)
        wanted = {name for pack in packs for name in pack.indicators}
        said = [_said(each, packs[0]) for each in kept.said]
        if any(each.judged.keys() != wanted for each in said):
            return None
        own = {name: Entry(State(state), text, "", reason) for name, state, text, reason in kept.classed}
        if -1 in kept.stages.values():
            said.append(blank(own))  # where -1 leads to
        by_stage = {stage: said[kept.stages[stage.value]] for stage in Stage}
        return Line(
            unit, UnitState.NOT_RECEIVED, 0,
            {stage: each.judged for stage, each in by_stage.items()},
            {stage: each.conclusion for stage, each in by_stage.items()},
            packs,
            frozenset(stage for stage in Stage if kept.stages[stage.value] >= 0),
            own,
        )  # fmt: skip
    except (ValueError, KeyError, IndexError):
        return None


def _said(kept: _KeptSaid, deciding: Pack) -> Said:
    """What was kept; raises ValueError or KeyError for what is nothing of these standards."""
    total, met, unmet, open_, unverified, soft, below_floor = kept.counts
    grades = {each.id: each for each in deciding.grades}
    return Said(
        {
            name: Judgement(
                name, _VERDICTS[verdict], _two(ratio), _two(needed), frozenset(missing) if missing else _NOTHING, bar
            )
            for name, verdict, ratio, needed, missing, bar in kept.judged
        },
        Conclusion(
            Outcome(kept.outcome), total, met, unmet, open_, unverified, frozenset(kept.missing),
            tuple(Gap(fact, Fraction(change), of) for fact, change, of in kept.shortages), tuple(kept.vetoed),
            soft, below_floor, _fraction(kept.points), _fraction(kept.full),
            grades[kept.grade] if kept.grade else None,
        ),
    )  # fmt: skip


_decoder = msgspec.json.Decoder(_Kept)


def _pair(pair: tuple[int, int] | None) -> str:
    return "" if pair is None else f"{pair[0]}/{pair[1]}"


def _two(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    above, below = text.split("/")
    if below == "1":
        return int(above), 1
    return int(above), int(below)


def _ratio(value: Fraction | None) -> str:
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None
