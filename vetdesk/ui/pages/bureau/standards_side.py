"""Beside a standard's form: the indicator tried on a sample, compared with its base, its examples, what is wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from vetdesk.models.operations.edit_pack import Look, attempt, sample_of
from vetdesk.models.packs.compare import Change, Fate, compare
from vetdesk.models.packs.pack import Indicator, Pack
from vetdesk.models.packs.trace import bar_text, layer_word
from vetdesk.models.records.words import _, pick
from vetdesk.ui.widgets.parts import Badge, button, card, clear, column, hairline, label, row, verdict_badge

_ROLES = {"tighten": "unmet", "relax": "met", "replace": "warn", "add": "warn", "inherit": "unknown", "same": "unknown"}


class StandardsSide(QWidget):
    """Four tabs. `go_requested` asks for the part of the standard that a problem is in."""

    go_requested = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(330)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._trial = _Pane()
        self._base = _Pane()
        self._examples = _Pane()
        self._checks = _Pane()
        for pane, name in (
            (self._trial, _("试算")),
            (self._base, _("对照基础标准")),
            (self._examples, _("样例")),
            (self._checks, _("检查")),
        ):
            self.tabs.addTab(pane, name)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.tabs)
        self._look: Look | None = None
        self._indicator = ""
        self._sample: dict[str, str] = {}
        self._sample_of = ""
        self._result = QVBoxLayout()

    def show_part(self, look: Look, indicator: str) -> None:
        """Show what belongs to one indicator ('' for a part that is none)."""
        self._look, self._indicator = look, indicator
        name = str(look.source.get("id", ""))
        if name != self._sample_of and look.pack is not None:
            self._sample, self._sample_of = sample_of(look.pack), name
        self.tabs.setTabVisible(1, bool(look.source.get("base")))
        self._show_trial()
        self._show_base()
        self._show_examples()
        self._show_checks()
        count = len(look.problems)
        self.tabs.setTabText(3, _("检查 {count}").format(count=count) if count else _("检查"))

    def _chosen(self) -> tuple[Pack, Indicator] | None:
        pack = self._look.pack if self._look else None
        if pack is None or self._indicator not in pack.indicators:
            return None
        return pack, pack.indicators[self._indicator]

    # trial

    def _show_trial(self) -> None:
        self._trial.empty()
        chosen = self._chosen()
        if chosen is None:
            text = (
                _("左边选一项指标，就能用样例数据试算。")
                if self._look and self._look.pack
                else _("改好“检查”里的问题就能试算。")
            )
            self._trial.add(label(text, "muted"))
            return
        pack, indicator = chosen
        form = QFormLayout()
        form.setVerticalSpacing(6)
        for name, field in pack.fields.items():
            if name not in indicator.facts or field.kind == "table":
                continue
            edit = QLineEdit(self._sample.get(name, ""))
            edit.setAccessibleName(pick(field.text))
            edit.setPlaceholderText(_("未填"))
            edit.setAlignment(Qt.AlignmentFlag.AlignRight if field.number else Qt.AlignmentFlag.AlignLeft)
            edit.textChanged.connect(partial(self._typed, name))
            words = label(f"{pick(field.text)}{f'（{field.unit}）' if field.unit else ''}", "small")
            words.setFixedWidth(150)
            form.addRow(words, edit)
        self._trial.add(card(column(label(_("样例学校的数据，可以改"), "heading"), form, spacing=8)))
        self._result = QVBoxLayout()
        self._trial.add_layout(self._result)
        self._try()

    def _typed(self, fact: str, text: str) -> None:
        self._sample[fact] = text
        self._try()

    def _try(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        pack, indicator = chosen
        clear(self._result)
        found = attempt(pack, indicator.id, self._sample)
        parts: list[QWidget] = [verdict_badge(found.judged)]
        for step in found.steps:
            parts += [label(step.name, "small"), label(step.text, selectable=True)]
        self._result.addWidget(card(column(*parts, spacing=3)))

    # base

    def _show_base(self) -> None:
        self._base.empty()
        look = self._look
        if look is None or look.base is None or look.pack is None:
            return
        chosen = self._chosen()
        if chosen is not None:
            self._base.add(self._origin_card(chosen[1]))
        found = compare(look.base, look.pack)
        differing = [each for each in found.indicators if each.fate is not Fate.RETIRED]
        title = _("与《{base}》相比").format(base=pick(look.base.text))
        parts: list[QWidget] = [label(title, "heading")]
        for each in differing:
            parts += [hairline(), *self._change_lines(look.pack, each)]
        for each in found.indicators:
            if each.fate is Fate.RETIRED and each.old[0] not in {d["indicator"] for d in _dropped(look.pack)}:
                parts += [hairline(), label(_("没有沿用：{name}").format(name=each.text), "muted")]
        for data in _dropped(look.pack):
            why = pick(data.get("why", {}))
            parts += [hairline(), label(_("不沿用：{name}　{why}").format(name=pick(data), why=why), "muted")]
        self._base.add(card(column(*parts, spacing=4)))

    @staticmethod
    def _origin_card(indicator: Indicator) -> QWidget:
        origin = indicator.origin
        if origin is None:
            return card(column(label(_("这一项与基础标准无关。"), "muted")))
        badge = row(Badge(layer_word(origin.relation), _ROLES.get(origin.relation, "unknown")))
        badge.addStretch(1)
        now = _("；").join(
            bar_text({"value": bar.text}, indicator.cmp, indicator.unit) for bar in indicator.threshold.every
        )
        was = _("；").join(bar_text(each, origin.cmp, origin.unit) for each in origin.was) or "—"
        return card(
            column(
                badge,
                label(_("国标：{was}").format(was=was)),
                label(_("本标准：{now}").format(now=now), "heading"),
                label(_("依据：{basis}").format(basis=origin.basis or "—"), "small"),
                spacing=4,
            )
        )

    def _change_lines(self, pack: Pack, each: Change) -> list[QWidget]:
        origin = pack.indicators[each.new[0]].origin
        relation = origin.relation if origin is not None else ""
        word = layer_word(relation) if relation else each.fate.word
        line = row(Badge(word, _ROLES.get(relation, "unknown")), label(each.text), spacing=6)
        line.addStretch(1)
        holder = QWidget()
        holder.setLayout(line)
        values = [one for one in each.aspects if one.name == _("达标值")]
        return [holder, *(label(f"{one.was or '—'} → {one.now or '—'}", "small") for one in values)]

    # examples

    def _show_examples(self) -> None:
        self._examples.empty()
        look = self._look
        pack = look.pack if look else None
        if look is None or pack is None:
            return
        missed = {str(each.place) for each in look.problems if each.path[:1] == ("examples",)}
        about = [each for each in pack.examples if not self._indicator or self._indicator in each.expect]
        if not about:
            self._examples.add(label(_("还没有样例。达标值的两边都应该有一个。"), "muted"))
            return
        parts: list[QWidget] = []
        for each in about[:60]:
            sign = "✗" if each.name in missed else "✓"
            parts.append(label(f"{sign} {each.name}", "error" if each.name in missed else "small"))
        if len(about) > 60:
            parts.append(label(_("另有 {count} 个。").format(count=len(about) - 60), "muted"))
        self._examples.add(card(column(*parts, spacing=3)))

    # checks

    def _show_checks(self) -> None:
        self._checks.empty()
        problems = self._look.problems if self._look else ()
        if not problems:
            self._checks.add(label(_("没有问题：公式、单位、引用、达标值和样例都通过。"), "muted"))
            return
        for each in problems[:100]:
            text = f"{each.place}：{each.reason}"
            if len(each.path) > 1 and isinstance(each.path[1], int):
                go = partial(self.go_requested.emit, str(each.path[0]), each.path[1])
                self._checks.add(button(text, go, kind="row"))
            else:
                self._checks.add(label(text, "error"))


def _dropped(pack: Pack) -> list[dict[str, Any]]:
    return [dict(each) for each in pack.layer.dropped if each.get("why", {}).get("zh")] if pack.layer else []


class _Pane(QScrollArea):
    """What a tab holds, scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrollBody")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 8, 8, 0)
        self._content = QVBoxLayout()
        self._content.setSpacing(8)
        outer.addLayout(self._content)
        outer.addStretch(1)
        self.setWidget(inside)

    def empty(self) -> None:
        """Take everything out."""
        clear(self._content)

    def add(self, widget: QWidget) -> None:
        """Put a widget below."""
        self._content.addWidget(widget)

    def add_layout(self, layout: QVBoxLayout) -> None:
        """Put a layout below."""
        self._content.addLayout(layout)
