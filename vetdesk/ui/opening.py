"""How a workspace comes to be open: a task file, a folder, a recent one, a backup, a new bureau, the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.ui import recent
from vetdesk.ui.files import ask_open, desk_folder, documents, packages_filter

if TYPE_CHECKING:
    from vetdesk.models.operations.home_summary import HomeSummary
    from vetdesk.models.operations.inspect import Task
    from vetdesk.models.operations.open_campaign import Campaign
    from vetdesk.models.operations.views import View
    from vetdesk.models.records.changes import Progress
    from vetdesk.models.store.workspace import Workspace
    from vetdesk.models.sync.sealed_file import Sealed
    from vetdesk.ui.pages.bureau.set_up import SetUpPage
    from vetdesk.ui.pages.school.choose_school import ChooseSchoolPage
    from vetdesk.ui.work import Work

AFTER_PAINT_MILLISECONDS = 60


class Opening(QObject):
    """Tells `summary_read` and `opened` with the first snapshot, `page_requested` for the pages on the way."""

    summary_read = Signal(object)
    opened = Signal(object)
    failed = Signal()
    page_requested = Signal(QWidget)
    start_requested = Signal()
    said = Signal(str, str)

    def __init__(self, work: Work, window: QWidget) -> None:
        super().__init__(window)
        self._work = work
        self._window = window
        self._campaign: Campaign | None = None
        self._choose: ChooseSchoolPage | None = None
        self._set_up: SetUpPage | None = None

    def forget_pages(self) -> None:
        """The window dropped the pages it showed."""
        self._choose = None
        self._set_up = None

    # folders

    def open_folder(self, folder: Path) -> None:
        """Open a workspace."""

        def opening(_progress: Progress) -> Workspace:
            return _opened(folder)

        self._open(opening)

    def _open(self, opening: Any, *, label: str = "") -> None:
        self._work.open(opening, done=self._read, failed=self._failed, label=label)

    def _read(self, _role: str) -> None:
        self._work.run(_summary, done=self._summary_read, failed=self._failed)

    def _summary_read(self, summary: HomeSummary | None) -> None:
        """A summary is painted before the rest is read: two threads at once would make it later."""
        if summary is None:
            self._read_view(_("正在打开…"))
            return
        self.summary_read.emit(summary)
        QTimer.singleShot(AFTER_PAINT_MILLISECONDS, self._read_view)

    def _read_view(self, label: str = "") -> None:
        self._work.run(_view, done=self.opened.emit, failed=self._failed, label=label)

    def _failed(self, error: Exception) -> None:
        self.failed.emit()
        self.said.emit(str(error) or _("已取消，没有改动。"), "unmet")

    def ask_folder(self) -> None:
        """Ask for a workspace's folder."""
        start = recent.last_folder() or str(documents())
        chosen = QFileDialog.getExistingDirectory(self._window, _("打开数据文件夹"), start)
        if chosen:
            self.open_folder(Path(chosen))

    # files

    def ask_file(self) -> None:
        """Ask for a task file."""
        paths = ask_open(self._window, _("打开任务包"), packages_filter())
        if paths:
            self.open_files(paths)

    def open_files(self, paths: list[Path]) -> None:
        """Open a task file for schools, or an inspection package."""
        path = paths[0]

        def job(_progress: Progress) -> Campaign | Task | Sealed:
            from vetdesk.models.operations.inspect import read_task
            from vetdesk.models.operations.open_campaign import read_campaign
            from vetdesk.models.operations.seal_for import sealed_at
            from vetdesk.models.sync.read import verify

            if (sealed := sealed_at(path)) is not None:
                return sealed
            if verify(path).manifest.kind == "inspection":
                return read_task(path)
            return read_campaign(path)

        self._work.free(job, done=self._file_read, failed=self._failed, label=_("正在检查文件…"))

    def _file_read(self, found: Campaign | Task | Sealed) -> None:
        from vetdesk.models.operations.inspect import Task
        from vetdesk.models.sync.sealed_file import Sealed

        if isinstance(found, Sealed):
            self._ask_password(found)
        elif isinstance(found, Task):
            self._open_task(found)
        else:
            self._show_schools(found)

    def _show_schools(self, campaign: Campaign) -> None:
        from vetdesk.ui.pages.school.choose_school import ChooseSchoolPage

        if self._choose is None:
            self._choose = ChooseSchoolPage()
            self._choose.chosen.connect(self._make_school)
            self._choose.back_requested.connect(self.start_requested)
        self._campaign = campaign
        self._choose.show_campaign(campaign)
        self.page_requested.emit(self._choose)

    def _make_school(self, unit: str, person: str, phone: str, folder: Path) -> None:
        from vetdesk.models.operations.open_campaign import open_campaign

        campaign = self._campaign
        assert campaign is not None
        self._open(lambda _progress: open_campaign(folder, campaign, unit=unit, filler=person, phone=phone))

    def _ask_password(self, sealed: Sealed) -> None:
        """The 12 digits that the sender told on the telephone."""
        from PySide6.QtWidgets import QInputDialog

        text = _("“{file}”由{sender}加密，{readers}可以打开。\n请输入发件单位电话告诉您的 12 位口令：").format(
            file=sealed.path.name, sender=sealed.note.sender, readers=_("、").join(sealed.note.readers)
        )
        password, given = QInputDialog.getText(self._window, _("打开加密的文件"), text)
        if given and password.strip():
            path = sealed.path
            made = _recovered if sealed.note.kind == "recovery" else _made_of_sealed
            self._open(lambda _progress: made(path, password), label=_("正在打开…"))

    def _open_task(self, task: Task) -> None:
        from vetdesk.models.operations.inspect import open_task

        folder = _task_folder(task)
        if folder.exists():
            self.open_folder(folder)
            return
        self._open(lambda _progress: open_task(folder, task), label=_("正在打开核查任务包…"))

    # a new bureau, a backup, the demo

    def show_set_up(self) -> None:
        """Show the page that makes a bureau's workspace."""
        from vetdesk.ui.pages.bureau.set_up import SetUpPage

        if self._set_up is None:
            self._set_up = SetUpPage()
            self._set_up.made.connect(self._make_bureau)
            self._set_up.back_requested.connect(self.start_requested)
        self.page_requested.emit(self._set_up)

    def _make_bureau(self, name: str, district: str, officer: str, phone: str, folder: Path) -> None:
        from vetdesk.models.operations.set_up_bureau import set_up_bureau

        self._open(lambda _progress: set_up_bureau(folder, name=name, district=district, officer=officer, phone=phone))

    def ask_restore(self) -> None:
        """Ask for a backup, and restore it into a new folder."""
        from vetdesk.models.operations.backup import restore

        paths = ask_open(self._window, _("从备份恢复"), _("备份 (*.vdbackup *.zip);;所有文件 (*)"))
        if paths:
            folder = desk_folder() / _("恢复_{name}").format(name=paths[0].stem)
            self._open(lambda progress: restore(paths[0], folder, progress=progress), label=_("正在恢复…"))

    def open_demo(self) -> None:
        """Open the demo city's bureau or a demo school; made the first time."""
        from vetdesk.models.operations import demo
        from vetdesk.models.operations.demo_city import schools

        folder = user_data() / "demo-city"
        code = schools(12, 1)[1].code

        def opening(progress: Progress) -> Workspace:
            if not folder.exists():
                from vetdesk.charts.draw import to_png

                part = folder.with_name("demo-city.part")
                if part.exists():
                    import shutil

                    shutil.rmtree(part)
                demo.build(part, schools=12, seed=1, draw=to_png, progress=progress)
                part.replace(folder)
            return _opened(folder / "schools" / code)

        self._open(opening, label=_("正在准备演示数据，约半分钟…"))


