"""A round changes after it went out: deadlines, standards, schools; the newest file counts, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import amend, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace


def amendment(city: City) -> Path:
    """The next amendment."""
    target = city.folder / f"调整-{len(list(city.folder.glob('调整-*'))) + 1}.vdpkg"
    amend.amend(city.bureau, target, note="请查收")
    return target


def taken(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


def deadline(workspace: Workspace) -> str:
    """The deadline of the round."""
    return desk(workspace).round.deadline


@pytest.mark.parametrize(
    ("scope", "code", "first", "second"),
    [
        ("city", "", "2099-06-30", "2099-06-30"),
        ("county", "411402", "2099-06-30", "2099-12-31"),
        ("school", SECOND, "2099-12-31", "2099-06-30"),
    ],
)
def test_a_deadline_reaches_whom_it_is_for(city: City, scope: str, code: str, first: str, second: str) -> None:
    schools = (city.school(FIRST), city.school(SECOND))
    amend.set_deadline(city.bureau, "2099-06-30", scope=scope, id_=code)
    path = amendment(city)
    for school, expected in zip(schools, (first, second), strict=True):
        before = figures.read(school, desk(school).round.id, school.owner)
        [offer] = receive.receive(school, [path]).offers
        assert offer.outcome is receive.Outcome.TAKEN
        assert "请查收" in offer.sentence
        assert ("→ 2099-06-30" in offer.sentence) == (expected == "2099-06-30")
        assert deadline(school) == expected
        assert figures.read(school, desk(school).round.id, school.owner) == before


def test_the_closest_deadline_counts(city: City) -> None:
    school = city.school()
    for date, scope, code in (
        ("2099-01-01", "city", ""), ("2099-02-01", "county", "411402"), ("2099-03-01", "school", FIRST)
    ):  # fmt: skip
        amend.set_deadline(city.bureau, date, scope=scope, id_=code)
    assert taken(school, amendment(city)) == ["taken"]
    assert deadline(school) == "2099-03-01"


def test_an_older_amendment_is_refused_after_a_newer_one(city: City) -> None:
    school = city.school()
    amend.set_deadline(city.bureau, "2099-01-01")
    first = amendment(city)
    amend.set_deadline(city.bureau, "2099-02-01")
    assert taken(school, amendment(city)) == ["taken"]
    assert taken(school, first) == ["older"]
    assert deadline(school) == "2099-02-01"
    assert taken(city.school(SECOND), first, amendment(city)) == ["taken", "taken"]
    assert deadline(city.school(SECOND)) == "2099-02-01"


def test_what_the_register_says_of_a_school_follows(city: City) -> None:
    school = city.school()
    with city.bureau.atomic():
        register.put_units(
            city.bureau,
            [
                UnitRecord(FIRST, "甲校新名（虚构）", "school", "411402", "365", "", "1990"),
                UnitRecord("3641990009", "丙校（虚构）", "school", "411403", "365", "", "1992"),
            ],
        )
    path = amendment(city)
    [offer] = receive.receive(school, [path], dry_run=True).offers
    assert "本校的信息有更新" in offer.sentence
    assert taken(school, path) == ["taken"]
    assert [each.name for each in register.units(school)] == ["甲校新名（虚构）"]


@pytest.mark.parametrize(
    ("date", "scope", "code", "refused"),
    [
        ("2099-13-01", "city", "", "date"), ("明天", "city", "", "date"), ("2099-1-1", "city", "", "date"),
        ("2099-01-01", "school", "3640000000", "no_unit"), ("2099-01-01", "county", "999999", "district"),
    ],
)  # fmt: skip
def test_a_deadline_that_is_none_changes_nothing(city: City, date: str, scope: str, code: str, refused: str) -> None:
    assert city.campaign.is_file()
    with pytest.raises(KnownError) as caught:
        amend.set_deadline(city.bureau, date, scope=scope, id_=code)
    assert caught.value.code == refused
    assert register.deadlines(city.bureau, desk(city.bureau).round.id) == []
