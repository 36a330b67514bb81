"""The register: traps of public tables are straightened, doubtful rows are named, nothing is guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.factory import FIRST, City
from tests.models.operations.forge import rows_of
from tests.models.operations.workbooks import workbook
from vetdesk.models.operations import read_register
from vetdesk.models.operations.read_register import RegisterOffer
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import register

HEAD = ("序号", "学校（机构）标识码", "学校名称", "县（市、区）", "办学类型", "建校年")


def offered(folder: Path, *rows: Sequence[object]) -> RegisterOffer:
    """What a register of these rows offers."""
    return read_register.look(workbook(folder / "名录.xlsx", {"名录": [("学校名录",), HEAD, *rows]}))


@pytest.mark.parametrize(
    ("code", "read"),
    [("3641990001", "3641990001"), (3641990001, "3641990001"), (3641990001.0, "3641990001"),
     ("３６４１９９０００１", "3641990001"), (" 3641 990001\u200b", "3641990001")],
)  # fmt: skip
def test_codes_are_read_however_they_were_typed(tmp_path: Path, code: object, read: str) -> None:
    assert offered(tmp_path, (1, code, "甲校", "梁园区", "365", 1990)).units[0].code == read


@pytest.mark.parametrize(
    ("district", "code"),
    [("梁园区", "411402"), ("睢　县", "411422"), ("粱园区", "411402"), ("商丘市睢阳区", "411403"), (411481, "411481"),
     ("示范区", "4114SF"), ("商丘市", "411400"), ("", ""), (None, "")],
)  # fmt: skip
def test_districts_by_code_or_name_with_the_traps_of_public_tables(tmp_path: Path, district: object, code: str) -> None:
    assert offered(tmp_path, (1, FIRST, "甲校", district, "365", 1990)).units[0].district == code


def test_names_keep_their_brackets_but_lose_hidden_marks(tmp_path: Path) -> None:
    unit = offered(tmp_path, (1, FIRST, " 甲　校（虚构）\u200b\u202e", "梁园区", "365", 1990)).units[0]
    assert (unit.name, unit.run_type, unit.founded_year) == ("甲校（虚构）", "365", "1990")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ((2, "364199000", "乙校", "梁园区"), "9 位"),
        ((2, "36419900O2", "乙校", "梁园区"), "不是数字"),
        ((2, "36419900012", "乙校", "梁园区"), "11 位"),
        ((2, "abc", "乙校", "梁园区"), "abc"),
        ((2, None, "乙校", "梁园区"), "0 位"),
        ((2, FIRST, "又是甲校", "梁园区"), "重复"),
    ],
)
def test_a_doubtful_row_is_named_and_the_others_are_taken(tmp_path: Path, row: Sequence[object], word: str) -> None:
    found = offered(tmp_path, (1, FIRST, "甲校", "梁园区"), row, (3, "3641990003", "丙校", "睢县"))
    assert [unit.name for unit in found.units] == ["甲校", "丙校"]
    assert [("第 4 行" in doubt.place, "B4" in doubt.place, word in doubt.reason) for doubt in found.doubts] == [
        (True, True, True)
    ]


@pytest.mark.parametrize(
    ("row", "cell", "word"),
    [
        ((2, "3641990002", None, "梁园区"), "C4", "没有学校名称"),
        ((2, "3641990002", "乙校", "北京市"), "D4", "北京市"),
        ((2, "3641990002", "乙校", "梁园区", "365", "很早"), "F4", "不是年份"),
        ((2, "3641990002", "乙校", "梁园区", "365", dt.date.today().year + 1), "F4", "还没有到"),  # noqa: DTZ011
    ],
)
def test_a_doubtful_row_is_told_at_its_cell(tmp_path: Path, row: Sequence[object], cell: str, word: str) -> None:
    found = offered(tmp_path, (1, FIRST, "甲校", "梁园区"), row)
    assert ([unit.name for unit in found.units], found.notes) == (["甲校"], ())
    assert [(f"（{cell}）" in doubt.place, word in doubt.reason) for doubt in found.doubts] == [(True, True)]


@pytest.mark.parametrize(
    ("row", "cell", "word"),
    [
        ((2, "3641990002", "乙校", "睢县", "999", 1990, "公办"), "E4", "没有“999”这种办学类型"),
        ((2, "3641990002", "乙校", "睢县", "中等专业学校", 1990, ""), "E4", "365 职业高中学校"),
        ((2, "3641990002", "乙校", "睢县", "365", 1990, "民营"), "G4", "“民营”不认识"),
        ((2, "3741990002", "乙校", "睢县", "365", 1990, "民办"), "B4", "3741990002"),
        ((2, "3641990002", "甲校", "梁园区", "365", 1990, "企业"), "C4", FIRST),
        ((2, "3641990002", "丙校", "梁园区", "365", 1990, ""), "C4", "3641990009"),
    ],
)
def test_what_may_be_a_slip_is_taken_as_written_and_told(
    tmp_path: Path, row: Sequence[object], cell: str, word: str
) -> None:
    head = (*HEAD, "举办者性质")
    path = workbook(
        tmp_path / "名录.xlsx", {"名录": [("学校名录",), head, (1, FIRST, "甲校", "梁园区", "365", 1990, "公办"), row]}
    )
    known = [register.UnitRecord("3641990009", "丙校", district="411402"), register.UnitRecord(FIRST, "甲校")]
    found = read_register.look(path, known)
    assert (len(found.units), found.doubts) == (2, ())
    assert [(f"（{cell}）" in note.place, word in note.reason) for note in found.notes] == [(True, True)]
    assert found.units[1].run_type == str(row[4])


@pytest.mark.parametrize(
    ("code", "name", "district", "type_", "ownership"),
    [
        ("3641990002", "乙校", "睢县", "366 技工学校", "公办（教育部门）"), ("4141099999", "乙学院", "睢县", "高职", "民办"),
        ("3641990002", "乙校", "睢县", "412", "企业"), ("3641990002", "甲校", "睢县", "365", "人社部门"),
        ("3641990009", "丙校", "梁园区", "", ""), ("3641990002", "丁校", "梁园区", "365", ""),
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_is_usual(
    tmp_path: Path, code: str, name: str, district: str, type_: str, ownership: str
) -> None:
    head = (*HEAD, "举办者性质")
    rows = [(1, FIRST, "甲校", "梁园区", "365", 1990, "公办"), (2, code, name, district, type_, 1990, ownership)]
    known = [
        register.UnitRecord("3641990009", "丙校", district="411402"),
        register.UnitRecord("3641990008", "丁校", district="411402", closed="2026-01-01"),
    ]
    found = read_register.look(workbook(tmp_path / "名录.xlsx", {"名录": [head, *rows]}), known)
    assert (len(found.units), found.doubts, found.notes) == (2, (), ())


def test_contacts_by_role_are_kept_and_no_list_without_them_takes_them_away(city: City, tmp_path: Path) -> None:
    head = (*HEAD, "联系人", "联系电话", "校长", "校长电话", "分管副校长", "分管副校长电话")
    row = (1, FIRST, "甲校", "梁园区", "365", 1990, "甲某", "0370-1", "乙某", "0370-2", None, "0370-3")
    read_register.take(city.bureau, read_register.look(workbook(tmp_path / "名录.xlsx", {"名录": [head, row]})))
    read_register.take(city.bureau, offered(tmp_path, (1, FIRST, "甲校", "梁园区", "365", 1991)))
    unit = next(each for each in register.units(city.bureau) if each.code == FIRST)
    assert unit.founded_year == "1991"
    assert [unit.contact(role) for role in register.CONTACTS] == [
        ("甲某", "0370-1"),
        ("乙某", "0370-2"),
        ("", "0370-3"),
    ]
    assert register.UnitRecord("1", "x", contact_name="丙某").contact("head") == ("丙某", "")


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    found = offered(tmp_path, (None,) * 6, (1, FIRST, "甲校"), ())
    assert (len(found.units), found.doubts) == (1, ())


def test_the_sheet_with_the_heading_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "x.xlsx", {"说明": [("填写说明",)], "表": [("名称", "代码"), (), HEAD, (1, FIRST, "甲校")]}
    )
    assert [unit.code for unit in read_register.look(path).units] == [FIRST]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名录.csv"
    path.write_text(f"学校标识码,学校名称,县区\n{FIRST},甲校,睢 县\n", encoding=encoding)
    assert [(unit.name, unit.district) for unit in read_register.look(path).units] == [("甲校", "411422")]


def test_a_file_without_the_two_columns_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"表": [("学校名称", "地址"), ("甲校", "路")]})
    with pytest.raises(KnownError) as caught:
        read_register.look(path)
    assert caught.value.code == "no_heading"


def test_taking_counts_new_and_changed_and_leaves_equal_ones_alone(city: City, tmp_path: Path) -> None:
    bureau = city.bureau
    rows = [(1, FIRST, "甲校改名", "梁园区", "365", 1990), (2, "3641990003", "丙校", "睢县", "365", 1992)]
    offer = offered(tmp_path, *rows)
    fresh, changed, changes = read_register.take(bureau, offer)
    assert (fresh, changed, changes.register) == (1, 1, True)
    assert [unit.name for unit in register.units(bureau)] == ["甲校改名", "乙校（虚构）", "丙校"]
    before = rows_of(bureau)
    assert read_register.take(bureau, offer)[:2] == (0, 0)
    assert rows_of(bureau) == before


def test_a_register_of_hundreds(tmp_path: Path) -> None:
    offer = offered(tmp_path, *((at, f"3641{at:06d}", f"第{at}学校", "永城市") for at in range(1, 801)))
    with set_up_bureau(tmp_path / "b", name="局", district="商丘市") as bureau:
        assert read_register.take(bureau, offer)[0] == 800
        assert [unit.code for unit in register.units(bureau)] == [f"3641{at:06d}" for at in range(1, 801)]


def test_what_a_workbook_has_no_column_for_stays(city: City, tmp_path: Path) -> None:
    before = {each.code: each for each in register.units(city.bureau)}[FIRST]
    assert before.founded_year == "1990"
    path = workbook(tmp_path / "名录.xlsx", {"名录": [("学校标识码", "学校名称"), (FIRST, "甲校新名（虚构）")]})
    read_register.take(city.bureau, read_register.look(path))
    after = {each.code: each for each in register.units(city.bureau)}[FIRST]
    assert (after.name, after.founded_year, after.district) == ("甲校新名（虚构）", "1990", before.district)


@pytest.mark.parametrize(
    ("year", "read"),
    [
        (2023, "2023"), ("2023年", "2023"), ("2023年9月", "2023"), ("2023-09-01", "2023"), ("２０２３", "2023"),
        ("2023.9", "2023"), ("2023/9/1", "2023"), (dt.date(2023, 9, 1), "2023"),
        (dt.datetime(2023, 9, 1), "2023"), ("", ""), (None, ""),  # noqa: DTZ001 - a cell has no zone
    ],
)  # fmt: skip
def test_the_year_of_foundation_however_it_was_written(tmp_path: Path, year: object, read: str) -> None:
    """A standard speaks of schools founded before 2022 only: a year that is not understood would be a wrong verdict."""
    assert offered(tmp_path, (1, FIRST, "甲校", "梁园区", "365", year)).units[0].founded_year == read


@pytest.mark.parametrize("year", ["二〇二三", "很早", "20", "12023", "1", "3023"])
def test_what_is_no_year_is_told(tmp_path: Path, year: str) -> None:
    found = offered(tmp_path, (1, FIRST, "甲校", "梁园区", "365", year))
    assert found.units == ()
    assert "不是年份" in found.doubts[0].reason


@pytest.mark.parametrize(
    ("text", "read"),
    [("附设中职班", "368"), ("技工学校", "366"), (" 职业 高中学校", "365"), (365, "365"), ("别的", "别的")],
)
def test_a_type_by_its_name_is_that_code(tmp_path: Path, text: object, read: str) -> None:
    """附设中职班 is not judged by the key indicators, also where its name stands instead of its code."""
    assert offered(tmp_path, (1, FIRST, "甲校", "梁园区", text, 1990)).units[0].run_type == read


@pytest.mark.parametrize(
    "head",
    [
        ("校长", "电话", "填表人", "电话"), ("校长", "联系电话", "联系人", "联系电话"), ("联系人", "电话", "校长", "电话"),
        ("填表人", "联系电话", "负责人", "电话"),
    ],
)  # fmt: skip
def test_a_telephone_is_that_of_whom_it_stands_behind(tmp_path: Path, head: tuple[str, ...]) -> None:
    row = (1, FIRST, "甲校", "梁园区", "365", 1990, "一某", "0370-1", "二某", "0370-2")
    path = workbook(tmp_path / "名录.xlsx", {"名录": [(*HEAD, *head), row]})
    unit = read_register.look(path).units[0]
    first, second = ("head", "contact") if head[0] == "校长" else ("contact", "head")
    assert (unit.own_contact(first), unit.own_contact(second)) == (("一某", "0370-1"), ("二某", "0370-2"))


def test_an_empty_cell_takes_nothing_away(city: City, tmp_path: Path) -> None:
    head = (*HEAD, "联系人", "校长")
    full = workbook(tmp_path / "全.xlsx", {"名录": [head, (1, FIRST, "甲校", "梁园区", "365", 1990, "甲某", "乙某")]})
    read_register.take(city.bureau, read_register.look(full))
    empty = workbook(tmp_path / "缺.xlsx", {"名录": [head, (1, FIRST, "甲校", None, "", "", "丙某", None)]})
    read_register.take(city.bureau, read_register.look(empty))
    unit = next(each for each in register.units(city.bureau) if each.code == FIRST)
    assert (unit.district, unit.run_type, unit.founded_year) == ("411402", "365", "1990")
    assert (unit.contact_name, unit.head_name) == ("丙某", "乙某")


@pytest.mark.parametrize("name", ["#REF!", "#N/A", "True", "12345", "长" * 101])
def test_what_is_no_name_of_a_school_is_told(tmp_path: Path, name: str) -> None:
    found = offered(tmp_path, (1, FIRST, name, "梁园区", "365", 1990))
    assert found.units == ()
    assert ("（C3）" in found.doubts[0].place, "不像学校名称" in found.doubts[0].reason) == (True, True)


def test_names_are_the_same_whatever_their_brackets(tmp_path: Path) -> None:
    found = offered(tmp_path, (1, FIRST, "甲（校）", "梁园区"), (2, "3641990002", "甲(校)", "梁园区"))
    assert [unit.name for unit in found.units] == ["甲（校）", "甲(校)"]
    assert ["同名" in note.reason for note in found.notes] == [True]


def test_somebody_new_has_not_the_telephone_of_who_was_there_before(city: City, tmp_path: Path) -> None:
    head = ("学校标识码", "学校名称", "校长", "校长电话", "联系人", "联系电话")
    first = (FIRST, "甲校", "张某", "0370-3", "李某", "0370-4")
    for at, row in enumerate((first, (FIRST, "甲校", "赵某", None, "#N/A", "#REF!"))):
        read_register.take(city.bureau, read_register.look(workbook(tmp_path / f"{at}.xlsx", {"名录": [head, row]})))
    unit = next(each for each in register.units(city.bureau) if each.code == FIRST)
    assert (unit.own_contact("head"), unit.own_contact("contact")) == (("赵某", ""), ("李某", "0370-4"))


def test_a_telephone_that_says_whose_it_is_counts_before(tmp_path: Path) -> None:
    head = ("学校标识码", "学校名称", "校长", "电话", "校长电话")
    path = workbook(tmp_path / "名录.xlsx", {"名录": [head, (FIRST, "甲校", "张某", "0370-1", "0370-2")]})
    assert read_register.look(path).units[0].own_contact("head") == ("张某", "0370-2")
