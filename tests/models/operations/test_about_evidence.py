"""What is known of evidence: kept, sent, merged, listed, carried into the next round; photographs become one document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from tests.factory import FIRST, GOOD, SECOND, City, pdf
from vetdesk.models.operations import attach as attaching
from vetdesk.models.operations import copies, receive, recovery
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.catalogue import catalogue, write_catalogue
from vetdesk.models.operations.conflict_cards import evidence_text
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.last_round import take_over_round
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.pictures import opened, page_of_pdf, pictures_to_pdf, taken_on
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.about_evidence import NOTHING, PARTS, About, Pin, as_text, from_text
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, figures, journal
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync import bodies
from vetdesk.models.sync.read import verify

DEED = About(
    dated="2019-05-06", begins="2025-09-01", ends="2026-08-31", expires="2069-05-05", department="总务处",
    kind="original", pages=3, person="王丽", pins=[Pin(2, [100, 200, 500, 260], "land_owned", "60 000 ㎡")],
)  # fmt: skip


def pieces(workspace: Workspace) -> list[Evidence]:
    return evidence.used(workspace, desk(workspace).round.id, workspace.owner)


def described(city: City, folder: Path, about: About = DEED, *, name: str = "证.pdf") -> Evidence:
    """A deed in use at the first school, with what is known of it."""
    sha256, _changes = attaching.attach(city.school(), pdf(folder, name, content=name.encode()), indicator="db22_land")
    attaching.describe(city.school(), attaching.one_of(city.school(), sha256), about)
    return attaching.one_of(city.school(), sha256)


def photo(folder: Path, name: str, *, size: tuple[int, int] = (60, 40), turned: int = 1, taken: str = "") -> Path:
    """A photograph as a camera makes it."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = turned
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    path = folder / name
    picture.save(path, exif=exif)
    return path


def test_what_is_said_is_kept_and_taken_back_word_for_word(city: City, tmp_path: Path) -> None:
    each = described(city, tmp_path)
    assert each.about == DEED == from_text(as_text(DEED))
    added = each.added
    attaching.describe(city.school(), each, NOTHING, label="土地证.pdf")
    [now] = pieces(city.school())
    assert (now.about, now.label, now.added) == (NOTHING, "土地证.pdf", added)
    row = journal.of_field(city.school(), FIRST, f"evidence.{each.sha256}")[0]
    assert (row["old"], row["new"]) == (["db22_land", "证.pdf", as_text(DEED)], ["db22_land", "土地证.pdf"])


