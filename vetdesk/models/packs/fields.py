"""The dictionary of figures: what each fact means, its unit, labels and aliases (`resources/fields/`, domain section 10)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from vetdesk.models.records.places import RESOURCES

KINDS = ("int", "dec", "text", "bool", "answer", "table")
REGISTERED = frozenset(
    {"school_name", "school_code", "district_code", "run_type", "ownership", "founded_year", "unit_kind"}
)
"""Facts that the register knows: a school does not type them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: id, texts (`zh`, `en`), unit, kind, and how it may be changed.

    Kinds: `int`, `dec` numbers; `text` (one of `choices` where there are any); `bool` (1 or 0); `answer` to a
    checklist item (1, 1/2, 0); `table` with `columns`.
    `formula` is set for derived facts. `adjust` says that a school can close a shortage by changing it;
    `short` is its word in shortages. `aliases` are labels found in statistical forms. `part_of` is the fact this one
    is counted in: whoever is hired as one is also the other.
    """

    id: str
    text: Mapping[str, str]
    unit: str
    kind: str
    section: str
    about: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    formula: str = ""
    adjust: bool = False
    short: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    choices: tuple[str, ...] = ()
    columns: Mapping[str, Field] = field(default_factory=dict)
    part_of: str = ""

    @property
    def whole(self) -> bool:
        """Counted in whole numbers."""
        return self.kind == "int"

    @property
    def number(self) -> bool:
        """Holds a number that is typed with digits."""
        return self.kind in ("int", "dec")

    @property
    def derived(self) -> bool:
        """Computed from other facts, never typed."""
        return bool(self.formula)

    @property
    def registered(self) -> bool:
        """Comes from the register."""
        return self.id in REGISTERED


def field_from(data: Mapping[str, Any]) -> Field:
    """A field from its plain form (as packs carry it)."""
    kind = str(data.get("kind", "dec"))
    if kind not in KINDS:
        raise ValueError(f"kind {kind[:20]}")
    columns = [field_from({"section": data["section"], **each}) for each in data.get("columns", ())]
    return Field(
        id=str(data["id"]),
        text={"zh": data["zh"], "en": data["en"]},
        unit=str(data.get("unit", "")),
        kind=kind,
        section=str(data["section"]),
        about=dict(data.get("about", {})),
        aliases=tuple(data.get("aliases", ())),
        formula=str(data.get("formula", "")),
        adjust=bool(data.get("adjust", False)),
        short=dict(data.get("short", {})),
        form=str(data.get("form", "")),
        choices=tuple(data.get("choices", ())),
        columns={each.id: each for each in columns},
        part_of=str(data.get("part_of", "")),
    )


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All facts the product knows, in the order of the paper forms, with sections, switches and sanity rules."""

    facts: Mapping[str, Mapping[str, Any]]
    sections: Mapping[str, Mapping[str, str]]
    switches: Mapping[str, Mapping[str, Any]]
    rules: tuple[Mapping[str, Any], ...]

    def fields(self) -> dict[str, Field]:
        """The facts as `Field`s."""
        return {name: field_from(data) for name, data in self.facts.items()}


@cache
def dictionary() -> Dictionary:
    """The shipped dictionary."""
    facts: dict[str, Mapping[str, Any]] = {}
    sections: dict[str, Mapping[str, str]] = {}
    switches: dict[str, Mapping[str, Any]] = {}
    rules: list[Mapping[str, Any]] = []
    for path in sorted((RESOURCES / "fields").glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, texts in content.get("sections", {}).items():
            sections[name] = texts
        for name, data in content.get("facts", {}).items():
            facts[name] = {"id": name, "section": next(iter(content["sections"])), **data}
        for name, data in content.get("switches", {}).items():
            switches[name] = {"id": name, **data}
        rules.extend(content.get("rules", []))
    return Dictionary(facts, sections, switches, tuple(rules))
