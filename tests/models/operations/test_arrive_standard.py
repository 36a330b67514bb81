"""The bureau's update at a school: said first, taken in one act, refused where it is not meant for this round."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, NINE, SECOND, SETUP, City, pdf
from tests.models.operations.forge import content_of, forged, keys, resealed, rows_of
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.confirm_threshold import Confirmation, confirm
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.receive import Outcome
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.upgrade_pack import downgrade, upgrade
from vetdesk.models.packs.build import build
from vetdesk.models.packs.byte_form import encode, fingerprint
from vetdesk.models.packs.source import load
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store import evidence, exchange, figures, journal, register
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify

ABOUT = Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", article="第三条", cmp="<=")


def update(city: City, *, note: str = "", **changes: Any) -> Path:
    """The next update of the bureau, after confirming a value."""
    confirm(city.bureau, replace(ABOUT, **changes))
    return sent(city, note=note)


def sent(city: City, *, note: str = "") -> Path:
    """The next update of the bureau as it stands."""
    target = city.folder / f"标准更新-{len(list(city.folder.glob('标准更新-*'))) + 1}.vdpkg"
    send_standard(city.bureau, target, note=note)
    return target


def stored(workspace: Workspace) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, str]]:
    """Everything a workspace holds, but for restore points."""
    files = {name: sha for name, sha in content_of(workspace.folder).items() if not name.startswith("restore-points/")}
    return rows_of(workspace), {name: sha for name, sha in files.items() if name != "vetdesk.db"}


def versions(workspace: Workspace) -> list[str]:
    """The versions the newest round goes by."""
    return [each.version for each in desk(workspace).packs]


def take(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


def verdict(school: Workspace, name: str = "zz10_pt_pct") -> Verdict:
    """The verdict on one indicator of the set-up standard."""
    return standing(school).assessment.judged[SETUP][name].verdict


# --- taken --------------------------------------------------------------------------------------------------------


def test_looking_stores_nothing_and_says_what_changes(city: City) -> None:
    set_figures(city.school(), {"teachers_parttime": "40"})
    file = update(city)
    before = stored(city.school())
    (offer,) = receive.receive(city.school(), [file], dry_run=True).offers
    assert stored(city.school()) == before
    assert offer.outcome is Outcome.CAN_TAKE
    for part in ("测试市教育局（虚构）", "中等职业学校设置标准", "1+1", "1 处变化", "结论变化 1 项"):
        assert part in offer.sentence
    assert (offer.plain()["kind"], "\n" in offer.sentence) == ("standard", False)


def test_the_school_goes_by_the_bureaus_standards_and_its_verdicts_follow(city: City) -> None:
    set_figures(city.school(), {"teachers_parttime": "40"})
    assert verdict(city.school()) is Verdict.UNVERIFIED
    assert take(city.school(), update(city)) == ["taken"]
    assert [fingerprint(each) for each in desk(city.school()).packs] == [
        fingerprint(each) for each in desk(city.bureau).packs
    ]
    assert (versions(city.school()), verdict(city.school())) == (["1", "1+1"], Verdict.UNMET)
    city.close()
    assert (versions(city.school()), verdict(city.school())) == (["1", "1+1"], Verdict.UNMET)


def test_taking_it_is_one_act_with_the_package_it_came_by(city: City) -> None:
    file = update(city)
    result = receive.receive(city.school(), [file])
    assert (result.changes.rounds, result.changes.packages, result.changes.units) == (True, True, {FIRST})
    (switch,) = register.switches(city.school(), desk(city.school()).round.id)
    (row,) = journal.of_act(city.school(), switch.act)
    assert (row["action"], row["why"]) == ("upgrade_pack", verify(file).hash)
    assert journal.broken_at(city.school()) is None
    assert [each.name for each in examine(city.school()) if not each.well] == []


def test_it_can_be_taken_back_and_the_next_update_comes_all_the_same(city: City) -> None:
    set_figures(city.school(), {"teachers_parttime": "40"})
    take(city.school(), update(city))
    downgrade(city.school())
    assert (versions(city.school()), verdict(city.school())) == (["1", "1"], Verdict.UNVERIFIED)
    assert take(city.school(), update(city, value="50")) == ["taken"]
    assert (versions(city.school()), verdict(city.school())) == (["1", "1+2"], Verdict.MET)


def test_updates_may_be_skipped(city: City) -> None:
    update(city)
    assert take(city.school(), update(city, value="25")) == ["taken"]
    assert versions(city.school()) == ["1", "1+2"]


def test_twice_is_known(city: City, tmp_path: Path) -> None:
    file = update(city)
    copy = tmp_path / "另存.vdpkg"
    copy.write_bytes(file.read_bytes())
    assert take(city.school(), file) == ["taken"]
    before = stored(city.school())
    assert take(city.school(), copy) == ["known"]
    assert stored(city.school()) == before


def test_an_older_one_after_a_newer_one_is_refused(city: City) -> None:
    first, second = update(city), update(city, value="25")
    assert take(city.school(), second) == ["taken"]
    before = stored(city.school())
    assert take(city.school(), first) == ["older"]
    assert (stored(city.school()), versions(city.school())) == (before, ["1", "1+2"])


def test_two_updates_in_one_batch_leave_the_newer_one(city: City) -> None:
    files = [update(city), update(city, value="25")]
    assert take(city.school(), *files) == ["taken", "taken"]
    assert versions(city.school()) == ["1", "1+2"]
    assert take(city.school(SECOND), *reversed(files)) == ["taken", "taken"]
    assert versions(city.school(SECOND)) == ["1", "1+2"]


def test_two_updates_that_say_the_same_do_not_stop_a_batch(city: City) -> None:
    city.received()
    files = [update(city), sent(city), city.reply()]
    assert take(city.school(), *files) == ["taken", "taken", "taken"]
    assert versions(city.school()) == ["1", "1+1"]


def test_a_change_and_its_taking_back_in_one_batch_leave_the_old_version(city: City) -> None:
    first = update(city)
    downgrade(city.bureau)
    assert take(city.school(), first, sent(city)) == ["taken", "taken"]
    assert versions(city.school()) == ["1", "1"]


def test_an_update_that_changes_nothing_says_so_and_is_known_afterwards(city: City) -> None:
    take(city.school(), update(city))
    again = sent(city)
    (offer,) = receive.receive(city.school(), [again]).offers
    assert (offer.outcome, "没有变化" in offer.sentence) == (Outcome.TAKEN, True)
    assert len(register.switches(city.school(), desk(city.school()).round.id)) == 1
    assert take(city.school(), again) == ["known"]


def test_the_bureaus_taking_back_travels_too(city: City) -> None:
    take(city.school(), update(city))
    downgrade(city.bureau)
    assert take(city.school(), sent(city)) == ["taken"]
    assert versions(city.school()) == ["1", "1"]


def test_a_figure_corrected_under_a_new_id_survives_the_bureaus_taking_back(city: City) -> None:
    renamed = json.loads(encode(load(SETUP).plain).decode("utf-8").replace("periodical_kinds", "journal_kinds"))
    lineage = [{"what": "fact", "relation": "renamed", "old": ["periodical_kinds"], "new": ["journal_kinds"]}]
    upgrade(city.bureau, [build({**renamed, "version": "2", "lineage": lineage})])
    assert take(city.school(), sent(city)) == ["taken"]
    set_figures(city.school(), {"journal_kinds": "130"})
    downgrade(city.bureau)
    assert take(city.school(), sent(city)) == ["taken"]
    assert figures.read(city.school(), desk(city.school()).round.id, FIRST)["periodical_kinds"].text == "130"


def test_confirmed_pages_are_kept_by_the_school(city: City, tmp_path: Path) -> None:
    page = pdf(tmp_path)
    sha256 = evidence.sha256_of(page)
    file = update(city, scan=page)
    receive.receive(city.school(), [file], dry_run=True)
    assert not evidence.path_of(city.school(), sha256).exists()
    assert take(city.school(), file) == ["taken"]
    assert evidence.path_of(city.school(), sha256).read_bytes() == page.read_bytes()
    assert evidence.missing_files(city.school()) == []
    bar = desk(city.school()).packs[1].indicators["zz10_pt_pct"].threshold.first
    assert (bar.confirmed_by["scan"], bar.confirmed_by["person"]) == (sha256, "王丽")


def test_a_page_is_no_evidence_of_the_school(city: City, tmp_path: Path) -> None:
    take(city.school(), update(city, scan=pdf(tmp_path)))
    assert evidence.used(city.school(), desk(city.school()).round.id, FIRST) == []
    assert json.loads(verify(city.submission()).data())["evidence"] == []


def test_only_pages_that_the_standards_name_are_kept(city: City, tmp_path: Path) -> None:
    page = pdf(tmp_path)
    blobs = [page.read_bytes(), b"%PDF-1.4\nsmuggled"]
    file = resealed(update(city, scan=page), tmp_path / "x.vdpkg", city.bureau, blobs=blobs)
    assert take(city.school(), file) == ["taken"]
    kept = [path for path in (city.school().folder / "evidence").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [evidence.sha256_of(page)]


def test_an_update_without_its_page_leaves_no_row_of_a_missing_file(city: City, tmp_path: Path) -> None:
    file = resealed(update(city, scan=pdf(tmp_path)), tmp_path / "x.vdpkg", city.bureau, blobs=[])
    receive.receive(city.school(), [file])
    assert evidence.missing_files(city.school()) == []


def test_the_bureaus_word_is_said_to_the_school(city: City) -> None:
    (offer,) = receive.receive(city.school(), [update(city, note="请在周五前更新")]).offers
    assert "请在周五前更新" in offer.sentence


def test_the_bureau_takes_submissions_by_the_old_and_the_new_version(city: City) -> None:
    old = city.submission(SECOND)
    file = update(city)
    early = city.submission()
    assert take(city.school(), file) == ["taken"]
    late = city.submission()
    assert take(city.bureau, old, early, late) == ["taken", "taken", "taken"]
    assert decide.current(city.bureau, FIRST).hash == verify(late).hash


# --- refused ------------------------------------------------------------------------------------------------------

Case = Callable[[City, Path], Path]


def edited(edit: Callable[[dict[str, Any]], None]) -> Case:
    """An update changed and signed again by the bureau."""
    return lambda city, folder: resealed(update(city), folder / "x.vdpkg", city.bureau, edit=edit)


def packs_as(change: Callable[[list[str]], list[str]]) -> Case:
    """An update with other standards."""
    return edited(lambda body: body.update(packs=change(body["packs"])))


def text_of(name: str) -> str:
    """A shipped standard as it travels."""
    return encode(load(name).plain).decode("utf-8")


def by_a_stranger(city: City, folder: Path) -> Path:
    return forged(update(city), folder / "x.vdpkg", keys(city.school(SECOND)))


def by_the_other_school(city: City, folder: Path) -> Path:
    issuer = Party("school", SECOND)
    return forged(update(city), folder / "x.vdpkg", keys(city.school(SECOND)), issuer=issuer)


def of_another_bureau(_city: City, folder: Path) -> Path:
    other = City(folder / "andere")
    try:
        other.school()
        return update(other)
    finally:
        other.close()


def of_another_round(city: City, folder: Path) -> Path:
    publish(city.bureau, RoundPlan((NINE, SETUP), "2027", "2099-12-31"), folder / "任务包.vdpkg")
    return update(city)


def altered(city: City, folder: Path) -> Path:
    data = bytearray(update(city).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "x.vdpkg").write_bytes(data)
    return folder / "x.vdpkg"


def cut(city: City, folder: Path) -> Path:
    data = update(city).read_bytes()
    (folder / "x.vdpkg").write_bytes(data[: len(data) * 2 // 3])
    return folder / "x.vdpkg"


def with_a_wrong_example(texts: list[str]) -> list[str]:
    plain = json.loads(texts[1])
    expect = plain["examples"][0]["expect"]
    expect.update({name: "unmet" if verdict == "met" else "met" for name, verdict in expect.items()})
    return [texts[0], encode(plain).decode("utf-8")]


def with_a_wrong_formula(texts: list[str]) -> list[str]:
    plain = json.loads(texts[1])
    plain["indicators"][0]["formula"] = "nobody / 2"
    return [texts[0], encode(plain).decode("utf-8")]


CASES: dict[str, tuple[Case, str]] = {
    "signed by a stranger": (by_a_stranger, "unknown_sender"),
    "signed by another school": (by_the_other_school, "unknown_sender"),
    "of another bureau": (of_another_bureau, "unknown_sender"),
    "of another round": (of_another_round, "other_round"),
    "of another round inside": (edited(lambda body: body.update(round="other")), "other_round"),
    "altered on the way": (altered, "altered"),
    "cut off": (cut, "truncated"),
    "one standard only": (packs_as(lambda texts: texts[1:]), "malformed"),
    "one standard more": (packs_as(lambda texts: [*texts, text_of("cn_vb_2021")]), "malformed"),
    "another standard": (packs_as(lambda texts: [texts[0], text_of("cn_vb_2021")]), "malformed"),
    "one standard twice": (packs_as(lambda texts: [*texts, texts[1]]), "malformed"),
    "two versions of one": (packs_as(lambda texts: [*texts, text_of(SETUP)]), "malformed"),
    "no standard": (packs_as(lambda _texts: []), "malformed"),
    "not in its byte form": (packs_as(lambda texts: [texts[0], texts[1] + " "]), "malformed"),
    "no JSON": (packs_as(lambda texts: [texts[0], "{"]), "malformed"),
    "no object": (packs_as(lambda texts: [texts[0], "[]"]), "malformed"),
    "a wrong example": (packs_as(with_a_wrong_example), "pack"),
    "a wrong formula": (packs_as(with_a_wrong_formula), "pack"),
    "a key nobody knows": (edited(lambda body: body.update(more=1)), "malformed"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_update_of_this_round_is_refused_and_changes_nothing(city: City, tmp_path: Path, name: str) -> None:
    case, reason = CASES[name]
    file = case(city, tmp_path)
    before = stored(city.school())
    for dry_run in (True, False):
        (offer,) = receive.receive(city.school(), [file], dry_run=dry_run).offers
        assert (offer.outcome, offer.reason) == (Outcome.REFUSED, reason)
        assert "\n" not in offer.sentence
        assert "{" not in offer.sentence
    assert stored(city.school()) == before


def test_an_update_is_taken_neither_by_a_bureau_nor_by_an_inspector(city: City) -> None:
    city.received()
    inspector = city.inspector()
    file = update(city)
    for workspace in (city.bureau, inspector):
        before = stored(workspace)
        (offer,) = receive.receive(workspace, [file]).offers
        assert offer.outcome is not Outcome.TAKEN
        assert stored(workspace) == before


def test_a_refused_update_leaves_the_others_of_the_batch_alone(city: City, tmp_path: Path) -> None:
    city.received()
    wrong = CASES["another standard"][0](city, tmp_path)
    assert take(city.school(), wrong, city.reply(), sent(city)) == ["malformed", "taken", "taken"]
    assert versions(city.school()) == ["1", "1+1"]
    assert [each.state for each in exchange.packages(city.school(), kind="submission")] == ["received"]


def test_a_failing_update_leaves_everything_as_it_was(city: City, tmp_path: Path) -> None:
    from vetdesk.models.records.errors import KnownError

    file = update(city, scan=pdf(tmp_path))
    school = city.school()
    school.db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON pack_switch BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    before = stored(school), versions(school)
    with pytest.raises(KnownError):
        receive.receive(school, [file])
    assert (stored(school), versions(school)) == before
    school.db.execute("DROP TRIGGER full")
    assert take(school, file) == ["taken"]
