"""The bureau's reply bundle at a school: receipts, decision, remarks and findings, from the part sealed to it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vetdesk.models.operations.arrive_copy import merge_forked
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.receive import Arrival, decoded_from_bureau
from vetdesk.models.packs.fields import Field
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import UNFILLED, Stage
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, figures, inspection, register
from vetdesk.models.store.inspection import Comment, ExplanationReview, Finding
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import Verified
from vetdesk.models.sync.refusals import Refusal, RefusedError
from vetdesk.models.sync.seal import opened


def consider(workspace: Workspace, verified: Verified, file: str) -> Arrival:
    """Whether a reply bundle speaks to this school, and what it says.

    Raises RefusedError for a signer other than the round's bureau, another round, or no part for this school.
    """
    found = desk(workspace)
    body, adopts = decoded_from_bureau(workspace, verified, bodies.ReplyBody, file)
    place = next((each for each in body.parts if each.unit == workspace.owner), None)
    sealed = verified.blob(place.sha256) if place else None
    ways = (opened(sealed, each) for each in keys_of(workspace.id).identities) if sealed else iter(())
    plain = next((each for each in ways if each is not None), None)
    if plain is None:
        raise RefusedError(Refusal.OTHER_COMPUTER if sealed else Refusal.NOT_FOR_US, file)
    part = bodies.decode(plain, bodies.SchoolPart, file=file)
    if part.unit != workspace.owner or any(each.unit != workspace.owner for each in part.findings):
        raise RefusedError(Refusal.NOT_FOR_US, file)
    part = _known(part, register.known_fields(workspace, found.round.id), file)
    sender = verified.manifest.issuer.id
    who = found.round.bureau_name if sender == found.round.bureau_district else DISTRICTS.get(sender, sender)
    return Arrival(
        unit=workspace.owner,
        who=who,
        sentence=_sentence(who, part),
        apply=_Apply(verified, part),
        adopts=adopts,
    )


def _known(part: bodies.SchoolPart, fields: Mapping[str, Field], file: str) -> bodies.SchoolPart:
    """The part with the figures this school knows: the bureau may go by a newer version already.

    Raises RefusedError for figures of another kind, and for one remarked twice.
    """
    numbers = {name: each for name, each in part.accepted.items() if name in fields}
    texts = {name: each for name, each in part.accepted_words.items() if name in fields}
    remarked = [each.fact for each in part.comments]
    if not bodies.fits(numbers, texts, fields) or len(set(remarked)) != len(remarked):
        raise RefusedError(Refusal.MALFORMED, file)
    return msgspec.structs.replace(part, accepted=numbers, accepted_words=texts)


def _sentence(bureau: str, part: bodies.SchoolPart) -> str:
    said = [_("收到回执 {count} 份").format(count=len(part.receipts))]
    if part.decision == "returned":
        said.append(_("退回修改 {count} 项").format(count=len(part.comments)))
    elif part.decision == "accepted":
        said.append(_("审核通过"))
    back = sum(each.state == "returned" for each in part.explained or ())
    if back:
        said.append(_("退回说明 {count} 条").format(count=back))
    if part.reasons:
        said.append(_("更正审定值 {count} 项").format(count=len(part.reasons)))
    opened_findings = sum(each.state != "closed" for each in part.findings)
    if opened_findings:
        said.append(_("问题 {count} 个").format(count=opened_findings))
    if part.copies:
        said.append(_("另一台电脑报过 {count} 版，已带回来合并").format(count=len(part.copies)))
    return f"{bureau}：{_('，').join(said)}"


class _Apply:
    """Stores a considered part, inside the caller's transaction."""

    def __init__(self, verified: Verified, part: bodies.SchoolPart) -> None:
        self._verified = verified
        self._part = part

    def __call__(self, workspace: Workspace) -> Changes:
        part, cycle = self._part, self._verified.manifest.cycle
        for receipt in part.receipts:
            sent = exchange.package(workspace, receipt.hash)
            if sent and sent.direction == "out" and sent.state == "exported":
                exchange.set_package_state(workspace, receipt.hash, "received")
        if part.decision:
            sent = exchange.package(workspace, part.decided)
            if sent and sent.direction == "out":
                exchange.set_package_state(workspace, part.decided, part.decision)
        if (
            self._verified.manifest.issuer.id == desk(workspace).round.bureau_district
        ):  # a county may not have handed it on
            workspace.set_meta({f"held.{cycle}": " ".join(part.held)})
        inspection.set_comments(
            workspace, cycle, part.unit,
            [Comment(cycle, part.unit, each.fact, each.text, each.due) for each in part.comments],
        )  # fmt: skip
        inspection.put_explanation_reviews(
            workspace,
            [
                ExplanationReview(cycle, part.unit, each.rule, each.state, each.said, each.note, each.due)
                for each in part.explained or ()
            ],
        )
        for item in part.findings:
            old = inspection.finding(workspace, item.id)
            if old and old.unit != part.unit:
                continue
            finding = Finding(
                id=item.id, round=cycle, unit=part.unit, indicator=item.indicator, fact=item.fact,
                problem=item.problem, basis=item.basis, advice=item.advice, due=item.due, state=item.state,
                measure=item.measure, origin=item.origin, person=old.person if old else "",
            )  # fmt: skip
            if old and item.state != "closed" and old.state in ("in_progress", "claimed_fixed"):
                finding = _keeping_own_reply(finding, old)
            inspection.put_finding(workspace, finding)
        if part.decision == "accepted":
            self._accept(workspace)
        merged = [each for each in part.copies if merge_forked(workspace, each)]
        if merged:
            return Changes(units=frozenset({part.unit}), findings=True, facts=frozenset(desk(workspace).fields))
        return Changes(units=frozenset({part.unit}), findings=bool(part.findings))

    def _accept(self, workspace: Workspace) -> None:
        """The accepted figures as the bureau holds them; one that it no longer accepts goes."""
        part, cycle = self._part, self._verified.manifest.cycle
        before = figures.read(workspace, cycle, part.unit, stage=Stage.ACCEPTED)
        accepted = {**dict.fromkeys(before, UNFILLED), **bodies.entries(part.accepted, part.accepted_words)}
        figures.write(
            workspace, cycle, part.unit, accepted, stage=Stage.ACCEPTED, action="accept", sources=part.reasons or {}
        )


def _keeping_own_reply(arrived: Finding, own: Finding) -> Finding:
    """What the school wrote about a finding stays, where the bureau has not closed it."""
    from dataclasses import replace

    return replace(arrived, state=own.state, measure=own.measure)
