"""Runs a pack's worked examples: a pack that misses one is not loaded."""

from __future__ import annotations

from collections.abc import Mapping

from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Example, Pack
from vetdesk.models.records.facts import Entry, State, given
from vetdesk.models.records.numbers import decimal_text, read_amount
from vetdesk.models.records.words import _


def run_examples(pack: Pack) -> list[str]:
    """One sentence for each expectation that the pack does not give."""
    return [problem for example in pack.examples for problem in _problems(pack, example)]


def _problems(pack: Pack, example: Example) -> list[str]:
    try:
        entries = example_entries(pack, example.facts)
    except ValueError as error:
        return [_("样例“{name}”的数据读不出来：{why}").format(name=example.name, why=error)]
    judged = judge(pack, data_of(pack, entries))
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
    return problems


def example_entries(pack: Pack, facts: Mapping[str, str]) -> dict[str, Entry]:
    """Entries of facts typed as text; an empty text is a figure not yet filled.

    Raises ValueError for a fact the pack does not have and for what is no number.
    """
    entries: dict[str, Entry] = {}
    for name, text in facts.items():
        field = pack.fields.get(name)
        if field is None or field.derived:
            raise ValueError(_("没有数据项“{name}”").format(name=name))
        if not text:
            continue
        if field.kind == "text":
            entries[name] = Entry(State.GIVEN, text)
        else:
            amount = read_amount(text)
            entries[name] = given(amount.text, amount.unit)
    return entries
