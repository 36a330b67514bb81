"""Keys that change while files are on their way: batches, several computers, withdrawn schools, rounds that follow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factory import FIRST, NINE, NINE_FACTS, SECOND, SETUP, City, pdf
from tests.models.operations.forge import keys, resealed, rows_of
from vetdesk.models.operations import amend, bureau_trust, decide, inspect, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.confirm_threshold import Confirmation
from vetdesk.models.operations.confirm_threshold import confirm as confirm_value
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, inspection
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync import sign
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify


def taken(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


def confirm(city: City, code: str = FIRST) -> None:
    """Compare the digits of a school's computer."""
    decide.confirm_identity(city.bureau, code, who="经办", digits=keys(city.school(code)).digits)


def new_desk(city: City) -> str:
    """A new desk key; its fingerprint."""
    bureau_trust.new_desk_key(city.bureau, reason="换人")
    return keys(city.bureau).fingerprint


# The bureau's keys


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_replies_of_two_desks_in_one_batch_end_with_the_newer_one(city: City, order: tuple[int, ...]) -> None:
    """A folder gives its files by name, not by age."""
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"})
    paths = [city.reply()]
    new_desk(city)
    confirm(city)
    decide.accept(city.bureau, FIRST, withdraw=True)
    paths.append(city.reply())
    assert "taken" in taken(city.school(), *(paths[at] for at in order))
    [sent] = exchange.packages(city.school(), kind="submission", direction="out")
    assert sent.state == "accepted"
    assert inspection.comments(city.school(), desk(city.school()).round.id, FIRST) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_replies_of_three_desks_in_one_batch_leave_the_newest_in_force(city: City, order: tuple[int, ...]) -> None:
    city.received()
    paths = [city.reply()]
    for _each in range(2):
        newest = new_desk(city)
        paths.append(city.reply())
    said = dict(zip(order, taken(city.school(), *(paths[at] for at in order)), strict=True))
    assert said[2] == "taken"
    known = {each.fingerprint: each.state for each in exchange.keys_of(city.school(), "bureau")}
    assert {each for each, state in known.items() if state == "confirmed"} == {newest}
    assert int(city.school().meta("trust_version")) == verify(paths[2]).manifest.trust_version
    assert taken(city.school(), city.reply()) == ["taken"]


@pytest.mark.parametrize(
    "renew",
    [
        pytest.param(bureau_trust.new_desk_key, id="desk"),
        pytest.param(
            bureau_trust.new_root_key,
            id="root",
        ),
    ],
)
def test_a_school_that_missed_one_change_follows_the_next(city: City, renew: Callable[..., object]) -> None:
    """A school may be away for a whole summer."""
    city.received()
    for _each in range(2):
        renew(city.bureau, reason="例行更换")
        bureau_trust.trust_now(city.bureau)
    assert taken(city.school(), city.reply()) == ["taken"]
    assert city.school().meta("root") == sign.public_of(keys(city.bureau).root).hex()


def test_desk_and_root_may_change_together(city: City) -> None:
    city.received()
    bureau_trust.new_root_key(city.bureau, reason="例行更换")
    bureau_trust.new_desk_key(city.bureau, reason="换人")
    assert taken(city.school(), city.reply()) == ["taken"]
    assert taken(city.school(), city.reply()) == ["taken"]


@pytest.mark.parametrize("kind", ["amendment", "standard", "trust", "receipt"])
def test_every_kind_of_file_carries_the_new_keys(city: City, tmp_path: Path, kind: str) -> None:
    city.received()
    assert taken(city.school(), city.reply()) == ["taken"]
    if kind == "standard":
        confirm_value(
            city.bureau, Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", cmp="<=")
        )
    newest = new_desk(city)
    path = tmp_path / "x.vdpkg"
    {
        "amendment": amend.amend, "standard": send_standard, "trust": amend.send_trust, "receipt": reply
    }[kind](city.bureau, path)  # fmt: skip
    assert verify(path).fingerprint == newest
    assert taken(city.school(), path) == ["taken"]
    assert exchange.key(city.school(), newest) is not None
    assert taken(city.school(), city.reply()) == ["taken"]


def test_a_school_that_starts_from_an_old_task_file_follows(city: City, tmp_path: Path) -> None:
    """Also where the root changed since."""
    campaign = city.campaign
    city.received()
    bureau_trust.new_root_key(city.bureau, reason="例行更换")
    new_desk(city)
    with open_campaign(tmp_path / "late", read_campaign(campaign), unit=FIRST) as school:
        set_figures(school, {"teachers_ft": "60"})
        submit(school, tmp_path / "late.vdpkg", with_errors="试")
        assert taken(city.bureau, tmp_path / "late.vdpkg") == ["taken"]
        decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys_of(school.id).digits)
        assert taken(school, city.reply()) == ["taken"]


def test_the_list_grows_only_when_it_says_something_new(city: City) -> None:
    city.received()
    versions = [verify(city.reply()).manifest.trust_version for _each in range(2)]
    confirm(city)
    versions += [verify(city.reply()).manifest.trust_version for _each in range(2)]
    assert versions == [1, 1, 2, 2]
    listed = json.loads(city.bureau.meta("trust_list"))["keys"]
    assert [(each["owner"], each["state"], each["after"]) for each in listed] == [(FIRST, "confirmed", 0)]
    city.received()
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    bureau_trust.trust_now(city.bureau)
    listed = json.loads(city.bureau.meta("trust_list"))["keys"]
    assert [(each["owner"], each["state"], each["after"]) for each in listed] == [(FIRST, "revoked", 2)]


