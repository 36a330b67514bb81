"""A school opens a task file: its workspace is made, nothing to type; its keys are made silently."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vetdesk.models.operations import handed_down, peer_groups, root_above
from vetdesk.models.operations.publish_round import stages_of, unit_record
from vetdesk.models.packs.build import build
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import checked
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, journal, register
from vetdesk.models.store.exchange import PackageRecord
from vetdesk.models.store.register import Round, UnitRecord
from vetdesk.models.store.workspace import Workspace, create, now, sync_file
from vetdesk.models.sync import bodies, trust
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import Verified, verify
from vetdesk.models.sync.refusals import Refusal, RefusedError, wrong_kind


@dataclass(frozen=True, slots=True)
class Campaign:
    """A task file that was verified and read."""

    verified: Verified
    body: bodies.Campaign
    trust: bodies.TrustList
    packs: tuple[Pack, ...]
    units: tuple[UnitRecord, ...]
    amended: bodies.Amendment | None = None


def read_campaign(path: Path) -> Campaign:
    """Verify and read a task file, or an amendment (a school that was added later starts with it); nothing is stored.

    Raises RefusedError, or PackError where a carried standard is wrong.
    """
    verified, amended = verify(path), None
    if verified.manifest.kind == "amendment":
        amended = bodies.decode(verified.data(), bodies.Amendment, file=path.name)
        body = _as_campaign(amended)
    elif verified.manifest.kind == "campaign":
        body = bodies.decode(verified.data(), bodies.Campaign, file=path.name)
    else:
        raise wrong_kind(verified.manifest.kind, path.name)
    if verified.manifest.cycle != body.round.id or verified.manifest.issuer.id != body.bureau_district:
        raise RefusedError(Refusal.MALFORMED, path.name)
    found = trust.checked(body.trust, signer=verified.public, file=path.name)
    return Campaign(
        verified,
        body,
        found,
        read_packs(body.packs, path.name, deciding=body.round.deciding.values()),
        tuple(unit_record(each) for each in body.units),
        amended,
    )


def deadline_for(body: bodies.Amendment, code: str, *, county: str = "") -> str:
    """The deadline that counts for a school: its own, its county's, the city's, the round's; or for a `county`."""
    own = next((each for each in body.units if each.code == code), None)
    said = {(each.scope, each.id): each.date for each in body.deadlines}
    return (
        said.get(("school", code))
        or said.get(("county", own.district if own else county))
        or said.get(("city", body.bureau_district))
        or body.round.deadline
    )


def _as_campaign(body: bodies.Amendment) -> bodies.Campaign:
    return bodies.Campaign(
        body.round,
        body.bureau_name,
        body.bureau_district,
        body.trust,
        body.packs,
        body.units,
        body.previous,
        body.peers,
    )


def read_packs(texts: list[str], file: str, *, deciding: Iterable[str] = ()) -> tuple[Pack, ...]:
    """The packs a package carries, checked like shipped ones, worked examples included.

    Raises RefusedError where a text is not a pack in its one byte form, and where one of the ids `deciding` is not there.
    """
    try:
        packs = tuple(_read_pack(text) for text in texts)
    except (ValueError, RecursionError) as error:
        raise RefusedError(Refusal.MALFORMED, file) from error
    if not {each.id for each in packs}.issuperset(deciding):
        raise RefusedError(Refusal.MALFORMED, file)
    return packs


@lru_cache(maxsize=32)
def _read_pack(text: str) -> Pack:
    """A pack of its byte form, checked; the same text is read once. Raises ValueError where it is not in that form."""
    plain = json.loads(text)
    if not isinstance(plain, dict) or encode(plain).decode("utf-8") != text:
        raise ValueError("byte form")
    return checked(build(plain))


