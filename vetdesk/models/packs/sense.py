"""Refuses conditions that say nothing: answers nobody can give, comparisons that read no data, branches never reached.

Formulas are looked at as they are written, before switches and derived facts are put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs import formula
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.formula import (
    Among,
    Binary,
    Choice,
    Column,
    FormulaError,
    Name,
    Node,
    Number,
    Previous,
    Text,
    Truth,
)
from vetdesk.models.records.words import _

_COMPARED = ("<", "<=", ">", ">=", "==", "!=")
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a condition lets a figure be: between two numbers (the ends out where open), or one of some texts."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    texts: frozenset[str] | None = None

    def and_(self, other: _Range) -> _Range:
        """What both allow."""
        low, low_open = max(self._lower(), other._lower())
        high, high_open = min(self._upper(), other._upper())
        texts = self.texts if other.texts is None else other.texts if self.texts is None else self.texts & other.texts
        return _Range(
            None if low == -_FAR else low, bool(low_open), None if high == _FAR else high, high_open == -1, texts
        )

    def _lower(self) -> tuple[Fraction, int]:
        return (-_FAR, 0) if self.low is None else (self.low, int(self.low_open))

    def _upper(self) -> tuple[Fraction, int]:
        return (_FAR, 0) if self.high is None else (self.high, -int(self.high_open))

    @property
    def empty(self) -> bool:
        """Nothing fits."""
        if self.texts is not None:
            return not self.texts
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def inside(self, other: _Range) -> bool:
        """Whether all that fits here fits there."""
        if other.texts is not None:
            return self.texts is not None and self.texts <= other.texts
        return self._lower() >= other._lower() and self._upper() <= other._upper()


_FAR = Fraction(10**40)
_Ranges = dict[Node, _Range]


def check_sense(node: Node, fields: Mapping[str, Field]) -> None:
    """Passes a formula whose conditions can hold and can fail, and whose branches can be reached.

    Raises FormulaError saying which part says nothing, and why.
    """
    for each in formula.walk(node):
        match each:
            case Binary(op="/", right=Number(value=value)) if value == 0:
                raise FormulaError(_("除数是 0，永远算不出来"))
            case Binary(op=op) if op in _COMPARED:
                _check_comparison(each, fields)
            case Among():
                _check_comparison(each, fields)
            case Binary(op="and"):
                _check_possible(each)
            case Choice(condition=Truth()):
                raise FormulaError(_("“if”后面的条件永远一样，另一支永远轮不到"))
            case Choice():
                _check_branches(each)


def covers(first: Node, later: Node) -> bool:
    """Whether a condition holds wherever a later one does, as far as their comparisons with constants tell."""
    wide, whole = _ranges(first)
    narrow, _whole = _ranges(later)
    return whole and all(place in narrow and narrow[place].inside(allowed) for place, allowed in wide.items())


def _check_comparison(node: Node, fields: Mapping[str, Field]) -> None:
    read = [each for each in formula.walk(node) if isinstance(each, Name | Previous | Column)]
    if not read and not any(isinstance(each, formula.Aggregate) for each in formula.walk(node)):
        raise FormulaError(_("有一处比较不读任何数据，永远成立或永远不成立"))
    sides = formula.parts(node)
    texts = [each.value for each in _constants(node) if isinstance(each, Text)]
    for side in sides:
        field = _field_of(side, fields)
        if field is None or not field.choices:
            continue
        for text in texts:
            if text not in field.choices:
                raise FormulaError(
                    _("“{name}”没有“{value}”这个值，只能是：{choices}").format(
                        name=field.text["zh"], value=text[:40], choices=_("、").join(field.choices)
                    )
                )


def _constants(node: Node) -> tuple[Node, ...]:
    return node.values if isinstance(node, Among) else tuple(formula.parts(node))


def _field_of(node: Node, fields: Mapping[str, Field]) -> Field | None:
    match node:
        case Name(name=name) | Previous(name=name):
            return fields.get(name)
        case Column(table=table, column=column):
            return fields[table].columns.get(column) if table in fields else None
    return None


def _check_possible(node: Node) -> None:
    for allowed in _ranges(node)[0].values():
        if allowed.empty:
            raise FormulaError(_("几个条件互相矛盾，永远不会同时成立"))


def _check_branches(node: Choice) -> None:
    """No branch may stand behind one that takes all its cases."""
    taken: list[Node] = []
    at: Node = node
    while isinstance(at, Choice):
        if any(covers(before, at.condition) for before in taken):
            raise FormulaError(_("有一支永远轮不到：前面的条件已经包括了它"))
        taken.append(at.condition)
        at = at.otherwise


def _ranges(node: Node) -> tuple[_Ranges, bool]:
    """What a condition lets each figure be, and whether that is all it says."""
    match node:
        case Binary(op="and", left=left, right=right):
            (ranges, whole), (more, rest) = _ranges(left), _ranges(right)
            for place, allowed in more.items():
                ranges[place] = ranges[place].and_(allowed) if place in ranges else allowed
            return ranges, whole and rest
        case Binary(op=op, left=Name() | Previous() | Column() as place, right=Number() | Text() as constant):
            return _compared(place, op, constant)
        case Binary(op=op, left=Number() | Text() as constant, right=Name() | Previous() | Column() as place):
            return _compared(place, _MIRROR.get(op, op), constant)
        case Among(item=Name() | Previous() | Column() as place, values=values) if all(
            isinstance(each, Text) for each in values
        ):
            return {place: _Range(texts=frozenset(each.value for each in values if isinstance(each, Text)))}, True
    return {}, False


def _compared(place: Node, op: str, constant: Number | Text) -> tuple[_Ranges, bool]:
    if isinstance(constant, Text):
        return ({place: _Range(texts=frozenset({constant.value}))}, True) if op == "==" else ({}, False)
    value = constant.value
    match op:
        case "<" | "<=":
            return {place: _Range(high=value, high_open=op == "<")}, True
        case ">" | ">=":
            return {place: _Range(low=value, low_open=op == ">")}, True
        case "==":
            return {place: _Range(low=value, high=value)}, True
    return {}, False
