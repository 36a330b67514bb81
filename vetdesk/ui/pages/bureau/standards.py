"""Standards at the bureau: the parts of one standard | a form for the part chosen | trial, base, examples, checks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetdesk.models.operations.edit_pack import Look, Standard
from vetdesk.models.packs.pack import CONFIRMED
from vetdesk.models.packs.schema import BARS, INDICATORS, ITEMS, LISTS, PACK, SHEETS, Sheet
from vetdesk.models.records.words import _, pick
from vetdesk.ui.files import ask_open, ask_save
from vetdesk.ui.pages.bureau.standards_side import StandardsSide
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, clear, column, label, row
from vetdesk.ui.widgets.schema_form import SchemaForm

Place = tuple[str, int]
"""A part and the number of its row; `("pack", 0)` is the standard itself."""

_HEAD: Place = ("pack", 0)
INHERITED = "inherited"
_ROLE = Qt.ItemDataRole.UserRole


class StandardsPage(Page):
    """Tells what the person wants; the desk does it and shows the new look."""

    shown = Signal(str)
    edit_requested = Signal(str)
    change_requested = Signal(str, object, object)
    add_requested = Signal(str, object, object)
    remove_requested = Signal(str, object)
    undo_requested = Signal(str)
    redo_requested = Signal(str)
    finish_requested = Signal(str, str)
    discard_requested = Signal(str)
    export_requested = Signal(str, Path)
    import_requested = Signal(Path)
    confirm_requested = Signal(str, str, int)
    send_requested = Signal(Path)

    def __init__(self) -> None:
        super().__init__(_("标准"), scroll=False)
        self.setMinimumWidth(1040)
        self.put_button(button(_("导出 Excel…"), self._export))
        self.edit = button(_("编辑"), self._edit, kind="primary")
        self.put_button(self.edit)
        self.standard = QComboBox()
        self.standard.setAccessibleName(_("标准"))
        self.standard.activated.connect(self._standard_chosen)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("找指标：名称或编号"))
        self.search.setAccessibleName(_("找指标"))
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setProperty("kind", "plain")
        self.tree.setAccessibleName(_("标准的各部分"))
        self.tree.currentItemChanged.connect(self._part_chosen)
        left = column(self.standard, self.search, self.tree, spacing=8)
        holder = QWidget()
        holder.setLayout(left)
        holder.setFixedWidth(262)
        self._forms = QVBoxLayout()
        self._forms.setSpacing(10)
        inside = QWidget()
        inside.setObjectName("scrollBody")
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addLayout(self._forms)
        inner.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side = StandardsSide()
        self.side.go_requested.connect(self.go_to)
        both = row(spacing=12)
        both.addWidget(holder)
        both.addWidget(self._area, 3)
        both.addWidget(self.side, 2)
        self.body.addLayout(self._links())
        self.body.addLayout(both, 1)
        for keys, slot in ((QKeySequence.StandardKey.Undo, self._undo), (QKeySequence.StandardKey.Redo, self._redo)):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        self._look: Look | None = None
        self._standards: list[Standard] = []
        self._current: Standard | None = None
        self._place: Place = _HEAD
        self._shown: list[tuple[tuple[str | int, ...], SchemaForm]] = []
        self._inherited: list[Mapping[str, Any]] = []

    def _links(self) -> QHBoxLayout:
        self._finish = button(_("完成这一版…"), self._ask_finish, kind="link")
        self._undo_link = button(_("撤销"), self._undo, kind="link")
        self._discard = button(_("放弃草稿"), self._drop, kind="link")
        self._confirm = button(_("确认达标值…"), self._ask_confirm, kind="link")
        self._send = button(_("发标准更新…"), self._ask_send, kind="link")
        line = row(
            button(_("从 Excel 导入…"), self._import, kind="link"), self._confirm, self._send, self._finish,
            self._undo_link, self._discard, spacing=4,
        )  # fmt: skip
        line.addStretch(1)
        return line

    # what is shown

    def show_standards(self, found: list[Standard]) -> None:
        """Show which standards there are; the one shown stays chosen."""
        keep = self._current
        self._standards = found
        self.standard.blockSignals(True)
        self.standard.clear()
        for each in found:
            words = pick(each.text)
            self.standard.addItem(_("草稿：{name}").format(name=words) if each.draft else f"{words}　{each.version}")
        at = next(
            (n for n, each in enumerate(found) if keep and (each.id, each.draft) == (keep.id, keep.draft)),
            next((n for n, each in enumerate(found) if keep and each.id == keep.id), 0),
        )
        self.standard.setCurrentIndex(at)
        self.standard.blockSignals(False)
        if found:
            self._standard_chosen(at)

    def choose(self, name: str, *, draft: bool) -> None:
        """Show a standard by its id."""
        for at, each in enumerate(self._standards):
            if each.id == name and each.draft == draft:
                self.standard.setCurrentIndex(at)
                self._standard_chosen(at)
                return

    def _standard_chosen(self, at: int) -> None:
        chosen = self._standards[at]
        if self._current is None or chosen != self._current:
            self._place = _HEAD
        self._current = chosen
        self.shown.emit(f"draft:{chosen.id}" if chosen.draft else chosen.place)

    def show_look(self, found: Look) -> None:
        """Draw a standard as it stands."""
        self._look = found
        plain = found.pack.plain if found.pack is not None else {}
        self._inherited = [
            each for each in plain.get("indicators", ()) if each.get("origin", {}).get("relation") == "inherit"
        ]
        draft = self.editing
        self.edit.setVisible(not draft)
        for each in (self._finish, self._undo_link, self._discard):
            each.setVisible(draft)
        self._confirm.setVisible(not draft)
        count = len(found.problems)
        state = _("{count} 处要改").format(count=count) if count else _("检查通过")
        document = str(found.source.get("document", ""))
        base = _("　叠加在《{base}》上").format(base=pick(found.base.text)) if found.base else ""
        self.say_line(
            _("{document}　第 {version} 版{base}　{state}").format(
                document=document, version=found.source.get("version", ""), base=base, state=state
            )
        )
        self._fill_tree(found.source)
        self._show_part()

    @property
    def editing(self) -> bool:
        """Whether a draft is shown."""
        return self._current is not None and self._current.draft

    def _fill_tree(self, source: Mapping[str, Any]) -> None:
        self.tree.blockSignals(True)
        opened = {
            self.tree.topLevelItem(at).text(0)  # type: ignore[union-attr]
            for at in range(self.tree.topLevelItemCount())
            if not self.tree.topLevelItem(at).isExpanded()  # type: ignore[union-attr]
        }
        first = self.tree.topLevelItemCount() == 0
        self.tree.clear()
        self._leaf(self.tree.invisibleRootItem(), _("标准信息"), _HEAD)
        for group in self._groups(source):
            node = QTreeWidgetItem([self._in_language(group)])
            for sheet in (INDICATORS, ITEMS):
                for at, each in enumerate(source.get(sheet.key, ())):
                    if each.get("group") == group.get("id"):
                        self._leaf(node, f"{_sign(sheet, each)} {self._in_language(each)}", (sheet.key, at))
            for at, each in enumerate(self._inherited):
                if each.get("group") == group.get("id"):
                    self._leaf(node, f"{_sign(INDICATORS, each)} {self._in_language(each)}", (INHERITED, at))
            if node.childCount():
                self.tree.addTopLevelItem(node)
        for sheet in LISTS:
            rows = source.get(sheet.key, ())
            if sheet in (INDICATORS, ITEMS) or not (rows or self.editing):
                continue
            node = QTreeWidgetItem([f"{_(sheet.name)}　{len(rows)}"])
            for at, each in enumerate(rows):
                self._leaf(node, self._in_language(each), (sheet.key, at))
            self.tree.addTopLevelItem(node)
        for at in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(at)
            shut = item.childCount() > 12 and first  # type: ignore[union-attr]
            item.setExpanded(item.text(0) not in opened and not shut)  # type: ignore[union-attr]
        self.tree.blockSignals(False)
        self._mark_current()
        self._filter(self.search.text())

    def _groups(self, source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The groups of the standard, and those it keeps of its base."""
        own = list(source.get("groups", ()))
        pack = self._look.pack if self._look else None
        known = {each.get("id") for each in own}
        kept = pack.groups if pack is not None else {}
        return own + [{"id": name, **each} for name, each in kept.items() if name not in known]

    def _leaf(self, parent: QTreeWidgetItem, text: str, place: Place) -> None:
        item = QTreeWidgetItem([text])
        item.setData(0, _ROLE, place)
        item.setToolTip(0, text)
        parent.addChild(item)

    @staticmethod
    def _in_language(each: Mapping[str, Any]) -> str:
        texts = {key: str(each.get(key, "")) for key in ("zh", "en")}
        name = pick(texts) or str(each.get("name") or each.get("indicator") or each.get("id") or each.get("what", ""))
        return name.replace("\n", " ")[:60]

    def _items(self) -> list[QTreeWidgetItem]:
        found = []
        waiting = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if item is None:
                continue
            found.append(item)
            waiting += [item.child(at) for at in range(item.childCount())]
        return found

    def _mark_current(self) -> None:
        for item in self._items():
            place = item.data(0, _ROLE)
            if place is not None and tuple(place) == self._place:
                self.tree.blockSignals(True)
                self.tree.setCurrentItem(item)
                self.tree.blockSignals(False)
                return

    def _filter(self, text: str) -> None:
        wanted = text.strip().lower()
        source = self._look.source if self._look else {}
        for item in self._items():
            place = item.data(0, _ROLE)
            if place is None:
                continue
            each = self._row(tuple(place), source)
            key = f"{item.text(0)} {each.get('id', '')}".lower()
            item.setHidden(bool(wanted) and wanted not in key)

    def _row(self, place: Place, source: Mapping[str, Any]) -> Mapping[str, Any]:
        key, at = place
        if key == PACK.key:
            return source
        if key == INHERITED:
            return self._inherited[at] if at < len(self._inherited) else {}
        rows = source.get(key, ())
        return rows[at] if at < len(rows) else {}

    def _part_chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None = None) -> None:
        place = item.data(0, _ROLE) if item is not None else None
        if place is not None:
            self._place = (str(place[0]), int(place[1]))
            self._show_part()

    def go_to(self, key: str, at: int) -> None:
        """Show one part."""
        self._place = (key, at)
        self._mark_current()
        self._show_part()

    def _show_part(self) -> None:
        assert self._look is not None
        source = self._look.source
        sheet = next((each for each in SHEETS if each.key == self._place[0]), INDICATORS)
        chosen = self._row(self._place, source)
        if not chosen and sheet is not PACK:
            self._place, sheet, chosen = _HEAD, PACK, source
        clear(self._forms)
        self._shown.clear()
        form = self._schema_form(sheet, chosen, self._path())
        parts: list[Any] = [label(self._in_language(chosen) if sheet is not PACK else _("标准信息"), "heading")]
        parts.append(form)
        if self._place[0] == INHERITED:
            parts.append(label(_("沿用基础标准，要改就改写成自己的一项。"), "muted"))
        if self.editing:
            parts.append(self._override_link(chosen) if self._place[0] == INHERITED else self._row_links(sheet))
        self._forms.addWidget(card(column(*parts, spacing=8)))
        if sheet is INDICATORS:
            self._show_bars(chosen)
        self._mark_problems()
        self._confirm.setEnabled(sheet in (INDICATORS, ITEMS) and bool(chosen.get("id")))
        chosen_id = str(chosen.get("id", "")) if sheet in (INDICATORS, ITEMS) else ""
        self.side.show_part(self._look, chosen_id)
        self._area.verticalScrollBar().setValue(0)

    def _path(self) -> tuple[str | int, ...]:
        return () if self._place == _HEAD else self._place

    def _schema_form(self, sheet: Sheet, values: Mapping[str, Any], path: tuple[str | int, ...]) -> SchemaForm:
        made = SchemaForm(sheet)
        made.show_row(values, editable=self.editing and self._place[0] != INHERITED)
        made.changed.connect(partial(self._changed, path))
        self._shown.append((path, made))
        return made

    def _show_bars(self, indicator: Mapping[str, Any]) -> None:
        bars = indicator.get("bars", ())
        own = self.editing and self._place[0] != INHERITED
        for at, bar in enumerate(bars):
            path = (*self._place, "bars", at)
            title = _("达标值") if len(bars) == 1 else _("达标值（第 {number} 档）").format(number=at + 1)
            form = self._schema_form(BARS, bar, path)
            parts: list[Any] = [label(title, "heading"), form]
            if own and len(bars) > 1:
                parts.append(self._link(_("删去这一档"), partial(self._remove, path)))
            self._forms.addWidget(card(column(*parts, spacing=8)))
        if own:
            add = partial(self._add, (*self._place, "bars"), {"confidence": "UNSURE"})
            self._forms.addLayout(self._link(_("添加一档达标值"), add))

    @staticmethod
    def _link(text: str, pressed: Any) -> QHBoxLayout:
        line = row(button(text, pressed, kind="link"))
        line.addStretch(1)
        return line

    def _override_link(self, chosen: Mapping[str, Any]) -> QHBoxLayout:
        own = {key: value for key, value in chosen.items() if key != "origin"}
        own.update(stands_for=chosen.get("origin", {}).get("indicator", ""), relation="replace")
        return self._link(_("改写这一项"), partial(self._add, (INDICATORS.key,), own))

    def _row_links(self, sheet: Sheet) -> QHBoxLayout:
        line = row(spacing=4)
        if sheet is not PACK:
            copied = dict(self._row(self._place, self._look.source if self._look else {}))
            if "id" in copied:
                copied["id"] = f"{copied['id']}_2"
            line.addWidget(button(_("复制一份"), partial(self._add, (self._place[0],), copied), kind="link"))
            line.addWidget(button(_("删去"), partial(self._remove, self._place), kind="link"))
        else:
            for each in LISTS:
                add = partial(self._add, (each.key,), _fresh(each))
                line.addWidget(button(_("添加{what}").format(what=_(each.name)), add, kind="link"))
        line.addStretch(1)
        return line

    def _mark_problems(self) -> None:
        assert self._look is not None
        for path, form in self._shown:
            for each in self._look.problems:
                if each.path[: len(path)] == path and len(each.path) > len(path):
                    form.say_wrong(str(each.path[len(path)]), each.reason)

    # what the person does

    @property
    def _name(self) -> str:
        return self._current.id if self._current is not None else ""

    def _changed(self, path: tuple[str | int, ...], key: str, value: object) -> None:
        self.change_requested.emit(self._name, (*path, key), value)

    def _add(self, path: tuple[str | int, ...], values: Mapping[str, Any]) -> None:
        self.add_requested.emit(self._name, path, dict(values))

    def _remove(self, path: tuple[str | int, ...]) -> None:
        self.remove_requested.emit(self._name, path)

    def _edit(self) -> None:
        if self._current is not None:
            self.edit_requested.emit(self._current.place)

    def _undo(self) -> None:
        if self.editing:
            self.undo_requested.emit(self._name)

    def _redo(self) -> None:
        if self.editing:
            self.redo_requested.emit(self._name)

    def _drop(self) -> None:
        self.discard_requested.emit(self._name)

    def _ask_finish(self) -> None:
        from PySide6.QtWidgets import QInputDialog

        assert self._look is not None
        before = str(self._look.source.get("version", ""))
        text, sure = QInputDialog.getText(self, _("完成这一版"), _("版本号"), text=f"{before}.1" if before else "1")
        if sure and text.strip():
            self.finish_requested.emit(self._name, text.strip())

    def _export(self) -> None:
        if self._current is None:
            return
        path = ask_save(self, _("导出 Excel"), f"{self._current.id}.xlsx", _("Excel 工作簿 (*.xlsx)"))
        if path is not None:
            self.export_requested.emit(f"draft:{self._name}" if self.editing else self._current.place, path)

    def _import(self) -> None:
        paths = ask_open(self, _("从 Excel 导入"), _("表格 (*.xlsx *.xls *.xlsm)"))
        if paths:
            self.import_requested.emit(paths[0])

    def _ask_confirm(self) -> None:
        assert self._look is not None
        chosen = self._row(self._place, self._look.source)
        if chosen.get("id"):
            self.confirm_requested.emit(self._name, str(chosen["id"]), 0)

    def _ask_send(self) -> None:
        path = ask_save(self, _("发标准更新"), _("标准更新.vdpkg"), _("职教达标文件 (*.vdpkg)"))
        if path is not None:
            self.send_requested.emit(path)

    def entered(self) -> None:
        self.tree.setFocus()


def _sign(sheet: Sheet, each: Mapping[str, Any]) -> str:
    """✓ for a confirmed requirement, ? for one that is not."""
    if sheet is ITEMS:
        return "✓" if each.get("confidence") in CONFIRMED else "?"
    bars = each.get("bars", ())
    sure = bars and all(bar.get("confidence") in CONFIRMED and bar.get("value") for bar in bars)
    return "✓" if sure and each.get("cmp") != "~" else "?"


def _fresh(sheet: Sheet) -> dict[str, Any]:
    """A new row of a part, with what every such row needs."""
    made: dict[str, Any] = {"id": f"new_{sheet.key[:12]}"} if sheet.columns[0].key == "id" else {}
    if any(each.key == "zh" for each in sheet.columns):
        made.update(zh=_("新的一项"), en="New")
    if sheet is INDICATORS:
        made.update(formula="0", cmp=">=", bars=[{"confidence": "UNSURE"}])
    if sheet is ITEMS:
        made["confidence"] = "UNSURE"
    return made
