"""The first paint of a school's home happens without the heavy libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.factory import City

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"matplotlib", "openpyxl", "sqlite_utils", "docx", "numpy", "PIL", "cryptography"}
SCRIPT = """
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
            print(watched.text())
            print(" ".join(sys.modules))
            sys.stdout.flush()
            os._exit(0)
        return False

spy = Painted()
def shown():
    window.desk.page("home").sentence.installEventFilter(spy)
window.shown_first.connect(shown)
window.opening.open_folder(Path(sys.argv[1]))
window.show()
QTimer.singleShot(60000, app.quit)
app.exec()
sys.exit(1)
"""


def first_paint(folder: Path) -> tuple[str, set[str]]:
    """The verdict sentence painted first, and the modules loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    )
    sentence, modules = done.stdout.splitlines()[-2:]
    return sentence, {name.partition(".")[0] for name in modules.split()} | set(modules.split())


def test_the_first_paint_needs_no_heavy_library(city: City) -> None:
    school = city.school()
    folder = school.folder
    city.close()
    sentence, modules = first_paint(folder)
    assert sentence == "已达标：9 项全部达标。"
    assert not modules & HEAVY


def test_the_second_start_shows_what_was_kept_without_judging(city: City) -> None:
    school = city.school()
    from vetdesk.models.operations import home_summary
    from vetdesk.models.operations.home_text import summarise
    from vetdesk.models.operations.views import school_view

    home_summary.keep(school, summarise(school_view(school)))
    folder = school.folder
    city.close()
    sentence, modules = first_paint(folder)
    assert sentence == "已达标：9 项全部达标。"
    assert not modules & HEAVY
    assert "vetdesk.models.packs.judge" not in modules


def test_a_kept_home_is_not_believed_after_an_edit(city: City) -> None:
    from vetdesk.models.operations import home_summary
    from vetdesk.models.operations.fill import set_figures
    from vetdesk.models.operations.home_text import summarise
    from vetdesk.models.operations.views import school_view

    school = city.school()
    home_summary.keep(school, summarise(school_view(school)))
    assert home_summary.read(school) is not None
    set_figures(school, {"land_owned": "39999"})
    assert home_summary.read(school) is None
