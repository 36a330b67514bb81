"""A school's pages, connected to the operations behind them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from vetdesk.models.records.words import _, pick
from vetdesk.ui.desks.role_desk import Entry, RoleDesk, told_by, while_there
from vetdesk.ui.files import ask_folder
from vetdesk.ui.pages.school.home import SchoolHome

if TYPE_CHECKING:
    from vetdesk.models.operations.compare_revisions import Difference
    from vetdesk.models.operations.department_sheets import SheetOffer
    from vetdesk.models.operations.finalise import Seal
    from vetdesk.models.operations.harvest import Harvest, OpenLabel
    from vetdesk.models.operations.last_round import TakenOver
    from vetdesk.models.operations.receive import Received
    from vetdesk.models.operations.submit import Plan
    from vetdesk.models.operations.views import View
    from vetdesk.models.packs.fields import Field
    from vetdesk.models.records.about_evidence import About
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.evidence import Evidence
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.ui.pages.school.confirm_dialog import ConfirmDialog
    from vetdesk.ui.pages.school.evidence import EvidencePage
    from vetdesk.ui.pages.school.evidence_dialog import EvidenceDialog
    from vetdesk.ui.pages.school.fill import FillPage
    from vetdesk.ui.pages.school.import_figures import ImportPage
    from vetdesk.ui.pages.school.submit import SubmitPage


KEEP_AFTER_MILLISECONDS = 3000
PICTURES_AT_ONCE = 6


def taken_over_text(found: TakenOver) -> str:
    """What was taken over from the round before, and what was not."""
    lines = [_("沿用材料 {count} 件、说明 {said} 条。").format(count=len(found.taken), said=found.explanations)]
    for names, text in (
        (found.expired, _("已过期，没有沿用：{names}")), (found.unasked, _("这次不再要，没有沿用：{names}"))
    ):  # fmt: skip
        if names:
            lines.append(text.format(names=_("、").join(names)))
    return "\n".join(lines)


class SchoolDesk(RoleDesk):
    """What a school can do."""

    def tools(self) -> list[tuple[str, Callable[[], object]]]:
        return [
            (_("打印交接单"), partial(self.print_sheet, "handover")),
            (_("换填报人…"), self.ask_person),
            (_("沿用上一次任务的材料和说明…"), self.ask_last_round),
            (_("合并前各校去年的数…"), self.ask_predecessors),
        ]

    def ask_last_round(self) -> None:
        """Take evidence and explanations of the round before over from its folder."""
        from vetdesk.models.operations.last_round import take_over_round

        folder = ask_folder(self.window(), _("选择上一次任务的数据文件夹"), Path(self.view.folder).parent)
        if folder is None:
            return

        def job(workspace: Workspace, _progress: Progress) -> TakenOver:
            return take_over_round(workspace, folder)[0]

        self.act(job, done=self._round_taken_over, label=_("正在沿用…"))

    def _round_taken_over(self, found: TakenOver) -> None:
        QMessageBox.information(self.window(), _("沿用上一次任务"), taken_over_text(found))

    def ask_predecessors(self) -> None:
        """Show the last figures of the schools this one was merged from, each from its own folder."""
        from vetdesk.models.operations.predecessors import Together, look, take
        from vetdesk.ui.pages.school.predecessors_dialog import PredecessorsDialog

        folders: list[Path] = []
        start = Path(self.view.folder).parent
        while folder := ask_folder(self.window(), _("选择一所前身学校的数据文件夹（都选完了按取消）"), start):
            folders.append(folder)
            start = folder.parent
        if not folders:
            return

        def job(workspace: Workspace, _progress: Progress) -> Together:
            return look(workspace, folders)

        def shown(found: Together) -> None:
            dialog = PredecessorsDialog(found, self.window())

            def put_in(wanted: list[str]) -> None:
                def act(workspace: Workspace, _progress: Progress) -> int:
                    return len(take(workspace, found, only=frozenset(wanted)).facts)

                self.act(act, done=self._sums_taken)

            dialog.wanted.connect(put_in)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self.look(job, done=shown)

    def _sums_taken(self, count: int) -> None:
        self.said.emit(_("已填入去年 {count} 项。").format(count=count), "met")

    def ask_person(self) -> None:
        """Ask who is at the keyboard now."""
        from vetdesk.models.operations.people import people

        def job(workspace: Workspace, _progress: Progress) -> list[str]:
            return people(workspace)

        self.look(job, done=self._ask_person)

    def _ask_person(self, known: list[str]) -> None:
        title, question = _("换填报人"), _("现在由谁填报？选一位，或写上姓名：")
        name, sure = QInputDialog.getItem(self.window(), title, question, known, 0, True)
        if sure:
            self.change_person(name)

    def change_person(self, name: str) -> None:
        """Note what is done from now on under another name."""
        from vetdesk.models.operations.people import change_person

        def job(workspace: Workspace, _progress: Progress) -> str:
            change_person(workspace, name)
            return workspace.meta("person")

        self.act(job, done=self._person_changed)

    def _person_changed(self, name: str) -> None:
        self.said.emit(_("现在的填报人：{name}。以后的修改记在这个名字下。").format(name=name), "met")

    def entries(self) -> list[Entry]:
        return [
            Entry("home", _("首页"), self._home),
            Entry("fill", _("填报"), self._fill),
            Entry("import", _("从报表取数"), self._import),
            Entry("indicators", _("指标"), self._indicators),
            Entry("checks", _("校验"), self._checks),
            Entry("evidence", _("佐证材料"), self._evidence),
            Entry("sign", _("签字盖章"), self._sign),
            Entry("submit", _("上报"), self._submit),
            Entry("findings", _("整改"), self._findings),
            Entry("merge", _("合并"), self._merge),
        ]

    def notes(self) -> dict[str, str]:
        from vetdesk.models.operations.home_text import notes

        return notes(self.view)

    def names(self) -> tuple[str, str]:
        each = self.view.standing
        line = _("{title}\n学校填报").format(title=each.desk.round.title)
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
        page.take_over_requested.connect(self.take_over)
        page.dispute_requested.connect(self.ask_dispute)
        page.explained.connect(self.explain)
        return page

    def _import(self) -> QWidget:
        from vetdesk.ui.pages.school.import_figures import ImportPage

        page = ImportPage()
        page.look_requested.connect(self.look_at_workbooks)
        page.take_requested.connect(self.take_figures)
        page.labels_requested.connect(self.place_labels)
        return page

    def _indicators(self) -> QWidget:
        from vetdesk.ui.pages.school.indicators import IndicatorsPage

        page = IndicatorsPage()
        page.field_requested.connect(self.go_to_field)
        return page

    def _checks(self) -> QWidget:
        from vetdesk.ui.pages.school.checks import ChecksPage

        page = ChecksPage()
        page.field_requested.connect(self.go_to_field)
        page.explained.connect(self.explain)
        page.withdrawn.connect(self.withdraw_dispute)
        page.reason_given.connect(self.give_reason)
        return page

    def _evidence(self) -> QWidget:
        from vetdesk.ui.pages.school.evidence import EvidencePage

        page = EvidencePage()
        page.attach_requested.connect(self.attach)
        page.detach_requested.connect(self.detach)
        page.preview_requested.connect(self.read_preview)
        page.details_requested.connect(self.show_details)
        page.combine_requested.connect(self.combine)
        page.catalogue_requested.connect(self.write_catalogue)
        page.open_requested.connect(self.open_file)
        page.pictures_requested.connect(self.read_pictures)
        page.replace_requested.connect(self.replace_evidence)
        return page

    def _sign(self) -> QWidget:
        from vetdesk.ui.pages.school.sign import SignPage

        page = SignPage()
        page.standing_requested.connect(self.read_seal)
        page.seal_requested.connect(self.seal)
        page.unseal_requested.connect(self.unseal)
        page.print_requested.connect(self.print_sheet)
        page.stamped_chosen.connect(self.put_stamped_copy)
        page.confirm_requested.connect(self.show_confirmations)
        return page

    def _submit(self) -> QWidget:
        from vetdesk.ui.pages.school.submit import SubmitPage

        page = SubmitPage()
        page.submit_requested.connect(self.submit)
        page.with_errors_requested.connect(self.ask_with_errors)
        page.comparison_requested.connect(self.compare)
        page.plan_requested.connect(self.read_plan)
        page.checks_requested.connect(partial(self.page_requested.emit, "checks"))
        page.files_dropped.connect(self.take_files)
        return page

    def _findings(self) -> QWidget:
        from vetdesk.ui.pages.school.findings import FindingsPage

        page = FindingsPage()
        page.field_requested.connect(self.go_to_field)
        page.answered.connect(self.answer)
        page.acknowledged.connect(self.acknowledge)
        page.checks_requested.connect(partial(self.page_requested.emit, "checks"))
        return page

    def _merge(self) -> QWidget:
        from vetdesk.ui.pages.school.merge import MergePage

        page = MergePage()
        page.copy_requested.connect(self.export_copy)
        page.files_dropped.connect(self.take_files)
        page.decided.connect(self.decide)
        page.sheets_requested.connect(self.make_sheets)
        return page

    # acts

    def export_copy(self, path: Path) -> None:
        """Write the work for another computer."""
        from vetdesk.models.operations.copies import export_copy

        def job(workspace: Workspace, _progress: Progress) -> Path:
            return export_copy(workspace, path)[0].path

        self.act(job, done=self._copied, label=_("正在导出工作副本…"))

    def _copied(self, path: Path) -> None:
        self.said.emit(_("已导出，检查无误：{file}").format(file=path), "met")

    def decide(self, conflict: str, number: int, reason: str) -> None:
        """Let one of differing texts count."""
        from vetdesk.models.operations.conflicts import decide

        def job(workspace: Workspace, _progress: Progress) -> None:
            decide(workspace, conflict, number, reason=reason)

        self.act(job, done=self._was_decided)

    def _was_decided(self, _result: object) -> None:
        self.said.emit(_("已采用。导出新的工作副本，另一台电脑会跟着采用。"), "met")

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

    def take_over(self, facts: list[str]) -> None:
        """Fill figures with last year's."""
        from vetdesk.models.operations.fill import take_over

        def job(workspace: Workspace, _progress: Progress) -> int:
            return len(take_over(workspace, facts).facts)

        self.act(job, done=self._taken_over)

    def _taken_over(self, count: int) -> None:
        self.said.emit(_("已沿用去年 {count} 项，请逐项核对。可以按 Ctrl+Z 撤销。").format(count=count), "met")

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

    def place_labels(self, labels: tuple[OpenLabel, ...]) -> None:
        """Ask which figures rows of workbooks are that were not recognised, remember it and look again."""
        from vetdesk.models.operations.label_memory import learn
        from vetdesk.ui.pages.school.labels_dialog import LabelsDialog

        page: ImportPage = self.page("import")  # type: ignore[assignment]
        said = LabelsDialog.ask(page, labels, page.form())
        if not said:
            return

        def job(workspace: Workspace, _progress: Progress) -> None:
            learn(workspace, said)

        self.act(job, done=lambda _nothing: page.look_again())

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

    def ask_dispute(self, fact: str) -> None:
        """Ask what a figure of last year should be, and why."""
        from vetdesk.models.operations import handed_down
        from vetdesk.ui.pages.school.dispute_dialog import DisputeDialog

        standing = self.view.standing
        field = standing.desk.fields[fact]
        given = handed_down.value_text(field, standing.handed[fact])
        dialog = DisputeDialog(pick(field.text), given, self.page("fill").window())

        def disputed(text: str, reason: str) -> None:
            def job(workspace: Workspace, _progress: Progress) -> None:
                handed_down.dispute(workspace, fact, text, reason)

            self.act(job, done=while_there(dialog, lambda _nothing: dialog.accept()), failed=told_by(dialog))

        dialog.disputed.connect(disputed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def acknowledge(self) -> None:
        """Note that the official values were seen."""
        from vetdesk.models.operations.official import acknowledge

        self.act(lambda workspace, _progress: acknowledge(workspace))

    def give_reason(self, fact: str, reason: str) -> None:
        """Say why a figure of last year is not the one the bureau gave."""
        from vetdesk.models.operations import handed_down

        self.act(lambda workspace, _progress: handed_down.give_reason(workspace, fact, reason))

    def withdraw_dispute(self, fact: str) -> None:
        """Let a figure of last year be again what the bureau gave."""
        from vetdesk.models.operations import handed_down

        self.act(lambda workspace, _progress: handed_down.withdraw(workspace, fact))

    def attach(self, paths: list[Path], indicator: str, whole: bool = False) -> None:
        """Attach evidence files; large photographs reduced, unless the `whole` is wanted."""
        from vetdesk.models.operations.attach import again_text, attach_all, there_already
        from vetdesk.models.operations.duplicates import twins, twins_text

        def job(workspace: Workspace, progress: Progress) -> tuple[int, str]:
            again = there_already(workspace, paths, indicator=indicator)
            added, _changes = attach_all(workspace, paths, indicator=indicator, whole=whole, progress=progress)
            said = again_text(again) + twins_text(twins(workspace, added))
            return len(added) - len(again), said

        self.act(job, done=lambda found: self._attached(*found), label=_("正在添加佐证材料…"))

    def replace_evidence(self, each: Evidence, paths: list[Path], whole: bool) -> None:
        """Put newer files in the place of a piece of evidence."""
        from vetdesk.models.operations.attach import replace

        def job(workspace: Workspace, _progress: Progress) -> int:
            replace(workspace, each, paths, whole=whole)
            return len(paths)

        self.act(job, done=self._attached, label=_("正在添加佐证材料…"))

    def _attached(self, count: int, more: str = "") -> None:
        self.said.emit(_("已添加 {count} 件佐证材料。").format(count=count) + more, "warn" if more else "met")

    def read_preview(self, sha256: str) -> None:
        """Read a small picture of an evidence file."""
        from PySide6.QtGui import QImage

        from vetdesk.models.store import evidence
        from vetdesk.ui.widgets.picture import small_picture

        page: EvidencePage = self.page("evidence")  # type: ignore[assignment]
        side = page.preview_side()

        def job(workspace: Workspace, _progress: Progress) -> QImage | None:
            return small_picture(evidence.path_of(workspace, sha256), side)

        self.look(job, done=page.show_preview)

    def read_pictures(self, wanted: list[str], side: int) -> None:
        """Read small pictures of several evidence files, a few at a time: other work comes between."""
        from PySide6.QtGui import QImage

        from vetdesk.models.store import evidence
        from vetdesk.ui.widgets.picture import small_picture

        page: EvidencePage = self.page("evidence")  # type: ignore[assignment]
        now, later = wanted[:PICTURES_AT_ONCE], wanted[PICTURES_AT_ONCE:]

        def job(workspace: Workspace, _progress: Progress) -> dict[str, QImage | None]:
            return {each: small_picture(evidence.path_of(workspace, each), side) for each in now}

        def shown(found: dict[str, QImage | None]) -> None:
            page.thumbnails.show_pictures(found)
            if later:
                self.read_pictures(later, side)

        self.look(job, done=shown)

    def combine(self, paths: list[Path], name: str) -> None:
        """Make one document of pictures and attach it."""
        from vetdesk.models.operations.attach import attach_as_one

        page: EvidencePage = self.page("evidence")  # type: ignore[assignment]
        indicator = page.chosen_indicator()

        def job(workspace: Workspace, _progress: Progress) -> int:
            attach_as_one(workspace, paths, indicator=indicator, name=name)
            return 1

        self.act(job, done=self._attached, label=_("正在合并照片…"))

    def show_details(self, each: Evidence) -> None:
        """Ask what is known of a piece of evidence."""
        from vetdesk.ui.pages.school.evidence_dialog import EvidenceDialog

        fields = self.view.standing.desk.fields
        facts = {name: pick(field.text) for name, field in fields.items() if not field.derived}
        dialog = EvidenceDialog(each, facts, self.window())
        dialog.page_requested.connect(partial(self.read_page, dialog, each.sha256))
        dialog.told.connect(partial(self._describe, dialog, each))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.ask_page()

    def _describe(self, dialog: EvidenceDialog, each: Evidence, text: str, about: About) -> None:
        from vetdesk.models.operations.attach import describe

        def job(workspace: Workspace, _progress: Progress) -> None:
            describe(workspace, each, about, label=text)

        self.act(job, done=while_there(dialog, lambda _nothing: dialog.accept()), failed=told_by(dialog))

    def write_catalogue(self, path: Path) -> None:
        """Write the list of evidence to a workbook."""
        from vetdesk.models.operations.catalogue import write_catalogue

        def job(workspace: Workspace, _progress: Progress) -> Path:
            write_catalogue(workspace, path)
            return path

        self.look(job, done=self._catalogue_written, label=_("正在导出…"))

    def _catalogue_written(self, path: Path) -> None:
        self.said.emit(_("已导出：{file}").format(file=path), "met")

    def detach(self, each: Evidence) -> None:
        """Take evidence off an indicator."""
        from vetdesk.models.operations.attach import detach

        def job(workspace: Workspace, _progress: Progress) -> None:
            detach(workspace, each)

        self.act(job)

    def open_file(self, each: Evidence) -> None:
        """Show an evidence file."""
        elsewhere = _("“{label}”的原件不在这台电脑上，在添加它的那台电脑上。").format(label=each.label)
        self.open_evidence(each.sha256, each.label, gone=elsewhere if each.sha256 == each.about.original else "")

    def show_confirmations(self) -> None:
        """Who confirmed on the computer, and who does next."""
        from vetdesk.models.operations.confirmations import Role, confirm, sections, withdraw
        from vetdesk.ui.pages.school.confirm_dialog import ConfirmDialog

        def opened(known: dict[str, str]) -> None:
            dialog = ConfirmDialog(known, self.view.person, self.window())

            def sure(role: str, section: str, name: str) -> None:
                self._change_confirmations(dialog, lambda each: confirm(each, Role(role), name, section=section))

            def back(role: str, section: str) -> None:
                self._change_confirmations(dialog, lambda each: withdraw(each, Role(role), section=section))

            dialog.confirmed.connect(sure)
            dialog.withdrawn.connect(back)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
            self._change_confirmations(dialog, None)

        self.look(lambda workspace, _progress: sections(workspace), done=opened)

    def _change_confirmations(self, dialog: ConfirmDialog, act: Callable[[Workspace], object] | None) -> None:
        from vetdesk.models.operations.confirmations import confirmations

        def job(workspace: Workspace, _progress: Progress) -> Any:
            if act is not None:
                act(workspace)
            return confirmations(workspace)

        run = self.look if act is None else self.act
        run(job, done=while_there(dialog, dialog.show_confirmations), failed=told_by(dialog))

    def read_seal(self) -> None:
        """Ask how far signing has come."""
        from vetdesk.models.operations.finalise import seal_now

        def job(workspace: Workspace, _progress: Progress) -> Seal:
            return seal_now(workspace)

        self.look(job, done=self._seal_read)

    def _seal_read(self, held: Seal) -> None:
        page = self.made("sign")
        if page is not None:
            page.show_seal(held)  # type: ignore[attr-defined]

    def seal(self) -> None:
        """定稿, then the sign sheet to print."""
        from vetdesk.models.operations.finalise import seal

        def job(workspace: Workspace, _progress: Progress) -> None:
            seal(workspace)

        self.act(job, done=self._sealed)

    def _sealed(self, _result: object) -> None:
        self.print_sheet("sign")

    def unseal(self) -> None:
        """Take 定稿 back."""
        from vetdesk.models.operations.finalise import unseal

        def job(workspace: Workspace, _progress: Progress) -> None:
            unseal(workspace)

        self.act(job, done=self._unsealed)

    def _unsealed(self, _result: object) -> None:
        self.said.emit(_("已撤销定稿。已经打印的签字表作废。"), "met")

    def print_sheet(self, kind: str) -> None:
        """Write a sheet and open it for printing."""
        from vetdesk.models.operations.sign_sheets import SheetKind, sheet_name, write_sheet
        from vetdesk.models.store.outputs import PRINTED

        target = Path(self.view.folder) / PRINTED / sheet_name(self.view.standing, SheetKind(kind))

        def job(workspace: Workspace, _progress: Progress) -> Path:
            write_sheet(workspace, SheetKind(kind), target)
            return target

        self.look(job, done=self._sheet_written)

    def _sheet_written(self, path: Path) -> None:
        from vetdesk.ui.files import open_outside

        open_outside(path)
        self.said.emit(_("已打开“{file}”，在浏览器里按 Ctrl+P 打印。").format(file=path.name), "met")

    def put_stamped_copy(self, path: Path) -> None:
        """Keep the scan of the stamped sheet."""
        from vetdesk.models.operations.finalise import put_stamped_copy

        def job(workspace: Workspace, _progress: Progress) -> None:
            put_stamped_copy(workspace, path)

        self.act(job, done=self._stamped)

    def _stamped(self, _result: object) -> None:
        self.said.emit(_("已放入盖章件，核对码没有变。"), "met")

    def submit(self, path: Path, with_errors: str, volume: int) -> None:
        """Write the submission; evidence beyond `volume` bytes goes into further files."""
        from vetdesk.models.operations.submit import submit
        from vetdesk.models.sync.keys import keys_of

        def job(workspace: Workspace, progress: Progress) -> Any:
            made = submit(workspace, path, with_errors=with_errors, volume=volume, progress=progress)[0]
            return made, keys_of(workspace.id).digits

        page: SubmitPage = self.page("submit")  # type: ignore[assignment]
        self.act(job, done=page.show_posted, label=_("正在生成上报包…"))

    def read_plan(self, volume: int) -> None:
        """Ask how a submission would travel."""
        from vetdesk.models.operations.submit import plan

        def job(workspace: Workspace, _progress: Progress) -> Plan:
            return plan(workspace, volume=volume)

        page: SubmitPage = self.page("submit")  # type: ignore[assignment]
        self.look(job, done=page.show_plan)

    def compare(self, first: int, second: int) -> None:
        """Show what differs between two versions, or (second 0) between one and what stands now."""
        from vetdesk.models.operations.compare_revisions import compare_revisions

        def job(workspace: Workspace, _progress: Progress) -> list[Difference]:
            return compare_revisions(workspace, first, second or None)

        self.look(job, done=partial(self._compared, first, second))

    def _compared(self, first: int, second: int, found: list[Difference]) -> None:
        from vetdesk.ui.widgets.differences_dialog import DifferencesDialog

        word = _("第 {seq} 版")
        names = (word.format(seq=first), word.format(seq=second) if second else _("现在"))
        DifferencesDialog(names, found, self.window()).open()

    def ask_with_errors(self) -> None:
        """Ask for the reason, then submit in spite of blocking rules."""
        page: SubmitPage = self.page("submit")  # type: ignore[assignment]
        reason, sure = QInputDialog.getText(page, _("带错上报"), _("有不能上报的问题。请写明为什么仍要上报："))
        if sure and reason.strip():
            page.ask_and_submit(reason.strip())

    def answer(self, finding: str, measure: str, done: bool, person: str) -> None:
        """Store the measure for a finding."""
        from vetdesk.models.operations import rectify

        def job(workspace: Workspace, _progress: Progress) -> None:
            rectify.answer(workspace, finding, measure=measure, done=done, person=person)

        self.act(job, done=self._answered)

    def _answered(self, _result: object) -> None:
        self.said.emit(_("已保存，随下一版上报包交给主管部门。"), "met")

    def take_files(self, paths: list[Path]) -> None:
        """Workbooks are looked at, packages received: a reply never touches what was typed."""
        books = [each for each in paths if each.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".csv", ".et")]
        if books:
            self._sort_books(books)
        files = [each for each in paths if each not in books]
        if files:
            self.look_at_files(files)

    def _sort_books(self, books: list[Path]) -> None:
        """Sheets that departments filled are merged; figures are looked for in all other workbooks."""
        from vetdesk.models.operations import department_sheets
        from vetdesk.models.records.errors import KnownError

        def job(workspace: Workspace, _progress: Progress) -> tuple[list[SheetOffer], list[Path]]:
            offers, others = [], []
            for each in books:
                try:
                    ours = department_sheets.is_sheet(each)
                except KnownError:  # the page for workbooks says what is wrong with it
                    ours = False
                if ours:
                    offers.append(department_sheets.look(workspace, each))
                else:
                    others.append(each)
            return offers, others

        self.look(job, done=self._books_sorted, label=_("正在检查文件…"))

    def _books_sorted(self, found: tuple[list[SheetOffer], list[Path]]) -> None:
        from vetdesk.ui.widgets.preview_dialog import Look, PreviewDialog

        offers, others = found
        if others:
            self.page_requested.emit("import")
            page: ImportPage = self.page("import")  # type: ignore[assignment]
            page.take_files(others)
        if not offers:
            return
        looks = [
            Look(
                _("分工表"), "warn", each.file,
                _("{department}：并入 {taken} 处，两边不一样 {conflicts} 处，没有取的 {doubts} 格").format(
                    department=each.sheet.department, taken=len(each.merged.taken),
                    conflicts=len(each.merged.conflicts), doubts=len(each.doubts),
                ),
                (*each.lines, *(_("没有取　{place}　{reason}").format(place=d.place, reason=d.reason) for d in each.doubts)),
            )
            for each in offers
        ]  # fmt: skip
        dialog = PreviewDialog(looks, len(offers), self.window())
        dialog.accepted.connect(partial(self.take_sheets, offers))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_sheets(self, offers: list[SheetOffer]) -> None:
        """Merge sheets that departments filled."""
        from vetdesk.models.operations import department_sheets

        def job(workspace: Workspace, _progress: Progress) -> int:
            for each in offers:
                department_sheets.take(workspace, department_sheets.again(workspace, each))
            return len(offers)

        self.act(job, done=self._sheets_taken)

    def _sheets_taken(self, count: int) -> None:
        self.said.emit(_("已收回 {count} 张分工表。").format(count=count), "met")

    def make_sheets(self, folder: Path) -> None:
        """One workbook for each section of the form, to be sent to colleagues."""
        from vetdesk.models.operations import department_sheets

        def job(workspace: Workspace, progress: Progress) -> int:
            found = department_sheets.sections(workspace)
            for at, (key, title, _count) in enumerate(found):
                progress(at, len(found), title)
                name = _("{period}达标自评_分工表_{title}.xlsx").format(
                    period=self.view.standing.desk.round.period, title=title
                )
                department_sheets.make_sheet(workspace, folder / name, only=[key], name=title)
            return len(found)

        self.act(job, done=partial(self._sheets_made, folder), label=_("正在生成分工表…"))

    def _sheets_made(self, folder: Path, count: int) -> None:
        from vetdesk.ui.files import open_outside

        open_outside(folder)
        self.said.emit(_("已生成 {count} 张分工表：{folder}").format(count=count, folder=folder), "met")

    def look_at_files(self, paths: list[Path]) -> None:
        """Say what files would change; replies, which change nothing that was typed, are taken at once."""
        from vetdesk.models.operations import receive

        def job(workspace: Workspace, progress: Progress) -> Received:
            return receive.receive(workspace, paths, dry_run=True, progress=progress)

        self.look(job, done=partial(self._looked, paths), label=_("正在检查文件…"))

    def _looked(self, paths: list[Path], result: Received) -> None:
        from vetdesk.models.operations.receive import Outcome

        kinds = {each.verified.manifest.kind for each in result.offers if each.verified is not None}
        can = any(each.outcome is Outcome.CAN_TAKE for each in result.offers)
        if not can or kinds <= {"receipt", "feedback", "trust"}:
            self.receive(paths)
            return
        from vetdesk.ui.widgets.preview_dialog import PreviewDialog, looks_of

        count = sum(each.outcome is Outcome.CAN_TAKE for each in result.offers)
        dialog = PreviewDialog(looks_of(result), count, self.window())
        dialog.accepted.connect(partial(self.receive, paths))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def window(self) -> QWidget:
        """The window this desk is shown in."""
        return self.page("home").window()

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
