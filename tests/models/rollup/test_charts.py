"""Chart specs: every school is counted once in every bar."""

from __future__ import annotations

from collections.abc import Mapping

from tests.factory import NINE, SETUP, school_facts
from vetdesk.models.packs import source
from vetdesk.models.records.facts import Entry, Stage, given
from vetdesk.models.rollup.board import Board, UnitFigures, UnitState, board
from vetdesk.models.rollup.charts import KINDS, HeatMap, StackedBars, by_county, by_indicator, heat, spec
from vetdesk.models.store.register import UnitRecord

PACKS = (source.load(NINE), source.load(SETUP))


def nothing(_unit: UnitRecord) -> Mapping[str, Entry]:
    """A register that knows no more than the name."""
    return {}


def city() -> Board:
    """One school that meets everything, one that misses land, one with a gap, one that sent nothing."""
    facts = [school_facts(), school_facts(land_owned="1"), school_facts(books_print=""), {}]
    districts = ["411402", "411402", "411481", ""]
    lines = [
        UnitFigures(
            UnitRecord(str(at), f"校{at}", district=district),
            UnitState.RECEIVED,
            int(bool(own)),
            {Stage.DECLARED: {fact: given(text) for fact, text in own.items()}},
        )
        for at, (own, district) in enumerate(zip(facts, districts, strict=True))
    ]
    return board(PACKS, lines, identity=nothing)


def test_bars_by_indicator() -> None:
    found = by_indicator(city())
    assert found.labels[0] == "校园占地面积"
    assert [(each.role, each.values[0], each.values[-1]) for each in found.series] == [
        ("met", 2, 2), ("unmet", 1, 0), ("unknown", 1, 2)
    ]  # fmt: skip
    assert {sum(each.values[at] for each in found.series) for at in range(9)} == {4}


def test_bars_by_county_in_the_order_of_the_codes_with_the_unknown_last() -> None:
    found = by_county(city())
    assert found.labels == ("梁园区", "永城市", "未填县区")
    assert [each.values for each in found.series] == [(1, 0, 0), (1, 0, 0), (0, 1, 1)]


def test_the_heat_map_has_a_word_sign_and_role_per_cell() -> None:
    found = heat(city())
    assert (found.rows, len(found.columns)) == (("校0", "校1", "校2", "校3"), 9)
    assert found.roles[1][:2] == ("unmet", "unmet")
    assert found.texts[0] == ("✓",) * 9
    assert found.texts[3] == ("?",) * 9


def test_every_kind_has_a_spec() -> None:
    found = {kind: spec(city(), kind) for kind in KINDS}
    assert isinstance(found["heat"], HeatMap)
    assert isinstance(found["indicators"], StackedBars)
    assert isinstance(found["counties"], StackedBars)
    assert found["indicators"] != found["counties"]
