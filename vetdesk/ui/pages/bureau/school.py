"""One school at the bureau (B8): declared, verified and accepted beside each other; confirm, return, accept."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QLineEdit, QMenu, QMessageBox

from vetdesk.models.operations.desk import Desk
from vetdesk.models.operations.finalise import code_of, stamped_in
from vetdesk.models.operations.school_file import SchoolFile
from vetdesk.models.operations.since_last_round import Change, changes
from vetdesk.models.operations.views import BureauView
from vetdesk.models.packs.conclude import full_sentence
from vetdesk.models.packs.typed import entry_text, same_value
from vetdesk.models.records.facts import UNFILLED, Entry, Stage
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.rollup.board import Line
from vetdesk.models.store.exchange import WAITING, Submission
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import short_code
from vetdesk.ui.theme import VERDICT_ROLES
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, clear, column, label, row
from vetdesk.ui.widgets.table import Item, Table

PHRASES = (
    mark("与佐证材料上的数不一致，请核对后更正。"),
    mark("佐证材料看不清，请重新拍照或扫描。"),
    mark("缺佐证材料，请补充。"),
    mark("佐证材料已过期，请换成有效的。"),
    mark("统计口径不对，请按口径说明重填。"),
    mark("单位可能写错（万元和元、亩和平方米），请核对。"),
    mark("与上年相差较大，请写明原因或更正。"),
    mark("说明不清楚，请写明具体情况。"),
)
"""Reasons to return a figure that fit often."""


_MUCH = Fraction(1, 5)
"""From this share on a change is marked; it is no verdict, only where the eye goes first."""


class BureauSchoolPage(Page):
    """Tells what the officer decides about one school."""

    details_requested = Signal(str)
    confirm_requested = Signal(str, str)
    return_requested = Signal(str, object, str)
    accept_requested = Signal(str, bool)
    adopt_requested = Signal(str, str, str)
    correct_requested = Signal(str, str, str)
    back_requested = Signal()
    file_requested = Signal(object, int)

    def __init__(self) -> None:
        super().__init__(_("学校"), scroll=False)
        self.setMinimumWidth(900)
        self.give_back = button(_("退回修改…"), self._return)
        self.accept = button(_("通过"), self._accept, kind="primary")
        self.put_button(self.give_back)
        self.put_button(self.accept)
        back = row(button(_("‹ 返回总览"), self.back_requested.emit, kind="link"))
        back.addStretch(1)
        self.behind = [
            button(text, partial(self._open_file, tab), kind="link")
            for tab, text in enumerate((_("佐证材料"), _("校验与说明"), _("各版比较"), _("经过")))
        ]
        for each in self.behind:
            back.addWidget(each)
            each.setEnabled(False)
        self.body.addLayout(back)
        self._sentence = label("", "heading", selectable=True)
        self._state = label("", "muted", selectable=True)
        self.body.addWidget(card(column(self._sentence, self._state, spacing=4)))
        self.digits = label("", "code", wrap=False, selectable=True)
        self._same = button(_("一样"), self._confirm, kind="primary")
        line = row(self.digits, self._same, spacing=16)
        line.addStretch(1)
        self._identity = card(
            column(
                label(_("核对身份：屏幕上的身份码与盖章签字表上的一样吗？不一样请不要确认，先打电话核实。")),
                line,
                spacing=6,
            ),
            kind="hint",
        )
        self._identity.hide()
        self.body.addWidget(self._identity)
        self._waiting = column(spacing=6)
        self.body.addLayout(self._waiting)
        self.table = Table(_("数据"))
        self.changed_first = QCheckBox(_("与去年不同的在前"))
        self.changed_first.setChecked(True)
        self.changed_first.toggled.connect(self._fill_again)
        self.changed = label("", "muted", wrap=False)
        told = row(self.changed_first, self.changed)
        told.addStretch(1)
        self.verdicts = Table(_("指标"))
        both = row(spacing=12)
        both.addLayout(column(told, self.table, spacing=4), 3)
        both.addWidget(self.verdicts, 2)
        self.body.addLayout(both, 1)
        self.remark = QLineEdit()
        self.remark.setPlaceholderText(_("退回理由：先在左边选中要退回的数据项（可多选），再写理由"))
        self.remark.setAccessibleName(_("退回理由"))
        self.due = QDateEdit()
        self.due.setCalendarPopup(True)
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.due.setAccessibleName(_("请于此日前改好"))
        from PySide6.QtCore import QDate

        self.due.setDate(QDate.currentDate().addDays(7))
        self.phrases = button(_("常用理由"))
        self.phrases.setMenu(QMenu(self.phrases))
        self._offer_phrases(())
        self.correct = button(_("更正审定值…"), self._correct, kind="link")
        self.body.addLayout(
            row(self.remark, self.phrases, label(_("请于此日前改好"), "muted", wrap=False), self.due, self.correct)
        )
        self._unit = ""
        self._facts: list[str] = []
        self._view: BureauView | None = None
        self._newest: BureauView | None = None
        self._file: SchoolFile | None = None

    def _offer_phrases(self, written: Sequence[str]) -> None:
        """Reasons that fit often, and those written before."""
        menu = self.phrases.menu()
        menu.clear()
        for text in dict.fromkeys((*written, *map(_, PHRASES))):
            menu.addAction(text.replace("&", "&&"), partial(self.remark.setText, text))

    @property
    def unit(self) -> str:
        """The school shown."""
        return self._unit

    @property
    def earlier(self) -> bool:
        """Whether a round before the newest is shown, in which nothing is decided any more."""
        return self._view is not None and self._view.earlier

    @property
    def school_name(self) -> str:
        """What the school is called in that round."""
        line = self._board_line()
        return line.unit.name if line is not None else self._unit

    @property
    def round_id(self) -> str:
        """The round that is shown; '' before any."""
        return self._view.desk.round.id if self._view is not None and self._view.desk is not None else ""

    @property
    def desk(self) -> Desk:
        """The desk of that round."""
        assert self._view is not None
        assert self._view.desk is not None
        return self._view.desk

    def show_school(self, unit: str, *, earlier: BureauView | None = None) -> None:
        """Change to a school, in the newest round or in an earlier one."""
        self._unit = unit
        self.remark.clear()
        self._file = None
        self._view = earlier or self._newest
        if self._view is not None:
            self._draw(self._view)
        self.details_requested.emit(unit)

    def show_view(self, view: BureauView) -> None:
        """Draw a snapshot of the newest round; while an earlier one is looked at, keep that."""
        self._newest = view
        if self._view is None or not self._view.earlier:
            self._draw(view)

    def _draw(self, view: BureauView) -> None:
        self._view = view
        line = self._board_line()
        if line is None or view.board is None:
            return
        held = self._submission()
        self.say_title(line.unit.name)
        self.say_line(
            f"{line.unit.code}　{line.state.word}"
            + (_("（代录）") if line.unit.code in view.entered else "")
            + (f"　{_('第 {seq} 版').format(seq=line.seq)}" if held else "")
            + (_("　{title}：以前的任务，只能看").format(title=self.desk.round.title) if view.earlier else "")
        )
        self._sentence.setText(full_sentence(line.deciding, line.conclusion) if held else _("还没有上报。"))
        findings = [each for each in view.findings if each.unit == self._unit and each.state != "closed"]
        said = []
        body = self._body()
        if held and body is not None:
            said.append(
                _("填报人 {person}　接收于 {at}　佐证材料 {files} 件　说明 {count} 条").format(
                    person=body.filler or "—",
                    at=held.received[:16].replace("T", " "),
                    files=len(body.evidence),
                    count=len(body.explanations),
                )
            )
            code = code_of(body)
            fit, stale = stamped_in(body, code)
            word = _("已收扫描件 {count} 件").format(count=fit) if fit else _("没有扫描件")
            if stale:
                word += _("，另有 {count} 件的核对码与这一版不一样").format(count=stale)
            said.append(_("签字表核对码 {code}　盖章件：{word}").format(code=code, word=word))
            if body.with_errors:
                said.append(_("带错上报：{why}").format(why=body.with_errors))
            if self._file is not None:
                said += [each.sentence for each in self._file.disputes]
                if held.state == "returned":
                    said += [_("已退回：{remark}").format(remark=each) for each in self._file.returned]
        said += [_("未销号问题：{problem}").format(problem=each.problem) for each in findings]
        self._state.setText("\n".join(said))
        self._show_waiting()
        for each in (self.accept, self.give_back, self.remark, self.phrases, self.due):
            each.setEnabled(held is not None and not view.earlier)
        self.correct.setVisible(held is not None and held.state == "accepted" and not view.earlier)
        self._fill_tables(line)

    def show_file(self, found: SchoolFile) -> None:
        """What was read for this school: its submission, verified and accepted figures, evidence, the digits to compare."""
        self._file = found
        self._offer_phrases(found.phrases)
        self.digits.setText(found.digits)
        self._identity.setVisible(bool(found.digits))
        lacking = sum(not each.here for each in found.proofs)
        counts = (len(found.proofs), len(found.fired) + len(found.disputes), len(found.versions), None)
        names = (_("佐证材料"), _("校验与说明"), _("各版比较"), _("经过"))
        for each, name, count in zip(self.behind, names, counts, strict=True):
            each.setEnabled(True)
            each.setText(name if count is None else f"{name} {count}")
        if lacking:
            self.behind[0].setText(
                _("佐证材料 {count}（缺 {lacking}）").format(count=len(found.proofs), lacking=lacking)
            )
        if self._view is not None:
            self._draw(self._view)

    def _open_file(self, tab: int) -> None:
        if self._file is not None:
            self.file_requested.emit(self._file, tab)

    def _body(self) -> bodies.SubmissionBody | None:
        return self._file.body if self._file is not None and self._file.unit == self._unit else None

    def _show_waiting(self) -> None:
        """Versions that are kept beside the one that counts, each with why, for the officer to choose."""
        assert self._view is not None
        clear(self._waiting)
        for each in () if self._view.earlier else self._view.submissions:
            if each.unit != self._unit or each.current or each.state not in WAITING:
                continue
            text = _("! 第 {seq} 版在等候（核对码 {code}）：{note}").format(
                seq=each.seq, code=short_code(each.hash), note=each.note or _("待核对身份")
            )
            line = row(label(text), button(_("采用这一版…"), partial(self._ask_adopt, each.hash)))
            line.setStretch(0, 1)
            self._waiting.addWidget(card(line, kind="hint"))

    def _ask_adopt(self, hash_: str) -> None:
        from PySide6.QtWidgets import QInputDialog

        reason, sure = QInputDialog.getText(self, _("采用这一版"), _("现在采用的一版会留在历史里。为什么采用这一版："))
        if sure and reason.strip():
            self.adopt_requested.emit(self._unit, hash_, reason.strip())

    def _board_line(self) -> Line | None:
        if self._view is None or self._view.board is None:
            return None
        return next((each for each in self._view.board.lines if each.unit.code == self._unit), None)

    def _submission(self) -> Submission | None:
        assert self._view is not None
        return next((each for each in self._view.submissions if each.unit == self._unit and each.current), None)

    def _fill_tables(self, line: Line) -> None:
        assert self._view is not None
        assert self._view.board is not None
        declared: dict[str, Entry] = {}
        body = self._body()
        if body is not None:
            declared = bodies.entries(body.facts, body.words)
        fields = {field.id: field for pack in line.packs for field in pack.form()}
        entries = self._file.entries if self._file is not None else {}
        before = self._file.last_year if self._file is not None else {}
        moved = {each.fact: each for each in changes(fields, before, declared)} if body is not None else {}
        if self.changed_first.isChecked():
            fields = {**{name: fields[name] for name in moved}, **fields}
        self.changed.setText(_("{count} 项与去年不同").format(count=len(moved)) if before else _("没有去年的数"))
        self._facts = list(fields)
        verified, accepted = entries.get(Stage.VERIFIED, {}), entries.get(Stage.ACCEPTED, {})
        rows = []
        for name, field in fields.items():
            entry, seen = declared.get(name, UNFILLED), verified.get(name, UNFILLED)
            differs = bool(seen.text) and not same_value(field, seen, entry)
            rows.append(
                (
                    Item(pick(field.text)),
                    Item(entry_text(field, before.get(name, UNFILLED)) or "—", number=True),
                    Item(
                        entry_text(field, entry) or entry.state.word, number=True, role="" if entry.text else "unknown"
                    ),
                    _change_item(moved.get(name)),
                    Item(entry_text(field, seen) or "—", number=True, role="unmet" if differs else ""),
                    Item(entry_text(field, accepted.get(name, UNFILLED)) or "—", number=True),
                    Item(field.unit),
                )
            )
        self.table.fill(
            (
                _("数据项"),
                _("去年"),
                _("申报值"),
                _("变化"),
                _("核实值"),
                _("审定值"),
                _("单位"),
            ),
            rows,
            stretch=0,
        )
        marks = []
        for pack in line.packs:
            for name, indicator in pack.indicators.items():
                found = [line.judged[stage][name].verdict for stage in Stage]
                marks.append(
                    (
                        Item(pick(indicator.text), tip=pick(pack.text)),
                        *(Item(f"{each.sign} {each.word}", role=VERDICT_ROLES[each]) for each in found),
                    )
                )
        self.verdicts.fill((_("指标"), _("申报"), _("核实"), _("审定")), marks, stretch=0)

    def _fill_again(self, *_checked: object) -> None:
        if self._view is not None:
            self._draw(self._view)

    def _confirm(self) -> None:
        self.confirm_requested.emit(self._unit, self.digits.text())

    def _accept(self) -> None:
        held = self._submission()
        back = self._file.returned if self._file is not None else ()
        if held is None or held.state != "returned" or not back:
            self.accept_requested.emit(self._unit, False)
            return
        asked = QMessageBox.question(
            self,
            _("通过"),
            _("第 {seq} 版已经退回（{count} 条意见）。通过后，退回意见作废。要通过吗？").format(
                seq=held.seq, count=len(back)
            ),
        )
        if asked is QMessageBox.StandardButton.Yes:
            self.accept_requested.emit(self._unit, True)

    def _correct(self) -> None:
        """Another accepted value for the figure that is chosen."""
        at = next(iter(self.table.chosen()), None)
        if at is None:
            self.remark.setPlaceholderText(_("请先选中要更正的数据项"))
            return
        fact = self._facts[at]
        entries = self._file.entries if self._file is not None else {}
        now = entries.get(Stage.ACCEPTED, {}).get(fact, UNFILLED)
        self.correct_requested.emit(self._unit, fact, now.text or now.state.word)

    def _return(self) -> None:
        text = self.remark.text().strip()
        chosen = [self._facts[at] for at in self.table.chosen()]
        if not text or not chosen:
            self.remark.setFocus(Qt.FocusReason.OtherFocusReason)
            self.remark.setPlaceholderText(_("请先选中要退回的数据项，并写明理由"))
            return
        self.return_requested.emit(self._unit, dict.fromkeys(chosen, text), self.due.date().toString("yyyy-MM-dd"))


def _change_item(each: Change | None) -> Item:
    if each is None:
        return Item("—", number=True, key=-1)
    share = abs(each.share) if each.share is not None else Fraction(10**9)
    return Item(each.text, number=True, role="warn" if share >= _MUCH else "", key=share)
