"""What a bureau does now and then: change a round, hand a school its state back, keys, the recovery sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_save, packages_filter

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted
    from vetdesk.models.operations.views import BureauView
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.ui.desks.role_desk import RoleDesk


class BureauTools(QObject):
    """The acts behind the menu “工具” of a bureau."""

    def __init__(self, desk: RoleDesk) -> None:
        super().__init__(desk)
        self._desk = desk

    def _window(self) -> QWidget:
        return self._desk.page("overview").window()

    def _view(self) -> BureauView:
        found: BureauView = self._desk.view
        return found

    def _say(self, text: str) -> None:
        self._desk.said.emit(text, "met")

    def actions(self) -> list[tuple[str, Any]]:
        """What the menu shows."""
        return [
            (_("改截止日期…"), self.ask_deadline),
            (_("生成任务调整…"), self.ask_amend),
            (_("导出恢复包（学校电脑坏了）…"), self.ask_recovery),
            (_("停用学校或专家的身份…"), self.ask_withdraw),
            (_("换用新的签发身份…"), self.ask_new_key),
            (_("打印恢复单…"), self.ask_sheet),
        ]

    def _ask_school(self, title: str, text: str) -> str:
        """The code of a school; '' where the person changed their mind."""
        names = [f"{each.code}　{each.name}" for each in self._view().units]
        chosen, sure = QInputDialog.getItem(self._window(), title, text, names, 0, False)
        return chosen.split("　", 1)[0] if sure and chosen else ""

    def ask_deadline(self) -> None:
        """Another deadline for the city, a county or a school; then one file tells the schools."""
        from vetdesk.models.operations.amend import set_deadline

        scopes = [_("全市"), _("一个县（市、区）"), _("一所学校")]
        title = _("改截止日期")
        scope, sure = QInputDialog.getItem(self._window(), title, _("给谁改："), scopes, 0, False)
        if not sure:
            return
        kind, code = "city", ""
        if scope == scopes[1]:
            from vetdesk.models.records.districts import DISTRICTS

            shown = [f"{key}　{name}" for key, name in DISTRICTS.items()]
            county, sure = QInputDialog.getItem(self._window(), title, _("哪个县（市、区）："), shown, 0, False)
            kind, code = "county", county.split("　", 1)[0] if sure else ""
        elif scope == scopes[2]:
            kind, code = "school", self._ask_school(title, _("哪所学校："))
        if kind != "city" and not code:
            return
        date, sure = QInputDialog.getText(self._window(), title, _("新的截止日期（如 2026-12-31）："))
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            set_deadline(workspace, date.strip(), scope=kind, id_=code)

        self._desk.act(job, done=self._deadline_set)

    def _deadline_set(self, _result: object) -> None:
        self._say(_("已改。请在“工具”里生成任务调整，发给学校。"))

    def ask_amend(self) -> None:
        """Write the round as it stands now."""
        from vetdesk.models.operations.amend import amend

        name = _("任务调整_{name}.vdpkg").format(name=self._view().name)
        path = ask_save(self._window(), _("生成任务调整"), name, packages_filter())
        if path is None:
            return
        note, sure = QInputDialog.getText(self._window(), _("生成任务调整"), _("给学校的说明（可不写）："))
        if sure:
            self._desk.act(lambda workspace, _progress: amend(workspace, path, note=note)[0], done=self._posted)

    def _posted(self, posted: Posted) -> None:
        self._say(_("已生成，检查无误：{file}　核对码 {code}").format(file=posted.path, code=posted.code))

    def ask_recovery(self) -> None:
        """Write a school's last state, and say the one-time password."""
        from vetdesk.models.operations.recovery import hand_back

        unit = self._ask_school(_("导出恢复包"), _("把哪所学校最近一次上报的数据和材料交还给它："))
        if not unit:
            return
        path = ask_save(self._window(), _("导出恢复包"), _("恢复包_{unit}.vdpkg").format(unit=unit), packages_filter())
        if path is not None:
            self._desk.act(lambda workspace, _progress: hand_back(workspace, unit, path)[0], done=self._handed_back)

    def _handed_back(self, posted: Posted) -> None:
        QMessageBox.information(
            self._window(),
            _("导出恢复包"),
            _("已生成：{file}\n\n打开口令：{password}\n请用电话告诉学校，不要和文件一起发。口令只显示这一次。").format(
                file=posted.path, password=posted.password
            ),
        )

    def ask_withdraw(self) -> None:
        """Withdraw keys: what came so far stays, nothing new is taken."""
        from vetdesk.models.operations.bureau_trust import withdraw

        title = _("停用身份")
        owner, sure = QInputDialog.getText(self._window(), title, _("学校标识码或专家编号："))
        if not sure or not owner.strip():
            return
        reason, sure = QInputDialog.getText(self._window(), title, _("原因，例如电脑丢失、人员离岗："))
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            withdraw(workspace, owner.strip(), reason=reason)

        self._desk.act(job, done=self._withdrawn)

    def _withdrawn(self, _result: object) -> None:
        self._say(_("已停用：此前收到的不受影响，以后用它签发的文件不再接收。"))

    def ask_new_key(self) -> None:
        """Sign with a new key from now on."""
        from vetdesk.models.operations.bureau_trust import new_desk_key

        reason, sure = QInputDialog.getText(
            self._window(),
            _("换用新的签发身份"),
            _("经办人离岗、电脑丢失时换用。下一个发出的文件会告诉各校，各校不用做任何事。\n原因："),
        )
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            new_desk_key(workspace, reason=reason)

        self._desk.act(job, done=self._key_made)

    def _key_made(self, _result: object) -> None:
        self._say(_("已换用新的签发身份。请重新备份一次。"))

    def ask_sheet(self) -> None:
        """Write the recovery sheet to print."""
        from vetdesk.models.operations.recovery_sheet import write_sheet

        path = ask_save(self._window(), _("打印恢复单"), _("恢复单.html"), _("网页 (*.html)"))
        if path is None:
            return

        def job(workspace: Workspace, _progress: Progress) -> Path:
            write_sheet(workspace, path)
            return path

        self._desk.act(job, done=self._sheet_written)

    def _sheet_written(self, path: Path) -> None:
        from vetdesk.ui.files import open_outside

        open_outside(path)
        self._say(_("已生成恢复单：{file}。打印后请删除这个文件。").format(file=path))
