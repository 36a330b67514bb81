"""Single explanations accepted or returned; accepted figures corrected, handed down, seen and acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from vetdesk.models.operations import decide, explanation_review, fill, official, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.views import school_view
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.store import exchange, figures, journal


def confirmed(city: City) -> None:
    """The first school's computer is confirmed."""
    held = exchange.current_submission(city.bureau, desk(city.bureau).round.id, FIRST)
    assert held is not None
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=decide.digits_of(city.bureau, held.key))


def explained(city: City) -> str:
    """A rule that the first school explained and submitted."""
    school = city.school()
    fill.set_figures(school, {"students_ft": "1100", "books_print": "80000"}, year=figures.LAST)
    rule = standing(school).unexplained()[0].rule.id
    for each in standing(school).unexplained():
        fill.explain(school, each.rule.id, "扩招了两个专业")
    city.received()
    return rule


def test_an_explanation_is_returned_rewritten_and_accepted(city: City, tmp_path: Path) -> None:
    rule = explained(city)
    with pytest.raises(KnownError, match="还缺什么"):
        explanation_review.review(city.bureau, FIRST, rule, accepted=False, note=" ")
    with pytest.raises(KnownError, match="没有对校验"):
        explanation_review.review(city.bureau, FIRST, "L99", accepted=True)
    with pytest.raises(KnownError, match="不是日期"):
        explanation_review.review(city.bureau, FIRST, rule, accepted=False, note="批文呢", due="明天")
    confirmed(city)
    explanation_review.review(city.bureau, FIRST, rule, accepted=False, note="请附扩招批文", due="2026-12-01")
    held = exchange.current_submission(city.bureau, desk(city.bureau).round.id, FIRST)
    assert held is not None
    assert held.state == "returned"
    seen = receive.receive(city.school(), [city.reply()])
    assert "退回说明 1 条" in seen.offers[0].sentence
    found = standing(city.school())
    assert found.returned(rule) == "请附扩招批文（请于 2026-12-01 前改好）"
    assert [each.rule.id for each in found.unexplained()] == [rule]
    with pytest.raises(KnownError, match="需说明"):
        submit(city.school(), tmp_path / "x.vdpkg")
    fill.explain(city.school(), rule, "扩招了两个专业，批文已附")
    assert standing(city.school()).unexplained() == []
    city.received()
    assert school_file(city.bureau, FIRST).reviews[rule].said != "扩招了两个专业，批文已附", (
        "the new words are not reviewed"
    )
    explanation_review.review(city.bureau, FIRST, rule, accepted=True)
    receive.receive(city.school(), [city.reply()])
    assert standing(city.school()).reviews[rule].state == "accepted"
    assert standing(city.school()).returned(rule) == ""


def test_official_values_are_handed_down_seen_and_acknowledged(city: City) -> None:
    city.received()
    confirmed(city)
    with pytest.raises(KnownError, match="审核通过以后"):
        official.correct(city.bureau, FIRST, {"books_print": "59000"}, reason="核对账册")
    decide.accept(city.bureau, FIRST)
    for values, reason, said in (
        ({"books_print": "59000"}, " ", "没有写原因"),
        ({"books_print": "很多"}, "核对", "不是数字"),
        ({"books_print": ""}, "核对", "没有写值"),
        ({"nonsense": "1"}, "核对", "没有数据项"),
        ({"books_print": "60000"}, "核对", "一样"),
    ):
        with pytest.raises(KnownError, match=said):
            official.correct(city.bureau, FIRST, values, reason=reason)
    receive.receive(city.school(), [city.reply()])
    assert official.corrections(city.school()) == ()
    with pytest.raises(KnownError, match="没有要确认"):
        official.acknowledge(city.school())
    official.correct(city.bureau, FIRST, {"books_print": "59000"}, reason="核对账册：报废一千册")
    assert any("更正审定值" in what for _at, _who, what in school_file(city.bureau, FIRST).history)
    seen = receive.receive(city.school(), [city.reply()])
    assert "更正审定值 1 项" in seen.offers[0].sentence
    view = school_view(city.school())
    [each] = view.corrections
    assert (each.declared.text, each.official.text, each.reason) == ("60000", "59000", "核对账册：报废一千册")
    assert not view.acknowledged
    official.acknowledge(city.school())
    assert school_view(city.school()).acknowledged
    with pytest.raises(KnownError, match="没有要确认"):
        official.acknowledge(city.school())
    official.correct(city.bureau, FIRST, {"books_print": "58000"}, reason="再核对")
    receive.receive(city.school(), [city.reply()])
    assert not school_view(city.school()).acknowledged, "another value is to be seen again"
    city.received()
    carried = exchange.submissions(city.bureau, desk(city.bureau).round.id, unit=FIRST)[0]
    assert carried.state == "waiting"
    assert journal.of_action(city.school(), "acknowledge")


def test_a_figure_without_a_number_is_corrected_too(city: City) -> None:
    city.received(SECOND)
    held = exchange.current_submission(city.bureau, desk(city.bureau).round.id, SECOND)
    assert held is not None
    decide.confirm_identity(city.bureau, SECOND, who="经办", digits=decide.digits_of(city.bureau, held.key))
    decide.accept(city.bureau, SECOND)
    official.correct(city.bureau, SECOND, {"zz10_q_plan": "no"}, reason="没有见到规划")
    receive.receive(city.school(SECOND), [city.reply()])
    [each] = official.corrections(city.school(SECOND))
    assert (each.field.id, each.official.text) == ("zz10_q_plan", "no")


def test_only_a_school_acknowledges(city: City) -> None:
    with pytest.raises(KnownError):
        official.acknowledge(city.bureau)


def test_accepting_once_more_keeps_what_was_corrected(city: City) -> None:
    city.received()
    confirmed(city)
    decide.accept(city.bureau, FIRST)
    official.correct(city.bureau, FIRST, {"books_print": "59000"}, reason="核对账册")
    decide.accept(city.bureau, FIRST)
    one = desk(city.bureau).round.id
    accepted = figures.read(city.bureau, one, FIRST, stage=Stage.ACCEPTED)
    assert (accepted["books_print"].text, accepted["teachers_ft"].text) == ("59000", "100")
    receive.receive(city.school(), [city.reply()])
    assert [each.reason for each in official.corrections(city.school())] == ["核对账册"]
