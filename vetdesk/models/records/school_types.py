"""Types of schools and the natures of who runs them (domain 7.1 and 9)."""

from __future__ import annotations

import re

RUN_TYPES = {
    "361": "调整后中等职业学校",
    "362": "中等技术学校",
    "363": "中等师范学校",
    "364": "成人中等专业学校",
    "365": "职业高中学校",
    "366": "技工学校",
    "368": "附设中职班",
    "369": "其他中职机构",
}
"""Code → name."""
OWNERSHIP = ("公办", "民办", "教育部门", "人社", "其他部门", "企业")
"""What the nature of who runs a school is called."""
_HIGHER = re.compile(r"高职|本科|41[0-9]", re.ASCII)
_CODES = {name: code for code, name in RUN_TYPES.items()}


def run_type(text: str) -> str:
    """The code of a type that is named, or written `365 职业高中学校`; what is neither stays as it is written."""
    if text in _CODES:
        return _CODES[text]
    code = text[:3]
    return code if code in RUN_TYPES and text[3:] in (RUN_TYPES[code], f"({RUN_TYPES[code]})") else text


def known_type(text: str) -> bool:
    """Whether this is a type of school: a code, or one of higher education."""
    return text in RUN_TYPES or bool(_HIGHER.fullmatch(text))


def type_text(code: str) -> str:
    """What a table calls a type: `365 职业高中学校`."""
    return f"{code} {RUN_TYPES[code]}" if code in RUN_TYPES else code


def known_ownership(text: str) -> bool:
    """Whether this names the nature of who runs a school."""
    return any(word in text for word in OWNERSHIP)
