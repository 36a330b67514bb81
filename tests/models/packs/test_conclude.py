"""The verdict sentence: one unmet key indicator decides, missing figures leave it open, shortages are stated in full."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.factory import NINE, SETUP, school_facts
from tests.models.packs.material import Plain, bar, fact, figures, indicator, question, school, small_pack
from vetdesk.models.packs.conclude import (
    Conclusion,
    Outcome,
    conclude,
    full_sentence,
    gap_sentence,
    sentence,
    shortage_text,
)
from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.folder import read_folder
from vetdesk.models.packs.gap import Gap, gaps
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import SHIPPED, load
from vetdesk.models.records.words import speech


def concluded(pack: Pack, data: Data) -> Conclusion:
    return conclude(pack, judge(pack, data), data)


def nine(**changes: str) -> tuple[Conclusion, str]:
    """Conclusion and sentence of the good school, with changes, under the nine indicators."""
    pack = load(NINE)
    said = concluded(pack, school(pack, **changes))
    return said, sentence(pack, said)


def test_a_school_that_meets_all_nine_is_up_to_standard() -> None:
    said, text = nine()
    assert (said.outcome, said.total, said.met, said.shortages) == (Outcome.MET, 9, 9, ())
    assert text == "已达标：9 项全部达标。"


def test_one_unmet_indicator_decides_and_its_shortage_is_stated() -> None:
    said, text = nine(bldg_owned="27800")
    assert (said.outcome, said.met, said.unmet) == (Outcome.UNMET, 8, 1)
    assert text == "未达标：9 项中 8 项达标，1 项未达标。还差：校舍 2,200 ㎡。"


def test_shortages_are_combined_over_indicators() -> None:
    said, text = nine(teachers_ft="55", land_owned="39999.99")
    assert said.shortages == (Gap("land_owned", Fraction("9500.01"), "㎡"), Gap("teachers_ft", Fraction(20), "人"))
    assert text == "未达标：9 项中 5 项达标，4 项未达标。还差：用地 9,500.01 ㎡、专任教师 20 人。"


def test_what_is_missing_is_counted_beside_what_is_unmet() -> None:
    said, text = nine(bldg_owned="27800", books_print="", land_owned="")
    assert (said.outcome, said.open, said.missing) == (Outcome.UNMET, 3, frozenset({"books_print", "land_owned"}))
    assert text == "未达标（还有 2 项没填）：9 项中 5 项达标，1 项未达标。还差：校舍 2,200 ㎡。"


def test_missing_figures_leave_it_open() -> None:
    said, text = nine(books_print="")
    assert (said.outcome, said.met, said.missing) == (Outcome.OPEN, 8, frozenset({"books_print"}))
    assert text == "数据不全，还不能下结论：1 项没填，已填的 8 项都达标。"


def test_an_empty_form_promises_nothing() -> None:
    pack = load(NINE)
    said = concluded(pack, Data())
    assert (said.outcome, said.met, len(said.missing)) == (Outcome.OPEN, 0, 13)
    assert sentence(pack, said) == "数据不全，还不能下结论：13 项没填。"


def test_a_school_without_students_cannot_be_concluded() -> None:
    said, text = nine(students_ft="0")
    assert (said.outcome, said.open, said.missing) == (Outcome.OPEN, 4, frozenset())
    assert text == "还不能下结论：4 项无法计算（除数为 0），其余 5 项都达标。"


def test_out_of_scope_no_standard_speaks() -> None:
    said, text = nine(run_type="368", bldg_owned="1")
    assert (said.outcome, said.total, said.shortages) == (Outcome.NOT_APPLICABLE, 0, ())
    assert text == "本标准不适用于本单位。"


def test_an_unconfirmed_threshold_neither_meets_nor_misses() -> None:
    pack = small_pack(indicator("a", confidence="UNSURE"), indicator("a", "<=", name="two"))
    said = concluded(pack, Data(figures(a=5)))
    assert (said.outcome, said.met, said.unverified) == (Outcome.UNVERIFIED, 1, 1)
    assert sentence(pack, said) == "还不能下结论：1 项的达标值待核，其余 1 项都达标。"


@pytest.mark.parametrize(
    ("x", "right"),
    [
        ("0", "还不能下结论：1 项无法计算（除数为 0），1 项的达标值待核，其余 1 项都达标。"),
        (None, "数据不全，还不能下结论：1 项没填，1 项的达标值待核，其余 1 项都达标。"),
    ],
)
def test_an_unconfirmed_condition_is_not_passed_over_among_the_others(x: str | None, right: str) -> None:
    pack = small_pack(
        indicator("1 / x", value="0", name="zero", unit=""),
        indicator("a"),
        indicator("b", confidence="UNSURE", name="unsure"),
    )
    said = concluded(pack, Data(figures(a=10, b=10, x=x)))
    assert (said.outcome, said.met, said.unverified, said.open) == (Outcome.OPEN, 1, 1, 1)
    assert sentence(pack, said) == right


@pytest.mark.parametrize(
    ("figures_of_school", "outcome"),
    [({"a": 5, "b": 5, "x": 1}, Outcome.UNMET), ({"a": 10, "b": None, "x": 1}, Outcome.OPEN),
     ({"a": 5, "b": None, "x": None}, Outcome.UNMET), ({"a": 10, "b": 10, "x": 0}, Outcome.OPEN),
     ({"a": 10, "b": 10, "x": 1}, Outcome.UNVERIFIED)],
)  # fmt: skip
def test_unmet_goes_before_open_and_open_before_unverified(
    figures_of_school: dict[str, int | None], outcome: Outcome
) -> None:
    pack = small_pack(
        indicator("a"), indicator("b", name="two"), indicator("1 / x", value="0", name="three", unit=""),
        indicator("a", confidence="UNSURE", name="four"),
    )  # fmt: skip
    assert concluded(pack, Data(figures(**figures_of_school))).outcome is outcome


def test_an_indicator_that_is_not_key_does_not_decide() -> None:
    pack = small_pack(indicator("a"), indicator("b", name="two", key=False))
    said = concluded(pack, Data(figures(a=10, b=1)))
    assert (said.outcome, said.total) == (Outcome.MET, 1)


def test_an_unmet_indicator_that_nothing_can_close_states_no_shortage() -> None:
    pack = small_pack(indicator("a - a"))
    assert sentence(pack, concluded(pack, Data(figures(a=1)))) == "未达标：1 项中 0 项达标，1 项未达标。"


def test_the_full_sentence_names_the_standard() -> None:
    pack = load(NINE)
    said = concluded(pack, school(pack))
    assert full_sentence(pack, said) == "按《职业学校办学条件达标工程（一般类中职）》（主标准）：已达标：9 项全部达标。"


@pytest.mark.parametrize(
    ("change", "text"),
    [("2200", "用地 2,200 ㎡"), ("1903.3", "用地 1,903.30 ㎡"), ("0.01", "用地 0.01 ㎡"), ("0.0005", "用地 0.0005 ㎡"),
     ("1903.304", "用地 1,903.304 ㎡"), ("0.000000000001", "用地 0.000000000001 ㎡")],
)  # fmt: skip
def test_a_shortage_is_never_rounded_down(change: str, text: str) -> None:
    assert shortage_text(load(NINE), Gap("land_owned", Fraction(change), "㎡")) == text


def test_a_fact_without_a_short_word_goes_by_its_label() -> None:
    pack = small_pack(indicator("a"), facts=[fact("a", short={})])
    assert shortage_text(pack, Gap("a", Fraction(3), "个")) == "a数 3 个"


def test_the_gap_of_one_indicator_offers_each_way_out() -> None:
    pack = load(NINE)
    data = school(pack, bldg_owned="24000", students_ft="1310", teachers_ft="80")
    found = gaps(pack, pack.indicators["db22_bldg_ps"], data)
    assert gap_sentence(pack, found, data) == "还差校舍 2,200 ㎡，或全日制在校生不超过 1,200 人"
    assert gap_sentence(pack, (), data) == ""


def test_every_outcome_has_its_own_word() -> None:
    assert len({each.word for each in Outcome}) == len(Outcome)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_outcome_has_a_sentence_in_both_languages(language: str) -> None:
    speech.choose(language)
    pack = load(NINE)
    for outcome in Outcome:
        said = Conclusion(outcome, 9, 1, 2, 3, 4, frozenset({"students_ft"}), ())
        assert sentence(pack, said)
        assert "{" not in sentence(pack, said)


# vetoes


VETO = question("clean", zh="没有弄虚作假", en="No fraud", veto=True)
SAFE = question("safe", zh="没有安全事故", en="No accident", veto=True)


def answered(pack: Pack, **now: str | int | None) -> Conclusion:
    return concluded(pack, Data(figures(**now)))


def test_a_veto_decides_and_is_named_in_the_sentence() -> None:
    pack = small_pack(indicator("a"), items=[VETO, SAFE])
    said = answered(pack, a=10, clean=0, safe=1)
    assert (said.outcome, said.vetoed) == (Outcome.UNMET, ("clean",))
    assert sentence(pack, said) == "一票否决：没有弄虚作假。未达标：3 项中 2 项达标，1 项未达标。"


def test_every_veto_that_is_hit_is_named() -> None:
    pack = small_pack(indicator("a"), items=[VETO, SAFE])
    said = answered(pack, a=None, clean=0, safe="0.5")
    assert said.vetoed == ("clean", "safe")
    assert sentence(pack, said).startswith("一票否决：没有弄虚作假、没有安全事故。未达标（还有 1 项没填）：")
    speech.choose("en")
    assert "No fraud, No accident" in sentence(pack, said)


def test_a_veto_that_is_not_hit_is_one_condition_among_the_others() -> None:
    pack = small_pack(indicator("a"), items=[VETO])
    assert (answered(pack, a=10, clean=1).outcome, answered(pack, a=10, clean=1).total) == (Outcome.MET, 2)
    assert answered(pack, a=10, clean=None).outcome is Outcome.OPEN
    assert answered(pack, a=9, clean=1).vetoed == ()


def test_a_measured_veto_is_hit_below_its_value() -> None:
    pack = small_pack(indicator("a", veto=True), indicator("b", name="two"))
    assert answered(pack, a=9, b=10).vetoed == ("one",)
    assert answered(pack, a=10, b=9).vetoed == ()


def test_an_unconfirmed_veto_does_not_count_even_where_it_is_called_key() -> None:
    pack = small_pack(indicator("a"), items=[{**VETO, "confidence": "UNSURE", "key": True}])
    said = answered(pack, a=10, clean=0)
    assert (said.outcome, said.vetoed, said.total) == (Outcome.MET, (), 1)


def test_a_confirmed_veto_counts_even_where_it_is_not_called_key() -> None:
    pack = small_pack(indicator("a"), items=[{**VETO, "key": False}])
    assert answered(pack, a=10, clean=0).vetoed == ("clean",)


def test_a_veto_that_does_not_apply_is_not_hit() -> None:
    pack = small_pack(indicator("a"), items=[{**VETO, "applies": "b > 1"}])
    said = answered(pack, a=10, b=1, clean=0)
    assert (said.outcome, said.vetoed, said.total) == (Outcome.MET, (), 1)


def test_the_vetoes_the_province_suggests_do_not_count_before_they_are_confirmed() -> None:
    pack = load("ha_zz_2021_468")
    vetoes = [each for each in pack.indicators.values() if each.veto]
    assert len(vetoes) == 7
    assert not any(each.key for each in vetoes)


# requirements said as a principle


def test_unmet_ones_said_as_a_principle_are_counted() -> None:
    soft = [bar("10", soft=True)]
    pack = small_pack(indicator("a", bars=soft), indicator("b", bars=soft, name="two"), indicator("x", name="three"))
    assert [answered(pack, a=a, b=b, x=1).soft for a, b in ((10, 10), (9, 10), (9, 9))] == [0, 1, 2]
    assert answered(pack, a=10, b=10, x=1).unmet == 1


def test_whether_a_shortage_is_soft_is_asked_of_the_value_that_counted() -> None:
    pack = small_pack(indicator("a", bars=[bar("10", when="b > 1", soft=True), bar("10")]))
    assert [answered(pack, a=9, b=b).soft for b in (2, 1)] == [1, 0]


def test_the_teachers_of_the_set_up_standard_are_such_a_principle() -> None:
    pack = load(SETUP)
    said = concluded(pack, school(pack, teachers_ft="59", edu_bachelor="39", title_senior_assoc="15"))
    assert said.soft == 1
    assert said.outcome is Outcome.UNMET


def test_a_soft_question_counts_too() -> None:
    pack = small_pack(indicator("a"), items=[question(soft=True)])
    assert [answered(pack, a=10, q=q).soft for q in (1, 0)] == [0, 1]


# what a pack itself calls the outcome


def graded(*grades: tuple[str, str], **more: Any) -> Pack:
    """Three indicators over `a`, `b`, `x`, and outcomes of the pack's own."""
    named: list[Plain] = [{"id": name, "zh": f"{name}级", "en": name, "when": when} for name, when in grades]
    return small_pack(
        indicator("a"), indicator("b", name="two"), indicator("x", name="three"), grades=named, **more
    )  # fmt: skip


