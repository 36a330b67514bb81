"""Makes a standard of a plain table of requirements (id, parent, text, type, choices, weight), as public frameworks have it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.operations.pack_workbook import Mistake, refusal
from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.packs import formula
from vetdesk.models.packs import source as sources
from vetdesk.models.packs.build_parts import LONGEST
from vetdesk.models.packs.folder import FILE, write_folder
from vetdesk.models.packs.schema import Source
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.numbers import DECIMAL, from_cell
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import storage_trouble

_COLUMNS = {
    "id": ("id", "编号", "序号", "ref", "ref_id"),
    "parent": ("parent", "上级", "上级编号", "parent_id"),
    "text": ("text", "内容", "要求", "条文", "description", "requirement"),
    "type": ("type", "question type", "题型", "类型", "question_type"),
    "choices": ("choices", "选项", "options"),
    "weight": ("weight", "权重", "分值", "points"),
}
_TYPES = {
    "": "heading", "heading": "heading", "标题": "heading", "category": "heading",
    "yesno": "yesno", "yes/no": "yesno", "bool": "yesno", "boolean": "yesno", "是非": "yesno", "符合性": "yesno",
    "choice": "choice", "unique_choice": "choice", "single": "choice", "单选": "choice",
    "number": "number", "numeric": "number", "数值": "number", "数字": "number",
    "text": "text", "文字": "text", "文本": "text",
}  # fmt: skip
_MOST_CHOICES = 20
_LONGEST_CHOICE = 100
_LONGEST_ID = "q" * 40


@dataclass(frozen=True, slots=True)
class _Requirement:
    """One row."""

    row: int
    id: str
    parent: str
    text: str
    type: str
    choices: tuple[str, ...]
    weight: str


def from_table(path: Path, folder: Path, *, pack: str, title: str, document: str = "") -> tuple[int, int]:
    """Make a standard's folder of a .csv or workbook. Returns how many groups and requirements it has.

    Raises KnownError naming row, column, why and the fix; nothing is then written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / FILE).is_file())):
        raise KnownError(
            _("“{folder}”里已经有别的文件，没有写入。请换一个空文件夹。").format(folder=folder), code="not_empty"
        )
    if not title.strip():
        raise KnownError(_("没有写名称，没有写入。请写上标准的名称。"), code="no_title")
    rows = _Reader(read_sheets(path)[0], path.name).read()
    source = _source(rows, pack=pack, title=title.strip(), document=document.strip() or title.strip())
    _built, problems = sources.inspect(source)
    if problems:
        raise refusal(path.name, [Mistake("", 0, "", "", f"{each.place}：{each.reason}") for each in problems])
    try:
        write_folder(source, folder)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    return len(source["groups"]), sum(each.type != "heading" for each in rows)


class _Reader:
    def __init__(self, sheet: Sheet, file: str) -> None:
        self._sheet = sheet
        self._file = file
        self._mistakes: list[Mistake] = []
        self._places: dict[str, int] = {}
        self._heads = [str(cell).strip() if cell is not None else "" for cell in (sheet.rows[0] if sheet.rows else ())]

    def _wrong(self, row: int, column: str, reason: str) -> None:
        place = self._places.get(column)
        heading = column if place is None else self._heads[place]
        self._mistakes.append(Mistake(self._sheet.name, row, heading, cell_name(row, (place or 0) + 1), reason))

    def read(self) -> list[_Requirement]:
        """The rows.

        Raises KnownError naming everything that is wrong.
        """
        self._find_columns()
        rows: list[_Requirement] = []
        if not self._mistakes:
            rows = [
                self._row(at, cells)
                for at, cells in enumerate(self._sheet.rows[1:], start=2)
                if any(cell is not None and str(cell).strip() for cell in cells)
            ]
            self._check(rows)
        if not rows and not self._mistakes:
            self._wrong(1, "id", _("没有一行要求"))
        if self._mistakes:
            raise refusal(self._file, self._mistakes)
        return rows

    def _find_columns(self) -> None:
        for name, words in _COLUMNS.items():
            places = [at for at, head in enumerate(self._heads) if head.lower() in words]
            if places:
                self._places[name] = places[0]
            for at in places[1:]:
                heading = self._heads[at]
                why = _("与“{heading}”是同一种列，请删去一列").format(heading=self._heads[places[0]])
                self._mistakes.append(Mistake(self._sheet.name, 1, heading, cell_name(1, at + 1), why))
        for name in ("id", "text", "type"):
            if name not in self._places:
                others = "、".join(_COLUMNS[name][1:])
                self._wrong(1, name, _("缺少“{name}”这一列（也可以叫 {words}）").format(name=name, words=others))

    def _row(self, at: int, cells: Sequence[object]) -> _Requirement:
        texts = {name: self._text(at, name, cells) for name in _COLUMNS}
        kind = _TYPES.get(texts["type"].lower(), "")
        if not kind:
            why = _("不认识题型“{type}”，应写 yesno、choice、number、text，标题行留空")
            self._wrong(at, "type", why.format(type=texts["type"][:20]))
        if not texts["id"]:
            self._wrong(at, "id", _("没有编号，请填写"))
        if not texts["text"]:
            self._wrong(at, "text", _("没有内容，请填写"))
        if len(f"{texts['id']} {texts['text']}") > LONGEST:
            self._wrong(at, "text", _("文字太长（连同编号最多 {limit} 个字符），请缩短").format(limit=LONGEST))
        self._check_weight(at, kind, texts["weight"])
        choices = tuple(_plain(each) for each in re.split(r"[\n;；|]", texts["choices"]) if each.strip())
        if kind == "choice":
            self._check_choices(at, choices)
        return _Requirement(
            at, texts["id"], texts["parent"], texts["text"], kind or "heading", choices, texts["weight"]
        )

    def _text(self, at: int, name: str, cells: Sequence[object]) -> str:
        place = self._places.get(name, -1)
        cell = cells[place] if 0 <= place < len(cells) else None
        if isinstance(cell, dt.date | dt.time):
            self._wrong(at, name, _("这一格变成了日期；请把这一列设为文本格式，再按原样写"))
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return from_cell(cell).text if cell >= 0 else str(cell)
        return "" if cell is None else str(cell).strip()

    def _check_weight(self, at: int, kind: str, weight: str) -> None:
        if weight and not DECIMAL.fullmatch(weight):
            self._wrong(at, "weight", _("“{weight}”不是数字").format(weight=weight[:20]))
        elif weight.strip("0.") and kind in ("heading", "text"):
            self._wrong(at, "weight", _("标题和文字题不计分，请删去权重或改正题型"))

    def _check_choices(self, at: int, choices: Sequence[str]) -> None:
        if not 2 <= len(set(choices)) == len(choices) <= _MOST_CHOICES:
            self._wrong(at, "choices", _("单选题要有 2 到 20 个不同的选项，用分号隔开，从好到差"))
            return
        try:
            formula.parse(_steps(_LONGEST_ID, choices))
            fits = max(map(len, choices)) <= _LONGEST_CHOICE
        except formula.FormulaError:
            fits = False
        if not fits:
            self._wrong(
                at,
                "choices",
                _("选项太长（每个最多 {limit} 个字符，合起来也不能太长），请缩短").format(limit=_LONGEST_CHOICE),
            )

    def _check(self, rows: Sequence[_Requirement]) -> None:
        seen: dict[str, _Requirement] = {}
        rows = [each for each in rows if each.id]
        for each in rows:
            if each.id in seen:
                why = _("编号“{id}”与第 {row} 行重复").format(id=each.id[:40], row=seen[each.id].row)
                self._wrong(each.row, "id", why)
            seen.setdefault(each.id, each)
        for each in rows:
            if each.parent and each.parent not in seen:
                self._wrong(each.row, "parent", _("没有编号为“{id}”的上级").format(id=each.parent[:40]))
            way = {each.id}
            parent = each.parent
            while parent in seen:
                if parent in way:
                    self._wrong(each.row, "parent", _("上级绕成了圈"))
                    break
                way.add(parent)
                parent = seen[parent].parent


