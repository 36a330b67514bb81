"""Verdicts and severities: the names partners rely on, each with its own word."""

from __future__ import annotations

import pytest

from vetdesk.models.records.verdicts import Severity, Verdict
from vetdesk.models.records.words import speech


def test_the_names_of_verdicts_are_those_of_the_command_line() -> None:
    assert [each.value for each in Verdict] == [
        "met", "unmet", "incomplete", "incomputable", "not_applicable", "unverified",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "word", "sign"),
    [
        (Verdict.MET, "达标", "✓"),
        (Verdict.UNMET, "未达标", "✗"),
        (Verdict.INCOMPLETE, "数据不全", "?"),
        (Verdict.INCOMPUTABLE, "无法计算", "?"),
        (Verdict.NOT_APPLICABLE, "不适用", "–"),
        (Verdict.UNVERIFIED, "标准待核", "?"),
    ],
)
def test_a_verdict_has_a_word_and_a_sign(verdict: Verdict, word: str, sign: str) -> None:
    assert (verdict.word, verdict.sign) == (word, sign)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_verdicts_share_a_word(language: str) -> None:
    speech.choose(language)
    assert len({each.word for each in Verdict}) == len(Verdict)
    assert len({each.word for each in Severity}) == len(Severity)


def test_met_and_unmet_differ_without_colour() -> None:
    marks = {each.sign for each in Verdict}
    assert len({Verdict.MET.sign, Verdict.UNMET.sign, Verdict.NOT_APPLICABLE.sign, Verdict.INCOMPLETE.sign}) == len(
        marks
    )


def test_the_gravest_severity_comes_first() -> None:
    assert [each.value for each in Severity] == ["block", "must_explain", "notice"]
    assert [each.word for each in Severity] == ["不能上报", "需说明", "提醒"]
