"""Places: the shipped data, and the folder of the person at the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from vetdesk.models.records.places import RESOURCES, user_data


def test_the_shipped_data_lies_beside_the_program() -> None:
    assert (RESOURCES / "packs").is_dir()
    assert (RESOURCES / "fields").is_dir()


def test_the_folder_of_the_person_can_be_chosen(own_home: Path) -> None:
    assert user_data() == own_home


@pytest.mark.parametrize("chosen", ["", None])
def test_without_a_choice_the_system_says_where(monkeypatch: pytest.MonkeyPatch, chosen: str | None) -> None:
    monkeypatch.delenv("VETDESK_HOME")
    if chosen is not None:
        monkeypatch.setenv("VETDESK_HOME", chosen)
    assert user_data().name == "vetdesk"
    assert user_data().is_absolute()
