"""Documents and charts of a bureau: what was asked for, at the place asked for, or nothing."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.factory import City
from vetdesk.charts.draw import to_png
from vetdesk.models.operations import report
from vetdesk.models.records.errors import KnownError


def test_the_roll_up_is_a_workbook(city: City, tmp_path: Path) -> None:
    city.received()
    report.write(city.bureau, "rollup", tmp_path / "neu" / "汇总.XLSX")
    book = openpyxl.load_workbook(tmp_path / "neu" / "汇总.XLSX")
    assert book.sheetnames == [
        "说明",
        "达标情况",
        "cn_db_2022_zz",
        "cn_zz_2010",
        "全市和各县",
        "分类达标率",
        "申报核实审定",
        "各县还差",
    ]


def test_a_chart_is_a_png_also_where_nothing_came_yet(city: City, tmp_path: Path) -> None:
    path = tmp_path / "neu" / "图.png"
    report.chart(city.bureau, "counties", path, draw=to_png)
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (1000, 500))


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("nonsense", "x.xlsx", "unknown_report"),
        ("", "x.xlsx", "unknown_report"),
        ("rollup", "x.pdf", "unknown_format"),
        ("rollup", "x", "unknown_format"),
        ("rollup", "x.xlsx.exe", "unknown_format"),
    ],
)
def test_a_report_that_cannot_be_is_refused(city: City, tmp_path: Path, kind: str, name: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        report.write(city.bureau, kind, tmp_path / name)
    assert caught.value.code == code
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("kind", "name", "code"), [("nonsense", "x.png", "unknown_chart"), ("heat", "x.jpg", "unknown_format")]
)
def test_a_chart_that_cannot_be_is_refused(city: City, tmp_path: Path, kind: str, name: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        report.chart(city.bureau, kind, tmp_path / name, draw=to_png)
    assert caught.value.code == code
    assert not (tmp_path / name).exists()


def test_a_place_that_cannot_be_written_is_disk_trouble(city: City, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    (tmp_path / "x.png").mkdir()
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    for target in (tmp_path / "x.xlsx", tmp_path / "datei" / "x.xlsx"):
        with pytest.raises(KnownError) as caught:
            report.write(city.bureau, "rollup", target)
        assert caught.value.code == ("is_folder" if target.is_dir() else "storage")
    for target in (tmp_path / "x.png", tmp_path / "datei" / "x.png"):
        with pytest.raises(KnownError) as caught:
            report.chart(city.bureau, "indicators", target, draw=to_png)
        assert caught.value.code == ("is_folder" if target.is_dir() else "storage")
    assert list(tmp_path.rglob("*.part")) == []


def test_only_a_bureau_reports(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        report.write(city.school(), "rollup", tmp_path / "x.xlsx")
    assert caught.value.code == "wrong_role"
