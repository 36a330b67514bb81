"""Lays a local addition (province, city) over a standard: what it tightens, relaxes, replaces, adds, keeps or drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vetdesk.models.packs.pack import PackError
from vetdesk.models.records.words import _

OPEN_BAR = {"confidence": "UNSURE"}


def lay(source: Mapping[str, Any], base: Mapping[str, Any], base_hash: str) -> dict[str, Any]:
    """The effective source form: that of the addition, with what it keeps of its base, and where each thing came from.

    Raises PackError naming an indicator that stands for none of the base.
    """
    old = {str(each["id"]): each for each in base.get("indicators", ())}
    basis = str(source.get("basis") or source.get("document", ""))
    own, replaced = [], set[str]()
    for each in source.get("indicators", ()):
        own.append(_own(source, each, old, basis))
        replaced.add(str(each.get("stands_for", "")))
    dropped = {str(each["indicator"]): each for each in source.get("dropped", ())}
    asked = {str(each["id"]): each for each in base.get("items", ())}
    for name in (replaced - old.keys() - {""}) | (dropped.keys() - old.keys() - asked.keys()):
        raise PackError(
            _("标准“{pack}”提到的“{indicator}”不在基础标准“{base}”里。没有装入，请检查编号。").format(
                pack=source.get("id", "?"), indicator=name[:40], base=base.get("id", "?")
            )
        )
    kept = [each for name, each in old.items() if name not in replaced and name not in dropped]
    inherit = source.get("inherit")
    inherited = [_inherited(source, base, each, inherit or {}, basis) for each in kept] if inherit is not None else []
    own_items = {str(each["id"]) for each in source.get("items", ())}
    own_switches = {str(each["id"]) for each in source.get("switches", ())}
    own_facts = {str(each["id"]) for each in source.get("facts", ())}
    own_rules = {str(each["id"]) for each in source.get("rules", ())}
    groups = {str(each["id"]): each for each in source.get("groups", ())}
    for each in base.get("groups", ()):
        if any(one["group"] == each["id"] for one in inherited):
            groups.setdefault(str(each["id"]), each)
    return {
        **source,
        "indicators": [*own, *inherited],
        "groups": list(groups.values()),
        "switches": [
            *source.get("switches", ()),
            *(each for each in base.get("switches", ()) if str(each["id"]) not in own_switches),
        ],
        "also": [*source.get("also", ()), *(base.get("also", ()) if inherit is not None else ())],
        "facts_of_base": [each for each in _with_former(base, "facts") if str(each["id"]) not in own_facts],
        "rules_of_base": [each for each in _with_former(base, "rules") if str(each["id"]) not in own_rules],
        "layer": {
            "id": base["id"],
            "version": base["version"],
            "sha256": base_hash,
            "zh": base["zh"],
            "en": base["en"],
            "basis": basis,
            "dropped": [
                {
                    "indicator": name, "zh": old[name]["zh"], "en": old[name]["en"], "why": dict(each["why"]),
                    "was": list(old[name].get("bars", ())),
                    "cmp": old[name]["cmp"], "unit": old[name].get("unit", ""),
                }
                for name, each in dropped.items()
                if name in old
            ]
            + [_unasked(each, dropped.get(name, {})) for name, each in asked.items() if name not in own_items]
            + ([] if inherit is not None else [
                {
                    "indicator": str(each["id"]), "zh": each["zh"], "en": each["en"], "why": {"zh": "", "en": ""},
                    "was": list(each.get("bars", ())), "cmp": each["cmp"], "unit": each.get("unit", ""),
                }
                for each in kept
            ]),
        },
    }  # fmt: skip


def _unasked(each: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A checklist item of the base, which an addition never has of itself: why it is not asked, where that was said."""
    why = dict(said.get("why", {"zh": "", "en": ""}))
    return {
        "indicator": str(each["id"]), "zh": each["zh"], "en": each["en"], "why": why, "was": [], "cmp": "", "unit": "",
    }  # fmt: skip


def _with_former(base: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    """What a base defines itself, after what it has from its own base."""
    return [*base.get(f"{part}_of_base", ()), *base.get(part, ())]


def _own(
    source: Mapping[str, Any], each: Mapping[str, Any], old: Mapping[str, Mapping[str, Any]], basis: str
) -> dict[str, Any]:
    was = old.get(str(each.get("stands_for", "")))
    relation = str(each.get("relation", "replace" if was else "add"))
    origin: dict[str, Any] = {"relation": relation, "basis": basis}
    if was:
        origin.update(indicator=str(was["id"]), was=list(was.get("bars", ())), unit=was.get("unit", ""), cmp=was["cmp"])
    return {**each, "origin": origin}


def _inherited(
    source: Mapping[str, Any], base: Mapping[str, Any], each: Mapping[str, Any], inherit: Mapping[str, Any], basis: str
) -> dict[str, Any]:
    name = str(each["id"])
    start, to = str(inherit.get("from", "")), str(inherit.get("to", ""))
    renamed = to + name.removeprefix(start) if start and name.startswith(start) else name
    confidence, note = inherit.get("confidence"), inherit.get("note")
    bars = []
    for bar in [OPEN_BAR] if inherit.get("open") else each.get("bars", ()):
        document = source if inherit.get("open") else base
        changed = {"document": document.get("document", ""), **bar}
        if confidence:
            changed["confidence"] = confidence
        if note:
            changed["note"] = dict(note)
        bars.append(changed)
    return {
        **each,
        "id": renamed,
        "group": inherit.get("groups", {}).get(name, each["group"]),
        "bars": bars,
        "origin": {
            "relation": "inherit", "indicator": name, "basis": basis, "was": list(each.get("bars", ())),
            "unit": each.get("unit", ""), "cmp": each["cmp"],
        },
    }  # fmt: skip
