"""Commands on schools that merge, split, are renamed or moved, and on what a merged school starts from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from vetdesk.models.operations import lineage, predecessors
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import register
from vetdesk.ui.commands.bureau import bureau
from vetdesk.ui.commands.common import AS_JSON, WORKSPACE, opened, print_json, say
from vetdesk.ui.commands.school import school


@bureau.command("change")
@WORKSPACE
@click.argument("kind", type=click.Choice([each.value for each in lineage.Kind]))
@click.option("--from", "sources", multiple=True, required=True, help="Code of a school there was. Repeatable.")
@click.option("--to", "targets", multiple=True, metavar="CODE[=NAME]", help="A school there is afterwards. Repeatable.")
@click.option("--county", default="", help="Its county afterwards, by name or code.")
@click.option("--day", required=True, help="The day it counts from, YYYY-MM-DD.")
@click.option("--document", default="", help="The document that says so.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@AS_JSON
def change(
    workspace: Path, kind: str, sources: tuple[str, ...], targets: tuple[str, ...], county: str, day: str, document: str,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Record that schools merge, split, are renamed, moved, get a new code, or are closed."""
    if kind in (lineage.Kind.RENAME, lineage.Kind.MOVE) and not targets and len(sources) == 1:
        targets = sources  # the school keeps its code
    after = [each.partition("=") for each in targets]
    said = lineage.RegisterChange(
        lineage.Kind(kind), sources,
        tuple(lineage.Target(code.strip(), name.strip(), county) for code, _equals, name in after),
        day, document,
    )  # fmt: skip
    with opened(workspace, role="bureau") as ws:
        lines = lineage.preview(ws, said)
        if not dry_run:
            lineage.record(ws, said)
    if as_json:
        print_json({"dry_run": dry_run, "changes": list(lines)})
        return
    for each in lines:
        say(each)


@bureau.command("lineage")
@WORKSPACE
@click.option("--undo", default=None, metavar="ID", help="Take an act back (the beginning of its id).")
@AS_JSON
def lineage_(workspace: Path, undo: str | None, as_json: bool) -> None:
    """List how schools changed, the newest first."""
    with opened(workspace, role="bureau") as ws:
        if undo is not None:
            lineage.take_back(ws, undo)
        found = [(each, lineage.line(ws, each)) for each in register.lineages(ws)]
    if as_json:
        print_json({"lineage": [{**asdict(each), "line": text} for each, text in found]})
        return
    for each, text in found:
        say(f"{each.id[:8]}　{text}")
    if not found:
        say(_("学校没有变更过。"))


@school.command("predecessors")
@WORKSPACE
@click.argument("folders", metavar="FOLDER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--take", is_flag=True, help="Put the sums in as last year's figures.")
@click.option("--figure", "only", multiple=True, help="Only this figure. Repeatable.")
@AS_JSON
def predecessors_(workspace: Path, folders: tuple[Path, ...], take: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Show the last figures of the schools this one was merged from, with their sums."""
    with opened(workspace, role="school") as ws:
        found = predecessors.look(ws, folders)
        unknown = set(only) - {each.fact for each in found.figures if each.total}
        if unknown:
            raise KnownError(_("没有“{facts}”的合计，没有改动。").format(facts=_("、").join(sorted(unknown))))
        changed = predecessors.take(ws, found, only=frozenset(only) or None).facts if take else frozenset[str]()
    if as_json:
        rows = [{**asdict(each), "total": each.total.text if each.total else None} for each in found.figures]
        for each in rows:
            del each["now"]
        print_json(
            {
                "schools": list(found.schools),
                "missing": list(found.missing),
                "figures": rows,
                "changed": sorted(changed),
            }
        )
        return
    if found.missing:
        say(_("还缺 {names} 的文件夹，没有合计。").format(names=_("、").join(found.missing)))
    for one in found.figures:
        parts = _("、").join(f"{name} {part}" for name, part in zip(found.schools, one.parts, strict=True))
        total = f" = {one.total.text}" if one.total else ""
        say(f"{one.name}（{one.unit}）　{parts}{total}")
    if take:
        say(_("已填入去年 {count} 项。").format(count=len(changed)))


COMMANDS: tuple[click.Command, ...] = ()  # all of them belong to groups
