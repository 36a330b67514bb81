"""Commands on files that travel: `look`, `receive`."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations import receive as receiving
from vetdesk.models.operations import receive_log
from vetdesk.models.records.errors import ExitStatus
from vetdesk.models.records.words import _
from vetdesk.models.sync.refusals import kind_word
from vetdesk.ui.commands.common import AS_JSON, FILE, WORKSPACE, Bar, complain, opened, print_json, say


@click.command()
@click.argument("file", type=FILE)
@AS_JSON
def look(file: Path, as_json: bool) -> None:
    """Verify a file and say what it is; needs no workspace."""
    found = receiving.look_alone(file)
    if as_json:
        print_json(found.plain())
        return
    head = found.verified.manifest
    say(
        _("{kind}　来自 {sender}　第 {seq} 版　核对码 {code}　内容完整，签名正确").format(
            kind=kind_word(head.kind), sender=head.issuer.id, seq=head.seq, code=found.plain()["code"]
        )
    )


@click.command()
@WORKSPACE
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would happen; nothing is changed.")
@click.option("--password", default="", help="The 12 digits for an encrypted file.")
@click.option("--log", type=FILE, help="Also write what became of each file here, to print.")
@AS_JSON
def receive(
    workspace: Path, files: tuple[Path, ...], dry_run: bool, password: str, log: Path | None, as_json: bool
) -> int:
    """Receive files, folders and ZIP archives. Exit status 0 if any was taken or already known, 1 if none."""
    with opened(workspace) as ws:
        result = receiving.receive(ws, files, dry_run=dry_run, password=password, progress=Bar())
        if log is not None:
            receive_log.write_log(ws, result, log)
    fine = any(each.outcome is not receiving.Outcome.REFUSED for each in result.offers)
    if as_json:
        print_json({"dry_run": dry_run, "results": [each.plain() for each in result.offers]})
    elif fine:
        for each in result.offers:
            say(f"{each.outcome.word}　{each.file}　{each.sentence}")
            for line in each.changes:
                say(f"    {line}")
        counts = {outcome: sum(each.outcome is outcome for each in result.offers) for outcome in receiving.Outcome}
        if len(result.offers) > 1:
            say(
                _("共 {total} 个：已接收 {taken}，可以接收 {can}，已经接收过 {known}，没有接收 {refused}。").format(
                    total=len(result.offers),
                    taken=counts[receiving.Outcome.TAKEN],
                    can=counts[receiving.Outcome.CAN_TAKE],
                    known=counts[receiving.Outcome.KNOWN],
                    refused=counts[receiving.Outcome.REFUSED],
                )
            )
    if fine:
        return int(ExitStatus.DONE)
    if not result.offers:
        complain(_("没有找到可以接收的文件，没有改动。请检查文件夹或压缩包里有没有 .vdpkg 文件。"))
        return int(ExitStatus.REFUSED)
    for each in result.offers:
        complain(each.sentence)
    if len(result.offers) > 1:
        complain(_("共 {total} 个，都没有接收。").format(total=len(result.offers)))
    first = result.offers[0]
    return int(ExitStatus.NEWER if first.reason == "newer" and len(result.offers) == 1 else ExitStatus.REFUSED)


COMMANDS = (look, receive)
