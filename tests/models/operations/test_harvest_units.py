"""Units of a workbook's unit column hold for their own row, whatever stands in the rows above."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.factory import City
from vetdesk.models.operations import harvest


def test_each_row_is_read_in_its_own_unit(city: City, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["指标", "计量单位", "代码", "数量"],
        ["图书", "万册", "01", 4.5],
        ["教学仪器设备资产值", "元", "02", 4500000],
        ["学校产权占地", "亩", "03", 75],
        ["专任教师", "人", "04", 80],
    ):
        sheet.append(line)
    path = tmp_path / "表.xlsx"
    book.save(path)
    offer = harvest.look(city.school(filled=False), [path])
    read = {each.fact: (each.entry.text, each.entry.unit) for each in offer.taken}
    assert read == {
        "books_print": ("4.5", "万册"),
        "equip_teaching_wan": ("4500000", "元"),
        "land_owned": ("75", "亩"),
        "teachers_ft": ("80", ""),
    }
