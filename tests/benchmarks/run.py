"""Speed, as ratios against a baseline measured in the same run: both sides interleaved, medians of all rounds.

    python tests/benchmarks/run.py [startup|keystroke|receive]…

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


RUNS = {"startup": startup, "keystroke": keystroke, "receive": receive}


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
