"""Speed, as ratios against a baseline measured in the same run: both sides interleaved, medians of all rounds.

    python tests/benchmarks/run.py [startup|keystroke|receive|judging|rejudge]…

A figure counts only where the two halves of the baseline agree within 15 %.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BARE = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os._exit(0))
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
"""
HOME = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from vetdesk.ui.app import make_app
from vetdesk.ui.main_window import MainWindow
app = make_app(["vetdesk"])
window = MainWindow()
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.text():
            QTimer.singleShot(0, lambda: os._exit(0))
        return False
spy = Painted()
window.shown_first.connect(lambda: window.desk.page("home").sentence.installEventFilter(spy))
window.opening.open_folder(Path(sys.argv[1]))
window.show()
app.exec()
"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measured ratio, its goal, and whether the baseline held still."""

    name: str
    value: float
    goal: float
    steady: bool

    def line(self) -> str:
        """The ratio for a reader."""
        met = "met" if self.value <= self.goal else "MISSED"
        return f"{self.name}: {self.value:.2f} (goal ≤ {self.goal:.2f}, {met}{'' if self.steady else ', baseline not steady'})"


def compare(name: str, goal: float, base: Callable[[], float], ours: Callable[[], float], *, rounds: int) -> Ratio:
    """Interleaved rounds of both sides; each returns seconds."""
    first, second = [], []
    for _each in range(rounds):
        first.append(base())
        second.append(ours())
    half = len(first) // 2
    early, late = statistics.median(first[:half]), statistics.median(first[half:])
    steady = max(early, late) / min(early, late) <= 1.15
    return Ratio(name, statistics.median(second) / statistics.median(first), goal, steady)


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _spawned(code: str, *arguments: str) -> float:
    words = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return timed(lambda: subprocess.run(words, check=True, env=environment, cwd=ROOT, capture_output=True))


def startup(folder: Path) -> list[Ratio]:
    """G1: spawn to painted home of a real school workspace, against a bare PySide6 window."""
    from tests.factory import City
    from vetdesk.models.operations import home_summary
    from vetdesk.models.operations.home_text import summarise
    from vetdesk.models.operations.views import school_view

    city = City(folder)
    school = city.school()
    home_summary.keep(school, summarise(school_view(school)))
    place = str(school.folder)
    city.close()
    _spawned(HOME, place)
    return [compare("G1 start to painted home", 1.4, lambda: _spawned(BARE), lambda: _spawned(HOME, place), rounds=9)]


def keystroke(_folder: Path) -> list[Ratio]:
    """G3 (in part): a keystroke with its dependents judged again, against judging everything again."""
    from tests.factory import GOOD
    from vetdesk.models.operations.assess import Assessment
    from vetdesk.models.packs import source
    from vetdesk.models.packs.examples import example_entries
    from vetdesk.models.records.facts import given

    packs = tuple(source.load(name) for name in source.shipped_ids())
    entries = {}
    for pack in packs:
        entries.update(example_entries(pack, {k: v for k, v in GOOD.items() if k in pack.fields}))
    assessment = Assessment(packs, entries, {})

    def one() -> None:
        for at in range(200):
            assessment.change("books_print", given(str(40000 + at)))

    def all_again() -> None:
        for at in range(200):
            Assessment(packs, {**entries, "books_print": given(str(40000 + at))}, {})

    return [
        compare(
            "one figure judged again ÷ all judged again", 0.35, lambda: timed(all_again), lambda: timed(one), rounds=7
        )
    ]


def receive(folder: Path) -> list[Ratio]:
    """Receiving submissions: the cost of each in a batch of 20, against one alone."""
    from tests.factory import City
    from vetdesk.models.operations import receive as receiving
    from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
    from vetdesk.models.operations.submit import submit
    from vetdesk.models.store import register
    from vetdesk.models.store.register import UnitRecord

    city = City(folder)
    codes = [f"36419911{at:02d}" for at in range(40)]
    with city.bureau.atomic():
        register.put_units(city.bureau, [UnitRecord(code, f"校{code}（虚构）") for code in codes])
    campaign = read_campaign(city.campaign)
    files = []
    for code in codes:
        with open_campaign(folder / code, campaign, unit=code) as school:
            files.append(folder / f"{code}.vdpkg")
            submit(school, files[-1])
    alone = [timed(partial(receiving.receive, city.bureau, [each])) for each in files[:20]]
    batch = timed(lambda: receiving.receive(city.bureau, files[20:])) / 20
    city.close()
    return [Ratio("one of a batch of 20 ÷ one alone", batch / statistics.median(alone), 1.0, steady=True)]


def _henan() -> tuple[Any, Any, Any, Any]:
    """The largest school standard, a school that fills everything, and its figures as fractions and rows."""
    from vetdesk.models.packs import source
    from vetdesk.models.packs.examples import example_entries
    from vetdesk.models.packs.judge import data_of

    packs = [source.load(name) for name in source.shipped_ids()]
    pack = max((each for each in packs if "students_ft" in each.fields), key=lambda each: len(each.indicators))
    assert pack.id == "ha_zz_2021_468"
    answers = {name: "符合" for name, each in pack.indicators.items() if each.question}
    data = data_of(pack, example_entries(pack, {**pack.examples[0].facts, **answers}))
    return pack, data, dict(data.facts), data.tables["majors"]


