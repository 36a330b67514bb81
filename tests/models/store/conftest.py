"""An empty workspace for tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vetdesk.models.store.workspace import Workspace, create


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A school's workspace with nothing in it, closed at the end."""
    made = create(tmp_path / "台账", role="school", owner="3641990001", name="甲校（虚构）")
    made.actor.name = "张三"
    yield made
    made.close()
