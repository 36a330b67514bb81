"""Keys over the years: schools follow the bureau without doing anything; stolen and withdrawn keys do not get in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import forged, keys, resealed
from vetdesk.models.operations import bureau_trust, decide, receive
from vetdesk.models.operations.amend import send_trust
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import sign
from vetdesk.models.sync.keys import Keys, keys_of


def taken(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


@pytest.mark.parametrize("renew", [bureau_trust.new_desk_key, bureau_trust.new_root_key])
def test_a_school_follows_new_keys_with_the_next_reply(city: City, renew: Any) -> None:
    city.received()
    assert taken(city.school(), city.reply()) == ["taken"]
    renew(city.bureau, reason="经办人离岗")
    assert taken(city.school(), city.reply()) == ["taken"]
    assert int(city.school().meta("trust_version")) >= 2
    renew(city.bureau, reason="再换一次")
    assert taken(city.school(), city.reply(), city.reply()) == ["taken", "taken"]


def test_what_the_desk_before_signs_afterwards_is_refused(city: City, tmp_path: Path) -> None:
    city.received()
    old = keys(city.bureau)
    stolen = city.reply()
    assert taken(city.school(), stolen) == ["taken"]
    bureau_trust.new_desk_key(city.bureau, reason="电脑丢失")
    assert taken(city.school(), city.reply()) == ["taken"]
    assert taken(city.school(), forged(stolen, tmp_path / "x.vdpkg", old, seq=9, prev="")) == ["revoked"]


def test_a_list_of_another_root_is_not_followed(city: City, tmp_path: Path) -> None:
    city.received()
    root = sign.new_private()
    thief = keys(city.school(SECOND))

    def edit(body: dict[str, Any]) -> None:
        found = json.loads(body["trust"]["list"])
        found.update(root=sign.public_of(root).hex(), desk=thief.public.hex(), version=99)
        text = json.dumps(found, separators=(",", ":"))
        mark = sign.signature(root, text.encode(), kind=sign.TRUST_TYPE).hex()
        body["trust"] = {"list": text, "signature": mark, "former": mark}

    path = forged(city.reply(), tmp_path / "x.vdpkg", thief, edit=edit)
    assert taken(city.school(), path) == ["unknown_sender"]
    assert city.school().meta("root") == sign.public_of(keys(city.bureau).root).hex()


def test_an_older_list_changes_nothing(city: City, tmp_path: Path) -> None:
    city.received()
    first = json.loads(city.bureau.meta("trust_list") or "{}") or None
    before = city.reply()
    bureau_trust.new_desk_key(city.bureau, reason="换")
    assert taken(city.school(), city.reply()) == ["taken"]
    version = city.school().meta("trust_version")
    assert taken(city.school(), before) == ["revoked"]
    assert city.school().meta("trust_version") == version
    assert first is not None


def test_keys_may_be_sent_alone(city: City, tmp_path: Path) -> None:
    bureau_trust.new_root_key(city.bureau, reason="例行更换")
    send_trust(city.bureau, tmp_path / "身份.vdpkg")
    assert taken(city.school(), tmp_path / "身份.vdpkg") == ["taken"]
    assert city.school().meta("root") == sign.public_of(keys(city.bureau).root).hex()


def test_what_was_sealed_to_the_desk_before_stays_readable(city: City) -> None:
    old = keys(city.bureau)
    bureau_trust.new_desk_key(city.bureau, reason="换")
    assert old.age in keys(city.bureau).identities
    assert keys(city.bureau).age != old.age


def test_a_withdrawn_key_keeps_what_came_and_gets_nothing_new_in(city: City) -> None:
    city.received()
    second = city.submission()
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    assert taken(city.bureau, second) == ["late_key"]
    [held] = exchange.submissions(city.bureau, exchange.packages(city.bureau)[0].cycle)
    assert (held.seq, held.current) == (1, True)
    with pytest.raises(KnownError) as caught:
        bureau_trust.withdraw(city.bureau, FIRST, reason="再停")
    assert caught.value.code == "no_key"


@pytest.mark.parametrize("act", [bureau_trust.new_desk_key, bureau_trust.new_root_key])
def test_a_key_changes_with_a_reason_only_and_at_a_bureau(city: City, act: Any) -> None:
    before = keys(city.bureau)
    for workspace, reason, code in ((city.bureau, " ", "no_reason"), (city.school(), "x", "wrong_role")):
        with pytest.raises(KnownError) as caught:
            act(workspace, reason=reason)
        assert caught.value.code == code
    assert keys(city.bureau) == before


def again(city: City, folder: Path) -> tuple[Workspace, Path]:
    """Another workspace of the first school on the same computer, and its submission."""
    made = open_campaign(folder / "again", read_campaign(city.campaign), unit=FIRST)
    submit(made, folder / "again.vdpkg", with_errors="试")
    return made, folder / "again.vdpkg"


def test_a_confirmed_computer_vouches_for_its_next_key(city: City, tmp_path: Path) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    made, path = again(city, tmp_path)
    with made:
        assert taken(city.bureau, path) == ["taken"]
        found = exchange.key(city.bureau, keys_of(made.id).fingerprint)
    assert found is not None
    assert (found.state, found.confirmed_by) == ("confirmed", "沿用该校已核对的身份")


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_came_before_a_confirmed_key_was_withdrawn_may_be_accepted(city: City, confirmed: bool) -> None:
    city.received()
    if confirmed:
        digits = decide.digits_of(city.bureau, decide.current(city.bureau, FIRST).key)
        decide.confirm_identity(city.bureau, FIRST, who="王丽", digits=digits)
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    if confirmed:
        decide.accept(city.bureau, FIRST)
        assert decide.current(city.bureau, FIRST).state == "accepted"
        return
    with pytest.raises(KnownError) as caught:
        decide.accept(city.bureau, FIRST)
    assert caught.value.code == "unconfirmed"


@pytest.mark.parametrize("why", ["unconfirmed", "withdrawn", "forged"])
def test_no_other_key_is_vouched_for(city: City, tmp_path: Path, why: str) -> None:
    city.received()
    if why != "unconfirmed":
        decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    if why == "withdrawn":
        bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    made, path = again(city, tmp_path)
    with made:
        if why == "forged":

            def edit(body: dict[str, Any]) -> None:
                body["succeeds"]["mark"] = "00" * 64

            path = resealed(path, tmp_path / "x.vdpkg", made, edit=edit)
        assert taken(city.bureau, path) == ["taken"]
        own: Keys = keys_of(made.id)
        found = exchange.key(city.bureau, own.fingerprint)
    assert found is not None
    assert found.state == "unconfirmed"
