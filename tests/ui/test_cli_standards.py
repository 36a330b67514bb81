"""Standards from the command line: every `pack` command and `evaluate --as-of`, with good and with bad input."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.factory import GOOD, NINE, NINE_FACTS, SETUP, City, pdf
from tests.models.operations.forge import content_of
from tests.ui.line import Line
from vetdesk.models.packs.folder import read_folder, write_folder
from vetdesk.models.packs.schema import Source
from vetdesk.models.packs.source import SHIPPED, shipped_ids
from vetdesk.models.store.evidence import sha256_of

LOCAL = "ha_zz_2021_468"


def next_source(**head: Any) -> Source:
    """The set-up standard with one more teacher asked for and no seats for teachers, without examples."""
    found = read_folder(SHIPPED / SETUP)
    rows = [each for each in found["indicators"] if each["id"] != "zz10_seat_t"]
    for each in rows:
        if each["id"] == "zz10_ft_teachers":
            each["bars"][0]["value"] = "101"
    fresh = {**found, "version": "2", "indicators": rows, **head}
    return {key: value for key, value in fresh.items() if key not in ("examples", "base_facts")}


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """The folder of that version."""
    write_folder(next_source(), tmp_path / "zweite")
    return tmp_path / "zweite"


def confirmation(bureau: Path, **changes: str) -> list[str]:
    """The words of a confirmation; an empty text leaves an option out."""
    said = {
        "pack": SETUP, "indicator": "zz10_pt_pct", "document": "豫教职〔2026〕1号", "person": "王丽", "value": "20",
        "cmp": "<=", "article": "第三条", **changes,
    }  # fmt: skip
    return ["pack", "confirm", str(bureau), *(f"--{name}={text}" for name, text in said.items() if text)]


def versions(line: Line, workspace: Path) -> list[str]:
    """The versions the round of a workspace goes by."""
    from vetdesk.models.operations.desk import desk
    from vetdesk.models.store.workspace import open_workspace

    with open_workspace(workspace) as opened:
        return [each.version for each in desk(opened).packs]


# --- list and check -----------------------------------------------------------------------------------------------


def test_standards_are_listed_as_one_object(line: Line) -> None:
    found = {each["id"]: each for each in line("pack", "list", "--json").answer["packs"]}
    assert sorted(found) == shipped_ids()
    assert found[LOCAL]["base"] == SETUP
    assert found[NINE]["base"] is None
    assert (found[NINE]["indicators"], found[NINE]["unverified"]) == (9, 0)
    assert all(each["title"] and each["document"] and each["examples"] > 0 for each in found.values())


def test_standards_are_listed_for_people(line: Line) -> None:
    lines = {each.split()[0]: each for each in line("pack", "list").lines}
    assert sorted(lines) == shipped_ids()
    assert f"叠加在 {SETUP} 上" in lines[LOCAL]
    assert "9 项指标" in lines[NINE]


def test_every_shipped_standard_passes_every_check(line: Line) -> None:
    lines = line("pack", "check").lines
    assert len(lines) == len(shipped_ids())
    assert all("全部通过" in each for each in lines)


def test_a_folder_is_checked_and_the_first_wrong_one_is_named(line: Line, tmp_path: Path, second: Path) -> None:
    assert line("pack", "check", second, NINE).lines[0].startswith(SETUP)
    wrong = next_source()
    wrong["indicators"][0]["formula"] = "nobody / 2"
    write_folder(wrong, tmp_path / "falsch")
    sentence = line("pack", "check", tmp_path / "falsch").refused()
    for part in (SETUP, "zz10_students", "nobody"):
        assert part in sentence
    assert "没有名为" in line("pack", "check", "nonsense").refused()
    (tmp_path / "kaputt").mkdir()
    (tmp_path / "kaputt" / "pack.toml").write_text("id = ", encoding="utf-8")
    assert "读不出来" in line("pack", "check", tmp_path / "kaputt").refused()


# --- Excel and tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NINE, SETUP, LOCAL])
def test_a_standard_goes_to_excel_and_back_unchanged(line: Line, tmp_path: Path, name: str) -> None:
    assert line("pack", "to-excel", name, tmp_path / "x.xlsx").lines
    assert "pack.toml" in line("pack", "from-excel", tmp_path / "x.xlsx", tmp_path / "neu").lines[0]
    assert read_folder(tmp_path / "neu") == read_folder(SHIPPED / name)
    assert line("pack", "check", tmp_path / "neu").lines


def test_a_mistake_in_the_workbook_is_named_with_its_cell_and_nothing_is_written(line: Line, tmp_path: Path) -> None:
    line("pack", "to-excel", NINE, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    page = book["指标"]
    column = next(cell.column for cell in page[1] if cell.value == "公式")
    page.cell(3, column).value = "nobody / 2"
    book.save(tmp_path / "x.xlsx")
    sentence = line("pack", "from-excel", tmp_path / "x.xlsx", tmp_path / "neu").refused()
    for part in ("x.xlsx", "指标", "第 3 行", "公式", page.cell(3, column).coordinate, "nobody"):
        assert part in sentence
    assert not (tmp_path / "neu").exists()


def test_what_is_no_workbook_of_a_standard_is_refused(line: Line, tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.save(tmp_path / "leer.xlsx")
    (tmp_path / "text.xlsx").write_text("text", encoding="utf-8")
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "brief.txt").write_text("brief", encoding="utf-8")
    line("pack", "to-excel", NINE, tmp_path / "gut.xlsx")
    before = content_of(tmp_path)
    for file, folder in (("leer.xlsx", "neu"), ("text.xlsx", "neu"), ("fehlt.xlsx", "neu"), ("gut.xlsx", "voll")):
        assert line("pack", "from-excel", tmp_path / file, tmp_path / folder).refused()
    assert content_of(tmp_path) == before


def test_a_workbook_is_not_written_where_it_cannot_be(line: Line, tmp_path: Path) -> None:
    assert "没有名为" in line("pack", "to-excel", "nonsense", tmp_path / "x.xlsx").refused()
    assert not (tmp_path / "x.xlsx").exists()
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    assert line("pack", "to-excel", NINE, tmp_path / "datei" / "x.xlsx").refused(status=4)


TABLE = [
    ["编号", "上级", "内容", "类型", "选项", "权重"],
    ["1", "", "管理", "", "", ""],
    ["1.1", "1", "有制度", "yesno", "", "5"],
    ["1.2", "1", "执行情况", "choice", "好;中;差", "5"],
    ["1.3", "1", "人数", "number", "", ""],
    ["1.4", "1", "说明", "text", "", ""],
]


def table(path: Path, rows: list[list[str]]) -> Path:
    """A table of requirements as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_a_plain_table_becomes_a_standard_that_can_be_used(line: Line, tmp_path: Path) -> None:
    file, folder = table(tmp_path / "x.csv", TABLE), tmp_path / "neu"
    ran = line("pack", "from-table", file, folder, "--id", "own", "--title", "自查表", "--document", "〔2026〕1号")
    assert ("1 类" in ran.out, "4 条要求" in ran.out, ran.status) == (True, True, 0)
    assert line("pack", "check", folder).lines
    source = read_folder(folder)
    assert (source["id"], source["zh"], source["document"]) == ("own", "自查表", "〔2026〕1号")
    assert line("pack", "to-excel", folder, tmp_path / "x.xlsx").lines


