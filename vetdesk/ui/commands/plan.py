"""Commands on the city's plan: `region …` (goals and supervision), `tasks …` (the task ledger)."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations import plan_report, region, task_ledger
from vetdesk.models.packs import trace
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.words import _, pick
from vetdesk.ui.commands.common import AS_JSON, FILE, WORKSPACE, opened, pairs, print_json, say

HALF = click.option("--half", required=True, help="The half-year: 2026-1 or 2026-2.")


@click.group("region")
def region_() -> None:
    """Goals of the city and supervision of counties."""


@region_.command("show")
@WORKSPACE
@AS_JSON
def show(workspace: Path, as_json: bool) -> None:
    """Every goal of the city and the counties: target, value, gap, where its figures come from."""
    with opened(workspace, role="bureau") as ws:
        found = region.goals(ws)
    if as_json:
        print_json(
            {
                "goals": [
                    {
                        "district": each.district, "pack": each.pack.id, "indicator": each.indicator.id,
                        "value": None if each.judged.value is None else decimal_text(each.judged.value),
                        "threshold": None if each.judged.threshold is None else decimal_text(each.judged.threshold),
                        "verdict": each.judged.verdict.value, "gap": each.gap, "sources": list(each.sources),
                        "before": None if each.before is None else decimal_text(each.before),
                        "forecast": None if each.forecast is None else decimal_text(each.forecast),
                    }
                    for each in found
                ]
            }
        )  # fmt: skip
        return
    for each in found:
        judged = each.judged
        value = "—" if judged.value is None else shown(judged.value, against=judged.threshold)
        say(
            "　".join(
                filter(
                    None,
                    (
                        each.place, f"{judged.verdict.sign} {judged.verdict.word}", pick(each.indicator.text), value,
                        trace.required(each.indicator, judged), each.gap, plan_report.forecast_text(each),
                        _("；").join(each.sources),
                    ),
                )
            )
        )  # fmt: skip


@region_.command("set")
@WORKSPACE
@click.argument("values", metavar="FACT=VALUE…", nargs=-1, required=True)
@click.option("--district", default="", help="County or its code; the bureau's own district without it.")
@click.option("--document", required=True, help="The document the figures are from.")
def set_(workspace: Path, values: tuple[str, ...], district: str, document: str) -> None:
    """Keep figures of the city or a county by hand; an empty value takes one back."""
    said = pairs(values)
    with opened(workspace, role="bureau") as ws:
        changes = region.set_figures(ws, district, said, document=document)
    say(_("已保存：改动 {changed} 项。").format(changed=len(changes.facts)))


@click.group("tasks")
def tasks_() -> None:
    """The tasks of the city's plan: who leads, what offices say."""


@tasks_.command("list")
@WORKSPACE
@HALF
@AS_JSON
def list_(workspace: Path, half: str, as_json: bool) -> None:
    """Every task: how it stands, what offices said, which said nothing."""
    with opened(workspace, role="bureau") as ws:
        lines = task_ledger.ledger(ws, half)
    if as_json:
        print_json(
            {
                "tasks": [
                    {
                        "no": line.task.number, "name": line.task.name, "state": line.state,
                        "lead": list(line.task.lead), "responsible": list(line.task.responsible),
                        "notes": [
                            {"office": each.office, "state": each.state, "text": each.text, "document": each.document}
                            for each in line.notes
                        ],
                        "silent": list(line.silent),
                    }
                    for line in lines
                ]
            }
        )  # fmt: skip
        return
    for line in lines:
        say(f"{line.task.number}　{line.task.name}　{plan_report.state_text(line)}　{_('、').join(line.task.lead)}")
        for each in line.notes:
            say(
                f"    {each.office}　{_(task_ledger.STATE_WORDS[each.state])}　{each.text}　{each.document}".rstrip(
                    "　"
                )
            )
        if line.silent:
            say("    " + _("没有反馈：{offices}").format(offices=_("、").join(line.silent)))


@tasks_.command("note")
@WORKSPACE
@click.argument("task", metavar="NO")
@click.argument("text")
@HALF
@click.option("--office", required=True, help="The office that says it.")
@click.option("--state", required=True, type=click.Choice([*task_ledger.STATE_WORDS]), help="How far it is.")
@click.option("--document", default="", help="What proves it.")
def note(workspace: Path, task: str, text: str, half: str, office: str, state: str, document: str) -> None:
    """Keep what an office says of a task."""
    with opened(workspace, role="bureau") as ws:
        task_ledger.note(ws, task, half=half, office=office, state=state, text=text, document=document)
    say(_("已保存。"))


@tasks_.command("sheets")
@WORKSPACE
@HALF
@click.option("--office", "offices", multiple=True, help="Only for this office. Repeatable.")
@click.option("-o", "--output", "folder", required=True, type=FILE, help="The folder to write into.")
def sheets(workspace: Path, half: str, offices: tuple[str, ...], folder: Path) -> None:
    """Write a workbook for every office to fill."""
    with opened(workspace, role="bureau") as ws:
        made = task_ledger.write_sheets(ws, folder, half, offices=offices)
    say(_("已生成 {count} 份表：{folder}").format(count=len(made), folder=folder))


@tasks_.command("read")
@WORKSPACE
@click.argument("files", metavar="WORKBOOK…", type=FILE, nargs=-1, required=True)
def read(workspace: Path, files: tuple[Path, ...]) -> None:
    """Take the workbooks that offices filled, all in one act."""
    with opened(workspace, role="bureau") as ws:
        changed, count, _changes = task_ledger.read_task_sheets(ws, files)
    say(_("收下 {count} 份表，改动 {changed} 条进展。").format(count=count, changed=changed))


COMMANDS = (region_, tasks_)
