"""Commands on versions of a submission: signing on paper (定稿, sheets, stamped copy), and comparing them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from vetdesk.models.operations import confirmations, finalise, sign_sheets
from vetdesk.models.operations.compare_revisions import compare_revisions
from vetdesk.models.operations.finalise import Seal, SealState
from vetdesk.models.records.words import _
from vetdesk.ui.commands.common import AS_JSON, FILE, OUTPUT, WORKSPACE, opened, print_json, say
from vetdesk.ui.commands.school import school


@school.command("seal")
@WORKSPACE
@click.option("--undo", is_flag=True, help="Take it back.")
@click.option("--show", is_flag=True, help="Only say how far signing has come.")
@AS_JSON
def seal(workspace: Path, undo: bool, show: bool, as_json: bool) -> None:
    """Let what stands now be what is printed, signed and stamped; prints the 12 digits."""
    with opened(workspace, role="school") as ws:
        act = finalise.seal_now if show else finalise.unseal if undo else finalise.seal
        held = act(ws)
    if as_json:
        print_json(asdict(held))
    else:
        say(_sentence(held))


def _sentence(held: Seal) -> str:
    if held.state is SealState.SEALED:
        return _("已定稿，核对码 {code}。盖章件 {count} 件。").format(code=held.code, count=held.stamped)
    if held.state is SealState.OUTDATED:
        return _("定稿（核对码 {code}）以后改过数据，请重新定稿、打印、签字盖章。").format(code=held.code)
    return _("还没有定稿。")


@school.command("confirm")
@WORKSPACE
@click.option(
    "--role",
    type=click.Choice([each.value for each in confirmations.Role]),
    help="Who confirms; without it, all are listed.",
)
@click.option("--name", default="", help="The name.")
@click.option("--section", default="", help="Which section of the form, for a head.")
@click.option("--withdraw", is_flag=True, help="Take it back.")
@AS_JSON
def confirm(workspace: Path, role: str | None, name: str, section: str, withdraw: bool, as_json: bool) -> None:
    """Confirm on the computer what was put as final: filler, heads of sections, principal (optional)."""
    with opened(workspace, role="school") as ws:
        if role and withdraw:
            confirmations.withdraw(ws, confirmations.Role(role), section=section)
        elif role:
            confirmations.confirm(ws, confirmations.Role(role), name, section=section)
        found, known = confirmations.confirmations(ws), confirmations.sections(ws)
    if as_json:
        print_json({"confirmations": [asdict(each) for each in found]})
        return
    for each in found:
        say(each.line(known))
    if not found:
        say(_("还没有人在电脑上确认。"))


@school.command("print")
@WORKSPACE
@click.argument("kind", type=click.Choice([each.value for each in sign_sheets.SheetKind]))
@OUTPUT
def print_(workspace: Path, kind: str, target: Path) -> None:
    """Write a page to print (HTML): draft, sign sheet, pledge, or corrections since the last time."""
    with opened(workspace, role="school") as ws:
        sign_sheets.write_sheet(ws, sign_sheets.SheetKind(kind), target)
    say(_("已生成：{file}").format(file=target))


@school.command("stamp")
@WORKSPACE
@click.argument("file", type=FILE)
def stamp(workspace: Path, file: Path) -> None:
    """Keep a scan or photo of the signed and stamped sheet; it travels with the next submission."""
    with opened(workspace, role="school") as ws:
        finalise.put_stamped_copy(ws, file)
        held = finalise.seal_now(ws)
    say(_("已放入盖章件，核对码 {code} 没有变。").format(code=held.code))


@school.command("compare")
@WORKSPACE
@click.argument("first", type=int)
@click.argument("second", type=int, required=False)
@AS_JSON
def compare(workspace: Path, first: int, second: int | None, as_json: bool) -> None:
    """Say what differs between two versions that were submitted, or between one and what stands now."""
    with opened(workspace, role="school") as ws:
        found = compare_revisions(ws, first, second)
    if as_json:
        print_json({"differences": [asdict(each) for each in found]})
        return
    for each in found:
        say(f"{each.name}　{each.before} → {each.after}")
    if not found:
        say(_("两版完全一样。"))


COMMANDS: tuple[click.Command, ...] = ()
"""All of them belong to `school`."""
