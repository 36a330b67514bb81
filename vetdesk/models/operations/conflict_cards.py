"""What places of a copy are called, and conflicts as they are shown. Loads without the machinery of packages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.records.about_evidence import from_text
from vetdesk.models.records.facts import State
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import conflicts, figures
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.merge import ROW, Place

FACT, EXPLANATION, EVIDENCE, REPLY = "fact", "explanation", "evidence", "reply"


@dataclass(frozen=True, slots=True)
class Card:
    """A conflict as it is shown: the place, what it was, and each text with who wrote it and when."""

    id: str
    name: str
    base: str
    variants: tuple[tuple[str, str, str], ...]
    state: str
    chosen: str
    reason: str
    who: str


def cards(workspace: Workspace, *, state: str = "") -> tuple[Card, ...]:
    """The conflicts of this school (in one state), the open ones first."""
    found = desk(workspace)
    items = conflicts.conflicts(workspace, found.round.id, workspace.owner, state=state)
    return tuple(
        Card(
            each.id, place_name(found, each.place), place_text(found, each.place, each.base),
            tuple((place_text(found, each.place, one.text), one.who, one.at) for one in each.variants),
            each.state, place_text(found, each.place, each.chosen) if each.state == "decided" else "",
            each.reason, each.who,
        )
        for each in sorted(items, key=lambda each: each.state != "open")
    )  # fmt: skip


def place_name(found: Desk, place: Place) -> str:
    """What a place is called on the screen."""
    if place[0] == FACT:
        field = found.fields.get(place[2])
        name = pick(field.text) if field else place[2]
        if place[1] == figures.LAST:
            name = _("{name}（上年）").format(name=name)
        return name if ROW not in place else f"{name} › {' '.join(each for each in place[4:] if each)}"
    if place[0] == EXPLANATION:
        return _("[{rule}] 的说明").format(rule=place[1])
    if place[0] == EVIDENCE:
        return _("佐证材料")
    return _("整改措施")


def place_text(found: Desk, place: Place, text: str) -> str:
    """A text of a place as people read it."""
    if not text:
        return _("（没有）")
    if place[0] == FACT and ROW in place:
        return "　".join(f"{column}：{value}" for column, value in _columns(found, place, json.loads(text)).items())
    if place[0] == FACT:
        entry = figures.from_plain(json.loads(text))
        field = found.fields.get(place[2])
        if entry.state is not State.GIVEN:
            return _("{state}：{reason}").format(state=entry.state.word, reason=entry.reason)
        return f"{entry.text} {entry.unit or (field.unit if field else '')}".strip()
    if place[0] == REPLY:
        return str(json.loads(text)[1])
    if place[0] == EVIDENCE:
        return evidence_text(text)
    return text.strip()


def evidence_text(text: str) -> str:
    """A use of evidence as people read it: its label, and what is known of it."""
    label, _line, about = text.partition("\n")
    return _("；").join(filter(None, (label.strip(), *from_text(about).lines())))


def _columns(found: Desk, place: Place, row: Mapping[str, str]) -> dict[str, str]:
    field = found.fields.get(place[2])
    columns = field.columns if field else {}
    return {pick(columns[name].text) if name in columns else name: value for name, value in row.items()}
