"""A county between its schools and the city: joins the round, receives, hands on; both signatures are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, NINE, SECOND, City, pdf
from tests.models.operations.forge import resealed
from vetdesk.models.operations import county, decide, receive, root_above
from vetdesk.models.operations.amend import amend, send_trust, set_deadline
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.bureau_trust import new_desk_key, new_root_key, trust_now, withdraw
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.inspect import assign
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.recovery import hand_back
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange, inspection, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify


@pytest.fixture
def district(city: City, tmp_path: Path) -> Iterator[Workspace]:
    """The county of the first school, in the city's round."""
    made = set_up_bureau(tmp_path / "county", name="示例县教育局（虚构）", district="411402")
    county.join_round(made, read_campaign(city.campaign))
    yield made
    made.close()


def taken(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


def handed_on(district: Workspace, folder: Path) -> Path:
    """The next bundle."""
    target = folder / f"转报-{len(list(folder.glob('转报-*')))}.vdpkg"
    county.forward(district, target)
    return target


def test_a_county_has_its_own_schools_and_the_citys_round(city: City, district: Workspace) -> None:
    assert [each.code for each in register.units(district)] == [FIRST]
    assert desk(district).round.id == desk(city.bureau).round.id
    assert [each.id for each in desk(district).packs] == [each.id for each in desk(city.bureau).packs]


def test_what_a_school_sent_to_the_county_arrives_at_the_city_as_it_was(
    city: City, district: Workspace, tmp_path: Path
) -> None:
    sha256, _changes = attach(city.school(), pdf(tmp_path), indicator="db22_land")
    file = city.submission()
    assert taken(district, file) == ["taken"]
    assert taken(district, city.submission(SECOND)) == ["unknown_unit"]
    bundle = handed_on(district, tmp_path)
    result = receive.receive(city.bureau, [bundle])
    assert [each.outcome.value for each in result.offers] == ["taken", "taken"]
    assert "转报 1 个文件" in result.offers[0].sentence
    [held] = exchange.submissions(city.bureau, desk(city.bureau).round.id)
    assert (held.hash, held.key) == (verify(file).hash, keys_of(city.school().id).fingerprint)
    assert evidence.path_of(city.bureau, sha256).is_file()
    kept = {each.hash for each in exchange.packages(city.bureau, direction="in")}
    assert kept == {verify(file).hash, verify(bundle).hash}
    assert (city.bureau.folder / "inbox" / f"{held.hash}.vdpkg").read_bytes() == file.read_bytes()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys_of(city.school().id).digits)
    decide.accept(city.bureau, FIRST)


def test_each_file_is_handed_on_once_and_known_if_it_came_directly(
    city: City, district: Workspace, tmp_path: Path
) -> None:
    first = city.submission()
    assert taken(district, first) == ["taken"]
    assert taken(city.bureau, first) == ["taken"]
    assert taken(city.bureau, handed_on(district, tmp_path)) == ["taken", "known"]
    with pytest.raises(KnownError) as caught:
        county.forward(district, tmp_path / "x.vdpkg")
    assert caught.value.code == "nothing_received"
    assert taken(district, city.submission()) == ["taken"]
    assert taken(city.bureau, handed_on(district, tmp_path)) == ["taken", "taken"]


def test_volumes_go_along(city: City, district: Workspace, tmp_path: Path) -> None:
    for number in range(3):
        attach(city.school(), pdf(tmp_path, f"{number}.pdf", content=bytes([65 + number]) * 900), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "s.vdpkg", volume=1000)
    assert len(posted.rest) == 3
    assert taken(district, posted.path, *posted.rest) == ["taken"] * 4
    assert taken(city.bureau, handed_on(district, tmp_path)) == ["taken"] * 5
    assert evidence.missing_files(city.bureau) == []


