"""The city round by round: schools asked, received, met, and each indicator of the standard that decided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from vetdesk.models.operations.trend import RoundResult
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.city_rollup import percent
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table


class TrendDialog(QDialog):
    """A table; a column is a round, the newest on the right."""

    def __init__(self, found: Sequence[RoundResult], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("历年比较"))
        self.resize(860, 560)
        self.table = Table(_("历年比较"))
        names = {
            name: pick(one.text) for each in found for pack in each.deciders for name, one in pack.indicators.items()
        }
        lines = [
            (_("标准"), [_("；").join(pick(one.text) for one in each.deciders) for each in found]),
            (_("应报"), [str(each.scope) for each in found]),
            (_("已报"), [str(each.received) for each in found]),
            (_("按申报值达标"), [str(each.met) for each in found]),
            (_("达标率"), [f"{percent(each.rate)}%" if each.rate is not None else "—" for each in found]),
            *(
                (
                    _("按{stage}达标 / 有{stage}的").format(stage=stage.word),
                    ["{1} / {0}".format(*each.stages[stage]) for each in found],
                )
                for stage in (Stage.VERIFIED, Stage.ACCEPTED)
            ),
            *((text, [_counts(each, name) for each in found]) for name, text in names.items()),
        ]
        self.table.fill(
            ("", *(each.round.period for each in found)),
            [(Item(name), *(Item(text, number=True) for text in texts)) for name, texts in lines],
            stretch=0,
        )
        said = _("各年度按当年的标准、当年的申报值计算。指标一行是“达标所数 / 有结论的所数”；标准没有这一项的写“—”。")
        export = button(_("导出 Excel…"), self.table.export)
        foot = row(export, button(_("关闭"), self.accept), spacing=8)
        foot.insertStretch(0, 1)
        outer = column(label(said, "muted"), self.table, foot, spacing=8)
        outer.setContentsMargins(16, 14, 16, 12)
        self.setLayout(outer)


def _counts(each: RoundResult, name: str) -> str:
    met, judged = each.indicators.get(name, (0, 0))
    return f"{met} / {judged}" if name in each.indicators else "—"
