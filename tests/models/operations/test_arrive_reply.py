"""The bureau's reply bundle at a school: each opens only its own part; what is older changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import forged, keys, resealed, rows_of
from vetdesk.models.operations import decide, inspect, receive, rectify
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.receive import Outcome
from vetdesk.models.records.facts import Stage
from vetdesk.models.store import exchange, figures, inspection
from vetdesk.models.sync import seal, sign
from vetdesk.models.sync.keys import Keys
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify


def sent_states(city: City) -> list[str]:
    """What the school knows of its submissions, the newest first."""
    return [each.state for each in exchange.packages(city.school(), kind="submission", direction="out")]


def take(city: City, *paths: Path) -> list[str]:
    """What becomes of files at the first school."""
    return [each.reason or each.outcome.value for each in receive.receive(city.school(), list(paths)).offers]


def remarks(city: City) -> list[str]:
    """The remarks the school knows."""
    return [each.text for each in inspection.comments(city.school(), desk(city.school()).round.id, FIRST)]


def test_a_receipt_marks_the_sent_versions_received(city: City) -> None:
    city.received()
    city.received()
    waiting = city.submission()
    assert sent_states(city) == ["exported", "exported", "exported"]
    reply = city.reply()
    assert verify(reply).manifest.kind == "receipt"
    assert take(city, reply) == ["taken"]
    assert sent_states(city) == ["exported", "received", "received"]
    receive.receive(city.bureau, [waiting])
    assert take(city, city.reply()) == ["taken"]
    assert sent_states(city) == ["received", "received", "received"]


def test_forty_schools_each_open_only_their_own_part(city: City, tmp_path: Path) -> None:
    source = city.submission()
    others = {
        f"36419901{number:02d}": Keys(
            f"replica-{number}", sign.new_private(), str(pyrage.x25519.Identity.generate()), b""
        )
        for number in range(38)
    }
    with city.bureau.atomic():
        from vetdesk.models.store import register

        register.put_units(city.bureau, [register.UnitRecord(code, f"校{code}") for code in others])

    def edit(code: str, own: Keys) -> Any:
        return lambda body: body.update(unit=code, age=own.recipient)

    files = [
        forged(source, tmp_path / f"{code}.vdpkg", own, edit=edit(code, own), issuer=Party("school", code))
        for code, own in others.items()
    ]
    assert receive.receive(city.bureau, [*files, source, city.submission(SECOND)]).taken == 40
    bundle = city.reply()
    found = verify(bundle)
    parts = {each["unit"]: each["sha256"] for each in json.loads(found.data())["parts"]}
    assert set(parts) == {*others, FIRST, SECOND}
    holders = {**others, FIRST: keys(city.school()), SECOND: keys(city.school(SECOND))}
    for code, own in holders.items():
        for unit, sha256 in parts.items():
            content = found.blob(sha256)
            assert content is not None
            plain = seal.opened(content, own.age)
            assert (plain is not None) == (unit == code)
            if plain is not None:
                assert json.loads(plain)["unit"] == code
    for code in (FIRST, SECOND):
        result = receive.receive(city.school(code), [bundle])
        assert [each.outcome for each in result.offers] == [Outcome.TAKEN]
        assert [each.state for each in exchange.packages(city.school(code), kind="submission")] == ["received"]


def test_remarks_decisions_and_accepted_figures_arrive(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请附花名册"}, due="2026-10-01")
    assert verify(city.folder / city.reply().name).manifest.kind == "feedback"
    assert take(city, city.reply()) == ["taken"]
    assert (sent_states(city), remarks(city)) == (["returned"], ["请附花名册"])
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    assert take(city, city.reply()) == ["taken"]
    assert (sent_states(city)[0], remarks(city)) == ("accepted", [])
    accepted = figures.read(city.school(), desk(city.school()).round.id, FIRST, stage=Stage.ACCEPTED)
    assert accepted["teachers_ft"].text == "100"


def test_a_figure_no_longer_accepted_is_no_longer_accepted_at_the_school(city: City) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    take(city, city.reply())
    set_figures(city.school(), {"seats_teacher": ""})
    city.received()
    decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    decide.accept(city.bureau, FIRST)
    take(city, city.reply())
    own = figures.read(city.school(), desk(city.school()).round.id, FIRST, stage=Stage.ACCEPTED)
    theirs = figures.read(city.bureau, desk(city.bureau).round.id, FIRST, stage=Stage.ACCEPTED)
    assert own == theirs
    assert own["seats_teacher"].text == ""


def test_an_older_bundle_never_undoes_a_newer_one_whatever_its_kind(city: City) -> None:
    city.received()
    receipt = city.reply()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请附花名册"})
    feedback = city.reply()
    assert (verify(receipt).manifest.kind, verify(feedback).manifest.kind) == ("receipt", "feedback")
    assert take(city, feedback) == ["taken"]
    before = rows_of(city.school())
    assert take(city, receipt) == ["older"]
    assert rows_of(city.school()) == before
    assert remarks(city) == ["请附花名册"]
    city.received()
    assert verify(city.reply()).manifest.seq == 3


def test_bundles_in_one_batch_end_with_the_newest(city: City) -> None:
    city.received()
    receipt = city.reply()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请附花名册"})
    assert take(city, receipt, city.reply()) == ["taken", "taken"]
    assert remarks(city) == ["请附花名册"]


def finding_of(city: City) -> str:
    """The id of a finding that the school has received."""
    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="agree")
    made, _changes = inspect.note_finding(
        city.inspector(), FIRST, problem="缺证", indicator="db22_land", due="2026-10-01"
    )
    inspect.hand_back(city.inspector(), city.folder / "结果.vdpkg")
    receive.receive(city.bureau, [city.folder / "结果.vdpkg"])
    assert take(city, city.reply()) == ["taken"]
    return made.id


def test_findings_travel_with_basis_and_date(city: City) -> None:
    found = inspection.finding(city.school(), finding_of(city))
    assert found is not None
    assert (found.problem, found.state, found.due, found.origin) == ("缺证", "not_started", "2026-10-01", "inspector 1")
    assert "教职成〔2022〕5号" in found.basis


def test_an_answered_finding_is_not_overwritten_by_a_bundle_that_does_not_know_the_answer(city: City) -> None:
    id_ = finding_of(city)
    for done, state in ((False, "in_progress"), (True, "claimed_fixed")):
        rectify.answer(city.school(), id_, measure="已补证", done=done)
        assert take(city, city.reply()) == ["taken"]
        found = inspection.finding(city.school(), id_)
        assert found is not None
        assert (found.state, found.measure) == (state, "已补证")
    city.received()
    rectify.close(city.bureau, id_)
    take(city, city.reply())
    closed = inspection.finding(city.school(), id_)
    assert closed is not None
    assert closed.state == "closed"


def edit_part(city: City, **changes: object) -> Any:
    """The bureau's next bundle with the first school's own part changed."""
    bundle = city.reply()
    found = verify(bundle)
    parts = json.loads(found.data())["parts"]
    own = next(each for each in parts if each["unit"] == FIRST)
    content = found.blob(own["sha256"])
    assert content is not None
    plain = json.loads(seal.opened(content, keys(city.school()).age) or b"")
    plain.update(changes)
    import hashlib

    import msgspec

    fresh = seal.sealed(msgspec.json.encode(plain), [keys(city.school()).recipient])

    def edit(body: dict[str, Any]) -> None:
        body["parts"] = [{"unit": FIRST, "sha256": hashlib.sha256(fresh).hexdigest()}]

    return resealed(bundle, bundle.with_name("geändert.vdpkg"), city.bureau, edit=edit, blobs=[fresh])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"unit": SECOND}, "not_for_us"),
        ({"accepted": {"teachers_ft": {"state": "given", "text": "NaN", "unit": "", "reason": ""}}}, "malformed"),
        ({"accepted": {"land_counted": {"state": "given", "text": "1", "unit": "", "reason": ""}}}, "malformed"),
        ({"accepted": {"zz10_q_plan": {"state": "given", "text": "1", "unit": "", "reason": ""}}}, "malformed"),
        ({"accepted_words": {"zz10_q_plan": {"state": "given", "text": "符合", "reason": ""}}}, "malformed"),
        ({"accepted_words": {"teachers_ft": {"state": "given", "text": "yes", "reason": ""}}}, "malformed"),
        ({"accepted_words": {"zz10_q_plan": {"state": "given", "text": "yes", "reason": ""}}}, "taken"),
        ({"decision": "perhaps"}, "malformed"),
        ({"more": 1}, "malformed"),
        ({"note": "ok"}, "taken"),
    ],
    ids=str,
)
def test_a_part_with_wrong_content_is_refused(city: City, changes: dict[str, object], reason: str) -> None:
    city.received()
    path = edit_part(city, **changes)
    before = rows_of(city.school())
    assert take(city, path) == [reason]
    assert (rows_of(city.school()) == before) == (reason != "taken")


def test_accepted_figures_this_school_does_not_know_are_left_out(city: City) -> None:
    """The bureau may go by a newer version of a standard already."""
    city.received()
    number = {"state": "given", "text": "7", "unit": "", "reason": ""}
    word = {"state": "given", "text": "yes", "reason": ""}
    path = edit_part(
        city,
        decision="accepted",
        accepted={"nonsense": number, "teachers_ft": number},
        accepted_words={"zz10_q_nonsense": word, "zz10_q_plan": word},
    )
    assert take(city, path) == ["taken"]
    found = figures.read(city.school(), desk(city.school()).round.id, FIRST, stage=Stage.ACCEPTED)
    assert {name: each.text for name, each in found.items()} == {"teachers_ft": "7", "zz10_q_plan": "yes"}


def test_a_finding_of_another_school_in_our_part_is_refused(city: City) -> None:
    id_ = finding_of(city)
    found = inspection.finding(city.bureau, id_)
    assert found is not None
    entry = {
        "id": id_, "unit": SECOND, "indicator": "", "fact": "", "problem": "x", "basis": "", "advice": "", "due": "",
        "state": "closed", "measure": "", "origin": "",
    }  # fmt: skip
    assert take(city, edit_part(city, findings=[entry])) == ["not_for_us"]


def test_a_part_sealed_for_someone_else_is_not_opened(city: City, tmp_path: Path) -> None:
    city.received()
    city.received(SECOND)
    bundle = city.reply()
    parts = {each["unit"]: each["sha256"] for each in json.loads(verify(bundle).data())["parts"]}

    def swap(body: dict[str, Any]) -> None:
        body["parts"] = [{"unit": FIRST, "sha256": parts[SECOND]}, {"unit": SECOND, "sha256": parts[FIRST]}]

    path = resealed(bundle, tmp_path / "x.vdpkg", city.bureau, edit=swap)
    for code in (FIRST, SECOND):
        assert [each.reason for each in receive.receive(city.school(code), [path]).offers] == ["other_computer"]


def test_another_round_is_refused(city: City, tmp_path: Path) -> None:
    city.received()
    path = resealed(city.reply(), tmp_path / "x.vdpkg", city.bureau, cycle="another")
    assert take(city, path) == ["other_round"]


def test_nothing_of_a_bundle_can_be_read_by_who_is_not_addressed(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "只给甲校看的意见"})
    content = city.reply().read_bytes()
    assert "只给甲校看的意见".encode() not in content
    assert b"teachers_ft" not in content
