"""The main window: side, pages, status bar. It connects and decides nothing; desks do."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.ui import recent, theme
from vetdesk.ui.collector import Collector
from vetdesk.ui.desks.role_desk import RoleDesk
from vetdesk.ui.opening import Opening
from vetdesk.ui.widgets.drop_area import dropped_files
from vetdesk.ui.widgets.message_strip import MessageStrip
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.side import NOTE, SideDelegate
from vetdesk.ui.work import Work

if TYPE_CHECKING:
    from vetdesk.models.operations.home_summary import HomeSummary
    from vetdesk.models.operations.views import View
    from vetdesk.ui.menu import Menu
    from vetdesk.ui.pages.school.home import SchoolHome
    from vetdesk.ui.pages.start import StartPage

FINISH_MILLISECONDS = 250


class MainWindow(QMainWindow):
    """Shows the start page, or the desk of the workspace that is open."""

    shown_first = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(_("职教达标"))
        self.resize(1366, 768)
        self.setMinimumSize(560, 360)
        self.setAcceptDrops(True)
        self.work = Work(self)
        self._collector = Collector(self, self.work)
        self.desk: RoleDesk | None = None
        self.opening = Opening(self.work, self)
        self._start: StartPage | None = None
        self._menu: Menu | None = None
        self._folder = ""
        self.strip = MessageStrip()
        self.side = QListWidget()
        self.side.setObjectName("side")
        self.side.setItemDelegate(SideDelegate(self.side))
        self.side.setAccessibleName(_("页面"))
        self.pages = QStackedWidget()
        self._build_side()
        self._build_status()
        QTimer.singleShot(FINISH_MILLISECONDS, self._build_menu)
        self._area = QScrollArea()  # where the window is smaller than a page needs, nothing is cut
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self.pages)
        right = column(self.strip, self._area, spacing=0)
        whole = QWidget()
        whole.setLayout(row(self._side_holder, right, spacing=0))
        self.setCentralWidget(whole)
        self._side_holder.hide()
        self._connect()

    # building

    def _build_side(self) -> None:
        self._side_name = label("", "heading")
        self._side_line = label("", "small")
        head = QWidget()
        head.setObjectName("sideHead")
        inner = QVBoxLayout(head)
        inner.setContentsMargins(18, 16, 12, 8)
        inner.addWidget(self._side_name)
        inner.addWidget(self._side_line)
        self._side_holder = QWidget()
        self._side_holder.setLayout(column(head, self.side, spacing=0))
        self._side_holder.setFixedWidth(184)
        for number in range(1, 10):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, partial(self._go_to_row, number - 1))

    def _go_to_row(self, at: int) -> None:
        """A page by its place in the side, with Ctrl and its number; where it is shown already the keyboard goes there."""
        if not self._side_holder.isVisible() or at >= self.side.count():
            return
        if at == self.side.currentRow():
            self._side_changed(at)
        self.side.setCurrentRow(at)

    def _build_status(self) -> None:
        self._saved = QLabel()
        self._busy_text = QLabel()
        self._busy_bar = QProgressBar()
        self._busy_bar.setFixedWidth(160)
        self._cancel = button(_("取消"), self.work.cancel, kind="link")
        for each in (self._busy_text, self._busy_bar, self._cancel):
            each.hide()
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._saved)
        bar.addWidget(self._busy_text)
        bar.addWidget(self._busy_bar)
        bar.addWidget(self._cancel)
        bar.addPermanentWidget(QLabel(_("离线　数据只在本机")))

    def _build_menu(self) -> None:
        """The menu, after the first paint."""
        from vetdesk.ui.menu import Menu

        self._menu = menu = Menu(self.menuBar())
        menu.show_tools(self.desk.tools() if self.desk is not None else [])
        menu.open_action.triggered.connect(self.opening.ask_file)
        menu.folder_action.triggered.connect(self.opening.ask_folder)
        menu.backup_action.triggered.connect(self._back_up)
        menu.start_action.triggered.connect(self.leave_workspace)
        menu.quit_action.triggered.connect(self.close)
        menu.undo_action.triggered.connect(partial(self._replay, "undo"))
        menu.redo_action.triggered.connect(partial(self._replay, "redo"))
        menu.light_action.triggered.connect(partial(self._dress, dark=False))
        menu.dark_action.triggered.connect(partial(self._dress, dark=True))
        menu.chinese_action.triggered.connect(partial(self._speak, "zh"))
        menu.english_action.triggered.connect(partial(self._speak, "en"))

    def _connect(self) -> None:
        # opening
        self.opening.summary_read.connect(self.show_summary)
        self.opening.opened.connect(self.show_workspace)
        self.opening.failed.connect(self._show_start_if_empty)
        self.opening.page_requested.connect(self.show_page)
        self.opening.start_requested.connect(self.show_start)
        self.opening.said.connect(self.say)
        # the side
        self.side.currentRowChanged.connect(self._side_changed)
        self.side.itemClicked.connect(self._side_pressed)
        self.side.itemActivated.connect(self._side_pressed)
        # work
        self.work.started.connect(self._work_started)
        self.work.progressed.connect(self._work_progressed)
        self.work.ended.connect(self._work_ended)
        self.work.error_met.connect(self._error_met)

    @property
    def start(self) -> StartPage:
        """The start page, made when it is first needed."""
        if self._start is None:
            from vetdesk.ui.pages.start import StartPage

            page = self._start = StartPage()
            page.file_requested.connect(self.opening.ask_file)
            page.files_dropped.connect(self.opening.open_files)
            page.demo_requested.connect(self.opening.open_demo)
            page.bureau_requested.connect(self.opening.show_set_up)
            page.workspace_requested.connect(self.opening.open_folder)
            page.folder_requested.connect(self.opening.ask_folder)
            page.restore_requested.connect(self.opening.ask_restore)
            self.pages.addWidget(page)
        return self._start

    # what is shown

    def _show_start_if_empty(self) -> None:
        if self.desk is None and self.pages.count() == 0:
            self.show_start()

    def show_start(self) -> None:
        """The start page, without a side."""
        self._side_holder.hide()
        self.pages.setCurrentWidget(self.start)
        self.start.entered()

    def leave_workspace(self) -> None:
        """Close the open workspace and show the start page."""
        if self.desk is not None:
            self.desk.leave()
        self.work.close_workspace()
        self._drop_desk()
        self.setWindowTitle(_("职教达标"))
        self.show_start()

    def _open_other(self, folder: Path) -> None:
        """Leave the open workspace for another one."""
        self.leave_workspace()
        self.opening.open_folder(folder)

    def show_page(self, page: QWidget) -> None:
        """A page of its own, outside a desk."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self._side_holder.hide()
        self.pages.setCurrentWidget(page)
        if hasattr(page, "entered"):
            page.entered()

    def show_summary(self, summary: HomeSummary) -> None:
        """A school's home from what was kept ready; the full snapshot follows."""
        self._take_desk("school")
        self._name_side(summary["school"], summary["side_line"], summary["notes"])
        assert self.desk is not None
        home: SchoolHome = self.desk.page("home")  # type: ignore[assignment]
        home.show_summary(summary)
        self._enter(summary["folder"], summary["school"], "school")

    def show_workspace(self, found: View) -> None:
        """The desk of an opened workspace."""
        if self.desk is None or self._folder != found.folder:
            self._take_desk(found.role)
        assert self.desk is not None
        first = self.side.currentRow() < 0
        self.desk.show_view(found)
        if first:
            self._enter(found.folder, self.desk.names()[0], found.role)

    def _take_desk(self, role: str) -> None:
        self._drop_desk()
        self.desk = desk = self._desk_of(role)
        desk.page_requested.connect(self.go_to)
        desk.said.connect(self.say)
        desk.saved.connect(self._say_saved)
        desk.folder_requested.connect(self._open_other)
        desk.view_drawn.connect(self._show_side)
        if self._menu is not None:
            self._menu.show_tools(desk.tools())
        self.side.blockSignals(True)
        self.side.clear()
        for each in desk.entries():
            if not each.hidden:
                item = QListWidgetItem(each.title)
                item.setData(Qt.ItemDataRole.UserRole, each.key)
                if self.side.count() < 9:
                    item.setToolTip(f"Ctrl+{self.side.count() + 1}")
                self.side.addItem(item)
        self.side.setCurrentRow(-1)
        self.side.blockSignals(False)

    def _enter(self, folder: str, name: str, role: str) -> None:
        """The first page of a desk is shown."""
        self._folder = folder
        self._side_holder.show()
        self.side.setCurrentRow(0)
        self.setWindowTitle(f"{_('职教达标')} — {name}")
        recent.remember(Path(folder), name, role)
        self.shown_first.emit()

    def _desk_of(self, role: str) -> RoleDesk:
        if role == "school":
            from vetdesk.ui.desks.school_desk import SchoolDesk

            return SchoolDesk(self.work, self)
        if role == "bureau":
            from vetdesk.ui.desks.bureau_desk import BureauDesk

            return BureauDesk(self.work, self)
        from vetdesk.ui.desks.inspector_desk import InspectorDesk

        return InspectorDesk(self.work, self)

    def _drop_desk(self) -> None:
        for page in [self.pages.widget(at) for at in range(self.pages.count())]:
            if page is not self._start:
                self.pages.removeWidget(page)
                page.deleteLater()
        if self.desk is not None:
            self.desk.left = True
            self.desk.deleteLater()
            self.desk = None
        if self._menu is not None:
            self._menu.show_tools([])
        self._folder = ""
        self.opening.forget_pages()
        self.strip.hide()
        self._saved.clear()

    def _show_side(self, _found: object) -> None:
        if self.desk is not None:
            self._name_side(*self.desk.names(), self.desk.notes())

    def _name_side(self, name: str, line: str, notes: dict[str, str]) -> None:
        self._side_name.setText(name)
        self._side_line.setText(line)
        for at in range(self.side.count()):
            item = self.side.item(at)
            item.setData(NOTE, notes.get(item.data(Qt.ItemDataRole.UserRole), ""))

    def go_to(self, key: str) -> None:
        """Show a page of the desk."""
        if self.desk is None:
            return
        page = self.desk.page(key)
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        keys = [self.side.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.side.count())]
        with QSignalBlocker(self.side):  # the side may get the keyboard when the page before is hidden
            self.side.setCurrentRow(keys.index(key) if key in keys else 0)
            self.pages.setCurrentWidget(page)
        if hasattr(page, "entered"):
            page.entered()

    def _side_changed(self, at: int) -> None:
        item = self.side.item(at)
        if item is not None:
            self.go_to(str(item.data(Qt.ItemDataRole.UserRole)))

    def _side_pressed(self, item: QListWidgetItem) -> None:
        """The entry that is chosen already was pressed, on a page that has none of its own."""
        key = str(item.data(Qt.ItemDataRole.UserRole))
        if self.desk is not None and self.pages.currentWidget() is not self.desk.made(key):
            self.go_to(key)

    # what is said

    def say(self, text: str, role: str) -> None:
        """A sentence across the top."""
        self.strip.say(text, role)

    def _say_saved(self) -> None:
        self._saved.setText(_("✓ 已保存 {time}").format(time=f"{dt.datetime.now(dt.UTC).astimezone():%H:%M:%S}"))

    def _work_started(self, text: str) -> None:
        self._busy_text.setText(text)
        self._busy_bar.setRange(0, 0)
        for each in (self._busy_text, self._busy_bar, self._cancel):
            each.show()

    def _work_progressed(self, done: int, total: int, _text: str) -> None:
        self._busy_bar.setRange(0, max(total, 1))
        self._busy_bar.setValue(done)

    def _work_ended(self) -> None:
        for each in (self._busy_text, self._busy_bar, self._cancel):
            each.hide()

    def _error_met(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.say(error.sentence, "unmet")
            return
        from vetdesk.ui.crash import note_crash

        self.say(
            _("程序内部出错，这一步没有完成，数据没有改动。请把“{file}”发给开发人员。").format(file=note_crash(error)),
            "unmet",
        )

    # acts of the window itself

    def _replay(self, action: str, _checked: bool = False) -> None:
        act = getattr(self.desk, action, None)
        if act is not None:
            act()

    def _back_up(self, _checked: bool = False) -> None:
        if self.desk is not None:
            self.desk.back_up(self)

    def _dress(self, _checked: bool = False, *, dark: bool) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.dress(app, dark=dark)
            recent.set_setting("theme", "dark" if dark else "light")
            if self.desk is not None:
                self.desk.refresh()

    def _speak(self, language: str, _checked: bool = False) -> None:
        recent.set_setting("language", language)
        self.say(_("下次启动时使用所选语言。") + " The language changes at the next start.", "met")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        if paths:
            self.open_files(paths)

    def open_files(self, paths: list[Path]) -> None:
        """Files dropped or opened from outside: the desk takes them, or they open a workspace."""
        if self.desk is None:
            self.opening.open_files(paths)
        else:
            self.desk.take_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        if self.desk is not None:
            self.desk.leave()
        self.work.stop()
        self._collector.stop()
        event.accept()
