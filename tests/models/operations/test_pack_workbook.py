"""A standard in Excel: written, edited the way people do, and read back as exactly what they meant, or not at all."""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.factory import NINE, SETUP
from tests.models.packs.material import Plain
from vetdesk.models.operations.pack_workbook import from_excel, mistakes_of, read, to_excel, write
from vetdesk.models.packs.byte_form import fingerprint, plain_hash
from vetdesk.models.packs.folder import EXAMPLES, FILE, read_folder, texts
from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.schema import SHEETS, Source, tidy
from vetdesk.models.packs.source import SHIPPED, load, shipped_ids, to_plain
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.ui.cli import main

WHOLE = re.compile(r"工作表“指标”第 (\d+) 行“公式”（F(\d+)）：.+")


@cache
def shipped(name: str) -> Source:
    return read_folder(SHIPPED / name)


def source_of(name: str, **changes: Any) -> Source:
    """A source form of one's own to change."""
    return {**copy.deepcopy(shipped(name)), **changes}


def page(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def column(sheet: Worksheet, heading: str) -> int:
    return next(at for at in range(1, sheet.max_column + 1) if sheet.cell(1, at).value == heading)


def row(sheet: Worksheet, name: str) -> int:
    return next(at for at in range(2, sheet.max_row + 1) if sheet.cell(at, 1).value == name)


def cell(book: Workbook, sheet: str, name: str, heading: str) -> Cell:
    """The cell of a row (by what stands in its first column) and a heading."""
    at = page(book, sheet)
    found = at.cell(row(at, name), column(at, heading))
    assert isinstance(found, Cell)
    return found


def head(book: Workbook, heading: str) -> Cell:
    """The value of the pack's own page."""
    sheet = page(book, "标准")
    found = sheet.cell(next(at for at in range(1, 40) if sheet.cell(at, 1).value == heading), 2)
    assert isinstance(found, Cell)
    return found


@cache
def workbook_of(name: str) -> bytes:
    """The workbook of a shipped standard."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        to_excel(name, path)
        return path.read_bytes()


def edited(folder: Path, edit: Callable[[Workbook], object], name: str = NINE, *, source: Source | None = None) -> Path:
    """The workbook of a standard after somebody edited it."""
    path = folder / "edited.xlsx"
    if source is None:
        book = openpyxl.load_workbook(io.BytesIO(workbook_of(name)))
    else:
        write(source, path)
        book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def same_files(folder: Path, name: str) -> bool:
    return files_of(folder) == {each: (SHIPPED / name / each).read_bytes() for each in (FILE, EXAMPLES)}


# nothing is lost on the way


@pytest.mark.parametrize("name", shipped_ids())
def test_a_shipped_standard_comes_back_from_excel_byte_for_byte(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(name))
    assert from_excel(tmp_path / "a.xlsx", tmp_path / "new") == [EXAMPLES, FILE]
    assert same_files(tmp_path / "new", name)
    assert plain_hash(to_plain(read_folder(tmp_path / "new"))) == fingerprint(load(name))


@pytest.mark.parametrize("name", shipped_ids())
def test_a_workbook_that_was_opened_and_saved_comes_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    found = read(edited(tmp_path, lambda _book: None, name))
    assert found.mistakes == []
    files = {file: text.encode("utf-8") for file, text in texts(found.source).items()}
    assert files == files_of(SHIPPED / name)


def test_the_workbook_has_every_page_in_order_and_keeps_its_headings_in_sight(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [each.name for each in SHEETS]
    assert [page(book, each.name).freeze_panes for each in SHEETS] == [None] + ["B3"] * (len(SHEETS) - 1)


def test_the_workbook_is_chinese_in_whatever_language_the_program_speaks(tmp_path: Path) -> None:
    (tmp_path / "zh.xlsx").write_bytes(workbook_of(NINE))
    assert main(["--lang", "en", "pack", "to-excel", NINE, str(tmp_path / "en.xlsx")]) == 0
    both = [openpyxl.load_workbook(tmp_path / each) for each in ("zh.xlsx", "en.xlsx")]
    for sheet in SHEETS:
        first, second = (list(page(book, sheet.name).values) for book in both)
        assert first == second


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(SETUP))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    kinds = {each.data_type for sheet in book.worksheets for line in sheet.iter_rows() for each in line}
    assert kinds == {"s", "n"}
    assert {
        each.value for sheet in book.worksheets for line in sheet.iter_rows() for each in line if each.data_type == "n"
    } == {None}


FORMULAS = ("=1+1", "+加分项", "-减分项", "@某", "=HYPERLINK(1)\n第二行", "-", "=", "'引号", "\t制表", "=A1")


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    source = source_of(SETUP, zh="=1+1")
    for each, text in zip(source["indicators"], FORMULAS, strict=False):
        each["zh"] = text
    source = tidy(source)
    path = edited(tmp_path, lambda _book: None, source=source)
    book = openpyxl.load_workbook(path)
    assert (head(book, "名称").data_type, head(book, "名称").value) == ("s", "=1+1")
    for each, text in zip(source["indicators"], FORMULAS, strict=False):
        found = cell(book, "指标", each["id"], "名称")
        assert (found.data_type, found.value) == ("s", text.strip())
    from_excel(path, tmp_path / "new")
    assert read_folder(tmp_path / "new") == source


def test_a_text_that_looks_like_something_else_stays_as_it_is(tmp_path: Path) -> None:
    texts_ = ["0012", "1e5", "是", "2026-01-01", "#N/A", "TRUE", "两行\n文字", "_x0041_", "🏫", "制表\t符", "3.10"]
    source = source_of(SETUP)
    for each, text in zip(source["indicators"], texts_, strict=False):
        each["note"] = {"zh": text, "en": text}
    assert read(edited(tmp_path, lambda _book: None, source=source)).source == tidy(source)


def test_a_figure_of_an_example_comes_back_as_it_was(tmp_path: Path) -> None:
    source = source_of(NINE)
    for each, value in zip(source["examples"], ["a=b", "x=y=z", "", "0", "两 个 词"], strict=False):
        each["facts"]["school_name"] = value
    write(source, tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").source == source


@pytest.mark.parametrize("part", ["base_facts", "examples"])
def test_a_table_without_rows_comes_back_as_one(part: str, tmp_path: Path) -> None:
    source = source_of(SETUP)
    facts: Plain = source["base_facts"] if part == "base_facts" else source["examples"][0]["facts"]
    facts["majors"] = []
    write(source, tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").source == source


def test_a_table_too_long_for_a_cell_is_refused_and_no_workbook_is_written(tmp_path: Path) -> None:
    source = source_of(SETUP)
    rows = [{"major_code": str(at), "major_name": "现代农业技术" * 5, "students": "1"} for at in range(500)]
    source["examples"][0]["facts"]["majors"] = rows
    with pytest.raises(KnownError, match=r"工作表“样例”的 B3 放不下：内容有 [0-9]+ 个字符，一格最多 32000 个"):
        write(source, tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_base_figure_that_is_not_filled_comes_back_as_one(tmp_path: Path) -> None:
    source = source_of(NINE)
    source["base_facts"]["bldg_excl_use"] = ""
    write(source, tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    assert (reading.source, reading.mistakes) == (source, [])


@pytest.mark.parametrize("value", [40000, 40000.5])
def test_a_number_without_quotes_in_the_file_is_the_same_standard_after_excel(value: float, tmp_path: Path) -> None:
    source = source_of(NINE)
    source["indicators"][0]["bars"][0]["value"] = value
    write(source, tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").source == tidy(source)


# what people do to a workbook


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (41000, "41000"), (41000.5, "41000.5"), ("41000", "41000"), ("41000 ", "41000"), (" 41000", "41000"),
        ("41000\n", "41000"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), ("40000 + 1000", "40000 + 1000"),
    ],
)  # fmt: skip
def test_an_edited_threshold_is_exactly_that_change(typed: object, expected: str, tmp_path: Path) -> None:
    source = source_of(NINE)
    del source["examples"]

    def edit(book: Workbook) -> None:
        cell(book, "达标值", "db22_land", "达标值").value = typed  # type: ignore[assignment]

    from_excel(edited(tmp_path, edit, source=source), tmp_path / "new")
    source["indicators"][0]["bars"][0]["value"] = expected
    assert read_folder(tmp_path / "new") == source


def test_a_threshold_typed_with_a_percent_sign_is_not_taken_for_a_hundredth_of_it(tmp_path: Path) -> None:
    source = source_of(SETUP)
    del source["examples"]

    def edit(book: Workbook) -> None:
        found = cell(book, "达标值", "zz10_prof_pct", "达标值")
        if found.number_format != "@":  # a cell formatted as text keeps what is typed
            found.value, found.number_format = 0.6, "0%"

    try:
        from_excel(edited(tmp_path, edit, source=source), tmp_path / "new")
    except KnownError:
        return
    bars = next(each["bars"] for each in read_folder(tmp_path / "new")["indicators"] if each["id"] == "zz10_prof_pct")
    assert bars[0]["value"] != "0.6"


def test_a_changed_threshold_that_an_example_contradicts_is_refused_at_the_example(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "达标值", "db22_land", "达标值").value = 41000

    with pytest.raises(KnownError) as caught:
        from_excel(edited(tmp_path, edit), tmp_path / "new")
    assert "工作表“样例”第 3 行“样例名称”（A3）：" in caught.value.sentence
    assert "应为 met，得到 unmet" in caught.value.sentence
    assert not (tmp_path / "new").exists()


def delete_hints(book: Workbook) -> None:
    for sheet in SHEETS[1:]:
        page(book, sheet.name).delete_rows(2)


def turn_columns_round(book: Workbook) -> None:
    for sheet in SHEETS[1:]:
        at = page(book, sheet.name)
        rows = [list(reversed(values)) for values in at.iter_rows(values_only=True)]
        for number, values in enumerate(rows, start=1):
            for place, value in enumerate(values, start=1):
                at.cell(number, place).value = value


def add_empty_rows(book: Workbook) -> None:
    for name in ("指标", "达标值", "样例", "分类", "样例基础数据", "定性条件"):
        page(book, name).insert_rows(5)
        page(book, name).insert_rows(4)


def add_blanks(book: Workbook) -> None:
    for name in ("指标", "达标值"):
        at = page(book, name)
        for number in range(1, at.max_row + 1):
            value = at.cell(number, 1).value
            at.cell(number, 1).value = f"  {value} " if value else " "


def reverse_pages(book: Workbook) -> None:
    for sheet in SHEETS:
        book.move_sheet(sheet.name, -len(SHEETS))


def add_empty_page(book: Workbook) -> None:
    book.create_sheet("Sheet1")
    book.create_sheet("我的便签")


def drop_empty_pages(book: Workbook) -> None:
    for name in ("自有数据项", "自有校验规则", "结论", "不沿用", "沿革", "任务"):
        book.remove(book[name])


def drop_unused_columns(book: Workbook) -> None:
    for heading in ("一票否决", "计分方法", "分值", "对应基础指标"):
        page(book, "指标").delete_cols(column(page(book, "指标"), heading))


def colour_everything(book: Workbook) -> None:
    from openpyxl.styles import PatternFill

    for line in page(book, "指标").iter_rows(max_row=40):
        for each in line:
            each.fill = PatternFill("solid", fgColor="FFFF00")


def empty_texts(book: Workbook) -> None:
    at = page(book, "指标")
    for number in range(3, at.max_row + 3):
        for heading in ("适用条件", "对应基础指标", "一票否决", "备注"):
            if at.cell(number, column(at, heading)).value is None:
                at.cell(number, column(at, heading)).value = " "


@pytest.mark.parametrize(
    "edit",
    [
        delete_hints, turn_columns_round, add_empty_rows, add_blanks, reverse_pages, add_empty_page, drop_empty_pages,
        drop_unused_columns, colour_everything, empty_texts,
    ],
)  # fmt: skip
def test_what_changes_nothing_that_is_said_changes_nothing(edit: Callable[[Workbook], None], tmp_path: Path) -> None:
    from_excel(edited(tmp_path, edit, SETUP), tmp_path / "new")
    assert same_files(tmp_path / "new", SETUP)


def test_an_empty_row_above_the_hints_changes_nothing(tmp_path: Path) -> None:
    from_excel(edited(tmp_path, lambda book: page(book, "指标").insert_rows(2)), tmp_path / "new")
    assert same_files(tmp_path / "new", NINE)


def test_a_word_changed_in_the_hints_changes_nothing(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        at = page(book, "指标")
        at.cell(2, 1).value = f"{at.cell(2, 1).value}！"

    from_excel(edited(tmp_path, edit), tmp_path / "new")
    assert same_files(tmp_path / "new", NINE)


def test_what_is_written_over_the_hints_is_a_row(tmp_path: Path) -> None:
    """A person may fill the second row instead of adding one; what is left of the hints does not make it one of them."""

    def edit(book: Workbook) -> None:
        at = page(book, "指标")
        for heading, value in {"编号": "db22_more", "分类": "campus", "名称": "在校生", "公式": "students_ft"}.items():
            at.cell(2, column(at, heading)).value = value

    assert {(each.sheet, each.row) for each in mistakes_of(edited(tmp_path, edit))} == {("指标", 2)}


def test_a_new_row_takes_what_is_typed_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    at = page(openpyxl.load_workbook(tmp_path / "a.xlsx"), "达标值")
    formats = {
        heading: at.column_dimensions[get_column_letter(column(at, heading))].number_format
        for heading in ("达标值", "生效日期")
    }
    assert formats == {"达标值": "@", "生效日期": "General"}


@pytest.mark.parametrize("date", [dt.date(2010, 7, 6), dt.datetime(2010, 7, 6, 0, 0), "2010-07-06", "2010-07-06 "])  # noqa: DTZ001
def test_a_date_may_be_a_date_or_a_text(date: Any, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        head(book, "施行日期").value = date

    from_excel(edited(tmp_path, edit, SETUP), tmp_path / "new")
    assert same_files(tmp_path / "new", SETUP)


def test_a_date_of_a_threshold_may_be_a_date(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "达标值", "db22_land", "生效日期").value = dt.date(2022, 1, 1)
        cell(book, "达标值", "db22_land", "失效日期").value = "2030-12-31"

    bar = read(edited(tmp_path, edit)).source["indicators"][0]["bars"][0]
    assert (bar["from"], bar["until"]) == ("2022-01-01", "2030-12-31")


@pytest.mark.parametrize(
    ("yes", "no"),
    [("是", "否"), ("yes", "no"), ("YES", "No"), ("1", "0"), (1, 0), (True, False), ("✓", "False"), (" 是 ", " 否")],
)
def test_yes_and_no_may_be_spelled_in_many_ways(yes: Any, no: Any, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_land", "关键指标").value = no
        cell(book, "指标", "db22_land", "一票否决").value = yes

    found = read(edited(tmp_path, edit))
    land = found.source["indicators"][0]
    assert (found.mistakes, land["key"], land["veto"]) == ([], False, True)


@pytest.mark.parametrize("cmp", ["≥", ">=", "不低于", "不少于", " ≥ "])
def test_a_comparison_may_be_spelled_in_many_ways(cmp: str, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_land", "比较").value = cmp

    assert read(edited(tmp_path, edit)).source == shipped(NINE)


def test_a_formula_cell_of_excel_counts_by_its_result(tmp_path: Path) -> None:
    """Excel stores the result beside the formula; without one nobody knows what the cell says."""

    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_land", "公式").value = "=1+1"

    [mistake] = read(edited(tmp_path, edit)).mistakes
    assert (mistake.sheet, mistake.cell, mistake.reason) == (
        "指标",
        "F3",
        "这一格是 Excel 公式，没有存下结果；请改成结果本身",
    )


def test_a_row_that_is_taken_out_is_taken_out_of_the_standard(tmp_path: Path) -> None:
    source = source_of(SETUP)

    def edit(book: Workbook) -> None:
        page(book, "定性条件").delete_rows(row(page(book, "定性条件"), "zz10_q_local"))
        at = page(book, "样例基础数据")
        at.delete_rows(row(at, "zz10_q_local"))
        examples = page(book, "样例")
        for number in range(examples.max_row, 2, -1):
            if any("zz10_q_local" in str(each.value) for each in examples[number]):
                examples.delete_rows(number)

    from_excel(edited(tmp_path, edit, SETUP), tmp_path / "new")
    source["items"] = [each for each in source["items"] if each["id"] != "zz10_q_local"]
    del source["base_facts"]["zz10_q_local"]
    source["examples"] = [each for each in source["examples"] if "zz10_q_local" not in str(each)]
    assert read_folder(tmp_path / "new") == source


def test_a_row_that_is_added_is_added_to_the_standard(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        page(book, "指标").append(["db22_more", "campus", "在校生", "Students", "人", "students_ft", "不少于"])
        page(book, "达标值").append(["db22_more", None, None, 1000])
        cell(book, "达标值", "db22_more", "可信度").value = "KNOWN"

    from_excel(edited(tmp_path, edit), tmp_path / "new")
    source = source_of(NINE)
    source["indicators"].append(
        {
            "id": "db22_more", "group": "campus", "zh": "在校生", "en": "Students", "unit": "人",
            "formula": "students_ft", "cmp": ">=", "bars": [{"value": "1000", "confidence": "KNOWN"}],
        }
    )  # fmt: skip
    assert read_folder(tmp_path / "new") == source


# what may not be lost without a word


def forget(name: str, heading: str) -> Callable[[Workbook], None]:
    """Deletes a heading, and nothing below it."""

    def edit(book: Workbook) -> None:
        page(book, name).cell(1, column(page(book, name), heading)).value = None

    return edit


@pytest.mark.parametrize(
    ("name", "sheet", "heading"), [(NINE, "指标", "相关标准"), ("cn_he_2004", "样例", "应有的结论等级")]
)
def test_the_last_column_is_not_lost_with_its_heading(name: str, sheet: str, heading: str, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=sheet):
        from_excel(edited(tmp_path, forget(sheet, heading), name), tmp_path / "new")


@pytest.mark.parametrize(("name", "heading"), [(SETUP, "另收数据项"), (SETUP, "施行日期"), (SETUP, "说明")])
def test_a_line_of_the_first_page_is_not_lost_with_its_name(name: str, heading: str, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        found = head(book, heading)
        assert found.value
        page(book, "标准").cell(found.row, 1).value = None

    with pytest.raises(KnownError, match="标准"):
        from_excel(edited(tmp_path, edit, name), tmp_path / "new")


def test_a_column_used_in_the_first_row_only_is_not_lost_with_its_heading(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        at = page(book, "达标值")
        at.delete_rows(2)
        at.cell(2, column(at, "文件")).value = "另一份文件"
        forget("达标值", "文件")(book)

    assert {each.sheet for each in read(edited(tmp_path, edit)).mistakes} == {"达标值"}


def test_two_pages_of_one_name_are_told(tmp_path: Path) -> None:
    found = list(mistakes_of(edited(tmp_path, lambda book: book.create_sheet("指标 "))))
    assert [each.sheet.strip() for each in found] == ["指标"]


def test_a_figure_asked_for_besides_is_one_of_the_dictionary(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        head(book, "另收数据项").value = "students_totl"

    with pytest.raises(KnownError, match="students_totl"):
        from_excel(edited(tmp_path, edit), tmp_path / "new")


def test_a_standard_with_a_lineage_comes_back(tmp_path: Path) -> None:
    lineage = [{"what": "indicator", "relation": "renamed", "old": ["db22_campus"], "new": ["db22_land"]}]
    source = source_of(NINE, lineage=lineage)
    write(source, tmp_path / "a.xlsx")
    from_excel(tmp_path / "a.xlsx", tmp_path / "new")
    assert load(str(tmp_path / "new")).lineage[0].relation == "renamed"


# nothing is written where anything is wrong


def broken(folder: Path) -> Path:
    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_bldg", "公式").value = "bldg_counted +"

    return edited(folder, edit)


def test_a_mistake_is_told_with_page_row_column_and_cell_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        from_excel(broken(tmp_path), tmp_path / "new")
    assert (
        caught.value.sentence == "“edited.xlsx”有 1 处要改，没有写入。工作表“指标”第 5 行“公式”（F5）：公式没有写完。"
    )
    assert (caught.value.code, caught.value.status) == ("pack_workbook", ExitStatus.REFUSED)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["edited.xlsx"]


def test_a_mistake_leaves_the_standard_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    from_excel(tmp_path / "a.xlsx", tmp_path / "new")
    with pytest.raises(KnownError):
        from_excel(broken(tmp_path), tmp_path / "new")
    assert same_files(tmp_path / "new", NINE)


def test_a_standard_that_was_there_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(SETUP))

    def shorten(book: Workbook) -> None:
        at = page(book, "样例")
        at.delete_rows(at.max_row)

    from_excel(edited(tmp_path, shorten, SETUP), tmp_path / "new")
    assert not same_files(tmp_path / "new", SETUP)
    from_excel(tmp_path / "a.xlsx", tmp_path / "new")
    assert same_files(tmp_path / "new", SETUP)


def test_another_standard_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    (tmp_path / "b.xlsx").write_bytes(workbook_of(SETUP))
    from_excel(tmp_path / "a.xlsx", tmp_path / "new")
    with pytest.raises(KnownError, match="另一个标准") as caught:
        from_excel(tmp_path / "b.xlsx", tmp_path / "new")
    assert caught.value.code == "other_standard"
    assert same_files(tmp_path / "new", NINE)


def test_only_a_workbook_is_written_as_one(tmp_path: Path) -> None:
    data = tmp_path / "数据.csv"
    data.write_text("unit\n", encoding="utf-8")
    with pytest.raises(KnownError, match="xlsx"):
        to_excel(NINE, data)
    assert data.read_text(encoding="utf-8") == "unit\n"


@pytest.mark.parametrize("heading", ["达标值", "可信度", "条款", "原则性要求", "适用情形", "生效日期"])
def test_a_column_that_carries_weight_must_stay(tmp_path: Path, heading: str) -> None:
    """Without it the standard would quietly say something else."""

    def edit(book: Workbook) -> None:
        at = page(book, "达标值")
        at.delete_cols(column(at, heading))

    assert [each.reason for each in read(edited(tmp_path, edit)).mistakes] == [f"缺少“{heading}”这一列，请补上"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2025-01-01", "像是日期或范围"), ("2025/1/1", "像是日期或范围"), ("500-600", "像是日期或范围"),
        ("1,500", "请只写数字（1500）"), ("５００", "请只写数字（500）"), ("60亩", "请只写数字（60）"),
        ("30%", "请只写数字（30）"),
    ],
)  # fmt: skip
def test_a_required_value_is_a_number_and_nothing_like_one(tmp_path: Path, typed: str, says: str) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "达标值", "db22_land", "达标值").value = typed

    assert any(says in each.reason for each in mistakes_of(edited(tmp_path, edit)))


def test_a_percentage_and_a_date_of_excel_are_told_where_they_stand(tmp_path: Path) -> None:
    def percentage(book: Workbook) -> None:
        at = cell(book, "达标值", "db22_land", "达标值")
        at.value, at.number_format = 0.3, "0%"

    def date(book: Workbook) -> None:
        cell(book, "达标值", "db22_land", "达标值").value = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - as Excel has it

    for edit, says in ((percentage, "请只写数字（30）"), (date, "像是日期或范围")):
        said = [each for each in mistakes_of(edited(tmp_path, edit)) if says in each.reason]
        assert [(each.sheet, each.column) for each in said] == [("达标值", "达标值")]


def test_the_first_five_mistakes_are_told_and_the_others_counted(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        for name in [each["id"] for each in shipped(NINE)["indicators"]][:7]:
            cell(book, "指标", name, "公式").value = "1 +"

    with pytest.raises(KnownError) as caught:
        from_excel(edited(tmp_path, edit), tmp_path / "new")
    said = caught.value.sentence
    assert said.startswith("“edited.xlsx”有 7 处要改，没有写入。")
    assert said.endswith("；另有 2 处。")
    places = [
        WHOLE.fullmatch(each) for each in said.removesuffix("；另有 2 处。").partition("没有写入。")[2].split("；")
    ]
    assert [each.group(1) == each.group(2) for each in places if each] == [True] * 5


def test_all_mistakes_are_found_in_one_go(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_land", "公式").value = "nosuch"
        cell(book, "达标值", "db22_bldg", "达标值").value = "许多"
        cell(book, "指标", "db22_land_ps", "分类").value = "nosuch"

    found = list(mistakes_of(edited(tmp_path, edit)))
    assert {(each.sheet, each.cell) for each in found} == {("指标", "F3"), ("达标值", "D5"), ("指标", "B4")}


def test_a_workbook_without_a_mistake_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    assert list(mistakes_of(tmp_path / "a.xlsx")) == []


def test_mistakes_are_found_at_the_same_row_after_rows_were_inserted_and_columns_moved(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell(book, "指标", "db22_bldg", "公式").value = "bldg_counted +"
        turn_columns_round(book)
        page(book, "指标").insert_rows(4)

    [mistake] = mistakes_of(edited(tmp_path, edit))
    book = openpyxl.load_workbook(tmp_path / "edited.xlsx")
    assert (mistake.sheet, mistake.row, mistake.column) == ("指标", 6, "公式")
    assert page(book, "指标")[mistake.cell].value == "bldg_counted +"


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    other = tmp_path / "照片"
    other.mkdir()
    (other / "校门.jpg").write_bytes(b"x")
    with pytest.raises(KnownError) as caught:
        from_excel(tmp_path / "a.xlsx", other)
    assert caught.value.sentence == f"“{other}”里已经有别的文件，没有写入。请换一个空文件夹。"
    assert files_of(other) == {"校门.jpg": b"x"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    with pytest.raises(KnownError) as caught:
        from_excel(tmp_path / "a.xlsx", tmp_path / "a.xlsx")
    assert caught.value.code == "not_empty"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    (tmp_path / "new").mkdir()
    from_excel(tmp_path / "a.xlsx", tmp_path / "new")
    assert same_files(tmp_path / "new", NINE)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KnownError) as caught:
        to_excel(NINE, tmp_path / "file" / "a.xlsx")
    assert caught.value.status is ExitStatus.STORAGE
    (tmp_path / "a.xlsx").write_bytes(workbook_of(NINE))
    with pytest.raises(KnownError) as caught:
        from_excel(tmp_path / "a.xlsx", tmp_path / "file" / "new")
    assert caught.value.status is ExitStatus.STORAGE


def test_a_standard_that_is_not_there_has_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="没有名为“nosuch”的标准"):
        to_excel("nosuch", tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


# as commands


def test_both_commands_say_what_they_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, folder = tmp_path / "标准.xlsx", tmp_path / "新标准"
    assert main(["pack", "to-excel", NINE, str(book)]) == 0
    assert main(["pack", "from-excel", str(book), str(folder)]) == 0
    assert main(["pack", "to-excel", str(folder), str(tmp_path / "again.xlsx")]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[:2] == [f"已生成：{book}", f"已生成：{folder}（examples.toml、pack.toml）"]
    assert same_files(folder, NINE)


def test_a_rule_of_counting_is_settled_in_the_workbook(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        page(book, "计数口径").append(["k4", "0", "FOUND", "口径释义第三条"])

    from_excel(edited(tmp_path, edit), tmp_path / "new")
    said = [{"id": "k4", "value": "0", "confidence": "FOUND", "document": "口径释义第三条"}]
    assert read_folder(tmp_path / "new")["switches"] == said
