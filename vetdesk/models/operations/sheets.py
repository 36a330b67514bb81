"""Reads workbooks and CSV files of others as plain cells, after checking that they are what they seem."""

from __future__ import annotations

import csv
import io
import lzma
import math
import os
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from vetdesk.models.operations.old_workbook import reach
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _

MAX_FILE = 50 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 20_000
MAX_COLUMNS = 256
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATION = "<!DOCTYPE"
_DECLARATIONS = tuple(_DECLARATION.encode(each) for each in ("ascii", "utf-16-le", "utf-16-be"))
_BLOCK = 1024 * 1024
_PERCENT = re.compile(r'^(?:[^"%]|"[^"]*")*%')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


class Unsolved(str):
    """The formula of a cell whose result nobody stored: what the cell shows is unknown."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its rows of cells, row 1 first. Cells are None, text, numbers, dates or booleans."""

    name: str
    rows: Sequence[Sequence[object]]


def cell_name(row: int, column: int) -> str:
    """`C7` for row 7, column 3 (both from 1)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of an .xlsx, .xlsm, .xls or .csv file.

    Raises KnownError with one sentence for everything else, for protected, damaged and oversized files.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise OSError
        if size > MAX_FILE:
            raise KnownError(
                _("“{file}”超过 50 MB，没有读取。请删去无关的工作表后再试。").format(file=name),
                code="too_large",
            )
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise KnownError(
            _("读不到文件“{file}”。请检查文件名，以及文件是否还在。").format(file=path), code="no_file"
        ) from error
    ending = path.suffix.lower()
    if ending in (".et", ".ett", ".numbers", ".ods"):
        raise _save_as(name, _("是 {ending} 格式").format(ending=ending))
    if ending == ".csv":
        return [Sheet(path.stem, _read_csv(path))]
    if head.startswith(b"PK\x03\x04") and ending in (".xlsx", ".xlsm", ".xltx", ""):
        return _read_xlsx(path)
    if head.startswith(_OLE):
        return _read_ole(path)
    raise KnownError(
        _("“{file}”不是能读的表格文件，没有读取。请用 WPS 或 Excel 打开后另存为 .xlsx 再试。").format(file=name),
        code="not_a_workbook",
    )


def _save_as(name: str, why: str) -> KnownError:
    return KnownError(
        _("“{file}”{why}，没有读取。请用 WPS 或 Excel 打开，另存为 .xlsx（不设密码）后再试。").format(
            file=name, why=why
        ),
        code="save_as_xlsx",
    )


def _damaged(name: str) -> KnownError:
    return KnownError(
        _("“{file}”已损坏或不是真正的表格文件，没有读取。请用 WPS 或 Excel 打开后另存为 .xlsx 再试。").format(
            file=name
        ),
        code="not_a_workbook",
    )


def _read_csv(path: Path) -> list[list[object]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise KnownError(
            _("“{file}”的文字编码认不出来，没有读取。请另存为 UTF-8 的 CSV 或 .xlsx。").format(file=path.name),
            code="encoding",
        )
    if "\x00" in text:
        raise _damaged(path.name)
    first_line = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first_line and "," not in first_line else ","
    try:
        rows: list[list[object]] = [
            [cell if cell.strip() else None for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise _damaged(path.name) from error
    _check_shape(path.name, len(rows), max((len(row) for row in rows), default=0))
    return rows


def _check_shape(name: str, rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise KnownError(
            _("“{file}”的表太大（最多 {rows} 行、{columns} 列），没有读取。请删去空行空列和无关内容。").format(
                file=name, rows=MAX_ROWS, columns=MAX_COLUMNS
            ),
            code="too_large",
        )


def check_archive(path: Path) -> None:
    """Refuse a workbook whose ZIP is a bomb, is encrypted, or declares XML entities.

    Raises KnownError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            total = sum(each.file_size for each in members)
            packed = max(sum(each.compress_size for each in members), 1)
            if len(members) > 5000 or total > MAX_UNPACKED or (total > 1_000_000 and total / packed > MAX_RATIO):
                raise KnownError(
                    _("“{file}”展开后过大，没有读取。请用 WPS 或 Excel 打开后另存为 .xlsx 再试。").format(
                        file=path.name
                    ),
                    code="too_large",
                )
            for each in members:
                if each.filename.startswith("xl/media/"):
                    continue
                with archive.open(each) as stream:
                    if _declares_entities(stream):
                        raise _damaged(path.name)
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError, struct.error,
        zlib.error, lzma.LZMAError,
    ) as error:  # fmt: skip
        raise _damaged(path.name) from error


