"""The bureau's data as plain tables (CSV) for other programs, with a dictionary: enough to work every figure out again.

Numbers are exact: a value is `numerator/denominator` in the unit the dictionary names. Rates of a county or the city are
to be made of sums over sums, never of percentages of schools.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import mkdtemp

from vetdesk.models.operations import region
from vetdesk.models.operations.city_figures import figures_of
from vetdesk.models.operations.decide import body_of
from vetdesk.models.operations.desk import Desk, desk_of_round
from vetdesk.models.operations.roll_up import board
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.records.words import _
from vetdesk.models.rollup.board import Board
from vetdesk.models.store import evidence, exchange, figures, inspection, register
from vetdesk.models.store.outputs import check_target
from vetdesk.models.store.tasks import task_notes
from vetdesk.models.store.workspace import Workspace, storage_trouble, sync_files, wrong_role
from vetdesk.models.sync import bodies

Rows = Iterable[tuple[object, ...]]

COLUMNS = {
    "schools": (
        "unit", "name", "district", "county", "kind", "run_type", "ownership", "founded_year", "deadline", "state", "seq",
    ),
    "lineage": ("act", "kind", "day", "document", "unit", "part", "name", "undone"),
    "facts": ("round", "unit", "stage", "year", "fact", "state", "text", "typed_unit", "value", "reason"),
    "verdicts": ("round", "unit", "stage", "pack", "indicator", "verdict", "value", "threshold", "missing"),
    "conclusions": ("round", "unit", "stage", "known", "pack", "outcome", "met", "unmet", "open", "unverified", "total"),
    "shortages": ("round", "unit", "stage", "fact", "amount"),
    "together": ("round", "district", "stage", "pack", "indicator", "value", "above", "below", "schools", "missing"),
    "submissions": (
        "round", "unit", "seq", "hash", "previous", "key", "key_state", "state", "counts", "received", "taken_at",
        "entered_by_bureau",
    ),
    "evidence": ("round", "unit", "sha256", "size", "mime", "indicator", "label", "here", "dated", "expires", "department"),
    "findings": ("round", "unit", "id", "indicator", "fact", "problem", "due", "state", "measure", "responsible"),
    "goals": (
        "round", "district", "county", "pack", "indicator", "verdict", "value", "threshold", "before", "forecast",
        "forecast_met", "sources",
    ),
    "tasks": ("pack", "task", "half", "office", "state", "text", "document", "at", "who"),
    "indicators": ("pack", "indicator", "name", "unit", "formula", "comparison", "key"),
    "fields": ("fact", "name", "unit", "kind", "formula"),
    "dictionary": ("table", "column", "meaning"),
}  # fmt: skip
"""The tables and their columns, in order."""

EVERYWHERE = {
    "unit": "code of the school (schools.unit)",
    "round": "id of the round the tables are of",
    "name": "name in Chinese",
    "district": "administrative code of the county",
    "county": "its name",
    "stage": "declared by the school, verified on site, accepted by the bureau",
    "pack": "id of the standard",
    "indicator": "id of the indicator (indicators.indicator)",
    "fact": "id of the figure (fields.fact)",
    "formula": "how it is worked out from figures; of a field empty where it is filled in",
    "verdict": "met, unmet, incomplete, unverified, incomputable, not_applicable",
    "value": "exact number as numerator/denominator in the unit of the indicator (indicators.unit); empty where there is none",
    "threshold": "the required number that counted, as numerator/denominator",
    "key": "fingerprint of the computer that signed",
    "document": "the document that says so, or proves it",
    "sha256": "SHA-256 of the file",
    "due": "day by which it is to be put right, YYYY-MM-DD",
}
"""What a column means in every table that has it and says nothing else (`MEANINGS`)."""

MEANINGS = {
    "schools": {
        "unit": "10-digit code of the school",
        "kind": "school",
        "run_type": "code of the type of school (361 to 369), or what the register says",
        "ownership": "who runs it, as the register says",
        "founded_year": "year of foundation",
        "deadline": "day by which this school reports, YYYY-MM-DD",
        "state": "not_received, overdue, unconfirmed (identity not compared yet), received, returned, accepted, "
        "under_inspection, rectifying",
        "seq": "number of the submission that counts; 0 where there is none",
    },
    "lineage": {
        "act": "one change of the register: rows with the same act belong together",
        "unit": "code of the school; one that ended is not in schools",
        "kind": "merge, split, rename, move, recode, close",
        "day": "day from which it counts, YYYY-MM-DD",
        "part": "before or after the change",
        "name": "name it had before the change, or has now",
        "undone": "1 where the change was taken back",
    },
    "facts": {
        "year": "this or last: of this round's year or of the year before",
        "state": "given, unknown, not_applicable; unknown is never zero",
        "text": "as it was typed; rows of a table as JSON",
        "typed_unit": "unit it was typed in; empty for that of the field",
        "value": "exact number as numerator/denominator in the unit of the field (fields.unit); empty where there is none",
        "reason": "why it is unknown or does not apply",
    },
    "verdicts": {"missing": "figures that lack, with spaces between"},
    "conclusions": {
        "known": "1 where any figure of the stage is known",
        "pack": "id of the standard that decides about the school",
        "outcome": "of the whole standard: met, unmet, open, unverified, not_applicable; the city's rate is met over the "
        "schools whose declared outcome is not not_applicable (for the accepted stage: whose accepted outcome, where it "
        "is known), the unsubmitted included",
        "met": "how many indicators are met",
        "unmet": "how many are not met",
        "open": "how many cannot be judged yet",
        "unverified": "how many rest on a value nobody confirmed",
        "total": "how many indicators count",
    },
    "shortages": {"amount": "how much of the figure is short, as numerator/denominator in its unit"},
    "together": {
        "district": "code of the county; empty for the whole city",
        "value": "above over below (or above alone) as numerator/denominator, in the unit of the indicator; percentages "
        "have their factor of 100 in above",
        "above": "the sum of the schools' numerators",
        "below": "the sum of their denominators; empty where the indicator is no ratio",
        "schools": "how many schools are in the sums; only those the standard decides about",
        "missing": "how many schools lack a figure",
    },
    "submissions": {
        "seq": "number the school gave it",
        "hash": "what identifies the package: SHA-256 of its signed list of contents",
        "unit": "code of the school; one that ended is in lineage, not in schools",
        "previous": "hash of the submission before from the same computer",
        "key_state": "confirmed where its 30 digits were compared, unconfirmed, revoked",
        "state": "unconfirmed, received, returned, accepted, superseded, late, fork, waiting (for a choice)",
        "counts": "1 for the submission that counts now",
        "received": "day it came in, YYYY-MM-DD; an officer may have set another day than that of taken_at",
        "taken_at": "when it was taken here, with time and zone",
        "entered_by_bureau": "1 where the bureau entered the figures for the school (代录)",
    },
    "evidence": {
        "size": "bytes",
        "mime": "type of the file",
        "indicator": "id of the indicator or figure it proves",
        "label": "name of the file",
        "here": "1 where the file has arrived",
        "dated": "day on the document, YYYY-MM-DD",
        "expires": "day it runs out, YYYY-MM-DD",
        "department": "department that gave it",
    },
    "findings": {
        "id": "id of the finding",
        "indicator": "id of the indicator it is about",
        "problem": "what the inspector found",
        "state": "not_started, in_progress, claimed_fixed, closed",
        "measure": "what the school did",
        "responsible": "who answers for it, as the school says",
    },
    "goals": {
        "district": "code of the city or county",
        "before": "its value in the round before",
        "forecast": "what it would be in the next round if it went on like that",
        "forecast_met": "1 where that would meet the goal, 0 where not; empty where nothing can be said",
        "sources": "where its figures are from",
    },
    "tasks": {
        "task": "number of the task in the plan",
        "half": "the half-year, as 2026-1",
        "office": "the office that reported",
        "state": "not_started, in_progress, done, stuck",
        "text": "what the office says",
        "at": "when it was noted",
        "who": "who noted it",
    },
    "indicators": {
        "unit": "unit of its value",
        "comparison": "how the value is compared with the threshold: >=, >, <=, <, ==, ~",
        "key": "1 for a key indicator",
    },
    "fields": {
        "fact": "id of the figure",
        "unit": "unit of its value",
        "kind": "what kind of value it is: a number, text, a choice, a table …",
    },
    "dictionary": {"table": "name of a table", "column": "one of its columns", "meaning": "what it means"},
}
"""What the columns of a table mean, where `EVERYWHERE` does not say it."""


def meaning(table: str, column: str) -> str:
    """What a column of a table means."""
    return MEANINGS.get(table, {}).get(column) or EVERYWHERE[column]


_LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def export_tables(workspace: Workspace, folder: Path, *, of: str = "", progress: Progress = silent) -> list[Path]:
    """Write the tables of a round (its period, id or title; '' for the newest) into a new or empty folder (or over tables
    written before). Returns the files.

    Text that a spreadsheet would take for a formula begins with an apostrophe. Raises KnownError in a workspace of
    another role, for a folder that holds anything else, and where the place cannot be written.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    check_target(folder / "x.csv")
    names = {f"{each}.csv" for each in COLUMNS}
    if folder.exists() and (not folder.is_dir() or {each.name for each in folder.iterdir()} - names):
        raise KnownError(
            _("“{folder}”里有别的文件，没有导出。请换一个空文件夹。").format(folder=folder), code="not_empty"
        )
    here = desk_of_round(workspace, of)
    tables = dict(_tables(workspace, here, board(workspace, of=here)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = Path(mkdtemp(prefix=".part-", dir=folder))
        try:
            for at, name in enumerate(COLUMNS):
                progress(at, len(COLUMNS), name)
                _write(part / f"{name}.csv", COLUMNS[name], tables[name])
            sync_files(list(part.iterdir()))
            for each in sorted(part.iterdir()):
                each.replace(folder / each.name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    progress(len(COLUMNS), len(COLUMNS), "")
    return sorted(folder / name for name in names)


def _write(path: Path, columns: tuple[str, ...], rows: Rows) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(columns)
        for row in rows:
            out.writerow([_plain(each) for each in row])


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_LIKE_FORMULAS) else text


def _lineage(workspace: Workspace) -> Iterator[tuple[object, ...]]:
    """Every school of every change of the register: those before, with the names they had, and those after."""
    now = {each.code: each.name for each in register.every_unit(workspace)}
    for each in register.lineages(workspace):
        then = {one.code: one.name for one in each.before}
        head = (each.id, each.kind, each.day, each.document)
        for code in each.sources:
            yield *head, code, "before", then.get(code, now.get(code, "")), int(each.undone)
        for code in each.targets:
            yield *head, code, "after", now.get(code, ""), int(each.undone)


def _tables(workspace: Workspace, here: Desk, found: Board) -> Iterator[tuple[str, Rows]]:
    units = [line.unit.code for line in found.lines]
    round_ = here.round
    until = register.deadline_finder(workspace, round_)
    yield "schools", (
        (
            line.unit.code, line.unit.name, line.unit.district, DISTRICTS.get(line.unit.district, ""), line.unit.kind,
            line.unit.run_type, line.unit.ownership, line.unit.founded_year, until(line.unit), line.state.value, line.seq,
        )
        for line in found.lines
    )  # fmt: skip
    yield "lineage", _lineage(workspace)
    fields = {**register.known_fields(workspace, round_.id), **here.fields}  # those asked before an update too
    yield "facts", _facts(workspace, round_.id, units, fields)
    yield "verdicts", (
        (
            round_.id, line.unit.code, stage.value, pack.id, name, judged.verdict.value, judged.value, judged.threshold,
            " ".join(sorted(judged.missing)),
        )
        for line in found.lines
        for stage in Stage
        for pack in line.packs
        for name in pack.indicators
        for judged in (line.judged[stage][name],)
    )  # fmt: skip
    yield "conclusions", (
        (
            round_.id, line.unit.code, stage.value, int(stage in line.figured), line.deciding.id, end.outcome.value, end.met,
            end.unmet, end.open, end.unverified, end.total,
        )
        for line in found.lines
        for stage, end in line.concluded.items()
    )  # fmt: skip
    yield "shortages", (
        (round_.id, line.unit.code, stage.value, gap.fact, gap.change)
        for stage in Stage
        for line in found.by(stage).in_scope
        for gap in line.conclusion.shortages
    )  # fmt: skip
    of = {name: pack.id for pack in found.deciders for name in pack.indicators}
    yield (
        "together",
        (
            (
                round_.id,
                district,
                stage.value,
                of[each.indicator],
                each.indicator,
                each.value,
                each.above,
                each.below,
                each.schools,
                each.missing,
            )
            for stage in Stage
            for district, every in figures_of(workspace, here, stage)
            for each in every
        ),
    )  # fmt: skip
    yield "submissions", _submissions(workspace, round_.id)
    yield "evidence", _evidence(workspace, round_.id, units)
    yield "findings", (
        (round_.id, each.unit, each.id, each.indicator, each.fact, each.problem, each.due, each.state, each.measure, each.person)
        for each in inspection.findings(workspace, round_.id)
    )  # fmt: skip
    goals = region.goals(workspace) if round_.id == register.newest_round(workspace) else ()
    yield "goals", (
        (
            round_.id, each.district, each.place, each.pack.id, each.indicator.id, each.judged.verdict.value, each.judged.value,
            each.judged.threshold, each.before, each.forecast,
            None if each.forecast_met is None else int(each.forecast_met), " | ".join(each.sources),
        )
        for each in goals
    )  # fmt: skip
    yield (
        "tasks",
        (
            (each.pack, each.task, each.half, each.office, each.state, each.text, each.document, each.at, each.who)
            for each in task_notes(workspace)
        ),
    )
    yield "indicators", (
        (pack.id, name, each.text["zh"], each.unit, each.formula, each.cmp, int(each.key))
        for pack in {each.id: each for each in (*(one.pack for one in goals), *found.packs)}.values()
        for name, each in pack.indicators.items()
    )  # fmt: skip
    yield "fields", ((name, each.text["zh"], each.unit, each.kind, each.formula) for name, each in fields.items())
    yield (
        "dictionary",
        ((table, column, meaning(table, column)) for table, columns in COLUMNS.items() for column in columns),
    )


def _facts(
    workspace: Workspace, round_id: str, units: Sequence[str], fields: dict[str, Field]
) -> Iterator[tuple[object, ...]]:
    for unit in units:
        held = exchange.current_submission(workspace, round_id, unit)
        body = body_of(held) if held else None
        declared = bodies.entries(body.facts, body.words) if body else {}
        before = bodies.entries(body.previous, body.previous_words) if body else {}
        every = [(Stage.DECLARED, figures.THIS, declared), (Stage.DECLARED, figures.LAST, before)]
        every += [
            (stage, figures.THIS, figures.read(workspace, round_id, unit, stage=stage))
            for stage in (Stage.VERIFIED, Stage.ACCEPTED)
        ]
        for stage, year, entries in every:
            for name, entry in entries.items():
                yield (
                    round_id, unit, stage.value, year, name, entry.state.value, entry.text, entry.unit,
                    _number(fields.get(name), entry), entry.reason,
                )  # fmt: skip


def _number(field: Field | None, entry: Entry) -> Fraction | None:
    if field is None or not field.number or entry.state is not State.GIVEN:
        return None
    return entry.value(field.unit)


def _submissions(workspace: Workspace, round_id: str) -> Iterator[tuple[object, ...]]:
    ours = exchange.proxies(workspace)
    for each in exchange.heads(workspace, round_id)[::-1]:
        sent, key = exchange.package(workspace, each.hash), exchange.key(workspace, each.key)
        yield (
            round_id, each.unit, each.seq, each.hash, sent.prev if sent else "", each.key, key.state if key else "",
            each.state, int(each.current), each.received[:10], sent.at if sent else "",
            int(each.key in ours),
        )  # fmt: skip


def _evidence(workspace: Workspace, round_id: str, units: Sequence[str]) -> Iterator[tuple[object, ...]]:
    for unit in units:
        held = exchange.current_submission(workspace, round_id, unit)
        for each in body_of(held).evidence if held else ():
            about = each.about
            yield (
                round_id, unit, each.sha256, each.size, each.mime, each.indicator, each.label,
                int(evidence.path_of(workspace, each.sha256).is_file()), about.dated if about else "",
                about.expires if about else "", about.department if about else "",
            )  # fmt: skip
