"""The city's roll-up as content: what the board says, nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.factory import DemoCity, demo_city
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.reports.city_rollup import city_rollup, percent, shortage_line, stages_line
from vetdesk.models.reports.content import Document
from vetdesk.models.rollup.board import Board
from vetdesk.models.rollup.groups import county_shortages
from vetdesk.models.store.workspace import open_workspace


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    """The demo city."""
    return demo_city(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def rolled(demo: DemoCity) -> Iterator[tuple[Board, Document]]:
    """The demo's board and its roll-up."""
    with open_workspace(demo.folder / "bureau") as bureau:
        found = board(bureau)
        yield found, city_rollup(found, desk(bureau).round, city_figures(bureau))


@pytest.mark.parametrize(
    ("share", "text"),
    [(Fraction(12, 38), "31.58"), (Fraction(1), "100.00"), (Fraction(0), "0.00"), (Fraction(1, 3), "33.33"),
     (Fraction(2, 3), "66.67"), (Fraction(1, 2), "50.00"), (Fraction(1, 800), "0.13")],
)  # fmt: skip
def test_a_share_has_two_decimals_half_up(share: Fraction, text: str) -> None:
    assert percent(share) == text


def test_one_row_a_school_with_its_verdicts(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    table = document.tables[0]
    assert table.headings[:6] == ("序号", "学校标识码", "学校", "县（市、区）", "状态", "结论")
    assert table.headings[6:-1] == tuple(each.text["zh"] for each in found.deciding.indicators.values())
    for at, (line, row) in enumerate(zip(found.lines, table.rows, strict=True), start=1):
        assert row[0].number == at
        assert [cell.text for cell in row[1:3]] == [line.unit.code, line.unit.name]
        judged = line.judged[Stage.DECLARED]
        assert [cell.text for cell in row[6:-1]] == [judged[name].verdict.word for name in found.deciding.indicators]


def test_one_row_a_value_with_its_required_value_and_three_verdicts(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    for pack, table in zip(found.packs, document.tables[1:3], strict=True):
        assert table.name == pack.id
        wanted = [(line, name) for line in found.lines for name in pack.indicators]
        for (line, name), row in zip(wanted, table.rows, strict=True):
            assert (row[0].text, row[2].text) == (line.unit.code, name)
            assert [cell.text for cell in row[-3:]] == [line.judged[stage][name].verdict.word for stage in Stage]
            value = line.judged[Stage.DECLARED][name].value
            shown = row[5].text.replace(",", "")
            assert (shown == "") == (value is None)
            if value is not None:
                assert abs(Fraction(shown) - value) < Fraction(1, 100)
    thresholds = {row[2].text: row[6].text for row in document.tables[1].rows}
    assert (thresholds["db22_land"], thresholds["db22_str"]) == ("≥ 40,000 ㎡", "≤ 20 :1")


def test_the_summary_counts_and_sums(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    assert document.title == "2026 年度达标自评汇总"
    assert document.paragraphs[0].startswith("应报 10 所，已报 10 所，未报 0 所。达标 ")
    assert document.paragraphs[1] == stages_line(found)
    assert document.paragraphs[2] == shortage_line(found)
    for fact, _amount, count in found.shortages():
        assert f"（{count} 所）" in document.paragraphs[2]
        assert found.deciding.fields[fact].short["zh"] in document.paragraphs[2]


def test_what_meets_by_each_kind_of_figures_stands_side_by_side(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    every = {stage: found.by(stage) for stage in Stage}
    for stage, each in every.items():
        assert f"按{stage.word}达标 {each.met} 所（有{stage.word}的 {each.known} 所）" in document.paragraphs[1]
    table = next(each for each in document.tables if each.name == "申报核实审定")
    whole = [row for row in table.rows if row[1].text == "全部指标（结论）"]
    assert len(whole) == len(found.deciders)
    for at, each in enumerate(every.values()):
        assert sum(int(row[2 + 2 * at].number or 0) for row in whole) == each.met
    shares = next(each for each in document.tables if each.name == "分类达标率")
    for at, each in enumerate(every.values()):
        rows = [row for row in shares.rows if row[0].text == "县（市、区）"]
        assert sum(int(row[6 + at].number or 0) for row in rows) == each.met
    values = next(each for each in document.tables if each.name == found.deciding.id)
    for row in values.rows:
        line = next(each for each in found.lines if each.unit.code == row[0].text)
        for cell, stage in zip(row[7:9], (Stage.VERIFIED, Stage.ACCEPTED), strict=True):
            value = line.judged[stage][row[2].text].value
            assert (cell.text == "") == (value is None)
            if value is not None:
                assert abs(Fraction(cell.text.replace(",", "")) - value) < Fraction(1, 100)


def test_shares_by_county_type_and_ownership_are_counts_over_counts(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    table = next(each for each in document.tables if each.name == "分类达标率")
    for by, key in (("县（市、区）", "district"), ("办学类型", "run_type"), ("举办者性质", "ownership")):
        rows = [row for row in table.rows if row[0].text == by]
        assert sum(int(row[2].number or 0) for row in rows) == len(found.in_scope)
        assert sum(int(row[3].number or 0) for row in rows) == found.received
        assert sum(int(row[4].number or 0) for row in rows) == found.met
        assert len(rows) == len({getattr(line.unit, key) for line in found.in_scope})
        for row in rows:
            assert row[5].number == Fraction(row[4].number or 0) / Fraction(row[2].number or 1) * 100


def test_counties_lack_together_what_the_city_lacks(rolled: tuple[Board, Document]) -> None:
    found, _document = rolled
    by_fact: dict[str, tuple[Fraction, int]] = {}
    for _county, fact, amount, count in county_shortages(found):
        before = by_fact.get(fact, (Fraction(0), 0))
        by_fact[fact] = (before[0] + amount, before[1] + count)
    assert by_fact == {fact: (amount, count) for fact, amount, count in found.shortages()}


def test_declared_verified_and_accepted_stand_side_by_side(rolled: tuple[Board, Document]) -> None:
    found, document = rolled
    table = next(each for each in document.tables if each.name == "申报核实审定")
    row = next(each for each in table.rows if each[1].text == "生均图书")
    counts = [found.counts("db22_books_ps", stage=stage) for stage in Stage]
    assert [int(cell.number or 0) for cell in row[2:]] == [
        each[verdict] for each in counts for verdict in (Verdict.MET, Verdict.UNMET)
    ]
    assert sum(counts[1].values()) == len(found.lines)
