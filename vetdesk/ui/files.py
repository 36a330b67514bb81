"""Asking for files and folders, starting where the person was last. Qt's dialogs are loaded when one is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vetdesk.models.records.words import _
from vetdesk.ui import recent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def documents() -> Path:
    """The person's documents folder."""
    from PySide6.QtCore import QStandardPaths

    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found or Path.home())


def desk_folder() -> Path:
    """Where new workspaces go unless the person chooses."""
    return documents() / "职教达标数据"


def ask_open(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Files to open; empty where the person changed their mind."""
    from PySide6.QtWidgets import QFileDialog

    start = recent.last_folder() or str(documents())
    names, _kind = QFileDialog.getOpenFileNames(parent, title, start, kinds)
    paths = [Path(each) for each in names]
    if paths:
        recent.remember_folder(paths[0].parent)
    return paths


def ask_save(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """The file to write, with a sensible name offered; None where the person changed their mind."""
    from PySide6.QtWidgets import QFileDialog

    start = Path(recent.last_folder() or documents()) / name
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    ending = Path(name).suffix
    if path.suffix.lower() != ending:
        path = path.with_name(path.name + ending)
    recent.remember_folder(path.parent)
    return path


def ask_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """A folder; None where the person changed their mind."""
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(chosen) if chosen else None


def packages_filter() -> str:
    """The kinds shown when a package is asked for."""
    return _("职教达标文件 (*.vdpkg);;所有文件 (*)")


def workbooks_filter() -> str:
    """The kinds shown when a workbook is asked for."""
    return _("表格 (*.xlsx *.xls *.xlsm *.csv *.et);;所有文件 (*)")


def evidence_filter() -> str:
    """The kinds shown when evidence is asked for."""
    kinds = "*.pdf *.jpg *.jpeg *.png *.bmp *.tif *.tiff *.heic *.heif *.docx *.doc *.xlsx *.xls *.ofd *.wps *.et"
    return _("佐证材料 ({kinds});;所有文件 (*)").format(kinds=kinds)


def copy_file(path: Path) -> None:
    """Put a file on the clipboard, so that it can be pasted into a chat."""
    copy_files([path])


def copy_files(paths: list[Path]) -> None:
    """Put files on the clipboard as files."""
    from PySide6.QtCore import QMimeData, QUrl
    from PySide6.QtGui import QGuiApplication

    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    QGuiApplication.clipboard().setMimeData(content)


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().setText(text)


def show_folder(path: Path) -> None:
    """Open the folder a file lies in."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def open_outside(path: Path) -> None:
    """Open a file with the system's own program."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
