"""Takes figures out of statistical workbooks: labels and column headings first, cell positions never decide.

`look` only reads: it says what can be taken, what a person should look at, and what was rejected and why, each
with file, sheet and cell. `take` stores a choice of it in one act.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.fill import entry_of, put_entries
from vetdesk.models.operations.sheets import Sheet, cell_name, read_sheets
from vetdesk.models.packs.fields import Field
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
_TOTAL_ROWS = ("总计", "合计", "本学年初", "本学年", "甲")
_CODE_COLUMNS = ("代码", "编号", "行号", "序号")
_UNIT_COLUMNS = ("计量单位", "单位")
_BRACKET = re.compile(r"\(([^()]*)\)")
_FORM = re.compile(r"教基\s*([0-9]{4})")


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
class Harvest:
    """What several workbooks offer. `unused` counts cells with a known label that this round does not need."""

    taken: tuple[Taken, ...]
    rejected: tuple[Rejected, ...]
    unused: int


@dataclass(frozen=True, slots=True)
class _Found:
    field: Field
    entry: Entry
    place: str


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
    """Labels and aliases of the round's fields, and of pairs `row_column`."""

    def __init__(self, form: Sequence[Field]) -> None:
        self.single: dict[str, Field] = {}
        self.pairs: dict[tuple[str, str], Field] = {}
        for field in form:
            for alias in (field.text["zh"], *field.aliases):
                key = label_key(alias)
                row, _bar, column = key.partition("_")
                if column:
                    self.pairs[row, column] = field
                else:
                    self.single.setdefault(_without_unit(key)[0], field)

    def find(self, key: str, form: str) -> Field | None:
        """The field of a label on a form; short everyday words count only on the form they belong to."""
        field = self.single.get(key)
        if field is None:
            return None
        everyday = len(key) <= 3 and key != label_key(field.text["zh"])
        return None if everyday and form and field.form and field.form != form else field


def look(workspace: Workspace, paths: Sequence[Path], *, year: str = figures.THIS) -> Harvest:
    """Read workbooks; nothing is stored.

    Raises KnownError where a file is no workbook or belongs to another school.
    """
    found = standing(workspace)
    form = found.assessment.form()
    labels = _Labels(form)
    current = found.assessment.entries if year == figures.THIS else found.assessment.previous
    candidates: dict[str, list[_Found]] = {}
    rejected: list[Rejected] = []
    for path in paths:
        for sheet in read_sheets(path):
            _check_school(sheet, found.unit.code, path)
            for each in _read_sheet(sheet, labels, path.name):
                if isinstance(each, Rejected):
                    rejected.append(each)
                else:
                    candidates.setdefault(each.field.id, []).append(each)
    taken = []
    for field in form:
        hits = candidates.get(field.id, [])
        values = {hit.entry.value(field.unit) for hit in hits}
        if len(values) > 1:
            rejected += [
                Rejected(hit.place, pick(field.text), hit.entry.text, _("几处的数不一样，请您选一个填写"))
                for hit in hits
            ]
        elif hits:
            now = current.get(field.id, UNFILLED)
            taken.append(Taken(field.id, hits[0].entry, hits[0].place, now))
    return Harvest(tuple(taken), tuple(rejected), 0)


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


def _read_sheet(sheet: Sheet, labels: _Labels, file: str) -> list[_Found | Rejected]:
    form = _form_of(sheet)
    found: list[_Found | Rejected] = []
    used_rows: set[int] = set()
    for at, row in enumerate(sheet.rows):
        if _is_heading(sheet, at, labels, form):
            continue
        for column, cell in enumerate(row[:6]):
            if not isinstance(cell, str) or not cell.strip():
                continue
            hits = _by_row(sheet, at, column, labels, form, file)
            if hits:
                found += hits
                used_rows.add(at)
                break
    found += _by_column(sheet, labels, form, file, used_rows)
    return found


def _is_heading(sheet: Sheet, at: int, labels: _Labels, form: str) -> bool:
    """Whether a row names columns: several known labels, or words beside words above a row of totals."""
    texts = [_without_unit(label_key(cell))[0] for cell in sheet.rows[at] if isinstance(cell, str) and cell.strip()]
    known = sum(labels.find(text, form) is not None for text in texts)
    if known > 1:
        return True
    words = [text for text in texts if not re.search(r"[0-9]", text) and not known_unit(text)]
    return known == 1 and len(words) > 1 and _total_row(sheet, at) is not None


def _form_of(sheet: Sheet) -> str:
    texts = [sheet.name] + [str(cell) for row in sheet.rows[:6] for cell in row if isinstance(cell, str)]
    for text in texts:
        match = _FORM.search(unicodedata.normalize("NFKC", text))
        if match:
            return f"教基{match.group(1)}"
    return ""


