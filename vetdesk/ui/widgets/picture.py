"""A small picture of a file: turned upright, and never larger in memory than it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 20_000
"""Pixels of a side beyond which nothing is decoded."""


def small_picture(path: Path, side: int) -> QImage | None:
    """The picture (or first page) in a square of `side` pixels, upright; None for what has none, or is far too large."""
    found = page_picture(path, 1, side)
    return found[0] if found else None


def page_picture(path: Path, number: int, side: int) -> tuple[QImage, int] | None:
    """A page (from 1) in a square of `side` pixels and how many there are; None for what cannot be shown."""
    from vetdesk.models.operations.pictures import opened, page_of_pdf

    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return None
    if head.startswith(b"%PDF"):
        page = page_of_pdf(path, number, side)
        return (_as_image(page[0]), page[1]) if page else None
    if head[4:8] == b"ftyp":
        picture = opened(path)
        if picture is None:
            return None
        picture.thumbnail((side, side))
        return _as_image(picture), 1
    found = _read_by_qt(path, side)
    return (found, 1) if found else None


def _as_image(picture: Image) -> QImage:
    data = picture.tobytes("raw", "RGB")
    width, height = picture.size
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _read_by_qt(path: Path, side: int) -> QImage | None:
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if not reader.canRead() or not size.isValid() or max(size.width(), size.height()) > LARGEST:
        return None
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    found = reader.read()
    return None if found.isNull() else found