def grade(pack: Pack, **now: str | int | None) -> str:
    found = answered(pack, **now).grade
    return found.id if found else ""


BASICALLY = (("full", "unmet == 0"), ("basic", "unmet <= 1"))


@pytest.mark.parametrize(
    ("now", "name"),
    [({"a": 10, "b": 10, "x": 10}, "full"), ({"a": 9, "b": 10, "x": 10}, "basic"), ({"a": 9, "b": 9, "x": 10}, "")],
)
def test_a_pack_may_call_one_missed_condition_basically_met(now: dict[str, int], name: str) -> None:
    assert grade(graded(*BASICALLY), **now) == name


def test_what_a_pack_calls_the_outcome_stands_behind_the_verdict() -> None:
    pack = graded(*BASICALLY)
    said = answered(pack, a=9, b=10, x=10)
    assert said.outcome is Outcome.UNMET
    assert sentence(pack, said) == "未达标：3 项中 2 项达标，1 项未达标。还差：a 1 个。按本标准：basic级。"
    assert "按本标准" not in sentence(pack, answered(pack, a=9, b=9, x=10))


@pytest.mark.parametrize("now", [{"a": 10, "b": 10, "x": None}, {"a": 9, "b": 10, "x": None}])
def test_no_outcome_is_named_while_figures_are_missing(now: dict[str, int | None]) -> None:
    assert grade(graded(*BASICALLY), **now) == ""


