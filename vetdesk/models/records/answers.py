"""Answers to checklist items (domain 10.10): how they are stored, counted, read and shown."""

from __future__ import annotations

from fractions import Fraction

from vetdesk.models.records.words import _, mark

ANSWERS = {"yes": Fraction(1), "partly": Fraction(1, 2), "no": Fraction(0)}
"""What an answer counts as, by the word it is stored as. `不适用` is a state of the entry, not an answer."""

_WORDS = {"yes": mark("符合"), "partly": mark("基本符合"), "no": mark("不符合")}
_SPELLINGS = {
    "yes": "yes", "符合": "yes", "是": "yes", "1": "yes",
    "partly": "partly", "基本符合": "partly", "部分符合": "partly", "0.5": "partly",
    "no": "no", "不符合": "no", "否": "no", "0": "no",
}  # fmt: skip
INAPPLICABLE = frozenset({"na", "n/a", "不适用", "not_applicable"})


def read_answer(text: str) -> str | None:
    """The stored word of an answer as people write it; None for what is none."""
    return _SPELLINGS.get(text.strip().lower())


def answer_word(stored: str) -> str:
    """What the screen calls an answer."""
    return _(_WORDS[stored]) if stored in _WORDS else ""


_YES = frozenset({"1", "是", "有", "yes", "true", "y"})
_NO = frozenset({"0", "否", "无", "没有", "no", "false", "n"})


def read_flag(text: str) -> str | None:
    """`1` or `0` of a yes or no as people write it; None for what is neither."""
    plain = text.strip().lower()
    if plain in _YES:
        return "1"
    return "0" if plain in _NO else None


def flag_word(stored: str) -> str:
    """What the screen calls a yes or no."""
    return {"1": _("是"), "0": _("否")}.get(stored, "")
