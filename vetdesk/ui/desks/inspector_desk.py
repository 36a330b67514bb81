"""An inspector's pages, connected to the operations behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from vetdesk.models.operations import inspect
from vetdesk.models.operations.views import InspectorView
from vetdesk.models.records.changes import Progress
from vetdesk.models.records.words import _
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.workspace import Workspace
from vetdesk.ui.desks.role_desk import Entry, RoleDesk
from vetdesk.ui.pages.inspector.review import ReviewPage

if TYPE_CHECKING:
    from vetdesk.ui.pages.inspector.hand_back import HandBackPage


class InspectorDesk(RoleDesk):
    """What an inspector can do."""

    def entries(self) -> list[Entry]:
        return [
            Entry("review", _("现场核查"), self._review),
            Entry("hand_back", _("签字交回"), self._hand_back),
        ]

    def notes(self) -> dict[str, str]:
        found: InspectorView = self.view
        done = sum(len(each.marks) for each in found.schools)
        return {"review": f"{done}/{sum(len(each.declared) for each in found.schools)}"}

    def names(self) -> tuple[str, str]:
        found: InspectorView = self.view
        line = _("{count} 所学校　{title}").format(count=len(found.schools), title=found.desk.round.title)
        return _("核查专家 {number}").format(number=found.assignment.inspector), line

    # pages and their connections, by sender

    def _review(self) -> QWidget:
        page = ReviewPage()
        page.marked.connect(self.mark)
        page.finding_noted.connect(self.note_finding)
        page.open_requested.connect(self.open_file)
        page.preview_requested.connect(self.preview)
        return page

    def _hand_back(self) -> QWidget:
        from vetdesk.ui.pages.inspector.hand_back import HandBackPage

        page = HandBackPage()
        page.hand_back_requested.connect(self.hand_back)
        return page

    # acts

    def mark(self, unit: str, fact: str, found: str, value: str, method: str, note: str) -> None:
        """Record what was found for one figure."""

        def job(workspace: Workspace, _progress: Progress) -> None:
            inspect.mark(workspace, unit, fact, found=found, value=value, method=method, note=note)

        self.act(job)

    def note_finding(self, unit: str, problem: str, indicator: str, fact: str) -> None:
        """Record a problem."""

        def job(workspace: Workspace, _progress: Progress) -> None:
            inspect.note_finding(workspace, unit, problem=problem, indicator=indicator, fact=fact)

        self.act(job, done=self._noted)

    def _noted(self, _result: object) -> None:
        self.said.emit(_("已记为问题，随核查结果交回。"), "met")

    def open_file(self, each: Evidence) -> None:
        """Show an evidence file with the system's program."""
        self.open_evidence(each.sha256, each.label)

    def preview(self, each: Evidence) -> None:
        """Show an image of the evidence on the page."""
        if self.view is not None:
            page: ReviewPage = self.page("review")  # type: ignore[assignment]
            page.show_picture(each, str(Path(self.view.folder) / "evidence" / each.sha256[:2] / each.sha256))

    def hand_back(self, path: Path) -> None:
        """Write the result."""

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return inspect.hand_back(workspace, path)[0]

        page: HandBackPage = self.page("hand_back")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成核查结果包…"))

    def take_files(self, paths: list[Path]) -> None:
        """An inspector receives nothing into an open task."""
        self.said.emit(
            _("核查任务包请从“文件 › 打开文件”打开；这里不接收“{file}”。").format(file=paths[0].name), "unmet"
        )
