"""Evidence in several files, in any order; what the bureau has is not sent again; what lacks is named and waited for."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.factory import FIRST, City, pdf
from tests.models.operations.forge import keys
from vetdesk.models.operations import decide, missing, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.post import Posted
from vetdesk.models.operations.submit import plan, submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.sync.read import verify


def with_evidence(city: City, folder: Path, *, files: int = 3) -> Posted:
    """A submission in one file and one more for each piece of evidence."""
    for number in range(files):
        attach(city.school(), pdf(folder, f"{number}.pdf", content=bytes([65 + number]) * 900), indicator="db22_land")
    return submit(city.school(), folder / "上报包.vdpkg", volume=1000)[0]


def test_evidence_beyond_a_volume_goes_into_files_of_its_own(city: City, tmp_path: Path) -> None:
    posted = with_evidence(city, tmp_path)
    assert [each.name for each in posted.rest] == [f"上报包（第{n}个，共4个）.vdpkg" for n in (2, 3, 4)]
    assert [verify(each).manifest.kind for each in posted.rest] == ["evidence"] * 3
    assert len(verify(posted.path).manifest.absent) == 3
    assert len(verify(posted.path).manifest.files) == 2, "the body and the journal"


@pytest.mark.parametrize("order", list(permutations(range(3)))[:6])
def test_they_may_come_in_any_order(city: City, tmp_path: Path, order: tuple[int, ...]) -> None:
    posted = with_evidence(city, tmp_path, files=2)
    files = [posted.path, *posted.rest]
    for number in order:
        assert receive.receive(city.bureau, [files[number]]).taken == 1
    assert missing.missing_of(city.bureau, FIRST) == []


def test_what_lacks_is_named_and_acceptance_waits_for_it(city: City, tmp_path: Path) -> None:
    posted = with_evidence(city, tmp_path)
    [offer] = receive.receive(city.bureau, [posted.path]).offers
    assert "还缺 3 个佐证材料文件" in offer.sentence
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    [second] = receive.receive(city.bureau, [posted.rest[0]]).offers
    assert "还缺 2 个：" in second.sentence
    with pytest.raises(KnownError, match="还缺 2 个佐证材料文件") as caught:
        decide.accept(city.bureau, FIRST)
    assert caught.value.code == "missing_evidence"
    damaged = tmp_path / "坏.vdpkg"
    damaged.write_bytes(posted.rest[1].read_bytes()[:-100])
    assert [each.reason for each in receive.receive(city.bureau, [damaged]).offers] == ["truncated"]
    assert receive.receive(city.bureau, list(posted.rest[1:])).taken == 2
    decide.accept(city.bureau, FIRST)


def test_what_a_receipt_confirms_is_not_sent_again(city: City, tmp_path: Path) -> None:
    posted = with_evidence(city, tmp_path)
    receive.receive(city.bureau, [posted.path, posted.rest[0]])
    assert len(plan(city.school()).first) == 3, "nothing is confirmed yet"
    receive.receive(city.school(), [city.reply()])
    way = plan(city.school())
    assert (len(way.held), len(way.first), way.files) == (1, 2, 1)
    again, _changes = submit(city.school(), tmp_path / "补.vdpkg")
    assert len(verify(again.path).manifest.files) == 4, "body, journal, the two that lack"
    assert receive.receive(city.bureau, [again.path]).taken == 1
    assert missing.missing_of(city.bureau, FIRST) == []
    whole, _more = submit(city.school(), tmp_path / "全.vdpkg", whole=True)
    assert len(verify(whole.path).manifest.files) == 5


def test_one_piece_larger_than_a_volume_has_a_file_of_its_own(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path, "大.pdf", content=b"x" * 5000), indicator="db22_land")
    attach(city.school(), pdf(tmp_path, "小.pdf", content=b"y" * 10), indicator="db22_land")
    assert [len(each) for each in plan(city.school(), volume=1000).volumes] == [1, 1]
    assert plan(city.school(), volume=10_000).files == 1
