"""Workbooks of standards that somebody broke: each is refused in one line that names the broken cell, nothing is written."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.factory import NINE, SETUP
from tests.models.operations.workbooks import bomb, protected, workbook
from vetdesk.models.operations.pack_workbook import mistakes_of, to_excel
from vetdesk.ui.cli import main

HENAN = "ha_zz_2021_468"
PLACE = re.compile(r"工作表“([^”]*)”第 (\d+) 行“([^”]*)”（([A-Z]+\d+)）：(.+)")
PAGE = re.compile(r"工作表“([^”]*)”：(.+)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: its page, row, heading and name; only the page where it is about the whole of it."""

    sheet: str
    row: int = 0
    heading: str = ""
    cell: str = ""


class Book:
    """The workbook of a shipped standard, to be broken; what changes a cell says which one it was."""

    def __init__(self, name: str) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(workbook_of(name)))

    def page(self, name: str) -> Worksheet:
        found = self.book[name]
        assert isinstance(found, Worksheet)
        return found

    def column(self, sheet: str, heading: str) -> int:
        at = self.page(sheet)
        return next(each for each in range(1, at.max_column + 1) if at.cell(1, each).value == heading)

    def row(self, sheet: str, name: str) -> int:
        """The row with this in its first column."""
        at = self.page(sheet)
        return next(each for each in range(1, at.max_row + 1) if at.cell(each, 1).value == name)

    def put(self, sheet: str, name: str | int, heading: str, value: Any) -> Spot:
        """Change the cell of a row (by its first column, or its number) and a heading."""
        number = name if isinstance(name, int) else self.row(sheet, name)
        at = self.column(sheet, heading)
        cell = self.page(sheet).cell(number, at)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "f" if value.startswith("=SUM") else "s"
        return Spot(sheet, number, heading, f"{get_column_letter(at)}{number}")

    def head(self, heading: str, value: Any) -> Spot:
        """Change a value of the first page."""
        number = self.row("标准", heading)
        self.page("标准").cell(number, 2).value = value
        return Spot("标准", number, heading, f"B{number}")

    def add(self, sheet: str, cells: dict[str, Any], spot: str) -> Spot:
        """Add a row; `spot` is the heading of the cell that is wrong in it."""
        number = self.page(sheet).max_row + 1
        for heading, value in cells.items():
            self.put(sheet, number, heading, value)
        at = self.column(sheet, spot)
        return Spot(sheet, number, spot, f"{get_column_letter(at)}{number}")

    def again(self, sheet: str, name: str, spot: str, **changes: Any) -> Spot:
        """Add a copy of a row with some cells changed."""
        at = self.page(sheet)
        headings = [str(at.cell(1, each).value) for each in range(1, at.max_column + 1)]
        cells = {
            heading: at.cell(self.row(sheet, name), place).value for place, heading in enumerate(headings, start=1)
        }
        return self.add(sheet, {**cells, **changes}, spot)