@pytest.mark.parametrize(
    ("at", "row", "parts"),
    [
        (2, ["1.1", "1", "", "yesno", "", ""], ("第 3 行", "内容")),
        (2, ["", "1", "有制度", "yesno", "", ""], ("第 3 行", "编号")),
        (2, ["1.1", "9", "有制度", "yesno", "", ""], ("第 3 行", "9")),
        (2, ["1.1", "1", "有制度", "maybe", "", ""], ("第 3 行", "maybe")),
        (2, ["1.2", "1", "有制度", "yesno", "", ""], ("第 4 行", "1.2")),
        (3, ["1.2", "1", "执行情况", "choice", "好", ""], ("第 4 行", "选项")),
        (2, ["1.1", "1", "有制度", "yesno", "", "很多"], ("第 3 行", "很多")),
        (1, ["1", "1", "管理", "", "", ""], ("第 2 行",)),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_row(
    line: Line, tmp_path: Path, at: int, row: list[str], parts: tuple[str, ...]
) -> None:
    file = table(tmp_path / "x.csv", [*TABLE[:at], row, *TABLE[at + 1 :]])
    sentence = line("pack", "from-table", file, tmp_path / "neu", "--id", "own", "--title", "自查表").refused()
    for part in ("x.csv", *parts):
        assert part in sentence
    assert not (tmp_path / "neu").exists()


def test_a_table_needs_an_id_a_title_and_its_columns(line: Line, tmp_path: Path) -> None:
    file = table(tmp_path / "x.csv", TABLE)
    assert line("pack", "from-table", file, tmp_path / "neu", "--id", "大写", "--title", "自查表").refused()
    assert line("pack", "from-table", file, tmp_path / "neu", "--title", "自查表").status == 2
    bare = table(tmp_path / "y.csv", [["编号", "内容"], ["1", "有制度"]])
    assert "type" in line("pack", "from-table", bare, tmp_path / "neu", "--id", "own", "--title", "x").refused()
    assert line("pack", "from-table", tmp_path / "fehlt.csv", tmp_path / "neu", "--id", "own", "--title", "x").refused()
    assert not (tmp_path / "neu").exists()


# --- compare ------------------------------------------------------------------------------------------------------


def test_two_versions_are_compared(line: Line, second: Path) -> None:
    found = line("pack", "diff", SETUP, second, "--json").answer
    fates = {tuple(each["old"]): each["fate"] for each in found["indicators"]}
    assert (found["from"], found["to"]) == (SETUP, SETUP)
    assert fates[("zz10_seat_t",)] == "retired"
    assert fates[("zz10_ft_teachers",)] == "changed"
    assert fates[("zz10_students",)] == "kept"
    assert {tuple(each["old"]): each["fate"] for each in found["facts"]}[("seats_teacher",)] == "retired"
    text = line("pack", "diff", SETUP, second).out
    for part in ("停用", "教师阅览座位比", "有变化", "≥ 60 人", "≥ 101 人"):
        assert part in text


def test_a_local_addition_is_compared_with_its_base(line: Line) -> None:
    found = line("pack", "diff", SETUP, LOCAL, "--json").answer
    assert "changed" in {each["fate"] for each in found["indicators"]}
    assert not {each["fate"] for each in found["indicators"]} & {"renamed", "split", "merged"}
    assert (
        line("pack", "diff", SETUP, LOCAL).lines[0] == "《中等职业学校设置标准》→《河南省中等职业学校标准化建设工程》"
    )


def test_a_standard_does_not_differ_from_itself(line: Line) -> None:
    assert line("pack", "diff", NINE, NINE).lines[-1] == "没有不同。"
    found = line("pack", "diff", NINE, NINE, "--json").answer
    assert {each["fate"] for each in found["indicators"] + found["facts"]} == {"kept"}


def test_only_standards_can_be_compared(line: Line, tmp_path: Path) -> None:
    for pair in (("nonsense", NINE), (NINE, "nonsense"), (NINE, tmp_path)):
        assert "没有名为" in line("pack", "diff", *pair).refused()
    assert line("pack", "diff", NINE).status == 2


# --- upgrade, downgrade, archive ----------------------------------------------------------------------------------


def test_an_upgrade_is_previewed_done_and_taken_back(line: Line, school: Path, second: Path) -> None:
    before = content_of(school)
    preview = line("pack", "upgrade", school, second, "--dry-run")
    assert preview.lines[-1] == "只是预览，没有改动。"
    for part in ("1 → 2", "停用", "结论会变的：2 项", "甲校（虚构）"):
        assert part in preview.out
    assert (content_of(school), versions(line, school)) == (before, ["1", "1"])
    done = line("pack", "upgrade", school, second)
    assert done.lines[:-1] == preview.lines[:-1]
    assert versions(line, school) == ["1", "2"]
    assert "seats_teacher" in line("pack", "archive", school).out
    assert "已回到原来的版本" in line("pack", "downgrade", school).out
    assert versions(line, school) == ["1", "1"]
    assert line("pack", "archive", school).lines == ["没有停用的数据项。"]
    assert line("doctor", school).status == 0


def test_an_upgrade_as_one_object(line: Line, school: Path, second: Path) -> None:
    preview = line("pack", "upgrade", school, second, "--dry-run", "--json").answer
    done = line("pack", "upgrade", school, second, "--json").answer
    assert (preview["applied"], done["applied"]) == (False, True)
    assert {**preview, "applied": True} == done
    assert (done["from"]["version"], done["to"]["version"]) == ("1", "2")
    assert {"indicator": "zz10_ft_teachers", "was": "met", "now": "unmet"} in done["units"][0]["flips"]
    (only,) = line("pack", "archive", school, "--json").answer["archived"]
    assert (only["fact"], only["text"]) == ("seats_teacher", "30")
    assert only["name"].startswith("教师阅览")


def test_the_bureau_upgrades_too(line: Line, bureau: Path, second: Path) -> None:
    assert line("pack", "upgrade", bureau, second).lines
    assert versions(line, bureau) == ["1", "2"]
    assert line("pack", "downgrade", bureau).lines


def test_refused_upgrades_change_nothing(
    line: Line, city: City, school: Path, bureau: Path, second: Path, tmp_path: Path
) -> None:
    before = content_of(city.folder)
    assert "没有用到" in line("pack", "upgrade", school, "cn_vb_2021").refused()
    assert "已经是这个版本" in line("pack", "upgrade", school, SETUP).refused()
    assert "已经是这个版本" in line("pack", "upgrade", school, SETUP, "--dry-run").refused()
    assert "没有名为" in line("pack", "upgrade", school, "nonsense").refused()
    assert line("pack", "upgrade", tmp_path / "fehlt", second).refused()
    for workspace in (school, bureau):
        assert "没有可以撤销" in line("pack", "downgrade", workspace).refused()
    assert line("pack", "archive", bureau).refused()
    assert content_of(city.folder) == before


# --- confirm and send ---------------------------------------------------------------------------------------------


def test_a_value_is_previewed_confirmed_sent_and_received(
    line: Line, city: City, bureau: Path, school: Path, tmp_path: Path
) -> None:
    assert line("set", school, "teachers_parttime=40").status == 0
    assert line("submit", school, "-o", tmp_path / "上报.vdpkg").status == 0
    assert line("receive", bureau, tmp_path / "上报.vdpkg").status == 0
    words = [*confirmation(bureau), "--scan", str(pdf(tmp_path))]
    before = content_of(city.folder)
    preview = line(*words, "--dry-run")
    assert preview.lines[-1] == "只是预览，没有改动。"
    assert (content_of(city.folder), "结论会变的：1 项" in preview.out) == (before, True)
    done = line(*words)
    assert done.lines[:-1] == preview.lines[:-1]
    assert "pack send" in done.lines[-1]
    assert versions(line, bureau) == ["1", "1+1"]
    posted = line("pack", "send", bureau, "-o", tmp_path / "更新.vdpkg", "--note", "请更新", "--json").answer
    assert (posted["sequence"], posted["file"]) == (1, str(tmp_path / "更新.vdpkg"))
    assert line("receive", school, tmp_path / "更新.vdpkg").status == 0
    assert versions(line, school) == ["1", "1+1"]
    assert list(school.glob(f"evidence/??/{sha256_of(tmp_path / '证.pdf')}"))


def test_a_confirmation_as_one_object(line: Line, bureau: Path) -> None:
    preview = line(*confirmation(bureau), "--dry-run", "--json").answer
    done = line(*confirmation(bureau), "--json").answer
    assert (preview["applied"], done["applied"]) == (False, True)
    assert (done["pack"], done["to"]["version"]) == (SETUP, "1+1")
    assert [each["new"] for each in done["indicators"] if each["fate"] != "kept"] == [["zz10_pt_pct"]]
    assert preview["to"] == done["to"]


def test_sending_says_the_code(line: Line, bureau: Path, tmp_path: Path) -> None:
    line(*confirmation(bureau))
    said = line("pack", "send", bureau, "-o", tmp_path / "更新.vdpkg").lines
    looked = line("look", tmp_path / "更新.vdpkg", "--json").answer
    assert (looked["kind"], looked["sender_role"], looked["verified"]) == ("standard", "bureau", True)
    assert (looked["code"] in said[0], str(tmp_path / "更新.vdpkg") in said[0]) == (True, True)


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"value": "二十"}, "不能用"),
    ({"value": "students_total"}, "不能用"),
    ({"document": "  "}, "文号"),
    ({"person": " "}, "确认人"),
    ({"indicator": "nonsense"}, "nonsense"),
    ({"pack": "cn_vb_2021"}, "cn_vb_2021"),
    ({"bar": "2"}, "1 档"),
    ({"cmp": ""}, "左右"),
    ({"cmp": "=>"}, "=>"),
    ({"indicator": "zz10_q_major"}, "比较方式"),
]


