"""What every role's desk shares: pages made when first visited, snapshots drawn, jobs sent through the one door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.ui.files import ask_save, open_outside

if TYPE_CHECKING:
    from typing import Protocol

    from PySide6.QtGui import QImage

    from vetdesk.models.operations.views import View
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.ui.work import Work

    class TellsWrong(Protocol):
        """A dialog that says itself what went wrong."""

        def show_wrong(self, sentence: str) -> None:
            """Say why it cannot be."""

    class ShowsPages(Protocol):
        """A dialog that shows pages of evidence."""

        def show_page(self, sha256: str, picture: QImage | None, count: int, /) -> None:
            """Show a page of so many; None where there is no picture of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the side: key, title, how its page is made."""

    key: str
    title: str
    make: Callable[[], QWidget]
    hidden: bool = False


def told_by(dialog: TellsWrong) -> Callable[[Exception], None]:
    """Lets a dialog say what went wrong, while it is there."""

    def failed(error: Exception) -> None:
        if isValid(dialog):
            dialog.show_wrong(str(error))

    return failed


def while_there(dialog: TellsWrong, shown: Callable[[Any], object]) -> Callable[[Any], None]:
    """Shows a result in a dialog, while it is there."""

    def done(found: Any) -> None:
        if isValid(dialog):
            shown(found)

    return done


class RoleDesk(QObject):
    """A role's pages and acts. The window shows `page_requested` pages and says `said` texts."""

    page_requested = Signal(str)
    said = Signal(str, str)
    saved = Signal()
    view_drawn = Signal(object)
    folder_requested = Signal(object)

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.view: Any = None
        self.left = False
        self._pages: dict[str, QWidget] = {}
        self._shown: dict[str, Any] = {}

    def entries(self) -> list[Entry]:
        """The entries of the side, in order."""
        raise NotImplementedError

    def notes(self) -> dict[str, str]:
        """Counts beside the titles of the side, by key, of the snapshot drawn."""
        raise NotImplementedError

    def names(self) -> tuple[str, str]:
        """Whose desk this is, and the line below."""
        raise NotImplementedError

    def tools(self) -> list[tuple[str, Callable[[], object]]]:
        """What is done now and then, for the menu; names and acts."""
        return []

    def take_files(self, paths: list[Path]) -> None:
        """Files were dropped on the window or opened from the desktop."""
        raise NotImplementedError

    def page(self, key: str) -> QWidget:
        """The page of a key, made at its first visit and drawn from the snapshot."""
        if key not in self._pages:
            made = next(each for each in self.entries() if each.key == key).make()
            self._pages[key] = made
        self._draw(key)
        return self._pages[key]

    def made(self, key: str) -> QWidget | None:
        """The page of a key if it was visited already."""
        return self._pages.get(key)

    def show_view(self, found: View) -> None:
        """Draw a new snapshot on the page that is seen, and soon on every other made so far."""
        self.view = found
        for key, each in self._pages.items():
            if each.isVisible():
                self._draw(key)
            else:
                QTimer.singleShot(0, self, partial(self._draw, key))
        self.view_drawn.emit(found)

    def _draw(self, key: str) -> None:
        """Draw the snapshot on a page that does not show it yet."""
        page = self._pages[key]
        if self.view is not None and self._shown.get(key) is not self.view and hasattr(page, "show_view"):
            self._shown[key] = self.view
            page.show_view(self.view)

    def act(
        self,
        job: Callable[[Workspace, Progress], Any],
        *,
        done: Callable[[Any], None] | None = None,
        label: str = "",
        saved: bool = True,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run an operation, then draw the workspace anew; `done` gets the operation's result, `failed` what went wrong."""

        here = self._here(job)

        def both(workspace: Workspace, progress: Progress) -> tuple[Any, View]:
            from vetdesk.models.operations.views import view

            result = here(workspace, progress)
            return result, view(workspace)

        def deliver(found: tuple[Any, View]) -> None:
            if not isValid(self):  # the workspace was left meanwhile
                return
            self.show_view(found[1])
            if saved:
                self.saved.emit()
            if done is not None:
                done(found[0])

        self.work.run(both, done=deliver, failed=self._unless_left(failed or self.failed), label=label)

    def _here(self, job: Callable[[Workspace, Progress], Any]) -> Callable[[Workspace, Progress], Any]:
        """The job, for the workspace this desk shows and no other: what comes late never reaches the next one."""
        folder = getattr(self.view, "folder", "")

        def here(workspace: Workspace, progress: Progress) -> Any:
            if folder and str(workspace.folder) != folder:
                raise KnownError(_("已经换了工作台，上一个工作台里的这一步没有做。"), code="left")
            return job(workspace, progress)

        return here

    def _unless_left(self, failed: Callable[[Exception], None]) -> Callable[[Exception], None]:
        """Says what went wrong while this desk is there."""

        def said(error: Exception) -> None:
            if isValid(self) and not self.left:
                failed(error)

        return said

    def look(
        self,
        job: Callable[[Workspace, Progress], Any],
        *,
        done: Callable[[Any], None],
        label: str = "",
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run a job that only reads."""
        self.work.run(self._here(job), done=done, failed=self._unless_left(failed or self.failed), label=label)

    def back_up(self, parent: QWidget) -> None:
        """Ask where to, then write everything into one file."""
        name = _("{name}_备份_{date}.vdbackup").format(name=self.names()[0], date=f"{dt.datetime.now(dt.UTC):%Y%m%d}")
        path = ask_save(parent, _("备份"), name, _("备份 (*.vdbackup)"))
        if path is None:
            return
        from vetdesk.models.operations.backup import backup

        def job(workspace: Workspace, progress: Progress) -> int:
            return backup(workspace, path, progress=progress)

        self.look(job, done=partial(self._backed_up, path), label=_("正在备份…"))

    def _backed_up(self, path: Path, count: int) -> None:
        self.said.emit(_("已备份 {count} 个文件到 {file}，并已检查。").format(count=count, file=path), "met")

    def leave(self) -> None:
        """The workspace is about to be closed: last things to keep."""

    def refresh(self) -> None:
        """Read the workspace anew."""
        self.act(lambda _workspace, _progress: None, saved=False)

    def failed(self, error: Exception) -> None:
        """Say why something was not done, and draw what is stored."""
        self.said.emit(str(error) or _("已取消，没有改动。"), "unmet")
        self.refresh()

    def read_page(self, dialog: ShowsPages, sha256: str, number: int, side: int) -> None:
        """Read a page of an evidence file for a dialog, where it is still open then."""
        from vetdesk.models.store import evidence
        from vetdesk.ui.widgets.picture import page_picture

        def job(workspace: Workspace, _progress: Progress) -> Any:
            return page_picture(evidence.path_of(workspace, sha256), number, side)

        def shown(found: Any) -> None:
            if isValid(dialog):
                dialog.show_page(sha256, *(found or (None, 0)))

        self.look(job, done=shown)

    def open_evidence(self, sha256: str, label: str, *, gone: str = "") -> None:
        """Show an evidence file with the system's own program, from a copy with a clean name.

        `gone` is said where it is not here.
        """
        if self.view is None:
            return
        import shutil
        import tempfile

        from vetdesk.models.store.evidence import ending_of

        source = Path(self.view.folder) / "evidence" / sha256[:2] / sha256
        if not source.is_file():
            self.said.emit(gone or _("佐证材料“{label}”在磁盘上找不到了。").format(label=label), "unmet")
            return
        ending = ending_of(source, label)
        clean = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 6 else ""
        copy = Path(tempfile.mkdtemp(prefix="vetdesk-")) / f"{sha256[:12]}{clean}"
        shutil.copyfile(source, copy)
        open_outside(copy)