def _declares_entities(stream: IO[bytes]) -> bool:
    """Whether a member declares a document type, however far behind comments, in any encoding a reader takes."""
    end = b""
    while block := stream.read(_BLOCK):
        if any(each in end + block for each in _DECLARATIONS):
            return True
        end = block[-2 * len(_DECLARATION) :]
    return False


def _trimmed(row: Sequence[object]) -> list[object]:
    """The cells of a row up to the last filled one."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return [_as_shown(cell) for cell in row[:end]]


def _as_shown(cell: object) -> object:
    """A number as the sheet shows it: 15 digits, 12 decimals (0.1 + 0.2 is 0.3); anything else as it is."""
    if not isinstance(cell, float) or not math.isfinite(cell):
        return cell
    return round(float(f"{cell:.15g}"), 12)


def _read_xlsx(path: Path) -> list[Sheet]:
    check_archive(path)
    import openpyxl

    sheets = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            formulas = _formulas(path)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    _check_shape(path.name, sheet.max_row or 0, sheet.max_column or 0)
                    waiting = formulas.get(sheet.title, {})
                    cells = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
                    rows = [
                        _trimmed([_shown(cell, waiting.get((at, number))) for number, cell in enumerate(row, start=1)])
                        for at, row in enumerate(cells, start=1)
                    ]
                    sheets.append(Sheet(sheet.title, rows))
            finally:
                book.close()
    except KnownError:
        raise
    except Exception as error:
        raise _damaged(path.name) from error
    if not sheets:
        raise _damaged(path.name)
    return sheets


def _shown(cell: Any, formula: str | None) -> object:
    """What a cell shows: a percentage as text with its sign; a formula whose value nobody stored as the formula."""
    value = cell.value
    if value is None:
        return None if formula is None else Unsolved(formula)
    if isinstance(value, int | float) and not isinstance(value, bool) and _PERCENT.search(str(cell.number_format)):
        shown = _as_shown(float(value) * 100)
        return f"{Decimal(repr(shown)).normalize():f}%" if math.isfinite(float(value)) else value
    return value


def _formulas(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """The formulas of each sheet by row and column; nothing is read twice where there are none."""
    import openpyxl

    with zipfile.ZipFile(path) as archive:
        pages = [each for each in archive.namelist() if each.startswith("xl/worksheets/") and each.endswith(".xml")]
        if not any(_FORMULA.search(archive.read(each)) for each in pages):
            return {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets:
            _check_shape(path.name, sheet.max_row or 0, sheet.max_column or 0)
            here = found.setdefault(sheet.title, {})
            for at, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), start=1):
                for number, cell in enumerate(row, start=1):
                    if cell.data_type == "f":
                        here[at, number] = str(cell.value)
    finally:
        book.close()
    return found


def _read_ole(path: Path) -> list[Sheet]:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _save_as(path.name, _("设了打开密码"))
    try:
        rows, columns = reach(data)
    except ValueError as error:
        raise _unreadable(path.name) from error
    _check_shape(path.name, rows, columns)
    import python_calamine

    try:
        with _quiet():
            book = python_calamine.load_workbook(io.BytesIO(data.ljust(-(-len(data) // 512) * 512, b"\0")))
            tables = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except BaseException as error:
        # A Rust reader answers to damage with a panic, which is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path.name) from error
    sheets = []
    for name, cells in tables.items():
        _check_shape(path.name, len(cells), max((len(row) for row in cells), default=0))
        sheets.append(Sheet(name, [_trimmed([None if cell == "" else cell for cell in row]) for row in cells]))
    if not sheets:
        raise _unreadable(path.name)
    return sheets


def _unreadable(name: str) -> KnownError:
    return _save_as(name, _("是旧格式、已损坏或设了密码，读不出来"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on standard error: a panic would print itself there before it is caught."""
    try:
        kept = os.dup(2)
    except OSError:  # a window without a console
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
