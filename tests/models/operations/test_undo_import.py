"""Taking back what was taken: whatever order, the right one counts again; what cannot be taken back says exactly why."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, SETUP, City, pdf
from tests.models.operations.forge import keys, rows_of
from vetdesk.models.operations import amend, decide, inspect, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.confirm_threshold import Confirmation, confirm
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo_import import imports, undo_import
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, journal
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify


def counting(city: City) -> list[tuple[int, str]]:
    """Number and state of what counts for the first school."""
    held = exchange.submissions(city.bureau, desk(city.bureau).round.id, unit=FIRST)
    return [(each.seq, each.state) for each in held if each.current]


def taken(workspace: Workspace, *paths: Path) -> None:
    """Take files, one after the other."""
    for each in paths:
        assert receive.receive(workspace, [each]).taken == 1


def refused(workspace: Workspace, code: str = "") -> KnownError:
    """Why something cannot be taken back; nothing was changed."""
    before = rows_of(workspace)
    with pytest.raises(KnownError) as caught:
        undo_import(workspace, code)
    assert rows_of(workspace) == before
    return caught.value


def versions(city: City, number: int) -> list[Path]:
    """Submissions, not taken yet."""
    return [city.submission() for _each in range(number)]


def test_taken_back_in_any_order_the_newest_that_is_left_counts(city: City, tmp_path: Path) -> None:
    paths = versions(city, 3)
    taken(city.bureau, *paths)
    place = city.bureau.folder
    city.close()
    for order in itertools.permutations((1, 2, 3)):
        copy = tmp_path / "".join(map(str, order))
        shutil.copytree(place, copy)
        with open_workspace(copy) as bureau:
            left = {1, 2, 3}
            for seq in order:
                undo_import(bureau, verify(paths[seq - 1]).hash)
                left.discard(seq)
                held = exchange.submissions(bureau, desk(bureau).round.id, unit=FIRST)
                assert {each.seq for each in held} == left
                assert [each.seq for each in held if each.current] == ([max(left)] if left else []), order
            assert journal.broken_at(bureau) is None


def test_what_was_chosen_gives_way_to_what_counted_before(city: City) -> None:
    taken(city.bureau, *versions(city, 1))
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    [path] = versions(city, 1)
    taken(city.bureau, path)
    decide.adopt(city.bureau, FIRST, verify(path).hash, reason="学校更正")
    assert counting(city) == [(2, "received")]
    undo_import(city.bureau, verify(path).hash)
    assert counting(city) == [(1, "accepted")]


def test_what_counted_by_its_confirmed_computer_gives_way_to_what_counted_before(
    city: City, tmp_path: Path, own_home: Path
) -> None:
    def current() -> list[str]:
        held = exchange.submissions(city.bureau, desk(city.bureau).round.id, unit=FIRST)
        return [each.hash for each in held if each.current]

    [first] = versions(city, 1)
    taken(city.bureau, first)
    place = city.school().folder
    city.close()
    shutil.copytree(place, tmp_path / "B")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
        with open_workspace(tmp_path / "B") as other:
            path = submit(other, tmp_path / "b.vdpkg")[0].path
            digits = keys_of(other.id).digits
    taken(city.bureau, path)
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=digits)
    assert current() == [verify(path).hash]
    undo_import(city.bureau, verify(path).hash)
    assert current() == [verify(first).hash]
    assert counting(city) == [(1, "unconfirmed")]


def test_what_waited_or_was_late_goes_and_nothing_else_changes(city: City) -> None:
    first, second, third = versions(city, 3)
    taken(city.bureau, second)
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    taken(city.bureau, first, third)
    for path in (first, third):
        undo_import(city.bureau, verify(path).hash)
    assert decide.waiting(city.bureau, FIRST) == []
    assert counting(city) == [(2, "accepted")]
    held = exchange.submissions(city.bureau, desk(city.bureau).round.id)
    assert [each.seq for each in held] == [2]


def test_a_returned_version_counts_again_as_returned(city: City) -> None:
    taken(city.bureau, *versions(city, 1))
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"})
    taken(city.bureau, *versions(city, 1))
    assert counting(city) == [(2, "unconfirmed")]
    undo_import(city.bureau)
    assert counting(city) == [(1, "returned")]
    assert "已经退回学校" in refused(city.bureau).sentence


def test_it_may_come_again_and_another_of_the_same_number_is_no_fork(city: City, tmp_path: Path) -> None:
    place = city.school().folder
    city.close()
    shutil.copytree(place, tmp_path / "B")
    [path] = versions(city, 1)
    taken(city.bureau, path)
    undo_import(city.bureau)
    with open_workspace(tmp_path / "B") as other:
        set_figures(other, {"books_print": "61000"})
        twin = submit(other, tmp_path / "b.vdpkg")[0].path
    taken(city.bureau, twin)
    assert counting(city) == [(1, "unconfirmed")]
    undo_import(city.bureau)
    taken(city.bureau, path)
    assert [each.hash for each in exchange.submissions(city.bureau, desk(city.bureau).round.id)] == [verify(path).hash]


def test_it_is_written_down_and_lasts(city: City) -> None:
    taken(city.bureau, *versions(city, 2))
    chosen = imports(city.bureau)[0].package
    sentence, _changes = undo_import(city.bureau, short_code(chosen.hash))
    assert "第 2 版" in sentence
    row = journal.of_field(city.bureau, FIRST, f"package.{chosen.hash}")[0]
    assert (row["action"], row["old"]) == ("undo_receive", ["submission", 2])
    assert (city.bureau.folder / chosen.path).is_file()
    city.close()
    assert [each.package.seq for each in imports(city.bureau)] == [1]
    assert counting(city) == [(1, "unconfirmed")]
    assert refused(city.bureau, chosen.hash).code == "no_import"


def test_it_is_named_by_its_code_or_the_beginning_of_its_hash(city: City) -> None:
    taken(city.bureau, *versions(city, 2))
    hashes = [each.package.hash for each in imports(city.bureau)]
    for wrong in ("zz", "0000 0000 0000 1", hashes[0] + "0"):
        assert refused(city.bureau, wrong).code == "no_import"
    undo_import(city.bureau, short_code(hashes[1]).replace(" ", ""))
    assert [each.package.hash for each in imports(city.bureau)] == hashes[:1]
    undo_import(city.bureau, hashes[0][:12])
    assert imports(city.bureau) == []


def test_a_file_of_evidence_may_be_taken_back_and_come_again(city: City, tmp_path: Path) -> None:
    for letter in "ab":
        attach(city.school(), pdf(tmp_path, f"{letter}.pdf", content=letter.encode() * 900), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg", volume=1000)
    taken(city.bureau, posted.path, *posted.rest)
    sentence, _changes2 = undo_import(city.bureau)
    assert "佐证材料分包" in sentence
    taken(city.bureau, posted.rest[-1])


def test_what_a_school_took_from_the_bureau_stays_and_says_why(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city.bureau, Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", cmp="<="))
    paths = [city.reply(), tmp_path / "标准.vdpkg", tmp_path / "调整.vdpkg", tmp_path / "身份.vdpkg"]
    send_standard(city.bureau, paths[1])
    amend.amend(city.bureau, paths[2])
    amend.send_trust(city.bureau, paths[3])
    taken(city.school(), *paths)
    why = {each.package.kind: each.why_not for each in imports(city.school())}
    assert set(why) == {"campaign", "receipt", "standard", "amendment", "trust"}
    assert "已经发出的事实" in why["receipt"]
    assert "退回上一版标准" in why["standard"]
    assert "任务本身的一部分" in why["campaign"]
    for each in imports(city.school()):
        error = refused(city.school(), each.package.hash)
        assert (error.code, each.why_not in error.sentence) == ("cannot_undo", True)


def test_the_result_of_an_inspection_stays(city: City, tmp_path: Path) -> None:
    city.received()
    inspector = city.inspector()
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    inspect.hand_back(inspector, tmp_path / "核查结果.vdpkg")
    taken(city.bureau, tmp_path / "核查结果.vdpkg")
    assert "核查结果已并入" in refused(city.bureau).sentence


@pytest.mark.parametrize("known", [True, False])
def test_what_waits_counts_where_nothing_else_is_left(
    city: City, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """As if what was taken back had never come: a school is not left with versions that nobody can choose."""
    city.received()
    [first] = imports(city.bureau)
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "another computer"))
    with open_campaign(tmp_path / "另", read_campaign(city.campaign), unit=FIRST) as other:
        set_figures(other, {**GOOD, "books_print": "59000"})
        submit(other, tmp_path / "另.vdpkg")
    monkeypatch.setenv("VETDESK_HOME", str(own_home))
    taken(city.bureau, tmp_path / "另.vdpkg")
    [waiting] = decide.waiting(city.bureau, FIRST)
    if known:
        decide.confirm_identity(city.bureau, FIRST, who="经办", digits=decide.digits_of(city.bureau, waiting.key))
    undo_import(city.bureau, first.package.hash)
    counts = decide.current(city.bureau, FIRST)
    assert (counts.hash, counts.state) == (waiting.hash, "received" if known else "unconfirmed")
    assert decide.waiting(city.bureau, FIRST) == []
    assert board(city.bureau).lines[0].seq == 1