@pytest.mark.parametrize(("changes", "part"), REFUSED)
def test_refused_confirmations_change_nothing(
    line: Line, city: City, bureau: Path, changes: dict[str, str], part: str
) -> None:
    before = content_of(city.folder)
    for more in ((), ("--dry-run",), ("--json",)):
        sentence = line(*confirmation(bureau, **changes), *more).refused()
        assert (part in sentence, "没有确认" in sentence) == (True, True)
    assert content_of(city.folder) == before


def test_a_bad_page_or_another_role_is_refused(
    line: Line, city: City, bureau: Path, school: Path, tmp_path: Path
) -> None:
    program = tmp_path / "页.pdf"
    program.write_bytes(b"MZ no picture")
    before = content_of(city.folder)
    assert line(*confirmation(bureau), "--scan", program).refused()
    assert line(*confirmation(bureau), "--scan", tmp_path / "fehlt.pdf").refused()
    assert line(*confirmation(school)).refused()
    assert line("pack", "send", school, "-o", tmp_path / "x.vdpkg").refused()
    assert "没有变过" in line("pack", "send", bureau, "-o", tmp_path / "x.vdpkg").refused()
    assert content_of(city.folder) == before
    assert not (tmp_path / "x.vdpkg").exists()


def test_a_dry_run_refuses_a_bad_page_too(line: Line, bureau: Path, tmp_path: Path) -> None:
    line(*confirmation(bureau), "--scan", tmp_path / "fehlt.pdf", "--dry-run").refused()


