"""Packs as people write them: a folder of TOML, joined with the dictionary into the plain form that is sent."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from vetdesk.models.packs import formula
from vetdesk.models.packs.byte_form import encode
from vetdesk.models.packs.examples import run_examples
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.pack import Pack, PackError, build
from vetdesk.models.records.places import RESOURCES
from vetdesk.models.records.words import _

SHIPPED = RESOURCES / "packs"
_PACK_KEYS = (
    "id",
    "version",
    "zh",
    "en",
    "issuer",
    "document",
    "effective_from",
    "applies",
    "rule",
    "groups",
)


def shipped_ids() -> list[str]:
    """Ids of the packs that come with the product."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml"))


def load(pack: str) -> Pack:
    """The pack of an id or a folder, with its worked examples run.

    Raises PackError where there is none, or naming file, place and reason where it is wrong.
    """
    folder = _folder(pack)
    if folder is None:
        raise PackError(
            _("没有名为“{pack}”的标准。可用的有：{known}；也可以写标准所在的文件夹。").format(
                pack=pack[:100], known=_("、").join(shipped_ids())
            )
        )
    return _load(folder.resolve())


def _folder(pack: str) -> Path | None:
    """The folder a pack lies in; None where there is none (or no such name can exist)."""
    try:
        shipped = "/" not in pack and "\\" not in pack and (SHIPPED / pack).is_dir()
        folder = SHIPPED / pack if shipped else Path(pack)
        return folder if (folder / "pack.toml").is_file() else None
    except OSError:
        return None


@cache
def _load(folder: Path) -> Pack:
    return checked(build(read_folder(folder)))


def checked(pack: Pack) -> Pack:
    """The pack, after its worked examples gave what they must.

    Raises PackError naming the first example that did not.
    """
    problems = run_examples(pack)
    if problems:
        raise PackError(
            _("标准“{pack}”的样例没有通过：{first}（共 {count} 处）。没有装入，请改正标准或样例。").format(
                pack=pack.id, first=problems[0], count=len(problems)
            )
        )
    return pack


def read_folder(folder: Path) -> dict[str, Any]:
    """The plain form of a pack's folder.

    Raises PackError naming the file for anything unreadable.
    """
    content = _toml(folder / "pack.toml")
    cases = _toml(folder / "examples.toml") if (folder / "examples.toml").is_file() else {}
    file = folder / "pack.toml"
    try:
        plain: dict[str, Any] = {key: content[key] for key in _PACK_KEYS}
        plain["indicators"] = [dict(each) for each in content["indicators"]]
        _add_dictionary(plain)
        file = folder / "examples.toml"
        base = cases.get("base", {})
        plain["examples"] = [{**each, "facts": {**base, **each["facts"]}} for each in cases.get("examples", [])]
        encode(plain)
    except KeyError as error:
        raise PackError(_("{file} 缺少“{key}”，标准没有装入。").format(file=file, key=error.args[0])) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise PackError(
            _("{file} 的内容格式不对（{detail}），标准没有装入。").format(file=file, detail=str(error)[:80])
        ) from error
    return plain


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(_("{file} 读不出来：{detail}。标准没有装入。").format(file=path, detail=error)) from error


def _add_dictionary(plain: dict[str, Any]) -> None:
    """Puts in the facts, sections, switches and rules of the dictionary that the pack's formulas reach."""
    known = dictionary()
    off: dict[str, formula.Node] = {
        name: formula.Number(Fraction(0)) for name, data in known.switches.items() if data["value"] == "0"
    }
    wanted: set[str] = set()
    switches: set[str] = set()
    texts = [plain["applies"]] if plain["applies"] else []
    for each in plain["indicators"]:
        texts += [each["formula"], each.get("threshold", {}).get("value", "")]
    while texts:
        text = str(texts.pop())
        try:
            tree = formula.parse(text) if text else formula.Number(Fraction(0))
        except formula.FormulaError:
            continue  # `build` reports it with its place
        switches |= formula.names(tree) & known.switches.keys()
        needed = formula.substitute(tree, off)  # what only a switch that is off would read nobody need fill
        for name in (formula.names(needed) | formula.previous(needed)) - wanted:
            wanted.add(name)
            if name in known.facts and "formula" in known.facts[name]:
                texts.append(known.facts[name]["formula"])
    plain["facts"] = [dict(data) for name, data in known.facts.items() if name in wanted]
    plain["sections"] = {
        name: dict(text)
        for name, text in known.sections.items()
        if any(data["section"] == name for data in plain["facts"])
    }
    plain["switches"] = [dict(known.switches[name]) for name in sorted(switches)]
    have = {data["id"] for data in plain["facts"]}
    plain["rules"] = [dict(rule) for rule in known.rules if _reads(rule["when"]) <= have]


def _reads(text: str) -> frozenset[str]:
    node = formula.parse(text)
    return formula.names(node) | formula.previous(node)
