"""Checks: the sanity rules that fire, the gravest first, each with its explanation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from vetdesk.models.operations import peer_groups
from vetdesk.models.operations.fill import LAST_YEAR
from vetdesk.models.operations.handed_down import Dispute
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs.rules import Fired
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _, pick
from vetdesk.ui.widgets.explanation_edit import explanation_edit
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, clear, column, label, row, severity_badge


class ChecksPage(Page):
    """Tells `explained` when an explanation was written, `field_requested` to go to a figure, `withdrawn` where a figure
    of last year goes back to what the bureau gave."""

    field_requested = Signal(str)
    explained = Signal(str, str)
    withdrawn = Signal(str)
    reason_given = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(_("校验"))

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        fired = view.assessment.rules()
        counts = {each: sum(one.severity is each for one in fired) for each in Severity}
        self.say_line(
            _("不能上报 {block} 项　需说明 {explain} 项　提醒 {notice} 项").format(
                block=counts[Severity.BLOCK], explain=counts[Severity.MUST_EXPLAIN], notice=counts[Severity.NOTICE]
            )
        )
        clear(self.body)
        disputes = view.standing.disputes()
        hints = peer_groups.hints(view.assessment, view.peers)
        for against in disputes:
            self.body.addWidget(self._dispute_card(view, against))
        if not (fired or disputes or hints):
            self.body.addWidget(card(column(label(_("校验没有发现问题。"), "muted"))))
        for each in fired:
            self.body.addWidget(self._rule_card(view, each))
        for name, sentence in hints:
            head = row(severity_badge(Severity.NOTICE), label(_("{name}：{sentence}").format(
                name=pick(view.assessment.deciding.indicators[name].text), sentence=sentence
            )))  # fmt: skip
            head.setStretch(1, 1)
            self.body.addWidget(
                card(column(head, label(_("只是提醒，请再核对一遍；没错就不用管。"), "small"), spacing=6))
            )
        self.body.addStretch(1)

    def _dispute_card(self, view: SchoolView, each: Dispute) -> QFrame:
        head = row(severity_badge(Severity.MUST_EXPLAIN), label(each.sentence))
        head.setStretch(1, 1)
        edit = explanation_edit(each.reason, partial(self.reason_given.emit, each.field.id))
        line = row(button(_("改回主管部门给的数"), partial(self.withdrawn.emit, each.field.id), kind="link"))
        line.addStretch(1)
        made = column(head, edit, line, spacing=6)
        back = view.standing.returned(LAST_YEAR + each.field.id)
        if back:
            made.addWidget(label(_("✗ 主管部门退回了这条说明：{note}").format(note=back), "error"))
        return card(made)

    def _rule_card(self, view: SchoolView, each: Fired) -> QFrame:
        head = row(severity_badge(each.severity), label(pick(each.rule.text)), label(each.rule.id, "small", wrap=False))
        head.setStretch(1, 1)
        fields = {field.id: field for field in view.assessment.form()}
        links = row(label(_("相关数据："), "small", wrap=False), spacing=4)
        for fact in each.rule.facts:
            if fact in fields:
                links.addWidget(button(pick(fields[fact].text), partial(self.field_requested.emit, fact), kind="link"))
        links.addStretch(1)
        made = card(column(head, links, spacing=6))
        if each.severity is Severity.MUST_EXPLAIN:
            said = view.standing.explanations.get(each.rule.id, "")
            edit = explanation_edit(said, partial(self.explained.emit, each.rule.id))
            layout = made.layout()
            assert layout is not None
            layout.addWidget(edit)
            back = view.standing.returned(each.rule.id)
            if back:
                layout.addWidget(label(_("✗ 主管部门退回了这条说明：{note}").format(note=back), "error"))
            elif said and each.rule.id in view.standing.reviews and view.standing.reviews[each.rule.id].said == said:
                layout.addWidget(label(_("✓ 主管部门认可了这条说明。"), "small"))
        return made
