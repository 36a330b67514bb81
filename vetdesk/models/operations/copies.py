"""A school's work as places and texts, so that two copies of it can be merged; and a copy written for another computer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from vetdesk.models.operations.carried_journal import CarriedJournal, as_blob, own_journal
from vetdesk.models.operations.conflict_cards import EVIDENCE, EXPLANATION, FACT, REPLY
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.about_evidence import NOTHING, as_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.store import conflicts, evidence, exchange, figures, inspection
from vetdesk.models.store.exchange import PackageRecord
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import others_of
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.merge import Place, join_rows, split_rows
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.sign import KEY_TYPE, signature

NO_JOURNAL = bodies.JournalEntry("", 0)


def whole_body(workspace: Workspace, *, with_errors: str = "") -> tuple[bodies.SubmissionBody, bytes]:
    """Everything a school's workspace says, and its journal as a file to carry along."""
    content, entry = as_blob(own_journal(workspace))
    return own_body(workspace, entry, with_errors), content


def own_copy(workspace: Workspace) -> dict[Place, str]:
    """This workspace's work as places and texts."""
    return copy_of(own_body(workspace), desk(workspace).fields)


def own_body(
    workspace: Workspace, entry: bodies.JournalEntry = NO_JOURNAL, with_errors: str = ""
) -> bodies.SubmissionBody:
    """Everything a school's workspace says, with the entry of a journal that is carried along."""
    found, unit = desk(workspace), own_unit(workspace)
    round_id, fields = found.round.id, found.fields
    keys = own_keys(workspace)
    this, last = (figures.read(workspace, round_id, unit.code, year=year) for year in (figures.THIS, figures.LAST))
    return bodies.SubmissionBody(
        round=round_id,
        unit=unit.code,
        name=unit.name,
        filler=workspace.meta("person"),
        phone=workspace.meta("phone"),
        age=keys.recipient,
        facts=bodies.figures(this, fields),
        words=bodies.words(this, fields),
        previous=bodies.figures(last, fields),
        previous_words=bodies.words(last, fields),
        explanations=figures.explanations(workspace, round_id, unit.code),
        evidence=[
            bodies.EvidenceEntry(
                each.sha256,
                each.size,
                each.mime,
                each.indicator,
                each.label,
                None if each.about == NOTHING else each.about,
            )
            for each in evidence.used(workspace, round_id, unit.code)
        ],
        replies=[
            bodies.Reply(each.id, each.state, each.measure, each.person)
            for each in inspection.findings(workspace, round_id, unit=unit.code)
            if each.state in ("in_progress", "claimed_fixed")
        ],
        with_errors=with_errors.strip()[:5000],
        journal=entry,
        known=[each.hash for each in exchange.packages(workspace, direction="in") if each.state != "undone"][:1000],
        decisions=[
            bodies.ConflictDecision(
                list(each.place), each.chosen, each.reason, each.who, each.at, [one.text for one in each.variants]
            )
            for each in conflicts.conflicts(workspace, round_id, unit.code, state="decided")
        ],
        succeeds=_succession(workspace, keys.public),
    )


def _succession(workspace: Workspace, public: bytes) -> bodies.Succession:
    """The key this school had on this computer before, vouching for the present one."""
    others = others_of(workspace.owner, workspace.id)
    if not others:
        return bodies.Succession("", "")
    return bodies.Succession(others[0].public.hex(), signature(others[0].signing, public, kind=KEY_TYPE).hex())


