"""A bureau's whole round: thirty files in a folder, five of them bad; receipts, two returns, resubmission, acceptance."""

from __future__ import annotations

from pathlib import Path

from tests.factory import FIRST, GOOD, SECOND, City, pdf
from tests.journeys.person import Person
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.rollup.reminders import Choice
from vetdesk.models.store import exchange, register
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.pages.bureau.inbox import InboxPage
from vetdesk.ui.pages.bureau.overview import OverviewPage
from vetdesk.ui.pages.bureau.school import BureauSchoolPage

CODES = (FIRST, SECOND, *(f"36419901{at:02d}" for at in range(23)))


def sticks(city: City, folder: Path) -> Path:
    """A folder with a file of each of 25 schools, and five that are no good."""
    folder.mkdir()
    with city.bureau.atomic():
        more = [register.UnitRecord(code, f"第{code[-2:]}校（虚构）", "school", "411422", "365") for code in CODES[2:]]
        register.put_units(city.bureau, more)
    for code in (FIRST, SECOND):
        city.submission(code).replace(folder / f"{code}.vdpkg")
    task = read_campaign(city.campaign)
    for code in CODES[2:]:
        with open_campaign(city.folder / f"school-{code}", task, unit=code, filler="填报") as school:
            books = "45500" if code == CODES[-1] else str(60_000 + 100 * int(code[-2:]))
            set_figures(school, {**GOOD, "books_print": books})
            submit(school, folder / f"{code}.vdpkg")
    good = (folder / f"{FIRST}.vdpkg").read_bytes()
    (folder / "断了.vdpkg").write_bytes(good[: len(good) // 2])
    (folder / "改过.vdpkg").write_bytes(good[:-300] + bytes([good[-300] ^ 1]) + good[-299:])
    (folder / "假期.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5000))
    (folder / "任务包.vdpkg").write_bytes(city.campaign.read_bytes())
    pdf(folder, "通知.pdf")
    return folder


def returned(person: Person, unit: str, reason: str) -> None:
    """Return a figure of a school with one of the usual reasons."""
    desk = person.window.desk
    assert desk is not None
    desk.show_school(unit)  # type: ignore[attr-defined]
    person.wait()
    page = person.shown(BureauSchoolPage)
    names = [page.table.rows.item(at, 0).text for at in range(page.table.rows.rowCount())]
    page.table.choose(names.index("纸质图书"))
    [act] = [each for each in page.phrases.menu().actions() if reason in each.text()]
    act.trigger()
    person.press("退回修改…")
    person.wait()


def test_a_round_from_thirty_files_to_acceptance(person: Person, city: City, tmp_path: Path) -> None:
    folder = sticks(city, tmp_path / "U盘")
    places = {code: city.school(code).folder for code in (FIRST, SECOND)}
    bureau = city.bureau.folder
    city.close()
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("收件")
    inbox = person.shown(InboxPage)
    inbox.take_files([folder])
    person.wait()
    assert inbox.said.text() == "可以接收 25 个　待核对身份 25 个（先接收，以后核对）　没有接收 5 个"
    refused = {each.file: each.reason for each in inbox._offers if each.reason}
    assert refused == {
        "断了.vdpkg": "truncated", "改过.vdpkg": "altered", "假期.jpg": "not_ours", "任务包.vdpkg": "wrong_kind",
        "通知.pdf": "not_ours",
    }  # fmt: skip
    person.press("接收 25 个")
    person.wait()
    assert "已接收 25 个" in inbox.said.text()
    person.go("总览")
    overview = person.shown(OverviewPage)
    overview.choice.setCurrentIndex(list(Choice).index(Choice.FAR))
    assert [overview.table.rows.item(at, 0).text for at in range(overview.table.rows.rowCount())] == ["第22校（虚构）"]
    assert any("▼" in overview.table.rows.item(0, column).text for column in range(3, 12))
    overview.choice.setCurrentIndex(0)
    assert overview.table.rows.rowCount() == 25
    for code in (FIRST, SECOND):
        returned(person, code, "佐证材料看不清")
    person.go("收件")
    person.will_save_as(tmp_path / "回执.vdpkg")
    person.press("生成回执…")
    person.wait()
    person.window.leave_workspace()
    person.wait()
    with open_workspace(bureau) as here:
        for code in (FIRST, SECOND):
            key = decide.current(here, code).key
            decide.confirm_identity(here, code, who="科长", digits=decide.digits_of(here, key))
    for place in places.values():
        with open_workspace(place) as school:
            [offer] = receive.receive(school, [tmp_path / "回执.vdpkg"]).offers
            assert "退回修改 1 项" in offer.sentence
            set_figures(school, {"books_print": "61000"})
    city = City(city.folder)
    new = [city.submission(code) for code in (FIRST, SECOND)]
    city.close()
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("收件")
    inbox = person.shown(InboxPage)
    inbox.take_files(new)
    person.wait()
    person.press("接收 2 个")
    person.wait()
    for code in (FIRST, SECOND):
        assert person.window.desk is not None
        person.window.desk.show_school(code)  # type: ignore[attr-defined]
        person.wait()
        page = person.shown(BureauSchoolPage)
        assert "佐证材料看不清，请重新拍照或扫描。" in [each.text() for each in page.phrases.menu().actions()][:1]
        person.press("通过")
        person.wait()
    person.window.close()
    with open_workspace(bureau) as here:
        held = exchange.current_submissions(here, register.newest_round(here))
    assert len(held) == 25
    assert {code: (each.seq, each.state) for code, each in held.items() if each.seq == 2} == {
        FIRST: (2, "accepted"), SECOND: (2, "accepted")
    }  # fmt: skip
