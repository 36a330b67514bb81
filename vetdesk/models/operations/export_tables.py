"""The bureau's data as plain tables (CSV) for other programs, with a dictionary: enough to work every figure out again.

Numbers are exact: a value is `numerator/denominator` in the unit the dictionary names. Rates of a county or the city are
to be made of sums over sums, never of percentages of schools.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import mkdtemp

from vetdesk.models.operations import region
from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.decide import body_of
from vetdesk.models.operations.desk import desk
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
    "conclusions": ("round", "unit", "pack", "outcome", "met", "unmet", "open", "unverified", "total"),
    "shortages": ("round", "unit", "fact", "amount"),
    "together": ("round", "district", "pack", "indicator", "value", "above", "below", "schools", "missing"),
    "submissions": ("round", "unit", "seq", "hash", "previous", "key", "key_state", "state", "counts", "received"),
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

MEANINGS = {
    "unit": "code of the school (schools.unit)",
    "value": "exact number as numerator/denominator in the unit of fields or indicators; empty where there is none",
    "threshold": "the required number that counted, as numerator/denominator",
    "amount": "how much of the fact is short, as numerator/denominator in its unit",
    "stage": "declared by the school, verified on site, accepted by the bureau",
    "year": "this or last year's figure",
    "state": "of a fact: given, unknown, not_applicable; unknown is never zero; elsewhere the state of the row",
    "verdict": "met, unmet, incomplete, unverified, not_applicable",
    "missing": "facts that lack, with spaces between; of a county or the city: how many schools lack a figure",
    "outcome": "of the whole standard: met, unmet, open, unverified, not_applicable; the city's rate is met over those "
    "that are not not_applicable, the unsubmitted included",
    "counts": "1 for the submission that counts now",
    "previous": "hash of the submission before from the same computer",
    "key": "fingerprint of the computer that signed",
    "here": "1 where the file has arrived",
    "above": "of a county or (district empty) the city: the sum of its schools' numerators",
    "below": "the sum of their denominators; empty where the indicator is no ratio",
    "schools": "how many schools are in the sums; only those the pack decides about",
    "text": "as it was typed; rows of a table as JSON",
    "act": "one change of the register: rows with the same act belong together",
    "part": "before or after the change",
    "before": "of a goal: its value in the round before",
    "forecast": "of a goal: what it would be in the next round if it went on like that",
    "forecast_met": "1 where that would meet the goal, 0 where not; empty where nothing can be said",
    "sources": "where the figures of a goal are from",
    "half": "the half-year, as 2026-1",
    "undone": "1 where the change was taken back",
}
_LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def export_tables(workspace: Workspace, folder: Path, *, progress: Progress = silent) -> list[Path]:
    """Write the tables into a new or empty folder (or over tables written before). Returns the files.

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
    found = board(workspace)
    tables = dict(_tables(workspace, found))
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


def _tables(workspace: Workspace, found: Board) -> Iterator[tuple[str, Rows]]:
    here = desk(workspace)
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
    yield "facts", _facts(workspace, round_.id, here.fields)
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
        (round_.id, line.unit.code, line.deciding.id, end.outcome.value, end.met, end.unmet, end.open, end.unverified, end.total)
        for line in found.lines
        for end in (line.conclusion,)
    )  # fmt: skip
    yield "shortages", (
        (round_.id, line.unit.code, gap.fact, gap.change)
        for line in found.in_scope
        for gap in line.conclusion.shortages
    )  # fmt: skip
    of = {name: pack.id for pack in found.deciders for name in pack.indicators}
    yield (
        "together",
        (
            (
                round_.id,
                district,
                of[each.indicator],
                each.indicator,
                each.value,
                each.above,
                each.below,
                each.schools,
                each.missing,
            )
            for district, every in city_figures(workspace)
            for each in every
        ),
    )  # fmt: skip
    yield "submissions", _submissions(workspace, round_.id)
    yield "evidence", _evidence(workspace, round_.id)
    yield "findings", (
        (round_.id, each.unit, each.id, each.indicator, each.fact, each.problem, each.due, each.state, each.measure, each.person)
        for each in inspection.findings(workspace, round_.id)
    )  # fmt: skip
    goals = region.goals(workspace)
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
    yield "fields", ((name, each.text["zh"], each.unit, each.kind, each.formula) for name, each in here.fields.items())
    yield (
        "dictionary",
        (
            (table, column, MEANINGS.get(column, column.replace("_", " ")))
            for table, columns in COLUMNS.items()
            for column in columns
        ),
    )


def _facts(workspace: Workspace, round_id: str, fields: dict[str, Field]) -> Iterator[tuple[object, ...]]:
    for unit in register.units(workspace):
        held = exchange.current_submission(workspace, round_id, unit.code)
        body = body_of(held) if held else None
        declared = bodies.entries(body.facts, body.words) if body else {}
        before = bodies.entries(body.previous, body.previous_words) if body else {}
        every = [(Stage.DECLARED, figures.THIS, declared), (Stage.DECLARED, figures.LAST, before)]
        every += [
            (stage, figures.THIS, figures.read(workspace, round_id, unit.code, stage=stage))
            for stage in (Stage.VERIFIED, Stage.ACCEPTED)
        ]
        for stage, year, entries in every:
            for name, entry in entries.items():
                yield (
                    round_id, unit.code, stage.value, year, name, entry.state.value, entry.text, entry.unit,
                    _number(fields.get(name), entry), entry.reason,
                )  # fmt: skip


def _number(field: Field | None, entry: Entry) -> Fraction | None:
    if field is None or not field.number or entry.state is not State.GIVEN:
        return None
    return entry.value(field.unit)


def _submissions(workspace: Workspace, round_id: str) -> Iterator[tuple[object, ...]]:
    for each in exchange.heads(workspace, round_id)[::-1]:
        sent, key = exchange.package(workspace, each.hash), exchange.key(workspace, each.key)
        yield (
            round_id, each.unit, each.seq, each.hash, sent.prev if sent else "", each.key, key.state if key else "",
            each.state, int(each.current), each.received,
        )  # fmt: skip


def _evidence(workspace: Workspace, round_id: str) -> Iterator[tuple[object, ...]]:
    for unit in register.units(workspace):
        held = exchange.current_submission(workspace, round_id, unit.code)
        for each in body_of(held).evidence if held else ():
            about = each.about
            yield (
                round_id, unit.code, each.sha256, each.size, each.mime, each.indicator, each.label,
                int(evidence.path_of(workspace, each.sha256).is_file()), about.dated if about else "",
                about.expires if about else "", about.department if about else "",
            )  # fmt: skip
