"""The Excel writer: opened again, the workbook says what the content said, and no text is ever a formula."""

from __future__ import annotations

import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.factory import DemoCity, demo_city
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.reports.city_rollup import city_rollup
from vetdesk.models.reports.content import Document, Table, number, text
from vetdesk.models.reports.to_excel import safe, write
from vetdesk.models.store.workspace import open_workspace

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "＝1", "=", "'=1")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    """The demo city."""
    return demo_city(tmp_path_factory.getbasetemp())


def table(*rows: Any, **changes: Any) -> Table:
    """A table of two columns."""
    plain = {
        "name": "表",
        "title": "题",
        "left": "左",
        "right": "右",
        "headings": ("甲", "乙"),
        "rows": rows,
        "foot": "脚",
    }
    return Table(**{**plain, **changes})


def written(path: Path, document: Document) -> Any:
    """The workbook of a document, opened again."""
    write(document, path)
    return openpyxl.load_workbook(path)


def test_the_roll_up_of_the_demo_says_what_the_board_says(demo: DemoCity) -> None:
    with open_workspace(demo.folder / "bureau") as bureau:
        document = city_rollup(board(bureau), desk(bureau).round, city_figures(bureau))
    book = openpyxl.load_workbook(demo.folder / "rollup.xlsx")
    assert book.sheetnames == ["说明", *(each.name for each in document.tables)]
    assert book.active is not None
    assert book.active.title == "达标情况"
    cover = [row[0] for row in book["说明"].iter_rows(values_only=True)]
    assert cover == [document.title, *(each or None for each in document.paragraphs)]
    for each in document.tables:
        sheet = book[each.name]
        assert sheet["A1"].value == each.title
        assert (sheet["A2"].value, sheet.cell(2, len(each.headings)).value) == (each.left, each.right)
        assert tuple(cell.value for cell in sheet[3]) == each.headings
        for at, row in enumerate(each.rows, start=4):
            for column, content in enumerate(row, start=1):
                cell = sheet.cell(at, column)
                if content.number is None:
                    assert (cell.value, cell.data_type) == (content.text or "—", "s")
                else:
                    assert Fraction(str(cell.value)) == content.number
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$1:$3"


@pytest.mark.parametrize("danger", FORMULAS)
def test_no_text_becomes_a_formula_wherever_it_stands(tmp_path: Path, danger: str) -> None:
    everywhere = table((text(danger), text(danger, "unmet")), title=danger, left=danger, right=danger,
                       headings=(danger, danger), foot=danger)  # fmt: skip
    book = written(tmp_path / "x.xlsx", Document(danger, (danger,), (everywhere,)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(found) == 2 + 1 + 2 + 2 + 2 + 1
    assert {(cell.value, cell.data_type) for cell in found} == {(danger, "s")}
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


def test_numbers_are_numbers_with_their_decimals(tmp_path: Path) -> None:
    cells = (number(1200), number(Fraction(1, 4), places=2), number(0), number(None))
    sheet = written(tmp_path / "x.xlsx", Document("题", (), (table(cells, headings=tuple("甲乙丙丁")),)))["表"]
    assert [sheet.cell(4, column).value for column in range(1, 5)] == [1200, 0.25, 0, "—"]
    assert [sheet.cell(4, column).number_format for column in (1, 2)] == ["#,##0", "#,##0.00"]


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff", "\x1b[31m"])
def test_what_a_workbook_cannot_hold_is_left_out(tmp_path: Path, mark: str) -> None:
    sheet = written(tmp_path / "x.xlsx", Document("题", (), (table((text(f"甲{mark}乙"), text("丙"))),)))["表"]
    value = sheet["A4"].value
    assert value.startswith("甲")
    assert value.endswith("乙")
    assert mark[0] not in value
    assert safe("行\n列\t") == "行\n列\t"


def test_a_cell_longer_than_a_workbook_takes_is_shortened(tmp_path: Path) -> None:
    sheet = written(tmp_path / "x.xlsx", Document("题", (), (table((text("长" * 40_000), text("丙"))),)))["表"]
    assert 30_000 < len(sheet["A4"].value) <= 32_767


def test_verdicts_are_coloured_and_worded(tmp_path: Path) -> None:
    row = (text("达标", "met"), text("未达标", "unmet"))
    sheet = written(tmp_path / "x.xlsx", Document("题", (), (table(row),)))["表"]
    assert sheet["A4"].fill.fgColor.rgb != sheet["B4"].fill.fgColor.rgb
    assert [sheet["A4"].value, sheet["B4"].value] == ["达标", "未达标"]


def test_a_document_without_tables_is_its_cover(tmp_path: Path) -> None:
    book = written(tmp_path / "x.xlsx", Document("题", ("一", "二"), ()))
    assert book.sheetnames == ["说明"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    written(path, Document("旧", (), ()))
    before = path.read_bytes()
    written(path, Document("题", (), ()))
    assert path.read_bytes() != before
    (tmp_path / "y.xlsx").write_text("a list of somebody", encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        write(Document("题", (), ()), tmp_path / "y.xlsx")
    assert caught.value.code == "other_file"
    assert (tmp_path / "y.xlsx").read_text(encoding="utf-8") == "a list of somebody"
    (tmp_path / "ordner.xlsx").mkdir()
    with pytest.raises(KnownError) as caught:
        write(Document("题", (), ()), tmp_path / "ordner.xlsx")
    assert caught.value.code == "is_folder"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ordner.xlsx", "x.xlsx", "y.xlsx"]
