"""What tests of operations share: a city copied from one that is made once a session, and the demo city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factory import City, DemoCity, copied_city, demo_city


@pytest.fixture
def city(tmp_path: Path, own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A small city: bureau, two filled schools, a published round; workspaces closed at the end."""
    made = copied_city(tmp_path_factory.getbasetemp(), tmp_path / "city", own_home)
    yield made
    made.close()


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    """The demo city of ten schools. It is shared: a test that changes it copies it first."""
    return demo_city(tmp_path_factory.getbasetemp())
