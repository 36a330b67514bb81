"""Sheets to print: what is on them, and that what comes from people stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, City
from vetdesk.models.operations import decide, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures, set_state
from vetdesk.models.operations.finalise import seal
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.operations.sign_sheets import SheetKind, write_sheet
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(path: Path) -> _Texts:
    """The texts and tags of a page."""
    found = _Texts()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def test_the_sign_sheet_says_school_digits_verdicts_and_figures(city: City, tmp_path: Path) -> None:
    school = city.school()
    digits = seal(school).code
    write_sheet(school, SheetKind.SIGN, tmp_path / "签字表.html")
    said = read(tmp_path / "签字表.html").texts
    assert "".join("".join(said).split()).count("".join(digits.split())) == 1
    assert {
        "学校：甲校（虚构）（3641990001）",
        "专任教师",
        GOOD["teachers_ft"],
        "校长（签字）：",
        "学校（盖章）：",
    } <= set(said)
    assert any("已达标：9 项全部达标。" in each for each in said)


def test_the_draft_needs_no_seal_and_has_no_digits(city: City, tmp_path: Path) -> None:
    write_sheet(city.school(), SheetKind.DRAFT, tmp_path / "a.html")
    found = read(tmp_path / "a.html")
    assert "专任教师" in found.texts
    assert "校长（签字）：" not in found.texts


@pytest.mark.parametrize("kind", [SheetKind.SIGN, SheetKind.PLEDGE, SheetKind.CORRECTIONS])
@pytest.mark.parametrize("edited", [False, True])
def test_nothing_is_printed_for_signing_that_is_not_sealed(
    city: City, tmp_path: Path, kind: SheetKind, edited: bool
) -> None:
    if edited:
        seal(city.school())
        set_figures(city.school(), {"teachers_ft": "85"})
    with pytest.raises(KnownError) as caught:
        write_sheet(city.school(), kind, tmp_path / "a.html")
    assert caught.value.code == "not_sealed"
    assert not (tmp_path / "a.html").exists()


def test_corrections_are_only_what_changed(city: City, tmp_path: Path) -> None:
    school = city.school()
    seal(school)
    with pytest.raises(KnownError) as caught:
        write_sheet(school, SheetKind.CORRECTIONS, tmp_path / "a.html")
    assert caught.value.code == "nothing_changed"
    set_figures(school, {"teachers_ft": "85"})
    set_state(school, "land_owned", State.UNKNOWN, "正在测绘")
    seal(school)
    write_sheet(school, SheetKind.CORRECTIONS, tmp_path / "a.html")
    said = read(tmp_path / "a.html").texts
    assert {"专任教师", GOOD["teachers_ft"], "85", "不清楚：正在测绘"} <= set(said)
    assert "纸质图书" not in said


def test_what_people_wrote_stays_text(city: City, tmp_path: Path) -> None:
    school = city.school()
    rule = desk(school).packs[0].rules[0].id
    explain(school, rule, "<script>alert(1)</script><img src=x>")
    seal(school)
    write_sheet(school, SheetKind.SIGN, tmp_path / "a.html")
    found = read(tmp_path / "a.html")
    assert not {"script", "img"} & found.tags
    assert "<script>alert(1)</script><img src=x>" in "".join(found.texts)


def test_a_place_that_cannot_be_written_is_said(city: City, tmp_path: Path) -> None:
    (tmp_path / "a.html").mkdir()
    with pytest.raises(KnownError) as caught:
        write_sheet(city.school(), SheetKind.DRAFT, tmp_path / "a.html")
    assert caught.value.code == "is_folder"
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_the_handover_sheet_says_where_everything_is_and_what_is_left(city: City, tmp_path: Path) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"books_print": "请核对"})
    receive.receive(city.school(), [city.reply()])
    write_sheet(city.school(), SheetKind.HANDOVER, tmp_path / "交接单.html")
    said = "\n".join(read(tmp_path / "交接单.html").texts)
    digits = own_keys(city.school()).digits
    for words in (str(city.school().folder), "退回待改 1 项", "第 1 版", "已退回", digits, "接收人（签字）："):
        assert words in said
