"""What a bureau does now and then: change a round, hand a school its state back, keys, the recovery sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_open, ask_save, evidence_filter, packages_filter, workbooks_filter

if TYPE_CHECKING:
    from vetdesk.models.operations.duplicates import Pair
    from vetdesk.models.operations.harvest import Harvest
    from vetdesk.models.operations.post import Posted
    from vetdesk.models.operations.views import BureauView
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.exchange import KnownKey
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
            (_("进入下一阶段…"), self.ask_stage),
            (_("生成任务调整…"), self.ask_amend),
            (_("导出学校名录（发给县级和学校）…"), self.ask_register),
            (_("导出恢复包（学校电脑坏了）…"), self.ask_recovery),
            (_("代录学校的数…"), self.ask_proxy),
            (_("打开代录的工作台…"), self.ask_proxy_workspace),
            (_("改收到日期…"), self.ask_received),
            (_("佐证材料查重…"), self.find_duplicates),
            (_("历年比较…"), self.show_trend),
            (_("截至某一天的汇总…"), self.ask_day),
            (_("停用学校或专家的身份…"), self.ask_withdraw),
            (_("换用新的签发身份…"), self.ask_new_key),
            (_("打印恢复单…"), self.ask_sheet),
            (_("参加上级的任务（县级）…"), self.ask_join),
            (_("向上级转报（县级）…"), self.ask_forward),
            (_("本单位的身份码…"), self.show_digits),
            (_("核对县级身份…"), self.ask_county),
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

    def ask_day(self) -> None:
        """The roll-up as it stood at the end of a day, written to a file."""
        import datetime as dt

        from vetdesk.models.operations import report

        title = _("截至某一天的汇总")
        yesterday = (dt.datetime.now(dt.UTC).astimezone().date() - dt.timedelta(days=1)).isoformat()
        day, sure = QInputDialog.getText(self._window(), title, _("截至哪一天（如 2026-09-30）："), text=yesterday)
        if not sure:
            return
        name = _("截至{day}汇总.xlsx").format(day=day.strip())
        path = ask_save(self._window(), title, name, _("Excel 工作簿 (*.xlsx);;Word 文档 (*.docx)"))
        if path is None:
            return

        def job(workspace: Workspace, _progress: Progress) -> Path:
            report.write(workspace, "rollup", path, report.Asked(day=day.strip()))
            return path

        self._desk.look(job, done=lambda made: self._say(_("已生成：{file}").format(file=made)), label=_("正在生成…"))

    def ask_stage(self) -> None:
        """Which stage the round is in now; then one file tells the schools."""
        from vetdesk.models.operations.round_plan import STAGE_WORDS, change_plan

        view, title = self._view(), _("进入下一阶段")
        stages = view.desk.round.stages if view.desk else ()
        names = [_(STAGE_WORDS[each.name]) for each in stages] or [_(word) for word in STAGE_WORDS.values()]
        at = next((at for at, each in enumerate(stages) if each.now), -1)
        text = _("现在进入：") if stages else _("这次任务没有分阶段。现在是：")
        chosen, sure = QInputDialog.getItem(
            self._window(), title, text, names, min(at + 1, len(names) - 1), editable=False
        )
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            change_plan(workspace, now=chosen, stages=() if stages else tuple(STAGE_WORDS))

        self._desk.act(job, done=self._deadline_set)

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

    def ask_register(self) -> None:
        """Write the register alone."""
        from vetdesk.models.operations.amend import send_register

        name = _("学校名录_{name}.vdpkg").format(name=self._view().name)
        path = ask_save(self._window(), _("导出学校名录"), name, packages_filter())
        if path is not None:
            self._desk.act(lambda workspace, _progress: send_register(workspace, path)[0], done=self._posted)

    def _posted(self, posted: Posted) -> None:
        self._say(_("已生成，检查无误：{file}　核对码 {code}").format(file=posted.path, code=posted.code))

    def ask_proxy(self) -> None:
        """Enter a school's figures from its workbooks and the scan of its stamped sheet."""
        from vetdesk.models.operations import proxy

        title = _("代录学校的数")
        code = self._ask_school(title, _("哪所学校："))
        if not code:
            return
        books = ask_open(self._window(), _("选择学校填好的表"), workbooks_filter())
        if not books:
            return
        scans = ask_open(self._window(), _("选择盖章件扫描件（没有就按取消）"), evidence_filter())

        def job(workspace: Workspace, _progress: Progress) -> Harvest:
            return proxy.enter(workspace, code, books, stamped=scans[0] if scans else None)[0]

        self._desk.act(job, done=self._entered, label=_("正在代录…"))

    def _entered(self, found: Harvest) -> None:
        said = _("已代录 {count} 项，列为“代录”。").format(count=len(found.taken))
        left = [each.label for each in found.rejected]
        left += [each.label for each in found.open_labels if not each.fact]
        if left:
            said += _("有 {count} 项没有录入（{names}），请打开代录的工作台补填。").format(
                count=len(left), names=_("、").join(left[:5]) + ("…" if len(left) > 5 else "")
            )
        self._desk.said.emit(said, "warn" if left else "met")

    def ask_proxy_workspace(self) -> None:
        """Open the workspace in which a school's figures are entered, to complete or correct them there."""
        from vetdesk.models.operations import proxy

        code = self._ask_school(_("打开代录的工作台"), _("哪所学校："))
        if not code:
            return

        def job(workspace: Workspace, _progress: Progress) -> Path:
            with proxy.opened_proxy(workspace, code):
                return proxy.place_of(workspace, code)

        self._desk.act(job, done=self._desk.folder_requested.emit)

    def ask_received(self) -> None:
        """Another day on which a submission came in."""
        from vetdesk.models.operations import decide

        title = _("改收到日期")
        code = self._ask_school(title, _("哪所学校："))
        day, sure = (
            QInputDialog.getText(self._window(), title, _("哪天收到的（如 2026-09-30）：")) if code else ("", False)
        )
        reason, sure = QInputDialog.getText(self._window(), title, _("原因：")) if sure else ("", False)
        if sure:
            self._desk.act(
                lambda workspace, _progress: decide.set_received(workspace, code, day.strip(), reason=reason)
            )

    def find_duplicates(self) -> None:
        """Evidence that is the same, or looks the same, at two schools."""
        from vetdesk.models.operations import duplicates

        def job(workspace: Workspace, progress: Progress) -> list[duplicates.Pair]:
            return duplicates.find(workspace, progress=progress)

        self._desk.look(job, done=self._duplicates_found, label=_("正在比较佐证材料…"))

    def _duplicates_found(self, pairs: list[Pair]) -> None:
        from PySide6.QtGui import QImage
        from shiboken6 import isValid

        from vetdesk.models.store import evidence
        from vetdesk.ui.pages.bureau.duplicates_dialog import DuplicatesDialog
        from vetdesk.ui.widgets.picture import small_picture

        dialog = DuplicatesDialog(pairs, self._window())

        def ask(first: str, second: str, side: int) -> None:
            def read(workspace: Workspace, _progress: Progress) -> list[QImage | None]:
                return [small_picture(evidence.path_of(workspace, each), side) for each in (first, second)]

            def shown(found: list[QImage | None]) -> None:
                if isValid(dialog):
                    dialog.show_pictures(found)

            self._desk.look(read, done=shown)

        dialog.pictures_requested.connect(ask)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_trend(self) -> None:
        """The city round by round."""
        from vetdesk.models.operations.trend import RoundResult, trend

        def shown(found: list[RoundResult]) -> None:
            from vetdesk.ui.pages.bureau.trend_dialog import TrendDialog

            dialog = TrendDialog(found, self._window())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self._desk.look(lambda workspace, _progress: trend(workspace), done=shown, label=_("正在计算…"))

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

    # a county between its schools and the city

    def ask_join(self) -> None:
        """Take part in the city's round with the schools of this county."""
        from vetdesk.models.operations.county import join_round
        from vetdesk.models.operations.open_campaign import read_campaign

        paths = ask_open(self._window(), _("参加上级的任务"), packages_filter())
        if not paths:
            return

        def job(workspace: Workspace, _progress: Progress) -> int:
            return len(join_round(workspace, read_campaign(paths[0])).units)

        self._desk.act(job, done=self._joined)

    def _joined(self, count: int) -> None:
        self._say(_("已参加上级的任务，本县学校 {count} 所。").format(count=count))

    def ask_forward(self) -> None:
        """Write everything that came since the last time into one bundle for the city."""
        from vetdesk.models.operations.county import forward

        name = _("转报_{name}.vdpkg").format(name=self._view().name)
        path = ask_save(self._window(), _("向上级转报"), name, packages_filter())
        if path is not None:
            self._desk.act(lambda workspace, _progress: forward(workspace, path)[0], done=self._posted)

    def show_digits(self) -> None:
        """This bureau's own digits, to be read out on the telephone."""
        from vetdesk.models.operations.own_keys import own_keys

        self._desk.look(lambda workspace, _progress: own_keys(workspace).digits, done=self._show_digits)

    def _show_digits(self, digits: str) -> None:
        QMessageBox.information(
            self._window(),
            _("本单位的身份码"),
            _("{digits}\n\n上级来电核对时，请把这 30 位数字读给对方。").format(digits=digits),
        )

    def ask_county(self) -> None:
        """Compare a county's digits."""
        from vetdesk.models.operations import county

        self._desk.look(lambda workspace, _progress: county.counties(workspace), done=self._choose_county)

    def _choose_county(self, keys: list[KnownKey]) -> None:
        from vetdesk.models.operations.county import confirm_county
        from vetdesk.models.records.districts import DISTRICTS

        title = _("核对县级身份")
        open_ones = list(dict.fromkeys(each.owner for each in keys if each.state == "unconfirmed"))
        if not open_ones:
            QMessageBox.information(self._window(), title, _("没有待核对的县级单位。收到转报包之后再来核对。"))
            return
        names = [f"{each}　{DISTRICTS.get(each, each)}" for each in open_ones]
        chosen, sure = QInputDialog.getItem(self._window(), title, _("哪个县（市、区）："), names, 0, False)
        if not sure:
            return
        district = chosen.split("　", 1)[0]
        digits, sure = QInputDialog.getText(
            self._window(), title, _("请电话联系对方，输入对方读出的 30 位身份码（对方在“工具—本单位的身份码”里看）：")
        )
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            confirm_county(workspace, district, who=workspace.meta("person") or _("经办人"), digits=digits)

        self._desk.act(job, done=self._county_confirmed)

    def _county_confirmed(self, _result: object) -> None:
        self._say(_("已核对。下一个发出的文件会告诉各校，此后该县的回复各校也能接收。"))
