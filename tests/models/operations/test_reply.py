"""The reply bundle as it is made: one file, one sealed part a school that submitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import keys
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.reply import reply
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, inspection
from vetdesk.models.sync import seal
from vetdesk.models.sync.read import verify


def part(path: Path, city: City, unit: str = FIRST) -> dict[str, Any]:
    """What a school reads of a bundle."""
    found = verify(path)
    sha256 = next(each["sha256"] for each in json.loads(found.data())["parts"] if each["unit"] == unit)
    content = found.blob(sha256)
    assert content is not None
    return dict(json.loads(seal.opened(content, keys(city.school(unit)).age) or b""))


def test_nothing_received_means_nothing_to_say(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        reply(city.bureau, tmp_path / "x.vdpkg")
    assert caught.value.code == "nothing_received"
    assert not (tmp_path / "x.vdpkg").exists()


def test_a_part_lists_every_version_that_arrived(city: City) -> None:
    city.received()
    city.received()
    found = part(city.reply(), city)
    assert [(each["seq"], len(each["hash"])) for each in found["receipts"]] == [(1, 64), (2, 64)]
    assert (found["decision"], found["comments"], found["accepted"]) == ("", [], {})
    sent = exchange.packages(city.school(), kind="submission")
    assert [each["hash"] for each in found["receipts"]] == [each.hash for each in reversed(sent)]


def test_only_schools_that_submitted_are_in_it(city: City) -> None:
    city.received(SECOND)
    path = city.reply()
    assert [each["unit"] for each in json.loads(verify(path).data())["parts"]] == [SECOND]
    assert part(path, city, SECOND)["unit"] == SECOND


def test_a_decision_names_the_version_it_is_about(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核对"}, due="2026-10-01")
    found = part(city.reply(), city)
    assert (found["decision"], found["decided"]) == ("returned", found["receipts"][0]["hash"])
    assert found["comments"] == [{"fact": "teachers_ft", "text": "请核对", "due": "2026-10-01"}]


def test_accepted_figures_travel_only_when_accepted(city: City) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    found = part(city.reply(), city)
    assert (found["decision"], found["accepted"]["teachers_ft"]["text"]) == ("accepted", "100")
    city.received()
    assert part(city.reply(), city)["decision"] == "accepted"
    decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    assert part(city.reply(), city)["accepted"] == {}


def test_progress_counts_the_schools(city: City, tmp_path: Path) -> None:
    city.received()
    city.received(SECOND)
    seen: list[tuple[int, int]] = []
    reply(city.bureau, tmp_path / "x.vdpkg", progress=lambda done, total, _text: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_only_a_bureau_replies(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        reply(city.school(), tmp_path / "x.vdpkg")
    assert caught.value.code == "wrong_role"


def test_remarks_on_a_version_that_was_answered_are_not_said_again(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"books_print": "请核对"})
    receive.receive(city.school(), [city.reply()])
    round_id = desk(city.school()).round.id
    assert len(inspection.comments(city.school(), round_id, FIRST)) == 1
    city.received()
    receive.receive(city.school(), [city.reply()])
    assert inspection.comments(city.school(), round_id, FIRST) == []
