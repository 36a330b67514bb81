"""The briefing: counts over counts, the counties in order, as Word and as text."""

from __future__ import annotations

from pathlib import Path

import docx

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import report
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.reports.briefing import counties, plain


def test_the_briefing_counts_the_unsubmitted_too(city: City, tmp_path: Path) -> None:
    city.received()
    text = plain(report.document(city.bureau, "briefing"))
    assert "应报 2 所，已报 1 所，未报 1 所。" in text
    assert "未报学校：乙校（虚构）。" in text
    assert "达标 1 所，达标率 50.00%（1/2，未报的也在分母里）；只差一项的 0 所。" in text
    assert "梁园区 1/1 所，100.00%；睢阳区 0/1 所，0.00%。" in text
    report.write(city.bureau, "briefing", tmp_path / "简报.docx")
    made = docx.Document(str(tmp_path / "简报.docx"))
    assert made.paragraphs[0].text == "2026 年度达标自评情况简报"
    assert [cell.text for cell in made.tables[0].rows[1].cells] == ["1", "梁园区", "1", "1", "1", "100.00"]
    section = made.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)  # type: ignore[union-attr]


def test_counties_are_in_the_order_of_their_share_then_of_what_came_in(city: City) -> None:
    set_figures(city.school(SECOND), {"books_print": "40000"})
    city.received(SECOND)
    assert [(each.key, each.met, each.received) for each in counties(board(city.bureau))] == [
        ("411403", 0, 1), ("411402", 0, 0)
    ]  # fmt: skip
    city.received(FIRST)
    assert [each.key for each in counties(board(city.bureau))] == ["411402", "411403"]
