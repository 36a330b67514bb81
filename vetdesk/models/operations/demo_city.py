"""The invented city of the demo: schools that do not exist, plausible figures, their workbooks and evidence.

The same seed gives the same figures. No name, code or figure belongs to a real school.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.records.districts import DISTRICTS

_FANCY = (
    "星河",
    "云帆",
    "青禾",
    "晨曦",
    "远山",
    "蓝桥",
    "松涛",
    "明珠",
    "映雪",
    "金穗",
    "飞鸿",
    "听雨",
    "望岳",
    "流光",
)
_KINDS = ("职业中等专业学校", "职教中心", "中等专业学校", "职业高中")
_COUNTIES = tuple(code for code in DISTRICTS if code not in ("411400", "4114SF"))
DEMO = "（虚构）"
QUESTIONS = tuple(
    f"zz10_q_{name}"
    for name in ("plan", "legal", "charter", "sport", "train", "it", "head", "org", "major", "fund", "local")
)
"""The checklist of the set-up standard."""


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """One invented school. `kind`: `good`, `near` (narrowly misses), `gaps` (figures missing), `silent` (never submits).

    `overstated` is what it first declares wrongly (fact → declared text) and inspectors will find.
    """

    code: str
    name: str
    district: str
    kind: str
    facts: Mapping[str, str]
    last_year: Mapping[str, str]
    overstated: Mapping[str, str]


def schools(count: int, seed: int) -> list[DemoSchool]:
    """`count` invented schools spread over the nine districts and counties."""
    chance = random.Random(seed)  # noqa: S311 - figures of a demo, not secrets
    made = []
    for at in range(count):
        kind = ("good", "near", "good", "gaps", "near", "good", "near")[at % 7]
        if count >= 10 and at % 15 == 14:
            kind = "silent"
        made.append(_school(chance, at, kind))
    return made


def _school(chance: random.Random, at: int, kind: str) -> DemoSchool:
    district = _COUNTIES[at % len(_COUNTIES)]
    name = f"{DISTRICTS[district]}{_FANCY[(at * 5) % len(_FANCY)]}{_KINDS[at % len(_KINDS)]}{at + 1}{DEMO}"
    facts = _good_facts(chance)
    if kind == "near":
        _miss(chance, facts)
    elif kind == "gaps":
        for fact in chance.sample(["land_affiliated", "bldg_lent_out", "equip_teaching_wan", "books_print"], 2):
            del facts[fact]
    last = {
        fact: str(max(0, round(int(text) * chance.uniform(0.93, 1.0)))) if text.isdigit() else text
        for fact, text in facts.items()
    }
    for fact in ("land_owned", "bldg_owned"):
        if fact in facts:
            last[fact] = facts[fact]
    overstated = {}
    if kind == "good" and at % 3 == 0:
        overstated = {"bldg_owned": str(int(facts["bldg_owned"]) + chance.randrange(800, 2400, 20))}
    elif kind == "near":
        overstated = {"books_print": str(int(facts["books_print"]) + chance.randrange(300, 900, 10))}
    return DemoSchool(f"3641{990001 + at:06d}", name, district, kind, facts, last, overstated)


def _good_facts(chance: random.Random) -> dict[str, str]:
    """A school that meets every condition with a little to spare."""
    students = chance.randrange(1210, 3600)
    teachers = max(61, -(-students // 18) + chance.randrange(0, 8))
    prof = teachers * 6 // 10
    staff_housing = chance.choice([0, 0, 1200, 2600])
    lent = chance.choice([0, 0, 300])
    return {
        "students_total": str(students + chance.choice([0, 0, 40])),
        "students_ft": str(students),
        "teachers_ft": str(teachers),
        "teachers_prof": str(prof),
        "teachers_dual": str(prof * 2 // 5),
        "title_senior_full": str(chance.randrange(0, 3)),
        "title_senior_assoc": str(teachers // 4 + 1),
        "edu_phd": "0",
        "edu_master": str(teachers // 5),
        "edu_bachelor": str(teachers - teachers // 5),
        "land_owned": str(max(41000, students * 34) + chance.randrange(0, 6000, 10) + staff_housing),
        "land_excl_use": "0",
        "land_shared": "0",
        "land_staff_housing": str(staff_housing),
        "land_affiliated": "0",
        "track_length_m": str(chance.choice([200, 250, 300, 400])),
        "bldg_owned": str(max(25000, students * 21) + chance.randrange(0, 5000, 10) + 800 + lent),
        "bldg_excl_use": str(chance.choice([0, 0, 600])),
        "bldg_lent_out": str(lent),
        "bldg_staff_house": "800",
        "bldg_affiliated": "0",
        "books_print": str(students * 31 + chance.randrange(0, 4000, 10)),
        "periodical_kinds": str(chance.randrange(82, 160)),
        "seats_teacher": str(teachers // 5 + 3),
        "seats_student": str(students // 10 + 12),
        "equip_teaching_wan": f"{max(310, students * 28 // 100) + chance.randrange(0, 200)}.{chance.randrange(10, 99)}",
        "computers_total": str(students * 16 // 100 + chance.randrange(0, 60)),
    }


def words(each: DemoSchool) -> dict[str, str]:
    """What no workbook holds: the majors of a school and its answers to the checklist of the set-up standard."""
    students, teachers = int(each.facts["students_total"]), int(each.facts["teachers_ft"])
    shares = (("660301", "机电技术应用", "66", 3), ("730301", "会计事务", "73", 3), ("740104", "旅游服务", "74", 4))
    rows, left = [], students
    for code, name, group, tenths in shares:
        count = students * tenths // 10 if code != "740104" else left
        left -= count
        rows.append(
            {
                "major_code": code, "major_name": name, "group_code": group, "students": str(count),
                "teachers_mid_up": str(max(2, teachers * tenths // 30)),
            }
        )  # fmt: skip
    answers = dict.fromkeys(QUESTIONS, "符合")
    if each.kind == "near":
        answers["zz10_q_train"] = "基本符合"
    return {"majors": json.dumps(rows, ensure_ascii=False), **answers}


def _miss(chance: random.Random, facts: dict[str, str]) -> None:
    """Lets a school miss one or two conditions narrowly."""
    students = int(facts["students_ft"])
    misses = {
        "land_owned": str(students * 33 + int(facts["land_staff_housing"]) - chance.randrange(1, 900)),
        "bldg_owned": str(
            students * 20
            + 800
            + int(facts["bldg_lent_out"])
            - int(facts["bldg_excl_use"])
            - chance.randrange(10, 1500, 10)
        ),
        "teachers_ft": str(-(-students // 20) - chance.randrange(1, 4)),
        "books_print": str(students * 30 - chance.randrange(1, 2000)),
        "equip_teaching_wan": f"{students * 25 // 100 - chance.randrange(1, 30)}.50",
    }
    for fact in chance.sample(sorted(misses), chance.choice([1, 2])):
        facts[fact] = misses[fact]
    teachers = int(facts["teachers_ft"])
    facts["teachers_prof"] = str(teachers * 6 // 10)
    facts["teachers_dual"] = str(teachers * 6 // 10 * 2 // 5)
    facts["title_senior_assoc"] = str(teachers // 4 + 1)
    facts["edu_master"] = str(teachers // 5)
    facts["edu_bachelor"] = str(teachers - teachers // 5)


def write_register(made: list[DemoSchool], target: Path) -> None:
    """The register as a workbook, one name written with the traps of public tables."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "学校名录"
    sheet.append(["学校名录（演示，均为虚构）"])
    sheet.append(["序号", "学校（机构）标识码", "学校名称", "县（市、区）", "办学类型", "建校年", "联系人", "联系电话"])
    for at, each in enumerate(made, start=1):
        district = DISTRICTS[each.district]
        written = "睢　县" if district == "睢县" else district
        sheet.append([at, each.code, each.name, written, "365", 1985 + at % 30, f"演示联系人{at}", "0000-0000000"])
    book.save(target)


