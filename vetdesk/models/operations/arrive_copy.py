"""The work of another computer of the same school: merged field by field; what differs waits for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vetdesk.models.operations.carried_journal import CarriedJournal, own_journal, read_journal
from vetdesk.models.operations.conflict_cards import EVIDENCE, EXPLANATION, REPLY, place_name, place_text
from vetdesk.models.operations.copies import (
    archived,
    base_of,
    copy_of,
    entries_of,
    is_split_table,
    journal_field,
    levelled,
    own_copy,
)
from vetdesk.models.operations.desk import Desk, desk
from vetdesk.models.operations.missing import note_evidence
from vetdesk.models.operations.receive import Arrival
from vetdesk.models.packs.typed import is_stored_form
from vetdesk.models.records.about_evidence import from_text
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.facts import UNFILLED, State
from vetdesk.models.records.words import _, one_line
from vetdesk.models.store import conflicts, evidence, exchange, figures, inspection, journal
from vetdesk.models.store.conflicts import Variant
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import has_keys, keys_of
from vetdesk.models.sync.merge import Merged, Place, merge
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError

_SHOWN = 20


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """What another copy of this school's work changes here, and where both differ.

    Raises RefusedError for another school or round, evidence it lacks, or a journal with a gap.
    """
    from vetdesk.models.operations.arrive_submission import check_facts, missing_evidence

    head = verified.manifest
    body = bodies.decode(verified.data(), bodies.SubmissionBody, file=file)
    found = desk(workspace)
    if head.issuer.role != "school" or body.unit != head.issuer.id:
        raise RefusedError(Refusal.MALFORMED, file)
    if body.unit != workspace.owner:
        raise RefusedError(Refusal.NOT_OUR_SCHOOL, file)
    if head.cycle != found.round.id or body.round != found.round.id:
        raise RefusedError(Refusal.OTHER_ROUND, file)
    check_facts(body, found.fields, file)
    carried = read_journal(verified, body.journal, file, for_merging=True)
    if missing_evidence(workspace, verified, body, file):
        raise RefusedError(Refusal.MISSING_EVIDENCE, file, count=1)
    merged = merged_with(workspace, found, body, carried, verified.hash)
    who = one_line(body.filler) or _("另一台电脑")
    return Arrival(
        unit=body.unit,
        who=who,
        sentence=_("{who}填的副本（{at}）：并入 {taken} 处，两边不一样 {conflicts} 处").format(
            who=who,
            at=one_line(head.created[:16].replace("T", " ")),
            taken=len({each[:3] if each[0] == "fact" else each for each in merged.taken}),
            conflicts=len(merged.conflicts),
        ),
        apply=_Apply(verified, body, carried),
        blobs=tuple({each.sha256 for each in body.evidence if f"blobs/{each.sha256}" in verified.places}),
        any_order=True,
        remarks=() if _met_before(workspace, verified) else (_("第一次收到这台电脑的文件，请确认是本校同事交来的"),),
        preview=lambda: _preview(found, merged),
    )


def _met_before(workspace: Workspace, verified: Verified) -> bool:
    """Whether a file of the same computer was taken before, or it is this one: no one else vouches for it."""
    own = keys_of(workspace.id).fingerprint if has_keys(workspace.id) else ""
    return verified.fingerprint == own or any(
        exchange.last_of(workspace, verified.fingerprint, kind, verified.manifest.cycle) for kind in _COPIES
    )


def _preview(found: Desk, merged: Merged) -> tuple[str, ...]:
    lines = [
        _("并入　{name}：{text}").format(
            name=place_name(found, each), text=place_text(found, each, merged.copy.get(each, ""))
        )
        for each in [place for place in merged.taken if not is_split_table(merged.copy.get(place, ""))][:_SHOWN]
    ]
    lines += [
        _("不一样　{name}：{texts}").format(
            name=place_name(found, each.place),
            texts=_("；").join(place_text(found, each.place, text) for text in sorted(each.variants)),
        )
        for each in list(merged.conflicts.values())[:_SHOWN]
    ]
    return tuple(lines)


def merged_with(
    workspace: Workspace, found: Desk, body: bodies.SubmissionBody, carried: CarriedJournal, hash_: str
) -> Merged:
    """Our work and theirs, against the state at the last journal row that both have."""
    own = own_journal(workspace)
    ours, theirs = own_copy(workspace), copy_of(body, found.fields)
    base = base_of(ours, own, own.common(carried), found.fields)
    met = _met(workspace, found, body, carried, hash_)
    ours, theirs, base, *said = levelled(ours, theirs, base, *(each.said for each in met))
    here = {
        each.place: each.chosen
        for each in conflicts.conflicts(workspace, found.round.id, workspace.owner, state="decided")
    }
    before_them = [each for one in met if one.theirs for each in one.decisions]
    there = {tuple(each.place): each.chosen for each in body.decisions if each not in before_them}
    both = {place for place in there if place in here and here[place] != there[place]}
    settled: dict[Place, str] = {}
    for before, meant in zip(met, said, strict=True):
        for place in {*ours, *theirs} - set(settled) - both:
            if place[0] == REPLY and place not in ours:  # its finding may have come later than theirs
                continue
            mine, other, was = ours.get(place, ""), theirs.get(place, ""), meant.get(place, "")
            if other == was:  # they did not go on with it since
                settled[place] = other
            elif mine == was and (before.theirs or place in before.knowingly):  # we did not, and they did
                settled[place] = mine
    return merge({**base, **settled}, ours, theirs)


_COPIES = ("copy", "submission")


@dataclass(frozen=True, slots=True)
class _Met:
    """Work that both sides had before them: theirs, merged here, or ours, merged there.

    `knowingly` are the places they changed after that, or decided.
    """

    said: dict[Place, str]
    theirs: bool
    knowingly: frozenset[Place] = frozenset()
    decisions: tuple[bodies.ConflictDecision, ...] = ()


def _met(
    workspace: Workspace, found: Desk, body: bodies.SubmissionBody, carried: CarriedJournal, hash_: str
) -> list[_Met]:
    """Where the two met before, the newest first: at most one of each side's."""
    met: list[_Met] = []
    heads, known = set(carried.hashes), set(body.known)
    for each in exchange.packages(workspace):
        theirs = each.direction == "in"
        if each.kind not in _COPIES or each.hash == hash_ or each.state == "undone":
            continue
        if theirs in {m.theirs for m in met} or not (theirs or each.hash in known):
            continue
        try:
            stored, then = archived(workspace, each)
            said = copy_of(then, found.fields)
        except RefusedError:
            continue
        if theirs and stored.manifest.audit_head in heads:
            met.append(_Met(said, theirs=True, decisions=tuple(then.decisions)))
        elif not theirs:
            met.append(_Met(said, theirs=False, knowingly=_knowingly(body, carried, each.hash, found)))
    return met


