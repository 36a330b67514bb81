"""Filling figures: one field, several at once, states with reasons, explanations. Each call is one durable act."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.packs.cells import unique
from vetdesk.models.packs.fields import Field, dictionary
from vetdesk.models.packs.reckon import is_sum, reckon
from vetdesk.models.packs.typed import how_to_fill, typed_entry
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import figures, inspection
from vetdesk.models.store.workspace import Workspace, wrong_role

LAST_YEAR = "last."
"""What the bureau says to the reason why a figure of last year is another is kept under `last.FACT`."""


def read_entry(field: Field, text: str) -> Entry:
    """The entry of what was typed into a field; empty text means not yet filled. Rows of a table are given as JSON.

    Arithmetic in a number's field is worked out. Raises ValueError with a sentence for anything that is not plainly such a value.
    """
    if field.number and is_sum(text):
        return typed_entry(field, reckon(text))
    if field.kind != "table" or not text.strip():
        return typed_entry(field, text) if text.strip() else UNFILLED
    try:
        rows = json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("不是 JSON 写的各行")) from error
    return typed_entry(field, rows)


def entry_or_refusal(field: Field, text: str) -> Entry:
    """The entry of what was typed into a field.

    Raises KnownError with the field's name, what was typed, why it cannot be taken, and what to type.
    """
    try:
        return read_entry(field, text)
    except ValueError as error:
        raise KnownError(
            _("{name}（{id}）填的“{text}”{why}，没有改动。{remedy}").format(
                name=pick(field.text), id=field.id, text=text[:40], why=error, remedy=how_to_fill(field)
            ),
            code="bad_number",
        ) from error


def field_of(workspace: Workspace, fact: str) -> Field:
    """A field of the round's form, by id or by its exact Chinese label or alias.

    Raises KnownError for an unknown one, and for one that is computed.
    """
    form: dict[str, Field] = {}
    for pack in desk(workspace).packs:
        form.update(pack.fields)
    found = form.get(fact) or next(
        (each for each in form.values() if fact in (each.text["zh"], each.text["en"], *each.aliases)), None
    )
    if found is None:
        known = fact in dictionary().facts
        sentence = (
            _("本次任务用不到数据项“{fact}”，没有改动。")
            if known
            else _("没有数据项“{fact}”，没有改动。可用的数据项见“填报”页或手册。")
        )
        raise KnownError(sentence.format(fact=fact), code="unknown_fact")
    if found.derived or found.registered:
        raise KnownError(
            _("“{name}”由程序计算或来自名录，不能直接填写，没有改动。").format(name=pick(found.text)),
            code="derived",
        )
    return found


def set_figures(
    workspace: Workspace,
    values: Mapping[str, str],
    *,
    year: str = figures.THIS,
    why: str = "",
) -> Changes:
    """Fill figures typed as text in one act; an empty text clears a figure.

    Raises KnownError naming the first field that cannot be taken; nothing is then changed.
    """
    _check_role(workspace)
    entries: dict[str, Entry] = {}
    for fact, text in values.items():
        field = field_of(workspace, fact)
        if field.id in entries:
            raise KnownError(
                _("“{name}”给了两次，没有改动。每个数据项请只写一次。").format(name=pick(field.text)), code="twice"
            )
        entries[field.id] = entry_or_refusal(field, text)
    sums = _("；").join(text.strip()[:100] for text in values.values() if len(values) == 1 and is_sum(text))
    return put_entries(workspace, entries, year=year, why=why or sums)


def take_over(workspace: Workspace, facts: Iterable[str]) -> Changes:
    """Fill what is not filled yet with last year's figures, in one act; each is marked with where it comes from.

    Raises KnownError where nothing can be taken over.
    """
    _check_role(workspace)
    found, unit = desk(workspace), own_unit(workspace).code
    now = figures.read(workspace, found.round.id, unit)
    last = figures.read(workspace, found.round.id, unit, year=figures.LAST)
    taken = {
        name: replace(last[name], reason="")
        for name in facts
        if name in found.fields
        and not found.fields[name].derived
        and now.get(name, UNFILLED).state is State.UNFILLED
        and last.get(name, UNFILLED).state is State.GIVEN
    }
    if not taken:
        raise KnownError(_("这里没有可以沿用的去年数据，没有改动。"), code="nothing_taken")
    mark = _("去年数据")
    return put_entries(workspace, taken, sources=dict.fromkeys(taken, mark), why=_("沿用去年"))


def put_entries(
    workspace: Workspace,
    entries: Mapping[str, Entry],
    *,
    year: str = figures.THIS,
    sources: Mapping[str, str] | None = None,
    action: str = "edit",
    why: str = "",
) -> Changes:
    """Store entries of the workspace's own school in one act; equal ones are left alone."""
    _check_role(workspace)
    round_id, unit = desk(workspace).round.id, own_unit(workspace).code
    with workspace.atomic():
        _act, changed = figures.write(
            workspace, round_id, unit, entries, year=year, sources=sources, action=action, why=why
        )
    return Changes(facts=changed, units=frozenset({unit}) if changed else frozenset())


def set_state(workspace: Workspace, fact: str, state: State, reason: str) -> Changes:
    """Mark a figure not applicable or unknown.

    Raises KnownError where a reason is missing.
    """
    _check_role(workspace)
    field = field_of(workspace, fact)
    if not reason.strip():
        raise KnownError(
            _("请写明“{name}”为什么{state}，没有改动。").format(name=pick(field.text), state=state.word),
            code="no_reason",
        )
    return put_entries(workspace, {field.id: Entry(state, reason=reason.strip()[:500])}, why=reason.strip())


def explain(workspace: Workspace, rule: str, text: str) -> Changes:
    """Write the explanation a fired rule asks for; an equal one is left alone.

    Raises KnownError for an unknown rule.
    """
    _check_role(workspace)
    found = desk(workspace)
    if rule not in {each.id for pack in found.packs for each in pack.rules}:
        raise KnownError(_("没有校验规则“{rule}”，没有改动。").format(rule=rule), code="unknown_rule")
    unit, said = own_unit(workspace).code, text.strip()[:5000]
    review = inspection.explanation_reviews(workspace, found.round.id, unit).get(rule)
    if review is not None and review.state == "returned" and review.said == said:
        raise KnownError(
            _("主管部门退回了这条说明（{note}），照原样不能再交，没有改动。请改写。").format(note=review.note),
            code="returned",
        )
    if figures.explanations(workspace, found.round.id, unit).get(rule, "") == said:
        return Changes()
    with workspace.atomic():
        figures.explain(workspace, found.round.id, unit, rule, said)
    return Changes(units=frozenset({unit}))


def _check_role(workspace: Workspace) -> None:
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
