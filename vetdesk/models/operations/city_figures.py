"""The figures of the city and of each county, from what the schools declared that each deciding standard is about.

What a school adds is worked out once and kept in a file that may be lost (`store.derived`): after a school's submission
changed only that school is read again. `sums_of` is the same from given figures, without the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from vetdesk.models.operations import kept_lines
from vetdesk.models.operations.assess import identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.operations.round_units import units_of_round
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.judge import data_of
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.rollup import packed_sums
from vetdesk.models.rollup.board import classed
from vetdesk.models.rollup.packed_sums import Row, Sums
from vetdesk.models.rollup.together import Adder, Part, Together
from vetdesk.models.store import derived, exchange, figures, register, touched
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.touched import Place
from vetdesk.models.store.workspace import Workspace

Figures = list[tuple[str, tuple[Together, ...]]]
_DIGEST = 16
_MANY = 200
"""So many schools are read again one by one; of more, all are."""


def city_figures(workspace: Workspace) -> Figures:
    """`(district, figures)` of the whole city ('') and of every county that has schools, by its code.

    A school that has not submitted counts as missing. Raises KnownError where there is no round.
    """
    found = desk(workspace)
    name = f"sums {found.round.id}"
    known = workspace.built.pop(name, None)  # it changes now: what is interrupted half-way is not found again
    book = _current(workspace, found, known if isinstance(known, _Book) else None)
    workspace.built[name] = book
    return book.figures()


def figures_of(workspace: Workspace, found: Desk, stage: Stage) -> Figures:
    """That of any round, by the figures of a stage; only those declared in the newest round are kept."""
    if stage is Stage.DECLARED and found.round.id == register.newest_round(workspace):
        return city_figures(workspace)
    former = register.known_fields(workspace, found.round.id)
    held = exchange.current_submissions(workspace, found.round.id)
    known = figures.read_all(workspace, found.round.id, stage=stage) if stage is not Stage.DECLARED else {}
    entries: dict[UnitRecord, Mapping[str, Entry]] = {}
    for unit in units_of_round(workspace, found.round):
        sent = held.get(unit.code)
        own = carried(declared(sent), found.every, former) if sent is not None else {}
        later = carried(known.get(unit.code, {}), found.every, former)
        entries[unit] = own if stage is Stage.DECLARED else {**classed(found.seen_by(unit).packs, own), **later}
    return sums_of(found, entries)


def sums_of(found: Desk, entries: Mapping[UnitRecord, Mapping[str, Entry]]) -> Figures:
    """That of the figures of schools."""
    adders = _adders(found)
    groups: dict[str, dict[str, list[list[Part | None] | None]]] = {"": {}}
    for unit, each in entries.items():
        pack = found.decider(unit)
        parts = _parts(adders[pack.id], unit, each)
        for district in dict.fromkeys(("", unit.district)):
            groups.setdefault(district, {}).setdefault(pack.id, []).append(parts)
    return [
        (district, tuple(each for name in adders if name in by_pack for each in adders[name].together(by_pack[name])))
        for district, by_pack in sorted(groups.items())
    ]


def _parts(adder: Adder, unit: UnitRecord, entries: Mapping[str, Entry]) -> list[Part | None] | None:
    return adder.parts(data_of(adder.pack, {**entries, **identity_facts(unit)}))


def _digest(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=_DIGEST).digest()


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the rows rest on: standards and program, the place in the order of changes; and their checksums by pack."""

    standards: str
    position: int
    mark: str
    counties: list[str]
    checks: dict[str, int]

    @property
    def place(self) -> Place:
        """That place."""
        return Place(self.position, self.mark)


