"""What a school sent at the bureau: any order, gaps, forks, other computers, reviews; nothing is lost, the right one counts."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import keys, resealed, rows_of
from vetdesk.models.operations import conflicts, decide, inspect, receive
from vetdesk.models.operations.backup import backup, restore
from vetdesk.models.operations.conflict_cards import cards
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.receive import Offer, Outcome
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange, journal
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify

PROMISE = "修改记录与上次收到的接不上"
OTHER, FORK, LATE, WAITS = "由另一台电脑生成", "两台电脑上各填各的", "晚到", "新版先等候"


def held(bureau: Workspace) -> list[Submission]:
    """Every submission of the first school, as they came."""
    return exchange.submissions(bureau, desk(bureau).round.id, unit=FIRST)[::-1]


def counting(bureau: Workspace) -> tuple[int, str]:
    """Number and state of the one that counts."""
    [found] = [each for each in held(bureau) if each.current]
    return found.seq, found.state


def counts(bureau: Workspace) -> str:
    """The hash of the one that counts."""
    return next(each.hash for each in held(bureau) if each.current)


def taken(bureau: Workspace, *paths: Path) -> list[Offer]:
    """Every file taken, one after the other."""
    found = [receive.receive(bureau, [each]).offers[0] for each in paths]
    assert [each.outcome for each in found] == [Outcome.TAKEN] * len(paths), [each.sentence for each in found]
    return found


def confirm(city: City) -> None:
    """Compare the digits of the first school's computer."""
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)


def filled(school: Workspace, path: Path, **values: str) -> Path:
    """A submission after typing something."""
    set_figures(school, values)
    return submit(school, path)[0].path


@contextmanager
def bureaus(city: City, folder: Path, number: int) -> Iterator[Workspace]:
    """A copy of the bureau as it stands, one for each try."""
    place = city.bureau.folder
    if not (folder / "as-it-stands").exists():
        city.close()
        shutil.copytree(place, folder / "as-it-stands")
    shutil.copytree(folder / "as-it-stands", folder / f"bureau-{number}")
    with open_workspace(folder / f"bureau-{number}") as opened:
        yield opened


# Order


def test_whatever_the_order_the_newest_counts_and_all_are_kept(city: City, tmp_path: Path) -> None:
    paths = [filled(city.school(), tmp_path / f"{n}.vdpkg", books_print=f"6100{n}") for n in range(1, 4)]
    assert city.bureau.role == "bureau"
    for number, order in enumerate(itertools.permutations(paths)):
        with bureaus(city, tmp_path, number) as bureau:
            offers = taken(bureau, *order)
            assert counting(bureau) == (3, "unconfirmed")
            assert {each.hash for each in held(bureau)} == {verify(each).hash for each in paths}
            late = [
                each
                for at, each in enumerate(offers)
                if any(paths.index(p) > paths.index(order[at]) for p in order[:at])
            ]
            assert [LATE in each.sentence for each in offers] == [each in late for each in offers]
            assert all(PROMISE not in each.sentence and FORK not in each.sentence for each in offers)
            assert journal.broken_at(bureau) is None


def test_a_gap_is_no_trouble(city: City) -> None:
    paths = [city.submission() for _each in range(4)]
    taken(city.bureau, paths[0], paths[3])
    assert counting(city.bureau) == (4, "unconfirmed")
    offers = taken(city.bureau, paths[1], paths[2])
    assert all(LATE in each.sentence for each in offers)
    assert [(each.seq, each.state) for each in held(city.bureau)] == [
        (1, "superseded"), (4, "unconfirmed"), (2, "late"), (3, "late")
    ]  # fmt: skip


def test_what_comes_twice_is_known_also_when_it_was_late(city: City) -> None:
    first, second = city.submission(), city.submission()
    taken(city.bureau, second, first)
    before = rows_of(city.bureau)
    offers = receive.receive(city.bureau, [first, second, first]).offers
    assert [each.outcome for each in offers] == [Outcome.KNOWN] * 3
    assert rows_of(city.bureau) == before


# Forks


def forked(city: City, folder: Path) -> dict[str, Path]:
    """One version both copies of a workspace know, then one of the first and two of the second, same keys."""
    files = {"1": city.submission()}
    place = city.school().folder
    city.close()
    shutil.copytree(place, folder / "B")
    files["2a"] = filled(city.school(), folder / "2a.vdpkg", books_print="61200")
    with open_workspace(folder / "B") as other:
        files["2b"] = filled(other, folder / "2b.vdpkg", books_print="63000")
        files["3b"] = filled(other, folder / "3b.vdpkg", seats_student="220")
    return files


