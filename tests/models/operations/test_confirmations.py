"""Confirming on the computer: in turn, for one state of the figures, past once they change, read by the bureau."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from tests.factory import City
from vetdesk.models.operations import receive
from vetdesk.models.operations.confirmations import Role, confirm, confirmations, read, sections, withdraw
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.finalise import seal
from vetdesk.models.operations.sign_sheets import SheetKind, write_sheet
from vetdesk.models.operations.undo import undo
from vetdesk.models.records.errors import KnownError


def standing_of(city: City) -> list[tuple[str, str, bool]]:
    """Role, name, and whether it holds."""
    return [(each.role.value, each.name, each.holds) for each in confirmations(city.school())]


def test_everyone_confirms_in_turn_until_a_figure_is_edited(city: City, tmp_path: Path) -> None:
    school = city.school()
    with pytest.raises(KnownError, match="还没有定稿"):
        confirm(school, Role.FILLER, "王丽")
    code = seal(school).code
    with pytest.raises(KnownError, match="填报人先确认"):
        confirm(school, Role.PRINCIPAL, "张校长")
    confirm(school, Role.FILLER, " 王 丽 ")
    section = next(iter(sections(school)))
    confirm(school, Role.HEAD, "李强", section=section)
    confirm(school, Role.PRINCIPAL, "张校长")
    assert standing_of(city) == [("filler", "王 丽", True), ("head", "李强", True), ("principal", "张校长", True)]
    write_sheet(school, SheetKind.SIGN, tmp_path / "签字表.html")
    assert "电脑上的确认" in (tmp_path / "签字表.html").read_text(encoding="utf-8")
    set_figures(school, {"books_print": "61201"})
    assert [holds for _role, _name, holds in standing_of(city)] == [False] * 3
    with pytest.raises(KnownError, match="定稿以后又改过"):
        confirm(school, Role.FILLER, "王丽")
    seal(school)
    confirm(school, Role.FILLER, "王丽")
    with pytest.raises(KnownError, match="重新确认"):
        confirm(school, Role.PRINCIPAL, "张校长")
    withdraw(school, Role.HEAD, section=section)
    confirm(school, Role.PRINCIPAL, "赵校长")
    assert standing_of(city) == [("filler", "王丽", True), ("principal", "赵校长", True)]
    undo(school)
    assert seal(school).code == code, "the figures are as they were, but what was confirmed since was another state"
    assert [holds for _role, _name, holds in standing_of(city)] == [False, False]


def test_the_bureau_reads_who_confirmed_what_it_previews(city: City, tmp_path: Path) -> None:
    seal(city.school())
    confirm(city.school(), Role.FILLER, "王丽")
    [offer] = receive.receive(city.bureau, [city.submission()], dry_run=True).offers
    [line] = [each for each in offer.changes if "电脑上的确认" in each]
    assert "填报人 王丽" in line
    set_figures(city.school(), {"books_print": "61201"})
    [offer] = receive.receive(city.bureau, [city.submission()], dry_run=True).offers
    assert [each for each in offer.changes if "电脑上的确认" in each] == []


@pytest.mark.parametrize(
    ("role", "name", "section", "said"),
    [
        (Role.FILLER, "  ", "", "请填姓名"),
        (Role.FILLER, "王" * 41, "", "请填姓名"),
        (Role.FILLER, "王丽", "students", "没有栏目"),
        (Role.HEAD, "王丽", "", "没有栏目"),
        (Role.HEAD, "王丽", "nonsense", "没有栏目"),
    ],
)
def test_what_cannot_be_confirmed_is_said_and_not_kept(
    city: City, role: Role, name: str, section: str, said: str
) -> None:
    seal(city.school())
    with pytest.raises(KnownError, match=said):
        confirm(city.school(), role, name, section=section)
    with pytest.raises(KnownError, match="没有这一条"):
        withdraw(city.school(), role, section=section)
    assert confirmations(city.school()) == []


def test_rows_of_others_are_of_any_form() -> None:
    good: dict[str, Any] = {
        "action": "confirm",
        "round": "r",
        "field": "confirm.filler.",
        "new": ["1", "王丽"],
        "at": "2026-11-26",
    }
    bad: list[dict[str, Any]] = [
        {}, {**good, "action": "edit"}, {**good, "round": "x"}, {**good, "field": "confirm"},
        {**good, "field": "confirm.king."}, {**good, "new": "1"}, {**good, "new": ["1"]}, {**good, "new": [1, 2]},
        {**good, "new": ["1", "王\n丽"]}, {**good, "field": "confirm.head.a\u202e"}, {**good, "at": "\x1b[2J"},
    ]  # fmt: skip
    assert read(bad, "r", "1") == []
    [found] = read([*bad, good], "r", "1")
    assert (found.name, found.holds) == ("王丽", True)
    assert read([good, {**good, "new": None}], "r", "1") == []
    assert [each.holds for each in read([good], "r", "")] == [False]
    assert json.dumps(dataclasses.asdict(found), ensure_ascii=False)
