"""The bureau's printed recovery sheet: with it and a backup, its keys come back on any computer."""

from __future__ import annotations

import html
from pathlib import Path

from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now, storage_trouble, wrong_role
from vetdesk.models.sync.keys import with_sheet


def digits(workspace: Workspace) -> str:
    """The 40 digits of the sheet in groups of five.

    Raises KnownError where the keys lie on another computer.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    own_keys(workspace)
    plain = with_sheet(workspace.id).sheet
    return " ".join(plain[at : at + 5] for at in range(0, len(plain), 5))


def write_sheet(workspace: Workspace, target: Path) -> None:
    """Write the sheet as a page to print.

    Raises KnownError where the place cannot be written, or the keys lie on another computer.
    """
    shown = digits(workspace)
    lines = (
        _("单位：{name}").format(name=workspace.meta("name")),
        _("打印时间：{at}").format(at=now()[:16].replace("T", " ")),
        _("电脑坏了、丢了或重装后：在新电脑上安装程序，用“恢复备份”打开最近一次的备份文件，输入下面的数字。"),
        _("这张纸等于本单位的签发身份：请两份分别装信封密封，交不同的人保管；不要拍照，不要和备份放在一起。"),
    )
    body = "".join(f"<p>{html.escape(each)}</p>" for each in lines)
    code = "".join(f"<span>{each}</span>" for each in shown.split())
    page = (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(_("恢复单"))}</title>'
        "<style>body{font-family:sans-serif;margin:3em;line-height:1.7}"
        "div{font:bold 24pt monospace}span{display:inline-block;margin:.3em .7em}</style></head>"
        f"<body><h1>{html.escape(_('恢复单'))}</h1>{body}<div>{code}</div></body></html>"
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
        target.chmod(0o600)
    except OSError as error:
        raise storage_trouble(target, error) from error
    with workspace.atomic():
        journal.write(workspace, [journal.Note("recovery_sheet", field="key.sheet")])
