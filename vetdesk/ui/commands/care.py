"""Commands that look after a workspace: `doctor`, `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations import backup as backups
from vetdesk.models.operations.doctor import examine
from vetdesk.models.records.errors import ExitStatus
from vetdesk.models.records.words import _
from vetdesk.ui.commands.common import AS_JSON, FILE, OUTPUT, WORKSPACE, Bar, opened, print_json, say


@click.command()
@WORKSPACE
@AS_JSON
def doctor(workspace: Path, as_json: bool) -> int:
    """Examine database, journal, evidence, archived files and keys. Exit status 4 if anything is wrong."""
    with opened(workspace) as ws:
        checks = examine(ws, progress=Bar())
    well = all(each.well for each in checks)
    if as_json:
        print_json({"ok": well, "checks": [{"name": c.name, "ok": c.well, "sentence": c.sentence} for c in checks]})
    else:
        for each in checks:
            say(f"{'✓' if each.well else '✗'} {each.sentence}")
    return int(ExitStatus.DONE if well else ExitStatus.STORAGE)


@click.command()
@WORKSPACE
@OUTPUT
def backup(workspace: Path, target: Path) -> None:
    """Back the workspace up into one file."""
    with opened(workspace) as ws:
        count = backups.backup(ws, target, progress=Bar())
    say(_("已备份 {count} 个文件到 {file}，并已检查。").format(count=count, file=target))


@click.command()
@click.argument("file", type=FILE)
@WORKSPACE
@click.option("--sheet", default="", help="The 40 digits of the bureau's recovery sheet: its keys come back too.")
def restore(file: Path, workspace: Path, sheet: str) -> None:
    """Restore a backup into a new folder WS."""
    backups.restore(file, workspace, sheet=sheet, progress=Bar()).close()
    say(_("已恢复到 {folder}。").format(folder=workspace))


COMMANDS = (doctor, backup, restore)
