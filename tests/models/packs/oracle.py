"""Random formulas as nested tuples: how to write them down, and what they must give, computed without the product."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]
Facts = Mapping[str, Fraction | str | None]
Rows = list[dict[str, Fraction | str | None]]

ZERO = "division by zero"
FACTS = ("a", "b", "c", "d")
COLUMNS = ("x", "y")
WORDS = ("p", "q", "r s")
"""What the text `t` and the text column `g` hold."""

_LEVEL = {
    "or": 1,
    "and": 2,
    "not": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}


def numbers() -> st.SearchStrategy[Fraction]:
    """Numbers as a formula may hold them: decimals of up to three places, small ones often."""
    return st.one_of(st.integers(0, 5).map(Fraction), st.integers(0, 10**6).map(lambda n: Fraction(n, 1000)))


def values() -> st.SearchStrategy[Fraction | None]:
    """Values of facts: often missing, often zero."""
    return st.one_of(st.none(), st.just(Fraction(0)), numbers(), numbers().map(lambda n: -n))


def words() -> st.SearchStrategy[str | None]:
    """Values of texts: often missing."""
    return st.one_of(st.none(), st.sampled_from(WORDS))


def facts() -> st.SearchStrategy[Facts]:
    """One year's facts: numbers, and the text `t`."""
    return st.fixed_dictionaries({**{name: values() for name in FACTS}, "t": words()})


def rows() -> st.SearchStrategy[Rows]:
    """Rows of the table `m`: numbers, and the text column `g`."""
    return st.lists(st.fixed_dictionaries({**{name: values() for name in COLUMNS}, "g": words()}), max_size=4)


def _leaves() -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.just("number"), numbers()),
        st.tuples(st.just("fact"), st.sampled_from(FACTS)),
        st.tuples(st.just("prev"), st.sampled_from(FACTS)),
    )


_NUMBERS = st.lists(st.tuples(st.just("number"), numbers()), min_size=1, max_size=3).map(tuple)
_QUOTES = st.lists(st.tuples(st.just("quote"), st.sampled_from(WORDS)), min_size=1, max_size=3).map(tuple)
_TEXTS: list[Tree] = [("fact", "t"), ("prev", "t"), ("quote", "q")]


def _truths(
    items: st.SearchStrategy[Tree],
    inner: st.SearchStrategy[Tree] | None = None,
    *,
    texts: st.SearchStrategy[Tree] | None = None,
) -> st.SearchStrategy[Tree]:
    words = st.sampled_from(_TEXTS) if texts is None else texts
    compared = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), items, items)
    spelled = st.tuples(st.sampled_from(["==", "!="]), words, words)
    among = st.one_of(
        st.tuples(st.sampled_from(["in", "not in"]), items, _NUMBERS),
        st.tuples(st.sampled_from(["in", "not in"]), words, _QUOTES),
    )
    simple = st.one_of(compared, spelled, among, st.tuples(st.just("truth"), st.booleans()))
    both = st.one_of(simple, inner) if inner is not None else simple
    joined = st.tuples(st.sampled_from(["and", "or"]), both, both)
    return st.one_of(simple, joined, st.tuples(st.just("not"), joined), st.tuples(st.just("not"), simple))


def _larger(items: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), items, items),
        st.tuples(st.sampled_from(["min", "max"]), items, items),
        st.tuples(st.sampled_from(["negative", "abs", "round"]), items),
        st.tuples(st.just("if"), _truths(items, _truths(items)), items, items),
    )


def _columns() -> st.SearchStrategy[Tree]:
    leaf = st.one_of(st.tuples(st.just("column"), st.sampled_from(COLUMNS)), _leaves())
    return st.one_of(leaf, st.tuples(st.sampled_from(["+", "-", "*", "/", "min", "max"]), leaf, leaf))


def aggregates() -> st.SearchStrategy[Tree]:
    """Aggregates over the table `m`; the item names a column, so that it is known to be one."""
    item = st.tuples(st.just("+"), st.tuples(st.just("column"), st.sampled_from(COLUMNS)), _columns())
    texts = st.sampled_from([("column", "g"), *_TEXTS])
    where = st.one_of(st.none(), _truths(_columns(), texts=texts))
    return st.one_of(
        st.tuples(st.sampled_from(["sum", "least", "most", "count"]), item, where, st.none()),
        st.tuples(st.sampled_from(["least", "most"]), item, where, st.just("g")),
    )


def trees() -> st.SearchStrategy[Tree]:
    """Formulas that give a number."""
    return st.recursive(st.one_of(_leaves(), aggregates()), _larger, max_leaves=12)


def plain_trees() -> st.SearchStrategy[Tree]:
    """Formulas of facts and arithmetic only, where every part is always needed."""
    return st.recursive(
        st.tuples(st.just("fact"), st.sampled_from(FACTS)),
        lambda items: st.tuples(st.sampled_from(["+", "-", "*", "/", "min", "max"]), items, items),
        max_leaves=8,
    )


def facts_of(tree: Tree) -> set[str]:
    """This year's facts a formula reads."""
    if tree[0] == "fact":
        return {tree[1]}
    return set().union(*(facts_of(part) for part in tree[1:] if isinstance(part, tuple)))


