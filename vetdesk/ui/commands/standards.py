"""Commands on standards: `pack …`, `evaluate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click

from vetdesk.models.operations import (
    confirm_threshold,
    pack_workbook,
    send_standard,
    table_to_pack,
    trace_unit,
    upgrade_pack,
)
from vetdesk.models.operations.evaluate_table import Result
from vetdesk.models.operations.evaluate_table import evaluate as evaluate_table
from vetdesk.models.packs import source
from vetdesk.models.packs.compare import Fate, compare, plain
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.trace import layer_word
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.ui.commands.common import (
    AS_JSON,
    FILE,
    OUTPUT,
    WORKSPACE,
    opened,
    print_json,
    say,
    tell_posted,
)


@click.group()
def pack() -> None:
    """Standards: list, check, compare, write in Excel, upgrade, confirm."""


@pack.command("list")
@AS_JSON
def list_packs(as_json: bool) -> None:
    """List the standards that come with the program."""
    packs = [source.load(each) for each in source.shipped_ids()]
    if as_json:
        print_json({"packs": [_pack_plain(each) for each in packs]})
        return
    for each in packs:
        text = _("{id}　{title}　{document}　{count} 项指标，其中待核 {unsure} 项").format(
            id=each.id, title=pick(each.text), document=each.document, count=len(each.indicators), unsure=_unsure(each)
        )
        base = _("，叠加在 {base} 上").format(base=each.layer.id) if each.layer else ""
        say(text + base)


def _unsure(pack_: Pack) -> int:
    return sum(not each.threshold.confirmed for each in pack_.indicators.values())


def _pack_plain(each: Pack) -> dict[str, object]:
    return {
        "id": each.id,
        "version": each.version,
        "title": pick(each.text),
        "document": each.document,
        "indicators": len(each.indicators),
        "unverified": _unsure(each),
        "examples": len(each.examples),
        "base": each.layer.id if each.layer else None,
    }


@pack.command("check")
@click.argument("paths", metavar="PATH…", nargs=-1)
def check_packs(paths: tuple[str, ...]) -> None:
    """Check standards (ids or folders; all that come with the program without one).

    Formulas, units, names, cycles, contradictions and worked examples.
    """
    for each in paths or source.shipped_ids():
        loaded = source.load(each)
        say(
            _("{id}：{indicators} 项指标、{examples} 个样例，全部通过。").format(
                id=loaded.id, indicators=len(loaded.indicators), examples=len(loaded.examples)
            )
        )


@pack.command("to-excel")
@click.argument("pack_name", metavar="PACK")
@click.argument("target", metavar="OUT.xlsx", type=FILE)
def to_excel(pack_name: str, target: Path) -> None:
    """Write a standard as a workbook that can be edited in Excel or WPS."""
    pack_workbook.to_excel(pack_name, target)
    say(_("已生成：{file}").format(file=target))


@pack.command("from-excel")
@click.argument("file", metavar="IN.xlsx", type=FILE)
@click.argument("folder", metavar="OUT_DIR", type=FILE)
def from_excel(file: Path, folder: Path) -> None:
    """Make a standard's folder of an edited workbook; every mistake is named with sheet, row and column."""
    names = pack_workbook.from_excel(file, folder)
    say(_("已生成：{folder}（{files}）").format(folder=folder, files=_("、").join(names)))


@pack.command("from-table")
@click.argument("file", metavar="TABLE", type=FILE)
@click.argument("folder", metavar="OUT_DIR", type=FILE)
@click.option("--id", "pack_id", required=True, help="Id of the new standard: small letters, digits, underscores.")
@click.option("--title", required=True, help="Its name.")
@click.option("--document", default="", help="Its document number.")
def from_table(file: Path, folder: Path, pack_id: str, title: str, document: str) -> None:
    """Make a standard of a plain table of requirements (.csv or workbook).

    Columns: id, parent, text, type (yesno, choice, number, text; empty for a heading), choices, weight.
    """
    groups, requirements = table_to_pack.from_table(file, folder, pack=pack_id, title=title, document=document)
    say(_("已生成：{folder}（{groups} 类，{count} 条要求）").format(folder=folder, groups=groups, count=requirements))


