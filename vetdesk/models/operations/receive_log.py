"""What became of every file of a batch, as a page to print and file away."""

from __future__ import annotations

import html
from pathlib import Path

from vetdesk.models.operations.receive import Received
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace, now, storage_trouble
from vetdesk.models.sync.codes import short_code


def write_log(workspace: Workspace, result: Received, target: Path) -> None:
    """Write the page (HTML).

    Raises KnownError where the place cannot be written.
    """
    heads = (_("结果"), _("文件"), _("核对码"), _("说明"))
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(text)}</td>"
            for text in (
                each.outcome.word,
                each.file,
                short_code(each.verified.hash) if each.verified else "",
                each.sentence,
            )
        )
        + "</tr>"
        for each in result.offers
    )
    title = _("{name}　接收记录　{at}").format(name=workspace.meta("name"), at=now()[:16].replace("T", " "))
    counts = _("共 {total} 个文件，接收 {taken} 个").format(total=len(result.offers), taken=result.taken)
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>body{{font-family:sans-serif;margin:2em}}"
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3em .6em;text-align:left}"
        f"</style></head><body><h2>{html.escape(title)}</h2><p>{html.escape(counts)}</p><table><tr>"
        + "".join(f"<th>{html.escape(each)}</th>" for each in heads)
        + f"</tr>{rows}</table></body></html>"
    )
    try:
        target.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise storage_trouble(target, error) from error
