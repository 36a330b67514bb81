"""From the source form people write to the plain form that is hashed, stored and sent; and loading standards."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from vetdesk.models.packs import formula
from vetdesk.models.packs.build import QUESTIONS, Problem, build, refusal, try_build
from vetdesk.models.packs.byte_form import encode, plain_hash
from vetdesk.models.packs.examples import missed, run_examples
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.packs.folder import EXAMPLES, FILE, read_folder
from vetdesk.models.packs.layers import lay
from vetdesk.models.packs.lint import lint
from vetdesk.models.packs.pack import Pack, PackError
from vetdesk.models.packs.schema import Source
from vetdesk.models.records.places import RESOURCES
from vetdesk.models.records.words import _

SHIPPED = RESOURCES / "packs"
_HEAD = ("id", "version", "zh", "en", "issuer", "document", "effective_from", "effective_until", "applies", "about",
         "pass_mark", "layer")  # fmt: skip
_LISTS = ("indicators", "items", "grades", "lineage", "tasks")
_AUTHORS = ("stands_for", "relation")


def shipped_ids() -> list[str]:
    """Ids of the packs that come with the product."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{FILE}"))


def load(pack: str) -> Pack:
    """The pack of an id or a folder, with its worked examples run.

    Raises PackError where there is none, or naming file, place and reason where it is wrong.
    """
    folder = folder_of(pack).resolve()
    return _load(folder, *(_stamp(folder / name) for name in (FILE, EXAMPLES)))


def _stamp(path: Path) -> tuple[int, int]:
    """What tells whether a file is still the one that was read."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def folder_of(pack: str) -> Path:
    """The folder of an id or a folder's name.

    Raises PackError where there is none.
    """
    folder = _folder(pack)
    if folder is None:
        raise PackError(
            _("没有名为“{pack}”的标准。可用的有：{known}；也可以写标准所在的文件夹。").format(
                pack=pack[:100], known=_("、").join(shipped_ids())
            )
        )
    return folder


def _folder(pack: str) -> Path | None:
    """The folder a pack lies in; None where there is none (or no such name can exist)."""
    try:
        shipped = "/" not in pack and "\\" not in pack and (SHIPPED / pack).is_dir()
        folder = SHIPPED / pack if shipped else Path(pack)
        return folder if (folder / FILE).is_file() else None
    except (OSError, ValueError):
        return None


@cache
def _load(folder: Path, *_stamps: tuple[int, int]) -> Pack:
    source = read_folder(folder)
    pack = build(to_plain(source))
    problems = lint(source, pack, _shipped_source)
    if problems:
        raise refusal(pack.id, problems)
    return checked(pack)


def _shipped_source(name: str) -> Source | None:
    """The source form of a standard that comes with the program; None for any other."""
    return read_folder(SHIPPED / name) if name in shipped_ids() else None


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


def to_plain(source: Source) -> dict[str, Any]:
    """The plain form of a source form: laid over its base, with everything its formulas need of the dictionary.

    Raises PackError where its base cannot be had or a part is no list or table at all.
    """
    try:
        effective = with_base(source)
        plain: dict[str, Any] = {key: effective[key] for key in _HEAD if key in effective}
        plain["groups"] = {
            str(each["id"]): {key: value for key, value in each.items() if key != "id"}
            for each in effective.get("groups", ())
        }
        for key in _LISTS:
            if effective.get(key):
                plain[key] = [_without_authors(each) if key == "indicators" else dict(each) for each in effective[key]]
        _Dictionary(plain, effective).add()
        base = effective.get("base_facts", {})
        plain["examples"] = [
            {**each, "facts": {**base, **each.get("facts", {})}} for each in effective.get("examples", ())
        ]
        encode(plain)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PackError(
            _("标准“{pack}”的内容不完整或格式不对（{detail}），没有装入。").format(
                pack=str(source.get("id", "?"))[:40], detail=str(error)[:80]
            )
        ) from error
    return plain


def with_base(source: Source, above: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The source form laid over its base, if it has one. `above` are the standards laid over this one already.

    Raises PackError where the base cannot be had or stands above itself.
    """
    name = str(source.get("base", ""))
    if not name:
        return dict(source)
    above |= {str(source.get("id", ""))}
    if name in above:
        raise PackError(_("标准“{pack}”不能叠加在自己上面。没有装入。").format(pack=name[:40]))
    base = read_folder(folder_of(name))
    if str(base.get("id", "")) in above:
        raise PackError(_("标准“{pack}”不能叠加在自己上面。没有装入。").format(pack=name[:40]))
    return lay(source, with_base(base, above), plain_hash(load(name).plain))


