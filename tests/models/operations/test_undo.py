"""Undo and redo: acts on figures, the whole act at once, also after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import City
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.fill import set_figures, set_state
from vetdesk.models.operations.undo import history, redo, undo
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.store import figures, journal
from vetdesk.models.store.workspace import Workspace, open_workspace


def now(school: Workspace) -> dict[str, str]:
    """This year's figures as text."""
    form = {each.id for each in standing(school).assessment.form()}
    return {fact: each.text for fact, each in standing(school).assessment.entries.items() if each.text and fact in form}


def test_undo_takes_the_whole_act_back_and_redo_does_it_again(city: City) -> None:
    school = city.school()
    before = now(school)
    set_figures(school, {"teachers_ft": "61", "books_print": "7"})
    after = now(school)
    sentence, changes = undo(school)
    assert "2" in sentence
    assert (now(school), changes.facts) == (before, {"teachers_ft", "books_print"})
    sentence, changes = redo(school)
    assert (now(school), changes.facts) == (after, {"teachers_ft", "books_print"})


def test_a_single_figure_is_named(city: City) -> None:
    set_figures(city.school(), {"teachers_ft": "61"})
    assert undo(city.school())[0] == "已撤销：专任教师"
    assert redo(city.school())[0] == "已重做：专任教师"


def test_several_steps_back_and_forth_also_after_reopening(city: City) -> None:
    school = city.school()
    states = [now(school)]
    for number in ("61", "62", "63"):
        set_figures(school, {"teachers_ft": number})
        states.append(now(school))
    folder = school.folder

    def again() -> Workspace:
        city.close()
        return city.school()

    for wanted in (states[2], states[1]):
        undo(school)
        school = again()
        assert now(school) == wanted
    redo(school)
    assert now(school) == states[2]
    school = again()
    undo(school)
    undo(school)
    assert now(school) == states[0]
    for wanted in states[1:]:
        redo(school)
        assert now(school) == wanted
    with pytest.raises(KnownError) as caught:
        redo(school)
    assert caught.value.code == "nothing_to_undo"
    assert journal.broken_at(school) is None
    assert folder == school.folder


def test_a_new_edit_forgets_what_could_be_done_again(city: City) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "61"})
    undo(school)
    set_figures(school, {"books_print": "7"})
    with pytest.raises(KnownError):
        redo(school)
    assert history(school).redoable == ()


def test_an_empty_school_has_nothing_to_undo(city: City, tmp_path: Path) -> None:
    from vetdesk.models.operations.open_campaign import open_campaign, read_campaign

    with open_campaign(tmp_path / "neu", read_campaign(city.campaign), unit="3641990002") as fresh:
        for act in (undo, redo):
            with pytest.raises(KnownError) as caught:
                act(fresh)
            assert caught.value.code == "nothing_to_undo"
        set_figures(fresh, {"teachers_ft": "61"})
        undo(fresh)
        assert now(fresh) == {}
        with pytest.raises(KnownError):
            undo(fresh)


def test_marks_clearings_and_last_years_figures_are_taken_back(city: City) -> None:
    school = city.school()
    start = now(school)
    set_state(school, "books_print", State.UNKNOWN, "在清点")
    set_figures(school, {"teachers_ft": ""})
    set_figures(school, {"teachers_ft": "9"}, year=figures.LAST)
    undo(school)
    assert standing(school).assessment.previous.get("teachers_ft", Entry()).text == ""
    undo(school)
    assert standing(school).assessment.value("teachers_ft") == 100
    undo(school)
    assert now(school) == start


def test_equal_edits_are_no_step(city: City) -> None:
    school = city.school()
    set_figures(school, {"teachers_ft": "61"})
    set_figures(school, {"teachers_ft": "61"})
    undo(school)
    assert standing(school).assessment.value("teachers_ft") == 100


def test_only_a_school_takes_back(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        undo(city.bureau)
    assert caught.value.code == "wrong_role"


def test_opening_alone_keeps_the_stacks(city: City) -> None:
    set_figures(city.school(), {"teachers_ft": "61"})
    before = history(city.school())
    folder = city.school().folder
    city.close()
    with open_workspace(folder) as school:
        assert history(school) == before
