"""What all tests share: a data folder of their own, no display, Chinese unless a test asks otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.factory import City
from vetdesk.models.records.words import speech

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", deadline=None, database=None)
settings.load_profile("thorough" if os.environ.get("VETDESK_THOROUGH") else "repeatable")
"""The same examples at every run, so that a red or an uncovered line means a change; others each time when thorough."""


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and settings of the test lie in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VETDESK_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test starts and ends in Chinese."""
    speech.choose("zh")
    yield
    speech.choose("zh")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """A small city: bureau, two schools in the register, a published round; workspaces closed at the end."""
    made = City(tmp_path)
    yield made
    made.close()
