"""A school's pages, connected to the operations behind them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QInputDialog, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui.desks.role_desk import Entry, RoleDesk
from vetdesk.ui.pages.school.home import SchoolHome

if TYPE_CHECKING:
    from vetdesk.models.operations.harvest import Harvest
    from vetdesk.models.operations.receive import Received
    from vetdesk.models.operations.views import View
    from vetdesk.models.packs.fields import Field
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.evidence import Evidence
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.ui.pages.school.fill import FillPage
    from vetdesk.ui.pages.school.import_figures import ImportPage
    from vetdesk.ui.pages.school.submit import SubmitPage


KEEP_AFTER_MILLISECONDS = 3000


class SchoolDesk(RoleDesk):
    """What a school can do."""

    def entries(self) -> list[Entry]:
        return [
            Entry("home", _("首页"), self._home),
            Entry("fill", _("填报"), self._fill),
            Entry("import", _("从报表取数"), self._import),
            Entry("checks", _("校验"), self._checks),
            Entry("evidence", _("佐证材料"), self._evidence),
            Entry("submit", _("上报"), self._submit),
            Entry("findings", _("整改"), self._findings),
        ]

    def notes(self) -> dict[str, str]:
        from vetdesk.models.operations.home_text import notes

        return notes(self.view)

    def names(self) -> tuple[str, str]:
        each = self.view.standing
        line = _("学校填报　{title}").format(title=each.desk.round.title)
        if self.view.person:
            line += _("\n填报人：{name}").format(name=self.view.person)
        return each.unit.name, line

    # pages and their connections, by sender

    def _home(self) -> QWidget:
        page = SchoolHome()
        page.field_requested.connect(self.go_to_field)
        page.page_requested.connect(self.page_requested)
        page.files_dropped.connect(self.take_files)
        return page

    def _fill(self) -> QWidget:
        from vetdesk.ui.pages.school.fill import FillPage

        page = FillPage()
        page.figure_typed.connect(self.put_figure)
        page.state_requested.connect(self.ask_state)
        page.import_requested.connect(partial(self.page_requested.emit, "import"))
        page.history_requested.connect(self.read_history)
        return page

    def _import(self) -> QWidget:
        from vetdesk.ui.pages.school.import_figures import ImportPage

        page = ImportPage()
        page.look_requested.connect(self.look_at_workbooks)
        page.take_requested.connect(self.take_figures)
        return page

    def _checks(self) -> QWidget:
        from vetdesk.ui.pages.school.checks import ChecksPage

        page = ChecksPage()
        page.field_requested.connect(self.go_to_field)
        page.explained.connect(self.explain)
        return page

    def _evidence(self) -> QWidget:
        from vetdesk.ui.pages.school.evidence import EvidencePage

        page = EvidencePage()
        page.attach_requested.connect(self.attach)
        page.detach_requested.connect(self.detach)
        page.open_requested.connect(self.open_file)
        return page

    def _submit(self) -> QWidget:
        from vetdesk.ui.pages.school.submit import SubmitPage

        page = SubmitPage()
        page.submit_requested.connect(self.submit)
        page.with_errors_requested.connect(self.ask_with_errors)
        page.checks_requested.connect(partial(self.page_requested.emit, "checks"))
        page.files_dropped.connect(self.take_files)
        return page

    def _findings(self) -> QWidget:
        from vetdesk.ui.pages.school.findings import FindingsPage

        page = FindingsPage()
        page.field_requested.connect(self.go_to_field)
        page.answered.connect(self.answer)
        return page

    # acts

    def go_to_field(self, fact: str) -> None:
        """Show a figure's field."""
        self.page_requested.emit("fill")
        page: FillPage = self.page("fill")  # type: ignore[assignment]
        page.go_to(fact)

    def put_figure(self, fact: str, text: str) -> None:
        """Store what was typed into a field."""
        from vetdesk.models.operations.fill import set_figures

        def job(workspace: Workspace, _progress: Progress) -> None:
            set_figures(workspace, {fact: text})

        self.act(job, done=partial(self._figure_kept, fact))

    def _figure_kept(self, fact: str, _result: object) -> None:
        self.read_history(fact)

    def read_history(self, fact: str) -> None:
        """Read the newest changes of a field."""

        from vetdesk.models.store import journal

        field = next(each for each in self.view.assessment.form() if each.id == fact)

        def job(workspace: Workspace, _progress: Progress) -> list[str]:
            rows = journal.of_field(workspace, workspace.owner, f"declared.this.{fact}", limit=5)
            return [_change_line(field, each) for each in rows]

        self.look(job, done=partial(self._show_history, fact))

    def _show_history(self, fact: str, lines: list[str]) -> None:
        page = self.made("fill")
        if page is not None:
            page.show_history(fact, lines)  # type: ignore[attr-defined]

    def ask_state(self, fact: str, state: str) -> None:
        """Ask for the reason, then mark a figure not applicable or unknown."""
        from vetdesk.models.operations.fill import set_state
        from vetdesk.models.records.facts import State

        word = State(state).word
        page = self.page("fill")
        reason, sure = QInputDialog.getText(page, word, _("请写明原因："))
        if not sure:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            set_state(workspace, fact, State(state), reason)

        self.act(job)

    def look_at_workbooks(self, paths: list[Path], year: str) -> None:
        """Read workbooks; nothing is stored."""
        from vetdesk.models.operations import harvest

        def job(workspace: Workspace, _progress: Progress) -> Harvest:
            return harvest.look(workspace, paths, year=year)

        self.look(job, done=self._show_harvest, label=_("正在读取报表…"))

    def _show_harvest(self, found: Harvest) -> None:
        page: ImportPage = self.page("import")  # type: ignore[assignment]
        page.show_harvest(found)

    def take_figures(self, found: Harvest, year: str, only: frozenset[str] | None) -> None:
        """Store what workbooks offered."""
        from vetdesk.models.operations import harvest

        def job(workspace: Workspace, _progress: Progress) -> int:
            return len(harvest.take(workspace, found, year=year, only=only).facts)

        self.act(job, done=self._figures_taken)

    def _figures_taken(self, count: int) -> None:
        page: ImportPage = self.page("import")  # type: ignore[assignment]
        page.taken()
        self.said.emit(_("已取用，改动 {count} 项。可以按 Ctrl+Z 撤销。").format(count=count), "met")

    def explain(self, rule: str, text: str) -> None:
        """Store the explanation of a fired rule."""
        from vetdesk.models.operations import fill

        def job(workspace: Workspace, _progress: Progress) -> None:
            fill.explain(workspace, rule, text)

        self.act(job)

    def attach(self, paths: list[Path], indicator: str) -> None:
        """Attach evidence files."""
        from vetdesk.models.operations.attach import attach

        def job(workspace: Workspace, progress: Progress) -> int:
            for at, path in enumerate(paths):
                progress(at, len(paths), path.name)
                attach(workspace, path, indicator=indicator)
            return len(paths)

        self.act(job, done=self._attached, label=_("正在添加佐证材料…"))

    def _attached(self, count: int) -> None:
        self.said.emit(_("已添加 {count} 件佐证材料。").format(count=count), "met")

    def detach(self, each: Evidence) -> None:
        """Take evidence off an indicator."""
        from vetdesk.models.operations.attach import detach

        def job(workspace: Workspace, _progress: Progress) -> None:
            detach(workspace, each)

        self.act(job)

    def open_file(self, each: Evidence) -> None:
        """Show an evidence file."""
        self.open_evidence(each.sha256, each.label)

    def submit(self, path: Path, with_errors: str) -> None:
        """Write the submission."""
        from vetdesk.models.operations.submit import submit
        from vetdesk.models.sync.keys import keys_of

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return submit(workspace, path, with_errors=with_errors)[0], keys_of(workspace.id).digits

        page: SubmitPage = self.page("submit")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成上报包…"))

    def ask_with_errors(self) -> None:
        """Ask for the reason, then submit in spite of blocking rules."""
        page: SubmitPage = self.page("submit")  # type: ignore[assignment]
        reason, sure = QInputDialog.getText(page, _("带错上报"), _("有不能上报的问题。请写明为什么仍要上报："))
        if sure and reason.strip():
            page.ask_and_submit(reason.strip())

    def answer(self, finding: str, measure: str, done: bool) -> None:
        """Store the measure for a finding."""
        from vetdesk.models.operations import rectify

        def job(workspace: Workspace, _progress: Progress) -> None:
            rectify.answer(workspace, finding, measure=measure, done=done)

        self.act(job, done=self._answered)

    def _answered(self, _result: object) -> None:
        self.said.emit(_("已保存，随下一版上报包交给主管部门。"), "met")

    def take_files(self, paths: list[Path]) -> None:
        """Workbooks are looked at, packages received: a reply never touches what was typed."""
        books = [each for each in paths if each.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".csv", ".et")]
        if books:
            self.page_requested.emit("import")
            page: ImportPage = self.page("import")  # type: ignore[assignment]
            page.take_files(books)
        files = [each for each in paths if each not in books]
        if files:
            self.receive(files)

    def receive(self, paths: list[Path]) -> None:
        """Receive the bureau's replies."""
        from vetdesk.models.operations import receive

        def job(workspace: Workspace, progress: Progress) -> Received:
            return receive.receive(workspace, paths, progress=progress)

        self.act(job, done=self._received, label=_("正在接收…"))

    def _received(self, result: Received) -> None:
        good = result.settled == len(result.offers)
        self.said.emit("\n".join(each.sentence for each in result.offers[:5]), "met" if good else "unmet")

    def show_view(self, found: View) -> None:
        if self.view is None:
            later = QTimer(self)
            later.setSingleShot(True)
            later.timeout.connect(self.leave)
            later.start(KEEP_AFTER_MILLISECONDS)
        super().show_view(found)

    def leave(self) -> None:
        """Keep what home says for the next start."""
        if self.view is None:
            return
        from vetdesk.models.operations import home_summary
        from vetdesk.models.operations.home_text import summarise
        from vetdesk.models.operations.views import school_view

        def job(workspace: Workspace, _progress: Progress) -> None:
            home_summary.keep(workspace, summarise(school_view(workspace)))

        self.work.run(job)

    def undo(self) -> None:
        """Take back the last act on figures."""
        self._replay("undo")

    def redo(self) -> None:
        """Do again what was taken back."""
        self._replay("redo")

    def _replay(self, action: str) -> None:
        from vetdesk.models.operations import undo

        def job(workspace: Workspace, _progress: Progress) -> str:
            return (undo.undo if action == "undo" else undo.redo)(workspace)[0]

        self.act(job, done=self._replayed)

    def _replayed(self, sentence: str) -> None:
        self.said.emit(sentence, "met")


def _change_line(field: Field, each: Any) -> str:
    """`11-23 10:32 王丽　22,180 → 24,000`."""
    from vetdesk.models.packs.typed import entry_text
    from vetdesk.models.store.figures import from_plain

    def word(values: list[str]) -> str:
        entry = from_plain(values)
        return entry_text(field, entry) or entry.state.word

    when = str(each["at"])[5:16].replace("T", " ")
    return f"{when} {each['who']}　{word(each['old'])} → {word(each['new'])}"
