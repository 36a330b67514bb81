"""What an author should not leave in a standard is told at its place; standards that arrive are not asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.packs.material import Plain, fact, indicator
from tests.models.packs.test_source import source
from vetdesk.models.packs.build import build
from vetdesk.models.packs.source import inspect, shipped_ids, to_plain

GOOD = {**indicator("teachers_ft"), "unit": "人"}


def bars(**more: Any) -> list[Plain]:
    """One required value with a clause."""
    return [{**dict(GOOD["bars"][0]), "article": "第一条", **more}]


def problems(**more: object) -> list[tuple[tuple[str | int, ...], str]]:
    """Place and reason of all that is wrong with a source form."""
    one = {**GOOD, "bars": bars()}
    return [(each.path, each.reason) for each in inspect(source(**{"indicators": [one], **more}))[1]]


def test_a_good_standard_has_none() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("facts", "also", "said"),
    [
        ([fact("teachers_ft", unit="人", section="teachers", formula="teachers_parttime * 2")], [], "意思不能另定"),
        ([fact("books_print", unit="万元", section="equipment")], ["books_print"], "意思不能另定"),
        ([fact("huts", unit="间", section="小屋")], [], "没有指标、规则或范围用到它"),
    ],
)
def test_facts_of_ones_own(facts: list[Plain], also: list[str], said: str) -> None:
    place, reason = problems(facts=facts, also=also)[0]
    assert place == ("facts", 0, "id")
    assert said in reason


def test_a_fact_that_is_asked_for_besides_is_used() -> None:
    assert problems(facts=[fact("huts", unit="间", section="小屋")], also=["huts"]) == []


def test_a_fact_another_standard_may_redefine_is_no_matter_where_it_arrives() -> None:
    own = fact("teachers_ft", unit="人", section="teachers")
    assert build(to_plain(source(facts=[own]))).fields["teachers_ft"].text["zh"] == "teachers_ft数"


@pytest.mark.parametrize(
    ("related", "said"),
    [
        ({"pack": "cn_db_2022_zz", "indicator": "db22_lnd", "relation": "overlaps"}, "没有指标“db22_lnd”"),
        ({"pack": "cn_zz_2010", "indicator": "zz10_ft_teachers", "relation": "stricter"}, ""),
        ({"pack": "ha_zz_2021_468", "indicator": "ha_bldg", "relation": "equal"}, ""),
        ({"pack": "somewhere_else", "indicator": "x", "relation": "equal"}, ""),
    ],
)
def test_relations_to_other_standards(related: Plain, said: str) -> None:
    found = problems(indicators=[{**GOOD, "bars": bars(), "related": [related]}])
    if said:
        [(place, reason)] = found
        assert place == ("indicators", 0, "related")
        assert said in reason
    else:
        assert found == [], "not known here, or true"


def test_confirmed_by_nobody() -> None:
    [(place, reason)] = problems(indicators=[{**GOOD, "bars": bars(confidence="CONFIRMED")}])
    assert place[:2] == ("indicators", 0)
    assert "没有确认记录" in reason
    [(place, _reason)] = problems(
        items=[{"id": "q", "group": "all", "zh": "问", "en": "Q", "confidence": "CONFIRMED"}], examples=[]
    )
    assert place == ("items", 0, "confidence")
    who = {"person": "王丽", "date": "2026-01-01", "document": "文"}
    assert problems(indicators=[{**GOOD, "bars": bars(confidence="CONFIRMED", confirmed=who)}]) == []


def test_every_shipped_standard_passes() -> None:
    from vetdesk.models.packs.source import load

    assert all(load(each) for each in shipped_ids())


@pytest.mark.parametrize(
    ("switch", "key", "said"),
    [
        ({"id": "k9"}, "id", "没有计数口径“k9”"),
        ({"value": "0.5"}, "value", "只能是 1（是）或 0（否）"),
        ({"confidence": "SURE"}, "confidence", "不认识的可信度"),
    ],
)
def test_a_rule_of_counting_that_cannot_be(switch: Plain, key: str, said: str) -> None:
    good = {"id": "k1", "value": "0", "confidence": "FOUND", "document": "释义"}
    assert problems(switches=[good]) == []
    [(place, reason)] = problems(switches=[{**good, **switch}])
    assert place == ("switches", 0, key)
    assert said in reason
    assert problems(switches=[good, good])[0][0] == ("switches", 1, "id")