def _by_row(sheet: Sheet, at: int, column: int, labels: _Labels, form: str, file: str) -> list[_Found | Rejected]:
    """Figures of a row that begins with a known label, by the headings above its numbers."""
    row = sheet.rows[at]
    key, unit = _without_unit(label_key(str(row[column])))
    unit = _unit_in_row(sheet, at, column) or unit
    hits: list[_Found | Rejected] = []
    for other in range(column + 1, len(row)):
        heading = _heading(sheet, at, other)
        field = labels.pairs.get((key, heading))
        if field and row[other] is not None:
            hits.append(_cell(sheet, at, other, field, unit, file))
    if hits:
        return hits
    field = labels.find(key, form)
    if field is None:
        return []
    place = _value_column(sheet, at, column)
    return [] if place is None else [_cell(sheet, at, place, field, unit, file)]


def _heading(sheet: Sheet, at: int, column: int) -> str:
    """The nearest text above a cell that is a heading, not a number or a column code."""
    for above in range(at - 1, -1, -1):
        row = sheet.rows[above]
        cell = row[column] if column < len(row) else None
        if isinstance(cell, str) and len(cell.strip()) > 1 and not _looks_numeric(cell):
            return label_key(cell)
    return ""


def _looks_numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9.,\s=+%-]+|[甲乙丙丁]", unicodedata.normalize("NFKC", text)))


def _unit_in_row(sheet: Sheet, at: int, column: int) -> str:
    row = sheet.rows[at]
    for other in range(column + 1, len(row)):
        cell = row[other]
        if isinstance(cell, str) and _heading(sheet, at, other) in _UNIT_COLUMNS:
            return known_unit(unicodedata.normalize("NFKC", cell)) or ""
    return ""


def _value_column(sheet: Sheet, at: int, column: int) -> int | None:
    """The column of a row's value: under a heading of totals, else the only filled cell after the label."""
    row = sheet.rows[at]
    filled = []
    for other in range(column + 1, len(row)):
        cell = row[other]
        heading = _heading(sheet, at, other)
        if cell is None or heading in _CODE_COLUMNS or heading in _UNIT_COLUMNS:
            continue
        if isinstance(cell, str) and known_unit(unicodedata.normalize("NFKC", cell)):
            continue
        filled.append((other, heading))
    for wanted in _TOTAL_COLUMNS:
        for other, heading in filled:
            if heading == wanted:
                return other
    return filled[0][0] if len(filled) == 1 else None


def _by_column(sheet: Sheet, labels: _Labels, form: str, file: str, used_rows: set[int]) -> list[_Found | Rejected]:
    """Figures of a table whose headings are labels: taken from its row of totals."""
    found: list[_Found | Rejected] = []
    for at, row in enumerate(sheet.rows):
        if at in used_rows:
            continue
        fields = {}
        for column, cell in enumerate(row):
            key, unit = _without_unit(label_key(cell)) if isinstance(cell, str) else ("", "")
            field = labels.find(key, form) if key else None
            if field:
                fields[column] = (field, unit)
        total = _total_row(sheet, at) if fields else None
        if total is None:
            continue
        for column, (field, unit) in fields.items():
            line = sheet.rows[total]
            if column < len(line) and line[column] is not None:
                found.append(_cell(sheet, total, column, field, unit, file))
    return found


def _total_row(sheet: Sheet, heading: int) -> int | None:
    """The row of totals below a heading row; the only row of numbers where there is just one."""
    numeric = []
    for at in range(heading + 1, min(heading + 200, len(sheet.rows))):
        row = sheet.rows[at]
        first = next((cell for cell in row if isinstance(cell, str) and cell.strip()), "")
        if label_key(str(first)) in _TOTAL_ROWS and any(isinstance(cell, int | float) for cell in row):
            return at
        if any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row):
            numeric.append(at)
    return numeric[0] if len(numeric) == 1 else None


def _cell(sheet: Sheet, at: int, column: int, field: Field, unit: str, file: str) -> _Found | Rejected:
    cell = sheet.rows[at][column]
    place = f"{file} › {sheet.name} › {cell_name(at + 1, column + 1)}"
    try:
        amount = from_cell(cell)
        if not amount.unit and unit:
            amount = Amount(amount.text, unit)
        entry = entry_of(field, _rounded(amount, cell, field))
    except ValueError as error:
        return Rejected(place, pick(field.text), str(cell)[:40], str(error))
    return _Found(field, entry, place)


def _rounded(amount: Amount, cell: object, field: Field) -> Amount:
    """A float that a spreadsheet computed (`41326.700000000004`) at the two decimals of its field."""
    if isinstance(cell, float) and not field.whole and len(amount.text.partition(".")[2]) > 9:
        exact = Fraction(amount.text)
        near = Fraction(round(exact * 100), 100)
        if abs(exact - near) < Fraction(1, 10**7):
            return Amount(f"{float(near):.2f}".rstrip("0").rstrip("."), amount.unit)
    return amount
