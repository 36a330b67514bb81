"""Round by round: each by its own standards, with the schools that were asked then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import lineage, receive
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.trend import trend
from vetdesk.models.records.errors import KnownError

NEW = "3641990099"


def test_two_rounds_and_a_merger_between_them(city: City, tmp_path: Path) -> None:
    city.received()
    city.received(SECOND)
    [only] = trend(city.bureau)
    assert (only.scope, only.received, only.met) == (2, 2, 2)
    assert only.indicators["db22_books_ps"] == (2, 2)
    change = lineage.RegisterChange(
        lineage.Kind.MERGE, (FIRST, SECOND), (lineage.Target(NEW, "丙校（虚构）"),), "2026-08-31"
    )
    lineage.record(city.bureau, change)
    task = tmp_path / "下一年.vdpkg"
    publish(city.bureau, RoundPlan(("ha_zz_2021_468",), "2027", "2099-12-31"), task)
    with open_campaign(tmp_path / "丙校", read_campaign(task), unit=NEW) as school:
        set_figures(school, {"students_ft": "3000", "books_print": "30000"})
        posted, _changes = submit(school, tmp_path / "上报.vdpkg", with_errors="测试")
    assert receive.receive(city.bureau, [posted.path]).taken == 1
    first, second = trend(city.bureau)
    assert (first.round.period, first.scope, first.received, first.met) == ("2026", 2, 2, 2), "as it was then"
    assert (second.round.period, second.scope, second.received, second.met) == ("2027", 1, 1, 0)
    assert "db22_books_ps" not in second.indicators
    assert first.rate == 1
    assert second.rate == 0


@pytest.mark.parametrize("kept", [True, False])
def test_a_lost_archive_leaves_whom_the_database_knows(city: City, kept: bool) -> None:
    """All that were asked; in a workspace that kept none of them, those who submitted."""
    city.received()
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), city.folder / "下一年.vdpkg")
    for each in (city.bureau.folder / "outbox").glob("campaign-1-*"):
        if "下一年" not in each.name:
            each.write_bytes(each.read_bytes()[:100])
    if not kept:
        city.bureau.db.execute("UPDATE round SET units = NULL")
    first, second = trend(city.bureau)
    assert (first.scope, first.received) == ((2, 1) if kept else (1, 1))
    assert (second.scope, second.received, second.met) == (2, 0, 0)


def test_only_a_bureau_has_one(city: City) -> None:
    with pytest.raises(KnownError):
        trend(city.school())
