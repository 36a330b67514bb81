"""File sizes for people."""

from __future__ import annotations

import pytest

from vetdesk.models.records.sizes import size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (7, "7 B"), (999, "999 B"), (1000, "1 KB"), (14_400, "14 KB"), (1_000_000, "1.0 MB"),
     (3_240_000, "3.2 MB"), (95_000_000, "95.0 MB")],
)  # fmt: skip
def test_a_size_is_said_in_a_unit_of_its_order(size: int, text: str) -> None:
    assert size_text(size) == text
