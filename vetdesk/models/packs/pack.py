"""A standard pack: what it consists of, and the checks that must pass before it may judge anyone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import Code, prepare
from vetdesk.models.packs.fields import Field, field_from
from vetdesk.models.packs.formula import Node
from vetdesk.models.packs.kinds import Kind, check_kind
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _

CONFIRMED = frozenset({"FOUND", "KNOWN", "SEED", "CONFIRMED"})
COMPARISONS = (">=", "<=", ">", "<", "==", "~")
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class PackError(KnownError):
    """A pack that cannot be loaded; the sentence names the pack, the place in it and the reason."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="pack")


@dataclass(frozen=True, slots=True)
class Threshold:
    """The required value, as an expression, with its source.

    `confirmed` is false for values marked UNSURE, missing, or only "about" (`~`): the verdict is then
    `unverified` whatever the value (domain 0.1).
    """

    text: str
    node: Node | None
    code: Code | None
    article: str
    confidence: str
    soft: bool
    document: str

    @property
    def confirmed(self) -> bool:
        """A value that may yield met or unmet."""
        return self.code is not None and self.confidence in CONFIRMED


@dataclass(frozen=True, slots=True)
class Indicator:
    """One condition: a formula over facts, compared with a threshold. `facts` are the raw facts it needs."""

    id: str
    group: str
    text: Mapping[str, str]
    unit: str
    formula: str
    node: Node
    code: Code
    cmp: str
    key: bool
    threshold: Threshold
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A sanity rule: it fires where `code` is true, and stays silent where a figure is missing."""

    id: str
    severity: Severity
    code: Code
    facts: tuple[str, ...]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: facts as typed, and the verdicts (and values) they must give."""

    name: str
    facts: Mapping[str, str]
    expect: Mapping[str, str]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """A loaded standard. `plain` is the form that is hashed, stored and sent."""

    id: str
    version: str
    text: Mapping[str, str]
    issuer: Mapping[str, str]
    document: str
    groups: Mapping[str, Mapping[str, str]]
    sections: Mapping[str, Mapping[str, str]]
    fields: Mapping[str, Field]
    switches: Mapping[str, Mapping[str, Any]]
    applies: Code | None
    applies_facts: frozenset[str]
    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    derived: Mapping[str, Node]
    plain: Mapping[str, Any]
    dependents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def form(self) -> list[Field]:
        """The facts a school fills for this pack, in the order of the paper forms."""
        return [each for each in self.fields.values() if not each.derived and each.section != "identity"]


def build(plain: Mapping[str, Any]) -> Pack:
    """The pack of a plain form, parsed and checked, but its worked examples not yet run.

    Raises PackError naming pack, place and reason.
    """
    name = str(plain.get("id", "?"))
    try:
        return _Builder(name, plain).pack()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PackError(
            _("标准“{pack}”的内容不完整或格式不对（{detail}），没有装入。请向发布单位索取完整的标准。").format(
                pack=name, detail=str(error)[:80]
            )
        ) from error


