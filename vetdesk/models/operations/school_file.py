"""All a bureau holds of one school: what counts, its evidence, the rules that fire with the school's words, versions, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vetdesk.models.operations import decide, lineage
from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.desk import desk_of_round, unit_of
from vetdesk.models.operations.handed_down import Dispute, disputes
from vetdesk.models.operations.round_units import units_of_round
from vetdesk.models.operations.since_last_round import figures_before
from vetdesk.models.packs.rules import Fired
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.store import evidence, exchange, figures, inspection, journal, register
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.inspection import ExplanationReview
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies

_MOST_PHRASES = 8
_ACTIONS = {
    "register": mark("录入名录"),
    "receive": mark("接收文件"),
    "proxy": mark("代录"),
    "received": mark("改收到日期"),
    "supersede": mark("新版顶替旧版"),
    "confirm_identity": mark("核对身份"),
    "return": mark("退回修改"),
    "accept": mark("审定"),
    "accept_submission": mark("审核通过"),
    "assign": mark("派出核查"),
    "hand_back": mark("交回核查结果"),
    "adopt_submission": mark("采用等候的版本"),
    "finding": mark("核查问题"),
    "comment": mark("退回意见"),
    "with_errors": mark("带错上报"),
    "withdraw_key": mark("停用身份"),
    "export": mark("生成文件"),
    "deadline": mark("改截止日期"),
    "undo_import": mark("撤销接收"),
    "mark": mark("核查记录"),
    "explanation_review": mark("审说明"),
    "correct": mark("更正审定值"),
    "hand_down": mark("下发去年的数"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence: what is known of it, whether its file is here, whether it expired."""

    entry: bodies.EvidenceEntry
    proves: str
    here: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """One school. `digits` are those of the newest submission whose computer nobody confirmed; '' where there is none.

    `proxies` are the versions that the bureau entered for it, `lineage` says how it came about, `phrases` are reasons to
    return a figure that were written before, the newest first; `disputes` are figures of last year it holds otherwise.
    `before` are its figures of the round before as the bureau holds them, `earlier` what it submitted in rounds before,
    with the period of each; `returned` are the remarks on figures that were returned.
    """

    unit: str
    body: bodies.SubmissionBody | None = None
    digits: str = ""
    entries: Mapping[Stage, Mapping[str, Entry]] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    fired: tuple[tuple[Fired, str], ...] = ()
    versions: tuple[Submission, ...] = ()
    history: tuple[tuple[str, str, str], ...] = ()
    lineage: tuple[str, ...] = ()
    proxies: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    reviews: Mapping[str, ExplanationReview] = field(default_factory=dict)
    before: Mapping[str, Entry] = field(default_factory=dict)
    earlier: tuple[tuple[str, Submission], ...] = ()
    returned: tuple[str, ...] = ()

    @property
    def last_year(self) -> dict[str, Entry]:
        """Last year's figures: what the bureau holds of the round before, else what the school says of it."""
        own = bodies.entries(self.body.previous, self.body.previous_words) if self.body is not None else {}
        return {**own, **self.before}


def school_file(workspace: Workspace, unit: str, *, of: str = "", today: dt.date | None = None) -> SchoolFile:
    """Read everything about a school in a round (the newest, or that of an id).

    Raises KnownError for a school that is not in the register.
    """
    found = desk_of_round(workspace, of)
    round_id = found.round.id
    newest = round_id == register.newest_round(workspace)
    then = () if newest else units_of_round(workspace, found.round)
    record = next((each for each in then if each.code == unit), None) or unit_of(workspace, unit)
    held = exchange.current_submission(workspace, round_id, unit)
    entries = {
        stage: figures.read(workspace, round_id, unit, stage=stage) for stage in (Stage.VERIFIED, Stage.ACCEPTED)
    }
    versions = tuple(each for each in exchange.heads(workspace, round_id) if each.unit == unit)
    history = tuple(_line(row) for row in journal.of_unit(workspace, unit))
    changes = tuple(lineage.of_unit(workspace, unit))
    phrases = _phrases(workspace)
    proxies = frozenset(each.hash for each in versions if exchange.is_proxy(workspace, each.key))
    before, back = figures_before(workspace, found, unit), inspection.comments(workspace, round_id, unit)
    earlier = tuple(_earlier(workspace, round_id, unit))
    if held is None:
        return SchoolFile(
            unit, entries=entries, versions=versions, history=history, lineage=changes, proxies=proxies, phrases=phrases,
            before=before, earlier=earlier,
        )  # fmt: skip
    body, waiting = decide.body_of(held), decide.unconfirmed(workspace, unit) if newest else None
    names = {name: pick(each.text) for pack in found.packs for name, each in pack.indicators.items()}
    day = today or dt.datetime.now(dt.UTC).astimezone().date()
    proofs = tuple(
        Proof(
            each, names.get(each.indicator, each.indicator), evidence.path_of(workspace, each.sha256).is_file(),
            each.about is not None and each.about.expired(day),
        )
        for each in body.evidence
    )  # fmt: skip
    seen = Assessment(
        found.seen_by(record).packs, bodies.entries(body.facts, body.words),
        bodies.entries(body.previous, body.previous_words), record,
    )  # fmt: skip
    fired = tuple((each, body.explanations.get(each.rule.id, "")) for each in seen.rules())
    digits = decide.digits_of(workspace, waiting.key) if waiting is not None else ""
    handed = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED, year=figures.LAST)
    against = disputes(found.fields, handed, seen.previous)
    return SchoolFile(
        unit,
        body,
        digits,
        entries,
        proofs,
        fired,
        versions,
        history,
        changes,
        proxies,
        phrases,
        against,
        inspection.explanation_reviews(workspace, round_id, unit),
        before,
        earlier,
        tuple(decide.remark_text(found, each) for each in back),
    )


def _earlier(workspace: Workspace, round_id: str, unit: str) -> Iterator[tuple[str, Submission]]:
    """What the school submitted in rounds before, with the period of each, the newest first."""
    for each in register.rounds_before(workspace, round_id):
        for head in exchange.heads(workspace, each.id):
            if head.unit == unit:
                yield each.period, head


def _phrases(workspace: Workspace) -> tuple[str, ...]:
    """Reasons to return figures that were written before, each once."""
    said: dict[str, None] = {}
    for row in reversed(journal.of_action(workspace, "comment")):
        for each in row["new"] or ():
            said.setdefault(str(each["text"]))
        if len(said) >= _MOST_PHRASES:
            break
    return tuple(said)[:_MOST_PHRASES]


def _line(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """When, who, what."""
    action = str(row["action"])
    said = _(_ACTIONS[action]) if action in _ACTIONS else action
    why = (
        f"：{row['why']}"
        if row["why"] and action in ("adopt_submission", "with_errors", "withdraw_key", "received", "correct")
        else ""
    )
    return str(row["at"])[:16].replace("T", " "), str(row["who"]) or "—", said + why
