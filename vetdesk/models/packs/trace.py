"""How a verdict came about, in words: the formula with the unit's own numbers, and why this required value counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from vetdesk.models.packs import formula
from vetdesk.models.packs.evaluate import Code, Data, Env, value
from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Bar, Indicator, Pack
from vetdesk.models.records.answers import ANSWERS, answer_word
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.words import _, mark, pick

SYMBOLS = {
    ">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "=", "!=": "≠", "~": "≈", "*": "×", "/": "÷", "-": "−",
}  # fmt: skip
_FUNCTIONS = {"min": mark("最小值"), "max": mark("最大值"), "sum": mark("合计"), "count": mark("个数"),
              "abs": mark("绝对值"), "round": mark("取整")}  # fmt: skip
_JOINTS = {"and": mark("且"), "or": mark("或")}
_CONFIDENCES = {
    "FOUND": mark("出自正式文件"),
    "KNOWN": mark("已知"),
    "SEED": mark("出自本市方案"),
    "CONFIRMED": mark("已由主管部门确认"),
    "UNSURE": mark("待核"),
}
_LAYERS = {
    "inherit": mark("沿用国标"),
    "same": mark("与基础标准相同"),
    "tighten": mark("比基础标准从严"),
    "relax": mark("比基础标准放宽"),
    "replace": mark("改了口径"),
    "add": mark("地方新增"),
}
_RELATIONS = {
    "equal": mark("要求相同"),
    "stricter": mark("本标准更严"),
    "looser": mark("本标准更宽"),
    "overlaps": mark("口径部分相同"),
    "other_base": mark("基数不同"),
}


def confidence_word(confidence: str) -> str:
    """What the screen calls a confidence mark."""
    return _(_CONFIDENCES.get(confidence, confidence))


def layer_word(relation: str) -> str:
    """What the screen calls what an overlay did with an indicator."""
    return _(_LAYERS.get(relation, relation))


def relation_word(relation: str) -> str:
    """What the screen calls a relation between indicators of two standards."""
    return _(_RELATIONS.get(relation, relation))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace: what it is about, and what it says."""

    name: str
    text: str


def explain(pack: Pack, indicator: Indicator, data: Data, judged: Judgement) -> tuple[Step, ...]:
    """Every step from the figures to the verdict: scope, formula, parts, required value and its source, verdict."""
    return tuple(_Explainer(pack, indicator, data, judged).steps())


