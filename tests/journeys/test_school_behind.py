"""The officer looks behind a school's figures: the page of a scan, the school's words, what changed between versions."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.factory import FIRST, City, pdf
from tests.journeys.person import Person
from vetdesk.models.operations import attach as attaching
from vetdesk.models.operations import receive
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.records.about_evidence import About, Pin
from vetdesk.ui.pages.bureau.school_dialog import RULES, VERSIONS, SchoolDialog


def test_from_a_school_to_the_page_of_a_scan_and_to_what_changed(person: Person, city: City, tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        Image.new("RGB", (300, 400), "white").save(tmp_path / name)
    school = city.school()
    sha256, _changes = attaching.attach_as_one(
        school, [tmp_path / "1.png", tmp_path / "2.png"], indicator="db22_land", name="土地证"
    )
    pins = [Pin(2, [100, 100, 400, 200], "land_owned", "60 000 ㎡")]
    attaching.describe(school, attaching.one_of(school, sha256), About(department="总务处", pins=pins))
    attaching.attach(school, pdf(tmp_path, "坏.pdf"), indicator="db22_land")
    receive.receive(city.bureau, [city.submission()])
    set_figures(school, {"books_print": "1"})
    explain(school, "U07", "图书正在搬迁")
    receive.receive(city.bureau, [city.submission()])
    folder = city.bureau.folder
    city.close()
    person.window.opening.open_folder(folder)
    person.wait()
    person.window.desk.show_school(FIRST)  # type: ignore[union-attr]
    person.wait()
    person.press("佐证材料 2")
    person.wait()
    dialog = next(each for each in person.window.findChildren(SchoolDialog) if each.isVisible())
    at = [dialog.proofs.rows.item(row, 0).text for row in range(2)].index("土地证.pdf")
    dialog.proofs.choose(1 - at)
    dialog.proofs.choose(at)
    person.wait()
    assert (dialog.page.value(), dialog.page.maximum()) == (2, 2), "the marked page is shown first"
    assert "学校产权占地面积 60 000 ㎡" in dialog.about.text()
    assert dialog.view._marks == [(1, [100, 100, 400, 200])]
    assert not dialog.view._picture.isNull()
    dialog.page.setValue(1)
    person.wait()
    assert dialog.view._marks == []
    dialog.proofs.choose(1 - at)
    person.wait()
    assert dialog.view.note == "没有预览"
    dialog.tabs.setCurrentIndex(RULES)
    assert "图书正在搬迁" in str(vars(dialog)["_file"].fired)
    dialog.tabs.setCurrentIndex(VERSIONS)
    assert [dialog.differences.rows.item(0, column).text for column in range(3)] == ["纸质图书", "60000 册", "1 册"]
    assert "两版不同" in dialog.same.text()
    dialog.first.setCurrentIndex(0)
    dialog._ask_comparison()
    person.wait()
    assert dialog.same.text() == "两版没有不同。"
