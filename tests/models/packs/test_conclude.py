"""The verdict sentence: one unmet key indicator decides, missing figures leave it open, shortages are stated in full."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factory import NINE
from tests.models.packs.material import fact, figures, indicator, school, small_pack
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
from vetdesk.models.packs.gap import Gap, gaps
from vetdesk.models.packs.judge import judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import load
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
    ("figures_of_school", "outcome"),
    [({"a": 5, "b": 5, "x": 1}, Outcome.UNMET), ({"a": 10, "b": None, "x": 1}, Outcome.OPEN),
     ({"a": 5, "b": None, "x": None}, Outcome.UNMET), ({"a": 10, "b": 10, "x": 0}, Outcome.OPEN),
     ({"a": 10, "b": 10, "x": 1}, Outcome.UNVERIFIED)],
)  # fmt: skip
def test_unmet_goes_before_open_and_open_before_unverified(
    figures_of_school: dict[str, int | None], outcome: Outcome
) -> None:
    pack = small_pack(
        indicator("a"), indicator("b", name="two"), indicator("1 / x", value="0", name="three"),
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