def written(tree: Tree, least: int = 0) -> str:
    """The formula with no more brackets than precedence asks for."""
    op = tree[0]
    match op:
        case "number":
            return decimal(tree[1])
        case "fact":
            return str(tree[1])
        case "prev":
            return f"prev({tree[1]})"
        case "truth":
            return "true" if tree[1] else "false"
        case "quote":
            return f'"{tree[1]}"'
        case "column":
            return f"m.{tree[1]}"
        case "min" | "max":
            return f"{op}({written(tree[1])}, {written(tree[2])})"
        case "abs" | "round":
            return f"{op}({written(tree[1])})"
        case "sum" | "least" | "most" | "count":
            name = {"least": "min", "most": "max"}.get(op, op)
            where = f" where {written(tree[2])}" if tree[2] else ""
            by = f" by m.{tree[3]}" if tree[3] else ""
            return f"{name}({written(tree[1])}{by}{where})"
        case "negative":
            text, level = f"-{written(tree[1], 7)}", 7
        case "not":
            text, level = f"not {written(tree[1], 3)}", 3
        case "if":
            text, level = f"{written(tree[2], 1)} if {written(tree[1], 1)} else {written(tree[3])}", 0
        case "in" | "not in":
            constants = ", ".join(written(each) for each in tree[2])
            text, level = f"{written(tree[1], 5)} {op} ({constants})", 4
        case _:
            level = _LEVEL[op]
            left = level + 1 if level == 4 else level
            text = f"{written(tree[1], left)} {op} {written(tree[2], level + 1)}"
    return text if level >= least else f"({text})"


def decimal(value: Fraction) -> str:
    """A number of at most three decimals."""
    whole, part = divmod(int(value * 1000), 1000)
    return f"{whole}.{part:03}"


class Oracle:
    """Works a tree out. A result is a number, a truth, ZERO, or the frozen set of what is missing."""

    def __init__(self, now: Facts, last: Facts, table: Rows) -> None:
        self.now, self.last, self.table = now, last, table

    def value(self, tree: Tree, row: Facts | None = None) -> Any:
        """The value of a tree."""
        op = tree[0]
        if op in ("number", "truth", "quote"):
            return tree[1]
        if op in ("fact", "prev", "column"):
            return self._read(op, tree[1], row)
        if op == "if":
            chosen = self.value(tree[1], row)
            return self.value(tree[2] if chosen else tree[3], row) if isinstance(chosen, bool) else chosen
        if op in ("sum", "least", "most", "count"):
            return self._over_rows(op, *tree[1:])
        if op in ("in", "not in"):
            item = self.value(tree[1], row)
            found = any(item == constant for _kind, constant in tree[2])
            return _failure([item]) or found is (op == "in")
        items = [self.value(part, row) for part in tree[1:]]
        if op in ("and", "or") and (op == "or") in [item for item in items if isinstance(item, bool)]:
            return op == "or"
        return _failure(items) or _computed(op, items)

    def _read(self, op: str, name: str, row: Facts | None) -> Any:
        if op == "column":
            assert row is not None
            return frozenset({f"m.{name}"}) if row[name] is None else row[name]
        value = (self.now if op == "fact" else self.last)[name]
        return frozenset({name if op == "fact" else f"prev({name})"}) if value is None else value

    def _over_rows(self, op: str, item: Tree, where: Tree | None, by: str | None) -> Any:
        verdicts = [self.value(where, row) if where else True for row in self.table]
        taken = [row for row, verdict in zip(self.table, verdicts, strict=True) if verdict is True]
        values = [] if op == "count" else [self.value(item, row) for row in taken]
        groups = [self._read("column", by, row) for row in taken] if by else []
        failed = _failure([verdict for verdict in verdicts if not isinstance(verdict, bool)] + values + groups)
        if failed:
            return failed
        if op == "count":
            return Fraction(len(taken))
        if op == "sum":
            return sum(values, Fraction(0))
        if by:
            members = [[value for value, group in zip(values, groups, strict=True) if group == one] for one in groups]
            values = [sum(each, Fraction(0)) for each in members]
        return (min(values) if op == "least" else max(values)) if values else ZERO


def _failure(items: list[Any]) -> Any:
    missing = frozenset().union(*(item for item in items if isinstance(item, frozenset)))
    return missing or (ZERO if ZERO in [item for item in items if isinstance(item, str)] else None)


def _computed(op: str, items: list[Any]) -> Any:
    first, second = items[0], items[-1]
    if op == "/":
        return first * Fraction(second.denominator, second.numerator) if second else ZERO
    ways: dict[str, Callable[[], Any]] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "<": lambda: first < second,
        "<=": lambda: not second < first,
        ">": lambda: second < first,
        ">=": lambda: not first < second,
        "==": lambda: first == second,
        "!=": lambda: first != second,
        "and": lambda: bool(first and second),
        "or": lambda: bool(first or second),
        "not": lambda: not first,
        "negative": lambda: -first,
        "abs": lambda: first if first > 0 else -first,
        "round": lambda: Fraction(half_up(first)),
        "min": lambda: first if first < second else second,
        "max": lambda: second if first < second else first,
    }
    return ways[op]()


def half_up(value: Fraction) -> int:
    """The nearest whole number, a half going up."""
    return math.floor(value + Fraction(1, 2))
