"""What two computers of one school sent comes back to the school: only it merges its declared figures."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.factory import FIRST, City
from vetdesk.models.operations import receive
from vetdesk.models.operations.conflict_cards import cards
from vetdesk.models.operations.conflicts import decide
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.submit import submit
from vetdesk.models.store import exchange, figures
from vetdesk.models.store.workspace import Workspace, open_workspace


def value(school: Workspace, fact: str) -> str:
    """What is filled."""
    return figures.read(school, desk(school).round.id, FIRST)[fact].text


def forked(city: City, folder: Path) -> Workspace:
    """A submission both computers know, then one from each; the bureau has all three. The first computer's workspace."""
    city.received()
    place = city.school().folder
    bureau = city.bureau.folder
    city.close()
    other = folder / "other"
    shutil.copytree(place, other)
    files = []
    for at, values in ((place, {"books_print": "61200"}), (other, {"books_print": "63000", "seats_student": "220"})):
        with open_workspace(at) as opened:
            opened.actor.name = at.name
            set_figures(opened, values)
            submit(opened, folder / f"{at.name}.vdpkg")
            files.append(folder / f"{at.name}.vdpkg")
    assert bureau.is_dir()
    assert receive.receive(city.bureau, files).taken == 2
    return city.school()


def test_the_bureau_brings_the_other_copy_back_to_be_merged(city: City, tmp_path: Path) -> None:
    school = forked(city, tmp_path)
    result = receive.receive(school, [city.reply()])
    assert "另一台电脑报过 1 版" in result.offers[0].sentence
    assert value(school, "seats_student") == "220"
    [card] = cards(school)
    assert (card.name, card.base) == ("纸质图书", "60000 册")
    assert {text for text, _who, _at in card.variants} == {"61200 册", "63000 册"}
    number = 1 + [text for text, _who, _at in card.variants].index("63000 册")
    decide(school, card.id, number, reason="已核对原件")
    assert value(school, "books_print") == "63000"


def test_it_is_merged_once_and_the_next_submission_goes_on(city: City, tmp_path: Path) -> None:
    school = forked(city, tmp_path)
    receive.receive(school, [city.reply()])
    set_figures(school, {"seats_student": "230"})
    receive.receive(school, [city.reply()])
    assert value(school, "seats_student") == "230"
    assert len(cards(school)) == 1
    submit(school, tmp_path / "next.vdpkg", with_errors="先报，稍后决定")
    [offer] = receive.receive(city.bureau, [tmp_path / "next.vdpkg"]).offers
    assert offer.outcome is receive.Outcome.TAKEN
    held = exchange.submissions(city.bureau, desk(city.bureau).round.id)
    assert [(each.seq, each.state) for each in held if each.current] == [(3, "unconfirmed")]
    assert [each.state for each in held if not each.current] == ["fork", "superseded", "superseded"]
