"""The formula language of standard packs: text in, a checked tree out. There is no eval anywhere.

Grammar (loosest first): `a if cond else b` · `or` · `and` · `not` · `< <= > >= == !=` · `+ -` · `* /` · unary `-` ·
numbers, "texts", names, `min(…) max(…) abs(x) round(x)`, last year's value `prev(fact)`, and aggregates over the
rows of a table: `sum(majors.students where majors.group_code in ("62", "72"))`, likewise `min max count`; with
`by`, the rows of one group are added up first: `min(majors.students by majors.group_code)` is the smallest group.
Limits: 2,000 characters, 2,000 nodes, 50 brackets within each other, 200 steps of calculation on top of each other,
30 digits a number, 2,000 digits a result. The limits on nodes, steps and results hold also after derived facts are
put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.records.tables import MOST_ROWS
from vetdesk.models.records.words import _

MAX_LENGTH = 2000
MAX_NODES = 2000
MAX_DEPTH = 50
MAX_HEIGHT = 200
MAX_NUMBER = 30
MAX_DIGITS = 100_000
MAX_SHOWN = 2_000
FACT_DIGITS = (30, 13)  # above and below the line: up to 18 digits before the point and 12 behind it are typed
FACT_MAGNITUDE = 31
AGGREGATES = ("sum", "min", "max", "count")
FUNCTIONS = {"min": (2, 20), "max": (2, 20), "abs": (1, 1), "round": (1, 1)}
KEYWORDS = frozenset({"if", "else", "and", "or", "not", "in", "by", "where", "true", "false"})


class FormulaError(ValueError):
    """A formula that cannot be loaded; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Text:
    """A text constant, for comparing."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a switch of the pack."""

    name: str


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's value of a fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row an aggregate is at."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `not x`, `abs(x)`, `round(x)`."""

    op: str
    item: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `and`, `or`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among:
    """`item in ("a", "b")`: whether a text or number is one of several constants."""

    item: Node
    values: tuple[Number | Text, ...]


