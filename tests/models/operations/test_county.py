"""A county between its schools and the city: joins the round, receives, hands on; both signatures are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import resealed
from vetdesk.models.operations import county, decide, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.open_campaign import read_campaign
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange, register
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
