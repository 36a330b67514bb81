"""The 20 tasks: what offices say, on sheets that go out and come back, and the report for the meeting."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from tests.factory import City
from vetdesk.models.operations import region, report, task_ledger
from vetdesk.models.operations.task_ledger import TaskLine
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.store import tasks

HALF = "2026-2"


def line(city: City, number: str, half: str = HALF) -> TaskLine:
    """One task in a half-year."""
    return next(each for each in task_ledger.ledger(city.bureau, half) if each.task.number == number)


def test_the_plan_has_twenty_tasks_with_their_offices(city: City) -> None:
    found = task_ledger.plan(city.bureau)
    assert [each.number for each in found.tasks] == [str(at) for at in range(1, 21)]
    assert found.task("17").lead == ("市发展改革委", "市教育体育局")
    assert set(found.task("19").indicators) == {"sq_surtax_edu", "sq_surtax_local", "sq_fund_gz", "sq_fund_zz"}


def test_states_follow_what_offices_say(city: City) -> None:
    assert line(city, "19").state == ""
    assert line(city, "19").silent == line(city, "19").task.offices
    for office, state, expected in (
        ("市财政局", "not_started", "not_started"), ("市乡村振兴局", "in_progress", "in_progress"),
        ("市财政局", "done", "in_progress"), ("市教育体育局", "done", "done"), ("市乡村振兴局", "stuck", "stuck"),
    ):  # fmt: skip
        task_ledger.note(city.bureau, "19", half=HALF, office=office, state=state, text="一句话", document="文件")
        assert line(city, "19").state == expected, (office, state)
    assert line(city, "19", "2026-1").state == "", "each half-year of its own"
    with pytest.raises(KnownError, match="与现在一样"):
        task_ledger.note(city.bureau, "19", half=HALF, office="市财政局", state="done", text="一句话", document="文件")


@pytest.mark.parametrize(
    ("number", "half", "office", "state", "text", "said"),
    [
        ("21", HALF, "市财政局", "done", "好", "没有第“21”项"),
        ("1", "2026-3", "市财政局", "done", "好", "不是半年"),
        ("1", HALF, "市气象局", "done", "好", "不是第 1 项任务"),
        ("1", HALF, "市财政局", "很好", "好", "不是任务的状态"),
        ("1", HALF, "市财政局", "done", " ", "没有写进展"),
    ],
)
def test_what_cannot_be_noted(
    city: City, number: str, half: str, office: str, state: str, text: str, said: str
) -> None:
    with pytest.raises(KnownError, match=said):
        task_ledger.note(city.bureau, number, half=half, office=office, state=state, text=text)
    assert tasks.task_notes(city.bureau) == []


def filled(path: Path, **said: tuple[str, str, str]) -> Path:
    """A sheet with state, progress and document written beside tasks (`t3`)."""
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    rows = {str(page.cell(at, 1).value): at for at in range(5, page.max_row + 1)}
    for number, texts in said.items():
        for column, text in enumerate(texts, start=4):
            page.cell(rows[number.removeprefix("t")], column).value = text
    book.save(path)
    return path


def test_sheets_go_out_are_filled_and_come_back(city: City, tmp_path: Path) -> None:
    made = task_ledger.write_sheets(city.bureau, tmp_path, HALF)
    assert len(made) == len(task_ledger.plan(city.bureau).offices)
    [one] = task_ledger.write_sheets(city.bureau, tmp_path, HALF, offices=["市财政局"])
    page = openpyxl.load_workbook(one).active
    assert page is not None
    assert "市财政局" in str(page.cell(2, 1).value)
    numbers = [str(page.cell(at, 1).value) for at in range(5, page.max_row + 1)]
    assert numbers == [each.number for each in task_ledger.plan(city.bureau).tasks if "市财政局" in each.offices]
    filled(one, t1=("推进中", "=已拨付两批", "商财〔2026〕3号"), t2=("有困难", "资金缺口三百万", ""))
    assert task_ledger.read_task_sheets(city.bureau, [one])[:2] == (2, 1)
    [said] = line(city, "1").notes
    assert (said.office, said.state, said.text, said.document) == (
        "市财政局",
        "in_progress",
        "=已拨付两批",
        "商财〔2026〕3号",
    )
    assert task_ledger.read_task_sheets(city.bureau, [one])[0] == 0, "read twice is read once"
    [again] = task_ledger.write_sheets(city.bureau, tmp_path / "再", HALF, offices=["市财政局"])
    page = openpyxl.load_workbook(again).active
    assert page is not None
    assert page.cell(5, 5).value == "=已拨付两批"
    assert page.cell(5, 5).data_type == "s", "a text, no formula"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"t1": ("差不多", "好", "")}, "D5：“差不多”不是任务的状态"),
        ({"t1": ("", "已拨付", "")}, "D5"),
        ({"t2": ("已完成", "", "文")}, "E6：第 2 项没有写进展"),
    ],
)
def test_a_sheet_filled_wrongly_is_told_at_its_cell_and_nothing_is_taken(
    city: City, tmp_path: Path, said: dict[str, tuple[str, str, str]], reason: str
) -> None:
    good, bad = (
        task_ledger.write_sheets(city.bureau, tmp_path / name, HALF, offices=["市财政局"])[0] for name in ("一", "二")
    )
    filled(good, t1=("已完成", "好", ""))
    filled(bad, **said)
    with pytest.raises(KnownError, match=reason):
        task_ledger.read_task_sheets(city.bureau, [good, bad])
    assert tasks.task_notes(city.bureau) == []


def test_another_workbook_is_none_of_ours(city: City, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "别的.xlsx")
    with pytest.raises(KnownError, match="不是本程序生成的"):
        task_ledger.read_task_sheets(city.bureau, [tmp_path / "别的.xlsx"])
    with pytest.raises(KnownError, match="计划里没有单位"):
        task_ledger.write_sheets(city.bureau, tmp_path, HALF, offices=["市气象局"])


def test_the_meeting_report_in_word_and_excel(city: City, tmp_path: Path) -> None:
    city.received()
    task_ledger.note(
        city.bureau, "3", half=HALF, office="市财政局", state="stuck", text="资金没有落实\x01", document="纪要"
    )
    region.set_figures(city.bureau, "", {"students_zz": "68000"}, document="年报")
    report.write(city.bureau, "plan", tmp_path / "会议.docx", report.Asked(HALF))
    made = docx.Document(str(tmp_path / "会议.docx"))
    said = "\n".join(each.text for each in made.paragraphs)
    assert "2026 年下半年推进情况" in said
    assert "有困难 1" in said
    assert "任务3（夯实中等职业教育基础地位）　市财政局：资金没有落实" in said
    first, second = made.tables
    assert [cell.text for cell in first.rows[0].cells][:3] == ["任务", "名称", "牵头单位"]
    assert len(first.rows) == 21
    assert any("68,000" in cell.text for row in second.rows for cell in row.cells)
    report.write(city.bureau, "plan", tmp_path / "会议.xlsx", report.Asked(HALF))
    assert openpyxl.load_workbook(tmp_path / "会议.xlsx").sheetnames == ["说明", "任务", "目标和督导"]
    with pytest.raises(KnownError, match="不是半年"):
        report.write(city.bureau, "plan", tmp_path / "x.docx", report.Asked("2026"))
    with pytest.raises(KnownError, match="不分日期"):
        report.write(city.bureau, "plan", tmp_path / "x.docx", report.Asked(HALF, day="2020-01-01"))
    with pytest.raises(KnownError, match=r"\.xlsx 或 \.docx"):
        report.write(city.bureau, "plan", tmp_path / "x.pdf", report.Asked(HALF))
    (tmp_path / "堵着.docx").mkdir()
    with pytest.raises(KnownError) as caught:
        report.write(city.bureau, "briefing", tmp_path / "堵着.docx")
    assert caught.value.status in (ExitStatus.STORAGE, ExitStatus.REFUSED)


def test_only_a_bureau_has_tasks(city: City) -> None:
    with pytest.raises(KnownError):
        task_ledger.plan(city.school())


def broken(path: Path, cells: dict[str, str]) -> Path:
    """A sheet with some cells written over."""
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    for place, value in cells.items():
        page[place] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A5": "15", "D5": "已完成", "E5": "好"}, "A5：任务号“15”与名称对不上"),
        (
            {"A6": "1", "B6": "优化职业教育布局结构", "D5": "已完成", "E5": "好", "D6": "已完成", "E6": "好"},
            "A6：任务号“1”.*写了两次",
        ),
        ({"A1": "vd:tasks:sq_2025:2026-1", "D5": "已完成", "E5": "好"}, "对不上"),
        ({"B1": "市税务局", "D5": "已完成", "E5": "好"}, "对不上"),
        ({"D5": "已完成", "E5": "字" * 2001}, "太长"),
        ({"D5": "已完成", "E5": "#N/A"}, "错误值"),
    ],
)
def test_a_sheet_that_was_tampered_with_is_refused(
    city: City, tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    [one] = task_ledger.write_sheets(city.bureau, tmp_path, HALF, offices=["市财政局"])
    with pytest.raises(KnownError, match=said):
        task_ledger.read_task_sheets(city.bureau, [broken(one, cells)])
    assert tasks.task_notes(city.bureau) == []


def test_two_sheets_of_one_office_are_not_both_taken(city: City, tmp_path: Path) -> None:
    made = [
        filled(
            task_ledger.write_sheets(city.bureau, tmp_path / name, HALF, offices=["市财政局"])[0],
            t1=("已完成", name, ""),
        )
        for name in ("一", "二")
    ]
    with pytest.raises(KnownError, match="同一个单位同一个半年"):
        task_ledger.read_task_sheets(city.bureau, made)
    assert tasks.task_notes(city.bureau) == []