def _knowingly(body: bodies.SubmissionBody, carried: CarriedJournal, hash_: str, found: Desk) -> frozenset[Place]:
    """What they changed or decided after they merged this work of ours; where their journal does not say, what they decided."""
    now = copy_of(body, found.fields)
    field = f"package.{hash_}"
    at = next((n for n, row in enumerate(carried.rows, 1) if (row["action"], row["field"]) == ("receive", field)), 0)
    try:
        then = base_of(now, carried, at, found.fields) if at else now
    except (LookupError, TypeError, ValueError, AttributeError):  # rows of another's hand: more is then asked
        then = now
    changed = {each for each in {*now, *then} if now.get(each, "") != then.get(each, "")}
    return frozenset(changed | {tuple(each.place) for each in body.decisions})


class _Apply:
    """Stores a considered copy, inside the caller's transaction."""

    def __init__(self, verified: Verified, body: bodies.SubmissionBody, carried: CarriedJournal) -> None:
        self._verified = verified
        self._body = body
        self._carried = carried

    def __call__(self, workspace: Workspace) -> Changes:
        found, body = desk(workspace), self._body
        merged = merged_with(workspace, found, body, self._carried, self._verified.hash)
        own = own_journal(workspace)
        act = journal.new_act()
        note_evidence(workspace, body)
        changed = apply_copy(workspace, merged, act=act, why=self._verified.hash)
        theirs = copy_of(body, found.fields)

        def said(place: Place, text: str) -> tuple[str, str]:
            journal_ = self._carried if text == theirs.get(place, "") else own
            return journal_.last_of(workspace.owner, journal_field(place))

        opened = put_conflicts(workspace, merged, said)
        for waits in conflicts.conflicts(workspace, found.round.id, workspace.owner, state="open"):
            text = merged.copy.get(waits.place, "")  # what was typed since is one of the texts to choose from
            mine = Variant(text, *own.last_of(workspace.owner, journal_field(waits.place)))
            conflicts.put_conflict(workspace, found.round.id, workspace.owner, waits.place, waits.base, (mine,))
        settled = self._take_decisions(workspace, act, opened)
        note_merged(workspace, self._verified.hash, opened, settled, act=act)
        return Changes(facts=changed, units=frozenset({workspace.owner}), findings=bool(body.replies))

    def _take_decisions(self, workspace: Workspace, act: str, opened: Sequence[str]) -> list[str]:
        """What a person decided over there counts here too, where the same texts wait here. Returns the conflicts."""
        from vetdesk.models.operations.conflicts import put_text, row_fits

        now = own_copy(workspace)
        settled = []
        own = {
            each.place for each in conflicts.conflicts(workspace, self._body.round, workspace.owner, state="decided")
        }
        said = {tuple(each.place): each for each in self._body.decisions}
        for each in conflicts.conflicts(workspace, self._body.round, workspace.owner, state="open"):
            decision = said.get(each.place) if each.id not in opened or each.place not in own else None
            here = {*(one.text for one in each.variants), now.get(each.place, "")}
            fits = row_fits(now, each.place)
            if decision is not None and fits and decision.chosen in here and here <= set(decision.weighed):
                put_text(workspace, each.place, decision.chosen, act=act, why=decision.reason)
                conflicts.settle(
                    workspace, each.id, chosen=decision.chosen, reason=decision.reason, who=decision.who, at=decision.at
                )
                settled.append(each.id)
        return settled


