"""On site (I4, I5): figures with their marks | the evidence | declared, required and verified value, method, note."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.fill import read_entry
from vetdesk.models.operations.views import InspectedView, InspectorView
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.trace import prompts
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.store.evidence import Evidence
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import Badge, Meter, button, card, clear, column, label, row

MARK_WORDS = {
    "": mark("未核"),
    "agree": mark("一致"),
    "differ": mark("不一致"),
    "cannot_verify": mark("无法核实"),
}
_SIGNS = {"": "·", "agree": "✓", "differ": "✗", "cannot_verify": "!"}
METHODS = {
    "register_check": mark("查阅证件账册"),
    "count": mark("清点"),
    "measure": mark("测量"),
    "interview": mark("询问"),
}


class ReviewPage(Page):
    """Tells `marked` for one figure, `finding_noted` for a problem, `open_requested` for evidence."""

    marked = Signal(str, str, str, str, str, str)
    finding_noted = Signal(str, str, str, str)
    open_requested = Signal(object)
    preview_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("现场核查"), scroll=False)
        self.setMinimumWidth(980)
        self._meter = Meter(_("已核"))
        self.put_meter(self._meter)
        self.put_button(button(_("下一项"), self.go_on, kind="primary"))
        self.school = QComboBox()
        self.school.setAccessibleName(_("我的学校"))
        self.school.currentIndexChanged.connect(self._school_changed)
        self.list = QListWidget()
        self.list.setProperty("kind", "plain")
        self.list.setAccessibleName(_("核查项目"))
        self.list.currentRowChanged.connect(self._item_changed)
        left = column(self.school, self.list, spacing=8)
        self._files = QVBoxLayout()
        self._picture = label(_("选中佐证材料可在这里查看图片；其他文件用系统程序打开。"), "muted")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = card(column(label(_("佐证材料"), "heading"), self._files, self._picture, spacing=8))
        layout = middle.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setStretch(2, 1)
        self._name = label("", "heading")
        self._declared = label("", "verdict", selectable=True)
        self._now = QVBoxLayout()
        self.value = QLineEdit()
        self.value.setAccessibleName(_("核实值"))
        self.value.setPlaceholderText(_("不一致时填写核实值"))
        self.value.returnPressed.connect(partial(self._mark, "differ"))
        self._wrong = label("", "error")
        self._wrong.hide()
        self.method = QComboBox()
        self.method.setAccessibleName(_("核实方式"))
        for name, word in METHODS.items():
            self.method.addItem(_(word), name)
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(_("说明"))
        self.note.setPlaceholderText(_("说明"))
        self.note.setFixedHeight(56)
        self.note.setTabChangesFocus(True)
        self._marks = {
            name: button(_(MARK_WORDS[name]), partial(self._mark, name), kind="choice") for name in MARK_WORDS if name
        }
        for at, (name, each) in enumerate(self._marks.items(), start=1):
            each.setCheckable(True)
            each.setShortcut(f"Alt+{at}")
            each.setToolTip(f"Alt+{at}　{_(MARK_WORDS[name])}")
        self.problem = QLineEdit()
        self.problem.setPlaceholderText(_("写明问题，按回车记下"))
        self.problem.setAccessibleName(_("问题"))
        self.problem.returnPressed.connect(self._note_finding)
        self._findings = QVBoxLayout()
        right_inner = column(
            self._name,
            label(_("学校申报"), "small"),
            self._declared,
            row(*self._marks.values(), spacing=6),
            self.value,
            self._wrong,
            self.method,
            self.note,
            self.problem,
            self._findings,
            label(_("按申报 → 按核实（自动计算）"), "small"),
            self._now,
            spacing=6,
        )
        right_inner.addStretch(1)
        inside = QWidget()
        inside.setLayout(right_inner)
        inside.setObjectName("scrollBody")
        right_inner.setContentsMargins(4, 0, 12, 0)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setWidget(inside)
        side.setFixedWidth(336)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setLayout(left)
        holder.setFixedWidth(250)
        both = row(spacing=12)
        both.addWidget(holder)
        both.addWidget(middle, 1)
        both.addWidget(side)
        self.body.addLayout(both, 1)
        self._view: InspectorView | None = None
        self._fact = ""

    # what is shown

    def show_view(self, view: InspectorView) -> None:
        """Draw a snapshot."""
        first = self._view is None
        self._view = view
        self.say_line(_("{title}　核查期间依据的申报数据不会变").format(title=view.desk.round.title))
        if first:
            self.school.blockSignals(True)
            for each in view.schools:
                self.school.addItem(each.unit.name, each.unit.code)
            self.school.blockSignals(False)
        self._refresh(keep=not first)

    def _school_changed(self, _at: int) -> None:
        self._fact = ""
        self._refresh(keep=False)

    def _school(self) -> InspectedView | None:
        if self._view is None:
            return None
        code = self.school.currentData()
        return next((each for each in self._view.schools if each.unit.code == code), None)

    def _fields(self) -> list[Field]:
        assert self._view is not None
        seen: dict[str, Field] = {}
        school = self._school()
        for pack in self._view.desk.seen_by(school.unit).packs if school is not None else ():
            for field in pack.form():
                seen.setdefault(field.id, field)
        return list(seen.values())

    def _refresh(self, *, keep: bool) -> None:
        school = self._school()
        if school is None:
            return
        fields = self._fields()
        self.list.blockSignals(True)
        if self.list.count() != len(fields):
            self.list.clear()
            for _each in fields:
                item = QListWidgetItem()
                item.setSizeHint(QSize(0, 34))
                self.list.addItem(item)
        for at, field in enumerate(fields):
            done = school.marks[field.id].mark if field.id in school.marks else ""
            self.list.item(at).setText(f"{_SIGNS[done]} {pick(field.text)}　{_(MARK_WORDS[done])}")
        self.list.blockSignals(False)
        self._meter.show_count(len(school.marks), len(fields))
        at = next((at for at, each in enumerate(fields) if each.id == self._fact), 0) if keep else 0
        if self.list.currentRow() != at:
            self.list.setCurrentRow(at)
        else:
            self._item_changed(at)
        self._show_files(school)
        self._show_findings(school)

    def _item_changed(self, at: int) -> None:
        school = self._school()
        fields = self._fields()
        if school is None or not 0 <= at < len(fields):
            return
        field = fields[at]
        same = field.id == self._fact
        self._fact = field.id
        entry = school.declared.get(field.id, UNFILLED)
        self._name.setText(pick(field.text))
        self._declared.setText(
            f"{entry_text(field, entry) or entry.state.word} {'' if entry.unit else field.unit}".strip()
        )
        done = school.marks.get(field.id)
        for name, each in self._marks.items():
            each.setChecked(done is not None and done.mark == name)
        if not same or not self.value.hasFocus():
            self.value.setText(
                entry_text(field, Entry(State.GIVEN, done.text, done.typed_unit)) if done and done.text else ""
            )
            self.note.setPlainText(done.note if done else "")
        if done and done.method:
            self.method.setCurrentIndex(max(self.method.findData(done.method), 0))
        self._say_wrong("")
        self._show_verdicts(school, field)

    def _show_verdicts(self, school: InspectedView, field: Field) -> None:
        """How the indicators of this figure stand: as declared → as verified (ratios are computed, never typed)."""
        assert self._view is not None
        clear(self._now)
        packs = self._view.desk.seen_by(school.unit).packs
        declared = Assessment(packs, school.declared, {}, school.unit)
        found = {name: each for name, each in school.verified.items() if each.text}
        verified = Assessment(packs, {**school.declared, **found}, {}, school.unit)
        pack = next((each for each in packs if field.id in each.fields), packs[0])
        said: list[Mapping[str, str]] = []
        for name in pack.dependents.get(field.id, ()):
            before, after = declared.judged[pack.id][name], verified.judged[pack.id][name]
            first, second = Badge(), Badge()
            first.show_verdict(before.verdict)
            second.show_verdict(after.verdict)
            indicator = pack.indicators[name]
            line = row(label(pick(indicator.text), "small"), first, label("→", wrap=False), second, spacing=6)
            line.setStretch(0, 1)
            self._now.addLayout(line)
            for text in prompts(pack, indicator):
                if text not in said:
                    said.append(text)
            gap = verified.gap_sentence(pack, name) if after.verdict.value == "unmet" else ""
            if gap:
                self._now.addWidget(label(gap, "error"))
        if said:
            self._now.addWidget(label(_("现场提示"), "small"))
            for text in said:
                self._now.addWidget(label(f"· {pick(text)}"))

    def _show_files(self, school: InspectedView) -> None:
        clear(self._files)
        for each in school.evidence:
            line = row(
                button(each.label, partial(self.preview_requested.emit, each), kind="row"),
                button(_("打开"), partial(self.open_requested.emit, each), kind="link"),
            )
            line.setStretch(0, 1)
            self._files.addLayout(line)
        if not school.evidence:
            self._files.addWidget(label(_("学校没有上传佐证材料。"), "muted"))

    def show_picture(self, each: Evidence, path: str) -> None:
        """Show an image of the evidence; other kinds are opened outside."""
        reader = QImageReader(path)
        reader.setAutoTransform(True)
        size = reader.size()
        if not each.mime.startswith("image/") or not size.isValid() or size.width() * size.height() > 80_000_000:
            self._picture.setPixmap(QPixmap())
            self._picture.setText(_("“{name}”不能在这里预览，请按“打开”。").format(name=each.label))
            return
        room = self._picture.size()
        reader.setScaledSize(
            size.scaled(max(room.width(), 200), max(room.height(), 200), Qt.AspectRatioMode.KeepAspectRatio)
        )
        self._picture.setPixmap(QPixmap.fromImage(reader.read()))

    def _show_findings(self, school: InspectedView) -> None:
        clear(self._findings)
        for each in school.findings:
            self._findings.addWidget(label(f"! {each.problem}", "small"))

    # what the person does

    def _mark(self, name: str) -> None:
        school = self._school()
        if school is None:
            return
        field = next(each for each in self._fields() if each.id == self._fact)
        text = self.value.text().strip()
        if name == "differ":
            try:
                if read_entry(field, text) == UNFILLED:
                    raise ValueError(_("请先填写核实值"))
            except ValueError as error:
                self._say_wrong(str(error))
                self._marks[name].setChecked(False)
                self.value.setFocus()
                return
        self._say_wrong("")
        self.marked.emit(
            school.unit.code, field.id, name, text if name == "differ" else "", str(self.method.currentData()),
            self.note.toPlainText(),
        )  # fmt: skip

    def _say_wrong(self, why: str) -> None:
        self._wrong.setText(why)
        self._wrong.setVisible(bool(why))

    def go_on(self) -> None:
        """The next figure that is not checked."""
        school = self._school()
        if school is None:
            return
        fields = self._fields()
        start = self.list.currentRow() + 1
        for at in [*range(start, len(fields)), *range(start)]:
            if fields[at].id not in school.marks:
                self.list.setCurrentRow(at)
                return

    def _note_finding(self) -> None:
        school = self._school()
        if school is None or self._view is None or not self.problem.text().strip():
            return
        pack = self._view.desk.decider(school.unit)
        indicator = next(iter(pack.dependents.get(self._fact, ())), "")
        self.finding_noted.emit(school.unit.code, self.problem.text().strip(), indicator, self._fact)
        self.problem.clear()

    def entered(self) -> None:
        self.list.setFocus()