@cache
def workbook_of(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        to_excel(name, path)
        return path.read_bytes()


Edit = Callable[[Book], Spot]


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break a workbook, and what the refusal says about it."""

    edit: Edit
    says: str
    pack: str = NINE


# pages and columns


def no_page(book: Book) -> Spot:
    del book.book["指标"]
    return Spot("指标")


def page_renamed(book: Book) -> Spot:
    book.page("标准").title = "标准（修改）"
    return Spot("标准")


def page_of_values_renamed(book: Book) -> Spot:
    book.page("达标值").title = "阈值"
    return Spot("阈值")


def page_nobody_knows(book: Book) -> Spot:
    book.book.create_sheet("讨论")["B7"] = "张老师说再想想"
    return Spot("讨论")


def column_nobody_knows(book: Book) -> Spot:
    at = book.page("指标").max_column + 1
    book.page("指标").cell(1, at).value = "负责人"
    return Spot("指标", 1, "负责人", f"{get_column_letter(at)}1")


def column_twice(book: Book) -> Spot:
    at = book.page("指标").max_column + 1
    book.page("指标").cell(1, at).value = "公式"
    return Spot("指标", 1, "公式", f"{get_column_letter(at)}1")


def no_column(book: Book) -> Spot:
    book.page("指标").delete_cols(book.column("指标", "公式"))
    return Spot("指标", 1, "公式", "A1")


def no_owner_column(book: Book) -> Spot:
    book.page("达标值").delete_cols(1)
    return Spot("达标值", 1, "指标", "A1")


def heading_deleted(book: Book) -> Spot:
    spot = book.put("指标", 1, "单位", None)
    return Spot("指标", 1, "", spot.cell)


def no_chinese_evidence(book: Book) -> Spot:
    book.page("分类").delete_cols(book.column("分类", "佐证材料"))
    return Spot("分类", 3, "佐证材料（英文）", "D3")


def no_english_evidence(book: Book) -> Spot:
    book.page("分类").delete_cols(book.column("分类", "佐证材料（英文）"))
    return Spot("分类", 3, "佐证材料", "D3")


def line_nobody_knows(book: Book) -> Spot:
    book.page("标准").cell(30, 1).value = "联系人"
    return Spot("标准", 30, "联系人", "A30")


def line_twice(book: Book) -> Spot:
    book.page("标准").cell(30, 1).value = "版本"
    return Spot("标准", 30, "版本", "A30")


def line_missing(book: Book) -> Spot:
    book.page("标准").delete_rows(book.row("标准", "版本"))
    return Spot("标准")


PAGES = {
    "missing page": Break(no_page, "没有这张工作表"),
    "renamed first page": Break(page_renamed, "没有这张工作表"),
    "renamed page of thresholds": Break(page_of_values_renamed, "不认识这张工作表，请删去，或把名字改回"),
    "page nobody knows": Break(page_nobody_knows, "不认识这张工作表"),
    "column nobody knows": Break(column_nobody_knows, "不认识这个列名，请改回原来的列名或删去这一列"),
    "column twice": Break(column_twice, "列名重复，请删去一列"),
    "missing column": Break(no_column, "缺少“公式”这一列，请补上"),
    "missing column of ids": Break(no_owner_column, "缺少“指标”这一列，请补上"),
    "heading deleted": Break(heading_deleted, "这一列没有列名，但有内容；请写上列名或删去这一列"),
    "line nobody knows": Break(line_nobody_knows, "不认识这一项，请改回原来的名称或删去"),
    "line twice": Break(line_twice, "写了两次，请删去一个"),
    "line missing": Break(line_missing, "缺少“版本”这一行，请补上"),
}

# cells that cannot be read


def cell_of(sheet: str, name: str | int, heading: str, value: Any, says: str, pack: str = NINE) -> Break:
    return Break(lambda book: book.put(sheet, name, heading, value), says, pack)


def head_of(heading: str, value: Any, says: str, pack: str = NINE) -> Break:
    return Break(lambda book: book.head(heading, value), says, pack)


CELLS = {
    "required cell empty": cell_of("指标", "db22_land", "名称", None, "没有填，请填写"),
    "required cell blank": cell_of("指标", "db22_land", "英文名称", "  ", "没有填，请填写"),
    "line without a value": head_of("发布单位", None, "没有填，请填写"),
    "formula of Excel": cell_of(
        "指标", "db22_land", "公式", "=SUM(A1:A2)", "这一格是 Excel 公式，没有存下结果；请改成结果本身"
    ),
    "comparison nobody knows": cell_of(
        "指标", "db22_land", "比较", "大约", "“大约”不是比较方式，应写 ≥ ≤ > < = ≈ 之一"
    ),
    "flag neither yes nor no": cell_of("指标", "db22_land", "关键指标", "也许", "“也许”应写“是”或“否”"),
    "evidence without its English": cell_of(
        "分类", 3, "佐证材料（英文）", "one", "中文有 6 行，英文有 1 行，应逐行对应"
    ),
    "example line without =": cell_of("样例", 4, "数据", "land_owned 5", "“land_owned 5”应写成“编号=值”，每行一个"),
    "example figure twice": cell_of("样例", 4, "数据", "land_owned=5\nland_owned=6", "“land_owned”写了两次"),
    "example without a verdict": cell_of("样例", 4, "应有结论", None, "没有填，请填写"),
    "relation of two words": cell_of(
        "指标", "db22_land", "相关标准", "cn_zz_2010 equal", "应写成“标准编号 指标编号 关系”"
    ),
    "band of one word": cell_of("指标", "db22_land", "等级分界", "A", "应写成“等级 分界值 得分比例”，例如 A 95 1"),
    "threshold of nothing": cell_of("达标值", 5, "指标", None, "没有填，请写指标编号"),
    "threshold of an unknown indicator": cell_of(
        "达标值", 5, "指标", "db22_nosuch", "“指标”工作表里没有“db22_nosuch”，请改正编号"
    ),
}


def evidence_spot(book: Book) -> Spot:
    """The lines of both languages belong together; the Chinese cell is the one that is named."""
    book.put("分类", 3, "佐证材料（英文）", "one")
    return Spot("分类", 3, "佐证材料", "D3")


def base_twice(book: Book) -> Spot:
    return book.add("样例基础数据", {"数据项": "students_ft", "值": "7"}, "数据项")


OWN = {"编号": "own_a", "名称": "甲", "英文名称": "A", "单位": "人", "类型": "int", "栏目": "students"}


def own(spot: str, says: str, **changes: Any) -> Break:
    """A figure of the standard's own with something wrong in it."""
    return Break(lambda book: book.add("自有数据项", {**OWN, **changes}, spot), says)


CELLS |= {
    "evidence without its English": Break(evidence_spot, "中文有 6 行，英文有 1 行，应逐行对应"),
    "base figure twice": Break(base_twice, "“students_ft”写了两次，请删去一行"),
    "table columns not JSON": own("表格的列", "应是 JSON", 类型="table", 表格的列="[列"),
    "own figure perhaps": own("可补", "“看情况”应写“是”或“否”", 可补="看情况"),
}

# what reads well but is wrong


def both_ids(new: str, says: str) -> Break:
    """An indicator renamed on both pages."""

    def edit(book: Book) -> Spot:
        book.put("达标值", "db22_land", "指标", new)
        return book.put("指标", "db22_land", "编号", new)

    return Break(edit, says)


def unreachable(book: Book) -> Spot:
    return book.again("达标值", "db22_land", "适用情形", 适用情形="students_ft > 5000", 达标值="50000")


def twice_the_same(book: Book) -> Spot:
    book.put("达标值", "db22_land", "适用情形", "students_ft > 5000")
    return book.again("达标值", "db22_land", "适用情形", 达标值="50000")


def cycle(book: Book) -> Spot:
    spot = book.add("自有数据项", {**OWN, "公式": "own_b"}, "公式")
    book.add("自有数据项", {**OWN, "编号": "own_b", "公式": "own_a"}, "公式")
    return spot


def item_twice(book: Book) -> Spot:
    return book.again("定性条件", "zz10_q_plan", "编号")


def grade_twice(book: Book) -> Spot:
    for _time in range(2):
        spot = book.add("结论", {"编号": "good", "名称": "好", "英文名称": "Good", "何时成立": "unmet == 0"}, "编号")
    return spot


def row(sheet: str, spot: str, says: str, **cells: Any) -> Break:
    return Break(lambda book: book.add(sheet, cells, spot), says)


RULE = {"编号": "own_rule", "轻重": "block", "何时触发": "students_ft > 9", "提示": "请检查", "英文提示": "Check"}
GRADE = {"编号": "good", "名称": "好", "英文名称": "Good", "何时成立": "unmet == 0"}


def scored(spot: str, says: str, **cells: Any) -> Break:
    def edit(book: Book) -> Spot:
        for heading, value in cells.items():
            book.put("指标", "db22_land", heading, value)
        return book.put("指标", "db22_land", spot, cells.get(spot))

    return Break(edit, says)


MEANING = {
    "unknown figure in a formula": cell_of("指标", "db22_bldg", "公式", "bldg_countd", "公式里的“bldg_countd”不是本标准的数据项"),
    "formula not finished": cell_of("指标", "db22_bldg", "公式", "bldg_counted +", "公式没有写完"),
    "formula with an equals sign": cell_of("指标", "db22_bldg", "公式", "=bldg_counted", "第 1 个字符“=”不能用在公式里"),
    "formula that Excel did not know": cell_of("指标", "db22_bldg", "公式", "#NAME?", "第 1 个字符“#”不能用在公式里"),
    "formula in Chinese": cell_of("指标", "db22_bldg", "公式", "校舍面积", "第 1 个字符“校”不能用在公式里"),
    "unit that does not fit": cell_of(
        "指标", "db22_land_ps", "公式", "land_counted * students_ft", "算出来的是㎡·人，与单位“㎡/生”不是一种量"
    ),
    "unknown group": cell_of("指标", "db22_bldg", "分类", "nosuch", "没有“nosuch”这一类"),
    "condition not finished": cell_of("指标", "db22_bldg", "适用条件", "students_ft >", "公式没有写完"),
    "condition that is a number": cell_of("指标", "db22_bldg", "适用条件", "students_ft", "需要条件的地方用了数字"),
    "id with capital letters": both_ids("Db22_Land", "编号只能用小写字母、数字和下划线，以字母开头"),
    "id that is too long": both_ids("a" * 41, "最多 40 个"),
    "id with a blank": both_ids("db22 land", "编号只能用小写字母、数字和下划线，以字母开头"),
    "id of the standard with capital letters": head_of("编号", "CN_2022", "编号只能用小写字母、数字和下划线"),
    "scope of unknown figures": head_of("适用范围", "nosuch > 1", "公式里的“nosuch”不是本标准的数据项"),
    "threshold that is no number": cell_of("达标值", "db22_bldg", "达标值", "两万四", "第 1 个字符“两”不能用在公式里"),
    "threshold with a unit": cell_of("达标值", "db22_bldg", "达标值", "24000㎡", "第 6 个字符“㎡”不能用在公式里"),
    "threshold with a comma": cell_of("达标值", "db22_bldg", "达标值", "24,000", "“24,000”请只写数字（24000）"),
    "threshold with its comparison": cell_of("达标值", "db22_bldg", "达标值", ">= 24000", "第 1 个字符处的“>=”放错了位置"),
    "unreachable threshold": Break(unreachable, "这一档达标值永远轮不到：前面已有不带条件的达标值"),
    "two thresholds of one condition": Break(twice_the_same, "两档达标值的条件相同，互相矛盾"),
    "condition of a threshold not finished": cell_of("达标值", "db22_bldg", "适用情形", "students_ft >", "公式没有写完"),
    "floor on the wrong side": cell_of("达标值", "db22_bldg", "限制线", "30000", "限制线比达标值还严，互相矛盾"),
    "waiver with a value": cell_of("达标值", "db22_bldg", "免除", "是", "免除要写明适用情形，而且不写达标值"),
    "unknown confidence": cell_of(
        "达标值", "db22_bldg", "可信度", "MAYBE", "不认识“MAYBE”，只能是：FOUND、KNOWN、SEED、CONFIRMED、UNSURE"
    ),
    "unknown confidence of a floor": cell_of("达标值", "db22_bldg", "限制线可信度", "sure", "不认识“sure”"),
    "unknown word for the unknown": cell_of("达标值", "db22_bldg", "情形不明时", "跳过", "不认识“跳过”，只能是：ask、skip"),
    "wrong date": cell_of("达标值", "db22_bldg", "生效日期", "2026-13-01", "“2026-13-01”不是日期，请写成 2026-09-30 这样"),
    "date in words": cell_of("达标值", "db22_bldg", "失效日期", "明年底", "“明年底”不是日期"),
    "example on a wrong date": cell_of("样例", 4, "按哪天", "2026.9.1", "“2026.9.1”不是日期"),
    "question that repeats an id": Break(item_twice, "指标编号重复", SETUP),
    "question without a known confidence": cell_of("定性条件", "zz10_q_plan", "可信度", "看过", "不认识“看过”", SETUP),
    "question that is met by nothing": cell_of("定性条件", "zz10_q_plan", "达到什么算达标", "no", "只能是：yes、partly", SETUP),
    "question of an unknown group": cell_of("定性条件", "zz10_q_plan", "分类", "nosuch", "没有“nosuch”这一类", SETUP),
    "unknown relation to the base": cell_of(
        "指标", "ha_land", "与基础相比", "stricter", "不认识“stricter”，只能是：", HENAN
    ),
    "cycle of own figures": Break(cycle, "公式互相引用，绕成了圈"),
    "own figure with capital letters": own("编号", "编号只能用小写字母", 编号="Own"),
    "own figure of another unit": own("公式", "算出来的是㎡，与单位“人”不是一种量", 公式="land_owned"),
    "own figure of unknown figures": own("公式", "公式里的“nosuch”不是本标准的数据项", 公式="nosuch + 1"),
    "rule not finished": row("自有校验规则", "何时触发", "公式没有写完", **{**RULE, "何时触发": "students_ft >"}),
    "rule of unknown weight": row("自有校验规则", "轻重", "不认识“严重”，只能是：", **{**RULE, "轻重": "严重"}),
    "rule that lacks something else": row("自有校验规则", "缺数据时", "不认识“等”", **{**RULE, "缺数据时": "等"}),
    "grade not finished": row("结论", "何时成立", "公式没有写完", **{**GRADE, "何时成立": "unmet =="}),
    "grade twice": Break(grade_twice, "有重复的编号"),
    "lineage of something else": row(
        "沿革", "类别", "不认识“指标”，只能是：fact、indicator", 类别="指标", 变化="retired", 旧编号="a"
    ),
    "unknown scoring": scored("计分方法", "不认识“按比例”，只能是：", 计分方法="按比例", 分值=5),
    "scoring without points": scored("分值", "没有写分值", 计分方法="ratio"),
    "points that are no number": scored("分值", "“五分”不是数字", 计分方法="ratio", 分值="五分"),
    "deductions of nothing": scored("每例扣分", "没有写每例扣几分", 计分方法="deduct", 分值=5),
    "grades without bands": scored("等级分界", "没有写等级的分界", 计分方法="grade", 分值=5),
}  # fmt: skip

# examples: which of its cells is wrong nobody can know, so its name is pointed at


def example(heading: str, value: Any, says: str, pack: str = NINE) -> Break:
    def edit(book: Book) -> Spot:
        book.put("样例", 4, heading, value)
        return Spot("样例", 4, "样例名称", "A4")

    return Break(edit, says, pack)


EXAMPLES = {
    "example with an unknown figure": example("数据", "nosuch=5", "的数据读不出来：没有数据项“nosuch”"),
    "example with no number": example("数据", "land_owned=许多", "的数据读不出来：不是数字"),
    "example of another verdict": example("应有结论", "db22_land=met", "应为 met，得到 unmet"),
    "example of an unknown verdict": example("应有结论", "db22_land=达标", "应为 达标，得到 unmet"),
    "example of an unknown indicator": example("应有结论", "db22_lnd=met", "提到的“db22_lnd”不是指标"),
    "example of another value": example("应有数值", "db22_land=1", "的值应为 1，得到"),
    "example of another grade": example("应有的结论等级", "gold", "的结论应为“gold”"),
}

# places that are not where the trouble shows


def indicator_twice(book: Book) -> Spot:
    return book.again("指标", "db22_bldg", "编号")


def figure_twice(book: Book) -> Spot:
    book.add("自有数据项", OWN, "编号")
    return book.add("自有数据项", {**OWN, "名称": "乙"}, "编号")


def group_twice(book: Book) -> Spot:
    return book.add("分类", {"编号": "staff", "名称": "另一类", "英文名称": "Another"}, "编号")


def group_badly_named(book: Book) -> Spot:
    return book.add("分类", {"编号": "New Group", "名称": "另一类", "英文名称": "Another"}, "编号")


def no_threshold(book: Book) -> Spot:
    book.page("达标值").delete_rows(book.row("达标值", "db22_bldg"))
    number = book.row("指标", "db22_bldg")
    return Spot("指标", number, "编号", f"A{number}")


def base_unknown(book: Book) -> Spot:
    return book.add("样例基础数据", {"数据项": "nosuch", "值": "7"}, "数据项")


def dropped_unknown(book: Book) -> Spot:
    return book.add("不沿用", {"基础指标": "zz10_nosuch", "原因": "没有", "英文原因": "none"}, "基础指标")


def example_of_the_same_name(book: Book) -> Spot:
    book.again("样例", str(book.page("样例").cell(4, 1).value), "应有结论", 应有结论="db22_land=met")
    number = book.page("样例").max_row
    return Spot("样例", number, "样例名称", f"A{number}")


def bands_of_words(book: Book) -> Spot:
    book.put("指标", "db22_land", "计分方法", "grade")
    book.put("指标", "db22_land", "分值", 5)
    return book.put("指标", "db22_land", "等级分界", "A 很多 1")


PLACES = {
    "indicator twice": Break(indicator_twice, "重复"),
    "own figure twice": Break(figure_twice, "重复"),
    "group twice": Break(group_twice, "重复"),
    "group with a blank in its id": Break(group_badly_named, "编号只能用小写字母"),
    "indicator without a threshold": Break(no_threshold, "没有写达标值"),
    "base figure nobody knows": Break(base_unknown, "nosuch"),
    "base figure that is no number": cell_of("样例基础数据", "land_owned", "值", "许多", "不是数字"),
    "wrong date of the standard": head_of("施行日期", "2010年7月6日", "不是日期", SETUP),
    "pass mark that is no number": head_of("合格分", "六十", "不是数字"),
    "version that is too long": head_of("版本", "1" * 21, "太长"),
    "unknown base": head_of("基础标准", "nosuch", "nosuch", HENAN),
    "base of itself": head_of("基础标准", NINE, "自己"),
    "unknown indicator of the base": cell_of("指标", "ha_land", "对应基础指标", "zz10_nosuch", "zz10_nosuch", HENAN),
    "unknown indicator of the base dropped": Break(dropped_unknown, "zz10_nosuch", HENAN),
    "own figure of unknown kind": own("类型", "整数", 类型="整数"),
    "table columns of another shape": own("表格的列", "表格的列", 类型="table", 表格的列='{"a": 1}'),
    "bands that are no numbers": Break(bands_of_words, "“很多”不是数字"),
    "unknown relation to another standard": cell_of("指标", "db22_land", "相关标准", "cn_zz_2010 zz10_land same", "不认识“same”"),
    "two examples of one name": Break(example_of_the_same_name, "应为 met"),
    "evidence in English only": Break(no_chinese_evidence, "缺少“佐证材料”这一列，请补上"),
    "evidence in Chinese only": Break(no_english_evidence, "缺少“佐证材料（英文）”这一列，请补上"),
}  # fmt: skip

CASES = [
    pytest.param(each, id=name) for part in (PAGES, CELLS, MEANING, EXAMPLES, PLACES) for name, each in part.items()
]


def named(said: str) -> tuple[Spot, str]:
    """The first place a refusal names, and what it says of it."""
    text = said.partition("没有写入。")[2].partition("；工作表")[0]
    found = PLACE.match(text)
    if found:
        sheet, number, heading, cell, reason = found.groups()
        return Spot(sheet, int(number), heading, cell), reason
    page = PAGE.match(text)
    assert page, said
    return Spot(page.group(1)), page.group(2)


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which a workbook is refused; nothing is written."""
    target = path.parent / "新标准"
    before = sorted(path.parent.iterdir())
    assert main(["pack", "from-excel", str(path), str(target)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n"), said.err[-1:]) == ("", 1, "\n")
    assert "Traceback" not in said.err
    assert "内部出错" not in said.err
    assert sorted(path.parent.iterdir()) == before
    return said.err.strip()


def broken(folder: Path, case: Break) -> tuple[Path, Spot]:
    book = Book(case.pack)
    spot = case.edit(book)
    path = folder / "坏.xlsx"
    book.book.save(path)
    return path, spot


def test_there_are_many_ways_to_break_a_workbook() -> None:
    assert len(PAGES) + len(CELLS) + len(MEANING) + len(EXAMPLES) >= 80


@pytest.mark.parametrize("case", CASES)
def test_a_broken_workbook_is_refused_at_the_broken_cell(
    case: Break, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, spot = broken(tmp_path, case)
    said = refused(path, capsys)
    place, reason = named(said)
    assert place == spot
    assert case.says in reason
    assert said.startswith("“坏.xlsx”有 ")


@pytest.mark.parametrize("case", [Break(no_column, ""), Break(column_twice, ""), Break(heading_deleted, "")])
def test_a_wrong_column_is_the_only_thing_told(case: Break, tmp_path: Path) -> None:
    path, spot = broken(tmp_path, case)
    found = list(mistakes_of(path))
    assert {(each.sheet, each.row) for each in found} == {(spot.sheet, spot.row)}


def test_rows_that_are_no_rows_are_shown_how_to_write_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _spot = broken(tmp_path, cell_of("样例", 4, "数据", 'majors=[{"a"', ""))
    assert '例如 [{"列": "值"}]' in refused(path, capsys)


def test_a_blank_behind_a_verdict_is_nothing(tmp_path: Path) -> None:
    path, _spot = broken(tmp_path, cell_of("样例", 3, "应有结论", "db22_land=met ", ""))
    assert list(mistakes_of(path)) == []


# files that are no workbook of a standard


def test_an_empty_workbook_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(workbook(tmp_path / "空.xlsx", {"Sheet1": []}), capsys)
    assert said == (
        "“空.xlsx”有 1 处要改，没有写入。工作表“标准”：没有这张工作表。请用“导出 Excel”得到的样式，不要改工作表的名字。"
    )


def test_pages_without_a_cell_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(workbook(tmp_path / "空.xlsx", {"标准": [], "指标": []}), capsys)
    assert named(said)[0] == Spot("标准")
    assert "缺少“编号”这一行，请补上" in said


def test_a_workbook_of_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = workbook(tmp_path / "花名册.xlsx", {"指标": [["姓名", "年龄"], ["张三", 40]], "标准": [["某项", 1]]})
    said = refused(path, capsys)
    assert named(said)[0] == Spot("标准", 1, "某项", "A1")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("文字.xlsx", "标准,指标\n".encode(), "不是能读的表格文件"),
        ("空.xlsx", b"", "不是能读的表格文件"),
        ("半个.xlsx", b"PK\x03\x04half", "已损坏或不是真正的表格文件"),
        ("密码.xlsx", protected(), "设了打开密码"),
        ("炸弹.xlsx", bomb(), "没有读取"),
        ("金山.et", b"x", "是 .et 格式"),
        ("表格.csv", "编号,公式\n".encode(), "没有这张工作表"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_with_what_to_do(
    name: str, content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = refused(path, capsys)
    assert f"“{name}”" in said
    assert says in said
    assert "请" in said


def test_a_document_renamed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "文件.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "已损坏或不是真正的表格文件" in refused(path, capsys)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "读不到文件" in refused(tmp_path / "没有.xlsx", capsys)
