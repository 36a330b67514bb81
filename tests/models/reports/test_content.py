"""Cells of documents."""

from __future__ import annotations

from fractions import Fraction

from vetdesk.models.reports.content import Cell, number, text


def test_cells_are_text_numbers_or_nothing() -> None:
    assert text("甲", "met") == Cell("甲", role="met")
    assert number(3) == Cell(number=Fraction(3))
    assert number(Fraction(1, 3), places=2, role="unmet") == Cell(number=Fraction(1, 3), places=2, role="unmet")
    assert number(None) == Cell()
