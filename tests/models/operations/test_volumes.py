"""Evidence in files of its own: what is said while files come together, and when a bureau lost what it had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import content_of, keys, resealed, rows_of
from vetdesk.models.operations import decide, missing, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.post import Posted
from vetdesk.models.operations.submit import plan, submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, exchange
from vetdesk.models.sync.read import verify

LACKS = "还缺"


def attached(city: City, folder: Path, *letters: str, code: str = FIRST) -> list[str]:
    """Evidence of about a kilobyte each; their SHA-256."""
    return [
        attach(city.school(code), pdf(folder, f"{each}.pdf", content=each.encode() * 900), indicator="db22_land")[0]
        for each in letters
    ]


def sent(city: City, folder: Path, name: str = "上报包.vdpkg", *, whole: bool = False) -> Posted:
    """A submission in volumes of a kilobyte."""
    return submit(city.school(), folder / name, volume=1000, whole=whole)[0]


def sentences(city: City, *paths: Path) -> list[str]:
    """What is said of files that are taken together."""
    offers = receive.receive(city.bureau, list(paths)).offers
    assert [each.outcome.value for each in offers] == ["taken"] * len(paths)
    return [each.sentence for each in offers]


def carried(path: Path) -> set[str]:
    """The contents a package carries, but for body and journal."""
    found = verify(path)
    body = json.loads(found.data())
    journal = body.get("journal", {}).get("sha256", "")
    return {each.sha256 for each in found.manifest.files[1:]} - {journal}


def test_what_comes_together_lacks_nothing_and_nothing_is_said_to_lack(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b", "c")
    posted = sent(city, tmp_path)
    said = sentences(city, posted.path, *posted.rest)
    assert missing.missing_of(city.bureau, FIRST) == []
    assert [each for each in said if LACKS in each] == []


def test_the_last_files_together_complete_it_and_say_so(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b", "c")
    posted = sent(city, tmp_path)
    [first] = sentences(city, posted.path)
    assert "还缺 3 个佐证材料文件" in first
    [second] = sentences(city, posted.rest[0])
    assert ("还缺 2 个" in second, "b.pdf" in second, "a.pdf" in second) == (True, True, False)
    said = sentences(city, *posted.rest[1:])
    assert missing.missing_of(city.bureau, FIRST) == []
    assert [each for each in said if LACKS in each] == []


def test_evidence_that_comes_before_its_submission_is_kept_for_it(city: City, tmp_path: Path) -> None:
    hashes = attached(city, tmp_path, "a", "b")
    posted = sent(city, tmp_path)
    sentences(city, *posted.rest)
    assert decide.waiting(city.bureau, FIRST) == []
    [said] = sentences(city, posted.path)
    assert LACKS not in said
    for each in hashes:
        assert evidence.path_of(city.bureau, each).read_bytes() == evidence.path_of(city.school(), each).read_bytes()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)


def test_one_content_for_two_indicators_travels_once(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b")
    attach(city.school(), tmp_path / "a.pdf", indicator="db22_bldg")
    posted = sent(city, tmp_path)
    assert len(posted.rest) == 2
    everything = [each for path in (posted.path, *posted.rest) for each in carried(path)]
    assert len(everything) == len(set(everything)) == 2


def test_only_what_is_new_travels_after_a_receipt_unless_the_whole_is_asked_for(city: City, tmp_path: Path) -> None:
    old = attached(city, tmp_path, "a", "b")
    posted = sent(city, tmp_path)
    sentences(city, posted.path, *posted.rest)
    receive.receive(city.school(), [city.reply()])
    [new] = attached(city, tmp_path, "c")
    delta = sent(city, tmp_path, "增.vdpkg")
    assert (delta.rest, carried(delta.path)) == ((), {new})
    assert set(verify(delta.path).manifest.absent) == set(old)
    whole = sent(city, tmp_path, "全.vdpkg", whole=True)
    assert set().union(*(carried(each) for each in (whole.path, *whole.rest))) == {*old, new}
    assert plan(city.school(), volume=1000, whole=True).held == ()
    sentences(city, delta.path)
    assert missing.missing_of(city.bureau, FIRST) == []


def test_a_receipt_of_another_school_confirms_nothing_here(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a")
    attached(city, tmp_path, "a", code=SECOND)
    receive.receive(city.bureau, [city.submission(SECOND)])
    receive.receive(city.school(SECOND), [city.reply()])
    assert (len(plan(city.school(SECOND)).held), len(plan(city.school()).held)) == (1, 0)


def test_what_a_bureau_lost_is_said_to_lack_and_comes_back_with_the_whole(city: City, tmp_path: Path) -> None:
    [lost] = attached(city, tmp_path, "a")
    city.received()
    receive.receive(city.school(), [city.reply()])
    place = evidence.path_of(city.bureau, lost)
    place.chmod(0o600)
    place.unlink()
    assert missing.missing_of(city.bureau, FIRST) == [(lost, "a.pdf")]
    [said] = sentences(city, sent(city, tmp_path).path)
    assert "还缺 1 个佐证材料文件" in said
    sentences(city, sent(city, tmp_path, "全.vdpkg", whole=True).path)
    assert missing.missing_of(city.bureau, FIRST) == []
    receive.receive(city.school(), [city.reply()])
    assert len(plan(city.school()).held) == 1


def test_the_next_receipt_takes_back_what_the_one_before_confirmed(city: City, tmp_path: Path) -> None:
    """Else the school would never send again what the bureau lost."""
    [lost] = attached(city, tmp_path, "a")
    city.received()
    receive.receive(city.school(), [city.reply()])
    place = evidence.path_of(city.bureau, lost)
    place.chmod(0o600)
    place.unlink()
    receive.receive(city.school(), [city.reply()])
    assert [each.sha256 for each in plan(city.school()).first] == [lost]


def test_files_of_evidence_belong_to_their_school_and_round(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b")
    city.received(SECOND)
    part = sent(city, tmp_path).rest[0]
    before = rows_of(city.bureau)
    for reason, path in (
        ("other_schools_key", resealed(part, tmp_path / "1.vdpkg", city.school(SECOND))),
        ("other_round", resealed(part, tmp_path / "2.vdpkg", city.school(), cycle="another")),
        ("malformed", resealed(part, tmp_path / "3.vdpkg", city.school(), edit=lambda body: body.update(unit=SECOND))),
        ("malformed", resealed(part, tmp_path / "4.vdpkg", city.school(), edit=lambda body: body.update(number=0))),
    ):
        [offer] = receive.receive(city.bureau, [path]).offers
        assert (offer.outcome.value, offer.reason) == ("refused", reason)
    assert rows_of(city.bureau) == before
    [offer] = receive.receive(city.school(SECOND), [part]).offers
    assert offer.reason == "wrong_kind"


def test_a_shut_gate_writes_no_file_of_evidence_either(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b")
    set_figures(city.school(), {"students_ft": "1501"})
    target = tmp_path / "neu"
    before = rows_of(city.school()), content_of(city.school().folder)
    with pytest.raises(KnownError) as caught:
        submit(city.school(), target / "x.vdpkg", volume=1000)
    assert caught.value.code == "blocked"
    assert not target.exists()
    assert (rows_of(city.school()), content_of(city.school().folder)) == before


def test_a_file_that_cannot_be_written_can_be_tried_again(city: City, tmp_path: Path) -> None:
    attached(city, tmp_path, "a", "b")
    blocked = tmp_path / "上报包（第3个，共3个）.vdpkg"
    blocked.mkdir()
    with pytest.raises(KnownError) as caught:
        sent(city, tmp_path)
    assert caught.value.code == "is_folder"
    assert exchange.packages(city.school(), kind="submission", direction="out") == []
    blocked.rmdir()
    posted = sent(city, tmp_path)
    assert posted.seq == 1
    assert LACKS not in sentences(city, *posted.rest, posted.path)[-1] or missing.missing_of(city.bureau, FIRST) == []
    assert missing.missing_of(city.bureau, FIRST) == []


def test_what_another_school_brings_in_the_same_batch_is_not_said_to_lack(city: City, tmp_path: Path) -> None:
    [lost] = attached(city, tmp_path, "a")
    city.received()
    receive.receive(city.school(), [city.reply()])
    place = evidence.path_of(city.bureau, lost)
    place.chmod(0o600)
    place.unlink()
    mine = sent(city, tmp_path).path
    attach(city.school(SECOND), tmp_path / "a.pdf", indicator="db22_land")
    theirs = submit(city.school(SECOND), tmp_path / "乙.vdpkg")[0].path
    said = sentences(city, mine, theirs)
    assert [each for each in said if LACKS in each] == []
    assert missing.missing_of(city.bureau, FIRST) == []