@dataclass(frozen=True, slots=True)
class Extreme:
    """`min` or `max` of several expressions."""

    op: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum`, `min`, `max`, `count` over the rows of a table, those where `where` holds.

    With `by`, a text column, `min` and `max` run over groups of rows, each group added up.
    """

    op: str
    table: str
    item: Node
    where: Node | None
    by: Column | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


Node = Number | Text | Truth | Name | Previous | Column | Unary | Binary | Among | Extreme | Aggregate | Choice

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)
  | (?P<text>"[^"\\\n]{0,100}")
  | (?P<op><=|>=|==|!=|[-+*/<>(),])
    )""",
    re.ASCII | re.VERBOSE,
)

_SPACES = " \t\n\r\f\v"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """The tree of a formula.

    Raises FormulaError naming the position for anything outside the grammar or over its limits.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(_("公式太长（最多 {limit} 个字符）").format(limit=MAX_LENGTH))
    node = _Parser(_tokens(text)).whole()
    check_size(node)
    return node


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    end = len(text.rstrip(_SPACES))
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            place = len(text) - len(text[at:].lstrip(_SPACES))
            char = text[place] if text[place].isprintable() else f"U+{ord(text[place]):04X}"
            raise FormulaError(_("第 {at} 个字符“{char}”不能用在公式里").format(at=place + 1, char=char))
        kind = str(found.lastgroup)
        tokens.append(_Token(kind, found.group(kind), found.start(kind) + 1))
        at = found.end()
    tokens.append(_Token("end", "", end + 1))
    return tokens


class _Parser:
    """Recursive descent, with a budget of depth."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._table: str | None = None

    def whole(self) -> Node:
        node = self._expression()
        if self._next.kind != "end":
            raise self._unexpected()
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _accept(self, *texts: str) -> str | None:
        token = self._next
        if token.kind in ("op", "name") and token.text in texts:
            self._at += 1
            return token.text
        return None

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected()

    def _unexpected(self) -> FormulaError:
        token = self._next
        if token.kind == "end":
            return FormulaError(_("公式没有写完"))
        return FormulaError(_("第 {at} 个字符处的“{text}”放错了位置").format(at=token.at, text=token.text[:40]))

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaError(_("公式嵌套太深（最多 {limit} 层）").format(limit=MAX_DEPTH))
        node = self._either()
        if self._accept("if"):
            condition = self._either()
            self._expect("else")
            node = Choice(condition, node, self._expression())
        self._depth -= 1
        return node

    def _either(self) -> Node:
        node = self._both()
        while self._accept("or"):
            node = Binary("or", node, self._both())
        return node

    def _both(self) -> Node:
        node = self._negation()
        while self._accept("and"):
            node = Binary("and", node, self._negation())
        return node

    def _negation(self) -> Node:
        negations = 0
        while self._accept("not"):
            negations += 1
        node = self._comparison()
        for _each in range(negations):
            node = Unary("not", node)
        return node

    def _comparison(self) -> Node:
        node = self._sum()
        op = self._accept("<=", ">=", "==", "!=", "<", ">")
        if op:
            return Binary(op, node, self._sum())
        if self._accept("in"):
            return Among(node, self._constants())
        if self._accept("not"):
            self._expect("in")
            return Unary("not", Among(node, self._constants()))
        return node

    def _constants(self) -> tuple[Number | Text, ...]:
        self._expect("(")
        found = [self._constant()]
        while self._accept(","):
            found.append(self._constant())
        self._expect(")")
        return tuple(found)

    def _constant(self) -> Number | Text:
        token = self._next
        node = self._atom()
        if not isinstance(node, Number | Text):
            raise FormulaError(_("第 {at} 个字符处的“{text}”放错了位置").format(at=token.at, text=token.text[:40]))
        return node

    def _sum(self) -> Node:
        node = self._product()
        while op := self._accept("+", "-"):
            node = Binary(op, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._signed()
        while op := self._accept("*", "/"):
            node = Binary(op, node, self._signed())
        return node

    def _signed(self) -> Node:
        minus = False
        while self._accept("-"):
            minus = not minus
        node = self._atom()
        return Unary("-", node) if minus else node

    def _atom(self) -> Node:
        token = self._next
        if token.kind == "number":
            self._take()
            if len(token.text) > MAX_NUMBER:
                raise FormulaError(
                    _("第 {at} 个字符处的数字太长（最多 {limit} 位）").format(at=token.at, limit=MAX_NUMBER)
                )
            return Number(Fraction(token.text))
        if token.kind == "text":
            self._take()
            return Text(token.text[1:-1])
        if self._accept("("):
            node = self._expression()
            self._expect(")")
            return node
        if token.kind != "name" or (token.text in KEYWORDS and token.text not in ("true", "false")):
            raise self._unexpected()
        self._take()
        if token.text in ("true", "false"):
            return Truth(token.text == "true")
        if self._next.kind == "op" and self._next.text == "(":
            return self._call(token)
        return self._named(token)

    def _named(self, token: _Token) -> Node:
        table, dot, column = token.text.partition(".")
        if not dot:
            return Name(token.text)
        if table != self._table:
            raise FormulaError(
                _("第 {at} 个字符处的“{text}”只能用在 sum、min、max、count 的括号里").format(
                    at=token.at, text=token.text[:40]
                )
            )
        return Column(table, column)

    def _call(self, token: _Token) -> Node:
        self._expect("(")
        inner = self._next
        if token.text == "prev":
            if inner.kind != "name" or "." in inner.text or inner.text in KEYWORDS:
                raise self._unexpected()
            self._take()
            self._expect(")")
            return Previous(inner.text)
        if token.text in AGGREGATES and self._table is None and self._row_table():
            return self._aggregate(token)
        if token.text not in FUNCTIONS:
            raise FormulaError(
                _("第 {at} 个字符处的“{text}”不是公式里能用的函数").format(at=token.at, text=token.text[:40])
            )
        items = [self._expression()]
        while self._accept(","):
            items.append(self._expression())
        self._expect(")")
        least, most = FUNCTIONS[token.text]
        if not least <= len(items) <= most:
            raise FormulaError(_("“{text}”括号里的项数不对").format(text=token.text[:40]))
        if most == 1:
            return Unary(token.text, items[0])
        return Extreme(token.text, tuple(items))

    def _row_table(self) -> str | None:
        """The table whose rows an aggregate runs over: that of the first dotted name in its brackets.

        None where the brackets hold several items: `min(sum(majors.students), 5)` is no aggregate itself.
        """
        level = 0
        table = None
        for token in self._tokens[self._at :]:
            if token.text == "(" and token.kind == "op":
                level += 1
            elif token.text == ")" and token.kind == "op":
                level -= 1
                if level < 0:
                    return table
            elif token.kind == "name" and "." in token.text:
                table = table or token.text.partition(".")[0]
            elif level == 0 and token.text == "," and token.kind == "op":
                return None
        return None

    def _aggregate(self, token: _Token) -> Node:
        table = self._row_table()
        assert table is not None
        self._table = table
        item = self._expression()
        by = self._group(token) if self._accept("by") else None
        where = self._expression() if self._accept("where") else None
        self._expect(")")
        self._table = None
        return Aggregate(token.text, table, item, where, by)

    def _group(self, token: _Token) -> Column:
        found = self._atom()
        if not isinstance(found, Column) or token.text not in ("min", "max"):
            raise FormulaError(_("第 {at} 个字符处的“{text}”不能按组汇总").format(at=token.at, text=token.text[:40]))
        return found


def parts(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    match node:
        case Unary(item=item):
            return (item,)
        case Binary(left=left, right=right):
            return (left, right)
        case Among(item=item):
            return (item,)
        case Extreme(items=items):
            return items
        case Aggregate(item=item, where=where, by=by):
            return tuple(each for each in (item, where, by) if each is not None)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for part in parts(node):
        yield from walk(part)


def check_size(node: Node) -> None:
    """Refuses a tree with too many parts or steps, without following shared parts for ever.

    Raises FormulaError.
    """
    waiting = [(node, 1)]
    seen = 0
    while waiting:
        each, height = waiting.pop()
        seen += 1
        if seen > MAX_NODES:
            raise FormulaError(_("公式太大（最多 {limit} 个部分）").format(limit=MAX_NODES))
        if height > MAX_HEIGHT:
            raise FormulaError(_("公式的计算步骤太多（最多 {limit} 步相连）").format(limit=MAX_HEIGHT))
        waiting.extend((part, height + 1) for part in parts(each))
    for most, found in ((MAX_DIGITS, digits(node)), (MAX_SHOWN, magnitude(node))):
        if found > most:
            raise FormulaError(_("公式可能算出太大的数（最多 {limit} 位）").format(limit=most))


def digits(node: Node) -> int:
    """How many digits numerator and denominator of the exact result may have at most, counted from what was typed."""
    return sum(_above_and_below(node))


def _above_and_below(node: Node) -> tuple[int, int]:
    """The digits of the numerator and of the denominator at most.

    Rows that hold quotients may each bring a denominator of their own; typed figures share one, a power of ten.
    """
    match node:
        case Number(value=value):
            return len(str(value.numerator)), len(str(value.denominator))
        case Name() | Previous() | Column():
            return FACT_DIGITS
        case Aggregate(item=item):
            above, below = _above_and_below(item)
            if any(isinstance(each, Binary) and each.op == "/" for each in walk(item)):
                return MOST_ROWS * below + above + 4, MOST_ROWS * below
            return above + 4, below
        case Binary(op="+" | "-" | "*" | "/" as op, left=left, right=right):
            (above, below), (over, under) = _above_and_below(left), _above_and_below(right)
            match op:
                case "*":
                    return above + over, below + under
                case "/":
                    return above + under, below + over
            return max(above + under, over + below) + 1, below + under
        case _:
            counted = [_above_and_below(part) for part in parts(node)] or [(1, 1)]
            return max(above for above, _below in counted), max(below for _above, below in counted)


def magnitude(node: Node) -> int:
    """How many digits the result may have before the decimal point at most (or zeros behind it)."""
    match node:
        case Number(value=value):
            return len(str(value.numerator)) + len(str(value.denominator))
        case Name() | Previous() | Column():
            return FACT_MAGNITUDE
        case Binary(op="*" | "/"):
            return sum(magnitude(part) for part in parts(node))
        case _:
            return max((magnitude(part) for part in parts(node)), default=1) + 4


def names(node: Node) -> frozenset[str]:
    """Facts and switches the formula reads this year."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Name))


def subtracted(node: Node) -> frozenset[str]:
    """Facts the formula takes off: where nobody fills them in, nothing is known, and 0 is the usual answer."""
    return frozenset(
        name for each in walk(node) if isinstance(each, Binary) and each.op == "-" for name in names(each.right)
    )


def previous(node: Node) -> frozenset[str]:
    """Facts the formula reads of last year."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Previous))


def tables(node: Node) -> frozenset[str]:
    """Tables whose rows the formula reads."""
    return frozenset(each.table for each in walk(node) if isinstance(each, Aggregate))


def columns(node: Node) -> frozenset[tuple[str, str]]:
    """Table and column of every cell the formula reads."""
    return frozenset((each.table, each.column) for each in walk(node) if isinstance(each, Column))


def substitute(node: Node, values: Mapping[str, Node], past: Mapping[str, Node] | None = None) -> Node:
    """The tree with names replaced: switches by their constants, derived facts by their formulas.

    `past` are the formulas put in where last year's value is read; `values` where it is not given.
    A product with a switch that is 0 becomes 0, so that a fact behind a switch that is off is not needed.
    """
    before = values if past is None else past
    match node:
        case Name(name=name):
            return values.get(name, node)
        case Previous(name=name):
            return last_year(before[name]) if name in before else node
        case Unary(op=op, item=item):
            return Unary(op, substitute(item, values, past))
        case Binary(left=left, right=right):
            return _folded(node, substitute(left, values, past), substitute(right, values, past))
        case Among(item=item, values=among):
            return Among(substitute(item, values, past), among)
        case Extreme(op=op, items=items):
            return Extreme(op, tuple(substitute(each, values, past) for each in items))
        case Aggregate(op=op, table=table, item=item, where=where, by=by):
            kept = None if where is None else substitute(where, values, past)
            return Aggregate(op, table, substitute(item, values, past), kept, by)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return Choice(*(substitute(each, values, past) for each in (condition, then, otherwise)))
        case _:
            return node


def last_year(node: Node) -> Node:
    """The same calculation with last year's facts.

    Raises FormulaError where it reads last year's facts already: nobody keeps those of the year before.
    """
    if previous(node):
        raise FormulaError(_("去年值里又用了去年值，没有前年的数据"))
    if tables(node):
        raise FormulaError(_("去年值里用了表格，没有去年的表格"))
    return substitute(node, {name: Previous(name) for name in names(node)})


_ZERO = Number(Fraction(0))
_ONE = Number(Fraction(1))


def _folded(node: Binary, left: Node, right: Node) -> Node:
    """The operation with its new parts; what was put in as 0 or 1 is worked out, what was written stays as it is."""
    op = node.op
    new = [after for before, after in ((node.left, left), (node.right, right)) if after is not before]
    if op == "*" and _ZERO in new:
        return _ZERO
    if op == "*" and _ONE in new:
        return right if left == _ONE else left
    if op in "+-" and right == _ZERO and right in new:
        return left
    return Binary(op, left, right)
