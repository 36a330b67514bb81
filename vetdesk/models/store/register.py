"""Reporting units, rounds, and the packs that judge them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from vetdesk.models.packs.build import build
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.pack import Pack
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, now


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A school (or county) that reports. `district` is the administrative code of domain 7.2.

    `closed` is the day it ended ('' for one that goes on), `predecessors` the JSON of what it came from.
    """

    code: str
    name: str
    kind: str = "school"
    district: str = ""
    run_type: str = ""
    ownership: str = ""
    founded_year: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    closed: str = ""
    predecessors: str = ""
    head_name: str = ""
    head_phone: str = ""
    deputy_name: str = ""
    deputy_phone: str = ""

    def contact(self, role: str) -> tuple[str, str]:
        """Name and telephone of who answers in a role (`CONTACTS`); of who fills in where nobody is known in it."""
        found = self.own_contact(role)
        return found if any(found) else self.own_contact("contact")

    def own_contact(self, role: str) -> tuple[str, str]:
        """Name and telephone of who answers in a role, '' where nobody is known in it."""
        return getattr(self, f"{role}_name"), getattr(self, f"{role}_phone")


CONTACTS = ("contact", "head", "deputy")
"""Whom to call at a school: who fills in, its head, the deputy in charge. They stay at the bureau."""
CONTACT_FIELDS = tuple(f"{role}_{part}" for role in CONTACTS for part in ("name", "phone"))


@dataclass(frozen=True, slots=True)
class RoundStage:
    """A stage of a round (WORDS, fixed sets), the day it ends (`YYYY-MM-DD` or ''), and whether the round is in it now."""

    name: str
    until: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One call: its period, deadline (`YYYY-MM-DD`), packs (hashes, the deciding one first) and issuer."""

    id: str
    title: str
    period: str
    deadline: str
    reference_date: str
    bureau_name: str
    bureau_district: str
    packs: tuple[str, ...]
    stamp: str = ""
    gate: str = ""
    stages: tuple[RoundStage, ...] = ()
    scope: tuple[str, ...] = ()
    deciders: tuple[tuple[str, str], ...] = ()
    """Who goes by another deciding standard: `(type of school or code of one, id of the standard)`."""
    references: tuple[str, ...] = ()
    """Ids of standards that decide about some schools and are reckoned beside for all others."""

    def decider(self, unit: UnitRecord) -> str:
        """The id of the standard that decides about a school: its own, that of its type; '' for that of all others."""
        named = dict(self.deciders)
        return named.get(unit.code) or named.get(unit.run_type, "")

    def asks(self, unit: UnitRecord) -> bool:
        """Whether a school is asked: all are where nothing is said, else those of a county, type, or code named."""
        return not self.scope or bool({unit.code, unit.district, unit.run_type} & set(self.scope))

    @property
    def stage(self) -> RoundStage | None:
        """The stage the round is in; None where it has no stages."""
        return next((each for each in self.stages if each.now), None)


def units(workspace: Workspace) -> list[UnitRecord]:
    """The units that go on, in the order of the register."""
    return [each for each in every_unit(workspace) if not each.closed]


def asked(workspace: Workspace, each: Round) -> list[UnitRecord]:
    """The units that go on and that a round asks, in the order of the register."""
    return [unit for unit in units(workspace) if each.asks(unit)]


def put_asked(workspace: Workspace, round_id: str, records: Iterable[UnitRecord]) -> None:
    """Keep the schools that a round asked, in the caller's transaction."""
    text = json.dumps([asdict(each) for each in records], ensure_ascii=False)
    workspace.db.table("round").update(round_id, {"units": text})


def asked_then(workspace: Workspace, round_id: str) -> list[UnitRecord] | None:
    """The schools that were kept as those a round asked; None where none were."""
    row = workspace.row("SELECT units FROM round WHERE id = ?", (round_id,))
    return [UnitRecord(**each) for each in json.loads(row["units"])] if row and row["units"] else None


def every_unit(workspace: Workspace) -> list[UnitRecord]:
    """All units, those that ended too, in the order of the register."""
    return [
        UnitRecord(**{name: row[name] or "" for name in row.keys()})  # noqa: SIM118 - a Row, not a dict
        for row in workspace.rows(
            "SELECT code, name, kind, district, run_type, ownership, founded_year, contact_name, contact_phone,"
            " closed, predecessors, head_name, head_phone, deputy_name, deputy_phone FROM unit ORDER BY position"
        )
    ]