def test_an_outcome_that_more_figures_cannot_undo_is_named_while_some_are_missing() -> None:
    failed: Plain = {"id": "fail", "zh": "不合格", "en": "fail", "when": "unmet >= 2", "certain": True}
    passed: Plain = {"id": "pass", "zh": "合格", "en": "pass", "when": "unmet < 2"}
    pack = small_pack(indicator("a"), indicator("b", name="two"), indicator("x", name="three"), grades=[passed, failed])
    assert grade(pack, a=9, b=9, x=None) == "fail"
    assert grade(pack, a=9, b=10, x=None) == ""
    assert grade(pack, a=9, b=10, x=9) == "fail"
    assert grade(pack, a=9, b=10, x=10) == "pass"


def test_an_unconfirmed_value_keeps_outcomes_open_like_a_missing_figure() -> None:
    pack = small_pack(
        indicator("a"),
        indicator("b", confidence="UNSURE", name="two"),
        grades=[{"id": "full", "zh": "全", "en": "full", "when": "unmet == 0"}],
    )
    assert grade(pack, a=10, b=10) == ""


def test_the_first_outcome_that_holds_is_the_one() -> None:
    pack = graded(("good", "met >= 2"), ("better", "met >= 3"))
    assert grade(pack, a=10, b=10, x=10) == "good"


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("total == 5", True), ("met == 2", True), ("unmet == 3", True), ("open == 0", True), ("unverified == 0", True),
        ("below_floor == 1", True), ("soft_unmet == 1", True), ("vetoed == 1", True), ("points == 8", True),
        ("points < 8", False), ("a == 10 and b == 4", True), ("prev(a) == 3", True), ("t == \"甲\"", True),
    ],
)  # fmt: skip
def test_outcomes_may_speak_of_every_count_and_of_figures(when: str, holds: bool) -> None:
    scored = {**indicator("a"), "scoring": {"method": "ratio", "points": "8"}}
    pack = small_pack(
        scored, indicator("b", bars=[bar("10", floor="5", floor_confidence="FOUND")], name="two"),
        indicator("x", bars=[bar("10", soft=True)], name="three"), indicator("y", name="four"),
        items=[VETO], grades=[{"id": "ok", "zh": "好", "en": "ok", "when": when}],
    )  # fmt: skip
    data = Data({**figures(a=10, b=4, x=9, y=10, clean=0), "t": "甲"}, figures(a=3))
    found = concluded(pack, data).grade
    assert (found is not None) is holds


