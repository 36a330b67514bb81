"""Who is at the keyboard is a name; what is done is noted under it."""

from __future__ import annotations

import pytest

from tests.factory import FIRST, City
from tests.models.operations.forge import rows_of
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.people import change_person, people
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import journal


def test_what_is_done_from_now_on_is_noted_under_the_new_name(city: City) -> None:
    school = city.school()
    before = school.meta("person")
    change_person(school, "  王丽 ")
    set_figures(school, {"teachers_ft": "85"})
    [row] = journal.of_field(school, FIRST, "declared.this.teachers_ft", limit=1)
    assert row["who"] == "王丽"
    change_person(school, "李强")
    assert people(school)[:2] == ["李强", "王丽"]
    assert set(people(school)) == {"李强", "王丽", before} - {""}


def test_the_same_name_writes_nothing(city: City) -> None:
    change_person(city.school(), "王丽")
    before = rows_of(city.school())
    change_person(city.school(), "王丽")
    assert rows_of(city.school()) == before


@pytest.mark.parametrize("name", ["", "  ", "王" * 41])
def test_no_name_is_refused(city: City, name: str) -> None:
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        change_person(city.school(), name)
    assert caught.value.code == "bad_name"
    assert rows_of(city.school()) == before