@dataclass(slots=True)
class _Book:
    """The sums by pack and county (its number in `counties`), what they rest on, and by pack the checksum of each
    school's row."""

    adders: Mapping[str, Adder]
    standards: str
    place: Place
    counties: list[str] = field(default_factory=list)
    sums: dict[tuple[str, int], Sums] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[bytes, int]] = field(default_factory=dict)
    said: dict[str, tuple[Together, ...]] = field(default_factory=dict)

    def number(self, county: str) -> int:
        """The number of a county, a new one for one not met before."""
        if county not in self.counties:
            self.counties.append(county)
        return self.counties.index(county)

    def take(self, pack: str, row: Row) -> None:
        """Add a school."""
        self.rows.setdefault(pack, {})[row.unit] = row.check
        self._add(pack, row, 1)

    def leave(self, unit: str, pack: str, row: Row) -> bool:
        """Take a school away; False where this row is not the one that was added."""
        if pack not in self.adders or not row.whole(len(self.adders[pack].ratios)):
            return False
        added = self.rows.get(pack, {})
        if row.unit != packed_sums.unit_key(unit) or added.get(row.unit) != row.check:
            return False
        del added[row.unit]
        self._add(pack, row, -1)
        return True

    def _add(self, pack: str, row: Row, sign: int) -> None:
        place = (pack, row.county)
        if place not in self.sums:
            self.sums[place] = Sums.nothing(len(self.adders[pack].ratios))
        self.sums[place].take(row, sign=sign)
        self.checks[pack] = (self.checks.get(pack, 0) + sign * row.check) % 2**64
        self.said.pop("", None)
        self.said.pop(self.counties[row.county], None)

    def head(self) -> bytes:
        """The head of the file, after a digest of it."""
        said = msgspec.json.encode(
            _Head(self.standards, self.place.position, self.place.mark, self.counties, self.checks)
        )
        return _digest(said) + said

    def figures(self) -> Figures:
        """The figures of the city and its counties; those of a county are made again only after a change in it."""
        there = {self.counties[county] for (_pack, county), sums in self.sums.items() if sums.rows}
        for district in {"", *there}:
            if district not in self.said:
                self.said[district] = tuple(each for name in self.adders for each in self._of(name, district))
        return [(district, self.said[district]) for district in sorted({"", *there})]

    def _of(self, pack: str, district: str) -> Iterable[Together]:
        ratios = self.adders[pack].ratios
        total = Sums.nothing(len(ratios))
        for (name, county), sums in self.sums.items():
            if name == pack and district in ("", self.counties[county]):
                total.take_all(sums)
        return total.together(ratios) if total.rows else ()


def _current(workspace: Workspace, found: Desk, known: _Book | None) -> _Book:
    """The sums as they stand: those known, or kept in the file, with what changed since; else made anew."""
    place = touched.now_at(workspace)
    standards = _standards(workspace, found)
    if known is not None and known.standards == standards and known.place == place:
        return known
    book = _kept(workspace, found, known, standards, place)
    if book is None:
        book, rows = _anew(workspace, found, standards, place)
        with (
            suppress(derived.LostError),
            derived.sums_file(workspace) as file,
        ):  # it is no source: without it nothing changes
            file.write(found.round.id, book.head(), rows, anew=True)
    return book


def _kept(workspace: Workspace, found: Desk, known: _Book | None, standards: str, place: Place) -> _Book | None:
    """Those known or kept in the file, with what changed since; None where there are none, or not all of it is whole."""
    try:
        with derived.sums_file(workspace) as file:
            same = known is not None and known.standards == standards and known.head() == file.head(found.round.id)
            book = known if same else _read(file, found, standards)
            since = touched.since(workspace, book.place) if book is not None else None
            if book is None or since is None or len(since) > _MANY:
                return None
            book.place = place
            return book if not since or _refresh(workspace, found, file, book, since) else None
    except derived.LostError:
        return None


def _standards(workspace: Workspace, found: Desk) -> str:
    """A digest of all that sums rest on besides register and submissions: the program, the standards then and now, and
    whom they are about."""
    digest = hashlib.blake2b(kept_lines.engine(), digest_size=16)
    before = [(each.old, each.new) for each in register.switches(workspace, found.round.id)]
    said = (found.round.reference_date, found.round.packs, before, found.round.deciders, found.round.scope)
    digest.update(msgspec.json.encode(said))
    return digest.hexdigest()