def put_conflicts(workspace: Workspace, merged: Merged, said: Callable[[Place, str], tuple[str, str]]) -> list[str]:
    """Let what differs wait for a person, in the caller's transaction. `said` tells who wrote a text, and when.

    Returns the conflicts' ids.
    """
    open_ = {
        each.id for each in conflicts.conflicts(workspace, desk(workspace).round.id, workspace.owner, state="open")
    }
    put = [
        conflicts.put_conflict(
            workspace, desk(workspace).round.id, workspace.owner, place, each.base,
            tuple(Variant(text, *said(place, text)) for text in sorted(each.variants)),
        )
        for place, each in merged.conflicts.items()
    ]  # fmt: skip
    return [each for each in put if each not in open_]


def note_merged(workspace: Workspace, hash_: str, opened: Sequence[str], settled: Sequence[str], *, act: str) -> None:
    """Write that a copy was merged, whatever came of it: the conflicts it opened and settled."""
    journal.write(
        workspace,
        [
            journal.Note(
                "merge_copy", workspace.owner, f"copy.{hash_}", new=[list(opened), list(settled)], why=hash_,
                round=desk(workspace).round.id,
            )
        ],
        act=act,
    )  # fmt: skip


def merge_forked(workspace: Workspace, forked: bodies.ForkedCopy) -> bool:
    """Merge what the bureau brings back from another computer of this school, in the caller's transaction.

    The base is the submission both went on from, where it was made here; evidence that only the other computer has
    is left to a working copy. False where it was sent from here, or merged before.
    """
    sent = exchange.package(workspace, forked.hash)
    own_computer = sent is not None and sent.direction == "out"
    if (
        own_computer
        or journal.acts_because(workspace, "merge_copy", forked.hash)
        or forked.body.unit != workspace.owner
    ):
        return False
    found = desk(workspace)
    ours = own_copy(workspace)
    theirs = copy_of(forked.body, found.fields)
    base = _sent_before(workspace, forked.prev)
    if _merged_since(workspace, forked.hash):
        return False
    for place in [each for each in theirs if each[0] == EVIDENCE and each not in ours]:
        if not evidence.path_of(workspace, place[1]).is_file():
            del theirs[place]
    for place in [each for each in ours if each[0] == EVIDENCE and each not in theirs]:
        theirs[place] = ours[place]
    base, ours, theirs = levelled(base, ours, theirs)
    merged = merge(base, ours, theirs)
    own = own_journal(workspace)

    def said(place: Place, text: str) -> tuple[str, str]:
        if text == ours.get(place, ""):
            return own.last_of(workspace.owner, journal_field(place))
        return forked.body.filler or _("另一台电脑"), ""

    act = journal.new_act()
    apply_copy(workspace, merged, act=act, why=forked.hash)
    opened = put_conflicts(workspace, merged, said)
    note_merged(workspace, forked.hash, opened, [], act=act)
    return True


