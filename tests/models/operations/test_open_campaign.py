"""A school opens a task file: nothing to type, nothing kept of what is not whole and ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, NINE, SECOND, City
from tests.models.operations.forge import forged, keys, resealed
from vetdesk.models.operations.amend import amend
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.receive import receive
from vetdesk.models.operations.submit import submit
from vetdesk.models.packs.pack import PackError
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.sync import sign
from vetdesk.models.sync.refusals import RefusedError


def test_the_workspace_of_the_chosen_school(city: City, tmp_path: Path) -> None:
    with open_campaign(tmp_path / "neu", read_campaign(city.campaign), unit=SECOND, filler="王丽", phone="123") as made:
        assert (made.role, made.owner, own_unit(made).name) == ("school", SECOND, "乙校（虚构）")
        assert (made.meta("person"), made.meta("phone"), made.meta("name")) == ("王丽", "123", "乙校（虚构）")
        assert desk(made).round == desk(city.bureau).round
        assert figures.read(made, desk(made).round.id, SECOND) == {}
        assert [each.kind for each in exchange.packages(made, direction="in")] == ["campaign"]
        assert [each.code for each in register.units(made)] == [SECOND]


def test_the_schools_key_lies_outside_the_workspace(city: City, own_home: Path) -> None:
    private = keys(city.school()).signing
    for path in city.school().folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert private not in content
            assert private.hex().encode() not in content
    assert (own_home / "keys" / f"{city.school().id}.json").is_file()


def test_a_school_not_in_the_register_leaves_nothing(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        open_campaign(tmp_path / "neu", read_campaign(city.campaign), unit="3641999999")
    assert (caught.value.code, "3641999999" in caught.value.sentence) == ("no_unit", True)
    assert not (tmp_path / "neu").exists()


def test_a_folder_in_use_is_refused(city: City, tmp_path: Path) -> None:
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "x").touch()
    for folder in (tmp_path / "voll", city.school().folder):
        with pytest.raises(KnownError) as caught:
            open_campaign(folder, read_campaign(city.campaign), unit=FIRST)
        assert caught.value.code == "not_empty"


def refusal(path: Path) -> KnownError:
    """The refusal of a task file."""
    with pytest.raises(KnownError) as caught:
        read_campaign(path)
    return caught.value


def test_every_flipped_byte_of_the_first_kilobytes_is_refused(city: City, tmp_path: Path) -> None:
    whole = city.campaign.read_bytes()
    hurt = tmp_path / "x.vdpkg"
    for at in [*range(0, 2000, 41), *range(2000, len(whole), len(whole) // 60), len(whole) - 1]:
        hurt.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert isinstance(refusal(hurt), RefusedError)


def test_other_kinds_are_refused(city: City) -> None:
    assert refusal(city.submission()).code == "wrong_kind"


def edit_trust(**changes: object) -> Any:
    """An edit that changes the signed list of keys but keeps its signature."""

    def edit(body: dict[str, Any]) -> None:
        body["trust"]["list"] = json.dumps({**json.loads(body["trust"]["list"]), **changes}, separators=(",", ":"))

    return edit


def test_a_stranger_cannot_sign_for_the_bureau(city: City, tmp_path: Path) -> None:
    target = tmp_path / "x.vdpkg"
    stranger = keys(city.school())
    assert refusal(forged(city.campaign, target, stranger)).code == "unknown_sender"
    changed = edit_trust(desk=stranger.public.hex())
    assert refusal(forged(city.campaign, target, stranger, edit=changed)).code == "bad_signature"
    assert refusal(resealed(city.campaign, target, city.bureau, edit=edit_trust(version=2))).code == "bad_signature"


def test_a_stranger_with_a_root_of_his_own_is_another_bureau_not_ours(city: City, tmp_path: Path) -> None:
    """Nothing offline can tell them apart at first opening; the root is remembered, so replies are not mixed."""
    stranger = keys(city.school())
    root = sign.new_private()

    def edit(body: dict[str, Any]) -> None:
        found = json.loads(body["trust"]["list"])
        found["root"], found["desk"] = sign.public_of(root).hex(), stranger.public.hex()
        text = json.dumps(found, separators=(",", ":"))
        body["trust"] = {
            "list": text,
            "signature": sign.signature(root, text.encode(), kind=sign.TRUST_TYPE).hex(),
            "former": "",
        }

    found = read_campaign(forged(city.campaign, tmp_path / "x.vdpkg", stranger, edit=edit))
    with open_campaign(tmp_path / "neu", found, unit=SECOND) as made:
        assert made.meta("root") == sign.public_of(root).hex() != city.school().meta("root")


def set_key(name: str, value: object) -> Any:
    """An edit of one key of the data."""

    def edit(body: dict[str, Any]) -> None:
        body[name] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (set_key("bureau_district", "411402"), "malformed"),
        (set_key("packs", []), "malformed"),
        (set_key("packs", ["{}"]), "pack"),
        (set_key("packs", ["not json"]), "malformed"),
        (set_key("packs", ["[" * 10_000]), "malformed"),
        (set_key("packs", ['{"id": "x"}']), "malformed"),
        (set_key("extra", 1), "malformed"),
        (set_key("units", [{"code": "../x", "name": "甲"}]), "malformed"),
        (lambda body: body["round"].update(id="other"), "malformed"),
        (lambda body: body.pop("units"), "malformed"),
    ],
)
def test_a_signed_file_with_wrong_content_is_refused(city: City, tmp_path: Path, edit: Any, code: str) -> None:
    assert refusal(resealed(city.campaign, tmp_path / "x.vdpkg", city.bureau, edit=edit)).code == code


def test_a_carried_pack_must_pass_its_own_examples(city: City, tmp_path: Path) -> None:
    def edit(body: dict[str, Any]) -> None:
        body["packs"][0] = body["packs"][0].replace('"value":"40000"', '"value":"10000"')
        assert '"value":"10000"' in body["packs"][0]

    error = refusal(resealed(city.campaign, tmp_path / "x.vdpkg", city.bureau, edit=edit))
    assert isinstance(error, PackError)
    assert NINE in error.sentence


def test_a_newer_task_file_says_so(city: City, tmp_path: Path) -> None:
    for changes in ({"min_reader": 2}, {"kind": "gossip"}):
        assert refusal(resealed(city.campaign, tmp_path / "x.vdpkg", city.bureau, **changes)).code == "newer"


def test_the_file_of_a_person_is_never_shared_with_the_archive(city: City, tmp_path: Path) -> None:
    found = read_campaign(city.campaign)
    with open_campaign(tmp_path / "neu", found, unit=SECOND) as made:
        kept = made.folder / "inbox" / f"{found.verified.hash}.vdpkg"
        assert kept.stat().st_nlink == city.campaign.stat().st_nlink == 1
        assert kept.read_bytes() == city.campaign.read_bytes()


def test_a_school_that_was_added_later_starts_with_the_amendment(city: City, tmp_path: Path) -> None:
    assert city.campaign.is_file()
    with city.bureau.atomic():
        register.put_units(
            city.bureau, [UnitRecord("3641990009", "丙校（虚构）", "school", "411403", "365", "", "1992")]
        )
    amend(city.bureau, tmp_path / "调整.vdpkg")
    found = read_campaign(tmp_path / "调整.vdpkg")
    with open_campaign(tmp_path / "neu", found, unit="3641990009") as made:
        assert made.meta("name") == "丙校（虚构）"
        submit(made, tmp_path / "s.vdpkg", with_errors="刚开始")
    assert receive(city.bureau, [tmp_path / "s.vdpkg"]).taken == 1
