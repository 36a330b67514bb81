"""Takes figures out of statistical workbooks: labels and column headings first, cell positions never decide.

`look` only reads: it says what can be taken, what a person should look at, and what was rejected and why, each
with file, sheet and cell. `take` stores a choice of it in one act.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path

from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.fill import put_entries
from vetdesk.models.operations.label_memory import MOST, Label, remembered
from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import how_to_fill, number_entry, typed_entry
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry
from vetdesk.models.records.numbers import Amount, from_cell
from vetdesk.models.records.units import known_unit
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import figures
from vetdesk.models.store.workspace import Workspace

_CODE_LABELS = ("学校(机构)标识码", "学校标识码", "标识码")
_TOTAL_COLUMNS = (
    "数量",
    "合计",
    "总计",
    "学校产权",
    "学校产权小计",
    "本学年面积",
    "本学年",
    "今年",
    "数值",
    "人数",
)
_TOTAL_ROWS = ("总计", "合计", "本学年初", "本学年")
_CODE_COLUMNS = ("代码", "编号", "行号", "序号")
_UNIT_COLUMNS = ("计量单位", "单位")
_NOT_OURS = frozenset(
    (
        "上年",
        "去年",
        "上一年",
        "上学年",
        "上年度",
        "分值",
        "满分",
        "标准分",
        "得分",
        "核查",
        "核实",
        "审核",
        "审定",
        "备注",
        "说明",
        "依据",
    )
)
"""Headings of what is another year's, of points, or somebody else's word."""
_NO_NAMES = frozenset((*_TOTAL_COLUMNS, *_TOTAL_ROWS, *_CODE_COLUMNS, *_UNIT_COLUMNS, "标识码", "学校标识码"))
_BRACKET = re.compile(r"\(([^()]*)\)")
_FORM = re.compile(r"教基\s*([0-9]{4})")
_FIGURE = re.compile(r"[0-9][0-9,.]*")


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure that can be taken: where it stands and what is in the field now."""

    fact: str
    entry: Entry
    place: str
    now: Entry


@dataclass(frozen=True, slots=True)
class Rejected:
    """A cell that was not taken: file, sheet and cell, what it holds, why."""

    place: str
    label: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenLabel:
    """A row or column with a figure whose label no figure of the round has; `fact` is what a person said it is."""

    form: str
    key: str
    label: str
    value: str
    place: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What several workbooks offer; `open_labels` are for a person to place (each label of a form once)."""

    taken: tuple[Taken, ...]
    rejected: tuple[Rejected, ...]
    open_labels: tuple[OpenLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    field: Field
    entry: Entry
    place: str
    chosen: bool = False


@lru_cache(maxsize=10_000)
def label_key(text: str) -> str:
    """A label without what varies between forms: width, spaces, quotes, `其中`, numbering, brackets with units."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in plain if not char.isspace() and char not in "“”\"'「」:;·*")
    plain = re.sub(r"^(其中|#|[0-9]+[.、]|[一二三四五六七八九十]+、)+", "", plain)
    return plain.replace("(机构)", "")


def _without_unit(key: str) -> tuple[str, str]:
    """`图书(册)` → (`图书`, `册`); a bracket that is no unit stays."""
    found = _BRACKET.search(key)
    if found and known_unit(found.group(1)):
        return key.replace(found.group(), ""), str(known_unit(found.group(1)))
    return key, ""


class _Labels:
    """Labels and aliases of the round's fields, and of pairs `row_column`; before them, what a person said."""

    def __init__(self, form: Sequence[Field], said: Mapping[Label, str]) -> None:
        fields = {each.id: each for each in form if each.number}
        self.said = {label: fields[fact] for label, fact in said.items() if fact in fields}
        self.single: dict[str, Field] = {}
        self.pairs: dict[tuple[str, str], Field] = {}
        self.rows: set[str] = set()
        for field in form:
            for alias in (field.text["zh"], *field.aliases):
                key = label_key(alias)
                row, _bar, column = key.partition("_")
                if column:
                    self.pairs[row, column] = field
                    self.rows.add(row)
                else:
                    self.single.setdefault(_without_unit(key)[0], field)

    def find(self, key: str, form: str) -> Field | None:
        """The field of a label on a form; short everyday words count only on the form they belong to."""
        if chosen := self.said.get((form, key)):
            return chosen
        field = self.single.get(key)
        if field is None:
            return None
        everyday = len(key) <= 3 and key != label_key(field.text["zh"])
        return None if everyday and form and field.form and field.form != form else field


