"""The bureau's printed recovery sheet: with it and a backup, its keys come back on any computer."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.words import _
from vetdesk.models.reports.html_page import code, page, paragraph, write_page
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now, wrong_role
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
    write_page(page(_("恢复单"), *map(paragraph, lines), code(shown)), target, private=True)
    with workspace.atomic():
        journal.write(workspace, [journal.Note("recovery_sheet", field="key.sheet")])
