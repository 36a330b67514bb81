"""What differs between two versions a school submitted, or between one and what stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vetdesk.models.operations.conflict_cards import EVIDENCE, FACT, place_name, place_text
from vetdesk.models.operations.copies import archived, copy_of, own_copy
from vetdesk.models.operations.decide import body_of
from vetdesk.models.operations.desk import Desk, desk, desk_of_round
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange, figures, register
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync.merge import Place
from vetdesk.models.sync.refusals import RefusedError


@dataclass(frozen=True, slots=True)
class Difference:
    """One place: what it is called, and what both say of it."""

    name: str
    before: str
    after: str


def compare_revisions(workspace: Workspace, first: int, second: int | None = None) -> list[Difference]:
    """The places where version `first` and `second` (what stands now without it) differ, in the order of the form.

    Raises KnownError for a version that was never made here, and for one whose file is gone or altered.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace)
    before = _version(workspace, first)
    after = own_copy(workspace) if second is None else _version(workspace, second)
    labels = {each.sha256: each.label for each in evidence.used(workspace, found.round.id, workspace.owner)}
    return differences(found, before, after, labels)


def compare_submissions(workspace: Workspace, first: str, second: str) -> list[Difference]:
    """The places where two submissions that a bureau holds differ (by their hashes), in the order of the form.

    Of two rounds only this year's figures of each are compared: last year's of the later are those of the earlier.
    Raises KnownError for one that is not here.
    """
    copies, labels, rounds = [], {}, list[str]()
    for hash_ in (first, second):
        held = exchange.submission(workspace, hash_)
        if held is None:
            raise KnownError(_("没有这一版，没有比较。"), code="no_version")
        body = body_of(held)
        labels.update({each.sha256: each.label for each in body.evidence})
        rounds.append(held.round)
        copies.append(copy_of(body, register.known_fields(workspace, held.round)))
    if rounds[0] != rounds[1]:
        copies = [{at: text for at, text in each.items() if at[:2] != (FACT, figures.LAST)} for each in copies]
    found = desk_of_round(workspace, rounds[1])
    former = desk_of_round(workspace, rounds[0])
    every = tuple({pack.id: pack for pack in (*former.every, *found.every)}.values())
    return differences(replace(found, every=every), copies[0], copies[1], labels)


def differences(
    found: Desk, before: Mapping[Place, str], after: Mapping[Place, str], labels: Mapping[str, str]
) -> list[Difference]:
    """The places where two copies differ, in the order of the form; `labels` name evidence by its hash."""
    order = {name: at for at, name in enumerate(found.fields)}
    places = [place for place in {**before, **after} if before.get(place, "") != after.get(place, "")]
    tables = {place[:3] for place in places if len(place) > 3}

    def name(place: Place) -> str:
        return labels.get(place[1], _("佐证材料")) if place[0] == EVIDENCE else place_name(found, place)

    return [
        Difference(
            name(each), place_text(found, each, before.get(each, "")), place_text(found, each, after.get(each, ""))
        )
        for each in sorted(places, key=lambda place: (place[0] != FACT, order.get(place[-1], len(order)), place))
        if each not in tables  # its rows are lines of their own
    ]


def _version(workspace: Workspace, seq: int) -> dict[Place, str]:
    found = desk(workspace)
    sent = [
        each
        for each in exchange.packages(workspace, kind="submission", direction="out")
        if each.cycle == found.round.id and each.seq == seq
    ]
    if not sent:
        raise KnownError(_("没有上报过第 {seq} 版，没有比较。").format(seq=seq), code="no_version")
    try:
        _verified, body = archived(workspace, sent[0])
    except RefusedError as error:
        raise KnownError(
            _("存档的第 {seq} 版已经损坏或不在了，没有比较。").format(seq=seq), code="version_damaged"
        ) from error
    return copy_of(body, found.fields)
