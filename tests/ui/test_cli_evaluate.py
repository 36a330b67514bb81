"""`evaluate` as partners call it: the boundary cases, the formats, and every refusal in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.factory import GOOD, MAJORS, NINE, NINE_FACTS, SETUP, UNCONFIRMED, WORDS
from vetdesk.models.packs.source import load
from vetdesk.ui.cli import main

ROOT = Path(__file__).resolve().parents[2]
BASE = {fact: GOOD[fact] for fact in NINE_FACTS}
UNITS: dict[str, dict[str, str]] = {
    "正好": {**BASE, "land_owned": "40000", "students_ft": "1200", "teachers_ft": "60"},
    "差一点": {**BASE, "land_owned": "39999.99"},
    "二十": {**BASE, "students_ft": "1500", "teachers_ft": "75"},
    "二十多": {**BASE, "students_ft": "200001", "teachers_ft": "10000"},
    "没填学生": {**BASE, "students_ft": ""},
    "零学生": {**BASE, "students_ft": "0"},
    "三分之一": {**BASE, "students_ft": "3", "books_print": "1"},
}
PER_STUDENT = ("db22_land_ps", "db22_bldg_ps", "db22_equip_ps", "db22_books_ps")


def csv_text(units: Mapping[str, Mapping[str, str]]) -> str:
    """Units as CSV."""
    lines = [",".join(["unit", *BASE])]
    lines += [",".join([name, *(facts[fact] for fact in BASE)]) for name, facts in units.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The boundary cases as CSV."""
    path = tmp_path / "units.csv"
    path.write_text(csv_text(UNITS), encoding="utf-8")
    return path


def asked(capsys: pytest.CaptureFixture[str], path: Path, pack: str = NINE) -> dict[str, Any]:
    """The answer of `evaluate PACK PATH --json`."""
    capsys.readouterr()
    status = main(["evaluate", pack, str(path), "--json"])
    out, err = capsys.readouterr()
    assert (status, err, out.count("\n")) == (0, "", 1)
    return dict(json.loads(out))


