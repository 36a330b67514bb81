"""Files that came, and what each would change, before anything changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from vetdesk.models.operations.receive import Outcome, Received
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.parts import Badge, button, card, column, label, row

ROLES = {Outcome.CAN_TAKE: "warn", Outcome.TAKEN: "met", Outcome.KNOWN: "unknown", Outcome.REFUSED: "unmet"}


@dataclass(frozen=True, slots=True)
class Look:
    """A file: its badge, its name, one sentence, and lines on what changes."""

    badge: str
    role: str
    file: str
    sentence: str
    lines: tuple[str, ...]


def looks_of(result: Received) -> list[Look]:
    """What a dry run says of each file."""
    return [
        Look(each.outcome.word, ROLES[each.outcome], each.file, each.sentence, each.changes) for each in result.offers
    ]


class PreviewDialog(QDialog):
    """Accepted where the person wants the files taken; `can` is how many can be."""

    def __init__(self, looks: Sequence[Look], can: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("接收前看一眼"))
        self.resize(720, 480)
        inside = QWidget()
        inside.setObjectName("scrollBody")
        body = QVBoxLayout(inside)
        for each in looks:
            head = row(Badge(each.badge, each.role), label(each.file, "heading", wrap=False))
            head.addStretch(1)
            lines = [label(line, "muted", selectable=True) for line in each.lines]
            body.addWidget(card(column(head, label(each.sentence, selectable=True), *lines, spacing=4)))
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        buttons = QDialogButtonBox()
        self.take = button(_("接收 {count} 个").format(count=can), kind="primary")
        self.take.setEnabled(bool(can))
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.AcceptRole)
        stop = buttons.addButton(_("不接收"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        (self.take if can else stop).setDefault(True)
        whole = QVBoxLayout(self)
        whole.addWidget(label(_("下面的文件还没有接收，数据没有改动。"), "muted"))
        whole.addWidget(area, 1)
        whole.addWidget(buttons)
