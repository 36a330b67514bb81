"""The set-up: what it installs is locked, what CI runs is the test command and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from installer import bootstrap

ROOT = Path(__file__).resolve().parents[2]


def test_every_dependency_is_pinned_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].lower() for line in lock.splitlines() if re.match(r"[a-z]", line)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[<>=; ]", each)[0].lower() for each in wanted}
    assert names <= pinned
    assert lock.count("--hash=sha256:") > len(pinned)


def test_qt_is_locked_where_python_311_is_safe_and_old_desktops_run() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"^pyside6-essentials==6\.9\.", lock, re.MULTILINE)


def test_ci_calls_the_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#") and not line.startswith(("set ", "cd "))]
    assert commands == ["exec python3 installer/bootstrap.py test"]


def test_wrong_words_are_told_how_to_use_it() -> None:
    done = subprocess.run(
        [sys.executable, "installer/bootstrap.py", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "run" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_set_up_imports_only_the_standard_library() -> None:
    text = (ROOT / "installer" / "bootstrap.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


def test_every_step_of_the_test_command_has_a_name() -> None:
    assert [name for name, _words in bootstrap.STEPS] == [
        "format",
        "lint",
        "types",
        "imports",
        "tests of what must be perfect",
        "coverage",
        "all other tests",
    ]


def test_no_path_of_a_machine_in_tracked_files() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    pattern = re.compile(r"/(?:root|work|farm|tmp/bash_jobs)/[\w.]")
    for name in listed.stdout.split("\n"):
        path = ROOT / name
        if name and path.suffix in (".py", ".md", ".toml", ".qss", ".txt") and path.is_file():
            assert not pattern.search(path.read_text(encoding="utf-8")), name
