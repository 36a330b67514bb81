"""Sheets that departments fill: found by their marks, merged field by field, every doubtful cell named."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import department_sheets as sheets
from vetdesk.models.operations.conflict_cards import cards
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import department, figures, journal
from vetdesk.models.store.workspace import Workspace

OFFICE = shutil.which("libreoffice") or ""


def made(city: City, folder: Path, *, only: tuple[str, ...] = ("teachers",), name: str = "人事") -> Path:
    """A sheet of the first school."""
    target = folder / f"{name}.xlsx"
    sheets.make_sheet(city.school(), target, only=only, name=name)
    return target


def filled(
    path: Path, edit: Callable[[Any], None], *, page: int = 0, name: str = "改名(1).xlsx", **values: Any
) -> Path:
    """The sheet as a colleague sends it back: figures typed beside their marks, then edited otherwise."""
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=2):
        mark = str(row[5].value).removeprefix("vd:") if len(row) > 5 else ""
        if mark in values:
            row[3].value = values[mark]
    edit(book.worksheets[page])
    target = path.with_name(name)
    book.save(target)
    return target


def nothing(_page: Any) -> None:
    """No other edit."""


def value(school: Workspace, fact: str) -> str:
    """What is filled."""
    found = figures.read(school, desk(school).round.id, FIRST)
    return found[fact].text if fact in found else ""


def test_a_sheet_asks_for_its_sections_with_labels_locked_and_cells_open(city: City, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(made(city, tmp_path)).worksheets[0]
    assert page.protection.sheet
    rows = {row[5].value: row for row in page.iter_rows(min_row=5) if row[5].value}
    asked = {each.id for pack in desk(city.school()).packs for each in pack.form() if each.section == "teachers"}
    assert {str(mark).removeprefix("vd:") for mark in rows} == asked
    label, _unit, _last, cell, about, _mark = rows["vd:teachers_ft"]
    assert (label.value, cell.value, bool(about.value)) == ("专任教师", 100, True)
    assert (label.protection.locked, cell.protection.locked) == (True, False)
    assert page.column_dimensions["F"].hidden
    assert page.row_dimensions[1].hidden


def test_answers_and_choices_have_a_list_to_choose_from(city: City, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(made(city, tmp_path, only=("checklist",))).worksheets[0]
    assert {each.formula1 for each in page.data_validations.dataValidation} == {'"符合,基本符合,不符合,不适用"'}


@pytest.mark.parametrize(
    "edit",
    [
        nothing,
        lambda page: page.insert_rows(3, 4),
        lambda page: page.insert_cols(2, 3),
        lambda page: (page.insert_rows(2), page.insert_cols(1)),
        lambda page: setattr(page, "title", "我的表"),
        lambda page: page.row_dimensions.__getitem__(1).__setattr__("hidden", False),
    ],
    ids=["as it is", "rows", "columns", "both", "renamed", "shown"],
)
def test_what_colleagues_do_to_a_sheet_does_no_harm(city: City, tmp_path: Path, edit: Callable[[Any], None]) -> None:
    back = filled(made(city, tmp_path), edit, teachers_ft=111, teachers_prof="61", teachers_parttime=None)
    offer = sheets.look(city.school(), back)
    assert {place[2] for place in offer.merged.taken} == {"teachers_ft", "teachers_prof", "teachers_parttime"}
    assert (offer.merged.conflicts, offer.doubts) == ({}, ())
    sheets.take(city.school(), offer)
    assert [value(city.school(), each) for each in ("teachers_ft", "teachers_prof", "teachers_parttime")] == [
        "111", "61", ""
    ]  # fmt: skip


def test_every_figure_has_its_author_and_its_cell(city: City, tmp_path: Path) -> None:
    offer = sheets.look(city.school(), filled(made(city, tmp_path), nothing, teachers_ft=111))
    sheets.take(city.school(), offer)
    row = journal.of_field(city.school(), FIRST, "declared.this.teachers_ft")[0]
    assert (row["who"], row["action"]) == ("人事", "merge")
    source = figures.sources(city.school(), desk(city.school()).round.id, FIRST)["teachers_ft"]
    assert source == "改名(1).xlsx › 填报 › D5"
    again = sheets.look(city.school(), filled(tmp_path / "人事.xlsx", nothing, teachers_dual=31))
    sheets.take(city.school(), again, person="李强")
    assert journal.of_field(city.school(), FIRST, "declared.this.teachers_dual")[0]["who"] == "李强"
    made_ = department.sheets(city.school(), desk(city.school()).round.id)[0]
    assert (made_.department, bool(made_.taken)) == ("人事", True)


def test_a_doubtful_cell_is_named_and_changes_nothing(city: City, tmp_path: Path) -> None:
    back = filled(made(city, tmp_path), nothing, teachers_ft="一百一", teachers_prof=-3, teachers_dual=31)
    offer = sheets.look(city.school(), back)
    assert {each.text for each in offer.doubts} == {"teachers_ft", "teachers_prof"}
    assert all("› 填报 › D" in each.place for each in offer.doubts)
    sheets.take(city.school(), offer)
    assert [value(city.school(), each) for each in ("teachers_ft", "teachers_prof", "teachers_dual")] == [
        "100",
        "60",
        "31",
    ]


def test_what_was_filled_here_meanwhile_and_differs_waits_for_a_person(city: City, tmp_path: Path) -> None:
    path = made(city, tmp_path)
    city.school().actor.name = "填报"
    set_figures(city.school(), {"teachers_ft": "105", "teachers_prof": "62"})
    offer = sheets.look(city.school(), filled(path, nothing, teachers_ft=111, teachers_prof=62))
    sheets.take(city.school(), offer)
    [card] = cards(city.school())
    assert (card.name, card.base) == ("专任教师", "100 人")
    assert {(text, who) for text, who, _at in card.variants} == {("105 人", "填报"), ("111 人", "人事")}
    assert value(city.school(), "teachers_ft") == "105"


def test_tables_come_back_row_by_row(city: City, tmp_path: Path) -> None:
    rows = [{"major_code": "660101", "major_name": "机电", "group_code": "66", "students": "600"}]
    set_figures(city.school(), {"majors": json.dumps(rows)})
    path = made(city, tmp_path, only=("majors",), name="教务")

    def edit(page: Any) -> None:
        heads = {str(cell.value).rpartition(".")[2]: cell.column for cell in page[1]}
        page.insert_rows(4)
        page.cell(5, heads["students"]).value = 650
        for key, typed in {"major_code": 730101, "major_name": "会计", "group_code": "73", "students": "200"}.items():
            page.cell(9, heads[key]).value = typed

    offer = sheets.look(city.school(), filled(path, edit, page=1))
    assert offer.doubts == ()
    sheets.take(city.school(), offer)
    found = {each["major_name"]: each["students"] for each in json.loads(value(city.school(), "majors"))}
    assert found == {"机电": "650", "会计": "200"}


def test_a_sheet_is_taken_back_with_undo(city: City, tmp_path: Path) -> None:
    offer = sheets.look(city.school(), filled(made(city, tmp_path), nothing, teachers_ft=111, teachers_dual=31))
    sheets.take(city.school(), offer)
    undo(city.school())
    assert [value(city.school(), each) for each in ("teachers_ft", "teachers_dual")] == ["100", "30"]


def test_text_that_looks_like_a_formula_goes_out_as_text(city: City, tmp_path: Path) -> None:
    set_figures(city.school(), {"majors": json.dumps([{"major_name": "=1+1", "group_code": "66"}])})
    page = openpyxl.load_workbook(made(city, tmp_path, only=("majors",))).worksheets[1]
    cells = [cell for row in page.iter_rows(min_row=4, max_row=4) for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("whose", ["another school", "no sheet", "plain book"])
def test_a_foreign_workbook_is_refused(city: City, tmp_path: Path, whose: str) -> None:
    path = made(city, tmp_path)
    school = city.school(SECOND) if whose == "another school" else city.school()
    if whose != "another school":
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active["A1"] = "vd:sheet:" + "0" * 32 if whose == "no sheet" else "数据"
        book.save(path)
    with pytest.raises(KnownError) as caught:
        sheets.look(school, path)
    assert caught.value.code == "not_our_sheet"
    assert sheets.is_sheet(path) == (whose != "plain book")


def test_an_unknown_section_is_refused_with_those_there_are(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="teachers 教师") as caught:
        sheets.make_sheet(city.school(), tmp_path / "x.xlsx", only=["nonsense"])
    assert caught.value.code == "no_section"
    assert not (tmp_path / "x.xlsx").exists()


def test_only_a_school_has_departments(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        sheets.make_sheet(city.bureau, tmp_path / "x.xlsx")
    assert caught.value.code == "wrong_role"


@pytest.mark.skipif(not OFFICE, reason="needs LibreOffice")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_a_sheet_saved_by_libreoffice_comes_back(city: City, tmp_path: Path, kind: str) -> None:
    back = filled(made(city, tmp_path), lambda page: page.insert_rows(3), teachers_ft=111)
    subprocess.run(
        [OFFICE, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(back)],
        check=True, capture_output=True,
    )  # fmt: skip
    offer = sheets.look(city.school(), tmp_path / "out" / f"改名(1).{kind}")
    assert {place[2] for place in offer.merged.taken} == {"teachers_ft"}


def test_a_row_whose_mark_is_gone_is_named_and_keeps_what_it_was(city: City, tmp_path: Path) -> None:
    def edit(page: Any) -> None:
        for row in page.iter_rows(min_row=5):
            if row[5].value == "vd:teachers_ft":
                row[5].value = None

    offer = sheets.look(city.school(), filled(made(city, tmp_path), edit, teachers_ft=111, teachers_dual=31))
    assert [each.text for each in offer.doubts] == ["teachers_ft"]
    sheets.take(city.school(), offer)
    assert [value(city.school(), each) for each in ("teachers_ft", "teachers_dual")] == ["100", "31"]


def test_a_sheet_without_its_column_of_marks_takes_nothing_and_says_so(city: City, tmp_path: Path) -> None:
    offer = sheets.look(city.school(), filled(made(city, tmp_path), lambda page: page.delete_cols(6), teachers_ft=111))
    assert len(offer.doubts) == len(offer.sheet.facts)
    assert offer.merged.taken == frozenset()
