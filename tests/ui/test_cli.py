"""The command line as people and partners call it: exit statuses, one line on refusal, one JSON object."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.factory import FIRST, NINE, SECOND, SETUP, City, pdf
from tests.models.operations.forge import content_of, keys, resealed
from tests.models.operations.workbooks import form, protected, workbook
from tests.ui.line import Line
from vetdesk.models.packs.source import load
from vetdesk.models.records.places import user_data
from vetdesk.models.store.workspace import open_workspace
from vetdesk.models.sync.read import verify

ROOT = Path(__file__).resolve().parents[2]


def subprocess_of(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """`python main.py …` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **environment},
    )


# --- the whole loop, one command a step ---------------------------------------------------------------------------


def test_the_whole_loop_by_commands_each_printing_one_json_object(line: Line, tmp_path: Path) -> None:
    bureau, school, inspector = tmp_path / "局", tmp_path / "校", tmp_path / "专家"
    register = workbook(tmp_path / "名录.xlsx", {"表": [["学校标识码", "学校名称", "县区"], [FIRST, "甲校", "睢　县"]]})
    line.fine("bureau", "init", bureau, "--name", "测试局", "--district", "411400", "--officer", "经办")
    found = line.fine("bureau", "register", bureau, register, "--json").json
    assert (found["imported"], found["new"], found["failed"]) == (1, 1, [])
    campaign = tmp_path / "任务包.vdpkg"
    found = line.fine(
        "bureau", "campaign", bureau, "--pack", NINE, "--pack", SETUP, "--period", "2026", "--deadline", "2099-01-01",
        "-o", campaign, "--json",
    ).json  # fmt: skip
    assert (found["sequence"], len(found["hash"]), len(found["code"])) == (1, 64, 14)
    line.fine("school", "open", school, campaign, "--unit", FIRST, "--person", "王丽")
    forms = form("教基4251", ("指标", "数量"), ("专任教师", 75), ("全日制在校生数", 1500), ("女教师", 3))
    found = line.fine("fill", school, workbook(tmp_path / "报表.xlsx", {"教基4251": forms}), "--json").json
    assert {each["fact"]: each["value"] for each in found["taken"]} == {"teachers_ft": "75", "students_ft": "1500"}
    assert (sorted(found["changed"]), found["rejected"], found["year"]) == (["students_ft", "teachers_ft"], [], "this")
    line.fine("set", school, "land_owned=60亩", "land_excl_use=0", "land_staff_housing=0", "land_affiliated=0")
    line.fine("attach", school, pdf(tmp_path), "--indicator", "db22_land")
    found = line.fine("status", school, "--json").json
    land = next(each for each in found["results"] if each["indicator"] == "db22_land")
    assert (land["verdict"], land["value"]) == ("met", "40000")
    per_student = next(each for each in found["results"] if each["indicator"] == "db22_land_ps")
    assert per_student["gaps"][0] == {"fact": "land_owned", "change": "9500", "unit": "㎡"}
    assert (found["filled"], found["to_fill"], found["outcome"]) == (6, 15, "unmet")
    assert line.fine("check", school, "--json").json == {"disputes": [], "peers": [], "fired": []}
    found = line.fine("submit", school, "-o", tmp_path / "上报包.vdpkg", "--json").json
    assert (found["sequence"], found["file"]) == (1, str(tmp_path / "上报包.vdpkg"))
    looked = line.fine("look", tmp_path / "上报包.vdpkg", "--json").json
    assert [looked[key] for key in ("kind", "sender", "sequence", "verified")] == ["submission", FIRST, 1, True]
    assert looked["code"] == found["code"]
    dry = line.fine("receive", bureau, tmp_path / "上报包.vdpkg", "--dry-run", "--json").json
    assert (dry["dry_run"], dry["results"][0]["outcome"]) == (True, "can_take")
    taken = line.fine("receive", bureau, tmp_path / "上报包.vdpkg", "--json").json
    assert (taken["dry_run"], taken["results"][0]["outcome"]) == (False, "taken")
    known = line.fine("receive", bureau, tmp_path / "上报包.vdpkg", "--json").json
    assert known["results"][0]["outcome"] == "known"
    task = tmp_path / "核查任务包.vdpkg"
    assigned = line.fine("inspect", "assign", bureau, "--inspector", "1", "--unit", FIRST, "-o", task, "--json").json
    assert "核查专家 1" in line("look", task).refused()
    password = assigned["password"]
    began = line.fine("inspect", "open", inspector, task, "--person", "专家", "--password", password)
    assert "甲校" in began.out
    line.fine("inspect", "mark", inspector, FIRST, "teachers_ft=agree", "land_owned=59亩", "books_print=cannot_verify")
    line.fine("inspect", "finding", inspector, FIRST, "用地不足", "--indicator", "db22_land", "--due", "2099-01-01")
    review = tmp_path / "核查结果包.vdpkg"
    assert line.fine("inspect", "submit", inspector, "-o", review, "--json").json["sequence"] == 1
    line.fine("receive", bureau, review)
    finding = line.fine("rectify", "list", bureau, "--json").json["findings"][0]
    assert (finding["unit"], finding["state"], finding["problem"]) == (FIRST, "not_started", "用地不足")
    rolled = line.fine("rollup", bureau, "--json").json["results"]
    assert [each["indicator"] for each in rolled] == [name for pack in (NINE, SETUP) for name in load(pack).indicators]
    land_row = next(each for each in rolled if each["indicator"] == "db22_land")
    assert land_row == {"unit": FIRST, "indicator": "db22_land", "declared": "met", "verified": "incomplete",
                        "accepted": "incomplete"}  # fmt: skip
    with open_workspace(school) as opened:
        digits = keys(opened).digits
    line.fine("feedback", "confirm", bureau, "--unit", FIRST, "--digits", digits)
    line.fine("feedback", "return", bureau, "--unit", FIRST, "land_owned=请更正", "--due", "2099-01-01")
    assert line.fine("feedback", "send", bureau, "-o", tmp_path / "反馈.vdpkg", "--json").json["sequence"] == 1
    line.fine("receive", school, tmp_path / "反馈.vdpkg")
    assert [each["problem"] for each in line.fine("status", school, "--json").json["findings"]] == ["用地不足"]
    line.fine("set", school, "land_owned=59亩")
    line.fine("rectify", "answer", school, finding["id"][:8], "--measure", "已更正", "--done")
    line.fine("submit", school, "-o", tmp_path / "上报包2.vdpkg")
    line.fine("receive", bureau, tmp_path / "上报包2.vdpkg")
    line.fine("rectify", "close", bureau, finding["id"])
    line.fine("feedback", "accept", bureau, "--unit", FIRST)
    rolled = line.fine("rollup", bureau, "--json").json["results"]
    land_row = next(each for each in rolled if each["indicator"] == "db22_land")
    assert (land_row["declared"], land_row["accepted"]) == ("unmet", "unmet")
    line.fine("report", bureau, "rollup", "-o", tmp_path / "汇总.xlsx")
    assert openpyxl.load_workbook(tmp_path / "汇总.xlsx")["达标情况"]["B4"].value == FIRST
    line.fine("chart", bureau, "indicators", "-o", tmp_path / "图.png")
    assert (tmp_path / "图.png").read_bytes().startswith(b"\x89PNG")
    for folder in (bureau, school, inspector):
        assert line.fine("doctor", folder, "--json").json["ok"] is True
    line.fine("backup", school, "-o", tmp_path / "备份.zip")
    line.fine("restore", tmp_path / "备份.zip", tmp_path / "恢复")
    assert line.fine("status", tmp_path / "恢复", "--json").json == line.fine("status", school, "--json").json


