"""A standard written in the window: every change durable and undoable, checked where it is wrong, then published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factory import NINE, SETUP, City
from tests.models.operations.forge import rows_of
from vetdesk.models.operations import edit_pack, pack_workbook
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.edit_pack import (
    add_row,
    attempt,
    change,
    discard,
    draft_of,
    finish,
    look,
    look_at_place,
    redo,
    remove_row,
    sample_of,
    standards,
    start,
    take_source,
    undo,
    value_at,
)
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.packs.folder import read_folder
from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.schema import Source
from vetdesk.models.packs.source import SHIPPED, load, shipped_ids
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store import journal, register
from vetdesk.models.store.workspace import Workspace

LOCAL = "ha_zz_2021_468"


@pytest.fixture
def bureau(city: City) -> Workspace:
    """The bureau, with a draft of the set-up standard."""
    start(city.bureau, SETUP)
    return city.bureau


def place_of(source: Source, name: str) -> int:
    """Where an indicator stands."""
    return next(at for at, each in enumerate(source["indicators"]) if each["id"] == name)


def land(workspace: Workspace) -> int:
    """Where the indicator on land stands in the draft."""
    return place_of(draft_of(workspace, SETUP), "zz10_land")


def land_value(workspace: Workspace) -> Any:
    """The required land of the draft."""
    return draft_of(workspace, SETUP)["indicators"][land(workspace)]["bars"][0]["value"]


def set_land(workspace: Workspace, value: str) -> None:
    """Require other land."""
    change(workspace, SETUP, ("indicators", land(workspace), "bars", 0, "value"), value)


# --- start --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_ids())
def test_a_draft_begins_as_the_standard_it_is_made_from(city: City, name: str) -> None:
    assert start(city.bureau, name) == name
    assert draft_of(city.bureau, name) == read_folder(SHIPPED / name)
    assert look(city.bureau, name).problems == ()


def test_drafts_come_first_then_finished_ones_then_shipped_ones(city: City) -> None:
    assert [each.place for each in standards(city.bureau)] == shipped_ids()
    start(city.bureau, SETUP)
    finish(city.bureau, SETUP, version="1.1")
    start(city.bureau, NINE)
    found = standards(city.bureau)
    assert [(each.id, each.version, each.draft) for each in found[:2]] == [(NINE, "1", True), (SETUP, "1.1", False)]
    assert Path(found[1].place).parent == city.bureau.folder / "standards"
    assert [each.place for each in found[2:]] == shipped_ids()
    assert all(each.text["zh"] for each in found)


def test_starting_again_goes_on_with_what_was_written(bureau: Workspace) -> None:
    set_land(bureau, "50000")
    before = rows_of(bureau)
    assert start(bureau, SETUP) == SETUP
    assert (land_value(bureau), rows_of(bureau)) == ("50000", before)


def test_a_standard_that_is_none_cannot_be_started(city: City, tmp_path: Path) -> None:
    before = rows_of(city.bureau)
    for place in ("nonsense", "", str(tmp_path), "../packs"):
        with pytest.raises(PackError):
            start(city.bureau, place)
    assert rows_of(city.bureau) == before


def test_starting_is_noted(bureau: Workspace) -> None:
    (row,) = journal.of_field(bureau, "", f"draft.{SETUP}")
    assert (row["action"], row["new"]) == ("start_standard", SETUP)


# --- change -------------------------------------------------------------------------------------------------------


CHANGES: list[tuple[tuple[str | int, ...], Any]] = [
    (("zh",), "新名称"),
    (("issuer.zh",), "某厅"),
    (("applies",), "students_total > 0"),
    (("indicators", 0, "zh"), "学生"),
    (("indicators", 0, "key"), False),
    (("indicators", 0, "veto"), True),
    (("indicators", 0, "bars", 0, "value"), "1300"),
    (("indicators", 0, "bars", 0, "note.zh"), "按省厅通知"),
    (("indicators", 0, "scoring.points"), "5"),
    (("items", 0, "zh"), "新条件"),
    (("groups", 0, "evidence"), [{"zh": "证", "en": "proof"}]),
    (("base_facts", "students_total"), "2000"),
]


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_a_change_is_kept_under_its_path_and_undone(bureau: Workspace, path: tuple[str | int, ...], value: Any) -> None:
    before = draft_of(bureau, SETUP)
    assert change(bureau, SETUP, path, value).rounds
    after = draft_of(bureau, SETUP)
    assert value_at(after, path) == value
    assert after != before
    undo(bureau, SETUP)
    assert draft_of(bureau, SETUP) == before
    redo(bureau, SETUP)
    assert draft_of(bureau, SETUP) == after


@pytest.mark.parametrize("empty", ["", None, []])
def test_emptying_takes_a_value_out(bureau: Workspace, empty: Any) -> None:
    path = ("indicators", place_of(draft_of(bureau, SETUP), "zz10_str"), "bars", 0, "note.zh")
    assert value_at(draft_of(bureau, SETUP), path)
    change(bureau, SETUP, path, empty)
    assert value_at(draft_of(bureau, SETUP), path) is None
    change(bureau, SETUP, ("effective_from",), empty)
    assert "effective_from" not in draft_of(bureau, SETUP)
    assert look(bureau, SETUP).problems == ()


def test_a_flag_at_its_default_is_not_written(bureau: Workspace) -> None:
    at = place_of(draft_of(bureau, SETUP), "zz10_pt_pct")
    assert draft_of(bureau, SETUP)["indicators"][at]["key"] is False
    change(bureau, SETUP, ("indicators", at, "key"), True)
    assert "key" not in draft_of(bureau, SETUP)["indicators"][at]
    change(bureau, SETUP, ("indicators", at, "bars", 0, "soft"), True)
    change(bureau, SETUP, ("indicators", at, "bars", 0, "soft"), False)
    assert "soft" not in draft_of(bureau, SETUP)["indicators"][at]["bars"][0]


def test_an_equal_change_leaves_no_trace(bureau: Workspace) -> None:
    before = rows_of(bureau)
    assert not change(bureau, SETUP, ("zh",), draft_of(bureau, SETUP)["zh"]).rounds
    assert not change(bureau, SETUP, ("zh",), f" {draft_of(bureau, SETUP)['zh']} ").rounds
    assert rows_of(bureau) == before


@pytest.mark.parametrize(
    "path",
    [(), ("indicators", 99, "zh"), ("nothing", 0, "zh"), ("zh", 0), ("indicators", "zh"), ("indicators", 0, "zh", "x")],
)
def test_a_place_that_is_not_there_is_refused(bureau: Workspace, path: tuple[str | int, ...]) -> None:
    before = rows_of(bureau)
    with pytest.raises(KnownError) as caught:
        change(bureau, SETUP, path, "x")
    assert (caught.value.code, rows_of(bureau)) == ("no_place", before)


@pytest.mark.parametrize(
    "act",
    [
        lambda bureau: remove_row(bureau, SETUP, ("indicators", 99)),
        lambda bureau: remove_row(bureau, SETUP, ("nothing", 0)),
        lambda bureau: add_row(bureau, SETUP, ("indicators", 99, "bars"), {"value": "1"}),
        lambda bureau: change(bureau, SETUP, ("indicators", "note.zh"), ""),
    ],
    ids=["remove", "remove from nothing", "add", "empty inside a list"],
)
def test_rows_that_are_not_there_are_refused_in_a_sentence(bureau: Workspace, act: Callable[[Workspace], Any]) -> None:
    with pytest.raises(KnownError):
        act(bureau)


def test_a_part_that_no_standard_has_is_refused(bureau: Workspace) -> None:
    with pytest.raises(KnownError):
        change(bureau, SETUP, ("nonsense",), "x")


def test_there_is_no_draft_of_what_was_not_started(city: City) -> None:
    acts = (
        lambda: draft_of(city.bureau, SETUP),
        lambda: change(city.bureau, SETUP, ("zh",), "x"),
        lambda: add_row(city.bureau, SETUP, ("indicators",), {}),
        lambda: remove_row(city.bureau, SETUP, ("indicators", 0)),
        lambda: look(city.bureau, SETUP),
        lambda: look_at_place(city.bureau, f"draft:{SETUP}"),
        lambda: finish(city.bureau, SETUP, version="1.1"),
        lambda: discard(city.bureau, SETUP),
    )
    before = rows_of(city.bureau)
    for act in acts:
        with pytest.raises(KnownError) as caught:
            act()
        assert (caught.value.code, "没有名为" in caught.value.sentence) == ("no_draft", True)
    for replay in (undo, redo):
        with pytest.raises(KnownError) as caught:
            replay(city.bureau, SETUP)
        assert caught.value.code == "nothing_to_undo"
    assert rows_of(city.bureau) == before


# --- rows ---------------------------------------------------------------------------------------------------------

ROW = {
    "id": "zz10_halls", "group": "campus", "zh": "风雨操场", "en": "Halls", "unit": "㎡", "formula": "land_owned",
    "cmp": ">=", "bars": [{"value": "100", "article": "第八条", "confidence": "FOUND"}],
}  # fmt: skip


def test_rows_are_added_and_taken_out(bureau: Workspace) -> None:
    before = draft_of(bureau, SETUP)
    add_row(bureau, SETUP, ("indicators",), ROW)
    after = draft_of(bureau, SETUP)
    assert [each["id"] for each in after["indicators"]] == [
        *(each["id"] for each in before["indicators"]),
        "zz10_halls",
    ]
    found = look(bureau, SETUP)
    assert found.pack is not None
    assert (found.problems, "zz10_halls" in found.pack.indicators) == ((), True)
    remove_row(bureau, SETUP, ("indicators", len(before["indicators"])))
    assert draft_of(bureau, SETUP) == before
    undo(bureau, SETUP)
    assert draft_of(bureau, SETUP) == after


def test_the_first_row_of_a_list_makes_the_list(bureau: Workspace) -> None:
    assert "grades" not in draft_of(bureau, SETUP)
    add_row(bureau, SETUP, ("grades",), {"id": "good", "zh": "好", "en": "good", "when": "unmet == 0"})
    assert len(draft_of(bureau, SETUP)["grades"]) == 1
    remove_row(bureau, SETUP, ("grades", 0))
    assert "grades" not in draft_of(bureau, SETUP)


def test_required_values_are_rows_of_their_indicator(bureau: Workspace) -> None:
    path = ("indicators", land(bureau), "bars")
    add_row(bureau, SETUP, path, {"value": "30000", "confidence": "KNOWN", "article": "第八条"})
    assert any("轮不到" in each.reason for each in look(bureau, SETUP).problems)
    change(bureau, SETUP, (*path, 0, "when"), "students_total > 3000")
    assert [each for each in look(bureau, SETUP).problems if "轮不到" in each.reason] == []
    remove_row(bureau, SETUP, (*path, 1))
    assert len(draft_of(bureau, SETUP)["indicators"][land(bureau)]["bars"]) == 1


def test_what_was_added_is_not_changed_by_its_giver(bureau: Workspace) -> None:
    row = dict(ROW)
    add_row(bureau, SETUP, ("indicators",), row)
    row["zh"] = "别的"
    assert draft_of(bureau, SETUP)["indicators"][-1]["zh"] == "风雨操场"


# --- undo ---------------------------------------------------------------------------------------------------------


def test_changes_are_undone_and_redone_one_by_one_also_after_reopening(city: City, bureau: Workspace) -> None:
    for value in ("41000", "42000", "43000"):
        set_land(bureau, value)
    undo(bureau, SETUP)
    assert land_value(bureau) == "42000"
    city.close()
    again = city.bureau
    undo(again, SETUP)
    undo(again, SETUP)
    assert land_value(again) == "40000"
    with pytest.raises(KnownError) as caught:
        undo(again, SETUP)
    assert caught.value.code == "nothing_to_undo"
    city.close()
    again = city.bureau
    for value in ("41000", "42000", "43000"):
        redo(again, SETUP)
        assert land_value(again) == value
    with pytest.raises(KnownError) as caught:
        redo(again, SETUP)
    assert caught.value.code == "nothing_to_undo"
    assert journal.broken_at(again) is None


def test_a_new_change_forgets_what_was_undone(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    undo(bureau, SETUP)
    set_land(bureau, "45000")
    with pytest.raises(KnownError):
        redo(bureau, SETUP)
    undo(bureau, SETUP)
    assert land_value(bureau) == "40000"


def test_drafts_are_undone_apart(bureau: Workspace) -> None:
    start(bureau, NINE)
    set_land(bureau, "41000")
    change(bureau, NINE, ("zh",), "九项")
    undo(bureau, SETUP)
    assert (land_value(bureau), draft_of(bureau, NINE)["zh"]) == ("40000", "九项")
    with pytest.raises(KnownError):
        undo(bureau, SETUP)


@pytest.mark.parametrize("end", ["discard", "finish"])
def test_a_fresh_draft_has_nothing_to_undo(bureau: Workspace, end: str) -> None:
    set_land(bureau, "41000")
    if end == "discard":
        discard(bureau, SETUP)
    else:
        undo(bureau, SETUP)
        redo(bureau, SETUP)
        change(bureau, SETUP, ("examples",), [])
        finish(bureau, SETUP, version="1.1")
    start(bureau, NINE)
    start(bureau, SETUP)
    before = draft_of(bureau, SETUP)
    with pytest.raises(KnownError):
        undo(bureau, SETUP)
    assert draft_of(bureau, SETUP) == before


# --- look ---------------------------------------------------------------------------------------------------------

WRONG: list[tuple[tuple[str | int, ...], Any, tuple[str | int, ...]]] = [
    (("indicators", 3, "formula"), "nobody / 2", ("indicators", 3, "formula")),
    (("indicators", 3, "formula"), "teachers_ft +", ("indicators", 3, "formula")),
    (("indicators", 3, "cmp"), "=>", ("indicators", 3, "cmp")),
    (("indicators", 3, "group"), "nonsense", ("indicators", 3, "group")),
    (("indicators", 3, "zh"), "", ("indicators", 3)),
    (("indicators", 3, "bars", 0, "confidence"), "SURE", ("indicators", 3, "bars", 0, "confidence")),
    (("indicators", 3, "bars", 0, "value"), "很多", ("indicators", 3, "bars", 0, "value")),
    (("indicators", 3, "bars", 0, "until"), "明天", ("indicators", 3, "bars", 0, "until")),
    (("indicators", 3, "bars"), [], ("indicators", 3, "bars")),
    (("items", 2, "confidence"), "SURE", ("items", 2, "confidence")),
    (("applies",), "students_total", ("applies",)),
    (("id",), "大写", ("id",)),
]


@pytest.mark.parametrize(("path", "value", "place"), WRONG)
def test_what_is_wrong_is_said_at_its_place(
    bureau: Workspace, path: tuple[str | int, ...], value: Any, place: tuple[str | int, ...]
) -> None:
    change(bureau, SETUP, path, value)
    found = look(bureau, SETUP)
    assert found.pack is None
    assert place in [each.path[: len(place)] for each in found.problems]
    assert all(each.reason and "\n" not in each.reason for each in found.problems)
    undo(bureau, SETUP)
    assert look(bureau, SETUP).problems == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), ""),
        (("zh",), ""),
        (("issuer.zh",), ""),
        (("effective_from",), "明天"),
        (("pass_mark",), "很多"),
    ],
)
def test_what_is_wrong_in_the_head_is_said_at_its_place(
    bureau: Workspace, path: tuple[str | int, ...], value: str
) -> None:
    change(bureau, SETUP, path, value)
    found = [each.path for each in look(bureau, SETUP).problems]
    assert found
    assert found[0] == path


def test_a_group_without_a_name_is_wrong(bureau: Workspace) -> None:
    change(bureau, SETUP, ("groups", 0, "zh"), "")
    assert look(bureau, SETUP).problems != ()


def test_everything_wrong_is_said_at_once(bureau: Workspace) -> None:
    for at in (0, 1, 2):
        change(bureau, SETUP, ("indicators", at, "formula"), "nobody")
    found = look(bureau, SETUP)
    assert [each.path for each in found.problems] == [("indicators", at, "formula") for at in (0, 1, 2)]


def test_a_missed_example_is_said_while_the_standard_can_be_looked_at(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    found = look(bureau, SETUP)
    assert found.pack is not None
    assert {each.path[0] for each in found.problems} == {"examples"}


def test_looking_stores_nothing(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    before = rows_of(bureau)
    look(bureau, SETUP)
    look_at_place(bureau, f"draft:{SETUP}")
    look_at_place(bureau, NINE)
    assert rows_of(bureau) == before


def test_a_local_addition_is_looked_at_with_its_base(city: City) -> None:
    start(city.bureau, LOCAL)
    found = look(city.bureau, LOCAL)
    assert found.base is not None
    assert (found.base.id, found.problems) == (SETUP, ())
    change(city.bureau, LOCAL, ("base",), "nonsense")
    wrong = look(city.bureau, LOCAL)
    assert (wrong.base, wrong.pack, len(wrong.problems)) == (None, None, 1)


def test_a_place_is_a_draft_an_id_or_a_folder(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    assert (
        look_at_place(bureau, f"draft:{SETUP}").source["indicators"]
        != look_at_place(bureau, SETUP).source["indicators"]
    )
    assert look_at_place(bureau, str(SHIPPED / SETUP)).source == read_folder(SHIPPED / SETUP)
    with pytest.raises(KnownError):
        look_at_place(bureau, "nonsense")


# --- finish and discard -------------------------------------------------------------------------------------------


def finished(bureau: Workspace, version: str = "1.1") -> Path:
    """A finished standard that asks for more land than any example has."""
    set_land(bureau, "60000.5")
    examples = [
        {key: value for key, value in each.items() if key != "grade"}
        for each in draft_of(bureau, SETUP)["examples"]
        if "zz10_land" not in each["expect"]
    ]
    change(bureau, SETUP, ("examples",), examples)
    folder, changes = finish(bureau, SETUP, version=version)
    assert changes.rounds
    return folder


def test_a_finished_draft_is_a_standard_that_rounds_go_by(bureau: Workspace, tmp_path: Path) -> None:
    folder = finished(bureau)
    assert folder.parent == bureau.folder / "standards"
    assert (read_folder(folder)["version"], register.draft(bureau, SETUP)) == ("1.1", None)
    (own,) = [each for each in standards(bureau) if each.version == "1.1"]
    assert (own.id, own.place, own.draft) == (SETUP, str(folder), False)
    publish(bureau, RoundPlan((own.place, NINE), "2027", "2099-12-31"), tmp_path / "x.vdpkg")
    pack = desk(bureau).deciding
    assert (pack.id, pack.version, pack.indicators["zz10_land"].threshold.text) == (SETUP, "1.1", "60000.5")


def test_finishing_is_noted(bureau: Workspace) -> None:
    finished(bureau)
    row = journal.of_field(bureau, "", f"draft.{SETUP}")[0]
    assert (row["action"], row["new"]) == ("finish_standard", "1.1")
    assert journal.broken_at(bureau) is None


def test_a_finished_standard_can_be_gone_on_with(bureau: Workspace) -> None:
    folder = finished(bureau)
    assert start(bureau, str(folder)) == SETUP
    assert draft_of(bureau, SETUP) == read_folder(folder)
    second, _changes = finish(bureau, SETUP, version="1.2")
    assert [each.version for each in standards(bureau) if each.id == SETUP] == ["1.1", "1.2", "1"]
    assert second != folder


def test_a_wrong_draft_cannot_be_finished(bureau: Workspace) -> None:
    change(bureau, SETUP, ("indicators", 0, "formula"), "nobody")
    before = rows_of(bureau)
    with pytest.raises(KnownError) as caught:
        finish(bureau, SETUP, version="1.1")
    assert (caught.value.code, rows_of(bureau)) == ("wrong_standard", before)
    assert ("zz10_students" in caught.value.sentence, "1 处" in caught.value.sentence) == (True, True)
    assert not (bureau.folder / "standards").exists()


def test_a_draft_that_misses_an_example_cannot_be_finished(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    with pytest.raises(KnownError) as caught:
        finish(bureau, SETUP, version="1.1")
    assert (caught.value.code, "样例" in caught.value.sentence) == ("wrong_standard", True)


@pytest.mark.parametrize("version", ["1.1", " 1.1 "])
def test_a_version_that_exists_is_refused(bureau: Workspace, version: str) -> None:
    finished(bureau)
    start(bureau, SETUP)
    before = rows_of(bureau), sorted(each.place for each in standards(bureau))
    with pytest.raises(KnownError) as caught:
        finish(bureau, SETUP, version=version)
    assert caught.value.code == "version_exists"
    assert (rows_of(bureau), sorted(each.place for each in standards(bureau))) == before


def test_the_shipped_version_exists_too(bureau: Workspace) -> None:
    change(bureau, SETUP, ("zh",), "另一个标准")
    with pytest.raises(KnownError) as caught:
        finish(bureau, SETUP, version="1")
    assert caught.value.code == "version_exists"


@pytest.mark.parametrize("version", ["", "  ", "9" * 21])
def test_a_version_that_is_none_is_refused(bureau: Workspace, version: str) -> None:
    before = rows_of(bureau)
    with pytest.raises(KnownError):
        finish(bureau, SETUP, version=version)
    assert rows_of(bureau) == before
    assert not (bureau.folder / "standards").exists()


@pytest.mark.parametrize("version", ["../../x", "a/b", "a\\b", "..", "1+1", "第二版", "CON"])
def test_no_version_leads_out_of_the_folder(bureau: Workspace, version: str) -> None:
    folder, _changes = finish(bureau, SETUP, version=version)
    assert folder.parent == bureau.folder / "standards"
    assert folder.resolve().is_relative_to((bureau.folder / "standards").resolve())
    assert load(str(folder)).version == version


def test_a_standard_that_was_written_anew_is_read_anew(bureau: Workspace) -> None:
    folder = finished(bureau)
    assert load(str(folder)).text["zh"] == "中等职业学校设置标准"
    start(bureau, str(folder))
    shutil.rmtree(folder)
    change(bureau, SETUP, ("zh",), "改过的标准")
    again, _changes = finish(bureau, SETUP, version="1.1")
    assert again == folder
    assert load(str(again)).text["zh"] == "改过的标准"


def test_a_damaged_standard_does_not_hide_the_others(bureau: Workspace) -> None:
    folder = finished(bureau)
    (folder / "pack.toml").write_text("id = ", encoding="utf-8")
    assert {each.place for each in standards(bureau)} >= set(shipped_ids())


def test_a_discarded_draft_is_gone_and_its_standard_stays(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    discard(bureau, SETUP)
    assert register.drafts(bureau) == []
    assert [each.place for each in standards(bureau)] == shipped_ids()
    row = journal.of_field(bureau, "", f"draft.{SETUP}")[0]
    assert (row["action"], "41000" in row["old"]) == ("discard_standard", True)
    start(bureau, SETUP)
    assert land_value(bureau) == "40000"


# --- a workbook ---------------------------------------------------------------------------------------------------


def test_a_workbook_becomes_a_draft(city: City, tmp_path: Path) -> None:
    pack_workbook.to_excel(NINE, tmp_path / "x.xlsx")
    reading = pack_workbook.read(tmp_path / "x.xlsx")
    assert take_source(city.bureau, reading.source) == NINE
    assert draft_of(city.bureau, NINE) == read_folder(SHIPPED / NINE)
    assert look(city.bureau, NINE).problems == ()


def test_a_workbook_over_a_draft_can_be_undone(bureau: Workspace) -> None:
    set_land(bureau, "41000")
    take_source(bureau, {**read_folder(SHIPPED / SETUP), "zh": "导入的"})
    assert (draft_of(bureau, SETUP)["zh"], land_value(bureau)) == ("导入的", "40000")
    undo(bureau, SETUP)
    assert (draft_of(bureau, SETUP)["zh"], land_value(bureau)) == ("中等职业学校设置标准", "41000")
    redo(bureau, SETUP)
    assert draft_of(bureau, SETUP)["zh"] == "导入的"


def test_a_first_import_leaves_nothing_to_undo(city: City) -> None:
    take_source(city.bureau, read_folder(SHIPPED / NINE))
    with pytest.raises(KnownError):
        undo(city.bureau, NINE)


# --- trying an indicator ------------------------------------------------------------------------------------------


@pytest.fixture
def pack(bureau: Workspace) -> Any:
    """The draft as a standard."""
    found = look(bureau, SETUP).pack
    assert found is not None
    return found


def test_a_sample_is_judged_and_explained(pack: Any) -> None:
    sample = sample_of(pack)
    assert "majors" not in sample
    trial = attempt(pack, "zz10_ft_teachers", {**sample, "teachers_ft": "59"})
    assert (trial.judged.verdict, trial.judged.value) == (Verdict.UNMET, 59)
    assert any("59" in each.text for each in trial.steps)
    assert attempt(pack, "zz10_ft_teachers", {**sample, "teachers_ft": "60"}).judged.verdict is Verdict.MET


def test_what_cannot_be_read_counts_as_not_filled(pack: Any) -> None:
    for text in ("很多", "", "-1", "60.5"):
        sample = {**sample_of(pack), "teachers_ft": text, "nonsense": "1", "land_counted": "9", "majors": "x"}
        assert attempt(pack, "zz10_ft_teachers", sample).judged.verdict is Verdict.INCOMPLETE


def test_answers_and_the_tables_of_the_first_example_are_used(pack: Any) -> None:
    sample = sample_of(pack)
    assert attempt(pack, "zz10_q_plan", {**sample, "zz10_q_plan": "不符合"}).judged.verdict is Verdict.UNMET
    assert attempt(pack, "zz10_major_mid", sample).judged.value == 6


def test_every_indicator_of_every_shipped_standard_can_be_tried(city: City) -> None:
    for name in shipped_ids():
        found = load(name)
        for indicator in found.indicators:
            for sample in (sample_of(found), {}):
                assert attempt(found, indicator, sample).steps


# --- roles --------------------------------------------------------------------------------------------------------


def test_only_a_bureau_writes_standards(city: City) -> None:
    school = city.school()
    acts = (
        lambda: start(school, SETUP),
        lambda: take_source(school, read_folder(SHIPPED / NINE)),
        lambda: change(school, SETUP, ("zh",), "x"),
        lambda: add_row(school, SETUP, ("indicators",), ROW),
        lambda: remove_row(school, SETUP, ("indicators", 0)),
        lambda: undo(school, SETUP),
        lambda: redo(school, SETUP),
        lambda: finish(school, SETUP, version="2"),
        lambda: discard(school, SETUP),
    )
    before = rows_of(school)
    for act in acts:
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "wrong_role"
    assert rows_of(school) == before
    assert edit_pack.FOLDER not in {path.name for path in school.folder.iterdir()}
