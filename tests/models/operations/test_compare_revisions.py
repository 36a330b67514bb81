"""Two versions side by side: every place that differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import GOOD, City, pdf
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.compare_revisions import Difference, compare_revisions
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange


def test_versions_are_compared_with_each_other_and_with_now(city: City, tmp_path: Path) -> None:
    school = city.school()
    city.submission()
    assert compare_revisions(school, 1) == []
    set_figures(school, {"books_print": "61234", "seats_student": ""})
    city.submission()
    set_figures(school, {"books_print": "62000"}, year="last")
    attach(school, pdf(tmp_path, "房产证.pdf"), indicator="db22_land")
    explain(school, desk(school).packs[0].rules[0].id, "已核对")
    first = compare_revisions(school, 1, 2)
    assert Difference("纸质图书", f"{GOOD['books_print']} 册", "61234 册") in first
    assert {each.name for each in first} <= {"纸质图书", "学生阅览座位"}
    assert [each.name for each in compare_revisions(school, 2, 1)] == [each.name for each in first]
    now = {each.name: (each.before, each.after) for each in compare_revisions(school, 2)}
    assert now["纸质图书（上年）"] == ("（没有）", "62000 册")
    assert now["房产证.pdf"][1] != "（没有）"
    assert len(now) == 3


def test_a_version_that_is_not_there_is_said(city: City) -> None:
    city.submission()
    for first, second in ((2, None), (1, 5)):
        with pytest.raises(KnownError) as caught:
            compare_revisions(city.school(), first, second)
        assert caught.value.code == "no_version"
    with pytest.raises(KnownError) as caught:
        compare_revisions(city.bureau, 1)
    assert caught.value.code == "wrong_role"


def test_an_archive_that_was_altered_is_said(city: City) -> None:
    school = city.school()
    city.submission()
    path = school.folder / exchange.packages(school, direction="out")[0].path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(KnownError) as caught:
        compare_revisions(school, 1)
    assert caught.value.code == "version_damaged"