def _read(file: derived.SumsFile, found: Desk, standards: str) -> _Book | None:
    """The sums of the file; None where it has none that rest on these standards, or not all of them are whole."""
    kept = file.head(found.round.id)
    if kept[:_DIGEST] != _digest(kept[_DIGEST:]):
        return None
    try:
        head = msgspec.json.decode(kept[_DIGEST:], type=_Head)
    except msgspec.DecodeError:  # another version of the program wrote it
        return None
    if head.standards != standards:
        return None
    book = _Book(_adders(found), standards, head.place, list(head.counties))
    for pack, adder in book.adders.items():
        sums = packed_sums.read(file.rows(found.round.id, pack), len(adder.ratios))
        if sums is None or sum(sums.checks.values()) % 2**64 != head.checks.get(pack, 0):
            return None
        book.checks[pack] = head.checks.get(pack, 0)
        book.rows[pack] = sums.checks
        for county, each in sums.counties.items():
            if not 0 <= county < len(book.counties):
                return None
            book.sums[pack, county] = each
        more = [Row(row, beside) for row, beside in file.beside(found.round.id, pack)] if sums.beside else []
        if len(more) != sums.beside or not all(row.whole(len(adder.ratios)) for row in more):
            return None
        for row in more:
            book.sums[pack, row.county].take_beside(row)
    return book


@lru_cache(maxsize=16)
def _adder(pack: _Same) -> Adder:
    return Adder(pack.pack)


class _Same:
    """A pack as a key: one and the same object, whatever it holds."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __hash__(self) -> int:
        return id(self.pack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pack is self.pack


def _adders(found: Desk) -> dict[str, Adder]:
    return {pack.id: _adder(_Same(pack)) for pack in found.deciders}


def _refresh(workspace: Workspace, found: Desk, file: derived.SumsFile, book: _Book, since: Iterable[str]) -> bool:
    """Read some schools again, and keep their rows; False where what was kept of one is not whole."""
    former = register.known_fields(workspace, found.round.id)
    rows, gone = [], []
    for code in since:
        if any(packed_sums.unit_key(code) in each for each in book.rows.values()):
            old = file.row(found.round.id, code)
            if old is None or not book.leave(code, old[0], Row(old[1], old[2])):
                return False
            gone.append(code)
        unit = register.unit(workspace, code)
        if unit is not None and not unit.closed and found.round.asks(unit):
            held = exchange.current_submission(workspace, found.round.id, code)
            pack, row = _row(book, found, unit, held, former)
            book.take(pack.id, row)
            rows.append((code, pack.id, row.sums, row.beside))
    file.write(found.round.id, book.head(), rows, gone=gone)
    return True


def _anew(
    workspace: Workspace, found: Desk, standards: str, place: Place
) -> tuple[_Book, list[tuple[str, str, bytes, str]]]:
    """The sums from every school, with the rows for the file, county by county."""
    former = register.known_fields(workspace, found.round.id)
    held = exchange.current_submissions(workspace, found.round.id)
    book, rows = _Book(_adders(found), standards, place), []
    for unit in sorted(register.asked(workspace, found.round), key=lambda each: each.district):
        pack, row = _row(book, found, unit, held.get(unit.code), former)
        book.take(pack.id, row)
        rows.append((unit.code, pack.id, row.sums, row.beside))
    return book, rows


def _row(
    book: _Book, found: Desk, unit: UnitRecord, held: Submission | None, former: Mapping[str, Field]
) -> tuple[Pack, Row]:
    pack = found.decider(unit)
    adder = book.adders[pack.id]
    entries = carried(declared(held), found.every, former) if held is not None else {}
    return pack, packed_sums.packed(
        unit.code, _parts(adder, unit, entries), book.number(unit.district), len(adder.ratios)
    )
