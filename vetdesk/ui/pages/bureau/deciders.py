"""Which schools go by another deciding standard than the rest: a line for each type of school, or for a single one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QVBoxLayout, QWidget

from vetdesk.models.records.school_types import type_text
from vetdesk.models.records.words import _
from vetdesk.models.store.register import UnitRecord
from vetdesk.ui.widgets.parts import button, row


class Deciders(QWidget):
    """Lines `who → standard`; none at first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[QComboBox, QComboBox, QWidget]] = []
        self._packs: list[tuple[str, str]] = []
        self._types: list[tuple[str, int]] = []
        self._schools: list[tuple[str, str]] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.more = button(_("＋ 有一类学校按别的标准"), self.add, kind="link")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(self._rows)
        outer.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_packs(self, packs: Iterable[tuple[str, str]]) -> None:
        """Offer these standards, as `(id, title)`, in every line."""
        for name, title in packs:
            if name not in {known for known, _title in self._packs}:
                self._packs.append((name, title))
                for _who, pack, _line in self.lines:
                    pack.addItem(f"《{title}》", name)

    def show_units(self, units: Iterable[UnitRecord]) -> None:
        """Offer the types of these schools, and each school, in lines that are added from now on."""
        every = list(units)
        self._types = sorted(Counter(each.run_type for each in every if each.run_type).items())
        self._schools = [(each.code, each.name) for each in every]

    def add(self) -> None:
        """Another line; the keyboard goes to it."""
        who, pack = QComboBox(), QComboBox()
        who.setEditable(True)
        who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        who.setAccessibleName(_("哪一类学校，或哪一所"))
        who.setMinimumWidth(210)
        for name, count in self._types:
            who.addItem(_("办学类型 {name}（{count} 所）").format(name=type_text(name), count=count), name)
        for code, name in self._schools:
            who.addItem(f"{name}　{code}", code)
        found = QCompleter(who.model(), who)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        who.setCompleter(found)
        pack.setAccessibleName(_("按哪一份标准"))
        pack.setMaximumWidth(360)
        for name, title in self._packs:
            pack.addItem(f"《{title}》", name)
        line = QWidget()
        away = button(_("去掉"), lambda: self.drop(line), kind="link")
        inside = row(who, pack, away, spacing=8)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addStretch(1)
        line.setLayout(inside)
        self.lines.append((who, pack, line))
        self._rows.addWidget(line)
        who.setFocus()

    def drop(self, line: QWidget) -> None:
        """Take a line away."""
        self.lines = [each for each in self.lines if each[2] is not line]
        line.setParent(None)
        line.deleteLater()
        self.more.setFocus()

    def said(self) -> tuple[tuple[str, str], ...]:
        """What the lines say: a type or code, else what was typed, with the id of the standard."""
        return tuple((_who(who), str(pack.currentData())) for who, pack, _line in self.lines)


def _who(box: QComboBox) -> str:
    typed = box.currentText().strip()
    at = box.findText(typed)
    return str(box.itemData(at)) if at >= 0 else typed
