"""Evaluates formula trees exactly. Unknown propagates; a zero divisor is its own outcome.

While a formula runs, a number is a pair of whole numbers (numerator, positive denominator) that need not be in
lowest terms: adding and comparing pairs costs a fraction of what `Fraction` does, and nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from vetdesk.models.packs.formula import (
    Aggregate,
    Among,
    Binary,
    Choice,
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


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """No value, because the question does not apply to this unit, with a reason."""


Pair = tuple[int, int]
Result = Pair | str | bool | Missing | ZeroDivisor | Inapplicable
Value = Fraction | str | bool | Missing | ZeroDivisor | Inapplicable
Row = Mapping[str, Fraction | str | None]
ZERO_DIVISOR = ZeroDivisor()
INAPPLICABLE = Inapplicable()


@dataclass(frozen=True, slots=True)
class Data:
    """What a formula may read: facts of this year and last, and rows of tables. None means missing.

    `inapplicable` are the questions that do not apply to the unit: formulas find no value there.
    """

    facts: Mapping[str, Fraction | str | None] = field(default_factory=dict)
    previous: Mapping[str, Fraction | str | None] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    inapplicable: frozenset[str] = frozenset()


class Env:
    """One unit's data while its formulas run; what derived facts gave is kept, so that each is computed once."""

    __slots__ = ("_data", "_tables", "facts", "inapplicable", "memo", "previous", "row")

    def __init__(self, data: Data) -> None:
        self._data = data
        self.facts = _pairs(data.facts)
        self.previous = _pairs(data.previous)
        self.inapplicable = data.inapplicable
        self._tables: dict[str, list[dict[str, Pair | str]]] = {}
        self.memo: dict[str, Result] = {}
        self.row: dict[str, Pair | str] = {}

    def with_fact(self, name: str, value: Fraction) -> Env:
        """The same unit with one other figure."""
        other = Env.__new__(Env)
        other._data = self._data
        other.facts = {**self.facts, name: value.as_integer_ratio()}
        other.previous = self.previous
        other.inapplicable = self.inapplicable
        other._tables = self._tables
        other.memo = {}
        other.row = {}
        return other

    def table(self, name: str) -> list[dict[str, Pair | str]] | None:
        """The rows of a table; None where it is missing."""
        found = self._tables.get(name)
        if found is None:
            rows = self._data.tables.get(name)
            if rows is None:
                return None
            found = self._tables[name] = [_pairs(row) for row in rows]
        return found


def _pairs(values: Mapping[str, Fraction | str | None]) -> dict[str, Pair | str]:
    return {
        name: value if isinstance(value, str) else value.as_integer_ratio()
        for name, value in values.items()
        if value is not None
    }


Code = Callable[[Env], Result]
_WIDE = 1 << 256
"""The denominator from which a pair is brought to lowest terms, so that long sums stay small."""


def value(code: Code, data: Data | Env) -> Value:
    """What a prepared formula gives, as an exact fraction where it is a number."""
    found = code(data if isinstance(data, Env) else Env(data))
    return Fraction(*found) if isinstance(found, tuple) else found


def prepare(node: Node, derived: Mapping[str, Code] | None = None) -> Code:
    """The tree as nested functions over an `Env`; `derived` are the prepared formulas of derived facts."""
    return _Compiler(derived or {}).code(node)


class _Compiler:
    def __init__(self, derived: Mapping[str, Code]) -> None:
        self._derived = derived

    def code(self, node: Node) -> Code:
        match node:
            case Number(value=number):
                pair = (number.numerator, number.denominator)
                return lambda env: pair
            case Text(value=text):
                return lambda env: text
            case Truth(value=truth):
                return lambda env: truth
            case Name(name=name):
                return _kept(name, self._derived[name]) if name in self._derived else _fact(name)
            case Previous(name=name):
                return _previous(name)
            case Column(table=table, column=column):
                return _column(table, column)
            case Unary(op=op, item=item):
                return _unary(op, self.code(item))
            case Binary(op="and" | "or" as op, left=left, right=right):
                return _logic(op, self.code(left), self.code(right))
            case Binary(op="/", left=Name(name=above), right=Name(name=below)) if self._raw(above, below):
                return _fact_over_fact(above, below)
            case Binary(op="*", left=left, right=Number(value=number)):
                return _times_constant(self.code(left), number.numerator, number.denominator)
            case Binary(op="+" | "-"):
                return _sum(self._terms(node))
            case Binary(op=op, left=left, right=right):
                return _BINARY[op](self.code(left), self.code(right))
            case Among(item=item, values=values):
                return _among(self.code(item), values)
            case Extreme(op=op, items=items):
                return _extreme(op, [self.code(each) for each in items])
            case Aggregate(op=op, table=table, item=item, where=where, by=by):
                chosen = None if where is None else self.code(where)
                group = None if by is None else self.code(by)
                return _aggregate(op, table, self.code(item), chosen, group)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return _choice(self.code(condition), self.code(then), self.code(otherwise))

    def _raw(self, *names: str) -> bool:
        return not self._derived.keys() & set(names)

    def _terms(self, node: Node) -> list[tuple[int, Code]]:
        """The terms of a chain of `+` and `-` with their signs, in order."""
        if isinstance(node, Binary) and node.op in ("+", "-"):
            sign = 1 if node.op == "+" else -1
            return [*self._terms(node.left), (sign, self.code(node.right))]
        return [(1, self.code(node))]


