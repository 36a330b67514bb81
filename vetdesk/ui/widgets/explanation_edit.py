"""A line for the explanation that a fired rule asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit

from vetdesk.models.records.words import _

LONGEST = 2000


def explanation_edit(said: str, explained: Callable[[str], object]) -> QLineEdit:
    """The line with what was said before; `explained` gets what is written when the line is left."""
    edit = QLineEdit(said)
    edit.setPlaceholderText(_("填写说明，上报时一并交给主管部门"))
    edit.setAccessibleName(_("说明"))
    edit.setMaxLength(LONGEST)
    edit.editingFinished.connect(partial(_finished, edit, explained))
    return edit


def _finished(edit: QLineEdit, explained: Callable[[str], object]) -> None:
    if edit.isModified():
        edit.setModified(False)
        explained(edit.text())
