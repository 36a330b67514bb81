"""Another version of a standard: the report stores nothing, the act is one act, and taking it back loses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factory import FIRST, NINE, SECOND, SETUP, City
from tests.models.operations.forge import content_of, keys, rows_of
from vetdesk.models.operations import decide, inspect, receive, undo
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.fill import put_entries, set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.upgrade_pack import archived, downgrade, plan, report_lines, upgrade
from vetdesk.models.packs.build import build
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.compare import Change, Fate
from vetdesk.models.packs.folder import read_folder, write_folder
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.schema import Source
from vetdesk.models.packs.source import SHIPPED, checked, load, to_plain
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store import figures, journal, register
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.read import verify

# --- a second version of the set-up standard ----------------------------------------------------------------------

NEW_FACTS = (
    ("journal_kinds", "报刊订阅种类", "种", "int"),
    ("seats_student_day", "学生阅览座位数（走读）", "个", "int"),
    ("seats_student_board", "学生阅览座位数（住校）", "个", "int"),
    ("titles_senior", "高级职称教师数", "人", "int"),
    ("halls", "风雨操场数", "个", "int"),
)
LINEAGE: list[dict[str, Any]] = [
    {"what": "fact", "relation": "renamed", "old": ["periodical_kinds"], "new": ["journal_kinds"]},
    {
        "what": "fact",
        "relation": "split",
        "old": ["seats_student"],
        "new": ["seats_student_day", "seats_student_board"],
    },
    {
        "what": "fact",
        "relation": "merged",
        "old": ["title_senior_full", "title_senior_assoc"],
        "new": ["titles_senior"],
    },
    {"what": "fact", "relation": "retired", "old": ["seats_teacher"]},
    {"what": "indicator", "relation": "renamed", "old": ["zz10_periodicals"], "new": ["zz10_journals"]},
    {"what": "indicator", "relation": "split", "old": ["zz10_seat_s"], "new": ["zz10_seat_day", "zz10_seat_board"]},
    {"what": "indicator", "relation": "merged", "old": ["zz10_land", "zz10_land_ps"], "new": ["zz10_land_all"]},
    {"what": "indicator", "relation": "retired", "old": ["zz10_seat_t"]},
]
GONE = ("zz10_periodicals", "zz10_seat_s", "zz10_land", "zz10_land_ps", "zz10_seat_t")


def measure(name: str, group: str, text: str, formula: str, unit: str, value: str) -> dict[str, Any]:
    """A new indicator with one confirmed value."""
    return {
        "id": name,
        "group": group,
        "zh": text,
        "en": text,
        "unit": unit,
        "formula": formula,
        "cmp": ">=",
        "bars": [{"value": value, "article": "第八条", "confidence": "FOUND"}],
    }


def second_source(**head: Any) -> Source:
    """The source form of the second version, but for what became of its ids."""
    found = read_folder(SHIPPED / SETUP)
    rows = [each for each in found["indicators"] if each["id"] not in GONE]
    for each in rows:
        if each["id"] == "zz10_ft_teachers":
            each["bars"][0]["value"] = "101"
        if each["id"] == "zz10_senior_pct":
            each["formula"] = "titles_senior / teachers_ft * 100"
    rows += [
        measure("zz10_journals", "library", "报刊种类", "journal_kinds", "种", "80"),
        measure("zz10_seat_day", "library", "走读生座位", "seats_student_day", "个", "50"),
        measure("zz10_seat_board", "library", "住校生座位", "seats_student_board", "个", "50"),
        measure("zz10_land_all", "campus", "校园占地", "land_counted", "㎡", "50000"),
        measure("zz10_halls", "campus", "风雨操场", "halls", "个", "1"),
    ]
    facts = [
        {"id": name, "zh": text, "en": name, "unit": unit, "kind": kind, "section": "library"}
        for name, text, unit, kind in NEW_FACTS
    ]
    fresh = {**found, "version": "2", "indicators": rows, "facts": facts, **head}
    return {key: value for key, value in fresh.items() if key not in ("examples", "base_facts")}


def version_of(source: Source, folder: Path, lineage: list[dict[str, Any]] | None = None) -> Pack:
    """The standard of a source form, written to a folder and read as people's standards are; its lineage put in."""
    write_folder(source, folder)
    plain = to_plain(read_folder(folder))
    return checked(build({**plain, "lineage": lineage} if lineage else plain))


