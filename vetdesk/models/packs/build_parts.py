"""Reads the small parts of a pack's plain form, each refused with its own reason."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from vetdesk.models.packs import formula
from vetdesk.models.packs.pack import RELATIONS, Band, Example, Lineage, Method, Related, Scoring, Texts
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.records.words import _

LONGEST = 2000
SHARES = (Fraction(1), Fraction("0.8"), Fraction("0.65"), Fraction("0.5"))
"""What grades A to D are worth where a pack does not say (domain 8.1)."""


class WrongPart(ValueError):  # noqa: N818 - says what is wrong with a part, like its siblings in the formula language
    """A part that cannot be read; `path` leads to it from the thing it belongs to."""

    def __init__(self, reason: str, *path: str | int) -> None:
        super().__init__(reason)
        self.path = path


def words(value: object, longest: int = LONGEST) -> str:
    """A text.

    Raises WrongPart for anything else, or one that is too long.
    """
    if not isinstance(value, str):
        raise WrongPart(_("“{value}”应是文字").format(value=str(value)[:40]))
    if len(value) > longest:
        raise WrongPart(_("文字太长（最多 {limit} 个字符）").format(limit=longest))
    return value


def part_words(data: Mapping[str, Any], key: str, default: str) -> str:
    """The text of a part.

    Raises WrongPart that leads to it.
    """
    try:
        return words(data.get(key, default))
    except WrongPart as error:
        raise WrongPart(str(error), key) from error


def texts_of(data: Mapping[str, Any]) -> Texts:
    """The Chinese and English text.

    Raises WrongPart where the Chinese one is empty, KeyError where one is missing.
    """
    zh, en = words(data["zh"]), words(data["en"])
    if not zh.strip():
        raise WrongPart(_("没有写名称"), "zh")
    return {"zh": zh, "en": en}


def text_list(data: Mapping[str, Any], key: str) -> tuple[Texts, ...]:
    """A list of texts; empty where there is none."""
    return tuple({"zh": words(each["zh"]), "en": words(each["en"])} for each in data.get(key, ()))


def note_of(data: Mapping[str, Any]) -> Texts:
    """The note of a thing; empty where there is none.

    Raises WrongPart.
    """
    return {str(language): words(text) for language, text in data.get("note", {}).items()}


def flag(data: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    """Yes or no.

    Raises WrongPart for anything else.
    """
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise WrongPart(_("“{value}”应是“是”或“否”").format(value=str(value)[:40]), key)
    return value


def choice_of(
    data: Mapping[str, Any], key: str, known: Sequence[str], default: str, *, path: Sequence[str | int] = ()
) -> str:
    """One of the known words.

    Raises WrongPart naming them for any other, KeyError where there is none and no default.
    """
    value = data.get(key, default) if default else data[key]
    if value not in known:
        raise WrongPart(
            _("不认识“{value}”，只能是：{known}").format(value=str(value)[:40], known="、".join(known)), *path, key
        )
    return str(value)


def date_text(data: Mapping[str, Any], key: str, *, path: Sequence[str | int] = ()) -> str:
    """A date `YYYY-MM-DD`, '' for none.

    Raises WrongPart for anything else.
    """
    value = str(data.get(key, ""))
    try:
        if value and dt.date.fromisoformat(value).isoformat() != value:
            raise ValueError
    except ValueError as error:
        raise WrongPart(_("“{value}”不是日期，请写成 2026-09-30 这样").format(value=value[:40]), *path, key) from error
    return value


def decimal_of(text: str, *path: str | int) -> Fraction:
    """A plain decimal number.

    Raises WrongPart.
    """
    if not DECIMAL.fullmatch(text):
        raise WrongPart(_("“{text}”不是数字").format(text=text[:40]), *path)
    return Fraction(text)


_DATE_LIKE = re.compile(r"\s*\d+\s*(-\s*\d+(\s*-\s*\d+)?|/\s*\d+\s*/\s*\d+)\s*", re.ASCII)
_NUMBER_LIKE = re.compile(r"\s*\d+([,，]\d{3})*(\.\d+)?\s*[%％亩]?\s*")


def check_bar_text(text: str) -> None:
    """Refuse a required value that is a date or a range in disguise: it would be read as a sum.

    Raises WrongPart.
    """
    if _DATE_LIKE.fullmatch(text):
        raise WrongPart(
            _("“{text}”像是日期或范围，不是一个数；请写成一个数，确实要计算时请加括号").format(text=text[:40]), "value"
        )
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if _NUMBER_LIKE.fullmatch(text) and not DECIMAL.fullmatch(text.strip()):
        raise WrongPart(
            _("“{text}”请只写数字（{plain}），单位写在“单位”里").format(text=text[:40], plain=plain.rstrip("%亩")),
            "value",
        )


def constant(text: str) -> formula.Node:
    """The value of a switch.

    Raises WrongPart.
    """
    return formula.Number(decimal_of(text, "value"))


def scoring_of(data: Mapping[str, Any], cmp: str) -> Scoring:
    """How an indicator that compares so earns points.

    Raises WrongPart.
    """

    def number(key: str) -> Fraction | None:
        return decimal_of(str(data[key]), "scoring", key) if data.get(key) else None

    method = Method(choice_of(data, "method", tuple(Method), "", path=("scoring",)))
    points = number("points")
    if points is None and method is not Method.ALL_PASS:
        raise WrongPart(_("没有写分值"), "scoring", "points")
    each = number("each")
    if method is Method.DEDUCT and each is None:
        raise WrongPart(_("没有写每例扣几分"), "scoring", "each")
    bands = []
    for at, band in enumerate(data.get("bands", ())):
        share = str(band.get("share", "")) or str(float(SHARES[min(at, 3)]))
        bands.append(
            Band(words(band["grade"], 10), decimal_of(str(band["at"]), "scoring"), decimal_of(share, "scoring"))
        )
    if method is Method.GRADE and not bands:
        raise WrongPart(_("没有写等级的分界"), "scoring", "bands")
    for one in bands:
        if not 0 <= one.share <= 1:
            raise WrongPart(_("等级“{grade}”的得分比例应在 0 到 1 之间").format(grade=one.grade), "scoring", "bands")
    for one, other in pairwise(bands):
        if other.share > one.share:
            raise WrongPart(_("等级“{grade}”得分比更好的一级还多").format(grade=other.grade), "scoring", "bands")
    small_is_good = cmp in ("<", "<=")
    for one, other in pairwise(bands):
        if (one.at >= other.at) if small_is_good else (one.at <= other.at):
            raise WrongPart(_("等级“{grade}”永远轮不到，请从好到差写").format(grade=other.grade), "scoring", "bands")
    return Scoring(method, points or Fraction(0), number("floor"), each, number("limit"), tuple(bands))


def related_of(data: Mapping[str, Any]) -> Related:
    """A relation to an indicator of another standard.

    Raises WrongPart.
    """
    relation = choice_of(data, "relation", RELATIONS, "", path=("related",))
    return Related(words(data["pack"], 60), words(data["indicator"], 60), relation)


def lineage_of(data: Mapping[str, Any]) -> Lineage:
    """What became of ids of the version before.

    Raises WrongPart where the numbers of old and new ids do not fit the relation.
    """
    what = choice_of(data, "what", ("fact", "indicator"), "")
    relation = choice_of(data, "relation", ("renamed", "split", "merged", "retired"), "")
    old, new = tuple(map(str, data.get("old", ()))), tuple(map(str, data.get("new", ())))
    fits = {
        "renamed": len(old) == len(new) == 1,
        "split": len(old) == 1 and len(new) > 1,
        "merged": len(old) > 1 and len(new) == 1,
        "retired": bool(old) and not new,
    }
    if not fits[relation]:
        raise WrongPart(_("沿革“{relation}”的新旧编号个数不对").format(relation=relation))
    return Lineage(what, relation, old, new)


def example_of(data: Mapping[str, Any]) -> Example:
    """A worked example. Facts stay as typed: texts, or rows of a table."""
    grade = data.get("grade")
    return Example(
        name=words(data["name"], 200),
        facts={str(key): value if isinstance(value, list) else str(value) for key, value in data["facts"].items()},
        expect={str(key): str(value) for key, value in data["expect"].items()},
        values={str(key): str(value) for key, value in data.get("values", {}).items()},
        as_of=date_text(data, "as_of"),
        grade=None if grade is None else str(grade),
    )
