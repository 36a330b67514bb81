"""What became of every file of a batch, as a page to print and file away."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.receive import Received
from vetdesk.models.records.words import _
from vetdesk.models.reports.html_page import page, paragraph, table, write_page
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync.codes import short_code


def write_log(workspace: Workspace, result: Received, target: Path) -> None:
    """Write the page (HTML).

    Raises KnownError where the place cannot be written.
    """
    title = _("{name}　接收记录　{at}").format(name=workspace.meta("name"), at=now()[:16].replace("T", " "))
    counts = _("共 {total} 个文件，接收 {taken} 个").format(total=len(result.offers), taken=result.taken)
    rows = (
        (each.outcome.word, each.file, short_code(each.verified.hash) if each.verified else "", each.sentence)
        for each in result.offers
    )
    heads = (_("结果"), _("文件"), _("核对码"), _("说明"))
    write_page(page(title, paragraph(counts), table(heads, rows)), target)
