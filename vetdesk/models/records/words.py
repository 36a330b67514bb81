"""Translation of every sentence a person reads: one gettext domain in `resources/locale`.

The source language is Chinese (see `resources/help/decisions/0003-chinese-source-texts.md`); a sentence
that lacks a translation is shown in Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vetdesk.models.records.places import RESOURCES

LANGUAGES = ("zh", "en")


class Speech:
    """The language now spoken."""

    def __init__(self) -> None:
        self.language = "zh"
        self._translate: Callable[[str], str] = str

    def choose(self, language: str) -> None:
        """Speak `zh` or `en` from now on.

        Raises ValueError for any other language.
        """
        if language not in LANGUAGES:
            raise ValueError(language)
        self.language = language
        if language == "zh":
            self._translate = str
        else:
            import gettext

            catalogue = gettext.translation(
                "vetdesk", localedir=RESOURCES / "locale", languages=[language], fallback=True
            )
            self._translate = catalogue.gettext

    def say(self, text: str) -> str:
        """The sentence in the language now spoken."""
        return self._translate(text)

    def pick(self, texts: Mapping[str, str]) -> str:
        """One of the texts of a pack or field (`zh`, `en`); Chinese where the language is missing."""
        return texts.get(self.language) or texts.get("zh", "")


speech = Speech()
_ = speech.say
pick = speech.pick


def mark(text: str) -> str:
    """Marks a text for translation where it is defined; it is translated where it is shown."""
    return text


def one_line(text: str) -> str:
    """Text of somebody else as part of a sentence: what breaks lines or turns them around becomes a space."""
    return "".join(each if each.isprintable() else " " for each in text).strip()
