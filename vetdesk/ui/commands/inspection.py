"""Commands of an inspection: `inspect assign/open/mark/finding/submit`."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations import inspect as inspecting
from vetdesk.models.records.words import _
from vetdesk.ui.commands.common import (
    AS_JSON,
    FILE,
    OUTPUT,
    WORKSPACE,
    opened,
    posted_plain,
    print_json,
    say,
    tell_if_past,
    tell_posted,
)


@click.group()
def inspect() -> None:
    """Inspections: assign (bureau), open, mark, note findings, hand back (inspector)."""


@inspect.command()
@WORKSPACE
@click.option("--inspector", required=True, help="Number or name of the inspector.")
@click.option("--unit", "units", multiple=True, required=True, help="Code of a school. Repeatable.")
@click.option("--plain", is_flag=True, help="Do not encrypt it.")
@OUTPUT
@AS_JSON
def assign(workspace: Path, inspector: str, units: tuple[str, ...], plain: bool, target: Path, as_json: bool) -> None:
    """Write an inspection package for one inspector, encrypted to a one-time password that is printed."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = inspecting.assign(ws, target, inspector=inspector, units=list(units), encrypt=not plain)
    if as_json:
        print_json({**posted_plain(posted), "password": posted.password})
        return
    say(_("已生成核查任务包：{file}　核对码 {code}").format(file=target, code=posted.code))
    if posted.password:
        say(_("打开口令 {password}（请用电话告诉专家，不要和文件一起发）").format(password=posted.password))


@inspect.command("open")
@WORKSPACE
@click.argument("file", metavar="INSPECTION.vdpkg", type=FILE)
@click.option("--person", default="", help="Name of the inspector.")
@click.option("--password", default="", help="The 12 digits the bureau told you.")
def open_(workspace: Path, file: Path, person: str, password: str) -> None:
    """Make an inspector's workspace in a new folder WS."""
    with (
        inspecting.opened_task(file, password=password) as task,
        inspecting.open_task(workspace, task, name=person),
    ):
        for each in task.body.schools:
            say(_("{code}　{name}　依据上报第 {seq} 版").format(code=each.unit.code, name=each.unit.name, seq=each.seq))


@inspect.command()
@WORKSPACE
@click.argument("unit")
@click.argument("results", metavar="FACT=agree|cannot_verify|VALUE…", nargs=-1, required=True)
@click.option("--method", type=click.Choice(inspecting.METHODS), default="register_check", help="How it was verified.")
@click.option("--note", default="", help="A note kept with each figure.")
def mark(workspace: Path, unit: str, results: tuple[str, ...], method: str, note: str) -> None:
    """Record what was found for figures of a school: `agree`, `cannot_verify`, or the verified value."""
    with opened(workspace, role="inspector") as ws, ws.atomic():  # all of them or none
        for each in results:
            fact, equals, found = each.partition("=")
            if not equals:
                raise click.UsageError(_("应写成 数据项=结果：{text}").format(text=each))
            known = found in ("agree", "cannot_verify")
            inspecting.mark(
                ws, unit, fact,
                found=found if known else "differ", value="" if known else found, method=method, note=note,
            )  # fmt: skip
    say(_("已记录 {count} 项。").format(count=len(results)))


@inspect.command()
@WORKSPACE
@click.argument("unit")
@click.argument("problem")
@click.option("--indicator", default="", help="The indicator it rests on.")
@click.option("--advice", default="", help="What should be done.")
@click.option("--due", default="", help="YYYY-MM-DD.")
def finding(workspace: Path, unit: str, problem: str, indicator: str, advice: str, due: str) -> None:
    """Note a problem at a school."""
    with opened(workspace, role="inspector") as ws:
        made, _changes = inspecting.note_finding(ws, unit, problem=problem, indicator=indicator, advice=advice, due=due)
    say(_("已记为问题：{id}").format(id=made.id[:8]))
    tell_if_past(due)


@inspect.command()
@WORKSPACE
@OUTPUT
@AS_JSON
def submit(workspace: Path, target: Path, as_json: bool) -> None:
    """Write the inspector's signed result."""
    with opened(workspace, role="inspector") as ws:
        posted, _changes = inspecting.hand_back(ws, target)
    tell_posted(
        posted, _("已生成核查结果包：{file}　核对码 {code}").format(file=target, code=posted.code), as_json=as_json
    )


COMMANDS = (inspect,)
