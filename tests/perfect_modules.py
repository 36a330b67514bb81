"""Run after the tests: the modules that must be perfect have every branch covered.

python tests/perfect_modules.py
"""

from __future__ import annotations

import sys

import coverage


def main() -> int:
    """0 where all that `pyproject.toml` names are covered; else a line for each that is not, and 1."""
    data = coverage.Coverage()
    data.load()
    status = 0
    perfect = data.get_option("run:include")
    assert isinstance(perfect, list)
    for name in perfect:
        analysis = data._analyze(name)
        missing = sorted(analysis.missing)
        branches = {line: targets for line, targets in analysis.missing_branch_arcs().items() if targets}
        if missing or branches:
            print(f"{name}: lines {missing}, branches {branches}")
            status = 1
    print(f"{len(perfect)} modules that must be perfect: {'ok' if not status else 'NOT covered'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