@pytest.mark.parametrize(
    "order",
    [
        ("1", "2a", "2b", "3b"), ("1", "2a", "3b", "2b"), ("1", "2b", "3b", "2a"),
        ("1", "3b", "2a", "2b"), ("1", "3b", "2b", "2a"), ("3b", "2a", "2b", "1"), ("2a", "3b", "2b", "1"),
    ],
    ids=">".join,
)  # fmt: skip
def test_a_fork_is_seen_in_any_order(city: City, tmp_path: Path, order: Sequence[str]) -> None:
    files = forked(city, tmp_path)
    name = {verify(path).hash: each for each, path in files.items()}
    offers = dict(zip(order, taken(city.bureau, *(files[each] for each in order)), strict=True))
    found = {name[each.hash]: each for each in held(city.bureau)}
    assert set(found) == set(files)
    [current] = [each for each, one in found.items() if one.current]
    lost = {"2a"} if "b" in current else {"2b", "3b"}
    assert current in {"2a", "2b", "3b"}
    assert {each for each in lost if found[each].state == "fork"} == lost
    assert all(FORK in offers[each].sentence for each in lost if order.index(each) > order.index(current))
    assert FORK not in offers["1"].sentence
    waiting = {name[each.hash] for each in decide.waiting(city.bureau, FIRST)}
    assert lost <= waiting


def test_the_officer_may_let_the_fork_count_and_it_goes_on_from_there(city: City, tmp_path: Path) -> None:
    files = forked(city, tmp_path)
    taken(city.bureau, files["1"], files["2a"], files["2b"])
    before = counts(city.bureau)
    decide.adopt(city.bureau, FIRST, verify(files["2b"]).hash, reason="以教务处的为准")
    assert counts(city.bureau) == verify(files["2b"]).hash
    row = journal.of_field(city.bureau, FIRST, f"package.{verify(files['2b']).hash}")[0]
    assert (row["action"], row["old"], row["why"]) == ("adopt_submission", before, "以教务处的为准")
    [offer] = taken(city.bureau, files["3b"])
    assert FORK not in offer.sentence
    assert counts(city.bureau) == verify(files["3b"]).hash


def test_what_was_merged_on_either_computer_counts(city: City, tmp_path: Path) -> None:
    """The bureau asks for that: merge, then submit again."""
    files = forked(city, tmp_path)
    taken(city.bureau, files["1"], files["2a"], files["2b"], files["3b"])
    with open_workspace(tmp_path / "B") as other:
        assert receive.receive(other, [files["2a"]]).taken == 1
        conflicts.decide(other, cards(other, state="open")[0].id, 1, reason="已核对")
        merged = submit(other, tmp_path / "4b.vdpkg")[0].path
    [offer] = taken(city.bureau, merged)
    assert FORK not in offer.sentence
    assert counts(city.bureau) == verify(merged).hash


def test_a_fork_that_was_decided_does_not_come_back_with_every_reply(city: City, tmp_path: Path) -> None:
    files = forked(city, tmp_path)
    taken(city.bureau, files["1"], files["2a"], files["2b"])
    school = city.school()
    receive.receive(school, [city.reply()])
    [card] = cards(school, state="open")
    conflicts.decide(school, card.id, 1, reason="已核对")
    receive.receive(school, [city.reply()])
    assert cards(school, state="open") == ()


# Another computer


@contextmanager
def second_computer(city: City, folder: Path) -> Iterator[Workspace]:
    """The school's folder on another computer, with keys of its own."""
    place = city.school().folder
    city.close()
    shutil.copytree(place, folder / "B")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(folder / "home-B"))
        with open_workspace(folder / "B") as opened:
            yield opened


def from_second(city: City, folder: Path) -> tuple[Path, str]:
    """A submission of the second computer, and its digits."""
    with second_computer(city, folder) as other:
        return filled(other, folder / "b.vdpkg", seats_student="220"), keys_of(other.id).digits