def write_workbook(each: DemoSchool, facts: Mapping[str, str], target: Path) -> None:
    """A school's statistical workbook in the shape of the national forms: label rows, ownership columns, totals."""
    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    _form_students(_form(book, each, "教基3221", "中等职业教育分专业学生数", "人"), facts)
    _form_staff(_form(book, each, "教基4251", "职业教育学校教职工情况", "人"), facts)
    _form_teaching(_form(book, each, "教基4261", "教师授课情况", "人"), facts)
    _form_titles(_form(book, each, "教基4257", "专任教师职务情况", "人"), facts)
    _form_degrees(_form(book, each, "教基4360", "专任教师学历情况", "人"), facts)
    _form_assets(_form(book, each, "教基5377", "资产等办学条件", ""), facts)
    _form_buildings(_form(book, each, "教基5374", "校舍情况", "平方米"), facts)
    _form_other(_form(book, each, "补充表", "达标补充数据", ""), facts)
    book.save(target)


def _form(book: Any, each: DemoSchool, number: str, title: str, unit: str) -> Any:
    sheet = book.create_sheet(f"{number}_职业高中学校" if number.startswith("教基") else number)
    sheet.append([title])
    sheet.append(["表号：", number, "", "制定机关：教育部"])
    sheet.append([f"学校（机构）名称：{each.name}", "", "", f"学校（机构）标识码：{each.code}"])
    sheet.append([f"计量单位：{unit}" if unit else "", "", "", "统计时点：9月1日"])
    return sheet