def answer(name: str) -> Code:
    """Reads the answer to a question: a number, missing, or that it does not apply."""
    lacking = Missing(frozenset({name}))
    return lambda env: INAPPLICABLE if name in env.inapplicable else env.facts.get(name, lacking)


def worst(*values: Result) -> Missing | ZeroDivisor | None:
    """Why several values together give none: missing facts first, then a zero divisor."""
    lacking = frozenset[str]().union(*(each.names for each in values if isinstance(each, Missing)))
    if lacking:
        return Missing(lacking)
    return ZERO_DIVISOR if any(isinstance(each, ZeroDivisor) for each in values) else None


def _failed(*values: Result) -> Missing | ZeroDivisor:
    found = worst(*values)
    assert found is not None
    return found


def _fact(name: str) -> Code:
    lacking = Missing(frozenset({name}))
    return lambda env: env.facts.get(name, lacking)


def _previous(name: str) -> Code:
    lacking = Missing(frozenset({f"prev({name})"}))
    return lambda env: env.previous.get(name, lacking)


def _column(table: str, column: str) -> Code:
    lacking = Missing(frozenset({f"{table}.{column}"}))
    return lambda env: env.row.get(column, lacking)


def _kept(name: str, inner: Code) -> Code:
    def code(env: Env) -> Result:
        found = env.memo.get(name)
        if found is None:
            found = env.memo[name] = inner(env)
        return found

    return code


def _narrow(n: int, d: int) -> Pair:
    if d < _WIDE:
        return n, d
    shared = gcd(n, d)
    return n // shared, d // shared


def _unary(op: str, item: Code) -> Code:
    def opposite(env: Env) -> Result:
        found = item(env)
        return not found if found.__class__ is bool else found

    def negative(env: Env) -> Result:
        found = item(env)
        return (-found[0], found[1]) if found.__class__ is tuple else found

    def absolute(env: Env) -> Result:
        found = item(env)
        return (abs(found[0]), found[1]) if found.__class__ is tuple else found

    def rounded(env: Env) -> Result:
        found = item(env)
        if found.__class__ is not tuple:
            return found
        n, d = found
        return (2 * n + d) // (2 * d), 1

    return {"not": opposite, "-": negative, "abs": absolute, "round": rounded}[op]


def _logic(op: str, left: Code, right: Code) -> Code:
    deciding = op == "or"

    def code(env: Env) -> Result:
        first = left(env)
        if first is deciding:
            return deciding
        second = right(env)
        if second is deciding:
            return deciding
        return worst(first, second) or (not deciding)

    return code


def _sum(terms: Sequence[tuple[int, Code]]) -> Code:
    def code(env: Env) -> Result:
        n, d = 0, 1
        for sign, term in terms:
            found = term(env)
            if found.__class__ is not tuple:
                return _failed(*(each(env) for _sign, each in terms))
            m, e = found
            n, d = (n + sign * m, d) if d == e else _narrow(n * e + sign * m * d, d * e)
        return n, d

    return code


def _fact_over_fact(above: str, below: str) -> Code:
    upper, lower = _fact(above), _fact(below)

    def code(env: Env) -> Result:
        a, b = env.facts.get(above), env.facts.get(below)
        if a.__class__ is tuple and b.__class__ is tuple and b[0] > 0:
            return a[0] * b[1], a[1] * b[0]
        return over(env)

    over = _over(upper, lower)
    return code


def _times_constant(item: Code, numerator: int, denominator: int) -> Code:
    def code(env: Env) -> Result:
        found = item(env)
        if found.__class__ is tuple:
            return found[0] * numerator, found[1] * denominator
        return _failed(found)

    return code