def test_a_received_update_can_be_taken_back_by_the_school(
    line: Line, bureau: Path, school: Path, tmp_path: Path
) -> None:
    line(*confirmation(bureau))
    line("pack", "send", bureau, "-o", tmp_path / "更新.vdpkg")
    assert line("receive", school, tmp_path / "更新.vdpkg", "--dry-run").status == 0
    assert versions(line, school) == ["1", "1"]
    assert line("receive", school, tmp_path / "更新.vdpkg").status == 0
    assert line("pack", "downgrade", school).lines
    assert versions(line, school) == ["1", "1"]
    again = line("receive", school, tmp_path / "更新.vdpkg", "--json")
    assert again.json["results"][0]["outcome"] == "taken"
    assert versions(line, school) == ["1", "1+1"]


# --- trace and evaluate -------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two units as CSV, one with too little land."""
    rows = [["unit", *NINE_FACTS], ["甲", *(GOOD[each] for each in NINE_FACTS)]]
    small = {**GOOD, "land_owned": "35000"}
    rows.append(["乙", *(small[each] for each in NINE_FACTS)])
    return table(tmp_path / "units.csv", rows)


def test_a_verdict_is_told_step_by_step(line: Line, data: Path) -> None:
    first, other = (
        line("pack", "trace", NINE, "db22_land", data),
        line("pack", "trace", NINE, "db22_land", data, "--unit", "乙"),
    )
    assert "40000" in first.out.replace(",", "")
    assert "60000" in first.out.replace(",", "")
    assert "35000" in other.out.replace(",", "")
    assert all("：" in each for each in first.lines + other.lines if not each.startswith(" "))


