"""Goals and supervision: fed from schools where they report the fact, by hand with a source elsewhere; never half a sum."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import lineage, region
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.region import Goal
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.verdicts import Verdict


def goal(city: City, indicator: str, district: str = "411400") -> Goal:
    """One goal of a district."""
    return next(
        each for each in region.goals(city.bureau) if (each.indicator.id, each.district) == (indicator, district)
    )


def test_a_share_of_the_city_is_a_sum_over_a_sum_and_waits_for_all_schools(city: City) -> None:
    city.received()
    part = goal(city, "sq_dual_pct")
    assert part.judged.verdict is Verdict.INCOMPLETE, "half a city is no city"
    assert any("计入 1 所，还缺 1 所" in each for each in part.sources)
    set_figures(city.school(SECOND), {"teachers_prof": "100", "teachers_dual": "80", "teachers_ft": "120"})
    city.received(SECOND)
    whole = goal(city, "sq_dual_pct")
    assert whole.judged.value == Fraction(30 + 80, 60 + 100) * 100, "no mean of 50 and 80"
    assert whole.judged.verdict is Verdict.MET
    assert whole.sources == ("双师型教师：2 所学校上报合计", "专业课教师：2 所学校上报合计")


def test_schools_that_meet_the_standard_come_from_the_overview(city: City) -> None:
    city.received()
    found = goal(city, "sq_zz_all_pass")
    assert (found.judged.value, found.judged.verdict) == (50, Verdict.UNMET)
    assert "还差达标学校 1 所" in found.gap
    assert goal(city, "cty_zp_enrol", "411402").place == "梁园区"


def test_figures_by_hand_say_where_they_are_from_and_count_before_sums(city: City) -> None:
    city.received()
    city.received(SECOND)
    region.set_figures(city.bureau, "", {"teachers_dual": "120", "teachers_prof": "160"}, document="全市年报")
    found = goal(city, "sq_dual_pct")
    assert (found.judged.value, found.sources[0]) == (75, "双师型教师：全市年报")
    region.set_figures(city.bureau, "商丘市", {"teachers_dual": "", "teachers_prof": ""}, document="撤回")
    assert goal(city, "sq_dual_pct").judged.value == 50, "the schools' again"
    region.set_figures(city.bureau, "睢县", {"enrol_zz": "900", "普通高中招生数": "1000"}, document="县年报")
    ratio = goal(city, "sq_zp_ratio", "411422")
    assert (ratio.judged.value, ratio.judged.verdict) == (Fraction(9, 10), Verdict.UNVERIFIED), (
        "about 1:1 has no number"
    )
    assert goal(city, "sq_zp_ratio", "411421").judged.verdict is Verdict.INCOMPLETE


def test_clauses_that_contradict_each_other_stay_apart(city: City) -> None:
    region.set_figures(
        city.bureau, "", {"hi_school_count": "5", "hi_zz_count": "2", "hi_gz_count": "1"}, document="公布名单"
    )
    assert goal(city, "sq_hi_school5").judged.verdict is Verdict.MET
    assert goal(city, "sq_hi_zz").judged.verdict is Verdict.MET
    assert goal(city, "sq_hi_gz").judged.verdict is Verdict.UNMET


def test_a_forecast_goes_on_as_since_the_last_round(city: City) -> None:
    region.set_figures(city.bureau, "", {"students_zz": "60000", "training_total": "90000"}, document="2026 年报")
    assert goal(city, "sq_students_zz").forecast is None, "one year says nothing"
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), city.folder / "明年.vdpkg")
    region.set_figures(city.bureau, "", {"students_zz": "66000", "training_total": "85000"}, document="2027 年报")
    found = goal(city, "sq_students_zz")
    assert (found.before, found.forecast, found.forecast_met) == (60000, 72000, True)
    assert goal(city, "sq_training").forecast_met is True
    region.set_figures(city.bureau, "", {"students_zz": "64000"}, document="更正")
    assert goal(city, "sq_students_zz").forecast_met is False


@pytest.mark.parametrize(
    ("district", "values", "document", "said"),
    [
        ("北京市", {"enrol_zz": "1"}, "年报", "不是本单位或所辖"),
        ("", {"nonsense": "1"}, "年报", "没有数据项“nonsense”"),
        ("", {"books_print": "1"}, "年报", "没有数据项“books_print”"),
        ("", {"enrol_zz": "很多"}, "年报", "不是数字"),
        ("", {"enrol_zz": "1"}, " ", "出自哪份文件"),
        ("", {"schools_pass": "2"}, "年报", "由总览得出"),
        ("", {"enrol_zz": "1", "中职招生数": "2"}, "年报", "给了两次"),
        ("", {"has_key_zz": "是"}, "年报", "商丘市的目标和督导里没有"),
        ("睢县", {"hi_zz_count": "1"}, "年报", "睢县的目标和督导里没有"),
        ("", {"surtax_edu_total_wan": "100", "surtax_edu_to_voc_wan": "200"}, "决算", "会是 200 %，部分多于总数"),
    ],
)
def test_what_cannot_be_kept(city: City, district: str, values: dict[str, str], document: str, said: str) -> None:
    with pytest.raises(KnownError, match=said):
        region.set_figures(city.bureau, district, values, document=document)
    assert region.region_figures(city.bureau, "411400").keys() == {"schools_in_scope", "schools_pass"}


def test_only_a_bureau_has_goals(city: City) -> None:
    for act in (lambda: region.goals(city.school()), lambda: region.set_figures(city.school(), "", {}, document="x")):
        with pytest.raises(KnownError):
            act()


def test_a_school_code_is_no_district(city: City) -> None:
    with pytest.raises(KnownError):
        region.set_figures(city.bureau, FIRST, {"enrol_zz": "1"}, document="年报")


def test_a_part_may_not_become_more_than_a_whole_that_was_given_before(city: City) -> None:
    region.set_figures(city.bureau, "睢县", {"surtax_edu_total_wan": "100"}, document="决算")
    with pytest.raises(KnownError, match="部分多于总数"):
        region.set_figures(city.bureau, "睢县", {"surtax_edu_to_voc_wan": "101"}, document="决算")
    region.set_figures(city.bureau, "睢县", {"surtax_edu_to_voc_wan": "100"}, document="决算")
    assert goal(city, "sq_surtax_edu", "411422").judged.value == 100


def test_the_round_before_stays_what_it_was_when_schools_close(city: City) -> None:
    city.received()
    set_figures(city.school(SECOND), {"teachers_prof": "100", "teachers_dual": "80", "teachers_ft": "120"})
    city.received(SECOND)
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), city.folder / "明年.vdpkg")
    before = goal(city, "sq_dual_pct").before
    assert before == Fraction(110, 160) * 100
    lineage.record(city.bureau, lineage.RegisterChange(lineage.Kind.CLOSE, (SECOND,), (), "2020-01-01"))
    assert goal(city, "sq_dual_pct").before == before
