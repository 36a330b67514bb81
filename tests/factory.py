"""Records for tests: a school that meets everything, and a small city whose parts are made when asked for."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from vetdesk.models.operations import inspect, receive, reply
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace, open_workspace

NINE = "cn_db_2022_zz"
SETUP = "cn_zz_2010"

FIRST = "3641990001"
SECOND = "3641990002"

GOOD = {
    "students_total": "1500", "students_ft": "1500", "teachers_ft": "100", "teachers_prof": "60",
    "teachers_dual": "30", "title_senior_full": "5", "title_senior_assoc": "25", "edu_phd": "0",
    "edu_master": "20", "edu_bachelor": "80", "land_owned": "60000", "land_excl_use": "0",
    "land_staff_housing": "0", "land_affiliated": "0", "bldg_owned": "40000", "bldg_excl_use": "0",
    "bldg_staff_house": "0", "bldg_affiliated": "0", "bldg_lent_out": "0", "track_length_m": "300",
    "books_print": "60000", "periodical_kinds": "100", "seats_teacher": "30", "seats_student": "200",
    "equip_teaching_wan": "600", "computers_total": "300", "teachers_parttime": "20",
}  # fmt: skip
"""The figures of a school of 1,500 students that meets the nine indicators and, with `WORDS`, the set-up standard."""

MAJORS = (
    {"group_code": "66", "major_name": "机电技术应用", "students": "600", "teachers_mid_up": "6"},
    {"group_code": "73", "major_name": "会计事务", "students": "900", "teachers_mid_up": "8"},
)
"""The majors of that school: 2,700 yuan of equipment a student are asked of it."""

QUESTIONS = (
    "zz10_q_plan", "zz10_q_legal", "zz10_q_charter", "zz10_q_sport", "zz10_q_train", "zz10_q_it", "zz10_q_head",
    "zz10_q_org", "zz10_q_major", "zz10_q_fund", "zz10_q_local",
)  # fmt: skip
"""The checklist of the set-up standard."""

WORDS = {
    "majors": json.dumps(MAJORS, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    **dict.fromkeys(QUESTIONS, "yes"),
}
"""What that school says besides figures, in the form that is stored."""

UNCONFIRMED = frozenset({"zz10_pt_pct", "zz10_q_major", "zz10_q_local"})
"""What the set-up standard never says “met” or “not met” of: its documents were not seen, or it is no condition."""

NINE_FACTS = (
    "students_ft", "teachers_ft", "land_owned", "land_excl_use", "land_staff_housing", "land_affiliated",
    "bldg_owned", "bldg_excl_use", "bldg_lent_out", "bldg_staff_house", "bldg_affiliated", "books_print",
    "equip_teaching_wan",
)  # fmt: skip
"""The facts of the nine national key indicators."""


def school_facts(**changes: str) -> dict[str, str]:
    """The good school with some figures changed; an empty text takes one out."""
    facts = {**GOOD, **changes}
    return {name: text for name, text in facts.items() if text}


def school_words(**changes: str) -> dict[str, str]:
    """The good school with its majors and answers as stored, some of it changed; an empty text takes one out."""
    return {name: text for name, text in {**GOOD, **WORDS, **changes}.items() if text}


def pdf(folder: Path, name: str = "证.pdf", *, content: bytes = b"invented") -> Path:
    """A file that is a PDF by its first bytes."""
    path = folder / name
    path.write_bytes(b"%PDF-1.4\n" + content)
    return path


class City:
    """A bureau with two schools; every workspace is made (or opened, if it is there) on first use, open until `close`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Workspace] = {}

    @property
    def bureau(self) -> Workspace:
        """The bureau, with two schools in its register."""
        if "bureau" not in self._open and (self.folder / "bureau").exists():
            self._open["bureau"] = open_workspace(self.folder / "bureau")
        if "bureau" not in self._open:
            made = set_up_bureau(self.folder / "bureau", name="测试市教育局（虚构）", district="411400", officer="经办")
            with made.atomic():
                register.put_units(
                    made,
                    [
                        UnitRecord(FIRST, "甲校（虚构）", "school", "411402", "365", "", "1990"),
                        UnitRecord(SECOND, "乙校（虚构）", "school", "411403", "365", "", "1991"),
                    ],
                )
            self._open["bureau"] = made
        return self._open["bureau"]

    @property
    def campaign(self) -> Path:
        """The task file of the round (both shipped packs, the nine indicators deciding)."""
        target = self.folder / "任务包.vdpkg"
        if not target.exists():
            publish(self.bureau, RoundPlan((NINE, SETUP), "2026", "2099-12-31"), target)
        return target

    def school(self, code: str = FIRST, *, filled: bool = True) -> Workspace:
        """The workspace of a school, filled with the good figures unless told otherwise."""
        if code not in self._open and (self.folder / f"school-{code}").exists():
            self._open[code] = open_workspace(self.folder / f"school-{code}")
        if code not in self._open:
            made = open_campaign(self.folder / f"school-{code}", read_campaign(self.campaign), unit=code, filler="填报")
            if filled:
                set_figures(made, GOOD)
            self._open[code] = made
        return self._open[code]

    def submission(self, code: str = FIRST) -> Path:
        """The next submission of a school."""
        target = self.folder / f"上报包-{code}-{len(list(self.folder.glob(f'上报包-{code}-*'))) + 1}.vdpkg"
        submit(self.school(code), target)
        return target

    def received(self, code: str = FIRST) -> receive.Received:
        """A submission of a school, taken by the bureau."""
        return receive.receive(self.bureau, [self.submission(code)])

    def reply(self) -> Path:
        """The next reply bundle of the bureau."""
        target = self.folder / f"回复-{len(list(self.folder.glob('回复-*'))) + 1}.vdpkg"
        reply.reply(self.bureau, target)
        return target

    def inspector(self, number: str = "1", *, units: tuple[str, ...] = (FIRST,)) -> Workspace:
        """An inspector's workspace for schools whose submissions the bureau holds."""
        key = f"inspector-{number}"
        if key not in self._open:
            task = self.folder / f"核查任务包-{number}.vdpkg"
            inspect.assign(self.bureau, task, inspector=number, units=list(units), encrypt=False)
            self._open[key] = inspect.open_task(self.folder / key, inspect.read_task(task), name="专家")
        return self._open[key]

    def close(self) -> None:
        """Close every workspace that was opened."""
        for each in self._open.values():
            each.close()
        self._open.clear()