def test_points_that_are_not_known_decide_no_outcome() -> None:
    scored = {**indicator("a", key=False), "scoring": {"method": "ratio", "points": "8"}}
    pack = small_pack(
        scored, indicator("b", name="two"), grades=[{"id": "ok", "zh": "好", "en": "ok", "when": "points < 99"}]
    )
    assert (grade(pack, a=10, b=10), grade(pack, a=None, b=10)) == ("ok", "")


def test_out_of_scope_a_pack_calls_the_outcome_nothing() -> None:
    assert grade(graded(*BASICALLY, applies="a > 99"), a=1, b=1, x=1) == ""


def test_a_floor_that_is_not_confirmed_is_no_floor() -> None:
    pack = small_pack(
        indicator("a", bars=[bar("10", floor="5")]),
        grades=[{"id": "low", "zh": "低", "en": "low", "when": "below_floor > 0"}],
    )
    assert (answered(pack, a=4).below_floor, grade(pack, a=4)) == (0, "")


def test_no_later_outcome_is_named_while_an_earlier_one_is_not_known() -> None:
    pack = graded(("red", "y >= 3"), ("pass", "unmet == 0"))
    assert grade(pack, a=10, b=10, x=10, y=3) == "red"
    assert grade(pack, a=10, b=10, x=10, y=None) == ""


