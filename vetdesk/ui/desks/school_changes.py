"""What a bureau does where schools merge, split, are renamed or moved: the dialog, connected to the operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

if TYPE_CHECKING:
    from vetdesk.models.operations.lineage import RegisterChange
    from vetdesk.models.store.register import Lineage
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.ui.desks.role_desk import RoleDesk
    from vetdesk.ui.pages.bureau.lineage_dialog import LineageDialog


class SchoolChanges(QObject):
    """The acts behind “学校变更…”."""

    def __init__(self, desk: RoleDesk) -> None:
        super().__init__(desk)
        self._desk = desk

    def ask(self, chosen: list[str]) -> None:
        """Show how schools changed, and record another change; `chosen` are the codes of those before."""
        from vetdesk.models.operations import lineage
        from vetdesk.ui.pages.bureau.lineage_dialog import LineageDialog

        dialog = LineageDialog(self._desk.view.units, chosen, self._desk.page("register").window())

        def previewed(change: RegisterChange) -> None:
            self._run(dialog, lambda each: lineage.preview(each, change), dialog.show_preview)

        def recorded(change: RegisterChange) -> None:
            self._change(dialog, lambda each: lineage.record(each, change))

        def taken_back(id_: str) -> None:
            self._change(dialog, lambda each: lineage.take_back(each, id_))

        dialog.preview_requested.connect(previewed)
        dialog.record_requested.connect(recorded)
        dialog.undo_requested.connect(taken_back)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._run(dialog, _acts_of, dialog.show_history)

    def _change(self, dialog: LineageDialog, act: Callable[[Workspace], object]) -> None:
        """Change the register; show it anew behind the dialog, and the act in it."""
        from vetdesk.models.operations.views import view

        def job(workspace: Workspace) -> Any:
            act(workspace)
            return view(workspace), _acts_of(workspace)

        def done(found: Any) -> None:
            self._desk.show_view(found[0])
            self._desk.saved.emit()
            dialog.show_units(found[0].units)
            dialog.show_history(found[1])

        self._run(dialog, job, done)

    def _run(self, dialog: LineageDialog, job: Callable[[Workspace], Any], shown: Callable[[Any], object]) -> None:
        """Do something for the dialog, which says itself what went wrong."""

        def done(found: Any) -> None:
            if isValid(dialog):
                shown(found)

        def failed(error: Exception) -> None:
            if isValid(dialog):
                dialog.show_wrong(str(error))

        self._desk.work.run(lambda workspace, _progress: job(workspace), done=done, failed=failed)


def _acts_of(workspace: Workspace) -> list[tuple[Lineage, str]]:
    from vetdesk.models.operations.lineage import line
    from vetdesk.models.store.register import lineages

    return [(each, line(workspace, each)) for each in lineages(workspace)]