def export_copy(workspace: Workspace, target: Path) -> tuple[Posted, Changes]:
    """Write the work as it stands for another computer of the same school; no rule stands in the way.

    Raises KnownError where evidence files are gone or altered, or the place cannot be written.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    body, content = whole_body(workspace)
    posted = post(
        workspace, target, "copy", body,
        audience=Party("school", workspace.owner), cycle=body.round, unit=body.unit,
        blobs=blobs_of(workspace, [(each.sha256, each.label) for each in body.evidence]), loose=[content],
    )  # fmt: skip
    return posted, Changes(packages=True)


def archived(workspace: Workspace, each: PackageRecord) -> tuple[Verified, bodies.SubmissionBody]:
    """A submission or copy in the archive, verified, and what it says.

    Raises RefusedError where it is gone or altered.
    """
    verified = verify(workspace.folder / each.path)
    return verified, bodies.decode(verified.data(), bodies.SubmissionBody, file=each.path)


def copy_of(body: bodies.SubmissionBody, fields: Mapping[str, Field]) -> dict[Place, str]:
    """The work a body says, as places and texts. Tables are split by rows where their rows can be told apart."""
    found: dict[Place, str] = {}
    for year, numbers, texts in (
        (figures.THIS, body.facts, body.words), (figures.LAST, body.previous, body.previous_words)
    ):  # fmt: skip
        for name, entry in bodies.entries(numbers, texts).items():
            found.update(entry_places((FACT, year, name), entry, fields.get(name)))
    found.update({(EXPLANATION, rule): text for rule, text in body.explanations.items() if text})
    found.update(
        {
            (EVIDENCE, each.sha256, each.indicator): used_text(each.label, as_text(each.about or NOTHING))
            for each in body.evidence
        }
    )
    found.update({(REPLY, each.finding): _reply(each.state, each.measure, each.person) for each in body.replies})
    return found


def entry_places(place: Place, entry: Entry, field: Field | None) -> dict[Place, str]:
    """An entry as one place, or as one more for each row of a table."""
    if entry.state is State.UNFILLED:
        return {}
    keys = [name for name, column in field.columns.items() if column.kind == "text"] if field and field.columns else []
    given = entry.state is State.GIVEN and entry.text.startswith("[")
    rows = split_rows(place, entry.text, keys) if keys and given else None
    if rows is None:
        return {place: json.dumps(figures.plain(entry), ensure_ascii=False)}
    return {place: json.dumps(figures.plain(Entry(entry.state, "[]", entry.unit, entry.reason))), **rows}


def entries_of(copy: Mapping[Place, str]) -> dict[str, dict[str, Entry]]:
    """The figures of a copy, by year and id, tables put together again."""
    plain, tables = join_rows({place: text for place, text in copy.items() if place[0] == FACT})
    found: dict[str, dict[str, Entry]] = {figures.THIS: {}, figures.LAST: {}}
    for place in {**plain, **tables}:
        entry = figures.from_plain(json.loads(plain[place])) if place in plain else Entry(State.GIVEN, "[]")
        if place in tables:
            entry = Entry(State.GIVEN, tables[place], entry.unit, "")
        found[place[1]][place[2]] = entry
    return found


def used_text(label: str, about: str) -> str:
    """A use of evidence as one text: its label, and what is known of it in a second line."""
    return f"{label or ' '}\n{about}" if about else label or " "


def _reply(state: str, measure: str, person: str) -> str:
    return json.dumps([state, measure, *([person] if person else [])], ensure_ascii=False)


def base_of(
    ours: Mapping[Place, str], own: CarriedJournal, common: int, fields: Mapping[str, Field]
) -> dict[Place, str]:
    """What our copy was when the first `common` rows of its journal had been written; with none, nothing at all."""
    if not common:
        return {}
    base = dict(ours)
    for row in reversed(own.rows[common:]):
        field, old = str(row["field"]), row["old"]
        kind, _dot, rest = field.partition(".")
        if kind == "declared":
            year, _dot, name = rest.partition(".")
            _forget(base, (FACT, year, name))
            if isinstance(old, list):
                base.update(entry_places((FACT, year, name), figures.from_plain(old), fields.get(name)))
        elif kind == "rule":
            _put(base, (EXPLANATION, rest), old if isinstance(old, str) else "")
        elif kind == "evidence":
            if isinstance(row["new"], list):  # attached since
                base.pop((EVIDENCE, rest, str(row["new"][0])), None)
            if isinstance(old, list):
                base[EVIDENCE, rest, str(old[0])] = used_text(str(old[1]), str(old[2]) if len(old) > 2 else "")
        elif kind == "finding" and isinstance(old, dict):
            answered = old.get("state") in ("in_progress", "claimed_fixed")
            said = _reply(str(old["state"]), str(old["measure"]), str(old.get("person", "")))
            _put(base, (REPLY, rest), said if answered else "")
    return base


def is_split_table(text: str) -> bool:
    """Whether the text of a figure only says that it is a table; its rows are places of their own."""
    return '"[]"' in text


def is_whole_table(text: str) -> bool:
    """Whether the text of a figure holds the rows of a table, because they could not be told apart."""
    return bool(text) and str(json.loads(text)[1]).startswith("[{")


def levelled(*copies: Mapping[Place, str]) -> list[dict[Place, str]]:
    """Copies in which a table is split by rows in all of them or in none."""
    whole = {
        place for each in copies for place, text in each.items()
        if place[0] == FACT and len(place) == 3 and is_whole_table(text)
    }  # fmt: skip
    found = []
    for each in copies:
        entries = entries_of(each) if whole else {}
        level = {place: text for place, text in each.items() if place[:3] not in whole}
        for place in whole:
            if any(one[:3] == place for one in each):
                level[place] = json.dumps(figures.plain(entries[place[1]][place[2]]), ensure_ascii=False)
        found.append(level)
    return found


def _forget(copy: dict[Place, str], place: Place) -> None:
    for each in [each for each in copy if each[: len(place)] == place]:
        del copy[each]


def _put(copy: dict[Place, str], place: Place, text: str) -> None:
    if text:
        copy[place] = text
    else:
        copy.pop(place, None)


def journal_field(place: Place) -> str:
    """The field of the journal that a place is written to."""
    match place[0]:
        case "fact":
            return f"declared.{place[1]}.{place[2]}"
        case "explanation":
            return f"rule.{place[1]}"
        case "evidence":
            return f"evidence.{place[1]}"
    return f"finding.{place[1]}"
