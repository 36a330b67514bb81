"""The six outcomes of an indicator, with the word, mark and colour role each has everywhere."""

from __future__ import annotations

from enum import StrEnum

from vetdesk.models.records.words import _, mark


class Verdict(StrEnum):
    """Outcome of one indicator for one unit (DESIGN sections 5 and 9)."""

    MET = "met"
    UNMET = "unmet"
    INCOMPLETE = "incomplete"
    INCOMPUTABLE = "incomputable"
    NOT_APPLICABLE = "not_applicable"
    UNVERIFIED = "unverified"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_WORDS[self])

    @property
    def sign(self) -> str:
        """The mark before the word, for readers who do not see colours."""
        return _SIGNS[self]


_WORDS = {
    Verdict.MET: mark("达标"),
    Verdict.UNMET: mark("未达标"),
    Verdict.INCOMPLETE: mark("数据不全"),
    Verdict.INCOMPUTABLE: mark("无法计算"),
    Verdict.NOT_APPLICABLE: mark("不适用"),
    Verdict.UNVERIFIED: mark("标准待核"),
}
_SIGNS = {
    Verdict.MET: "✓",
    Verdict.UNMET: "✗",
    Verdict.INCOMPLETE: "?",
    Verdict.INCOMPUTABLE: "?",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.UNVERIFIED: "?",
}


class Severity(StrEnum):
    """How much a fired rule asks for (domain section 9: E, W, I)."""

    BLOCK = "block"
    MUST_EXPLAIN = "must_explain"
    NOTICE = "notice"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_SEVERITY_WORDS[self])


_SEVERITY_WORDS = {
    Severity.BLOCK: mark("不能上报"),
    Severity.MUST_EXPLAIN: mark("需说明"),
    Severity.NOTICE: mark("提醒"),
}
