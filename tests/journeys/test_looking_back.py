"""The officer finds who misses most, counts by accepted figures, looks back at last year, and says whom to call."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox

from tests.factory import FIRST, NINE, SECOND, City
from tests.journeys.person import Person
from vetdesk.models.operations import decide, demo_city, proxy, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.school_file import SchoolFile
from vetdesk.models.records.facts import Entry, Stage, State
from vetdesk.models.rollup.reminders import Choice
from vetdesk.models.store import figures, register
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.register import UnitRecord
from vetdesk.ui.desks.bureau_desk import BureauDesk
from vetdesk.ui.pages.bureau.inbox import InboxPage
from vetdesk.ui.pages.bureau.overview import OverviewPage
from vetdesk.ui.pages.bureau.school import BureauSchoolPage
from vetdesk.ui.pages.bureau.school_dialog import SchoolDialog, compared_first


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """2026: both schools reported; the first was accepted with fewer books than it declared. 2027 has begun; a third came."""
    city = City(tmp_path / "city")
    here = city.bureau
    for code in (FIRST, SECOND):
        city.received(code)
        decide.confirm_identity(here, code, who="经办", digits=decide.digits_of(here, decide.current(here, code).key))
    with here.atomic():
        found = {"books_print": Entry(State.GIVEN, "100")}
        figures.write(here, desk(here).round.id, FIRST, found, stage=Stage.VERIFIED)
    decide.accept(here, FIRST)
    publish(here, RoundPlan((NINE,), "2027", "2099-12-31"), tmp_path / "下一年.vdpkg")
    with here.atomic():
        head = UnitRecord(
            "3641990077",
            "丙校（虚构）",
            district="411422",
            run_type="366",
            ownership="民办",
            contact_name="丙填",
            head_name="丙长",
        )
        register.put_units(here, [head])
    city.close()
    return here.folder


def names(overview: OverviewPage) -> list[str]:
    """The schools the table shows."""
    model = overview.table.model()
    return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def counting(desk_: BureauDesk) -> Submission:
    """The submission of the first school that counts, as it was stored last."""
    held: tuple[Submission, ...] = desk_.view.submissions
    return next(each for each in held if each.unit == FIRST and each.current)


def choose(box: QComboBox, key: str) -> None:
    """What a person chooses in a box."""
    at = box.findData(key)
    assert at >= 0, [box.itemData(each) for each in range(box.count())]
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_last_year_is_looked_at_and_nothing_is_decided_in_it(person: Person, bureau: Path) -> None:
    person.window.opening.open_folder(bureau)
    person.wait()
    overview = person.shown(OverviewPage)
    assert names(overview) == ["甲校（虚构）", "乙校（虚构）", "丙校（虚构）"]
    last = overview.round.itemData(1)
    choose(overview.round, last)
    person.wait()
    assert "以前的任务，只能看" in person.reads()
    assert names(overview) == ["甲校（虚构）", "乙校（虚构）"]
    assert (
        "按申报值达标 2 所（有申报值的 2 所），按核实值达标 0 所（有核实值的 1 所），按审定值达标 0 所"
        in person.reads()
    )
    overview.stage.setCurrentIndex(list(Stage).index(Stage.ACCEPTED))
    person.wait()
    assert "以上按审定值计算" in person.reads()
    assert "全市还差：图书" in person.reads()
    overview.choice.setCurrentIndex(list(Choice).index(Choice.WORST))
    person.wait()
    assert names(overview) == ["甲校（虚构）"]
    written = person.will_save_as(bureau.parent / "去年.xlsx")
    person.press("导出 Excel")
    person.wait()
    assert written.is_file()
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.show_school(FIRST)
    person.wait()
    school = person.shown(BureauSchoolPage)
    assert "2026 年度达标自评：以前的任务，只能看" in person.reads()
    assert "9 项全部达标" in person.reads()
    assert not school.accept.isEnabled()
    assert not school.give_back.isEnabled()
    assert not school.correct.isVisible()
    desk_.refresh()
    person.wait()
    assert school.earlier, "what is drawn anew is not this year's"
    person.press("‹ 返回总览")
    choose(overview.round, str(overview.round.itemData(0)))
    overview.choice.setCurrentIndex(0)
    person.wait()
    assert names(overview) == ["甲校（虚构）", "乙校（虚构）", "丙校（虚构）"]
    desk_.show_school(FIRST)
    person.wait()
    assert "2027" in school.desk.round.title
    assert "还没有上报" in person.reads()


def test_filters_and_whom_to_call(person: Person, bureau: Path) -> None:
    person.window.opening.open_folder(bureau)
    person.wait()
    overview = person.shown(OverviewPage)
    choose(overview.county, "411422")
    assert names(overview) == ["丙校（虚构）"]
    choose(overview.county, "")
    choose(overview.kind, "nature 民办")
    assert names(overview) == ["丙校（虚构）"]
    choose(overview.kind, "type 365")
    assert "丙校（虚构）" not in names(overview)
    choose(overview.kind, "")
    person.type("睢县", into=overview._search)
    person.wait()
    assert names(overview) == ["丙校（虚构）"], "a county's name finds its schools"
    overview._search.clear()
    overview.role.setCurrentIndex(1)
    person.press("复制名单")
    said = QApplication.clipboard().text()
    assert "丙校（虚构） 未上报 丙长" in said
    assert "丙填" not in said
    model = overview.table.model()
    assert str(model.index(0, model.columnCount() - 1).data()) == "2099-12-31"


def test_the_message_beside_a_reply_and_a_return_that_is_withdrawn(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(tmp_path / "city")
    city.received()
    here = city.bureau
    decide.confirm_identity(here, FIRST, who="经办", digits=decide.digits_of(here, decide.current(here, FIRST).key))
    decide.return_figures(here, FIRST, {"books_print": "请核对"})
    folder = here.folder
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    person.go("收件")
    inbox = person.shown(InboxPage)
    person.will_save_as(tmp_path / "回复.vdpkg")
    person.press("生成回执")
    person.wait()
    assert inbox.made.text()
    person.press("复制通知文字")
    said = QApplication.clipboard().text()
    assert "文件“回复.vdpkg”" in said
    assert "请按退回意见修改后再报：甲校（虚构）。" in said
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.show_school(FIRST)
    person.wait()
    assert "已退回：纸质图书：请核对" in person.reads()
    answers = iter([QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes])
    monkeypatch.setattr(QMessageBox, "question", lambda *_details: next(answers))
    person.press("通过")
    person.wait()
    assert counting(desk_).state == "returned"
    person.press("通过")
    person.wait()
    assert "退回意见已收回" in person.window.strip.text
    assert counting(desk_).state == "accepted"


def test_comparing_the_digits_leaves_what_was_entered_here(
    person: Person, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window's “same” is no choice: the school's own version goes on waiting."""
    city = City(tmp_path / "city")
    made = demo_city.schools(1, 5)[0]
    demo_city.write_workbook(made, made.facts, tmp_path / "学校填好的表.xlsx")
    assert city.campaign.is_file()
    proxy.enter(city.bureau, FIRST, [tmp_path / "学校填好的表.xlsx"])
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "another computer"))
    sent = city.submission()
    monkeypatch.setenv("VETDESK_HOME", str(own_home))
    assert receive.receive(city.bureau, [sent]).taken == 1
    folder = city.bureau.folder
    entered = decide.current(city.bureau, FIRST).hash
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.show_school(FIRST)
    person.wait()
    person.press("一样")
    person.wait()
    assert "已核对身份。还有 1 个版本在等候" in person.window.strip.text
    assert "第 1 版在等候" in person.reads()
    assert counting(desk_).hash == entered
    assert "已接收（代录）" in person.reads()
    person.press("‹ 返回总览")
    overview = person.shown(OverviewPage)
    assert str(overview.table.model().index(0, 1).data()) == "已接收（代录）"


