"""Opens the window: what must be there for the first paint comes first, everything heavy after it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from vetdesk.models.records.words import _, speech
from vetdesk.ui import recent, theme
from vetdesk.ui.main_window import FINISH_MILLISECONDS, MainWindow

WARM_AFTER_MILLISECONDS = 400
FRAME = 48  # what the system puts around a window, pixels
_HEAVY = (
    "sqlite_utils",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "msgspec",
    "openpyxl",
    "vetdesk.charts.draw",
)


def make_app(arguments: Sequence[str]) -> QApplication:
    """The application with language and theme of this person."""
    app = QApplication(list(arguments[:1]))
    app.setApplicationName("vetdesk")
    app.setApplicationDisplayName("")
    speech.choose(recent.setting("language", "zh"))
    if speech.language == "zh":
        QTimer.singleShot(FINISH_MILLISECONDS, speak_chinese)
    chosen = recent.setting("theme")
    theme.dress(app, dark=None if not chosen else chosen == "dark")
    return app


def speak_chinese() -> None:
    """Qt's own dialogs, numbers and dates in Chinese; after the first paint, for its tables are large."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    app = QApplication.instance()
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    own = QTranslator(app)
    if app is not None and own.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(own)


def main(arguments: Sequence[str]) -> int:
    """Show the window and run until it is closed. Returns the exit status."""
    app = make_app(arguments)
    window = MainWindow()
    _catch_errors(window)
    _open_first(window, list(arguments[1:]))
    show_fitting(window)
    QTimer.singleShot(WARM_AFTER_MILLISECONDS, warm)
    return app.exec()


def show_fitting(window: MainWindow) -> None:
    """Show the window at its size, or filling a screen that is hardly larger."""
    room = window.screen().availableSize()
    if room.width() < window.width() + FRAME or room.height() < window.height() + FRAME:
        window.showMaximized()
    else:
        window.show()


def _open_first(window: MainWindow, arguments: list[str]) -> None:
    """The workspace or file named, else the workspace used last."""
    if arguments[:1] == ["--workspace"] and len(arguments) > 1:
        window.opening.open_folder(Path(arguments[1]))
    elif arguments:
        window.opening.open_files([Path(each) for each in arguments])
    else:
        known = recent.workspaces()
        if known:
            window.opening.open_folder(known[0].folder)
        else:
            window.show_start()


def warm() -> None:
    """Load what the first acts will need, in a thread, after the first paint."""
    threading.Thread(target=_import_heavy, name="warm", daemon=True).start()


def _import_heavy() -> None:
    import importlib

    for name in _HEAVY:
        importlib.import_module(name)


def _catch_errors(window: MainWindow) -> None:
    """An error of ours in a slot: note it, tell the person, go on; saved data is safe."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        from vetdesk.ui.crash import note_crash

        window.say(
            _("程序内部出错，这一步没有完成，已保存的数据没有受影响。请把“{file}”发给开发人员。").format(
                file=note_crash(error)
            ),
            "unmet",
        )

    sys.excepthook = told