def open_campaign(folder: Path, campaign: Campaign, *, unit: str, filler: str = "", phone: str = "") -> Workspace:
    """Make the workspace of one school of the register and return it open.

    Raises KnownError for a school that is not in the register, or a folder in use.
    """
    record = next((each for each in campaign.units if each.code == unit), None)
    if record is None:
        raise KnownError(
            _("任务包的名录里没有标识码为“{code}”的学校，没有建立。请核对标识码，或请主管部门补充名录。").format(
                code=unit
            ),
            code="no_unit",
        )
    workspace = create(folder, role="school", owner=record.code, name=record.name)
    try:
        keys_of(workspace.id, owner=record.code)
        workspace.actor.name = filler
        file_in(workspace, campaign.verified)
        with workspace.atomic():
            workspace.set_meta({"person": filler, "phone": phone})
            register.put_units(workspace, [record])
            note_issuer(workspace, campaign.verified, campaign.body, campaign.trust)
            take_round(workspace, campaign.body, campaign.packs)
            handed_down.take(workspace, campaign.body.round.id, unit, campaign.body.previous.get(unit, {}))
            peer_groups.keep(workspace, campaign.body.round.id, campaign.body.peers)
            if campaign.amended is not None:
                register.set_round_deadline(workspace, campaign.body.round.id, deadline_for(campaign.amended, unit))
            journal.write(
                workspace,
                [journal.Note("open_campaign", record.code, f"package.{campaign.verified.hash}", new=record.name)],
            )
    except BaseException:
        workspace.close()
        raise
    return workspace


def take_round(
    workspace: Workspace, body: bodies.Campaign | bodies.Inspection | bodies.Recovery, packs: tuple[Pack, ...]
) -> None:
    """Keep the round of a package with its packs, in the caller's transaction."""
    for pack in packs:
        register.put_pack(workspace, pack)
    register.put_round(
        workspace,
        Round(
            id=body.round.id, title=body.round.title, period=body.round.period, deadline=body.round.deadline,
            reference_date=body.round.reference_date, bureau_name=body.bureau_name,
            bureau_district=body.bureau_district, packs=tuple(fingerprint(pack) for pack in packs),
            stamp=body.round.stamp, gate=body.round.gate, stages=stages_of(body.round),
            deciders=tuple(body.round.deciding.items()), references=tuple(body.round.references),
        ),
    )  # fmt: skip


def note_issuer(
    workspace: Workspace,
    verified: Verified,
    body: bodies.Campaign | bodies.Inspection | bodies.Recovery,
    found: bodies.TrustList,
) -> None:
    """Remember the bureau's desk key and that this package was taken, in the caller's transaction."""
    root_above.follow(workspace, found, bureau=body.bureau_name, district=body.bureau_district)
    exchange.put_package(workspace, arrived(verified, state="taken"))


def arrived(verified: Verified, *, state: str, unit: str = "") -> PackageRecord:
    """The record of a package that came in; its file is archived under its hash."""
    head = verified.manifest
    return PackageRecord(
        hash=verified.hash, kind=head.kind, direction="in", issuer_role=head.issuer.role,
        issuer_id=head.issuer.id, key=verified.fingerprint, cycle=head.cycle, seq=head.seq, prev=head.prev,
        unit=unit, at=now(), path=f"inbox/{verified.hash}.vdpkg", state=state, answers=head.answers,
    )  # fmt: skip


def archive_of(workspace: Workspace, verified: Verified) -> Path:
    """Where a package that came in is archived."""
    return workspace.folder / "inbox" / f"{verified.hash}.vdpkg"


def file_in(workspace: Workspace, verified: Verified, *, private: bool = False) -> None:
    """Archive a package verbatim under its hash; a `private` copy is kept itself, anything else is copied."""
    target = archive_of(workspace, verified)
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        part = target.with_suffix(".part")
        try:
            if not private:
                raise OSError  # it stays somebody else's file
            os.link(verified.path, part)
        except OSError:
            shutil.copyfile(verified.path, part)
        if not private:  # of a batch all are waited for at once
            sync_file(part)
        part.replace(target)
