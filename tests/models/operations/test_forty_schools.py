"""One reply bundle for forty schools: each takes its own part, and nobody's key opens another's."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.factory import GOOD, NINE, NINE_FACTS, City
from vetdesk.models.operations import decide
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.receive import receive
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import exchange, inspection, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import open_workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.seal import opened

CODES = tuple(f"36419910{at:02d}" for at in range(40))
FIGURES = {name: GOOD[name] for name in NINE_FACTS}


def submitted(city: City) -> dict[str, str]:
    """Forty schools that have submitted to the bureau; the age identity of each."""
    with city.bureau.atomic():
        register.put_units(city.bureau, [UnitRecord(code, f"第{code[-2:]}校（虚构）") for code in CODES])
    publish(city.bureau, RoundPlan((NINE,), "2026", "2099-12-31"), city.folder / "任务.vdpkg")
    campaign = read_campaign(city.folder / "任务.vdpkg")
    identities, files = {}, []
    for code in CODES:
        with open_campaign(city.folder / code, campaign, unit=code, filler="填报") as school:
            set_figures(school, {**FIGURES, "books_print": f"6{code[-4:]}"})
            files.append(city.folder / f"上报包-{code}.vdpkg")
            submit(school, files[-1])
            identities[code] = keys_of(school.id).age
    assert receive(city.bureau, files).taken == len(CODES)
    return identities


def answered(city: City) -> Path:
    """The bundle: an even school is returned with a remark of its own, an odd one accepted."""
    for at, code in enumerate(CODES):
        if at % 2:
            key = decide.current(city.bureau, code).key
            decide.confirm_identity(city.bureau, code, who="经办", digits=decide.digits_of(city.bureau, key))
            decide.accept(city.bureau, code)
        else:
            decide.return_figures(city.bureau, code, {"books_print": f"请 {code} 核实"})
    bundle = city.folder / "回复.vdpkg"
    reply(city.bureau, bundle)
    return bundle


def test_forty_schools_take_their_own_part_of_one_bundle_and_open_no_other(tmp_path: Path, own_home: Path) -> None:
    city = City(tmp_path)
    identities = submitted(city)
    bundle = answered(city)
    found = verify(bundle)
    body = bodies.decode(found.data(), bodies.ReplyBody, file=bundle.name)
    assert {each.unit for each in body.parts} == set(CODES)
    assert {each.name for each in found.manifest.files[1:]} == {f"blobs/{each.sha256}" for each in body.parts}
    assert len(found.manifest.files) == 1 + len(CODES)

    blobs = {each.unit: found.blob(each.sha256) or b"" for each in body.parts}
    readers = {
        unit: [code for code, identity in identities.items() if opened(blob, identity) is not None]
        for unit, blob in blobs.items()
    }
    assert readers == {code: [code] for code in CODES}
    assert [unit for unit, blob in blobs.items() if opened(blob, keys_of(city.bureau.id).age) is not None] == []
    whole = bundle.read_bytes()
    assert not [code for code in CODES if f"请 {code} 核实".encode() in whole]

    for at, code in enumerate(CODES):
        with open_workspace(city.folder / code) as school:
            assert receive(school, [bundle]).taken == 1
            sent = exchange.packages(school, kind="submission", direction="out")
            remarks = inspection.comments(school, desk(school).round.id, code)
            assert [each.state for each in sent] == ["accepted" if at % 2 else "returned"]
            assert [each.text for each in remarks] == ([] if at % 2 else [f"请 {code} 核实"])
            others = school.rows("SELECT COUNT(*) AS n FROM comment WHERE unit != ?", (code,))
            assert others[0]["n"] == 0
    city.close()


def test_a_school_refuses_a_bundle_that_has_no_part_for_it(tmp_path: Path, own_home: Path) -> None:
    """Also where the bundle lies in its workspace's own outbox."""
    city = City(tmp_path)
    with city.bureau.atomic():
        register.put_units(city.bureau, [UnitRecord(code, f"第{code[-2:]}校（虚构）") for code in CODES[:2]])
    publish(city.bureau, RoundPlan((NINE,), "2026", "2099-12-31"), city.folder / "任务.vdpkg")
    campaign = read_campaign(city.folder / "任务.vdpkg")
    with open_campaign(city.folder / "one", campaign, unit=CODES[0]) as school:
        set_figures(school, FIGURES)
        submit(school, city.folder / "一.vdpkg")
    receive(city.bureau, [city.folder / "一.vdpkg"])
    reply(city.bureau, city.folder / "回复.vdpkg")
    with open_campaign(city.folder / "two", campaign, unit=CODES[1]) as other:
        copy = Path(shutil.copy(city.folder / "回复.vdpkg", other.folder / "outbox" / "回复.vdpkg"))
        offer = receive(other, [copy]).offers[0]
        assert (offer.outcome.value, offer.reason) == ("refused", "not_for_us")
        assert exchange.packages(other, kind="receipt") == []
    city.close()
