"""The one way out: nothing leaves that its receiver could not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, NINE, City
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations import inspect
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.bureau_trust import new_desk_key
from vetdesk.models.operations.open_campaign import read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, journal
from vetdesk.models.sync.read import verify


def test_the_longest_name_that_is_sent_can_be_read(city: City, tmp_path: Path) -> None:
    plan = RoundPlan((NINE,), "2027", "2027-12-31", title="长" * 200)
    publish(city.bureau, plan, tmp_path / "x.vdpkg")
    assert read_campaign(tmp_path / "x.vdpkg").body.round.title == "长" * 200


def test_a_name_nobody_could_read_is_refused_before_anything_is_written(city: City, tmp_path: Path) -> None:
    bureau = city.bureau
    before = rows_of(bureau), content_of(bureau.folder)
    with pytest.raises(KnownError, match="200"):
        publish(bureau, RoundPlan((NINE,), "2027", "2027-12-31", title="长" * 201), tmp_path / "x.vdpkg")
    assert (rows_of(bureau), content_of(bureau.folder)) == before
    assert not (tmp_path / "x.vdpkg").exists()


def test_a_fillers_name_that_is_too_long_is_refused_at_the_school_not_at_the_bureau(city: City, tmp_path: Path) -> None:
    school = city.school()
    with school.atomic():
        school.set_meta({"person": "名" * 201})
    with pytest.raises(KnownError, match="200"):
        submit(school, tmp_path / "x.vdpkg")


def test_an_inspectors_name_that_is_too_long_is_refused(city: City, tmp_path: Path) -> None:
    city.received()
    with pytest.raises(KnownError, match="200"):
        inspect.assign(city.bureau, tmp_path / "x.vdpkg", inspector="名" * 201, units=[FIRST])


def test_what_was_sent_is_noted_with_the_journal_before_it(city: City, tmp_path: Path) -> None:
    school = city.school()
    head = journal.head(school)
    posted, _changes = submit(school, tmp_path / "x.vdpkg")
    manifest = verify(posted.path).manifest
    assert manifest.audit_head == head
    assert (manifest.issuer.role, manifest.issuer.id) == ("school", FIRST)
    record = exchange.package(school, posted.hash)
    assert record is not None
    assert (record.direction, record.state, record.unit) == ("out", "exported", FIRST)
    assert journal.of_field(school, FIRST, f"package.{posted.hash}")[0]["new"] == ["submission", 1]
    assert journal.broken_at(school) is None


def test_files_of_one_name_and_number_lie_beside_each_other(city: City, tmp_path: Path) -> None:
    """A new key begins to count anew."""
    assert city.campaign.is_file()
    for _turn in range(2):
        amend(city.bureau, tmp_path / "调整.vdpkg")
        new_desk_key(city.bureau, reason="换")
    kept = exchange.packages(city.bureau, kind="amendment")
    assert [each.seq for each in kept] == [1, 1]
    assert all(verify(city.bureau.folder / each.path).hash == each.hash for each in kept)
