"""The schema, one named step after another. A step once released is never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

steps = Migrations("vetdesk")


@steps()
def m001_workspace(db: Database) -> None:
    """Who the workspace belongs to, and the hash-chained journal."""
    db.table("meta").create({"key": str, "value": str}, pk="key", not_null={"value"})
    db.table("journal").create(
        {
            "seq": int, "act": str, "action": str, "unit": str, "field": str,
            "at": str, "who": str, "bytes": str, "hash": str,
        },
        pk="seq",
        not_null={"act", "action", "at", "bytes", "hash"},
    )  # fmt: skip
    db.table("journal").create_index(["unit", "field"])
    db.table("journal").create_index(["act"])


@steps()
def m002_register_and_round(db: Database) -> None:
    """Reporting units, rounds and the packs that judge them."""
    db.table("unit").create(
        {
            "code": str, "name": str, "kind": str, "district": str, "run_type": str, "ownership": str,
            "founded_year": str, "contact_name": str, "contact_phone": str, "position": int,
        },
        pk="code",
        not_null={"name", "kind"},
    )  # fmt: skip
    db.table("pack").create(
        {"sha256": str, "id": str, "version": str, "plain": str}, pk="sha256", not_null={"id", "plain"}
    )
    db.table("round").create(
        {
            "id": str, "title": str, "period": str, "deadline": str, "reference_date": str,
            "bureau_name": str, "bureau_district": str, "position": int,
        },
        pk="id",
        not_null={"title", "period"},
    )  # fmt: skip
    db.table("round_pack").create(
        {"round": str, "sha256": str, "deciding": int, "position": int},
        pk=("round", "sha256"),
        foreign_keys=[("round", "round", "id"), ("sha256", "pack", "sha256")],
    )


@steps()
def m003_figures(db: Database) -> None:
    """Figures in their three stages, explanations, evidence."""
    db.table("fact").create(
        {
            "round": str, "unit": str, "stage": str, "year": str, "fact": str, "state": str, "text": str,
            "typed_unit": str, "reason": str, "source": str,
        },
        pk=("round", "unit", "stage", "year", "fact"),
        not_null={"state"},
    )  # fmt: skip
    db.table("explanation").create({"round": str, "unit": str, "rule": str, "text": str}, pk=("round", "unit", "rule"))
    db.table("evidence").create({"sha256": str, "size": int, "mime": str}, pk="sha256", not_null={"size"})
    db.table("evidence_use").create(
        {"round": str, "unit": str, "sha256": str, "indicator": str, "label": str, "added": str},
        pk=("round", "unit", "sha256", "indicator"),
        foreign_keys=[("sha256", "evidence", "sha256")],
    )


@steps()
def m004_exchange(db: Database) -> None:
    """Packages sent and received, submissions, keys known of others."""
    db.table("package").create(
        {
            "hash": str, "kind": str, "direction": str, "issuer_role": str, "issuer_id": str, "key": str,
            "cycle": str, "seq": int, "prev": str, "unit": str, "at": str, "path": str, "state": str,
            "answers": str, "position": int,
        },
        pk="hash",
        not_null={"kind", "direction", "seq"},
    )  # fmt: skip
    db.table("package").create_index(["key", "kind", "cycle", "seq"])
    db.table("submission").create(
        {
            "hash": str, "round": str, "unit": str, "seq": int, "key": str, "state": str, "body": str,
            "received": str, "current": int, "position": int,
        },
        pk="hash",
        not_null={"round", "unit", "state", "body"},
        foreign_keys=[("hash", "package", "hash")],
    )  # fmt: skip
    db.table("submission").create_index(["round", "unit"])
    db.table("known_key").create(
        {
            "fingerprint": str, "role": str, "owner": str, "public": str, "age": str, "state": str,
            "confirmed_by": str, "confirmed_at": str,
        },
        pk="fingerprint",
        not_null={"role", "owner", "public"},
    )  # fmt: skip


@steps()
def m005_inspection(db: Database) -> None:
    """Assignments, inspectors' marks, findings, and the bureau's comments on figures."""
    db.table("assignment").create(
        {
            "id": str, "round": str, "inspector": str, "units": str, "token": str, "state": str,
            "package": str, "key": str,
        },
        pk="id",
    )  # fmt: skip
    db.table("mark").create(
        {
            "assignment": str, "round": str, "unit": str, "fact": str, "mark": str, "text": str,
            "typed_unit": str, "method": str, "note": str,
        },
        pk=("assignment", "unit", "fact"),
    )  # fmt: skip
    db.table("finding").create(
        {
            "id": str, "round": str, "unit": str, "indicator": str, "fact": str, "problem": str,
            "basis": str, "advice": str, "due": str, "state": str, "measure": str, "origin": str,
            "position": int,
        },
        pk="id",
        not_null={"unit", "problem", "state"},
    )  # fmt: skip
    db.table("comment").create(
        {"round": str, "unit": str, "fact": str, "text": str, "due": str}, pk=("round", "unit", "fact")
    )


@steps()
def m006_standards(db: Database) -> None:
    """Which version of a standard a round went by and goes by, and standards that are being written."""
    db.table("pack_switch").create(
        {"act": str, "round": str, "old": str, "new": str, "at": str, "who": str, "undone": int, "position": int},
        pk=("act", "old"),
        not_null={"round", "new", "undone"},
        foreign_keys=[("old", "pack", "sha256"), ("new", "pack", "sha256")],
    )  # fmt: skip
    db.table("draft").create({"id": str, "source": str, "made_from": str, "updated": str}, pk="id", not_null={"source"})


@steps()
def m007_exchange_in_full(db: Database) -> None:
    """Conflicts between copies, deadlines of their own, department sheets, withdrawn keys, remarks on submissions."""
    db.table("conflict").create(
        {
            "id": str, "round": str, "unit": str, "place": str, "base": str, "variants": str, "state": str,
            "chosen": str, "reason": str, "who": str, "at": str, "position": int,
        },
        pk="id",
        not_null={"round", "unit", "place", "variants", "state"},
    )  # fmt: skip
    db.table("conflict").create_index(["round", "unit", "state"])
    db.table("deadline").create(
        {"round": str, "scope": str, "id": str, "date": str}, pk=("round", "scope", "id"), not_null={"date"}
    )
    db.table("sheet").create(
        {
            "id": str, "round": str, "unit": str, "department": str, "base": str, "made": str, "taken": str,
            "position": int,
        },
        pk="id",
        not_null={"round", "unit", "department", "base"},
    )  # fmt: skip
    db.table("arrival").create({"hash": str, "unit": str, "at": str}, pk=("hash", "unit"))
    db.table("package").create_index(["position"])
    db.table("submission").create_index(["position"])
    db.table("known_key").add_column("revoked_after", str)
    db.table("known_key").add_column("reason", str)
    db.table("submission").add_column("note", str)
    db.table("submission").add_column("head", str)


@steps()
def m008_evidence_and_answers(db: Database) -> None:
    """What is known of a piece of evidence besides its content; who answers for a finding; the stamp a round asks for."""
    db.table("evidence_use").add_column("about", str)
    db.table("finding").add_column("person", str)
    db.table("round").add_column("stamp", str)


@steps()
def m009_lineage(db: Database) -> None:
    """Schools that ended, what a school came from, the acts by which the register changed; how pictures look."""
    db.table("unit").add_column("closed", str)
    db.table("unit").add_column("predecessors", str)
    db.table("lineage").create(
        {
            "id": str, "kind": str, "day": str, "document": str, "sources": str, "targets": str, "before": str,
            "who": str, "at": str, "undone": int, "position": int,
        },
        pk="id",
        not_null={"kind", "day", "sources", "targets", "before", "undone", "position"},
    )  # fmt: skip
    db.table("picture_mark").create({"sha256": str, "mark": str}, pk="sha256", not_null={"mark"})


@steps()
def m010_campaign_and_tasks(db: Database) -> None:
    """What a round lets through and how far it is; what was said to single explanations; progress of the tasks."""
    db.table("round").add_column("gate", str)
    db.table("round").add_column("stages", str)
    db.table("round").add_column("scope", str)
    db.table("explanation_review").create(
        {"round": str, "unit": str, "rule": str, "state": str, "said": str, "note": str, "due": str},
        pk=("round", "unit", "rule"),
        not_null={"state", "said"},
    )
    db.table("task_note").create(
        {
            "pack": str, "task": str, "half": str, "office": str, "state": str, "text": str, "document": str,
            "at": str, "who": str,
        },
        pk=("pack", "task", "half", "office"),
        not_null={"state", "text"},
    )  # fmt: skip


@steps()
def m011_deciding_by_class(db: Database) -> None:
    """Which schools go by another deciding standard than the rest of a round."""
    db.table("round").add_column("deciders", str)


@steps()
def m012_touched(db: Database) -> None:
    """Which schools' registration or submissions changed, in order: noted by the database itself, whatever wrote.

    A mark tells a position from the same position of another copy of the database.
    """
    db.execute(
        "CREATE TABLE touched (position INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL, mark BLOB NOT NULL)"
    )
    db.execute("INSERT INTO touched (unit, mark) VALUES ('', randomblob(8))")
    for trigger in _TOUCHING:
        db.execute(trigger)


_TOUCHING = (
    (
        "CREATE TRIGGER submission_insert AFTER INSERT ON submission BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (NEW.unit, randomblob(8)); END"
    ),
    (
        "CREATE TRIGGER submission_update AFTER UPDATE ON submission BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (OLD.unit, randomblob(8)), (NEW.unit, randomblob(8)); END"
    ),
    (
        "CREATE TRIGGER submission_delete AFTER DELETE ON submission BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (OLD.unit, randomblob(8)); END"
    ),
    (
        "CREATE TRIGGER unit_insert AFTER INSERT ON unit BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (NEW.code, randomblob(8)); END"
    ),
    (
        "CREATE TRIGGER unit_update AFTER UPDATE ON unit BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (OLD.code, randomblob(8)), (NEW.code, randomblob(8)); END"
    ),
    (
        "CREATE TRIGGER unit_delete AFTER DELETE ON unit BEGIN"
        " INSERT INTO touched (unit, mark) VALUES (OLD.code, randomblob(8)); END"
    ),
)


@steps()
def m013_contacts_by_role(db: Database) -> None:
    """Whom to call at a school besides who fills in: its head, the deputy in charge."""
    for name in ("head_name", "head_phone", "deputy_name", "deputy_phone"):
        db.table("unit").add_column(name, str)


@steps()
def m014_units_of_rounds(db: Database) -> None:
    """Which schools a round asked, kept when the next one begins; in which round a finding that went on was found."""
    db.table("round").add_column("units", str)
    db.table("finding").add_column("since", str)


VERSION = 14
"""`user_version` of a database with every step applied; the number of steps above."""
