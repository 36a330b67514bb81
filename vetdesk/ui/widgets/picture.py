"""A small picture of an image file: turned upright, and never larger in memory than it is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

LARGEST = 20_000
"""Pixels of a side beyond which nothing is decoded."""


def small_picture(path: Path, side: int) -> QImage | None:
    """The picture in a square of `side` pixels, as the camera was held; None for what is no picture, or far too large."""
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
