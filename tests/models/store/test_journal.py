"""The journal: one hash chain from the first row, in which every change of the past shows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import pytest

from vetdesk.models.store import journal
from vetdesk.models.store.journal import Note
from vetdesk.models.store.workspace import Workspace


def filled(workspace: Workspace, count: int = 6) -> list[str]:
    """A journal of some acts with two rows each. Returns the acts."""
    acts = []
    for at in range(count):
        with workspace.atomic():
            notes = [
                Note("edit", "u1", f"declared.this.f{at}", ["given", "1"], ["given", "2"], "改正", "r"),
                Note("edit", "u1", "declared.this.same", at, at + 1),
            ]
            acts.append(journal.write(workspace, notes))
    return acts


def execute(workspace: Workspace, sql: str, *values: object) -> None:
    """Change the database behind the program's back."""
    assert workspace.connection.execute(sql, values).rowcount > 0


def test_an_empty_journal_is_whole_and_starts_at_zeros(workspace: Workspace) -> None:
    assert journal.broken_at(workspace) is None
    assert journal.head(workspace) == "0" * 64


def test_the_chain_is_the_one_described(workspace: Workspace) -> None:
    """Computed here anew: SHA-256(previous ‖ length, 8 bytes ‖ text)."""
    filled(workspace)
    previous = bytes(32)
    rows = workspace.rows("SELECT * FROM journal ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, 13))
    for row in rows:
        text = row["bytes"].encode()
        previous = hashlib.sha256(previous + len(text).to_bytes(8, "big") + text).digest()
        assert row["hash"] == previous.hex()
    assert journal.head(workspace) == previous.hex()
    assert journal.broken_at(workspace) is None


def test_a_row_says_who_did_what_and_why(workspace: Workspace) -> None:
    (act, *_rest) = filled(workspace)
    first = journal.of_act(workspace, act)[0]
    at = first["at"]
    assert first == {
        "seq": 1, "act": act, "at": at, "who": "张三", "session": workspace.actor.session, "action": "edit",
        "round": "r", "unit": "u1", "field": "declared.this.f0", "old": ["given", "1"], "new": ["given", "2"],
        "why": "改正",
    }  # fmt: skip
    assert time.strptime(at[:19], "%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize("place", [1, 4, 11, 12])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"2"', '"3"') if '"2"' in text else text.replace('"new":', '"new":9'),
        lambda text: text + " ",
        lambda text: text.replace("张三", "李四"),
        lambda text: text[:-1],
        lambda _text: "",
        lambda _text: "null",
        lambda _text: "[]",
        lambda _text: "{}",
        lambda _text: "not json",
        lambda _text: "[" * 100_000,
    ],
)
def test_an_edited_row_is_found(workspace: Workspace, place: int, change: Callable[[str], str]) -> None:
    filled(workspace)
    text = workspace.rows("SELECT bytes FROM journal WHERE seq = ?", (place,))[0]["bytes"]
    assert change(text) != text
    execute(workspace, "UPDATE journal SET bytes = ? WHERE seq = ?", change(text), place)
    assert journal.broken_at(workspace) == place


@pytest.mark.parametrize("column", ["act", "action", "unit", "field", "at", "who", "hash"])
def test_a_changed_column_is_found(workspace: Workspace, column: str) -> None:
    filled(workspace)
    execute(workspace, f"UPDATE journal SET {column} = 'x' WHERE seq = 5")
    assert journal.broken_at(workspace) == 5


def test_an_edited_row_with_its_own_hash_made_right_is_found_at_the_next(workspace: Workspace) -> None:
    filled(workspace)
    row = workspace.rows("SELECT bytes FROM journal WHERE seq = 5")[0]
    before = workspace.rows("SELECT hash FROM journal WHERE seq = 4")[0]["hash"]
    text = row["bytes"].replace("改正", "伪造")
    hash_ = journal.link(bytes.fromhex(before), text).hex()
    execute(workspace, "UPDATE journal SET bytes = ?, hash = ? WHERE seq = 5", text, hash_)
    assert journal.broken_at(workspace) == 6


@pytest.mark.parametrize("place", [1, 2, 7, 11])
def test_a_deleted_row_is_found(workspace: Workspace, place: int) -> None:
    filled(workspace)
    execute(workspace, "DELETE FROM journal WHERE seq = ?", place)
    assert journal.broken_at(workspace) == place + 1


def test_a_deleted_row_with_the_rest_moved_up_is_found(workspace: Workspace) -> None:
    filled(workspace)
    execute(workspace, "DELETE FROM journal WHERE seq = 5")
    for seq in range(6, 13):
        execute(workspace, "UPDATE journal SET seq = ? WHERE seq = ?", seq - 1, seq)
    assert journal.broken_at(workspace) == 5


def test_the_end_cut_off_shows_against_a_head_that_was_sent(workspace: Workspace) -> None:
    """Nothing inside the chain tells; the head in an earlier package does."""
    filled(workspace)
    sent = journal.head(workspace)
    execute(workspace, "DELETE FROM journal WHERE seq >= 11")
    assert journal.broken_at(workspace) is None
    hashes = {row["hash"] for row in workspace.rows("SELECT hash FROM journal")}
    assert sent not in hashes


