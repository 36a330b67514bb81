"""The signature: known vectors, and nothing but the exact bytes, type and key is good."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetdesk.models.sync import sign

PRIVATE = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""The first key pair of RFC 8032, section 7.1."""


def test_the_public_key_is_that_of_rfc_8032() -> None:
    assert sign.public_of(PRIVATE) == PUBLIC


def test_the_encoding_is_that_of_the_dsse_specification() -> None:
    assert (
        sign.encoding(b"http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert sign.encoding(b"", b"") == b"DSSEv1 0  0 "


def test_the_encoding_tells_type_and_body_apart() -> None:
    assert sign.encoding(b"a b", b"c") != sign.encoding(b"a", b"b c")


def test_a_signature_is_good_for_its_bytes_type_and_key_only() -> None:
    mark = sign.signature(PRIVATE, b"body")
    assert len(mark) == 64
    assert sign.good(PUBLIC, b"body", mark)
    assert not sign.good(PUBLIC, b"body ", mark)
    assert not sign.good(PUBLIC, b"", mark)
    assert not sign.good(sign.public_of(bytes(32)), b"body", mark)
    assert not sign.good(PUBLIC, b"body", mark, kind=sign.TRUST_TYPE)


def test_a_signature_of_the_plain_body_is_not_good() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    bare = Ed25519PrivateKey.from_private_bytes(PRIVATE).sign(b"body")
    assert not sign.good(PUBLIC, b"body", bare)


def test_the_types_differ() -> None:
    assert sign.PACKAGE_TYPE != sign.TRUST_TYPE
    mark = sign.signature(PRIVATE, b"body", kind=sign.TRUST_TYPE)
    assert sign.good(PUBLIC, b"body", mark, kind=sign.TRUST_TYPE)
    assert not sign.good(PUBLIC, b"body", mark)


@pytest.mark.parametrize("public", [b"", PUBLIC[:31], PUBLIC + b"\0", b"\xff" * 32])
def test_what_is_no_key_verifies_nothing(public: bytes) -> None:
    assert not sign.good(public, b"body", sign.signature(PRIVATE, b"body"))


@pytest.mark.parametrize("mark", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_what_is_no_signature_is_not_good(mark: bytes) -> None:
    assert not sign.good(PUBLIC, b"body", mark)


def test_the_second_form_of_a_signature_is_not_good() -> None:
    """S + L verifies under lax rules; one signature must have one form."""
    mark = sign.signature(PRIVATE, b"body")
    order = 2**252 + 27742317777372353535851937790883648493
    other = int.from_bytes(mark[32:], "little") + order
    assert not sign.good(PUBLIC, b"body", mark[:32] + other.to_bytes(32, "little"))


def test_the_member_is_magic_algorithm_key_hash_and_signature() -> None:
    member = sign.signature_member(PRIVATE, b"body")
    assert len(member) == 100
    assert member[:4] == b"VDS\x01"
    assert member[4:36] == hashlib.sha256(PUBLIC).digest()
    assert member[36:] == sign.signature(PRIVATE, b"body")
    assert sign.member_good(member, PUBLIC, b"body")


def test_every_flipped_bit_of_the_member_is_found() -> None:
    member = sign.signature_member(PRIVATE, b"body")
    for at in range(len(member) * 8):
        other = bytearray(member)
        other[at // 8] ^= 1 << at % 8
        assert not sign.member_good(bytes(other), PUBLIC, b"body"), at


@pytest.mark.parametrize("cut", [slice(0, 99), slice(0, 0), slice(1, 100)])
def test_a_member_of_another_length_is_not_good(cut: slice) -> None:
    member = sign.signature_member(PRIVATE, b"body")
    assert not sign.member_good(member[cut], PUBLIC, b"body")
    assert not sign.member_good(member + b"\0", PUBLIC, b"body")


def test_a_member_of_another_key_or_body_is_not_good() -> None:
    member = sign.signature_member(PRIVATE, b"body")
    other = sign.new_private()
    assert not sign.member_good(member, sign.public_of(other), b"body")
    assert not sign.member_good(sign.signature_member(other, b"body"), PUBLIC, b"body")
    assert not sign.member_good(member, PUBLIC, b"Body")


def test_new_keys_are_32_bytes_and_different() -> None:
    made = {sign.new_private() for _ in range(20)}
    assert len(made) == 20
    assert {len(each) for each in made} == {32}


@settings(max_examples=50, deadline=None, database=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_is_good_for_one_body(private: bytes, body: bytes, other: bytes) -> None:
    public = sign.public_of(private)
    mark = sign.signature(private, body)
    assert sign.good(public, body, mark)
    assert sign.good(public, other, mark) == (other == body)
