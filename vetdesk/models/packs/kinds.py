"""Checks that a formula uses numbers, texts and conditions each as what they are, before it meets any data."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from vetdesk.models.packs.formula import (
    Aggregate,
    Among,
    Binary,
    Choice,
    Column,
    Extreme,
    FormulaError,
    Name,
    Node,
    Number,
    Previous,
    Text,
    Truth,
    Unary,
)
from vetdesk.models.records.words import _, mark


class Kind(StrEnum):
    """What an expression gives."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"

    @property
    def word(self) -> str:
        """What a sentence calls it."""
        return _(_WORDS[self])


_WORDS = {
    Kind.NUMBER: mark("数字"),
    Kind.TEXT: mark("文字"),
    Kind.TRUTH: mark("条件"),
}


def check_kind(node: Node, wanted: Kind, texts: Collection[str]) -> None:
    """Passes a formula that gives `wanted`; `texts` are the facts (and columns, as `table.column`) that hold texts.

    Raises FormulaError saying what stands where something else is needed.
    """
    got = _kind(node, texts)
    if got is not wanted:
        raise FormulaError(_("需要{wanted}的地方用了{got}").format(wanted=wanted.word, got=got.word))


def _kind(node: Node, texts: Collection[str]) -> Kind:
    match node:
        case Number():
            return Kind.NUMBER
        case Text():
            return Kind.TEXT
        case Truth():
            return Kind.TRUTH
        case Column(table=table, column=column):
            return Kind.TEXT if f"{table}.{column}" in texts else Kind.NUMBER
        case Name(name=name) | Previous(name=name):
            return Kind.TEXT if name in texts else Kind.NUMBER
        case Unary(op=op, item=item):
            kind = Kind.TRUTH if op == "not" else Kind.NUMBER
            check_kind(item, kind, texts)
            return kind
        case Binary(op=op, left=left, right=right):
            return _joined(op, left, right, texts)
        case Among(item=item, values=values):
            kind = _kind(item, texts)
            for value in values:
                check_kind(value, kind, texts)
            return Kind.TRUTH
        case Extreme(items=items):
            for each in items:
                check_kind(each, Kind.NUMBER, texts)
            return Kind.NUMBER
        case Aggregate(op=op, item=item, where=where, by=by):
            if where is not None:
                check_kind(where, Kind.TRUTH, texts)
            if by is not None:
                check_kind(by, Kind.TEXT, texts)
            if op != "count":
                check_kind(item, Kind.NUMBER, texts)
            return Kind.NUMBER
        case Choice(condition=condition, then=then, otherwise=otherwise):
            check_kind(condition, Kind.TRUTH, texts)
            return _same(then, otherwise, texts)


def _joined(op: str, left: Node, right: Node, texts: Collection[str]) -> Kind:
    if op in ("==", "!="):
        _same(left, right, texts)
        return Kind.TRUTH
    needed = Kind.TRUTH if op in ("and", "or") else Kind.NUMBER
    check_kind(left, needed, texts)
    check_kind(right, needed, texts)
    return Kind.NUMBER if op in ("+", "-", "*", "/") else Kind.TRUTH


def _same(left: Node, right: Node, texts: Collection[str]) -> Kind:
    """The one kind of two expressions.

    Raises FormulaError where they differ.
    """
    kind = _kind(left, texts)
    check_kind(right, kind, texts)
    return kind