def judging(_folder: Path) -> list[Ratio]:
    """G4: all indicators of the largest school standard for one school, values read, against a hand-written function."""
    from tests.benchmarks.by_hand import judged_by_hand, judged_by_simpleeval
    from vetdesk.models.packs.judge import judge

    pack, data, facts, majors = _henan()
    derived = {
        name: (
            "land_owned + land_excl_use - land_staff_housing - land_affiliated"
            if name == "land_counted"
            else "bldg_owned + bldg_excl_use - bldg_staff_house - bldg_affiliated - bldg_lent_out"
            if name == "bldg_counted"
            else "edu_phd + edu_master + edu_bachelor"
        )
        for name in ("land_counted", "bldg_counted", "teachers_ft_bachelor_up")
    }
    plain = {}
    for name, each in pack.indicators.items():
        text = each.formula
        for part, formula in derived.items():
            text = text.replace(part, f"({formula})")
        if not each.question and "majors" not in f"{text}{each.threshold.text}":
            plain[name] = (text, each.cmp if each.cmp != "~" else "==", each.threshold.text)
    by_simpleeval = judged_by_simpleeval(plain)
    assert all(
        (found.value, found.verdict.value) == judged_by_hand(facts, majors)[name]
        for name, found in judge(pack, data).items()
    )

    def ours() -> None:
        for _each in range(200):
            for found in judge(pack, data).values():
                found.value  # noqa: B018 - the exact fraction is made when it is read

    def hand() -> None:
        for _each in range(200):
            judged_by_hand(facts, majors)

    def simple() -> None:
        for _each in range(200):
            by_simpleeval(facts, majors)

    return [
        compare("G4 all indicators ÷ hand-written function", 1.5, partial(timed, hand), partial(timed, ours), rounds=9),
        compare(
            f"G4 all {len(pack.indicators)} indicators ÷ simpleeval, parsed before, on {len(plain)} of them",
            1.0, partial(timed, simple), partial(timed, ours), rounds=9,
        ),
    ]  # fmt: skip


def sixty(folder: Path) -> Path:
    """A standard of sixty indicators, in a folder of that name: those of the shipped ones that read single figures, twice."""
    from vetdesk.models.packs.folder import read_folder, write_folder
    from vetdesk.models.packs.source import SHIPPED

    base = read_folder(SHIPPED / "cn_zz_2010")
    more = [each for name in ("cn_db_2022_zz", "ha_zz_2021_468") for each in read_folder(SHIPPED / name)["indicators"]]
    for each in more:
        each["group"] = "staff"
        for key in ("stands_for", "relation", "related"):
            each.pop(key, None)
    kept = [each for each in [*base["indicators"], *more] if "majors" not in f"{each['formula']}{each['bars']}"]
    copies = [{**each, "id": f"{each['id']}_b"} for each in kept]
    write_folder(
        {**base, "id": "sixty", "indicators": [*kept, *copies][:60], "items": [], "examples": [], "base_facts": {}},
        folder / "sixty",
    )
    return folder / "sixty"


def rejudge(folder: Path) -> list[Ratio]:
    """10,000 schools × 60 indicators by one command, exact; the cost of each school beside that of 1,000."""
    import contextlib
    import csv
    import io
    import json
    import random

    from vetdesk.ui.cli import main as command

    sixty(folder)
    chance = random.Random(1)
    from tests.factory import GOOD

    facts = {
        name: text
        for name, text in {**GOOD, "grads_total": "400", "grads_placed": "390", "teachers_parttime": "20"}.items()
        if text.replace(".", "").isdigit()
    }

    def written(count: int) -> Path:
        path = folder / f"{count}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["unit", *facts])
            for at in range(count):
                rows.writerow(
                    [f"校{at}", *(str(int(float(text) * chance.uniform(0.9, 1.3))) for text in facts.values())]
                )
        return path

    def run(path: Path) -> float:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            seconds = timed(lambda: command(["evaluate", str(folder / "sixty"), str(path), "--json"]))
        results = json.loads(out.getvalue())["results"]
        assert len(results) % 60 == 0
        assert all(each["verdict"] in ("met", "unmet", "incomplete", "unverified") for each in results)
        return seconds

    small, large = written(1000), written(10000)
    run(small)
    few, many = [], []
    for _each in range(3):
        few.append(run(small))
        many.append(run(large))
    print(f"10,000 schools × 60 indicators: {statistics.median(many):.1f} s", flush=True)
    each_of_many, each_of_few = statistics.median(many) / 10000, statistics.median(few) / 1000
    return [Ratio("a school of 10,000 ÷ a school of 1,000", each_of_many / each_of_few, 1.3, steady=True)]


RUNS = {"startup": startup, "keystroke": keystroke, "receive": receive, "judging": judging, "rejudge": rejudge}


def main(names: list[str]) -> int:
    """Measure what is named (everything without a name). 1 where a goal is missed."""
    missed = False
    for name in names or list(RUNS):
        with tempfile.TemporaryDirectory() as place:
            os.environ["VETDESK_HOME"] = str(Path(place) / "home")
            for ratio in RUNS[name](Path(place)):
                print(ratio.line(), flush=True)
                missed = missed or ratio.value > ratio.goal
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
