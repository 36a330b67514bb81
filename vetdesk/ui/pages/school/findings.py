"""Rectification: returned figures with the bureau's remarks, findings with the school's measures."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QPlainTextEdit

from vetdesk.models.operations.fill import LAST_YEAR
from vetdesk.models.operations.handed_down import value_text
from vetdesk.models.operations.rectify import STATE_WORDS, days_late
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.inspection import Comment, Finding
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, button, card, clear, column, label, row

_ROLES = {"not_started": "unmet", "in_progress": "warn", "claimed_fixed": "warn", "closed": "met"}


def finding_badge(each: Finding) -> Badge:
    """The state of a finding."""
    sign = {"closed": "✓", "not_started": "✗"}.get(each.state, "!")
    return Badge(f"{sign} {_(STATE_WORDS[each.state])}", _ROLES[each.state])


class FindingsPage(Page):
    """Tells `answered` with the measure and whether it is claimed fixed, `acknowledged` when official values were seen."""

    field_requested = Signal(str)
    answered = Signal(str, str, bool, str)
    acknowledged = Signal()
    checks_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("整改"))

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        self.say_line(
            _("退回 {returned} 项　核查问题 {findings} 个，未销号 {left} 个").format(
                returned=len(view.comments), findings=len(view.findings), left=len(view.open_findings)
            )
        )
        clear(self.body)
        if view.corrections:
            self.body.addWidget(self._official_card(view))
        returned = [each for each in view.assessment.rules() if view.standing.returned(each.rule.id)]
        for fired in returned:
            self.body.addWidget(self._returned_card(pick(fired.rule.text), view.standing.returned(fired.rule.id)))
        against = [
            (each, said)
            for each in view.standing.disputes()
            if (said := view.standing.returned(LAST_YEAR + each.field.id))
        ]
        for each, said in against:
            self.body.addWidget(self._returned_card(each.sentence, said))
        if not (view.comments or view.findings or view.corrections or returned or against):
            self.body.addWidget(
                card(column(label(_("没有退回的数据，也没有核查问题。主管部门的反馈意见拖进首页即可。"), "muted")))
            )
        for comment in view.comments:
            self.body.addWidget(self._comment_card(view, comment))
        for finding in view.findings:
            self.body.addWidget(self._finding_card(view, finding))
        self.body.addStretch(1)

    def _official_card(self, view: SchoolView) -> QFrame:
        """Where the accepted figures are not those that the school has."""
        head = row(label(_("审定值与本校填的不同：{count} 项").format(count=len(view.corrections)), "heading"))
        head.addStretch(1)
        if view.acknowledged:
            head.addWidget(label(_("✓ 已看过"), "muted", wrap=False))
        else:
            head.addWidget(button(_("我看过了"), self.acknowledged.emit, kind="primary"))
        lines = [
            label(
                _("{name}：本校填 {own}，审定 {official}　{reason}").format(
                    name=pick(each.field.text), own=value_text(each.field, each.declared),
                    official=value_text(each.field, each.official), reason=each.reason,
                ), selectable=True,
            )
            for each in view.corrections
        ]  # fmt: skip
        hint = label(_("以审定值为准。有不同意见请与主管部门联系；看过以后，记录随下一次上报交上去。"), "small")
        return card(column(head, *lines, hint, spacing=4))

    def _returned_card(self, about: str, note: str) -> QFrame:
        head = row(Badge(_("✗ 退回说明"), "unmet"), label(about))
        head.setStretch(1, 1)
        head.addWidget(button(_("去改说明"), self.checks_requested.emit, kind="link"))
        return card(column(head, label(note), spacing=4))

    def _comment_card(self, view: SchoolView, each: Comment) -> QFrame:
        fields = {field.id: field for field in view.assessment.form()}
        name = pick(fields[each.fact].text) if each.fact in fields else each.fact
        head = row(Badge(_("✗ 已退回"), "unmet"), label(name, "heading", wrap=False))
        head.addStretch(1)
        head.addWidget(button(_("去填报"), partial(self.field_requested.emit, each.fact), kind="link"))
        due = _("　请于 {due} 前改好").format(due=each.due) if each.due else ""
        return card(column(head, label(each.text + due), spacing=4))

    def _finding_card(self, view: SchoolView, each: Finding) -> QFrame:
        head = row(finding_badge(each), label(each.problem, selectable=True))
        head.setStretch(1, 1)
        late = days_late(each, dt.datetime.now(dt.UTC).astimezone().date())
        if late:
            head.addWidget(Badge(_("✗ 逾期 {days} 天").format(days=late), "unmet"))
        if each.fact:
            head.addWidget(button(_("去填报"), partial(self.field_requested.emit, each.fact), kind="link"))
        lines = []
        if each.basis:
            lines.append(_("依据：{basis}").format(basis=each.basis))
        if each.advice:
            lines.append(_("整改建议：{advice}").format(advice=each.advice))
        if each.due:
            lines.append(_("期限：{due}").format(due=each.due))
        made = column(head, label("　".join(lines), "muted"), spacing=6)
        if each.state == "closed":
            if each.measure:
                made.addWidget(label(_("整改措施：{measure}").format(measure=each.measure)))
            return card(made)
        measure = QPlainTextEdit(each.measure)
        measure.setPlaceholderText(_("写明整改措施"))
        measure.setAccessibleName(_("整改措施"))
        measure.setFixedHeight(64)
        measure.setTabChangesFocus(True)
        person = QLineEdit(each.person)
        person.setPlaceholderText(_("责任人"))
        person.setAccessibleName(_("责任人"))
        person.setMaximumWidth(180)
        done = QCheckBox(_("已整改完成，请主管部门销号"))
        done.setChecked(each.state == "claimed_fixed")
        made.addWidget(measure)
        foot = row(person, done)
        foot.addStretch(1)
        foot.addWidget(button(_("保存"), partial(self._answer, each.id, measure, done, person)))
        made.addLayout(foot)
        made.addWidget(label(_("保存后随下一版上报包交给主管部门。"), "small"))
        return card(made)

    def _answer(self, finding: str, measure: QPlainTextEdit, done: QCheckBox, person: QLineEdit) -> None:
        self.answered.emit(finding, measure.toPlainText(), done.isChecked(), person.text())
