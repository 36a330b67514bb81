"""How a value came about, in words: the formula with the school's own numbers."""

from __future__ import annotations

from fractions import Fraction

from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import Data, prepare
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import _, pick

SYMBOLS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "=", "~": "≈", "*": "×", "/": "÷", "-": "−"}


def spelled(pack: Pack, indicator: Indicator, data: Data, judged: Judgement) -> str:
    """`24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生`; derived facts appear by their own value. Empty if nothing is known."""
    text = _spell(pack, _reading(pack, indicator), data, top=True)
    if judged.value is None:
        return text
    against = judged.threshold
    result = f"{shown(judged.value, against=against)} {indicator.unit}"
    return result if isinstance(_reading(pack, indicator), formula.Name) else f"{text} = {result}"


def _reading(pack: Pack, indicator: Indicator) -> formula.Node:
    """The formula as written in the pack, derived facts by name."""
    return formula.parse(indicator.formula)


def _spell(pack: Pack, node: formula.Node, data: Data, *, top: bool = False) -> str:
    match node:
        case formula.Number(value=value):
            return shown(value)
        case formula.Name(name=name):
            return _figure(pack, name, data)
        case formula.Previous(name=name):
            return _("去年的{name}").format(name=pick(pack.fields[name].text))
        case formula.Binary(op=op, left=left, right=right):
            second = _spell(pack, right, data)
            if op in "*/" and isinstance(right, formula.Binary) and right.op in "*/":
                second = f"({second})"
            text = f"{_spell(pack, left, data)} {SYMBOLS.get(op, op)} {second}"
            return text if top or op in "*/" else f"({text})"
        case formula.Unary(op="-", item=item):
            return f"{SYMBOLS['-']}{_spell(pack, item, data)}"
        case formula.Unary(op=op, item=item):
            return f"{op}({_spell(pack, item, data, top=True)})"
        case _:
            return "…"


def _figure(pack: Pack, name: str, data: Data) -> str:
    field = pack.fields.get(name)
    if field is None:
        return name
    value = data.facts.get(name) if not field.derived else derived_value(pack, name, data)
    if not isinstance(value, Fraction):
        return _("{name}（未填）").format(name=pick(field.text))
    return f"{shown(value)} {field.unit}"


def derived_value(pack: Pack, name: str, data: Data) -> Fraction | None:
    """The value of a derived fact, None where something it needs is missing."""
    value = prepare(pack.derived[name])(data, None)
    return value if isinstance(value, Fraction) else None


def required(indicator: Indicator, judged: Judgement) -> str:
    """`≥ 40,000 ㎡`: the required value, with its unit."""
    if judged.threshold is not None:
        value = shown(judged.threshold)
    else:
        node = indicator.threshold.node
        value = shown(node.value) if isinstance(node, formula.Number) else "—"
    return f"{SYMBOLS[indicator.cmp]} {value} {indicator.unit}"