def test_the_loop_for_people_says_what_happened(line: Line, city: City, school: Path, bureau: Path) -> None:
    assert line.fine("set", school, "teachers_ft=101", "books_print=60000").out == "已保存：改动 1 项，不变 1 项。\n"
    assert line.fine("undo", school).out == "已撤销：专任教师\n"
    assert line.fine("redo", school).out == "已重做：专任教师\n"
    assert line.fine("mark", school, "seats_teacher", "unknown", "在清点").out == "已保存。\n"
    said = line.fine("status", school).out.splitlines()
    assert said[1].startswith("按《")
    assert "已填 13/15　达标 9/9" in said[2]
    assert line.fine("check", school).out == "校验没有发现问题。\n"
    target = city.folder / "包.vdpkg"
    assert "第 1 版" in line.fine("submit", school, "-o", target).out
    assert line.fine("look", target).out.startswith(f"上报包　来自 {FIRST}　第 1 版")
    assert "待核对身份" in line.fine("receive", bureau, target).out
    assert "已经接收过" in line.fine("receive", bureau, target).out
    rolled = line.fine("rollup", bureau).out
    assert rolled.startswith("应报 2 所，已报 1 所，未报 1 所。达标 1 所，达标率 50.00%（1/2）。")
    assert "✓✓✓✓✓✓✓✓✓" in rolled
    assert "没有问题" in line.fine("rectify", "list", bureau).out
    assert line.fine("doctor", school).out.count("✓") == 6