def _without_authors(each: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in each.items() if key not in _AUTHORS}


def inspect(source: Source) -> tuple[Pack | None, list[Problem]]:
    """The pack of a source form and everything that is wrong with it; missed examples come last.

    A pack that only misses examples is given, for looking at; it must not be used.
    """
    try:
        plain = to_plain(source)
    except PackError as error:
        return None, [Problem((), str(source.get("id", "?")), error.sentence)]
    pack, problems = try_build(plain)
    if pack is not None:
        problems += lint(source, pack, _shipped_source)
        problems += [Problem(("examples", at), pack.examples[at].name, text) for at, text in missed(pack)]
    return pack, problems


class _Dictionary:
    """Puts in the facts, sections, switches and rules of the dictionary that a pack's formulas reach."""

    def __init__(self, plain: dict[str, Any], source: Mapping[str, Any]) -> None:
        self._plain = plain
        self._source = source
        self._known = dictionary()
        self._own = {str(each["id"]): each for each in source.get("facts", ())}
        self._base = {str(each["id"]): each for each in source.get("facts_of_base", ())}
        self._rules_of_counting = _rules_of_counting(source)
        self._off: dict[str, formula.Node] = {
            name: formula.Number(Fraction(0)) for name, data in self._rules_of_counting.items() if data["value"] == "0"
        }
        self._switches = set[str]()

    def add(self) -> None:
        """Do it."""
        wanted = self._reach(self._texts()) | set(map(str, self._source.get("also", ())))
        wanted |= self._reach([self._formula(name) for name in wanted])
        own = {**{name: each for name, each in self._base.items() if name in wanted}, **self._own}
        own_sections = {str(each["section"]) for each in own.values()}
        facts = [dict(data) for name, data in self._known.facts.items() if name in wanted and name not in own]
        facts += [dict(each) for each in own.values()]
        self._plain["facts"] = facts
        used = {data["section"] for data in facts} | ({QUESTIONS} if self._plain.get("items") else set())
        self._plain["sections"] = {name: dict(text) for name, text in self._known.sections.items() if name in used}
        for name in sorted(own_sections - self._plain["sections"].keys()):
            self._plain["sections"][name] = {"zh": name, "en": name}
        self._plain["switches"] = [dict(self._rules_of_counting[name]) for name in sorted(self._switches)]
        have = {data["id"] for data in facts}
        columns = {f"{data['id']}.{one['id']}" for data in facts for one in data.get("columns", ())}
        known = [*self._known.rules, *self._source.get("rules_of_base", ())]
        self._plain["rules"] = [dict(rule) for rule in known if _reads(rule["when"]) <= have | columns] + [
            dict(each) for each in self._source.get("rules", ())
        ]

    def _texts(self) -> list[str]:
        texts = [str(self._plain.get("applies", ""))]
        for each in [*self._plain.get("indicators", ()), *self._plain.get("items", ())]:
            texts += [str(each.get("formula", "")), str(each.get("applies", ""))]
            for bar in each.get("bars", ()):
                texts += [str(bar.get(key, "")) for key in ("value", "floor", "when")]
        texts += [str(each.get("when", "")) for key in ("grades",) for each in self._plain.get(key, ())]
        texts += [str(each.get("when", "")) for each in self._source.get("rules", ())]
        return texts

    def _formula(self, name: str) -> str:
        data = self._own.get(name) or self._base.get(name) or self._known.facts.get(name) or {}
        return str(data.get("formula", ""))

    def _reach(self, texts: list[str]) -> set[str]:
        wanted = set[str]()
        waiting = list(texts)
        while waiting:
            text = waiting.pop()
            try:
                tree = formula.parse(text) if text else formula.Number(Fraction(0))
            except formula.FormulaError:
                continue  # `build` reports it with its place
            self._switches |= formula.names(tree) & self._known.switches.keys()
            needed = formula.substitute(tree, self._off)  # what only a switch that is off would read nobody need fill
            for name in (formula.names(needed) | formula.previous(needed) | formula.tables(needed)) - wanted:
                wanted.add(name)
                waiting.append(self._formula(name))
        return wanted


def _rules_of_counting(source: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The switches of the dictionary, those that a standard settles as it says (domain.md 2.4)."""
    said = {str(each["id"]): each for each in source.get("switches", ())}
    return {
        name: {**data, **{key: str(said[name][key]) for key in ("value", "confidence")}} if name in said else data
        for name, data in dictionary().switches.items()
    }


def _reads(text: str) -> frozenset[str]:
    node = formula.parse(text)
    columns = {f"{table}.{column}" for table, column in formula.columns(node)}
    return formula.names(node) | formula.previous(node) | columns
