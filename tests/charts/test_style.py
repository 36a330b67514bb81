"""Fonts and colours of charts."""

from __future__ import annotations

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from vetdesk.charts.style import COLOURS, SOFT, families, plain
from vetdesk.models.records.verdicts import Verdict


def test_the_first_family_is_here_and_writes_chinese() -> None:
    first, last = families()
    assert last == "DejaVu Sans"
    path = font_manager.findfont(first, fallback_to_default=False)
    known = FT2Font(path).get_charmap()
    assert all(ord(char) in known for char in "达标情况汇总（虚构）㎡")


def test_the_signs_of_all_verdicts_can_be_drawn() -> None:
    known: set[int] = set()
    for family in families():
        known |= set(FT2Font(font_manager.findfont(family, fallback_to_default=False)).get_charmap())
    assert all(ord(char) in known for each in Verdict for char in each.sign)


def test_every_role_has_two_colours() -> None:
    assert {"met", "unmet", "unknown"} <= set(COLOURS)
    assert set(SOFT) == {"met", "unmet", "unknown"}
    assert len({COLOURS[role] for role in SOFT}) == 3


def test_a_label_is_no_formula() -> None:
    assert plain("a$b") == r"a\$b"
    assert plain("校园") == "校园"
