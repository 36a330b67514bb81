"""The command that mutates packages: a short run breaks nothing, says so, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
KINDS = (
    "submission", "sealed submission", "evidence", "campaign", "inspection", "encrypted inspection", "review",
    "recovery", "reply", "amendment", "trust", "copy",
)  # fmt: skip


def test_a_short_run_breaks_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    failures, place = tmp_path / "failures", tmp_path / "place"
    place.mkdir()
    words = [sys.executable, "tests/fuzz/packages.py", "--count", "150", "--seed", "1", "--failures", str(failures)]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(place)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    notes = "\n".join(each.read_text(encoding="utf-8") for each in sorted(failures.glob("*.txt")))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + notes
    *kinds, last = done.stdout.splitlines()
    assert [each.partition(":")[0] for each in kinds] == list(KINDS)
    assert all(each.endswith("nothing broken") for each in kinds)
    assert re.fullmatch(r"seed 1: 150 mutants in [\d.]+ s \(\d+/s\), 0 broken", last)
    assert list(place.iterdir()) == []
    assert not failures.exists()
