"""A first look: the desktop on a ready-made demo city, or, without a display, pictures of its main pages."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from vetdesk.models.operations.demo import build
from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import is_workspace
from vetdesk.ui import recent

SCHOOLS, SEED = 12, 1


def make_city(folder: Path) -> str:
    """Build the demo city where it is not yet; returns its summary ('' where it was there)."""
    from vetdesk.charts.draw import to_png

    if is_workspace(folder / "bureau"):
        return ""
    return build(folder, schools=SCHOOLS, seed=SEED, draw=to_png).summary


def window() -> int:
    """Open the desktop on the demo city's bureau; its schools and inspectors stand under recent."""
    from vetdesk.ui.app import main

    city = user_data() / "demo-city"
    print(_("正在准备演示城市，约半分钟…"), flush=True)
    make_city(city)
    for folder in (
        *sorted((city / "inspectors").iterdir()),
        *sorted((city / "schools").iterdir())[:4],
        city / "bureau",
    ):
        role = {"inspectors": "inspector", "schools": "school"}.get(folder.parent.name, "bureau")
        recent.remember(folder, folder.name if role != "bureau" else _("演示主管部门"), role)
    return main(["vetdesk", "--workspace", str(city / "bureau")])


def pictures(folder: Path) -> int:
    """Run the whole loop in a new folder, leave pictures of every page, say what was done."""
    from PySide6.QtWidgets import QApplication

    from vetdesk.ui.app import make_app
    from vetdesk.ui.main_window import MainWindow

    at = 1
    while folder.exists():
        at += 1
        folder = folder.with_name(f"{folder.name.rpartition('-')[0] if at > 2 else folder.name}-{at}")
    os.environ["VETDESK_HOME"] = str(folder / "home")
    (folder / "city").mkdir(parents=True)
    print(make_city(folder / "city"), flush=True)
    app = make_app(["vetdesk"])
    main_window = MainWindow()
    main_window.show_start()
    main_window.show()
    shots = folder / "screenshots"
    shots.mkdir()

    def settle() -> None:
        until = time.monotonic() + 0.4
        while time.monotonic() < until or main_window.work.busy:
            QApplication.processEvents()
            time.sleep(0.005)

    settle()
    main_window.grab().save(str(shots / "start.png"))
    count = 1
    schools = sorted((folder / "city" / "schools").iterdir())
    for place in (schools[1], folder / "city" / "bureau", *sorted((folder / "city" / "inspectors").iterdir())[:1]):
        main_window.opening.open_folder(place)
        settle()
        desk = main_window.desk
        assert desk is not None
        for each in desk.entries():
            if each.hidden:
                continue
            main_window.go_to(each.key)
            settle()
            main_window.grab().save(str(shots / f"{place.parent.name}-{each.key}.png"))
            count += 1
    main_window.close()
    app.quit()
    print(_("演示城市、收发的文件、汇总表和图在：{folder}").format(folder=folder / "city"))
    print(_("{count} 张截图在：{folder}").format(count=count, folder=shots))
    return 0


def main(arguments: Sequence[str]) -> int:
    """`window`, or `pictures DIR`."""
    return window() if arguments[0] == "window" else pictures(Path(arguments[1]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