@pytest.mark.parametrize("first_confirmed", [True, False])
def test_another_key_waits_until_it_is_confirmed(city: City, tmp_path: Path, first_confirmed: bool) -> None:
    city.received()
    if first_confirmed:
        confirm(city)
    state = counting(city.bureau)
    path, digits = from_second(city, tmp_path)
    [offer] = taken(city.bureau, path)
    assert OTHER in offer.sentence
    assert counting(city.bureau) == state
    assert [each.hash for each in decide.waiting(city.bureau, FIRST)] == [verify(path).hash]
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=digits)
    assert counts(city.bureau) == verify(path).hash
    assert counting(city.bureau)[1] == "received"


def test_of_two_confirmed_computers_the_officer_chooses(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city)
    path, digits = from_second(city, tmp_path)
    taken(city.bureau, path)
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=digits)
    again = city.submission()
    [offer] = taken(city.bureau, again)
    assert OTHER in offer.sentence
    assert counts(city.bureau) == verify(path).hash
    assert [each.hash for each in decide.waiting(city.bureau, FIRST)] == [verify(again).hash]
    decide.adopt(city.bureau, FIRST, verify(again).hash, reason="学校电话说明以这一版为准")
    assert (counts(city.bureau), counting(city.bureau)[1]) == (verify(again).hash, "received")


def test_an_unconfirmed_one_never_takes_the_place_of_a_confirmed_one(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city)
    path, _digits = from_second(city, tmp_path)
    taken(city.bureau, path)
    with pytest.raises(KnownError) as caught:
        decide.adopt(city.bureau, FIRST, verify(path).hash, reason="原电脑坏了")
    assert caught.value.code == "unconfirmed"
    assert counting(city.bureau) == (1, "received")


def test_of_two_unconfirmed_ones_the_officer_may_choose(city: City, tmp_path: Path) -> None:
    city.received()
    path, _digits = from_second(city, tmp_path)
    taken(city.bureau, path)
    decide.adopt(city.bureau, FIRST, verify(path).hash, reason="原电脑坏了")
    assert counting(city.bureau)[1] == "unconfirmed"
    with pytest.raises(KnownError) as caught:
        decide.accept(city.bureau, FIRST)
    assert caught.value.code == "unconfirmed"


def test_confirming_another_computer_never_replaces_what_was_accepted(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city)
    decide.accept(city.bureau, FIRST)
    path, digits = from_second(city, tmp_path)
    taken(city.bureau, path)
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=digits)
    assert counting(city.bureau) == (1, "accepted")
    assert [each.hash for each in decide.waiting(city.bureau, FIRST)] == [verify(path).hash]


# Under review


def test_a_new_version_waits_while_the_one_before_is_accepted(city: City) -> None:
    city.received()
    confirm(city)
    decide.accept(city.bureau, FIRST)
    path, newest = city.submission(), city.submission()
    for offer in taken(city.bureau, path, newest):
        assert WAITS in offer.sentence
    assert counting(city.bureau) == (1, "accepted")
    assert [each.seq for each in decide.waiting(city.bureau, FIRST)] == [3, 2]
    decide.adopt(city.bureau, FIRST, verify(newest).hash, reason="学校更正")
    assert counting(city.bureau) == (3, "received")
    [late] = [each for each in held(city.bureau) if each.seq == 1]
    assert (late.current, late.state) == (False, "superseded")


def test_a_new_version_waits_while_an_inspector_has_the_one_before(city: City, tmp_path: Path) -> None:
    city.received()
    inspector = city.inspector()
    [offer] = taken(city.bureau, city.submission())
    assert WAITS in offer.sentence
    assert counting(city.bureau) == (1, "unconfirmed")
    taken(city.bureau, city.submission(SECOND))
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    inspect.hand_back(inspector, tmp_path / "核查结果.vdpkg")
    taken(city.bureau, tmp_path / "核查结果.vdpkg")
    taken(city.bureau, city.submission())
    assert counting(city.bureau)[0] == 3


def test_what_was_returned_is_replaced_at_once(city: City) -> None:
    city.received()
    city.inspector()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "请核实"})
    [offer] = taken(city.bureau, city.submission())
    assert WAITS not in offer.sentence
    assert counting(city.bureau) == (2, "unconfirmed")


