"""Two computers of one school: merged field by field and row by row; what differs is decided once, for both."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, GOOD, MAJORS, SECOND, City, pdf
from tests.models.operations.forge import keys, resealed, rows_of
from vetdesk.models.operations import conflicts, copies, receive, rectify
from vetdesk.models.operations.attach import attach, detach
from vetdesk.models.operations.conflict_cards import Card, cards
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures, set_state
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.receive import Offer, Outcome
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo import redo, undo
from vetdesk.models.operations.undo_import import imports, undo_import
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State
from vetdesk.models.store import evidence, figures, inspection, journal
from vetdesk.models.store.inspection import Finding
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.read import verify

NONE = "（没有）"


class Computer:
    """A computer of the school: its workspace, its own keys, who sits there."""

    def __init__(self, workspace: Workspace, home: Path, who: str) -> None:
        self.workspace = workspace
        self.home = home
        workspace.actor.name = who
        with workspace.atomic():
            workspace.set_meta({"person": who})

    @contextmanager
    def here(self) -> Iterator[Workspace]:
        """Its workspace, with its keys."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VETDESK_HOME", str(self.home))
            yield self.workspace

    def fill(self, **values: str) -> None:
        """Type figures."""
        with self.here() as opened:
            set_figures(opened, values)

    def copy(self) -> Path:
        """The work as it stands, for another computer."""
        number = len(list(self.workspace.folder.parent.glob("副本-*"))) + 1
        with self.here() as opened:
            return copies.export_copy(opened, opened.folder.parent / f"副本-{number}.vdpkg")[0].path

    def take(self, path: Path) -> Offer:
        """Merge the work of another computer."""
        with self.here() as opened:
            [offer] = receive.receive(opened, [path]).offers
        assert offer.outcome is Outcome.TAKEN, offer.sentence
        return offer

    def decide(self, card: Card, text: str, *, reason: str = "已核对原件") -> None:
        """Let the variant with this text count."""
        with self.here() as opened:
            conflicts.decide(opened, card.id, 1 + [each[0] for each in card.variants].index(text), reason=reason)

    def open_cards(self) -> tuple[Card, ...]:
        """What waits for a decision."""
        return cards(self.workspace, state="open")

    def value(self, fact: str, *, year: str = figures.THIS) -> str:
        """What is filled; '' for nothing."""
        found = figures.read(self.workspace, desk(self.workspace).round.id, FIRST, year=year)
        return found[fact].text if fact in found else ""

    def majors(self) -> dict[str, dict[str, str]]:
        """The rows of the table of majors, by name."""
        return {row["major_name"]: row for row in json.loads(self.value("majors") or "[]")}

    def fill_majors(self, *rows: dict[str, str]) -> None:
        """Type the table of majors."""
        self.fill(majors=json.dumps(rows, ensure_ascii=False))

    def state(self) -> tuple[Any, ...]:
        """Everything that is filled."""
        found, unit = desk(self.workspace).round.id, FIRST
        years = [figures.read(self.workspace, found, unit, year=year) for year in (figures.THIS, figures.LAST)]
        given = [{name: each for name, each in year.items() if each.state is not State.UNFILLED} for year in years]
        uses = {(each.sha256, each.indicator, each.label) for each in evidence.used(self.workspace, found, unit)}
        said = {rule: text for rule, text in figures.explanations(self.workspace, found, unit).items() if text}
        return given, said, uses


class Pair:
    """Two computers of the first school."""

    def __init__(self, city: City, folder: Path, home: Path, *, copied: bool) -> None:
        self.folder = folder
        self.city = city
        place = city.school().folder
        other = folder / "B"
        if copied:
            city.close()
            shutil.copytree(place, other)
        self.a = Computer(city.school(), home, "王丽")
        self.b = Computer(self._second(other, copied=copied), folder / "home-B", "李强")
        if not copied:
            self.b.fill(**GOOD)

    def _second(self, place: Path, *, copied: bool) -> Workspace:
        if copied:
            return open_workspace(place)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VETDESK_HOME", str(self.folder / "home-B"))
            return open_campaign(place, read_campaign(self.city.campaign), unit=FIRST, filler="李强")

    def exchange(self) -> None:
        """Each takes the other's work as it stands."""
        first, second = self.a.copy(), self.b.copy()
        self.a.take(second)
        self.b.take(first)

    def close(self) -> None:
        """Close what the city does not."""
        self.b.workspace.close()