def look(
    workspace: Workspace, paths: Sequence[Path], *, year: str = figures.THIS, said: Mapping[Label, str] | None = None
) -> Harvest:
    """Read workbooks; nothing is stored. `said` are meanings of labels to go by besides those remembered.

    Raises KnownError where a file is no workbook or belongs to another school.
    """
    found = standing(workspace)
    form = found.assessment.form()
    labels = _Labels(form, {**remembered(workspace), **(said or {})})
    current = found.assessment.entries if year == figures.THIS else found.assessment.previous
    candidates: dict[str, list[_Found]] = {}
    rejected: list[Rejected] = []
    open_labels: dict[Label, OpenLabel] = {}
    for path in paths:
        for sheet in read_sheets(path):
            _check_school(sheet, found.unit.code, path)
            reader = _Reader(sheet, labels, path.name)
            for each in reader.read():
                if isinstance(each, Rejected):
                    rejected.append(each)
                else:
                    candidates.setdefault(each.field.id, []).append(each)
            for one in reader.open_labels:
                open_labels.setdefault((one.form, one.key), one)
    taken = []
    for field in form:
        hits = candidates.get(field.id, [])
        hits = [hit for hit in hits if hit.chosen] or hits  # a person's word before any guess
        values = {hit.entry.value(field.unit) if field.number else hit.entry.text for hit in hits}
        if len(values) > 1:
            rejected += [
                Rejected(hit.place, pick(field.text), hit.entry.text, _("几处的数不一样，请您选一个填写"))
                for hit in hits
            ]
        elif hits:
            now = current.get(field.id, UNFILLED)
            taken.append(Taken(field.id, hits[0].entry, hits[0].place, now))
    return Harvest(tuple(taken), tuple(rejected), tuple(open_labels.values())[:MOST])


def take(
    workspace: Workspace, harvest: Harvest, *, year: str = figures.THIS, only: frozenset[str] | None = None
) -> Changes:
    """Store what was offered (or `only` some of it) in one act, each figure with its place as source."""
    chosen = [each for each in harvest.taken if only is None or each.fact in only]
    return put_entries(
        workspace,
        {each.fact: each.entry for each in chosen},
        year=year,
        sources={each.fact: each.place for each in chosen},
        action="import",
    )


def _check_school(sheet: Sheet, code: str, path: Path) -> None:
    for row in sheet.rows[:15]:
        for at, cell in enumerate(row):
            if isinstance(cell, str) and label_key(cell).startswith(tuple(label_key(x) for x in _CODE_LABELS)):
                digits = "".join(re.findall(r"[0-9]+", unicodedata.normalize("NFKC", cell)))
                after = next((str(x) for x in row[at + 1 :] if x is not None), "")
                written = digits or after.removesuffix(".0").strip()
                if re.fullmatch(r"[0-9]{10}", written, re.ASCII) and written != code:
                    raise KnownError(
                        _("“{file}”里的学校标识码是 {written}，不是本校（{code}）的报表，没有取用。").format(
                            file=path.name, written=written, code=code
                        ),
                        code="other_school",
                    )


def _form_of(sheet: Sheet) -> str:
    texts = [sheet.name] + [str(cell) for row in sheet.rows[:6] for cell in row if isinstance(cell, str)]
    for text in texts:
        match = _FORM.search(unicodedata.normalize("NFKC", text))
        if match:
            return f"教基{match.group(1)}"
    return ""


def _is_word(text: str) -> bool:
    """A heading can be this: longer than a code, no number, no unit of measure."""
    plain = unicodedata.normalize("NFKC", text)
    return len(text.strip()) > 1 and not _looks_numeric(text) and known_unit(plain) is None


def _looks_numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9.,\s=+%-]+|[甲乙丙丁]", unicodedata.normalize("NFKC", text)))


def _is_figure(cell: object) -> bool:
    """Whether a cell holds a number, or a text that is one."""
    if isinstance(cell, str):
        return bool(_FIGURE.fullmatch(unicodedata.normalize("NFKC", cell).strip()))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _numbers_columns(row: Sequence[object]) -> bool:
    """Whether a row only numbers the columns: `甲 乙 1 2 3`."""
    cells = [label_key(str(cell)).removesuffix(".0") for cell in row if cell is not None and str(cell).strip()]
    if cells and cells[0] == "甲":
        return True
    return len(cells) > 1 and cells == [str(number) for number in range(1, len(cells) + 1)]


