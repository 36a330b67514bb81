"""What a bureau does with goals and tasks: the page, and the acts behind it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vetdesk.models.records.changes import Progress
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.workspace import Workspace
from vetdesk.ui.desks.role_desk import told_by, while_there

if TYPE_CHECKING:
    from vetdesk.ui.desks.bureau_desk import BureauDesk
    from vetdesk.ui.pages.bureau.plan import PlanPage


class PlanActs:
    """Reads and changes goals and tasks for the page that shows them."""

    def __init__(self, desk: BureauDesk) -> None:
        self._desk = desk

    def page(self) -> PlanPage:
        """The page, connected."""
        from vetdesk.ui.pages.bureau.plan import PlanPage

        made = PlanPage()
        made.half_chosen.connect(self.read)
        made.figure_requested.connect(self.ask_figures)
        made.note_requested.connect(self.ask_note)
        made.sheets_requested.connect(self.write_sheets)
        made.read_requested.connect(self.read_sheets)
        made.report_requested.connect(self.write_report)
        made.briefing_requested.connect(self.copy_briefing)
        return made

    def _page(self) -> PlanPage:
        found: PlanPage = self._desk.page("plan")  # type: ignore[assignment]
        return found

    def read(self, half: str) -> None:
        """Read goals and tasks of a half-year."""
        from vetdesk.models.operations.region import goals
        from vetdesk.models.operations.task_ledger import ledger

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return goals(workspace), ledger(workspace, half)

        self._desk.look(job, done=lambda found: self._page().show_plan(*found), label=_("正在计算…"))

    def ask_figures(self, district: str, place: str) -> None:
        """Ask for the figures an indicator (`pack id`, `indicator id`) reads."""
        from vetdesk.models.operations import region
        from vetdesk.models.packs import source
        from vetdesk.models.packs.typed import entry_text

        pack_id, indicator = place.split(" ")
        pack = source.load(pack_id)
        fields = region.region_fields()
        wanted = [name for name in fields if name in pack.indicators[indicator].facts]

        def job(workspace: Workspace, _progress: Progress) -> Any:
            held = region.region_figures(workspace, district)
            return {
                name: (
                    pick(fields[name].text) + (f"（{fields[name].unit}）" if fields[name].unit else ""),
                    entry_text(fields[name], held[name].entry) if name in held else "",
                )
                for name in wanted
            }, next((held[name].source for name in wanted if name in held and held[name].source), "")

        def show(found: Any) -> None:
            from vetdesk.models.records.districts import DISTRICTS
            from vetdesk.ui.pages.bureau.plan_dialogs import RegionDialog

            figures, document = found
            dialog = RegionDialog(DISTRICTS.get(district, district), figures, document, self._page().window())

            def given(values: dict[str, str], document: str) -> None:
                def keep(workspace: Workspace, _progress: Progress) -> None:
                    region.set_figures(workspace, district, values, document=document)

                self._desk.act(keep, done=while_there(dialog, lambda _none: dialog.accept()), failed=told_by(dialog))

            dialog.given.connect(given)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self._desk.look(job, done=show)

    def ask_note(self, number: str, half: str) -> None:
        """Ask what an office says of a task."""
        from vetdesk.models.operations import task_ledger
        from vetdesk.ui.pages.bureau.plan_dialogs import TaskDialog

        def show(found: task_ledger.Plan) -> None:
            task = found.task(number)
            title = _("任务{no}：{name}").format(no=task.number, name=task.name)
            dialog = TaskDialog(title, task.offices, self._page().window())

            def noted(office: str, state: str, text: str, document: str) -> None:
                def keep(workspace: Workspace, _progress: Progress) -> None:
                    task_ledger.note(
                        workspace, number, half=half, office=office, state=state, text=text, document=document
                    )

                self._desk.act(keep, done=while_there(dialog, lambda _none: dialog.accept()), failed=told_by(dialog))

            dialog.noted.connect(noted)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self._desk.look(lambda workspace, _progress: task_ledger.plan(workspace), done=show)

    def write_sheets(self, half: str, folder: Path) -> None:
        """Write a workbook for every office."""
        from vetdesk.models.operations.task_ledger import write_sheets

        def job(workspace: Workspace, _progress: Progress) -> int:
            return len(write_sheets(workspace, folder, half))

        self._desk.look(job, done=partial(self._sheets_written, folder), label=_("正在生成填报表…"))

    def _sheets_written(self, folder: Path, count: int) -> None:
        from vetdesk.ui.files import show_folder

        show_folder(folder)
        self._desk.said.emit(_("已生成 {count} 份表，发给各单位：{folder}").format(count=count, folder=folder), "met")

    def read_sheets(self, files: list[Path]) -> None:
        """Take the workbooks that came back."""
        from vetdesk.models.operations.task_ledger import read_task_sheets

        def job(workspace: Workspace, _progress: Progress) -> tuple[int, int]:
            return read_task_sheets(workspace, files)[:2]

        self._desk.act(job, done=self._sheets_read, label=_("正在读取填报表…"))

    def _sheets_read(self, counts: tuple[int, int]) -> None:
        changed, files = counts
        self._desk.said.emit(
            _("收下 {count} 份表，改动 {changed} 条进展。").format(count=files, changed=changed), "met"
        )

    def write_report(self, kind: str, half: str, path: Path) -> None:
        """Write the meeting report or the briefing."""
        from vetdesk.models.operations import report

        def job(workspace: Workspace, _progress: Progress) -> Path:
            report.write(workspace, kind, path, report.Asked(half=half))
            return path

        self._desk.look(job, done=self._written, label=_("正在生成…"))

    def _written(self, path: Path) -> None:
        from vetdesk.ui.files import open_outside

        open_outside(path)
        self._desk.said.emit(_("已生成：{file}").format(file=path), "met")

    def copy_briefing(self) -> None:
        """The briefing as text, to paste into a message."""
        from vetdesk.models.operations.report import document
        from vetdesk.models.reports.briefing import plain

        self._desk.look(lambda workspace, _progress: plain(document(workspace, "briefing")), done=self._copied)

    def _copied(self, text: str) -> None:
        from vetdesk.ui.files import copy_text

        copy_text(text)
        self._desk.said.emit(_("已复制简报，可以粘贴。"), "met")
