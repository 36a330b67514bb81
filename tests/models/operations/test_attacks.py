"""What an attacker, or bad luck, may do to merges, keys and batches: nothing is lost, forged or replaced unseen."""

# ruff: noqa: F811 - fixtures of another file are named again where they are used

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, MAJORS, NINE, NINE_FACTS, SECOND, City, pdf
from tests.models.operations.forge import keys, resealed
from tests.models.operations.test_copies import THIRD, Pair, copied, with_majors  # noqa: F401 - fixtures
from vetdesk.models.operations import bureau_trust, copies, decide, receive, recovery_sheet, rectify
from vetdesk.models.operations.amend import amend, set_deadline
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.backup import backup, restore
from vetdesk.models.operations.conflict_cards import cards
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.receive import Outcome
from vetdesk.models.operations.reply import reply
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo import undo
from vetdesk.models.operations.undo_import import undo_import
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, figures, inspection, journal
from vetdesk.models.store.inspection import Finding
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.keys import keys_of
from vetdesk.models.sync.read import verify


def finding(round_id: str) -> Finding:
    """A problem of the first school."""
    return Finding("1" * 32, round_id, FIRST, "db22_land", "", "问题", "", "", "", "not_started", "", "1")


def decision(chosen: str, weighed: list[str]) -> dict[str, Any]:
    """What somebody decided about the books."""
    place = ["fact", "this", "books_print"]
    return {"place": place, "chosen": chosen, "reason": "x", "who": "x", "at": "", "weighed": weighed}


def said(workspace: Workspace) -> dict[str, str]:
    """The explanations of the school."""
    return figures.explanations(workspace, desk(workspace).round.id, FIRST)


def test_taking_a_merge_back_keeps_an_explanation_typed_since(copied: Pair) -> None:
    with copied.b.here() as b:
        explain(b, "U07", "图书在编目")
    copied.a.take(copied.b.copy())
    explain(copied.a.workspace, "U07", "图书在编目，另有三千册在修")
    with suppress(KnownError):
        undo_import(copied.a.workspace)
    assert said(copied.a.workspace).get("U07") == "图书在编目，另有三千册在修"