class _Reader:
    """Reads one sheet: rows that begin with a label, then tables whose headings are labels."""

    def __init__(self, sheet: Sheet, labels: _Labels, file: str) -> None:
        self._sheet = sheet
        self._rows = sheet.rows
        self._labels = labels
        self._file = file
        self._form = _form_of(sheet)
        self._headings: dict[int, list[tuple[int, str]]] = {}
        self.open_labels: list[OpenLabel] = []

    def read(self) -> list[_Found | Rejected]:
        """Every figure, and every cell that should be one but is not."""
        found: list[_Found | Rejected] = []
        used_rows: set[int] = set()
        for at, row in enumerate(self._rows):
            if at in self._numbering or self._is_heading(at):
                continue
            for column, cell in enumerate(row[:6]):
                if not isinstance(cell, str) or not cell.strip():
                    continue
                hits = self._by_row(at, column)
                if hits:
                    found += hits
                    used_rows.add(at)
                    break
            else:
                self._note_row(at)
        return found + self._by_column(used_rows)

    @cached_property
    def _numbering(self) -> frozenset[int]:
        return frozenset(at for at, row in enumerate(self._rows) if _numbers_columns(row))

    def _known(self, at: int) -> dict[int, tuple[Field, str]]:
        """The columns of a row that hold labels: the field, and the unit written with it."""
        found = {}
        for column, cell in enumerate(self._rows[at]):
            key, unit = _without_unit(label_key(cell)) if isinstance(cell, str) else ("", "")
            field = self._labels.find(key, self._form) if key else None
            if field:
                found[column] = (field, unit)
        return found

    def _is_heading(self, at: int) -> bool:
        """Whether a row names columns: several known labels, or words beside words above a row of totals."""
        known = self._known(at)
        if len(known) != 1:
            return len(known) > 1
        texts = [_without_unit(label_key(cell))[0] for cell in self._rows[at] if isinstance(cell, str) and cell.strip()]
        words = [text for text in texts if not re.search(r"[0-9]", text) and not known_unit(text)]
        return len(words) > 1 and self._total_row(at, known) is not None

    def _by_row(self, at: int, column: int) -> list[_Found | Rejected]:
        """Figures of a row that begins with a known label, by the headings above its numbers."""
        row = self._rows[at]
        key, unit = _without_unit(label_key(str(row[column])))
        field = self._labels.find(key, self._form)
        if field is None and key not in self._labels.rows:
            return []
        unit = self._unit_in_row(at, column) or unit
        hits: list[_Found | Rejected] = []
        if key in self._labels.rows:
            for other in range(column + 1, len(row)):
                pair = self._labels.pairs.get((key, self._heading(at, other)))
                if pair and row[other] is not None:
                    hits.append(self._cell(at, other, pair, unit))
        if hits or field is None:
            return hits
        place = self._value_column(at, column)
        if place is None:
            return []
        chosen = (self._form, key) in self._labels.said
        if chosen:
            self._note(str(row[column]), at, place, field.id)
        return [self._cell(at, place, field, unit, chosen=chosen)]

    def _note_row(self, at: int) -> None:
        """Note a row with words and a figure that none of its words gave to a field."""
        row = self._rows[at]
        words = [column for column, cell in enumerate(row[:6]) if isinstance(cell, str) and _is_word(cell)]
        place = self._value_column(at, words[-1]) if words else None
        if place is not None:
            self._note(str(row[words[-1]]), at, place)

    def _note(self, text: str, at: int, column: int, fact: str = "") -> None:
        """Note a label for a person to place, where it can be the name of one figure."""
        key = _without_unit(label_key(text))[0]
        cell = self._rows[at][column]
        if len(key) < 2 or key in self._labels.rows or key in _NO_NAMES or not _is_figure(cell):
            return
        shown = str(cell)[:40].removesuffix(".0")
        place = self._place(at, column)
        self.open_labels.append(OpenLabel(self._form, key, " ".join(text.split())[:80], shown, place, fact))

    def _heading(self, at: int, column: int) -> str:
        """The nearest text above a cell that is a heading, not a number or a column code."""
        if column not in self._headings:
            cells = [(above, row[column]) for above, row in enumerate(self._rows) if column < len(row)]
            self._headings[column] = [
                (above, cell) for above, cell in cells if isinstance(cell, str) and _is_word(cell)
            ]
        places = self._headings[column]
        nearest = bisect_left(places, at, key=lambda place: place[0])
        return label_key(places[nearest - 1][1]) if nearest else ""

    def _unit_in_row(self, at: int, column: int) -> str:
        row = self._rows[at]
        for other in range(column + 1, len(row)):
            cell = row[other]
            if isinstance(cell, str) and self._heading(at, other) in _UNIT_COLUMNS:
                return known_unit(unicodedata.normalize("NFKC", cell)) or ""
        return ""

    def _value_column(self, at: int, column: int) -> int | None:
        """The column of a row's value: under a heading of totals, else the only filled cell after the label."""
        row = self._rows[at]
        filled = []
        for other in range(column + 1, len(row)):
            cell = row[other]
            heading = self._heading(at, other)
            if cell is None or heading in _CODE_COLUMNS or heading in _UNIT_COLUMNS or heading in _NOT_OURS:
                continue
            if isinstance(cell, str) and known_unit(unicodedata.normalize("NFKC", cell)):
                continue
            filled.append((other, heading))
        for wanted in _TOTAL_COLUMNS:
            for other, heading in filled:
                if heading == wanted:
                    return other
        return filled[0][0] if len(filled) == 1 else None

    def _by_column(self, used_rows: set[int]) -> list[_Found | Rejected]:
        """Figures of a table whose headings are labels: taken from its row of totals."""
        found: list[_Found | Rejected] = []
        for at in range(len(self._rows)):
            fields = {} if at in used_rows else self._known(at)
            total = self._total_row(at, fields) if fields else None
            if total is None:
                continue
            line = self._rows[total]
            for column, cell in enumerate(self._rows[at][: len(line)]):
                if line[column] is None or not isinstance(cell, str):
                    continue
                field, unit = fields.get(column, (None, ""))
                chosen = (self._form, _without_unit(label_key(cell))[0]) in self._labels.said
                if field is not None:
                    found.append(self._cell(total, column, field, unit, chosen=chosen))
                if chosen or (field is None and _is_word(cell)):
                    self._note(cell, total, column, field.id if field else "")
        return found

    def _total_row(self, heading: int, columns: Collection[int]) -> int | None:
        """The row of totals below a heading row; the only row of numbers in these columns where there is just one."""
        numeric = []
        for at in range(heading + 1, min(heading + 200, len(self._rows))):
            row = self._rows[at]
            if at in self._numbering or not any(column < len(row) and _is_figure(row[column]) for column in columns):
                continue
            first = next((cell for cell in row if isinstance(cell, str) and cell.strip()), "")
            if label_key(first) in _TOTAL_ROWS:
                return at
            numeric.append(at)
        return numeric[0] if len(numeric) == 1 else None

    def _cell(self, at: int, column: int, field: Field, unit: str, *, chosen: bool = False) -> _Found | Rejected:
        cell = self._rows[at][column]
        place = self._place(at, column)
        if not field.number:
            return self._word(cell, place, field)
        try:
            amount = from_cell(cell)
            if not amount.unit and unit:
                amount = Amount(amount.text, unit)
            entry = number_entry(field, _rounded(amount, cell, field))
        except ValueError as error:
            return Rejected(place, pick(field.text), str(cell)[:40], str(error))
        return _Found(field, entry, place, chosen)

    def _word(self, cell: object, place: str, field: Field) -> _Found | Rejected:
        """What is no number: a choice, an answer, yes or no, in so many words.

        A mark or a number may stand under a heading that says no, or be points; tables have rows of their own, in the form.
        """
        name, said = pick(field.text), " ".join(str(cell).split())
        if field.kind == "table":
            return Rejected(place, name, said[:40], _("表格类的项请在填报页填"))
        if not _says(field, said):
            return Rejected(place, name, said[:40], how_to_fill(field))
        try:
            return _Found(field, typed_entry(field, said), place)
        except ValueError as error:
            return Rejected(place, name, said[:40], str(error))

    def _place(self, at: int, column: int) -> str:
        return f"{self._file} › {self._sheet.name} › {cell_name(at + 1, column + 1)}"


def _says(field: Field, said: str) -> bool:
    """Whether a text says an answer, yes or no, or a choice by its own word."""
    plain = "".join(unicodedata.normalize("NFKC", said).split())
    match field.kind:
        case "answer":
            return plain in ("符合", "基本符合", "不符合", "不适用")
        case "bool":
            return plain in ("是", "否", "有", "无", "没有")
        case _:
            return bool(field.choices)


def _rounded(amount: Amount, cell: object, field: Field) -> Amount:
    """A float that a spreadsheet computed (`41326.700000000004`) at the two decimals of its field."""
    if isinstance(cell, float) and not field.whole and len(amount.text.partition(".")[2]) > 9:
        exact = Fraction(amount.text)
        near = Fraction(round(exact * 100), 100)
        if abs(exact - near) < Fraction(1, 10**7):
            return Amount(f"{float(near):.2f}".rstrip("0").rstrip("."), amount.unit)
    return amount