def test_what_an_inspector_hands_back_is_taken_after_the_desk_changed(city: City, tmp_path: Path) -> None:
    city.received()
    inspector = city.inspector()
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    inspect.hand_back(inspector, tmp_path / "核查结果.vdpkg")
    new_desk(city)
    assert taken(city.bureau, tmp_path / "核查结果.vdpkg") == ["taken"]


# A school's keys


def test_a_withdrawn_school_hinders_no_reply_to_the_others(city: City) -> None:
    city.received()
    city.received(SECOND)
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    bundle = city.reply()
    assert taken(city.school(SECOND), bundle) == ["taken"]
    assert taken(city.school(FIRST), bundle) == ["not_for_us"]


def test_files_of_evidence_give_a_withdrawn_key_no_further_numbers(city: City, tmp_path: Path) -> None:
    """Evidence is counted for itself: three files of it are not three submissions."""
    for number in range(4):
        attach(city.school(), pdf(tmp_path, f"{number}.pdf", content=bytes([65 + number]) * 900), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "上报包.vdpkg", volume=1000)
    assert taken(city.bureau, posted.path, *posted.rest) == ["taken"] * 5
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    assert taken(city.bureau, city.submission()) == ["late_key"]


def test_numbers_of_another_round_give_a_withdrawn_key_nothing(city: City, tmp_path: Path) -> None:
    for _each in range(3):
        city.received()
    publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "2027.vdpkg")
    path = tmp_path / "x.vdpkg"
    cycle = desk(city.bureau).round.id
    sent = verify(city.submission())
    facts = {name: each for name, each in json.loads(sent.data())["facts"].items() if name in NINE_FACTS}
    resealed(
        sent.path, path, city.school(), cycle=cycle, seq=2, prev="",
        edit=lambda body: body.update(round=cycle, facts=facts, words={}),
    )  # fmt: skip
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    assert taken(city.bureau, path) == ["late_key"]


def test_what_was_sent_before_may_still_arrive_after_the_withdrawal(city: City) -> None:
    first, second, third = (city.submission() for _each in range(3))
    assert taken(city.bureau, second) == ["taken"]
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    assert taken(city.bureau, first, third) == ["taken", "late_key"]
    assert [each.seq for each in exchange.submissions(city.bureau, desk(city.bureau).round.id) if each.current] == [2]


def test_one_of_two_computers_is_withdrawn_by_its_digits(city: City, tmp_path: Path, own_home: Path) -> None:
    city.received()
    place = city.school().folder
    city.close()
    shutil.copytree(place, tmp_path / "B")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
        with open_workspace(tmp_path / "B") as other:
            paths = [submit(other, tmp_path / f"{n}.vdpkg")[0].path for n in range(2)]
            digits = keys_of(other.id).digits
    assert taken(city.bureau, paths[0]) == ["taken"]
    with pytest.raises(KnownError) as caught:
        bureau_trust.withdraw(city.bureau, FIRST, reason="丢失", digits="1" * 30)
    assert caught.value.code == "no_key"
    bureau_trust.withdraw(city.bureau, FIRST, reason="笔记本丢失", digits=digits)
    assert taken(city.bureau, paths[1], city.submission()) == ["late_key", "taken"]
    states = [each.state for each in exchange.keys_of(city.bureau, "school", FIRST)]
    assert states == ["unconfirmed", "revoked"]


def test_a_withdrawn_key_is_not_confirmed_again(city: City) -> None:
    city.received()
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    before = rows_of(city.bureau)
    with pytest.raises(KnownError) as caught:
        confirm(city)
    assert caught.value.code == "revoked"
    assert rows_of(city.bureau) == before


def next_round(city: City, folder: Path, *, unit: str = FIRST) -> tuple[str, list[str]]:
    """The state of a school's key in the round after this one, on the same computer, and how its file was taken."""
    publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), folder / "2027.vdpkg")
    with open_campaign(folder / "2027", read_campaign(folder / "2027.vdpkg"), unit=unit) as school:
        submit(school, folder / "x.vdpkg", with_errors="试")
        said = taken(city.bureau, folder / "x.vdpkg")
        found = exchange.key(city.bureau, keys_of(school.id).fingerprint)
    return found.state if found else "", said


def test_in_the_next_round_the_same_computer_needs_no_digits(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city)
    assert next_round(city, tmp_path) == ("confirmed", ["taken"])
    decide.accept(city.bureau, FIRST)


@pytest.mark.parametrize("why", ["elsewhere", "withdrawn", "another school"])
def test_elsewhere_or_after_a_withdrawal_digits_are_needed(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path, why: str
) -> None:
    city.received(SECOND if why == "another school" else FIRST)
    confirm(city, SECOND if why == "another school" else FIRST)
    if why == "withdrawn":
        bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    if why == "another school":
        shutil.move(own_home / "keys" / f"{city.school().id}.json", tmp_path / "away.json")
    if why == "elsewhere":
        bureau = own_home / "keys" / f"{city.bureau.id}.json"
        (tmp_path / "home-B" / "keys").mkdir(parents=True)
        shutil.copy(bureau, tmp_path / "home-B" / "keys")
        monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
    assert next_round(city, tmp_path) == ("unconfirmed", ["taken"])
