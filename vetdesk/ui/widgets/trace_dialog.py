"""How a verdict came about, step by step, and what proves it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from vetdesk.models.packs.judge import Judgement
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.packs.trace import Step, duties
from vetdesk.models.records.words import _, pick
from vetdesk.ui.widgets.parts import button, card, column, label, row, verdict_badge


class TraceDialog(QDialog):
    """The steps of one indicator."""

    def __init__(
        self, pack: Pack, indicator: Indicator, judged: Judgement, steps: Sequence[Step], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("怎么算的"))
        self.resize(680, 520)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, step in enumerate(steps):
            grid.addWidget(label(step.name, "muted", wrap=False), at, 0)
            grid.addWidget(label(step.text, selectable=True), at, 1)
        head = row(verdict_badge(judged), label(pick(indicator.text), "heading"), spacing=8)
        head.setStretch(1, 1)
        parts: list[QWidget] = [card(grid)]
        wanted = duties(pack, indicator)
        if wanted:
            lines = [label(f"· {pick(each)}") for each in wanted]
            parts.append(card(column(label(_("要准备的佐证材料"), "heading"), *lines, spacing=3)))
        inside = QWidget()
        inside.setObjectName("scrollBody")
        box = column(label(f"《{pick(pack.text)}》", "small"), *parts, spacing=10)
        box.addStretch(1)
        inside.setLayout(box)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        close = row(button(_("返回"), self.accept))
        close.insertStretch(0, 1)
        outer = column(head, area, close, spacing=10)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)
