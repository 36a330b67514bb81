"""A place to drop files on, and a button for those who do not drag."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from vetdesk.ui.widgets.parts import label


def dropped_files(urls: list[str]) -> list[Path]:
    """The files of dropped addresses; a folder gives the files right inside it."""
    found = []
    for each in urls:
        path = Path(each)
        if path.is_dir():
            found += sorted(inner for inner in path.iterdir() if inner.is_file())
        elif path.is_file():
            found.append(path)
    return found


class DropArea(QFrame):
    """Says what may be dropped; tells `files_dropped`."""

    files_dropped = Signal(list)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)
        self.setFixedHeight(72)
        inner = QVBoxLayout(self)
        said = label(text, "muted")
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(said)
        self.setAccessibleName(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._mark(over=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._mark(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(over=False)
        event.acceptProposedAction()
        paths = dropped_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        if paths:
            self.files_dropped.emit(paths)

    def _mark(self, *, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)
