"""The bureau's acts: compare the identity, return, accept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import FIRST, GOOD, City
from tests.models.operations.forge import keys, rows_of
from vetdesk.models.operations import decide, inspect, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.store import exchange, figures, inspection, journal


def refused(city: City, act: str, *arguments: object, **named: object) -> KnownError:
    """The refusal of an act, after checking that it changed nothing."""
    before = rows_of(city.bureau)
    with pytest.raises(KnownError) as caught:
        getattr(decide, act)(city.bureau, *arguments, **named)
    assert rows_of(city.bureau) == before
    return caught.value


def accepted(city: City) -> dict[str, Entry]:
    """The accepted figures of the first school."""
    return figures.read(city.bureau, desk(city.bureau).round.id, FIRST, stage=Stage.ACCEPTED)


def test_an_unconfirmed_identity_is_received_but_cannot_be_accepted(city: City) -> None:
    city.received()
    assert decide.current(city.bureau, FIRST).state == "unconfirmed"
    error = refused(city, "accept", FIRST)
    assert error.code == "unconfirmed"
    assert keys(city.school()).digits in error.sentence
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    assert decide.current(city.bureau, FIRST).state == "received"
    decide.accept(city.bureau, FIRST)
    assert decide.current(city.bureau, FIRST).state == "accepted"


@pytest.mark.parametrize("digits", ["12345 67890 12345 67890 12345 67890", "1", "abc", " ", "-", ""])
def test_wrong_digits_are_refused(city: City, digits: str) -> None:
    city.received()
    assert refused(city, "confirm_identity", FIRST, who="经办", digits=digits).code == "digits_differ"


@pytest.mark.parametrize("change", [str, lambda text: text.replace(" ", ""), lambda text: text.replace(" ", "-")])
def test_digits_may_be_written_with_or_without_gaps(city: City, change: type[str]) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="王科", digits=change(keys(city.school()).digits))
    known = exchange.key(city.bureau, keys(city.school()).fingerprint)
    assert known is not None
    assert (known.state, known.confirmed_by) == ("confirmed", "王科")
    assert bool(known.confirmed_at)


def test_the_digits_on_screen_are_those_of_the_schools_own_page(city: City) -> None:
    city.received()
    own = keys(city.school())
    assert decide.digits_of(city.bureau, own.fingerprint) == own.digits
    assert len(own.digits.replace(" ", "")) == 30
    assert decide.digits_of(city.bureau, "0" * 64) == ""


def test_returning_needs_known_figures_and_reasons(city: City) -> None:
    city.received()
    assert refused(city, "return_figures", FIRST, {"nonsense": "x"}).code == "unknown_fact"
    for remarks in ({}, {"teachers_ft": " "}, {"teachers_ft": "好", "books_print": ""}):
        assert refused(city, "return_figures", FIRST, remarks).code == "no_remark"


def test_returning_replaces_the_remarks_before(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "一", "books_print": "二"})
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "三"}, due="2026-10-01")
    found = inspection.comments(city.bureau, desk(city.bureau).round.id, FIRST)
    assert [(each.fact, each.text, each.due) for each in found] == [("teachers_ft", "三", "2026-10-01")]
    assert decide.remark_text(desk(city.bureau), found[0]) == "专任教师：三"
    assert decide.current(city.bureau, FIRST).state == "returned"


def test_accepting_takes_verified_figures_where_there_are_any_and_declared_ones_elsewhere(
    city: City, tmp_path: Path
) -> None:
    city.received()
    inspect.mark(city.inspector(), FIRST, "books_print", found="differ", value="5.9万册")
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="cannot_verify")
    inspect.hand_back(city.inspector(), tmp_path / "x.vdpkg")
    receive.receive(city.bureau, [tmp_path / "x.vdpkg"])
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    found = accepted(city)
    assert (found["books_print"].text, found["books_print"].unit) == ("5.9", "万册")
    assert found["teachers_ft"].text == "100"
    assert {name: each.text for name, each in found.items() if name != "books_print"} == {
        name: text for name, text in GOOD.items() if name != "books_print"
    }
    assert inspection.comments(city.bureau, desk(city.bureau).round.id, FIRST) == []


def test_accepting_a_later_version_forgets_what_it_no_longer_declares(city: City) -> None:
    city.received()
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST)
    set_figures(city.school(), {"seats_teacher": ""})
    city.received()
    decide.adopt(city.bureau, FIRST, "2", reason="学校更正")
    decide.accept(city.bureau, FIRST)
    assert accepted(city)["seats_teacher"].text == ""
    before = rows_of(city.bureau)["fact"]
    decide.accept(city.bureau, FIRST)
    assert rows_of(city.bureau)["fact"] == before


def test_nothing_can_be_decided_before_anything_came(city: City) -> None:
    for act, arguments, named in (
        ("accept", (FIRST,), {}),
        ("return_figures", (FIRST, {"teachers_ft": "x"}), {}),
        ("confirm_identity", (FIRST,), {"who": "x", "digits": "1"}),
    ):
        assert refused(city, act, *arguments, **named).code == "not_received"
        assert refused(city, act, "3641999999", *arguments[1:], **named).code == "no_unit"


def test_every_act_is_in_the_journal(city: City) -> None:
    city.received()
    decide.return_figures(city.bureau, FIRST, {"teachers_ft": "x"})
    decide.confirm_identity(city.bureau, FIRST, who="经办", digits=keys(city.school()).digits)
    decide.accept(city.bureau, FIRST, withdraw=True)
    actions = {row["action"] for row in city.bureau.rows("SELECT action FROM journal WHERE unit = ?", (FIRST,))}
    assert {"receive", "return", "confirm_identity", "accept_submission", "accept"} <= actions
    assert journal.broken_at(city.bureau) is None


def test_only_a_bureau_decides(city: City) -> None:
    with pytest.raises(KnownError) as caught:
        decide.accept(city.school(), FIRST)
    assert caught.value.code == "wrong_role"
