"""An inspector's result at the bureau: inside its assignment or not at all; agreeing means what was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City
from tests.models.operations.forge import forged, keys, resealed, rows_of
from vetdesk.models.operations import bureau_trust, inspect, receive
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.facts import Entry, Stage, given
from vetdesk.models.store import exchange, figures, inspection
from vetdesk.models.sync.manifest import Party
from vetdesk.models.sync.read import verify


def verified(city: City, unit: str = FIRST) -> dict[str, Entry]:
    """The verified figures at the bureau."""
    return figures.read(city.bureau, desk(city.bureau).round.id, unit, stage=Stage.VERIFIED)


def result(city: City, folder: Path, **marks: tuple[str, str]) -> Path:
    """An inspector's result for the first school."""
    for fact, (found, value) in (marks or {"teachers_ft": ("agree", "")}).items():
        inspect.mark(city.inspector(), FIRST, fact, found=found, value=value, method="count")
    target = folder / f"核查结果-{len(list(folder.glob('核查结果-*')))}.vdpkg"
    inspect.hand_back(city.inspector(), target)
    return target


def take(city: City, path: Path) -> str:
    """What becomes of a result."""
    only = receive.receive(city.bureau, [path]).offers[0]
    return only.reason or only.outcome.value


def test_marks_become_verified_figures(city: City, tmp_path: Path) -> None:
    city.received()
    path = result(
        city, tmp_path,
        teachers_ft=("agree", ""), land_owned=("differ", "89.5亩"), books_print=("cannot_verify", ""),
    )  # fmt: skip
    assert take(city, path) == "taken"
    found = verified(city)
    assert found["teachers_ft"] == given("100")
    assert found["land_owned"] == given("89.5", "亩")
    assert found.get("books_print", Entry()) == Entry()
    assigned = inspection.assignments(city.bureau)[0]
    assert (assigned.state, assigned.key) == ("returned", keys(city.inspector()).fingerprint)


def test_agreeing_means_the_figure_that_was_inspected_not_one_sent_meanwhile(city: City, tmp_path: Path) -> None:
    city.received()
    path = result(city, tmp_path, teachers_ft=("agree", ""))
    set_figures(city.school(), {"teachers_ft": "140"})
    city.received()
    assert take(city, path) == "taken"
    assert verified(city)["teachers_ft"] == given("100")


def test_a_second_result_of_the_same_inspector_replaces_the_first(city: City, tmp_path: Path) -> None:
    city.received()
    assert take(city, result(city, tmp_path, teachers_ft=("agree", ""))) == "taken"
    assert take(city, result(city, tmp_path, teachers_ft=("differ", "98"))) == "taken"
    assert verified(city)["teachers_ft"] == given("98")


def test_the_same_assignment_answered_from_another_computer_is_refused(city: City, tmp_path: Path) -> None:
    city.received()
    path = result(city, tmp_path)
    assert take(city, path) == "taken"
    twin = forged(path, tmp_path / "x.vdpkg", keys(city.school(SECOND)))
    assert take(city, twin) == "unknown_sender"


def edited(change: Callable[[dict[str, Any]], None]) -> Callable[[City, Path], Path]:
    """A result with its data edited, signed by the inspector."""
    return lambda city, folder: resealed(result(city, folder), folder / "x.vdpkg", city.inspector(), edit=change)


def headed(**head: object) -> Callable[[City, Path], Path]:
    """A result with its manifest changed, signed by the inspector."""
    return lambda city, folder: resealed(result(city, folder), folder / "x.vdpkg", city.inspector(), **head)


def finding(unit: str) -> dict[str, str]:
    """A finding as it travels."""
    return {
        "id": "f", "unit": unit, "indicator": "", "fact": "", "problem": "x", "basis": "", "advice": "", "due": "",
        "state": "not_started", "measure": "", "origin": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (edited(lambda body: body["marks"][0].update(unit=SECOND)), "outside_scope"),
        (edited(lambda body: body["findings"].append(finding(SECOND))), "outside_scope"),
        (edited(lambda body: body["marks"][0].update(fact="land_counted")), "malformed"),
        (edited(lambda body: body["marks"][0].update(fact="nonsense")), "malformed"),
        (edited(lambda body: body["marks"][0].update(mark="perhaps")), "malformed"),
        (edited(lambda body: body["marks"][0].update(text="1e5")), "malformed"),
        (edited(lambda body: body.update(token="0" * 64)), "no_assignment"),
        (edited(lambda body: body.update(assignment="other")), "no_assignment"),
        (edited(lambda body: body.update(inspector="2")), "no_assignment"),
        (edited(lambda body: body.update(round="other")), "other_round"),
        (headed(cycle="other"), "other_round"),
        (headed(answers="ab" * 32), "no_assignment"),
        (headed(answers=""), "no_assignment"),
        (headed(issuer=Party("school", FIRST)), "no_assignment"),
        (headed(audience=Party("bureau", "411402")), "not_for_us"),
    ],
)
def test_a_result_outside_its_assignment_is_refused(
    city: City, tmp_path: Path, case: Callable[[City, Path], Path], reason: str
) -> None:
    city.received()
    city.received(SECOND)
    path = case(city, tmp_path)
    before = rows_of(city.bureau)
    assert take(city, path) == reason
    assert rows_of(city.bureau) == before


def test_findings_arrive_as_not_started_and_never_reset_one_that_goes_on(city: City, tmp_path: Path) -> None:
    city.received()
    made, _changes = inspect.note_finding(city.inspector(), FIRST, problem="缺证", indicator="db22_land")
    claimed = resealed(
        result(city, tmp_path), tmp_path / "x.vdpkg", city.inspector(),
        edit=lambda body: body["findings"][0].update(state="closed", measure="伪造"),
    )  # fmt: skip
    assert take(city, claimed) == "taken"
    found = inspection.finding(city.bureau, made.id)
    assert found is not None
    assert (found.state, found.measure, found.origin) == ("not_started", "", "inspector 1")
    from vetdesk.models.operations import rectify

    receive.receive(city.school(), [city.reply()])
    rectify.answer(city.school(), made.id, measure="已补", done=True)
    city.received()
    follows = resealed(result(city, tmp_path), tmp_path / "y.vdpkg", city.inspector(), prev=verify(claimed).hash)
    assert take(city, follows) == "taken"
    again = inspection.finding(city.bureau, made.id)
    assert again is not None
    assert again.state == "claimed_fixed"


def test_the_inspectors_key_is_remembered_for_this_assignment(city: City, tmp_path: Path) -> None:
    city.received()
    take(city, result(city, tmp_path))
    known = exchange.key(city.bureau, keys(city.inspector()).fingerprint)
    assert known is not None
    assert (known.role, known.owner, known.state) == ("inspector", "1", "confirmed")


def test_a_result_whose_task_is_lost_from_the_archive_is_refused_in_plain_words(city: City, tmp_path: Path) -> None:
    city.received()
    path = result(city, tmp_path)
    for each in (city.bureau.folder / "outbox").glob("inspection-*"):
        each.unlink()
    before = rows_of(city.bureau)
    assert take(city, path) == "archive_damaged"
    assert rows_of(city.bureau) == before


def test_a_withdrawn_inspector_hands_nothing_more_in(city: City, tmp_path: Path) -> None:
    city.received()
    assert take(city, result(city, tmp_path)) == "taken"
    bureau_trust.withdraw(city.bureau, "1", reason="笔记本电脑丢失")
    assert take(city, result(city, tmp_path, land_owned=("differ", "1"))) == "late_key"
    assert verified(city).get("land_owned", Entry()) == Entry()
