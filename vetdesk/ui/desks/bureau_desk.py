"""A bureau's pages, connected to the operations behind them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QInputDialog, QWidget
from shiboken6 import isValid

from vetdesk.models.operations.publish_round import RoundPlan
from vetdesk.models.operations.read_register import RegisterOffer
from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.changes import Progress
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.workspace import Workspace
from vetdesk.ui.desks.plan_acts import PlanActs
from vetdesk.ui.desks.role_desk import Entry, RoleDesk, told_by, while_there
from vetdesk.ui.desks.school_changes import SchoolChanges
from vetdesk.ui.desks.standards_acts import StandardsActs
from vetdesk.ui.files import ask_save
from vetdesk.ui.pages.bureau.overview import OverviewPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from vetdesk.models.operations.receive import Received
    from vetdesk.models.operations.school_file import SchoolFile
    from vetdesk.models.rollup.board import Board
    from vetdesk.ui.pages.bureau.inbox import InboxPage
    from vetdesk.ui.pages.bureau.inspections import InspectionsPage
    from vetdesk.ui.pages.bureau.publish import PublishPage
    from vetdesk.ui.pages.bureau.register import RegisterPage
    from vetdesk.ui.pages.bureau.school import BureauSchoolPage
    from vetdesk.ui.pages.bureau.school_dialog import SchoolDialog
    from vetdesk.ui.work import Work


class BureauDesk(RoleDesk):
    """What a bureau can do; what it does with standards stands in `StandardsActs`."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(work, parent)
        self.standards = StandardsActs(self)
        self.changes = SchoolChanges(self)
        self.plan = PlanActs(self)
        self._last: Received | None = None

    def tools(self) -> list[tuple[str, Callable[[], object]]]:
        from vetdesk.ui.desks.bureau_tools import BureauTools

        return BureauTools(self).actions()

    def entries(self) -> list[Entry]:
        return [
            Entry("overview", _("总览"), self._overview),
            Entry("inbox", _("收件"), self._inbox),
            Entry("register", _("学校名录"), self._register),
            Entry("publish", _("年度任务"), self._publish),
            Entry("standards", _("标准"), self.standards.page),
            Entry("inspections", _("核查"), self._inspections),
            Entry("ledger", _("整改台账"), self._ledger),
            Entry("plan", _("目标与任务"), self.plan.page),
            Entry("school", _("学校"), self._school, hidden=True),
        ]

    def notes(self) -> dict[str, str]:
        found: BureauView = self.view
        waiting = sum(each.state == "unconfirmed" and each.current for each in found.submissions)
        left = sum(each.state != "closed" for each in found.findings)
        return {
            "inbox": f"● {waiting}" if waiting else "",
            "register": str(len(found.units)),
            "ledger": str(left) if left else "",
        }

    def names(self) -> tuple[str, str]:
        title = self.view.desk.round.title if self.view.desk else _("还没有年度任务")
        return self.view.name, _("{title}\n主管部门").format(title=title)

    # pages and their connections, by sender

    def _overview(self) -> QWidget:
        page = OverviewPage()
        page.school_requested.connect(self.show_school)
        page.receive_requested.connect(self.choose_files)
        page.export_requested.connect(self.export)
        page.chart_requested.connect(self.draw_chart)
        page.copied.connect(self._names_copied)
        page.initials_requested.connect(self.read_initials)
        page.round_requested.connect(self.look_at_round)
        return page

    def _inbox(self) -> QWidget:
        from vetdesk.ui.pages.bureau.inbox import InboxPage

        page = InboxPage()
        page.look_requested.connect(self.look_at_files)
        page.take_requested.connect(self.receive)
        page.reply_requested.connect(self.reply)
        page.undo_requested.connect(self.undo_import)
        page.log_requested.connect(self.write_log)
        return page

    def _register(self) -> QWidget:
        from vetdesk.ui.pages.bureau.register import RegisterPage

        page = RegisterPage()
        page.look_requested.connect(self.look_at_register)
        page.take_requested.connect(self.take_register)
        page.change_requested.connect(self.changes.ask)
        return page

    def _publish(self) -> QWidget:
        from vetdesk.ui.pages.bureau.publish import PublishPage

        page = PublishPage()
        page.publish_requested.connect(self.publish)
        self.standards.read()
        return page

    def _inspections(self) -> QWidget:
        from vetdesk.ui.pages.bureau.inspections import InspectionsPage

        page = InspectionsPage()
        page.assign_requested.connect(self.assign)
        return page

    def _ledger(self) -> QWidget:
        from vetdesk.ui.pages.bureau.ledger import LedgerPage

        page = LedgerPage()
        page.close_requested.connect(self.close_findings)
        return page

    def _school(self) -> QWidget:
        from vetdesk.ui.pages.bureau.school import BureauSchoolPage

        page = BureauSchoolPage()
        page.details_requested.connect(self.read_details)
        page.confirm_requested.connect(self.confirm)
        page.return_requested.connect(self.give_back)
        page.accept_requested.connect(self.accept)
        page.adopt_requested.connect(self.adopt)
        page.correct_requested.connect(self.ask_correction)
        page.back_requested.connect(partial(self.page_requested.emit, "overview"))
        page.file_requested.connect(self.open_school_file)
        return page

    # acts

    def read_initials(self, names: list[tuple[str, str]]) -> None:
        """The initials of schools' names, worked out beside the window: there may be thousands."""

        def job(_progress: Progress) -> dict[str, str]:
            from vetdesk.ui.pages.school.choose_school import initials

            return {code: initials(name) for code, name in names}

        page: OverviewPage = self.page("overview")  # type: ignore[assignment]
        self.work.free(job, done=page.take_initials)

    def _names_copied(self, count: int) -> None:
        self.said.emit(_("已复制 {count} 所学校的名单，可以粘贴到工作群。").format(count=count), "met")

    def choose_files(self) -> None:
        """Go to the inbox and ask for files."""
        self.page_requested.emit("inbox")
        page: InboxPage = self.page("inbox")  # type: ignore[assignment]
        page.choose()

    def take_files(self, paths: list[Path]) -> None:
        """Files dropped anywhere go to the inbox."""
        self.page_requested.emit("inbox")
        page: InboxPage = self.page("inbox")  # type: ignore[assignment]
        page.take_files(paths)

    def look_at_files(self, paths: list[Path]) -> None:
        """Preview files; nothing is stored."""
        from vetdesk.models.operations import receive

        def job(workspace: Workspace, progress: Progress) -> Received:
            return receive.receive(workspace, paths, dry_run=True, progress=progress)

        page: InboxPage = self.page("inbox")  # type: ignore[assignment]
        self.look(job, done=page.show_offers, label=_("正在检查文件…"))

    def receive(self, paths: list[Path]) -> None:
        """Take files in one act."""
        from vetdesk.models.operations import receive

        def job(workspace: Workspace, progress: Progress) -> Received:
            return receive.receive(workspace, paths, progress=progress)

        self.act(job, done=self._received, label=_("正在接收…"))

    def _received(self, result: Received) -> None:
        self._last = result
        page: InboxPage = self.page("inbox")  # type: ignore[assignment]
        page.show_offers(result)

    def undo_import(self, hash_: str) -> None:
        """Take the taking of a package back, or say why not."""
        from vetdesk.models.operations.undo_import import undo_import

        def job(workspace: Workspace, _progress: Progress) -> str:
            return undo_import(workspace, hash_)[0]

        self.act(job, done=self._undone)

    def _undone(self, sentence: str) -> None:
        self.said.emit(sentence, "met")

    def write_log(self, path: Path) -> None:
        """Write what became of the last batch, to print."""
        from vetdesk.models.operations.receive_log import write_log

        result = self._last
        if result is None:
            return

        def job(workspace: Workspace, _progress: Progress) -> Path:
            write_log(workspace, result, path)
            return path

        self.act(job, done=self._logged)

    def _logged(self, path: Path) -> None:
        from vetdesk.ui.files import open_outside

        open_outside(path)
        self.said.emit(_("已生成接收记录：{file}").format(file=path), "met")

    def adopt(self, unit: str, hash_: str, reason: str) -> None:
        """Let a waiting submission count."""
        from vetdesk.models.operations.decide import adopt

        def job(workspace: Workspace, _progress: Progress) -> None:
            adopt(workspace, unit, hash_, reason=reason)

        self.act(job, done=partial(self._decided, unit, _("已采用这一版。")))

    def reply(self, path: Path) -> None:
        """Write one reply bundle for all schools."""
        from vetdesk.models.operations.reply import reply

        def job(workspace: Workspace, progress: Progress) -> Any:
            return reply(workspace, path, progress=progress)[0]

        page: InboxPage = self.page("inbox")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成回执…"))

    def look_at_register(self, path: Path) -> None:
        """Read a register workbook; nothing is stored."""
        from vetdesk.models.operations import read_register
        from vetdesk.models.store import register

        def job(workspace: Workspace, _progress: Progress) -> RegisterOffer:
            return read_register.look(path, register.units(workspace))

        page: RegisterPage = self.page("register")  # type: ignore[assignment]
        self.look(job, done=page.show_offer, label=_("正在读取名录…"))

    def take_register(self, offer: RegisterOffer) -> None:
        """Store the register."""
        from vetdesk.models.operations import read_register

        def job(workspace: Workspace, _progress: Progress) -> tuple[int, int]:
            return read_register.take(workspace, offer)[:2]

        self.act(job, done=self._register_taken)

    def _register_taken(self, counts: tuple[int, int]) -> None:
        page: RegisterPage = self.page("register")  # type: ignore[assignment]
        page.taken(*counts)

    def publish(self, plan: RoundPlan, path: Path) -> None:
        """Publish a round."""
        from vetdesk.models.operations.publish_round import publish

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return publish(workspace, plan, path)[0]

        page: PublishPage = self.page("publish")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成任务包…"))

    def assign(self, inspector: str, units: list[str], path: Path) -> None:
        """Give schools to an inspector."""
        from vetdesk.models.operations import inspect

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return inspect.assign(workspace, path, inspector=inspector, units=units)[0]

        page: InspectionsPage = self.page("inspections")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成核查任务包…"))

    def close_findings(self, ids: list[str]) -> None:
        """Close findings."""
        from vetdesk.models.operations import rectify

        def job(workspace: Workspace, _progress: Progress) -> None:
            for each in ids:
                rectify.close(workspace, each)

        self.act(job)

    def look_at_round(self, round_id: str) -> None:
        """Read an earlier round, to be looked at."""
        from vetdesk.models.operations.views import bureau_view

        def job(workspace: Workspace, progress: Progress) -> BureauView:
            return bureau_view(workspace, of=round_id, progress=progress)

        page: OverviewPage = self.page("overview")  # type: ignore[assignment]
        self.look(job, done=page.show_earlier, label=_("正在读取…"))

    def show_school(self, unit: str) -> None:
        """Show one school, in the round that the overview shows."""
        page: BureauSchoolPage = self.page("school")  # type: ignore[assignment]
        overview: OverviewPage | None = self.made("overview")  # type: ignore[assignment]
        shown = overview.shown if overview is not None else None
        page.show_school(unit, earlier=shown if shown is not None and shown.earlier else None)
        self.page_requested.emit("school")

    def read_details(self, unit: str) -> None:
        """Read what the snapshot does not hold: all there is of one school."""
        from vetdesk.models.operations.school_file import school_file

        page: BureauSchoolPage = self.page("school")  # type: ignore[assignment]
        round_id = page.round_id
        self.look(lambda workspace, _progress: school_file(workspace, unit, of=round_id), done=self._show_details)

    def _show_details(self, found: SchoolFile) -> None:
        page: BureauSchoolPage = self.page("school")  # type: ignore[assignment]
        if page.unit == found.unit:
            page.show_file(found)

    def open_school_file(self, found: SchoolFile, tab: int) -> None:
        """Show what stands behind a school's figures."""
        from vetdesk.ui.pages.bureau.school_dialog import SchoolDialog

        page: BureauSchoolPage = self.page("school")  # type: ignore[assignment]
        dialog = SchoolDialog(page.school_name, found, tab, page.window(), only_look=page.earlier)
        dialog.name_facts({key: pick(field.text) for key, field in page.desk.fields.items()})
        dialog.page_requested.connect(partial(self.read_page, dialog))
        dialog.open_requested.connect(self.open_evidence)
        dialog.compare_requested.connect(partial(self._compare, dialog))
        dialog.reviewed.connect(partial(self._review, dialog, found.unit))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.start()

    def _compare(self, dialog: SchoolDialog, first: str, second: str) -> None:
        from vetdesk.models.operations.compare_revisions import Difference, compare_submissions

        def job(workspace: Workspace, _progress: Progress) -> list[Difference]:
            return compare_submissions(workspace, first, second)

        def shown(found: list[Difference]) -> None:
            if isValid(dialog):
                dialog.show_differences(found)

        self.look(job, done=shown)

    def _review(self, dialog: SchoolDialog, unit: str, rule: str, accepted: bool, note: str) -> None:
        from vetdesk.models.operations.explanation_review import review

        def job(workspace: Workspace, _progress: Progress) -> Any:
            review(workspace, unit, rule, accepted=accepted, note=note)
            return school_file(workspace, unit).reviews

        from vetdesk.models.operations.school_file import school_file

        self.act(job, done=while_there(dialog, dialog.show_reviews), failed=told_by(dialog))
        self.read_details(unit)

    def ask_correction(self, unit: str, fact: str, now: str) -> None:
        """Ask for another accepted value of a figure, and why."""
        from vetdesk.models.operations import official

        page = self.page("school")
        name = pick(self.view.desk.fields[fact].text)
        text, sure = QInputDialog.getText(
            page, _("更正审定值"), _("{name}，现在是 {now}。改为：").format(name=name, now=now)
        )
        if not sure or not text.strip():
            return
        reason, sure = QInputDialog.getText(page, _("更正审定值"), _("原因（学校会看到）："))
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            official.correct(workspace, unit, {fact: text}, reason=reason)

        self.act(job, done=partial(self._decided, unit, _("已更正。生成回执后发给学校。")))

    def _decided(self, unit: str, text: str, _result: object) -> None:
        self.said.emit(text, "met")
        self.read_details(unit)

    def confirm(self, unit: str, digits: str) -> None:
        """Note that the digits were compared."""
        from vetdesk.models.operations import decide

        def job(workspace: Workspace, _progress: Progress) -> int:
            decide.confirm_identity(workspace, unit, who=workspace.meta("person") or _("经办人"), digits=digits)
            return len(decide.waiting(workspace, unit))

        def told(left: int) -> None:
            more = _("还有 {count} 个版本在等候，由您决定采用哪一版。").format(count=left) if left else ""
            self._decided(unit, _("已核对身份。") + more, None)

        self.act(job, done=told)

    def give_back(self, unit: str, remarks: dict[str, str], due: str) -> None:
        """Return figures with remarks."""
        from vetdesk.models.operations import decide

        def job(workspace: Workspace, _progress: Progress) -> None:
            decide.return_figures(workspace, unit, remarks, due=due)

        text = _("已退回 {count} 项。生成回执后发给学校。").format(count=len(remarks))
        self.act(job, done=partial(self._decided, unit, text))

    def accept(self, unit: str, withdraw: bool) -> None:
        """Accept a submission; with `withdraw` also one that was returned."""
        from vetdesk.models.operations import decide

        def job(workspace: Workspace, _progress: Progress) -> None:
            decide.accept(workspace, unit, withdraw=withdraw)

        text = _("已通过。生成回执后发给学校。")
        text = _("退回意见已收回，") + text if withdraw else text
        self.act(job, done=partial(self._decided, unit, text))

    def export(self) -> None:
        """Write the roll-up to Excel."""
        if self.view is None or self.view.desk is None:
            return
        overview: OverviewPage = self.page("overview")  # type: ignore[assignment]
        view: BureauView = overview.shown or self.view
        assert view.desk is not None
        shown = view.desk.round
        name = _("{title}汇总.xlsx").format(title=shown.title)
        path = ask_save(overview, _("导出 Excel"), name, _("Excel 工作簿 (*.xlsx)"))
        if path is None:
            return
        from vetdesk.models.operations import report

        asked = report.Asked(round=shown.id, stage=overview.counted_by)

        def job(workspace: Workspace, _progress: Progress) -> Path:
            report.write(workspace, "rollup", path, asked)
            return path

        self.look(job, done=self._exported, label=_("正在导出…"))

    def _exported(self, path: Path) -> None:
        self.said.emit(_("已导出：{file}").format(file=path), "met")

    def draw_chart(self, board: Board, kind: str, standard: str) -> None:
        """Draw a chart of the board shown."""

        def job(_progress: Progress) -> bytes:
            from vetdesk.charts.draw import to_bytes
            from vetdesk.models.rollup.charts import spec

            return to_bytes(spec(board, kind, standard=standard), width=3.0, height=4.8)

        page: OverviewPage = self.page("overview")  # type: ignore[assignment]
        self.work.free(job, done=page.show_chart)
