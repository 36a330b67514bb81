"""Units of measure and their exact ratios. 1 亩 = 2000/3 ㎡ (domain 9.3): never 666.67."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its kind of quantity and how many base units it holds."""

    kind: str
    factor: Fraction


_AREA = "area"
_MONEY = "money"
_LENGTH = "length"

UNITS: dict[str, Unit] = {
    "㎡": Unit(_AREA, Fraction(1)),
    "亩": Unit(_AREA, Fraction(2000, 3)),
    "公顷": Unit(_AREA, Fraction(10000)),
    "万㎡": Unit(_AREA, Fraction(10000)),
    "元": Unit(_MONEY, Fraction(1)),
    "万元": Unit(_MONEY, Fraction(10000)),
    "亿元": Unit(_MONEY, Fraction(100_000_000)),
    "m": Unit(_LENGTH, Fraction(1)),
    "km": Unit(_LENGTH, Fraction(1000)),
    "人": Unit("person", Fraction(1)),
    "万人": Unit("person", Fraction(10000)),
    "人次": Unit("visit", Fraction(1)),
    "万人次": Unit("visit", Fraction(10000)),
    "册": Unit("book", Fraction(1)),
    "万册": Unit("book", Fraction(10000)),
    "种": Unit("kind", Fraction(1)),
    "台": Unit("machine", Fraction(1)),
    "个": Unit("piece", Fraction(1)),
    "座": Unit("seat", Fraction(1)),
    "间": Unit("room", Fraction(1)),
    "课时": Unit("lesson", Fraction(1)),
    "天": Unit("day", Fraction(1)),
    "次": Unit("time", Fraction(1)),
    "所": Unit("school", Fraction(1)),
    "项": Unit("item", Fraction(1)),
    "家": Unit("firm", Fraction(1)),
    "Mbps": Unit("bandwidth", Fraction(1)),
    "%": Unit("share", Fraction(1)),
    "": Unit("plain", Fraction(1)),
}

# Other spellings people and forms use, after NFKC normalisation and lower-casing of Latin letters.
SPELLINGS: dict[str, str] = {
    "平方米": "㎡", "平米": "㎡", "平方": "㎡", "m2": "㎡", "m^2": "㎡", "㎡": "㎡",
    "万平方米": "万㎡", "万平米": "万㎡", "万m2": "万㎡", "市亩": "亩", "ha": "公顷",
    "米": "m", "千米": "km", "公里": "km", "名": "人", "位": "人", "本": "册", "块": "元",
    "圆": "元", "人民币元": "元", "个座位": "座", "座位": "座", "兆": "Mbps", "mbps": "Mbps",
    "学时": "课时", "部": "台",
}  # fmt: skip


def known_unit(text: str) -> str | None:
    """The unit that a spelling means, or None. `text` is NFKC-normalised."""
    plain = text.strip().lower()
    if plain in SPELLINGS:
        return SPELLINGS[plain]
    return plain if plain in UNITS else None


def convert(value: Fraction, *, source: str, target: str) -> Fraction | None:
    """`value` in another unit, exactly; None where the two units measure different things."""
    if source == target:
        return value
    a, b = UNITS.get(source), UNITS.get(target)
    if a is None or b is None or a.kind != b.kind:
        return None
    return value * a.factor / b.factor
