"""Identities: compared digit by digit, a new computer counts once confirmed, replies open only for confirmed keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, City
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.keys import keys_of


def second_computer(city: City, folder: Path, *, books: str) -> tuple[Workspace, Path]:
    """Another computer that fills for the same school and submits."""
    other = open_campaign(folder / "other-computer", read_campaign(city.campaign), unit=FIRST, filler="别人")
    set_figures(other, {"books_print": books})
    file = folder / "另一台.vdpkg"
    submit(other, file)
    return other, file


def books_now(city: City) -> str:
    return decide.declared(decide.current(city.bureau, FIRST))["books_print"].text


@pytest.mark.parametrize("digits", ["", "1", "0" * 30])
def test_wrong_or_missing_digits_confirm_nothing(city: City, digits: str) -> None:
    city.received()
    with pytest.raises(KnownError, match="不一样"):
        decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    with pytest.raises(KnownError, match="身份还没有核对"):
        decide.accept(city.bureau, FIRST)


def test_a_second_computer_does_not_push_the_first_aside_until_it_is_confirmed(city: City, tmp_path: Path) -> None:
    city.received()
    other, file = second_computer(city, tmp_path, books="1234")
    assert receive.receive(city.bureau, [file]).taken == 1
    assert books_now(city) == "60000"
    waiting = decide.unconfirmed(city.bureau, FIRST)
    assert waiting is not None
    assert decide.digits_of(city.bureau, waiting.key) == keys_of(other.id).digits
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys_of(other.id).digits)
    assert books_now(city) == "1234"
    assert decide.current(city.bureau, FIRST).state == "received"
    other.close()


def test_confirming_the_first_computer_leaves_its_submission_in_force(city: City, tmp_path: Path) -> None:
    city.received()
    other, file = second_computer(city, tmp_path, books="1234")
    receive.receive(city.bureau, [file])
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys_of(city.school().id).digits)
    assert books_now(city) == "60000"
    reply = city.reply()
    refused = receive.receive(other, [reply])
    taken = receive.receive(city.school(), [reply])
    assert refused.offers[0].reason == "not_for_us"
    assert taken.taken == 1
    other.close()
