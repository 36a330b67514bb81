"""The trace: the formula with the school's own numbers, so that anybody can do the sum again, and where values are from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from tests.factory import NINE, SETUP
from tests.models.packs.material import Plain, bar, fact, figures, indicator, question, school, small_pack, table
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.folder import read_folder
from vetdesk.models.packs.formula import parse
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import CONFIDENCES, LAYER_RELATIONS, RELATIONS, Pack
from vetdesk.models.packs.source import SHIPPED, load
from vetdesk.models.packs.trace import (
    SYMBOLS,
    answer_of,
    bar_text,
    confidence_word,
    derived_value,
    duties,
    explain,
    in_words,
    layer_word,
    prompts,
    relation_word,
    required,
    source_line,
    spelled,
)
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import speech


def nine(name: str, **changes: str) -> str:
    pack = load(NINE)
    data = school(pack, **changes)
    return spelled(pack, pack.indicators[name], data, judge(pack, data)[name])


def small(formula: str, **now: int | str | None) -> str:
    pack = small_pack(indicator(formula))
    data = Data(figures(**now))
    return spelled(pack, pack.indicators["one"], data, judge(pack, data)["one"])


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [
        ("db22_land", {}, "60,000 ㎡"),
        ("db22_land", {"land_owned": "39999.999"}, "39,999.999 ㎡"),
        ("db22_land_ps", {}, "60,000 ㎡ ÷ 1,500 人 = 40 ㎡/生"),
        ("db22_bldg_ps", {"bldg_owned": "24000", "students_ft": "1310"}, "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生"),
        ("db22_str", {"students_ft": "200001", "teachers_ft": "10000"}, "200,001 人 ÷ 10,000 人 = 20.0001 :1"),
        ("db22_equip_ps", {}, "600 万元 × 10,000 ÷ 1,500 人 = 4,000 元/生"),
        ("db22_books_ps", {"books_print": ""}, "达标图书（未填） ÷ 1,500 人"),
        ("db22_land", {"land_affiliated": ""}, "达标占地面积（未填）"),
        ("db22_land_ps", {"students_ft": "0"}, "60,000 ㎡ ÷ 0 人"),
    ],
)
def test_the_sum_is_spelled_out(name: str, changes: dict[str, str], text: str) -> None:
    assert nine(name, **changes) == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("a * 2 + b", "12 个 × 2 + 3 个"),
        ("(a + b) / 5", "(12 个 + 3 个) ÷ 5"),
        ("a - (b - 2)", "12 个 − (3 个 − 2)"),
        ("a / b / 2", "12 个 ÷ 3 个 ÷ 2"),
        ("a / (b * 2)", "12 个 ÷ (3 个 × 2)"),
        ("a / (b / 2)", "12 个 ÷ (3 个 ÷ 2)"),
        ("a * (b / 2)", "12 个 × (3 个 ÷ 2)"),
        ("a * -b", "12 个 × −3 个"),
        ("-(a + b)", "−(12 个 + 3 个)"),
        ("abs(a - b)", "绝对值(12 个 − 3 个)"),
        ("round(a)", "取整(12 个)"),
        ("a - prev(b)", "12 个 − 去年的b数"),
        ("a * k9", "12 个 × 1"),
        ("min(a, b)", "最小值(12 个，3 个)"),
        ("max(a, b + 1) * 2", "最大值(12 个，3 个 + 1) × 2"),
        ("a + 0.5", "12 个 + 0.50"),
        ("a if b > 2 else x", "3 个 > 2 时 12 个，否则 x数（未填）"),
        ('a if t == "甲" else b', "（未填） = “甲” 时 12 个，否则 3 个"),
        ('a if t in ("甲", "乙") else b', "（未填） 是 “甲”、“乙” 之一 时 12 个，否则 3 个"),
        ("a if not (b > 2 or a == 1) else b", "不是（3 个 > 2 或 12 个 = 1） 时 12 个，否则 3 个"),
        ("a if b != 2 and true else b", "3 个 ≠ 2 且 成立 时 12 个，否则 3 个"),
        ("a if b >= 2 and false else b", "3 个 ≥ 2 且 不成立 时 12 个，否则 3 个"),
        ("a if b <= 2 and a < 1 else b", "3 个 ≤ 2 且 12 个 < 1 时 12 个，否则 3 个"),
        ("a if b > 1 and a > 1 and a > 2 else b", "3 个 > 1 且 12 个 > 1 且 12 个 > 2 时 12 个，否则 3 个"),
        ("a if b > 1 and (a > 1 or a > 2) else b", "3 个 > 1 且 (12 个 > 1 或 12 个 > 2) 时 12 个，否则 3 个"),
        ("a if (b > 1 or a > 1) and a > 2 else b", "(3 个 > 1 或 12 个 > 1) 且 12 个 > 2 时 12 个，否则 3 个"),
        ("a if b > 1 or a > 1 and a > 2 else b", "3 个 > 1 或 (12 个 > 1 且 12 个 > 2) 时 12 个，否则 3 个"),
        ("a + b - 1 + b", "12 个 + 3 个 − 1 + 3 个"),
        ("a - b - (a - b) - 1", "12 个 − 3 个 − (12 个 − 3 个) − 1"),
    ],
)
def test_each_construct_keeps_its_meaning(formula: str, text: str) -> None:
    pack = small_pack(indicator(formula, unit=""), switches=[{"id": "k9", "value": "1"}])
    data = Data(figures(a=12, b=3), figures(b=1))
    found = judge(pack, data)["one"]
    result = "" if found.value is None else f" = {shown(found.value, against=found.threshold)}"
    assert spelled(pack, pack.indicators["one"], data, found) == text + result


def test_a_choice_inside_a_product_is_kept_together() -> None:
    pack = small_pack(indicator("(a if b > 1 else x) * 2"))
    other = small_pack(indicator("a if b > 1 else x * 2"))
    first, second = (in_words(each, parse(each.indicators["one"].formula)) for each in (pack, other))
    assert first != second


def test_a_single_fact_is_its_own_trace() -> None:
    assert small("a", a=12) == "12 个"
    assert small("a", a=None) == "a数（未填）"


def test_a_derived_fact_is_worked_out_or_not_at_all() -> None:
    pack = load(NINE)
    assert derived_value(pack, "land_counted", school(pack, land_affiliated="1000")) == 59000
    assert derived_value(pack, "land_counted", school(pack, land_affiliated="")) is None


@pytest.mark.parametrize(
    ("cmp", "value", "confidence", "text"),
    [(">=", "40000", "FOUND", "≥ 40,000 个"), ("<=", "20.5", "FOUND", "≤ 20.50 个"), ("==", "100", "UNSURE", "= 100 个"),
     ("~", "20", "FOUND", "≈ 20 个"), (">=", "", "FOUND", "≥ — 个"), (">", "a", "FOUND", "> 7 个")],
)  # fmt: skip
def test_the_required_value_is_shown_with_its_side_and_unit(cmp: str, value: str, confidence: str, text: str) -> None:
    pack = small_pack(indicator("a", cmp, value, confidence=confidence))
    got = judge(pack, Data(figures(a=7)))["one"]
    assert required(pack.indicators["one"], got) == text


def test_the_required_value_of_an_indicator_out_of_scope_is_still_shown() -> None:
    pack = load(NINE)
    got = judge(pack, school(pack, run_type="368"))["db22_land"]
    assert required(pack.indicators["db22_land"], got) == "≥ 40,000 ㎡"
    pack = small_pack(indicator("a", value="b * 2"), applies="false")
    assert required(pack.indicators["one"], judge(pack, Data())["one"]) == "≥ — 个"


def test_every_comparison_has_its_sign() -> None:
    assert [SYMBOLS[each] for each in (">=", "<=", ">", "<", "==", "~")] == ["≥", "≤", ">", "<", "=", "≈"]


def test_a_value_of_many_digits_is_grouped() -> None:
    pack = small_pack(indicator("x"), facts=[fact("x")])
    data = Data({"x": Fraction("1234567.891")})
    assert spelled(pack, pack.indicators["one"], data, judge(pack, data)["one"]) == "1,234,567.89 个"


# every step from the figures to the verdict


def steps(pack: Pack, name: str, data: Data) -> list[tuple[str, str]]:
    """The trace of an indicator as pairs."""
    return [(step.name, step.text) for step in explain(pack, pack.indicators[name], data, judge(pack, data)[name])]


def of_example(pack_name: str, name: str, **changes: str) -> list[tuple[str, str]]:
    """The trace of an indicator of a shipped pack for its example figures, with changes."""
    pack = load(pack_name)
    base = read_folder(SHIPPED / pack_name)["base_facts"]
    return steps(pack, name, data_of(pack, example_entries(pack, {**base, **changes})))


def one(formula: str = "a", *, now: Mapping[str, int | str | None] | None = None, **more: Any) -> dict[str, str]:
    """The trace of the indicator of a small pack, by names of its steps."""
    keys = ("switches", "facts", "applies_pack")
    own = {key: more.pop(key) for key in keys if key in more}
    if "applies_pack" in own:
        own["applies"] = own.pop("applies_pack")
    pack = small_pack(indicator(formula, **more), **own)
    return dict(steps(pack, "one", Data(figures(**({"a": 12} if now is None else now)))))


def test_the_trace_of_a_plain_figure() -> None:
    pack = small_pack(indicator("a", bars=[bar("10", article="第八条")]))
    assert steps(pack, "one", Data(figures(a=12))) == [
        ("公式", "a数"),
        ("a数", "12 个"),
        ("达标值", "≥ 10 个"),
        ("依据", "无 第八条（出自正式文件）"),
        ("结论", "12 > 10　✓ 达标"),
    ]


OPEN_RULES = (
    "独立使用的非产权土地和校舍计入：现按“是”；教工单身宿舍从校舍中扣除：现按“否”；"
    "被外单位借用的校舍从校舍中扣除：现按“是”"
)


def test_the_trace_works_out_what_is_derived_and_tells_the_open_rules_of_counting() -> None:
    scope = {"founded_year": "1990", "run_type": "365", "pack_class": "一般类", "enrol_right": "是"}
    found = of_example(NINE, "db22_bldg_ps", bldg_owned="24000", students_ft="1310", **scope)
    assert found[0][0] == "标准适用"
    assert "：成立（" in found[0][1]
    assert found[1:] == [
        ("公式", "达标校舍建筑面积 ÷ 全日制学历教育在校生"),
        ("代入", "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生"),
        (
            "达标校舍建筑面积",
            f"24,000 ㎡ + 0 ㎡ − 0 ㎡ − 0 ㎡ − 0 ㎡ = 24,000 ㎡（口径待确认：{OPEN_RULES}）",
        ),
        ("达标值", "≥ 20 ㎡/生"),
        ("依据", "教职成〔2022〕5号 附件1 一般类中职（出自正式文件）"),
        ("结论", "18.32 < 20　✗ 未达标"),
        ("相关标准", "cn_zz_2010 的 zz10_bldg_ps：要求相同。各按各的标准判，结论不互相套用。"),
    ]  # fmt: skip


def test_a_derived_figure_that_lacks_something_names_what_it_lacks() -> None:
    found = dict(of_example(NINE, "db22_land", land_affiliated="", land_excl_use="5"))
    assert found["达标占地面积"].startswith("60,000 ㎡ + 5 ㎡ − 0 ㎡ − 附属机构占地（未填）")
    assert "= " not in found["达标占地面积"].partition("（口径")[0]
    assert found["结论"] == "? 数据不全"


def test_a_derived_figure_that_stands_alone_is_worked_out() -> None:
    facts = [fact("a"), fact("b"), fact("z", formula="a + k * b", adjust=False)]
    switches = [{"id": "k", "value": "0.5", "zh": "折半", "en": "half", "confidence": "KNOWN"}]
    found = one("z", facts=facts, switches=switches, now={"a": 8, "b": 4})
    assert (found["公式"], found["z数"]) == ("z数", "8 个 + 0.50 × 4 个 = 10 个")
    assert "代入" not in found


def test_the_trace_says_why_this_required_value_counts() -> None:
    found = dict(of_example("cn_db_2022_jg", "jg_land", pack_class="高级技工"))
    assert found["达标值"] == "≥ 66,000 ㎡"
    assert found["为什么是这一档"] == "达标分类 = “高级技工”：成立（达标分类 高级技工）"
    assert found["依据"] == "教职成〔2022〕5号 附件1 技工院校（出自正式文件）"
    assert found["结论"] == "40,000 < 66,000　✗ 未达标"


def test_the_value_for_all_others_needs_no_reason() -> None:
    found = one(bars=[bar("20", when="b > 1"), bar("10")], now={"a": 12, "b": 1})
    assert found["达标值"] == "≥ 10 个"
    assert "为什么是这一档" not in found


def test_a_waived_value_says_so() -> None:
    found = one(bars=[bar("", when="b > 1", waives=True), bar("10")], now={"a": 1, "b": 2})
    assert (found["达标值"], found["为什么是这一档"]) == ("符合免除条件，视为达标", "b数 > 1：成立（b数 2 个）")
    assert found["结论"] == "✓ 达标"
    assert one(bars=[bar("", when="b > 1", waives=True), bar("10")], now={"a": 1, "b": 1})["达标值"] == "≥ 10 个"


def test_while_it_is_not_known_which_value_counts_none_is_said_not_to() -> None:
    found = one(bars=[bar("20", when="b > 1"), bar("10", when="b <= 1")], now={"a": 12})
    assert found["结论"] == "? 数据不全"
    assert "为什么是这一档" not in found
    assert found["还不知道是哪一档"] == "b数 <= 1：还不知道（b数 未填）".replace("<=", "≤")


def test_a_required_value_that_is_computed_shows_how() -> None:
    found = dict(of_example("sq_supervision", "sch_rotate_pct", unit_kind="school", cycle_year="3"))
    assert found["指标适用"] == "填报单位类别 是 “school”、“college” 之一：成立（填报单位类别 school）"
    assert (found["达标值"], found["达标值的算法"]) == ("≥ 60 %", "20 × 本轮训周期第几年")
    assert found["为什么是这一档"] == "本轮训周期第几年 < 5：成立（本轮训周期第几年 3）"
    assert found["备注"] == "周期未满时的进度线：每年 20%（建议）。"
    assert found["结论"] == "100 > 60　? 标准待核"


def test_an_indicator_out_of_its_scope_says_so() -> None:
    found = dict(of_example("cn_vb_2021", "vb_students", he_type="艺术", pack_class="高职"))
    assert found["指标适用"].endswith("：不成立（高校类型 艺术，达标分类 高职）")
    assert (found["说明"], found["结论"]) == ("艺术、体育和特殊教育类不作此要求。", "– 不适用")


def test_a_pack_out_of_its_scope_says_so() -> None:
    found = dict(of_example(NINE, "db22_land", run_type="368", founded_year="1990"))
    assert "：不成立（" in found["标准适用"]
    assert found["结论"] == "– 不适用"


def test_an_answer_is_its_own_trace() -> None:
    assert of_example(SETUP, "zz10_q_legal", zz10_q_legal="基本符合") == [
        ("学校回答", "基本符合"),
        ("达标值", "符合"),
        ("依据", "教职成〔2010〕12号 第四条（出自正式文件）"),
        ("结论", "✗ 未达标"),
    ]


@pytest.mark.parametrize(
    ("now", "word"), [({"q": 1}, "符合"), ({"q": "0.5"}, "基本符合"), ({"q": 0}, "不符合"), ({"q": None}, "未填")]
)
def test_an_answer_is_said_in_words(now: dict[str, int | str | None], word: str) -> None:
    pack = small_pack(items=[question(enough="partly")])
    data = Data(figures(**now))
    found = judge(pack, data)["q"]
    assert answer_of(pack.indicators["q"], data) == spelled(pack, pack.indicators["q"], data, found) == word
    assert dict(steps(pack, "q", data))["达标值"] == "基本符合"


def test_an_answer_that_does_not_apply_is_said_so() -> None:
    pack = small_pack(items=[question()])
    assert dict(steps(pack, "q", Data(inapplicable=frozenset({"q"}))))["学校回答"] == "不适用"


def test_the_trace_over_rows_shows_how_many_there_are_and_what_they_give() -> None:
    found = dict(of_example(SETUP, "zz10_major_mid"))
    assert found["公式"] == "各行 相关专业中级以上专任教师 的最小值"
    assert found["代入"] == "各行 相关专业中级以上专任教师 的最小值 6 = 6 人"
    assert found["各专业情况"] == "2 行"
    assert found["结论"] == "6 > 2　✓ 达标"


def test_the_trace_over_groups_of_rows() -> None:
    found = dict(of_example("ha_zz_2021_468", "ha_group"))
    assert found["公式"] == "各行 在校生 按专业大类代码合计（骨干专业群 > 0） 的最小值"
    assert found["与基础标准相比"] == "地方新增"


def test_rows_that_are_missing_give_nothing() -> None:
    pack = small_pack(indicator("sum(m.n) + max(m.n where m.n > 1)"), facts=[table("m", n="个")])
    assert dict(steps(pack, "one", Data()))["m数"] == "未填"
    assert dict(steps(pack, "one", Data()))["代入"] == "各行 n列 的合计 + 各行 n列（n列 > 1） 的最大值"
    given = dict(steps(pack, "one", Data(tables={"m": [{"n": Fraction(4)}, {"n": Fraction(1)}]})))
    assert (given["m数"], given["代入"]) == (
        "2 行",
        "各行 n列 的合计 5 + 各行 n列（n列 > 1） 的最大值 4 = 9 个",
    )


def test_how_many_rows_there_are_is_counted() -> None:
    pack = small_pack(indicator("count(m.n where m.n > 1)", unit=""), facts=[table("m", n="个")])
    found = dict(steps(pack, "one", Data(tables={"m": [{"n": Fraction(4)}, {"n": Fraction(1)}]})))
    assert found["代入"] == "各行 n列（n列 > 1） 的个数 1 = 1"


def test_a_required_value_over_rows_is_told_in_words() -> None:
    found = dict(of_example(SETUP, "zz10_equip_ps"))
    assert (found["代入"], found["达标值"]) == ("600 万元 × 10,000 ÷ 1,500 人 = 4,000 元/生", "≥ 2,700 元/生")
    assert found["达标值的算法"].startswith("各行 在校生 × ")
    assert found["达标值的算法"].endswith("的合计 ÷ 各行 在校生 的合计")


@pytest.mark.parametrize(
    ("name", "text"),
    [("ha_students", "比基础标准从严（原为 ≥ 1200 人）"), ("ha_land_ps", "与基础标准相同（原为 ≥ 33 ㎡/生）"),
     ("ha_bldg", "沿用国标（原为 ≥ 24000 ㎡）"), ("ha_employ", "地方新增")],
)  # fmt: skip
def test_an_indicator_of_an_addition_says_what_became_of_the_base(name: str, text: str) -> None:
    assert dict(of_example("ha_zz_2021_468", name))["与基础标准相比"] == text


def test_a_value_the_province_leaves_open_shows_what_it_was() -> None:
    found = dict(of_example("cn_db_2022_art", "db22a_land"))
    assert (found["达标值"], found["与基础标准相比"]) == ("≥ — ㎡", "沿用国标（原为 ≥ 40000 ㎡）")
    assert found["依据"] == "教职成〔2022〕5号（待核）"


def test_the_restriction_line_stands_beside_the_required_value() -> None:
    found = dict(of_example("cn_he_2004", "he_books_ps", books_print="100000"))
    assert (found["达标值"], found["限制线"]) == ("≥ 80 册/生", "≥ 45 册/生")
    assert found["结论"] == "25 < 80　✗ 未达标"
    assert found["折合在校生数"].endswith("= 4,000 人")


def test_a_value_just_below_the_restriction_line_does_not_look_like_it() -> None:
    found = dict(of_example("cn_he_2004", "he_books_ps", books_print="179999"))
    assert "45.00" not in found["代入"]


def test_a_required_value_that_is_in_force_for_a_time_says_so() -> None:
    middle = {"from": "2025-01-01", "until": "2030-12-31"}
    bars = [bar("10", until="2024-12-31"), bar("20", **middle), bar("30", **{"from": "2031-01-01"})]
    pack = small_pack(indicator("a", bars=bars))
    said = [
        dict(steps(as_of(pack, date), "one", Data(figures(a=12))))["有效期"]
        for date in ("2024-01-01", "2025-01-01", "2031-01-01")
    ]
    assert said == ["施行日 至 2024-12-31", "2025-01-01 至 2030-12-31", "2031-01-01 至 今"]
    assert "有效期" not in one()


def test_notes_of_the_value_and_of_the_indicator_are_told_apart() -> None:
    note = {"zh": "原文：一般。", "en": "In general."}
    found = one(bars=[bar("10", note=note)], note={"zh": "新增。", "en": "New."})
    assert (found["备注"], found["说明"]) == ("原文：一般。", "新增。")


def test_a_source_says_how_sure_it_is_and_who_confirmed_it() -> None:
    confirmed = {"person": "甲", "date": "2026-01-02", "document": "批复 3 号"}
    bars = [bar("10", article="第一条", document="省发", confidence="CONFIRMED", soft=True, confirmed=confirmed)]
    expected = "省发 第一条（已由主管部门确认，原则性要求，甲 2026-01-02 按 批复 3 号 确认）"
    assert one(bars=bars)["依据"] == expected
    pack = small_pack(indicator("a", bars=[bar("10", confirmed={"person": "甲"})]))
    assert source_line(pack.indicators["one"].threshold.first) == "无（出自正式文件，甲  按  确认）"


def test_related_indicators_are_named_without_a_verdict() -> None:
    related = [{"pack": "p", "indicator": name, "relation": name} for name in RELATIONS]
    found = steps(small_pack(indicator("a", related=related)), "one", Data(figures(a=12)))
    assert [text for name, text in found if name == "相关标准"] == [
        f"p 的 {name}：{relation_word(name)}。各按各的标准判，结论不互相套用。" for name in RELATIONS
    ]


def test_the_verdict_line_sets_value_against_required_value() -> None:
    assert one(now={"a": 10})["结论"] == "10 = 10　✓ 达标"
    assert one(now={"a": 9})["结论"] == "9 < 10　✗ 未达标"
    assert one(confidence="UNSURE")["结论"] == "12 > 10　? 标准待核"
    assert one(now={"a": None})["结论"] == "? 数据不全"
    assert one("a / b", unit="", now={"a": 1, "b": 0})["结论"] == "? 无法计算"


def test_a_value_and_a_required_value_that_differ_are_told_apart() -> None:
    found = one("x", value="y / 3", now={"x": "0.33", "y": 1})
    assert found["结论"] != "0.330 < 0.33　✗ 未达标"


def test_conditions_name_their_figures_of_every_kind() -> None:
    facts = [fact("a"), fact("f", kind="bool", adjust=False), fact("t", kind="text", adjust=False)]
    pack = small_pack(indicator("a", applies='f > 0 and t == "甲"'), facts=facts)
    yes = dict(steps(pack, "one", Data({**figures(a=1, f=1), "t": "甲"})))
    no = dict(steps(pack, "one", Data({**figures(a=1, f=0), "t": None})))
    assert yes["指标适用"].endswith("：成立（f数 是，t数 甲）")
    assert no["指标适用"].endswith("：不成立（f数 否，t数 未填）")


def test_a_scope_that_is_not_known_is_taken_to_hold_and_names_a_missing_figure_once() -> None:
    assert one(applies="b > 1", now={"a": 12})["指标适用"] == "b数 > 1：还不知道，按适用处理（b数 未填）"
    assert one(applies_pack="b > 1", now={"a": 12})["标准适用"] == "b数 > 1：还不知道，按适用处理（b数 未填）"
    assert one(applies_pack="b > 1", now={"a": 12, "b": 1})["标准适用"] == "b数 > 1：不成立（b数 1 个）"


def test_a_condition_without_figures_has_no_empty_brackets() -> None:
    pack = small_pack(indicator("a", applies="count(m.n) > 1"), facts=[fact("a"), table("m", n="个")])
    found = dict(steps(pack, "one", Data(figures(a=12), tables={"m": [{}, {}]})))
    assert "（）" not in found["指标适用"]


def test_a_year_is_not_grouped_in_thousands() -> None:
    found = dict(of_example(NINE, "db22_land", founded_year="1990"))["标准适用"]
    assert "建校年 < 2022" in found
    assert "建校年 1990" in found


def test_what_proves_an_indicator_is_its_own_list_or_that_of_its_group() -> None:
    own, shared = {"zh": "证", "en": "proof"}, {"zh": "册", "en": "list"}
    groups = {"all": {"zh": "全部", "en": "all", "evidence": [shared], "prompts": [shared]}}
    listed = {"evidence": [own], "prompts": [own]}
    pack = small_pack({**indicator("a"), **listed}, indicator("b", name="two"), groups=groups)
    bare = small_pack(indicator("a"))
    for asked in (duties, prompts):
        assert asked(pack, pack.indicators["one"]) == (own,)
        assert asked(pack, pack.indicators["two"]) == (shared,)
        assert asked(bare, bare.indicators["one"]) == ()


# words


def test_every_mark_of_a_value_an_addition_and_a_relation_has_a_word() -> None:
    for known, word in ((CONFIDENCES, confidence_word), (LAYER_RELATIONS, layer_word), (RELATIONS, relation_word)):
        assert len({word(each) for each in known}) == len(known)
        assert not any(word(each) == each for each in known)
        assert word("nosuch") == "nosuch"


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ({"value": "40000"}, "≥ 40000 ㎡"),
        ({}, "≥ — ㎡"),
        ({"value": ""}, "≥ — ㎡"),
        ("40000", "≥ — ㎡"),
        (None, "≥ — ㎡"),
    ],
)
def test_a_value_of_the_base_is_shown_as_it_was_written(plain: Any, text: str) -> None:
    assert bar_text(plain, ">=", "㎡") == text
    assert bar_text({"value": "1"}, "", "") == "1"


def test_names_no_pack_knows_stay_as_they_are() -> None:
    pack = small_pack(indicator("a"))
    assert in_words(pack, parse("a + nosuch")) == "a数 + nosuch"
    plain: Plain = {"id": "k", "value": "2", "zh": "折算", "en": "factor"}
    pack = small_pack(indicator("a * k"), switches=[plain])
    assert in_words(pack, parse("a * k")) == "a数 × 折算"
    found = small_pack(indicator("a * nosuch", applies="a > 0"), switches=[{**plain, "id": "nosuch"}])
    assert spelled(found, found.indicators["one"], Data(figures(a=5)), judge(found, Data(figures(a=5)))["one"]) == (
        "5 个 × 2 = 10 个"
    )


def test_a_trace_speaks_english_where_english_is_spoken() -> None:
    speech.choose("en")
    found = of_example(NINE, "db22_bldg_ps", bldg_owned="24000", students_ft="1310")
    texts = [text for _name, text in found]
    assert "Buildings counted ÷ Full-time students" in texts
    assert "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生" in texts
    assert "Buildings counted" in [name for name, _text in found]
    speech.choose("zh")
    assert ("公式", "达标校舍建筑面积 ÷ 全日制学历教育在校生") in of_example(NINE, "db22_bldg_ps")


def test_a_trace_of_every_indicator_of_every_pack_can_be_told_in_both_languages() -> None:
    for language in ("zh", "en"):
        speech.choose(language)
        for name in sorted(path.name for path in SHIPPED.iterdir()):
            pack = load(name)
            for data in (Data(), data_of(pack, example_entries(pack, pack.examples[0].facts))):
                found = judge(pack, data)
                for each in pack.indicators.values():
                    told = explain(pack, each, data, found[each.id])
                    assert all(step.name and step.text for step in told)
                    assert not any("{" in step.text or "None" in step.text for step in told)