@pytest.fixture
def second(tmp_path: Path) -> Pack:
    """The second version of the set-up standard: stricter, renamed, split, merged, with something new and retired."""
    return version_of(second_source(), tmp_path / "zweite", LINEAGE)


def test_a_standard_whose_folder_tells_its_lineage_can_be_loaded(tmp_path: Path) -> None:
    write_folder(second_source(lineage=LINEAGE), tmp_path / "zweite")
    assert len(load(str(tmp_path / "zweite")).lineage) == len(LINEAGE)


def entries_of(workspace: Workspace, *, year: str = figures.THIS, unit: str = FIRST) -> dict[str, Entry]:
    """The figures of a school that are filled."""
    found = figures.read(workspace, desk(workspace).round.id, unit, year=year)
    return {name: each for name, each in found.items() if each != UNFILLED}


def text_of(workspace: Workspace, fact: str) -> str:
    """The text that stands in a field of the first school; '' where it is not filled."""
    return entries_of(workspace).get(fact, UNFILLED).text


def hashes(workspace: Workspace) -> list[str]:
    """What the newest round goes by."""
    return [fingerprint(each) for each in desk(workspace).packs]


def fates(changes: tuple[Change, ...]) -> dict[Fate, set[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Old and new ids by what became of them."""
    found: dict[Fate, set[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for each in changes:
        found.setdefault(each.fate, set()).add((each.old, each.new))
    return found


def last_acts(workspace: Workspace, count: int) -> list[Mapping[str, Any]]:
    """The last rows of the journal, oldest first."""
    rows = workspace.rows("SELECT bytes FROM journal ORDER BY seq DESC LIMIT ?", (count,))
    return [json.loads(each["bytes"]) for each in reversed(rows)]


# --- the report ---------------------------------------------------------------------------------------------------


def test_the_report_stores_nothing(city: City, second: Pack) -> None:
    for workspace in (city.school(), city.bureau):
        before = rows_of(workspace), content_of(workspace.folder)
        plan(workspace, second)
        assert (rows_of(workspace), content_of(workspace.folder)) == before


def test_the_report_says_what_became_of_every_indicator(city: City, second: Pack) -> None:
    found = fates(plan(city.school(), second).comparison.indicators)
    assert found[Fate.RENAMED] == {(("zz10_periodicals",), ("zz10_journals",))}
    assert found[Fate.SPLIT] == {(("zz10_seat_s",), ("zz10_seat_day", "zz10_seat_board"))}
    assert found[Fate.MERGED] == {(("zz10_land", "zz10_land_ps"), ("zz10_land_all",))}
    assert found[Fate.RETIRED] == {(("zz10_seat_t",), ())}
    assert found[Fate.NEW] == {((), ("zz10_halls",))}
    assert found[Fate.CHANGED] == {((name,), (name,)) for name in ("zz10_ft_teachers", "zz10_senior_pct")}
    assert (("zz10_students",), ("zz10_students",)) in found[Fate.KEPT]


def test_the_report_says_what_became_of_every_figure(city: City, second: Pack) -> None:
    found = fates(plan(city.school(), second).comparison.facts)
    assert found[Fate.RENAMED] == {(("periodical_kinds",), ("journal_kinds",))}
    assert found[Fate.SPLIT] == {(("seats_student",), ("seats_student_day", "seats_student_board"))}
    assert found[Fate.MERGED] == {(("title_senior_full", "title_senior_assoc"), ("titles_senior",))}
    assert found[Fate.RETIRED] == {(("seats_teacher",), ())}
    assert found[Fate.NEW] == {((), ("halls",))}


def test_a_changed_value_is_shown_before_and_after(city: City, second: Pack) -> None:
    changes = {each.new: each for each in plan(city.school(), second).comparison.indicators}
    aspects = {each.name: (each.was, each.now) for each in changes[("zz10_ft_teachers",)].aspects}
    assert aspects == {"达标值": ("≥ 60 人", "≥ 101 人")}


def test_the_report_names_the_verdicts_that_flip(city: City, second: Pack) -> None:
    (unit,) = plan(city.school(), second).units
    flips = {each.indicator: (each.was, each.now) for each in unit.flips}
    assert unit.unit == FIRST
    assert flips["zz10_ft_teachers"] == (Verdict.MET, Verdict.UNMET)
    assert flips["zz10_senior_pct"] == (Verdict.MET, Verdict.INCOMPLETE)
    assert flips["zz10_seat_t"] == (Verdict.MET, None)
    assert flips["zz10_halls"] == (None, Verdict.INCOMPLETE)
    assert flips["zz10_seat_day"] == (Verdict.MET, Verdict.INCOMPLETE)
    assert flips["zz10_land_all"] == (None, Verdict.MET)
    assert "zz10_journals" not in flips  # the renamed figure came along
    assert "zz10_students" not in flips


def test_a_split_is_one_change_and_each_verdict_flips_once(city: City, second: Pack) -> None:
    found = plan(city.school(), second)
    assert len({each.old for each in found.comparison.indicators if each.fate is Fate.SPLIT}) == 1
    assert len({each.old for each in found.comparison.facts if each.fate is Fate.SPLIT}) == 1
    names = [each.indicator for each in found.units[0].flips]
    assert len(names) == len(set(names))


def test_the_bureau_hears_what_changes_for_every_school_that_submitted(city: City, second: Pack) -> None:
    assert plan(city.bureau, second).units == ()
    city.received()
    assert [each.unit for each in plan(city.bureau, second).units] == [FIRST]
    city.received(SECOND)
    found = plan(city.bureau, second)
    assert [each.unit for each in found.units] == [FIRST, SECOND]
    assert found.flipped == sum(len(each.flips) for each in found.units) > 2
    assert {each.was for each in found.units} != {""}


def test_the_report_can_be_read_and_is_plain_json(city: City, second: Pack) -> None:
    found = plan(city.school(), second)
    text = "\n".join(report_lines(found))
    for part in ("1 → 2", "改名", "拆分", "合并", "新增", "停用", "有变化", "不变", "结论会变的", "甲校（虚构）"):
        assert part in text
    assert "{" not in text
    plain = json.loads(json.dumps(found.plain()))
    assert (plain["from"]["version"], plain["to"]["version"]) == ("1", "2")
    assert plain["to"]["sha256"] == fingerprint(second)
    assert {"indicator": "zz10_ft_teachers", "was": "met", "now": "unmet"} in plain["units"][0]["flips"]


# --- the act ------------------------------------------------------------------------------------------------------


def test_an_upgrade_is_one_act_with_its_rows(city: City, second: Pack) -> None:
    school = city.school()
    before = hashes(school)[1]
    changes = upgrade(school, [second], why="省厅通知")
    rows = last_acts(school, 2)
    assert {each["act"] for each in rows} == {rows[0]["act"]}
    assert {each["action"] for each in journal.of_act(school, rows[0]["act"])} == {"upgrade_pack", "upgrade_figure"}
    first = rows[0]
    assert (first["field"], first["old"], first["new"]) == (f"pack.{SETUP}", before, fingerprint(second))
    assert first["why"] == "省厅通知"
    assert (rows[1]["field"], rows[1]["new"][1]) == ("declared.this.journal_kinds", "100")
    assert (changes.rounds, changes.units) == (True, {FIRST})
    assert journal.broken_at(school) is None


def test_both_standards_of_a_round_change_in_one_act(city: City, second: Pack, tmp_path: Path) -> None:
    nine = version_of({**read_folder(SHIPPED / NINE), "version": "1b"}, tmp_path / "neun")
    school = city.school()
    before = hashes(school)
    upgrade(school, [nine, second])
    assert hashes(school) == [fingerprint(nine), fingerprint(second)]
    assert len({each.act for each in register.switches(school, desk(school).round.id)}) == 1
    sentence, _changes = downgrade(school)
    assert (hashes(school), sentence.count("《")) == (before, 2)


def test_the_workspace_goes_by_the_new_version_also_after_reopening(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    for workspace in (school, None):
        if workspace is None:
            city.close()
        found = desk(city.school())
        assert [each.version for each in found.packs] == ["1", "2"]
        assert found.round.packs[1] == fingerprint(second)
        judged = standing(city.school()).assessment.judged[SETUP]
        assert judged["zz10_ft_teachers"].verdict is Verdict.UNMET
        assert judged["zz10_journals"].verdict is Verdict.MET
        assert "zz10_seat_t" not in judged


def test_the_deciding_standard_stays_the_deciding_one(city: City, tmp_path: Path) -> None:
    nine = version_of({**read_folder(SHIPPED / NINE), "version": "9"}, tmp_path / "neun")
    upgrade(city.school(), [nine])
    assert [each.id for each in desk(city.school()).packs] == [NINE, SETUP]


def test_retired_split_and_merged_answers_stay_readable(city: City, second: Pack) -> None:
    school = city.school()
    assert archived(school) == ()
    upgrade(school, [second])
    found = {each.fact: (each.name, each.text) for each in archived(school)}
    assert set(found) == {
        "periodical_kinds",
        "seats_teacher",
        "seats_student",
        "title_senior_full",
        "title_senior_assoc",
    }
    assert found["seats_teacher"][1] == "30"
    assert all(name and not name.startswith(fact) for fact, (name, _text) in found.items())


def test_only_a_school_has_an_archive(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        archived(city.bureau)
    assert caught.value.code == "wrong_role"


def test_a_renamed_figure_stands_under_both_ids_for_both_years(city: City, second: Pack) -> None:
    school = city.school()
    set_figures(school, {"periodical_kinds": "90"}, year=figures.LAST)
    upgrade(school, [second])
    assert (text_of(school, "periodical_kinds"), text_of(school, "journal_kinds")) == ("100", "100")
    assert entries_of(school, year=figures.LAST)["journal_kinds"].text == "90"


def test_what_was_split_or_merged_is_never_guessed(city: City, second: Pack) -> None:
    upgrade(city.school(), [second])
    assert not {"titles_senior", "seats_student_day", "seats_student_board"} & entries_of(city.school()).keys()


def test_a_renamed_figure_keeps_its_value_where_the_unit_changes(city: City, tmp_path: Path) -> None:
    source = read_folder(SHIPPED / SETUP)
    source.pop("examples")
    source.pop("base_facts")
    for each in source["indicators"]:
        if each["id"] == "zz10_track":
            each["formula"], each["unit"], each["bars"][0]["value"] = "track_km", "km", "0.2"
    source["facts"] = [
        {"id": "track_km", "zh": "跑道长度", "en": "Track", "unit": "km", "kind": "dec", "section": "campus"}
    ]
    lineage = [{"what": "fact", "relation": "renamed", "old": ["track_length_m"], "new": ["track_km"]}]
    upgrade(city.school(), [version_of({**source, "version": "2"}, tmp_path / "km", lineage)])
    found = standing(city.school()).assessment.value("track_km")
    assert found is None or float(found) == 0.3


# --- taking it back -----------------------------------------------------------------------------------------------


def test_a_downgrade_restores_hash_and_answers_and_says_so(city: City, second: Pack) -> None:
    school = city.school()
    before = hashes(school), entries_of(school)
    upgrade(school, [second])
    sentence, changes = downgrade(school)
    assert (hashes(school), entries_of(school)) == before
    assert ("中等职业学校设置标准" in sentence, "数据没有丢失" in sentence) == (True, True)
    assert (changes.rounds, changes.units) == (True, {FIRST})
    assert archived(school) == ()
    rows = last_acts(school, 2)
    assert {each["action"] for each in rows} == {"downgrade_pack", "downgrade_figure"}
    assert journal.broken_at(school) is None


SOME = ("periodical_kinds", "journal_kinds", "seats_teacher", "seats_student", "titles_senior", "teachers_ft")
ANSWERS = st.dictionaries(st.sampled_from(SOME), st.sampled_from(["", "0", "7", "80", "1200"]), max_size=len(SOME))


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(this=ANSWERS, last=ANSWERS)
def test_upgrade_then_downgrade_changes_no_answer_of_any_year(
    city: City, second: Pack, this: dict[str, str], last: dict[str, str]
) -> None:
    school = city.school()
    for year, typed in ((figures.THIS, this), (figures.LAST, last)):
        put_entries(school, {name: typed_entry(typed.get(name, "")) for name in SOME}, year=year)
    before = [entries_of(school, year=year) for year in (figures.THIS, figures.LAST)]
    went_by = hashes(school)
    upgrade(school, [second])
    assert hashes(school) == [went_by[0], fingerprint(second)]
    downgrade(school)
    assert [entries_of(school, year=year) for year in (figures.THIS, figures.LAST)] == before
    assert hashes(school) == went_by
    assert journal.broken_at(school) is None


def typed_entry(text: str) -> Entry:
    """A number as it would be typed; nothing for an empty text."""
    from vetdesk.models.records.facts import given as given_entry

    return given_entry(text, "") if text else UNFILLED


def test_upgrading_again_and_again_ends_where_it_began(city: City, second: Pack) -> None:
    school = city.school()
    before = hashes(school), entries_of(school)
    for _time in range(3):
        upgrade(school, [second])
        downgrade(school)
    assert (hashes(school), entries_of(school)) == before
    with pytest.raises(KnownError) as caught:
        downgrade(school)
    assert caught.value.code == "nothing_to_undo"


def test_versions_are_taken_back_one_by_one(city: City, second: Pack, tmp_path: Path) -> None:
    third = version_of(second_source(version="3"), tmp_path / "dritte", LINEAGE)
    school = city.school()
    went = [hashes(school)]
    for each in (second, third):
        upgrade(school, [each])
        went.append(hashes(school))
    for expected in (went[1], went[0]):
        downgrade(school)
        assert hashes(school) == expected


def test_a_figure_corrected_under_the_new_id_survives_the_downgrade(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    set_figures(school, {"journal_kinds": "130"})
    downgrade(school)
    assert (text_of(school, "periodical_kinds"), text_of(school, "journal_kinds")) == ("130", "130")
    assert standing(school).assessment.judged[SETUP]["zz10_periodicals"].value == 130


def test_a_figure_first_typed_under_the_new_id_survives_the_downgrade(city: City, second: Pack) -> None:
    school = city.school()
    set_figures(school, {"periodical_kinds": ""})
    upgrade(school, [second])
    set_figures(school, {"journal_kinds": "130"})
    downgrade(school)
    assert text_of(school, "journal_kinds") == "130"
    assert text_of(school, "periodical_kinds") == "130"


def test_what_was_typed_after_a_downgrade_counts_at_the_next_upgrade(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    set_figures(school, {"journal_kinds": "120"})
    downgrade(school)
    set_figures(school, {"periodical_kinds": "130"})
    upgrade(school, [second])
    assert text_of(school, "journal_kinds") == "130"


def test_a_new_figure_survives_the_downgrade_and_the_next_upgrade(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    set_figures(school, {"halls": "2", "titles_senior": "30"})
    downgrade(school)
    assert {each.fact: each.text for each in archived(school)} == {"halls": "2", "titles_senior": "30"}
    upgrade(school, [second])
    assert standing(school).assessment.judged[SETUP]["zz10_halls"].verdict is Verdict.MET


def test_without_an_upgrade_there_is_nothing_to_take_back(city: City) -> None:
    for workspace in (city.school(), city.bureau):
        before = rows_of(workspace)
        with pytest.raises(KnownError) as caught:
            downgrade(workspace)
        assert (caught.value.code, rows_of(workspace)) == ("nothing_to_undo", before)


# --- refusals and failures ----------------------------------------------------------------------------------------


def unchanged_after(workspace: Workspace, packs: list[Pack]) -> KnownError:
    """The refusal of an upgrade, after checking that nothing changed."""
    before = rows_of(workspace), content_of(workspace.folder)
    with pytest.raises(KnownError) as caught:
        upgrade(workspace, packs)
    with pytest.raises(KnownError):
        plan(workspace, packs[-1])
    assert (rows_of(workspace), content_of(workspace.folder)) == before
    assert "\n" not in caught.value.sentence
    return caught.value


def test_a_standard_outside_the_round_is_refused(city: City, second: Pack) -> None:
    for workspace in (city.school(), city.bureau):
        assert unchanged_after(workspace, [load("cn_vb_2021")]).code == "not_in_round"
        assert unchanged_after(workspace, [second, load("cn_vb_2021")]).code == "not_in_round"


def test_the_same_version_is_refused(city: City, second: Pack) -> None:
    assert unchanged_after(city.school(), [load(SETUP)]).code == "same_version"
    upgrade(city.school(), [second])
    assert unchanged_after(city.school(), [second]).code == "same_version"


def test_without_a_round_there_is_nothing_to_upgrade(tmp_path: Path, second: Pack) -> None:
    from vetdesk.models.operations.set_up_bureau import set_up_bureau

    with set_up_bureau(tmp_path / "b", name="局", district="411400") as empty:
        assert unchanged_after(empty, [second]).code == "no_round"


@pytest.mark.parametrize("failing", ["pack_switch", "journal", "fact"])
def test_a_failing_upgrade_leaves_everything_as_it_was(city: City, second: Pack, failing: str) -> None:
    school = city.school()
    with school.atomic() as db:
        db.execute(f"CREATE TRIGGER full_disk BEFORE INSERT ON {failing} BEGIN SELECT RAISE(ABORT, 'full'); END")
    before = rows_of(school), hashes(school)
    with pytest.raises(KnownError, match="没有保存"):
        upgrade(school, [second])
    assert (rows_of(school), hashes(school)) == before
    with school.atomic() as db:
        db.execute("DROP TRIGGER full_disk")
    upgrade(school, [second])
    assert desk(school).packs[1].version == "2"


def test_a_failing_downgrade_leaves_the_new_version_in_force(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    with school.atomic() as db:
        db.execute("CREATE TRIGGER full_disk BEFORE UPDATE ON pack_switch BEGIN SELECT RAISE(ABORT, 'full'); END")
    before = rows_of(school), hashes(school)
    with pytest.raises(KnownError, match="没有保存"):
        downgrade(school)
    assert (rows_of(school), hashes(school)) == before


# --- around it ----------------------------------------------------------------------------------------------------


def test_figures_can_be_undone_across_an_upgrade_and_a_downgrade(city: City, second: Pack) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "101"})
    upgrade(school, [second])
    set_figures(school, {"halls": "2"})
    undo.undo(school)
    assert (text_of(school, "halls"), text_of(school, "teachers_ft")) == ("", "101")
    undo.redo(school)
    assert text_of(school, "halls") == "2"
    undo.undo(school)
    undo.undo(school)
    assert text_of(school, "teachers_ft") == "100"
    downgrade(school)
    undo.redo(school)
    assert text_of(school, "teachers_ft") == "101"
    assert journal.broken_at(school) is None


def test_undo_never_takes_back_the_upgrade_itself(city: City, second: Pack) -> None:
    school = city.school()
    upgrade(school, [second])
    while undo.history(school).undoable:
        undo.undo(school)
    assert desk(school).packs[1].version == "2"


def test_undo_of_a_figure_that_was_renamed_since_reaches_the_id_that_is_shown(city: City, second: Pack) -> None:
    school = city.school()
    set_figures(school, {"periodical_kinds": "140"})
    upgrade(school, [second])
    sentence, _changes = undo.undo(school)
    assert "periodical_kinds" not in sentence  # a name, not an id
    assert text_of(school, "journal_kinds") == "100"
    undo.redo(school)
    assert text_of(school, "journal_kinds") == "140"


def test_the_doctor_finds_a_workspace_whole_after_up_and_down(city: City, second: Pack) -> None:
    for workspace in (city.school(), city.bureau):
        for _time in range(2):
            upgrade(workspace, [second])
            assert [each for each in examine(workspace) if not each.well] == []
            downgrade(workspace)
        assert [each for each in examine(workspace) if not each.well] == []
        assert journal.broken_at(workspace) is None


def test_a_submission_made_before_the_bureaus_upgrade_is_still_received(city: City, second: Pack) -> None:
    early = city.submission()
    upgrade(city.bureau, [second])
    assert receive.receive(city.bureau, [early]).taken == 1
    sent = decide.declared(decide.current(city.bureau, FIRST))
    assert (sent["seats_teacher"].text, sent["periodical_kinds"].text) == ("30", "100")


def test_a_submission_by_the_new_version_is_received_also_after_a_downgrade(city: City, second: Pack) -> None:
    upgrade(city.bureau, [second])
    upgrade(city.school(), [second])
    set_figures(city.school(), {"halls": "2"})
    assert city.received().taken == 1
    late = city.submission()
    assert "seats_teacher" not in json.loads(verify(late).data())["facts"]
    downgrade(city.bureau)
    assert receive.receive(city.bureau, [late]).taken == 1


def test_the_bureaus_board_reads_a_renamed_figure_of_an_old_submission(city: City, second: Pack) -> None:
    city.received()
    upgrade(city.bureau, [second])
    line = next(each for each in board(city.bureau).lines if each.unit.code == FIRST)
    assert line.judged[Stage.DECLARED]["zz10_journals"].value == 100


def test_an_older_submission_can_be_inspected_after_the_bureaus_upgrade(city: City, second: Pack) -> None:
    city.received()
    upgrade(city.bureau, [second])
    inspector = city.inspector()
    assert "journal_kinds" in figures.read(inspector, desk(inspector).round.id, FIRST)


def test_an_older_submission_can_be_accepted_after_the_bureaus_upgrade(city: City, second: Pack) -> None:
    city.received()
    upgrade(city.bureau, [second])
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    assert receive.receive(city.school(), [city.reply()]).taken == 1
    own = figures.read(city.school(), desk(city.school()).round.id, FIRST, stage=Stage.ACCEPTED)
    assert own["teachers_ft"].text == "100"


def test_a_renamed_figure_of_an_older_submission_is_accepted_under_the_new_id(city: City, second: Pack) -> None:
    city.received()
    for workspace in (city.bureau, city.school()):
        upgrade(workspace, [second])
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    assert receive.receive(city.school(), [city.reply()]).taken == 1
    own = figures.read(city.school(), desk(city.school()).round.id, FIRST, stage=Stage.ACCEPTED)
    assert own["journal_kinds"].text == "100"


def test_a_reply_made_before_the_schools_upgrade_is_still_read_after_it(city: City, second: Pack) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    early = city.reply()
    upgrade(city.school(), [second])
    assert [each.reason for each in receive.receive(city.school(), [early]).offers] == [""]


def test_an_assignment_made_before_the_upgrade_is_still_answered_after_it(city: City, second: Pack) -> None:
    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="agree")
    upgrade(city.bureau, [second])
    inspect.hand_back(city.inspector(), city.folder / "结果.vdpkg")
    assert receive.receive(city.bureau, [city.folder / "结果.vdpkg"]).taken == 1


def test_a_mark_on_a_figure_that_was_retired_meanwhile_is_still_taken(city: City, second: Pack) -> None:
    city.received()
    inspect.mark(city.inspector(), FIRST, "seats_teacher", found="agree")
    upgrade(city.bureau, [second])
    inspect.hand_back(city.inspector(), city.folder / "结果.vdpkg")
    result = receive.receive(city.bureau, [city.folder / "结果.vdpkg"])
    assert [each.reason for each in result.offers] == [""]


def test_the_upgrade_is_in_a_workspace_that_is_opened_by_itself(city: City, second: Pack) -> None:
    upgrade(city.school(), [second])
    folder = city.school().folder
    city.close()
    with open_workspace(folder) as again:
        downgrade(again)
        assert desk(again).packs[1].version == "1"
        assert text_of(again, "journal_kinds") == ""
