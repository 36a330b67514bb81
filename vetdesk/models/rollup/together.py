"""A county's or the city's own figure of an indicator: sums over sums of its schools, never a mean of their ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, Env, prepare, value
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.formula import Aggregate, Binary, Column, Name, Node, Number, Previous, walk
from vetdesk.models.packs.judge import applies
from vetdesk.models.packs.pack import Pack

_SUMMED_UNITS = frozenset({"人", "㎡", "册", "座", "万元", "台", "间", "人次"})
"""Only amounts of these are sums of their parts; shares, lengths, counts of kinds and least values are not."""
_NO_SUMS = frozenset({"course_mid_min"})

SCALE = 10**6
"""Of how many parts a whole is where sums are kept as whole numbers."""

Part = tuple[Fraction, Fraction | None]
"""What a school adds to the sums of an indicator: above the line, and below it where the indicator is a ratio."""


@dataclass(frozen=True, slots=True)
class Together:
    """One indicator over some schools: the sums in millionths, how many schools are in them, how many lack a figure.

    There is nothing below the line where it is no ratio.
    """

    indicator: str
    above_millionths: Fraction | int
    below_millionths: Fraction | int | None
    schools: int
    missing: int

    @property
    def above(self) -> Fraction:
        """The sum above the line."""
        return Fraction(self.above_millionths) / SCALE

    @property
    def below(self) -> Fraction | None:
        """The sum below the line; None where it is no ratio."""
        return None if self.below_millionths is None else Fraction(self.below_millionths) / SCALE

    @property
    def value(self) -> Fraction | None:
        """Sum over sum, or the sum itself where the indicator is no ratio; None where nothing is known."""
        if not self.schools or self.below_millionths == 0:
            return None
        return self.above if self.below_millionths is None else Fraction(self.above_millionths) / self.below_millionths


class Adder:
    """What schools add to the sums of the indicators of a pack, as far as these can be added (`above_and_below`)."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.ratios: dict[str, bool] = {}
        self._codes = []
        for name, indicator in pack.indicators.items():
            if indicator.question:
                continue
            split = above_and_below(indicator.node, pack) if indicator.node is not None else None
            if split is None:
                continue
            above, below = split
            self.ratios[name] = below is not None
            self._codes.append([prepare(each, pack.derived_codes) for each in (above, below) if each is not None])

    def parts(self, data: Data) -> list[Part | None] | None:
        """One part per indicator of `ratios`, in that order: None where a fact is missing. None for all where the pack does not
        apply to the school."""
        env = Env(data)
        if not applies(self.pack, env):
            return None
        found: list[Part | None] = []
        for codes in self._codes:
            values = [value(each, env) for each in codes]
            known = [each for each in values if isinstance(each, Fraction)]
            whole = len(known) == len(codes)
            found.append((known[0], known[1] if len(known) > 1 else None) if whole and known else None)
        return found

    def together(self, every: Iterable[list[Part | None] | None]) -> tuple[Together, ...]:
        """The sums over the parts of schools. A school that lacks a fact of an indicator is counted as missing, in no sum.

        Schools that the pack does not apply to are left out.
        """
        counted = [each for each in every if each is not None]
        return tuple(
            _summed(name, ratio, [each[at] for each in counted]) for at, (name, ratio) in enumerate(self.ratios.items())
        )


def _summed(indicator: str, ratio: bool, parts: list[Part | None]) -> Together:
    known = [each for each in parts if each is not None]
    above = sum((each[0] for each in known), Fraction(0))
    below = sum((each[1] for each in known if each[1] is not None), Fraction(0)) if ratio else None
    return Together(
        indicator, above * SCALE, None if below is None else below * SCALE, len(known), len(parts) - len(known)
    )


def adds_up(field: Field) -> bool:
    """Whether what several schools have of a figure can be added up: people, areas, volumes, seats, money, machines, rooms."""
    return field.number and field.unit in _SUMMED_UNITS and field.id not in _NO_SUMS


def above_and_below(node: Node, pack: Pack) -> tuple[Node, Node | None] | None:
    """A formula as what is added above the line and what is added below it (None: it is no ratio).

    A percentage `a / b * 100` is `a * 100` over `b`: it is never added up itself. None where schools cannot be added at all:
    a quotient inside a sum or a choice, the least or most of the rows of a table, figures of which there is no sum.
    """
    above, below = _split(node)
    if below is not None and not _reads(below, pack):
        above, below = node, None  # divided by a number: an amount
    if below is None:
        return (node, None) if _amount(node, pack, adds_up) else None
    return (above, below) if _amount(above, pack, _counts) and _amount(below, pack, _counts) else None


def _split(node: Node) -> tuple[Node, Node | None]:
    if not isinstance(node, Binary) or node.op not in ("*", "/"):
        return node, None
    above, below = _split(node.left)
    upper, lower = _split(node.right)
    if node.op == "/":
        upper, lower = lower or Number(Fraction(1)), upper
    return _times(above, upper), lower if below is None else below if lower is None else _times(below, lower)


def _times(left: Node, right: Node) -> Node:
    return left if right == Number(Fraction(1)) else Binary("*", left, right)


def _reads(node: Node, pack: Pack) -> bool:
    """Whether a formula reads figures; switches of the standard are numbers that are the same for all."""
    return any(
        isinstance(each, Column) or (isinstance(each, Name | Previous) and each.name in pack.fields)
        for each in walk(node)
    )


def _counts(field: Field) -> bool:
    """Whether a figure may stand in a ratio of sums: a number that is no share and no least value."""
    return field.number and "%" not in field.unit and "/" not in field.unit and field.id not in _NO_SUMS


def _amount(node: Node, pack: Pack, adds: Callable[[Field], bool]) -> bool:
    """Whether the amounts of several schools add up: no quotient or product of figures, no least or most of a table, and
    of each figure there is a sum."""
    for each in walk(node):
        match each:
            case Binary(op="/", right=right) if _reads(right, pack):
                return False
            case Binary(op="*", left=left, right=right) if _reads(left, pack) and _reads(right, pack):
                return False
            case Aggregate(op="min" | "max"):
                return False
            case Name(name=name) | Previous(name=name) if name in pack.derived:
                if not _amount(pack.derived[name], pack, adds):
                    return False
            case Name(name=name) | Previous(name=name) if name in pack.fields and not adds(pack.fields[name]):
                return False
    return True
