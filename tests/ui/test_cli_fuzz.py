"""Random arguments for every command: a known status, never a traceback, never an internal error."""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.factory import FIRST, NINE, City, copied_city, pdf
from tests.models.operations.workbooks import form, workbook
from vetdesk.ui.cli import cli, main

ODD = (
    "", " ", "-", "--", "=", "a=b", "teachers_ft=61", "teachers_ft=", "=1", "land_owned=90亩", "x" * 300, "\n", "..",
    ".", "-1", "1e5", "NaN", "\u202e", "\ud800", "\udcd6\udcd0", "甲校", "😀", "%s", "{x}", "{}", "{0}", "\\", "'", '"', "$HOME",
    "411400", "411402", "2026-09-30", "2026", FIRST, NINE, "db22_land", "unknown", "not_applicable", "U07", "rollup",
    "indicators", "heat", "this", "last", "agree", "teachers_ft=agree", "--json", "--lang=en", "--lang", "--dry-run",
    "--help", "-o", "--unit", "--year", "--measure", "--done",
)  # fmt: skip


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(cli))
LINES = 120 if os.environ.get("VETDESK_THOROUGH") else 24
SLOW, SLOW_LINES = (("demo",), ("chart",), ("report",), ("backup",), ("export",)), 6


def value_for(chance: random.Random, parameter: click.Parameter, places: list[str]) -> str:
    """A value for a parameter: mostly of its kind."""
    likely: list[str] = []
    if parameter.name == "workspace":
        likely = places[:3]
    elif isinstance(parameter.type, click.Path):
        likely = places
    elif isinstance(parameter.type, click.Choice):
        likely = [str(each) for each in parameter.type.choices]
    elif parameter.name in ("unit", "units"):
        likely = [FIRST]
    elif parameter.name == "of":
        likely = ["", "2026"]
    elif parameter.name in ("pairs", "results", "remarks"):
        likely = [each for each in ODD if "=" in each]
    return chance.choice(likely if likely and chance.random() < 0.8 else [*ODD, *places])


def invented(chance: random.Random, command: click.Command, places: list[str]) -> list[str]:
    """A line for a command: often of the right shape, never to be trusted."""
    words: list[str] = []
    for parameter in command.params:
        if chance.random() < (0.04 if parameter.required else 0.4):
            continue
        value = value_for(chance, parameter, places)
        if isinstance(parameter, click.Option):
            flag = chance.choice(parameter.opts)
            words += [flag] if parameter.is_flag else [flag, value]
        else:
            words += [value] * (chance.choice([1, 1, 2]) if parameter.nargs == -1 else 1)
    if chance.random() < 0.1:
        words.insert(chance.randrange(len(words) + 1), chance.choice(ODD))
    return words


@pytest.fixture
def places(
    tmp_path: Path, own_home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Paths of every kind: workspaces, packages, workbooks, folders, nothing. The current folder lies deep inside."""
    city: City = copied_city(tmp_path_factory.getbasetemp(), tmp_path / "a" / "city", own_home)
    city.received()
    city.inspector()
    reply = city.reply()
    city.close()
    inside = tmp_path / "a" / "b"
    inside.mkdir()
    monkeypatch.chdir(inside)
    book = workbook(inside / "报表.xlsx", {"表": form("教基4251", ("指标", "数量"), ("专任教师", 61))})
    (inside / "u.json").write_text('{"甲": {"teachers_ft": 1}}', encoding="utf-8")
    (inside / "leer").touch()
    (inside / "ordner").mkdir()
    found = [
        city.folder / "bureau", city.folder / f"school-{FIRST}", city.folder / "inspector-1", city.campaign, reply,
        next(city.folder.glob("上报包*")), next(city.folder.glob("核查任务包*")), book, inside / "u.json", pdf(inside),
        inside / "leer", inside / "ordner", inside / "neu.xlsx", inside / "neu.png", inside / "neu.vdpkg", "/proc/x",
    ]  # fmt: skip
    return [str(each) for each in found]


@pytest.mark.parametrize("name", sorted(COMMANDS), ids=" ".join)
def test_no_line_is_answered_with_a_bug(
    name: tuple[str, ...],
    places: list[str],
    own_home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(" ".join(name))
    seen = set()
    for _each in range(SLOW_LINES if name in SLOW else LINES):
        words = [*name, *invented(chance, COMMANDS[name], places)]
        if name == ("demo",):
            words += ["--schools", chance.choice(["0", "x", "-1"])]
        monkeypatch.setattr(sys, "stdin", io.StringIO("teachers_ft=61\n\nx\n"))
        capsys.readouterr()
        status = main(words)
        out, err = capsys.readouterr()
        crashes = list((own_home / "crashes").glob("*"))
        assert not crashes, (words, crashes[0].read_text(encoding="utf-8"))
        assert status in range(6), words
        assert "Traceback" not in out + err
        if status in (1, 3, 4, 5) and name != ("doctor",):
            lines = 1 if name != ("receive",) else len(words)  # each file of a batch has its own
            assert 1 <= err.count("\n") <= lines, (words, err)
        seen.add(status)
    assert len(seen) > 1 or name == ("demo",)