# --- exit statuses ------------------------------------------------------------------------------------------------

REFUSED_SETS = (
    "nonsense=1", "=1", "teachers_ft", "teachers_ft=很多", "teachers_ft=-1", "teachers_ft=60.5", "teachers_ft=60亩",
    "land_owned=1e5", "land_owned=NaN", "land_counted=1", "founded_year=1990", "grads_total=1", "a\nb=1",
    "teachers_ft=a\nb", "teachers_ft=\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("pair", REFUSED_SETS)
def test_set_refuses_in_one_plain_line_and_changes_nothing(line: Line, school: Path, pair: str) -> None:
    before = content_of(school)
    said = line("set", school, "books_print=1", pair).refused()
    assert "没有改动" in said
    assert said.isprintable() or "\u3000" in said
    assert content_of(school) == before


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("mark", "{school}", "teachers_ft", "unknown", " "), "请写明"),
        (("mark", "{school}", "nonsense", "unknown", "x"), "没有数据项"),
        (("explain", "{school}", "X99", "x"), "没有校验规则"),
        (("attach", "{school}", "{none}", "--indicator", "db22_land"), "读不到"),
        (("attach", "{school}", "{text}", "--indicator", "db22_land"), "不符"),
        (("attach", "{school}", "{text}", "--indicator", "nonsense"), "没有指标"),
        (("undo", "{bureau}"), "主管部门"),
        (("status", "{bureau}"), "主管部门"),
        (("rollup", "{school}"), "学校"),
        (("status", "{none}"), "不是职教达标的工作台"),
        (("look", "{none}"), "读不到"),
        (("look", "{text}"), "不是职教达标"),
        (("look", "."), "读不到"),
        (("receive", "{bureau}", "{text}"), "没有接收"),
        (("school", "open", "{new}", "{campaign}", "--unit", "3641999999"), "没有标识码"),
        (("school", "open", "{school}", "{campaign}", "--unit", FIRST), "已经有文件"),
        (("school", "open", "{new}", "{text}", "--unit", FIRST), "不是职教达标"),
        (("bureau", "init", "{new}", "--name", "局", "--district", "北京"), "没有行政区划"),
        (("bureau", "init", "{new}", "--name", " ", "--district", "411400"), "单位名称"),
        (("bureau", "init", "{school}", "--name", "局", "--district", "411400"), "已经有文件"),
        (("bureau", "register", "{bureau}", "{text}"), "没有读取"),
        (("bureau", "campaign", "{bureau}", "--pack", NINE, "--period", "2026", "--deadline", "2099-01-01", "-o",
          "{new}"), "已经发布过"),
        (("bureau", "campaign", "{bureau}", "--pack", "x", "--period", "2027", "--deadline", "2099-01-01", "-o",
          "{new}"), "没有名为"),
        (("feedback", "accept", "{bureau}", "--unit", FIRST), "还没有上报"),
        (("feedback", "send", "{bureau}", "-o", "{new}"), "还没有学校上报"),
        (("inspect", "assign", "{bureau}", "--inspector", "1", "--unit", FIRST, "-o", "{new}"), "还没有上报"),
        (("inspect", "open", "{new}", "{campaign}"), "任务包"),
        (("rectify", "close", "{bureau}", "abc"), "没有（或不止一个）"),
        (("report", "{bureau}", "nonsense", "-o", "{new}"), "没有“nonsense”"),
        (("report", "{bureau}", "rollup", "-o", "{new}"), ".xlsx"),
        (("chart", "{bureau}", "heat", "-o", "{new}"), ".png"),
        (("restore", "{text}", "{new}"), "不是职教达标的备份"),
        (("restore", "{text}", "{school}"), "已经有文件"),
        (("backup", "{school}", "-o", "{school}/b.zip"), "自己的文件夹"),
        (("demo", "{school}"), "已经有文件"),
        (("pack", "check", "nonsense"), "没有名为"),
        (("evaluate", "nonsense", "{text}"), "没有名为"),
        (("evaluate", NINE, "{none}"), "读不到"),
        (("fill", "{school}", "{text}"), "没有读取"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_a_refusal_is_status_1_one_line_and_nothing_changed(
    line: Line, city: City, school: Path, bureau: Path, tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    text = tmp_path / "文字.pdf"
    text.write_text("文字", encoding="utf-8")
    places = {
        "school": school, "bureau": bureau, "text": text, "none": tmp_path / "无", "new": tmp_path / "新",
        "campaign": city.folder / "任务包.vdpkg",
    }  # fmt: skip
    before = content_of(city.folder)
    assert word in line(*(each.format(**places) for each in arguments)).refused()
    assert content_of(city.folder) == before
    assert not (tmp_path / "新").exists()
    assert line(*(each.format(**places) for each in arguments), "--lang", "en").refused()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("set",),
        ("set", "ws"),
        ("status",),
        ("status", "a", "b"),
        ("status", "ws", "--nonsense"),
        ("mark", "ws", "teachers_ft", "maybe", "x"),
        ("submit", "ws"),
        ("bureau",),
        ("bureau", "nonsense"),
        ("bureau", "init", "ws"),
        ("demo", "x", "--schools", "0"),
        ("demo", "x", "--schools", "many"),
        ("fill", "ws", "x.xlsx", "--year", "next"),
        ("--lang", "fr", "pack", "list"),
        ("pack", "list", "--lang"),
        ("pack", "list", "--lang=de"),
        ("--nonsense",),
        ("inspect", "mark", "ws", FIRST, "teachers_ft=1", "--method", "guess"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(line: Line, arguments: tuple[str, ...]) -> None:
    ran = line(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), ("set", "--help"), ("bureau", "init", "-h"), ("--version",)]
)
def test_help_is_status_0(line: Line, arguments: tuple[str, ...]) -> None:
    assert line.fine(*arguments).out


def test_open_elsewhere_is_status_3_and_acknowledged_edits_survive_a_kill(line: Line, school: Path) -> None:
    other = subprocess_of("set", school, "-")
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write("teachers_ft=91\n")
    other.stdin.flush()
    assert other.stdout.readline() == "ACK 1\n"
    for arguments in (("status", school), ("set", school, "teachers_ft=1"), ("doctor", school, "--json")):
        assert "正在被" in line(*arguments).refused(3)
    other.stdin.write("\nbooks_print=7\n")
    other.stdin.flush()
    assert other.stdout.readline() == "ACK 3\n"
    other.kill()
    other.wait()
    for stream in (other.stdin, other.stdout, other.stderr):
        if stream is not None:
            stream.close()
    values = {each["indicator"]: each["value"] for each in line.fine("status", school, "--json").json["results"]}
    assert values["db22_teachers"] == "91"
    assert line.fine("doctor", school, "--json").json["ok"] is True
    assert line.fine("undo", school).out == "已撤销：纸质图书\n"


def test_a_damaged_database_is_status_4_and_left_alone(line: Line, school: Path) -> None:
    path = school / "vetdesk.db"
    for content in (b"", b"not a database", b"SQLite format 3\x00" + bytes(200)):
        path.write_bytes(content)
        assert "没有打开" in line("status", school).refused(4)
        assert path.read_bytes() == content


def test_what_cannot_be_written_is_status_4(line: Line, school: Path, bureau: Path, tmp_path: Path) -> None:
    file = tmp_path / "datei"
    file.touch()
    for arguments in (
        ("submit", school, "-o", file / "x.vdpkg"),
        ("backup", school, "-o", file / "x"),
        ("report", bureau, "rollup", "-o", file / "x.xlsx"),
        ("chart", bureau, "heat", "-o", file / "x.png"),
        ("bureau", "init", file / "x", "--name", "局", "--district", "411400"),
        ("demo", file / "x"),
    ):
        line(*arguments).refused(4)
    assert list(tmp_path.glob("*.part")) == []


def test_nothing_is_written_over_what_is_kept_or_over_a_file_of_another_sort(
    line: Line, school: Path, bureau: Path, tmp_path: Path
) -> None:
    folder, photo, page = tmp_path / "ordner", tmp_path / "照片.png", tmp_path / "a.html"
    folder.mkdir()
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    theirs = tmp_path / "任务.vdpkg"
    line("school", "copy", school, "-o", tmp_path / "ours.vdpkg")
    line("bureau", "amend", bureau, "-o", theirs)
    writers = (
        ("submit", school),
        ("report", bureau, "rollup"),
        ("school", "print", school, "draft"),
        ("chart", bureau, "heat"),
    )
    keys = next((user_data() / "keys").glob("*.json"))
    before = {each: each.read_bytes() for each in (school / "vetdesk.db", bureau / "vetdesk.db", keys, photo, theirs)}
    for words in writers:
        for target in (folder, school / "vetdesk.db", bureau / "new.vdpkg", keys):
            line(*words, "-o", target).refused(1)
    for words in writers[:3]:
        line(*words, "-o", photo).refused(1)
    assert "别的单位" in line("submit", school, "-o", theirs).refused(1)
    line("backup", school, "-o", folder).refused(1)
    assert {each: each.read_bytes() for each in before} == before
    for _again in range(2):
        assert line("submit", school, "-o", tmp_path / "ours.vdpkg").lines
        assert line("school", "print", school, "draft", "-o", page).lines
    assert list(tmp_path.rglob("*.part")) == []


def test_a_doctor_who_finds_something_is_status_4_with_the_finding_on_standard_output(line: Line, school: Path) -> None:
    base = sqlite3.connect(school / "vetdesk.db")
    base.execute("UPDATE journal SET who = '别人' WHERE seq = 3")
    base.commit()
    base.close()
    ran = line("doctor", school, "--json")
    assert ran.status == 4
    assert [each["name"] for each in ran.json["checks"] if not each["ok"]] == ["journal"]
    assert line("doctor", school).out.count("✗") == 1


def test_data_of_a_newer_version_is_status_5_and_left_alone(line: Line, city: City, school: Path, bureau: Path) -> None:
    newer = resealed(city.submission(), city.folder / "neu.vdpkg", city.school(), min_reader=2)
    city.close()
    assert "新版" in line("look", newer).refused(5)
    assert "新版" in line("receive", bureau, newer).refused(5)
    path = school / "vetdesk.db"
    content = bytearray(path.read_bytes())
    content[60:64] = (99).to_bytes(4, "big")
    path.write_bytes(content)
    for arguments in (
        ("status", school),
        ("set", school, "teachers_ft=1"),
        ("backup", school, "-o", city.folder / "b"),
    ):
        assert "新版" in line(*arguments).refused(5)
    assert path.read_bytes() == content


# --- receiving ----------------------------------------------------------------------------------------------------


def test_receive_is_status_0_if_any_was_taken_or_known_and_1_if_none(line: Line, city: City, bureau: Path) -> None:
    good, bad = city.submission(), city.folder / "bad.vdpkg"
    bad.write_bytes(good.read_bytes()[:-3])
    city.close()
    found = line.fine("receive", bureau, bad, good, "--json").json["results"]
    assert [(each["outcome"], each["reason"]) for each in found] == [("refused", "truncated"), ("taken", "")]
    assert [(each["kind"], each["sender"], each["sequence"]) for each in found] == [
        (None, None, None),
        ("submission", FIRST, 1),
    ]
    found = line.fine("receive", bureau, bad, good, "--json").json["results"]
    assert [each["outcome"] for each in found] == ["refused", "known"]
    ran = line("receive", bureau, bad, "--json")
    assert (ran.status, ran.json["results"][0]["reason"], ran.err.count("\n")) == (1, "truncated", 1)
    people = line.fine("receive", bureau, bad, good).out
    assert "共 2 个：已接收 0，可以接收 0，已经接收过 1，没有接收 1。" in people
    several = line("receive", bureau, bad, bad.with_name("没有.vdpkg"))
    assert (several.status, several.out) == (1, "")
    assert all(
        part in each for part, each in zip((bad.name, "没有.vdpkg", "共 2 个"), several.err.splitlines(), strict=True)
    )


def test_a_flipped_bit_anywhere_is_refused_and_nothing_changed(line: Line, city: City, bureau: Path) -> None:
    good = city.submission()
    city.close()
    whole = good.read_bytes()
    before = content_of(bureau)
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        good.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert "没有接收" in line("receive", bureau, good).refused(1)
    assert content_of(bureau) == before


def test_a_dry_run_leaves_every_byte_of_the_workspace(line: Line, city: City, bureau: Path) -> None:
    good = city.submission()
    city.close()
    before = content_of(bureau)
    assert "可以接收" in line.fine("receive", bureau, good, "--dry-run").out
    assert content_of(bureau) == before


# --- filling from standard input and from files -------------------------------------------------------------------


def test_set_from_standard_input_stops_at_the_first_line_it_cannot_take(
    line: Line, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("teachers_ft=101\n\n  books_print=7  \nnonsense=1\nteachers_ft=5\n"))
    ran = line("set", school, "-")
    assert (ran.status, ran.out, ran.err.count("\n")) == (1, "ACK 1\nACK 3\n", 1)
    assert "nonsense" in ran.err
    values = {each["indicator"]: each["value"] for each in line.fine("status", school, "--json").json["results"]}
    assert (values["db22_teachers"], values["db22_books_ps"]) == ("101", "0.004666666667")


def test_bytes_on_standard_input_that_are_no_text_are_refused_not_a_bug(school: Path) -> None:
    environment = {"PYTHONIOENCODING": "utf-8:strict", "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "set", str(school), "-"],
        input=b"teachers_ft=101\nteachers_ft=\xff\xfe\n",
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, b"ACK 1\n")
    assert ran.stderr.decode("utf-8").count("\n") == 1
    assert "没有改动" in ran.stderr.decode("utf-8")


def test_fill_names_what_it_rejects_and_a_dry_run_stores_nothing(line: Line, school: Path, tmp_path: Path) -> None:
    sheet = form("教基4251", ("指标", "数量"), ("专任教师", "很多"), ("全日制在校生数", 1490))
    path = workbook(tmp_path / "报表.xlsx", {"教基4251": sheet})
    before = content_of(school)
    said = line.fine("fill", school, path, "--dry-run").out
    assert "报表.xlsx › 教基4251 › B6" in said
    assert "很多" in said
    assert content_of(school) == before
    assert line.fine("fill", school, path, "--year", "last", "--json").json["changed"] == ["students_ft"]
    assert line.fine("fill", school, path, "--year", "last", "--json").json["changed"] == []


@pytest.mark.parametrize("name", ["密.xlsx", "表.et", "另一所.xlsx", "没有数.xlsx"])
def test_fill_refuses_a_workbook_that_is_not_one_of_ours(line: Line, school: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "另一所.xlsx":
        workbook(path, {"表": form("教基4251", ("指标", "数量"), ("专任教师", 1), code=SECOND)})
    elif name == "没有数.xlsx":
        workbook(path, {"表": [["通知", "各校："]]})
    else:
        path.write_bytes(protected())
    before = content_of(school)
    ran = line("fill", school, path)
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert content_of(school) == before


# --- one act or none ----------------------------------------------------------------------------------------------


def test_several_marks_are_one_act(line: Line, city: City) -> None:
    city.received()
    city.inspector()
    city.close()
    folder = city.folder / "inspector-1"
    before = content_of(folder)
    line("inspect", "mark", folder, FIRST, "teachers_ft=agree", "books_print=很多").refused()
    assert line("inspect", "mark", folder, FIRST, "teachers_ft=agree", "books_print").status == 2
    assert content_of(folder) == before


def test_several_acceptances_are_one_act(line: Line, city: City, bureau: Path) -> None:
    city.received()
    digits = keys(city.school()).digits
    city.received(SECOND)
    city.close()
    line.fine("feedback", "confirm", bureau, "--unit", FIRST, "--digits", digits)
    before = content_of(bureau)
    line("feedback", "accept", bureau, "--unit", FIRST, "--unit", SECOND).refused()
    assert content_of(bureau) == before
    line.fine("feedback", "accept", bureau, "--unit", FIRST)


@pytest.mark.parametrize("digits", ["", " ", "12345 67890 12345 67890 12345 67890"])
def test_an_identity_is_not_confirmed_without_its_digits(line: Line, city: City, bureau: Path, digits: str) -> None:
    city.received()
    city.close()
    before = content_of(bureau)
    line("feedback", "confirm", bureau, "--unit", FIRST, "--digits", digits).refused()
    assert content_of(bureau) == before


# --- language -----------------------------------------------------------------------------------------------------


def test_the_language_may_stand_anywhere_in_the_line(line: Line, school: Path) -> None:
    chinese = line.fine("check", school).out
    english = {
        line.fine(*arguments).out
        for arguments in (
            ("--lang", "en", "check", school),
            ("check", "--lang", "en", school),
            ("check", school, "--lang", "en"),
            ("check", school, "--lang=en"),
            ("--lang=zh", "check", school, "--lang", "en"),
        )
    }
    assert len(english) == 1
    assert english != {chinese}
    assert not any("\u4e00" <= char <= "\u9fff" for char in english.pop())
    assert line.fine("check", school).out == chinese


def test_refusals_speak_the_language_too(line: Line, school: Path) -> None:
    said = line("set", school, "nonsense=1", "--lang", "en").refused()
    assert not any("\u4e00" <= char <= "\u9fff" for char in said)
    assert "nonsense" in said


def test_verdict_words_of_json_are_the_same_in_every_language(line: Line, school: Path) -> None:
    chinese = line.fine("status", school, "--json").json
    english = line.fine("status", school, "--json", "--lang", "en").json
    assert english["results"] == chinese["results"]
    assert english["sentence"] != chinese["sentence"]


# --- as a process -------------------------------------------------------------------------------------------------


def test_as_a_process_text_is_utf8_whatever_the_terminal(school: Path) -> None:
    ran = subprocess_of("status", school, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    out, err = ran.communicate()
    assert (ran.returncode, err) == (0, "")
    assert "已达标：9 项全部达标。" in out


def test_as_a_process_a_refusal_is_one_line(tmp_path: Path) -> None:
    ran = subprocess_of("look", tmp_path / "无.vdpkg", "--json")
    out, err = ran.communicate()
    assert (ran.returncode, out, err.count("\n")) == (1, "", 1)


def test_a_pipe_closed_early_is_no_traceback(school: Path) -> None:
    ran = subprocess.run(
        f"{sys.executable} {ROOT / 'main.py'} status {school} | head -c 1",
        shell=True,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.stderr == b""
    assert len(ran.stdout) <= 1


def test_the_commands_need_neither_qt_nor_matplotlib() -> None:
    code = (
        "import sys; from vetdesk.ui.cli import main; status = main(['pack', 'list']);"
        "bad = [n for n in ('PySide6', 'matplotlib', 'openpyxl', 'numpy') if n in sys.modules];"
        "sys.exit(9 if bad else status)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


# --- standards ----------------------------------------------------------------------------------------------------


def test_standards_are_listed_and_checked(line: Line, tmp_path: Path) -> None:
    found = {each["id"]: each for each in line.fine("pack", "list", "--json").json["packs"]}
    assert (found[NINE]["indicators"], found[NINE]["document"]) == (9, "教职成〔2022〕5号")
    assert set(found) == {path.name for path in (ROOT / "resources" / "packs").iterdir()}
    few = {name for name, each in found.items() if each["examples"] < 3 * each["indicators"] / 2}
    assert few == {"cn_db_2022_art", "cn_db_2022_remote"}  # the province sets their values: none is known
    assert line.fine("pack", "list").out.count("\n") == len(found)
    own, wrong = tmp_path / "eigen", tmp_path / "falsch"
    for folder in (own, wrong):
        shutil.copytree(ROOT / "resources" / "packs" / NINE, folder)
    assert line.fine("pack", "check", NINE, own).out.count("全部通过") == 2
    text = (own / "pack.toml").read_text(encoding="utf-8")
    (wrong / "pack.toml").write_text(text.replace('value = "40000"', 'value = "39000"'), encoding="utf-8")
    assert "样例" in line("pack", "check", wrong).refused()
    assert "样例" in line("evaluate", wrong, tmp_path / "x.csv").refused()


def test_the_signature_of_a_package_is_what_look_checks(line: Line, city: City) -> None:
    found = verify(city.folder / "任务包.vdpkg")
    looked = line.fine("look", city.folder / "任务包.vdpkg", "--json").json
    assert (looked["hash"], looked["kind"], looked["sender_role"]) == (found.hash, "campaign", "bureau")


def test_evidence_is_described_listed_and_taken_over(line: Line, school: Path, tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        Image.new("RGB", (30, 40), "white").save(tmp_path / name)
    said = line(
        "attach", school, tmp_path / "1.png", tmp_path / "2.png", "--indicator", "db22_land", "--as-one", "证"
    ).lines
    digits = said[0].rsplit("　", 1)[1]
    words = ("--dated", "2026-01-02", "--kind", "original", "--department", "总务处", "--expires", "2027-01-01")
    assert line("school", "describe", school, digits, *words).lines == [
        "证.pdf；文件日期 2026-01-02；有效期至 2027-01-01；来源 总务处；原件；2 页"
    ]
    assert "没有保存" in line("school", "describe", school, digits, "--dated", "2026-13-02").refused()
    assert "没有改动" in line("school", "describe", school, "ffff").refused()
    target = tmp_path / "目录.xlsx"
    assert line("school", "catalogue", school, "-o", target).lines
    assert openpyxl.load_workbook(target).worksheets[-1]["A4"].value is not None
    assert "没有沿用" in line("school", "take-over-round", school, school).refused()