def test_attaching_the_same_again_forgets_nothing(city: City, tmp_path: Path) -> None:
    each = described(city, tmp_path)
    attaching.attach(city.school(), tmp_path / "证.pdf", indicator="db22_land")
    assert pieces(city.school())[0].about == DEED
    attaching.attach(city.school(), tmp_path / "证.pdf", indicator="db22_land_ps")
    assert [one.about for one in pieces(city.school())] == [DEED, DEED], "the same content proves something else"
    with pytest.raises(KnownError) as caught:
        attaching.one_of(city.school(), each.sha256)
    assert caught.value.code == "no_evidence"
    assert attaching.one_of(city.school(), each.sha256[:8], indicator="db22_land_ps").about == DEED


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (About(dated="2026-02-30"), "date"),
        (About(begins="2026-09-01", ends="2026-08-31"), "date"),
        (About(pins=[Pin(1, [], "nonsense", "")]), "unknown_fact"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(city: City, tmp_path: Path, about: About, code: str) -> None:
    each = described(city, tmp_path)
    rows = len(journal.texts(city.school()))
    with pytest.raises(KnownError) as caught:
        attaching.describe(city.school(), each, about)
    assert caught.value.code == code
    assert (pieces(city.school())[0].about, len(journal.texts(city.school()))) == (DEED, rows)


@pytest.mark.parametrize("area", [[1, 2, 3], [5, 0, 5, 9], [0, 9, 5, 9], [0, 0, PARTS + 1, 5], [-1, 0, 5, 5]], ids=str)
def test_a_rectangle_that_is_none_is_not_read(area: list[int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec's own
        from_text(f'{{"pins":[{{"page":1,"area":{area},"fact":"","note":""}}]}}')


def test_options_change_one_thing_and_leave_the_rest() -> None:
    assert attaching.changed(DEED, {"pages": 4, "dated": None}).pages == 4
    assert attaching.changed(DEED, {"dated": ""}).dated == ""
    with pytest.raises(KnownError) as caught:
        attaching.changed(DEED, {"dated": "gestern"})
    assert caught.value.code == "about"


def test_it_travels_and_a_package_without_it_is_byte_for_byte_as_before(city: City, tmp_path: Path) -> None:
    described(city, tmp_path)
    attaching.attach(city.school(), pdf(tmp_path, "二.pdf", content=b"2"), indicator="db22_land")
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg")
    data = verify(posted.path).data()
    body = bodies.decode(data, bodies.SubmissionBody, file="x")
    assert {each.label: each.about for each in body.evidence} == {"证.pdf": DEED, "二.pdf": None}
    assert data.count(b'"about"') == 1
    receive.receive(city.bureau, [posted.path])
    handed, _changes = recovery.hand_back(city.bureau, FIRST, tmp_path / "r.vdpkg", encrypt=False)
    with recovery.opened_recovery(handed.path) as found, recovery.recover(tmp_path / "again", found) as again:
        assert {each.label: each.about for each in pieces(again)} == {"证.pdf": DEED, "二.pdf": NOTHING}


@pytest.fixture
def other(city: City, tmp_path: Path) -> Iterator[Workspace]:
    """The same school on another computer, which has the same evidence."""
    described(city, tmp_path)
    copies.export_copy(city.school(), tmp_path / "a.vdpkg")
    with open_campaign(tmp_path / "other", read_campaign(city.campaign), unit=FIRST) as made:
        receive.receive(made, [tmp_path / "a.vdpkg"])
        yield made


def test_what_another_computer_says_of_evidence_is_merged(city: City, tmp_path: Path, other: Workspace) -> None:
    [theirs] = pieces(other)
    assert theirs.about == DEED
    attaching.describe(other, theirs, attaching.changed(DEED, {"pages": 9}))
    copies.export_copy(other, tmp_path / "b.vdpkg")
    receive.receive(city.school(), [tmp_path / "b.vdpkg"])
    assert pieces(city.school())[0].about.pages == 9


def test_people_read_it_in_words() -> None:
    text = evidence_text(copies.used_text("土地证.pdf", as_text(DEED)))
    assert text.startswith("土地证.pdf；文件日期 2019-05-06；所属期 2025-09-01 至 2026-08-31；有效期至 2069-05-05")
    assert evidence_text(copies.used_text("", "")) == ""
    assert NOTHING.lines() == []


def test_the_catalogue_numbers_every_piece_by_indicator(city: City, tmp_path: Path) -> None:
    described(city, tmp_path)
    attaching.attach(city.school(), pdf(tmp_path, "=危险.pdf", content=b"2"), indicator="db22_land")
    attaching.attach(city.school(), tmp_path / "证.pdf", indicator="zz10_land")
    rows = catalogue(city.school()).tables[0].rows
    assert [[cell.text for cell in row[:4]] for row in rows][:2] == [
        ["A1-1-01", "=危险.pdf", "校园占地面积", ""],
        ["A1-1-02", "证.pdf（2026）", "校园占地面积", "总务处"],
    ]
    assert rows[2][0].text.startswith("B")
    assert rows[1][-1].text == "第 2 页 学校产权占地面积 60 000 ㎡"
    write_catalogue(city.school(), tmp_path / "目录.xlsx")
    book = openpyxl.load_workbook(tmp_path / "目录.xlsx")
    cells = [cell for row in book.worksheets[-1].iter_rows() for cell in row if cell.value == "=危险.pdf"]
    assert [cell.data_type for cell in cells] == ["s"]
    with pytest.raises(KnownError):
        catalogue(city.bureau)


# The round before


@pytest.fixture
def next_round(city: City, tmp_path: Path) -> Iterator[Workspace]:
    """The first school's workspace of the round after."""
    described(city, tmp_path, name="土地证.pdf")
    described(city, tmp_path, About(expires="2026-10-01"), name="合同.pdf")
    (city.folder / "二.vdpkg").unlink(missing_ok=True)
    publish(city.bureau, RoundPlan(("cn_db_2022_zz", "cn_zz_2010"), "2027", "2099-12-31"), city.folder / "二.vdpkg")
    with open_campaign(tmp_path / "2027", read_campaign(city.folder / "二.vdpkg"), unit=FIRST) as made:
        yield made


def test_evidence_that_holds_is_taken_over_with_its_pins_and_what_expired_is_named(
    city: City, next_round: Workspace
) -> None:
    set_figures(city.school(), {"books_print": "600000"})
    old = city.school().folder
    city.close()
    set_figures(next_round, {"books_print": "600000"})
    found, _changes = take_over_round(next_round, old, today=dt.date(2026, 11, 26))
    assert (found.taken, found.expired, found.unasked) == (("土地证.pdf",), ("合同.pdf",), ())
    [each] = pieces(next_round)
    assert (each.label, each.about) == ("土地证.pdf", DEED)
    assert evidence.missing_files(next_round) == []
    again, _changes = take_over_round(next_round, old, today=dt.date(2026, 11, 26))
    assert again.taken == ()
    assert len(pieces(next_round)) == 1
    with open_workspace(old) as before:
        assert len(pieces(before)) == 2, "the round before stays as it was"


def _fired(workspace: Workspace) -> list[str]:
    return [each.rule.id for each in standing(workspace).unexplained()]


def test_an_explanation_comes_along_where_the_rule_fires_again(city: City, next_round: Workspace) -> None:
    change = {**GOOD, "books_print": "1"}
    for workspace in (city.school(), next_round):
        set_figures(workspace, change)
    rules = _fired(city.school())
    assert rules
    for rule in rules:
        explain(city.school(), rule, "去年的说明")
    old = city.school().folder
    city.close()
    found, _changes = take_over_round(next_round, old)
    said = figures.explanations(next_round, desk(next_round).round.id, FIRST)
    assert said == dict.fromkeys(rules, "去年的说明")
    assert found.explanations == len(rules)


def test_only_the_schools_own_other_workspace_is_taken_from(city: City, next_round: Workspace) -> None:
    with pytest.raises(KnownError) as caught:
        take_over_round(next_round, next_round.folder)
    assert caught.value.code == "same_workspace"
    second = city.school(SECOND).folder
    city.close()
    with pytest.raises(KnownError) as caught:
        take_over_round(next_round, second)
    assert caught.value.code == "not_our_school"
    with pytest.raises(KnownError):
        take_over_round(city.bureau, second)


def test_evidence_that_is_damaged_there_is_said(city: City, next_round: Workspace) -> None:
    first = next(each for each in pieces(city.school()) if each.label == "土地证.pdf")
    path = evidence.path_of(city.school(), first.sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-damaged")
    old = city.school().folder
    city.close()
    with pytest.raises(KnownError) as caught:
        take_over_round(next_round, old)
    assert caught.value.code == "missing_evidence"
    assert pieces(next_round) == []


# Photographs


def test_many_photographs_become_one_document_in_their_order_and_upright(city: City, tmp_path: Path) -> None:
    first = photo(tmp_path, "b.jpg", size=(60, 40), turned=6)
    second = photo(tmp_path, "a.png", size=(80, 30))
    sha256, _changes = attaching.attach_as_one(
        city.school(), [first, second], indicator="db22_land", name="房产证/正反面"
    )
    each = attaching.one_of(city.school(), sha256)
    assert (each.mime, each.about.pages, each.label) == ("application/pdf", 2, "房产证_正反面.pdf")
    document = pypdfium2.PdfDocument(evidence.path_of(city.school(), sha256))
    sizes = [page.get_size() for page in document]
    assert sizes[0][0] < sizes[0][1], "turned upright"
    assert sizes[1][0] > sizes[1][1]
    document.close()
    with pytest.raises(KnownError) as caught:
        attaching.attach_as_one(city.school(), [first, pdf(tmp_path)], indicator="db22_land", name="x")
    assert caught.value.code == "not_a_picture"
    with pytest.raises(KnownError) as caught:
        pictures_to_pdf([], tmp_path / "x.pdf")
    assert caught.value.code == "no_pictures"


def test_the_day_a_camera_noted_is_read_and_none_is_invented(city: City, tmp_path: Path) -> None:
    noted = photo(tmp_path, "IMG_1.jpg", taken="2026:03:04 10:20:30")
    for name in ("微信图片_20260101.jpg", "b.jpg"):
        assert taken_on(photo(tmp_path, name, taken="" if "b" not in name else "0000:00:00 00:00:00")) == ""
    assert taken_on(tmp_path / "nothing.jpg") == ""
    attaching.attach(city.school(), noted, indicator="db22_land")
    attaching.attach(city.school(), tmp_path / "微信图片_20260101.jpg", indicator="db22_land")
    assert [each.about.dated for each in pieces(city.school())] == ["2026-03-04", ""]


def test_a_page_is_drawn_and_what_is_no_pdf_is_not(tmp_path: Path) -> None:
    pictures_to_pdf([photo(tmp_path, "a.jpg"), photo(tmp_path, "b.jpg")], tmp_path / "x.pdf")
    found = page_of_pdf(tmp_path / "x.pdf", 2, 120)
    assert found is not None
    assert (max(found[0].size), found[1]) == (120, 2)
    assert page_of_pdf(tmp_path / "x.pdf", 99, 120) is not None, "the last one"
    assert page_of_pdf(pdf(tmp_path, "bad.pdf"), 1, 120) is None
    assert page_of_pdf(tmp_path / "nowhere.pdf", 1, 120) is None
    assert opened(tmp_path / "x.pdf") is None


def test_a_photograph_of_a_telephone_is_read(city: City, tmp_path: Path) -> None:
    path = tmp_path / "IMG_2.HEIC"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(200))
    attaching.attach(city.school(), path, indicator="db22_land")
    assert [each.mime for each in pieces(city.school())] == ["image/heic"]
    assert opened(path) is None, "its beginning alone is no picture"
    other = tmp_path / "IMG_3.jpg"
    other.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(KnownError):
        attaching.attach(city.school(), other, indicator="db22_land")