def test_taking_back_the_second_merge_keeps_the_conflict_of_the_first(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    assert len(copied.a.open_cards()) == 1
    copied.b.fill(books_print="64000")
    copied.a.take(copied.b.copy())
    undo_import(copied.a.workspace)
    assert len(copied.a.open_cards()) == 1


def test_what_was_taken_back_over_there_is_no_edit(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.take(copied.a.copy())
    undo_import(copied.b.workspace)
    assert copied.b.value("books_print") == "60000"
    copied.b.fill(seats_student="220")
    copied.a.take(copied.b.copy())
    assert copied.a.value("books_print") == "61200" or copied.a.open_cards()


def test_an_answer_to_a_finding_not_yet_known_here_comes_with_the_next_copy(
    city: City, tmp_path: Path, own_home: Path
) -> None:
    made = Pair(city, tmp_path, own_home, copied=True)
    round_id = desk(made.a.workspace).round.id

    def put(workspace: Workspace) -> None:
        with workspace.atomic():
            inspection.put_finding(workspace, finding(round_id))

    put(made.b.workspace)
    rectify.answer(made.b.workspace, "1", measure="已整改", done=True)
    made.a.take(made.b.copy())
    put(made.a.workspace)
    made.a.take(made.b.copy())
    found = inspection.finding(made.a.workspace, "1" * 32)
    made.close()
    assert found is not None
    assert found.measure == "已整改"


def test_an_older_version_from_the_bureau_undoes_nothing_newer(city: City, tmp_path: Path) -> None:
    city.received()
    place = city.school().folder
    city.close()
    other = tmp_path / "other"
    shutil.copytree(place, other)
    with open_workspace(other) as b:
        set_figures(b, {"seats_student": "220"})
        fork = submit(b, tmp_path / "b.vdpkg")[0].path
        copy = copies.export_copy(b, tmp_path / "copy.vdpkg")[0].path
    school = city.school()
    set_figures(school, {"books_print": "61200"})
    receive.receive(city.bureau, [submit(school, tmp_path / "a.vdpkg")[0].path, fork])
    assert receive.receive(school, [copy]).taken == 1
    set_figures(school, {"seats_student": "200"})  # counted again: it was right before
    assert receive.receive(school, [city.reply()]).taken == 1
    now = figures.read(school, desk(school).round.id, FIRST)["seats_student"].text
    assert now == "200" or cards(school, state="open")


def test_a_table_whose_rows_cannot_be_told_apart_is_not_replaced_by_one_row(with_majors: Pair) -> None:
    one, two = MAJORS
    nameless = {"students": "50"}
    with_majors.a.fill_majors(one, two, nameless)
    before = json.loads(with_majors.a.value("majors"))
    with_majors.b.fill_majors(one, two, THIRD)
    with_majors.a.take(with_majors.b.copy())
    now = json.loads(with_majors.a.value("majors"))
    assert all(row in now for row in before)
    assert with_majors.a.open_cards()


def test_and_the_other_way(with_majors: Pair) -> None:
    one, two = MAJORS
    with_majors.a.fill_majors({**one, "students": "610"}, two)
    with_majors.b.fill_majors(one, two, {"students": "50"})
    with_majors.a.take(with_majors.b.copy())
    assert two in json.loads(with_majors.a.value("majors"))


@pytest.mark.parametrize("chosen", ['["given","-1e9","",""]', "oops"])
def test_a_forged_decision_is_not_written_unseen(copied: Pair, chosen: str) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    path = copied.b.copy()
    weighed = ['["given", "61200", "", ""]', '["given", "63000", "", ""]']

    def edit(body: dict[str, Any]) -> None:
        body["decisions"] = [decision(chosen, weighed)]

    with copied.b.here() as b:
        bad = resealed(path, copied.folder / "x.vdpkg", b, edit=edit)
    receive.receive(copied.a.workspace, [bad])
    assert copied.a.value("books_print") == "61200"


def test_two_persons_who_decide_differently_are_told(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.exchange()
    copied.a.decide(copied.a.open_cards()[0], "61200 册")
    copied.b.decide(copied.b.open_cards()[0], "63000 册")
    copied.exchange()
    same = copied.a.value("books_print") == copied.b.value("books_print")
    assert same or (copied.a.open_cards() and copied.b.open_cards())


def second(city: City, folder: Path) -> None:
    """A copy of the school's folder, for another computer."""
    place = city.school().folder
    city.close()
    shutil.copytree(place, folder / "B")


def test_confirming_lets_the_newest_version_of_that_computer_count(city: City, tmp_path: Path) -> None:
    city.received()
    second(city, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
        with open_workspace(tmp_path / "B") as b:
            p1 = submit(b, tmp_path / "1.vdpkg")[0].path
            set_figures(b, {"seats_student": "220"})
            p2 = submit(b, tmp_path / "2.vdpkg")[0].path
            digits = keys_of(b.id).digits
    for each in (p2, p1):
        assert receive.receive(city.bureau, [each]).taken == 1
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=digits)
    found = decide.current(city.bureau, FIRST)
    assert found.hash == verify(p2).hash


def test_confirming_replaces_nothing_an_inspector_has(city: City, tmp_path: Path) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    first = decide.current(city.bureau, FIRST).hash
    city.inspector()
    second(city, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(tmp_path / "home-B"))
        with open_workspace(tmp_path / "B") as b:
            p1 = submit(b, tmp_path / "1.vdpkg")[0].path
            digits = keys_of(b.id).digits
    assert receive.receive(city.bureau, [p1]).taken == 1
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=digits)
    assert decide.current(city.bureau, FIRST).hash == first


def test_a_withdrawn_key_gets_nothing_into_the_next_round(city: City, tmp_path: Path) -> None:
    for _each in range(3):
        city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    publish(city.bureau, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "2027.vdpkg")
    cycle = desk(city.bureau).round.id
    sent = verify(city.submission())
    facts = {name: each for name, each in json.loads(sent.data())["facts"].items() if name in NINE_FACTS}
    path = resealed(
        sent.path,
        tmp_path / "x.vdpkg",
        city.school(),
        cycle=cycle,
        seq=1,
        prev="",
        edit=lambda body: body.update(round=cycle, facts=facts, words={}),
    )
    [offer] = receive.receive(city.bureau, [path]).offers
    assert (offer.outcome, offer.reason) == (receive.Outcome.REFUSED, "late_key")


@pytest.mark.parametrize("with_sheet", [True, False])
def test_a_backup_restored_on_the_same_computer_is_believed(city: City, tmp_path: Path, with_sheet: bool) -> None:
    city.received()
    assert receive.receive(city.school(), [city.reply()]).taken == 1
    sheet = recovery_sheet.digits(city.bureau)
    backup(city.bureau, tmp_path / "备份.vdbackup")
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    assert receive.receive(city.school(), [city.reply(), city.reply()]).taken == 2
    again = city.submission()
    with restore(tmp_path / "备份.vdbackup", tmp_path / "restored", sheet=sheet if with_sheet else "") as bureau:
        receive.receive(bureau, [again])
        decide.return_figures(bureau, FIRST, {"teachers_ft": "请核实"})
        path = reply(bureau, tmp_path / "r.vdpkg")[0].path
    [offer] = receive.receive(city.school(), [path]).offers
    assert offer.outcome.value == "taken", offer.sentence


def test_a_batch_across_a_change_of_keys_is_taken_in_the_order_it_was_sent(city: City, tmp_path: Path) -> None:
    city.received()
    set_deadline(city.bureau, "2099-11-30")
    first = amend(city.bureau, tmp_path / "a.vdpkg")[0].path
    bureau_trust.new_desk_key(city.bureau, reason="换")
    then = city.reply()
    outcomes = [(e.outcome.value, e.reason) for e in receive.receive(city.school(), [first, then]).offers]
    assert outcomes == [("taken", ""), ("taken", "")]


def test_absurd_number_of_rows(city: City, tmp_path: Path) -> None:
    path = city.submission()
    other = city.submission(SECOND)
    bad = resealed(path, tmp_path / "x.vdpkg", city.school(), edit=lambda b: b["journal"].update(rows=2**53))
    outcomes = [(e.outcome.value, e.reason) for e in receive.receive(city.bureau, [bad, other]).offers]
    assert outcomes == [("refused", "journal"), ("taken", "")]


def test_answers_to_findings_count_when_a_waiting_version_is_chosen(city: City, tmp_path: Path) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    for each in (city.bureau, city.school()):
        with each.atomic():
            inspection.put_finding(each, finding(desk(each).round.id))
    decide.accept(city.bureau, FIRST)
    rectify.answer(city.school(), "1", measure="已整改", done=True)
    city.received()
    [waiting] = decide.waiting(city.bureau, FIRST)
    decide.adopt(city.bureau, FIRST, waiting.hash, reason="整改后")
    found = inspection.finding(city.bureau, "1" * 32)
    assert found is not None
    assert found.measure == "已整改"


def test_undo_after_a_merge_with_a_decided_conflict_was_taken_back(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    copied.a.decide(copied.a.open_cards()[0], "63000 册")
    try:
        undo_import(copied.a.workspace)
    except KnownError:
        return
    undo(copied.a.workspace)


def test_merges_taken_back_oldest_first(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    first = copied.a.copy()
    back = copied.b.copy()
    copied.b.take(first)
    copied.a.take(back)
    copied.a.decide(copied.a.open_cards()[0], "61200 册")
    copied.b.take(copied.a.copy())
    code = short_code(verify(first).hash)
    for which in (code, ""):
        with suppress(KnownError):  # done, or refused with a sentence
            undo_import(copied.b.workspace, which)


@pytest.mark.parametrize("old", [["given"], ["given", "[x", "", ""], 5, "no-key", ["zz", "", "", ""]])
def test_a_journal_with_strange_values_stops_nothing(copied: Pair, old: object) -> None:
    copied.a.fill(books_print="61200")
    mine = copied.a.copy()
    copied.b.take(mine)
    copied.b.fill(seats_student="220")
    path = copied.b.copy()
    found = verify(path)
    carried = found.blob(json.loads(found.data())["journal"]["sha256"])
    assert carried is not None
    texts = carried.decode("utf-8").split("\n")
    rows = [json.loads(each) for each in texts]
    extra = {**rows[-1], "seq": len(rows) + 1, "action": "edit", "field": "declared.this.majors", "old": old}
    if old == "no-key":
        del extra["old"]
    texts.append(json.dumps(extra, ensure_ascii=False, separators=(",", ":")))
    blob = "\n".join(texts).encode()
    head = journal.hashes(each.encode() for each in texts)[-1]
    with copied.b.here() as b:
        bad = resealed(
            path,
            copied.folder / "x.vdpkg",
            b,
            blobs=[blob],
            audit_head=head,
            edit=lambda body: body.update(journal={"sha256": hashlib.sha256(blob).hexdigest(), "rows": len(texts)}),
        )
    [offer] = receive.receive(copied.a.workspace, [bad]).offers
    assert offer.outcome in (Outcome.TAKEN, Outcome.REFUSED)
    assert copied.a.value("books_print") == "61200"


def test_taking_back_a_renamed_evidence_keeps_the_file(city: City, tmp_path: Path, own_home: Path) -> None:
    attach(city.school(), pdf(tmp_path, "旧名.pdf"), indicator="db22_land")
    made = Pair(city, tmp_path, own_home, copied=True)
    with made.b.here() as b:
        attach(b, pdf(tmp_path, "新名.pdf"), indicator="db22_land")
    round_id = desk(made.a.workspace).round.id
    made.a.take(made.b.copy())
    undo_import(made.a.workspace)
    used = [e.label for e in evidence.used(made.a.workspace, round_id, FIRST)]
    made.close()
    assert used == ["旧名.pdf"]


def test_a_table_counts_once(copied: Pair) -> None:
    copied.b.fill_majors(MAJORS[0])
    with copied.a.here() as a:
        [offer] = receive.receive(a, [copied.b.copy()], dry_run=True).offers
    assert "并入 1 处" in offer.sentence
    assert len(offer.changes) == 1
    assert "[]" not in offer.changes[0]


def test_a_row_is_not_decided_in_a_table_whose_rows_cannot_be_told_apart(with_majors: Pair) -> None:
    one, two = MAJORS
    with_majors.a.fill_majors({**one, "students": "610"}, two)
    with_majors.b.fill_majors({**one, "students": "620"}, two)
    with_majors.a.take(with_majors.b.copy())
    [card] = with_majors.a.open_cards()
    with_majors.a.fill_majors({**one, "students": "610"}, two, {"students": "50"})
    before = with_majors.a.value("majors")
    with pytest.raises(KnownError) as caught:
        with_majors.a.decide(card, next(text for text, _who, _at in card.variants if "620" in text))
    assert caught.value.code == "rows_alike"
    assert with_majors.a.value("majors") == before
    with_majors.b.take(with_majors.a.copy())
    for each in with_majors.b.open_cards():
        with_majors.b.decide(each, each.variants[0][0])
    with_majors.a.take(with_majors.b.copy())
    assert two in json.loads(with_majors.a.value("majors"))
    with_majors.a.fill_majors({**one, "students": "610"}, two)
    for each in with_majors.a.open_cards():
        with_majors.a.decide(each, each.variants[0][0])
    assert two in json.loads(with_majors.a.value("majors"))