class _Builder:
    def __init__(self, name: str, plain: Mapping[str, Any]) -> None:
        self._name = name
        self._plain = plain

    def _fail(self, place: str, reason: str) -> PackError:
        return PackError(
            _("标准“{pack}”中的“{place}”有误：{reason}。没有装入，请改正后再试。").format(
                pack=self._name, place=place, reason=reason
            )
        )

    def pack(self) -> Pack:
        plain = self._plain
        self._check_id(self._name)
        self._fields = {data["id"]: field_from(data) for data in plain["facts"]}
        for name in self._fields:
            self._check_id(name)
        if len(self._fields) != len(plain["facts"]):
            raise self._fail("facts", _("有重复的数据项"))
        self._switches = {data["id"]: data for data in plain.get("switches", [])}
        if len(self._switches) != len(plain.get("switches", [])):
            raise self._fail("switches", _("有重复的编号"))
        self._constants = {name: self._constant(name, data) for name, data in self._switches.items()}
        self._texts = frozenset(each.id for each in self._fields.values() if each.kind == "text")
        self._derived = self._resolve_derived()
        indicators = self._indicators(plain["indicators"])
        applies = str(plain.get("applies", ""))
        applies_node = self._read("applies", applies, Kind.TRUTH) if applies else None
        dependents: dict[str, list[str]] = {}
        for each in indicators.values():
            for fact in each.facts:
                dependents.setdefault(fact, []).append(each.id)
        return Pack(
            id=self._name,
            version=str(plain["version"]),
            text={"zh": plain["zh"], "en": plain["en"]},
            issuer=dict(plain["issuer"]),
            document=str(plain["document"]),
            groups=dict(plain["groups"]),
            sections=dict(plain["sections"]),
            fields=self._fields,
            switches=self._switches,
            applies=prepare(applies_node) if applies_node else None,
            applies_facts=formula.names(applies_node) if applies_node else frozenset(),
            indicators=indicators,
            rules=self._rules(plain.get("rules", [])),
            examples=tuple(_example(each) for each in plain.get("examples", [])),
            derived=self._derived,
            plain=plain,
            dependents={name: tuple(ids) for name, ids in dependents.items()},
        )

    def _check_id(self, name: str) -> None:
        if not _ID.fullmatch(name):
            raise self._fail(name[:40], _("编号只能用小写字母、数字和下划线"))

    def _parse(self, place: str, text: str) -> Node:
        try:
            return formula.parse(text)
        except formula.FormulaError as error:
            raise self._fail(place, str(error)) from error

    def _constant(self, name: str, data: Mapping[str, Any]) -> Node:
        text = str(data["value"])
        if not DECIMAL.fullmatch(text):
            raise self._fail(name, _("“{text}”不是数字").format(text=text[:40]))
        return formula.Number(Fraction(text))

    def _read(self, place: str, text: str, kind: Kind) -> Node:
        """A formula that gives `kind`, with switches and derived facts put in; every name is a raw fact of the pack."""
        return self._whole(place, self._parse(place, text), self._derived, kind)

    def _whole(self, place: str, node: Node, derived: Mapping[str, Node], kind: Kind) -> Node:
        try:
            whole = formula.substitute(node, {**self._constants, **derived})
            formula.check_size(whole)
            for name in sorted(_used(whole)):
                if name not in self._fields:
                    raise self._fail(place, _("公式里的“{name}”不是本标准的数据项").format(name=name))
            check_kind(whole, kind, self._texts)
        except formula.FormulaError as error:
            raise self._fail(place, str(error)) from error
        return whole

    def _resolve_derived(self) -> dict[str, Node]:
        trees = {each.id: self._parse(each.id, each.formula) for each in self._fields.values() if each.derived}
        solved: dict[str, Node] = {}

        def solve(name: str, path: tuple[str, ...]) -> Node:
            if name in path:
                raise self._fail(name, _("公式互相引用，绕成了圈"))
            if len(path) > formula.MAX_DEPTH:
                raise self._fail(
                    name, _("公式一层引用一层，层数太多（最多 {limit} 层）").format(limit=formula.MAX_DEPTH)
                )
            if name not in solved:
                inner = {used: solve(used, (*path, name)) for used in _used(trees[name]) if used in trees}
                solved[name] = self._whole(name, trees[name], inner, Kind.NUMBER)
            return solved[name]

        for name in trees:
            solve(name, ())
        return solved

    def _indicators(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Indicator]:
        found: dict[str, Indicator] = {}
        for item in items:
            name = str(item["id"])
            self._check_id(name)
            if name in found:
                raise self._fail(name, _("指标编号重复"))
            try:
                found[name] = self._indicator(name, item)
            except KeyError as error:
                raise self._fail(name, _("缺少“{key}”").format(key=error.args[0])) from error
        return found

    def _indicator(self, name: str, item: Mapping[str, Any]) -> Indicator:
        if item["cmp"] not in COMPARISONS:
            raise self._fail(name, _("不认识的比较方式“{cmp}”").format(cmp=item["cmp"]))
        if item["group"] not in self._plain["groups"]:
            raise self._fail(name, _("没有“{group}”这一类").format(group=item["group"]))
        node = self._read(name, str(item["formula"]), Kind.NUMBER)
        threshold = self._threshold(name, item["threshold"], item["cmp"])
        facts = formula.names(node)
        if threshold.node is not None:
            facts |= formula.names(threshold.node)
        return Indicator(
            id=name,
            group=str(item["group"]),
            text={"zh": item["zh"], "en": item["en"]},
            unit=str(item["unit"]),
            formula=str(item["formula"]),
            node=node,
            code=prepare(node),
            cmp=str(item["cmp"]),
            key=bool(item.get("key", True)),
            threshold=threshold,
            facts=facts,
        )

    def _threshold(self, name: str, data: Mapping[str, Any], cmp: str) -> Threshold:
        text = str(data.get("value", ""))
        node = self._read(name, text, Kind.NUMBER) if text else None
        return Threshold(
            text=text,
            node=node,
            code=prepare(node) if node else None,
            article=str(data.get("article", "")),
            confidence="UNSURE" if cmp == "~" else str(data.get("confidence", "UNSURE")),
            soft=bool(data.get("soft", False)),
            document=str(data.get("document", self._plain["document"])),
        )

    def _rules(self, items: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        for item in items:
            name = str(item["id"])
            if name in {each.id for each in rules}:
                raise self._fail(name, _("有重复的编号"))
            if item["severity"] not in list(Severity):
                raise self._fail(name, _("不认识的轻重程度“{severity}”").format(severity=item["severity"]))
            node = self._read(name, str(item["when"]), Kind.TRUTH)
            used = formula.names(node)
            rules.append(
                Rule(
                    id=name,
                    severity=Severity(item["severity"]),
                    code=prepare(node),
                    facts=tuple(name for name in self._fields if name in used),
                    text={"zh": item["zh"], "en": item["en"]},
                )
            )
        return tuple(rules)


def _used(node: Node) -> frozenset[str]:
    return formula.names(node) | formula.previous(node)


def _example(data: Mapping[str, Any]) -> Example:
    return Example(
        name=str(data["name"]),
        facts={str(k): str(v) for k, v in data["facts"].items()},
        expect={str(k): str(v) for k, v in data["expect"].items()},
        values={str(k): str(v) for k, v in data.get("values", {}).items()},
    )