def _opened(folder: Path) -> Workspace:
    """An open workspace; acts are noted under the person it remembers."""
    from vetdesk.models.store.workspace import open_workspace

    found = open_workspace(folder)
    found.actor.name = found.meta("person")
    return found


def _summary(workspace: Workspace, _progress: Progress) -> HomeSummary | None:
    from vetdesk.models.operations import home_summary

    return home_summary.read(workspace)


def _view(workspace: Workspace, progress: Progress) -> View:
    from vetdesk.models.operations.views import view

    return view(workspace, progress=progress)


def _task_folder(task: Task) -> Path:
    name = _("核查_{period}_第{number}组").format(period=task.body.round.period, number=task.body.inspector)
    return desk_folder() / "".join(char for char in name if char.isalnum() or char in "_-")


def _made_of_sealed(path: Path, password: str) -> Workspace:
    """The workspace of an encrypted inspection package: made, or opened where it was made before."""
    from vetdesk.models.operations.inspect import open_task, opened_task
    from vetdesk.models.store.workspace import open_workspace

    with opened_task(path, password=password) as task:
        folder = _task_folder(task)
        return open_workspace(folder) if folder.exists() else open_task(folder, task)


def _recovered(path: Path, password: str) -> Workspace:
    """The workspace of a school that goes on from its last state at the bureau; never over one that is there."""
    from vetdesk.models.operations.recovery import opened_recovery, recover

    with opened_recovery(path, password=password) as found:
        name = _("{school}_{period}_恢复").format(school=found.body.unit.name, period=found.body.round.period)
        plain = "".join(char for char in name if char.isalnum() or char in "_-")
        folder, number = desk_folder() / plain, 2
        while folder.exists():
            folder, number = desk_folder() / f"{plain}_{number}", number + 1
        return recover(folder, found)
