"""Figures out of statistical workbooks: read by label and heading, each refused cell named, nothing guessed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import rows_of
from tests.models.operations.workbooks import form, old_workbook, protected, workbook
from vetdesk.models.operations import demo_city, harvest
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.harvest import Harvest, label_key
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import figures

HEAD = ("指标", "计量单位", "代码", "数量")


def offered(city: City, folder: Path, *sheets: Sequence[Sequence[object]], name: str = "报表.xlsx") -> Harvest:
    """What a workbook of these sheets offers to the first school."""
    path = workbook(folder / name, {f"表{at}": sheet for at, sheet in enumerate(sheets, start=1)})
    return harvest.look(city.school(), [path])


def values(found: Harvest) -> dict[str, str]:
    """Taken figures as `text unit`."""
    return {each.fact: f"{each.entry.text}{each.entry.unit}" for each in found.taken}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("专任教师", "专任教师"),
        ("　专 任 教 师 ", "专任教师"),
        ("其中：全日制在校生数", "全日制在校生数"),
        ("#双师型", "双师型"),
        ("＃双师型", "双师型"),
        ("一、教学及辅助用房", "教学及辅助用房"),
        ("1.专任教师", "专任教师"),
        ("“双师型”教师", "双师型教师"),
        ("专业（技能）课程", "专业(技能)课程"),
        ("学校（机构）标识码：", "学校标识码"),
        ("其中：#1、女", "女"),
    ],
)
def test_labels_are_compared_without_what_varies(written: str, key: str) -> None:
    assert label_key(written) == key


@pytest.mark.parametrize(
    ("label", "unit", "cell", "fact", "text"),
    [
        ("专任教师", "人", 61, "teachers_ft", "61"),
        ("专任教师数", "人", "61", "teachers_ft", "61"),
        ("专任教师", "人", "６１", "teachers_ft", "61"),
        ("专任教师", "人", " 1,261 ", "teachers_ft", "1261"),
        ("专任教师", "人", "１，２６１", "teachers_ft", "1261"),
        ("专任教师", "", "61人", "teachers_ft", "61"),
        ("其中：全日制在校生数", "人", 1310, "students_ft", "1310"),
        ("　其中:全日制在校生数", "人", 1310.0, "students_ft", "1310"),
        ("图书（册）", "", 40000, "books_print", "40000"),
        ("图书", "万册", 4.2, "books_print", "4.2万册"),
        ("图书（万册）", "", "4.2", "books_print", "4.2万册"),
        ("教学、实习仪器设备资产值", "万元", 764.14, "equip_teaching_wan", "764.14"),
        ("教学、实习仪器设备资产值（元）", "", 7641400, "equip_teaching_wan", "7641400元"),
        ("教学、实习仪器设备资产值", "万元", 1.1 * 3, "equip_teaching_wan", "3.3"),
        ("教学、实习仪器设备资产值", "万元", 826.7000000000001, "equip_teaching_wan", "826.7"),
        ("数字终端数", "台", "410", "computers_total", "410"),
        ("附属机构占地面积", "平方米", "0", "land_affiliated", "0"),
        ("附属机构占地面积", "亩", "1.5", "land_affiliated", "1.5亩"),
        ("附属机构占地面积（㎡）", "", "1,000.50", "land_affiliated", "1000.5"),
        ("环形跑道", "米", "200", "track_length_m", "200"),
    ],
)
def test_rows_of_label_unit_code_and_number(
    city: City, tmp_path: Path, label: str, unit: str, cell: object, fact: str, text: str
) -> None:
    found = offered(city, tmp_path, form("教基5377", HEAD, (label, unit, "01", cell)))
    assert values(found) == {fact: text}
    assert found.rejected == ()


def test_ownership_columns_give_three_facts_and_mu_stay_exact(city: City, tmp_path: Path) -> None:
    assets = form(
        "教基5377",
        ("指标", "计量单位", "代码", "学校产权", "非学校产权独立使用", "非学校产权共同使用"),
        ("占地面积", "亩", "01", "60", 3, 0),
        ("图书（册）", "册", "02", "40,000", 0, 0),
    )
    found = offered(city, tmp_path, assets)
    assert values(found) == {
        "land_owned": "60亩", "land_excl_use": "3亩", "land_shared": "0亩", "books_print": "40000",
    }  # fmt: skip
    land = next(each for each in found.taken if each.fact == "land_owned")
    assert land.entry.value("㎡") == Fraction(40000)
    assert land.place == "报表.xlsx › 表1 › D6"
    assert land.now.text == "60000"


def teaching(*total: object) -> list[Sequence[object]]:
    """The form whose labels stand in the heading, with a row of totals."""
    return form(
        "教基4261",
        ("", "代码", "授课专任教师", "", "不授课"),
        ("", "", "专业（技能）课程", "#双师型", ""),
        total,
        ("#女", "02", 40, 20, 0),
        ("其中：思政", "03", 3, 1, 0),
    )


def test_a_table_with_labels_in_the_heading_is_read_from_its_totals(city: City, tmp_path: Path) -> None:
    assert values(offered(city, tmp_path, teaching("总计", "01", 85, 34, 0))) == {
        "teachers_prof": "85",
        "teachers_dual": "34",
    }


@pytest.mark.parametrize("numbers", [(1, 2, 3), ("1", "2", "3"), ("１", "２", "３")])
def test_the_row_that_numbers_the_columns_is_never_taken_for_figures(
    city: City, tmp_path: Path, numbers: tuple[object, ...]
) -> None:
    sheet = teaching("总计", "01", 85, 34, 0)
    sheet.insert(6, ("甲", "乙", *numbers))
    assert values(offered(city, tmp_path, sheet)) == {"teachers_prof": "85", "teachers_dual": "34"}
    bare = form("教基4257", ("", "代码", "正高级", "副高级"), ("甲", "乙", *numbers), ("", "", 4, 9))
    assert values(offered(city, tmp_path, bare, name="二.xlsx")) == {
        "title_senior_full": "4",
        "title_senior_assoc": "9",
    }
    none = form("教基4257", ("", "代码", "正高级", "副高级"), ("甲", "乙", *numbers))
    assert values(offered(city, tmp_path, none, name="三.xlsx")) == {}


def test_totals_typed_as_text_are_totals(city: City, tmp_path: Path) -> None:
    found = offered(city, tmp_path, teaching("总计", "01", "８５", "3,4", "0"))
    assert values(found) == {"teachers_prof": "85"}
    assert [(each.place, each.value) for each in found.rejected] == [("报表.xlsx › 表1 › D7", "3,4")]


def test_several_rows_of_numbers_without_a_total_are_not_guessed_at(city: City, tmp_path: Path) -> None:
    rows = form("教基4257", ("专业", "正高级", "副高级"), ("机电", 1, 2), ("护理", 3, 4))
    assert values(offered(city, tmp_path, rows)) == {}


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("很多", "数字"),
        (-5, "负"),
        ("-5", "负"),
        (60.5, "整数"),
        ("六十", "数字"),
        (True, "是/否"),
        ("#REF!", "数字"),
        ("61㎡", "单位"),
        ("约61", "数字"),
        ("61-65", "单位"),
    ],
)
def test_a_rejected_cell_is_named_with_sheet_cell_value_and_reason(
    city: City, tmp_path: Path, cell: object, word: str
) -> None:
    found = offered(city, tmp_path, form("教基4251", HEAD, ("专任教师", "人", "03", cell)))
    assert found.taken == ()
    only = found.rejected[0]
    assert (only.place, only.label, only.value) == ("报表.xlsx › 表1 › D6", "专任教师", str(cell))
    assert word in only.reason


def test_a_unit_that_measures_something_else_rejects_the_cell(city: City, tmp_path: Path) -> None:
    found = offered(city, tmp_path, form("教基5377", HEAD, ("图书", "台", "02", 40000)))
    assert (found.taken, len(found.rejected)) == ((), 1)
    assert "台" in found.rejected[0].reason


def test_everyday_words_count_only_on_their_own_form(city: City, tmp_path: Path) -> None:
    assert (
        values(offered(city, tmp_path, form("教基4257", HEAD, ("图书", "册", "01", 7), ("本科", "人", "02", 8)))) == {}
    )
    own = form("教基4360", HEAD, ("本科", "人", "02", 8))
    assert values(offered(city, tmp_path, own, name="二.xlsx")) == {"edu_bachelor": "8"}


def test_an_empty_cell_is_neither_zero_nor_rejected(city: City, tmp_path: Path) -> None:
    found = offered(city, tmp_path, form("教基4251", HEAD, ("专任教师", "人", "03", None), ("图书", "册", "04", "  ")))
    assert (found.taken, found.rejected) == ((), ())


def test_two_differing_values_for_one_figure_are_both_rejected_equal_ones_taken_once(
    city: City, tmp_path: Path
) -> None:
    first = form("教基5377", HEAD, ("专任教师", "人", "03", 61), ("图书", "册", "04", 40000))
    second = form("补充表", HEAD, ("专任教师数", "人", "03", 62), ("图书（万册）", "", "04", 4))
    found = offered(city, tmp_path, first, second)
    assert values(found) == {"books_print": "40000"}
    assert [(each.place, each.value) for each in found.rejected] == [
        ("报表.xlsx › 表1 › D6", "61"),
        ("报表.xlsx › 表2 › D6", "62"),
    ]


def test_differing_values_in_two_files_are_both_rejected(city: City, tmp_path: Path) -> None:
    paths = [
        workbook(tmp_path / name, {"表": form("教基4251", HEAD, ("专任教师", "人", "03", number))})
        for name, number in (("甲.xlsx", 61), ("乙.xlsx", 62))
    ]
    found = harvest.look(city.school(), paths)
    assert found.taken == ()
    assert [each.place.partition(" ")[0] for each in found.rejected] == ["甲.xlsx", "乙.xlsx"]


@pytest.mark.parametrize(
    "head",
    [
        f"学校（机构）标识码：{SECOND}",
        f"学校标识码:{SECOND}",
        f"学校(机构)标识码： {' '.join(SECOND)}",
        "学校标识码：３６４１９９０００２",
    ],
)
def test_the_workbook_of_another_school_is_refused(city: City, tmp_path: Path, head: str) -> None:
    rows: list[Sequence[object]] = [["表"], [head], list(HEAD), ["专任教师", "人", "03", 61]]
    with pytest.raises(KnownError) as caught:
        offered(city, tmp_path, rows)
    assert caught.value.code == "other_school"
    assert SECOND in caught.value.sentence


@pytest.mark.parametrize("code", [SECOND, int(SECOND), float(SECOND)])
def test_another_schools_code_in_the_next_cell_is_seen(city: City, tmp_path: Path, code: object) -> None:
    rows: list[Sequence[object]] = [["学校标识码", None, code], list(HEAD), ["专任教师", "人", "03", 61]]
    with pytest.raises(KnownError) as caught:
        offered(city, tmp_path, rows)
    assert caught.value.code == "other_school"


def test_our_own_code_and_no_code_are_fine(city: City, tmp_path: Path) -> None:
    assert values(offered(city, tmp_path, [["标识码", int(FIRST)], ["专任教师数", 61]])) == {"teachers_ft": "61"}
    assert values(offered(city, tmp_path, [["专任教师数", 61]], name="二.xlsx")) == {"teachers_ft": "61"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_like_a_workbook(city: City, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "报表.csv"
    path.write_text(
        f'学校（机构）标识码：{FIRST}\n指标,计量单位,代码,数量\n其中：全日制在校生数,人,02,"1,310"\n占地面积（亩）,,03,60\n',
        encoding=encoding,
    )
    found = harvest.look(city.school(), [path])
    assert values(found) == {"students_ft": "1310", "land_total": "60亩"}
    path.write_text("全日制在校生数,专任教师数,图书（万册）\n1310,61,4.2\n", encoding=encoding)
    assert values(harvest.look(city.school(), [path])) == {
        "students_ft": "1310", "teachers_ft": "61", "books_print": "4.2万册",
    }  # fmt: skip


def test_old_workbooks_are_read(city: City, tmp_path: Path) -> None:
    path = tmp_path / "报表.xls"
    path.write_bytes(old_workbook({"教基4251": form("教基4251", HEAD, ("专任教师", "人", "03", 61))}))
    assert values(harvest.look(city.school(), [path])) == {"teachers_ft": "61"}


def test_this_year_and_last_year_are_kept_apart(city: City, tmp_path: Path) -> None:
    school = city.school()
    path = workbook(tmp_path / "报表.xlsx", {"表": form("教基4251", HEAD, ("专任教师", "人", "03", 61))})
    last = harvest.look(school, [path], year=figures.LAST)
    assert last.taken[0].now.text == ""
    assert harvest.take(school, last, year=figures.LAST).facts == {"teachers_ft"}
    found = standing(school).assessment
    assert (found.value("teachers_ft"), found.last_value("teachers_ft")) == (100, 61)
    harvest.take(school, harvest.look(school, [path]))
    assert standing(school).assessment.value("teachers_ft") == 61


def test_taking_is_one_act_with_its_places_and_can_be_undone(city: City, tmp_path: Path) -> None:
    school = city.school()
    found = offered(city, tmp_path, form("教基5377", HEAD, ("专任教师", "人", "03", 61), ("图书", "册", "04", 7)))
    assert harvest.take(school, found).facts == {"teachers_ft", "books_print"}
    assert standing(school).sources["teachers_ft"] == "报表.xlsx › 表1 › D6"
    assert harvest.take(school, found).facts == frozenset()
    undo(school)
    assert [standing(school).assessment.value(fact) for fact in ("teachers_ft", "books_print")] == [100, 60000]


def test_only_what_was_chosen_is_taken(city: City, tmp_path: Path) -> None:
    found = offered(city, tmp_path, form("教基5377", HEAD, ("专任教师", "人", "03", 61), ("图书", "册", "04", 7)))
    assert harvest.take(city.school(), found, only=frozenset({"books_print"})).facts == {"books_print"}


def test_looking_changes_nothing(city: City, tmp_path: Path) -> None:
    before = rows_of(city.school())
    offered(city, tmp_path, form("教基4251", HEAD, ("专任教师", "人", "03", 61)))
    assert rows_of(city.school()) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [("表.et", b"x"), ("表.xlsx", protected()), ("表.xlsx", b"x"), ("表.pdf", b"%PDF-1.4"), ("表.xls", protected())],
)
def test_a_file_that_cannot_be_read_refuses_all_of_them(city: City, tmp_path: Path, name: str, content: bytes) -> None:
    good = workbook(tmp_path / "好.xlsx", {"表": form("教基4251", HEAD, ("专任教师", "人", "03", 61))})
    bad = tmp_path / name
    bad.write_bytes(content)
    before = rows_of(city.school())
    with pytest.raises(KnownError, match=r"\.xlsx"):
        harvest.look(city.school(), [good, bad])
    assert rows_of(city.school()) == before


def test_the_workbooks_of_the_demo_give_back_exactly_its_figures(city: City, tmp_path: Path) -> None:
    for at, each in enumerate(demo_city.schools(14, seed=3)):
        own = demo_city.DemoSchool(
            FIRST, each.name, each.district, each.kind, each.facts, each.last_year, each.overstated
        )
        path = tmp_path / f"{at}.xlsx"
        demo_city.write_workbook(own, own.facts, path)
        found = harvest.look(city.school(), [path])
        assert found.rejected == ()
        assert {each.fact for each in found.taken} == set(own.facts)
        for taken in found.taken:
            unit = {"land_owned": "㎡", "equip_teaching_wan": "万元"}.get(taken.fact, taken.entry.unit)
            assert taken.entry.value(unit) == Fraction(own.facts[taken.fact])


def test_a_roster_of_thousands_of_people_is_answered_quickly(city: City, tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    line = "张三,男,20100101,3641990001,2026,机电,1,2,3,4,5,6\n"
    path.write_text("姓名,性别,出生,学号,年级,专业,a,b,c,d,e,f\n" + line * 6000, encoding="utf-8")
    start = time.monotonic()
    assert harvest.look(city.school(), [path]).taken == ()
    assert time.monotonic() - start < 10


def test_labels_repeated_on_every_row_are_answered_quickly(city: City, tmp_path: Path) -> None:
    path = tmp_path / "重复.csv"
    path.write_text(("专任教师," + "1," * 60 + "\n") * 2000, encoding="utf-8")
    start = time.monotonic()
    harvest.look(city.school(), [path])
    assert time.monotonic() - start < 10


def test_choices_answers_and_yes_or_no_are_taken_too(city: City, tmp_path: Path) -> None:
    """A class of school decides which standard is about it: a book that says it is not read by halves."""
    rows = [("达标分类", " 艺 术 "), ("当年学历教育招生资质", "是"), ("专任教师", 61)]
    book = workbook(tmp_path / "表.xlsx", {"表": rows})
    school = city.school(filled=False)
    found = harvest.look(school, [book])
    assert {each.fact: each.entry.text for each in found.taken} == {
        "pack_class": "艺术", "enrol_right": "1", "teachers_ft": "61"
    }  # fmt: skip
    wrong = workbook(tmp_path / "错.xlsx", {"表": [("达标分类", "大学"), ("当年学历教育招生资质", "也许")]})
    refused = harvest.look(school, [wrong])
    assert refused.taken == ()
    assert [("只能是：一般类" in each.reason, each.value) for each in refused.rejected] == [
        (True, "大学"),
        (False, "也许"),
    ]
    two = harvest.look(school, [book, workbook(tmp_path / "另.xlsx", {"表": [("达标分类", "体育")]})])
    assert "pack_class" not in {each.fact for each in two.taken}, "two books that differ are for a person to choose"


@pytest.mark.parametrize(
    "rows",
    [
        [("项目", "符合", "基本符合", "不符合"), ("具备法人条件并办理法人登记", None, None, 1)],
        [("项目", "符合", "基本符合", "不符合"), ("具备法人条件并办理法人登记", None, None, "是")],
        [("项目", "是", "否"), ("当年学历教育招生资质", None, 1)],
        [("项目", "分值", "得分"), ("具备法人条件并办理法人登记", 1, None)],
        [("项目", "上年", "今年"), ("当年学历教育招生资质", "否", None)],
        [("项目", "自评", "核查"), ("当年学历教育招生资质", None, "是")],
        [("项目", "上学年", "本学年"), ("纸质图书", 5, None)],
    ],
)
def test_a_mark_points_and_other_peoples_words_are_no_answer(
    city: City, tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    found = harvest.look(city.school(filled=False), [workbook(tmp_path / "表.xlsx", {"表": rows})])
    assert found.taken == ()
