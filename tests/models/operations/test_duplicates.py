"""Evidence twice: the same content, the same look, the same as last year; what is merely white is nobody's twin."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, ImageDraw

from tests.factory import FIRST, SECOND, City, pdf
from vetdesk.models.operations import duplicates, receive
from vetdesk.models.operations.attach import again_text, attach, attach_all, there_already
from vetdesk.models.operations.pictures import likeness
from vetdesk.models.records.changes import Cancelled
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence


def certificate(path: Path, seed: int, *, width: int = 900) -> Path:
    """A picture with lines of writing of its own and a stamp."""
    chance = random.Random(seed)
    page = Image.new("RGB", (900, 1200), (250, 248, 240))
    pen = ImageDraw.Draw(page)
    for line in range(30):
        left = 60
        while left < 820:
            length = chance.randrange(10, 120)
            pen.rectangle((left, 60 + 36 * line, left + length, 80 + 36 * line), fill=(chance.randrange(90),) * 3)
            left += length + chance.randrange(10, 60)
    pen.ellipse((500, 800, 760, 1060), outline=(200, 30, 30), width=12)
    page.resize((width, width * 4 // 3)).save(path, quality=88)
    return path


def sent(city: City, *codes: str) -> None:
    """The submissions of these schools, received."""
    assert receive.receive(city.bureau, [city.submission(code) for code in codes]).taken == len(codes)


def kinds(pairs: list[duplicates.Pair]) -> list[tuple[str, str, str, str, str]]:
    """Kind, and school and label of both."""
    return [(each.kind.value, each.first.unit, each.first.label, each.second.unit, each.second.label) for each in pairs]


def test_the_same_and_the_alike_of_two_schools_are_paired(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path, "证.pdf"), indicator="db22_land")
    attach(city.school(), tmp_path / "证.pdf", indicator="db22_bldg")
    attach(city.school(SECOND), tmp_path / "证.pdf", indicator="db22_land")
    attach(city.school(), certificate(tmp_path / "土地证.jpg", 1), indicator="db22_land")
    attach(city.school(SECOND), certificate(tmp_path / "另存.jpg", 1, width=500), indicator="db22_land")
    attach(city.school(SECOND), certificate(tmp_path / "房产证.jpg", 2), indicator="db22_bldg")
    sent(city, FIRST, SECOND)
    pairs = duplicates.find(city.bureau)
    assert kinds(pairs) == [
        ("same", FIRST, "证.pdf", SECOND, "证.pdf"), ("alike", FIRST, "土地证.jpg", SECOND, "另存.jpg")
    ]  # fmt: skip
    assert 0 <= pairs[1].bits <= duplicates.ALIKE
    duplicates.write(pairs, tmp_path / "查重.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "查重.xlsx").active
    assert sheet is not None
    assert any("土地证.jpg" in [cell.value for cell in line] for line in sheet.iter_rows())


def test_pictures_are_decoded_once(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(city.school(), certificate(tmp_path / "a.jpg", 1), indicator="db22_land")
    attach(city.school(), certificate(tmp_path / "b.jpg", 2), indicator="db22_land")
    sent(city, FIRST)
    looked: list[Path] = []

    def counted(path: Path) -> str:
        looked.append(path)
        return likeness(path)

    def impatient(at: int, _total: int, _text: str) -> None:
        if at == 1:
            raise Cancelled

    monkeypatch.setattr(duplicates, "likeness", counted)
    with pytest.raises(Cancelled):
        duplicates.find(city.bureau, progress=impatient)
    assert len(looked) == 1
    assert duplicates.find(city.bureau) == duplicates.find(city.bureau) == []
    assert len(looked) == 2
    assert len(evidence.picture_marks(city.bureau)) == 2


@pytest.mark.parametrize("kind", ["white", "no picture", "gone"])
def test_what_has_no_look_is_like_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.jpg"
    if kind == "white":
        Image.new("RGB", (900, 1200), "white").save(path)
    elif kind == "no picture":
        path.write_bytes(b"\xff\xd8\xff" + bytes(100))
    assert likeness(path) == ""


def test_a_school_is_told_what_it_added_twice(city: City, tmp_path: Path) -> None:
    school = city.school()
    first = certificate(tmp_path / "土地证.jpg", 1)
    again = certificate(tmp_path / "另存.jpg", 1, width=500)
    other = certificate(tmp_path / "房产证.jpg", 2)
    assert there_already(school, [first, tmp_path / "没有.jpg"], indicator="db22_land") == []
    added, _changes = attach_all(school, [first, other], indicator="db22_land")
    attach(school, first, indicator="db22_bldg")
    assert duplicates.twins(school, added) == []
    assert there_already(school, [first, again], indicator="db22_land") == ["土地证.jpg"]
    assert again_text(["土地证.jpg"]) == "土地证.jpg 原来就有，没有重复添加。"
    more, _changes = attach_all(school, [again, first], indicator="db22_land")
    [pair] = duplicates.twins(school, more[:1])
    assert {pair.first.label, pair.second.label} == {"土地证.jpg", "另存.jpg"}
    assert "看着一样" in duplicates.twins_text([pair])
    assert (duplicates.twins_text([]), again_text([])) == ("", "")
    with pytest.raises(KnownError):
        duplicates.twins(city.bureau, more)


def test_only_a_bureau_looks_for_them(city: City) -> None:
    with pytest.raises(KnownError):
        duplicates.find(city.school())
