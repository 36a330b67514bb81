"""Numbers as people type them: read without guessing, kept as decimal text, computed as exact fractions.

Nothing here ever passes through a binary float, except a float that a spreadsheet itself stored.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vetdesk.models.records.units import known_unit
from vetdesk.models.records.words import _

DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?", re.ASCII)
_PRINTED = 14_000  # bits, fewer than 4,300 digits
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", re.ASCII)
_LEADING = re.compile(r"[0-9.,]+", re.ASCII)
_PARTED = re.compile(r"[0-9.,]\s+[0-9.,]")
_SPACED = re.compile(r"\+?[1-9][0-9]{0,2}( [0-9]{3})+(\.[0-9]+)?(?!\s*[0-9.,])", re.ASCII)
_RAISED = re.compile(r"(?<![mMｍＭ])[²³]|[¹⁰⁴-⁹₀-₉①-⓿❶-➓㉈-㊿]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as typed: canonical decimal text, and the unit if one was typed ('' if none)."""

    text: str
    unit: str = ""

    @property
    def value(self) -> Fraction:
        """The number in the unit it was typed in."""
        return Fraction(self.text)


def read_amount(raw: str) -> Amount:
    """Read a typed number: full-width digits, thousands separators and a unit are understood.

    Raises ValueError with one sentence saying why, for anything that is not plainly one
    non-negative number (`1e5`, `1_000`, `12,34`, `NaN`, `-3`).
    """
    if DECIMAL.fullmatch(raw) and not ("." in raw and raw.endswith("0")):
        return Amount(raw)  # as this program stores it: batches hold thousands of them
    if _RAISED.search(raw):
        raise ValueError(_("有上标、下标或带圈的数字，看不清是多少"))
    text = unicodedata.normalize("NFKC", raw)
    text = "".join(ch for ch in text if ch not in "\u200b\ufeff").strip()
    if not text:
        raise ValueError(_("没有填数字"))
    if _PARTED.search(text) and not _SPACED.match(text):
        raise ValueError(_("数字中间有空格，分不清是一个数还是几个数"))
    text = "".join(text.split())
    if text[0] in "-−－" and _LEADING.match(text[1:]):
        raise ValueError(_("不能是负数"))
    text = text.removeprefix("+") if _LEADING.match(text[1:]) else text
    found = _LEADING.match(text)
    if not found:
        raise ValueError(_("不是数字"))
    number, rest = found.group(), text[found.end() :]
    unit = ""
    if rest:
        known = known_unit(rest)
        if known is None:
            raise ValueError(_("数字后面的“{rest}”不是认识的单位").format(rest=rest[:12]))
        unit = known
    return Amount(_canonical(number), unit)


def _canonical(number: str) -> str:
    if "," in number:
        if not _GROUPED.fullmatch(number):
            raise ValueError(_("逗号的位置不对，分不清千位和小数"))
        number = number.replace(",", "")
    if not _PLAIN.fullmatch(number):
        raise ValueError(_("不是一个完整的数字"))
    whole, _dot, part = number.partition(".")
    whole = whole.lstrip("0") or "0"
    part = part.rstrip("0")
    text = f"{whole}.{part}" if part else whole
    if not DECIMAL.fullmatch(text):
        raise ValueError(_("数字太长（整数最多 18 位，小数最多 12 位）"))
    return text


def from_cell(value: object) -> Amount:
    """Read what a spreadsheet cell holds: text, whole number or float.

    A float counts with the 15 digits that spreadsheets keep and show, at most 12 of them decimals: a sum stored
    as 0.30000000000000004 is 0.3, a third is 0.333333333333.

    Raises ValueError with a sentence for dates, booleans, negative and non-finite numbers.
    """
    if isinstance(value, bool):
        raise ValueError(_("是“是/否”，不是数字"))
    if isinstance(value, int):
        return read_amount(str(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(_("不是数字"))
        text = decimal_text(Fraction(format(value, ".15g")))
        if text.startswith("-"):
            raise ValueError(_("不能是负数"))
        return Amount(_canonical(text))
    if isinstance(value, str):
        if len(value) > 200:
            raise ValueError(_("不是数字"))
        return read_amount(value)
    raise ValueError(_("是日期或其他内容，不是数字"))


def decimal_text(value: Fraction, *, places: int = 12) -> str:
    """The value as plain decimal text: exact if `places` decimals suffice, else rounded half up.

    Trailing zeros are stripped; a negative value keeps its sign.
    """
    top, bottom = value.as_integer_ratio()
    if bottom == 1:
        return _digits(top)
    sign = "-" if top < 0 else ""
    units = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    whole, part = divmod(units, 10**places)
    tail = str(part).rjust(places, "0").rstrip("0") if places else ""
    text = f"{_digits(whole)}.{tail}" if tail else _digits(whole)
    return text if text == "0" else sign + text


def _digits(number: int) -> str:
    """All digits of a whole number, also of one longer than Python prints by itself (4,300)."""
    return f"{Decimal(number):f}" if number.bit_length() > _PRINTED else str(number)


def shown(value: Fraction, *, against: Fraction | None = None, places: int = 2) -> str:
    """The value for a reader: thousands separators, two decimals, trailing `.00` of whole numbers kept off.

    More decimals are shown where rounding would make it look equal to `against` although it is not
    (20.0001 is never shown as 20.00).
    """
    while against is not None and value != against:
        if decimal_text(value, places=places) != decimal_text(against, places=places):
            break
        places += 1
    text = decimal_text(value, places=places)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _dot, part = digits.partition(".")
    grouped = f"{int(whole):,}"
    if value.denominator != 1:
        part = part.ljust(places, "0")
    return sign + (f"{grouped}.{part}" if part else grouped)
