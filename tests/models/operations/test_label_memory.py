"""Labels of workbooks a person placed: taken from then on, by form, before any guess, and also next year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import City
from tests.models.operations.workbooks import form, workbook
from vetdesk.models.operations import harvest, label_memory
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.last_round import take_over_round
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store.workspace import Workspace

HEAD = ("指标", "计量单位", "代码", "数量")
LABEL = ("教基9999", "馆藏总量")


def book(folder: Path, *rows: tuple[object, ...], number: str = "教基9999", name: str = "报表.xlsx") -> Path:
    """A form whose rows carry labels of its own."""
    return workbook(folder / name, {"表": form(number, HEAD, *rows)})


def notes(workspace: Workspace) -> list[str]:
    """The journal's rows on labels."""
    return [str(row["field"]) for row in workspace.rows("SELECT field FROM journal WHERE action = 'label'")]


def test_rows_nobody_knows_are_named_with_their_figure_and_place(city: City, tmp_path: Path) -> None:
    path = book(tmp_path, ("专任教师", "人", 1, 61), ("其中：馆藏总量", "册", 2, 52000), ("馆藏总量", "册", 3, 52000))
    found = harvest.look(city.school(), [path])
    assert [each.fact for each in found.taken] == ["teachers_ft"]
    [one] = found.open_labels
    assert (one.form, one.key, one.value, one.fact) == ("教基9999", "馆藏总量", "52000", "")
    assert one.place == "报表.xlsx › 表 › D7"


def test_what_a_person_said_is_taken_with_its_unit_from_then_on(city: City, tmp_path: Path) -> None:
    path = book(tmp_path, ("馆藏总量", "万册", 2, 5.2))
    label_memory.learn(city.school(), {LABEL: "books_print"})
    found = harvest.look(city.school(), [path])
    [taken] = found.taken
    assert (taken.fact, taken.entry.text, taken.entry.unit, taken.place) == (
        "books_print", "5.2", "万册", "报表.xlsx › 表 › D6",
    )  # fmt: skip
    assert [each.fact for each in found.open_labels] == ["books_print"]
    other = book(tmp_path, ("馆藏总量", "册", 2, 7), number="教基8888", name="别的.xlsx")
    assert harvest.look(city.school(), [other]).taken == ()


def test_a_word_of_a_person_comes_before_what_a_label_says(city: City, tmp_path: Path) -> None:
    rows = (("图书", "册", 1, 100), ("馆藏总量", "册", 2, 52000))
    path = workbook(tmp_path / "x.xlsx", {"表": [HEAD, *rows]})
    said = {("", "馆藏总量"): "books_print"}
    assert [each.entry.text for each in harvest.look(city.school(), [path]).taken] == ["100"]
    assert [each.entry.text for each in harvest.look(city.school(), [path], said=said).taken] == ["52000"]
    assert label_memory.remembered(city.school()) == {}


def test_columns_are_placed_too(city: City, tmp_path: Path) -> None:
    rows = [("班级", "专任教师", "校内床位", "备注"), ("一", 5, 30, "x"), ("合计", 61, 480, None)]
    path = workbook(tmp_path / "x.xlsx", {"表": rows})
    found = harvest.look(city.school(), [path])
    assert [(each.key, each.value, each.place) for each in found.open_labels] == [
        ("校内床位", "480", "x.xlsx › 表 › C3")
    ]
    label_memory.learn(city.school(), {("", "校内床位"): "seats_student"})
    found = harvest.look(city.school(), [path])
    assert {each.fact: each.entry.text for each in found.taken} == {"teachers_ft": "61", "seats_student": "480"}


def test_totals_codes_and_headings_are_no_names(city: City, tmp_path: Path) -> None:
    path = book(tmp_path, ("合计", "人", 1, 61), ("甲", "人", 2, 3), ("机构", "人", 3, "无"))
    assert harvest.look(city.school(), [path]).open_labels == ()


def test_it_is_noted_once_forgotten_when_asked_and_refused_where_it_is_no_number(city: City) -> None:
    school = city.school()
    label_memory.learn(school, {LABEL: "books_print"})
    label_memory.learn(school, {LABEL: "books_print"})
    assert len(notes(school)) == 1
    for wrong in ("no_such_fact", "'; DROP TABLE meta; --"):
        with pytest.raises(KnownError, match="没有记住"):
            label_memory.learn(school, {LABEL: wrong})
    label_memory.learn(school, {LABEL: ""})
    assert label_memory.remembered(school) == {}
    assert len(notes(school)) == 2


def test_more_than_is_kept_is_refused_and_changes_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_memory, "MOST", 1)
    label_memory.learn(city.school(), {LABEL: "books_print"})
    with pytest.raises(KnownError, match="最多 1 条"):
        label_memory.learn(city.school(), {("", "别的"): "books_print"})
    assert list(label_memory.remembered(city.school())) == [LABEL]


def test_it_goes_on_into_the_next_round(city: City, tmp_path: Path) -> None:
    label_memory.learn(city.school(), {LABEL: "books_print", ("", "座位"): "seats_student"})
    other = City(tmp_path / "next")
    try:
        label_memory.learn(other.school(), {("", "座位"): "seats_teacher"})
        old = city.school().folder
        city.close()
        take_over_round(other.school(), old)
        assert label_memory.remembered(other.school()) == {LABEL: "books_print", ("", "座位"): "seats_teacher"}
    finally:
        other.close()


def test_likely_figures_are_offered_the_likeliest_first(city: City) -> None:
    fields = standing(city.school()).assessment.form()
    assert label_memory.likely("纸质图书总数", fields)[0].id == "books_print"
    assert label_memory.likely("zzzz", fields) == []
