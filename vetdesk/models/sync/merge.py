"""Three-way merge of two copies of one school's work: by field, evidence and table row. Pure, nothing is stored.

A copy is a mapping of places to texts. A place is a tuple such as `("fact", "this", "books_print")`; what is not
there is not filled, and taking something away is a change like any other. Against the state both came from:
equal changes merge, a change on one side alone is taken, different changes of one place are a conflict, deleting
against editing included. A conflict keeps every text; which one counts is for a person to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Place = tuple[str, ...]
Copy = Mapping[Place, str]

ROW = "row"
"""The part of a place that names one row of a table, followed by the texts that identify it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place whose copies differ: what it was, and the texts it was changed to ('' where it was taken away)."""

    place: Place
    base: str
    variants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """What both copies say together. In a conflict our own text stays until a person decides."""

    copy: dict[Place, str]
    taken: frozenset[Place]
    conflicts: dict[Place, Conflict] = field(default_factory=dict)


def merge(base: Copy, ours: Copy, theirs: Copy) -> Merged:
    """Ours with what theirs changed since `base`; `taken` are the places that came from theirs."""
    result: dict[Place, str] = {}
    taken: set[Place] = set()
    conflicts: dict[Place, Conflict] = {}
    for place in [*ours, *(each for each in theirs if each not in ours), *_only(base, ours, theirs)]:
        was, mine, other = base.get(place, ""), ours.get(place, ""), theirs.get(place, "")
        counts = mine
        if other not in (mine, was):
            if mine == was:
                counts = other
                taken.add(place)
            else:
                conflicts[place] = Conflict(place, was, frozenset((mine, other)))
        if counts:
            result[place] = counts
    return Merged(result, frozenset(taken), conflicts)


def _only(base: Copy, ours: Copy, theirs: Copy) -> list[Place]:
    return [each for each in base if each not in ours and each not in theirs]


def merge_all(base: Copy, copies: Iterable[Copy]) -> Merged:
    """Several copies of one state; the order they come in changes neither what is agreed nor what is in conflict.

    Where copies differ, the place keeps what it was.
    """
    changed: dict[Place, set[str]] = {}
    for copy in copies:
        for place in {*base, *copy}:
            text = copy.get(place, "")
            if text != base.get(place, ""):
                changed.setdefault(place, set()).add(text)
    result = dict(base)
    conflicts: dict[Place, Conflict] = {}
    for place, texts in changed.items():
        if len(texts) > 1:
            conflicts[place] = Conflict(place, base.get(place, ""), frozenset(texts))
            continue
        (text,) = texts
        if text:
            result[place] = text
        else:
            result.pop(place, None)
    return Merged(result, frozenset(changed) - conflicts.keys(), conflicts)


def split_rows(place: Place, text: str, keys: Sequence[str]) -> dict[Place, str] | None:
    """The rows of a table as places below its own, named by their `keys` columns; None where that tells them not apart.

    `text` is a JSON list of rows `{column: text}` as figures are stored.
    """
    found: dict[Place, str] = {}
    for row in json.loads(text):
        name = tuple(row.get(each, "") for each in keys)
        at = (*place, ROW, *name)
        if not any(name) or at in found:
            return None
        found[at] = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return found


def join_rows(copy: Copy) -> tuple[dict[Place, str], dict[Place, str]]:
    """`(everything that is no row, tables put together from their rows in the order they have)`."""
    plain: dict[Place, str] = {}
    rows: dict[Place, list[str]] = {}
    for place, text in copy.items():
        if ROW in place:
            rows.setdefault(place[: place.index(ROW)], []).append(text)
        else:
            plain[place] = text
    return plain, {place: f"[{','.join(each)}]" for place, each in rows.items()}