def unit(workspace: Workspace, code: str) -> UnitRecord | None:
    """The unit of a code, one that ended too."""
    row = workspace.row(
        "SELECT code, name, kind, district, run_type, ownership, founded_year, contact_name, contact_phone,"
        " closed, predecessors, head_name, head_phone, deputy_name, deputy_phone FROM unit WHERE code = ?",
        (code,),
    )
    return UnitRecord(**{name: row[name] or "" for name in row.keys()}) if row else None  # noqa: SIM118


def put_units(workspace: Workspace, records: Iterable[UnitRecord]) -> tuple[int, int]:
    """Add or update units with journal rows, in the caller's transaction. Returns how many were new and changed."""
    before = {each.code: each for each in every_unit(workspace)}
    count = len(before)
    fresh = changed = 0
    notes = []
    for record in records:
        old = before.get(record.code)
        if old == record:
            continue
        fresh, changed = (fresh + 1, changed) if old is None else (fresh, changed + 1)
        position = count + fresh
        before[record.code] = record
        row = asdict(record)
        if old is None:
            workspace.db.table("unit").insert({**row, "position": position})
        else:
            workspace.db.table("unit").update(record.code, row)
        notes.append(journal.Note("register", record.code, "unit", asdict(old) if old else None, row))
    if notes:
        journal.write(workspace, notes)
    return fresh, changed


def drop_unit(workspace: Workspace, record: UnitRecord) -> None:
    """Take a unit out of the register that nothing was received of, with its journal row, in the caller's transaction."""
    workspace.db.table("unit").delete(record.code)
    journal.write(workspace, [journal.Note("register", record.code, "unit", asdict(record), None)])


@dataclass(frozen=True, slots=True)
class Lineage:
    """An act by which the register changed: codes before and after, the units as they were, day and document."""

    id: str
    kind: str
    day: str
    document: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    before: tuple[UnitRecord, ...]
    who: str = ""
    at: str = ""
    undone: bool = False


def put_lineage(workspace: Workspace, each: Lineage) -> None:
    """Keep such an act, with its journal row, in the caller's transaction."""
    count = workspace.row("SELECT COUNT(*) AS n FROM lineage")
    row = {
        "id": each.id, "kind": each.kind, "day": each.day, "document": each.document,
        "sources": json.dumps(each.sources), "targets": json.dumps(each.targets),
        "before": json.dumps([asdict(one) for one in each.before], ensure_ascii=False),
    }  # fmt: skip
    workspace.db.table("lineage").insert(
        {
            **row, "who": workspace.actor.name, "at": now(), "undone": 0,
            "position": int(count["n"]) + 1 if count else 1,
        }
    )  # fmt: skip
    journal.write(workspace, [journal.Note("lineage", field=f"lineage.{each.id}", new=row)])


def undo_lineage(workspace: Workspace, each: Lineage) -> None:
    """Note that such an act was taken back, with its journal row, in the caller's transaction."""
    workspace.db.table("lineage").update(each.id, {"undone": 1})
    journal.write(workspace, [journal.Note("lineage", field=f"lineage.{each.id}", old=each.kind, new=None)])


def lineages(workspace: Workspace) -> list[Lineage]:
    """Every such act, the newest first."""
    return [
        Lineage(
            row["id"], row["kind"], row["day"], row["document"] or "", tuple(json.loads(row["sources"])),
            tuple(json.loads(row["targets"])), tuple(UnitRecord(**one) for one in json.loads(row["before"])),
            row["who"] or "", row["at"] or "", bool(row["undone"]),
        )
        for row in workspace.rows("SELECT * FROM lineage ORDER BY position DESC")
    ]  # fmt: skip


def put_pack(workspace: Workspace, pack: Pack) -> str:
    """Keep a pack in the workspace, in the caller's transaction. Returns its hash."""
    sha256 = fingerprint(pack)
    workspace.db.table("pack").insert(
        {
            "sha256": sha256,
            "id": pack.id,
            "version": pack.version,
            "plain": encode(pack.plain).decode("utf-8"),
        },
        ignore=True,
    )
    return sha256


@lru_cache(maxsize=32)
def _built(plain: str) -> Pack:
    """A pack of its text. One text is built once, however many workspaces are opened: packs are never changed."""
    return build(json.loads(plain))


def packs(workspace: Workspace, round_id: str) -> list[Pack]:
    """The packs of a round, the deciding one first. Their examples were run when they came in."""
    found = []
    for row in workspace.rows(
        "SELECT sha256, plain FROM round_pack JOIN pack USING (sha256)"
        " WHERE round_pack.round = ? ORDER BY round_pack.deciding DESC, round_pack.position",
        (round_id,),
    ):
        built = workspace.built.get(row["sha256"])
        if not isinstance(built, Pack):
            built = workspace.built[row["sha256"]] = _built(row["plain"])
        found.append(built)
    return found


