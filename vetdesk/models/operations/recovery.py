"""A lost PC: the bureau hands a school its last state back; the school goes on from it anywhere, with a new key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vetdesk.models.operations.attach import use_sent
from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.decide import body_of, current
from vetdesk.models.operations.desk import issued_here, unit_of
from vetdesk.models.operations.missing import missing_in
from vetdesk.models.operations.open_campaign import file_in, note_issuer, read_packs, take_round
from vetdesk.models.operations.post import Posted, blobs_of, post
from vetdesk.models.operations.publish_round import round_body, unit_body, unit_record
from vetdesk.models.operations.reply import part_of
from vetdesk.models.operations.seal_for import seal_posted, unsealed
from vetdesk.models.packs.byte_form import encode
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.store import evidence, exchange, figures, inspection, journal, register
from vetdesk.models.store.inspection import Comment, Finding
from vetdesk.models.store.workspace import Workspace, create
from vetdesk.models.sync import bodies, trust
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError, wrong_kind


def hand_back(workspace: Workspace, unit: str, target: Path, *, encrypt: bool = True) -> tuple[Posted, Changes]:
    """Write the last state of a school that counts, with its evidence, encrypted to a one-time password.

    Evidence that never arrived is left out: the school hears which. Raises KnownError where the school has not submitted,
    or evidence was altered.
    """
    found, held = issued_here(workspace), current(workspace, unit)
    body, record = body_of(held), unit_of(workspace, unit)
    lacking = {sha256 for sha256, _label in missing_in(workspace, held)}
    until = register.deadline_finder(workspace, found.round)(record)
    submissions = exchange.submissions(workspace, found.round.id, unit=unit)
    package = bodies.Recovery(
        round=round_body(replace(found.round, deadline=until)), bureau_name=found.round.bureau_name,
        bureau_district=found.round.bureau_district, trust=trust_now(workspace),
        packs=[encode(pack.plain).decode("utf-8") for pack in found.packs],
        unit=unit_body(record), submission=held.hash, seq=held.seq, body=body,
        part=part_of(workspace, found.round.id, unit, submissions),
    )  # fmt: skip
    posted = post(
        workspace, target, "recovery", package,
        audience=Party("school", unit), cycle=found.round.id, unit=unit, standard=found.round.packs,
        blobs=blobs_of(
            workspace, [(each.sha256, each.label) for each in body.evidence if each.sha256 not in lacking]
        ),
        absent=sorted(lacking),
    )  # fmt: skip
    if encrypt:
        posted = seal_posted(workspace, posted, "recovery", [record.name, found.round.bureau_name])
    return posted, Changes(packages=True)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovery package that was verified and read."""

    verified: Verified
    body: bodies.Recovery
    trust: bodies.TrustList
    packs: tuple[Pack, ...]

    @property
    def evidence(self) -> list[bodies.EvidenceEntry]:
        """The evidence that is carried."""
        return [each for each in self.body.body.evidence if f"blobs/{each.sha256}" in self.verified.places]

    @property
    def lost(self) -> list[str]:
        """Labels of the evidence that never reached the bureau: the school adds it again."""
        return [each.label for each in self.body.body.evidence if f"blobs/{each.sha256}" not in self.verified.places]


@contextmanager
def opened_recovery(path: Path, *, password: str = "") -> Iterator[Recovered]:
    """A recovery package, decrypted into a private place that is gone afterwards.

    Raises RefusedError, or PackError where a carried standard is wrong.
    """
    with unsealed(path, password=password) as plain:
        yield read_recovery(plain)


def read_recovery(path: Path) -> Recovered:
    """Verify and read a recovery package that is not encrypted; nothing is stored. Raises like `opened_recovery`."""
    verified = verify(path)
    head = verified.manifest
    if head.kind != "recovery":
        raise wrong_kind(head.kind, path.name)
    body = bodies.decode(verified.data(), bodies.Recovery, file=path.name)
    if (head.cycle, head.issuer.id) != (body.round.id, body.bureau_district) or body.body.unit != body.unit.code:
        raise RefusedError(Refusal.MALFORMED, path.name)
    found = trust.checked(body.trust, signer=verified.public, file=path.name)
    packs = read_packs(body.packs, path.name, deciding=body.round.deciding.values())
    fields = {name: field for pack in packs for name, field in pack.fields.items()}
    said = body.body
    if not bodies.fits(said.facts, said.words, fields) or not bodies.fits(said.previous, said.previous_words, fields):
        raise RefusedError(Refusal.MALFORMED, path.name)
    missing = [
        each
        for each in said.evidence
        if f"blobs/{each.sha256}" not in verified.places and each.sha256 not in head.absent
    ]
    if missing:
        raise RefusedError(Refusal.MISSING_EVIDENCE, path.name, count=len(missing))
    return Recovered(verified, body, found, packs)


def recover(folder: Path, found: Recovered, *, filler: str = "") -> Workspace:
    """Make the school's workspace from its last state and return it open; its keys are new.

    Raises KnownError for a folder in use.
    """
    body, said = found.body, found.body.body
    record = unit_record(body.unit)
    workspace = create(folder, role="school", owner=record.code, name=record.name)
    try:
        keys_of(workspace.id, owner=record.code)
        workspace.actor.name = filler
        for sha256 in {each.sha256 for each in found.evidence}:
            evidence.store_blocks(workspace, found.verified.blocks(f"blobs/{sha256}"), expected=sha256)
        file_in(workspace, found.verified)
        with workspace.atomic():
            workspace.set_meta(
                {
                    "person": filler or said.filler, "phone": said.phone,
                    f"held.{body.round.id}": " ".join(each.sha256 for each in found.evidence),
                }
            )  # fmt: skip
            register.put_units(workspace, [record])
            note_issuer(workspace, found.verified, body, found.trust)
            take_round(workspace, body, found.packs)
            _take_state(workspace, found)
            journal.write(
                workspace,
                [
                    journal.Note(
                        "recover", record.code, f"package.{found.verified.hash}", new=[body.submission, body.seq],
                        round=body.round.id,
                    )
                ],
            )  # fmt: skip
    except BaseException:
        workspace.close()
        raise
    return workspace


def _take_state(workspace: Workspace, found: Recovered) -> None:
    body = found.body
    said, round_id, unit = body.body, body.round.id, body.unit.code
    act = journal.new_act()
    for year, numbers, texts in (
        (figures.THIS, said.facts, said.words), (figures.LAST, said.previous, said.previous_words)
    ):  # fmt: skip
        figures.write(workspace, round_id, unit, bodies.entries(numbers, texts), year=year, action="recover", act=act)
    for rule, text in said.explanations.items():
        figures.explain(workspace, round_id, unit, rule, text)
    use_sent(workspace, round_id, unit, found.evidence)
    for item in body.part.findings:
        inspection.put_finding(
            workspace,
            Finding(
                id=item.id, round=round_id, unit=unit, indicator=item.indicator, fact=item.fact,
                problem=item.problem, basis=item.basis, advice=item.advice, due=item.due, state=item.state,
                measure=item.measure, origin=item.origin,
            ),
        )  # fmt: skip
    inspection.set_comments(
        workspace, round_id, unit,
        [Comment(round_id, unit, each.fact, each.text, each.due) for each in body.part.comments],
    )  # fmt: skip