def _number(facts: Mapping[str, str], fact: str) -> int | float | None:
    text = facts.get(fact)
    if text is None:
        return None
    return float(text) if "." in text else int(text)


def _form_students(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["指标", "计量单位", "代码", "数量"])
    sheet.append(["学历教育在校生数", "人", "01", _number(facts, "students_total")])
    sheet.append(["其中：全日制在校生数", "人", "02", _number(facts, "students_ft")])


def _form_staff(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["指标", "计量单位", "代码", "数量"])
    sheet.append(["专任教师", "人", "03", _number(facts, "teachers_ft")])


def _form_teaching(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["", "代码", "授课专任教师", "", "不授课"])
    sheet.append(["", "", "专业（技能）课程", "#双师型", ""])
    sheet.append(["甲", "乙", "1", "2", "3"])
    sheet.append(["总计", "01", _number(facts, "teachers_prof"), _number(facts, "teachers_dual"), 0])


def _form_titles(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["", "代码", "正高级", "副高级"])
    sheet.append(["总计", "01", _number(facts, "title_senior_full"), _number(facts, "title_senior_assoc")])


def _form_degrees(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["", "代码", "博士研究生", "硕士研究生", "本科"])
    sheet.append(
        ["总计", "01", _number(facts, "edu_phd"), _number(facts, "edu_master"), _number(facts, "edu_bachelor")]
    )


def _form_assets(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["指标", "计量单位", "代码", "学校产权", "非学校产权独立使用", "非学校产权共同使用"])
    land = facts.get("land_owned")
    if land is not None and int(land) % 2000 == 0:  # some schools keep their land in mu
        sheet.append(["占地面积", "亩", "01", int(land) * 3 // 2000, 0, 0])
    else:
        written = f"{int(land):,}" if land is not None else None
        sheet.append(["占地面积", "平方米", "01", written, _number(facts, "land_excl_use"), 0])
    sheet.append(["图书（册）", "册", "02", _number(facts, "books_print"), 0, 0])
    sheet.append(["数字终端数", "台", "03", _number(facts, "computers_total"), 0, 0])
    sheet.append(["教学、实习仪器设备资产值", "万元", "04", _number(facts, "equip_teaching_wan"), 0, 0])


def _form_buildings(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["指标", "代码", "学校产权", "非学校产权独立使用"])
    sheet.append(["校舍建筑面积", "01", _number(facts, "bldg_owned"), _number(facts, "bldg_excl_use")])
    sheet.append(["被外单位借用", "02", _number(facts, "bldg_lent_out"), None])
    sheet.append(["教工住宅", "03", _number(facts, "bldg_staff_house"), None])


def _form_other(sheet: Any, facts: Mapping[str, str]) -> None:
    sheet.append(["项目", "数值"])
    for label, fact in (
        ("教职工住宅占地面积", "land_staff_housing"),
        ("附属机构占地面积", "land_affiliated"),
        ("附属机构建筑面积", "bldg_affiliated"),
        ("环形跑道", "track_length_m"),
        ("报刊种类", "periodical_kinds"),
        ("教师阅览座位数", "seats_teacher"),
        ("学生阅览座位数", "seats_student"),
    ):
        text = facts.get(fact)
        wide = None if text is None else "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)
        sheet.append([label, wide])


def write_evidence(each: DemoSchool, folder: Path) -> dict[str, Path]:
    """A small real PDF and a small real JPEG, marked as invented. Indicator → file."""
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for indicator, name, ending, tint in (
        ("db22_land", "不动产权证（演示）", ".pdf", (250, 246, 232)),
        ("db22_bldg", "竣工验收备案（演示）", ".jpg", (236, 242, 250)),
    ):
        picture = Image.new("RGB", (420, 594), tint)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((20, 20, 399, 573), outline=(150, 30, 30), width=3)
        pen.text((60, 80), "DEMO - NOT A REAL DOCUMENT", fill=(60, 60, 60))
        pen.text((60, 120), f"unit {each.code}", fill=(60, 60, 60))
        pen.text(
            (60, 150), f"area {each.facts.get('land_owned' if ending == '.pdf' else 'bldg_owned', '-')} m2", fill=0
        )
        path = folder / f"{name}{ending}"
        picture.save(path)
        made[indicator] = path
    return made
