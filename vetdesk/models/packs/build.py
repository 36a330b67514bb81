"""Makes a pack of its plain form, after every check that must pass before it may judge anyone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from vetdesk.models.packs import formula
from vetdesk.models.packs.build_parts import (
    LONGEST,
    WrongPart,
    check_bar_text,
    choice_of,
    constant,
    date_text,
    decimal_of,
    example_of,
    flag,
    lineage_of,
    note_of,
    part_words,
    related_of,
    scoring_of,
    text_list,
    texts_of,
    words,
)
from vetdesk.models.packs.conclude_counts import COUNTS
from vetdesk.models.packs.dimensions import check_unit, check_units_inside, measure_of
from vetdesk.models.packs.evaluate import Code, Data, answer, prepare, value
from vetdesk.models.packs.fields import Field, field_from
from vetdesk.models.packs.formula import Node
from vetdesk.models.packs.kinds import Kind, check_kind
from vetdesk.models.packs.pack import (
    COMPARISONS,
    CONFIDENCES,
    CONFIRMED,
    LAYER_RELATIONS,
    Bar,
    Grade,
    Indicator,
    Lacking,
    Layer,
    Lineage,
    Origin,
    Pack,
    PackError,
    Rule,
    Threshold,
)
from vetdesk.models.packs.sense import check_sense, covers
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.records.tables import MOST_CELLS
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RULE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
QUESTIONS = "checklist"
"""The section in which a form shows checklist items."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where: `path` leads through the plain form, `place` is its name for people."""

    path: Path
    place: str
    reason: str


class _Found(Exception):  # noqa: N818 - leaves the part that is wrong; the problem is noted already
    """The part cannot be used."""


def build(plain: Mapping[str, Any]) -> Pack:
    """The pack of a plain form, parsed and checked, but its worked examples not yet run.

    Raises PackError naming pack, place and reason (of the first problem, and how many there are).
    """
    pack, problems = try_build(plain)
    if pack is None:
        raise refusal(str(plain.get("id", "?"))[:40], problems)
    return pack


def refusal(name: str, problems: Sequence[Problem]) -> PackError:
    """The refusal of a pack with problems."""
    first = problems[0]
    more = _("（另有 {count} 处）").format(count=len(problems) - 1) if len(problems) > 1 else ""
    return PackError(
        _("标准“{pack}”中的“{place}”有误：{reason}{more}。没有装入，请改正后再试。").format(
            pack=name, place=first.place, reason=first.reason, more=more
        )
    )


def try_build(plain: Mapping[str, Any]) -> tuple[Pack | None, list[Problem]]:
    """The pack, or everything that is wrong with its plain form."""
    builder = _Builder(plain)
    try:
        pack = builder.pack()
    except _Found:
        return None, builder.problems
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        builder.problems.append(
            Problem((), "pack", _("内容不完整或格式不对（{detail}）").format(detail=str(error)[:80]))
        )
        return None, builder.problems
    return (None if builder.problems else pack), builder.problems


