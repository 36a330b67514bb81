"""Evaluates formula trees on exact fractions. Unknown propagates; a zero divisor is its own outcome."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from vetdesk.models.packs.formula import (
    Aggregate,
    Binary,
    Column,
    Extreme,
    Name,
    Node,
    Number,
    Previous,
    Text,
    Truth,
    Unary,
)


@dataclass(frozen=True, slots=True)
class Missing:
    """No value, because these facts are missing (a row's column as `table.column`)."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class ZeroDivisor:
    """No value, because something would be divided by zero (or an aggregate has no rows)."""


Value = Fraction | str | bool | Missing | ZeroDivisor
Row = Mapping[str, Fraction | str | None]
ZERO_DIVISOR = ZeroDivisor()


@dataclass(frozen=True, slots=True)
class Data:
    """What a formula may read: facts of this year and last, and rows of tables. None means missing."""

    facts: Mapping[str, Fraction | str | None] = field(default_factory=dict)
    previous: Mapping[str, Fraction | str | None] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)


Code = Callable[[Data, Row | None], Value]

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ORDER: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS = {"==": operator.eq, "!=": operator.ne}


class KindError(TypeError):
    """A text used as a number, or a number as a truth value. `kinds` finds it in facts; in a table the rows decide."""


def prepare(node: Node) -> Code:
    """The tree as nested functions: `code(data, None)` gives its value."""
    match node:
        case Number(value=number):
            return lambda data, row: number
        case Text(value=text):
            return lambda data, row: text
        case Truth(value=truth):
            return lambda data, row: truth
        case Name(name=name):
            return _fact(name)
        case Previous(name=name):
            return _previous(name)
        case Column(table=table, column=column):
            return _column(table, column)
        case Unary(op=op, item=item):
            return _unary(op, prepare(item))
        case Binary(op="and" | "or" as op, left=left, right=right):
            return _logic(op, prepare(left), prepare(right))
        case Binary(op=op, left=left, right=right):
            return _binary(op, prepare(left), prepare(right))
        case Extreme(op=op, items=items):
            return _extreme(op, [prepare(each) for each in items])
        case Aggregate(op=op, table=table, item=item, where=where):
            return _aggregate(op, table, prepare(item), None if where is None else prepare(where))
        case _:
            return _choice(prepare(node.condition), prepare(node.then), prepare(node.otherwise))


def worst(*values: Value) -> Missing | ZeroDivisor | None:
    """Why several values together give none: missing facts first, then a zero divisor."""
    lacking = frozenset[str]().union(*(each.names for each in values if isinstance(each, Missing)))
    if lacking:
        return Missing(lacking)
    return ZERO_DIVISOR if any(isinstance(each, ZeroDivisor) for each in values) else None


def _number(value: Value) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise KindError(repr(value))


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise KindError(repr(value))


def _fact(name: str) -> Code:
    lacking = Missing(frozenset({name}))

    def code(data: Data, row: Row | None) -> Value:
        value = data.facts.get(name)
        return lacking if value is None else value

    return code


def _previous(name: str) -> Code:
    lacking = Missing(frozenset({f"prev({name})"}))

    def code(data: Data, row: Row | None) -> Value:
        value = data.previous.get(name)
        return lacking if value is None else value

    return code


def _column(table: str, column: str) -> Code:
    lacking = Missing(frozenset({f"{table}.{column}"}))

    def code(data: Data, row: Row | None) -> Value:
        value = None if row is None else row.get(column)
        return lacking if value is None else value

    return code


def _unary(op: str, item: Code) -> Code:
    def code(data: Data, row: Row | None) -> Value:
        value = item(data, row)
        if isinstance(value, Missing | ZeroDivisor):
            return value
        if op == "not":
            return not _truth(value)
        number = _number(value)
        if op == "-":
            return -number
        if op == "abs":
            return abs(number)
        return Fraction((2 * number.numerator + number.denominator) // (2 * number.denominator))

    return code


def _logic(op: str, left: Code, right: Code) -> Code:
    deciding = op == "or"

    def code(data: Data, row: Row | None) -> Value:
        first = left(data, row)
        if first is deciding:
            return deciding
        second = right(data, row)
        if second is deciding:
            return deciding
        failed = worst(first, second)
        if failed is not None:
            return failed
        _truth(first), _truth(second)
        return not deciding

    return code


def _binary(op: str, left: Code, right: Code) -> Code:
    def code(data: Data, row: Row | None) -> Value:
        first, second = left(data, row), right(data, row)
        if type(first) is Fraction and type(second) is Fraction:
            return _compute(op, first, second)
        lacking = worst(first, second)
        if lacking is not None:
            return lacking
        if op in _KINDS and type(first) is type(second):
            return bool(_KINDS[op](first, second))
        raise KindError(f"{first!r} {op} {second!r}")

    return code


def _compute(op: str, first: Fraction, second: Fraction) -> Value:
    if op == "/":
        return first / second if second else ZERO_DIVISOR
    if op in _ARITHMETIC:
        return _ARITHMETIC[op](first, second)
    return bool(_ORDER[op](first, second) if op in _ORDER else _KINDS[op](first, second))


def _extreme(op: str, items: list[Code]) -> Code:
    pick = min if op == "min" else max

    def code(data: Data, row: Row | None) -> Value:
        values = [item(data, row) for item in items]
        return worst(*values) or pick(_number(each) for each in values)

    return code


def _choice(condition: Code, then: Code, otherwise: Code) -> Code:
    def code(data: Data, row: Row | None) -> Value:
        chosen = condition(data, row)
        if isinstance(chosen, Missing | ZeroDivisor):
            return chosen
        return then(data, row) if _truth(chosen) else otherwise(data, row)

    return code


def _aggregate(op: str, table: str, item: Code, where: Code | None) -> Code:
    lacking = Missing(frozenset({table}))

    def code(data: Data, row: Row | None) -> Value:
        rows = data.tables.get(table)
        if rows is None:
            return lacking
        taken: list[Row] = []
        undecided: list[Value] = []
        for each in rows:
            holds = True if where is None else where(data, each)
            if isinstance(holds, Missing | ZeroDivisor):
                undecided.append(holds)
            elif _truth(holds):
                taken.append(each)
        values = [] if op == "count" else [item(data, each) for each in taken]
        failed = worst(*undecided, *values)
        if failed is not None:
            return failed
        if op == "count":
            return Fraction(len(taken))
        numbers = [_number(each) for each in values]
        if op == "sum":
            return sum(numbers, Fraction(0))
        if not numbers:
            return ZERO_DIVISOR
        return min(numbers) if op == "min" else max(numbers)

    return code
