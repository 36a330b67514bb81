"""Photographs of pages put into order and made into one document."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import button, column, label, row


class CombineDialog(QDialog):
    """The list, ordered by dragging or with the keyboard."""

    def __init__(self, paths: list[Path], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("多张照片合成一份"))
        self.resize(520, 480)
        self.list = QListWidget()
        self.list.setAccessibleName(_("照片，一张是一页"))
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        for each in paths:
            item = QListWidgetItem(each.name)
            item.setData(Qt.ItemDataRole.UserRole, str(each))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.name = QLineEdit(paths[0].stem if paths else "")
        self.name.setAccessibleName(_("合成后的名称"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(_("合成 PDF 并添加"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("返回"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        moving = row(
            button(_("上移"), lambda: self._move(-1), kind="link"),
            button(_("下移"), lambda: self._move(1), kind="link"),
        )
        moving.addStretch(1)
        outer = column(
            label(_("拖动排好页的顺序；照片会自动转正，原照片不改动。"), "muted"), self.list, moving,
            row(label(_("名称："), wrap=False), self.name), buttons, spacing=8,
        )  # fmt: skip
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)

    @classmethod
    def ask(cls, parent: QWidget, paths: list[Path]) -> tuple[list[Path], str] | None:
        """Ask for order and name; None where the person went back."""
        dialog = cls(paths, parent)
        sure = dialog.exec()
        found = (dialog.order(), dialog.name.text())
        dialog.deleteLater()
        return found if sure else None

    def order(self) -> list[Path]:
        """The pictures as they stand."""
        return [Path(self.list.item(at).data(Qt.ItemDataRole.UserRole)) for at in range(self.list.count())]

    def _move(self, by: int) -> None:
        at = self.list.currentRow()
        if 0 <= at + by < self.list.count():
            self.list.insertItem(at + by, self.list.takeItem(at))
            self.list.setCurrentRow(at + by)
