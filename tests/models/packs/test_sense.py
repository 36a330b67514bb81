"""Conditions that say nothing are refused; those that can hold and can fail pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.formula import FormulaError, parse
from vetdesk.models.packs.sense import check_sense, covers

KIND = Field("kind", {"zh": "类别", "en": "Kind"}, "", "text", "s", choices=("甲", "乙"))
FIELDS = {
    "kind": KIND,
    "note": Field("note", {"zh": "备注", "en": "Note"}, "", "text", "s"),
    "a": Field("a", {"zh": "甲数", "en": "A"}, "人", "int", "s"),
    "m": Field("m", {"zh": "表", "en": "Table"}, "", "table", "s", columns={"kind": KIND}),
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind == "丙"', "“类别”没有“丙”这个值，只能是：甲、乙"),
        ('"丙" != kind', "没有“丙”这个值"),
        ('kind in ("甲", "丁")', "没有“丁”这个值"),
        ('prev(kind) == "丙"', "没有“丙”这个值"),
        ('count(m.kind where m.kind == "丙") > 0', "没有“丙”这个值"),
        ("1 > 2", "不读任何数据"),
        ("a > 1 and 1 < 2", "不读任何数据"),
        ("a / 0 > 1", "除数是 0"),
        ("a > 100 and a < 50", "互相矛盾"),
        ("a > 5 and a <= 5", "互相矛盾"),
        ("5 < a and 5 >= a", "互相矛盾"),
        ('kind == "甲" and kind == "乙"', "互相矛盾"),
        ('kind in ("甲", "乙") and kind in ("乙", "乙") and kind == "甲"', "互相矛盾"),
        ("a > 1 and (a < 9 and a > 9)", "互相矛盾"),
        ("1 if true else 2", "条件永远一样"),
        ("1 if a > 1 else 2 if a > 3 else 4", "有一支永远轮不到"),
        ('1 if kind in ("甲", "乙") else 2 if kind == "甲" else 3', "有一支永远轮不到"),
        ('1 if a == 3 else 2 if a == 3 and kind == "甲" else 3', "有一支永远轮不到"),
    ],
)
def test_what_says_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        check_sense(parse(text), FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        'kind == "甲" or kind == "乙"',
        'note == "什么都行"',
        'kind != "甲" and kind != "乙"',
        "a > 1 and a < 9 and a != 5",
        "a >= 5 and a <= 5",
        "a / 5 > 1",
        "a > 1 and a * 2 < 1",
        "k1 == 1",
        "true",
        "count(m.kind) > 0",
        "1 if a > 3 else 2 if a > 1 else 4",
        "1 if not a > 3 else 2 if a > 1 else 4",
        "1 if a > 1 or a < 0 else 2 if a > 3 else 4",
        "a in (1, 2) and a > 1",
    ],
)
def test_what_says_something_passes(text: str) -> None:
    check_sense(parse(text), FIELDS)


PLACES = st.sampled_from(["a", "b"])
COMPARED = st.builds(
    lambda place, op, value: f"{place} {op} {value}",
    PLACES,
    st.sampled_from(["<", "<=", ">", ">=", "=="]),
    st.integers(0, 4),
)


@given(st.lists(COMPARED, min_size=1, max_size=3), st.lists(COMPARED, min_size=1, max_size=3))
def test_a_condition_that_covers_another_holds_wherever_it_holds(wide: list[str], narrow: list[str]) -> None:
    """Against every pair of values, also between whole numbers."""
    first, later = " and ".join(wide), " and ".join(narrow)
    values = [each / 2 for each in range(-2, 12)]

    def holds(text: str, a: float, b: float) -> bool:
        return all(_compared(each, {"a": a, "b": b}) for each in text.split(" and "))

    if covers(parse(first), parse(later)):
        for a in values:
            for b in values:
                assert holds(first, a, b) or not holds(later, a, b), (first, later, a, b)


def _compared(text: str, values: dict[str, float]) -> bool:
    place, op, number = text.split()
    left, right = values[place], int(number)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "==": left == right}[op]