def set_unit(code: str) -> Any:
    """An edit of the school a bundle names."""

    def edit(body: dict[str, Any]) -> None:
        body["items"][0]["unit"] = code

    return edit


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"edit": set_unit(SECOND)}, "outside_scope"),
        ({"cycle": "another"}, "other_round"),
        ({"edit": lambda body: body.update(more=1)}, "malformed"),
    ],
    ids=["another county's school", "another round", "a key too many"],
)
def test_a_bundle_that_says_something_else_is_refused(
    city: City, district: Workspace, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    taken(district, city.submission())
    path = resealed(handed_on(district, tmp_path), tmp_path / "x.vdpkg", district, **changes)
    assert taken(city.bureau, path)[0] == reason


def test_a_county_joins_once_and_only_with_schools(city: City, district: Workspace, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        county.join_round(district, read_campaign(city.campaign))
    assert caught.value.code == "round_exists"
    with set_up_bureau(tmp_path / "other", name="另一县（虚构）", district="411424") as other:
        with pytest.raises(KnownError) as caught:
            county.join_round(other, read_campaign(city.campaign))
        assert caught.value.code == "no_units"
    with pytest.raises(KnownError) as caught:
        county.join_round(city.school(), read_campaign(city.campaign))
    assert caught.value.code == "wrong_role"


def test_the_city_itself_has_nobody_to_hand_on_to(city: City, tmp_path: Path) -> None:
    city.received()
    with pytest.raises(KnownError) as caught:
        county.forward(city.bureau, tmp_path / "x.vdpkg")
    assert caught.value.code == "no_round"


# The county's own answers to its schools, and what the city changes while its round is out


def amended(city: City, folder: Path) -> Path:
    """The round as the city has it now."""
    target = folder / f"调整-{len(list(folder.glob('调整-*')))}.vdpkg"
    amend(city.bureau, target)
    return target


def answered(district: Workspace, folder: Path) -> Path:
    """The county's next reply."""
    target = folder / f"县回复-{len(list(folder.glob('县回复-*')))}.vdpkg"
    reply(district, target)
    return target


def returned(city: City, district: Workspace, folder: Path) -> Path:
    """The county takes the school's submission, hands it on, returns it and answers."""
    taken(district, city.submission())
    taken(city.bureau, handed_on(district, folder))
    decide.return_figures(district, FIRST, {"books_print": "请核对"})
    return answered(district, folder)


def confirmed(city: City, district: Workspace) -> None:
    """The city compares the county's digits."""
    county.confirm_county(city.bureau, "411402", who="经办", digits=own_keys(district).digits)


def test_a_school_takes_its_countys_reply_once_the_city_vouches_for_it(
    city: City, district: Workspace, tmp_path: Path
) -> None:
    first = returned(city, district, tmp_path)
    school = city.school()
    assert taken(school, first) == ["unknown_sender"]
    assert taken(school, amended(city, tmp_path)) == ["taken"]
    assert taken(school, first) == ["unknown_sender"], "a county that nobody vouched for"
    confirmed(city, district)
    assert [*taken(school, amended(city, tmp_path)), *taken(school, first)] == ["taken", "taken"]
    [sent] = exchange.packages(school, kind="submission", direction="out")
    assert sent.state == "returned"
    assert [each.fact for each in inspection.comments(school, desk(school).round.id, FIRST)] == ["books_print"]
    assert school.meta(f"held.{desk(school).round.id}") == "", "only the city says what need not be sent again"


def test_a_county_answers_only_its_own_schools(city: City, district: Workspace, tmp_path: Path) -> None:
    path = returned(city, district, tmp_path)
    confirmed(city, district)
    other = city.school(SECOND)
    assert taken(other, amended(city, tmp_path)) == ["taken"]
    assert taken(other, path) == ["unknown_sender"]


def test_a_county_whose_key_was_withdrawn_is_no_longer_heard(city: City, district: Workspace, tmp_path: Path) -> None:
    path = returned(city, district, tmp_path)
    confirmed(city, district)
    school = city.school()
    assert taken(school, amended(city, tmp_path)) == ["taken"]
    withdraw(city.bureau, "411402", reason="电脑丢失")
    assert taken(school, amended(city, tmp_path), path) == ["taken", "revoked"]
    taken(district, city.submission())
    assert taken(city.bureau, handed_on(district, tmp_path))[0] == "revoked"


def test_a_school_that_starts_later_knows_the_county_at_once(city: City, district: Workspace, tmp_path: Path) -> None:
    path = returned(city, district, tmp_path)
    confirmed(city, district)
    start = read_campaign(amended(city, tmp_path))
    with open_campaign(tmp_path / "fresh", start, unit=FIRST) as school:
        assert taken(school, path) == ["other_computer"], "sealed to the computer it had before"


@pytest.mark.parametrize(
    ("where", "digits", "code"),
    [
        ("411402", "0" * 30, "digits_differ"),
        ("411424", "", "no_county"),
        ("nowhere", "", "no_county"),
    ],
)
def test_a_county_is_confirmed_by_its_own_digits(
    city: City, district: Workspace, tmp_path: Path, where: str, digits: str, code: str
) -> None:
    returned(city, district, tmp_path)
    with pytest.raises(KnownError) as caught:
        county.confirm_county(city.bureau, where, who="经办", digits=digits or own_keys(district).digits)
    assert caught.value.code == code
    assert [each.state for each in county.counties(city.bureau)] == ["unconfirmed"]
    with pytest.raises(KnownError):
        county.confirm_county(city.school(), "411402", who="经办", digits=digits)


def test_a_withdrawn_county_is_not_confirmed_again(city: City, district: Workspace, tmp_path: Path) -> None:
    returned(city, district, tmp_path)
    withdraw(city.bureau, "411402", reason="电脑丢失")
    with pytest.raises(KnownError) as caught:
        confirmed(city, district)
    assert caught.value.code == "revoked"


def test_a_county_does_not_vouch_for_the_city(city: City, district: Workspace) -> None:
    assert "411400" not in trust_now(district).list
    with pytest.raises(KnownError):
        withdraw(district, "411400", reason="不行")


def test_a_county_follows_the_citys_changes(city: City, district: Workspace, tmp_path: Path) -> None:
    own = own_keys(district).root, district.meta("trust_version")
    with city.bureau.atomic():
        register.put_units(
            city.bureau,
            [
                UnitRecord("3641990009", "丙校（虚构）", "school", "411402", "365", "", "1999"),
                UnitRecord(FIRST, "甲校新名（虚构）", "school", "411402", "365", "", "1990"),
            ],
        )
    set_deadline(city.bureau, "2099-06-01", scope="county", id_="411402")
    set_deadline(city.bureau, "2099-06-15", scope="school", id_=FIRST)
    set_deadline(city.bureau, "2099-07-01", scope="school", id_=SECOND)
    [offer] = receive.receive(district, [amended(city, tmp_path)]).offers
    assert "2099-12-31 → 2099-06-01" in offer.sentence
    assert "名录新增 1 所，更新 1 所" in offer.sentence
    assert {each.code: each.name for each in register.units(district)} == {
        FIRST: "甲校新名（虚构）",
        "3641990009": "丙校（虚构）",
    }
    found = desk(district).round
    until = register.deadline_finder(district, found)
    assert [until(each) for each in register.units(district)] == ["2099-06-15", "2099-06-01"]
    assert register.deadlines(district, found.id) == [("school", FIRST, "2099-06-15")]
    assert (own_keys(district).root, district.meta("trust_version")) == own, "its own keys are its own"
    assert taken(district, amended(city, tmp_path)) == ["taken"]
    [again] = receive.receive(district, [amended(city, tmp_path)]).offers
    assert again.sentence.endswith("没有变化")


def test_a_county_follows_new_keys_of_the_city(city: City, district: Workspace, tmp_path: Path) -> None:
    new_root_key(city.bureau, reason="换人")
    new_desk_key(city.bureau, reason="换人")
    assert taken(district, amended(city, tmp_path)) == ["taken"]
    target = tmp_path / "身份.vdpkg"
    new_desk_key(city.bureau, reason="又换人")
    send_trust(city.bureau, target)
    assert taken(district, target) == ["taken"]
    assert root_above.root(district) != district.meta("root")


def test_a_city_takes_no_changes_of_another(city: City, tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "x", name="别的市（虚构）", district="411400") as stranger:
        with stranger.atomic():
            register.put_units(stranger, [UnitRecord("3641990077", "丁校（虚构）", "school", "411402", "365", "", "")])
        publish(stranger, RoundPlan((NINE,), "2026", "2099-12-31"), tmp_path / "t.vdpkg")
        amend(stranger, tmp_path / "a.vdpkg")
    assert city.campaign.is_file()
    assert taken(city.bureau, tmp_path / "a.vdpkg") == ["wrong_kind"]


def test_what_only_the_city_may_sign_is_refused_at_a_county(city: City, district: Workspace, tmp_path: Path) -> None:
    taken(district, city.submission())
    target = tmp_path / "x.vdpkg"
    for act in (
        lambda: amend(district, target),
        lambda: send_trust(district, target),
        lambda: send_standard(district, target),
        lambda: set_deadline(district, "2099-01-01"),
        lambda: assign(district, target, inspector="1", units=[FIRST]),
        lambda: hand_back(district, FIRST, target),
    ):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "not_our_round"
    assert not target.exists()
