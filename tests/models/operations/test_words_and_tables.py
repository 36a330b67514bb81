"""Answers, yes and no, choices and tables: typed, refused with their place, sent, inspected, accepted, never forged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SETUP, City
from tests.models.operations.forge import content_of, keys, resealed, rows_of
from vetdesk.models.operations import decide, inspect, receive, undo
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures, set_state
from vetdesk.models.operations.roll_up import board
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, Stage, State
from vetdesk.models.records.tables import read_rows
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store import exchange, figures, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError

MAJORS = [
    {"major_code": "660301", "group_code": "66", "students": "600", "teachers_mid_up": "6"},
    {"major_code": "730301", "group_code": "73", "students": "900", "teachers_mid_up": "8"},
]
FILLED = {
    "zz10_q_plan": "符合",
    "zz10_q_legal": "基本符合",
    "zz10_q_charter": "不符合",
    "zz10_q_sport": "不适用",
    "enrol_right": "是",
    "pack_class": "一般类",
    "majors": json.dumps(MAJORS),
}
STORED = {
    "zz10_q_plan": "yes",
    "zz10_q_legal": "partly",
    "zz10_q_charter": "no",
    "enrol_right": "1",
    "pack_class": "一般类",
    "majors": json.dumps(MAJORS, separators=(",", ":"), sort_keys=True),
}


def entries_of(workspace: Workspace, *, stage: Stage = Stage.DECLARED, year: str = figures.THIS) -> dict[str, Entry]:
    """What is filled of the first school."""
    found = figures.read(workspace, desk(workspace).round.id, FIRST, stage=stage, year=year)
    return {name: each for name, each in found.items() if each != UNFILLED}


def entry(school: Workspace, fact: str) -> Entry:
    """What stands in a field."""
    return entries_of(school).get(fact, UNFILLED)


def texts_of(entries: dict[str, Entry]) -> dict[str, str]:
    """The stored texts of what is no number."""
    return {name: entries[name].text for name in STORED if name in entries}


@pytest.fixture
def school(city: City) -> Workspace:
    """The first school with words and a table filled."""
    set_figures(city.school(), FILLED)
    return city.school()


# --- typed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "typed", "text"),
    [
        ("zz10_q_plan", "符合", "yes"),
        ("zz10_q_plan", " Yes ", "yes"),
        ("zz10_q_plan", "是", "yes"),
        ("zz10_q_plan", "部分符合", "partly"),
        ("zz10_q_plan", "0.5", "partly"),
        ("zz10_q_plan", "否", "no"),
        ("enrol_right", "有", "1"),
        ("enrol_right", "TRUE", "1"),
        ("enrol_right", "0", "0"),
        ("enrol_right", "没有", "0"),
        ("pack_class", " 技工 ", "技工"),
    ],
)
def test_a_word_is_stored_in_one_form_however_it_is_written(city: City, fact: str, typed: str, text: str) -> None:
    assert set_figures(city.school(), {fact: typed}).facts == {fact}
    assert entry(city.school(), fact) == Entry(State.GIVEN, text)
    before = rows_of(city.school())
    assert set_figures(city.school(), {fact: typed.strip()}).facts == frozenset()
    assert rows_of(city.school()) == before


@pytest.mark.parametrize("typed", ["不适用", "n/a", "NA"])
def test_an_answer_may_not_apply(city: City, typed: str) -> None:
    set_figures(city.school(), {"zz10_q_plan": typed})
    assert entry(city.school(), "zz10_q_plan") == Entry(State.NOT_APPLICABLE, reason="不适用")
    assert standing(city.school()).assessment.judged[SETUP]["zz10_q_plan"].verdict is Verdict.NOT_APPLICABLE


def test_words_may_be_named_by_their_label(city: City) -> None:
    assert set_figures(city.school(), {"具备法人条件并办理法人登记": "符合"}).facts == {"zz10_q_legal"}


@pytest.mark.parametrize(
    "typed",
    [
        '[{"students": 600, "group_code": "66"}]',
        '[{"group_code": "66", "students": "600"}]',
        '[{"专业大类代码": "66", "在校生": "６００"}]',
        '[{"group_code": 66, "students": "600人"}, {}, {"students": ""}]',
        '[{"students": "600", "group_code": " 66 ", "enrol": null}]',
    ],
)
def test_rows_are_stored_in_one_form_however_they_are_written(city: City, typed: str) -> None:
    set_figures(city.school(), {"majors": '[{"group_code": "66", "students": "600"}]'})
    before = rows_of(city.school())
    rows = [row for row in read_rows(entry(city.school(), "majors").text) if row]
    assert rows == [{"group_code": "66", "students": "600"}]
    assert set_figures(city.school(), {"majors": typed}).facts == frozenset()
    assert rows_of(city.school()) == before


def test_no_rows_are_an_answer_and_an_empty_text_is_none(city: City) -> None:
    set_figures(city.school(), {"majors": "[]"})
    assert entry(city.school(), "majors") == Entry(State.GIVEN, "[]")
    set_figures(city.school(), {"majors": "  "})
    assert entry(city.school(), "majors") == UNFILLED


def test_the_verdicts_follow(school: Workspace) -> None:
    judged = standing(school).assessment.judged[SETUP]
    assert judged["zz10_major_mid"].value == 6
    assert [judged[name].verdict for name in ("zz10_q_plan", "zz10_q_legal", "zz10_q_charter")] == [
        Verdict.MET,
        Verdict.UNMET,
        Verdict.UNMET,
    ]
    set_figures(school, {"majors": json.dumps([{**MAJORS[0], "teachers_mid_up": "1"}])})
    assert standing(school).assessment.judged[SETUP]["zz10_major_mid"].verdict is Verdict.UNMET


def test_readers_see_words(school: Workspace) -> None:
    fields = desk(school).fields
    shown = {name: entry_text(fields[name], entry(school, name)) for name in FILLED}
    assert shown == {
        "zz10_q_plan": "符合",
        "zz10_q_legal": "基本符合",
        "zz10_q_charter": "不符合",
        "zz10_q_sport": "",
        "enrol_right": "是",
        "pack_class": "一般类",
        "majors": "2 行",
    }


def test_last_years_rows_are_their_own(school: Workspace) -> None:
    set_figures(school, {"majors": '[{"students": "1"}]', "zz10_q_plan": "否"}, year=figures.LAST)
    assert texts_of(entries_of(school)) == STORED
    assert texts_of(entries_of(school, year=figures.LAST)) == {"majors": '[{"students":"1"}]', "zz10_q_plan": "no"}


def test_words_and_tables_are_undone_and_redone(school: Workspace) -> None:
    set_figures(school, {"majors": "[]", "zz10_q_plan": "不符合", "enrol_right": "", "pack_class": "技工"})
    after = texts_of(entries_of(school))
    undo.undo(school)
    assert texts_of(entries_of(school)) == STORED
    undo.redo(school)
    assert texts_of(entries_of(school)) == after
    undo.undo(school)
    undo.undo(school)
    assert texts_of(entries_of(school)) == {}
    assert journal.broken_at(school) is None


def test_a_table_may_be_marked_unknown(school: Workspace) -> None:
    set_state(school, "majors", State.UNKNOWN, "在统计")
    assert standing(school).assessment.judged[SETUP]["zz10_major_mid"].verdict is Verdict.INCOMPLETE


# --- refused ------------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, str, tuple[str, ...]]] = [
    ("zz10_q_plan", "大概", ("大概", "符合")),
    ("zz10_q_plan", "2", ("符合",)),
    ("enrol_right", "也许", ("也许", "是", "否")),
    ("pack_class", "二类", ("二类", "一般类", "高职")),
    ("majors", "600", ("表格", "专业")),
    ("majors", "很多", ("JSON",)),
    ("majors", "[", ("JSON",)),
    ("majors", "[" * 5000, ("JSON",)),
    ("majors", '{"students": "1"}', ("表格",)),
    ("majors", '"x"', ("表格",)),
    ("majors", "[1]", ("第 1 行",)),
    ("majors", '[{"students": "1"}, ["x"]]', ("第 2 行",)),
    ("majors", '[{"students": "1"}, {"颜色": "红"}]', ("第 2 行", "颜色")),
    ("majors", '[{"students": "许多"}]', ("第 1 行", "在校生", "许多")),
    ("majors", '[{"students": "1.5"}]', ("第 1 行", "在校生", "整数")),
    ("majors", '[{"students": "-1"}]', ("第 1 行", "在校生")),
    ("majors", '[{"students": "1万人"}]', ("第 1 行", "在校生", "人")),
    ("majors", '[{"students": [1]}]', ("第 1 行", "在校生")),
    ("majors", '[{"is_key_group": "也许"}]', ("第 1 行", "骨干专业群", "也许")),
    ("majors", json.dumps([{"students": "1"}] * 501), ("500",)),
    ("majors", json.dumps([{"major_name": "长" * 201}]), ("第 1 行", "专业名称", "200")),
]


@pytest.mark.parametrize(("fact", "typed", "parts"), REFUSED)
def test_what_cannot_be_taken_is_refused_naming_it_and_changes_nothing(
    city: City, fact: str, typed: str, parts: tuple[str, ...]
) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {"books_print": "1", fact: typed})
    assert rows_of(city.school()) == before
    assert "没有改动" in caught.value.sentence
    assert "\n" not in caught.value.sentence
    for part in (*parts, fact):
        assert part in caught.value.sentence


@pytest.mark.parametrize(("fact", "typed"), [("zz10_q_plan", "大概"), ("enrol_right", "也许"), ("pack_class", "二类"),
                                             ("majors", "[1]")])  # fmt: skip
def test_nobody_is_told_to_type_a_number_where_none_belongs(city: City, fact: str, typed: str) -> None:
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {fact: typed})
    assert "1200" not in caught.value.sentence


def test_a_column_given_by_id_and_by_name_is_refused(city: City) -> None:
    with pytest.raises(KnownError):
        set_figures(city.school(), {"majors": '[{"students": "1", "在校生": "2"}]'})


def test_a_column_given_twice_is_refused(city: City) -> None:
    with pytest.raises(KnownError):
        set_figures(city.school(), {"majors": '[{"students": "1", "students": "2"}]'})


# --- the whole way ------------------------------------------------------------------------------------------------


def test_words_travel_to_the_bureau_as_they_stand(city: City, school: Workspace) -> None:
    set_figures(school, {"majors": "[]"}, year=figures.LAST)
    city.received()
    sent = decide.declared(decide.current(city.bureau, FIRST))
    assert texts_of(sent) == STORED
    assert sent["zz10_q_sport"] == Entry(State.NOT_APPLICABLE, reason="不适用")
    assert sent == entries_of(school)
    body = json.loads(verify(city.folder / f"上报包-{FIRST}-1.vdpkg").data())
    assert set(body["words"]) == set(FILLED)
    assert not set(body["facts"]) & set(FILLED)
    assert body["previous_words"] == {"majors": {"state": "given", "text": "[]", "reason": ""}}
    assert board(city.bureau).counts("zz10_q_charter")[Verdict.UNMET] == 1


def test_the_number_of_figures_said_counts_words_too(city: City, school: Workspace) -> None:
    only = city.received().offers[0]
    assert f"{len(entries_of(school))} 项数据" in only.sentence


def test_words_go_the_whole_way_and_come_back_accepted(city: City, school: Workspace) -> None:
    city.received()
    inspector = city.inspector()
    assert texts_of(entries_of(inspector)) == STORED
    inspect.mark(inspector, FIRST, "majors", found="agree")
    inspect.mark(inspector, FIRST, "zz10_q_plan", found="differ", value="不符合")
    inspect.mark(inspector, FIRST, "enrol_right", found="differ", value="否")
    inspect.mark(inspector, FIRST, "pack_class", found="cannot_verify", note="没有文件")
    inspect.hand_back(inspector, city.folder / "结果.vdpkg")
    assert receive.receive(city.bureau, [city.folder / "结果.vdpkg"]).taken == 1
    verified = entries_of(city.bureau, stage=Stage.VERIFIED)
    expected = {"majors": STORED["majors"], "zz10_q_plan": "no", "enrol_right": "0"}
    assert {name: each.text for name, each in verified.items()} == expected
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(school).digits)
    decide.accept(city.bureau, FIRST)
    assert receive.receive(school, [city.reply()]).taken == 1
    accepted = entries_of(school, stage=Stage.ACCEPTED)
    assert accepted == entries_of(city.bureau, stage=Stage.ACCEPTED)
    assert texts_of(accepted) == {**STORED, **expected}
    assert accepted["zz10_q_sport"] == Entry(State.NOT_APPLICABLE, reason="不适用")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("zz10_q_plan", "大概"),
        ("zz10_q_plan", ""),
        ("zz10_q_plan", "不适用"),
        ("enrol_right", "2"),
        ("pack_class", "技工"),
        ("majors", "[]"),
        ("majors", "5"),
    ],
)
def test_an_inspector_notes_only_words_that_can_be_stored(city: City, school: Workspace, fact: str, value: str) -> None:
    city.received()
    inspector = city.inspector()
    before = rows_of(inspector)
    with pytest.raises(KnownError) as caught:
        inspect.mark(inspector, FIRST, fact, found="differ", value=value)
    assert (caught.value.code, rows_of(inspector)) == ("bad_number", before)
    assert "\n" not in caught.value.sentence
    assert entries_of(school)


def test_no_inspector_is_told_to_type_a_number_where_none_belongs(city: City, school: Workspace) -> None:
    city.received()
    assert entries_of(school)
    with pytest.raises(KnownError) as caught:
        inspect.mark(city.inspector(), FIRST, "zz10_q_plan", found="differ", value="大概")
    assert "1200" not in caught.value.sentence


def test_returned_words_are_asked_about_like_figures(city: City, school: Workspace) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"majors": "请补全", "zz10_q_plan": "请附文件"})
    assert receive.receive(school, [city.reply()]).taken == 1


# --- forged -------------------------------------------------------------------------------------------------------

Edit = Callable[[dict[str, Any]], None]


def word(fact: str, text: str, *, state: str = "given", part: str = "words") -> Edit:
    """A submission with one more word."""
    return lambda body: body[part].update({fact: {"state": state, "text": text, "reason": ""}})


def number(fact: str, text: str = "1", *, part: str = "facts") -> Edit:
    """A submission with one more number."""
    return lambda body: body[part].update({fact: {"state": "given", "text": text, "unit": "", "reason": ""}})


def rows(*given: dict[str, Any]) -> str:
    """Rows in the form they are stored in."""
    return json.dumps(list(given), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


FORGED: dict[str, Edit] = {
    "words of a number": word("teachers_ft", "许多"),
    "a number among words": word("teachers_ft", "100"),
    "words of a computed figure": word("land_counted", "1"),
    "words nobody asks for": word("nonsense", "yes"),
    "an answer among numbers": number("zz10_q_plan"),
    "a yes among numbers": number("enrol_right"),
    "a table among numbers": number("majors"),
    "an answer among last year's numbers": number("zz10_q_plan", part="previous"),
    "an answer that is none": word("zz10_q_plan", "maybe"),
    "an answer as it is typed": word("zz10_q_plan", "符合"),
    "an answer without a word": word("zz10_q_plan", ""),
    "a yes as it is typed": word("enrol_right", "是"),
    "a yes beyond one": word("enrol_right", "2"),
    "an unknown choice": word("pack_class", "二类"),
    "a choice with a space": word("pack_class", "一般类 "),
    "an unknown choice last year": word("pack_class", "二类", part="previous_words"),
    "a table with spaces": word("majors", '[{"students": "1"}]'),
    "a table out of order": word("majors", '[{"students":"1","group_code":"66"}]'),
    "a table with an empty cell": word("majors", '[{"group_code":"","students":"1"}]'),
    "a table with a number": word("majors", '[{"students":1}]'),
    "a table with an unknown column": word("majors", rows({"colour": "red"})),
    "a table by its labels": word("majors", rows({"在校生": "1"})),
    "a table with words for numbers": word("majors", rows({"students": "许多"})),
    "a table with a negative number": word("majors", rows({"students": "-1"})),
    "a table with half a person": word("majors", rows({"students": "1.5"})),
    "a table with a unit": word("majors", rows({"equip_wan": "1元"})),
    "a table that is an object": word("majors", '{"students":"1"}'),
    "a table that is no JSON": word("majors", "["),
    "a table too deep": word("majors", "[" * 100_000),
    "a table too long": word("majors", rows(*[{"students": "1"}] * 501)),
    "a table with a column twice": word("majors", '[{"students":"1","students":"2"}]'),
    "a table of empty rows": word("majors", '[{},{}]'),
    "a state that is none": word("zz10_q_plan", "yes", state="maybe"),
    "a word with a unit": lambda body: body["words"].update(
        zz10_q_plan={"state": "given", "text": "yes", "unit": "人", "reason": ""}
    ),
    "a word without a reason": lambda body: body["words"].update(zz10_q_plan={"state": "given", "text": "yes"}),
    "words as a list": lambda body: body.update(words=[]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_submission_is_refused_and_changes_nothing(
    city: City, school: Workspace, tmp_path: Path, name: str
) -> None:
    file = resealed(city.submission(), tmp_path / "x.vdpkg", school, edit=FORGED[name])
    before = rows_of(city.bureau), content_of(city.bureau.folder)
    (offer,) = receive.receive(city.bureau, [file]).offers
    assert offer.reason == "malformed"
    assert (rows_of(city.bureau), content_of(city.bureau.folder)) == before


@pytest.mark.parametrize("edit", [number("founded_year", "2030"), word("run_type", "368")], ids=["year", "type"])
def test_what_the_register_knows_cannot_be_sent(city: City, school: Workspace, tmp_path: Path, edit: Edit) -> None:
    assert standing(school).assessment.conclusion().outcome.value != "not_applicable"
    file = resealed(city.submission(), tmp_path / "x.vdpkg", school, edit=edit)
    receive.receive(city.bureau, [file])
    line = next(each for each in board(city.bureau).lines if each.unit.code == FIRST)
    assert line.conclusion.outcome.value != "not_applicable"


def test_a_submission_that_differs_in_nothing_is_taken(city: City, school: Workspace, tmp_path: Path) -> None:
    same = resealed(city.submission(), tmp_path / "x.vdpkg", school, edit=word("zz10_q_plan", "yes"))
    assert receive.receive(city.bureau, [same]).taken == 1


@pytest.mark.parametrize(
    "edit",
    [
        word("zz10_q_plan", "maybe"),
        word("teachers_ft", "许多"),
        word("majors", '[{"students": "1"}]'),
        word("pack_class", "二类"),
        number("zz10_q_plan"),
    ],
)
def test_a_forged_inspection_is_refused_and_makes_no_workspace(
    city: City, school: Workspace, tmp_path: Path, edit: Edit
) -> None:
    city.received()
    assert entries_of(school)
    inspect.assign(city.bureau, tmp_path / "a.vdpkg", inspector="1", units=[FIRST], encrypt=False)
    file = resealed(tmp_path / "a.vdpkg", tmp_path / "x.vdpkg", city.bureau, edit=lambda body: edit(body["schools"][0]))
    with pytest.raises(RefusedError) as caught:
        inspect.open_task(tmp_path / "inspector", inspect.read_task(file), name="专家")
    assert caught.value.code == "malformed"
    assert not (tmp_path / "inspector").exists()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("teachers_ft", "yes"),
        ("zz10_q_plan", "1"),
        ("zz10_q_plan", "100"),
        ("enrol_right", "yes"),
        ("enrol_right", "7"),
        ("pack_class", "1"),
        ("majors", "1"),
        ("land_counted", "1"),
        ("nonsense", "1"),
    ],
)
def test_a_forged_review_is_refused_and_changes_nothing(
    city: City, school: Workspace, tmp_path: Path, fact: str, text: str
) -> None:
    city.received()
    assert entries_of(school)
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="differ", value="99")
    inspect.hand_back(city.inspector(), tmp_path / "a.vdpkg")

    def edit(body: dict[str, Any]) -> None:
        body["marks"][0].update(fact=fact, text=text)

    file = resealed(tmp_path / "a.vdpkg", tmp_path / "x.vdpkg", city.inspector(), edit=edit)
    before = rows_of(city.bureau)
    (offer,) = receive.receive(city.bureau, [file]).offers
    assert (offer.reason, rows_of(city.bureau)) == ("malformed", before)


@pytest.mark.parametrize(
    ("fact", "text"),
    [("zz10_q_plan", "maybe"), ("enrol_right", "是"), ("pack_class", "二类"), ("majors", '[{"students": "1"}]')],
)
def test_a_forged_reply_is_refused_and_changes_nothing(city: City, school: Workspace, fact: str, text: str) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(school).digits)
    decide.accept(city.bureau, FIRST)
    with city.bureau.atomic():
        round_id = desk(city.bureau).round.id
        figures.write(city.bureau, round_id, FIRST, {fact: Entry(State.GIVEN, text)}, stage=Stage.ACCEPTED)
    file = city.reply()
    before = rows_of(school), content_of(school.folder)
    (offer,) = receive.receive(school, [file]).offers
    assert (offer.reason, rows_of(school), content_of(school.folder)) == ("malformed", *before)
    assert [each.state for each in exchange.packages(school, kind="submission")] == ["exported"]
