"""Reading other people's workbooks: cells as they are, and everything hostile refused in one sentence."""

from __future__ import annotations

import random
import struct
import time
import zipfile
from pathlib import Path

import pytest

from tests.models.operations.workbooks import bomb, member, old_workbook, protected, with_member, workbook
from vetdesk.models.operations.sheets import MAX_ROWS, cell_name, read_sheets
from vetdesk.models.records.errors import KnownError

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A small workbook."""
    return workbook(tmp_path / "plain.xlsx", {"表": [["unit", "teachers_ft"], ["甲", 60]]})


def refusal(path: Path) -> KnownError:
    """The refusal of a file."""
    with pytest.raises(KnownError) as caught:
        read_sheets(path)
    assert "\n" not in caught.value.sentence
    return caught.value


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(1, 1, "A1"), (7, 3, "C7"), (9, 26, "Z9"), (9, 27, "AA9"), (1, 702, "ZZ1"), (1, 703, "AAA1"), (2, 16384, "XFD2")],
)
def test_cells_are_named_as_in_a_spreadsheet(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


def test_all_sheets_with_their_names(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"一": [["x", 1, 2.5, None, True]], "二": [["y"]]})
    found = read_sheets(path)
    assert [each.name for each in found] == ["一", "二"]
    assert list(found[0].rows[0]) == ["x", 1, 2.5, None, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_people_save(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "表.csv"
    path.write_text("学校,专任教师\r\n甲校“虚构”,60\r\n", encoding=encoding, newline="")
    assert [list(row) for row in read_sheets(path)[0].rows] == [["学校", "专任教师"], ["甲校“虚构”", "60"]]


def test_the_cached_value_of_a_formula_is_read(plain: Path, tmp_path: Path) -> None:
    xml = member(plain, SHEET).replace(b"<v>60</v>", b"<f>30+30</f><v>61</v>")
    assert b"<f>30+30</f>" in xml
    assert read_sheets(with_member(plain, tmp_path / "f.xlsx", SHEET, xml))[0].rows[1][1] == 61


@pytest.mark.parametrize(
    ("stored", "read"),
    [("0.30000000000000004", 0.3), ("3.3000000000000003", 3.3), ("41326.700000000004", 41326.7), ("764.14", 764.14)],
)
def test_a_binary_sum_is_read_as_the_sheet_shows_it(plain: Path, tmp_path: Path, stored: str, read: float) -> None:
    xml = member(plain, SHEET).replace(b"<v>60</v>", f"<v>{stored}</v>".encode())
    assert read_sheets(with_member(plain, tmp_path / "f.xlsx", SHEET, xml))[0].rows[1][1] == read


@pytest.mark.parametrize("ending", [".et", ".ett", ".ods", ".numbers", ".ET"])
def test_formats_of_other_programs_are_asked_for_as_xlsx(plain: Path, ending: str) -> None:
    other = plain.rename(plain.with_suffix(ending))
    error = refusal(other)
    assert (error.code, ".xlsx" in error.sentence) == ("save_as_xlsx", True)


@pytest.mark.parametrize("name", ["密.xlsx", "密.xls", "密.xlsm"])
def test_a_protected_workbook_is_asked_for_without_password(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(protected())
    error = refusal(path)
    assert error.code == "save_as_xlsx"
    assert "密码" in error.sentence
    assert ".xlsx" in error.sentence


def test_an_old_workbook_that_cannot_be_read_is_asked_for_as_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert refusal(path).code == "save_as_xlsx"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"this is text"),
        ("a.xls", b"<html><table></table></html>"),
        ("a.docx", b"PK\x03\x04"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100)),
        ("a.csv", b"unit,\x00teachers"),
        ("a.csv", b"\xff\xfe\xff\xff\x81"),
        ("a", b"\x7fELF"),
        ("a.csv", b'unit,"' + b"x" * 200_000),
    ],
    ids=str,
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content[:300_000])
    assert refusal(path).code in ("not_a_workbook", "encoding")


def test_every_truncation_of_a_workbook_is_refused(plain: Path, tmp_path: Path) -> None:
    whole = plain.read_bytes()
    cut = tmp_path / "cut.xlsx"
    for size in range(0, len(whole), max(1, len(whole) // 25)):
        cut.write_bytes(whole[:size])
        assert refusal(cut).code == "not_a_workbook"


def test_damaged_bytes_never_show_a_bug(plain: Path, tmp_path: Path) -> None:
    whole = bytearray(plain.read_bytes())
    hurt = tmp_path / "hurt.xlsx"
    for at in range(4, len(whole), max(1, len(whole) // 150)):
        damaged = whole.copy()
        damaged[at] ^= 0xFF
        hurt.write_bytes(damaged)
        try:
            read_sheets(hurt)
        except KnownError as error:
            assert error.code in ("not_a_workbook", "too_large")  # noqa: PT017 - both ends are right


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb())
    assert path.stat().st_size < 100_000
    start = time.monotonic()
    assert refusal(path).code == "too_large"
    assert time.monotonic() - start < 1


def test_a_member_that_hides_its_size_is_refused(plain: Path, tmp_path: Path) -> None:
    bombed = with_member(plain, tmp_path / "b.xlsx", SHEET, b"<a>" + b" " * 30_000_000)
    data = bombed.read_bytes()
    big, small = (30_000_003).to_bytes(4, "little"), (3000).to_bytes(4, "little")
    assert data.count(big) == 2
    bombed.write_bytes(data.replace(big, small))
    refusal(bombed)


@pytest.mark.parametrize("padding", [b"", b"<!-- " + b"x" * 100_000 + b" -->", b"\n" * 5000])
@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_declared_entities_are_refused_wherever_they_hide(
    plain: Path, tmp_path: Path, padding: bytes, name: str
) -> None:
    head, _end, rest = member(plain, name).partition(b"?>")
    xml = head + _end + rest if _end else head
    declaration = b'<!DOCTYPE x [<!ENTITY a "60">]>'
    at = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    changed = xml[:at] + padding + declaration + xml[at:]
    assert refusal(with_member(plain, tmp_path / "dtd.xlsx", name, changed)).code == "not_a_workbook"


def test_a_declaration_on_the_edge_of_two_blocks_is_seen(plain: Path, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(600_000).hex().encode()
    declaration = b'<!DOCTYPE x [<!ENTITY a "60">]>'
    for cut in (1, 5, 8):
        head = b"<!-- " + noise[: 1024 * 1024 - cut - len(b"<!--  -->")] + b" -->"
        assert len(head) == 1024 * 1024 - cut
        path = with_member(plain, tmp_path / "dtd.xlsx", SHEET, head + declaration + member(plain, SHEET))
        assert refusal(path).code == "not_a_workbook"


def test_entities_in_another_encoding_are_refused(plain: Path, tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "60">]><x/>'
    assert refusal(with_member(plain, tmp_path / "d.xlsx", SHEET, text.encode("utf-16"))).code == "not_a_workbook"


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1", "A20001"])
def test_a_far_away_cell_is_answered_at_once(plain: Path, tmp_path: Path, cell: str) -> None:
    row = "".join(filter(str.isdigit, cell))
    extra = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    xml = member(plain, SHEET).replace(b"</sheetData>", extra)
    start = time.monotonic()
    path = with_member(plain, tmp_path / "far.xlsx", SHEET, xml.replace(b'<dimension ref="A1:B2"/>', b""))
    assert len(read_sheets(path)[0].rows) <= MAX_ROWS
    claimed = with_member(
        plain, tmp_path / "claimed.xlsx", SHEET, xml.replace(b'ref="A1:B2"', f'ref="A1:{cell}"'.encode())
    )
    assert refusal(claimed).code == "too_large"
    assert time.monotonic() - start < 8


def test_a_table_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a\n" * (MAX_ROWS + 1), encoding="utf-8")
    assert refusal(path).code == "too_large"
    path.write_text("," * 256, encoding="utf-8")
    assert refusal(path).code == "too_large"


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024 + 1)
    assert refusal(path).code == "too_large"


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "无.xlsx" in refusal(tmp_path / "无.xlsx").sentence
    assert refusal(tmp_path).code == "no_file"


def test_an_encrypted_zip_member_is_refused(plain: Path, tmp_path: Path) -> None:
    data = bytearray(plain.read_bytes())
    with zipfile.ZipFile(plain) as archive:
        offsets = [each.header_offset for each in archive.infolist()]
    for offset in offsets:
        data[offset + 6] |= 1
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path = tmp_path / "locked.xlsx"
    path.write_bytes(data)
    assert refusal(path).code == "not_a_workbook"


@pytest.mark.parametrize("small", [False, True])
def test_old_workbooks_are_read(tmp_path: Path, small: bool) -> None:
    path = tmp_path / "旧.xls"
    rows: list[list[object]] = [["指标", "数量"], ["专任教师", 60], ["小数", 0.1 + 0.2]]
    path.write_bytes(old_workbook({"教基4251": rows, "空": []}, small=small))
    found = read_sheets(path)
    assert [each.name for each in found] == ["教基4251", "空"]
    assert [list(row) for row in found[0].rows] == [["指标", "数量"], ["专任教师", 60.0], ["小数", 0.3]]


@pytest.mark.parametrize("small", [False, True])
def test_a_damaged_old_workbook_is_refused_or_read_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], small: bool
) -> None:
    path = tmp_path / "旧.xls"
    whole = old_workbook({"表": [["专任教师", 60]]}, small=small)
    chance = random.Random(7)
    hurt = [whole[:size] for size in range(8, len(whole), len(whole) // 60)]
    for _each in range(150):
        damaged = bytearray(whole)
        damaged[chance.randrange(8, len(whole))] ^= chance.choice([0xFF, 0x80, 1])
        hurt.append(bytes(damaged))
    refused = 0
    for content in hurt:
        path.write_bytes(content)
        try:
            read_sheets(path)
        except KnownError as error:
            refused += 1
            assert error.code in ("save_as_xlsx", "too_large")  # noqa: PT017 - reading what is there is right, too
    assert refused > 50
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("corner", [(65535, 65535), (65535, 1), (1, 65535), (20000, 0)])
def test_a_far_away_cell_of_an_old_workbook_is_refused_before_memory_is_reserved(
    tmp_path: Path, corner: tuple[int, int]
) -> None:
    path = tmp_path / "旧.xls"
    whole = old_workbook({"表": [["专任教师", 60]]})
    near = struct.pack("<HHHH", 0x0203, 14, 0, 1)
    assert whole.count(near) == 1
    path.write_bytes(whole.replace(near, struct.pack("<HHHH", 0x0203, 14, *corner)))
    assert refusal(path).code == "too_large"


def test_an_old_workbook_that_goes_in_circles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    whole = bytearray(old_workbook({"表": [["专任教师", 60]]}))
    whole[512 + 8 : 512 + 12] = (2).to_bytes(4, "little")  # sector 2 follows itself
    path.write_bytes(whole)
    assert refusal(path).code == "save_as_xlsx"