def test_one_page_is_seen_wherever_a_school_is_opened_from(person: Person, bureau: Path) -> None:
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("收件")
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.show_school(FIRST)
    person.wait()
    pages = person.window.pages
    assert [type(pages.widget(at)) for at in range(pages.count()) if pages.widget(at).isVisible()] == [BureauSchoolPage]
    person.window.side.setFocus()
    person.wait()
    person.shown(BureauSchoolPage)
    first = person.window.side.item(0)
    person.window.side.itemClicked.emit(first)  # it is chosen already: nothing else would tell the press
    person.wait()
    person.shown(OverviewPage)


def test_another_round_begins_while_the_newest_is_looked_at(person: Person, bureau: Path) -> None:
    person.window.opening.open_folder(bureau)
    person.wait()
    overview = person.shown(OverviewPage)
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.publish(RoundPlan((NINE,), "2028", "2099-12-31"), bureau.parent / "再下一年.vdpkg")
    person.wait()
    assert overview.shown is not None
    assert overview.shown.desk is not None
    assert overview.shown.desk.round.period == "2028"
    assert (overview.round.currentIndex(), overview.round.currentText()) == (0, "2028 年度达标自评")
    choose(overview.round, str(overview.round.itemData(2)))
    person.wait()
    desk_.publish(RoundPlan((NINE,), "2029", "2099-12-31"), bureau.parent / "更下一年.vdpkg")
    person.wait()
    assert overview.shown.desk.round.period == "2026", "who looks back goes on to do so"
    assert "以前的任务，只能看" in person.reads()


def test_the_version_before_is_compared_first(person: Person, bureau: Path) -> None:
    """Nothing came this year: last year's version is there, and compared with nothing."""
    person.window.opening.open_folder(bureau)
    person.wait()
    desk_ = person.window.desk
    assert isinstance(desk_, BureauDesk)
    desk_.show_school(FIRST)
    person.wait()
    person.press("各版比较")
    dialog = next(each for each in person.window.findChildren(SchoolDialog) if each.isVisible())
    assert (dialog.first.count(), dialog.first.currentData()) == (1, dialog.second.currentData())
    assert "只收到一版" in dialog.same.text()
    held = [
        Submission(str(at), "r", FIRST, at, "", state, "", "", at == 2)
        for at, state in ((3, "waiting"), (2, "received"))
    ]
    old = [("2025", Submission(str(at), "q", FIRST, at, "", "", "", "", at == 4)) for at in (5, 4)]
    assert compared_first(SchoolFile(FIRST, versions=tuple(held), earlier=tuple(old))) == (3, 1)
    assert compared_first(SchoolFile(FIRST, versions=tuple(held))) == (0, 1)
    assert compared_first(SchoolFile(FIRST, earlier=tuple(old))) == (1, 0)