def test_a_trace_of_what_is_not_there_is_refused(line: Line, data: Path, tmp_path: Path) -> None:
    assert "nonsense" in line("pack", "trace", NINE, "nonsense", data).refused()
    assert "丙" in line("pack", "trace", NINE, "db22_land", data, "--unit", "丙").refused()
    assert line("pack", "trace", NINE, "db22_land", tmp_path / "fehlt.csv").refused()
    assert "没有名为" in line("pack", "trace", "nonsense", "db22_land", data).refused()
    (tmp_path / "leer.csv").write_text("unit,land_owned\n", encoding="utf-8")
    assert line("pack", "trace", NINE, "db22_land", tmp_path / "leer.csv").refused()


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """The nine indicators with less land until the end of 2025."""
    found = read_folder(SHIPPED / NINE)
    found = {key: value for key, value in found.items() if key not in ("examples", "base_facts")}
    bar = found["indicators"][0]["bars"][0]
    found["indicators"][0]["bars"] = [{**bar, "value": "30000", "until": "2025-12-31"}, {**bar, "from": "2026-01-01"}]
    write_folder(found, tmp_path / "datiert")
    return tmp_path / "datiert"


def test_values_are_those_in_force_on_each_date(line: Line, dated: Path, data: Path) -> None:
    dates = ("2025-12-31", "2026-01-01", "1999-01-01")
    words = [f"--as-of={each}" for each in dates]
    found = line("evaluate", dated, data, *words, "--json").answer
    land = {
        (each["as_of"], each["unit"]): (each["threshold"], each["verdict"])
        for each in found["results"]
        if each["indicator"] == "db22_land"
    }
    assert land[("2025-12-31", "乙")][0] == "30000"
    assert land[("2026-01-01", "乙")][0] == "40000"
    assert land[("1999-01-01", "乙")][0] == "30000"
    assert [each["as_of"] for each in found["results"]] == [day for day in dates for _each in range(18)]
    assert found["not_in_force"] == ["1999-01-01"], "the standard itself is of 2022"
    lines = line("evaluate", dated, data, *words).lines
    assert (len(lines), lines[0].split()[0]) == (55, "2025-12-31")
    assert "1999-01-01 不在有效期内：结论只供比较" in lines[-1]


