"""Every figure of the domain text written out a second time, independently of the packs, and compared with them.

A threshold is not read but tried: facts at the line, one step below and one above, and the verdict the text asks for.
What the text has and no pack holds stands in `REASONS`. Sections are those of the domain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from vetdesk.models.packs.conclude import conclude
from vetdesk.models.packs.evaluate import Data, prepare, value
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.fields import Field, dictionary
from vetdesk.models.packs.formula import Node, parse, substitute
from vetdesk.models.packs.gap import Gap, by_hiring, capacity, combined, gaps
from vetdesk.models.packs.judge import Judgement, below_floor, data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.source import load, shipped_ids
from vetdesk.models.records.answers import ANSWERS, answer_word
from vetdesk.models.records.numbers import decimal_text, shown
from vetdesk.models.records.verdicts import Verdict

REASONS = {
    # sections 1 to 4
    "zz10_pt_pct, ha_pt_pct: a tolerance for 20%左右": "not defined; shown for information only",
    "zz10_equip_ps: 3000 and 2500 as two lines": "the text has no method for mixed schools; one weighted line",
    "art and remote schools: values": "set by the province, not seen; open and unverified",
    "sports and special-education schools": "own standards by type, values not found",
    "2.1: share of schools, 80 % in 2023, 90 % in 2025": "a goal of the province, no condition of a school",
    "2.3: values marked ? of 高级技工学校 and 技师学院": "unknown; the required value stays empty",
    "2.3: premises of the enterprise that runs a school": "no figure of the text; said in the description",
    "3.1: full-time students of private schools": "not seen; unverified where the school is private",
    "3.1: goals 30 % in 2022, all in 2025": "a goal of the province, no condition of a school",
    "4.2: 夜大 and 函授 weights since 2004": "not known whether revised; those of 2004 are used",
    "4.3: Art. 5 and later": "not read; one open item stands for them",
    "4.4: 人才培养, 科研社会服务, 经费": "not read; one open item stands for them",
    "4.4: rules on majors (教职成厅〔2021〕1号)": "another document; the text says not to mix them",
    # section 6
    "6.1: upper ends of ranges (8–10, 10–12 …)": "more than asked is no failure; the range stands in the note",
    "6.1: sq_hire as a share": "the text gives no number",
    "6.1: sq_zp_ratio, cty_zp_enrol as a verdict": "大体相当 is not defined; unverified",
    "6.2: ratio of students (second base)": "enrolment is the usual base; both facts are kept",
    "6.2: days a month (D)": "not defined; schools count who reached it, by the note 30 days",
    "6.2: 基础条件 of task 18": "judged by the packs on conditions",
    # section 9
    "9.4: text forms of 师生比 (1:20, 1∶20, 20:1)": "the ratio is never typed; it is computed from two counts",
    # section 10: no fact of the dictionary
    "roster": "rows with names of persons: privacy; only their counts are asked for",
    "value_prev": "a fact of last year's record, read with prev()",
    "source_form": "kept with the dictionary's fact, not with each figure",
    "evidence_refs": "kept with the record of a figure",
    "note": "kept with the record of a figure",
    "answer": "the value of each checklist item itself",
    "self_text": "kept with the record of an answer",
    "inspector_answer": "kept with the review",
    "inspector_text": "kept with the review",
    "override_reason": "kept with the review",
}  # fmt: skip
"""What the text has and no pack (or the dictionary) holds, and why."""

UNDECIDED = frozenset({"UNSURE"})
KINDS_OF_UNIT = ("school", "college", "county", "city")

SURE_OF = {
    ">=": (Verdict.UNMET, Verdict.MET, Verdict.MET),
    ">": (Verdict.UNMET, Verdict.UNMET, Verdict.MET),
    "<=": (Verdict.MET, Verdict.MET, Verdict.UNMET),
    "==": (Verdict.UNMET, Verdict.MET, Verdict.UNMET),
}
"""The verdicts just below, at and just above a line."""

SCALE = {"%": 100, "台/百生": 100, "座/百生": 100, "元/生": 10000, "元/生·年": 10000}
"""By what a quotient of facts is multiplied to stand in a unit (money is typed in 万元)."""

BOTTOM = 2000
"""How many the denominator counts: a step of one in the numerator is then a small step of the quotient."""

ZERO_WITH = {
    "land_owned": ("land_excl_use", "land_staff_housing", "land_affiliated"),
    "bldg_owned": ("bldg_excl_use", "bldg_staff_house", "bldg_staff_single", "bldg_affiliated", "bldg_lent_out"),
    "he_junior": (
        "he_undergrad", "he_master", "he_phd", "he_intl", "he_prep", "he_further", "he_adult_ft", "he_evening",
        "he_corr",
    ),
    "teachers_ft": ("teachers_external",),
    "edu_bachelor": ("edu_phd", "edu_master"),
}  # fmt: skip
"""Parts of a derived figure that are nothing where only its main part is given."""


class Line(NamedTuple):
    """One required value. The measured quotient is `top` (facts added) over `bottom`, in `unit`.

    `mark` is the confidence; a value '' is not known. `~` is 左右: shown, never decided.
    """

    id: str
    name: str
    unit: str
    top: str
    bottom: str
    cmp: str
    value: str
    mark: str
    article: str = ""
    given: Mapping[str, str] = {}

    @property
    def decided(self) -> bool:
        """Whether it may give met or unmet (section 0.1)."""
        return bool(self.value) and self.mark not in UNDECIDED and self.cmp != "~"


def with_class(kind: str) -> dict[str, str]:
    return {"pack_class": kind}


# Section 1.1
ZZ10 = [
    Line("zz10_students", "学历教育在校生数", "人", "students_total", "", ">=", "1200", "FOUND", "第六条"),
    Line("zz10_ft_teachers", "专任教师数", "人", "teachers_ft", "", ">=", "60", "FOUND", "第七条"),
    Line("zz10_str", "生师比", ":1", "students_ft", "teachers_ft", "<=", "20", "FOUND", "第七条"),
    Line("zz10_degree_pct", "专任教师学历合格率", "%", "edu_bachelor", "teachers_ft", "==", "100", "KNOWN", "第七条"),
    Line("zz10_senior_pct", "高级专业技术职务比例", "%", "title_senior_full+title_senior_assoc", "teachers_ft",
         ">=", "20", "FOUND", "第七条"),
    Line("zz10_prof_pct", "专业教师占专任教师比例", "%", "teachers_prof", "teachers_ft", ">=", "50", "FOUND", "第七条"),
    Line("zz10_dual_pct", "双师型占专业教师比例", "%", "teachers_dual", "teachers_prof", ">=", "30", "FOUND", "第七条"),
    Line("zz10_major_mid", "每专业相关专业中级以上专任教师", "人", "majors.teachers_mid_up", "", ">=", "2", "FOUND",
         "第七条"),
    Line("zz10_pt_pct", "兼职教师占专任教师比例", "%", "teachers_parttime", "teachers_ft", "~", "20", "FOUND", "第七条"),
    Line("zz10_land", "校园占地面积", "㎡", "land_owned", "", ">=", "40000", "FOUND", "第八条"),
    Line("zz10_land_ps", "生均用地面积", "㎡/生", "land_owned", "students_ft", ">=", "33", "FOUND", "第八条"),
    Line("zz10_bldg", "校舍建筑面积", "㎡", "bldg_owned", "", ">=", "24000", "FOUND", "第八条"),
    Line("zz10_bldg_ps", "生均校舍建筑面积", "㎡/生", "bldg_owned", "students_ft", ">=", "20", "FOUND", "第八条"),
    Line("zz10_track", "环形跑道田径场", "m", "track_length_m", "", ">=", "200", "FOUND", "第八条"),
    Line("zz10_books_ps", "生均适用印刷图书", "册/生", "books_print", "students_ft", ">=", "30", "FOUND", "第八条"),
    Line("zz10_periodicals", "报刊种类", "种", "periodical_kinds", "", ">=", "80", "FOUND", "第八条"),
    Line("zz10_seat_t", "教师阅览座位比", "%", "seats_teacher", "teachers_ft", ">=", "20", "FOUND", "第八条"),
    Line("zz10_seat_s", "学生阅览座位比", "%", "seats_student", "students_ft", ">=", "10", "FOUND", "第八条"),
    Line("zz10_pc_per100", "每百生计算机", "台/百生", "computers_total", "students_ft", ">=", "15", "KNOWN", "第八条"),
]  # fmt: skip
WEIGHTED = "zz10_equip_ps"
ENGINEERING = ("62", "63", "64", "65", "66", "67", "68", "70", "71")
MEDICAL = "72"
OTHERS = ("61", "73", "74", "75", "76", "77", "78", "79")

# Section 2.2, in the order of the official table
GENERAL = {"run_type": "365", "founded_year": "1990", "pack_class": "一般类"}
DB22 = [
    Line("db22_land", "校园占地面积", "㎡", "land_owned", "", ">=", "40000", "FOUND"),
    Line("db22_land_ps", "生均用地面积", "㎡/生", "land_owned", "students_ft", ">=", "33", "FOUND"),
    Line("db22_bldg", "校舍建筑面积", "㎡", "bldg_owned", "", ">=", "24000", "FOUND"),
    Line("db22_bldg_ps", "生均校舍建筑面积", "㎡/生", "bldg_owned", "students_ft", ">=", "20", "FOUND"),
    Line("db22_teachers", "专任教师数", "人", "teachers_ft", "", ">=", "60", "FOUND"),
    Line("db22_str", "生师比", ":1", "students_ft", "teachers_ft", "<=", "20", "FOUND"),
    Line("db22_equip", "仪器设备总值", "万元", "equip_teaching_wan", "", ">=", "300", "FOUND"),
    Line("db22_equip_ps", "生均仪器设备值", "元/生", "equip_teaching_wan", "students_ft", ">=", "2500", "FOUND"),
    Line("db22_books_ps", "生均图书", "册/生", "books_print", "students_ft", ">=", "30", "FOUND"),
]  # fmt: skip
DB22_CLASSES = ["校园建设"] * 4 + ["教师配备"] * 2 + ["仪器设备"] * 2 + ["图书配备"]

# Section 2.3: 技工学校, 高级技工学校, 技师学院
CLASSES = ("技工", "高级技工", "技师学院")
JG_ROWS = [
    ("jg_land", "校园占地面积", "㎡", "land_owned", "", ">=", ("30000 FOUND", "66000 FOUND", "100000 UNSURE")),
    ("jg_bldg", "校舍建筑面积", "㎡", "bldg_owned", "", ">=", ("18000 FOUND", "50000 UNSURE", "80000 UNSURE")),
    ("jg_bldg_ps", "生均校舍建筑面积", "㎡/生", "bldg_owned", "students_ft", ">=", ("20 FOUND", " UNSURE", " UNSURE")),
    ("jg_students", "学制教育在校生", "人", "students_ft", "", ">=", ("800 FOUND", "2000 UNSURE", "3000 UNSURE")),
    ("jg_training", "年职业培训人次", "人次", "training_persons", "", ">=", ("800 FOUND", " UNSURE", " UNSURE")),
    ("jg_majors", "常设专业", "", "count majors", "", ">=", ("3 FOUND", " UNSURE", " UNSURE")),
    ("jg_practice_area", "实习实验场所建筑面积", "㎡", "bldg_lab", "", ">=",
     ("5000 FOUND", "15000 UNSURE", "25000 UNSURE")),
    ("jg_practice_equip", "实习实验设备总值", "万元", "equip_train_wan", "", ">=",
     ("300 FOUND", "2000 UNSURE", "4000 UNSURE")),
    ("jg_seats", "每生实习工位", "个/生", "train_seats", "students_ft", ">=", ("1 FOUND", " UNSURE", " UNSURE")),
    ("jg_str", "生师比", ":1", "students_ft", "teachers_ft", "<=", ("20 UNSURE", "20 UNSURE", "20 UNSURE")),
]  # fmt: skip
JG = [
    Line(*row[:6], value=cell.partition(" ")[0], mark=cell.partition(" ")[2], given=with_class(kind))
    for row in JG_ROWS
    for kind, cell in zip(CLASSES, row[6], strict=True)
]

# Section 3.1
PUBLIC = {"ownership": "公办"}
HA = [
    Line("ha_land", "校园占地面积", "㎡", "land_owned", "", ">=", "50000", "FOUND"),
    Line("ha_land_ps", "生均占地面积", "㎡/生", "land_owned", "students_ft", ">=", "33", "FOUND"),
    Line("ha_track", "田径场环形跑道", "m", "track_length_m", "", ">=", "200", "FOUND"),
    Line("ha_str", "生师比", ":1", "students_ft", "teachers_ft", "<=", "20", "FOUND"),
    Line("ha_prof_pct", "专业课教师占专任教师比例", "%", "teachers_prof", "teachers_ft", ">=", "60", "FOUND"),
    Line("ha_dual_pct", "双师型教师比例", "%", "teachers_dual", "teachers_prof", ">=", "50", "FOUND"),
    Line("ha_pt_pct", "行业企业兼职教师占专任教师比例", "%", "teachers_parttime", "teachers_ft", "~", "20", "FOUND"),
    Line("ha_students", "全日制学历教育在校生", "人", "students_ft", "", ">=", "1500", "FOUND"),
    Line("ha_group", "骨干专业群在校生", "人", "key group", "", ">=", "300", "FOUND"),
    Line("ha_employ", "毕业生就业率", "%", "grads_placed", "grads_total", ">=", "95", "FOUND"),
]  # fmt: skip
HA_REPLACES = {
    "zz10_students": "ha_students", "zz10_str": "ha_str", "zz10_prof_pct": "ha_prof_pct",
    "zz10_dual_pct": "ha_dual_pct", "zz10_pt_pct": "ha_pt_pct", "zz10_land": "ha_land", "zz10_land_ps": "ha_land_ps",
    "zz10_track": "ha_track",
}  # fmt: skip
HA_PLACEHOLDERS = [
    *(f"ha_q_{name}" for name in ("party", "moral", "major", "teaching", "coop", "service", "quality", "govern")),
    *(f"ha_v_{name}" for name in ("enrol", "breach", "safety", "fraud", "title", "danger", "ethics")),
]

# Section 4.1: 生师比, 研究生学位%, 教学行政用房㎡, 设备 元, 图书 册
TYPES = ("综合师范民族", "工农林", "医学", "语文财经政法", "体育", "艺术")
HE_PASS = {
    "本科": ("18 30 14 5000 100 FOUND", "18 30 16 5000 80 FOUND", "16 30 16 5000 80 FOUND", "18 30 9 3000 100 FOUND",
            "11 30 22 4000 70 FOUND", "11 30 18 4000 80 FOUND"),
    "高职": ("18 15 14 4000 80 FOUND", "18 15 16 4000 60 FOUND", "16 15 16 4000 60 KNOWN", "18 15 9 3000 80 KNOWN",
            "13 15 22 3000 50 KNOWN", "13 15 18 3000 60 KNOWN"),
}  # fmt: skip
HE_FLOOR = {
    "本科": ("22 10 8 3000 50", "22 10 9 3000 40", "22 10 9 3000 40", "23 10 5 2000 50", "17 10 13 2000 35",
            "17 10 11 2000 40"),
    "高职": ("22 5 8 2500 45", "22 5 9 2500 35", "22 5 9 2500 35", "23 5 5 2000 45", "17 5 13 2000 30",
            "17 5 11 2000 35"),
}  # fmt: skip
FLOOR_FOUND = {("本科", "综合师范民族", "he_admin_ps"), ("本科", "综合师范民族", "he_equip_ps")}
FIVE = [
    ("he_str", "生师比", ":1", "he_junior", "teachers_ft", "<="),
    ("he_master_pct", "具有研究生学位教师占专任教师比例", "%", "degree_master_up", "teachers_ft", ">="),
    ("he_admin_ps", "生均教学行政用房", "㎡/生", "bldg_teach+bldg_admin", "he_junior", ">="),
    ("he_equip_ps", "生均教学科研仪器设备值", "元/生", "equip_teaching_wan", "he_junior", ">="),
    ("he_books_ps", "生均图书", "册/生", "books_print", "he_junior", ">="),
]


def he(level: str, kind: str) -> dict[str, str]:
    return {"run_type": level, "he_type": kind}


HE_BASIC = [
    Line(*five, number, row.split(" ")[5], given=he(level, kind))
    for level, rows in HE_PASS.items()
    for kind, row in zip(TYPES, rows, strict=True)
    for five, number in zip(FIVE, row.split(" "), strict=False)
]
HE_FLOORS = [
    Line(*five, number, "FOUND" if (level, kind, five[0]) in FLOOR_FOUND else "KNOWN", given=he(level, kind))
    for level, rows in HE_FLOOR.items()
    for kind, row in zip(TYPES, rows, strict=True)
    for five, number in zip(FIVE, row.split(" "), strict=True)
]
LAND = {"综合师范民族": "54", "语文财经政法": "54", "工农林": "59", "医学": "59", "体育": "88", "艺术": "88"}
BOOKISH = ("综合师范民族", "语文财经政法", "艺术")


def monitored() -> Iterator[Line]:
    """The monitoring indicators of section 4.1 (and two formulas of 4.2) for each level and type."""
    for level in ("高职", "本科"):
        own = level == "本科"
        seen = "FOUND" if own else "KNOWN"
        for kind in TYPES:
            given = he(level, kind)
            yield Line("he_senior_pct", "具有高级职务教师占专任教师比例", "%", "title_senior_full+title_senior_assoc",
                       "teachers_ft", ">=", "30" if own else "20", "KNOWN", given=given)  # fmt: skip
            yield Line("he_land_ps", "生均占地面积", "㎡/生", "land_total", "he_junior", ">=", LAND[kind], "KNOWN",
                       given=given)  # fmt: skip
            yield Line(
                "he_dorm_ps", "生均宿舍面积", "㎡/生", "bldg_dorm", "he_junior", ">=", "6.5", "KNOWN", given=given
            )
            yield Line("he_pc_per100", "百名学生配教学用计算机", "台/百生", "computers_teaching", "he_junior", ">=",
                       "10" if own else "8", "KNOWN", given=given)  # fmt: skip
            yield Line("he_seat_per100", "百名学生配多媒体教室和语音实验室座位", "座/百生", "multimedia_seats", "he_junior",
                       ">=", "7", seen, given=given)  # fmt: skip


HE_MONITORED = list(monitored())

# Section 4.3
HS = [
    Line("hs_teachers", "专任教师（本科以上学历）", "人", "edu_bachelor", "", ">=", "70", "FOUND", "第二条"),
    Line("hs_senior_pct", "副高以上占专任", "%", "title_senior_full+title_senior_assoc", "teachers_ft", ">=", "20",
         "FOUND", "第二条"),
    Line("hs_major_senior", "副高以上专任", "人", "majors.teachers_senior", "", ">=", "2", "FOUND", "第二条"),
    Line("hs_major_dual", "中级以上双师型专任", "人", "majors.teachers_dual_mid", "", ">=", "2", "FOUND", "第二条"),
    Line("hs_course_mid", "每门主要专业技能课", "人", "course_mid_min", "", ">=", "2", "FOUND", "第二条"),
    Line("hs_rooms_ps", "生均教学、实验、行政用房", "㎡/生", "bldg_teach+bldg_admin", "students_ft", ">=", "20", "FOUND",
         "第三条"),
    Line("hs_land", "校园占地", "亩", "land_total", "", "~", "150", "FOUND", "第三条"),
    Line("hs_equip", "教学仪器设备总值", "万元", "equip_teaching_wan", "", ">=", "600", "FOUND", "第三条"),
    Line("hs_books", "适用图书", "册", "books_print", "", ">=", "80000", "FOUND", "第三条"),
    Line("hs_practice_pct", "实践教学课时", "%", "practice_hours_pct", "", "~", "40", "FOUND", "第四条"),
    Line("hs_lab_open_pct", "实验实训开出率", "%", "lab_open_pct", "", ">=", "90", "FOUND", "第四条"),
]  # fmt: skip

# Section 4.4
VB = [
    Line("vb_students", "全日制在校生", "人", "he_junior", "", ">=", "8000", "FOUND"),
    Line("vb_groups", "专业群", "个", "major_groups", "", ">=", "3", "FOUND"),
    Line("vb_str", "生师比", ":1", "he_junior", "teachers_ft", "<=", "18", "FOUND"),
    Line("vb_pt_pct", "行业企业一线兼职教师占专任教师", "%", "teachers_parttime", "teachers_ft", ">=", "25", "FOUND"),
    Line("vb_pt_hours_pct", "兼职教师授课占专业课总课时", "%", "parttime_hours", "prof_hours", ">=", "20", "FOUND"),
    Line("vb_teachers", "专任教师", "人", "teachers_ft", "", ">=", "450", "FOUND"),
    Line("vb_master_pct", "硕士及以上学位占专任", "%", "degree_master_up", "teachers_ft", ">=", "50", "FOUND"),
    Line("vb_senior_pct", "高级职称占专任", "%", "title_senior_full+title_senior_assoc", "teachers_ft", ">=", "30", "FOUND"),
    Line("vb_full_senior", "正高级", "人", "title_senior_full", "", ">=", "30", "FOUND"),
    Line("vb_dual_pct", "专任专业课教师中双师型", "%", "teachers_dual", "teachers_prof", ">=", "50", "FOUND"),
    Line("vb_award", "国家级奖励或荣誉", "项", "awards_national", "", ">=", "1", "FOUND"),
    Line("vb_land", "占地", "亩", "land_total", "", ">=", "800", "UNSURE"),
    Line("vb_bldg", "总建筑面积", "㎡", "bldg_total", "", ">=", "240000", "UNSURE"),
    Line("vb_land_ps", "生均占地", "㎡/生", "land_total", "he_junior", ">=", "60", "UNSURE"),
    Line("vb_bldg_ps", "生均校舍", "㎡/生", "bldg_total", "he_junior", ">=", "30", "UNSURE"),
    Line("vb_equip_ps", "生均教学科研仪器设备", "元/生", "equip_teaching_wan", "he_junior", ">=", "10000", "UNSURE"),
    Line("vb_books_ps", "生均图书", "册/生", "books_print", "he_junior", ">=", "80", "UNSURE"),
]  # fmt: skip


class Goal(NamedTuple):
    """A goal of section 6.1: its line, the levels it is set for, its upper end and its year."""

    line: Line
    levels: tuple[str, ...]
    most: str = ""
    by: str = ""


CITY, COUNTY, COLLEGE, SCHOOL = ("city",), ("county",), ("college",), ("school",)
AREAS = ("city", "county")
GOALS = [
    Goal(Line("sq_zz_all_pass", "全部达到国家标准", "%", "schools_pass", "schools_in_scope", "==", "100", "SEED",
              "主要目标（一）"), CITY, by="2025"),
    Goal(Line("sq_hi_zz", "省级高水平中职学校", "所", "hi_zz_count", "", ">=", "2", "SEED", "主要目标（一）"), CITY),
    Goal(Line("sq_hi_zz_group", "省级中职高水平专业群", "个", "hi_zz_group_count", "", ">=", "3", "SEED",
              "主要目标（一）"), CITY),
    Goal(Line("sq_hi_jg_group", "技工类学校专业群", "个", "hi_jg_group_count", "", ">=", "1", "SEED", "主要目标（一）"),
         CITY),
    Goal(Line("sq_up_zk", "升格专科学校", "所", "up_zk_count", "", ">=", "1", "SEED", "主要目标（一）"), CITY),
    Goal(Line("sq_open_univ", "商丘开放大学", "", "open_univ_done", "", ">=", "1", "SEED", "主要目标（一）"), CITY),
    Goal(Line("sq_hi_gz", "省级高水平高职", "所", "hi_gz_count", "", ">=", "2", "SEED", "主要目标（一）"), CITY),
    Goal(Line("sq_dual_pct", "全市双师型教师占专业课教师", "%", "teachers_dual", "teachers_prof", ">", "65", "SEED",
              "主要目标（一）"), CITY),
    Goal(Line("sq_training", "年培训量", "人次", "training_total", "", ">=", "80000", "SEED", "主要目标（三）"), CITY),
    Goal(Line("sq_base_gz", "每所高职智能（仿真）实训基地", "个", "bases_sim", "", ">=", "1", "SEED", "主要目标（三）"),
         COLLEGE, most="2"),
    Goal(Line("sq_base_county", "共享性智能（仿真）实习实训基地", "", "has_shared_base", "", ">=", "1", "SEED",
              "主要目标（三）"), COUNTY),
    Goal(Line("sq_students_zz", "中职在校生", "人", "students_zz", "", ">=", "70000", "SEED", "任务1"), CITY, by="2025"),
    Goal(Line("sq_students_gz", "高职在校生", "人", "students_gz", "", ">=", "60000", "SEED", "任务1"), CITY, by="2025"),
    Goal(Line("sq_students_bk", "应用型本科在校生", "人", "students_bk", "", ">=", "60000", "SEED", "任务1"), CITY,
         by="2025"),
    Goal(Line("sq_accept6", "省级高水平职业院校和高水平专业群通过项目验收", "个", "accepted6_count", "", ">=", "6", "SEED",
              "任务2"), CITY),
    Goal(Line("sq_zp_ratio", "职普比例大体相当", ":1", "enrol_zz", "enrol_pg", "~", "1", "UNSURE", "任务3"), AREAS,
         by="2025"),
    Goal(Line("sq_county_zz", "每县重点办好", "", "has_key_zz", "", ">=", "1", "SEED", "任务3"), COUNTY),
    Goal(Line("sq_county_exp", "每县中小学生职业体验中心", "", "has_exp_center", "", ">=", "1", "SEED", "任务3"), COUNTY),
    Goal(Line("sq_hi_school5", "省级高水平职业院校", "所", "hi_school_count", "", ">=", "5", "SEED", "任务5"), CITY,
         by="2025"),
    Goal(Line("sq_hi_group6", "高水平专业群", "个", "hi_group_count", "", ">=", "6", "SEED", "任务5"), CITY, by="2025"),
    Goal(Line("sq_report", "质量年度报告", "", "report_done", "", ">=", "1", "SEED", "任务5"), ("city", "school")),
    Goal(Line("sq_groups", "职业教育集团", "个", "voc_groups", "", ">=", "8", "SEED", "任务6"), CITY, "10", "2025"),
    Goal(Line("sq_key_majors", "示范性骨干专业", "个", "key_majors", "", ">=", "10", "SEED", "任务6"), CITY, "12", "2025"),
    Goal(Line("sq_pi_schools", "省级以上产教融合型院校", "所", "pi_schools", "", ">=", "3", "SEED", "任务6"), CITY, "5",
         "2025"),
    Goal(Line("sq_pi_firms", "省级以上产教融合型企业", "家", "pi_firms", "", ">=", "5", "SEED", "任务6"), CITY, "6", "2025"),
    Goal(Line("sq_rural_base", "乡村振兴技能人才培养示范基地", "个", "rural_bases", "", ">=", "1", "SEED", "任务12"), CITY,
         "2"),
    Goal(Line("sq_rural_major", "示范专业点", "个", "rural_majors", "", ">=", "2", "SEED", "任务12"), CITY, "3"),
    Goal(Line("sq_community", "每县社区学院", "", "has_community_college", "", ">=", "1", "SEED", "任务12"), COUNTY),
    Goal(Line("sq_elder", "老年教育中心", "", "has_elder_center", "", ">=", "1", "SEED", "任务12"), COUNTY),
    Goal(Line("sq_hire", "企业经历", "%", "hired_prof_exp3", "hired_prof_new", ">=", "", "UNSURE", "任务14"), SCHOOL),
    Goal(Line("sq_studio", "市级技能名（大）师工作室", "个", "studios_year", "", ">=", "2", "SEED", "任务15"), CITY, "3"),
    Goal(Line("sq_rotate", "全员轮训", "%", "teachers_trained_cycle", "teachers_ft", "==", "100", "SEED", "任务15"),
         ("school", "city")),
    Goal(Line("sq_practice", "企业实践或实训", "%", "teachers_practice_ok", "teachers_prof", "==", "100", "SEED", "任务15"),
         SCHOOL),
    Goal(Line("sq_meeting", "联席会议专题会议", "次", "meetings_year", "", ">=", "1", "SEED", "任务17"), CITY),
    Goal(Line("sq_surtax_edu", "教育费附加用于职业教育", "%", "surtax_edu_to_voc_wan", "surtax_edu_total_wan", ">=", "30",
              "SEED", "任务19"), AREAS),
    Goal(Line("sq_surtax_local", "地方教育附加用于职业教育", "%", "surtax_local_to_voc_wan", "surtax_local_total_wan",
              ">=", "30", "SEED", "任务19"), AREAS),
    Goal(Line("sq_fund_gz", "公办高职生均拨款", "元/生·年", "fiscal_gz_wan", "he_junior", ">=", "12000", "SEED", "任务19"),
         COLLEGE),
]  # fmt: skip
AGAINST_GENERAL = ("sq_2025", "sq_fund_zz"), ("sq_supervision", "cty_fund_zz_ps")

# Section 6.2
SUPERVISION = [
    Goal(Line("cty_zp_enrol", "职普", ":1", "enrol_zz", "enrol_pg", "~", "1", "UNSURE"), AREAS),
    Goal(Line("cty_fund_gz_ps", "公办高职生均拨款", "元/生·年", "fiscal_gz_wan", "he_junior", ">=", "12000", "SEED",
              "任务19"), COLLEGE),
    Goal(Line("cty_surtax_edu_pct", "教育费附加用于职业教育", "%", "surtax_edu_to_voc_wan", "surtax_edu_total_wan", ">=",
              "30", "SEED", "任务19"), AREAS),
    Goal(Line("cty_surtax_local_pct", "地方教育附加用于职业教育", "%", "surtax_local_to_voc_wan",
              "surtax_local_total_wan", ">=", "30", "SEED", "任务19"), AREAS),
    Goal(Line("sch_practice_pct", "企业实践", "%", "teachers_practice_ok", "teachers_prof", ">=", "", "UNSURE"), SCHOOL),
    Goal(Line("sch_practice_5y", "企业实践", "%", "teachers_practice_5y_ok", "teachers_prof", ">=", "100", "FOUND",
              "第四条"), SCHOOL),
    Goal(Line("sch_rotate_pct", "轮训", "%", "teachers_trained_cycle", "teachers_ft", ">=", "100", "SEED", "任务15",
              {"cycle_year": "5"}), SCHOOL),
    Goal(Line("city_dual_pct", "双师型", "%", "teachers_dual", "teachers_prof", ">", "65", "SEED", "主要目标（一）"), CITY),
]  # fmt: skip
PACE = [
    Line("sch_rotate_pct", "轮训", "%", "teachers_trained_cycle", "teachers_ft", ">=", str(20 * year), "UNSURE",
         given={"cycle_year": str(year), "unit_kind": "school"})
    for year in (1, 2, 3, 4)
]  # fmt: skip

LINES: list[tuple[str, Line]] = [
    *(("cn_zz_2010", each) for each in ZZ10),
    *(("cn_db_2022_zz", each._replace(given=GENERAL)) for each in DB22),
    *(("cn_db_2022_jg", each) for each in JG),
    *(("ha_zz_2021_468", each._replace(given=PUBLIC)) for each in HA),
    *(("cn_he_2004", each) for each in [*HE_BASIC, *HE_MONITORED]),
    *(("cn_he_setup_2000", each) for each in HS),
    *(("cn_vb_2021", each._replace(given=he("高职", "综合师范民族"))) for each in VB),
    *(
        ("sq_2025", goal.line._replace(given={**goal.line.given, "unit_kind": level}))
        for goal in GOALS
        for level in goal.levels
    ),
    *(
        ("sq_supervision", goal.line._replace(given={**goal.line.given, "unit_kind": level}))
        for goal in SUPERVISION
        for level in goal.levels
    ),
    *(("sq_supervision", each) for each in PACE),
]


def label(pack: str, line: Line) -> str:
    return "-".join([pack, line.id, *line.given.values(), line.value])


# Sections 1.2, 4.3, 4.4, 6.2: answered with yes, partly or no
ITEMS = [
    ("cn_zz_2010", "zz10_q_plan", "符合当地职业教育发展规划，达到《职业教育法》规定的基本条件", "第三条", "FOUND"),
    ("cn_zz_2010", "zz10_q_legal", "具备法人条件并办理法人登记", "第四条", "FOUND"),
    ("cn_zz_2010", "zz10_q_charter", "有学校章程：名称、校址、办学宗旨、内部管理体制和运行机制、", "第五条", "FOUND"),
    ("cn_zz_2010", "zz10_q_charter", "、教职工管理、学生管理、教育教学管理、校产和财务管理、章程修订", "第五条", "FOUND"),
    ("cn_zz_2010", "zz10_q_sport", "体育设施符合《学校体育工作条例》", "第八条", "FOUND"),
    ("cn_zz_2010", "zz10_q_sport", "卫生保健、校园安全机构健全", "第八条", "FOUND"),
    ("cn_zz_2010", "zz10_q_sport", "符合《学校卫生工作条例》", "第八条", "FOUND"),
    ("cn_zz_2010", "zz10_q_train", "与专业相适应的校内实训基地和相对稳定的校外实习基地", "第八条", "KNOWN"),
    ("cn_zz_2010", "zz10_q_it", "现代远程教育和管理信息化所需", "第八条", "KNOWN"),
    ("cn_zz_2010", "zz10_q_head", "校长负责制", "第九条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_head", "校长有三年以上教育教学工作经历", "第九条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_head", "校长及教学副校长本科以上学历、高级职称", "第九条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_head", "其他校级领导本科以上学历、中级以上职称", "第九条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_org", "设置必要的教育教学和管理工作机构", "第十条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_major", "人才培养方案、教学大纲", "第十一条（条号待核）", "UNSURE"),
    ("cn_zz_2010", "zz10_q_fund", "办学经费有稳定可靠", "第十二条（条号待核）", "KNOWN"),
    ("cn_zz_2010", "zz10_q_local", "高于本标准的办法", "末条（条号待核）", "UNSURE"),
    ("cn_he_setup_2000", "hs_q_head", "副高以上职称", "第一条", "FOUND"),
    ("cn_he_setup_2000", "hs_q_head", "专职德育工作者", "第一条", "FOUND"),
    ("cn_he_setup_2000", "hs_q_head", "系科负责人副高以上", "第一条", "FOUND"),
    ("cn_he_setup_2000", "hs_q_scale", "专业数", "", "UNSURE"),
    ("cn_vb_2021", "vb_q_group_majors", "3—5 个专业", "", "FOUND"),
    ("cn_vb_2021", "vb_q_other", "人才培养", "", "UNSURE"),
    ("sq_supervision", "sch_newteacher", "先实践再上岗", "", "FOUND"),
    ("sq_supervision", "sch_autonomy", "办学自主权", "任务18", "UNSURE"),
]  # fmt: skip

BEYOND = {
    "cn_zz_2010": {WEIGHTED},
    "ha_zz_2021_468": {*HA_PLACEHOLDERS},
    "cn_he_2004": {"he_equip_new_pct", "he_books_new_ps"},
    "sq_2025": {"sq_fund_zz"},
    "sq_supervision": {"cty_fund_zz_ps", "cty_zp_share"},
}
"""Indicators that have a test of their own."""


def first_facts(pack: Pack, line: Line, amount: Fraction) -> dict[str, Any]:
    """Facts whose quotient is `amount` (as numerator) over `BOTTOM`, or over nothing."""
    facts: dict[str, Any] = {name: text for name, text in line.given.items() if name in pack.fields}
    text = decimal_text(amount)
    if line.top == "count majors":
        facts["majors"] = [{"major_code": f"71020{at}", "students": "10"} for at in range(int(amount))]
    elif line.top == "key group":
        facts["majors"] = [
            {"group_code": "66", "is_key_group": "1", "students": "100"},
            {"group_code": "66", "is_key_group": "1", "students": decimal_text(amount - 100)},
            {"group_code": "71", "is_key_group": "1", "students": "900"},
            {"group_code": "73", "is_key_group": "0", "students": "5"},
        ]
    elif "." in line.top:
        table, _dot, column = line.top.partition(".")
        facts[table] = [{column: "9"}, {column: text}]
    else:
        first, *others = line.top.split("+")
        share = Fraction(int(amount / (len(others) + 1)))
        facts |= {name: decimal_text(share) for name in others}
        facts[first] = decimal_text(amount - share * len(others)) + ("亩" if line.unit == "亩" else "")
    if line.bottom:
        facts[line.bottom] = str(BOTTOM)
    for name, parts in ZERO_WITH.items():
        if name in facts:
            facts |= {each: "0" for each in parts if each in pack.fields and each not in facts}
    return facts


def around(pack: Pack, line: Line) -> list[dict[str, Any] | None]:
    """Facts one step below the line, at it, and one step above; None where there is no such step."""
    amount = Fraction(line.value or "7")
    if line.bottom:
        amount = amount * BOTTOM / SCALE.get(line.unit, 1)
    top = line.top.split("+")[0]
    field = pack.fields.get(top)
    counted = field is None or field.whole
    step = Fraction(1) if counted else Fraction(1, 100)
    if field is not None and field.kind == "bool":
        return [first_facts(pack, line, amount - 1), first_facts(pack, line, amount), None]
    return [first_facts(pack, line, amount + each) for each in (-step, Fraction(0), step)]


def read(pack: Pack, facts: Mapping[str, Any]) -> Data:
    return data_of(pack, example_entries(pack, facts))


def one(pack: Pack, name: str, facts: Mapping[str, Any]) -> Judgement:
    return judge(pack, read(pack, facts), only=[name])[name]


def written(pack: Pack, name: str) -> Mapping[str, Any]:
    """The plain form of an indicator or item: a value about which only 左右 is said keeps its mark there."""
    items = [*pack.plain.get("indicators", ()), *pack.plain.get("items", ())]
    return next(each for each in items if each["id"] == name)


# Sections 0.3, 1.1, 2.2, 2.3, 3.1, 4.1, 4.3, 4.4, 6.1, 6.2: every line tried on both sides


@pytest.mark.parametrize(("name", "line"), [pytest.param(*each, id=label(*each)) for each in LINES])
def test_a_figure_is_decided_as_the_text_says(name: str, line: Line) -> None:
    pack = load(name)
    expected = SURE_OF[line.cmp] if line.decided else (Verdict.UNVERIFIED,) * 3
    for facts, verdict in zip(around(pack, line), expected, strict=True):
        if facts is not None:
            found = one(pack, line.id, facts)
            assert (found.verdict, found.missing) == (verdict, frozenset()), facts


@pytest.mark.parametrize(("name", "line"), [pytest.param(*each, id=label(*each)) for each in LINES])
def test_a_figure_stands_with_its_value_unit_mark_and_article(name: str, line: Line) -> None:
    pack = load(name)
    indicator = pack.indicators[line.id]
    facts = around(pack, line)[1]
    assert facts is not None
    found = one(pack, line.id, facts)
    assert found.threshold == (Fraction(line.value) if line.value else None)
    bar = written(pack, line.id)["bars"][found.bar]
    assert bar["confidence"] == line.mark
    assert line.cmp == indicator.cmp
    assert indicator.unit == line.unit
    assert _plain(line.name) in _plain(indicator.text["zh"])
    if line.value:
        assert found.value == Fraction(line.value)
    if line.article:
        assert bar.get("article") == line.article


def _plain(text: str) -> str:
    """A name without brackets, quotation marks and the like."""
    return re.sub(r"[\s()（）“”、/·]", "", text)


def test_every_indicator_of_every_pack_is_checked_here() -> None:
    known: dict[str, set[str]] = {name: set(own) for name, own in BEYOND.items()}
    for name, line in LINES:
        known.setdefault(name, set()).add(line.id)
    for name, item, *_rest in ITEMS:
        known.setdefault(name, set()).add(item)
    known["ha_zz_2021_468"] |= {HA_REPLACES.get(each, each.replace("zz10_", "ha_")) for each in _national()}
    known["cn_db_2022_art"] = {line.id.replace("db22_", "db22a_") for line in DB22}
    known["cn_db_2022_remote"] = {line.id.replace("db22_", "db22r_") for line in DB22}
    assert sorted(known) == shipped_ids()
    for name, ids in known.items():
        assert load(name).indicators.keys() == ids, name


def _national() -> list[str]:
    return [*(line.id for line in ZZ10), WEIGHTED]


DOCUMENTS = [
    ("cn_zz_2010", "中等职业学校设置标准", "教职成〔2010〕12号"),
    ("cn_db_2022_zz", "办学条件达标工程", "教职成〔2022〕5号"),
    ("cn_db_2022_jg", "办学条件达标工程", "教职成〔2022〕5号"),
    ("cn_db_2022_art", "办学条件达标工程", "教职成〔2022〕5号"),
    ("cn_db_2022_remote", "办学条件达标工程", "教职成〔2022〕5号"),
    ("ha_zz_2021_468", "河南省中等职业学校标准化建设工程", "教职成〔2021〕468号"),
    ("cn_he_2004", "普通高等学校基本办学条件指标", "教发〔2004〕2号"),
    ("cn_he_setup_2000", "高等职业学校设置标准", "教发〔2000〕41号"),
    ("cn_vb_2021", "本科层次职业学校设置标准", "教发〔2021〕1号"),
]


@pytest.mark.parametrize(("name", "title", "number"), DOCUMENTS)
def test_a_pack_names_its_document(name: str, title: str, number: str) -> None:
    pack = load(name)
    assert title in pack.text["zh"]
    assert pack.document == number


def test_the_standard_of_2010_begins_when_it_was_issued() -> None:
    assert load("cn_zz_2010").start == "2010-07-06"


# Section 1.1: equipment by majors


def equipment(amount: str, *groups: tuple[str, int]) -> dict[str, Any]:
    """`amount` yuan of equipment a student, in a school whose majors have these students."""
    students = sum(count for _group, count in groups)
    rows = [{"group_code": code, "students": str(count)} for code, count in groups]
    wan = decimal_text(Fraction(amount) * students / 10000)
    return {"students_ft": str(students), "equip_teaching_wan": wan, "majors": rows}


@pytest.mark.parametrize(
    ("groups", "yuan"),
    [
        *((((code, 1000),), 3000) for code in (*ENGINEERING, MEDICAL)),
        *((((code, 1000),), 2500) for code in OTHERS),
        ((("66", 500), ("73", 500)), 2750),
        ((("72", 250), ("61", 750)), 2625),
    ],
)
def test_equipment_is_asked_for_by_majors(groups: tuple[tuple[str, int], ...], yuan: int) -> None:
    pack = load("cn_zz_2010")
    for cents, verdict in ((-1, Verdict.UNMET), (0, Verdict.MET), (1, Verdict.MET)):
        found = one(pack, WEIGHTED, equipment(decimal_text(yuan + Fraction(cents, 10)), *groups))
        assert (found.verdict, found.threshold) == (verdict, yuan)
    assert pack.indicators[WEIGHTED].unit == "元/生"
    assert written(pack, WEIGHTED)["bars"][0]["confidence"] == "KNOWN"
    assert written(pack, WEIGHTED)["bars"][0]["article"] == "第八条"


def test_food_and_drugs_are_partly_engineering_and_get_one_of_both_values() -> None:
    found = one(load("cn_zz_2010"), WEIGHTED, equipment("3000", ("69", 1000)))
    assert found.threshold in (2500, 3000)


def test_the_national_equipment_of_2022_has_no_second_tier() -> None:
    assert len(load("cn_db_2022_zz").indicators["db22_equip_ps"].threshold.every) == 1


# Sections 1.2, 4.3, 4.4, 6.2: items


@pytest.mark.parametrize(("name", "item", "words", "article", "mark"), ITEMS)
def test_an_item_is_answered(name: str, item: str, words: str, article: str, mark: str) -> None:
    pack = load(name)
    indicator = pack.indicators[item]
    assert indicator.question
    assert words in indicator.text["zh"]
    bar = indicator.threshold.first
    assert bar.confidence == mark
    if article:
        assert bar.article == article
    given = {"unit_kind": "school"} if "unit_kind" in pack.fields else {}
    sure = mark not in UNDECIDED
    assert one(pack, item, {**given, item: "yes"}).verdict is (Verdict.MET if sure else Verdict.UNVERIFIED)
    assert one(pack, item, {**given, item: "no"}).verdict is (Verdict.UNMET if sure else Verdict.UNVERIFIED)
    assert one(pack, item, {**given, item: "partly"}).verdict in (Verdict.MET, Verdict.UNMET, Verdict.UNVERIFIED)


def test_answers_are_the_four_words_of_the_text() -> None:
    assert [answer_word(each) for each in ANSWERS] == ["符合", "基本符合", "不符合"]
    pack = load("cn_zz_2010")
    assert one(pack, "zz10_q_plan", {"zz10_q_plan": "不适用"}).verdict is Verdict.NOT_APPLICABLE


def test_what_provinces_may_do_is_no_condition_of_a_school() -> None:
    assert not load("cn_zz_2010").indicators["zz10_q_local"].key


# Section 2: the nine, their order, classes and scope


def test_the_nine_stand_in_the_order_of_the_official_table() -> None:
    pack = load("cn_db_2022_zz")
    assert list(pack.indicators) == [line.id for line in DB22]
    assert [pack.groups[each.group]["zh"] for each in pack.indicators.values()] == DB22_CLASSES
    assert all(each.key for each in pack.indicators.values())


@pytest.mark.parametrize(
    ("facts", "judged"),
    [
        ({"run_type": "365", "founded_year": "2021"}, True),
        ({"run_type": "368", "founded_year": "1990"}, False),
        ({"run_type": "365", "founded_year": "2022"}, False),
        ({"run_type": "361", "founded_year": "2023"}, False),
        ({"run_type": "365", "founded_year": "1990", "enrol_right": "0"}, False),
        *(({"pack_class": kind}, False) for kind in ("艺术", "边远", "技工", "高级技工", "技师学院", "高职")),
        ({"pack_class": "一般类"}, True),
    ],
)
def test_the_scope_of_the_nine(facts: dict[str, str], judged: bool) -> None:
    """Sections 0.3 and 2.1: general schools with enrolment right, no attached classes, none founded in 2022 or later."""
    pack = load("cn_db_2022_zz")
    known = {**GENERAL, "enrol_right": "1", **facts, "teachers_ft": "60"}
    found = one(pack, "db22_teachers", {name: text for name, text in known.items() if name in pack.fields})
    assert found.verdict is (Verdict.MET if judged else Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize(("name", "kind", "start"), [("art", "艺术", "db22a_"), ("remote", "边远", "db22r_")])
def test_art_and_remote_schools_have_the_nine_without_values(name: str, kind: str, start: str) -> None:
    pack = load(f"cn_db_2022_{name}")
    assert list(pack.indicators) == [line.id.replace("db22_", start) for line in DB22]
    for line in DB22:
        own = line._replace(id=line.id.replace("db22_", start), given={**GENERAL, "pack_class": kind})
        for facts in around(pack, own):
            assert facts is not None
            found = one(pack, own.id, facts)
            assert (found.verdict, found.threshold) == (Verdict.UNVERIFIED, None)
            assert one(pack, own.id, {**facts, "pack_class": "一般类"}).verdict is Verdict.NOT_APPLICABLE
        assert pack.indicators[own.id].unit == line.unit
        assert pack.indicators[own.id].text["zh"] == line.name


def test_technician_schools_only_are_judged_as_such() -> None:
    pack = load("cn_db_2022_jg")
    facts = {"pack_class": "一般类", "students_ft": "800"}
    assert one(pack, "jg_students", facts).verdict is Verdict.NOT_APPLICABLE


def test_the_switches_of_counting_stand_as_the_text_proposes() -> None:
    """Sections 2.4 and 10.5."""
    pack = load("cn_db_2022_zz")
    assert {name: data["value"] for name, data in pack.switches.items()} == {
        "k1": "1", "k2": "0", "k3": "1", "k5": "0", "k6": "0",
    }  # fmt: skip
    assert {data["confidence"] for data in pack.switches.values()} == {"UNSURE"}


# Section 3.1: Henan


@pytest.mark.parametrize("national", [each for each in _national() if each not in HA_REPLACES])
def test_what_henan_does_not_say_is_inherited_unverified(national: str) -> None:
    pack, base = load("ha_zz_2021_468"), load("cn_zz_2010")
    indicator = pack.indicators[national.replace("zz10_", "ha_")]
    own, theirs = indicator.threshold.first, base.indicators[national].threshold.first
    assert (own.text, own.confidence) == (theirs.text, "UNSURE")
    assert (indicator.formula, indicator.cmp) == (base.indicators[national].formula, base.indicators[national].cmp)
    assert own.note["zh"] == "沿用国标，待核"


@pytest.mark.parametrize("national", [each for each in _national() if each not in HA_REPLACES])
def test_an_inherited_value_names_the_document_its_article_belongs_to(national: str) -> None:
    bar = load("ha_zz_2021_468").indicators[national.replace("zz10_", "ha_")].threshold.first
    assert (bar.document, bar.article) == (
        "教职成〔2010〕12号",
        load("cn_zz_2010").indicators[national].threshold.article,
    )


def test_the_students_of_a_private_school_in_henan_are_not_judged() -> None:
    pack = load("ha_zz_2021_468")
    for count in ("1", "1500", "9999"):
        found = one(pack, "ha_students", {"ownership": "民办", "students_ft": count})
        assert (found.verdict, found.threshold) == (Verdict.UNVERIFIED, None)


def test_what_was_guessed_of_henan_decides_nothing() -> None:
    """Sections 3.2 and 3.3: eight inner items, and vetoes that are only suggestions."""
    pack = load("ha_zz_2021_468")
    for name in HA_PLACEHOLDERS:
        for reply in ANSWERS:
            assert one(pack, name, {name: reply}).verdict is Verdict.UNVERIFIED
        assert not pack.indicators[name].key
    conditions = [each["zh"] for each in pack.groups.values() if each["zh"].startswith("办学条件")]
    assert len(conditions) == 8
    assert all("待核" in each for each in conditions)


# Sections 4.1 and 4.2: higher education


@pytest.mark.parametrize("line", [pytest.param(each, id=label("floor", each)) for each in HE_FLOORS])
def test_below_the_second_line_and_not_at_it_intake_is_restricted(line: Line) -> None:
    pack = load("cn_he_2004")
    worse = (False, False, True) if line.cmp == "<=" else (True, False, False)
    for facts, beyond in zip(around(pack, line), worse, strict=True):
        assert facts is not None
        found = one(pack, line.id, facts)
        assert found.verdict is Verdict.UNMET
        assert below_floor(pack.indicators[line.id], read(pack, facts)) is beyond
    bar = written(pack, line.id)["bars"][found.bar]
    assert (bar["floor"], bar["floor_confidence"]) == (line.value, line.mark)


def test_five_conditions_decide_and_the_monitored_do_not() -> None:
    pack = load("cn_he_2004")
    assert [name for name, each in pack.indicators.items() if each.key] == [name for name, *_rest in FIVE]


def cards(**facts: str) -> str:
    """What the standard calls a junior college of 综合类 with these figures."""
    good = {
        **he("高职", "综合师范民族"), "he_junior": "2000", "teachers_ft": "200", "degree_master_up": "100",
        "bldg_teach": "30000", "bldg_admin": "2000", "equip_teaching_wan": "900", "books_print": "200000",
        "yellow_card_years": "0",
    }  # fmt: skip
    pack = load("cn_he_2004")
    typed: dict[str, str] = {**good, **facts}
    typed |= {each: "0" for name, parts in ZERO_WITH.items() if name in typed for each in parts if each in pack.fields}
    data = read(pack, typed)
    grade = conclude(pack, judge(pack, data), data).grade
    return grade.id if grade else ""


def test_yellow_and_red_cards() -> None:
    assert cards() == "pass"
    assert cards(books_print="159999") == "short"
    assert cards(books_print="90000") == "short"
    assert cards(books_print="89999") == "yellow"
    assert cards(books_print="89999", yellow_card_years="1") == "yellow"
    assert cards(books_print="89999", yellow_card_years="2") == "red"
    assert cards(books_print="89999", equip_teaching_wan="499.99") == "red"


@pytest.mark.parametrize("level", ["高职", "本科"])
@pytest.mark.parametrize("kind", TYPES)
def test_new_equipment_is_ten_percent_of_what_there_was(level: str, kind: str) -> None:
    pack = load("cn_he_2004")
    for new, verdict in (("99.99", Verdict.UNMET), ("100", Verdict.MET), ("100.01", Verdict.MET)):
        total = decimal_text(1000 + Fraction(new))
        facts = {**he(level, kind), "equip_teaching_wan": total, "equip_new_wan": new}
        found = one(pack, "he_equip_new_pct", facts)
        assert (found.verdict, found.threshold) == (verdict, 10)
    bar = written(pack, "he_equip_new_pct")["bars"][found.bar]
    assert bar["confidence"] == ("FOUND" if level == "本科" else "KNOWN")
    assert pack.indicators["he_equip_new_pct"].unit == "%"


def test_much_equipment_with_much_of_it_new_is_exempt() -> None:
    pack = load("cn_he_2004")
    cases = [
        ("20000", "1000.01", Verdict.MET), ("20000", "1000", Verdict.UNMET), ("20000", "999.99", Verdict.UNMET),
        ("11050", "1000.01", Verdict.MET), ("12000", "1000", Verdict.UNMET),
    ]  # fmt: skip
    for total, new, verdict in cases:
        facts = {**he("高职", "医学"), "equip_teaching_wan": total, "equip_new_wan": new}
        found = one(pack, "he_equip_new_pct", facts)
        assert found.verdict is verdict, (total, new)
    exempt = {**he("高职", "医学"), "equip_teaching_wan": "10000.01", "equip_new_wan": "1000.01"}
    ordinary = {**exempt, "equip_teaching_wan": "10000"}
    bars = [one(pack, "he_equip_new_pct", facts).threshold for facts in (exempt, ordinary)]
    assert bars == [None, 10]
    assert written(pack, "he_equip_new_pct")["bars"][0]["waives"]
    assert written(pack, "he_equip_new_pct")["bars"][0]["confidence"] == "FOUND"


def test_equipment_that_is_all_new_is_exempt_too() -> None:
    """The exemption says passes; nothing is divided by the equipment there was before, which is none."""
    facts = {**he("高职", "医学"), "equip_teaching_wan": "20000", "equip_new_wan": "20000"}
    assert one(load("cn_he_2004"), "he_equip_new_pct", facts).verdict is Verdict.MET


NEW_BOOKS = {(level, kind): (3 if kind in BOOKISH else 2) + (level == "本科") for level in HE_PASS for kind in TYPES}


@pytest.mark.parametrize(("level", "kind"), NEW_BOOKS)
def test_new_books_a_student(level: str, kind: str) -> None:
    """The text marks these KNOWN but single cells UNSURE, without saying which: either mark will do, each as it decides."""
    pack = load("cn_he_2004")
    line = Line("he_books_new_ps", "生均年进书量", "册/生", "books_new", "he_junior", ">=",
                str(NEW_BOOKS[level, kind]), "KNOWN", given=he(level, kind))  # fmt: skip
    for facts, sure in zip(around(pack, line), SURE_OF[">="], strict=True):
        assert facts is not None
        found = one(pack, line.id, facts)
        assert found.threshold == NEW_BOOKS[level, kind]
        mark = written(pack, line.id)["bars"][found.bar]["confidence"]
        assert mark in ("KNOWN", "UNSURE")
        assert found.verdict is (sure if mark == "KNOWN" else Verdict.UNVERIFIED)
    assert pack.indicators[line.id].unit == line.unit


def test_many_students_with_many_new_books_are_exempt() -> None:
    pack = load("cn_he_2004")
    cases = [("50000", "90001", None), ("50000", "90000", 3), ("30001", "90001", None), ("30000", "90001", 3)]
    for students, new, bar in cases:
        facts = {**he("高职", "艺术"), "he_junior": students, "books_new": new}
        facts |= dict.fromkeys(ZERO_WITH["he_junior"], "0")
        found = one(pack, "he_books_new_ps", facts)
        assert found.threshold == bar, (students, new)
        if not bar:
            assert found.verdict is Verdict.MET
    assert written(pack, "he_books_new_ps")["bars"][0]["confidence"] == "FOUND"


def derived(name: str, **facts: str) -> Fraction:
    """What a derived fact of the dictionary gives (with the switches as shipped)."""
    known = dictionary()
    switches: dict[str, Node] = {switch: parse(str(data["value"])) for switch, data in known.switches.items()}
    fields = known.fields()
    found = value(
        prepare(substitute(parse(fields[name].formula), switches)),
        Data({key: Fraction(text) for key, text in facts.items()}),
    )
    assert isinstance(found, Fraction), found
    return found


STUDENTS = (
    "he_undergrad", "he_junior", "he_master", "he_phd", "he_intl", "he_prep", "he_further", "he_adult_ft",
    "he_evening", "he_corr",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("students_equiv", "1 1 1.5 2 3 1 1 1 0.3 0.1"),
        ("students_ft_he", "1 1 1 1 1 1 1 1 0 0"),
    ],
)
def test_students_are_weighted(name: str, weights: str) -> None:
    for kind, weight in zip(STUDENTS, weights.split(" "), strict=True):
        facts = dict.fromkeys(STUDENTS, "0") | {kind: "1000"}
        assert derived(name, **facts) == 1000 * Fraction(weight), kind


@pytest.mark.parametrize(("outside", "counted"), [("0", 400), ("1", "400.5"), ("50", 425), ("100", 450)])
def test_outside_teachers_count_half(outside: str, counted: int | str) -> None:
    assert derived("teachers_equiv", teachers_ft="400", teachers_external=outside) == Fraction(counted)


def test_outside_teachers_never_add_more_than_a_quarter() -> None:
    """Whether the quarter caps persons (an eighth is added) or what they count for, the text leaves open."""
    for outside in ("101", "200", "201", "9999"):
        assert derived("teachers_equiv", teachers_ft="400", teachers_external=outside) <= 500


def test_what_counts_of_land_buildings_and_money() -> None:
    """Sections 10.5 and 10.7, with k1 = 1, k2 = 0, k3 = 1."""
    land = {"land_owned": "50000", "land_excl_use": "4000", "land_staff_housing": "300", "land_affiliated": "20"}
    assert derived("land_counted", **land) == 50000 + 4000 - 300 - 20
    buildings = {
        "bldg_owned": "50000", "bldg_excl_use": "4000", "bldg_staff_house": "300", "bldg_staff_single": "7000",
        "bldg_affiliated": "20", "bldg_lent_out": "1",
    }  # fmt: skip
    assert derived("bldg_counted", **buildings) == 50000 + 4000 - 300 - 20 - 1
    assert derived("books_counted", books_print="30000") == 30000
    assert derived("teachers_counted", teachers_ft="60") == 60
    assert derived("teachers_ft_bachelor_up", edu_phd="1", edu_master="20", edu_bachelor="300") == 321
    funds = {"fiscal_regular_wan": "1200", "fiscal_special_wan": "300", "students_ft": "1000"}
    assert derived("fund_ps_yuan", **funds) in (12000, 15000)


# Section 4.4


@pytest.mark.parametrize("facts", [{"he_type": "艺术"}, {"he_type": "体育"}, {"pack_class": "特教"}])
def test_arts_sports_and_special_education_need_not_be_large(facts: dict[str, str]) -> None:
    pack = load("cn_vb_2021")
    students = {"he_junior": "100", **dict.fromkeys(ZERO_WITH["he_junior"], "0")}
    assert one(pack, "vb_students", {**students, **facts}).verdict is Verdict.NOT_APPLICABLE


# Section 6: the city's goals


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        pytest.param(name, each, id=each.line.id)
        for name, goals in (("sq_2025", GOALS), ("sq_supervision", SUPERVISION))
        for each in goals
    ],
)
def test_a_goal_is_set_for_its_level_only(name: str, goal: Goal) -> None:
    pack = load(name)
    facts = around(pack, goal.line)[1]
    assert facts is not None
    for kind in KINDS_OF_UNIT:
        found = one(pack, goal.line.id, {**facts, "unit_kind": kind})
        also = (kind == "college" and "school" in goal.levels) or (kind == "city" and goal.line.id == "cty_fund_gz_ps")
        if kind in goal.levels:
            assert found.verdict is not Verdict.NOT_APPLICABLE, kind
        elif not also:  # a college is a school too
            assert found.verdict is Verdict.NOT_APPLICABLE, kind


@pytest.mark.parametrize("goal", [pytest.param(each, id=each.line.id) for each in GOALS])
def test_a_goal_says_its_range_and_its_year(goal: Goal) -> None:
    pack = load("sq_2025")
    indicator = pack.indicators[goal.line.id]
    bar = indicator.threshold.first
    if goal.most:
        assert f"{goal.line.value}～{goal.most}" in bar.note["zh"]
    if goal.by:
        assert f"到 {goal.by} 年" in indicator.note["zh"]


@pytest.mark.parametrize(("name", "indicator"), AGAINST_GENERAL)
def test_vocational_schools_get_more_than_general_ones(name: str, indicator: str) -> None:
    pack = load(name)
    general = {"fiscal_pg_wan": "1500", "students_pg_public": "1000", "students_zz_public": "2000"}
    for wan, verdict in (("2999.99", Verdict.UNMET), ("3000", Verdict.UNMET), ("3000.01", Verdict.MET)):
        for level in AREAS:
            found = one(pack, indicator, {**general, "fiscal_zz_wan": wan, "unit_kind": level})
            assert (found.verdict, found.threshold) == (verdict, 15000)
    assert (pack.indicators[indicator].cmp, pack.indicators[indicator].unit) == (">", "元/生·年")
    bar = pack.indicators[indicator].threshold.first
    assert (bar.confidence, bar.article) == ("SEED", "任务19")


def test_the_share_of_vocational_enrolment_is_shown_beside_the_ratio() -> None:
    pack = load("sq_supervision")
    found = one(pack, "cty_zp_share", {"unit_kind": "county", "enrol_zz": "450", "enrol_pg": "550"})
    assert (found.value, found.threshold, found.verdict) == (45, 45, Verdict.UNVERIFIED)
    assert "45%–55%" in pack.indicators["cty_zp_share"].threshold.first.note["zh"]


def test_five_years_of_practice_are_a_duty_of_2016() -> None:
    bar = load("sq_supervision").indicators["sch_practice_5y"].threshold.first
    assert "职业学校教师企业实践规定" in bar.document
    assert "2016" in bar.document


# Section 6.4

R0 = ("各县(市、区)人民政府", "市城乡一体化示范区管委会")
SHORT = {"市人社局": "市人力资源社会保障局", "市工信局": "市工业和信息化局", "V": "各职业院校"}
EDU, DRC, MOF, HR, MIIT = "市教育体育局", "市发展改革委", "市财政局", "市人社局", "市工信局"
NR, ST, HC, RV, AG = "市自然资源和规划局", "市科技局", "市卫生健康委", "市乡村振兴局", "市农业农村局"
TASKS: list[tuple[str, str, str]] = [
    ("布局结构", f"{EDU}, {DRC}, {MOF}", f"R0, {HR}, {NR}, V"),
    ("办学条件", f"{EDU}, {MOF}", f"R0, {DRC}, {HR}, 市粮食和储备局, {NR}, V"),
    ("基础地位", f"{EDU}, {MOF}, {HR}", f"R0, {DRC}, {NR}, 各中职学校"),
    ("创新发展", f"{EDU}, {HR}, {DRC}", f"R0, {MOF}, 市退役军人局, {HC}, 商丘军分区, V"),
    ("质量提升工程", f"{EDU}, {DRC}, {MOF}", f"R0, {HR}, {NR}, {HC}, 市文化广电和旅游局, {MIIT}, V"),
    ("产教融合", f"{DRC}, {EDU}", f"R0, {HR}, {MIIT}, {MOF}, {NR}, {ST}, {HC}"),
    ("企业和社会力量", f"{DRC}, {EDU}, {HR}", f"R0, {MOF}, {MIIT}, {ST}, {HC}, {RV}, {AG}, {NR}, V"),
    ("管理体制改革", f"{DRC}, {EDU}, {HR}", "R0, 市委编办, V"),
    ("培养模式改革", f"{EDU}, {HR}", "V"),
    ("德技双优", f"{EDU}", f"{HR}, {MOF}, V"),
    ("专业、课程", f"{EDU}, {HR}", f"{DRC}, {MOF}, V"),
    ("职业技能培训", f"{HR}, {EDU}, 市民政局", f"R0, {DRC}, 市商务局, {AG}, {RV}, 市退役军人局, 商丘军分区, V"),
    ("对外交流", f"{DRC}, {EDU}", f"{HR}, {ST}, {MOF}, 市委外事办, 各职业学校"),
    ("教师招聘制度", f"市委编办, {HR}, {EDU}", f"R0, {MOF}, V"),
    ("双师型", f"{EDU}, {MOF}, {HR}, {MIIT}", "市总工会, 市委编办, V"),
    ("领导", f"{EDU}, {HR}, V", "R0"),
    ("推进机制", f"{DRC}, {EDU}", f"R0, {HR}, {MOF}, {MIIT}, {ST}, {AG}, 市民政局, {RV}, V"),
    ("督导检查激励", "市政府教育督导委员会", f"R0, {EDU}, {HR}, {DRC}, {MOF}, {MIIT}, {ST}, {AG}, 市民政局, 市税务局, {RV}, V"),
    ("经费投入", f"{EDU}, {MOF}", f"{HR}, {RV}"),
    ("发展环境", f"{HR}, {EDU}", f"R0, 市委组织部, 市人大, 市政协, 团市委, {DRC}, {MOF}, 市商务局"),
]  # fmt: skip


def units(text: str) -> list[str]:
    """Units of a cell, short names written out."""
    found: list[str] = []
    for each in text.split(", "):
        found += R0 if each == "R0" else [SHORT.get(each, each)]
    return found


def test_there_are_twenty_tasks() -> None:
    assert [each["no"] for each in load("sq_2025").tasks] == [str(at) for at in range(1, 21)]


@pytest.mark.parametrize(("at", "task"), [pytest.param(at, each, id=str(at + 1)) for at, each in enumerate(TASKS)])
def test_a_task_has_its_units(at: int, task: tuple[str, str, str]) -> None:
    found = load("sq_2025").tasks[at]
    name, lead, responsible = task
    assert name in found["zh"].replace("“", "").replace("”", "")
    assert list(found["lead"]) == units(lead)
    assert list(found["responsible"]) == units(responsible)


@pytest.mark.parametrize("goal", [pytest.param(each, id=each.line.id) for each in GOALS])
def test_a_goal_of_a_task_belongs_to_it(goal: Goal) -> None:
    tasks = load("sq_2025").tasks
    if goal.line.article.startswith("任务"):
        owner = [f"任务{each['no']}" for each in tasks if goal.line.id in each.get("indicators", ())]
        assert owner == [goal.line.article]


# Section 9.4: traps


def test_more_students_a_teacher_is_worse_everywhere() -> None:
    for name, pack_name in (("zz10_str", "cn_zz_2010"), ("db22_str", "cn_db_2022_zz"), ("ha_str", "ha_zz_2021_468")):
        pack = load(pack_name)
        crowded = one(pack, name, {"students_ft": "2100", "teachers_ft": "100"})
        roomy = one(pack, name, {"students_ft": "900", "teachers_ft": "100"})
        assert (crowded.value, crowded.verdict, roomy.verdict) == (21, Verdict.UNMET, Verdict.MET)
    for pack_name in shipped_ids():
        for each in load(pack_name).indicators.values():
            if each.id.endswith("_str"):
                assert each.cmp == "<=", each.id


def test_only_what_must_be_exceeded_is_strict() -> None:
    """超过 65, 适当高于; every other 不低于 or 以上 includes equality."""
    strict = {each.id for name in shipped_ids() for each in load(name).indicators.values() if each.cmp in ("<", ">")}
    assert strict == {"sq_dual_pct", "city_dual_pct", "sq_fund_zz", "cty_fund_zz_ps"}


DUAL = [
    ("cn_zz_2010", "zz10_dual_pct", "30"), ("ha_zz_2021_468", "ha_dual_pct", "50"),
    ("cn_vb_2021", "vb_dual_pct", "50"), ("sq_2025", "sq_dual_pct", "65"), ("sq_supervision", "city_dual_pct", "65"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "indicator", "needed"), DUAL)
def test_dual_qualified_teachers_are_counted_among_professional_ones(name: str, indicator: str, needed: str) -> None:
    pack = load(name)
    facts = {"teachers_ft": "1000", "teachers_prof": "400", "teachers_dual": "300", "unit_kind": "city"}
    found = one(pack, indicator, {each: text for each, text in facts.items() if each in pack.fields})
    assert (found.value, found.threshold, found.verdict) == (75, Fraction(needed), Verdict.MET)


def test_a_miss_that_rounding_would_hide_is_judged_and_shown() -> None:
    found = one(load("cn_zz_2010"), "zz10_str", {"students_ft": "5001", "teachers_ft": "250"})
    assert (found.value, found.verdict) == (Fraction("20.004"), Verdict.UNMET)
    assert shown(Fraction("20.004"), against=Fraction(20)) == "20.004"
    assert shown(Fraction("19.996"), against=Fraction(20)) == "19.996"
    assert shown(Fraction("20.004")) == "20.00"
    assert shown(Fraction(20), against=Fraction(20)) == "20"


def test_missing_figures_and_zero_denominators_are_no_failure() -> None:
    pack = load("cn_zz_2010")
    assert one(pack, "zz10_str", {"students_ft": "5001"}).verdict is Verdict.INCOMPLETE
    assert one(pack, "zz10_str", {"students_ft": "5001", "teachers_ft": "0"}).verdict is Verdict.INCOMPUTABLE


def test_what_is_said_as_a_principle_is_soft() -> None:
    assert load("cn_zz_2010").indicators["zz10_ft_teachers"].threshold.soft
    assert load("sq_2025").indicators["sq_hire"].threshold.soft


@pytest.mark.parametrize("name", ["zz10_land", "zz10_bldg"])
def test_values_for_new_schools_say_so(name: str) -> None:
    assert "新建" in load("cn_zz_2010").indicators[name].threshold.first.note["zh"]


def test_sixty_mu_are_enough_land() -> None:
    """Section 9.3: with 666 instead of 2000/3 a school of 60 亩 would fail."""
    pack = load("cn_zz_2010")
    facts = {"land_owned": "60亩", **dict.fromkeys(ZERO_WITH["land_owned"], "0")}
    assert one(pack, "zz10_land", facts).verdict is Verdict.MET


# Section 9.5: shortages


def short(pack: Pack, names: Sequence[str], **facts: str) -> tuple[Gap, ...]:
    """What is short over several indicators together."""
    typed = {**facts}
    typed |= {each: "0" for name, parts in ZERO_WITH.items() if name in typed for each in parts if each in pack.fields}
    data = read(pack, typed)
    return combined({name: gaps(pack, pack.indicators[name], data) for name in names})


WORKED = [
    ("ha_zz_2021_468", ("ha_land", "ha_land_ps"), "land_owned", 50000, "㎡"),
    ("ha_zz_2021_468", ("ha_str", "ha_ft_teachers"), "teachers_ft", 75, "人"),
    ("cn_db_2022_zz", ("db22_land", "db22_land_ps"), "land_owned", 49500, "㎡"),
    ("cn_db_2022_zz", ("db22_bldg", "db22_bldg_ps"), "bldg_owned", 30000, "㎡"),
    ("cn_db_2022_zz", ("db22_equip", "db22_equip_ps"), "equip_teaching_wan", 375, "万元"),
    ("cn_db_2022_zz", ("db22_books_ps",), "books_print", 45000, "册"),
    ("cn_db_2022_zz", ("db22_teachers", "db22_str"), "teachers_ft", 75, "人"),
]


@pytest.mark.parametrize(("name", "names", "fact", "needed", "unit"), WORKED)
def test_a_school_of_1500_students(name: str, names: tuple[str, ...], fact: str, needed: int, unit: str) -> None:
    pack = load(name)
    for have in (1, needed // 2, needed - 1):
        assert short(pack, names, students_ft="1500", **{fact: str(have)}) == (
            Gap(fact, Fraction(needed - have), unit),
        )
    assert short(pack, names, students_ft="1500", **{fact: str(needed)}) == ()


def test_teachers_are_short_in_whole_persons() -> None:
    pack = load("ha_zz_2021_468")
    assert short(pack, ["ha_str"], students_ft="1501", teachers_ft="75") == (Gap("teachers_ft", Fraction(1), "人"),)
    dual = short(pack, ["ha_dual_pct"], teachers_prof="61", teachers_dual="10")
    assert dual == (Gap("teachers_dual", Fraction(31 - 10), "人"),)
    prof = short(pack, ["ha_prof_pct"], teachers_ft="101", teachers_prof="40")
    assert prof == (Gap("teachers_prof", Fraction(61 - 40), "人"),)


def test_hiring_takes_more_than_assigning_anew() -> None:
    """⌈(0.6 × 101 − 40) ÷ 0.4⌉ = ⌈51.5⌉."""
    pack = load("ha_zz_2021_468")
    data = read(pack, {"teachers_ft": "101", "teachers_prof": "40"})
    assert by_hiring(pack, pack.indicators["ha_prof_pct"], data) == (Gap("teachers_prof", Fraction(52), "人"),)


def test_the_students_that_present_conditions_carry() -> None:
    pack = load("cn_db_2022_zz")
    facts = {
        **GENERAL, "students_ft": "1000", "land_owned": "66000", "bldg_owned": "30000", "teachers_ft": "90",
        "equip_teaching_wan": "400", "books_print": "48000",
    }  # fmt: skip
    facts |= {each: "0" for name, parts in ZERO_WITH.items() if name in facts for each in parts}
    data = read(pack, {name: text for name, text in facts.items() if name in pack.fields})
    assert capacity(pack, data) == min(66000 // 33, 30000 // 20, 90 * 20, 4000000 // 2500, 48000 // 30) == 1500


# Section 10: the facts

TEXT, FLAG, COUNT, AMOUNT, TABLE = "text", "bool", "int", "dec", "table"
FIELDS: list[tuple[str, str, str, str]] = [
    # 10.1
    ("school_code", "学校(机构)标识码", TEXT, ""), ("uscc", "统一社会信用代码", TEXT, ""),
    ("school_name", "学校名称", TEXT, ""), ("district_code", "所在县(市、区)代码", TEXT, ""),
    ("run_type", "办学类型", TEXT, ""), ("pack_class", "达标分类", TEXT, ""), ("ownership", "举办者性质", TEXT, ""),
    ("he_type", "高校类型", TEXT, ""), ("enrol_right", "当年学历教育招生资质", FLAG, ""),
    ("founded_year", "建校年", COUNT, ""), ("group_id", "合并集团评估单元", TEXT, ""),
    ("head_name", "校长", TEXT, ""), ("contact_name", "填表人", TEXT, ""), ("contact_phone", "电话", TEXT, ""),
    # 10.2
    ("students_total", "学历教育在校生", COUNT, "人"), ("students_ft", "全日制学历教育在校生", COUNT, "人"),
    ("students_pt_nonft", "非全日制在校生", COUNT, "人"), ("students_female", "女生", COUNT, "人"),
    ("students_registered", "学籍系统在籍在校生", COUNT, "人"), ("students_boarding", "住宿生", COUNT, "人"),
    ("students_by_grade", "分年级", TABLE, ""), ("enrol_new", "招生数", COUNT, "人"),
    ("grads_total", "毕业生数", COUNT, "人"), ("grads_placed", "去向落实", COUNT, "人"),
    ("grads_employed", "就业", COUNT, "人"), ("grads_further", "升学", COUNT, "人"), ("grads_army", "参军", COUNT, "人"),
    ("grads_startup", "创业", COUNT, "人"), ("grads_match", "专业对口就业", COUNT, "人"),
    ("grads_cert", "取得职业技能等级证书的毕业生", COUNT, "人"), ("retention_pct", "三年巩固率", AMOUNT, "%"),
    ("fitness_pass_pct", "体质测评合格率", AMOUNT, "%"), ("he_undergrad", "本科", COUNT, "人"),
    ("he_junior", "专科", COUNT, "人"), ("he_master", "硕士", COUNT, "人"), ("he_phd", "博士", COUNT, "人"),
    ("he_intl", "留学生", COUNT, "人"), ("he_prep", "预科", COUNT, "人"), ("he_further", "进修", COUNT, "人"),
    ("he_adult_ft", "成人脱产", COUNT, "人"), ("he_evening", "夜大(业余)", COUNT, "人"), ("he_corr", "函授", COUNT, "人"),
    ("students_equiv", "折合在校生", AMOUNT, "人"), ("students_ft_he", "全日制在校生(高校)", COUNT, "人"),
    # 10.3
    ("majors", "", TABLE, ""),
    # 10.4
    ("staff_total", "教职工总数", COUNT, "人"), ("staff_quota", "编制数", COUNT, "人"),
    ("staff_in_post", "在编", COUNT, "人"), ("teachers_ft", "专任教师", COUNT, "人"),
    ("teachers_basic", "公共基础课", COUNT, "人"), ("teachers_prof", "专业课", COUNT, "人"),
    ("teachers_not_teaching", "不授课", COUNT, "人"), ("teachers_dual", "双师型", COUNT, "人"),
    ("title_senior_full", "正高", COUNT, "人"), ("title_senior_assoc", "副高", COUNT, "人"),
    ("title_mid", "中级", COUNT, "人"), ("title_junior", "初级", COUNT, "人"), ("title_none", "未定", COUNT, "人"),
    ("edu_phd", "学历", COUNT, "人"), ("edu_master", "学历", COUNT, "人"), ("edu_bachelor", "学历", COUNT, "人"),
    ("edu_college", "学历", COUNT, "人"), ("edu_below", "学历", COUNT, "人"),
    ("degree_master_up", "研究生学位", COUNT, "人"), ("teachers_ft_bachelor_up", "本科及以上学历专任", COUNT, "人"),
    ("age_bands", "年龄", TABLE, ""), ("teachers_parttime", "行业企业兼职教师", COUNT, "人"),
    ("parttime_hours", "兼职授课课时", COUNT, "课时"), ("prof_hours", "专业课总课时", COUNT, "课时"),
    ("teachers_external", "聘请校外教师", COUNT, "人"),
    ("teachers_practice_ok", "当年企业实践达标的专业课教师", COUNT, "人"), ("teachers_practice_5y_ok", "五年累计", COUNT, "人"),
    ("teachers_trained_cycle", "本周期已轮训", COUNT, "人"), ("hired_prof_new", "当年新聘专业教师", COUNT, "人"),
    ("hired_prof_exp3", "企业经历", COUNT, "人"),
    # 10.5
    ("land_total", "占地面积", AMOUNT, "㎡"), ("land_owned", "学校产权", AMOUNT, "㎡"),
    ("land_excl_use", "非产权", AMOUNT, "㎡"), ("land_shared", "共同使用", AMOUNT, "㎡"),
    ("land_staff_housing", "教工住宅", AMOUNT, "㎡"), ("land_affiliated", "附属机构", AMOUNT, "㎡"),
    ("land_green", "绿化", AMOUNT, "㎡"), ("land_sport", "运动场地", AMOUNT, "㎡"),
    ("track_length_m", "环形跑道", AMOUNT, "m"), ("track_ok", "田径场", FLAG, ""),
    ("bldg_total", "校舍建筑面积", AMOUNT, "㎡"), ("bldg_owned", "学校产权", AMOUNT, "㎡"),
    ("bldg_excl_use", "独立使用", AMOUNT, "㎡"), ("bldg_shared", "共同使用", AMOUNT, "㎡"),
    ("bldg_lent_out", "被外单位借用", AMOUNT, "㎡"), ("bldg_building", "在建", AMOUNT, "㎡"),
    ("bldg_danger", "危房", AMOUNT, "㎡"), ("bldg_new", "当年新增", AMOUNT, "㎡"),
    ("bldg_teach", "教学及辅助", AMOUNT, "㎡"), ("bldg_classroom", "教室", AMOUNT, "㎡"),
    ("bldg_library", "图书馆", AMOUNT, "㎡"), ("bldg_lab", "实验室实习场所", AMOUNT, "㎡"),
    ("bldg_gym", "体育馆", AMOUNT, "㎡"), ("bldg_hall", "会堂", AMOUNT, "㎡"), ("bldg_admin", "行政办公用房", AMOUNT, "㎡"),
    ("bldg_life", "生活用房", AMOUNT, "㎡"), ("bldg_dorm", "学生宿舍", AMOUNT, "㎡"),
    ("bldg_canteen_s", "学生食堂", AMOUNT, "㎡"), ("bldg_staff_single", "教工单身宿舍", AMOUNT, "㎡"),
    ("bldg_canteen_t", "教工食堂", AMOUNT, "㎡"), ("bldg_life_other", "生活福利及其他", AMOUNT, "㎡"),
    ("bldg_staff_house", "教工住宅", AMOUNT, "㎡"), ("bldg_affiliated", "附属机构", AMOUNT, "㎡"),
    ("bldg_other", "其他", AMOUNT, "㎡"), ("land_counted", "占地", AMOUNT, "㎡"), ("bldg_counted", "校舍", AMOUNT, "㎡"),
    # 10.6
    ("books_print", "纸质图书", COUNT, "册"), ("books_e", "电子图书", COUNT, "册"), ("books_new", "新增图书", COUNT, "册"),
    ("books_counted", "图书", COUNT, "册"), ("periodical_kinds", "报刊", COUNT, "种"),
    ("seats_teacher", "教师阅览座位", COUNT, "座"), ("seats_student", "学生阅览座位", COUNT, "座"),
    ("seats_e", "座位", COUNT, "座"),
    ("assets_fixed_wan", "固定资产", AMOUNT, "万元"), ("equip_teaching_wan", "教学、实习仪器设备", AMOUNT, "万元"),
    ("equip_train_wan", "实训设备值", AMOUNT, "万元"), ("equip_new_wan", "新增", AMOUNT, "万元"),
    ("equip_it_wan", "信息化", AMOUNT, "万元"), ("computers_total", "计算机", COUNT, "台"),
    ("computers_teaching", "教学用计算机", COUNT, "台"), ("multimedia_rooms", "多媒体教室", COUNT, "间"),
    ("multimedia_seats", "多媒体教室", COUNT, "座"), ("bandwidth_out_mbps", "出口带宽", AMOUNT, "Mbps"),
    ("bandwidth_core_mbps", "主干带宽", AMOUNT, "Mbps"), ("wifi_full", "无线", FLAG, ""),
    ("bases_in", "校内实训基地", COUNT, "个"), ("bases_in_area", "校内实训", AMOUNT, "㎡"),
    ("train_seats", "工位", COUNT, "个"), ("bases_out", "校外", COUNT, "个"), ("bases_sim", "智能（仿真）", COUNT, "个"),
    # 10.7
    ("fiscal_regular_wan", "财政经常性拨款", AMOUNT, "万元"), ("fiscal_special_wan", "专项", AMOUNT, "万元"),
    ("income_total_wan", "收入", AMOUNT, "万元"), ("spend_total_wan", "支出", AMOUNT, "万元"),
    ("spend_teach_wan", "日常教学", AMOUNT, "万元"), ("spend_teacher_train_wan", "教师培训经费", AMOUNT, "万元"),
    ("debt_wan", "负债", AMOUNT, "万元"), ("tuition_wan", "学费", AMOUNT, "万元"), ("pay_parttime_wan", "课酬", AMOUNT, "万元"),
    ("fund_ps_yuan", "生均", AMOUNT, "元/生"),
    # 10.8
    ("training_persons", "培训人次", COUNT, "人次"), ("training_hours", "学时", AMOUNT, "课时"),
    ("training_income_wan", "到账经费", AMOUNT, "万元"), ("training_public", "公益", COUNT, "人次"),
    ("training_by_group", "对象", TABLE, ""), ("firms_total", "企业", COUNT, "家"), ("majors_with_firm", "专业", COUNT, "个"),
    ("order_class_students", "订单班", COUNT, "人"), ("apprentice_students", "学徒制", COUNT, "人"),
    ("internship_days_per_student", "实习", AMOUNT, "天"),
    ("equip_from_firms_wan", "企业提供的校内实践教学设备值", AMOUNT, "万元"), ("groups_lead", "集团", COUNT, "个"),
    ("groups_member", "集团", COUNT, "个"), ("awards_national", "国家级", COUNT, "项"),
    ("awards_provincial", "省级", COUNT, "项"),
    ("satisfaction_student_pct", "在校生", AMOUNT, "%"), ("satisfaction_grad_pct", "毕业生", AMOUNT, "%"),
    ("satisfaction_staff_pct", "教职工", AMOUNT, "%"), ("satisfaction_employer_pct", "用人单位", AMOUNT, "%"),
    ("satisfaction_parent_pct", "家长", AMOUNT, "%"),
    # 10.9
    ("enrol_zz", "中职", COUNT, "人"), ("enrol_pg", "普通高中", COUNT, "人"), ("students_zz", "中职", COUNT, "人"),
    ("students_pg", "普通高中", COUNT, "人"), ("students_gz", "高职", COUNT, "人"), ("students_bk", "应用型本科", COUNT, "人"),
    ("schools_zz", "中职学校", COUNT, "所"), ("schools_in_scope", "学校", COUNT, "所"), ("schools_pass", "学校", COUNT, "所"),
    ("fiscal_zz_wan", "中职", AMOUNT, "万元"), ("fiscal_pg_wan", "普通高中", AMOUNT, "万元"),
    ("fiscal_gz_wan", "高职", AMOUNT, "万元"), ("students_zz_public", "公办中职", COUNT, "人"),
    ("students_pg_public", "公办普通高中", COUNT, "人"), ("surtax_edu_total_wan", "教育费附加", AMOUNT, "万元"),
    ("surtax_edu_to_voc_wan", "教育费附加用于职业教育", AMOUNT, "万元"),
    ("surtax_local_total_wan", "地方教育附加", AMOUNT, "万元"),
    ("surtax_local_to_voc_wan", "地方教育附加用于职业教育", AMOUNT, "万元"), ("has_key_zz", "中职", FLAG, ""),
    ("has_exp_center", "中小学生职业体验中心", FLAG, ""), ("has_shared_base", "共享性智能（仿真）实习实训基地", FLAG, ""),
    ("has_community_college", "社区学院", FLAG, ""), ("has_elder_center", "老年教育中心", FLAG, ""),
    ("meetings_year", "联席会议", COUNT, "次"), ("studios_year", "工作室", COUNT, "个"),
    ("voc_groups", "职业教育集团", COUNT, "个"),
    ("key_majors", "示范性骨干专业", COUNT, "个"), ("pi_schools", "产教融合型院校", COUNT, "所"),
    ("pi_firms", "产教融合型企业", COUNT, "家"), ("rural_bases", "乡村振兴技能人才培养示范基地", COUNT, "个"),
    ("rural_majors", "示范专业点", COUNT, "个"), ("training_total", "年培训量", COUNT, "人次"),
]  # fmt: skip
SAID_AS = {
    "school_code": "学校标识码",
    "group_id": "合并或集团评估单元",
    "students_ft_he": "全日制在校生数（高校）",
    "parttime_hours": "兼职教师授课课时",
    "hired_prof_new": "当年新聘专业课教师",
}
"""Labels that say the same as those of section 10 in slightly other words."""
MAJOR_COLUMNS = [
    ("major_code", "专业代码", TEXT), ("major_name", "专业名称", TEXT), ("group_code", "大类", TEXT),
    ("is_key_group", "骨干专业群", FLAG), ("students", "在校生", COUNT), ("enrol", "招生", COUNT), ("grads", "毕业生", COUNT),
    ("teachers_ft", "专任教师", COUNT), ("teachers_mid_up", "相关专业中级以上专任", COUNT), ("teachers_dual", "双师型", COUNT),
    ("equip_wan", "设备", AMOUNT), ("train_seats", "工位", COUNT), ("firms", "合作企业", COUNT),
    ("bases_out", "校外实习基地", COUNT), ("modern_apprentice", "现代学徒制人数", COUNT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words", "kind", "unit"), [pytest.param(*each, id=each[0]) for each in FIELDS])
def test_a_fact_is_in_the_dictionary(name: str, words: str, kind: str, unit: str) -> None:
    field = dictionary().fields()[name]
    assert (field.kind, field.unit) == (kind, unit)
    assert _plain(SAID_AS.get(name, words)) in _plain(field.text["zh"])


def test_majors_have_their_columns() -> None:
    columns = dictionary().fields()["majors"].columns
    for name, words, kind in MAJOR_COLUMNS:
        assert columns[name].kind == kind
        assert words in columns[name].text["zh"]


BESIDE = {
    "unit_kind", "yellow_card_years", "major_groups", "course_mid_min", "cycle_year", "practice_hours_pct",
    "lab_open_pct", "teachers_counted", "teachers_equiv", "hi_zz_count", "hi_zz_group_count", "hi_jg_group_count", "up_zk_count",
    "open_univ_done", "hi_gz_count", "accepted6_count", "hi_school_count", "hi_group_count", "report_done",
}  # fmt: skip
"""Facts that indicators of sections 2.2, 4.1 to 4.4 and 6 need and section 10 does not list."""


def test_the_dictionary_has_no_other_facts_than_the_text_needs() -> None:
    assert dictionary().facts.keys() == {name for name, *_rest in FIELDS} | BESIDE


@pytest.mark.parametrize("name", [each for each in REASONS if re.fullmatch("[a-z_]+", each)])
def test_what_is_left_out_is_left_out(name: str) -> None:
    assert name not in dictionary().facts


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("pack_class", ("一般类", "技工", "高级技工", "技师学院", "艺术", "体育", "特教", "边远", "高职")),
        ("he_type", TYPES),
    ],
)
def test_words_of_a_fact(name: str, choices: tuple[str, ...]) -> None:
    field: Field = dictionary().fields()[name]
    assert field.choices == choices


def test_derived_facts_are_never_typed() -> None:
    """Sections 10.2, 10.4, 10.5, 10.6 and 10.7."""
    computed = {name for name, each in dictionary().fields().items() if each.derived}
    assert computed == {
        "students_equiv", "students_ft_he", "teachers_ft_bachelor_up", "teachers_counted", "teachers_equiv",
        "land_counted", "bldg_counted", "books_counted", "fund_ps_yuan",
    }  # fmt: skip


def test_an_unsure_value_never_decides() -> None:
    """Section 0.1, over every pack."""
    for name in shipped_ids():
        for each in load(name).indicators.values():
            for bar in each.threshold.every:
                assert bar.confirmed == (
                    (bar.code is not None or bar.waives) and bar.confidence in ("FOUND", "KNOWN", "SEED")
                )
