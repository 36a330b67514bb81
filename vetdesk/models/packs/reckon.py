"""Arithmetic typed into a number field (`12000+3400`), worked out exactly and kept as the result."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, prepare, value
from vetdesk.models.packs.formula import Binary, FormulaError, Node, Number, Unary, parse, walk
from vetdesk.models.records.numbers import DECIMAL, decimal_text
from vetdesk.models.records.words import _

_SIGNS = str.maketrans("×÷－−＋", "*/--+")
_MEANT = re.compile(r"[0-9)]\s*[-+*/]|^\s*[-+]?\s*\(")
_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def is_sum(text: str) -> bool:
    """Whether a text is meant to be worked out: a number, and something to do with it."""
    return bool(_MEANT.search(_plain(text)))


def reckon(text: str) -> str:
    """The result as decimal text. Numbers, `+ - * / × ÷`, brackets, thousands separators.

    Raises ValueError with a sentence for anything else, a result below zero, and one that no decimal is equal to.
    """
    plain = _plain(text)
    if _DATE.fullmatch(plain.strip()):
        raise ValueError(_("像是日期，不是算式"))
    try:
        node = parse(_THOUSANDS.sub("", plain))
    except FormulaError as error:
        raise ValueError(_("算式看不懂：{why}").format(why=error)) from error
    if not all(map(_allowed, walk(node))):
        raise ValueError(_("算式里只能有数字、加减乘除和括号"))
    found = value(prepare(node), Data())
    if not isinstance(found, Fraction):
        raise ValueError(_("算式除以零"))
    if found < 0:
        raise ValueError(_("算式的结果是负数"))
    result = decimal_text(found)
    if not DECIMAL.fullmatch(result) or Fraction(result) != found:
        raise ValueError(_("算式的结果除不尽或太长，请直接填结果"))
    return result


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS)


def _allowed(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.op in ("+", "-", "*", "/")
    return isinstance(node, Number) or (isinstance(node, Unary) and node.op == "-")
