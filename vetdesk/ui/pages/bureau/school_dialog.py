"""What stands behind a school's figures: evidence page by page, rules with the school's words, versions, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vetdesk.models.operations.compare_revisions import Difference
from vetdesk.models.operations.fill import LAST_YEAR
from vetdesk.models.operations.school_file import Proof, SchoolFile
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.inspection import ExplanationReview
from vetdesk.models.sync.codes import short_code
from vetdesk.ui.theme import SEVERITY_ROLES
from vetdesk.ui.widgets.page_view import PageView
from vetdesk.ui.widgets.parts import button, column, label, row
from vetdesk.ui.widgets.table import Item, Table

EVIDENCE, RULES, VERSIONS, HISTORY = range(4)


class SchoolDialog(QDialog):
    """Tells which page of which evidence is wanted, which file to open, which two versions to compare, and what is said
    to an explanation (`reviewed`: rule, accepted, note)."""

    page_requested = Signal(str, int, int)
    open_requested = Signal(str, str)
    compare_requested = Signal(str, str)
    reviewed = Signal(str, bool, str)

    def __init__(
        self, name: str, found: SchoolFile, tab: int, parent: QWidget | None, *, only_look: bool = False
    ) -> None:
        super().__init__(parent)
        self._only_look = only_look
        self._file = found
        self._at: int | None = None
        self.wrong = label("", "error")
        self._names: dict[str, str] = {}
        self.setWindowTitle(name)
        self.resize(1120, 640)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._evidence(), _("佐证材料（{count}）").format(count=len(found.proofs)))
        self.tabs.addTab(self._rules(), _("校验与说明（{count}）").format(count=len(found.fired) + len(found.disputes)))
        self.tabs.addTab(self._versions(), _("各版比较（{count}）").format(count=len(found.versions)))
        self.tabs.addTab(self._history(), _("经过"))
        self.tabs.setCurrentIndex(tab)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(_("返回"))
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 10)
        outer.addWidget(self.tabs, 1)
        outer.addWidget(buttons)

    def start(self) -> None:
        """Ask for what is seen first."""
        if self._file.proofs:
            self.proofs.choose(0)
        if self.first.count() > 1:
            self._ask_comparison()

    # evidence

    def _evidence(self) -> QWidget:
        self.proofs = Table(_("佐证材料"))
        self.proofs.row_chosen.connect(self._chosen)
        self.proofs.row_opened.connect(self._open)
        self.proofs.fill(
            (_("名称"), _("证明的指标"), _("情况")),
            [(Item(each.entry.label), Item(each.proves), _state(each)) for each in self._file.proofs],
            stretch=0,
        )
        self.view = PageView(QSize(400, 470))
        self.view.setEnabled(False)  # marks are the school's
        if not self._file.proofs:
            self.view.note = _("学校没有交佐证材料")
        self.page = QSpinBox()
        self.page.setRange(1, 1)
        self.page.setAccessibleName(_("页码"))
        self.page.valueChanged.connect(self._ask_page)
        self.about = label("", "muted", selectable=True)
        turning = row(label(_("页码"), wrap=False), self.page, button(_("打开"), self._open_chosen, kind="link"))
        turning.addStretch(1)
        both = row(spacing=12)
        both.addLayout(column(self.proofs, self.about, spacing=6), 1)
        both.addLayout(column(self.view, turning, spacing=6))
        made = QWidget()
        both.setContentsMargins(8, 8, 8, 8)
        made.setLayout(both)
        return made

    def name_facts(self, names: dict[str, str]) -> None:
        """What figures that marks prove are called."""
        self._names = names

    def _proof(self) -> Proof | None:
        return None if self._at is None else self._file.proofs[self._at]

    def _chosen(self, at: int) -> None:
        self._at = at  # the selection follows later
        each = self._file.proofs[at]
        pins = each.entry.about.pins if each.entry.about else []
        lines = [_("；").join(each.entry.about.lines())] if each.entry.about else []
        for number, pin in enumerate(pins, start=1):
            name = self._names.get(pin.fact, pin.fact)
            lines.append(
                " ".join(filter(None, (f"[{number}]", _("第 {page} 页").format(page=pin.page), name, pin.note)))
            )
        self.about.setText("\n".join(lines))
        first = next((pin.page for pin in pins), 1)
        self.page.blockSignals(True)
        self.page.setRange(1, max(first, 1))
        self.page.setValue(first)
        self.page.blockSignals(False)
        self.view.show_picture(None)
        self._ask_page()

    def _ask_page(self, *_number: object) -> None:
        each = self._proof()
        if each is not None and each.here:
            self.page_requested.emit(each.entry.sha256, self.page.value(), self.view.side())

    def show_page(self, sha256: str, picture: QImage | None, count: int) -> None:
        """Show a page of so many, where it is still the one that is wanted."""
        each = self._proof()
        if each is None or each.entry.sha256 != sha256:
            return
        self.page.blockSignals(True)
        self.page.setRange(1, max(count, 1))
        self.page.setSuffix(f" / {max(count, 1)}")
        self.page.blockSignals(False)
        self.page.setEnabled(count > 1)
        self.view.show_picture(picture)
        pins = each.entry.about.pins if each.entry.about else []
        here = self.page.value()
        self.view.show_marks([(at, pin.area) for at, pin in enumerate(pins, 1) if pin.area and pin.page == here])

    def _open(self, at: int) -> None:
        each = self._file.proofs[at]
        self.open_requested.emit(each.entry.sha256, each.entry.label)

    def _open_chosen(self) -> None:
        each = self._proof()
        if each is not None:
            self.open_requested.emit(each.entry.sha256, each.entry.label)

    # rules, versions, history

    def _rules(self) -> QWidget:
        words = {
            Severity.BLOCK: _("✗ 不能上报"), Severity.MUST_EXPLAIN: _("! 需说明"), Severity.NOTICE: _("提醒")
        }  # fmt: skip
        self.rules = Table(_("校验与说明"))
        self._words = words
        self.show_reviews(self._file.reviews)
        self.note = QLineEdit()
        self.note.setPlaceholderText(_("退回时写明说明里还缺什么"))
        self.note.setAccessibleName(_("退回说明的理由"))
        self.note.setMaxLength(2000)
        acts = (
            button(_("认可选中的说明"), partial(self._review, True)),
            self.note, button(_("退回选中的说明"), partial(self._review, False)),
        )  # fmt: skip
        for each in acts:
            each.setEnabled(not self._only_look)
        line = row(*acts)
        made = QWidget()
        inside = column(self.rules, line, self.wrong, spacing=8)
        inside.setContentsMargins(8, 8, 8, 8)
        made.setLayout(inside)
        return made

    def show_reviews(self, reviews: Mapping[str, ExplanationReview]) -> None:
        """Show the rules with the school's words and what was said to them."""
        self.wrong.setText("")
        at = self.rules.currentIndex().row()
        self.rules.fill(
            (_("级别"), _("校验"), _("学校说明"), _("审说明")),
            [
                (
                    Item(self._words[fired.severity], role=SEVERITY_ROLES[fired.severity]),
                    Item(pick(fired.rule.text), tip=pick(fired.rule.text)),
                    Item(said or "—", tip=said),
                    _review_item(reviews.get(fired.rule.id), said),
                )
                for fired, said in self._file.fired
            ]
            + [
                (
                    Item(self._words[Severity.MUST_EXPLAIN], role=SEVERITY_ROLES[Severity.MUST_EXPLAIN]),
                    Item(_("去年的数与下发的不同：{name}").format(name=pick(each.field.text)), tip=each.sentence),
                    Item(each.reason or "—", tip=each.sentence),
                    _review_item(reviews.get(LAST_YEAR + each.field.id), each.reason),
                )
                for each in self._file.disputes
            ],
            stretch=2,
        )
        if at >= 0:
            self.rules.choose(at)

    def _review(self, accepted: bool) -> None:
        at = self.rules.currentIndex().row()
        rules = [fired.rule.id for fired, _said in self._file.fired]
        rules += [LAST_YEAR + each.field.id for each in self._file.disputes]
        if not 0 <= at < len(rules):
            self.show_wrong(_("请先选中一条校验。"))
            return
        self.reviewed.emit(rules[at], accepted, self.note.text().strip())

    def show_wrong(self, sentence: str) -> None:
        """What could not be done."""
        self.wrong.setText(sentence)

    def _versions(self) -> QWidget:
        self.first, self.second = QComboBox(), QComboBox()
        self.first.setAccessibleName(_("原来的一版"))
        self.second.setAccessibleName(_("后来的一版"))
        for period, each in (*(("", one) for one in self._file.versions), *self._file.earlier):
            current = _("（现在采用）") if each.current and not period else ""
            current = _("（{period} 年采用）").format(period=period) if each.current and period else current
            current += _("（代录）") if each.hash in self._file.proxies else ""
            text = _("第 {seq} 版").format(seq=each.seq) + f"　{each.received[:10]}　{short_code(each.hash)}{current}"
            self.first.addItem(f"{period}　{text}" if period else text, each.hash)
            self.second.addItem(f"{period}　{text}" if period else text, each.hash)
        first, second = compared_first(self._file)
        self.first.setCurrentIndex(first)
        self.second.setCurrentIndex(second)
        self.first.activated.connect(self._ask_comparison)
        self.second.activated.connect(self._ask_comparison)
        self.differences = Table(_("各版比较"))
        self.same = label(_("只收到一版，没有可以比较的。") if self.first.count() < 2 else "", "muted")
        choosing = row(self.first, label("→", wrap=False), self.second)
        choosing.addStretch(1)
        made = QWidget()
        inside = column(choosing, self.same, self.differences, spacing=8)
        inside.setContentsMargins(8, 8, 8, 8)
        made.setLayout(inside)
        return made

    def _ask_comparison(self, *_at: object) -> None:
        self.compare_requested.emit(str(self.first.currentData()), str(self.second.currentData()))

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Show where two versions differ."""
        self.same.setText(_("两版不同 {count} 处。").format(count=len(found)) if found else _("两版没有不同。"))
        self.differences.fill(
            (_("数据项"), _("原来"), _("后来")),
            [(Item(each.name), Item(each.before, tip=each.before), Item(each.after, tip=each.after)) for each in found],
            stretch=0,
        )

    def _history(self) -> QWidget:
        table = Table(_("经过"))
        table.fill(
            (_("时间"), _("谁"), _("做了什么")),
            [
                *((Item("—"), Item("—"), Item(what, tip=what)) for what in self._file.lineage),
                *((Item(at), Item(who), Item(what, tip=what)) for at, who, what in self._file.history),
            ],
            stretch=2,
        )
        return table


def compared_first(found: SchoolFile) -> tuple[int, int]:
    """The two versions that are compared at first: the one that counts now with the one that counted in the round before,
    else with the one before it; of rounds before only, the newest two."""
    every = [*found.versions, *(one for _period, one in found.earlier)]
    now = next((at for at, one in enumerate(found.versions) if one.current), 0)
    before = next((at for at in range(len(found.versions), len(every)) if every[at].current and at != now), None)
    if before is None:
        before = next(
            (at for at in range(len(every)) if at > now), next((at for at in range(len(every)) if at != now), now)
        )
    return before, now


def _review_item(review: ExplanationReview | None, said: str) -> Item:
    if review is None or review.said != said.strip():
        return Item("—")
    if review.state == "accepted":
        return Item(_("✓ 已认可"), role="met")
    return Item(_("✗ 已退回：{note}").format(note=review.note), role="unmet", tip=review.note)


def _state(each: Proof) -> Item:
    if not each.here:
        return Item(_("✗ 没有收到文件"), role="unmet")
    if each.expired:
        return Item(_("✗ 已过期"), role="unmet")
    return Item(_("✓ 已收到"), role="met")
