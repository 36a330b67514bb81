"""Identities: compared digit by digit, a new computer counts once confirmed, replies open only for confirmed keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, City
from vetdesk.models.operations import bureau_trust, decide, receive
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.codes import short_code
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
    assert refused.offers[0].reason == "other_computer"
    assert taken.taken == 1
    other.close()


def confirm(city: City, workspace: Workspace) -> None:
    """The officer compares the digits of a computer."""
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys_of(workspace.id).digits)


@pytest.mark.parametrize("decision", ["accepted", "returned"])
def test_confirming_another_computer_drops_no_decision(city: City, tmp_path: Path, decision: str) -> None:
    city.received()
    confirm(city, city.school())
    if decision == "accepted":
        decide.accept(city.bureau, FIRST)
    else:
        decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"})
    other, file = second_computer(city, tmp_path, books="1234")
    with other:
        receive.receive(city.bureau, [file])
        confirm(city, other)
    counts = decide.current(city.bureau, FIRST)
    assert (counts.key, counts.state) == (keys_of(city.school().id).fingerprint, decision)
    assert [each.state for each in decide.waiting(city.bureau, FIRST)] == ["waiting"]
    decide.adopt(city.bureau, FIRST, short_code(decide.waiting(city.bureau, FIRST)[0].hash), reason="学校确认")
    assert books_now(city) == "1234"


def test_confirming_once_more_changes_nothing(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city, city.school())
    other, file = second_computer(city, tmp_path, books="1234")
    with other:
        receive.receive(city.bureau, [file])
        assert [each.state for each in decide.waiting(city.bureau, FIRST)] == ["waiting"], (
            "a known computer vouched for it"
        )
        decide.adopt(city.bureau, FIRST, "1", reason="改在另一台上填")
        assert books_now(city) == "1234"
        receive.receive(city.bureau, [city.submission()])
        assert [each.seq for each in decide.waiting(city.bureau, FIRST)] == [2]
        decide.adopt(city.bureau, FIRST, "2", reason="原来的电脑接着填")
        confirm(city, other)
        confirm(city, city.school())
    assert books_now(city) == "60000"


def test_a_withdrawn_identity_is_not_confirmed_again(city: City) -> None:
    city.received()
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    with pytest.raises(KnownError) as caught:
        confirm(city, city.school())
    assert caught.value.code == "revoked"
    assert [each.reason for each in receive.receive(city.bureau, [city.submission()]).offers] == ["late_key"]
