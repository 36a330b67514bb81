"""A bureau's keys are never made a second time; other keys are made silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, City
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.bureau_trust import withdraw
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.errors import ExitStatus, KnownError


def forget_keys(home: Path, workspace_id: str) -> None:
    (home / "keys" / f"{workspace_id}.json").unlink()


def test_a_bureau_on_another_computer_signs_nothing_until_its_keys_are_there(city: City, own_home: Path) -> None:
    city.received()
    forget_keys(own_home, city.bureau.id)
    with pytest.raises(KnownError, match="没有本单位的身份文件") as refused:
        city.reply()
    assert refused.value.status is ExitStatus.STORAGE
    assert not (own_home / "keys" / f"{city.bureau.id}.json").exists()
    assert [each.name for each in examine(city.bureau) if not each.well] == ["keys"]


def test_a_school_on_another_computer_gets_new_keys_silently(city: City, own_home: Path) -> None:
    school = city.school(FIRST)
    first = own_keys(school)
    forget_keys(own_home, school.id)
    assert own_keys(school).fingerprint != first.fingerprint


def test_a_school_whose_key_was_withdrawn_goes_on_with_a_new_one(city: City, tmp_path: Path) -> None:
    school = city.school()
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=own_keys(school).digits)
    old = own_keys(school).public
    withdraw(city.bureau, FIRST, reason="电脑丢失")
    amend(city.bureau, tmp_path / "a.vdpkg")
    [offer] = receive.receive(school, [tmp_path / "a.vdpkg"]).offers
    assert "停用了这台电脑原来的身份" in offer.sentence
    new = own_keys(school)
    assert new.public != old
    assert own_keys(school).public == new.public, "made once"
    [offer] = city.received().offers
    assert "待核对身份" in offer.sentence
    counts = next(each for each in decide.waiting(city.bureau, FIRST))
    assert decide.digits_of(city.bureau, counts.key) == new.digits
    amend(city.bureau, tmp_path / "b.vdpkg")
    [offer] = receive.receive(school, [tmp_path / "b.vdpkg"]).offers
    assert "停用了" not in offer.sentence
    assert own_keys(school).public == new.public
