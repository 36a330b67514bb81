"""Run after the tests: the modules that must be perfect have every branch covered.

python tests/perfect_modules.py
"""

from __future__ import annotations

import sys

import coverage

PERFECT = (
    "vetdesk/models/packs/formula.py",
    "vetdesk/models/packs/evaluate.py",
    "vetdesk/models/packs/judge.py",
    "vetdesk/models/sync/sign.py",
    "vetdesk/models/sync/read.py",
    "vetdesk/models/store/migrations.py",
)
"""Names as in the tree. A module that merges joins this list with its first line."""


def main() -> int:
    """0 where all are covered; else a line for each that is not, and 1."""
    data = coverage.Coverage()
    data.load()
    status = 0
    for name in PERFECT:
        analysis = data._analyze(name)
        missing = sorted(analysis.missing)
        branches = {line: targets for line, targets in analysis.missing_branch_arcs().items() if targets}
        if missing or branches:
            print(f"{name}: lines {missing}, branches {branches}")
            status = 1
    print(f"{len(PERFECT)} modules that must be perfect: {'ok' if not status else 'NOT covered'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