def _times(left: Code, right: Code) -> Code:
    def code(env: Env) -> Result:
        a, b = left(env), right(env)
        if a.__class__ is tuple and b.__class__ is tuple:
            return _narrow(a[0] * b[0], a[1] * b[1])
        return _failed(a, b)

    return code


def _over(left: Code, right: Code) -> Code:
    def code(env: Env) -> Result:
        a, b = left(env), right(env)
        if a.__class__ is tuple and b.__class__ is tuple:
            m, e = b
            if not m:
                return ZERO_DIVISOR
            n, d = a[0] * e, a[1] * m
            return _narrow(n, d) if d > 0 else _narrow(-n, -d)
        return _failed(a, b)

    return code


def _compared(test: Callable[[int, int], bool]) -> Callable[[Code, Code], Code]:
    def make(left: Code, right: Code) -> Code:
        def code(env: Env) -> Result:
            a, b = left(env), right(env)
            if a.__class__ is tuple and b.__class__ is tuple:
                return test(a[0] * b[1], b[0] * a[1])
            return _failed(a, b)

        return code

    return make


def _same(wanted: bool) -> Callable[[Code, Code], Code]:
    def make(left: Code, right: Code) -> Code:
        def code(env: Env) -> Result:
            a, b = left(env), right(env)
            if a.__class__ is tuple and b.__class__ is tuple:
                return (a[0] * b[1] == b[0] * a[1]) is wanted
            failed = worst(a, b)
            return failed or (a == b) is wanted

        return code

    return make


_BINARY: Mapping[str, Callable[[Code, Code], Code]] = {
    "*": _times,
    "/": _over,
    "<": _compared(int.__lt__),
    "<=": _compared(int.__le__),
    ">": _compared(int.__gt__),
    ">=": _compared(int.__ge__),
    "==": _same(True),
    "!=": _same(False),
}


def _among(item: Code, values: Sequence[Number | Text]) -> Code:
    known = frozenset(each.value for each in values)

    def code(env: Env) -> Result:
        found = item(env)
        if found.__class__ is tuple:
            return Fraction(*found) in known
        return found in known if found.__class__ is str else found

    return code


def _larger(a: Pair, b: Pair) -> bool:
    return a[0] * b[1] > b[0] * a[1]


def _pick(op: str, values: Sequence[Pair]) -> Pair:
    best = values[0]
    for each in values[1:]:
        if _larger(each, best) if op == "max" else _larger(best, each):
            best = each
    return best


def _extreme(op: str, items: list[Code]) -> Code:
    def code(env: Env) -> Result:
        values = [item(env) for item in items]
        return worst(*values) or _pick(op, values)  # type: ignore[arg-type]

    return code


def _choice(condition: Code, then: Code, otherwise: Code) -> Code:
    def code(env: Env) -> Result:
        chosen = condition(env)
        if chosen is True:
            return then(env)
        return otherwise(env) if chosen is False else chosen

    return code


def _aggregate(op: str, table: str, item: Code, where: Code | None, by: Code | None) -> Code:
    lacking = Missing(frozenset({table}))

    def code(env: Env) -> Result:
        rows = env.table(table)
        if rows is None:
            return lacking
        values: list[Result] = []
        groups: list[Result] = []
        undecided: list[Result] = []
        taken = 0
        outside = env.row  # a derived fact may add up rows while another aggregate is at one of its own
        for row in rows:
            env.row = row
            holds = True if where is None else where(env)
            if holds is True:
                taken += 1
                if op == "count":
                    continue
                value = item(env)
                (values if value.__class__ is tuple else undecided).append(value)
                if by is not None:
                    group = by(env)
                    (groups if group.__class__ is str else undecided).append(group)
            elif holds is not False:
                undecided.append(holds)
        env.row = outside
        if undecided:
            return _failed(*undecided)
        if op == "count":
            return taken, 1
        if op == "sum":
            return _added(values)  # type: ignore[arg-type]
        if by is not None:
            return _over_groups(op, values, groups)  # type: ignore[arg-type]
        return _pick(op, values) if values else ZERO_DIVISOR  # type: ignore[arg-type]

    return code


def _added(values: Sequence[Pair]) -> Pair:
    n, d = 0, 1
    for m, e in values:
        n, d = (n + m, d) if d == e else _narrow(n * e + m * d, d * e)
    return n, d


def _over_groups(op: str, values: Sequence[Pair], groups: Sequence[str]) -> Pair | ZeroDivisor:
    sums: dict[str, Pair] = {}
    for value, group in zip(values, groups, strict=True):
        sums[group] = _added((sums.get(group, (0, 1)), value))
    return _pick(op, list(sums.values())) if sums else ZERO_DIVISOR