def test_choosing_needs_a_reason_and_something_that_waits(city: City) -> None:
    city.received()
    confirm(city)
    decide.accept(city.bureau, FIRST)
    path = city.submission()
    taken(city.bureau, path)
    before = rows_of(city.bureau)
    for number, reason, code in (("2", " ", "no_reason"), ("1000000", "x", "not_waiting"), ("", "x", "not_waiting")):
        with pytest.raises(KnownError) as caught:
            decide.adopt(city.bureau, FIRST, number, reason=reason)
        assert caught.value.code == code
    assert rows_of(city.bureau) == before
    decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    assert counting(city.bureau) == (2, "received")


def test_a_number_means_a_version_even_where_a_hash_begins_with_it(city: City, tmp_path: Path) -> None:
    city.received()
    confirm(city)
    decide.accept(city.bureau, FIRST)
    second, third = city.submission(), city.submission()
    for number in range(400):
        other = resealed(third, tmp_path / "x.vdpkg", city.school(), created=f"2026-11-26T10:{number}")
        if verify(other).hash.startswith("2"):
            break
    taken(city.bureau, other)
    with pytest.raises(KnownError) as caught:
        decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    assert caught.value.code == "not_waiting"
    taken(city.bureau, second)
    decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    assert counts(city.bureau) == verify(second).hash


# The journal that came along


def rewritten(workspace: Workspace) -> None:
    """Tamper like someone who knows how the chain is made: change an old row and all hashes after it."""
    rows = [json.loads(each) for each in journal.texts(workspace)]
    row = next(each for each in rows if each["field"] == "declared.this.books_print")
    row["who"] = "别人"
    texts = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in rows]
    with workspace.atomic():
        for each, text, hash_ in zip(rows, texts, journal.hashes(each.encode() for each in texts), strict=True):
            workspace.db.execute(
                "UPDATE journal SET bytes = ?, hash = ?, who = ? WHERE seq = ?", (text, hash_, each["who"], each["seq"])
            )
    assert journal.broken_at(workspace) is None


def test_a_journal_that_was_rewritten_between_two_versions_is_told(city: City) -> None:
    city.received()
    rewritten(city.school())
    [offer] = taken(city.bureau, city.submission())
    assert PROMISE in offer.sentence
    [found] = [each for each in held(city.bureau) if each.current]
    assert PROMISE in found.note


def test_an_honest_school_is_never_told_so(city: City) -> None:
    for _each in range(3):
        set_figures(city.school(), {"books_print": f"6{_each}000"})
        [offer] = taken(city.bureau, city.submission())
        assert PROMISE not in offer.sentence
    receive.receive(city.school(), [city.reply()])
    [offer] = taken(city.bureau, city.submission())
    assert PROMISE not in offer.sentence


def test_a_restored_older_backup_is_told_and_does_not_replace_what_counts(city: City, tmp_path: Path) -> None:
    city.received()
    backup(city.school(), tmp_path / "备份.vdbackup")
    city.received()
    with restore(tmp_path / "备份.vdbackup", tmp_path / "restored") as school:
        paths = [filled(school, tmp_path / f"r{n}.vdpkg", books_print=f"6500{n}") for n in (2, 3)]
    for offer in taken(city.bureau, *paths):
        assert "接不上" in offer.sentence or FORK in offer.sentence
    assert counting(city.bureau) == (2, "unconfirmed")
    assert [verify(each).hash for each in paths[::-1]] == [each.hash for each in decide.waiting(city.bureau, FIRST)]


# Receipts both ways


def sent_states(city: City) -> list[str]:
    """What the first school knows of what it sent, the newest first."""
    return [each.state for each in exchange.packages(city.school(), kind="submission", direction="out")]


def test_each_side_says_what_it_has(city: City) -> None:
    campaign = exchange.packages(city.bureau, kind="campaign")[0].hash
    sent = city.submission()
    assert (sent_states(city), exchange.arrivals(city.bureau, campaign)) == (["exported"], [])
    taken(city.bureau, sent)
    assert exchange.arrivals(city.bureau, campaign) == [FIRST]
    bundle = city.reply()
    assert exchange.arrivals(city.bureau, verify(bundle).hash) == []
    receive.receive(city.school(), [bundle])
    assert sent_states(city) == ["received"]
    taken(city.bureau, city.submission(), city.submission(SECOND))
    assert exchange.arrivals(city.bureau, verify(bundle).hash) == [FIRST]
    assert exchange.arrivals(city.bureau, campaign) == [FIRST, SECOND]
    receive.receive(city.school(), [city.reply()])
    assert sent_states(city) == ["received", "received"]
