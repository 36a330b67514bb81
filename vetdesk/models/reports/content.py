"""What a document says, without saying how it looks: headings, paragraphs and tables, for every writer alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: text, an exact number with the decimals to show, or nothing ('—'); `role` colours a verdict."""

    text: str = ""
    number: Fraction | None = None
    places: int = 0
    role: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table by the conventions of domain 8.5: title, notes left and right, headings, rows, foot."""

    name: str
    title: str
    left: str
    right: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of several tables, with paragraphs before them."""

    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]


def text(value: str, role: str = "") -> Cell:
    """A cell of text."""
    return Cell(text=value, role=role)


def number(value: Fraction | int | None, *, places: int = 0, role: str = "") -> Cell:
    """A cell of a number; None is empty."""
    return Cell(number=None if value is None else Fraction(value), places=places, role=role)