def put_round(workspace: Workspace, each: Round) -> None:
    """Keep a round (its packs are there already), with its journal row, in the caller's transaction."""
    row: dict[str, Any] = asdict(each)
    hashes = row.pop("packs")
    row["stages"] = _stages_text(each.stages)
    row["scope"] = json.dumps(each.scope) if each.scope else ""
    references = row.pop("references")
    row["deciders"] = json.dumps([each.deciders, references]) if each.deciders else ""
    count = workspace.row("SELECT COUNT(*) AS n FROM round")
    workspace.db.table("round").insert({**row, "position": int(count["n"]) + 1 if count else 1})
    workspace.db.table("round_pack").insert_all(
        [
            {"round": each.id, "sha256": sha256, "deciding": int(at == 0), "position": at}
            for at, sha256 in enumerate(hashes)
        ]
    )
    journal.write(workspace, [journal.Note("round", field="round", new=asdict(each), round=each.id)])


def rounds(workspace: Workspace) -> list[Round]:
    """All rounds, the newest first."""
    found = []
    for row in workspace.rows(
        "SELECT id, title, period, deadline, reference_date, bureau_name, bureau_district, stamp, gate, stages, scope,"
        " deciders FROM round ORDER BY position DESC"
    ):
        hashes = workspace.rows(
            "SELECT sha256 FROM round_pack WHERE round = ? ORDER BY deciding DESC, position", (row["id"],)
        )
        found.append(
            Round(
                row["id"], row["title"], row["period"], row["deadline"] or "", row["reference_date"] or "",
                row["bureau_name"] or "", row["bureau_district"] or "",
                tuple(each["sha256"] for each in hashes), row["stamp"] or "", row["gate"] or "",
                tuple(RoundStage(**each) for each in json.loads(row["stages"] or "[]")),
                tuple(json.loads(row["scope"] or "[]")),
                *_deciders(row["deciders"] or "[[], []]"),
            )
        )  # fmt: skip
    return found


def rounds_before(workspace: Workspace, round_id: str) -> list[Round]:
    """The rounds before one, the newest first."""
    every = rounds(workspace)
    at = next((at for at, each in enumerate(every) if each.id == round_id), len(every))
    return every[at + 1 :]


