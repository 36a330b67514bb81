"""A round that changes: what schools go by is the newest word of the bureau, whatever kind of file it came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, SETUP, City
from tests.models.operations.forge import resealed, rows_of
from vetdesk.models.operations import amend, receive
from vetdesk.models.operations.confirm_threshold import Confirmation, confirm
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.recovery import hand_back, opened_recovery, recover
from vetdesk.models.operations.send_standard import send_standard
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.upgrade_pack import downgrade
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.read import verify

ABOUT = Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", article="第三条", cmp="<=")


def taken(workspace: Workspace, *paths: Path) -> list[str]:
    """What becomes of files."""
    return [each.reason or each.outcome.value for each in receive.receive(workspace, list(paths)).offers]


def amendment(city: City, name: str = "调整.vdpkg") -> Path:
    """A change of the round."""
    return amend.amend(city.bureau, city.folder / name)[0].path


def standard(city: City, name: str = "标准.vdpkg") -> Path:
    """An update of standards alone."""
    return send_standard(city.bureau, city.folder / name)[0].path


def goes_by(workspace: Workspace) -> dict[str, str]:
    """The version of each standard."""
    return {each.id: each.version for each in desk(workspace).packs}


def typed(school: Workspace) -> tuple[object, ...]:
    """What the school wrote."""
    round_id = desk(school).round.id
    years = [figures.read(school, round_id, FIRST, year=year) for year in (figures.THIS, figures.LAST)]
    return years, figures.explanations(school, round_id, FIRST)


def without(city: City, code: str) -> None:
    """Take a school out of the register."""
    with city.bureau.atomic():
        city.bureau.db.table("unit").delete(code)


def test_a_corrected_standard_comes_along_and_nothing_typed_is_lost(city: City) -> None:
    school = city.school()
    set_figures(school, {"students_ft": "1490"}, year=figures.LAST)
    explain(school, "U07", "图书已清点")
    before = typed(school)
    confirm(city.bureau, ABOUT)
    amend.set_deadline(city.bureau, "2099-06-30")
    path = amendment(city)
    [offer] = receive.receive(school, [path], dry_run=True).offers
    assert "截止日期 2099-12-31 → 2099-06-30" in offer.sentence
    assert "1 处变化" in offer.sentence or "更新为" in offer.sentence
    assert taken(school, path) == ["taken"]
    assert goes_by(school) == goes_by(city.bureau)
    assert typed(school) == before
    assert taken(city.bureau, city.submission()) == ["taken"]


@pytest.mark.parametrize("together", [True, False])
def test_an_update_of_standards_older_than_an_amendment_takes_nothing_back(city: City, together: bool) -> None:
    school = city.school()
    before = goes_by(school)
    confirm(city.bureau, ABOUT)
    older = standard(city)
    downgrade(city.bureau)
    newer = amendment(city)
    for paths in ([newer, older],) if together else ([newer], [older]):
        receive.receive(school, paths)
    assert goes_by(school) == goes_by(city.bureau) == before


@pytest.mark.parametrize("together", [True, False])
def test_an_amendment_older_than_an_update_of_standards_takes_nothing_back(city: City, together: bool) -> None:
    school = city.school()
    older = amendment(city)
    confirm(city.bureau, ABOUT)
    newer = standard(city)
    for paths in ([newer, older],) if together else ([newer], [older]):
        receive.receive(school, paths)
    assert goes_by(school) == goes_by(city.bureau)


def test_amendments_in_one_batch_end_with_the_newest(city: City) -> None:
    paths = []
    for number, date in enumerate(("2099-03-01", "2099-01-01", "2099-02-01")):
        amend.set_deadline(city.bureau, date)
        paths.append(amendment(city, f"{number}.vdpkg"))
    assert taken(city.school(), *paths[::-1]) == ["taken"] * 3
    assert desk(city.school()).round.deadline == "2099-02-01"


def test_a_deadline_may_be_brought_back(city: City) -> None:
    school = city.school()
    for number, (date, scope) in enumerate((("2099-01-01", "school"), ("2099-12-31", "school"))):
        amend.set_deadline(city.bureau, date, scope=scope, id_=FIRST)
        assert taken(school, amendment(city, f"{number}.vdpkg")) == ["taken"]
        assert desk(school).round.deadline == date


def test_an_amendment_without_change_says_so(city: City) -> None:
    [offer] = receive.receive(city.school(), [amendment(city)], dry_run=True).offers
    assert "对本校没有变化" in offer.sentence


def test_a_school_taken_out_is_told_and_keeps_its_work(city: City) -> None:
    school = city.school()
    before = typed(school)
    without(city, FIRST)
    path = amendment(city)
    [offer] = receive.receive(school, [path]).offers
    assert offer.outcome is receive.Outcome.TAKEN
    assert "不再有本校" in offer.sentence
    assert typed(school) == before
    assert [each.code for each in register.units(school)] == [FIRST]
    assert taken(city.school(SECOND), path) == ["taken"]
    assert taken(city.bureau, city.submission()) == ["unknown_unit"]


def test_a_school_added_later_starts_from_the_amendment(city: City, tmp_path: Path) -> None:
    with city.bureau.atomic():
        register.put_units(
            city.bureau, [UnitRecord("3641990003", "丙校（虚构）", "school", "411402", "365", "", "1992")]
        )
    amend.set_deadline(city.bureau, "2099-06-30")
    path = amendment(city)
    with pytest.raises(KnownError) as caught:
        open_campaign(tmp_path / "no", read_campaign(city.campaign), unit="3641990003")
    assert caught.value.code == "no_unit"
    with open_campaign(tmp_path / "third", read_campaign(path), unit="3641990003", filler="新来的") as school:
        assert desk(school).round.id == desk(city.bureau).round.id
        assert desk(school).round.deadline == "2099-06-30"
        assert desk(school).round.bureau_name == desk(city.bureau).round.bureau_name
        submit(school, tmp_path / "x.vdpkg", with_errors="试")
        assert taken(city.bureau, tmp_path / "x.vdpkg") == ["taken"]
        amend.set_deadline(city.bureau, "2099-07-31")
        assert taken(school, path, amendment(city, "下一个.vdpkg"))[1] == "taken"
        assert desk(school).round.deadline == "2099-07-31"


def test_only_the_rounds_bureau_changes_it(city: City, tmp_path: Path) -> None:
    school = city.school()
    path = amendment(city)
    before = rows_of(school)
    stranger = resealed(path, tmp_path / "x.vdpkg", city.school(SECOND))
    elsewhere = resealed(path, tmp_path / "y.vdpkg", city.bureau, cycle="another")
    assert taken(school, stranger, elsewhere) == ["unknown_sender", "other_round"]
    assert rows_of(school) == before
    assert taken(city.bureau, path) != ["taken"]
    with pytest.raises(KnownError) as caught:
        amend.amend(school, tmp_path / "z.vdpkg")
    assert caught.value.code == "wrong_role"


def test_the_newest_amendment_is_what_the_bureau_goes_by_itself(city: City) -> None:
    amend.set_deadline(city.bureau, "2099-06-30", scope="county", id_="411402")
    amend.set_deadline(city.bureau, "2099-05-31")
    said = verify(amendment(city))
    assert b'"2099-06-30"' in said.data()
    assert b'"2099-05-31"' in said.data()
    assert register.deadlines(city.bureau, desk(city.bureau).round.id) == [
        ("city", "411400", "2099-05-31"), ("county", "411402", "2099-06-30")
    ]  # fmt: skip


def test_deadlines_that_are_closer_are_named(city: City) -> None:
    assert city.campaign.is_file()
    amend.set_deadline(city.bureau, "2099-07-01", scope="county", id_="梁园区")
    amend.set_deadline(city.bureau, "2099-08-01", scope="school", id_=SECOND)
    amend.set_deadline(city.bureau, "2099-09-01")
    assert amend.closer_deadlines(city.bureau, scope="city", id_="") == [
        ("梁园区", "2099-07-01"),
        ("乙校（虚构）", "2099-08-01"),
    ]
    assert amend.closer_deadlines(city.bureau, scope="county", id_="睢阳区") == [("乙校（虚构）", "2099-08-01")]
    assert amend.closer_deadlines(city.bureau, scope="county", id_="411402") == []
    assert amend.closer_deadlines(city.bureau, scope="school", id_=SECOND) == []


def test_a_school_handed_back_has_the_deadline_that_counts_for_it(city: City, tmp_path: Path) -> None:
    city.received()
    amend.set_deadline(city.bureau, "2099-07-01", scope="county", id_="梁园区")
    posted, _changes = hand_back(city.bureau, FIRST, tmp_path / "r.vdpkg", encrypt=False)
    with opened_recovery(posted.path) as found, recover(tmp_path / "again", found) as again:
        assert desk(again).round.deadline == "2099-07-01"