@pack.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@AS_JSON
def diff(first: str, second: str, as_json: bool) -> None:
    """Say what differs between two standards (ids or folders); a local addition is compared with its base."""
    old, new = source.load(first), source.load(second)
    found = compare(old, new)
    if as_json:
        print_json({"from": old.id, "to": new.id, **plain(found)})
        return
    say(f"《{pick(old.text)}》→《{pick(new.text)}》")
    for each in found.differing:
        origin = new.indicators[each.new[0]].origin if each.new and each.new[0] in new.indicators else None
        word = layer_word(origin.relation) if origin and each.fate is Fate.CHANGED else each.fate.word
        say(f"  {word}　{each.text}（{' → '.join(dict.fromkeys((*each.old, *each.new)))}）")
        for one in each.aspects:
            say(f"    {one.name}：{one.was or '—'} → {one.now or '—'}")
    if not found.differing:
        say(_("没有不同。"))


@pack.command()
@WORKSPACE
@click.argument("pack_name", metavar="PACK")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@AS_JSON
def upgrade(workspace: Path, pack_name: str, dry_run: bool, as_json: bool) -> None:
    """Let the round of WS go by another version of one of its standards (an id or folder)."""
    new = source.load(pack_name)
    with opened(workspace) as ws:
        plan = upgrade_pack.plan(ws, new)
        if not dry_run:
            upgrade_pack.upgrade(ws, [new])
    if as_json:
        print_json({"applied": not dry_run, **plan.plain()})
        return
    for line in upgrade_pack.report_lines(plan):
        say(line)
    say(_("只是预览，没有改动。") if dry_run else _("已升级。可以用 pack downgrade 撤销。"))


@pack.command()
@WORKSPACE
def downgrade(workspace: Path) -> None:
    """Take back the last change of standards of WS."""
    with opened(workspace) as ws:
        sentence, _changes = upgrade_pack.downgrade(ws)
    say(sentence)


@pack.command("archive")
@WORKSPACE
@AS_JSON
def archive(workspace: Path, as_json: bool) -> None:
    """List figures of a school that only earlier versions of its standards asked for."""
    with opened(workspace, role="school") as ws:
        found = upgrade_pack.archived(ws)
    if as_json:
        print_json({"archived": [{"fact": each.fact, "name": each.name, "text": each.text} for each in found]})
        return
    for each in found:
        say(f"{each.fact}　{each.name}　{each.text}")
    if not found:
        say(_("没有停用的数据项。"))


