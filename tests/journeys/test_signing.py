"""A school signs on paper: draft, 定稿, the sheet, its scan; a later edit is said plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import City, pdf
from tests.journeys.person import Person
from vetdesk.ui import files
from vetdesk.ui.pages.school.sign import SignPage


def test_from_draft_to_stamped_copy_and_a_correction(
    person: Person, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[Path] = []
    monkeypatch.setattr(files, "open_outside", printed.append)
    folder = city.school().folder
    city.close()
    person.open_school(folder)
    person.go("签字盖章")
    page = person.shown(SignPage)
    assert page._badge.text == "还没有定稿"
    assert not page.put.isEnabled()
    person.press("打印校核稿")
    person.wait()
    person.press("定稿并打印签字表")
    person.wait()
    assert [each.name for each in printed] == ["2026_校核稿.html", "2026_签字表.html"]
    digits = page._code.text()
    assert len(digits.replace(" ", "")) == 12
    assert all(group in printed[1].read_text(encoding="utf-8") for group in digits.split())
    page._dropped([pdf(tmp_path, "签字表.pdf")])
    person.wait()
    assert "已放入盖章件 1 件" in person.reads()
    assert page._code.text() == digits
    person.go("填报")
    person.window.desk.put_figure("books_print", "61234")  # type: ignore[union-attr]
    person.wait()
    person.go("签字盖章")
    assert digits in page._said.text()
    assert "重新定稿" in page.seal.text()
    assert not page.put.isEnabled()
    person.press("重新定稿并打印签字表")
    person.wait()
    assert page._code.text() not in ("", digits)
    person.press("打印更正表")
    person.wait()
    text = printed[-1].read_text(encoding="utf-8")
    assert "纸质图书" in text
    assert "专任教师" not in text
    person.press("撤销定稿")
    person.wait()
    assert page._badge.text == "还没有定稿"
