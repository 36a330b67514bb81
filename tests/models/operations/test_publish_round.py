"""Publishing a round: one file that names packs, register and the bureau's keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, NINE, SECOND, SETUP, City
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.packs.pack import PackError
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import register
from vetdesk.models.sync.read import verify


def refused(city: City, plan: RoundPlan, target: Path) -> KnownError:
    """The refusal of a round, after checking that it changed nothing."""
    before = rows_of(city.bureau), content_of(city.bureau.folder)
    with pytest.raises(KnownError) as caught:
        publish(city.bureau, plan, target)
    assert (rows_of(city.bureau), content_of(city.bureau.folder)) == before
    assert not target.exists()
    return caught.value


def test_the_task_file_says_everything_a_school_needs(city: City) -> None:
    found = read_campaign(city.campaign)
    assert [pack.id for pack in found.packs] == [NINE, SETUP]
    assert [unit.code for unit in found.units] == [FIRST, SECOND]
    assert found.body.bureau_name == "测试市教育局（虚构）"
    assert (found.body.round.title, found.body.round.reference_date) == ("2026 年度达标自评", "2026-09-01")
    assert {unit.contact_phone for unit in found.units} == {""}


def test_a_second_round_becomes_the_newest(city: City, tmp_path: Path) -> None:
    plan = RoundPlan((SETUP, SETUP), "2027", "2027-09-30", title="第二轮", reference_date="2027-09-01")
    publish(city.bureau, plan, tmp_path / "x.vdpkg")
    assert (desk(city.bureau).round.title, [pack.id for pack in desk(city.bureau).packs]) == ("第二轮", [SETUP])


def test_the_same_period_twice_is_refused(city: City, tmp_path: Path) -> None:
    assert refused(city, RoundPlan((NINE,), "2026", "2026-12-31"), tmp_path / "x.vdpkg").code == "round_exists"


@pytest.mark.parametrize("date", ["", "明天", "2026-02-30", "20261231", "2026-W10-1", "2026-1-1", "2026-12-31T00:00"])
def test_a_date_is_written_in_one_way_only(city: City, tmp_path: Path, date: str) -> None:
    assert refused(city, RoundPlan((NINE,), "2027", date), tmp_path / "x.vdpkg").code == "date"
    if date:
        plan = RoundPlan((NINE,), "2027", "2027-12-31", reference_date=date)
        assert refused(city, plan, tmp_path / "x.vdpkg").code == "date"


@pytest.mark.parametrize("period", ["", "  ", "今年"])
def test_a_round_needs_a_year(city: City, tmp_path: Path, period: str) -> None:
    assert refused(city, RoundPlan((NINE,), period, "2027-12-31"), tmp_path / "x.vdpkg").code == "period"


def test_an_unknown_pack_no_pack_and_an_empty_register_are_refused(city: City, tmp_path: Path) -> None:
    target = tmp_path / "x.vdpkg"
    assert isinstance(refused(city, RoundPlan(("nonsense",), "2027", "2027-12-31"), target), PackError)
    assert refused(city, RoundPlan((), "2027", "2027-12-31"), target).code == "no_pack"
    with (
        set_up_bureau(tmp_path / "b", name="局", district="411400") as empty,
        pytest.raises(KnownError) as caught,
    ):
        publish(empty, RoundPlan((NINE,), "2027", "2027-12-31"), target)
    assert caught.value.code == "no_units"


def test_only_a_bureau_publishes(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        publish(city.school(), RoundPlan((NINE,), "2027", "2027-12-31"), tmp_path / "x.vdpkg")
    assert caught.value.code == "wrong_role"


def test_a_round_says_how_the_stamped_sheet_is_due(city: City, tmp_path: Path) -> None:
    publish(city.bureau, RoundPlan((NINE,), "2031", "2031-12-31", stamp="scan"), tmp_path / "t.vdpkg")
    with open_campaign(tmp_path / "s", read_campaign(tmp_path / "t.vdpkg"), unit=FIRST) as school:
        assert register.rounds(school)[0].stamp == "scan"
    assert b'"stamp":"scan"' in verify(tmp_path / "t.vdpkg").data()
