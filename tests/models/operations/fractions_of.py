"""The indicators of both usual standards written down once more, on fractions alone, for tests to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from vetdesk.models.operations import demo_city

NINE_KEYS = (
    "db22_land", "db22_land_ps", "db22_bldg", "db22_bldg_ps", "db22_teachers", "db22_str", "db22_equip",
    "db22_equip_ps", "db22_books_ps",
)  # fmt: skip
"""The nine national key indicators, in the official order."""
QUESTIONS = ("plan", "legal", "charter", "sport", "train", "it", "head", "org", "fund")
UNCONFIRMED = ("major", "local")
"""The checklist of the set-up standard, and what of it was never seen in print."""
DEARER = ("62", "63", "64", "65", "66", "67", "68", "70", "71", "72")
"""The groups of majors (engineering, medicine) of which 3,000 yuan of equipment a student are asked, not 2,500."""


def _total(facts: Mapping[str, Fraction], plus: str, minus: str = "") -> Fraction | None:
    names = [(name, 1) for name in plus.split()] + [(name, -1) for name in minus.split()]
    if any(name not in facts for name, _sign in names):
        return None
    return sum((sign * facts[name] for name, sign in names), Fraction(0))


def truth(each: demo_city.DemoSchool) -> dict[str, Any]:
    """What is true of a school of the demo: figures as text, answers as they are stored, the majors as rows."""
    words = demo_city.words(each)
    answers = {name: {"符合": "yes", "基本符合": "partly"}[said] for name, said in words.items() if name != "majors"}
    return {**each.facts, **answers, "majors": json.loads(words["majors"])}


def _answers(known: Mapping[str, Any]) -> dict[str, str]:
    """The verdict on every checklist item."""
    found = {}
    for name in (*QUESTIONS, *UNCONFIRMED):
        answer = known.get(f"zz10_q_{name}")
        said = "unverified" if name in UNCONFIRMED else "met" if answer == "yes" else "unmet"
        found[f"zz10_q_{name}"] = "incomplete" if answer is None else said
    return found


def verdicts(known: Mapping[str, Any]) -> dict[str, str]:
    """The verdict on every indicator of both packs from whole facts; a missing fact is missing.

    Numbers are decimal texts, answers `yes`, `partly`, `no`, the majors a list of rows with at least one student.
    """
    facts = {name: Fraction(each) for name, each in known.items() if name != "majors" and "_q_" not in name}
    majors = known.get("majors")
    mid = asked = None
    if majors:
        mid = min(Fraction(row["teachers_mid_up"]) for row in majors)
        money = [Fraction(row["students"]) * (3000 if row["group_code"] in DEARER else 2500) for row in majors]
        asked = sum(money, Fraction(0)) / sum(Fraction(row["students"]) for row in majors)
    land = _total(facts, "land_owned land_excl_use", "land_staff_housing land_affiliated")
    bldg = _total(facts, "bldg_owned bldg_excl_use", "bldg_staff_house bldg_affiliated bldg_lent_out")
    ft, total = _total(facts, "students_ft"), _total(facts, "students_total")
    teachers, prof = _total(facts, "teachers_ft"), _total(facts, "teachers_prof")
    dual, equipment = _total(facts, "teachers_dual"), _total(facts, "equip_teaching_wan")
    senior = _total(facts, "title_senior_full title_senior_assoc")
    degree = _total(facts, "edu_phd edu_master edu_bachelor")
    books, one = _total(facts, "books_print"), Fraction(1)

    def at_least(
        above: Fraction | None, below: Fraction | None, least: int | Fraction | None, *, times: int = 1
    ) -> str:
        if above is None or below is None or least is None:
            return "incomplete"
        if not below:
            return "incomputable"
        return "met" if above * times / below >= least else "unmet"

    def at_most(above: Fraction | None, below: Fraction | None, most: int) -> str:
        if above is None or below is None:
            return "incomplete"
        if not below:
            return "incomputable"
        return "met" if above / below <= most else "unmet"

    def all_of(part: Fraction | None, whole: Fraction | None) -> str:
        if part is None or whole is None:
            return "incomplete"
        if not whole:
            return "incomputable"
        return "met" if part == whole else "unmet"

    return {
        "db22_land": at_least(land, one, 40000),
        "db22_land_ps": at_least(land, ft, 33),
        "db22_bldg": at_least(bldg, one, 24000),
        "db22_bldg_ps": at_least(bldg, ft, 20),
        "db22_teachers": at_least(teachers, one, 60),
        "db22_str": at_most(ft, teachers, 20),
        "db22_equip": at_least(equipment, one, 300),
        "db22_equip_ps": at_least(equipment, ft, 2500, times=10000),
        "db22_books_ps": at_least(books, ft, 30),
        "zz10_students": at_least(total, one, 1200),
        "zz10_ft_teachers": at_least(teachers, one, 60),
        "zz10_str": at_most(ft, teachers, 20),
        "zz10_degree_pct": all_of(degree, teachers),
        "zz10_senior_pct": at_least(senior, teachers, 20, times=100),
        "zz10_prof_pct": at_least(prof, teachers, 50, times=100),
        "zz10_dual_pct": at_least(dual, prof, 30, times=100),
        "zz10_major_mid": at_least(mid, one, 2),
        "zz10_pt_pct": "unverified" if "teachers_parttime" in facts and teachers else "incomplete",
        "zz10_land": at_least(land, one, 40000),
        "zz10_land_ps": at_least(land, ft, 33),
        "zz10_bldg": at_least(bldg, one, 24000),
        "zz10_bldg_ps": at_least(bldg, ft, 20),
        "zz10_track": at_least(_total(facts, "track_length_m"), one, 200),
        "zz10_books_ps": at_least(books, ft, 30),
        "zz10_periodicals": at_least(_total(facts, "periodical_kinds"), one, 80),
        "zz10_seat_t": at_least(_total(facts, "seats_teacher"), teachers, 20, times=100),
        "zz10_seat_s": at_least(_total(facts, "seats_student"), ft, 10, times=100),
        "zz10_equip_ps": at_least(equipment, ft, asked, times=10000),
        "zz10_pc_per100": at_least(_total(facts, "computers_total"), ft, 15, times=100),
        **_answers(known),
    }
