"""The officer lets one class of schools go by another standard, and sees on the overview who goes by which."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from tests.factory import FIRST, GOOD, SECOND, City
from tests.journeys.person import Person
from vetdesk.models.operations import receive
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import open_workspace
from vetdesk.ui.pages.bureau.overview import OverviewPage
from vetdesk.ui.pages.bureau.publish import PublishPage

JG, ART = "cn_db_2022_jg", "cn_db_2022_art"


def test_another_standard_for_one_class(person: Person, tmp_path: Path) -> None:
    city = City(tmp_path / "city")
    with city.bureau.atomic():
        register.put_units(
            city.bureau, [UnitRecord(SECOND, "乙技工学校（虚构）", "school", "411403", "366", "", "1991")]
        )
    bureau = city.bureau.folder
    city.close()
    person.window.opening.open_folder(bureau)
    person.wait()
    person.go("年度任务")
    page = person.shown(PublishPage)
    for _each in range(3):
        person.press("＋ 有一类学校按别的标准")
    (first, _pack, _line), (second, pack, _other), (_third, _by, dropped) = page.deciders.lines
    assert [first.itemText(at) for at in range(2)] == [
        "办学类型 365 职业高中学校（1 所）",
        "办学类型 366 技工学校（1 所）",
    ]
    page.deciders.drop(dropped)
    assert len(page.deciders.lines) == 2
    first.setEditText("没有的学校")
    second.setCurrentIndex(second.findData("366"))
    pack.setCurrentIndex(pack.findData(JG))
    task = person.will_save_as(tmp_path / "任务包.vdpkg")
    person.press("生成任务包")
    assert "名录里没有这类学校" in person.reads()
    assert not task.exists()
    page.deciders.drop(page.deciders.lines[0][2])
    person.press("生成任务包")
    assert "已生成" in person.reads()
    assert page.deciders.said() == (("366", JG),)
    person.window.leave_workspace()
    person.wait()

    for code in (FIRST, SECOND):
        with open_campaign(tmp_path / code, read_campaign(task), unit=code) as school:
            set_figures(school, GOOD if code == FIRST else {**GOOD, "pack_class": "高级技工"})
            posted, _changes = submit(school, tmp_path / f"{code}.vdpkg", with_errors="试")
            with open_workspace(bureau) as here:
                receive.receive(here, [posted.path])
    person.window.opening.open_folder(bureau)
    person.wait()
    overview = person.shown(OverviewPage)
    assert "（另 1 所按《" in person.reads()
    model = overview.table.model()
    rows = [
        [str(model.index(at, column).data() or "") for column in range(model.columnCount())]
        for at in range(model.rowCount())
    ]
    assert len(rows) == 2
    [own] = [row for row in rows if row[0].startswith("甲")]
    [other] = [row for row in rows if row[0].startswith("乙")]
    nine, ten = slice(3, 12), slice(12, 22)
    assert set(own[ten]) == {"—"}
    assert set(other[nine]) == {"—"}
    assert "—" not in own[nine]
    assert "—" not in other[ten]
    assert model.headerData(12, Qt.Orientation.Horizontal).startswith("校园占地面积（职业学校")
    overview.standard.setCurrentIndex(overview.standard.findData(JG))
    person.wait()
    model = overview.table.model()
    assert [model.index(at, 0).data() for at in range(model.rowCount())] == ["乙技工学校（虚构）"]
    assert model.columnCount() == 3 + 10 + 3
    assert model.headerData(3, Qt.Orientation.Horizontal) == "校园占地面积"
    overview.standard.setCurrentIndex(0)
    assert overview.table.model().rowCount() == 2


def test_pages_follow_when_the_class_changes(person: Person, tmp_path: Path) -> None:
    """Both standards have as many indicators: the lists are those of the standard that decides now all the same."""
    from dataclasses import replace

    from vetdesk.models.operations.amend import amend
    from vetdesk.models.operations.publish_round import RoundPlan, publish
    from vetdesk.models.operations.views import school_view
    from vetdesk.ui.pages.school.evidence import EvidencePage
    from vetdesk.ui.pages.school.indicators import IndicatorsPage

    city = City(tmp_path / "city")
    unit = register.unit(city.bureau, SECOND)
    assert unit is not None
    with city.bureau.atomic():
        register.put_units(city.bureau, [replace(unit, run_type="363")])
        register.put_units(city.bureau, [replace(unit, run_type="365")])
        register.put_units(city.bureau, [UnitRecord("3641990077", "丙（虚构）", "school", "411403", "363")])
    plan = RoundPlan(("cn_db_2022_zz",), "2026", "2099-12-31", deciding=(("363", ART),))
    publish(city.bureau, plan, tmp_path / "任务.vdpkg")
    indicators, evidence = IndicatorsPage(), EvidencePage()
    with open_campaign(tmp_path / "乙", read_campaign(tmp_path / "任务.vdpkg"), unit=SECOND) as school:
        for page in (indicators, evidence):
            page.show_view(school_view(school))
        assert "一般类中职" in indicators._choice.itemText(0)
        with city.bureau.atomic():
            register.put_units(city.bureau, [replace(unit, run_type="363")])
        posted, _changes = amend(city.bureau, tmp_path / "调整.vdpkg")
        receive.receive(school, [posted.path])
        for page in (indicators, evidence):
            page.show_view(school_view(school))
        assert indicators._choice.count() == 1
        assert "艺术类中职" in indicators._choice.itemText(0)
        offered = [str(evidence._indicator.itemData(at)) for at in range(evidence._indicator.count())]
        assert offered == list(school_view(school).assessment.deciding.indicators)
    city.close()