@pytest.mark.parametrize("columns", ["bytes, hash", "act, action, unit, field, at, who, bytes, hash"])
def test_two_rows_changed_over_are_found(workspace: Workspace, columns: str) -> None:
    filled(workspace)
    names = columns.split(", ")
    first, second = workspace.rows(f"SELECT {columns} FROM journal WHERE seq IN (3, 6) ORDER BY seq")
    assignments = ", ".join(f"{name} = ?" for name in names)
    execute(workspace, f"UPDATE journal SET {assignments} WHERE seq = 3", *tuple(second))
    execute(workspace, f"UPDATE journal SET {assignments} WHERE seq = 6", *tuple(first))
    assert journal.broken_at(workspace) == 3


def test_an_inserted_row_is_found(workspace: Workspace) -> None:
    filled(workspace)
    execute(
        workspace,
        "INSERT INTO journal SELECT 13, act, action, unit, field, at, who, bytes, hash FROM journal WHERE seq = 12",
    )
    assert journal.broken_at(workspace) == 13


def test_a_row_appended_with_a_gap_is_found_though_its_hash_follows(workspace: Workspace) -> None:
    filled(workspace)
    text = workspace.rows("SELECT bytes FROM journal WHERE seq = 12")[0]["bytes"].replace('"seq":12', '"seq":14')
    hash_ = journal.link(bytes.fromhex(journal.head(workspace)), text).hex()
    execute(
        workspace,
        "INSERT INTO journal SELECT 14, act, action, unit, field, at, who, ?, ? FROM journal WHERE seq = 12",
        text,
        hash_,
    )
    assert journal.broken_at(workspace) == 14


def test_two_texts_cannot_be_cut_at_another_place() -> None:
    assert journal.link(bytes(32), "ab") != journal.link(bytes(32), "a")
    assert journal.link(bytes(32), "") != bytes(32)


def test_rows_go_with_their_act(workspace: Workspace) -> None:
    filled(workspace, 1)
    head = journal.head(workspace)

    def interrupted() -> None:
        with workspace.atomic():
            journal.write(workspace, [Note("edit", "u1", "x")])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        interrupted()
    assert journal.head(workspace) == head
    with workspace.atomic():
        journal.write(workspace, [Note("edit", "u1", "x")])
    assert journal.broken_at(workspace) is None


def test_several_writes_in_one_act_share_it(workspace: Workspace) -> None:
    with workspace.atomic():
        act = journal.write(workspace, [Note("edit", "u1", "a")])
        assert journal.write(workspace, [Note("edit", "u1", "b")], act=act) == act
    assert [row["field"] for row in journal.of_act(workspace, act)] == ["a", "b"]
    assert journal.of_act(workspace, "other") == []
    assert len({journal.new_act() for _turn in range(100)}) == 100


def test_nothing_to_note_writes_nothing(workspace: Workspace) -> None:
    with workspace.atomic():
        journal.write(workspace, [])
    assert journal.head(workspace) == "0" * 64


def test_the_history_of_a_field_is_newest_first_and_limited(workspace: Workspace) -> None:
    filled(workspace, 30)
    found = journal.of_field(workspace, "u1", "declared.this.same")
    assert [row["new"] for row in found] == list(range(30, 10, -1))
    assert len(journal.of_field(workspace, "u1", "declared.this.same", limit=3)) == 3
    assert journal.of_field(workspace, "u2", "declared.this.same") == []


def test_acts_are_listed_once_oldest_first(workspace: Workspace) -> None:
    acts = filled(workspace, 3)
    with workspace.atomic():
        undone = journal.write(
            workspace, [Note("undo", "u1", "x", why=acts[-1]), Note("undo", "u1", "y", why=acts[-1])]
        )
        journal.write(workspace, [Note("export")])
    assert journal.acts(workspace, ("edit", "undo")) == [
        *((act, "edit", "改正") for act in acts),
        (undone, "undo", acts[-1]),
    ]
    assert journal.acts(workspace, ("undo",)) == [(undone, "undo", acts[-1])]
    assert journal.acts(workspace, ("none",)) == []


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE journal; --", "\u202e反", "\0", "😀", "a\nb", "{}", "%s", "x" * 50_000]
)
def test_any_text_is_kept_exactly(workspace: Workspace, text: str) -> None:
    with workspace.atomic():
        act = journal.write(workspace, [Note(text, text, text, text, [text, None, 1], text, text)])
    (row,) = journal.of_act(workspace, act)
    assert (row["action"], row["unit"], row["field"], row["old"], row["new"], row["why"], row["round"]) == (
        text, text, text, text, [text, None, 1], text, text,
    )  # fmt: skip
    assert journal.broken_at(workspace) is None
    assert journal.of_field(workspace, text, text) == [row]


def test_a_thousand_rows_in_one_act_stay_one_chain(workspace: Workspace) -> None:
    """sqlite-utils writes in lots of a hundred; the act must still be one."""
    with workspace.atomic():
        journal.write(workspace, [Note("import", "u1", f"f{at}") for at in range(1000)])
    assert journal.broken_at(workspace) is None
    assert workspace.rows("SELECT COUNT(*) AS n FROM journal")[0]["n"] == 1000
