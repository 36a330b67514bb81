"""Runs a pack's worked examples: a pack that misses one is not loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vetdesk.models.packs.conclude import conclude
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Example, Pack
from vetdesk.models.packs.typed import typed_entry
from vetdesk.models.records.facts import Entry
from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.records.words import _


def missed(pack: Pack) -> list[tuple[int, str]]:
    """For each expectation that the pack does not give: the number of its example and one sentence."""
    return [(at, problem) for at, example in enumerate(pack.examples) for problem in _problems(pack, example)]


def run_examples(pack: Pack) -> list[str]:
    """One sentence for each expectation that the pack does not give."""
    return [problem for _at, problem in missed(pack)]


def _problems(pack: Pack, example: Example) -> list[str]:
    try:
        entries = example_entries(pack, example.facts)
    except ValueError as error:
        return [_("样例“{name}”的数据读不出来：{why}").format(name=example.name, why=error)]
    dated = as_of(pack, example.as_of)
    data = data_of(dated, entries, previous=example_entries(pack, example.facts, last_year=True))
    judged = judge(dated, data)
    problems = []
    for name, expected in example.expect.items():
        if name not in judged:
            problems.append(_("样例“{name}”提到的“{id}”不是指标").format(name=example.name, id=name))
            continue
        got = judged[name]
        if got.verdict.value != expected:
            problems.append(
                _("样例“{name}”应为 {expected}，得到 {got}").format(
                    name=example.name, expected=expected, got=got.verdict.value
                )
            )
        value = example.values.get(name)
        if value is not None and (got.value is None or decimal_text(got.value) != value):
            problems.append(
                _("样例“{name}”的值应为 {expected}，得到 {got}").format(
                    name=example.name,
                    expected=value,
                    got="" if got.value is None else decimal_text(got.value),
                )
            )
    if example.grade is not None:
        grade = conclude(dated, judged, data).grade
        got_grade = grade.id if grade else ""
        if got_grade != example.grade:
            problems.append(
                _("样例“{name}”的结论应为“{expected}”，得到“{got}”").format(
                    name=example.name, expected=example.grade, got=got_grade
                )
            )
    return problems


_LAST_YEAR = re.compile(r"prev\(([a-z0-9_]+)\)", re.ASCII)


def example_entries(pack: Pack, facts: Mapping[str, Any], *, last_year: bool = False) -> dict[str, Entry]:
    """Entries of facts typed as text; an empty text is a figure not yet filled, `prev(fact)` last year's figure.

    Raises ValueError for a fact the pack does not have and for what is no number.
    """
    entries: dict[str, Entry] = {}
    for key, typed in facts.items():
        past = _LAST_YEAR.fullmatch(key)
        name = past.group(1) if past else key
        field = pack.fields.get(name)
        if field is None or field.derived:
            raise ValueError(_("没有数据项“{name}”").format(name=name))
        if bool(past) is last_year and typed:
            entries[name] = typed_entry(field, typed)
    return entries