class _Explainer:
    def __init__(self, pack: Pack, indicator: Indicator, data: Data, judged: Judgement) -> None:
        self._pack, self._indicator, self._data, self._judged = pack, indicator, data, judged
        self._bar = indicator.bar(judged.bar)

    def steps(self) -> Iterator[Step]:
        yield from self._scope()
        yield from self._formula()
        yield from self._required()
        yield Step(_("结论"), _verdict_line(self._indicator, self._judged))
        yield from self._around()

    def _scope(self) -> Iterator[Step]:
        pack, indicator = self._pack, self._indicator
        condition = str(pack.plain.get("applies", ""))
        if condition:
            holds = _truth(pack.applies, self._data)
            yield Step(_("标准适用"), _condition_line(pack, condition, self._data, holds=holds))
        if indicator.applies is not None:
            holds = _truth(indicator.applies, self._data)
            yield Step(_("指标适用"), _condition_line(pack, indicator.when, self._data, holds=holds))

    def _formula(self) -> Iterator[Step]:
        pack, indicator = self._pack, self._indicator
        if indicator.question:
            yield Step(_("学校回答"), answer_of(indicator, self._data))
            return
        node = _reading(indicator)
        yield Step(_("公式"), in_words(pack, node))
        if not isinstance(node, formula.Name):
            yield Step(_("代入"), spelled(pack, indicator, self._data, self._judged))
        for name in sorted(formula.names(node) & pack.derived.keys(), key=list(pack.fields).index):
            yield from self._part(name)
        if isinstance(node, formula.Name) and node.name not in pack.derived:
            yield Step(pick(pack.fields[node.name].text), _figure(pack, node.name, self._data))
        yield from self._rows(node)

    def _part(self, name: str) -> Iterator[Step]:
        pack = self._pack
        field = pack.fields[name]
        node = self._without_switches(formula.parse(field.formula))
        total = derived_value(pack, name, self._data)
        text = _spell(pack, node, self._data, top=True)
        if total is not None:
            text = f"{text} = {shown(total)} {field.unit}"
        unsure = [
            _("{rule}：{state}").format(
                rule=pick(data), state=_("现按“是”") if str(data["value"]) != "0" else _("现按“否”")
            )
            for switch, data in pack.switches.items()
            if switch in formula.names(formula.parse(field.formula)) and data.get("confidence") == "UNSURE"
        ]
        if unsure:
            text += _("（口径待确认：{switches}）").format(switches=_("；").join(unsure))
        yield Step(pick(field.text), text)

    def _without_switches(self, node: formula.Node) -> formula.Node:
        """The formula with its switches put in: what is counted once, or not at all, is written so."""
        constants: dict[str, formula.Node] = {
            name: formula.Number(Fraction(str(data["value"]))) for name, data in self._pack.switches.items()
        }
        return formula.substitute(node, constants)

    def _rows(self, node: formula.Node) -> Iterator[Step]:
        for table in sorted(formula.tables(node)):
            rows = self._data.tables.get(table)
            field = self._pack.fields[table]
            count = _("未填") if rows is None else _("{count} 行").format(count=len(rows))
            yield Step(pick(field.text), count)

    def _required(self) -> Iterator[Step]:
        indicator, judged, bar = self._indicator, self._judged, self._bar
        enough = _("符合") if bar.text == "1" else _("基本符合")
        if bar.waives:
            yield Step(_("达标值"), _("符合免除条件，视为达标"))
        else:
            yield Step(_("达标值"), enough if indicator.question else required(indicator, judged))
        if isinstance(bar.node, formula.Node) and not isinstance(bar.node, formula.Number) and bar.text:
            yield Step(_("达标值的算法"), in_words(self._pack, formula.parse(bar.text)))
        if judged.bar < 0:
            for each in indicator.threshold.bars:
                holds = _truth(each.applies, self._data)
                text = _condition_line(self._pack, each.when, self._data, holds=holds, scope=False)
                yield Step(_("还不知道是哪一档"), text)
        elif bar.when:
            yield Step(_("为什么是这一档"), _condition_line(self._pack, bar.when, self._data, holds=True))
        yield Step(_("依据"), source_line(bar))
        if bar.floor_text:
            yield Step(_("限制线"), f"{SYMBOLS[indicator.cmp]} {bar.floor_text} {indicator.unit}")
        if bar.start or bar.end:
            yield Step(
                _("有效期"), _("{start} 至 {end}").format(start=bar.start or _("施行日"), end=bar.end or _("今"))
            )
        if bar.note:
            yield Step(_("备注"), pick(bar.note))
        if indicator.note:
            yield Step(_("说明"), pick(indicator.note))

    def _around(self) -> Iterator[Step]:
        origin = self._indicator.origin
        if origin is not None:
            text = layer_word(origin.relation)
            if origin.was:
                text += _("（原为 {was}）").format(
                    was=_("；").join(bar_text(each, origin.cmp, origin.unit) for each in origin.was)
                )
            yield Step(_("与基础标准相比"), text)
        for each in self._indicator.related:
            yield Step(
                _("相关标准"),
                _("{pack} 的 {indicator}：{relation}。各按各的标准判，结论不互相套用。").format(
                    pack=each.pack, indicator=each.indicator, relation=relation_word(each.relation)
                ),
            )


def _truth(code: Code | None, data: Data) -> bool | None:
    """Whether a condition holds; None where a figure lacks to tell."""
    found = True if code is None else value(code, data)
    return found if isinstance(found, bool) else None


def bar_text(bar: dict[str, str] | object, cmp: str, unit: str) -> str:
    """`≥ 40000 ㎡` of a bar in plain form; `—` for one without a value."""
    data = bar if isinstance(bar, dict) else {}
    text = str(data.get("value", "")) or "—"
    return f"{SYMBOLS.get(cmp, cmp)} {text} {unit}".strip()


def source_line(bar: Bar) -> str:
    """`教职成〔2010〕12号 第八条（出自正式文件）`, with what makes it uncertain."""
    text = f"{bar.document} {bar.article}".strip()
    said = [confidence_word(bar.confidence)]
    if bar.soft:
        said.append(_("原则性要求"))
    if bar.confirmed_by.get("person"):
        said.append(
            _("{person} {date} 按 {document} 确认").format(
                person=bar.confirmed_by["person"],
                date=bar.confirmed_by.get("date", ""),
                document=bar.confirmed_by.get("document", ""),
            )
        )
    return _("{source}（{said}）").format(source=text, said=_("，").join(said))


def _verdict_line(indicator: Indicator, judged: Judgement) -> str:
    text = f"{judged.verdict.sign} {judged.verdict.word}"
    if judged.value is not None and judged.threshold is not None and not indicator.question:
        sign = _relation(judged.value, judged.threshold)
        value_, needed = shown_apart(judged.value, judged.threshold)
        numbers = f"{value_} {sign} {needed}"
        return f"{numbers}　{text}"
    return text


