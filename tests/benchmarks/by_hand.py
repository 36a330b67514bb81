"""The Henan standard written out by hand on fractions: what the engine is measured against, and a second opinion on it.

No rules for missing figures: every figure must be given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Facts = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]
Result = dict[str, tuple[Fraction, str]]
ENGINEERING = ("62", "63", "64", "65", "66", "67", "68", "70", "71", "72")
QUESTIONS = ("party", "moral", "major", "teaching", "coop", "service", "quality", "govern")
VETOES = ("enrol", "breach", "safety", "fraud", "title", "danger", "ethics")


def judged_by_hand(f: Facts, majors: Rows) -> Result:
    """`(value, verdict)` of every indicator of `ha_zz_2021_468` for a public school."""
    out: Result = {}

    def least(name: str, value: Fraction, needed: int) -> None:
        out[name] = (value, "met" if value >= needed else "unmet")

    students, teachers, prof = f["students_ft"], f["teachers_ft"], f["teachers_prof"]
    land = f["land_owned"] + f["land_excl_use"] - f["land_staff_housing"] - f["land_affiliated"]
    buildings = f["bldg_owned"] + f["bldg_excl_use"] - f["bldg_staff_house"] - f["bldg_affiliated"] - f["bldg_lent_out"]
    least("ha_students", students, 1500)
    least("ha_land", land, 50000)
    least("ha_land_ps", land / students, 33)
    least("ha_track", f["track_length_m"], 200)
    ratio = students / teachers
    out["ha_str"] = (ratio, "met" if ratio <= 20 else "unmet")
    least("ha_prof_pct", prof / teachers * 100, 60)
    least("ha_dual_pct", f["teachers_dual"] / prof * 100, 50)
    out["ha_pt_pct"] = (f["teachers_parttime"] / teachers * 100, "unverified")
    groups: dict[str, Fraction] = {}
    for row in majors:
        if row["is_key_group"] > 0:
            groups[row["group_code"]] = groups.get(row["group_code"], Fraction(0)) + row["students"]
    least("ha_group", min(groups.values()), 300)
    least("ha_employ", f["grads_placed"] / f["grads_total"] * 100, 95)
    out["ha_ft_teachers"] = (teachers, "unverified")
    degree = (f["edu_phd"] + f["edu_master"] + f["edu_bachelor"]) / teachers * 100
    out["ha_degree_pct"] = (degree, "unverified")
    out["ha_senior_pct"] = ((f["title_senior_full"] + f["title_senior_assoc"]) / teachers * 100, "unverified")
    out["ha_major_mid"] = (min(row["teachers_mid_up"] for row in majors), "unverified")
    out["ha_bldg"] = (buildings, "unverified")
    out["ha_bldg_ps"] = (buildings / students, "unverified")
    out["ha_books_ps"] = (f["books_print"] / students, "unverified")
    out["ha_periodicals"] = (f["periodical_kinds"], "unverified")
    out["ha_seat_t"] = (f["seats_teacher"] / teachers * 100, "unverified")
    out["ha_seat_s"] = (f["seats_student"] / students * 100, "unverified")
    needed = sum(row["students"] * (3000 if row["group_code"] in ENGINEERING else 2500) for row in majors)
    assert needed / sum(row["students"] for row in majors) > 0
    out["ha_equip_ps"] = (f["equip_teaching_wan"] * 10000 / students, "unverified")
    out["ha_pc_per100"] = (f["computers_total"] / students * 100, "unverified")
    for name in QUESTIONS:
        out[f"ha_q_{name}"] = (f[f"ha_q_{name}"], "unverified")
    for name in VETOES:
        out[f"ha_v_{name}"] = (f[f"ha_v_{name}"], "unverified")
    return out


def judged_by_simpleeval(expressions: Mapping[str, tuple[str, str, str]]) -> Callable[[Facts, Rows], dict[str, bool]]:
    """The same by simpleeval, every expression parsed beforehand: `name → (value, comparison, threshold)`."""
    from simpleeval import SimpleEval

    evaluator = SimpleEval()
    parsed = {
        name: (text, evaluator.parse(text))
        for name, (value, cmp, needed) in expressions.items()
        for text in [f"({value}) {cmp} ({needed})"]
    }

    def judge(facts: Facts, _majors: Rows) -> dict[str, bool]:
        evaluator.names = dict(facts)
        return {name: bool(evaluator.eval(text, previously_parsed=tree)) for name, (text, tree) in parsed.items()}

    return judge
