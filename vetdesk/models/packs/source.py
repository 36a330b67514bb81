"""Packs as people write them: a folder of TOML, joined with the dictionary into the plain form that is sent."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vetdesk.models.packs import formula
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
    folder = SHIPPED / pack if "/" not in pack and "\\" not in pack and (SHIPPED / pack).is_dir() else Path(pack)
    if not (folder / "pack.toml").is_file():
        raise PackError(
            _("没有名为“{pack}”的标准。可用的有：{known}；也可以写标准所在的文件夹。").format(
                pack=pack, known="、".join(shipped_ids())
            )
        )
    return _load(folder.resolve())


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
    try:
        plain: dict[str, Any] = {key: content[key] for key in _PACK_KEYS}
        plain["indicators"] = [dict(each) for each in content["indicators"]]
    except KeyError as error:
        raise PackError(
            _("{file} 缺少“{key}”，标准没有装入。").format(file=folder / "pack.toml", key=error.args[0])
        ) from error
    _add_dictionary(plain)
    base = cases.get("base", {})
    plain["examples"] = [{**each, "facts": {**base, **each["facts"]}} for each in cases.get("examples", [])]
    return plain


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(_("{file} 读不出来：{detail}。标准没有装入。").format(file=path, detail=error)) from error


def _add_dictionary(plain: dict[str, Any]) -> None:
    """Puts in the facts, sections, switches and rules of the dictionary that the pack's formulas reach."""
    known = dictionary()
    wanted: set[str] = set()
    texts = [plain["applies"]] if plain["applies"] else []
    for each in plain["indicators"]:
        texts += [each["formula"], each.get("threshold", {}).get("value", "")]
    while texts:
        text = str(texts.pop())
        try:
            reached = formula.names(formula.parse(text)) if text else frozenset()
        except formula.FormulaError:
            reached = frozenset()  # `build` reports it with its place
        for name in reached - wanted:
            wanted.add(name)
            if name in known.facts and "formula" in known.facts[name]:
                texts.append(known.facts[name]["formula"])
    switches = {name for name in wanted if name in known.switches}
    off = {name for name in switches if known.switches[name]["value"] == "0"}
    plain["facts"] = [
        dict(data) for name, data in known.facts.items() if name in wanted and not _behind_off_switch(name, off)
    ]
    plain["sections"] = {
        name: dict(text)
        for name, text in known.sections.items()
        if any(data["section"] == name for data in plain["facts"])
    }
    plain["switches"] = [dict(known.switches[name]) for name in sorted(switches)]
    have = {data["id"] for data in plain["facts"]}
    plain["rules"] = [dict(rule) for rule in known.rules if _reads(rule["when"]) <= have]


def _behind_off_switch(name: str, off: set[str]) -> bool:
    """Whether a fact is reached only through a switch that is off, so that nobody need fill it."""
    using = [
        formula.parse(data["formula"])
        for data in dictionary().facts.values()
        if "formula" in data and name in formula.names(formula.parse(data["formula"]))
    ]
    if not using or not off:
        return False
    zeros: dict[str, formula.Node] = {each: formula.Number(formula.Fraction(0)) for each in off}
    return all(name not in formula.names(formula.substitute(tree, zeros)) for tree in using)


def _reads(text: str) -> frozenset[str]:
    node = formula.parse(text)
    return formula.names(node) | {each.name for each in formula.walk(node) if isinstance(each, formula.Previous)}


def encode(plain: Mapping[str, Any]) -> bytes:
    """The one byte form of a pack: what is hashed, stored and sent."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def fingerprint(pack: Pack) -> str:
    """SHA-256 of the pack's byte form: what an assessment is pinned to."""
    return hashlib.sha256(encode(pack.plain)).hexdigest()
