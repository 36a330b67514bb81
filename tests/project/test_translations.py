"""The English catalogue: complete, fresh, compiled, and without Chinese left in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from installer import translations
from vetdesk.models.records.words import _, speech

KNOWN = translations.read(translations.PO)
_QUOTED = re.compile(r'"[^"]*"')
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def test_the_catalogue_holds_exactly_the_sentences_of_the_code() -> None:
    wanted = translations.extracted()

    assert sorted(wanted - KNOWN.keys()) == [], "run: python installer/translations.py update, then translate"
    assert sorted(KNOWN.keys() - wanted) == [], "run: python installer/translations.py update"


def test_every_sentence_is_translated() -> None:
    assert translations.untranslated(translations.PO) == []


def test_placeholders_are_those_of_the_chinese_sentence() -> None:
    wrong = {
        text: said for text, said in KNOWN.items() if translations.placeholders(text) != translations.placeholders(said)
    }

    assert wrong == {}


def test_no_chinese_is_left_outside_quoted_names() -> None:
    left = {text: said for text, said in KNOWN.items() if _CHINESE.search(_QUOTED.sub("", said).replace("中文", ""))}

    assert left == {}


def test_symbols_and_line_breaks_are_kept() -> None:
    def kept(text: str) -> str:
        return "".join(char for char in text if char in "✓✗●…‹›▾×→\n")

    assert {text: said for text, said in KNOWN.items() if kept(text) != kept(said)} == {}


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert translations.PO.with_suffix(".mo").read_bytes() == translations.compiled(translations.PO)


def test_check_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main(["check"]) == 0
    assert capsys.readouterr().out == "The catalogue is complete and fresh.\n"


def test_the_language_is_chosen_and_chosen_back() -> None:
    assert _("从备份恢复") == "从备份恢复"

    speech.choose("en")
    assert _("从备份恢复") == "Restore from a backup"
    assert _("这一句没有翻译") == "这一句没有翻译"

    speech.choose("zh")
    assert _("从备份恢复") == "从备份恢复"


class TestUpdate:
    """Of a small catalogue of its own."""

    @pytest.fixture
    def po(self, tmp_path: Path) -> Path:
        po = tmp_path / "en" / "LC_MESSAGES" / "vetdesk.po"
        translations.update(po, {"保存", "旧的一句"})
        po.write_text(
            po.read_text(encoding="utf-8").replace('msgid "保存"\nmsgstr ""', 'msgid "保存"\nmsgstr "Save"'),
            encoding="utf-8",
        )
        return po

    def test_keeps_translations_drops_old_sentences_and_compiles(self, po: Path) -> None:
        translations.update(po, {"保存", "读不到“{file}”"})

        assert translations.read(po) == {"保存": "Save", "读不到“{file}”": ""}
        assert po.with_suffix(".mo").read_bytes() == translations.compiled(po)

    def test_a_second_update_changes_nothing(self, po: Path) -> None:
        wanted = {"保存", "\n填报人：{name}"}
        translations.update(po, wanted)
        first = po.read_bytes(), po.with_suffix(".mo").read_bytes()

        translations.update(po, wanted)

        assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == first
        assert b"Date" not in first[0]

    def test_problems_are_named(self, po: Path) -> None:
        po.write_text(po.read_text(encoding="utf-8").replace('"Save"', '"Save {what}"'), encoding="utf-8")

        found = "\n".join(translations.problems(po, {"保存", "新的一句"}))

        assert "not in the catalogue: '新的一句'" in found
        assert "no longer in the code: '旧的一句'" in found
        assert "not translated: '旧的一句'" in found
        assert "other placeholders: '保存'" in found
        assert "not compiled: vetdesk.mo" in found


def test_sentences_are_found_in_f_strings_and_where_they_are_joined(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(
        """said = f"{_('甲')}：{name}" + _("乙" "丙").format(a=1)\nWORD = mark("丁")\nother("戊")\n""", encoding="utf-8"
    )

    assert translations.extracted(tmp_path) == {"甲", "乙丙", "丁"}
