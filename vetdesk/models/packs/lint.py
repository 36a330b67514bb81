"""What an author should not leave in a standard though it could be judged by: refused where standards are written.

Standards that arrive were written elsewhere, perhaps with another dictionary; they are built without this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vetdesk.models.packs import formula
from vetdesk.models.packs.build import Problem
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.pack import CONFIDENCES, Pack
from vetdesk.models.packs.schema import Source
from vetdesk.models.records.words import _

_COMPARED = ("unit", "kind", "formula", "columns", "choices", "part_of")


def lint(source: Source, pack: Pack, other: Callable[[str], Source | None]) -> list[Problem]:
    """What is left to mend in a source form whose pack was built. `other` gives the source form of a standard by its id."""
    return [*_facts(source, pack), *_switches(source), *_confirmed(source), *_related(source, other)]


def _facts(source: Source, pack: Pack) -> Iterator[Problem]:
    known = dictionary().facts
    read = _read(pack) | set(map(str, source.get("also", ())))
    for at, each in enumerate(source.get("facts", ())):
        name = str(each["id"])
        if name in known and any(each.get(key, "") != known[name].get(key, "") for key in _COMPARED):
            why = _("编号“{fact}”在数据字典里是“{name}”，意思不能另定；请换一个编号，或删去这一行").format(
                fact=name, name=known[name]["zh"]
            )
            yield Problem(("facts", at, "id"), name, why)
        elif name not in read:
            why = _("没有指标、规则或范围用到它，学校会白填；请删去，或在公式里用上")
            yield Problem(("facts", at, "id"), name, why)


def _switches(source: Source) -> Iterator[Problem]:
    known, seen = dictionary().switches, set[str]()
    for at, each in enumerate(source.get("switches", ())):
        name = str(each["id"])
        if name not in known or name in seen:
            why = _("没有计数口径“{id}”，或写了两次；可用的有：{known}").format(id=name[:20], known=_("、").join(known))
            yield Problem(("switches", at, "id"), name, why)
        seen.add(name)
        if str(each["value"]) not in ("0", "1"):
            yield Problem(("switches", at, "value"), name, _("计数口径只能是 1（是）或 0（否）"))
        if str(each.get("confidence", "")) not in CONFIDENCES:
            yield Problem(("switches", at, "confidence"), name, _("不认识的可信度"))


def _read(pack: Pack) -> set[str]:
    """Facts that anything of the pack reads, parts of totals included."""
    found = {name for name, field in pack.fields.items() if name not in pack.optional}
    found |= {fact for rule in pack.rules for fact in rule.facts}
    found |= {field.part_of for field in pack.fields.values() if field.part_of}
    found |= {name for name, field in pack.fields.items() if field.part_of}
    for field in pack.fields.values():
        if field.derived:
            node = formula.parse(field.formula)
            found |= formula.names(node) | formula.previous(node) | formula.tables(node)
    for each in pack.indicators.values():
        found |= formula.previous(each.node)
    return found


def _confirmed(source: Source) -> Iterator[Problem]:
    """Values called confirmed by the bureau without a record of who did, by which document."""
    for part in ("indicators", "items"):
        for at, each in enumerate(source.get(part, ())):
            values = [((part, at, "bars", number), bar) for number, bar in enumerate(each.get("bars", ()))]
            for place, value in values if part == "indicators" else [((part, at), each)]:
                record = value.get("confirmed", {})
                if value.get("confidence") == "CONFIRMED" and not (record.get("person") and record.get("document")):
                    why = _("写着 CONFIRMED 却没有确认记录（谁、凭哪份文件）；请用“确认达标值”，或改写来源")
                    yield Problem((*place, "confidence"), str(each["id"]), why)


def _related(source: Source, other: Callable[[str], Source | None]) -> Iterator[Problem]:
    for part in ("indicators", "items"):
        for at, each in enumerate(source.get(part, ())):
            for related in each.get("related", ()):
                target = other(str(related["pack"]))
                if target is None or target.get("base") or str(related["indicator"]) in _ids(target):
                    continue  # not known here, or it may have it from its base
                why = _("相关标准“{pack}”里没有指标“{indicator}”").format(
                    pack=related["pack"], indicator=related["indicator"]
                )
                yield Problem((part, at, "related"), str(each["id"]), why)


def _ids(source: Source) -> set[str]:
    return {str(each["id"]) for part in ("indicators", "items") for each in source.get(part, ())}
