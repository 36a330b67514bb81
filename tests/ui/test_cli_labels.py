"""Labels of workbooks placed on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.factory import City
from tests.models.operations.workbooks import form, workbook
from tests.ui.line import Line


def test_a_label_is_placed_once_and_then_known(line: Line, city: City, tmp_path: Path) -> None:
    rows = [("指标", "计量单位", "代码", "数量"), ("纸质图书总数", "册", 1, 51234), ("校门高度", "米", 2, 5)]
    book = workbook(tmp_path / "报表.xlsx", {"表": form("教基9999", *rows)})
    folder = city.school().folder
    city.close()
    found = line.fine("fill", folder, book, "--label", "纸质图书总数=books_print", "--dry-run", "--json").json
    assert [each["fact"] for each in found["taken"]] == ["books_print"]
    assert [(each["label"], each["value"]) for each in found["unknown"]] == [("校门高度", "5")]
    assert "没有能取用的数" in line("fill", folder, book).err
    assert "没有认出 1 项" in line.fine("fill", folder, book, "--label", "纸质图书总数=books_print").out
    assert line.fine("fill", folder, book, "--json").json["changed"] == []
    assert (
        "写了两次"
        in line("fill", folder, book, "--label", "校门高度=land_owned", "--label", "校门高度=books_print").refused()
    )
    nothing = workbook(tmp_path / "空.xlsx", {"表": form("教基9999", *rows[:1], ("校门高度", "米", 2, "高"))})
    line("fill", folder, nothing, "--label", "校门高度=land_owned").refused()
    for wrong, said in (
        ("纸质图书总数", "应写成"),
        ("没有这行=books_print", "没有叫"),
        ("校门高度=gate", "没有数据项"),
    ):
        assert said in line("fill", folder, book, "--label", wrong).refused()
