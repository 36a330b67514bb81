"""A school's submission at the bureau: counted at once, accepted only when it is known who sent it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, SECOND, City, pdf
from tests.models.operations.forge import forged, keys
from vetdesk.models.operations import decide, receive, rectify
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange, inspection
from vetdesk.models.store.exchange import Submission
from vetdesk.models.sync.read import verify


def held(city: City, unit: str = FIRST) -> list[Submission]:
    """The submissions of a school at the bureau, the newest first."""
    return exchange.submissions(city.bureau, desk(city.bureau).round.id, unit=unit)


def test_the_first_submission_enrols_the_schools_keys_unconfirmed(city: City) -> None:
    city.received()
    own = keys(city.school())
    known = exchange.key(city.bureau, own.fingerprint)
    assert known is not None
    assert (known.role, known.owner, known.state, known.age) == ("school", FIRST, "unconfirmed", own.recipient)
    assert [(each.state, each.seq, each.current) for each in held(city)] == [("unconfirmed", 1, True)]


def test_a_confirmed_key_is_received_at_once(city: City) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    only = city.received().offers[0]
    assert only.arrival is not None
    assert not only.arrival.unconfirmed
    assert [(each.state, each.current) for each in held(city)] == [("received", True), ("superseded", False)]


def test_the_figures_are_kept_as_sent(city: City) -> None:
    set_figures(city.school(), {"land_owned": "90亩"})
    city.received()
    sent = decide.declared(held(city)[0])
    assert (sent["land_owned"].text, sent["land_owned"].unit) == ("90", "亩")
    assert sent.keys() == GOOD.keys()
    assert {name: each.text for name, each in sent.items() if name != "land_owned"} == {
        name: text for name, text in GOOD.items() if name != "land_owned"
    }


def test_evidence_is_recorded_whole(city: City, tmp_path: Path) -> None:
    sha256, _changes = attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    assert evidence.missing_files(city.bureau) == []
    assert evidence.path_of(city.bureau, sha256).read_bytes() == (tmp_path / "证.pdf").read_bytes()


def test_another_key_for_a_school_waits_and_replaces_nothing(city: City, tmp_path: Path) -> None:
    city.received()
    stranger = forged(city.submission(), tmp_path / "x.vdpkg", keys(city.school(SECOND)), seq=1, prev="")
    result = receive.receive(city.bureau, [stranger])
    assert result.taken == 1
    assert [(each.state, each.current) for each in held(city)] == [("unconfirmed", False), ("unconfirmed", True)]
    assert decide.current(city.bureau, FIRST).key == keys(city.school()).fingerprint


def test_a_waiting_submission_answers_no_findings(city: City, tmp_path: Path) -> None:
    finding = noted(city)
    receive.receive(city.school(), [city.reply()])
    rectify.answer(city.school(), finding, measure="已补", done=True)
    waiting = forged(city.submission(), tmp_path / "x.vdpkg", keys(city.school(SECOND)), seq=1, prev="")
    receive.receive(city.bureau, [waiting])
    found = inspection.finding(city.bureau, finding)
    assert found is not None
    assert found.state == "not_started"


def noted(city: City) -> str:
    """The id of a finding that is known to the bureau."""
    from vetdesk.models.operations import inspect

    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="agree")
    made, _changes = inspect.note_finding(city.inspector(), FIRST, problem="缺证", indicator="db22_land")
    inspect.hand_back(city.inspector(), city.folder / "结果.vdpkg")
    receive.receive(city.bureau, [city.folder / "结果.vdpkg"])
    return made.id


def test_answers_to_findings_arrive_but_never_reopen_a_closed_one(city: City) -> None:
    finding = noted(city)
    receive.receive(city.school(), [city.reply()])
    rectify.answer(city.school(), finding, measure="已补证", done=True)
    city.received()
    found = inspection.finding(city.bureau, finding)
    assert found is not None
    assert (found.state, found.measure) == ("claimed_fixed", "已补证")
    rectify.close(city.bureau, finding)
    rectify.answer(city.school(), finding, measure="又改了", done=False)
    city.received()
    closed = inspection.finding(city.bureau, finding)
    assert closed is not None
    assert (closed.state, closed.measure) == ("closed", "已补证")


def test_an_answer_cannot_touch_another_schools_finding(city: City, tmp_path: Path) -> None:
    finding = noted(city)

    def edit(body: dict[str, list[dict[str, str]]]) -> None:
        body["replies"] = [{"finding": finding, "state": "claimed_fixed", "measure": "越权"}]

    path = forged(city.submission(SECOND), tmp_path / "x.vdpkg", keys(city.school(SECOND)), edit=edit)
    assert receive.receive(city.bureau, [path]).taken == 1
    found = inspection.finding(city.bureau, finding)
    assert found is not None
    assert found.state == "not_started"


def test_only_the_newest_version_counts(city: City) -> None:
    for number in ("101", "102"):
        set_figures(city.school(), {"teachers_ft": number})
        city.received()
    assert decide.declared(decide.current(city.bureau, FIRST))["teachers_ft"].text == "102"
    assert [each.current for each in held(city)] == [True, False]


def test_a_returned_submission_is_followed_by_a_fresh_one(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核对"})
    city.received()
    assert decide.current(city.bureau, FIRST).state == "unconfirmed"


def test_a_school_that_has_not_submitted_has_nothing_current(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        decide.current(city.bureau, FIRST)
    assert (caught.value.code, "甲校" in caught.value.sentence) == ("not_received", True)


def test_the_archived_file_is_the_one_the_key_signed(city: City) -> None:
    city.received()
    record = exchange.packages(city.bureau, kind="submission", direction="in")[0]
    found = verify(city.bureau.folder / record.path)
    assert (found.hash, found.fingerprint) == (record.hash, keys(city.school()).fingerprint)