@pack.command()
@WORKSPACE
@click.option("--pack", "pack_id", required=True, help="Id of a standard of the round.")
@click.option("--indicator", required=True, help="Id of the indicator or checklist item.")
@click.option("--document", required=True, help="Number of the document that says it.")
@click.option("--person", required=True, help="Who read it.")
@click.option("--value", default="", help="The required value; without it the present one is confirmed.")
@click.option("--article", default="", help="The clause.")
@click.option("--bar", type=click.IntRange(1), default=1, show_default=True, help="Which of several required values.")
@click.option("--cmp", default="", help="The comparison, where it was only “about”: >=, <=, >, < or ==.")
@click.option("--scan", type=FILE, default=None, help="Picture or PDF of the page.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@AS_JSON
def confirm(
    workspace: Path,
    pack_id: str,
    indicator: str,
    document: str,
    person: str,
    value: str,
    article: str,
    bar: int,
    cmp: str,
    scan: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Confirm or correct an unverified required value at the bureau; verdicts that change are named."""
    said = confirm_threshold.Confirmation(pack_id, indicator, document, person, value, article, bar - 1, cmp, scan)
    with opened(workspace, role="bureau") as ws:
        plan = confirm_threshold.preview(ws, said)
        if not dry_run:
            confirm_threshold.confirm(ws, said)
    if as_json:
        print_json({"applied": not dry_run, **plan.plain()})
        return
    for line in upgrade_pack.report_lines(plan):
        say(line)
    say(_("只是预览，没有改动。") if dry_run else _("已确认。用 pack send 生成标准更新发给学校。"))


@pack.command()
@WORKSPACE
@OUTPUT
@click.option("--note", default="", help="A word to the schools.")
@AS_JSON
def send(workspace: Path, target: Path, note: str, as_json: bool) -> None:
    """Write the standards of the round as one signed update for all schools."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = send_standard.send_standard(ws, target, note=note)
    tell_posted(
        posted, _("已生成标准更新：{file}　核对码 {code}").format(file=target, code=posted.code), as_json=as_json
    )


@pack.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("indicator", metavar="INDICATOR")
@click.argument("data", type=FILE)
@click.option("--unit", default="", help="Which unit of DATA; the first without it.")
@click.option("--as-of", "date", default="", help="YYYY-MM-DD: by the values in force then; today without it.")
def trace(pack_name: str, indicator: str, data: Path, unit: str, date: str) -> None:
    """Say how the verdict on one indicator comes about for a unit of DATA, step by step."""
    if date:
        check_date(date)
    day = date or today()
    loaded = as_of(source.load(pack_name), day)
    for step in trace_unit.trace(loaded, indicator, data, unit=unit):
        say(f"{step.name}：{step.text}")
    _tell_validity(loaded, [] if loaded.in_force(day) else [day])


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("data", type=FILE)
@click.option("--as-of", "dates", multiple=True, help="YYYY-MM-DD: by the values in force then. Repeatable.")
@AS_JSON
def evaluate(pack_name: str, data: Path, dates: tuple[str, ...], as_json: bool) -> None:
    """Judge the units of DATA (.csv, .xlsx, .json) by PACK, without a workspace."""
    for each in dates:
        check_date(each)
    loaded = source.load(pack_name)
    results = evaluate_table(loaded, data, dates=dates or (today(),))
    if not dates:
        results = [replace(each, as_of="") for each in results]
    outside = [each for each in dates or (today(),) if not loaded.in_force(each)]
    if as_json:
        more = {"not_in_force": outside} if outside else {}
        print_json({"pack": loaded.id, "results": [each.plain() for each in results], **more})
        return
    for one in results:
        say(_line(loaded, one))
    _tell_validity(loaded, outside)


def today() -> str:
    """Today, as dates are written here."""
    return dt.datetime.now(dt.UTC).astimezone().date().isoformat()


def _tell_validity(loaded: Pack, outside: Sequence[str]) -> None:
    """Say behind the results where a standard was not in force on a date: they are for comparison only then."""
    for date in outside:
        end = _("，{day} 失效").format(day=loaded.end) if loaded.end else ""
        say(
            _("《{pack}》{start} 起施行{end}，{date} 不在有效期内：结论只供比较。").format(
                pack=pick(loaded.text), start=loaded.start or "—", end=end, date=date
            )
        )


def check_date(text: str) -> None:
    """Refuse what is no date.

    Raises KnownError.
    """
    if not is_day(text):
        raise KnownError(_("“{text}”不是日期，没有计算。请写成 2026-09-30 这样。").format(text=text[:40]), code="date")


def _line(loaded: Pack, each: Result) -> str:
    indicator = loaded.indicators[each.indicator]
    verdict = Verdict(each.verdict)
    threshold = None if each.threshold is None else Fraction(each.threshold)
    value = "—" if each.value is None else shown(Fraction(each.value), against=threshold)
    short = each.gaps or each.provisional
    gaps = "；".join(f"{pick(loaded.fields[f].text)} {'+' if c[0] != '-' else ''}{c} {u}" for f, c, u in short)
    if each.provisional:
        gaps = _("对照待核的达标值：{gaps}").format(gaps=gaps)
    date = f"{each.as_of}  " if each.as_of else ""
    return (
        f"{date}{each.unit}  {each.indicator}  {pick(indicator.text)}  {value} {indicator.unit}  "
        f"{verdict.sign} {verdict.word}" + (f"  ({gaps})" if gaps else "")
    )


COMMANDS = (pack, evaluate)
