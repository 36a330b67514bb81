"""Filling figures: what is refused changes nothing, what is equal changes nothing, every act is one act."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factory import FIRST, City
from tests.models.operations.forge import rows_of
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, field_of, set_figures, set_state, take_over
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.store import figures, journal
from vetdesk.models.store.workspace import Workspace, open_workspace


def entry(school: Workspace, fact: str) -> Entry:
    """What stands in a field."""
    return figures.read(school, desk(school).round.id, FIRST)[fact]


@pytest.mark.parametrize(
    ("typed", "text", "unit"),
    [
        ("61000", "61000", ""),
        ("６１，０００", "61000", ""),
        (" 61 000.50 ", "61000.5", ""),
        ("+7", "7", ""),
        (".5", "0.5", ""),
        ("90亩", "90", "亩"),
        ("6.1 公顷", "6.1", "公顷"),
        ("61000平方米", "61000", ""),
        ("0", "0", ""),
        ("007", "7", ""),
    ],
)
def test_a_typed_number_is_kept_as_typed_with_its_unit(city: City, typed: str, text: str, unit: str) -> None:
    changes = set_figures(city.school(), {"land_owned": typed})
    assert (changes.facts, changes.units) == ({"land_owned"}, {FIRST})
    assert entry(city.school(), "land_owned") == Entry(State.GIVEN, text, unit)


def test_mu_are_exact_thirds(city: City) -> None:
    set_figures(city.school(), {"land_owned": "100亩"})
    assert standing(city.school()).assessment.value("land_owned") == Fraction(200000, 3)


def test_a_figure_may_be_named_by_its_label(city: City) -> None:
    assert set_figures(city.school(), {"专任教师": "61"}).facts == {"teachers_ft"}
    assert field_of(city.school(), "专任教师数").id == "teachers_ft"


REFUSED = [
    ("nonsense", "1", "unknown_fact"),
    ("", "1", "unknown_fact"),
    ("grads_total", "1", "unknown_fact"),
    ("land_counted", "1", "derived"),
    ("达标占地面积", "1", "derived"),
    ("school_name", "甲", "unknown_fact"),
    ("founded_year", "1999", "derived"),
    ("teachers_ft", "很多", "bad_number"),
    ("teachers_ft", "-1", "bad_number"),
    ("teachers_ft", "－1", "bad_number"),
    ("teachers_ft", "60.5", "bad_number"),
    ("teachers_ft", "60㎡", "bad_number"),
    ("teachers_ft", "60头", "bad_number"),
    ("teachers_ft", "1e3", "bad_number"),
    ("teachers_ft", "NaN", "bad_number"),
    ("teachers_ft", "inf", "bad_number"),
    ("teachers_ft", "1_000", "bad_number"),
    ("teachers_ft", "12,34", "bad_number"),
    ("teachers_ft", "9" * 19, "bad_number"),
    ("teachers_ft", "0.0001万人", "bad_number"),
    ("land_owned", "1.0000000000001", "bad_number"),
    ("land_owned", "5万元", "bad_number"),
    ("equip_teaching_wan", "5亩", "bad_number"),
]


@pytest.mark.parametrize(("fact", "text", "code"), REFUSED)
def test_what_cannot_be_taken_is_refused_in_one_sentence_and_changes_nothing(
    city: City, fact: str, text: str, code: str
) -> None:
    if (fact, text) == ("teachers_ft", "0.0001万人"):
        assert set_figures(city.school(), {fact: text}).facts == {fact}  # one person, after all
        return
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {"books_print": "1", fact: text})
    assert (caught.value.code, caught.value.status) == (code, ExitStatus.REFUSED)
    assert "没有改动" in caught.value.sentence
    assert "\n" not in caught.value.sentence
    assert rows_of(city.school()) == before


def test_the_refusal_names_field_text_and_unit(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {"teachers_ft": "六十"})
    for part in ("专任教师", "teachers_ft", "六十", "人"):
        assert part in caught.value.sentence


def test_the_same_figure_under_two_names_is_refused(city: City) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {"teachers_ft": "61", "专任教师": "62"})
    assert "专任教师" in caught.value.sentence
    assert rows_of(city.school()) == before


def test_equal_edits_change_nothing_and_leave_no_trace(city: City) -> None:
    school = city.school()
    set_figures(school, {"land_owned": "90亩"})
    before = rows_of(school)
    assert set_figures(school, {"land_owned": "９０ 亩", "teachers_ft": "100"}).facts == frozenset()
    assert set_figures(school, {"teachers_ft": "0100"}).units == frozenset()
    assert rows_of(school) == before


def test_an_empty_text_clears_a_figure(city: City) -> None:
    assert set_figures(city.school(), {"teachers_ft": "  "}).facts == {"teachers_ft"}
    assert entry(city.school(), "teachers_ft").state is State.UNFILLED
    assert standing(city.school()).assessment.value("teachers_ft") is None
    assert set_figures(city.school(), {"teachers_ft": ""}).facts == frozenset()


def test_several_figures_are_one_act(city: City) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "61", "books_print": "7"})
    acts = [row["act"] for row in school.rows("SELECT act FROM journal ORDER BY seq DESC LIMIT 2")]
    assert acts[0] == acts[1]
    assert journal.broken_at(school) is None


def test_every_edit_is_noted_with_who_what_before_and_after(city: City) -> None:
    school = city.school()
    school.actor.name = "王丽"
    set_figures(school, {"teachers_ft": "61"}, why="更正")
    row = journal.of_field(school, FIRST, "declared.this.teachers_ft")[0]
    assert (row["who"], row["why"]) == ("王丽", "更正")
    assert (row["old"][1], row["new"][1]) == ("100", "61")


def test_an_edit_is_there_after_reopening(city: City) -> None:
    set_figures(city.school(), {"teachers_ft": "61"})
    folder = city.school().folder
    city.close()
    with open_workspace(folder) as again:
        assert entry(again, "teachers_ft").text == "61"


@pytest.mark.parametrize("state", [State.NOT_APPLICABLE, State.UNKNOWN])
def test_a_mark_needs_a_reason(city: City, state: State) -> None:
    before = rows_of(city.school())
    for reason in ("", "  ", "\n"):
        with pytest.raises(KnownError) as caught:
            set_state(city.school(), "books_print", state, reason)
        assert caught.value.code == "no_reason"
    assert rows_of(city.school()) == before
    set_state(city.school(), "books_print", state, " 正在清点 ")
    assert entry(city.school(), "books_print") == Entry(state, reason="正在清点")
    assert standing(city.school()).assessment.judged["cn_db_2022_zz"]["db22_books_ps"].verdict == "incomplete"
    assert set_state(city.school(), "books_print", state, "正在清点").facts == frozenset()


def test_only_a_given_figure_counts_as_filled(city: City) -> None:
    full = standing(city.school()).assessment.filled()
    assert full == (13, 15)  # the two that say which class of school it is stand open
    set_state(city.school(), "books_print", State.UNKNOWN, "在清点")
    assert standing(city.school()).assessment.filled() == (12, 15)
    set_state(city.school(), "books_print", State.NOT_APPLICABLE, "没有图书馆")
    assert standing(city.school()).assessment.filled() == (12, 15)


def test_a_mark_on_an_unknown_or_derived_figure_is_refused(city: City) -> None:
    for fact in ("nonsense", "land_counted"):
        with pytest.raises(KnownError):
            set_state(city.school(), fact, State.UNKNOWN, "理由")


def test_an_explanation_is_kept_and_an_equal_one_leaves_no_trace(city: City) -> None:
    school = city.school()
    explain(school, "U07", " 含捐赠图书 ")
    assert standing(school).explanations == {"U07": "含捐赠图书"}
    before = rows_of(school)
    assert explain(school, "U07", "含捐赠图书").units == frozenset()
    assert rows_of(school) == before
    with pytest.raises(KnownError) as caught:
        explain(school, "X99", "文字")
    assert caught.value.code == "unknown_rule"


def test_only_a_school_fills(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        set_figures(city.bureau, {"teachers_ft": "1"})
    assert caught.value.code == "wrong_role"
    with pytest.raises(KnownError) as caught:
        set_state(city.bureau, "teachers_ft", State.UNKNOWN, "理由")
    assert caught.value.code == "wrong_role"
    with pytest.raises(KnownError) as caught:
        explain(city.bureau, "U07", "x")
    assert caught.value.code == "wrong_role"


def test_last_years_figures_are_their_own(city: City) -> None:
    set_figures(city.school(), {"students_ft": "1000"}, year=figures.LAST)
    found = standing(city.school())
    assert (found.assessment.value("students_ft"), found.assessment.last_value("students_ft")) == (1500, 1000)
    assert {each.rule.id for each in found.unexplained()} == {"Y01"}


def test_arithmetic_is_kept_as_its_result_and_noted_in_the_history(city: City) -> None:
    school = city.school()
    set_figures(school, {"land_owned": "12000+3400"})
    assert entry(school, "land_owned") == Entry(State.GIVEN, "15400")
    [row] = journal.of_field(school, FIRST, "declared.this.land_owned", limit=1)
    assert row["why"] == "12000+3400"


def test_arithmetic_that_fails_changes_nothing(city: City) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        set_figures(city.school(), {"land_owned": "1/3"})
    assert "除不尽" in caught.value.sentence
    assert rows_of(city.school()) == before


def test_last_years_figures_are_taken_over_where_nothing_is_filled(city: City) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "60", "land_owned": "90亩", "books_print": "500"}, year=figures.LAST)
    set_figures(school, {"land_owned": ""})
    set_state(school, "books_print", State.UNKNOWN, "正在清点")
    changes = take_over(school, list(desk(school).fields))
    assert changes.facts == {"land_owned"}
    assert entry(school, "land_owned") == Entry(State.GIVEN, "90", "亩")
    assert figures.sources(school, desk(school).round.id, FIRST)["land_owned"] == "去年数据"
    undo(school)
    assert standing(school).assessment.value("land_owned") is None


def test_nothing_to_take_over_is_said(city: City) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        take_over(city.school(), ["teachers_ft"])
    assert caught.value.code == "nothing_taken"
    assert rows_of(city.school()) == before


def test_what_is_only_taken_off_is_known(city: City) -> None:
    seen = standing(city.school()).assessment
    assert {each.id for each in seen.form() if seen.is_taken_off(each.id)} >= {
        "land_staff_housing", "land_affiliated", "bldg_staff_house", "bldg_affiliated"
    }  # fmt: skip
    assert not seen.is_taken_off("land_owned")
