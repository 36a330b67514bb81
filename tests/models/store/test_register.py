"""Units in the order of the register, and rounds with their packs, the deciding one first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factory import NINE, SETUP
from vetdesk.models.packs import source
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import journal, register
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace

FIRST = UnitRecord("3641990001", "甲校（虚构）", "school", "411402", "365", "公办", "1990", "张三", "0370-1")
SECOND = UnitRecord("3641990002", "乙校（虚构）")


def put(workspace: Workspace, *records: UnitRecord) -> tuple[int, int]:
    """Keep units in an act of their own."""
    with workspace.atomic():
        return register.put_units(workspace, records)


def test_units_come_back_whole_and_in_their_order(workspace: Workspace) -> None:
    assert put(workspace, SECOND, FIRST) == (2, 0)
    assert register.units(workspace) == [SECOND, FIRST]
    third = UnitRecord("3641990000", "丙校（虚构）")
    assert put(workspace, third) == (1, 0)
    assert register.units(workspace) == [SECOND, FIRST, third]


def test_a_changed_unit_keeps_its_place_and_equal_ones_are_left_alone(workspace: Workspace) -> None:
    put(workspace, FIRST, SECOND)
    head = journal.head(workspace)
    assert put(workspace, FIRST, SECOND) == (0, 0)
    assert journal.head(workspace) == head
    renamed = replace(FIRST, name="甲学校（虚构）", contact_phone="")
    assert put(workspace, renamed, SECOND) == (0, 1)
    assert register.units(workspace) == [renamed, SECOND]
    newest, oldest = journal.of_field(workspace, FIRST.code, "unit")
    assert (oldest["old"], oldest["new"]["name"]) == (None, FIRST.name)
    assert (newest["old"]["name"], newest["new"]["name"]) == (FIRST.name, renamed.name)


def test_a_unit_given_twice_is_one_unit_and_the_last_word_counts(workspace: Workspace) -> None:
    renamed = replace(FIRST, name="甲学校（虚构）")
    assert put(workspace, FIRST, SECOND, renamed) == (2, 1)
    assert register.units(workspace) == [renamed, SECOND]
    third = UnitRecord("3641990003", "丙校（虚构）")
    put(workspace, third)
    assert register.units(workspace) == [renamed, SECOND, third]


def test_codes_stay_text(workspace: Workspace) -> None:
    put(workspace, UnitRecord("0001990001", "前面有零", founded_year="0198"))
    assert register.units(workspace)[0].code == "0001990001"
    assert register.units(workspace)[0].founded_year == "0198"


def test_many_units_are_one_act(workspace: Workspace) -> None:
    records = [UnitRecord(f"{at:010d}", f"第{at}校") for at in range(250)]

    def interrupted() -> None:
        with workspace.atomic():
            register.put_units(workspace, records)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        interrupted()
    assert register.units(workspace) == []
    put(workspace, *records)
    assert register.units(workspace) == records


def test_packs_come_back_as_they_went_in_the_deciding_one_first(workspace: Workspace) -> None:
    nine, setup = source.load(NINE), source.load(SETUP)
    with workspace.atomic():
        hashes = tuple(register.put_pack(workspace, pack) for pack in (nine, setup))
        assert register.put_pack(workspace, nine) == hashes[0]
        for name, order in (("r-1", hashes), ("r-2", hashes[::-1])):
            register.put_round(
                workspace, Round(name, "2026 年度", "2026", "2026-12-31", "2026-09-01", "局", "411400", order)
            )
    assert [pack.id for pack in register.packs(workspace, "r-1")] == [NINE, SETUP]
    assert [pack.id for pack in register.packs(workspace, "r-2")] == [SETUP, NINE]
    assert [pack.plain for pack in register.packs(workspace, "r-1")] == [nine.plain, setup.plain]
    assert register.packs(workspace, "none") == []
    assert [each.id for each in register.rounds(workspace)] == ["r-2", "r-1"]
    assert register.rounds(workspace)[0].packs == hashes[::-1]


def test_a_round_comes_back_whole_with_its_row(workspace: Workspace) -> None:
    with workspace.atomic():
        each = Round(
            "r", "2026 年度", "2026", "2026-12-31", "2026-09-01", "局", "411400",
            (register.put_pack(workspace, source.load(NINE)),),
        )  # fmt: skip
        register.put_round(workspace, each)
    assert register.rounds(workspace) == [each]
    (row,) = journal.of_field(workspace, "", "round")
    assert (row["action"], row["round"], row["new"]["packs"]) == ("round", "r", list(each.packs))


def test_a_round_needs_packs_that_are_there(workspace: Workspace) -> None:
    def put_round() -> None:
        with workspace.atomic():
            register.put_round(workspace, Round("r", "t", "2026", "", "", "", "", ("0" * 64,)))

    with pytest.raises(KnownError):
        put_round()
    assert register.rounds(workspace) == []
    assert journal.head(workspace) == "0" * 64


def test_the_same_round_twice_is_refused_whole(workspace: Workspace) -> None:
    each = Round("r", "t", "2026", "", "", "", "", ())

    def put_round() -> None:
        with workspace.atomic():
            register.put_round(workspace, each)

    put_round()
    with pytest.raises(KnownError):
        put_round()
    assert register.rounds(workspace) == [each]
