"""Packages, submissions and keys: what was sent and taken, which submission counts, whose key is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange
from vetdesk.models.store.exchange import KnownKey, PackageRecord, Submission
from vetdesk.models.store.workspace import Workspace

KEY = "k" * 64


def package(
    hash_: str, *, seq: int = 1, kind: str = "submission", direction: str = "in", key: str = KEY
) -> PackageRecord:
    """A package of a school."""
    return PackageRecord(
        hash_, kind, direction, "school", "3641990001", key, "r", seq, "", "3641990001", "2026-11-23T10:00:00+08:00",
        f"inbox/{hash_}.vdpkg", "taken",
    )  # fmt: skip


def submission(hash_: str, *, seq: int = 1, current: bool = True, unit: str = "u1") -> Submission:
    """A submission as it was received."""
    return Submission(hash_, "r", unit, seq, KEY, "received", '{"a":"甲"}', "2026-11-23", current)


def put(workspace: Workspace, *items: PackageRecord | Submission | KnownKey) -> None:
    """Keep items in one act; a submission brings its package."""
    with workspace.atomic():
        for each in items:
            if isinstance(each, PackageRecord):
                exchange.put_package(workspace, each)
            elif isinstance(each, Submission):
                exchange.put_package(workspace, package(each.hash, seq=each.seq))
                exchange.put_submission(workspace, each)
            else:
                exchange.put_key(workspace, each)


def test_a_package_comes_back_whole(workspace: Workspace) -> None:
    each = replace(package("a", seq=2**53), answers="b" * 64)
    put(workspace, each)
    assert exchange.package(workspace, "a") == each
    assert exchange.package(workspace, "b") is None


def test_packages_are_listed_newest_first_by_kind_and_direction(workspace: Workspace) -> None:
    put(workspace, package("a"), package("b", kind="receipt", direction="out"), package("c", direction="out"))
    assert [each.hash for each in exchange.packages(workspace)] == ["c", "b", "a"]
    assert [each.hash for each in exchange.packages(workspace, kind="submission")] == ["c", "a"]
    assert [each.hash for each in exchange.packages(workspace, direction="out")] == ["c", "b"]
    assert [each.hash for each in exchange.packages(workspace, kind="receipt", direction="out")] == ["b"]
    assert exchange.packages(workspace, kind="none") == []


def test_the_last_number_is_that_of_one_key_kind_and_round(workspace: Workspace) -> None:
    put(
        workspace,
        package("a", seq=10),
        package("b", seq=9),
        package("c", seq=99, key="other"),
        package("d", seq=98, kind="receipt"),
        replace(package("e", seq=97), cycle="r2"),
    )
    last = exchange.last_of(workspace, KEY, "submission", "r")
    assert last is not None
    assert (last.hash, last.seq) == ("a", 10)
    assert exchange.last_of(workspace, KEY, "submission", "r3") is None


def test_numbers_are_compared_as_numbers(workspace: Workspace) -> None:
    put(workspace, package("a", seq=9), package("b", seq=10), package("c", seq=100))
    last = exchange.last_of(workspace, KEY, "submission", "r")
    assert last is not None
    assert last.seq == 100


def test_a_package_is_kept_once(workspace: Workspace) -> None:
    put(workspace, package("a"))
    with pytest.raises(KnownError):
        put(workspace, package("b"), package("a"))
    assert [each.hash for each in exchange.packages(workspace)] == ["a"]


def test_what_is_known_of_a_sent_package_changes(workspace: Workspace) -> None:
    put(workspace, package("a"), package("b"))
    with workspace.atomic():
        exchange.set_package_state(workspace, "a", "received")
    assert [each.state for each in exchange.packages(workspace)] == ["taken", "received"]


def test_the_newest_submission_counts_and_the_one_before_is_superseded(workspace: Workspace) -> None:
    put(workspace, submission("a"), submission("b", seq=2), submission("x", unit="u2"))
    assert {unit: each.hash for unit, each in exchange.current_submissions(workspace, "r").items()} == {
        "u1": "b",
        "u2": "x",
    }
    assert [(each.hash, each.state, each.current) for each in exchange.submissions(workspace, "r", unit="u1")] == [
        ("b", "received", True),
        ("a", "superseded", False),
    ]
    assert [each.hash for each in exchange.submissions(workspace, "r")] == ["x", "b", "a"]
    assert exchange.submissions(workspace, "r2") == []
    assert exchange.current_submissions(workspace, "r2") == {}


def test_a_submission_comes_back_exactly(workspace: Workspace) -> None:
    put(workspace, submission("a"))
    assert exchange.submissions(workspace, "r") == [submission("a")]


def test_a_waiting_submission_does_not_count_until_it_is_let_in(workspace: Workspace) -> None:
    waiting = submission("b", seq=2, current=False)
    put(workspace, submission("a"), waiting)
    assert exchange.current_submissions(workspace, "r")["u1"].hash == "a"
    with workspace.atomic():
        exchange.make_current(workspace, waiting, "received")
    assert exchange.current_submissions(workspace, "r")["u1"].hash == "b"
    assert [(each.state, each.current) for each in exchange.submissions(workspace, "r")] == [
        ("received", True),
        ("superseded", False),
    ]


def test_the_state_of_a_submission_changes_alone(workspace: Workspace) -> None:
    put(workspace, submission("a"), submission("x", unit="u2"))
    with workspace.atomic():
        exchange.set_submission_state(workspace, "a", "returned")
    found = exchange.current_submissions(workspace, "r")
    assert (found["u1"].state, found["u2"].state) == ("returned", "received")


def test_a_submission_needs_its_package(workspace: Workspace) -> None:
    def put_alone() -> None:
        with workspace.atomic():
            exchange.put_submission(workspace, submission("a"))

    with pytest.raises(KnownError):
        put_alone()
    assert exchange.submissions(workspace, "r") == []


def test_a_key_once_known_is_not_replaced(workspace: Workspace) -> None:
    """A second package under the same fingerprint cannot move the key to another owner or confirm it."""
    first = KnownKey("f" * 64, "school", "u1", "p" * 64, "age1x", "unconfirmed")
    put(workspace, first, replace(first, owner="u2", state="confirmed", age="age1y"))
    assert exchange.key(workspace, "f" * 64) == first
    assert exchange.key(workspace, "0" * 64) is None


def test_a_confirmed_key_says_who_confirmed_it_and_when(workspace: Workspace) -> None:
    put(workspace, KnownKey("f" * 64, "school", "u1", "p" * 64, "", "unconfirmed"))
    with workspace.atomic():
        exchange.confirm_key(workspace, "f" * 64, who="经办")
    found = exchange.key(workspace, "f" * 64)
    assert found is not None
    assert (found.state, found.confirmed_by) == ("confirmed", "经办")
    assert found.confirmed_at[4] == "-"


def test_keys_are_listed_by_owner_in_the_order_they_came(workspace: Workspace) -> None:
    for name, role, owner in (
        ("b", "school", "u1"),
        ("a", "school", "u1"),
        ("c", "school", "u2"),
        ("d", "bureau", "u1"),
    ):
        put(workspace, KnownKey(name, role, owner, "p", "", "unconfirmed"))
    assert [each.fingerprint for each in exchange.keys_of(workspace, "school", "u1")] == ["b", "a"]
    assert exchange.keys_of(workspace, "inspector", "u1") == []
