"""Large photographs are attached reduced: upright, dated as the camera noted, the original kept and never sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from tests.factory import FIRST, City
from vetdesk.models.operations import attach as attaching
from vetdesk.models.operations import doctor
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import evidence
from vetdesk.models.sync.read import verify

UPRIGHT = 6
"""EXIF orientation of a camera held upright: to be turned by a quarter."""


def photograph(path: Path, *, size: tuple[int, int] = (2800, 1400), orientation: int = UPRIGHT) -> Path:
    """A picture with the noise of a camera, so that it is large; its left half is white."""
    noise = Image.frombytes("L", size, random.Random(1).randbytes(size[0] * size[1])).convert("RGB")
    noise.paste((255, 255, 255), (0, 0, size[0] // 2, size[1]))
    noted = Image.Exif()
    noted[0x0112] = orientation
    noted.get_ifd(0x8769)[0x9003] = "2026:09:03 10:00:00"
    noise.save(path, quality=98, exif=noted)
    assert path.stat().st_size > 1_000_000
    return path


def used(city: City) -> list[evidence.Evidence]:
    """The evidence of the first school."""
    return evidence.used(city.school(), desk(city.school()).round.id, FIRST)


def test_it_is_small_upright_dated_and_its_original_is_kept_but_not_sent(city: City, tmp_path: Path) -> None:
    source = photograph(tmp_path / "校门.jpeg")
    sha256, _changes = attaching.attach(city.school(), source, indicator="db22_land")
    [each] = used(city)
    assert (each.sha256, each.label, each.mime, each.about.dated) == (sha256, "校门.jpeg", "image/jpeg", "2026-09-03")
    assert each.size < 0.7 * source.stat().st_size
    assert "原件留在学校" in "".join(each.about.lines())
    original = evidence.path_of(city.school(), each.about.original)
    assert original.read_bytes() == source.read_bytes()
    with Image.open(evidence.path_of(city.school(), sha256)) as small:
        assert small.size == (1200, 2400)
        assert (small.getpixel((600, 100)), small.getexif().get(0x0112)) == ((255, 255, 255), None)
    posted, _changes = submit(city.school(), tmp_path / "上报包.vdpkg")
    names = {file.name for file in verify(posted.path).manifest.files}
    assert (f"blobs/{sha256}" in names, f"blobs/{each.about.original}" in names) == (True, False)
    assert all(check.well for check in doctor.examine(city.school()))
    original.chmod(0o600)
    original.unlink()
    assert not all(check.well for check in doctor.examine(city.school())), "a lost original is told"


def test_the_same_again_is_the_same_piece_and_what_was_said_of_it_stays(city: City, tmp_path: Path) -> None:
    source = photograph(tmp_path / "a.jpg")
    attaching.attach(city.school(), source, indicator="db22_land")
    [each] = used(city)
    attaching.describe(city.school(), each, attaching.changed(each.about, {"department": "总务处"}))
    attaching.attach(city.school(), source, indicator="db22_land")
    attaching.attach(city.school(), source, indicator="db22_bldg")
    assert [(one.sha256, one.about.department, one.about.original) for one in used(city)] == [
        (each.sha256, "总务处", each.about.original)
    ] * 2


def test_another_format_becomes_a_jpeg_by_name_too_and_the_original_keeps_its_own(city: City, tmp_path: Path) -> None:
    source = tmp_path / "扫描.png"
    with Image.open(photograph(tmp_path / "x.jpg")) as found:
        found.convert("RGB").save(source)
    attaching.attach(city.school(), source, indicator="db22_land")
    [each] = used(city)
    assert (each.label, each.mime) == ("扫描.jpg", "image/jpeg")
    assert evidence.ending_of(evidence.path_of(city.school(), each.sha256), each.label) == ".jpg"
    assert evidence.ending_of(evidence.path_of(city.school(), each.about.original), each.label) == ".png"


@pytest.mark.parametrize("kind", ["whole", "small", "pages", "no picture"])
def test_what_is_not_reduced(city: City, tmp_path: Path, kind: str) -> None:
    source = tmp_path / ("x.tif" if kind == "pages" else "x.jpg")
    if kind == "pages":
        with Image.open(photograph(tmp_path / "one.jpg")) as found:
            page = found.convert("RGB").resize((900, 700))
        page.save(source, save_all=True, append_images=[page])
    elif kind == "no picture":
        source.write_bytes(b"\xff\xd8\xff" + bytes(1_200_000))
    else:
        photograph(source)
        if kind == "small":
            with Image.open(source) as found:
                found.resize((400, 200)).save(source)
    sha256, _changes = attaching.attach(city.school(), source, indicator="db22_land", whole=kind == "whole")
    [each] = used(city)
    assert (each.sha256, each.about.original) == (sha256, "")
    assert evidence.path_of(city.school(), sha256).read_bytes() == source.read_bytes()