def shown_apart(value: Fraction, needed: Fraction) -> tuple[str, str]:
    """Both numbers for a reader, with as many decimals as it takes to tell them apart."""
    return shown(value, against=needed), shown(needed, against=value)


def _relation(left: Fraction, right: Fraction) -> str:
    return "=" if left == right else "<" if left < right else ">"


def answer_of(indicator: Indicator, data: Data) -> str:
    """The answer a school gave to a checklist item, in words."""
    if indicator.id in data.inapplicable:
        return _("不适用")
    given = data.facts.get(indicator.id)
    word = next((name for name, count in ANSWERS.items() if count == given), "")
    return answer_word(word) or _("未填")


def _condition_line(pack: Pack, text: str, data: Data, *, holds: bool | None, scope: bool = True) -> str:
    """A condition in words, how it stands (None: unknown, which a scope takes as holding), and the figures it reads."""
    if not text:
        return _("其余情形")
    node = formula.parse(text)
    unknown = _("还不知道，按适用处理") if scope else _("还不知道")
    result = _("成立") if holds else _("不成立") if holds is False else unknown
    names = sorted(name for name in formula.names(node) if name in pack.fields)
    facts = _("，").join(f"{_named(pack, name)} {_known(pack, name, data)}" for name in names)
    words = _("{condition}：{result}（{facts}）") if facts else _("{condition}：{result}")
    return words.format(condition=in_words(pack, node), result=result, facts=facts)


def _known(pack: Pack, name: str, data: Data) -> str:
    """What is given for a fact, or that it is not filled."""
    field = pack.fields[name]
    given = derived_value(pack, name, data) if field.derived else data.facts.get(name)
    if given is None:
        return _("未填")
    if isinstance(given, str):
        return given
    if field.kind == "bool":
        return _("是") if given else _("否")
    return f"{shown(given)} {field.unit}" if field.unit else decimal_text(given)


def spelled(pack: Pack, indicator: Indicator, data: Data, judged: Judgement) -> str:
    """`24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生`; derived facts appear by their own value. Empty if nothing is known."""
    if indicator.question:
        return answer_of(indicator, data)
    node = _reading(indicator)
    text = _spell(pack, node, data, top=True)
    if judged.value is None:
        return text
    result = f"{_shown_value(indicator.bar(judged.bar), data, judged.value, judged.threshold)} {indicator.unit}".strip()
    return result if isinstance(node, formula.Name) else f"{text} = {result}"


def _shown_value(bar: Bar, data: Data, exact: Fraction, needed: Fraction | None) -> str:
    """The value, never rounded onto the required value or the restriction line it misses."""
    floor = value(bar.floor, data) if bar.floor is not None else None
    lines = [each for each in (needed, floor) if isinstance(each, Fraction)]
    return max((shown(exact, against=each) for each in lines), key=len, default=shown(exact))


@lru_cache(maxsize=2000)
def _parsed(text: str) -> formula.Node:
    """A formula that was parsed before is not parsed again: a form spells it at every keystroke."""
    return formula.parse(text)


def _reading(indicator: Indicator) -> formula.Node:
    """The formula as written in the pack, derived facts by name."""
    return _parsed(indicator.formula)


def in_words(pack: Pack, node: formula.Node) -> str:
    """A formula with the names of its facts: `达标校舍建筑面积 ÷ 全日制学历教育在校生`."""
    return _spell(pack, node, None, top=True)


