"""Every check a pack must pass before it may judge anyone: the sentence it fails with, and the place it points at."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.models.packs.material import Plain, bar, fact, figures, indicator, question, small_pack, small_plain, table
from vetdesk.models.packs.build import QUESTIONS, Path, Problem, build, refusal, try_build
from vetdesk.models.packs.evaluate import Data, Row
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import Band, Lacking, Lineage, Method, Origin, PackError, Related, Scoring
from vetdesk.models.packs.source import load, shipped_ids
from vetdesk.models.records.verdicts import Severity, Verdict

ONE = indicator("a")
RULE = {"id": "r1", "severity": "block", "when": "a > 1", "zh": "错", "en": "wrong"}
GRADE = {"id": "ok", "zh": "好", "en": "good", "when": "unmet == 0"}
CASE = {"name": "good", "facts": {"a": "10"}, "expect": {"one": "met"}}
ID_RULE = "编号只能用小写字母、数字和下划线，以字母开头，最多 40 个"


def problems(plain: Plain) -> list[Problem]:
    """Everything that is wrong with a plain form; there is something."""
    pack, found = try_build(plain)
    assert pack is None
    assert found
    return found


def only(plain: Plain) -> tuple[Path, str, str]:
    """The one thing that is wrong: path, place, reason."""
    [found] = problems(plain)
    return found.path, found.place, found.reason


def test_a_good_pack_has_no_problems() -> None:
    pack, found = try_build(small_plain(ONE))
    assert pack is not None
    assert (pack.id, found) == ("small", [])


# ids


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a-b", "a.b", "指标", "a" * 41, "a b", "ａ"])
def test_ids_are_plain_words_everywhere(name: str) -> None:
    assert only(small_plain(ONE, id=name)) == (("id",), name[:40], ID_RULE)
    assert only(small_plain(indicator("a", name=name)))[::2] == (("indicators", 0, "id"), ID_RULE)
    assert only(small_plain(ONE, items=[question(name)]))[::2] == (("items", 0, "id"), ID_RULE)
    assert only(small_plain(ONE, grades=[{**GRADE, "id": name}]))[::2] == (("grades", 0, "id"), ID_RULE)
    assert only(small_plain(ONE, facts=[fact("a"), fact(name)]))[::2] == (("facts", 1, "id"), ID_RULE)
    assert only(small_plain(ONE, switches=[{"id": name, "value": "1"}]))[::2] == (("switches", 0, "id"), ID_RULE)
    assert only(small_plain(ONE, facts=[fact("a"), table("m", **{name: "个"})]))[::2] == (
        ("facts", 1, "columns"),
        ID_RULE,
    )


def test_ids_may_be_as_long_as_forty_letters() -> None:
    assert small_pack(indicator("a", name="a" * 40)).indicators.keys() == {"a" * 40}


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (small_plain(ONE, facts=[fact("a"), fact("a")]), (("facts", 1, "id"), "a", "有重复的数据项")),
        (small_plain(ONE, indicator("b")), (("indicators", 1, "id"), "one", "指标编号重复")),
        (small_plain(ONE, items=[question(), question()]), (("items", 1, "id"), "q", "指标编号重复")),
        (small_plain(ONE, items=[question("a")]), (("items", 0, "id"), "a", "指标编号重复")),
        (small_plain(ONE, items=[question("one")]), (("items", 0, "id"), "one", "指标编号重复")),
        (small_plain(ONE, rules=[RULE, RULE]), (("rules", 1, "id"), "r1", "有重复的编号")),
        (small_plain(ONE, grades=[GRADE, GRADE]), (("grades", 1, "id"), "ok", "有重复的编号")),
        (
            small_plain(ONE, switches=[{"id": "k", "value": "1"}] * 2),
            (("switches", 1, "id"), "k", "有重复的编号"),
        ),
        (small_plain(ONE, switches=[{"id": "a", "value": "1"}]), (("switches", 0, "id"), "a", "有重复的编号")),
    ],
)
def test_an_id_stands_for_one_thing(plain: Plain, expected: tuple[Path, str, str]) -> None:
    assert only(plain) == expected


@pytest.mark.parametrize(
    "plain",
    [
        small_plain(ONE, switches=[{"id": "q", "value": "1"}], items=[question("q")]),
        small_plain(ONE, facts=[fact("a"), fact("unmet")], grades=[{**GRADE, "when": "unmet > 1"}]),
    ],
)
def test_no_name_in_a_formula_means_two_things(plain: Plain) -> None:
    problems(plain)


# names in formulas


@pytest.mark.parametrize(
    ("plain", "path", "place"),
    [
        (small_plain(indicator("a + nosuch")), ("indicators", 0, "formula"), "one"),
        (small_plain(indicator("a + prev(nosuch)")), ("indicators", 0, "formula"), "one"),
        (small_plain(indicator("a", applies="nosuch > 1")), ("indicators", 0, "applies"), "one"),
        (small_plain(indicator("a", bars=[bar("nosuch")])), ("indicators", 0, "bars", 0, "value"), "one"),
        (small_plain(indicator("a", bars=[bar(floor="nosuch")])), ("indicators", 0, "bars", 0, "floor"), "one"),
        (
            small_plain(indicator("a", bars=[bar("1", when="a > 1"), bar(when="nosuch > 1")])),
            ("indicators", 0, "bars", 1, "when"), "one",
        ),
        (small_plain(ONE, items=[question(applies="nosuch > 1")]), ("items", 0, "applies"), "q"),
        (small_plain(ONE, applies="nosuch > 1"), ("applies",), "适用范围"),
        (small_plain(ONE, rules=[{**RULE, "when": "nosuch > 1"}]), ("rules", 0, "when"), "r1"),
        (small_plain(ONE, grades=[{**GRADE, "when": "nosuch > 1"}]), ("grades", 0, "when"), "ok"),
        (small_plain(ONE, facts=[fact("a"), fact("z", formula="nosuch")]), ("facts", 1, "formula"), "z"),
    ],
)  # fmt: skip
def test_a_name_nobody_knows_is_pointed_at(plain: Plain, path: Path, place: str) -> None:
    assert only(plain) == (path, place, "公式里的“nosuch”不是本标准的数据项")


@pytest.mark.parametrize("count", ["unmet", "met", "points", "below_floor"])
def test_counts_of_verdicts_are_known_to_grades_alone(count: str) -> None:
    assert small_pack(ONE, grades=[{**GRADE, "when": f"{count} > 1"}]).grades[0].id == "ok"
    assert only(small_plain(ONE, rules=[{**RULE, "when": f"{count} > 1"}]))[2] == f"公式里的“{count}”不是本标准的数据项"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("m + 1", "“m”是表格，要用 sum、min、max、count 汇总"),
        ("prev(m)", "“m”是表格，要用 sum、min、max、count 汇总"),
        ("sum(m.nosuch)", "没有“m.nosuch”这一列"),
        ("sum(nosuch.n)", "没有“nosuch.n”这一列"),
        ("sum(a.n)", "没有“a.n”这一列"),
        ("sum(m.n where m.nosuch > 1)", "没有“m.nosuch”这一列"),
        ("min(m.n by m.nosuch)", "没有“m.nosuch”这一列"),
    ],
)
def test_a_table_is_read_by_its_columns_alone(formula: str, reason: str) -> None:
    plain = small_plain(indicator(formula), facts=[fact("a"), table("m", n="个", word=None)])
    assert only(plain) == (("indicators", 0, "formula"), "one", reason)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("a +", "公式没有写完"),
        ("a > 1", "需要数字的地方用了条件"),
        ("t", "需要数字的地方用了文字"),
        ("a + t", "需要数字的地方用了文字"),
        ("sum(m.word)", "需要数字的地方用了文字"),
    ],
)
def test_a_formula_that_gives_no_number_is_refused(formula: str, reason: str) -> None:
    facts = [fact("a"), fact("t", kind="text"), table("m", n="个", word=None)]
    assert only(small_plain(indicator(formula), facts=facts)) == (("indicators", 0, "formula"), "one", reason)


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (small_plain(ONE, applies="a + 1"), ("applies",)),
        (small_plain(indicator("a", applies="t")), ("indicators", 0, "applies")),
        (small_plain(indicator("a", bars=[bar(when="a")])), ("indicators", 0, "bars", 0, "when")),
        (small_plain(ONE, rules=[{**RULE, "when": "a"}]), ("rules", 0, "when")),
        (small_plain(ONE, grades=[{**GRADE, "when": "unmet"}]), ("grades", 0, "when")),
    ],
)
def test_a_condition_that_gives_no_yes_or_no_is_refused(plain: Plain, path: Path) -> None:
    found, _place, reason = only(plain)
    assert found == path
    assert reason.startswith("需要条件的地方用了")


# units

MIXED = [
    fact("land", unit="㎡"),
    fact("people", unit="人", kind="int"),
    fact("money", unit="万元"),
    fact("mu", unit="亩"),
]


@pytest.mark.parametrize(
    ("formula", "unit", "reason"),
    [
        ("land", "人", "算出来的是㎡，与单位“人”不是一种量"),
        ("land / people", "㎡", "算出来的是㎡/人，与单位“㎡”不是一种量"),
        ("land + people", "㎡", "㎡与人不是一种量，不能相加或比较"),
        ("land + mu", "㎡", "㎡的两个数单位大小不同，请先换算成同一个单位"),
        ("land if people > land else 1", "㎡", "人与㎡不是一种量，不能相加或比较"),
        ("land", "亩", "算出来的数与单位“亩”差 3/2000 倍，请检查换算（1 万元 = 10000 元，1 亩 = 2000/3 ㎡）"),
        ("money * 1000 / people", "元/生", "算出来的数与单位“元/生”差 10 倍"),
        ("land", "平方", "不认识的计量单位“平方”"),
        ("land", "㎡/班", "不认识的计量单位“㎡/班”"),
    ],
)
def test_a_formula_must_give_the_unit_it_says(formula: str, unit: str, reason: str) -> None:
    path, place, said = only(small_plain(indicator(formula, unit=unit), facts=MIXED))
    assert (path, place) == (("indicators", 0, "formula"), "one")
    assert said.startswith(reason)


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("land / people", "㎡/生"), ("money * 10000 / people", "元/生"), ("money * 10000 / people", "元/生·年"),
        ("land * 3 / 2000", "亩"), ("people / people", ":1"), ("people / people * 100", "%"), ("land * 2", "㎡"),
        ("land / people * 100", "㎡/百生"), ("people * 1", ""),
    ],
)  # fmt: skip
def test_units_that_fit_are_taken(formula: str, unit: str) -> None:
    assert small_pack(indicator(formula, unit=unit), facts=MIXED).indicators["one"].unit == unit


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (indicator("land", unit="㎡", bars=[bar("people")]), ("bars", 0, "value")),
        (indicator("land", unit="㎡", bars=[bar(floor="people")]), ("bars", 0, "floor")),
        (indicator("land", unit="㎡", bars=[bar(when="land > people")]), ("bars", 0, "when")),
        (indicator("land", unit="㎡", applies="land > people"), ("applies",)),
    ],
)
def test_units_are_checked_in_values_and_conditions_too(one: Plain, path: Path) -> None:
    found, place, reason = only(small_plain(one, facts=MIXED))
    assert (found, place) == (("indicators", 0, *path), "one")
    assert "不是一种量" in reason


def test_a_constant_in_a_required_value_may_carry_a_unit_of_its_own() -> None:
    weighted = 'sum(m.n * (3000 if m.word == "甲" else 2500)) / people'
    facts = [*MIXED, table("m", n="人", word=None)]
    pack = small_pack(indicator("money * 10000 / people", unit="元/生", bars=[bar(weighted)]), facts=facts)
    rows: list[Row] = [{"n": Fraction(100), "word": word} for word in ("甲", "乙")]
    data = Data(figures(money=60, people=200), tables={"m": rows})
    assert judge(pack, data)["one"].threshold == 2750


def test_a_derived_fact_must_give_its_unit() -> None:
    plain = small_plain(indicator("land", unit="㎡"), facts=[*MIXED, fact("z", unit="㎡", formula="people * 2")])
    assert only(plain) == (("facts", 4, "formula"), "z", "算出来的是人，与单位“㎡”不是一种量")


# derived facts


@pytest.mark.parametrize(
    ("facts", "path", "place"),
    [
        ([fact("a", formula="a + 1")], ("facts", 0, "formula"), "a"),
        ([fact("a", formula="prev(a) + 1")], ("facts", 0, "formula"), "a"),
        ([fact("a"), fact("p", formula="q"), fact("q", formula="p")], ("facts", 1, "formula"), "p"),
        (
            [fact("a"), fact("p", formula="q"), fact("q", formula="r"), fact("r", formula="q")],
            ("facts", 2, "formula"),
            "q",
        ),
    ],
)
def test_formulas_that_run_in_a_circle_are_refused(facts: list[Plain], path: Path, place: str) -> None:
    first = problems(small_plain(ONE, facts=facts))[0]
    assert first == Problem(path, place, "公式互相引用，绕成了圈")


def test_a_circle_is_not_the_fault_of_every_fact_that_reads_it() -> None:
    facts = [fact("a"), fact("p", formula="q"), fact("q", formula="p"), fact("z", formula="a + 1")]
    assert {each.place for each in problems(small_plain(ONE, facts=facts))} <= {"p", "q"}


def test_derived_facts_may_stand_fifty_deep() -> None:
    def chain(length: int) -> Plain:
        return small_plain(
            indicator("d0"), facts=[*(fact(f"d{n}", formula=f"d{n + 1}") for n in range(length)), fact(f"d{length}")]
        )

    assert try_build(chain(50))[0] is not None
    found = problems(chain(60))[0]
    assert found.reason == "公式一层引用一层，层数太多（最多 50 层）"
    assert found.path[-1] == "formula"


def test_a_derived_fact_of_an_unreadable_formula_is_pointed_at() -> None:
    assert only(small_plain(ONE, facts=[fact("a"), fact("z", formula="a +")])) == (
        ("facts", 1, "formula"), "z", "公式没有写完",
    )  # fmt: skip


def test_a_derived_fact_that_gives_no_number_is_refused() -> None:
    assert only(small_plain(ONE, facts=[fact("a"), fact("z", formula="a > 1")]))[2] == "需要数字的地方用了条件"


def test_facts_that_cannot_be_read_are_pointed_at() -> None:
    plain = small_plain(ONE, facts=[fact("a"), fact("z", kind="whole"), {"id": "y", "zh": "y", "en": "y"}])
    assert [(each.path, each.place, each.reason) for each in problems(plain)] == [
        (("facts", 1), "z", "格式不对（kind whole）"),
        (("facts", 2), "y", "缺少“section”"),
    ]


PARTS = table("m", n="个")


@pytest.mark.parametrize(
    "more",
    [
        {"groups": {"all": {}}},
        {"groups": {"all": {"zh": 5, "en": "all"}}},
        {"facts": [fact("a", zh="")]},
        {"facts": [fact("a", zh=5)]},
        {"facts": [fact("a", part_of="nosuch")]},
        {"facts": [fact("a"), fact("t", kind="text", formula="a", unit="")]},
        {"facts": [fact("a"), {**PARTS, "formula": "a"}]},
        {"facts": [fact("a"), {**PARTS, "columns": PARTS["columns"] * 2}]},
        {"facts": [fact("a"), {**PARTS, "columns": [{**PARTS["columns"][0], "id": f"c{at}"} for at in range(41)]}]},
        {"facts": [fact("a"), {**PARTS, "columns": [{**PARTS["columns"][0], "kind": "table"}]}]},
        {"facts": [fact("a"), {**PARTS, "columns": [{**PARTS["columns"][0], "formula": "a"}]}]},
        {"indicators": [{**ONE, "note": {"zh": 5}}]},
    ],
)
def test_facts_and_groups_that_cannot_be_are_refused(more: Plain) -> None:
    problems({**small_plain(ONE), **more})


# switches


@pytest.mark.parametrize("value", ["1/0", "nan", "1e9", "-1", "", "是", "1 "])
def test_a_switch_that_is_no_number_is_pointed_at(value: str) -> None:
    assert only(small_plain(ONE, switches=[{"id": "k", "value": value}])) == (
        ("switches", 0, "value"), "k", f"“{value}”不是数字",
    )  # fmt: skip


def test_a_switch_without_a_value_is_refused() -> None:
    assert only(small_plain(ONE, switches=[{"id": "k"}])) == (("switches", 0), "k", "缺少“value”")


# bars


def barred(*bars: Plain, cmp: str = ">=") -> Plain:
    return small_plain(indicator("a", cmp, bars=list(bars)))


def test_an_indicator_without_bars_is_refused() -> None:
    reason = "没有写达标值；还不知道是多少时，请把达标值留空并标为 UNSURE"
    plain = small_plain({**ONE, "bars": []})
    assert only(plain) == (("indicators", 0, "bars"), "one", reason)


def test_a_bar_left_open_is_unverified() -> None:
    pack = build(barred({"confidence": "UNSURE"}))
    assert judge(pack, Data(figures(a=5)))["one"].verdict is Verdict.UNVERIFIED
    assert judge(build(barred({})), Data(figures(a=5)))["one"].verdict is Verdict.UNVERIFIED
    assert judge(build(barred(bar(""))), Data(figures(a=5)))["one"].verdict is Verdict.UNVERIFIED


NEVER = "这一档达标值永远轮不到：前面已有不带条件的达标值"
WITHIN = "这一档达标值永远轮不到：前面一档的情形已经包括了它"
TWICE = "两档达标值的条件相同，互相矛盾"
LINE = "限制线比达标值还严，互相矛盾；请检查两个数和比较方式"


@pytest.mark.parametrize(
    ("bars", "at", "reason"),
    [
        ([bar("10"), bar("20", when="b > 1")], 1, NEVER),
        ([bar("10"), bar("20")], 1, NEVER),
        ([bar("5", when="b > 2"), bar("10"), bar("20", when="b > 1")], 2, NEVER),
        ([bar("10", when="b > 1"), bar("20", when="b > 1")], 1, TWICE),
        ([bar("10", when="b > 1"), bar("20", when="b < 0"), bar("30", when="b > 1")], 2, TWICE),
        ([bar("10", when="b > 1"), bar("20", when="b > 2")], 1, WITHIN),
        ([bar("10", when="b >= 1"), bar("20", when="b > 1 and b < 9"), bar("30")], 1, WITHIN),
        ([bar("10", until="2024-12-31"), bar("20", **{"from": "2024-12-31"})], 1, TWICE),
        ([bar("10", until="2024-12-31"), bar("20")], 1, TWICE),
        ([bar("10", **{"from": "2024-01-01"}), bar("20", **{"from": "2025-01-01"})], 1, NEVER),
        (
            [bar("10", when="b > 1", until="2024-12-31"), bar("20", when="b > 1", **{"from": "2024-06-30"})],
            1,
            TWICE,
        ),
    ],
)
def test_a_bar_that_is_never_reached_or_stands_twice_is_refused(bars: list[Plain], at: int, reason: str) -> None:
    assert only(barred(*bars)) == (("indicators", 0, "bars", at, "when"), "one", reason)


@pytest.mark.parametrize(
    "bars",
    [
        [bar("20", when="b > 1"), bar("10")],
        [bar("10", until="2024-12-31"), bar("20", **{"from": "2025-01-01"})],
        [bar("10", **{"from": "2025-01-01"}), bar("20", until="2024-12-31")],
        [bar("10", when="b > 1", until="2024-12-31"), bar("20", when="b > 1", **{"from": "2025-01-01"})],
        [bar("10", when="b > 1"), bar("20", when="b >= 1")],
        [bar("10", when="b > 1", unknown="skip"), bar("20", when="b > 2"), bar("30")],
        [bar("10", when="b > 1", until="2024-12-31"), bar("20", when="b > 2")],
    ],
)
def test_bars_that_do_not_stand_in_each_others_way_are_taken(bars: list[Plain]) -> None:
    assert len(build(barred(*bars)).indicators["one"].threshold.every) == len(bars)


@pytest.mark.parametrize(
    ("cmp", "floor", "fits"),
    [(">=", "5", True), (">=", "10", True), (">=", "10.01", False), ("<=", "15", True), ("<=", "10", True),
     ("<=", "9.99", False), (">", "11", False), (">", "9", True), ("<", "9", False), ("<", "11", True)],
)  # fmt: skip
def test_a_floor_lies_on_the_weaker_side_of_its_bar(cmp: str, floor: str, fits: bool) -> None:
    plain = barred(bar("20", when="b > 1"), bar("10", floor=floor), cmp=cmp)
    if fits:
        assert build(plain).indicators["one"].threshold.first.floor_text == floor
    else:
        assert only(plain) == (("indicators", 0, "bars", 1, "floor"), "one", LINE)


def test_a_floor_or_bar_that_is_computed_is_not_compared() -> None:
    for one in (bar("10", floor="b"), bar("b", floor="99"), bar("", floor="99")):
        assert build(barred(one)).indicators["one"].threshold.first.floor is not None


def test_a_floor_counts_once_it_is_confirmed() -> None:
    assert not build(barred(bar("10", floor="5"))).indicators["one"].threshold.first.floor_confirmed
    assert (
        build(barred(bar("10", floor="5", floor_confidence="KNOWN"))).indicators["one"].threshold.first.floor_confirmed
    )


@pytest.mark.parametrize("key", ["from", "until"])
@pytest.mark.parametrize(
    "day", ["2024-13-01", "2024-02-30", "2024-1-1", "20240101", "2024", "明天", "2024-01-01T00:00", 5]
)
def test_a_day_that_is_none_is_pointed_at(key: str, day: Any) -> None:
    assert only(barred(bar("20", when="b > 1"), bar("10", **{key: day}))) == (
        ("indicators", 0, "bars", 1, key), "one", f"“{day}”不是日期，请写成 2026-09-30 这样",
    )  # fmt: skip


def test_a_value_that_ends_before_it_begins_is_refused() -> None:
    days = {"from": "2025-01-01", "until": "2024-12-31"}
    assert only(barred(bar("10", **days))) == (("indicators", 0, "bars", 0, "until"), "one", "失效日期早于生效日期")
    assert build(barred(bar("10", **{"from": "2025-01-01", "until": "2025-01-01"}))).id == "small"


@pytest.mark.parametrize("key", ["confidence", "floor_confidence"])
def test_an_unknown_confidence_is_pointed_at(key: str) -> None:
    assert only(barred(bar("10", **{key: "SURE"}))) == (
        ("indicators", 0, "bars", 0, key), "one", "不认识“SURE”，只能是：FOUND、KNOWN、SEED、CONFIRMED、UNSURE",
    )  # fmt: skip


def test_a_bar_says_what_to_do_where_its_condition_is_not_known() -> None:
    assert only(barred(bar(when="b > 1", unknown="guess"))) == (
        ("indicators", 0, "bars", 0, "unknown"), "one", "不认识“guess”，只能是：ask、skip",
    )  # fmt: skip
    bars = [bar("20", when="b > 1", unknown="skip"), bar("10")]
    found = judge(build(barred(*bars)), Data(figures(a=15)))["one"]
    assert (found.verdict, found.threshold) == (Verdict.MET, 10)
    bars[0]["unknown"] = "ask"
    assert judge(build(barred(*bars)), Data(figures(a=15)))["one"].verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("wrong", [bar("", waives=True), bar("10", waives=True, when="b > 1"), bar("10", waives=True)])
def test_a_waiver_names_its_case_and_no_value(wrong: Plain) -> None:
    assert only(barred(wrong)) == (
        ("indicators", 0, "bars", 0, "waives"), "one", "免除要写明适用情形，而且不写达标值",
    )  # fmt: skip


def test_a_waiver_meets_whatever_the_value_is_once_it_is_confirmed() -> None:
    def verdict(confidence: str, **now: int | None) -> Verdict:
        pack = build(barred(bar("", waives=True, when="b > 1", confidence=confidence), bar("10")))
        return judge(pack, Data(figures(**now)))["one"].verdict

    assert verdict("FOUND", a=1, b=2) is verdict("FOUND", a=None, b=2) is Verdict.MET
    assert verdict("FOUND", a=1, b=1) is Verdict.UNMET
    assert verdict("UNSURE", a=1, b=2) is Verdict.UNVERIFIED


@pytest.mark.parametrize("key", ["article", "document"])
@pytest.mark.parametrize(("value", "reason"), [(5, "“5”应是文字"), ("字" * 2001, "文字太长（最多 2000 个字符）")])
def test_texts_of_a_bar_are_texts(key: str, value: Any, reason: str) -> None:
    path, place, said = only(barred(bar(**{key: value})))
    assert (path[:2], place, said) == (("indicators", 0), "one", reason)


@pytest.mark.parametrize("wrong", [{"soft": "yes"}, {"waives": "yes"}, {"article": 5}])
def test_a_wrong_part_of_a_bar_points_at_the_bar(wrong: Plain) -> None:
    [key] = wrong
    assert only(barred(bar("20", when="b > 1"), bar(**wrong)))[0] == ("indicators", 0, "bars", 1, key)


def test_about_equal_is_never_confirmed() -> None:
    assert build(barred(bar("10"), cmp="~")).indicators["one"].threshold.confidence == "UNSURE"


@pytest.mark.parametrize("cmp", ["", "=", "=>", "≥", "!=", "in"])
def test_an_unknown_comparison_is_pointed_at(cmp: str) -> None:
    assert only(small_plain(indicator("a", cmp))) == (("indicators", 0, "cmp"), "one", f"不认识的比较方式“{cmp}”")


def test_an_unknown_group_is_pointed_at() -> None:
    assert only(small_plain({**ONE, "group": "nosuch"})) == (("indicators", 0, "group"), "one", "没有“nosuch”这一类")
    assert only(small_plain(ONE, items=[question(group="nosuch")])) == (
        ("items", 0, "group"),
        "q",
        "没有“nosuch”这一类",
    )


# flags and texts


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (small_plain({**ONE, "key": "yes"}), ("indicators", 0, "key")),
        (small_plain({**ONE, "veto": 1}), ("indicators", 0, "veto")),
        (small_plain(ONE, items=[question(soft="no")]), ("items", 0, "soft")),
        (small_plain(ONE, items=[question(veto="true")]), ("items", 0, "veto")),
        (small_plain(ONE, grades=[{**GRADE, "certain": "yes"}]), ("grades", 0, "certain")),
        (small_plain(ONE, grades=[{**GRADE, "good": None}]), ("grades", 0, "good")),
    ],
)
def test_a_flag_is_true_or_false(plain: Plain, path: Path) -> None:
    found, _place, reason = only(plain)
    assert found == path
    assert reason.endswith("”应是“是”或“否”")


@pytest.mark.parametrize("name", ["", "  "])
def test_a_name_may_not_be_empty(name: str) -> None:
    assert only(small_plain({**ONE, "zh": name})) == (("indicators", 0, "zh"), "one", "没有写名称")
    assert only(small_plain(ONE, items=[question(zh=name)])) == (("items", 0, "zh"), "q", "没有写名称")
    assert only(small_plain(ONE, rules=[{**RULE, "zh": name}])) == (("rules", 0, "zh"), "r1", "没有写名称")
    assert only(small_plain(ONE, grades=[{**GRADE, "zh": name}])) == (("grades", 0, "zh"), "ok", "没有写名称")


def test_a_name_that_is_no_text_or_too_long_is_refused() -> None:
    assert only(small_plain({**ONE, "zh": 5}))[1:] == ("one", "“5”应是文字")
    assert only(small_plain({**ONE, "en": "e" * 2001}))[1:] == ("one", "文字太长（最多 2000 个字符）")


def test_evidence_and_prompts_have_both_texts() -> None:
    pack = small_pack({**ONE, "evidence": [{"zh": "证", "en": "proof"}], "prompts": [{"zh": "看", "en": "look"}]})
    assert pack.indicators["one"].evidence == ({"zh": "证", "en": "proof"},)
    assert pack.indicators["one"].prompts == ({"zh": "看", "en": "look"},)
    assert only(small_plain({**ONE, "evidence": [{"zh": "证"}]})) == (("indicators", 0), "one", "缺少“en”")


# questions


def test_a_question_is_an_answer_asked_in_the_form() -> None:
    pack = small_pack(ONE, items=[question(article="第三条", document="省发", soft=True, key=False)])
    assert pack.fields["q"] == Field("q", {"zh": "q条件", "en": "q"}, "", "answer", QUESTIONS)
    asked = pack.indicators["q"]
    assert (asked.question, asked.key, asked.cmp, asked.facts) == (True, False, ">=", {"q"})
    assert (asked.threshold.article, asked.threshold.document, asked.threshold.soft) == ("第三条", "省发", True)


@pytest.mark.parametrize(
    ("enough", "answer", "verdict"),
    [
        ("yes", 1, Verdict.MET),
        ("yes", "0.5", Verdict.UNMET),
        ("partly", "0.5", Verdict.MET),
        ("partly", 0, Verdict.UNMET),
    ],
)
def test_a_question_says_which_answer_is_enough(enough: str, answer: str | int, verdict: Verdict) -> None:
    pack = small_pack(ONE, items=[question(enough=enough)])
    assert judge(pack, Data(figures(a=10, q=answer)))["q"].verdict is verdict


def test_an_unknown_answer_or_confidence_of_a_question_is_pointed_at() -> None:
    assert only(small_plain(ONE, items=[question(enough="mostly")])) == (
        ("items", 0, "enough"), "q", "不认识“mostly”，只能是：yes、partly",
    )  # fmt: skip
    assert only(small_plain(ONE, items=[question(confidence="SURE")]))[0] == ("items", 0, "confidence")


def test_a_question_whose_source_is_not_known_is_unverified() -> None:
    plain = question()
    del plain["confidence"]
    pack = small_pack(ONE, items=[plain])
    assert judge(pack, Data(figures(a=10, q=1)))["q"].verdict is Verdict.UNVERIFIED


def test_a_pack_may_consist_of_questions_alone() -> None:
    assert list(small_pack(items=[question()]).indicators) == ["q"]


# points

BANDS = [{"grade": "A", "at": "95"}, {"grade": "B", "at": "85", "share": "0.5"}]


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        ({"method": "all_pass"}, Scoring(Method.ALL_PASS, Fraction(0))),
        ({"method": "ratio", "points": "5", "floor": "0"}, Scoring(Method.RATIO, Fraction(5), Fraction(0))),
        ({"method": "count", "points": "2.5"}, Scoring(Method.COUNT, Fraction("2.5"))),
        ({"method": "deduct", "points": "5", "each": "1", "limit": "3"},
         Scoring(Method.DEDUCT, Fraction(5), None, Fraction(1), Fraction(3))),
        ({"method": "grade", "points": "4", "bands": BANDS},
         Scoring(Method.GRADE, Fraction(4),
                 bands=(Band("A", Fraction(95), Fraction(1)), Band("B", Fraction(85), Fraction("0.5"))))),
        ({}, None),
    ],
)  # fmt: skip
def test_points_are_read(scoring: Plain, expected: Scoring | None) -> None:
    assert small_pack({**ONE, "scoring": scoring}).indicators["one"].scoring == expected


@pytest.mark.parametrize(
    ("scoring", "path", "reason"),
    [
        ({"method": "lottery"}, ("method",), "不认识“lottery”，只能是：all_pass、ratio、grade、count、deduct"),
        ({"method": "ratio"}, ("points",), "没有写分值"),
        ({"method": "ratio", "points": ""}, ("points",), "没有写分值"),
        ({"method": "ratio", "points": "many"}, ("points",), "“many”不是数字"),
        ({"method": "ratio", "points": "-5"}, ("points",), "“-5”不是数字"),
        ({"method": "ratio", "points": "5", "floor": "low"}, ("floor",), "“low”不是数字"),
        ({"method": "deduct", "points": "5"}, ("each",), "没有写每例扣几分"),
        ({"method": "deduct", "points": "5", "each": "x"}, ("each",), "“x”不是数字"),
        ({"method": "deduct", "points": "5", "each": "1", "limit": "x"}, ("limit",), "“x”不是数字"),
        ({"method": "grade", "points": "5"}, ("bands",), "没有写等级的分界"),
        ({"method": "grade", "points": "5", "bands": [{"grade": "A", "at": "x"}]}, (), "“x”不是数字"),
        ({"method": "grade", "points": "5", "bands": [{"grade": "A", "at": "1", "share": "x"}]}, (), "“x”不是数字"),
    ],
)  # fmt: skip
def test_points_that_cannot_be_are_pointed_at(scoring: Plain, path: Path, reason: str) -> None:
    assert only(small_plain({**ONE, "scoring": scoring})) == (("indicators", 0, "scoring", *path), "one", reason)


def test_points_without_a_method_and_grades_without_a_name_are_refused() -> None:
    assert only(small_plain({**ONE, "scoring": {"points": "5"}})) == (("indicators", 0), "one", "缺少“method”")
    graded = {"method": "grade", "points": "5", "bands": [{"at": "1"}]}
    assert only(small_plain({**ONE, "scoring": graded})) == (("indicators", 0), "one", "缺少“grade”")
    graded = {"method": "grade", "points": "5", "bands": [{"grade": "x" * 11, "at": "1"}]}
    assert only(small_plain({**ONE, "scoring": graded}))[2] == "文字太长（最多 10 个字符）"


@pytest.mark.parametrize(("cmp", "first", "second"), [(">=", "85", "95"), ("<=", "10", "5")])
def test_a_grade_that_is_never_reached_is_refused(cmp: str, first: str, second: str) -> None:
    bands = [{"grade": "A", "at": first}, {"grade": "B", "at": second}]
    problems(small_plain({**indicator("a", cmp), "scoring": {"method": "grade", "points": "4", "bands": bands}}))


@pytest.mark.parametrize("value", ["sixty", "-1"])
def test_a_pass_mark_is_a_number(value: str) -> None:
    assert only(small_plain(ONE, pass_mark=value)) == (("pass_mark",), "标准", f"“{value}”不是数字")
    assert small_pack(ONE, pass_mark="60.5").pass_mark == Fraction("60.5")


# rules and grades


def test_rules_are_read() -> None:
    pack = small_pack(
        ONE, rules=[RULE, {**RULE, "id": "r2", "lacking": "known_parts", "when": "a + b > x", "severity": "notice"}]
    )
    first, second = pack.rules
    assert (first.id, first.severity, first.lacking, first.parts) == ("r1", Severity.BLOCK, Lacking.SILENT, frozenset())
    assert (second.lacking, second.parts, second.facts) == (Lacking.KNOWN_PARTS, {"a", "b"}, ("a", "b", "x"))


@pytest.mark.parametrize(
    ("wrong", "path", "reason"),
    [
        ({"severity": "fatal"}, ("severity",), "不认识“fatal”，只能是：block、must_explain、notice"),
        ({"lacking": "guess"}, ("lacking",), "不认识“guess”，只能是：silent、ask、known_parts"),
        ({"when": "a >"}, ("when",), "公式没有写完"),
    ],
)
def test_a_rule_that_cannot_be_is_pointed_at(wrong: Plain, path: Path, reason: str) -> None:
    assert only(small_plain(ONE, rules=[{**RULE, **wrong}])) == (("rules", 0, *path), "r1", reason)


@pytest.mark.parametrize(
    "when",
    [
        "a > b and a + b > x",
        "a + b >= x",
        "a + b < x",
        "a - b > x",
        "a + 2 > x",
        "a * b > 1",
        "a + b > b",
        "not (a > b)",
    ],
)
def test_only_parts_against_a_whole_may_be_checked_by_known_parts(when: str) -> None:
    facts = [fact(name, unit="") for name in ("a", "b", "x")]
    plain = small_plain(indicator("a", unit=""), facts=facts, rules=[{**RULE, "lacking": "known_parts", "when": when}])
    reason = "只有“各部分之和 > 总数”这样的规则才能按已知部分校验"
    assert only(plain) == (("rules", 0, "lacking"), "r1", reason)


def test_grades_are_read() -> None:
    pack = small_pack(ONE, grades=[GRADE, {**GRADE, "id": "bad", "certain": True, "good": True}])
    assert [(each.id, each.certain, each.good, each.when) for each in pack.grades] == [
        ("ok", False, False, "unmet == 0"),
        ("bad", True, True, "unmet == 0"),
    ]


@pytest.mark.parametrize("key", ["zh", "en", "when"])
def test_a_grade_that_lacks_a_key_is_pointed_at(key: str) -> None:
    plain = small_plain(ONE, grades=[{name: value for name, value in GRADE.items() if name != key}])
    assert only(plain) == (("grades", 0), "ok", f"缺少“{key}”")


# examples, lineage, relations, origins


@pytest.mark.parametrize("key", ["name", "facts", "expect"])
def test_an_example_that_lacks_a_key_is_pointed_at(key: str) -> None:
    plain = small_plain(ONE, examples=[CASE, {name: value for name, value in CASE.items() if name != key}])
    assert only(plain) == (("examples", 1), "1" if key == "name" else "good", f"缺少“{key}”")


def test_examples_are_read_as_texts_and_rows() -> None:
    rows = [{"n": "1"}]
    whole = {**CASE, "facts": {"a": 10, "m": rows}, "values": {"one": 10}, "as_of": "2024-01-01", "grade": ""}
    example = small_pack(ONE, examples=[whole]).examples[0]
    assert (example.facts, example.values) == ({"a": "10", "m": rows}, {"one": "10"})
    assert (example.as_of, example.grade) == ("2024-01-01", "")
    plain = small_pack(ONE, examples=[CASE]).examples[0]
    assert (plain.as_of, plain.grade, plain.values) == ("", None, {})


@pytest.mark.parametrize(
    ("wrong", "path", "reason"),
    [
        ({"as_of": "2024-1-1"}, ("as_of",), "“2024-1-1”不是日期，请写成 2026-09-30 这样"),
        ({"name": 5}, (), "“5”应是文字"),
        ({"name": "n" * 201}, (), "文字太长（最多 200 个字符）"),
        ({"facts": 5}, (), "格式不对（'int' object has no attribute 'items'）"),
    ],
)
def test_an_example_that_cannot_be_is_pointed_at(wrong: Plain, path: Path, reason: str) -> None:
    found = only(small_plain(ONE, examples=[{**CASE, **wrong}]))
    assert (found[0], found[2]) == (("examples", 0, *path), reason)


@pytest.mark.parametrize(
    ("relation", "old", "new"),
    [
        ("renamed", ["o"], ["b"]),
        ("split", ["o"], ["a", "b"]),
        ("merged", ["o", "p"], ["a"]),
        ("retired", ["o", "p"], []),
    ],
)
def test_what_became_of_old_ids_is_read(relation: str, old: list[str], new: list[str]) -> None:
    pack = small_pack(ONE, lineage=[{"what": "fact", "relation": relation, "old": old, "new": new}])
    assert pack.lineage == (Lineage("fact", relation, tuple(old), tuple(new)),)


@pytest.mark.parametrize(
    ("relation", "old", "new"),
    [("renamed", ["a"], []), ("renamed", ["a", "b"], ["c"]), ("renamed", [], ["b"]), ("split", ["a"], ["b"]),
     ("split", ["a", "b"], ["c", "d"]), ("merged", ["a"], ["b"]), ("merged", ["a", "b"], ["c", "d"]),
     ("retired", ["a"], ["b"]), ("retired", [], [])],
)  # fmt: skip
def test_numbers_of_old_and_new_ids_must_fit(relation: str, old: list[str], new: list[str]) -> None:
    plain = small_plain(ONE, lineage=[{"what": "fact", "relation": relation, "old": old, "new": new}])
    assert only(plain) == (("lineage", 0), "沿革", f"沿革“{relation}”的新旧编号个数不对")


@pytest.mark.parametrize(
    ("wrong", "path", "reason"),
    [
        ({"what": "rule"}, ("what",), "不认识“rule”，只能是：fact、indicator"),
        ({"relation": "lost"}, ("relation",), "不认识“lost”，只能是：renamed、split、merged、retired"),
    ],
)
def test_a_lineage_of_something_else_is_pointed_at(wrong: Plain, path: Path, reason: str) -> None:
    plain = small_plain(ONE, lineage=[{"what": "indicator", "relation": "retired", "old": ["o"], **wrong}])
    assert only(plain) == (("lineage", 0, *path), "沿革", reason)
    assert only(small_plain(ONE, lineage=[{"what": "fact"}])) == (("lineage", 0), "沿革", "缺少“relation”")


@pytest.mark.parametrize(("old", "new"), [(["gone"], ["nosuch"]), (["one"], ["one"])])
def test_a_lineage_leads_from_ids_that_are_gone_to_ids_that_are_there(old: list[str], new: list[str]) -> None:
    problems(small_plain(ONE, lineage=[{"what": "indicator", "relation": "renamed", "old": old, "new": new}]))


def test_relations_to_other_standards_are_read() -> None:
    related = [{"pack": "p", "indicator": "i", "relation": "stricter"}]
    assert small_pack({**ONE, "related": related}).indicators["one"].related == (Related("p", "i", "stricter"),)
    plain = small_plain({**ONE, "related": [{**related[0], "relation": "better"}]})
    reason = "不认识“better”，只能是：equal、stricter、looser、overlaps、other_base"
    assert only(plain) == (("indicators", 0, "related", "relation"), "one", reason)
    assert only(small_plain({**ONE, "related": [{"pack": "p" * 61, "indicator": "i", "relation": "equal"}]}))[2] == (
        "文字太长（最多 60 个字符）"
    )


def test_the_origin_of_an_indicator_is_read() -> None:
    origin = {"relation": "tighten", "indicator": "i", "basis": "市发", "was": [bar()], "unit": "人", "cmp": ">="}
    made = small_pack({**ONE, "origin": origin}).indicators["one"].origin
    assert made == Origin("tighten", "i", "市发", (bar(),), "人", ">=")
    assert small_pack(ONE).indicators["one"].origin is None
    plain = small_plain({**ONE, "origin": {"relation": "better"}})
    reason = "不认识“better”，只能是：inherit、same、tighten、relax、replace、add"
    assert only(plain) == (("indicators", 0, "relation"), "one", reason)


def test_a_layer_is_read_or_refused() -> None:
    layer = {"id": "base", "version": "2", "sha256": "0", "zh": "国标", "en": "National", "basis": "市发",
             "dropped": [{"indicator": "i"}]}  # fmt: skip
    made = small_pack(ONE, layer=layer).layer
    assert made is not None
    assert (made.id, made.version, made.text["en"], made.basis) == ("base", "2", "National", "市发")
    assert made.dropped == ({"indicator": "i"},)
    assert small_pack(ONE).layer is None
    assert only(small_plain(ONE, layer={"id": "base"})) == ((), "pack", "内容不完整或格式不对（'version'）")


def test_days_of_a_pack_are_read_or_refused() -> None:
    pack = small_pack(ONE, effective_from="2020-01-01", effective_until="2030-12-31")
    assert (pack.start, pack.end) == ("2020-01-01", "2030-12-31")
    assert (small_pack(ONE).start, small_pack(ONE).end) == ("", "")
    found = only(small_plain(ONE, effective_until="soon"))
    assert found == (("effective_until",), "标准", "“soon”不是日期，请写成 2026-09-30 这样")


def test_a_pack_that_ends_before_it_begins_is_refused() -> None:
    problems(small_plain(ONE, effective_from="2030-01-01", effective_until="2020-12-31"))


@pytest.mark.parametrize("version", [5, "v" * 21])
def test_a_version_is_a_short_text(version: Any) -> None:
    assert only(small_plain(ONE, version=version))[:2] == (("version",), "标准")


# many problems at once


def test_every_problem_is_reported_with_its_place() -> None:
    plain = small_plain(
        indicator("nosuch"),
        indicator("b", "=>", name="two"),
        {**indicator("x", name="three"), "group": "nosuch"},
        indicator("y", bars=[bar("10"), bar("20")], name="four"),
        items=[question("five", enough="no")],
        applies="a",
        rules=[{**RULE, "severity": "fatal"}, {**RULE, "id": "r2", "when": "nosuch > 1"}],
        grades=[{**GRADE, "when": "nosuch"}],
        examples=[{"name": "empty"}],
        lineage=[{"what": "fact", "relation": "retired", "old": []}],
    )
    assert [(each.path, each.place) for each in problems(plain)] == [
        (("indicators", 0, "formula"), "one"),
        (("indicators", 1, "cmp"), "two"),
        (("indicators", 2, "group"), "three"),
        (("indicators", 3, "bars", 1, "when"), "four"),
        (("items", 0, "enough"), "five"),
        (("applies",), "适用范围"),
        (("rules", 0, "severity"), "r1"),
        (("rules", 1, "when"), "r2"),
        (("grades", 0, "when"), "ok"),
        (("examples", 0), "empty"),
        (("lineage", 0), "沿革"),
    ]


def test_problems_of_facts_and_switches_are_reported_together_before_anything_that_reads_them() -> None:
    plain = small_plain(
        indicator("nosuch"),
        facts=[fact("a"), fact("a"), fact("B"), fact("z", formula="a +"), fact("y", formula="nosuch")],
        switches=[{"id": "k", "value": "x"}, {"id": "a", "value": "1"}],
        items=[question("a")],
    )
    assert [each.path for each in problems(plain)] == [
        ("facts", 1, "id"), ("facts", 2, "id"), ("switches", 0, "value"), ("switches", 1, "id"), ("items", 0, "id"),
        ("facts", 3, "formula"), ("facts", 4, "formula"),
    ]  # fmt: skip


def test_the_refusal_tells_the_first_problem_and_how_many_more_there_are() -> None:
    with pytest.raises(PackError) as caught:
        build(small_plain(indicator("nosuch"), indicator("b", "=>", name="two"), indicator("x +", name="three")))
    assert caught.value.sentence == (
        "标准“small”中的“one”有误：公式里的“nosuch”不是本标准的数据项（另有 2 处）。没有装入，请改正后再试。"
    )
    single = refusal("own", [Problem((), "place", "错了")])
    assert single.sentence == "标准“own”中的“place”有误：错了。没有装入，请改正后再试。"


def test_a_long_place_is_cut() -> None:
    assert len(only(small_plain(indicator("a", name="x" * 500)))[1]) <= 60


@pytest.mark.parametrize("plain", [{}, {"id": "small"}, {"id": "small", "facts": 5}, {"id": "small", "facts": [5]}])
def test_what_is_no_pack_at_all_is_one_problem(plain: Plain) -> None:
    found = problems(plain)
    assert len(found) == 1
    assert found[0].reason


@pytest.mark.parametrize("name", shipped_ids())
def test_shipped_packs_have_no_problems(name: str) -> None:
    pack, found = try_build(load(name).plain)
    assert pack is not None
    assert found == []