@pytest.fixture
def copied(city: City, tmp_path: Path, own_home: Path) -> Iterator[Pair]:
    """A second computer that was given a copy of the folder."""
    made = Pair(city, tmp_path, own_home, copied=True)
    yield made
    made.close()


@pytest.fixture(params=["copied", "opened"])
def pair(city: City, tmp_path: Path, own_home: Path, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A second computer: with a copy of the folder, or on which the task file was opened a second time."""
    made = Pair(city, tmp_path, own_home, copied=request.param == "copied")
    yield made
    made.close()


# What is agreed


def test_what_each_filled_alone_is_on_both_afterwards(pair: Pair) -> None:
    pair.a.fill(books_new="700", majors=json.dumps(MAJORS, ensure_ascii=False))
    pair.b.fill(zz10_q_plan="符合", staff_total="130")
    with pair.b.here() as opened:
        set_figures(opened, {"students_ft": "1490"}, year=figures.LAST)
        set_state(opened, "land_shared", State.NOT_APPLICABLE, "没有共用")
    pair.exchange()
    assert pair.a.state() == pair.b.state()
    assert (pair.a.value("zz10_q_plan"), pair.b.value("books_new")) == ("yes", "700")
    assert pair.a.value("students_ft", year=figures.LAST) == "1490"
    assert set(pair.b.majors()) == {"机电技术应用", "会计事务"}
    assert cards(pair.a.workspace) == cards(pair.b.workspace) == ()
    assert journal.broken_at(pair.a.workspace) is None


def test_equal_edits_are_no_conflict(copied: Pair) -> None:
    for each in (copied.a, copied.b):
        each.fill(books_print="61200", books_new="")
        with each.here() as opened:
            explain(opened, "U07", "图书已清点")
    copied.exchange()
    assert cards(copied.a.workspace) == cards(copied.b.workspace) == ()
    assert copied.a.state() == copied.b.state()


def test_what_one_alone_changed_or_took_away_is_taken(copied: Pair) -> None:
    copied.b.fill(books_print="61200", seats_student="", students_ft="1498")
    copied.b.fill(students_ft="1500")
    offer = copied.a.take(copied.b.copy())
    assert "并入 2 处，两边不一样 0 处" in offer.sentence
    assert [copied.a.value(name) for name in ("books_print", "seats_student", "students_ft")] == ["61200", "", "1500"]
    assert copied.a.open_cards() == ()


def test_a_preview_names_what_comes_and_changes_nothing(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000", seats_student="220", seats_teacher="")
    path, before = copied.b.copy(), rows_of(copied.a.workspace)
    [offer] = receive.receive(copied.a.workspace, [path], dry_run=True).offers
    assert (offer.outcome, "李强填的副本" in offer.sentence) == (Outcome.CAN_TAKE, True)
    assert set(offer.changes) == {
        "并入　学生阅览座位：220 座", f"并入　教师阅览座位：{NONE}", "不一样　纸质图书：61200 册；63000 册"
    }  # fmt: skip
    assert rows_of(copied.a.workspace) == before


def test_a_computer_that_was_never_met_is_said_to_be_new_once(city: City, tmp_path: Path, own_home: Path) -> None:
    pair = Pair(city, tmp_path / "pair", own_home, copied=False)
    pair.b.fill(books_print="63000")
    assert "第一次收到这台电脑" in pair.a.take(pair.b.copy()).sentence
    pair.b.fill(books_print="64000")
    assert "第一次收到这台电脑" not in pair.a.take(pair.b.copy()).sentence
    pair.close()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_three_copies_end_the_same_in_any_order(copied: Pair, order: tuple[int, int], own_home: Path) -> None:
    """The third sits at the first computer, so that its copy is no different from a stranger's."""
    shutil.copytree(copied.b.workspace.folder, copied.folder / "C")
    with open_workspace(copied.folder / "C") as opened:
        third = Computer(opened, copied.folder / "home-C", "赵敏")
        third.fill(books_print="64000", computers_total="310", seats_teacher="")
        copied.a.fill(books_print="61200", equip_teaching_wan="610")
        copied.b.fill(books_print="63000", seats_student="220")
        paths = [copied.b.copy(), third.copy()]
    for at in order:
        copied.a.take(paths[at])
    names = ("computers_total", "seats_teacher", "equip_teaching_wan", "seats_student", "books_print")
    assert [copied.a.value(name) for name in names] == ["310", "", "610", "220", "61200"]
    [card] = copied.a.open_cards()
    assert {(text, who) for text, who, _at in card.variants} == {
        ("61200 册", "王丽"), ("63000 册", "李强"), ("64000 册", "赵敏")
    }  # fmt: skip


# What differs


def test_what_differs_waits_and_our_own_text_stays(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.exchange()
    assert (copied.a.value("books_print"), copied.b.value("books_print")) == ("61200", "63000")
    for each in (copied.a, copied.b):
        [card] = each.open_cards()
        assert card.name == "纸质图书"
        assert [(text, who) for text, who, at in card.variants if at] == [("61200 册", "王丽"), ("63000 册", "李强")]


def test_a_decision_settles_the_other_side_and_lasts(pair: Pair) -> None:
    pair.a.fill(books_print="61200")
    pair.b.fill(books_print="63000")
    pair.exchange()
    [card] = pair.a.open_cards()
    pair.a.decide(card, "61200 册", reason=" 已与图书馆核对 ")
    assert pair.a.value("books_print") == "61200"
    pair.b.take(pair.a.copy())
    assert pair.b.value("books_print") == "61200"
    for each in (pair.a, pair.b):
        [settled] = cards(each.workspace)
        assert (settled.state, settled.chosen, settled.reason, settled.who) == (
            "decided", "61200 册", "已与图书馆核对", "王丽"
        )  # fmt: skip
    place = pair.b.workspace.folder
    pair.b.workspace.close()
    with open_workspace(place) as again:
        assert [each.state for each in cards(again)] == ["decided"]


def test_the_others_text_may_count_and_goes_into_the_submission(copied: Pair) -> None:
    copied.a.fill(books_print="61200", land_owned="60000")
    copied.b.fill(books_print="63000", land_owned="90亩")
    copied.a.take(copied.b.copy())
    by_name = {each.name: each for each in copied.a.open_cards()}
    assert set(by_name) == {"纸质图书"}, "the same as before is no edit"
    copied.a.decide(by_name["纸质图书"], "63000 册")
    assert (copied.a.value("books_print"), copied.a.value("land_owned")) == ("63000", "90")
    with copied.a.here() as opened:
        posted, _changes = submit(opened, copied.folder / "上报包.vdpkg")
    said = json.loads(verify(posted.path).data())
    assert said["facts"]["books_print"]["text"] == "63000"
    [decision] = said["decisions"]
    assert (decision["place"], decision["reason"]) == (["fact", "this", "books_print"], "已核对原件")


@pytest.mark.parametrize("chosen", ["63000 册", NONE])
def test_an_edit_against_a_deletion_waits(copied: Pair, chosen: str) -> None:
    copied.a.fill(books_print="")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    [card] = copied.a.open_cards()
    assert (card.base, [text for text, _who, _at in card.variants]) == ("60000 册", [NONE, "63000 册"])
    assert copied.a.value("books_print") == ""
    copied.a.decide(card, chosen)
    assert copied.a.value("books_print") == ("63000" if chosen != NONE else "")
    copied.b.take(copied.a.copy())
    assert copied.b.state() == copied.a.state()


def test_a_state_with_a_reason_against_a_figure_waits(copied: Pair) -> None:
    with copied.a.here() as opened:
        set_state(opened, "periodical_kinds", State.UNKNOWN, "在清点")
    copied.b.fill(periodical_kinds="110")
    copied.a.take(copied.b.copy())
    [card] = copied.a.open_cards()
    assert {text for text, _who, _at in card.variants} == {"不清楚：在清点", "110 种"}


def test_last_year_is_a_place_of_its_own(copied: Pair) -> None:
    for each, text in ((copied.a, "1490"), (copied.b, "1480")):
        with each.here() as opened:
            set_figures(opened, {"students_ft": text}, year=figures.LAST)
    copied.a.take(copied.b.copy())
    [card] = copied.a.open_cards()
    assert card.name == "全日制学历教育在校生（上年）"
    copied.a.decide(card, "1480 人")
    assert copied.a.value("students_ft", year=figures.LAST) == "1480"
    assert copied.a.value("students_ft") == "1500"


def test_explanations_that_differ_wait(copied: Pair) -> None:
    for each, text in ((copied.a, "图书在搬迁"), (copied.b, "图书在编目")):
        with each.here() as opened:
            explain(opened, "U07", text)
    copied.a.take(copied.b.copy())
    [card] = copied.a.open_cards()
    assert card.name == "[U07] 的说明"
    assert {(text, who) for text, who, _at in card.variants} == {("图书在搬迁", "王丽"), ("图书在编目", "李强")}
    copied.a.decide(card, "图书在编目")
    assert figures.explanations(copied.a.workspace, desk(copied.a.workspace).round.id, FIRST) == {"U07": "图书在编目"}
    copied.b.take(copied.a.copy())
    assert copied.b.open_cards() == ()


# Tables


@pytest.fixture
def with_majors(city: City, tmp_path: Path, own_home: Path) -> Iterator[Pair]:
    """A copied pair whose table of majors was filled before."""
    set_figures(city.school(), {"majors": json.dumps(MAJORS, ensure_ascii=False)})
    made = Pair(city, tmp_path, own_home, copied=True)
    yield made
    made.close()


THIRD = {"group_code": "74", "major_name": "旅游服务", "students": "100", "teachers_mid_up": "2"}


def test_rows_are_merged_one_by_one(with_majors: Pair) -> None:
    one, two = MAJORS
    with_majors.a.fill_majors({**one, "students": "610"}, two)
    with_majors.b.fill_majors(one, THIRD)
    with_majors.exchange()
    for each in (with_majors.a, with_majors.b):
        assert each.open_cards() == ()
        assert {name: row["students"] for name, row in each.majors().items()} == {
            "机电技术应用": "610",
            "旅游服务": "100",
        }


def test_a_row_that_differs_waits_under_its_name_and_the_rest_is_merged(with_majors: Pair) -> None:
    one, two = MAJORS
    with_majors.a.fill_majors({**one, "students": "610"}, two)
    with_majors.b.fill_majors({**one, "students": "620"}, two, THIRD)
    with_majors.a.take(with_majors.b.copy())
    [card] = with_majors.a.open_cards()
    assert card.name == "各专业情况 › 机电技术应用 66"
    assert all("在校生：6" in text and "专业名称：机电技术应用" in text for text, _who, _at in card.variants)
    assert with_majors.a.majors()["机电技术应用"]["students"] == "610"
    other = next(text for text, _who, _at in card.variants if "在校生：620" in text)
    with_majors.a.decide(card, other)
    assert {name: row["students"] for name, row in with_majors.a.majors().items()} == {
        "机电技术应用": "620", "会计事务": "900", "旅游服务": "100"
    }  # fmt: skip
    with_majors.b.take(with_majors.a.copy())
    assert (with_majors.b.open_cards(), with_majors.b.majors()) == ((), with_majors.a.majors())


def test_a_row_taken_away_against_an_edited_one_waits(with_majors: Pair) -> None:
    one, two = MAJORS
    with_majors.a.fill_majors(two)
    with_majors.b.fill_majors({**one, "students": "620"}, two)
    with_majors.a.take(with_majors.b.copy())
    [card] = with_majors.a.open_cards()
    assert NONE in [text for text, _who, _at in card.variants]
    with_majors.a.decide(card, NONE)
    assert set(with_majors.a.majors()) == {"会计事务"}
    with_majors.b.take(with_majors.a.copy())
    assert set(with_majors.b.majors()) == {"会计事务"}


@pytest.mark.parametrize("cleared_at", ["a", "b"])
def test_a_whole_table_taken_away_goes_unless_the_other_went_on_with_it(with_majors: Pair, cleared_at: str) -> None:
    getattr(with_majors, cleared_at).fill(majors="")
    with_majors.exchange()
    assert (with_majors.a.value("majors"), with_majors.b.value("majors")) == ("", "")


def test_a_table_filled_twice_alike_is_no_conflict(copied: Pair) -> None:
    for each in (copied.a, copied.b):
        each.fill_majors(*MAJORS)
    copied.a.fill_majors(*MAJORS, THIRD)
    copied.exchange()
    assert (copied.a.open_cards(), copied.b.open_cards()) == ((), ())
    assert copied.a.majors() == copied.b.majors()
    assert len(copied.a.majors()) == 3


def test_rows_that_cannot_be_told_apart_are_one_place(with_majors: Pair) -> None:
    with_majors.a.fill_majors(MAJORS[0], MAJORS[0])
    with_majors.b.fill_majors(MAJORS[1], MAJORS[1])
    with_majors.a.take(with_majors.b.copy())
    waiting = with_majors.a.open_cards()
    assert waiting
    assert json.loads(with_majors.a.value("majors")) == [MAJORS[0], MAJORS[0]]
    for each in waiting:
        assert each.name.startswith("各专业情况")


# Evidence, answers to findings


def test_evidence_of_both_is_on_both_with_its_content(copied: Pair) -> None:
    files = {}
    for each, name in ((copied.a, "甲证.pdf"), (copied.b, "乙证.pdf")):
        with each.here() as opened:
            path = pdf(copied.folder, name, content=name.encode())
            files[attach(opened, path, indicator="db22_land")[0]] = path.read_bytes()
    copied.exchange()
    for each in (copied.a, copied.b):
        used = evidence.used(each.workspace, desk(each.workspace).round.id, FIRST)
        assert {one.label for one in used} == {"甲证.pdf", "乙证.pdf"}
        assert {sha: evidence.path_of(each.workspace, sha).read_bytes() for sha in files} == files


def test_evidence_taken_off_on_one_computer_is_taken_off_on_the_other(
    city: City, tmp_path: Path, own_home: Path
) -> None:
    for indicator in ("db22_land", "db22_bldg"):
        attach(city.school(), pdf(tmp_path), indicator=indicator)
    made = Pair(city, tmp_path, own_home, copied=True)
    round_id = desk(made.a.workspace).round.id
    used = evidence.used(made.b.workspace, round_id, FIRST)
    detach(made.b.workspace, next(each for each in used if each.indicator == "db22_land"))
    made.a.take(made.b.copy())
    assert [each.indicator for each in evidence.used(made.a.workspace, round_id, FIRST)] == ["db22_bldg"]
    made.close()


def test_a_copy_without_the_evidence_it_names_is_refused(copied: Pair) -> None:
    with copied.b.here() as opened:
        attach(opened, pdf(copied.folder), indicator="db22_land")
    path = copied.b.copy()
    with copied.b.here() as opened:
        lean = resealed(path, copied.folder / "x.vdpkg", opened, blobs=[])
    before = rows_of(copied.a.workspace)
    [offer] = receive.receive(copied.a.workspace, [lean]).offers
    assert (offer.outcome, offer.reason) == (Outcome.REFUSED, "missing_evidence")
    assert rows_of(copied.a.workspace) == before


def test_answers_to_findings_travel_and_wait_where_they_differ(city: City, tmp_path: Path, own_home: Path) -> None:
    round_id = desk(city.school()).round.id
    with city.school().atomic():
        for at in "12":
            inspection.put_finding(
                city.school(),
                Finding(
                    id=at * 32, round=round_id, unit=FIRST, indicator="db22_land", fact="", problem=f"问题{at}",
                    basis="", advice="", due="", state="not_started", measure="", origin="1",
                ),
            )  # fmt: skip
    made = Pair(city, tmp_path, own_home, copied=True)
    rectify.answer(made.b.workspace, "1", measure="已整改", done=True)
    rectify.answer(made.a.workspace, "2", measure="在办", done=False)
    rectify.answer(made.b.workspace, "2", measure="办完", done=True)
    made.a.take(made.b.copy())
    found = {each.id[0]: (each.state, each.measure) for each in inspection.findings(made.a.workspace, round_id)}
    assert found == {"1": ("claimed_fixed", "已整改"), "2": ("in_progress", "在办")}
    [card] = made.a.open_cards()
    assert (card.name, {text for text, _who, _at in card.variants}) == ("整改措施", {"在办", "办完"})
    made.a.decide(card, "办完")
    found = {each.id[0]: (each.state, each.measure) for each in inspection.findings(made.a.workspace, round_id)}
    assert found["2"] == ("claimed_fixed", "办完")
    made.close()


# Going on


def test_a_decision_is_taken_back_and_done_again(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    copied.a.decide(copied.a.open_cards()[0], "63000 册")
    undo(copied.a.workspace)
    assert (copied.a.value("books_print"), len(copied.a.open_cards())) == ("61200", 1)
    redo(copied.a.workspace)
    assert (copied.a.value("books_print"), len(copied.a.open_cards())) == ("63000", 0)


def test_a_decided_conflict_does_not_come_back_while_nobody_changed_the_place(pair: Pair) -> None:
    pair.a.fill(books_print="61200")
    pair.b.fill(books_print="63000")
    pair.a.take(pair.b.copy())
    pair.a.decide(pair.a.open_cards()[0], "61200 册")
    pair.b.fill(staff_total="130")
    offer = pair.a.take(pair.b.copy())
    assert pair.a.open_cards() == ()
    assert "两边不一样 0 处" in offer.sentence
    assert (pair.a.value("books_print"), pair.a.value("staff_total")) == ("61200", "130")


def test_a_second_merge_asks_nothing_about_what_only_one_went_on_with(pair: Pair) -> None:
    pair.b.fill(books_new="700", staff_total="130")
    pair.a.take(pair.b.copy())
    pair.b.fill(books_new="710")
    pair.a.fill(staff_total="131")
    pair.exchange()
    assert (pair.a.open_cards(), pair.b.open_cards()) == ((), ())
    assert [pair.a.value(name) for name in ("books_new", "staff_total")] == ["710", "131"]
    assert pair.a.state() == pair.b.state()


def test_a_decision_settles_only_what_was_weighed(copied: Pair) -> None:
    """Who decided did not know the text that was typed meanwhile."""
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    copied.a.decide(copied.a.open_cards()[0], "61200 册")
    copied.b.fill(books_print="64500")
    copied.b.take(copied.a.copy())
    assert copied.b.value("books_print") == "64500"
    [card] = copied.b.open_cards()
    assert {text for text, _who, _at in card.variants} == {"61200 册", "64500 册"}


def test_what_was_typed_after_a_decision_arrived_is_newer_than_it(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    copied.a.decide(copied.a.open_cards()[0], "61200 册")
    copied.b.take(copied.a.copy())
    copied.b.fill(books_print="64500")
    copied.a.take(copied.b.copy())
    waits = {text for each in copied.a.open_cards() for text, _who, _at in each.variants}
    assert copied.a.value("books_print") == "64500" or "64500 册" in waits


def test_an_undecided_conflict_waits_on_both_computers(pair: Pair) -> None:
    """Merging over there decides nothing."""
    pair.a.fill(books_print="61200")
    pair.b.fill(books_print="63000")
    pair.b.take(pair.a.copy())
    pair.a.take(pair.b.copy())
    assert (pair.a.value("books_print"), pair.b.value("books_print")) == ("61200", "63000")
    assert [len(each.open_cards()) for each in (pair.a, pair.b)] == [1, 1]


def test_the_newest_of_many_edits_to_and_fro_stays(copied: Pair) -> None:
    for text, mine, other in (("2", "a", "b"), ("3", "b", "a"), ("2", "a", "b"), ("", "b", "a"), ("4", "b", "a")):
        getattr(copied, mine).fill(books_new=text)
        getattr(copied, other).take(getattr(copied, mine).copy())
        assert (copied.a.value("books_new"), copied.b.value("books_new")) == (text, text)
        assert (copied.a.open_cards(), copied.b.open_cards()) == ((), ())


def test_what_is_typed_while_a_conflict_waits_is_not_lost_by_the_decision(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    copied.a.fill(books_print="62000")
    path = copied.b.copy()
    copied.a.take(path)
    [card] = copied.a.open_cards()
    assert {text for text, _who, _at in card.variants} == {"61200 册", "62000 册", "63000 册"}


def test_the_same_copy_is_taken_once_and_ones_own_is_known(copied: Pair) -> None:
    copied.b.fill(books_new="700")
    path, own = copied.b.copy(), copied.a.copy()
    copied.a.take(path)
    before = rows_of(copied.a.workspace)
    with copied.a.here() as opened:
        offers = receive.receive(opened, [path, own]).offers
    assert [each.outcome for each in offers] == [Outcome.KNOWN, Outcome.KNOWN]
    assert rows_of(copied.a.workspace) == before


def test_a_submission_of_the_other_computer_is_merged_like_a_copy(copied: Pair) -> None:
    copied.b.fill(seats_student="220")
    with copied.b.here() as opened:
        submit(opened, copied.folder / "乙报.vdpkg")
    copied.a.take(copied.folder / "乙报.vdpkg")
    assert copied.a.value("seats_student") == "220"


# What is refused


def test_a_journal_with_a_gap_or_an_edit_is_refused(copied: Pair) -> None:
    copied.b.fill(seats_student="220")
    path = copied.b.copy()
    verified = verify(path)
    entry = json.loads(verified.data())["journal"]
    lines = (verified.blob(entry["sha256"]) or b"").split(b"\n")
    import hashlib

    for changed in (
        lines[:-1], lines[1:], [*lines[:3], *lines[4:]], [*lines[:-1], lines[-1].replace(b"220", b"230")],
        [*lines[:2], lines[3], lines[2], *lines[4:]], [*lines, lines[-1]], [*lines[:-1], b"null"], [*lines[:-1], b"{}"],
    ):  # fmt: skip
        blob = b"\n".join(changed)

        def edit(body: dict[str, Any], blob: bytes = blob, count: int = len(changed)) -> None:
            body["journal"] = {"sha256": hashlib.sha256(blob).hexdigest(), "rows": count}

        with copied.b.here() as opened:
            forged = resealed(path, copied.folder / "x.vdpkg", opened, edit=edit, blobs=[blob])
        [offer] = receive.receive(copied.a.workspace, [forged]).offers
        assert (offer.outcome, offer.reason) == (Outcome.REFUSED, "journal")


def test_a_decision_needs_a_conflict_a_number_and_a_reason(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.a.take(copied.b.copy())
    [card] = copied.a.open_cards()
    before = rows_of(copied.a.workspace)
    for id_, number, reason, code in (
        (card.id, 0, "x", "no_variant"), (card.id, 3, "x", "no_variant"), (card.id, 1, " ", "no_reason"),
        ("", 1, "x", "no_conflict"), ("zz", 1, "x", "no_conflict"),
    ):  # fmt: skip
        with pytest.raises(KnownError) as caught:
            conflicts.decide(copied.a.workspace, id_, number, reason=reason)
        assert caught.value.code == code
    assert rows_of(copied.a.workspace) == before
    copied.a.decide(card, "61200 册")
    with pytest.raises(KnownError) as caught:
        conflicts.decide(copied.a.workspace, card.id, 2, reason="x")
    assert caught.value.code == "no_conflict"


def test_only_a_school_makes_copies_and_decides(city: City, tmp_path: Path) -> None:
    for act in (
        lambda: copies.export_copy(city.bureau, tmp_path / "x.vdpkg"),
        lambda: conflicts.decide(city.bureau, "x", 1, reason="x"),
    ):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "wrong_role"
    assert not (tmp_path / "x.vdpkg").exists()


def test_a_copy_is_for_its_own_school_and_not_for_the_bureau(city: City, tmp_path: Path) -> None:
    posted, _changes = copies.export_copy(city.school(), tmp_path / "x.vdpkg")
    offers = [receive.receive(each, [posted.path]).offers[0] for each in (city.school(SECOND), city.bureau)]
    assert [each.reason for each in offers] == ["not_our_school", "wrong_kind"]
    assert keys(city.school()).fingerprint == verify(posted.path).fingerprint


# Taken back


def test_a_merge_is_taken_back_as_a_whole(copied: Pair) -> None:
    round_id = desk(copied.a.workspace).round.id
    copied.a.fill(books_print="61200")
    before = copied.a.state()
    copied.b.fill(books_print="63000", seats_student="220", seats_teacher="")
    with copied.b.here() as opened:
        explain(opened, "U07", "图书在编目")
        attach(opened, pdf(copied.folder), indicator="db22_land")
        set_figures(opened, {"students_ft": "1480"}, year=figures.LAST)
    path = copied.b.copy()
    copied.a.take(path)
    assert copied.a.state() != before
    sentence, _changes = undo_import(copied.a.workspace, short_code(verify(path).hash))
    assert "已撤销接收：工作副本" in sentence
    assert copied.a.state()[0] == before[0]
    assert copied.a.state()[1] == before[1], "explanations"
    assert copied.a.state()[2] == before[2], "evidence"
    assert copied.a.open_cards() == (), "the conflicts it brought"
    assert journal.broken_at(copied.a.workspace) is None
    assert figures.explanations(copied.a.workspace, round_id, FIRST).get("U07", "") == ""


def test_figures_of_a_merge_are_taken_back_and_may_come_again(copied: Pair) -> None:
    copied.b.fill(seats_student="220", seats_teacher="")
    path = copied.b.copy()
    for _each in range(2):
        copied.a.take(path)
        assert (copied.a.value("seats_student"), copied.a.value("seats_teacher")) == ("220", "")
        undo_import(copied.a.workspace)
        assert (copied.a.value("seats_student"), copied.a.value("seats_teacher")) == ("200", "30")


def test_a_merge_stays_where_a_figure_of_it_was_edited_since(copied: Pair) -> None:
    copied.b.fill(seats_student="220", seats_teacher="33")
    copied.a.take(copied.b.copy())
    copied.a.fill(seats_student="221")
    before = rows_of(copied.a.workspace)
    with pytest.raises(KnownError) as caught:
        undo_import(copied.a.workspace)
    assert caught.value.code == "cannot_undo"
    assert "“学生阅览座位”又改过" in caught.value.sentence
    assert rows_of(copied.a.workspace) == before
    copied.a.fill(seats_student="220")
    undo_import(copied.a.workspace)
    assert (copied.a.value("seats_student"), copied.a.value("seats_teacher")) == ("200", "30")


def test_a_merge_taken_back_before_an_edit_and_taken_again_may_be_taken_back_again(copied: Pair) -> None:
    copied.b.fill(seats_student="220", seats_teacher="33")
    path = copied.b.copy()
    copied.a.take(path)
    undo_import(copied.a.workspace)
    copied.a.fill(seats_student="230")
    copied.a.take(path)
    undo_import(copied.a.workspace)
    assert (copied.a.value("seats_student"), copied.a.value("seats_teacher")) == ("230", "30")


def test_a_merge_that_brought_a_decision_is_taken_back(copied: Pair) -> None:
    copied.a.fill(books_print="61200")
    copied.b.fill(books_print="63000")
    copied.exchange()
    copied.a.decide(copied.a.open_cards()[0], "61200 册")
    copied.b.take(copied.a.copy())
    assert (copied.b.value("books_print"), copied.b.open_cards()) == ("61200", ())
    assert [each.why_not for each in imports(copied.b.workspace)][:1] == [""]
    undo_import(copied.b.workspace)
    assert copied.b.value("books_print") == "63000"
    assert len(copied.b.open_cards()) == 1
