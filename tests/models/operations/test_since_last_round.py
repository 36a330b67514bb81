"""What changed since the round before, by what the bureau holds, the largest change first; what was not asked is none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, NINE, SECOND, SETUP, City
from vetdesk.models.operations import decide, lineage, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.compare_revisions import compare_submissions
from vetdesk.models.operations.desk import desk, desk_of
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.since_last_round import changes, figures_before
from vetdesk.models.operations.submit import submit
from vetdesk.models.packs import source
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, State, given
from vetdesk.models.store import register

FIELDS = source.load(NINE).fields


def told(before: dict[str, Entry], now: dict[str, Entry]) -> list[tuple[str, str]]:
    """The changes, each with its text."""
    return [(each.fact, each.text) for each in changes(FIELDS, before, now)]


def test_the_largest_change_comes_first_and_what_is_equal_is_none() -> None:
    before = {
        "books_print": given("60000"), "teachers_ft": given("100"), "students_ft": given("1500"), "land_owned": given("90", "亩"),
        "bldg_lent_out": given("0"), "pack_class": given("一般类"),
    }  # fmt: skip
    now = {
        "books_print": given("61000"), "teachers_ft": given("50"), "land_owned": given("60000"), "bldg_lent_out": given("30"),
        "equip_teaching_wan": given("300"), "pack_class": given("艺术"),
    }  # fmt: skip
    assert told(before, now) == [
        ("students_ft", "现在没有"), ("bldg_lent_out", "▲ 30"), ("teachers_ft", "▼ 50%"), ("books_print", "▲ 1.67%"),
        ("pack_class", "改了"),
    ]  # fmt: skip
    assert told(before, before) == []
    assert told({}, now) == [], "what nobody asked before did not change"
    unknown = Entry(State.UNKNOWN, reason="账册丢了")
    assert told({"books_print": given("1")}, {"books_print": unknown}) == [("books_print", "现在没有")]
    assert told({"books_print": unknown}, {"books_print": given("1")}) == []
    assert changes(FIELDS, {"teachers_ft": given("80")}, {"teachers_ft": given("60")})[0].share == Fraction(-1, 4)


@pytest.fixture
def second_round(city: City, tmp_path: Path) -> City:
    """A round was accepted with a corrected figure; in the next one the school declares more books and says it had fewer."""
    bureau = city.bureau
    city.received()
    decide.confirm_identity(
        bureau, FIRST, who="经办", digits=decide.digits_of(bureau, decide.current(bureau, FIRST).key)
    )
    decide.accept(bureau, FIRST)
    publish(bureau, RoundPlan((NINE, SETUP), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    with open_campaign(tmp_path / "甲校", read_campaign(tmp_path / "下一年.vdpkg"), unit=FIRST) as school:
        set_figures(school, {**GOOD, "books_print": "66000"})
        set_figures(school, {"books_print": "65900"}, year="last")
        for rule in standing(school).unexplained():
            explain(school, rule.rule.id, "新购")
        posted, _changes = submit(school, tmp_path / "上报.vdpkg", with_errors="测试")
    assert receive.receive(bureau, [posted.path]).taken == 1
    return city


def test_what_the_bureau_holds_counts_before_what_the_school_says_of_last_year(second_round: City) -> None:
    """A school that dresses up last year's figure hides no jump."""
    bureau = second_round.bureau
    found = school_file(bureau, FIRST)
    assert found.body is not None
    assert found.body.previous["books_print"].text == "65900"
    assert found.last_year["books_print"].text == "60000"
    rows = changes(desk(bureau).fields, found.last_year, decide.declared(decide.current(bureau, FIRST)))
    assert [(each.fact, each.text) for each in rows] == [("books_print", "▲ 10%")]
    first = register.rounds(bureau)[-1]
    assert figures_before(bureau, desk_of(bureau, first), FIRST) == {}, "there was none before the first"
    assert figures_before(bureau, desk(bureau), SECOND) == {}, "it was not in it"


def test_versions_of_the_round_before_can_be_compared_with_this_one(second_round: City) -> None:
    found = school_file(second_round.bureau, FIRST)
    [(period, old)] = found.earlier
    [new] = found.versions
    assert (period, old.current) == ("2026", True)
    differing = compare_submissions(second_round.bureau, old.hash, new.hash)
    assert [(each.before, each.after) for each in differing if each.name == "纸质图书"] == [("60000 册", "66000 册")]
    assert not [each for each in differing if "去年" in each.name]


def test_the_file_of_an_earlier_round(second_round: City) -> None:
    first = register.rounds(second_round.bureau)[-1]
    found = school_file(second_round.bureau, FIRST, of=first.id)
    assert found.body is not None
    assert (found.body.facts["books_print"].text, found.digits, found.earlier) == ("60000", "", ())


def test_what_was_returned_is_accepted_only_when_it_is_withdrawn(city: City) -> None:
    bureau = city.bureau
    city.received()
    decide.confirm_identity(
        bureau, FIRST, who="经办", digits=decide.digits_of(bureau, decide.current(bureau, FIRST).key)
    )
    decide.return_figures(bureau, FIRST, {"books_print": "请核对"})
    assert school_file(bureau, FIRST).returned == ("纸质图书：请核对",)
    with pytest.raises(KnownError, match=r"第 1 版已经退回（1 条意见），没有通过"):
        decide.accept(bureau, FIRST)
    assert decide.current(bureau, FIRST).state == "returned"
    decide.accept(bureau, FIRST, withdraw=True)
    assert decide.current(bureau, FIRST).state == "accepted"
    assert school_file(bureau, FIRST).returned == ()


def test_versions_are_named_by_the_standards_of_their_round(city: City, tmp_path: Path) -> None:
    """Another standard decides now: what it does not ask has a name all the same."""
    bureau = city.bureau
    for books in ("60000", "61000"):
        set_figures(city.school(), {"seats_student": "200" if books == "60000" else "210", "books_print": books})
        for rule in standing(city.school()).unexplained():
            explain(city.school(), rule.rule.id, "已核对")
        city.received()
    publish(bureau, RoundPlan(("ha_zz_2021_468",), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    (_two, new), (_one, old) = school_file(bureau, FIRST).earlier
    found = [(each.name, each.before, each.after) for each in compare_submissions(bureau, old.hash, new.hash)]
    assert ("学生阅览座位", "200 座", "210 座") in found


def test_a_school_that_is_no_longer_in_the_register_is_opened_in_its_round(city: City, tmp_path: Path) -> None:
    bureau = city.bureau
    city.received()
    merged = lineage.RegisterChange(
        lineage.Kind.MERGE, (FIRST, SECOND), (lineage.Target("3641990099", "丁校（虚构）"),), "2026-10-01"
    )
    lineage.record(bureau, merged)
    publish(bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    second = desk(bureau).round.id
    publish(bureau, RoundPlan((NINE,), "2028", "2099-12-31"), tmp_path / "再下一年.vdpkg")
    lineage.take_back(bureau, register.lineages(bureau)[0].id)
    assert register.unit(bureau, "3641990099") is None
    assert school_file(bureau, "3641990099", of=second).unit == "3641990099"
    with pytest.raises(KnownError):
        school_file(bureau, "3641990099")
    lines = [lineage.line(bureau, each) for each in register.lineages(bureau)]
    assert lines == ["2026-10-01 合并：甲校（虚构）、乙校（虚构） → 3641990099（已撤销）"]
