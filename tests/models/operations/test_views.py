"""Snapshots of a workspace: one kind a role, everything read, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import rows_of
from vetdesk.models.operations import decide, inspect, receive, views
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.views import BureauView, InspectorView, SchoolView
from vetdesk.models.records.errors import KnownError


def test_a_school_sees_itself(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核对"})
    receive.receive(city.school(), [city.reply()])
    before = rows_of(city.school())
    found = views.view(city.school())
    assert isinstance(found, SchoolView)
    assert (found.standing.unit.code, found.person) == (FIRST, "填报")
    assert [each.label for each in found.evidence] == ["证.pdf"]
    assert [(each.seq, each.state) for each in found.sent] == [(1, "returned")]
    assert [each.text for each in found.comments] == ["请核对"]
    assert found.open_findings == []
    assert rows_of(city.school()) == before


def test_a_bureau_sees_its_schools_before_and_after_a_round(city: City, tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "neu", name="局", district="411400") as fresh:
        empty = views.view(fresh)
        assert isinstance(empty, BureauView)
        assert (empty.desk, empty.board, empty.submissions) == (None, None, ())
    city.received()
    found = views.view(city.bureau)
    assert isinstance(found, BureauView)
    assert found.board is not None
    assert [each.code for each in found.units] == [FIRST, SECOND]
    assert ([each.unit for each in found.submissions], found.board.received) == ([FIRST], 1)
    assert [each.kind for each in found.received] == ["submission"]


def test_an_inspector_sees_declared_and_verified_side_by_side(city: City) -> None:
    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="differ", value="98")
    made, _changes = inspect.note_finding(city.inspector(), FIRST, problem="缺证")
    found = views.view(city.inspector())
    assert isinstance(found, InspectorView)
    only = found.schools[0]
    assert (only.declared["teachers_ft"].text, only.verified["teachers_ft"].text) == ("100", "98")
    assert (only.marks["teachers_ft"].mark, [each.id for each in only.findings]) == ("differ", [made.id])


def test_a_role_of_a_later_version_is_no_bug(city: City) -> None:
    with city.bureau.atomic():
        city.bureau.set_meta({"role": "province"})
    with pytest.raises(KnownError):
        views.view(city.bureau)
