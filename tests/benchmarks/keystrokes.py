"""G3: a keystroke in the real form, its dependents judged and their verdicts painted, against one in a plain line edit.

    python tests/benchmarks/keystrokes.py

The form is the union of every standard that a school can be given. Ratios against a baseline in the same run, both
sides interleaved; a figure counts only where the baseline held still. The durable save runs in the store's thread when
the field is left: its delay is reported beside, with the 99th percentile of the keystrokes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.benchmarks.run import compare
from tests.factory import FIRST, City
from vetdesk.models.operations.fill import put_entries
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.packs import source
from vetdesk.models.packs.examples import example_entries
from vetdesk.ui import app as program
from vetdesk.ui.main_window import MainWindow
from vetdesk.ui.pages.school.fill import FillPage
from vetdesk.ui.widgets.number_edit import NumberEdit

FACTS = ("students_ft", "teachers_ft", "equip_teaching_wan", "books_print", "land_owned")
KEYS = "1234567890"
SCHOOL_PACKS = tuple(name for name in source.shipped_ids() if "students_ft" in source.load(name).fields)


def _school(folder: Path) -> Path:
    """A school that every standard is asked of, filled, closed."""
    city = City(folder / "city")
    city.folder.mkdir(exist_ok=True)
    task = folder / "任务.vdpkg"
    publish(city.bureau, RoundPlan(SCHOOL_PACKS, "2026", "2099-12-31"), task)
    place = folder / "school"
    with open_campaign(place, read_campaign(task), unit=FIRST, filler="填报") as school:
        for pack in map(source.load, SCHOOL_PACKS):
            entries = example_entries(pack, pack.examples[0].facts)
            put_entries(school, {name: each for name, each in entries.items() if not pack.fields[name].registered})
    city.close()
    return place


def _until(done: Callable[[], bool], *, window: MainWindow) -> None:
    end = time.perf_counter() + 60
    while not done() and time.perf_counter() < end:
        QTest.qWait(10)
    QTest.qWait(300)
    assert not window.work.busy


def _typed(edit: QLineEdit, spent: list[float]) -> float:
    """Seconds of a keystroke until everything it changed is painted; the mean of four and of taking them away."""
    application = QApplication.instance()
    assert application is not None
    edit.setFocus()
    edit.clear()
    application.processEvents()
    total = 0.0
    for key in (*KEYS[:4], *[None] * 4):
        start = time.perf_counter()
        if key is None:
            QTest.keyClick(edit, Qt.Key.Key_Backspace)
        else:
            QTest.keyClicks(edit, key)
        application.processEvents()
        spent.append(time.perf_counter() - start)
        total += spent[-1]
    return total / 8


def main() -> int:
    """Measure."""
    with tempfile.TemporaryDirectory() as place:
        folder = _school(Path(place))
        program.make_app(["vetdesk"])
        window = MainWindow()
        window.resize(1366, 768)
        window.show()
        window.opening.open_folder(folder)
        _until(lambda: window.desk is not None and window.desk.view is not None, window=window)
        window.go_to("fill")
        _until(lambda: not window.work.busy, window=window)
        assert window.desk is not None
        page = window.desk.page("fill")
        assert isinstance(page, FillPage)
        plain = QWidget()
        edit = QLineEdit()
        QVBoxLayout(plain).addWidget(edit)
        plain.resize(400, 100)
        plain.show()
        ours: list[float] = []
        theirs: list[float] = []
        missed = False
        for fact in FACTS:
            page.go_to(fact)
            _until(lambda: not window.work.busy, window=window)
            row = page._rows[fact]
            assert isinstance(row.edit, NumberEdit)
            before = row.edit.text()
            ratio = compare(
                f"G3 keystroke in {fact} ÷ plain line edit", 6.0,
                lambda: _typed(edit, theirs), partial(_typed, row.edit, ours), rounds=9,
            )  # fmt: skip
            print(ratio.line(), flush=True)
            missed |= ratio.value > ratio.goal
            row.edit.setText(before)
        form = page._seen.form()
        ours.sort()
        theirs.sort()
        print(
            f"form of {len(form)} fields; 99th percentile of a keystroke {ours[len(ours) * 99 // 100] * 1000:.1f} ms"
            f" (plain {theirs[len(theirs) * 99 // 100] * 1000:.2f} ms)"
        )
        page.go_to("students_ft")
        row = page._rows["students_ft"]
        assert isinstance(row.edit, NumberEdit)
        row.edit.selectAll()
        QTest.keyClicks(row.edit, "1311")
        saved: list[float] = []
        window.desk.saved.connect(lambda: saved.append(time.perf_counter()))
        start = time.perf_counter()
        QTest.keyClick(row.edit, Qt.Key.Key_Return)
        _until(lambda: bool(saved), window=window)
        print(f"from leaving a field to its durable save: {(saved[0] - start) * 1000:.0f} ms")
        window.close()
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