def test_without_a_date_none_is_said(line: Line, dated: Path, data: Path) -> None:
    found = line("evaluate", dated, data, "--json").answer
    assert all("as_of" not in each for each in found["results"])
    land = {each["unit"]: each["threshold"] for each in found["results"] if each["indicator"] == "db22_land"}
    assert land["乙"] == "40000"


@pytest.mark.parametrize("date", ["", "明天", "2026-02-30", "20261231", "2026-9-1", "2026-W01-1", "2026-01-01T00:00"])
def test_what_is_no_date_is_refused(line: Line, data: Path, date: str) -> None:
    for dates in ((date,), ("2026-01-01", date)):
        for more in ((), ("--json",)):
            sentence = line("evaluate", NINE, data, *(f"--as-of={each}" for each in dates), *more).refused()
            assert (f"“{date}”" in sentence, "没有计算" in sentence) == (True, True)


def test_a_bad_standard_or_table_is_refused_with_a_date_as_without(line: Line, data: Path, tmp_path: Path) -> None:
    assert "没有名为" in line("evaluate", "nonsense", data, "--as-of", "2026-01-01").refused()
    assert line("evaluate", NINE, tmp_path / "fehlt.csv", "--as-of", "2026-01-01").refused()


# --- usage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("pack", "nonsense"),
        ("pack", "to-excel", NINE),
        ("pack", "from-excel"),
        ("pack", "from-table", "x", "y"),
        ("pack", "diff"),
        ("pack", "upgrade", "x"),
        ("pack", "downgrade"),
        ("pack", "archive"),
        ("pack", "confirm", "x"),
        ("pack", "send", "x"),
        ("pack", "trace", NINE),
        ("pack", "list", "--nonsense"),
        ("evaluate", NINE),
        ("evaluate", NINE, "x", "--as-of"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(line: Line, words: tuple[str, ...]) -> None:
    ran = line(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_the_number_of_a_value_counts_from_one(line: Line, bureau: Path) -> None:
    for number in ("0", "-1", "x"):
        assert line(*confirmation(bureau, bar=number)).status == 2
    assert line(*confirmation(bureau, bar="1"), "--dry-run").status == 0


def test_every_command_says_what_it_does(line: Line) -> None:
    for name in ("list", "check", "to-excel", "from-excel", "from-table", "diff", "upgrade", "downgrade", "archive",
                 "confirm", "send", "trace"):  # fmt: skip
        ran = line("pack", name, "--help")
        assert (ran.status, ran.err) == (0, "")
        assert name in line("pack", "--help").out
