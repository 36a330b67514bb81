"""The bureau's signed list of keys: taken from its own desk only, and only as its root signed it."""

from __future__ import annotations

import msgspec
import pytest

from tests.models.sync.parcels import keys
from tests.models.sync.test_seal import bech32
from vetdesk.models.sync import sign
from vetdesk.models.sync.bodies import Trust, TrustList
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.trust import checked, trust_of


def refusal(trust: Trust, signer: bytes) -> Refusal:
    """Why a list is refused."""
    with pytest.raises(RefusedError) as caught:
        checked(trust, signer=signer, file="任务包.vdpkg")
    assert "任务包.vdpkg" in caught.value.sentence
    return caught.value.reason


def resigned(of: Keys, text: str) -> Trust:
    """Any text, signed by a root."""
    return Trust(text, sign.signature(of.root, text.encode(), kind=sign.TRUST_TYPE).hex())


def test_a_list_names_root_desk_and_age_key() -> None:
    bureau = keys()
    found = checked(trust_of(bureau, version=7), signer=bureau.public, file="x")
    assert found == TrustList(7, sign.public_of(bureau.root).hex(), bureau.public.hex(), bureau.recipient)
    assert found.root != found.desk


def test_the_root_signs_lists_and_the_desk_does_not() -> None:
    bureau = keys()
    trust = trust_of(bureau)
    by_desk = Trust(trust.list, sign.signature(bureau.signing, trust.list.encode(), kind=sign.TRUST_TYPE).hex())
    assert refusal(by_desk, bureau.public) is Refusal.BAD_SIGNATURE


def test_an_edited_list_is_refused() -> None:
    bureau = keys()
    trust = trust_of(bureau)
    edited = Trust(trust.list.replace('"version":1', '"version":2'), trust.signature)
    assert edited.list != trust.list
    assert refusal(edited, bureau.public) is Refusal.BAD_SIGNATURE


def test_a_package_signature_over_the_same_bytes_is_no_list_signature() -> None:
    bureau = keys()
    trust = trust_of(bureau)
    reused = Trust(trust.list, sign.signature(bureau.root, trust.list.encode()).hex())
    assert refusal(reused, bureau.public) is Refusal.BAD_SIGNATURE


def test_a_list_of_one_bureau_in_a_package_of_another_is_refused() -> None:
    assert refusal(trust_of(keys(1)), keys(2).public) is Refusal.UNKNOWN_SENDER


def test_a_foreign_root_cannot_speak_for_the_desk() -> None:
    """A list must be signed by the root that it names."""
    bureau, stranger = keys(1), keys(2)
    trust = trust_of(bureau)
    assert refusal(resigned(stranger, trust.list), bureau.public) is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"version"', '{ "version"'),
        ('"version":1', '"version":1,"version":1'),
        ('"version":1', '"version":1,"extra":1'),
        ('"version":1', '"version":0'),
        ('"version":1', '"version":1.0'),
        ('"version":1,', ""),
        ('"root":"', '"root":"\\u0030'),
        ('"age":"age1', '"age":"AGE1'),
    ],
)
def test_a_list_in_another_form_is_malformed_though_its_root_signed_it(old: str, new: str) -> None:
    bureau = keys()
    text = trust_of(bureau).list
    assert old in text
    assert refusal(resigned(bureau, text.replace(old, new)), bureau.public) is Refusal.MALFORMED


@pytest.mark.parametrize("text", ["", "[]", "{}", "NaN", "[" * 10_000])
def test_what_is_no_list_is_malformed(text: str) -> None:
    bureau = keys()
    assert refusal(resigned(bureau, text), bureau.public) is Refusal.MALFORMED


def test_an_age_key_nobody_can_encrypt_to_is_malformed() -> None:
    bureau = keys()
    text = trust_of(bureau).list.replace(bureau.recipient, bech32(bytes(32)))
    assert refusal(resigned(bureau, text), bureau.public) is Refusal.MALFORMED


def test_a_root_that_is_no_point_is_refused() -> None:
    bureau = keys()
    text = trust_of(bureau).list.replace(sign.public_of(bureau.root).hex(), "f" * 64)
    assert refusal(resigned(bureau, text), bureau.public) is Refusal.BAD_SIGNATURE


def test_the_list_travels_as_json_text() -> None:
    assert msgspec.json.decode(trust_of(keys()).list, type=TrustList).version == 1
