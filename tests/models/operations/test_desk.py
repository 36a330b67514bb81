"""What lies on the desk of a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, NINE, SETUP, City
from vetdesk.models.operations.desk import desk, own_unit, unit_of
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.records.errors import KnownError


def test_the_newest_round_with_the_deciding_pack_first(city: City) -> None:
    for workspace in (city.bureau, city.school()):
        found = desk(workspace)
        assert [pack.id for pack in found.packs] == [NINE, SETUP]
        assert (found.deciding.id, found.round.period) == (NINE, "2026")


def test_a_bureau_without_a_round_says_what_to_do(tmp_path: Path) -> None:
    with (
        set_up_bureau(tmp_path / "b", name="测试局", district="411400") as bureau,
        pytest.raises(KnownError, match="发布") as caught,
    ):
        desk(bureau)
    assert caught.value.code == "no_round"


def test_units_by_code(city: City) -> None:
    assert own_unit(city.school()).name == "甲校（虚构）"
    assert unit_of(city.bureau, FIRST).district == "411402"
    with pytest.raises(KnownError) as caught:
        unit_of(city.bureau, "3641999999")
    assert "3641999999" in caught.value.sentence
