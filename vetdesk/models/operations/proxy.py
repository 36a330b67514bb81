"""代录: the bureau enters the figures of a school that has no usable PC, from its workbook and its stamped scan.

The figures go into a school's workspace of their own inside the bureau's folder and through the same gates; what comes out
is a submission like any other, signed by a key that the bureau knows for its own. It is marked, and the school's own
submission never replaces it silently: it waits until the officer chooses.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from vetdesk.models.operations import finalise, harvest, receive
from vetdesk.models.operations.desk import desk, issued_here, unit_of
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import exchange, register
from vetdesk.models.store.exchange import KnownKey
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import DATABASE, Workspace, now, open_workspace
from vetdesk.models.sync.codes import fingerprint

FOLDER = "proxy"


def place_of(workspace: Workspace, unit: str) -> Path:
    """Where the workspace lies in which a school's figures are entered for it."""
    return workspace.folder / FOLDER / f"{desk(workspace).round.id}-{unit}"


@contextmanager
def opened_proxy(workspace: Workspace, unit: str) -> Iterator[Workspace]:
    """That workspace, open; made from the newest task file at the first call, its key marked before anything is signed.

    Raises KnownError for a school that is not in the register, or that reported by itself already.
    """
    round_id, record = issued_here(workspace).round.id, unit_of(workspace, unit)
    sent = exchange.submissions(workspace, round_id, unit=unit)
    held = next((each for each in sent if not exchange.is_proxy(workspace, each.key)), None)
    if held is not None:
        raise KnownError(
            _(
                "{school} 已经自己上报过（第 {seq} 版），没有代录。它在等候的，请先决定采用哪一版；要改的请退回学校更正。"
            ).format(school=record.name, seq=held.seq),
            code="reported_itself",
        )
    place = place_of(workspace, unit)
    if (place / DATABASE).is_file():
        school = open_workspace(place, role="school")
        _follow(workspace, school, record)
    else:
        place.parent.mkdir(exist_ok=True)
        task = _newest_task(workspace)
        school = open_campaign(place, read_campaign(task), unit=unit, filler=workspace.actor.name)
    with school:
        school.actor.name = workspace.actor.name
        _mark(workspace, unit, own_keys(school).public, own_keys(school).recipient)
        yield school


def _follow(workspace: Workspace, school: Workspace, record: UnitRecord) -> None:
    """Let it know what the register says of the school now: by that it goes by the standard that decides about it."""
    here, nobody = register.unit(school, record.code), dict.fromkeys(register.CONTACT_FIELDS, "")
    fresh = replace(record, **nobody)
    if here is not None and fresh != replace(here, **nobody):
        school.actor.name = workspace.actor.name
        with school.atomic():
            register.put_units(school, [fresh])


def _newest_task(workspace: Workspace) -> Path:
    """The newest task file or amendment of the round in the archive."""
    round_id = desk(workspace).round.id
    for each in exchange.packages(workspace, direction="out"):
        if each.kind in ("campaign", "amendment") and each.cycle == round_id:
            found = workspace.folder / each.path
            if found.is_file():
                return found
    raise KnownError(_("存档里找不到这次任务的任务包，没有代录。请先从备份恢复。"), code="no_task")


def _mark(workspace: Workspace, unit: str, public: bytes, recipient: str) -> None:
    """Note a key as one of the bureau's own for a school, once, in one act."""
    if exchange.is_proxy(workspace, fingerprint(public)):
        return
    with workspace.atomic():
        exchange.note_proxy(
            workspace,
            KnownKey(
                fingerprint=fingerprint(public), role="school", owner=unit, public=public.hex(), age=recipient,
                state="confirmed", confirmed_at=now(),
                confirmed_by=_("{name}（代录）").format(name=workspace.actor.name or workspace.meta("name")),
            ),
        )  # fmt: skip


def enter(
    workspace: Workspace, unit: str, workbooks: Sequence[Path], *, stamped: Path | None = None, with_errors: str = ""
) -> tuple[harvest.Harvest, Changes]:
    """Take a school's figures out of its workbooks and submit them for it. Returns what was taken, and what was not.

    `stamped` is the scan of its signed and stamped sheet; `with_errors` the reason for doing so in spite of blocking
    rules. Raises KnownError where nothing can be taken, and like the gate: what was taken then stays in the school's
    workspace here, to be completed there (`opened_proxy`), and nothing is received.
    """
    with opened_proxy(workspace, unit) as school, tempfile.TemporaryDirectory(prefix="vetdesk-") as place:
        found = harvest.look(school, workbooks)
        if not found.taken:
            raise KnownError(_("这些文件里没有能取用的数，没有代录。请确认是学校填好的表。"), code="nothing_taken")
        harvest.take(school, found)
        finalise.seal(school)
        if stamped is not None:
            finalise.put_stamped_copy(school, stamped)
        try:
            posted, _changes = submit(school, Path(place) / f"{unit}.vdpkg", with_errors=with_errors)
        except KnownError as error:
            left = _("已取用的数留在代录的工作台（{place}）里，补好以后从那里上报。").format(place=school.folder)
            raise KnownError(error.sentence + left, code=error.code) from error
        result = receive.receive(workspace, [posted.path])
        [offer] = result.offers
        if offer.outcome is not receive.Outcome.TAKEN:
            raise KnownError(offer.sentence, code=offer.reason)
    return found, result.changes
