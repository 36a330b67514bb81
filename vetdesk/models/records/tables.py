"""Rows of a table of figures (majors, age bands) as they are kept: one JSON text, always in the same form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

MOST_ROWS = 500
MOST_CELLS = 40


def rows_text(rows: Iterable[Mapping[str, str]]) -> str:
    """The text of rows; cells that hold nothing are left out."""
    plain = [{name: text for name, text in sorted(row.items()) if text} for row in rows]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of such a text; an empty text has none.

    Raises ValueError for anything else, or more than 500 rows or 40 cells in one.
    """
    if not text:
        return []
    found = json.loads(text)
    if not isinstance(found, list) or len(found) > MOST_ROWS:
        raise ValueError("rows")
    for row in found:
        if not isinstance(row, dict) or len(row) > MOST_CELLS:
            raise ValueError("row")
        if not all(isinstance(cell, str) for cell in row.values()):
            raise ValueError("cell")
    return found
