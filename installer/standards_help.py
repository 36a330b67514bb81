"""Writes the part of the manual that lists the standards, rules and figures, in both languages, from the data itself.

python installer/standards_help.py update    writes resources/help/standards.zh-CN.md and standards.en.md
python installer/standards_help.py check     exit status 1 where they are not what the data say
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from vetdesk.models.packs import source  # noqa: E402 - found by the line above
from vetdesk.models.packs.fields import Field, dictionary  # noqa: E402
from vetdesk.models.packs.pack import Indicator, Pack  # noqa: E402
from vetdesk.models.packs.trace import SYMBOLS  # noqa: E402
from vetdesk.models.records.verdicts import Severity  # noqa: E402
from vetdesk.models.records.words import pick, speech  # noqa: E402

HELP = ROOT / "resources" / "help"
FILES = {"zh": HELP / "standards.zh-CN.md", "en": HELP / "standards.en.md"}
_WORDS = {
    "title": ("标准、校验规则和数据项一览", "Standards, sanity rules and figures"),
    "intro": (
        "由程序按数据生成，与程序用的完全一致。使用方法见[使用手册](manual.zh-CN.md)。",
        "Made by the program from its own data. How to use it stands in the [manual](manual.en.md).",
    ),
    "standards": ("1. 标准", "1. Standards"),
    "standard_row": (
        "| 编号 | 标准 | 文号 | 指标 | 待核 | 叠加在 |",
        "| id | standard | document | indicators | unconfirmed | laid over |",
    ),
    "indicator_row": (
        "| 编号 | 指标 | 达标值 | 算式 | 依据 | 可信度 |",
        "| id | indicator | required | formula | source | confidence |",
    ),
    "item_row": ("| 编号 | 定性条件 | 依据 | 可信度 |", "| id | checklist item | source | confidence |"),
    "switches": ("计算口径的开关（都待核）", "Switches of counting (all unconfirmed)"),
    "switch_row": ("| 编号 | 默认 | 意思 |", "| id | default | meaning |"),
    "rules": ("2. 校验规则", "2. Sanity rules"),
    "rule_row": ("| 编号 | 程度 | 内容 | 什么时候出现 |", "| id | severity | says | fires when |"),
    "figures": ("3. 数据项", "3. Figures"),
    "figure_row": (
        "| 编号 | 名称 | 单位 | 报表里的其他名称 | 口径或算法 |",
        "| id | name | unit | names in forms | definition or formula |",
    ),
    "column_row": ("表格“{name}”的列：", "Columns of the table “{name}”:"),
    "applies": ("适用范围：", "Applies where: "),
    "when": ("适用：", "where "),
    "floor": ("限制线", "restriction line"),
    "waived": ("视为达标", "counts as met"),
    "yes": ("符合", "yes"),
}


def said(key: str) -> str:
    """A word of the frame in the language now spoken."""
    return _WORDS[key][speech.language == "en"]


def main(arguments: Sequence[str]) -> int:
    """The exit status of what was asked for."""
    match list(arguments):
        case ["update"]:
            for language, path in FILES.items():
                path.write_text(text(language), encoding="utf-8", newline="\n")
            return 0
        case ["check"]:
            stale = [
                path.name for language, path in FILES.items() if path.read_text(encoding="utf-8") != text(language)
            ]
            print(
                *(f"{name} is not what the data say; run: python installer/standards_help.py update" for name in stale)
            )
            return 1 if stale else 0
    print(__doc__)
    return 2


def text(language: str) -> str:
    """The whole page in a language."""
    before = speech.language
    speech.choose(language)
    try:
        return "\n".join(_lines()) + "\n"
    finally:
        speech.choose(before)


def _lines() -> Iterator[str]:
    packs = [source.load(name) for name in source.shipped_ids()]
    yield f"# {said('title')}"
    yield from ("", said("intro"), "", f"## {said('standards')}", "", *_head("standard_row"))
    for pack in packs:
        unsure = sum(not each.threshold.confirmed for each in pack.indicators.values())
        base = f"`{pack.layer.id}`" if pack.layer else ""
        yield _row(f"`{pack.id}`", pick(pack.text), pack.document, str(len(pack.indicators)), str(unsure), base)
    for pack in packs:
        yield from _pack(pack)
    yield from ("", f"### {said('switches')}", "", *_head("switch_row"))
    for name, data in dictionary().switches.items():
        yield _row(f"`{name}`", str(data["value"]), pick(data))
    yield from ("", f"## {said('rules')}", "", *_head("rule_row"))
    for rule in dictionary().rules:
        yield _row(f"`{rule['id']}`", Severity(rule["severity"]).word, pick(rule), f"`{rule['when']}`")
    yield from ("", f"## {said('figures')}")
    fields = dictionary().fields()
    for section, texts in dictionary().sections.items():
        own = [each for each in fields.values() if each.section == section]
        if own:
            yield from ("", f"### {pick(texts)}", "", *_head("figure_row"))
            yield from (_figure(each) for each in own)
            for each in own:
                if each.columns:
                    yield from ("", said("column_row").format(name=pick(each.text)), "", *_head("figure_row"))
                    yield from (_figure(column, f"{each.id}.") for column in each.columns.values())


def _head(key: str) -> tuple[str, str]:
    row = said(key)
    return row, "|" + "---|" * (row.count("|") - 1)


def _row(*cells: str) -> str:
    return "| " + " | ".join(each.replace("|", "／").replace("\n", " ") for each in cells) + " |"


def _pack(pack: Pack) -> Iterator[str]:
    yield from ("", f"### {pick(pack.text)} `{pack.id}`", "")
    about = pick(pack.plain.get("about", {}))
    if about:
        yield from (about, "")
    if pack.plain.get("applies"):
        yield from (f"{said('applies')}`{pack.plain['applies']}`", "")
    measures = [each for each in pack.indicators.values() if not each.question]
    items = [each for each in pack.indicators.values() if each.question]
    yield from _head("indicator_row")
    for each in measures:
        yield _row(
            f"`{each.id}`", pick(each.text), required(each), f"`{each.formula}`", _sources(each), _confidences(each)
        )
    if items:
        yield from ("", *_head("item_row"))
        yield from (_row(f"`{each.id}`", pick(each.text), _sources(each), _confidences(each)) for each in items)


def required(indicator: Indicator) -> str:
    """All required values of an indicator, each with its condition."""
    parts = []
    for bar in indicator.threshold.every:
        value = f"{SYMBOLS[indicator.cmp]} {bar.text or '—'} {indicator.unit}".strip()
        if bar.waives:
            value = said("waived")
        floor = f"（{said('floor')} {bar.floor_text}）" if bar.floor_text else ""
        when = f"（{said('when')}`{bar.when}`）" if bar.when else ""
        parts.append(f"{value}{floor}{when}")
    return "；".join(parts)


def _sources(indicator: Indicator) -> str:
    return "；".join(dict.fromkeys(f"{bar.document} {bar.article}".strip() for bar in indicator.threshold.every))


def _confidences(indicator: Indicator) -> str:
    return "；".join(dict.fromkeys(bar.confidence for bar in indicator.threshold.every))


def _figure(field: Field, table: str = "") -> str:
    about = f"`{field.formula}`　{pick(field.about)}" if field.formula else pick(field.about)
    names = "、".join(each.replace("_", "＋", 1) for each in field.aliases)
    return _row(f"`{table}{field.id}`", pick(field.text), field.unit, names, about.strip("　"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
