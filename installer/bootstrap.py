"""Sets everything up on a fresh machine, then runs the program or its tests. Standard library only.

    python3 installer/bootstrap.py run     opens the desktop on a demo city; without a display runs the whole loop
    python3 installer/bootstrap.py test    linters, types, import contracts and all tests, without a display
    python3 installer/bootstrap.py setup   only sets up

Repeatable: what is there already is left alone. Works on Linux and Windows with Python 3.11 or newer.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "locked.sha256"
SYSTEM_PACKAGES = (
    "libegl1", "libgl1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0",
    "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-xfixes0",
    "libxcb-xinerama0", "libdbus-1-3", "libglib2.0-0", "libfontconfig1", "fontconfig", "fonts-noto-cjk",
)  # fmt: skip
"""What Qt and the charts need on Debian-family Linux."""


def main(arguments: Sequence[str]) -> int:
    """The exit status of what was asked for."""
    commands = {"run": run, "test": test, "setup": nothing_more}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also runs where Python is too old
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Please install it and try again.")
        return 1
    started = time.monotonic()
    try:
        set_up()
        print(f"Set up in {time.monotonic() - started:.0f} s.", flush=True)
        return commands[arguments[0]]()
    except StepError as error:
        print(error, file=sys.stderr)
        return 1


def nothing_more() -> int:
    """Setting up was all."""
    return 0


class StepError(Exception):
    """A step of the set-up failed; the text says what to do."""


def set_up() -> None:
    """System libraries, virtual environment, locked dependencies."""
    _system_libraries()
    _environment()
    _dependencies()


def python() -> str:
    """The interpreter of the virtual environment."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def _call(*words: str, check: str = "", env: dict[str, str] | None = None) -> int:
    status = subprocess.run(words, cwd=ROOT, env={**os.environ, **(env or {})}, check=False).returncode
    if check and status:
        raise StepError(check)
    return status


def _system_libraries() -> None:
    if os.name == "nt" or not shutil.which("dpkg-query"):
        return
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *SYSTEM_PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    there = {line.split()[0] for line in found if line.endswith(" installed")}
    missing = [name for name in SYSTEM_PACKAGES if name not in there]
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0:
        print(f"Some system libraries are missing. The window or its fonts may fail; please run:\n  sudo {command}")
        return
    print(f"Installing system libraries: {' '.join(missing)}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if _call(*command.split(), "-qq", env=quiet):
        _call("apt-get", "update", "-qq", env=quiet)
        _call(
            *command.split(), "-qq", check=f"System libraries could not be installed. Please run: {command}", env=quiet
        )


def _environment() -> None:
    if Path(python()).is_file() and _call(python(), "-c", "import pip") == 0:
        return
    print("Making the virtual environment .venv", flush=True)
    hint = "The virtual environment could not be made. On Debian please run: apt-get install python3-venv"
    _call(sys.executable, "-m", "venv", "--clear", str(VENV), check=hint)


def _dependencies() -> None:
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == wanted:
        return
    print("Installing the locked dependencies", flush=True)
    _call(
        python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
        "--no-deps",  # the lock names everything; pip 23 would look for a newer one of a name with an extra
        "-r", str(LOCK),
        check="The dependencies could not be installed. Please check the network and try again.",
    )  # fmt: skip
    STAMP.write_text(wanted, encoding="ascii")


def has_display() -> bool:
    """Whether a window can be shown here."""
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


def run() -> int:
    """The desktop on a demo city; without a display the whole loop with its results in `demo-city/`."""
    if has_display():
        return _call(python(), "-m", "vetdesk.ui.tour", "window")
    print("There is no display: the whole loop runs offscreen.", flush=True)
    return _call(
        python(), "-m", "vetdesk.ui.tour", "pictures", str(ROOT / "demo-city"), env={"QT_QPA_PLATFORM": "offscreen"}
    )


PYTEST = ("-m", "pytest", "-n", "2", "--dist", "worksteal", "-q", "-m", "not slow")
MEASURED = (
    *(f"tests/models/packs/test_{each}.py" for each in ("formula", "evaluate", "judge", "hostile_formulas")),
    "tests/models/sync",
    "tests/models/store/test_migrations.py",
)
"""Tests whose coverage is measured: the modules that must be perfect are covered by tests of their own."""

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("-m", "ruff", "check", "--quiet", ".")),
    ("types", ("-m", "mypy")),
    ("imports", ("-c", "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())")),
    ("tests of what must be perfect", (*PYTEST, *MEASURED, "--cov", "--cov-report=")),
    ("coverage", ("tests/perfect_modules.py",)),
    ("all other tests", (*PYTEST, "tests", *(f"--ignore={each}" for each in MEASURED))),
)  # fmt: skip


def test() -> int:
    """Every check; stops at the first that fails."""
    started = time.monotonic()
    quiet = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    for name, words in STEPS:
        print(f"── {name}", flush=True)
        begun = time.monotonic()
        status = _call(python(), *words, env=quiet)
        print(f"   {name}: {'ok' if status == 0 else 'FAILED'}, {time.monotonic() - begun:.0f} s", flush=True)
        if status:
            return 1
    print(f"All checks passed in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
