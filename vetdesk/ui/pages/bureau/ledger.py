"""The rectification ledger: every finding of the city, closed here after the bureau agreed."""

from __future__ import annotations

from PySide6.QtCore import Signal

from vetdesk.models.operations.rectify import STATE_WORDS
from vetdesk.models.operations.views import BureauView
from vetdesk.models.records.words import _
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, label
from vetdesk.ui.widgets.table import Item, Table

_ROLES = {"not_started": "unmet", "in_progress": "warn", "claimed_fixed": "warn", "closed": "met"}


class LedgerPage(Page):
    """Tells which findings are to be closed."""

    close_requested = Signal(list)

    def __init__(self) -> None:
        super().__init__(_("整改台账"), scroll=False)
        self.close_button = button(_("销号"), self._close, kind="primary")
        self.put_button(self.close_button)
        self.table = Table(_("整改台账"))
        self.body.addWidget(self.table, 1)
        self._none = label(_("没有问题。核查结果包接收后，问题会列在这里。"), "muted")
        self.body.addWidget(self._none)
        self._ids: list[str] = []

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot."""
        opened = [each for each in view.findings if each.state != "closed"]
        waiting = sum(each.state == "claimed_fixed" for each in opened)
        self.say_line(
            _("共 {total} 个，未销号 {left} 个，其中已完成待核 {waiting} 个").format(
                total=len(view.findings), left=len(opened), waiting=waiting
            )
        )
        self.close_button.setEnabled(bool(waiting))
        self._none.setVisible(not view.findings)
        self.table.setVisible(bool(view.findings))
        names = view.names
        self._ids = [each.id for each in view.findings]
        order = list(STATE_WORDS)
        self.table.fill(
            (_("学校"), _("问题"), _("依据"), _("期限"), _("整改措施"), _("进展")),
            [
                (
                    Item(names.get(each.unit, each.unit)),
                    Item(each.problem, tip=each.problem),
                    Item(each.basis),
                    Item(each.due),
                    Item(each.measure, tip=each.measure),
                    Item(_(STATE_WORDS[each.state]), role=_ROLES[each.state], key=order.index(each.state)),
                )
                for each in view.findings
            ],
            stretch=1,
        )

    def _close(self) -> None:
        chosen = [self._ids[at] for at in self.table.chosen()]
        if chosen:
            self.close_requested.emit(chosen)
