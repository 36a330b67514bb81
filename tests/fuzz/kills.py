"""Kills the program while figures are typed: nothing acknowledged is lost, the journal is whole, undo still works.

    python tests/fuzz/kills.py [--count 50] [--seed 1]

Each round a process of its own fills figures one after the other and says `ACK n` for each that is kept; after a random
time it is killed (SIGKILL). Exit status 1 where an acknowledged figure is not there, `doctor` finds a fault, or undo and
redo do not lead back.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.factory import FIRST, City
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.undo import redo, undo
from vetdesk.models.store import figures
from vetdesk.models.store.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parents[2]
FACTS = ("teachers_ft", "land_owned", "books_print", "seats_student")


def _text(workspace: Workspace, fact: str) -> str:
    found = figures.read(workspace, desk(workspace).round.id, FIRST)
    return found[fact].text if fact in found else ""


def _typed_until_killed(folder: Path, start: int, after: float, before: dict[str, str]) -> dict[str, list[str]]:
    """Type until the process is killed. Gives, for each fact, what was acknowledged last and what was sent after it."""
    words = [sys.executable, str(ROOT / "main.py"), "set", str(folder), "-"]
    running = subprocess.Popen(
        words,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert running.stdin is not None
    assert running.stdout is not None
    sent: list[tuple[str, str]] = []
    acknowledged = 0
    timer = threading.Timer(after, running.kill)
    timer.start()
    try:
        for number in range(start, start + 100_000):
            fact = FACTS[number % len(FACTS)]
            sent.append((fact, str(number)))
            running.stdin.write(f"{fact}={number}\n")
            running.stdin.flush()
            if not running.stdout.readline().startswith("ACK"):
                break
            acknowledged += 1
    except OSError:
        pass
    finally:
        timer.cancel()
        running.kill()
        running.wait()
    allowed = {fact: [text] for fact, text in before.items()}
    for at, (fact, text) in enumerate(sent):
        allowed[fact] = [text] if at < acknowledged else [*allowed[fact], text]
    return allowed


def main() -> int:
    """Run. 1 where a promise broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chance, broken, kept = random.Random(wanted.seed), 0, 0
    with tempfile.TemporaryDirectory() as place:
        os.environ["VETDESK_HOME"] = str(Path(place) / "home")
        city = City(Path(place) / "city")
        city.folder.mkdir()
        folder = city.school().folder
        before = {fact: _text(city.school(), fact) for fact in FACTS}
        city.close()
        for number in range(wanted.count):
            allowed = _typed_until_killed(folder, 1000 + 1000 * number, chance.uniform(0.5, 2.0), before)
            time.sleep(0.05)
            with open_workspace(folder) as opened:
                faults = [f"{fact}: {_text(opened, fact)!r}, not one of {texts}" for fact, texts in allowed.items()
                          if _text(opened, fact) not in texts]  # fmt: skip
                faults += [each.sentence for each in examine(opened) if not each.well]
                before = {fact: _text(opened, fact) for fact in FACTS}
                undo(opened)
                redo(opened)
                faults += [] if before == {fact: _text(opened, fact) for fact in FACTS} else ["undo and redo differ"]
            kept += sum(len(texts) == 1 for texts in allowed.values())
            for each in faults:
                print(f"kill {number + 1}: {each}", flush=True)
            broken += bool(faults)
    print(f"{wanted.count} kills, {kept} figures checked, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
