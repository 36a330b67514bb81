"""The register as a file of its own: counties and schools follow it, whatever comes in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.factory import FIRST, City
from vetdesk.models.operations import amend, receive
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import register
from vetdesk.models.store.workspace import Workspace


def rename(city: City, name: str) -> None:
    """The first school has another name in the bureau's register."""
    unit = register.unit(city.bureau, FIRST)
    assert unit is not None
    with city.bureau.atomic():
        register.put_units(city.bureau, [replace(unit, name=name)])


def sent(city: City, name: str) -> Path:
    """The register as it stands now."""
    return amend.send_register(city.bureau, city.folder / f"{name}.vdpkg")[0].path


def name_at(school: Workspace) -> str:
    """What a school is called in its own workspace."""
    unit = register.unit(school, FIRST)
    assert unit is not None
    return unit.name


def test_a_school_follows_the_register(city: City) -> None:
    school = city.school()
    rename(city, "甲校（更名，虚构）")
    first = sent(city, "一")
    rename(city, "甲校（又更名，虚构）")
    second = sent(city, "二")
    [offer] = receive.receive(school, [second]).offers
    assert "名录新增 0 所，更新 1 所" in offer.sentence
    assert name_at(school) == "甲校（又更名，虚构）"
    [offer] = receive.receive(school, [first]).offers
    assert offer.reason == "older"
    assert name_at(school) == "甲校（又更名，虚构）"
    [offer] = receive.receive(school, [sent(city, "三")]).offers
    assert "名录没有变化" in offer.sentence


def test_neither_a_register_nor_an_amendment_takes_a_newer_one_back(city: City) -> None:
    school = city.school()
    rename(city, "旧名（虚构）")
    old_register = sent(city, "旧")
    amend.set_deadline(city.bureau, "2099-06-30")
    rename(city, "新名（虚构）")
    amendment = amend.amend(city.bureau, city.folder / "调整.vdpkg")[0].path
    rename(city, "最新名（虚构）")
    new_register = sent(city, "新")
    receive.receive(school, [new_register])
    assert name_at(school) == "最新名（虚构）"
    receive.receive(school, [amendment])
    assert name_at(school) == "最新名（虚构）", "the amendment was made before that register"
    assert register.rounds(school)[0].deadline == "2099-06-30", "its deadline counts all the same"
    [offer] = receive.receive(school, [old_register]).offers
    assert offer.reason == "older"
    assert name_at(school) == "最新名（虚构）"


def test_an_amendment_after_a_register_counts(city: City) -> None:
    school = city.school()
    amend.amend(city.bureau, city.folder / "一.vdpkg")
    rename(city, "旧名（虚构）")
    receive.receive(school, [sent(city, "名录")])
    rename(city, "新名（虚构）")
    receive.receive(school, [amend.amend(city.bureau, city.folder / "二.vdpkg")[0].path])
    assert name_at(school) == "新名（虚构）"


def test_one_of_another_bureau_is_refused(city: City, tmp_path: Path) -> None:
    other = City(tmp_path / "other")
    assert other.campaign.is_file()
    [offer] = receive.receive(city.school(), [sent(other, "别处")]).offers
    assert offer.outcome is receive.Outcome.REFUSED
    other.close()


def test_a_school_that_is_gone_from_it_is_told(city: City) -> None:
    school = city.school()
    unit = register.unit(city.bureau, FIRST)
    assert unit is not None
    with city.bureau.atomic():
        register.put_units(city.bureau, [replace(unit, closed="2026-01-01")])
    [offer] = receive.receive(school, [sent(city, "名录")]).offers
    assert "名录里不再有本校" in offer.sentence
    assert name_at(school) == "甲校（虚构）"


def test_only_who_issued_the_round_sends_it(city: City) -> None:
    with pytest.raises(KnownError):
        amend.send_register(city.school(), city.folder / "x.vdpkg")
