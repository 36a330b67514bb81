"""What the tests of packs share: tiny packs written in place, the shipped ones, schools, and edited copies of packs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import settings

from tests.factory import GOOD, NINE, SETUP
from vetdesk.models.packs.build import build
from vetdesk.models.packs.evaluate import Data, Row, Value, prepare, value
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.formula import parse
from vetdesk.models.packs.judge import Judgement, data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import SHIPPED, load

Plain = dict[str, Any]

BOTH = (NINE, SETUP)
PREFIX = {"db22": NINE, "zz10": SETUP}
QUESTIONS = ("zz10_q_plan", "zz10_q_legal", "zz10_q_charter", "zz10_q_sport", "zz10_q_train", "zz10_q_it",
             "zz10_q_head", "zz10_q_org", "zz10_q_major", "zz10_q_fund", "zz10_q_local")  # fmt: skip
REST: Plain = {
    "teachers_parttime": "20",
    "majors": [
        {"group_code": "66", "students": "600", "teachers_mid_up": "6"},
        {"group_code": "73", "students": "900", "teachers_mid_up": "8"},
    ],
    **dict.fromkeys(QUESTIONS, "yes"),
}
"""What the good school says besides figures: its majors, and the questions of the set-up standard."""


def modest(examples: int = 100) -> settings:
    """Few examples (all of them where `VETDESK_THOROUGH` is set), no deadline, nothing left on the disk."""
    few = examples if os.environ.get("VETDESK_THOROUGH") else max(examples // 5, 10)
    return settings(max_examples=few, deadline=None, database=None)


def fact(name: str, *, kind: str = "dec", adjust: bool = True, **more: Any) -> Plain:
    """A fact of a small pack, in pieces."""
    return {
        "id": name, "zh": f"{name}数", "en": name, "unit": "个" if kind in ("int", "dec") else "", "kind": kind,
        "section": "all", "adjust": adjust, "short": {"zh": name, "en": name}, **more,
    }  # fmt: skip


def table(name: str, **units: str | None) -> Plain:
    """A table of a small pack; its columns by name hold decimals in a unit, or texts where the unit is None."""
    columns = [
        {"id": column, "zh": f"{column}列", "en": column, "kind": "text" if unit is None else "dec", "unit": unit or ""}
        for column, unit in units.items()
    ]
    return fact(name, kind="table", adjust=False, columns=columns)


def bar(value: str = "10", *, confidence: str = "FOUND", **more: Any) -> Plain:
    """A required value of an indicator of a small pack."""
    return {"value": value, "confidence": confidence, **more}


def indicator(formula: str, cmp: str = ">=", value: str = "10", *, name: str = "one", **more: Any) -> Plain:
    """An indicator of a small pack with one bar of a `confidence`, or with the `bars` given."""
    one = bar(value, confidence=more.pop("confidence", "FOUND"))
    return {
        "id": name, "group": "all", "zh": f"{name}指标", "en": name, "unit": "个", "formula": formula, "cmp": cmp,
        "bars": [one], **more,
    }  # fmt: skip


def question(name: str = "q", **more: Any) -> Plain:
    """A checklist item of a small pack, with a confirmed source."""
    return {"id": name, "group": "all", "zh": f"{name}条件", "en": name, "confidence": "FOUND", **more}


def small_plain(*indicators: Plain, facts: Sequence[Plain] | None = None, **more: Any) -> Plain:
    """The plain form of a pack over whole numbers `a`, `b`, decimals `x`, `y` and the text `t`."""
    own = [fact("a", kind="int"), fact("b", kind="int"), fact("x"), fact("y"), fact("t", kind="text", adjust=False)]
    return {
        "id": "small", "version": "1", "zh": "小标准", "en": "Small", "issuer": {"zh": "无", "en": "none"},
        "document": "无", "groups": {"all": {"zh": "全部", "en": "all"}}, "sections": {"all": {"zh": "一", "en": "1"}},
        "facts": own if facts is None else list(facts), "indicators": list(indicators), **more,
    }  # fmt: skip


def small_pack(*indicators: Plain, facts: Sequence[Plain] | None = None, **more: Any) -> Pack:
    """That pack, built."""
    return build(small_plain(*indicators, facts=facts, **more))


def figures(**facts: str | int | Fraction | None) -> dict[str, Fraction | str | None]:
    """Exact numbers from short spellings; None stays missing."""
    return {name: None if value is None else Fraction(value) for name, value in facts.items()}


def value_of(
    text: str,
    facts: Mapping[str, Fraction | str | None] | None = None,
    *,
    previous: Mapping[str, Fraction | str | None] | None = None,
    tables: Mapping[str, Sequence[Row]] | None = None,
) -> Value:
    """What a formula gives for some data."""
    return value(prepare(parse(text)), Data(facts or {}, previous or {}, tables or {}))


def school(pack: Pack, **changes: Any) -> Data:
    """The good school with some figures changed (an empty text takes one out), as the pack reads it."""
    facts = {**REST, **GOOD, **changes}
    return data_of(pack, example_entries(pack, {name: text for name, text in facts.items() if name in pack.fields}))


def judged(name: str, **changes: Any) -> Judgement:
    """The judgement of the good school, with changes, on one indicator of a shipped pack."""
    pack = load(PREFIX[name.partition("_")[0]])
    return judge(pack, school(pack, **changes))[name]


def copied(folder: Path, edit: Callable[[str], str], *, file: str = "pack.toml", pack: str = NINE) -> Path:
    """A copy of a shipped pack with one file edited."""
    copy = folder / "copy"
    shutil.copytree(SHIPPED / pack, copy)
    before = (copy / file).read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    (copy / file).write_text(after, encoding="utf-8")
    return copy
