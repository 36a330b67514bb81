"""Every reason to refuse has a sentence of its own, can be reached, and is always raised with what it names."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import vetdesk.models.sync.refusals as module
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import speech
from vetdesk.models.sync.refusals import KINDS, Refusal, RefusedError, kind_word

PLACEHOLDERS = {"file", "lost", "seq", "last", "kind", "count", "who", "sender", "place"}
SOURCES = Path(module.__file__).resolve().parents[2]


def named(sentence: str) -> set[str]:
    """The placeholders of a sentence."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", Refusal)
def test_every_reason_has_a_sentence_that_names_the_file(reason: Refusal, language: str) -> None:
    speech.choose(language)
    assert {"file"} <= named(reason.sentence) <= PLACEHOLDERS
    speech.choose("zh")
    chinese = named(reason.sentence)
    speech.choose(language)
    assert named(reason.sentence) == chinese


@pytest.mark.parametrize("reason", Refusal)
def test_every_sentence_says_what_did_not_happen_and_ends(reason: Refusal) -> None:
    assert any(words in reason.sentence for words in ("没有接收", "没有打开", "打不开", "不能在这里接收"))
    assert reason.sentence.endswith("。")


def test_no_two_reasons_share_a_sentence_or_a_code() -> None:
    assert len({each.sentence for each in Refusal}) == len(Refusal) == len({each.value for each in Refusal})


@pytest.mark.parametrize("reason", Refusal)
def test_an_error_carries_sentence_reason_code_and_status(reason: Refusal) -> None:
    error = RefusedError(
        reason, "甲.vdpkg", lost="3 KB", seq=3, last=7, kind="回执", count=2, who="乙", sender="甲", place="丙"
    )
    assert isinstance(error, KnownError)
    assert (error.reason, error.code) == (reason, reason.value)
    assert error.status is (ExitStatus.NEWER if reason is Refusal.NEWER else ExitStatus.REFUSED)
    assert "“甲.vdpkg”" in error.sentence
    assert "{" not in error.sentence


def test_a_file_name_is_text_and_never_a_pattern() -> None:
    error = RefusedError(Refusal.OLDER, "{seq}{0}%s.vdpkg", seq=3, last=7)
    assert "“{seq}{0}%s.vdpkg”（第 3 版）" in error.sentence


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Every place in the program that refuses: where, the reason, the details it gives."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("RefusedError", "_refuse"):
                continue
            given = {each.arg for each in node.keywords if each.arg}
            for inner in ast.walk(node.args[0]):
                if isinstance(inner, ast.Attribute) and getattr(inner.value, "id", "") == "Refusal":
                    yield f"{path.name}:{node.lineno}", inner.attr, given


def test_every_reason_is_used_somewhere() -> None:
    assert {reason for _place, reason, _given in raised()} == set(Refusal.__members__)


def test_every_reason_is_raised_with_the_details_its_sentence_names() -> None:
    found = list(raised())
    assert len(found) > 40
    for place, reason, given in found:
        assert named(Refusal[reason].sentence) == given | {"file"}, place


def test_kinds_have_words_and_an_unknown_kind_is_shown_as_it_is() -> None:
    assert all(kind_word(each) != each for each in KINDS)
    assert kind_word("gossip") == "gossip"
