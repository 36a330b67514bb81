"""Commands on standards: `pack list`, `pack check`, `evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations.evaluate_table import evaluate as evaluate_table
from vetdesk.models.packs import source
from vetdesk.models.records.words import _, pick
from vetdesk.ui.commands.common import AS_JSON, FILE, print_json, say


@click.group()
def pack() -> None:
    """Standards: list and check them."""


@pack.command("list")
@AS_JSON
def list_packs(as_json: bool) -> None:
    """List the standards that come with the program."""
    packs = [source.load(each) for each in source.shipped_ids()]
    if as_json:
        print_json(
            {
                "packs": [
                    {
                        "id": each.id,
                        "version": each.version,
                        "title": pick(each.text),
                        "document": each.document,
                        "indicators": len(each.indicators),
                        "examples": len(each.examples),
                    }
                    for each in packs
                ]
            }
        )
        return
    for each in packs:
        say(
            _("{id}　{title}　{document}　{count} 项指标").format(
                id=each.id, title=pick(each.text), document=each.document, count=len(each.indicators)
            )
        )


@pack.command("check")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
def check_packs(paths: tuple[str, ...]) -> None:
    """Check standards (ids or folders): formulas, names, cycles, worked examples."""
    for each in paths:
        loaded = source.load(each)
        say(
            _("{id}：{indicators} 项指标、{examples} 个样例，全部通过。").format(
                id=loaded.id, indicators=len(loaded.indicators), examples=len(loaded.examples)
            )
        )


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("data", type=FILE)
@AS_JSON
def evaluate(pack_name: str, data: Path, as_json: bool) -> None:
    """Judge the units of DATA (.csv, .xlsx, .json) by PACK, without a workspace."""
    loaded = source.load(pack_name)
    results = evaluate_table(loaded, data)
    if as_json:
        print_json({"pack": loaded.id, "results": [each.plain() for each in results]})
        return
    from fractions import Fraction

    from vetdesk.models.records.numbers import shown
    from vetdesk.models.records.verdicts import Verdict

    for each in results:
        indicator = loaded.indicators[each.indicator]
        verdict = Verdict(each.verdict)
        threshold = None if each.threshold is None else Fraction(each.threshold)
        value = "—" if each.value is None else shown(Fraction(each.value), against=threshold)
        gaps = "；".join(f"{pick(loaded.fields[f].text)} {'+' if c[0] != '-' else ''}{c} {u}" for f, c, u in each.gaps)
        say(
            f"{each.unit}  {each.indicator}  {pick(indicator.text)}  {value} {indicator.unit}  "
            f"{verdict.sign} {verdict.word}" + (f"  ({gaps})" if gaps else "")
        )


COMMANDS = (pack, evaluate)
