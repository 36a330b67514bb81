"""Words: Chinese is the source, English where it is known, and any other language is refused."""

from __future__ import annotations

import pytest

from vetdesk.models.records.words import LANGUAGES, Speech, _, mark, pick, speech


def test_chinese_sentences_stay_as_they_are() -> None:
    assert _("没有填数字") == "没有填数字"
    assert speech.language == "zh"


def test_a_sentence_without_a_translation_is_shown_in_chinese() -> None:
    speech.choose("en")
    assert _("这句话没有人翻译过（测试）") == "这句话没有人翻译过（测试）"


def test_texts_of_packs_follow_the_language() -> None:
    texts = {"zh": "用地", "en": "land"}
    assert pick(texts) == "用地"
    speech.choose("en")
    assert pick(texts) == "land"
    speech.choose("zh")
    assert pick(texts) == "用地"


@pytest.mark.parametrize("texts", [{"zh": "用地"}, {"zh": "用地", "en": ""}])
def test_a_text_without_english_is_shown_in_chinese(texts: dict[str, str]) -> None:
    speech.choose("en")
    assert pick(texts) == "用地"


def test_no_text_at_all_is_empty() -> None:
    assert pick({}) == ""


@pytest.mark.parametrize("language", ["de", "", "ZH", "../zh", "zh_CN"])
def test_another_language_is_refused_and_nothing_changes(language: str) -> None:
    with pytest.raises(ValueError, match=f"^{language}$"):
        speech.choose(language)
    assert speech.language == "zh"


def test_one_speaker_does_not_change_another() -> None:
    other = Speech()
    other.choose("en")
    assert (other.language, speech.language) == ("en", "zh")
    assert set(LANGUAGES) == {"zh", "en"}


def test_a_marked_text_is_itself() -> None:
    assert mark("达标") == "达标"
