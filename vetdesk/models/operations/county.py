"""A county bureau between its schools and the city: takes part in the city's round, receives, forwards; both sign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.freeze_units import freeze_units
from vetdesk.models.operations.open_campaign import Campaign, file_in, note_issuer, take_round
from vetdesk.models.operations.post import Posted, post
from vetdesk.models.operations.rectify import carry_over
from vetdesk.models.operations.round_units import ended
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.districts import DISTRICTS, district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, journal, register
from vetdesk.models.store.exchange import KnownKey, PackageRecord
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import key_digits, only_digits
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError
from vetdesk.models.sync.write import Blob

FORWARDED = ("submission", "evidence")


def join_round(workspace: Workspace, campaign: Campaign) -> Changes:
    """Take part in the city's round: its standards, and the schools of this county.

    Raises KnownError where the register of the round has no school of this county, or the round is here already.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    units = [each for each in campaign.units if each.district == workspace.owner]
    if not units:
        raise KnownError(
            _("任务包的名录里没有本县（{district}）的学校，没有加入。请核对行政区划代码。").format(
                district=workspace.owner
            ),
            code="no_units",
        )
    if any(each.id == campaign.body.round.id for each in register.rounds(workspace)):
        raise KnownError(_("已经加入过这次任务，没有重复加入。"), code="round_exists")
    file_in(workspace, campaign.verified)
    with workspace.atomic():
        freeze_units(workspace)
        register.put_units(workspace, units)
        register.put_units(workspace, ended(workspace, campaign.body.units))
        note_issuer(workspace, campaign.verified, campaign.body, campaign.trust)
        take_round(workspace, campaign.body, campaign.packs)
        carry_over(workspace, register.rounds(workspace)[0])
        workspace.set_meta({"above": campaign.body.bureau_district})
        journal.write(
            workspace,
            [journal.Note("join_round", field="round", new=campaign.body.round.title, round=campaign.body.round.id)],
        )
    return Changes(rounds=True, units=frozenset(each.code for each in units))


def waiting(workspace: Workspace) -> list[PackageRecord]:
    """Packages of schools that were not forwarded yet, the oldest first."""
    round_id = desk(workspace).round.id
    taken = [
        each
        for each in exchange.packages(workspace, direction="in")
        if each.kind in FORWARDED and each.cycle == round_id and each.state == "taken"
    ]
    return taken[::-1]


def forward(workspace: Workspace, target: Path) -> tuple[Posted, Changes]:
    """Write everything that came since the last time into one signed bundle for the city, each package as it came.

    Raises KnownError where nothing came, or this bureau takes part in nobody's round.
    """
    above = workspace.meta("above")
    if not above:
        raise KnownError(_("本单位没有加入上级的任务，没有可以转报的。请先打开上级的任务包。"), code="no_round")
    items = waiting(workspace)
    if not items:
        raise KnownError(_("没有新收到的文件，没有生成。"), code="nothing_received")
    round_id = desk(workspace).round.id
    body = bodies.Bundle(round_id, [bodies.BundleItem(each.hash, each.unit, each.kind) for each in items])
    blobs = [Blob(workspace.folder / each.path, f"{each.unit} {each.kind} {each.seq}.vdpkg") for each in items]
    posted = post(
        workspace, target, "bundle", body,
        audience=Party("bureau", above), cycle=round_id, blobs=blobs,
    )  # fmt: skip
    with workspace.atomic():
        for each in items:
            exchange.set_package_state(workspace, each.hash, "forwarded")
    return posted, Changes(packages=True)


def counties(workspace: Workspace) -> list[KnownKey]:
    """The keys of counties below this bureau that handed something on, in the order they came."""
    above = (workspace.owner, workspace.meta("above"))
    return [each for each in exchange.keys_of(workspace, "bureau") if each.owner not in above]


def confirm_county(workspace: Workspace, district: str, *, who: str, digits: str) -> Changes:
    """Note that the officer compared the 30 digits of a county's key by telephone: its schools take its replies then.

    Raises KnownError where no key of this county that came here has these digits, or it was withdrawn.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    given, code = only_digits(digits), district_code(district) or district.strip()
    same = [each for each in counties(workspace) if each.owner == code]
    if not same:
        raise KnownError(
            _("还没有收到“{county}”转报的文件，没有确认。请先接收它的转报包。").format(county=district[:20]),
            code="no_county",
        )
    found = next((each for each in same if only_digits(key_digits(bytes.fromhex(each.public))) == given), None)
    if found is None:
        raise KnownError(
            _("这 30 位身份码与{county}转报文件的身份码不一样，没有确认。请与对方电话核实。").format(
                county=DISTRICTS.get(code, code)
            ),
            code="digits_differ",
        )
    if found.state == "revoked":
        raise KnownError(_("这个身份已经停用，没有确认。请让对方换用新的身份再转报。"), code="revoked")
    with workspace.atomic():
        exchange.confirm_key(workspace, found.fingerprint, who=who)
        journal.write(workspace, [journal.Note("confirm_identity", "", f"key.{found.fingerprint}", new=given, why=who)])
    return Changes(packages=True)


def inner_packages(path: Path, place: Path) -> Iterator[tuple[Path, str]]:
    """The packages inside a bundle, written into `place`; nothing for any other file."""
    try:
        outer = verify(path)
    except RefusedError:
        return
    if outer.manifest.kind != "bundle":
        return
    place.mkdir()
    for number, each in enumerate(outer.manifest.files[1:]):
        target = place / f"{number}.vdpkg"
        with suppress(OSError), target.open("wb") as stream:
            for block in outer.blocks(each.name):
                stream.write(block)
        yield target, each.label or target.name