# higher education: cards


HIGHER = "cn_he_2004"


def college(**changes: str) -> tuple[Conclusion, str]:
    """A college of 4,000 students that meets everything, with changes: its conclusion and what the pack calls it."""
    pack = load(HIGHER)
    facts = {**read_folder(SHIPPED / HIGHER)["base_facts"], **changes}
    said = concluded(pack, data_of(pack, example_entries(pack, facts)))
    return said, said.grade.id if said.grade else ""


FEW_BOOKS = {"books_print": "179999"}
"""A book short of 45 a student, the restriction line."""
LITTLE_EQUIPMENT = {"equip_teaching_wan": "999.99"}
"""Short of 2,500 yuan a student, the restriction line."""


@pytest.mark.parametrize(
    ("changes", "below", "name"),
    [
        ({}, 0, "pass"),
        ({"books_print": "180000"}, 0, "short"),
        (FEW_BOOKS, 1, "yellow"),
        ({**FEW_BOOKS, "yellow_card_years": "1"}, 1, "yellow"),
        ({**FEW_BOOKS, "yellow_card_years": "2"}, 1, "red"),
        ({**FEW_BOOKS, "yellow_card_years": "5"}, 1, "red"),
        ({**FEW_BOOKS, **LITTLE_EQUIPMENT}, 2, "red"),
        ({"yellow_card_years": "2"}, 0, "pass"),
    ],
)
def test_one_condition_below_its_restriction_line_is_a_yellow_card_and_two_or_three_years_a_red_one(
    changes: dict[str, str], below: int, name: str
) -> None:
    said, found = college(**changes)
    assert (said.below_floor, found) == (below, name)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({**FEW_BOOKS, **LITTLE_EQUIPMENT, "degree_master_up": ""}, "red"),
        ({**FEW_BOOKS, "yellow_card_years": "2", "degree_master_up": ""}, "red"),
        ({**FEW_BOOKS, "degree_master_up": ""}, ""),
        ({"degree_master_up": ""}, ""),
        ({**FEW_BOOKS, **LITTLE_EQUIPMENT, "yellow_card_years": ""}, "red"),
        ({**FEW_BOOKS, "yellow_card_years": ""}, ""),
        ({"yellow_card_years": ""}, "pass"),
    ],
)
def test_while_figures_are_missing_only_a_red_card_is_certain(changes: dict[str, str], name: str) -> None:
    assert college(**changes)[1] == name


def test_a_card_stands_in_the_sentence() -> None:
    said, _name = college(**FEW_BOOKS)
    assert sentence(load(HIGHER), said).endswith("按本标准：黄牌（限制招生，招生数不超过当年毕业生数）。")


def test_a_good_school_with_its_answers_waits_for_one_unconfirmed_condition_of_the_set_up_standard() -> None:
    pack = load(SETUP)
    said = concluded(pack, school(pack))
    assert (said.outcome, said.met, said.unverified, said.open) == (Outcome.UNVERIFIED, 28, 1, 0)


def test_without_its_answers_and_majors_a_good_school_is_incomplete_under_the_set_up_standard() -> None:
    pack = load(SETUP)
    said = concluded(pack, data_of(pack, example_entries(pack, school_facts())))
    assert (said.outcome, said.met) == (Outcome.OPEN, 17)
    assert {name for name in said.missing if not name.startswith("zz10_q_")} == {"majors"}
    assert "zz10_q_legal" in said.missing