@cache
def _city_to_copy(place: Path) -> Path:
    """A city with its round published and two filled schools, made once a session; `home` holds its keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VETDESK_HOME", str(place / "home"))
        made = City(place / "city")
        made.school(FIRST)
        made.school(SECOND)
        made.close()
    return place


def copied_city(base: Path, folder: Path, home: Path) -> City:
    """A city of its own with the round published and two filled schools, copied from one made once in `base`.

    `home` is where `VETDESK_HOME` points to; the keys are copied there.
    """
    place = _city_to_copy(base / "city-to-copy")
    shutil.copytree(place / "home", home, dirs_exist_ok=True)
    shutil.copytree(place / "city", folder, dirs_exist_ok=True)
    return City(folder)


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A finished demo: its folder, the keys of its workspaces, the exit status and what the command printed."""

    folder: Path
    home: Path
    status: int
    summary: str


@cache
def demo_city(base: Path) -> DemoCity:
    """The demo city of ten schools (seed 7), built once a session in `base` by the command that people use.

    Tests that change it copy it first.
    """
    from vetdesk.ui.cli import main

    folder, home = base / "demo-10", base / "demo-10-home"
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setenv("VETDESK_HOME", str(home))
        status = main(["demo", str(folder), "--schools", "10", "--seed", "7"])
    return DemoCity(folder, home, status, said.getvalue())
