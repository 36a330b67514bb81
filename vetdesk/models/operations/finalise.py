"""定稿: what was printed, signed and stamped is tied to the figures by 12 digits (WORDS S7).

The digits cover figures and evidence, not the stamped copy itself: adding its scan keeps them, editing a figure does not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from vetdesk.models.operations.attach import clean_label
from vetdesk.models.operations.copies import own_body
from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, figures, journal
from vetdesk.models.store.evidence import STAMPED
from vetdesk.models.store.workspace import Workspace, now, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import content_code


class SealState(StrEnum):
    """Whether what was printed is what stands in the program."""

    OPEN = "open"
    SEALED = "sealed"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Seal:
    """The last 定稿: its digits, when and by whom, the digits of what stands now, how many scans of that were put in.

    `before` says that there was another 定稿 before, so that only what changed can be printed.
    """

    state: SealState
    code: str
    now: str
    at: str = ""
    who: str = ""
    stamped: int = 0
    before: bool = False


def code_of(body: bodies.SubmissionBody) -> str:
    """The digits of what a submission says: figures of both years and evidence without stamped copies."""
    said = {
        "round": body.round,
        "unit": body.unit,
        "facts": msgspec.to_builtins(body.facts),
        "words": msgspec.to_builtins(body.words),
        "previous": msgspec.to_builtins(body.previous),
        "previous_words": msgspec.to_builtins(body.previous_words),
        "evidence": sorted({(each.indicator, each.sha256) for each in body.evidence if each.indicator != STAMPED}),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return content_code(text.encode("utf-8"))


def stamped_in(body: bodies.SubmissionBody, digits: str) -> tuple[int, int]:
    """How many stamped copies a submission names: of what it says (`code_of` it), and of something said before."""
    labels = [each.label for each in body.evidence if each.indicator == STAMPED]
    fit = sum(each.startswith(digits) for each in labels)
    return fit, len(labels) - fit


def seal_now(workspace: Workspace) -> Seal:
    """How far signing has come.

    Raises KnownError where the workspace is not a school's.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found, body = desk(workspace), own_body(workspace)
    here = code_of(body)
    kept = _kept(workspace, found.round.id)
    stamped, _before = stamped_in(body, here)
    if kept is None or not kept["code"]:
        return Seal(SealState.OPEN, "", here, stamped=stamped, before=bool(kept and kept["before"]))
    state = SealState.SEALED if kept["code"] == here else SealState.OUTDATED
    return Seal(state, kept["code"], here, kept["at"], kept["who"], stamped, bool(kept["before"]))


def seal(workspace: Workspace) -> Seal:
    """Let what stands now be what is printed and signed; the figures stay open to corrections, which outdate it.

    Raises KnownError where nothing is filled, or differing copies wait for a decision.
    """
    from vetdesk.models.operations.assess import standing

    found = standing(workspace)
    if found.differing:
        raise KnownError(
            _("有 {count} 处两边填得不一样还没有决定，没有定稿。请先在“合并”里决定。").format(count=found.differing),
            code="conflicts",
        )
    body = own_body(workspace)
    if not body.facts and not body.words:
        raise KnownError(_("一项都还没有填，没有定稿。"), code="nothing_filled")
    round_id, code = found.desk.round.id, code_of(body)
    entries = figures.read(workspace, round_id, found.unit.code)
    before = _kept(workspace, round_id)
    with workspace.atomic():
        _keep(
            workspace, round_id, code=code, entries=entries,
            before=(before["figures"] if before["code"] else before["before"]) if before else {},
        )  # fmt: skip
        journal.write(
            workspace,
            [journal.Note("seal", found.unit.code, "seal", before["code"] if before else "", code, round=round_id)],
        )
    return seal_now(workspace)


def unseal(workspace: Workspace) -> Seal:
    """Take 定稿 back. Raises KnownError where there is none."""
    found, held = desk(workspace), seal_now(workspace)
    if held.state is SealState.OPEN:
        raise KnownError(_("还没有定稿，没有可以撤销的。"), code="not_sealed")
    kept = _kept(workspace, found.round.id)
    with workspace.atomic():
        workspace.set_meta({f"seal.{found.round.id}": json.dumps({**(kept or {}), "code": ""}, ensure_ascii=False)})
        journal.write(workspace, [journal.Note("unseal", workspace.owner, "seal", held.code, "", round=found.round.id)])
    return seal_now(workspace)


def put_stamped_copy(workspace: Workspace, path: Path) -> Changes:
    """Keep a scan or photo of the signed and stamped sheet.

    Raises KnownError before 定稿, where figures were edited since, and for files that cannot be evidence.
    """
    held = seal_now(workspace)
    if held.state is SealState.OPEN:
        raise KnownError(_("还没有定稿，没有放入。请先定稿、打印签字表，再放入盖章件。"), code="not_sealed")
    if held.state is SealState.OUTDATED:
        raise KnownError(
            _("定稿以后又改过数据，盖章件上的核对码 {code} 已经不对，没有放入。请重新定稿、打印、签字盖章。").format(
                code=held.code
            ),
            code="seal_outdated",
        )
    sha256, size, mime = evidence.store_file(workspace, path)
    found, unit = desk(workspace), own_unit(workspace).code
    with workspace.atomic():
        evidence.record(workspace, sha256, size, mime)
        label = clean_label(f"{held.code} {path.name}")  # whose scan it is, for whoever reads the submission
        evidence.use(workspace, found.round.id, unit, sha256, indicator=STAMPED, label=label)
    return Changes(evidence=True, units=frozenset({unit}))


def changed_since(workspace: Workspace) -> dict[str, tuple[Entry, Entry]]:
    """Figures that differ from the 定稿 before the last (or from the last, where it is outdated): `(then, now)`."""
    found = desk(workspace)
    kept = _kept(workspace, found.round.id)
    if kept is None:
        return {}
    outdated = kept["code"] and seal_now(workspace).state is SealState.OUTDATED
    base = kept["figures"] if outdated else kept["before"]
    if not base:
        return {}
    then = {name: figures.from_plain(each) for name, each in base.items()}
    here = figures.read(workspace, found.round.id, workspace.owner)
    names = [name for name in found.fields if name in then or name in here]
    pairs = {name: (then.get(name, Entry()), here.get(name, Entry())) for name in names}
    return {name: each for name, each in pairs.items() if each[0] != each[1]}


def _keep(
    workspace: Workspace, round_id: str, *, code: str, entries: dict[str, Entry], before: dict[str, list[str]]
) -> None:
    plain = {name: figures.plain(each) for name, each in entries.items()}
    kept = {"code": code, "at": now(), "who": workspace.actor.name, "figures": plain, "before": before}
    workspace.set_meta({f"seal.{round_id}": json.dumps(kept, ensure_ascii=False)})


def _kept(workspace: Workspace, round_id: str) -> dict[str, Any] | None:
    text = workspace.meta(f"seal.{round_id}")
    return dict(json.loads(text)) if text else None
