"""How each value of a standard's source form is written in one cell of text, and read back the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vetdesk.models.packs.schema import Column
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.records.words import _

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "=", "~": "≈"}
_SPELLINGS = {
    **{sign: cmp for cmp, sign in _SIGNS.items()},
    **{cmp: cmp for cmp in _SIGNS},
    "不低于": ">=", "不少于": ">=", "以上": ">=", "不高于": "<=", "不超过": "<=", "超过": ">", "大于": ">", "小于": "<",
    "等于": "==", "左右": "~", "＝": "==", "＞": ">", "＜": "<",
}  # fmt: skip
_YES, _NO = ("是", "yes", "true", "1", "✓"), ("否", "no", "false", "0")
_PAIR = re.compile(r"\s*([^=\s][^=]*?)\s*=\s*(.*)", re.DOTALL)


def text_of(column: Column, value: Any) -> str:
    """The cell of a value; '' for none."""
    if value is None:
        return ""
    return _WRITERS.get(column.kind, str)(value)


def value_of(column: Column, text: str) -> Any:
    """The value of a cell; None for an empty one.

    Raises ValueError with one sentence saying what is wrong and how it should be written.
    """
    if not text.strip():
        return None
    return _READERS.get(column.kind, _text)(text)


def _text(text: str) -> str:
    return text


def _write_flag(value: bool) -> str:
    return "是" if value else "否"


def _read_flag(text: str) -> bool:
    plain = text.strip().lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError(_("“{text}”应写“是”或“否”").format(text=text[:40]))


def _write_words(value: Sequence[str]) -> str:
    return "\n".join(value)


def _read_words(text: str) -> list[str]:
    return [line.strip() for line in _lines(text) if line.strip()]


def _lines(text: str) -> list[str]:
    """The lines as a cell shows them; other separators (U+0085, U+2028) are part of a text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _write_pairs(value: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{key}={json.dumps(each, ensure_ascii=False) if isinstance(each, list) else each}"
        for key, each in value.items()
    )


def _read_pairs(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in _lines(text):
        if not line.strip():
            continue
        pair = _PAIR.fullmatch(line)
        if not pair:
            raise ValueError(_("“{line}”应写成“编号=值”，每行一个").format(line=line.strip()[:40]))
        key, value = pair.group(1), pair.group(2).strip()
        if key in found:
            raise ValueError(_("“{key}”写了两次").format(key=key[:40]))
        found[key] = figure_of(value)
    return found


def figure_of(text: str) -> Any:
    """A figure as typed: the rows of a table where it is one.

    Raises ValueError.
    """
    return rows_of(text) if text.startswith("[{") or text == "[]" else text


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON whose keys stand once each.

    Raises ValueError for one that stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("key twice")
    return found


def rows_of(text: str) -> Any:
    """The rows of a table written as JSON.

    Raises ValueError.
    """
    try:
        return json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise ValueError(_('表格的各行应是 JSON，例如 [{{"列": "值"}}]').format()) from error


def _write_cmp(value: str) -> str:
    return _SIGNS.get(value, value)


def _read_cmp(text: str) -> str:
    found = _SPELLINGS.get(text.strip())
    if found is None:
        raise ValueError(_("“{text}”不是比较方式，应写 ≥ ≤ > < = ≈ 之一").format(text=text.strip()[:20]))
    return found


def _write_bands(value: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(" ".join(str(band[key]) for key in ("grade", "at", "share") if key in band) for band in value)


def _read_bands(text: str) -> list[dict[str, str]]:
    bands = []
    for line in _read_words(text):
        words = line.split()
        if len(words) not in (2, 3):
            raise ValueError(_("“{line}”应写成“等级 分界值 得分比例”，例如 A 95 1").format(line=line[:40]))
        for number in words[1:]:
            if not DECIMAL.fullmatch(number):
                raise ValueError(_("“{text}”不是数字").format(text=number[:40]))
        bands.append(dict(zip(("grade", "at", "share"), words, strict=False)))
    return bands


def _write_related(value: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{each['pack']} {each['indicator']} {each['relation']}" for each in value)


def _read_related(text: str) -> list[dict[str, str]]:
    found = []
    for line in _read_words(text):
        words = line.split()
        if len(words) != 3:
            raise ValueError(_("“{line}”应写成“标准编号 指标编号 关系”").format(line=line[:40]))
        found.append(dict(zip(("pack", "indicator", "relation"), words, strict=True)))
    return found


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("应是 JSON")) from error


def texts_cells(value: Sequence[Mapping[str, str]] | None) -> tuple[str, str]:
    """The Chinese and the English cell of a list of texts, one a line."""
    return "\n".join(each["zh"] for each in value or ()), "\n".join(each["en"] for each in value or ())


def texts_value(zh: str, en: str) -> list[dict[str, str]] | None:
    """The list of texts of two cells; None for empty ones.

    Raises ValueError where the two have different numbers of lines.
    """
    first, second = _read_words(zh), _read_words(en)
    if len(first) != len(second):
        raise ValueError(_("中文有 {zh} 行，英文有 {en} 行，应逐行对应").format(zh=len(first), en=len(second)))
    return [{"zh": a, "en": b} for a, b in zip(first, second, strict=True)] or None


_WRITERS: dict[str, Callable[[Any], str]] = {
    "flag": _write_flag,
    "words": _write_words,
    "pairs": _write_pairs,
    "cmp": _write_cmp,
    "bands": _write_bands,
    "related": _write_related,
    "json": _write_json,
}
_READERS: dict[str, Callable[[str], Any]] = {
    "flag": _read_flag,
    "words": _read_words,
    "pairs": _read_pairs,
    "cmp": _read_cmp,
    "bands": _read_bands,
    "related": _read_related,
    "json": _read_json,
}
