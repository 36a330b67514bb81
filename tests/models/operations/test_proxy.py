"""代录: a school's figures entered by the bureau, marked, never replaced silently; and another day of receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import rows_of
from tests.models.operations.workbooks import form, workbook
from vetdesk.models.operations import decide, demo_city, proxy, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import exchange


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """What the first school filled in by hand."""
    made = demo_city.schools(1, 5)[0]
    assert made.code == FIRST
    demo_city.write_workbook(made, made.facts, tmp_path / "学校填好的表.xlsx")
    return tmp_path / "学校填好的表.xlsx"


def current(city: City, unit: str = FIRST) -> exchange.Submission:
    """The submission that counts."""
    found = exchange.current_submission(city.bureau, desk(city.bureau).round.id, unit)
    assert found is not None
    return found


def test_figures_come_in_marked_confirmed_and_with_the_stamped_scan(city: City, book: Path, tmp_path: Path) -> None:
    taken, _changes = proxy.enter(city.bureau, FIRST, [book], stamped=pdf(tmp_path, "盖章件.pdf"))
    assert (len(taken.taken), taken.rejected, taken.open_labels) == (27, (), ())
    held = current(city)
    assert (held.state, held.seq) == ("received", 1)
    found = school_file(city.bureau, FIRST)
    assert found.proxies == {held.hash}
    assert found.body is not None
    assert [each.label.endswith("盖章件.pdf") for each in found.body.evidence] == [True]
    assert any("代录" in what for _at, _who, what in found.history)
    decide.accept(city.bureau, FIRST)
    assert current(city).state == "accepted"


@pytest.mark.parametrize("known", [True, False])
def test_the_school_s_own_waits_until_the_officer_chooses(
    city: City, book: Path, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """Whether its computer is known already (it was used here before) or not."""
    proxy.enter(city.bureau, FIRST, [book])
    entered = current(city)
    computer = own_home if known else tmp_path / "another computer"

    def sent() -> Path:
        monkeypatch.setenv("VETDESK_HOME", str(computer))
        made = city.submission()
        monkeypatch.setenv("VETDESK_HOME", str(own_home))
        return made

    own = sent()
    [offer] = receive.receive(city.bureau, [own]).offers
    assert "主管部门代录的" in offer.sentence
    assert current(city) == entered
    with pytest.raises(KnownError, match="请先决定采用哪一版"):
        proxy.enter(city.bureau, FIRST, [book])
    [waiting] = decide.waiting(city.bureau, FIRST)
    assert waiting.state == ("waiting" if known else "unconfirmed")
    decide.confirm_identity(city.bureau, FIRST, who="科长", digits=decide.digits_of(city.bureau, waiting.key))
    assert current(city) == entered, "to compare the digits is not to choose"
    assert [(each.hash, each.state) for each in decide.waiting(city.bureau, FIRST)] == [(waiting.hash, "waiting")]
    decide.adopt(city.bureau, FIRST, waiting.hash, reason="学校自己报的更全")
    assert (current(city).hash, decide.waiting(city.bureau, FIRST)) == (waiting.hash, [])
    set_figures(city.school(), {"books_print": "70002"})
    assert receive.receive(city.bureau, [sent()]).taken == 1
    assert current(city).seq == 2, "once the school's own counts, its next replaces it"


def test_a_correction_goes_on_in_the_same_workspace_and_replaces_the_one_before(city: City, book: Path) -> None:
    proxy.enter(city.bureau, FIRST, [book])
    first = current(city)
    with proxy.opened_proxy(city.bureau, FIRST) as school:
        set_figures(school, {"books_print": "70000"})
    proxy.enter(city.bureau, FIRST, [book])
    assert (current(city).seq, current(city).key) == (2, first.key)
    with proxy.opened_proxy(city.bureau, FIRST) as school:
        set_figures(school, {"books_print": "70001"})
        posted, _changes = submit(school, book.with_name("更正.vdpkg"))
    assert receive.receive(city.bureau, [posted.path]).taken == 1
    assert decide.declared(current(city))["books_print"].text == "70001"
    assert school_file(city.bureau, FIRST).proxies >= {current(city).hash}


def test_the_gates_are_the_same_and_nothing_is_received_where_they_refuse(city: City, tmp_path: Path) -> None:
    rows = [("指标", "计量单位", "代码", "数量"), ("专任教师", "人", 1, 50), ("专业课教师", "人", 2, 60)]
    book = workbook(tmp_path / "表.xlsx", {"表": form("教基9999", *rows, code=FIRST)})
    with pytest.raises(KnownError, match=r"不能上报.*留在代录的工作台"):
        proxy.enter(city.bureau, FIRST, [book])
    assert exchange.submissions(city.bureau, desk(city.bureau).round.id) == []
    with proxy.opened_proxy(city.bureau, FIRST) as school:
        assert standing(school).assessment.entries["teachers_prof"].text == "60", (
            "what was taken is there to be completed"
        )
    with pytest.raises(KnownError, match="没有能取用的数"):
        proxy.enter(city.bureau, FIRST, [workbook(tmp_path / "空.xlsx", {"表": [("无",)]})])


def test_a_school_that_reported_by_itself_is_not_entered(city: City, book: Path) -> None:
    city.received()
    before = rows_of(city.bureau)
    with pytest.raises(KnownError, match="已经自己上报过"):
        proxy.enter(city.bureau, FIRST, [book])
    assert rows_of(city.bureau) == before
    with pytest.raises(KnownError, match="的报表，没有取用"):
        proxy.enter(city.bureau, SECOND, [book])
    with pytest.raises(KnownError):
        proxy.enter(city.bureau, "3641999999", [book])


def test_a_lost_archive_is_said(city: City, book: Path) -> None:
    for each in (city.bureau.folder / "outbox").glob("campaign-*"):
        each.unlink()
    with pytest.raises(KnownError, match="找不到这次任务的任务包"):
        proxy.enter(city.bureau, FIRST, [book])


def test_another_day_of_receipt(city: City) -> None:
    city.received()
    decide.set_received(city.bureau, FIRST, "2026-09-30", reason="U 盘国庆前送到")
    assert current(city).received == "2026-09-30"
    assert any("改收到日期：U 盘国庆前送到" in what for _at, _who, what in school_file(city.bureau, FIRST).history)
    for day, reason, said in (("2999-01-01", "x", "今天以前"), ("30.9.", "x", "今天以前"), ("2026-09-29", " ", "原因")):
        with pytest.raises(KnownError, match=said):
            decide.set_received(city.bureau, FIRST, day, reason=reason)
    assert current(city).received == "2026-09-30"
