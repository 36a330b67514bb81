"""A city in files, and a command line to ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factory import FIRST, City, copied_city
from tests.ui.line import Line


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Line:
    """The command line."""
    return Line(capsys)


@pytest.fixture
def city(tmp_path: Path, own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with its round published and two filled schools; nothing of it is open."""
    made = copied_city(tmp_path_factory.getbasetemp(), tmp_path / "city", own_home)
    yield made
    made.close()


@pytest.fixture
def school(city: City) -> Path:
    """The folder of the first school."""
    return city.folder / f"school-{FIRST}"


@pytest.fixture
def bureau(city: City) -> Path:
    """The folder of the bureau."""
    return city.folder / "bureau"
