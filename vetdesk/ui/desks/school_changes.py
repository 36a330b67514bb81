"""What a bureau does where schools merge, split, are renamed or moved: the dialog, connected to the operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from vetdesk.ui.desks.role_desk import told_by, while_there

if TYPE_CHECKING:
    from vetdesk.models.operations.lineage import RegisterChange
    from vetdesk.models.records.changes import Progress
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
            self._desk.look(
                lambda each, _progress: lineage.preview(each, change),
                done=while_there(dialog, dialog.show_preview), failed=told_by(dialog),
            )  # fmt: skip

        def recorded(change: RegisterChange) -> None:
            self._change(dialog, lambda each: lineage.record(each, change))

        def taken_back(id_: str) -> None:
            self._change(dialog, lambda each: lineage.take_back(each, id_))

        dialog.preview_requested.connect(previewed)
        dialog.record_requested.connect(recorded)
        dialog.undo_requested.connect(taken_back)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._desk.look(
            lambda each, _progress: _acts_of(each),
            done=while_there(dialog, dialog.show_history),
            failed=told_by(dialog),
        )

    def _change(self, dialog: LineageDialog, act: Callable[[Workspace], object]) -> None:
        """Change the register; show it anew behind the dialog, and the act in it."""

        def job(workspace: Workspace, _progress: Progress) -> Any:
            act(workspace)
            return _acts_of(workspace)

        def shown(found: Any) -> None:
            dialog.show_units(self._desk.view.units)
            dialog.show_history(found)

        self._desk.act(job, done=while_there(dialog, shown), failed=told_by(dialog))


def _acts_of(workspace: Workspace) -> list[tuple[Lineage, str]]:
    from vetdesk.models.operations.lineage import line
    from vetdesk.models.store.register import lineages

    return [(each, line(workspace, each)) for each in lineages(workspace)]
