"""定稿: the digits on the paper are those of figures and evidence; a scan keeps them, an edit does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, SECOND, City, pdf
from tests.models.operations.forge import rows_of
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.attach import attach, detach
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.finalise import (
    SealState,
    changed_since,
    code_of,
    put_stamped_copy,
    seal,
    seal_now,
    stamped_in,
    unseal,
)
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence
from vetdesk.models.store.evidence import STAMPED


def test_before_the_first_time_it_is_open(city: City) -> None:
    held = seal_now(city.school())
    assert (held.state, held.code, held.stamped, held.before) == (SealState.OPEN, "", 0, False)
    assert len(held.now.replace(" ", "")) == 12


def test_an_edit_outdates_it_and_taking_the_edit_back_does_not(city: City) -> None:
    school = city.school()
    held = seal(school)
    assert (held.state, held.code) == (SealState.SEALED, held.now)
    set_figures(school, {"teachers_ft": "85"})
    changed = seal_now(school)
    assert (changed.state, changed.code) == (SealState.OUTDATED, held.code)
    assert changed.now != held.code
    undo(school)
    assert seal_now(school).state is SealState.SEALED


@pytest.mark.parametrize("year", ["this", "last"])
def test_figures_of_both_years_count(city: City, year: str) -> None:
    before = seal(city.school()).code
    set_figures(city.school(), {"books_print": "61234"}, year=year)
    assert seal_now(city.school()).now != before


def test_evidence_counts_and_a_stamped_copy_does_not(city: City, tmp_path: Path) -> None:
    school = city.school()
    attach(school, pdf(tmp_path, "证.pdf"), indicator="db22_land")
    held = seal(school)
    explain(school, desk(school).packs[0].rules[0].id, "已核对")
    put_stamped_copy(school, pdf(tmp_path, "签字表.pdf", content=b"stamped"))
    after = seal_now(school)
    assert (after.state, after.code, after.stamped) == (SealState.SEALED, held.code, 1)
    [proof] = [each for each in evidence.used(school, desk(school).round.id, FIRST) if each.indicator != STAMPED]
    detach(school, proof)
    assert seal_now(school).state is SealState.OUTDATED


def test_two_schools_with_the_same_figures_have_other_digits(city: City) -> None:
    assert seal(city.school()).code != seal(city.school(SECOND)).code


def test_a_copy_of_what_was_said_before_does_not_count_for_what_is_said_now(city: City, tmp_path: Path) -> None:
    school = city.school()
    seal(school)
    put_stamped_copy(school, pdf(tmp_path, "旧.pdf", content=b"1"))
    set_figures(school, {"teachers_ft": "85"})
    with pytest.raises(KnownError) as caught:
        put_stamped_copy(school, pdf(tmp_path, "新.pdf", content=b"2"))
    assert caught.value.code == "seal_outdated"
    held = seal(school)
    assert (held.stamped, held.before) == (0, True)
    put_stamped_copy(school, pdf(tmp_path, "新.pdf", content=b"2"))
    assert seal_now(school).stamped == 1


def test_the_bureau_finds_the_same_digits(city: City, tmp_path: Path) -> None:
    school = city.school()
    held = seal(school)
    put_stamped_copy(school, pdf(tmp_path, "签字表.pdf"))
    receive.receive(city.bureau, [city.submission()])
    body = decide.body_of(decide.current(city.bureau, FIRST))
    assert code_of(body) == held.code
    assert stamped_in(body, code_of(body)) == (1, 0)
    set_figures(school, {"books_print": "61234"})
    receive.receive(city.bureau, [city.submission()])
    body = decide.body_of(decide.current(city.bureau, FIRST))
    assert code_of(body) == seal_now(school).now != held.code
    assert stamped_in(body, code_of(body)) == (0, 1)


def test_what_was_corrected_is_known(city: City) -> None:
    school = city.school()
    assert changed_since(school) == {}
    seal(school)
    assert changed_since(school) == {}
    set_figures(school, {"teachers_ft": "85", "land_owned": ""})
    assert {name: (then.text, here.text) for name, (then, here) in changed_since(school).items()} == {
        "teachers_ft": (GOOD["teachers_ft"], "85"), "land_owned": (GOOD["land_owned"], "")
    }  # fmt: skip
    seal(school)
    assert set(changed_since(school)) == {"teachers_ft", "land_owned"}
    seal(school)
    assert changed_since(school) == {}


def test_it_is_taken_back_and_what_is_printed_again_compares_with_it(city: City) -> None:
    school = city.school()
    seal(school)
    assert unseal(school).state is SealState.OPEN
    set_figures(school, {"teachers_ft": "85"})
    assert seal(school).before is False
    unseal(school)
    with pytest.raises(KnownError) as caught:
        unseal(school)
    assert caught.value.code == "not_sealed"


@pytest.mark.parametrize("act", [seal, seal_now])
def test_a_bureau_has_nothing_to_sign(city: City, act: object) -> None:
    with pytest.raises(KnownError) as caught:
        act(city.bureau)  # type: ignore[operator]
    assert caught.value.code == "wrong_role"


def test_a_stamped_copy_needs_a_sheet_that_was_printed(city: City, tmp_path: Path) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        put_stamped_copy(city.school(), pdf(tmp_path, "签字表.pdf"))
    assert caught.value.code == "not_sealed"
    assert rows_of(city.school()) == before
