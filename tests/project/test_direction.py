"""The models load without Qt and matplotlib; SQL stands only in the store; the command line needs no Qt."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = sorted((ROOT / "vetdesk" / "models").rglob("*.py"))
SQL = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA)\b")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def loaded_by(code: str) -> set[str]:
    """The modules a fresh process has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_all_models_load_without_qt_and_matplotlib() -> None:
    names = [module_name(path) for path in MODELS]
    assert len(names) > 50
    loaded = loaded_by("\n".join(f"import {name}" for name in names))
    assert not loaded & {"PySide6", "shiboken6", "matplotlib"}


def test_the_command_line_loads_without_qt() -> None:
    assert not loaded_by("import vetdesk.ui.cli") & {"PySide6", "matplotlib", "openpyxl", "sqlite_utils"}


@pytest.mark.parametrize("path", [each for each in MODELS if each.parent.name != "store"], ids=module_name)
def test_no_sql_outside_the_store(path: Path) -> None:
    assert not SQL.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "vetdesk" / "models" / "store").glob("*.py")), ids=module_name)
def test_sql_is_never_built_from_values(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if SQL.search(line) and re.search(r"""\bf["']""", line):
            assert re.search(r"PRAGMA (application_id|user_version) = \{\w+(\.\w+)?:d\}", line), line


def test_nothing_evaluates_code() -> None:
    for path in (ROOT / "vetdesk").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])(eval|exec|compile)\(", text.replace("app.exec(", "")), path
        assert "pickle" not in text, path


def test_every_sentence_shown_is_plain_text() -> None:
    for path in (ROOT / "vetdesk" / "ui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "parts.py":
            assert "setTextFormat" not in text, path
            assert "RichText" not in text, path
        assert "processEvents" not in text or path.name == "tour.py", path