def _deciders(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    deciders, references = json.loads(text)
    return tuple((who, pack) for who, pack in deciders), tuple(references)


def put_deadline(workspace: Workspace, round_id: str, scope: str, id_: str, date: str) -> None:
    """Give a city, county or school another deadline, in the caller's transaction."""
    workspace.db.table("deadline").upsert(
        {"round": round_id, "scope": scope, "id": id_, "date": date}, pk=("round", "scope", "id")
    )


def deadlines(workspace: Workspace, round_id: str) -> list[tuple[str, str, str]]:
    """`(scope, id, date)` of every deadline of its own in a round."""
    return [
        (row["scope"], row["id"], row["date"])
        for row in workspace.rows(
            "SELECT scope, id, date FROM deadline WHERE round = ? ORDER BY scope, id", (round_id,)
        )
    ]


def deadline_of(workspace: Workspace, each: Round, *, scope: str, id_: str) -> str:
    """The deadline that was set for a school, county or the city; else the city's, else the round's."""
    found = {(one, of): date for one, of, date in deadlines(workspace, each.id)}
    return found.get((scope, id_)) or found.get(("city", each.bureau_district)) or each.deadline


def deadline_finder(workspace: Workspace, each: Round) -> Callable[[UnitRecord], str]:
    """Says the deadline that counts for a school: its own, its county's, the city's, the round's."""
    found = {(one, of): date for one, of, date in deadlines(workspace, each.id)}
    for_all = found.get(("city", each.bureau_district)) or each.deadline
    return lambda unit: found.get(("school", unit.code)) or found.get(("county", unit.district)) or for_all


def set_round_deadline(workspace: Workspace, round_id: str, date: str) -> None:
    """Let a round end on another day, in the caller's transaction."""
    workspace.db.table("round").update(round_id, {"deadline": date})


def set_round_plan(workspace: Workspace, each: Round) -> bool:
    """Keep what a round lets through and its stages, with a journal row, in the caller's transaction; says if it changed."""
    old = next(one for one in rounds(workspace) if one.id == each.id)
    if (old.gate, old.stages) == (each.gate, each.stages):
        return False
    workspace.db.table("round").update(each.id, {"gate": each.gate, "stages": _stages_text(each.stages)})
    before, after = ({"gate": one.gate, "stages": [asdict(stage) for stage in one.stages]} for one in (old, each))
    journal.write(workspace, [journal.Note("stage", field="round.plan", old=before, new=after, round=each.id)])
    return True


def _stages_text(stages: tuple[RoundStage, ...]) -> str:
    return json.dumps([asdict(each) for each in stages]) if stages else ""


def newest_round(workspace: Workspace) -> str:
    """The id of the newest round; '' where there is none."""
    row = workspace.row("SELECT id FROM round ORDER BY position DESC LIMIT 1")
    return str(row["id"]) if row else ""


@dataclass(frozen=True, slots=True)
class PackSwitch:
    """A round went from one version of a standard to another."""

    act: str
    round: str
    old: str
    new: str
    at: str
    who: str
    undone: bool


def pack_of(workspace: Workspace, sha256: str) -> Pack | None:
    """A pack the workspace keeps, by its hash."""
    built = workspace.built.get(sha256)
    if isinstance(built, Pack):
        return built
    row = workspace.row("SELECT plain FROM pack WHERE sha256 = ?", (sha256,))
    if row is None:
        return None
    found = _built(row["plain"])
    workspace.built[sha256] = found
    return found


def switches(workspace: Workspace, round_id: str) -> list[PackSwitch]:
    """Every change of a standard of a round, the oldest first."""
    return [
        PackSwitch(
            row["act"], row["round"], row["old"], row["new"], row["at"] or "", row["who"] or "", bool(row["undone"])
        )
        for row in workspace.rows("SELECT * FROM pack_switch WHERE round = ? ORDER BY position", (round_id,))
    ]


def switch_pack(workspace: Workspace, round_id: str, old: str, new: str, *, act: str) -> None:
    """Let a round go by another version of a standard (which is kept already), in the caller's transaction."""
    _point(workspace, round_id, old, new)
    count = workspace.row("SELECT COUNT(*) AS n FROM pack_switch")
    workspace.db.table("pack_switch").insert(
        {
            "act": act, "round": round_id, "old": old, "new": new, "at": now(), "who": workspace.actor.name,
            "undone": 0, "position": int(count["n"]) + 1 if count else 1,
        }
    )  # fmt: skip


def switch_back(workspace: Workspace, each: PackSwitch) -> None:
    """Let a round go by the version before again, in the caller's transaction."""
    _point(workspace, each.round, each.new, each.old)
    workspace.db.table("pack_switch").update((each.act, each.old), {"undone": 1})


def _point(workspace: Workspace, round_id: str, old: str, new: str) -> None:
    workspace.db.execute("UPDATE round_pack SET sha256 = ? WHERE round = ? AND sha256 = ?", (new, round_id, old))


def round_packs(workspace: Workspace, round_id: str) -> list[Pack]:
    """Every version of every standard the round goes by or went by, those that count now first."""
    hashes = [row["sha256"] for row in workspace.rows("SELECT sha256 FROM round_pack WHERE round = ?", (round_id,))]
    for each in switches(workspace, round_id):
        hashes += [each.old, each.new]
    return [found for sha256 in dict.fromkeys(hashes) if (found := pack_of(workspace, sha256)) is not None]


def known_fields(workspace: Workspace, round_id: str) -> dict[str, Field]:
    """The facts of every version of every standard of the round, by id, as the newest version has them."""
    return workspace.kept(f"fields {round_id}", lambda: _known_fields(workspace, round_id))


def _known_fields(workspace: Workspace, round_id: str) -> dict[str, Field]:
    return {name: field for pack in reversed(round_packs(workspace, round_id)) for name, field in pack.fields.items()}


def draft(workspace: Workspace, pack_id: str) -> str | None:
    """The source form (JSON) of a standard that is being written."""
    row = workspace.row("SELECT source FROM draft WHERE id = ?", (pack_id,))
    return str(row["source"]) if row else None


def drafts(workspace: Workspace) -> list[tuple[str, str]]:
    """`(id, source form)` of every standard that is being written."""
    return [(row["id"], row["source"]) for row in workspace.rows("SELECT id, source FROM draft ORDER BY id")]


def put_draft(workspace: Workspace, pack_id: str, source: str, *, made_from: str = "") -> None:
    """Keep a standard that is being written, in the caller's transaction."""
    workspace.db.table("draft").upsert(
        {"id": pack_id, "source": source, "made_from": made_from, "updated": now()}, pk="id"
    )


def drop_draft(workspace: Workspace, pack_id: str) -> None:
    """Put a standard that is being written away, in the caller's transaction."""
    workspace.db.table("draft").delete_where("id = ?", (pack_id,))
