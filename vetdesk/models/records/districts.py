"""Administrative codes of Shangqiu (domain 7.2) and the tidying of names before they are compared."""

from __future__ import annotations

import unicodedata

DISTRICTS: dict[str, str] = {
    "411400": "商丘市",
    "411402": "梁园区",
    "411403": "睢阳区",
    "411421": "民权县",
    "411422": "睢县",
    "411423": "宁陵县",
    "411424": "柘城县",
    "411425": "虞城县",
    "411426": "夏邑县",
    "411481": "永城市",
    "4114SF": "城乡一体化示范区",
}
"""Code → name. The 示范区 has no national code: its own lies outside the six-digit space."""

_MISWRITTEN = {"粱园区": "梁园区", "示范区": "城乡一体化示范区", "市城乡一体化示范区": "城乡一体化示范区"}


def tidy(text: str) -> str:
    """A name without hidden traps: NFKC, no spaces of any width, no zero-width or direction marks."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf"))


def district_code(text: str) -> str | None:
    """The code of a district given by code or name; None where it is not one of the city's."""
    plain = tidy(text)
    if plain in DISTRICTS:
        return plain
    plain = plain.removeprefix("商丘市") or "商丘市"
    plain = _MISWRITTEN.get(plain, plain)
    return next((code for code, name in DISTRICTS.items() if name == plain), None)