def _spell(pack: Pack, node: formula.Node, data: Data | None, *, top: bool = False) -> str:
    """The tree in words (without data) or in numbers (with them)."""
    match node:
        case formula.Number(value=number):
            return decimal_text(number) if data is None else shown(number)
        case formula.Text(value=text):
            return _("“{text}”").format(text=text)
        case formula.Truth(value=truth):
            return _("成立") if truth else _("不成立")
        case formula.Name(name=name):
            return _named(pack, name) if data is None else _figure(pack, name, data)
        case formula.Previous(name=name):
            return _("去年的{name}").format(name=_named(pack, name))
        case formula.Column(table=table, column=column):
            return pick(pack.fields[table].columns[column].text)
        case formula.Binary(op=op, left=left, right=right):
            plain = op in _JOINTS and not (
                isinstance(right, formula.Choice) or (isinstance(right, formula.Binary) and right.op in _JOINTS)
            )
            second = _spell(pack, right, data, top=plain)
            if op in ("*", "/") and isinstance(right, formula.Binary) and right.op in ("*", "/"):
                second = f"({second})"
            sign = _(_JOINTS[op]) if op in _JOINTS else SYMBOLS.get(op, op)
            alike = ("+", "-") if op in ("+", "-") else (op,) if op in _JOINTS else ()
            chain = isinstance(left, formula.Binary) and left.op in alike
            simple = op in _JOINTS and not (
                isinstance(left, formula.Choice) or (isinstance(left, formula.Binary) and left.op in _JOINTS)
            )
            text = f"{_spell(pack, left, data, top=chain or simple)} {sign} {second}"
            return text if top or op in ("*", "/") else f"({text})"
        case formula.Among(item=item, values=values):
            known = _("、").join(_spell(pack, each, data) for each in values)
            return _("{item} 是 {known} 之一").format(item=_spell(pack, item, data), known=known)
        case formula.Unary(op="-", item=item):
            return f"{SYMBOLS['-']}{_spell(pack, item, data)}"
        case formula.Unary(op="not", item=item):
            return _("不是（{item}）").format(item=_spell(pack, item, data, top=True))
        case formula.Unary(op=op, item=item):
            return f"{_(_FUNCTIONS[op])}({_spell(pack, item, data, top=True)})"
        case formula.Extreme(op=op, items=items):
            inside = _("，").join(_spell(pack, each, data, top=True) for each in items)
            return f"{_(_FUNCTIONS[op])}({inside})"
        case formula.Aggregate():
            return _aggregate(pack, node, data)
        case formula.Choice(condition=condition, then=then, otherwise=otherwise):
            text = _("{condition} 时 {then}，否则 {otherwise}").format(
                condition=_spell(pack, condition, data, top=not isinstance(condition, formula.Choice)),
                then=_spell(pack, then, data, top=not isinstance(then, formula.Choice)),
                otherwise=_spell(pack, otherwise, data, top=True),
            )
            return text if top else f"({text})"


def _aggregate(pack: Pack, node: formula.Aggregate, data: Data | None) -> str:
    inside = _spell(pack, node.item, None, top=True)
    if node.by is not None:
        inside = _("{item} 按{group}合计").format(item=inside, group=_spell(pack, node.by, None))
    if node.where is not None:
        inside = _("{item}（{where}）").format(item=inside, where=_spell(pack, node.where, None, top=True))
    text = _("各行 {item} 的{function}").format(item=inside, function=_(_FUNCTIONS[node.op]))
    if data is None:
        return text
    from vetdesk.models.packs.evaluate import prepare

    result = value(prepare(node), data)
    return f"{text} {shown(result)}" if isinstance(result, Fraction) else text


def _named(pack: Pack, name: str) -> str:
    field = pack.fields.get(name)
    return pick(field.text) if field else pick(pack.switches.get(name, {"zh": name, "en": name}))


def _figure(pack: Pack, name: str, data: Data) -> str:
    field = pack.fields.get(name)
    if field is None:
        switch = pack.switches.get(name)
        return str(switch["value"]) if switch else name
    if field.kind == "text":
        return str(data.facts.get(name) or _("（未填）"))
    found = data.facts.get(name) if not field.derived else derived_value(pack, name, data)
    if not isinstance(found, Fraction):
        return _("{name}（未填）").format(name=pick(field.text))
    if field.kind == "bool":
        return _("是") if found else _("否")
    return f"{shown(found)} {field.unit}".strip()


def derived_value(pack: Pack, name: str, data: Data) -> Fraction | None:
    """The value of a derived fact, None where something it needs is missing."""
    found = value(pack.derived_codes[name], Env(data))
    return found if isinstance(found, Fraction) else None


def required(indicator: Indicator, judged: Judgement) -> str:
    """`≥ 40,000 ㎡`: the required value that counted, with its unit."""
    if judged.threshold is not None:
        text = shown(judged.threshold)
    else:
        node = indicator.bar(judged.bar).node
        text = shown(node.value) if isinstance(node, formula.Number) else "—"
    return f"{SYMBOLS[indicator.cmp]} {text} {indicator.unit}".strip()


def duties(pack: Pack, indicator: Indicator) -> tuple[Mapping[str, str], ...]:
    """What proves an indicator: its own list, else that of its group (domain 8.2)."""
    return indicator.evidence or tuple(pack.groups[indicator.group].get("evidence", ()))


def prompts(pack: Pack, indicator: Indicator) -> tuple[Mapping[str, str], ...]:
    """What an inspector should look at on site: its own list, else that of its group."""
    return indicator.prompts or tuple(pack.groups[indicator.group].get("prompts", ()))
