"""The table of indicators: what stands, what is missing, how it was last year, and the way to formula and field."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from tests.factory import City
from tests.journeys.person import Person
from vetdesk.models.operations.fill import set_figures
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.pages.school.indicators import IndicatorsPage


def test_every_indicator_has_its_line(person: Person, city: City) -> None:
    school = city.school()
    set_figures(school, {"land_owned": "39000"})
    set_figures(
        school,
        {"land_owned": "38000", "land_excl_use": "0", "land_staff_housing": "0", "land_affiliated": "0"},
        year="last",
    )
    folder = school.folder
    city.close()
    person.open_school(folder)
    person.go("指标")
    page = person.shown(IndicatorsPage)
    rows = page.table.rows
    assert rows.rowCount() == 9
    land = [rows.item(0, at).text for at in range(7)]
    assert land[:4] == ["校园占地面积", "✗ 未达标", "39,000 ㎡", "≥ 40,000 ㎡"]
    assert "1,000" in land[4]
    assert land[5] == "38,000 ㎡ ↑"
    assert "教发" in land[6] or "〔" in land[6]
    page.table.choose(0)
    person.press("怎么算的…")
    person.wait()
    [dialog] = [each for each in page.findChildren(QDialog) if each.isVisible()]
    dialog.close()
    person.press("去填报")
    person.wait()
    assert person.shown(FillPage)._fact == "land_owned"
    person.go("指标")
    page._choice.setCurrentIndex(1)
    assert rows.rowCount() > 9