def by_name(answer: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Results by unit and indicator."""
    found = {(each["unit"], each["indicator"]): each for each in answer["results"]}
    assert len(found) == len(answer["results"])
    return found


def test_the_boundary_cases(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, data)
    assert set(answer) == {"pack", "results"}
    assert answer["pack"] == NINE
    found = by_name(answer)
    assert len(found) == len(UNITS) * 9
    assert {frozenset(each) for each in found.values()} == {
        frozenset({"unit", "indicator", "value", "threshold", "verdict", "gaps"})
    }
    exact = found["正好", "db22_land"]
    assert exact == {
        "unit": "正好", "indicator": "db22_land", "value": "40000", "threshold": "40000", "verdict": "met", "gaps": []
    }  # fmt: skip
    short = found["差一点", "db22_land"]
    assert (short["value"], short["verdict"]) == ("39999.99", "unmet")
    assert short["gaps"] == [{"fact": "land_owned", "change": "0.01", "unit": "㎡"}]
    assert (found["二十", "db22_str"]["value"], found["二十", "db22_str"]["verdict"]) == ("20", "met")
    over = found["二十多", "db22_str"]
    assert (over["value"], over["verdict"]) == ("20.0001", "unmet")
    assert over["gaps"] == [
        {"fact": "teachers_ft", "change": "1", "unit": "人"},
        {"fact": "students_ft", "change": "-1", "unit": "人"},
    ]
    for name in (*PER_STUDENT, "db22_str"):
        missing = found["没填学生", name]
        assert (missing["value"], missing["verdict"], missing["gaps"]) == (None, "incomplete", [])
    for name in PER_STUDENT:
        assert (found["零学生", name]["value"], found["零学生", name]["verdict"]) == (None, "incomputable")
    assert (found["零学生", "db22_str"]["value"], found["零学生", "db22_str"]["verdict"]) == ("0", "met")
    assert found["三分之一", "db22_books_ps"]["value"] == "0.333333333333"


def test_all_formats_and_encodings_answer_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = csv_text(UNITS)
    answers = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        answers.append(asked(capsys, path))
    (tmp_path / "u.json").write_text(json.dumps(UNITS), encoding="utf-8")
    answers.append(asked(capsys, tmp_path / "u.json"))
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in text.splitlines():
        book.active.append([cell or None for cell in row.split(",")])
    book.save(tmp_path / "u.xlsx")
    answers.append(asked(capsys, tmp_path / "u.xlsx"))
    assert answers[1:] == [answers[0]] * 4


def test_the_other_pack_and_a_folder_are_judged_by_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "u.json").write_text(json.dumps({"甲": {**GOOD, **WORDS, "majors": MAJORS}}), encoding="utf-8")
    answer = asked(capsys, tmp_path / "u.json", SETUP)
    assert {each["indicator"]: each["verdict"] for each in answer["results"]} == {
        name: "unverified" if name in UNCONFIRMED else "met" for name in load(SETUP).indicators
    }
    assert by_name(answer)["甲", "zz10_equip_ps"]["threshold"] == "2700"
    assert asked(capsys, tmp_path / "u.json", str(ROOT / "resources" / "packs" / SETUP)) == answer


def test_for_people_a_miss_is_never_rounded_away(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", NINE, str(data)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = {tuple(each.split("  ")[:2]): each for each in out.splitlines()}
    assert len(lines) == len(UNITS) * 9
    over = lines["二十多", "db22_str"]
    assert "20.0001" in over
    assert "20.00 " not in over
    assert "未达标" in over
    assert "+1 人" in over
    assert "-1 人" in over
    assert "达标" in lines["二十", "db22_str"]
    assert "39,999.99" in lines["差一点", "db22_land"]
    assert "40,000 ㎡" in lines["正好", "db22_land"]
    assert "数据不全" in lines["没填学生", "db22_str"]
    assert "无法计算" in lines["零学生", "db22_books_ps"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "unit,宿舍床位\n甲,1\n"),
        ("a.csv", "unit,land_counted\n甲,1\n"),
        ("a.csv", "unit,teachers_ft\n甲,很多\n"),
        ("a.csv", "unit,teachers_ft\n甲,-1\n"),
        ("a.csv", "unit,teachers_ft\n甲,NaN\n"),
        ("a.csv", "unit,teachers_ft\n甲,inf\n"),
        ("a.csv", "unit,teachers_ft\n甲,1e5\n"),
        ("a.csv", "unit,teachers_ft\n甲,2026-09-01\n"),
        ("a.csv", "unit,teachers_ft\n甲,TRUE\n"),
        ("a.csv", 'unit,teachers_ft\n甲,"1\n2"\n'),
        ("a.csv", 'unit,"a\nb"\n甲,1\n'),
        ("a.csv", "unit,teachers_ft\n甲,1\n甲,2\n"),
        ("a.csv", '"unit","teachers_ft\n甲,1\n'),
        ("a.csv", ""),
        ("a.xlsx", ""),
        ("a.xlsx", "PK"),
        ("a.json", ""),
        ("a.json", "[]"),
        ("a.json", '{"甲": {"teachers_ft": NaN}}'),
        ("a.json", '{"甲": {"teachers_ft": 1, "teachers_ft": 2}}'),
        ("a.json", "[" * 50_000),
        ("a.json", '{"甲": {"teachers_ft": ' + "9" * 4000 + "}}"),
        ("a.json", '{"甲": {"teachers_ft": true}}'),
        ("a.json", '{"甲\\n": {"teachers_ft": -1}}'),
        ("a.txt", "unit\n"),
        ("a", "unit\n"),
    ],
    ids=lambda text: text[:30],
)
def test_a_refused_file_is_status_1_with_one_line_and_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    for arguments in (["--json"], [], ["--lang", "en"]):
        assert main(["evaluate", NINE, str(path), *arguments]) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "Traceback" not in err
        assert len(err) < 600


def test_sanity_rules_never_stop_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = {**GOOD, "teachers_prof": "5000", "land_owned": "1", "majors": [{"students": "7"}]}
    (tmp_path / "u.json").write_text(json.dumps({"甲": odd}))
    found = by_name(asked(capsys, tmp_path / "u.json", SETUP))
    assert [name for _unit, name in found] == list(load(SETUP).indicators)
    assert (found["甲", "zz10_prof_pct"]["value"], found["甲", "zz10_prof_pct"]["verdict"]) == ("5000", "met")


def test_odd_unit_names_are_only_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["../x", "=1+1", "<b>", "a b", "甲\u202e乙", "null", "0"]
    (tmp_path / "u.json").write_text(json.dumps({name: {"teachers_ft": 60} for name in names}), encoding="utf-8")
    found = by_name(asked(capsys, tmp_path / "u.json"))
    assert list(dict.fromkeys(unit for unit, _indicator in found)) == names


def test_as_a_process(data: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "main.py", "evaluate", NINE, str(data), "--json"],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    found = by_name(json.loads(ran.stdout.decode("utf-8")))
    assert found["二十多", "db22_str"]["value"] == "20.0001"
