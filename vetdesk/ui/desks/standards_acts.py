"""What a bureau does with standards: look, edit a draft, Excel, confirm a required value, send an update."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from vetdesk.models.records.changes import Progress
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.workspace import Workspace
from vetdesk.ui.desks.role_desk import told_by, while_there

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetdesk.models.operations.confirm_threshold import Confirmation
    from vetdesk.models.operations.edit_pack import Look, Standard
    from vetdesk.ui.desks.bureau_desk import BureauDesk
    from vetdesk.ui.pages.bureau.confirm_dialog import ConfirmDialog
    from vetdesk.ui.pages.bureau.standards import StandardsPage


class StandardsActs(QObject):
    """The page “标准” and the operations behind it."""

    def __init__(self, desk: BureauDesk) -> None:
        super().__init__(desk)
        self._desk = desk

    def page(self) -> QWidget:
        """The page with its connections, by sender."""
        from vetdesk.ui.pages.bureau.standards import StandardsPage

        page = StandardsPage()
        page.shown.connect(self.look_at)
        page.edit_requested.connect(self.edit)
        page.change_requested.connect(self.change)
        page.add_requested.connect(self.add)
        page.remove_requested.connect(self.remove)
        page.undo_requested.connect(partial(self.replay, "undo"))
        page.redo_requested.connect(partial(self.replay, "redo"))
        page.finish_requested.connect(self.finish)
        page.discard_requested.connect(self.discard)
        page.export_requested.connect(self.export)
        page.import_requested.connect(self.take_workbook)
        page.confirm_requested.connect(self.ask_to_confirm)
        page.send_requested.connect(self.send)
        self.read()
        return page

    def read(self) -> None:
        """Read which standards there are."""
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> list[Standard]:
            return edit_pack.standards(workspace)

        self._desk.look(job, done=self._show_standards)

    def _show_standards(self, found: list[Standard]) -> None:
        publish, page = self._desk.made("publish"), self._desk.made("standards")
        if publish is not None:
            publish.show_packs([(each.place, pick(each.text)) for each in found if not each.draft])  # type: ignore[attr-defined]
        if page is not None:
            page.show_standards(found)  # type: ignore[attr-defined]

    def _standards_page(self) -> StandardsPage:
        return self._desk.page("standards")  # type: ignore[return-value]

    def look_at(self, place: str) -> None:
        """Check a standard (`draft:ID`, an id or a folder) and show it."""
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> Look:
            return edit_pack.look_at_place(workspace, place)

        self._desk.look(job, done=self._standards_page().show_look)

    def edit(self, place: str) -> None:
        """Begin a draft of a standard."""
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> tuple[str, list[Standard]]:
            return edit_pack.start(workspace, place), edit_pack.standards(workspace)

        self._desk.act(job, done=self._draft_made)

    def _draft_made(self, found: tuple[str, list[Standard]]) -> None:
        self._show_standards(found[1])
        self._standards_page().choose(found[0], draft=True)

    def change(self, name: str, path: tuple[str | int, ...], value: object) -> None:
        """Set one value of a draft."""
        from vetdesk.models.operations import edit_pack

        self._edit_draft(name, partial(edit_pack.change, name=name, path=path, value=value))

    def add(self, name: str, path: tuple[str | int, ...], values: dict[str, Any]) -> None:
        """Add a row to a draft."""
        from vetdesk.models.operations import edit_pack

        self._edit_draft(name, partial(edit_pack.add_row, name=name, path=path, row=values))

    def remove(self, name: str, path: tuple[str | int, ...]) -> None:
        """Take a row out of a draft."""
        from vetdesk.models.operations import edit_pack

        self._edit_draft(name, partial(edit_pack.remove_row, name=name, path=path))

    def replay(self, action: str, name: str) -> None:
        """Take back the last change of a draft, or do it again."""
        from vetdesk.models.operations import edit_pack

        self._edit_draft(name, partial(edit_pack.undo if action == "undo" else edit_pack.redo, name=name))

    def _edit_draft(self, name: str, edit: Callable[[Workspace], object]) -> None:
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> Look:
            edit(workspace)
            return edit_pack.look(workspace, name)

        self._desk.work.run(job, done=self._draft_changed, failed=self._desk.failed)

    def _draft_changed(self, found: Look) -> None:
        self._desk.saved.emit()
        self._standards_page().show_look(found)

    def finish(self, name: str, version: str) -> None:
        """Make a draft a standard that rounds can be published with."""
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> list[Standard]:
            edit_pack.finish(workspace, name, version=version)
            return edit_pack.standards(workspace)

        self._desk.act(job, done=partial(self._standard_kept, _("已完成。发布任务时可以选用这一版。")))

    def discard(self, name: str) -> None:
        """Put a draft away."""
        from vetdesk.models.operations import edit_pack

        def job(workspace: Workspace, _progress: Progress) -> list[Standard]:
            edit_pack.discard(workspace, name)
            return edit_pack.standards(workspace)

        self._desk.act(job, done=partial(self._standard_kept, _("草稿已放弃，原来的标准没有变。")))

    def _standard_kept(self, text: str, found: list[Standard]) -> None:
        self._show_standards(found)
        self._desk.said.emit(text, "met")

    def export(self, place: str, path: Path) -> None:
        """Write a standard as a workbook."""
        from vetdesk.models.operations import edit_pack, pack_workbook

        def job(workspace: Workspace, _progress: Progress) -> Path:
            pack_workbook.write(edit_pack.look_at_place(workspace, place).source, path)
            return path

        self._desk.look(job, done=self._exported, label=_("正在导出…"))

    def take_workbook(self, path: Path) -> None:
        """Make a draft of a workbook; every mistake is named and nothing changes."""
        from vetdesk.models.operations import edit_pack, pack_workbook

        def job(workspace: Workspace, _progress: Progress) -> tuple[str, list[Standard]]:
            reading = pack_workbook.checked(pack_workbook.read(path), path.name)
            return edit_pack.take_source(workspace, reading.source), edit_pack.standards(workspace)

        self._desk.act(job, done=self._draft_made, label=_("正在读取标准…"))

    def ask_to_confirm(self, pack_id: str, indicator: str, _bar: int) -> None:
        """Open the dialog that confirms a required value of the round."""
        from vetdesk.ui.pages.bureau.confirm_dialog import ConfirmDialog

        packs = self._desk.view.desk.packs if self._desk.view.desk else ()
        pack = next((each for each in packs if each.id == pack_id and indicator in each.indicators), None)
        if pack is None:
            self._desk.said.emit(_("本次任务没有用到这个标准，发布任务以后才能确认它的达标值。"), "warn")
            return
        dialog = ConfirmDialog(pack, indicator, self._desk.view.person, self._standards_page())
        dialog.preview_requested.connect(partial(self._preview_confirmation, dialog))
        dialog.confirmed.connect(partial(self._confirm_threshold, dialog))
        dialog.open()

    def _preview_confirmation(self, dialog: ConfirmDialog, said: Confirmation) -> None:
        from vetdesk.models.operations import confirm_threshold, upgrade_pack

        def job(workspace: Workspace, _progress: Progress) -> list[str]:
            return upgrade_pack.report_lines(confirm_threshold.preview(workspace, said))

        self._desk.look(job, done=while_there(dialog, dialog.show_report), failed=told_by(dialog))

    def _confirm_threshold(self, dialog: ConfirmDialog, said: Confirmation) -> None:
        from vetdesk.models.operations import confirm_threshold

        def job(workspace: Workspace, _progress: Progress) -> None:
            confirm_threshold.confirm(workspace, said)

        self._desk.act(job, done=partial(self._confirmed, dialog))

    def _confirmed(self, dialog: ConfirmDialog, _result: object) -> None:
        dialog.accept()
        self._desk.said.emit(_("已确认。发标准更新给学校后，各校按新的达标值计算。"), "met")

    def send(self, path: Path) -> None:
        """Write the standards of the round as an update for all schools."""
        from vetdesk.models.operations import send_standard

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return send_standard.send_standard(workspace, path)[0]

        self._desk.act(job, done=self._standard_sent, label=_("正在生成标准更新…"))

    def _standard_sent(self, posted: Any) -> None:
        self._desk.said.emit(_("已生成：{file}　核对码 {code}").format(file=posted.path.name, code=posted.code), "met")

    def _exported(self, path: Path) -> None:
        self._desk.said.emit(_("已导出：{file}").format(file=path), "met")