def _plain(choice: str) -> str:
    """A choice without what a formula cannot hold."""
    return choice.strip().replace('"', "”").replace("\\", "/")


class _Ids:
    """Ids of ours for ids of others, each once."""

    def __init__(self) -> None:
        self._used = set[str]()

    def made(self, start: str, text: str) -> str:
        """A fresh id."""
        plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:28]
        base = found = f"{start}_{plain or 'x'}"
        number = 1
        while found in self._used:
            number += 1
            found = f"{base}_{number}"
        self._used.add(found)
        return found


def _source(rows: Sequence[_Requirement], *, pack: str, title: str, document: str) -> Source:
    ids = _Ids()
    by_id = {each.id: each for each in rows}
    groups: dict[str, dict[str, Any]] = {}
    items: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    indicators: list[dict[str, Any]] = []
    for each in rows:
        if each.type == "heading":
            continue
        group = _group(groups, ids, by_id.get(each.parent), title)
        name = ids.made("q", each.id)
        text = {"zh": f"{each.id} {each.text}", "en": f"{each.id} {each.text}"}
        points = {"scoring": {"method": "ratio", "points": each.weight}} if each.weight else {}
        if each.type == "yesno":
            items.append({"id": name, "group": group, **text, "article": each.id, "confidence": "KNOWN", **points})
        else:
            facts.append(_fact(name, each, text))
            if each.type != "text":
                indicators.append(
                    {
                        "id": ids.made("i", each.id), "group": group, **text, **_measure(name, each), **points,
                    }
                )  # fmt: skip
    also = [each["id"] for each in facts if each["kind"] == "text" and "choices" not in each]
    return {
        "id": pack, "version": "1", "zh": title, "en": title, "issuer": {"zh": document, "en": document},
        "document": document, "also": also, "groups": list(groups.values()), "indicators": indicators,
        "items": items, "facts": facts,
    }  # fmt: skip


def _group(groups: dict[str, dict[str, Any]], ids: _Ids, parent: _Requirement | None, title: str) -> str:
    key = parent.id if parent else ""
    if key not in groups:
        text = f"{parent.id} {parent.text}" if parent else title
        groups[key] = {"id": ids.made("g", key or "all"), "zh": text, "en": text}
    return str(groups[key]["id"])


def _fact(name: str, each: _Requirement, text: Mapping[str, str]) -> dict[str, Any]:
    kind = "dec" if each.type == "number" else "text"
    fact = {"id": name, **text, "kind": kind, "section": "checklist"}
    return {**fact, "choices": list(each.choices)} if each.type == "choice" else fact


def _measure(name: str, each: _Requirement) -> dict[str, Any]:
    """A choice counts from 100 % for the first down to 0 for the last; a number has no required value yet."""
    if each.type == "number":
        return {"formula": name, "cmp": ">=", "bars": [{"confidence": "UNSURE", "article": each.id}]}
    bar = {"value": "100", "confidence": "KNOWN", "article": each.id}
    return {"unit": "%", "formula": _steps(name, each.choices), "cmp": ">=", "bars": [bar]}


def _steps(name: str, choices: Sequence[str]) -> str:
    """The formula of a choice."""
    steps = len(choices) - 1
    text = "0"
    for at in range(steps - 1, -1, -1):
        text = f'100 * {steps - at} / {steps} if {name} == "{choices[at]}" else {text}'
    return text
