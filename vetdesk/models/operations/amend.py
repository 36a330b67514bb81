"""The bureau changes a round that is out: deadlines of the city, a county or a school, standards, schools. One file."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.operations import handed_down, peer_groups
from vetdesk.models.operations.bureau_trust import trust_now
from vetdesk.models.operations.desk import desk, issued_here
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.post import Posted, last_of, post
from vetdesk.models.operations.publish_round import round_body, unit_body
from vetdesk.models.operations.send_standard import pack_texts, post_packs
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.districts import DISTRICTS, district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal, register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.manifest import Party


def set_deadline(workspace: Workspace, date: str, *, scope: str = "city", id_: str = "") -> Changes:
    """Give the city, a county (administrative code) or a school (its code) another deadline.

    Raises KnownError for a wrong date, and for a county or school that is unknown.
    """
    found = issued_here(workspace)
    if not is_day(date):
        raise KnownError(
            _("截止日期“{date}”不是日期，没有改动。请写成 2026-09-30 这样。").format(date=date[:20]), code="date"
        )
    code = found.round.bureau_district if scope == "city" else id_.strip()
    if scope == "county":
        code = district_code(code) or code
    if scope == "school" and register.unit(workspace, code) is None:
        raise KnownError(_("名录里没有标识码为“{code}”的学校，没有改动。").format(code=code), code="no_unit")
    if scope == "county" and code not in DISTRICTS:
        raise KnownError(_("没有行政区划“{code}”，没有改动。请写六位代码。").format(code=code), code="district")
    with workspace.atomic():
        old = register.deadline_of(workspace, found.round, scope=scope, id_=code)
        register.put_deadline(workspace, found.round.id, scope, code, date)
        if scope == "city":
            register.set_round_deadline(workspace, found.round.id, date)
        journal.write(
            workspace,
            [journal.Note("deadline", code if scope == "school" else "", f"deadline.{scope}.{code}", old, date,
                          round=found.round.id)],
        )  # fmt: skip
    return Changes(rounds=True)


def closer_deadlines(workspace: Workspace, *, scope: str, id_: str) -> list[tuple[str, str]]:
    """`(name, date)` of counties and schools inside a scope that keep a deadline of their own: the closest one counts."""
    found = desk(workspace)
    units = {each.code: each for each in register.units(workspace)}
    inside = {"city": ("county", "school"), "county": ("school",), "school": ()}[scope]
    county = district_code(id_) or id_
    named = []
    for kind, code, date in register.deadlines(workspace, found.round.id):
        if kind not in inside or (scope == "county" and (code not in units or units[code].district != county)):
            continue
        named.append(
            (DISTRICTS.get(code, "") if kind == "county" else units[code].name if code in units else code, date)
        )
    return named


def amend(workspace: Workspace, target: Path, *, note: str = "") -> tuple[Posted, Changes]:
    """Write the whole round as it stands now for all schools: the newest such file counts.

    Raises KnownError where there is no round, or the place cannot be written.
    """
    found = issued_here(workspace)
    body = bodies.Amendment(
        round=round_body(found.round),
        bureau_name=found.round.bureau_name,
        bureau_district=found.round.bureau_district,
        deadlines=[bodies.DeadlineEntry(*each) for each in register.deadlines(workspace, found.round.id)],
        packs=pack_texts(workspace),
        units=[unit_body(each) for each in register.asked(workspace, found.round)],
        note=note.strip()[:5000],
        trust=trust_now(workspace),
        previous=handed_down.travelling(workspace, found.round.id, found.fields),
        peers=peer_groups.kept(workspace, found.round.id),
    )
    return post_packs(workspace, target, "amendment", body), Changes(packages=True)


def send_trust(workspace: Workspace, target: Path) -> tuple[Posted, Changes]:
    """Write the list of keys alone, where nothing else is to be sent. Raises like `amend`."""
    found = issued_here(workspace)
    body = bodies.TrustBody(found.round.id, trust_now(workspace))
    posted = post(workspace, target, "trust", body, audience=Party("round", found.round.id), cycle=found.round.id)
    return posted, Changes(packages=True)


def send_register(workspace: Workspace, target: Path) -> tuple[Posted, Changes]:
    """Write the register alone, for counties and schools. Raises like `amend`."""
    found = issued_here(workspace)
    before = last_of(workspace, own_keys(workspace).fingerprint, "amendment", found.round.id)
    body = bodies.RegisterBody(
        found.round.id,
        before.seq if before else 0,
        [unit_body(each) for each in register.units(workspace)],
        trust_now(workspace),
    )
    posted = post(workspace, target, "register", body, audience=Party("round", found.round.id), cycle=found.round.id)
    return posted, Changes(packages=True)
