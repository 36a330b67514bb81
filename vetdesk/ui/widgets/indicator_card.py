"""How an indicator stands, beside the form: redrawn in place while somebody types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel

from vetdesk.models.operations.assess import Assessment
from vetdesk.models.packs import trace
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.ui.widgets.parts import Badge, button, column, label


class IndicatorCard(QFrame):
    """Verdict, formula with the school's numbers, threshold with its clause, shortage; `explained` opens the trace."""

    def __init__(self, pack: Pack, name: str, explained: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._pack, self._name = pack, name
        self._badge = Badge()
        self._formula, self._required = label(""), label("", "small")
        self._provisional, self._short = label("", "muted"), label("", "error")
        inner = column(
            self._badge, self._formula, self._required, self._provisional, self._short,
            button(_("怎么算的…"), explained, kind="link"), spacing=4,
        )  # fmt: skip
        inner.setContentsMargins(16, 12, 16, 12)
        self.setLayout(inner)

    def show_verdict(self, seen: Assessment) -> None:
        """Show verdict and formula as they are now."""
        judged, indicator = seen.judged[self._pack.id][self._name], self._pack.indicators[self._name]
        self._badge.show_verdict(judged.verdict, text=pick(indicator.text))
        _say(self._formula, seen.spelled(self._pack, self._name))

    def show_standing(self, seen: Assessment) -> None:
        """Show how it stands now; what did not change is not touched."""
        self.show_verdict(seen)
        pack, name = self._pack, self._name
        indicator, judged = pack.indicators[name], seen.judged[pack.id][name]
        required, bar = trace.required(indicator, judged), indicator.bar(judged.bar)
        _say(
            self._required,
            _("标准 {required}　{document} {article}").format(
                required=required, document=bar.document, article=bar.article
            ),
        )
        open_ = judged.verdict in (Verdict.UNMET, Verdict.UNVERIFIED)
        gap = seen.gap_sentence(pack, name) if open_ else ""
        provisional = bool(gap) and judged.verdict is Verdict.UNVERIFIED
        said = _("达标值待核。暂按 {required} 算，{gap}").format(required=required, gap=gap) if provisional else ""
        _say(self._provisional, said)
        _say(self._short, "" if provisional else gap)


def _say(where: QLabel, text: str) -> None:
    """Change a text; an empty one takes no room."""
    if where.text() != text:
        where.setText(text)
    if where.isHidden() == bool(text):
        where.setVisible(bool(text))
