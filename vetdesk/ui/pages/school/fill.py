"""Filling (S5): sections with badges, a form drawn from the standards, the verdict and shortage beside each field."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.fill import read_entry
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.reckon import is_sum
from vetdesk.models.packs.rules import Fired
from vetdesk.models.packs.typed import entry_text, grouped
from vetdesk.models.records.answers import ANSWERS, answer_word
from vetdesk.models.records.facts import UNFILLED, State
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.tables import read_rows
from vetdesk.models.records.verdicts import Severity, Verdict
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.inspection import Comment
from vetdesk.ui.widgets.choice_edit import ChoiceEdit
from vetdesk.ui.widgets.explanation_edit import explanation_edit
from vetdesk.ui.widgets.field_search import FieldSearch
from vetdesk.ui.widgets.indicator_card import IndicatorCard
from vetdesk.ui.widgets.number_edit import NumberEdit
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import (
    Badge,
    Meter,
    button,
    card,
    clear,
    column,
    hairline,
    label,
    row,
    severity_badge,
)
from vetdesk.ui.widgets.rows_edit import RowsEdit

ROW_HEIGHT = 36
PAUSE_MILLISECONDS = 60


Editor = NumberEdit | ChoiceEdit | RowsEdit


def editor_of(field: Field) -> Editor:
    """The editor of a fact, by its kind."""
    name = f"{pick(field.text)} {field.unit}"
    match field.kind:
        case "answer":
            return ChoiceEdit(name, [answer_word(each) for each in ANSWERS])
        case "bool":
            return ChoiceEdit(name, [_("是"), _("否")])
        case "text" if field.choices:
            return ChoiceEdit(name, field.choices)
        case "table":
            return RowsEdit(name)
        case _:
            edit = NumberEdit(name)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight if field.number else Qt.AlignmentFlag.AlignLeft)
            return edit


class FillPage(Page):
    """Tells `figure_typed` when a field is left; recomputes on the snapshot it holds while typing."""

    figure_typed = Signal(str, str)
    state_requested = Signal(str, str)
    import_requested = Signal()
    history_requested = Signal(str)
    take_over_requested = Signal(list)
    dispute_requested = Signal(str)
    explained = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(_("填报"), scroll=False)
        self.setMinimumWidth(1080)
        self._filled = Meter(_("已填"))
        self._met = Meter(_("达标"), role="met")
        self.put_meter(self._filled)
        self.put_meter(self._met)
        self.put_button(button(_("从报表取数…"), self.import_requested.emit))
        self.put_button(button(_("下一个未填项"), self.go_to_unfilled, kind="primary"))
        self.sections = QListWidget()
        self.sections.setProperty("kind", "plain")
        self.sections.setAccessibleName(_("栏目"))
        self.sections.setFixedWidth(176)
        self.sections.currentRowChanged.connect(self._show_section)
        self.search = FieldSearch()
        self.search.chosen.connect(self.go_to)
        left = column(self.search, self.sections, spacing=8)
        self.take_over = button(_("本栏沿用去年"), self._ask_take_over, kind="link")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(16, 8, 16, 12)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(3, 2)
        form = QWidget()
        form.setObjectName("scrollBody")
        self._form_card = card()
        inner = QVBoxLayout(form)
        inner.setContentsMargins(0, 0, 8, 0)
        self._form_card.setLayout(self._grid)
        inner.addWidget(self._form_card)
        inner.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(form)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._detail = QVBoxLayout()
        self._detail.setSpacing(10)
        self._aside = side = QWidget()
        side.setObjectName("scrollBody")
        holder = QVBoxLayout(side)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addLayout(self._detail)
        holder.addStretch(1)
        detail = QScrollArea()
        detail.setWidgetResizable(True)
        detail.setWidget(side)
        detail.setFixedWidth(292)
        detail.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = row(left, self._area, detail, spacing=12)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        aside = QShortcut(QKeySequence("Ctrl+E"), self)
        aside.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        aside.activated.connect(self._go_aside)
        find.activated.connect(self.search.setFocus)
        self._view: SchoolView | None = None
        self._rows: dict[str, _Row] = {}
        self._section = ""
        self._fact = ""
        self._history: list[str] = []
        self._fired: list[Fired] = []
        self._explaining: QLineEdit | None = None
        self._cards: dict[str, IndicatorCard] = {}
        self._touched: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._show_gaps)

    # what is shown

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot; the field that has the keyboard keeps it, with what was typed."""
        first = self._view is None or self._view.standing.desk.round.id != view.standing.desk.round.id
        self._view = view
        each = view.standing.desk.round
        self.say_line(_("截止 {date}　数据时点 {point}").format(date=each.deadline, point=each.reference_date))
        self._refresh_sections(build=first)
        self._fired = self._seen.rules()
        if first:
            self.search.offer(self._seen.form())
            self.sections.setCurrentRow(0)
            self._show_section(0)
        for fact, line in self._rows.items():
            line.show(view, fact)
        self._refresh_meters()
        self._refresh_take_over()
        if self._fact:
            self._show_detail(self._fact)

    @property
    def _seen(self) -> Assessment:
        assert self._view is not None
        return self._view.assessment

    def _sections_of(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for field in self._seen.form():
            found.setdefault(field.section, []).append(field)
        return found

    def _refresh_sections(self, *, build: bool) -> None:
        sections = self._sections_of()
        if build:
            self.sections.blockSignals(True)
            self.sections.clear()
            for name in sections:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                self.sections.addItem(item)
            self.sections.blockSignals(False)
        for at, (name, fields) in enumerate(sections.items()):
            done = sum(self._seen.entries.get(each.id, UNFILLED).state is not State.UNFILLED for each in fields)
            title = next(pick(pack.sections[name]) for pack in self._seen.packs if name in pack.sections)
            mark = "✓" if done == len(fields) else f"{done}/{len(fields)}"
            back = {each.fact for each in self._view.comments} if self._view else set[str]()
            if any(each.id in back for each in fields):
                mark += _("　● 退回")
            item = self.sections.item(at)
            if item is not None:
                item.setText(f"{title}　{mark}")

    def _refresh_meters(self) -> None:
        said = self._seen.conclusion()
        self._filled.show_count(*self._seen.filled())
        self._met.show_count(said.met, said.total)

    def _show_section(self, at: int) -> None:
        item = self.sections.item(at)
        if item is None or self._view is None:
            return
        name = str(item.data(Qt.ItemDataRole.UserRole))
        if name == self._section:
            return
        self._settle_all()
        self._section = name
        self._grid.removeWidget(self.take_over)
        clear(self._grid)
        self._rows = {}
        for column_at, heading in enumerate((item.text().partition("　")[0], _("今年"), _("去年"), _("关联指标"))):
            self._grid.addWidget(label(heading, "muted", wrap=False), 0, column_at)
        for line_at, field in enumerate(self._sections_of()[name], start=1):
            line = _Row(field, optional=self._seen.is_optional(field.id))
            line.edit.typed.connect(partial(self._typed, field.id))
            line.edit.settled.connect(partial(self._settled, field.id))
            line.edit.focused.connect(partial(self._focused, field.id))
            line.edit.next_requested.connect(partial(self._step, field.id))
            if isinstance(line.edit, RowsEdit):
                line.edit.open_requested.connect(partial(self._edit_rows, field))
            line.place(self._grid, line_at)
            line.show(self._view, field.id)
            self._rows[field.id] = line
        self._grid.addWidget(self.take_over, 2 * len(self._rows) + 1, 0, 1, 4)
        self._refresh_take_over()
        self._area.verticalScrollBar().setValue(0)
        self._focused(next(iter(self._rows)))

    def _refresh_take_over(self) -> None:
        self.take_over.setVisible(bool(self._open_with_last()))

    def _open_with_last(self) -> list[str]:
        """Figures of the section that are not filled and were last year."""
        return [
            fact
            for fact in self._rows
            if self._seen.entries.get(fact, UNFILLED).state is State.UNFILLED
            and self._seen.previous.get(fact, UNFILLED).state is State.GIVEN
        ]

    # what the person does

    def _ask_take_over(self) -> None:
        self._settle_all()
        self.take_over_requested.emit(self._open_with_last())

    def _typed(self, fact: str, text: str) -> None:
        line = self._rows[fact]
        if line.field.number and is_sum(text) and text.rstrip()[-1:] in "+-*/×÷－＋(":
            return  # not written to the end yet
        try:
            entry = read_entry(line.field, text)
        except ValueError as error:
            line.say_wrong(str(error))
            return
        line.say_wrong("")
        line.say_result(grouped(entry.text) if line.field.number and is_sum(text) else "")
        touched = self._seen.change(fact, entry)
        for each in self._rows.values():
            each.show_verdicts(self._seen, touched, gaps=False)
        for name, one in self._cards.items():
            if name in touched:
                one.show_verdict(self._seen)
        self._refresh_meters()
        self._touched |= touched
        self._pause.start()

    def _show_gaps(self) -> None:
        """Shortages are searched for once the keys rest for a moment: verdicts never wait for them."""
        for each in self._rows.values():
            each.show_verdicts(self._seen, self._touched)
        for name, one in self._cards.items():
            if name in self._touched:
                one.show_standing(self._seen)
        self._touched = set()

    def _settled(self, fact: str, text: str) -> None:
        line = self._rows.get(fact)
        if line is None:
            return
        try:
            read_entry(line.field, text)
        except ValueError as error:
            line.say_wrong(str(error))
            return
        self.figure_typed.emit(fact, text)

    def _focused(self, fact: str) -> None:
        if fact == self._fact:
            return
        self._fact = fact
        self._history = []
        self._show_detail(fact)
        self.history_requested.emit(fact)

    def _edit_rows(self, field: Field) -> None:
        from vetdesk.ui.pages.school.rows_dialog import RowsDialog

        entry = self._seen.entries.get(field.id, UNFILLED)
        text = RowsDialog.ask(self, field, read_rows(entry.text) if entry.state is State.GIVEN else [])
        if text is not None:
            self.figure_typed.emit(field.id, text)

    def _settle_all(self) -> None:
        for each in self._rows.values():
            each.edit.settle()

    def _step(self, fact: str, step: int) -> None:
        order = list(self._rows)
        at = order.index(fact) + step
        if 0 <= at < len(order):
            self._give_keyboard(order[at])
        elif at >= len(order) and self.sections.currentRow() + 1 < self.sections.count():
            self.sections.setCurrentRow(self.sections.currentRow() + 1)
            self._give_keyboard(next(iter(self._rows)))
        elif at < 0 and self.sections.currentRow() > 0:
            self.sections.setCurrentRow(self.sections.currentRow() - 1)
            self._give_keyboard(list(self._rows)[-1])

    def _give_keyboard(self, fact: str) -> None:
        edit = self._rows[fact].edit
        edit.show()  # a field just built is shown later; what is hidden cannot have the keyboard
        edit.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(edit, 0, 60)
        self._focused(fact)  # also while another window has the keyboard

    def go_to(self, fact: str) -> None:
        """Show a field and give it the keyboard."""
        for at, (_name, fields) in enumerate(self._sections_of().items()):
            if fact in {each.id for each in fields}:
                self.sections.setCurrentRow(at)
                self._give_keyboard(fact)
                return
        self._go_to_part_of(fact)

    def _go_to_part_of(self, fact: str) -> None:
        """For a figure that is computed: its first part."""
        for pack in self._seen.packs:
            if fact in pack.derived:
                from vetdesk.models.packs.formula import names

                parts = [each.id for each in pack.form() if each.id in names(pack.derived[fact])]
                if parts:
                    self.go_to(parts[0])
                    return

    def go_to_unfilled(self) -> None:
        """The next field that is not filled, after the one that has the keyboard."""
        self._settle_all()
        form = [each.id for each in self._seen.form()]
        start = form.index(self._fact) + 1 if self._fact in form else 0
        for fact in form[start:] + form[:start]:
            if self._seen.entries.get(fact, UNFILLED).state is State.UNFILLED:
                self.go_to(fact)
                return

    def entered(self) -> None:
        if self._rows:
            self._give_keyboard(self._fact if self._fact in self._rows else next(iter(self._rows)))

    # the right side

    def show_history(self, fact: str, lines: list[str]) -> None:
        """The newest changes of the field shown."""
        if fact == self._fact:
            self._history = lines
            self._show_detail(fact)

    def _show_detail(self, fact: str) -> None:
        if self._explaining is not None and self._explaining.hasFocus() and self._explaining.isModified():
            return  # somebody is writing there
        self._explaining = None
        stays = any(each.hasFocus() for each in self._aside.findChildren(QLineEdit))
        if stays:  # what has the keyboard is drawn anew: it must not go to whoever comes next
            self._aside.setFocus()
        clear(self._detail)
        self._cards = {}
        field = next(each for each in self._seen.form() if each.id == fact)
        about = [label(pick(field.text), "heading")]
        if field.about:
            about.append(label(pick(field.about), "muted"))
        if field.form:
            about.append(label(_("来源：{form}").format(form=field.form), "small"))
        self._detail.addWidget(card(column(*about, spacing=4)))
        for each in self._fired:
            if fact in each.rule.facts:
                self._detail.addWidget(self._rule_card(each))
        for pack in self._seen.packs:
            for name in pack.dependents.get(fact, ()):
                if pack is self._seen.deciding or fact not in self._seen.deciding.fields:
                    self._cards[name] = IndicatorCard(pack, name, partial(self._show_trace, pack, name))
                    self._cards[name].show_standing(self._seen)
                    self._detail.addWidget(self._cards[name])
        line = row(
            button(_("不适用…"), partial(self.state_requested.emit, fact, State.NOT_APPLICABLE.value), kind="link"),
            button(_("不清楚…"), partial(self.state_requested.emit, fact, State.UNKNOWN.value), kind="link"),
        )
        if self._seen.last_value(fact) is not None:
            line.addWidget(button(_("沿用去年"), partial(self._take_last, fact), kind="link"))
        if self._seen.is_taken_off(fact) and self._seen.entries.get(fact, UNFILLED).state is State.UNFILLED:
            line.insertWidget(0, button(_("没有（0）"), partial(self.figure_typed.emit, fact, "0"), kind="link"))
        line.addStretch(1)
        self._detail.addLayout(line)
        if self._view is not None and self._view.standing.handed.get(fact, UNFILLED).state is State.GIVEN:
            wrong = row(button(_("去年的数不对…"), partial(self.dispute_requested.emit, fact), kind="link"))
            wrong.addStretch(1)
            self._detail.addLayout(wrong)
        if stays and (edits := self._shown_explanations()):
            edits[0].setFocus()
        source = self._view.standing.sources.get(fact, "") if self._view else ""
        if self._history or source:
            texts = ([_("取自 {source}").format(source=source)] if source else []) + self._history[:5]
            self._detail.addWidget(
                card(column(label(_("修改记录"), "heading"), *(label(each, "small") for each in texts), spacing=3))
            )

    def _rule_card(self, each: Fired) -> QWidget:
        items: list[QWidget] = [severity_badge(each.severity), label(pick(each.rule.text))]
        if each.severity is Severity.MUST_EXPLAIN:
            said = self._view.standing.explanations.get(each.rule.id, "") if self._view else ""
            edit = explanation_edit(said, partial(self.explained.emit, each.rule.id))
            edit.setPlaceholderText(_("填写说明（Ctrl+E），随上报包交给主管部门"))
            edit.textEdited.connect(partial(self._is_explaining, edit))
            items.append(edit)
        return card(column(*items, spacing=6))

    def _go_aside(self) -> None:
        """From a field to the explanation asked of it, and back."""
        edits = self._shown_explanations()
        if any(each.hasFocus() for each in edits):
            self._give_keyboard(self._fact)
        elif edits:
            edits[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _shown_explanations(self) -> list[QLineEdit]:
        """The lines to explain in, without those that are about to be gone."""
        cards = [self._detail.itemAt(at).widget() for at in range(self._detail.count())]
        return [edit for each in cards if each is not None for edit in each.findChildren(QLineEdit)]

    def _is_explaining(self, edit: QLineEdit, _text: str) -> None:
        self._explaining = edit

    def _show_trace(self, pack: Pack, name: str) -> None:
        from vetdesk.ui.widgets.trace_dialog import TraceDialog

        judged, steps = self._seen.judged[pack.id][name], self._seen.explained(pack, name)
        TraceDialog(pack, pack.indicators[name], judged, steps, self).open()

    def _take_last(self, fact: str) -> None:
        value = self._seen.last_value(fact)
        if value is not None and fact in self._rows:
            entry = self._seen.previous.get(fact, UNFILLED)
            self._rows[fact].edit.setText(entry_text(self._rows[fact].field, entry) or decimal_text(value))
            self._rows[fact].edit.settle()


class _Row:
    """One line of the form: label, field, last year, badges of the indicators it feeds."""

    def __init__(self, field: Field, *, optional: bool) -> None:
        self.field = field
        self.name = label(pick(field.text))
        about = pick(field.about)
        if optional:
            about = _("选填，只用于校验。{about}").format(about=about)
        self.about = label(about, "small")
        if not about:
            self.about.hide()
        self.returned = label("", "error")
        self.returned.hide()
        self.edit = editor_of(field)
        self.edit.setFixedWidth(168)
        self.edit.setPlaceholderText(_("未填"))
        self.unit = label(field.unit, "muted", wrap=False)
        self.wrong = label("", "error")
        self.wrong.hide()
        self.result = label("", "muted", wrap=False)
        self.result.hide()
        self.last = label("", "muted", wrap=False)
        self.badges = QVBoxLayout()
        self.badges.setSpacing(3)
        self._shown: dict[str, Badge] = {}

    def place(self, grid: QGridLayout, at: int) -> None:
        """Put the line into the form."""
        at = 2 * at - 1
        grid.addWidget(hairline(), at, 0, 1, 4)
        middle = Qt.AlignmentFlag.AlignVCenter
        words = column(self.name, self.about, self.returned, spacing=0)
        words.addStretch(1)
        words.insertStretch(0, 1)
        grid.addLayout(words, at + 1, 0)
        box = column(row(self.edit, self.unit, spacing=6), self.result, self.wrong, spacing=0)
        grid.addLayout(box, at + 1, 1, middle)
        grid.addWidget(self.last, at + 1, 2, middle)
        grid.addLayout(self.badges, at + 1, 3, middle)
        grid.setRowMinimumHeight(at + 1, 52)

    def show(self, view: SchoolView, fact: str) -> None:
        """Show what is stored, unless the person is typing here."""
        seen = view.assessment
        entry = seen.entries.get(fact, UNFILLED)
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self.edit.show_kept(entry_text(self.field, entry))
            self.say_result("")
        words = {State.NOT_APPLICABLE: _("不适用：{why}"), State.UNKNOWN: _("不清楚：{why}")}
        placeholder = words.get(entry.state, "").format(why=entry.reason) or _("未填")
        self.edit.setPlaceholderText(placeholder)
        self.edit.setToolTip(entry.reason)
        self._show_last(seen, fact)
        self._show_returned([each for each in view.comments if each.fact == fact])
        self.show_verdicts(seen)

    def _show_returned(self, comments: list[Comment]) -> None:
        """What the bureau says about this figure, where it was returned."""
        said = [
            _("主管部门退回：{text}（{due} 前改好）").format(text=each.text, due=each.due)
            if each.due
            else _("主管部门退回：{text}").format(text=each.text)
            for each in comments
        ]
        self.returned.setText("\n".join(said))
        self.returned.setVisible(bool(said))

    def _show_last(self, seen: Assessment, fact: str) -> None:
        before, now = seen.last_value(fact), seen.value(fact)
        if before is None:
            self.last.setText("—")
            return
        text = shown(before)
        if now is not None and before:
            change = (now - before) / before * 100
            text += "\n" + (_("不变") if not change else f"{'+' if change > 0 else '−'}{shown(abs(change), places=1)}%")
        self.last.setText(text)

    def show_verdicts(self, seen: Assessment, touched: Collection[str] | None = None, *, gaps: bool = True) -> None:
        """Show how the indicators stand that this figure feeds (or those of them that were judged again).

        Without `gaps` an unmet one keeps what it says of its shortage until they are asked for.
        """
        pack = seen.deciding
        for name in pack.dependents.get(self.field.id, ()):
            if touched is not None and name not in touched:
                continue
            badge = self._shown.get(name)
            if badge is None:
                badge = self._shown[name] = Badge()
                self.badges.addWidget(badge)
            judged = seen.judged[pack.id][name]
            if not gaps and judged.verdict is Verdict.UNMET and badge.text.startswith(Verdict.UNMET.sign):
                continue
            gap = (
                None if not gaps else next((each for each in seen.gaps(pack, name) if each.fact == self.field.id), None)
            )
            text = pick(pack.indicators[name].text)
            if judged.verdict is Verdict.UNMET and gap is not None:
                word = _("差") if gap.change > 0 else _("多")
                text = f"{text} {word} {shown(abs(gap.change))} {gap.unit}"
            badge.show_verdict(judged.verdict, text=text)

    def say_result(self, text: str) -> None:
        """Say what typed arithmetic comes to; '' where there is none."""
        self.result.setText(f"= {text}" if text else "")
        self.result.setVisible(bool(text))

    def say_wrong(self, why: str) -> None:
        """Say why what was typed cannot be taken; '' where it can."""
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        self.edit.say_wrong(wrong=bool(why))