def _merged_since(workspace: Workspace, hash_: str) -> bool:
    """Whether a copy taken here was written by that computer after it had sent this submission."""
    for each in exchange.packages(workspace, direction="in"):
        if each.kind in _COPIES and each.state != "undone":
            try:
                stored, body = archived(workspace, each)
                rows = read_journal(stored, body.journal, each.path).rows
            except RefusedError:
                continue
            if any(row["field"] == f"package.{hash_}" for row in rows):
                return True
    return False


def _sent_before(workspace: Workspace, hash_: str) -> dict[Place, str]:
    """What a submission made here said; nothing where there was none."""
    before = exchange.package(workspace, hash_) if hash_ else None
    if before is None or before.direction != "out":
        return {}
    try:
        _verified, body = archived(workspace, before)
    except RefusedError:
        return {}
    return copy_of(body, desk(workspace).fields)


def apply_copy(
    workspace: Workspace, merged: Merged, *, act: str, why: str, sources: Mapping[str, str] | None = None
) -> frozenset[str]:
    """Write what came from the other copy, in the caller's transaction. Returns the figures that changed."""
    found = desk(workspace)
    round_id, unit = found.round.id, workspace.owner
    places = {each[:3] for each in merged.taken if each[0] == "fact"}
    changed: frozenset[str] = frozenset()
    entries = entries_of(merged.copy)
    for year in (figures.THIS, figures.LAST):
        values = {name: entries[year].get(name, UNFILLED) for _kind, of, name in places if of == year}
        good = {
            name: entry
            for name, entry in values.items()
            if name in found.fields
            and (
                found.fields[name].number
                or entry.state is not State.GIVEN
                or is_stored_form(found.fields[name], entry.text)
            )
        }
        _act, more = figures.write(
            workspace, round_id, unit, good, year=year, action="merge", why=why, act=act, sources=sources
        )
        changed |= more
    for place in sorted(each for each in merged.taken if each[0] != "fact"):
        put_other(workspace, place, merged.copy.get(place, ""), act=act)
    return changed


def put_other(workspace: Workspace, place: Place, text: str, *, act: str) -> None:
    """Write an explanation, a use of evidence or an answer to a finding, in the caller's transaction."""
    round_id, unit = desk(workspace).round.id, workspace.owner
    if place[0] == EXPLANATION:
        figures.explain(workspace, round_id, unit, place[1], text, act=act)
    elif place[0] == EVIDENCE and text:
        label, _line, about = text.partition("\n")
        evidence.use(
            workspace, round_id, unit, place[1],
            indicator=place[2], label=label.strip(), about=from_text(about), act=act,
        )  # fmt: skip
    elif place[0] == EVIDENCE:
        for each in evidence.used(workspace, round_id, unit):
            if (each.sha256, each.indicator) == place[1:]:
                evidence.drop(workspace, round_id, unit, each, act=act)
    elif place[0] == REPLY:
        from dataclasses import replace

        there = inspection.finding(workspace, place[1])
        state, measure, *person = json.loads(text) if text else ("not_started", "")
        if there is not None and there.unit == unit and there.state != "closed":
            inspection.put_finding(
                workspace, replace(there, state=state, measure=measure, person="".join(person)), act=act
            )