class _Builder:
    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._plain = plain
        self.problems: list[Problem] = []
        self._fields: dict[str, Field] = {}
        self._constants: dict[str, Node] = {}
        self._texts: frozenset[str] = frozenset()
        self._units: dict[str, str] = {}
        self._derived: dict[str, Node] = {}
        self._codes: dict[str, Code] = {}
        self._known = frozenset[str]()
        self._sizes: dict[int, int] = {}

    def _fail(self, path: Path, place: str, reason: str) -> _Found:
        self.problems.append(Problem(path, place[:60], reason))
        return _Found()

    @contextmanager
    def _part(self, path: Path, place: str) -> Iterator[None]:
        """Notes what is wrong in a part and goes on with the next."""
        try:
            yield
        except _Found:
            pass
        except WrongPart as error:
            self.problems.append(Problem((*path, *error.path), place[:60], str(error)))
        except KeyError as error:
            self.problems.append(Problem(path, place[:60], _("缺少“{key}”").format(key=str(error.args[0])[:40])))
        except (TypeError, AttributeError, ValueError) as error:
            self.problems.append(Problem(path, place[:60], _("格式不对（{detail}）").format(detail=str(error)[:80])))

    def pack(self) -> Pack:
        plain = self._plain
        name = str(plain.get("id", "?"))
        if not _ID.fullmatch(name):
            raise self._fail(("id",), name[:40], _("编号只能用小写字母、数字和下划线，以字母开头，最多 40 个"))
        self._check_groups()
        self._read_fields()
        self._check_wholes()
        self._read_switches()
        items = list(plain.get("items", ()))
        self._add_questions(items)
        self._texts = frozenset(self._text_names())
        self._units = dict(self._unit_names())
        self._known = frozenset(self._fields)
        self._resolve_derived()
        if self.problems:
            raise _Found
        indicators = self._indicators(list(plain.get("indicators", ())), items)
        applies, scope = None, frozenset[str]()
        with self._part(("applies",), _("适用范围")):
            applies, scope = self._condition(("applies",), _("适用范围"), str(plain.get("applies", "")))
        rules = self._rules(list(plain.get("rules", ())))
        grades, graded = self._grades(list(plain.get("grades", ())))
        self._check_tasks(indicators.keys())
        if not indicators and not self.problems:
            raise self._fail(("indicators",), name, _("没有一项指标"))
        dependents: dict[str, list[str]] = {}
        for each in indicators.values():
            for fact in each.facts:
                dependents.setdefault(fact, []).append(each.id)
        layer = plain.get("layer")
        examples = []
        for at, data in enumerate(plain.get("examples", ())):
            with self._part(("examples", at), str(data.get("name", at))):
                examples.append(example_of(data))
        lineage = []
        for at, data in enumerate(plain.get("lineage", ())):
            with self._part(("lineage", at), _("沿革")):
                lineage.append(found := lineage_of(data))
                self._check_lineage(("lineage", at), found, indicators.keys())
        if self.problems:
            raise _Found
        head = self._head()
        if self.problems:
            raise _Found
        start, end = head["effective_from"], head["effective_until"]
        return Pack(
            id=name,
            version=head["version"],
            text={"zh": head["zh"], "en": head["en"]},
            issuer={"zh": head["issuer.zh"], "en": head["issuer.en"]},
            document=head["document"],
            groups={key: dict(each) for key, each in plain["groups"].items()},
            sections={key: dict(each) for key, each in plain["sections"].items()},
            fields=self._fields,
            switches={str(data["id"]): data for data in plain.get("switches", ())},
            applies=applies,
            applies_facts=scope,
            indicators=indicators,
            rules=rules,
            examples=tuple(examples),
            derived=self._derived,
            derived_codes=self._codes,
            plain=plain,
            dependents={fact: tuple(ids) for fact, ids in dependents.items()},
            optional=frozenset(self._fields) - dependents.keys() - graded - scope,
            grades=grades,
            pass_mark=Fraction(head["pass_mark"]) if head["pass_mark"] else None,
            lineage=tuple(lineage),
            layer=_layer(layer) if layer else None,
            tasks=tuple(plain.get("tasks", ())),
            start=start,
            end=end,
            class_facts=self._class_facts(scope, indicators.values()),
        )

    def _class_facts(self, scope: Set[str], indicators: Iterable[Indicator]) -> frozenset[str]:
        """The choices and yes-or-no that conditions read and no indicator counts."""
        asked, counted = set(scope), set[str]()
        for each in indicators:
            asked |= each.applies_facts
            bars = (bar for bar in each.threshold.every if not bar.waives)  # an exemption has to be verified
            asked.update(name for bar in bars for name in _NAME.findall(bar.when))
            counted.update(_NAME.findall(each.formula))
        fields = (self._fields[name] for name in sorted(asked - counted) if name in self._fields)
        return frozenset(
            each.id for each in fields if each.kind in ("text", "bool") and not each.derived and not each.registered
        )

    def _check_tasks(self, indicators: Set[str]) -> None:
        for at, task in enumerate(self._plain.get("tasks", ())):
            for name in task.get("indicators", ()):
                if name not in indicators:
                    with self._part(("tasks", at), str(task.get("id", at))):
                        why = _("任务提到的指标“{name}”不在本标准里").format(name=str(name)[:40])
                        raise self._fail(("tasks", at, "indicators"), str(task.get("id", at)), why)

    def _head(self) -> dict[str, str]:
        """What a standard says of itself, each part at its own place."""
        plain, found = self._plain, dict[str, str]()
        if "issuer" not in plain:
            self._fail(("issuer.zh",), _("标准"), _("缺少“{key}”").format(key="issuer"))
            raise _Found
        issuer = plain["issuer"]
        parts = {
            "version": (plain, "version", 20), "zh": (plain, "zh", LONGEST), "en": (plain, "en", LONGEST),
            "issuer.zh": (issuer, "zh", LONGEST), "issuer.en": (issuer, "en", LONGEST),
            "document": (plain, "document", LONGEST),
        }  # fmt: skip
        for key, (where, name, longest) in parts.items():
            found[key] = ""
            with self._part((key,), _("标准")):
                found[key] = words(where[name], longest)
                if not found[key].strip():
                    raise WrongPart(_("没有填"))
        for key in ("effective_from", "effective_until"):
            found[key] = ""
            with self._part((), _("标准")):
                found[key] = date_text(plain, key)
        if found["effective_from"] > found["effective_until"] > "":
            self._fail(("effective_until",), _("标准"), _("失效日期早于生效日期"))
        found["pass_mark"] = str(plain.get("pass_mark", ""))
        with self._part(("pass_mark",), _("标准")):
            if found["pass_mark"]:
                decimal_of(found["pass_mark"])
        return found

    # names

    def _read_fields(self) -> None:
        for at, data in enumerate(self._plain["facts"]):
            name = str(data["id"])
            with self._part(("facts", at), name):
                self._check_id(("facts", at, "id"), name)
                if name in self._fields or name in COUNTS:
                    raise self._fail(("facts", at, "id"), name, _("有重复的数据项"))
                self._fields[name] = field = field_from(data)
                self._check_shape(("facts", at), data, field)
                for each in (field, *field.columns.values()):
                    if measure_of(each.unit) is None or (each.unit and not each.number):
                        why = _("不认识的计量单位“{unit}”").format(unit=each.unit[:20])
                        raise self._fail(("facts", at, "unit"), name, why)

    def _check_shape(self, path: Path, data: Mapping[str, Any], field: Field) -> None:
        """Refuses texts that are none, and tables and formulas where there cannot be any."""
        texts_of(data)
        note_of(data)
        for column in field.columns:
            self._check_id((*path, "columns"), column)
        columns = list(data.get("columns", ()))
        if columns and (field.kind != "table" or len(field.columns) != len(columns) or len(columns) > MOST_CELLS):
            why = _("列的编号不能重复，最多 {limit} 列，只有表格才有列").format(limit=MOST_CELLS)
            raise self._fail((*path, "columns"), field.id, why)
        if any(each.kind == "table" or each.formula for each in field.columns.values()):
            raise self._fail((*path, "columns"), field.id, _("表格的列不能再是表格，也不能带公式"))
        if field.formula and not field.number:
            raise self._fail((*path, "formula"), field.id, _("只有数字能由公式算出"))

    def _check_groups(self) -> None:
        for name, data in self._plain["groups"].items():
            with self._part(("groups", name), name):
                self._check_id(("groups", name), name)
                texts_of(data)

    def _check_wholes(self) -> None:
        """Refuses a part of a fact that is none."""
        for at, data in enumerate(self._plain["facts"]):
            whole = self._fields.get(str(data.get("part_of", "")))
            if data.get("part_of") and (whole is None or not whole.number):
                with self._part(("facts", at), str(data["id"])):
                    raise self._fail(("facts", at, "part_of"), str(data["id"]), _("“其中项属于”写的不是本标准的数据项"))

    def _read_switches(self) -> None:
        for at, data in enumerate(self._plain.get("switches", ())):
            name = str(data["id"])
            with self._part(("switches", at), name):
                self._check_id(("switches", at, "id"), name)
                if name in self._constants or name in self._fields:
                    raise self._fail(("switches", at, "id"), name, _("有重复的编号"))
                self._constants[name] = constant(str(data["value"]))

    def _add_questions(self, items: Sequence[Mapping[str, Any]]) -> None:
        for at, item in enumerate(items):
            name = str(item.get("id", "?"))
            with self._part(("items", at), name):
                self._check_id(("items", at, "id"), name)
                if name in self._fields or name in self._constants:
                    raise self._fail(("items", at, "id"), name, _("指标编号重复"))
                self._fields[name] = Field(name, texts_of(item), "", "answer", QUESTIONS)

    def _text_names(self) -> Iterator[str]:
        for name, field in self._fields.items():
            if field.kind == "text":
                yield name
            for column in field.columns.values():
                if column.kind == "text":
                    yield f"{name}.{column.id}"

    def _unit_names(self) -> Iterator[tuple[str, str]]:
        for name, field in self._fields.items():
            yield name, field.unit
            for column in field.columns.values():
                yield f"{name}.{column.id}", column.unit

    def _check_id(self, path: Path, name: str) -> None:
        if not _ID.fullmatch(name):
            raise self._fail(path, name[:40], _("编号只能用小写字母、数字和下划线，以字母开头，最多 40 个"))

    # formulas

    def _read(
        self,
        path: Path,
        place: str,
        text: str,
        kind: Kind,
        *,
        unit: str | None = None,
        carry: bool = False,
        more: frozenset[str] = frozenset(),
    ) -> tuple[Node, Code]:
        """A formula that gives `kind` (in `unit`): its whole tree over raw facts, and its code.

        `more` are names known besides the facts; `carry`: constants may carry units of their own.
        """
        try:
            written = formula.parse(text)
            node = formula.substitute(written, self._constants)
            self._check_names(node, more)
            check_kind(node, kind, self._texts)
            if unit is not None:
                check_unit(node, unit, self._units, constants_carry=carry)
            else:
                check_units_inside(node, self._units)
            check_sense(written, self._fields)
            self._check_growth(node)
            whole = formula.substitute(node, self._derived)
            formula.check_size(whole)
            light = formula.substitute(node, {}, self._derived)
            return whole, prepare(light, self._codes)
        except formula.FormulaError as error:
            raise self._fail(path, place, str(error)) from error

    def _check_names(self, node: Node, more: frozenset[str]) -> None:
        """Every name stands for a fact or a count, and every column for one of its table."""
        for name in sorted(formula.names(node) | formula.previous(node)):
            if name not in self._known and name not in more:
                raise formula.FormulaError(_("公式里的“{name}”不是本标准的数据项").format(name=name[:40]))
            if name in self._fields and self._fields[name].kind == "table":
                raise formula.FormulaError(_("“{name}”是表格，要用 sum、min、max、count 汇总").format(name=name))
        for table, column in sorted(formula.columns(node)):
            field = self._fields.get(table)
            if field is None or column not in field.columns:
                raise formula.FormulaError(_("没有“{name}”这一列").format(name=f"{table}.{column}"[:80]))

    def _check_growth(self, node: Node) -> None:
        """Refuses a formula that would be too large with its derived facts put in, before they are."""
        size = 0
        for each in formula.walk(node):
            inner = self._derived.get(each.name) if isinstance(each, formula.Name | formula.Previous) else None
            size += self._sizes.setdefault(id(inner), sum(1 for _part in formula.walk(inner))) if inner else 1
            if size > formula.MAX_NODES:
                raise formula.FormulaError(_("公式太大（最多 {limit} 个部分）").format(limit=formula.MAX_NODES))

    def _resolve_derived(self) -> None:
        trees: dict[str, Node] = {}
        places = {data["id"]: at for at, data in enumerate(self._plain["facts"])}
        for name, field in self._fields.items():
            if field.derived:
                with self._part(("facts", places[name]), name):
                    try:
                        trees[name] = formula.parse(field.formula)
                    except formula.FormulaError as error:
                        raise self._fail(("facts", places[name], "formula"), name, str(error)) from error

        def solve(name: str, way: tuple[str, ...]) -> None:
            path: Path = ("facts", places[name], "formula")
            if name in way:
                raise self._fail(path, name, _("公式互相引用，绕成了圈"))
            if len(way) > formula.MAX_DEPTH:
                raise self._fail(
                    path, name, _("公式一层引用一层，层数太多（最多 {limit} 层）").format(limit=formula.MAX_DEPTH)
                )
            if name in self._derived:
                return
            used = formula.names(trees[name]) | formula.previous(trees[name])
            for each in sorted(used & trees.keys()):
                solve(each, (*way, name))
            whole, code = self._read(path, name, self._fields[name].formula, Kind.NUMBER, unit=self._fields[name].unit)
            self._derived[name], self._codes[name] = whole, code

        for name in trees:
            with self._part(("facts", places[name]), name):
                solve(name, ())

    def _condition(self, path: Path, place: str, text: str) -> tuple[Code | None, frozenset[str]]:
        if not text:
            return None, frozenset()
        node, code = self._read(path, place, text, Kind.TRUTH)
        return code, formula.names(node) | formula.tables(node)

    # indicators

    def _indicators(
        self, measures: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
    ) -> dict[str, Indicator]:
        found: dict[str, Indicator] = {}
        for kind, each in (("indicators", measures), ("items", items)):
            make: Callable[[Path, str, Mapping[str, Any]], Indicator] = (
                self._measure if kind == "indicators" else self._question
            )
            for at, item in enumerate(each):
                name = str(item.get("id", "?"))
                with self._part((kind, at), name):
                    self._check_id((kind, at, "id"), name)
                    if name in found:
                        raise self._fail((kind, at, "id"), name, _("指标编号重复"))
                    if item["group"] not in self._plain["groups"]:
                        raise self._fail(
                            (kind, at, "group"), name, _("没有“{group}”这一类").format(group=str(item["group"])[:40])
                        )
                    found[name] = make((kind, at), name, item)
        return found

    def _measure(self, path: Path, name: str, item: Mapping[str, Any]) -> Indicator:
        cmp, unit = str(item["cmp"]), str(item.get("unit", ""))
        if cmp not in COMPARISONS:
            raise self._fail((*path, "cmp"), name, _("不认识的比较方式“{cmp}”").format(cmp=cmp[:20]))
        node, code = self._read((*path, "formula"), name, str(item["formula"]), Kind.NUMBER, unit=unit)
        bars = tuple(
            self._bar((*path, "bars", at), name, data, cmp, unit) for at, data in enumerate(item.get("bars", ()))
        )
        self._check_bars(path, name, bars, cmp)
        return self._indicator(path, name, item, node, code, bars, unit=unit, cmp=cmp, formula=str(item["formula"]))

    def _question(self, path: Path, name: str, item: Mapping[str, Any]) -> Indicator:
        enough = choice_of(item, "enough", ("yes", "partly"), "yes")
        confidence = choice_of(item, "confidence", CONFIDENCES, "UNSURE")
        needed = Fraction(1) if enough == "yes" else Fraction(1, 2)
        node = formula.Number(needed)
        bar = Bar(
            text="1" if enough == "yes" else "0.5",
            node=node,
            code=prepare(node),
            fixed=(needed.numerator, needed.denominator),
            article=words(item.get("article", "")),
            document=words(item.get("document", self._plain["document"])),
            confidence=confidence,
            soft=flag(item, "soft"),
            confirmed_by=dict(item.get("confirmed", {})),
        )
        return self._indicator(
            path, name, item, formula.Name(name), answer(name), (bar,), unit="", cmp=">=", formula=name
        )

    def _indicator(
        self,
        path: Path,
        name: str,
        item: Mapping[str, Any],
        node: Node,
        code: Code,
        bars: tuple[Bar, ...],
        *,
        unit: str,
        cmp: str,
        formula: str,
    ) -> Indicator:
        applies, scope = self._condition((*path, "applies"), name, str(item.get("applies", "")))
        facts = _reads(node)
        for bar in bars:
            facts |= _reads(bar.node) if bar.node is not None else frozenset()
        for at, data in enumerate(item.get("bars", ())):
            facts |= self._condition((*path, "bars", at, "when"), name, str(data.get("when", "")))[1]
        origin = item.get("origin")
        veto = flag(item, "veto")
        return Indicator(
            id=name,
            group=str(item["group"]),
            text=texts_of(item),
            unit=unit,
            formula=formula,
            node=node,
            code=code,
            cmp=cmp,
            key=all(each.confirmed for each in bars) if veto else flag(item, "key", default=True),
            threshold=Threshold(tuple(each for each in bars if not each.end), bars),
            facts=facts | scope,
            question=path[0] == "items",
            veto=veto,
            when=str(item.get("applies", "")),
            applies=applies,
            applies_facts=scope,
            scoring=scoring_of(item["scoring"], cmp) if item.get("scoring") else None,
            evidence=text_list(item, "evidence"),
            prompts=text_list(item, "prompts"),
            note=note_of(item),
            related=tuple(related_of(each) for each in item.get("related", ())),
            origin=self._checked_origin(path, name, bars, cmp, unit, origin) if origin else None,
        )

    def _checked_origin(
        self, path: Path, name: str, bars: Sequence[Bar], cmp: str, unit: str, origin: Mapping[str, Any]
    ) -> Origin:
        """What an addition did with an indicator of its base, where its numbers bear that out."""
        found = Origin(
            choice_of(origin, "relation", LAYER_RELATIONS, ""),
            str(origin.get("indicator", "")),
            words(origin.get("basis", "")),
            tuple(origin.get("was", ())),
            str(origin.get("unit", "")),
            str(origin.get("cmp", "")),
        )
        if len(bars) != 1 or len(found.was) != 1 or (found.cmp, found.unit) != (cmp, unit):
            return found
        [new], [old] = bars, found.was
        before, after = str(old.get("value", "")), new.text
        if new.when or old.get("when") or not DECIMAL.fullmatch(before) or not DECIMAL.fullmatch(after):
            return found
        step = (Fraction(after) - Fraction(before)) * (-1 if cmp in ("<", "<=") else 1)
        really = "tighten" if step > 0 else "relax" if step < 0 else "same"
        if found.relation in ("tighten", "relax", "same") and found.relation != really:
            why = _("与基础标准的 {before} 相比，{after} 其实是“{really}”，请改正数值或“与基础相比”").format(
                before=before, after=after, really=really
            )
            raise self._fail((*path, "relation"), name, why)
        return found

    def _bar(self, path: Path, name: str, data: Mapping[str, Any], cmp: str, unit: str) -> Bar:
        try:
            return self._bar_of(path, name, data, cmp, unit)
        except WrongPart as error:
            raise WrongPart(str(error), *path[2:], *error.path) from error

    def _bar_of(self, path: Path, name: str, data: Mapping[str, Any], cmp: str, unit: str) -> Bar:
        text, floor = str(data.get("value", "")), str(data.get("floor", ""))
        check_bar_text(text)
        check_bar_text(floor)
        node, code = (
            self._read((*path, "value"), name, text, Kind.NUMBER, unit=unit, carry=True) if text else (None, None)
        )
        fixed = node is not None and not (_reads(node) | formula.previous(node))
        if node is not None and fixed and not isinstance(value(prepare(node), Data()), Fraction):
            raise WrongPart(_("这个达标值算不出来"), "value")
        _floor_node, floor_code = (
            self._read((*path, "floor"), name, floor, Kind.NUMBER, unit=unit, carry=True) if floor else (None, None)
        )
        when = str(data.get("when", ""))
        applies, _scope = self._condition((*path, "when"), name, when)
        confidence = choice_of(data, "confidence", CONFIDENCES, "UNSURE")
        floor_sure = choice_of(data, "floor_confidence", CONFIDENCES, "UNSURE")
        waives = flag(data, "waives")
        if waives and (not when or text):
            raise self._fail((*path, "waives"), name, _("免除要写明适用情形，而且不写达标值"))
        start, end = date_text(data, "from"), date_text(data, "until")
        if start and end and start > end:
            raise self._fail((*path, "until"), name, _("失效日期早于生效日期"))
        return Bar(
            text=text,
            node=node,
            code=code,
            fixed=(node.value.numerator, node.value.denominator) if isinstance(node, formula.Number) else None,
            article=part_words(data, "article", ""),
            document=part_words(data, "document", self._plain["document"]),
            confidence="UNSURE" if cmp == "~" else confidence,
            soft=flag(data, "soft"),
            when=when,
            applies=applies,
            waives=waives,
            skip_unknown=choice_of(data, "unknown", ("ask", "skip"), "ask") == "skip",
            floor_text=floor,
            floor=floor_code,
            floor_confirmed=floor_sure in CONFIRMED,
            start=start,
            end=end,
            note=note_of(data),
            confirmed_by=dict(data.get("confirmed", {})),
        )

    def _check_bars(self, path: Path, name: str, bars: Sequence[Bar], cmp: str) -> None:
        if not bars:
            raise self._fail((*path, "bars"), name, _("没有写达标值；还不知道是多少时，请把达标值留空并标为 UNSURE"))
        for at, each in enumerate(bars):
            before = bars[:at]
            if any(not one.when and _covers(one, each) for one in before):
                raise self._fail(
                    (*path, "bars", at, "when"), name, _("这一档达标值永远轮不到：前面已有不带条件的达标值")
                )
            if any(one.when == each.when and _overlap(one, each) for one in before):
                raise self._fail((*path, "bars", at, "when"), name, _("两档达标值的条件相同，互相矛盾"))
            if each.when and any(
                one.when and not one.skip_unknown and _covers(one, each)
                and covers(formula.parse(one.when), formula.parse(each.when))
                for one in before
            ):  # fmt: skip
                raise self._fail(
                    (*path, "bars", at, "when"), name, _("这一档达标值永远轮不到：前面一档的情形已经包括了它")
                )
            if isinstance(each.node, formula.Number) and each.floor_text:
                floor = formula.parse(each.floor_text)
                if isinstance(floor, formula.Number) and not _beyond(each.node.value, floor.value, cmp):
                    raise self._fail(
                        (*path, "bars", at, "floor"), name, _("限制线比达标值还严，互相矛盾；请检查两个数和比较方式")
                    )

    # rules and grades

    def _rules(self, items: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
        rules: dict[str, Rule] = {}
        for at, item in enumerate(items):
            name = str(item.get("id", "?"))
            with self._part(("rules", at), name):
                if not _RULE.fullmatch(str(item["id"])):
                    raise self._fail(("rules", at, "id"), name, _("编号只能用字母、数字和下划线，最多 40 个"))
                if name in rules:
                    raise self._fail(("rules", at, "id"), name, _("有重复的编号"))
                severity = choice_of(item, "severity", tuple(Severity), "")
                lacking = Lacking(choice_of(item, "lacking", tuple(Lacking), Lacking.SILENT))
                node, code = self._read(("rules", at, "when"), name, str(item["when"]), Kind.TRUTH)
                used = formula.names(node) | formula.tables(node)
                parts = _sum_parts(node) if lacking is Lacking.KNOWN_PARTS else frozenset[str]()
                if lacking is Lacking.KNOWN_PARTS and not parts:
                    raise self._fail(
                        ("rules", at, "lacking"), name, _("只有“各部分之和 > 总数”这样的规则才能按已知部分校验")
                    )
                rules[name] = Rule(
                    id=name,
                    severity=Severity(severity),
                    code=code,
                    facts=tuple(name for name in self._fields if name in used),
                    text=texts_of(item),
                    when=str(item["when"]),
                    lacking=lacking,
                    parts=parts,
                )
        return tuple(rules.values())

    def _check_lineage(self, path: Path, found: Lineage, indicators: Set[str]) -> None:
        """Refuses a history that leads to what is not there, or from what still is."""
        ids = indicators if found.what == "indicator" else self._fields.keys()
        for key, name in [("new", each) for each in found.new if each not in ids]:
            raise self._fail((*path, key), _("沿革"), _("新编号“{name}”不在本标准里").format(name=name[:40]))
        for key, name in [
            ("old", each)
            for each in found.old
            if each in ids and (each not in found.new or found.relation == "renamed")
        ]:
            raise self._fail((*path, key), _("沿革"), _("旧编号“{name}”还在本标准里").format(name=name[:40]))

    def _grades(self, items: Sequence[Mapping[str, Any]]) -> tuple[tuple[Grade, ...], frozenset[str]]:
        """The grades, and the names they read."""
        grades: dict[str, Grade] = {}
        read = frozenset[str]()
        for at, item in enumerate(items):
            name = str(item.get("id", "?"))
            with self._part(("grades", at), name):
                self._check_id(("grades", at, "id"), name)
                if name in grades:
                    raise self._fail(("grades", at, "id"), name, _("有重复的编号"))
                node, code = self._read(
                    ("grades", at, "when"), name, str(item["when"]), Kind.TRUTH, more=frozenset(COUNTS)
                )
                read |= _reads(node)
                grades[name] = Grade(
                    name, texts_of(item), code, str(item["when"]), flag(item, "certain"), flag(item, "good")
                )
        return tuple(grades.values()), read


def _reads(node: Node) -> frozenset[str]:
    return formula.names(node) | formula.tables(node)


def _overlap(a: Bar, b: Bar) -> bool:
    return (not a.end or not b.start or a.end >= b.start) and (not b.end or not a.start or b.end >= a.start)


def _covers(a: Bar, b: Bar) -> bool:
    """Whether `a` is in force on every day on which `b` is."""
    starts = not a.start or (bool(b.start) and a.start <= b.start)
    return starts and (not a.end or (bool(b.end) and b.end <= a.end))


def _beyond(bar: Fraction, floor: Fraction, cmp: str) -> bool:
    """Whether the floor lies on the weaker side of the bar."""
    return floor >= bar if cmp in ("<", "<=") else floor <= bar


def _sum_parts(node: Node) -> frozenset[str]:
    """The facts added up on the left of `a + b > whole`; none for any other rule."""
    if not isinstance(node, formula.Binary) or node.op != ">":
        return frozenset()
    waiting, parts = [node.left], set[str]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, formula.Binary) and each.op == "+":
            waiting += [each.left, each.right]
        elif isinstance(each, formula.Name):
            parts.add(each.name)
        else:
            return frozenset()
    return frozenset() if parts & formula.names(node.right) else frozenset(parts)


def _layer(data: Mapping[str, Any]) -> Layer:
    return Layer(
        id=str(data["id"]),
        version=str(data["version"]),
        sha256=str(data["sha256"]),
        text={"zh": str(data["zh"]), "en": str(data["en"])},
        basis=words(data["basis"]),
        dropped=tuple(data.get("dropped", ())),
    )
